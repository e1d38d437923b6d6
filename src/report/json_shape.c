/* SPDX-License-Identifier: MIT
 *
 * json_shape.c - structures as JSON objects and back
 */
#include "report/json_shape.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/checked.h"
#include "util/utf8.h"

/* ---- texts ---- */

/* json_string() returns NULL both for text that is not UTF-8 and for lack of memory. So the text is made valid first,
 * and NULL can only mean the latter. */
json_t *json_text(const char *text)
{
	struct buf clean = BUF_INIT;
	size_t good = 0, n;

	for (; text[good] && (n = utf8_length(text + good)); good += n)
		;
	if (!text[good])
		return checked_memory(json_stringn_nocheck(text, good));
	for (; *text; text += n ? n : 1) {
		n = utf8_length(text);
		buf_puts(&clean, n ? "" : UTF8_REPLACEMENT);
		buf_add(&clean, text, n);
	}
	json_t *json = checked_memory(json_stringn_nocheck(clean.data, clean.length));
	buf_free(&clean);
	return json;
}

static json_t *hex_of(const uint8_t *bytes, size_t length)
{
	struct buf hex = BUF_INIT;

	for (size_t i = 0; i < length; i++)
		buf_add(&hex, (char[]){ "0123456789abcdef"[bytes[i] >> 4], "0123456789abcdef"[bytes[i] & 15] }, 2);
	json_t *json = checked_memory(json_stringn_nocheck(hex.data, hex.length));
	buf_free(&hex);
	return json;
}

/* ---- writing ---- */

static const void *member(const void *object, size_t offset)
{
	return (const char *)object + offset;
}

static json_t *object_of(const struct json_shape *shape, const void *object);

static json_t *list_of(const struct json_shape *shape, const char *first, size_t count)
{
	json_t *list = checked_memory(json_array());

	for (size_t i = 0; i < count; i++)
		if (json_array_append_new(list, object_of(shape, first + i * shape->size)) < 0)
			checked_exhausted();
	return list;
}

/* NULL: the key is left out. */
static json_t *value_of(const struct json_field *f, const void *object)
{
	const void *at = member(object, f->member.offset);
	size_t count = f->count ? *(const size_t *)member(object, f->count) : 0;

	switch (f->type) {
	case JSON_SHAPE_TEXT:
		return *(const char *const *)at ? json_text(*(const char *const *)at) : NULL;
	case JSON_SHAPE_BYTES:
		return count || !f->optional ? hex_of(*(const uint8_t *const *)at, count) : NULL;
	case JSON_SHAPE_LIST:
		return count || !f->optional ? list_of(f->shape, *(const char *const *)at, count) : NULL;
	default:
		break;
	}
	int64_t number = field_get(object, &f->member);
	if (f->optional && !number)
		return NULL;
	if (f->type == JSON_SHAPE_WORD)
		return json_text(f->words[number]);
	return f->type == JSON_SHAPE_BOOL ? json_boolean(number) : checked_memory(json_integer(number));
}

void json_shape_add(json_t *json, const struct json_shape *shape, const void *object)
{
	for (const struct json_field *f = shape->fields; f->member.name; f++) {
		json_t *value = value_of(f, object);
		if (value && json_object_set_new_nocheck(json, f->member.name, value) < 0)
			checked_exhausted();
	}
}

static json_t *object_of(const struct json_shape *shape, const void *object)
{
	json_t *json = checked_memory(json_object());

	json_shape_add(json, shape, object);
	return json;
}

/* ---- reading ---- */

static bool wrong(struct buf *problem, const struct json_field *f, const char *want)
{
	buf_printf(problem, "\"%s\" is not %s", f->member.name, want);
	return false;
}

static bool read_text(const struct json_field *f, json_t *json, void *object, struct arena *arena,
                      struct buf *problem)
{
	if (!json_is_string(json))
		return wrong(problem, f, "a string");
	*(const char **)((char *)object + f->member.offset) =
		arena_strndup(arena, json_string_value(json), json_string_length(json));
	return true;
}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

static bool read_bytes(const struct json_field *f, json_t *json, void *object, struct arena *arena,
                       struct buf *problem)
{
	const char *hex = json_string_value(json);
	size_t length = json_string_length(json);
	uint8_t *bytes = arena_alloc(arena, length / 2);

	if (!hex || length % 2)
		return wrong(problem, f, "bytes as pairs of hexadecimal digits");
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_value(hex[i]), low = hex_value(hex[i + 1]);
		if (high < 0 || low < 0)
			return wrong(problem, f, "bytes as pairs of hexadecimal digits");
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	*(const uint8_t **)((char *)object + f->member.offset) = bytes;
	*(size_t *)((char *)object + f->count) = length / 2;
	return true;
}

static bool read_list(const struct json_field *f, json_t *json, void *object, struct arena *arena,
                      struct buf *problem)
{
	size_t count = json_array_size(json);
	char *items = arena_alloc(arena, count * f->shape->size);

	if (!json_is_array(json))
		return wrong(problem, f, "an array");
	for (size_t i = 0; i < count; i++)
		if (!json_shape_read(f->shape, json_array_get(json, i), items + i * f->shape->size, arena, problem))
			return false;
	*(const char **)((char *)object + f->member.offset) = items;
	*(size_t *)((char *)object + f->count) = count;
	return true;
}

static bool read_word(const struct json_field *f, json_t *json, void *object, struct buf *problem)
{
	const char *word = json_string_value(json);

	for (size_t i = 0; word && i < f->word_count; i++)
		if (f->words[i] && !strcmp(f->words[i], word))
			return field_set(object, &f->member, (int64_t)i);
	return wrong(problem, f, "one of its words");
}

static bool read_number(const struct json_field *f, json_t *json, void *object, struct buf *problem)
{
	if (!json_is_integer(json))
		return wrong(problem, f, "an integer");
	return field_set(object, &f->member, json_integer_value(json)) ||
	       wrong(problem, f, "in the range of integers");
}

static bool read_value(const struct json_field *f, json_t *json, void *object, struct arena *arena,
                       struct buf *problem)
{
	switch (f->type) {
	case JSON_SHAPE_TEXT:
		return read_text(f, json, object, arena, problem);
	case JSON_SHAPE_BYTES:
		return read_bytes(f, json, object, arena, problem);
	case JSON_SHAPE_LIST:
		return read_list(f, json, object, arena, problem);
	case JSON_SHAPE_WORD:
		return read_word(f, json, object, problem);
	case JSON_SHAPE_BOOL:
		return json_is_boolean(json) ? field_set(object, &f->member, json_is_true(json))
		                             : wrong(problem, f, "true or false");
	default:
		return read_number(f, json, object, problem);
	}
}

bool json_shape_read(const struct json_shape *shape, json_t *json, void *object, struct arena *arena,
                     struct buf *problem)
{
	if (!json_is_object(json)) {
		buf_puts(problem, "not an object");
		return false;
	}
	for (const struct json_field *f = shape->fields; f->member.name; f++) {
		json_t *value = json_object_get(json, f->member.name);
		if (!value && f->never_null)
			*(const char **)((char *)object + f->member.offset) = "";
		if (value && !read_value(f, value, object, arena, problem))
			return false;
	}
	return true;
}
