/* SPDX-License-Identifier: MIT
 *
 * tcp_sent.c - the scoreboard: what is in flight, segment by segment
 *
 * The scoreboard is a ring of segments in the order of their numbers, from SND.UNA to SND.NXT, each with the time when
 * it left and up to three marks: it was delivered (acknowledged or selected), it is believed lost, a copy of it is in
 * flight. Everything that recovery and congestion control ask for is counted when a mark changes (mark()), so asking
 * costs nothing: the flight is .out, less what is lost (.waiting), plus what is out twice (.doubled). Recovery decides
 * what is lost; this file only keeps the books.
 *
 * A segment here is one as the path carries it. A burst that leaves at once is entered as several segments, and a
 * segment that goes out again in part is split. Without memory entries are joined instead: knowledge gets coarser, but
 * never wrong.
 *
 * The delivery rate is that of draft-cheng-iccrg-delivery-rate-estimation: how much was delivered from the sending of a
 * segment to its acknowledgement, divided by the time that this took, or that sending took if that was longer. RFC 2018
 * and 2883 (SACK, D-SACK), RFC 8985, 6.2 (reordering), RFC 3708 (which D-SACKs are believed).
 */
#include "stack/tcp_sent.h"

#include "stack/tcp_chunk.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_send.h"
#include "stack/tcp_sent_block.h"

enum { SENT_ROOM_FIRST = 4 };

void tcp_sent_start(struct tcp *t)
{
	t->sent = (struct tcp_sent){ .highest = t->snd.una, .rate.app_limited = true };
	if (!defect(tcp_stack(t), DEFECT_INFO_FIN_AS_TEXT))
		t->sent.app_limited = UINT64_MAX;            /* until the user has more, if only the end */
}

void tcp_sent_free(struct tcp *t)
{
	memory_release(tcp_stack(t), t->sent.list);
	t->sent.list = NULL;
	t->sent.out = t->sent.waiting = t->sent.doubled = t->sent.first = t->sent.count = t->sent.room = 0;
	if (defect(tcp_stack(t), DEFECT_INFO_LOSSES_FORGOTTEN))
		t->sent.lost = t->sent.copies = t->sent.sacked = 0;
}

/* ---- sending ---- */

static bool make_room(struct tcp *t)
{
	struct tcp_sent *x = &t->sent;
	size_t room = x->room ? 2 * x->room : SENT_ROOM_FIRST;
	struct sent_segment *list;

	if (x->count < x->room)
		return true;
	list = memory_allocate(tcp_stack(t), room * sizeof(*list));
	if (!list)
		return false;
	for (size_t i = 0; i < x->count; i++)
		list[i] = *sent_at(x, i);
	memory_release(tcp_stack(t), x->list);
	x->list = list;
	x->room = room;
	x->first = 0;
	return true;
}

/* Set the marks of @s, and adjust everything that is counted from them. */
static void mark(struct tcp *t, struct sent_segment *s, bool lost, bool copy)
{
	/* What the segment contributed is taken off before its marks change, and added after that. A lost one whose
	 * copy is in flight is in neither sum: one copy has left the path, and one is on it. */
	struct tcp_sent *x = &t->sent;

	x->waiting -= s->lost && !s->copy ? s->text : 0;
	x->doubled -= s->copy && !s->lost ? s->text : 0;
	x->lost += (uint32_t)lost - s->lost;
	x->copies += (uint32_t)copy - s->copy;
	s->lost = lost;
	s->copy = copy;
	x->waiting += lost && !copy ? s->text : 0;
	x->doubled += copy && !lost ? s->text : 0;
}

static bool counts_segments(const struct tcp *t)
{
	return tcp_stack(t)->config.tcp_window_in_segments;
}

/* What the rate sample will need when this segment is acknowledged: how much had been delivered when it left, when that
 * was, and when its flight of segments had begun. */
static void stamp(struct tcp *t, struct sent_segment *s)
{
	const struct tcp_sent *x = &t->sent;

	s->at = tcp_stack(t)->now;
	s->turn = defect(tcp_stack(t), DEFECT_TCP_SENT_TOGETHER) ? 0 : tcp_stack(t)->turn;
	s->first_at = x->first_at;
	s->delivered_at = x->delivered_at;
	s->counted_at = x->counted_at;
	s->delivered_bytes = x->bytes;
	s->delivered_segments = x->segments;
	s->app_limited = x->app_limited != 0;
	s->sampled = false;
	s->in_flight = (uint32_t)(x->out - x->waiting + x->doubled) + s->text;
	s->losses = x->losses;
}

/* The last entry gets longer if there is no memory for another one. NULL: there is none at all. */
static struct sent_segment *append_one(struct tcp *t, seq_t seq, seq_t end, uint32_t text)
{
	struct tcp_sent *x = &t->sent;
	struct sent_segment *s = NULL;

	if (!x->count)                                       /* nothing is in flight: a new flight begins */
		x->first_at = x->delivered_at = x->counted_at = tcp_stack(t)->now;
	if (make_room(t)) {
		s = sent_at(x, x->count++);
		*s = (struct sent_segment){ .seq = seq, .end = end, .text = text };
		stamp(t, s);
		x->out += text;
	} else if (x->count) {                               /* without memory two segments count as one */
		s = sent_at(x, x->count - 1);
		s->end = end;
		s->text += text;
		x->out += text;
	}
	return s;
}

/* A part of a segment goes out again: split it in two. Without memory it stays one. */
static void split(struct tcp *t, size_t i, seq_t at)
{
	struct tcp_sent *x = &t->sent;
	struct sent_segment first, second;
	uint32_t text;

	if (!make_room(t))
		return;
	/* Both parts left when the whole did, and have its marks. Text is counted from the front; a FIN at the end
	 * takes a number, but is no text. */
	first = second = *sent_at(x, i);
	text = (uint32_t)seq_diff(at, first.seq);
	first.text = text < first.text ? text : first.text;
	first.end = second.seq = at;
	second.joined = false;
	second.gone = 0;
	second.text -= first.text;
	x->count++;
	for (size_t k = x->count - 1; k > i + 1; k--)
		*sent_at(x, k) = *sent_at(x, k - 1);
	*sent_at(x, i) = first;
	*sent_at(x, i + 1) = second;
	x->lost += second.lost;
	x->copies += second.copy;
}

/* However large a burst is, segments are lost or delivered as the path carries them. */
static void append(struct tcp *t, seq_t seq, seq_t end, uint32_t text, bool joined)
{
	uint32_t mss = tcp_send_mss(t);
	struct sent_segment *s;

	for (; text > mss; text -= mss, seq = seq_add(seq, mss), joined = true) {
		s = append_one(t, seq, seq_add(seq, mss), mss);
		if (s)
			s->joined = joined;
	}
	s = append_one(t, seq, end, text);
	if (s)
		s->joined = joined;
}

/* A piece has just left. Segments that were out before get a copy, along their own boundaries where possible; new ones
 * are appended, and SYN and FIN do not count as their text. */
void tcp_sent_piece(struct tcp *t, const struct tcp_piece *p, seq_t end)
{
	struct tcp_sent *x = &t->sent;
	seq_t fresh = seq_max(p->seq, t->snd.nxt);

	for (size_t i = 0; i < x->count && seq_before(p->seq, fresh); i++) {
		struct sent_segment *s = sent_at(x, i);
		if (!seq_before(s->seq, end))
			break;
		if (!seq_after(s->end, p->seq) || s->delivered)
			continue;
		/* If only the front of it goes out again, the rest has no copy. */
		if (seq_after(s->end, end))
			split(t, i, end);
		s = sent_at(x, i);
		s->again |= !p->crosses;
		s->judged = false;
		mark(t, s, s->lost, s->again);
		stamp(t, s);
	}
	if (p->flags & TCP_SYN && p->length && seq_after(end, fresh)) {
		/* RFC 7413, 4.2.2: the peer may acknowledge the SYN without its text. */
		append(t, p->seq, seq_add(p->seq, 1), 0, false);
		struct sent_segment *s = append_one(t, seq_add(p->seq, 1), end, p->length);
		if (s)
			s->with_syn = true;
	} else if (seq_after(end, fresh)) {
		uint32_t controls = (p->flags & TCP_FIN ? 1 : 0) + (p->flags & TCP_SYN ? 1 : 0);
		uint32_t text = (uint32_t)seq_diff(end, fresh) - controls;
		if (p->probes_path)                              /* one segment, however large */
			(void)append_one(t, fresh, end, text);
		else
			append(t, fresh, end, text, p->joined);
	}
}

/* The user has nothing more to send: less than a segment waits, the congestion window has room, and nothing waits to be
 * sent again. */
void tcp_sent_more(struct tcp *t)
{
	bool whole = counts_segments(t), all_sent = seq_equal(t->snd.cursor, t->snd.nxt);
	bool all = defect(tcp_stack(t), DEFECT_INFO_DUPLICATES_FLY);
	uint32_t segments = all ? tcp_sent_pipe_segments(t) : tcp_sent_flying(t);
	uint32_t flight = whole ? segments * tcp_send_mss(t) : tcp_flight(t);

	all_sent = all_sent && (whole ? t->sent.lost <= t->sent.copies : t->recovery.phase != RECOVERY_FAST);
	if (tcp_unsent(t) < tcp_send_mss(t) && flight < t->congestion.cwnd && all_sent)
		tcp_sent_limited(t);
}

/* Up to here the rate says how fast the user is, and not how fast the path. The mark is an amount that is delivered:
 * when what is in flight now has arrived, samples are about the path again. */
void tcp_sent_limited(struct tcp *t)
{
	const struct tcp_sent *x = &t->sent;
	uint64_t sent = counts_segments(t) ? x->segments + tcp_sent_flying(t) : x->bytes + x->out;

	t->sent.app_limited = sent ? sent : 1;
}

/* ---- what an ACK says ---- */

/* RFC 2883, 4: the first block repeats what is acknowledged, or lies within the second one. RFC 3708: only what we sent
 * twice can have arrived twice because of us. */
static void take_duplicate(struct tcp *t, const struct tcp_segment *seg)
{
	const struct rxq_range *b = seg->sack;
	uint32_t mss = tcp_send_mss(t), segments;
	struct sent_news *n = &t->sent.news;

	if (!seg->sack_count || !seq_before(b[0].start, b[0].end))
		return;
	bool inside = seg->sack_count > 1 && seq_after_or_at(b[0].start, b[1].start) &&
	              seq_before_or_at(b[0].end, b[1].end);
	if (!seq_before_or_at(b[0].end, seg->ack) && !inside)
		return;
	count(tcp_stack(t), inside && !seq_before_or_at(b[0].end, seg->ack) ? TcpExtTCPDSACKOfoRecv :
	                                                                      TcpExtTCPDSACKRecv);
	n->repeats = true;
	n->duplicate = b[0];
	segments = ((uint32_t)seq_diff(b[0].end, b[0].start) + mss - 1) / mss;
	t->sent.duplicates += segments;
	if (t->sent.duplicates > t->stats.retransmits) {
		count(tcp_stack(t), TcpExtTCPDSACKIgnoredDubious);
		if (t->sent.count)                           /* then it is an ordinary block, about nothing in flight */
			count(tcp_stack(t), TcpExtTCPSACKDiscard);
		return;
	}
	count_many(tcp_stack(t), TcpExtTCPDSACKRecvSegs, segments);
	count_many(tcp_stack(t), TcpExtTCPDelivered, segments);
	n->duplicates = segments;
	n->duplicates_again = tcp_sent_duplicates_again(t, segments);
	t->sent.segments += segments;                        /* they did arrive */
}

vtime_t tcp_sent_least_rtt(const struct tcp *t)
{
	return vtime_min(tcp_rto_least(t), least_rtt(&t->sent.least));
}

/* @seg echoes a time-stamp from before @s left for the last time, so it answers an earlier copy. Receivers echo what
 * came in order (RFC 7323, 4.3), so the echo says less about a selected segment than about one that is @acked. */
static bool echoes_earlier(const struct tcp *t, const struct tcp_segment *seg, const struct sent_segment *s, bool acked)
{
	enum tcp_rack_echo checked = (enum tcp_rack_echo)tcp_stack(t)->config.tcp_rack_echo_checked;

	if (checked == TCP_RACK_ECHO_OF_ACKED && defect(tcp_stack(t), DEFECT_TCP_RACK_ECHO_UNREAD))
		return false;
	return t->agreed.stamps && seg->has_stamp && seg->ts_echo &&
	       (checked == TCP_RACK_ECHO_ALWAYS || (checked == TCP_RACK_ECHO_OF_ACKED && acked)) &&
	       (int32_t)(seg->ts_echo - tcp_stamp_at(t, s->at)) < 0;
}

/* RFC 8985, 6.2, step 2: the ACK of a retransmitted segment may answer an earlier copy. That of a SYN,ACK proves
 * nothing about the text behind it (RFC 7413, 4.2.2), because there was no round trip to compare with. */
static bool is_beyond_doubt(const struct tcp *t, const struct tcp_segment *seg, const struct sent_segment *s,
                            bool acked)
{
	vtime_t rtt = vtime_sub(tcp_stack(t)->now, s->at);
	uint32_t turns = defect(tcp_stack(t), DEFECT_TCP_COPY_TIES) ? UINT32_MAX : tcp_stack(t)->turn - s->turn;

	if (!s->again || defect(tcp_stack(t), DEFECT_TCP_RACK_AMBIGUOUS))
		return true;
	if (t->place.passive && seq_equal(s->seq, t->snd.iss))
		return false;
	if (echoes_earlier(t, seg, s, acked))
		return false;
	bool beaten = tcp_rto_least_beaten(t, rtt, turns) && least_rtt_beaten(&t->sent.least, rtt, turns);
	return vtime_is_never(tcp_sent_least_rtt(t)) || !beaten;
}

/* @s was delivered: collect the news. @acked: by the ACK field. */
static void take_news(struct tcp *t, const struct tcp_segment *seg, const struct sent_segment *s, bool acked)
{
	struct sent_news *n = &t->sent.news;

	n->segments++;
	n->selected |= !acked;
	if (!s->again) {
		vtime_t *first = acked ? &n->acked_at : &n->selected_at;
		if (vtime_is_never(n->acked_at) && vtime_is_never(n->selected_at))
			n->turn = s->turn;
		if (vtime_is_never(*first))
			*first = s->at;
		if (!n->original)
			n->original_end = s->end;
		n->original = true;
	}
	if (!is_beyond_doubt(t, seg, s, acked))
		return;
	if (acked || !n->sure)                               /* the ACK field is read last */
		n->rtt = vtime_sub(tcp_stack(t)->now, s->at);
	n->sure |= acked;
	if (!n->proof.delivered || !tcp_sent_before(s, n->proof.at, n->proof.turn)) {
		n->proof = *s;
		n->proof.delivered = true;
	}
}

/* Deliver @s; @newest is updated to the delivered segment that was sent last. */
static void deliver(struct tcp *t, struct sent_segment *s, struct sent_segment *newest)
{
	struct tcp_sent *x = &t->sent;

	mark(t, s, false, false);
	s->delivered = s->judged = true;
	x->sacked++;
	if (!t->place.passive || !seq_equal(s->seq, t->snd.iss))   /* a SYN,ACK is not counted */
		count(tcp_stack(t), TcpExtTCPDelivered);
	x->segments += !s->with_syn || s->again;
	x->bytes += s->text;
	x->out -= s->text;
	x->delivered_at = x->counted_at = tcp_stack(t)->now;
	x->highest = seq_max(x->highest, s->end);
	bool once = s->sampled && !defect(tcp_stack(t), DEFECT_TCP_RATE_WHILE_RENEGED);
	if (!once && (!newest->delivered || !tcp_sent_before(s, newest->at, newest->turn)))
		*newest = *s;
	s->sampled = true;
}

/* Without SACK each duplicate ACK reported a segment, though not which: all of those that an ACK covers but the oldest,
 * if so many were reported. */
uint32_t tcp_sent_reported_before(const struct tcp *t)
{
	uint32_t newer = t->sent.news.segments > 1 ? t->sent.news.segments - 1 : 0;
	uint32_t reported = t->recovery.duplicate_acks;

	return t->agreed.sack ? 0 : newer < reported ? newer : reported;
}

/* The slower of sending and acknowledging counts: ACKs that come in a bunch would make the path look faster than it is,
 * and so would segments that left in a burst. */
static void take_sample(struct tcp *t, const struct sent_segment *newest)
{
	struct tcp_sent *x = &t->sent;
	bool whole = counts_segments(t);
	int64_t sending = vtime_sub(newest->at, newest->first_at).ns;
	int64_t answering = vtime_sub(x->delivered_at, newest->delivered_at).ns;
	int64_t counting = vtime_sub(x->counted_at, newest->counted_at).ns;
	uint32_t delivered = x->segments - tcp_sent_reported_before(t);
	struct sent_rate r = {
		.bytes = x->bytes - newest->delivered_bytes,
		.segments = delivered - newest->delivered_segments, .ns = sending > answering ? sending : answering,
		.app_limited = newest->app_limited,
	}, counted = r;

	if (whole)
		counted.ns = sending > counting ? sending : counting;
	x->first_at = newest->at;
	x->sample.ns = 0;
	if (x->app_limited && (whole ? delivered : x->bytes) > x->app_limited)
		x->app_limited = 0;
	/* Faster than any round trip, or none is known: the ACK was about an earlier copy. Nor is a SYN a sample. */
	uint64_t much = whole ? r.segments : r.bytes, best = whole ? x->rate.segments : x->rate.bytes;
	bool unknown = vtime_is_never(tcp_sent_least_rtt(t)) && !defect(tcp_stack(t), DEFECT_INFO_RATE_ALONE);
	bool early = unknown || (x->least.count && counted.ns < least_rtt(&x->least).ns);
	if (!much || counted.ns <= 0 || seq_equal(newest->seq, t->snd.iss) || early)
		return;
	x->sample = r;
	/* A sample limited by the user's pace counts only if it is no slower than the known rate. */
	bool faster = (double)much * (double)x->rate.ns >= (double)best * (double)counted.ns;
	if (!counted.app_limited || !x->rate.ns || faster)
		x->rate = counted;
}

/* Entries that the ACK covers as a whole leave the ring, delivered before by a block or only now. */
static void forget_acked(struct tcp_sent *x, seq_t ack)
{
	while (x->count && seq_before_or_at(sent_at(x, 0)->end, ack)) {
		x->news.whole = true;
		x->news.again |= sent_at(x, 0)->again;
		x->sacked -= sent_at(x, 0)->delivered;
		x->first = (x->first + 1) & (x->room - 1);
		x->count--;
	}
}

/* Merge segment @i + 1 into segment @i, which keeps its mark of loss. */
static void merge(struct tcp *t, size_t i)
{
	struct tcp_sent *x = &t->sent;
	struct sent_segment *s = sent_at(x, i), *next = sent_at(x, i + 1);
	bool lost = s->lost, copy = s->copy;

	mark(t, next, false, false);
	mark(t, s, false, false);
	s->end = next->end;
	s->text += next->text;
	s->again |= next->again;
	mark(t, s, lost, copy);
	for (size_t k = i + 1; k + 1 < x->count; k++)
		*sent_at(x, k) = *sent_at(x, k + 1);
	x->count--;
}

/* Segments @i to @i + @count - 1 of one piece become segments of @size. */
static void cut_anew(struct tcp *t, size_t i, size_t count, uint32_t size)
{
	struct tcp_sent *x = &t->sent;

	while (--count)
		merge(t, i);
	for (size_t before; sent_at(x, i)->text > size; i++) {
		before = x->count;
		split(t, i, seq_add(sent_at(x, i)->seq, size));
		if (x->count == before)                      /* no memory for one more */
			return;
		sent_at(x, i + 1)->joined = true;
	}
}

/* Segments of the piece that begins with the first one: they have the same marks. */
static size_t rest_of_piece(const struct tcp_sent *x)
{
	const struct sent_segment *s = sent_at(x, 0), *next = s;
	size_t count = 0;

	while (next->delivered == s->delivered && next->lost == s->lost && next->copy == s->copy &&
	       ++count < x->count && sent_at(x, count)->joined)
		next = sent_at(x, count);
	return count;
}

/* An ACK that leaves only a part of the oldest piece, though a smaller one than before by @count segments, has as much
 * to say as if it had acknowledged so many. */
static void take_part(struct tcp *t, const struct tcp_segment *seg, uint32_t count)
{
	struct tcp_sent *x = &t->sent;
	const struct sent_segment *s = sent_at(x, 0);

	x->segments += count;
	if (!count || defect(tcp_stack(t), DEFECT_TCP_PART_NO_NEWS))
		return;
	x->news.whole = true;
	x->news.again |= s->again;
	take_news(t, seg, s, true);
	x->news.segments += count - 1;
}

/* The part before @ack arrived; the rest stays. A host that keeps a burst in one piece knows only its size: what is
 * left of it goes out again in segments that begin there. Of what was selected nothing should be left (RFC 2018, 8); if
 * so, it will have to go out again. */
static void trim_first(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_sent *x = &t->sent;
	struct sent_segment *s = x->count ? sent_at(x, 0) : NULL;
	seq_t ack = seg->ack;
	uint32_t part = s && seq_before(s->seq, ack) ? (uint32_t)seq_diff(ack, s->seq) : 0, size = s ? s->text : 0;

	if (!part || (s->delivered && defect(tcp_stack(t), DEFECT_TCP_SELECTED_NOT_TRIMMED)))
		return;
	bool selected = s->delivered;
	part = part < size ? part : size;
	x->bytes += selected ? 0 : part;
	x->out -= selected ? 0 : part;
	x->waiting -= s->lost && !s->copy ? part : 0;
	x->doubled -= s->copy && !s->lost ? part : 0;
	s->text -= part;
	s->seq = ack;
	size_t count = rest_of_piece(x), before = x->count;
	bool alone = count == 1 && !(s->joined && x->news.whole);
	s->gone += alone && tcp_stack(t)->config.tcp_part_is_overtaken ? part : 0;
	if (count == 1 || !tcp_stack(t)->config.tcp_push_bursts || defect(tcp_stack(t), DEFECT_TCP_REST_KEEPS_BORDERS))
		return;
	cut_anew(t, 0, count, size);
	if (selected)
		x->sacked -= (uint32_t)(before - x->count);
	else
		take_part(t, seg, (uint32_t)(before - x->count));
}

/* What is selected becomes one piece, apart from the rest: if it has to go out again, it goes as a whole. */
static void join_selected(struct tcp *t)
{
	struct tcp_sent *x = &t->sent;

	for (size_t i = 1; i < x->count; i++) {
		struct sent_segment *s = sent_at(x, i);
		bool before = sent_at(x, i - 1)->delivered;
		s->joined = s->delivered ? before && (s->joined || tcp_sent_joins(t, i)) : s->joined && !before;
	}
}

/* A D-SACK is about the copy of the selected segment @s: so the original arrived as well, later than what overtook
 * it. */
static bool is_repeated(const struct tcp_sent *x, const struct sent_segment *s)
{
	const struct rxq_range *d = &x->news.duplicate;

	return x->news.duplicates && s->delivered && s->again && seq_before(s->seq, d->end) &&
	       seq_after(s->end, d->start);
}

/* One walk over the ring for each ACK. The news goes to .news, for those who decide afterwards: how much was newly
 * delivered, when the oldest and the newest of it had left, whether it was sent only once, and how far it was
 * overtaken. Without blocks of SACK the walk ends at the ACK's number. */
void tcp_sent_acked(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_sent *x = &t->sent;
	struct sent_segment newest = { 0 };
	seq_t highest = x->highest, lowest = highest;
	/* RFC 2018, 5 (RFC2018-5-RECORD) */
	bool selective = t->agreed.sack && seg->sack_count && !defect(tcp_stack(t), DEFECT_TCP_SACK_IGNORED);

	const struct sent_segment *acked_last = NULL, *selected_last = NULL, *last;    /* originals */
	bool late = false, overtaken = false, copies = false, orderly = defect(tcp_stack(t), DEFECT_TCP_DSACK_ORDERLY);
	bool last_counts = !defect(tcp_stack(t), DEFECT_TCP_LATE_LAST_UNSEEN), late_acked = false, both = false;
	x->news = (struct sent_news){ .acked_at = VTIME_NEVER, .selected_at = VTIME_NEVER, .rtt = VTIME_NEVER,
	                             .disorder_known = x->reorderings > 0 };
	if (selective) {
		take_duplicate(t, seg);
		tcp_sent_count_unsound(t, seg);
		if (tcp_stack(t)->config.tcp_push_bursts)
			tcp_sent_count_merges(t, seg);
	}
	for (size_t i = 0; i < x->count; i++) {
		struct sent_segment *s = sent_at(x, i);
		bool acked = seq_before_or_at(s->end, seg->ack);
		if (!acked && !selective)
			break;
		copies |= acked && s->again;
		if (!late && !orderly && is_repeated(x, s) && seq_before(last_counts ? s->seq : s->end, highest)) {
			late = true;
			x->news.distance = (uint32_t)seq_diff(highest, s->seq);
		}
		if (s->delivered || !(acked || tcp_sent_is_selected(t, seg, s)))
			continue;
		/* RFC 8985, 6.2, step 4: it was sent only once, and something sent after it was delivered before it. */
		bool sack = t->agreed.sack || defect(tcp_stack(t), DEFECT_TCP_PART_LATE_WITHOUT_SACK);
		bool late_part = acked && s->gone && sack && !defect(tcp_stack(t), DEFECT_TCP_PART_IN_ORDER);
		both |= late_acked && !acked && !s->again && seq_before(s->end, highest);
		if (!s->again && (seq_before(s->end, highest) || late_part) && !late) {
			late = overtaken = true;
			late_acked = acked && !defect(tcp_stack(t), DEFECT_TCP_LATE_COUNTED_ONCE);
			lowest = seq_back(s->seq, s->gone);
		}
		if (!s->again)
			*(acked ? &acked_last : &selected_last) = s;
		take_news(t, seg, s, acked);
		deliver(t, s, &newest);
	}
	if (overtaken)
		x->news.distance = (uint32_t)seq_diff(x->highest, lowest);
	x->reorderings += late + both;                       /* what it acknowledges and what it selects */
	count_many(tcp_stack(t), TcpExtTCPSACKReorder, late + both);
	if (selective)
		join_selected(t);
	/* Karn's algorithm: what an ACK number says is ambiguous when it covers copies. */
	last = selected_last ? selected_last : copies ? NULL : acked_last;
	if (last)
		tcp_rto_see_least(t, &x->least, vtime_sub(tcp_stack(t)->now, last->at),
		                  tcp_stack(t)->turn - last->turn);
	x->newest = newest;
	/* What an ACK selects that was overtaken counts with the next one; and while a receiver is sent again what it
	 * has thrown away, nothing is known about the rate. */
	bool counts = !x->reneged && !seq_before(seg->ack, t->snd.una);
	if (newest.delivered && (counts || defect(tcp_stack(t), DEFECT_TCP_RATE_WHILE_RENEGED)))
		take_sample(t, &newest);
	forget_acked(x, seg->ack);
	trim_first(t, seg);
}

void tcp_sent_forgotten(struct tcp *t)
{
	t->sent.segments++;
}

void tcp_sent_crossed(struct tcp *t)
{
	t->sent.segments += counts_segments(t);
}

void tcp_sent_reported(struct tcp *t, int segments)
{
	struct tcp_sent *x = &t->sent;

	x->segments += (uint32_t)segments;
	count_many(tcp_stack(t), TcpExtTCPDelivered, segments);
	if (segments <= 0 || defect(tcp_stack(t), DEFECT_TCP_DUPLICATES_NO_DELIVERY))
		return;
	x->counted_at = tcp_stack(t)->now;
	if (counts_segments(t) && x->segments > x->app_limited)
		x->app_limited = 0;
}

void tcp_sent_disordered(struct tcp *t)
{
	t->sent.reorderings++;
}

/* ---- what is believed to be lost ---- */

const struct sent_segment *tcp_sent_segment(const struct tcp *t, size_t i)
{
	return sent_at(&t->sent, i);
}

/* If the copy is lost as well, its mark is removed: the segment waits to be sent a third time. Loss ranges are separate
 * stretches of lost segments, which BBR counts. */
void tcp_sent_lose(struct tcp *t, size_t i)
{
	struct sent_segment *s = sent_at(&t->sent, i);

	if (s->delivered || (s->lost && !s->copy))
		return;
	if (s->copy)
		count(tcp_stack(t), TcpExtTCPLostRetransmit);
	mark(t, s, true, false);
	t->sent.losses++;
	t->sent.loss_ranges += !i || !sent_at(&t->sent, i - 1)->lost;
	t->sent.last_lost = *s;
}

void tcp_sent_judge(struct tcp *t, size_t i)
{
	tcp_sent_lose(t, i);
	sent_at(&t->sent, i)->judged = true;
}

void tcp_sent_uncount_copy(struct tcp *t, size_t i)
{
	struct sent_segment *s = sent_at(&t->sent, i);

	mark(t, s, s->lost, false);
}

void tcp_sent_forgive(struct tcp *t)
{
	for (size_t i = 0; t->sent.lost && i < t->sent.count; i++)
		mark(t, sent_at(&t->sent, i), false, sent_at(&t->sent, i)->copy);
}

bool tcp_sent_reneged(const struct tcp *t)
{
	return t->sent.count && sent_at(&t->sent, 0)->delivered;
}

/* RFC 2018, 8: the receiver may throw away what it has selected, so nothing selected counts any more. */
void tcp_sent_renege(struct tcp *t)
{
	struct tcp_sent *x = &t->sent;

	for (size_t i = 0; i < x->count; i++) {
		struct sent_segment *s = sent_at(x, i);
		x->out += s->delivered ? s->text : 0;
		s->delivered = false;
	}
	x->sacked = 0;
	x->highest = t->snd.una;
	x->reneged = true;
}

void tcp_sent_believe(struct tcp *t)
{
	t->sent.reneged = false;
}

bool tcp_sent_next_lost(const struct tcp *t, struct rxq_range *range)
{
	for (size_t i = 0; t->sent.lost && i < t->sent.count; i++) {
		const struct sent_segment *s = sent_at(&t->sent, i);
		if (!s->lost || s->copy)
			continue;
		*range = (struct rxq_range){ s->seq, s->end };
		return true;
	}
	return false;
}

void tcp_sent_collapse(struct tcp *t, struct rxq_range *range)
{
	struct tcp_sent *x = &t->sent;
	uint32_t mss = tcp_send_mss(t);
	size_t i = 0;

	if (!tcp_stack(t)->config.tcp_retransmit_collapse || defect(tcp_stack(t), DEFECT_TCP_SMALL_AGAIN))
		return;
	while (i < x->count && !seq_equal(sent_at(x, i)->seq, range->start))
		i++;
	if (i < x->count && sent_at(x, i)->text >= mss)      /* it is full: nothing joins it, not even a FIN */
		return;
	while (i + 1 < x->count) {
		const struct sent_segment *s = sent_at(x, i), *next = sent_at(x, i + 1);
		bool apart = next->text && !seq_before(next->seq, tcp_chunk_record_end(t, s->seq));     /* MSG_EOR */
		bool text = s->text && (next->text || !defect(tcp_stack(t), DEFECT_TCP_FIN_APART));    /* a FIN, too */

		if (next->delivered || apart || !text || s->text + next->text > mss)
			break;
		merge(t, i);
		range->end = sent_at(x, i)->end;
	}
}

/* Segments @i to @i + @count - 1, which left as one piece, become segments of the present size. If the path turned out
 * not to take larger ones, each of the smaller ones counts in the window (RFC 4821, 7.7); if options took room in them
 * that they need no longer, they are filled up. */
static void resize(struct tcp *t, size_t i, size_t count)
{
	struct tcp_sent *x = &t->sent;
	uint32_t mss = tcp_send_mss(t);
	bool too_large = false, too_small = count > 1 && sent_at(x, i)->text < mss;

	for (size_t k = i; k < i + count; k++)
		too_large |= sent_at(x, k)->text > mss;
	too_large = too_large && !defect(tcp_stack(t), DEFECT_TCP_BLACK_HOLE_BURST);
	too_small = too_small && tcp_stack(t)->config.tcp_push_bursts &&
	            !defect(tcp_stack(t), DEFECT_TCP_AGAIN_NOT_FILLED);
	if (too_large || too_small)
		cut_anew(t, i, count, mss);
}

/* How many segments from @i on left as one piece and are lost. */
static size_t lost_piece(const struct tcp *t, size_t i)
{
	const struct tcp_sent *x = &t->sent;
	seq_t start = sent_at(x, i)->seq;
	size_t count = 1;

	for (; i + count < x->count; count++) {
		const struct sent_segment *s = sent_at(x, i + count);
		bool apart = !seq_before(s->seq, tcp_chunk_record_end(t, start));            /* MSG_EOR */
		if (!s->joined || !s->lost || s->copy || apart)
			break;
	}
	return count;
}

/* Segments that left as one piece go out again as one, up to @most octets, as long as all of them are lost. */
void tcp_sent_join(struct tcp *t, struct rxq_range *range, uint32_t most)
{
	struct tcp_sent *x = &t->sent;
	size_t i = 0, end;

	while (i < x->count && !seq_equal(sent_at(x, i)->seq, range->start))
		i++;
	if (i == x->count)
		return;
	resize(t, i, lost_piece(t, i));
	range->end = sent_at(x, i)->end;
	for (end = i + lost_piece(t, i), i++; i < end; i++) {
		if (seq_diff(sent_at(x, i)->end, range->start) > (int32_t)most)
			break;
		range->end = sent_at(x, i)->end;
	}
	if (i < x->count && seq_equal(sent_at(x, i)->seq, range->end))
		sent_at(x, i)->joined = false;
}

uint32_t tcp_sent_pipe(const struct tcp *t)
{
	return (uint32_t)(t->sent.out - t->sent.waiting + t->sent.doubled);
}

uint32_t tcp_sent_pipe_segments(const struct tcp *t)
{
	return (uint32_t)t->sent.count - t->sent.sacked - t->sent.lost + t->sent.copies;
}

uint32_t tcp_sent_flying(const struct tcp *t)
{
	uint32_t pipe = tcp_sent_pipe_segments(t), duplicates = t->recovery.duplicate_acks;

	return pipe > duplicates ? pipe - duplicates : 0;
}
