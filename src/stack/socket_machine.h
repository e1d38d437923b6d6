/* SPDX-License-Identifier: MIT
 *
 * socket_machine.h - inside the stack: socket options about the machine below and around a socket
 *
 * Functions for rows of specials[] in socket_option.c: they have that table's shape and errors.
 */
#ifndef STACK_SOCKET_MACHINE_H
#define STACK_SOCKET_MACHINE_H

#include <sys/socket.h>

struct socket;

/* SO_BUF_LOCK: SOCK_SNDBUF_LOCK and SOCK_RCVBUF_LOCK, which TCP then leaves as they are. */
int set_buffer_lock(struct socket *s, int name, const void *value, socklen_t length);
int get_buffer_lock(struct socket *s, int name, void *value, socklen_t *length);
/* SO_LOCK_FILTER: once on it stays on (EPERM). */
int set_filter_lock(struct socket *s, int name, const void *value, socklen_t length);
int get_filter_lock(struct socket *s, int name, void *value, socklen_t *length);
/* SO_DETACH_FILTER: ENOENT, as there is no filter; reading SO_ATTACH_FILTER: a program without instructions. */
int detach_filter(struct socket *s, int name, const void *value, socklen_t length);
int detach_group_filter(struct socket *s, int name, const void *value, socklen_t length);
int get_filter(struct socket *s, int name, void *value, socklen_t *length);
/* SO_TXTIME: a clock and flags. */
int set_transmit_time(struct socket *s, int name, const void *value, socklen_t length);
int get_transmit_time(struct socket *s, int name, void *value, socklen_t *length);
/* SO_TXREHASH: -1 is the host's default. */
int set_rehash(struct socket *s, int name, const void *value, socklen_t length);
int get_rehash(struct socket *s, int name, void *value, socklen_t *length);
/* SO_RESERVE_MEM: the host accounts for no memory in advance. */
int set_reserve(struct socket *s, int name, const void *value, socklen_t length);
/* SO_BUSY_POLL_BUDGET: 0 to 65535. */
int set_poll_budget(struct socket *s, int name, const void *value, socklen_t length);
/* SO_PASSCRED, SO_PASSSEC, SO_PASSPIDFD, SO_PASSRIGHTS: of local sockets alone (EOPNOTSUPP). */
int set_unsupported(struct socket *s, int name, const void *value, socklen_t length);
int get_unsupported(struct socket *s, int name, void *value, socklen_t *length);
/* SO_BSDCOMPAT, SO_CNX_ADVICE: accepted without effect. */
int set_nothing(struct socket *s, int name, const void *value, socklen_t length);
/* SO_COOKIE and SO_NETNS_COOKIE: numbers of this socket and of its host, in eight bytes (else EINVAL). */
int get_cookie(struct socket *s, int name, void *value, socklen_t *length);
/* SO_PEERCRED, SO_PEERGROUPS and SO_PEERPIDFD: a peer on another host has none. */
int get_credentials(struct socket *s, int name, void *value, socklen_t *length);
/* SO_PEERNAME: as getpeername(), but too much room is EINVAL. */
int get_peer_name(struct socket *s, int name, void *value, socklen_t *length);

#endif
