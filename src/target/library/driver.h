/* SPDX-License-Identifier: MIT
 *
 * driver.h - what a stack that is a library must provide to the target that plays scripts against it
 *
 * A stack that is a library has no descriptors of this machine, no clock and no thread: it is asked, and answers. What
 * makes system calls of it (waiting, time-outs, files, pipes, sendfile, several messages at once) is the same for each
 * of them and stands in this directory; what differs is one table of functions.
 *
 * The rules:
 * - Nothing blocks. What would block returns -EAGAIN (connect: -EINPROGRESS), also on a blocking descriptor; whoever
 *   asks tries again after each packet and each step.
 * - Time stands still but in advance(), unless the driver has a clock(): then advance() sleeps, and may come back a
 *   little late.
 * - Packets that the stack sends are handed to library_output() in their order: at once, or at the latest in the next
 *   advance(), before time goes on.
 * - Calls return what the system call would, or minus an errno. What the driver has no means for returns
 *   DRIVER_CANNOT, and cannot() then says what that was: the case is SKIP, and nothing is guessed.
 * - When the stack is not there any more (its process died, it talks nonsense) problem() says so. From then on all
 *   calls return -EIO, advance() goes to the time that it is told, and the case is an ERROR whatever else happens.
 *
 * Descriptors are small numbers of the stack's own. Addresses, messages, options and flags are those of this machine's
 * C library; pointers need no alignment.
 */
#ifndef TARGET_LIBRARY_DRIVER_H
#define TARGET_LIBRARY_DRIVER_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "target/tcp_state_info.h"
#include "util/buf.h"
#include "util/vtime.h"

enum { DRIVER_CANNOT = INT32_MIN };

struct disturbance;

struct stack_driver {
	const struct stack_driver_ops *ops;
};

struct stack_driver_ops {
	/* An IP packet arrives at @now, which is the stack's time; @segment: see struct injection. 0 or
	 * DRIVER_CANNOT. */
	int (*input)(struct stack_driver *d, const void *bytes, size_t length, uint16_t segment, vtime_t now);
	/* Go on to @until, or to what the stack next wants to do if that comes before, and let it do it. Returns what
	 * time it is then. With VTIME_NEVER and nothing to do: VTIME_NEVER, and no time has passed. Unless @step it may
	 * also go on until a packet leaves: nobody is waiting who could do something in between. */
	vtime_t (*advance)(struct stack_driver *d, vtime_t until, bool step);
	/* What time it is, for a driver whose clock nobody can hold (library_set_real()); else NULL. */
	vtime_t (*clock)(struct stack_driver *d);
	/* Hand over packets that calls have brought about. NULL for a driver that does so at once. */
	void (*fetch)(struct stack_driver *d);

	int (*socket)(struct stack_driver *d, int domain, int type, int protocol);
	int (*bind)(struct stack_driver *d, int fd, const struct sockaddr *address, socklen_t length);
	int (*listen)(struct stack_driver *d, int fd, int backlog);
	/* @address and @length may both be NULL; @flags: SOCK_NONBLOCK, SOCK_CLOEXEC. */
	int (*accept4)(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length, int flags);
	int (*connect)(struct stack_driver *d, int fd, const struct sockaddr *address, socklen_t length);
	/* After -EINPROGRESS: 0, minus the error that ended it (and that SO_ERROR no longer has), or -EINPROGRESS. */
	int (*connect_result)(struct stack_driver *d, int fd);
	/* Is a SYN of ours on its way? */
	bool (*is_opening)(struct stack_driver *d, int fd);
	int (*shutdown)(struct stack_driver *d, int fd, int how);
	/* Positive: a ticket for lingering(), because SO_LINGER makes the call wait. */
	int (*close)(struct stack_driver *d, int fd);
	bool (*lingering)(struct stack_driver *d, int ticket);
	int (*getsockname)(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length);
	int (*getpeername)(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length);
	/* Sending may take only a part. @message is only read; but receiving also writes name length, control length
	 * and flags. */
	int64_t (*sendmsg)(struct stack_driver *d, int fd, const struct msghdr *message, int flags);
	int64_t (*recvmsg)(struct stack_driver *d, int fd, struct msghdr *message, int flags);
	/* Take away the error with which the next call on @fd would fail (positive; 0: none), and put it back. */
	int (*take_error)(struct stack_driver *d, int fd);
	void (*return_error)(struct stack_driver *d, int fd, int error);
	/* Which of @events, and of those that are always reported, hold; for a bad descriptor POLLNVAL. */
	short (*poll)(struct stack_driver *d, int fd, short events);
	/* @value may be NULL, whatever @length is. */
	int (*setsockopt)(struct stack_driver *d, int fd, int level, int name, const void *value, socklen_t length);
	int (*getsockopt)(struct stack_driver *d, int fd, int level, int name, void *value, socklen_t *length);
	int (*ioctl)(struct stack_driver *d, int fd, unsigned long request, void *value);
	int (*fcntl)(struct stack_driver *d, int fd, int command, int64_t argument);
	int (*epoll_create)(struct stack_driver *d, int flags);
	int (*epoll_ctl)(struct stack_driver *d, int epfd, int operation, int fd, const struct epoll_event *event);
	int (*epoll_wait)(struct stack_driver *d, int epfd, struct epoll_event *events, int count);
	/* Is O_NONBLOCK not set? False for a bad descriptor. */
	bool (*is_blocking)(struct stack_driver *d, int fd);
	/* SO_RCVTIMEO, SO_SNDTIMEO; VTIME_NEVER: none set. */
	vtime_t (*receive_timeout)(struct stack_driver *d, int fd);
	vtime_t (*send_timeout)(struct stack_driver *d, int fd);
	/* When does a call return that is to wait until @at? NULL: just then. */
	vtime_t (*wait_end)(struct stack_driver *d, vtime_t at);

	/* As in target_ops; command() may call library_sleep(). */
	const char *(*info)(struct stack_driver *d, int fd, struct tcp_state_info *out);
	int (*command)(struct stack_driver *d, const char *shell_text, struct buf *why);
	void (*command_output)(struct stack_driver *d, struct buf *out);         /* may be NULL */
	bool (*trace)(struct stack_driver *d, vtime_t *at, const char **text);   /* may be NULL */

	/* Add what disturbed the stack besides late sleeps, which the library measures. May be NULL. */
	void (*disturbance)(struct stack_driver *d, struct disturbance *out);
	/* What the last call would have needed that the driver lacks, as a sentence, or NULL. NULL for a driver that
	 * lacks nothing. */
	const char *(*cannot)(struct stack_driver *d);
	/* Why it is broken, as a sentence, or NULL. NULL for a driver that cannot break. */
	const char *(*problem)(struct stack_driver *d);
	/* Nothing more will be asked: let go of the stack. problem() tells if that went wrong. May be NULL. */
	void (*end)(struct stack_driver *d);
	void (*free)(struct stack_driver *d);
};

#endif
