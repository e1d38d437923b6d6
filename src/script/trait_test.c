/* SPDX-License-Identifier: MIT
 *
 * trait_test.c - the table of traits is sound, and docs/protodrill-traits.5 says the same
 *
 * Runs in the top folder of the sources.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "script/trait.h"

static void rows_keep_their_own_rules(void **state)
{
	struct arena *arena = arena_new();
	struct traits *traits = traits_new(arena);
	struct buf problem = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < trait_count; i++) {
		const struct trait *t = &traits_known[i];
		assert_ptr_equal(trait_find(t->name), t);
		assert_true(trait_set(traits, t, t->otherwise, arena, &problem));
		assert_string_equal(trait_value(traits, t->name), t->otherwise);
	}
	assert_null(trait_find("target"));           /* words that conditions know already */
	assert_null(trait_find("profile"));
	assert_null(trait_find("kernel"));
	buf_free(&problem);
	arena_free(arena);
}

static void the_page_lists_the_rows(void **state)
{
	static const char begin[] = ".\\\" begin of the list\n", end[] = ".\\\" end of the list\n";
	const int fd = open("docs/protodrill-traits.5", O_RDONLY);
	struct buf page = BUF_INIT, list = BUF_INIT;

	(void)state;
	assert_true(fd >= 0 && buf_read_fd(&page, fd));
	close(fd);
	buf_puts(&list, begin);
	for (size_t i = 0; i < trait_count; i++) {
		const struct trait *t = &traits_known[i];
		const char *value = t->kind != TRAIT_HAS ? t->otherwise : *t->otherwise == '1' ? "true" : "false";
		buf_printf(&list, ".It Li %s , %s\n%s.\n", t->name, value, t->help);
	}
	buf_puts(&list, end);
	if (!strstr(page.data, list.data))
		fail_msg("docs/protodrill-traits.5 should have:\n%s", list.data);
	buf_free(&page);
	buf_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_keep_their_own_rules),
		cmocka_unit_test(the_page_lists_the_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
