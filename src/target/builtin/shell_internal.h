/* SPDX-License-Identifier: MIT
 *
 * shell_internal.h - between the files of the command reader
 */
#ifndef TARGET_BUILTIN_SHELL_INTERNAL_H
#define TARGET_BUILTIN_SHELL_INTERNAL_H

#include <regex.h>

#include "target/builtin/shell.h"
#include "util/arena.h"

/* Exit status of what cannot be done here; .why of the run says what. Every other status is that of a shell. */
enum { STATUS_UNKNOWN = -1, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_NOT_FOUND = 127 };

/* ---- what a text says: shell_parse.c ---- */

/* A word as it is written, with its quotes: it is expanded when its command is done. */
struct shell_word {
	struct shell_word *next;
	const char *raw;
};

enum shell_redirection_kind { SHELL_FROM, SHELL_TO, SHELL_APPEND, SHELL_COPY, SHELL_HERE, SHELL_HERE_LITERAL,
                              SHELL_STRING };

struct shell_redirection {
	struct shell_redirection *next;
	enum shell_redirection_kind kind;
	int fd;
	const char *target;                                  /* raw; SHELL_COPY: the other descriptor; SHELL_HERE:
							        the text */
};

enum shell_kind {
	SHELL_COMMAND,                                       /* words; assignments are its first words */
	SHELL_TEST,                                          /* [[ words ]] */
	SHELL_COMPUTE,                                       /* ((...)): the text is the only word */
	SHELL_PIPE, SHELL_AND, SHELL_OR,                     /* first, second */
	SHELL_NOT, SHELL_GROUP, SHELL_SUBSHELL,              /* first */
	SHELL_LIST,                                          /* first; then second, unless it is NULL */
	SHELL_IF,                                            /* first: then second, else third */
	SHELL_WHILE, SHELL_UNTIL,                            /* first: second, again and again */
	SHELL_FOR,                                           /* name; words; first. No words: the arguments, see .in */
	SHELL_CASE,                                          /* words: what is looked at; first: a row of SHELL_ITEM */
	SHELL_ITEM,                                          /* words: patterns; first; second: the next item */
	SHELL_FUNCTION,                                      /* name; first */
};

struct shell_node {
	enum shell_kind kind;
	int line;                                            /* of its text, from 1 */
	struct shell_node *first, *second, *third;
	struct shell_word *words;
	struct shell_redirection *redirections;
	const char *name;
	bool in;
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
	int line;                                            /* of the present text: where the last command began,
							        from 1 */
	bool errexit, nounset, pipefail;                     /* set -e, -u, -o pipefail */
	int conditions;                                      /* more than 0: a status is looked at, so errexit rests */
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

/* ---- shell_parse.c ---- */

/* Append why this cannot be done; in a file with "..." in place of every value, since they are words of that file.
 * Always STATUS_UNKNOWN. */
int shell_unknown(struct shell_run *run, const char *format, ...) PRINTF_LIKE(2, 3);

/* Read the next complete command of **text, which moves on with *line; *out is NULL for a blank line. 0,
 * STATUS_UNKNOWN, or STATUS_USAGE for an error of syntax. */
int shell_parse(struct shell_run *run, const char **text, int *line, struct shell_node **out);
/* Length of the expression behind "$(" or "$((" in @text up to the ")" that ends it, or -1. */
ptrdiff_t shell_enclosed(const char *text);
/* Length of a name at @text; 0: there is none. */
size_t shell_name_length(const char *text);

/* ---- shell_arithmetic.c ---- */

/* The value of an arithmetic expression without names: C's integer operators and parentheses.
 * False: not one, or a division by zero. */
bool shell_arithmetic(const char *text, int64_t *value);

/* ---- shell_variable.c ---- */

/* NULL: not set. */
const char *shell_variable(const struct shell_run *run, const char *name);
void shell_assign(struct shell_run *run, const char *name, const char *value);
const struct shell_function *shell_function(const struct shell_run *run, const char *name);
/* Count @bytes; false: more than a text may make, and .why says so. */
bool shell_afford(struct shell_run *run, size_t bytes);

/* ---- shell_expand.c ---- */

enum { SHELL_WORDS = 256 };

/* Expand and split. *count words, ending with NULL. 0 or a status. */
int shell_expand(struct shell_run *run, const struct shell_word *list, char ***words, int *count);
/* As one word; @pattern: what was quoted is escaped for fnmatch(). */
int shell_expand_one(struct shell_run *run, const char *raw, bool pattern, char **out);
/* As arithmetic. */
int shell_compute(struct shell_run *run, const char *raw, int64_t *value);

/* ---- shell_stream.c: files and settings as texts ---- */

enum shell_found { SHELL_MISSING, SHELL_FOUND, SHELL_NOT_HERE };

/* Append what @path holds; NULL: only look. SHELL_NOT_HERE: a file of the machine, which is not read. */
enum shell_found shell_fetch(struct shell_run *run, const char *path, struct buf *out);
/* Write @text to @path. A status. */
int shell_store(struct shell_run *run, const char *path, const struct buf *text, bool append);
/* False: commands wrote no such file. */
bool shell_remove_text(struct shell *s, const char *path);
void shell_forget_texts(struct shell *s);
/* Set up .in, .out and .error as @list says; what goes to files waits in *waiting for shell_redirected(). A status. */
struct shell_waiting;
int shell_redirect(struct shell_run *run, const struct shell_redirection *list, struct shell_waiting **waiting);
/* Write what waits. @status, or that of the writing. */
int shell_redirected(struct shell_run *run, struct shell_waiting *waiting, int status);

/* ---- shell_file.c ---- */

/* Read the script @path, which must be below the suite, into @text. 0, or STATUS_UNKNOWN. */
int shell_read_file(struct shell_run *run, const char *path, struct buf *text);
/* Is @path a file of the suite? */
bool shell_has_file(struct shell_run *run, const char *path);

/* ---- commands.c ---- */

struct shell_tool {
	const char *name;
	int (*run)(struct shell_run *run, char **args);      /* @args ends with NULL, [0] is the name. A status */
};

/* The tool that the first word of a command means, by name or by its place in the system; NULL: none here. */
const struct shell_tool *shell_tool(const char *word);
const char *shell_tool_name(const char *word);           /* without that place */
/* Print on standard output. */
void shell_print(struct shell_run *run, const char *format, ...) PRINTF_LIKE(2, 3);

/* ---- command_filter.c ---- */

/* Compile @pattern, whose owner calls regfree(); false: it is none, or one that may take for ever, and .why says so. */
bool shell_regex(struct shell_run *run, regex_t *regex, const char *pattern, int flags);
/* The next line of *in without its end, in the arena; NULL: none is left. */
char *shell_line(struct shell_run *run, struct shell_input *in);
/* The texts of @files one after the other, or standard input when there are none. A status. */
int shell_gather(struct shell_run *run, char **files, struct shell_input *out);

/* ---- command_setting.c ---- */

/* Set the sysctl, or append its value. Statuses. */
int shell_set(struct shell_run *run, const char *name, const char *value, bool lenient);
enum shell_found shell_show_setting(struct shell_run *run, const char *name, struct buf *out);

/* ---- tools, each in the file of its name ---- */

int shell_sysctl(struct shell_run *run, char **args);
int shell_set_sysctls(struct shell_run *run, char **args);
int shell_nstat(struct shell_run *run, char **args);
int shell_test(struct shell_run *run, char **args);      /* test, [ and [[: the last word is "]" or "]]" */
int shell_ip(struct shell_run *run, char **args);
int shell_tc(struct shell_run *run, char **args);
int shell_ethtool(struct shell_run *run, char **args);

extern const struct shell_tool shell_text_tools[], shell_filter_tools[], shell_file_tools[];   /* end with NULL */

/* Files of /proc/net that the counters make. False: none of that name. */
bool shell_proc_net(struct shell_run *run, const char *name, struct buf *out);

#endif
