/* SPDX-License-Identifier: MIT
 *
 * internal.h - between the files of the command reader
 */
#ifndef SHELL_INTERNAL_H
#define SHELL_INTERNAL_H

#include "shell/tool.h"

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

/* ---- shell_parse.c ---- */

/* Read the next complete command of **text, which moves on with *line; *out is NULL for a blank line. 0,
 * STATUS_UNKNOWN, or STATUS_USAGE for a syntax error. */
int shell_parse(struct shell_run *run, const char **text, int *line, struct shell_node **out);
/* Length of the expression behind "$(" or "$((" in @text up to the ")" that ends it, or -1. */
ptrdiff_t shell_enclosed(const char *text);
/* Length of a name at @text; 0: there is none. */
size_t shell_name_length(const char *text);

/* ---- shell_arithmetic.c ---- */

/* The value of an arithmetic expression: C's integer operators and parentheses, and variables, to which it may assign
 * (none with @run NULL). False: not one, or a division by zero. */
bool shell_arithmetic(struct shell_run *run, const char *text, int64_t *value);

/* ---- shell_variable.c ---- */

const struct shell_function *shell_function(const struct shell_run *run, const char *name);

/* ---- shell_expand.c ---- */

enum { SHELL_WORDS = 256 };

/* Expand and split. *count words, ending with NULL. 0 or a status. */
int shell_expand(struct shell_run *run, const struct shell_word *list, char ***words, int *count);
/* As one word; @pattern: what was quoted is escaped for fnmatch(). */
int shell_expand_one(struct shell_run *run, const char *raw, bool pattern, char **out);
/* As arithmetic. */
int shell_compute(struct shell_run *run, const char *raw, int64_t *value);

/* ---- shell_stream.c ---- */

/* Set up .in, .out and .error as @list says; what goes to files waits in *waiting for shell_redirected(). A status. */
struct shell_waiting;
int shell_redirect(struct shell_run *run, const struct shell_redirection *list, struct shell_waiting **waiting);
/* Write what waits. @status, or that of the writing. */
int shell_redirected(struct shell_run *run, struct shell_waiting *waiting, int status);

/* ---- command_condition.c ---- */

int shell_test(struct shell_run *run, char **args);      /* test, [ and [[: the last word is "]" or "]]" */

#endif
