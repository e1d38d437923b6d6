/* SPDX-License-Identifier: MIT
 *
 * call.c - the table of argument shapes, and a whole call prepared and compared by its rows
 *
 * A system call is a row of shapes (script/signature.h), and a shape is a row of two functions
 * here: one makes the argument from what the script says, the other compares what the call left in
 * it. Nothing in this file knows a call by its name, so a new one costs a row in signature.c and
 * one in each target, as long as its arguments have shapes that are known.
 *
 * Preparing stops at the first argument that cannot be made, because the call cannot be run without it. Comparing does
 * not stop: if getsockopt() returns another length and another value, both are reported.
 */
#include "drill/call.h"

#include <inttypes.h>
#include <string.h>

#include "drill/call_shape.h"

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
	[SHAPE_ADDRESS_OUT] = { prepare_address_out, compare_address_out },
	[SHAPE_ADDRESS_LENGTH] = { prepare_address_length, NULL },
	[SHAPE_ADDRESS_LENGTH_OUT] = { prepare_address_length_out, NULL },
	[SHAPE_SEND_BUFFER] = { prepare_send_buffer, NULL },
	[SHAPE_RECEIVE_BUFFER] = { prepare_receive_buffer, compare_receive_buffer },
	[SHAPE_SEND_IOVEC] = { prepare_send_iovec, NULL },
	[SHAPE_RECEIVE_IOVEC] = { prepare_receive_iovec, compare_receive_iovec },
	[SHAPE_SEND_MSGHDR] = { prepare_send_msghdr, NULL },
	[SHAPE_RECEIVE_MSGHDR] = { prepare_receive_msghdr, compare_receive_msghdr },
	[SHAPE_SEND_MMSGHDRS] = { prepare_send_mmsghdrs, compare_send_mmsghdrs },
	[SHAPE_RECEIVE_MMSGHDRS] = { prepare_receive_mmsghdrs, compare_receive_mmsghdrs },
	[SHAPE_TIMEOUT_REF] = { prepare_timeout, NULL },
	[SHAPE_TIMEVAL_REF] = { prepare_timeval, NULL },
	[SHAPE_FD_COUNT] = { prepare_fd_count, NULL },
	[SHAPE_FD_SET] = { prepare_fd_set, compare_fd_set },
	[SHAPE_NEW_FD] = { prepare_new_fd, NULL },
	[SHAPE_OPTION_VALUE] = { prepare_option_value, NULL },
	[SHAPE_OPTION_RESULT] = { prepare_option_result, compare_option_result },
	[SHAPE_OPTION_LENGTH] = { prepare_value_length, NULL },
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
		return slot_fail(s, "arguments", "%s expected %d-%d args but got %d", r->spec->name, least, most,
		                 given);
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
	r->any_result = r->spec->result->kind == EXPR_NAME;
	if (!r->any_result && !expr_literal(r->spec->result, &r->expected_result, &error))
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
	const char *observed = result->error
	                               ? arena_printf(arena, "%" PRId64 " %s", got, errno_text(arena, result->error))
	                               : arena_printf(arena, "%" PRId64, got);

	if (s->r->any_result)
		return true;
	if (any_fd ? got >= 0 : got == expected)
		return true;
	if (any_fd)
		return slot_differs(s, "result", "a descriptor", observed,
		                    "Expected non-negative result but got %" PRId64 " with errno %d (%s)", got,
		                    result->error, strerror(result->error));
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
	r->returned = result->value;
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
