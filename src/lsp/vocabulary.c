/* SPDX-License-Identifier: MIT
 *
 * vocabulary.c - words by kind
 */
#include "lsp/vocabulary.h"

#include <inttypes.h>
#include <string.h>

#include "lsp/packet_word.h"
#include "lsp/tcp_info_word.h"
#include "report/requirement.h"
#include "script/ast.h"
#include "script/case_header.h"
#include "target/builtin/profile.h"
#include "target/builtin/settings.h"
#include "target/tcp_state_info.h"
#include "util/text_set.h"
#include "wire/icmp_words.h"
#include "wire/tcp_option.h"

/* Whom words are handed to, with what they are. */
struct sink {
	vocabulary_visit_fn *visit;
	void *context;
	enum word_kind kind;
};

static void hand_over(struct sink *s, const char *text, const char *detail)
{
	const struct vocabulary_word word = { .kind = s->kind, .text = text, .detail = detail };

	s->visit(s->context, &word);
}

/* ---- calls ---- */

static void visit_calls(struct sink *s)
{
	struct buf prototype = BUF_INIT;

	for (int id = 0; id < CALL_IDS_END; id++) {
		const struct signature *call = signature_of((enum call_id)id);

		buf_clear(&prototype);
		signature_print(&prototype, call);
		hand_over(s, call->name, prototype.data);
	}
	buf_free(&prototype);
}

static bool explain_call(const char *word, struct buf *out)
{
	const struct signature *call = signature_find(word);

	if (!call)
		return false;
	buf_puts(out, "```pkt\n");
	signature_print(out, call);
	buf_puts(out, call->result == RESULT_FD ? " = fd\n" : " = result\n");
	buf_puts(out, "```\n");
	buf_printf(out, "A system call%s.", call->can_block ? "; it may block: `+0...0.5` says until when" : "");
	if (call->result == RESULT_FD)
		buf_puts(out, " The descriptor that it gives has the number of the script from then on.");
	return true;
}

/* ---- constants ---- */

static void visit_constant(void *context, const char *name, int64_t value)
{
	char number[32];

	snprintf(number, sizeof(number), "%" PRId64, value);
	hand_over(context, name, number);
}

static void visit_constants(struct sink *s)
{
	constants_visit(visit_constant, s);
}

static bool explain_constant(const char *word, struct buf *out)
{
	int64_t value;

	if (!constant_value(word, &value))
		return false;
	buf_printf(out, "`%s` = %" PRId64, word, value);
	if (value > 9)
		buf_printf(out, " (0x%" PRIx64 ")", (uint64_t)value);
	return true;
}

/* ---- options of a script ---- */

static void visit_options(struct sink *s)
{
	struct buf name = BUF_INIT;

	for (const struct config_option *o = config_options; o->name; o++) {
		buf_clear(&name);
		buf_printf(&name, "--%s%s", o->name, o->argument ? "=" : "");
		hand_over(s, name.data, o->help);
	}
	buf_free(&name);
}

static bool explain_option(const char *word, struct buf *out)
{
	const struct config_option *o = strncmp(word, "--", 2) ? NULL : config_option_find(word + 2);

	if (!o)
		return false;
	buf_printf(out, "`--%s%s%s`\n\n%s", o->name, o->argument ? "=" : "", o->argument ? o->argument : "", o->help);
	if (o->allowed)
		buf_printf(out, "\n\nAllowed: %s", o->allowed);
	return true;
}

/* ---- sysctls ---- */

static void visit_sysctl(void *context, const char *name)
{
	struct buf whole = BUF_INIT;

	buf_printf(&whole, "net.%s", name);
	hand_over(context, whole.data, NULL);
	buf_free(&whole);
}

static void visit_sysctls(struct sink *s)
{
	settings_visit(visit_sysctl, s);
}

static bool explain_sysctl(const char *word, struct buf *out)
{
	const char *absent = settings_absent(word);
	const struct stack_parameter *p = stack_parameter_find(word);

	if (!strchr(word, '.') || !settings_know(word))
		return false;
	buf_printf(out, "`%s`: a sysctl that the reference stack knows", word);
	if (p)
		buf_printf(out, " as its parameter `%s` (%" PRId64 " unless a profile says otherwise; %" PRId64 " to %"
		           PRId64 ")", p->field.name, p->initial, p->field.minimum, p->field.maximum);
	if (*absent)
		buf_printf(out, "; other values than its own need %s, which is not there", absent);
	buf_puts(out, ".");
	return true;
}

/* ---- requirements ---- */

static void visit_requirements(struct sink *s)
{
	for (size_t i = 0; i < requirement_count; i++)
		hand_over(s, requirements[i].id, requirements[i].text);
}

static bool explain_requirement(const char *word, struct buf *out)
{
	const struct requirement *r = requirement_find(word);

	if (!r)
		return false;
	buf_printf(out, "**%s** %s (%.*s, section %s; %s)\n\n%s", r->id, r->level, (int)requirement_document(r->id),
	           r->id, r->section, r->topic, r->text);
	if (*r->reason)
		buf_printf(out, "\n\nNo script tests it: %s.", r->reason);
	return true;
}

/* ---- headers of a case ---- */

static void visit_headers(struct sink *s)
{
	for (const struct header_word *w = header_words; w->name; w++)
		hand_over(s, w->name, w->help);
}

static bool explain_header(const char *word, struct buf *out)
{
	for (const struct header_word *w = header_words; w->name; w++) {
		if (strcmp(w->name, word))
			continue;
		buf_printf(out, "`//! %s:` %s", w->name, w->help);
		return true;
	}
	return false;
}

/* ---- options of TCP ---- */

static void visit_tcp_options(struct sink *s)
{
	const struct tcp_option_row *row;

	for (size_t i = 0; (row = tcp_option_row_at(i)); i++)
		if (row->word)
			hand_over(s, row->word, NULL);
}

static bool explain_tcp_option(const char *word, struct buf *out)
{
	const struct tcp_option_row *row;

	for (size_t i = 0; (row = tcp_option_row_at(i)); i++) {
		if (!row->word || strcmp(row->word, word))
			continue;
		buf_printf(out, "`%s`: TCP option of kind %d, ", row->word, row->kind);
		if (row->shortest == row->longest)
			buf_printf(out, "%d octet%s long", row->longest, row->longest == 1 ? "" : "s");
		else
			buf_printf(out, "%d to %d octets long", row->shortest, row->longest);
		return true;
	}
	return false;
}

/* ---- packet lines ---- */

/* Append what a word means as a type or a code of ICMP, in both families. False: nothing. */
static bool explain_icmp(const char *word, struct buf *out)
{
	const size_t before = out->length;
	size_t count;

	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		const struct icmp_type *types = icmp_types(ipv6, &count);
		for (size_t i = 0; i < count; i++) {
			const char *between = out->length > before ? "; " : "";
			if (!strcmp(types[i].name, word))
				buf_printf(out, "%sICMP%s: type %u", between, ipv6 ? "v6" : "", types[i].type);
			for (size_t c = 0; c < types[i].code_count; c++)
				if (!strcmp(types[i].codes[c].name, word))
					buf_printf(out, "%sICMP%s: code %" PRId64 " of %s", between, ipv6 ? "v6" : "",
					           (int64_t)types[i].codes[c].value, types[i].name);
		}
	}
	return out->length > before;
}

/* One that both families have comes once. */
static void visit_icmp_word(struct sink *s, struct text_set *seen, const char *word)
{
	struct buf detail = BUF_INIT;

	if (text_set_add(seen, word) && explain_icmp(word, &detail))
		hand_over(s, word, detail.data);
	buf_free(&detail);
}

static void visit_packet_words(struct sink *s)
{
	struct text_set seen = { 0 };
	size_t count;

	for (const struct packet_word *w = packet_words; w->word; w++)
		hand_over(s, w->word, w->text);
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		const struct icmp_type *types = icmp_types(ipv6, &count);
		for (size_t i = 0; i < count; i++) {
			visit_icmp_word(s, &seen, types[i].name);
			for (size_t c = 0; c < types[i].code_count; c++)
				visit_icmp_word(s, &seen, types[i].codes[c].name);
		}
	}
	text_set_free(&seen);
}

static bool explain_packet_word(const char *word, struct buf *out)
{
	const struct packet_word *w = packet_words;

	while (w->word && strcmp(w->word, word) != 0)
		w++;
	if (w->word)
		buf_printf(out, "```pkt\n+0 %s\n```\n%s (pkt(5), %s)", w->example, w->text, w->section);
	return w->word || explain_icmp(word, out);
}

/* ---- statements and profiles ---- */

static const struct {
	const char *word, *form, *text;
} statements[] = {
	{ "include", "include \"FILE\"", "The statements of another file, as if they stood here." },
	{ "macro", "macro NAME(PARAMETER=DEFAULT, ...) { ... }",
	  "Gives statements a name; `NAME(PARAMETER=VALUE)` then stands for them." },
	{ "repeat", "repeat N { ... }", "The statements in braces, N times." },
	{ "for", "for $NAME in FIRST..LAST { ... }",
	  "The statements in braces, once for each number, which is the value of `$NAME`." },
	{ "if", "if CONDITION { ... } else { ... }",
	  "Statements for certain parameters, targets or kernels: `target == kernel`, `kernel >= 6.1`." },
	{ "let", "TIME let $NAME = VALUE", "Gives a name a value, at this time; `$NAME` has it from then on." },
	{ "either", "either { ... }", "One of the expected packets in braces comes." },
	{ "peer", "peer NAME ADDRESS port N", "The address and port of the other end of a named connection." },
};

static void visit_statements(struct sink *s)
{
	for (size_t i = 0; i < ARRAY_LEN(statements); i++)
		hand_over(s, statements[i].word, statements[i].form);
}

static bool explain_statement(const char *word, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
		if (strcmp(statements[i].word, word))
			continue;
		buf_printf(out, "```pkt\n%s\n```\n%s", statements[i].form, statements[i].text);
		return true;
	}
	return false;
}

static void visit_profiles(struct sink *s)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < embedded_profile_count; i++)
		hand_over(s, embedded_profiles[i].name, profile_summary(i, arena));
	arena_free(arena);
}

static bool explain_profile(const char *word, struct buf *out)
{
	struct arena *arena = arena_new();
	bool found = false;

	for (size_t i = 0; i < embedded_profile_count && !found; i++) {
		found = !strcmp(embedded_profiles[i].name, word);
		if (found)
			buf_printf(out, "Profile `%s`: %s", word, profile_summary(i, arena));
	}
	arena_free(arena);
	return found;
}

static void visit_tcp_info(struct sink *s)
{
	const char *name, *meaning;

	for (size_t i = 0; (name = tcp_info_word(i, &meaning)); i++)
		hand_over(s, name, meaning);
}

static bool explain_tcp_info(const char *word, struct buf *out)
{
	const char *name, *meaning;

	for (size_t i = 0; (name = tcp_info_word(i, &meaning)); i++) {
		if (strcmp(name, word) != 0)
			continue;
		buf_printf(out, "`%s`: %s. A code block asks for it: `+0 %%{ print(%s) }%%`; arithmetic has it as "
		           "`$%s`", name, meaning, name, name);
		return true;
	}
	return false;
}

/* ---- all kinds ---- */

static const struct {
	enum word_kind kind;
	void (*visit)(struct sink *s);
	bool (*explain)(const char *word, struct buf *out);
} kinds_known[] = {
	{ WORD_CALL, visit_calls, explain_call },
	{ WORD_STATEMENT, visit_statements, explain_statement },
	{ WORD_CONSTANT, visit_constants, explain_constant },
	{ WORD_OPTION, visit_options, explain_option },
	{ WORD_SYSCTL, visit_sysctls, explain_sysctl },
	{ WORD_REQUIREMENT, visit_requirements, explain_requirement },
	{ WORD_TCP_OPTION, visit_tcp_options, explain_tcp_option },
	{ WORD_PACKET, visit_packet_words, explain_packet_word },
	{ WORD_TCP_INFO, visit_tcp_info, explain_tcp_info },
	{ WORD_HEADER, visit_headers, explain_header },
	{ WORD_PROFILE, visit_profiles, explain_profile },
};

void vocabulary_visit(unsigned kinds, vocabulary_visit_fn *visit, void *context)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds_known); i++) {
		struct sink sink = { .visit = visit, .context = context, .kind = kinds_known[i].kind };

		if (kinds & sink.kind)
			kinds_known[i].visit(&sink);
	}
}

bool vocabulary_explain(const char *word, unsigned kinds, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds_known); i++)
		if ((kinds & kinds_known[i].kind) && kinds_known[i].explain(word, out))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(kinds_known); i++)
		if (!(kinds & kinds_known[i].kind) && kinds_known[i].explain(word, out))
			return true;
	return false;
}
