/* SPDX-License-Identifier: MIT
 *
 * tcp_receive_limit.c - how far the receive window may open: what the buffer allows, and what the peer has earned
 *
 * A window promises room for text, but the buffer limits memory. How much text fits depends on the peer: packets with
 * 1460 octets use memory well, packets with a hundred do not. The RFCs leave the size of the window to the receiver
 * (RFC 9293, 3.8.6). If memory is charged (socket_memory_charged) it is as was seen on Linux:
 *
 * - Half of the memory is assumed to be text until a segment comes that is larger than all before. The fraction of
 *   its memory that is text, in 256ths, is the share from then on. The clamp is the text that a full buffer may hold.
 * - The window opens step by step, as the peer sends. Each segment of 128 octets or more, and each smaller one that
 *   came early, adds two of full size if it uses its memory as well as the share says. A worse one may add two of the
 *   peer's segments, as long as the window is small compared with what the buffer could grow to: a window half as
 *   large may be filled by segments twice as wasteful. Nothing is added beyond what is free.
 * - When the buffer was too full for a segment, the window falls back to two segments.
 *
 * The buffer itself follows the pace of the user, unless the user has set its size (tcp_receive_moderation): if in one
 * round trip the user took more than ever before, less what still waits, the window has to hold twice that, plus twice
 * the growth. Text that came out of order waits as well, while the sender repairs what is missing: the buffer has to
 * hold twice what the user takes, and all from the first octet that is missing to the last that came.
 *
 * If memory is not charged, the whole buffer, or the part given by tcp_window_share, is the window at once.
 *
 * Only this file writes struct tcp_receive_limit. It also changes the size of the socket's receive buffer.
 */
#include "stack/tcp_receive_limit.h"

#include "stack/tcp_memory.h"
#include "stack/tcp_rcv.h"

enum { HALF = 128, WHOLE = 256, LEAST_GROWING = 128, FIRST_SEGMENTS = 10 };

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static bool charges(const struct tcp *t)
{
	return charge_counts_memory(tcp_stack(t));
}

uint32_t tcp_advertised_mss(const struct tcp *t)
{
	bool stamps = t->agreed.stamps && t->state != TCPS_SYN_SENT;         /* our SYN has only asked for them */

	if (t->agreed.stamps_gave_way && !defect(tcp_stack(t), DEFECT_TCP_WINDOW_WITHOUT_STAMPS))
		stamps = true;                               /* the first window was chosen before they gave way */
	return t->agreed.rcv_mss - (stamps ? TCP_STAMP_BYTES : 0u);
}

static uint32_t text_in(const struct tcp *t, int64_t memory)
{
	return memory > 0 ? (uint32_t)(memory * t->limit.share / WHOLE) : 0;
}

static uint32_t buffer_text(const struct tcp *t)
{
	return text_in(t, t->socket->options.receive_buffer);
}

static uint32_t clamped(const struct tcp *t, uint32_t window)
{
	uint32_t clamp = (uint32_t)t->options.window_clamp;

	return clamp ? smaller(window, clamp) : window;
}

uint32_t tcp_receive_room(const struct tcp *t)
{
	return t->limit.clamp ? smaller(buffer_text(t), t->limit.clamp) : clamped(t, buffer_text(t));
}

uint32_t tcp_receive_room_first(const struct tcp *t)
{
	return clamped(t, buffer_text(t));
}

uint32_t tcp_receive_free(const struct tcp *t)
{
	if (!charges(t)) {
		uint32_t full = tcp_receive_room(t), held = (uint32_t)t->rcv.buffer.length;
		return full > held ? full - held : 0;
	}
	return text_in(t, (int64_t)t->socket->options.receive_buffer - tcp_memory_used(t));
}

bool tcp_receive_short(const struct tcp *t)
{
	return charges(t) && tcp_receive_free(t) < tcp_receive_room(t) / 2;
}

void tcp_receive_limit_start(struct tcp *t)
{
	int64_t share = tcp_stack(t)->config.tcp_window_share;

	t->limit = (struct tcp_receive_limit){ .opened = UINT32_MAX, .round_seq = t->rcv.read };
	if (charges(t))
		t->limit.share = HALF;
	else
		t->limit.share = (uint16_t)(share > 0 ? WHOLE - (WHOLE >> share) : WHOLE >> -share);
}

/* One segment of the buffer is kept in reserve in case the user falls behind, as long as two remain; a window that the
 * user has limited may leave so much free anyway. If Fast Open opens a connection before our SYN has offered a window,
 * the window is whole segments. */
void tcp_receive_limit_open(struct tcp *t)
{
	struct tcp_receive_limit *l = &t->limit;
	uint32_t mss = tcp_advertised_mss(t), space = tcp_receive_room(t), first = FIRST_SEGMENTS * mss;
	uint32_t told = (uint32_t)seq_diff(t->window.advertised, t->ack.sent);

	l->round_seq = t->rcv.read;
	l->round_start = tcp_stack(t)->now;
	l->round_most = first;
	if (!charges(t))
		return;
	uint32_t all = defect(tcp_stack(t), DEFECT_TCP_RESERVE_ALWAYS) ? space : buffer_text(t);
	bool tight = space > 2 * mss && space + mss > all;
	l->clamp = tight ? larger(2 * mss, all - mss) : space;
	l->opened = smaller(told ? told : space - space % mss, l->clamp);
	l->round_most = smaller(l->opened, first);
}

/* ---- segments ---- */

static void set_clamp(struct tcp *t, uint32_t clamp, uint32_t told)
{
	struct tcp_receive_limit *l = &t->limit;

	l->clamp = clamp;
	l->opened = smaller(larger(l->opened, smaller(told, clamp)), clamp);
}

/* How many octets this segment adds. */
static uint32_t growth(const struct tcp *t, uint32_t length, uint32_t memory)
{
	uint32_t wanted = text_in(t, memory), window = text_in(t, tcp_stack(t)->config.tcp_receive_buffer_max) / 2;

	if (wanted <= length)
		return 2 * tcp_advertised_mss(t);
	for (wanted /= 2; t->limit.opened <= window; wanted /= 2, window /= 2)
		if (wanted <= length)
			return 2 * tcp_full_segment(t);
	return 0;
}

void tcp_receive_limit_see(struct tcp *t, const struct tcp_segment *seg, uint32_t told)
{
	if (!charges(t))
		return;
	if (seg->whole_length > tcp_full_segment(t) && seg->charge.memory) {
		uint32_t share = seg->whole_length * WHOLE / seg->charge.memory;
		t->limit.share = (uint16_t)(share ? smaller(share, WHOLE - 1) : 1);
		set_clamp(t, buffer_text(t), told);
		if (!defect(tcp_stack(t), DEFECT_TCP_PACE_ABOVE_ROOM))
			t->limit.round_most = smaller(t->limit.round_most, t->limit.clamp);
	}
}

bool tcp_receive_limit_grow(struct tcp *t, const struct tcp_segment *seg, uint32_t free)
{
	/* What came before counts as well: it shows how the peer uses memory. */
	uint32_t whole = defect(tcp_stack(t), DEFECT_TCP_NEWS_ALONE_OPENS) ? seg->text_length : seg->carried;
	uint32_t most = smaller(t->limit.clamp, free), length = whole;
	bool early = seq_after(seg->seq, t->rcv.nxt) && !defect(tcp_stack(t), DEFECT_TCP_SMALL_EARLY_IDLE);

	if (!charges(t) || most <= t->limit.opened || (length < LEAST_GROWING && !early) ||
	    defect(tcp_stack(t), DEFECT_TCP_WINDOW_NEVER_OPENS))
		return false;
	uint32_t step = growth(t, length, seg->charge.memory);
	if (step)
		t->limit.opened = smaller(most, t->limit.opened + larger(step, 2 * length));
	return step;
}

void tcp_receive_limit_pressed(struct tcp *t)
{
	t->limit.opened = smaller(t->limit.opened, 2 * tcp_advertised_mss(t));
}

void tcp_receive_limit_clamp(struct tcp *t, uint32_t told)
{
	if (charges(t) && t->limit.clamp && !t->options.window_clamp && tcp_in(t, TCPM_OVER))
		t->limit.clamp = 0;                          /* taken back; the next connection begins without */
	else if (charges(t) && t->limit.clamp)
		set_clamp(t, clamped(t, UINT32_MAX), told);
}

void tcp_receive_limit_low_water(struct tcp *t)
{
	struct socket_options *o = &t->socket->options;
	int64_t most = tcp_stack(t)->config.tcp_receive_buffer_max, share = t->limit.share ? t->limit.share : HALF;

	if (!charges(t))
		return;
	most = (o->receive_buffer_locked ? o->receive_buffer : most) / 2;
	if (o->receive_low_water > most)
		o->receive_low_water = (int)most;
	int64_t size = (int64_t)o->receive_low_water * WHOLE / share;
	if (o->receive_buffer_locked || size <= o->receive_buffer)
		return;
	o->receive_buffer = (int)size;
	if (t->limit.clamp)
		t->limit.clamp = (uint32_t)o->receive_low_water;
}

/* ---- the buffer ---- */

static bool moderated(const struct tcp *t)
{
	const struct stack *st = tcp_stack(t);

	return st->config.tcp_receive_moderation && !t->socket->options.receive_buffer_locked &&
	       !defect(st, DEFECT_TCP_RECEIVE_BUFFER_FIXED);
}

/* The buffer has to hold @window octets, and what waits out of order with the gaps before it. */
static void grow_buffer(struct tcp *t, int64_t window)
{
	struct socket_options *o = &t->socket->options;
	int64_t most = tcp_stack(t)->config.tcp_receive_buffer_max;

	if (rxq_bytes(t->rcv.early))
		window += seq_diff(rxq_end(t->rcv.early), t->rcv.nxt);
	int64_t size = window * WHOLE / t->limit.share;
	size = size < most ? size : most;
	if (size > o->receive_buffer) {
		o->receive_buffer = (int)size;
		if (t->limit.clamp)
			t->limit.clamp = buffer_text(t);
	}
}

void tcp_receive_limit_early(struct tcp *t)
{
	if (charges(t) && moderated(t) && !defect(tcp_stack(t), DEFECT_TCP_BUFFER_NOT_FOR_EARLY))
		grow_buffer(t, 2 * (int64_t)t->limit.round_most);
}

/* The window needed if the user takes @taken octets in a round trip. */
static int64_t window_for(const struct tcp *t, uint32_t taken)
{
	int64_t window = 2 * (int64_t)taken;

	return window + 2 * (window * (taken - t->limit.round_most) / t->limit.round_most);
}

void tcp_receive_limit_read(struct tcp *t)
{
	struct tcp_receive_limit *l = &t->limit;
	const struct stack *st = tcp_stack(t);
	int64_t rtt = t->receive_rtt.ns;

	if (!rtt || vtime_sub(st->now, l->round_start).ns < rtt)
		return;
	int32_t taken = seq_diff(t->rcv.read, l->round_seq) - seq_diff(t->rcv.nxt, t->rcv.read);
	if (taken > 0 && (uint32_t)taken > l->round_most && l->round_most) {
		if (moderated(t))
			grow_buffer(t, window_for(t, (uint32_t)taken));
		l->round_most = (uint32_t)taken;
	}
	l->round_seq = t->rcv.read;
	l->round_start = st->now;
}
