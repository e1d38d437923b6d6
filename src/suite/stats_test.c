/* SPDX-License-Identifier: MIT
 *
 * stats_test.c - tests of stats.c: one line for each process that ends
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "suite/stats.h"

static void add_injection(struct record *record, int64_t late_us, bool timed)
{
	struct entry *e = record_append(record, ENTRY_INBOUND, NULL);

	e->timed = timed;
	e->lateness = vtime_us(late_us);
}

static void a_line_for_each_process(void **state)
{
	struct script script = { .source = { .name = "one.pkt" } };
	struct record *record = record_new(&script, "kernel", false);
	char path[] = "/tmp/stats_test_XXXXXX", name[32], verdict[32];
	long cpu_us, guard_us;
	int late[2];

	(void)state;
	close(mkstemp(path));
	add_injection(record, 12, true);
	add_injection(record, 99, false);
	add_injection(record, 345, true);
	record_append(record, ENTRY_CALL, NULL);
	record->verdict = VERDICT_FAIL;
	setenv("PROTODRILL_STATS", path, 1);
	stats_player(record);
	stats_guard();
	unsetenv("PROTODRILL_STATS");
	stats_guard();

	FILE *f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "player %31s %ld %31s %d %d\n", verdict, &cpu_us, name, &late[0], &late[1]), 5);
	assert_int_equal(fscanf(f, "guard %ld\n", &guard_us), 1);
	assert_int_equal(fgetc(f), EOF);
	fclose(f);
	unlink(path);
	assert_string_equal(verdict, "FAIL");
	assert_string_equal(name, "one.pkt");
	assert_int_equal(late[0], 12);
	assert_int_equal(late[1], 345);
	assert_true(cpu_us >= 0 && cpu_us <= guard_us);
	record_free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_line_for_each_process) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
