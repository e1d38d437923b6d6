/* SPDX-License-Identifier: MIT
 *
 * tcp_option_test.c - option areas as text, and what is wrong with them
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "wire/tcp_option.h"

struct row {
	size_t length;
	uint8_t bytes[TCP_OPTION_BYTES];
	const char *text;                                    /* as printed */
	const char *problem;                                 /* of tcp_options_check(), or NULL */
	const char *unprintable;                             /* of tcp_options_print(), or NULL */
};

static const struct row rows[] = {
	{ 0, { 0 }, "", NULL, NULL },
	{ 3, { 1, 1, 0 }, "nop,nop,eol", NULL, NULL },
	{ 7, { 2, 4, 5, 0xb4, 3, 3, 7 }, "mss 1460,wscale 7", NULL, NULL },
	{ 12, { 4, 2, 8, 10, 0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff }, "sackOK,TS val 256 ecr 4294967295", NULL, NULL },
	{ 18, { 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 9 }, "sack 1:2 5:9", NULL, NULL },
	{ 4, { 19, 4, 0xAB, 0x0c }, "md5 ab0c", NULL, NULL },
	{ 2, { 19, 2 }, "gen-19", NULL, NULL },
	{ 6, { 29, 6, 61, 84, 0xAB, 0x0c }, "ao 61:84 ab0c", NULL, NULL },
	{ 3, { 29, 3, 61 }, "gen-29 3d", "bad TCP option length: was 3 but expected 4", "bad TCP option length" },
	{ 2, { 34, 2 }, "FO", NULL, NULL },
	{ 4, { 34, 4, 0xDE, 0xAD }, "FO dead", NULL, NULL },
	{ 4, { 254, 4, 0xf9, 0x89 }, "FOEXP", NULL, NULL },
	{ 6, { 254, 6, 0xf9, 0x89, 0, 1 }, "FOEXP 0001", NULL, NULL },
	{ 5, { 172, 5, 0, 1, 0 }, "ECN e0b 256", NULL, NULL },
	{ 11, { 172, 11, 0, 0, 1, 0, 0, 2, 255, 255, 255 }, "ECN e0b 1 ceb 2 e1b 16777215", NULL, NULL },
	{ 11, { 174, 11, 0, 0, 1, 0, 0, 2, 0, 0, 3 }, "ECN e1b 1 ceb 2 e0b 3", NULL, NULL },
	{ 4, { 254, 4, 1, 2 }, "gen-254 0102", NULL, "unknown experimental option" },
	{ 2, { 172, 2 }, "AccECN0", NULL, NULL },
	{ 4, { 174, 4, 1, 2 }, "gen-174 0102", NULL, "invalid ECN option" },
	{ 5, { 1, 30, 4, 0x10, 0x20 }, "nop,gen-30 1020", "unexpected TCP option kind: 30",
	  "unexpected TCP option kind" },
	{ 3, { 2, 3, 5 }, "gen-2 05", "bad TCP option length: was 3 but expected 4", "bad TCP option length" },
	{ 2, { 5, 2 }, "gen-5", "bad TCP option length: was 2 but expected 10", "bad TCP option length" },
	{ 12, { 5, 12 }, "gen-5 00000000000000000000", "bad TCP option length: was 12 but expected 10",
	  "bad TCP option length" },
	{ 2, { 1, 8 }, "nop", "TCP option length byte extends too far", "TCP option length byte extends too far" },
	{ 3, { 1, 2, 1 }, "nop", "TCP option with length byte is too short",
	  "TCP option with length byte is too short" },
	{ 4, { 1, 2, 4, 5 }, "nop", "TCP option data extends too far", "TCP option data extends too far" },
};

static void areas_print_and_are_checked(void **state)
{
	struct buf text = BUF_INIT, problem = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		const char *why = NULL;
		buf_clear(&text);
		buf_clear(&problem);
		assert_int_equal(tcp_options_print(&text, r->bytes, r->length, &why), !r->unprintable);
		assert_string_equal(text.data, r->text);
		assert_string_equal(why ? why : "", r->unprintable ? r->unprintable : "");
		assert_int_equal(tcp_options_check(r->bytes, r->length, &problem), !r->problem);
		assert_string_equal(problem.data, r->problem ? r->problem : "");
	}
	buf_free(&text);
	buf_free(&problem);
}

static void added_options_read_back(void **state)
{
	uint8_t area[TCP_OPTION_BYTES];
	struct buf text = BUF_INIT;
	const char *why;
	size_t used = 0;

	(void)state;
	assert_true(tcp_option_add_mss(area, &used, 65535));
	assert_true(tcp_option_add_sack_ok(area, &used));
	assert_true(tcp_option_add_ts(area, &used, 7, 8));
	assert_true(tcp_option_add_nop(area, &used));
	assert_true(tcp_option_add_wscale(area, &used, 14));
	assert_true(tcp_options_print(&text, area, used, &why));
	assert_string_equal(text.data, "mss 65535,sackOK,TS val 7 ecr 8,nop,wscale 14");
	buf_free(&text);
}

static void a_full_area_takes_nothing_more(void **state)
{
	uint8_t area[TCP_OPTION_BYTES], data[TCP_OPTION_BYTES] = { 0 };
	size_t used = 0;

	(void)state;
	assert_false(tcp_option_add(area, &used, 34, data, 39));
	assert_true(tcp_option_add(area, &used, 34, data, 37));
	assert_false(tcp_option_add_sack_ok(area, &used));
	assert_true(tcp_option_add_nop(area, &used));
	assert_false(tcp_option_add_nop(area, &used));
	assert_int_equal(used, TCP_OPTION_BYTES);
}

static void values_outside_the_data_are_zero(void **state)
{
	static const uint8_t area[] = { 8, 6, 1, 2, 3, 4, 9, 9, 9, 9 };
	struct tcp_option o;
	const char *why;
	size_t offset = 0;

	(void)state;
	assert_int_equal(tcp_option_next(area, sizeof(area), &offset, &o, &why), 1);
	assert_int_equal(tcp_option_u32(&o, 0), 0x01020304);
	assert_int_equal(tcp_option_u32(&o, 4), 0);
	assert_int_equal(tcp_option_u24(&o, 1), 0x020304);
	assert_int_equal(tcp_option_u16(&o, 2), 0x0304);
	assert_int_equal(tcp_option_u16(&o, 3), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(areas_print_and_are_checked),
		cmocka_unit_test(added_options_read_back),
		cmocka_unit_test(a_full_area_takes_nothing_more),
		cmocka_unit_test(values_outside_the_data_are_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
