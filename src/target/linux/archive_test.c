/* SPDX-License-Identifier: MIT
 *
 * archive_test.c - the archive, as its format says it; frames
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "target/linux/archive.h"
#include "target/linux/linux.h"

/* newc: 6 bytes of magic, 13 numbers of 8 digits, and the name with its NUL, padded to a multiple of four bytes. */
enum { HEAD = 110, MODE = 1, SIZE = 6, NAME_SIZE = 11 };

static unsigned long number(const char *head, int field)
{
	char digits[9] = { 0 };

	memcpy(digits, head + 6 + 8 * field, 8);
	return strtoul(digits, NULL, 16);
}

static size_t round_up(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static void test_entries(void **state)
{
	static const char *const names[] = { "dev", "dev/console", "TRAILER!!!" };
	static const unsigned long modes[] = { 040755, 0100600, 0 };
	struct buf out = BUF_INIT;
	size_t at = 0;

	(void)state;
	archive_make(&out);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *head = out.data + at;
		assert_memory_equal(head, "070701", 6);
		assert_string_equal(head + HEAD, names[i]);
		assert_int_equal(number(head, NAME_SIZE), strlen(names[i]) + 1);
		assert_int_equal(number(head, SIZE), 0);
		assert_int_equal(number(head, MODE), modes[i]);
		at = round_up(at + HEAD + strlen(names[i]) + 1);
	}
	assert_int_equal(at, out.length);
	buf_free(&out);
}

/* However much of the stream has come, only whole frames are taken. */
static void test_frames(void **state)
{
	static const char *const texts[] = { "first", "", "a\0b" };
	static const size_t lengths[] = { 5, 0, 3 };
	struct buf stream = BUF_INIT, out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const struct buf text = { .data = (char *)texts[i], .length = lengths[i] };
		linux_frame_add(&stream, &text);
	}
	for (size_t length = 0; length <= stream.length; length++) {
		const struct buf part = { .data = stream.data, .length = length };
		size_t at = 0, count = 0, behind = 0;
		for (; linux_frame_next(&part, &at, &out); count++) {
			assert_int_equal(out.length, lengths[count]);
			assert_memory_equal(out.data, texts[count], lengths[count]);
			behind += sizeof(uint64_t) + lengths[count];
			assert_int_equal(at, behind);
		}
		assert_int_equal(count, (length >= 13) + (length >= 21) + (length >= 32));
	}
	buf_free(&stream);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_entries), cmocka_unit_test(test_frames) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
