/* SPDX-License-Identifier: MIT
 *
 * trace_test.c - events of the stack, and the lines that tell of them
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "target/builtin/internal.h"

static struct tuple tuple_of(uint16_t remote)
{
	struct tuple tuple = { .source_port = 8080, .destination_port = remote };

	assert_true(ip_address_parse("192.0.2.1", &tuple.source));
	assert_true(ip_address_parse("192.0.2.2", &tuple.destination));
	return tuple;
}

static void changes(struct trace *t, uint16_t remote, int fd, const char *name, int64_t before, int64_t after)
{
	trace_add(t, &(struct stack_event){
		.kind = STACK_EVENT_VARIABLE, .fd = fd, .tuple = tuple_of(remote), .name = name,
		.before = before, .after = after,
	});
}

static void timer(struct trace *t, enum stack_event_kind kind, int at, int deadline)
{
	trace_add(t, &(struct stack_event){ .kind = kind,
	                                    .at = vtime_ms(at),
	                                    .fd = 4,
	                                    .tuple = tuple_of(1),
	                                    .name = "rtx",
	                                    .deadline = vtime_ms(deadline) });
}

static void takes(struct trace *t, const char *want)
{
	const char *text = "";
	vtime_t at;

	assert_true(trace_take(t, &at, &text));
	assert_string_equal(text, want);
}

static void numbers_are_relative(void **state)
{
	struct trace t = { .level = BUILTIN_TRACE_ALL };

	(void)state;
	changes(&t, 1, -1, "snd_una", 0, 4294967295);
	changes(&t, 1, -1, "snd_nxt", 0, 0);
	changes(&t, 1, 4, "snd_nxt", 0, 1000);
	changes(&t, 1, 4, "snd_una", 4294967295, 500);
	changes(&t, 1, 4, "rcv_nxt", 0, 7001);
	changes(&t, 1, 4, "rcv_nxt", 7001, 7101);
	/* Another connection counts on its own. */
	changes(&t, 2, 5, "snd_una", 0, 100);
	takes(&t, "8080-1: snd_una: 0");
	takes(&t, "8080-1: snd_nxt: 0 -> 1");
	takes(&t, "8080-1: snd_nxt: 0 -> 1001");
	takes(&t, "8080-1: snd_una: 0 -> 501");
	takes(&t, "8080-1: rcv_nxt: 1");
	takes(&t, "8080-1: rcv_nxt: 1 -> 101");
	takes(&t, "8080-2: snd_una: 0");
	/* And so does the next one between the same ports. */
	trace_add(&t, &(struct stack_event){
		.kind = STACK_EVENT_STATE, .tuple = tuple_of(1), .from = "LAST-ACK", .to = "CLOSED",
	});
	changes(&t, 1, 4, "snd_una", 500, 501);
	trace_add(&t, &(struct stack_event){
		.kind = STACK_EVENT_STATE, .tuple = tuple_of(1), .from = "CLOSED", .to = "SYN-SENT",
	});
	changes(&t, 1, 4, "snd_una", 0, 50000);
	takes(&t, "8080-1: LAST-ACK -> CLOSED");
	takes(&t, "8080-1: snd_una: 501 -> 502");
	takes(&t, "8080-1: CLOSED -> SYN-SENT");
	takes(&t, "8080-1: snd_una: 0");
	trace_free(&t);
}

static void values_have_units(void **state)
{
	static const struct {
		const char *name;
		int64_t before, after;
		const char *want;
	} rows[] = {
		{ "cwnd", 4000, 1000, "8080-1: cwnd: 4000 -> 1000 bytes" },
		{ "ssthresh", 0, 1 << 30, "8080-1: ssthresh: 0 -> infinite" },
		{ "ssthresh", 1 << 30, 2000, "8080-1: ssthresh: infinite -> 2000 bytes" },
		{ "rto", 1000000, 2000000, "8080-1: rto: 1 s -> 2 s" },
		{ "srtt", 0, 20500, "8080-1: srtt: 0 -> 20.5 ms" },
		{ "something", 3, 4, "8080-1: something: 3 -> 4" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct trace t = { .level = BUILTIN_TRACE_ALL };
		changes(&t, 1, 4, rows[i].name, rows[i].before, rows[i].after);
		takes(&t, rows[i].want);
		trace_free(&t);
	}
}

static void a_timer_is_told_once_an_instant(void **state)
{
	struct trace t = { .level = BUILTIN_TRACE_ALL };
	const char *text;
	vtime_t at;

	(void)state;
	timer(&t, STACK_EVENT_TIMER_SET, 1, 1001);
	timer(&t, STACK_EVENT_TIMER_FIRED, 2, 0);
	timer(&t, STACK_EVENT_TIMER_CLEARED, 2, 0);
	timer(&t, STACK_EVENT_TIMER_SET, 2, 202);
	timer(&t, STACK_EVENT_TIMER_SET, 2, 2002);
	takes(&t, "8080-1: timer rtx: in 1 s");
	takes(&t, "8080-1: timer rtx: fires");
	takes(&t, "8080-1: timer rtx: in 2 s");
	assert_false(trace_take(&t, &at, &text));
	timer(&t, STACK_EVENT_TIMER_SET, 3, 4);
	takes(&t, "8080-1: timer rtx: in 1 ms");
	trace_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_relative),
		cmocka_unit_test(values_have_units),
		cmocka_unit_test(a_timer_is_told_once_an_instant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
