/* SPDX-License-Identifier: MIT
 *
 * signing.c - keys of a script, and the signatures that they make
 */
#include "drill/signing.h"

#include <string.h>

#include "drill/match.h"
#include "wire/tcp_key_option.h"

struct signing_key {
	struct signing_key *next;                            /* older */
	struct tcp_key key;
};

/* The last resort of md5_key(): a key that is for every peer and that no setsockopt() of the script has to bring. */
void signing_default(struct flows *flows, const char *secret)
{
	struct tcp_key *key = arena_new_object(flows->arena, struct tcp_key);

	key->secret.length = (uint8_t)strlen(secret);
	memcpy(key->secret.master, secret, key->secret.length);
	flows->md5_default = key;
}

void signing_learn(struct flows *flows, int name, const void *value, size_t length)
{
	struct tcp_key key;

	if (tcp_key_read(name, value, length, &key) != 0 || (!key.ao && !key.secret.length))
		return;
	struct signing_key *kept = arena_new_object(flows->arena, struct signing_key);
	*kept = (struct signing_key){ .next = flows->keys, .key = key };
	flows->keys = kept;
}

/* ---- which key ---- */

static const struct tcp_key *md5_key(const struct flows *flows, const struct ip_address *peer)
{
	const struct tcp_key *best = NULL;

	for (const struct signing_key *k = flows->keys; k; k = k->next)
		if (!k->key.ao && tcp_key_is_for(&k->key, peer) && (!best || k->key.prefix > best->prefix))
			best = &k->key;
	return best ? best : flows->md5_default;
}

/* A key has two ids: what the stack sends with, and what its peer sends with. */
static const struct tcp_key *ao_key(const struct flows *flows, const struct ip_address *peer, bool inbound, uint8_t id)
{
	for (const struct signing_key *k = flows->keys; k; k = k->next)
		if (k->key.ao && tcp_key_is_for(&k->key, peer) && id == (inbound ? k->key.receive_id : k->key.send_id))
			return &k->key;
	return NULL;
}

/* ---- computing ---- */

/* The signature's option in a header; NULL: it has none, or one without room for a signature. */
static uint8_t *find_option(struct tcp_header *tcp, uint8_t kind, size_t *length)
{
	struct tcp_option o;
	size_t offset = 0;
	const char *why;

	while (tcp_option_next(tcp->options, tcp->option_length, &offset, &o, &why) > 0)
		if (o.kind == kind && o.length >= 4) {
			*length = o.length - 2u;
			return tcp->options + o.at + 2;
		}
	return NULL;
}

/* Who signs: which connection, by which keys, and in which direction the segment goes. */
struct signing {
	const struct flows *flows;
	const struct flow *flow;
	bool inbound;                                        /* towards the stack under test: the tester signs */
};

/* Initial numbers of both directions as RFC 5925, 5.2, has them: a SYN has its own. */
static void initial_numbers(const struct signing *s, const struct tcp_header *tcp, uint32_t *source,
                            uint32_t *destination)
{
	*source = s->inbound ? s->flow->live_remote_isn : s->flow->live_local_isn;
	*destination = s->inbound ? s->flow->live_local_isn : s->flow->live_remote_isn;
	if (!(tcp->flags & TCP_SYN))
		return;
	*source = tcp->seq;
	*destination = tcp->flags & TCP_ACK ? tcp->ack - 1 : 0;
}

/* The MAC of an option with @length octets of data, into those behind its two ids. */
static bool compute_ao(const struct signing *s, struct packet *packet, const struct signed_segment *segment,
                       const uint8_t *option, size_t length, uint8_t *out)
{
	const struct tcp_header *tcp = &packet_transport(packet)->tcp;
	uint8_t traffic[TCP_AO_TRAFFIC_KEY_BYTES], mac[TCP_AO_MAC_MOST] = { 0 };
	const struct ip_address *peer = s->inbound ? segment->source : segment->destination;
	const struct tcp_key *key = ao_key(s->flows, peer, s->inbound, option[0]);
	uint32_t source, destination;
	struct tuple tuple;

	if (!key || length - 2 > sizeof(mac))
		return false;
	packet_tuple(packet, &tuple);
	initial_numbers(s, tcp, &source, &destination);
	tcp_ao_traffic_key(&key->secret, &tuple, source, destination, traffic);
	if (!tcp_ao_mac(&key->secret, traffic, tcp_ao_extension(0, source, tcp->seq), segment, mac))
		return false;
	memcpy(out, option, 2);
	memcpy(out + 2, mac, length - 2);
	return true;
}

/* What the data of @packet's option of @kind would be if it were signed with a key of the script. @length: octets of
 * @out that count. False: no such option, or no key. */
static bool compute(const struct signing *s, struct packet *packet, uint8_t kind, uint8_t out[TCP_OPTION_BYTES],
                    size_t *length)
{
	struct header *transport = packet_transport(packet);
	uint8_t *option = transport->type == HEADER_TCP ? find_option(&transport->tcp, kind, length) : NULL;
	struct tuple tuple;

	if (!option)
		return false;
	uint8_t *bytes = arena_alloc(s->flows->arena, packet->payload_length + PACKET_HEADERS * 128);
	size_t size = packet_build(packet, bytes, PACKET_BYTES);
	size_t segment_length = TCP_HEADER_BYTES + transport->tcp.option_length + packet->payload_length;

	packet_tuple(packet, &tuple);
	struct signed_segment segment = { &tuple.source, &tuple.destination,
	                                  bytes + size - segment_length, segment_length };
	if (kind == TCP_OPTION_AO)
		return compute_ao(s, packet, &segment, option, *length, out);
	const struct tcp_key *key = md5_key(s->flows, s->inbound ? &tuple.source : &tuple.destination);
	if (!key || *length != TCP_MD5_BYTES)
		return false;
	tcp_md5_digest(&segment, key->secret.master, key->secret.length, out);
	return true;
}

/* The two kinds of signature, and what is said when the script has given no key for one. */
static const struct { uint8_t kind; const char *no_key; } kinds[] = {
	{ TCP_OPTION_MD5, "no key for the MD5 signature is known: a setsockopt() with TCP_MD5SIG gives one" },
	{ TCP_OPTION_AO, "no key for the TCP-AO signature is known: a setsockopt() with TCP_AO_ADD_KEY gives one" },
};

static enum signature_word word_for(const struct scripted_packet *scripted, uint8_t kind)
{
	return kind == TCP_OPTION_MD5 ? scripted->md5 : scripted->ao;
}

/* MD5 first: it covers no options, and a MAC of TCP-AO may cover it. */
bool signing_sign(const struct flows *flows, const struct flow *flow, const struct scripted_packet *scripted,
                  struct packet *packet, const char **why)
{
	const struct signing ours = { flows, flow, true };
	uint8_t data[TCP_OPTION_BYTES];
	size_t length;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		enum signature_word word = word_for(scripted, kinds[i].kind);
		if (word == SIGNATURE_LITERAL)
			continue;
		*why = kinds[i].no_key;
		if (!compute(&ours, packet, kinds[i].kind, data, &length))
			return false;
		data[length - 1] ^= word == SIGNATURE_INVALID;
		memcpy(find_option(&packet_transport(packet)->tcp, kinds[i].kind, &length), data, length);
	}
	return true;
}

/* A stack with keys ignores an unsigned reset, and its socket would outlive the run. No line says how to sign this one,
 * so it copies the ids of the segment before it. Without a key the octets of that segment stay: it is sent anyway. */
void signing_sign_reset(const struct flows *flows, struct flow *flow, struct packet *reset)
{
	const struct signing ours = { flows, flow, true };
	struct tcp_header *tcp = &packet_transport(reset)->tcp;
	uint8_t data[TCP_OPTION_BYTES];
	size_t length, used = tcp->option_length;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const uint8_t *last = flow->was_injected ? find_option(&flow->last_injected, kinds[i].kind, &length)
		                                         : NULL;
		if (!last)
			continue;
		tcp_option_add(tcp->options, &used, kinds[i].kind, last, length);      /* ids and length as before */
		while (used % 4)
			tcp_option_add_nop(tcp->options, &used);
		tcp->option_length = (uint8_t)used;
		packet_fill_lengths(reset);
		if (compute(&ours, reset, kinds[i].kind, data, &length))
			memcpy(find_option(tcp, kinds[i].kind, &length), data, length);
	}
}

/* One piece: NULL, or what is wrong. @right: what would stand there. */
static const char *judge_piece(const struct signing *s, const struct live_packet *live, size_t which,
                               uint8_t right[TCP_OPTION_BYTES], size_t *length)
{
	struct packet copy = live->packet;
	struct header *transport = packet_transport(&copy);
	const uint8_t *got = transport->type == HEADER_TCP ? find_option(&transport->tcp, kinds[which].kind, length)
	                                                   : NULL;

	if (!got)                                            /* match_tcp_options() says that it is missing */
		return NULL;
	if (!compute(s, &copy, kinds[which].kind, right, length)) {
		memcpy(right, got, *length);
		return kinds[which].no_key;
	}
	return memcmp(right, got, *length) != 0 && live->next ? "bad signature of a segment that was joined" : NULL;
}

/* If segments were joined to answer one line, each of them must be signed rightly, although only the last is
 * compared. */
void signing_expect(const struct flows *flows, const struct flow *flow, const struct match *m, struct packet *expected,
                    const struct live_packet *live)
{
	const struct signing theirs = { flows, flow, false };
	uint8_t right[TCP_OPTION_BYTES] = { 0 };
	size_t room;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		size_t length = 0;
		enum signature_word word = word_for(m->scripted, kinds[i].kind);
		if (word == SIGNATURE_LITERAL)
			continue;
		uint8_t *place = find_option(&packet_transport(expected)->tcp, kinds[i].kind, &room);
		for (const struct live_packet *piece = live; piece; piece = piece->next) {
			struct packet copy = piece->packet;
			length = 0;
			const char *wrong = judge_piece(&theirs, piece, i, right, &length);
			if (wrong && word == SIGNATURE_VALID)
				record_field_mismatch(m->record, m->entry, PACKET_FIELD_TCP_OPTIONS, NULL, NULL, wrong);
			const uint8_t *got = length ? find_option(&packet_transport(&copy)->tcp, kinds[i].kind, &length)
			                            : NULL;
			if (got && word == SIGNATURE_ANY)
				memcpy(right, got, length);
		}
		/* Ids that the line spells out are still compared. */
		size_t ids = kinds[i].kind == TCP_OPTION_AO ? 2 : 0;
		if (place && length == room)
			memcpy(place + ids, right + ids, length - ids);
	}
}
