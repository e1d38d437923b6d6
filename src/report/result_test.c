/* SPDX-License-Identifier: MIT
 *
 * result_test.c - results as lines and back, and lines that are none
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/result.h"

static const struct result_packet packets[] = { { { 1 }, { 2 }, (const uint8_t *)"\x45\x00\xff", 3 } };
static const struct result_mismatch mismatches[] = { { "tcp_seq", "1", "2", "tcp_seq: 1, not 2" },
						     { "tcp_psh", NULL, NULL, "no PSH" } };
static const struct result_event events[] = {
	{ .kind = ENTRY_CALL, .line = 3, .sign = "call", .text = "listen(3, 1) = 0", .live = "\"\\\n\t" },
	{ .kind = ENTRY_OUTBOUND, .status = RESULT_FAILED, .line = 4, .sign = ">", .timed = true, .planned = { -5 },
	  .planned_end = { INT64_MAX }, .happened = true, .actual = { 7 }, .lateness = { 9 }, .expected = "S. 0:0(0)",
	  .observed = "S 0:0(0)", .mismatch = MISMATCH_FIELDS, .mismatches = mismatches,
	  .mismatch_count = ARRAY_LEN(mismatches), .message = "m", .explanation = "e", .packets = packets,
	  .packet_count = ARRAY_LEN(packets) },
	{ .kind = ENTRY_TRACE, .status = RESULT_NOT_REACHED, .sign = "|" },
};
static const struct result_sample samples[] = {
	{ .at = { 3 }, .fd = 4, .values.cwnd = 10, .values.ssthresh = 0x7fffffff, .values.rto = 1000000 }
};
static const struct result_diagnostic diagnostics[] = { { "error", 2, 5, "syntax error" } };
static const struct result_setting settings[] = { { "define", "MSS=1460" } };

static const struct result_kernel kernels[] = { { "linux:new", "6.12.1", 250, "v6.12-3-g01-dirty", "CONFIG_X=y\n" } };

static const struct result_line lines[] = {
	{ .kind = RESULT_LINE_RUN,
	  .run = { .format = RESULT_FORMAT, .version = "0.1", .plan = "p", .digest = "0123456789abcdef", .cases = 12,
	           .shard = 1, .shards = 3, .shard_cases = 4, .system = "Linux",
	           .kernels = kernels, .kernel_count = ARRAY_LEN(kernels),
	           .started = { 5 }, .command = "c" } },
	{ .kind = RESULT_LINE_CASE,
	  .result = { .number = 7, .id = "a.pkt@kernel/ipv6", .path = "a.pkt", .target = "kernel", .profile = "rfc",
	              .address = "ipv6", .settings = settings, .setting_count = ARRAY_LEN(settings),
	              .title = "t\xc3\xa4", .covers = "RFC9293:MUST-13", .needs = "tcp", .verdict = VERDICT_FAIL,
	              .reason = "r", .attempts = 2, .virtual_time = true, .duration = { 5 }, .wall = { 9 },
	              .defects = "d", .reached = "c", .seed = 3,
	              .headline = "h", .worst_lateness = { 6 }, .worst_wake = { 7 },
	              .stolen = { 8 }, .round_trip = { 9 }, .clock_offset = { -5 }, .line = 4,
	              .mismatch = MISMATCH_FIELDS, .message = "m", .explanation = "e",
	              .cleanup_message = "c", .diagnostics = diagnostics, .diagnostic_count = ARRAY_LEN(diagnostics),
	              .script = "0 `true`\n", .text = "FAIL\n", .code_output = "o", .code_errors = "E",
	              .observed_script = "0 `false`\n", .events = events, .event_count = ARRAY_LEN(events),
	              .samples = samples, .sample_count = ARRAY_LEN(samples) } },
	{ .kind = RESULT_LINE_END,
	  .end = { .passed = 1, .failed = 2, .inconclusive = 3, .skipped = 4, .errors = 5, .complete = true,
	           .interrupted = "INT", .wall = { 6 } } },
};

static void there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct buf first = BUF_INIT, second = BUF_INIT, problem = BUF_INIT;
		struct arena *arena = arena_new();
		struct result_line read;

		result_line_write(&first, &lines[i]);
		assert_true(result_line_read(first.data, first.length, arena, &read, &problem));
		assert_string_equal(problem.data, "");
		assert_int_equal(read.kind, lines[i].kind);
		result_line_write(&second, &read);
		assert_string_equal(first.data, second.data);
		arena_free(arena);
		buf_free(&first);
		buf_free(&second);
	}
}

/* ---- lack of memory ---- */

enum { CAME_THROUGH, LACKED_MEMORY, SAID_SOMETHING_ELSE };

static int allocations_left;                             /* how many allocations jansson may make before one fails */

static void *failing_malloc(size_t size)
{
	if (allocations_left-- > 0)
		return malloc(size);
	errno = ENOMEM;
	return NULL;
}

/* In a process of its own: a line is written, or read back, while allocation number @nth fails. */
static int outcome_of(const struct result_line *line, const struct buf *text, bool reading, int nth)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct buf again = BUF_INIT, problem = BUF_INIT;
		struct result_line read;
		close(STDERR_FILENO);
		allocations_left = nth;
		json_set_alloc_funcs(failing_malloc, free);
		if (reading)
			_exit(result_line_read(text->data, text->length, arena_new(), &read, &problem) ? CAME_THROUGH :
			      SAID_SOMETHING_ELSE);
		result_line_write(&again, line);
		_exit(strcmp(again.data, text->data) ? SAID_SOMETHING_ELSE : CAME_THROUGH);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? LACKED_MEMORY : WEXITSTATUS(status);
}

/* A line that lacks some of its keys would be taken for one that has nothing to say there. */
static void no_line_lacks_what_memory_lacked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct buf text = BUF_INIT;
		result_line_write(&text, &lines[i]);
		for (int reading = 0; reading < 2; reading++) {
			int nth = 0, outcome;
			while ((outcome = outcome_of(&lines[i], &text, reading, nth)) == LACKED_MEMORY)
				nth++;
			assert_int_equal(outcome, CAME_THROUGH);
			assert_true(nth > 10);
		}
		buf_free(&text);
	}
}

static void values_arrive(void **state)
{
	struct buf text = BUF_INIT, problem = BUF_INIT;
	struct arena *arena = arena_new();
	struct result_line line;

	(void)state;
	result_write(&text, &lines[1].result);
	assert_true(result_line_read(text.data, text.length, arena, &line, &problem));
	const struct result *r = &line.result;
	assert_int_equal(r->number, 7);
	assert_int_equal(r->verdict, VERDICT_FAIL);
	assert_string_equal(r->title, lines[1].result.title);
	assert_int_equal(r->event_count, 3);
	assert_ptr_equal(result_failure(r), &r->events[1]);
	assert_string_equal(r->events[0].live, events[0].live);
	assert_int_equal(r->events[1].planned.ns, -5);
	assert_int_equal(r->events[1].planned_end.ns, INT64_MAX);
	assert_int_equal(r->events[1].packets[0].length, 3);
	assert_memory_equal(r->events[1].packets[0].bytes, packets[0].bytes, 3);
	assert_null(r->events[1].mismatches[1].expected);
	assert_int_equal(r->samples[0].values.ssthresh, 0x7fffffff);
	assert_string_equal(r->settings[0].value, "MSS=1460");
	arena_free(arena);
	buf_free(&text);
}

/* Reports may rely on these texts being there. */
static void texts_that_are_never_null(void **state)
{
	static const char text[] = "{\"kind\":\"case\",\"number\":1,\"id\":\"a\",\"path\":\"a\",\"target\":\"t\","
				   "\"settings\":[{}],\"diagnostics\":[{}],\"events\":[{\"mismatches\":[{}]}]}";
	struct buf problem = BUF_INIT;
	struct arena *arena = arena_new();
	struct result_line line;

	(void)state;
	assert_true(result_line_read(text, strlen(text), arena, &line, &problem));
	const struct result *r = &line.result;
	assert_string_equal(r->settings[0].name, "");
	assert_string_equal(r->diagnostics[0].severity, "");
	assert_string_equal(r->diagnostics[0].text, "");
	assert_string_equal(r->events[0].sign, "");
	assert_string_equal(r->events[0].mismatches[0].field, "");
	assert_string_equal(r->events[0].mismatches[0].text, "");
	assert_null(r->events[0].mismatches[0].expected);
	arena_free(arena);
}

/* What no JSON text can hold must not make a line disappear. */
static void bytes_that_are_no_text(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "a\xff" "b", "a\xef\xbf\xbd" "b" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },          /* a surrogate */
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },                          /* overlong */
		{ "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd" },                          /* cut short */
		{ "\xe2\x82\xac\xff", "\xe2\x82\xac\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct result r = { .number = 1, .id = rows[i].text, .path = "p", .target = "builtin" };
		struct buf text = BUF_INIT, problem = BUF_INIT;
		struct arena *arena = arena_new();
		struct result_line line;

		result_write(&text, &r);
		assert_true(result_line_read(text.data, text.length, arena, &line, &problem));
		assert_string_equal(line.result.id, rows[i].want);
		arena_free(arena);
		buf_free(&text);
	}
}

static void lines_that_are_none(void **state)
{
	static const struct {
		const char *text, *problem;
	} rows[] = {
		{ "", "no results, as run --report json=FILE writes them: "
		  "no JSON: '[' or '{' expected near end of file" },
		{ "[]", "no line of results: \"kind\" is not run, case or end" },
		{ "{\"kind\":\"other\"}", "no line of results: \"kind\" is not run, case or end" },
		{ "{\"kind\":\"run\",\"format\":99}", "results of format 99, want 1" },
		{ "{\"kind\":\"run\",\"format\":1,\"version\":\"1\"}", "a line of results without \"plan\"" },
		{ "{\"kind\":\"case\",\"id\":\"a\"}", "a line of results without \"path\"" },
		{ "{\"kind\":\"case\",\"id\":\"a\",\"path\":\"\"}", "a line of results without \"path\"" },
		{ "{\"kind\":\"case\",\"number\":1,\"id\":\"a\",\"path\":\"a\",\"target\":\"t\",\"duration_ns\":-1}",
		  "\"duration_ns\" is less than 0" },
		{ "{\"kind\":\"end\",\"passed\":-1}", "numbers of cases are from 0 to 1073741824" },
		{ "{\"kind\":\"end\",\"errors\":9223372036854775807}", "numbers of cases are from 0 to 1073741824" },
		{ "{\"kind\":\"case\",\"id\":1}", "\"id\" is not a string" },
		{ "{\"kind\":\"case\",\"verdict\":\"GREEN\"}", "\"verdict\" is not one of its words" },
		{ "{\"kind\":\"case\",\"number\":\"1\"}", "\"number\" is not an integer" },
		{ "{\"kind\":\"case\",\"line\":4294967296}", "\"line\" is not in the range of integers" },
		{ "{\"kind\":\"case\",\"virtual_time\":1}", "\"virtual_time\" is not true or false" },
		{ "{\"kind\":\"case\",\"events\":{}}", "\"events\" is not an array" },
		{ "{\"kind\":\"case\",\"events\":[1]}", "not an object" },
		{ "{\"kind\":\"case\",\"events\":[{\"packets\":[{\"bytes\":\"4g\"}]}]}",
		  "\"bytes\" is not bytes as pairs of hexadecimal digits" },
		{ "{\"kind\":\"case\",\"events\":[{\"packets\":[{\"bytes\":\"451\"}]}]}",
		  "\"bytes\" is not bytes as pairs of hexadecimal digits" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf problem = BUF_INIT;
		struct arena *arena = arena_new();
		struct result_line line;

		assert_false(result_line_read(rows[i].text, strlen(rows[i].text), arena, &line, &problem));
		assert_string_equal(problem.data, rows[i].problem);
		arena_free(arena);
		buf_free(&problem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(no_line_lacks_what_memory_lacked),
		cmocka_unit_test(values_arrive),
		cmocka_unit_test(texts_that_are_never_null),
		cmocka_unit_test(bytes_that_are_no_text),
		cmocka_unit_test(lines_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
