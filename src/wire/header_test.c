/* SPDX-License-Identifier: MIT
 *
 * header_test.c - address texts and each header codec, against bytes written down by hand
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "util/common.h"
#include "wire/header.h"

static void addresses_print_as_in_rfc_5952(void **state)
{
	static const char *const rows[][2] = {
		{ "2001:db8::1", "2001:db8::1" },                        /* 4.2.1 */
		{ "2001:0DB8::0001", "2001:db8::1" },                    /* 4.1, 4.3 */
		{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },             /* 4.2.1 */
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },      /* 4.2.2 */
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },               /* 4.2.3: the longest run */
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },         /* 4.2.3: the first of equals */
		{ "::", "::" },
		{ "1::", "1::" },
		{ "::1:2", "::1:2" },
		{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
		{ "::ffff:102:304", "::ffff:1.2.3.4" },                  /* 5 */
		{ "192.0.2.33", "192.0.2.33" },
	};
	char text[IP_ADDRESS_TEXT];
	struct ip_address a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(ip_address_parse(rows[i][0], &a));
		assert_string_equal(ip_address_print(&a, text), rows[i][1]);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const rows[] = {
		"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4x", ":", "1::2::3", "1:2:3:4:5:6:7", "g::",
	};
	struct ip_address a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_false(ip_address_parse(rows[i], &a));
}

static void addresses_differ_by_version_and_bytes(void **state)
{
	struct ip_address a, b, c;

	(void)state;
	assert_true(ip_address_parse("1.2.3.4", &a));
	assert_true(ip_address_parse("1.2.3.5", &b));
	assert_true(ip_address_parse("102:304::", &c));
	assert_true(ip_address_equal(&a, &a));
	assert_false(ip_address_equal(&a, &b));
	assert_false(ip_address_equal(&a, &c));
}

static const uint8_t ipv4_bytes[] = { 0x46, 0x12, 0x01, 0x02, 0xab, 0xcd, 0x60, 0x07, 64, 17, 0x11, 0x22,
	                              10,   0,    0,    1,    10,   0,    0,    2,    1,  1,  1,    0 };

static void ipv4_both_ways(void **state)
{
	struct ipv4_header h;
	uint8_t out[60];
	const char *why;

	(void)state;
	assert_int_equal(ipv4_parse(ipv4_bytes, sizeof(ipv4_bytes), &h, &why), sizeof(ipv4_bytes));
	assert_int_equal(h.header_length, 6);
	assert_int_equal(h.tos, 0x12);
	assert_int_equal(h.total_length, 0x102);
	assert_int_equal(h.identification, 0xabcd);
	assert_int_equal(h.flags, IPV4_DONT_FRAGMENT | IPV4_MORE_FRAGMENTS);
	assert_int_equal(h.fragment_offset, 7);
	assert_int_equal(h.ttl, 64);
	assert_int_equal(h.protocol, PROTOCOL_UDP);
	assert_int_equal(h.checksum, 0x1122);
	assert_int_equal(h.option_length, 4);
	assert_int_equal(ipv4_build(&h, out, sizeof(out)), sizeof(ipv4_bytes));
	assert_memory_equal(out, ipv4_bytes, sizeof(ipv4_bytes));
	assert_int_equal(ipv4_build(&h, out, sizeof(ipv4_bytes) - 1), 0);
}

static void ipv4_header_length_is_looked_at(void **state)
{
	uint8_t bytes[24];
	struct ipv4_header h;
	const char *why;

	(void)state;
	memcpy(bytes, ipv4_bytes, sizeof(bytes));
	bytes[0] = 0x44;
	assert_int_equal(ipv4_parse(bytes, sizeof(bytes), &h, &why), 0);
	assert_string_equal(why, "IP header too short");
	bytes[0] = 0x47;
	assert_int_equal(ipv4_parse(bytes, sizeof(bytes), &h, &why), 0);
	assert_string_equal(why, "IP header too big");
}

/* Hop-by-hop options (8 bytes), then destination options (16), then a fragment header that @fragment fills. */
static size_t make_ipv6(uint8_t *bytes, uint16_t fragment)
{
	static const uint8_t head[] = { 0x61, 0x23, 0x45, 0x67, 0x00, 0x20, 0, 9 };

	memset(bytes, 0, 72);
	memcpy(bytes, head, sizeof(head));
	bytes[8] = 0xfe;
	bytes[24] = 0xff;
	bytes[40] = PROTOCOL_DSTOPTS;
	bytes[48] = PROTOCOL_FRAGMENT;
	bytes[49] = 1;
	bytes[64] = PROTOCOL_TCP;
	bytes[66] = (uint8_t)(fragment >> 8);
	bytes[67] = (uint8_t)fragment;
	bytes[71] = 42;
	return 72;
}

static void ipv6_extension_headers_are_walked(void **state)
{
	uint8_t bytes[72], out[72];
	size_t length = make_ipv6(bytes, 0);
	struct ipv6_header h;
	const char *why;

	(void)state;
	assert_int_equal(ipv6_parse(bytes, length, &h, &why), length);
	assert_int_equal(h.traffic_class, 0x12);
	assert_int_equal(h.flow_label, 0x34567);
	assert_int_equal(h.payload_length, 32);
	assert_int_equal(h.next_header, PROTOCOL_HOPOPTS);
	assert_int_equal(h.hop_limit, 9);
	assert_int_equal(h.extension_length, 32);
	assert_int_equal(h.protocol, PROTOCOL_TCP);
	assert_false(h.is_fragment);
	assert_int_equal(h.fragment_identification, 42);
	assert_int_equal(*ipv6_protocol_field(&h), PROTOCOL_TCP);
	assert_int_equal(ipv6_build(&h, out, sizeof(out)), length);
	assert_memory_equal(out, bytes, length);
	for (size_t cut = 0; cut < length; cut++)
		assert_int_equal(ipv6_parse(bytes, cut, &h, &why), 0);
}

static void ipv6_fragments_are_told(void **state)
{
	uint8_t bytes[72];
	size_t length = make_ipv6(bytes, 5 << 3 | 1);
	struct ipv6_header h;
	const char *why;

	(void)state;
	bytes[64] = PROTOCOL_DSTOPTS;                            /* in the middle of a packet: not to be followed */
	assert_int_equal(ipv6_parse(bytes, length, &h, &why), length);
	assert_true(h.is_fragment && h.more_fragments);
	assert_int_equal(h.fragment_offset, 5);
	assert_int_equal(h.protocol, PROTOCOL_DSTOPTS);
}

static void ipv6_stops_at_extensions_it_has_no_room_for(void **state)
{
	uint8_t bytes[IPV6_HEADER_BYTES + 256] = { 0x60 };
	struct ipv6_header h;
	const char *why;

	(void)state;
	bytes[6] = PROTOCOL_DSTOPTS;
	bytes[40] = PROTOCOL_TCP;
	bytes[41] = 255 / 8;
	assert_int_equal(ipv6_parse(bytes, sizeof(bytes), &h, &why), IPV6_HEADER_BYTES);
	assert_int_equal(h.protocol, PROTOCOL_DSTOPTS);
	assert_int_equal(h.extension_length, 0);
}

static void tcp_both_ways(void **state)
{
	static const uint8_t bytes[] = { 0x12, 0x34, 0x00, 0x50, 1,    2,    3,    4,    5, 6, 7, 8,
		                         0x6f, 0xd2, 0xff, 0xfe, 0xaa, 0xbb, 0x00, 0x07, 2, 4, 5, 0xb4 };
	struct tcp_header h;
	uint8_t out[60];
	const char *why;

	(void)state;
	assert_int_equal(tcp_parse(bytes, sizeof(bytes), &h, &why), sizeof(bytes));
	assert_int_equal(h.source_port, 0x1234);
	assert_int_equal(h.destination_port, 80);
	assert_int_equal(h.seq, 0x01020304);
	assert_int_equal(h.ack, 0x05060708);
	assert_int_equal(h.data_offset, 6);
	assert_int_equal(h.flags, TCP_RESERVED | TCP_AE | TCP_CWR | TCP_ECE | TCP_ACK | TCP_SYN);
	assert_int_equal(h.window, 0xfffe);
	assert_int_equal(h.checksum, 0xaabb);
	assert_int_equal(h.urgent, 7);
	assert_int_equal(h.option_length, 4);
	assert_int_equal(tcp_build(&h, out, sizeof(out)), sizeof(bytes));
	assert_memory_equal(out, bytes, sizeof(bytes));
	assert_int_equal(tcp_parse(bytes, sizeof(bytes) - 1, &h, &why), 0);
	assert_string_equal(why, "TCP data offset too big");
}

static void udp_and_icmp_both_ways(void **state)
{
	static const uint8_t bytes[] = { 3, 4, 0xab, 0xcd, 0, 12, 0x05, 0xdc };
	struct udp_header udp;
	struct icmp_header icmp;
	uint8_t out[8];
	const char *why;

	(void)state;
	assert_int_equal(udp_parse(bytes, 8, &udp, &why), 8);
	assert_int_equal(udp.source_port, 0x0304);
	assert_int_equal(udp.destination_port, 0xabcd);
	assert_int_equal(udp.length, 12);
	assert_int_equal(udp.checksum, 0x5dc);
	assert_int_equal(udp_build(&udp, out, 8), 8);
	assert_memory_equal(out, bytes, 8);
	assert_int_equal(icmp_parse(bytes, 8, &icmp, &why), 8);
	assert_int_equal(icmp.type, 3);
	assert_int_equal(icmp.code, 4);
	assert_int_equal(icmp.checksum, 0xabcd);
	assert_int_equal(icmp.rest, 0x000c05dc);
	memset(out, 0, sizeof(out));
	assert_int_equal(icmp_build(&icmp, out, 8), 8);
	assert_memory_equal(out, bytes, 8);
	assert_int_equal(udp_parse(bytes, 7, &udp, &why) + icmp_parse(bytes, 7, &icmp, &why), 0);
	assert_int_equal(udp_build(&udp, out, 7) + icmp_build(&icmp, out, 7), 0);
}

/* Without a checksum, a key is at byte 4 (RFC 2890, 2). */
static void gre_fields_stand_where_their_flags_put_them(void **state)
{
	static const uint8_t key[] = { 0x20, 0, 0x86, 0xdd, 0, 0, 1, 2 };
	static const uint8_t all[] = { 0xb0, 0, 0x08, 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9 };
	struct gre_header h;
	uint8_t out[GRE_HEADER_BYTES];
	const char *why;

	(void)state;
	assert_int_equal(gre_parse(key, sizeof(key), &h, &why), sizeof(key));
	assert_int_equal(h.key, 0x102);
	assert_int_equal(gre_build(&h, out, sizeof(out)), sizeof(key));
	assert_memory_equal(out, key, sizeof(key));
	assert_int_equal(gre_parse(all, sizeof(all), &h, &why), sizeof(all));
	assert_int_equal(h.checksum, 0x102);
	assert_int_equal(h.offset, 0x304);
	assert_int_equal(h.key, 0x05060708);
	assert_int_equal(h.sequence, 9);
	assert_int_equal(gre_build(&h, out, sizeof(out)), sizeof(all));
	assert_memory_equal(out, all, sizeof(all));
	for (size_t cut = 0; cut < sizeof(all); cut++)
		assert_int_equal(gre_parse(all, cut, &h, &why), 0);
}

static void mpls_stack_ends_at_the_bottom_bit(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0x0a, 64, 0xff, 0xff, 0xff, 255, 0xee };
	struct mpls_header h;
	uint8_t out[8], no_bottom[4 * (MPLS_STACK_ENTRIES + 1)] = { 0 };
	const char *why;

	(void)state;
	assert_int_equal(mpls_parse(bytes, sizeof(bytes), &h, &why), 8);
	assert_int_equal(h.depth, 2);
	assert_int_equal(h.stack[0].label, 16);
	assert_int_equal(h.stack[0].traffic_class, 5);
	assert_false(h.stack[0].bottom);
	assert_int_equal(h.stack[1].label, 0xfffff);
	assert_true(h.stack[1].bottom);
	assert_int_equal(mpls_build(&h, out, sizeof(out)), 8);
	assert_memory_equal(out, bytes, 8);
	assert_int_equal(mpls_parse(bytes, 7, &h, &why), 0);
	assert_int_equal(mpls_parse(no_bottom, sizeof(no_bottom), &h, &why), 0);
	assert_string_equal(why, "too many MPLS labels");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_print_as_in_rfc_5952),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(addresses_differ_by_version_and_bytes),
		cmocka_unit_test(ipv4_both_ways),
		cmocka_unit_test(ipv4_header_length_is_looked_at),
		cmocka_unit_test(ipv6_extension_headers_are_walked),
		cmocka_unit_test(ipv6_fragments_are_told),
		cmocka_unit_test(ipv6_stops_at_extensions_it_has_no_room_for),
		cmocka_unit_test(tcp_both_ways),
		cmocka_unit_test(udp_and_icmp_both_ways),
		cmocka_unit_test(gre_fields_stand_where_their_flags_put_them),
		cmocka_unit_test(mpls_stack_ends_at_the_bottom_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
