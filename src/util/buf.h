/* SPDX-License-Identifier: MIT
 *
 * buf.h - bytes or text that grow at the end
 *
 * `data` is never NULL and always followed by a NUL byte that `length` does not count, so a buf that
 * holds text can be printed as it is. Start with BUF_INIT, end with buf_free(). Running out of memory
 * ends the process (abort).
 */
#ifndef UTIL_BUF_H
#define UTIL_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/common.h"

struct buf {
	char *data;
	size_t length, room;
};

extern char buf_empty[1];

#define BUF_INIT { .data = buf_empty }

void buf_free(struct buf *b);                            /* back to BUF_INIT */
void buf_clear(struct buf *b);                           /* length 0, memory kept */
void buf_add(struct buf *b, const void *data, size_t length);
void buf_add_byte(struct buf *b, char c);
void buf_add_repeated(struct buf *b, char c, size_t count);
void buf_puts(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *format, va_list args);

/* To read straight into a buf: the first makes room for @length bytes at its end and returns where that room is, until
 * the next call; the second says how many of them were filled. */
char *buf_room(struct buf *b, size_t length);
void buf_filled(struct buf *b, size_t length);

enum { BUF_READ_LIMIT = 1 << 28 };

/* The whole of @fd (a file, pipe or device) at the end of @b; false with errno on a read error, which is EFBIG
 * when there is more than BUF_READ_LIMIT: some devices never end. */
bool buf_read_fd(struct buf *b, int fd);

/* Append @bytes as a string of a script: in quotation marks, with \xHH for what cannot be printed, and "..." behind it
 * if there are more than @most. */
void buf_add_string(struct buf *out, const uint8_t *bytes, size_t length, size_t most);

#endif
