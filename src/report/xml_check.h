/* SPDX-License-Identifier: MIT
 *
 * xml_check.h - for tests: are elements closed in order, and are & and < where they may be?
 */
#ifndef REPORT_XML_CHECK_H
#define REPORT_XML_CHECK_H

#include <stdbool.h>
#include <string.h>

enum { XML_DEPTH = 32 };

static inline size_t xml_name(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
}

/* The end of the tag that starts at @text; attributes are name="value", separated by blanks. NULL: it is no tag. */
static inline const char *xml_tag_end(const char *text)
{
	text += xml_name(text);
	while (*text == ' ') {
		text += strspn(text, " ");
		size_t length = xml_name(text);
		if (!length || strncmp(text + length, "=\"", 2))
			return NULL;
		text += length + 2;
		text += strcspn(text, "\"<");
		if (*text++ != '"')
			return NULL;
	}
	return text;
}

/* Where in @text it first is not well-formed; NULL: nowhere. There must be one element at the top. */
static inline const char *xml_fault(const char *text)
{
	const char *open[XML_DEPTH];
	int depth = 0;

	for (const char *at = text; *at;) {
		if (*at == '&' && !strchr(at, ';'))
			return at;
		if (*at == '&' && at[1 + strspn(at + 1, "#abcdefghijklmnopqrstuvwxyz0123456789")] != ';')
			return at;
		if (*at != '<') {
			at++;
			continue;
		}
		bool closes = at[1] == '/';
		const char *name = at + 1 + closes, *end = xml_tag_end(name);
		size_t length = xml_name(name);
		if (!end || !length)
			return at;
		if (closes && (!depth-- || xml_name(open[depth]) != length || strncmp(open[depth], name, length)))
			return at;
		if (!closes && *end != '/') {
			if (depth == XML_DEPTH)
				return at;
			open[depth++] = name;
		}
		at = end + (*end == '/');
		if (*at++ != '>')
			return at;
	}
	return depth ? open[depth - 1] : NULL;
}

#endif
