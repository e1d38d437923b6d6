/* SPDX-License-Identifier: MIT
 *
 * socket_option6.h - inside the stack: socket options about what surrounds the packets of IPv6
 *
 * Functions for rows of specials[] in socket_option.c: they have that table's shape and errors.
 */
#ifndef STACK_SOCKET_OPTION6_H
#define STACK_SOCKET_OPTION6_H

#include <sys/socket.h>

struct socket;

/* IPV6_HOPOPTS, IPV6_DSTOPTS, IPV6_RTHDRDSTOPTS and IPV6_RTHDR: a header for each packet, or none. */
int set_header6(struct socket *s, int name, const void *value, socklen_t length);
int get_header6(struct socket *s, int name, void *value, socklen_t *length);
/* IPV6_PKTINFO: from which address and by which interface. */
int set_packet_info6(struct socket *s, int name, const void *value, socklen_t length);
/* IPV6_PATHMTU: of a connected socket. */
int get_path_mtu6(struct socket *s, int name, void *value, socklen_t *length);
/* IPV6_ADDR_PREFERENCES: which of several addresses to send from. */
int set_preferences(struct socket *s, int name, const void *value, socklen_t length);
int get_preferences(struct socket *s, int name, void *value, socklen_t *length);
/* IPV6_FLOWLABEL_MGR. */
int set_label_manager(struct socket *s, int name, const void *value, socklen_t length);
int get_label_manager(struct socket *s, int name, void *value, socklen_t *length);
/* IP_ROUTER_ALERT and IPV6_ROUTER_ALERT, IP_HDRINCL, IP_NODEFRAG: of raw sockets, and off for all others. */
int set_of_raw(struct socket *s, int name, const void *value, socklen_t length);
int set_alert(struct socket *s, int name, const void *value, socklen_t length);
int set_alert6(struct socket *s, int name, const void *value, socklen_t length);
/* IP_CHECKSUM: what a card says of it. */
int set_checksum(struct socket *s, int name, const void *value, socklen_t length);
int get_off(struct socket *s, int name, void *value, socklen_t *length);
/* IP_PROTOCOL: of a raw socket its protocol, and of others their port, 0 as long as they have none. */
int get_protocol(struct socket *s, int name, void *value, socklen_t *length);

#endif
