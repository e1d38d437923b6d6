/* SPDX-License-Identifier: MIT
 *
 * loose.h - what a packet line leaves open: numbers with ranges, flags that may be there, patterns of options
 *
 * Where a line allows several values, the one that came is taken over into the expected packet if it is one of them.
 * So all that compares, counts and explains differences sees two packets and no ranges, and a difference that is left
 * is one. Only what a message prints for it comes from the range.
 */
#ifndef DRILL_LOOSE_H
#define DRILL_LOOSE_H

#include "script/ast.h"
#include "wire/packet_field.h"

/* Take over into @expected (a copy of @scripted's packet) what the line leaves open and @observed decides. */
void loose_adopt(const struct scripted_packet *scripted, struct packet *expected, const struct packet *observed);
/* The range that the line gives for @field, or NULL. */
const struct number_range *loose_range(const struct scripted_packet *scripted, enum packet_field field);
/* Do the options of @observed fit the pattern of the line? True without one. Script space. */
bool loose_options_fit(const struct scripted_packet *scripted, const struct tcp_header *observed);
/* Does the line leave the value of the time-stamp open? */
bool loose_stamp(const struct scripted_packet *scripted);
/* Is the number behind the last octet of @observed one that the line allows? True where it has no ranges for that. */
bool loose_end_fits(const struct scripted_packet *scripted, const struct packet *observed);

#endif
