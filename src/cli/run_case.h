/* SPDX-License-Identifier: MIT
 *
 * run_case.h - one script of protodrill run, from its path to its answer
 */
#ifndef CLI_RUN_CASE_H
#define CLI_RUN_CASE_H

#include "cli/builtin_setup.h"
#include "cli/options.h"
#include "cli/target_kinds.h"
#include "report/text.h"
#include "suite/attempt.h"

struct boot_queue;                                       /* boot_case.h */
struct linux_stock;                                      /* target/linux/linux.h */

/* How scripts are played and what is rendered of them. */
struct run_request {
	struct text_style style;
	bool text;                                           /* for standard output */
	bool results;                                        /* lines for reports */
	bool observed;                                       /* corrected scripts, even if playing them again costs
	                                                        time */
	bool capture;
	bool lines;                                          /* the lines of the kernel that ran are wanted */
	bool occasion;                                       /* result lines tell how long the case took here */
	bool colour_errors;
	bool python;                                         /* code blocks are played by Python */
	int retries, timeout_s, memory_mb;                   /* retries and timeout_s: where the plan says nothing */
	bool inside;                                         /* this process is pid 1 of the kernel booted for the
	                                                        case */
	const char *today;                                   /* for expected failures: "YYYY-MM-DD" */
	struct builtin_setup builtin;
	struct settings settings;
};

struct run_case {
	const struct run_request *request;
	const struct suite_case *what;
	const struct target_kind *target;
	const struct linux_image *image;                     /* outside of it, of a target that boots */
	struct boot_queue *queue;                            /* for such a target; NULL: a kernel for each case */
	struct linux_stock *stock;                           /* for such a target, of this process; NULL: none */
	const struct traits *traits;                         /* of the target; NULL: none are known */
	struct builtin_setup *builtin;                       /* with the profile and the defects of the case */
	vtime_t begun;                                       /* on occasion_clock() */
};

/* Read the case, check it, play it. @out is from ATTEMPT_INIT; an ERROR with its diagnostics when it cannot be
 * played. */
void run_case_play(const struct run_case *c, struct attempt *out);

/* Append the case to .queue if it is to be played in a kernel: run_case_play() then takes it from there. */
void run_case_queue(const struct run_case *c);

/* The answer to a case whose process is gone without giving one; it says why. */
void run_case_lose(const struct run_case *c, const char *reason, struct attempt *out);

#endif
