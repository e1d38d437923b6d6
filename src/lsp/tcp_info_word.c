/* SPDX-License-Identifier: MIT
 *
 * tcp_info_word.c - a sentence about each field of TCP_INFO
 */
#include "lsp/tcp_info_word.h"

#include "target/tcp_state_info.h"

static const char *const names[TCPI_FIELDS] = {
#define X(name, offset, bits, shift) [TCPI_##name] = "tcpi_" #name,
	TCP_INFO_FIELDS(X)
#undef X
};

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): long texts stand on two lines */
static const char *const meanings[TCPI_FIELDS] = {
	[TCPI_state] = "the state of the connection, TCP_ESTABLISHED and so on",
	[TCPI_ca_state] =
		"what loss recovery is doing: TCP_CA_Open, TCP_CA_Disorder, TCP_CA_CWR, TCP_CA_Recovery, TCP_CA_Loss",
	[TCPI_retransmits] = "time-outs in a row that were answered by nothing",
	[TCPI_probes] = "probes of a shut window, or keep-alives, that were answered by nothing",
	[TCPI_backoff] = "how often the time-out was doubled",
	[TCPI_options] =
		"bits of what was agreed on: TCPI_OPT_TIMESTAMPS, TCPI_OPT_SACK, TCPI_OPT_WSCALE, TCPI_OPT_ECN ...",
	[TCPI_snd_wscale] = "by how many bits windows of the peer are shifted",
	[TCPI_rcv_wscale] = "by how many bits our windows are shifted",
	[TCPI_delivery_rate_app_limited] = "1: tcpi_delivery_rate was limited by what the program wrote",
	[TCPI_fastopen_client_fail] = "why Fast Open did not work for a client; 0: nothing is known",
	[TCPI_rto] = "the retransmission time-out, in microseconds",
	[TCPI_ato] = "how long an ACK may be delayed, in microseconds",
	[TCPI_snd_mss] = "the largest segment that is sent, in octets of text",
	[TCPI_rcv_mss] = "the size of the peer's segments, as estimated, in octets of text",
	[TCPI_unacked] = "segments that were sent and are not acknowledged; of a listening socket, connections that "
	                 "wait for accept()",
	[TCPI_sacked] = "segments of those that SACK has reported; of a listening socket, its backlog",
	[TCPI_lost] = "segments of those that count as lost",
	[TCPI_retrans] = "segments that were sent again and are not acknowledged",
	[TCPI_fackets] = "segments up to the last one that SACK reported; 0 in newer kernels",
	[TCPI_last_data_sent] = "milliseconds since text was sent",
	[TCPI_last_ack_sent] = "milliseconds since an ACK was sent; always 0",
	[TCPI_last_data_recv] = "milliseconds since text came",
	[TCPI_last_ack_recv] = "milliseconds since an ACK came",
	[TCPI_pmtu] = "the MTU of the path, in octets",
	[TCPI_rcv_ssthresh] = "how far the window may be opened at present, in octets",
	[TCPI_rtt] = "the smoothed round-trip time, in microseconds",
	[TCPI_rttvar] = "how far round-trip times are apart, in microseconds",
	[TCPI_snd_ssthresh] = "where slow start ends, in segments",
	[TCPI_snd_cwnd] = "the congestion window, in segments",
	[TCPI_advmss] = "the largest segment that we announced, in octets of text",
	[TCPI_reordering] = "by how many segments the path was seen to reorder",
	[TCPI_rcv_rtt] = "the round-trip time as a receiver sees it, in microseconds",
	[TCPI_rcv_space] = "octets that the program reads in a round trip, for the size of the receive buffer",
	[TCPI_total_retrans] = "segments that were sent again, since the beginning",
	[TCPI_pacing_rate] = "octets a second at which segments are spread; all bits set: no limit",
	[TCPI_max_pacing_rate] = "the limit of SO_MAX_PACING_RATE, in octets a second; all bits set: none",
	[TCPI_bytes_acked] = "octets that the peer has acknowledged, since the beginning",
	[TCPI_bytes_received] = "octets that came in order, since the beginning",
	[TCPI_segs_out] = "segments that were sent, since the beginning",
	[TCPI_segs_in] = "segments that came, since the beginning",
	[TCPI_notsent_bytes] = "octets that were written and not sent yet",
	[TCPI_min_rtt] = "the shortest round-trip time of late, in microseconds",
	[TCPI_data_segs_in] = "segments with text that came, since the beginning",
	[TCPI_data_segs_out] = "segments with text that were sent, since the beginning",
	[TCPI_delivery_rate] = "octets a second that arrived at the peer, as last measured",
	[TCPI_busy_time] = "microseconds in which something was to be sent",
	[TCPI_rwnd_limited] = "microseconds of those in which the peer's window was in the way",
	[TCPI_sndbuf_limited] = "microseconds of those in which the send buffer was in the way",
	[TCPI_delivered] = "segments that arrived at the peer, as far as it has said",
	[TCPI_delivered_ce] = "segments of those that the peer reported as marked (ECN)",
	[TCPI_bytes_sent] = "octets of text that were sent, copies included",
	[TCPI_bytes_retrans] = "octets of text that were sent again",
	[TCPI_dsack_dups] = "segments that the peer reported to have come twice (D-SACK)",
	[TCPI_reord_seen] = "how often the path was seen to reorder",
	[TCPI_rcv_ooopack] = "segments that came before their turn",
	[TCPI_snd_wnd] = "the peer's window, in octets",
	[TCPI_rcv_wnd] = "our window, in octets",
	[TCPI_rehash] = "how often another path was tried",
	[TCPI_total_rto] = "time-outs, since the beginning",
	[TCPI_total_rto_recoveries] = "recoveries from time-outs, since the beginning",
	[TCPI_total_rto_time] = "milliseconds that such recoveries took, since the beginning",
	[TCPI_received_ce] = "segments that came marked (Accurate ECN)",
	[TCPI_delivered_e1_bytes] = "octets that the peer received with ECT(1) (Accurate ECN)",
	[TCPI_delivered_e0_bytes] = "octets that the peer received with ECT(0) (Accurate ECN)",
	[TCPI_delivered_ce_bytes] = "octets that the peer received marked (Accurate ECN)",
	[TCPI_received_e1_bytes] = "octets that came with ECT(1) (Accurate ECN)",
	[TCPI_received_e0_bytes] = "octets that came with ECT(0) (Accurate ECN)",
	[TCPI_received_ce_bytes] = "octets that came marked (Accurate ECN)",
	[TCPI_ecn_mode] = "which variant of ECN was agreed on: 0 none, 1 RFC 3168, 2 Accurate ECN, 3 still open",
	[TCPI_accecn_opt_seen] = "what was seen of the peer's AccECN option: 0 none, 1 an empty one, "
	                         "2 one that counts, 3 one that is not believed",
	[TCPI_accecn_fail_mode] = "bits of what does not work in Accurate ECN",
	[TCPI_options2] = "bits of further options",
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

const char *tcp_info_word(size_t index, const char **meaning)
{
	*meaning = index < TCPI_FIELDS ? meanings[index] : NULL;
	return index < TCPI_FIELDS ? names[index] : NULL;
}
