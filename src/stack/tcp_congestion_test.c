/* SPDX-License-Identifier: MIT
 *
 * tcp_congestion_test.c - what a window that nobody fills grows to
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "stack/tcp_bench.h"

enum { MSS = 1000 };

static struct tcp *connection(const struct bench *b)
{
	int error;

	return socket_of(b->st, b->fd, &error)->tcp;
}

/* An established connection with a window of ten segments. */
static void open_with_ten(struct bench *b, int by_most_flight)
{
	bench_prepare(b);
	b->config.tcp_initial_window = 10;
	b->config.tcp_increase_by_most_flight = by_most_flight;
	bench_go(b, TCPS_ESTABLISHED);
}

/* @count full segments, each acknowledged by itself. Returns the octets sent so far. */
static int64_t exchange(struct bench *b, int count, int64_t sent)
{
	bench_write(b, (size_t)count * MSS);
	bench_skip(b);
	for (int i = 0; i < count; i++)
		bench_send(b, SEG(.ack = 1 + (sent += MSS)));
	return sent;
}

/* The example of draft-ietf-ccwg-ratelimited-increase, 3.1.2: ten segments, a pause, and four more. */
static void an_unused_window_grows_to_what_was_in_flight(void **state)
{
	struct bench b;

	(void)state;
	open_with_ten(&b, 1);
	int64_t sent = exchange(&b, 10, 0);
	assert_int_equal(connection(&b)->congestion.cwnd, 20 * MSS);
	exchange(&b, 4, sent);
	assert_int_equal(connection(&b)->congestion.cwnd, 20 * MSS);
	bench_stop(&b);
}

/* What was in flight once counts on, where RFC 7661 asks what was in the last round: an ACK for two segments each has
 * left room, and who sends less later may still take it. */
static void room_that_was_left_is_taken_later(void **state)
{
	(void)state;
	for (int by_most = 0; by_most < 2; by_most++) {
		struct bench b;
		open_with_ten(&b, by_most);
		bench_write(&b, 10 * MSS);
		bench_skip(&b);
		for (int i = 2; i <= 10; i += 2)
			bench_send(&b, SEG(.ack = 1 + i * MSS));
		assert_int_equal(connection(&b)->congestion.cwnd, 15 * MSS);
		int64_t sent = exchange(&b, 4, 10 * MSS);
		assert_int_equal(connection(&b)->congestion.cwnd, (by_most ? 19 : 15) * MSS);
		exchange(&b, 4, sent);
		assert_int_equal(connection(&b)->congestion.cwnd, (by_most ? 20 : 15) * MSS);
		bench_stop(&b);
	}
}

/* In congestion avoidance one segment more than was in flight; and what was in flight before the window fell is
 * forgotten. */
static void a_reduced_window_counts_anew(void **state)
{
	struct bench b;

	(void)state;
	open_with_ten(&b, 1);
	int64_t sent = exchange(&b, 10, 0);
	connection(&b)->congestion.cwnd = connection(&b)->congestion.ssthresh = 4 * MSS;
	for (int i = 0; i < 20; i++)
		sent = exchange(&b, 2, sent);
	assert_int_equal(connection(&b)->congestion.cwnd, 4 * MSS);
	for (int i = 0; i < 20; i++)
		sent = exchange(&b, 4, sent);
	assert_int_equal(connection(&b)->congestion.cwnd, 5 * MSS);
	bench_stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unused_window_grows_to_what_was_in_flight),
		cmocka_unit_test(room_that_was_left_is_taken_later),
		cmocka_unit_test(a_reduced_window_counts_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
