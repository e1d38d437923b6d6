/* SPDX-License-Identifier: MIT
 *
 * reduction_prr_test.c - proportional rate reduction, against the diagrams of RFC 6937, 3.1
 *
 * In those diagrams 20 segments are on their way and the first, or the first fifteen, are lost. Each of the others
 * makes an ACK. A row tells what it lets go (new text, a retransmission, or nothing), another what is on its way
 * then. The former of the single loss contradicts the latter at the end: with what is said to be on its way at ACK 17,
 * a segment has gone there and not later. The latter is what the formulas give.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/reduction.h"
#include "stack/tcp_bench.h"
#include "util/buf.h"

enum { SEGMENT = 1000, FLIGHT = 20, WRITTEN = 60 };

static struct tcp *start(struct bench *b, enum tcp_prr_bound bound)
{
	bench_prepare(b);
	b->config.tcp_recovery = TCP_RECOVERY_SACK;
	b->config.tcp_reduction = TCP_REDUCTION_PRR;
	b->config.tcp_prr_bound = bound;
	b->config.tcp_window_in_segments = 1;                /* as the diagrams do: octets would round otherwise */
	b->config.tcp_initial_window = FLIGHT;
	b->syn = SEG(.flags = S, .sack_ok = 1, .mss = SEGMENT);
	bench_go(b, TCPS_ESTABLISHED);
	assert_int_equal(bench_write(b, WRITTEN * SEGMENT), WRITTEN * SEGMENT);
	assert_int_equal(b->count - b->taken, FLIGHT);
	bench_skip(b);
	for (struct socket *socket = b->st->sockets; socket; socket = socket->next)
		if (socket->fd == b->fd)
			return socket->tcp;
	return NULL;
}

/* What was sent since the last question, as the diagrams write it: "N", "2R", or "." for nothing. */
static void add_sent(struct bench *b, int64_t *new_from, struct buf *row)
{
	int fresh = 0, again = 0;

	for (; b->taken < b->count; b->taken++) {
		bool is_new = b->sent[b->taken].seq >= *new_from;
		fresh += is_new;
		again += !is_new;
		if (is_new)
			*new_from = b->sent[b->taken].seq + SEGMENT;
	}
	if (fresh)
		buf_printf(row, fresh > 1 ? "%dN" : "N", fresh);
	if (again)
		buf_printf(row, again > 1 ? "%dR" : "R", again);
	if (!fresh && !again)
		buf_puts(row, ".");
}

/* The first @lost of the flight are lost; each of the others makes an ACK. @sent: what each lets go; @pipe: segments on
 * their way after each, from the fourth on. */
static void try(int lost, enum tcp_prr_bound bound, const char *sent, const char *pipe)
{
	int64_t new_from = 1 + FLIGHT * SEGMENT;
	struct buf row = BUF_INIT, flights = BUF_INIT;
	struct bench b;

	struct tcp *t = start(&b, bound);
	for (int i = lost; i < FLIGHT; i++) {
		bench_at(&b, 100 + i);
		bench_send(&b, SEG(.ack = 1, .sack_from = 1 + lost * SEGMENT, .sack_to = 1 + (i + 1) * SEGMENT));
		add_sent(&b, &new_from, &row);
		if (i >= lost + 3)
			buf_printf(&flights, "%u ", t->recovery.ops->in_flight(t, t->snd.nxt) / SEGMENT);
	}
	assert_string_equal(row.data, sent);
	assert_string_equal(flights.data, pipe);
	assert_int_equal(t->congestion.ssthresh, FLIGHT / 2 * SEGMENT);
	/* What a trace tells. Recovery begins with the third ACK: two segments were delivered before
	 * it, and two new ones sent in their place (RFC 3042). */
	int64_t told[REDUCTION_VARIABLES] = { 0 };
	t->recovery.reduction->tell(&t->recovery, told);
	assert_int_equal(told[0], FLIGHT);
	assert_int_equal(told[1], FLIGHT - lost - 2);
	assert_string_equal(t->recovery.reduction->variables[1], "prr_delivered");
	buf_free(&row);
	buf_free(&flights);
	bench_stop(&b);
}

static void one_loss(void **state)
{
	(void)state;
	for (int bound = TCP_PRR_BY_SAFE_ACK; bound <= TCP_PRR_SSRB; bound++)
		try(1, bound, "NNR.N.N.N.N.N.N.N..", "18 18 17 17 16 16 15 15 14 14 13 13 12 12 11 10 ");
}

/* Without an ACK that advances as much goes out as arrives: the row of PRR-CRB, where what is on its way is told before
 * the retransmission, so that it is one less there. */
static void heavy_losses(void **state)
{
	(void)state;
	try(15, TCP_PRR_BY_SAFE_ACK, "NNRRR", "5 5 ");
	try(15, TCP_PRR_CRB, "NNRRR", "5 5 ");
}

/* The row of PRR-SSRB: two for each that arrives. What is on its way grows by one; it is told before they go, there. */
static void heavy_losses_in_slow_start(void **state)
{
	(void)state;
	try(15, TCP_PRR_SSRB, "NN2R2R2R", "7 8 ");
}

/* When recovery begins with as much on its way as ssthresh, one retransmission goes all the same, and has to be made up
 * for. */
static void nothing_to_spare(void **state)
{
	(void)state;
	try(9, TCP_PRR_BY_SAFE_ACK, "NNR.RRRRRRR", "10 10 10 10 10 10 10 10 ");
}

/* An ACK that advances brings two segments each time, although the one before let go more than it delivered. */
static void advances(void **state)
{
	int64_t new_from = 1 + FLIGHT * SEGMENT;
	struct buf row = BUF_INIT;
	struct bench b;

	(void)state;
	start(&b, TCP_PRR_BY_SAFE_ACK);
	for (int i = 15; i < FLIGHT; i++) {
		bench_at(&b, 100 + i);
		bench_send(&b, SEG(.ack = 1, .sack_from = 1 + 15 * SEGMENT, .sack_to = 1 + (i + 1) * SEGMENT));
	}
	bench_skip(&b);
	for (int i = 1; i <= 4; i++) {
		bench_at(&b, 200 + i);
		bench_send(&b, SEG(.ack = 1 + i * SEGMENT, .sack_from = 1 + 15 * SEGMENT,
		                   .sack_to = 1 + FLIGHT * SEGMENT));
		add_sent(&b, &new_from, &row);
	}
	assert_string_equal(row.data, "2R2R2R2R");
	buf_free(&row);
	bench_stop(&b);
}

/* What went out beyond its share is no reason to have less on its way than there is. */
static void never_below_the_flight(void **state)
{
	const struct tcp_ack none = { 0 }, one = { .delivered = SEGMENT, .segments = 1 };
	struct bench b;

	(void)state;
	struct tcp *t = start(&b, TCP_PRR_BY_SAFE_ACK);
	t->congestion.ssthresh = FLIGHT / 4 * SEGMENT;
	reduction_prr.enter(t, &none);
	reduction_prr.sent(t, 3 * SEGMENT);
	reduction_prr.acked(t, &one);
	assert_int_equal(t->congestion.cwnd, FLIGHT * SEGMENT);
	bench_stop(&b);
}

/* With as much on its way as ssthresh there is room for the first retransmission and for no more; recoveries that send
 * the first one by themselves do not need it. */
static void the_first_goes_in_any_case(void **state)
{
	const struct tcp_ack none = { 0 }, one = { .delivered = SEGMENT, .segments = 1 };
	struct bench b;

	(void)state;
	struct tcp *t = start(&b, TCP_PRR_BY_SAFE_ACK);
	t->congestion.ssthresh = FLIGHT * SEGMENT;
	reduction_prr.enter(t, &none);
	reduction_prr.acked(t, &one);
	assert_int_equal(t->congestion.cwnd, (FLIGHT + 1) * SEGMENT);
	reduction_prr.sent(t, SEGMENT);
	reduction_prr.acked(t, &one);
	assert_int_equal(t->congestion.cwnd, FLIGHT * SEGMENT);
	bench_stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_loss),
		cmocka_unit_test(heavy_losses),
		cmocka_unit_test(heavy_losses_in_slow_start),
		cmocka_unit_test(nothing_to_spare),
		cmocka_unit_test(advances),
		cmocka_unit_test(never_below_the_flight),
		cmocka_unit_test(the_first_goes_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
