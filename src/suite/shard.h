/* SPDX-License-Identifier: MIT
 *
 * shard.h - cutting a plan into parts, for several machines
 *
 * The items of each class (the cases of one target: some targets take seconds for a case, some microseconds) are sorted
 * by a hash of their ids, and the list is cut into N pieces of equal length. The consequences:
 *  - Each item is in exactly one part, the same on every machine, because nothing but ids, classes and their numbers
 *    decides.
 *  - Parts differ by at most one item, in each class and altogether: what is left over in one class goes to the parts
 *    after those that got what was left over in the class before.
 *  - A new or removed item moves at most N - 1 others of its class, one across each border. Dealing items out in turn
 *    would move nearly all that follow; hashing each item to a part by itself would move few, but the parts would
 *    differ in length.
 *  - Neighbours in a plan, which often take equally long, are spread as if at random.
 * The duration of scripts is not considered: recorded durations may differ between machines, and then a case could be
 * in two parts, or in none.
 */
#ifndef SUITE_SHARD_H
#define SUITE_SHARD_H

#include <stdbool.h>
#include <stddef.h>

#include "suite/case.h"
#include "util/buf.h"

struct shard {
	size_t number, count;                                /* from 1; count 0: the whole plan */
};

struct shard_item {
	const char *class;
	const char *id;                                      /* where two are the same the order of the plan decides */
};

enum { SHARD_MOST = 1000000 };

/* Read "I/N", 1 <= I <= N <= SHARD_MOST. False: @problem says what is wrong, in a line. */
bool shard_read(const char *text, struct shard *out, struct buf *problem);

/* Which of @count items belong to @shard: their indices, ascending, in @chosen, which has room for @count. Returns
 * how many: none where there are more parts than items and this is one of those that got none. */
size_t shard_choose(struct shard shard, const struct shard_item *items, size_t count, size_t *chosen);

/* Leave in @plan nothing but the cases of @shard, with the numbers that they had. Classes are targets. */
void shard_cut(struct shard shard, struct suite_plan *plan);

#endif
