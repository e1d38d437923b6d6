/* SPDX-License-Identifier: MIT
 *
 * bbr_test.c - the example tests of BBR's draft (appendix A), over a simulated link
 *
 * One flow over one link. A scenario changes link and user as it goes on; what is looked at is what the
 * algorithm tells the event hook: its states, in order, and its variables at each of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/sockios.h>

#include "stack/netsim.h"

enum { CHANGES = 4096 };
enum variable { BW, PACING_GAIN, CWND_GAIN, ROUNDS, BW_SHORTTERM, INFLIGHT_LONGTERM, EXTRA_ACKED, CWND, VARIABLES };

static const char *const variable_name[VARIABLES] = {
	[BW] = "bbr_bw", [PACING_GAIN] = "bbr_pacing_gain", [CWND_GAIN] = "bbr_cwnd_gain", [ROUNDS] = "bbr_rounds",
	[BW_SHORTTERM] = "bbr_bw_shortterm", [INFLIGHT_LONGTERM] = "bbr_inflight_longterm",
	[EXTRA_ACKED] = "bbr_extra_acked", [CWND] = "cwnd",
};

/* A state, when it began, the values of variables before, and the last, least and most of them in it. */
static struct change {
	const char *state;
	double at;
	int64_t before[VARIABLES], last[VARIABLES], least[VARIABLES], most[VARIABLES];
} changes[CHANGES];
static size_t change_count;

/* What a test does to the link and to the user. */
struct scenario {
	const struct link_quality *link;
	double seconds;
	void (*entered)(struct sim *m, const char *state, int nth);      /* a state, for the nth time; may be NULL */
	void (*each)(struct sim *m);                                     /* between any two events; may be NULL */
};

static const struct scenario *scenario;

static void begin(const struct side *side, const struct stack_event *e)
{
	struct change *c = &changes[change_count], *last = change_count ? c - 1 : NULL;
	int nth = 1;

	*c = (struct change){ .state = e->reason + strlen("BBR: "), .at = vtime_to_s(e->at) };
	for (int v = 0; v < VARIABLES; v++) {
		c->before[v] = c->last[v] = last ? last->last[v] : 0;
		c->least[v] = INT64_MAX;
		c->most[v] = INT64_MIN;
	}
	for (size_t i = 0; i < change_count; i++)
		nth += !strcmp(changes[i].state, c->state);
	change_count++;
	if (scenario->entered)
		scenario->entered(side->sim, c->state, nth);
}

static void heard(void *context, const struct stack_event *e)
{
	const struct side *side = context;
	struct change *c = change_count ? &changes[change_count - 1] : NULL;

	if (side->index)
		return;
	if (e->kind == STACK_EVENT_NOTE && !strncmp(e->reason, "BBR: ", 5) && change_count < CHANGES)
		begin(side, e);
	for (int v = 0; c && e->kind == STACK_EVENT_VARIABLE && v < VARIABLES; v++) {
		if (strcmp(e->name, variable_name[v]) != 0)
			continue;
		c->last[v] = e->after;
		c->least[v] = e->after < c->least[v] ? e->after : c->least[v];
		c->most[v] = e->after > c->most[v] ? e->after : c->most[v];
	}
}

/* Octets of text a second that arrived in the last quarter. */
static double watch(const struct scenario *s)
{
	static const struct host_kind bbr = { "bbr", "rack" };
	struct sim *m = calloc(1, sizeof(*m));
	size_t before = 0;

	assert_non_null(m);
	scenario = s;
	change_count = 0;
	m->link = *s->link;
	m->bulk = true;
	m->bytes = SIZE_MAX;
	m->sides = 2;
	m->event = heard;
	random_seed(&m->random, 1);
	side_start(m, 1, 1, &bbr);
	side_start(m, 0, 1, &bbr);
	while (vtime_to_s(m->now) < s->seconds && !m->trouble && step(m)) {
		if (s->each)
			s->each(m);
		if (vtime_to_s(m->now) < s->seconds * 3 / 4)
			before = m->side[1].received;
	}
	if (m->trouble)
		fail_msg("%s", m->trouble);
	double rate = (double)(m->side[1].received - before) / (s->seconds / 4);
	stack_free(m->side[0].stack);
	stack_free(m->side[1].stack);
	while (m->flying)
		free(heap_take(m).bytes);
	free(m);
	return rate;
}

/* Each millisecond the user fills what is not sent yet up to @unsent octets, so that it can pause at once. */
static void attend(struct sim *m, size_t unsent)
{
	int waiting = 0;

	if (vtime_before(m->now, m->wake) || m->side[0].fd < 0)
		return;
	if (stack_ioctl(m->side[0].stack, m->side[0].fd, SIOCOUTQNSD, &waiting))
		return;                                          /* not connected yet */
	m->bytes = m->side[0].sent + ((size_t)waiting < unsent ? unsent - (size_t)waiting : 0);
	m->wake = vtime_add(m->now, vtime_ms(1));
}

/* The user writes @rate octets a second from now on, a thousandth of them each millisecond. */
static void limit_user(struct sim *m, double rate)
{
	if (m->bytes == SIZE_MAX)
		m->bytes = m->side[0].sent;
	if (vtime_before(m->now, m->wake))
		return;
	m->bytes += (size_t)(rate / 1000);
	m->wake = vtime_add(m->now, vtime_ms(1));
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

/* The state after @i is @state. */
static void assert_next(size_t i, const char *state)
{
	if (!is(i + 1, state))
		fail_msg("after %s at %f: %s, not %s", changes[i].state, changes[i].at,
		         i + 1 < change_count ? changes[i + 1].state : "nothing", state);
}

/* A.1, A.3 and A.8 */
static void startup_drain_down_cruise(void **state)
{
	(void)state;
	watch(&(struct scenario){ .link = &plain, .seconds = 4 });
	assert_true(is(0, "STARTUP") && is(1, "DRAIN") && is(2, "PROBE_BW, DOWN") && is(3, "PROBE_BW, CRUISE"));
	double text = 1e6 * 1460 / 1500;
	assert_true((double)changes[0].last[BW] > 0.98 * text && (double)changes[0].last[BW] < 1.02 * text);
	assert_int_equal(changes[0].last[PACING_GAIN], 277);
	assert_int_equal(changes[1].last[PACING_GAIN], 50);
	assert_true(changes[2].at - changes[1].at < 3 * 0.08); /* three round trips with a full queue at most */
	assert_int_equal(changes[3].last[PACING_GAIN], 100);
}

static const struct link_quality fast = { .rate = 10000000, .delay_ns = 20000000, .queue = 1600000 };

static void slow_user_then_losses(struct sim *m)
{
	limit_user(m, 3000000);
	if (vtime_to_s(m->now) > 2)
		m->link.rare_loss = 200000;
}

/* A.2: one STARTUP until then, which is A.7, too. */
static void losses_end_startup_of_a_slow_user(void **state)
{
	(void)state;
	watch(&(struct scenario){ .link = &fast, .seconds = 3, .each = slow_user_then_losses });
	assert_true(is(0, "STARTUP") && is(1, "DRAIN"));
	assert_true(changes[1].at > 2 && changes[1].at < 2.5);
}

static void lower_rate_in_drain(struct sim *m, const char *state, int nth)
{
	if (!strcmp(state, "DRAIN") && nth == 1)
		m->link.rate /= 4;
}

/* A.4; after a decrease by a tenth only, the queue would still run empty. */
static void drain_ends_with_time(void **state)
{
	(void)state;
	watch(&(struct scenario){ .link = &plain, .seconds = 4, .entered = lower_rate_in_drain });
	size_t drain = find(0, "DRAIN");
	assert_next(drain, "PROBE_BW, DOWN");
	assert_int_equal(changes[drain].last[ROUNDS] - changes[drain].before[ROUNDS], 3 + 1);
}

/* A.5 */
static void a_probe_ends_when_the_rate_no_longer_grows(void **state)
{
	(void)state;
	watch(&(struct scenario){ .link = &plain, .seconds = 6 });
	size_t refill = find(0, "PROBE_BW, REFILL");
	assert_true(is(refill + 1, "PROBE_BW, UP") && is(refill + 2, "PROBE_BW, DOWN"));
	assert_int_equal(changes[refill + 1].last[PACING_GAIN], 125);
	assert_int_equal(changes[refill + 1].last[CWND_GAIN], 225);
	assert_int_equal(changes[refill + 2].last[PACING_GAIN], 90);
	assert_true(changes[refill + 1].at - changes[refill].at >= 0.04);        /* REFILL lasts a round trip */
}

static bool is_up;
static double up_since;

static void note_up(struct sim *m, const char *state, int nth)
{
	(void)nth;
	if (!is_up)
		up_since = vtime_to_s(m->now);
	is_up |= !strcmp(state, "PROBE_BW, UP");
}

static void slow_user_in_up(struct sim *m)
{
	if (is_up)
		limit_user(m, 3000000);
	else
		attend(m, 60000);
}

static void slow_user_in_up_then_losses(struct sim *m)
{
	slow_user_in_up(m);
	if (is_up && vtime_to_s(m->now) > up_since + 1)
		m->link.rare_loss = 200000;
}

/* A.7: until it is time to look for the round trip. */
static void a_slow_user_stays_in_up(void **state)
{
	(void)state;
	is_up = false;
	watch(&(struct scenario){ .link = &fast, .seconds = 14, .entered = note_up, .each = slow_user_in_up });
	size_t up = find(0, "PROBE_BW, UP");
	assert_next(up, "PROBE_RTT");
	assert_true(changes[up + 1].at - changes[up].at > 1.5);
}

/* A.6. The draft's pseudocode, 5.5.10.2, leaves inflight_longterm alone where the sample is limited by the user. */
static void losses_end_up_of_a_slow_user(void **state)
{
	(void)state;
	is_up = false;
	watch(&(struct scenario){
		.link = &fast, .seconds = 6, .entered = note_up, .each = slow_user_in_up_then_losses });
	size_t up = find(0, "PROBE_BW, UP");
	assert_next(up, "PROBE_BW, DOWN");
	assert_true(changes[up + 1].at > changes[up].at + 1 && changes[up + 1].at < changes[up].at + 1.2);
	assert_int_equal(changes[up + 1].before[INFLIGHT_LONGTERM], changes[up].before[INFLIGHT_LONGTERM]);
}

static void slower_in_second_down(struct sim *m, const char *state, int nth)
{
	if (!strcmp(state, "PROBE_BW, DOWN") && nth == 2)
		m->link.rate = m->link.rate * 8 / 10;
}

/* A.9 */
static void down_ends_with_time(void **state)
{
	(void)state;
	watch(&(struct scenario){ .link = &plain, .seconds = 8, .entered = slower_in_second_down });
	size_t down = find(find(0, "PROBE_BW, DOWN") + 1, "PROBE_BW, DOWN");
	assert_next(down, "PROBE_BW, REFILL");
	assert_true(changes[down + 1].at - changes[down].at > 0.5 && changes[down + 1].at - changes[down].at < 3.5);
}

/* A.10 */
static void the_round_trip_is_probed(void **state)
{
	(void)state;
	watch(&(struct scenario){ .link = &plain, .seconds = 14 });
	size_t probe = find(0, "PROBE_RTT");
	assert_true(changes[probe].at > 5 && changes[probe].at < 11);
	assert_int_equal(changes[probe].last[CWND_GAIN], 50);
	assert_true(probe + 1 < change_count);
	double lasted = changes[probe + 1].at - changes[probe].at;
	assert_true(lasted >= 0.2 && lasted < 0.5);
	assert_true(is(probe + 1, "PROBE_BW, DOWN") && is(probe + 2, "PROBE_BW, CRUISE"));
}

static void pause_for_six_seconds(struct sim *m)
{
	if (vtime_to_s(m->now) < 2 || vtime_to_s(m->now) >= 8)
		attend(m, 10000);
	else if (vtime_before(m->wake, vtime_s(8)))
		m->wake = vtime_s(8);
}

/* A.11 */
static void a_pause_is_a_probe_of_the_round_trip(void **state)
{
	(void)state;
	watch(&(struct scenario){ .link = &plain, .seconds = 12, .each = pause_for_six_seconds });
	for (size_t i = 0; i < change_count; i++)
		assert_false(is(i, "PROBE_RTT"));
	assert_true(changes[change_count - 1].at > 8);
}

/* A.12 */
static void startup_with_batches_of_acks(void **state)
{
	struct link_quality batches = plain;

	(void)state;
	batches.batch_ns = 30000000;
	watch(&(struct scenario){ .link = &batches, .seconds = 3 });
	double text = 1e6 * 1460 / 1500;
	assert_true(is(0, "STARTUP") && is(1, "DRAIN"));
	assert_true((double)changes[0].last[BW] > 0.9 * text && (double)changes[0].last[BW] < 1.3 * text);
	assert_true(changes[0].last[EXTRA_ACKED] > 10000);
	assert_true((double)changes[0].most[CWND] > 2 * text * 0.04);
}

static void batches_in_cruise(struct sim *m, const char *state, int nth)
{
	if (!strcmp(state, "PROBE_BW, CRUISE") && nth == 1)
		m->link.batch_ns = 60000000;
}

/* A.13: twice the product alone would not do, as an ACK may be a round trip and a half late. */
static void cruise_with_batches_of_acks(void **state)
{
	(void)state;
	double rate = watch(&(struct scenario){ .link = &plain, .seconds = 12, .entered = batches_in_cruise });
	size_t cruise = find(find(0, "PROBE_BW, CRUISE") + 1, "PROBE_BW, CRUISE");
	assert_true(changes[cruise].last[EXTRA_ACKED] > 30000);
	assert_true((double)changes[cruise].most[CWND] > 2 * 1e6 * 0.04);
	assert_true(rate > 0.9e6);
}

/* A.14 */
static void four_segments_at_least(void **state)
{
	const struct link_quality slow = { .rate = 8000, .delay_ns = 500000, .queue = 12000 };

	(void)state;
	double rate = watch(&(struct scenario){ .link = &slow, .seconds = 120 });
	assert_true(rate > 0.85 * 8000);
	for (size_t i = find(0, "PROBE_BW, CRUISE"); i < change_count; i++)      /* time-outs are over */
		assert_true(changes[i].least[CWND] >= 4 * 1460);
}

static void ten_times_as_fast(struct sim *m) { m->link.rate = vtime_to_s(m->now) < 30 ? 1000000 : 10000000; }
static void ten_times_as_slow(struct sim *m) { m->link.rate = vtime_to_s(m->now) < 30 ? 10000000 : 1000000; }

/* A.15 and A.16 */
static void it_follows_the_rate(void **state)
{
	const struct link_quality short_queue = { .rate = 10000000, .delay_ns = 20000000, .queue = 400000 };

	(void)state;
	assert_true(watch(&(struct scenario){ .link = &plain, .seconds = 60, .each = ten_times_as_fast }) > 0.8e7);
	assert_true(watch(&(struct scenario){
		.link = &short_queue, .seconds = 60, .each = ten_times_as_slow }) > 0.8e6);
	assert_true(changes[change_count - 1].last[BW] < 1.1 * 1000000);
}

static uint64_t dropped_before, packets_before;

static void count_second_half(struct sim *m)
{
	if (vtime_to_s(m->now) < 20) {
		dropped_before = m->dropped;
		packets_before = m->packets;
	} else {
		m->waited = (double)(m->dropped - dropped_before) / (double)(m->packets - packets_before + 1);
		up_since = m->waited;
	}
}

/* A.17 */
static void a_policer_is_obeyed(void **state)
{
	struct link_quality policer = plain;

	(void)state;
	policer.polices = true;
	policer.queue = 60000;
	double rate = watch(&(struct scenario){ .link = &policer, .seconds = 40, .each = count_second_half });
	bool adapted = false;
	for (size_t i = 0; i < change_count; i++)
		adapted |= changes[i].last[BW_SHORTTERM] > 0;
	assert_true(adapted);
	assert_true(rate > 0.9e6);
	assert_true(up_since < 0.05);                                    /* the share that is lost */
}

static void one_is_late_in_up(struct sim *m, const char *state, int nth)
{
	if (!strcmp(state, "PROBE_BW, UP") && nth == 1)
		m->hold_ns = 30000000;
}

/* A.18. What was too high turns out not to be, so the probe is made again. */
static void a_needless_copy_is_undone(void **state)
{
	(void)state;
	watch(&(struct scenario){ .link = &plain, .seconds = 5, .entered = one_is_late_in_up });
	size_t up = find(0, "PROBE_BW, UP");
	assert_next(up, "PROBE_BW, DOWN");
	size_t again = find(up + 1, "PROBE_BW, REFILL");
	assert_true(changes[again].at - changes[up + 1].at < 0.1);
	assert_int_equal(changes[again].last[INFLIGHT_LONGTERM], changes[up].before[INFLIGHT_LONGTERM]);
	assert_next(again, "PROBE_BW, UP");
}

static void all_are_late_in_up(struct sim *m)
{
	double now = vtime_to_s(m->now);

	m->link.delay_ns = is_up && now < up_since + 0.1 ? 620000000 : 20000000;
}

/* A.19 */
static void a_needless_time_out_is_undone(void **state)
{
	(void)state;
	is_up = false;
	watch(&(struct scenario){ .link = &plain, .seconds = 6, .entered = note_up, .each = all_are_late_in_up });
	size_t up = find(0, "PROBE_BW, UP");
	size_t again = find(up + 1, "PROBE_BW, UP");
	assert_true(changes[again].at - changes[up].at < 1.5);
	assert_int_equal(changes[again].before[INFLIGHT_LONGTERM], changes[up].before[INFLIGHT_LONGTERM]);
	assert_true((double)changes[again].last[BW] > 0.9e6);
}

/* A.20: where a round trip lasts nearly as long as the interval of PROBE_RTT, STARTUP is not over when that comes. */
static void startup_goes_on_after_a_probe(void **state)
{
	const struct link_quality slow = { .rate = 6000, .delay_ns = 500000, .queue = 40000 };

	(void)state;
	watch(&(struct scenario){ .link = &slow, .seconds = 30 });
	assert_true(is(0, "STARTUP") && is(1, "PROBE_RTT") && is(2, "STARTUP"));
	assert_true(changes[2].at - changes[1].at >= 0.2);
}

static void losses_in_second_up(struct sim *m, const char *state, int nth)
{
	m->link.rare_loss = !strcmp(state, "PROBE_BW, UP") && nth == 2 ? 150000 : 0;
}

/* A.21: the queue is short, so that the first probe sets the bound. */
static void losses_lower_the_bound(void **state)
{
	struct link_quality short_queue = plain;

	(void)state;
	short_queue.queue = 16000;
	watch(&(struct scenario){ .link = &short_queue, .seconds = 9, .entered = losses_in_second_up });
	size_t up = find(find(0, "PROBE_BW, UP") + 1, "PROBE_BW, UP");
	assert_next(up, "PROBE_BW, DOWN");
	int64_t before = changes[up].before[INFLIGHT_LONGTERM], after = changes[up + 1].last[INFLIGHT_LONGTERM];
	assert_true(before > 0 && after < before && (double)after > 0.6 * (double)before);
	assert_true(changes[up + 1].at - changes[up].at < 0.12);
}

static bool is_refilling;

static void note_refill(struct sim *m, const char *state, int nth)
{
	(void)m;
	is_refilling = !strcmp(state, "PROBE_BW, REFILL") && nth == 1;
}

/* A twentieth of what the path takes: enough for a round to end. */
static void nearly_pause_in_refill(struct sim *m)
{
	if (is_refilling)
		limit_user(m, 50000);
	else
		attend(m, 10000);
}

/* A.22 */
static void a_pause_in_refill_is_no_measure(void **state)
{
	(void)state;
	is_refilling = false;
	watch(&(struct scenario){
		.link = &plain, .seconds = 6, .entered = note_refill, .each = nearly_pause_in_refill });
	size_t refill = find(0, "PROBE_BW, REFILL");
	assert_next(refill, "PROBE_BW, UP");
	assert_next(refill + 1, "PROBE_BW, DOWN");
	for (size_t i = refill; i < refill + 2; i++)
		assert_true(changes[i].last[BW] >= changes[refill].before[BW]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(startup_drain_down_cruise),
		cmocka_unit_test(losses_end_startup_of_a_slow_user),
		cmocka_unit_test(drain_ends_with_time),
		cmocka_unit_test(a_probe_ends_when_the_rate_no_longer_grows),
		cmocka_unit_test(a_slow_user_stays_in_up),
		cmocka_unit_test(losses_end_up_of_a_slow_user),
		cmocka_unit_test(down_ends_with_time),
		cmocka_unit_test(the_round_trip_is_probed),
		cmocka_unit_test(a_pause_is_a_probe_of_the_round_trip),
		cmocka_unit_test(startup_with_batches_of_acks),
		cmocka_unit_test(cruise_with_batches_of_acks),
		cmocka_unit_test(four_segments_at_least),
		cmocka_unit_test(it_follows_the_rate),
		cmocka_unit_test(a_policer_is_obeyed),
		cmocka_unit_test(a_needless_copy_is_undone),
		cmocka_unit_test(a_needless_time_out_is_undone),
		cmocka_unit_test(startup_goes_on_after_a_probe),
		cmocka_unit_test(losses_lower_the_bound),
		cmocka_unit_test(a_pause_in_refill_is_no_measure),
	};

	pattern_fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
