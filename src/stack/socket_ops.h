/* SPDX-License-Identifier: MIT
 *
 * socket_ops.h - inside the stack: the protocol's half of the calls on a socket
 */
#ifndef STACK_SOCKET_OPS_H
#define STACK_SOCKET_OPS_H

#include <sys/socket.h>

#include "stack/endpoint.h"

enum { STATISTICS_BYTES = 320 };

/* The protocol's half of each call. Errors are minus an errno. An operation that is NULL: -EOPNOTSUPP. */
struct socket_ops {
	int (*attach)(struct socket *s);                     /* a new socket; 0 or -ENOMEM */
	int (*connect)(struct socket *s, const struct endpoint *remote);
	int (*connect_result)(struct socket *s);
	bool (*is_opening)(const struct socket *s);          /* connect() has begun and not ended yet; may be NULL */
	bool (*gives_way)(const struct socket *s);           /* to a new connection with both its ends; NULL: never */
	bool (*is_connected)(const struct socket *s);        /* for getpeername(); NULL: if s->remote is set */
	int (*listen)(struct socket *s, int backlog);
	/* The next connection, without a descriptor; or NULL, and *error says why. */
	struct socket *(*accept)(struct socket *s, int *error);
	int64_t (*send)(struct socket *s, const struct msghdr *message, int flags);
	int64_t (*receive)(struct socket *s, struct msghdr *message, int flags);
	short (*poll)(struct socket *s);                     /* all events that hold now */
	int (*shutdown)(struct socket *s, int how);
	/* The user has closed: s->fd is -1 already. Calls socket_free() now, or when the protocol has finished. 0, or 1
	 * if SO_LINGER makes the user wait. */
	int (*close)(struct socket *s);
	void (*detach)(struct socket *s);                    /* release the protocol's memory; socket_free() calls it */
	int (*set)(struct socket *s, int level, int name, const void *value, socklen_t length);
	int (*get)(struct socket *s, int level, int name, void *value, socklen_t *length);
	int (*ioctl)(struct socket *s, unsigned long request, int *value);
	uint32_t (*received)(const struct socket *s);      /* memory charged for what waits for the user; may be NULL */
	uint32_t (*queued)(const struct socket *s);        /* the same for what waits to leave, or for its ACK */
	/* A place in the stream: the byte to be @written next, or the oldest unacknowledged one; -1 is the SYN, if that
	 * is unacknowledged. 0 or -EINVAL: there is no stream. NULL: the protocol has messages. */
	int (*stream_place)(const struct socket *s, bool written, int64_t *place);
	/* The numbers that come with a time-stamp: attributes of netlink, at most STATISTICS_BYTES. @back: of the
	 * octets that count as sent, so many are just leaving; @hops: TTL of the ACK, or 0. NULL: none. */
	size_t (*statistics)(const struct socket *s, uint64_t back, uint8_t hops, uint8_t *bytes);
	void (*buffers_changed)(struct socket *s);           /* SO_RCVBUF ... SO_KEEPALIVE; may be NULL */
};

#endif
