/* SPDX-License-Identifier: MIT
 *
 * document.c - open scripts, and places in them
 */
#include "lsp/document.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lsp/message.h"
#include "util/checked.h"
#include "util/utf8.h"

/* ---- which are open ---- */

struct document *document_find(const struct documents *d, const char *uri)
{
	for (struct document *at = d->first; at; at = at->next)
		if (!strcmp(at->uri, uri))
			return at;
	return NULL;
}

struct document *document_set(struct documents *d, const char *uri, const char *text, size_t length)
{
	struct document *at = document_find(d, uri);

	if (!at) {
		at = checked_memory(calloc(1, sizeof(*at)));
		at->uri = checked_memory(strdup(uri));
		at->path = document_path(uri);
		at->text = (struct buf)BUF_INIT;
		at->next = d->first;
		d->first = at;
	}
	buf_clear(&at->text);
	buf_add(&at->text, text, length);
	return at;
}

static void document_free(struct document *at)
{
	buf_free(&at->text);
	free(at->uri);
	free(at->path);
	free(at);
}

void document_close(struct documents *d, const char *uri)
{
	for (struct document **at = &d->first; *at; at = &(*at)->next) {
		if (strcmp((*at)->uri, uri))
			continue;
		struct document *closed = *at;
		*at = closed->next;
		document_free(closed);
		return;
	}
}

void documents_free(struct documents *d)
{
	for (struct document *at = d->first, *next; at; at = next) {
		next = at->next;
		document_free(at);
	}
	d->first = NULL;
}

/* ---- places ---- */

/* The character at @at: its bytes, of which one that is no UTF-8 has one, and its units of UTF-16. */
static size_t character(const char *at, size_t *units)
{
	size_t bytes = utf8_length(at);

	*units = bytes > 3 ? 2 : 1;
	return bytes ? bytes : 1;
}

size_t document_offset(const char *text, json_t *position)
{
	json_int_t line = json_integer_value(json_object_get(position, "line"));
	json_int_t column = json_integer_value(json_object_get(position, "character"));
	const char *at = text;

	for (; line > 0 && *at; at++)
		line -= *at == '\n';
	for (size_t units = 0; column > 0 && *at && *at != '\n' && *at != '\r'; column -= (json_int_t)units)
		at += character(at, &units);
	return (size_t)(at - text);
}

/* The place of byte @offset. */
static json_t *position_of(const char *text, size_t offset)
{
	json_t *position = checked_memory(json_object());
	json_int_t line = 0, column = 0;

	for (const char *at = text; at < text + offset && *at;) {
		size_t units, bytes = character(at, &units);

		line += *at == '\n';
		column = *at == '\n' ? 0 : column + (json_int_t)units;
		at += bytes;
	}
	message_put(position, "line", json_integer(line));
	message_put(position, "character", json_integer(column));
	return position;
}

json_t *document_span(const char *text, size_t from, size_t to)
{
	json_t *range = checked_memory(json_object());

	message_put(range, "start", position_of(text, from));
	message_put(range, "end", position_of(text, to));
	return range;
}

static size_t offset_of(const char *text, int line, int column)
{
	const char *at = text;

	for (; line > 1 && *at; at++)
		line -= *at == '\n';
	for (; column > 1 && *at && *at != '\n'; at++)
		column--;
	return (size_t)(at - text);
}

json_t *document_range(const char *text, const struct loc *loc)
{
	size_t from = offset_of(text, loc->line, loc->column), to = offset_of(text, loc->end_line, loc->end_column);

	return document_span(text, from, to > from ? to : from + strcspn(text + from, "\r\n"));
}

/* ---- names of files ---- */

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

char *document_path(const char *uri)
{
	static const char scheme[] = "file://";

	if (strncmp(uri, scheme, strlen(scheme)))
		return checked_memory(strdup(uri));
	const char *from = uri + strlen(scheme);
	char *path = checked_memory(strdup(from + strcspn(from, "/"))), *to = path;      /* without the host */
	for (const char *at = path; *at; at++) {
		if (*at == '%' && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0) {
			*to++ = (char)(hex_digit(at[1]) * 16 + hex_digit(at[2]));
			at += 2;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
	return path;
}

void document_add_uri(struct buf *out, const char *path)
{
	char *absolute = realpath(path, NULL);

	buf_puts(out, "file://");
	for (const char *at = absolute ? absolute : path; *at; at++) {
		if (isalnum((unsigned char)*at) || strchr("/-._~", *at))
			buf_add_byte(out, *at);
		else
			buf_printf(out, "%%%02X", (unsigned)(uint8_t)*at);
	}
	free(absolute);
}
