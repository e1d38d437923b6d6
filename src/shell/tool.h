/* SPDX-License-Identifier: MIT
 *
 * tool.h - for authors of commands: the state of a run, the type of a command, and what a host must provide
 */
#ifndef SHELL_TOOL_H
#define SHELL_TOOL_H

#include <regex.h>
#include <stddef.h>
#include <stdint.h>

#include "shell/shell.h"
#include "util/arena.h"

/* The status if something cannot be done here; .why of the run says what. Every other status is that of a shell. */
enum { STATUS_UNKNOWN = -1, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_NOT_FOUND = 127 };

struct shell_node;
struct shell_run;

/* ---- commands ---- */

struct shell_tool {
	const char *name;
	int (*run)(struct shell_run *run, char **args);      /* @args ends with NULL, [0] is the name. A status */
	bool anywhere;                                       /* the same command in whatever folder it lies */
};

/* Those that are the same everywhere; each table ends with a row of NULL. */
extern const struct shell_tool shell_own_tools[], shell_text_tools[], shell_filter_tools[];
/* awk, as far as it is known here. */
int shell_awk(struct shell_run *run, char **args);

/* ---- the world around a shell ---- */

enum shell_found { SHELL_MISSING, SHELL_FOUND, SHELL_NOT_HERE };

/* All functions but .certain must be there. */
struct shell_host {
	const struct shell_tool *const *tools;               /* its commands: tables, then NULL */
	/* The value of a variable that no text has set. SHELL_NOT_HERE: it may have one, which is unknown. */
	enum shell_found (*variable)(const struct shell_run *run, const char *name, const char **value);
	/* Append what the file @path holds; @out NULL: only look. SHELL_NOT_HERE: a file that is not read. */
	enum shell_found (*fetch)(struct shell_run *run, const char *path, struct buf *out);
	/* Write @text to @path, unless it is one of the streams. A status. */
	int (*store)(struct shell_run *run, const char *path, const struct buf *text, bool append);
	/* Is writing nothing to @path different from not writing? */
	bool (*truncates)(const char *path);
	/* What `test` asks with -@kind of a file: 1 for true, 0, or a negative status. */
	int (*judge)(struct shell_run *run, char kind, const char *path);
	/* Read the script @path into @text. 0 or a status. */
	int (*script)(struct shell_run *run, const char *path, struct buf *text);
	/* Can this command be executed to its end? @output: the file that its output goes to, or NULL. Only
	 * shell_is_certain() asks, for the commands of a text in their order. */
	bool (*certain)(struct shell_run *run, char **words, const char *output);
	/* If not NULL, called instead of the tool's own function. Such a host has a real shell to fall back on, and is
	 * strict: it does not accept here what shells differ in, errors that a shell reports in its own words, or names
	 * that might be file names. */
	int (*call)(struct shell_run *run, const struct shell_tool *tool, char **words);
};

/* ---- what a run knows ---- */

/* A newer entry stands before an older one of the same name. A copy of the list's head is a copy of the list, so what
 * a subshell assigns stays in it. */
struct shell_variable {
	const struct shell_variable *next;
	const char *name;
	const char *value;                                   /* NULL: not set */
};

struct shell_function {
	const struct shell_function *next;
	const char *name;
	const struct shell_node *body;
};

/* Shared by all that one text calls: it ends. */
struct shell_budget {
	int steps;                                           /* commands so far */
	size_t bytes;                                        /* of words and outputs so far */
};

struct shell_input {
	const char *at;
	size_t length;                                       /* bytes that are left */
};

enum shell_leave { SHELL_STAY, SHELL_BREAK, SHELL_CONTINUE, SHELL_RETURN, SHELL_EXIT };

/* One shell: a text with all that it calls; a subshell is a copy. */
struct shell_run {
	struct shell *shell;
	struct arena *arena;                                 /* words, trees and values live until the end of the run */
	struct buf *why;
	struct shell_budget *budget;
	int depth;                                           /* texts within texts */
	bool in_file;                                        /* the present text is that of a file, not of the packet
							        script */
	bool in_function;
	int line;                                            /* of the present text: where the last command began,
							        from 1 */
	bool errexit, nounset, pipefail;                     /* set -e, -u, -o pipefail */
	int conditions;                            /* more than 0: a status is being tested, so errexit has no effect */
	enum shell_leave leave;                              /* what ends the present list */
	int levels;                                          /* loops that break or continue still has to leave */
	int status;                                          /* $? */
	const struct shell_variable *variables;
	const struct shell_variable *outer;                  /* of the present function: what its locals hide */
	const struct shell_function *functions;
	char **arguments;                                    /* $1 ..., ends with NULL */
	struct shell_input *in;
	struct buf *out, *error;                             /* NULL: nobody looks */
	/* shell.c: read and do a text in this run; in another one like it, for $(...). */
	int (*do_text)(struct shell_run *run, const char *text);
	int (*do_words)(struct shell_run *run, char **words);
};

/* ---- helpers of commands: shell_tool.c ---- */

struct shell_option {
	const char *word, *letter;                           /* "--quiet", "q" */
};

/* The letters of @word, which begins with '-': "qw" of "-qw", "q" of "--quiet". NULL: none, or one that is not among
 * @options, which end with a row of NULL. */
const char *shell_option_letters(const char *word, const struct shell_option *options);

/* Append why this cannot be done; for a file with "..." in place of every value, since values are words of that file.
 * Always STATUS_UNKNOWN. */
int shell_unknown(struct shell_run *run, const char *format, ...) PRINTF_LIKE(2, 3);
/* Is the host strict? See its .call. */
bool shell_is_strict(const struct shell_run *run);
/* Count @bytes; false: more than a text may make, and .why says so. */
bool shell_afford(struct shell_run *run, size_t bytes);
/* Print on standard output. */
void shell_print(struct shell_run *run, const char *format, ...) PRINTF_LIKE(2, 3);
/* The tool that the first word of a command means, by name or by its place in the system; NULL: none here. */
const struct shell_tool *shell_find_tool(const struct shell_host *host, const char *word);
const char *shell_tool_name(const char *word);           /* without that place */
/* Compile @pattern, whose owner calls regfree(); false: it is none, or one that may take for ever, and .why says so. */
bool shell_regex(struct shell_run *run, regex_t *regex, const char *pattern, int flags);
/* The next line of *in without its end, in the arena; NULL: none is left. */
char *shell_line(struct shell_run *run, struct shell_input *in);
/* The texts of @files one after the other, or standard input when there are none. A status. */
int shell_gather(struct shell_run *run, char **files, struct shell_input *out);

/* ---- variables: shell_variable.c ---- */

/* NULL: not set, or not known. */
const char *shell_variable(const struct shell_run *run, const char *name);
/* The same, and which of the two it is. */
enum shell_found shell_look_up(const struct shell_run *run, const char *name, const char **value);
void shell_assign(struct shell_run *run, const char *name, const char *value);

#endif
