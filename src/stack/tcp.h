/* SPDX-License-Identifier: MIT
 *
 * tcp.h - inside the stack: a TCP connection (RFC 9293), in the RFC's words
 *
 * For the sockets the door is tcp_socket_ops, for IP tcp_input() and tcp_icmp_error(). Everything else is
 * between the tcp_*.c files. All of them act at st->now.
 */
#ifndef STACK_TCP_H
#define STACK_TCP_H

#include "stack/host.h"
#include "stack/rxq.h"
#include "stack/seq.h"
#include "wire/tcp_option.h"

/* TCPS_: the names TCP_LISTEN ... belong to the C library. */
enum tcp_state {
	TCPS_CLOSED, TCPS_LISTEN, TCPS_SYN_SENT, TCPS_SYN_RECEIVED, TCPS_ESTABLISHED, TCPS_FIN_WAIT_1, TCPS_FIN_WAIT_2,
	TCPS_CLOSE_WAIT, TCPS_CLOSING, TCPS_LAST_ACK, TCPS_TIME_WAIT, TCPS_COUNT
};

extern const char *const tcp_state_name[TCPS_COUNT];     /* "FIN-WAIT-1" */
extern const uint8_t tcp_state_linux[TCPS_COUNT];        /* as in tcpi_state */

enum tcp_timer {
	TCP_TIMER_RETRANSMIT, TCP_TIMER_PERSIST, TCP_TIMER_DELAYED_ACK, TCP_TIMER_OVERRIDE, TCP_TIMER_KEEPALIVE,
	TCP_TIMER_USER_TIMEOUT, TCP_TIMER_FIN_WAIT_2, TCP_TIMER_TIME_WAIT, TCP_TIMER_LINGER, TCP_TIMER_COUNT
};

extern const char *const tcp_timer_name[TCP_TIMER_COUNT];

/* An arriving segment, decoded once. Text and FIN are trimmed as the steps go on. */
struct tcp_segment {
	const struct ip_packet *packet;
	struct tuple tuple;                                  /* as received: source is the peer */
	seq_t seq, ack;                                      /* SEG.SEQ, SEG.ACK */
	uint16_t flags;
	uint32_t window;                                     /* SEG.WND, scaled unless SYN */
	seq_t urgent;                                        /* SEG.SEQ + SEG.UP */
	const uint8_t *text;
	uint32_t text_length;
	uint32_t length;                                     /* SEG.LEN: text, SYN and FIN */
	bool has_mss, has_shift, has_sack_ok, has_stamp;
	uint16_t mss;
	uint8_t shift;
	uint32_t ts_value, ts_echo;
	uint8_t sack_count;
	struct rxq_range sack[TCP_SACK_BLOCKS];
};

/* Limits and choices of the user; inherited by children. Copied by assignment. */
struct tcp_options {
	bool no_delay, cork, quick_ack;
	uint16_t max_segment;                                /* TCP_MAXSEG; 0: not set */
	int keep_idle_s, keep_interval_s, keep_count, syn_count, linger2_s, defer_accept_s;
	int64_t user_timeout_ms;
	int window_clamp, notsent_low_water;
};

struct tcp_retransmission {                              /* RFC 6298 */
	vtime_t srtt, rttvar, rto;
	bool measured;
	uint8_t backoff, retries;
	bool timing;                                         /* one segment at a time, without time-stamps */
	seq_t timed_end;
	vtime_t timed_at, first_sent;                        /* of the oldest segment without answer: R1, R2 */
};

struct tcp {
	struct socket *socket;
	enum tcp_state state;                                /* written by tcp_set_state() alone */
	struct tcp_options options;

	/* Send sequence variables (RFC 9293, 3.3.1) */
	seq_t snd_una, snd_nxt, snd_up, snd_wl1, snd_wl2, iss;
	uint32_t snd_wnd, max_snd_wnd;
	seq_t snd_max;                                       /* highest ever sent + 1 */
	bool urgent_out;
	uint8_t snd_shift;                                   /* Snd.Wind.Shift of RFC 7323, 2.3 */
	uint16_t snd_mss;                                    /* data bytes of a segment, options taken off */
	uint16_t peer_mss;                                   /* as in its option, or the default */

	/* Receive sequence variables */
	seq_t rcv_nxt, rcv_up, irs;
	uint32_t rcv_wnd;
	uint8_t rcv_shift;
	bool urgent_in;
	seq_t rcv_advertised;                                /* right edge that the peer was told */
	uint16_t rcv_mss;                                    /* MSS that we offered */
	bool fin_received, fin_queued, fin_sent;

	/* Options agreed on */
	bool use_scale, use_stamps, use_sack;
	uint32_t ts_recent, ts_offset;                       /* RFC 7323, 4.3 */
	vtime_t ts_recent_at;
	seq_t last_ack_sent;

	/* Buffers: send queue from snd_una on; receive queue up to rcv_nxt */
	struct sendq *sendq;
	struct rcvbuf *rcvbuf;
	struct rxq *rxq;
	struct rxq_range duplicate;                          /* D-SACK to report next (RFC 2883); start == end: none */

	/* Acknowledging */
	uint32_t unacked_bytes;                              /* received since the last ACK went out */
	bool ack_now;
	uint8_t quick_acks;

	/* Retransmission, congestion */
	struct tcp_retransmission rtx;
	const struct congestion_ops *congestion;
	uint32_t cwnd, ssthresh;                             /* bytes */
	uint32_t cwnd_bytes_acked;
	uint8_t duplicate_acks;
	bool recovering;
	seq_t recover;                                       /* RFC 6582 */
	vtime_t last_sent;

	/* Listening */
	struct tcp_listen *listen;                           /* SYN queue and accept queue; tcp_listen.c */
	struct socket *parent;                               /* the listener until accepted */

	struct timer timers[TCP_TIMER_COUNT];
	uint64_t bytes_acked, bytes_received, bytes_sent, bytes_retransmitted;
	uint32_t segments_in, segments_out, data_segments_in, data_segments_out, total_retransmits;
};

/* ---- doors ---- */

void tcp_input(struct stack *st, const struct ip_packet *p);
/* RFC 5927: the quoted sequence number must be in flight. */
void tcp_icmp_error(struct stack *st, const struct icmp_error *e);
int tcp_info(struct socket *s, struct stack_tcp_info *out);
/* Called by stack_new() and stack_free(): what TCP keeps for the whole host. 0 or -ENOMEM. */
int tcp_host_new(struct stack *st);
void tcp_host_free(struct stack *st);

/* ---- between the tcp files ---- */

/* The one place where a state is assigned: logs the transition, wakes the socket. */
void tcp_set_state(struct tcp *t, enum tcp_state state, const char *reason);

#endif
