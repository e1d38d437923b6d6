/* SPDX-License-Identifier: MIT
 *
 * backoff_test.c - answers, and how many scripts may play at a time after them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "suite/backoff.h"

enum { OLD_JOBS = 8 };

/* A row stands for jobs that begin and end one after another. "." is punctual, "l" late, "o" late, but begun before all
 * others. A number repeats what follows it. */
static void numbers_follow_answers(void **state)
{
	static const struct {
		int first, most;
		const char *answers;
		int allowed, lowered;
	} rows[] = {
		{ 8, 32, "", 8, 0 },
		{ 8, 32, "l", 4, 1 },
		{ 8, 32, "ll", 2, 2 },
		{ 8, 32, "lllll", 1, 3 },
		{ 7, 32, "l", 3, 1 },
		{ 1, 4, "l", 1, 0 },
		/* of one burst only the first counts */
		{ 8, 32, "oooo", 4, 1 },
		{ 8, 32, "looo", 4, 1 },
		{ 8, 32, "lol", 2, 2 },
		/* one more after a round */
		{ 2, 8, "1.", 2, 0 },
		{ 2, 8, "2.", 3, 0 },
		{ 2, 8, "2.2.", 3, 0 },
		{ 2, 8, "2.3.", 4, 0 },
		{ 2, 3, "999.", 3, 0 },
		{ 4, 4, "999.", 4, 0 },
		{ 8, 8, "l999.", 8, 1 },
		/* a row is a row */
		{ 4, 8, "3.l1.", 2, 1 },
		{ 4, 8, "3.l2.", 3, 1 },
		{ 1, 8, "l", 1, 0 },
		{ 1, 8, "l1.", 2, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct backoff b = { .allowed = rows[i].first, .most = rows[i].most };
		uint64_t old = 0;
		int lowered = 0, times = 0;
		for (int n = 0; n < OLD_JOBS; n++)
			backoff_begin(&b);
		for (const char *c = rows[i].answers; *c; c++) {
			if (*c >= '0' && *c <= '9') {
				times = 10 * times + *c - '0';
				continue;
			}
			for (times = times ? times : 1; times; times--)
				lowered += backoff_end(&b, *c == 'o' ? old++ : backoff_begin(&b), *c != '.');
		}
		if (b.allowed != rows[i].allowed || lowered != rows[i].lowered)
			fail_msg("row %zu: %s: %d allowed, lowered %d times", i, rows[i].answers, b.allowed, lowered);
	}
}

static void what_is_late(void **state)
{
	static const struct {
		struct attempt attempt;
		const char *text;                            /* NULL: it is not */
	} rows[] = {
		{ { .latest = { 1900000 } }, NULL },
		{ { .latest = { 2100000 } }, "late by 2.1 ms with 8 scripts at a time: now 4" },
		{ { .latest = { 100000 }, .disturbed = true }, "disturbed with 8 scripts at a time: now 4" },
		{ { .latest = { 9000000 }, .disturbed = true }, "late by 9.0 ms with 8 scripts at a time: now 4" },
		{ { .verdict = VERDICT_FAIL, .near_miss = true }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text = BUF_INIT;
		assert_int_equal(backoff_is_late(&rows[i].attempt), rows[i].text != NULL);
		backoff_describe(&text, &rows[i].attempt, 8, 4);
		if (rows[i].text)
			assert_string_equal(text.data, rows[i].text);
		buf_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_follow_answers),
		cmocka_unit_test(what_is_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
