/* SPDX-License-Identifier: MIT
 *
 * sink.h - reports of a whole run, any number at once, fed with results as they come
 *
 * A kind of report turns results into text; this module knows where that goes. A file appears under its name only when
 * the report is complete; what was written before is under a temporary name in the same folder. A folder is made
 * when the run begins, and each file in it appears whole.
 */
#ifndef REPORT_SINK_H
#define REPORT_SINK_H

#include <stdio.h>

#include "report/result.h"
#include "util/replace_file.h"
#include "util/text_set.h"

struct report_sink;

struct report_kind {
	const char *name;                                    /* as in --report NAME=PATH */
	const char *help;
	bool folder;                                         /* PATH is a folder, and must be given */
	bool beside_text;                                    /* on standard output it does not stand in for the text */
	bool lines_only;                                     /* wants lines, not what they say: add() gets @result NULL */
	bool observed;                                       /* wants result->observed_script, whatever that takes */
	bool trace;                                          /* wants what targets tell of their inside, as events */
	/* May this folder be used? False: @problem says why not. NULL: any. */
	bool (*open)(struct report_sink *sink, struct buf *problem);
	/* Each may be NULL. They append to sink->out, or write files with report_sink_file(). */
	void (*begin)(struct report_sink *sink, const struct result_run *run);
	void (*add)(struct report_sink *sink, const struct result *result, const char *line, size_t length);
	void (*end)(struct report_sink *sink, const struct result_end *end);
	/* For what .state holds besides memory; also called when begin() was not. */
	void (*release)(struct report_sink *sink);
};

extern const struct report_kind *const report_kinds[];  /* ends with NULL */

/* Their names and what they are, a line each, for --help. */
void reports_print_kinds(FILE *out);

struct report_sink {
	const struct report_kind *kind;
	const char *path;                                    /* NULL: standard output */
	struct result_run run;
	struct arena *arena;                                 /* for .state; lives as long as the sink */
	void *state;                                         /* of the kind */
	struct buf out;                                      /* text not written yet */
	/* of the module */
	struct replace_file replace;
	FILE *file;
	struct text_set names;                               /* of report_sink_case_file() */
	int error;                                           /* the first errno of writing; 0: none */
	const char *error_path;
};

/* Put @content under @name ("cases/0001.html") in the folder of @sink; folders on the way are made. Once something could
 * not be written the rest is not tried. */
void report_sink_file(struct report_sink *sink, const char *name, const struct buf *content);
/* The same at the end of a file that is there. */
void report_sink_append(struct report_sink *sink, const char *name, const struct buf *content);

/* The same under a name of the case: "a/b.pkt@kernel" with @suffix ".x" is "a/b@kernel.x". Ways up are not taken.
 * Once for each case: where two names would be the same, the second has the number of its case, "a/b~7.x". */
void report_sink_case_file(struct report_sink *sink, const struct result *result, const char *suffix,
                           const struct buf *content);

/* Write .out to where the report goes now, not only after the call: for what is long. */
void report_sink_drain(struct report_sink *sink);
/* Something that it needs could not be written; errno says why. */
void report_sink_fail(struct report_sink *sink);

struct reports {
	struct report_sink *list;
	size_t count;
	struct arena *arena;                                 /* NULL before the first */
	bool results;                                        /* somebody wants more than lines */
	bool observed;                                       /* somebody wants .observed_script */
	bool trace;                                          /* somebody wants the trace */
};

/* Add what @list names: KIND[=PATH],...; a PATH that is missing or "-" is standard output. False: @problem says why.
 * Nothing is opened yet. Release with reports_free(). */
bool reports_add(struct reports *reports, const char *list, struct buf *problem);
/* The same for one, whose path may hold any character. NULL is standard output. Texts are copied. */
bool reports_add_path(struct reports *reports, const char *kind, const char *path, struct buf *problem);
/* Does one of them use standard output for itself? */
bool reports_replace_text(const struct reports *reports);

/* Open all of them: what cannot be written is to be known before anything is played. */
bool reports_open(struct reports *reports, struct buf *problem);
void reports_begin(struct reports *reports, const struct result_run *run);
/* A line of result_write(). A line that is none is a bug of its writer and counts as an error of writing. */
void reports_add_case(struct reports *reports, const char *line, size_t length);
void reports_add_result(struct reports *reports, const struct result *result, const char *line, size_t length);
void reports_end(struct reports *reports, const struct result_end *end);
/* Give every report its final name. False: @problem names each that could not be written. */
bool reports_commit(struct reports *reports, struct buf *problem);
/* Close, and remove what was not committed. */
void reports_free(struct reports *reports);

#endif
