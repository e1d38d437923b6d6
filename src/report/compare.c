/* SPDX-License-Identifier: MIT
 *
 * compare.c - two results of one case: has it broken since, or do two targets differ?
 *
 * The first half judges verdicts over time. A verdict says more than two words: a case may be untested (SKIP), or
 * nobody may know (INCONCLUSIVE). change_of[][] has an answer for each pair of these. What broke is never excused as
 * flaky by an unsteady past; what was repaired may be, since it may have passed by chance.
 *
 * The second half compares two plays event by event, where both may have passed. The difficulty is to leave out what
 * is no difference of the targets:
 *
 * - what we did ourselves: injections, and the times of calls;
 * - what each host chooses for itself: descriptors, digests of signatures, where its time-stamps begin;
 * - where a packet that no line expects stands among the events of lines, a matter of microseconds. So there are two
 *   sequences, one of what lines ask for and one of the rest, and each is paired with its like on the other side;
 * - a kernel's ticks and its long timers, which lie in coarse slots, beside a stack whose timers are exact: the
 *   tolerance and an eighth are allowed. A kernel that was booted has a virtual clock, but its own timers all the same;
 *   between two that were booted only the microseconds for which they compute, which no two versions have in common;
 * - into how many packets a device cut what left at once, where no line asks for it: a kernel hands over one large
 *   packet, so segments that continue each other are joined up to the one that pushes (burst.c);
 * - a delay that was inherited. Times are compared since the event before, so that one late packet is one difference
 *   and not one in every line after it.
 */
#include "report/compare.h"

#include <stdlib.h>
#include <string.h>

#include "report/burst.h"
#include "util/arena.h"

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

/* By the state of the row, which was, and that of the column, which is. After an unknown verdict a good one counts as
 * repaired and a bad one as broken, since nobody can say that it was so before. */
static const enum change change_of[STANDINGS][STANDINGS] = {
	[STANDS_GOOD] = { CHANGE_NONE, CHANGE_BROKE, CHANGE_GONE, CHANGE_FLAKY },
	[STANDS_BAD] = { CHANGE_REPAIRED, CHANGE_NONE, CHANGE_GONE, CHANGE_FLAKY },
	[STANDS_UNTESTED] = { CHANGE_NEW, CHANGE_BROKE, CHANGE_NONE, CHANGE_FLAKY },
	[STANDS_UNKNOWN] = { CHANGE_REPAIRED, CHANGE_BROKE, CHANGE_GONE, CHANGE_NONE },
};

/* How often the verdict has changed, with the change from the past to @now. */
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

/* Two sequences are compared, each by itself: what lines of the script ask for, and packets that no line asks for.
 * Where a packet of the latter falls among the former is a matter of a few microseconds, and no difference. */
enum sequence { OF_LINES, UNASKED, SEQUENCES };

struct side {
	const struct result_event *first, *end, *at[SEQUENCES];
	bool coarse;
};

/* An event of one side: NULL where it has none. */
struct happening {
	const struct result_event *event;
	vtime_t after;                                       /* how long after the event before */
	bool coarse;                                         /* the timers of this side are a kernel's */
};

/* The outcome of an event, in words; NULL: there is none. */
static const char *outcome(const struct result_event *e)
{
	if (!e || !e->happened)
		return NULL;
	return e->observed ? e->observed : e->live ? e->live : e->text;
}

/* Texts and times of the machine itself are no difference between targets. */
static bool is_compared(const struct result_event *e)
{
	return e->kind != ENTRY_TRACE && e->kind != ENTRY_FOREIGN && e->kind != ENTRY_CLOSING && e->line >= 0;
}

static enum sequence sequence_of(const struct result_event *e)
{
	return e->line == 0 ? UNASKED : OF_LINES;
}

static const struct result_event *next_of(const struct side *s, const struct result_event *e, enum sequence q)
{
	while (e < s->end && (!is_compared(e) || sequence_of(e) != q))
		e++;
	return e < s->end ? e : NULL;
}

static const struct result_event *peek(const struct side *s, enum sequence q)
{
	return next_of(s, s->at[q], q);
}

static bool says_values(const struct result_event *e)
{
	return e->status == RESULT_FAILED && (e->mismatch == MISMATCH_OUTPUT || e->mismatch == MISMATCH_ASSERTION);
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
	/* What a packet is like, its text tells. */
	for (size_t i = 0; text && says_values(e) && i < e->mismatch_count; i++) {
		const struct result_mismatch *m = &e->mismatches[i];
		if (m->observed && e->mismatch == MISMATCH_OUTPUT)
			buf_printf(out, "%s %s %s", i ? "," : ":", m->field ? m->field : "value", m->observed);
		else
			buf_printf(out, "%s %s%s%s", i ? "," : ":", m->observed ? m->observed : "",
			           m->observed && m->text ? "; " : "", m->text ? m->text : "");
	}
	buf_puts(out, "\n");
}

/* One of the two may have no event, if only the other got that far. */
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

/* Both are kernels, or neither is. */
static bool clocks_alike(const struct happening *a, const struct happening *b)
{
	return a->coarse == b->coarse;
}

/* A kernel keeps a long timer in a coarse slot, so it may fire up to an eighth late; timers elsewhere fire exactly. */
static int64_t coarseness(const struct happening *a, const struct happening *b)
{
	const struct happening *exact = a->coarse ? b : a, *coarse = a->coarse ? a : b;

	return !clocks_alike(a, b) && coarse->after.ns > exact->after.ns ? exact->after.ns / 8 : 0;
}

enum { DIGEST_DIGITS = 32, STAMP_SLACK_MS = 8 };

/* If @word stands at both *a and *b, move both past it. */
static bool both_at(const char **a, const char **b, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*a, word, length) != 0 || strncmp(*b, word, length) != 0)
		return false;
	*a += length;
	*b += length;
	return true;
}

static bool both_digests(const char **a, const char **b)
{
	static const char word[] = "md5 ", digits[] = "0123456789abcdef";
	const char *x = *a, *y = *b;

	if (!both_at(&x, &y, word) || strspn(x, digits) != DIGEST_DIGITS || strspn(y, digits) != DIGEST_DIGITS)
		return false;
	*a = x + DIGEST_DIGITS;
	*b = y + DIGEST_DIGITS;
	return true;
}

/* Time-stamps are read off clocks, so those that are as far apart as the events are the same. So are those that are
 * less far apart: the first one of the connection, from which they are counted, was late as well. */
static bool same_stamps(const char **a, const char **b, int64_t apart_ms)
{
	char *after[2];
	int64_t x = (int64_t)strtoul(*a, &after[0], 10), y = (int64_t)strtoul(*b, &after[1], 10);
	int64_t least = apart_ms < 0 ? apart_ms : 0, most = apart_ms > 0 ? apart_ms : 0;
	int64_t between = (int32_t)(uint32_t)(y - x);

	*a = after[0];
	*b = after[1];
	return between >= least - STAMP_SLACK_MS && between <= most + STAMP_SLACK_MS;
}

/* Without a line that says from where they are to be counted, time-stamps are numbers of the host's own. */
static bool has_own_stamps(const struct result_event *e)
{
	return e->kind == ENTRY_UNEXPECTED || (e->text && strstr(e->text, "TS val *"));
}

/* Signatures cover ports and numbers that each host chooses for itself, so digests may differ. */
static bool same_packet(const struct happening *a, const struct happening *b)
{
	const char *x = outcome(a->event), *y = outcome(b->event);
	int64_t apart_ms = (b->event->actual.ns - a->event->actual.ns) / 1000000;
	const bool own = has_own_stamps(a->event);

	if (a->event->kind == ENTRY_INBOUND)
		return !strcmp(x, y);
	while (*x && *y) {
		if (both_digests(&x, &y))
			continue;
		if ((own || !clocks_alike(a, b)) && both_at(&x, &y, "TS val ")) {
			if (!same_stamps(&x, &y, apart_ms) && !own)
				return false;
		} else if (*x++ != *y++) {
			return false;
		}
	}
	return *x == *y;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Both ask for the same, so what was found is what may differ: the value of an option, those in an assertion. Times are
 * compared as such (same_time). */
static bool same_findings(const struct result_event *a, const struct result_event *b)
{
	if (a->mismatch == b->mismatch && (a->mismatch == MISMATCH_EARLY || a->mismatch == MISMATCH_LATE))
		return true;
	bool same = a->mismatch_count == b->mismatch_count;

	for (size_t i = 0; same && i < a->mismatch_count; i++)
		same = same_text(a->mismatches[i].field, b->mismatches[i].field) &&
		       same_text(a->mismatches[i].observed, b->mismatches[i].observed) &&
		       same_text(a->mismatches[i].text, b->mismatches[i].text);
	return same;
}

/* Descriptors and addresses that a call returns are those of its machine: where both calls returned what the script
 * says, they do not differ. */
static bool same_outcome(const struct happening *a, const struct happening *b)
{
	const struct result_event *x = a->event, *y = b->event;
	const bool call = x->kind == ENTRY_CALL || x->kind == ENTRY_RETURN;
	const bool found = call || x->kind == ENTRY_CODE || x->kind == ENTRY_COMMAND;

	if (x->status != y->status || (found && x->status == RESULT_FAILED && !same_findings(x, y)))
		return false;
	return (call && x->status == RESULT_OK) || same_packet(a, b);
}

static bool within(vtime_t a, vtime_t b, int64_t most)
{
	return a.ns - b.ns <= most && b.ns - a.ns <= most;
}

/* The times of what we do ourselves say nothing about the target. If two events came at the same time, but not equally
 * long after the event before, it is the event before at which the runs part. */
static bool same_time(const struct happening *a, const struct happening *b, vtime_t tolerance)
{
	enum entry_kind kind = a->event->kind;

	if (kind != ENTRY_OUTBOUND && kind != ENTRY_RETURN && kind != ENTRY_UNEXPECTED)
		return true;
	return within(a->after, b->after, tolerance.ns + coarseness(a, b)) ||
	       within(a->event->actual, b->event->actual, tolerance.ns);
}

static bool differ(const struct happening *a, const struct happening *b, vtime_t tolerance)
{
	bool left = outcome(a->event), right = outcome(b->event);

	if (!left || !right)
		return left || right;
	return !same_outcome(a, b) || !same_time(a, b, tolerance);
}

/* When the event before @e happened. */
static vtime_t before(const struct side *s, const struct result_event *e)
{
	while (e-- > s->first)
		if (is_compared(e) && e->happened)
			return e->actual;
	return VTIME_ZERO;
}

static struct happening look(const struct side *s, const struct result_event *e)
{
	struct happening h = { .event = e, .coarse = s->coarse };

	if (e && e->happened)
		h.after = vtime_sub(e->actual, before(s, e));
	return h;
}

static struct happening take(struct side *s, const struct result_event *e)
{
	if (e)
		s->at[sequence_of(e)] = e + 1;
	return look(s, e);
}

/* How many unasked packets come in @s before one like @wanted. -1: none is like it. */
static int until_alike(const struct side *s, const struct side *other, const struct result_event *wanted)
{
	struct happening h = look(other, wanted);
	const struct result_event *e = peek(s, UNASKED);

	for (int n = 0; e; n++, e = next_of(s, e + 1, UNASKED)) {
		struct happening candidate = look(s, e);
		if (same_packet(&candidate, &h))
			return n;
	}
	return -1;
}

/* Which of the two has no counterpart? The one whose like does not come any more on the other side. */
static void pair_unasked(const struct side *left, const struct side *right, const struct result_event **x,
                         const struct result_event **y)
{
	int left_waits = until_alike(left, right, *y), right_waits = until_alike(right, left, *x);

	if (left_waits > 0 && (right_waits < 0 || left_waits < right_waits))
		*y = NULL;
	else if (right_waits > 0)
		*x = NULL;
}

/* Both sides have the events of lines in the order of the script, as far as each got. */
static void pair_lines(const struct result_event **x, const struct result_event **y)
{
	if ((*x)->line == (*y)->line && (*x)->kind == (*y)->kind)
		return;
	if ((*x)->line < (*y)->line)
		*y = NULL;
	else
		*x = NULL;
}

/* The sequence whose next event comes first. */
static enum sequence next_sequence(const struct side *left, const struct side *right)
{
	const struct result_event *line = peek(left, OF_LINES), *unasked = peek(left, UNASKED);

	line = line ? line : peek(right, OF_LINES);
	unasked = unasked ? unasked : peek(right, UNASKED);
	if (!line || !unasked)
		return line ? OF_LINES : UNASKED;
	return vtime_before(unasked->actual, line->actual) ? UNASKED : OF_LINES;
}

/* The next pair of events that belong together; one may be missing. False: no more. */
static bool next_pair(struct side *left, struct side *right, struct happening *a, struct happening *b)
{
	enum sequence q = next_sequence(left, right);
	const struct result_event *x = peek(left, q), *y = peek(right, q);

	if (x && y && q == OF_LINES)
		pair_lines(&x, &y);
	else if (x && y)
		pair_unasked(left, right, &x, &y);
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

/* A kernel: the machine's own, which has a real clock, or one that was booted for the case. */
static bool is_kernel(const struct result *r)
{
	static const char booted[] = "linux";
	size_t length = strlen(booted);

	return !r->virtual_time || (r->target && !strncmp(r->target, booted, length) &&
	                            strchr(":", r->target[length]) != NULL);
}

vtime_t compare_tolerance(const struct result *a, const struct result *b)
{
	if (!a->virtual_time || !b->virtual_time || is_kernel(a) != is_kernel(b))
		return vtime_us(4000);
	return is_kernel(a) ? vtime_us(10) : VTIME_ZERO;
}

static void start(struct side *s, const struct result *r, bool joined, struct arena *arena)
{
	size_t count = r->event_count;
	const struct result_event *events = joined ? burst_join(r->events, &count, arena) : r->events;

	*s = (struct side){ .first = events, .end = events + count, .at = { events, events }, .coarse = is_kernel(r) };
}

/* Put both sides at their beginnings; events that were joined are allocated in @arena. */
static void start_both(struct side *left, struct side *right, const struct result *a, const struct result *b,
                       struct arena *arena)
{
	bool joined = is_kernel(a) != is_kernel(b);

	start(left, a, joined, arena);
	start(right, b, joined, arena);
}

size_t compare_events(struct buf *out, const struct result *a, const struct result *b, const char *const names[2],
                      vtime_t tolerance)
{
	struct arena *arena = arena_new();
	struct side left, right;
	struct happening x, y;
	size_t count = 0, alone[2] = { 0, 0 };

	start_both(&left, &right, a, b, arena);
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
	arena_free(arena);
	return count;
}

bool compare_first(const struct result *a, const struct result *b, vtime_t tolerance, struct arena *arena,
                   struct difference *out)
{
	struct side left, right;
	struct happening x, y;

	start_both(&left, &right, a, b, arena);
	while (next_pair(&left, &right, &x, &y)) {
		if (!differ(&x, &y, tolerance))
			continue;
		bool both = outcome(x.event) && outcome(y.event);
		*out = (struct difference){ x.event, y.event, outcome(x.event), outcome(y.event),
		                            both && same_outcome(&x, &y) };
		return true;
	}
	return false;
}
