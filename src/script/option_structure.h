/* SPDX-License-Identifier: MIT
 *
 * option_structure.h - values of socket options that are written as structures, {member=value, ...}
 *
 * An option whose value is a C structure is a row of a table: the members with their places and widths. A script writes
 * those that it cares for, in any order; all others are zero when an option is set, and not compared when it is read.
 */
#ifndef SCRIPT_OPTION_STRUCTURE_H
#define SCRIPT_OPTION_STRUCTURE_H

#include <sys/socket.h>

#include "script/ast.h"

/* What a script may leave open: the address of the peer, as calls on this script's sockets write it. */
struct option_peer {
	struct sockaddr_storage address;                     /* for "..." */
	bool mapped;                                         /* IPv4 is written as an IPv4-mapped IPv6 address (RFC
	                                                        4291, 2.5.5.2) */
};

/* Is @e such a structure? */
bool is_option_structure(const struct expr *e);

/* The value that a structure makes, in an arena. */
struct option_value {
	uint8_t *bytes, *written;                            /* .written has a one for each bit that the script wrote */
	size_t length;                                       /* of both */
	bool asks;                                           /* getsockopt() reads it before it writes */
};

/* The value of option @name of level IPPROTO_TCP that @e writes, in @arena. False with @error: not an option with a
 * structure, an unknown member, or a value that does not fit. */
bool option_structure(const struct expr *e, int name, const struct option_peer *peer, struct arena *arena,
                      struct option_value *value, struct evaluation_error *error);

/* For an option whose value holds a question: write the question to @memory, of value->length bytes (NULL: nowhere),
 * and clear in .written what is no part of the answer. Other options are left alone. */
void option_question(struct option_value *value, uint8_t *memory);

/* Is @e the data of a control message IP_PKTINFO or IPV6_PKTINFO, {ipi_addr=inet_addr("192.0.2.1")}? */
bool is_packet_info(const struct expr *e);
/* Its bytes, in @arena; .written has ones where the script says something. False with @error. */
bool packet_info(const struct expr *e, struct arena *arena, struct option_value *value,
                 struct evaluation_error *error);

#endif
