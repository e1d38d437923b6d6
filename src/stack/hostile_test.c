/* SPDX-License-Identifier: MIT
 *
 * hostile_test.c - packets that nobody sends by accident, in every state of TCP: nothing breaks, all ends
 *
 * A damaged packet must leave no trace at all: every bit of a segment that would change the connection is turned over,
 * one at a time. Then valid segments, ICMP errors, fragments and noise are changed in some octets, mostly with the
 * checksums made right again, so that the change gets past them. HOSTILE_PACKETS (3000) says how many a state.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "stack/tcp_bench.h"
#include "wire/checksum.h"
#include "wire/codec.h"

enum { ROOM = 2048, V6_PORT = 9090 };

static const enum tcp_state states[] = {
	TCPS_CLOSED, TCPS_LISTEN, TCPS_SYN_SENT, TCPS_SYN_RECEIVED, TCPS_ESTABLISHED, TCPS_FIN_WAIT_1, TCPS_FIN_WAIT_2,
	TCPS_CLOSE_WAIT, TCPS_CLOSING, TCPS_LAST_ACK, TCPS_TIME_WAIT,
};

struct bytes {
	size_t length;
	uint8_t data[ROOM];
};

static size_t packets_sent;                                  /* since it was last set to 0 */

/* Whatever is provoked, what leaves is a whole packet with right checksums. Pieces are looked at as IP only. */
static void strict_output(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	struct packet p;
	const char *why;

	(void)context, (void)now;
	packets_sent++;
	enum packet_parse_result result = packet_parse(bytes, length, &p, &why);
	bool piece = length > 8 && (bytes[0] >> 4 == 4 ? get16(bytes + 6) & 0x3fff : bytes[6] == PROTOCOL_FRAGMENT);
	if (piece)
		return;
	assert_int_equal(result, PACKET_OK);
	assert_true(packet_l4_checksum_ok(bytes, &p));
}

static const struct tcp *connection(const struct bench *b)
{
	for (const struct socket *s = b->st->sockets; s; s = s->next)
		if (s->tcp && s->tcp->state != TCPS_LISTEN)
			return s->tcp;
	return NULL;
}

static void go(struct bench *b, enum tcp_state state)
{
	bench_prepare(b);
	b->syn = SEG(.flags = S, .sack_ok = 1, .shift = 2, .ts = 1000);
	b->config.tcp_retries2 = b->config.tcp_orphan_retries = 3;
	b->config.tcp_fin_wait_2_s = 60;
	bench_go(b, state);
	b->st->hooks.output = strict_output;
}

static uint32_t near(struct random *r, uint32_t at, uint32_t width)
{
	switch (random_below(r, 4)) {
	case 0: return at + (uint32_t)random_below(r, width + 1);
	case 1: return (uint32_t)random_u64(r);
	default: return at;
	}
}

/* ---- packets ---- */

static void build(const struct packet *p, struct bytes *out)
{
	struct packet whole = *p;

	assert_true(packet_fill_lengths(&whole));
	out->length = packet_build_with_checksums(&whole, out->data, ROOM);
	assert_true(out->length > 0);
}

static struct packet between_hosts(enum header_type type)
{
	struct packet p = { .header_count = 2 };

	p.headers[0].type = HEADER_IPV4;
	p.headers[0].ipv4.ttl = 64;
	p.headers[0].ipv4.source = (struct ip_address){ 4, { 10, 0, 0, 2 } };
	p.headers[0].ipv4.destination = (struct ip_address){ 4, { 10, 0, 0, 1 } };
	p.headers[1].type = type;
	return p;
}

static void to_ipv6(struct packet *p)
{
	p->headers[0] = (struct header){ .type = HEADER_IPV6 };
	p->headers[0].ipv6.hop_limit = 64;
	p->headers[0].ipv6.source = (struct ip_address){ 6, { 0x20, 1, 0xd, 0xb8, [15] = 2 } };
	p->headers[0].ipv6.destination = (struct ip_address){ 6, { 0x20, 1, 0xd, 0xb8, [15] = 1 } };
}

static void make_segment(const struct bench *b, struct random *r, struct bytes *out)
{
	static const uint16_t flags[] = { A, A, A, P | A, F | A, S, S | A, R, R | A, U | A, 0, F, S | F | R };
	const struct tcp *t = connection(b);
	struct packet p = between_hosts(HEADER_TCP);
	struct tcp_header *h = &p.headers[1].tcp;
	static uint8_t text[1500];
	size_t used = 0;

	h->source_port = THERE;
	h->destination_port = HERE;
	h->seq = near(r, t ? t->rcv.nxt.value : PEER, t ? tcp_window(t) : 1000);
	h->ack = near(r, t ? t->snd.una.value : 0, t ? tcp_flight(t) : 10);
	h->flags = flags[random_below(r, ARRAY_LEN(flags))];
	h->window = (uint16_t)random_below(r, 65536);
	h->urgent = (uint16_t)random_below(r, 2000);
	if (random_below(r, 2))
		tcp_option_add_ts(h->options, &used, 1000 + (uint32_t)random_below(r, 100),
		                  (uint32_t)random_below(r, 100));
	if (random_below(r, 3) == 0)
		tcp_option_add_wscale(h->options, &used, (uint8_t)random_below(r, 20));
	if (random_below(r, 3) == 0)
		tcp_option_add_mss(h->options, &used, (uint16_t)random_below(r, 2000));
	while (used % 4)
		tcp_option_add_nop(h->options, &used);
	h->option_length = (uint8_t)used;
	p.payload = text;
	p.payload_length = random_below(r, 2) ? (size_t)random_below(r, sizeof(text)) : 0;
	if (random_below(r, 5) == 0) {
		to_ipv6(&p);
		h->destination_port = V6_PORT;
		h->seq = PEER;
		h->flags = random_below(r, 2) ? S : h->flags;
	}
	build(&p, out);
}

/* An error about a segment that we may have sent: the quote hits the connection more often than not. */
static void make_error(const struct bench *b, struct random *r, struct bytes *out)
{
	static const uint8_t types[] = { 3, 3, 3, 4, 5, 11, 12 };
	const struct tcp *t = connection(b);
	struct packet quoted = between_hosts(HEADER_TCP), p = between_hosts(HEADER_ICMPV4);
	struct ip_address peer = quoted.headers[0].ipv4.source;
	struct bytes quote;

	quoted.headers[0].ipv4.source = quoted.headers[0].ipv4.destination;
	quoted.headers[0].ipv4.destination = peer;
	quoted.headers[1].tcp.source_port = HERE;
	quoted.headers[1].tcp.destination_port = THERE;
	quoted.headers[1].tcp.seq = near(r, t ? t->snd.una.value : 0, t ? tcp_flight(t) : 10);
	build(&quoted, &quote);
	p.headers[1].icmp.type = types[random_below(r, ARRAY_LEN(types))];
	p.headers[1].icmp.code = (uint8_t)random_below(r, 16);
	p.headers[1].icmp.rest = (uint32_t)random_below(r, 2000);
	p.payload = quote.data;
	p.payload_length = random_below(r, 3) ? 28 : (size_t)random_below(r, quote.length + 1);
	build(&p, out);
}

static void make_piece(const struct bench *b, struct random *r, struct bytes *out)
{
	make_segment(b, r, out);
	if (out->data[0] >> 4 != 4)
		return;
	put16(out->data + 4, (uint16_t)random_below(r, 4));
	put16(out->data + 6,
	      (uint16_t)(random_below(r, 2) << 13 | random_below(r, 4) * (random_below(r, 20) ? 8 : 2047)));
}

static void make_noise(const struct bench *b, struct random *r, struct bytes *out)
{
	(void)b;
	out->length = (size_t)random_below(r, 200);
	for (size_t i = 0; i < out->length; i++)
		out->data[i] = (uint8_t)random_u64(r);
	if (out->length && random_below(r, 2))
		out->data[0] = random_below(r, 2) ? 0x45 : 0x60;
}

static void repair_ipv4(struct bytes *p)
{
	size_t header = (p->data[0] & 15u) * 4;

	if (header < IPV4_HEADER_BYTES || header + 20 > p->length)
		return;
	put16(p->data + 10, 0);
	put16(p->data + 10, checksum_finish(checksum_add(0, p->data, header)));
	struct ip_address source = { 4, { 0 } }, destination = { 4, { 0 } };
	memcpy(source.bytes, p->data + 12, 4);
	memcpy(destination.bytes, p->data + 16, 4);
	uint8_t protocol = p->data[9];
	size_t at = header + (protocol == PROTOCOL_TCP ? 16 : 2), length = p->length - header;
	uint32_t sum = protocol == PROTOCOL_TCP ? checksum_pseudo(&source, &destination, protocol, (uint32_t)length)
	                                        : 0;
	put16(p->data + at, 0);
	put16(p->data + at, checksum_finish(checksum_add(sum, p->data + header, length)));
}

static void change(struct bytes *p, struct random *r)
{
	/* The first octets of a header matter more than the text behind it. */
	for (uint64_t n = random_below(r, 5); p->length && n > 0; n--)
		p->data[random_below(r, p->length < 80 || n == 1 ? p->length : 80)] = (uint8_t)random_u64(r);
	if (random_below(r, 10) == 0)
		p->length = (size_t)random_below(r, p->length + 1);
	if (p->length && p->data[0] >> 4 == 4 && random_below(r, 8))
		repair_ipv4(p);
}

/* ---- tests ---- */

static void until_all_has_ended(struct bench *b)
{
	for (int fd = STACK_FIRST_FD; fd < 12; fd++)
		stack_close(b->st, fd);
	for (int i = 0; i < 500 && b->st->timers.count; i++)
		bench_at(b, stack_deadline(b->st).ns / 1000000 + 1);
	assert_int_equal(b->st->counts.sockets, 0);
	assert_int_equal(b->st->timers.count, 0);
	bench_stop(b);
}

/* A segment that ends or moves a connection in most states; damaged in one bit it is as good as lost. */
static void one_wrong_bit_is_a_lost_packet(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		struct bench b;
		struct bytes good;
		struct packet p = between_hosts(HEADER_TCP);

		go(&b, states[i]);
		const struct tcp *t = connection(&b);
		p.headers[1].tcp = (struct tcp_header){
			.source_port = THERE, .destination_port = HERE, .seq = t ? t->rcv.nxt.value : PEER,
			.ack = t ? t->snd.nxt.value : 0, .flags = states[i] == TCPS_SYN_SENT ? S | A : F | A,
			.window = 1,
		};
		build(&p, &good);
		const void *now = t;
		uint8_t before[sizeof(*t)] = { 0 };
		if (t)
			memcpy(before, now, sizeof(before));         /* bytes, so that padding is compared as well */
		packets_sent = 0;
		for (size_t bit = 0; bit < good.length * 8; bit++) {
			uint8_t *byte = &good.data[bit / 8], mask = (uint8_t)(1 << bit % 8);
			*byte ^= mask;
			stack_input(b.st, good.data, good.length, b.st->now);
			*byte ^= mask;
			assert_ptr_equal(connection(&b), t);
			if (t && memcmp(now, before, sizeof(before)) != 0)
				fail_msg("%s: bit %zu turned over changes the connection", tcp_state_name[states[i]],
				         bit);
		}
		assert_int_equal(packets_sent, 0);
		stack_input(b.st, good.data, good.length, b.st->now);
		assert_true(packets_sent > 0 || (t && memcmp(now, before, sizeof(before)) != 0));
		until_all_has_ended(&b);
	}
}

static void listen_on_ipv6(struct bench *b)
{
	struct ip_address ip = { 6, { 0x20, 1, 0xd, 0xb8, [15] = 1 } };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(V6_PORT) };
	int fd = stack_socket(b->st, AF_INET6, SOCK_STREAM, 0);

	assert_int_equal(stack_add_address(b->st, &ip, 64), 0);
	assert_int_equal(stack_bind(b->st, fd, (struct sockaddr *)&in6, sizeof(in6)), 0);
	assert_int_equal(stack_listen(b->st, fd, 2), 0);
}

static void changed_packets_do_no_harm(void **state)
{
	static void (*const makers[])(const struct bench *, struct random *, struct bytes *) = {
		make_segment, make_segment, make_error, make_piece, make_noise,
	};
	const char *text = getenv("HOSTILE_PACKETS");
	long packets = text ? strtol(text, NULL, 10) : 3000;
	static struct bytes p;
	struct random r;

	(void)state;
	random_seed(&r, 9293);
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		/* A state seldom outlives many of them: begin anew. */
		for (long done = 0; done < packets; ) {
			struct bench b;
			go(&b, states[i]);
			listen_on_ipv6(&b);
			for (int n = 0; n < 25; n++, done++) {
				makers[random_below(&r, ARRAY_LEN(makers))](&b, &r, &p);
				if (random_below(&r, 4))
					change(&p, &r);
				stack_input(b.st, p.data, p.length, b.st->now);
				if (random_below(&r, 10) == 0)
					bench_read(&b, 1000);
			}
			until_all_has_ended(&b);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_wrong_bit_is_a_lost_packet), cmocka_unit_test(changed_packets_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
