/* SPDX-License-Identifier: MIT
 *
 * freebsd.h - settings of FreeBSD in commands and calls, as what they mean here
 *
 * A suite that was written on FreeBSD begins nearly each of its scripts with sysctls, most of which only make sure of
 * the standard's behaviour. A table says of each what is the same here: a sysctl of Linux; a parameter of the reference
 * stack (net.protodrill.NAME), which other targets have at one value only; one value that every target follows anyway;
 * or nothing, because no packet and no call can show it. What is not in the table cannot be followed, nor can other
 * values, and makes the case SKIP: a script that relies on it must not pass without it.
 */
#ifndef SCRIPT_FREEBSD_H
#define SCRIPT_FREEBSD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "script/ast.h"
#include "util/arena.h"
#include "util/buf.h"

enum freebsd_reading {
	FREEBSD_NOTHING,                                     /* no setting of FreeBSD is in the text */
	FREEBSD_MEANT,
	FREEBSD_CANNOT,
};

/* Read the shell command @text. FREEBSD_MEANT: *@meant, from @arena, is the text for a target; @parameters: one that
 * has the parameters of the reference stack. FREEBSD_CANNOT: @why has been given what cannot be followed and the
 * reason, or nothing if the setting is not in the table. Texts with `||` or `if` provide for such settings themselves:
 * FREEBSD_NOTHING. */
enum freebsd_reading freebsd_command(const char *text, bool parameters, struct arena *arena, const char **meant,
                                     struct buf *why);

/* All names of settings on this side, for tests: the @i-th, or NULL behind the last. */
const char *freebsd_meaning(size_t i);

/* Does @call choose, among the implementations of TCP that FreeBSD has, its base one (tcp(4), TCP_FUNCTION_BLK)? A host
 * with one implementation has chosen it already: the call is taken for one that returned 0, and not made. */
bool freebsd_call_is_nothing(const struct call_spec *call);

/* @text, @length bytes, is the value of an option of @call. If that succeeds with the name of a congestion control by
 * which only FreeBSD knows it (newreno), the name is replaced by ours; what is left of the bytes becomes zero. */
void freebsd_value(const struct call_spec *call, uint8_t *text, size_t length);

#endif
