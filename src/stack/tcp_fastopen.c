/* SPDX-License-Identifier: MIT
 *
 * tcp_fastopen.c - TCP Fast Open (RFC 7413): text in the SYN, and who may send it
 *
 * A handshake proves that the client can be reached at the address it claims; that is why text of a SYN is kept back
 * until it is over. A cookie proves the same for later connections: the server hands it out in a SYN,ACK (4.2.1), so a
 * client that shows it has been reached at that address before (4.2.2). So the server may deliver the text and answer
 * it one round trip earlier.
 *
 * Client. What it knows of a peer (cookie, MSS, form of the option) is kept by tcp_metrics.c. Without a cookie the SYN
 * asks for one. With one it takes text along, as much as the peer's last MSS leaves after all options, because nobody
 * knows how the path treats larger SYNs. Option and text go out once: a SYN that is sent again has neither (4.2.2,
 * 4.1.3.1), since something on the path may dislike them. The text stays in the send queue, so a SYN,ACK that
 * acknowledges the SYN alone, or a part of the text, makes the rest go out again at once. The option exists in two
 * forms, with a kind of its own and with the kind for experiments (RFC 6994); a client whose request was not answered
 * tries the other form the next time.
 *
 * Server. A listener limits the SYNs that were taken that way and are not acknowledged yet (5.1: against a flood with
 * stolen cookies); 0, the default, turns Fast Open off (2). Beyond the limit, or without a good cookie, the handshake
 * is the usual one, and its SYN,ACK has a new cookie. A child opened by its SYN has its text and stands in the accept
 * queue while it is in SYN-RECEIVED. It sends and receives like an open connection, within the initial window, and
 * until its SYN,ACK is acknowledged only that is sent again, without the option.
 *
 * A cookie is the keyed hash (SipHash-2-4) of both addresses, eight octets, low octet first. There may be two keys: the
 * first makes cookies, the second only verifies them, so that keys can be changed without a gap (4.1.2, EXPIRE).
 *
 * Only this file writes struct tcp_fast_open. Left out: cookies for single destinations in routing tables.
 */
#include "stack/tcp_fastopen.h"

#include <string.h>

#include "stack/path.h"
#include "stack/socket_table.h"
#include "stack/tcp_fastopen_hole.h"
#include "stack/tcp_metrics.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_option.h"

enum { COOKIE_BYTES = 8 };                               /* of cookies that we make */
enum { RESET_S = 60 };                                   /* how long a reset counts, as seen on Linux */
/* tcpi_fastopen_client_fail */
enum { FAILURE_NONE, FAILURE_NO_COOKIE, FAILURE_NOT_ACKED, FAILURE_SYN_LOST };

/* An accepted child that the peer reset: until .until it counts against the limit of its listener. */
struct fast_open_reset {
	struct fast_open_reset *next;
	vtime_t until;
};

/* Forget the resets that no longer count at @now. */
static void forget_resets(struct tcp *listener, vtime_t now)
{
	for (struct fast_open_reset *r; (r = listener->fast_open.resets) && !vtime_before(now, r->until); ) {
		listener->fast_open.resets = r->next;
		memory_release(tcp_stack(listener), r);
	}
}

void tcp_fast_open_start(struct tcp *t)
{
	const struct tcp_fast_open before = t->fast_open;

	t->fast_open = (struct tcp_fast_open){
		.limit = before.limit, .queue = before.queue, .keys = before.keys, .resets = before.resets
	};
}

void tcp_fast_open_free(struct tcp *t)
{
	memory_release(tcp_stack(t), t->fast_open.keys);
	t->fast_open.keys = NULL;
	forget_resets(t, VTIME_NEVER);
}

/* ---- client ---- */

bool tcp_fast_open_active(const struct stack *st)
{
	return st->config.tcp_fastopen & FAST_OPEN_CLIENT;
}

static const struct tcp_metrics *metrics_of(const struct tcp *t)
{
	const struct socket *s = t->socket;

	return tcp_metrics_find(s->stack, &s->local.ip, &s->remote.ip);
}

static bool goes_without_cookie(const struct tcp *t, const struct ip_address *peer)
{
	const struct stack_route *route = ip_route(tcp_stack(t), peer);

	return t->options.fast_open_no_cookie || (route && route->no_cookie);
}

/* What a segment holds until the peer says so itself: RFC 7413, 4.2.2: no more than the MSS that it announced the last
 * time. */
static bool begin_with_text(struct tcp *t, const struct tcp_metrics *m)
{
	bool known = m && m->mss && !defect(tcp_stack(t), DEFECT_FAST_OPEN_MSS_IGNORED);

	tcp_expect_size(t, known ? m->mss : UINT16_MAX);
	return true;
}

bool tcp_fast_open_offer(struct tcp *t)
{
	struct stack *st = tcp_stack(t);
	const struct tcp_metrics *m = metrics_of(t);
	struct tcp_fast_open *f = &t->fast_open;

	if (tcp_fast_open_is_blocked(st))
		return false;
	f->active = true;
	f->after_pause = tcp_fast_open_was_blocked(st);
	if (st->config.tcp_fastopen & FAST_OPEN_SEND_WITHOUT_COOKIE || goes_without_cookie(t, &t->socket->remote.ip))
		return begin_with_text(t, m);
	f->asked = f->tell = true;
	if (m && m->cookie.length && !defect(st, DEFECT_FAST_OPEN_NO_CACHE)) {
		f->cookie = m->cookie;
		return begin_with_text(t, m);
	}
	/* RFC 7413, 4.2.1: an empty option asks for a cookie. */
	f->cookie = (struct fast_open_cookie){ .experimental = m && m->ask_experimental };
	f->failure = FAILURE_NO_COOKIE;
	return false;
}

uint32_t tcp_fast_open_room(const struct tcp *t)
{
	uint32_t path = tcp_path_mss(t), mss = t->agreed.peer_mss < path ? t->agreed.peer_mss : path;

	return mss > TCP_OPTION_BYTES ? mss - TCP_OPTION_BYTES : 0;
}

void tcp_fast_open_defer(struct tcp *t, bool deferred)
{
	t->fast_open.deferred = deferred;
}

void tcp_fast_open_more(struct tcp *t, bool more)
{
	t->fast_open.more = more;
}

void tcp_fast_open_empty(struct tcp *t)
{
	t->fast_open.no_text = !defect(tcp_stack(t), DEFECT_FAST_OPEN_EMPTY_UNCOUNTED);
}

void tcp_fast_open_sent(struct tcp *t, uint32_t text)
{
	if (text)
		t->fast_open.text = text;
	/* RFC 7413, 4.2.2: not in a SYN or SYN,ACK that is sent again. */
	t->fast_open.tell = t->fast_open.tell && defect(tcp_stack(t), DEFECT_FAST_OPEN_OPTION_AGAIN);
}

/* Notes whether the peer understood the request, or the other form is worth a try. */
static void learn(struct tcp *t, const struct tcp_segment *seg, bool lost)
{
	const struct socket *s = t->socket;
	const struct tcp_fast_open *f = &t->fast_open;
	struct tcp_metrics *m = tcp_metrics_enter(s->stack, &s->local.ip, &s->remote.ip);

	if (!m)
		return;
	if (f->asked || f->text)
		m->mss = t->agreed.peer_mss;                 /* RFC 7413, 4.1.3 */
	if (!f->asked)                                      /* an option that we did not ask for may come from anyone */
		return;
	bool stale = m->cookie.length && defect(s->stack, DEFECT_FAST_OPEN_COOKIE_STALE);
	if (seg->has_fast_open && seg->fast_open.length && !stale)
		m->cookie = seg->fast_open;
	else if (!lost && !f->text && !f->cookie.length)
		m->ask_experimental = !f->cookie.experimental;
}

void tcp_fast_open_answered(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_fast_open *f = &t->fast_open;
	bool lost = t->stats.retransmits > 0;                /* of SYNs, so far */

	if (!f->active)
		return;
	learn(t, seg, lost);
	if (!f->text)
		return;
	f->taken = seq_equal(t->snd.una, t->snd.nxt);
	count(tcp_stack(t), f->taken ? TcpExtTCPFastOpenActive : TcpExtTCPFastOpenActiveFail);
	if (!f->taken && t->snd.syn_acked)
		f->failure = lost ? FAILURE_SYN_LOST : FAILURE_NOT_ACKED;
}

bool tcp_fast_open_takes_text(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_fast_open *f = &t->fast_open;
	/* Without a cookie or a request for one, and without text, our SYN was like any other. */
	bool asked = f->asked || defect(tcp_stack(t), DEFECT_FAST_OPEN_TEXT_UNASKED);
	bool takes = f->active && (f->taken || (!f->text && asked));

	f->early_text = takes && seg->text_length;
	return takes;
}

uint32_t tcp_fast_open_first_texts(const struct tcp *t)
{
	return t->fast_open.early_text;
}

void tcp_fast_open_over(struct tcp *t)
{
	if (!t->fast_open.ended)
		tcp_fast_open_ended(t);
	t->fast_open.ended = true;
}

/* ---- cookies ---- */

/* RFC 7413, 4.1.2: a host makes its own key when nobody gives it one. */
static struct fast_open_keys host_keys(const struct stack *st)
{
	struct fast_open_keys keys = st->config.tcp_fastopen_keys;

	if (!keys.count)
		keys = (struct fast_open_keys){
			.count = 1,
			.key = { { keyed_hash(st->secret, "cookie 0", 8), keyed_hash(st->secret, "cookie 1", 8) } },
		};
	return keys;
}

struct fast_open_keys tcp_fast_open_keys(const struct tcp *t)
{
	return t->fast_open.keys ? *t->fast_open.keys : host_keys(tcp_stack(t));
}

bool tcp_fast_open_set_keys(struct tcp *t, const struct fast_open_keys *keys)
{
	if (!t->fast_open.keys)
		t->fast_open.keys = memory_allocate(tcp_stack(t), sizeof(*keys));
	if (!t->fast_open.keys)
		return false;
	*t->fast_open.keys = *keys;
	return true;
}

struct fast_open_cookie tcp_fast_open_make_cookie(const struct fast_open_keys *keys, int key,
                                                  const struct ip_address *client, const struct ip_address *server)
{
	size_t length = client->version == 6 ? 16 : 4;
	struct fast_open_cookie c = { .length = COOKIE_BYTES };
	uint8_t bytes[32];

	memcpy(bytes, client->bytes, length);
	memcpy(bytes + length, server->bytes, length);
	uint64_t hash = keyed_hash(keys->key[key], bytes, 2 * length);
	for (int i = 0; i < COOKIE_BYTES; i++)
		c.bytes[i] = (uint8_t)(hash >> 8 * i);
	return c;
}

/* ---- server ---- */

void tcp_fast_open_listen(struct tcp *t, int queue)
{
	/* The queue has its own number: children may outlive their listener, and must not count for another one. */
	if (!t->fast_open.queue)
		t->fast_open.queue = ++tcp_stack(t)->tcp->fast_open_queues;
	t->fast_open.limit = queue;
}

void tcp_fast_open_reset(struct tcp *child)
{
	struct stack *st = tcp_stack(child);
	struct fast_open_reset **end, *r;

	/* A child that has not been accepted yet has cost the user nothing. */
	if (!child->fast_open.passive || child->snd.syn_acked || child->place.queued)
		return;
	for (struct socket *s = NULL; (s = socket_next_on_port(st, PROTOCOL_TCP, child->socket->local.port, s)); ) {
		if (s->tcp->state != TCPS_LISTEN || s->tcp->fast_open.queue != child->fast_open.queue)
			continue;
		r = memory_allocate(st, sizeof(*r));
		if (!r)
			return;
		r->until = vtime_add(st->now, vtime_s(RESET_S));
		for (end = &s->tcp->fast_open.resets; *end; end = &(*end)->next)
			;
		*end = r;
		return;
	}
}

/* Counts the children that were opened by a SYN alone and whose handshake is not over, and those that were reset. */
static int pending(struct tcp *listener)
{
	struct stack *st = tcp_stack(listener);
	int count = 0;

	forget_resets(listener, st->now);
	for (const struct fast_open_reset *r = listener->fast_open.resets; r; r = r->next)
		count++;
	for (struct socket *s = NULL; (s = socket_next_on_port(st, PROTOCOL_TCP, listener->socket->local.port, s)); )
		count += s->tcp != listener && s->tcp->fast_open.passive &&
		         s->tcp->fast_open.queue == listener->fast_open.queue && !s->tcp->snd.syn_acked &&
		         s->tcp->state != TCPS_CLOSED;
	return count;
}

/* The ends of a connection that a cookie is for. */
static struct ip_address client_of(const struct stack *st, const struct tcp_segment *seg)
{
	return defect(st, DEFECT_FAST_OPEN_ANY_CLIENT) ? seg->tuple.destination : seg->tuple.source;
}

/* Number of the key that made the peer's cookie, or -1. */
static int find_key(const struct stack *st, const struct fast_open_keys *keys, const struct tcp_segment *seg)
{
	struct ip_address client = client_of(st, seg);

	for (int i = 0; i < keys->count; i++) {
		struct fast_open_cookie good = tcp_fast_open_make_cookie(keys, i, &client, &seg->tuple.destination);
		if (seg->fast_open.length == good.length && !memcmp(seg->fast_open.bytes, good.bytes, good.length))
			return i;
	}
	return -1;
}

enum fast_open_verdict tcp_fast_open_judge(struct tcp *listener, const struct tcp_segment *seg,
                                           struct fast_open_cookie *answer, bool *tell)
{
	struct stack *st = tcp_stack(listener);
	struct fast_open_keys keys;
	bool without = st->config.tcp_fastopen & FAST_OPEN_TAKE_WITHOUT_COOKIE ||
	               goes_without_cookie(listener, &seg->tuple.source);
	int key;

	*tell = false;
	if (seg->has_fast_open && !seg->fast_open.length)
		count(st, TcpExtTCPFastOpenCookieReqd);
	if (!(st->config.tcp_fastopen & FAST_OPEN_SERVER) && !defect(st, DEFECT_FAST_OPEN_OFF_IGNORED))
		return FAST_OPEN_NO;
	if (!listener->fast_open.limit && !defect(st, DEFECT_FAST_OPEN_UNASKED))
		return FAST_OPEN_NO;
	if (!(seg->has_fast_open || seg->text_length) || seg->flags & TCP_FIN)
		return FAST_OPEN_NO;
	/* RFC 7413, 4.2 */
	if (listener->fast_open.limit && pending(listener) >= listener->fast_open.limit &&
	    !defect(st, DEFECT_FAST_OPEN_NO_LIMIT)) {
		count(st, TcpExtTCPFastOpenListenOverflow);
		return FAST_OPEN_NO;
	}
	if (without)
		return FAST_OPEN_TAKE;
	if (!seg->has_fast_open)
		return FAST_OPEN_NO;
	keys = tcp_fast_open_keys(listener);
	key = defect(st, DEFECT_FAST_OPEN_ANY_COOKIE) ? 0 : find_key(st, &keys, seg);
	if (key < 0 || (key > 0 && !defect(st, DEFECT_FAST_OPEN_OLD_KEY))) {
		const struct ip_address client = client_of(st, seg);
		*answer = tcp_fast_open_make_cookie(&keys, 0, &client, &seg->tuple.destination);
		answer->experimental = seg->fast_open.experimental;
		*tell = !defect(st, DEFECT_FAST_OPEN_NO_COOKIE_GIVEN);
	}
	if (key < 0 && seg->fast_open.length)
		count(st, TcpExtTCPFastOpenPassiveFail);
	else if (key > 0)
		count(st, TcpExtTCPFastOpenPassiveAltKey);
	return key >= 0 ? FAST_OPEN_TAKE : FAST_OPEN_COOKIE_ONLY;
}

void tcp_fast_open_tell(struct tcp *child, const struct fast_open_cookie *cookie)
{
	child->fast_open.cookie = *cookie;
	child->fast_open.tell = true;
}

void tcp_fast_open_opened(struct tcp *child, const struct tcp *listener, bool text)
{
	child->fast_open.passive = true;
	child->fast_open.queue = listener->fast_open.queue;
	child->fast_open.taken = child->fast_open.early_text = text;
	count(tcp_stack(child), TcpExtTCPFastOpenPassive);
}
