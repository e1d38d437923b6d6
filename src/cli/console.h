/* SPDX-License-Identifier: MIT
 *
 * console.h - what all commands share: how they talk to whoever started them, and how they end
 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdio.h>

#include "drill/record.h"
#include "util/buf.h"
#include "util/diag.h"

/* Does @file get colours? A terminal does, unless NO_COLOR is set. */
bool console_colour(FILE *file);

/* All of @diags, on standard error. */
void console_diags(const struct diags *diags);

/* Each line of @problem on standard error, behind the name of the program; @problem is released. True when there is none. */
bool console_complain(struct buf *problem);

/* Say that @path cannot be written, and why (errno). Always false. */
bool console_cannot_write(const char *path);

/* Read a decimal number of @least to @most. */
bool console_number(const char *text, int least, int most, int *value);
/* The same for the value of --@option: what is none is complained about. */
bool console_option_number(const char *option, const char *text, int least, int most, int *value);

/* The exit status of a run with so many cases of each verdict: ERROR 2, else FAIL 1, else INCONCLUSIVE 3, else 0. */
int console_exit_status(const int counts[VERDICTS]);

#endif
