/* SPDX-License-Identifier: MIT
 *
 * headline_test.c - entries made by hand, and the sentence that says what is wrong with them
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "report/headline.h"

static struct packet segment(uint16_t flags, uint32_t seq, size_t length, uint32_t ack)
{
	struct packet packet = {
		.header_count = 2,
		.headers = { { .type = HEADER_IPV4 }, { .type = HEADER_TCP } },
		.payload_length = length,
	};

	packet.headers[1].tcp.flags = flags;
	packet.headers[1].tcp.seq = seq;
	packet.headers[1].tcp.ack = ack;
	return packet;
}

static enum packet_field id_of(const char *name)
{
	enum packet_field id = PACKET_FIELDS - 1;

	while (id && strcmp(packet_fields[id].name, name))
		id--;
	return id;
}

static void says(const struct entry *e, const char *want)
{
	struct buf out = BUF_INIT;

	headline_add(&out, e);
	assert_string_equal(out.data, want);
	buf_free(&out);
}

/* Whatever the order in which the fields were compared, the cause is named. */
static void the_cause_comes_first(void **state)
{
	static const struct {
		const char *fields[4], *want;
	} rows[] = {
		{ { "ipv4_total_length", "tcp_data_offset", "tcp_options" },
		  "fields differ: expected <mss 1460>, observed <mss 1000>" },
		{ { "ipv4_total_length", "tcp_psh" }, "fields differ: flags expected P., observed ." },
		{ { "tcp_psh", "tcp_ack_seq" }, "fields differ: expected ack 12, observed ack 11, and 1 more field" },
		{ { "tcp_window", "ipv4_total_length", "payload", "tcp_ack_seq" },
		  "fields differ: expected 1:11(10), observed 1:6(5), and 2 more fields" },
		{ { "ipv4_total_length" }, "fields differ: expected 1:11(10), observed 1:6(5)" },
		{ { "ipv4_ttl" }, "fields differ: ipv4_ttl expected 64, observed 63" },
	};
	static const uint8_t mss_1460[] = { 2, 4, 0x05, 0xb4 }, mss_1000[] = { 2, 4, 0x03, 0xe8 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mismatch mismatches[4] = { 0 };
		struct packet expected = segment(TCP_PSH | TCP_ACK, 1, 10, 12), observed = segment(TCP_ACK, 1, 5, 11);
		struct entry e = {
			.kind = ENTRY_OUTBOUND, .mismatch_kind = MISMATCH_FIELDS, .expected = &expected,
			.observed = &observed,
			.mismatches = mismatches,
		};
		memcpy(expected.headers[1].tcp.options, mss_1460, sizeof(mss_1460));
		memcpy(observed.headers[1].tcp.options, mss_1000, sizeof(mss_1000));
		expected.headers[1].tcp.option_length = observed.headers[1].tcp.option_length = sizeof(mss_1460);
		for (size_t n = 0; n < ARRAY_LEN(mismatches) && rows[i].fields[n]; n++) {
			mismatches[n] = (struct mismatch){ .field = rows[i].fields[n], .id = id_of(rows[i].fields[n]),
			                                   .expected = "64", .observed = "63" };
			if (n)
				mismatches[n - 1].next = &mismatches[n];
		}
		says(&e, rows[i].want);
	}
}

static void each_kind_has_its_sentence(void **state)
{
	struct packet expected = segment(TCP_PSH | TCP_ACK, 1, 100, 1), observed = segment(TCP_ACK, 1, 50, 1);
	struct packet second = segment(TCP_ACK, 51, 50, 1);
	struct live_packet last = { .in_script = &second }, first = { .next = &last, .in_script = &observed };
	struct mismatch result = { .field = "result", .expected = "900", .observed = "1000" };
	struct entry e = { .kind = ENTRY_OUTBOUND, .expected = &expected };

	(void)state;
	says(&e, "");
	e.mismatch_kind = MISMATCH_MISSING;
	says(&e, "missing packet: > P. 1:101(100) ack 1 win 0 never came");
	e.observed = &observed;
	says(&e, "missing packet: > P. 1:101(100) ack 1 win 0; instead came . 1:51(50) ack 1 win 0");
	e.mismatch_kind = MISMATCH_DUPLICATE;
	says(&e, "duplicate packet: . 1:51(50) ack 1 win 0 was sent again, expected P. 1:101(100) ack 1 win 0");
	e.mismatch_kind = MISMATCH_EXTRA;
	says(&e, "extra packet: . 1:51(50) ack 1 win 0 came, expected P. 1:101(100) ack 1 win 0");
	e.mismatch_kind = MISMATCH_RESEGMENTED;
	e.live = &first;
	says(&e, "re-segmented data: expected 1:101(100), observed 1:51(50), 51:101(50)");
	last.in_script = &observed;
	says(&e, "re-segmented data: expected 1:101(100), observed 1:51(50)");
	e.expected = NULL;                                   /* datagrams, which have no numbers */
	e.mismatches = &(struct mismatch){ .field = "payload", .expected = "(20)", .observed = "(10), (20)" };
	says(&e, "re-segmented data: expected (20), observed (10), (20)");
	e.expected = &expected;
	e.mismatches = NULL;
	e.mismatch_kind = MISMATCH_LATE;
	e.planned = vtime_ms(100);
	e.planned_end = vtime_ms(150);
	e.actual = vtime_ms(400);
	says(&e, "too late: expected at 0.100000 to 0.150000 s, came at 0.400000 s");
	e = (struct entry){ .kind = ENTRY_CALL, .mismatch_kind = MISMATCH_RESULT, .mismatches = &result };
	says(&e, "other result: call(): result expected 900, observed 1000");
	e = (struct entry){ .mismatch_kind = MISMATCH_OTHER, .message = "no matching socket\nand more" };
	says(&e, "cannot be played: no matching socket");
	e = (struct entry){ .mismatch_kind = MISMATCH_BASIS, .message = "error handling packet: no such time-stamp" };
	says(&e, "no basis: no such time-stamp");
}

/* What stands in brackets is told in the script's own words. */
static void fields_of_ip_are_words(void **state)
{
	static const struct {
		const char *field, *expected, *observed, *want;
	} rows[] = {
		{ "ip_ecn", "2 (0x2)", "0 (0x0)", "fields differ: expected ect0, observed noecn" },
		{ "ip_ecn", "0x1 or 0x2", "0x3", "fields differ: expected ect01, observed ce" },
		{ "tos", "16 (0x10)", "0 (0x0)", "fields differ: expected tos 0x10, observed tos 0x00" },
		{ "ttl", "63 (0x3f)", "64 (0x40)", "fields differ: expected ttl 63, observed ttl 64" },
		{ "ttl", "60~63", "64", "fields differ: expected ttl 60~63, observed ttl 64" },
		{ "ipv4_identification", "5", "17686", "fields differ: expected id 5, observed id 17686" },
		{ "tcp_checksum", "bad", "ok", "fields differ: expected {sum bad}, observed {sum ok}" },
		{ "tcp_checksum", "4660 (0x1234)", "9 (0x9)", "fields differ: expected {sum 4660}, observed {sum 9}" },
		{ "ipv4_dont_fragment", "0", "1", "fields differ: expected df 0, observed df 1" },
	};
	struct packet expected = segment(TCP_ACK, 1, 10, 12), observed = segment(TCP_ACK, 1, 10, 12);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mismatch m = { .field = rows[i].field, .id = id_of(rows[i].field),
		                      .expected = rows[i].expected, .observed = rows[i].observed };
		const struct entry e = { .kind = ENTRY_OUTBOUND, .mismatch_kind = MISMATCH_FIELDS,
			                 .expected = &expected, .observed = &observed, .mismatches = &m };
		says(&e, rows[i].want);
	}
}

static void options_are_told_apart(void **state)
{
	static const uint8_t more[] = { 2, 4, 0x05, 0xb4, 1, 1, 4, 2 }, less[] = { 2, 4, 0x05, 0xb4 };
	struct packet expected = segment(TCP_ACK, 1, 0, 1), observed = segment(TCP_ACK, 1, 0, 1);
	struct mismatch length = { .field = "ipv4_total_length", .id = PACKET_FIELD_IPV4_TOTAL_LENGTH };
	struct mismatch options = { .next = &length, .field = "tcp_options", .id = PACKET_FIELD_TCP_OPTIONS };
	struct entry e = {
		.kind = ENTRY_OUTBOUND, .mismatch_kind = MISMATCH_FIELDS, .expected = &expected, .observed = &observed,
		.mismatches = &options,
	};

	(void)state;
	memcpy(expected.headers[1].tcp.options, more, sizeof(more));
	memcpy(observed.headers[1].tcp.options, less, sizeof(less));
	expected.headers[1].tcp.option_length = sizeof(more);
	observed.headers[1].tcp.option_length = sizeof(less);
	says(&e, "fields differ: expected <mss 1460,nop,nop,sackOK>, observed <mss 1460>; missing: sackOK");
	e.expected = &observed;
	e.observed = &expected;
	says(&e, "fields differ: expected <mss 1460>, observed <mss 1460,nop,nop,sackOK>; surplus: sackOK");
	assert_true(headline_explained(&length, &options));
	assert_false(headline_explained(&length, &length));
}

static void no_kind_is_without_a_sentence(void **state)
{
	(void)state;
	for (int k = MISMATCH_NONE + 1; k < MISMATCH_KINDS; k++) {
		struct entry e = { .kind = ENTRY_CALL, .mismatch_kind = (enum mismatch_kind)k, .message = "why" };
		struct buf out = BUF_INIT;

		headline_add(&out, &e);
		assert_int_equal(strncmp(out.data, mismatch_kind_name[k], strlen(mismatch_kind_name[k])), 0);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cause_comes_first),
		cmocka_unit_test(each_kind_has_its_sentence),
		cmocka_unit_test(fields_of_ip_are_words),
		cmocka_unit_test(options_are_told_apart),
		cmocka_unit_test(no_kind_is_without_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
