/* SPDX-License-Identifier: MIT
 *
 * host.h - inside the stack: struct stack, the host that all its files work on
 *
 * Every file of the stack gets a pointer to this structure and keeps no state anywhere else. Each part of it has an
 * owner, named above it: that file changes it, the others read. What is a list or a table of something (sockets, paths,
 * groups) is declared in its owner's file, and only a pointer to it stands here, so that this header need not know how
 * sockets, IP or TCP look inside.
 *
 * The two buffers are shared: whoever sends builds the transport's message in .segment, ip_output() puts an IP header
 * before it in .packet. Both are free again when ip_output() returns, since the output callback and loopback.c copy
 * what they keep. No function may keep a pointer into them, or call another one that sends between filling and sending.
 */
#ifndef STACK_HOST_H
#define STACK_HOST_H

#include "stack/counter.h"
#include "stack/memory.h"
#include "stack/random.h"
#include "stack/stack.h"
#include "stack/timer.h"
#include "util/watch_set.h"

enum { STACK_LOOPBACK = 1, STACK_INTERFACE = 2 };        /* numbers of the interfaces: the host itself, the link */
enum { STACK_ADDRESSES = 16, STACK_ROUTES = 32, SOCKET_BUCKETS = 64, STACK_BUFFER_BYTES = 65535 + 40 };

struct descriptor;
struct ip_packet;
struct protocol;
struct socket;

struct host_address {
	struct ip_address ip;
	int prefix_length;
};

/* What is known of the routers that ask about groups of one version of IP (group_report.c). */
struct group_router {
	vtime_t first_until, second_until;            /* how long an old router is taken to be there */
	uint8_t robustness;                                  /* how often changes are told; 0: the default */
	struct timer answer;                                 /* about all groups */
};

struct token_bucket {
	int64_t tokens_ns;                                   /* unspent time; one message costs 1 s / rate */
	vtime_t filled;
};

struct stack {
	/* stack.c */
	struct stack_config config;                          /* the user's: stack_settings() */
	struct stack_hooks hooks;
	vtime_t now;
	vtime_t fired;                                       /* when a timer fired last */
	uint32_t turn;                                       /* counts what happens: several things may at one time */
	const struct protocol *const *protocols;             /* NULL ends the list */
	timer_function *loop_in;                             /* takes in the first packet that loopback.c holds */
	uint16_t merged;        /* text of one of the segments in the packet in ip_input() */
	bool looping;                                        /* the packet in ip_input() comes from ourselves */
	uint16_t looping_segment;                            /* ... and its text is cut like this: struct ip_send */
	uint64_t secret[2];                                  /* key of hashes: ISN, ports, time-stamp offsets */
	struct random random;                                /* advanced by random.c */

	/* host.c */
	const char *cannot;                                  /* what host_cannot() said last */
	uint64_t last_cookie;                                /* the last number given to a socket: SO_COOKIE */
	uint64_t activity;                                   /* what stack_activity() returns */
	struct host_address addresses[STACK_ADDRESSES];
	size_t address_count;
	struct stack_counts counts;                          /* each counted where it happens */
	uint64_t counters[COUNTER_COUNT];                    /* counted where it happens, too: count() */
	uint32_t icmp_messages[ICMP_MESSAGES];               /* by counter_icmp(): icmp_count() */

	struct timer_list timers;                            /* timer.c */

	/* IP: path.c, reass.c, ip_group.c, group_report.c, ip_output.c, loopback.c, icmp_send.c */
	struct stack_route routes[STACK_ROUTES];
	size_t route_count;
	struct path_mtu *paths;                              /* latest used first */
	struct reass *reass;
	struct ip_group *groups;
	struct group_router routers[2];                      /* of IPv4, IPv6 */
	uint32_t next_identification;
	struct looped *looped, **looped_last;                /* packets to ourselves, not yet back in */
	struct timer loop_timer;
	uint32_t looped_chain;                               /* packets since one that no packet to ourselves caused */
	struct token_bucket icmp_bucket;

	/* Sockets: descriptor.c, socket_table.c, socket.c */
	struct descriptor *descriptors;                      /* [0] is descriptor STACK_FIRST_FD */
	size_t descriptor_room;
	struct watch_sets epolls;                            /* asks by epoll.c */
	struct socket *sockets;                              /* every socket */
	struct socket *buckets[SOCKET_BUCKETS];              /* bound ones, by local port */
	int next_ticket;                                     /* number of a close() that waits */

	struct tcp_host *tcp;                                /* what TCP keeps for the host as a whole; tcp.h */

	/* These belong to whoever sends, until ip_output() returns. */
	uint8_t *segment;                                    /* STACK_BUFFER_BYTES to build a transport message in */
	uint8_t *packet;                                     /* ... and the IP packet around it */
};

/* For a call to return: nothing was done, since the host has no means for @what. */
static inline int host_cannot(struct stack *st, const char *what)
{
	st->cannot = what;
	return STACK_CANNOT;
}

static inline bool defect(const struct stack *st, enum defect d)
{
	return stack_defect_is_on(&st->config, d);
}

/* Add several to @which at once; a negative number takes back what was counted too early. */
static inline void count_many(struct stack *st, enum counter which, int64_t many)
{
	st->counters[which] += (uint64_t)many;
}

/* Add one to @which; called where the thing that it counts happens. */
static inline void count(struct stack *st, enum counter which)
{
	st->counters[which]++;
}

void stack_tell(struct stack *st, const struct stack_event *event);  /* fills .at in; event hook may be NULL */
/* A packet is dropped; @p may be NULL. */
void stack_drop(struct stack *st, const struct ip_packet *p, const char *reason);
void stack_wake(struct stack *st);                       /* something may be ready now: stack_activity() grows */

#endif
