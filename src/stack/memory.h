/* SPDX-License-Identifier: MIT
 *
 * memory.h - the allocator of a stack: bounded, and every call may fail
 */
#ifndef STACK_MEMORY_H
#define STACK_MEMORY_H

#include <stddef.h>

struct stack;

/* Zeroed memory, or NULL when the limit is reached or the allocation hook returns none. */
void *memory_allocate(struct stack *st, size_t size);
/* The same, uninitialized: for memory that is written before it is read. */
void *memory_allocate_unset(struct stack *st, size_t size);
/* NULL is fine. */
void memory_release(struct stack *st, void *memory);

#endif
