/* SPDX-License-Identifier: MIT
 *
 * call.c - the shapes of arguments: preparing and comparing them
 */
#include "drill/call.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>

#include "drill/call_shape.h"

/* ---- mismatches ---- */

bool slot_differs(const struct slot *s, const char *field, const char *expected, const char *observed,
                  const char *format, ...)
{
	struct arena *arena = s->context->record->arena;
	va_list args;

	va_start(args, format);
	record_mismatch(s->context->record, s->entry, field, expected, observed, arena_vprintf(arena, format, args));
	va_end(args);
	return false;
}

bool slot_fail(const struct slot *s, const char *field, const char *format, ...)
{
	struct arena *arena = s->context->record->arena;
	va_list args;

	va_start(args, format);
	record_mismatch(s->context->record, s->entry, field, NULL, NULL, arena_vprintf(arena, format, args));
	va_end(args);
	return false;
}

bool slot_error(const struct slot *s, const struct evaluation_error *error)
{
	return slot_fail(s, "argument", "%s", error->text);
}

bool slot_int32(const struct slot *s, const struct expr *e, int32_t *out)
{
	struct evaluation_error error;

	return expr_int32(e, out, &error) || slot_error(s, &error);
}

static bool bad_type(const struct slot *s, const struct expr *e, const char *expected)
{
	struct evaluation_error error;

	expr_bad_type(e, expected, &error);
	return slot_error(s, &error);
}

static bool wants_ellipsis(const struct slot *s)
{
	return s->expr->kind == EXPR_ELLIPSIS || bad_type(s, s->expr, "ellipsis");
}

const struct expr *slot_only_element(const struct slot *s, const struct expr *e)
{
	if (e->kind != EXPR_LIST)
		return bad_type(s, e, "list"), NULL;
	if (e->list.count != 1)
		return slot_fail(s, "argument", "Expected [<element>] but got %s elements", e->list.count ? "multiple" : "no"),
		       NULL;
	return e->list.first;
}

static union call_argument *argument(const struct slot *s)
{
	return &s->r->call.arguments[s->index];
}

/* ---- memory nobody looks at ---- */

enum { SCRATCH_LIMIT = 1 << 30 };

/* A region of at least @size bytes. Older regions stay: a pending call may still use them. Fresh pages of
 * a private mapping cost nothing until they are written. */
static void *scratch_region(struct scratch_region **newest, size_t size)
{
	size_t wanted = size > SCRATCH_LIMIT ? SCRATCH_LIMIT : size < 1 << 16 ? 1 << 16 : size;

	if (*newest && (*newest)->size >= wanted)
		return (*newest)->memory;
	void *memory = mmap(NULL, wanted + sizeof(struct scratch_region), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return NULL;
	struct scratch_region *region = memory;
	*region = (struct scratch_region){ .older = *newest, .size = wanted, .memory = region + 1 };
	*newest = region;
	return region->memory;
}

void *scratch_zeros(struct scratch *s, size_t size)
{
	return scratch_region(&s->zeros, size);
}

void *scratch_sink(struct scratch *s, size_t size)
{
	return scratch_region(&s->sink, size);
}

static void free_regions(struct scratch_region *region)
{
	while (region) {
		struct scratch_region *older = region->older;
		munmap(region, region->size + sizeof(*region));
		region = older;
	}
}

void scratch_free(struct scratch *s)
{
	free_regions(s->zeros);
	free_regions(s->sink);
	*s = (struct scratch){ 0 };
}

/* ---- numbers and descriptors ---- */

static bool prepare_int(struct slot *s)
{
	int32_t value;

	if (!slot_int32(s, s->expr, &value))
		return false;
	argument(s)->number = value;
	return true;
}

static bool prepare_int64(struct slot *s)
{
	struct evaluation_error error;

	return expr_int64(s->expr, &argument(s)->number, &error) || slot_error(s, &error);
}

static bool live_descriptor(const struct slot *s, const struct expr *e, int *live)
{
	int32_t script;

	if (!slot_int32(s, e, &script))
		return false;
	*live = descriptors_live(&s->context->descriptors, script);
	return *live >= 0 || slot_fail(s, "fd", "unable to find fd with script fd %d", script);
}

static bool prepare_fd(struct slot *s)
{
	int live;

	if (!live_descriptor(s, s->expr, &live))
		return false;
	argument(s)->number = live;
	return true;
}

static bool prepare_domain(struct slot *s)
{
	if (s->expr->kind != EXPR_ELLIPSIS)
		return prepare_int(s);
	argument(s)->number = s->context->config->ip_version == IP_VERSION_4 ? AF_INET : AF_INET6;
	return true;
}

static bool prepare_int_ref(struct slot *s)
{
	const struct expr *element = slot_only_element(s, s->expr);
	int32_t expected;

	if (!element || !slot_int32(s, element, &expected))
		return false;
	argument(s)->pointer = &s->r->number;
	return true;
}

static bool compare_int_ref(struct slot *s)
{
	struct arena *arena = s->context->record->arena;
	int32_t expected = 0;

	slot_int32(s, s->expr->list.first, &expected);
	return s->r->number == expected ||
	       slot_differs(s, "optval", arena_printf(arena, "%d", expected), arena_printf(arena, "%d", s->r->number),
			    "Bad ioctl optval: expected: %d actual: %d", expected, s->r->number);
}

static bool prepare_offset_ref(struct slot *s)
{
	const struct expr *element = slot_only_element(s, s->expr);
	struct evaluation_error error;

	if (!element)
		return false;
	argument(s)->pointer = &s->r->offset;
	return expr_int64(element, &s->r->offset, &error) || slot_error(s, &error);
}

/* The offsets of splice() are pointers that the script writes as numbers: only NULL is of use. */
static bool prepare_offset_pointer(struct slot *s)
{
	struct evaluation_error error;
	int64_t value;

	if (!expr_int64(s->expr, &value, &error))
		return slot_error(s, &error);
	argument(s)->pointer = (void *)(intptr_t)value;
	return true;
}

static bool prepare_fd_pair(struct slot *s)
{
	int32_t names[2];

	if (s->expr->kind != EXPR_LIST)
		return bad_type(s, s->expr, "list");
	if (s->expr->list.count != 2)
		return slot_fail(s, "argument", "Expected [fd, fd] but got %d elements", s->expr->list.count);
	argument(s)->pointer = s->r->pair;
	return slot_int32(s, s->expr->list.first, &names[0]) && slot_int32(s, s->expr->list.first->next, &names[1]);
}

static bool prepare_path(struct slot *s)
{
	struct evaluation_error error;
	uint8_t *text;
	size_t length;

	if (s->expr->kind != EXPR_STRING)
		return bad_type(s, s->expr, "string");
	if (!expr_string(s->expr, s->r->arena, &text, &length, &error))
		return slot_error(s, &error);
	argument(s)->pointer = arena_strndup(s->r->arena, (const char *)text, length);
	return true;
}

/* ---- addresses ---- */

static struct sockaddr *make_sockaddr(const struct slot *s, const struct ip_address *address, uint16_t port,
                                      socklen_t *length)
{
	struct sockaddr_storage *out = arena_new_object(s->r->arena, struct sockaddr_storage);
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	if (s->context->config->ip_version == IP_VERSION_4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		memcpy(&in->sin_addr, address->bytes, sizeof(in->sin_addr));
		*length = sizeof(*in);
		return (struct sockaddr *)out;
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	if (address->version == 4) {
		in6->sin6_addr.s6_addr[10] = in6->sin6_addr.s6_addr[11] = 0xff;
		memcpy(in6->sin6_addr.s6_addr + 12, address->bytes, 4);
	} else {
		memcpy(&in6->sin6_addr, address->bytes, sizeof(in6->sin6_addr));
	}
	*length = sizeof(*in6);
	return (struct sockaddr *)out;
}

struct sockaddr *remote_sockaddr(const struct slot *s, socklen_t *length)
{
	const struct config *config = s->context->config;

	return make_sockaddr(s, &config->remote_ip, config->connect_port, length);
}

/* The length of an address is the argument after it; `...` there means what belongs to the address. */
static void set_next_number(const struct slot *s, int64_t number)
{
	s->r->call.arguments[s->index + 1].number = number;
}

static bool prepare_local_address(struct slot *s)
{
	const struct config *config = s->context->config;
	socklen_t length;

	if (!wants_ellipsis(s))
		return false;
	argument(s)->pointer = make_sockaddr(s, &config->local_ip, config->bind_port, &length);
	set_next_number(s, length);
	return true;
}

static bool prepare_remote_address(struct slot *s)
{
	socklen_t length;
	int32_t family;

	struct sockaddr *address = remote_sockaddr(s, &length);
	if (s->expr->kind != EXPR_ELLIPSIS) {
		if (!slot_int32(s, s->expr, &family))
			return false;
		memset(address, 0, length);
		address->sa_family = (sa_family_t)family;
	}
	argument(s)->pointer = address;
	set_next_number(s, length);
	return true;
}

static bool prepare_address_out(struct slot *s)
{
	if (!wants_ellipsis(s))
		return false;
	s->r->peer_length = sizeof(s->r->peer);
	argument(s)->pointer = &s->r->peer;
	return true;
}

static bool prepare_address_length(struct slot *s)
{
	return wants_ellipsis(s);                            /* the address before it has set the number */
}

static bool prepare_address_length_out(struct slot *s)
{
	argument(s)->pointer = &s->r->peer_length;
	return wants_ellipsis(s);
}

/* ---- buffers ---- */

static bool prepare_buffer(struct slot *s, void *(*region)(struct scratch *, size_t))
{
	struct evaluation_error error;
	int64_t null_pointer;
	int32_t length;

	if (!slot_int32(s, s->r->arguments[s->index + 1], &length))
		return false;
	argument(s)->pointer = region(&s->context->scratch, (uint32_t)length);
	if (s->expr->kind == EXPR_ELLIPSIS)
		return argument(s)->pointer || slot_fail(s, "argument", "cannot allocate %u bytes", (uint32_t)length);
	if (!expr_int64(s->expr, &null_pointer, &error) || null_pointer)
		return slot_fail(s, "argument", "Expected ... or NULL for buffer");
	argument(s)->pointer = NULL;
	return true;
}

/* On an ICMP datagram socket the first byte must be a message type: echo request. */
static void make_echo_request(struct slot *s)
{
	const struct flow *flow = s->context->flows->under_test;
	bool v4 = flow && flow->protocol == IPPROTO_ICMP, v6 = flow && flow->protocol == IPPROTO_ICMPV6;
	int32_t length;

	if (s->r->call.id != CALL_SENDTO || !argument(s)->pointer || !(v4 || v6) ||
	    !slot_int32(s, s->r->arguments[s->index + 1], &length) || length < ICMP_HEADER_BYTES)
		return;
	uint8_t *message = arena_alloc(s->r->arena, (size_t)length);
	message[0] = v4 ? 8 : 128;
	argument(s)->pointer = message;
}

static bool prepare_send_buffer(struct slot *s)
{
	if (!prepare_buffer(s, scratch_zeros))
		return false;
	make_echo_request(s);
	return true;
}

static bool prepare_receive_buffer(struct slot *s)
{
	return prepare_buffer(s, scratch_sink);
}

/* ---- socket options ---- */

enum { GRE_OPTION_BYTES = 16 };

static void put_be32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, sizeof(v));
}

/* All four optional fields in fixed places, as an option value holds them. */
static void gre_option_bytes(const struct gre_header *gre, uint8_t bytes[GRE_OPTION_BYTES])
{
	put_be32(bytes, (uint32_t)gre->flags << 16 | gre->protocol);
	put_be32(bytes + 4, (uint32_t)gre->checksum << 16 | gre->offset);
	put_be32(bytes + 8, gre->key);
	put_be32(bytes + 12, gre->sequence);
}

/* The bytes of an option value as the script writes it, in the call's arena. NULL with a mismatch. */
static void *option_bytes(struct slot *s, const char *call_name, size_t *length)
{
	struct arena *arena = s->r->arena;
	const struct expr *e = s->expr;
	struct evaluation_error error;
	const struct expr *element;
	uint8_t *bytes = NULL;

	switch (e->kind) {
	case EXPR_LIST:
		element = slot_only_element(s, e);
		bytes = arena_alloc(arena, *length = sizeof(int32_t));
		return element && slot_int32(s, element, (int32_t *)(void *)bytes) ? bytes : NULL;
	case EXPR_STRING:
		if (!expr_string(e, arena, &bytes, length, &error))
			return slot_error(s, &error), NULL;
		return bytes;
	case EXPR_LINGER:
		*length = sizeof(struct linger);
		return arena_copy(arena, &(struct linger){ (int)e->linger.onoff, (int)e->linger.linger }, *length);
	case EXPR_IN6_ADDR:
		return arena_copy(arena, e->in6_addr.bytes, *length = 16);
	case EXPR_GRE:
		bytes = arena_alloc(arena, *length = GRE_OPTION_BYTES);
		gre_option_bytes(&e->gre, bytes);
		return bytes;
	case EXPR_MPLS_STACK:
		bytes = arena_alloc(arena, sizeof(uint32_t) * MPLS_STACK_ENTRIES);
		*length = mpls_build(&e->mpls, bytes, sizeof(uint32_t) * MPLS_STACK_ENTRIES);
		return bytes;
	default:
		slot_fail(s, "argument", "unsupported %s value type: %s", call_name, expr_kind_name[e->kind]);
		return NULL;
	}
}

/* The length argument is passed on as written, so the memory must reach as far. */
static bool prepare_option_value(struct slot *s)
{
	size_t length = 0;
	int32_t claimed;
	void *bytes = option_bytes(s, "setsockopt", &length);

	if (!bytes || !slot_int32(s, s->r->arguments[s->index + 1], &claimed))
		return false;
	if (claimed > 0 && (size_t)claimed > length && claimed < SCRATCH_LIMIT)
		bytes = memcpy(arena_alloc(s->r->arena, (size_t)claimed), bytes, length);
	argument(s)->pointer = bytes;
	return true;
}

static bool prepare_option_result(struct slot *s)
{
	const struct expr *length = slot_only_element(s, s->r->arguments[s->index + 1]);
	size_t ignored = 0;

	if (!length || !slot_int32(s, length, &s->r->length) || !option_bytes(s, "getsockopt", &ignored))
		return false;
	s->r->length_in_out = (socklen_t)s->r->length;
	size_t room = s->r->length > 0 && s->r->length < SCRATCH_LIMIT ? (size_t)s->r->length : 0;
	argument(s)->pointer = arena_alloc(s->r->arena, room < sizeof(struct linger) ? sizeof(struct linger) : room);
	return true;
}

static bool prepare_option_length(struct slot *s)
{
	argument(s)->pointer = &s->r->length_in_out;
	return true;
}

static const char *printable(struct arena *arena, const uint8_t *bytes, size_t length)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < length; i++) {
		if (bytes[i] >= ' ' && bytes[i] < 0x7f)
			buf_add_byte(&b, (char)bytes[i]);
		else
			buf_printf(&b, "\\x%02x", bytes[i]);
	}
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

static bool compare_option_int(struct slot *s, const int32_t *expected, const int32_t *got)
{
	struct arena *arena = s->context->record->arena;

	if (s->r->length != sizeof(int32_t))
		return slot_fail(s, "optlen", "Unsupported getsockopt optlen: %d", s->r->length);
	return *expected == *got ||
	       slot_differs(s, "optval", arena_printf(arena, "%d", *expected), arena_printf(arena, "%d", *got),
			    "Bad getsockopt optval: expected: %d actual: %d", *expected, *got);
}

static bool compare_option_result(struct slot *s)
{
	struct arena *arena = s->context->record->arena;
	const uint8_t *got = argument(s)->pointer;
	size_t length = 0;
	uint8_t *expected = option_bytes(s, "getsockopt", &length);

	if ((int64_t)s->r->length_in_out != s->r->length)
		return slot_differs(s, "optlen", arena_printf(arena, "%d", s->r->length),
				    arena_printf(arena, "%u", s->r->length_in_out),
				    "Bad getsockopt optlen: expected: %d actual: %d", s->r->length,
				    (int)s->r->length_in_out);
	if (s->expr->kind == EXPR_LIST)
		return compare_option_int(s, (void *)expected, (const void *)got);
	if (length != s->r->length_in_out)
		return slot_differs(s, "optlen", arena_printf(arena, "%zu", length),
				    arena_printf(arena, "%u", s->r->length_in_out),
				    "Bad getsockopt optlen: expected: %d actual: %d", (int)length,
				    (int)s->r->length_in_out);
	if (!memcmp(expected, got, length))
		return true;
	const char *want = printable(arena, expected, length), *have = printable(arena, got, length);
	return slot_differs(s, "optval", want, have, "Bad getsockopt optval: expected: '%s' actual: '%s'", want, have);
}

/* ---- poll and epoll ---- */

static bool prepare_pollfds(struct slot *s)
{
	int32_t count, events;

	if (s->expr->kind != EXPR_LIST)
		return bad_type(s, s->expr, "list");
	if (!slot_int32(s, s->r->arguments[s->index + 1], &count))
		return false;
	if (count != s->expr->list.count)
		return slot_fail(s, "argument", "nfds %d does not match %d-element pollfd array", count,
				 s->expr->list.count);
	struct pollfd *fds = arena_new_array(s->r->arena, struct pollfd, (size_t)count);
	argument(s)->pointer = fds;
	for (const struct expr *e = s->expr->list.first; e; e = e->next, fds++) {
		if (e->kind != EXPR_POLLFD)
			return bad_type(s, e, "pollfd");
		if (!live_descriptor(s, e->pollfd.fd, &fds->fd) || !slot_int32(s, e->pollfd.events, &events))
			return false;
		fds->events = (short)events;
	}
	return true;
}

static const char *poll_flags(struct arena *arena, uint16_t value)
{
	struct buf b = BUF_INIT;

	constant_print_flags(&b, "POLL", value);
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

static bool compare_pollfds(struct slot *s)
{
	struct arena *arena = s->context->record->arena;
	const struct pollfd *fds = argument(s)->pointer;
	bool same = true;
	int index = 0;

	for (const struct expr *e = s->expr->list.first; e; e = e->next, index++) {
		int32_t expected = 0;
		if (e->pollfd.revents && !slot_int32(s, e->pollfd.revents, &expected))
			return false;
		if ((short)expected == fds[index].revents)
			continue;
		const char *want = poll_flags(arena, (uint16_t)expected);
		const char *got = poll_flags(arena, (uint16_t)fds[index].revents);
		same = slot_differs(s, "revents", want, got, "Expected revents of %s but got %s for pollfd %d", want, got,
				    index);
	}
	return same;
}

/* An epoll event as the script writes it; descriptors translated. */
static bool epoll_event_of(struct slot *s, struct epoll_event *out)
{
	const struct expr *e = s->expr;
	struct evaluation_error error;
	int32_t number;
	int64_t wide;

	if (e->kind != EXPR_EPOLL_EVENT)
		return bad_type(s, e, "epollev");
	*out = (struct epoll_event){ 0 };
	if (!slot_int32(s, e->epoll.events, &number))
		return false;
	out->events = (uint32_t)number;
	switch (e->epoll.member) {
	case EPOLL_MEMBER_FD:
		if (!live_descriptor(s, e->epoll.data, &number))
			return false;
		out->data.fd = number;
		return true;
	case EPOLL_MEMBER_U32:
		if (!slot_int32(s, e->epoll.data, &number))
			return false;
		out->data.u32 = (uint32_t)number;
		return true;
	default:
		if (!expr_int64(e->epoll.data, &wide, &error))
			return slot_error(s, &error);
		out->data.u64 = (uint64_t)wide;
		return true;
	}
}

static bool prepare_epoll_event(struct slot *s)
{
	struct epoll_event *event = arena_new_object(s->r->arena, struct epoll_event);
	int32_t named, given;

	argument(s)->pointer = event;
	if (!epoll_event_of(s, event))
		return false;
	if (s->expr->epoll.member != EPOLL_MEMBER_FD)
		return true;
	if (!slot_int32(s, s->expr->epoll.data, &named) || !slot_int32(s, s->r->arguments[s->index - 1], &given))
		return false;
	return named == given || slot_fail(s, "argument", "wrong fd specified in epoll_event");
}

static bool prepare_epoll_result(struct slot *s)
{
	struct epoll_event expected;
	int32_t room;

	if (!epoll_event_of(s, &expected) || !slot_int32(s, s->r->arguments[s->index + 1], &room))
		return false;
	if (room < 1 || room > 4096)
		room = 1;
	argument(s)->pointer = arena_new_array(s->r->arena, struct epoll_event, (size_t)room);
	return true;
}

static bool compare_epoll_result(struct slot *s)
{
	struct arena *arena = s->context->record->arena;
	const struct epoll_event *first = argument(s)->pointer;
	struct epoll_event want;
	bool same = true;

	if (!epoll_event_of(s, &want))
		return false;
	if (want.events != first->events)
		same = slot_differs(s, "events", arena_printf(arena, "0x%x", want.events),
				    arena_printf(arena, "0x%x", first->events),
				    "epoll_event->events does not match script: expected: 0x%x actual: 0x%x", want.events,
				    first->events);
	enum epoll_member member = s->expr->epoll.member;
	bool narrow = member == EPOLL_MEMBER_FD || member == EPOLL_MEMBER_U32;
	uint64_t expected = narrow ? want.data.u32 : want.data.u64, got = narrow ? first->data.u32 : first->data.u64;
	if (expected != got)
		same = slot_differs(s, "data", arena_printf(arena, "0x%" PRIx64, expected),
				    arena_printf(arena, "0x%" PRIx64, got),
				    "epoll_event->data does not match script: expected: 0x%" PRIx64 " actual: 0x%" PRIx64,
				    expected, got);
	return same;
}

/* ---- the table of shapes ---- */

static const struct {
	bool (*prepare)(struct slot *s);
	bool (*compare)(struct slot *s);                     /* NULL: nothing to compare */
} shapes[] = {
	[SHAPE_FD] = { prepare_fd, NULL },
	[SHAPE_INT] = { prepare_int, NULL },
	[SHAPE_INT64] = { prepare_int64, NULL },
	[SHAPE_DOMAIN] = { prepare_domain, NULL },
	[SHAPE_LOCAL_ADDRESS] = { prepare_local_address, NULL },
	[SHAPE_REMOTE_ADDRESS] = { prepare_remote_address, NULL },
	[SHAPE_ADDRESS_OUT] = { prepare_address_out, NULL },
	[SHAPE_ADDRESS_LENGTH] = { prepare_address_length, NULL },
	[SHAPE_ADDRESS_LENGTH_OUT] = { prepare_address_length_out, NULL },
	[SHAPE_SEND_BUFFER] = { prepare_send_buffer, NULL },
	[SHAPE_RECEIVE_BUFFER] = { prepare_receive_buffer, NULL },
	[SHAPE_SEND_IOVEC] = { prepare_send_iovec, NULL },
	[SHAPE_RECEIVE_IOVEC] = { prepare_receive_iovec, NULL },
	[SHAPE_SEND_MSGHDR] = { prepare_send_msghdr, NULL },
	[SHAPE_RECEIVE_MSGHDR] = { prepare_receive_msghdr, compare_receive_msghdr },
	[SHAPE_OPTION_VALUE] = { prepare_option_value, NULL },
	[SHAPE_OPTION_RESULT] = { prepare_option_result, compare_option_result },
	[SHAPE_OPTION_LENGTH_REF] = { prepare_option_length, NULL },
	[SHAPE_INT_REF_OUT] = { prepare_int_ref, compare_int_ref },
	[SHAPE_OPTIONAL_INT] = { prepare_int, NULL },
	[SHAPE_OPTIONAL_INT_REF_OUT] = { prepare_int_ref, compare_int_ref },
	[SHAPE_POLLFDS] = { prepare_pollfds, compare_pollfds },
	[SHAPE_EPOLL_EVENT] = { prepare_epoll_event, NULL },
	[SHAPE_EPOLL_EVENT_RESULT] = { prepare_epoll_result, compare_epoll_result },
	[SHAPE_PATH] = { prepare_path, NULL },
	[SHAPE_OFFSET_REF] = { prepare_offset_ref, NULL },
	[SHAPE_OFFSET_POINTER] = { prepare_offset_pointer, NULL },
	[SHAPE_FD_PAIR] = { prepare_fd_pair, NULL },
};

static bool prepare_arguments(struct slot *s)
{
	struct running_call *r = s->r;
	int least, most, given = r->spec->argument_count;

	signature_arity(r->signature, &least, &most);
	if (given < least || given > most) {
		if (least == most)
			return slot_fail(s, "arguments", "Expected %d args but got %d", most, given);
		return slot_fail(s, "arguments", "%s expected %d-%d args but got %d", r->spec->name, least, most, given);
	}
	r->call.argument_count = given;
	int i = 0;
	for (const struct expr *e = r->spec->arguments; e; e = e->next)
		r->arguments[i++] = e;
	for (s->index = 0; s->index < given; s->index++) {
		s->expr = r->arguments[s->index];
		if (!shapes[r->signature->shapes[s->index]].prepare(s))
			return false;
	}
	return true;
}

static bool prepare_result(struct slot *s)
{
	struct running_call *r = s->r;
	struct evaluation_error error;
	int64_t number;

	r->expected_errno = -1;
	if (!expr_literal(r->spec->result, &r->expected_result, &error))
		return slot_error(s, &error);
	if (!r->spec->errno_word)
		return true;
	if (!constant_value(r->spec->errno_word, &number))
		return slot_fail(s, "errno", "unknown symbol: '%s'", r->spec->errno_word);
	r->expected_errno = (int32_t)number;
	return true;
}

struct running_call *running_call_prepare(struct call_context *context, const struct call_spec *spec,
                                          struct entry *entry)
{
	struct arena *arena = arena_new();
	struct running_call *r = arena_new_object(arena, struct running_call);
	struct slot s = { .context = context, .r = r, .entry = entry };

	r->arena = arena;
	r->spec = spec;
	r->signature = spec->signature;
	if (!r->signature) {
		slot_fail(&s, "call", "Unknown system call: '%s'", spec->name);
	} else {
		r->call.id = r->signature->id;
		r->call.blocking = spec->blocking;
		if (prepare_arguments(&s) && prepare_result(&s))
			return r;
	}
	arena_free(arena);
	return NULL;
}

void running_call_free(struct running_call *r)
{
	if (r)
		arena_free(r->arena);
}

/* ---- comparing ---- */

static const char *errno_text(struct arena *arena, int number)
{
	const char *name = number ? constant_errno_name(number) : NULL;

	return name ? name : arena_printf(arena, "%d", number);
}

static bool compare_result(struct slot *s, const struct call_result *result)
{
	struct arena *arena = s->context->record->arena;
	int64_t expected = s->r->expected_result, got = result->value;
	bool any_fd = s->r->signature->result != RESULT_EXACT && expected >= 0;
	const char *observed = result->error ? arena_printf(arena, "%" PRId64 " %s", got, errno_text(arena, result->error))
					     : arena_printf(arena, "%" PRId64, got);

	if (any_fd ? got >= 0 : got == expected)
		return true;
	if (any_fd)
		return slot_differs(s, "result", "a descriptor", observed,
				    "Expected non-negative result but got %" PRId64 " with errno %d (%s)", got, result->error,
				    strerror(result->error));
	return slot_differs(s, "result", arena_printf(arena, "%" PRId64, expected), observed,
			    "Expected result %" PRId64 " but got %" PRId64 " with errno %d (%s)", expected, got,
			    result->error, strerror(result->error));
}

static bool compare_errno(struct slot *s, const struct call_result *result)
{
	struct arena *arena = s->context->record->arena;
	int expected = s->r->expected_errno;

	if (expected < 0 || expected == result->error)
		return true;
	return slot_differs(s, "errno", errno_text(arena, expected), errno_text(arena, result->error),
			    "Expected errno %d (%s) but got %d (%s)", expected, strerror(expected), result->error,
			    strerror(result->error));
}

bool running_call_compare(struct call_context *context, struct running_call *r, const struct call_result *result,
                          struct entry *entry)
{
	struct slot s = { .context = context, .r = r, .entry = entry };

	entry->mismatch_kind = MISMATCH_RESULT;
	bool same = compare_result(&s, result);
	if (!compare_errno(&s, result) || !same)
		return false;
	entry->mismatch_kind = MISMATCH_OUTPUT;
	for (s.index = 0; s.index < r->call.argument_count; s.index++) {
		s.expr = r->arguments[s.index];
		if (shapes[r->signature->shapes[s.index]].compare && !shapes[r->signature->shapes[s.index]].compare(&s))
			same = false;
	}
	if (same)
		entry->mismatch_kind = MISMATCH_NONE;
	return same;
}
