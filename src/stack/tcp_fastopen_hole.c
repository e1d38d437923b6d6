/* SPDX-License-Identifier: MIT
 *
 * tcp_fastopen_hole.c - paths that drop what Fast Open needs
 *
 * Some firewalls let a SYN with text through and then lose what follows, in one direction or in both, so a connection
 * hangs that would have been fine without (RFC 7413, 4.1.3.1 and 7.1). The firewall is often on the client's own side,
 * so it concerns all peers: the remedy is to use Fast Open with nobody for a while. RFC 7413, 4.1.3.1 (NEG, DISABLE)
 * asks a host to remember this, and leaves the signs open. These are the signs here:
 *
 *     - the same segment, SYN or text, timed out for the third time, or for the last;
 *     - a RST or a FIN that comes ahead of text which never came, on a connection that has received none; the FIN
 *       counts once the user has left and the connection is over, or only a remnant of it waits;
 *     - after CLOSE, a FIN beyond RCV.NXT that acknowledges ours.
 *
 * The second and the third count only if the SYN had the option.
 *
 * The pause begins with tcp_fastopen_blackhole_timeout_s, doubles with each further sign up to 64 times that, and is
 * back at its beginning when a connection that was opened that way after a pause has received text and is over. A pause
 * of 0, the default, turns this off, because the signs are only hints and may have other causes.
 *
 * Only this file writes struct fast_open_hole.
 */
#include "stack/tcp_fastopen_hole.h"

#include "stack/tcp_state.h"

enum { DOUBLINGS = 6, TIMEOUTS = 2 };

bool tcp_fast_open_is_blocked(const struct stack *st)
{
	const struct fast_open_hole *h = &st->tcp->fast_open_hole;
	int64_t pause = st->config.tcp_fastopen_blackhole_timeout_s;

	if (!pause || !h->signs || defect(st, DEFECT_FAST_OPEN_NO_PAUSE))
		return false;
	pause <<= h->signs <= DOUBLINGS ? h->signs - 1 : DOUBLINGS;
	return vtime_before(st->now, vtime_add(h->since, vtime_s(pause)));
}

bool tcp_fast_open_was_blocked(const struct stack *st)
{
	return st->config.tcp_fastopen_blackhole_timeout_s && st->tcp->fast_open_hole.signs;
}

static void found(struct tcp *t, const char *sign)
{
	struct stack *st = tcp_stack(t);
	struct fast_open_hole *h = &st->tcp->fast_open_hole;

	if (!st->config.tcp_fastopen_blackhole_timeout_s || !t->fast_open.active)
		return;
	count(st, TcpExtTCPFastOpenBlackhole);
	h->signs++;
	h->since = st->now;
	tcp_note(t, sign);
}

void tcp_fast_open_timed_out(struct tcp *t, bool last)
{
	if (t->state == TCPS_SYN_SENT && t->fast_open.text && t->rtx.retries == 1)
		count(tcp_stack(t), TcpExtTCPFastOpenActiveFail);
	if (t->rtx.retries == TIMEOUTS || (t->rtx.retries < TIMEOUTS && last))
		found(t, "Fast Open pauses: time-outs (RFC 7413, 4.1.3.1)");
}

/* A SYN without the option looks like any other one with text; what comes too early says less about it. */
static bool had_option(const struct tcp *t)
{
	return t->fast_open.asked || defect(tcp_stack(t), DEFECT_FAST_OPEN_HOLE_WITHOUT_COOKIE);
}

void tcp_fast_open_early_reset(struct tcp *t)
{
	if (had_option(t) && t->state == TCPS_ESTABLISHED && !t->stats.data_segments_in)
		found(t, "Fast Open pauses: text before this RST never came (RFC 7413, 4.1.3.1)");
}

void tcp_fast_open_late_fin(struct tcp *t)
{
	if (had_option(t) && !defect(tcp_stack(t), DEFECT_FAST_OPEN_LATE_FIN_MISSED))
		found(t, "Fast Open pauses: a FIN came beyond RCV.NXT after CLOSE (RFC 7413, 4.1.3.1)");
}

void tcp_fast_open_ended(struct tcp *t)
{
	bool early_fin = t->rcv.fin_known && !t->rcv.fin_received && !rxq_bytes(t->rcv.early);
	bool later = t->fast_open.after_pause || defect(tcp_stack(t), DEFECT_FAST_OPEN_ANY_END_GOOD);

	if (early_fin && !t->stats.data_segments_in && had_option(t))
		found(t, "Fast Open pauses: text before the FIN never came (RFC 7413, 4.1.3.1)");
	else if (t->fast_open.active && later && t->stats.data_segments_in)
		tcp_stack(t)->tcp->fast_open_hole.signs = 0;
}
