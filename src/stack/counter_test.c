/* SPDX-License-Identifier: MIT
 *
 * counter_test.c - a host counts what happens to it, as Linux does for the same segments
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/tcp.h>

#include "stack/tcp_bench.h"

static void forget(struct bench *b, uint64_t before[COUNTER_COUNT])
{
	for (int i = 0; i < COUNTER_COUNT; i++)
		before[i] = stack_counter(b->st, (enum counter)i);
}

/* @most counters changed since @before, each by what is said; IP's are left out. */
static void want(struct bench *b, uint64_t before[COUNTER_COUNT], size_t most, ...)
{
	int64_t expected[COUNTER_COUNT] = { 0 };
	va_list list;

	va_start(list, most);
	for (size_t i = 0; i < most; i++) {
		enum counter which = va_arg(list, enum counter);
		expected[which] = va_arg(list, int);
	}
	va_end(list);
	for (int i = 0; i < COUNTER_COUNT; i++) {
		int64_t change = (int64_t)(stack_counter(b->st, (enum counter)i) - before[i]);
		if (strncmp(counter_names[i].group, "Ip", 2) && change != expected[i])
			fail_msg("%s%s: %d instead of %d", counter_names[i].group, counter_names[i].name, (int)change,
			         (int)expected[i]);
	}
	forget(b, before);
	bench_skip(b);
}

static void segments_are_counted(void **state)
{
	uint64_t before[COUNTER_COUNT];
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	assert_int_equal(stack_counter(b.st, TcpPassiveOpens), 1);
	assert_int_equal(stack_counter(b.st, TcpCurrEstab), 1);
	forget(&b, before);
	bench_write(&b, 100);
	want(&b, before, 2, TcpOutSegs, 1, TcpExtTCPOrigDataSent, 1);
	bench_send(&b, SEG(.ack = 101));
	want(&b, before, 3, TcpInSegs, 1, TcpExtTCPDelivered, 1, TcpExtTCPHPAcks, 1);
	bench_send(&b, SEG(.seq = PEER + 11, .ack = 101, .length = 10));
	want(&b, before, 3, TcpInSegs, 1, TcpOutSegs, 1, TcpExtTCPOFOQueue, 1);
	bench_send(&b, SEG(.flags = S, .seq = PEER + 1, .ack = 101));
	want(&b, before, 5, TcpInSegs, 1, TcpOutSegs, 1, TcpInErrs, 1, TcpExtTCPChallengeACK, 1, TcpExtTCPSYNChallenge,
	     1);
	stack_close(b.st, b.fd);
	want(&b, before, 5, TcpCurrEstab, -1, TcpOutSegs, 1, TcpOutRsts, 1, TcpEstabResets, 1, TcpExtTCPAbortOnClose,
	     1);
	bench_stop(&b);
}

static void what_is_sent_again_is_no_new_segment(void **state)     /* RFC 4022, 3, tcpOutSegs */
{
	uint64_t before[COUNTER_COUNT];
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_write(&b, 100);
	bench_skip(&b);
	forget(&b, before);
	bench_at(&b, 1000);
	want(&b, before, 2, TcpRetransSegs, 1, TcpExtTCPTimeouts, 1);
	bench_stop(&b);
}

static void names_are_those_of_nstat(void **state)
{
	(void)state;
	assert_string_equal(counter_names[TcpExtTCPChallengeACK].group, "TcpExt");
	assert_string_equal(counter_names[TcpExtTCPChallengeACK].name, "TCPChallengeACK");
	for (int i = 0; i < COUNTER_COUNT; i++)
		assert_non_null(counter_names[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_are_counted),
		cmocka_unit_test(what_is_sent_again_is_no_new_segment),
		cmocka_unit_test(names_are_those_of_nstat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
