/* SPDX-License-Identifier: MIT
 *
 * mutation.h - a script in which one injected packet is another one than was written
 *
 * A script says what happens when its packets arrive. What should happen when others arrive is a question that nobody
 * has written an answer to; but copies of the script ask it, each with one packet that is changed in one or two fields,
 * lost, sent twice or sent after the next one. For some changes the answer is known all the same:
 *
 *     MUTATION_HARMLESS   a packet is put in that every host drops without a word (a wrong checksum, a header that is
 *                         longer than the segment, an RST far outside the window): what passed has to pass still
 *     MUTATION_NEUTRAL    a packet is changed in what no host may heed (reserved bits, the TTL, an option that nobody
 *                         knows): likewise
 *     MUTATION_FREE       anything else: the stack must keep its invariants (report/invariant.h), and two stacks may be
 *                         compared
 *
 * Changes are rows of a table, and bounded: numbers move by one, by a segment, by more than any window, by a quarter of
 * the space. So the copies of a script are a finite list, the same one each time, from which the caller takes some.
 *
 * Left alone are literal bytes, fragments, and packets in outer headers: they are about bytes that somebody chose.
 */
#ifndef SCRIPT_MUTATION_H
#define SCRIPT_MUTATION_H

#include "script/ast.h"

enum mutation_effect { MUTATION_FREE, MUTATION_NEUTRAL, MUTATION_HARMLESS };

struct mutation {
	enum mutation_effect effect;
	const char *what;                                    /* "flags", "sequence number" ...: what is changed, named
	                                                        alike for all scripts */
	const struct event *at;                              /* of the packet */
	int first, second;                                   /* rows of changes; second -1: only one */
	const struct event *other;                           /* the packet that changes places with it; or NULL */
	bool answered;                                       /* the packet that is put in may draw an ACK: a line behind
	                                                        it allows one */
};

/* All mutations of @script, which was checked, in @arena; returns their number. Since there are too many pairs of
 * changes, only @pairs of them are taken for each packet, chosen by @seed. */
size_t script_mutations(const struct script *script, int pairs, uint64_t seed, struct arena *arena,
                        struct mutation **out);

/* @script with the mutation, as text that can be parsed. False: it does not apply to that packet. */
bool mutation_print(struct buf *out, const struct script *script, const struct mutation *m);
/* Is it an RST far outside the window? Some hosts acknowledge even that once a user has closed. */
bool mutation_is_far_reset(const struct mutation *m);
/* "line 14: window 0, an urgent pointer" */
void mutation_describe(struct buf *out, const struct mutation *m);

/* The next pseudo-random number; *state is advanced. */
uint64_t mutation_random(uint64_t *state);

#endif
