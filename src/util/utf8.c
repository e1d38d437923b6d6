/* SPDX-License-Identifier: MIT
 *
 * utf8.c - is it text?
 */
#include "util/utf8.h"

#include "util/common.h"

/* RFC 3629, section 4. The NUL byte at the end is part of no sequence. */
size_t utf8_length(const char *bytes)
{
	static const struct {
		unsigned char first, last;                   /* of the first byte */
		unsigned char second_first, second_last;
		size_t length;
	} rows[] = {
		{ 0x01, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	const unsigned char *text = (const unsigned char *)bytes;
	size_t row = 0, n = 1;

	while (row < ARRAY_LEN(rows) && (text[0] < rows[row].first || text[0] > rows[row].last))
		row++;
	if (row == ARRAY_LEN(rows))
		return 0;
	if (rows[row].length > 1 && (text[1] < rows[row].second_first || text[1] > rows[row].second_last))
		return 0;
	while (n < rows[row].length && (n == 1 || (text[n] & 0xc0) == 0x80))
		n++;
	return n == rows[row].length ? n : 0;
}

uint32_t utf8_code_point(const char *text, size_t length)
{
	static const unsigned char first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = (unsigned char)*text & first_bits[length];

	for (size_t i = 1; i < length; i++)
		code = code << 6 | ((unsigned char)text[i] & 0x3f);
	return code;
}
