/* SPDX-License-Identifier: MIT
 *
 * target.h - the only door to what is tested
 *
 * The drill never asks which target it has. A target is pulled, in its own time: nothing happens behind
 * the drill's back but what the stack under test does by itself. All times are the target's clock.
 */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include <stddef.h>

#include "target/call.h"
#include "target/tcp_state_info.h"
#include "util/buf.h"
#include "util/vtime.h"
#include "wire/header.h"

struct target;

enum target_event {
	TARGET_TIME,                                         /* @until has come */
	TARGET_PACKET,                                       /* a packet left the stack: .bytes, .length, .at */
	TARGET_RETURN,                                       /* the pending call returned: .result */
	TARGET_FAILED,                                       /* the target is broken: .problem */
};

/* What wait() may come back for, besides the time. */
enum target_interest {
	TARGET_WANT_NOTHING = 0,
	TARGET_WANT_PACKET = 1,
	TARGET_WANT_RETURN = 2,
};

struct observation {
	vtime_t at;                                          /* packet: when it left (capture stamp); return: when */
	vtime_t seen;                                        /* when the harness was running again */
	const uint8_t *bytes;                                /* an IP packet; valid until the next wait() */
	size_t length;
	struct call_result result;
	const char *problem;                                 /* TARGET_FAILED; constant or owned by the target */
};

/* How late the machine was, as opposed to the stack. */
struct disturbance {
	vtime_t worst_wake;                                  /* latest end of one of our own sleeps after its time */
	vtime_t stolen;                                      /* processor time that the host took away meanwhile */
	vtime_t clock_step;                                  /* how far the clock was set meanwhile, absolute */
	uint64_t lost_packets;                               /* packets that the capture could not hold */
	vtime_t round_trip;                                  /* the slowest answer of another machine; 0: none */
	vtime_t clock_offset;                                /* how far its clock is ahead of ours */
};

struct injection {
	const uint8_t *bytes;                                /* an IP packet */
	size_t length;
	uint16_t gso_size;                                   /* > 0: TCP payload to be taken as segments of this size */
};

struct target_ops {
	const char *name;                                    /* "kernel", "builtin" */
	bool virtual_time;                                   /* nothing can be late through the harness's fault */
	bool knows_deadlock;                                 /* a call without limit that nothing can end fails with
	                                                        EDEADLK */
	vtime_t (*now)(struct target *t);
	/* The instant that script time 0 should be: at or after now(), clear of kernel tick edges. */
	vtime_t (*start_time)(struct target *t);
	/* Sleep until @until (VTIME_NEVER: no limit), or until something of @interest is observed. Packets and returns
	 * of no interest stay queued, and for the stack a queued packet still counts as unsent, as on a device whose
	 * transmit ring is not drained. Sleeps, never spins. In virtual time a wait without limit ends with TARGET_TIME
	 * when nothing can happen any more. */
	enum target_event (*wait)(struct target *t, vtime_t until, unsigned interest, struct observation *out);
	/* 0 or an errno. */
	int (*inject)(struct target *t, const struct injection *injection);
	/* Run @call. If it is marked blocking it may stay pending: then the memory it points to must live
	 * until wait() reported TARGET_RETURN. One pending call at a time. Any other call is waited for until
	 * its limit, and then broken off. Packets that the stack sends meanwhile stay queued. */
	void (*call)(struct target *t, const struct call *call, struct call_result *out);
	/* 0, or which query failed: a constant text such as "can't find getsockopt to get TCP info". */
	const char *(*info)(struct target *t, int fd, struct tcp_state_info *out);
	/* Run or read a shell command. 0: done. 1: it failed, @why says how ("non-zero status 1").
	 * -1: this target cannot do it (the case is to be skipped), @why names the command. */
	int (*command)(struct target *t, const char *shell_text, struct buf *why);
	/* Append what the commands have written so far, if it is kept. NULL for a target that keeps nothing. */
	void (*command_output)(struct target *t, struct buf *out);
	/* How coarse the stack's timers are: what it means to do at some time may happen this much later. */
	vtime_t (*timer_resolution)(struct target *t);
	/* An ephemeral port of the remote side that nobody uses on this machine. */
	uint16_t (*remote_port)(struct target *t);
	/* Since the last call of this function. */
	void (*disturbance)(struct target *t, struct disturbance *out);
	/* What the machine did not give the tester in the last operation, in words for a message ("no file descriptor
	 * is left, of 12 (ulimit -n)"; valid until the next operation), or NULL: nothing was missing. A failure that
	 * results from it says nothing about the stack. NULL for a target that needs nothing of the machine. */
	const char *(*lacking)(struct target *t);
	/* What the stack under test was built or set up without, in words for a message, if the last operation failed
	 * for that reason, or NULL. Unless the script wanted to see that failure, the case is skipped. NULL for a
	 * target that has everything. */
	const char *(*absent)(struct target *t);
	/* What the stack under test cannot do, in words for a message, if the last operation failed for that reason, or
	 * NULL. It says nothing about the stack, so the case is skipped. NULL for a target that can do everything. */
	const char *(*cannot)(struct target *t);
	/* The next thing that happened inside the stack, in words (valid until the next call) and when: oldest
	 * first. False: no more. NULL for a target that cannot be looked into. */
	bool (*trace)(struct target *t, vtime_t *at, const char **text);
	/* The run is over, and nothing more will be asked. Returns what is wrong with the target, so that the run says
	 * nothing about the stack, in words (valid until close()), or NULL. NULL for a target that has nothing to
	 * say. */
	const char *(*end)(struct target *t);
	void (*close)(struct target *t);                     /* releases everything, also after failures */
};

struct target {
	const struct target_ops *ops;
};

#endif
