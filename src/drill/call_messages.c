/* SPDX-License-Identifier: MIT
 *
 * call_messages.c - the arrays of messages of sendmmsg() and recvmmsg()
 *
 * Each element is a message as call_message.c knows it, and a length that the call fills in. So this file has only what
 * an array adds: how many there are, which of them the call has reached, and for how long it may wait for the others.
 */
#include <string.h>
#include <time.h>

#include "drill/call_shape.h"

/* An array of messages, each prepared as a single one would be. The count that the script gives must be the length of
 * the list, since a kernel would use memory beyond a shorter one, as with iovecs. */
static bool prepare_mmsghdrs(struct slot *s, bool (*fill)(struct slot *, const struct expr *, struct msghdr *))
{
	int32_t count;

	if (s->expr->kind != EXPR_LIST)
		return slot_bad_type(s, s->expr, "list");
	if (!slot_int32(s, s->r->arguments[s->index + 1], &count))
		return false;
	if (count != s->expr->list.count)
		return slot_fail(s, "argument", "vlen %d does not match %d-element mmsghdr array", count,
				 s->expr->list.count);
	struct mmsghdr *messages = arena_new_array(s->r->arena, struct mmsghdr, (size_t)count);
	slot_argument(s)->pointer = messages;
	for (const struct expr *e = s->expr->list.first; e; e = e->next, messages++) {
		if (e->kind != EXPR_MMSGHDR)
			return slot_bad_type(s, e, "mmsghdr");
		if (!fill(s, e->mmsghdr.header, &messages->msg_hdr))
			return false;
	}
	return true;
}

bool prepare_send_mmsghdrs(struct slot *s)
{
	return prepare_mmsghdrs(s, fill_send_msghdr);
}

bool prepare_receive_mmsghdrs(struct slot *s)
{
	return prepare_mmsghdrs(s, fill_receive_msghdr);
}

/* A message that the call did not reach still has length 0. */
static bool compare_length(struct slot *s, const struct expr *e, int index, unsigned got)
{
	struct arena *arena = s->context->record->arena;
	int32_t expected;

	if (!e->mmsghdr.length)
		return true;
	if (!slot_int32(s, e->mmsghdr.length, &expected))
		return false;
	if ((unsigned)expected == got)
		return true;
	slot_differs(s, "msg_len", arena_printf(arena, "%d", expected), arena_printf(arena, "%u", got),
		     "Expected msg_len %d but got %u for message %d", expected, got, index);
	slot_correct(s, e->mmsghdr.length, "%u", got);
	return false;
}

/* Compares only as many messages as the call returned; the others still have what was put there before. */
static bool compare_mmsghdrs(struct slot *s, bool received)
{
	struct mmsghdr *messages = slot_argument(s)->pointer;
	bool same = true;
	int index = 0;

	for (const struct expr *e = s->expr->list.first; e; e = e->next, index++) {
		same &= compare_length(s, e, index, messages[index].msg_len);
		if (received && index < s->r->expected_result)
			same &= compare_msghdr(s, e->mmsghdr.header, &messages[index].msg_hdr,
			                       messages[index].msg_len);
	}
	return same;
}

bool compare_send_mmsghdrs(struct slot *s)
{
	return compare_mmsghdrs(s, false);
}

bool compare_receive_mmsghdrs(struct slot *s)
{
	return compare_mmsghdrs(s, true);
}

/* The structure is the call's own: the remaining time is written there, and never looked at. */
bool prepare_timeout(struct slot *s)
{
	struct evaluation_error error;
	int64_t sec, nsec;

	if (s->expr->kind != EXPR_TIMESPEC) {
		if (!expr_int64(s->expr, &sec, &error) || sec)
			return slot_fail(s, "argument", "Expected NULL or {tv_sec=n, tv_nsec=n} for the time-out");
		slot_argument(s)->pointer = NULL;
		return true;
	}
	if (!expr_int64(s->expr->timespec.sec, &sec, &error) || !expr_int64(s->expr->timespec.nsec, &nsec, &error))
		return slot_error(s, &error);
	slot_argument(s)->pointer = arena_copy(s->r->arena, &(struct timespec){ sec, nsec }, sizeof(struct timespec));
	return true;
}
