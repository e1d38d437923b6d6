/* SPDX-License-Identifier: MIT
 *
 * field.h - a member of a structure as a row of a table: name, place, type and range
 *
 * Parameters, socket options and properties of routes are numbers with a name that somebody may set. Each of them is a
 * member of some structure, so a table of fields can describe them: FIELD() takes the type from the member itself, so
 * no row can be wrong about it. A table with more columns has a struct field among them.
 *
 * The range is for values from outside; internally a member may have others (-1 for "as the host says").
 */
#ifndef UTIL_FIELD_H
#define UTIL_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type { FIELD_BOOL, FIELD_U8, FIELD_U16, FIELD_U32, FIELD_I16, FIELD_I32, FIELD_I64 };

struct field {
	const char *name;
	size_t offset;
	enum field_type type;
	int64_t minimum, maximum;
};

#define FIELD_TYPE(member) _Generic((member), \
	bool: FIELD_BOOL, uint8_t: FIELD_U8, uint16_t: FIELD_U16, uint32_t: FIELD_U32, int16_t: FIELD_I16, \
	int32_t: FIELD_I32, int64_t: FIELD_I64)

/* Member @member of @structure (a type), which is called @name and may be set to @low up to @high. */
#define FIELD_NAMED(name, structure, member, low, high) \
	{ name, offsetof(structure, member), FIELD_TYPE(((structure *)0)->member), low, high }
#define FIELD(structure, member, low, high) FIELD_NAMED(#member, structure, member, low, high)
/* A switch takes any number; all but 0 turn it on. */
#define FIELD_SWITCH(structure, member) FIELD(structure, member, INT64_MIN, INT64_MAX)

int64_t field_get(const void *object, const struct field *f);
/* False: @value is out of range, and nothing changes. Where the range is wider than the type, what is below the type's
 * least counts as its least, and what is above as its most. */
bool field_set(void *object, const struct field *f, int64_t value);

#endif
