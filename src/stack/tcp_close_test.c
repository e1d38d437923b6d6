/* SPDX-License-Identifier: MIT
 *
 * tcp_close_test.c - closing: FIN, RST, TIME-WAIT, linger, ICMP errors, in every state
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>
#include <netinet/tcp.h>

#include "stack/tcp_bench.h"
#include "stack/tcp_input.h"

/* ---- the paths of RFC 9293, 3.6 ---- */

static void established_close_runs_to_time_wait(void **state)    /* RFC 9293, 3.6.1, MUST-13 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	assert_int_equal(stack_close(b.st, b.fd), 0);
	bench_want(&b, SEG(.flags = F | A, .seq = 1, .ack = PEER + 1));
	bench_want_state(&b, TCPS_FIN_WAIT_1);
	bench_send(&b, SEG(.ack = 2));
	bench_want_state(&b, TCPS_FIN_WAIT_2);
	bench_at(&b, 1000);
	bench_send(&b, SEG(.flags = F | A, .ack = 2));
	bench_want(&b, SEG(.flags = A, .seq = 2, .ack = PEER + 2));
	bench_want_state(&b, TCPS_TIME_WAIT);
	bench_at(&b, 240999);
	bench_want_state(&b, TCPS_TIME_WAIT);
	bench_at(&b, 241000);
	bench_want_state(&b, TCPS_CLOSED);
	assert_int_equal(b.st->counts.sockets, 1);           /* the listener */
	bench_stop(&b);
}

static void close_wait_close_runs_to_closed(void **state)
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.flags = F | A, .length = 10));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 12));
	assert_int_equal(stack_poll(b.st, b.fd, POLLIN | POLLRDHUP), POLLIN | POLLRDHUP);
	assert_int_equal(bench_read(&b, 100), 10);
	assert_int_equal(bench_read(&b, 100), 0);
	bench_write(&b, 5);
	bench_want(&b, SEG(.length = 5));
	stack_close(b.st, b.fd);
	bench_want(&b, SEG(.flags = F | A, .seq = 6));
	bench_want_state(&b, TCPS_LAST_ACK);
	bench_send(&b, SEG(.seq = PEER + 12, .ack = 7));
	bench_want_state(&b, TCPS_CLOSED);
	bench_stop(&b);
}

static void fin_wait_1_fin_closes_from_both_sides(void **state)  /* RFC 9293, 3.6, figure 13 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_FIN_WAIT_1);
	bench_send(&b, SEG(.flags = F | A));
	bench_want(&b, SEG(.flags = A, .seq = 2, .ack = PEER + 2));
	bench_want_state(&b, TCPS_CLOSING);
	bench_send(&b, SEG(.seq = PEER + 2, .ack = 2));
	bench_want_state(&b, TCPS_TIME_WAIT);
	bench_stop(&b);
}

static void fin_wait_1_fin_and_ack_in_one(void **state)
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_FIN_WAIT_1);
	bench_send(&b, SEG(.flags = F | A, .ack = 2));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 2));
	bench_want_state(&b, TCPS_TIME_WAIT);
	bench_stop(&b);
}

static void fin_wait_2_takes_text(void **state)                  /* half-close: RFC 9293, 3.6, MAY-1 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_FIN_WAIT_2);
	assert_int_equal(bench_write(&b, 1), -EPIPE);
	bench_send(&b, SEG(.length = 100, .ack = 2));
	assert_int_equal(bench_read(&b, 200), 100);
	bench_at(&b, 200);
	bench_want(&b, SEG(.flags = A, .ack = PEER + 101));
	bench_stop(&b);
}

static void fin_wait_2_text_for_nobody_is_reset(void **state)    /* RFC 9293, 3.6.1, SHLD-3 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_FIN_WAIT_2);
	stack_close(b.st, b.fd);
	bench_send(&b, SEG(.length = 100, .ack = 2));
	bench_want(&b, SEG(.flags = R, .seq = 2));
	bench_want_state(&b, TCPS_CLOSED);
	bench_stop(&b);
}

static void fin_wait_2_orphan_ends_at_once(void **state)         /* TCP_LINGER2 under 0 */
{
	struct bench b;
	int value = 0;
	socklen_t length = sizeof(value);

	(void)state;
	bench_in(&b, TCPS_FIN_WAIT_2);
	assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_LINGER2, -7), 0);
	assert_int_equal(stack_getsockopt(b.st, b.fd, IPPROTO_TCP, TCP_LINGER2, &value, &length), 0);
	assert_int_equal(value, -1);
	stack_close(b.st, b.fd);
	bench_want(&b, SEG(.seq = 2, .length = 0));
	assert_true(b.sent[b.taken - 1].flags & R);
	bench_want_state(&b, TCPS_CLOSED);
	bench_stop(&b);

	bench_in(&b, TCPS_ESTABLISHED);
	assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_LINGER2, -1), 0);
	stack_close(b.st, b.fd);
	bench_want(&b, SEG(.flags = F | A, .seq = 1));
	bench_send(&b, SEG(.ack = 2));
	bench_want(&b, SEG(.flags = R, .seq = 2));
	bench_want_state(&b, TCPS_CLOSED);
	bench_stop(&b);
}

static void fin_wait_2_orphan_times_out(void **state)            /* tcp_fin_wait_2_s, TCP_LINGER2 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_FIN_WAIT_2);
	assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_LINGER2, 60), 0);
	stack_close(b.st, b.fd);
	bench_at(&b, 59999);
	bench_want_state(&b, TCPS_FIN_WAIT_2);
	bench_at(&b, 60000);
	bench_want_state(&b, TCPS_CLOSED);
	bench_stop(&b);
}

static void established_fin_waits_for_missing_text(void **state) /* RFC 9293, 3.10.7.4, eighth */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.flags = F | A, .seq = PEER + 11, .length = 10));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 1));
	bench_want_state(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.length = 10));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 22));
	bench_want_state(&b, TCPS_CLOSE_WAIT);
	assert_int_equal(bench_read(&b, 100), 20);
	bench_stop(&b);
}

static void last_ack_fin_is_sent_again(void **state)
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_LAST_ACK);
	bench_at(&b, 1000);
	bench_want(&b, SEG(.flags = F | A, .seq = 1, .at = 1000));
	bench_stop(&b);
}

static void established_fin_goes_behind_queued_data(void **state)          /* RFC 9293, 3.10.4 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.window = 1000));
	bench_write(&b, 1500);
	bench_want(&b, SEG(.length = 1000));
	stack_shutdown(b.st, b.fd, SHUT_WR);
	bench_want_none(&b);
	bench_send(&b, SEG(.ack = 1001, .window = 1000));
	bench_want(&b, SEG(.flags = F | P | A, .seq = 1001, .length = 500));
	bench_at(&b, 1000);
	bench_want(&b, SEG(.flags = F | P | A, .seq = 1001, .length = 500));
	bench_send(&b, SEG(.ack = 1502));
	bench_want_state(&b, TCPS_FIN_WAIT_2);
	bench_stop(&b);
}

/* ---- close() ---- */

static void established_close_with_unread_data_resets(void **state)        /* RFC 9293, 3.6.1, SHLD-3 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.length = 10));
	stack_close(b.st, b.fd);
	bench_want(&b, SEG(.flags = R | A, .seq = 1));
	bench_want_state(&b, TCPS_CLOSED);
	bench_stop(&b);
}

static void set_linger(struct bench *b, int seconds)
{
	struct linger l = { .l_onoff = 1, .l_linger = seconds };

	assert_int_equal(stack_setsockopt(b->st, b->fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)), 0);
}

static void established_linger_0_resets(void **state)            /* RFC 9293, 3.10.5 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	set_linger(&b, 0);
	stack_close(b.st, b.fd);
	bench_want(&b, SEG(.flags = R | A, .seq = 1));
	bench_stop(&b);
}

static void established_linger_waits_for_the_ack(void **state)
{
	struct bench b;

	(void)state;
	for (int answered = 0; answered < 2; answered++) {
		bench_in(&b, TCPS_ESTABLISHED);
		set_linger(&b, 5);
		int ticket = stack_close(b.st, b.fd);
		assert_true(ticket > 0);
		assert_true(stack_lingering(b.st, ticket));
		if (answered)
			bench_send(&b, SEG(.ack = 2));
		else
			bench_at(&b, 5000);
		assert_false(stack_lingering(b.st, ticket));
		bench_skip(&b);
		bench_stop(&b);
	}
}

/* ---- RST and SYN: RFC 5961, 3.2 and 4.2 ---- */

static void reset_ends_in_every_state(void **state)
{
	static const struct {
		enum tcp_state in;
		int64_t seq;
		int error;
	} rows[] = {
		{ TCPS_ESTABLISHED, PEER + 1, -ECONNRESET }, { TCPS_FIN_WAIT_1, PEER + 1, -ECONNRESET },
		{ TCPS_FIN_WAIT_2, PEER + 1, -ECONNRESET }, { TCPS_CLOSING, PEER + 2, 0 },
		{ TCPS_LAST_ACK, PEER + 2, 1 },
	};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bench_in(&b, rows[i].in);
		bench_send(&b, SEG(.flags = R, .seq = rows[i].seq - 1));
		bench_want_state(&b, rows[i].in);                /* before the window: silence */
		bench_send(&b, SEG(.flags = R, .seq = rows[i].seq + 1));
		bench_want_state(&b, rows[i].in);                /* inside: a challenge */
		bench_want(&b, SEG(.flags = A, .ack = rows[i].seq));
		bench_send(&b, SEG(.flags = R, .seq = rows[i].seq));
		bench_want_state(&b, TCPS_CLOSED);
		if (rows[i].error <= 0)
			assert_int_equal(bench_read(&b, 1), rows[i].error);
		bench_stop(&b);
	}
}

static void close_wait_reset_is_told_as_the_profile_says(void **state)
{
	static const int errors[] = { -ECONNRESET, -EPIPE };
	struct bench b;

	(void)state;
	for (int pipe = 0; pipe < 2; pipe++) {
		bench_prepare(&b);
		b.config.tcp_close_wait_reset_pipe = pipe;
		bench_go(&b, TCPS_CLOSE_WAIT);
		bench_send(&b, SEG(.flags = R, .seq = PEER + 2));
		assert_int_equal(bench_write(&b, 1), errors[pipe]);
		bench_stop(&b);
	}
}

static void shutdown_is_an_error_once_both_ends_have_closed(void **state)  /* RFC 9293, 3.10.4 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_TIME_WAIT);
	assert_int_equal(stack_shutdown(b.st, b.fd, SHUT_WR), -ENOTCONN);
	assert_int_equal(stack_shutdown(b.st, b.fd, SHUT_RD), -ENOTCONN);
	bench_want_state(&b, TCPS_TIME_WAIT);
	bench_stop(&b);
}

static void syn_is_challenged_in_every_state(void **state)
{
	static const enum tcp_state states[] = {
		TCPS_ESTABLISHED, TCPS_FIN_WAIT_1, TCPS_FIN_WAIT_2, TCPS_CLOSE_WAIT, TCPS_CLOSING, TCPS_LAST_ACK,
	};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		bench_in(&b, states[i]);
		bench_send(&b, SEG(.flags = S, .seq = PEER + 100));
		bench_want(&b, SEG(.flags = A));
		bench_want_state(&b, states[i]);
		bench_stop(&b);
	}
}

static void challenges_are_limited(void **state)                 /* RFC 5961, 7 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_challenge_ack_limit = 2;
	bench_go(&b, TCPS_ESTABLISHED);
	for (int i = 0; i < 5; i++)
		bench_send(&b, SEG(.flags = S, .seq = PEER + 100));
	bench_want(&b, SEG(.flags = A));
	bench_want(&b, SEG(.flags = A));
	bench_want_none(&b);
	bench_at(&b, 1000);
	bench_send(&b, SEG(.flags = S, .seq = PEER + 100));
	bench_want(&b, SEG(.flags = A));
	bench_stop(&b);
}

static void bare_invalid_segments_are_limited(void **state)      /* tcp_invalid_ack_interval_ms */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_invalid_ack_interval_ms = 500;
	bench_go(&b, TCPS_CLOSE_WAIT);
	bench_at(&b, 1000);
	for (int i = 0; i < 3; i++) {
		bench_send(&b, SEG(.seq = PEER + 0));                /* a keep-alive probe */
		bench_send(&b, SEG(.flags = F | A));                 /* retransmissions are no loop */
	}
	for (int i = 0; i < 4; i++)
		bench_want(&b, SEG(.flags = A, .ack = PEER + 2));
	bench_want_none(&b);
	bench_at(&b, 1500);
	bench_send(&b, SEG(.seq = PEER + 0));
	bench_want(&b, SEG(.flags = A));
	bench_stop(&b);
}

/* ---- TIME-WAIT ---- */

static void time_wait_fin_starts_it_again(void **state)          /* RFC 9293, 3.10.7.4, eighth */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_TIME_WAIT);
	bench_at(&b, 200000);
	bench_send(&b, SEG(.flags = F | A, .ack = 2));
	bench_want(&b, SEG(.flags = A, .seq = 2, .ack = PEER + 2));
	bench_at(&b, 439999);
	bench_want_state(&b, TCPS_TIME_WAIT);
	bench_stop(&b);
}

static void time_wait_rst_is_ignored(void **state)               /* RFC 1337, 3, F1 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_TIME_WAIT);
	bench_send(&b, SEG(.flags = R, .seq = PEER + 2));
	bench_want_state(&b, TCPS_TIME_WAIT);
	bench_stop(&b);
}

static void time_wait_newer_syn_opens(void **state)              /* RFC 1122, 4.2.2.13; RFC 6191, 2 */
{
	static const struct {
		int64_t old_ts, seq, ts;
		bool opens;
	} rows[] = {
		{ -1, PEER + 100, -1, true }, { -1, PEER - 100, -1, false }, { -1, PEER - 100, 50, true },
		{ 100, PEER - 100, 200, true }, { 100, PEER - 100, 99, false }, { 100, PEER + 100, 99, false },
		{ 100, PEER + 100, 100, true }, { 100, PEER - 100, 100, false }, { 100, PEER + 100, -1, true },
		{ -1, PEER + 2, -1, true }, { -1, PEER + 1, -1, false },           /* the peer's FIN was PEER + 1 */
	};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bench_prepare(&b);
		b.syn = SEG(.flags = S, .ts = rows[i].old_ts);
		bench_go(&b, TCPS_TIME_WAIT);
		stack_close(b.st, b.fd);
		b.syn.ts = -1;
		bench_send(&b, SEG(.flags = S, .seq = rows[i].seq, .ts = rows[i].ts));
		if (rows[i].opens)                               /* our FIN was 1 */
			bench_want(&b, SEG(.flags = S | A, .seq = 2));
		bench_want_state(&b, rows[i].opens ? TCPS_SYN_RECEIVED : TCPS_TIME_WAIT);
		bench_stop(&b);
	}
}

/* ---- ICMP errors ---- */

static void icmp(struct bench *b, enum icmp_severity severity, int error, uint32_t seq)
{
	struct icmp_error e = { .protocol = PROTOCOL_TCP, .severity = severity, .error = error, .seq = seq };
	static const uint8_t quoted[8];

	e.tuple = (struct tuple){ { 4, { 10, 0, 0, 1 } }, { 4, { 10, 0, 0, 2 } }, HERE, THERE };
	e.quoted = quoted;
	e.quoted_length = sizeof(quoted);
	e.quoted_total = 1040;
	e.info = severity == ICMP_TOO_BIG ? 540 : 0;
	tcp_icmp_error(b->st, &e);
}

static void syn_sent_hard_error_ends(void **state)               /* RFC 9293, 3.9.2.2, MUST-56, SHLD-26 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_SYN_SENT);
	icmp(&b, ICMP_SOFT, EHOSTUNREACH, 0);
	icmp(&b, ICMP_HARD, ECONNREFUSED, 7);                /* RFC 5927, 4.1: nothing of ours */
	bench_want_state(&b, TCPS_SYN_SENT);
	icmp(&b, ICMP_HARD, ECONNREFUSED, 0);
	assert_int_equal(stack_connect_result(b.st, b.fd), -ECONNREFUSED);
	bench_stop(&b);
}

static void syn_sent_soft_error_names_the_reason(void **state)   /* RFC 9293, 3.9.2.2, SHLD-25 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_SYN_SENT);
	icmp(&b, ICMP_SOFT, EHOSTUNREACH, 0);
	bench_at(&b, 1000000);
	bench_skip(&b);
	assert_int_equal(stack_connect_result(b.st, b.fd), -EHOSTUNREACH);
	bench_stop(&b);
}

static void established_errors_do_not_end(void **state)          /* RFC 5927, 5.2 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_write(&b, 10);
	bench_skip(&b);
	icmp(&b, ICMP_HARD, ECONNREFUSED, 1);
	bench_want_state(&b, TCPS_ESTABLISHED);
	bench_stop(&b);
}

static void established_smaller_path_cuts_smaller(void **state)  /* RFC 1191, 6.5 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	bench_write(&b, 1000);
	bench_want(&b, SEG(.seq = 1, .length = 1000));
	icmp(&b, ICMP_TOO_BIG, EMSGSIZE, 1);
	bench_want(&b, SEG(.seq = 1, .length = 500));
	bench_want(&b, SEG(.seq = 501, .length = 500));
	bench_stop(&b);
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(established_close_runs_to_time_wait), T(close_wait_close_runs_to_closed),
		T(fin_wait_1_fin_closes_from_both_sides), T(fin_wait_1_fin_and_ack_in_one), T(fin_wait_2_takes_text),
		T(fin_wait_2_text_for_nobody_is_reset), T(fin_wait_2_orphan_times_out),
		T(established_fin_waits_for_missing_text), T(last_ack_fin_is_sent_again),
		T(established_fin_goes_behind_queued_data), T(established_close_with_unread_data_resets),
		T(established_linger_0_resets), T(established_linger_waits_for_the_ack), T(reset_ends_in_every_state),
		T(close_wait_reset_is_told_as_the_profile_says), T(shutdown_is_an_error_once_both_ends_have_closed),
		T(syn_is_challenged_in_every_state),
		T(challenges_are_limited),
		T(bare_invalid_segments_are_limited),
		T(fin_wait_2_orphan_ends_at_once),
		T(time_wait_fin_starts_it_again), T(time_wait_rst_is_ignored), T(time_wait_newer_syn_opens),
		T(syn_sent_hard_error_ends), T(syn_sent_soft_error_names_the_reason), T(established_errors_do_not_end),
		T(established_smaller_path_cuts_smaller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
