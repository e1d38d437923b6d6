/* SPDX-License-Identifier: MIT
 *
 * udp_send_test.c - datagrams made of several calls, calls made into several datagrams, multicast, what is told of them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <time.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/udp.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "stack/ip_input.h"
#include "stack/sock.h"
#include "stack/testbench.h"

static int64_t send_with(struct bench *b, int fd, size_t length, int flags, const struct cmsghdr *control)
{
	static uint8_t data[70000];
	struct iovec v = { data, length };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = (void *)(uintptr_t)control,
	                    .msg_controllen = control ? CMSG_ALIGN(control->cmsg_len) : 0 };

	for (size_t i = 0; i < length; i++)
		data[i] = (uint8_t)(i * 7);
	return stack_sendmsg(b->st, fd, &m, flags);
}

/* The next packet is a datagram of @length bytes, and right. */
static void want_datagram(struct bench *b, size_t length)
{
	struct packet p;
	const char *why;
	size_t size;
	const uint8_t *bytes = bench_take(b, &size);

	assert_non_null(bytes);
	assert_int_equal(packet_parse(bytes, size, &p, &why), PACKET_OK);
	assert_int_equal(p.payload_length, length);
	struct ip_packet ip = { .source = p.headers[0].ipv4.source, .destination = p.headers[0].ipv4.destination,
	                        .protocol = PROTOCOL_UDP, .payload = bytes + IPV4_HEADER_BYTES,
	                        .length = size - IPV4_HEADER_BYTES };
	assert_int_equal(ip_payload_checksum(&ip), 0);
}

static void want_none(struct bench *b)
{
	assert_null(bench_take(b, NULL));
}

static int connected(struct bench *b)
{
	int fd = udp_socket(b);

	assert_int_equal(connect4(b, fd, "192.0.2.9", PEER_PORT), 0);
	return fd;
}

static void calls_gather_while_corked(void **state)
{
	struct bench b;
	int waiting;

	(void)state;
	bench_start(&b);
	int fd = connected(&b);
	set_int(&b, fd, IPPROTO_UDP, UDP_CORK, 1);
	assert_int_equal(send_with(&b, fd, 30, 0, NULL), 30);
	/* Where the first call said: later ones only add. */
	assert_int_equal(connect4(&b, fd, "192.0.2.77", PEER_PORT), 0);
	assert_int_equal(send_with(&b, fd, 12, 0, NULL), 12);
	assert_int_equal(stack_ioctl(b.st, fd, SIOCOUTQ, &waiting), 0);
	assert_int_equal(waiting, 42);
	want_none(&b);
	set_int(&b, fd, IPPROTO_UDP, UDP_CORK, 0);
	assert_int_equal(b.sent[0].bytes[19], 9);
	want_datagram(&b, 42);

	b.fail_at = b.allocations + 2;
	assert_int_equal(send_with(&b, fd, 30, MSG_MORE, NULL), 30);
	assert_int_equal(send_with(&b, fd, 30, MSG_MORE, NULL), -ENOBUFS);
	assert_int_equal(send_with(&b, fd, 1, 0, NULL), 1);  /* what waited is gone */
	want_datagram(&b, 1);
	assert_int_equal(send_with(&b, fd, 30, MSG_MORE, NULL), 30);
	assert_int_equal(stack_close(b.st, fd), 0);          /* and so is this, without a leak */
	want_none(&b);
	bench_stop(&b);
}

static void one_call_makes_many_datagrams(void **state)
{
	union {
		char room[CMSG_SPACE(sizeof(uint16_t))];
		struct cmsghdr head;
	} control = {
		.head = { .cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = IPPROTO_UDP, .cmsg_type = UDP_SEGMENT }
	};
	struct bench b;

	(void)state;
	bench_start(&b);
	int fd = connected(&b);
	set_int(&b, fd, IPPROTO_UDP, UDP_SEGMENT, 999);
	memcpy(CMSG_DATA(&control.head), &(uint16_t){ 101 }, sizeof(uint16_t));
	assert_int_equal(send_with(&b, fd, 303, 0, &control.head), 303);
	for (int i = 0; i < 3; i++)
		want_datagram(&b, 101);
	want_none(&b);
	/* The text is where it was: nothing but the headers was written over. */
	for (size_t i = 0; i < 303; i++)
		assert_int_equal(b.sent[i / 101].bytes[28 + i % 101], (uint8_t)(i * 7));
	control.head.cmsg_len = CMSG_LEN(1);
	assert_int_equal(send_with(&b, fd, 303, 0, &control.head), -EINVAL);
	assert_int_equal(send_with(&b, fd, 1000, MSG_MORE, NULL), 1000);
	assert_int_equal(send_with(&b, fd, 1000, 0, NULL), 2000 - 1000);
	want_datagram(&b, 999);
	want_datagram(&b, 999);
	want_datagram(&b, 2);
	bench_stop(&b);
}

/* RFC 1112, 6.1: with a TTL of 0 to the members on this host alone. */
static void multicast_may_stay_within_the_host(void **state)
{
	struct ip_mreq request = { .imr_multiaddr = in4("224.1.2.3", 0).sin_addr };
	struct bench b;
	char data[100];

	(void)state;
	bench_start(&b);
	int member = udp_socket(&b), sender = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(stack_setsockopt(b.st, member, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request)), 0);
	assert_non_null(bench_take(&b, NULL));               /* the report of the new member */
	assert_int_equal(connect4(&b, sender, "224.1.2.3", OWN_PORT), 0);
	set_int(&b, sender, IPPROTO_IP, IP_MULTICAST_TTL, 0);
	assert_int_equal(send_with(&b, sender, 30, 0, NULL), 30);
	bench_tick(&b, b.now);
	assert_int_equal(receive_bytes(&b, member, data, sizeof(data), 0), 30);
	want_none(&b);
	set_int(&b, sender, IPPROTO_IP, IP_MULTICAST_TTL, -1);
	assert_int_equal(send_with(&b, sender, 30, 0, NULL), 30);
	bench_tick(&b, b.now);
	assert_int_equal(receive_bytes(&b, member, data, sizeof(data), 0), 30);
	want_datagram(&b, 30);
	bench_stop(&b);
}

static void multicast_has_the_chosen_source(void **state)
{
	const struct ip_address second = address("192.0.2.2");
	const struct ip_mreqn request = { .imr_ifindex = STACK_INTERFACE };
	struct sockaddr_in chosen = in4("192.0.2.2", 0), own;
	socklen_t length = sizeof(own);
	struct bench b;

	(void)state;
	bench_start(&b);
	assert_int_equal(stack_add_address(b.st, &second, 24), 0);
	int fd = stack_socket(b.st, AF_INET, SOCK_DGRAM, 0), six = stack_socket(b.st, AF_INET6, SOCK_DGRAM, 0);
	assert_int_equal(stack_setsockopt(b.st, fd, IPPROTO_IP, IP_MULTICAST_IF, &chosen.sin_addr, 4), 0);
	assert_int_equal(connect4(&b, fd, "224.1.2.3", OWN_PORT), 0);
	assert_int_equal(stack_getsockname(b.st, fd, (struct sockaddr *)&own, &length), 0);
	assert_int_equal(own.sin_addr.s_addr, chosen.sin_addr.s_addr);
	assert_int_equal(send_with(&b, fd, 30, 0, NULL), 30);
	assert_int_equal(b.sent[0].bytes[15], 2);
	assert_int_equal(stack_setsockopt(b.st, fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof(request)), 0);
	assert_int_equal(get_int(&b, fd, IPPROTO_IP, IP_MULTICAST_IF), 0);
	set_int(&b, six, IPPROTO_IPV6, IPV6_MULTICAST_IF, STACK_INTERFACE);
	assert_int_equal(get_int(&b, six, IPPROTO_IPV6, IPV6_MULTICAST_IF), STACK_INTERFACE);
	bench_stop(&b);
}

static void stamps_come_in_two_units(void **state)
{
	union {
		char room[CMSG_SPACE(sizeof(struct timespec))];
		struct cmsghdr head;
	} control;
	struct iovec v = { (char[8]){ 0 }, 8 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = &control };
	struct timespec ns;
	struct timeval us;
	struct bench b;

	(void)state;
	bench_start(&b);
	int fd = udp_socket(&b);
	bench_tick(&b, vtime_add(vtime_s(7), vtime_ns(123456789)));
	set_int(&b, fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	bench_send_udp(&b, PEER4, "one", 3);
	bench_send_udp(&b, PEER4, "two", 3);
	m.msg_controllen = sizeof(control);
	assert_int_equal(stack_recvmsg(b.st, fd, &m, 0), 3);
	assert_true(control.head.cmsg_type == SO_TIMESTAMPNS && control.head.cmsg_len == CMSG_LEN(sizeof(ns)));
	memcpy(&ns, CMSG_DATA(&control.head), sizeof(ns));
	assert_true(ns.tv_sec == 7 && ns.tv_nsec == 123456789);
	set_int(&b, fd, SOL_SOCKET, SO_TIMESTAMP, 1);
	m.msg_controllen = sizeof(control);
	assert_int_equal(stack_recvmsg(b.st, fd, &m, 0), 3);
	assert_int_equal(control.head.cmsg_type, SO_TIMESTAMP);
	memcpy(&us, CMSG_DATA(&control.head), sizeof(us));
	assert_true(us.tv_sec == 7 && us.tv_usec == 123456);
	bench_stop(&b);
}

static void memory_is_told(void **state)
{
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t length = sizeof(memory);
	struct bench b;

	(void)state;
	bench_start(&b);
	int fd = udp_socket(&b);
	set_int(&b, fd, SOL_SOCKET, SO_RCVBUF, 1);
	int room = get_int(&b, fd, SOL_SOCKET, SO_RCVBUF);
	char *data = calloc(1, (size_t)room);
	for (int i = 0; i < 3; i++)
		bench_send_udp(&b, PEER4, data, (size_t)room / 2);
	assert_int_equal(stack_getsockopt(b.st, fd, SOL_SOCKET, SO_MEMINFO, memory, &length), 0);
	assert_int_equal(length, sizeof(memory));
	assert_true(memory[SK_MEMINFO_RMEM_ALLOC] >= (uint32_t)room / 2 && memory[SK_MEMINFO_RCVBUF] == (uint32_t)room);
	assert_int_equal(memory[SK_MEMINFO_DROPS], 2);
	free(data);
	bench_stop(&b);
}

/* RFC 5082, 3 */
static void datagrams_from_far_away_are_dropped(void **state)
{
	struct shape near4 = PEER4, near6 = PEER6;
	struct sockaddr_in6 any = in6("::", OWN_PORT);
	struct bench b;
	char data[100];

	(void)state;
	bench_start(&b);
	int fd = stack_socket(b.st, AF_INET6, SOCK_DGRAM, 0);
	assert_int_equal(stack_bind(b.st, fd, (struct sockaddr *)&any, sizeof(any)), 0);
	set_int(&b, fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, 255);
	bench_send_udp(&b, near6, "far", 3);
	assert_int_equal(receive_bytes(&b, fd, data, sizeof(data), 0), -EAGAIN);
	bench_send_udp(&b, near4, "four", 4);                /* the other family has its own limit */
	assert_int_equal(receive_bytes(&b, fd, data, sizeof(data), 0), 4);
	near6.ttl = 255;
	bench_send_udp(&b, near6, "near", 4);
	assert_int_equal(receive_bytes(&b, fd, data, sizeof(data), 0), 4);
	bench_stop(&b);
}

/* The next entry of the error queue as "origin info data code", or "none". */
static const char *next_notice(struct bench *b, int fd, char text[64])
{
	union {
		struct cmsghdr align;
		char bytes[256];
	} control;
	struct msghdr m = { .msg_control = &control, .msg_controllen = sizeof(control) };
	struct sock_extended_err e = { 0 };

	if (stack_recvmsg(b->st, fd, &m, MSG_ERRQUEUE) < 0)
		return "none";
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_level == IPPROTO_IP)
			memcpy(&e, CMSG_DATA(c), sizeof(e));
	snprintf(text, 64, "%d %u %u %d", e.ee_origin, e.ee_info, e.ee_data, e.ee_code);
	return text;
}

static void notices_of_writes(void **state)
{
	(void)state;
	struct bench b;
	char text[64];
	int error;

	bench_start(&b);
	int fd = udp_socket(&b);
	struct socket *s = socket_of(b.st, fd, &error);
	notice_write(s, 0, 10, MSG_ZEROCOPY, s->options.time_stamping);                /* not asked for */
	notice_acked(s, 10);
	assert_string_equal(next_notice(&b, fd, text), "none");
	set_int(&b, fd, SOL_SOCKET, SO_ZEROCOPY, 1);
	set_int(&b, fd, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID |
	        SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_ACK);
	s->notices.stamp_base = 10;
	notice_write(s, 10, 60, 0, s->options.time_stamping);        /* joined by the next one: not told of */
	notice_write(s, 10, 110, 0, s->options.time_stamping);
	notice_sent(s, 10, 109, false);
	assert_string_equal(next_notice(&b, fd, text), "none");
	notice_sent(s, 109, 110, false);
	assert_int_equal(stack_poll(b.st, fd, 0), POLLERR);
	assert_string_equal(next_notice(&b, fd, text), "4 1 99 0");
	notice_acked(s, 110);
	assert_string_equal(next_notice(&b, fd, text), "4 2 99 0");
	set_int(&b, fd, SOL_SOCKET, SO_TIMESTAMPING, 0);
	for (uint64_t end = 120; end <= 140; end += 10)
		notice_write(s, end - 10, end, MSG_ZEROCOPY, s->options.time_stamping);
	notice_acked(s, 125);
	notice_acked(s, 140);
	assert_string_equal(next_notice(&b, fd, text), "5 0 2 1");
	assert_string_equal(next_notice(&b, fd, text), "none");
	assert_int_equal(stack_poll(b.st, fd, 0), 0);
	notice_write(s, 140, 150, MSG_ZEROCOPY, s->options.time_stamping);             /* goes with the socket */
	bench_stop(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_gather_while_corked),
		cmocka_unit_test(one_call_makes_many_datagrams),
		cmocka_unit_test(multicast_may_stay_within_the_host),
		cmocka_unit_test(multicast_has_the_chosen_source),
		cmocka_unit_test(stamps_come_in_two_units),
		cmocka_unit_test(memory_is_told),
		cmocka_unit_test(datagrams_from_far_away_are_dropped),
		cmocka_unit_test(notices_of_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
