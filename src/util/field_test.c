/* SPDX-License-Identifier: MIT
 *
 * field_test.c - every type of member is written and read, within its range and without touching its neighbours
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "util/common.h"
#include "util/field.h"

struct sample {
	uint8_t before;
	bool on;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	int16_t i16;
	int32_t i32;
	int64_t i64;
	uint8_t after;
};

static const struct field fields[] = {
	FIELD_SWITCH(struct sample, on), FIELD(struct sample, u8, -1, 255), FIELD(struct sample, u16, 88, 32767),
	FIELD(struct sample, u32, 0, UINT32_MAX), FIELD(struct sample, i16, -5, 5),
	FIELD(struct sample, i32, INT32_MIN, INT32_MAX),
	FIELD_NAMED("long", struct sample, i64, INT64_MIN, INT64_MAX),
};

static void values_come_back(void **state)
{
	static const struct {
		size_t field;
		int64_t value, read;
		bool taken;
	} rows[] = {
		{ 0, 1, 1, true }, { 0, -7, 1, true }, { 0, 0, 0, true },
		{ 1, 255, 255, true }, { 1, -1, 0, true }, { 1, 256, 0, false }, { 1, -2, 0, false },
		{ 2, 88, 88, true }, { 2, 87, 88, false }, { 2, 32768, 88, false },
		{ 3, UINT32_MAX, UINT32_MAX, true }, { 3, -1, UINT32_MAX, false },
		{ 4, -5, -5, true }, { 4, 6, -5, false },
		{ 5, INT32_MIN, INT32_MIN, true }, { 5, INT32_MAX, INT32_MAX, true },
		{ 6, INT64_MIN, INT64_MIN, true }, { 6, INT64_MAX, INT64_MAX, true },
	};
	struct sample s = { .before = 0xaa, .after = 0x55 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct field *f = &fields[rows[i].field];
		if (field_set(&s, f, rows[i].value) != rows[i].taken || field_get(&s, f) != rows[i].read)
			fail_msg("row %zu, %s", i, f->name);
	}
	assert_int_equal(s.before, 0xaa);
	assert_int_equal(s.after, 0x55);
	assert_int_equal(s.u8, 0);
	assert_int_equal(s.u16, 88);
	assert_string_equal(fields[5].name, "i32");
	assert_string_equal(fields[6].name, "long");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(values_come_back) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
