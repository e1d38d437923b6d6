/* SPDX-License-Identifier: MIT
 *
 * number_range.h - numbers of an expected packet that may have more than one value: *, 1400~1460, {1400, 1460}
 *
 * A script says what must hold, and often a number is none of its business (the window), may lie between two others
 * (a segment size), or is one of a few. Such a number keeps its form in the tree, beside a value that stands for it
 * where one is needed, and it is compared where every other number is.
 */
#ifndef SCRIPT_NUMBER_RANGE_H
#define SCRIPT_NUMBER_RANGE_H

#include <stdint.h>

#include "util/buf.h"
#include "util/diag.h"

struct expr;

enum number_range_kind {
	NUMBER_ANY, NUMBER_SPAN, NUMBER_SET,
	NUMBER_VALUE,                                        /* the value of an expression that is not known yet; in an
	                                                        expected packet, a name takes the value that comes */
};

struct number_range {
	struct loc loc;
	enum number_range_kind kind;
	int64_t low, high;                                   /* NUMBER_SPAN: both included */
	const int64_t *values;                               /* NUMBER_SET */
	const struct expr *const *members;                   /* what they are computed from; NULL for one: it is known;
	                                                        NULL: all are known */
	int count;
	const struct expr *expr;                             /* NUMBER_VALUE */
	const struct expr *ends[2];                          /* NUMBER_SPAN: what .low and .high are computed from;
	                                                        NULL: they are known */
};

/* A number as written. */
struct number {
	int64_t value;                                       /* of a range: the least */
	const struct number_range *range;                    /* NULL: just the value */
};

/* Report a span that ends before it starts. */
void number_range_check(const struct number_range *range, struct diags *diags);
bool number_range_has(const struct number_range *range, int64_t value);
/* As it is written. */
void number_range_print(struct buf *out, const struct number_range *range);
/* @value, or @range if there is one. */
void number_print(struct buf *out, int64_t value, const struct number_range *range);

#endif
