/* SPDX-License-Identifier: MIT
 *
 * host.h - inside the stack: struct stack itself
 */
#ifndef STACK_HOST_H
#define STACK_HOST_H

#include "stack/memory.h"
#include "stack/random.h"
#include "stack/stack.h"
#include "stack/timer.h"

enum { STACK_INTERFACE = 1 };                            /* number of the only one */
enum { STACK_ADDRESSES = 16, STACK_ROUTES = 32, SOCKET_BUCKETS = 64, STACK_BUFFER_BYTES = 65535 + 40 };

struct descriptor;
struct ip_packet;
struct protocol;
struct socket;

struct host_address {
	struct ip_address ip;
	int prefix_length;
};

struct path_mtu {
	struct path_mtu *next;
	struct ip_address destination;
	uint32_t mtu;
	vtime_t expires;
};

struct token_bucket {
	int64_t tokens_ns;                                   /* saved time; one message costs 1 s / rate */
	vtime_t filled;
};

struct stack {
	struct stack_config config;
	struct stack_hooks hooks;
	vtime_t now;
	struct random random;
	uint64_t secret[2];                                  /* of keyed hashes: ISN, ports, time-stamp offsets */
	const struct protocol *const *protocols;             /* NULL ends the list */
	struct timer_list timers;
	struct stack_counts counts;
	uint64_t activity;

	struct host_address addresses[STACK_ADDRESSES];
	size_t address_count;
	struct stack_route routes[STACK_ROUTES];
	size_t route_count;
	struct ip_group *groups;                             /* multicast: ip_group.c */
	struct path_mtu *paths;                              /* latest used first */
	struct reass *reass;
	uint32_t next_identification;
	struct looped *looped, **looped_last;                /* packets to ourselves, not yet back in */
	struct timer loop_timer;
	timer_function *loop_in;                             /* takes the first of them in; stack.c */
	bool looping;                                        /* what ip_input() sees comes from ourselves */
	struct token_bucket icmp_bucket;

	struct descriptor *descriptors;                      /* [0] is descriptor STACK_FIRST_FD */
	size_t descriptor_room;
	struct socket *sockets;                              /* all that live */
	struct socket *buckets[SOCKET_BUCKETS];              /* bound ones, by local port */
	int next_ticket;

	struct tcp_host *tcp;                                /* what TCP keeps for the host as a whole; tcp.h */
	uint8_t *segment;                                    /* STACK_BUFFER_BYTES to build a transport message in */
	uint8_t *packet;                                     /* ... and the IP packet around it */
};

static inline bool defect(const struct stack *st, enum defect d)
{
	return st->config.defects[d / 64] >> (d % 64) & 1;
}

void stack_tell(struct stack *st, const struct stack_event *event);  /* fills .at in; event hook may be NULL */
/* A packet that nobody takes; @p may be NULL. */
void stack_drop(struct stack *st, const struct ip_packet *p, const char *reason);
void stack_wake(struct stack *st);                       /* something may be ready now: activity grows */

#endif
