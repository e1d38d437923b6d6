/* SPDX-License-Identifier: MIT
 *
 * diag.h - errors as values: queued with their place in the text, printed together at the end
 *
 * A diagnostic has a headline (short and stable; the drop-in face prints nothing else) and a detail
 * (the value seen, what is allowed, a suggestion). Functions that report return false, so that a
 * caller can say `return diag_error(...)`.
 */
#ifndef UTIL_DIAG_H
#define UTIL_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "util/common.h"

/* One text under examination. Owned by whoever loaded it; must outlive the locations that point at it. */
struct source {
	const char *name;                                    /* as the user wrote the path */
	const char *text;                                    /* NUL-terminated; may hold NUL bytes before that */
	size_t length;
};

/* A range of the text. Lines and columns count from 1, columns in bytes; line 0: the file as a whole. */
struct loc {
	const struct source *source;                         /* NULL: the command line */
	int line, column;
	int end_line, end_column;                            /* one past the last byte */
};

/* What led to a place: a round of a loop, a use of a macro, an include. The innermost points at those around it. */
struct via {
	const struct via *outer;                             /* NULL: the text itself */
	struct loc loc;                                      /* of the statement that made it so */
	const char *text;                                    /* "handshake(mss=1000)", "$i = 3" */
};

enum diag_kind {
	DIAG_SYNTAX,                                         /* text that the grammar does not know;
	                                                        headline "syntax error" */
	DIAG_SEMANTIC,                                       /* well-formed, but it cannot mean anything */
	DIAG_OPTION,                                         /* an option line or a command-line option */
	DIAG_FILE,                                           /* a file that cannot be read */
	DIAG_WARNING,                                        /* worth saying; does not count as an error */
};

struct diag {
	struct diag *next;
	enum diag_kind kind;
	int number;                                          /* order of queueing, from 0 */
	struct loc loc;
	const struct via *via;                               /* NULL: none. Must live until it is printed */
	char *headline;
	char *detail;                                        /* may be NULL */
	char *token;                                         /* DIAG_SYNTAX: the token just read; else NULL */
	int token_line;                                      /* of that token, where the error may be before it: what
	                                                        the drop-in face names */
	bool dialect;                                        /* an error that diags_excuse() takes back */
};

struct diags {
	struct diag *first, **last;
	struct diag *newest;                                 /* NULL: none */
	int count;                                           /* queued */
	int errors;                                          /* without warnings */
	int dialect_errors;                                  /* those of them that diags_excuse() takes back */
	int limit;                                           /* errors kept; further ones are only counted */
	const struct via *via;                               /* of what is queued next */
};

void diags_init(struct diags *d);
void diags_free(struct diags *d);

/* Queue an error. @detail_format may be NULL. Copies all texts. Always false. */
bool diag_error(struct diags *d, enum diag_kind kind, struct loc loc, const char *headline,
                const char *detail_format, ...) PRINTF_LIKE(5, 6);
#define diag_error(...) always_false(diag_error(__VA_ARGS__))
void diag_warning(struct diags *d, struct loc loc, const char *headline, const char *detail_format, ...)
	PRINTF_LIKE(4, 5);
/* A syntax error at @loc, seen at @token of line @token_line (the spelling of the token just read). Always false. */
bool diag_syntax(struct diags *d, struct loc loc, const char *token, int token_line, const char *detail_format, ...)
	PRINTF_LIKE(5, 6);

/* Is there an error at @loc? An error that follows from it is no mistake of its own. */
bool diags_has_error(const struct diags *d, struct loc loc);

/* The error just reported is about another dialect of the language. A caller that plays such scripts, and does not
 * consider this the author's mistake, calls diags_excuse(), which turns all errors so marked into warnings. */
void diag_of_dialect(struct diags *d);
void diags_excuse(struct diags *d);

/* Everything queued, in order of place: FILE:LINE:COL: error: HEADLINE: DETAIL, the line, a caret. */
void diags_print(const struct diags *d, FILE *out, bool colour);
/* The same; what has no place in a text begins with the name of the @program that says it, as its other messages do. */
void diags_print_for(const char *program, const struct diags *d, FILE *out, bool colour);

#endif
