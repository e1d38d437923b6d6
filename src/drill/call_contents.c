/* SPDX-License-Identifier: MIT
 *
 * call_contents.c - bytes that a script gives to a call, and those that it expects from one
 *
 * Most scripts do not care, and use memory that is never looked at (call_slot.c). If a string stands in the place of
 * the ellipsis, memory is made for this call. For sending it holds the string. For receiving it is empty room, and the
 * bytes that the call returned are compared with the string. A string must match whole, so one byte more or less is a
 * difference; a pattern is repeated to the length that came.
 */
#include <string.h>

#include "drill/call_shape.h"

enum { SHOWN_BYTES = 40, WRITTEN_BYTES = 200 };

void *contents_to_send(struct slot *s, const struct expr *e, size_t length)
{
	struct evaluation_error error;
	uint8_t *bytes;

	if (expr_contents(e, s->r->arena, length, &bytes, &error))
		return bytes;
	slot_error(s, &error);
	return NULL;
}

void *contents_room(const struct slot *s, size_t length)
{
	return arena_alloc(s->r->arena, length > SCRATCH_LIMIT ? SCRATCH_LIMIT : length + 1);
}

/* The bytes as a string of the script, at most @most of them. */
static const char *bytes_text(const struct slot *s, const uint8_t *bytes, size_t length, size_t most)
{
	struct buf b = BUF_INIT;

	buf_add_string(&b, bytes, length, most);
	const char *text = arena_strdup(s->context->record->arena, b.data);
	buf_free(&b);
	return text;
}

bool contents_compare(struct slot *s, const struct expr *e, const void *received, size_t length)
{
	const uint8_t *got = received;
	struct evaluation_error error;
	uint8_t *want;
	size_t own = length, at = 0;

	if (e->string.contents == CONTENTS_PATTERN ? !expr_contents(e, s->r->arena, length, &want, &error)
	                                           : !expr_string(e, s->r->arena, &want, &own, &error))
		return slot_error(s, &error);
	while (at < own && at < length && want[at] == got[at])
		at++;
	if (at == own && at == length)
		return true;
	const char *expected = bytes_text(s, want + at, own - at, SHOWN_BYTES);
	const char *observed = bytes_text(s, got + at, length - at, SHOWN_BYTES);
	slot_differs(s, "data", expected, observed, "Bad data from byte %zu: expected: %s actual: %s", at, expected,
	             observed);
	if (length <= WRITTEN_BYTES)
		slot_correct(s, e, "%s", bytes_text(s, got, length, WRITTEN_BYTES));
	return false;
}
