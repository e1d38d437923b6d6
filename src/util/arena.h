/* SPDX-License-Identifier: MIT
 *
 * arena.h - memory that is released all at once
 *
 * Everything allocated from an arena lives until arena_free(). Running out of memory ends the process (abort), so
 * callers never see NULL: an arena holds what a person wrote or a run recorded, and nothing that a network peer can
 * make grow.
 */
#ifndef UTIL_ARENA_H
#define UTIL_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "util/common.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);                       /* NULL is fine */

/* Zeroed memory, aligned for any type. A @size of 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_copy(struct arena *a, const void *data, size_t size);
/* Room for one more item of @size bytes behind the @count that @list holds: @list itself, or, when *room is @count, a
 * copy of it for twice as many, in *room. The old one stays in the arena. */
void *arena_grow(struct arena *a, void *list, size_t count, size_t *room, size_t size);
char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t length);
char *arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *a, const char *format, va_list args);

#define arena_new_object(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_new_array(a, type, n) ((type *)arena_alloc((a), (n) * sizeof(type)))

#endif
