/* SPDX-License-Identifier: MIT
 *
 * task_test.c - what goes in comes out, and half of it is no task
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/task.h"

static const struct setting settings[] = { { "mtu", "1400" }, { "dry_run", NULL } };
static const struct plan_expectation expectation = { VERDICT_FAIL, 7, NULL, "known", "2030-01-01" };

static struct task sample(void)
{
	return (struct task){
		.directory = "/d", .program_folder = "/p", .target = "linux", .old_face = true,
		.request = { .results = true, .today = "2029-01-01", .settings = { (struct setting *)settings, 2 } },
		.setup = { .seed = -5, .seed_set = true },
		.what = { .number = 3, .path = "a.pkt", .id = "a.pkt@x", .target = "linux:b", .settings = settings + 1,
		          .setting_count = 1, .expectation = &expectation },
	};
}

static void test_both_ways(void **state)
{
	struct arena *arena = arena_new();
	const struct task task = sample();
	struct buf bytes = BUF_INIT;
	struct task got;

	(void)state;
	assert_true(task_write(&task, &bytes));
	assert_true(task_read(&bytes, arena, &got));
	assert_string_equal(got.directory, "/d");
	assert_string_equal(got.target, "linux");
	assert_true(got.old_face && got.request.results && !got.request.text && got.setup.seed_set);
	assert_int_equal(got.setup.seed, -5);
	assert_int_equal(got.request.settings.count, 2);
	assert_string_equal(got.request.settings.list[0].value, "1400");
	assert_null(got.request.settings.list[1].value);
	assert_string_equal(got.what.id, "a.pkt@x");
	assert_string_equal(got.what.target, "linux:b");
	assert_null(got.what.address);
	assert_string_equal(got.what.settings[0].name, "dry_run");
	assert_int_equal(got.what.expectation->line, 7);
	assert_string_equal(got.what.expectation->reason, "known");
	assert_null(got.what.expectation->kind);
	buf_free(&bytes);
	arena_free(arena);
}

static void test_cut_short(void **state)
{
	const struct task task = sample();
	struct buf bytes = BUF_INIT;

	(void)state;
	assert_true(task_write(&task, &bytes));
	for (; bytes.length; bytes.length--) {
		struct arena *arena = arena_new();
		struct buf part = { .data = bytes.data, .length = bytes.length - 1 };
		struct task got;
		assert_false(task_read(&part, arena, &got));
		arena_free(arena);
	}
	buf_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_both_ways), cmocka_unit_test(test_cut_short) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
