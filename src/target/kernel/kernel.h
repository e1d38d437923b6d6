/* SPDX-License-Identifier: MIT
 *
 * kernel.h - the host kernel as a target: namespace, TUN device, capture, real system calls, real time
 */
#ifndef TARGET_KERNEL_KERNEL_H
#define TARGET_KERNEL_KERNEL_H

#include "target/target.h"
#include "util/buf.h"
#include "wire/header.h"

struct kernel_options {
	bool own_namespace;                                  /* a fresh network namespace; else the caller's */
	struct ip_address local_ip, remote_ip, gateway_ip;
	int local_prefix, remote_prefix;
	bool is_anyip;                                       /* do not configure local_ip; route without next hop */
	int mtu;
	uint32_t speed;                                      /* Mbit/s; 0: leave */
};

/* NULL when the device cannot be had: @problem says precisely what is missing (privilege, /dev/net/tun,
 * user namespaces ...) and what would help. Only one at a time in a process. */
struct target *kernel_target_open(const struct kernel_options *options, struct buf *problem);

#endif
