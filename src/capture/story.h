/* SPDX-License-Identifier: MIT
 *
 * story.h - what is known of a connection while it is told; private to src/capture
 */
#ifndef CAPTURE_STORY_H
#define CAPTURE_STORY_H

#include "capture/telling.h"

struct story {
	struct telling *t;
	bool active, open, shut;                             /* .open: there is a descriptor for the connection */
	bool ended;                                          /* close() was told */
	int fd;
	uint32_t written, sent;                              /* behind what calls wrote, and what left */
	uint32_t acked;                                      /* by the stack: behind what came in order */
	uint32_t unread;
	bool edge_is_least;                                  /* a SYN cannot say how large the window is */
	bool has_edge, peer_shut, has_nodelay;
	uint32_t una;                                        /* behind what the peer has acknowledged */
	uint32_t mss;                                        /* what the peer takes, with the longest options */
	uint32_t edge;                                       /* of the window that the stack offers */
	uint32_t peer_edge;                                  /* of the window that the peer offers */
	uint32_t most_queued;                                /* octets that were written and not acknowledged */
	uint32_t buffer;                                     /* what the send buffer must hold; 0: any does */
	int shift[2];                                        /* of windows: of the stack, of its peer; -1: none */
	bool answered;                                       /* the line before was a packet that came just now */
	int probes;                                          /* of keep-alive, since the peer's last packet */
	bool reset;                                          /* by the peer */
	const struct captured *gave_up;                      /* text that came for a closed socket; or NULL */
	vtime_t came;                                        /* the last packet of the peer */
};

bool story_is_after(uint32_t a, uint32_t b);
/* The header of a segment. NULL: it is none, or none that a stack looks at. */
const struct tcp_header *story_segment(const struct captured *p);
/* Its first number, as in the script. */
uint32_t story_start(const struct story *s, const struct tcp_header *tcp, bool inbound);
/* That of the option of a SYN, at most 14; -1: it has none. */
int story_shift(const struct tcp_header *tcp);
/* A segment without text below @una, what the peer has acknowledged, asks whether it is still there (RFC 9293, 3.8.4).
 */
bool story_is_probe(const struct story *s, const struct captured *p, const struct tcp_header *tcp, uint32_t una);

/* How a connection came about. (transcript_open.c) */
void story_connect(struct story *s, vtime_t at);
void story_listen(struct story *s, vtime_t at);
void story_accept(struct story *s, vtime_t at);

#endif
