/* SPDX-License-Identifier: MIT
 *
 * server.c - requests and notifications, one after the other
 */
#include "lsp/server.h"

#include <string.h>

#include "lsp/answer.h"
#include "lsp/message.h"
#include "report/json_shape.h"
#include "util/checked.h"

/* Of JSON-RPC and of the protocol. */
enum { PARSE_ERROR = -32700, INVALID_REQUEST = -32600, METHOD_NOT_FOUND = -32601, NOT_INITIALIZED = -32002 };

struct server {
	const struct server_hooks *hooks;
	FILE *out;
	struct documents documents;
	bool initialized, shut_down, exit, broken;           /* broken: nobody reads what we write */
};

/* ---- what is sent ---- */

static json_t *new_message(void)
{
	json_t *message = checked_memory(json_object());

	message_put(message, "jsonrpc", json_string("2.0"));
	return message;
}

static void post(struct server *s, json_t *message)
{
	if (!message_write(s->out, message))
		s->broken = true;
}

static void post_error(struct server *s, json_t *id, int code, const char *text)
{
	json_t *message = new_message(), *error = checked_memory(json_object());

	message_put(error, "code", json_integer(code));
	message_put(error, "message", json_text(text));
	message_put(message, "id", id ? json_incref(id) : json_null());
	message_put(message, "error", error);
	post(s, message);
}

static void post_diagnostics(struct server *s, const char *uri, json_t *diagnostics)
{
	json_t *message = new_message(), *params = checked_memory(json_object());

	message_put(params, "uri", json_text(uri));
	message_put(params, "diagnostics", diagnostics);
	message_put(message, "method", json_string("textDocument/publishDiagnostics"));
	message_put(message, "params", params);
	post(s, message);
}

/* ---- notifications ---- */

static json_t *member(json_t *params, const char *name)
{
	return json_object_get(params, name);
}

static const char *uri_of(json_t *params)
{
	const char *uri = json_string_value(member(member(params, "textDocument"), "uri"));

	return uri ? uri : "";
}

static void set_text(struct server *s, json_t *params, json_t *text)
{
	if (!json_is_string(text))
		return;
	const struct document *d = document_set(&s->documents, uri_of(params), json_string_value(text),
	                                        json_string_length(text));
	post_diagnostics(s, d->uri, answer_diagnostics(d, s->hooks));
}

static void did_open(struct server *s, json_t *params)
{
	set_text(s, params, member(member(params, "textDocument"), "text"));
}

/* We asked for whole texts, so the last one is the text. */
static void did_change(struct server *s, json_t *params)
{
	json_t *changes = member(params, "contentChanges");
	size_t count = json_array_size(changes);

	if (count)
		set_text(s, params, member(json_array_get(changes, count - 1), "text"));
}

static void did_close(struct server *s, json_t *params)
{
	document_close(&s->documents, uri_of(params));
	post_diagnostics(s, uri_of(params), json_array());
}

/* An included file may be another now. */
static void did_save(struct server *s, json_t *params)
{
	(void)params;
	for (const struct document *d = s->documents.first; d; d = d->next)
		post_diagnostics(s, d->uri, answer_diagnostics(d, s->hooks));
}

static void on_exit_notice(struct server *s, json_t *params)
{
	(void)params;
	s->exit = true;
}

static void pass_over(struct server *s, json_t *params)
{
	(void)s;
	(void)params;
}

static const struct notification {
	const char *method;
	void (*take)(struct server *s, json_t *params);
} notifications[] = {
	{ "textDocument/didOpen", did_open },
	{ "textDocument/didChange", did_change },
	{ "textDocument/didSave", did_save },
	{ "textDocument/didClose", did_close },
	{ "initialized", pass_over },
	{ "exit", on_exit_notice },
};

/* ---- requests ---- */

static json_t *initialize(struct server *s, json_t *params)
{
	(void)params;
	s->initialized = true;
	return answer_capabilities(s->hooks->version);
}

static json_t *shut_down(struct server *s, json_t *params)
{
	(void)params;
	s->shut_down = true;
	return json_null();
}

/* The answers about a document that is open; about any other there is nothing to say. */
static json_t *ask_document(struct server *s, json_t *params, answer_fn *answer)
{
	const struct document *d = document_find(&s->documents, uri_of(params));

	return d ? answer(d, member(params, "position"), s->hooks) : json_null();
}

static json_t *completion(struct server *s, json_t *params)
{
	return ask_document(s, params, answer_completion);
}

static json_t *hover(struct server *s, json_t *params)
{
	return ask_document(s, params, answer_hover);
}

static json_t *formatting(struct server *s, json_t *params)
{
	return ask_document(s, params, answer_formatting);
}

static json_t *definition(struct server *s, json_t *params)
{
	return ask_document(s, params, answer_definition);
}

static const struct request {
	const char *method;
	json_t *(*answer)(struct server *s, json_t *params); /* a new reference */
} requests[] = {
	{ "initialize", initialize },
	{ "shutdown", shut_down },
	{ "textDocument/completion", completion },
	{ "textDocument/hover", hover },
	{ "textDocument/formatting", formatting },
	{ "textDocument/definition", definition },
};

static void take_request(struct server *s, json_t *id, const char *method, json_t *params)
{
	const struct request *found = NULL;

	for (size_t i = 0; i < ARRAY_LEN(requests); i++)
		if (!strcmp(requests[i].method, method))
			found = &requests[i];
	if (s->shut_down) {
		post_error(s, id, INVALID_REQUEST, "nothing is answered after 'shutdown'");
	} else if (!s->initialized && strcmp(method, "initialize")) {
		post_error(s, id, NOT_INITIALIZED, "the first request is 'initialize'");
	} else if (!found) {
		post_error(s, id, METHOD_NOT_FOUND, method);
	} else {
		json_t *message = new_message();
		message_put(message, "id", json_incref(id));
		message_put(message, "result", found->answer(s, params));
		post(s, message);
	}
}

/* Those that are not known are passed over, as the protocol says. */
static void take_notification(struct server *s, const char *method, json_t *params)
{
	if (!s->initialized && strcmp(method, "exit"))
		return;
	for (size_t i = 0; i < ARRAY_LEN(notifications); i++)
		if (!strcmp(notifications[i].method, method))
			notifications[i].take(s, params);
}

static void take_message(struct server *s, json_t *message)
{
	json_t *id = member(message, "id");
	const char *method = json_string_value(member(message, "method"));

	if (!method && (member(message, "result") || member(message, "error")))
		return;                                      /* an answer, but we ask nothing */
	if (!method)
		post_error(s, id, INVALID_REQUEST, "a message has a 'method'");
	else if (id)
		take_request(s, id, method, member(message, "params"));
	else
		take_notification(s, method, member(message, "params"));
}

bool server_run(FILE *in, FILE *out, const struct server_hooks *hooks)
{
	struct server s = { .hooks = hooks, .out = out };
	enum message_result result = MESSAGE_READ;

	while (!s.exit && !s.broken && result != MESSAGE_END && result != MESSAGE_BROKEN) {
		json_t *message;
		const char *problem;

		result = message_read(in, &message, &problem);
		if (result == MESSAGE_READ)
			take_message(&s, message);
		else if (result != MESSAGE_END)
			post_error(&s, NULL, PARSE_ERROR, problem);
		json_decref(message);
	}
	documents_free(&s.documents);
	return s.shut_down;
}
