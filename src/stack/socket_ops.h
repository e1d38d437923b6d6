/* SPDX-License-Identifier: MIT
 *
 * socket_ops.h - inside the stack: the protocol's half of the calls on a socket
 */
#ifndef STACK_SOCKET_OPS_H
#define STACK_SOCKET_OPS_H

#include <sys/socket.h>

#include "stack/endpoint.h"

/* The protocol's half of each call. Errors are minus an errno. Those that may be NULL: -EOPNOTSUPP. */
struct socket_ops {
	int (*attach)(struct socket *s);                     /* a new socket; 0 or -ENOMEM */
	int (*connect)(struct socket *s, const struct endpoint *remote);
	int (*connect_result)(struct socket *s);
	bool (*is_opening)(const struct socket *s);          /* connect() has begun and not ended yet; may be NULL */
	bool (*is_connected)(const struct socket *s);        /* for getpeername(); NULL: if s->remote is set */
	int (*listen)(struct socket *s, int backlog);
	/* A child without descriptor, or NULL with *error. */
	struct socket *(*accept)(struct socket *s, int *error);
	int64_t (*send)(struct socket *s, const struct msghdr *message, int flags);
	int64_t (*receive)(struct socket *s, struct msghdr *message, int flags);
	short (*poll)(struct socket *s);                     /* all that is true now */
	int (*shutdown)(struct socket *s, int how);
	/* The user is done: s->fd is -1 already. Call socket_free() now or when the protocol is done. 0, or 1:
	 * SO_LINGER makes the user wait. */
	int (*close)(struct socket *s);
	void (*detach)(struct socket *s);                    /* release the protocol's memory; socket_free() calls it */
	int (*set)(struct socket *s, int level, int name, const void *value, socklen_t length);
	int (*get)(struct socket *s, int level, int name, void *value, socklen_t *length);
	int (*ioctl)(struct socket *s, unsigned long request, int *value);
	uint32_t (*received)(const struct socket *s);        /* memory of what waits for the user; may be NULL */
	/* Of a stream: the byte to be @written next, or the oldest one that was not acknowledged; -1 is a SYN that
	 * was not. 0 or -EINVAL: there is no stream. NULL: messages. */
	int (*stream_place)(const struct socket *s, bool written, int64_t *place);
	void (*buffers_changed)(struct socket *s);           /* SO_RCVBUF ... SO_KEEPALIVE; may be NULL */
};

#endif
