/* SPDX-License-Identifier: MIT
 *
 * socket_test.c - stream sockets as a user sees them: two of them in one stack, over the loopback address
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "stack/testbench.h"

static int client, server, listener;

/* Let packets to ourselves arrive; delayed ones too. */
static void settle(struct bench *b)
{
	for (int i = 0; i < 1000 && !vtime_before(vtime_add(b->now, vtime_ms(1)), stack_deadline(b->st)); i++)
		bench_tick(b, stack_deadline(b->st));
}

static void listen_on(struct bench *b, int backlog)
{
	listener = stack_socket(b->st, AF_INET, SOCK_STREAM, 0);
	assert_true(listener >= 0);
	set_int(b, listener, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(bind4(b, listener, "0.0.0.0", OWN_PORT), 0);
	assert_int_equal(stack_accept4(b->st, listener, NULL, NULL, 0), -EINVAL);
	assert_int_equal(stack_listen(b->st, listener, backlog), 0);
	assert_int_equal(get_int(b, listener, SOL_SOCKET, SO_ACCEPTCONN), 1);
}

/* A connection between client and server. */
static void pair(struct bench *b)
{
	struct sockaddr_in peer;
	socklen_t length = sizeof(peer);

	bench_start(b);
	listen_on(b, 4);
	client = stack_socket(b->st, AF_INET, SOCK_STREAM, 0);
	assert_int_equal(stack_accept4(b->st, listener, NULL, NULL, 0), -EAGAIN);
	assert_int_equal(connect4(b, client, "127.0.0.1", OWN_PORT), -EINPROGRESS);
	assert_int_equal(stack_connect_result(b->st, client), -EINPROGRESS);
	assert_int_equal(connect4(b, client, "127.0.0.1", OWN_PORT), -EALREADY);
	assert_int_equal(stack_getpeername(b->st, client, (struct sockaddr *)&peer, &length), -ENOTCONN);
	settle(b);
	assert_int_equal(stack_connect_result(b->st, client), 0);
	assert_int_equal(stack_getpeername(b->st, client, (struct sockaddr *)&peer, &length), 0);
	assert_int_equal(ntohs(peer.sin_port), OWN_PORT);
	assert_int_equal(stack_poll(b->st, listener, POLLIN), POLLIN);
	server = stack_accept4(b->st, listener, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK);
	assert_true(server > client);
	assert_false(stack_is_blocking(b->st, server));
	assert_int_equal(connect4(b, client, "127.0.0.1", OWN_PORT), -EISCONN);
}

static void data_both_ways(void **state)
{
	(void)state;
	struct bench b;
	char data[16];
	int waiting;

	pair(&b);
	assert_int_equal(receive_bytes(&b, server, data, sizeof(data), 0), -EAGAIN);
	assert_int_equal(stack_poll(b.st, server, POLLIN | POLLOUT), POLLOUT);
	assert_int_equal(send_bytes(&b, client, "hello", 5), 5);
	settle(&b);
	assert_int_equal(stack_poll(b.st, server, POLLIN | POLLOUT), POLLIN | POLLOUT);
	assert_int_equal(stack_ioctl(b.st, server, SIOCINQ, &waiting), 0);
	assert_int_equal(waiting, 5);
	assert_int_equal(receive_bytes(&b, server, data, 2, MSG_PEEK), 2);
	assert_int_equal(receive_bytes(&b, server, data, sizeof(data), 0), 5);
	assert_memory_equal(data, "hello", 5);
	assert_int_equal(send_bytes(&b, server, "world!", 6), 6);
	settle(&b);
	assert_int_equal(receive_bytes(&b, client, data, sizeof(data), 0), 6);
	bench_stop(&b);
}

static void a_megabyte_arrives_whole(void **state)
{
	(void)state;
	struct bench b;
	static uint8_t out[1 << 20], in[1 << 20];
	size_t sent = 0, got = 0;

	pair(&b);
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (uint8_t)(i * 13 + i / 251);
	for (int rounds = 0; got < sizeof(in) && rounds < 20000; rounds++) {
		int64_t n = sent < sizeof(out) ? send_bytes(&b, client, out + sent, sizeof(out) - sent) : 0;
		sent += n > 0 ? (size_t)n : 0;
		settle(&b);
		n = receive_bytes(&b, server, in + got, sizeof(in) - got, 0);
		got += n > 0 ? (size_t)n : 0;
		if (n == -EAGAIN && !vtime_is_never(stack_deadline(b.st)))
			bench_tick(&b, stack_deadline(b.st));
	}
	assert_int_equal(got, sizeof(in));
	assert_memory_equal(in, out, sizeof(in));
	bench_stop(&b);
}

/* Two ends that answer each answer of the other do not keep the clock still: see loopback.c. */
static void endless_answers_take_time(void **state)
{
	(void)state;
	struct bench b;
	uint64_t *words;
	vtime_t end;

	pair(&b);
	words = stack_settings(b.st)->defects;
	words[DEFECT_TCP_EQUAL_STAMP_OLD / 64] |= UINT64_C(1) << (DEFECT_TCP_EQUAL_STAMP_OLD % 64);
	end = vtime_add(b.now, vtime_ms(100));
	set_int(&b, client, IPPROTO_TCP, TCP_NODELAY, 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(send_bytes(&b, client, "hello", 5), 5);
	for (int i = 0; i < 100000 && vtime_before(b.now, end); i++)
		bench_tick(&b, stack_deadline(b.st));
	assert_false(vtime_before(b.now, end));
	bench_stop(&b);
}

static void half_close_and_end(void **state)             /* RFC 9293, 3.6 */
{
	(void)state;
	struct bench b;
	char data[4];
	struct stack_counts counts;

	pair(&b);
	assert_int_equal(stack_shutdown(b.st, client, SHUT_WR), 0);
	assert_int_equal(send_bytes(&b, client, "x", 1), -EPIPE);
	settle(&b);
	assert_int_equal(receive_bytes(&b, server, data, 4, 0), 0);
	assert_int_equal(stack_poll(b.st, server, POLLIN | POLLRDHUP), POLLIN | POLLRDHUP);
	assert_int_equal(send_bytes(&b, server, "late", 4), 4);
	settle(&b);
	assert_int_equal(receive_bytes(&b, client, data, 4, 0), 4);
	assert_int_equal(stack_close(b.st, server), 0);
	settle(&b);
	assert_int_equal(receive_bytes(&b, client, data, 4, 0), 0);
	assert_int_equal(stack_close(b.st, client), 0);
	assert_int_equal(stack_close(b.st, listener), 0);
	stack_count(b.st, &counts);
	assert_int_equal(counts.sockets, 1);                 /* TIME-WAIT */
	bench_tick(&b, vtime_add(b.now, vtime_s(2 * 120 + 1)));
	stack_count(b.st, &counts);
	assert_int_equal(counts.sockets, 0);
	assert_int_equal(counts.timers, 0);
	bench_stop(&b);
}

static void refusals_and_resets(void **state)
{
	(void)state;
	struct bench b;
	char data[4];
	struct linger abort_now = { 1, 0 };

	bench_start(&b);
	int fd = stack_socket(b.st, AF_INET, SOCK_STREAM, 0);
	assert_int_equal(send_bytes(&b, fd, "x", 1), -ENOTCONN);
	assert_int_equal(receive_bytes(&b, fd, data, 4, 0), -ENOTCONN);
	assert_int_equal(stack_shutdown(b.st, fd, SHUT_WR), -ENOTCONN);
	assert_int_equal(connect4(&b, fd, "127.0.0.1", OWN_PORT), -EINPROGRESS);
	settle(&b);
	assert_int_equal(get_int(&b, fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
	bench_stop(&b);

	pair(&b);
	assert_int_equal(stack_setsockopt(b.st, client, SOL_SOCKET, SO_LINGER, &abort_now, sizeof(abort_now)), 0);
	assert_int_equal(stack_close(b.st, client), 0);
	settle(&b);
	assert_int_equal(stack_poll(b.st, server, POLLIN), POLLIN | POLLERR | POLLHUP);
	assert_int_equal(receive_bytes(&b, server, data, 4, 0), -ECONNRESET);
	assert_int_equal(send_bytes(&b, server, "x", 1), -EPIPE);
	bench_stop(&b);
}

static void lingering_close_waits(void **state)
{
	(void)state;
	struct bench b;
	static char data[100000];
	struct linger wait = { 1, 3 };

	pair(&b);
	set_int(&b, server, SOL_SOCKET, SO_RCVBUF, 1000);
	assert_int_equal(stack_setsockopt(b.st, client, SOL_SOCKET, SO_LINGER, &wait, sizeof(wait)), 0);
	while (send_bytes(&b, client, data, sizeof(data)) > 0)
		settle(&b);
	int ticket = stack_close(b.st, client);
	assert_true(ticket > 0);
	vtime_t closed = b.now;
	assert_true(stack_lingering(b.st, ticket));
	bench_tick(&b, vtime_add(closed, vtime_ms(2999)));
	assert_true(stack_lingering(b.st, ticket));
	bench_tick(&b, vtime_add(closed, vtime_ms(3001)));
	assert_false(stack_lingering(b.st, ticket));
	bench_stop(&b);
}

static void zero_copy_is_told_when_acknowledged(void **state)
{
	(void)state;
	struct bench b;
	struct iovec v = { (void *)(uintptr_t)"hello", 5 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	pair(&b);
	set_int(&b, client, SOL_SOCKET, SO_ZEROCOPY, 1);
	assert_int_equal(stack_sendmsg(b.st, client, &m, MSG_ZEROCOPY), 5);
	assert_int_equal(stack_poll(b.st, client, 0), 0);
	settle(&b);
	bench_tick(&b, vtime_add(b.now, vtime_ms(500)));     /* the ACK may be delayed */
	assert_int_equal(stack_poll(b.st, client, 0), POLLERR);
	assert_int_equal(receive_bytes(&b, client, NULL, 0, MSG_ERRQUEUE), 0);
	assert_int_equal(stack_poll(b.st, client, 0), 0);
	bench_stop(&b);
}

static void ports_of_streams(void **state)
{
	(void)state;
	struct bench b;
	struct sockaddr_in6 any = in6("::", OWN_PORT);

	pair(&b);
	int other = stack_socket(b.st, AF_INET, SOCK_STREAM, 0), v6 = stack_socket(b.st, AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(bind4(&b, other, "0.0.0.0", OWN_PORT), -EADDRINUSE);
	set_int(&b, other, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(bind4(&b, other, "0.0.0.0", OWN_PORT), -EADDRINUSE);   /* somebody listens */
	assert_int_equal(stack_bind(b.st, v6, (struct sockaddr *)&any, sizeof(any)), -EADDRINUSE);
	set_int(&b, v6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	assert_int_equal(stack_bind(b.st, v6, (struct sockaddr *)&any, sizeof(any)), 0);
	assert_int_equal(stack_close(b.st, listener), 0);
	assert_int_equal(bind4(&b, other, "0.0.0.0", OWN_PORT), 0);             /* connections do not matter then */
	bench_stop(&b);
}

/* A connection, data and its end, whatever allocation fails. */
static void every_allocation_may_fail(void **state)
{
	(void)state;
	struct bench b;
	static char data[5000];
	size_t n = 1;

	for (; ; n++) {
		memset(&b, 0, sizeof(b));
		stack_config_init(&b.config);
		b.fail_at = n;
		if (bench_open(&b)) {
			int in = stack_socket(b.st, AF_INET, SOCK_STREAM, 0);
			int out = stack_socket(b.st, AF_INET, SOCK_STREAM, 0);
			bind4(&b, in, "127.0.0.1", OWN_PORT);
			stack_listen(b.st, in, 2);
			connect4(&b, out, "127.0.0.1", OWN_PORT);
			settle(&b);
			int child = stack_accept4(b.st, in, NULL, NULL, 0);
			for (int i = 0; i < 5; i++) {
				send_bytes(&b, out, data, sizeof(data));
				settle(&b);
				receive_bytes(&b, child, data, sizeof(data), 0);
			}
			stack_close(b.st, out);
			settle(&b);
			stack_close(b.st, child);
			bench_tick(&b, vtime_add(b.now, vtime_s(10)));
		}
		bench_stop(&b);
		if (b.allocations < n)
			break;
	}
	assert_true(n > 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_both_ways), cmocka_unit_test(a_megabyte_arrives_whole),
		cmocka_unit_test(endless_answers_take_time),
		cmocka_unit_test(half_close_and_end), cmocka_unit_test(refusals_and_resets),
		cmocka_unit_test(lingering_close_waits), cmocka_unit_test(zero_copy_is_told_when_acknowledged),
		cmocka_unit_test(ports_of_streams), cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
