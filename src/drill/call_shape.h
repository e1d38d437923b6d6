/* SPDX-License-Identifier: MIT
 *
 * call_shape.h - between call.c, the simple shapes, and call_message.c, msghdr and control messages
 */
#ifndef DRILL_CALL_SHAPE_H
#define DRILL_CALL_SHAPE_H

#include "drill/call.h"

/* One argument being prepared or compared. */
struct slot {
	struct call_context *context;
	struct running_call *r;
	struct entry *entry;
	int index;                                           /* of the argument, and of r->call.arguments */
	const struct expr *expr;
};

/* Append the mismatch "@field" with a sentence. Always false. */
bool slot_fail(const struct slot *s, const char *field, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same with both values. */
bool slot_differs(const struct slot *s, const char *field, const char *expected, const char *observed,
                  const char *format, ...) PRINTF_LIKE(5, 6);
/* Append @error's text. Always false. */
bool slot_error(const struct slot *s, const struct evaluation_error *error);

/* An integer expression; false with a mismatch. */
bool slot_int32(const struct slot *s, const struct expr *e, int32_t *out);
/* Element of a one-element list; NULL with a mismatch. */
const struct expr *slot_only_element(const struct slot *s, const struct expr *e);
/* @size zero bytes nobody writes, or bytes nobody reads; capped for absurd sizes. */
void *scratch_zeros(struct scratch *s, size_t size);
void *scratch_sink(struct scratch *s, size_t size);

bool prepare_send_iovec(struct slot *s);
bool prepare_receive_iovec(struct slot *s);
bool prepare_send_msghdr(struct slot *s);
bool prepare_receive_msghdr(struct slot *s);
bool compare_receive_msghdr(struct slot *s);

/* Where the remote end of sends and connects is, as a sockaddr of the configured family in @r's arena. */
struct sockaddr *remote_sockaddr(const struct slot *s, socklen_t *length);

#endif
