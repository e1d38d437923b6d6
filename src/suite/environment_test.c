/* SPDX-License-Identifier: MIT
 *
 * environment_test.c - PATH gets what it lacks, and only that
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "suite/environment.h"
#include "util/common.h"

static void path_is_completed(void **state)
{
	static const struct {
		const char *before, *after;
	} rows[] = {
		{ "/usr/bin:/bin", "/usr/bin:/bin:/usr/sbin:/sbin" },
		{ "/usr/sbin:/bin", "/usr/sbin:/bin:/sbin" },
		{ "/bin:/sbin:/usr/sbin", "/bin:/sbin:/usr/sbin" },
		{ "/opt/usr/sbin:/sbin/x", "/opt/usr/sbin:/sbin/x:/usr/sbin:/sbin" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		setenv("PATH", rows[i].before, 1);
		environment_set(1);
		assert_string_equal(getenv("PATH"), rows[i].after);
	}
	unsetenv("PATH");
	environment_set(1);
	assert_null(getenv("PATH"));
}

static void the_player_has_a_number(void **state)
{
	(void)state;
	environment_set(4711);
	assert_string_equal(getenv("PACKETDRILL_PID"), "4711");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_is_completed),
		cmocka_unit_test(the_player_has_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
