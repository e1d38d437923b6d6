/* SPDX-License-Identifier: MIT
 *
 * stack_bench.c - figures of the stack alone: memory a connection, connections a second, bytes a second
 *
 * Speeds are medians of ROUNDS runs, with the slowest and the fastest, as processor time of this process.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>
#include <time.h>

#include "stack/netsim.h"

enum { ROUNDS = 9, CONNECTIONS = 1000, BYTES = 10 << 20 };

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void tell_speed(const char *what, const char *unit, double rounds[ROUNDS])
{
	qsort(rounds, ROUNDS, sizeof(rounds[0]), by_size);
	printf("%-36s %10.0f %s (%.0f to %.0f)\n", what, rounds[ROUNDS / 2], unit, rounds[0], rounds[ROUNDS - 1]);
}

/* ---- connections of a host to itself ---- */

static void discard(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	(void)context, (void)bytes, (void)length, (void)now;
}

static size_t memory_of(struct stack *st)
{
	struct stack_counts counts;

	stack_count(st, &counts);
	return counts.memory;
}

/* Let pass what the host sends itself, not the timers of seconds to come. */
static void settle(struct stack *st)
{
	while (vtime_before(stack_deadline(st), vtime_add(stack_now(st), vtime_ms(1))))
		stack_tick(st, stack_deadline(st));
}

static struct stack *host_that_listens(int *listener)
{
	struct stack_config c;
	struct stack_hooks hooks = { .output = discard };
	struct ip_address ip = { 4, { 10, 0, 0, 1 } };
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = { htonl(INADDR_LOOPBACK) }
	};

	stack_config_init(&c);
	c.descriptor_limit = 2 * CONNECTIONS + 10;
	struct stack *st = stack_new(&c, &hooks);
	if (!st || stack_add_address(st, &ip, 24))
		abort();
	*listener = stack_socket(st, AF_INET, SOCK_STREAM, 0);
	if (stack_bind(st, *listener, (struct sockaddr *)&in, sizeof(in)) || stack_listen(st, *listener, 10))
		abort();
	return st;
}

/* 1: the connection is open at both ends. */
static int connect_and_accept(struct stack *st, int listener, int *client, int *server)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = { htonl(INADDR_LOOPBACK) }
	};

	*client = stack_socket(st, AF_INET, SOCK_STREAM, 0);
	stack_connect(st, *client, (struct sockaddr *)&in, sizeof(in));
	settle(st);
	*server = stack_accept4(st, listener, NULL, NULL, 0);
	return *client >= 0 && *server >= 0;
}

static void bench_memory(void)
{
	int listener, client, server, open = 0;
	struct stack *st = host_that_listens(&listener);
	size_t empty = memory_of(st);

	for (int i = 0; i < CONNECTIONS; i++)
		open += connect_and_accept(st, listener, &client, &server);
	size_t idle = memory_of(st);
	printf("%-36s %10zu bytes\n", "memory of a host", empty);
	if (open != CONNECTIONS)
		abort();
	printf("%-36s %10zu bytes (one end, of %d idle ones)\n", "memory a connection",
	       (idle - empty) / CONNECTIONS / 2, CONNECTIONS);
	stack_free(st);
}

/* Open, 100 bytes to and fro, and close at both ends. */
static void bench_connections(void)
{
	double rounds[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		int listener, fds[2], done = 0;
		struct stack *st = host_that_listens(&listener);
		double start = cpu_seconds();
		for (int i = 0; i < CONNECTIONS; i++) {
			done += connect_and_accept(st, listener, &fds[0], &fds[1]);
			for (int from = 0; from < 2; from++) {
				char bytes[100] = "";
				struct iovec v = { bytes, sizeof(bytes) };
				struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };
				stack_sendmsg(st, fds[from], &h, 0);
				settle(st);
				stack_recvmsg(st, fds[!from], &h, 0);
			}
			stack_close(st, fds[0]);
			settle(st);
			stack_close(st, fds[1]);
			settle(st);
		}
		rounds[round] = done / (cpu_seconds() - start);
		stack_free(st);
	}
	tell_speed("connections, with data and close", "a second", rounds);
}

/* ---- the simulator ---- */

static void bench_simulator(const char *what, const struct link_quality *link)
{
	double rounds[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		const char *trouble = NULL;
		double start = cpu_seconds();
		play(link, 1, BYTES, &trouble);
		rounds[round] = trouble ? 0 : 2.0 * BYTES / 1e6 / (cpu_seconds() - start);
	}
	tell_speed(what, "MB a second", rounds);
}

int main(void)
{
	static const struct link_quality clean = { .rate = 10000000, .delay_ns = 1000000, .queue = 1 << 20 };
	static const struct link_quality bad = {
		.rate = 10000000, .delay_ns = 1000000, .jitter_ns = 2000000, .queue = 1 << 20, .loss = 20,
		.duplication = 10, .reordering = 50, .corruption = 5,
	};

	pattern_fill();
	bench_memory();
	bench_connections();
	bench_simulator("simulator, 10 MiB each way, clean", &clean);
	bench_simulator("... 2 % lost, others late or damaged", &bad);
	return 0;
}
