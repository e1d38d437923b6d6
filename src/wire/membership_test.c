/* SPDX-License-Identifier: MIT
 *
 * membership_test.c - messages of IGMP and MLD as words, and such as are cut off
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "wire/membership.h"

static const struct row {
	uint8_t version;
	size_t length;
	uint8_t bytes[40];
	const char *words;
} rows[] = {
	{ 4, 8, { 0x11, 0 }, "igmp v1 query" },
	{ 4, 8, { 0x11, 100, 0, 0, 224, 1, 2, 3 }, "igmp v2 query 224.1.2.3" },
	{ 4, 12, { 0x11, 100 }, "igmp v3 query" },
	{ 4, 16, { 0x11, 100, 0, 0, 224, 1, 2, 3, 2, 125, 0, 1, 10, 0, 0, 1 }, "igmp v3 query 224.1.2.3 (10.0.0.1)" },
	{ 4, 8, { 0x12, 0, 0, 0, 224, 1, 2, 3 }, "igmp v1 report 224.1.2.3" },
	{ 4, 8, { 0x17, 0, 0, 0, 224, 1, 2, 3 }, "igmp leave 224.1.2.3" },
	{ 4, 20, { 0x22, [7] = 1, 3, 0, 0, 1, 224, 1, 2, 3, 10, 0, 0, 1 },
	  "igmp v3 report 224.1.2.3 to_in (10.0.0.1)" },
	{ 4, 24, { 0x22, [7] = 2, 4, 0, 0, 0, 224, 1, 2, 3, 9, 0, 0, 0, 224, 1, 2, 4 },
	  "igmp v3 report 224.1.2.3 to_ex, 224.1.2.4 type_9" },
	{ 6, 24, { 131, [8] = 0xff, 2, [23] = 3 }, "mld v1 report ff02::3" },
	{ 6, 24, { 132, [8] = 0xff, 2, [23] = 3 }, "mld done ff02::3" },
	{ 6, 28, { 143, [7] = 1, 2, 0, 0, 0, 0xff, 2, [27] = 3 }, "mld v2 report ff02::3 is_ex" },
	/* Shorter than they say, or of no known version. */
	{ 4, 12, { 0x11, 100, [11] = 1 }, "igmp type 17, 12 bytes: fewer sources than it says" },
	{ 4, 12, { 0x22, [7] = 1, 3, 0, 0, 0 }, "igmp type 34, 12 bytes: fewer records than it says" },
	{ 4, 20, { 0x22, [7] = 1, 3, 255, 0, 1, 224, 1, 2, 3 }, "igmp type 34, 20 bytes: fewer records than it says" },
	{ 4, 4, { 0x11 }, "igmp type 17, 4 bytes: too short" },
	{ 6, 16, { 131 }, "mld type 131, 16 bytes: too short" },
};

static void messages_become_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT;
		membership_print(&out, rows[i].version, rows[i].bytes, rows[i].length);
		assert_string_equal(out.data, rows[i].words);
		buf_free(&out);
	}
}

static void groups_are_compared_in_all_records(void **state)
{
	const struct row *two = &rows[7], *other = &rows[5];
	const uint8_t second[8] = { 0x16, 0, 0, 0, 224, 1, 2, 4 }, none[8] = { 0x16, 0, 0, 0, 224, 1, 2, 5 };

	(void)state;
	assert_true(membership_shares_group(4, two->bytes, two->length, other->bytes, other->length));
	assert_true(membership_shares_group(4, two->bytes, two->length, second, sizeof(second)));
	assert_false(membership_shares_group(4, two->bytes, two->length, none, sizeof(none)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_become_words), cmocka_unit_test(groups_are_compared_in_all_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
