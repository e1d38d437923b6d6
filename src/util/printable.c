/* SPDX-License-Identifier: MIT
 *
 * printable.c - makes foreign text harmless for terminals and for reports made of lines
 */
#include "util/printable.h"

#include <string.h>

#include "util/common.h"
#include "util/utf8.h"

/* Beyond Latin-1: Unicode's own ends of lines (2028, 2029), and what changes the direction of writing. */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 }, { 0xfeff, 0xfeff },
};

size_t printable_next(const char *text, const char *keep, bool *ok)
{
	size_t length = utf8_length(text);

	*ok = length > 0;
	if (!length)
		return 1;
	uint32_t code = utf8_code_point(text, length);
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			*ok = code < 0x80 && strchr(keep, (int)code);
	return length;
}

static void add_escape(struct buf *out, const char *text, size_t length)
{
	if (*text == '\n')
		buf_puts(out, "\\n");
	else if (*text == '\t')
		buf_puts(out, "\\t");
	else if (*text == '\r')
		buf_puts(out, "\\r");
	else if (length == 1)
		buf_printf(out, "\\x%02x", (unsigned)(unsigned char)*text);
	else
		buf_printf(out, "\\u%04x", (unsigned)utf8_code_point(text, length));
}

void printable_add(struct buf *out, const char *text, const char *keep)
{
	bool ok;

	for (size_t n; *text; text += n) {
		n = printable_next(text, keep, &ok);
		if (ok)
			buf_add(out, text, n);
		else
			add_escape(out, text, n);
	}
}

static bool is_printable(const char *text, const char *keep)
{
	bool ok = true;

	while (*text && ok)
		text += printable_next(text, keep, &ok);
	return ok;
}

const char *printable(struct arena *arena, const char *text)
{
	struct buf out = BUF_INIT;

	if (!text || is_printable(text, ""))
		return text;
	printable_add(&out, text, "");
	text = arena_strdup(arena, out.data);
	buf_free(&out);
	return text;
}

void printable_buf(struct buf *text, const char *keep)
{
	struct buf out = BUF_INIT;

	if (is_printable(text->data, keep))
		return;
	printable_add(&out, text->data, keep);
	buf_free(text);
	*text = out;
}
