/* SPDX-License-Identifier: MIT
 *
 * scripted_raw.c - packets written as literal bytes
 *
 * An addition of ours to the language, for what its packet lines cannot say: fragments, wrong checksums, IP
 * options, extension headers. `< raw "HEX"` is sent as it stands; `> raw "HEX"` must leave as it stands, where `..` is
 * any byte and an ellipsis behind the string any further bytes.
 */
#include <ctype.h>
#include <string.h>

#include "script/scripted_packet.h"

static int hex_digit(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
	                                    : -1;
}

static bool bad_byte(struct scripted_builder *b, char first, char second)
{
	const char *wanted = b->spec->direction == DIRECTION_OUTBOUND ? "pairs of hex digits, and .. for any byte"
								       : "pairs of hex digits";
	const char text[3] = { first, second };

	return scripted_error(b, b->spec->raw->loc, "bad raw packet", "'%s' is written; allowed are %s", text, wanted);
}

static bool add_byte(struct scripted_builder *b, struct raw_bytes *raw, char first, char second)
{
	int high = hex_digit(first), low = hex_digit(second);
	bool any = first == '.' && second == '.' && b->spec->direction == DIRECTION_OUTBOUND;

	if (!any && (high < 0 || low < 0))
		return bad_byte(b, first, second);
	raw->any[raw->length] = any;
	raw->bytes[raw->length++] = any ? 0 : (uint8_t)(high << 4 | low);
	return true;
}

bool scripted_raw(struct scripted_builder *b)
{
	const char *text = b->spec->raw->string.text, *end = text + b->spec->raw->string.length;
	struct raw_bytes *raw = arena_new_object(b->arena, struct raw_bytes);

	raw->bytes = arena_alloc(b->arena, (size_t)(end - text));
	raw->any = arena_new_array(b->arena, bool, (size_t)(end - text));
	raw->open = b->spec->raw_open;
	for (; text < end; text++) {
		if (isspace((unsigned char)*text))
			continue;
		if (!add_byte(b, raw, text[0], text + 1 < end ? text[1] : ' '))
			return false;
		text++;
	}
	if (b->spec->raw_open && b->spec->direction == DIRECTION_INBOUND)
		return scripted_error(b, b->spec->raw->loc, "bad raw packet",
			                      "... can only follow the bytes of outbound packets");
	if (!raw->length || raw->length > PACKET_BYTES)
		return scripted_error(b, b->spec->raw->loc, "bad raw packet",
				      "%zu bytes are written, 1 to %d are allowed",
				      raw->length, PACKET_BYTES);
	b->scripted->raw = raw;
	return true;
}
