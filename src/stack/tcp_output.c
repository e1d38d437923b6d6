/* SPDX-License-Identifier: MIT
 *
 * tcp_output.c - what may be sent now: windows, Nagle, silly windows, PSH, FIN
 *
 * Every entry that may have changed what may be sent (segment, call, timer, ICMP error) ends with tcp_output(). It
 * first sends again what loss recovery wants, then goes on at the cursor as long as next_piece() finds something, and
 * last sends a bare ACK if one is due and nothing took it along. Lower layers never call it: they leave a request.
 *
 * A segment goes if both windows have room for it, less what recovery counts as in flight; if it is full, or Nagle's
 * algorithm and TCP_CORK let a small one go; if it is not silly (RFC 9293, 3.8.6.2.1); and if its time has come, where
 * congestion control paces. One timer takes care of what is held back: retransmission if something is in flight,
 * otherwise persist or override. The decision is separate from sending, and takes the cursor as an argument, so one can
 * ask what would follow without moving it: the end of a burst is known before its last segment leaves.
 *
 * tcp_burst.c decides how many segments make a burst, and when a short one waits. Left out: segments larger than the
 * MSS.
 */
#include "stack/tcp_output.h"

#include "stack/recovery.h"
#include "stack/tcp_accecn.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_burst.h"
#include "stack/tcp_busy.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_mtu_probe.h"
#include "stack/tcp_option.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_timer.h"

uint32_t tcp_segment_room(const struct tcp *t)
{
	uint32_t rest = TCP_OPTION_BYTES - (t->agreed.stamps ? 12 : 0) - tcp_auth_option_bytes(t);
	uint32_t mss = tcp_send_mss(t), extra = tcp_text_options(t, rest);

	if (defect(tcp_stack(t), DEFECT_TCP_ACCECN_ROOM_IN_VAIN) && tcp_sack_blocks(t))
		extra = 4 + 8 * tcp_sack_blocks(t) + tcp_accecn_room(t);
	if (t->agreed.user_timeout_due)
		extra += TCP_USER_TIMEOUT_BYTES;
	if (extra > rest)
		extra = rest;
	return mss > extra ? mss - extra : 1;
}

/* Bytes from @cursor to the edge of the congestion window. A SYN,ACK on its way needs no room (RFC 7413, 4.2.2). */
static int32_t network_room(const struct tcp *t, seq_t cursor)
{
	const struct recovery_ops *r = t->recovery.ops;

	if (t->snd.syn_acked)
		return (int32_t)(t->congestion.cwnd + r->credit(t)) - (int32_t)r->in_flight(t, cursor);
	return defect(tcp_stack(t), DEFECT_FAST_OPEN_NO_WINDOW) ? INT32_MAX :
	       (int32_t)t->congestion.cwnd - seq_diff(cursor, tcp_queue_start(t));
}

/* The same for the window of the peer. */
static int32_t peer_room(const struct tcp *t, seq_t cursor)
{
	uint32_t window = defect(tcp_stack(t), DEFECT_TCP_WINDOW_IGNORED) ? INT32_MAX : t->snd.wnd;
	return (int32_t)window - seq_diff(cursor, tcp_queue_start(t));
}

/* U of RFC 9293, 3.8.6.2.1: bytes from @cursor to the edge of the smaller window. */
static int32_t usable(const struct tcp *t, seq_t cursor)
{
	int32_t peer = peer_room(t, cursor), network = network_room(t, cursor);

	return peer < network ? peer : network;
}

/* In a window that counts segments, a FIN without text counts as one. */
static bool fin_fits(const struct tcp *t, seq_t cursor)
{
	return !tcp_stack(t)->config.tcp_window_in_segments || defect(tcp_stack(t), DEFECT_TCP_FIN_BEYOND_WINDOW) ||
	       network_room(t, cursor) >= (int32_t)tcp_send_mss(t);
}

/* Nagle (RFC 9293, 3.7.4, SHLD-7) and TCP_CORK: may a segment go that is not full? */
static bool small_allowed(const struct tcp *t, seq_t cursor)
{
	const struct stack *st = tcp_stack(t);
	seq_t first = tcp_queue_start(t);
	bool waiting = st->config.tcp_nagle_minshall ? seq_after(t->snd.small, first) : seq_after(cursor, first);

	/* A user who is in a hurry is not waited for, even if he said that more would come. */
	bool hurry = t->snd.urgent && st->config.tcp_urgent_hurries && !defect(st, DEFECT_TCP_URGENT_DELAYED);
	bool more = t->options.cork || t->snd.more;
	if (hurry && !(more && defect(st, DEFECT_TCP_URGENT_CORKED)))
		return true;
	if (more)
		return false;
	bool asked = t->options.no_delay && !defect(st, DEFECT_TCP_NODELAY_IGNORED);                   /* MUST-17 */
	return asked || !waiting || defect(st, DEFECT_TCP_NO_NAGLE);
}

/* Does a segment that empties the queue have PSH? Not if the SEND said that more would come; if that holds text back,
 * there is nothing to push yet. */
static bool pushed_at_end(const struct tcp *t)
{
	return !t->snd.more && (tcp_stack(t)->config.tcp_push_every_write || !t->snd.unpushed);
}

/* How many segments may go from @cursor on, as far as the size of a burst and congestion control are concerned. */
static uint32_t burst_segments(const struct tcp *t, seq_t cursor)
{
	int32_t network = network_room(t, cursor);
	uint32_t most = tcp_burst_most(t), count = network > 0 ? (uint32_t)network / tcp_send_mss(t) : 0;

	return count < most ? count : most;
}

/* A burst does not cross the end of a chunk, so *@length is cut to what is left of the chunk. It is cut to 0 if that is
 * a small rest which Nagle's algorithm holds back (unless @any): it does not leave in one burst with full segments, but
 * is joined with the next chunk. If the peer has room for more than the burst, its end is not even looked for: the rest
 * goes. True: it was cut, and text follows. */
static bool of_chunk(const struct tcp *t, seq_t cursor, bool any, uint32_t joined, int32_t *length)
{
	bool ends, record;
	uint32_t most = tcp_burst_most(t), segments = burst_segments(t, cursor);

	if (!tcp_stack(t)->config.tcp_burst_fills_window || seq_before(cursor, t->snd.nxt) || *length <= 0)
		return false;
	int32_t left = (int32_t)tcp_chunk_ahead(t, cursor, &ends, &record);
	if (ends || !left || left >= *length)
		return false;
	segments = segments < most - joined ? segments : most - joined;
	bool whole = (int64_t)peer_room(t, cursor) >= (int64_t)segments * tcp_segment_room(t) &&
	             !defect(tcp_stack(t), DEFECT_TCP_CHUNK_REST_WAITS);
	*length = any || whole || small_allowed(t, cursor) ? left : 0;
	return true;
}

/* Decide on the segment that starts at @cursor. @small_too: it goes even if it is not full; @joined: so many leave in
 * one burst before it. False: nothing may go. */
static bool next_piece(const struct tcp *t, seq_t cursor, bool small_too, uint32_t joined, struct tcp_piece *p)
{
	const struct stack *st = tcp_stack(t);
	int32_t unsent = seq_diff(tcp_queue_end(t), cursor), room = (int32_t)tcp_segment_room(t), u = usable(t, cursor);
	bool fin = t->snd.fin_queued && !t->snd.fin_acked && unsent >= 0;
	bool nothing_out = seq_equal(cursor, tcp_queue_start(t));
	seq_t record = tcp_chunk_record_end(t, cursor);
	int32_t length = unsent < room ? unsent : room;
	bool ends_record = seq_diff(record, cursor) <= length, push = false;
	bool to_edge = joined && st->config.tcp_burst_fills_window && !defect(st, DEFECT_TCP_BURST_WHOLE);

	if (t->snd.fin_acked || (unsent <= 0 && !fin))
		return false;
	if (ends_record)
		length = seq_diff(record, cursor);
	bool cuts = of_chunk(t, cursor, !joined || small_too, joined, &length);
	if (length > u) {
		/* RFC 9293, 3.8.6.2.1, (3), MUST-38: otherwise a part goes only if it is half of the largest window. A
		 * host that makes segments as small as that sends no parts, and leaves what does not fit to the window
		 * probe. */
		bool parts = !st->config.tcp_override_by_probe;
		bool half = parts && nothing_out && u > 0 && (uint32_t)u >= t->snd.max_wnd / 2;
		bool rest = to_edge && u > 0 && (small_too || small_allowed(t, cursor));
		if (!half && !rest && !(defect(st, DEFECT_TCP_SILLY_SENDER) && u > 0))
			return false;
		length = u;
	} else if (length < room && !fin && !cuts && length == unsent && seq_after_or_at(cursor, t->snd.nxt) &&
	           !small_too && !small_allowed(t, cursor)) {
		return false;
	}
	*p = (struct tcp_piece){ .seq = cursor, .flags = TCP_ACK, .length = (uint32_t)length };
	p->offset = (size_t)seq_diff(cursor, tcp_queue_start(t));
	seq_t end = seq_add(p->seq, p->length);
	/* The FIN needs a number inside the peer's window, but no octet of the congestion window. */
	bool inside = (to_edge && length) || seq_before(end, seq_add(tcp_queue_start(t), t->snd.wnd));
	fin = fin && length == unsent && inside && (length || fin_fits(t, cursor));
	if (length == 0 && !fin)
		return false;
	if (fin)
		p->flags |= TCP_FIN;
	bool recorded = length && tcp_chunk_ends_record(t, end, &push);
	p->ends_burst = recorded || (st->config.tcp_burst_fills_window && tcp_chunk_ends(t, end));
	/* MUST-61: a segment that empties the queue has PSH in any case. */
	if (!recorded)
		push = (st->config.tcp_push_every_write && tcp_snd_push_in(t, p->seq, end)) ||
		       (length == unsent && pushed_at_end(t)) || tcp_chunk_pushed(t, end);
	if (length && push && !defect(st, DEFECT_TCP_NO_PUSH))
		p->flags |= TCP_PSH;
	return true;
}

/* Nothing is in flight and something waits: arm the timer that will deal with it. */
static void arm_waiting(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	bool fin = t->snd.fin_queued && !t->snd.fin_acked && seq_before_or_at(t->snd.cursor, tcp_queue_end(t));
	bool waits = fin || seq_after(tcp_queue_end(t), t->snd.cursor);

	if (!waits || !seq_equal(t->snd.cursor, t->snd.una)) {
		tcp_disarm(t, TCP_TIMER_PERSIST);
		tcp_disarm(t, TCP_TIMER_OVERRIDE);
		return;
	}
	if (t->snd.wnd == 0 || st->config.tcp_override_by_probe) {
		/* RFC 9293, 3.8.6.1, SHLD-29: the first probe after one RTO. */
		if (!t->timers[TCP_TIMER_PERSIST].armed && !t->timers[TCP_TIMER_OVERRIDE].armed)
			tcp_arm(t, TCP_TIMER_PERSIST, tcp_rto_now(t));
	} else if (!defect(st, DEFECT_TCP_OVERRIDE_UNPACED) && tcp_pacing_holds(t)) {
		tcp_disarm(t, TCP_TIMER_PERSIST);                /* nothing is too small: it is not its turn */
		tcp_disarm(t, TCP_TIMER_OVERRIDE);
	} else if (!t->timers[TCP_TIMER_OVERRIDE].armed) {
		tcp_disarm(t, TCP_TIMER_PERSIST);
		tcp_arm(t, TCP_TIMER_OVERRIDE, vtime_ms(st->config.tcp_override_ms));
	}
}

/* Can more text go directly behind @p, the @joined-th of its burst? */
static bool more_follows(const struct tcp *t, const struct tcp_piece *p, bool small_too, uint32_t joined)
{
	struct tcp_piece next;

	return next_piece(t, seq_add(p->seq, p->length), small_too, joined, &next) && next.length > 0;
}

/* Send again the part of @r that fits into one segment. Returns how many sequence numbers that is. */
static uint32_t send_again(struct tcp *t, const struct rxq_range *r, bool first_piece)
{
	const struct stack *st = tcp_stack(t);
	struct tcp_piece p = { .seq = r->start, .flags = TCP_ACK };
	seq_t first = seq_max(r->start, tcp_queue_start(t)), end = seq_min(r->end, tcp_queue_end(t));
	end = seq_min(end, tcp_chunk_record_end(t, first));
	uint32_t room = tcp_segment_room(t), sent = seq_after(end, first) ? (uint32_t)seq_diff(end, first) : 0;

	p.offset = (size_t)seq_diff(first, tcp_queue_start(t));
	p.length = sent < room ? sent : room;
	/* RFC 9293, 3.8.6: not beyond the window, unless it has closed and this probes it. */
	int32_t inside = seq_diff(seq_add(t->snd.una, t->snd.wnd), first);
	if (inside > 0 && p.length > (uint32_t)inside)
		p.length = (uint32_t)inside;
	bool all = seq_equal(seq_add(first, p.length), tcp_queue_end(t));
	/* A window that has closed is probed with text alone. */
	if (all && (inside > 0 || !p.length) && seq_after(r->end, tcp_queue_end(t)) && tcp_fin_sent(t))
		p.flags |= TCP_FIN;
	/* If not every SEND ends with PSH, one that ended within a burst has never been pushed. */
	seq_t last = seq_add(p.seq, p.length);
	bool pushed = st->config.tcp_push_every_write ? tcp_snd_push_in(t, p.seq, last) : tcp_chunk_pushed(t, last);
	if (p.length && ((all && pushed_at_end(t)) || pushed))
		p.flags |= TCP_PSH;
	/* Several segments that leave at once end with PSH, as in send_new(). */
	if (st->config.tcp_push_bursts && p.length && !first_piece && seq_equal(seq_add(p.seq, p.length), r->end))
		p.flags |= TCP_PSH;
	tcp_mtu_sent_again(t, p.seq);
	tcp_chunk_joined(t, p.seq, last);
	if (p.length || p.flags & TCP_FIN)
		tcp_segment_send(t, &p);
	return p.length + (p.flags & TCP_FIN ? 1 : 0);
}

/* A retransmission is counted by its reason, unless the timer itself sent it or it was a probe. */
static void count_again(struct tcp *t, bool by_timer)
{
	if (by_timer)
		return;
	if (t->recovery.phase == RECOVERY_FAST)
		count(tcp_stack(t), TcpExtTCPFastRetrans);
	else if (t->recovery.phase == RECOVERY_LOSS)
		count(tcp_stack(t), TcpExtTCPSlowStartRetrans);
}

/* RFC 9293, 3.8.6: what the window ends before has to wait. */
static bool in_window(const struct tcp *t, seq_t start)
{
	return seq_before(start, seq_add(t->snd.una, t->snd.wnd)) ||
	       defect(tcp_stack(t), DEFECT_TCP_BURST_AGAIN_OUTSIDE);
}

/* What is lost waits for its turn like new text, if sending is paced; only a timer does not wait. */
static bool paced_again(struct tcp *t, bool by_timer)
{
	return !by_timer && t->sent.waiting && tcp_pacing_holds(t) &&
	       !defect(tcp_stack(t), DEFECT_TCP_COPIES_UNPACED);
}

static void retransmit(struct tcp *t, bool by_timer)
{
	struct rxq_range r;

	while (!paced_again(t, by_timer) && t->recovery.ops->next(t, &r)) {
		seq_t start = r.start;
		uint32_t sent = send_again(t, &r, true);
		count_again(t, by_timer);
		bool whole = t->recovery.ops->marks && !by_timer;  /* otherwise ask again how much the window lets go */
		while (whole && sent && seq_before(r.start = seq_add(r.start, sent), r.end) && in_window(t, r.start)) {
			sent = send_again(t, &r, false);
			count_again(t, by_timer);
		}
		sent = whole ? (uint32_t)seq_diff(r.start, start) : sent;
		tcp_chunk_sent_again(t, start, seq_add(start, sent));
		tcp_paced(t, sent);
	}
	if (recovery_restarts_timer(t))
		tcp_arm_retransmit(t);
}

void tcp_retransmit(struct tcp *t)
{
	retransmit(t, false);
}

void tcp_retransmit_timed_out(struct tcp *t)
{
	retransmit(t, true);
}

static void probe_path(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	struct tcp_piece p = { .seq = t->snd.cursor, .flags = TCP_ACK, .probes_path = true };

	p.length = tcp_mtu_probe_due(t, p.seq);
	if (!p.length || tcp_pacing_holds(t))
		return;
	p.offset = (size_t)seq_diff(p.seq, tcp_queue_start(t));
	seq_t end = seq_add(p.seq, p.length);
	bool pushed = st->config.tcp_push_every_write ? tcp_snd_push_in(t, p.seq, end)
	                                              : tcp_chunk_push_in(t, p.seq, end);
	if (pushed && !defect(st, DEFECT_TCP_MTU_PROBE_UNPUSHED))
		p.flags |= TCP_PSH;
	tcp_segment_send(t, &p);
	tcp_paced(t, p.length);
	tcp_mtu_probe_sent(t, p.seq, seq_add(p.seq, p.length));
}

/* In a window that counts segments, small ones count as much as full ones. */
static void note_flight(struct tcp *t, bool filled)
{
	uint32_t mss = tcp_send_mss(t), flight = tcp_flight(t), window = flight;

	if (tcp_stack(t)->config.tcp_window_in_segments) {
		flight = (uint32_t)t->sent.count * mss;
		window = t->recovery.ops->in_flight(t, t->snd.cursor);
	}
	tcp_snd_note_flight(t, flight, filled || window + mss > t->congestion.cwnd);
}

/* Flags: small segments go; short bursts go; no more than one burst goes. */
enum { SMALL_TOO = 1, SHORT_BURSTS_TOO = 2, ONE_BURST = 4 };

/* Does a short burst wait at the cursor? *@filled: it could be longer if the congestion window were larger. */
static bool burst_waits(struct tcp *t, bool *filled)
{
	seq_t at = t->snd.cursor;
	enum tcp_burst_wait wait = tcp_burst_waits(t, at, usable(t, at), tcp_segment_room(t));

	*filled = wait == TCP_BURST_WAITS_FOR_ROOM && network_room(t, at) < peer_room(t, at);
	tcp_busy_narrow(t, wait == TCP_BURST_WAITS_FOR_ROOM && !*filled);
	return wait != TCP_BURST_GOES;
}

/* The text that is about to leave becomes one chunk, as far as the burst and congestion control allow. They count
 * segments, in whose text there may be options. */
static void gather(struct tcp *t)
{
	uint32_t room = tcp_segment_room(t);
	int32_t network = network_room(t, t->snd.cursor);
	uint32_t most = tcp_burst_size(t), count = network > 0 ? (uint32_t)network / tcp_send_mss(t) : 0;

	if (defect(tcp_stack(t), DEFECT_TCP_GATHERS_OPTIONS))
		room = tcp_send_mss(t);
	if (defect(tcp_stack(t), DEFECT_TCP_GATHERS_NOTHING_URGENT))
		most = tcp_burst_most(t);
	tcp_chunk_gather(t, (count < most ? count : most) * room);
}

/* True: congestion control lets no more go, though there may be room for a few segments. */
static bool send_new(struct tcp *t, int too)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	bool small_too = too & SMALL_TOO, filled = false;
	uint32_t burst = 0, unpaced = 0;                     /* segments; octets of a burst, which counts as one */
	struct tcp_piece p;

	for (;;) {
		if (!burst)
			gather(t);
		if (!next_piece(t, t->snd.cursor, small_too, burst, &p))
			break;
		bool goes_on = burst && c->tcp_push_bursts;
		if (!burst && !(too & SHORT_BURSTS_TOO) && burst_waits(t, &filled))
			break;
		if (!goes_on && tcp_pacing_holds(t))
			break;
		if (p.length < tcp_segment_room(t))
			tcp_snd_sent_small(t, seq_add(p.seq, p.length));
		p.joined = burst > 0;
		bool ends = ++burst >= tcp_burst_most(t) || p.ends_burst || !more_follows(t, &p, small_too, burst);
		if (c->tcp_push_bursts && burst > 1 && ends && seq_after_or_at(p.seq, t->snd.nxt))
			p.flags |= TCP_PSH;
		p.goes_on = !ends && c->tcp_push_bursts && !defect(tcp_stack(t), DEFECT_TCP_DSACK_ON_FIRST_PIECE);
		burst = ends ? 0 : burst;
		if (tcp_flight(t) == 0)
			tcp_congestion_resumed(t);
		tcp_segment_send(t, &p);
		unpaced += p.length;
		if (burst && c->tcp_push_bursts)
			continue;
		tcp_paced(t, unpaced);
		unpaced = 0;
		if (too & ONE_BURST)
			break;
	}
	if (unpaced)
		tcp_paced(t, unpaced);
	return filled;
}

static void output(struct tcp *t, int too)
{
	const struct stack *st = tcp_stack(t);

	if (tcp_in(t, TCPM_SENDS)) {
		tcp_retransmit(t);
		bool wanted = recovery_sends_small(t);
		if (wanted)
			too |= SMALL_TOO | SHORT_BURSTS_TOO;
		/* RFC 5681, 4.1: after more than an RTO without sending, the window may be out of date. */
		if (!st->config.tcp_restart_halves && t->snd.queue.length)
			tcp_congestion_pause(t);
		seq_t before = t->snd.cursor;
		tcp_busy_narrow(t, false);
		bool kept = t->accurate.keeps_room;          /* by a SEND that is at work */
		tcp_accecn_keep_room(t, true);
		tcp_ack_keep_room(t, st->config.tcp_push_bursts != 0);
		if (!(too & ONE_BURST))                             /* only what goes while a SEND is at work */
			probe_path(t);
		bool filled = send_new(t, too);
		if (wanted && seq_equal(t->snd.cursor, before)) {
			recovery_silent(t);
			tcp_retransmit(t);
		}
		tcp_accecn_keep_room(t, kept);
		tcp_ack_keep_room(t, false);
		/* Text that is held back by a full window shows that it is used, as does text that fills it. */
		filled |= st->config.tcp_window_in_segments && tcp_unsent(t) && network_room(t, t->snd.cursor) <= 0;
		if (filled || !seq_equal(t->snd.cursor, before)) {
			note_flight(t, filled);
			tcp_congestion_sent(t);
		}
		arm_waiting(t);
	}
	tcp_judge_sending(t);
	if (t->ack.now)
		tcp_send_ack(t);
}

void tcp_output(struct tcp *t)
{
	output(t, 0);
}

void tcp_output_small_too(struct tcp *t)
{
	output(t, SMALL_TOO);
}

void tcp_output_chunk(struct tcp *t)
{
	if (!tcp_stack(t)->config.tcp_push_half_window || tcp_chunk_mark_half(t))
		output(t, SMALL_TOO);
	else if (tcp_chunk_last_begins(t, t->snd.cursor))
		output(t, SMALL_TOO | SHORT_BURSTS_TOO | ONE_BURST);
}
