/* SPDX-License-Identifier: MIT
 *
 * statement.h - what a script consists of before it is unfolded: events, and what repeats, chooses and names them
 *
 * A script of plain lines says each thing once for every time that it happens. Much of that is repetition: the same
 * handshake at the head of a hundred files, ten losses that differ in one number. So there is more than events:
 *
 *     include "common.inc"                    the statements of another file
 *     macro NAME(PARAMETER=DEFAULT, ...) { }  statements with a name, which stand where NAME(PARAMETER=VALUE) stands
 *     repeat N { }                            the same N times
 *     for $NAME in FIRST..LAST { }            once for each number
 *     if CONDITION { } else { }               what holds for these parameters, this target, this kernel
 *     unordered { }    either { }             expected packets of which all come, in any order, or one
 *     peer NAME ADDRESS port N                where a connection has its other end (connections.h)
 *
 * The rules:
 *
 * - All this is over before anything is played. The parser keeps the statements as they are written, which is what
 *   script_print() shows; unfold() makes of them one list of events, and nobody after it knows that there was more.
 * - What an event owes its being to is written at the event (struct via): messages and reports show the line of the
 *   text, and the way that leads to it.
 * - Names that stand for values are written with a $. Those of loops, of macros and of --define are known when the
 *   script is unfolded, and their values take their places then. Those of observed values are known only when the
 *   script is played, and stay (see value.h).
 * - Times of events in a block are those of a list of events: each counts from the one that was before it, which in
 *   a loop is the last one of the round before.
 *
 * Left out on purpose: a loop whose end is known only while the script is played. A script says what has to happen, and
 * one that does as the stack does would prove nothing.
 */
#ifndef SCRIPT_STATEMENT_H
#define SCRIPT_STATEMENT_H

#include "script/ast.h"

enum statement_kind {
	STATEMENT_EVENT, STATEMENT_BLOCK, STATEMENT_INCLUDE, STATEMENT_MACRO, STATEMENT_USE, STATEMENT_REPEAT,
	STATEMENT_FOR, STATEMENT_IF, STATEMENT_PEER, STATEMENT_GROUP,
};

struct macro {
	const struct macro *next;                            /* an older one */
	const char *name;
	struct loc loc;                                      /* of the name */
	const struct expr *parameters;                       /* ASSIGN; one without a default is assigned an ellipsis */
	const struct statement *body;
};

/* What there is besides events. */
struct construct {
	struct loc loc;                                      /* all of it */
	struct loc end;                                      /* BLOCK: its closing brace */
	union {
		const struct macro *macro;
		struct statement *first;                     /* BLOCK */
		struct { const char *path; const struct statement *first; } include;
		struct { const struct macro *macro; const struct expr *arguments; } use;
		/* REPEAT has neither name nor first */
		struct { const char *name; const struct expr *first, *last; const struct statement *block; } loop;
		/* other: NULL, a BLOCK or an IF */
		struct { const struct expr *condition; const struct statement *block, *other; } choice;
		struct { bool either; const struct statement *block; } group;
		struct { const struct expr *name, *address, *port; } peer;   /* the last two may be NULL */
	};
};

/* Nearly all are events, so it is small. */
struct statement {
	struct statement *next;
	enum statement_kind kind;
	union {
		struct event *event;                         /* EVENT */
		struct construct *is;                        /* all others */
	};
};

#endif
