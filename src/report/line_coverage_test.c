/* SPDX-License-Identifier: MIT
 *
 * line_coverage_test.c - ranges of lines, what is asked of them, and the file of them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/line_coverage.h"
#include "report/line_coverage_html.h"
#include "report/xml_check.h"

static void ranges(void **state)
{
	static const struct {
		const char *marks, *text;                    /* one digit per line, from line 0 */
	} rows[] = {
		{ "", "" }, { "0", "" }, { "1", "0" }, { "0110", "1-2" }, { "01011", "1 3-4" }, { "2021", "0 2-3" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned char lines[8], back[8] = { 0 };
		const size_t count = strlen(rows[i].marks);
		struct buf text = BUF_INIT;
		for (size_t n = 0; n < count; n++)
			lines[n] = (unsigned char)(rows[i].marks[n] - '0');
		line_ranges_write(&text, lines, count, 1);
		assert_string_equal(text.data, rows[i].text);
		line_ranges_mark(text.data, back, count, 1);
		for (size_t n = 0; n < count; n++)
			assert_int_equal(back[n], lines[n] >= 1);
		buf_free(&text);
	}
	assert_int_equal(line_ranges_last("1 3-40"), 40);
	assert_int_equal(line_ranges_last(""), 0);
	assert_true(line_ranges_meet("1 3-40", 40, 50));
	assert_true(line_ranges_meet("1 3-40", 2, 3));
	assert_false(line_ranges_meet("1 3-40", 2, 2));
}

static const struct covered_file files[] = { { .name = "net/ipv4/tcp_input.c", .lines = "10 20-30" } };
static const struct covered ran = { .case_id = "a.pkt", .files = files, .file_count = 1 };

static void questions(void **state)
{
	static const struct {
		const char *text;
		bool good, met;
	} rows[] = {
		{ "tcp_input.c:10", true, true },     { "ipv4/tcp_input.c:25", true, true },
		{ "net/ipv4/tcp_input.c:11-20", true, true }, { "input.c:10", true, false },
		{ "tcp_input.c:11-19", true, false }, { "tcp_output.c:10", true, false },
		{ "tcp_input.c", false, false },      { "tcp_input.c:", false, false },
		{ "tcp_input.c:0", false, false },    { "tcp_input.c:9-3", false, false },
		{ ":3", false, false },               { "tcp_input.c:3x", false, false },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct line_question question;
		if (line_question_read(rows[i].text, arena, &question) != rows[i].good ||
		    (rows[i].good && line_question_met(&question, &ran) != rows[i].met))
			fail_msg("%s", rows[i].text);
	}
	arena_free(arena);
}

/* What changes, what goes, and what is beside an addition; a removed line may look like the head of a file. */
static void patches(void **state)
{
	static const char patch[] =
		"diff --git a/net/ipv4/tcp.c b/net/ipv4/tcp.c\n--- a/net/ipv4/tcp.c\n+++ b/net/ipv4/tcp.c\n"
		"@@ -10,4 +10,4 @@ int f(void)\n x\n-y\n+z\n--- w\n v\n"
		"@@ -30,0 +31,2 @@\n+new\n+new\n"
		"--- net/ipv4/udp.c\t2026-01-01\n+++ net/ipv4/udp.c\t2026-01-02\n@@ -7 +7 @@\n-a\n+b\n";
	static const struct line_question expected[] = {
		{ "net/ipv4/tcp.c", 11, 11 }, { "net/ipv4/tcp.c", 11, 12 }, { "net/ipv4/tcp.c", 12, 12 },
		{ "net/ipv4/tcp.c", 30, 31 }, { "net/ipv4/tcp.c", 30, 31 },
		{ "net/ipv4/udp.c", 7, 7 },   { "net/ipv4/udp.c", 7, 8 },
	};
	struct arena *arena = arena_new();
	size_t count;
	const struct line_question *got = line_questions_of_patch(patch, arena, &count);

	(void)state;
	assert_int_equal(count, ARRAY_LEN(expected));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(got[i].file, expected[i].file);
		assert_int_equal(got[i].first, expected[i].first);
		assert_int_equal(got[i].last, expected[i].last);
	}
	line_questions_of_patch("no patch\n", arena, &count);
	assert_int_equal(count, 0);
	arena_free(arena);
}

static void there_and_back(void **state)
{
	static const struct covered_function functions[] = { { "f", 9, 15 }, { "g", 20, 31 } };
	static const struct covered_file all_files[] = {
		{ "net/ipv4/tcp_input.c", "10-12 20-31", functions, 2 }, { "net/ipv4/udp.c", "5", NULL, 0 },
	};
	const struct covered all = { .source = "/s", .files = all_files, .file_count = 2 };
	char path[] = "/tmp/line_coverage_test.XXXXXX";
	const int fd = mkstemp(path);
	struct buf text = BUF_INIT, table = BUF_INIT, problem = BUF_INIT;
	struct line_coverage coverage;

	(void)state;
	covered_write(&text, &all);
	covered_write(&text, &ran);
	assert_int_equal(write(fd, text.data, text.length), (ssize_t)text.length);
	assert_true(line_coverage_read(path, &coverage, &problem));
	assert_int_equal(coverage.count, 1);
	line_coverage_table(&table, &coverage, true);
	assert_non_null(strstr(table.data, "net/ipv4/tcp_input.c                             12 of     15   80.0 %"));
	assert_non_null(strstr(table.data, "2 of    2 functions\n  f "));
	assert_non_null(strstr(table.data, "  g                                              11 of     12   91.7 %\n"));
	assert_non_null(strstr(table.data, "net/ipv4/udp.c                                    0 of      1    0.0 %"));
	assert_non_null(strstr(table.data, "all                                              12 of     16   75.0 %"));
	line_coverage_free(&coverage);
	assert_int_equal(ftruncate(fd, (off_t)text.length - 5), 0);
	assert_false(line_coverage_read(path, &coverage, &problem));
	assert_non_null(strstr(problem.data, ":2: this is no line"));
	line_coverage_free(&coverage);
	close(fd);
	unlink(path);
	buf_free(&text);
	buf_free(&table);
	buf_free(&problem);
}

/* Behind each line is how many cases ran it, or that none did; the source's own text cannot break out. */
static void pages(void **state)
{
	static const struct covered_function functions[] = { { "f", 1, 4 } };
	static const struct covered_file all[] = { { "a.c", "2-4", functions, 1 } };
	static const struct covered_file first[] = { { .name = "a.c", .lines = "2-3" } };
	static const struct covered_file second[] = { { .name = "a.c", .lines = "3" } };
	struct covered cases[] = {
		{ .case_id = "<1>.pkt", .files = first, .file_count = 1 },
		{ .case_id = "2.pkt", .files = second, .file_count = 1 },
	};
	char folder[] = "/tmp/line_coverage_test.XXXXXX", path[sizeof(folder) + 4];
	struct line_coverage coverage = { .cases = cases, .count = 2 };
	struct buf page = BUF_INIT;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.c", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("/* <b> */\nint a = b & c;\n\treturn \"x\";\n}\n", file);
	fclose(file);
	coverage.source = (struct covered){ .source = folder, .files = all, .file_count = 1 };
	line_coverage_html_file(&page, &coverage, &all[0], "9.9");
	assert_null(xml_fault(strchr(page.data, '\n') + 1));
	assert_non_null(strstr(page.data, "<tr id=\"L1\" class=\"plain\">"));
	assert_non_null(strstr(page.data, "\"#cases1\">1</a></td><td><code>int a = b &amp; c;"));
	assert_non_null(strstr(page.data, "\"#cases2\">2</a></td><td><code>\treturn"));
	assert_non_null(strstr(page.data, "never</td><td><code>}"));
	assert_non_null(strstr(page.data, "<dt id=\"cases2\">line 3 ...</dt><dd>&lt;1&gt;.pkt<br/>2.pkt</dd>"));
	assert_non_null(strstr(page.data, "<a href=\"#L1\">f</a></th><td class=\"number\">2</td><td "));
	assert_null(strstr(page.data, "&quot;DejaVu"));      /* a browser would take it literally in a style */
	buf_clear(&page);
	line_coverage_html_index(&page, &coverage, "9.9");
	assert_null(xml_fault(strchr(page.data, '\n') + 1));
	assert_non_null(strstr(page.data, "<a href=\"a.c.html\">a.c</a></th><td class=\"number\">2</td>"));
	assert_non_null(strstr(page.data, "<td class=\"number\">66.7 %</td>"));
	assert_non_null(strstr(page.data, "\"DejaVu Sans Mono\""));
	assert_non_null(strstr(page.data, "Written by protodrill 9.9."));
	unlink(path);
	rmdir(folder);
	buf_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges),
		cmocka_unit_test(questions),
		cmocka_unit_test(patches),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
