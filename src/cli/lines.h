/* SPDX-License-Identifier: MIT
 *
 * lines.h - what is asked of the lines that run --coverage wrote
 */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include "util/text_set.h"

/* protodrill coverage --lines FILE:LINE DIR...: name the cases that ran that line. Returns the exit status. */
int lines_print(const char *question, char **folders);

/* The scripts, by their real paths, whose cases in the run in @folder ran lines that the diff @patch touches. False:
 * the message is on standard error. */
bool lines_touched(const char *patch, const char *folder, struct text_set *scripts);

#endif
