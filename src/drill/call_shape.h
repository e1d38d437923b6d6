/* SPDX-License-Identifier: MIT
 *
 * call_shape.h - between the table of shapes (call.c) and the files that know them
 *
 * All of them build on call_slot.c. Above it, independent of each other, are call_argument.c (simple shapes),
 * call_option.c, call_poll.c, call_select.c, call_message.c with call_messages.c on top. call.c sees them all.
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
#define slot_fail(...) always_false(slot_fail(__VA_ARGS__))
/* The same with both values. */
bool slot_differs(const struct slot *s, const char *field, const char *expected, const char *observed,
                  const char *format, ...) PRINTF_LIKE(5, 6);
/* The difference that was appended last is at @place in the line (NULL: unknown), which would have to read as @format
 * says. */
void slot_correct(const struct slot *s, const struct expr *place, const char *format, ...) PRINTF_LIKE(3, 4);
/* The names of the bits of @value that begin with @prefix, as a script writes them. */
const char *slot_flags_text(struct arena *arena, const char *prefix, uint32_t value);
/* Append @error's text. Always false. */
bool slot_error(const struct slot *s, const struct evaluation_error *error);

/* Append "Bad type; ...". Always false. */
bool slot_bad_type(const struct slot *s, const struct expr *e, const char *expected);
#define slot_bad_type(...) always_false(slot_bad_type(__VA_ARGS__))
/* Where the argument goes. */
union call_argument *slot_argument(const struct slot *s);
/* The live descriptor that @e names; false with a mismatch. */
bool slot_live_descriptor(const struct slot *s, const struct expr *e, int *live);
/* An integer expression; false with a mismatch. */
bool slot_int32(const struct slot *s, const struct expr *e, int32_t *out);
/* Does @e allow any value: an ellipsis, or a name that takes it? */
bool slot_takes_any(const struct expr *e);
/* Element of a one-element list; NULL with a mismatch. */
const struct expr *slot_only_element(const struct slot *s, const struct expr *e);

/* Larger sizes are passed on, but memory of that size is not allocated. */
enum { SCRATCH_LIMIT = 1 << 30 };
/* @size zero bytes that are never written, or room that is never read; capped for absurd sizes. */
void *scratch_zeros(struct scratch *s, size_t size);
void *scratch_sink(struct scratch *s, size_t size);

/* Bytes of the string @e, @length of them, in the call's arena; NULL with a mismatch. */
void *contents_to_send(struct slot *s, const struct expr *e, size_t length);
/* Room for bytes that will be compared. */
void *contents_room(const struct slot *s, size_t length);
/* Compare the @length bytes that came with the string @e. */
bool contents_compare(struct slot *s, const struct expr *e, const void *received, size_t length);

bool prepare_int(struct slot *s);
bool prepare_int64(struct slot *s);
bool prepare_fd(struct slot *s);
bool prepare_domain(struct slot *s);
bool prepare_int_ref(struct slot *s);
bool compare_int_ref(struct slot *s);
bool prepare_offset_ref(struct slot *s);
bool prepare_offset_pointer(struct slot *s);
bool prepare_fd_pair(struct slot *s);
bool prepare_path(struct slot *s);
bool prepare_local_address(struct slot *s);
bool prepare_remote_address(struct slot *s);
bool prepare_address_out(struct slot *s);
bool compare_address_out(struct slot *s);
bool prepare_address_length(struct slot *s);
bool prepare_address_length_out(struct slot *s);
bool prepare_send_buffer(struct slot *s);
bool prepare_receive_buffer(struct slot *s);
bool compare_receive_buffer(struct slot *s);

bool prepare_option_value(struct slot *s);
bool prepare_value_length(struct slot *s);
bool prepare_option_result(struct slot *s);
bool prepare_option_length(struct slot *s);
bool compare_option_result(struct slot *s);

bool prepare_pollfds(struct slot *s);
bool compare_pollfds(struct slot *s);
bool prepare_epoll_event(struct slot *s);
bool prepare_epoll_result(struct slot *s);
bool compare_epoll_result(struct slot *s);

bool prepare_timeval(struct slot *s);
bool prepare_fd_count(struct slot *s);
bool prepare_fd_set(struct slot *s);
bool compare_fd_set(struct slot *s);
bool prepare_new_fd(struct slot *s);

bool prepare_send_iovec(struct slot *s);
bool prepare_receive_iovec(struct slot *s);
bool compare_receive_iovec(struct slot *s);
bool prepare_send_msghdr(struct slot *s);
bool prepare_receive_msghdr(struct slot *s);
bool compare_receive_msghdr(struct slot *s);
/* One message of a call: @e becomes *@message (zeroed before), in the call's arena. False with a mismatch. */
bool fill_send_msghdr(struct slot *s, const struct expr *e, struct msghdr *message);
bool fill_receive_msghdr(struct slot *s, const struct expr *e, struct msghdr *message);
/* Flags, control messages and @length bytes that a call left in *@message, against @e. */
bool compare_msghdr(struct slot *s, const struct expr *e, struct msghdr *message, size_t length);

bool prepare_send_mmsghdrs(struct slot *s);
bool prepare_receive_mmsghdrs(struct slot *s);
bool compare_send_mmsghdrs(struct slot *s);
bool compare_receive_mmsghdrs(struct slot *s);
bool prepare_timeout(struct slot *s);

/* @address and @port as a sockaddr of the configured family, in the arena of the call. */
struct sockaddr *slot_sockaddr(const struct slot *s, const struct ip_address *address, uint16_t port,
                               socklen_t *length);
/* The end that an address of the script names. What the address leaves open comes from the configuration, whose local
 * end is meant if @local, else its remote one. */
struct flow_end written_end(const struct call_context *context, const struct expr *e, bool local);
/* Is @e an address that the script writes: a structure, or the name of a connection, whose remote end is meant? */
bool is_written_address(const struct expr *e);
/* The same as a sockaddr of the family that it has. */
struct sockaddr *written_sockaddr(const struct slot *s, const struct expr *e, bool local, socklen_t *length);
/* The address that a call left in @length bytes of @got (0: none), against @e, which is one. */
bool compare_sockaddr(struct slot *s, const struct expr *e, const void *got, socklen_t length);
/* An address as a call returns it. IPv4 that is mapped into IPv6 is IPv4 on the wire, and flows speak of the wire. */
void slot_endpoint(const struct sockaddr_storage *from, struct flow_end *out);
/* Where the remote end of sends and connects is, as a sockaddr of the configured family, in the arena of the call. */
struct sockaddr *remote_sockaddr(const struct slot *s, socklen_t *length);

#endif
