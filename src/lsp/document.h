/* SPDX-License-Identifier: MIT
 *
 * document.h - the scripts that an editor has open, and places in them
 *
 * An editor counts lines and columns from 0, and columns in units of UTF-16; we count from 1, and in bytes. The
 * conversion is here.
 */
#ifndef LSP_DOCUMENT_H
#define LSP_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/diag.h"

struct document {
	struct document *next;
	char *uri, *path;                                    /* path: what messages and includes go by */
	struct buf text;
};

struct documents {
	struct document *first;
};

/* NULL: it is not open. */
struct document *document_find(const struct documents *d, const char *uri);
/* Open @uri, or give it another text, which is copied. */
struct document *document_set(struct documents *d, const char *uri, const char *text, size_t length);
void document_close(struct documents *d, const char *uri);
void documents_free(struct documents *d);

/* The byte of @text that {"line":, "character":} means; what is beyond the end of a line or of the text is that end. */
size_t document_offset(const char *text, json_t *position);
/* The range of @loc in @text, the text that it is a place of. A @loc without a line is the first line. */
json_t *document_range(const char *text, const struct loc *loc);
/* The range from byte @from to byte @to. */
json_t *document_span(const char *text, size_t from, size_t to);

/* The path that a "file:" URI means, or the URI itself if it is another one. The caller frees it. */
char *document_path(const char *uri);
/* Append the "file:" URI of @path, which is made absolute. */
void document_add_uri(struct buf *out, const char *path);

#endif
