/* SPDX-License-Identifier: MIT
 *
 * testbench.h - for tests: one stack at 192.0.2.1/24 and 2001:db8::1/64, and what it sends
 *
 * A packet of a test is a short call; what the stack sends is kept until it is taken. Only tests include
 * this, after cmocka.h.
 */
#ifndef STACK_TESTBENCH_H
#define STACK_TESTBENCH_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "stack/descriptor.h"
#include "stack/host.h"
#include "stack/icmp_send.h"
#include "stack/socket.h"
#include "util/common.h"
#include "wire/checksum.h"
#include "wire/codec.h"
#include "wire/packet.h"

enum { BENCH_PACKETS = 64, OWN_PORT = 4000, PEER_PORT = 5000 };

struct bench {
	struct stack *st;
	struct stack_config config;
	vtime_t now;
	size_t taken, count;
	struct {
		size_t length;
		uint8_t *bytes;
		vtime_t at;
	} sent[BENCH_PACKETS];
	size_t allocations, fail_at;                         /* the allocation of that number fails; 0: none */
	bool fail_on;                                        /* ... and all that follow */
	size_t live;
};

static void bench_output(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	struct bench *b = context;

	assert_true(b->count < BENCH_PACKETS);
	b->sent[b->count].bytes = malloc(length);
	memcpy(b->sent[b->count].bytes, bytes, length);
	b->sent[b->count].length = length;
	b->sent[b->count++].at = now;
}

static void *bench_allocate(void *context, size_t size)
{
	struct bench *b = context;

	if (++b->allocations == b->fail_at || (b->fail_on && b->allocations > b->fail_at))
		return NULL;
	b->live++;
	return malloc(size);
}

static void bench_release(void *context, void *memory)
{
	struct bench *b = context;

	b->live--;
	free(memory);
}

static MAYBE_UNUSED struct ip_address address(const char *text)
{
	struct ip_address a;

	assert_true(ip_address_parse(text, &a));
	return a;
}

static MAYBE_UNUSED bool bench_open(struct bench *b)
{
	const struct stack_hooks hooks = {
		.context = b, .output = bench_output, .allocate = bench_allocate, .release = bench_release,
	};
	const struct ip_address v4 = address("192.0.2.1"), v6 = address("2001:db8::1");

	b->st = stack_new(&b->config, &hooks);
	if (!b->st)
		return false;
	assert_int_equal(stack_add_address(b->st, &v4, 24), 0);
	assert_int_equal(stack_add_address(b->st, &v6, 64), 0);
	return true;
}

static MAYBE_UNUSED void bench_start(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	stack_config_init(&b->config);
	assert_true(bench_open(b));
}

static MAYBE_UNUSED void bench_start_broken(struct bench *b, const char *defect_name)
{
	memset(b, 0, sizeof(*b));
	stack_config_init(&b->config);
	assert_true(stack_defect_enable(&b->config, defect_name));
	assert_true(bench_open(b));
}

static MAYBE_UNUSED void bench_forget(struct bench *b)
{
	for (size_t i = 0; i < b->count; i++)
		free(b->sent[i].bytes);
	b->taken = b->count = 0;
}

/* Nothing may be left: no memory, no timer. */
static MAYBE_UNUSED void bench_stop(struct bench *b)
{
	stack_free(b->st);
	assert_int_equal(b->live, 0);
	bench_forget(b);
}

static MAYBE_UNUSED void bench_tick(struct bench *b, vtime_t now)
{
	b->now = now;
	stack_tick(b->st, now);
}

static MAYBE_UNUSED void bench_input(struct bench *b, const uint8_t *bytes, size_t length)
{
	stack_input(b->st, bytes, length, b->now);
}

/* The next packet sent, or NULL. */
static MAYBE_UNUSED const uint8_t *bench_take(struct bench *b, size_t *length)
{
	if (length)
		*length = b->taken < b->count ? b->sent[b->taken].length : 0;
	if (b->taken == b->count)
		return NULL;
	return b->sent[b->taken++].bytes;
}

/* ---- packets ---- */

struct shape {
	const char *source, *destination;
	uint8_t protocol, ttl, tos;
	uint16_t id, fragment_offset;                        /* offset in bytes; IPv4 */
	bool more, dont_fragment;
	uint8_t option_length;
	const uint8_t *options;                              /* IPv4 */
	uint8_t extension_length, next_header;
	const uint8_t *extensions;                           /* IPv6; next_header says what they start with */
};

/* An IP packet around @payload. Returns its length. */
static MAYBE_UNUSED size_t make_ip(uint8_t *out, const struct shape *s, const uint8_t *payload, size_t length)
{
	struct ip_address source = address(s->source), destination = address(s->destination);
	size_t size;

	if (source.version == 6) {
		struct ipv6_header h = {
			.payload_length = (uint16_t)(length + s->extension_length), .hop_limit = s->ttl ? s->ttl : 64,
			.next_header = s->extension_length ? s->next_header : s->protocol, .source = source,
			.destination = destination, .extension_length = s->extension_length, .traffic_class = s->tos,
		};
		if (s->extension_length)
			memcpy(h.extensions, s->extensions, s->extension_length);
		size = ipv6_build(&h, out, PACKET_BYTES);
	} else {
		struct ipv4_header h = {
			.header_length = (uint8_t)((IPV4_HEADER_BYTES + s->option_length) / 4), .tos = s->tos,
			.total_length = (uint16_t)(IPV4_HEADER_BYTES + s->option_length + length),
			.identification = s->id,
			.flags = (uint8_t)((s->more ? IPV4_MORE_FRAGMENTS : 0) |
			                   (s->dont_fragment ? IPV4_DONT_FRAGMENT : 0)),
			.fragment_offset = s->fragment_offset / 8, .ttl = s->ttl ? s->ttl : 64, .protocol = s->protocol,
			.source = source, .destination = destination, .option_length = s->option_length,
		};
		if (s->option_length)
			memcpy(h.options, s->options, s->option_length);
		size = ipv4_build(&h, out, PACKET_BYTES);
		put16(out + 10, checksum_finish(checksum_add(0, out, size)));
	}
	if (length)
		memcpy(out + size, payload, length);
	return size + length;
}

/* A UDP datagram PEER_PORT -> OWN_PORT with a right checksum. Returns its length. */
static MAYBE_UNUSED size_t make_udp(uint8_t *out, const struct shape *s, const void *data, size_t length)
{
	struct ip_address source = address(s->source), destination = address(s->destination);
	struct udp_header h = {
		.source_port = PEER_PORT, .destination_port = OWN_PORT, .length = (uint16_t)(UDP_HEADER_BYTES + length),
	};

	udp_build(&h, out, PACKET_BYTES);
	if (length)
		memcpy(out + UDP_HEADER_BYTES, data, length);
	uint32_t sum = checksum_pseudo(&source, &destination, PROTOCOL_UDP, h.length);
	uint16_t checksum = checksum_finish(checksum_add(sum, out, h.length));
	put16(out + 6, checksum ? checksum : 0xffff);
	return h.length;
}

/* An ICMP or ICMPv6 message with a right checksum around @data. */
static MAYBE_UNUSED size_t make_icmp(uint8_t *out, const struct shape *s, struct icmp_header h, const uint8_t *data,
                                     size_t length)
{
	const struct ip_send send = {
		.source = address(s->source), .destination = address(s->destination), .protocol = s->protocol,
		.length = ICMP_HEADER_BYTES + length,
	};

	icmp_build(&h, out, PACKET_BYTES);
	if (length)
		memcpy(out + ICMP_HEADER_BYTES, data, length);
	const struct stack none = { 0 };                     /* without defects */
	icmp_finish(&none, out, &send);
	return send.length;
}

static MAYBE_UNUSED void bench_send(struct bench *b, const struct shape *s, const uint8_t *payload, size_t length)
{
	static uint8_t packet[PACKET_BYTES];

	bench_input(b, packet, make_ip(packet, s, payload, length));
}

/* A UDP datagram from the peer, whole. */
static MAYBE_UNUSED void bench_send_udp(struct bench *b, struct shape s, const void *data, size_t length)
{
	static uint8_t datagram[PACKET_BYTES];

	s.protocol = PROTOCOL_UDP;
	bench_send(b, &s, datagram, make_udp(datagram, &s, data, length));
}

static const struct shape PEER4 MAYBE_UNUSED = { .source = "192.0.2.9", .destination = "192.0.2.1" };
static const struct shape PEER6 MAYBE_UNUSED = { .source = "2001:db8::9", .destination = "2001:db8::1" };

/* ---- sockets ---- */

static MAYBE_UNUSED struct sockaddr_in in4(const char *text, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	assert_int_equal(inet_pton(AF_INET, text, &a.sin_addr), 1);
	return a;
}

static MAYBE_UNUSED struct sockaddr_in6 in6(const char *text, uint16_t port)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	assert_int_equal(inet_pton(AF_INET6, text, &a.sin6_addr), 1);
	return a;
}

static MAYBE_UNUSED int bind4(struct bench *b, int fd, const char *text, uint16_t port)
{
	struct sockaddr_in a = in4(text, port);

	return stack_bind(b->st, fd, (struct sockaddr *)&a, sizeof(a));
}

static MAYBE_UNUSED int connect4(struct bench *b, int fd, const char *text, uint16_t port)
{
	struct sockaddr_in a = in4(text, port);

	return stack_connect(b->st, fd, (struct sockaddr *)&a, sizeof(a));
}

static MAYBE_UNUSED int64_t send_bytes(struct bench *b, int fd, const void *data, size_t length)
{
	struct iovec v = { (void *)(uintptr_t)data, length };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	return stack_sendmsg(b->st, fd, &m, 0);
}

static MAYBE_UNUSED int64_t receive_bytes(struct bench *b, int fd, void *data, size_t room, int flags)
{
	struct iovec v = { data, room };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	return stack_recvmsg(b->st, fd, &m, flags);
}

static MAYBE_UNUSED void set_int(struct bench *b, int fd, int level, int name, int value)
{
	assert_int_equal(stack_setsockopt(b->st, fd, level, name, &value, sizeof(value)), 0);
}

static MAYBE_UNUSED int get_int(struct bench *b, int fd, int level, int name)
{
	int value = 0;
	socklen_t length = sizeof(value);

	assert_int_equal(stack_getsockopt(b->st, fd, level, name, &value, &length), 0);
	return value;
}

/* A UDP socket bound to OWN_PORT. */
static MAYBE_UNUSED int udp_socket(struct bench *b)
{
	int fd = stack_socket(b->st, AF_INET, SOCK_DGRAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind4(b, fd, "0.0.0.0", OWN_PORT), 0);
	return fd;
}

#endif
