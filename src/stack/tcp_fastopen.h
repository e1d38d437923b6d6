/* SPDX-License-Identifier: MIT
 *
 * tcp_fastopen.h - TCP Fast Open (RFC 7413): text in the SYN
 */
#ifndef STACK_TCP_FASTOPEN_H
#define STACK_TCP_FASTOPEN_H

#include "stack/tcp.h"

/* Bits of tcp_fastopen: net.ipv4.tcp_fastopen of Linux. */
enum {
	FAST_OPEN_CLIENT = 1, FAST_OPEN_SERVER = 2, FAST_OPEN_SEND_WITHOUT_COOKIE = 4,
	FAST_OPEN_TAKE_WITHOUT_COOKIE = 0x200, FAST_OPEN_EVERY_LISTENER = 0x400,
};

void tcp_fast_open_start(struct tcp *t);                 /* a connection begins; what was set for a listener stays */
void tcp_fast_open_free(struct tcp *t);

/* ---- client ---- */

bool tcp_fast_open_active(const struct stack *st);       /* the host may use Fast Open as a client */
/* Decide what our SYN says, from what is known about the peer. True: text may ride on it. */
bool tcp_fast_open_offer(struct tcp *t);
/* Octets of text that a SYN to this peer has room for. */
uint32_t tcp_fast_open_room(const struct tcp *t);
void tcp_fast_open_defer(struct tcp *t, bool deferred);  /* connect() has returned, and the first SEND sends the SYN */
void tcp_fast_open_more(struct tcp *t, bool more);       /* a SEND waits for the connection, and goes on at once */
/* A SEND without text opens the connection, though our SYN could take text along. */
void tcp_fast_open_empty(struct tcp *t);
/* A SYN or SYN,ACK went out, with @text octets. If it is repeated, then without option and text. */
void tcp_fast_open_sent(struct tcp *t, uint32_t text);
/* The SYN,ACK @seg came, and SND.UNA says what it acknowledges: learn from it. */
void tcp_fast_open_answered(struct tcp *t, const struct tcp_segment *seg);
/* Neither user nor connection is left, or only a remnant of it; before its state changes. */
void tcp_fast_open_over(struct tcp *t);
/* Is text of the SYN,ACK @seg delivered, although no handshake has shown that the segment is not an old one? */
bool tcp_fast_open_takes_text(struct tcp *t, const struct tcp_segment *seg);
/* Segments with text in the handshake: text that is sent after them does not show that the peer waits for answers. */
uint32_t tcp_fast_open_first_texts(const struct tcp *t);

/* ---- server ---- */

enum fast_open_verdict { FAST_OPEN_NO, FAST_OPEN_COOKIE_ONLY, FAST_OPEN_TAKE };

/* @queue: most SYNs taken that way and not yet acknowledged; 0: none. */
void tcp_fast_open_listen(struct tcp *t, int queue);
/* Set keys for this listener alone. False: no memory. */
bool tcp_fast_open_set_keys(struct tcp *t, const struct fast_open_keys *keys);
/* The keys of the listener, or else of the host. */
struct fast_open_keys tcp_fast_open_keys(const struct tcp *t);
/* The cookie for connections from @client to @server (RFC 7413, 4.1.2), of the key with number @key. */
struct fast_open_cookie tcp_fast_open_make_cookie(const struct fast_open_keys *keys, int key,
                                                  const struct ip_address *client, const struct ip_address *server);
/* May the text of SYN @seg be taken at once? *answer is what the SYN,ACK says, if *tell. */
enum fast_open_verdict tcp_fast_open_judge(struct tcp *listener, const struct tcp_segment *seg,
                                           struct fast_open_cookie *answer, bool *tell);
/* @child's SYN,ACK has the option with @cookie. */
void tcp_fast_open_tell(struct tcp *child, const struct fast_open_cookie *cookie);
/* A RST ended @child in SYN-RECEIVED: it counts for a while (RFC 7413, 5.1). Call before the state changes. */
void tcp_fast_open_reset(struct tcp *child);
/* @child was opened by the SYN alone, with text or without. */
void tcp_fast_open_opened(struct tcp *child, const struct tcp *listener, bool text);

#endif
