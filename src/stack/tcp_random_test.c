/* SPDX-License-Identifier: MIT
 *
 * tcp_random_test.c - segments and calls at random, in every state: nothing breaks, all ends, no block is left
 *
 * TCP_RANDOM_SEEDS (300) says how many rows of events are tried.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "stack/tcp_bench.h"

enum { EVENTS = 80 };

/* The variables of the connection, if there is one: a segment that hits is worth more than one that misses. */
static const struct tcp *connection(const struct bench *b)
{
	for (const struct socket *s = b->st->sockets; s; s = s->next)
		if (s->tcp && s->tcp->state != TCPS_LISTEN)
			return s->tcp;
	return NULL;
}

static int64_t near(struct random *r, uint32_t at, uint32_t width)
{
	static const int32_t offsets[] = { 0, 0, 0, 1, -1 };
	uint32_t choice = (uint32_t)random_below(r, ARRAY_LEN(offsets) + 2);

	if (choice < ARRAY_LEN(offsets))
		return (uint32_t)(at + (uint32_t)offsets[choice]);
	return choice == ARRAY_LEN(offsets) ? (uint32_t)(at + random_below(r, width + 1)) : (uint32_t)random_u64(r);
}

static void random_segment(struct bench *b, struct random *r)
{
	static const int flags[] = { A, A, A, A, P | A, F | A, S, S | A, R, R | A, U | A, 0, F, S | F | R };
	const struct tcp *t = connection(b);
	struct seg s = SEG(.flags = flags[random_below(r, ARRAY_LEN(flags))]);

	s.seq = near(r, t ? t->rcv.nxt.value : PEER, t ? tcp_window(t) : 1000);
	s.ack = near(r, t ? t->snd.nxt.value : 0, t ? tcp_flight(t) : 10);
	if (t && random_below(r, 2))
		s.ack = near(r, t->snd.una.value, tcp_flight(t));
	s.window = (int64_t)random_below(r, 3) ? (int64_t)random_below(r, 65536) : 0;
	s.length = random_below(r, 2) ? (int64_t)random_below(r, 1500) : 0;
	s.urgent = (int64_t)random_below(r, 2000);
	s.ts = random_below(r, 2) ? (int64_t)random_below(r, 1u << 31) : -1;
	s.ecr = (int64_t)random_below(r, 1u << 31);
	bench_send(b, s);
}

static void random_call(struct bench *b, struct random *r)
{
	static const int flags[] = { 0, 0, MSG_PEEK, MSG_OOB, MSG_TRUNC };
	static const int options[] = {
		TCP_NODELAY, TCP_CORK, TCP_QUICKACK, TCP_USER_TIMEOUT, TCP_KEEPIDLE, TCP_MAXSEG
	};
	struct stack_tcp_info info;
	int number;

	switch (random_below(r, 9)) {
	case 0: case 1: bench_write(b, 1 + (size_t)random_below(r, 20000)); break;
	case 2: case 3:
		bench_read_flags(b, 1 + (size_t)random_below(r, 20000), flags[random_below(r, ARRAY_LEN(flags))]);
		break;
	case 4: stack_shutdown(b->st, b->fd, (int)random_below(r, 3)); break;
	case 5:
		bench_set(b, IPPROTO_TCP, options[random_below(r, ARRAY_LEN(options))], (int)random_below(r, 200));
		break;
	case 6: stack_ioctl(b->st, b->fd, FIONREAD, &number); break;
	case 7: stack_tcp_info(b->st, b->fd, &info); stack_poll(b->st, b->fd, POLLIN | POLLOUT); break;
	case 8: number = stack_accept4(b->st, b->listener, NULL, NULL, 0); if (number >= 0) b->fd = number; break;
	}
}

static void random_life(int64_t seed)
{
	static const enum tcp_state states[] = {
		TCPS_LISTEN, TCPS_SYN_SENT, TCPS_SYN_RECEIVED, TCPS_ESTABLISHED, TCPS_FIN_WAIT_1, TCPS_FIN_WAIT_2,
		TCPS_CLOSE_WAIT, TCPS_CLOSING, TCPS_LAST_ACK, TCPS_TIME_WAIT,
	};
	struct bench b;
	struct random r;

	random_seed(&r, (uint64_t)seed);
	bench_prepare(&b);
	b.syn = SEG(.flags = S, .sack_ok = (int64_t)random_below(&r, 2), .shift = (int64_t)random_below(&r, 4) - 1,
	            .ts = random_below(&r, 2) ? 1000 : -1);
	b.config.tcp_retries2 = b.config.tcp_orphan_retries = 4;
	b.config.tcp_fin_wait_2_s = 60;
	b.config.tcp_cookies = (int64_t)random_below(&r, 3);
	b.config.tcp_cookies *= states[seed % (int64_t)ARRAY_LEN(states)] == TCPS_LISTEN;
	b.config.tcp_receive_buffer = 1000 << random_below(&r, 7);
	b.config.socket_memory_charged = (int64_t)random_below(&r, 2);
	b.config.tcp_segments_measured = b.config.tcp_receive_moderation = b.config.socket_memory_charged;
	b.config.tcp_segments_cut = !b.config.socket_memory_charged;
	b.config.tcp_shrink_window = (int64_t)random_below(&r, 2);
	b.config.tcp_ack_policy = random_below(&r, 2) ? TCP_ACK_QUICK_START : TCP_ACK_EVERY_SECOND;
	b.config.memory_limit = random_below(&r, 4) ? 1 << 20 : 250000 + (int64_t)random_below(&r, 50000);
	bench_go(&b, states[seed % (int64_t)ARRAY_LEN(states)]);
	for (int i = 0; i < EVENTS; i++) {
		if (random_below(&r, 3))
			random_segment(&b, &r);
		else
			random_call(&b, &r);
		if (random_below(&r, 8) == 0)
			bench_at(&b, b.now + (int64_t)random_below(&r, 3000));
		b.taken = b.count = 0;
	}
	for (int fd = STACK_FIRST_FD; fd < 10; fd++)
		stack_close(b.st, fd);
	for (int i = 0; i < 200 && b.st->timers.count; i++) {
		bench_at(&b, stack_deadline(b.st).ns / 1000000 + 1);
		b.taken = b.count = 0;
	}
	if (b.st->counts.sockets || b.st->timers.count)
		fail_msg("seed %lld: %zu sockets and %zu timers are left in %s", (long long)seed, b.st->counts.sockets,
		         b.st->timers.count, tcp_state_name[bench_state(&b)]);
	bench_skip(&b);
	bench_stop(&b);
}

static void anything_may_happen(void **state)
{
	const char *text = getenv("TCP_RANDOM_SEEDS");
	long seeds = text ? strtol(text, NULL, 10) : 300;

	(void)state;
	for (long seed = 0; seed < seeds; seed++)
		random_life(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(anything_may_happen) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
