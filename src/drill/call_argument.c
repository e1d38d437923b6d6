/* SPDX-License-Identifier: MIT
 *
 * call_argument.c - the simple shapes of arguments: numbers, descriptors, paths, addresses, buffers
 *
 * Here `...` always means "what is usual", and each shape knows what that is: the family in which the script is played,
 * the address of the configuration, memory with zeros, the length that belongs to the address before it. What a script
 * writes instead is passed on as it stands, NULL and lengths that cannot be right included, since tests of errors are
 * made of them.
 */
#include <netinet/in.h>
#include <string.h>

#include "drill/call_shape.h"

/* For arguments that can only be written as `...`. */
static bool wants_ellipsis(const struct slot *s)
{
	return s->expr->kind == EXPR_ELLIPSIS || slot_bad_type(s, s->expr, "ellipsis");
}

/* ---- numbers and descriptors ---- */

bool prepare_int(struct slot *s)
{
	int32_t value;

	if (!slot_int32(s, s->expr, &value))
		return false;
	slot_argument(s)->number = value;
	return true;
}

bool prepare_int64(struct slot *s)
{
	struct evaluation_error error;

	return expr_int64(s->expr, &slot_argument(s)->number, &error) || slot_error(s, &error);
}

bool prepare_fd(struct slot *s)
{
	int live;

	if (!slot_live_descriptor(s, s->expr, &live))
		return false;
	slot_argument(s)->number = live;
	return true;
}

/* `...` means the family in which the script is played, so the same script runs over IPv4 and IPv6. */
bool prepare_domain(struct slot *s)
{
	if (s->expr->kind != EXPR_ELLIPSIS)
		return prepare_int(s);
	slot_argument(s)->number = s->context->config->ip_version == IP_VERSION_4 ? AF_INET : AF_INET6;
	return true;
}

/* The expected number is evaluated now, so that a name that is unknown fails before the call is made. */
bool prepare_int_ref(struct slot *s)
{
	const struct expr *element = slot_only_element(s, s->expr);
	int32_t expected;

	if (!element || (!slot_takes_any(element) && !slot_int32(s, element, &expected)))
		return false;
	slot_argument(s)->pointer = &s->r->number;
	return true;
}

bool compare_int_ref(struct slot *s)
{
	struct arena *arena = s->context->record->arena;
	int32_t expected = 0;

	if (slot_takes_any(s->expr->list.first))
		return true;
	slot_int32(s, s->expr->list.first, &expected);
	if (s->r->number == expected)
		return true;
	slot_differs(s, "optval", arena_printf(arena, "%d", expected), arena_printf(arena, "%d", s->r->number),
		     "Bad ioctl optval: expected: %d actual: %d", expected, s->r->number);
	slot_correct(s, s->expr->list.first, "%d", s->r->number);
	return false;
}

bool prepare_offset_ref(struct slot *s)
{
	const struct expr *element = slot_only_element(s, s->expr);
	struct evaluation_error error;

	if (!element)
		return false;
	slot_argument(s)->pointer = &s->r->offset;
	return expr_int64(element, &s->r->offset, &error) || slot_error(s, &error);
}

/* The offsets of splice() are pointers that the script writes as numbers: only NULL is of use. */
bool prepare_offset_pointer(struct slot *s)
{
	struct evaluation_error error;
	int64_t value;

	if (!expr_int64(s->expr, &value, &error))
		return slot_error(s, &error);
	slot_argument(s)->pointer = (void *)(intptr_t)value;
	return true;
}

/* The two numbers are names for what the call will return; they are not passed to it. */
bool prepare_fd_pair(struct slot *s)
{
	int32_t names[2];

	if (s->expr->kind != EXPR_LIST)
		return slot_bad_type(s, s->expr, "list");
	if (s->expr->list.count != 2)
		return slot_fail(s, "argument", "Expected [fd, fd] but got %d elements", s->expr->list.count);
	slot_argument(s)->pointer = s->r->pair;
	return slot_int32(s, s->expr->list.first, &names[0]) && slot_int32(s, s->expr->list.first->next, &names[1]);
}

bool prepare_path(struct slot *s)
{
	struct evaluation_error error;
	uint8_t *text;
	size_t length;

	if (s->expr->kind != EXPR_STRING)
		return slot_bad_type(s, s->expr, "string");
	if (!expr_string(s->expr, s->r->arena, &text, &length, &error))
		return slot_error(s, &error);
	slot_argument(s)->pointer = arena_strndup(s->r->arena, (const char *)text, length);
	return true;
}

/* ---- addresses ---- */

/* The length of an address is the argument after it; `...` there means what belongs to the address. */
static void set_next_number(const struct slot *s, int64_t number)
{
	s->r->call.arguments[s->index + 1].number = number;
}

bool prepare_local_address(struct slot *s)
{
	const struct config *config = s->context->config;
	socklen_t length;

	if (s->expr->kind == EXPR_SOCKADDR)
		slot_argument(s)->pointer = written_sockaddr(s, s->expr, true, &length);
	else if (wants_ellipsis(s))
		slot_argument(s)->pointer = slot_sockaddr(s, &config->local_ip, config->bind_port, &length);
	else
		return false;
	set_next_number(s, length);
	return true;
}

/* A number in place of an address is just a family: AF_UNSPEC dissolves a connection. */
bool prepare_remote_address(struct slot *s)
{
	socklen_t length;
	int32_t family;

	bool written = is_written_address(s->expr);
	struct sockaddr *address = written ? written_sockaddr(s, s->expr, false, &length)
	                                   : remote_sockaddr(s, &length);
	if (s->expr->kind != EXPR_ELLIPSIS && !written) {
		if (!slot_int32(s, s->expr, &family))
			return false;
		memset(address, 0, length);
		address->sa_family = (sa_family_t)family;
	}
	slot_argument(s)->pointer = address;
	set_next_number(s, length);
	return true;
}

/* Room for any address. What arrives here identifies the child that accept() returned. */
bool prepare_address_out(struct slot *s)
{
	if (!is_written_address(s->expr) && !wants_ellipsis(s))
		return false;
	s->r->peer_length = sizeof(s->r->peer);
	slot_argument(s)->pointer = &s->r->peer;
	return true;
}

/* An address that a call returns: the length that comes with it tells whether there is one. */
bool compare_address_out(struct slot *s)
{
	return !is_written_address(s->expr) || compare_sockaddr(s, s->expr, &s->r->peer, s->r->peer_length);
}

/* The argument before this one, the address, has set the number; the script may replace it. */
bool prepare_address_length(struct slot *s)
{
	return s->expr->kind == EXPR_ELLIPSIS || prepare_int(s);
}

bool prepare_address_length_out(struct slot *s)
{
	slot_argument(s)->pointer = &s->r->peer_length;
	return wants_ellipsis(s);
}

/* ---- buffers ---- */

/* The length is the next argument. NULL is passed on as NULL, so that a script can test what a stack does with it. */
static bool prepare_buffer(struct slot *s, void *(*region)(struct scratch *, size_t))
{
	struct evaluation_error error;
	int64_t null_pointer;
	int32_t length;

	if (!slot_int32(s, s->r->arguments[s->index + 1], &length))
		return false;
	slot_argument(s)->pointer = region(&s->context->scratch, (uint32_t)length);
	if (s->expr->kind == EXPR_ELLIPSIS)
		return slot_argument(s)->pointer ||
		       slot_fail(s, "argument", "cannot allocate %u bytes", (uint32_t)length);
	if (!expr_int64(s->expr, &null_pointer, &error) || null_pointer)
		return slot_fail(s, "argument", "Expected ... or NULL for buffer");
	slot_argument(s)->pointer = NULL;
	return true;
}

/* On an ICMP datagram socket the first byte must be a message type: echo request. */
static void make_echo_request(struct slot *s)
{
	const struct flow *flow = s->context->flows->under_test;
	bool v4 = flow && flow->protocol == IPPROTO_ICMP, v6 = flow && flow->protocol == IPPROTO_ICMPV6;
	int32_t length;

	if (s->r->call.id != CALL_SENDTO || !slot_argument(s)->pointer || !(v4 || v6) ||
	    !slot_int32(s, s->r->arguments[s->index + 1], &length) || length < ICMP_HEADER_BYTES)
		return;
	uint8_t *message = arena_alloc(s->r->arena, (size_t)length);
	message[0] = v4 ? 8 : 128;
	slot_argument(s)->pointer = message;
}

bool prepare_send_buffer(struct slot *s)
{
	int32_t length;

	if (s->expr->kind == EXPR_STRING) {
		if (!slot_int32(s, s->r->arguments[s->index + 1], &length))
			return false;
		slot_argument(s)->pointer = contents_to_send(s, s->expr, (uint32_t)length);
		return slot_argument(s)->pointer;
	}
	if (!prepare_buffer(s, scratch_zeros))
		return false;
	make_echo_request(s);
	return true;
}

bool prepare_receive_buffer(struct slot *s)
{
	int32_t length;

	if (s->expr->kind != EXPR_STRING)
		return prepare_buffer(s, scratch_sink);
	if (!slot_int32(s, s->r->arguments[s->index + 1], &length))
		return false;
	slot_argument(s)->pointer = contents_room(s, (uint32_t)length);
	return true;
}

bool compare_receive_buffer(struct slot *s)
{
	int32_t room = 0;

	if (s->expr->kind != EXPR_STRING || s->r->returned < 0 ||
	    !slot_int32(s, s->r->arguments[s->index + 1], &room))
		return true;
	size_t came = (size_t)s->r->returned, most = (uint32_t)room;
	return contents_compare(s, s->expr, slot_argument(s)->pointer, came < most ? came : most);
}
