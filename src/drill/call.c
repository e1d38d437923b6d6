/* SPDX-License-Identifier: MIT
 *
 * call.c - the shapes of arguments: preparing and comparing them
 */
#include "drill/call.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>
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

void slot_correct(const struct slot *s, const struct expr *place, const char *format, ...)
{
	struct mismatch *m = s->entry->mismatches;
	va_list args;

	while (m->next)
		m = m->next;
	va_start(args, format);
	m->place = place;
	m->written = arena_vprintf(s->context->record->arena, format, args);
	va_end(args);
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

bool slot_bad_type(const struct slot *s, const struct expr *e, const char *expected)
{
	struct evaluation_error error;

	expr_bad_type(e, expected, &error);
	return slot_error(s, &error);
}

static bool wants_ellipsis(const struct slot *s)
{
	return s->expr->kind == EXPR_ELLIPSIS || slot_bad_type(s, s->expr, "ellipsis");
}

const struct expr *slot_only_element(const struct slot *s, const struct expr *e)
{
	if (e->kind != EXPR_LIST)
		return slot_bad_type(s, e, "list"), NULL;
	if (e->list.count != 1)
		return slot_fail(s, "argument", "Expected [<element>] but got %s elements", e->list.count ? "multiple" : "no"),
		       NULL;
	return e->list.first;
}

union call_argument *slot_argument(const struct slot *s)
{
	return &s->r->call.arguments[s->index];
}

/* ---- memory nobody looks at ---- */

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
	slot_argument(s)->number = value;
	return true;
}

static bool prepare_int64(struct slot *s)
{
	struct evaluation_error error;

	return expr_int64(s->expr, &slot_argument(s)->number, &error) || slot_error(s, &error);
}

bool slot_live_descriptor(const struct slot *s, const struct expr *e, int *live)
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

	if (!slot_live_descriptor(s, s->expr, &live))
		return false;
	slot_argument(s)->number = live;
	return true;
}

static bool prepare_domain(struct slot *s)
{
	if (s->expr->kind != EXPR_ELLIPSIS)
		return prepare_int(s);
	slot_argument(s)->number = s->context->config->ip_version == IP_VERSION_4 ? AF_INET : AF_INET6;
	return true;
}

static bool prepare_int_ref(struct slot *s)
{
	const struct expr *element = slot_only_element(s, s->expr);
	int32_t expected;

	if (!element || !slot_int32(s, element, &expected))
		return false;
	slot_argument(s)->pointer = &s->r->number;
	return true;
}

static bool compare_int_ref(struct slot *s)
{
	struct arena *arena = s->context->record->arena;
	int32_t expected = 0;

	slot_int32(s, s->expr->list.first, &expected);
	if (s->r->number == expected)
		return true;
	slot_differs(s, "optval", arena_printf(arena, "%d", expected), arena_printf(arena, "%d", s->r->number),
		     "Bad ioctl optval: expected: %d actual: %d", expected, s->r->number);
	slot_correct(s, s->expr->list.first, "%d", s->r->number);
	return false;
}

static bool prepare_offset_ref(struct slot *s)
{
	const struct expr *element = slot_only_element(s, s->expr);
	struct evaluation_error error;

	if (!element)
		return false;
	slot_argument(s)->pointer = &s->r->offset;
	return expr_int64(element, &s->r->offset, &error) || slot_error(s, &error);
}

/* The offsets of splice() are pointers that the script writes as numbers: only NULL is of use. */
static bool prepare_offset_pointer(struct slot *s)
{
	struct evaluation_error error;
	int64_t value;

	if (!expr_int64(s->expr, &value, &error))
		return slot_error(s, &error);
	slot_argument(s)->pointer = (void *)(intptr_t)value;
	return true;
}

static bool prepare_fd_pair(struct slot *s)
{
	int32_t names[2];

	if (s->expr->kind != EXPR_LIST)
		return slot_bad_type(s, s->expr, "list");
	if (s->expr->list.count != 2)
		return slot_fail(s, "argument", "Expected [fd, fd] but got %d elements", s->expr->list.count);
	slot_argument(s)->pointer = s->r->pair;
	return slot_int32(s, s->expr->list.first, &names[0]) && slot_int32(s, s->expr->list.first->next, &names[1]);
}

static bool prepare_path(struct slot *s)
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
	slot_argument(s)->pointer = make_sockaddr(s, &config->local_ip, config->bind_port, &length);
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
	slot_argument(s)->pointer = address;
	set_next_number(s, length);
	return true;
}

static bool prepare_address_out(struct slot *s)
{
	if (!wants_ellipsis(s))
		return false;
	s->r->peer_length = sizeof(s->r->peer);
	slot_argument(s)->pointer = &s->r->peer;
	return true;
}

static bool prepare_address_length(struct slot *s)
{
	return wants_ellipsis(s);                            /* the address before it has set the number */
}

static bool prepare_address_length_out(struct slot *s)
{
	slot_argument(s)->pointer = &s->r->peer_length;
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
	slot_argument(s)->pointer = region(&s->context->scratch, (uint32_t)length);
	if (s->expr->kind == EXPR_ELLIPSIS)
		return slot_argument(s)->pointer || slot_fail(s, "argument", "cannot allocate %u bytes", (uint32_t)length);
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
	[SHAPE_SEND_MMSGHDRS] = { prepare_send_mmsghdrs, compare_send_mmsghdrs },
	[SHAPE_RECEIVE_MMSGHDRS] = { prepare_receive_mmsghdrs, compare_receive_mmsghdrs },
	[SHAPE_TIMEOUT_REF] = { prepare_timeout, NULL },
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
