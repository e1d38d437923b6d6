/* SPDX-License-Identifier: MIT
 *
 * compare.c - two results of one case
 */
#include "report/compare.h"

#include <string.h>

const char *const change_name[CHANGES] = {
	[CHANGE_NONE] = "same",     [CHANGE_BROKE] = "broke",   [CHANGE_REPAIRED] = "repaired",
	[CHANGE_OTHER] = "changed", [CHANGE_FLAKY] = "flaky",   [CHANGE_SLOWER] = "slower",
	[CHANGE_FASTER] = "faster", [CHANGE_NEW] = "new",       [CHANGE_GONE] = "gone",
};

/* ---- verdicts ---- */

enum standing { STANDS_GOOD, STANDS_BAD, STANDS_UNTESTED, STANDS_UNKNOWN, STANDINGS };

static const enum standing standing_of[VERDICTS] = {
	[VERDICT_PASS] = STANDS_GOOD,     [VERDICT_FAIL] = STANDS_BAD,
	[VERDICT_ERROR] = STANDS_BAD,     [VERDICT_SKIP] = STANDS_UNTESTED,
	[VERDICT_INCONCLUSIVE] = STANDS_UNKNOWN,
};

/* From the row's standing to the column's. What was unknown and is good or bad now is what it is: were it broken, the
 * run before the unknown one would have said so. */
static const enum change change_of[STANDINGS][STANDINGS] = {
	[STANDS_GOOD] = { CHANGE_NONE, CHANGE_BROKE, CHANGE_GONE, CHANGE_FLAKY },
	[STANDS_BAD] = { CHANGE_REPAIRED, CHANGE_NONE, CHANGE_GONE, CHANGE_FLAKY },
	[STANDS_UNTESTED] = { CHANGE_NEW, CHANGE_BROKE, CHANGE_NONE, CHANGE_FLAKY },
	[STANDS_UNKNOWN] = { CHANGE_REPAIRED, CHANGE_BROKE, CHANGE_GONE, CHANGE_NONE },
};

/* Turns of the past and the one from there to @now. */
static int turns(const struct past *past, enum verdict now)
{
	enum standing before = standing_of[past->verdict], standing = standing_of[now];
	bool turned = before != standing && (before == STANDS_GOOD || before == STANDS_BAD) &&
	              (standing == STANDS_GOOD || standing == STANDS_BAD);

	return past->turns + (past->runs && turned);
}

void past_add(struct past *past, const struct result *r)
{
	past->turns = turns(past, r->verdict);
	past->verdict = r->verdict;
	past->attempts = r->attempts;
	past->line = r->line;
	past->mismatch = r->mismatch;
	past->duration = r->duration;
	past->virtual_time = r->virtual_time;
	past->runs++;
	past->passed += standing_of[r->verdict] == STANDS_GOOD;
	past->failed += standing_of[r->verdict] == STANDS_BAD;
}

static bool by_more(vtime_t from, vtime_t to, const struct pace *pace)
{
	vtime_t more = vtime_sub(to, from);

	return !vtime_before(more, pace->least) && (double)more.ns > (double)from.ns * pace->percent / 100;
}

/* It passed before and passes now. */
static enum change compare_passes(const struct past *past, const struct result *now, const struct pace *pace)
{
	if (past->turns > 1 || (now->attempts > 1 && past->attempts <= 1))
		return CHANGE_FLAKY;
	if (by_more(past->duration, now->duration, pace))
		return CHANGE_SLOWER;
	return by_more(now->duration, past->duration, pace) ? CHANGE_FASTER : CHANGE_NONE;
}

enum change compare_results(const struct past *past, const struct result *now, const struct pace *pace)
{
	if (!past)
		return now->verdict == VERDICT_SKIP ? CHANGE_NONE : CHANGE_NEW;
	enum standing before = standing_of[past->verdict];
	if (!now)
		return before == STANDS_UNTESTED ? CHANGE_NONE : CHANGE_GONE;
	enum change change = change_of[before][standing_of[now->verdict]];
	/* What breaks is never excused by its past; what passes is. */
	if (change == CHANGE_REPAIRED && turns(past, now->verdict) > 1)
		return CHANGE_FLAKY;
	if (change != CHANGE_NONE || before == STANDS_UNTESTED || before == STANDS_UNKNOWN)
		return change;
	if (before == STANDS_GOOD)
		return compare_passes(past, now, pace);
	return now->verdict != past->verdict || now->line != past->line || now->mismatch != past->mismatch ?
	       CHANGE_OTHER : CHANGE_NONE;
}

/* ---- events ---- */

struct side {
	const struct result_event *at, *end;
	vtime_t before;                                      /* when the event before happened */
};

/* An event of one side: NULL where it has none. */
struct happening {
	const struct result_event *event;
	vtime_t after;                                       /* so long after the event before */
};

/* What came of an event, in words; NULL: nothing. */
static const char *outcome(const struct result_event *e)
{
	if (!e || !e->happened)
		return NULL;
	return e->observed ? e->observed : e->live ? e->live : e->text;
}

/* Times and texts of the machine itself are no difference of the target. */
static bool is_compared(const struct result_event *e)
{
	return e->kind != ENTRY_TRACE && e->kind != ENTRY_FOREIGN && e->kind != ENTRY_CLOSING && e->line >= 0;
}

static const struct result_event *peek(struct side *s)
{
	while (s->at < s->end && !is_compared(s->at))
		s->at++;
	return s->at < s->end ? s->at : NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void add_side(struct buf *out, const char *name, const struct happening *h)
{
	const struct result_event *e = h->event;
	const char *text = outcome(e);

	buf_printf(out, "       %-14s ", name);
	if (text)
		buf_printf(out, "%10.6f  %+.6f  %s", vtime_to_s(e->actual), vtime_to_s(h->after), text);
	else
		buf_printf(out, "%10s  (did not happen)", "-");
	if (e && e->status == RESULT_FAILED && e->mismatch != MISMATCH_NONE)
		buf_printf(out, "   <- %s", mismatch_kind_name[e->mismatch]);
	buf_puts(out, "\n");
}

/* One of them may be without an event: only the other one came to it. */
static void add_difference(struct buf *out, const struct happening *a, const struct happening *b,
                           const char *const names[2])
{
	const struct result_event *either = a->event ? a->event : b->event;

	if (either->line > 0)
		buf_printf(out, "     line %d  %s %s\n", either->line, either->sign ? either->sign : "",
		           either->text ? either->text : "");
	else
		buf_printf(out, "     no line expects this  %s\n", either->sign ? either->sign : "");
	add_side(out, names[0], a);
	add_side(out, names[1], b);
}

/* Descriptors and addresses of a call are those of its machine: where both returned what the script says, they do not
 * differ. */
static bool same_outcome(const struct result_event *a, const struct result_event *b)
{
	bool call = a->kind == ENTRY_CALL || a->kind == ENTRY_RETURN;

	return a->status == b->status && ((call && a->status == RESULT_OK) || same_text(outcome(a), outcome(b)));
}

/* What we do at a time of our own says nothing about the target. */
static bool same_time(const struct happening *a, const struct happening *b, vtime_t tolerance)
{
	enum entry_kind kind = a->event->kind;
	int64_t apart = a->after.ns - b->after.ns;

	if (kind != ENTRY_OUTBOUND && kind != ENTRY_RETURN && kind != ENTRY_UNEXPECTED)
		return true;
	return apart <= tolerance.ns && -apart <= tolerance.ns;
}

static bool differ(const struct happening *a, const struct happening *b, vtime_t tolerance)
{
	bool left = outcome(a->event), right = outcome(b->event);

	if (!left || !right)
		return left || right;
	return !same_outcome(a->event, b->event) || !same_time(a, b, tolerance);
}

static struct happening take(struct side *s, const struct result_event *e)
{
	struct happening h = { .event = e };

	if (!e)
		return h;
	s->at++;
	if (e->happened) {
		h.after = vtime_sub(e->actual, s->before);
		s->before = e->actual;
	}
	return h;
}

/* The next pair of events that belong together. False: no more. What no line expects may be in one only; else events
 * stand in both, in the order of the script. */
static bool next_pair(struct side *left, struct side *right, struct happening *a, struct happening *b)
{
	const struct result_event *x = peek(left), *y = peek(right);

	if (x && y && (x->line != y->line || x->kind != y->kind)) {
		if (x->line == 0 || (y->line != 0 && x->line < y->line))
			y = NULL;
		else
			x = NULL;
	}
	*a = take(left, x);
	*b = take(right, y);
	return x || y;
}

static bool was_missed(const struct happening *h)
{
	return h->event && h->event->status == RESULT_NOT_REACHED;
}

static void add_missed(struct buf *out, size_t count, const char *name)
{
	if (count)
		buf_printf(out, "     %zu further event%s only %s came to\n", count, count == 1 ? " that" : "s that",
			   name);
}

size_t compare_events(struct buf *out, const struct result *a, const struct result *b, const char *const names[2],
                      vtime_t tolerance)
{
	struct side left = { .at = a->events, .end = a->events + a->event_count };
	struct side right = { .at = b->events, .end = b->events + b->event_count };
	struct happening x, y;
	size_t count = 0, alone[2] = { 0, 0 };

	while (next_pair(&left, &right, &x, &y)) {
		if (!differ(&x, &y, tolerance))
			continue;
		count++;
		alone[0] += was_missed(&y);
		alone[1] += was_missed(&x);
		if (!was_missed(&x) && !was_missed(&y))
			add_difference(out, &x, &y, names);
	}
	add_missed(out, alone[0], names[0]);
	add_missed(out, alone[1], names[1]);
	return count;
}
