/* SPDX-License-Identifier: MIT
 *
 * tcp_remnant.c - what a host keeps of a connection after its user has closed it
 *
 * When the user has closed and our FIN is acknowledged, only two numbers of a connection still matter: the next one
 * from either side. RFC 9293 lets it live on in FIN-WAIT-2 and TIME-WAIT with everything it had. A host with many of
 * them may keep the numbers, the last window and the time-stamp, and release everything else. So does Linux, and this
 * shows (tcp_remnants; watched there segment by segment in both states):
 *
 * - Its ACKs have no SACK blocks, not even for what came twice.
 * - In FIN-WAIT-2 it waits for one segment: a FIN at RCV.NXT. An ACK without text says nothing to it, whatever it
 *   acknowledges. A segment with anything else in the window (text, an early FIN, or a SYN) is for a user who is
 *   gone: it draws a reset as if there were no connection (RFC 9293, 3.6.1, SHLD-3), and then there is none. An RST
 *   anywhere in the window counts like one at RCV.NXT, since no challenge ACK is sent; elsewhere it is acknowledged
 *   like any other segment, where RFC 5961, 3.2 wants silence.
 * - In TIME-WAIT a segment without ACK is acknowledged like others, and the number in an ACK is ignored: a bare ACK
 *   at RCV.NXT draws nothing, but its time-stamp is the only one that is remembered. An RST elsewhere in the window is
 *   dropped in silence. A SYN that could open the connection anew is answered each time.
 *
 * A connection in FIN-WAIT-2 whose user has only shut down sending is not among these, nor is one that may last longer
 * there than in TIME-WAIT (TCP_LINGER2).
 */
#include "stack/tcp_remnant.h"

#include "stack/tcp_accecn.h"
#include "stack/tcp_life.h"
#include "stack/tcp_send.h"
#include "stack/tcp_state.h"

enum step_result tcp_step_remnant(struct tcp *t, struct tcp_segment *seg)
{
	struct stack *st = tcp_stack(t);
	bool fin = seg->flags & TCP_FIN && !seg->text_length && seq_equal(seg->seq, t->rcv.nxt);

	if (t->state != TCPS_FIN_WAIT_2 || !tcp_is_remnant(t))
		return SEG_NEXT;
	if (seg->flags & TCP_RST) {
		tcp_finish(t, "RST in the window of a connection without a user");
		return SEG_DONE;
	}
	if (!(seg->flags & (TCP_SYN | TCP_ACK)) || !tcp_segment_length(seg)) {
		stack_drop(st, seg->packet, "not the FIN that a connection without a user waits for");
		return SEG_DONE;
	}
	if (fin && !(seg->flags & TCP_SYN)) {
		tcp_accecn_forget(t);
		return SEG_NEXT;
	}
	/* A host may no longer know the key with which it would have to sign. */
	if (!seg->md5 || !st->config.tcp_remnants_keyless || defect(st, DEFECT_TCP_REMNANT_SIGNS_RESET))
		tcp_reset_signed(t, seg);
	tcp_finish(t, "something else than a FIN for a connection without a user (RFC 9293, 3.6.1)");
	return SEG_DONE;
}
