/* SPDX-License-Identifier: MIT
 *
 * build_membership.c - builders of lines of IGMP and MLD
 *
 * Which words there are is what wire/membership.c knows. What a message of some kind must have, or cannot have, is
 * judged with the rest of the packet (scripted_membership.c).
 */
#include <string.h>

#include "script/parse.h"
#include "util/table.h"
#include "wire/membership.h"

static bool has_version(const struct membership_kind *k, const struct lexeme *version)
{
	return k->version ? version && !strcmp(k->version, version->text) : !version;
}

static const char *protocol_word(uint8_t ip_version)
{
	return ip_version == 4 ? "igmp" : "mld";
}

static void unknown_kind(struct parse *p, struct loc loc, uint8_t ip_version, const struct lexeme *version,
                         const struct lexeme *word)
{
	struct buf all = BUF_INIT;
	const struct membership_kind *k;

	for (size_t i = 0; (k = membership_kind_at(i)); i++)
		if (k->ip_version == ip_version)
			buf_printf(&all, "%s%s%s%s", all.length ? ", " : "", k->version ? k->version : "",
			           k->version ? " " : "", k->word);
	diag_error(p->diags, DIAG_SEMANTIC, loc,
	           arena_printf(p->arena, "unknown message '%s %s%s%.64s'", protocol_word(ip_version),
	                        version ? version->text : "", version ? " " : "", word->text),
	           "%s has %s", protocol_word(ip_version), all.data);
	buf_free(&all);
}

void build_membership(struct parse *p, struct loc loc, uint8_t ip_version, const struct lexeme *version,
                      const struct lexeme *word)
{
	struct membership_spec *m = arena_new_object(p->arena, struct membership_spec);
	const struct membership_kind *k;

	build_transport(p, loc, HEADER_NONE);
	m->loc = loc;
	m->ip_version = ip_version;
	for (size_t i = 0; (k = membership_kind_at(i)); i++)
		if (k->ip_version == ip_version && !strcmp(k->word, word->text) && has_version(k, version))
			m->kind = k;
	if (!m->kind)
		unknown_kind(p, loc, ip_version, version, word);
	if (p->packet->encaps || p->packet->stream || p->packet->fragment || p->packet->optional)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "more than a message about groups",
		           "%s stands alone behind the direction and what is said about IP",
		           protocol_word(ip_version));
	if (p->packet->connection)
		diag_error(p->diags, DIAG_SEMANTIC, p->packet->connection->loc,
		           "a message about groups of a connection", "it belongs to none: leave the name out");
	p->packet->membership = p->membership = m;
	p->group = NULL;
}

static bool read_address(struct parse *p, struct loc loc, const char *text, struct ip_address *out)
{
	const uint8_t version = p->membership->ip_version;

	if (!ip_address_parse(text, out))
		return diag_error(p->diags, DIAG_SEMANTIC, loc, "invalid address", "'%.64s'", text);
	if (out->version == version)
		return true;
	return diag_error(p->diags, DIAG_SEMANTIC, loc, "an address of the other family",
	                  "%s is about groups of IPv%d, and %.64s is one of IPv%d", protocol_word(version), version,
	                  text, out->version);
}

void build_membership_group(struct parse *p, struct loc loc, struct lexeme address)
{
	struct group_spec *g = arena_new_object(p->arena, struct group_spec);
	struct group_spec **last = p->group ? &p->group->next : &p->membership->groups;

	g->loc = loc;
	read_address(p, loc, address.text, &g->address);
	*last = g;
	p->group = g;
}

void build_membership_change(struct parse *p, struct loc loc, struct lexeme word)
{
	struct guess guess = { .wanted = word.text };

	p->group->change = word.text;
	p->group->change_loc = loc;
	if (membership_change(word.text))
		return;
	for (uint8_t i = MODE_IS_INCLUDE; membership_change_word(i); i++)
		guess_offer(&guess, membership_change_word(i));
	diag_error(p->diags, DIAG_SEMANTIC, loc, arena_printf(p->arena, "unknown record '%.64s'", word.text),
	           guess.nearest ? "did you mean '%s'?" : "a record is is_in, is_ex, to_in, to_ex, allow or block",
	           guess.nearest);
}

void build_membership_source(struct parse *p, struct loc loc, struct lexeme address)
{
	struct group_source **last = &p->group->sources;
	struct group_source *s = arena_new_object(p->arena, struct group_source);

	read_address(p, loc, address.text, &s->address);
	while (*last)
		last = &(*last)->next;
	*last = s;
}
