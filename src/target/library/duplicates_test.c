/* SPDX-License-Identifier: MIT
 *
 * duplicates_test.c - what is open stays open until the last of its numbers is closed
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>

#include "target/library/duplicates.h"

static void the_last_number_closes(void **state)
{
	struct duplicates d = { 0 };
	int second = duplicates_add(&d, 5), third = duplicates_add(&d, 5);

	(void)state;
	assert_int_not_equal(second, third);
	assert_int_equal(duplicates_real(&d, third), 5);
	assert_int_equal(duplicates_close(&d, 5), -1);
	assert_int_not_equal(duplicates_real(&d, 5), 5);
	assert_int_not_equal(duplicates_close(&d, 5), 5);
	assert_int_equal(duplicates_close(&d, third), -1);
	assert_int_equal(duplicates_real(&d, second), 5);
	assert_int_equal(duplicates_close(&d, second), 5);
	assert_int_equal(duplicates_real(&d, 5), 5);
	assert_int_equal(duplicates_close(&d, 5), 5);
}

static void numbers_end(void **state)
{
	struct duplicates d = { 0 };

	(void)state;
	for (int i = 0; i < DUPLICATES; i++)
		assert_true(duplicates_add(&d, 3) >= DUPLICATES_FIRST);
	assert_int_equal(duplicates_add(&d, 3), -EMFILE);
	assert_int_equal(duplicates_close(&d, DUPLICATES_FIRST + 7), -1);
	assert_int_equal(duplicates_add(&d, 4), DUPLICATES_FIRST + 7);
}

static void calls_get_real_numbers(void **state)
{
	struct duplicates d = { 0 };
	int fd = duplicates_add(&d, 5);
	struct pollfd fds[] = { { .fd = fd }, { .fd = 6 }, { .fd = -1 } };
	struct call poll = { .id = CALL_POLL }, read = { .id = CALL_READ }, splice = { .id = CALL_SPLICE };

	(void)state;
	poll.arguments[0].pointer = fds;
	poll.arguments[1].number = 3;
	duplicates_resolve(&d, &poll);
	assert_int_equal(fds[0].fd, 5);
	assert_int_equal(fds[1].fd, 6);
	assert_int_equal(fds[2].fd, -1);
	read.arguments[0].number = fd;
	duplicates_resolve(&d, &read);
	assert_int_equal(read.arguments[0].number, 5);
	splice.arguments[0].number = 9;
	splice.arguments[2].number = fd;
	duplicates_resolve(&d, &splice);
	assert_int_equal(splice.arguments[0].number, 9);
	assert_int_equal(splice.arguments[2].number, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_number_closes),
		cmocka_unit_test(numbers_end),
		cmocka_unit_test(calls_get_real_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
