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

/* Name, byte offset and width (bits) in the structure of the newest kernels; for bit fields, also the shift. */
#define TCP_INFO_FIELDS(X) \
	X(state, 0, 8, 0) X(ca_state, 1, 8, 0) X(retransmits, 2, 8, 0) X(probes, 3, 8, 0) X(backoff, 4, 8, 0) \
	X(options, 5, 8, 0) X(snd_wscale, 6, 4, 0) X(rcv_wscale, 6, 4, 4) \
	X(delivery_rate_app_limited, 7, 1, 0) X(fastopen_client_fail, 7, 2, 1) \
	X(rto, 8, 32, 0) X(ato, 12, 32, 0) X(snd_mss, 16, 32, 0) X(rcv_mss, 20, 32, 0) X(unacked, 24, 32, 0) \
	X(sacked, 28, 32, 0) X(lost, 32, 32, 0) X(retrans, 36, 32, 0) X(fackets, 40, 32, 0) \
	X(last_data_sent, 44, 32, 0) X(last_ack_sent, 48, 32, 0) X(last_data_recv, 52, 32, 0) \
	X(last_ack_recv, 56, 32, 0) X(pmtu, 60, 32, 0) X(rcv_ssthresh, 64, 32, 0) X(rtt, 68, 32, 0) \
	X(rttvar, 72, 32, 0) X(snd_ssthresh, 76, 32, 0) X(snd_cwnd, 80, 32, 0) X(advmss, 84, 32, 0) \
	X(reordering, 88, 32, 0) X(rcv_rtt, 92, 32, 0) X(rcv_space, 96, 32, 0) X(total_retrans, 100, 32, 0) \
	X(pacing_rate, 104, 64, 0) X(max_pacing_rate, 112, 64, 0) X(bytes_acked, 120, 64, 0) \
	X(bytes_received, 128, 64, 0) X(segs_out, 136, 32, 0) X(segs_in, 140, 32, 0) X(notsent_bytes, 144, 32, 0) \
	X(min_rtt, 148, 32, 0) X(data_segs_in, 152, 32, 0) X(data_segs_out, 156, 32, 0) X(delivery_rate, 160, 64, 0) \
	X(busy_time, 168, 64, 0) X(rwnd_limited, 176, 64, 0) X(sndbuf_limited, 184, 64, 0) X(delivered, 192, 32, 0) \
	X(delivered_ce, 196, 32, 0) X(bytes_sent, 200, 64, 0) X(bytes_retrans, 208, 64, 0) X(dsack_dups, 216, 32, 0) \
	X(reord_seen, 220, 32, 0) X(rcv_ooopack, 224, 32, 0) X(snd_wnd, 228, 32, 0) X(rcv_wnd, 232, 32, 0) \
	X(rehash, 236, 32, 0) X(total_rto, 240, 16, 0) X(total_rto_recoveries, 242, 16, 0) \
	X(total_rto_time, 244, 32, 0) \
	X(received_ce, 248, 32, 0) X(delivered_e1_bytes, 252, 32, 0) X(delivered_e0_bytes, 256, 32, 0) \
	X(delivered_ce_bytes, 260, 32, 0) X(received_e1_bytes, 264, 32, 0) X(received_e0_bytes, 268, 32, 0) \
	X(received_ce_bytes, 272, 32, 0) X(ecn_mode, 276, 2, 0) X(accecn_opt_seen, 276, 2, 2) \
	X(accecn_fail_mode, 276, 4, 4) X(options2, 276, 24, 8)

enum { TCP_INFO_BYTES = 280 };                           /* of the structure with all fields */

/* tcpi_state as Linux numbers it: ESTABLISHED 1, SYN_SENT 2, SYN_RECV 3, FIN_WAIT1 4, FIN_WAIT2 5, TIME_WAIT 6,
 * CLOSE 7, CLOSE_WAIT 8, LAST_ACK 9, LISTEN 10, CLOSING 11. tcpi_ca_state: Open 0, Disorder 1, CWR 2,
 * Recovery 3, Loss 4. tcpi_options: 1 time-stamps, 2 SACK, 4 window scale, 8 ECN, 32 text of the SYN taken,
 * 128 opened by the peer's SYN alone. Segments are counted in unacked,
 * sacked, lost, retrans and delivered; delivery_rate is bytes a second, total_rto_time milliseconds. */
struct stack_tcp_info {
#define X(name, offset, bits, shift) uint64_t name;
	TCP_INFO_FIELDS(X)
#undef X
};

#endif
