/* SPDX-License-Identifier: MIT
 *
 * tcp_user_data.c - SEND and RECEIVE (RFC 9293, 3.10.2, 3.10.3), urgent data, the ioctls
 *
 * No call waits in here. A call that would have to wait returns -EAGAIN, or takes what it can and returns how much that
 * was. The target that made the call repeats it when poll() would report the socket. So virtual time passes in only one
 * place, and blocking and non-blocking calls share their code.
 *
 * SEND copies text into the queue, whose room tcp_chunk.c measures, and leaves the decision what may go to
 * tcp_output.c. Besides the text it sets marks at its end: for a push, a record, urgent data. They belong to the last
 * octet that was taken, not to the last one offered: if a SEND is cut short, the rest will carry them.
 *
 * RECEIVE takes text that is in order out of the queue, and may thereby open the window. It stops at an urgent octet
 * (RFC 6093, 3.2): otherwise a user who does not want it in line would read past it without noticing.
 *
 * An error that arrived in the meantime, such as a reset, is reported once, by the next call (socket_take_error); text
 * that came before it can still be read.
 */
#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

#include "stack/message.h"
#include "stack/socket_stamp.h"
#include "stack/tcp_accecn.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_busy.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_connect.h"
#include "stack/tcp_fastopen.h"
#include "stack/tcp_memory.h"
#include "stack/tcp_output.h"
#include "stack/tcp_rcv.h"
#include "stack/tcp_receive_limit.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_user.h"
#include "stack/tcp_window.h"

/* ---- SEND ---- */

/* RFC 9293, 3.10.2, by state: while the connection opens, a SEND waits; until we send our FIN it proceeds; afterwards
 * the connection is closing. A pending error is reported first, since it says why. */
static int64_t may_send(struct socket *s)
{
	const struct tcp *t = s->tcp;
	int error;

	if (tcp_in(t, TCPM_OPENING) && !s->error)
		return -EAGAIN;
	error = socket_take_error(s);
	if (error)
		return -error;
	bool mute = t->state == TCPS_CLOSE_WAIT && defect(s->stack, DEFECT_TCP_CLOSE_WAIT_MUTE);
	if (tcp_in(t, TCPM_MAY_SEND) && !s->shut_write && !mute)
		return 0;
	/* "error: connection does not exist", as opposed to a connection that existed, or whose user has closed it. */
	bool unopened = tcp_in(t, 1 << TCPS_CLOSED | 1 << TCPS_LISTEN) && !t->was_open && !t->connecting;
	bool pipe = s->stack->config.tcp_unopened_send_pipe || defect(s->stack, DEFECT_TCP_SEND_UNOPENED);
	return unopened && !s->shut_write && !pipe ? -ENOTCONN : -EPIPE;
}

enum { PIECE_BYTES = 4096 };

/* A SEND with MSG_ZEROCOPY refers to the user's own pages, and a chunk has room for only so many references. Returns
 * where the part of @message ends that the chunk at @done can hold. This stack copies the text nevertheless. */
static size_t end_of_pieces(const struct tcp *t, const struct msghdr *message, size_t done)
{
	int64_t left = tcp_stack(t)->config.tcp_send_chunk_pieces;
	size_t end = done, behind = 0;

	for (size_t i = 0; i < message->msg_iovlen; i++) {
		behind += message->msg_iov[i].iov_len;
		for (; end < behind && left > 0; left--)
			end += behind - end < PIECE_BYTES ? behind - end : PIECE_BYTES;
	}
	return end;
}

/* Copy what fits from the user's buffers into the send queue; minus an errno if nothing fits. A full chunk goes out
 * while the SEND is still at work, so the next text is added to what remains of it. Urgent text does not: where it ends
 * is known when the SEND does. */
static int64_t queue_data(struct tcp *t, const struct msghdr *message, int flags)
{
	size_t length = message_length(message), done = 0;
	bool more = t->snd.more;
	bool in_pieces = flags & MSG_ZEROCOPY && t->socket->options.zero_copy &&
	                 tcp_stack(t)->config.tcp_send_chunk_pieces;

	tcp_chunk_begins_write(t, flags & MSG_OOB, tcp_segment_room(t));
	while (done < length) {
		size_t end = in_pieces ? end_of_pieces(t, message, done) : length;
		size_t room = tcp_chunk_room(t), part = room < end - done ? room : end - done;
		if (!part)
			break;
		if (tcp_stack(t)->config.tcp_restart_halves && !tcp_chunk_last_takes(t))
			tcp_congestion_pause(t);
		int64_t result = tcp_snd_write(t, message, done, part);
		if (result < 0)
			return done ? (int64_t)done : result;
		tcp_chunk_written(t, (uint32_t)part);
		done += part;
		if (done == end && done < length)
			tcp_chunk_ends_write(t, true, true);
		if (done < length && tcp_chunk_full(t) && !t->chunks.urgent) {
			tcp_snd_more(t, true);
			tcp_output_chunk(t);
			tcp_snd_more(t, more);
		}
	}
	return done || !length ? (int64_t)done : -EAGAIN;
}

/* SEND that opens the connection (RFC 7413, 4.2.2): 0 if it goes on as on any other one. */
static int64_t open_with(struct socket *s, const struct msghdr *message, int flags)
{
	struct endpoint remote;
	sa_family_t family = AF_UNSPEC;
	bool named = message->msg_name && message->msg_namelen >= sizeof(family);
	bool deferred = s->tcp->state == TCPS_SYN_SENT && s->tcp->fast_open.deferred;

	if (!(flags & MSG_FASTOPEN) && !deferred)
		return 0;
	if (named)
		memcpy(&family, message->msg_name, sizeof(family));
	if (!tcp_fast_open_active(s->stack) || (named && family == AF_UNSPEC))
		return -EOPNOTSUPP;
	if (message->msg_name && !deferred) {
		int error = endpoint_from_sockaddr(s, message->msg_name, message->msg_namelen, &remote);
		if (error)
			return error;
		endpoint_any_is_loopback(s, &remote);
	}
	return tcp_connect_with(s, message->msg_name ? &remote : NULL, message, flags);
}

int64_t tcp_user_send(struct socket *s, const struct msghdr *message, int flags)
{
	struct tcp *t = s->tcp;
	int stamps, wrong = notice_asked(s, message, &stamps);
	int64_t result = open_with(s, message, flags);

	if (result)
		return result;
	result = wrong ? wrong : may_send(s);
	if (result == 0) {
		tcp_sent_more(t);
		tcp_accecn_keep_room(t, !defect(tcp_stack(t), DEFECT_TCP_CHUNK_ROOM_FILLED));
		result = queue_data(t, message, flags);
	}
	/* A user whose write was refused, wholly or in part, would benefit from a larger buffer. */
	bool is_short = result >= 0 && (size_t)result < message_length(message);
	if (result == -EAGAIN || is_short) {
		tcp_busy_blocked(t);
		tcp_chunk_refused(t);
	}
	if (result <= 0) {
		tcp_accecn_keep_room(t, false);
		tcp_judge_sending(t);
		return result;
	}
	notice_write(s, tcp_chunk_last_place(t), t->stats.bytes_acked + t->snd.queue.length, flags,
	             stamps);
	tcp_snd_written(t, flags & MSG_MORE);
	/* A SEND under TCP_CORK or with MSG_MORE is one without the PUSH flag. */
	if (!t->snd.more && !t->options.cork)
		tcp_snd_mark_push(t);
	tcp_chunk_ends_write(t, flags & MSG_EOR && !is_short, !t->snd.more);
	if (flags & MSG_OOB)
		tcp_snd_mark_urgent(t);
	tcp_output(t);
	tcp_accecn_keep_room(t, false);
	tcp_trace(t);
	return result;
}

/* ---- RECEIVE ---- */

/* The distance from the user's next octet to the urgent one; negative: none lies ahead. */
static int32_t urgent_ahead(const struct tcp *t)
{
	return t->rcv.urgent ? seq_diff(seq_back(t->rcv.up, 1), t->rcv.read) : -1;
}

/* The user has taken @length octets, which makes room. The buffer may grow with the pace of the reader, and the peer is
 * told of the room if that is worth a segment; otherwise the next ACK tells it. */
static void consume(struct tcp *t, size_t length)
{
	/* Packet by packet, so that the pace of the user is measured also during a long read. */
	while (length) {
		size_t part = (uint32_t)seq_diff(tcp_memory_packet_end(t), t->rcv.read);
		part = part < length ? part : length;
		tcp_rcv_read(t, part);
		tcp_receive_limit_read(t);
		length -= part;
	}
	/* RFC 9293, 3.8.6.2.2: announce the space when it is worth a segment. */
	if (tcp_ack_read(t) || (tcp_in(t, TCPM_RECEIVES) && tcp_window_update_due(t)))
		tcp_send_ack(t);
}

/* MSG_OOB: the urgent octet alone, wherever it is in the queue, and only once. It stays in the queue, where readable()
 * passes over it: sequence numbers of the queue remain without holes. */
static int64_t receive_urgent(struct socket *s, struct msghdr *message, int flags)
{
	struct tcp *t = s->tcp;
	int32_t ahead = urgent_ahead(t);
	uint8_t octet;

	if (s->options.oob_inline || ahead < 0 || t->rcv.urgent_taken)
		return -EINVAL;
	if ((size_t)ahead >= t->rcv.buffer.length)
		return t->rcv.fin_received || s->shut_read ? 0 : -EAGAIN;              /* announced, not there yet */
	ring_copy(&t->rcv.buffer, (size_t)ahead, &octet, 1);
	if (!(flags & MSG_PEEK))
		tcp_rcv_urgent_taken(t);
	message->msg_flags |= MSG_OOB;
	return (int64_t)message_scatter(message, 0, &octet, 1);
}

/* How many bytes a call may take: not beyond the urgent mark. */
static size_t readable(struct tcp *t, bool peek)
{
	int32_t ahead = urgent_ahead(t);

	if (ahead == 0 && t->rcv.buffer.length && !t->socket->options.oob_inline) {
		if (peek)
			return 0;
		consume(t, 1);                                   /* the urgent octet is no part of the stream */
		ahead = -1;
	}
	return ahead > 0 && (size_t)ahead < t->rcv.buffer.length ? (size_t)ahead : t->rcv.buffer.length;
}

/* @length bytes from byte @start of the receive queue on. */
static size_t copy_out(const struct tcp *t, struct msghdr *message, size_t start, size_t length)
{
	size_t done = 0, run;

	while (done < length) {
		const uint8_t *from = ring_piece(&t->rcv.buffer, start + done, &run);
		if (!from)
			break;
		run = run < length - done ? run : length - done;
		size_t copied = message_scatter(message, done, from, run);
		done += copied;
		if (copied < run)
			break;
	}
	return done;
}

/* Why there is nothing to read: the end of the stream, an error, or nothing yet. */
static int64_t nothing(struct socket *s)
{
	const struct tcp *t = s->tcp;
	int error;

	if (t->rcv.fin_received)
		return 0;
	error = socket_take_error(s);
	if (error)
		return -error;
	if (s->shut_read)
		return 0;
	if (t->state == TCPS_CLOSED)
		return t->was_open || t->connecting ? 0 : -ENOTCONN;
	return -EAGAIN;
}

/* Append control messages: when the octets came (NULL: do not), and TCP_INQ, the octets left to read, plus one for the
 * end of the stream. */
static void report(const struct tcp *t, struct msghdr *message, size_t room, const vtime_t *came)
{
	int left = (int)t->rcv.buffer.length + t->rcv.fin_received;
	size_t used = 0;

	message->msg_controllen = room;
	if (came)
		socket_add_stamps(t->socket, *came, message, &used);
	if (t->options.report_queue)
		message_add_control(message, &used, &(struct cmsghdr){
			.cmsg_len = CMSG_LEN(sizeof(left)), .cmsg_level = IPPROTO_TCP, .cmsg_type = TCP_CM_INQ,
		}, &left);
	message->msg_controllen = used;
}

int64_t tcp_user_receive(struct socket *s, struct msghdr *message, int flags)
{
	struct tcp *t = s->tcp;
	size_t length = message_length(message), there, start, done, room = message->msg_controllen;

	message->msg_namelen = 0;
	message->msg_controllen = 0;
	if (t->state == TCPS_LISTEN)
		return -ENOTCONN;
	if (flags & MSG_OOB) {
		int64_t result = receive_urgent(s, message, flags);
		if (result > 0)
			report(t, message, room, NULL);
		return result;
	}
	start = socket_peek_start(s, flags);
	there = readable(t, flags & MSG_PEEK);
	there = there > start ? there - start : 0;
	if (length > there)
		length = there;
	if (!there) {
		int64_t result = nothing(s);

		if (result == 0 && t->rcv.fin_received)
			report(t, message, room, NULL);
		return result;
	}
	done = flags & MSG_TRUNC ? length : copy_out(t, message, start, length);
	socket_peeked(s, flags, done);
	vtime_t came = tcp_memory_came(t, seq_add(t->rcv.read, (uint32_t)(start + done) - 1));
	if (!(flags & MSG_PEEK))
		consume(t, done);
	report(t, message, room, done ? &came : NULL);
	tcp_trace(t);
	return (int64_t)done;
}

/* ---- ioctl ---- */

/* SIOCINQ counts what one call can read, so only up to the urgent octet. SIOCOUTQ counts unacknowledged octets, with
 * the FIN as one; SIOCOUTQNSD those that were never sent. */
int tcp_ioctl(struct socket *s, unsigned long request, int *value)
{
	const struct tcp *t = s->tcp;
	int32_t ahead = urgent_ahead(t), there = (int32_t)t->rcv.buffer.length;
	bool sends = tcp_in(t, TCPM_SENDS | 1 << TCPS_FIN_WAIT_2 | 1 << TCPS_TIME_WAIT);

	if (request == SIOCATMARK) {
		*value = ahead == 0;
		return 0;
	}
	if (request != SIOCINQ && request != SIOCOUTQ && request != SIOCOUTQNSD)
		return -ENOTTY;
	if (t->state == TCPS_LISTEN)
		return -EINVAL;
	if (t->state == TCPS_FAST_OPENED)                    /* as in SYN-RECEIVED, though there may be text */
		there = ahead = 0, sends = false;
	if (request == SIOCINQ)
		*value = ahead >= 0 && ahead < there && !s->options.oob_inline ? ahead : there;
	else if (request == SIOCOUTQ)
		*value = sends ? (int)t->snd.queue.length + (t->snd.fin_queued && !t->snd.fin_acked) : 0;
	else
		*value = sends ? (int)tcp_unsent(t) + (t->snd.fin_queued && !tcp_fin_sent(t)) : 0;
	return 0;
}
