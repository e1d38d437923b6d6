/* SPDX-License-Identifier: MIT
 *
 * code.h - code blocks: a small native evaluator with Python's meaning, and python3 for the rest
 *
 * Blocks are collected while the script plays, each with what the target said about the socket under test at that
 * moment, and run together at the end, in one name space.
 *
 * Most blocks assert something about a few numbers. To start an interpreter for each of them would take longer than all
 * the rest of a script, and in virtual time no program of the machine may have a say. So what nearly all blocks consist
 * of is evaluated here (py.h), by these rules:
 *
 * - The two ways never differ: not in the verdict, nor in what is printed, nor in the message of a failure. Where the
 *   evaluator is not certain what python3 would do, it declines.
 * - It is all or nothing. Blocks share their names, so one construct that is declined hands the blocks of the whole
 *   script to python3. Native evaluation has no effect but text in a buffer, so it can be tried and thrown away.
 * - What no Python would accept, and names that nothing gives a value, are reported before the script is played
 *   (code_check.c); a slip must not look like a need of python3, which makes a case SKIP.
 *
 * What it leaves out: a block cannot act on the run. It is evaluated when the last packet has gone, and decides nothing
 * but whether the script passes.
 */
#ifndef CODE_CODE_H
#define CODE_CODE_H

#include "script/ast.h"
#include "target/tcp_state_info.h"
#include "util/arena.h"
#include "util/buf.h"

struct code_block {
	struct code_block *next;
	int line;                                            /* as messages name it: the event's line */
	const char *text;
	void *user;                                          /* of the caller: several blocks may have one line */
	struct tcp_state_info info;
};

enum code_status {
	CODE_OK,
	CODE_FAILED,                                         /* an assertion or another Python error */
	CODE_WRONG,                                          /* a block that Python cannot read, or an unknown name:
	                                                        the script's fault, whatever the target did */
	CODE_NO_MEMORY,                                      /* a MemoryError: Python could not have what it wanted */
	CODE_NOT_RUN,                                        /* python3 would be needed, and is not allowed */
	CODE_NO_PYTHON,                                      /* python3 would be needed, and is not there */
	CODE_NO_ANSWER,                                      /* --code_command could not be started, or a signal
	                                                        ended it (see exit_reason): there is no verdict */
};

struct code_outcome {
	enum code_status status;
	bool native;                                         /* evaluated without python3 */
	int line;                                            /* of the failing block; 0 if unknown */
	const struct code_block *block;                      /* it; NULL: unknown */
	int line_of_block;                                   /* where in that block's text it failed:
	                                                        0 is its first line */
	size_t statement_at, statement_length;               /* the statement in that block's text; length 0: unknown */
	const char *corrected;                               /* that assertion as it would have held; or NULL */
	const char *values;                                  /* what that assertion looked at,
	                                                        "x is 3, y is 4"; or NULL */
	const char *headline;                                /* "AssertionError: 12" (one line) or NULL.
	                                                        Same both ways. */
	const char *construct;                               /* what only python3 knows, "'import', line 12"; or NULL */
	const char *exit_reason;                             /* "returned non-zero status 1", "got signal 9 (Killed)" */
	struct buf output;                                   /* what the blocks printed (stdout) */
	struct buf errors;                                   /* what python would have on stderr:
	                                                        place, trace, headline */
};

struct code_options {
	const char *path;                                    /* of the script, for messages */
	const char *command;                                 /* --code_command */
	bool force_python;                                   /* even for what is native */
	bool allow_python;                                   /* implied by force_python */
	bool verbose;                                        /* show the generated program in .output,
	                                                        as the old tool does */
};

/* Can all of @blocks be evaluated natively? If not, *construct (in @arena) names the first thing that cannot.
 * Found out by evaluating: it can depend on values, as an integer that overflows. */
bool code_is_native(const struct code_block *blocks, struct arena *arena, const char **construct);

/* Can the evaluator take the place of --code_command? If it is python3 or python3.N, without options that change its
 * meaning. */
bool code_is_plain_python(const char *command);

/* Report what is certainly wrong with the blocks of @script, which has been read without errors: texts that no Python
 * accepts, and unknown names. False when there was any error. */
bool code_check(struct script *script, struct diags *diags);

/* Run all blocks in order; natively only where --code_command is python3 and nothing more. A native run has no effect
 * but @out; otherwise it lasts until python3 ends, which dies with the calling thread. The texts of @out live in
 * @arena, its bufs are to be freed with code_outcome_free(). */
void code_run(const struct code_block *blocks, const struct code_options *options, struct arena *arena,
              struct code_outcome *out);
void code_outcome_free(struct code_outcome *out);

/* The program that python3 gets, with the preamble: one function of blocks and options. */
void code_python_program(struct buf *out, const struct code_block *blocks, const struct code_options *options);

#endif
