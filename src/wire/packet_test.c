/* SPDX-License-Identifier: MIT
 *
 * packet_test.c - whole packets there and back, cut short, and out of noise
 *
 * Bytes to be parsed stand in blocks of their exact size, so that a checked build sees every read past them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "wire/checksum.h"
#include "wire/packet.h"
#include "wire/tcp_option.h"

enum { ROUND_TRIPS = 20000, CUT_PACKETS = 60, NOISE = 50000, MAX_PAYLOAD = 64 };

/* xorshift64: the same packets on every machine */
static uint32_t rnd(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 24) % below;
}

static void random_bytes(uint64_t *seed, uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)rnd(seed, 256);
}

static enum header_type random_ip(uint64_t *seed, struct header *h)
{
	if (rnd(seed, 2)) {
		*h = (struct header){ .type = HEADER_IPV4,
			              .ipv4 = { .tos = (uint8_t)rnd(seed, 256), .ttl = (uint8_t)rnd(seed, 256),
			                        .identification = (uint16_t)rnd(seed, 65536),
			                        .flags = IPV4_DONT_FRAGMENT,
			                        .source.version = 4, .destination.version = 4,
			                        .option_length = (uint8_t)(4 * rnd(seed, 11)) } };
		random_bytes(seed, h->ipv4.source.bytes, 4);
		random_bytes(seed, h->ipv4.destination.bytes, 4);
		random_bytes(seed, h->ipv4.options, h->ipv4.option_length);
		return h->type;
	}
	*h = (struct header){ .type = HEADER_IPV6,
		              .ipv6 = { .traffic_class = (uint8_t)rnd(seed, 256), .flow_label = rnd(seed, 1 << 20),
		                        .hop_limit = (uint8_t)rnd(seed, 256), .source.version = 6,
		                        .destination.version = 6 } };
	random_bytes(seed, h->ipv6.source.bytes, 16);
	random_bytes(seed, h->ipv6.destination.bytes, 16);
	if (rnd(seed, 4) == 0) {
		h->ipv6.next_header = PROTOCOL_DSTOPTS;
		h->ipv6.extension_length = 8;
	}
	return h->type;
}

static void random_tunnel(uint64_t *seed, struct packet *p)
{
	struct header *h = &p->headers[p->header_count++];

	if (rnd(seed, 2)) {
		*h = (struct header){ .type = HEADER_GRE,
			              .gre = { .flags = (uint16_t)(rnd(seed, 16) << 12 & ~GRE_ROUTING) } };
		if (h->gre.flags & GRE_KEY)
			h->gre.key = rnd(seed, UINT32_MAX);
		return;
	}
	*h = (struct header){ .type = HEADER_MPLS, .mpls.depth = (uint8_t)(1 + rnd(seed, MPLS_STACK_ENTRIES)) };
	for (size_t i = 0; i < h->mpls.depth; i++)
		h->mpls.stack[i] = (struct mpls_entry){ .label = rnd(seed, 1 << 20),
			                                .traffic_class = (uint8_t)rnd(seed, 8),
			                                .bottom = i + 1u == h->mpls.depth,
			                                .ttl = (uint8_t)rnd(seed, 256) };
}

static void random_transport(uint64_t *seed, struct packet *p, enum header_type ip)
{
	struct header *h = &p->headers[p->header_count++];

	switch (rnd(seed, 3)) {
	case 0:
		*h = (struct header){ .type = HEADER_UDP,
			              .udp = { .source_port = (uint16_t)rnd(seed, 65536), .destination_port = 53 } };
		break;
	case 1:
		*h = (struct header){ .type = ip == HEADER_IPV4 ? HEADER_ICMPV4 : HEADER_ICMPV6,
			              .icmp = { .type = (uint8_t)rnd(seed, 256), .rest = rnd(seed, UINT32_MAX) } };
		break;
	default:
		*h = (struct header){ .type = HEADER_TCP,
			              .tcp = { .source_port = (uint16_t)rnd(seed, 65536), .destination_port = 80,
			                       .seq = rnd(seed, UINT32_MAX), .ack = rnd(seed, UINT32_MAX),
			                       .flags = (uint16_t)rnd(seed, 4096), .window = (uint16_t)rnd(seed, 65536),
			                       .option_length = (uint8_t)(4 * rnd(seed, 11)) } };
		random_bytes(seed, h->tcp.options, h->tcp.option_length);
	}
}

static size_t random_packet(uint64_t *seed, uint8_t *payload, struct packet *p, uint8_t *bytes, size_t room)
{
	enum header_type ip = random_ip(seed, &p->headers[0]);

	p->header_count = 1;
	p->payload = payload;
	p->payload_length = rnd(seed, MAX_PAYLOAD);
	random_bytes(seed, payload, p->payload_length);
	if (rnd(seed, 2)) {
		if (rnd(seed, 2))
			random_tunnel(seed, p);
		ip = random_ip(seed, &p->headers[p->header_count++]);
	}
	random_transport(seed, p, ip);
	assert_true(packet_fill_lengths(p));
	return packet_build_with_checksums(p, bytes, room);
}

static uint8_t *exact_copy(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	return length ? copy : copy + 1;
}

static void exact_free(uint8_t *copy, size_t length)
{
	free(length ? copy : copy - 1);
}

static void random_packets_come_back(void **state)
{
	uint8_t payload[MAX_PAYLOAD], bytes[1024], again[1024];
	struct packet p, back;
	uint64_t seed = 20240229;
	const char *why;

	(void)state;
	for (int i = 0; i < ROUND_TRIPS; i++) {
		size_t length = random_packet(&seed, payload, &p, bytes, sizeof(bytes));
		assert_true(length > 0);
		uint8_t *copy = exact_copy(bytes, length);
		assert_int_equal(packet_parse(copy, length, &back, &why), PACKET_OK);
		assert_int_equal(back.header_count, p.header_count);
		for (size_t n = 0; n < p.header_count; n++)
			assert_int_equal(back.headers[n].type, p.headers[n].type);
		assert_int_equal(back.payload_length, p.payload_length);
		assert_true(packet_l4_checksum_ok(copy, &back));
		assert_int_equal(packet_build(&back, again, sizeof(again)), length);
		assert_memory_equal(again, bytes, length);
		assert_true(packet_fill_lengths(&back));             /* everything else follows from the rest */
		assert_int_equal(packet_build_with_checksums(&back, again, sizeof(again)), length);
		assert_memory_equal(again, bytes, length);
		exact_free(copy, length);
	}
}

static size_t plain_packet(enum header_type transport, uint8_t *bytes, size_t room)
{
	struct packet p = { .header_count = 2, .payload_length = 10 };

	p.headers[0] = (struct header){ .type = HEADER_IPV4, .ipv4 = { .ttl = 64 } };
	p.headers[1] = (struct header){ .type = transport };
	assert_true(packet_fill_lengths(&p));
	return packet_build_with_checksums(&p, bytes, room);
}

/* A segment within a datagram: both checksums are right, and each way of reading finds what it looks for. */
static void a_segment_is_found_in_a_datagram(void **state)
{
	struct packet p = { .header_count = 3, .payload_length = 5, .headers = {
		{ .type = HEADER_IPV4, .ipv4 = { .ttl = 9, .source.version = 4, .destination.version = 4 } },
		{ .type = HEADER_UDP, .udp = { .source_port = 9000, .destination_port = 9899 } },
		{ .type = HEADER_TCP, .tcp = { .source_port = 1, .destination_port = 2, .flags = TCP_SYN } },
	} }, read;
	uint8_t bytes[80];
	const char *why;

	(void)state;
	assert_true(packet_fill_lengths(&p));
	size_t length = packet_build_with_checksums(&p, bytes, sizeof(bytes));
	assert_int_equal(packet_parse(bytes, length, &read, &why), PACKET_OK);
	assert_int_equal(packet_transport(&read)->type, HEADER_UDP);
	assert_int_equal(read.payload_length, TCP_HEADER_BYTES + 5);
	assert_true(packet_l4_checksum_ok(bytes, &read));
	assert_int_equal(packet_parse_tcp_in_udp(bytes, length, &read, &why), PACKET_OK);
	assert_int_equal(packet_transport(&read)->type, HEADER_TCP);
	assert_int_equal(read.headers[1].udp.source_port, 9000);
	assert_int_equal(read.payload_length, 5);
	assert_true(packet_l4_checksum_ok(bytes, &read));
	/* Data that are no segment remain data. */
	bytes[IPV4_HEADER_BYTES + UDP_HEADER_BYTES + 12] = 0;
	assert_int_equal(packet_parse_tcp_in_udp(bytes, length, &read, &why), PACKET_OK);
	assert_int_equal(packet_transport(&read)->type, HEADER_UDP);
	assert_int_equal(read.payload_length, TCP_HEADER_BYTES + 5);
}

/* A header that grows moves the payload, although both are in the same memory. */
static void a_packet_is_written_over_itself(void **state)
{
	uint8_t bytes[128];
	size_t length = plain_packet(HEADER_TCP, bytes, sizeof(bytes));
	struct packet p;
	const char *why;

	(void)state;
	for (size_t i = 0; i < 10; i++)
		bytes[length - 10 + i] = (uint8_t)('0' + i);
	assert_int_equal(packet_parse(bytes, length, &p, &why), PACKET_OK);
	p.headers[1].tcp.option_length = 4;
	assert_true(packet_fill_lengths(&p));
	length = packet_build_with_checksums(&p, bytes, sizeof(bytes));
	assert_int_equal(packet_parse(bytes, length, &p, &why), PACKET_OK);
	assert_int_equal(p.payload_length, 10);
	assert_memory_equal(p.payload, "0123456789", 10);
	assert_true(packet_l4_checksum_ok(bytes, &p));
}

static void no_cut_packet_passes(void **state)
{
	uint8_t payload[MAX_PAYLOAD], bytes[1024];
	struct packet p, back;
	uint64_t seed = 7;
	const char *why;

	(void)state;
	for (int i = 0; i < CUT_PACKETS; i++) {
		size_t length = random_packet(&seed, payload, &p, bytes, sizeof(bytes));
		for (size_t cut = 0; cut < length; cut++) {
			uint8_t *copy = exact_copy(bytes, cut);
			assert_int_equal(packet_parse(copy, cut, &back, &why), PACKET_MALFORMED);
			assert_non_null(why);
			exact_free(copy, cut);
		}
		for (size_t room = 0; room < length; room++)
			assert_int_equal(packet_build(&p, bytes, room), 0);
	}
}

/* Packets with up to seven damaged bytes, half of the time only behind an outer IPv4 header, whose checksum would
 * otherwise hide the damage. */
static void noise_is_survived(void **state)
{
	uint8_t payload[MAX_PAYLOAD], bytes[1024];
	struct packet p, back;
	struct buf text = BUF_INIT;
	uint64_t seed = 99;
	const char *why;

	(void)state;
	for (int i = 0; i < NOISE; i++) {
		size_t length = random_packet(&seed, payload, &p, bytes, sizeof(bytes));
		size_t from = i % 2 && p.headers[0].type == HEADER_IPV4 ? 20u + p.headers[0].ipv4.option_length : 0;
		for (uint32_t n = rnd(&seed, 8); n > 0; n--)
			bytes[from + rnd(&seed, (uint32_t)(length - from))] = (uint8_t)rnd(&seed, 256);
		uint8_t *copy = exact_copy(bytes, length);
		enum packet_parse_result result = packet_parse(copy, length, &back, &why);
		assert_true((result == PACKET_MALFORMED) == (why != NULL));
		assert_in_range(back.header_count, 0, PACKET_HEADERS);
		assert_true(back.payload + back.payload_length <= copy + length);
		if (result == PACKET_OK)
			packet_l4_checksum_ok(copy, &back);
		buf_clear(&text);
		packet_dump(&text, &back, NULL);
		exact_free(copy, length);
	}
	buf_free(&text);
}

/* ---- refusals by name ---- */

struct damage {
	size_t at;
	uint8_t value;
	bool fix_checksum;
	enum packet_parse_result result;
	const char *why;
};

static void try_damage(enum header_type transport, const struct damage *d)
{
	uint8_t bytes[128];
	size_t length = plain_packet(transport, bytes, sizeof(bytes));
	struct packet p;
	const char *why;

	bytes[d->at] = d->value;
	if (d->fix_checksum) {
		bytes[10] = bytes[11] = 0;
		uint16_t sum = checksum_finish(checksum_add(0, bytes, 20));
		bytes[10] = (uint8_t)(sum >> 8);
		bytes[11] = (uint8_t)sum;
	}
	assert_int_equal(packet_parse(bytes, length, &p, &why), d->result);
	assert_string_equal(why ? why : "", d->why);
}

static void each_refusal_has_its_message(void **state)
{
	static const struct damage tcp[] = {
		{ 0, 0x55, false, PACKET_MALFORMED, "Bad IP version" },
		{ 0, 0x44, true, PACKET_MALFORMED, "IP header too short" },
		{ 8, 63, false, PACKET_MALFORMED, "Bad IP checksum" },
		{ 2, 1, true, PACKET_MALFORMED, "IP total length too big" },
		{ 3, 19, true, PACKET_MALFORMED, "IP total length too small" },
		{ 6, 0x20, true, PACKET_MALFORMED, "More fragments remaining" },
		{ 7, 1, true, PACKET_MALFORMED, "Non-zero fragment offset" },
		{ 32, 0xf0, false, PACKET_MALFORMED, "TCP data offset too big" },
		{ 32, 0x40, false, PACKET_MALFORMED, "TCP data offset too small" },
		{ 9, 99, true, PACKET_UNKNOWN, "" },
		{ 9, PROTOCOL_ICMPV6, true, PACKET_UNKNOWN, "" },
		{ 8, 63, true, PACKET_OK, "" },
	};
	static const struct damage udp[] = {
		{ 25, 7, false, PACKET_MALFORMED, "UDP datagram length too small" },
		{ 25, 19, false, PACKET_MALFORMED, "UDP datagram length too big" },
		{ 25, 12, false, PACKET_OK, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tcp); i++)
		try_damage(HEADER_TCP, &tcp[i]);
	for (size_t i = 0; i < ARRAY_LEN(udp); i++)
		try_damage(HEADER_UDP, &udp[i]);
}

static void bytes_past_the_total_length_are_ignored(void **state)
{
	uint8_t bytes[128];
	size_t length = plain_packet(HEADER_TCP, bytes, sizeof(bytes));
	struct packet p;
	const char *why;

	(void)state;
	memset(bytes + length, 0xee, 6);
	assert_int_equal(packet_parse(bytes, length + 6, &p, &why), PACKET_OK);
	assert_int_equal(p.payload_length, 10);
	assert_true(packet_l4_checksum_ok(bytes, &p));
	bytes[length - 1] ^= 1;
	assert_false(packet_l4_checksum_ok(bytes, &p));
}

static void too_many_headers_are_refused(void **state)
{
	uint8_t bytes[7 * 20 + 8] = { 0 };
	struct packet p = { .header_count = PACKET_HEADERS, .payload_length = 28 };
	const char *why;

	(void)state;
	for (size_t i = 0; i < PACKET_HEADERS; i++)
		p.headers[i] = (struct header){ .type = HEADER_IPV4, .ipv4.protocol = PROTOCOL_IPIP };
	assert_true(packet_fill_lengths(&p));
	size_t length = packet_build_with_checksums(&p, bytes, sizeof(bytes));
	assert_int_equal(length, sizeof(bytes));
	assert_int_equal(packet_parse(bytes, length, &p, &why), PACKET_MALFORMED);
	assert_string_equal(why, "too many headers");
}

static void lengths_that_do_not_fit_are_told(void **state)
{
	struct packet p = { .header_count = 2, .payload_length = 65535 - 40 };

	(void)state;
	p.headers[0] = (struct header){ .type = HEADER_IPV4 };
	p.headers[1] = (struct header){ .type = HEADER_TCP };
	assert_true(packet_fill_lengths(&p));
	p.payload_length++;
	assert_false(packet_fill_lengths(&p));
	p.payload_length = 0;
	p.headers[1].tcp.option_length = 3;
	assert_false(packet_fill_lengths(&p));
}

static void gre_with_routing_is_unknown(void **state)
{
	static const uint8_t bytes[] = { 0x60, 0, 0, 0, 0, 4, PROTOCOL_GRE, 64, [40] = 0x40, 0, 8, 0 };
	struct packet p;
	const char *why;

	(void)state;
	assert_int_equal(packet_parse(bytes, sizeof(bytes), &p, &why), PACKET_UNKNOWN);
	assert_int_equal(p.header_count, 1);
	assert_int_equal(p.payload_length, 4);
}

static void tuples_are_read_set_and_turned(void **state)
{
	struct packet p = { .header_count = 2 };
	struct tuple t = { .source_port = 1, .destination_port = 2 }, back;

	(void)state;
	assert_true(ip_address_parse("10.0.0.1", &t.source) && ip_address_parse("10.0.0.2", &t.destination));
	p.headers[0] = (struct header){ .type = HEADER_IPV4 };
	p.headers[1] = (struct header){ .type = HEADER_UDP };
	packet_set_tuple(&p, &t);
	packet_tuple(&p, &back);
	assert_true(tuple_equal(&t, &back));
	back = tuple_reversed(&t);
	assert_false(tuple_equal(&t, &back));
	assert_int_equal(back.source_port, 2);
	assert_true(ip_address_equal(&back.source, &t.destination));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_packets_come_back), cmocka_unit_test(a_segment_is_found_in_a_datagram),
		cmocka_unit_test(a_packet_is_written_over_itself),
		cmocka_unit_test(no_cut_packet_passes),
		cmocka_unit_test(noise_is_survived),
		cmocka_unit_test(each_refusal_has_its_message),
		cmocka_unit_test(bytes_past_the_total_length_are_ignored),
		cmocka_unit_test(too_many_headers_are_refused),
		cmocka_unit_test(lengths_that_do_not_fit_are_told),
		cmocka_unit_test(gre_with_routing_is_unknown),
		cmocka_unit_test(tuples_are_read_set_and_turned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
