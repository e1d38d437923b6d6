/* SPDX-License-Identifier: MIT
 *
 * kernel.h - the host kernel as a target: namespace, TUN device, capture, real system calls, real time
 */
#ifndef TARGET_KERNEL_KERNEL_H
#define TARGET_KERNEL_KERNEL_H

#include "target/need.h"
#include "target/target.h"
#include "util/buf.h"
#include "wire/header.h"

struct kernel_options {
	bool own_namespace;                                  /* a fresh network namespace; else the caller's, and
	                                                        commands write to the caller's output and error */
	struct ip_address local_ip, remote_ip, gateway_ip;
	int local_prefix, remote_prefix;
	bool is_anyip;                                       /* do not configure local_ip; route without next hop */
	int mtu;
	uint32_t speed;                                      /* Mbit/s; 0: leave */
	bool virtual_time;                                   /* the clock waits for us, so nobody is late */
};

/* Differences from the contract of target.h: wait() also ends, early and with TARGET_TIME, when a signal handler
 * ran, so that an interrupted run can end at once. Signals without a handler do not end it.
 *
 * A command's background processes are killed by close(), and by the kernel when this process dies in any way. One
 * that has left its process group (setsid) becomes a child of this process, whose children close() kills all; or
 * when this process is killed, of the next one above that has called strays_adopt().
 *
 * Who asks for an early end (interrupt_ask()) does so in a signal handler, and then again and again, some times a
 * second: a signal may come just before a wait begins, and a command that ignores SIGTERM is killed at about the
 * tenth request.
 *
 * NULL when the device cannot be had: @problem says precisely what is missing (privilege, /dev/net/tun, user
 * namespaces ...) and what would help. Only one at a time in a process, which must still have a single thread if an
 * ordinary user asks for an own namespace. The namespace is left again by close() if the user may do that, otherwise
 * it stays the process' own. */
struct target *kernel_target_open(const struct kernel_options *options, struct buf *problem);

/* Is that available on this machine, to this user? False: @why says what is missing. Leaves the process as it was. */
bool kernel_target_has(const struct need *need, struct buf *why);

#endif
