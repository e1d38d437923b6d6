/* SPDX-License-Identifier: MIT
 *
 * match_test.c - every field that is compared, and those that are not
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "drill/match.h"
#include "util/common.h"
#include "wire/tcp_option.h"

static struct script script;
static struct scripted_packet scripted;
static struct packet observed;
static struct record *record;
static struct entry *entry;

/* `> P. 1:1001(1000) ack 1 win 500 <mss 1460,nop,nop,sackOK>` in the shortest IPv4 packet, observed as expected. */
static int set_up(void **state)
{
	struct tcp_header *tcp = &scripted.packet.headers[1].tcp;
	size_t used = 0;

	(void)state;
	scripted = (struct scripted_packet){ .direction = DIRECTION_OUTBOUND, .has_window = true };
	scripted.packet.header_count = 2;
	scripted.packet.headers[0].type = HEADER_IPV4;
	scripted.packet.headers[0].ipv4.ttl = 255;
	scripted.packet.headers[1].type = HEADER_TCP;
	*tcp = (struct tcp_header){ .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .window = 500 };
	tcp_option_add_mss(tcp->options, &used, 1460);
	tcp_option_add_nop(tcp->options, &used);
	tcp_option_add_nop(tcp->options, &used);
	tcp_option_add_sack_ok(tcp->options, &used);
	tcp->option_length = (uint8_t)used;
	scripted.packet.payload_length = 1000;
	assert_true(packet_fill_lengths(&scripted.packet));
	observed = scripted.packet;
	record = record_new(&script, "test", true);
	entry = record_append(record, ENTRY_OUTBOUND, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	record_free(record);
	return 0;
}

static const char *first_mismatch(void)
{
	const struct match m = { record, entry, &scripted };
	const struct packet *expected = match_expectation(record, &scripted, &observed);

	match_headers(&m, expected, &observed);
	if (!scripted.any_options)
		match_tcp_options(&m, expected, &observed);
	match_payload(&m, &observed);
	return entry->mismatches ? entry->mismatches->text : "";
}

static void equal_packets_match(void **state)
{
	(void)state;
	observed.headers[0].ipv4.identification = 77;
	observed.headers[0].ipv4.ttl = 64;
	observed.headers[0].ipv4.tos = 3;
	observed.headers[1].tcp.checksum = 1;
	assert_string_equal(first_mismatch(), "");
}

static void set_seq(struct tcp_header *t) { t->seq = 2; }
static void set_ack(struct tcp_header *t) { t->ack = 9; }
static void set_window(struct tcp_header *t) { t->window = 10; }
static void set_urgent(struct tcp_header *t) { t->urgent = 5; }
static void set_fin(struct tcp_header *t) { t->flags |= TCP_FIN; }
static void clear_psh(struct tcp_header *t) { t->flags &= (uint16_t)~TCP_PSH; }
static void set_ae(struct tcp_header *t) { t->flags |= TCP_AE; }
static void set_reserved(struct tcp_header *t) { t->flags |= 0x200; }
static void set_mss(struct tcp_header *t) { t->options[3] = 0; }
static void swap_kind(struct tcp_header *t) { t->options[0] = TCP_OPTION_NOP; }

static void each_field_of_tcp_is_named(void **state)
{
	static const struct {
		void (*change)(struct tcp_header *);
		const char *want;
	} cases[] = {
		{ set_seq, "live packet field tcp_seq: expected: 1 (0x1) vs actual: 2 (0x2)" },
		{ set_ack, "live packet field tcp_ack_seq: expected: 1 (0x1) vs actual: 9 (0x9)" },
		{ set_window, "live packet field tcp_window: expected: 500 (0x1f4) vs actual: 10 (0xa)" },
		{ set_urgent, "live packet field tcp_urg_ptr: expected: 0 (0x0) vs actual: 5 (0x5)" },
		{ set_fin, "live packet field tcp_fin: expected: 0 (0x0) vs actual: 1 (0x1)" },
		{ clear_psh, "live packet field tcp_psh: expected: 1 (0x1) vs actual: 0 (0x0)" },
		{ set_ae, "live packet field tcp_ae: expected: 0 (0x0) vs actual: 1 (0x1)" },
		{ set_reserved, "live packet field tcp_reserved_bits: expected: 0 (0x0) vs actual: 1 (0x1)" },
		{ set_mss, "bad value in outbound TCP option (kind=2): expected: mss 1460 actual: mss 1280" },
		{ swap_kind, "bad outbound TCP options" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		cases[i].change(&observed.headers[1].tcp);
		assert_string_equal(first_mismatch(), cases[i].want);
		tear_down(state);
		set_up(state);
	}
}

static void all_differences_are_found(void **state)
{
	static const char *const want[] = { "tcp_fin", "tcp_seq", "tcp_window", "tcp_options" };
	size_t found = 0;

	(void)state;
	set_window(&observed.headers[1].tcp);
	set_seq(&observed.headers[1].tcp);
	set_fin(&observed.headers[1].tcp);
	set_mss(&observed.headers[1].tcp);
	first_mismatch();
	for (const struct mismatch *m = entry->mismatches; m; m = m->next)
		assert_string_equal(m->field, want[found++]);
	assert_int_equal(found, ARRAY_LEN(want));
}

static void lengths_come_first(void **state)
{
	(void)state;
	observed.headers[1].tcp.option_length = 0;
	packet_fill_lengths(&observed);
	assert_string_equal(first_mismatch(),
	                    "live packet field ipv4_total_length: expected: 1048 (0x418) vs actual: 1040 (0x410)");
}

static void any_options_adapts_the_lengths(void **state)
{
	(void)state;
	scripted.any_options = true;
	scripted.packet.headers[1].tcp.option_length = 0;
	packet_fill_lengths(&scripted.packet);
	assert_string_equal(first_mismatch(), "");
}

static void ace_is_one_field_when_written_as_a_digit(void **state)
{
	(void)state;
	scripted.ace = 5;
	scripted.packet.headers[1].tcp.flags |= TCP_AE | TCP_ECE;
	observed.headers[1].tcp.flags |= TCP_CWR;
	assert_string_equal(first_mismatch(), "live packet field tcp_ace: expected: 5 (0x5) vs actual: 2 (0x2)");
}

static void type_of_service_is_checked_as_written(void **state)
{
	static const struct {
		enum tos_check check;
		uint8_t expected, observed;
		const char *want;
	} cases[] = {
		{ TOS_UNCHECKED, 0, 0xff, "" },
		{ TOS_ECN, 2, 0xfe, "" },
		{ TOS_ECN, 2, 0x01, "live packet field ip_ecn: expected: 2 (0x2) vs actual: 1 (0x1)" },
		{ TOS_BYTE, 0x10, 0x12, "live packet field tos: expected: 16 (0x10) vs actual: 18 (0x12)" },
		{ TOS_ECT01, 0, 0x11, "" },
		{ TOS_ECT01, 0, 0x13, "live packet field ip_ecn: expected: 0x1 or 0x2 vs actual: 0x3" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scripted.ip_checks[0].tos_check = cases[i].check;
		scripted.ip_checks[0].tos = cases[i].expected;
		observed.headers[0].ipv4.tos = cases[i].observed;
		assert_string_equal(first_mismatch(), cases[i].want);
		tear_down(state);
		set_up(state);
	}
}

static void layers_must_agree(void **state)
{
	(void)state;
	observed.headers[1].type = HEADER_UDP;
	assert_non_null(
		strstr(first_mismatch(), "live packet header layer 1: expected: TCP header vs actual: UDP header"));
}

static void payload_must_be_zero(void **state)
{
	uint8_t bytes[1000] = { [999] = 7 };

	(void)state;
	observed.payload = bytes;
	assert_string_equal(first_mismatch(), "incorrect outbound data payload");
}

static void segments_join_when_only_position_differs(void **state)
{
	struct packet next = observed;

	(void)state;
	next.headers[1].tcp.seq += 1000;
	next.headers[1].tcp.flags |= TCP_FIN;
	assert_null(match_joinable(record, &observed, &next));
	next.headers[1].tcp.seq++;
	assert_string_equal(match_joinable(record, &observed, &next),
			    "live packet field tcp_seq: expected: 1001 (0x3e9) vs actual: 1002 (0x3ea)");
}

/* An ICMP error about a datagram of @text octets, of which it quotes @quoted octets with the IP header. */
static void quote(struct packet *p, uint8_t bytes[100], uint8_t protocol, size_t text, size_t quoted)
{
	const struct ipv4_header ip = {
		.header_length = 5, .total_length = (uint16_t)(28 + text), .protocol = protocol,
		.source.version = 4, .destination.version = 4,
	};

	memset(bytes, 0, 100);
	assert_int_equal(ipv4_build(&ip, bytes, 100), IPV4_HEADER_BYTES);
	p->headers[1] = (struct header){ .type = HEADER_ICMPV4, .icmp = { .type = 3, .code = 3 } };
	p->payload = bytes;
	p->payload_length = quoted;
	assert_true(packet_fill_lengths(p));
}

static void an_error_may_quote_the_whole_datagram(void **state)
{
	static const struct {
		uint8_t protocol;
		size_t text, quoted;
		bool fits;
	} rows[] = {
		{ PROTOCOL_UDP, 10, 28, true }, { PROTOCOL_UDP, 10, 38, true }, { PROTOCOL_UDP, 10, 33, true },
		{ PROTOCOL_UDP, 10, 39, false }, { PROTOCOL_UDP, 10, 27, false }, { PROTOCOL_UDP, 11, 38, false },
		{ PROTOCOL_UDP, 11, 28, true },              /* it is as long as it ever was */
		{ PROTOCOL_UDPLITE, 10, 38, false },
	};
	uint8_t written[100], came[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		quote(&scripted.packet, written, PROTOCOL_UDP, 10, 28);
		quote(&observed, came, rows[i].protocol, rows[i].text, rows[i].quoted);
		record_free(record);
		record = record_new(&script, "test", true);
		entry = record_append(record, ENTRY_OUTBOUND, NULL);
		const struct match m = { record, entry, &scripted };
		match_headers(&m, match_expectation(record, &scripted, &observed), &observed);
		assert_int_equal(!entry->mismatches, rows[i].fits);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(equal_packets_match),
		TEST(each_field_of_tcp_is_named),
		TEST(all_differences_are_found),
		TEST(lengths_come_first),
		TEST(any_options_adapts_the_lengths),
		TEST(ace_is_one_field_when_written_as_a_digit),
		TEST(type_of_service_is_checked_as_written),
		TEST(layers_must_agree),
		TEST(payload_must_be_zero),
		TEST(an_error_may_quote_the_whole_datagram),
		TEST(segments_join_when_only_position_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
