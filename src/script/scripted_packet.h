/* SPDX-License-Identifier: MIT
 *
 * scripted_packet.h - from a packet as written to the packet that is sent or expected; for check.c only
 *
 * scripted_packet.c makes the outer headers, IP and UDP; scripted_tcp.c, scripted_icmp.c and scripted_raw.c the
 * rest.
 * Only what cannot be put on the wire is refused: a conformance test must be able to send nonsense.
 */
#ifndef SCRIPT_SCRIPTED_PACKET_H
#define SCRIPT_SCRIPTED_PACKET_H

#include "script/ast.h"

/* The packet of @spec in @arena, or NULL after reporting every error to @diags. */
struct scripted_packet *scripted_packet_build(const struct packet_spec *spec, const struct config *config,
                                              struct arena *arena, struct diags *diags);

/* ---- between the parts ---- */

struct scripted_builder {
	const struct packet_spec *spec;
	const struct config *config;
	struct arena *arena;
	struct diags *diags;
	struct scripted_packet *scripted;
	bool ipv6;                                           /* family of the innermost IP header */
};

/* Report an error of the line; like diag_error(), always false. */
#define scripted_error(b, at, headline, ...) diag_error((b)->diags, DIAG_SEMANTIC, (at), (headline), __VA_ARGS__)
/* Is @value in 0 ... @most? Else reports @headline. */
bool scripted_range(struct scripted_builder *b, struct loc at, int64_t value, int64_t most, const char *headline);
/* Errors in building the packet, unlike those about ranges, belong to the line of the direction sign: a place on
 * another line of the event becomes that sign's. */
struct loc scripted_loc(const struct scripted_builder *b, struct loc at);
/* Is @range, if there is one, within 0 ... @most, and in a line that expects a packet? Else reports. */
bool scripted_loose(struct scripted_builder *b, const struct number_range *range, int64_t most, const char *headline);
/* "START:END(LENGTH)" of TCP: are the numbers in range, and do they agree? */
bool scripted_sequence(struct scripted_builder *b, struct loc at, int64_t start, int64_t end, int64_t length);

bool scripted_is_hex(const char *text);
/* Digits that are known to be hexadecimal, and an even number of them; returns the count of bytes. */
size_t scripted_put_hex(const char *hex, uint8_t *out);

/* Options of IPv4 and extension headers of IPv6 (scripted_ip_part.c). False after reporting. */
bool scripted_ip_parts(struct scripted_builder *b, const struct ip_info *info, struct header *header);

/* Fill in one transport header, and the payload. False after reporting. */
bool scripted_tcp(struct scripted_builder *b, struct header *header);
bool scripted_icmp(struct scripted_builder *b, struct header *header);

/* Fields by name, when all headers are there (scripted_field.c). */
bool scripted_fields(struct scripted_builder *b);

/* The bytes that a line writes for its payload; without any, zeros. */
bool scripted_contents(struct scripted_builder *b);

/* Literal bytes (scripted_raw.c). */
bool scripted_raw(struct scripted_builder *b);
/* A message of IGMP or MLD, as the bytes of the whole packet (scripted_membership.c). */
bool scripted_membership(struct scripted_builder *b);

#endif
