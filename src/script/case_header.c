/* SPDX-License-Identifier: MIT
 *
 * case_header.c - reading the comments at the head of a case
 */
#include "script/case_header.h"

#include <string.h>

static const char blanks[] = " \t\r,";

static bool is_blank(char c)
{
	return c && strchr(blanks, c);
}

static void trim(const char **text, size_t *length)
{
	while (*length && is_blank(**text)) {
		++*text;
		--*length;
	}
	while (*length && is_blank((*text)[*length - 1]))
		--*length;
}

/* The text of @line if it is header @name. */
static bool is_header(const char *line, size_t length, const char *name, const char **text, size_t *text_length)
{
	size_t name_length = strlen(name);

	if (length < 3 || strncmp(line, "//!", 3))
		return false;
	line += 3;
	length -= 3;
	trim(&line, &length);
	if (length <= name_length || strncmp(line, name, name_length) || line[name_length] != ':')
		return false;
	*text = line + name_length + 1;
	*text_length = length - name_length - 1;
	trim(text, text_length);
	return true;
}

bool header_find(const struct source *source, const char *name, const char **text, size_t *length)
{
	const char *end = source->text + source->length, *line = source->text;

	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *body = line;
		size_t rest = (size_t)((newline ? newline : end) - line);

		trim(&body, &rest);
		if (is_header(body, rest, name, text, length))
			return true;
		if (rest && (rest < 2 || strncmp(body, "//", 2)))
			return false;
		line = newline ? newline + 1 : end;
	}
	return false;
}

bool header_allows(const struct source *source, const char *name, const char *word)
{
	const char *text;
	size_t length, wanted = strlen(word);

	if (!header_find(source, name, &text, &length))
		return true;
	while (length) {
		size_t n = 0;

		while (n < length && !is_blank(text[n]))
			n++;
		if (n == wanted && !strncmp(text, word, n))
			return true;
		text += n;
		length -= n;
		trim(&text, &length);
	}
	return false;
}
