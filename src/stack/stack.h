/* SPDX-License-Identifier: MIT
 *
 * stack.h - the reference TCP/UDP stack: a host with addresses, sockets and one link, and nothing else
 *
 * Theory of operation
 * -------------------
 * A struct stack is one host. It owns no descriptor, reads no clock and keeps no state outside itself, so
 * any number of them can live in a process. Packets come in through stack_input() and leave through the
 * output callback; both are whole IP packets as bytes. stack_deadline() tells when the stack next wants to
 * run, stack_tick() runs it. Time is whatever the caller says, and it never goes backwards: the clock of
 * the stack is the latest `now` that stack_tick() or stack_input() was given, and every socket call
 * (socket.h) happens at that instant. Randomness comes from a generator seeded in the configuration: same
 * seed, same calls, same bytes.
 *
 * Way of a packet in:   ip_input.c (version, checksum, addresses, options, extension headers), which keeps
 *                       fragments in reass.c -> the row of the protocol (protocol.h): udp.c, tcp_input.c or
 *                       icmp_input.c -> struct socket, found by socket_find()
 * Way of a packet out:  udp_send.c, tcp_output.c, icmp_send.c -> ip_output.c (route, source address, path MTU,
 *                       fragments) -> the output callback, or loopback.c for packets to this host
 * An ICMP error in:     icmp_input.c -> struct icmp_error -> the row of the protocol, which decides what the
 *                       error means (RFC 1122, 4.2.3.9; RFC 5927)
 * A call:               socket.c (descriptor, checks) -> struct socket_ops of the socket's protocol
 *
 * Order: src/stack/LAYERS lists the files from the ground (host.c) to the top (stack.c). A file needs only
 * files that stand below it, so each can be read without those above; scripts/stack-rules checks it.
 *
 * Time: struct timer (timer.h) is part of the object that it wakes. The stack keeps the armed ones in one
 * list, sorted by deadline and, for equal deadlines, by the order of arming; stack_tick() fires them one
 * by one, each at its own deadline.
 *
 * Memory: everything comes from one allocator with a limit (memory.h). Any allocation may fail; then a
 * received packet is dropped as if the network had lost it, and a socket call returns -ENOMEM or
 * -ENOBUFS. Each queue has a limit of its own: socket buffers, out-of-order queue, fragments, SYN queue,
 * accept queue, error queue, descriptors, path MTU cache, ICMP errors a second.
 *
 * Sockets: calls never block. What would block returns -EAGAIN (or -EINPROGRESS for connect), and stack_activity()
 * grows when it may be worth trying again; the driver of the stack turns this into a blocking call. A struct socket
 * lives from socket() or an incoming SYN until both the user and the protocol have finished with it; its descriptor may
 * be gone earlier (orphan).
 *
 * Profiles and defects: what implementations may choose is a parameter of struct stack_config (config.h), whose default
 * is what the RFCs say; there is no "if (linux)". A defect (defect.h) is a switch that breaks one requirement on
 * purpose, for testing tests.
 *
 * Left out: gateways and forwarding, link layers, security options.
 */
#ifndef STACK_STACK_H
#define STACK_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/config.h"
#include "stack/counter.h"
#include "stack/defect.h"
#include "stack/event.h"
#include "util/vtime.h"
#include "wire/header.h"

#define STACK_INTERFACE_NAME "tun0"                      /* of the link; the host itself is "lo" */

struct stack;

/* What the stack asks of its surroundings. Callbacks must not call back into the same stack. */
struct stack_hooks {
	void *context;                                       /* passed to each callback */
	/* An IP packet leaves at @now. @bytes is valid during the call. */
	void (*output)(void *context, const uint8_t *bytes, size_t length, vtime_t now);
	/* Memory for any type, or NULL; release() never gets NULL. Both NULL: malloc() and free(). */
	void *(*allocate)(void *context, size_t size);
	void (*release)(void *context, void *memory);
	/* What happened inside, for -v and --trace. May be NULL. */
	void (*event)(void *context, const struct stack_event *event);
};

/* A host without addresses. Copies @config and @hooks. NULL: no memory. */
struct stack *stack_new(const struct stack_config *config, const struct stack_hooks *hooks);
/* Release the host as if the power failed: nothing is sent. NULL is fine. */
void stack_free(struct stack *st);

/* ---- what is beyond it ---- */

/* What a call on a socket returns that asked for something for which this host has no means; stack_cannot() then says
 * what that was, as a sentence, until the next such call. */
enum { STACK_CANNOT = INT32_MIN };
const char *stack_cannot(const struct stack *st);

/* ---- packets and time ---- */

/* An IP packet arrives at @now. Borrows @bytes for the call. Whatever is due before @now happens first. */
void stack_input(struct stack *st, const uint8_t *bytes, size_t length, vtime_t now);
/* The same for a packet that a device has merged from TCP segments of @segment octets of text (receive offload). It
 * arrives as one segment, and is acknowledged as several. */
void stack_input_merged(struct stack *st, const uint8_t *bytes, size_t length, uint16_t segment, vtime_t now);
/* When stack_tick() should be called next; VTIME_NEVER: no timer is armed. */
vtime_t stack_deadline(const struct stack *st);
/* Fire all timers that are due by @now, which becomes the time of the stack. */
void stack_tick(struct stack *st, vtime_t now);
vtime_t stack_now(const struct stack *st);

/* ---- the host ---- */

/* An address of this host and the length of its subnet's prefix. -EEXIST, -EINVAL, -ENOMEM or 0. */
int stack_add_address(struct stack *st, const struct ip_address *address, int prefix_length);
bool stack_has_address(const struct stack *st, const struct ip_address *address);

/* Properties of the way to a destination. 0: not set. */
struct stack_route {
	struct ip_address prefix;
	int prefix_length;
	uint32_t metric;                                     /* of several to one prefix that with the least counts */
	uint32_t mtu;
	uint32_t advertised_mss;
	uint32_t initial_window;                             /* segments; of the congestion window */
	uint32_t initial_receive_window;                     /* segments */
	uint32_t window;                                     /* octets; the largest first receive window */
	uint32_t rto_min_ms;                                 /* of connections there; 0: the host's */
	uint32_t hop_limit;                                  /* TTL of what goes there; 0: the host's */
	int congestion_set;                                  /* 1 + enum tcp_congestion; 0: the socket's */
	bool congestion_locked;                              /* ... and no socket may choose another one */
	bool quick_acks;                                     /* ACKs to there are never delayed */
	bool no_cookie;                                      /* Fast Open to there needs no cookie */
	bool mtu_locked;                                     /* no path MTU discovery: DF is never set */
	bool ecn;                                            /* ask for ECN there, whatever tcp_ecn says */
	int error;                                           /* what sending there fails with; 0: it does not */
};

/* Add, or replace the route of the same prefix and metric. Every destination is on the one link unless a route has an
 * error. The longest matching prefix counts, and of these the least metric. -EINVAL, -ENOMEM or 0. */
int stack_set_route(struct stack *st, const struct stack_route *route);
/* Is there a route of the same prefix and metric? And take it away: 0 or -ENOENT. */
bool stack_has_route(const struct stack *st, const struct stack_route *route);
int stack_remove_route(struct stack *st, const struct stack_route *route);
/* The route that counts for @destination; NULL: none, which is no obstacle. */
const struct stack_route *stack_route_to(const struct stack *st, const struct ip_address *destination);
/* The path MTU to @destination as it is known now, in bytes. */
uint32_t stack_path_mtu(const struct stack *st, const struct ip_address *destination);
/* Forget the path MTUs that were learnt. */
void stack_forget_paths(struct stack *st);
/* Forget what protocols learnt about the peer at @address, or about all (NULL): Fast Open cookies, the MSS. Was there
 * anything? */
bool stack_forget_peers(struct stack *st, const struct ip_address *address);

/* May be changed at any time; sockets that exist keep what they copied at their birth. */
struct stack_config *stack_settings(struct stack *st);

/* ---- accounting, for tests ---- */

struct stack_counts {
	uint64_t packets_in, packets_out, dropped;           /* dropped: arrived, and nobody could take it */
	uint64_t icmp_errors_sent, icmp_errors_suppressed;
	uint64_t fragments_in, reassembled, reassembly_failed;
	size_t memory, memory_blocks;                        /* held now */
	size_t sockets, timers;                              /* alive; armed */
};

void stack_count(const struct stack *st, struct stack_counts *out);
/* A counter of the host since its start, by the name of the MIBs; a gauge (TcpCurrEstab) has its present value. */
uint64_t stack_counter(const struct stack *st, enum counter which);
uint64_t stack_icmp_messages(const struct stack *st, int which);         /* which: counter_icmp() */

#endif
