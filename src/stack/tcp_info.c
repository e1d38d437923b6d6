/* SPDX-License-Identifier: MIT
 *
 * tcp_info.c - a connection's variables under the names of Linux' struct tcp_info
 *
 * Two readers ask: scripts and traces, which want each variable by its name and in full width (struct stack_tcp_info),
 * and getsockopt(TCP_INFO), which wants the octets of the structure in <linux/tcp.h>. Both are made from one list,
 * TCP_INFO_FIELDS, so nothing can be in only one of them.
 *
 * The stack counts octets where the RFCs do; windows, losses and the flight are given in segments here, rounded up,
 * because that is what these names mean on Linux. Nothing in the stack reads these values.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <string.h>

#include "stack/descriptor.h"
#include "stack/socket.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_receive_limit.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_state.h"
#include "stack/tcp_user.h"
#include "stack/tcp_window.h"
#include "util/common.h"
#include "util/newer_names.h"

enum { FIRST_CWND = 10, REORDERING = 3, DEFAULT_MSS = 536, LEAST_MSS = 88 };    /* RFC 6928; 5681; 9293, MUST-15 */
enum { CA_OPEN, CA_DISORDER, CA_CWR, CA_RECOVERY, CA_LOSS };

static uint64_t ms_ago(const struct tcp *t, vtime_t then)
{
	return (uint64_t)vtime_sub(tcp_stack(t)->now, then).ns / 1000000;
}

/* A part of a segment in flight is a segment in flight. */
static uint32_t segments(uint32_t bytes, uint32_t mss)
{
	return (bytes + mss - 1) / mss;
}

/* ---- what the sender waits for ---- */

/* The time since the reason last changed belongs to the present reason. */
static uint64_t us_limited(const struct tcp *t, enum tcp_limit limit)
{
	int64_t running = t->busy.limit == limit ? vtime_sub(tcp_stack(t)->now, t->busy.since).ns : 0;

	return (uint64_t)(t->busy.ns[limit] + running) / 1000;
}

static void fill_busy(const struct tcp *t, struct stack_tcp_info *out)
{
	out->rwnd_limited = us_limited(t, TCP_LIMIT_WINDOW);
	out->sndbuf_limited = us_limited(t, TCP_LIMIT_BUFFER);
	out->busy_time = us_limited(t, TCP_LIMIT_NETWORK) + out->rwnd_limited + out->sndbuf_limited;
}

/* ---- all of it ---- */

/* A recovery that is still going on counts up to now. */
static void fill_timeouts(const struct tcp *t, struct stack_tcp_info *out)
{
	const struct tcp_timeouts *x = &t->timeouts;
	int64_t running = x->recovering ? vtime_sub(tcp_stack(t)->now, x->since).ns : 0;

	out->rehash = x->rehashes;
	out->total_rto = x->count;
	out->total_rto_recoveries = x->recoveries;
	out->total_rto_time = (uint64_t)(x->ns + running) / 1000000;
}

/* Without marks on the scoreboard, after a time-out everything that was out counts as lost until it is acknowledged;
 * otherwise only the first hole. */
static void fill_unmarked(const struct tcp *t, struct stack_tcp_info *out)
{
	uint32_t mss = tcp_send_mss(t);

	if (t->recovery.phase == RECOVERY_LOSS) {
		out->lost = segments((uint32_t)seq_diff(seq_max(t->recovery.point, t->snd.una), t->snd.una), mss);
		out->retrans = segments((uint32_t)seq_diff(seq_min(t->snd.cursor, t->recovery.point), t->snd.una), mss);
	} else if (t->recovery.phase == RECOVERY_FAST) {
		out->lost = out->retrans = 1;
	}
}

/* The phase by the names of Linux, and how many segments are believed lost or have been sent again. A method of
 * recovery with marks has counted them; for one without, they follow from its point and the cursor. */
static void fill_recovery(const struct tcp *t, struct stack_tcp_info *out)
{
	static const uint8_t states[] = {
		[RECOVERY_OPEN] = CA_OPEN, [RECOVERY_DISORDER] = CA_DISORDER, [RECOVERY_REDUCING] = CA_CWR,
		[RECOVERY_FAST] = CA_RECOVERY, [RECOVERY_LOSS] = CA_LOSS,
	};

	out->ca_state = states[t->recovery.phase];
	if (t->recovery.phase == RECOVERY_OPEN && t->recovery.duplicate_acks)
		out->ca_state = CA_DISORDER;
	out->reordering = t->recovery.reordering;
	out->sacked = t->sent.sacked;
	bool in_vain = t->state == TCPS_CLOSED && !t->was_open && !defect(tcp_stack(t), DEFECT_INFO_LOSSES_FORGOTTEN);
	if ((tcp_in(t, TCPM_OPENING) || in_vain) && t->rtx.retries) {     /* the SYN */
		out->ca_state = CA_LOSS;
		out->lost = out->retrans = 1;
	} else if (t->recovery.ops->marks) {
		bool syn_ack = t->state == TCPS_FAST_OPENED; /* is among them, but not told */
		out->unacked = t->sent.count - (syn_ack && t->sent.count);
		out->lost = t->sent.lost - (syn_ack && t->sent.lost);
		out->retrans = t->sent.copies - (syn_ack && t->sent.copies);
		out->sacked += t->agreed.sack ? 0 : t->recovery.duplicate_acks;
	} else {
		fill_unmarked(t, out);
	}
}

/* Octets a second, by the best sample. */
static uint64_t delivery_rate(const struct tcp *t)
{
	const struct sent_rate *r = &t->sent.rate;
	bool whole = tcp_stack(t)->config.tcp_window_in_segments;
	double bytes = whole ? (double)r->segments * tcp_send_mss(t) : (double)r->bytes;

	return r->ns ? (uint64_t)(bytes * 1e9 / (double)r->ns) : 0;
}

/* RTO and its parts are given as they are in force, backed off and rounded, since scripts compare them with the time of
 * the next segment. "Unknown" is written as on Linux: min_rtt is all ones, and the threshold is INT32_MAX if no loss
 * has set it. */
static void fill_sending(const struct tcp *t, struct stack_tcp_info *out)
{
	uint32_t mss = tcp_send_mss(t), flight = tcp_flight(t);
	const bool given_up = t->state == TCPS_CLOSED && !defect(tcp_stack(t), DEFECT_INFO_UNSENT_FORGOTTEN);

	/* fill_recovery() knows the number of segments better, if there is a scoreboard. */
	out->unacked = segments(flight, mss);
	fill_recovery(t, out);
	out->retransmits = t->rtx.retries;
	out->probes = t->rtx.probes ? t->rtx.probes : t->stats.keep_probes;
	/* After 3 s, RFC 6298, (5.7), nothing is backed off, but some hosts count on. */
	bool counts_on = tcp_stack(t)->config.tcp_syn_backoff_told && !defect(tcp_stack(t), DEFECT_INFO_BACKOFF_ANEW);
	out->backoff = t->rtx.backoff + (counts_on ? t->rtx.syn_backoff : 0u);
	out->rto = (uint64_t)vtime_to_us(tcp_rto_of_text(t));
	if (t->state == TCPS_CLOSED && !defect(tcp_stack(t), DEFECT_INFO_BACKOFF_LEFT))
		out->backoff = 0;                                /* nothing waits to be sent again; the rest stays */
	if (t->state == TCPS_FAST_OPENED && tcp_stack(t)->config.tcp_syn_ack_lost_with_text) {
		out->backoff = 0;                                /* that of the SYN,ACK is none of the user's */
		out->rto = (uint64_t)tcp_stack(t)->config.tcp_rto_synack_lost_ms * 1000;
	}
	/* It leaves out signatures, though text has to make room for them; not so TCP-AO of a passive open. */
	const struct tcp_key *key = tcp_auth_key(t);
	bool left_out = key && key->ao && t->place.passive && !defect(tcp_stack(t), DEFECT_INFO_AO_LEFT_OUT);
	left_out |= defect(tcp_stack(t), DEFECT_INFO_SIZE_OF_SIGNED);
	out->snd_mss = mss + (left_out ? 0 : tcp_auth_option_bytes(t));
	out->total_retrans = t->stats.retransmits;
	out->rtt = (uint64_t)vtime_to_us(t->rtx.srtt);
	bool known = t->rtx.measured || defect(tcp_stack(t), DEFECT_INFO_SPREAD_UNKNOWN);
	out->rttvar = (uint64_t)(known ? vtime_to_us(t->rtx.rttvar) : vtime_to_us(t->rtx.rto) / 4);
	vtime_t least = tcp_sent_least_rtt(t);
	out->min_rtt = vtime_is_never(least) ? UINT32_MAX : (uint64_t)vtime_to_us(least);
	out->snd_cwnd = t->congestion.cwnd / mss;
	out->snd_ssthresh = t->congestion.ssthresh >= 1u << 30 ? INT32_MAX : t->congestion.ssthresh / mss;
	out->notsent_bytes = given_up ? t->snd.never_sent : tcp_unsent(t);
	out->notsent_bytes += t->snd.fin_queued && !tcp_fin_sent(t);
	/* RFC 4898: from the sequence numbers. The SYN,ACK of a passive open is not counted as an octet. */
	out->bytes_acked = t->stats.bytes_acked + (t->snd.syn_acked && !t->place.passive) + t->snd.fin_acked;
	out->bytes_sent = t->stats.bytes_sent;
	out->bytes_retrans = t->stats.bytes_retransmitted;
	out->segs_out = t->stats.segments_out;
	out->data_segs_out = t->stats.data_segments_out;
	out->delivered = t->sent.segments;
	out->dsack_dups = t->sent.duplicates;
	out->reord_seen = t->sent.reorderings;
	out->delivery_rate = delivery_rate(t);
	out->delivery_rate_app_limited = t->sent.rate.app_limited;
	out->snd_wnd = t->snd.wnd;
	out->pacing_rate = tcp_pacing_rate(t);
	out->max_pacing_rate = t->socket->options.max_pacing_rate;
	fill_timeouts(t, out);
	out->last_data_sent = ms_ago(t, t->stats.last_sent);
}

static void fill_receiving(const struct tcp *t, struct stack_tcp_info *out)
{
	out->rcv_mss = tcp_full_segment(t);
	out->ato = t->ack.begun ? (uint64_t)vtime_to_us(tcp_ack_delay(t)) : 0;
	out->rcv_ssthresh = t->limit.opened != UINT32_MAX ? t->limit.opened : tcp_receive_room(t);
	out->rcv_space = t->limit.round_most;
	out->rcv_wnd = tcp_window_last(t);
	out->rcv_rtt = (uint64_t)t->receive_rtt.ns / 1000;
	out->advmss = tcp_advertised_mss(t);
	out->bytes_received = t->stats.bytes_received + t->rcv.fin_received;
	out->segs_in = t->stats.segments_in;
	out->data_segs_in = t->stats.data_segments_in;
	out->rcv_ooopack = t->stats.out_of_order;
	out->last_data_recv = ms_ago(t, t->stats.last_data_received);
	out->last_ack_recv = ms_ago(t, t->stats.last_ack_received);
}

/* tcpi_ecn_mode before the SYN,ACK; the other values are those of enum tcp_ecn_mode. */
enum { ECN_MODE_PENDING = 3 };

/* The counters of both directions (RFC 9768, 3.2.1); with classic ECN only marks that we saw ourselves. */
static void fill_ecn(const struct tcp *t, struct stack_tcp_info *out)
{
	const struct tcp_accurate_ecn *a = &t->accurate;

	out->ecn_mode = t->ecn.mode;
	if (t->state == TCPS_SYN_SENT && t->ecn.asked == TCP_ECN_ACCURATE)
		out->ecn_mode = ECN_MODE_PENDING;
	out->delivered_ce = t->ecn.marked;
	/* Less the initial values of the counters (RFC 9768, 3.2.1). */
	out->received_ce = a->cep - 5;
	out->received_e1_bytes = a->octets[1] - 1;
	out->received_e0_bytes = a->octets[2] - 1;
	out->received_ce_bytes = a->octets[3];
	if (t->ecn.mode != TCP_ECN_ACCURATE)
		return;
	out->accecn_opt_seen = a->option;
	out->accecn_fail_mode = a->failure | (a->option_lost ? ACCECN_OPTION_LOST : 0);
	out->delivered_e1_bytes = a->peer_octets[1] - 1;
	out->delivered_e0_bytes = a->peer_octets[2] - 1;
	out->delivered_ce_bytes = a->peer_octets[3];
}

/* The values of a socket without a connection: those with which a connection begins. */
static void fill_unconnected(const struct tcp *t, struct stack_tcp_info *out)
{
	out->snd_cwnd = FIRST_CWND;
	out->reordering = t->recovery.reordering ? t->recovery.reordering : REORDERING;
	out->pacing_rate = UINT64_MAX;
	out->max_pacing_rate = t->socket->options.max_pacing_rate;
	if (t->state == TCPS_LISTEN)                         /* the other fields show the queues */
		return;
	out->snd_ssthresh = INT32_MAX;
	out->rto = (uint64_t)tcp_stack(t)->config.tcp_rto_initial_ms * 1000;
	out->rttvar = out->rto / 4;
	out->snd_mss = DEFAULT_MSS;
	out->min_rtt = UINT32_MAX;
}

/* In SYN-SENT nothing is agreed on, but ECN shows as soon as a SYN has asked for it; the peer's SYN changes that. The
 * window is the initial one; after a time-out it is the loss window. */
static void fill_opening(const struct tcp *t, struct stack_tcp_info *out)
{
	bool asks = t->state != TCPS_SYN_RECEIVED || defect(tcp_stack(t), DEFECT_INFO_BOTH_OPEN_ASK);
	if (asks) {
		out->options = t->state == TCPS_SYN_SENT && t->ecn.asked ? 8 : 0;
		out->rcv_wscale = 0;
		out->rcv_mss = LEAST_MSS;
	}
	out->rcv_ssthresh = tcp_window_last(t);
	out->rttvar = (uint64_t)tcp_stack(t)->config.tcp_rto_initial_ms * 1000 / 4;
	out->snd_ssthresh = INT32_MAX;
	out->snd_cwnd = t->rtx.retries ? 1 : FIRST_CWND;
	bool two = t->fast_open.text || t->fast_open.no_text; /* the SYN and its text, even if that is empty */
	if (two && t->rtx.retries)
		out->lost = 2;
	if (two && (t->rtx.retries || t->fast_open.no_text))
		out->unacked = 2;
	if (t->state == TCPS_CLOSED)
		out->unacked = 0;
	if (t->rtx.retries) {
		out->snd_ssthresh = tcp_congestion_threshold(t, FIRST_CWND * out->snd_mss) / out->snd_mss;
	}
	out->pacing_rate = UINT64_MAX;
}

static void fill(const struct tcp *t, struct stack_tcp_info *out)
{
	/* TIME-WAIT needs no socket, so a socket that the user still has is closed. */
	*out = (struct stack_tcp_info){ .state = tcp_state_linux[t->state == TCPS_TIME_WAIT ? TCPS_CLOSED : t->state] };
	if (t->state == TCPS_LISTEN) {                       /* the queues, as Linux reports them */
		out->unacked = tcp_listen_waiting(t);
		out->sacked = tcp_listen_backlog(t);
	}
	if (t->state == TCPS_LISTEN || !t->socket->remote.ip.version) {
		fill_unconnected(t, out);
		return;
	}
	out->options = (t->agreed.stamps ? 1 : 0) | (t->agreed.sack ? 2 : 0) | (t->agreed.scale ? 4 : 0) |
	               (t->ecn.mode ? 8 : 0) | (tcp_ecn_seen(t) ? 16 : 0) |
	               (t->fast_open.taken ? 32 : 0) | (t->fast_open.passive ? 128 : 0);
	fill_ecn(t, out);
	out->fastopen_client_fail = t->fast_open.failure;
	out->snd_wscale = t->agreed.snd_shift;
	out->rcv_wscale = t->agreed.rcv_shift;
	out->pmtu = stack_path_mtu(tcp_stack(t), &t->socket->remote.ip);
	fill_sending(t, out);
	fill_busy(t, out);
	fill_receiving(t, out);
	if (!t->snd.syn_acked && !t->place.passive)
		fill_opening(t, out);
}

int stack_tcp_info(struct stack *st, int fd, struct stack_tcp_info *out)
{
	int error;
	struct socket *s = socket_of(st, fd, &error);

	if (!s)
		return error;
	if (!s->tcp)
		return -EOPNOTSUPP;
	fill(s->tcp, out);
	return 0;
}

/* Store @value in its place in the structure; neighbours of a bit field stay as they are. */
static void put_field(uint8_t *bytes, uint64_t value, unsigned offset, unsigned bits, unsigned shift)
{
	uint64_t most = bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;

	value = (value < most ? value : most) << shift;
	for (unsigned i = 0; 8 * i < bits + shift; i++)
		bytes[offset + i] |= (uint8_t)(value >> 8 * i);
}

int tcp_info_bytes(const struct tcp *t, void *value, socklen_t *length)
{
	struct stack_tcp_info i;
	uint8_t bytes[TCP_INFO_BYTES] = { 0 };

	fill(t, &i);
#define X(name, offset, bits, shift) put_field(bytes, i.name, offset, bits, shift);
	TCP_INFO_FIELDS(X)
#undef X
	if (*length > sizeof(bytes))
		*length = sizeof(bytes);
	memcpy(value, bytes, *length);
	return 0;
}

/* An attribute of netlink behind those that end at @at; returns where it ends, for the next one. */
static size_t put_attribute(uint8_t *bytes, size_t at, uint16_t type, uint16_t size, uint64_t value)
{
	const uint16_t length = (uint16_t)(NLA_HDRLEN + size), two = (uint16_t)value;
	const uint32_t four = (uint32_t)value;
	const uint8_t one = (uint8_t)value;

	memcpy(bytes + at, &length, sizeof(length));
	memcpy(bytes + at + sizeof(length), &type, sizeof(type));
	memset(bytes + at + NLA_HDRLEN, 0, NLA_ALIGN(size));
	memcpy(bytes + at + NLA_HDRLEN, size == 1 ? (const void *)&one : size == 2 ? (const void *)&two :
	                                size == 4 ? (const void *)&four : (const void *)&value, size);
	return at + NLA_ALIGN(length);
}

/* In this order, as was seen on Linux. */
size_t tcp_statistics_bytes(const struct socket *s, uint64_t back, uint8_t hops, uint8_t *bytes)
{
	const struct tcp *t = s->tcp;
	uint64_t queued = t->snd.queue.length + (t->snd.fin_queued && !t->snd.fin_acked);
	struct stack_tcp_info i;
	size_t at = 0;

	fill(t, &i);
	if (hops && !t->agreed.sack)                         /* then segments are counted only when all are known */
		i.delivered -= t->sent.news.segments;
	const struct { uint16_t type, size; uint64_t value; } all[] = {
		{ TCP_NLA_BUSY, 8, i.busy_time }, { TCP_NLA_RWND_LIMITED, 8, i.rwnd_limited },
		{ TCP_NLA_SNDBUF_LIMITED, 8, i.sndbuf_limited }, { TCP_NLA_DATA_SEGS_OUT, 8, i.data_segs_out },
		{ TCP_NLA_TOTAL_RETRANS, 8, i.total_retrans }, { TCP_NLA_PACING_RATE, 8, i.pacing_rate },
		{ TCP_NLA_DELIVERY_RATE, 8, i.delivery_rate }, { TCP_NLA_SND_CWND, 4, i.snd_cwnd },
		{ TCP_NLA_REORDERING, 4, i.reordering }, { TCP_NLA_MIN_RTT, 4, i.min_rtt },
		{ TCP_NLA_RECUR_RETRANS, 1, i.retransmits },
		{ TCP_NLA_DELIVERY_RATE_APP_LMT, 1, i.delivery_rate_app_limited },
		{ TCP_NLA_SND_SSTHRESH, 4, i.snd_ssthresh }, { TCP_NLA_DELIVERED, 4, i.delivered },
		{ TCP_NLA_DELIVERED_CE, 4, i.delivered_ce }, { TCP_NLA_SNDQ_SIZE, 4, queued },
		{ TCP_NLA_CA_STATE, 1, i.ca_state }, { TCP_NLA_BYTES_SENT, 8, i.bytes_sent },
		{ TCP_NLA_BYTES_RETRANS, 8, i.bytes_retrans }, { TCP_NLA_DSACK_DUPS, 4, i.dsack_dups },
		{ TCP_NLA_REORD_SEEN, 4, i.reord_seen }, { TCP_NLA_SRTT, 4, i.rtt },
		{ TCP_NLA_TIMEOUT_REHASH, 2, i.rehash }, { TCP_NLA_BYTES_NOTSENT, 4, i.notsent_bytes + back },
		{ TCP_NLA_EDT, 8, (uint64_t)tcp_stack(t)->now.ns }, { TCP_NLA_TTL, 1, hops },
		{ TCP_NLA_REHASH, 4, i.rehash },
	};
	for (size_t n = 0; n < ARRAY_LEN(all); n++)
		if (all[n].type != TCP_NLA_TTL || hops)          /* only an ACK has one */
			at = put_attribute(bytes, at, all[n].type, all[n].size, all[n].value);
	return at;
}
