/* SPDX-License-Identifier: MIT
 *
 * parse_hint_structure.c - structures in the arguments of calls: misspelt members, their order, what is missing
 *
 * The grammar knows members by their words, so one that is misspelt at the beginning of a structure reads like an
 * assignment of an option's structure, and the mistake shows only at the next member.
 */
#include "script/mistake.h"

#include <ctype.h>
#include <stdio.h>

#include "util/common.h"
#include "util/table.h"

enum { MEMBERS = 6, WORD_ROOM = 32 };

static const struct structure {
	const char *members[MEMBERS];
	const char *written;
} structures[] = {
	{ { "sa_family", "sin_port", "sin_addr" },
	  "{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"192.0.2.1\")}" },
	{ { "onoff", "linger" }, "{onoff=1, linger=5}" },
	{ { "tv_sec", "tv_usec" }, "{tv_sec=1, tv_usec=0}" },
	{ { "tv_sec", "tv_nsec" }, "{tv_sec=1, tv_nsec=0}" },
	{ { "fd", "events", "revents" }, "{fd=3, events=POLLIN, revents=POLLIN}" },
	{ { "events", "fd", "ptr", "u32", "u64" }, "{events=EPOLLIN, fd=3}" },
	{ { "msg_name", "msg_iov", "msg_control", "msg_flags" },
	  "{msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0}" },
	{ { "msg_hdr", "msg_len" }, "{msg_hdr={...}, msg_len=10}" },
	{ { "cmsg_len", "cmsg_level", "cmsg_type", "cmsg_data" },
	  "{cmsg_level=SOL_IP, cmsg_type=IP_TTL, cmsg_data=64}" },
	{ { "iov_base", "iov_len" }, "{iov_base=..., iov_len=10}" },
	{ { "ee_errno", "ee_origin", "ee_type", "ee_code", "ee_info", "ee_data" },
	  "{ee_errno=ECONNREFUSED, ee_origin=SO_EE_ORIGIN_ICMP, ee_type=3, ee_code=3, ee_info=0, ee_data=0}" },
};

/* The text of the innermost structure that is open where the mistake is, behind its brace; NULL: none begins on the
 * line. */
static const char *open_structure(const struct mistake *m)
{
	int closed = 0;

	for (const char *at = m->at; at > m->line; at--) {
		closed += at[-1] == '}';
		if (at[-1] == '{' && closed-- == 0)
			return at;
	}
	return NULL;
}

static bool has_member(const struct structure *s, const char *name)
{
	for (int i = 0; i < MEMBERS && s->members[i]; i++)
		if (!strcmp(s->members[i], name))
			return true;
	return false;
}

/* The first structure that has @name, and @other if that is not NULL. */
static const struct structure *with_members(const char *name, const char *other)
{
	for (size_t i = 0; i < ARRAY_LEN(structures); i++)
		if (has_member(&structures[i], name) && (!other || has_member(&structures[i], other)))
			return &structures[i];
	return NULL;
}

bool parse_hint_members_in_wrong_order(const struct mistake *m, struct buf *out)
{
	return !strcmp(m->seen, ",") && !m->in_packet && mistake_expects(m, "'}'") && mistake_expects(m, "'|'") &&
	       say(out,
	           "the structure would end here; members stand in one order: {fd=3, events=POLLIN, revents=POLLIN}, "
	           "{events=EPOLLIN, fd=3}");
}

bool parse_hint_no_address(const struct mistake *m, struct buf *out)
{
	const char *structure = m->in_packet || *m->seen != '}' || !only(m, "','") ? NULL : open_structure(m);
	const char *word = structure ? strstr(structure, "AF_UNSPEC") : NULL;

	return word && word < m->at && say(out, "AF_UNSPEC has no address: connect(3, AF_UNSPEC, ...) = 0");
}

/* @first names no member, and @seen is one: the structure, and which of its members was meant. */
static void tell_misspelt(const char *first, const char *seen, struct buf *out)
{
	struct guess guess = { .wanted = first };

	for (size_t i = 0; i < ARRAY_LEN(structures); i++)
		for (int n = 0; n < MEMBERS && structures[i].members[n] && has_member(&structures[i], seen); n++)
			guess_offer(&guess, structures[i].members[n]);
	buf_printf(out, "there is no member '%s'", first);
	if (guess.nearest)
		buf_printf(out, "; did you mean '%s'? Written: %s", guess.nearest,
		           with_members(guess.nearest, seen)->written);
	else
		buf_printf(out, ": write %s", with_members(seen, NULL)->written);
}

bool parse_hint_structure(const struct mistake *m, struct buf *out)
{
	const char *text = m->in_packet ? NULL : open_structure(m);
	const struct structure *seen = with_members(m->seen, NULL);
	char first[WORD_ROOM];

	if (!text)
		return false;
	text += strspn(text, " \t");
	snprintf(first, sizeof(first), "%.*s", (int)strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_"), text);
	const struct structure *s = with_members(first, NULL);
	if (seen && *first && !s) {
		tell_misspelt(first, m->seen, out);
		return true;
	}
	if (seen && (text == m->at || with_members(first, m->seen))) {
		buf_printf(out, "members stand in one order: %s", seen->written);
		return true;
	}
	if (!s || *m->seen != '}' || m->count > 2 || !mistake_expects(m, "','"))
		return false;
	buf_printf(out, "a member is missing: %s", s->written);
	return true;
}
