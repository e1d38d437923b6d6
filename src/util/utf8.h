/* SPDX-License-Identifier: MIT
 *
 * utf8.h - is it text?
 */
#ifndef UTIL_UTF8_H
#define UTIL_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* What stands for bytes that are no text: U+FFFD. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/* Length in bytes of the character at @text, which ends with a NUL byte; 0: these bytes are none. */
size_t utf8_length(const char *text);
/* The number of the character of @length bytes at @text; of no bytes: 0. */
uint32_t utf8_code_point(const char *text, size_t length);

#endif
