/* SPDX-License-Identifier: MIT
 *
 * tcp_recovery_test.c - congestion control and loss recovery are exchangeable: rows that only this test knows
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/reduction.h"
#include "stack/tcp_bench.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_timer.h"

static struct tcp *tcp_of(const struct bench *b, int fd)
{
	for (struct socket *s = b->st->sockets; s; s = s->next)
		if (s->fd == fd)
			return s->tcp;
	fail_msg("no socket has descriptor %d", fd);
	return NULL;
}

/* ---- congestion control ---- */

/* A window that never changes, and a sum of all that it is told. */
struct fixed {
	uint64_t acked, delivered, samples;
};

static void fixed_start(struct congestion *c, const struct congestion_event *e)
{
	assert_int_equal(CONGESTION_OWN(c, struct fixed)->samples, 0);
	c->cwnd = 2 * e->mss;
}

static void fixed_sample(struct congestion *c, const struct congestion_event *e)
{
	struct fixed *f = CONGESTION_OWN(c, struct fixed);

	f->samples++;
	f->delivered += e->delivered;
	assert_int_equal(f->delivered, e->delivered_total);
}

static void fixed_acked(struct congestion *c, const struct congestion_event *e)
{
	assert_true(e->flight >= e->acked && e->flight <= c->cwnd);
	CONGESTION_OWN(c, struct fixed)->acked += e->acked;
}

static uint32_t fixed_threshold(struct congestion *c, const struct congestion_event *e)
{
	(void)e;
	return c->cwnd;
}

static const struct congestion_ops fixed = {
	.name = "fixed", .start = fixed_start, .sample = fixed_sample, .acked = fixed_acked,
	.threshold = fixed_threshold,
};

static int connect_to_ourselves(struct bench *b)
{
	struct sockaddr_in in = bench_address(0x0a000001, HERE);
	int fd = stack_socket(b->st, AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(stack_connect(b->st, fd, (struct sockaddr *)&in, sizeof(in)), -EINPROGRESS);
	return fd;
}

static void two_flows_of_one_host_have_algorithms_of_their_own(void **state)
{
	enum { BYTES = 60000 };
	int fds[2], accepted[2];
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.mtu = 1040;
	bench_open(&b);
	b.listener = b.fd;
	b.fd = -1;
	assert_int_equal(stack_listen(b.st, b.listener, 2), 0);
	for (int i = 0; i < 2; i++) {
		fds[i] = connect_to_ourselves(&b);
		if (i == 1)
			tcp_congestion_choose(tcp_of(&b, fds[i]), &fixed);
	}
	bench_at(&b, 1);
	for (int i = 0; i < 2; i++) {
		accepted[i] = stack_accept4(b.st, b.listener, NULL, NULL, 0);
		assert_true(accepted[i] >= 0);
		b.fd = fds[i];
		assert_int_equal(bench_write(&b, BYTES), BYTES);
	}
	for (int ms = 2; ms < 20000; ms += 10) {
		bench_at(&b, ms);
		for (int i = 0; i < 2; i++) {
			b.fd = accepted[i];
			(void)bench_read(&b, BYTES);
		}
	}
	struct tcp *reno = tcp_of(&b, fds[0]), *other = tcp_of(&b, fds[1]);
	const struct fixed *f = CONGESTION_OWN(&other->congestion, struct fixed);
	assert_int_equal(reno->stats.bytes_acked, BYTES);
	assert_int_equal(other->stats.bytes_acked, BYTES);
	assert_true(reno->congestion.cwnd > 8 * tcp_send_mss(reno));
	assert_int_equal(other->congestion.cwnd, 2 * tcp_send_mss(other));
	assert_int_equal(f->acked, BYTES);
	assert_int_equal(f->delivered, BYTES);
	assert_true(f->samples >= BYTES / other->congestion.cwnd);
	stack_free(b.st);
}

static void paced_start(struct congestion *c, const struct congestion_event *e)
{
	c->cwnd = 10 * e->mss;
	c->pacing_rate = 100000;
}

static const struct congestion_ops paced = {
	.name = "paced", .paces = true, .start = paced_start, .acked = fixed_acked, .threshold = fixed_threshold,
};

static void a_rate_spreads_segments(void **state)
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_ESTABLISHED);
	tcp_congestion_choose(tcp_of(&b, b.fd), &paced);
	bench_write(&b, 4000);
	for (int i = 0; i < 4; i++) {
		bench_at(&b, 10 * i + 9);
		bench_want(&b, SEG(.seq = 1 + 1000 * i, .length = 1000, .at = 10 * i));
		bench_want_none(&b);
	}
	bench_stop(&b);
}

/* ---- loss recovery ---- */

enum { PROBE_MS = 50 };

/* How the window falls: at once to ssthresh. Counts what is delivered meanwhile. */
static void drop_enter(struct tcp *t, const struct tcp_ack *a)
{
	t->recovery.own_reduction[0] = a->delivered;
	tcp_congestion_set_window(t, t->congestion.ssthresh);
}

static void drop_acked(struct tcp *t, const struct tcp_ack *a)
{
	t->recovery.own_reduction[0] += a->delivered;
}

static const struct reduction_ops drop = {
	.name = "drop", .enter = drop_enter, .acked = drop_acked, .leave = drop_acked
};

/* What was sent before something that is delivered is lost, unless it has gone out again; and the last segment goes out
 * again when nothing is heard for a while. */
static void eager_ack(struct tcp *t, const struct tcp_ack *a)
{
	bool was_open = t->recovery.phase == RECOVERY_OPEN, missing = false;

	for (size_t i = t->sent.count, above = 0; i--; ) {
		const struct sent_segment *s = tcp_sent_segment(t, i);
		above += s->delivered;
		if (!above || s->delivered || s->again)
			continue;
		tcp_sent_lose(t, i);
		missing = true;
	}
	if (!was_open && !seq_before(a->ack, t->recovery.point)) {
		t->recovery.phase = RECOVERY_OPEN;
		t->recovery.reduction->leave(t, a);
	} else if (!was_open) {
		t->recovery.reduction->acked(t, a);
	} else if (missing) {
		tcp_congestion_loss(t, a);
		t->recovery.phase = RECOVERY_FAST;
		t->recovery.point = t->snd.nxt;
		t->recovery.reduction->enter(t, a);
	}
	if (!t->sent.count)
		tcp_disarm(t, TCP_TIMER_RECOVERY);
}

static void eager_timeout(struct tcp *t)
{
	for (size_t i = 0; i < t->sent.count; i++)
		tcp_sent_lose(t, i);
}

static bool eager_timer(struct tcp *t)
{
	tcp_sent_lose(t, t->sent.count - 1);
	return true;
}

static void eager_sent(struct tcp *t, seq_t seq, seq_t end)
{
	assert_true(seq_before(seq, end));
	if (tcp_in(t, TCPM_SENDS))
		tcp_arm(t, TCP_TIMER_RECOVERY, vtime_ms(PROBE_MS));
}

static bool eager_next(struct tcp *t, struct rxq_range *range)
{
	return tcp_sent_next_lost(t, range);
}

static uint32_t eager_in_flight(const struct tcp *t, seq_t cursor)
{
	(void)cursor;
	return tcp_sent_pipe(t);
}

static uint32_t eager_credit(const struct tcp *t)
{
	(void)t;
	return 0;
}

static const struct recovery_ops eager = {
	.name = "eager", .reduction = &drop, .on_ack = eager_ack, .on_timeout = eager_timeout, .on_timer = eager_timer,
	.on_sent = eager_sent, .next = eager_next, .in_flight = eager_in_flight, .credit = eager_credit,
};

static struct tcp *start_eager(struct bench *b)
{
	bench_prepare(b);
	b->config.tcp_initial_window = 6;
	b->syn = SEG(.flags = S, .sack_ok = 1, .mss = 1000);
	bench_go(b, TCPS_ESTABLISHED);
	recovery_choose(tcp_of(b, b->fd), &eager);
	return tcp_of(b, b->fd);
}

static void holes_are_repaired_as_the_row_says(void **state)
{
	struct bench b;

	(void)state;
	struct tcp *t = start_eager(&b);
	bench_write(&b, 9000);
	for (int i = 0; i < 6; i++)
		bench_want(&b, SEG(.seq = 1 + 1000 * i));
	assert_int_equal(tcp_sent_pipe(t), 6000);
	bench_at(&b, 10);
	bench_send(&b, SEG(.ack = 1, .sack_from = 1001, .sack_to = 2001));
	bench_want(&b, SEG(.seq = 1, .length = 1000));       /* one duplicate is enough for this row */
	assert_int_equal(t->congestion.ssthresh, 3000);      /* half of what was in flight: Reno's word */
	assert_int_equal(t->congestion.cwnd, 3000);
	bench_want_none(&b);                                 /* 5000 are on their way */
	bench_send(&b, SEG(.ack = 1, .sack_from = 3001, .sack_to = 6001));
	bench_want(&b, SEG(.seq = 2001, .length = 1000));    /* the next hole, before anything new */
	bench_want(&b, SEG(.seq = 6001, .length = 1000));    /* 2000 were on their way, and the window is 3000 */
	bench_want_none(&b);
	assert_int_equal(tcp_sent_pipe(t), 3000);
	assert_int_equal(t->recovery.own_reduction[0], 4000);
	bench_send(&b, SEG(.ack = 6001));
	assert_int_equal(t->recovery.phase, RECOVERY_OPEN);
	assert_int_equal(t->recovery.own_reduction[0], 6000);
	assert_true(t->sent.newest.delivered && t->sent.newest.again);       /* what came last had been sent last */
	bench_skip(&b);
	bench_stop(&b);
}

static void a_timer_of_its_own_probes_the_tail(void **state)
{
	struct bench b;

	(void)state;
	struct tcp *t = start_eager(&b);
	bench_write(&b, 2000);
	bench_want(&b, SEG(.seq = 1, .at = 0));
	bench_want(&b, SEG(.seq = 1001, .at = 0));
	bench_at(&b, PROBE_MS + 9);
	bench_want(&b, SEG(.seq = 1001, .length = 1000, .at = PROBE_MS));
	bench_want_none(&b);
	assert_int_equal(tcp_sent_pipe(t), 2000);
	bench_send(&b, SEG(.ack = 2001));
	assert_false(t->timers[TCP_TIMER_RECOVERY].armed);
	assert_int_equal(tcp_sent_pipe(t), 0);
	bench_want_none(&b);
	bench_stop(&b);
}

static void a_time_out_marks_what_the_row_says(void **state)
{
	struct bench b;

	(void)state;
	struct tcp *t = start_eager(&b);
	bench_write(&b, 1000);
	bench_skip(&b);
	tcp_disarm(t, TCP_TIMER_RECOVERY);
	tcp_sent_lose(t, 0);
	assert_int_equal(tcp_sent_pipe(t), 0);               /* lost is not on its way */
	tcp_sent_lose(t, 0);
	assert_int_equal(tcp_sent_pipe(t), 0);
	bench_at(&b, 1000);
	bench_want(&b, SEG(.seq = 1, .length = 1000, .at = 1000));
	assert_int_equal(tcp_sent_pipe(t), 1000);
	bench_skip(&b);
	bench_stop(&b);
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(two_flows_of_one_host_have_algorithms_of_their_own), T(a_rate_spreads_segments),
		T(holes_are_repaired_as_the_row_says), T(a_timer_of_its_own_probes_the_tail),
		T(a_time_out_marks_what_the_row_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
