/* SPDX-License-Identifier: MIT
 *
 * tcp_open_test.c - opening: CLOSED, LISTEN, SYN-SENT, SYN-RECEIVED; options, queues, cookies, memory
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>
#include <netinet/tcp.h>

#include "stack/tcp_bench.h"

/* ---- CLOSED ---- */

static void closed_anything_is_reset(void **state)               /* RFC 9293, 3.10.7.1 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_CLOSED);
	bench_send(&b, SEG(.flags = S));
	bench_want(&b, SEG(.flags = R | A, .seq = 0, .ack = PEER + 1));
	bench_send(&b, SEG(.flags = A, .ack = 77));
	bench_want(&b, SEG(.flags = R, .seq = 77, .ack = 0));
	bench_send(&b, SEG(.flags = R));
	bench_stop(&b);
}

/* RFC 9293, 3.10.2: "error: connection does not exist". */
static void closed_and_listen_have_nothing_to_send_on(void **state)
{
	static const enum tcp_state states[] = { TCPS_CLOSED, TCPS_LISTEN };
	static const int errors[] = { -ENOTCONN, -EPIPE };
	struct bench b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		for (int pipe = 0; pipe < 2; pipe++) {
			bench_prepare(&b);
			b.config.tcp_unopened_send_pipe = pipe;
			bench_go(&b, states[i]);
			assert_int_equal(bench_write(&b, 1), errors[pipe]);
			bench_stop(&b);
		}
}

/* ---- LISTEN ---- */

static void listen_syn_is_answered_and_resent(void **state)      /* RFC 6298, (2.1), (5.5) */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_LISTEN);
	bench_send(&b, SEG(.flags = S, .mss = 1460));
	bench_want(&b, SEG(.flags = S | A, .seq = 0, .ack = PEER + 1, .mss = 1460, .at = 0));
	bench_at(&b, 3500);
	bench_want(&b, SEG(.flags = S | A, .seq = 0, .at = 1000));
	bench_want(&b, SEG(.flags = S | A, .seq = 0, .at = 3000));
	bench_stop(&b);
}

static void listen_ack_is_reset_and_rst_ignored(void **state)    /* RFC 9293, 3.10.7.2 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_LISTEN);
	bench_send(&b, SEG(.flags = A, .ack = 5));
	bench_want(&b, SEG(.flags = R, .seq = 5));
	bench_send(&b, SEG(.flags = R));
	bench_send(&b, SEG(.flags = 0));
	bench_stop(&b);
}

static void listen_options_are_agreed_on(void **state)           /* RFC 7323, 2.2, 3.2; RFC 2018, 2 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_LISTEN);
	bench_send(&b, SEG(.flags = S, .shift = 3, .sack_ok = 1, .ts = 700));
	bench_want(&b, SEG(.flags = S | A, .shift = 2, .sack_ok = 1, .ecr = 700, .window = 65535));
	bench_stop(&b);
	bench_in(&b, TCPS_LISTEN);
	bench_send(&b, SEG(.flags = S));
	bench_want(&b, SEG(.flags = S | A));
	assert_int_equal(b.sent[0].shift, -1);
	assert_int_equal(b.sent[0].ts, -1);
	assert_int_equal(b.sent[0].sack_ok, -1);
	bench_stop(&b);
}

static void listen_text_of_a_syn_waits_for_the_handshake(void **state)     /* RFC 9293, 3.10.7.2 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_LISTEN);
	bench_send(&b, SEG(.flags = S | F, .length = 10));
	bench_want(&b, SEG(.flags = S | A, .ack = PEER + 1));
	bench_send(&b, SEG(.seq = PEER + 1));
	bench_accept(&b);
	assert_int_equal(bench_read(&b, 100), 10);
	bench_want(&b, SEG(.flags = A, .ack = PEER + 12));
	bench_want_state(&b, TCPS_CLOSE_WAIT);
	bench_stop(&b);
}

static void listen_full_accept_queue_drops_syns(void **state)
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_open(&b);
	assert_int_equal(stack_listen(b.st, b.fd, 0), 0);
	b.listener = b.fd;
	bench_send(&b, SEG(.flags = S));
	bench_send(&b, SEG(.flags = A));
	bench_want(&b, SEG(.flags = S | A));
	assert_int_equal(stack_poll(b.st, b.fd, POLLIN), POLLIN);
	b.st->sockets->remote.port++;                        /* so that the same peer is somebody else */
	bench_send(&b, SEG(.flags = S));
	bench_want_none(&b);
	bench_accept(&b);
	assert_int_equal(stack_accept4(b.st, b.listener, NULL, NULL, 0), -EAGAIN);
	bench_send(&b, SEG(.flags = S));
	bench_want(&b, SEG(.flags = S | A));
	bench_stop(&b);
}

static void listen_closed_resets_its_children(void **state)
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_SYN_RECEIVED);
	assert_int_equal(stack_close(b.st, b.listener), 0);
	bench_want(&b, SEG(.flags = R | A, .seq = 1));
	assert_int_equal(b.st->counts.sockets, 0);
	bench_stop(&b);
}

static void listen_cookie_carries_the_options(void **state)      /* RFC 4987, 3.6 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_cookies = TCP_COOKIES_ALWAYS;
	bench_go(&b, TCPS_LISTEN);
	bench_at(&b, 100000);
	bench_send(&b, SEG(.flags = S, .mss = 1460, .shift = 5, .sack_ok = 1, .ts = 9));
	bench_want(&b, SEG(.flags = S | A, .ack = PEER + 1, .sack_ok = 1, .ecr = 9));
	assert_int_equal(b.st->counts.sockets, 1);           /* nothing is kept */
	int64_t iss = b.sent[0].seq, stamp = b.sent[0].ts;
	bench_send(&b, SEG(.ack = iss + 2, .ts = 10, .ecr = stamp));
	bench_want(&b, SEG(.flags = R));
	bench_send(&b, SEG(.ack = iss + 1, .ts = 10, .ecr = stamp));
	bench_want_state(&b, TCPS_ESTABLISHED);
	bench_accept(&b);
	struct stack_tcp_info info;
	assert_int_equal(stack_tcp_info(b.st, b.fd, &info), 0);
	assert_int_equal(info.options, 7);
	assert_int_equal(info.snd_wscale, 5);
	assert_int_equal(info.snd_mss, 1448);
	bench_stop(&b);
}

static void listen_old_cookie_is_refused(void **state)
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_cookies = TCP_COOKIES_ALWAYS;
	bench_go(&b, TCPS_LISTEN);
	bench_send(&b, SEG(.flags = S));
	int64_t iss = b.sent[0].seq;
	bench_skip(&b);
	bench_at(&b, 300000);
	bench_send(&b, SEG(.ack = iss + 1));
	bench_want(&b, SEG(.flags = R));
	bench_stop(&b);
}

/* ---- SYN-SENT ---- */

static void syn_sent_syn_ack_opens(void **state)
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_open(&b);
	bench_connect(&b);
	bench_want(&b, SEG(.flags = S, .seq = 0, .mss = 1460, .sack_ok = 1, .shift = 2));
	assert_int_equal(stack_connect_result(b.st, b.fd), -EINPROGRESS);
	bench_send(&b, SEG(.flags = S | A));
	bench_want(&b, SEG(.flags = A, .seq = 1, .ack = PEER + 1));
	assert_int_equal(stack_connect_result(b.st, b.fd), 0);
	bench_want_state(&b, TCPS_ESTABLISHED);
	bench_stop(&b);
}

static void syn_sent_is_retried_then_given_up(void **state)      /* RFC 9293, 3.8.3, MUST-20, MUST-23 */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_syn_retries = 2;
	bench_go(&b, TCPS_SYN_SENT);
	bench_at(&b, 6999);
	bench_want(&b, SEG(.flags = S, .at = 1000));
	bench_want(&b, SEG(.flags = S, .at = 3000));
	assert_int_equal(stack_connect_result(b.st, b.fd), -EINPROGRESS);
	bench_at(&b, 7000);
	assert_int_equal(stack_connect_result(b.st, b.fd), -ETIMEDOUT);
	bench_stop(&b);
}

/* RFC 9293, 3.10.1: "error: connection already exists"; Linux owes the answer to the first call until it is asked. */
static void open_twice_is_an_error_unless_told_twice(void **state)
{
	struct sockaddr_in in = bench_address(0x0a000002, THERE);
	const struct sockaddr *peer = (struct sockaddr *)&in;
	struct bench b;

	(void)state;
	for (int twice = 0; twice < 2; twice++)
		for (int shut = 0; shut < 2; shut++) {
			bench_prepare(&b);
			b.config.tcp_connect_told_twice = twice;
			bench_go(&b, TCPS_SYN_SENT);
			bench_send(&b, SEG(.flags = S | A));
			bench_want_state(&b, TCPS_ESTABLISHED);
			if (shut)
				assert_int_equal(stack_shutdown(b.st, b.fd, SHUT_RD), 0);
			assert_int_equal(stack_connect(b.st, b.fd, peer, sizeof(in)), twice && !shut ? 0 : -EISCONN);
			assert_int_equal(stack_connect(b.st, b.fd, peer, sizeof(in)), -EISCONN);
			bench_skip(&b);
			bench_stop(&b);
		}
}

static void syn_sent_bad_ack_is_reset(void **state)              /* RFC 9293, 3.10.7.3, first */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_SYN_SENT);
	bench_send(&b, SEG(.flags = S | A, .ack = 9));
	bench_want(&b, SEG(.flags = R, .seq = 9));
	bench_send(&b, SEG(.flags = R | A, .ack = 9));
	bench_send(&b, SEG(.flags = R));
	bench_want_state(&b, TCPS_SYN_SENT);
	bench_stop(&b);
}

static void syn_sent_rst_refuses(void **state)                   /* RFC 9293, 3.10.7.3, second */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_SYN_SENT);
	bench_send(&b, SEG(.flags = R | A));
	assert_int_equal(stack_connect_result(b.st, b.fd), -ECONNREFUSED);
	bench_connect(&b);                                   /* the socket may try again */
	bench_want(&b, SEG(.flags = S));
	bench_stop(&b);
}

static void syn_sent_syn_opens_from_both_sides(void **state)     /* RFC 9293, 3.5, MUST-10, figure 8 */
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_SYN_SENT);
	bench_send(&b, SEG(.flags = S));
	bench_want(&b, SEG(.flags = S | A, .seq = 0, .ack = PEER + 1));
	bench_want_state(&b, TCPS_SYN_RECEIVED);
	bench_send(&b, SEG(.flags = S | A));
	bench_want_state(&b, TCPS_ESTABLISHED);
	bench_want(&b, SEG(.flags = A));                     /* its SYN lies before RCV.NXT (3.10.7.4) */
	bench_stop(&b);
}

/* ---- SYN-RECEIVED ---- */

static void syn_received_rst_goes_back_to_listen(void **state)
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_SYN_RECEIVED);
	bench_send(&b, SEG(.flags = R, .seq = PEER + 5));
	bench_want(&b, SEG(.flags = A));                     /* RFC 5961, 3.2: not exactly RCV.NXT */
	bench_send(&b, SEG(.flags = R));
	bench_want_state(&b, TCPS_CLOSED);
	bench_send(&b, SEG(.flags = S));
	bench_want(&b, SEG(.flags = S | A));
	bench_stop(&b);
}

static void syn_received_bad_ack_is_reset(void **state)
{
	struct bench b;

	(void)state;
	bench_in(&b, TCPS_SYN_RECEIVED);
	bench_send(&b, SEG(.ack = 2));
	bench_want(&b, SEG(.flags = R, .seq = 2));
	bench_send(&b, SEG(.flags = S));
	bench_want(&b, SEG(.flags = S | A, .seq = 0));
	bench_want_state(&b, TCPS_SYN_RECEIVED);
	bench_stop(&b);
}

static void syn_received_deferred_until_data(void **state)       /* TCP_DEFER_ACCEPT */
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	bench_open(&b);
	assert_int_equal(bench_set(&b, IPPROTO_TCP, TCP_DEFER_ACCEPT, 10), 0);
	assert_int_equal(stack_listen(b.st, b.fd, 1), 0);
	b.listener = b.fd;
	bench_send(&b, SEG(.flags = S));
	bench_want(&b, SEG(.flags = S | A));
	bench_send(&b, SEG(.ack = 1));
	bench_at(&b, 5000);
	assert_int_equal(stack_accept4(b.st, b.listener, NULL, NULL, 0), -EAGAIN);
	bench_send(&b, SEG(.length = 5));
	bench_accept(&b);
	assert_int_equal(bench_read(&b, 100), 5);
	bench_at(&b, 5200);
	bench_want(&b, SEG(.flags = A, .ack = PEER + 6));
	bench_stop(&b);
}

/* ---- memory ---- */

/* A connection's whole life; calls may fail at any point. */
static void live(struct bench *b)
{
	struct stack_hooks hooks = { .context = b, .output = bench_output, .allocate = bench_allocate,
	                             .release = bench_release };
	struct ip_address ip = { 4, { 10, 0, 0, 1 } };
	struct sockaddr_in in = bench_address(0x0a000001, HERE);

	b->st = stack_new(&b->config, &hooks);
	if (!b->st)
		return;
	stack_add_address(b->st, &ip, 24);
	b->listener = stack_socket(b->st, AF_INET, SOCK_STREAM, 0);
	stack_bind(b->st, b->listener, (struct sockaddr *)&in, sizeof(in));
	stack_listen(b->st, b->listener, 5);
	bench_send(b, SEG(.flags = S, .sack_ok = 1));
	bench_send(b, SEG(.flags = A));
	b->fd = stack_accept4(b->st, b->listener, NULL, NULL, 0);
	bench_send(b, SEG(.seq = PEER + 2001, .length = 1000));
	bench_send(b, SEG(.seq = PEER + 1001, .length = 1000));
	bench_send(b, SEG(.seq = PEER + 1, .length = 1000));
	bench_read(b, 5000);
	bench_write(b, 5000);
	bench_send(b, SEG(.seq = PEER + 3001, .ack = 2001));
	bench_at(b, 3000);
	stack_close(b->st, b->fd);
	stack_close(b->st, b->listener);
	bench_at(b, 4000000);
}

/* The other side of it. */
static void live_actively(struct bench *b)
{
	struct stack_hooks hooks = { .context = b, .output = bench_output, .allocate = bench_allocate,
	                             .release = bench_release };
	struct ip_address ip = { 4, { 10, 0, 0, 1 } };
	struct sockaddr_in here = bench_address(0x0a000001, HERE), there = bench_address(0x0a000002, THERE);

	b->st = stack_new(&b->config, &hooks);
	if (!b->st)
		return;
	stack_add_address(b->st, &ip, 24);
	b->fd = stack_socket(b->st, AF_INET, SOCK_STREAM, 0);
	stack_bind(b->st, b->fd, (struct sockaddr *)&here, sizeof(here));
	stack_connect(b->st, b->fd, (struct sockaddr *)&there, sizeof(there));
	bench_send(b, SEG(.flags = S | A));
	bench_write(b, 3000);
	bench_send(b, SEG(.seq = PEER + 1001, .length = 1000));
	bench_send(b, SEG(.flags = F | A, .seq = PEER + 1, .length = 1000));
	bench_read(b, 5000);
	stack_close(b->st, b->fd);
	bench_at(b, 4000000);
}

static void memory_every_allocation_may_fail(void **state)
{
	static void (*const lives[])(struct bench *) = { live, live_actively };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lives); i++) {
		size_t number = 0, allocations;
		do {
			struct bench b;
			bench_prepare(&b);
			b.fail_at = ++number;
			lives[i](&b);
			allocations = b.allocations;
			stack_free(b.st);
			assert_int_equal(b.live, 0);
		} while (number <= allocations);
		assert_true(number > 8);
	}
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(closed_anything_is_reset), T(closed_and_listen_have_nothing_to_send_on),
		T(open_twice_is_an_error_unless_told_twice),
		T(listen_syn_is_answered_and_resent),
		T(listen_ack_is_reset_and_rst_ignored), T(listen_options_are_agreed_on),
		T(listen_text_of_a_syn_waits_for_the_handshake), T(listen_full_accept_queue_drops_syns),
		T(listen_closed_resets_its_children), T(listen_cookie_carries_the_options),
		T(listen_old_cookie_is_refused), T(syn_sent_syn_ack_opens), T(syn_sent_is_retried_then_given_up),
		T(syn_sent_bad_ack_is_reset), T(syn_sent_rst_refuses), T(syn_sent_syn_opens_from_both_sides),
		T(syn_received_rst_goes_back_to_listen), T(syn_received_bad_ack_is_reset),
		T(syn_received_deferred_until_data), T(memory_every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
