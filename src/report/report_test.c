/* SPDX-License-Identifier: MIT
 *
 * report_test.c - records built by hand, in the old wording, as a ladder and as a capture
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "report/capture.h"
#include "report/event.h"
#include "report/original_text.h"
#include "report/text.h"

static const char text[] = "--ip_version=ipv4\n"
			   "0 `true`\n"
			   "+.1 > P. 1:1001(1000) ack 1\n"
			   "+0 `sleep 1`\n";

struct bench {
	struct diags diags;
	struct script *script;
	struct record *record;
	struct entry *command, *packet;
	struct packet observed;
	struct buf out, err;
};

static void open_bench(struct bench *b)
{
	*b = (struct bench){ .out = BUF_INIT, .err = BUF_INIT };
	diags_init(&b->diags);
	b->script = script_parse("a.pkt", text, strlen(text), NULL, NULL, &b->diags);
	assert_true(script_check(b->script, &b->diags));
	b->record = record_new(b->script, "kernel", false);
	b->record->start = vtime_s(5);
	b->record->duration = vtime_ms(100);
	b->command = record_append(b->record, ENTRY_COMMAND, b->script->events);
	b->command->timed = true;
	b->command->actual = vtime_us(12);
	b->packet = record_append(b->record, ENTRY_OUTBOUND, b->script->events->next);
	b->packet->timed = true;
	b->packet->planned = b->packet->planned_end = vtime_ms(100);
	b->packet->actual = vtime_us(100034);
	b->packet->expected = &b->script->events->next->scripted->packet;
}

static void close_bench(struct bench *b)
{
	record_free(b->record);
	script_free(b->script);
	diags_free(&b->diags);
	buf_free(&b->out);
	buf_free(&b->err);
}

/* The peer's window is not compared; the flag, the number and the length are, and they differ. */
static void fail_packet(struct bench *b)
{
	b->observed = *b->packet->expected;
	struct header *tcp = packet_transport(&b->observed);
	tcp->tcp.flags = TCP_ACK;
	tcp->tcp.seq = 501;
	tcp->tcp.window = 257;
	b->packet->observed = &b->observed;
	b->packet->show_packets = true;
	b->packet->status = ENTRY_FAILED;
	b->packet->mismatch_kind = MISMATCH_FIELDS;
	b->packet->message = "error handling packet: live packet field tcp_psh: expected: 1 vs actual: 0";
	record_field_mismatch(b->record, b->packet, PACKET_FIELD_TCP_PSH, "1", "0", "text");
	record_field_mismatch(b->record, b->packet, PACKET_FIELD_TCP_SEQ, "1", "501", "text");
	b->record->failure = b->packet;
	b->record->verdict = VERDICT_FAIL;
}

static void old_wording(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	fail_packet(&b);
	original_text_report(b.record, &b.out, &b.err);
	assert_string_equal(b.out.data, "");
	assert_string_equal(b.err.data,
	                    "a.pkt:3: error handling packet: live packet field tcp_psh: expected: 1 vs actual: 0\n"
	                    "script packet:  0.100000 P. 1:1001(1000) ack 1 \n"
	                    "actual packet:  0.100034 . 501:1501(1000) ack 1 win 257 \n");
	close_bench(&b);
}

/* Each entry is shown once, when it is published; a repeated run says so. */
static void old_trace_of_a_run(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	b.script->config.verbose = true;
	b.record->attempts = 2;
	b.packet->live = &(struct live_packet){ .at = vtime_us(100034), .packet = *b.packet->expected };
	for (const struct entry *e = b.record->first; e; e = e->next)
		original_text_trace(b.record, e, &b.out);
	assert_string_equal(b.out.data, "a.pkt: attempt 2\n"
	                                "outbound sniffed packet:  0.100034 P. 1:1001(1000) ack 1 win 0 \n");
	buf_clear(&b.out);
	b.script->config.debug = true;
	b.script->config.verbose = false;
	original_text_trace(b.record, b.packet, &b.out);
	assert_string_equal(b.out.data, "a.pkt:3: P. 1:1001(1000) ack 1, planned at 0.100000, at 0.100034, "
	                                "our lateness 0.000000\n");
	close_bench(&b);
}

static void count_entry(const struct record *r, const struct entry *e)
{
	(void)r;
	((struct entry *)(uintptr_t)e)->lateness.ns++;
}

static void entries_are_published_once(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	record_publish(b.record);
	b.record->observe = count_entry;
	record_publish(b.record);
	struct entry *third = record_append(b.record, ENTRY_CLOSING, NULL);
	record_publish(b.record);
	record_publish(b.record);
	assert_int_equal(b.command->lateness.ns, 1);
	assert_int_equal(b.packet->lateness.ns, 1);
	assert_int_equal(third->lateness.ns, 1);
	close_bench(&b);
}

static void old_wording_without_packets(void **state)
{
	static const struct {
		enum verdict verdict;
		const char *reason, *old_message, *want;
	} rows[] = {
		{ VERDICT_PASS, NULL, NULL, "" },
		{ VERDICT_INCONCLUSIVE, "the harness was 7.2 ms late at line 3 (tolerance 4.0 ms)", NULL,
		  "a.pkt: inconclusive: the harness was 7.2 ms late at line 3 (tolerance 4.0 ms), 3 attempts\n" },
		{ VERDICT_FAIL, "why", "a.pkt: error executing init command: non-zero status 1",
		  "a.pkt: error executing init command: non-zero status 1\n" },
		{ VERDICT_ERROR, "no device", NULL, "error: no device\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		open_bench(&b);
		b.record->verdict = rows[i].verdict;
		b.record->verdict_reason = rows[i].reason;
		b.record->old_message = rows[i].old_message;
		b.record->attempts = 3;
		original_text_report(b.record, &b.out, &b.err);
		assert_string_equal(b.err.data, rows[i].want);
		b.record->cleanup_message = "a.pkt: clean-up failed too";
		original_text_report(b.record, &b.out, &b.err);
		assert_non_null(strstr(b.err.data, "a.pkt: clean-up failed too\n"));
		close_bench(&b);
	}
}

static void old_parse_errors(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "0 `true`\n+0 ? S 1:1(0)\n", "b.pkt:2: parse error at '?': syntax error\n" },
		{ "--no_such_option\n0 `true`\n", "b.pkt: option 'no_such_option' unknown\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct diags diags;
		struct buf err = BUF_INIT;
		diags_init(&diags);
		struct script *s = script_parse("b.pkt", rows[i].text, strlen(rows[i].text), NULL, NULL, &diags);
		original_text_diag(&diags, &err);
		assert_string_equal(err.data, rows[i].want);
		script_free(s);
		buf_free(&err);
		diags_free(&diags);
	}
}

static void ladder(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	fail_packet(&b);
	text_report(&b.out, b.record, &(struct text_style){ 0 });
	assert_string_equal(
		b.out.data,
		"FAIL  a.pkt  0.10 s\n"
		"      line 3: fields differ: expected 1:1001(1000), observed 501:1501(1000), and 1 more field\n"
		"      line    planned     actual\n"
		"         2   0.000000   0.000012  shell  true\n"
		"   !     3   0.100000   0.100034  >      P. 1:1001(1000) ack 1\n"
		"                        expected         P. 1:1001(1000) ack 1\n"
		"                                         ^  ^\n"
		"                        observed         . 501:1501(1000) ack 1 win 257\n"
		"                                           ^^^\n"
		"         4                     -  shell  sleep 1  (not reached)\n"
		"\n"
		"     field    expected  observed\n"
		"     tcp_psh  1         0\n"
		"     tcp_seq  1         501\n"
		"\n"
		"     a.pkt:3: fields differ: error handling packet: live packet field tcp_psh: expected: 1 "
		"vs actual: 0\n"
		"\n");
	close_bench(&b);
}

/* A packet is recorded after the line that it disturbed, and shown at the time at which it came. */
static void unexpected_packet_is_at_its_time(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	fail_packet(&b);
	struct entry *extra = record_append(b.record, ENTRY_UNEXPECTED, NULL);
	extra->actual = vtime_ms(50);
	extra->observed = &b.observed;
	text_report(&b.out, b.record, &(struct text_style){ 0 });
	const char *shown = strstr(b.out.data,
	                           "   0.050000  >      . 501:1501(1000) ack 1 win 257 (no line expects this)\n");
	const char *failed = strstr(b.out.data, "   !     3 ");
	assert_non_null(shown);
	assert_non_null(failed);
	assert_true(shown < failed);
	/* So is what happened inside at the instant at which a packet left, since it caused the packet. */
	struct entry *cause = record_append(b.record, ENTRY_TRACE, NULL);
	cause->actual = vtime_ms(50);
	cause->message = "timer fires";
	buf_clear(&b.out);
	text_report(&b.out, b.record, &(struct text_style){ .verbose = true, .trace = true });
	shown = strstr(b.out.data, "(no line expects this)\n");
	assert_non_null(strstr(b.out.data, "timer fires"));
	assert_true(strstr(b.out.data, "timer fires") < shown);
	close_bench(&b);
}

static void lines_after_what_was_played_were_not_reached(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	assert_null(events_not_reached(b.record));
	b.record->failure = b.packet;
	assert_ptr_equal(events_not_reached(b.record), b.script->events->next->next);
	b.record->failure = b.command;                       /* such as code, which is judged at the end */
	assert_ptr_equal(events_not_reached(b.record), b.script->events->next->next);
	record_append(b.record, ENTRY_RETURN, b.script->events);
	assert_ptr_equal(events_not_reached(b.record), b.script->events->next->next);
	record_append(b.record, ENTRY_COMMAND, b.script->events->next->next);
	assert_null(events_not_reached(b.record));
	close_bench(&b);
}

static void one_line_verdicts(void **state)
{
	static const struct {
		enum verdict verdict;
		int attempts;
		const char *reason, *want;
	} rows[] = {
		{ VERDICT_PASS, 1, NULL, "PASS  a.pkt  0.10 s\n" },
		{ VERDICT_PASS, 2, NULL, "PASS  a.pkt  0.10 s  (attempt 2)\n" },
		{ VERDICT_PASS, 1, "as it must", "PASS  a.pkt  0.10 s  as it must\n" },
		{ VERDICT_SKIP, 1, "why", "SKIP  a.pkt  0.10 s  why\n" },
		{ VERDICT_INCONCLUSIVE, 3, "why", "INCONCLUSIVE  a.pkt  0.10 s  (attempt 3)  why\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		open_bench(&b);
		b.record->verdict = rows[i].verdict;
		b.record->verdict_reason = rows[i].reason;
		b.record->attempts = rows[i].attempts;
		text_report(&b.out, b.record, &(struct text_style){ 0 });
		assert_string_equal(b.out.data, rows[i].want);
		close_bench(&b);
	}
}

static void summary(void **state)
{
	struct buf out = BUF_INIT;
	const int counts[VERDICTS] = { [VERDICT_PASS] = 3, [VERDICT_FAIL] = 1 };

	(void)state;
	text_summary(&out, counts, 0, &(struct text_style){ 0 });
	assert_string_equal(out.data, "3 passed, 1 failed, 0 inconclusive, 0 skipped, 0 errors\n");
	buf_free(&out);
}

/* Packets are written in the order of their times, whatever entry they belong to. */
static void capture_is_in_time_order(void **state)
{
	static const uint8_t first[] = "first", second[] = "second";
	struct live_packet late = { .wall = vtime_s(2), .bytes = second, .length = 6 };
	struct live_packet early = { .wall = vtime_s(1), .bytes = first, .length = 5 };
	struct bench b;

	(void)state;
	open_bench(&b);
	b.command->live = &late;
	b.packet->live = &early;
	capture_pack(&b.out, b.record);
	const char *one = memmem(b.out.data, b.out.length, "first", 5);
	const char *two = memmem(b.out.data, b.out.length, "second", 6);
	assert_non_null(one);
	assert_non_null(two);
	assert_true(one < two);
	close_bench(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_wording),
		cmocka_unit_test(old_trace_of_a_run),
		cmocka_unit_test(entries_are_published_once),
		cmocka_unit_test(old_wording_without_packets),
		cmocka_unit_test(old_parse_errors),
		cmocka_unit_test(ladder),
		cmocka_unit_test(unexpected_packet_is_at_its_time),
		cmocka_unit_test(lines_after_what_was_played_were_not_reached),
		cmocka_unit_test(one_line_verdicts),
		cmocka_unit_test(summary),
		cmocka_unit_test(capture_is_in_time_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
