/* SPDX-License-Identifier: MIT
 *
 * xml.c - text in XML, HTML and SVG
 */
#include "report/xml.h"

#include <string.h>

#include "util/utf8.h"

static const char *name_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return NULL;
}

/* Characters that XML cannot hold: control characters, U+FFFE and U+FFFF. */
static bool is_forbidden(const char *text, size_t length)
{
	unsigned char c = (unsigned char)*text;

	return !length || (c < 0x20 && !strchr("\t\n\r", c)) || !strncmp(text, "\xef\xbf\xbe", 3) ||
	       !strncmp(text, "\xef\xbf\xbf", 3);
}

/* Most texts need hardly any escaping, so stretches without it are copied in one piece. */
static size_t plain_length(const char *text)
{
	size_t n = 0;

	while (text[n] >= ' ' && text[n] <= '~' && !name_of(text[n]))
		n++;
	return n;
}

/* @named: blanks that must be written as numbers. */
static void add(struct buf *out, const char *text, const char *named)
{
	for (size_t n; *text; text += n ? n : 1) {
		n = plain_length(text);
		if (n) {
			buf_add(out, text, n);
			continue;
		}
		n = utf8_length(text);
		if (is_forbidden(text, n))
			buf_puts(out, UTF8_REPLACEMENT);
		else if (name_of(*text))
			buf_puts(out, name_of(*text));
		else if (strchr(named, *text))
			buf_printf(out, "&#%d;", *text);
		else
			buf_add(out, text, n);
	}
}

void xml_text(struct buf *out, const char *text)
{
	add(out, text, "\r");
}

void xml_attribute(struct buf *out, const char *text)
{
	add(out, text, "\t\n\r");
}
