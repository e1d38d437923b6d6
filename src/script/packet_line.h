/* SPDX-License-Identifier: MIT
 *
 * packet_line.h - from a packet as written to the packet that is sent or expected; for check.c only
 *
 * packet_line.c makes the outer headers, IP and UDP; packet_line_tcp.c, packet_line_icmp.c and packet_line_raw.c the
 * rest.
 * Only what cannot be put on the wire is refused: a conformance test must be able to send nonsense.
 */
#ifndef SCRIPT_PACKET_LINE_H
#define SCRIPT_PACKET_LINE_H

#include "script/ast.h"

/* The line of @spec in @arena, or NULL after reporting every error to @diags. */
struct packet_line *packet_line_build(const struct packet_spec *spec, const struct config *config, struct arena *arena,
                                      struct diags *diags);

/* ---- between the parts ---- */

struct line_builder {
	const struct packet_spec *spec;
	struct arena *arena;
	struct diags *diags;
	struct packet_line *line;
	bool ipv6;                                           /* family of the innermost IP header */
};

/* Report an error of the line; like diag_error(), always false. */
#define line_error(b, at, headline, ...) diag_error((b)->diags, DIAG_SEMANTIC, (at), (headline), __VA_ARGS__)
/* Is @value in 0 ... @most? Else reports @headline. */
bool line_range(struct line_builder *b, struct loc at, int64_t value, int64_t most, const char *headline);
/* Errors of packet construction, as opposed to ranges, count for the line of the direction sign: a place on
 * another line of the event becomes that sign's. */
struct loc line_loc(const struct line_builder *b, struct loc at);
/* "START:END(LENGTH)" of TCP: ranges, and do they agree? */
bool line_sequence(struct line_builder *b, struct loc at, int64_t start, int64_t end, int64_t length);

/* Fill in one transport header, and the payload. False after reporting. */
bool line_tcp(struct line_builder *b, struct header *header);
bool line_icmp(struct line_builder *b, struct header *header);

/* Literal bytes (packet_line_raw.c). */
bool line_raw(struct line_builder *b);

#endif
