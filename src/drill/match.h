/* SPDX-License-Identifier: MIT
 *
 * match.h - one expected packet against one observed packet, field by field
 *
 * Finds all differences, in the order of the language reference, 14.3 and 14.4, so that the first one is
 * the one that the old wording reports.
 */
#ifndef DRILL_MATCH_H
#define DRILL_MATCH_H

#include "drill/record.h"

/* How a live packet answers a packet line. */
struct match {
	struct record *record;
	struct entry *entry;                                 /* mismatches are appended here */
	const struct scripted_packet *scripted;
};

/* What is expected of @observed: the line's packet, with lengths adapted where `<...>` allows any options.
 * In @record's arena. */
const struct packet *match_expectation(struct record *record, const struct scripted_packet *scripted,
                                       const struct packet *observed);

/* Header layers and their fields, TCP options, payload. Numbers in script space. */
void match_headers(const struct match *m, const struct packet *expected, const struct packet *observed);
void match_tcp_options(const struct match *m, const struct packet *expected, const struct packet *observed);
void match_payload(const struct match *m, const struct packet *observed);

/* May @next be joined with @previous to one segment (14.2)? NULL, or the field line of the message in the
 * record's arena ("live packet field tcp_window: expected: ..."). Live numbers. */
const char *match_joinable(struct record *record, const struct packet *previous, const struct packet *next);

/* Are the TCP options of @observed such that scripts can write them, and well-formed? */
void match_option_area(const struct match *m, const struct packet *observed);

#endif
