/* SPDX-License-Identifier: MIT
 *
 * tcp_cookie.c - SYN cookies (RFC 4987, 3.6 and appendix A)
 *
 * The sequence number of the SYN,ACK holds a counter of 64 seconds (5 bits), the rank of the peer's MSS (3 bits) and a
 * keyed hash of both with addresses and the peer's number (24 bits). With time-stamps, the low 6 bits of ours keep what
 * else the SYN said: shift (4 bits, 15: none), SACK permitted and classic ECN (1 bit each). The ACE field of the ACK
 * shows whether AccECN was agreed on (RFC 9768, 5.1). A cookie is valid for up to 128 seconds.
 */
#include "stack/ip_output.h"
#include "stack/socket_packet.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_option.h"
#include "stack/tcp_receive_limit.h"
#include "stack/tcp_send.h"
#include "stack/tcp_window.h"

#include <string.h>

#include "util/common.h"

enum { PERIOD_S = 64, PERIODS_VALID = 2, STAMP_BITS = 6, NO_SHIFT = 15 };

/* Three bits tell eight sizes. The peer's is rounded down, so that no segment is too large for it; 536 and 1220 are
 * what a SYN without the option means (RFC 9293, 3.7.1, MUST-15), and the others are common sizes of links less the
 * headers. */
static const uint16_t mss_ranks[8] = { 64, 512, 536, 1024, 1220, 1440, 1460, 8960 };

/* Everything goes in that must not be forged: both ends, the peer's first number, the period, and the rank. Only this
 * host knows the key, so a number that fits shows that its sender has received our SYN,ACK. */
static uint32_t hash(const struct stack *st, const struct tcp_segment *seg, seq_t irs, uint32_t period, uint32_t rank)
{
	uint8_t bytes[46] = { 'c', (uint8_t)rank };

	memcpy(bytes + 2, seg->tuple.source.bytes, 16);
	memcpy(bytes + 18, seg->tuple.destination.bytes, 16);
	memcpy(bytes + 34, &seg->tuple.source_port, 2);
	memcpy(bytes + 36, &seg->tuple.destination_port, 2);
	memcpy(bytes + 38, &irs.value, 4);
	memcpy(bytes + 42, &period, 4);
	return (uint32_t)keyed_hash(st->secret, bytes, sizeof(bytes)) & 0xffffff;
}

static uint32_t period_now(const struct stack *st)
{
	return (uint32_t)(st->now.ns / 1000000000 / PERIOD_S);
}

static uint32_t make(const struct stack *st, const struct tcp_segment *seg)
{
	uint16_t mss = seg->has_mss && seg->mss ? seg->mss : mss_ranks[seg->tuple.source.version == 6 ? 4 : 2];
	uint32_t rank = ARRAY_LEN(mss_ranks) - 1, period = period_now(st);

	while (rank && mss_ranks[rank] > mss)
		rank--;
	return (period & 31) << 27 | rank << 24 | hash(st, seg, seg->seq, period, rank);
}

/* Where ACE alone shows nothing (tcp_ecn_cookie_by_stamp) the stamp tells of AccECN, too. */
static bool ecn_recorded(const struct tcp *t)
{
	bool accurate = t->ecn.mode == TCP_ECN_ACCURATE && tcp_stack(t)->config.tcp_ecn_cookie_by_stamp &&
	                !defect(tcp_stack(t), DEFECT_TCP_COOKIE_ACE_UNRECORDED);

	return accurate || t->ecn.mode == TCP_ECN_CLASSIC;
}

/* The time-stamp clock, with the offers of the SYN in its low bits; never ahead of the real clock. */
static uint32_t make_stamp(const struct tcp *t, const struct tcp_segment *seg, uint32_t offset)
{
	const struct stack *st = tcp_stack(t);
	uint32_t now = offset + (uint32_t)(st->now.ns / (st->config.tcp_timestamp_tick_us * 1000));
	bool scale = seg->has_shift && st->config.tcp_window_scaling;
	uint32_t bits = (scale ? seg->shift : NO_SHIFT) | (uint32_t)(seg->has_sack_ok && st->config.tcp_sack) << 4 |
	                (uint32_t)ecn_recorded(t) << 5;
	uint32_t stamp = (now & ~((1u << STAMP_BITS) - 1)) | bits;

	return (int32_t)(stamp - now) > 0 ? stamp - (1u << STAMP_BITS) : stamp;
}

void tcp_cookie_answer(struct tcp *listener, const struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(listener);
	struct endpoint local = { seg->tuple.destination, seg->tuple.destination_port };
	struct endpoint remote = { seg->tuple.source, seg->tuple.source_port };
	/* A connection that lives for this call only, because it takes one to write options. */
	struct socket shadow = *listener->socket;
	struct tcp t = { .socket = &shadow, .options = listener->options, .auth = listener->auth };
	struct tcp_header h = {
		.source_port = local.port, .destination_port = remote.port, .flags = TCP_SYN | TCP_ACK
	};
	struct ip_send send = { .fragmentation = IP_FRAGMENT_BY_CONFIG };
	struct tcp_signer signer;

	shadow.local = local;
	shadow.remote = remote;
	socket_follow_route(&shadow, seg->packet);
	tcp_receive_limit_start(&t);
	tcp_offer_options(&t);
	tcp_ecn_start(&t);
	(void)tcp_ecn_take_syn(&t, seg);
	tcp_agree_with_cookie(&t, seg, make_stamp(&t, seg, tcp_stamp_offset(st, &local, &remote)));
	if (t.ecn.mode == TCP_ECN_CLASSIC && !t.agreed.stamps)
		tcp_ecn_start(&t);                               /* nothing would remember the option */
	h.flags |= tcp_ecn_flags(&t, h.flags, 0, false);
	h.seq = make(st, seg);
	h.ack = seq_add(seg->seq, 1).value;
	h.window = tcp_offer_window(&t, true);
	tcp_write_options(&t, &h);
	socket_fill_send(&shadow, &send);
	tcp_auth_prepare(&t, &h, &signer);
	count(st, TcpOutSegs);
	count(st, TcpExtSyncookiesSent);
	(void)tcp_emit(st, &send, &h, 0, &signer);
}

bool tcp_cookie_check(struct tcp *listener, const struct tcp_segment *seg, struct tcp_cookie *out)
{
	const struct stack *st = tcp_stack(listener);
	uint32_t cookie = seq_back(seg->ack, 1).value, rank = cookie >> 24 & 7;
	uint32_t age = (period_now(st) - (cookie >> 27)) & 31;

	/* Our SYN and the peer's have taken a number each, so both of the segment's are one behind those of the
	 * cookie. */
	if (age >= PERIODS_VALID ||
	    hash(st, seg, seq_back(seg->seq, 1), period_now(st) - age, rank) != (cookie & 0xffffff))
		return false;
	/* Without time-stamps nothing but the MSS was remembered, so the connection has no other option. */
	*out = (struct tcp_cookie){ .mss = mss_ranks[rank], .stamps = seg->has_stamp && st->config.tcp_timestamps };
	if (!out->stamps)
		return true;
	out->shift = seg->ts_echo & 15;
	out->scale = out->shift != NO_SHIFT;
	out->sack = seg->ts_echo >> 4 & 1;
	out->ecn = seg->ts_echo >> 5 & 1;
	return true;
}
