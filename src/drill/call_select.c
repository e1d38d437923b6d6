/* SPDX-License-Identifier: MIT
 *
 * call_select.c - what select() is asked and what it answers
 *
 *     select(..., {[3, 4], [3]}, NULL, [4], {tv_sec=1, tv_usec=0}) = 1
 *
 * A set that the call changes is written twice, in braces: what is asked, and what is answered. A set that stands alone
 * is only asked. Scripts have their own numbers for descriptors, so the first argument cannot be taken literally: `...`
 * stands for a number above all of them, and any other number leaves out the descriptors that are not below it.
 */
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>

#include "drill/call_shape.h"

bool prepare_timeval(struct slot *s)
{
	struct evaluation_error error;
	int64_t sec, usec;

	if (s->expr->kind != EXPR_TIMEVAL) {
		if (!expr_int64(s->expr, &sec, &error) || sec)
			return slot_fail(s, "argument", "Expected NULL or {tv_sec=n, tv_usec=n} for the time-out");
		slot_argument(s)->pointer = NULL;
		return true;
	}
	if (!expr_int64(s->expr->timeval.sec, &sec, &error) || !expr_int64(s->expr->timeval.usec, &usec, &error))
		return slot_error(s, &error);
	slot_argument(s)->pointer = arena_copy(s->r->arena, &(struct timeval){ sec, usec }, sizeof(struct timeval));
	return true;
}

/* A script's count speaks of its own descriptors. The live one begins at 0, and each set that follows raises it above
 * its live descriptors; only a negative count is passed on, so that its error can be tested. */
bool prepare_fd_count(struct slot *s)
{
	int32_t count;

	if (s->expr->kind != EXPR_ELLIPSIS && !slot_int32(s, s->expr, &count))
		return false;
	slot_argument(s)->number = s->expr->kind != EXPR_ELLIPSIS && count < 0 ? count : 0;
	return true;
}

/* The descriptor that dup2() or dup3() closes to take its place; -1 where the script has none of that number open. */
bool prepare_new_fd(struct slot *s)
{
	int32_t script_fd;

	if (!slot_int32(s, s->expr, &script_fd))
		return false;
	slot_argument(s)->number = descriptors_live(&s->context->descriptors, script_fd);
	return true;
}

/* Does the first argument leave @script_fd out? */
static bool is_beyond(const struct slot *s, int32_t script_fd)
{
	const struct expr *count = s->r->arguments[0];
	int32_t limit;

	return count->kind != EXPR_ELLIPSIS && slot_int32(s, count, &limit) && script_fd >= limit;
}

/* @list as a set of live descriptors. */
static bool fill_set(struct slot *s, const struct expr *list, fd_set *out)
{
	int64_t *count = &s->r->call.arguments[0].number;

	FD_ZERO(out);
	if (list->kind != EXPR_LIST)
		return slot_bad_type(s, list, "list");
	for (const struct expr *e = list->list.first; e; e = e->next) {
		int32_t script_fd;
		int live;
		if (!slot_int32(s, e, &script_fd) || !slot_live_descriptor(s, e, &live))
			return false;
		if (live >= FD_SETSIZE)
			return slot_fail(s, "argument", "fd %d is too large for a set of descriptors", script_fd);
		if (is_beyond(s, script_fd))
			continue;
		FD_SET(live, out);
		if (*count >= 0 && *count <= live)
			*count = live + 1;
	}
	return true;
}

bool prepare_fd_set(struct slot *s)
{
	struct evaluation_error error;
	int64_t null_pointer;

	if (s->expr->kind != EXPR_LIST) {
		if (!expr_int64(s->expr, &null_pointer, &error) || null_pointer)
			return slot_fail(s, "argument", "Expected NULL or a set of descriptors");
		return true;
	}
	fd_set *set = arena_new_object(s->r->arena, fd_set);
	slot_argument(s)->pointer = set;
	return fill_set(s, s->expr->list.braces ? s->expr->list.first : s->expr, set);
}

/* Those descriptors of @list whose live ones are in @set, by their numbers in the script. */
static const char *set_text(const struct slot *s, const struct expr *list, const fd_set *set)
{
	struct buf b = BUF_INIT;
	const char *before = "[";

	for (const struct expr *e = list->list.first; e; e = e->next) {
		int32_t script_fd;
		int live = -1;
		if (!slot_int32(s, e, &script_fd))
			continue;
		live = descriptors_live(&s->context->descriptors, script_fd);
		if (live < 0 || live >= FD_SETSIZE || !FD_ISSET(live, set))
			continue;
		buf_printf(&b, "%s%d", before, script_fd);
		before = ", ";
	}
	buf_puts(&b, *before == '[' ? "[]" : "]");
	const char *text = arena_strdup(s->context->record->arena, b.data);
	buf_free(&b);
	return text;
}

/* A call that failed leaves the sets as they were. */
bool compare_fd_set(struct slot *s)
{
	fd_set want;
	const fd_set *got = slot_argument(s)->pointer;

	if (s->expr->kind != EXPR_LIST || !s->expr->list.braces || s->r->returned < 0)
		return true;
	const struct expr *question = s->expr->list.first, *answer = question->next;
	if (!fill_set(s, answer, &want))
		return false;
	const char *wanted = set_text(s, question, &want), *text = set_text(s, question, got);
	if (!strcmp(wanted, text))
		return true;
	slot_differs(s, "set", wanted, text, "Bad set of descriptors: expected: %s actual: %s", wanted, text);
	slot_correct(s, answer, "%s", text);
	return false;
}
