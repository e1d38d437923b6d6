/* SPDX-License-Identifier: MIT
 *
 * congestion.c - the table of congestion controls
 */
#include "stack/congestion.h"

#include <string.h>

#include "util/common.h"

static const struct congestion_ops *const controls[] = {
#define X(word) &congestion_##word,
	TCP_CONGESTION_CONTROLS(X)
#undef X
};

const struct congestion_ops *congestion_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(controls); i++)
		if (strcmp(controls[i]->name, name) == 0)
			return controls[i];
	return NULL;
}
