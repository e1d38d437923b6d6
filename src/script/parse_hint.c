/* SPDX-License-Identifier: MIT
 *
 * parse_hint.c - how it is written: what people write in place of what the grammar wants
 *
 * A syntax error by itself says what could stand at a place. That helps whoever knows the language; who comes from a
 * shell, from tcpdump or from another language needs to see the right spelling. Each hint here looks at where the
 * grammar stopped, and gives it, or passes. Nothing here decides whether a text is right.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "script/mistake.h"
#include "script/parse.h"

#include "grammar/parser.h"

typedef bool hint(const struct mistake *m, struct buf *out);

/* ---- characters ---- */

static bool of_word_processors(const struct mistake *m, struct buf *out)
{
	static const struct {
		const char *bytes, *text;
	} characters[] = {
		{ "\xe2\x80\xa6", "this is one character; write three dots: ..." },
		{ "\xe2\x80\x9c", "write plain quotation marks: \"" },
		{ "\xe2\x80\x9d", "write plain quotation marks: \"" },
		{ "\xe2\x80\x98", "write plain quotation marks: \"" },
		{ "\xe2\x80\x99", "write plain quotation marks: \"" },
		{ "\xe2\x80\x93", "this is a dash; write a plain '-'" },
		{ "\xe2\x80\x94", "this is a dash; write a plain '-'" },
		{ "\xe2\x88\x92", "this is a minus sign; write a plain '-'" },
		{ "\xc2\xa0", "this is a no-break space; write a plain blank" },
		{ "\xef\xbb\xbf", "this is a byte order mark, which may only stand at the very beginning" },
	};

	for (size_t i = 0; i < ARRAY_LEN(characters); i++)
		if (!strncmp(m->at, characters[i].bytes, strlen(characters[i].bytes)))
			return say(out, characters[i].text);
	if (!strncmp(m->at, "\xff\xfe", 2) || !strncmp(m->at, "\xfe\xff", 2))
		return say(out, "this file is UTF-16; save it as UTF-8 or plain ASCII");
	if ((unsigned char)*m->at > 127)
		return say(out, "outside of comments and strings a script is plain ASCII");
	return false;
}

/* Files that other commands read; they show themselves at their beginning. */
static bool of_other_files(const struct mistake *m, struct buf *out)
{
	static const struct {
		const char *begin, *way;
	} files[] = {
		{ "{\"kind\":", "these are results: 'protodrill report FILE' shows them" },
		{ "\x4d\x3c\xb2\xa1", "this is a capture: 'protodrill record FILE' makes a script of it" },
		{ "\xd4\xc3\xb2\xa1", "this is a capture: 'protodrill record FILE' makes a script of it" },
		{ "\x0a\x0d\x0d\x0a", "this is a capture: 'protodrill record FILE' makes a script of it" },
	};
	const size_t word = strspn(m->at, "abcdefghijklmnopqrstuvwxyz");

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (!strncmp(m->text, files[i].begin, strlen(files[i].begin)) ||
		    (m->first_on_line && !strncmp(m->at, files[i].begin, strlen(files[i].begin))))
			return say(out, files[i].way);
	return word && m->first_on_line && m->at[word] == ':' && strchr(" \t\r\n", m->at[word + 1]) &&
	       say(out, "this is YAML, as a plan is: 'protodrill run --plan FILE' plays its cases");
}

static const char code_block[] = "a code block is written %{ assert tcpi_snd_cwnd == 10 }%";

/* The rest of a comment that had another one within. */
static bool behind_comment(const struct mistake *m)
{
	const size_t rest = strcspn(m->at, "\n");
	const char *first = strstr(m->line, "*/"), *last = strstr(m->at, "*/");

	return first && first < m->at && last && (size_t)(last - m->at) < rest;
}

static bool of_other_languages(const struct mistake *m, struct buf *out)
{
	if (!strncmp(m->at, "#if", 3) || !strncmp(m->at, "#elif", 5) || !strncmp(m->at, "#define", 7) ||
	    !strncmp(m->at, "#undef", 6))
		return say(out, "directives are #ifdef SYMBOL, #ifndef SYMBOL, #else and #endif; -D gives a symbol its "
		                "value");
	if (!strncmp(m->at, "#include", 8) || !strncmp(m->at, "%include", 8))
		return say(out, "the events of another file come by: include \"file.inc\"");
	if (!strncmp(m->at, "%define", 7))
		return say(out, "--define=SYMBOL=VALUE, an option line at the head, gives a symbol its value");
	if (m->first_on_line && !strcmp(m->seen, "{"))
		return say(out, "braces stand behind what repeats, chooses or names events: repeat 3 { ... }");
	if (behind_comment(m))
		return say(out, "a comment ends at its first '*/': none stands within another");
	if (!strcmp(m->seen, "#") || (m->first_on_line && (!strcmp(m->seen, ";") || !strcmp(m->seen, "/"))))
		return say(out, "a comment begins with '//', or stands between '/*' and '*/'");
	if (m->first_on_line && !strncmp(m->at, "--", 2) && isspace((unsigned char)m->at[2]))
		return say(out, "no blank stands behind the '--' of an option line, and a comment begins with '//'");
	if (!strcmp(m->seen, ";"))
		return say(out, "nothing stands behind an event: the next one begins a line of its own");
	if (!strcmp(m->seen, "'") && (m->first_on_line || mistake_expects(m, "'<'")))
		return say(out, "a command of the shell stands between backquotes: `sleep 1`");
	if (!strcmp(m->seen, "'"))
		return say(out, "a string stands between double quotation marks: \"text\"");
	if (!strcmp(m->seen, "=") && !strcmp(m->before, "="))
		return say(out, "one '=' stands before what a call returns; a comparison stands in a code block: "
		                "%{ assert tcpi_snd_cwnd == 10 }%");
	if (!strcmp(m->seen, "|") && !strcmp(m->before, "|"))
		return say(out, "one '|' joins flags: O_RDWR|O_NONBLOCK");
	if (!strcmp(m->seen, "+") && !m->in_packet && !m->first_on_line && mistake_expects(m, "'|'"))
		return say(out, "a '|' joins flags: O_RDWR|O_NONBLOCK");
	if (!strcmp(m->seen, "(") && !strcmp(m->before, "sizeof"))
		return say(out, "a size is written as a number: 4 for an int");
	if (!strcmp(m->seen, "{") && mistake_expects(m, "'<'"))
		return say(out, code_block);
	if (!strcmp(m->seen, "$"))
		return say(out, "a script has no variables; -D SYMBOL=VALUE and --define=SYMBOL=VALUE give a symbol "
		                "its value");
	return false;
}

/* ---- times ---- */

static const char *const units[] = { "s", "ms", "us", "ns", "sec", "secs", "msec", "usec", "nsec", "second", "seconds",
	                             NULL };

/* "100ms", "5s" */
static bool with_unit(const struct mistake *m, struct buf *out)
{
	size_t digits = strspn(m->seen, "0123456789");
	double number = strtod(m->seen, NULL), by = 0;

	if (!digits || !is_any(m->seen + digits, units) ||
	    !(mistake_expects(m, "a number") || mistake_expects(m, "a packet") || mistake_expects(m, "'<'")))
		return false;
	by = m->seen[digits] == 'm' ? 1e-3 : m->seen[digits] == 'u' ? 1e-6 : m->seen[digits] == 'n' ? 1e-9 : 1;
	buf_printf(out, "times are in seconds, without a unit: write %g", number * by);
	return true;
}

/* "0.1s": a number, and then what seems to be the name of a call. */
static bool with_unit_apart(const struct mistake *m, struct buf *out)
{
	return only(m, "'('") && is_any(m->before, units) &&
	       say(out, "times are in seconds, without a unit: 0.1 is a hundred milliseconds");
}

/* "1." */
static bool point_at_end(const struct mistake *m, struct buf *out)
{
	return !strcmp(m->seen, ".") && !m->in_packet && isdigit((unsigned char)*m->before) &&
	       mistake_expects(m, "'<'") && say(out, "a time with a decimal point has digits behind its point: 1.0");
}

/* "1.0.0": the rest is read as another fraction. */
static bool two_points(const struct mistake *m, struct buf *out)
{
	const char *after = m->at + 1 + strspn(m->at + 1, "0123456789");

	if (*m->seen != '.' || !isdigit((unsigned char)m->seen[1]) || !isdigit((unsigned char)*m->before) ||
	    !strchr(m->before, '.') || !mistake_expects(m, "'<'"))
		return false;
	buf_printf(out, "a time is seconds with one decimal point, as in 1.05, and not '%s%.*s'", m->before,
	           (int)(after - m->at), m->at);
	return true;
}

/* "+wait 1" */
static bool word_for_time(const struct mistake *m, struct buf *out)
{
	return !m->in_packet && !strcmp(m->before, "+") && isalpha((unsigned char)*m->seen) &&
	       say(out, "what stands behind '+' is a number of seconds, or a name that has one: +1 for a second "
	                "later, +$wait");
}

static bool decimal_comma(const struct mistake *m, struct buf *out)
{
	return !strcmp(m->seen, ",") && !m->in_packet && isdigit((unsigned char)*m->before) &&
	       mistake_expects(m, "'<'") &&
	       say(out, "the decimal point of a time is a dot: 0.05");
}

/* "0.1..0.2", as ranges are written elsewhere, and "+~0.1" for "at most". */
static bool range_of_times(const struct mistake *m, struct buf *out)
{
	const bool dots = !strcmp(m->seen, ".."), minus = *m->seen == '-' && isdigit((unsigned char)m->at[1]);
	bool of_numbers = (dots || minus) && !m->in_packet && isdigit((unsigned char)*m->before) &&
	                  mistake_expects(m, "'<'");

	if (!strcmp(m->seen, "+") && !strcmp(m->before, "..."))
		return say(out, "how long a call blocks is written without a second '+': +0...0.2 read(4, ..., 10) = "
		                "10");
	if (!strcmp(m->seen, "+") && isdigit((unsigned char)*m->before) && !m->in_packet && mistake_expects(m, "'~'"))
		return say(out, "one time stands in front of an event: add the two up; what may take from one to the "
		                "other is written +0.1~+0.2");
	if ((!strcmp(m->seen, "<") || !strcmp(m->seen, ">")) && only(m, "a word") && isdigit((unsigned char)*m->before))
		return say(out, "only a call blocks, and has a second time behind '...'; a packet that is expected may "
		                "have a time of two ends, +0.1~+0.2");
	const bool no_start = !strcmp(m->seen, "~") && (m->first_on_line || !strcmp(m->before, "+")) && !m->in_packet;

	return (of_numbers || no_start) && say(out, "a time of two ends is written +0.1~+0.2");
}

static const char name_of_let[] = "a name begins with '$', and the event with its time: +0 let $size = 1000";

static bool without_time(const struct mistake *m, struct buf *out)
{
	bool begins = m->first_on_line && mistake_expects(m, "'+'");

	if (begins && !strcmp(m->seen, "let"))
		return say(out, name_of_let);
	bool word = isalpha((unsigned char)*m->seen) || !strcmp(m->seen, "...") || !strncmp(m->seen, "%{", 2);

	return begins && (word || !strcmp(m->seen, "<") || !strcmp(m->seen, ">")) &&
	       say(out, "an event begins with its time: 0, or +0 for 'right after the event before'");
}

/* ---- parts that are missing ---- */

static bool command_without_time(const struct mistake *m, struct buf *out)
{
	return *m->before == '`' && only(m, "the end of the script") &&
	       say(out, "a command between events needs a time, as in '+0 `true`'; without one it is the last thing of "
	                "a script");
}

/* The second of two at the head. */
static bool command_after_command(const struct mistake *m, struct buf *out)
{
	return *m->before == '`' && *m->seen == '`' && m->first_on_line &&
	       say(out, "one command stands before the events: join them, `first; second`, or give this one a time, "
	                "as in '0 `true`'");
}

/* "+0 * >" */
static bool star_behind_time(const struct mistake *m, struct buf *out)
{
	if (!strcmp(m->before, "*") && m->at[-1] == '*' && !m->in_packet && mistake_expects(m, "'<'"))
		return say(out, "'*', at any time, stands in place of the time, alone: '* > . 1:1(0) ack 1'");
	return !strcmp(m->seen, "*") && (mistake_expects(m, "'<'") || (!strcmp(m->before, "+") && !m->in_packet)) &&
	       say(out, "'*', at any time, stands in place of the time: '* > . 1:1(0) ack 1'; it has no '+'");
}

/* "fd = socket(...)" */
static bool result_in_front(const struct mistake *m, struct buf *out)
{
	const char *next = m->at + strspn(m->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	next += strspn(next, " \t");
	return next > m->at && *next == '=' && next[1] != '=' && isalpha((unsigned char)*m->at) && !m->in_packet &&
	       mistake_expects(m, "'<'") &&
	       say(out, "what a call returns stands behind it, and a descriptor is a number: socket(...) = 3");
}

static bool without_result(const struct mistake *m, struct buf *out)
{
	return only(m, "'='") && !strcmp(m->before, ")") &&
	       say(out, "a call is followed by what it returns, as in 'close(3) = 0'");
}

static bool errno_without_note(const struct mistake *m, struct buf *out)
{
	int64_t number;

	if (!only(m, "'('") || *m->before != 'E')
		return false;
	if (constant_value(m->before, &number)) {
		buf_printf(out, "an errno is followed by its meaning in parentheses: %s (%s)", m->before,
		           strerror((int)number));
		return true;
	}
	const char *nearest = constant_guess(m->before);
	if (!nearest || *nearest != 'E' || !constant_value(nearest, &number))
		return false;
	buf_printf(out, "'%s' is no errno; did you mean %s (%s)?", m->before, nearest, strerror((int)number));
	return true;
}

/* "= -1 11 (x)" */
static bool errno_as_number(const struct mistake *m, struct buf *out)
{
	return m->behind_result && !strcmp(m->seen, "(") && isdigit((unsigned char)*m->before) && !m->in_packet &&
	       mistake_expects(m, "'<'") &&
	       say(out, "an errno is written by its name: -1 EAGAIN (Resource temporarily unavailable)");
}

/* "= -EAGAIN", as a kernel would write it. */
static bool negative_errno(const struct mistake *m, struct buf *out)
{
	const char *end = m->at + 1;
	char name[24];
	int64_t number;

	while (isalnum((unsigned char)*end))
		end++;
	snprintf(name, sizeof(name), "%.*s", (int)(end - m->at - 1), m->at + 1);
	if (strcmp(m->seen, "-") || strcmp(m->before, "=") || *name != 'E' || !constant_value(name, &number))
		return false;
	buf_printf(out, "a call that fails is written -1 %s (%s)", name, strerror((int)number));
	return true;
}

static bool neither_call_nor_command(const struct mistake *m, struct buf *out)
{
	static const char *const of_blocks[] = { "assert", "print", NULL };
	static const char *const of_code[] = { "python", "python3", "py", "code", "script", "exec", "eval", NULL };

	if (!only(m, "'('") || m->in_packet || !isalpha((unsigned char)*m->before))
		return false;
	if (!strcmp(m->before, "let"))
		return say(out, name_of_let);
	if (!strcmp(m->seen, "{") && is_any(m->before, of_code))
		return say(out, code_block);
	if (!strcmp(m->seen, "{"))
		return say(out, "parameters stand in parentheses, which are there without any, too: macro name() { "
		                "... }");
	if (is_any(m->before, of_blocks))
		return say(out, "this stands in a code block: %{ assert tcpi_snd_cwnd == 10 }%");
	if (!strncmp(m->line + strcspn(m->line, ")\n"), ") = ", 4))
		return say(out, "behind what a call returns stands nothing but an errno: -1 EAGAIN (Resource "
		                "temporarily unavailable)");
	return say(out, "the arguments of a call stand in parentheses; a command of the shell stands between "
	                "backquotes: `sleep 1`");
}

/* "accept(3, ..., ... = 4" */
static bool open_arguments(const struct mistake *m, struct buf *out)
{
	const bool at_result = !strcmp(m->seen, "=") || m->first_on_line || !*m->seen;

	return at_result && !m->in_packet && mistake_expects(m, "')'") && mistake_expects(m, "','") &&
	       say(out, "the ')' behind the last argument of the call is missing");
}

/* "+ +0.2" */
static bool two_signs(const struct mistake *m, struct buf *out)
{
	return !strcmp(m->before, "+") && !strcmp(m->seen, "+") && !m->in_packet &&
	       say(out, "one '+' stands before a time that is counted from the event before: +0.1");
}

static bool length_without_parentheses(const struct mistake *m, struct buf *out)
{
	bool length = only(m, "'('") || (m->count == 2 && mistake_expects(m, "'('") && mistake_expects(m, "'~'"));

	if (length && m->in_packet && isdigit((unsigned char)*m->before))
		return say(out, "the length of the data stands in parentheses, as in 1:1001(1000) and udp (1000)");
	if (!only(m, "'>'") || !m->in_packet || !isdigit((unsigned char)*m->before))
		return false;
	if (!strcmp(m->seen, ":"))
		return say(out, "flags stand before the sequence numbers, as in '. 1:1(0)'; a datagram has a length "
		                "alone: 'udp (10)'");
	return say(out, "one number alone is nothing here: the length of a datagram stands in parentheses, 'udp (10)', "
	                "and ports are a pair, '1000 > 80'");
}

/* ---- things in the wrong form ---- */

static const char *const flag_words[] = {
	"SYN", "ACK", "FIN", "RST", "PSH", "PUSH", "URG", "ECE", "CWR", "SYNACK", NULL,
};

/* "FIN,ACK", "S|A" */
static bool joined_flags(const struct mistake *m, struct buf *out)
{
	return m->in_packet && strlen(m->seen) == 1 && strchr(",|+/&", *m->seen) &&
	       (is_any(m->before, flag_words) || strspn(m->before, "FSRPUEWA") == strlen(m->before)) &&
	       say(out, "flags are letters with nothing between them, and ACK is a dot: FIN and ACK are 'F.'");
}

static bool words_for_flags(const struct mistake *m, struct buf *out)
{

	bool letters = strspn(m->seen, "FSRPUEWA") == strlen(m->seen) || !strcmp(m->seen, ".");

	bool inside = mistake_expects(m, "noecn") ||
	              (mistake_expects(m, "']'") && strspn(m->before, "FSRPUEWA") == strlen(m->before));

	return (is_any(m->seen, flag_words) || letters) && inside && m->in_packet &&
	       say(out,
	           "the flags of a TCP packet are letters without brackets: F S R P . U E W, where the dot is ACK, "
	           "as in 'P.'");
}

/* "(S.)", "'S.'", "{S}" behind the direction; brackets, in which IP's fields stand, have a hint of their own. */
static bool quoted_flags(const struct mistake *m, struct buf *out)
{
	const char *at = m->line + strcspn(m->line, "<>\n");

	at += strspn(at, "<> \t");
	const char *flags = at + 1, *end = flags + strspn(flags, "FSRPUEWA.");
	const bool quoted = strchr("('\"{", *at) && end > flags && strchr(")'\"}", *end);

	if (!*at || !quoted || m->at < at || m->at > end + 1)
		return false;
	buf_printf(out, "the flags of a packet stand alone: %.*s 0:0(0)", (int)(end - flags), flags);
	return true;
}

static bool sign_in_packet(const struct mistake *m, struct buf *out)
{
	static const struct {
		const char *field, *value;
	} fields[] = {
		{ "win", "1000" }, { "ack", "1" }, { "urg", "1" }, { "mss", "1460" }, { "wscale", "7" },
		{ "val", "100" }, { "ecr", "100" }, { "mtu", "1500" }, { "ttl", "64" }, { "tos", "0x10" },
		{ "flowlabel", "0x1" },
	};

	const bool sign = !strcmp(m->seen, "=") || !strcmp(m->seen, ":");
	for (size_t i = 0; i < ARRAY_LEN(fields) && sign && m->in_packet; i++) {
		if (strcmp(m->before, fields[i].field) != 0)
			continue;
		buf_printf(out, "the fields of a packet have no '%s': '%s %s'", m->seen, m->before, fields[i].value);
		return true;
	}
	return false;
}

/* In front of the flags, where tools for captures show it. */
static bool address_in_packet(const struct mistake *m, struct buf *out)
{
	return (!strcmp(m->before, "<") || !strcmp(m->before, ">")) && isdigit((unsigned char)*m->seen) &&
	       strchr(m->seen, '.') &&
	       say(out, "a packet has the addresses of its connection, and others in brackets, [src 192.0.2.9]; ports "
	                "may stand in front: '1000 > 80 S 0:0(0) win 1000'");
}

static bool comma_in_packet(const struct mistake *m, struct buf *out)
{
	const bool behind_field = !strcmp(m->before, ")") || isdigit((unsigned char)*m->before);

	return !strcmp(m->seen, ",") && m->in_packet && behind_field &&
	       (mistake_expects(m, "win") || mistake_expects(m, "urg")) &&
	       say(out, "blanks and no commas stand between the fields of a packet: '. 1:1(0) ack 1 win 1000'");
}

static bool options_in_brackets(const struct mistake *m, struct buf *out)
{
	static const char *const options[] = { "mss", "nop", "eol", "wscale", "sackOK", "sack", "TS", NULL };

	return !strcmp(m->before, "[") && m->in_packet && is_any(m->seen, options) &&
	       say(out, "options stand between angle brackets: <mss 1000>");
}

/* "ip ttl 3": a field whose place is in the brackets of another word. */
static bool fields_of_ip(const struct mistake *m, struct buf *out)
{
	static const char *const fields[] = {
		"ttl", "tos", "dscp", "flowlabel", "hlim", "ecn", "noecn", "ect0", "ect1", "ce", NULL
	};

	return m->in_packet && is_any(m->seen, fields) && !mistake_expects(m, m->seen) && !mistake_expects(m, "']'") &&
	       say(out, "fields of the IP header stand in brackets, before the flags: [ttl 3] . 1:1(0)");
}

/* "->", "=>", ">>" */
static bool arrow(const struct mistake *m, struct buf *out)
{
	bool long_one = (*m->at == '-' || *m->at == '=') && m->at[1] == '>' && mistake_expects(m, "'<'");
	bool double_one = (*m->seen == '<' || *m->seen == '>') && !strcmp(m->before, m->seen) &&
	                  mistake_expects(m, "'.'");

	return (long_one || double_one) && say(out, "a packet is injected by '<' and expected by '>'");
}

/* After the window, or the numbers where none is written: "(mss 1000)", "mss 1000". */
static bool options_without_brackets(const struct mistake *m, struct buf *out)
{
	static const char *const words[] = { "(", "mss", "wscale", "sackOK", "sack", "nop", "eol", "TS", NULL };

	return is_any(m->seen, words) && m->in_packet && mistake_expects(m, "'<'") && mistake_expects(m, "urg") &&
	       say(out, "options stand between angle brackets: <mss 1000>");
}

static bool beside_the_direction(const struct mistake *m, struct buf *out)
{
	return !strcmp(m->before, "-") && isalpha((unsigned char)*m->seen) && m->in_packet &&
	       mistake_expects(m, "a number") &&
	       say(out, "the direction is '<' or '>' alone; a '-' behind it is a packet without flags");
}

static bool version_of_icmp(const struct mistake *m, struct buf *out)
{
	static const char *const words[] = { "icmpv4", "icmpv6", "icmp4", "icmp6", "ICMP", "ICMPv6", NULL };

	return m->in_packet && is_any(m->before, words) && mistake_expects(m, "'.'") &&
	       say(out, "write 'icmp'; its version is that of the script");
}

/* Names that RFCs, tcpdump and people use for what has another word here. */
static bool by_another_name(const struct mistake *m, struct buf *out)
{
	static const struct {
		const char *word, *ours;
	} names[] = {
		{ "window", "win" }, { "acknowledgment", "ack" }, { "urgent", "urg" }, { "urp", "urg" },
		{ "wnd", "win" },
		{ "sackPerm", "sackOK" }, { "sack_ok", "sackOK" }, { "sackPermitted", "sackOK" },
		{ "sack_perm", "sackOK" }, { "ws", "wscale" },
		{ "window_scale", "wscale" }, { "timestamp", "TS" }, { "timestamps", "TS" }, { "tsval", "TS val" },
		{ "noop", "nop" }, { "hoplimit", "ttl" }, { "hop_limit", "ttl" }, { "flow", "flowlabel" },
		{ "flow_label", "flowlabel" },
	};

	if (!strcasecmp(m->seen, "dport") || !strcasecmp(m->seen, "sport"))
		return say(out, "ports are a pair before the flags: 1000 > 80");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcasecmp(names[i].word, m->seen)) {
			buf_printf(out, "here this is called '%s'", names[i].ours);
			return true;
		}
	return false;
}

static bool in_wrong_order(const struct mistake *m, struct buf *out)
{
	static const char *const fields[] = { "ack", "win", "urg", NULL };

	if (is_any(m->seen, fields) && m->in_packet && mistake_expects(m, "a number") && !mistake_expects(m, "'+'"))
		return say(out, "sequence numbers stand before 'ack' and 'win': '. 1:1(0) ack 1 win 1000'");
	if (is_any(m->seen, fields) && m->in_packet && mistake_expects(m, "contents") && strcmp(m->before, ">") != 0)
		return say(out, "the fields have one order: 'ack 1 win 1000 urg 1'");
	if (is_any(m->seen, fields) && !strcmp(m->before, ">"))
		return say(out, "options stand last in a packet, behind ack, win and urg");
	if (!strcmp(m->seen, "...") && mistake_expects(m, "'<'"))
		return say(out, "any options are written <...>");
	return false;
}

static bool without_separator(const struct mistake *m, struct buf *out)
{
	bool option = isalpha((unsigned char)*m->seen) && mistake_expects(m, "','");

	if (option && mistake_expects(m, "'>'"))
		return say(out, "commas stand between options");
	return option && mistake_expects(m, "']'") && say(out, "commas stand between items");
}

/* Numbers that the lexer took for something else, or that are written incompletely. */
static bool number_in_wrong_form(const struct mistake *m, struct buf *out)
{
	size_t digits = strspn(m->seen, "0123456789");

	if (!strncmp(m->seen, "0x", 2) && mistake_expects(m, "a number")) {
		buf_printf(out, "this number is decimal: write %lld", strtoll(m->seen, NULL, 16));
		return true;
	}
	if (digits && (m->seen[digits] == 'e' || m->seen[digits] == 'E') && mistake_expects(m, "a number"))
		return say(out, "a time is written without an exponent: 0.001");
	if (isdigit((unsigned char)*m->seen) && only(m, "'+'") && !strcmp(m->before, "~"))
		return say(out, "both ends of a relative range have a '+', as in +0~+0.1");
	if (*m->seen == '-' && m->count <= 2 && mistake_expects(m, "':'"))
		return say(out, "the data of a packet is START:END(LENGTH), a block of SACK START:END");
	if (!strcmp(m->seen, "(") && m->count <= 2 && m->in_packet && mistake_expects(m, "':'"))
		return say(out, "the data of a packet is START:END(LENGTH), and 1:1(0) where there is none");
	const bool no_val = isdigit((unsigned char)*m->seen) && only(m, "val");
	return (no_val || mistake_expects(m, "ecr")) &&
	       say(out, "a time-stamp is written TS val 100 ecr 200");
}

static bool hyphen_in_name(const struct mistake *m, struct buf *out)
{
	if (*m->seen != '-')
		return false;
	if (!strncmp(m->before, "--", 2) && mistake_expects(m, "'='"))
		return say(out, "names of options have underscores: --dry_run");
	return mistake_expects(m, "id") && mistake_expects(m, "mtu") &&
	       say(out, "names of ICMP types and codes have underscores: echo_request");
}

/* Lines as tcpdump prints them, and parts of them. */
static bool of_tcpdump(const struct mistake *m, struct buf *out)
{
	if (m->in_packet && !strcmp(m->seen, "Flags"))
		return say(out, "this is a line of tcpdump; 'Flags [P.], seq 1:11, ack 1, win 100, length 10' is "
		                "P. 1:11(10) ack 1 win 100");
	if (m->in_packet && !strcmp(m->seen, "seq") && mistake_expects(m, "a number"))
		return say(out, "sequence numbers stand behind the flags without a word in front: P. 1:11(10)");
	if (m->in_packet && !strcmp(m->seen, "options"))
		return say(out, "options stand between angle brackets: <mss 1000>");
	if (*m->seen == ':' && m->line <= m->at && strspn(m->line, "0123456789") == (size_t)(m->at - m->line) &&
	    strspn(m->line, "0123456789:.") >= strlen("12:00:00") && !m->in_packet)
		return say(out, "this is a line of tcpdump: save the packets by 'tcpdump -w FILE', and "
		                "'protodrill record FILE' makes a script of them");
	return m->in_packet && (m->first_on_line || !*m->seen) && mistake_expects(m, "'>'") &&
	       mistake_expects(m, "','") && say(out, "the list of options has no '>' at its end");
}

/* "&val", and addresses without the function that reads them. */
static bool of_c(const struct mistake *m, struct buf *out)
{
	if (!strcmp(m->seen, "&") && !m->in_packet)
		return say(out, "there are no variables to point at: what a call writes or reads stands in "
		                "brackets: [1]");
	if (!strcmp(m->seen, "/") && !m->in_packet && (!strcmp(m->before, "(") || !strcmp(m->before, ",")))
		return say(out, "a path is a string: open(\"/tmp/file\", O_RDONLY)");
	if (!m->in_packet && *m->seen && isdigit((unsigned char)*m->seen) && strchr(m->seen, '.') &&
	    (mistake_expects(m, "inet_addr") || (!strcmp(m->before, "(") && mistake_expects(m, "a string")))) {
		buf_printf(out, "an address is read from a string: inet_addr(\"%s\")", m->seen);
		return true;
	}
	return false;
}

/* "sleep(1)": a call that stands where only a macro could. */
static bool call_without_time(const struct mistake *m, struct buf *out)
{
	const char *name = m->line + strspn(m->line, " \t");
	const size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	char word[32];

	snprintf(word, sizeof(word), "%.*s", (int)length, name);
	if (m->in_packet || name[length] != '(' || !length || m->at < name)
		return false;
	if (!signature_find(word) && strcmp(word, "sleep") && strcmp(word, "usleep") &&
	    (m->at == name || m->behind_result)) {
		buf_printf(out, "no macro above has the name '%s', and none calls itself; a call stands behind its "
		           "time", word);
		return true;
	}
	if (m->at != name + length + 1)
		return false;
	if (!strcmp(word, "sleep") || !strcmp(word, "usleep"))
		return say(out, "nothing sleeps in a script: the next event begins with its time, +1 for a second "
		                "later");
	return signature_find(word) &&
	       say(out, "an event begins with its time: +0 for 'right after the event before'");
}

static bool port_as_number(const struct mistake *m, struct buf *out)
{
	if (!mistake_expects(m, "htons") || m->count > 2 || !isdigit((unsigned char)*m->seen))
		return false;
	buf_printf(out, "write htons(%s)", m->seen);
	return true;
}

/* "--ip_version ipv4", and an address with a prefix length. */
static bool value_of_option(const struct mistake *m, struct buf *out)
{
	if (!strncmp(m->before, "--", 2) && mistake_expects(m, "'='") && *m->seen != '-') {
		buf_printf(out, "the value of an option stands behind '=': %s=%s", m->before, m->seen);
		return true;
	}
	const bool first = !strcmp(m->before, "=") && mistake_expects(m, "a string");
	if ((!mistake_expects(m, "an option line") && !first) || m->in_packet)
		return false;
	const size_t name = strcspn(m->line, "= \t\n");
	const char *value = m->line + name + 1, *end = value + strcspn(value, " \t\r\n");
	if ((first || strcmp(m->seen, "/")) && !strncmp(m->line, "--", 2) && m->line[name] == '=' && m->at >= value &&
	    m->at < end && *value != '"') {
		buf_printf(out, "a value of more than a word or a number is a string: %.*s=\"%.*s\"", (int)name,
		           m->line, (int)(end - value), value);
		return true;
	}
	if (strcmp(m->seen, "/") != 0)
		return false;
	if (!strncmp(m->line, "--remote_ip", 11))
		return say(out, "with the length of its prefix an address is a string: --remote_ip=\"192.0.2.1/24\"");
	return say(out, "only --remote_ip takes the length of a prefix; that of the local address is "
	                "--netmask_ip=255.255.0.0, and with IPv6 always 64");
}

/* "-v" of the command line */
static bool short_option(const struct mistake *m, struct buf *out)
{
	return m->first_on_line && *m->at == '-' && isalpha((unsigned char)m->at[1]) &&
	       mistake_expects(m, "an option line") &&
	       say(out, "an option line has two hyphens and the name of a script's option: --tolerance_usecs=4000");
}

static bool no_word_in_note(const struct mistake *m, struct buf *out)
{
	return m->behind_result && mistake_expects(m, "sin_port") && mistake_expects(m, "mtu") &&
	       mistake_expects(m, "an option with digits") &&
	       say(out, "a note for the reader is words alone: (Invalid argument); more is said in a comment, // ...");
}

static bool late_option(const struct mistake *m, struct buf *out)
{
	return !strncmp(m->seen, "--", 2) && isalpha((unsigned char)m->seen[2]) &&
	       say(out, "option lines stand at the head of a script, before commands and events");
}

bool parse_hint(const struct mistake *m, struct buf *out)
{
	static hint *const hints[] = {
		of_other_files, of_word_processors, of_tcpdump, parse_number_hint, parse_packet_hint, of_c,
		quoted_flags, call_without_time,
		errno_as_number, no_word_in_note, parse_language_hint, of_other_languages, with_unit,
		with_unit_apart, two_signs, point_at_end, two_points, decimal_comma, word_for_time,
		range_of_times, arrow, command_after_command, star_behind_time, without_time, result_in_front,
		command_without_time, open_arguments, without_result, errno_without_note, length_without_parentheses,
		options_without_brackets, negative_errno, value_of_option, neither_call_nor_command, joined_flags,
		words_for_flags, options_in_brackets, fields_of_ip, sign_in_packet, address_in_packet, comma_in_packet,
		by_another_name, in_wrong_order, beside_the_direction, version_of_icmp,
		parse_hint_members_in_wrong_order, without_separator, parse_hint_no_address, port_as_number,
		number_in_wrong_form, hyphen_in_name, short_option, late_option, parse_hint_structure,
		parse_contents_hint,
	};

	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		if (hints[i](m, out))
			return true;
	return false;
}
