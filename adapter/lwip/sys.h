/* SPDX-License-Identifier: MIT
 *
 * sys.h - lwIP's port to one thread and protodrill's clock
 */
#ifndef ADAPTER_LWIP_SYS_H
#define ADAPTER_LWIP_SYS_H

#include <stdint.h>

/* The clock of lwIP, in milliseconds, is 0 at @now; its random numbers follow from @seed. */
void lwip_sys_start(int64_t now, uint64_t seed);
/* The time when that clock will have gone on by @ms. */
int64_t lwip_sys_after(uint32_t ms);

#endif
