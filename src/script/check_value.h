/* SPDX-License-Identifier: MIT
 *
 * check_value.h - the values of arguments; between the files that check calls
 *
 * All return false after reporting to c->diags.
 */
#ifndef SCRIPT_CHECK_VALUE_H
#define SCRIPT_CHECK_VALUE_H

#include "script/check_call.h"

/* Always false. */
bool check_report(struct call_checker *c, const struct evaluation_error *error);
/* @name, a constant, a call, or a form of one, exists only on another system, which @where names: a warning, and the
 * case is SKIP. */
void check_foreign(struct call_checker *c, struct loc at, const char *name, struct buf *where);
/* The same for a name that belongs to @protocol, which is not played. */
void check_dialect(struct call_checker *c, struct loc at, const char *name, const char *protocol);
/* An unknown constant. Always false. */
bool check_symbol(struct call_checker *c, struct loc at, const char *word);
/* False after reporting: every unknown symbol of an integer expression, with a suggestion. */
bool check_symbols(struct call_checker *c, const struct expr *e);
bool want_int64(struct call_checker *c, const struct expr *e, int64_t *value);
bool want_int(struct call_checker *c, const struct expr *e, int32_t *value);
bool want_byte(struct call_checker *c, const struct expr *e);
bool want_kind(struct call_checker *c, const struct expr *e, enum expr_kind kind);
bool want_string(struct call_checker *c, const struct expr *e);
/* The same of what a call sends: are there @length bytes, which are not below 0? */
bool want_contents(struct call_checker *c, const struct expr *e, int64_t length);
bool check_address(struct call_checker *c, const struct expr *e);
bool want_ellipsis_or_int(struct call_checker *c, const struct expr *e);
/* The address of the other side: "...", or with its family spelt out. */
bool want_peer(struct call_checker *c, const struct expr *e);
/* The one element of a list, or NULL after reporting. */
const struct expr *want_single(struct call_checker *c, const struct expr *e);
bool want_int_list(struct call_checker *c, const struct expr *e);
/* The same, where an ellipsis leaves the number open. */
bool want_open_int_list(struct call_checker *c, const struct expr *e);
/* Does the argument after @list say how many elements it has? */
bool want_count(struct call_checker *c, const struct expr *list, const char *what, const char *array);
bool want_fd(struct call_checker *c, const struct expr *e);
/* A call makes the descriptor @fd; if it @replaces, the number may be in use. */
void check_open_fd(struct call_checker *c, struct loc at, int64_t fd, bool replaces);
void check_close_fd(struct call_checker *c, int64_t fd);

/* The value that setsockopt() or getsockopt() takes; and what only the whole call says. */
bool check_option_value(struct call_checker *c, const struct call_spec *call, const struct expr *value);
bool check_option_call(struct call_checker *c, const struct call_spec *call);

#endif
