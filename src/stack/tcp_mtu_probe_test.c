/* SPDX-License-Identifier: MIT
 *
 * tcp_mtu_probe_test.c - the search for the largest segment that a path takes (RFC 4821)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/tcp_bench.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_snd.h"

enum { BASE = 512, MOST = 1460, WINDOW = 20, TEXT = 40000 };

static struct tcp *tcp_of(const struct bench *b)
{
	for (struct socket *s = b->st->sockets; s; s = s->next)
		if (s->fd == b->fd)
			return s->tcp;
	return NULL;
}

/* A connection that we opened, with segments of BASE octets. Its window has @window of them. */
static void prepare(struct bench *b, int probing, int window)
{
	bench_prepare(b);
	b->config.tcp_mtu_probing = probing;
	b->config.tcp_base_mss = BASE;
	b->config.tcp_timestamps = 0;
	b->config.tcp_initial_window = window;
}

static struct tcp *start(struct bench *b)
{
	bench_go(b, TCPS_SYN_SENT);
	bench_send(b, SEG(.flags = S | A, .ack = 1, .mss = MOST, .sack_ok = 1));
	bench_skip(b);
	return tcp_of(b);
}

/* The length of the segment that is longer than the others among those sent and not looked at; 0: there is none. */
static int64_t probe_among(struct bench *b, int64_t usual, int64_t *seq)
{
	int64_t length = 0;

	for (; b->taken < b->count; b->taken++) {
		if (b->sent[b->taken].length <= usual)
			continue;
		assert_int_equal(length, 0);                     /* one at a time */
		length = b->sent[b->taken].length;
		*seq = b->sent[b->taken].seq;
	}
	return length;
}

/* RFC 4821, 7.3 and 7.6.1: each probe is half-way between what passes and what is most, until the rest is not worth
 * one; what follows is as large as what passed. */
static void sizes_are_halved(void **state)
{
	struct bench b;

	(void)state;
	prepare(&b, 2, WINDOW);
	struct tcp *t = start(&b);
	int64_t low = BASE, seq, ms = 0, probes = 0;
	assert_int_equal(tcp_send_mss(t), BASE);
	for (int i = 0; i < 200 && low + 8 <= MOST; i++) {
		if (tcp_unsent(t) < 10000)
			bench_write(&b, TEXT);
		int64_t length = probe_among(&b, low, &seq);
		if (length) {
			assert_int_equal(length, (low + MOST) / 2);
			low = length;
			probes++;
		}
		bench_at(&b, ms += 10);
		bench_send(&b, SEG(.ack = t->snd.nxt.value, .window = 65535));
	}
	assert_int_equal(probes, 8);                         /* 986, 1223, 1341, 1400, 1430, 1445, 1452, 1456 */
	assert_int_equal(tcp_send_mss(t), 1456);
	assert_int_equal(b.st->counters[TcpExtTCPMTUPSuccess], 8);
	bench_skip(&b);
	bench_stop(&b);
}

/* RFC 4821, 7.6.2: a probe that is lost alone says that it was too large, and the window stays; its text goes out again
 * in smaller segments. Whatever looks for losses. */
static void lose_a_probe(enum tcp_recovery recovery)
{
	struct bench b;
	int64_t seq = 0;

	prepare(&b, 2, WINDOW);
	b.config.tcp_recovery = recovery;
	struct tcp *t = start(&b);
	bench_write(&b, TEXT);
	int64_t length = probe_among(&b, BASE, &seq);
	assert_int_equal(length, (BASE + MOST) / 2);
	uint32_t threshold = t->congestion.ssthresh;
	bench_at(&b, 10);
	if (seq > 1)
		bench_send(&b, SEG(.ack = seq));
	bench_skip(&b);
	uint32_t window = t->congestion.cwnd;
	bench_send(&b, SEG(.ack = seq, .sack_from = seq + length, .sack_to = seq + length + 4 * BASE));
	assert_int_equal(t->mtu.high, length - 1);
	assert_false(t->mtu.out);
	assert_int_equal(t->congestion.ssthresh, threshold);
	assert_true(t->congestion.cwnd >= window);
	assert_int_equal(tcp_send_mss(t), BASE);
	assert_int_equal(b.st->counters[TcpExtTCPMTUPFail], 1);
	bench_want(&b, SEG(.seq = seq, .length = BASE));
	bench_want(&b, SEG(.seq = seq + BASE, .length = length - BASE));
	bench_skip(&b);
	bench_send(&b, SEG(.ack = t->snd.nxt.value));
	assert_int_equal(t->recovery.phase, RECOVERY_OPEN);
	assert_int_equal(t->congestion.ssthresh, threshold);
	bench_skip(&b);
	bench_stop(&b);
}

static void a_lost_probe_is_no_congestion(void **state)
{
	(void)state;
	lose_a_probe(TCP_RECOVERY_RACK);
	lose_a_probe(TCP_RECOVERY_SACK);
}

/* RFC 4821, 7.4. What is missing for a probe, one thing a row. */
static void a_probe_has_conditions(void **state)
{
	static const struct {
		int probing, window, text;
		bool goes;
	} rows[] = {
		{ 2, 20, TEXT, true },
		{ 0, 20, TEXT, false },                          /* it is not allowed */
		{ 1, 20, TEXT, false },                          /* no black hole was seen */
		{ 2, 10, TEXT, false },                          /* eleven segments */
		{ 2, 20, 2000, false },                          /* its loss would not be seen */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		int64_t seq = 0;
		prepare(&b, rows[i].probing, rows[i].window);
		struct tcp *t = start(&b);
		int64_t usual = tcp_send_mss(t);
		bench_write(&b, (size_t)rows[i].text);
		assert_int_equal(probe_among(&b, usual, &seq) > 0, rows[i].goes);
		bench_skip(&b);
		bench_stop(&b);
	}
}

/* RFC 4821, 7.7: time-outs that last make segments small. */
static void a_black_hole_makes_segments_small(void **state)
{
	struct bench b;

	(void)state;
	prepare(&b, 1, 4);
	struct tcp *t = start(&b);
	assert_int_equal(tcp_send_mss(t), MOST);
	bench_write(&b, 4 * MOST);
	for (int ms = 0; ms < 60000 && tcp_send_mss(t) == MOST; ms += 100)
		bench_at(&b, ms);
	assert_int_equal(tcp_send_mss(t), BASE);
	bench_skip(&b);
	bench_stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_halved),
		cmocka_unit_test(a_lost_probe_is_no_congestion),
		cmocka_unit_test(a_probe_has_conditions),
		cmocka_unit_test(a_black_hole_makes_segments_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
