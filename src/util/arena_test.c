/* SPDX-License-Identifier: MIT
 *
 * arena_test.c - alignment, zeroes, and allocations larger than a block
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdalign.h>
#include <string.h>

#include "util/arena.h"

static void memory_is_aligned_zero_and_apart(void **state)
{
	struct arena *a = arena_new();
	unsigned char *before = NULL;
	size_t before_size = 0;

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		size_t size = i * 37 % 300;
		unsigned char *memory = arena_alloc(a, size);
		assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
		for (size_t n = 0; n < size; n++)
			assert_int_equal(memory[n], 0);
		memset(memory, 0xff, size);
		assert_true(!before || memory >= before + before_size || memory + size <= before);
		before = memory;
		before_size = size;
	}
	arena_free(a);
}

static void large_and_small_mix(void **state)
{
	struct arena *a = arena_new();
	char *small = arena_strdup(a, "kept");
	char *large = arena_alloc(a, 1 << 20);

	(void)state;
	memset(large, 'x', 1 << 20);
	char *after = arena_strdup(a, "after");
	assert_string_equal(small, "kept");
	assert_string_equal(after, "after");
	assert_int_equal(large[(1 << 20) - 1], 'x');
	arena_free(a);
}

static void texts_are_copied(void **state)
{
	struct arena *a = arena_new();
	char text[] = "abcdef";
	char *part = arena_strndup(a, text, 3), *bytes = arena_copy(a, text, sizeof(text));
	char *printed = arena_printf(a, "%s=%d", text, 42);

	(void)state;
	memset(text, 'z', sizeof(text) - 1);
	assert_string_equal(part, "abc");
	assert_string_equal(bytes, "abcdef");
	assert_string_equal(printed, "abcdef=42");
	assert_string_equal(arena_printf(a, "%s", ""), "");
	assert_non_null(arena_copy(a, NULL, 0));
	arena_free(a);
	arena_free(NULL);
}

static void a_list_grows(void **state)
{
	struct arena *a = arena_new();
	size_t room = 0;
	int *list = NULL;

	(void)state;
	for (int i = 0; i < 100; i++) {
		list = arena_grow(a, list, (size_t)i, &room, sizeof(*list));
		assert_true(room > (size_t)i);
		list[i] = i;
	}
	assert_int_equal(room, 128);
	assert_ptr_equal(arena_grow(a, list, 100, &room, sizeof(*list)), list);
	for (int i = 0; i < 100; i++)
		assert_int_equal(list[i], i);
	arena_free(a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_aligned_zero_and_apart),
		cmocka_unit_test(large_and_small_mix),
		cmocka_unit_test(texts_are_copied),
		cmocka_unit_test(a_list_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
