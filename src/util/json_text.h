/* SPDX-License-Identifier: MIT
 *
 * json_text.h - texts of JSON that come from outside
 */
#ifndef UTIL_JSON_TEXT_H
#define UTIL_JSON_TEXT_H

#include <jansson.h>
#include <stddef.h>

#include "util/buf.h"

enum { JSON_TEXT_DEPTH = 64 };                               /* objects and arrays within each other; ours have ten */

/* The value that the whole of @text is; its one reference is the caller's. NULL: it is none, and why is appended to
 * @problem. Running out of memory ends the process. */
json_t *json_text_read(const char *text, size_t length, struct buf *problem);
/* The same of a text whose strings may contain NUL: they are as long as json_string_length() says. */
json_t *json_text_read_any(const char *text, size_t length, struct buf *problem);

#endif
