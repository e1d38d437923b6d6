/* SPDX-License-Identifier: MIT
 *
 * call.h - a system call ready to run: live descriptors, C structures in Linux layout
 *
 * The drill prepares it, a target runs it, the drill looks at what came back in the same memory. Both
 * targets understand the same layouts, those of this machine's C library (struct msghdr, struct pollfd,
 * struct sockaddr_in ...).
 */
#ifndef TARGET_CALL_H
#define TARGET_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "script/call_id.h"
#include "util/vtime.h"

enum { CALL_ARGUMENT_SLOTS = 6 };

union call_argument {
	int64_t number;                                      /* integers and live descriptors */
	void *pointer;                                       /* buffers and structures */
};

struct call {
	enum call_id id;
	bool blocking;                                       /* expected to block: do not wait for it */
	/* Target clock: one that is not expected to block and has not returned by then is broken off.
	 * Zero: no limit. */
	vtime_t limit;
	int argument_count;
	union call_argument arguments[CALL_ARGUMENT_SLOTS];  /* borrowed until the call has returned */
};

struct call_result {
	int64_t value;                                       /* what the call returned: -1 for an error */
	int error;                                           /* errno, when value is -1 */
	bool pending;                                        /* it blocks; wait() will report the rest */
	bool broken_off;                                     /* it was, at its limit; .value is what it had done by
	                                                        then, as after a signal */
	vtime_t returned;                                    /* read right after the return */
};

#endif
