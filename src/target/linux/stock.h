/* SPDX-License-Identifier: MIT
 *
 * stock.h - a kernel that has booted, for copies
 */
#ifndef TARGET_LINUX_STOCK_H
#define TARGET_LINUX_STOCK_H

#include "target/linux/start.h"

/* A copy of a kernel such as @start describes, with its files, from the stock that its boot names: a child, as from
 * linux_start(). 0: there is none. */
pid_t linux_stock_copy(const struct linux_start *start);

#endif
