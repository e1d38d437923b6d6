/* SPDX-License-Identifier: MIT
 *
 * signing.h - signatures of packets that a script does not spell out (RFC 2385, RFC 5925)
 *
 * The tester is the peer of the stack under test, so it signs with the keys that the script gives to the stack: each
 * successful setsockopt() with a key is read here as well, whatever the target. A key is never forgotten: a script that
 * removes it from the stack wants to see what happens to segments that the peer still signs.
 *
 * A line may say "valid" instead of the octets. For an injected packet they are computed last, when everything else in
 * it is final; "invalid" is the same with one bit changed. For a packet that came they are computed from the packet
 * itself and compared; "any" accepts whatever is there. Octets that are spelt out are neither computed nor verified, so
 * a script can send a signature that no key makes.
 *
 * Which key is meant: for MD5 the one with the longest prefix that has the peer in it, and of equal ones the newest;
 * for TCP-AO the newest whose id is the KeyID of the packet. Sequence number extensions are counted from the initial
 * numbers, so they are right for the first 2 GB of either direction.
 */
#ifndef DRILL_SIGNING_H
#define DRILL_SIGNING_H

#include "drill/flow.h"

struct match;
struct live_packet;

/* An MD5 key that was not set by a call: @secret, at most TCP_KEY_BYTES. */
void signing_default(struct flows *flows, const char *secret);

/* A setsockopt() of level IPPROTO_TCP succeeded: if its value brings a key, keep it. */
void signing_learn(struct flows *flows, int name, const void *value, size_t length);

/* Compute what @scripted leaves to us in @packet, which has its live numbers. False: there is no key, *why says so. */
bool signing_sign(const struct flows *flows, const struct flow *flow, const struct scripted_packet *scripted,
                  struct packet *packet, const char **why);

/* Put what is right into the signatures of @expected that the line leaves to us, for @live (the last is the one that is
 * compared); a piece before it that is signed wrongly is a mismatch at once. */
void signing_expect(const struct flows *flows, const struct flow *flow, const struct match *m, struct packet *expected,
                    const struct live_packet *live);

/* The reset at the end of a run is signed as the last injected packet of the flow was. */
void signing_sign_reset(const struct flows *flows, struct flow *flow, struct packet *reset);

#endif
