/* SPDX-License-Identifier: MIT
 *
 * constant_table.h - the table behind constant_value(); for constant.c and its test only
 */
#ifndef SCRIPT_CONSTANT_TABLE_H
#define SCRIPT_CONSTANT_TABLE_H

#include "util/table.h"

extern const struct name_value constant_table[];        /* sorted by name */
extern const size_t constant_table_size;

#endif
