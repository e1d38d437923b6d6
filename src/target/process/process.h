/* SPDX-License-Identifier: MIT
 *
 * process.h - a stack in a process of its own as a target, in virtual time
 *
 * The process is an adapter (adapter.h, docs/adapter-protocol.md): it has the stack and its time, and is asked for
 * everything. What a stack need not have is made here: descriptors that wait or do not (O_NONBLOCK), time-outs of
 * sockets, epoll, the end of a connect(). A fresh process is started for each target and ended with it, unless there is
 * a shelf for one that can be reset.
 */
#ifndef TARGET_PROCESS_PROCESS_H
#define TARGET_PROCESS_PROCESS_H

#include "target/need.h"
#include "target/process/adapter.h"
#include "target/target.h"
#include "util/buf.h"
#include "wire/header.h"

struct process_options {
	struct adapter_source source;
	struct ip_address local_ip, remote_ip;
	int local_prefix, remote_prefix;
	int mtu;                                             /* 0: the stack's own */
	int64_t seed;
	int patience_s;                                      /* for one answer; 0: ADAPTER_PATIENCE_S */
	vtime_t duration;                                    /* for all of them; 0: any */
	struct adapter_shelf *shelf;                         /* where a process that can play several cases waits for
	                                                        the next; NULL: nowhere */
	const char *interface;                               /* the network card that leads to another machine; NULL:
	                                                        packets go through the adapter's stream */
	const char *folder;                                  /* as struct builtin_options has it */
	const char *option;                                  /* for the stack, whatever it means there; NULL: none */
	const struct need *needs;                            /* of the case; a stack that says it lacks one is unfit */
	size_t need_count;
};

/* NULL: @problem says why. */
struct target *process_target_open(const struct process_options *options, struct buf *problem);

/* Could a stack in a process have that? What only the stack itself knows is granted: it will tell, in its answer to
 * HELLO (declared.h) or when it is asked for it. */
bool process_target_has(const struct need *need, struct buf *why);

#endif
