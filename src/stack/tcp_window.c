/* SPDX-License-Identifier: MIT
 *
 * tcp_window.c - the receive window: how much we offer, and when to say so (RFC 9293, 3.8.6; RFC 7323, 2)
 *
 * The peer may rely on the window that it was told: the right edge, .advertised, never moves to the left (SHLD-14), and
 * to the right only in steps that are worth a segment (3.8.6.2.2, MUST-39). tcp_receive_limit.c decides how far it can
 * move. One thing shuts the window over a peer that believes it open: text inside it had to be dropped, because the
 * buffer was full. RFC 9293 discourages that (SHLD-14), but otherwise the peer would send the same text again and
 * again. If memory is charged, the exact window is remembered beside the rounded value in the header, so it may be
 * larger than the peer can know.
 *
 * Nothing else writes struct tcp_receive_window and struct tcp_receive_rtt. The window that the peer offers is kept in
 * tcp_snd.c.
 */
#include "stack/tcp_window.h"

#include "stack/path.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_receive_limit.h"

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void tcp_window_start(struct tcp *t)
{
	t->window = (struct tcp_receive_window){ 0 };
	t->receive_rtt = (struct tcp_receive_rtt){ 0 };
}

void tcp_window_told(struct tcp *t, uint32_t window)
{
	t->window.advertised = t->window.farthest = seq_add(t->rcv.nxt, window);
}

/* RFC 7323, 2.4: how far the peer was ever let go is kept in mind. */
static void tell(struct tcp *t, uint32_t window)
{
	t->window.advertised = seq_add(t->rcv.nxt, window);
	t->window.farthest = seq_max(t->window.farthest, t->window.advertised);
}

uint32_t tcp_window_last(const struct tcp *t)
{
	int32_t window = seq_diff(t->window.advertised, t->ack.sent);

	return window > 0 ? (uint32_t)window : 0;
}

void tcp_window_full(struct tcp *t)
{
	t->window.full = true;
}

uint32_t tcp_window(const struct tcp *t)
{
	int32_t window = seq_diff(t->window.advertised, t->rcv.nxt);

	return window > 0 ? (uint32_t)window : 0;
}

uint32_t tcp_window_honoured(const struct tcp *t)
{
	int32_t window = seq_diff(t->window.farthest, t->rcv.nxt);

	if (window <= 0 || !tcp_stack(t)->config.tcp_window_honoured)
		return tcp_window(t);
	return (uint32_t)window;
}

uint8_t tcp_choose_shift(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	const struct socket_options *o = &t->socket->options;
	const struct stack_route *route = ip_route(tcp_stack(t), &t->socket->remote.ip);
	bool charged = charge_counts_memory(tcp_stack(t));
	int64_t space = charged ? (int64_t)tcp_receive_room(t) : o->receive_buffer;
	uint8_t shift = 0;

	if (c->tcp_window_shift >= 0)
		return (uint8_t)c->tcp_window_shift;
	/* The largest size of the buffer; if memory is charged, the user may ask for more at any time. */
	if (!o->receive_buffer_locked && (charged || c->tcp_receive_moderation))
		space = c->tcp_receive_buffer_max;
	if (!o->receive_buffer_locked && charged && space < c->socket_receive_buffer_max)
		space = c->socket_receive_buffer_max;
	if (t->options.window_clamp && space > t->options.window_clamp)
		space = t->options.window_clamp;
	if (route && route->window && space > route->window)
		space = route->window;
	while (space > UINT16_MAX && shift < 14) {           /* RFC 7323, 2.3: at most 14 */
		space >>= 1;
		shift++;
	}
	return shift;
}

static uint32_t segments_at_most(uint32_t segments, uint32_t mss, uint32_t limit)
{
	uint64_t bytes = (uint64_t)segments * mss;

	return bytes < limit ? (uint32_t)bytes : limit;
}

/* Window of a SYN: the field is never scaled (RFC 7323, 2.2). A SYN that is sent again has the window of the first
 * one. */
static uint16_t offer_first(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	const struct stack_route *route = ip_route(st, &t->socket->remote.ip);
	uint32_t space = tcp_receive_room_first(t);

	if (t->window.first && !defect(st, DEFECT_TCP_SYN_WINDOW_CHANGES)) {
		tcp_window_told(t, t->window.first);
		return (uint16_t)smaller(t->window.first, UINT16_MAX);
	}
	if (route && route->initial_receive_window)
		space = segments_at_most(route->initial_receive_window, t->agreed.rcv_mss, space);
	else if (st->config.tcp_initial_receive_window)
		space = smaller(space, (uint32_t)st->config.tcp_initial_receive_window);
	if (route && route->window && !defect(st, DEFECT_TCP_ROUTE_WINDOW_IGNORED))
		space = smaller(space, route->window);
	uint32_t text = tcp_advertised_mss(t);
	if (t->agreed.stamp_kept && t->state == TCPS_SYN_SENT)
		text -= TCP_STAMP_BYTES;                     /* the peer is known to send stamps */
	if (st->config.tcp_window_whole_segments && space > text)
		space -= space % text;
	uint32_t field = smaller(space, UINT16_MAX);
	t->window.first = charge_counts_memory(st) ? space : field;
	tcp_window_told(t, t->window.first);
	return (uint16_t)(defect(st, DEFECT_TCP_SCALE_SYN) ? field >> t->agreed.rcv_shift : field);
}

/* RFC 9293, SHLD-14, leaves no doubt, but a host with little memory may be allowed to shrink it (tcp_shrink_window). */
static bool may_shrink(const struct tcp *t)
{
	return tcp_stack(t)->config.tcp_shrink_window && charge_counts_memory(tcp_stack(t)) && t->agreed.scale &&
	       t->agreed.rcv_shift;
}

/* With a shift the window is rounded up to what the field can express; without one it is whole segments. If nearly all
 * of the last window is still free, that window is repeated, so that small segments do not nibble at it. A window that
 * may shrink never exceeds what is free. But first comes whether a segment fits: otherwise a buffer for one segment
 * whose size is no multiple of the unit would stay shut for good once it had been full. */
static uint32_t wanted_of_memory(const struct tcp *t)
{
	uint32_t full = tcp_receive_room(t), free = tcp_receive_free(t), told = tcp_window_last(t);
	uint32_t space = smaller(free, full);
	uint32_t mss = smaller(tcp_full_segment(t), smaller(full, t->limit.opened)), unit = 1u << t->agreed.rcv_shift;

	if (t->window.full || !mss || space < mss || space < full / 16)
		return 0;
	/* Only what is free limits it strictly: what the peer has earned is rounded up. */
	if (may_shrink(t) && !defect(tcp_stack(t), DEFECT_TCP_SHRINKING_DOWN))
		space = free - free % unit;
	else if (may_shrink(t))
		space -= space % unit;
	space = smaller(space, t->limit.opened);
	if (t->agreed.rcv_shift)
		return (space + unit - 1) / unit * unit;
	if (told + mss <= space || told > space)
		return space - space % mss;
	return mss == full && space > told + full / 2 ? space : told;
}

/* The space that could be offered now, and whether it is worth moving the edge there. */
static uint32_t wanted(const struct tcp *t, uint32_t now)
{
	uint32_t full = tcp_receive_room(t), space = tcp_receive_free(t);
	uint32_t limit = (uint32_t)UINT16_MAX << t->agreed.rcv_shift;
	bool silly = defect(tcp_stack(t), DEFECT_TCP_SILLY_RECEIVER);

	if (charge_counts_memory(tcp_stack(t)) && !silly)
		return wanted_of_memory(t);
	space = smaller(space, limit);
	if (space <= now || silly)
		return space;
	/* RFC 9293, 3.8.6.2.2, MUST-39: move the edge by a segment or by half of the buffer at least. */
	return space - now >= smaller(full / 2, t->agreed.rcv_mss) ? space : now;
}

bool tcp_window_holds(const struct tcp *t)
{
	return wanted(t, tcp_window(t)) >= tcp_window_last(t);
}

/* The window shuts or opens, or would be shut if it might shrink (SHLD-14). */
static void count_zero(struct tcp *t, uint32_t field, uint32_t space)
{
	bool was_shut = t->window.shut;

	t->window.shut = !field;
	if (t->window.shut && !was_shut)
		count(tcp_stack(t), TcpExtTCPToZeroWindowAdv);
	else if (was_shut && !t->window.shut)
		count(tcp_stack(t), TcpExtTCPFromZeroWindowAdv);
	if (field && !space)
		count(tcp_stack(t), TcpExtTCPWantZeroWindowAdv);
}

/* Before the handshake is done some hosts have no connection that could round up; the exact window is remembered. */
static bool answers_half_open(const struct tcp *t)
{
	return t->state == TCPS_SYN_RECEIVED && t->place.passive && charge_counts_memory(tcp_stack(t)) &&
	       !defect(tcp_stack(t), DEFECT_TCP_HALF_OPEN_WINDOW_UP);
}

uint16_t tcp_offer_window(struct tcp *t, bool syn)
{
	uint8_t shift = t->agreed.rcv_shift;
	uint32_t now = tcp_window(t), space;

	if (syn && tcp_in(t, TCPM_SYNCHRONIZED))             /* again, though the connection is open; never scaled */
		return (uint16_t)smaller(now, UINT16_MAX);
	if (syn)
		return offer_first(t);
	space = wanted(t, now);
	/* Until the handshake is done nothing can have been read that would open it. */
	if (t->state == TCPS_SYN_RECEIVED)
		space = smaller(space, now);
	/* RFC 9293, 3.8.6, SHLD-14: the right edge never moves to the left. */
	bool shrinks = may_shrink(t) || defect(tcp_stack(t), DEFECT_TCP_WINDOW_SHRUNK);
	bool fixed = !t->window.full && !shrinks;
	bool keep = space <= now && fixed;
	bool half_open = answers_half_open(t);
	uint32_t up = half_open ? 0 : (1u << shift) - 1, field = keep ? (now + up) >> shift : space >> shift;

	if (!keep && space > now && !shrinks && field << shift < now)
		field = (now + (1u << shift) - 1) >> shift;
	count_zero(t, field, space);
	t->window.full = false;
	if (!charge_counts_memory(tcp_stack(t)))
		field = smaller(field, UINT16_MAX);
	tell(t, half_open && keep ? now : field << shift);
	return (uint16_t)smaller(field, UINT16_MAX);
}

bool tcp_window_update_due(const struct tcp *t)
{
	uint32_t now = tcp_window(t), space = wanted(t, now);

	if (tcp_stack(t)->config.tcp_window_update_doubles)
		return space > now && space >= 2 * now && 2 * now <= tcp_receive_room(t);
	return space > now;
}

/* In full-sized segments only, since smaller ones may have waited (RFC 7323, 4.2). An echo counts when it first comes:
 * behind that it only grows older. */
void tcp_measure_by_echo(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_receive_rtt *r = &t->receive_rtt;
	int64_t ticks = (int32_t)(tcp_stamp_now(t) - seg->ts_echo);
	int64_t sample = ticks * tcp_stack(t)->config.tcp_timestamp_tick_us * 1000;
	bool full = seg->text_length && seg->text_length >= t->rcv.mss_seen;

	if (!t->agreed.stamps || !seg->has_stamp || !seg->ts_echo || seg->ts_echo == r->echo)
		return;
	if (full || !defect(tcp_stack(t), DEFECT_TCP_ECHO_KEPT_FOR_TEXT))
		r->echo = seg->ts_echo;
	if (full && ticks > 0)
		r->ns = r->ns ? r->ns + (sample - r->ns) / 8 : sample;
}

/* The time in which a whole window of text came is a round trip or more, so the least counts. */
void tcp_measure_by_window(struct tcp *t)
{
	struct tcp_receive_rtt *r = &t->receive_rtt;
	uint32_t window = (uint32_t)seq_diff(t->window.advertised, t->ack.sent);
	vtime_t now = tcp_stack(t)->now;

	if (t->agreed.stamps || (r->timing && seq_before(t->rcv.nxt, r->end)))
		return;
	if (r->timing && (!r->ns || vtime_sub(now, r->since).ns < r->ns))
		r->ns = vtime_sub(now, r->since).ns;
	*r = (struct tcp_receive_rtt){ .ns = r->ns, .timing = true, .since = now, .end = seq_add(t->rcv.nxt, window) };
}
