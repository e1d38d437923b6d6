/* SPDX-License-Identifier: MIT
 *
 * tcp_auth.c - signed segments: MD5 (RFC 2385) and TCP-AO (RFC 5925)
 *
 * A socket has keys, each for the peers of a prefix. As soon as there is one for the peer of a connection, every
 * segment of that connection is signed: SYN, SYN and ACK, text, bare ACKs, resets, and what TIME-WAIT still sends.
 * Every arriving segment must be signed with that key, or it is dropped as if it had never come: there is no answer and
 * no reset, and no step of RFC 9293, 3.10.7 sees it. Nothing is negotiated: a peer that does not sign does not know the
 * key.
 *
 * Verifying comes before everything else (RFC 5925, 7.5) and signing after everything else (7.4). So the rest of the
 * stack need know only three things: signatures take room in each segment, tcp_auth_accepts() comes first, and
 * tcp_emit() signs last.
 *
 * MD5 has one key for a peer. The one with the longest prefix counts. A key for the same peers replaces the old one,
 * also on an open connection, and an empty key removes it. A child of a listener has the key of its peer from its SYN
 * on. A reset for a segment that no connection takes is signed with the key of that segment.
 *
 * TCP-AO may have several keys for a peer, told apart by two ids: KeyID names the key with which a segment is signed,
 * RNextKeyID the one that its sender wants in the answer (RFC 5925, 7.5.2); the current key follows that wish. The
 * user's key does not sign itself: from it a key is derived for each direction of each connection, with addresses,
 * ports and initial sequence numbers (5.2). Sequence numbers are made 64 bits by an extension that counts their wraps
 * (6.2).
 *
 * Left out: TCP-AO and MD5 for one peer, which RFC 5925, 2.2 forbids; routing domains, of which this host has only one,
 * so a key for another is refused; resets with TCP-AO where there is no connection, because its initial sequence
 * numbers are unknown.
 */
#include "stack/tcp_auth.h"

#include <errno.h>
#include <string.h>

#include "stack/ip_packet.h"
#include "stack/memory.h"

enum { PADDED_MD5 = 2 + 2 + TCP_MD5_BYTES, AO_HEADER = 4, CHECKSUM_AT = 16 };

/* ---- keys ---- */

void tcp_auth_free(struct tcp *t)
{
	while (t->auth.keys) {
		struct tcp_auth_key *k = t->auth.keys;
		t->auth.keys = k->next;
		memory_release(tcp_stack(t), k);
	}
	t->auth.current = t->auth.rnext = NULL;
}

void tcp_auth_start(struct tcp *t)
{
	t->auth.sent = t->auth.received = (struct tcp_extension){ 0 };
}

/* Linux decides that once: it stays so when the key is removed, and a key that comes later changes nothing. */
void tcp_auth_open(struct tcp *t)
{
	t->auth.alone = tcp_auth_key(t) != NULL;
}

static const struct tcp_key *find_md5(const struct tcp *t, const struct ip_address *peer)
{
	const struct tcp_key *best = NULL;

	for (const struct tcp_auth_key *k = t->auth.keys; k; k = k->next)
		if (!k->key.ao && tcp_key_is_for(&k->key, peer) && (!best || k->key.prefix > best->prefix))
			best = &k->key;
	return best;
}

struct tcp_auth_key *tcp_auth_find_ao(const struct tcp *t, const struct ip_address *peer, int send_id, int receive_id)
{
	for (struct tcp_auth_key *k = t->auth.keys; k; k = k->next)
		if (k->key.ao && tcp_key_is_for(&k->key, peer) && (send_id < 0 || k->key.send_id == send_id) &&
		    (receive_id < 0 || k->key.receive_id == receive_id))
			return k;
	return NULL;
}

static bool same_peers(const struct tcp_key *a, const struct tcp_key *b)
{
	return a->prefix == b->prefix && a->address.version == b->address.version &&
	       !memcmp(a->address.bytes, b->address.bytes, sizeof(a->address.bytes));
}

/* The link to the key with the same peers (and ids) as @key; NULL: there is none. */
static struct tcp_auth_key **find_same(struct tcp *t, const struct tcp_key *key)
{
	for (struct tcp_auth_key **at = &t->auth.keys; *at; at = &(*at)->next)
		if ((*at)->key.ao == key->ao && same_peers(&(*at)->key, key) &&
		    (!key->ao || ((*at)->key.send_id == key->send_id && (*at)->key.receive_id == key->receive_id)))
			return at;
	return NULL;
}

int tcp_auth_add(struct tcp *t, const struct tcp_key *key)
{
	struct tcp_auth_key **old = find_same(t, key);

	/* RFC 5925, 2.2: never keys of both kinds for a peer. */
	for (const struct tcp_auth_key *k = t->auth.keys; k; k = k->next)
		if (k->key.ao != key->ao &&
		    (tcp_key_is_for(&k->key, &key->address) || tcp_key_is_for(key, &k->key.address)))
			return EKEYREJECTED;
	if (old && key->ao)
		return EEXIST;
	if (old) {
		(*old)->key = *key;
		return 0;
	}
	struct tcp_auth_key *k = memory_allocate(tcp_stack(t), sizeof(*k));
	if (!k)
		return ENOMEM;
	*k = (struct tcp_auth_key){ .next = t->auth.keys, .key = *key };
	t->auth.keys = k;
	return 0;
}

int tcp_auth_remove(struct tcp *t, const struct tcp_key *key)
{
	struct tcp_auth_key **at = find_same(t, key), *k;

	if (!at)
		return ENOENT;
	k = *at;
	*at = k->next;
	if (t->auth.current == k)
		t->auth.current = NULL;
	if (t->auth.rnext == k)
		t->auth.rnext = NULL;
	memory_release(tcp_stack(t), k);
	return 0;
}

bool tcp_auth_inherit(struct tcp *child, const struct tcp *listener, const struct tcp_segment *seg)
{
	const struct ip_address *peer = &child->socket->remote.ip;

	child->auth.required = listener->auth.required;
	child->auth.accept_icmp = listener->auth.accept_icmp;
	for (const struct tcp_auth_key *k = listener->auth.keys; k; k = k->next) {
		if (!tcp_key_is_for(&k->key, peer) || (!k->key.ao && &k->key != find_md5(listener, peer)))
			continue;
		struct tcp_key own = k->key;
		if (!own.ao) {                              /* for this peer alone, so that it can be removed as such */
			own.address = *peer;
			own.prefix = peer->version == 4 ? 32 : 128;
		}
		if (tcp_auth_add(child, &own) != 0)
			return false;
	}
	/* RFC 5925, 7.5.1: the SYN says which key the client uses, and which one it wants in the answer. */
	if (seg->ao) {
		child->auth.rnext = tcp_auth_find_ao(child, peer, -1, seg->ao[0]);
		child->auth.current = tcp_auth_find_ao(child, peer, seg->ao[1], -1);
	}
	return true;
}

void tcp_auth_choose(struct tcp *t, struct tcp_auth_key *current, struct tcp_auth_key *rnext)
{
	t->auth.current = current ? current : t->auth.current;
	t->auth.rnext = rnext ? rnext : t->auth.rnext;
}

void tcp_auth_set_rules(struct tcp *t, bool required, bool accept_icmp)
{
	t->auth.required = required;
	t->auth.accept_icmp = accept_icmp;
}

void tcp_auth_set_counters(struct tcp *t, const struct ao_info_option *from)
{
	t->auth.good = from->pkt_good;
	t->auth.bad = from->pkt_bad;
	t->auth.unknown = from->pkt_key_not_found;
	t->auth.missing = from->pkt_ao_required;
	t->auth.icmp_dropped = from->pkt_dropped_icmp;
}

static const struct tcp_auth_key *oldest_ao(const struct tcp *t, const struct ip_address *peer)
{
	const struct tcp_auth_key *oldest = NULL;

	for (const struct tcp_auth_key *k = t->auth.keys; k; k = k->next)
		if (k->key.ao && tcp_key_is_for(&k->key, peer))
			oldest = k;
	return oldest;
}

const struct tcp_key *tcp_auth_key(const struct tcp *t)
{
	const struct ip_address *peer = &t->socket->remote.ip;

	if (!t->auth.keys)
		return NULL;
	const struct tcp_auth_key *ao = t->auth.current ? t->auth.current : oldest_ao(t, peer);
	return ao ? &ao->key : find_md5(t, peer);
}

/* RNextKeyID: the id of the key that our peer is to use. */
static uint8_t next_id(const struct tcp *t)
{
	const struct tcp_auth_key *k = t->auth.rnext ? t->auth.rnext : oldest_ao(t, &t->socket->remote.ip);

	return k ? k->key.receive_id : 0;
}

bool tcp_auth_ignores_icmp(const struct tcp *t)
{
	const struct tcp_key *key = tcp_auth_key(t);

	/* RFC 5925, 7.8: only once it is synchronized. */
	return key && key->ao && !t->auth.accept_icmp && tcp_in(t, TCPM_SYNCHRONIZED) &&
	       !defect(tcp_stack(t), DEFECT_TCP_AO_HEEDS_ICMP);
}

void tcp_auth_icmp_dropped(struct tcp *t)
{
	t->auth.icmp_dropped++;
	count(tcp_stack(t), TcpExtTCPAODroppedIcmps);
}

/* ---- signing ---- */

uint32_t tcp_auth_option_bytes(const struct tcp *t)
{
	const struct tcp_key *key = tcp_auth_key(t);

	if (!key || defect(tcp_stack(t), DEFECT_TCP_SIGNATURE_NO_ROOM))
		return 0;
	return key->ao ? (AO_HEADER + key->secret.mac_length + 3u) & ~3u : PADDED_MD5;
}

void tcp_auth_write_md5(struct tcp_header *h, size_t *used)
{
	const uint8_t data[TCP_MD5_BYTES] = { 0 };

	tcp_option_add_nop(h->options, used);
	tcp_option_add_nop(h->options, used);
	tcp_option_add(h->options, used, TCP_OPTION_MD5, data, sizeof(data));
}

void tcp_auth_write_option(const struct tcp *t, struct tcp_header *h, size_t *used)
{
	const struct tcp_key *key = tcp_auth_key(t);
	uint8_t data[2 + TCP_AO_MAC_MOST] = { 0 };

	if (!key || (h->flags & TCP_RST && defect(tcp_stack(t), DEFECT_TCP_RESET_UNSIGNED)))
		return;
	if (key->ao) {
		data[0] = key->send_id;
		data[1] = next_id(t);
		tcp_option_add(h->options, used, TCP_OPTION_AO, data, 2u + key->secret.mac_length);
		while (*used % 4)
			tcp_option_add_nop(h->options, used);
		return;
	}
	tcp_auth_write_md5(h, used);
}

/* The extension of @seq, which becomes the reference if it is the furthest so far. @first: the initial number. */
static uint32_t extend(const struct tcp *t, struct tcp_extension *e, uint32_t first, uint32_t seq, bool note)
{
	uint32_t reference = e->known ? e->seq : first;
	uint32_t extension = tcp_ao_extension(e->count, reference, seq);

	if (note && (!e->known || (int32_t)(seq - reference) > 0))
		*e = (struct tcp_extension){ .known = true, .seq = seq, .count = extension };
	return defect(tcp_stack(t), DEFECT_TCP_AO_NO_EXTENSION) ? 0 : extension;
}

void tcp_auth_prepare(struct tcp *t, const struct tcp_header *h, struct tcp_signer *signer)
{
	const struct endpoint *from = &t->socket->local, *to = &t->socket->remote;
	struct tuple tuple = { from->ip, to->ip, from->port, to->port };
	bool opens = (h->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

	*signer = (struct tcp_signer){ .key = tcp_auth_key(t) };
	if (!signer->key || !signer->key->ao)
		return;
	/* RFC 5925, 5.2: of a SYN without ACK the other number is 0. */
	uint32_t other = opens ? 0 : h->flags & TCP_SYN ? h->ack - 1 : t->rcv.irs.value;
	uint32_t own = h->flags & TCP_SYN ? h->seq : t->snd.iss.value;
	tcp_ao_traffic_key(&signer->key->secret, &tuple, own, other, signer->traffic);
	signer->extension = extend(t, &t->auth.sent, own, h->seq, true);
}

void tcp_auth_sign(const struct tcp_signer *signer, const struct ip_address *source,
                   const struct ip_address *destination, uint8_t *bytes, size_t length)
{
	const struct signed_segment segment = { source, destination, bytes, length };
	uint8_t kind = signer->key->ao ? TCP_OPTION_AO : TCP_OPTION_MD5, mac[TCP_AO_MAC_MOST];
	size_t header = (size_t)(bytes[12] >> 4) * 4, offset = 0;
	struct tcp_option o;
	const char *why;

	while (tcp_option_next(bytes + TCP_HEADER_BYTES, header - TCP_HEADER_BYTES, &offset, &o, &why) > 0) {
		uint8_t *place = bytes + TCP_HEADER_BYTES + o.at + 2;
		if (o.kind != kind)
			continue;
		if (kind == TCP_OPTION_MD5)
			tcp_md5_digest(&segment, signer->key->secret.master, signer->key->secret.length, place);
		else if (tcp_ao_mac(&signer->key->secret, signer->traffic, signer->extension, &segment, mac))
			memcpy(place + 2, mac, o.length - (size_t)AO_HEADER);
		return;
	}
}

/* ---- verifying ---- */

static bool drop(struct tcp *t, const struct tcp_segment *seg, enum counter counter, const char *why)
{
	count(tcp_stack(t), counter);
	stack_drop(tcp_stack(t), seg->packet, why);
	return false;
}

static struct signed_segment whole_segment(const struct tcp_segment *seg)
{
	return (struct signed_segment){ &seg->tuple.source, &seg->tuple.destination, seg->packet->payload,
	                                seg->packet->length };
}

/* RFC 2385, 2.0 */
static bool md5_accepts(struct tcp *t, struct tcp_segment *seg)
{
	const struct tcp_key *key = find_md5(t, &seg->tuple.source);
	const struct stack *st = tcp_stack(t);
	uint8_t right[TCP_MD5_BYTES];

	if (!key)
		return !seg->md5 || defect(st, DEFECT_TCP_MD5_UNEXPECTED_TAKEN) ||
		       drop(t, seg, TcpExtTCPMD5Unexpected, "MD5 signature, and no key for this peer (RFC 2385)");
	if (!seg->md5)
		return defect(st, DEFECT_TCP_UNSIGNED_TAKEN) ||
		       drop(t, seg, TcpExtTCPMD5NotFound, "no MD5 signature (RFC 2385, 2.0)");
	const struct signed_segment segment = whole_segment(seg);
	tcp_md5_digest(&segment, key->secret.master, key->secret.length, right);
	if (memcmp(right, seg->md5, sizeof(right)) != 0 && !defect(st, DEFECT_TCP_MD5_UNVERIFIED))
		return drop(t, seg, TcpExtTCPMD5Failure, "wrong MD5 signature (RFC 2385, 2.0)");
	seg->signed_with = key;
	return true;
}

/* The initial sequence numbers of the direction in which @seg came: those of the connection, or as claimed by a segment
 * to LISTEN. */
static void numbers_of(const struct tcp *t, const struct tcp_segment *seg, uint32_t *source, uint32_t *destination)
{
	bool connected = !tcp_in(t, 1 << TCPS_LISTEN | 1 << TCPS_SYN_SENT);

	*source = connected ? t->rcv.irs.value : seg->seq.value - 1;
	*destination = t->state == TCPS_LISTEN ? seg->ack.value - 1 : t->snd.iss.value;
	if (seg->flags & TCP_SYN)
		*source = seg->seq.value;
	if ((seg->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		*destination = 0;
}

/* RFC 5925, 7.5.2: the peer asks for a key, which we may have. */
static void follow(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_auth_key *wanted = tcp_auth_find_ao(t, &seg->tuple.source, seg->ao[1], -1);

	if (wanted && t->state != TCPS_LISTEN && !defect(tcp_stack(t), DEFECT_TCP_AO_KEY_KEPT))
		t->auth.current = wanted;
}

/* Until the handshake is done, a segment moves the counters of the listener, which has the keys. */
static struct tcp *counted_at(struct tcp *t)
{
	return t->state == TCPS_SYN_RECEIVED && t->place.parent ? t->place.parent : t;
}

/* RFC 5925, 7.5 */
static bool ao_accepts(struct tcp *t, struct tcp_segment *seg)
{
	struct tcp_auth_key *k = seg->ao ? tcp_auth_find_ao(t, &seg->tuple.source, -1, seg->ao[0]) : NULL;
	bool keyed = tcp_auth_find_ao(t, &seg->tuple.source, -1, -1);
	uint8_t traffic[TCP_AO_TRAFFIC_KEY_BYTES], right[TCP_AO_MAC_MOST];
	uint32_t source, destination;
	struct tcp *at = counted_at(t);
	struct tcp_auth_key *counted = at == t || !k ? k : tcp_auth_find_ao(at, &seg->tuple.source, -1, seg->ao[0]);

	/* RFC 5925, 7.3: accepted as if there were no option. */
	if (!keyed && !t->auth.required && (!seg->ao || tcp_stack(t)->config.tcp_ao_keyless_taken))
		return true;
	if (!seg->ao) {
		at->auth.missing++;
		return defect(tcp_stack(t), DEFECT_TCP_UNSIGNED_TAKEN) ||
		       drop(t, seg, TcpExtTCPAORequired, "no TCP-AO option (RFC 5925, 7.5)");
	}
	if (!k) {
		at->auth.unknown++;
		if (defect(tcp_stack(t), DEFECT_TCP_AO_UNKNOWN_TAKEN))
			return true;
		return drop(t, seg, TcpExtTCPAOKeyNotFound, "TCP-AO with an unknown KeyID (RFC 5925, 7.5)");
	}
	const struct signed_segment segment = whole_segment(seg);
	numbers_of(t, seg, &source, &destination);
	uint32_t extension = extend(t, &t->auth.received, source, seg->seq.value, false);
	tcp_ao_traffic_key(&k->key.secret, &seg->tuple, source, destination, traffic);
	bool right_length = seg->ao_length == 2 + k->key.secret.mac_length;
	if (!right_length || !tcp_ao_mac(&k->key.secret, traffic, extension, &segment, right) ||
	    (memcmp(right, seg->ao + 2, k->key.secret.mac_length) != 0 &&
	     !defect(tcp_stack(t), DEFECT_TCP_AO_UNVERIFIED))) {
		at->auth.bad++;
		if (counted)
			counted->bad++;
		return drop(t, seg, TcpExtTCPAOBad, "wrong MAC of TCP-AO (RFC 5925, 7.5)");
	}
	at->auth.good++;
	if (counted)
		counted->good++;
	count(tcp_stack(t), TcpExtTCPAOGood);
	if (t->state != TCPS_LISTEN)
		extend(t, &t->auth.received, source, seg->seq.value, true);
	follow(t, seg);
	return true;
}

bool tcp_auth_accepts(struct tcp *t, struct tcp_segment *seg)
{
	/* RFC 5925, 2.2: never options of both kinds, and never two of one kind. */
	if (seg->signatures > 1 && !defect(tcp_stack(t), DEFECT_TCP_TWO_SIGNATURES))
		return drop(t, seg, TcpInErrs, "more than one signature (RFC 5925, 2.2)");
	if (seg->malformed_ao)
		return drop(t, seg, TcpInErrs, "TCP-AO option too short (RFC 5925, 2.2)");
	return ao_accepts(t, seg) && (seg->ao || md5_accepts(t, seg));
}
