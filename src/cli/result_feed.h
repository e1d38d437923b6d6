/* SPDX-License-Identifier: MIT
 *
 * result_feed.h - results that were written down become reports: what report and merge have in common
 */
#ifndef CLI_RESULT_FEED_H
#define CLI_RESULT_FEED_H

#include "cli/options.h"
#include "report/reports.h"

struct result_feed {
	const struct result_run *run;
	const struct result_end *end;                        /* valid once .next gave the last case */
	/* The next case and its line; both live until the next call. False at the end, or with a @problem. */
	bool (*next)(void *from, const struct result **out, const char **line, size_t *length, struct buf *problem);
	void *from;
};

/* Feed @reports, which are not open yet, and give them their final names. The exit status is that of the run; with a
 * @problem it is that of an ERROR, and nothing but what is in folders has its final name. A SIGINT, SIGTERM or SIGHUP
 * ends the process as if it had not been caught, once the temporary files are removed. */
int result_feed_reports(const struct result_feed *feed, struct reports *reports, struct buf *problem);

/* A command that makes reports from files of results. Of its options -o is the file for JSON lines, and -r is as in
 * run. */
struct result_command {
	const struct command_option *options;
	void (*usage)(void);
	int most_files;                                      /* 0: any number */
	const char *wanted;                                  /* which files are needed, for somebody who named others */
	const char *report;                                  /* what is written if no report is asked for */
	int (*make)(struct reports *reports, char **paths, size_t count);
};

/* Read its command line and make the reports; the exit status. */
int result_command_main(const struct result_command *command, int argc, char **argv);

#endif
