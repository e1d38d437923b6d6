/* SPDX-License-Identifier: MIT
 *
 * tcp_sent_test.c - delivery rate, reordering, duplicates, time-outs and the receiver's round trip in TCP_INFO
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/tcp.h>

#include "stack/tcp_bench.h"

static struct stack_tcp_info info_of(const struct bench *b)
{
	struct stack_tcp_info info;

	assert_int_equal(stack_tcp_info(b->st, b->fd, &info), 0);
	return info;
}

static void the_rate_is_the_path_s_when_the_window_limits(void **state)
{
	struct stack_tcp_info i;
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_initial_window = 4;
	bench_go(&b, TCPS_ESTABLISHED);
	bench_write(&b, 50000);
	bench_at(&b, 100);
	bench_send(&b, SEG(.ack = 4001));                    /* 4 segments: until then nothing else was to be sent */
	i = info_of(&b);
	assert_int_equal(i.delivery_rate, 40000);
	assert_int_equal(i.delivery_rate_app_limited, 1);
	bench_at(&b, 200);
	bench_send(&b, SEG(.ack = 5001));                    /* slower, but nobody held back */
	bench_at(&b, 220);
	bench_send(&b, SEG(.ack = 6001));
	i = info_of(&b);
	assert_int_equal(i.delivery_rate, 2000 * 1000 / 120);
	assert_int_equal(i.delivery_rate_app_limited, 0);
	assert_int_equal(i.delivered, 7);                    /* the SYN is one */
	bench_skip(&b);
	bench_stop(&b);
}

/* As fast as it went out: acknowledgements that come in a bunch prove nothing. */
static void the_slower_of_sending_and_acknowledging_counts(void **state)
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_NODELAY, 1), 0);
	bench_write(&b, 1000);
	bench_at(&b, 10);
	bench_send(&b, SEG(.ack = 1001));
	bench_write(&b, 1000);
	bench_at(&b, 60);
	bench_write(&b, 1000);
	bench_at(&b, 65);
	bench_send(&b, SEG(.ack = 2001));
	bench_at(&b, 66);
	bench_send(&b, SEG(.ack = 3001));
	assert_int_equal(info_of(&b).delivery_rate, 100000); /* of the first; 1000 bytes in 50 ms are no better */
	bench_skip(&b);
	bench_stop(&b);
}

/* RFC 2883, 4; what comes of them is in testcases/recovery. */
static void duplicates_are_counted(void **state)
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.syn.sack_ok = 1;
	bench_go(&b, TCPS_ESTABLISHED);
	bench_write(&b, 2000);
	bench_at(&b, 1200);                                  /* a time-out: the first goes again */
	bench_send(&b, SEG(.ack = 2001));
	bench_send(&b, SEG(.ack = 2001, .sack_from = 1001, .sack_to = 1000));
	assert_int_equal(info_of(&b).dsack_dups, 0);
	bench_send(&b, SEG(.ack = 2001, .sack_from = 1, .sack_to = 1001));
	assert_int_equal(info_of(&b).dsack_dups, 1);
	bench_send(&b, SEG(.ack = 2001, .sack_from = 1, .sack_to = 1001));
	assert_int_equal(info_of(&b).dsack_dups, 2);
	bench_skip(&b);
	bench_stop(&b);
}

static void what_was_sent_again_is_no_reordering(void **state)                     /* RFC 8985, 6.2, step 4 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.syn.sack_ok = 1;
	bench_go(&b, TCPS_ESTABLISHED);
	bench_write(&b, 2000);
	bench_at(&b, 10);
	bench_send(&b, SEG(.sack_from = 1001, .sack_to = 2001));
	assert_int_equal(info_of(&b).sacked, 1);
	bench_at(&b, 1200);                                  /* the time-out sends the first again */
	bench_send(&b, SEG(.ack = 2001));
	assert_int_equal(info_of(&b).reord_seen, 0);
	assert_int_equal(info_of(&b).sacked, 0);
	bench_write(&b, 2000);
	bench_send(&b, SEG(.ack = 2001, .sack_from = 3001, .sack_to = 4001));
	bench_send(&b, SEG(.ack = 4001));
	assert_int_equal(info_of(&b).reord_seen, 1);
	bench_skip(&b);
	bench_stop(&b);
}

static void a_window_of_text_takes_a_round_trip(void **state)
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_receive_buffer = 4000;
	bench_go(&b, TCPS_ESTABLISHED);
	for (int i = 0; i < 16; i++) {
		bench_at(&b, i < 8 ? 10 * i : 40 + 5 * i);       /* windows of 4000 bytes */
		bench_send(&b, SEG(.seq = PEER + 1 + 1000 * i, .length = 1000));
		bench_read(&b, 1000);
		assert_int_equal(info_of(&b).rcv_rtt, i < 4 ? 0 : i < 12 ? 40000 : 20000);
	}
	bench_skip(&b);
	bench_stop(&b);
}

static void times_count_from_the_handshake(void **state)
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_go(&b, TCPS_SYN_RECEIVED);
	bench_at(&b, 40);
	bench_send(&b, SEG());
	bench_accept(&b);
	bench_at(&b, 100);
	struct stack_tcp_info i = info_of(&b);
	assert_true(i.last_data_sent == 60 && i.last_data_recv == 60 && i.last_ack_recv == 60);
	bench_send(&b, SEG(.length = 10));
	bench_at(&b, 130);
	i = info_of(&b);
	assert_true(i.last_data_sent == 90 && i.last_data_recv == 30 && i.last_ack_recv == 30);
	bench_skip(&b);
	bench_stop(&b);
}

static void all_fields_reach_callers_of_getsockopt(void **state)
{
	uint8_t bytes[TCP_INFO_BYTES + 8];
	socklen_t length = sizeof(bytes);
	uint32_t window;
	uint16_t timeouts;
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_write(&b, 1000);
	bench_at(&b, 1500);
	assert_int_equal(stack_getsockopt(b.st, b.fd, IPPROTO_TCP, TCP_INFO, bytes, &length), 0);
	assert_int_equal(length, TCP_INFO_BYTES);
	memcpy(&window, bytes + 232, sizeof(window));        /* tcpi_rcv_wnd */
	memcpy(&timeouts, bytes + 240, sizeof(timeouts));    /* tcpi_total_rto */
	assert_true(window == info_of(&b).rcv_wnd && window > 0);
	assert_int_equal(timeouts, 1);
	assert_int_equal(bytes[7], 1);                       /* tcpi_delivery_rate_app_limited, the lowest bit */
	assert_int_equal(info_of(&b).total_rto_time, 500);
	length = 6;
	memset(bytes, 0xee, sizeof(bytes));
	assert_int_equal(stack_getsockopt(b.st, b.fd, IPPROTO_TCP, TCP_INFO, bytes, &length), 0);
	assert_int_equal(length, 6);
	assert_int_equal(bytes[6], 0xee);
	bench_skip(&b);
	bench_stop(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rate_is_the_path_s_when_the_window_limits),
		cmocka_unit_test(the_slower_of_sending_and_acknowledging_counts),
		cmocka_unit_test(duplicates_are_counted),
		cmocka_unit_test(what_was_sent_again_is_no_reordering),
		cmocka_unit_test(a_window_of_text_takes_a_round_trip),
		cmocka_unit_test(times_count_from_the_handshake),
		cmocka_unit_test(all_fields_reach_callers_of_getsockopt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
