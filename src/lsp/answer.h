/* SPDX-License-Identifier: MIT
 *
 * answer.h - what the server says about a document: functions of its text, and of a place in it
 */
#ifndef LSP_ANSWER_H
#define LSP_ANSWER_H

#include <jansson.h>

#include "lsp/document.h"
#include "lsp/server.h"

/* What the server offers: the result of "initialize". */
json_t *answer_capabilities(const char *version);

/* The list of what is wrong with @d. */
json_t *answer_diagnostics(const struct document *d, const struct server_hooks *hooks);

/* The result of a request about @position of @d; null where there is nothing to say. All are new references. */
typedef json_t *answer_fn(const struct document *d, json_t *position, const struct server_hooks *hooks);

answer_fn answer_completion, answer_hover, answer_formatting, answer_definition;

#endif
