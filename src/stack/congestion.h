/* SPDX-License-Identifier: MIT
 *
 * congestion.h - congestion control as a table of operations
 *
 * An algorithm knows nothing of the connection: it is handed its own state and an event, and sets the window and, if it
 * wants to be paced, the rate. So it can be tested alone, and each connection may use a different one. What is sent and
 * when, what is lost, and how the window falls during recovery (reduction.h) is decided elsewhere.
 *
 * A new algorithm is one file with its row, and its word in TCP_CONGESTION_CONTROLS (config.h): the parameter
 * tcp_congestion, the sysctl and TCP_CONGESTION know it then. Its own variables are a structure in the space of .own,
 * which is all zeros when the algorithm takes over:
 *
 *     static struct cubic *own(struct congestion *c) { return CONGESTION_OWN(c, struct cubic); }
 *
 * The order of calls for one ACK: first .sample; then recovery calls .acked, or .threshold if it found a loss.
 * SND.UNA has moved already; event.flight is what was in flight before it moved.
 */
#ifndef STACK_CONGESTION_H
#define STACK_CONGESTION_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/config.h"
#include "stack/counter.h"
#include "stack/seq.h"
#include "util/vtime.h"

enum {
	CONGESTION_OWN_BYTES = 448, CONGESTION_VARIABLES = 8, CONGESTION_NOTES = 4, CONGESTION_COUNTS = 2,
	CONGESTION_INFO_BYTES = 20,
	CWND_LIMIT = 1 << 30,                                /* adding segments to it cannot wrap */
};

struct congestion {
	const struct congestion_ops *ops;
	uint32_t cwnd, ssthresh;                             /* bytes; ssthresh CWND_LIMIT: none yet */
	uint64_t pacing_rate;                 /* bytes a second; 0: none known. tcp_congestion.c says who keeps to it */
	const char *notes[CONGESTION_NOTES];                 /* what has just been decided, for traces:
	                                                        congestion_note() */
	struct congestion_count {
		enum counter which;
		uint32_t amount;                                     /* 0: nothing */
	} counts[CONGESTION_COUNTS];                         /* what the host counts of the event: congestion_count() */
	bool limits_rate;                                /* a request: delivery rates of what leaves now do not count */
	/* Kept by tcp_congestion.c: the most in flight since the window fell, and the window at the last ACK. */
	uint32_t most_flight, limited_cwnd;
	/* ... and the most octets in flight since the window was last full, or since this was last asked. */
	uint32_t used;
	vtime_t used_since;
	vtime_t pacing_next;                            /* kept by tcp_congestion.c: nothing paced leaves before this */
	bool held;                                      /* ... and nothing at all: a mark met a window of one segment */
	alignas(8) unsigned char own[CONGESTION_OWN_BYTES];
};

/* Bytes unless the name says otherwise. */
struct congestion_event {
	const struct stack_config *config;                   /* the host's parameters */
	vtime_t now;
	seq_t una, nxt;                                      /* SND.UNA, after this ACK, and SND.NXT:
	                                                        rounds are counted by them */
	bool whole;                                          /* the window counts whole segments */
	uint32_t mss;                                        /* Eff.snd.MSS */
	uint32_t growth;                               /* L of RFC 3465, 2.3: most that one ACK may add in slow start */
	uint32_t flight;                                     /* SND.NXT - SND.UNA, before this ACK */
	uint32_t peak_flight;                               /* most that was in flight within the last window of data */
	bool filled;                                         /* ... and all that the window allowed was */
	bool unvalidated;                                    /* in the non-validated phase of RFC 7661 */
	uint32_t acked;                           /* newly acknowledged; for .acked without what duplicates stood for */
	uint32_t delivered;                                  /* newly acknowledged or selected text */
	uint64_t delivered_total;
	vtime_t rtt, least_rtt;                              /* VTIME_NEVER: none came with this ACK; none came yet */
	vtime_t srtt;                                        /* 0: none came yet */
	bool paced;                                          /* segments keep to the pacing rate, ... */
	uint64_t pacing_rate;                                /* ... which is so many octets a second; 0: not known */
	vtime_t pause;                                       /* .resumed: so long nothing went out */
	uint64_t rate_bytes;                                 /* latest sample of the delivery rate: so many bytes ... */
	int64_t rate_ns;                                     /* ... in this time; 0: none came yet. congestion_rate() */
	bool app_limited;                                    /* ... shows the user's pace, not the path's */
	uint64_t sample_bytes;             /* the sample of this ACK alone, which .rate may have left out as too slow */
	int64_t sample_ns;                                   /* 0: it has none */
	bool sample_limited;                                 /* ... and .app_limited of it */
	uint64_t delivered_before;                           /* .delivered_total when the newest segment that it
	                                                        delivered left */
	uint32_t flight_then;                               /* what was in flight then, that segment included */
	uint32_t lost_since;                                 /* bytes marked as lost since then; 0 when
	                                                        nothing was delivered */
	uint32_t lost_total, lost_ranges;                    /* bytes ever marked as lost; separate ranges of them */
	uint32_t last_lost_flight, last_lost_since;          /* the same two of the segment that was marked last */
	uint32_t in_flight;                                  /* now; without what is lost */
	bool user_limited;                                   /* the user has no more to send */
	bool selective;                                      /* the peer sends SACK */
	uint32_t marked;                                     /* of .delivered, what the peer says was marked CE */
	bool by_mark;                                        /* .threshold: the reason is a mark of ECN, not a loss */
	bool recovering;                                     /* losses are being repaired */
	bool again;                                        /* .threshold, .timeout: the same segment timed out before */
};

/* An operation that may be NULL says so. */
struct congestion_ops {
	const char *name;                                    /* "reno": TCP_CONGESTION */
	bool paces;                                          /* it sets .pacing_rate itself, and wants to be paced */
	bool needs_marks;                                    /* ECN is asked for and agreed to, and each
	                                                        mark echoed: RFC 8257, 3.2 */
	const struct congestion_ops *without_marks;          /* takes its place where ECN was not agreed to; may be
	                                                        NULL */
	bool rules;                             /* it sets the window in recovery, too; only time-outs overrule it */
	const char *variables[CONGESTION_VARIABLES];       /* names of what .tell reports, for traces; NULL ends them */
	void (*tell)(const struct congestion *c, int64_t values[CONGESTION_VARIABLES]);        /* NULL: nothing */
	/* TCP_CC_INFO into @bytes, at most CONGESTION_INFO_BYTES; returns how many. NULL: it has none. */
	size_t (*info)(const struct congestion *c, void *bytes);
	/* Takes over: the connection is established, or the user chose it later. cwnd and ssthresh are set.
	 * May be NULL. */
	void (*start)(struct congestion *c, const struct congestion_event *e);
	/* Any acceptable ACK, whatever becomes of it. May be NULL. */
	void (*sample)(struct congestion *c, const struct congestion_event *e);
	/* New data are acknowledged, and no loss is being repaired. */
	void (*acked)(struct congestion *c, const struct congestion_event *e);
	/* The slow start threshold after a loss: RFC 5681, 3.1, equation 4, or another factor. After a mark it may
	 * lower cwnd further. */
	uint32_t (*threshold)(struct congestion *c, const struct congestion_event *e);
	/* The retransmission timer fired; ssthresh and the loss window are set. May be NULL. */
	void (*timeout)(struct congestion *c, const struct congestion_event *e);
	/* Something goes out while nothing is in flight. May be NULL. */
	void (*resumed)(struct congestion *c, const struct congestion_event *e);
	/* A loss or time-out proved spurious; the window is restored. May be NULL. */
	void (*undone)(struct congestion *c, const struct congestion_event *e);
	/* Idle for an RTO. NULL: the restart window of RFC 5681, 4.1. */
	void (*idle)(struct congestion *c, const struct congestion_event *e);
};

#define X(word) extern const struct congestion_ops congestion_##word;
TCP_CONGESTION_CONTROLS(X)
#undef X
/* What DCTCP becomes without ECN. Its name can be read, but not chosen. */
extern const struct congestion_ops congestion_dctcp_reno;
/* NULL: no such. */
const struct congestion_ops *congestion_find(const char *name);

static inline void *congestion_own(struct congestion *c) { return c->own; }
/* The variables of an algorithm; a structure that is too large does not compile. */
#define CONGESTION_OWN(c, type) \
	((type *)congestion_own((c) + 0 * sizeof(char[sizeof(type) <= CONGESTION_OWN_BYTES ? 1 : -1])))

/* Bytes a second of the latest sample; 0: none yet. */
static inline uint64_t congestion_rate(const struct congestion_event *e)
{
	return e->rate_ns ? (uint64_t)((double)e->rate_bytes * 1e9 / (double)e->rate_ns) : 0;
}

/* Of one event no more than CONGESTION_NOTES are told. */
static inline void congestion_note(struct congestion *c, const char *text)
{
	for (int i = 0; i < CONGESTION_NOTES; i++) {
		if (c->notes[i])
			continue;
		c->notes[i] = text;
		return;
	}
}

/* Of one event no more than CONGESTION_COUNTS things are counted. */
static inline void congestion_count(struct congestion *c, enum counter which, uint32_t amount)
{
	for (int i = 0; i < CONGESTION_COUNTS; i++) {
		if (c->counts[i].amount)
			continue;
		c->counts[i] = (struct congestion_count){ which, amount };
		return;
	}
}

static inline void congestion_grow(struct congestion *c, uint32_t bytes)
{
	c->cwnd = c->cwnd < CWND_LIMIT && bytes < CWND_LIMIT - c->cwnd ? c->cwnd + bytes : CWND_LIMIT;
}

/* Unless a window was filled, nothing shows that a larger one is right (RFC 7661, 4.4): when something was last sent,
 * more than half of it must have been in use in slow start, all of it later. If it counts segments, it is enough in
 * slow start, too, that the window was full then, even if it has grown since. With tcp_increase_by_most_flight it may
 * always grow, and is cut afterwards. */
bool congestion_limits(const struct congestion *c, const struct congestion_event *e);

/* RFC 5681, 3.1, equation 2; RFC 3465, 2.3 allows more for ACKs of many segments. */
static inline void congestion_slow_start(struct congestion *c, const struct congestion_event *e)
{
	congestion_grow(c, e->acked < e->growth ? e->acked : e->growth);
}

#endif
