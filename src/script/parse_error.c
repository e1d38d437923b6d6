/* SPDX-License-Identifier: MIT
 *
 * parse_error.c - syntax errors in words: what was seen, what could stand there, what was probably meant
 */
#include <ctype.h>
#include <string.h>

#include "script/mistake.h"
#include "script/parse.h"
#include "util/table.h"
#include "util/utf8.h"
#include "wire/tcp_option.h"

#include "grammar/parser.h"

enum { SHOWN_TOKEN = 64, SHOWN_NAMES = 6 };

/* ---- constructs of other dialects ---- */

struct foreign {
	const char *text;                                    /* the token at which parsing stops, or the one before */
	const char *what, *dialect;
};

static const char nplab[] = "the nplab dialect", mptcp[] = "the mptcp dialect", google_psp[] = "wire mode";

static const struct foreign foreign[] = {
	{ "sctp", "SCTP packets", nplab },
	{ "flgs", "SCTP chunks", nplab },
	{ "addr", "address variables", mptcp },
	{ "mpcapable", "MPTCP options", mptcp },
	{ "mp_capable", "MPTCP options", mptcp },
	{ "mp_capable_no_cs", "MPTCP options", mptcp },
	{ "mp_join_syn", "MPTCP options", mptcp },
	{ "mp_join_syn_ack", "MPTCP options", mptcp },
	{ "mp_join_ack", "MPTCP options", mptcp },
	{ "dss", "MPTCP options", mptcp },
	{ "add_address", "MPTCP options", mptcp },
	{ "remove_address", "MPTCP options", mptcp },
	{ "mp_prio", "MPTCP options", mptcp },
	{ "mp_fail", "MPTCP options", mptcp },
	{ "mp_fastclose", "MPTCP options", mptcp },
	{ "mp_reset", "MPTCP options", mptcp },
	{ "encap", "PSP packets ('encap psp')", google_psp },
	{ "psp", "PSP packets", google_psp },
};

static const struct foreign *find_foreign(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
		if (!strcmp(foreign[i].text, text))
			return &foreign[i];
	return NULL;
}

/* A word of another dialect anywhere on the line before the token: what follows it is of the same dialect. */
static const struct foreign *foreign_on_line(const struct parse *p)
{
	const char *text = p->source->text, *end = text + p->token.at, *at = end;
	char word[SHOWN_TOKEN];

	while (at > text && at[-1] != '\n')
		at--;
	for (size_t length; at < end; at += length ? length : 1) {
		length = strspn(at, "abcdefghijklmnopqrstuvwxyz_0123456789");
		snprintf(word, sizeof(word), "%.*s", (int)length, at);
		const struct foreign *f = length ? find_foreign(word) : NULL;
		if (f)
			return f;
	}
	return NULL;
}

/* ---- names of what is expected ---- */

enum { GROUP_MEMBERS = 17 };

struct group {
	const char *name;
	const char *members[GROUP_MEMBERS];                  /* if all of these are expected, one name stands for
	                                                        them */
};

/* Wherever an event may begin, a statement that stands for several may, too. */
#define STATEMENT_NAMES "include", "macro", "a macro", "repeat", "for", "if", "peer", "either", "unordered"

static const struct group groups[] = {
	{ "the next event",
	  { STATEMENT_NAMES, "'+'", "'*'", "a decimal fraction", "a number", "a command", "the end of the script" } },
	{ "the next event",
	  { STATEMENT_NAMES, "'+'", "'*'", "a decimal fraction", "a number", "the end of the script" } },
	{ "an event", { STATEMENT_NAMES, "'+'", "'*'", "a decimal fraction", "a number", "a command" } },
	{ "an event", { STATEMENT_NAMES, "'+'", "'*'", "a decimal fraction", "a number" } },
	{ "a structure",
	  { "sa_family", "msg_name", "msg_hdr", "tv_sec", "cmsg_level", "cmsg_len", "sin_len", "iov_base", "scm_sec",
	    "ee_errno", "fd", "events", "onoff",
	    "flags", "'('" } },
	{ "an expression",
	  { "...", "a number", "a hexadecimal number", "a word", "a string", "'['", "'{'", "inet_addr",
	    "inet6_addr", "htons", "htonl", "contents", "key" } },
	{ "a time", { "a number", "a decimal fraction" } },
	{ "a TCP option",
	  { "an option without value", "an option with a number", "an option with digits", "an option with a cookie",
	    "an option with a signature", "sack", "TS", "ECN", "an option by its kind", "an experimental option",
	    "exp-tarr", "exp-AccECN", "AccECN" } },
	{ "an IP item (noecn, ect0, ect1, ce, ect01, dscp, tos, flowlabel, ttl), or what an ICMP error quotes",
	  { "noecn", "ect0", "ect1", "ce", "ect01", "ecn", "dscp", "tos", "class", "flowlabel", "ttl", "hlim", "udp",
	    "raw", "a number" } },
	{ "an IP item (noecn, ect0, ect1, ce, ect01, dscp, tos, flowlabel, ttl)",
	  { "noecn", "ect0", "ect1", "ce", "ect01", "ecn", "dscp", "tos", "class", "flowlabel", "ttl", "hlim" } },
	{ "an outer header", { "ipv4", "ipv6", "gre", "mpls" } },
	{ "TCP flags", { "a word", "a decimal fraction", "'.'", "'-'" } },
	{ "a packet ('<', '>')", { "'<'", "'>'" } },
};

static int find_name(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

static bool has_group(const struct group *g, const char *const *names, int count)
{
	for (size_t i = 0; i < GROUP_MEMBERS && g->members[i]; i++)
		if (find_name(names, count, g->members[i]) < 0)
			return false;
	return true;
}

/* Replace the members of each complete group by its name, in place; returns the new count. */
static int fold_groups(const char **names, int count)
{
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		const struct group *g = &groups[i];

		if (!has_group(g, names, count))
			continue;
		for (size_t m = 0; m < GROUP_MEMBERS && g->members[m]; m++, count--) {
			int at = find_name(names, count, g->members[m]);
			memmove(names + at, names + at + 1, sizeof(*names) * (size_t)(count - at - 1));
		}
		names[count++] = g->name;
	}
	return count;
}

static void print_name(struct buf *out, const char *name)
{
	bool bare = strchr(name, ' ') || *name == '\'';

	buf_printf(out, bare ? "%s" : "'%s'", name);
}

static void print_expected(struct buf *out, const char **names, int count)
{
	count = fold_groups(names, count);
	int shown = count > SHOWN_NAMES ? SHOWN_NAMES : count;

	for (int i = 0; i < shown; i++) {
		const char *last = count > shown ? ", " : " or ";
		buf_puts(out, !i ? "expected " : i + 1 < shown ? ", " : last);
		print_name(out, names[i]);
	}
	if (count > shown)
		buf_puts(out, " ...");
}

/* ---- the error ---- */

static void token_text(const struct parse *p, const struct token *t, char text[SHOWN_TOKEN + 8])
{
	const char *from = p->source->text + t->at;
	size_t length = t->length < SHOWN_TOKEN ? t->length : SHOWN_TOKEN;

	if (!t->loc.source)
		length = 0;
	/* The scanner takes single bytes, and this one may be only part of a character. */
	if (length == 1 && utf8_length(from) > 1)
		length = utf8_length(from);
	snprintf(text, SHOWN_TOKEN + 8, "%.*s%s", (int)length, from, length && t->length > length ? "..." : "");
}

static const char *open_text(int kind)
{
	switch (kind) {
	case TOKEN_OPEN_COMMENT: return "this comment has no '*/'";
	case TOKEN_OPEN_STRING: return "this string has no closing '\"'";
	case TOKEN_OPEN_COMMAND: return "this command has no closing '`'";
	case TOKEN_OPEN_CODE: return "this code block has no closing '}%' (a '}' before it needs a blank: '} }%')";
	default: return NULL;
	}
}

/* Say which dialect this is from, if it is from one. */
static bool explain_foreign(const struct parse *p, const char *seen, const char *before, struct buf *detail)
{
	const struct foreign *f = find_foreign(seen);

	if (!f && strcmp(before, "!"))                       /* before an option it is ours */
		f = find_foreign(before);
	if (!f && p->packet)
		f = foreign_on_line(p);
	if (!f)
		return false;
	buf_printf(detail, "%s belong to %s, which protodrill does not play", f->what, f->dialect);
	return true;
}

static void suggest(const char *seen, const char *const *expected, int count, struct buf *detail)
{
	struct guess g = { .wanted = seen };

	if (count < 2)
		return;                                      /* it is named already */
	if (find_name(expected, count, "an option without value") >= 0)
		for (size_t i = 0; tcp_option_row_at(i); i++)
			if (tcp_option_row_at(i)->word)
				guess_offer(&g, tcp_option_row_at(i)->word);
	for (int i = 0; i < count; i++)
		if (!strchr(expected[i], ' ') && *expected[i] != '\'' && *expected[i] != '.')
			guess_offer(&g, expected[i]);
	if (g.nearest && strcmp(g.nearest, seen))                /* a word may be right elsewhere */
		buf_printf(detail, "; did you mean '%s'?", g.nearest);
}

static int without(const char **names, int count, const char *name)
{
	int at = find_name(names, count, name);

	if (at >= 0)
		memmove(names + at, names + at + 1, sizeof(*names) * (size_t)(--count - at));
	return count;
}

/* A name or arithmetic may stand for any number, and a word behind a time may be `let`: whoever made another mistake
 * does not need to hear that each time. Returns the new count. */
static int without_names(const char **expected, int count, const char *before)
{
	bool number = find_name(expected, count, "a number") >= 0;
	bool call = find_name(expected, count, "'('") >= 0 && strcmp(before, "let") != 0;

	if (number)
		count = without(expected, count, "$(");
	return number || call ? without(expected, count, "a name with $") : count;
}

/* May an event begin with the token just read? A number may also continue what the line before began. */
static bool begins_event(const struct parse *p)
{
	const struct token *t = &p->token;
	const char *after = p->source->text + t->at + t->length;

	if (t->kind != TOKEN_INTEGER && t->kind != TOKEN_FLOAT)
		return t->kind == '+' || t->kind == '*' || t->kind == TOKEN_COMMAND || t->kind == TOKEN_OPTION;
	after += strspn(after, " \t");
	return isalpha((unsigned char)*after) || (*after && strchr("<>`%~.", *after));
}

/* Where something is missing at the end of a line, the error is there, and not at the first token of the next line. */
static struct loc place_of(const struct parse *p, struct loc loc, const struct mistake *m)
{
	bool new_line = p->before.loc.source && p->before.loc.end_line < loc.line;
	struct loc end = p->before.loc;

	if (p->before.kind == TOKEN_COMMAND && only(m, "the end of the script"))
		return p->before.loc;
	if (mistake_expects(m, "'+'") || (p->token.kind && !(new_line && begins_event(p))) || !p->before.loc.source)
		return loc;
	end.line = end.end_line;
	end.column = end.end_column;
	return end;
}

static void explain(const struct mistake *m, struct buf *detail)
{
	const char *copy[256];
	int copied = m->count < (int)ARRAY_LEN(copy) ? m->count : (int)ARRAY_LEN(copy);
	struct buf hint = BUF_INIT;

	if (parse_hint(m, &hint)) {
		buf_add(detail, hint.data, hint.length);
	} else {
		memcpy(copy, m->expected, sizeof(*copy) * (size_t)(copied > 0 ? copied : 0));
		print_expected(detail, copy, copied);
		suggest(m->seen, m->expected, m->count, detail);
	}
	buf_free(&hint);
}

/* Where the '=' between an option and its number is missing, the number is read as the time of an event. By then the
 * missing value has been reported, and what seems to be wrong with that event is a consequence. */
static bool follows_bad_option(const struct parse *p, const struct loc *place)
{
	for (const struct diag *d = p->diags->first; d; d = d->next)
		if (d->kind == DIAG_OPTION && d->loc.source == place->source && d->loc.line == place->line)
			return true;
	return false;
}

/* Where the first line of a block could not be read, its events are read all the same, and then its '}' comes. */
static bool closes_unopened(struct parse *p, const char *seen)
{
	const char *end = p->source->text + p->token.at;
	const bool closes = !strcmp(seen, "}") && p->token.first_on_line && p->unopened > 0;

	p->unopened -= closes;
	end += strcspn(end, "\n");
	while (end > p->source->text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	p->unopened += end > p->source->text && end[-1] == '{';
	return closes;
}

/* The error just reported does not count for those who skip scripts of other dialects. */
static void note_dialect(struct parse *p, const struct loc *place, const char *what)
{
	diag_of_dialect(p->diags);
	if (!p->script->dialect)
		p->script->dialect = arena_printf(p->arena, "line %d: %s", place->line, what);
}

/* Where the line begins on which @at is. */
static const char *line_of(const struct parse *p, size_t at)
{
	while (at && p->source->text[at - 1] != '\n')
		at--;
	return p->source->text + at;
}

void parse_syntax_error(struct parse *p, struct loc loc, const char **expected, int count)
{
	char seen[SHOWN_TOKEN + 8], before[SHOWN_TOKEN + 8];
	struct buf detail = BUF_INIT;
	const char *open = open_text(p->token.kind);
	bool dialect = false;
	struct mistake m = {
		.seen = seen, .before = before, .at = p->source->text + p->token.at, .expected = expected,
		.line = line_of(p, p->token.at), .text = p->source->text,
		.first_on_line = p->token.first_on_line, .in_packet = p->packet,
		.behind_result = p->call && p->call->result,
	};

	token_text(p, &p->token, seen);
	token_text(p, &p->before, before);
	m.count = without_names(expected, count, before);
	const struct loc place = place_of(p, loc, &m);
	if (place.line != loc.line && p->before.loc.source == place.source)
		m.line = line_of(p, p->before.at);
	p->recovering = true;
	if (closes_unopened(p, seen) || (p->cut && !p->token.kind))
		return;                                      /* the text has no proper end: that was reported where it
		                                                was cut */
	if (open)
		buf_puts(&detail, open);
	else
		dialect = explain_foreign(p, seen, before, &detail);
	if (!open && !dialect)
		explain(&m, &detail);
	if (!follows_bad_option(p, &place)) {
		diag_syntax(p->diags, place, seen, loc.line, "%s", detail.data);
		if (dialect)
			note_dialect(p, &place, detail.data);
	}
	buf_free(&detail);
}

/* Only for the limits of the parser itself; syntax errors go to parse_syntax_error(). */
void grammar_error(struct loc *loc, struct parse *p, const char *message)
{
	char seen[SHOWN_TOKEN + 8];

	(void)message;
	token_text(p, &p->token, seen);
	diag_syntax(p->diags, *loc, seen, loc->line, "nested too deeply");
}
