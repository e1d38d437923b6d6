/* SPDX-License-Identifier: MIT
 *
 * forget.h - what Linux remembers about the other side of a case, and how to make it forget
 */
#ifndef POSIX_FORGET_H
#define POSIX_FORGET_H

#include "../protodrill-adapter.h"

/* Between cases a kernel remembers connections that no longer have a descriptor (TIME-WAIT, a FIN that was not
 * acknowledged), the MTU of paths, and the metrics and Fast Open cookies of hosts. Any of these would change the next
 * case. Removes what concerns @local and @remote, and nothing that concerns others, except for the MTUs, which the
 * kernel can only forget all at once. What cannot be removed, or not without CAP_NET_ADMIN, stays. */
void forget_other_side(const struct protodrill_address *local, const struct protodrill_address *remote);

#endif
