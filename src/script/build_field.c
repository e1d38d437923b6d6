/* SPDX-License-Identifier: MIT
 *
 * build_field.c - builders of the fields of headers that a packet line names
 */
#include <string.h>
#include <strings.h>

#include "script/parse.h"
#include "util/common.h"
#include "util/table.h"
#include "wire/membership.h"

/* The word that is used here for what somebody called @name: another name of the same thing, or one that is spelt
 * nearly so. NULL: none. */
static const char *other_name(const char *name)
{
	static const struct {
		const char *word, *ours;
	} names[] = {
		{ "hoplimit", "hlim" }, { "hop_limit", "hlim" }, { "hops", "hlim" }, { "flow", "flowlabel" },
		{ "flow_label", "flowlabel" }, { "label", "flowlabel" }, { "tclass", "class" },
		{ "traffic_class", "class" }, { "dont_fragment", "df" }, { "not-ect", "noecn" }, { "nect", "noecn" },
	};
	static const char *const items[] = {
		"ttl", "hlim", "tos", "class", "dscp", "flowlabel", "noecn", "ect0", "ect1", "ect01",
	};
	struct guess guess = { .wanted = name };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcasecmp(names[i].word, name))
			return names[i].ours;
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		guess_offer(&guess, items[i]);
	return guess.nearest;
}

/* Which header has the field is settled once all headers are known. A name that no header has may have been meant for
 * flags. */
static void judge_name(struct parse *p, struct loc loc, struct lexeme name)
{
	if (header_field_known(name.text) || membership_field_known(name.text))
		return;
	const char *meant = other_name(name.text);
	if (meant)
		diag_error(p->diags, DIAG_SEMANTIC, loc, arena_printf(p->arena, "unknown field '%.64s'", name.text),
		           "did you mean '%s'?", meant);
	else if (name.text[strspn(name.text, "ACEFGHIKNPRSTUWY")])
		diag_error(p->diags, DIAG_SEMANTIC, loc, arena_printf(p->arena, "unknown field '%.64s'", name.text),
		           "pkt(5), Fields, lists those of each header");
	else
		diag_error(p->diags, DIAG_SEMANTIC, loc, arena_printf(p->arena, "unknown field '%.64s'", name.text),
		           "the flags of a TCP packet are letters without brackets, as in 'P.'");
}

static struct field_spec *add_field(struct parse *p, struct loc loc, struct lexeme name)
{
	struct field_spec *f = arena_new_object(p->arena, struct field_spec);

	judge_name(p, loc, name);
	f->loc = loc;
	f->word = name.text;
	*p->last_field = f;
	p->last_field = &f->next;
	return f;
}

void build_field(struct parse *p, struct loc loc, struct lexeme name, struct number value)
{
	add_field(p, loc, name)->number = value;
}

void build_field_word(struct parse *p, struct loc loc, struct lexeme name, struct lexeme word)
{
	bool ok = !strcmp(word.text, "ok");

	if (!ok && strcmp(word.text, "bad"))
		diag_error(p->diags, DIAG_SEMANTIC, loc, "a field has a number",
		           "'%s %.64s': of a checksum it may also be bad or ok", name.text, word.text);
	add_field(p, loc, name)->kind = ok ? FIELD_OK : FIELD_BAD;
}

/* The two addresses are kept beside the fields, which are numbers. */
void build_field_address(struct parse *p, struct loc loc, struct lexeme name, struct lexeme address)
{
	bool source = !strcmp(name.text, "src");
	struct ip_address ip;

	if (!source && strcmp(name.text, "dst"))
		diag_error(p->diags, DIAG_SEMANTIC, loc, "a field has a number",
		           "'%.64s %.64s': an address is that of src or dst", name.text, address.text);
	else if (!ip_address_parse(address.text, &ip))
		diag_error(p->diags, DIAG_SEMANTIC, loc, "invalid address", "'%.64s'", address.text);
	else if (p->packet->transport || p->packet->addresses[!source])
		diag_error(p->diags, DIAG_SEMANTIC, loc, "an address out of place",
		           "src and dst stand among the items of IP, each once: [src 192.0.2.9]");
	else
		p->packet->addresses[!source] = arena_copy(p->arena, &ip, sizeof(ip));
}

/* Fields in brackets come before the transport is known, fields in braces after it. */
void build_transport_fields(struct parse *p)
{
	const struct loc *transport = &p->packet->transport_loc;

	for (struct field_spec *f = p->packet->fields; f; f = f->next)
		f->transport = f->loc.line > transport->line ||
		               (f->loc.line == transport->line && f->loc.column >= transport->column);
}
