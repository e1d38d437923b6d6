/* SPDX-License-Identifier: MIT
 *
 * builtin.h - the reference stack (src/stack) as a target, in virtual time
 *
 * Nothing runs behind the drill's back and nothing outside is touched: the clock stands still until wait()
 * moves it, commands of a script are read and never run (commands.h), files live in memory (files.h), and of
 * the machine's only shell scripts of the packet script's own suite are read (suite_file.c). The same options and the
 * same script give the same packets, byte for byte.
 *
 * What the contract of target.h leaves open:
 * - The clock starts at the same instant in every run (BUILTIN_EPOCH_S after 1970).
 * - wait() without limit comes back with TARGET_TIME when nothing can happen any more, and the clock has
 *   not moved: in virtual time there is nobody who could change that.
 * - A call that blocks although it is not marked blocking runs the stack forward until it returns, or up to its
 *   limit; one without a limit is broken off when the stack has nothing left to do, or after BUILTIN_PATIENCE_S.
 * - There is no device: what the stack has sent is gone for it, whether a line has looked at it or not.
 * - An injected packet with a segment size arrives as that many segments, checksums and all.
 * - TARGET_FAILED comes when the stack has sent BUILTIN_QUEUE_BYTES that nobody asked for.
 */
#ifndef TARGET_BUILTIN_BUILTIN_H
#define TARGET_BUILTIN_BUILTIN_H

#include "stack/stack.h"
#include "target/need.h"
#include "target/target.h"
#include "util/buf.h"

enum {
	BUILTIN_EPOCH_S = 946684800,                         /* 2000-01-01: capture files show a date */
	BUILTIN_PATIENCE_S = 86400,
	BUILTIN_QUEUE_BYTES = 64 << 20,
};

/* How much of the inside of the stack target_ops.trace() tells. */
enum builtin_trace {
	BUILTIN_TRACE_NONE,
	BUILTIN_TRACE_STATES,                                /* changes of state, packets dropped, decisions */
	BUILTIN_TRACE_ALL,                                   /* timers and variables, too */
};

struct builtin_options {
	struct ip_address local_ip;
	int local_prefix;
	int mtu;                                             /* 0: that of @config */
	const struct stack_config *config;                   /* profile, seed and defects; borrowed for the call */
	enum builtin_trace trace;
	const char *folder;                                  /* of the script; borrowed while the target is open; NULL:
	                                                        the current directory. What commands may read follows
	                                                        from it. */
};

/* NULL: @problem says why. */
struct target *builtin_target_open(const struct builtin_options *options, struct buf *problem);

/* Does it have that? False: @why says what is missing. Only python3 is a question to the machine. */
bool builtin_target_has(const struct need *need, struct buf *why);

#endif
