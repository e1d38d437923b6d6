/* SPDX-License-Identifier: MIT
 *
 * tcp_send.c - writing segments: data, SYN, ACK, RST, probes
 *
 * The lower half of sending: whether a segment may go has been decided above. A segment with sequence numbers is
 * recorded before it leaves (scoreboard, statistics, round-trip measurement, SND.NXT, the cursor), so that an event
 * hook sees the state after it. Header and options are filled in from the parts that own them. Any segment with an ACK
 * settles the ACKs due in tcp_ack.c. If IP cannot send, the segment counts as lost on the way.
 */
#include "stack/tcp_send.h"

#include <string.h>

#include "stack/ip_output.h"
#include "stack/recovery.h"
#include "stack/socket_packet.h"
#include "stack/tcp_accecn.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_ecn.h"
#include "stack/tcp_fastopen.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_option.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_statistics.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_window.h"
#include "wire/checksum.h"

/* The whole segment becomes the data of a datagram to the port from which the peer sends its own. */
static void put_into_udp(struct stack *st, struct ip_send *send)
{
	struct udp_header h = { .source_port = (uint16_t)st->config.tcp_udp_port, .destination_port = send->tunnel };

	if (send->length > STACK_BUFFER_BYTES - UDP_HEADER_BYTES)
		return;
	memmove(st->segment + UDP_HEADER_BYTES, st->segment, send->length);
	send->length += UDP_HEADER_BYTES;
	send->protocol = PROTOCOL_UDP;
	h.length = (uint16_t)send->length;
	udp_build(&h, st->segment, UDP_HEADER_BYTES);
	uint32_t sum = checksum_pseudo(&send->source, &send->destination, PROTOCOL_UDP, send->length);
	uint16_t checksum = checksum_finish(checksum_add(sum, st->segment, send->length));
	h.checksum = checksum ? checksum : 0xffff;           /* RFC 768 */
	udp_build(&h, st->segment, UDP_HEADER_BYTES);
}

/* The last step of every segment, also of one that belongs to no connection. The text already lies behind the place of
 * the header in st->segment. A signature covers the header with a checksum of zero, and the checksum covers the
 * signature: so the signature comes first. */
int tcp_emit(struct stack *st, struct ip_send *send, struct tcp_header *h, size_t text_length,
             const struct tcp_signer *signer)
{
	h->data_offset = (uint8_t)((TCP_HEADER_BYTES + h->option_length) / 4);
	h->checksum = 0;
	size_t header = tcp_build(h, st->segment, STACK_BUFFER_BYTES);
	send->protocol = PROTOCOL_TCP;
	send->payload = st->segment;
	send->length = header + text_length;
	if (signer->key)                                     /* RFC 5925, 7.4: last, but before the checksum */
		tcp_auth_sign(signer, &send->source, &send->destination, st->segment, send->length);
	/* RFC 9293, 3.1, MUST-2 */
	uint32_t sum = checksum_pseudo(&send->source, &send->destination, PROTOCOL_TCP, send->length);
	if (defect(st, DEFECT_TCP_NO_PSEUDO_HEADER))
		sum = 0;
	uint16_t checksum = checksum_finish(checksum_add(sum, st->segment, send->length));

	st->segment[16] = (uint8_t)(checksum >> 8);
	st->segment[17] = (uint8_t)checksum;
	if (send->tunnel)
		put_into_udp(st, send);
	return ip_output(st, send);
}

static void set_urgent(const struct tcp *t, struct tcp_header *h, const struct tcp_piece *p)
{
	int32_t ahead = seq_diff(t->snd.up, p->seq);

	/* RFC 9293, 3.8.5: while the urgent octet lies ahead. RFC 6093, 4: the pointer points behind it. */
	if (!t->snd.urgent || ahead <= 0)
		return;
	ahead -= !tcp_stack(t)->config.tcp_urgent_points_after;
	h->flags |= TCP_URG;
	h->urgent = (uint16_t)(ahead > UINT16_MAX ? UINT16_MAX : ahead);
}

/* Write header and text and hand it to IP. */
static void transmit(struct tcp *t, const struct tcp_piece *p, bool fresh)
{
	struct socket *s = t->socket;
	struct tcp_header h = { .source_port = s->local.port, .destination_port = s->remote.port, .seq = p->seq.value,
	                        .flags = p->flags };
	struct ip_send send = { .fragmentation = IP_FRAGMENT_BY_CONFIG };
	struct tcp_signer signer;

	if (p->flags & TCP_ACK)
		h.ack = t->rcv.nxt.value;
	bool bare = p->flags & TCP_RST && !tcp_stack(t)->config.tcp_reset_whole;
	h.window = bare ? 0 : tcp_offer_window(t, p->flags & TCP_SYN);
	set_urgent(t, &h, p);
	h.flags |= tcp_ecn_flags(t, p->flags, p->length, fresh);
	tcp_write_options(t, &h);
	/* Reported once, so a repeated ACK does not report it again; the pieces of a burst have the same options. */
	if (p->flags & TCP_ACK && !(p->flags & TCP_SYN) && !p->goes_on)
		tcp_ack_repeated_told(t);
	ring_copy(&t->snd.queue, p->offset, s->stack->segment + TCP_HEADER_BYTES + h.option_length, p->length);
	tcp_auth_prepare(t, &h, &signer);
	socket_fill_send(s, &send);
	/* RFC 3168, 5: two bits of that octet are not the user's. */
	send.tos = (uint8_t)((send.tos & ~IP_ECN_MASK) | tcp_ecn_codepoint(t, p->flags, p->length, fresh));
	tcp_count_segment_sent(t, p->flags);
	if (p->flags & TCP_RST)
		count(s->stack, TcpOutRsts);
	if (p->flags & TCP_ACK)
		tcp_ack_sent(t);
	/* A segment that IP cannot send counts as lost; retransmission, and a smaller path MTU, repair that. */
	(void)tcp_emit(s->stack, &send, &h, p->length, &signer);
}

/* Record the segment as in flight, and time it if none is timed. @end: behind text and controls. */
static void remember(struct tcp *t, const struct tcp_piece *p, seq_t end)
{
	bool before = seq_before(p->seq, t->snd.nxt), again = before && !p->crosses;

	tcp_sent_piece(t, p, end);
	tcp_count_sent(t, p->length, again);
	if (p->length && t->stats.texts_taken > tcp_fast_open_first_texts(t))
		tcp_ack_text_sent(t);
	if (again && !p->probe)
		count(tcp_stack(t), TcpRetransSegs);
	else if (!(p->flags & TCP_SYN) || p->length)
		count(tcp_stack(t), TcpExtTCPOrigDataSent);
	if (!before)
		tcp_rto_time(t, p->flags & TCP_SYN ? seq_add(p->seq, 1) : end);    /* text of a SYN may be refused */
	else if (!defect(tcp_stack(t), DEFECT_TCP_NO_KARN))
		tcp_rto_untime(t);                               /* RFC 6298, 3; RFC 9293, 3.8.1, MUST-18 */
	if (seq_equal(t->snd.una, p->seq) && !t->rtx.retries)
		tcp_rto_oldest_sent(t);
	/* A segment that begins with the octet of a window probe is new all the same, behind it. */
	seq_t text = seq_add(p->seq, !!(p->flags & TCP_SYN)), text_end = seq_add(text, p->length);
	if (p->length && seq_after(text_end, t->snd.nxt))
		tcp_chunk_sent(t, seq_max(text, t->snd.nxt), text_end, p->joined);
	tcp_snd_sent(t, end);
	if (!p->probe)
		tcp_snd_move(t, seq_max(t->snd.cursor, end));
}

/* All segments of a connection but resets leave through here. The order matters: a segment with numbers is recorded
 * before it leaves, recovery learns of it afterwards (it may want to arm a timer from that moment), and the
 * retransmission timer starts only if nothing else guards the segment. */
void tcp_segment_send(struct tcp *t, const struct tcp_piece *p)
{
	seq_t end = seq_add(p->seq, p->length + !!(p->flags & TCP_SYN) + !!(p->flags & TCP_FIN));
	bool numbered = !seq_equal(end, p->seq), fresh = p->length && !p->probe && seq_after_or_at(p->seq, t->snd.nxt);

	bool syn_ack = t->place.passive && p->flags & TCP_SYN;

	if (!numbered || p->probe || syn_ack || !seq_before(p->seq, t->snd.nxt))
		count(tcp_stack(t), TcpOutSegs);             /* RFC 4022, 3: without what is sent again */
	if (numbered)
		remember(t, p, end);
	tcp_accecn_join(t, p->joined);
	transmit(t, p, fresh);
	if (numbered)
		recovery_sent(t, p->seq, end);
	if (p->length) {
		uint64_t start = t->stats.bytes_acked + p->offset;
		notice_sent(t->socket, start, start + p->length, p->joined);
	}
	bool armed = t->timers[TCP_TIMER_RETRANSMIT].armed || recovery_arms(t);
	if (numbered && !p->probe && !armed)
		tcp_arm_retransmit(t);                           /* RFC 6298, (5.1) */
}

/* SEQ of a segment without numbers of its own. RFC 9293, 3.10.7.4 has SND.NXT there; but a peer that has shrunk its
 * window finds that beyond the edge and drops the segment with its ACK. If both sides have done so, neither hears the
 * other ever again (MUST-34). With a tolerance of one unit, as on Linux, this can still happen, within a few octets. */
static seq_t unnumbered(const struct tcp *t)
{
	int64_t policy = tcp_stack(t)->config.tcp_ack_inside_window;
	bool scaled = t->agreed.scale && policy == TCP_ACK_AT_EDGE_BY_UNIT;
	int32_t least = scaled ? 1 << t->agreed.rcv_shift : 1;
	seq_t edge = seq_add(t->snd.una, t->snd.wnd);

	if (policy == TCP_ACK_AT_NEXT || !t->snd.syn_acked || defect(tcp_stack(t), DEFECT_TCP_ACK_OUTSIDE))
		return t->snd.nxt;
	return seq_diff(t->snd.nxt, edge) >= least ? edge : t->snd.nxt;
}

void tcp_send_ack(struct tcp *t)
{
	tcp_segment_send(t, &(struct tcp_piece){ .seq = unnumbered(t), .flags = TCP_ACK });
}

void tcp_send_probe(struct tcp *t, seq_t seq)
{
	tcp_segment_send(t, &(struct tcp_piece){ .seq = seq, .flags = TCP_ACK });
}

void tcp_send_syn_text(struct tcp *t, uint32_t text)
{
	uint16_t flags = t->state == TCPS_SYN_SENT ? TCP_SYN : TCP_SYN | TCP_ACK;

	tcp_segment_send(t, &(struct tcp_piece){ .seq = t->snd.iss, .flags = flags, .length = text });
	tcp_fast_open_sent(t, text);
}

void tcp_send_crossing_answer(struct tcp *t)
{
	tcp_segment_send(t, &(struct tcp_piece){ .seq = t->snd.iss, .flags = TCP_SYN | TCP_ACK, .crosses = true });
}

void tcp_send_syn(struct tcp *t)
{
	tcp_send_syn_text(t, 0);
}

/* Of what was sent before and may be missing, a segment. The peer may have no room for anything else until it comes, so
 * that a probe without text would be answered in the same way for ever (RFC 9293, 3.8.6, MAY-7). */
static uint32_t missing_text(const struct tcp *t)
{
	uint32_t missing = (uint32_t)seq_diff(t->snd.nxt, t->snd.una), mss = tcp_send_mss(t);

	if (missing > t->snd.queue.length)                   /* the FIN is no text */
		missing = (uint32_t)t->snd.queue.length;
	return missing < mss ? missing : mss;
}

void tcp_send_window_probe(struct tcp *t)
{
	struct stack *st = tcp_stack(t);
	struct tcp_piece p = { .seq = t->snd.una, .flags = TCP_ACK, .probe = true };

	if (defect(st, DEFECT_TCP_NO_ZERO_PROBE))
		return;
	count(st, TcpExtTCPWinProbe);
	uint32_t missing = st->config.tcp_probe_without_text ? missing_text(t) : 0;
	if (st->config.tcp_probe_without_text && !missing) {
		/* RFC 9293, 3.8.5, MUST-32: that there is something urgent is told though the window is shut. */
		if (t->snd.urgent && st->config.tcp_urgent_hurries && !defect(st, DEFECT_TCP_URGENT_DELAYED))
			tcp_send_probe(t, t->snd.una);
		tcp_send_probe(t, seq_back(t->snd.una, 1));
		return;
	}
	/* RFC 9293, 3.8.6.1, MUST-36: one octet, or the FIN, beyond the window. Refused, it is sent again later. */
	if (t->snd.queue.length)
		p.length = missing ? missing : 1;
	else if (t->snd.fin_queued && !t->snd.fin_acked)
		p.flags |= TCP_FIN;
	tcp_segment_send(t, &p);
	tcp_rto_untime(t);
	tcp_disarm(t, TCP_TIMER_RETRANSMIT);
}

void tcp_send_reset(struct tcp *t)
{
	count(tcp_stack(t), TcpOutSegs);
	/* RFC 9293, 3.10.5: <SEQ=SND.NXT><CTL=RST> */
	transmit(t, &(struct tcp_piece){ .seq = unnumbered(t), .flags = TCP_RST | TCP_ACK }, false);
}

/* RFC 9293, 3.5.2, group 1 and 2: the numbers come from the segment that is answered, so that its sender accepts the
 * reset; that needs no connection, but for TCP-AO one, @ao, to sign it. A segment to a group is never answered (RFC
 * 1122, 4.2.3.10, MUST-57). */
static void reset(struct stack *st, struct tcp *ao, const struct tcp_segment *seg)
{
	struct tcp_header h = { .source_port = seg->tuple.destination_port,
	                        .destination_port = seg->tuple.source_port };
	struct ip_send send = { .source = seg->tuple.destination, .destination = seg->tuple.source,
	                        .fragmentation = IP_FRAGMENT_BY_CONFIG, .tunnel = seg->packet->tunnel };
	struct tcp_signer signer = { .key = seg->signed_with };
	size_t used = 0;

	/* RFC 9293, 3.10.7.1: never for an RST. */
	if ((seg->flags & TCP_RST && !defect(st, DEFECT_TCP_RST_ANSWERED)) || seg->packet->group)
		return;
	/* RFC 5925, 7.5: what has TCP-AO comes from a peer that would drop a reset without it. */
	if (seg->ao && !ao && !st->config.tcp_reset_unsigned && !defect(st, DEFECT_TCP_AO_RESET_IN_VAIN))
		return;
	if (seg->text_length && defect(st, DEFECT_TCP_UNKNOWN_TEXT))
		return;
	if (seg->flags & TCP_ACK) {
		h.flags = TCP_RST;                               /* <SEQ=SEG.ACK><CTL=RST> */
		h.seq = defect(st, DEFECT_TCP_RESET_FROM_ZERO) ? 0 : seg->ack.value;
	} else {
		h.flags = TCP_RST | TCP_ACK;                     /* <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK> */
		uint32_t length = defect(st, DEFECT_TCP_RESET_UNCOUNTED) ? 0 : tcp_segment_length(seg);
		h.ack = seq_add(seg->seq, length).value;
	}
	count(st, TcpOutSegs);
	count(st, TcpOutRsts);
	if (ao)
		tcp_auth_write_option(ao, &h, &used);
	else if (signer.key)
		tcp_auth_write_md5(&h, &used);
	h.option_length = (uint8_t)used;
	if (ao)
		tcp_auth_prepare(ao, &h, &signer);
	(void)tcp_emit(st, &send, &h, 0, &signer);
}

void tcp_reset_segment(struct stack *st, const struct tcp_segment *seg)
{
	reset(st, NULL, seg);
}

void tcp_reset_signed(struct tcp *t, const struct tcp_segment *seg)
{
	const struct tcp_key *key = tcp_auth_key(t);

	reset(tcp_stack(t), seg->ao && key && key->ao ? t : NULL, seg);
}

void tcp_challenge(struct tcp *t, const char *reason)
{
	struct stack *st = tcp_stack(t);
	int64_t second = st->now.ns / 1000000000;

	/* The limit of the connection comes first, so that a connection that must be silent does not use up the host's
	 * limit. */
	if (!tcp_ack_invalid_allowed(t, true)) {
		count(st, TcpExtTCPACKSkippedChallenge);
		return;
	}
	/* RFC 5961, 7: so many a second, for the whole host. */
	if (st->tcp->challenge_second != second) {
		st->tcp->challenge_second = second;
		st->tcp->challenges = 0;
	}
	if (st->tcp->challenges++ >= st->config.tcp_challenge_ack_limit)
		return;
	count(st, TcpExtTCPChallengeACK);
	tcp_note(t, reason);
	tcp_send_ack(t);
}
