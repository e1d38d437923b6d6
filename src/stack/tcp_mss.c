/* SPDX-License-Identifier: MIT
 *
 * tcp_mss.c - how much text a segment may have: what we offer, and Eff.snd.MSS (RFC 9293, 3.7.1)
 *
 * Three sizes are told apart, all in octets of text. What we offer says how large the peer's segments may be: it comes
 * from the link (or the path), and no option is taken off. What the path takes is for the other direction, and is less
 * the options of IP that this socket sends. Eff.snd.MSS is the smaller of that and of the peer's offer, less the
 * options of TCP that each segment has now.
 */
#include "stack/tcp_mss.h"

#include "stack/path.h"
#include "stack/tcp_auth.h"

enum { DEFAULT_MSS = 536 };                              /* RFC 9293, 3.7.1, MUST-15 */

/* Without options. */
static uint32_t fixed_bytes(const struct tcp *t)
{
	uint32_t ip = t->socket->remote.ip.version == 6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES;
	uint32_t udp = t->socket->tunnel ? (uint32_t)tcp_stack(t)->config.tcp_udp_overhead : 0;

	return ip + udp + TCP_HEADER_BYTES;
}

static uint32_t ip_option_bytes(const struct tcp *t)
{
	return t->socket->remote.ip.version == 6 ? 0 : t->socket->options.option_length;
}

uint16_t tcp_offered_mss(const struct tcp *t)
{
	struct stack *st = tcp_stack(t);
	const struct stack_route *route = ip_route(st, &t->socket->remote.ip);
	const struct ip_address *remote = &t->socket->remote.ip;
	uint32_t mtu = st->config.tcp_offered_mss_by_path ? stack_path_mtu(st, remote) : ip_link_mtu(st, remote);
	uint32_t fixed = fixed_bytes(t), mss;

	/* RFC 9293, 3.7.1, MUST-67: at most what can be reassembled, less headers without options: the sender of
	 * options makes room for them (RFC 6691, 2). */
	if (defect(st, DEFECT_TCP_MSS_LESS_OPTIONS))
		fixed += ip_option_bytes(t);
	mss = mtu > fixed ? mtu - fixed : 1;
	if (route && route->advertised_mss && route->advertised_mss < mss)
		mss = route->advertised_mss;
	if (t->options.max_segment && t->options.max_segment < mss)
		mss = t->options.max_segment;
	return (uint16_t)(mss > UINT16_MAX ? UINT16_MAX : mss);
}

uint32_t tcp_path_mss(const struct tcp *t)
{
	uint32_t mtu = stack_path_mtu(tcp_stack(t), &t->socket->remote.ip);
	uint32_t headers = fixed_bytes(t) + ip_option_bytes(t);              /* RFC 9293, 3.7.1, MUST-16 */
	uint32_t mss = mtu > headers ? mtu - headers : 1;

	return t->options.max_segment && t->options.max_segment < mss ? t->options.max_segment : mss;
}

uint32_t tcp_send_mss(const struct tcp *t)
{
	uint32_t most = tcp_largest_text(t);

	return t->mtu.held && t->mtu.low < most ? t->mtu.low : most;
}

/* Half of the largest window, so that a second segment can leave before the first is acknowledged: a peer that delays
 * its ACKs would make a sender of single segments wait for each. A window of one default segment is not cut. */
static uint32_t part_of(uint32_t window)
{
	return !window ? UINT32_MAX : window > DEFAULT_MSS ? window / 2 : window;
}

uint32_t tcp_window_part(const struct tcp *t)
{
	return part_of(t->snd.max_wnd);
}

static uint32_t window_text(const struct tcp *t, uint32_t least)
{
	const uint32_t largest = t->snd.max_wnd;
	uint32_t text = part_of(t->snd.sizes_wnd > largest ? t->snd.sizes_wnd : largest);

	if (!tcp_stack(t)->config.tcp_mss_half_window || defect(tcp_stack(t), DEFECT_TCP_MSS_WHOLE_WINDOW))
		return UINT32_MAX;
	return text > least ? text : least;
}

uint32_t tcp_largest_text(const struct tcp *t)
{
	struct stack *st = tcp_stack(t);
	uint32_t mss = tcp_path_mss(t), options = (t->agreed.stamps ? 12 : 0) + tcp_auth_option_bytes(t);
	uint32_t low = (uint32_t)st->config.tcp_minimum_mss;

	/* RFC 9293, 3.7.1, MUST-16: the smaller of what the peer takes and the path takes. */
	if (t->agreed.peer_mss < mss && !defect(st, DEFECT_TCP_MSS_IGNORED))
		mss = t->agreed.peer_mss;
	if (mss < low)
		mss = low;
	if (defect(st, DEFECT_TCP_OPTIONS_FREE))
		options = 0;
	uint32_t text = mss > options ? mss - options : 1;   /* RFC 9293, 3.7.1: options come out of the text */
	uint32_t fits = window_text(t, low > options ? low - options : 1);

	return text < fits ? text : fits;
}
