/* SPDX-License-Identifier: MIT
 *
 * flow.h - one entry for each socket: script values <-> live values
 *
 * Addresses, ports, sequence numbers, time-stamps and flow labels in a script are names for what the stack under test
 * really uses. All translation is behind this interface and nowhere else. One flow is the socket under test; packet
 * lines refer to it.
 *
 * Why names. A stack chooses its initial sequence numbers, ephemeral ports and time-stamp offsets at random, as it
 * must; a script that is to pass twice cannot contain them. So it writes 0 for the first number of either side, any
 * label for a time-stamp, and leaves addresses out. The first packet that has such a value teaches what its name means,
 * and from then on the name keeps that meaning.
 *
 * Which socket is meant. A packet line names none. It is about the socket that the script made
 * last, or about the connection that the last packet to a listening socket began, and this one
 * socket is the one under test. accept(), close() and listen() do not change it. Packets of other
 * sockets are passed over, never compared.
 *
 * Where a script gives names to connections, a line that begins with one is about the flow of this name and makes it
 * the one under test, so that all that is not named goes on with it. Packets of the others that have names wait until
 * it is their turn. A socket of UDP has a flow for each name that is used with it.
 *
 * Two directions of time. A flow's state follows the script (what was injected, which call was
 * made), its live ends and numbers follow the wire (what was captured). They meet in two places
 * only: when a line is about to be answered (flow_for_line) and when a packet was taken for it
 * (flow_takes, flow_learn).
 *
 * What outlives what. A flow stays when its descriptor is closed, because FIN and RST still belong to it. It also keeps
 * its ends after connect(AF_UNSPEC), since the reset that this call sends belongs to the connection that it dissolves.
 * They are dropped when the socket connects again.
 *
 * What it leaves out: it compares only flow labels (match.c does the rest), and does not know what TCP would do next,
 * since a script may send what no implementation would.
 */
#ifndef DRILL_FLOW_H
#define DRILL_FLOW_H

#include "script/ast.h"
#include "util/arena.h"
#include "wire/packet.h"

enum flow_state {
	FLOW_NEW,                                            /* socket() */
	FLOW_LISTENING,
	FLOW_CONNECTING,                                     /* connect(), or sendto() that acts as one */
	FLOW_SYN_SENT, FLOW_SYN_ACKED,                       /* active open */
	FLOW_PACKET_RECEIVED, FLOW_SYNACK_SENT, FLOW_SYNACK_ACKED,   /* passive child */
};

struct flow_end {
	struct ip_address address;
	uint16_t port;
};

/* Time-stamp values: script label -> live value, sorted by label. */
struct stamp_map {
	struct stamp_pair {
		uint32_t script, live;
	} *pairs;
	size_t count, room;
};

/* Another descriptor of a socket. */
struct fd_name {
	struct fd_name *next;
	int script_fd, live_fd;
};

struct sample;
struct tcp_key;

struct flow {
	struct flow *next;                                   /* older */
	const char *name;                                    /* of the connection (script/connections.h); NULL: none */
	enum flow_state state;
	int protocol;                                        /* IPPROTO_* as the script gave it */
	int script_fd, live_fd;                              /* -1: none */
	struct fd_name *more_fds;                            /* that dup() made */
	bool closed;                                         /* the script closed all of them */
	struct flow_end bound;                               /* as a bind() wrote it; version 0: as configured */
	struct flow_end live_local, live_remote;             /* address.version 0: not known yet */
	uint32_t script_local_isn, live_local_isn, live_remote_isn;
	struct stamp_map stamps;
	bool has_baseline;
	bool has_latest_stamp;
	uint32_t latest_stamp;                               /* the live value that came last */
	uint32_t script_baseline, live_baseline;             /* first time-stamp: script and live value */
	uint32_t script_label, live_label;                   /* IPv6 flow label pair; 0: none yet */
	bool was_injected, was_captured;
	struct tcp_header last_injected, last_captured;      /* live numbers */
	size_t last_injected_payload;
	bool has_live_isn;                                   /* live_local_isn was learned */
	bool reset;                                          /* one end has reset the passive connection, if the
	                                                        other heeds it */
	bool reopening;                                      /* a SYN came that may begin another: .reopening_isn */
	bool counts_on;                                      /* numbers go on from those of the connection before,
	                                                        unless the line of the answer begins anew */
	uint32_t reopening_isn;
	struct fd_name former;                               /* of the connection before, if that is still open */
	const struct sample *sample;                         /* the latest in the record; NULL: none */
};

struct named_end;

struct flows {
	struct arena *arena;
	const struct config *config;
	const struct peer *peers;                            /* of the script */
	uint16_t (*remote_port)(void *user);                 /* one that nobody has yet */
	void *user;
	struct named_end *ends;                              /* of names: where their peers are */
	struct flow *newest;
	struct flow *under_test;                             /* NULL: no socket yet */
	struct signing_key *keys;                            /* newest first; signing.c */
	const struct tcp_key *md5_default;                   /* NULL: none */
	const char *advice;                                  /* the way out of what flow_to_live() refused last; NULL:
	                                                        none */
};

/* socket() returned: the new flow becomes the socket under test. */
struct flow *flow_open(struct flows *flows, int protocol, int script_fd, int live_fd);
/* connect() or what acts like it, on a socket that is NEW (again); before the live call. @remote
 * NULL: as configured. */
void flow_connect(struct flows *flows, struct flow *flow, const struct flow_end *remote);
/* Where packets for @flow go before anything was learned of it: to the end that it was bound to, else as configured. */
struct flow_end flow_own_end(const struct flows *flows, const struct flow *flow);
/* The socket has no peer any more. Its ends and numbers stay known until the next flow_connect(): what the stack sends
 * for the connection that is over, a reset as a rule, is still of this flow. */
void flow_disconnect(struct flow *flow);
/* The flow of a script descriptor that is still open, or NULL. */
struct flow *flow_of_fd(struct flows *flows, int script_fd);
/* The socket of @flow got another descriptor; and one of those that it has is closed. */
void flow_add_fd(struct flows *flows, struct flow *flow, int script_fd, int live_fd);
void flow_close_fd(struct flow *flow, int script_fd);
/* The child that accept() returned, chosen by the address of its peer; NULL if there is none. */
struct flow *flow_accepted(struct flows *flows, const struct flow_end *peer);
/* The same where the peer is a socket of the same machine: its packets never come to the device, so there is no child
 * yet. A new flow, which does not become the one under test; NULL if the address of the peer is not our own. */
struct flow *flow_accepted_from_oneself(struct flows *flows, const struct flow_end *peer);

/* The flow that a packet line belongs to. Makes the child of a listening socket, or whatever else the name of the line
 * begins, and moves states. NULL: none fits. */
struct flow *flow_for_line(struct flows *flows, const struct scripted_packet *scripted);

/* ---- connections with names (flow_name.c) ---- */

/* The latest flow of this name, or NULL. */
struct flow *flow_named(const struct flows *flows, const char *name);
/* The end of the peer of connection @name, as given by a packet or a line of the script; otherwise it gets a port of
 * its own, and keeps it. */
struct flow_end flow_peer_end(struct flows *flows, const char *name);
/* The name whose peer is @end, or NULL. */
const char *flow_name_of_end(const struct flows *flows, const struct flow_end *end);
/* A call on the socket of @flow is about the connection called @name: the flow that it is about. A socket of TCP has no
 * other one; one of another protocol gets a flow beside the one that it has. */
struct flow *flow_of_call(struct flows *flows, struct flow *flow, const char *name);

/* Does a captured packet belong to @flow? Learns the local end from the first one; packets that an earlier connection
 * still sends never count. */
bool flow_takes(const struct flows *flows, struct flow *flow, const struct scripted_packet *scripted,
                const struct packet *live);
/* The flow with a name that @live is of, or NULL. */
struct flow *flow_owner(const struct flows *flows, const struct packet *live);
/* Is @live from the local to the remote end of @flow? */
bool flow_has_tuple(const struct flow *flow, const struct tuple *live);
/* A captured packet is about to be compared with @scripted: learn what it tells (initial sequence numbers). */
void flow_learn(struct flow *flow, const struct scripted_packet *scripted, const struct packet *live);

/* Live packet -> script space, in place: sequence numbers, SACK edges. */
void flow_to_script(const struct flow *flow, struct packet *packet);
/* The same for what flow_reset_packet() made, which goes the other way. */
void flow_reset_to_script(const struct flow *flow, struct packet *reset);
/* @packet is a translation of @original: numbers or options that @scripted gives as on the wire are restored. */
void flow_keep_literal(const struct scripted_packet *scripted, const struct packet *original, struct packet *packet);

/* Script packet -> live packet, in place: addresses, ports, numbers, time-stamp echoes, quoted headers of
 * ICMP. @quoted: writable copy of the payload for ICMP lines, else NULL. False when a time-stamp echo
 * cannot be inferred: *why has the sentence, in @flows' arena. */
bool flow_to_live(struct flows *flows, struct flow *flow, const struct scripted_packet *scripted, struct packet *packet,
                  uint8_t *quoted, const char **why);

/* Remember what was injected or captured last, for the reset at the end. */
void flow_injected(struct flow *flow, const struct packet *live);
void flow_captured(struct flow *flow, const struct packet *live);
/* The reset that ends @flow. False if there is nothing to reset. */
bool flow_reset_packet(const struct flow *flow, struct packet *out);

/* Time-stamps of an outbound packet (13.6): learn the pair, and rewrite the live value in @observed's
 * options. Returns false if either packet has none; *difference is rewritten minus expected. */
bool flow_map_stamp(struct flows *flows, struct flow *flow, const struct packet *expected, struct packet *observed,
                    int64_t *difference);

/* The time-stamp of a captured packet, live, is the latest. */
void flow_learn_stamp(struct flow *flow, const struct packet *live);

/* Flow labels (14.6). NULL if all is well, else the message, in the arena. */
const char *flow_check_label(struct flows *flows, struct flow *flow, uint32_t script_label, uint32_t live_label);

#endif
