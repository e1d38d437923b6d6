/* SPDX-License-Identifier: MIT
 *
 * requirement_test.c - names that are in the catalogue, and the form of all its lines
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "report/requirement.h"

static void names_are_found_whole(void **state)
{
	struct arena *arena = arena_new();
	struct requirement r;

	(void)state;
	assert_true(requirement_find(&r, "RFC9293:MUST-2", arena));
	assert_string_equal(r.section, "3.1");
	assert_string_equal(r.level, "MUST");
	assert_non_null(strstr(r.text, "checksum"));
	assert_null(strpbrk(r.text, "\t\n"));
	assert_false(requirement_find(&r, "RFC9293:MUST", arena));
	assert_false(requirement_find(&r, "RFC9293:MUST-2000", arena));
	assert_false(requirement_find(&r, "", arena));
	arena_free(arena);
}

static void every_line_is_whole(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < requirement_list_count; i++) {
		for (const char *line = requirement_lists[i].text; *line; count++) {
			size_t length = strcspn(line, "\n"), tabs = 0;
			for (size_t n = 0; n < length; n++)
				tabs += line[n] == '\t';
			assert_int_equal(tabs, 3);
			assert_true(!strncmp(line, "RFC", 3) || !strncmp(line, "draft-", 6));
			assert_int_equal(line[length - 1], '.');
			line += length + 1;
		}
	}
	assert_true(count > 700);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_whole),
		cmocka_unit_test(every_line_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
