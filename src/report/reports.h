/* SPDX-License-Identifier: MIT
 *
 * reports.h - reports of a whole run, any number at once, fed with results as they come
 */
#ifndef REPORT_REPORTS_H
#define REPORT_REPORTS_H

#include "report/sink.h"

/* Names of all kinds and what they are, a line each, for --help. */
void reports_print_kinds(FILE *out);

struct reports {
	struct report_sink *list;
	size_t count;
	struct arena *arena;                                 /* NULL before the first */
	bool results;                                        /* some report wants more than lines */
	bool observed;                                       /* some report wants .observed_script */
	bool trace;                                          /* some report wants the trace */
	bool occasion;                                       /* some report wants to know when the run was */
};

/* Add what @list names: KIND[=PATH],...; a PATH that is missing or "-" is standard output. False: @problem says why.
 * Nothing is opened yet. Release with reports_free(). */
bool reports_add(struct reports *reports, const char *list, struct buf *problem);
/* The same for one report, whose path may hold any character. NULL is standard output. Texts are copied. */
bool reports_add_path(struct reports *reports, const char *kind, const char *path, struct buf *problem);
/* Does one of them take standard output for itself? */
bool reports_replace_text(const struct reports *reports);

/* Open all of them, so that what cannot be written is known before anything is played. */
bool reports_open(struct reports *reports, struct buf *problem);
void reports_begin(struct reports *reports, const struct result_run *run);
/* A line of result_write(). Anything else is a bug of its writer, and counts as an error of writing. */
void reports_add_case(struct reports *reports, const char *line, size_t length);
void reports_add_result(struct reports *reports, const struct result *result, const char *line, size_t length);
void reports_end(struct reports *reports, const struct result_end *end);
/* Give every report its final name. False: @problem names each that could not be written. */
bool reports_commit(struct reports *reports, struct buf *problem);
/* After reports_commit(): was standard output among what could not be written? */
bool reports_lost_output(const struct reports *reports);
/* Close, and remove what was not committed. */
void reports_free(struct reports *reports);

#endif
