/* SPDX-License-Identifier: MIT
 *
 * tcp_mtu_probe.c - how large segments may be, found out by sending larger ones (RFC 4821)
 *
 * Path MTU discovery (RFC 1191) needs routers that send errors, and firewalls that let them pass. Probing needs
 * neither: a connection begins with segments that nearly every path takes (7.2), and now and then one is larger (7.3).
 * If that is acknowledged, all that follow may be as large (7.6.1). If it is lost while what was sent around it
 * arrives, it was too large: that is not congestion, and the window stays as it is (7.6.2). The search bisects between
 * the largest size known to pass and the least known not to, until the difference is not worth a probe.
 *
 * A probe goes only when nothing is missing, when the window has eleven segments and room for two, and when enough text
 * follows it that its loss would be seen by duplicate ACKs and not by a time-out (7.4). There is only one probe in
 * flight at a time. A size that failed may be tried again after a while, since paths change (7.3).
 *
 * A black hole (7.7) silently drops large packets. When time-outs have lasted longer than R1 doublings of the least
 * RTO, segments become as small as the base MSS, and with every further time-out half of that.
 *
 * Sizes here are octets of text in a segment, so options are taken off already. If the peer opened the connection,
 * segments do not begin at the base size; only a probe, a black hole or an ICMP error that lowers the path MTU changes
 * their size.
 *
 * Nothing else writes struct tcp_mtu_probing; tcp_mss.c heeds it. Left out: probing by IP options, and sharing what was
 * learnt with other connections (RFC 4821, 5.2). Without SACK nobody can tell that the probe alone is missing, so its
 * loss is taken for congestion there.
 */
#include "stack/tcp_mtu_probe.h"

#include "stack/tcp_congestion.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_state.h"

enum { PROBING_OFF, PROBING_AFTER_BLACK_HOLE, PROBING_ALWAYS };

enum { WINDOW_TO_PROBE = 11, FIXED_HEADERS4 = 40, FIXED_HEADERS6 = 60 };

static uint32_t headers(const struct tcp *t)
{
	return t->socket->remote.ip.version == 6 ? FIXED_HEADERS6 : FIXED_HEADERS4;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

void tcp_mtu_start(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	t->mtu = (struct tcp_mtu_probing){
		.enabled = c->tcp_mtu_probing == PROBING_ALWAYS, .low = (uint32_t)c->tcp_base_mss,
		.settled_at = tcp_stack(t)->now,
	};
}

void tcp_mtu_synchronized(struct tcp *t)
{
	t->mtu.held = t->mtu.enabled;
}

/* Sizes are decided anew, and where probing is on that is from the base size. */
void tcp_mtu_lowered(struct tcp *t)
{
	t->mtu.held |= t->mtu.enabled && !defect(tcp_stack(t), DEFECT_TCP_MTU_TOLD_ALONE);
}

/* The least size known not to pass, or else the most that interface and peer allow. */
static uint32_t upper_bound(const struct tcp *t)
{
	uint32_t most = tcp_largest_text(t);

	return t->mtu.high ? smaller(t->mtu.high, most) : most;
}

/* RFC 4821, 7.3: it begins anew after a long time. As on Linux, what finds that out still leaves in segments of the
 * size that is known to pass. */
static void search_is_over(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);

	if (vtime_sub(st->now, t->mtu.settled_at).ns < st->config.tcp_mtu_probe_interval_s * 1000000000 ||
	    defect(st, DEFECT_TCP_MTU_SEARCH_ONCE))
		return;
	t->mtu.high = 0;
	t->mtu.settled_at = st->now;
}

uint32_t tcp_mtu_probe_due(struct tcp *t, seq_t cursor)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	uint32_t mss = tcp_send_mss(t), cwnd = t->congestion.cwnd / mss;

	if (!t->mtu.enabled || t->mtu.out || t->recovery.phase != RECOVERY_OPEN || cwnd < WINDOW_TO_PROBE ||
	    t->sent.sacked || !seq_equal(cursor, t->snd.nxt) || !tcp_in(t, 1 << TCPS_ESTABLISHED))
		return 0;
	uint32_t high = upper_bound(t), size = (t->mtu.low + high) / 2;
	if (high < t->mtu.low || (int64_t)(high - t->mtu.low) < c->tcp_mtu_probe_threshold) {
		search_is_over(t);
		return 0;
	}
	uint32_t needed = size + (t->recovery.reordering + 1u) * mss;
	uint32_t in_flight = (t->recovery.ops->in_flight(t, cursor) + mss - 1) / mss;
	if (tcp_unsent(t) < needed || tcp_flight(t) + needed > t->snd.wnd || in_flight + 2 > cwnd)
		return 0;
	return size;
}

/* The window counts segments of the usual size, which the probe is not. */
void tcp_mtu_probe_sent(struct tcp *t, seq_t start, seq_t end)
{
	t->mtu.out = true;
	t->mtu.start = start;
	t->mtu.end = end;
	tcp_congestion_set_window(t, t->congestion.cwnd - tcp_send_mss(t));
	tcp_note(t, "a larger segment probes the path (RFC 4821, 7.3)");
}

/* RFC 4821, 7.6.1. The window keeps its octets, in fewer segments. */
void tcp_mtu_acked(struct tcp *t)
{
	uint32_t before = tcp_send_mss(t), segments = t->congestion.cwnd / before, size;

	if (!t->mtu.out || seq_before(t->snd.una, t->mtu.end))
		return;
	t->mtu.out = false;
	if (defect(tcp_stack(t), DEFECT_TCP_MTU_PROBE_IGNORED))
		return;
	size = (uint32_t)seq_diff(t->mtu.end, t->mtu.start);
	segments = (uint32_t)((uint64_t)segments * (before + headers(t)) / (size + headers(t)));
	t->mtu.low = size;
	t->mtu.held = true;
	tcp_congestion_set_window(t, (segments ? segments : 1) * tcp_send_mss(t));
	tcp_congestion_resized(t, before);
	count(tcp_stack(t), TcpExtTCPMTUPSuccess);
	tcp_note(t, "the path takes larger segments (RFC 4821, 7.6.1)");
}

static void failed(struct tcp *t)
{
	t->mtu.out = false;
	t->mtu.high = (uint32_t)seq_diff(t->mtu.end, t->mtu.start) - 1;
	if (tcp_stack(t)->config.tcp_mtu_probe_since_failure)
		t->mtu.settled_at = tcp_stack(t)->now;
	count(tcp_stack(t), TcpExtTCPMTUPFail);
	tcp_note(t, "the path does not take such segments (RFC 4821, 7.6.2)");
}

bool tcp_mtu_probe_lost(struct tcp *t)
{
	if (!t->mtu.out || !seq_equal(t->snd.una, t->mtu.start) || defect(tcp_stack(t), DEFECT_TCP_MTU_PROBE_REDUCES))
		return false;
	failed(t);
	tcp_congestion_set_window(t, t->congestion.cwnd + tcp_send_mss(t));
	return true;
}

void tcp_mtu_sent_again(struct tcp *t, seq_t start)
{
	if (!t->mtu.out || !seq_equal(start, t->mtu.start))
		return;
	t->mtu.out = false;
	if (defect(tcp_stack(t), DEFECT_TCP_MTU_DOUBT_IS_FAILURE))
		failed(t);
	else
		tcp_note(t, "a probe went again, and shows nothing about its size (RFC 4821, 7.6.4)");
}

void tcp_mtu_timed_out(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t patience = c->tcp_rto_min_ms * 1000000;
	uint32_t mss = tcp_send_mss(t);

	if (c->tcp_mtu_probing == PROBING_OFF || !t->snd.syn_acked || defect(tcp_stack(t), DEFECT_TCP_BLACK_HOLE))
		return;
	if (!t->rtx.retries)
		t->mtu.again_since = tcp_stack(t)->now;
	for (int64_t i = 0; i <= c->tcp_retries1 && patience < INT64_MAX / 4; i++)
		patience *= 2;
	patience -= c->tcp_rto_min_ms * 1000000;
	if (vtime_sub(tcp_stack(t)->now, t->mtu.again_since).ns < patience)
		return;
	if (t->mtu.enabled) {
		uint32_t half = smaller(smaller(t->mtu.low, mss) / 2, (uint32_t)c->tcp_base_mss);
		uint32_t least = larger((uint32_t)c->tcp_mtu_probe_floor, (uint32_t)c->tcp_minimum_mss);
		t->mtu.low = larger(half, least);
	}
	t->mtu.enabled = t->mtu.held = true;
	tcp_congestion_resized(t, mss);
	tcp_note(t, "perhaps a black hole: smaller segments (RFC 4821, 7.7)");
}
