/* SPDX-License-Identifier: MIT
 *
 * counter.c - the names of a host's counters
 */
#include "stack/counter.h"

const struct counter_name counter_names[COUNTER_COUNT] = {
#define X(group, name) [group##name] = { #group, #name },
	STACK_COUNTERS(X)
#undef X
};
