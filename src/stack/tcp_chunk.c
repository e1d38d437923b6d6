/* SPDX-License-Identifier: MIT
 *
 * tcp_chunk.c - the send buffer as it is charged: chunks of the send queue, records that stay apart, when it is full
 *
 * SO_SNDBUF limits memory, not octets. A host keeps the send queue in chunks, and each costs something beside its
 * octets, so that many small writes fill a buffer sooner than a large one. How chunks form was measured on Linux, and a
 * script can see it in the result of write():
 *
 * - A chunk takes text up to half of the largest window that the peer ever offered, or all of a window of at most 536
 *   octets, in whole segments, at least one; 64 KiB less room for headers if that window was never open or is larger.
 *   A segment is one as it would leave when the write begins: blocks of SACK that are due come out of its text.
 *   A write fills the last chunk as long as it has not gone out, even if the buffer is full. A new one begins only
 *   while the charge is less than the buffer, and unsent text less than TCP_NOTSENT_LOWAT.
 * - Text that leaves in one burst is one chunk from then on; the rest is cut off. Before a burst leaves, or is found
 *   to have to wait, its chunk absorbs the next one, or as much of it as the burst lacks.
 * - What goes again, or is selected, is cut out of its chunk, and costs as much as any other; small chunks that go
 *   again in one segment, and neighbours that are selected, become one.
 * - Acknowledged chunks are freed, and so is the acknowledged part of one of several segments. Of one segment the part
 *   stays charged until the rest goes again.
 * - When a chunk is full and nothing waits before it, a burst of it goes out at once, though the SEND has more; so
 *   the rest of the chunk is filled up again. When more than half of the peer's largest window was written since the
 *   last push, the chunk is pushed as well, and everything goes that may.
 *
 * The buffer is writable while a third of it is free. Unless the user has set its size it grows to two congestion
 * windows, but only once a write has been refused: other users do not need it.
 *
 * MSG_EOR ends a record: no segment has text from both sides of the end, not even a retransmission. That holds in any
 * profile. Where chunks cost nothing (tcp_send_chunk_overhead is 0) a buffer of N octets takes exactly N.
 *
 * Only this file writes struct tcp_chunks. Without memory for another entry, text joins the last chunk: it is charged
 * too little then, and the end of a record may be lost, but no octet.
 */
#include "stack/tcp_chunk.h"

#include "stack/tcp_mss.h"

enum { CHUNKS_FIRST = 4, MOST_CHUNK = 65343, LEAST_WINDOW = 10, LEAST_FREE = 512 };

static struct send_chunk *chunk_at(const struct tcp_chunks *c, size_t i)
{
	return &c->list[(c->first + i) & (c->room - 1)];
}

/* Only ends are kept: a chunk begins where the one before it ends, and the first where memory has been freed up to. */
static seq_t chunk_start(const struct tcp *t, size_t i)
{
	return i ? chunk_at(&t->chunks, i - 1)->end : t->chunks.freed;
}

static uint32_t chunk_length(const struct tcp *t, size_t i)
{
	return (uint32_t)seq_diff(chunk_at(&t->chunks, i)->end, chunk_start(t, i));
}

void tcp_chunk_start(struct tcp *t)
{
	seq_t first = seq_add(t->snd.iss, 1);

	t->chunks = (struct tcp_chunks){ .freed = first, .pushed = first };
}

void tcp_chunk_free(struct tcp *t)
{
	memory_release(tcp_stack(t), t->chunks.list);
	t->chunks.list = NULL;
	t->chunks.count = t->chunks.room = t->chunks.first = 0;
}

/* ---- the list ---- */

/* The list is a ring whose size is a power of two. When it grows it begins at 0 again. */
static bool make_room(struct tcp *t)
{
	struct tcp_chunks *c = &t->chunks;
	size_t room = c->room ? 2 * c->room : CHUNKS_FIRST;

	if (c->count < c->room)
		return true;
	struct send_chunk *list = memory_allocate(tcp_stack(t), room * sizeof(*list));
	if (!list)
		return false;
	for (size_t i = 0; i < c->count; i++)
		list[i] = *chunk_at(c, i);
	memory_release(tcp_stack(t), c->list);
	c->list = list;
	c->room = room;
	c->first = 0;
	return true;
}

/* Split chunk @i in two. */
static void cut(struct tcp *t, size_t i, seq_t at)
{
	struct tcp_chunks *c = &t->chunks;

	if (!make_room(t))
		return;
	c->count++;
	for (size_t k = c->count - 1; k > i; k--)
		*chunk_at(c, k) = *chunk_at(c, k - 1);
	*chunk_at(c, i) = (struct send_chunk){ .end = at };
}

/* Merge chunk @i with the next one. */
static void join(struct tcp *t, size_t i)
{
	struct tcp_chunks *c = &t->chunks;

	chunk_at(c, i + 1)->push |= chunk_at(c, i)->push;
	for (size_t k = i; k + 1 < c->count; k++)
		*chunk_at(c, k) = *chunk_at(c, k + 1);
	c->count--;
}

/* ---- writing ---- */

/* How much a chunk may have. Urgent text does not wait for more, so it is cut into single segments at once. */
static uint32_t chunk_most(const struct tcp *t)
{
	uint32_t mss = t->chunks.segment ? t->chunks.segment : tcp_send_mss(t), most = tcp_window_part(t);

	if (defect(tcp_stack(t), DEFECT_TCP_CHUNK_WITHOUT_OPTIONS))
		mss = tcp_send_mss(t);
	if (t->chunks.urgent)
		return mss;
	if (defect(tcp_stack(t), DEFECT_TCP_CHUNK_HALVES_ANYTHING))
		most = t->snd.max_wnd / 2;
	if (most > MOST_CHUNK)
		most = MOST_CHUNK;
	return most > mss ? most - most % mss : mss;
}

uint64_t tcp_chunk_charge(const struct tcp *t)
{
	uint64_t overhead = (uint64_t)tcp_stack(t)->config.tcp_send_chunk_overhead;

	if (!overhead || !t->chunks.count || defect(tcp_stack(t), DEFECT_TCP_CHUNKS_FREE))
		return t->snd.queue.length;
	return (uint32_t)seq_diff(tcp_queue_end(t), t->chunks.freed) + overhead * t->chunks.count;
}

static uint32_t low_water(const struct tcp *t)
{
	uint32_t own = (uint32_t)t->options.notsent_low_water;

	return own ? own : (uint32_t)tcp_stack(t)->config.tcp_notsent_low_water;
}

/* A chunk that has left, or that ends a record, takes no more. */
uint32_t tcp_chunk_last_takes(const struct tcp *t)
{
	const struct tcp_chunks *c = &t->chunks;

	if (!c->count || chunk_at(c, c->count - 1)->record || !seq_after(tcp_queue_end(t), t->snd.nxt))
		return 0;
	uint32_t length = chunk_length(t, c->count - 1), most = chunk_most(t);
	return length < most ? most - length : 0;
}

/* Where chunks are charged it is one of them at most: the next one is measured against a charge that has the overhead
 * of this one in it. */
uint32_t tcp_chunk_room(const struct tcp *t)
{
	uint64_t charge = tcp_chunk_charge(t), limit = (uint64_t)t->socket->options.send_buffer;
	bool counts = !defect(tcp_stack(t), DEFECT_TCP_NOTSENT_IGNORED);

	if (!tcp_stack(t)->config.tcp_send_chunk_overhead) {
		bool waits = counts && tcp_unsent(t) && tcp_unsent(t) >= low_water(t);
		return charge < limit && !waits ? (uint32_t)(limit - charge) : 0;
	}
	uint32_t takes = tcp_chunk_last_takes(t);
	if (takes)
		return takes;
	if (charge >= limit || (counts && tcp_unsent(t) >= low_water(t)))
		return 0;
	return chunk_most(t);
}

void tcp_chunk_begins_write(struct tcp *t, bool urgent, uint32_t segment)
{
	t->chunks.segment = segment;
	t->chunks.urgent = urgent && tcp_stack(t)->config.tcp_urgent_hurries &&
	                   !defect(tcp_stack(t), DEFECT_TCP_URGENT_IN_BURSTS);
	if (tcp_chunk_last_takes(t))
		chunk_at(&t->chunks, t->chunks.count - 1)->push = false;
}

void tcp_chunk_written(struct tcp *t, uint32_t length)
{
	struct tcp_chunks *c = &t->chunks;
	bool charged = tcp_stack(t)->config.tcp_send_chunk_overhead;
	seq_t end = tcp_queue_end(t), before = seq_back(end, length);
	bool open = c->count && !chunk_at(c, c->count - 1)->record && seq_after(before, t->snd.nxt);

	if (open && charged)
		open = chunk_length(t, c->count - 1) < chunk_most(t);
	if (!open && make_room(t))
		*chunk_at(c, c->count++) = (struct send_chunk){ .end = end };
	else if (c->count)
		chunk_at(c, c->count - 1)->end = end;
}

void tcp_chunk_ends_write(struct tcp *t, bool record, bool push)
{
	struct tcp_chunks *c = &t->chunks;

	if (!push && tcp_stack(t)->config.tcp_push_half_window)
		(void)tcp_chunk_mark_half(t);

	if (!c->count)
		return;
	struct send_chunk *last = chunk_at(c, c->count - 1);
	last->push |= push;
	if (push)
		c->pushed = tcp_queue_end(t);
	last->record |= record && !defect(tcp_stack(t), DEFECT_TCP_RECORDS_JOINED);
}

bool tcp_chunk_full(const struct tcp *t)
{
	const struct tcp_chunks *c = &t->chunks;

	if (!tcp_stack(t)->config.tcp_send_chunk_overhead || !c->count || defect(tcp_stack(t), DEFECT_TCP_CHUNK_WAITS))
		return false;
	return chunk_length(t, c->count - 1) >= chunk_most(t);
}

/* A peer whose window is about to fill up should get what is in it (RFC 9293, 3.9.1.2 leaves the choice). */
bool tcp_chunk_mark_half(struct tcp *t)
{
	struct tcp_chunks *c = &t->chunks;

	if (!c->count || !seq_after(tcp_queue_end(t), seq_add(c->pushed, t->snd.max_wnd / 2)))
		return false;
	chunk_at(c, c->count - 1)->push = true;
	c->pushed = tcp_queue_end(t);
	return true;
}

void tcp_chunk_count_anew(struct tcp *t)
{
	if (!defect(tcp_stack(t), DEFECT_TCP_SYN_TEXT_PUSHES))
		t->chunks.pushed = tcp_queue_end(t);
}

/* The chunk that ends at @end, from the newest on; NULL: none does. */
static const struct send_chunk *chunk_to(const struct tcp_chunks *c, seq_t end)
{
	for (size_t i = c->count; i-- > 0 && !seq_before(chunk_at(c, i)->end, end);)
		if (seq_equal(chunk_at(c, i)->end, end))
			return chunk_at(c, i);
	return NULL;
}

void tcp_chunk_push(struct tcp *t, seq_t end)
{
	struct tcp_chunks *c = &t->chunks;

	for (size_t i = c->count; i-- > 0;)
		chunk_at(c, i)->push |= seq_equal(chunk_at(c, i)->end, end);
}

bool tcp_chunk_ends(const struct tcp *t, seq_t seq)
{
	return chunk_to(&t->chunks, seq) != NULL;
}

bool tcp_chunk_pushed(const struct tcp *t, seq_t end)
{
	const struct send_chunk *chunk = chunk_to(&t->chunks, end);

	return chunk && chunk->push && tcp_stack(t)->config.tcp_push_half_window;
}

bool tcp_chunk_push_in(const struct tcp *t, seq_t start, seq_t end)
{
	const struct tcp_chunks *c = &t->chunks;

	for (size_t i = 0; i < c->count && !seq_after(chunk_at(c, i)->end, end); i++)
		if (chunk_at(c, i)->push && seq_after(chunk_at(c, i)->end, start))
			return tcp_stack(t)->config.tcp_push_half_window;
	return false;
}

uint64_t tcp_chunk_last_place(const struct tcp *t)
{
	const struct tcp_chunks *c = &t->chunks;
	seq_t start = c->count ? chunk_start(t, c->count - 1) : tcp_queue_end(t), first = tcp_queue_start(t);

	return t->stats.bytes_acked + (seq_after(start, first) ? (uint32_t)seq_diff(start, first) : 0);
}

/* ---- records ---- */

seq_t tcp_chunk_record_end(const struct tcp *t, seq_t seq)
{
	const struct tcp_chunks *c = &t->chunks;

	for (size_t i = 0; i < c->count; i++)
		if (chunk_at(c, i)->record && seq_after(chunk_at(c, i)->end, seq))
			return chunk_at(c, i)->end;
	return tcp_queue_end(t);
}

bool tcp_chunk_ends_record(const struct tcp *t, seq_t end, bool *push)
{
	const struct tcp_chunks *c = &t->chunks;

	for (size_t i = 0; i < c->count && !seq_after(chunk_at(c, i)->end, end); i++)
		if (chunk_at(c, i)->record && seq_equal(chunk_at(c, i)->end, end)) {
			*push = chunk_at(c, i)->push;
			return true;
		}
	return false;
}

/* ---- what becomes of it ---- */

/* The chunk that begins at or before @seq, from the newest on; c->count if there is none. */
static size_t chunk_of(const struct tcp *t, seq_t seq)
{
	size_t i = t->chunks.count;

	while (i && seq_after(chunk_start(t, i - 1), seq))
		i--;
	return i ? i - 1 : t->chunks.count;
}

uint32_t tcp_chunk_ahead(const struct tcp *t, seq_t seq, bool *ends, bool *record)
{
	const struct tcp_chunks *c = &t->chunks;
	size_t i = chunk_of(t, seq);

	*ends = *record = false;
	if (i >= c->count)
		return 0;
	*record = chunk_at(c, i)->record;
	*ends = i + 1 == c->count;
	return (uint32_t)seq_diff(chunk_at(c, i)->end, seq);
}

bool tcp_chunk_last_begins(const struct tcp *t, seq_t seq)
{
	return t->chunks.count && seq_equal(chunk_start(t, t->chunks.count - 1), seq);
}

void tcp_chunk_sent(struct tcp *t, seq_t seq, seq_t end, bool joined)
{
	struct tcp_chunks *c = &t->chunks;
	size_t i = chunk_of(t, seq);

	if (i >= c->count || !seq_before(seq, end))
		return;
	/* A probe of the path takes chunks as it finds them, and is pushed if one of those that end in it was. */
	bool push = false;
	while (i + 1 < c->count && seq_before(chunk_at(c, i)->end, end)) {
		push |= chunk_at(c, i)->push;
		chunk_at(c, i)->push = false;
		join(t, i);
	}
	if (seq_after(chunk_at(c, i)->end, end))
		cut(t, i, end);
	chunk_at(c, i)->push |= push;
	if (joined && i && !chunk_at(c, i - 1)->record)
		join(t, i - 1);
}

/* Are chunks charged, also those that become more or fewer while they wait for their ACK? */
static bool charged_apart(const struct tcp *t)
{
	return tcp_stack(t)->config.tcp_send_chunk_overhead && !defect(tcp_stack(t), DEFECT_TCP_CHUNK_WHOLE_AGAIN);
}

/* Cut the chunk that @at is inside of. */
static void cut_at(struct tcp *t, seq_t at)
{
	size_t i = chunk_of(t, at);

	if (i < t->chunks.count && seq_after(at, chunk_start(t, i)) && seq_before(at, chunk_at(&t->chunks, i)->end))
		cut(t, i, at);
}

void tcp_chunk_sent_again(struct tcp *t, seq_t seq, seq_t end)
{
	seq_t una = tcp_queue_start(t);

	if (!charged_apart(t))
		return;
	if (seq_before_or_at(seq, una))
		t->chunks.freed = una;
	else
		cut_at(t, seq);
	cut_at(t, end);
}

/* Chunks that lie between @seq and @end become one, but not across the end of a record. */
static void join_between(struct tcp *t, seq_t seq, seq_t end)
{
	struct tcp_chunks *c = &t->chunks;

	for (size_t i = chunk_of(t, seq); i + 1 < c->count && !seq_after(chunk_at(c, i + 1)->end, end);)
		if (seq_before(chunk_start(t, i), seq) || chunk_at(c, i)->record)
			i++;
		else
			join(t, i);
}

void tcp_chunk_joined(struct tcp *t, seq_t seq, seq_t end)
{
	if (charged_apart(t))
		join_between(t, seq, end);
}

/* Nothing is cut inside a segment: what is missing of one goes again as a whole. */
static void cut_between(struct tcp *t, seq_t seq, seq_t end)
{
	uint32_t mss = tcp_send_mss(t);
	size_t i = chunk_of(t, seq);

	if (i < t->chunks.count) {
		uint32_t before = (uint32_t)seq_diff(seq, chunk_start(t, i));
		seq = seq_add(chunk_start(t, i), (before + mss - 1) / mss * mss);
		cut_at(t, seq);
	}
	i = chunk_of(t, end);
	if (i < t->chunks.count && seq_before(end, chunk_at(&t->chunks, i)->end)) {
		end = seq_add(chunk_start(t, i), (uint32_t)seq_diff(end, chunk_start(t, i)) / mss * mss);
		cut_at(t, end);
	}
	join_between(t, seq, end);
}

void tcp_chunk_selected(struct tcp *t, seq_t seq, seq_t end)
{
	if (charged_apart(t))
		cut_between(t, seq, end);
}

void tcp_chunk_gather(struct tcp *t, uint32_t most)
{
	struct tcp_chunks *c = &t->chunks;
	size_t i = chunk_of(t, t->snd.nxt);

	if (!tcp_stack(t)->config.tcp_send_chunk_overhead || !seq_equal(t->snd.cursor, t->snd.nxt))
		return;
	if (i + 1 >= c->count || !seq_equal(chunk_start(t, i), t->snd.nxt) || chunk_at(c, i)->record ||
	    chunk_length(t, i) >= most)
		return;
	uint32_t lack = most - chunk_length(t, i);
	if (chunk_length(t, i + 1) <= lack)
		join(t, i);
	else
		chunk_at(c, i)->end = seq_add(chunk_at(c, i)->end, lack);
}

/* Does the text of the first chunk that is still held fit into one segment? */
static bool single(const struct tcp *t)
{
	return (uint32_t)seq_diff(chunk_at(&t->chunks, 0)->end, t->chunks.freed) <= tcp_send_mss(t);
}

/* What is left of one segment stays charged with the rest of it until that goes again. */
void tcp_chunk_acked(struct tcp *t)
{
	struct tcp_chunks *c = &t->chunks;
	seq_t una = tcp_queue_start(t);

	while (c->count && !seq_after(chunk_at(c, 0)->end, una)) {
		c->freed = chunk_at(c, 0)->end;
		c->first = (c->first + 1) & (c->room - 1);
		c->count--;
	}
	if (!c->count || (seq_after(una, c->freed) && !single(t)))
		c->freed = una;
}

/* ---- how much is left ---- */

/* Who is woken should find room for more than a few octets, so only half of the low-water mark counts here. */
bool tcp_chunk_writable(const struct tcp *t)
{
	uint64_t charge = tcp_chunk_charge(t), limit = (uint64_t)t->socket->options.send_buffer;
	bool counts = !defect(tcp_stack(t), DEFECT_TCP_NOTSENT_IGNORED);

	if (charge + charge / 2 > limit && !defect(tcp_stack(t), DEFECT_TCP_WRITABLE_WHEN_FULL))
		return false;
	uint64_t times = defect(tcp_stack(t), DEFECT_TCP_NOTSENT_POLL) ? 1 : 2;
	return !counts || tcp_unsent(t) * times < low_water(t);
}

void tcp_chunk_refused(struct tcp *t)
{
	t->chunks.refused = t->chunks.waiting = true;
}

bool tcp_chunk_has_room_again(struct tcp *t)
{
	if ((!t->chunks.waiting && !defect(tcp_stack(t), DEFECT_EPOLL_EVERY_ACK)) || !tcp_chunk_writable(t))
		return false;
	t->chunks.waiting = false;
	return true;
}

/* What a segment to this peer may ever be: a shut window, or a path, that makes it smaller may open again. */
static uint32_t segment_for_growth(const struct tcp *t)
{
	uint32_t now = tcp_send_mss(t), told = t->agreed.peer_mss, own = t->options.max_segment;

	if (own && own < told)
		told = own;
	return told > now && !defect(tcp_stack(t), DEFECT_TCP_SEND_BUFFER_BY_WINDOW) ? told : now;
}

/* What the buffer grows to: two windows of segments as an allocator counts them. */
static uint64_t grown(const struct tcp *t)
{
	uint64_t segment = LEAST_FREE, most = (uint64_t)tcp_stack(t)->config.tcp_send_buffer_max;
	uint32_t window = t->congestion.cwnd / tcp_send_mss(t);

	while (segment < segment_for_growth(t) + LEAST_FREE) /* allocators deal in powers of two */
		segment *= 2;
	segment += 256;
	if (window <= t->recovery.reordering && !defect(tcp_stack(t), DEFECT_TCP_SEND_BUFFER_IN_ORDER))
		window = t->recovery.reordering + 1u;        /* so many may wait for one that was overtaken */
	uint64_t size = 2 * segment * (window > LEAST_WINDOW ? window : LEAST_WINDOW);
	return size < most ? size : most;
}

void tcp_chunk_grow(struct tcp *t, bool opening, bool filled)
{
	struct socket_options *o = &t->socket->options;
	bool fixed = !tcp_stack(t)->config.tcp_send_moderation || o->send_buffer_locked ||
	             defect(tcp_stack(t), DEFECT_TCP_SEND_BUFFER_FIXED);

	if (fixed || (!opening && !t->chunks.refused))
		return;
	uint64_t size = grown(t);
	if (size > (uint64_t)o->send_buffer && (!filled || defect(tcp_stack(t), DEFECT_TCP_SEND_BUFFER_BY_ANY_ACK)))
		o->send_buffer = (int)size;
	t->chunks.refused = t->chunks.refused && !tcp_chunk_writable(t);
}
