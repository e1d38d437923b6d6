/* SPDX-License-Identifier: MIT
 *
 * random.c - xoshiro256** (Blackman, Vigna) seeded by splitmix64, and SipHash-2-4 (Aumasson, Bernstein)
 *
 * Two kinds of numbers are needed. Numbers that only have to vary (the first port to try, the first identification)
 * come from the generator. Numbers that strangers must not be able to guess, and that must come out the same each time
 * they are computed (initial sequence numbers, SYN cookies, time-stamp offsets, flow labels), are hashes of addresses
 * and ports under a secret of the host, as RFC 6528, 3 asks for. Both start from the configured seed, so that equal
 * seeds give equal bytes.
 */
#include "stack/random.h"

static uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

void random_seed(struct random *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		seed += UINT64_C(0x9e3779b97f4a7c15);
		uint64_t z = seed;
		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		r->state[i] = z ^ z >> 31;
	}
}

uint64_t random_u64(struct random *r)
{
	uint64_t *s = r->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t random_below(struct random *r, uint64_t bound)
{
	if (!bound)
		return 0;
	/* Refuse the first 2^64 mod bound values: what is left is a multiple of bound. */
	uint64_t refuse = -bound % bound, x;
	do
		x = random_u64(r);
	while (x < refuse);
	return x % bound;
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

/* Words of 8 bytes, low byte first; the last one has the length in its highest byte. */
uint64_t keyed_hash(const uint64_t key[2], const void *bytes, size_t length)
{
	const uint8_t *b = bytes;
	uint64_t v[4] = {
		key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
		key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573),
	};
	uint64_t word = 0;

	for (size_t i = 0; i < length; i++) {
		word |= (uint64_t)b[i] << (8 * (i % 8));
		if (i % 8 == 7) {
			sip_word(v, word);
			word = 0;
		}
	}
	sip_word(v, word | (uint64_t)(length & 0xff) << 56);
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
