/* SPDX-License-Identifier: MIT
 *
 * packet_dump_test.c - dumps byte for byte, blanks at the end included
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "wire/packet.h"

static struct header ip_header(const char *from, const char *to)
{
	struct header h = { .type = strchr(from, ':') ? HEADER_IPV6 : HEADER_IPV4 };
	struct ip_address *source = h.type == HEADER_IPV4 ? &h.ipv4.source : &h.ipv6.source;
	struct ip_address *destination = h.type == HEADER_IPV4 ? &h.ipv4.destination : &h.ipv6.destination;

	assert_true(ip_address_parse(from, source) && ip_address_parse(to, destination));
	return h;
}

static struct packet tcp_packet(void)
{
	struct packet p = { .header_count = 2 };

	p.headers[0] = ip_header("10.0.0.1", "10.0.0.2");
	p.headers[1] = (struct header){ .type = HEADER_TCP };
	return p;
}

static void want(const struct packet *p, struct dump_notes *notes, const char *text)
{
	struct buf out = BUF_INIT;

	packet_dump(&out, p, notes);
	assert_string_equal(out.data, text);
	buf_free(&out);
}

static void tcp_lines(void **state)
{
	struct packet p = tcp_packet();
	struct tcp_header *tcp = &p.headers[1].tcp;
	struct dump_notes script = { .hide_window = true, .ace = 5, .any_options = true };

	(void)state;
	want(&p, NULL, " 0:0(0) win 0 ");
	tcp->flags = TCP_FIN | TCP_PSH | TCP_ACK;
	tcp->seq = 4294967295;
	tcp->ack = 7;
	tcp->window = 257;
	p.payload_length = 11;
	want(&p, NULL, "FP. 4294967295:10(11) ack 7 win 257 ");
	tcp->flags = 0xfff;
	want(&p, NULL, "FSRP.UEWA 4294967295:10(11) ack 7 win 257 ");
	tcp->flags = TCP_ACK | TCP_AE | TCP_ECE;
	want(&p, &script, ".5 4294967295:10(11) ack 7 <...>");
	tcp->flags = TCP_RST;
	tcp->option_length = 4;
	memcpy(tcp->options, (uint8_t[]){ 2, 4, 5, 0xb4 }, 4);
	want(&p, NULL, "R 4294967295:10(11) win 257 <mss 1460>");
}

static void what_script_text_cannot_say_is_added(void **state)
{
	struct packet p = tcp_packet();
	struct tcp_header *tcp = &p.headers[1].tcp;

	(void)state;
	tcp->option_length = 4;
	memcpy(tcp->options, (uint8_t[]){ 30, 4, 0xab, 0 }, 4);
	want(&p, NULL, " 0:0(0) win 0 <gen-30 ab00>\nunexpected TCP option kind: 30");
	tcp->options[0] = 254;
	want(&p, NULL, " 0:0(0) win 0 <gen-254 ab00>\nunknown experimental option");
	tcp->options[1] = 5;
	want(&p, NULL, " 0:0(0) win 0 <>\nTCP option data extends too far");
}

static void other_lines(void **state)
{
	struct packet p = { .header_count = 2, .payload_length = 9 }, none = { 0 };

	(void)state;
	p.headers[0] = ip_header("::1", "::2");
	p.headers[1] = (struct header){ .type = HEADER_UDP };
	want(&p, NULL, "udp (9)");
	p.headers[1].type = HEADER_ICMPV4;
	want(&p, NULL, "icmpv4");
	p.headers[1].type = HEADER_ICMPV6;
	want(&p, NULL, "icmpv6");
	p.header_count = 1;
	want(&p, NULL, "[NO TCP, UDP OR ICMP HEADER]");
	want(&none, NULL, "[NO IP HEADER]");
}

/* What the original tool leaves out, and its own words if they are asked for. */
static void notes_show_more_than_the_original_did(void **state)
{
	struct packet p = { .header_count = 2, .payload_length = 28 }, urgent = tcp_packet();
	struct dump_notes notes = { 0 }, old = { .old_words = true };
	static const struct {
		enum header_type header;
		uint8_t type, code;
		const char *text;
	} rows[] = {
		{ HEADER_ICMPV4, 3, 3, "icmp unreachable port_unreachable [raw(36)]" },
		{ HEADER_ICMPV4, 8, 0, "icmp echo_request [raw(36)]" },
		{ HEADER_ICMPV6, 1, 4, "icmp unreachable port_unreachable [raw(36)]" },
		{ HEADER_ICMPV6, 2, 0, "icmp packet_too_big [raw(36)]" },
		{ HEADER_ICMPV4, 99, 7, "icmp type_99 code_7 [raw(36)]" },
	};

	(void)state;
	p.headers[0] = ip_header("::1", "::2");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		p.headers[1] = (struct header){ .type = rows[i].header,
			                        .icmp = { .type = rows[i].type, .code = rows[i].code } };
		want(&p, &notes, rows[i].text);
		want(&p, &old, rows[i].header == HEADER_ICMPV4 ? "icmpv4" : "icmpv6");
	}
	urgent.headers[1].tcp = (struct tcp_header){ .flags = TCP_URG | TCP_ACK, .seq = 1, .ack = 1, .urgent = 9 };
	want(&urgent, &notes, ".U 1:1(0) ack 1 win 0 urg 9 ");
	want(&urgent, &old, ".U 1:1(0) ack 1 win 0 ");
	want(&urgent, NULL, ".U 1:1(0) ack 1 win 0 ");
}

static void outer_headers_come_first(void **state)
{
	struct packet p = { .header_count = 6 };

	(void)state;
	p.headers[0] = ip_header("192.0.2.1", "192.0.2.2");
	p.headers[1] = (struct header){ .type = HEADER_GRE, .gre = { .flags = GRE_CHECKSUM | GRE_KEY | GRE_SEQUENCE,
		                                                     .protocol = GRE_PROTOCOL_MPLS, .checksum = 0xab,
		                                                     .key = 16, .sequence = 17 } };
	p.headers[2] = (struct header){ .type = HEADER_MPLS,
		                        .mpls = { .depth = 2, .stack = { { 16, 1, false, 64 }, { 17, 0, true, 1 } } } };
	p.headers[3] = ip_header("2001:db8::1", "2001:db8::2");
	p.headers[4] = ip_header("10.0.0.1", "10.0.0.2");
	p.headers[5] = (struct header){ .type = HEADER_UDP };
	want(&p, NULL,
	     "ipv4 192.0.2.1 > 192.0.2.2: gre flags 0xb000 proto 0x8847 sum 0xab off 0x0 key 0x10 seq 0x11: "
	     "mpls (label 16, tc 1, ttl 64) (label 17, tc 0, [S], ttl 1): ipv6 2001:db8::1 > 2001:db8::2: udp (0)");
}

static void spans_cover_the_printed_items(void **state)
{
	static const char *const items[][2] = {
		{ "tcp_flags", "S." }, { "tcp_seq", "5" }, { "payload", "(0)" }, { "tcp_ack_seq", "ack 9" },
		{ "tcp_window", "win 100" }, { "tcp_options", "<nop,nop,nop,eol>" },
	};
	struct packet p = tcp_packet();
	struct dump_notes notes = { 0 };
	struct buf out = BUF_INIT;

	(void)state;
	p.headers[1].tcp = (struct tcp_header){ .flags = TCP_SYN | TCP_ACK, .seq = 5, .ack = 9, .window = 100,
		                                .option_length = 4, .options = { 1, 1, 1, 0 } };
	buf_puts(&out, "prefix ");
	packet_dump(&out, &p, &notes);
	assert_int_equal(notes.span_count, ARRAY_LEN(items));
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		const struct field_span *s = &notes.spans[i];
		assert_string_equal(packet_fields[s->field].name, items[i][0]);
		assert_int_equal(s->end - s->start, strlen(items[i][1]));
		assert_memory_equal(out.data + s->start, items[i][1], s->end - s->start);
	}
	buf_free(&out);
}

static void hex_lines(void **state)
{
	struct buf out = BUF_INIT;
	uint8_t bytes[18];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(0xf0 + i);
	hex_dump(&out, bytes, 0);
	assert_string_equal(out.data, "");
	hex_dump(&out, bytes, sizeof(bytes));
	assert_string_equal(out.data, "0x0000: f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff \n0x0010: 00 01 \n");
	buf_free(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_lines),
		cmocka_unit_test(what_script_text_cannot_say_is_added),
		cmocka_unit_test(other_lines),
		cmocka_unit_test(notes_show_more_than_the_original_did),
		cmocka_unit_test(outer_headers_come_first),
		cmocka_unit_test(spans_cover_the_printed_items),
		cmocka_unit_test(hex_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
