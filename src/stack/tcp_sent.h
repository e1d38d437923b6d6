/* SPDX-License-Identifier: MIT
 *
 * tcp_sent.h - the scoreboard: what is in flight, segment by segment; what was delivered, how fast, and in which order
 *
 * A method of loss recovery (recovery.h) asks it what is missing, marks what it believes to be lost, and finds what
 * goes out again. Delivery rate and reordering are observed here as well, for congestion control and TCP_INFO. The
 * scoreboard decides nothing by itself: only what somebody marks is lost.
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

/* A segment, and what was known when it was (last) sent. */
struct sent_segment {
	seq_t seq, end;
	uint32_t text;                                       /* bytes of it, SYN and FIN not counted */
	uint32_t gone;                                       /* octets before .seq, acknowledged ahead of the rest */
	bool again, delivered, app_limited;        /* again: sent more than once; delivered: acknowledged or selected */
	bool lost;                                           /* marked, and not delivered since */
	bool judged;                /* since it went out it was selected, or marked lost by time: not looked at again */
	bool sampled;                              /* it measured the rate: not once more before it goes out again */
	bool copy;                                     /* the copy is in flight, and not believed lost */
	bool joined;                                         /* went out in one burst with the segment before it */
	bool with_syn;                                       /* text in a SYN, which is no segment of its own */
	vtime_t at, first_at, delivered_at, counted_at;
	uint32_t turn;                                       /* tells apart what went out at the same time */
	uint64_t delivered_bytes;
	uint32_t delivered_segments;
	uint32_t in_flight, losses;             /* octets in flight, this segment included; marks of loss made so far */
};

/* Did @a go out before the one that did so at @at, in that turn of the host? A real clock never stands still between
 * two packets that come, so what each of them lets out differs in age. */
static inline bool tcp_sent_before(const struct sent_segment *a, vtime_t at, uint32_t turn)
{
	return vtime_before(a->at, at) || (a->at.ns == at.ns && (int32_t)(a->turn - turn) < 0);
}

/* What the latest ACK said. */
struct sent_news {
	uint32_t segments;                                   /* newly delivered */
	bool selected;                                       /* some of them by SACK */
	bool whole;                                          /* the ACK field covers whole segments */
	bool again, sure;      /* the ACK field covers some that went out more than once; some beyond doubt */
	bool original;                                       /* some had been sent only once; ... */
	seq_t original_end;                                  /* ... the end of the lowest of these */
	uint32_t distance;                                   /* octets by which it was overtaken; 0: in order */
	bool disorder_known;                                 /* something had been overtaken before this ACK */
	vtime_t acked_at, selected_at;           /* when the lowest of the originals was sent; VTIME_NEVER: none */
	uint32_t turn;                                       /* of the host, when the first of these two was */
	vtime_t rtt;                                      /* of the last segment beyond doubt; VTIME_NEVER: none */
	struct sent_segment proof;                           /* of those beyond doubt, sent last: if .delivered */
	bool repeats;                                        /* the first block is a D-SACK, believed or not: ... */
	struct rxq_range duplicate;                          /* ... this one */
	uint32_t duplicates;                                 /* it was about so many segments; 0: it is not believed */
	uint32_t duplicates_again;           /* of these, as far as it can still be known, those that went out again */
};

struct tcp_sent {
	struct sent_segment *list;                           /* a ring; in order of sequence numbers */
	size_t first, count, room;
	uint64_t bytes, out;                                 /* of text: delivered; not yet */
	uint64_t waiting, doubled;     /* of the latter: lost and not sent again; sent again though not believed lost */
	uint32_t lost, copies;                               /* segments with these marks */
	uint32_t losses, loss_ranges;                        /* marks ever made; those not adjacent to another one */
	struct sent_segment last_lost;                       /* the latest of them */
	struct sent_news news;
	struct sent_segment newest;                     /* of what the latest ACK delivered, sent last: if .delivered */
	vtime_t delivered_at, first_at;                      /* the last delivery; when what it was about went out */
	vtime_t counted_at;                  /* of segments: without SACK duplicate ACKs count, whatever they deliver */
	struct least_rtt least;                              /* of segments that were sent once */
	uint64_t app_limited;                              /* the user had no more to send, until this much is
	                                                      delivered: octets, or segments if the window counts
	                                                      these */
	seq_t highest;                                       /* end of what was delivered: RACK.fack of RFC 8985 */
	uint32_t segments, sacked;                           /* delivered in all; selected ones in the list */
	uint32_t duplicates, reorderings;                    /* D-SACKs; signs of reordering */
	bool reneged;                                        /* the receiver threw away what it had selected */
	struct sent_rate {
		uint64_t bytes;
		uint32_t segments;
		int64_t ns;                                      /* 0: no sample yet */
		bool app_limited;
	} rate, sample;                                   /* .sample: the latest ACK's; .rate: the latest that counts */
};

/* Segment number @i of the ring, for the two files of the scoreboard; others have tcp_sent_segment(). */
static inline struct sent_segment *sent_at(const struct tcp_sent *x, size_t i)
{
	return &x->list[(x->first + i) & (x->room - 1)];
}

void tcp_sent_start(struct tcp *t);
void tcp_sent_free(struct tcp *t);
/* @p goes out, up to @end. Call before SND.NXT moves. */
void tcp_sent_piece(struct tcp *t, const struct tcp_piece *p, seq_t end);
/* The least round trip of the last tcp_min_rtt_window_s, however it was measured; VTIME_NEVER: none yet. */
vtime_t tcp_sent_least_rtt(const struct tcp *t);
/* An acceptable ACK came. Call before SND.UNA moves. */
void tcp_sent_acked(struct tcp *t, const struct tcp_segment *seg);
/* What goes out from now on shows nothing about the rate of the path. */
void tcp_sent_limited(struct tcp *t);
/* The user has more to send: notes whether the connection was waiting for that. Call before the text is queued. */
void tcp_sent_more(struct tcp *t);

/* Duplicate ACKs say that @segments more were delivered; a negative number: it is now known which. */
uint32_t tcp_sent_reported_before(const struct tcp *t);
void tcp_sent_reported(struct tcp *t, int segments);
/* A segment arrived that was sent before the scoreboard began. The host's counters do not include it. */
void tcp_sent_forgotten(struct tcp *t);
void tcp_sent_crossed(struct tcp *t);                    /* both our SYN and our SYN,ACK arrived */
void tcp_sent_disordered(struct tcp *t);                 /* duplicates came in numbers that only reordering explains */
/* @range is the lost text of a segment: extend it over what follows, is lost as well, and left together with it, up to
 * @most octets. */
void tcp_sent_join(struct tcp *t, struct rxq_range *range, uint32_t most);

/* @range is a lost segment: merge undelivered small ones behind it into it, up to a full segment. */
void tcp_sent_collapse(struct tcp *t, struct rxq_range *range);

/* Unacknowledged segment @i, from the oldest, 0, to t->sent.count - 1. */
const struct sent_segment *tcp_sent_segment(const struct tcp *t, size_t i);
/* Segment @i, or the copy of it that went out again, is lost: it does not count as in flight until it goes out (again).
 * Not for delivered segments. */
void tcp_sent_lose(struct tcp *t, size_t i);
void tcp_sent_judge(struct tcp *t, size_t i);
void tcp_sent_uncount_copy(struct tcp *t, size_t i);     /* segment @i went out again as a probe, not as a repair */
void tcp_sent_forgive(struct tcp *t);                    /* nothing was lost after all */
/* Selected segments are not delivered after all: the receiver has thrown them away (RFC 2018, 8). */
void tcp_sent_renege(struct tcp *t);
void tcp_sent_believe(struct tcp *t);           /* what had been thrown away was sent again */
bool tcp_sent_reneged(const struct tcp *t);              /* ... which shows when the oldest one is selected */
/* The oldest segment that is lost and waits to be sent again. False: there is none. */
bool tcp_sent_next_lost(const struct tcp *t, struct rxq_range *range);
/* Bytes of text, and segments, that are believed to be in flight: pipe of RFC 6675, 4. */
uint32_t tcp_sent_pipe(const struct tcp *t);
uint32_t tcp_sent_pipe_segments(const struct tcp *t);
/* The same, less one for each duplicate ACK: those stand for segments that arrived, though it is not known which. */
uint32_t tcp_sent_flying(const struct tcp *t);

#endif
