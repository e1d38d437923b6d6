/* SPDX-License-Identifier: MIT
 *
 * check_call.h - what can be said about the calls of a script without making them; for check.c only
 */
#ifndef SCRIPT_CHECK_CALL_H
#define SCRIPT_CHECK_CALL_H

#include "script/ast.h"

enum { DESCRIPTORS_FIRST = 16, DESCRIPTORS_MAX = 1024 };

/* Script descriptors in use after the calls so far. Start with zeros. */
struct call_checker {
	struct diags *diags;
	struct script *script;                               /* is told when the script names something that only other
	                                                        systems have */
	bool unsure;                                         /* a call that could not be understood may have made
	                                                        descriptors */
	bool udp;                                            /* the socket that was made last is one of UDP */
	int count, room;
	int64_t *descriptors;                                /* those that are open, in the arena of the script */
};

/* Calls must be given in the order of the script. */
void check_call(struct call_checker *c, const struct call_spec *call);

#endif
