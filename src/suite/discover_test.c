/* SPDX-License-Identifier: MIT
 *
 * discover_test.c - files, directories, and what is neither
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite/discover.h"

static char folder[] = "/tmp/discover_test.XXXXXX";

static int make_tree(void **state)
{
	char command[256];

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(command, sizeof(command),
	         "cd %s && mkdir a b empty && touch b/2.pkt b/1.pkt a/9.pkt a/notes.txt z.pkt", folder);
	return system(command);
}

static int remove_tree(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static bool look(struct script_paths *paths, const char *below)
{
	char path[128];
	struct diags diags;

	diags_init(&diags);
	snprintf(path, sizeof(path), "%s%s", folder, below);
	bool ok = discover(paths, path, &diags);
	assert_int_equal(ok, !diags.errors);
	diags_free(&diags);
	return ok;
}

static void directory_is_sorted(void **state)
{
	static const char *const want[] = { "/a/9.pkt", "/b/1.pkt", "/b/2.pkt", "/z.pkt" };
	struct script_paths paths = { 0 };

	(void)state;
	assert_true(look(&paths, "/"));
	assert_int_equal(paths.count, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_string_equal(paths.path[i] + strlen(folder), want[i]);
	discover_free(&paths);
}

static void other_paths(void **state)
{
	static const struct {
		const char *below;
		bool ok;
		size_t count;
	} rows[] = { { "/a/notes.txt", true, 1 }, { "/empty", false, 0 }, { "/none.pkt", false, 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct script_paths paths = { 0 };
		assert_int_equal(look(&paths, rows[i].below), rows[i].ok);
		assert_int_equal(paths.count, rows[i].count);
		discover_free(&paths);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directory_is_sorted),
		cmocka_unit_test(other_paths),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
