/* SPDX-License-Identifier: MIT
 *
 * resolve.h - names with a $ and arithmetic: their values, and events in which the values stand in their places
 *
 * A name has a value because a loop counts, because a macro was used with it, because it is defined (--define, -D, a
 * plan), because it is a trait of the stack (trait.h), or because it was observed while the script is played. All but
 * the last are known when statements are unfolded; they go into the events then, and what is left is asked for once
 * more when the event's turn comes. Both times it is done here, with a scope that knows more or less.
 *
 * In arithmetic a name may stand without its $, and words that are no names stand for themselves, so that one can ask
 * `profile == linux`. These words say what is played against:
 *
 *     target     the name of the target: builtin, kernel ...
 *     profile    of the reference stack; `none` elsewhere
 *     kernel     the version of the kernel that is tested; where none is, a version newer than all others
 *
 * Numbers are 64 bits wide. A value beyond that, a division by zero and a word where a number is wanted are errors.
 */
#ifndef SCRIPT_RESOLVE_H
#define SCRIPT_RESOLVE_H

#include "script/ast.h"

struct binding {
	const struct binding *outer;
	const char *name;
	const struct expr *value;                            /* without names that a scope knows */
};

struct resolver {
	const struct binding *bindings;                      /* the innermost; NULL: none */
	const struct config *config;                         /* definitions, traits, and what is played against */
	/* A value that was observed; NULL: nothing is known of such values yet. */
	bool (*observed)(const void *user, const char *name, int64_t *value);
	const void *user;
	struct arena *arena;                                 /* where results are allocated */
	struct diags *diags;
	struct open_name *open, **last_open;                 /* names without a value, in what was resolved */
	struct open_name at;                                 /* the current place in an event */
};

/* @e with values in the places of names. Whole numbers are folded; a name without a value stays, and is added to .open.
 * Never NULL: after an error, which is reported, it is a number. */
const struct expr *resolve_expr(struct resolver *r, const struct expr *e);

/* The number that @e comes to. False after an error, which is reported; a name without value is one. */
bool resolve_number(struct resolver *r, const struct expr *e, int64_t *out);

/* The word that @e, the name of a connection, comes to; NULL after an error, which is reported. */
const struct expr *resolve_connection(struct resolver *r, const struct expr *e);

/* A copy of @event, in .arena, with values in the places of names. Its .names are those that are left. */
struct event *resolve_event(struct resolver *r, const struct event *event);

/* {..., $n} is an iovec once $n is a number. */
void expr_settle_braces(struct expr *e);
/* htons($n) in an address is a port likewise. */
void expr_settle_port(struct expr *e);

/* Where the expressions below @e are, except the elements of a list; returns their number. */
enum { EXPR_CHILDREN = EXTENDED_ERR_FIELDS };
size_t expr_children(struct expr *e, struct expr **out[EXPR_CHILDREN]);

#endif
