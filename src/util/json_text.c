/* SPDX-License-Identifier: MIT
 *
 * json_text.c - texts of JSON that come from outside
 *
 * jansson reads nested values by recursion, and allows 2,048 levels, too many for a small stack. So the levels are
 * counted first.
 */
#include "util/json_text.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "util/checked.h"

/* In a text that is JSON; of another one it is a number that does no harm. */
static int levels(const char *text, size_t length)
{
	int depth = 0, most = 0;
	bool quoted = false;

	for (size_t i = 0; i < length; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '[' || text[i] == '{'))
			depth++;
		else if (!quoted && (text[i] == ']' || text[i] == '}'))
			depth--;
		if (depth > most)
			most = depth;
	}
	return most;
}

static json_t *read_text(const char *text, size_t length, size_t flags, struct buf *problem)
{
	const int deep = levels(text, length);
	json_error_t error;

	if (deep > JSON_TEXT_DEPTH) {
		buf_printf(problem, "arrays and objects are %d deep within each other, and may be %d", deep,
		           JSON_TEXT_DEPTH);
		return NULL;
	}
	/* If jansson runs out of memory it complains about the text; errno tells the real reason. */
	errno = 0;
	json_t *json = json_loadb(text, length, flags, &error);
	if (!json && errno == ENOMEM)
		checked_exhausted();
	if (!json)
		buf_puts(problem, error.text);
	return json;
}

json_t *json_text_read(const char *text, size_t length, struct buf *problem)
{
	return read_text(text, length, 0, problem);
}

json_t *json_text_read_any(const char *text, size_t length, struct buf *problem)
{
	return read_text(text, length, JSON_ALLOW_NUL, problem);
}
