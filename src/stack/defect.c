/* SPDX-License-Identifier: MIT
 *
 * defect.c - the table of defects
 */
#include "stack/defect.h"

#include <assert.h>
#include <string.h>

#include "stack/config.h"
#include "util/common.h"

const struct stack_defect stack_defects[DEFECT_COUNT] = {
#define X(id, name, requirement, text) [DEFECT_##id] = { name, requirement, text },
	STACK_DEFECTS(X)
#undef X
};

static_assert(DEFECT_COUNT <= 64 * DEFECT_WORDS, "no room for so many defects");

bool stack_defect_enable(struct stack_config *c, const char *name)
{
	for (size_t i = 0; i < DEFECT_COUNT; i++) {
		if (strcmp(stack_defects[i].name, name) == 0) {
			c->defects[i / 64] |= UINT64_C(1) << (i % 64);
			return true;
		}
	}
	return false;
}
