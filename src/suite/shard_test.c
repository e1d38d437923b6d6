/* SPDX-License-Identifier: MIT
 *
 * shard_test.c - parts of a plan: each item once, of the same length, and few moves
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite/shard.h"

enum { MOST_ITEMS = 300, MOST_PARTS = 40, CLASSES = 3 };
static const char *const classes[CLASSES] = { "builtin", "kernel", "other" };

struct made {
	struct shard_item items[MOST_ITEMS];
	char ids[MOST_ITEMS][24];
	size_t count;
};

/* The generator of the example in POSIX, which gives the same numbers everywhere. */
static unsigned next_random(unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 16 & 0x7fff;
}

static void make(struct made *m, size_t count, unsigned seed)
{
	m->count = count;
	for (size_t i = 0; i < count; i++) {
		snprintf(m->ids[i], sizeof(m->ids[i]), "cases/%u/%zu.pkt", next_random(&seed) % 10, i);
		m->items[i] = (struct shard_item){ classes[next_random(&seed) % CLASSES], m->ids[i] };
	}
}

/* part[i]: the part, from 1, to which item i belongs. */
static void cut(const struct made *m, size_t parts, size_t *part)
{
	size_t chosen[MOST_ITEMS];

	memset(part, 0, sizeof(*part) * MOST_ITEMS);
	for (size_t p = 1; p <= parts; p++) {
		size_t found = shard_choose((struct shard){ p, parts }, m->items, m->count, chosen);
		for (size_t i = 0; i < found; i++) {
			assert_true(i == 0 || chosen[i] > chosen[i - 1]);
			assert_in_range(chosen[i], 0, m->count - 1);
			assert_int_equal(part[chosen[i]], 0);
			part[chosen[i]] = p;
		}
	}
	for (size_t i = 0; i < m->count; i++)
		assert_int_not_equal(part[i], 0);
}

static void assert_even(const size_t *lengths, size_t parts)
{
	size_t least = lengths[1], most = lengths[1];

	for (size_t p = 2; p <= parts; p++) {
		least = lengths[p] < least ? lengths[p] : least;
		most = lengths[p] > most ? lengths[p] : most;
	}
	assert_true(most - least <= 1);
}

static void each_once_and_even(void **state)
{
	unsigned seed = 1;
	struct made m;
	size_t part[MOST_ITEMS];

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t all[MOST_PARTS + 1] = { 0 }, of_class[CLASSES][MOST_PARTS + 1] = { 0 };
		size_t parts = 1 + next_random(&seed) % MOST_PARTS;
		make(&m, next_random(&seed) % MOST_ITEMS, seed);
		cut(&m, parts, part);
		for (size_t i = 0; i < m.count; i++) {
			all[part[i]]++;
			for (size_t c = 0; c < CLASSES; c++)
				of_class[c][part[i]] += m.items[i].class == classes[c];
		}
		assert_even(all, parts);
		for (size_t c = 0; c < CLASSES; c++)
			assert_even(of_class[c], parts);
	}
}

/* With one item less the others stay where they are, except one of a class at each border. */
static void few_moves(void **state)
{
	unsigned seed = 2;
	struct made m;
	size_t before[MOST_ITEMS], after[MOST_ITEMS];

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t parts = 1 + next_random(&seed) % MOST_PARTS, moved = 0;
		make(&m, 1 + next_random(&seed) % (MOST_ITEMS - 1), seed);
		size_t gone = next_random(&seed) % m.count;
		cut(&m, parts, before);
		memmove(&m.items[gone], &m.items[gone + 1], (m.count - gone - 1) * sizeof(m.items[0]));
		m.count--;
		cut(&m, parts, after);
		for (size_t i = 0; i < m.count; i++)
			moved += after[i] != before[i < gone ? i : i + 1];
		assert_true(moved <= CLASSES * (parts - 1));
	}
}

/* Known parts: a partition that changed from version to version, or from machine to machine, would be useless. */
static void stable(void **state)
{
	static const struct shard_item items[] = {
		{ "builtin", "a.pkt" }, { "builtin", "b.pkt" }, { "kernel", "a.pkt" }, { "builtin", "c.pkt" },
		{ "kernel", "b.pkt" }, { "builtin", "d.pkt" }, { "builtin", "d.pkt" }, { "kernel", "e.pkt" },
	};
	static const size_t want[3][3] = { { 1, 3, 4 }, { 5, 6, 7 }, { 0, 2 } };
	size_t chosen[ARRAY_LEN(items)];

	(void)state;
	for (size_t p = 0; p < 3; p++) {
		size_t found = shard_choose((struct shard){ p + 1, 3 }, items, ARRAY_LEN(items), chosen);
		assert_int_equal(found, p < 2 ? 3 : 2);
		assert_memory_equal(chosen, want[p], found * sizeof(chosen[0]));
	}
}

static void edges(void **state)
{
	static const struct shard_item two[] = { { "x", "a" }, { "x", "a" } };
	size_t chosen[2], found = 0;

	(void)state;
	assert_int_equal(shard_choose((struct shard){ 0 }, two, 2, chosen), 2);
	assert_int_equal(shard_choose((struct shard){ 1, 1 }, two, 2, chosen), 2);
	assert_int_equal(shard_choose((struct shard){ 3, 7 }, NULL, 0, chosen), 0);
	for (size_t p = 1; p <= SHARD_MOST; p += 499999)
		found += shard_choose((struct shard){ p, SHARD_MOST }, two, 2, chosen);
	assert_int_equal(found, 1);
}

static void words(void **state)
{
	static const struct {
		const char *text;
		size_t number, count;                        /* 0: none */
	} rows[] = {
		{ "1/1", 1, 1 }, { "2/7", 2, 7 }, { "1000000/1000000", 1000000, 1000000 },
		{ "0/3", 0, 0 }, { "4/3", 0, 0 }, { "x", 0, 0 }, { "", 0, 0 }, { "1", 0, 0 }, { "1/", 0, 0 },
		{ "/1", 0, 0 }, { "1/0", 0, 0 }, { "1/3x", 0, 0 }, { " 1/3", 0, 0 }, { "+1/3", 0, 0 }, { "-1/3", 0, 0 },
		{ "1/3/3", 0, 0 }, { "1/1000001", 0, 0 }, { "01/3", 0, 0 }, { "1/18446744073709551617", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf problem = BUF_INIT;
		struct shard shard = { 0 };
		bool good = shard_read(rows[i].text, &shard, &problem);
		assert_int_equal(good, rows[i].count > 0);
		assert_int_equal(shard.number, rows[i].number);
		assert_int_equal(shard.count, rows[i].count);
		assert_int_equal(good, !problem.length);
		buf_free(&problem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_once_and_even),
		cmocka_unit_test(few_moves),
		cmocka_unit_test(stable),
		cmocka_unit_test(edges),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
