/* SPDX-License-Identifier: MIT
 *
 * answer.c - diagnostics, completion, meanings, canonical form, definitions
 */
#include "lsp/answer.h"

#include <limits.h>
#include <string.h>

#include "lsp/definition.h"
#include "lsp/message.h"
#include "lsp/place.h"
#include "lsp/vocabulary.h"
#include "report/json_shape.h"
#include "util/checked.h"

/* Of the protocol. */
enum { SYNC_FULL = 1, SEVERITY_ERROR = 1, SEVERITY_WARNING = 2 };
enum {
	ITEM_FUNCTION = 3, ITEM_VARIABLE = 6, ITEM_PROPERTY = 10, ITEM_KEYWORD = 14, ITEM_REFERENCE = 18,
	ITEM_CONSTANT = 21, ITEM_MODULE = 9,
};

static json_t *object(void)
{
	return checked_memory(json_object());
}

json_t *answer_capabilities(const char *version)
{
	json_t *result = object(), *offers = object(), *completion = object(), *sync = object(), *info = object();
	json_t *triggers = checked_memory(json_array());
	static const char *const trigger[] = { "$", "-", ".", ":", "_", "<", "(" };

	for (size_t i = 0; i < ARRAY_LEN(trigger); i++)
		message_append(triggers, json_string(trigger[i]));
	message_put(completion, "triggerCharacters", triggers);
	message_put(sync, "openClose", json_true());
	message_put(sync, "change", json_integer(SYNC_FULL));
	message_put(sync, "save", json_true());
	message_put(offers, "textDocumentSync", sync);
	message_put(offers, "completionProvider", completion);
	message_put(offers, "hoverProvider", json_true());
	message_put(offers, "documentFormattingProvider", json_true());
	message_put(offers, "definitionProvider", json_true());
	message_put(info, "name", json_string("protodrill"));
	message_put(info, "version", json_text(version));
	message_put(result, "capabilities", offers);
	message_put(result, "serverInfo", info);
	return result;
}

static struct script *parse(const struct document *d, const struct server_hooks *hooks, struct diags *diags)
{
	diags_init(diags);
	return script_parse(d->path, d->text.data, d->text.length, hooks->apply, hooks->user, diags);
}

static void discard(struct script *script, struct diags *diags)
{
	diags_free(diags);
	script_free(script);
}

/* ---- diagnostics ---- */

/* The place of @diag in the text of @script: for one in an included file, that of the line which includes it. */
static struct loc place_of(const struct diag *diag, const struct script *script)
{
	struct loc loc = diag->loc;

	for (const struct via *via = diag->via; via && loc.source != &script->source; via = via->outer)
		loc = via->loc;
	return loc.source == &script->source ? loc : (struct loc){ 0 };
}

static json_t *diagnostic(const struct document *d, const struct script *script, const struct diag *diag)
{
	json_t *json = object();
	struct loc loc = place_of(diag, script);
	struct buf text = BUF_INIT;

	if (diag->loc.source && diag->loc.source != &script->source)
		buf_printf(&text, "%s:%d: ", diag->loc.source->name, diag->loc.line);
	buf_puts(&text, diag->headline);
	if (diag->detail)
		buf_printf(&text, ": %s", diag->detail);
	message_put(json, "range", document_range(d->text.data, &loc));
	message_put(json, "severity",
	            json_integer(diag->kind == DIAG_WARNING ? SEVERITY_WARNING : SEVERITY_ERROR));
	message_put(json, "source", json_string("protodrill"));
	message_put(json, "message", json_text(text.data));
	buf_free(&text);
	return json;
}

json_t *answer_diagnostics(const struct document *d, const struct server_hooks *hooks)
{
	json_t *list = checked_memory(json_array());
	struct diags diags;
	struct script *script = parse(d, hooks, &diags);

	hooks->check(script, &diags);
	for (const struct diag *diag = diags.first; diag; diag = diag->next)
		message_append(list, diagnostic(d, script, diag));
	discard(script, &diags);
	return list;
}

/* ---- completion ---- */

static int item_kind(enum word_kind kind)
{
	static const struct {
		unsigned kinds;
		int item;
	} items[] = {
		{ WORD_CALL | WORD_MACRO, ITEM_FUNCTION }, { WORD_STATEMENT | WORD_HEADER, ITEM_KEYWORD },
		{ WORD_CONSTANT | WORD_TCP_OPTION, ITEM_CONSTANT }, { WORD_OPTION | WORD_SYSCTL, ITEM_PROPERTY },
		{ WORD_REQUIREMENT, ITEM_REFERENCE }, { WORD_TARGET | WORD_PROFILE, ITEM_MODULE },
	};

	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		if (items[i].kinds & kind)
			return items[i].item;
	return ITEM_VARIABLE;
}

struct completion {
	json_t *items;
	json_t *range;                                       /* which a word takes the place of */
	unsigned kinds;
};

static void add_item(void *context, const struct vocabulary_word *word)
{
	struct completion *c = context;
	json_t *item = object(), *edit = object();

	message_put(item, "label", json_text(word->text));
	message_put(item, "kind", json_integer(item_kind(word->kind)));
	if (word->detail)
		message_put(item, "detail", json_text(word->detail));
	message_put(edit, "range", json_incref(c->range));
	message_put(edit, "newText", json_text(word->text));
	message_put(item, "textEdit", edit);
	message_append(c->items, item);
}

static void add_defined(void *context, const char *word)
{
	struct completion *c = context;
	const struct vocabulary_word item = { .kind = *word == '$' ? WORD_NAME : WORD_MACRO, .text = word };
	json_t *earlier;
	size_t i;

	if (!(c->kinds & item.kind))
		return;
	json_array_foreach(c->items, i, earlier)
		if (!strcmp(json_string_value(json_object_get(earlier, "label")), word))
			return;                              /* a name may be given several values */
	add_item(c, &item);
}

json_t *answer_completion(const struct document *d, json_t *position, const struct server_hooks *hooks)
{
	const struct place place = place_at(d->text.data, document_offset(d->text.data, position));
	struct completion c = { .items = checked_memory(json_array()), .kinds = place.kinds };
	struct diags diags;

	c.range = document_span(d->text.data, place.start, place.end);
	vocabulary_visit(place.kinds, add_item, &c);
	for (size_t i = 0; (place.kinds & WORD_TARGET) && hooks->targets[i]; i++)
		add_item(&c, &(struct vocabulary_word){ .kind = WORD_TARGET, .text = hooks->targets[i] });
	struct script *script = parse(d, hooks, &diags);
	definition_visit(script, add_defined, &c);
	discard(script, &diags);
	json_decref(c.range);
	return c.items;
}

/* ---- meanings ---- */

static char *word_at(const struct document *d, const struct place *place, struct buf *word)
{
	buf_add(word, d->text.data + place->start, place->end - place->start);
	return word->data;
}

json_t *answer_hover(const struct document *d, json_t *position, const struct server_hooks *hooks MAYBE_UNUSED)
{
	const struct place place = place_at(d->text.data, document_offset(d->text.data, position));
	struct buf word = BUF_INIT, text = BUF_INIT;
	json_t *hover = NULL;

	if (vocabulary_explain(word_at(d, &place, &word), place.kinds, &text)) {
		json_t *contents = object();
		hover = object();
		message_put(contents, "kind", json_string("markdown"));
		message_put(contents, "value", json_text(text.data));
		message_put(hover, "contents", contents);
		message_put(hover, "range", document_span(d->text.data, place.start, place.end));
	}
	buf_free(&word);
	buf_free(&text);
	return hover ? hover : json_null();
}

/* ---- canonical form ---- */

json_t *answer_formatting(const struct document *d, json_t *position MAYBE_UNUSED, const struct server_hooks *hooks)
{
	json_t *edits = NULL;
	struct buf text = BUF_INIT;
	struct diags diags;
	struct script *script = parse(d, hooks, &diags);

	if (!diags.errors) {
		script_print(&text, script);
		edits = checked_memory(json_array());
		if (strcmp(text.data, d->text.data)) {
			json_t *edit = object();
			message_put(edit, "range", document_span(d->text.data, 0, d->text.length));
			message_put(edit, "newText", json_text(text.data));
			message_append(edits, edit);
		}
	}
	buf_free(&text);
	discard(script, &diags);
	return edits ? edits : json_null();
}

/* ---- definitions ---- */

/* A document that was never saved has no path, but its editor's own name. */
static json_t *location(const struct document *d, const char *path, json_t *range)
{
	json_t *json = object();
	struct buf uri = BUF_INIT;

	if (!strcmp(path, d->path))
		buf_puts(&uri, d->uri);
	else
		document_add_uri(&uri, path);
	message_put(json, "uri", json_text(uri.data));
	message_put(json, "range", range);
	buf_free(&uri);
	return json;
}

json_t *answer_definition(const struct document *d, json_t *position, const struct server_hooks *hooks)
{
	const struct place place = place_at(d->text.data, document_offset(d->text.data, position));
	json_int_t before = json_integer_value(json_object_get(position, "line"));
	int line = before >= 0 && before < INT_MAX ? (int)before + 1 : 0;    /* ours begin at 1; 0: there is none */
	struct buf word = BUF_INIT;
	json_t *answer = NULL;
	struct diags diags;
	struct script *script = parse(d, hooks, &diags);
	struct loc loc;
	const char *path = definition_include(script, line);

	if (path)
		answer = location(d, path, document_span("", 0, 0));
	else if (definition_find(script, word_at(d, &place, &word), line, &loc))
		answer = location(d, loc.source->name, document_range(loc.source->text, &loc));
	buf_free(&word);
	discard(script, &diags);
	return answer ? answer : json_null();
}
