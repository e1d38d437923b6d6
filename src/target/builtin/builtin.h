/* SPDX-License-Identifier: MIT
 *
 * builtin.h - the reference stack (src/stack) as a target, in virtual time
 *
 * The target for stacks that are libraries (target/library), with the stack of src/stack as its driver. Commands of a
 * script are read and never run (commands.h); of the files of the machine only scripts of the suite that it belongs to
 * are read (suite_file.c). An injected packet with a segment size arrives as that many segments, checksums and all.
 */
#ifndef TARGET_BUILTIN_BUILTIN_H
#define TARGET_BUILTIN_BUILTIN_H

#include "stack/stack.h"
#include "target/need.h"
#include "target/target.h"
#include "util/buf.h"

/* How much of the inside of the stack target_ops.trace() tells. */
enum builtin_trace {
	BUILTIN_TRACE_NONE,
	BUILTIN_TRACE_STATES,                                /* changes of state, packets dropped, decisions */
	BUILTIN_TRACE_ALL,                                   /* timers and variables, too */
};

struct builtin_options {
	struct ip_address local_ip;
	int local_prefix;
	struct ip_address remote_ip;                         /* version 0: not known */
	int remote_prefix;
	int mtu;                                             /* 0: that of @config */
	const struct stack_config *config;                   /* profile, seed and defects; borrowed for the call */
	enum builtin_trace trace;
	const char *folder;                                  /* of the script; borrowed while the target is open; NULL:
	                                                        the current directory. What commands may read follows
	                                                        from it. */
};

/* NULL: @problem says why. */
struct target *builtin_target_open(const struct builtin_options *options, struct buf *problem);

/* Does the target have that? False: @why says what is missing. Only python3 depends on the machine. */
bool builtin_target_has(const struct need *need, struct buf *why);

#endif
