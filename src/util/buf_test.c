/* SPDX-License-Identifier: MIT
 *
 * buf_test.c - the invariants of buf.h while a buf grows, is cleared and read into
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"

static void an_empty_buf_is_an_empty_text(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_string_equal(b.data, "");
	buf_add(&b, NULL, 0);
	buf_puts(&b, "");
	buf_printf(&b, "%s", "");
	buf_clear(&b);
	assert_string_equal(b.data, "");
	buf_free(&b);
	buf_free(&b);
	assert_string_equal(b.data, "");
}

static void pieces_join(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_puts(&b, "ab");
	buf_add_byte(&b, 'c');
	buf_add_repeated(&b, '-', 3);
	buf_printf(&b, "%d|%s", 17, "x");
	buf_add(&b, "\0y", 2);
	assert_int_equal(b.length, 12);
	assert_memory_equal(b.data, "abc---17|x\0y", 13);
	buf_clear(&b);
	assert_int_equal(b.length, 0);
	assert_string_equal(b.data, "");
	buf_puts(&b, "again");
	assert_string_equal(b.data, "again");
	buf_free(&b);
}

static void growth_keeps_what_is_there(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		buf_printf(&b, "%04d", i);
		assert_int_equal(b.data[b.length], '\0');
	}
	assert_int_equal(b.length, 20000);
	assert_memory_equal(b.data, "000000010002", 12);
	assert_string_equal(b.data + 19996, "4999");
	buf_free(&b);
}

static void what_others_write_counts_when_they_say_so(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_puts(&b, "ab");
	memcpy(buf_room(&b, 3000), "cdef", 4);
	assert_int_equal(b.length, 2);
	buf_filled(&b, 3);
	assert_int_equal(b.length, 5);
	assert_string_equal(b.data, "abcde");
	assert_true(b.room >= 3000);
	buf_free(&b);
}

static void a_descriptor_is_read_to_its_end(void **state)
{
	struct buf b = BUF_INIT;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "some\0bytes", 10), 10);
	close(ends[1]);
	buf_puts(&b, "> ");
	assert_true(buf_read_fd(&b, ends[0]));
	close(ends[0]);
	assert_int_equal(b.length, 12);
	assert_memory_equal(b.data, "> some\0bytes", 13);
	assert_false(buf_read_fd(&b, -1));
	assert_int_equal(b.length, 12);
	buf_free(&b);
}

static void an_endless_device_is_too_large(void **state)
{
	struct buf b = BUF_INIT;
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_false(buf_read_fd(&b, fd));
	assert_int_equal(errno, EFBIG);
	close(fd);
	buf_free(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buf_is_an_empty_text),
		cmocka_unit_test(pieces_join),
		cmocka_unit_test(growth_keeps_what_is_there),
		cmocka_unit_test(what_others_write_counts_when_they_say_so),
		cmocka_unit_test(a_descriptor_is_read_to_its_end),
		cmocka_unit_test(an_endless_device_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
