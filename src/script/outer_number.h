/* SPDX-License-Identifier: MIT
 *
 * outer_number.h - numbers of GRE and MPLS headers that may be names
 */
#ifndef SCRIPT_OUTER_NUMBER_H
#define SCRIPT_OUTER_NUMBER_H

#include "script/ast.h"

enum { OUTER_NO_ENTRY = -1 };

/* By enum outer_field. */
extern const struct outer_row {
	const char *headline;                                /* of the error when it is out of range */
	int64_t most;
} outer_rows[];

/* Put @value, which fits, into the header that @o belongs to. */
void outer_number_put(struct encap *e, const struct outer_number *o, int64_t value);
/* What that number of @e is computed from; NULL: it is known. */
const struct number_range *outer_number_find(const struct encap *e, enum outer_field field, int entry);

#endif
