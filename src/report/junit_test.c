/* SPDX-License-Identifier: MIT
 *
 * junit_test.c - JUnit XML of results built by hand, with hostile names and texts
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "report/junit.h"
#include "report/xml_check.h"

#define HOSTILE "]]>\x01\xff\"'<&\n\t\r"

static const struct result_diagnostic diagnostic = { "error", 2, 5, HOSTILE };
static const struct result passed = {
	.id = "a/b.pkt@kernel/ipv6", .path = "a/b.pkt", .target = "kernel", .duration = { 1500000999 },
	.code_output = HOSTILE, .code_errors = "E",
};
static const struct result skipped = {
	.id = "c.pkt", .path = "c.pkt", .target = "builtin", .profile = "./my.yaml", .verdict = VERDICT_SKIP,
	.reason = "no tun",
};
static const struct result failed = {
	.id = "x/y/d.pkt", .path = "x/y/d.pkt", .target = "builtin", .profile = "rfc", .verdict = VERDICT_FAIL,
	.line = 3,
	.mismatch = MISMATCH_FIELDS, .message = HOSTILE, .text = HOSTILE, .virtual_time = true,
	.duration = { 3600500000000 },
	.wall = { 2000000 },
};
static const struct result late = {
	.id = "e.pkt", .path = "e.pkt", .target = "kernel", .verdict = VERDICT_INCONCLUSIVE, .reason = "late by 7 ms",
};
static const struct result wrong = {
	.id = HOSTILE, .path = HOSTILE, .target = "builtin", .profile = "rfc", .verdict = VERDICT_ERROR,
	.reason = "1 error",
	.line = 2, .diagnostics = &diagnostic, .diagnostic_count = 1,
};
static const struct result known = {
	.id = "f.pkt", .path = "f.pkt", .target = "kernel", .expected = true, .observed_verdict = VERDICT_FAIL,
	.reason = "known",
};
static const struct result *const all[] = { &passed, &skipped, &failed, &late, &wrong, &known };
static const struct result_run run = { .version = "1.0", .plan = HOSTILE, .digest = "0", .cases = 6 };

/* The text of a report. */
static void make(struct buf *out, const struct result *const *results, size_t count, const struct result_end *end)
{
	static char *text;
	static size_t length;
	struct report_sink sink = {
		.kind = &report_junit, .run = run, .arena = arena_new(), .out = BUF_INIT,
		.file = open_memstream(&text, &length),
	};

	report_junit.begin(&sink, &run);
	for (size_t i = 0; i < count; i++)
		report_junit.add(&sink, results[i], NULL, 0);
	report_junit.end(&sink, end);
	report_sink_drain(&sink);
	assert_int_equal(sink.error, 0);
	report_junit.release(&sink);
	fclose(sink.file);
	buf_puts(out, text);
	free(text);
	buf_free(&sink.out);
	arena_free(sink.arena);
}

#define REPLACED "\xef\xbf\xbd"
#define IN_TEXT "]]&gt;" REPLACED REPLACED "&quot;&#39;&lt;&amp;\n\t&#13;"
#define IN_ATTRIBUTE "]]&gt;" REPLACED REPLACED "&quot;&#39;&lt;&amp;&#10;&#9;&#13;"

static void a_run(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	make(&out, all, ARRAY_LEN(all), &(struct result_end){ .complete = true });
	assert_string_equal(
		out.data,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"protodrill\" tests=\"6\" failures=\"1\" errors=\"2\" skipped=\"2\" "
		"time=\"1.502000\">\n"
		"  <testsuite name=\"" IN_ATTRIBUTE "\" tests=\"6\" failures=\"1\" errors=\"2\" skipped=\"2\" "
		"time=\"1.502000\">\n"
		"    <properties>\n"
		"      <property name=\"protodrill\" value=\"1.0\"/>\n"
		"      <property name=\"digest\" value=\"0\"/>\n"
		"    </properties>\n"
		"    <testcase classname=\"a.kernel\" name=\"b.pkt@kernel/ipv6\" file=\"a/b.pkt\" time=\"1.500000\">\n"
		"      <system-out>" IN_TEXT "</system-out>\n"
		"      <system-err>E</system-err>\n"
		"    </testcase>\n"
		"    <testcase classname=\"builtin-_/my_yaml\" name=\"c.pkt\" file=\"c.pkt\" time=\"0.000000\">\n"
		"      <skipped type=\"SKIP\" message=\"no tun\"/>\n"
		"    </testcase>\n"
		"    <testcase classname=\"x/y.builtin-rfc\" name=\"d.pkt\" file=\"x/y/d.pkt\" line=\"3\" "
		"time=\"0.002000\">\n"
		"      <properties>\n        <property name=\"virtual_time\" value=\"3600.500000\"/>\n"
		"      </properties>\n"
		"      <failure type=\"fields differ\" message=\"" IN_ATTRIBUTE "\">" IN_TEXT "</failure>\n"
		"    </testcase>\n"
		"    <testcase classname=\"kernel\" name=\"e.pkt\" file=\"e.pkt\" time=\"0.000000\">\n"
		"      <error type=\"INCONCLUSIVE\" message=\"late by 7 ms\"></error>\n"
		"    </testcase>\n"
		"    <testcase classname=\"builtin-rfc\" name=\"" IN_ATTRIBUTE "\" file=\"" IN_ATTRIBUTE "\" "
		"line=\"2\" time=\"0.000000\">\n"
		"      <error type=\"ERROR\" message=\"1 error\">" IN_TEXT ":2:5: error: " IN_TEXT "\n</error>\n"
		"    </testcase>\n"
		"    <testcase classname=\"kernel\" name=\"f.pkt\" file=\"f.pkt\" time=\"0.000000\">\n"
		"      <skipped type=\"XFAIL\" message=\"known\"/>\n"
		"    </testcase>\n"
		"  </testsuite>\n"
		"</testsuites>\n");
	assert_null(xml_fault(strchr(out.data, '\n') + 1));
	buf_free(&out);
}

/* Everything that was played was good, yet a run that was stopped is not. */
static void a_run_that_was_stopped(void **state)
{
	static const struct {
		struct result_end end;
		const char *message;
	} rows[] = {
		{ { .interrupted = "TERM" }, "interrupted by SIGTERM: not all cases were played" },
		{ { .complete = false }, "not all cases were played" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT;
		make(&out, all, 1, &rows[i].end);
		assert_non_null(strstr(out.data, "<testsuites name=\"protodrill\" tests=\"2\" failures=\"0\" "
		                                 "errors=\"1\" skipped=\"0\""));
		assert_non_null(strstr(out.data,
		                       "<testcase classname=\"protodrill\" name=\"complete\" time=\"0.000000\">\n"
		                       "      <error type=\"ERROR\" message=\""));
		assert_non_null(strstr(out.data, rows[i].message));
		assert_null(xml_fault(strchr(out.data, '\n') + 1));
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run),
		cmocka_unit_test(a_run_that_was_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
