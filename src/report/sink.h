/* SPDX-License-Identifier: MIT
 *
 * sink.h - reports of a whole run, any number at once, fed with results as they come
 *
 * A kind of report turns results into text; this module decides where the text goes. A file appears under its name only
 * when the report is complete (util/replace_file.h). A folder is made when the run begins, and each file in it appears
 * only when it is complete.
 *
 * Reports are often written by root into folders where others may write. So no symbolic link is followed: one in the
 * place of a file is replaced, one in the place of a folder is an error, and everything in a folder is reached through
 * its descriptor, so that replacing the folder during a run has no effect.
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
	const char *start;                            /* the file in the folder that a person opens first; NULL: none */
	bool beside_text;                                    /* on standard output it does not replace the text */
	bool lines_only;                                   /* it wants lines, not what they say: add() gets @result
	                                                      NULL */
	bool observed;                                       /* it wants result->observed_script, at any cost */
	bool trace;                                          /* it wants what happens inside targets, as events */
	bool occasion;                                     /* it wants the date, the duration and the command line of
	                                                      the run */
	/* May this folder be used? False: @problem says why not. NULL: any. */
	bool (*open)(struct report_sink *sink, struct buf *problem);
	/* Each may be NULL. They append to sink->out, or write files with report_sink_file(). */
	void (*begin)(struct report_sink *sink, const struct result_run *run);
	void (*add)(struct report_sink *sink, const struct result *result, const char *line, size_t length);
	void (*end)(struct report_sink *sink, const struct result_end *end);
	/* For what .state holds besides memory; also called when begin() was not. */
	void (*release)(struct report_sink *sink);
};

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
	int folder;                                          /* descriptor of .path; -1: not open, or a file */
	struct text_set names;                               /* of report_sink_case_file() */
	int error;                                           /* the first errno of writing; 0: none */
	const char *error_path;
};

/* Put @content under @name ("cases/0001.html") in the folder of @sink; folders on the way are made. Once something
 * could not be written the rest is not tried. */
void report_sink_file(struct report_sink *sink, const char *name, const struct buf *content);
/* The same at the end of a file that is there, directly in the folder. */
void report_sink_append(struct report_sink *sink, const char *name, const struct buf *content);

/* The same under the name of a case: "a/b.pkt@kernel" with @suffix ".x" is "a/b@kernel.x", and never leads out of the
 * folder. Once for each case: if a name is taken, the number of the case is added, "a/b~7.x". */
void report_sink_case_file(struct report_sink *sink, const struct result *result, const char *suffix,
                           const struct buf *content);

/* Write .out to its destination now instead of after the call: for long texts. */
void report_sink_drain(struct report_sink *sink);
/* Note that something that the report needs could not be written; errno says why. */
void report_sink_fail(struct report_sink *sink);

/* What report_sink_fail() calls it in messages: its path, or "standard output". */
const char *report_sink_name(const struct report_sink *sink);
/* What @error, an errno of writing, means to a person. */
const char *report_sink_why(int error);

/* For reports.c. Opened before anything is played, so that what cannot be written is known by then (false, with errno);
 * committed under its final name; closed, which removes what was not committed. */
bool report_sink_open(struct report_sink *sink);
void report_sink_commit(struct report_sink *sink);
void report_sink_close(struct report_sink *sink);

#endif
