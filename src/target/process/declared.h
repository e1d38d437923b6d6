/* SPDX-License-Identifier: MIT
 *
 * declared.h - what a stack behind an adapter says that it has, of what cases may need
 *
 * The text of the answer to HELLO may have lines `need=WORD`, in the words of target/need.h: need=udp,
 * need=kernel 6.12.9, need=congestion-control cubic. A kind of which there is no line counts as there, because the
 * stack itself will say when it is asked for more. Of a kind that is named there is nothing but what is named; the
 * protocols are one kind.
 */
#ifndef TARGET_PROCESS_DECLARED_H
#define TARGET_PROCESS_DECLARED_H

#include "target/need.h"

/* Are the need= lines among the @length bytes at @text valid? False: @problem says which one is not, and why. */
bool declared_check(const char *text, size_t length, struct buf *problem);

/* Does the stack @name, which wrote these (valid) lines, meet @need? @why: if not. */
bool declared_meets(const char *text, size_t length, const struct need *need, const char *name, struct buf *why);

#endif
