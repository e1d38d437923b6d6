/* SPDX-License-Identifier: MIT
 *
 * parse_hint_packet.c - how it is written: the parts of a packet, and lists of TCP options
 *
 * The form of an option is known to its row of the grammar only; a mistake inside is told by the word in front of it,
 * which the line still has.
 */
#include "script/mistake.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/common.h"

static const char hex_digits[] = "0123456789abcdefABCDEF";

/* Between the option's word and the mistake nothing but its own values may stand. */
static const char *last_word(const struct mistake *m, const char *word)
{
	const char *found = NULL;
	const size_t length = strlen(word);

	for (const char *at = m->line; at < m->at; at++) {
		if (*at == ',' || *at == '<')
			found = NULL;
		if (!strncmp(at, word, length) && !isalnum((unsigned char)at[length]) &&
		    (at == m->line || strchr(" ,<", at[-1])))
			found = at;
	}
	return found;
}

/* Is the list of options open where the mistake is? The direction is the first bracket of a line. */
static bool in_options(const struct mistake *m)
{
	bool open = false;

	for (const char *at = m->line + strcspn(m->line, "<>\n") + 1; at < m->at; at++)
		open = (open || *at == '<') && *at != '>';
	return m->in_packet && open;
}

/* ---- options ---- */

static bool of_blocks(const struct mistake *m, struct buf *out)
{
	const char *sack = m->line;
	bool comma = isdigit((unsigned char)*m->seen) && !strcmp(m->before, ",");
	bool brace = !strcmp(m->seen, ":") && isdigit((unsigned char)*m->before);

	for (const char *next; (next = strstr(sack + 1, "sack ")) && next < m->at;)
		sack = next;
	return sack > m->line && (comma || (brace && memchr(sack, '{', (size_t)(m->at - sack)))) && in_options(m) &&
	       say(out, "blocks of SACK are START:END with a blank between them: sack 1:2 3:4");
}

static bool of_digits(const struct mistake *m, struct buf *out)
{
	static const char *const blobs[] = { "FO", "FOEXP", "exp-FO", "EXP-FO", "md5", NULL };

	if (strncmp(m->seen, "0x", 2) || !is_any(m->before, blobs))
		return false;
	buf_printf(out, "these digits are hexadecimal without '0x': %s %s", m->before, m->seen + 2);
	return true;
}

static bool of_forms(const struct mistake *m, struct buf *out)
{
	static const struct {
		const char *word, *form;
	} forms[] = {
		{ "ECN", "written ECN e0b 1 ceb 1 e1b 1, or from the other end, ECN e1b 1 ceb 1 e0b 1; the last ones "
		         "may be left out" },
		{ "AccECN0", "written AccECN0 ee0b 1 eceb 1 ee1b 1; the last ones may be left out" },
		{ "AccECN1", "written AccECN1 ee1b 1 eceb 1 ee0b 1; the last ones may be left out" },
		{ "exp-AccECN0", "written exp-AccECN0 ee0b 1 eceb 1 ee1b 1; the last ones may be left out" },
		{ "exp-AccECN1", "written exp-AccECN1 ee1b 1 eceb 1 ee0b 1; the last ones may be left out" },
	};

	if (strcmp(m->seen, ">") && !isalpha((unsigned char)*m->seen))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (last_word(m, forms[i].word)) {
			buf_printf(out, "this option is %s", forms[i].form);
			return true;
		}
	return false;
}

static bool of_kinds(const struct mistake *m, struct buf *out)
{
	if (!mistake_expects(m, "an option without value"))
		return false;
	if (!strcmp(m->seen, "gen"))
		return say(out, "an option of any kind is written with a hyphen before the kind: gen-77 0a0b");
	if (!strcmp(m->seen, "exp"))
		return say(out, "an experiment is named by four hexadecimal digits, exp-0348 01020304, or by its "
		                "name, exp-FO");
	const size_t digits = strspn(m->seen, hex_digits);
	return digits > 2 && digits % 2 && !m->seen[digits] && strcspn(m->seen, "0123456789") < digits &&
	       say(out, "options in hexadecimal are pairs of digits");
}

static bool of_lists(const struct mistake *m, struct buf *out)
{
	if (!in_options(m))
		return false;
	if (!strcmp(m->seen, ";"))
		return say(out, "commas stand between options");
	if (!strcmp(m->seen, "!") && last_word(m, "ecr"))
		return say(out, "the '!' stands behind the number: TS val 5 ecr 999!");
	if (strcmp(m->seen, ">") != 0)
		return false;
	if (!strcmp(m->before, "<"))
		return say(out, "a packet without options has no '<>', and any options are written <...>");
	return !strcmp(m->before, ",") && say(out, "an option stands behind each comma");
}

/* ---- the packet ---- */

static bool of_words(const struct mistake *m, struct buf *out)
{
	static const struct {
		const char *word, *ours;
	} words[] = {
		{ "UDP", "udp" },   { "Udp", "udp" },   { "UDPLITE", "udplite" }, { "UDPLite", "udplite" },
		{ "IPv4", "ipv4" }, { "IPV4", "ipv4" }, { "IPv6", "ipv6" },       { "IPV6", "ipv6" },
		{ "GRE", "gre" },   { "MPLS", "mpls" }, { "IGMP", "igmp" },       { "MLD", "mld" },
	};

	for (size_t i = 0; i < ARRAY_LEN(words) && m->in_packet && mistake_expects(m, "'.'"); i++)
		if (!strcmp(m->before, words[i].word)) {
			buf_printf(out, "write '%s', in small letters", words[i].ours);
			return true;
		}
	return false;
}

static bool of_headers(const struct mistake *m, struct buf *out)
{
	if (only(m, "':'") && m->in_packet && strspn(m->before, "0123456789abcdefABCDEF.:)") == strlen(m->before))
		return say(out, "a colon ends each of the headers around a packet: ipv4 10.0.0.1 > 10.0.0.2: udp (10)");
	return !strcmp(m->seen, ")") && last_word(m, "udplite") && mistake_expects(m, "','") &&
	       say(out, "a datagram of UDP-Lite has a length, and how much of it the checksum covers: "
	                "udplite (100, 20)");
}

/* "win 100 (ect0)": what is said about IP, where options may stand. */
static bool of_ip_behind(const struct mistake *m, struct buf *out)
{
	static const char *const fields[] = {
		"ttl", "tos", "dscp", "flowlabel", "hlim", "class", "ecn", "noecn", "ect0", "ect1", "ect01", "ce", NULL
	};
	char word[16];
	bool bracket = !strcmp(m->seen, "(") || !strcmp(m->seen, "[");
	const char *at = m->at + (bracket ? 1 + strspn(m->at + 1, " \t") : 0);

	snprintf(word, sizeof(word), "%.*s", (int)strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789"), at);
	return m->in_packet && is_any(word, fields) &&
	       (bracket ? mistake_expects(m, "urg") : !strcmp(m->before, "[")) &&
	       mistake_expects(m, bracket ? "'<'" : "code") &&
	       say(out, "fields of the IP header stand in brackets, before the flags: [ttl 3] . 1:1(0)");
}

static bool without_number(const struct mistake *m, struct buf *out)
{
	static const char *const fields[] = { "ack", "win", "urg", NULL };

	if (!m->in_packet || !is_any(m->seen, fields) || !is_any(m->before, fields))
		return false;
	buf_printf(out, "a number stands behind '%s'", m->before);
	return true;
}

/* "P. (10)", "P. 1 ack 1" */
static bool half_a_sequence(const struct mistake *m, struct buf *out)
{
	static const char *const behind[] = { "ack", "win", "urg", "<", NULL };

	if (m->in_packet && !strcmp(m->seen, "(") && strspn(m->before, "FSRPUEWA.-") == strlen(m->before) &&
	    mistake_expects(m, "a number"))
		return say(out, "sequence numbers stand before the length: P. 1:11(10)");
	return m->in_packet && m->count == 2 && mistake_expects(m, "':'") && mistake_expects(m, "'~'") &&
	       isdigit((unsigned char)*m->before) && is_any(m->seen, behind) &&
	       say(out, "the second sequence number and the length stand behind the first: . 1:1(0)");
}

static bool comma_in_icmp(const struct mistake *m, struct buf *out)
{
	return !strcmp(m->seen, ",") && last_word(m, "icmp") && m->in_packet &&
	       say(out, "blanks and no commas stand between the parts of a message: icmp unreachable frag_needed mtu "
	                "1200");
}

bool parse_packet_hint(const struct mistake *m, struct buf *out)
{
	static bool (*const hints[])(const struct mistake *, struct buf *) = {
		of_blocks, of_digits, of_kinds, of_lists, of_forms, of_words, of_headers, of_ip_behind, without_number,
		half_a_sequence, comma_in_icmp,
	};

	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		if (hints[i](m, out))
			return true;
	return false;
}
