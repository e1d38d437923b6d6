/* SPDX-License-Identifier: MIT
 *
 * tcp_sent.h - what is on its way, segment by segment: what was delivered, how fast, and in which order
 *
 * The scoreboard of loss recovery: a row of recovery.h asks it what is missing, marks what it believes to be lost,
 * and finds what goes out again. Delivery rate and reordering are observed here as well, for congestion control and
 * TCP_INFO. It decides nothing by itself: what no one marks is not lost.
 */
#ifndef STACK_TCP_SENT_H
#define STACK_TCP_SENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/least_rtt.h"
#include "stack/rxq.h"
#include "stack/seq.h"
#include "util/vtime.h"

struct tcp;
struct tcp_piece;
struct tcp_segment;

/* A segment, and what was known when it went out (for the last time). */
struct sent_segment {
	seq_t seq, end;
	uint32_t text;                                       /* bytes of it, SYN and FIN not counted */
	bool again, delivered, app_limited;        /* again: sent more than once; delivered: acknowledged or selected */
	bool lost;                                           /* marked, and not delivered since */
	bool copy;                                     /* what was sent again is on its way, not believed to be lost */
	bool joined;                                         /* went out in one burst with the segment before it */
	bool with_syn;                                       /* text that a SYN took along: no segment of its own */
	vtime_t at, first_at, delivered_at;
	uint64_t delivered_bytes;
	uint32_t delivered_segments;
	uint32_t in_flight, losses;                          /* octets on their way, this one included;
	                                                        marks that were made */
};

/* What the latest ACK said. */
struct sent_news {
	uint32_t segments;                                   /* delivered first */
	bool selected;                                       /* some of them by SACK */
	bool whole;                                          /* the ACK field covers whole segments */
	bool again, sure;      /* the ACK field covers some that went out more than once; some beyond doubt */
	bool original;                                       /* some had gone out once only; ... */
	seq_t original_end;                                  /* ... the end of the lowest of those */
	uint32_t distance;                                   /* octets by which that came too late; 0: in order */
	bool disorder_known;                                 /* something had come too late before this ACK */
	vtime_t acked_at, selected_at;           /* when the lowest of the originals went out; VTIME_NEVER: none was */
	vtime_t rtt;                                      /* of the last that is beyond doubt; VTIME_NEVER: none was */
	struct sent_segment proof;                           /* of those beyond doubt, sent last: if .delivered */
	struct rxq_range duplicate;                          /* the D-SACK that was believed ... */
	bool repeats;                                        /* its first block is a D-SACK, believed or not */
	uint32_t duplicates;                                 /* ... was about so many segments; 0: none */
};

struct tcp_sent {
	struct sent_segment *list;                           /* a ring; in order of sequence numbers */
	size_t first, count, room;
	uint64_t bytes, out;                                 /* of text: delivered; not yet */
	uint64_t waiting, doubled;          /* of the latter: lost, not out again; out again though not believed lost */
	uint32_t lost, copies;                               /* segments with these marks */
	uint32_t losses, loss_ranges;                        /* marks that were ever made; not beside another one */
	struct sent_segment last_lost;                       /* the latest of them */
	struct sent_news news;
	struct sent_segment newest;                     /* of what the latest ACK delivered, sent last: if .delivered */
	vtime_t delivered_at, first_at;                      /* the last delivery; when what it was about went out */
	struct least_rtt least;                              /* of segments that were sent once */
	uint64_t app_limited;                              /* the user had no more to send until so much is delivered:
	                                                      octets, or segments where the window counts these */
	seq_t highest;                                       /* end of what was delivered: RACK.fack of RFC 8985 */
	uint32_t segments, sacked;                           /* delivered in all; of those in the list */
	uint32_t duplicates, reorderings;                    /* D-SACKs; ACKs that showed reordering */
	struct sent_rate {
		uint64_t bytes;
		uint32_t segments;
		int64_t ns;                                      /* 0: no sample yet */
		bool app_limited;
	} rate, sample;                                      /* .sample: of the latest ACK; .rate: the
	                                                        latest that counts */
};

void tcp_sent_start(struct tcp *t);
void tcp_sent_free(struct tcp *t);
/* @p goes out, up to @end. Before SND.NXT moves. */
void tcp_sent_piece(struct tcp *t, const struct tcp_piece *p, seq_t end);
/* The least round trip of the last seconds (tcp_min_rtt_window_s), by whatever clock; VTIME_NEVER: none yet. */
vtime_t tcp_sent_least_rtt(const struct tcp *t);
/* An acceptable ACK came. Before SND.UNA moves. */
void tcp_sent_acked(struct tcp *t, const struct tcp_segment *seg);
/* What goes out from now on says nothing about how fast the path is. */
void tcp_sent_limited(struct tcp *t);
/* The user has more to send: did the connection wait for that? Before it is queued. */
void tcp_sent_more(struct tcp *t);

/* Duplicate ACKs say that so many segments more were delivered; less than 0: now it is known which. */
void tcp_sent_reported(struct tcp *t, int segments);
/* One that was sent before anything was kept of it has arrived. Counters of the host have never known it. */
void tcp_sent_forgotten(struct tcp *t);
void tcp_sent_disordered(struct tcp *t);                 /* they came in numbers that only reordering explains */
/* @range is lost text of one segment: take in what follows, waits as well, and went out together with it, up to @most
 * octets. What follows that has been torn off. */
void tcp_sent_join(struct tcp *t, struct rxq_range *range, uint32_t most);

/* @range is a lost segment: small ones behind it that are not delivered become one with it, up to a full segment. */
void tcp_sent_collapse(struct tcp *t, struct rxq_range *range);

/* Segment @i of those that are not acknowledged, 0 the oldest; below t->sent.count. */
const struct sent_segment *tcp_sent_segment(const struct tcp *t, size_t i);
/* Segment @i, or the copy of it that went out again, is lost: it does not count as being on its way until it goes out
 * (once more). Not for delivered ones. */
void tcp_sent_lose(struct tcp *t, size_t i);
void tcp_sent_uncount_copy(struct tcp *t, size_t i);     /* segment @i went out again to ask, not to repair */
void tcp_sent_forgive(struct tcp *t);                    /* nothing was lost after all */
/* What was selected is not delivered after all: the receiver has thrown it away (RFC 2018, 8). */
void tcp_sent_renege(struct tcp *t);
bool tcp_sent_reneged(const struct tcp *t);              /* ... as one sees: the oldest one is selected */
/* The oldest segment that is lost and waits to go out again. False: none does. */
bool tcp_sent_next_lost(const struct tcp *t, struct rxq_range *range);
/* Bytes of text, and segments, that are believed to be on their way: pipe of RFC 6675, 4. */
uint32_t tcp_sent_pipe(const struct tcp *t);
uint32_t tcp_sent_pipe_segments(const struct tcp *t);

/* Bytes a second of the latest sample; 0: none yet. */
uint64_t tcp_sent_rate(const struct tcp *t);

#endif
