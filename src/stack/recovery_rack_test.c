/* SPDX-License-Identifier: MIT
 *
 * recovery_rack_test.c - RACK-TLP as RFC 8985 tells of it, and what gives a window back
 *
 * The two examples of RFC 8985, 3.4 and 3.5, event by event; the reordering window; and undo (RFC 3522, RFC 3708).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/recovery_rack_parts.h"
#include "stack/tcp_bench.h"

enum { SEGMENT = 1000, RTT_MS = 100 };

static struct tcp *tcp_of(const struct bench *b)
{
	for (struct socket *s = b->st->sockets; s; s = s->next)
		if (s->fd == b->fd)
			return s->tcp;
	return NULL;
}

/* A connection with a round trip of 100 ms at 200 ms, when the first segment has been acknowledged: the next number is
 * 1001. @stamp: the peer's TSval; -1: there are no time-stamps. */
static struct tcp *start(struct bench *b, bool probes, int64_t stamp)
{
	bench_prepare(b);
	b->config.tcp_recovery = TCP_RECOVERY_RACK;
	b->config.tcp_reduction = TCP_REDUCTION_HALVE;
	b->config.tcp_initial_window = 10;
	b->config.tcp_undo_in_full = 1;
	b->config.tcp_tail_loss_probe = probes ? 3 : 0;
	b->syn = SEG(.flags = S, .sack_ok = 1, .ts = stamp);
	bench_open(b);
	assert_int_equal(stack_listen(b->st, b->fd, 1), 0);
	b->listener = b->fd;
	bench_send(b, SEG(.flags = S, .mss = SEGMENT + (stamp < 0 ? 0 : 12)));
	bench_at(b, RTT_MS);
	bench_send(b, SEG(.ts = stamp, .ecr = 0));
	bench_accept(b);
	bench_write(b, SEGMENT);
	bench_at(b, 2 * RTT_MS);
	bench_send(b, SEG(.ack = 1 + SEGMENT, .ts = stamp, .ecr = RTT_MS));
	bench_skip(b);
	return tcp_of(b);
}

static void ack(struct bench *b, int64_t ms, int64_t number)
{
	bench_at(b, ms);
	bench_send(b, SEG(.ack = number));
}

static void sack(struct bench *b, int64_t ms, int64_t number, int64_t from, int64_t to)
{
	bench_at(b, ms);
	bench_send(b, SEG(.ack = number, .sack_from = from, .sack_to = to));
}

/* RFC 8985, 3.4. P0 to P3 are the segments from number 1001 on. */
static void three_losses_at_the_tail(void **state)
{
	struct bench b;

	(void)state;
	struct tcp *t = start(&b, true, -1);
	bench_write(&b, 4 * SEGMENT);                        /* 1 */
	bench_skip(&b);
	ack(&b, 300, 2001);                                  /* 2 */
	bench_at(&b, 499);
	bench_want_none(&b);
	bench_at(&b, 501);                                   /* 3 */
	bench_want(&b, SEG(.seq = 4001, .length = SEGMENT, .at = 500));
	bench_want_none(&b);
	sack(&b, 600, 2001, 4001, 5001);                     /* 4, 5 */
	bench_want(&b, SEG(.seq = 2001, .length = SEGMENT, .at = 600));
	bench_want(&b, SEG(.seq = 3001, .length = SEGMENT, .at = 600));
	bench_want_none(&b);
	sack(&b, 700, 2001, 3001, 5001);                     /* 6, 7 */
	bench_want(&b, SEG(.seq = 2001, .length = SEGMENT, .at = 700));
	bench_want_none(&b);
	ack(&b, 800, 5001);                                  /* 8 */
	assert_int_equal(t->recovery.phase, RECOVERY_OPEN);
	bench_stop(&b);
}

/* RFC 8985, 3.5. Two segments go out right before the time-out of the first one is over: they are not lost. */
static void a_time_out_takes_only_what_is_old(void **state)
{
	struct bench b;

	(void)state;
	struct tcp *t = start(&b, false, -1);
	bench_write(&b, SEGMENT);
	int64_t over = b.now + vtime_to_us(t->rtx.rto) / 1000;
	bench_at(&b, over - 10);
	bench_write(&b, 2 * SEGMENT);
	bench_skip(&b);
	bench_at(&b, over);
	bench_want(&b, SEG(.seq = 1001, .length = SEGMENT, .at = over));
	bench_want_none(&b);
	assert_false(tcp_sent_segment(t, 1)->lost);
	assert_false(tcp_sent_segment(t, 2)->lost);
	ack(&b, over + 5, 2001);                             /* of the original: nothing else goes out again */
	bench_want_none(&b);
	ack(&b, over + RTT_MS, 4001);
	bench_stop(&b);
}

/* RFC 8985, 6.2, step 4: a quarter of the least round trip. With fewer than DupThresh selected segments nothing is lost
 * before that has passed. */
static void a_segment_that_is_overtaken_gets_a_quarter_more(void **state)
{
	struct bench b;

	(void)state;
	start(&b, false, -1);
	bench_write(&b, 3 * SEGMENT);
	bench_skip(&b);
	sack(&b, 300, 1001, 2001, 3001);
	bench_at(&b, 324);
	bench_want_none(&b);
	bench_at(&b, 326);
	bench_want(&b, SEG(.seq = 1001, .length = SEGMENT, .at = 325));
	bench_want_none(&b);
	ack(&b, 430, 4001);
	bench_stop(&b);
}

/* ... which DupThresh of them make nothing. */
static void three_that_overtake_are_proof_enough(void **state)
{
	struct bench b;

	(void)state;
	start(&b, false, -1);
	bench_write(&b, 4 * SEGMENT);
	bench_skip(&b);
	sack(&b, 300, 1001, 2001, 5001);
	bench_want(&b, SEG(.seq = 1001, .length = SEGMENT, .at = 300));
	ack(&b, 400, 5001);
	bench_stop(&b);
}

/* ---- undo ---- */

/* The window falls when recovery begins, and the ACK of the original tells that nothing was lost: it echoes a
 * time-stamp from before the copy went out (RFC 3522, 3.2, step 5; RFC 4015, 3.2). */
static void an_old_echo_gives_the_window_back(void **state)
{
	static const struct {
		int64_t echo, any_ack;                       /* an ACK of all that is out proves it, too */
		bool undone;
	} rows[] = { { 200, 1, true }, { 300, 1, false }, { 200, 0, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		struct tcp *t = start(&b, false, 7000);
		uint32_t before = t->congestion.cwnd, threshold = t->congestion.ssthresh;
		tcp_stack(t)->config.tcp_eifel_any_ack = rows[i].any_ack;
		bench_write(&b, 4 * SEGMENT);
		bench_at(&b, 300);
		bench_send(&b, SEG(.ack = 1001, .sack_from = 2001, .sack_to = 5001, .ts = 7001, .ecr = 200));
		assert_int_equal(t->recovery.phase, RECOVERY_FAST);
		assert_true(t->congestion.cwnd < before);
		bench_at(&b, 310);
		bench_send(&b, SEG(.ack = 5001, .ts = 7002, .ecr = rows[i].echo));
		assert_int_equal(t->recovery.phase, RECOVERY_OPEN);
		assert_int_equal(t->congestion.cwnd >= before, rows[i].undone);
		assert_int_equal(t->congestion.ssthresh == threshold, rows[i].undone);
		bench_skip(&b);
		bench_stop(&b);
	}
}

/* A D-SACK for the only copy says that both arrived (RFC 3708, 3). One for what went out before says nothing. */
static void a_copy_that_arrived_twice_gives_the_window_back(void **state)
{
	static const struct {
		int64_t from, to;
		bool undone;
	} rows[] = { { 1001, 2001, true }, { 1, 1001, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		struct tcp *t = start(&b, false, -1);
		uint32_t before = t->congestion.cwnd, threshold = t->congestion.ssthresh;
		bench_write(&b, 4 * SEGMENT);
		sack(&b, 300, 1001, 2001, 5001);
		assert_true(t->congestion.ssthresh < threshold);
		ack(&b, 310, 5001);
		assert_true(t->congestion.ssthresh < threshold);
		sack(&b, 400, 5001, rows[i].from, rows[i].to);
		assert_int_equal(t->congestion.ssthresh == threshold, rows[i].undone);
		assert_int_equal(t->congestion.cwnd >= before, rows[i].undone);
		bench_skip(&b);
		bench_stop(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_losses_at_the_tail),
		cmocka_unit_test(a_time_out_takes_only_what_is_old),
		cmocka_unit_test(a_segment_that_is_overtaken_gets_a_quarter_more),
		cmocka_unit_test(three_that_overtake_are_proof_enough),
		cmocka_unit_test(an_old_echo_gives_the_window_back),
		cmocka_unit_test(a_copy_that_arrived_twice_gives_the_window_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
