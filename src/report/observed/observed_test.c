/* SPDX-License-Identifier: MIT
 *
 * observed_test.c - records built by hand, and what becomes of the line that failed
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "report/observed/observed.h"

/* The line under test stands between these. */
static const char before[] = "--ip_version=ipv4\n0     socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";
static const char after[] = "+0.5  close(3) = 0  // the end\n";

struct bench {
	struct diags diags;
	struct script *script;
	struct record *record;
	struct entry *entry;
	struct packet observed, second;
	struct live_packet live, more;
	struct buf out;
};

static void open_bench(struct bench *b, const char *text)
{
	*b = (struct bench){ .out = BUF_INIT };
	diags_init(&b->diags);
	b->script = script_parse("a.pkt", text, strlen(text), NULL, NULL, &b->diags);
	if (!script_check(b->script, &b->diags))
		fail_msg("%s: %s", text, b->diags.first->headline);
	b->record = record_new(b->script, "kernel", true);
	b->record->verdict = VERDICT_FAIL;
}

static void close_bench(struct bench *b)
{
	record_free(b->record);
	script_free(b->script);
	diags_free(&b->diags);
	buf_free(&b->out);
}

/* The event after the first one failed; if it was due at once, at script time 0.1. */
static struct entry *fail_entry(struct bench *b, enum entry_kind kind, enum mismatch_kind mismatch)
{
	const struct event *event = b->script->events->next;
	struct entry *e = record_append(b->record, kind, event);
	vtime_t base = event->time.kind == TIME_RELATIVE || event->time.kind == TIME_RELATIVE_RANGE ? vtime_ms(100)
												   : VTIME_ZERO;

	record_append(b->record, ENTRY_CALL, b->script->events);
	e->status = ENTRY_FAILED;
	e->mismatch_kind = mismatch;
	e->timed = true;
	e->planned = e->actual = vtime_add(base, event->time.start);
	e->planned_end = vtime_add(base, event->time.end);
	b->record->failure = b->entry = e;
	if (kind == ENTRY_OUTBOUND && !event->scripted->raw) {
		b->observed = b->second = event->scripted->packet;
		b->live.packet = b->observed;
		b->live.at = b->more.at = e->actual;
		e->live = &b->live;
		e->observed = &b->observed;
	}
	return e;
}

static struct tcp_header *observed_tcp(struct bench *b)
{
	return &packet_transport(&b->observed)->tcp;
}

static void late(struct bench *b, int64_t ms)
{
	b->entry->actual = b->live.at = vtime_add(b->entry->planned, vtime_ms(ms));
	record_field_mismatch(b->record, b->entry, PACKET_FIELD_TIME, "a", "b", "timing error");
}

/* ---- what happened, one function a row ---- */

static void fields(struct bench *b)
{
	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_FIELDS);
	*observed_tcp(b) = (struct tcp_header){ .flags = TCP_ACK | TCP_FIN, .seq = 501, .ack = 7, .window = 99 };
	b->observed.payload_length = 20;
}

static void options(struct bench *b)
{
	static const uint8_t bytes[] = { 2, 4, 5, 0xb4, 1, 1, 4, 2 };

	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_FIELDS);
	memcpy(observed_tcp(b)->options, bytes, sizeof(bytes));
	observed_tcp(b)->option_length = sizeof(bytes);
}

/* An option of an unknown kind, in a packet of 48 bytes. */
static void unknown_option(struct bench *b)
{
	static uint8_t bytes[44] = { 0x45, 0, 0, 44, 1, 2, 0, 0, 64, 6, 9, 9, 192, 168, 0, 1, 192, 0, 2, 1, 1, 1, 2, 2,
		                     9, 9, 9, 9, 8, 8, 8, 8, 0x60, 0x10, 0, 9, 7, 7, 0, 0, 77, 4, 1, 2 };

	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_FIELDS);
	memcpy(observed_tcp(b)->options, bytes + 40, 4);
	observed_tcp(b)->option_length = 4;
	b->live.bytes = bytes;
	b->live.length = sizeof(bytes);
}

/* The same behind a time-stamp, whose value is another one in each run. */
static void unknown_behind_stamp(struct bench *b)
{
	static uint8_t bytes[56] = { 0x45, 0, 0, 56, 1, 2, 0, 0, 64, 6, 9, 9, 192, 168, 0, 1, 192, 0, 2, 1, 1, 1, 2, 2,
		                     9, 9, 9, 9, 8, 8, 8, 8, 0x90, 0x10, 0, 9, 7, 7, 0, 0, 1, 1, 8, 10, 5, 5, 5, 5,
		                     0, 0, 0, 6, 77, 4, 1, 2 };

	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_FIELDS);
	memcpy(observed_tcp(b)->options, bytes + 40, 16);
	observed_tcp(b)->option_length = 16;
	b->live.bytes = bytes;
	b->live.length = sizeof(bytes);
}

static void too_late(struct bench *b)
{
	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_LATE);
	late(b, 80);
}

static void before_all(struct bench *b)
{
	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_EARLY);
	late(b, -30);
}

static void missing(struct bench *b)
{
	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_MISSING);
	b->entry->observed = NULL;
	b->entry->live = NULL;
}

static void extra(struct bench *b)
{
	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_EXTRA);
	observed_tcp(b)->seq = 77;
	b->entry->actual = vtime_ms(150);
}

static void pieces(struct bench *b)
{
	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_RESEGMENTED);
	b->observed.payload_length = 600;
	b->second.payload_length = 300;
	packet_transport(&b->second)->tcp.seq = 601;
	b->more.at = vtime_add(b->live.at, vtime_ms(20));
	b->live.in_script = &b->observed;
	b->more.in_script = &b->second;
	b->live.next = &b->more;
}

static void digits(struct bench *b)
{
	static const uint8_t bytes[] = { 0x45, 0x01, 0x02, 0x13 };

	fail_entry(b, ENTRY_OUTBOUND, MISMATCH_FIELDS);
	b->live = (struct live_packet){ .bytes = bytes, .length = sizeof(bytes) };
	b->entry->live = &b->live;
}

static void another_result(struct bench *b)
{
	fail_entry(b, ENTRY_CALL, MISMATCH_RESULT)->result = (struct call_result){ .value = 12 };
}

static void an_error(struct bench *b)
{
	fail_entry(b, ENTRY_CALL, MISMATCH_RESULT)->result = (struct call_result){ .value = -1, .error = ENOTCONN };
}

static void outputs(struct bench *b)
{
	struct entry *e = fail_entry(b, ENTRY_CALL, MISMATCH_OUTPUT);
	struct mismatch *m = record_mismatch(b->record, e, "optval", "1", "5", "Bad optval");

	m->place = e->event->call->arguments->next->next->next->list.first;
	m->written = "5";
}

static void unknown_output(struct bench *b)
{
	record_mismatch(b->record, fail_entry(b, ENTRY_CALL, MISMATCH_OUTPUT), "optlen", "1", "5", "Bad optlen");
	b->entry->message = "Bad optlen";
}

static void returns_late(struct bench *b)
{
	fail_entry(b, ENTRY_RETURN, MISMATCH_LATE);
	b->entry->planned = vtime_add(vtime_ms(100), b->entry->event->call->end);
	late(b, 50);
}

static void starts_late(struct bench *b)
{
	fail_entry(b, ENTRY_CALL, MISMATCH_LATE);
	late(b, 50);
}

static void fails(struct bench *b)
{
	fail_entry(b, ENTRY_COMMAND, MISMATCH_COMMAND)->message = "non-zero status 7";
}

static void assertion(struct bench *b)
{
	struct entry *e = fail_entry(b, ENTRY_CODE, MISMATCH_ASSERTION);
	const char *text = strstr(e->event->code->text, "assert b");

	e->message = "AssertionError: 3";
	e->statement_at = (size_t)(text - e->event->code->text);
	e->statement_length = strlen("assert b");
}

static void corrected_assertion(struct bench *b)
{
	assertion(b);
	b->entry->statement_corrected = "assert not (b)";
}

static void some_assertion(struct bench *b)
{
	fail_entry(b, ENTRY_CODE, MISMATCH_ASSERTION)->message = "AssertionError: 3";
}

static void no_socket(struct bench *b)
{
	fail_entry(b, ENTRY_INBOUND, MISMATCH_OTHER)->message = "no socket\nfor it";
}

static const struct {
	const char *line;
	void (*happen)(struct bench *b);
	const char *becomes;
	const char *rest;                                    /* NULL: as it was */
} rows[] = {
	{ "+0.1  > P. 1:1001(1000) ack 1 <nop,nop,sackOK>  // why\n", fields,
	  "// observed: fields differ; was: +0.1  > P. 1:1001(1000) ack 1 <nop,nop,sackOK>\n"
	  "+0.1  > F. 501:521(20) ack 7  // why\n", NULL },
	{ "+0.1 > P. 1:1001(1000) ack 1 win 5\n", fields,
	  "// observed: fields differ; was: +0.1 > P. 1:1001(1000) ack 1 win 5\n+0.1 > F. 501:521(20) ack 7 win 99\n",
	  NULL },
	{ "  +0 > S. 0:0(0) ack 1\n", options,
	  "  // observed: fields differ; was: +0 > S. 0:0(0) ack 1\n"
	  "  +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK>\n", NULL },
	{ "+0 > . 1:1(0) ack 1\n", unknown_option,
	  "// observed: fields differ; was: +0 > . 1:1(0) ack 1\n"
	  "+0 > raw \"4500 002c .... 0000 4006 .... .... .... c000 0201 .... .... .... .... .... ....\"\n"
	  "\t\"6010 0009 .... 0000 4d04 0102\"\n", NULL },
	{ "+0 > . 1:1(0) ack 1\n", unknown_behind_stamp,
	  "// observed: fields differ; was: +0 > . 1:1(0) ack 1\n"
	  "+0 > raw \"4500 0038 .... 0000 4006 .... .... .... c000 0201 .... .... .... .... .... ....\"\n"
	  "\t\"9010 0009 .... 0000 0101 080a .... .... 0000 0006 4d04 0102\"\n", NULL },
	{ "+0.1  > . 1:1(0) ack 1\n", too_late,
	  "// observed: too late; was: +0.1  > . 1:1(0) ack 1\n+0.18 > . 1:1(0) ack 1\n", NULL },
	{ "+0.1~+0.14 > . 1:1(0) ack 1\n", too_late,
	  "// observed: too late; was: +0.1~+0.14 > . 1:1(0) ack 1\n+0.16~+0.2 > . 1:1(0) ack 1\n", NULL },
	{ "0.1  > . 1:1(0) ack 1\n", too_late,
	  "// observed: too late; was: 0.1  > . 1:1(0) ack 1\n0.18 > . 1:1(0) ack 1\n", NULL },
	{ "+0  > . 1:1(0) ack 1\n", before_all,
	  "// observed: too early; was: +0  > . 1:1(0) ack 1\n0.07 > . 1:1(0) ack 1\n", NULL },
	{ "+0.2 > . 1:1(0) ack 1 // why\n", missing,
	  "// observed: missing packet; gone: +0.2 > . 1:1(0) ack 1 // why\n",
	  "// observed: the line above has gone; was: +0.5  close(3) = 0\n+0.7  close(3) = 0  // the end\n" },
	{ "+0.2  > . 1:1(0) ack 1\n", extra,
	  "// observed: extra packet\n+0.05 > . 77:77(0) ack 1\n"
	  "// observed: it counts from the line above; was: +0.2  > . 1:1(0) ack 1\n+0.15 > . 1:1(0) ack 1\n", NULL },
	{ "+0   > . 1:1001(1000) ack 1\n", pieces,
	  "// observed: re-segmented data; was: +0   > . 1:1001(1000) ack 1\n+0   > . 1:601(600) ack 1\n"
	  "+0.02 > . 601:901(300) ack 1\n", NULL },
	{ "+0.1 >\n#ifdef Linux\n . 1:1(0) ack 1\n#else\n . 2:2(0) ack 1\n#endif\n", fields,
	  "// observed: fields differ; was:\n//\t+0.1 >\n//\t#ifdef Linux\n//\t . 1:1(0) ack 1\n//\t#else\n"
	  "//\t . 2:2(0) ack 1\n//\t#endif\n+0.1 > F. 501:521(20) ack 7\n", NULL },
	{ "+0 > raw \"4500 \" // \"not this\"\n  \"..03\" ...\n", digits,
	  "// observed: fields differ; was:\n//\t+0 > raw \"4500 \" // \"not this\"\n//\t  \"..03\" ...\n"
	  "+0 > raw \"4501 \" // \"not this\"\n  \"..13\" ...\n", NULL },
	{ "+0 write(3, ..., 20) = 20\n", another_result,
	  "// observed: other result; was: +0 write(3, ..., 20) = 20\n+0 write(3, ..., 20) = 12\n", NULL },
	{ "+0 write(3, ..., 20) = -1 EPIPE (Broken pipe)\n", an_error,
	  "// observed: other result; was: +0 write(3, ..., 20) = -1 EPIPE (Broken pipe)\n"
	  "+0 write(3, ..., 20) = -1 ENOTCONN (Transport endpoint is not connected)\n", NULL },
	{ "+0 accept(3, ..., ...) = -1 EAGAIN (x)\n", another_result,
	  "// observed: other result; was: +0 accept(3, ..., ...) = -1 EAGAIN (x)\n+0 accept(3, ..., ...) = 12\n",
	  NULL },
	{ "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ 1 ], [4]) = 0\n", outputs,
	  "// observed: other output; was: +0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ 1 ], [4]) = 0\n"
	  "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ 5 ], [4]) = 0\n", NULL },
	{ "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [1], [4]) = 0\n", unknown_output,
	  "// observed: other output: Bad optlen; gone: +0 getsockopt(3, SOL_SOCKET, SO_ERROR, [1], [4]) = 0\n", NULL },
	{ "+0...0.2   read(3, ..., 20) = 20\n", returns_late,
	  "// observed: too late; was: +0...0.2   read(3, ..., 20) = 20\n+0...0.25 read(3, ..., 20) = 20\n", NULL },
	{ "0.1...0.2 read(3, ..., 20) = 20\n", starts_late,
	  "// observed: too late; was: 0.1...0.2 read(3, ..., 20) = 20\n0.15...0.25 read(3, ..., 20) = 20\n", NULL },
	{ "+0 `one\ntwo` +0 `three`\n", fails,
	  "// observed: command failed: non-zero status 7; gone:\n//\t+0 `one\n//\ttwo`\n +0 `three`\n", NULL },
	{ "+0 %{ a = 1; assert b; c = 2 }%\n", assertion,
	  "// observed: assertion failed: AssertionError: 3; was: +0 %{ a = 1; assert b; c = 2 }%\n"
	  "+0 %{ a = 1; pass; c = 2 }%\n", NULL },
	{ "+0 %{ assert b }%\n", corrected_assertion,
	  "// observed: assertion failed: AssertionError: 3; was: +0 %{ assert b }%\n+0 %{ assert not (b) }%\n", NULL },
	{ "+0 %{ assert b }%\n", some_assertion,
	  "// observed: assertion failed: AssertionError: 3; gone: +0 %{ assert b }%\n", NULL },
	{ "+0 < . 1:1(0) ack 1 win 9\n", no_socket,
	  "// observed: cannot be played: no socket; gone: +0 < . 1:1(0) ack 1 win 9\n", NULL },
};

static void each_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text = BUF_INIT, want = BUF_INIT;
		struct bench b;

		buf_printf(&text, "%s%s%s", before, rows[i].line, after);
		buf_printf(&want, "%s%s%s", before, rows[i].becomes, rows[i].rest ? rows[i].rest : after);
		open_bench(&b, text.data);
		rows[i].happen(&b);
		observed_correct(&b.out, b.record, NULL);
		assert_string_equal(b.out.data, want.data);
		close_bench(&b);
		buf_free(&text);
		buf_free(&want);
	}
}

/* Absolute times stay in order. */
static void followers(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, "0 `a`\n0.1 > . 1:1(0) ack 1\n0.15 `b`\n0.2 `c`\n");
	too_late(&b);
	observed_correct(&b.out, b.record, NULL);
	assert_string_equal(b.out.data,
	                    "0 `a`\n// observed: too late; was: 0.1 > . 1:1(0) ack 1\n0.18 > . 1:1(0) ack 1\n"
	                    "// observed: it comes after the line above; was: 0.15 `b`\n0.18 `b`\n0.2 `c`\n");
	close_bench(&b);
}

/* What an earlier round has written is not quoted again, and what it has inserted is removed without a trace. */
static void later_rounds(void **state)
{
	static const struct {
		const char *text;
		void (*happen)(struct bench *b);
		const char *want;
	} rounds[] = {
		{ "0 `a`\n// observed: fields differ; was: +0 > . 2:2(0) ack 1\n+0   > . 1:1(0) ack 1\n", too_late,
		  "0 `a`\n// observed: fields differ, too late; was: +0 > . 2:2(0) ack 1\n+0.08 > . 1:1(0) ack 1\n" },
		{ "0 `a`\n// observed: too late; was: +0 > . 2:2(0) ack 1\n+0 > . 1:1(0) ack 1\n", missing,
		  "0 `a`\n// observed: missing packet; gone: +0 > . 2:2(0) ack 1\n" },
		{ "0 `a`\n// observed: missing packet; gone: +0 > . 2:2(0) ack 1\n+0 > . 1:1(0) ack 1\n", too_late,
		  "0 `a`\n// observed: missing packet; gone: +0 > . 2:2(0) ack 1\n"
		  "// observed: too late; was: +0 > . 1:1(0) ack 1\n+0.08 > . 1:1(0) ack 1\n" },
		{ "0 `a`\n  // observed: extra packet\n  +0 > . 1:1(0) ack 1\n  +1 `b`\n", missing,
		  "0 `a`\n  +1 `b`\n" },
		{ "0 `a`\n// observed: x; was:\n//\t+0\n//\t> . 2:2(0) ack 1\n+0 > . 1:1(0) ack 1\n", missing,
		  "0 `a`\n// observed: missing packet; gone:\n//\t+0\n//\t> . 2:2(0) ack 1\n" },
	};
	const struct source original = { .name = "a.pkt", .text = "", .length = 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rounds); i++) {
		struct bench b;
		open_bench(&b, rounds[i].text);
		rounds[i].happen(&b);
		observed_correct(&b.out, b.record, &original);
		assert_string_equal(b.out.data, rounds[i].want);
		close_bench(&b);
	}
}

/* An expected failure that does not come, the init command, and a first event that is not at time 0. */
static void around_the_events(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, "//! title: t\n//! fails: 1: x: y\n`init`\n0 `a`\n`cleanup`\n");
	struct entry *e = record_append(b.record, ENTRY_COMMAND, NULL);
	e->status = ENTRY_FAILED;
	e->mismatch_kind = MISMATCH_COMMAND;
	e->message = "no";
	observed_correct(&b.out, b.record, NULL);
	assert_string_equal(b.out.data, "//! title: t\n"
			    "// observed: it does not fail so any more; gone: //! fails: 1: x: y\n"
			    "// observed: command failed: no; gone: `init`\n0 `a`\n`cleanup`\n");
	close_bench(&b);
}

static void top(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, "0 `a`\n+0.1 > . 1:1(0) ack 1\n+0 `b`\n");
	too_late(&b);
	observed_script(&b.out, b.record);
	assert_string_equal(b.out.data,
			    "// observed: what kernel did; 1 line differs from a.pkt\n"
			    "// observed: what follows the corrected line was not reached and is unverified\n"
			    "0 `a`\n// observed: too late; was: +0.1 > . 1:1(0) ack 1\n"
			    "+0.18 > . 1:1(0) ack 1\n+0 `b`\n");
	close_bench(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind),         cmocka_unit_test(followers), cmocka_unit_test(later_rounds),
		cmocka_unit_test(around_the_events), cmocka_unit_test(top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
