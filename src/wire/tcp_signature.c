/* SPDX-License-Identifier: MIT
 *
 * tcp_signature.c - the digest of RFC 2385; KDF and MAC of RFC 5926
 */
#include "wire/tcp_signature.h"

#include <string.h>

#include <nettle/cmac.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>

#include "util/common.h"
#include "wire/codec.h"

enum { PROTOCOL_OF_TCP = 6, PSEUDO_HEADER_MOST = 40, CHECKSUM_AT = 16 };
enum { HEADER_MOST = TCP_HEADER_BYTES + TCP_OPTION_BYTES };
enum { CONTEXT_MOST = 2 * 16 + 2 * 2 + 2 * 4, LABEL_BYTES = 6, KDF_INPUT_MOST = 1 + LABEL_BYTES + CONTEXT_MOST + 2 };

/* RFC 9293, 3.1; RFC 8200, 8.1. Returns its length. */
static size_t pseudo_header(const struct signed_segment *s, uint8_t out[PSEUDO_HEADER_MOST])
{
	bool v6 = s->source->version == 6;
	size_t address = v6 ? 16 : 4, at = 2 * address;

	memcpy(out, s->source->bytes, address);
	memcpy(out + address, s->destination->bytes, address);
	if (v6) {
		put32(out + at, (uint32_t)s->length);
		put32(out + at + 4, PROTOCOL_OF_TCP);
		return at + 8;
	}
	put16(out + at, PROTOCOL_OF_TCP);
	put16(out + at + 2, (uint16_t)s->length);
	return at + 4;
}

/* Octets of the header with its options, as the data offset says; within the segment. */
static size_t header_length(const struct signed_segment *s)
{
	size_t length = s->length >= TCP_HEADER_BYTES ? (size_t)(s->bytes[12] >> 4) * 4 : 0;

	return length >= TCP_HEADER_BYTES && length <= s->length ? length : 0;
}

/* ---- MD5 ---- */

void tcp_md5_digest(const struct signed_segment *s, const uint8_t *key, size_t key_length,
                    uint8_t digest[TCP_MD5_BYTES])
{
	uint8_t pseudo[PSEUDO_HEADER_MOST], header[TCP_HEADER_BYTES] = { 0 };
	size_t pseudo_length = pseudo_header(s, pseudo), text_at = header_length(s);
	struct md5_ctx md5;

	memcpy(header, s->bytes, s->length < sizeof(header) ? s->length : sizeof(header));
	put16(header + CHECKSUM_AT, 0);
	md5_init(&md5);
	md5_update(&md5, pseudo_length, pseudo);
	md5_update(&md5, sizeof(header), header);
	if (text_at)
		md5_update(&md5, s->length - text_at, s->bytes + text_at);
	md5_update(&md5, key_length, key);
	md5_digest(&md5, TCP_MD5_BYTES, digest);
}

/* ---- the two algorithms of TCP-AO ---- */

union mac_state {
	struct hmac_sha1_ctx hmac;
	struct cmac_aes128_ctx cmac;
};

static void hmac_start(union mac_state *m, const uint8_t *key, size_t length)
{
	hmac_sha1_set_key(&m->hmac, length, key);
}

static void hmac_add(union mac_state *m, const void *bytes, size_t length)
{
	hmac_sha1_update(&m->hmac, length, bytes);
}

static void hmac_end(union mac_state *m, uint8_t *out)
{
	hmac_sha1_digest(&m->hmac, SHA1_DIGEST_SIZE, out);
}

/* A key that is not as long as the cipher wants is turned into one that is: RFC 5926, 3.1.1.2 (as RFC 4615 does). */
static void cmac_start(union mac_state *m, const uint8_t *key, size_t length)
{
	uint8_t fitting[AES128_KEY_SIZE] = { 0 };

	cmac_aes128_set_key(&m->cmac, length == sizeof(fitting) ? key : fitting);
	if (length == sizeof(fitting))
		return;
	cmac_aes128_update(&m->cmac, length, key);
	cmac_aes128_digest(&m->cmac, sizeof(fitting), fitting);
	cmac_aes128_set_key(&m->cmac, fitting);
}

static void cmac_add(union mac_state *m, const void *bytes, size_t length)
{
	cmac_aes128_update(&m->cmac, length, bytes);
}

static void cmac_end(union mac_state *m, uint8_t *out)
{
	cmac_aes128_digest(&m->cmac, CMAC128_DIGEST_SIZE, out);
}

static const struct mac_algorithm {
	uint8_t key_bytes;                                   /* of a traffic key */
	void (*start)(union mac_state *m, const uint8_t *key, size_t length);
	void (*add)(union mac_state *m, const void *bytes, size_t length);
	void (*end)(union mac_state *m, uint8_t *out);       /* all octets; the caller cuts */
} algorithms[] = {
	[TCP_AO_HMAC_SHA1] = { SHA1_DIGEST_SIZE, hmac_start, hmac_add, hmac_end },
	[TCP_AO_AES_128_CMAC] = { AES128_KEY_SIZE, cmac_start, cmac_add, cmac_end },
};

/* ---- TCP-AO ---- */

void tcp_ao_traffic_key(const struct tcp_ao_key *key, const struct tuple *tuple, uint32_t source_isn,
                        uint32_t destination_isn, uint8_t out[TCP_AO_TRAFFIC_KEY_BYTES])
{
	const struct mac_algorithm *a = &algorithms[key->algorithm];
	size_t address = tuple->source.version == 6 ? 16 : 4, at = 1 + LABEL_BYTES;
	uint8_t input[KDF_INPUT_MOST] = "\1TCP-AO";          /* RFC 5926, 3.1.1: i || Label || Context ||
	                                                        Output_Length */
	union mac_state m;

	memcpy(input + at, tuple->source.bytes, address);
	memcpy(input + at + address, tuple->destination.bytes, address);
	at += 2 * address;
	put16(input + at, tuple->source_port);
	put16(input + at + 2, tuple->destination_port);
	put32(input + at + 4, source_isn);
	put32(input + at + 8, destination_isn);
	put16(input + at + 12, (uint16_t)(a->key_bytes * 8));
	a->start(&m, key->master, key->length);
	a->add(&m, input, at + 14);
	memset(out, 0, TCP_AO_TRAFFIC_KEY_BYTES);
	a->end(&m, out);
}

bool tcp_ao_mac(const struct tcp_ao_key *key, const uint8_t traffic_key[TCP_AO_TRAFFIC_KEY_BYTES], uint32_t sne,
                const struct signed_segment *s, uint8_t mac[TCP_AO_MAC_MOST])
{
	const struct mac_algorithm *a = &algorithms[key->algorithm];
	uint8_t pseudo[PSEUDO_HEADER_MOST], header[HEADER_MOST], extension[4];
	size_t pseudo_length = pseudo_header(s, pseudo), length = header_length(s), offset = 0;
	struct tcp_option o = { 0 };
	const char *why;
	union mac_state m;

	if (!length)
		return false;
	memcpy(header, s->bytes, length);
	put16(header + CHECKSUM_AT, 0);
	put32(extension, sne);
	while (tcp_option_next(header + TCP_HEADER_BYTES, length - TCP_HEADER_BYTES, &offset, &o, &why) > 0 &&
	       o.kind != TCP_OPTION_AO)
		;
	if (o.kind != TCP_OPTION_AO || o.length < 4)
		return false;
	uint8_t *option = header + TCP_HEADER_BYTES + o.at;
	memset(option + 4, 0, o.length - 4u);
	a->start(&m, traffic_key, a->key_bytes);
	a->add(&m, extension, sizeof(extension));
	a->add(&m, pseudo, pseudo_length);
	a->add(&m, header, key->exclude_options ? TCP_HEADER_BYTES : length);
	if (key->exclude_options)                            /* RFC 5925, 5.1: but for its own */
		a->add(&m, option, o.length);
	a->add(&m, s->bytes + length, s->length - length);
	memset(mac, 0, TCP_AO_MAC_MOST);
	a->end(&m, mac);
	return true;
}

/* Of the two candidates the nearer one is meant: numbers of one connection are never half the space apart. */
uint32_t tcp_ao_extension(uint32_t sne, uint32_t reference, uint32_t seq)
{
	if ((int32_t)(seq - reference) < 0)
		return seq > reference ? sne - 1 : sne;
	return seq < reference ? sne + 1 : sne;
}
