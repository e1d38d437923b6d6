/* SPDX-License-Identifier: MIT
 *
 * tcp_info.h - the variables of a TCP connection for its user: names and units of Linux' struct tcp_info
 *
 * Times are microseconds unless the name says last_* (milliseconds ago). A field that has no meaning in
 * this stack stays 0.
 */
#ifndef STACK_TCP_INFO_H
#define STACK_TCP_INFO_H

#include <stdint.h>

/* tcpi_state as Linux numbers it: ESTABLISHED 1, SYN_SENT 2, SYN_RECV 3, FIN_WAIT1 4, FIN_WAIT2 5, TIME_WAIT 6,
 * CLOSE 7, CLOSE_WAIT 8, LAST_ACK 9, LISTEN 10, CLOSING 11. tcpi_ca_state: Open 0, Disorder 1, CWR 2,
 * Recovery 3, Loss 4. tcpi_options: 1 time-stamps, 2 SACK, 4 window scale, 8 ECN. */
struct stack_tcp_info {
	uint64_t state, ca_state, retransmits, probes, backoff, options, snd_wscale, rcv_wscale;
	uint64_t delivery_rate_app_limited;
	uint64_t rto, ato, snd_mss, rcv_mss;
	uint64_t unacked, sacked, lost, retrans, fackets;    /* segments */
	uint64_t last_data_sent, last_ack_sent, last_data_recv, last_ack_recv;
	uint64_t pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering;
	uint64_t rcv_rtt, rcv_space, total_retrans;
	uint64_t pacing_rate, max_pacing_rate, bytes_acked, bytes_received, segs_out, segs_in;
	uint64_t notsent_bytes, min_rtt, data_segs_in, data_segs_out, delivery_rate;
	uint64_t busy_time, rwnd_limited, sndbuf_limited, delivered, delivered_ce;
	uint64_t bytes_sent, bytes_retrans, dsack_dups, reord_seen, rcv_ooopack, snd_wnd, rcv_wnd, rehash;
	uint64_t total_rto, total_rto_recoveries, total_rto_time;
	uint64_t received_ce, delivered_e1_bytes, delivered_e0_bytes, delivered_ce_bytes;
	uint64_t received_e1_bytes, received_e0_bytes, received_ce_bytes;
	uint64_t ecn_mode, accecn_opt_seen, accecn_fail_mode, options2;
};

#endif
