/* SPDX-License-Identifier: MIT
 *
 * match.h - one expected packet against one observed packet, field by field
 *
 * Finds all differences, in the order in which the original tool compares, so that the first one is the one that the
 * old wording reports.
 *
 * The rules of comparing:
 *
 * - Both packets are in script space: the observed one has been translated by its flow before it
 *   comes here. So a difference can be printed as it stands, and nothing here knows of
 *   connections.
 * - A line says less than a packet has. What it leaves out is not compared: the window, type of
 *   service, TTL, the options where it says `<...>`, the identification of IP, checksums (which
 *   the device computes), an echoed time-stamp.
 * - Addresses and ports are not compared either. They decided that the packet belongs to this
 *   line.
 * - Every difference is found, not only the first. Usually one of them explains the others; reports say which one, and
 *   diagnose.c says what kind of event it was.
 *
 * The same tables of fields say which segments may be joined to one (14.2): a stack is free to cut
 * its data, and a line of 3000 bytes is answered by three segments that continue each other. What
 * may differ between those (lengths, FIN, PSH, CWR) is marked in the tables.
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
struct packet *match_expectation(struct record *record, const struct scripted_packet *scripted,
                                 const struct packet *observed);

/* Header layers and their fields, TCP options, payload. Numbers in script space. */
void match_headers(const struct match *m, const struct packet *expected, const struct packet *observed);
void match_tcp_options(const struct match *m, const struct packet *expected, const struct packet *observed);
void match_data_range(const struct match *m, const struct packet *observed);
void match_payload(const struct match *m, const struct packet *observed);

/* May @next be joined with @previous to one segment (14.2)? NULL, or the field line of the message in the
 * record's arena ("live packet field tcp_window: expected: ..."). Live numbers. */
const char *match_joinable(struct record *record, const struct packet *previous, const struct packet *next);

/* Are the TCP options of @observed well-formed, and can a script write them? */
void match_option_area(const struct match *m, const struct packet *observed);

#endif
