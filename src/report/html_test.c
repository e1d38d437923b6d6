/* SPDX-License-Identifier: MIT
 *
 * html_test.c - folders of HTML reports: what is in them, what is left alone
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/html_write.h"
#include "report/reports.h"

struct bench {
	char folder[64];
	struct buf text;                                     /* of the file read last */
};

static void open_bench(struct bench *b)
{
	*b = (struct bench){ .folder = "/tmp/protodrill-html-test.XXXXXX", .text = BUF_INIT };
	assert_non_null(mkdtemp(b->folder));
}

static void close_bench(struct bench *b)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", b->folder);
	assert_int_equal(system(command), 0);
	buf_free(&b->text);
}

static const char *path_in(const struct bench *b, const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", b->folder, name);
	return path;
}

static const char *read_file(struct bench *b, const char *name)
{
	int fd = open(path_in(b, name), O_RDONLY);

	assert_true(fd >= 0);
	buf_clear(&b->text);
	assert_true(buf_read_fd(&b->text, fd));
	close(fd);
	return b->text.data;
}

static void write_file(const struct bench *b, const char *name, const char *text)
{
	FILE *file = fopen(path_in(b, name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool is_there(const struct bench *b, const char *name)
{
	return access(path_in(b, name), F_OK) == 0;
}

static struct result case_of(int64_t number, const char *path, enum verdict verdict)
{
	return (struct result){
		.number = number, .id = path, .path = path, .target = "builtin", .profile = "rfc", .address = "ipv4",
		.verdict = verdict, .reason = verdict == VERDICT_PASS ? NULL : "because", .attempts = 1,
		.virtual_time = true, .script = "0 `true`\n",
	};
}

enum how_far { BEGUN, ENDED, INTERRUPTED };

static void open_reports(struct reports *reports, const struct bench *b)
{
	char list[128];
	struct buf problem = BUF_INIT;

	*reports = (struct reports){ 0 };
	snprintf(list, sizeof(list), "html=%s/report", b->folder);
	assert_true(reports_add(reports, list, &problem));
	buf_free(&problem);
}

static void write_report(const struct bench *b, const struct result *results, size_t count, enum how_far how_far)
{
	const struct result_run run = {
		.format = RESULT_FORMAT, .version = "0", .plan = "all", .digest = "0123456789abcdef",
		.cases = (int64_t)count,
	};
	struct result_end end = {
		.complete = how_far == ENDED, .interrupted = how_far == INTERRUPTED ? "SIGINT" : NULL,
	};
	struct buf problem = BUF_INIT;
	struct reports reports;

	open_reports(&reports, b);
	assert_true(reports_open(&reports, &problem));
	reports_begin(&reports, &run);
	for (size_t i = 0; i < count; i++)
		reports_add_result(&reports, &results[i], "", 0);
	if (how_far != BEGUN) {
		reports_end(&reports, &end);
		assert_true(reports_commit(&reports, &problem));
	}
	reports_free(&reports);
	buf_free(&problem);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in it", part);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' is in it", part);
}

static int count_of(const char *text, const char *part)
{
	int count = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		count++;
	return count;
}

/* ---- markup ---- */

static void values_are_escaped(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	html(&out, "<a href=\"%s\">%s</a> %d %zu %lld %.2f %.6f 100%%", "a\"b", "<&'>", -1, (size_t)2, 3LL, 1.005, 0.5);
	has(out.data, "<a href=\"a&quot;b\">&lt;&amp;");
	has(out.data, "&gt;</a> -1 2 3 1.0");
	has(out.data, " 0.500000 100%");
	buf_free(&out);
}

static void hostile_texts_stay_texts(void **state)
{
	struct result r = case_of(1, "</th><script>/<img src=x>.pkt", VERDICT_FAIL);
	struct result_mismatch mismatch = { "<field>", "<a>", "<b>", NULL };
	struct result_event event = {
		.kind = ENTRY_OUTBOUND, .status = RESULT_FAILED, .line = 1, .sign = "<", .text = "<text>",
		.message = "<message>",
		.expected = "<expected>", .observed = "<observed>", .mismatch = MISMATCH_FIELDS,
		.mismatches = &mismatch, .mismatch_count = 1,
	};
	struct bench b;

	(void)state;
	open_bench(&b);
	r.title = r.reason = r.covers = r.needs = "</code><b onclick=x>\xff";
	r.message = r.explanation = r.code_output = r.title;
	r.script = "<script>\n";
	r.observed_script = "</table>\n";
	r.line = 1;
	r.events = &event;
	r.event_count = 1;
	write_report(&b, &r, 1, ENDED);
	static const char *const files[] = { "report/index.html", "report/cases/0001--img-src-x-.html" };
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		const char *text = read_file(&b, files[i]);
		has_not(text, "<b onclick");
		has_not(text, "<img");
		has_not(text, "<script>");
		has_not(text, "<text>");
		has_not(text, "<field>");
		has_not(text, "\xff");
	}
	has(b.text.data, "&lt;expected&gt;");
	close_bench(&b);
}

/* The first and the last event are shown, and the failure is one of these. */
static void very_many_events(void **state)
{
	enum { EVENTS = 10001 };
	struct result r = case_of(1, "1.pkt", VERDICT_FAIL);
	struct result_event *events = calloc(EVENTS, sizeof(*events));
	struct bench b;

	(void)state;
	assert_non_null(events);
	for (int i = 0; i < EVENTS; i++)
		events[i] = (struct result_event){
			.kind = i % 2 ? ENTRY_TRACE : ENTRY_COMMAND, .sign = "|", .text = "trace",
		};
	events[0].text = "the first";
	events[EVENTS / 2].text = "in the middle";
	events[EVENTS - 1].text = "the last";
	r.events = events;
	r.event_count = EVENTS;
	open_bench(&b);
	write_report(&b, &r, 1, ENDED);
	has(read_file(&b, "report/cases/0001-1.html"), "Of 10001 events with the trace, 4000 are shown");
	has(b.text.data, "the first");
	has(b.text.data, "the last");
	has_not(b.text.data, "in the middle</code>");
	free(events);
	close_bench(&b);
}

/* ---- the matrix ---- */

static void folders_stay_together(void **state)
{
	const struct result results[] = {
		case_of(1, "b/1.pkt", VERDICT_PASS), case_of(2, "a/1.pkt", VERDICT_PASS),
		case_of(3, "b/2.pkt", VERDICT_SKIP),
		case_of(4, "top.pkt", VERDICT_PASS),
	};
	struct bench b;

	(void)state;
	open_bench(&b);
	write_report(&b, results, ARRAY_LEN(results), ENDED);
	const char *text = read_file(&b, "report/index.html");
	assert_int_equal(count_of(text, "class=\"folder\""), 3);
	const char *first = strstr(text, "id=\"case-1\""), *second = strstr(text, "id=\"case-3\"");
	const char *third = strstr(text, "id=\"case-2\"");
	assert_true(first && first < second && second < third);
	has_not(text, "id=\"trouble\"");
	has_not(text, "not complete");
	close_bench(&b);
}

static void variants_are_columns(void **state)
{
	struct result results[] = {
		case_of(1, "1.pkt", VERDICT_PASS), case_of(2, "1.pkt", VERDICT_FAIL), case_of(3, "1.pkt", VERDICT_PASS),
		case_of(4, "2.pkt", VERDICT_PASS),
	};
	struct bench b;

	(void)state;
	results[0].id = "1.pkt@rfc";
	results[1].id = "1.pkt@linux";
	results[1].profile = "linux";
	results[2].id = "1.pkt@rfc/ipv6/mss=1000";
	results[2].address = "ipv6";
	/* Only this script, and only once, has another address: its cell notes that. */
	results[3].address = "ipv6";
	results[3].expected = true;
	open_bench(&b);
	write_report(&b, results, ARRAY_LEN(results), ENDED);
	const char *text = read_file(&b, "report/index.html");
	has(text, "<th scope=\"col\">builtin · rfc</th><th scope=\"col\">builtin · linux</th>"
		  "<th scope=\"col\">builtin · rfc · ipv6 · mss=1000</th><th scope=\"col\">Title</th>");
	has(text, "XFAIL</a> <small>ipv6</small></td><td></td><td></td>");
	assert_int_equal(count_of(text, "<small>ipv6"), 1);
	assert_int_equal(count_of(text, "<tr><th scope=\"row\">"), 2);
	close_bench(&b);
}

static void failures_know_each_other(void **state)
{
	const struct result results[] = {
		case_of(1, "1.pkt", VERDICT_FAIL), case_of(2, "2.pkt", VERDICT_PASS),
		case_of(3, "3.pkt", VERDICT_ERROR),
		case_of(4, "4.pkt", VERDICT_FAIL),
	};
	struct bench b;

	(void)state;
	open_bench(&b);
	write_report(&b, results, ARRAY_LEN(results), ENDED);
	has(read_file(&b, "report/cases/0001-1.html"), "<a href=\"0003-3.html\" rel=\"next\">");
	has_not(b.text.data, "rel=\"prev\"");
	has(read_file(&b, "report/cases/0003-3.html"), "<a href=\"0001-1.html\" rel=\"prev\">");
	has(b.text.data, "<a href=\"0004-4.html\" rel=\"next\">");
	has_not(read_file(&b, "report/cases/0004-4.html"), "rel=\"next\"");
	close_bench(&b);
}

/* On a narrow screen a cell says itself which target it is about. */
static void facts_have_units_and_names(void **state)
{
	struct result results[] = { case_of(1, "1.pkt", VERDICT_FAIL), case_of(2, "2.pkt", VERDICT_FAIL) };
	struct bench b;

	(void)state;
	results[0].virtual_time = results[1].virtual_time = true;
	results[0].duration = vtime_ms(999);
	results[1].duration = vtime_ms(61500);
	open_bench(&b);
	write_report(&b, results, ARRAY_LEN(results), ENDED);
	has(read_file(&b, "report/cases/0001-1.html"), "<dt>Virtual time</dt><dd>999.000 ms</dd>");
	has(read_file(&b, "report/cases/0002-2.html"), "<dt>Virtual time</dt><dd>61.500 s</dd>");
	has(read_file(&b, "report/coverage.html"), "<td data-target=\"builtin rfc\">");
	close_bench(&b);
}

static void unfinished_runs_say_so(void **state)
{
	const struct result results[] = { case_of(1, "1.pkt", VERDICT_PASS) };
	struct bench b;

	(void)state;
	open_bench(&b);
	write_report(&b, results, 1, INTERRUPTED);
	has(read_file(&b, "report/index.html"), "This report is not complete.");
	has(b.text.data, "interrupted (SIGINT)");
	write_report(&b, results, 1, BEGUN);
	has(read_file(&b, "report/index.html"), "has not ended");
	has_not(b.text.data, "0001-1.html");
	close_bench(&b);
}

/* ---- the folder ---- */

static void only_our_files_are_removed(void **state)
{
	const struct result results[] = { case_of(1, "1.pkt", VERDICT_FAIL), case_of(2, "2.pkt", VERDICT_PASS) };
	struct bench b;

	(void)state;
	open_bench(&b);
	write_report(&b, results, 2, ENDED);
	struct buf list = BUF_INIT;
	buf_printf(&list, "%scases/../../mine\n../mine\ncases/0007-a/../../../mine\ncases/mine\n/etc/passwd\n",
	           read_file(&b, "report/files.txt"));
	write_file(&b, "report/files.txt", list.data);
	write_file(&b, "mine", "");
	write_file(&b, "report/cases/mine", "");
	write_file(&b, "report/cases/0009-mine.html", "");
	write_report(&b, results, 1, ENDED);
	assert_true(is_there(&b, "report/cases/0001-1.html"));
	assert_false(is_there(&b, "report/cases/0002-2.html"));
	assert_true(is_there(&b, "mine") && is_there(&b, "report/cases/mine") &&
	            is_there(&b, "report/cases/0009-mine.html"));
	has_not(read_file(&b, "report/files.txt"), "mine");
	buf_free(&list);
	close_bench(&b);
}

/* What a killed run wrote is known to the next one. */
static void killed_runs_leave_nothing(void **state)
{
	const struct result results[] = { case_of(1, "1.pkt", VERDICT_PASS), case_of(2, "2.pkt", VERDICT_PASS) };
	struct bench b;

	(void)state;
	open_bench(&b);
	write_report(&b, results, 2, BEGUN);
	assert_true(is_there(&b, "report/cases/0002-2.html"));
	write_report(&b, results, 1, BEGUN);
	write_report(&b, results, 1, ENDED);
	assert_false(is_there(&b, "report/cases/0002-2.html"));
	close_bench(&b);
}

static void foreign_folders_are_refused(void **state)
{
	struct buf problem = BUF_INIT;
	struct reports reports;
	struct bench b;

	(void)state;
	open_bench(&b);
	assert_int_equal(mkdir(path_in(&b, "report"), 0700), 0);
	write_file(&b, "report/files.txt", "a list of somebody else\n");
	open_reports(&reports, &b);
	assert_false(reports_open(&reports, &problem));
	has(problem.data, "report/files.txt is there and belongs to no report");
	reports_free(&reports);
	assert_string_equal(read_file(&b, "report/files.txt"), "a list of somebody else\n");
	/* Neither is a folder that is somewhere else. */
	assert_int_equal(unlink(path_in(&b, "report/files.txt")), 0);
	assert_int_equal(symlink("/tmp", path_in(&b, "report/cases")), 0);
	buf_clear(&problem);
	open_reports(&reports, &b);
	assert_false(reports_open(&reports, &problem));
	has(problem.data, "report/cases is there");
	reports_free(&reports);
	buf_free(&problem);
	close_bench(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_escaped),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(very_many_events),
		cmocka_unit_test(folders_stay_together),
		cmocka_unit_test(variants_are_columns),
		cmocka_unit_test(failures_know_each_other), cmocka_unit_test(facts_have_units_and_names),
		cmocka_unit_test(unfinished_runs_say_so),
		cmocka_unit_test(only_our_files_are_removed),
		cmocka_unit_test(killed_runs_leave_nothing),
		cmocka_unit_test(foreign_folders_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
