/* SPDX-License-Identifier: MIT
 *
 * field.c - members of structures by table
 */
#include "util/field.h"

#include <string.h>

/* What a type can hold, and how many bytes it has. */
static const struct type {
	size_t size;
	int64_t least, most;
} types[] = {
	[FIELD_BOOL] = { sizeof(bool), 0, 1 },
	[FIELD_U8] = { 1, 0, UINT8_MAX },
	[FIELD_U16] = { 2, 0, UINT16_MAX },
	[FIELD_U32] = { 4, 0, UINT32_MAX },
	[FIELD_I16] = { 2, INT16_MIN, INT16_MAX },
	[FIELD_I32] = { 4, INT32_MIN, INT32_MAX },
	[FIELD_I64] = { 8, INT64_MIN, INT64_MAX },
};

int64_t field_get(const void *object, const struct field *f)
{
	const char *at = (const char *)object + f->offset;
	union {
		bool on;
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		int16_t i16;
		int32_t i32;
		int64_t i64;
	} v = { .i64 = 0 };

	memcpy(&v, at, types[f->type].size);
	switch (f->type) {
	case FIELD_BOOL: return v.on;
	case FIELD_U8: return v.u8;
	case FIELD_U16: return v.u16;
	case FIELD_U32: return v.u32;
	case FIELD_I16: return v.i16;
	case FIELD_I32: return v.i32;
	default: return v.i64;
	}
}

bool field_set(void *object, const struct field *f, int64_t value)
{
	const struct type *t = &types[f->type];
	char *at = (char *)object + f->offset;
	bool on = value != 0;

	if (value < f->minimum || value > f->maximum)
		return false;
	if (f->type == FIELD_BOOL) {
		memcpy(at, &on, sizeof(on));
		return true;
	}
	value = value < t->least ? t->least : value > t->most ? t->most : value;
	uint8_t u8 = (uint8_t)value;
	uint16_t u16 = (uint16_t)value;
	uint32_t u32 = (uint32_t)value;
	/* Bytes of a negative number are those of the unsigned one of the same width. */
	const void *bytes = t->size == 1   ? (void *)&u8
	                    : t->size == 2 ? (void *)&u16
	                    : t->size == 4 ? (void *)&u32
	                                   : (void *)&value;
	memcpy(at, bytes, t->size);
	return true;
}
