/* SPDX-License-Identifier: MIT
 *
 * forget.h - what a Linux remembers of the other side of a case, and how to make it forget
 */
#ifndef POSIX_FORGET_H
#define POSIX_FORGET_H

#include "../protodrill-adapter.h"

/* Between cases a kernel remembers connections that nobody has a descriptor of any more (TIME-WAIT, a FIN that nobody
 * acknowledged), the MTU of paths, and the metrics and Fast Open cookies of hosts. Each of them would make the next
 * case another one. Take away what is about @local and @remote, and nothing that is about anybody else but the MTUs,
 * which the kernel can only forget all at once. What it cannot, or may not (it takes CAP_NET_ADMIN), stays. */
void forget_other_side(const struct protodrill_address *local, const struct protodrill_address *remote);

#endif
