/* SPDX-License-Identifier: MIT
 *
 * tcp_burst.c - how many segments leave at once, and when a short burst waits to become longer
 *
 * A host hands its device the text of many segments in one piece, and the device cuts it. A piece costs the same
 * whatever its size, so large ones are cheap; but all its segments leave at once, and bursts are harder on the network.
 * Where the balance lies is a host's choice. This one was measured on Linux 6.12 and 6.18, which agree; the
 * documentation of its sysctls names three of the numbers. It shows in which segments have PSH, and in when segments
 * leave.
 *
 * How large: a burst is what the pacing rate sends in 2^-tcp_burst_rate_shift seconds. Between hosts that are close
 * queues are short, and bursts may be larger: the size of the largest piece (64 KiB) is added, halved for each
 * 2^tcp_burst_rtt_log microseconds of the least round trip. A burst has at least tcp_burst_segments, and at most half
 * of the congestion window, so that ACKs keep coming; for retransmissions only the former holds.
 *
 * When it waits: an ACK that makes room for one segment would send that one alone, and so would the next ACK, so bursts
 * would have one segment for ever. Therefore text that cannot fill a burst is held back if the next ACK is close. All
 * of this must hold:
 *
 * - a packet left less than tcp_burst_wait_us ago: after a longer silence the sender has waited enough;
 * - the ACK of the oldest segment, a smoothed round trip after it left, is to come within that time, and within half
 *   of such a round trip: no timer ends the wait, so an ACK must;
 * - the windows have room for less than a burst, and for less than a fraction (tcp_burst_window_divisor) of the
 *   smaller one: with that much room there is no need to wait;
 * - more than one segment waits at the cursor, since Nagle's algorithm takes care of single ones;
 * - they do not fit; or they do, but are the end of the queue, so that the user may still add to them: not if a FIN
 *   or the end of a record says that nothing follows;
 * - no loss is being repaired: ACKs mean something else then.
 *
 * With respect to growth (RFC 7661), a burst that waits for room has filled the congestion window. A chunk that is
 * filled in the middle of a SEND cannot grow any more, so it does not wait (tcp_user_data.c); nor do bursts of one.
 */
#include "stack/tcp_burst.h"

#include "stack/recovery.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_sent.h"

enum { LARGEST_PIECE = 65536 };

/* Octets of a burst, by pacing rate and round trip; 0: neither says anything. */
static uint64_t measured(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	vtime_t least = tcp_sent_least_rtt(t);
	uint64_t octets = c->tcp_burst_rate_shift ? tcp_pacing_rate(t) >> c->tcp_burst_rate_shift : 0;

	if (c->tcp_burst_rtt_log && !vtime_is_never(least)) {
		int64_t distance = least.ns / 1000 >> c->tcp_burst_rtt_log;
		octets += distance < 32 ? (uint64_t)LARGEST_PIECE >> distance : 0;
	}
	return octets < LARGEST_PIECE ? octets : LARGEST_PIECE;
}

/* A congestion control that sets the pace itself (BBR) wants its measure of the path undisturbed: at a low rate two
 * segments at once are a queue of many milliseconds. Later versions of its draft leave that to the host, and ask for
 * two segments at any rate; Linux keeps to one below 1.2 Mbit/s. */
static bool is_slow(const struct tcp *t)
{
	const uint64_t bound = (uint64_t)tcp_stack(t)->config.tcp_burst_single_below, rate = tcp_pacing_rate(t);

	return t->congestion.ops->paces && rate && rate < bound &&
	       !defect(tcp_stack(t), DEFECT_TCP_BBR_PAIRS_WHEN_SLOW);
}

uint32_t tcp_burst_again(const struct tcp *t)
{
	uint32_t least = is_slow(t) ? 1 : (uint32_t)tcp_stack(t)->config.tcp_burst_segments;

	if (defect(tcp_stack(t), DEFECT_TCP_SIGNED_BY_THEN) ? tcp_auth_key(t) != NULL : t->auth.alone)
		return 1;
	uint64_t most = defect(tcp_stack(t), DEFECT_TCP_BURSTS_FIXED) ? 0 : measured(t) / tcp_send_mss(t);
	return most < least ? least : (uint32_t)most;
}

uint32_t tcp_burst_size(const struct tcp *t)
{
	uint32_t most = tcp_burst_again(t), half = t->congestion.cwnd / tcp_send_mss(t) / 2;

	return most < half ? most : half > 1 ? half : 1;
}

uint32_t tcp_burst_most(const struct tcp *t)
{
	/* The device below would write one urgent pointer into all of the pieces. */
	if (t->snd.urgent && tcp_stack(t)->config.tcp_urgent_hurries &&
	    !defect(tcp_stack(t), DEFECT_TCP_URGENT_IN_BURSTS))
		return 1;
	return tcp_burst_size(t);
}

bool tcp_burst_fills_window(const struct tcp *t, seq_t nxt)
{
	uint32_t mss = tcp_send_mss(t), burst = tcp_burst_size(t) * mss;

	return (uint64_t)tcp_sent_pipe_segments(t) * mss >= t->congestion.cwnd &&
	       (uint32_t)seq_diff(t->snd.nxt, nxt) <= burst;
}

/* Something has just left, and the next ACK is due soon. */
static bool is_between_acks(const struct tcp *t, vtime_t moment)
{
	vtime_t now = tcp_stack(t)->now, last = vtime_max(t->stats.last_sent, t->stats.last_ack_sent);
	const struct sent_segment *oldest = t->sent.count ? tcp_sent_segment(t, 0) : NULL;

	if (!oldest || !vtime_before(now, vtime_add(last, moment)))
		return false;
	vtime_t soon = vtime_min(moment, vtime_ns(t->rtx.srtt.ns / 2));
	return !vtime_before(vtime_add(now, soon), vtime_add(oldest->at, t->rtx.srtt));
}

enum tcp_burst_wait tcp_burst_waits(const struct tcp *t, seq_t cursor, int32_t usable, uint32_t room)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	bool hasty = defect(tcp_stack(t), DEFECT_TCP_URGENT_WAITS_NOT);
	uint32_t most = hasty ? tcp_burst_most(t) : tcp_burst_size(t);       /* it waits, though it is cut then */
	uint32_t smaller = t->snd.wnd < t->congestion.cwnd ? t->snd.wnd : t->congestion.cwnd;
	bool ends = false, record = false;

	if (!c->tcp_burst_wait_us || most <= 1 || usable <= 0 || t->recovery.phase >= RECOVERY_FAST ||
	    !is_between_acks(t, vtime_us(c->tcp_burst_wait_us)) || defect(tcp_stack(t), DEFECT_TCP_BURST_HASTY))
		return TCP_BURST_GOES;
	if ((uint32_t)usable >= most * room || (int64_t)usable * c->tcp_burst_window_divisor >= smaller)
		return TCP_BURST_GOES;
	uint32_t ahead = tcp_chunk_ahead(t, cursor, &ends, &record);
	if (ahead <= room)
		return TCP_BURST_GOES;
	if (ahead > (uint32_t)usable)
		return TCP_BURST_WAITS_FOR_ROOM;
	bool grows = ends && !record && !t->snd.fin_queued;
	return grows || defect(tcp_stack(t), DEFECT_TCP_BURST_KEEPS_FIN) ? TCP_BURST_WAITS_FOR_TEXT : TCP_BURST_GOES;
}
