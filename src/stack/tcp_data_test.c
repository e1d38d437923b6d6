/* SPDX-License-Identifier: MIT
 *
 * tcp_data_test.c - data both ways: windows, ACKs, SACK, retransmission, congestion, probes, urgent data, options
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "stack/congestion.h"
#include "stack/tcp_bench.h"

/* ---- receiving ---- */

static void established_text_is_acknowledged_late(void **state)  /* RFC 9293, 3.8.6.3, MUST-59, SHLD-19 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.length = 1000));
	bench_want_none(&b);
	assert_int_equal(bench_read(&b, 4000), 1000);
	assert_int_equal(bench_read(&b, 4000), -EAGAIN);
	bench_at(&b, 300);
	bench_want(&b, SEG(.flags = A, .ack = PEER + 1001, .at = 200));
	bench_send(&b, SEG(.seq = PEER + 1001, .length = 1000));
	bench_send(&b, SEG(.seq = PEER + 2001, .length = 1000));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 3001));
	bench_stop(&b);
}

static void established_hole_is_reported_at_once(void **state)   /* RFC 5681, 4.2; RFC 2018, 4; RFC 2883, 4 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.syn = SEG(.flags = S, .sack_ok = 1);
	bench_go(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.seq = PEER + 1001, .length = 1000));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 1, .sack_from = PEER + 1001, .sack_to = PEER + 2001));
	bench_send(&b, SEG(.seq = PEER + 3001, .length = 1000));
	bench_want(&b, SEG(.ack = PEER + 1, .sack_from = PEER + 3001, .sack_to = PEER + 4001));
	bench_send(&b, SEG(.seq = PEER + 1001, .length = 1000));
	bench_want(&b, SEG(.ack = PEER + 1, .sack_from = PEER + 1001, .sack_to = PEER + 2001));
	bench_send(&b, SEG(.seq = PEER + 1, .length = 1000));
	bench_want(&b, SEG(.ack = PEER + 2001, .sack_from = PEER + 3001, .sack_to = PEER + 4001));
	bench_send(&b, SEG(.seq = PEER + 1, .length = 1000));
	bench_want(&b, SEG(.ack = PEER + 2001, .sack_from = PEER + 1, .sack_to = PEER + 1001));
	assert_int_equal(bench_read(&b, 9000), 2000);
	bench_stop(&b);
}

static void established_segment_outside_the_window_draws_an_ack(void **state)      /* RFC 9293, 3.10.7.4, first */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.seq = PEER + 1000000, .length = 10));
	bench_want(&b, SEG(.flags = A, .seq = 1, .ack = PEER + 1));
	bench_send(&b, SEG(.seq = PEER, .length = 1));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 1));
	assert_int_equal(bench_read(&b, 10), -EAGAIN);
	bench_send(&b, SEG(.seq = PEER - 9, .length = 20));  /* straddles the left edge */
	bench_want(&b, SEG(.flags = A, .ack = PEER + 11));
	assert_int_equal(bench_read(&b, 100), 10);
	bench_stop(&b);
}

static void established_window_closes_and_opens_again(void **state)        /* RFC 9293, 3.8.6.2.2, MUST-39 */
{
	struct bench b;
	int64_t seq = PEER + 1;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_receive_buffer = 4000;
	bench_go(&b, TCPS_ESTABLISHED);
	for (int i = 0; i < 4; i++, seq += 1000)
		bench_send(&b, SEG(.seq = seq, .length = 1000));
	bench_want(&b, SEG(.ack = PEER + 2001, .window = 2000));
	bench_want(&b, SEG(.ack = PEER + 4001, .window = 0));
	bench_send(&b, SEG(.seq = seq, .length = 1));        /* a probe */
	bench_want(&b, SEG(.ack = PEER + 4001, .window = 0));
	assert_int_equal(bench_read(&b, 900), 900);
	bench_want_none(&b);
	assert_int_equal(bench_read(&b, 1100), 1100);
	bench_want(&b, SEG(.ack = PEER + 4001, .window = 2000));
	bench_stop(&b);
}

static void established_zero_window_still_takes_ack_and_rst(void **state)  /* RFC 9293, 3.10.7.4, MUST-66 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_receive_buffer = 1000;
	bench_go(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.length = 1000));
	bench_skip(&b);
	bench_write(&b, 10);
	bench_want(&b, SEG(.seq = 1, .length = 10, .window = 0));
	bench_send(&b, SEG(.seq = PEER + 1001, .ack = 11, .length = 5));
	bench_want(&b, SEG(.ack = PEER + 1001));
	int unsent = 1;
	assert_int_equal(stack_ioctl(b.st, b.fd, SIOCOUTQ, &unsent), 0);
	assert_int_equal(unsent, 0);
	bench_send(&b, SEG(.flags = R, .seq = PEER + 1001));
	bench_want_state(&b, TCPS_CLOSED);
	bench_stop(&b);
}

static void established_urgent_octet_is_polled(void **state)               /* RFC 9293, 3.8.5, MUST-32 */
{
	(void)state;
	for (int early = 0; early < 2; early++) {
		struct bench b;
		bench_prepare(&b);
		b.config.tcp_urgent_polled_early = early;
		bench_go(&b, TCPS_ESTABLISHED);
		bench_send(&b, SEG(.flags = A | U, .length = 10, .urgent = 20));   /* the octet is still to come */
		assert_int_equal(stack_poll(b.st, b.fd, POLLIN | POLLPRI), POLLIN | (early ? POLLPRI : 0));
		bench_send(&b, SEG(.seq = PEER + 11, .length = 10));
		assert_int_equal(stack_poll(b.st, b.fd, POLLIN | POLLPRI), POLLIN | POLLPRI);
		assert_int_equal(bench_read(&b, 100), 19);
		assert_int_equal(stack_poll(b.st, b.fd, POLLIN | POLLPRI), POLLPRI);
		assert_int_equal(bench_read_flags(&b, 1, MSG_OOB), 1);
		assert_int_equal(stack_poll(b.st, b.fd, POLLIN | POLLPRI), 0);
		assert_int_equal(bench_read(&b, 100), -EAGAIN);
		bench_skip(&b);
		bench_stop(&b);
	}
}

static void established_urgent_octet_is_out_of_band(void **state)          /* RFC 9293, 3.8.5; RFC 6093, 4 */
{
	struct bench b;
	int mark = 0;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.flags = A | U, .length = 10, .urgent = 5));
	assert_int_equal(stack_poll(b.st, b.fd, POLLPRI), POLLPRI);
	assert_int_equal(bench_read(&b, 100), 4);
	assert_int_equal(stack_ioctl(b.st, b.fd, SIOCATMARK, &mark), 0);
	assert_int_equal(mark, 1);
	assert_int_equal(bench_read_flags(&b, 1, MSG_OOB), 1);
	assert_int_equal(bench_read_flags(&b, 1, MSG_OOB), -EINVAL);
	assert_int_equal(bench_read(&b, 100), 5);
	bench_stop(&b);
}

static void established_old_stamp_is_refused(void **state)       /* RFC 7323, 5.3, R1 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.syn = SEG(.flags = S, .ts = 1000);
	bench_go(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.length = 10, .ts = 999));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 1, .ecr = 1000));
	bench_send(&b, SEG(.length = 10, .ts = 1001));
	bench_at(&b, 200);
	bench_want(&b, SEG(.flags = A, .ack = PEER + 11, .ecr = 1001));
	bench_stop(&b);
}

/* ---- sending ---- */

static void established_write_is_cut_into_segments(void **state) /* RFC 9293, 3.7.1, MUST-16, 3.9.1.2 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	assert_int_equal(bench_write(&b, 2500), 2500);
	bench_want(&b, SEG(.flags = A, .seq = 1, .length = 1000));
	bench_want(&b, SEG(.flags = A, .seq = 1001, .length = 1000));
	bench_want_none(&b);                                 /* Nagle: RFC 9293, 3.7.4, SHLD-7 */
	bench_send(&b, SEG(.ack = 2001));
	bench_want(&b, SEG(.flags = A | P, .seq = 2001, .length = 500));
	bench_stop(&b);
}

static void established_no_delay_sends_small_segments(void **state)        /* RFC 9293, 3.7.4, MUST-17 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_NODELAY, 1), 0);
	bench_write(&b, 10);
	bench_write(&b, 20);
	bench_want(&b, SEG(.flags = A | P, .length = 10));
	bench_want(&b, SEG(.flags = A | P, .length = 20));
	bench_stop(&b);
}

static void established_cork_waits_a_while(void **state)
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_set(&b, IPPROTO_TCP, TCP_CORK, 1);
	bench_write(&b, 10);
	bench_want_none(&b);
	bench_at(&b, 200);
	bench_want(&b, SEG(.length = 10, .at = 200));
	bench_write(&b, 10);
	bench_want_none(&b);
	bench_send(&b, SEG(.ack = 11));
	bench_want_none(&b);
	bench_set(&b, IPPROTO_TCP, TCP_CORK, 0);
	bench_want(&b, SEG(.seq = 11, .length = 10));
	bench_stop(&b);
}

static void established_window_of_the_peer_is_respected(void **state)      /* RFC 9293, 3.8.6 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.window = 1500));
	bench_write(&b, 3000);
	bench_want(&b, SEG(.seq = 1, .length = 1000));
	bench_want_none(&b);                                 /* RFC 9293, 3.8.6.2.1, MUST-38: no silly 500 */
	bench_send(&b, SEG(.ack = 1001, .window = 2000));
	bench_want(&b, SEG(.seq = 1001, .length = 1000));
	bench_want(&b, SEG(.seq = 2001, .length = 1000, .flags = A | P));
	bench_stop(&b);
}

static void established_old_segment_does_not_move_the_window(void **state) /* RFC 9293, 3.10.7.4: SND.WL1 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.seq = PEER + 11, .length = 10, .window = 4000));
	bench_send(&b, SEG(.seq = PEER + 1, .length = 10, .window = 0));
	bench_skip(&b);
	bench_write(&b, 100);
	bench_want(&b, SEG(.seq = 1, .length = 100));
	bench_stop(&b);
}

static void established_zero_window_is_probed(void **state)      /* RFC 9293, 3.8.6.1, MUST-36, SHLD-29, SHLD-30 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.window = 0));
	bench_write(&b, 2000);
	bench_want_none(&b);
	bench_at(&b, 1000);
	bench_want(&b, SEG(.seq = 1, .length = 1, .at = 1000));
	bench_send(&b, SEG(.ack = 1, .window = 0));
	bench_at(&b, 3000);
	bench_want(&b, SEG(.seq = 1, .length = 1, .at = 3000));
	bench_send(&b, SEG(.ack = 1, .window = 5000));
	bench_want(&b, SEG(.seq = 1, .length = 1000));
	bench_want(&b, SEG(.seq = 1001, .length = 1000));
	bench_stop(&b);
}

static void established_answered_probes_go_on_for_ever(void **state)       /* RFC 9293, 3.8.6.1, MUST-37 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_retries2 = 3;
	bench_go(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.window = 0));
	bench_write(&b, 2000);
	for (int i = 0; i < 20; i++) {
		bench_at(&b, stack_deadline(b.st).ns / 1000000);
		bench_send(&b, SEG(.window = 0));
	}
	bench_skip(&b);
	bench_want_state(&b, TCPS_ESTABLISHED);
	bench_at(&b, 3600000);
	bench_skip(&b);
	bench_want_state(&b, TCPS_CLOSED);
	assert_int_equal(bench_write(&b, 1), -ETIMEDOUT);
	bench_stop(&b);
}

static void established_urgent_write_points_behind(void **state) /* RFC 9293, 3.8.5, MUST-30; RFC 6093, 4 */
{
	struct bench b;
	uint8_t bytes[3] = { 0 };
	struct iovec v = { bytes, sizeof(bytes) };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	assert_int_equal(stack_sendmsg(b.st, b.fd, &h, MSG_OOB), 3);
	bench_want(&b, SEG(.flags = A | P | U, .length = 3, .urgent = 3));
	bench_send(&b, SEG(.ack = 4));
	bench_write(&b, 1);
	bench_want(&b, SEG(.flags = A | P, .urgent = 0));
	bench_stop(&b);
}

static void established_scaled_window_is_used(void **state)      /* RFC 7323, 2.3 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.syn = SEG(.flags = S, .shift = 2, .window = 900);
	bench_go(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.window = 500));
	bench_write(&b, 3000);
	bench_want(&b, SEG(.length = 1000, .window = 131072 / 4));
	bench_want(&b, SEG(.length = 1000));
	bench_stop(&b);
}

/* ---- retransmission and congestion ---- */

static void established_lost_segment_is_sent_again(void **state) /* RFC 6298, (5.4) to (5.6) */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_at(&b, 100);
	bench_write(&b, 100);
	bench_want(&b, SEG(.seq = 1, .length = 100));
	bench_at(&b, 8000);
	bench_want(&b, SEG(.seq = 1, .length = 100, .at = 1100));
	bench_want(&b, SEG(.seq = 1, .length = 100, .at = 3100));
	bench_want(&b, SEG(.seq = 1, .length = 100, .at = 7100));
	bench_send(&b, SEG(.ack = 101));
	bench_at(&b, 100000);
	assert_int_equal(b.st->timers.count, 0);
	bench_stop(&b);
}

static void established_retries_end(void **state)                /* RFC 9293, 3.8.3, MUST-20 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_retries2 = 2;
	bench_go(&b, TCPS_ESTABLISHED);
	bench_write(&b, 100);
	bench_at(&b, 7000);
	bench_skip(&b);
	assert_int_equal(b.count, 4);                        /* SYN,ACK, then three times the data */
	assert_int_equal(stack_poll(b.st, b.fd, POLLIN) & (POLLERR | POLLHUP), POLLERR | POLLHUP);
	assert_int_equal(bench_read(&b, 10), -ETIMEDOUT);
	assert_int_equal(bench_read(&b, 10), 0);
	assert_int_equal(bench_write(&b, 10), -EPIPE);
	bench_stop(&b);
}

static void established_user_timeout_ends(void **state)          /* RFC 5482, 3; RFC 9293, 3.9.1.1 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_USER_TIMEOUT, 2500), 0);
	bench_write(&b, 100);
	bench_at(&b, 2499);
	bench_want_state(&b, TCPS_ESTABLISHED);
	bench_at(&b, 2500);
	bench_want_state(&b, TCPS_CLOSED);
	bench_skip(&b);
	bench_stop(&b);
}

static void established_unsent_data_limit_writes(void **state)   /* TCP_NOTSENT_LOWAT */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1000), 0);
	bench_send(&b, SEG(.window = 1000));
	assert_int_equal(bench_write(&b, 1999), 1999);       /* 1000 of them go */
	assert_int_equal(stack_poll(b.st, b.fd, POLLOUT) & POLLOUT, 0);
	assert_int_equal(bench_write(&b, 1), 1);
	assert_int_equal(bench_write(&b, 1), -EAGAIN);
	bench_send(&b, SEG(.ack = 1001, .window = 1000));
	assert_int_equal(stack_poll(b.st, b.fd, POLLOUT) & POLLOUT, POLLOUT);
	assert_int_equal(bench_write(&b, 1), 1);
	bench_skip(&b);
	bench_stop(&b);
}

/* @option comes in a segment; the connection gives up after @ms, its own time-out being @own. RFC 5482, 3.1, 3.4 */
static void user_timeout_with(int64_t enabled, int option, int own, int64_t ms)
{
	struct bench b;

	bench_prepare(&b);
	b.config.tcp_user_timeout_option = enabled;
	b.config.tcp_user_timeout_ms = 20000;
	b.config.tcp_user_timeout_high_s = 500;
	bench_go(&b, TCPS_ESTABLISHED);
	if (own)
		assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_USER_TIMEOUT, own), 0);
	bench_send(&b, SEG(.user_timeout = option));
	bench_write(&b, 100);
	bench_at(&b, ms - 1);
	bench_want_state(&b, TCPS_ESTABLISHED);
	bench_at(&b, ms);
	bench_want_state(&b, TCPS_CLOSED);
	bench_skip(&b);
	bench_stop(&b);
}

static void established_user_timeout_of_the_peer(void **state)
{
	static const struct { int64_t enabled; int option, own; int64_t ms; } rows[] = {
		{ 0, 200, 0, 20000 }, { 1, 200, 0, 200000 }, { 1, 0x8000 | 5, 0, 300000 }, { 1, 1, 0, 100000 },
		{ 1, 0xffff, 0, 500000 }, { 1, 0, 0, 20000 }, { 1, 0x8000, 0, 20000 }, { 1, 200, 2500, 2500 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		user_timeout_with(rows[i].enabled, rows[i].option, rows[i].own, rows[i].ms);
}

static void established_user_timeout_is_told(void **state)       /* RFC 5482, 3, 3.3 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_user_timeout_option = 1;
	bench_go(&b, TCPS_ESTABLISHED);
	assert_int_equal(b.sent[0].user_timeout, 300);       /* SYN,ACK */
	bench_write(&b, 1996);
	bench_want(&b, SEG(.length = 996, .user_timeout = 300));
	bench_want(&b, SEG(.length = 1000));
	assert_int_equal(b.sent[b.taken - 1].user_timeout, -1);
	bench_send(&b, SEG(.ack = 1997));
	bench_skip(&b);
	assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_USER_TIMEOUT, 40000 * 1000), 0);
	bench_write(&b, 10);
	bench_want(&b, SEG(.length = 10, .user_timeout = 0x8000 | 667));
	bench_skip(&b);
	bench_stop(&b);
}

static void established_busy_time_is_split(void **state)         /* what sending waited for; RFC 9293, 3.8.6.2.1 */
{
	struct bench b;
	struct stack_tcp_info info;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_send_buffer = 2000;
	bench_go(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.window = 1000));
	bench_at(&b, 50);                                    /* idle: does not count */
	bench_write(&b, 1500);
	bench_at(&b, 150);
	bench_send(&b, SEG(.ack = 1001, .window = 1000));    /* 100 ms for the window */
	bench_at(&b, 200);
	assert_int_equal(stack_tcp_info(b.st, b.fd, &info), 0);
	assert_int_equal(info.busy_time, 150000);            /* goes on */
	bench_send(&b, SEG(.ack = 1501));
	bench_at(&b, 300);
	assert_int_equal(bench_write(&b, 2000), 2000);
	assert_int_equal(bench_write(&b, 1), -EAGAIN);
	bench_at(&b, 360);
	bench_send(&b, SEG(.ack = 2501));                    /* 60 ms for room in the buffer */
	bench_at(&b, 400);
	bench_send(&b, SEG(.ack = 3501));
	bench_at(&b, 500);
	assert_int_equal(stack_tcp_info(b.st, b.fd, &info), 0);
	assert_int_equal(info.rwnd_limited, 100000);
	assert_int_equal(info.sndbuf_limited, 60000);
	assert_int_equal(info.busy_time, 250000);
	bench_skip(&b);
	bench_stop(&b);
}

static void established_rto_follows_round_trips(void **state)    /* RFC 6298, (2.2), (2.4), 3 */
{
	struct bench b;
	struct stack_tcp_info info;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_rto_min_ms = 200;
	bench_open(&b);
	bench_connect(&b);
	bench_at(&b, 100);
	bench_send(&b, SEG(.flags = S | A));
	assert_int_equal(stack_tcp_info(b.st, b.fd, &info), 0);
	assert_int_equal(info.rtt, 100000);
	assert_int_equal(info.rttvar, 50000);
	assert_int_equal(info.rto, 300000);
	bench_write(&b, 10);
	bench_at(&b, 450);                                   /* sent again at 400 */
	bench_send(&b, SEG(.ack = 11));
	assert_int_equal(stack_tcp_info(b.st, b.fd, &info), 0);
	assert_int_equal(info.rtt, 100000);                  /* Karn: not measured */
	bench_skip(&b);
	bench_stop(&b);
}

static void established_slow_start_doubles(void **state)         /* RFC 5681, 3.1 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_write(&b, 50000);
	for (int i = 0; i < 4; i++)                          /* IW of 4 for an MSS under 1096 */
		bench_want(&b, SEG(.seq = 1 + 1000 * i, .length = 1000));
	bench_want_none(&b);
	bench_send(&b, SEG(.ack = 1001));
	bench_want(&b, SEG(.seq = 4001));
	bench_want(&b, SEG(.seq = 5001));
	bench_stop(&b);
}

static void write_and_lose_first(struct bench *b)
{
	bench_prepare(b);
	b->config.tcp_initial_window = 8;
	bench_go(b, TCPS_ESTABLISHED);
	bench_write(b, 20000);
	for (int i = 0; i < 8; i++)
		bench_want(b, SEG(.seq = 1 + 1000 * i));
}

static void established_third_duplicate_ack_retransmits(void **state)      /* RFC 5681, 3.2; RFC 3042; RFC 6582, 3.2 */
{
	struct bench b;

	(void)state;
	write_and_lose_first(&b);
	bench_send(&b, SEG());
	bench_want(&b, SEG(.seq = 8001));                    /* limited transmit */
	bench_send(&b, SEG());
	bench_want(&b, SEG(.seq = 9001));
	bench_send(&b, SEG());
	bench_want(&b, SEG(.seq = 1, .length = 1000));
	bench_want_none(&b);
	bench_send(&b, SEG(.ack = 2001));                    /* partial: the next hole at once */
	bench_want(&b, SEG(.seq = 2001));
	bench_send(&b, SEG(.ack = 10001));                   /* full */
	struct stack_tcp_info info;
	assert_int_equal(stack_tcp_info(b.st, b.fd, &info), 0);
	assert_int_equal(info.ca_state, 0);
	bench_skip(&b);
	bench_stop(&b);
}

static void established_duplicates_with_text_or_window_do_not_count(void **state)  /* RFC 5681, 2 */
{
	struct bench b;

	(void)state;
	write_and_lose_first(&b);
	for (int i = 0; i < 3; i++)
		bench_send(&b, SEG(.seq = PEER + 1 + i, .length = 1));
	for (int i = 0; i < 3; i++)
		bench_send(&b, SEG(.seq = PEER + 4, .window = 50000 + i));
	bench_at(&b, 300);
	bench_want(&b, SEG(.flags = A, .length = 0));
	bench_stop(&b);
}

static void established_timeout_starts_again_with_one_segment(void **state)        /* RFC 5681, 3.1, equation 4 */
{
	struct bench b;

	(void)state;
	write_and_lose_first(&b);
	bench_at(&b, 1000);
	bench_want(&b, SEG(.seq = 1));
	bench_want_none(&b);
	bench_send(&b, SEG(.ack = 1001));
	bench_want(&b, SEG(.seq = 1001));
	bench_want(&b, SEG(.seq = 2001));
	bench_want_none(&b);
	bench_send(&b, SEG(.ack = 8001));                    /* the rest was there */
	bench_want(&b, SEG(.seq = 8001));
	bench_skip(&b);
	bench_stop(&b);
}

static void established_ack_of_unsent_data_is_challenged(void **state)     /* RFC 9293, 3.10.7.4; RFC 5961, 5.2 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.ack = 2, .length = 10));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 1));
	bench_send(&b, SEG(.ack = (uint32_t)(0 - 70000), .length = 10));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 1));
	assert_int_equal(bench_read(&b, 10), -EAGAIN);
	bench_stop(&b);
}

static void established_idle_connection_is_kept_alive(void **state)        /* RFC 9293, 3.8.4; RFC 1122, 4.2.3.6 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_set(&b, SOL_SOCKET, SO_KEEPALIVE, 1);
	bench_set(&b, IPPROTO_TCP, TCP_KEEPIDLE, 10);
	bench_set(&b, IPPROTO_TCP, TCP_KEEPINTVL, 2);
	bench_set(&b, IPPROTO_TCP, TCP_KEEPCNT, 2);
	bench_at(&b, 10000);
	bench_want(&b, SEG(.flags = A, .seq = 0, .length = 0, .at = 10000));
	bench_send(&b, SEG());
	bench_at(&b, 24000);
	bench_want(&b, SEG(.seq = 0, .at = 20000));
	bench_want(&b, SEG(.seq = 0, .at = 22000));
	bench_want(&b, SEG(.flags = R | A, .at = 24000));
	assert_int_equal(bench_read(&b, 1), -ETIMEDOUT);
	bench_stop(&b);
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(established_text_is_acknowledged_late), T(established_hole_is_reported_at_once),
		T(established_segment_outside_the_window_draws_an_ack), T(established_window_closes_and_opens_again),
		T(established_zero_window_still_takes_ack_and_rst), T(established_urgent_octet_is_out_of_band),
		T(established_urgent_octet_is_polled),
		T(established_old_stamp_is_refused), T(established_write_is_cut_into_segments),
		T(established_no_delay_sends_small_segments), T(established_cork_waits_a_while),
		T(established_window_of_the_peer_is_respected), T(established_old_segment_does_not_move_the_window),
		T(established_zero_window_is_probed), T(established_answered_probes_go_on_for_ever),
		T(established_urgent_write_points_behind), T(established_scaled_window_is_used),
		T(established_lost_segment_is_sent_again), T(established_retries_end), T(established_user_timeout_ends),
		T(established_user_timeout_of_the_peer), T(established_user_timeout_is_told),
		T(established_busy_time_is_split), T(established_unsent_data_limit_writes),
		T(established_rto_follows_round_trips), T(established_slow_start_doubles),
		T(established_third_duplicate_ack_retransmits),
		T(established_duplicates_with_text_or_window_do_not_count),
		T(established_timeout_starts_again_with_one_segment), T(established_ack_of_unsent_data_is_challenged),
		T(established_idle_connection_is_kept_alive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
