/* SPDX-License-Identifier: MIT
 *
 * invariant_test.c - plays that break what holds of any stack, one at a time
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "report/invariant.h"
#include "wire/packet.h"

enum { EVENTS = 16, BYTES = 2000 };

struct play {
	struct result result;
	struct result_event events[EVENTS];
	struct result_packet packets[EVENTS];
	uint8_t bytes[EVENTS][BYTES];
};

static void begin(struct play *p)
{
	*p = (struct play){ .result = { .verdict = VERDICT_FAIL, .events = p->events } };
}

static struct result_event *add(struct play *p, enum entry_kind kind, int line, int64_t ms)
{
	struct result_event *e = &p->events[p->result.event_count++];

	*e = (struct result_event){ .kind = kind, .line = line, .happened = true, .actual = vtime_ms(ms) };
	return e;
}

/* A segment of the peer (ENTRY_INBOUND) or of the stack, with @text octets. */
static void segment(struct play *p, enum entry_kind kind, int64_t ms, struct tcp_header tcp, size_t text)
{
	const size_t i = p->result.event_count;
	struct result_event *e = add(p, kind, kind == ENTRY_INBOUND ? (int)i + 1 : 0, ms);
	bool inbound = kind == ENTRY_INBOUND;
	struct packet packet = { .header_count = 2, .payload_length = text, .headers = {
		{ .type = HEADER_IPV4, .ipv4 = { .ttl = 64, .source = { 4, { 192, 0, 2, inbound ? 1 : 2 } },
		                                 .destination = { 4, { 192, 0, 2, inbound ? 2 : 1 } } } },
		{ .type = HEADER_TCP, .tcp = tcp },
	} };

	packet.headers[1].tcp.source_port = inbound ? 1000 : 80;
	packet.headers[1].tcp.destination_port = inbound ? 80 : 1000;
	assert_true(packet_fill_lengths(&packet));
	p->packets[i] = (struct result_packet){ .at = vtime_ms(ms), .bytes = p->bytes[i] };
	p->packets[i].length = packet_build_with_checksums(&packet, p->bytes[i], BYTES);
	assert_true(p->packets[i].length);
	e->packets = &p->packets[i];
	e->packet_count = 1;
}

static void handshake(struct play *p)
{
	begin(p);
	segment(p, ENTRY_INBOUND, 0, (struct tcp_header){ .flags = TCP_SYN, .seq = 100, .ack = 0 }, 0);
	segment(p, ENTRY_UNEXPECTED, 0, (struct tcp_header){ .flags = TCP_SYN | TCP_ACK, .seq = 500, .ack = 101 }, 0);
	segment(p, ENTRY_INBOUND, 10, (struct tcp_header){ .flags = TCP_ACK, .seq = 101, .ack = 501 }, 10);
}

static void expect(const struct play *changed, const char *wanted)
{
	struct play plain;
	struct buf out = BUF_INIT;

	handshake(&plain);
	add(&plain, ENTRY_COMMAND, 90, 5000000);
	invariant_judge(&out, &changed->result, &plain.result);
	assert_string_equal(out.data, wanted);
	buf_free(&out);
}

static void what_arrived_may_be_acknowledged(void **state)
{
	static struct play p;

	(void)state;
	handshake(&p);
	segment(&p, ENTRY_UNEXPECTED, 10, (struct tcp_header){ .flags = TCP_ACK, .seq = 501, .ack = 111 }, 0);
	expect(&p, "");
	segment(&p, ENTRY_UNEXPECTED, 20, (struct tcp_header){ .flags = TCP_ACK, .seq = 501, .ack = 112 }, 0);
	expect(&p, "an octet was acknowledged that did not arrive");
}

static void what_arrived_may_be_read(void **state)
{
	static struct play p;

	(void)state;
	handshake(&p);
	add(&p, ENTRY_CALL, 4, 20)->live = "read(4, ..., 100) = 10 -> 10";
	add(&p, ENTRY_CALL, 5, 20)->live = "recv(4, ..., 100, MSG_PEEK) = 10 -> 10";
	expect(&p, "");
	add(&p, ENTRY_CALL, 6, 20)->live = "read(4, ..., 100) = 10 -> 9";
	expect(&p, "a user read more octets than arrived");
}

static void a_segment_has_few_answers(void **state)
{
	static struct play p;

	(void)state;
	handshake(&p);
	for (int i = 0; i < 4; i++)
		segment(&p, ENTRY_UNEXPECTED, 10, (struct tcp_header){ .flags = TCP_ACK, .seq = 501, .ack = 111 }, 0);
	expect(&p, "");
	segment(&p, ENTRY_UNEXPECTED, 10, (struct tcp_header){ .flags = TCP_ACK, .seq = 501, .ack = 111 }, 0);
	expect(&p, "one segment was answered by many");
}

/* A connection that is closed on this side; FIN-WAIT-2 if the peer has acknowledged the FIN (500 + 1 octet). */
static void close_here(struct play *p, uint32_t acknowledged)
{
	handshake(p);
	segment(p, ENTRY_UNEXPECTED, 10, (struct tcp_header){ .flags = TCP_ACK, .seq = 501, .ack = 111 }, 0);
	segment(p, ENTRY_UNEXPECTED, 20, (struct tcp_header){ .flags = TCP_FIN | TCP_ACK, .seq = 501, .ack = 111 }, 0);
	segment(p, ENTRY_INBOUND, 30, (struct tcp_header){ .flags = TCP_ACK, .seq = 111, .ack = acknowledged }, 0);
}

static void a_far_reset_draws_no_more_than_what_was_said(void **state)
{
	enum { FAR = 2000000000 };
	static const struct row {
		uint32_t acknowledged, reset;
		bool fin;
		struct tcp_header answer;
		bool good;
	} rows[] = {
		{ 502, FAR, false, { .flags = TCP_ACK, .seq = 502, .ack = 111 }, true },
		{ 502, FAR, false, { .flags = TCP_ACK, .seq = 501, .ack = 111 }, false },
		{ 502, FAR, false, { .flags = TCP_ACK, .seq = 502, .ack = 112 }, false },
		{ 502, FAR, false, { .flags = TCP_RST | TCP_ACK, .seq = 502, .ack = 111 }, false },
		{ 501, FAR, false, { .flags = TCP_ACK, .seq = 502, .ack = 111 }, false },          /* FIN-WAIT-1 */
		{ 502, FAR, true, { .flags = TCP_ACK, .seq = 502, .ack = 112 }, false },           /* TIME-WAIT */
		{ 502, 120, false, { .flags = TCP_RST, .seq = 502, .ack = 0 }, true },             /* it is not far */
	};
	static struct play p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		close_here(&p, row->acknowledged);
		if (row->fin) {
			segment(&p, ENTRY_INBOUND, 40, (struct tcp_header){ .flags = TCP_FIN | TCP_ACK, .seq = 111,
			                                                    .ack = 502 }, 0);
			segment(&p, ENTRY_UNEXPECTED, 40, (struct tcp_header){ .flags = TCP_ACK, .seq = 502,
			                                                       .ack = 112 }, 0);
		}
		segment(&p, ENTRY_INBOUND, 50, (struct tcp_header){ .flags = TCP_RST, .seq = row->reset }, 0);
		assert_true(invariant_reset_only_acknowledged(&p.result));
		segment(&p, ENTRY_UNEXPECTED, 50, row->answer, 0);
		if (invariant_reset_only_acknowledged(&p.result) != row->good)
			fail_msg("row %zu", i);
	}
	handshake(&p);
	segment(&p, ENTRY_INBOUND, 50, (struct tcp_header){ .flags = TCP_RST, .seq = FAR }, 0);
	segment(&p, ENTRY_UNEXPECTED, 50, (struct tcp_header){ .flags = TCP_ACK, .seq = 501, .ack = 111 }, 0);
	assert_false(invariant_reset_only_acknowledged(&p.result));
}

static void connections_end(void **state)
{
	static struct play p;

	(void)state;
	handshake(&p);
	segment(&p, ENTRY_UNEXPECTED, 1000 * INVARIANT_SILENCE_S,
	        (struct tcp_header){ .flags = TCP_ACK, .seq = 501, .ack = 111 }, 5);
	add(&p, ENTRY_COMMAND, 90, 5000000);
	expect(&p, "");
	segment(&p, ENTRY_UNEXPECTED, 1000 * INVARIANT_SILENCE_S + 20,
	        (struct tcp_header){ .flags = TCP_ACK, .seq = 501, .ack = 111 }, 5);
	expect(&p, "packets are sent long after the peer fell silent");
}

static void a_stack_lives(void **state)
{
	static struct play p;

	(void)state;
	handshake(&p);
	p.result.verdict = VERDICT_ERROR;
	p.result.reason = "2 errors";
	expect(&p, "");
	p.result.reason = "ended by signal 11";
	expect(&p, "the stack did not live: ended by signal 11");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_arrived_may_be_acknowledged), cmocka_unit_test(what_arrived_may_be_read),
		cmocka_unit_test(a_segment_has_few_answers),        cmocka_unit_test(connections_end),
		cmocka_unit_test(a_stack_lives),
		cmocka_unit_test(a_far_reset_draws_no_more_than_what_was_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
