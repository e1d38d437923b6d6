/* SPDX-License-Identifier: MIT
 *
 * ladder_test.c - which kind of event is drawn as what, texts that are too long or hostile
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "report/ladder.h"
#include "report/xml_check.h"
#include "wire/packet.h"

static struct result result_with(const struct result_event *events, size_t count)
{
	return (struct result){
		.path = "a.pkt", .target = "builtin", .profile = "rfc", .verdict = VERDICT_FAIL, .events = events,
		.event_count = count,
	};
}

static void draw(struct buf *out, const struct result *result)
{
	ladder_svg(out, result, "");
	const char *fault = xml_fault(out->data);
	if (fault)
		fail_msg("not well-formed: %.60s", fault);
}

static void assert_has(const struct buf *picture, const char *part)
{
	if (!strstr(picture->data, part))
		fail_msg("'%s' is not in\n%s", part, picture->data);
}

static void assert_has_not(const struct buf *picture, const char *part)
{
	if (strstr(picture->data, part))
		fail_msg("'%s' is in\n%s", part, picture->data);
}

/* Arrow heads: where they are and which way they point. */
#define TO_STACK(side) ("<path class=\"head " side "\" d=\"M756 ")
#define TO_REMOTE(side) ("<path class=\"head " side "\" d=\"M156 ")

static const struct result_mismatch ack = { "tcp_ack_seq", "12 (0xc)", "11 (0xb)", "live packet field tcp_ack_seq" };

static const struct result_mismatch parts = { "payload", "1:3(2)", "1:2(1), 2:3(1)", NULL };

static void kinds_of_events(void **state)
{
	static const struct {
		struct result_event event;
		const char *has[6], *has_not[3];
	} rows[] = {
		{ { .kind = ENTRY_INBOUND, .line = 3, .text = "S 0:0(0)", .happened = true },
		  { TO_STACK(""), "d=\"M156 64H747\"", ">S 0:0(0)<",
		    "<g id=\"event-0\" class=\"inbound\"><a href=\"#line-3\"", ">3</text>" },
		  { TO_REMOTE(""), "E expected" } },
		{ { .kind = ENTRY_OUTBOUND, .line = 4, .text = "S. 0:0(0)", .happened = true },
		  { TO_REMOTE(""), "d=\"M756 64H165\"", ">S. 0:0(0)<" }, { TO_STACK("") } },
		{ { .kind = ENTRY_OUTBOUND, .status = RESULT_FAILED, .text = ". 1:1(0) ack 12", .happened = true,
		    .expected = ". 1:1(0) ack 12", .observed = ". 1:1(0) ack 11", .mismatch = MISMATCH_FIELDS,
		    .mismatches = &ack,
		    .mismatch_count = 1, .timed = true, .planned = { 20000000 }, .actual = { 30000000 } },
		  { TO_REMOTE("e"), TO_REMOTE("o"), ">E<", ">fields differ<",
		    "tcp_ack_seq<tspan class=\"e\"> E 12 (0xc)</tspan><tspan class=\"o\"> O 11 (0xb)<" },
		  { TO_STACK("") } },
		{ { .kind = ENTRY_OUTBOUND, .status = RESULT_FAILED, .text = "P. 1:2(1)", .expected = "P. 1:2(1)",
		    .timed = true, .mismatch = MISMATCH_MISSING },
		  { TO_REMOTE("e"), ">missing packet<" }, { TO_REMOTE("o"), TO_REMOTE("\"") } },
		{ { .kind = ENTRY_OUTBOUND, .status = RESULT_FAILED, .text = "P. 1:3(2)", .mismatch_count = 1,
		    .mismatches = &parts, .happened = true, .mismatch = MISMATCH_RESEGMENTED },
		  { TO_REMOTE("e"), ">1:2(1), 2:3(1)</text><path class=\"arrow o" }, { 0 } },
		{ { .kind = ENTRY_UNEXPECTED, .text = "R 1:1(0) (no line expects this)", .happened = true,
		    .observed = "R 1:1(0)" },
		  { TO_REMOTE("o"), ">O<", "E expected" }, { TO_REMOTE("e"), "<a " } },
		{ { .kind = ENTRY_FOREIGN, .text = "udp (4)", .happened = true },
		  { TO_REMOTE(""), "class=\"foreign faint\"" }, { 0 } },
		{ { .kind = ENTRY_CLOSING, .text = "R. 1:1(0)", .happened = true },
		  { TO_STACK(""), "class=\"closing faint\"" }, { 0 } },
		{ { .kind = ENTRY_CALL, .line = 9, .text = "listen(3, 1) = 0", .live = "listen(3, 1) = 0 -> 0",
		    .happened = true },
		  { ">listen(3, 1) = 0<", "class=\"call\"" }, { "-&gt; 0</text>" } },
		{ { .kind = ENTRY_CALL, .status = RESULT_FAILED, .line = 9, .text = "read(4, ..., 9) = 9",
		    .live = "read(4, ..., 9) = 9 -> 5", .happened = true, .mismatch = MISMATCH_RESULT },
		  { "<text class=\"e\" x=\"774\"", "> -&gt; 5<", ">other result<" }, { 0 } },
		{ { .kind = ENTRY_COMMAND, .text = "sysctl", .happened = true }, { ">$ sysctl<", "class=\"note\"" },
		  { 0 } },
		{ { .kind = ENTRY_CODE, .text = "assert 1", .happened = true }, { ">%{ assert 1 }%<" }, { 0 } },
		{ { .kind = ENTRY_TRACE, .text = "LISTEN -> SYN-RECEIVED", .happened = true },
		  { ">| LISTEN -&gt; SYN-RECEIVED<", "class=\"trace faint\"" }, { "class=\"note\"" } },
		{ { .kind = ENTRY_INBOUND, .status = RESULT_NOT_REACHED, .text = "F. 1:1(0)", .line = 7 },
		  { ">not reached<", TO_STACK(""), "class=\"inbound faint\"" }, { ">0.000000<" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct result result = result_with(&rows[i].event, 1);
		struct buf picture = BUF_INIT;

		draw(&picture, &result);
		for (size_t n = 0; n < ARRAY_LEN(rows[i].has) && rows[i].has[n]; n++)
			assert_has(&picture, rows[i].has[n]);
		for (size_t n = 0; n < ARRAY_LEN(rows[i].has_not) && rows[i].has_not[n]; n++)
			assert_has_not(&picture, rows[i].has_not[n]);
		buf_free(&picture);
	}
}

static void pauses_and_waiting(void **state)
{
	static const struct result_event events[] = {
		{ .kind = ENTRY_CALL, .line = 1, .text = "read(4, ..., 9) = 9", .happened = true },
		{ .kind = ENTRY_INBOUND, .line = 2, .text = "P. 1:10(9)", .happened = true, .actual = { 999999 } },
		{ .kind = ENTRY_RETURN, .line = 1, .text = "read(4, ..., 9) = 9", .happened = true,
		  .actual = { 60000999999 } },
	};
	struct result result = result_with(events, ARRAY_LEN(events));
	struct buf picture = BUF_INIT, again = BUF_INIT;

	(void)state;
	draw(&picture, &result);
	assert_has(&picture, "\xe2\x80\xa6 60 s \xe2\x80\xa6");
	assert_has_not(&picture, "ms \xe2\x80\xa6");
	assert_has(&picture, "class=\"waiting\"");
	assert_has(&picture, ">returns: read(4, ..., 9) = 9<");
	draw(&again, &result);
	assert_string_equal(picture.data, again.data);
	buf_free(&picture);
	buf_free(&again);
}

/* Whatever a script or a target says is only text, and stays in its column. */
static void texts_are_only_texts(void **state)
{
	static const char evil[] = "</text><script>alert(1)</script>&\"'\x01\xff\xc3";
	static const struct result_mismatch mismatches[] = { { evil, evil, evil, evil },
		                                             { evil, NULL, NULL, evil },
		                                             { NULL, NULL, NULL, NULL },
		                                             { NULL, "1", NULL, NULL } };
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (enum entry_kind kind = 0; kind <= ENTRY_TRACE; kind++) {
		const struct result_event events[] = {
			{ .kind = kind, .status = RESULT_FAILED, .line = 1, .text = evil, .live = evil,
			  .expected = evil,
			  .observed = evil, .message = evil, .explanation = evil, .mismatches = mismatches,
			  .mismatch_count = ARRAY_LEN(mismatches) },
			{ .kind = kind, .status = RESULT_WARNED, .line = -1, .text = text, .message = text,
			  .happened = true },
			{ .kind = kind, .happened = true },
		};
		struct result result = result_with(events, ARRAY_LEN(events));
		struct buf picture = BUF_INIT;

		result.title = result.reason = result.target = result.profile = evil;
		draw(&picture, &result);
		assert_has_not(&picture, "<script");
		assert_has(&picture, "xx\xe2\x80\xa6</text>");
		buf_free(&picture);
	}
}

static void size_is_linear(void **state)
{
	enum { MANY = 5000 };
	static struct result_event events[MANY];
	struct buf picture = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		events[i] = (struct result_event){
			.kind = ENTRY_INBOUND, .line = 1, .text = ". 1:1(0) ack 1", .happened = true,
		};
	struct result result = result_with(events, MANY);
	draw(&picture, &result);
	assert_in_range(picture.length, 1, MANY * 600);
	assert_has(&picture, "id=\"event-4999\"");
	buf_free(&picture);
}

static void nothing_happened(void **state)
{
	struct result result = result_with(NULL, 0);
	struct buf picture = BUF_INIT;

	(void)state;
	draw(&picture, &result);
	assert_has(&picture, "<desc id=\"ladder-desc\">0 packets to the stack under test, 0 from it, 0 system calls; "
	                     "FAIL</desc>");
	buf_free(&picture);
}

/* A TCP segment of ten bytes from 192.0.2.1:1 to 192.0.2.2:2, which begins with number @seq. */
static size_t segment(uint8_t bytes[64], uint32_t seq)
{
	struct packet p = {
		.header_count = 2, .headers = { { .type = HEADER_IPV4 }, { .type = HEADER_TCP } },
		.payload_length = 10,
	};

	p.headers[0].ipv4.ttl = 64;
	assert_true(ip_address_parse("192.0.2.1", &p.headers[0].ipv4.source));
	assert_true(ip_address_parse("192.0.2.2", &p.headers[0].ipv4.destination));
	p.headers[1].tcp = (struct tcp_header){ .source_port = 1, .destination_port = 2, .seq = seq, .flags = TCP_ACK };
	assert_true(packet_fill_lengths(&p));
	return packet_build_with_checksums(&p, bytes, 64);
}

static void what_is_sent_again_is_marked(void **state)
{
	uint8_t bytes[3][64];
	static const uint32_t seq[] = { 100, 110, 100 };
	struct result_packet packets[3];
	struct result_event events[3];
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		packets[i] = (struct result_packet){ .at = vtime_ms((int64_t)i), .bytes = bytes[i] };
		packets[i].length = segment(bytes[i], seq[i]);
		events[i] = (struct result_event){ .kind = ENTRY_OUTBOUND, .line = 1, .text = "data", .happened = true,
						   .actual = vtime_ms((int64_t)i), .packets = &packets[i],
						   .packet_count = 1 };
	}
	struct result r = result_with(events, 2);
	draw(&out, &r);
	assert_has_not(&out, "sent again");
	buf_clear(&out);
	r = result_with(events, 3);
	draw(&out, &r);
	const char *mark = strstr(out.data, ">R<title>sent again</title>");
	assert_true(mark && mark > strstr(out.data, "id=\"event-2\""));
	assert_has(&out, TO_REMOTE("again"));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_events),
		cmocka_unit_test(pauses_and_waiting),
		cmocka_unit_test(texts_are_only_texts),
		cmocka_unit_test(size_is_linear),
		cmocka_unit_test(nothing_happened),
		cmocka_unit_test(what_is_sent_again_is_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
