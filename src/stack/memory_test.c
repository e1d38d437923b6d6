/* SPDX-License-Identifier: MIT
 *
 * memory_test.c - whole scenarios in which each allocation fails in turn, alone or with all that follow
 *
 * Only the end is looked at: nothing crashed, every block was given back. Then the same in which the limit of memory,
 * not the allocator, says no.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>
#include <netinet/tcp.h>

#include "stack/testbench.h"

enum { TEXT_BYTES = 3000 };

static char text[TEXT_BYTES];

/* Let pass what the host sends itself. */
static void settle(struct bench *b)
{
	for (int i = 0; i < 1000 && vtime_before(stack_deadline(b->st), vtime_add(b->now, vtime_ms(50))); i++)
		bench_tick(b, stack_deadline(b->st));
	bench_forget(b);
}

/* ---- scenarios; calls fail at any point, and with bad descriptors then ---- */

/* A stream to ourselves: @address is that of the listener. */
static void stream(struct bench *b, const struct sockaddr *address, socklen_t length)
{
	int listener = stack_socket(b->st, address->sa_family, SOCK_STREAM, 0);
	int out = stack_socket(b->st, address->sa_family, SOCK_STREAM, 0), one = 1;
	struct epoll_event e = { .events = EPOLLIN };
	int ep = stack_epoll_create(b->st, 0);

	stack_bind(b->st, listener, address, length);
	stack_listen(b->st, listener, 2);
	stack_epoll_ctl(b->st, ep, EPOLL_CTL_ADD, listener, &e);
	stack_setsockopt(b->st, out, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one));
	stack_connect(b->st, out, address, length);
	settle(b);
	int in = stack_accept4(b->st, listener, NULL, NULL, 0);
	for (int i = 0; i < 4; i++) {
		struct iovec v = { text, sizeof(text) };
		struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };
		stack_sendmsg(b->st, i & 1 ? in : out, &h, i == 2 ? MSG_OOB : MSG_ZEROCOPY);
		settle(b);
		receive_bytes(b, i & 1 ? out : in, text, sizeof(text), 0);
	}
	stack_shutdown(b->st, out, SHUT_WR);
	settle(b);
	stack_close(b->st, in);
	stack_close(b->st, out);
	settle(b);
	stack_close(b->st, listener);
}

static void stream_over_ipv4(struct bench *b)
{
	struct sockaddr_in a = in4("127.0.0.1", OWN_PORT);

	stream(b, (struct sockaddr *)&a, sizeof(a));
}

static void stream_over_ipv6(struct bench *b)
{
	struct sockaddr_in6 a = in6("::1", OWN_PORT);

	stream(b, (struct sockaddr *)&a, sizeof(a));
}

/* Nobody answers: the SYN is sent again until the connection is given up. */
static void stream_to_nobody(struct bench *b)
{
	int fd = stack_socket(b->st, AF_INET, SOCK_STREAM, 0);

	connect4(b, fd, "192.0.2.9", PEER_PORT);
	for (int i = 0; i < 20 && !vtime_is_never(stack_deadline(b->st)); i++) {
		bench_tick(b, stack_deadline(b->st));
		bench_forget(b);
	}
	stack_close(b->st, fd);
}

static void datagrams(struct bench *b)
{
	int fd = stack_socket(b->st, AF_INET6, SOCK_DGRAM, 0), one = 1;
	struct sockaddr_in6 here = in6("::", OWN_PORT), mapped = in6("::ffff:192.0.2.1", OWN_PORT);

	stack_setsockopt(b->st, fd, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof(one));
	stack_bind(b->st, fd, (struct sockaddr *)&here, sizeof(here));
	bench_send_udp(b, PEER4, text, 100);
	bench_send_udp(b, PEER6, text, sizeof(text));
	stack_connect(b->st, fd, (struct sockaddr *)&mapped, sizeof(mapped));
	send_bytes(b, fd, text, sizeof(text));
	settle(b);
	for (int i = 0; i < 3; i++)
		receive_bytes(b, fd, text, sizeof(text), 0);
	stack_close(b->st, fd);
}

/* A datagram in @count pieces that arrive last first; one piece never does if @lose. */
static void pieces_of(struct bench *b, struct shape s, const uint8_t *whole, size_t length, bool lose)
{
	enum { PIECE = 480 };
	uint8_t header[8] = { PROTOCOL_UDP, 0, 0, 0, 0, 0, 0, 7 };
	size_t last = (length - 1) / PIECE;

	for (size_t i = last + 1; i-- > (lose ? 1 : 0); ) {
		s.more = i != last;
		s.fragment_offset = (uint16_t)(i * PIECE);
		if (s.source[0] == '2') {                        /* IPv6: a fragment header instead */
			put16(header + 2, (uint16_t)(i * PIECE | s.more));
			s.extensions = header;
			s.extension_length = sizeof(header);
			s.next_header = PROTOCOL_FRAGMENT;
		}
		bench_send(b, &s, whole + i * PIECE, i == last ? length - last * PIECE : PIECE);
	}
}

static void fragments(struct bench *b)
{
	static uint8_t datagram[PACKET_BYTES];
	int fd = stack_socket(b->st, AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 here = in6("::", OWN_PORT);

	stack_bind(b->st, fd, (struct sockaddr *)&here, sizeof(here));
	for (int lose = 0; lose < 2; lose++) {
		struct shape v4 = {
			.source = "10.0.0.9", .destination = "192.0.2.1", .protocol = PROTOCOL_UDP, .id = 7
		};
		struct shape v6 = PEER6;
		v6.protocol = PROTOCOL_UDP;
		pieces_of(b, v4, datagram, make_udp(datagram, &v4, text, 2000), lose);
		pieces_of(b, v6, datagram, make_udp(datagram, &v6, text, 2000), lose);
	}
	bench_tick(b, vtime_s(200));                         /* reassembly gives up and says so */
	receive_bytes(b, fd, text, sizeof(text), 0);
	receive_bytes(b, fd, text, sizeof(text), 0);
	stack_close(b->st, fd);
}

/* Echo in both versions, errors sent and errors received about a datagram of ours. */
static void messages(struct bench *b)
{
	static uint8_t message[PACKET_BYTES], quote[PACKET_BYTES];
	struct shape v4 = PEER4, v6 = PEER6;
	int fd = stack_socket(b->st, AF_INET, SOCK_DGRAM, 0), one = 1;
	size_t length;

	bind4(b, fd, "0.0.0.0", OWN_PORT);
	v4.protocol = PROTOCOL_ICMP;
	v6.protocol = PROTOCOL_ICMPV6;
	length = make_icmp(message, &v4, (struct icmp_header){ .type = 8 }, (uint8_t *)text, 2500);
	bench_send(b, &v4, message, length);
	length = make_icmp(message, &v6, (struct icmp_header){ .type = 128 }, (uint8_t *)text, 2500);
	bench_send(b, &v6, message, length);
	bench_send_udp(b, PEER6, text, 10);                  /* no socket of IPv6 there */
	stack_setsockopt(b->st, fd, IPPROTO_IP, IP_RECVERR, &one, sizeof(one));
	connect4(b, fd, "192.0.2.9", PEER_PORT);
	send_bytes(b, fd, text, 100);
	if (b->count && b->sent[b->count - 1].length >= 28)
		memcpy(quote, b->sent[b->count - 1].bytes, 28);
	for (uint8_t code = 3; code <= 4; code++) {
		length = make_icmp(message, &v4, (struct icmp_header){ .type = 3, .code = code, .rest = 1000 }, quote,
		                   28);
		bench_send(b, &v4, message, length);
	}
	receive_bytes(b, fd, text, sizeof(text), MSG_ERRQUEUE);
	stack_close(b->st, fd);
}

/* ---- the tests ---- */

static const struct {
	const char *name;
	void (*play)(struct bench *b);
	size_t least;                                        /* allocations of a run in which none fails */
} scenarios[] = {
	{ "stream over IPv4", stream_over_ipv4, 45 }, { "stream over IPv6", stream_over_ipv6, 45 },
	{ "stream to nobody", stream_to_nobody, 9 }, { "datagrams", datagrams, 10 }, { "fragments", fragments, 14 },
	{ "messages", messages, 7 },
};

static size_t play(size_t scenario, size_t fail_at, bool all_that_follow, int64_t limit)
{
	struct bench b;

	memset(&b, 0, sizeof(b));
	stack_config_init(&b.config);
	if (limit)
		b.config.memory_limit = limit;
	b.fail_at = fail_at;
	b.fail_on = all_that_follow;
	if (bench_open(&b))
		scenarios[scenario].play(&b);
	bench_stop(&b);                                      /* asserts that no block is left */
	return b.allocations;
}

static void each_allocation_fails_in_turn(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenarios); i++) {
		size_t whole = play(i, 0, false, 0);
		if (whole < scenarios[i].least)
			fail_msg("%s: %zu allocations, at least %zu expected", scenarios[i].name, whole,
			         scenarios[i].least);
		for (int follow = 0; follow < 2; follow++)
			for (size_t n = 1; n <= whole; n++)
				play(i, n, follow, 0);
	}
}

static void the_limit_of_memory_may_be_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenarios); i++)
		for (int64_t limit = 130000; limit < 150000; limit += 97)
			play(i, 0, false, limit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_fails_in_turn), cmocka_unit_test(the_limit_of_memory_may_be_anywhere),
	};

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
