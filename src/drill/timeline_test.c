/* SPDX-License-Identifier: MIT
 *
 * timeline_test.c - resolving times, tolerance, and the sentences about them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drill/timeline.h"

static struct packet_spec inbound = { .direction = DIRECTION_INBOUND };
static struct packet_spec outbound = { .direction = DIRECTION_OUTBOUND };

static const struct config config = { .tolerance = { 4000000 }, .tolerance_percent = 12.5 };

static struct event packet_event(struct packet_spec *spec, enum time_kind kind, int64_t start_ms, int64_t end_ms)
{
	return (struct event){
		.kind = EVENT_PACKET,
		.packet = spec,
		.time = { .kind = kind, .start = vtime_ms(start_ms), .end = vtime_ms(end_ms) },
	};
}

static struct due resolve(struct timeline *t, const struct event *event, int64_t now_ms)
{
	struct buf why = BUF_INIT;
	struct due due;

	assert_true(timeline_resolve(t, event, vtime_ms(now_ms), &due, &why));
	assert_int_equal(why.length, 0);
	return due;
}

static void relative_times_start_from_now(void **state)
{
	struct timeline t = { .config = &config };
	struct event first = packet_event(&outbound, TIME_ABSOLUTE, 0, 0);
	struct event second = packet_event(&inbound, TIME_RELATIVE_RANGE, 10, 20);
	struct due due = resolve(&t, &first, -1);

	(void)state;
	timeline_advance(&t, &first, &due);
	due = resolve(&t, &second, 103);
	assert_int_equal(due.start.ns, vtime_ms(113).ns);
	assert_int_equal(due.end.ns, vtime_ms(123).ns);
}

static void a_burst_of_inbound_packets_does_not_drift(void **state)
{
	struct timeline t = { .config = &config };
	struct event first = packet_event(&inbound, TIME_ABSOLUTE, 50, 50);
	struct event second = packet_event(&inbound, TIME_RELATIVE, 10, 10);
	struct due due = resolve(&t, &first, 0);

	(void)state;
	timeline_advance(&t, &first, &due);
	due = resolve(&t, &second, 58);
	assert_int_equal(due.start.ns, vtime_ms(60).ns);
}

static void tolerance_is_the_larger_of_both(void **state)
{
	(void)state;
	assert_int_equal(timeline_tolerance(&config, vtime_ms(10)).ns, vtime_ms(4).ns);
	assert_int_equal(timeline_tolerance(&config, vtime_ms(1000)).ns, vtime_ms(125).ns);
	assert_int_equal(timeline_tolerance(&config, vtime_ms(-1000)).ns, vtime_ms(4).ns);
}

static void times_are_judged_in_whole_microseconds(void **state)
{
	const struct due due = { .start = { 10000000 }, .end = { 20000000 }, .tolerance = { 4000000 } };
	static const struct {
		int64_t at_ns;
		enum punctuality want;
	} cases[] = {
		{ 6000000, TIME_RIGHT }, { 5999999, TIME_TOO_EARLY }, { 24000999, TIME_RIGHT },
		{ 24001000, TIME_TOO_LATE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(timeline_judge(&due, vtime_ns(cases[i].at_ns)), cases[i].want);
}

static void going_backward_is_an_error_between_absolute_times(void **state)
{
	struct timeline t = { .config = &config };
	struct event first = packet_event(&inbound, TIME_ABSOLUTE, 500, 500);
	struct event second = packet_event(&inbound, TIME_ABSOLUTE, 400, 400);
	struct event third = packet_event(&inbound, TIME_RELATIVE, 1, 1);
	struct due due = resolve(&t, &first, 0);
	struct buf why = BUF_INIT;

	(void)state;
	timeline_advance(&t, &first, &due);
	assert_false(timeline_resolve(&t, &second, vtime_ms(500), &due, &why));
	assert_string_equal(why.data, "time goes backward in script from 500000 usec to 400000 usec");
	buf_free(&why);
	resolve(&t, &third, 500);
}

static void sentences_follow_the_form_of_the_time(void **state)
{
	static const struct {
		enum time_kind kind;
		const char *want;
	} cases[] = {
		{ TIME_ABSOLUTE,
		  "timing error: expected outbound packet at 0.110000 sec but happened at 0.150000 sec; "
		  "tolerance 0.004000 sec" },
		{ TIME_ABSOLUTE_RANGE,
		  "timing error: expected outbound packet in time range 0.110000~0.120000 sec but happened at "
		  "0.150000 sec" },
		{ TIME_RELATIVE_RANGE,
		  "timing error: expected outbound packet in relative time range +0.010000~+0.020000 sec but happened "
		  "at +0.050000 sec" },
	};
	const struct due due = {
		.base = { 100000000 }, .start = { 110000000 }, .end = { 120000000 }, .tolerance = { 4000000 }
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct event event = packet_event(&outbound, cases[i].kind, 10, 20);
		struct buf text = BUF_INIT;
		timeline_explain(&text, &event, &due, vtime_ms(150), "outbound packet");
		assert_string_equal(text.data, cases[i].want);
		buf_free(&text);
	}
}

static void patience_grows_with_the_gap(void **state)
{
	struct timeline t = { .config = &config, .has_previous = true, .previous_time = { 500000000 } };
	const struct due soon = { .start = { 600000000 }, .end = { 600000000 } };
	const struct due later = { .start = { 600000000 }, .end = { 3600000000 } };
	const struct due whenever = { .any = true };

	(void)state;
	assert_int_equal(timeline_patience(&t, &soon).ns, vtime_s(2).ns);
	assert_int_equal(timeline_patience(&t, &later).ns, vtime_s(5).ns);
	assert_true(vtime_is_never(timeline_patience(&t, &whenever)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relative_times_start_from_now),
		cmocka_unit_test(a_burst_of_inbound_packets_does_not_drift),
		cmocka_unit_test(tolerance_is_the_larger_of_both),
		cmocka_unit_test(times_are_judged_in_whole_microseconds),
		cmocka_unit_test(going_backward_is_an_error_between_absolute_times),
		cmocka_unit_test(sentences_follow_the_form_of_the_time),
		cmocka_unit_test(patience_grows_with_the_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
