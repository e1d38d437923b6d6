/* SPDX-License-Identifier: MIT
 *
 * checksum_test.c - known sums, and pieces against the whole
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "wire/checksum.h"

static void example_of_rfc_1071(void **state)            /* section 3 */
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	(void)state;
	assert_int_equal(checksum_add(0, bytes, sizeof(bytes)), 0xddf2);
	assert_int_equal(checksum_finish(checksum_add(0, bytes, sizeof(bytes))), 0x220d);
}

static void odd_byte_is_padded_with_zero(void **state)
{
	static const uint8_t bytes[] = { 0x12, 0x34, 0x56, 0x00 };

	(void)state;
	assert_int_equal(checksum_add(0, bytes, 1), 0x1200);
	assert_int_equal(checksum_add(0, bytes, 3), checksum_add(0, bytes, 4));
}

static void pieces_sum_to_the_whole(void **state)
{
	uint8_t bytes[257];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 167 + 13);
	for (size_t cut = 0; cut < sizeof(bytes); cut += 2) {
		uint32_t sum = checksum_add(0, bytes, cut);
		sum = checksum_add(sum, bytes + cut, sizeof(bytes) - cut);
		assert_int_equal(checksum_finish(sum), checksum_finish(checksum_add(0, bytes, sizeof(bytes))));
	}
}

static void many_ones_do_not_overflow(void **state)
{
	static uint8_t bytes[65535];
	uint32_t sum = 0;

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	for (int i = 0; i < 10; i++)
		sum = checksum_add(sum, bytes, sizeof(bytes) - 1);
	assert_int_equal(checksum_finish(sum), 0);
}

/* 1.2.3.4 to 5.6.7.8, TCP, 20 bytes: 0102 + 0304 + 0506 + 0708 + 6 + 20. */
static void pseudo_headers(void **state)
{
	struct ip_address a, b;

	(void)state;
	assert_true(ip_address_parse("1.2.3.4", &a) && ip_address_parse("5.6.7.8", &b));
	assert_int_equal(checksum_finish(checksum_pseudo(&a, &b, PROTOCOL_TCP, 20)), (uint16_t)~0x102e);
	assert_true(ip_address_parse("2001:db8::1", &a) && ip_address_parse("::2", &b));
	assert_int_equal(checksum_finish(checksum_pseudo(&a, &b, PROTOCOL_UDP, 0x10001)),
	                 (uint16_t)~(0x2001 + 0x0db8 + 1 + 2 + 17 + 1 + 1));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_of_rfc_1071),       cmocka_unit_test(odd_byte_is_padded_with_zero),
		cmocka_unit_test(pieces_sum_to_the_whole),   cmocka_unit_test(many_ones_do_not_overflow),
		cmocka_unit_test(pseudo_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
