/* SPDX-License-Identifier: MIT
 *
 * ip_test.c - IP, fragments and ICMP of the stack
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/congestion.h"
#include "stack/testbench.h"

static uint8_t bytes[PACKET_BYTES];

static void fill(uint8_t *out, size_t length)
{
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)(i * 7 + i / 256);
}

/* ---- ICMP: echo ---- */

static void ping(struct bench *b, struct shape s, size_t length)
{
	static uint8_t data[PACKET_BYTES];
	bool v6 = address(s.source).version == 6;

	fill(data, length);
	s.protocol = v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP;
	size_t size = make_icmp(bytes, &s, (struct icmp_header){ .type = v6 ? 128 : 8, .rest = 0x12345678 }, data,
	                        length);
	bench_send(b, &s, bytes, size);
}

static void echo_returns_all_data(void **state)          /* RFC1122-3.2.2.6-DATA, RFC792-ECHO, RFC792-ECHOID */
{
	(void)state;
	const struct shape shapes[] = { PEER4, PEER6 };

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct bench b;
		struct packet p;
		const char *why;
		size_t length;
		uint8_t want[100];
		bench_start(&b);
		fill(want, sizeof(want));
		ping(&b, shapes[i], sizeof(want));
		const uint8_t *reply = bench_take(&b, &length);
		assert_non_null(reply);
		assert_int_equal(packet_parse(reply, length, &p, &why), PACKET_OK);
		assert_true(packet_l4_checksum_ok(reply, &p));
		assert_int_equal(packet_transport(&p)->icmp.type, i ? 129 : 0);
		assert_int_equal(packet_transport(&p)->icmp.rest, 0x12345678);
		assert_int_equal(p.payload_length, sizeof(want));
		assert_memory_equal(p.payload, want, sizeof(want));
		bench_stop(&b);
	}
}

static void defects_of_echo(void **state)
{
	(void)state;
	struct bench b;
	size_t length;

	bench_start_broken(&b, "icmp-no-echo");
	ping(&b, PEER4, 100);
	assert_null(bench_take(&b, NULL));
	bench_stop(&b);
	bench_start_broken(&b, "icmp-echo-truncates");
	ping(&b, PEER4, 100);
	assert_non_null(bench_take(&b, &length));
	assert_int_equal(length, 20 + 8 + 8);
	bench_stop(&b);
}

/* ---- who is meant ---- */

static void addresses_decide(void **state)
{
	static const struct {
		const char *source, *destination;
		size_t answers;
	} cases[] = {
		{ "192.0.2.9", "192.0.2.1", 1 }, { "192.0.2.9", "192.0.2.2", 0 },      /* RFC1122-3.2.1.3-NOTMINE */
		{ "192.0.2.9", "192.0.2.255", 0 }, { "192.0.2.9", "224.0.0.1", 0 },    /* RFC1122-3.2.2.6-BCAST */
		{ "192.0.2.255", "192.0.2.1", 0 }, { "224.0.0.9", "192.0.2.1", 0 },    /* RFC1122-3.2.1.3-BADSRC */
		{ "127.0.0.1", "192.0.2.1", 0 }, { "192.0.2.9", "127.0.0.1", 0 },
		{ "2001:db8::9", "2001:db8::1", 1 }, { "2001:db8::9", "2001:db8::2", 0 },
		{ "2001:db8::9", "ff02::1", 1 }, { "ff02::9", "2001:db8::1", 0 },      /* RFC4443-4.2-MCAST */
		{ "::", "2001:db8::1", 0 }, { "::1", "2001:db8::1", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		bench_start(&b);
		ping(&b, (struct shape){ .source = cases[i].source, .destination = cases[i].destination }, 8);
		assert_int_equal(b.count, cases[i].answers);
		bench_stop(&b);
	}
}

static void header_faults_are_dropped(void **state)      /* RFC1122-3.2.1.1-VERSION, -3.2.1.2-CKSUM */
{
	static const struct {
		size_t at;
		uint8_t mask;
		size_t answers, broken;
	} cases[] = {
		{ 10, 0xff, 0, 1 }, { 0, 0x10, 0, 0 },
		{ 0, 0x02, 0, 1 },                           /* then the message is a bad option */
		{ 2, 0x80, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases) * 2; i++) {
		struct bench b;
		uint8_t packet[64], message[16];
		struct shape s = PEER4;
		if (i % 2)
			bench_start_broken(&b, "ip-accept-bad-checksum");
		else
			bench_start(&b);
		s.protocol = PROTOCOL_ICMP;
		size_t length = make_icmp(message, &s, (struct icmp_header){ .type = 8 }, NULL, 0);
		length = make_ip(packet, &s, message, length);
		packet[cases[i / 2].at] ^= cases[i / 2].mask;
		bench_input(&b, packet, length);
		assert_int_equal(b.count, i % 2 ? cases[i / 2].broken : cases[i / 2].answers);
		bench_stop(&b);
	}
}

static void ttl_of_one_is_enough(void **state)           /* RFC1122-3.2.1.7-TTLRX */
{
	(void)state;
	struct bench b;
	struct shape s = PEER4;

	s.ttl = 1;
	bench_start(&b);
	ping(&b, s, 8);
	assert_int_equal(b.count, 1);
	bench_stop(&b);
	bench_start_broken(&b, "ip-ttl-one");
	ping(&b, s, 8);
	assert_int_equal(b.count, 0);
	bench_stop(&b);
}

/* ---- options and extension headers ---- */

static void ipv4_options(void **state)
{
	static const struct {
		uint8_t options[8];
		uint8_t length, type;                        /* of the ICMP message that comes back; 255: none */
	} cases[] = {
		{ { 1, 1, 1, 0 }, 4, 0 }, { { 7, 7, 4, 0, 0, 0, 0, 0 }, 8, 0 },        /* record route */
		{ { 0x99, 4, 1, 2 }, 4, 0 },                                           /* unknown: skipped */
		{ { 7, 9, 4, 0, 0, 0, 0, 0 }, 8, 12 }, { { 7, 1, 0, 0 }, 4, 12 },      /* RFC1122-3.2.2.5-GENPARAM */
		{ { 0x83, 7, 8, 192, 0, 2, 9, 0 }, 8, 0 }, { { 0x83, 7, 4, 192, 0, 2, 9, 0 }, 8, 255 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		struct shape s = PEER4;
		bench_start(&b);
		s.options = cases[i].options;
		s.option_length = cases[i].length;
		ping(&b, s, 8);
		const uint8_t *reply = bench_take(&b, NULL);
		assert_int_equal(reply ? reply[(reply[0] & 15) * 4] : 255, cases[i].type);
		if (cases[i].type == 12)
			assert_int_equal(reply[24], 21);     /* the option's length byte */
		bench_stop(&b);
	}
}

/* RFC1122-3.2.2.6-RROUTE, -SROUTE */
static void echo_carries_options(void **state)
{
	static const struct {
		uint8_t option[12], want[12];
		const char *to;
	} cases[] = {
		{ { 7, 11, 4 }, { 7, 11, 8, 192, 0, 2, 1 }, "192.0.2.9" },
		{ { 7, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8 }, { 7, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8 }, "192.0.2.9" },
		{ { 0x44, 12, 5, 1 }, { 0x44, 12, 13, 1, 192, 0, 2, 1, 0x80 }, "192.0.2.9" },
		{ { 0x83, 11, 12, 192, 0, 2, 7, 192, 0, 2, 8 },
		  { 0x83, 11, 4, 192, 0, 2, 7, 192, 0, 2, 9 }, "192.0.2.8" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		struct shape s = PEER4;
		struct ip_address to = address(cases[i].to);
		bench_start(&b);
		s.options = cases[i].option;
		s.option_length = 12;
		ping(&b, s, 8);
		const uint8_t *reply = bench_take(&b, NULL);
		assert_non_null(reply);
		assert_int_equal(reply[0], 0x48);
		assert_memory_equal(reply + 16, to.bytes, 4);
		assert_memory_equal(reply + 20, cases[i].want, 12);
		bench_stop(&b);
	}
}

static void icmp_checksum_is_verified(void **state)      /* RFC792-CKSUM, RFC4443-2.3-CKSUM */
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct bench b;
		struct shape s = i & 1 ? PEER6 : PEER4;
		if (i & 2)
			bench_start_broken(&b, "icmp-bad-checksum-taken");
		else
			bench_start(&b);
		s.protocol = i & 1 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP;
		size_t length = make_icmp(bytes, &s, (struct icmp_header){ .type = i & 1 ? 128 : 8 }, NULL, 0);
		bytes[3] ^= 1;
		bench_send(&b, &s, bytes, length);
		assert_int_equal(b.count, i >> 1);
		bench_stop(&b);
	}
}

static void ipv6_extension_headers(void **state)
{
	static const struct {
		uint8_t first, length, bytes[24];
		uint8_t type, code, pointer;
	} cases[] = {
		{ PROTOCOL_HOPOPTS, 8, { 58, 0, 1, 4, 0, 0, 0, 0 }, 129, 0, 0 },
		{ PROTOCOL_DSTOPTS, 8, { 58, 0, 0x1e, 4, 0, 0, 0, 0 }, 129, 0, 0 },    /* 00: skip */
		{ PROTOCOL_DSTOPTS, 8, { 58, 0, 0x5e, 4, 0, 0, 0, 0 }, 255, 0, 0 },    /* 01: drop */
		{ PROTOCOL_DSTOPTS, 8, { 58, 0, 0x9e, 4, 0, 0, 0, 0 }, 4, 2, 42 },     /* 10: refuse */
		{ PROTOCOL_DSTOPTS, 8, { 58, 0, 1, 9, 0, 0, 0, 0 }, 4, 0, 42 },        /* runs out of its header */
		{ PROTOCOL_ROUTING, 8, { 58, 0, 0, 0, 0, 0, 0, 0 }, 129, 0, 0 },
		{ PROTOCOL_ROUTING, 8, { 58, 0, 0, 1, 0, 0, 0, 0 }, 4, 0, 42 },
		{ PROTOCOL_DSTOPTS, 16, { 0, 0, 1, 4, 0, 0, 0, 0, 58, 0, 1, 4, 0, 0, 0, 0 }, 4, 1, 40 },
		{ PROTOCOL_FRAGMENT, 8, { 58, 0, 0, 0, 1, 2, 3, 4 }, 129, 0, 0 },      /* atomic: RFC 6946 */
		{ PROTOCOL_DSTOPTS, 8, { 99, 0, 1, 4, 0, 0, 0, 0 }, 4, 1, 40 },        /* no such protocol */
		{ PROTOCOL_DSTOPTS, 8, { 59, 0, 1, 4, 0, 0, 0, 0 }, 255, 0, 0 },       /* no next header */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		struct shape s = PEER6;
		bench_start(&b);
		s.next_header = cases[i].first;
		s.extensions = cases[i].bytes;
		s.extension_length = cases[i].length;
		ping(&b, s, 8);
		const uint8_t *reply = bench_take(&b, NULL);
		assert_int_equal(reply ? reply[40] : 255, cases[i].type);
		if (cases[i].type == 4) {
			assert_int_equal(reply[41], cases[i].code);
			assert_int_equal(get32(reply + 44), cases[i].pointer);
		}
		bench_stop(&b);
	}
}

/* ---- fragments ---- */

/* An echo request in pieces; @cuts in bytes of the ICMP message, in the order of sending. */
struct cut {
	uint16_t offset, length;
};

static void send_pieces(struct bench *b, const struct cut *cuts, size_t count, size_t total, bool v6)
{
	static uint8_t message[4096], data[4096];
	struct shape s = v6 ? PEER6 : PEER4;

	fill(data, total - 8);
	s.protocol = v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP;
	make_icmp(message, &s, (struct icmp_header){ .type = v6 ? 128 : 8 }, data, total - 8);
	for (size_t i = 0; i < count; i++) {
		bool more = cuts[i].offset + cuts[i].length < (int)total;
		uint8_t header[8] = { PROTOCOL_ICMPV6, 0, [7] = 77 };
		put16(header + 2, (uint16_t)(cuts[i].offset | more));
		s.id = 77;
		s.fragment_offset = cuts[i].offset;
		s.more = more;
		if (v6) {
			s.next_header = PROTOCOL_FRAGMENT;
			s.extensions = header;
			s.extension_length = 8;
		}
		bench_send(b, &s, message + cuts[i].offset, cuts[i].length);
	}
}

static void fragments_are_put_together(void **state)     /* RFC1122-3.3.2-REASM */
{
	static const struct {
		struct cut cuts[4];
		size_t count, answers;
	} cases[] = {
		{ { { 0, 800 }, { 800, 200 } }, 2, 1 },
		{ { { 800, 200 }, { 0, 800 } }, 2, 1 },
		{ { { 400, 400 }, { 800, 200 }, { 0, 400 } }, 3, 1 },
		{ { { 0, 400 }, { 0, 400 }, { 400, 600 } }, 3, 1 },                    /* an exact duplicate */
		{ { { 0, 400 }, { 200, 400 }, { 400, 600 } }, 3, 0 },                  /* overlap spoils it all */
		{ { { 0, 400 }, { 200, 800 } }, 2, 0 },
		{ { { 0, 400 }, { 800, 200 } }, 2, 0 },                                /* a hole */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases) * 2; i++) {
		struct bench b;
		struct stack_counts counts;
		bench_start(&b);
		send_pieces(&b, cases[i / 2].cuts, cases[i / 2].count, 1000, i % 2);
		assert_int_equal(b.count, cases[i / 2].answers);
		if (b.count)
			assert_int_equal(b.sent[0].length, 1000 + (i % 2 ? 40 : 20));
		bench_tick(&b, vtime_s(200));
		stack_count(b.st, &counts);
		assert_int_equal(counts.timers, 0);
		bench_stop(&b);
	}
}

static void defects_of_reassembly(void **state)
{
	static const struct cut overlap[] = { { 0, 400 }, { 200, 800 } };

	(void)state;
	struct bench b;
	bench_start_broken(&b, "ip-overlap-accepted");
	send_pieces(&b, overlap, 2, 1000, false);
	assert_int_equal(b.count, 1);
	bench_stop(&b);
	bench_start_broken(&b, "ip-no-reassembly");
	send_pieces(&b, (struct cut[]){ { 0, 800 }, { 800, 200 } }, 2, 1000, false);
	assert_int_equal(b.count, 0);
	bench_stop(&b);
}

static void reassembly_times_out(void **state)           /* RFC1122-3.3.2-TIMEOUT, -TIMEX */
{
	static const struct cut first = { 0, 800 }, second = { 800, 200 };

	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		struct bench b;
		bench_start(&b);
		send_pieces(&b, &first, 1, 1000, v6);
		bench_tick(&b, vtime_sub(vtime_s(60), vtime_ns(1)));
		assert_int_equal(b.count, 0);
		bench_tick(&b, vtime_s(60));
		assert_int_equal(b.count, 1);
		const uint8_t *error = bench_take(&b, NULL) + (v6 ? 40 : 20);
		assert_int_equal(error[0], v6 ? 3 : 11);
		assert_int_equal(error[1], 1);
		send_pieces(&b, &second, 1, 1000, v6); /* without the first fragment nobody is told */
		bench_tick(&b, vtime_s(200));
		assert_int_equal(b.count, 1);
		bench_stop(&b);
	}
}

/* Each of these breaks a rule that a test above checks. */
static void defects_of_ip(void **state)
{
	static const struct cut first = { 0, 800 };
	static const uint8_t refuse_me[8] = { 58, 0, 0x9e, 4 };
	struct bench b;
	struct shape s = PEER6;

	(void)state;
	bench_start_broken(&b, "ip-no-time-exceeded");
	send_pieces(&b, &first, 1, 1000, false);
	bench_tick(&b, vtime_s(100));
	assert_int_equal(b.count, 0);
	bench_stop(&b);
	bench_start_broken(&b, "ip-no-reassembly-timeout");
	send_pieces(&b, &first, 1, 1000, false);
	assert_true(vtime_is_never(stack_deadline(b.st)));
	bench_stop(&b);
	bench_start_broken(&b, "ip6-unknown-option");
	s.next_header = PROTOCOL_DSTOPTS;
	s.extensions = refuse_me;
	s.extension_length = 8;
	ping(&b, s, 8);
	assert_int_equal(b.sent[0].bytes[40], 129);
	bench_stop(&b);
}

/* ---- errors sent ---- */

static void port_unreachable_only_where_due(void **state)
{
	static const struct {
		struct shape shape;
		const char *defect;
		size_t answers;
	} cases[] = {
		{ { .source = "192.0.2.9", .destination = "192.0.2.1" }, NULL, 1 },
		{ { .source = "2001:db8::9", .destination = "2001:db8::1" }, NULL, 1 },
		{ { .source = "192.0.2.9", .destination = "192.0.2.1" }, "udp-no-port-unreachable", 0 },
		{ { .source = "192.0.2.9", .destination = "192.0.2.255" }, NULL, 0 },  /* RFC1122-3.2.2-NOERRBCAST */
		{ { .source = "192.0.2.9", .destination = "192.0.2.255" }, "icmp-error-on-broadcast", 1 },
		{ { .source = "240.0.0.1", .destination = "192.0.2.1" }, NULL, 0 },    /* RFC1122-3.2.2-NOERRSRC */
		{ { .source = "0.0.0.0", .destination = "192.0.2.1" }, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		if (cases[i].defect)
			bench_start_broken(&b, cases[i].defect);
		else
			bench_start(&b);
		bench_send_udp(&b, cases[i].shape, "hello", 5);
		assert_int_equal(b.count, cases[i].answers);
		bench_stop(&b);
	}
}

static void error_quotes_the_datagram(void **state)      /* RFC1122-3.2.2-QUOTE, RFC4443-2.4-C */
{
	static uint8_t data[2000];
	const struct { struct shape shape; size_t data, quoted; const char *defect; } cases[] = {
		{ PEER4, 5, 33, NULL }, { PEER4, 2000, 548, NULL }, { PEER6, 5, 53, NULL }, { PEER6, 2000, 1232, NULL },
		{ PEER4, 5, 20, "icmp-short-quote" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		size_t length, header = cases[i].shape.source[0] == '1' ? 20 : 40;
		if (cases[i].defect)
			bench_start_broken(&b, cases[i].defect);
		else
			bench_start(&b);
		bench_send_udp(&b, cases[i].shape, data, cases[i].data);
		const uint8_t *error = bench_take(&b, &length);
		assert_non_null(error);
		assert_int_equal(error[header], header == 20 ? 3 : 1);
		assert_int_equal(error[header + 1], header == 20 ? 3 : 4);
		assert_int_equal(length, header + 8 + cases[i].quoted);
		bench_stop(&b);
	}
}

static void errors_are_rate_limited(void **state)        /* RFC4443-2.4-F */
{
	(void)state;
	struct bench b;

	bench_start(&b);
	b.st->config.icmp_rate = 10;
	b.st->config.icmp_burst = 3;
	for (int i = 0; i < 10; i++)
		bench_send_udp(&b, PEER4, "x", 1);
	assert_int_equal(b.count, 3);
	bench_tick(&b, vtime_ms(200));
	for (int i = 0; i < 10; i++)
		bench_send_udp(&b, PEER4, "x", 1);
	assert_int_equal(b.count, 5);
	bench_stop(&b);
}

static void no_error_about_an_error(void **state)        /* RFC1122-3.2.2-NOERR */
{
	(void)state;
	for (int broken = 0; broken <= 1; broken++) {
		struct bench b;
		struct shape s = PEER4;
		static const uint8_t bad_option[] = { 7, 1, 0, 0 };
		if (broken)
			bench_start_broken(&b, "icmp-error-on-error");
		else
			bench_start(&b);
		s.protocol = PROTOCOL_ICMP;
		s.options = bad_option;
		s.option_length = 4;
		size_t length = make_icmp(bytes, &s, (struct icmp_header){ .type = 3, .code = 1 }, NULL, 0);
		bench_send(&b, &s, bytes, length);
		assert_int_equal(b.count, broken);
		bench_stop(&b);
	}
}

/* ---- the configuration ---- */

static void parameters_have_names_and_ranges(void **state)
{
	(void)state;
	struct stack_config c;
	int64_t value;

	stack_config_init(&c);
	for (size_t i = 0; i < stack_parameter_count; i++) {
		const struct stack_parameter *p = &stack_parameters[i];
		assert_ptr_equal(stack_parameter_find(p->field.name), p);
		assert_int_equal(stack_parameter_get(&c, p), p->initial);
		assert_true(stack_parameter_set(&c, p, p->field.minimum));
		assert_false(p->field.maximum < INT64_MAX && stack_parameter_set(&c, p, p->field.maximum + 1));
	}
	assert_string_equal(stack_parameter_find("net.ipv4.tcp_sack")->field.name, "tcp_sack");
	assert_string_equal(stack_parameter_find("net/ipv4/ip_default_ttl")->field.name, "ip_ttl");
	assert_null(stack_parameter_find("net.ipv4.tcp_sac"));
	assert_true(stack_choice_value("tcp_cookies", "always", &value) && value == TCP_COOKIES_ALWAYS);
	assert_string_equal(stack_choice_name("tcp_cookies", TCP_COOKIES_ON_OVERFLOW), "on-overflow");
	assert_false(stack_defect_enable(&c, "no-such-defect"));
}

/* A word that profiles may write and that nothing carries out would be a promise. */
static void every_congestion_control_that_has_a_word_is_there(void **state)
{
	const struct stack_parameter *p = stack_parameter_find("tcp_congestion");

	(void)state;
	for (int64_t value = p->field.minimum; value <= p->field.maximum; value++)
		assert_non_null(congestion_find(stack_choice_name("tcp_congestion", value)));
}

static void keyed_hash_is_siphash(void **state)          /* the published test vector: bytes 0 to 14 */
{
	(void)state;
	const uint64_t key[2] = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };
	uint8_t message[15];

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)i;
	assert_true(keyed_hash(key, message, sizeof(message)) == UINT64_C(0xa129ca6149be45e5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(echo_returns_all_data), cmocka_unit_test(defects_of_echo),
		cmocka_unit_test(addresses_decide), cmocka_unit_test(header_faults_are_dropped),
		cmocka_unit_test(ttl_of_one_is_enough), cmocka_unit_test(ipv4_options),
		cmocka_unit_test(echo_carries_options), cmocka_unit_test(defects_of_ip),
		cmocka_unit_test(icmp_checksum_is_verified), cmocka_unit_test(ipv6_extension_headers),
		cmocka_unit_test(fragments_are_put_together), cmocka_unit_test(defects_of_reassembly),
		cmocka_unit_test(reassembly_times_out), cmocka_unit_test(port_unreachable_only_where_due),
		cmocka_unit_test(error_quotes_the_datagram), cmocka_unit_test(errors_are_rate_limited),
		cmocka_unit_test(no_error_about_an_error), cmocka_unit_test(parameters_have_names_and_ranges),
		cmocka_unit_test(every_congestion_control_that_has_a_word_is_there),
		cmocka_unit_test(keyed_hash_is_siphash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
