/* SPDX-License-Identifier: MIT
 *
 * unknown_name.h - what is said about a name that nothing gives a value
 */
#ifndef SCRIPT_UNKNOWN_NAME_H
#define SCRIPT_UNKNOWN_NAME_H

#include "script/ast.h"
#include "util/table.h"

/* Offer @guess the names that have a value before a script is played: those of loops and macros around @name, of
 * definitions, of traits, and, as a condition names them, of what is played against. */
void unknown_name_offer(struct guess *guess, const struct config *config, const struct open_name *name);

/* Only those of what is played against: target, profile, kernel. */
void unknown_name_offer_surroundings(struct guess *guess);

/* Report that the first of @names has no value, or, if that is like no name that has one, a later one that is
 * a misspelt "target", "profile" or "kernel". @what is the headline. False. */
bool unknown_name(const struct config *config, const struct open_name *names, const char *what, struct diags *diags);
#define unknown_name(...) always_false(unknown_name(__VA_ARGS__))

#endif
