/* SPDX-License-Identifier: MIT
 *
 * tcp.h - inside the stack: a TCP connection (RFC 9293), in the RFC's words
 *
 * The door is the row tcp_protocol: tcp_socket_ops for the sockets, tcp_input() and tcp_icmp_error() for IP. Everything
 * else is between the tcp_*.c files. All of them act at st->now.
 *
 * Way of a segment in: tcp_input.c decodes it, finds the socket and runs the steps of RFC 9293, 3.10.7, which are
 * in tcp_input.c (sequence number, RST, SYN), tcp_input_ack.c, tcp_input_text.c, and for the first two states in
 * tcp_listen.c and tcp_syn_sent.c. Way of a segment out: tcp_output() decides what may be sent, tcp_segment_send()
 * writes it.
 *
 * Lifetime: tcp_finish() ends a connection but releases nothing; each entry from outside (segment, timer, ICMP
 * error, close) calls tcp_leave() last, and that releases what neither user nor protocol needs any more.
 */
#ifndef STACK_TCP_H
#define STACK_TCP_H

#include "stack/descriptor.h"
#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/ip_input.h"
#include "stack/message.h"
#include "stack/option_value.h"
#include "stack/path.h"
#include "stack/protocol.h"
#include "stack/ring.h"
#include "stack/rxq.h"
#include "stack/seq.h"
#include "stack/sock.h"
#include "stack/socket.h"
#include "stack/socket_error.h"
#include "stack/socket_packet.h"
#include "stack/socket_table.h"
#include "stack/tcp_sent.h"
#include "wire/tcp_option.h"

/* TCPS_: the names TCP_LISTEN ... belong to the C library. */
enum tcp_state {
	TCPS_CLOSED, TCPS_LISTEN, TCPS_SYN_SENT, TCPS_SYN_RECEIVED, TCPS_ESTABLISHED, TCPS_FIN_WAIT_1, TCPS_FIN_WAIT_2,
	TCPS_CLOSE_WAIT, TCPS_CLOSING, TCPS_LAST_ACK, TCPS_TIME_WAIT, TCPS_COUNT
};

extern const char *const tcp_state_name[TCPS_COUNT];     /* "FIN-WAIT-1" */
extern const uint8_t tcp_state_linux[TCPS_COUNT];        /* as in tcpi_state */

/* Sets of states, for tcp_in(). */
enum {
	TCPM_SYNCHRONIZED = ~(1 << TCPS_CLOSED | 1 << TCPS_LISTEN | 1 << TCPS_SYN_SENT | 1 << TCPS_SYN_RECEIVED),
	TCPM_MAY_SEND = 1 << TCPS_ESTABLISHED | 1 << TCPS_CLOSE_WAIT,
	TCPM_SENDS = TCPM_MAY_SEND | 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_CLOSING | 1 << TCPS_LAST_ACK,
	TCPM_RECEIVES = 1 << TCPS_ESTABLISHED | 1 << TCPS_FIN_WAIT_1 | 1 << TCPS_FIN_WAIT_2,
	TCPM_OPENING = 1 << TCPS_SYN_SENT | 1 << TCPS_SYN_RECEIVED,
};

enum tcp_timer {
	TCP_TIMER_RETRANSMIT, TCP_TIMER_PERSIST, TCP_TIMER_DELAYED_ACK, TCP_TIMER_OVERRIDE, TCP_TIMER_KEEPALIVE,
	TCP_TIMER_FIN_WAIT_2, TCP_TIMER_TIME_WAIT, TCP_TIMER_LINGER, TCP_TIMER_COUNT
};

extern const char *const tcp_timer_name[TCP_TIMER_COUNT];

/* An arriving segment, decoded once. Text and controls are trimmed as the steps go on. */
struct tcp_segment {
	const struct ip_packet *packet;
	struct tuple tuple;                                  /* as received: source is the peer */
	seq_t seq, ack;                                      /* SEG.SEQ, SEG.ACK */
	uint16_t flags;
	uint16_t window;                                     /* SEG.WND as it stands in the header */
	uint16_t urgent;                                     /* SEG.UP */
	const uint8_t *text;
	uint32_t text_length;
	bool has_mss, has_shift, has_sack_ok, has_stamp;
	uint16_t user_timeout;                               /* as in the option of RFC 5482, 3.3; 0: none */
	uint16_t mss;
	uint8_t shift;
	uint32_t ts_value, ts_echo;
	int sack_count;
	struct rxq_range sack[TCP_SACK_BLOCKS];
	bool reopens;                                        /* a SYN that takes the place of a connection in TIME-WAIT ... */
	seq_t old_snd_nxt;                                   /* ... which had sent up to here */
};

/* What a step of SEGMENT ARRIVES says. */
enum verdict { SEG_NEXT, SEG_DONE };

/* Limits and choices of the user; inherited by children. Copied by assignment. -1: the host's parameter counts; for
 * linger2_s that is 0, and less means that a FIN-WAIT-2 without user ends at once. */
struct tcp_options {
	bool no_delay, cork, report_queue;                   /* the last: TCP_INQ */
	uint16_t max_segment;                                /* TCP_MAXSEG; 0: not set */
	int keep_idle_s, keep_interval_s, keep_count, syn_count, linger2_s, defer_accept_s;
	int64_t user_timeout_ms;
	int window_clamp, notsent_low_water;                 /* 0: none */
	const struct congestion_ops *congestion;
};

struct tcp_retransmission {                              /* RFC 6298 */
	vtime_t srtt, rttvar, rto;                           /* rto before back-off */
	vtime_t min_rtt;
	bool measured, syn_lost;
	uint8_t backoff;
	uint16_t retries, probes;                            /* of the oldest segment; zero-window probes without answer */
	bool timing;                                         /* one segment at a time */
	seq_t timed_end;
	vtime_t timed_at;
	vtime_t first_sent;                                  /* when the oldest segment without answer went out: R1, R2 */
};

/* What the sender waits for while it has data that are not all acknowledged: time spent in each, for TCP_INFO. */
enum tcp_limit { TCP_LIMIT_IDLE, TCP_LIMIT_NETWORK, TCP_LIMIT_WINDOW, TCP_LIMIT_BUFFER, TCP_LIMIT_COUNT };
struct tcp_busy {
	enum tcp_limit limit;                                /* written by tcp_judge_sending() alone */
	bool blocked;                                        /* the user wants to write more than the buffer holds */
	vtime_t since;
	int64_t ns[TCP_LIMIT_COUNT];                         /* without the time from .since on */
};

/* Time in which what was lost is sent again after a time-out, for TCP_INFO. */
struct tcp_timeouts {
	uint32_t count, recoveries;                          /* of the timer; of the time spent after it */
	bool recovering;                                     /* since .since */
	vtime_t since;
	int64_t ns;                                          /* of the recoveries that are over */
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
	seq_t cursor;                                        /* what goes out next: .nxt, or less after a time-out */
	seq_t small;                                         /* end of the last segment that was not full */
	bool syn_acked, fin_queued, fin_acked;
	bool urgent;                                         /* .up counts */
	bool more;                                           /* the last write said MSG_MORE */
	uint8_t push_count;
	seq_t push[TCP_PUSH_MARKS];                          /* ends of the user's writes */
	struct ring queue;                                   /* from .una on */
	uint32_t peak_flight;                                /* most in flight within the last window of data ... */
	seq_t peak_mark;                                     /* ... which ends when this is acknowledged */
};

/* Receive sequence space, and what waits for the user. tcp_rcv.c */
struct tcp_receive_space {
	seq_t irs, nxt, up;
	bool urgent, urgent_taken;                           /* .up counts; its octet was read with MSG_OOB */
	bool fin_known, fin_received;
	seq_t fin_seq;                                       /* of the peer's FIN, once known */
	seq_t read;                                          /* the next octet for the user */
	uint16_t mss_seen;                                   /* largest text that came */
	struct ring buffer;                                  /* up to .nxt */
	struct rxq *early;                                   /* text beyond .nxt */
};

/* Receive window. tcp_window.c */
struct tcp_receive_window {
	seq_t advertised;                                    /* right edge that the peer was told */
	uint32_t round_read, round_most;                     /* octets the user read in this round trip, in the best so far */
	vtime_t round_start;
};

/* What both ends agreed on with their SYNs, and what options have said since. tcp_option.c */
struct tcp_agreed {
	bool scale, stamps, sack;
	uint8_t snd_shift, rcv_shift;                        /* Snd.Wind.Shift, Rcv.Wind.Shift of RFC 7323, 2.3 */
	uint16_t peer_mss;                                   /* as in its option, or the default */
	uint16_t rcv_mss;                                    /* MSS that we offered */
	bool user_timeout_due;                               /* the peer must be told ours (RFC 5482, 3) */
	uint32_t remote_timeout_s;                           /* REMOTE_UTO of RFC 5482, 3.1; 0: none came */
	uint32_t ts_recent, ts_offset;                       /* RFC 7323, 4.3 */
	vtime_t ts_recent_at;
};

/* Acknowledging. tcp_ack.c */
struct tcp_acknowledging {
	bool now;                                            /* an ACK must leave before the entry ends */
	uint16_t quick;                                      /* so many more segments are acknowledged at once */
	uint32_t bytes;                                      /* received since the last ACK went out */
	seq_t sent;                                          /* Last.ACK.sent of RFC 7323, 4.3 */
	struct rxq_range duplicate;                          /* D-SACK to report next (RFC 2883) */
	vtime_t delay;                                       /* follows the pace of arriving text */
	vtime_t invalid_at;                                  /* the last ACK of a segment that was not acceptable */
};

/* Loss recovery. tcp_recovery.c */
struct tcp_loss_recovery {
	uint16_t duplicate_acks;
	bool recovering, lost;                               /* fast recovery; after a time-out, until .recover is acked */
	seq_t recover;                                       /* RFC 6582 */
};

/* Congestion control. congestion.c, and the row that .ops names */
struct congestion {
	const struct congestion_ops *ops;
	uint32_t cwnd, ssthresh;                             /* bytes */
	uint32_t counted;                                    /* bytes acknowledged towards the next step of avoidance */
};

/* How much, how often, and when last: for TCP_INFO, keep-alive and the restart after idle. */
struct tcp_statistics {
	uint64_t bytes_acked, bytes_received, bytes_sent, bytes_retransmitted;
	uint32_t segments_in, segments_out, data_segments_in, data_segments_out, retransmits;
	uint32_t duplicates, out_of_order;
	vtime_t last_sent, last_received, last_ack_received, last_ack_sent, last_data_received;
};

/* LISTEN, and a child's place in the queues of its listener. tcp_listen.c */
struct tcp_place {
	struct tcp_listen *listen;                           /* SYN queue and accept queue */
	struct tcp *parent;                                  /* the listener, until accepted */
	struct tcp *sibling;                                 /* next in its SYN or accept queue */
	bool passive, queued;                                /* came from LISTEN; is in the accept queue */
	bool deferred;                                       /* TCP_DEFER_ACCEPT: its ACK came, data did not */
};

struct tcp {
	struct socket *socket;
	enum tcp_state state;                                /* written by tcp_set_state() alone */
	bool connecting;                                     /* connect() has not told the end of it yet */
	bool was_open;                                       /* ESTABLISHED was reached */
	bool push_now;                                       /* TCP_NODELAY was set: what waits goes, TCP_CORK or not */
	uint16_t keep_probes;                                /* keep-alives without answer */
	struct tcp_options options;

	struct tcp_send_space snd;
	struct tcp_receive_space rcv;
	struct tcp_receive_window window;
	struct tcp_agreed agreed;
	struct tcp_acknowledging ack;
	struct tcp_retransmission rtx;
	struct tcp_loss_recovery recovery;
	struct congestion congestion;
	struct tcp_place place;

	struct timer timers[TCP_TIMER_COUNT];
	struct tcp_statistics stats;
	struct tcp_busy busy;
	struct tcp_sent sent;
	struct tcp_timeouts timeouts;
	struct tcp_receive_rtt receive_rtt;
	struct tcp_traced {                                  /* what the event hook was told */
		int64_t values[10];
	} traced;
};

/* What TCP keeps for the host as a whole. */
struct tcp_host {
	int64_t challenge_second;                            /* RFC 5961, 7: ACKs sent in this second */
	int64_t challenges;
	timer_function *const *expired;                      /* by enum tcp_timer: tcp_expired */
};

/* ---- doors ---- */

extern const struct protocol tcp_protocol;
extern const struct socket_ops tcp_socket_ops;           /* tcp_user.c */
void tcp_input(struct stack *st, const struct ip_packet *p);
/* RFC 5927: the quoted sequence number must be in flight. */
void tcp_icmp_error(struct stack *st, const struct icmp_error *e);

/* ---- tcp.c: a connection's life ---- */

static inline struct stack *tcp_stack(const struct tcp *t) { return t->socket->stack; }
static inline bool tcp_in(const struct tcp *t, int states) { return states >> t->state & 1; }

/* Protocol data of a new socket, CLOSED. 0 or -ENOMEM. */
int tcp_attach(struct socket *s);
void tcp_detach(struct socket *s);
/* The one place where a state is assigned: logs the transition, wakes the socket. */
void tcp_set_state(struct tcp *t, enum tcp_state state, const char *reason);
/* CLOSED, all timers off. The buffers stay for the user. */
void tcp_finish(struct tcp *t, const char *reason);
/* The same with an error for the user (errno, positive). */
void tcp_fail(struct tcp *t, int error, const char *reason);
/* ABORT (RFC 9293, 3.10.5): reset the peer, if it knows us, and finish. */
void tcp_abort(struct tcp *t, const char *reason);
/* Last act of each entry: trace, and release the connection if it is over and nobody can ask for it. */
void tcp_leave(struct tcp *t);
void tcp_enter_time_wait(struct tcp *t, const char *reason);
/* Initial send sequence number and time-stamp offset for these addresses (RFC 6528; RFC 7323, 7.1). */
seq_t tcp_initial_sequence(struct stack *st, const struct endpoint *local, const struct endpoint *remote);
uint32_t tcp_stamp_offset(struct stack *st, const struct endpoint *local, const struct endpoint *remote);
uint32_t tcp_stamp_now(const struct tcp *t);             /* value of the time-stamp clock, offset added */
void tcp_trace(struct tcp *t);                           /* tell the event hook which variables changed */
/* Reset everything that one connection learns: a socket may connect again after a failure. */
void tcp_prepare(struct tcp *t, seq_t iss);
void tcp_note(struct tcp *t, const char *reason);

/* ---- tcp_option.c: options of segments ---- */

/* False: malformed beyond use. */
bool tcp_read_options(struct stack *st, struct tcp_segment *seg, const struct tcp_header *h);
void tcp_write_options(struct tcp *t, struct tcp_header *h);
/* Take over what a SYN says (RFC 9293, 3.7.1; RFC 7323, 2.2, 3.2; RFC 2018, 2). @ours: that we offered it. */
void tcp_agree_options(struct tcp *t, const struct tcp_segment *seg);
/* USER TIMEOUT in force, milliseconds; 0: none, R2 decides (RFC 9293, 3.9.1.1; RFC 5482, 3.1). */
int64_t tcp_user_timeout_ms(const struct tcp *t);
/* What the peer says about its own. */
void tcp_take_user_timeout(struct tcp *t, const struct tcp_segment *seg);
enum { TCP_OPTION_USER_TIMEOUT = 28, TCP_USER_TIMEOUT_BYTES = 4 };     /* RFC 5482, 3.3 */
/* What this host offers in its SYN. */
void tcp_offer_options(struct tcp *t);

/* ---- tcp_output.c, tcp_send.c ---- */

/* Send what may be sent now, and an ACK if one is due. */
void tcp_output(struct tcp *t);
/* The oldest segment again (fast retransmit, time-out). */
void tcp_retransmit_first(struct tcp *t);
void tcp_send_ack(struct tcp *t);
void tcp_send_syn(struct tcp *t);                        /* SYN, or SYN and ACK */
void tcp_send_probe(struct tcp *t, seq_t seq);           /* an ACK with this sequence number and no text */
void tcp_send_window_probe(struct tcp *t);
void tcp_send_reset(struct tcp *t);
/* Answer a segment that belongs to no connection (RFC 9293, 3.10.7.1). */
void tcp_reset_segment(struct stack *st, const struct tcp_segment *seg);
/* An ACK because of RFC 5961, within its limit. */
void tcp_challenge(struct tcp *t, const char *reason);

struct tcp_piece {
	seq_t seq;
	uint16_t flags;
	size_t offset;                                       /* in the send queue */
	uint32_t length;
};
void tcp_segment_send(struct tcp *t, const struct tcp_piece *p);
/* Build the segment of @h behind its IP header and send it, checksum filled in; @text may be NULL. */
int tcp_emit(struct stack *st, struct ip_send *send, struct tcp_header *h, size_t text_length);
/* Bytes of text in a full segment: Eff.snd.MSS of RFC 9293, 3.7.1, time-stamps taken off; SACK blocks are not. */
uint32_t tcp_send_mss(const struct tcp *t);
uint16_t tcp_offered_mss(const struct tcp *t);
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

/* ---- tcp_window.c: the receive window ---- */

uint32_t tcp_window(const struct tcp *t);                /* RCV.WND: what the peer believes to have */
/* Choose the window for a segment that leaves now and remember it; the value of the header's field. */
uint16_t tcp_offer_window(struct tcp *t, bool syn);
uint8_t tcp_choose_shift(const struct tcp *t);
uint32_t tcp_receive_space(const struct tcp *t);         /* window that the buffer allows when it is empty */
/* The user has read: is it worth a window update (RFC 9293, 3.8.6.2.2, MUST-39)? */
void tcp_moderate(struct tcp *t, size_t length);         /* the user read so much: does he need a larger buffer? */
bool tcp_window_update_due(const struct tcp *t);

/* ---- tcp_input*.c ---- */

enum verdict tcp_step_ack_acceptable(struct tcp *t, struct tcp_segment *seg);
enum verdict tcp_step_ack(struct tcp *t, struct tcp_segment *seg);
enum verdict tcp_step_urgent(struct tcp *t, struct tcp_segment *seg);
enum verdict tcp_step_text(struct tcp *t, struct tcp_segment *seg);
enum verdict tcp_step_fin(struct tcp *t, struct tcp_segment *seg);
/* Text and FIN of a SYN wait until the connection is open (RFC 9293, 3.10.7.2, 3.10.7.3; 3.4: not delivered before).
 * RCV.NXT is behind the SYN, and the window is the one that was offered. */
void tcp_keep_syn_text(struct tcp *t, const struct tcp_segment *seg);
/* SEG_NEXT: a SYN,ACK opened the connection, and the steps from URG on follow. */
enum verdict tcp_syn_sent_input(struct tcp *t, struct tcp_segment *seg);
void tcp_set_send_window(struct tcp *t, const struct tcp_segment *seg);
/* Both SYNs are acknowledged. */
void tcp_established(struct tcp *t, const char *reason);
/* Our SYN or what follows is acknowledged up to @ack. */
void tcp_advance(struct tcp *t, seq_t ack, const struct tcp_segment *seg);
/* The retransmission timer fired; what it was about is repaired. */
void tcp_timeout_begins(struct tcp *t);
void tcp_timeout_ends(struct tcp *t);
/* Deliver what is now in order. */
void tcp_drain(struct tcp *t);
static inline uint32_t tcp_segment_length(const struct tcp_segment *seg)
{
	return seg->text_length + !!(seg->flags & TCP_SYN) + !!(seg->flags & TCP_FIN);
}

/* ---- tcp_listen.c, tcp_cookie.c ---- */

int tcp_listen_start(struct tcp *t, int backlog);
void tcp_listen_stop(struct tcp *t);                     /* resets the children nobody accepted */
void tcp_listen_orphan(struct tcp *t);                   /* releases the queues, sends nothing */
/* Returns the child whose handshake was a cookie, for the steps that follow with the same segment; mostly NULL. */
struct tcp *tcp_listen_input(struct tcp *listener, struct tcp_segment *seg);
void tcp_listen_add(struct tcp *listener, struct tcp *child);              /* into the SYN queue */
void tcp_listen_opened(struct tcp *child);               /* from the SYN queue to the accept queue; wakes the listener */
struct tcp *tcp_listen_any(const struct tcp *listener);  /* a child of either queue, or NULL */
bool tcp_listen_full(const struct tcp *listener);        /* no room for another one to be accepted */
size_t tcp_listen_opening(const struct tcp *listener);   /* length of the SYN queue */
/* The child's handshake is done. False: the accept queue is full; it stays in SYN-RECEIVED. */
bool tcp_listen_complete(struct tcp *child, const struct tcp_segment *seg);
bool tcp_listen_defers(const struct tcp *child);         /* TCP_DEFER_ACCEPT: an ACK without text is not enough yet */
void tcp_listen_forget(struct tcp *child);               /* out of its listener's queues */
struct tcp *tcp_listen_take(struct tcp *listener);       /* the first of the accept queue, or NULL */
bool tcp_listen_ready(const struct tcp *listener);
size_t tcp_listen_waiting(const struct tcp *listener);   /* length of the accept queue */
size_t tcp_listen_backlog(const struct tcp *listener);

void tcp_cookie_answer(struct tcp *listener, const struct tcp_segment *seg);
/* The ACK of a cookie: takes over its options. False: not one of ours, or too old. */
struct tcp_cookie {
	uint16_t mss;
	bool scale, sack, stamps;
	uint8_t shift;
};
bool tcp_cookie_check(struct tcp *listener, const struct tcp_segment *seg, struct tcp_cookie *out);

/* ---- tcp_timer.c, tcp_rto.c; tcp_expiry.c ---- */

extern timer_function *const tcp_expired[TCP_TIMER_COUNT];
void tcp_timer_tell(struct tcp *t, enum stack_event_kind kind, enum tcp_timer which);
/* Wait for an answer once more: never longer than the user's patience lasts. */
void tcp_arm_retry(struct tcp *t, enum tcp_timer which);
void tcp_back_off(struct tcp *t);                        /* RFC 6298, (5.5) */

void tcp_arm(struct tcp *t, enum tcp_timer which, vtime_t delay);
void tcp_disarm(struct tcp *t, enum tcp_timer which);
void tcp_disarm_all(struct tcp *t);
void tcp_arm_retransmit(struct tcp *t);                  /* for the data in flight; off when there are none */
void tcp_arm_keepalive(struct tcp *t);
vtime_t tcp_rto_now(const struct tcp *t);                /* with back-off */
void tcp_rto_start(struct tcp *t);                       /* initial values */
void tcp_rto_sample(struct tcp *t, vtime_t rtt);

/* ---- tcp_user_option.c, tcp_user_read.c ---- */

int tcp_set_option(struct socket *s, int level, int name, const void *value, socklen_t length);
int tcp_get_option(struct socket *s, int level, int name, void *value, socklen_t *length);
bool tcp_writable(const struct tcp *t);                  /* what POLLOUT says of an open connection */
/* Something changed that decides whether data wait, and for what. */
void tcp_judge_sending(struct tcp *t);
int tcp_info_bytes(const struct tcp *t, void *value, socklen_t *length);    /* struct tcp_info of Linux */
int tcp_ioctl(struct socket *s, unsigned long request, int *value);
int64_t tcp_receive(struct socket *s, struct msghdr *message, int flags);
int64_t tcp_send(struct socket *s, const struct msghdr *message, int flags);

#endif
