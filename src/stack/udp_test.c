/* SPDX-License-Identifier: MIT
 *
 * udp_test.c - UDP and the calls that all sockets share
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <linux/errqueue.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "stack/sock.h"
#include "stack/testbench.h"

/* ---- in ---- */

static void datagram_is_delivered(void **state)          /* RFC768-RECV */
{
	(void)state;
	struct bench b;
	char data[16];
	struct sockaddr_in from = { 0 };
	struct iovec v = { data, sizeof(data) };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &v, .msg_iovlen = 1 };

	bench_start(&b);
	int fd = udp_socket(&b);
	assert_int_equal(stack_recvmsg(b.st, fd, &m, 0), -EAGAIN);
	assert_int_equal(stack_poll(b.st, fd, POLLIN), 0);
	uint64_t before = stack_activity(b.st);
	bench_send_udp(&b, PEER4, "hello", 5);
	assert_true(stack_activity(b.st) > before);
	assert_int_equal(stack_poll(b.st, fd, POLLIN), POLLIN);
	int waiting;
	assert_int_equal(stack_ioctl(b.st, fd, SIOCINQ, &waiting), 0);
	assert_int_equal(waiting, 5);
	assert_int_equal(receive_bytes(&b, fd, data, sizeof(data), MSG_PEEK), 5);
	assert_int_equal(stack_recvmsg(b.st, fd, &m, 0), 5);
	assert_memory_equal(data, "hello", 5);
	assert_int_equal(ntohs(from.sin_port), PEER_PORT);
	assert_int_equal(ntohl(from.sin_addr.s_addr), 0xc0000209);
	assert_int_equal(m.msg_flags, 0);
	assert_int_equal(stack_close(b.st, fd), 0);
	assert_int_equal(stack_close(b.st, fd), -EBADF);
	bench_stop(&b);
}

static void short_buffers_truncate(void **state)
{
	(void)state;
	struct bench b;
	char data[3];

	bench_start(&b);
	int fd = udp_socket(&b);
	bench_send_udp(&b, PEER4, "hello", 5);
	bench_send_udp(&b, PEER4, "world", 5);
	assert_int_equal(receive_bytes(&b, fd, data, sizeof(data), 0), 3);
	assert_int_equal(receive_bytes(&b, fd, data, sizeof(data), MSG_TRUNC), 5);
	assert_memory_equal(data, "wor", 3);
	assert_int_equal(receive_bytes(&b, fd, data, sizeof(data), 0), -EAGAIN);
	bench_stop(&b);
}

/* A datagram whose UDP header is changed before it is sent: how many bytes arrive, or -EAGAIN. */
static int64_t arrives(const char *defect_name, bool v6, size_t at, uint16_t value, bool mend)
{
	struct bench b;
	static uint8_t datagram[PACKET_BYTES];
	struct shape s = v6 ? PEER6 : PEER4;
	struct sockaddr_in6 any = in6("::", OWN_PORT);
	char data[32];

	if (defect_name)
		bench_start_broken(&b, defect_name);
	else
		bench_start(&b);
	int fd = stack_socket(b.st, AF_INET6, SOCK_DGRAM, 0);
	assert_int_equal(stack_bind(b.st, fd, (struct sockaddr *)&any, sizeof(any)), 0);
	s.protocol = PROTOCOL_UDP;
	size_t length = make_udp(datagram, &s, "0123456789", 10);
	put16(datagram + at, value);
	if (mend) {
		struct ip_address source = address(s.source), destination = address(s.destination);
		size_t claimed = get16(datagram + 4);
		put16(datagram + 6, 0);
		uint32_t sum = checksum_pseudo(&source, &destination, PROTOCOL_UDP, claimed);
		put16(datagram + 6, checksum_finish(checksum_add(sum, datagram, claimed)));
	}
	bench_send(&b, &s, datagram, length);
	int64_t got = receive_bytes(&b, fd, data, sizeof(data), 0);
	assert_int_equal(b.count, 0);                        /* and nobody is told */
	bench_stop(&b);
	return got;
}

static void checksum_and_length_rules(void **state)
{
	enum { LENGTH = 4, CHECKSUM = 6 };

	(void)state;
	assert_int_equal(arrives(NULL, false, 0, PEER_PORT, false), 10);       /* also: IPv4 on an IPv6 socket */
	assert_int_equal(arrives(NULL, true, 0, PEER_PORT, false), 10);
	assert_int_equal(arrives(NULL, false, CHECKSUM, 0x1234, false), -EAGAIN);              /* RFC1122-4.1.3.4-BAD */
	assert_int_equal(arrives("udp-accept-bad-checksum", false, CHECKSUM, 0x1234, false), 10);
	assert_int_equal(arrives(NULL, false, CHECKSUM, 0, false), 10);                        /* RFC768-ZERO */
	assert_int_equal(arrives("udp-zero-checksum-dropped", false, CHECKSUM, 0, false), -EAGAIN);
	assert_int_equal(arrives(NULL, true, CHECKSUM, 0, false), -EAGAIN);                    /* RFC8200-8.1-UDPZERO */
	assert_int_equal(arrives("udp6-zero-checksum-taken", true, CHECKSUM, 0, false), 10);
	assert_int_equal(arrives(NULL, false, LENGTH, 7, false), -EAGAIN);                     /* RFC768-LEN */
	assert_int_equal(arrives(NULL, false, LENGTH, 19, false), -EAGAIN);
	assert_int_equal(arrives(NULL, false, LENGTH, 12, true), 4);                           /* RFC768-PAD */
	assert_int_equal(arrives("udp-padding-delivered", false, LENGTH, 12, true), 10);
}

static void full_buffer_drops(void **state)
{
	(void)state;
	struct bench b;
	static char data[1000];
	int taken = 0;

	bench_start(&b);
	int fd = udp_socket(&b);
	set_int(&b, fd, SOL_SOCKET, SO_RCVBUF, 4000);
	assert_int_equal(get_int(&b, fd, SOL_SOCKET, SO_RCVBUF), 8000);
	for (int i = 0; i < 20; i++)
		bench_send_udp(&b, PEER4, data, sizeof(data));
	while (receive_bytes(&b, fd, data, sizeof(data), 0) > 0)
		taken++;
	assert_int_equal(taken, 8000 / (1000 + 256));
	bench_stop(&b);
}

static void groups_reach_members_only(void **state)
{
	(void)state;
	struct bench b;
	struct shape s = PEER4;
	struct ip_mreq group = { .imr_multiaddr = { htonl(0xe1010101) } };
	char data[4];

	s.destination = "225.1.1.1";
	bench_start(&b);
	int fd = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0), other = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
	set_int(&b, fd, SOL_SOCKET, SO_REUSEADDR, 1);
	set_int(&b, other, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(bind4(&b, fd, "0.0.0.0", OWN_PORT), 0);
	assert_int_equal(bind4(&b, other, "0.0.0.0", OWN_PORT), 0);
	bench_send_udp(&b, s, "x", 1);
	assert_int_equal(receive_bytes(&b, fd, data, 4, 0), -EAGAIN);
	assert_int_equal(stack_setsockopt(b.st, fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)), 0);
	bench_send_udp(&b, s, "x", 1);
	assert_int_equal(receive_bytes(&b, fd, data, 4, 0), 1);
	assert_int_equal(receive_bytes(&b, other, data, 4, 0), -EAGAIN);
	s.destination = "192.0.2.255";                       /* broadcast: both */
	bench_send_udp(&b, s, "x", 1);
	assert_int_equal(receive_bytes(&b, fd, data, 4, 0), 1);
	assert_int_equal(receive_bytes(&b, other, data, 4, 0), 1);
	assert_int_equal(stack_setsockopt(b.st, fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof(group)), 0);
	assert_int_equal(stack_setsockopt(b.st, fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof(group)),
	                 -EADDRNOTAVAIL);
	bench_stop(&b);
}

static void control_messages(void **state)               /* RFC1122-4.1.3.5-DST, -4.1.4-TOSUP */
{
	(void)state;
	struct bench b;
	struct shape s = PEER4;
	union {
		struct cmsghdr align;
		char bytes[128];
	} control;
	char data[4];
	struct iovec v = { data, sizeof(data) };
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	int ttl = -1, tos = -1;
	uint32_t to = 0;
	struct sockaddr_in first = { 0 };

	s.ttl = 33;
	s.tos = 0x28;
	bench_start(&b);
	int fd = udp_socket(&b);
	set_int(&b, fd, IPPROTO_IP, IP_RECVTTL, 1);
	set_int(&b, fd, IPPROTO_IP, IP_RECVTOS, 1);
	set_int(&b, fd, IPPROTO_IP, IP_PKTINFO, 1);
	set_int(&b, fd, IPPROTO_IP, IP_RECVORIGDSTADDR, 1);
	bench_send_udp(&b, s, "x", 1);
	assert_int_equal(stack_recvmsg(b.st, fd, &m, 0), 1);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_type == IP_TTL)
			memcpy(&ttl, CMSG_DATA(c), sizeof(ttl));
		if (c->cmsg_type == IP_TOS)
			tos = *CMSG_DATA(c);
		if (c->cmsg_type == IP_PKTINFO)
			to = ntohl(((struct in_pktinfo *)(void *)CMSG_DATA(c))->ipi_addr.s_addr);
		if (c->cmsg_type == IP_ORIGDSTADDR)
			memcpy(&first, CMSG_DATA(c), sizeof(first));
	}
	assert_int_equal(ntohl(first.sin_addr.s_addr), 0xc0000201);
	assert_int_equal(ntohs(first.sin_port), OWN_PORT);
	assert_int_equal(ttl, 33);
	assert_int_equal(tos, 0x28);
	assert_int_equal(to, 0xc0000201);
	m.msg_controllen = 8;
	bench_send_udp(&b, s, "x", 1);
	assert_int_equal(stack_recvmsg(b.st, fd, &m, 0), 1);
	assert_int_equal(m.msg_flags & MSG_CTRUNC, MSG_CTRUNC);
	bench_stop(&b);
}

/* ---- out ---- */

static void datagram_on_the_wire(void **state)
{
	(void)state;
	static const char *const peers[] = { "192.0.2.9", "::ffff:192.0.2.9", "2001:db8::9" };

	for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
		struct bench b;
		struct packet p;
		const char *why;
		size_t length;
		bench_start(&b);
		int fd = stack_socket(b.st, i ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
		struct sockaddr_in a4 = in4("192.0.2.9", PEER_PORT);
		struct sockaddr_in6 a6 = i ? in6(peers[i], PEER_PORT) : (struct sockaddr_in6){ 0 };
		assert_int_equal(stack_connect(b.st, fd, i ? (struct sockaddr *)&a6 : (struct sockaddr *)&a4,
		                               i ? sizeof(a6) : sizeof(a4)), 0);
		if (i < 2) {
			set_int(&b, fd, IPPROTO_IP, IP_TTL, 7);
			set_int(&b, fd, IPPROTO_IP, IP_TOS, 0x10);
		} else {
			set_int(&b, fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 7);
			set_int(&b, fd, IPPROTO_IPV6, IPV6_TCLASS, 0x10);
		}
		assert_int_equal(send_bytes(&b, fd, "hello", 5), 5);
		const uint8_t *out = bench_take(&b, &length);
		assert_non_null(out);
		assert_int_equal(packet_parse(out, length, &p, &why), PACKET_OK);
		assert_true(packet_l4_checksum_ok(out, &p));
		assert_int_equal(packet_transport(&p)->udp.destination_port, PEER_PORT);
		assert_memory_equal(p.payload, "hello", 5);
		assert_int_equal(i < 2 ? packet_ip(&p)->ipv4.ttl : packet_ip(&p)->ipv6.hop_limit, 7);
		assert_int_equal(i < 2 ? packet_ip(&p)->ipv4.tos : packet_ip(&p)->ipv6.traffic_class, 0x10);
		bench_stop(&b);
	}
}

static void checksum_is_on_unless_refused(void **state)  /* RFC1122-4.1.3.4-DEFAULT */
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct bench b;
		if (i == 2)
			bench_start_broken(&b, "udp-no-checksum");
		else
			bench_start(&b);
		int fd = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
		set_int(&b, fd, SOL_SOCKET, SO_NO_CHECK, i == 1);
		assert_int_equal(connect4(&b, fd, "192.0.2.9", PEER_PORT), 0);
		assert_int_equal(send_bytes(&b, fd, "hello", 5), 5);
		assert_int_equal(get16(b.sent[0].bytes + 26) != 0, i == 0);
		bench_stop(&b);
	}
}

/* What two stacks make of large datagrams: fragments of the one are a whole for the other. */
static void large_datagrams_are_fragmented(void **state)
{
	static uint8_t data[9000], got[9000];

	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		struct bench a, b;
		struct sockaddr_in to4 = in4("192.0.2.1", OWN_PORT);
		struct sockaddr_in6 to6 = in6("2001:db8::1", OWN_PORT), any = in6("::", OWN_PORT);
		bench_start(&a);
		bench_start(&b);
		a.st->addresses[0].ip.bytes[3] = 9;
		a.st->addresses[1].ip.bytes[15] = 9;
		int out = stack_socket(a.st, v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
		int in = stack_socket(b.st, AF_INET6, SOCK_DGRAM, 0);
		assert_int_equal(stack_bind(b.st, in, (struct sockaddr *)&any, sizeof(any)), 0);
		assert_int_equal(stack_connect(a.st, out, v6 ? (struct sockaddr *)&to6 : (struct sockaddr *)&to4,
		                               v6 ? sizeof(to6) : sizeof(to4)), 0);
		for (size_t i = 0; i < sizeof(data); i++)
			data[i] = (uint8_t)(i * 31);
		assert_int_equal(send_bytes(&a, out, data, sizeof(data)), sizeof(data));
		assert_int_equal(a.count, 7);
		for (size_t i = a.count; i-- > 0; ) {
			assert_true(a.sent[i].length <= 1500);
			bench_input(&b, a.sent[i].bytes, a.sent[i].length);
		}
		assert_int_equal(receive_bytes(&b, in, got, sizeof(got), 0), sizeof(got));
		assert_memory_equal(got, data, sizeof(data));
		if (v6)
			set_int(&a, out, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTU_DO);
		set_int(&a, out, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTU_DO);
		assert_int_equal(send_bytes(&a, out, data, sizeof(data)), -EMSGSIZE);
		bench_stop(&a);
		bench_stop(&b);
	}
}

static void errors_of_sending(void **state)
{
	(void)state;
	struct bench b;
	static char data[65536];
	const struct stack_route nowhere = {
		.prefix = address("198.51.100.0"), .prefix_length = 24, .error = EHOSTUNREACH
	};

	bench_start(&b);
	assert_int_equal(stack_set_route(b.st, &nowhere), 0);
	int fd = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(send_bytes(&b, fd, "x", 1), -EDESTADDRREQ);
	assert_int_equal(connect4(&b, fd, "192.0.2.255", PEER_PORT), -EACCES);
	set_int(&b, fd, SOL_SOCKET, SO_BROADCAST, 1);
	assert_int_equal(connect4(&b, fd, "192.0.2.255", PEER_PORT), 0);
	assert_int_equal(connect4(&b, fd, "198.51.100.7", PEER_PORT), -EHOSTUNREACH);
	assert_int_equal(connect4(&b, fd, "192.0.2.9", PEER_PORT), 0);
	assert_int_equal(send_bytes(&b, fd, data, 65508), -EMSGSIZE);
	assert_int_equal(stack_shutdown(b.st, fd, SHUT_WR), 0);
	assert_int_equal(send_bytes(&b, fd, "x", 1), -EPIPE);
	assert_int_equal(send_bytes(&b, 77, "x", 1), -EBADF);
	bench_stop(&b);
}

static void loopback(void **state)
{
	(void)state;
	struct bench b;
	char data[4];

	bench_start(&b);
	int in = udp_socket(&b), out = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(connect4(&b, out, "127.0.0.1", OWN_PORT), 0);
	assert_int_equal(send_bytes(&b, out, "x", 1), 1);
	assert_int_equal(receive_bytes(&b, in, data, 4, 0), -EAGAIN);
	assert_int_equal(stack_deadline(b.st).ns, 0);
	bench_tick(&b, VTIME_ZERO);
	assert_int_equal(receive_bytes(&b, in, data, 4, 0), 1);
	assert_int_equal(b.count, 0);
	bench_stop(&b);
}

/* ---- ICMP errors ---- */

/* The peer, or a router, complains about the datagram sent last. */
static void complain(struct bench *b, struct icmp_header h, bool v6)
{
	static uint8_t message[PACKET_BYTES];
	struct shape s = v6 ? PEER6 : PEER4;
	size_t last = b->count - 1, quoted = b->sent[last].length < 100 ? b->sent[last].length : 100;

	s.protocol = v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP;
	bench_send(b, &s, message, make_icmp(message, &s, h, b->sent[last].bytes, quoted));
}

static void errors_reach_the_socket(void **state)        /* RFC1122-4.1.3.3-ICMPUP */
{
	static const struct {
		struct icmp_header h;
		bool connected, asks;
		const char *defect;
		int error;
	} cases[] = {
		{ { .type = 3, .code = 3 }, true, false, NULL, ECONNREFUSED },
		{ { .type = 3, .code = 3 }, false, false, NULL, 0 },  /* nobody knows whom it is about */
		{ { .type = 3, .code = 3 }, false, true, NULL, ECONNREFUSED },
		{ { .type = 3, .code = 3 }, true, false, "udp-error-lost", 0 },
		{ { .type = 3, .code = 1 }, true, false, NULL, 0 },                    /* soft: RFC1122-3.2.2.1-HINT */
		{ { .type = 3, .code = 1 }, true, true, NULL, EHOSTUNREACH },
		{ { .type = 11, .code = 0 }, true, true, NULL, EHOSTUNREACH },
		{ { .type = 12, .code = 0 }, true, false, NULL, EPROTO },
		{ { .type = 4, .code = 0 }, true, true, NULL, 0 },                     /* RFC6633-5-UDP-DISCARD */
		{ { .type = 3, .code = 99 }, true, true, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		struct sockaddr_in to = in4("192.0.2.9", PEER_PORT);
		struct iovec v = { (void *)(uintptr_t)"hello", 5 };
		struct msghdr m = { .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &v, .msg_iovlen = 1 };
		if (cases[i].defect)
			bench_start_broken(&b, cases[i].defect);
		else
			bench_start(&b);
		int fd = udp_socket(&b);
		set_int(&b, fd, IPPROTO_IP, IP_RECVERR, cases[i].asks);
		if (cases[i].connected)
			assert_int_equal(connect4(&b, fd, "192.0.2.9", PEER_PORT), 0);
		assert_int_equal(stack_sendmsg(b.st, fd, &m, 0), 5);
		complain(&b, cases[i].h, false);
		assert_int_equal(stack_poll(b.st, fd, 0), cases[i].error ? POLLERR : 0);
		assert_int_equal(get_int(&b, fd, SOL_SOCKET, SO_ERROR), cases[i].error);
		bench_stop(&b);
	}
}

static void error_queue_tells_all(void **state)
{
	(void)state;
	struct bench b;
	char data[16];
	struct sockaddr_in to = { 0 };
	union {
		struct cmsghdr align;
		char bytes[128];
	} control;
	struct iovec v = { data, sizeof(data) };
	struct msghdr m = {
		.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &v, .msg_iovlen = 1, .msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct sock_extended_err e;

	bench_start(&b);
	int fd = udp_socket(&b);
	set_int(&b, fd, IPPROTO_IP, IP_RECVERR, 1);
	assert_int_equal(connect4(&b, fd, "192.0.2.9", PEER_PORT), 0);
	assert_int_equal(send_bytes(&b, fd, "hello", 5), 5);
	complain(&b, (struct icmp_header){ .type = 3, .code = 3 }, false);
	assert_int_equal(receive_bytes(&b, fd, data, sizeof(data), 0), -ECONNREFUSED);
	assert_int_equal(stack_recvmsg(b.st, fd, &m, MSG_ERRQUEUE), 5);
	assert_memory_equal(data, "hello", 5);
	assert_int_equal(ntohs(to.sin_port), PEER_PORT);
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	assert_non_null(c);
	memcpy(&e, CMSG_DATA(c), sizeof(e));
	assert_int_equal(e.ee_errno, ECONNREFUSED);
	assert_int_equal(e.ee_origin, SO_EE_ORIGIN_ICMP);
	assert_int_equal(e.ee_type, 3);
	assert_int_equal(stack_recvmsg(b.st, fd, &m, MSG_ERRQUEUE), -EAGAIN);
	bench_stop(&b);
}

static void path_mtu_follows_messages(void **state)
{
	static const struct {
		bool v6;
		uint32_t says;
		const char *defect;
		uint32_t mtu;
	} cases[] = {
		{ false, 1400, NULL, 1400 }, { false, 0, NULL, 1006 },                 /* RFC1191-3-REDUCE, -ZEROMTU */
		{ false, 20, NULL, 68 }, { false, 9000, NULL, 1500 },                  /* -MIN68, -NOINCREASE */
		{ false, 1400, "pmtu-ignored", 1500 },
		{ true, 1300, NULL, 1300 }, { true, 1200, NULL, 1500 },                /* RFC8201-4-MIN1280 */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		static char data[1300];
		struct sockaddr_in6 to6 = in6(cases[i].v6 ? "2001:db8::9" : "::ffff:192.0.2.9", PEER_PORT);
		struct ip_address peer = address(cases[i].v6 ? "2001:db8::9" : "192.0.2.9");
		if (cases[i].defect)
			bench_start_broken(&b, cases[i].defect);
		else
			bench_start(&b);
		int fd = stack_socket(b.st, AF_INET6, SOCK_DGRAM, 0);
		assert_int_equal(stack_connect(b.st, fd, (struct sockaddr *)&to6, sizeof(to6)), 0);
		assert_int_equal(send_bytes(&b, fd, data, sizeof(data)), sizeof(data));
		struct icmp_header h = { .type = cases[i].v6 ? 2 : 3, .code = cases[i].v6 ? 0 : 4,
		                         .rest = cases[i].says };
		complain(&b, h, cases[i].v6);
		assert_int_equal(stack_path_mtu(b.st, &peer), cases[i].mtu);
		assert_int_equal(get_int(&b, fd, IPPROTO_IPV6, IPV6_MTU), cases[i].mtu);
		bench_tick(&b, vtime_s(601));                /* RFC1191-6.3-AGE */
		assert_int_equal(stack_path_mtu(b.st, &peer), 1500);
		bench_stop(&b);
	}
}

static void path_mtu_is_not_raised(void **state)         /* RFC1191-3-NOINCREASE */
{
	static char data[1300];

	(void)state;
	for (int broken = 0; broken <= 1; broken++) {
		struct bench b;
		struct ip_address peer = address("192.0.2.9");
		if (broken)
			bench_start_broken(&b, "pmtu-raised");
		else
			bench_start(&b);
		int fd = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
		assert_int_equal(connect4(&b, fd, "192.0.2.9", PEER_PORT), 0);
		assert_int_equal(send_bytes(&b, fd, data, sizeof(data)), sizeof(data));
		complain(&b, (struct icmp_header){ .type = 3, .code = 4, .rest = 1400 }, false);
		complain(&b, (struct icmp_header){ .type = 3, .code = 4, .rest = 1450 }, false);
		assert_int_equal(stack_path_mtu(b.st, &peer), broken ? 1450 : 1400);
		bench_stop(&b);
	}
}

/* ---- sockets ---- */

static void ports_and_sharing(void **state)
{
	static const struct {
		const char *first, *second;
		bool reuse;
		int error;
	} cases[] = {
		{ "0.0.0.0", "0.0.0.0", false, -EADDRINUSE }, { "0.0.0.0", "192.0.2.1", false, -EADDRINUSE },
		{ "192.0.2.1", "127.0.0.1", false, 0 }, { "0.0.0.0", "0.0.0.0", true, 0 },
		{ "192.0.2.1", "192.0.2.77", true, -EADDRNOTAVAIL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		bench_start(&b);
		int first = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
		int second = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
		set_int(&b, first, SOL_SOCKET, SO_REUSEADDR, cases[i].reuse);
		set_int(&b, second, SOL_SOCKET, SO_REUSEADDR, cases[i].reuse);
		assert_int_equal(bind4(&b, first, cases[i].first, OWN_PORT), 0);
		assert_int_equal(bind4(&b, first, cases[i].first, OWN_PORT), -EINVAL);
		assert_int_equal(bind4(&b, second, cases[i].second, OWN_PORT), cases[i].error);
		bench_stop(&b);
	}
}

static void connected_socket_wins(void **state)
{
	(void)state;
	struct bench b;
	char data[4];
	struct sockaddr_in name;
	socklen_t length = sizeof(name);

	bench_start(&b);
	int any = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0), mine = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
	set_int(&b, any, SOL_SOCKET, SO_REUSEADDR, 1);
	set_int(&b, mine, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(bind4(&b, mine, "0.0.0.0", OWN_PORT), 0);
	assert_int_equal(bind4(&b, any, "0.0.0.0", OWN_PORT), 0);
	assert_int_equal(stack_getpeername(b.st, mine, (struct sockaddr *)&name, &length), -ENOTCONN);
	assert_int_equal(connect4(&b, mine, "192.0.2.9", PEER_PORT), 0);
	assert_int_equal(stack_getsockname(b.st, mine, (struct sockaddr *)&name, &length), 0);
	assert_int_equal(ntohl(name.sin_addr.s_addr), 0xc0000201);               /* RFC1122-4.1.3.5-SRCUP */
	bench_send_udp(&b, PEER4, "x", 1);
	assert_int_equal(receive_bytes(&b, any, data, 4, 0), -EAGAIN);
	assert_int_equal(receive_bytes(&b, mine, data, 4, 0), 1);
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	assert_int_equal(stack_connect(b.st, mine, &none, sizeof(none)), 0);
	assert_int_equal(stack_getpeername(b.st, mine, (struct sockaddr *)&name, &length), -ENOTCONN);
	bench_stop(&b);
}

static void descriptors(void **state)
{
	(void)state;
	struct bench b;
	int on = 1;

	bench_start(&b);
	b.st->config.descriptor_limit = 13;
	assert_int_equal(stack_socket(b.st, AF_UNIX, SOCK_DGRAM, 0), -EAFNOSUPPORT);
	assert_int_equal(stack_socket(b.st, AF_INET, SOCK_DGRAM, IPPROTO_TCP), -EPROTONOSUPPORT);
	assert_int_equal(stack_socket(b.st, AF_INET, SOCK_SEQPACKET, 0), -ESOCKTNOSUPPORT);
	for (int i = 0; i < 10; i++)
		assert_int_equal(stack_socket(b.st, AF_INET, SOCK_DGRAM, 0), 3 + i);
	assert_int_equal(stack_socket(b.st, AF_INET, SOCK_DGRAM, 0), -EMFILE);
	assert_int_equal(stack_close(b.st, 5), 0);
	assert_int_equal(stack_epoll_create(b.st, 0), 5);
	assert_true(stack_is_blocking(b.st, 4));
	assert_int_equal(stack_ioctl(b.st, 4, FIONBIO, &on), 0);
	assert_false(stack_is_blocking(b.st, 4));
	assert_int_equal(stack_fcntl(b.st, 4, F_GETFL, 0), O_RDWR | O_NONBLOCK);
	assert_int_equal(stack_fcntl(b.st, 4, F_SETFL, 0), 0);
	assert_true(stack_is_blocking(b.st, 4));
	assert_int_equal(stack_listen(b.st, 4, 1), -EOPNOTSUPP);
	assert_int_equal(stack_accept4(b.st, 4, NULL, NULL, 0), -EOPNOTSUPP);
	assert_int_equal(send_bytes(&b, 5, "x", 1), -ENOTSOCK);
	bench_stop(&b);
}

static void options_are_kept(void **state)
{
	(void)state;
	struct bench b;
	struct linger l = { 1, 5 }, got = { 0 };
	struct timeval t = { 2, 500000 };
	socklen_t length = sizeof(got);
	int byte = 0;

	bench_start(&b);
	int fd = stack_socket(b.st, AF_INET6, SOCK_DGRAM, 0), v4 = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(get_int(&b, fd, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
	assert_int_equal(get_int(&b, fd, SOL_SOCKET, SO_DOMAIN), AF_INET6);
	assert_int_equal(get_int(&b, fd, IPPROTO_IP, IP_TTL), 64);
	assert_int_equal(stack_setsockopt(b.st, fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)), 0);
	assert_int_equal(stack_getsockopt(b.st, fd, SOL_SOCKET, SO_LINGER, &got, &length), 0);
	assert_memory_equal(&got, &l, sizeof(l));
	assert_int_equal(stack_setsockopt(b.st, fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)), 0);
	assert_int_equal(stack_receive_timeout(b.st, fd).ns, 2500000000);
	assert_true(vtime_is_never(stack_send_timeout(b.st, fd)));
	assert_int_equal(stack_setsockopt(b.st, fd, IPPROTO_IP, IP_TTL, &byte, sizeof(byte)), -EINVAL);
	assert_int_equal(stack_setsockopt(b.st, fd, SOL_SOCKET, 9999, &byte, sizeof(byte)), -ENOPROTOOPT);
	assert_int_equal(stack_setsockopt(b.st, fd, SOL_SOCKET, SO_REUSEADDR, &byte, 2), -EINVAL);
	assert_int_equal(stack_setsockopt(b.st, v4, IPPROTO_IPV6, IPV6_V6ONLY, &byte, sizeof(byte)), -ENOPROTOOPT);
	bench_stop(&b);
}

static void epoll_levels_edges_and_one_shots(void **state)
{
	(void)state;
	static const uint32_t modes[] = { 0, EPOLLET, EPOLLONESHOT };
	static const int again[] = { 1, 0, 0 }, after_more[] = { 1, 1, 0 };

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct bench b;
		struct epoll_event e = { .events = EPOLLIN | modes[i], .data.u32 = 42 }, out[4];
		bench_start(&b);
		int fd = udp_socket(&b), ep = stack_epoll_create(b.st, 0);
		assert_int_equal(stack_epoll_ctl(b.st, ep, EPOLL_CTL_ADD, fd, &e), 0);
		assert_int_equal(stack_epoll_ctl(b.st, ep, EPOLL_CTL_ADD, fd, &e), -EEXIST);
		assert_int_equal(stack_epoll_wait(b.st, ep, out, 4), 0);
		bench_send_udp(&b, PEER4, "x", 1);
		assert_int_equal(stack_epoll_wait(b.st, ep, out, 4), 1);
		assert_int_equal(out[0].data.u32, 42);
		assert_int_equal(out[0].events, EPOLLIN);
		assert_int_equal(stack_epoll_wait(b.st, ep, out, 4), again[i]);
		bench_send_udp(&b, PEER4, "x", 1);
		assert_int_equal(stack_epoll_wait(b.st, ep, out, 4), after_more[i]);
		assert_int_equal(stack_epoll_ctl(b.st, ep, EPOLL_CTL_MOD, fd, &e), 0);
		assert_int_equal(stack_epoll_wait(b.st, ep, out, 4), 1);
		assert_int_equal(stack_close(b.st, fd), 0);
		assert_int_equal(stack_epoll_ctl(b.st, ep, EPOLL_CTL_DEL, fd, NULL), -EBADF);
		bench_stop(&b);
	}
}

/* ---- memory ---- */

/* A little of everything, whatever fails; only its end is looked at. */
static void use_everything(struct bench *b)
{
	static char data[3000];
	struct shape s = PEER4;
	struct ip_mreq group = { .imr_multiaddr = { htonl(0xe1010101) } };
	struct epoll_event e = { .events = EPOLLIN };
	int fd = stack_socket(b->st, AF_INET, SOCK_DGRAM, 0), one = 1;
	int ep = stack_epoll_create(b->st, 0);

	bind4(b, fd, "0.0.0.0", OWN_PORT);
	stack_setsockopt(b->st, fd, IPPROTO_IP, IP_RECVERR, &one, sizeof(one));
	stack_setsockopt(b->st, fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group));
	stack_epoll_ctl(b->st, ep, EPOLL_CTL_ADD, fd, &e);
	connect4(b, fd, "192.0.2.9", PEER_PORT);
	send_bytes(b, fd, data, 100);
	if (b->count)
		complain(b, (struct icmp_header){ .type = 3, .code = 4, .rest = 1000 }, false);
	bench_send_udp(b, s, data, sizeof(data));
	static uint8_t datagram[PACKET_BYTES];
	s.protocol = PROTOCOL_UDP;
	size_t length = make_udp(datagram, &s, data, sizeof(data));
	s.fragment_offset = 1600;
	bench_send(b, &s, datagram + 1600, length - 1600);
	s.fragment_offset = 0;
	s.more = true;
	bench_send(b, &s, datagram, 1600);
	connect4(b, fd, "127.0.0.1", OWN_PORT);
	send_bytes(b, fd, "x", 1);
	receive_bytes(b, fd, data, sizeof(data), 0);
	bench_tick(b, vtime_s(100));
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	struct bench b;
	size_t failed = 0;

	for (size_t n = 1; ; n++) {
		memset(&b, 0, sizeof(b));
		stack_config_init(&b.config);
		b.fail_at = n;
		if (bench_open(&b))
			use_everything(&b);
		bench_stop(&b);                              /* asserts that no block is left */
		if (b.allocations < n)
			break;
		failed++;
	}
	assert_true(failed > 15);
}

/* Packets made of noise, and of valid packets with noise in them. */
static void noise_does_no_harm(void **state)
{
	(void)state;
	struct bench b;
	struct random r;
	static uint8_t packet[2000], datagram[2000];

	bench_start(&b);
	b.st->config.icmp_rate = 1;
	b.st->config.icmp_echo_ignore_all = 1;
	random_seed(&r, 7);
	int fd = udp_socket(&b);
	set_int(&b, fd, IPPROTO_IP, IP_RECVERR, 1);
	for (int i = 0; i < 20000; i++) {
		struct shape s = i & 1 ? PEER4 : PEER6;
		s.protocol = i & 2 ? PROTOCOL_UDP : s.source[0] == '1' ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
		size_t length = make_udp(datagram, &s, packet, random_below(&r, 200));
		length = make_ip(packet, &s, datagram, length);
		for (uint64_t n = random_below(&r, 6); n-- > 0; )
			packet[random_below(&r, length)] = (uint8_t)random_u64(&r);
		if (i & 1)
			put16(packet + 10, 0);
		if (i & 1 && (packet[0] & 15) >= 5)
			put16(packet + 10, checksum_finish(checksum_add(0, packet, (packet[0] & 15u) * 4)));
		bench_tick(&b, vtime_add(b.now, vtime_ms(1)));
		bench_input(&b, packet, random_below(&r, 8) ? length : random_below(&r, length));
		bench_forget(&b);
	}
	bench_stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datagram_is_delivered), cmocka_unit_test(short_buffers_truncate),
		cmocka_unit_test(checksum_and_length_rules), cmocka_unit_test(full_buffer_drops),
		cmocka_unit_test(groups_reach_members_only), cmocka_unit_test(control_messages),
		cmocka_unit_test(datagram_on_the_wire), cmocka_unit_test(checksum_is_on_unless_refused),
		cmocka_unit_test(large_datagrams_are_fragmented), cmocka_unit_test(errors_of_sending),
		cmocka_unit_test(loopback), cmocka_unit_test(errors_reach_the_socket),
		cmocka_unit_test(error_queue_tells_all), cmocka_unit_test(path_mtu_follows_messages),
		cmocka_unit_test(path_mtu_is_not_raised), cmocka_unit_test(ports_and_sharing),
		cmocka_unit_test(connected_socket_wins), cmocka_unit_test(descriptors),
		cmocka_unit_test(options_are_kept), cmocka_unit_test(epoll_levels_edges_and_one_shots),
		cmocka_unit_test(every_allocation_may_fail), cmocka_unit_test(noise_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
