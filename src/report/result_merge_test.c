/* SPDX-License-Identifier: MIT
 *
 * result_merge_test.c - shards that are one run, and those that are not
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/result_merge.h"

enum { MOST_FILES = 3, MOST_NUMBERS = 4 };

struct part {
	int shard, shards;
	int numbers[MOST_NUMBERS];                           /* of the cases; 0: no more */
	int cases;                                           /* of the plan; 0: 4 */
	const char *version, *plan, *digest, *system;        /* NULL: the same as the others */
	bool broken_off, incomplete;
};

static char folder[] = "/tmp/protodrill-merge.XXXXXX";

static void write_part(const struct part *part, const char *path)
{
	struct buf text = BUF_INIT;
	struct result_line run = { .kind = RESULT_LINE_RUN, .run = {
		.format = RESULT_FORMAT, .version = part->version ? part->version : "1",
		.plan = part->plan ? part->plan : "p", .digest = part->digest ? part->digest : "d",
		.cases = part->cases ? part->cases : 4, .shard = part->shard, .shards = part->shards,
		.system = part->system,
	} };
	struct result_line end = { .kind = RESULT_LINE_END, .end = {
		.complete = !part->incomplete, .interrupted = part->incomplete ? "INT" : NULL,
	} };

	result_line_write(&text, &run);
	for (size_t i = 0; i < MOST_NUMBERS && part->numbers[i]; i++) {
		struct result r = { .number = part->numbers[i], .id = "a", .path = "a", .target = "builtin" };
		r.verdict = r.number == 2 ? VERDICT_FAIL : VERDICT_PASS;
		end.end.failed += r.verdict == VERDICT_FAIL;
		end.end.passed += r.verdict == VERDICT_PASS;
		end.end.expected += r.number == 4;
		result_write(&text, &r);
	}
	if (!part->broken_off)
		result_line_write(&text, &end);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text.data, file);
	assert_int_equal(fclose(file), 0);
	buf_free(&text);
}

/* Read @parts as one run; @got: the numbers in order, and then the problem. */
static void merge(const struct part *parts, struct result_merge *m, struct buf *got)
{
	static const char *const paths[] = { "1", "2", "3" };
	const struct result *result;
	struct buf problem = BUF_INIT;
	const char *line;
	size_t count = 0, length;

	for (; count < MOST_FILES && (parts[count].shard || parts[count].numbers[0]); count++)
		write_part(&parts[count], paths[count]);
	if (result_merge_open(m, paths, count, &problem))
		while (result_merge_next(m, &result, &line, &length, &problem)) {
			buf_printf(got, "%d ", (int)result->number);
			assert_int_equal(line[length - 1], '\n');
		}
	buf_puts(got, problem.data);
	assert_int_equal(m->end.complete, !problem.length);
	buf_free(&problem);
}

#define OF(number, count, ...) .shard = number, .shards = count, .numbers = { __VA_ARGS__ }

static const struct {
	struct part parts[MOST_FILES];
	const char *got;
} rows[] = {
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 3) } }, "1 2 3 4 " },
	{ { { OF(3, 3, 1, 4) }, { OF(2, 3, 0) }, { OF(1, 3, 2, 3) } }, "1 2 3 4 " },
	{ { { OF(1, 1, 1, 2, 3, 4) } }, "1 2 3 4 " },
	{ { { OF(1, 2, 1, 4) } }, "missing: shard 2 of 2" },
	{ { { OF(2, 9, 1, 4) }, { OF(8, 9, 0) } }, "missing: shards 1, 3-7, 9 of 9" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 3) }, { OF(2, 2, 2, 3) } }, "2 and 3: both are shard 2 of 2" },
	{ { { OF(1, 2, 1, 4) }, { OF(0, 0, 1, 2, 3, 4) } }, "2: of the whole plan, not of a shard of it" },
	{ { { OF(5, 2, 1, 4) }, { OF(-1, 2, 0) } }, "1: there is no shard 5 of 2\n2: there is no shard -1 of 2" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 3), .version = "2" } }, "2: results of protodrill 2, but 1: 1" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 3), .plan = "q" } }, "2: results of the plan q, but 1: p" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 3), .cases = 5 } }, "2: 5 cases in the plan, but 1: 4" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 3, 2, 3) } }, "2: 3 shards, but 1: 2" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 3), .digest = "e" } },
	  "2: other cases, or played with other options: digest e, but 1: d" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 4) } }, "1 2 case 3 of 4 is missing: no shard has it" },
	{ { { OF(1, 2, 1, 3) }, { OF(2, 2, 2) } }, "1 2 3 case 4 of 4 is missing: no shard has it" },
	{ { { OF(1, 2, 1, 2, 4) }, { OF(2, 2, 2, 3) } }, "1 2 2:2: case 2 (a) is in 1, too" },
	{ { { OF(1, 2, 1, 4, 4) }, { OF(2, 2, 2, 3) } }, "1 2 3 4 1:4: case 4 (a) is there twice, or out of order" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 3, 1) } }, "1 2 3 2:4: case 1 (a) is there twice, or out of order" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 3, 5) } }, "1 2 3 4 2:4: case 5 (a), but the plan has 4" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2, 3), .broken_off = true } },
	  "1 2 3 2:3: cut short: there is no line of the kind \"end\"" },
	{ { { OF(1, 2, 1, 4) }, { OF(2, 2, 2), .incomplete = true } },
	  "1 2 2: not complete: shard 2 of 2 ended after 1 of its cases, interrupted (INT)" },
};

static void together_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct result_merge m;
		struct buf got = BUF_INIT;
		merge(rows[i].parts, &m, &got);
		assert_string_equal(got.data, rows[i].got);
		result_merge_close(&m);
		buf_free(&got);
	}
}

static void is_as_the_whole(void **state)
{
	static const struct part parts[MOST_FILES] = {
		{ OF(1, 3, 1, 4), .system = "Linux 6.1" }, { OF(2, 3, 2), .system = "Linux 6" },
		{ OF(3, 3, 3), .system = "Linux 6.1" },
	};
	struct result_merge m;
	struct buf got = BUF_INIT;

	(void)state;
	merge(parts, &m, &got);
	assert_string_equal(got.data, "1 2 3 4 ");
	assert_int_equal(m.run.shard, 0);
	assert_int_equal(m.run.shards, 0);
	assert_int_equal(m.run.cases, 4);
	assert_int_equal(m.end.passed, 3);
	assert_int_equal(m.end.failed, 1);
	assert_int_equal(m.end.expected, 1);
	assert_int_equal(m.system_count, 2);
	assert_string_equal(m.run.system, "Linux 6.1, Linux 6");
	result_merge_close(&m);
	buf_free(&got);
}

static void files_that_are_none(void **state)
{
	static const char *const paths[] = { "nosuch", "broken" };
	struct result_merge m;
	struct buf problem = BUF_INIT;
	FILE *file = fopen("broken", "w");

	(void)state;
	assert_non_null(file);
	fputs("{\"kind\":", file);
	assert_int_equal(fclose(file), 0);
	assert_false(result_merge_open(&m, paths, 2, &problem));
	assert_string_equal(problem.data, "nosuch: No such file or directory\n"
			    "broken:1: cut short in the middle of this line");
	result_merge_close(&m);
	buf_free(&problem);
}

static int enter(void **state)
{
	(void)state;
	return mkdtemp(folder) ? chdir(folder) : -1;
}

static int leave(void **state)
{
	static const char *const names[] = { "1", "2", "3", "broken" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(names[i]);
	return chdir("/") || rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(together_or_not),
		cmocka_unit_test(is_as_the_whole),
		cmocka_unit_test(files_that_are_none),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
