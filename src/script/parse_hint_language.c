/* SPDX-License-Identifier: MIT
 *
 * parse_hint_language.c - how it is written: statements, and what only protodrill's packet lines have
 *
 * People who meet loops, macros, connections and fields here come from other languages that have them, too, and write
 * theirs. The places are told by what the grammar would have taken there, and most hints are rows of one table.
 */
#include <ctype.h>
#include <string.h>

#include "script/ast.h"
#include "script/mistake.h"
#include "script/names.h"
#include "script/parse.h"
#include "util/table.h"

static bool is_number(const char *text)
{
	return isdigit((unsigned char)*text);
}

static bool line_has(const struct mistake *m, const char *word)
{
	const char *end = m->at, *at = m->line;
	size_t length = strlen(word);

	for (; at + length <= end; at++)
		if (!strncmp(at, word, length))
			return true;
	return false;
}

/* Is @word the first of an event's line, behind its time? */
static bool begins_event(const struct mistake *m, const char *word)
{
	const char *at = m->line + strspn(m->line, " \t+*~.0123456789");
	const size_t length = strlen(word);

	return !strncmp(at, word, length) && !isalnum((unsigned char)at[length]) && at[length] != '_';
}

/* ---- blocks ---- */

static const char loop[] = "a loop is written 'for $i in 0..3 { ... }', or 'repeat 3 { ... }'";

/* Words that begin or end blocks elsewhere. They are read as names of calls, and what follows cannot stand there. */
static bool blocks_of_others(const struct mistake *m, struct buf *out)
{
	static const char *const ends[] = { "end", "done", "fi", "endif", "endfor", "next", "esac", "endmacro", NULL };
	static const char *const loops[] = { "while", "loop", "foreach", "until", "do", NULL };
	static const char *const elses[] = { "elif", "elsif", "elseif", NULL };
	bool after = only(m, "'('");

	static const char *const begin[] = { "repeat", "for", "if", "macro", "include", "unordered", "either", NULL };

	if (m->in_packet && !m->first_on_line)
		return false;
	if (!m->first_on_line && is_any(m->seen, begin) && (!strcmp(m->before, "{") || !strcmp(m->before, "}"))) {
		buf_printf(out, "'%s' begins a line of its own", m->seen);
		return true;
	}
	if (!*m->at && mistake_expects(m, "'}'") && mistake_expects(m, "repeat"))
		return say(out, "a block is open: the '}' that belongs to its '{' is missing");
	if ((after && is_any(m->before, ends)) || (m->first_on_line && is_any(m->seen, ends)))
		return say(out, "a block ends in '}'");
	if ((after && is_any(m->before, loops)) || (m->first_on_line && is_any(m->seen, loops)))
		return say(out, loop);
	if (is_any(m->seen, elses) || (after && is_any(m->before, elses)))
		return say(out, "this is written '} else if CONDITION { ... }'");
	if ((after && !strcmp(m->before, "else")) || (m->first_on_line && !strcmp(m->seen, "else")))
		return say(out, "'else' stands behind the '}' of an 'if'");
	return after && !strcmp(m->before, "peer") && !m->first_on_line &&
	       say(out, "'peer NAME ADDRESS port N' begins a line and has no time");
}

/* "+0 repeat 3 { ... }": whatever is wrong further on, the time came first. */
static bool time_before_statement(const struct mistake *m, struct buf *out)
{
	static const char *const words[] = { "repeat", "for", "if", "macro", "include", "unordered", "either" };
	const char first = m->line[strspn(m->line, " \t")];

	if (m->in_packet || !first || !strchr("+*.0123456789", first))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (begins_event(m, words[i])) {
			buf_printf(out, "'%s' begins a line and has no time; the events of a script have times",
			           words[i]);
			return true;
		}
	return false;
}

static bool of_loops(const struct mistake *m, struct buf *out)
{
	if (m->count == 1 && (mistake_expects(m, "a name with $") || mistake_expects(m, "..")))
		return !m->in_packet && line_has(m, "for") && say(out, loop);
	if (only(m, "a word") && *m->before == '$' && line_has(m, "for"))
		return say(out, loop);
	if (!strcmp(m->before, "repeat"))
		return say(out, "how often stands behind 'repeat' as a number or a name: repeat 3 { ... }");
	if (only(m, "'{'"))
		return say(out, "the events of a block stand in braces: repeat 3 { ... }");
	return strcmp(m->seen, "=") && mistake_expects(m, "'{'") && mistake_expects(m, "&&") &&
	       say(out, "the events of an 'if' stand in braces that begin on its line: if target == kernel { ... }");
}

static bool of_macros(const struct mistake *m, struct buf *out)
{
	bool in_list = !m->in_packet && mistake_expects(m, "an option without value") &&
	               (!strcmp(m->before, "(") || !strcmp(m->before, ","));

	if (in_list && *m->seen == '$')
		return say(out, "parameters are named without '$': macro name(size, wait=0.1) { ... }");
	if (!strncmp(m->line, "macro ", 6) && only(m, "'('"))
		return say(out, "parameters stand in parentheses, which are there without any, too: macro name() { "
		                "... }");
	return in_list && say(out, "the values of a macro are given by name: name(size=1000)");
}

/* What stands behind "let $x =" where a number would have to. */
static bool of_value_of_name(const struct mistake *m, struct buf *out)
{
	const bool word = isalpha((unsigned char)*m->seen) || *m->seen == '_';

	if (*m->seen == '"')
		return say(out, "'let' gives a name a number: +0 let $size = 1000");
	if (!word)
		return false;
	if (m->at[strlen(m->seen)] == '(')
		buf_puts(out, "a call gives a name its result where it stands: +0 read(4, ..., 1000) = $size");
	else if (isupper((unsigned char)*m->seen) && constant_value(m->seen, &(int64_t){ 0 }))
		buf_printf(out, "'%s' is a constant of calls; 'let' takes a number, a name and arithmetic: $size, "
		                "$(2*size)", m->seen);
	else
		buf_printf(out, "a name begins with '$': $%s, or in arithmetic $(%s+1)", m->seen, m->seen);
	return true;
}

static bool of_names(const struct mistake *m, struct buf *out)
{
	const bool name = *m->seen == '$' && isalpha((unsigned char)m->seen[1]);

	if (name && mistake_expects(m, "'<'") && !m->in_packet && m->at[strcspn(m->at, "(\n")] == '(')
		return say(out, "a call gives a name its result where it stands: +0 read(4, ..., 1000) = $size");
	if (name && mistake_expects(m, "'<'") && !m->in_packet)
		return say(out, "a name gets its value by 'let': +0 let $size = 1000");
	if (!strcmp(m->seen, "=") && m->line[strspn(m->line, " \t")] == '$')
		return say(out, "a name gets its value by 'let': +0 let $size = 1000");
	if (only(m, "'='") && *m->before == '$')
		return say(out, "a value stands behind '=': +0 let $size = 1000");
	if (!m->in_packet && line_has(m, "let $") && !strcmp(m->before, "=") && only(m, "a number"))
		return of_value_of_name(m, out);
	if (!m->in_packet && line_has(m, "let $") && line_has(m, "=") && strcmp(m->before, "="))
		return say(out, "arithmetic stands in parentheses behind a '$': +0 let $size = $(2*mss)");
	if (!strcmp(m->before, "let") && mistake_expects(m, "a name with $") && isalpha((unsigned char)*m->seen))
		return say(out, "a name begins with '$': +0 let $size = 1000");
	if (*m->seen == '$' && m->at[1] == '{')
		return say(out, "a name has no braces, $size, and arithmetic has parentheses, $(size+1)");
	return *m->seen == '$' && !strcmp(m->before, "let") && only(m, "'('") &&
	       say(out, "'let' is an event and begins with its time: +0 let $size = 1000");
}

/* ---- what a line of several packets shares with a line of one ---- */

static bool of_fragments(const struct mistake *m, struct buf *out)
{
	return !strcmp(m->seen, "fragment") && !m->first_on_line &&
	       say(out, "'fragment' stands between direction and packet: < fragment 1480 udp (2000)");
}

/* Headers around the packet, and structures of socket options that are written like them. */
static bool of_outer_headers(const struct mistake *m, struct buf *out)
{
	return mistake_expects(m, "a number") && (line_has(m, "gre") || line_has(m, "mpls")) &&
	       *m->seen && strchr("$*{", *m->seen) && !mistake_expects(m, "'*'") &&
	       say(out, "headers of GRE and MPLS have plain numbers, which may be names: no range and no set can "
	                "stand here");
}

/* Is @word a name somewhere above: "$word", or a parameter of a macro? */
static bool is_name_above(const struct mistake *m, const char *word)
{
	const size_t length = strlen(word);
	const char *line = m->text;

	for (const char *at = m->text; (at = strstr(at, word)) && at < m->at; at += length) {
		const bool whole = !isalnum((unsigned char)at[length]) && at[length] != '_';
		for (const char *end; (end = memchr(line, '\n', (size_t)(at - line)));)
			line = end + 1;
		if (whole && at > m->text && (at[-1] == '$' || (strchr("( ,", at[-1]) && !strncmp(line, "macro ", 6))))
			return true;
	}
	return false;
}

/* A word in the place of a number that is a name, and would have to be written as one. */
static bool without_dollar(const struct mistake *m, struct buf *out)
{
	if (!m->in_packet || !mistake_expects(m, "a number") || !isalpha((unsigned char)*m->seen))
		return false;
	if (names_is_variable(m->seen))
		buf_printf(out, "variables are read by 'let', and used by that name: +0 let $NAME = $%s", m->seen);
	else if (is_name_above(m, m->seen))
		buf_printf(out, "a name begins with '$': $%s", m->seen);
	return out->length;
}

/* In the place of a number. */
static bool of_numbers(const struct mistake *m, struct buf *out)
{
	static const char *const any[] = { "any", "ANY", "anything", "x", "N", NULL };
	bool wanted = mistake_expects(m, "a number") && mistake_expects(m, "'*'") && m->in_packet;

	if (wanted && (is_any(m->before, any) || !strcmp(m->before, "packet") || !strcmp(m->before, "PACKET")))
		return say(out, "a packet has flags and numbers, of which '*' lets any pass: '> . *:*(*) ack *'");
	if (wanted && is_any(m->seen, any))
		return say(out, "any number is written '*'");
	if (wanted && (!strcmp(m->before, "stream") || !strcmp(m->before, "fragment")))
		return say(out, "how long each piece is comes first, or '*': stream 1000 P. 1:3001(3000), "
		                "fragment 1480 udp (3000)");
	if (wanted && *m->seen == '(' && signature_find(m->before))
		return say(out, "only a packet has a direction; a call stands behind its time: +0 close(4) = 0");
	if (wanted && (*m->seen == '>' || *m->seen == ',') && islower((unsigned char)*m->before)) {
		buf_printf(out, "a number stands behind '%s', or '*' for any", m->before);
		return true;
	}
	if (wanted && *m->seen && isalpha((unsigned char)*m->before) && strchr("[(<", *m->seen))
		return say(out, "one of several numbers is a set, {1, 2}, and those between two a range, 1~5");
	return m->in_packet && is_number(m->before) && (!strcmp(m->seen, "..") || *m->seen == '|') &&
	       say(out, "numbers from one to another are written 1~5, and several {1, 5}");
}

static bool of_expectations(const struct mistake *m, struct buf *out)
{
	static const char *const silence[] = { "none", "no", "silence", "empty", "!", NULL };
	static const char *const groups[] = { "unordered", "either", NULL };

	if (mistake_expects(m, "nothing") && mistake_expects(m, "stream") && is_any(m->seen, silence))
		return say(out, "silence is written '+0~+1 > nothing'");
	if (!strcmp(m->seen, "?") && mistake_expects(m, "'<'") && !m->in_packet)
		return say(out, "a packet that need not come begins with '>?'");
	if (!strcmp(m->seen, "or"))
		return say(out, "of several lines one is wanted: either { ... }, with a whole line for each of them");
	return m->in_packet && (is_any(m->seen, groups) || is_any(m->before, groups)) && mistake_expects(m, "'.'") &&
	       say(out, "this begins a line, and whole lines stand in it: unordered { ... }");
}

static bool of_connections(const struct mistake *m, struct buf *out)
{
	bool flags = strspn(m->seen, "FSRPUEWA.") == strlen(m->seen);

	if (m->in_packet && *m->seen && flags && mistake_expects(m, "':'") && mistake_expects(m, "'.'"))
		return say(out, "the name of a connection ends in a colon: < client: S 0:0(0) win 1000");
	if (!m->in_packet && !strcmp(m->seen, ":") && only(m, "'('"))
		return say(out, "the name of a connection stands behind the direction: < client: S 0:0(0) win 1000");
	return !strncmp(m->line, "peer", 4) && mistake_expects(m, "an IPv4 address") &&
	       say(out, "where a connection has its other end is written 'peer NAME ADDRESS port N'");
}

/* ---- fields ---- */

static bool of_fields(const struct mistake *m, struct buf *out)
{
	static const char *const words[] = { "sum", "checksum", "doff", "res", "seq", "id", "len", "ptr", "max", "qrv",
	                                     "qqic", NULL };
	bool at_end = mistake_expects(m, "'{'") && m->in_packet;
	bool in_braces = m->in_packet && mistake_expects(m, "sum") && mistake_expects(m, "off") &&
	                 !mistake_expects(m, "']'");

	if (at_end && is_any(m->seen, words))
		return say(out, "fields of TCP, UDP, ICMP and IGMP by name stand in braces behind all the rest: "
		                "{sum bad}");
	if (m->in_packet && (!strcmp(m->seen, "=") || !strcmp(m->seen, ":")) && mistake_expects(m, "'}'") &&
	    mistake_expects(m, "a word"))
		return say(out, "a field and its value have a blank between them: {sum bad}");
	if (in_braces && !strcmp(m->seen, "checksum"))
		return say(out, "here this is called 'sum'");
	if (in_braces && strchr(m->seen, '.'))
		return say(out, "sources of a group stand in parentheses: igmp v3 report 224.1.2.3 to_in (10.0.0.1)");
	if (m->in_packet && !strcmp(m->seen, "{") && (!strcmp(m->before, "<") || !strcmp(m->before, ">")))
		return say(out, "what is said about IP stands in brackets, [df, id 7], and in braces, at the end, "
		                "fields of the transport");
	return m->in_packet && !strcmp(m->before, "[") && mistake_expects(m, "raw") && mistake_expects(m, "udplite") &&
	       isalpha((unsigned char)*m->seen) &&
	       say(out, "all that is said about IP stands in one list: [df, id 7]; what an ICMP error quotes is a "
	                "segment, 1:1001(1000), udp(10) or raw(10)");
}

static bool of_icmp(const struct mistake *m, struct buf *out)
{
	if (!line_has(m, "icmp"))
		return false;
	if ((!strcmp(m->seen, "udp") || !strcmp(m->seen, "raw")) && mistake_expects(m, "mtu"))
		return say(out, "what an error quotes stands in brackets: [udp(10)]");
	if (!strcmp(m->seen, ":") && is_number(m->before))
		return say(out, "what an error quotes stands in brackets: [1:1001(1000)]");
	if (!strcmp(m->seen, "[") && is_number(m->before))
		return say(out, "a code is a name, or code_N: icmp unreachable code_3");
	return !strcmp(m->seen, "mtu") && !mistake_expects(m, "mtu") &&
	       say(out, "'mtu' and 'id' stand in front of what is quoted: icmp unreachable frag_needed mtu 1200 "
	                "[udp(10)]");
}

static bool of_groups(const struct mistake *m, struct buf *out)
{
	return m->in_packet && isalpha((unsigned char)*m->seen) && mistake_expects(m, "an IPv4 address") &&
	       mistake_expects(m, "an IPv6 address") && (line_has(m, "igmp") || line_has(m, "mld")) &&
	       say(out, "behind the message stand groups: igmp v2 report 224.1.2.3");
}

/* ---- words of other tools ---- */

/* Words that are read as the name of a call, which their line is not. */
static bool of_commands(const struct mistake *m, struct buf *out)
{
	static const struct {
		const char *word, *text;
	} words[] = {
		{ "inject", "a packet is injected by '<' and expected by '>': +0 < S 0:0(0) win 1000" },
		{ "expect", "a packet is injected by '<' and expected by '>': +0 > . 1:1(0) ack 1" },
		{ "receive", "a packet is injected by '<' and expected by '>': +0 > . 1:1(0) ack 1" },
		{ "def", "what is said once and used often is a macro: macro name(size, wait=0.1) { ... }" },
		{ "function", "what is said once and used often is a macro: macro name(size, wait=0.1) { ... }" },
		{ "define", "what is said once and used often is a macro: macro name(size, wait=0.1) { ... }" },
		{ "wait", "nothing waits in a script: the next event begins with its time, +1 for a second later" },
		{ "sleep", "nothing sleeps in a script: the next event begins with its time, +1 for a second later" },
		{ "pause", "nothing pauses in a script: the next event begins with its time, +1 for a second later" },
		{ "sysctl", "a command of the shell stands between backquotes: `sysctl -q net.ipv4.tcp_sack=0`" },
		{ "ip", "a command of the shell stands between backquotes: `ip link set dev tun0 mtu 1400`" },
		{ "tc", "a command of the shell stands between backquotes: `tc qdisc show`" },
		{ "shell", "a command of the shell stands between backquotes: `sysctl -q net.ipv4.tcp_sack=0`" },
		{ "system", "a command of the shell stands between backquotes: `sysctl -q net.ipv4.tcp_sack=0`" },
	};
	const bool called = line_has(m, "("), begins = m->first_on_line && mistake_expects(m, "'+'");

	if (m->in_packet || (!only(m, "'('") && !called && !begins))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (begins_event(m, words[i].word))
			return say(out, words[i].text);
	return false;
}

/* "ack 1 within 0.1" */
static bool of_deadlines(const struct mistake *m, struct buf *out)
{
	static const char *const words[] = { "within", "before", "after", "timeout", "at", "until", "@", NULL };

	return m->in_packet && is_any(m->seen, words) && mistake_expects(m, "contents") &&
	       say(out, "when a packet comes stands in front, as a time of two ends: +0~+0.1 > . 1:1(0) ack 1");
}

/* ---- strings ---- */

/* Was another word meant that is spelt nearly so? */
static bool is_misspelt(const struct mistake *m)
{
	struct guess guess = { .wanted = m->seen };

	for (int i = 0; i < m->count; i++)
		guess_offer(&guess, m->expected[i]);
	return guess.nearest;
}

static bool of_strings(const struct mistake *m, struct buf *out)
{
	bool string = only(m, "a string");

	if (string && !strcmp(m->before, "include"))
		return say(out, "the name of a file is a string: include \"file.inc\"");
	if (string && !strcmp(m->before, "raw"))
		return say(out, "literal bytes are a string of hexadecimal digits: raw \"4500 0014 ...\"");
	if (string && line_has(m, "hex"))
		return say(out, "its digits are a string: hex(\"00ff\")");
	return m->in_packet && isalpha((unsigned char)*m->seen) && mistake_expects(m, "contents") &&
	       mistake_expects(m, "a string") && mistake_expects(m, "'{'") && !is_misspelt(m) &&
	       say(out, "what a packet carries stands behind all the rest: \"text\", hex(\"00ff\"), pattern(\"ab\") or "
	                "file(\"name\")");
}

static bool of_udp(const struct mistake *m, struct buf *out)
{
	return m->in_packet && !strcmp(m->seen, ">") && !strcmp(m->before, ")") && mistake_expects(m, "contents") &&
	       say(out, "ports stand in front of the length: udp 9 > 99 (10)");
}

bool parse_language_hint(const struct mistake *m, struct buf *out)
{
	static bool (*const hints[])(const struct mistake *, struct buf *) = {
		time_before_statement, blocks_of_others, of_loops, of_macros, of_names, of_icmp, of_fragments,
		of_outer_headers, without_dollar, of_numbers, of_expectations, of_connections, of_fields, of_groups,
		of_udp, of_commands, of_deadlines,
	};

	for (size_t i = 0; i < sizeof(hints) / sizeof(*hints); i++)
		if (hints[i](m, out))
			return true;
	return false;
}

bool parse_contents_hint(const struct mistake *m, struct buf *out)
{
	return of_strings(m, out);
}
