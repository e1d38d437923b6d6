/* SPDX-License-Identifier: MIT
 *
 * shard.h - cutting a plan into parts, for several machines
 *
 * The items of each class (cases of a target: some take seconds, some microseconds) are sorted by a hash of their
 * ids, and that list is cut into N pieces of the same length. So: - each item is in exactly one part, and the same
 * on every machine: only ids, classes and their number decide; - the parts differ by one item at most, in each class
 * and altogether: what is left over in one class goes to the parts behind those that had what was left over in the
 * class before; - an item that is new or gone moves at most N - 1 others of each class, one over each border.
 * Dealing out items in turn would move nearly all behind it; hashing each item to a part by itself would move few,
 * but the parts would differ in length; - neighbours in the plan, which often take as long as each other, are spread
 * like chance would. How long a script takes is not asked: what that would be read from may differ between machines,
 * and then a case would be in two parts, or in none.
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
