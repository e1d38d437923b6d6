/* SPDX-License-Identifier: MIT
 *
 * progress_test.c - the line of a run's progress, and the time that is left
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cli/progress.h"
#include "util/buf.h"

#define FAILED(n) .verdicts[VERDICT_FAIL] = (n)
#define ERRORS(n) .verdicts[VERDICT_ERROR] = (n)
#define INCONCLUSIVE(n) .verdicts[VERDICT_INCONCLUSIVE] = (n)

static void lines(void **state)
{
	static const struct {
		struct progress_state state;
		double left;
		int columns;
		bool colour;
		const char *text;
	} rows[] = {
		{ { .total = 10 }, -1, 80, false, "0/10" },
		{ { .total = 10, .answered = 3, .running = 2, .verdicts[VERDICT_PASS] = 3 }, -1, 80, false,
		  "3/10, 2 running" },
		{ { .total = 10, .answered = 3, FAILED(1) }, 0.2, 80, false, "3/10, 1 failed, 1 s left" },
		{ { .total = 10, .answered = 3, ERRORS(1), INCONCLUSIVE(2) }, -1, 80, false,
		  "3/10, 1 error, 2 inconclusive" },
		{ { .total = 10, .answered = 3, .running = 1, FAILED(2), ERRORS(3) }, 9.5, 80, false,
		  "3/10, 2 failed, 3 errors, 10 s left, 1 running" },
		{ { .total = 10 }, 41, 80, false, "0/10, 45 s left" },
		{ { .total = 10 }, 91, 80, false, "0/10, 2 min left" },
		{ { .total = 10 }, 9000, 80, false, "0/10, 3 h left" },
		/* nothing in the last column, since some terminals would then go on to the next line */
		{ { .total = 10, .running = 1, FAILED(1) }, 5, 26, false, "0/10, 1 failed, 5 s left" },
		{ { .total = 10, .running = 1, FAILED(1) }, 5, 25, false, "0/10, 1 failed, 5 s left" },
		{ { .total = 10, .running = 1, FAILED(1) }, 5, 24, false, "0/10, 1 failed" },
		{ { .total = 10, .running = 1, FAILED(1) }, 5, 5, false, "0/10" },
		{ { .total = 10, .running = 1, FAILED(1) }, 5, 4, false, "" },
		{ { .total = 10, .running = 1, FAILED(1) }, 5, 1, false, "" },
		/* colours take no room */
		{ { .total = 10, .running = 1, FAILED(1) }, 5, 25, true, "0/10\033[1;31m, 1 failed\033[0m, 5 s left" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT;
		progress_line(&out, &rows[i].state, rows[i].left, rows[i].columns, rows[i].colour);
		if (strcmp(out.data, rows[i].text))
			fail_msg("row %zu: %s", i, out.data);
		buf_free(&out);
	}
}

struct phase {
	int cases;
	double each_s;
};

/* How many cases of @phases are done after @at seconds; the phases follow each other. */
static size_t done_at(const struct phase phases[2], double at)
{
	size_t done = 0;

	for (int i = 0; i < 2 && at > 0; i++) {
		double fit = at / phases[i].each_s;
		done += fit < phases[i].cases ? (size_t)fit : (size_t)phases[i].cases;
		at -= phases[i].cases * phases[i].each_s;
	}
	return done;
}

/* The estimate is asked for ten times a second, as in a run. */
static void time_left(void **state)
{
	static const struct {
		struct phase phases[2];
		double at, least, most;
	} rows[] = {
		{ { { 100, 0.1 } }, 1.5, -1, -1 },           /* too early to tell */
		{ { { 100, 2 } }, 13, -1, -1 },              /* too few */
		{ { { 100, 0.1 } }, 5, 4, 6 },
		{ { { 10000, 0.01 } }, 20, 75, 85 },
		{ { { 100, 5 } }, 100, 350, 450 },
		{ { { 50, 0.02 }, { 50, 0.2 } }, 6, 2.5, 7.5 },
		{ { { 50, 0.2 }, { 1000, 0.01 } }, 15, 5, 14 },
		{ { { 99, 0.05 }, { 1, 60 } }, 30, -1, -1 }, /* nobody knows how long the last one takes */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct progress_pace pace = progress_pace_start(VTIME_ZERO);
		size_t total = (size_t)rows[i].phases[0].cases + (size_t)rows[i].phases[1].cases;
		double left = 0;
		for (int n = 1; n <= (int)(rows[i].at * 10); n++) {
			struct progress_state s = { .total = total, .running = 1 };
			s.answered = done_at(rows[i].phases, n / 10.0);
			left = progress_pace_left(&pace, &s, vtime_ms(n * 100));
		}
		if (left < rows[i].least || left > rows[i].most)
			fail_msg("row %zu: %g s", i, left);
	}
}

static void words(void **state)
{
	enum progress_when when = PROGRESS_AUTO;

	(void)state;
	assert_true(progress_when_read("never", &when));
	assert_int_equal(when, PROGRESS_NEVER);
	assert_true(progress_when_read("always", &when));
	assert_int_equal(when, PROGRESS_ALWAYS);
	assert_false(progress_when_read("", &when));
	assert_false(progress_when_read("auto ", &when));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(time_left),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
