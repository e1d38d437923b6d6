/* SPDX-License-Identifier: MIT
 *
 * header_field_test.c - fields of headers as bits
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/header_field.h"

static void fields_are_where_the_header_has_them(void **state)
{
	static const uint8_t ipv4[20] = { 0x45, 0, 0x12, 0x34, 0xab, 0xcd, 0x40, 0x07, 64, 17, 0xbe, 0xef };
	static const uint8_t tcp[20] = { [12] = 0x5a, [16] = 0x01, 0x02 };
	static const struct {
		enum header_type type;
		const char *word;
		const uint8_t *header;
		uint32_t value;
	} rows[] = {
		{ HEADER_IPV4, "version", ipv4, 4 }, { HEADER_IPV4, "ihl", ipv4, 5 },
		{ HEADER_IPV4, "len", ipv4, 0x1234 },
		{ HEADER_IPV4, "id", ipv4, 0xabcd }, { HEADER_IPV4, "df", ipv4, 1 }, { HEADER_IPV4, "mf", ipv4, 0 },
		{ HEADER_IPV4, "off", ipv4, 7 }, { HEADER_IPV4, "proto", ipv4, 17 },
		{ HEADER_IPV4, "sum", ipv4, 0xbeef },
		{ HEADER_TCP, "doff", tcp, 5 }, { HEADER_TCP, "res", tcp, 5 }, { HEADER_TCP, "sum", tcp, 0x0102 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct header_field *f = header_field(rows[i].type, rows[i].word);
		assert_non_null(f);
		assert_int_equal(header_field_get(f, rows[i].header), rows[i].value);
	}
	assert_null(header_field(HEADER_UDP, "doff"));
}

static void a_field_is_written_without_its_neighbours(void **state)
{
	const struct header_field *f;
	uint8_t bytes[24] = { 0 };

	(void)state;
	for (size_t i = 0; (f = header_field_at(i)); i++) {
		const uint32_t most = (uint32_t)((UINT64_C(1) << f->width) - 1);
		header_field_put(f, bytes, most);
		assert_int_equal(header_field_get(f, bytes), most);
		header_field_put(f, bytes, 0);
		for (size_t at = 0; at < sizeof(bytes); at++)
			assert_int_equal(bytes[at], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_where_the_header_has_them),
		cmocka_unit_test(a_field_is_written_without_its_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
