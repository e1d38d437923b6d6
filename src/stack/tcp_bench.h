/* SPDX-License-Identifier: MIT
 *
 * tcp_bench.h - for tests: a stack at 10.0.0.1 and a peer made of segments that say only what they change
 *
 * Our numbers start at 0 (ISS), the peer's at 1000, so that after the handshakes ours is 1 and the peer's 1001. A
 * field that is not written is, in bench_send(), what a plain ACK of that connection would have, and in bench_want(),
 * not looked at. Times are milliseconds of the test. Only tests include this, after cmocka.h.
 */
#ifndef STACK_TCP_BENCH_H
#define STACK_TCP_BENCH_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "stack/descriptor.h"
#include "stack/icmp_error.h"
#include "stack/socket.h"
#include "stack/socket_table.h"
#include "stack/tcp_option.h"
#include "stack/tcp_state.h"
#include "stack/tcp_window.h"
#include "util/common.h"
#include "wire/codec.h"
#include "wire/packet.h"

#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif

enum { BENCH_PACKETS = 256, HERE = 8080, THERE = 5555, PEER = 1000 };
enum { F = TCP_FIN, S = TCP_SYN, R = TCP_RST, P = TCP_PSH, A = TCP_ACK, U = TCP_URG };

struct seg {
	int64_t flags, seq, ack, window, length, mss, shift, sack_ok, ts, ecr, urgent, sack_from, sack_to;
	int64_t at, user_timeout;
	int64_t tos;                                         /* of the IP header */
};

#define SEG(...) \
	((struct seg){ .flags = -1, .seq = -1, .ack = -1, .window = -1, .length = -1, .mss = -1, .shift = -1, \
	               .sack_ok = -1, .ts = -1, .ecr = -1, .urgent = -1, .sack_from = -1, .sack_to = -1, .at = -1, \
	               .user_timeout = -1, .tos = -1, __VA_ARGS__ })

struct bench {
	struct stack *st;
	struct stack_config config;
	struct seg syn;                                      /* the peer's SYN */
	int fd, listener;
	int64_t now;                                         /* ms */
	size_t taken, count;
	struct seg sent[BENCH_PACKETS];
	size_t allocations, fail_at, live;                   /* the allocation of that number fails; 0: none */
};

static void read_seg_options(const struct tcp_header *h, struct seg *out)
{
	struct tcp_option o;
	size_t offset = 0;
	const char *why;

	while (tcp_option_next(h->options, h->option_length, &offset, &o, &why) > 0) {
		if (o.kind == TCP_OPTION_MSS)
			out->mss = tcp_option_u16(&o, 0);
		if (o.kind == TCP_OPTION_WSCALE)
			out->shift = o.data[0];
		if (o.kind == TCP_OPTION_SACK_OK)
			out->sack_ok = 1;
		if (o.kind == TCP_OPTION_TS) {
			out->ts = tcp_option_u32(&o, 0);
			out->ecr = tcp_option_u32(&o, 4);
		}
		if (o.kind == TCP_OPTION_USER_TIMEOUT)
			out->user_timeout = tcp_option_u16(&o, 0);
		if (o.kind == TCP_OPTION_SACK) {
			out->sack_from = tcp_option_u32(&o, 0);
			out->sack_to = tcp_option_u32(&o, 4);
		}
	}
}

static void bench_output(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	struct bench *b = context;
	struct packet p;
	const char *why;

	assert_true(b->count < BENCH_PACKETS);
	assert_int_equal(packet_parse(bytes, length, &p, &why), PACKET_OK);
	const struct tcp_header *h = &packet_find(&p, HEADER_TCP)->tcp;
	assert_true(packet_l4_checksum_ok(bytes, &p));
	struct seg *out = &b->sent[b->count++];
	*out = SEG(.flags = h->flags, .seq = h->seq, .ack = h->ack, .window = h->window,
	           .length = (int64_t)p.payload_length, .urgent = h->urgent, .at = now.ns / 1000000,
	           .tos = p.headers[0].ipv4.tos);
	read_seg_options(h, out);
}

static void *bench_allocate(void *context, size_t size)
{
	struct bench *b = context;

	if (++b->allocations == b->fail_at)
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

/* ---- segments ---- */

static void fill_in(const struct bench *b, struct seg *s)
{
	bool syn = s->flags > 0 && s->flags & S;

	if (s->flags < 0)
		s->flags = A;
	if (s->seq < 0)
		s->seq = syn ? PEER : PEER + 1;
	if (s->ack < 0)
		s->ack = s->flags & A ? 1 : 0;
	if (s->window < 0)
		s->window = 65535;
	if (syn && s->mss < 0)
		s->mss = 1000;
	if (syn && s->shift < 0)
		s->shift = b->syn.shift;
	if (syn && s->sack_ok < 0)
		s->sack_ok = b->syn.sack_ok;
	if (syn && s->ts < 0)
		s->ts = b->syn.ts;
}

static void bench_send(struct bench *b, struct seg s)
{
	static uint8_t text[65536];
	uint8_t bytes[65536];
	struct packet p = { .header_count = 2, .payload = text };
	struct ipv4_header *ip = &p.headers[0].ipv4;
	struct tcp_header *h = &p.headers[1].tcp;
	size_t used = 0;

	fill_in(b, &s);
	p.headers[0].type = HEADER_IPV4;
	p.headers[1].type = HEADER_TCP;
	ip->ttl = 64;
	ip->tos = s.tos > 0 ? (uint8_t)s.tos : 0;
	ip->source = (struct ip_address){ 4, { 10, 0, 0, 2 } };
	ip->destination = (struct ip_address){ 4, { 10, 0, 0, 1 } };
	h->source_port = THERE;
	h->destination_port = HERE;
	h->seq = (uint32_t)s.seq;
	h->ack = (uint32_t)s.ack;
	h->flags = (uint16_t)s.flags;
	h->window = (uint16_t)s.window;
	h->urgent = s.urgent > 0 ? (uint16_t)s.urgent : 0;
	if (s.mss >= 0)
		tcp_option_add_mss(h->options, &used, (uint16_t)s.mss);
	if (s.shift >= 0)
		tcp_option_add_wscale(h->options, &used, (uint8_t)s.shift);
	if (s.sack_ok > 0)
		tcp_option_add_sack_ok(h->options, &used);
	if (s.ts >= 0)
		tcp_option_add_ts(h->options, &used, (uint32_t)s.ts, s.ecr > 0 ? (uint32_t)s.ecr : 0);
	if (s.sack_from >= 0) {
		uint8_t data[8];
		put32(data, (uint32_t)s.sack_from);
		put32(data + 4, (uint32_t)s.sack_to);
		tcp_option_add(h->options, &used, TCP_OPTION_SACK, data, sizeof(data));
	}
	if (s.user_timeout >= 0) {
		uint8_t data[] = { (uint8_t)(s.user_timeout >> 8), (uint8_t)s.user_timeout };
		tcp_option_add(h->options, &used, TCP_OPTION_USER_TIMEOUT, data, sizeof(data));
	}
	while (used % 4)
		tcp_option_add_nop(h->options, &used);
	h->option_length = (uint8_t)used;
	p.payload_length = s.length > 0 ? (size_t)s.length : 0;
	for (size_t i = 0; i < p.payload_length; i++)
		text[i] = (uint8_t)((size_t)s.seq + i);          /* the octet of a number is always the same */
	assert_true(packet_fill_lengths(&p));
	size_t length = packet_build_with_checksums(&p, bytes, sizeof(bytes));
	assert_true(length > 0);
	stack_input(b->st, bytes, length, vtime_ms(b->now));
}

static void want_field(const char *name, int64_t want, int64_t got)
{
	if (want != -1 && want != got)
		fail_msg("%s: want %lld, got %lld", name, (long long)want, (long long)got);
}

/* The next segment sent is like @want. */
static MAYBE_UNUSED void bench_want(struct bench *b, struct seg want)
{
	if (b->taken == b->count)
		fail_msg("nothing was sent; want flags 0x%llx seq %lld", (long long)want.flags, (long long)want.seq);
	const struct seg *got = &b->sent[b->taken++];

#define LOOK(field) want_field(#field, want.field, got->field)
	LOOK(flags); LOOK(seq); LOOK(ack); LOOK(window); LOOK(length); LOOK(mss); LOOK(shift); LOOK(sack_ok); LOOK(ts);
	LOOK(ecr); LOOK(urgent); LOOK(sack_from); LOOK(sack_to); LOOK(at); LOOK(user_timeout);
	LOOK(tos);
#undef LOOK
}

static void bench_want_none(struct bench *b)
{
	if (b->taken != b->count)
		fail_msg("unexpected: flags 0x%llx seq %lld ack %lld length %lld at %lld",
		         (long long)b->sent[b->taken].flags, (long long)b->sent[b->taken].seq,
		         (long long)b->sent[b->taken].ack, (long long)b->sent[b->taken].length,
		         (long long)b->sent[b->taken].at);
}

static MAYBE_UNUSED void bench_at(struct bench *b, int64_t ms)
{
	b->now = ms;
	stack_tick(b->st, vtime_ms(ms));
}

static MAYBE_UNUSED void bench_skip(struct bench *b) { b->taken = b->count; }

/* ---- calls ---- */

static MAYBE_UNUSED int64_t bench_write(struct bench *b, size_t length)
{
	static uint8_t bytes[1 << 20];
	struct iovec v = { bytes, length };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };

	return stack_sendmsg(b->st, b->fd, &h, 0);
}

static MAYBE_UNUSED int64_t bench_read_flags(struct bench *b, size_t length, int flags)
{
	static uint8_t bytes[1 << 20];
	struct iovec v = { bytes, length };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };

	return stack_recvmsg(b->st, b->fd, &h, flags);
}

static MAYBE_UNUSED int64_t bench_read(struct bench *b, size_t length) { return bench_read_flags(b, length, 0); }

static MAYBE_UNUSED int bench_set(struct bench *b, int level, int name, int value)
{
	return stack_setsockopt(b->st, b->fd, level, name, &value, sizeof(value));
}

/* State of the connection; CLOSED when there is none any more. */
static MAYBE_UNUSED enum tcp_state bench_state(const struct bench *b)
{
	for (const struct socket *s = b->st->sockets; s; s = s->next)
		if (s->tcp && s->tcp->state != TCPS_LISTEN)
			return s->tcp->state;
	return TCPS_CLOSED;
}

#define bench_want_state(b, want) assert_string_equal(tcp_state_name[bench_state(b)], tcp_state_name[want])

/* ---- a bench with a socket already in a state ---- */

/* For tests that change parameters first: then bench_go(). */
static void bench_prepare(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	stack_config_init(&b->config);
	b->config.tcp_isn_policy = TCP_ISN_ZERO;
	b->config.tcp_timestamp_offset = 0;
	b->syn = SEG(.flags = S);
	b->fd = b->listener = -1;
}

static struct sockaddr_in bench_address(uint32_t host, uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(host) } };
}

static void bench_open(struct bench *b)
{
	struct stack_hooks hooks = { .context = b, .output = bench_output, .allocate = bench_allocate,
	                             .release = bench_release };
	struct ip_address ip = { 4, { 10, 0, 0, 1 } };

	b->st = stack_new(&b->config, &hooks);
	assert_non_null(b->st);
	assert_int_equal(stack_add_address(b->st, &ip, 24), 0);
	b->fd = stack_socket(b->st, AF_INET, SOCK_STREAM, 0);
	assert_true(b->fd >= 0);
	struct sockaddr_in in = bench_address(0x0a000001, HERE);
	assert_int_equal(stack_bind(b->st, b->fd, (struct sockaddr *)&in, sizeof(in)), 0);
}

static void bench_connect(struct bench *b)
{
	struct sockaddr_in in = bench_address(0x0a000002, THERE);

	assert_int_equal(stack_connect(b->st, b->fd, (struct sockaddr *)&in, sizeof(in)), -EINPROGRESS);
}

static MAYBE_UNUSED void bench_accept(struct bench *b)
{
	b->fd = stack_accept4(b->st, b->listener, NULL, NULL, 0);
	assert_true(b->fd >= 0);
}

static void bench_passive_to(struct bench *b, enum tcp_state state)
{
	bool ended = state == TCPS_CLOSE_WAIT || state == TCPS_LAST_ACK;

	assert_int_equal(stack_listen(b->st, b->fd, 1), 0);
	b->listener = b->fd;
	if (state == TCPS_LISTEN)
		return;
	bench_send(b, b->syn);
	if (state == TCPS_SYN_RECEIVED)
		return;
	bench_send(b, SEG(.ts = b->syn.ts));
	bench_accept(b);
	if (state == TCPS_ESTABLISHED)
		return;
	if (ended)
		bench_send(b, SEG(.flags = F | A, .ts = b->syn.ts));
	if (state == TCPS_LAST_ACK)
		assert_int_equal(stack_close(b->st, b->fd), 0);
	else if (!ended)
		assert_int_equal(stack_shutdown(b->st, b->fd, SHUT_WR), 0);
	if (state == TCPS_FIN_WAIT_2 || state == TCPS_TIME_WAIT)
		bench_send(b, SEG(.ack = 2, .ts = b->syn.ts));
	if (state == TCPS_CLOSING || state == TCPS_TIME_WAIT)
		bench_send(b, SEG(.flags = F | A, .ack = state == TCPS_CLOSING ? 1 : 2, .ts = b->syn.ts));
}

static void bench_go(struct bench *b, enum tcp_state state)
{
	bench_open(b);
	if (state == TCPS_SYN_SENT)
		bench_connect(b);
	else if (state != TCPS_CLOSED)
		bench_passive_to(b, state);
	if (state != TCPS_LISTEN)
		bench_want_state(b, state);
	bench_skip(b);
}

static MAYBE_UNUSED void bench_in(struct bench *b, enum tcp_state state)
{
	bench_prepare(b);
	bench_go(b, state);
}

/* Every segment was looked at, and no block is left. */
static void bench_stop(struct bench *b)
{
	bench_want_none(b);
	stack_free(b->st);
	assert_int_equal(b->live, 0);
}

#endif
