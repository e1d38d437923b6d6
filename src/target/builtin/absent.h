/* SPDX-License-Identifier: MIT
 *
 * absent.h - what sockets of Linux have and those of the reference stack have not
 *
 * A script that asks for one of these is right, so that an errno would be a wrong verdict: its case is SKIP.
 */
#ifndef BUILTIN_ABSENT_H
#define BUILTIN_ABSENT_H

/* A sentence about what a call needs that is not here; NULL: it is here, or nowhere. */
const char *absent_socket(int domain, int type, int protocol);
const char *absent_option(int level, int name);

#endif
