/* SPDX-License-Identifier: MIT
 *
 * code_names.h - the names that a code block finds already assigned (private to src/code)
 */
#ifndef CODE_NAMES_H
#define CODE_NAMES_H

#include <stdint.h>

#include "target/tcp_state_info.h"

typedef void code_name_visitor(void *context, const char *name, uint64_t value);

/* Every name that a code block can use, with its value, always in the same order. */
void code_names_visit(const struct tcp_state_info *info, code_name_visitor *visit, void *context);

#endif
