/* SPDX-License-Identifier: MIT
 *
 * tcp.h - inside the stack: a TCP connection (RFC 9293), in the RFC's words
 *
 * The door for the rest of the stack is the row tcp_protocol. This file has the structure and no functions to call:
 * each part of it is written by one file, whose header has what may be asked of that part. All act at st->now. The
 * files stand in layers, and call downwards only:
 *
 *     tcp_input*, tcp_listen, tcp_syn_sent, tcp_icmp, tcp_user*, tcp_expiry    segments, calls and timers come in
 *     tcp_life                                                                  ends of a connection
 *     tcp_output                                                                what may be sent now
 *     tcp_send                                                                  one segment is written
 *     recovery*, congestion, tcp_ack, tcp_window, tcp_option, tcp_mss           what is decided about it
 *     tcp_snd, tcp_rcv, tcp_rto, tcp_sent, tcp_timer, tcp_statistics ...        what is known
 *
 * A lower layer asks something of a higher one by leaving a request, which is read before the entry ends: t->ack.now
 * asks for an ACK, t->recovery for a retransmission, and tcp_output() attends to both.
 *
 * Lifetime: tcp_finish() ends a connection but releases nothing; each entry from outside (segment, timer, ICMP error,
 * close) calls tcp_leave() last, which releases what neither user nor protocol needs any more.
 */
#ifndef STACK_TCP_H
#define STACK_TCP_H

#include "stack/congestion.h"
#include "stack/host.h"
#include "stack/recovery.h"
#include "stack/least_rtt.h"
#include "stack/ring.h"
#include "stack/rxq.h"
#include "stack/seq.h"
#include "stack/sock.h"
#include "stack/tcp_sent.h"
#include "wire/tcp_option.h"

/* TCPS_: the names TCP_LISTEN ... belong to the C library. */
enum tcp_state {
	TCPS_CLOSED, TCPS_LISTEN, TCPS_SYN_SENT, TCPS_SYN_RECEIVED, TCPS_ESTABLISHED, TCPS_FIN_WAIT_1, TCPS_FIN_WAIT_2,
	TCPS_CLOSE_WAIT, TCPS_CLOSING, TCPS_LAST_ACK, TCPS_TIME_WAIT,
	TCPS_FAST_OPENED,                                    /* SYN-RECEIVED in which text flows: RFC 7413, 4.2.2 */
	TCPS_COUNT
};

/* Sets of states, for tcp_in(). */
enum {
	TCPM_SYNCHRONIZED = ~(1 << TCPS_CLOSED | 1 << TCPS_LISTEN | 1 << TCPS_SYN_SENT | 1 << TCPS_SYN_RECEIVED |
	                          1 << TCPS_FAST_OPENED),
	TCPM_MAY_SEND = 1 << TCPS_ESTABLISHED | 1 << TCPS_FAST_OPENED | 1 << TCPS_CLOSE_WAIT,
	TCPM_SENDS = TCPM_MAY_SEND | 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_CLOSING | 1 << TCPS_LAST_ACK,
	TCPM_RECEIVES = 1 << TCPS_ESTABLISHED | 1 << TCPS_FAST_OPENED | 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_FIN_WAIT_2,
	TCPM_OPENING = 1 << TCPS_SYN_SENT | 1 << TCPS_SYN_RECEIVED,
	/* Over for its user: TIME-WAIT keeps the ports (RFC 9293, 3.6), but needs nothing more of the socket. */
	TCPM_OVER = 1 << TCPS_CLOSED | 1 << TCPS_TIME_WAIT,
};

enum tcp_timer {
	TCP_TIMER_RETRANSMIT, TCP_TIMER_RECOVERY, TCP_TIMER_PACING, TCP_TIMER_PERSIST, TCP_TIMER_DELAYED_ACK,
	TCP_TIMER_COMPRESSED_ACK, TCP_TIMER_OVERRIDE, TCP_TIMER_KEEPALIVE,
	TCP_TIMER_FIN_WAIT_2, TCP_TIMER_TIME_WAIT, TCP_TIMER_LINGER, TCP_TIMER_COUNT
};

/* A Fast Open option (RFC 7413, 4.1.1). */
enum { FAST_OPEN_COOKIE_LEAST = 4, FAST_OPEN_COOKIE_MOST = 16 };
struct fast_open_cookie {
	uint8_t length;                                      /* 0: asks for a cookie, or none is known */
	bool experimental;                                   /* of the kind for experiments (RFC 6994) */
	uint8_t bytes[FAST_OPEN_COOKIE_MOST];
};

/* An arriving segment, decoded once. The steps trim text and controls as they go on. */
struct tcp_segment {
	const struct ip_packet *packet;
	struct tuple tuple;                                  /* as received: source is the peer */
	seq_t seq, ack;                                      /* SEG.SEQ, SEG.ACK */
	uint16_t flags;
	uint16_t window;                                     /* SEG.WND as it stands in the header */
	seq_t first;                                         /* SEG.SEQ as it came, from which SEG.UP counts */
	uint16_t urgent;                                     /* SEG.UP */
	const uint8_t *text;
	uint32_t text_length;
	uint32_t whole_length;                               /* as the peer sent it, before merging and trimming */
	bool has_mss, has_shift, has_sack_ok, has_stamp, has_fast_open;
	uint16_t user_timeout;                               /* as in the option of RFC 5482, 3.3; 0: none */
	uint16_t mss;
	uint8_t shift;
	struct fast_open_cookie fast_open;
	uint32_t ts_value, ts_echo;
	bool stamp_due;                                      /* TS.Recent <- SEG.TSval if the ACK is acceptable */
	struct rxq_range again;                              /* the part that came before, FIN included; empty: none */
	uint32_t carried;                                    /* octets of text before anything was trimmed */
	bool had_length;                                     /* it came with text, SYN or FIN */
	bool had_syn;                                        /* ... which was cut off as old */
	bool of_syn_ack;                                     /* the text came with a SYN,ACK */
	struct charge charge;                                /* of the packet */
	int sack_count;
	struct rxq_range sack[TCP_SACK_BLOCKS];
	int accecn_fields, accecn_order;                     /* of the AccECN option; -1 fields: there is none */
	uint32_t accecn[3];                                  /* in the order in which they stood */
	const uint8_t *md5, *ao;                             /* contents of these options; NULL: none */
	uint8_t ao_length, signatures;                       /* octets of .ao; number of options of either kind */
	bool malformed_ao;
	bool predicted;                                      /* it is just what was expected next: tcp_input.c */
	bool text_first;                                     /* ... and its text counts before its ACK */
	const struct tcp_key *signed_with;                   /* MD5 key with which it is correctly signed; NULL: none */
	bool reopens;                                  /* a SYN that takes the place of a connection in TIME-WAIT ... */
	seq_t old_snd_nxt;                                   /* ... which had sent up to this number */
};

/* The result of a step of SEGMENT ARRIVES. */
enum step_result { SEG_NEXT, SEG_DONE };

/* Limits and choices of the user; inherited by children. Copied by assignment. -1: the host's parameter counts; for
 * linger2_s that is 0, and less means that a FIN-WAIT-2 without user ends at once. */
struct tcp_options {
	bool thin_linear;                                    /* TCP_THIN_LINEAR_TIMEOUTS */
	bool no_delay, cork, report_queue;                   /* the last: TCP_INQ */
	bool fast_open_connect, fast_open_no_cookie;
	uint8_t save_syn;                                    /* TCP_SAVE_SYN: children keep the SYN's headers */
	uint16_t max_segment;                                /* TCP_MAXSEG; 0: not set */
	int keep_idle_s, keep_interval_s, keep_count, syn_count, linger2_s, defer_accept_s;
	int64_t user_timeout_ms;
	int64_t rto_min_us, rto_max_ms, delayed_ack_max_us;  /* TCP_RTO_MIN_US, TCP_RTO_MAX_MS, TCP_DELACK_MAX_US */
	int window_clamp, notsent_low_water;                 /* 0: none */
	int transmit_delay_us;                               /* TCP_TX_DELAY */
	const struct congestion_ops *congestion;
	bool congestion_locked;                              /* by a route */
};

struct tcp_retransmission {                              /* RFC 6298 */
	vtime_t srtt, rttvar, rto;                           /* rto before back-off */
	struct least_rtt least;                              /* by the clock of SRTT, or by time-stamps */
	bool measured, syn_lost, syn_came_again;
	int64_t spread, spread_most;     /* ns; tcp_rto_linux_variance: what is added to srtt; most in
	                                    this round trip */
	seq_t spread_end;                                    /* ... which ends when this is acknowledged */
	uint8_t backoff, syn_backoff;                        /* that of our SYN, until something is measured */
	uint8_t doubled;                                     /* how often .rto is; as .backoff, but on some hosts
	                                                        window probes have a doubling of their own */
	uint16_t retries, probes;                         /* of the oldest segment; zero-window probes without answer */
	vtime_t first_again;                                 /* when the first of these retries went out */
	bool timing;                                         /* one segment at a time */
	seq_t timed_end;
	vtime_t timed_at;
	vtime_t first_sent;                              /* when the oldest unanswered segment first went out: R1, R2 */
	bool shut;                                           /* the peer's window is, and has been probed since ... */
	vtime_t shut_since;
};

/* What the sender waits for while it has data that are not all acknowledged: time spent in each, for TCP_INFO. */
enum tcp_limit { TCP_LIMIT_IDLE, TCP_LIMIT_NETWORK, TCP_LIMIT_WINDOW, TCP_LIMIT_BUFFER, TCP_LIMIT_COUNT };
struct tcp_busy {
	enum tcp_limit limit;                                /* written by tcp_judge_sending() alone */
	bool blocked;                                       /* the user wants to write more than fits into the buffer */
	bool narrow;                                         /* a burst waits for the peer's window */
	bool held;                                           /* the next call of tcp_judge_sending() changes nothing */
	vtime_t since;
	int64_t ns[TCP_LIMIT_COUNT];                         /* without the time from .since on */
};

/* Time-outs, and the time spent repairing losses after them, for TCP_INFO. */
struct tcp_timeouts {
	uint32_t count, recoveries;                          /* of the timer; of the time spent after it */
	uint32_t rehashes;                                   /* that changed the path */
	bool recovering;                                     /* since .since */
	vtime_t since;
	int64_t ns;                                          /* of recoveries that have ended */
	vtime_t srtt_before, rttvar_before;                  /* RFC 4015, 3.1: SRTT_prev and RTTVAR_prev */
	bool adapts;                                         /* the first round trip of what is beyond the next ... */
	seq_t adapts_from;                                   /* ... adapts the estimates to them */
};

/* The receiver's idea of the round trip: from the echo of a time-stamp, or the time that a window of text takes. */
struct tcp_receive_rtt {
	int64_t ns;                                          /* 0: none yet */
	bool timing;
	seq_t end;
	vtime_t since;
	uint32_t echo;                                       /* the last that was measured */
};

enum { TCP_PUSH_MARKS = 16 };

/* ---- the parts of a connection; the file named with each is the one that writes it ---- */

/* Send sequence space (RFC 9293, 3.3.1), and what the user wants to be sent. tcp_snd.c */
struct tcp_send_space {
	seq_t iss, una, nxt, up, wl1, wl2;
	uint32_t wnd, max_wnd;
	uint32_t sizes_wnd;                                  /* in the place of .max_wnd for segment sizes, if larger */
	seq_t cursor;                                        /* what goes out next: .nxt, or less after a time-out */
	seq_t small;                                         /* end of the last segment that was not full */
	bool syn_acked, fin_queued, fin_acked;
	bool urgent;                                         /* .up is valid */
	bool more;                                       /* the last write said MSG_MORE, which still holds text back */
	bool unpushed;                                       /* ... whether it holds back or not: no PSH at its end */
	uint8_t push_count;
	seq_t push[TCP_PUSH_MARKS];                          /* ends of the user's writes */
	struct ring queue;                                   /* from .una on */
	uint32_t never_sent;                                 /* of .queue, when it was given up */
	uint32_t peak_flight;                                /* most in flight within the last window of data ... */
	seq_t peak_mark;                                     /* ... which ends when this is acknowledged */
	bool filled;                                         /* ... in which the congestion window had no room left */
};

/* The send buffer as it is charged. tcp_chunk.c */
struct send_chunk {
	seq_t end;                                           /* begins where the one before ends */
	bool record, push;                                   /* MSG_EOR ended it; a SEND without MSG_MORE ended in it */
};
struct tcp_chunks {
	struct send_chunk *list;                             /* a ring; in order of sequence numbers */
	size_t first, count, room;
	seq_t freed;                                         /* text before this is no longer charged */
	seq_t pushed;                                        /* the end of the queue when it was last pushed */
	uint32_t segment;                                    /* of the last SEND: text that a segment had room for */
	bool urgent;                                         /* of the SEND at work: a segment is a chunk */
	bool refused;                                        /* a SEND was refused, and waits for room */
	bool waiting;                                        /* ... and has not been told of room since */
};

/* Receive sequence space, and what waits for the user. tcp_rcv.c */
struct tcp_receive_space {
	seq_t irs, nxt, up;
	bool urgent, urgent_taken;                           /* .up is valid; its octet was read with MSG_OOB */
	bool fin_known, fin_received, fin_bare;              /* the last: it came without text */
	uint64_t fin_arrival;                                /* among early text */
	seq_t fin_seq;                                       /* of the peer's FIN, once known */
	seq_t read;                                          /* the next octet for the user */
	uint16_t mss_seen;                                   /* text of a full segment of the peer: RCV.MSS */
	uint16_t last_size;                                  /* text of the last segment */
	struct ring buffer;                                  /* up to .nxt */
	struct rxq *early;                                   /* text beyond .nxt */
};

/* The memory of what is in .rcv.buffer. tcp_memory.c */
struct held_packet {
	seq_t start, end;                                    /* may overlap the one before; counted from there */
	struct charge charge;
};
struct tcp_receive_memory {
	struct held_packet *list;                            /* a ring; in order of sequence numbers */
	size_t first, count, room;
	uint32_t used, granted;                              /* charged; granted beyond that */
};

/* Receive window. tcp_window.c */
struct tcp_receive_window {
	seq_t advertised, farthest;                          /* right edge that the peer was told; at most */
	uint32_t first;                                      /* window of our SYN; 0: not sent */
	bool shut;                                           /* ... was none */
	bool full;                                           /* text had to be dropped, so the window shuts */
};

/* How far the receive window may open. tcp_receive_limit.c */
struct tcp_receive_limit {
	uint16_t share;                                      /* 256ths of memory that are text */
	uint32_t clamp;                                      /* never more than this */
	uint32_t opened;     /* ... and not more than this, which grows with arriving text: the receiver's slow start */
	uint32_t round_most;                                 /* octets the user took in a round trip */
	seq_t round_seq;                                     /* .rcv.read when this round trip began */
	vtime_t round_start;
};

enum { TCP_STAMP_BYTES = 12 };                           /* RFC 7323, appendix A: with two NOPs */

/* What both ends agreed on with their SYNs, and what options have said since. tcp_option.c */
struct tcp_offer {
	bool made, scale, stamps, sack;
	uint8_t shift;
};
struct tcp_agreed {
	struct tcp_offer syn;                                /* what our own SYN said */
	bool scale, stamps, sack;
	bool stamps_gave_way;                                /* they were agreed on, but there is no room */
	bool stamp_kept;                                     /* ts_recent is of a connection whose place this takes */
	uint8_t snd_shift, rcv_shift;                        /* Snd.Wind.Shift, Rcv.Wind.Shift of RFC 7323, 2.3 */
	uint16_t peer_mss;                                   /* as in its option, or the default */
	uint16_t rcv_mss;                                    /* MSS that we offered */
	bool user_timeout_due;                               /* the peer must be told ours (RFC 5482, 3) */
	uint32_t remote_timeout_s;                           /* REMOTE_UTO of RFC 5482, 3.1; 0: none came */
	uint32_t ts_recent, ts_offset;                       /* RFC 7323, 4.3 */
	bool stamp_told;                                     /* the next two are set: not if a cookie came back */
	uint32_t first_stamp, last_stamp;                    /* of our SYNs */
	vtime_t ts_recent_at;
};

/* Acknowledging. tcp_ack.c */
struct tcp_acknowledging {
	bool now;                                            /* an ACK must leave before the entry ends */
	uint16_t quick;                                      /* so many more segments are acknowledged at once ... */
	bool interactive;                                    /* ... but not while both sides talk in turn */
	uint8_t turns;                                       /* answers so far, while they are too few for that */
	bool begun;                                          /* text has come in order, or FIN */
	uint32_t bytes;                                      /* received since the last ACK went out */
	uint8_t pushes;                                  /* segments among them that end something; 2 means 2 or more */
	seq_t sent;                                          /* Last.ACK.sent of RFC 7323, 4.3 */
	seq_t early_at;                                      /* text came out of order while RCV.NXT was this, ... */
	uint8_t early_told, early_held;               /* ... ACKs sent at once because of it; ACKs that wait together */
	struct rxq_range duplicate;                          /* D-SACK to report next (RFC 2883) */
	bool room_kept;                                      /* segments leave room for one, though it was reported */
	vtime_t delay;                                       /* follows the pace of arriving text */
	vtime_t due;                                         /* when the ACK that waits is due, while its timer runs */
	vtime_t invalid_at;                           /* when a segment that was not acceptable was last acknowledged */
};

/* How much, how often, and when last: for TCP_INFO, keep-alive and the restart after idle. */
struct tcp_statistics {
	uint64_t bytes_acked, bytes_received, bytes_sent, bytes_retransmitted;
	uint32_t segments_in, segments_out, data_segments_in, data_segments_out, retransmits;
	uint32_t texts_taken;                                /* segments with text that were inside the window */
	uint32_t duplicates, out_of_order;
	uint16_t keep_probes;                                /* keep-alives without answer */
	uint32_t last_data_label;                            /* flow label of the last segment with text */
	vtime_t last_sent, last_received, last_ack_received, last_ack_sent, last_data_received;
};

/* Explicit Congestion Notification. tcp_ecn.c */
enum tcp_ecn_mode { TCP_ECN_NONE, TCP_ECN_CLASSIC, TCP_ECN_ACCURATE };
struct tcp_ecn {
	enum tcp_ecn_mode asked, mode;                       /* what our SYN asks for; what was agreed on */
	bool syn_taken, syn_again;                           /* a SYN came; more than one did */
	bool echo;                                           /* ECE is on all that we send, until a CWR comes */
	bool cwr_due;                                        /* the next new text has CWR */
	bool seen;                                           /* text came with another codepoint than Not-ECT */
	uint8_t answers;                                     /* SYN,ACKs sent; 255: or more */
	int first_retries, answer_retries;                   /* time-outs when the first and the last were sent */
	bool answer_plain;                                   /* the path seems to drop those with flags */
	bool answer_marked;                                  /* and the peer said that one of them was CE (RFC 5562) */
	seq_t reduced_until;                                 /* SND.NXT when the window was last reduced */
	uint32_t marked;                                     /* segments that ACKs said were marked */
};

/* What went wrong, as in tcpi_accecn_fail_mode; but the loss of our own options is .option_lost. */
enum accecn_failure { ACCECN_SENDING_FAILED = 1, ACCECN_RECEIVING_FAILED = 2, ACCECN_OPTION_LOST = 4,
                      ACCECN_OPTION_ERASED = 8 };
enum accecn_option { ACCECN_OPTION_ABSENT, ACCECN_OPTION_EMPTY, ACCECN_OPTION_SEEN, ACCECN_OPTION_IGNORED };
enum accecn_writing { ACCECN_PURE_ACK, ACCECN_REFLECTION, ACCECN_NEW_TEXT, ACCECN_OLD_TEXT };

/* Accurate ECN (RFC 9768): r.* and s.* of its section 3.2; counters of octets by codepoint. tcp_accecn.c */
struct tcp_accurate_ecn {
	uint32_t cep, octets[4];                             /* what came */
	uint32_t told[4];                                    /* what the last options said of it */
	uint32_t peer_cep, peer_octets[4];                   /* what the peer says it got */
	uint8_t moving;                                      /* the codepoint that its options moved last, if it was
	                                                        the only one that they had not moved before; or 0 */
	uint8_t syn, answer;                                 /* codepoints on the latest SYN, the latest SYN,ACK */
	uint8_t last, last_counted;                          /* of the packet before; of the last text
	                                                        that was marked */
	bool change_untold;                                  /* the mark changed since something was sent */
	uint8_t untold;                                      /* CE since something was sent */
	uint8_t option_changes;                              /* options still due because the codepoint changed */
	bool client, answered, reflect;                      /* our SYN asked; its answer came; the next pure ACK has
	                                                        .answer */
	uint8_t challenge;                                   /* 0, or ACE of the answer to a SYN that is being made */
	bool tested;                                         /* ACE was seen as a counter */
	bool silent, deaf;                                   /* nothing is ECT; what the peer says counts no more */
	uint8_t failure;                                     /* of enum accecn_failure: why */
	bool seen;                                           /* something came with another codepoint than Not-ECT */
	bool handshake_marked;                          /* SYN or SYN,ACK was marked: the first window is one segment */
	bool text_tested, option_lost;                       /* the first text had the option; it does not
	                                                        get through */
	bool option_sent;                                    /* one was, the last with .option_acked */
	seq_t option_acked, again_to;                        /* RCV.NXT of that; the end of what came again ... */
	uint8_t again;                                       /* ... so many times */
	bool left;                                           /* the FIN came to what was left without a user */
	bool repeat_told;                                  /* what left last had the option, and a D-SACK from ... */
	seq_t repeat_from;                                   /* ... here on */
	enum accecn_option option;                           /* of the peer */
	enum accecn_writing writing;                         /* what the segment is that leaves now */
	bool joined, had_option;                             /* it goes in one burst with the text before it;
	                                                        which had the option */
	bool keeps_room;                                   /* every segment that leaves now keeps room for the option */
	vtime_t option_at;                                   /* when one was sent */
	uint32_t stamp;                                      /* TSval of the last feedback */
	uint16_t average;                                    /* segments to an ACK, in 64ths */
};

/* Fast Open. tcp_fastopen.c */
struct tcp_fast_open {
	bool active, asked;                              /* our SYN is one of RFC 7413; its option asked
	                                                    or showed a cookie */
	bool tell;                                           /* the next SYN or SYN,ACK has the option with .cookie */
	bool taken;                 /* all text of our SYN was acknowledged; that of the peer's was delivered at once */
	bool deferred;                                       /* connect() has returned, and no SYN is on its way */
	bool early_text;                                     /* the peer's SYN or SYN,ACK had text for the user */
	bool passive;                                        /* opened by the peer's SYN alone */
	bool more;                                         /* a SEND waits that has more text than the SYN could take */
	bool after_pause, ended;                             /* tcp_fastopen_hole.c */
	uint8_t failure;                                     /* tcpi_fastopen_client_fail */
	uint32_t text;                                       /* octets that our SYN took along */
	bool no_text;                                        /* it could have, but the SEND had none */
	struct fast_open_cookie cookie;
	int limit;                                           /* of a listener: its queue; 0: off */
	uint64_t queue;                                      /* number of that queue; of a child, the one it is in */
	struct fast_open_reset *resets;                      /* of its accepted children; oldest first */
	struct fast_open_keys *keys;                         /* of a listener; NULL: the host's */
};

/* The sequence number extension of one direction (RFC 5925, 6.2): .count belongs to .seq, the furthest so far. */
struct tcp_extension {
	bool known;
	uint32_t seq, count;
};

/* Signed segments. tcp_auth.c */
struct tcp_authentication {
	struct tcp_auth_key *keys;                           /* newest first; NULL: nothing is signed */
	bool alone;                                          /* segments do not leave in bursts */
	/* TCP-AO: */
	struct tcp_auth_key *current, *rnext;                /* Current_key, RNext_key of RFC 5925, 3.3;
	                                                        NULL: the first there is */
	bool required, accept_icmp;                          /* as the user said with TCP_AO_INFO */
	struct tcp_extension sent, received;
	uint64_t good, bad, unknown, missing, icmp_dropped;  /* segments by verdict; ICMP errors */
};

enum { TCP_VALIDATION_PARTS = 5 };

/* What the path was seen to carry (RFC 7661). tcp_validation.c */
struct tcp_validation {
	struct { vtime_t since; uint32_t most; } part[TCP_VALIDATION_PARTS];   /* the latest first */
	int parts;                                           /* 0: pipeACK is undefined */
	bool counting, repairing;                            /* a round trip has begun; a loss is being repaired */
	seq_t from, until;                                   /* the round trip */
	vtime_t since;                                       /* the non-validated phase; VTIME_NEVER: validated */
	seq_t point, highest;                                /* what was out at the loss, and how far it went again */
	uint32_t carried, again;                             /* max(pipeACK, LossFlightSize), or 0 if validated; R */
};

/* Probing of the path MTU (RFC 4821); sizes are octets of text. tcp_mtu_probe.c */
struct tcp_mtu_probing {
	bool enabled, held;                                  /* probes may go; segments have .low octets at most */
	bool out;                                            /* a probe is on its way, from .start to .end */
	uint32_t low, high;                                  /* search_low, search_high of RFC 4821, 7.3; 0: unknown */
	seq_t start, end;
	vtime_t settled_at, again_since;                     /* the search began, or failed; the first of these
	                                                        retransmissions */
};

/* LISTEN, and a child's place in the queues of its listener. tcp_listen.c */
struct tcp_place {
	struct tcp_listen *listen;                           /* SYN queue and accept queue */
	struct tcp *parent;                                  /* the listener, until accepted */
	struct tcp *sibling;                                 /* next in its SYN or accept queue */
	bool passive, queued;                                /* came from LISTEN; is in the accept queue */
	bool deferred;                                       /* TCP_DEFER_ACCEPT: its ACK came, data did not */
};

/* Written by tcp_saved_syn.c alone. */
struct tcp_saved_syn {
	uint8_t *bytes;                                      /* of its headers, owned; NULL: none */
	socklen_t length;
};

/* What connect(), accept() and shutdown() have made of a socket. With some hosts that outlasts the connection. */
enum tcp_told { TCP_TOLD_NOTHING, TCP_TOLD_OPEN, TCP_TOLD_ENDED };

struct tcp {
	struct socket *socket;
	enum tcp_state state;                                /* written by tcp_set_state() alone ... */
	vtime_t since;                                       /* ... and when it became that */
	bool connecting;                                     /* connect() has not told the end of it yet */
	enum tcp_told told;                                  /* to the user, since the socket was new or dissolved */
	bool was_open;                                       /* ESTABLISHED was reached */
	bool kept_as_time_wait;                              /* in TIME-WAIT, or in FIN-WAIT-2 and kept as if it were;
	                                                        written by tcp_life.c alone */
	struct tcp_options options;
	struct tcp_saved_syn saved_syn;

	struct tcp_send_space snd;
	struct tcp_chunks chunks;
	struct tcp_receive_space rcv;
	struct tcp_receive_memory memory;
	struct tcp_receive_window window;
	struct tcp_receive_limit limit;
	struct tcp_agreed agreed;
	struct tcp_acknowledging ack;
	struct tcp_retransmission rtx;
	struct recovery recovery;                            /* recovery.h; written by recovery.c and the rows */
	struct congestion congestion;                        /* congestion.h; tcp_congestion.c and the algorithms */
	struct tcp_validation validation;
	struct tcp_mtu_probing mtu;
	struct tcp_place place;
	struct tcp_fast_open fast_open;
	struct tcp_ecn ecn;
	struct tcp_accurate_ecn accurate;
	struct tcp_authentication auth;

	struct timer timers[TCP_TIMER_COUNT];
	struct tcp_statistics stats;
	struct tcp_busy busy;
	struct tcp_sent sent;
	struct tcp_timeouts timeouts;
	struct tcp_receive_rtt receive_rtt;
	struct tcp_traced {                                  /* what the event hook was told */
		int64_t values[10];
		int64_t control[CONGESTION_VARIABLES];           /* of congestion control: congestion_ops.variables */
		int64_t reduction[REDUCTION_VARIABLES];          /* of recovery: reduction_ops.variables */
	} traced;
};

/* Signs of a path that drops what Fast Open needs, and when the last one came. tcp_fastopen_hole.c */
struct fast_open_hole {
	uint32_t signs;
	vtime_t since;
};

/* What TCP keeps for the host as a whole. */
struct tcp_host {
	int64_t challenge_second;                            /* RFC 5961, 7: ACKs sent in this second */
	int64_t challenges;
	struct tcp_metrics *metrics;                         /* latest used first; tcp_metrics.c */
	struct fast_open_hole fast_open_hole;
	uint64_t fast_open_queues;                           /* so many listeners had one; tcp_fastopen.c */
	timer_function *const *expired;                      /* by enum tcp_timer: tcp_expired */
};

/* ---- what everybody asks of a connection ---- */

static inline struct stack *tcp_stack(const struct tcp *t) { return t->socket->stack; }
static inline bool tcp_in(const struct tcp *t, unsigned states) { return states >> t->state & 1; }
/* Sequence number of the first byte in the send queue, and behind the last. */
static inline seq_t tcp_queue_start(const struct tcp *t) { return seq_add(t->snd.una, t->snd.syn_acked ? 0 : 1); }
static inline seq_t tcp_queue_end(const struct tcp *t)
{
	return seq_add(tcp_queue_start(t), (uint32_t)t->snd.queue.length);
}
static inline uint32_t tcp_unsent(const struct tcp *t)   /* bytes of the send queue that never went out */
{
	return seq_after(tcp_queue_end(t), t->snd.nxt) ? (uint32_t)seq_diff(tcp_queue_end(t), t->snd.nxt) : 0;
}
static inline uint32_t tcp_flight(const struct tcp *t) { return (uint32_t)seq_diff(t->snd.nxt, t->snd.una); }
static inline bool tcp_fin_sent(const struct tcp *t)
{
	return t->snd.fin_queued && (t->snd.fin_acked || seq_after(t->snd.nxt, tcp_queue_end(t)));
}
static inline uint32_t tcp_segment_length(const struct tcp_segment *seg)
{
	return seg->text_length + !!(seg->flags & TCP_SYN) + !!(seg->flags & TCP_FIN);
}

/* ---- doors for the rest of the stack ---- */

extern const struct protocol tcp_protocol;
extern const struct socket_ops tcp_socket_ops;           /* tcp_user.c */

#endif
