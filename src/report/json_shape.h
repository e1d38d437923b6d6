/* SPDX-License-Identifier: MIT
 *
 * json_shape.h - structures as JSON objects and back, by one table for both ways
 *
 * Where memory is missing the process ends (util/checked.h): a key that is not there would say something.
 */
#ifndef REPORT_JSON_SHAPE_H
#define REPORT_JSON_SHAPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/field.h"

enum json_type {
	JSON_SHAPE_TEXT,                                     /* const char *; NULL is left out */
	JSON_SHAPE_BOOL,
	JSON_SHAPE_NUMBER,
	JSON_SHAPE_TIME,                                     /* the nanoseconds of a vtime_t */
	JSON_SHAPE_WORD,                                     /* an enum; .words names its values */
	JSON_SHAPE_BYTES,                                    /* const uint8_t *, size_t .count: hexadecimal digits */
	JSON_SHAPE_LIST,                                     /* pointer to the first, size_t .count: of .shape */
};

struct json_field {
	struct field member;                                 /* .name is the key; of a text, bytes and a list only
	                                                        .offset says anything besides */
	enum json_type type;
	bool optional;                                     /* 0, false, the first word and an empty list are left out */
	bool never_null;                                     /* a text that is not there is read as an empty one */
	size_t count;                                        /* where the count is in the structure */
	const char *const *words;
	size_t word_count;
	const struct json_shape *shape;
};

/* The place of the text @m in struct @s, which must be a pointer: with an array of characters this does not compile. */
#define JSON_TEXT_PLACE(s, m) \
	(offsetof(struct s, m) + 0 * (size_t)_Generic(&((struct s *)0)->m, const char **: 1, char **: 1))

struct json_shape {
	const struct json_field *fields;                     /* ends with a member without a name */
	size_t size;
};

/* @text as JSON, a new reference. Bytes that are no UTF-8 become U+FFFD. */
json_t *json_text(const char *text);

/* Add the fields of @object to @json, in their order. Bytes that are no UTF-8 become U+FFFD. */
void json_shape_add(json_t *json, const struct json_shape *shape, const void *object);

/* Fill @object. Missing keys leave zeros or empty texts, and unknown ones are ignored. False: @problem names the key
 * whose value has another type or is out of range. */
bool json_shape_read(const struct json_shape *shape, json_t *json, void *object, struct arena *arena,
                     struct buf *problem);

#endif
