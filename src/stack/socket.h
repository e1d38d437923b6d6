/* SPDX-License-Identifier: MIT
 *
 * socket.h - sockets of a stack, with the calls, structures and errors of POSIX and Linux
 *
 * Addresses, messages, options and flags are those of this machine's C library (struct sockaddr_in,
 * struct msghdr ...). Pointers need no alignment. A call returns what the system call would, or minus an
 * errno. It happens at the instant of the last stack_tick() or stack_input().
 *
 * No call blocks. What would block returns -EAGAIN, whether the descriptor is non-blocking or not: ask
 * stack_is_blocking() and wait for stack_activity() to grow, then call again. Calls that the system would continue by
 * itself:
 *   connect   returns -EINPROGRESS; stack_connect_result() then tells the outcome
 *   send      may take only a part; a blocking caller offers the rest again
 *   recv      with MSG_WAITALL returns what there is; a blocking caller asks for the rest
 *   close     returns a positive number when SO_LINGER makes it wait; see stack_lingering()
 * Time-outs (SO_RCVTIMEO, SO_SNDTIMEO) are kept here and enforced by the caller, whose clock counts. Descriptors are
 * small numbers of the stack's own, the lowest free from 3 on.
 */
#ifndef STACK_SOCKET_H
#define STACK_SOCKET_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "stack/stack.h"
#include "stack/tcp_info.h"

/* @domain: AF_INET, AF_INET6. @type: SOCK_STREAM or SOCK_DGRAM, with SOCK_NONBLOCK, SOCK_CLOEXEC. */
int stack_socket(struct stack *st, int domain, int type, int protocol);
int stack_bind(struct stack *st, int fd, const struct sockaddr *address, socklen_t length);
int stack_listen(struct stack *st, int fd, int backlog);
/* @address and @length may both be NULL; @flags: SOCK_NONBLOCK, SOCK_CLOEXEC. */
int stack_accept4(struct stack *st, int fd, struct sockaddr *address, socklen_t *length, int flags);
int stack_connect(struct stack *st, int fd, const struct sockaddr *address, socklen_t length);
/* After -EINPROGRESS: 0, minus the error that ended it (then SO_ERROR is clear), or -EINPROGRESS. */
int stack_connect_result(struct stack *st, int fd);
/* Is a SYN of ours on its way? */
bool stack_is_opening(const struct stack *st, int fd);
int stack_shutdown(struct stack *st, int fd, int how);
int stack_close(struct stack *st, int fd);
/* Does the close() that returned @ticket still have to wait? (Not after the linger time-out either.) */
bool stack_lingering(const struct stack *st, int ticket);

int stack_getsockname(struct stack *st, int fd, struct sockaddr *address, socklen_t *length);
int stack_getpeername(struct stack *st, int fd, struct sockaddr *address, socklen_t *length);

/* @message is read; recvmsg also writes name length, control length and flags. */
int64_t stack_sendmsg(struct stack *st, int fd, const struct msghdr *message, int flags);
int64_t stack_recvmsg(struct stack *st, int fd, struct msghdr *message, int flags);

/* Takes the error with which the next call on @fd would fail (positive; 0: none); the second puts it back. For calls
 * that are made of several others. */
int stack_take_error(struct stack *st, int fd);
void stack_return_error(struct stack *st, int fd, int error);

/* POLLIN, POLLOUT, POLLERR, POLLHUP, POLLRDHUP, POLLPRI ... of those in @events and the ones that are
 * always reported. A bad descriptor: POLLNVAL. */
short stack_poll(struct stack *st, int fd, short events);

int stack_setsockopt(struct stack *st, int fd, int level, int name, const void *value, socklen_t length);
int stack_getsockopt(struct stack *st, int fd, int level, int name, void *value, socklen_t *length);
/* SIOCINQ/FIONREAD, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK, FIONBIO. @value: an int. */
int stack_ioctl(struct stack *st, int fd, unsigned long request, void *value);
/* F_GETFL, F_SETFL (O_NONBLOCK), F_GETFD, F_SETFD. */
int stack_fcntl(struct stack *st, int fd, int command, int64_t argument);

int stack_epoll_create(struct stack *st, int flags);
int stack_epoll_ctl(struct stack *st, int epfd, int operation, int fd, const struct epoll_event *event);
/* The events that are ready now; 0 if none. */
int stack_epoll_wait(struct stack *st, int epfd, struct epoll_event *events, int count);

/* Not O_NONBLOCK. False for a bad descriptor. */
bool stack_is_blocking(const struct stack *st, int fd);
/* Grows whenever a call that would have blocked on some socket might succeed or fail now. */
uint64_t stack_activity(const struct stack *st);
/* Grows whenever the readiness of @fd may have changed; 0 for a bad descriptor. */
uint64_t stack_generation(const struct stack *st, int fd);
/* SO_RCVTIMEO, SO_SNDTIMEO; VTIME_NEVER: none set. */
vtime_t stack_receive_timeout(const struct stack *st, int fd);
vtime_t stack_send_timeout(const struct stack *st, int fd);
/* When does a call return that is to wait for @at, which is not VTIME_NEVER? Time-outs may be counted in ticks. */
vtime_t stack_wait_end(const struct stack *st, vtime_t at);

/* A socket as shown in lists of all sockets (/proc/net/tcp). */
struct stack_socket {
	int type;                                            /* SOCK_STREAM or SOCK_DGRAM */
	int version;                                         /* 4 or 6: of the socket, not of its addresses */
	uint8_t state;                                       /* by Linux' numbers: 1 ESTABLISHED ... 10 LISTEN */
	struct ip_address local, remote;                     /* version 0: any */
	uint16_t local_port, remote_port;
	uint32_t to_send, to_read;                           /* bytes in the queues */
};

/* The socket number @n of all on the host, with or without a descriptor. False: there are no more. */
bool stack_socket_at(const struct stack *st, size_t n, struct stack_socket *out);

/* -EBADF, -ENOTSOCK, -EOPNOTSUPP (not TCP) or 0. */
int stack_tcp_info(struct stack *st, int fd, struct stack_tcp_info *out);

#endif
