/* SPDX-License-Identifier: MIT
 *
 * line_diff.h - two texts line by line: what stays, what goes, what comes
 */
#ifndef REPORT_LINE_DIFF_H
#define REPORT_LINE_DIFF_H

#include <stddef.h>

enum line_diff_kind { LINE_SAME, LINE_GONE, LINE_NEW };

struct line_diff {
	enum line_diff_kind kind;
	int old_line, new_line;                              /* from 1; 0: there is none on that side */
	const char *text;                                    /* in one of the texts, without newline */
	size_t length;
};

/* The lines of both texts in order, as few as possible of them changed; where long texts differ in many adjacent lines,
 * more may count as changed. Free it with free(). */
struct line_diff *line_diff(const char *old_text, const char *new_text, size_t *count);

#endif
