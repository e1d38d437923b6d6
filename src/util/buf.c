/* SPDX-License-Identifier: MIT
 *
 * buf.c - growable bytes; see buf.h for the invariants
 */
#include "util/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/checked.h"

char buf_empty[1];

static void reserve(struct buf *b, size_t more)
{
	size_t need = b->length + more + 1;

	if (need <= b->room)
		return;
	size_t room = b->room * 2 > need ? b->room * 2 : need + 64;
	char *data = checked_memory(realloc(b->room ? b->data : NULL, room));
	data[b->length] = '\0';
	b->data = data;
	b->room = room;
}

void buf_free(struct buf *b)
{
	if (b->room)
		free(b->data);
	*b = (struct buf)BUF_INIT;
}

void buf_clear(struct buf *b)
{
	b->length = 0;
	if (b->room)
		b->data[0] = '\0';
}

void buf_add(struct buf *b, const void *data, size_t length)
{
	if (!length)
		return;
	reserve(b, length);
	memcpy(b->data + b->length, data, length);
	b->length += length;
	b->data[b->length] = '\0';
}

void buf_add_byte(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_add_repeated(struct buf *b, char c, size_t count)
{
	reserve(b, count);
	memset(b->data + b->length, c, count);
	b->length += count;
	b->data[b->length] = '\0';
}

void buf_puts(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	if (length > 0) {
		reserve(b, (size_t)length);
		vsnprintf(b->data + b->length, (size_t)length + 1, format, again);
		b->length += (size_t)length;
	}
	va_end(again);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

char *buf_room(struct buf *b, size_t length)
{
	reserve(b, length);
	return b->data + b->length;
}

void buf_filled(struct buf *b, size_t length)
{
	b->length += length;
	b->data[b->length] = '\0';
}

bool buf_read_fd(struct buf *b, int fd)
{
	const size_t before = b->length;

	while (b->length - before <= BUF_READ_LIMIT) {
		reserve(b, 4096);                /* it doubles with what there is */
		ssize_t got = read(fd, b->data + b->length, b->room - b->length - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		buf_filled(b, (size_t)got);
	}
	errno = EFBIG;
	return false;
}

void buf_add_string(struct buf *out, const uint8_t *bytes, size_t length, size_t most)
{
	buf_add_byte(out, '"');
	for (size_t i = 0; i < length && i < most; i++) {
		if (bytes[i] == '"' || bytes[i] == '\\')
			buf_printf(out, "\\%c", bytes[i]);
		else if (bytes[i] >= ' ' && bytes[i] < 0x7f)
			buf_add_byte(out, (char)bytes[i]);
		else
			buf_printf(out, "\\x%02x", bytes[i]);
	}
	buf_puts(out, length > most ? "\"..." : "\"");
}
