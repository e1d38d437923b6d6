/* SPDX-License-Identifier: MIT
 *
 * number_range.c - numbers that may have more than one value
 */
#include "script/ast.h"

#include <inttypes.h>

void number_range_check(const struct number_range *range, struct diags *diags)
{
	if (range->kind == NUMBER_SPAN && range->high < range->low)
		diag_error(diags, DIAG_SEMANTIC, range->loc, "range is backwards",
		           "it starts at %" PRId64 " and ends at %" PRId64, range->low, range->high);
}

static void print_end(struct buf *out, int64_t number, const struct expr *value)
{
	if (value)
		expr_print(out, value);
	else
		buf_printf(out, "%" PRId64, number);
}

bool number_range_has(const struct number_range *range, int64_t value)
{
	switch (range->kind) {
	case NUMBER_SPAN:
		return value >= range->low && value <= range->high;
	case NUMBER_SET:
		for (int i = 0; i < range->count; i++)
			if (range->values[i] == value)
				return true;
		return false;
	default:
		return true;
	}
}

void number_range_print(struct buf *out, const struct number_range *range)
{
	switch (range->kind) {
	case NUMBER_SPAN:
		print_end(out, range->low, range->ends[0]);
		buf_add_byte(out, '~');
		print_end(out, range->high, range->ends[1]);
		break;
	case NUMBER_SET:
		for (int i = 0; i < range->count; i++) {
			buf_puts(out, i ? ", " : "{");
			print_end(out, range->values[i], range->members ? range->members[i] : NULL);
		}
		buf_add_byte(out, '}');
		break;
	case NUMBER_VALUE:
		expr_print(out, range->expr);
		break;
	default:
		buf_add_byte(out, '*');
	}
}

void number_print(struct buf *out, int64_t value, const struct number_range *range)
{
	if (range)
		number_range_print(out, range);
	else
		buf_printf(out, "%" PRId64, value);
}
