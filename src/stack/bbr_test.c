/* SPDX-License-Identifier: MIT
 *
 * bbr_test.c - the example tests of BBR's draft (appendix A) that a simulated link can show
 *
 * One flow over one link; what is looked at is what the algorithm tells the event hook: its states, in order, and its
 * variables at each of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/netsim.h"

enum { CHANGES = 4096 };

/* A state, when it began, and the last values of variables in it. */
static struct change {
	const char *state;
	double at;
	int64_t bw, pacing_gain, cwnd_gain, least_cwnd;
} changes[CHANGES];
static size_t change_count;

static void heard(void *context, const struct stack_event *e)
{
	const struct side *side = context;
	struct change *last = change_count ? &changes[change_count - 1] : NULL;

	if (side->index)
		return;
	if (e->kind == STACK_EVENT_NOTE && !strncmp(e->reason, "BBR: ", 5) && change_count < CHANGES) {
		changes[change_count++] = (struct change){ .state = e->reason + 5, .at = vtime_to_s(e->at),
		                                           .bw = last ? last->bw : 0, .least_cwnd = INT64_MAX };
		return;
	}
	if (e->kind != STACK_EVENT_VARIABLE || !last)
		return;
	if (!strcmp(e->name, "bbr_bw"))
		last->bw = e->after;
	else if (!strcmp(e->name, "bbr_pacing_gain"))
		last->pacing_gain = e->after;
	else if (!strcmp(e->name, "bbr_cwnd_gain"))
		last->cwnd_gain = e->after;
	else if (!strcmp(e->name, "cwnd") && e->after < last->least_cwnd)
		last->least_cwnd = e->after;
}

/* Play; the line's rate becomes @then at half time. Octets of text a second that arrived in the last quarter. */
static double watch(const struct link_quality *link, int64_t then, double seconds)
{
	static const struct host_kind bbr = { "bbr", "rack" };
	struct sim *m = calloc(1, sizeof(*m));
	size_t before = 0;

	assert_non_null(m);
	change_count = 0;
	m->link = *link;
	m->bulk = true;
	m->bytes = SIZE_MAX;
	m->sides = 2;
	m->event = heard;
	random_seed(&m->random, 1);
	side_start(m, 1, 1, &bbr);
	side_start(m, 0, 1, &bbr);
	while (vtime_to_s(m->now) < seconds && !m->trouble && step(m)) {
		if (vtime_to_s(m->now) >= seconds / 2)
			m->link.rate = then;
		if (vtime_to_s(m->now) < seconds * 3 / 4)
			before = m->side[1].received;
	}
	if (m->trouble)
		fail_msg("%s", m->trouble);
	double rate = (double)(m->side[1].received - before) / (seconds / 4);
	stack_free(m->side[0].stack);
	stack_free(m->side[1].stack);
	while (m->flying)
		free(heap_take(m).bytes);
	free(m);
	return rate;
}

static const struct link_quality plain = { .rate = 1000000, .delay_ns = 20000000, .queue = 160000 };

static bool is(size_t i, const char *state)
{
	return i < change_count && !strcmp(changes[i].state, state);
}

static size_t find(size_t from, const char *state)
{
	while (from < change_count && !is(from, state))
		from++;
	if (from == change_count)
		fail_msg("no %s", state);
	return from;
}

/* A.1, A.3 and A.8 */
static void startup_drain_down_cruise(void **state)
{
	(void)state;
	watch(&plain, plain.rate, 4);
	assert_true(is(0, "STARTUP") && is(1, "DRAIN") && is(2, "PROBE_BW, DOWN") && is(3, "PROBE_BW, CRUISE"));
	double text = 1e6 * 1460 / 1500;
	assert_true((double)changes[0].bw > 0.98 * text && (double)changes[0].bw < 1.02 * text);
	assert_int_equal(changes[0].pacing_gain, 277);
	assert_int_equal(changes[1].pacing_gain, 50);
	assert_true(changes[2].at - changes[1].at < 3 * 0.08);           /* three round trips with a full
	                                                                    queue at most */
	assert_int_equal(changes[3].pacing_gain, 100);
}

/* A.5 */
static void a_probe_ends_when_the_rate_no_longer_grows(void **state)
{
	(void)state;
	watch(&plain, plain.rate, 6);
	size_t refill = find(0, "PROBE_BW, REFILL");
	assert_true(is(refill + 1, "PROBE_BW, UP") && is(refill + 2, "PROBE_BW, DOWN"));
	assert_int_equal(changes[refill + 1].pacing_gain, 125);
	assert_int_equal(changes[refill + 1].cwnd_gain, 225);
	assert_int_equal(changes[refill + 2].pacing_gain, 90);
	assert_true(changes[refill + 1].at - changes[refill].at >= 0.04);        /* REFILL lasts a round trip */
}

/* A.10 */
static void the_round_trip_is_probed(void **state)
{
	(void)state;
	watch(&plain, plain.rate, 14);
	size_t probe = find(0, "PROBE_RTT");
	assert_true(changes[probe].at > 5 && changes[probe].at < 11);
	assert_int_equal(changes[probe].cwnd_gain, 50);
	assert_true(probe + 1 < change_count);
	assert_true(changes[probe + 1].at - changes[probe].at >= 0.2 &&
	            changes[probe + 1].at - changes[probe].at < 0.5);
	assert_true(is(probe + 1, "PROBE_BW, DOWN") && is(probe + 2, "PROBE_BW, CRUISE"));
}

/* A.14 */
static void four_segments_at_least(void **state)
{
	const struct link_quality slow = { .rate = 8000, .delay_ns = 500000, .queue = 12000 };

	(void)state;
	double rate = watch(&slow, slow.rate, 120);
	assert_true(rate > 0.85 * 8000);
	for (size_t i = find(0, "PROBE_BW, CRUISE"); i < change_count; i++)      /* time-outs are over */
		assert_true(changes[i].least_cwnd >= 4 * 1460);
}

/* A.20: where a round trip lasts nearly as long as the interval of PROBE_RTT, STARTUP is not over when that comes. */
static void startup_goes_on_after_a_probe(void **state)
{
	const struct link_quality slow = { .rate = 8000, .delay_ns = 500000, .queue = 30000 };

	(void)state;
	watch(&slow, slow.rate, 30);
	assert_true(is(0, "STARTUP") && is(1, "PROBE_RTT") && is(2, "STARTUP"));
	assert_true(changes[2].at - changes[1].at >= 0.2);
}

/* A.15 and A.16 */
static void it_follows_the_rate(void **state)
{
	struct link_quality fast = plain;

	(void)state;
	fast.rate = 10000000;
	fast.queue = 400000;
	assert_true(watch(&plain, 10000000, 60) > 0.8 * 10000000);
	assert_true(watch(&fast, 1000000, 60) > 0.8 * 1000000);
	assert_true(changes[change_count - 1].bw < 1.1 * 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(startup_drain_down_cruise),
		cmocka_unit_test(a_probe_ends_when_the_rate_no_longer_grows),
		cmocka_unit_test(the_round_trip_is_probed), cmocka_unit_test(four_segments_at_least),
		cmocka_unit_test(startup_goes_on_after_a_probe),
		cmocka_unit_test(it_follows_the_rate),
	};

	pattern_fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
