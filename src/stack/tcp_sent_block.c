/* SPDX-License-Identifier: MIT
 *
 * tcp_sent_block.c - blocks of SACK, held against the scoreboard: which are believed, what they cover
 *
 * Linux keeps a burst that left at once in one piece, joins what is selected of it with the selected piece before it,
 * and cuts where it cannot. The scoreboard here goes by segments: what Linux would do is counted (SackMerged,
 * SackShifted, SackShiftFallback of nstat), and segments that would be in one piece are marked as joined, which matters
 * if a receiver throws away what it had selected (RFC 2018, 8) and the piece has to go again.
 */
#include "stack/tcp_sent_block.h"

#include "stack/tcp_chunk.h"
#include "stack/tcp_send.h"
#include "stack/tcp_sent.h"

/* A block that begins at the ACK contradicts it (RFC 2018, 3: blocks are above it), and one that ends beyond SND.NXT is
 * about text that was never sent: such blocks are ignored. An ACK that was overtaken is no better than SND.UNA. */
bool tcp_sent_block_is_sound(const struct tcp *t, const struct tcp_segment *seg, const struct rxq_range *block)
{
	bool old = defect(tcp_stack(t), DEFECT_TCP_BLOCK_AT_ACK_BELIEVED);
	seq_t floor = old ? t->snd.una : seq_max(seg->ack, t->snd.una);
	bool across = seq_before(block->start, floor) && seq_after(block->end, floor) && !old;

	return seq_before(block->start, block->end) && !seq_equal(block->start, floor) && !across &&
	       seq_before_or_at(block->end, t->snd.nxt);
}

/* A segment counts as selected only as a whole: the part of it that is missing has to go out again anyway. */
bool tcp_sent_is_selected(const struct tcp *t, const struct tcp_segment *seg, const struct sent_segment *s)
{
	for (int i = 0; i < seg->sack_count; i++)
		if (tcp_sent_block_is_sound(t, seg, &seg->sack[i]) && seq_after_or_at(s->seq, seg->sack[i].start) &&
		    seq_before_or_at(s->end, seg->sack[i].end))
			return true;
	return false;
}

/* RFC 3708, 3: what the network has doubled says nothing about our copies. Of text that was acknowledged before it is
 * no longer known which segments went out again. */
uint32_t tcp_sent_duplicates_again(const struct tcp *t, uint32_t segments)
{
	const struct rxq_range *b = &t->sent.news.duplicate;
	uint32_t again = 0;

	if (seq_before_or_at(b->end, t->snd.una) || defect(tcp_stack(t), DEFECT_TCP_ANY_DSACK_EXPLAINS))
		return segments;
	for (size_t i = 0; i < t->sent.count; i++) {
		const struct sent_segment *s = sent_at(&t->sent, i);
		again += s->again && seq_after_or_at(s->seq, b->start) && seq_before_or_at(s->end, b->end);
	}
	return again;
}

/* A first block that repeats was counted before, and one below SND.UNA is only old, which is no fault. */
void tcp_sent_count_unsound(const struct tcp *t, const struct tcp_segment *seg)
{
	for (int i = t->sent.news.repeats; i < seg->sack_count; i++)
		if (!tcp_sent_block_is_sound(t, seg, &seg->sack[i]) && seq_after(seg->sack[i].end, t->snd.una))
			count(tcp_stack(t), TcpExtTCPSACKDiscard);
}

/* ---- joining segments that left as one burst ---- */

/* Can the piece that begins with segment @i be joined with the one before it? Both must be in segments of the same
 * size, with no end of a record between them and no FIN. */
static bool is_alike(const struct tcp *t, size_t i, size_t end)
{
	const struct tcp_sent *x = &t->sent;
	const struct sent_segment *s = sent_at(x, i), *before = sent_at(x, i - 1);
	const struct sent_segment *last = sent_at(x, end - 1);
	bool fin = (uint32_t)seq_diff(last->end, last->seq) > last->text, push;

	return s->text == before->text && !fin && !tcp_chunk_ends_record(t, s->seq, &push);
}

/* The segments from @i to before @end left as one, and @block covers some of that. Linux keeps such a burst in one
 * piece, and joins the selected part with the piece before it, if that is selected, too: either all of it, or the
 * beginning that is covered. Otherwise it has to cut. */
static void count_merge(struct tcp *t, const struct tcp_segment *seg, const struct rxq_range *block, size_t i,
                        size_t end)
{
	const struct tcp_sent *x = &t->sent;
	size_t first = i, covered = 0;
	bool repeats = t->sent.news.repeats && block == seg->sack, probed = false;

	while (first < end && seq_before(sent_at(x, first)->seq, block->start))
		first++;
	if (first > i)                                       /* cut in front, and look at the rest again */
		count(tcp_stack(t), TcpExtTCPSackShiftFallback);
	if (first == end)
		return;
	for (size_t k = i = first; k < end; k++) {
		covered += seq_before_or_at(sent_at(x, k)->end, block->end);
		probed |= sent_at(x, k)->copy && !sent_at(x, k)->lost && !repeats;
	}
	const struct sent_segment *left = i ? sent_at(x, i - 1) : NULL;
	const struct sent_segment *right = end < x->count ? sent_at(x, end) : NULL;
	bool before = left && (left->delivered || tcp_sent_is_selected(t, seg, left));
	bool joins = before && !probed && covered && is_alike(t, i, end);
	if (joins && covered == end - i)                     /* and a selected piece behind it joins both */
		count_many(tcp_stack(t), TcpExtTCPSackMerged, 1 + (right && right->delivered));
	else
		count(tcp_stack(t), joins && end - i > 1 ? TcpExtTCPSackShifted : TcpExtTCPSackShiftFallback);
}

void tcp_sent_count_merges(struct tcp *t, const struct tcp_segment *seg)
{
	const struct tcp_sent *x = &t->sent;

	for (int b = 0; b < seg->sack_count; b++) {
		const struct rxq_range *block = &seg->sack[b];
		bool repeats = !b && t->sent.news.repeats;
		if (!repeats && tcp_sent_block_is_sound(t, seg, block))
			tcp_chunk_selected(t, block->start, block->end);
		for (size_t i = 0, end; tcp_sent_block_is_sound(t, seg, block) && i < x->count; i = end) {
			for (end = i + 1; end < x->count && sent_at(x, end)->joined; end++)
				continue;
			bool touches = seq_before(sent_at(x, i)->seq, block->end) &&
			               seq_after(sent_at(x, end - 1)->end, block->start);
			if (touches && (repeats || !sent_at(x, i)->delivered))
				count_merge(t, seg, block, i, end);
		}
	}
}

/* Does the piece that begins with segment @i, and is selected like the one before it, join that? */
bool tcp_sent_joins(const struct tcp *t, size_t i)
{
	const struct tcp_sent *x = &t->sent;
	size_t end = i + 1;

	while (end < x->count && sent_at(x, end)->joined)
		end++;
	return defect(tcp_stack(t), DEFECT_TCP_SELECTED_ALL_JOIN) || is_alike(t, i, end);
}
