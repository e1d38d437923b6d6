/* SPDX-License-Identifier: MIT
 *
 * console.h - what all commands share: how they talk to whoever started them, and how they end
 */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdio.h>

#include "drill/record.h"
#include "report/reports.h"
#include "util/buf.h"
#include "util/diag.h"
#include "util/replace_file.h"
#include "util/table.h"

/* From now on the descriptors 0 to 2 are open: one that was closed fails when it is used, where otherwise the next file
 * opened would get its number, and with it our messages. False when they cannot be had. */
bool console_hold_descriptors(void);
/* From now on what cannot be written (to a pipe that nobody reads, or a file that would be too large) is an error that
 * commands see, and not a signal that ends them and leaves temporary files behind. */
void console_catch_signals(void);
/* Name the file to open for each report in @reports that has one. */
void console_tell_reports(const struct reports *reports);

/* Did a write to standard output fail because nobody reads it any more? */
bool console_lost_reader(void);
/* The exit status of a command that ended with @status, once its output is written: ERROR, with a message, if standard
 * output did not take it. Whoever closed the other end of a pipe has seen enough: then the process ends by SIGPIPE,
 * without a word. */
int console_end(int status);

/* Is @file to be coloured? A terminal is, unless NO_COLOR is set. */
bool console_colour(FILE *file);

/* A message on standard error, after the name of the program; control characters in what it quotes are escaped. Always
 * false, so that a caller can say "return console_error(...)". */
bool console_error(const char *format, ...) PRINTF_LIKE(1, 2);

/* Say that there is no @what called guess->wanted, name the nearest one (after @sign: "--"), and add @way_out, a
 * sentence. Always false. */
bool console_unknown(const char *what, const struct guess *guess, const char *sign, const char *way_out);

/* All of @diags, on standard error. */
void console_diags(const struct diags *diags);

/* Each line of @problem on standard error, after the name of the program; @problem is released. True if there is
 * none. */
bool console_complain(struct buf *problem);

/* Say that @path cannot be written, and why (errno). Always false. */
bool console_cannot_write(const char *path);

/* Replace the file @path by @text, all of it or not at all; false, with a message, if it cannot be written. */
bool console_write_file(const char *path, const struct buf *text, enum replace_links links);

/* Read a decimal number of @least to @most. */
bool console_number(const char *text, int least, int most, int *value);
/* The same for the value of --@option, with a message if it is not such a number. */
bool console_option_number(const char *option, const char *text, int least, int most, int *value);
/* A list with commas, kept where it is. A second one, in place of a longer list, is an error: nothing of what was asked
 * for gets lost. */
bool console_option_list(const char *name, const char *value, const char **list);

/* The exit status of a run with these counts of verdicts: ERROR 2, else FAIL 1, else INCONCLUSIVE 3, else 0. */
int console_exit_status(const int counts[VERDICTS]);

#endif
