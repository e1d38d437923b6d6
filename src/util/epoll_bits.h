/* SPDX-License-Identifier: MIT
 *
 * epoll_bits.h - which events may be watched together: the rule of EPOLLEXCLUSIVE (epoll_ctl(2), EINVAL)
 *
 * Whoever keeps sets of watched descriptors without the kernel's help asks here, so that all of them refuse the same.
 */
#ifndef UTIL_EPOLL_BITS_H
#define UTIL_EPOLL_BITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

/* May @operation of epoll_ctl() set @events? @watched: the events of the watch that is there, 0 if there is none. */
static inline bool epoll_exclusive_allowed(int operation, uint32_t watched, uint32_t events)
{
	const uint32_t with = EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;

	if (operation == EPOLL_CTL_MOD)
		return !((events | watched) & EPOLLEXCLUSIVE);
	return operation != EPOLL_CTL_ADD || !(events & EPOLLEXCLUSIVE) || !(events & ~with);
}

#endif
