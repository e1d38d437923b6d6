/* SPDX-License-Identifier: MIT
 *
 * loose.h - what a packet line leaves open: numbers with ranges, flags that may be there, patterns of options
 *
 * If a line allows several values, the one that came is copied into the expected packet if it is among them. So the
 * code that compares, counts and explains differences sees two packets and no ranges, and any difference that remains
 * is a real one. Only the text in messages comes from the range.
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
/* Does the line allow the number behind the last octet of @observed? True if it has no range for that. */
bool loose_end_fits(const struct scripted_packet *scripted, const struct packet *observed);

#endif
