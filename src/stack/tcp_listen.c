/* SPDX-License-Identifier: MIT
 *
 * tcp_listen.c - LISTEN: segments that arrive there, and children whose handshake is done
 *
 * A segment to LISTEN goes through four questions, in the order of RFC 9293, 3.10.7.2: RST, ACK, SYN, anything else. A
 * SYN makes a child, which is a connection of its own from then on; the listener never changes. A child inherits
 * options, keys and buffer sizes when it is made, so what is set on the listener later counts only for later children.
 *
 * When the SYN queue is full, cookies answer (RFC 4987, 3.6), or the SYN is dropped. A cookie leaves no state here: the
 * ACK that returns it makes the child, and must acknowledge exactly the cookie plus one. When the accept queue is full,
 * SYNs are dropped, and so is the last ACK of handshakes that have begun: these stay in SYN-RECEIVED, our SYN,ACK is
 * repeated, and the peer, for whom the connection is open, gets another chance with its next segment.
 */
#include <errno.h>

#include "stack/tcp_listen.h"

#include "stack/socket_packet.h"
#include "stack/socket_table.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_fastopen.h"
#include "stack/tcp_input.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_life.h"
#include "stack/tcp_option.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_receive_limit.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_saved_syn.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_statistics.h"
#include "stack/tcp_window.h"

void tcp_listen_stop(struct tcp *t)
{
	for (struct tcp *child; (child = tcp_listen_any(t)); ) {
		tcp_listen_forget(child);
		if (child->state == TCPS_SYN_RECEIVED && tcp_stack(t)->config.tcp_listen_close_silent)
			tcp_finish(child, "nobody listens any more");
		else
			tcp_abort(child, "nobody listens any more");
		tcp_leave(child);
	}
	tcp_listen_orphan(t);
}

/* The third segment of the handshake arrived. False: the child stays in SYN-RECEIVED, because its listener waits for
 * text (TCP_DEFER_ACCEPT) or has no room for the child; the segment counts as lost. */
bool tcp_listen_complete(struct tcp *child, const struct tcp_segment *seg)
{
	/* If its number lies beyond RCV.NXT, there is text before it that was lost. */
	bool bare = !seg->text_length && !(seg->flags & TCP_FIN) && seq_equal(seg->seq, child->rcv.nxt);

	if (tcp_listen_defers(child) && bare) {
		tcp_listen_defer(child, true);
		count(tcp_stack(child), TcpExtTCPDeferAcceptDrop);
		return false;
	}
	if (tcp_listen_full(child->place.parent)) {
		count(tcp_stack(child), TcpExtListenOverflows);
		count(tcp_stack(child), TcpExtListenDrops);
		tcp_note(child, "accept queue is full");
		if (tcp_stack(child)->config.tcp_abort_on_overflow) {
			tcp_reset_segment(tcp_stack(child), seg);
			tcp_finish(child, "accept queue is full");
		}
		return false;
	}
	socket_follow_opening(child->socket, seg->packet);
	tcp_listen_opened(child);
	count(tcp_stack(child), TcpPassiveOpens);
	return true;
}

/* ---- SEGMENT ARRIVES in LISTEN (RFC 9293, 3.10.7.2) ---- */

/* A child in SYN-RECEIVED that has learnt nothing but its addresses. NULL: no memory. */
static struct tcp *new_child(struct tcp *listener, const struct tcp_segment *seg, seq_t iss)
{
	struct endpoint local = { seg->tuple.destination, seg->tuple.destination_port };
	struct endpoint remote = { seg->tuple.source, seg->tuple.source_port };
	struct socket *s = socket_new_child(listener->socket, &local, &remote);
	int receive_buffer = listener->socket->options.receive_buffer;
	int send_buffer = listener->socket->options.send_buffer;

	if (!s)
		return NULL;
	if (tcp_attach(s) != 0) {
		socket_free(s);
		return NULL;
	}
	/* tcp_attach() has set the sizes of a new socket; a child has those of its listener. */
	struct tcp *t = s->tcp;
	s->options.receive_buffer = receive_buffer;
	s->options.send_buffer = send_buffer;
	t->options = listener->options;
	socket_follow_route(s, seg->packet);
	if (tcp_stack(t)->config.tcp_reflect_tos) {
		uint8_t *own = seg->packet->source.version == 4 ? &s->options.tos : &s->options.traffic_class;
		*own = (uint8_t)((seg->packet->tos & ~IP_ECN_MASK) | (*own & IP_ECN_MASK));
	}
	if (!tcp_auth_inherit(t, listener, seg)) {
		socket_free(s);
		return NULL;
	}
	tcp_listen_add(listener, t);
	tcp_prepare(t, iss);
	tcp_offer_options(t);
	return t;
}

/* What a connection learns from a SYN, whether from the segment or from a cookie. */
static void begin(struct tcp *t, seq_t irs, const char *reason)
{
	tcp_rcv_start(t, irs);
	tcp_ack_synchronized(t);
	tcp_window_told(t, 0);
	tcp_set_state(t, TCPS_SYN_RECEIVED, reason);
}

/* RFC 7413, 4.2.2: a good cookie opens the connection at once; the text of the SYN waits for the user. */
static void open_fast(struct tcp *t, const struct tcp *listener, const struct tcp_segment *seg)
{
	seq_t syn_end = t->rcv.nxt;

	/* The client could not know our window, so all of its text is taken. */
	bool lost = defect(tcp_stack(t), DEFECT_FAST_OPEN_TEXT_LOST);
	if (seg->text_length && tcp_rcv_take(t, seg->text, seg->text_length, t->rcv.nxt, seg->charge)) {
		if (lost)
			tcp_rcv_read(t, seg->text_length);
		tcp_count_request(t, true);
		tcp_count_text(t);
		tcp_rcv_see_size(t, seg->text_length, true);
	}
	tcp_snd_largest_window(t);
	/* RFC 7323, 2.2: it is not scaled, but some hosts choose sizes before they think of that. */
	if (tcp_stack(t)->config.tcp_fastopen_sizes_scaled && !defect(tcp_stack(t), DEFECT_FAST_OPEN_SIZES_UNSCALED))
		tcp_snd_size_by(t, t->snd.wnd << t->agreed.snd_shift);
	tcp_fast_opened(t);
	count(tcp_stack(t), TcpPassiveOpens);
	tcp_fast_open_opened(t, listener, !seq_equal(t->rcv.nxt, syn_end));
	socket_follow_opening(t->socket, seg->packet);
	tcp_listen_opened(t);
	tcp_send_syn(t);
	tcp_ecn_opened(t, seg);
}

/* First comes what must be turned away without costing memory; then the child; then the SYN,ACK, which says everything
 * that was agreed on. Text of the SYN waits in the child until the handshake is done (RFC 9293, 3.10.7.2), unless a
 * good Fast Open cookie lets it pass. */
static void syn_arrived(struct tcp *listener, const struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(listener);
	const size_t opening = tcp_listen_opening(listener);
	bool crowded = opening >= (size_t)st->config.tcp_syn_backlog || opening > tcp_listen_backlog(listener);
	int64_t cookies = st->config.tcp_cookies;
	struct fast_open_cookie answer;
	bool tell;

	if (tcp_listen_full(listener)) {
		count(st, TcpExtListenOverflows);
		count(st, TcpExtListenDrops);
		stack_drop(st, seg->packet, "accept queue is full");
		return;
	}
	if (cookies == TCP_COOKIES_ALWAYS || (crowded && cookies == TCP_COOKIES_ON_OVERFLOW)) {
		count(st, TcpExtTCPReqQFullDoCookies);
		tcp_cookie_answer(listener, seg);
		return;
	}
	if (crowded) {
		count(st, TcpExtTCPReqQFullDrop);
		count(st, TcpExtListenDrops);
		stack_drop(st, seg->packet, "SYN queue is full");
		return;
	}
	struct endpoint local = { seg->tuple.destination, seg->tuple.destination_port };
	struct endpoint remote = { seg->tuple.source, seg->tuple.source_port };
	seq_t iss = tcp_initial_sequence(st, &local, &remote);
	if (seg->reopens)
		iss = tcp_sequence_after(st, iss, seg->old_snd_nxt);
	struct tcp *t = new_child(listener, seg, iss);
	if (!t) {
		stack_drop(st, seg->packet, "no memory");
		return;
	}
	tcp_saved_syn_keep(t, seg);
	begin(t, seg->seq, "SYN");
	tcp_count_request(t, false);
	tcp_agree_options(t, seg);
	(void)tcp_ecn_take_syn(t, seg);
	tcp_set_send_window(t, seg);
	enum fast_open_verdict fast = tcp_fast_open_judge(listener, seg, &answer, &tell);
	if (tell)
		tcp_fast_open_tell(t, &answer);
	if (fast == FAST_OPEN_TAKE) {
		open_fast(t, listener, seg);
	} else {
		tcp_send_syn(t);
		tcp_keep_syn_text(t, seg);
	}
	tcp_leave(t);
}

/* The window of the SYN,ACK is forgotten like everything else. A host that offers whole segments counts them by the
 * peer's MSS, which the cookie remembers. */
static uint32_t window_of_cookie(const struct tcp *t, uint32_t mss)
{
	uint32_t window = tcp_receive_room(t) < UINT16_MAX ? tcp_receive_room(t) : UINT16_MAX;
	bool whole = tcp_stack(t)->config.tcp_window_whole_segments && window > mss;

	return whole && !defect(tcp_stack(t), DEFECT_TCP_COOKIE_WINDOW) ? window - window % mss : window;
}

/* The third segment of a handshake whose second was a cookie. True: it was one; *child stays NULL without memory, and
 * where nobody could accept it: as with other connections the segment is as good as lost then. */
static bool cookie_returned(struct tcp *listener, struct tcp_segment *seg, struct tcp **child)
{
	struct stack *st = tcp_stack(listener);
	struct tcp_cookie cookie;

	if (st->config.tcp_cookies == TCP_COOKIES_OFF)
		return false;
	if (!tcp_cookie_check(listener, seg, &cookie)) {
		if (st->config.tcp_cookies == TCP_COOKIES_ALWAYS || st->counters[TcpExtSyncookiesSent])
			count(st, TcpExtSyncookiesFailed);
		return false;
	}
	count(st, TcpExtSyncookiesRecv);
	if (tcp_listen_full(listener)) {
		count(st, TcpExtListenOverflows);
		count(st, TcpExtListenDrops);
		stack_drop(st, seg->packet, "accept queue is full");
		return true;
	}
	struct tcp *t = new_child(listener, seg, seq_back(seg->ack, 1));
	if (!t)
		return true;
	/* Our SYN,ACK left no state, so the books are set as if this child had sent it: everything up to the cookie
	 * plus one is out, and this segment acknowledges it in the steps that follow. */
	tcp_snd_sent(t, seg->ack);
	tcp_snd_move(t, seg->ack);
	begin(t, seq_back(seg->seq, 1), "cookie returned (RFC 4987, 3.6)");
	tcp_window_told(t, window_of_cookie(t, cookie.mss));
	tcp_agree_by_cookie(t, &cookie, seg);
	tcp_rto_cookie_returned(t, seg);
	tcp_ecn_take_cookie(t, seg, cookie.ecn);
	tcp_sent_forgotten(t);                               /* the SYN,ACK */
	tcp_count_request(t, false);
	tcp_count_arrived(t, seg->carried > 0);
	*child = t;
	return true;
}

struct tcp *tcp_listen_input(struct tcp *listener, struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(listener);
	struct tcp *child = NULL;

	if (seg->flags & TCP_RST) {                          /* first: nothing can have been sent that it answers */
		stack_drop(st, seg->packet, "RST in LISTEN");
		if (defect(st, DEFECT_TCP_LISTEN_RESET_HEEDED))
			tcp_fail(listener, ECONNRESET, "RST");
		return NULL;
	}
	if (seg->flags & TCP_ACK) {                          /* second: any ACK is bad, but of a cookie */
		if (seg->flags & TCP_SYN || !cookie_returned(listener, seg, &child)) {
			stack_drop(st, seg->packet, "ACK in LISTEN (RFC 9293, 3.10.7.2)");
			if (!defect(st, DEFECT_TCP_LISTEN_ACK_SILENT))
				tcp_reset_segment(st, seg);
		}
		return child;
	}
	/* RFC 9293, 3.10.7.2 leaves other control bits for later; some hosts take such a segment for an attack. */
	bool mixed = seg->flags & TCP_FIN && st->config.tcp_listen_syn_fin_dropped;
	if (seg->flags & TCP_SYN && mixed)
		stack_drop(st, seg->packet, "SYN and FIN in LISTEN");
	else if (seg->flags & TCP_SYN)                       /* third */
		syn_arrived(listener, seg);
	else {                                               /* fourth: should not be reached */
		stack_drop(st, seg->packet, "neither SYN, ACK nor RST in LISTEN");
		if (defect(st, DEFECT_TCP_LISTEN_OTHER_RESET))
			tcp_reset_segment(st, seg);
	}
	return NULL;
}
