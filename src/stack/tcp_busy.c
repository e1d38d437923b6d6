/* SPDX-License-Identifier: MIT
 *
 * tcp_busy.c - what a sender waits for: the network, the peer's window, or its own buffer
 *
 * The time of a connection is divided among these three limits, as tcpi_busy_time, tcpi_rwnd_limited and
 * tcpi_sndbuf_limited tell it, and idleness. That is done at each event that may change the answer: what has passed
 * since the last one belongs to the limit that held until now, and then the limit is judged anew. So the sums are
 * exact, and no timer is needed.
 */
#include "stack/tcp_busy.h"

#include "stack/tcp_chunk.h"
#include "stack/tcp_mss.h"

void tcp_busy_start(struct tcp *t)
{
	t->busy = (struct tcp_busy){ .since = tcp_stack(t)->now };
}

void tcp_busy_blocked(struct tcp *t)
{
	t->busy.blocked = true;
}

void tcp_busy_hold(struct tcp *t)
{
	t->busy.held = true;
}

void tcp_busy_narrow(struct tcp *t, bool narrow)
{
	t->busy.narrow = narrow;
}

static enum tcp_limit limit_now(const struct tcp *t)
{
	int32_t mss = (int32_t)tcp_send_mss(t), flight = (int32_t)tcp_flight(t);
	int32_t unsent = seq_diff(tcp_queue_end(t), t->snd.nxt), next = unsent < mss ? unsent : mss;

	bool of_syn = tcp_in(t, TCPM_OPENING) && t->snd.queue.length > 0;    /* RFC 7413, 4.2.1: text of our SYN */
	if (of_syn && !defect(tcp_stack(t), DEFECT_INFO_SYN_TEXT_IDLE))
		return TCP_LIMIT_NETWORK;
	if (!tcp_in(t, TCPM_SENDS) || (!t->snd.queue.length && (!tcp_fin_sent(t) || t->snd.fin_acked)))
		return TCP_LIMIT_IDLE;
	int32_t pipe = (int32_t)t->recovery.ops->in_flight(t, t->snd.nxt);
	/* U of RFC 9293, 3.8.6.2.1 is too small because of SND.WND, not because of cwnd. */
	if (next > 0 && next > (int32_t)t->snd.wnd - flight && next <= (int32_t)t->congestion.cwnd - pipe)
		return TCP_LIMIT_WINDOW;
	if (next > 0 && t->busy.narrow)
		return TCP_LIMIT_WINDOW;
	/* All has left, and the user was refused room since: with a larger buffer more would be in flight. */
	return unsent <= 0 && t->busy.blocked ? TCP_LIMIT_BUFFER : TCP_LIMIT_NETWORK;
}

void tcp_judge_sending(struct tcp *t)
{
	struct tcp_busy *b = &t->busy;
	vtime_t now = tcp_stack(t)->now;

	/* What goes out again is no news about what the sender waits for: the stretch goes on as it was. */
	if (b->held) {
		b->held = false;
		return;
	}
	if (tcp_chunk_writable(t))
		b->blocked = false;
	b->ns[b->limit] += vtime_sub(now, b->since).ns;
	b->since = now;
	b->limit = limit_now(t);
}
