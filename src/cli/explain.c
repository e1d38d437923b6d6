/* SPDX-License-Identifier: MIT
 *
 * explain.c - protodrill explain: a requirement, and what the suite has about it; or what another word means
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "cli/explain_kind.h"
#include "lsp/vocabulary.h"
#include "report/requirement.h"
#include "script/ast.h"
#include "script/case_header.h"
#include "stack/defect.h"
#include "suite/discover.h"
#include "util/printable.h"

static const struct command_option options[] = {
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill explain REQUIREMENT [FILE|DIR]...\n"
	     "       protodrill explain KIND|WORD|DOCUMENT|DEFECT\n"
	     "Say what a requirement asks for, where it stands, which of the scripts cover it, and which defects of\n"
	     "the reference stack violate it. 'protodrill list --requirements' lists their names. Of a kind of\n"
	     "failure, as reports name it, say what it means and what to look at; of a word of scripts (a call, a\n"
	     "constant, an option, a sysctl, a word of packet lines, a variable of code blocks) what is known of\n"
	     "it; of a document (RFC9293) or a section (RFC9293:3.6.1) its requirements; of a defect of the\n"
	     "reference stack what it breaks.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nExamples:\n"
	     "  protodrill explain RFC9293:MUST-13\n"
	     "  protodrill explain RFC5961:3.2-RSTEXACT testcases\n"
	     "  protodrill explain 'missing packet'\n"
	     "  protodrill explain tcp-rst-outside\n"
	     "  protodrill explain SO_LINGER");
}

static void explain_text(const struct requirement *r)
{
	static const char *const how[][2] = {
		{ "wire", "in packets" },
		{ "api", "in results of calls" },
		{ "state", "in variables, or over many round trips" },
	};

	printf("%s  %s  (%.*s, section %s; %s)\n  %s\n", r->id, r->level, (int)requirement_document(r->id), r->id,
	       r->section, r->topic, r->text);
	if (*r->reason)
		printf("  No script tests it: %s.\n", r->reason);
	for (size_t i = 0; i < ARRAY_LEN(how); i++)
		if (!strcmp(how[i][0], r->testable))
			printf("  It is to be seen %s.\n", how[i][1]);
}

static void explain_defects(const struct requirement *r)
{
	for (size_t i = 0; i < DEFECT_COUNT; i++)
		if (!strcmp(stack_defects[i].requirement, r->id))
			printf("  violated by the defect %s: the stack %s\n", stack_defects[i].name,
			       stack_defects[i].text);
}

/* All of a document, or of one of its sections (RFC9293:3.10.7.4). False: the catalogue has none of that name. */
static bool explain_document(const char *name)
{
	const char *colon = strchr(name, ':');
	size_t wanted = colon ? (size_t)(colon - name) : strlen(name);
	bool any = false;

	for (size_t i = 0; i < requirement_count; i++) {
		const struct requirement *r = &requirements[i];
		bool in_document = wanted == requirement_document(r->id) && !strncasecmp(r->id, name, wanted);
		if (in_document && (!colon || !strcmp(colon + 1, r->section))) {
			printf("%-30s %-10s %s\n", r->id, r->level, r->text);
			any = true;
		}
	}
	return any;
}

static bool explain_defect(const char *name)
{
	for (size_t i = 0; i < DEFECT_COUNT; i++) {
		if (strcmp(stack_defects[i].name, name) != 0)
			continue;
		const struct requirement *r = requirement_find(stack_defects[i].requirement);
		printf("%s  (a defect that the reference stack has on demand)\n  The stack %s.\n", name,
		       stack_defects[i].text);
		if (r)
			printf("  It violates %s, %s: %s\n", r->id, r->level, r->text);
		return true;
	}
	return false;
}

/* Is @word in the text of the header? Where there is no header the answer is no, unlike that of header_allows(). */
static bool covers(const struct source *source, const char *word)
{
	const char *text;
	size_t length;

	return header_find(source, "covers", &text, &length) && header_allows(source, "covers", word);
}

/* Errors in the rest of a script do not matter here. */
static void explain_case(const char *path, const struct requirement *r)
{
	struct settings none = { 0 };
	struct diags ignored;
	const char *title;
	size_t length;

	diags_init(&ignored);
	struct script *script = script_load(path, settings_apply, &none, &ignored);

	if (script && covers(&script->source, r->id)) {
		printf("  covered by %s", printable(script->arena, path));
		if (header_find(&script->source, "title", &title, &length))
			printf(": %s", printable(script->arena, arena_strndup(script->arena, title, length)));
		puts("");
	}
	diags_free(&ignored);
	script_free(script);
}

/* The first requirement called @id in any document: "must13", "RFC 9293 MUST-13". */
static const char *in_some_document(const char *id)
{
	for (size_t i = 0; i < requirement_count; i++) {
		const char *name = strrchr(requirements[i].id, ':');
		if ((name && is_spelt_alike(name + 1, id)) || is_spelt_alike(requirements[i].id, id))
			return requirements[i].id;
	}
	return NULL;
}

/* What is known of a word. An option of a script may be asked for without its hyphens (with them it would be one of
 * this command), a sysctl by its last part, a field of TCP_INFO as arithmetic has it. */
static bool know_word(const char *word, struct buf *text)
{
	static const char *const before[] = { "--", "net.ipv4.", "net.core.", "net.ipv6." };
	struct buf whole = BUF_INIT;
	bool known = vocabulary_explain(word + (*word == '$'), ~0u, text);

	for (size_t i = 0; i < ARRAY_LEN(before) && !known; i++) {
		buf_clear(&whole);
		buf_printf(&whole, "%s%s", before[i], word);
		known = vocabulary_explain(whole.data, ~0u, text);
	}
	buf_free(&whole);
	return known;
}

/* What an editor would show about it: Markdown, printed without its marks. */
static bool explain_word(const char *word)
{
	struct buf text = BUF_INIT;
	bool known = know_word(word, &text), code = false;

	for (const char *at = known ? text.data : ""; *at; at++) {
		if (!strncmp(at, "```", 3)) {
			at += strcspn(at, "\n");
			code = !code;
		} else if (code || (*at != '*' && *at != '`'))
			putchar(*at);
		if (!*at)
			break;
	}
	if (known && text.length && text.data[text.length - 1] != '\n')
		puts("");
	buf_free(&text);
	return known;
}

struct offers {
	struct guess guess;
	struct arena *arena;                                 /* for words that live no longer than their visit */
};

static void offer(void *context, const struct vocabulary_word *word)
{
	struct offers *o = context;
	const char *before = o->guess.nearest;

	guess_offer(&o->guess, word->text);
	if (o->guess.nearest != before)
		o->guess.nearest = arena_strndup(o->arena, word->text, strlen(word->text));
}

static int unknown(const char *word)
{
	struct offers offers = { { .wanted = word }, arena_new() };
	struct guess guess = offers.guess;
	const char *kind;

	for (size_t i = 0; i < requirement_count; i++)
		guess_offer(&guess, requirements[i].id);
	for (int i = 0; (kind = explain_kind_at(i)); i++)
		guess_offer(&guess, kind);
	for (size_t i = 0; i < DEFECT_COUNT; i++)
		guess_offer(&guess, stack_defects[i].name);
	if (!guess.nearest) {
		vocabulary_visit(~(unsigned)WORD_REQUIREMENT, offer, &offers);
		guess = offers.guess;
	}
	guess.nearest = guess.nearest ? guess.nearest : in_some_document(word);
	const bool requirement = strchr(word, ':') || in_some_document(word);
	console_unknown(requirement ? "requirement" : "word", &guess, "",
	                "'protodrill list --requirements' lists requirements, and pkt(5) words.");
	arena_free(offers.arena);
	return EXIT_STATUS_ERROR;
}

static int explain(void *request, char **paths, struct settings *settings)
{
	const char *id = *paths++;
	const struct requirement *r = requirement_find(id);
	struct script_paths scripts = { 0 };
	struct diags diags;

	(void)request;
	(void)settings;
	if (!r) {
		const bool known = !*paths && (explain_kind(id) || explain_document(id) || explain_defect(id) ||
		                               explain_word(id));
		return known ? EXIT_STATUS_OK : unknown(id);
	}
	diags_init(&diags);
	explain_text(r);
	for (; *paths; paths++)
		discover(&scripts, *paths, &diags);
	for (size_t i = 0; i < scripts.count; i++)
		explain_case(scripts.path[i], r);
	explain_defects(r);
	console_diags(&diags);
	int status = diags.errors ? EXIT_STATUS_ERROR : EXIT_STATUS_OK;
	diags_free(&diags);
	discover_free(&scripts);
	return status;
}

int explain_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options,
		.usage = usage,
		.wanted = "a requirement, such as RFC9293:MUST-13, a kind of failure or a word",
		.act = explain,
	};

	return command_frame_main(&frame, NULL, argc, argv);
}
