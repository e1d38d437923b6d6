/* SPDX-License-Identifier: MIT
 *
 * trait.h - what a stack has, and how it chose where the standards leave a choice
 *
 * RFC 6298 does not say when a lost SYN is sent again, but how long one waits at least; it is for the stack to have
 * time-stamps or not, to delay an ACK or not. A case that wrote down what one stack does would fail on all others, and
 * would be wrong. So what is open has a name, a trait, and a case is written in these names:
 *
 *     //! needs: trait sack                                     without it, SKIP
 *     +$initial_rto > S 0:0(0) <...>                            the time that this stack chose
 *     +0~+$delayed_ack > . 1:1(0) ack 101                       at most so late
 *     if initial_rto < 3 { ... }
 *
 * Two kinds of traits: a stack has something or not (`has`), and it chose a value (`chose`). A file of traits
 * (suite/trait_file.h) says both of one stack; what it does not say is as in the table, and so is everything where
 * there is no file: those values are the ones that the RFCs recommend, and those of the reference stack.
 *
 * A trait is no excuse. What a standard demands has no trait; a stack that does otherwise fails, and a plan says why.
 */
#ifndef SCRIPT_TRAIT_H
#define SCRIPT_TRAIT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"
#include "util/buf.h"

enum trait_kind {
	TRAIT_HAS,                                           /* 1 or 0 */
	TRAIT_SECONDS,                                       /* a decimal fraction */
	TRAIT_NUMBER,
	TRAIT_WORD,                                          /* a word, which conditions compare */
};

struct trait {
	const char *name;
	enum trait_kind kind;
	const char *otherwise;                               /* its value where none is given */
	double low, high;                                    /* of seconds and numbers */
	const char *help;
};

extern const struct trait traits_known[];
extern const size_t trait_count;

/* Values by their index in traits_known[]; NULL: not given. */
struct traits {
	const char *stack;                                   /* the stack they describe; NULL: not given */
	const char **values;
};

struct traits *traits_new(struct arena *arena);
const struct trait *trait_find(const char *name);        /* NULL: there is none */
/* Append that no trait has that name, which one was probably meant, and which ones exist. */
void trait_unknown(const char *name, struct buf *problem);

/* The value of trait @name as a text; NULL: there is no such trait. @traits NULL: none are given. */
const char *trait_value(const struct traits *traits, const char *name);
/* Does the stack have @name, one of TRAIT_HAS? */
bool trait_there(const struct traits *traits, const char *name);
/* Give @trait a value; for TRAIT_HAS "true" and "false" as well. False: @problem says what is allowed. */
bool trait_set(struct traits *traits, const struct trait *trait, const char *value, struct arena *arena,
               struct buf *problem);

#endif
