/* SPDX-License-Identifier: MIT
 *
 * tcp_burst.c - how many segments leave at once, and when a short burst waits to become longer
 *
 * A host hands its device text for many segments in one piece, and the device cuts it. A piece costs the same whatever
 * its size, so large ones are cheap; but what leaves as one arrives as one, and a network likes it less. Where the
 * balance lies is a host's choice. This one was measured on Linux, 6.12 and 6.18 alike; its documentation of sysctls
 * names three of the numbers. It can be seen by where PSH stands, and by when a segment leaves.
 *
 * How large. A burst takes what the pacing rate brings in 2^-tcp_burst_rate_shift seconds. Between near hosts queues
 * are short, and bursts may be larger: the largest piece that there is (64 KiB) is added, halved for each
 * 2^tcp_burst_rtt_log microseconds of the least round trip. It has tcp_burst_segments at least, and half of the
 * congestion window at most, so that ACKs keep coming; what goes out again heeds the former only.
 *
 * When it waits. An ACK that makes room for one segment would have that one leave alone, and the next ACK the next one:
 * bursts of one for good. So what could not fill a burst is held back, if the next ACK is close. All of this must hold:
 *
 * - a packet left less than tcp_burst_wait_us ago: whoever was silent for longer has waited enough;
 * - the ACK of the oldest segment, a smoothed round trip after it left, is to come within that time, and within half of
 *   such a round trip: no timer ends the wait, so an ACK must;
 * - the windows have room for less than a burst, and for less than a part (tcp_burst_window_divisor) of the smaller
 *   one: who has that much room has no need of more;
 * - what waits at the cursor is more than one segment, since Nagle's algorithm sees to single ones;
 * - it does not fit; or it does, but is the end of the queue, so that the user may add to it: not if a FIN or the end
 *   of a record says that nothing comes;
 * - no loss is being repaired: the ACKs that come then are not what they seem.
 *
 * A burst that waits for room has filled the congestion window as far as growth goes (RFC 7661). A chunk that a SEND
 * fills while it goes on has all that it can have, and does not wait (tcp_user_data.c); nor do bursts of one.
 */
#include "stack/tcp_burst.h"

#include "stack/recovery.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_sent.h"

enum { LARGEST_PIECE = 65536 };

/* Octets by rate and by distance; 0: they say nothing. */
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

uint32_t tcp_burst_again(const struct tcp *t)
{
	uint32_t least = (uint32_t)tcp_stack(t)->config.tcp_burst_segments;

	if (tcp_auth_key(t))                                 /* nobody below can cut what is signed as a whole */
		return 1;
	uint64_t most = defect(tcp_stack(t), DEFECT_TCP_BURSTS_FIXED) ? 0 : measured(t) / tcp_send_mss(t);
	return most < least ? least : (uint32_t)most;
}

uint32_t tcp_burst_most(const struct tcp *t)
{
	uint32_t most = tcp_burst_again(t), half = t->congestion.cwnd / tcp_send_mss(t) / 2;

	return most < half ? most : half > 1 ? half : 1;
}

/* Something left a moment ago, and the next ACK is to come in a moment. */
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
	uint32_t most = tcp_burst_most(t), smaller = t->snd.wnd < t->congestion.cwnd ? t->snd.wnd : t->congestion.cwnd;
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
