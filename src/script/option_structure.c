/* SPDX-License-Identifier: MIT
 *
 * option_structure.c - the table of structures, and a structure as bytes
 */
#include "script/option_structure.h"

#include <inttypes.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/common.h"
#include "util/table.h"
#include "wire/tcp_key_option.h"

enum member_kind {
	MEMBER_NUMBER,                                       /* in the byte order of the machine */
	MEMBER_BIT,                                          /* .width: which of a 32-bit word */
	MEMBER_ADDRESS,                                      /* "192.0.2.1", or ... for the peer */
	MEMBER_TEXT,                                         /* a string, no longer than .width */
	MEMBER_IN6,                                          /* inet6_addr("::1") */
};

struct member {
	const char *name;
	enum member_kind kind;
	size_t offset, width;
	size_t count_at, count_width;                        /* MEMBER_TEXT: the number that gives its length; width 0:
	                                                        none does */
};

#define NUMBER(type, member) { #member, MEMBER_NUMBER, offsetof(type, member), sizeof(((type *)0)->member), 0, 0 }
#define BIT(type, name, bit) { name, MEMBER_BIT, offsetof(type, set), bit, 0, 0 }
#define ADDRESS(type, member) { #member, MEMBER_ADDRESS, offsetof(type, member), sizeof(struct sockaddr_storage), 0, 0 }
#define IN6(type, member) { #member, MEMBER_IN6, offsetof(type, member), sizeof(struct in6_addr), 0, 0 }
#define TEXT(type, member) { #member, MEMBER_TEXT, offsetof(type, member), sizeof(((type *)0)->member), 0, 0 }
#define COUNTED(type, member, count) \
	{ #member, MEMBER_TEXT, offsetof(type, member), sizeof(((type *)0)->member), offsetof(type, count), \
	  sizeof(((type *)0)->count) }

static const struct member md5_members[] = {
	ADDRESS(struct tcp_md5sig, tcpm_addr), NUMBER(struct tcp_md5sig, tcpm_flags),
	NUMBER(struct tcp_md5sig, tcpm_prefixlen), NUMBER(struct tcp_md5sig, tcpm_ifindex),
	COUNTED(struct tcp_md5sig, tcpm_key, tcpm_keylen), NUMBER(struct tcp_md5sig, tcpm_keylen), { 0 },
};

static const struct member ao_add_members[] = {
	ADDRESS(struct ao_add_option, addr), TEXT(struct ao_add_option, alg_name),
	NUMBER(struct ao_add_option, ifindex), BIT(struct ao_add_option, "set_current", 0),
	BIT(struct ao_add_option, "set_rnext", 1), NUMBER(struct ao_add_option, prefix),
	NUMBER(struct ao_add_option, sndid), NUMBER(struct ao_add_option, rcvid), NUMBER(struct ao_add_option, maclen),
	NUMBER(struct ao_add_option, keyflags), COUNTED(struct ao_add_option, key, keylen),
	NUMBER(struct ao_add_option, keylen), { 0 },
};

static const struct member ao_delete_members[] = {
	ADDRESS(struct ao_delete_option, addr), NUMBER(struct ao_delete_option, ifindex),
	BIT(struct ao_delete_option, "set_current", 0), BIT(struct ao_delete_option, "set_rnext", 1),
	BIT(struct ao_delete_option, "del_async", 2), NUMBER(struct ao_delete_option, prefix),
	NUMBER(struct ao_delete_option, sndid), NUMBER(struct ao_delete_option, rcvid),
	NUMBER(struct ao_delete_option, current_key), NUMBER(struct ao_delete_option, rnext),
	NUMBER(struct ao_delete_option, keyflags), { 0 },
};

static const struct member ao_info_members[] = {
	BIT(struct ao_info_option, "set_current", 0), BIT(struct ao_info_option, "set_rnext", 1),
	BIT(struct ao_info_option, "ao_required", 2), BIT(struct ao_info_option, "set_counters", 3),
	BIT(struct ao_info_option, "accept_icmps", 4), NUMBER(struct ao_info_option, current_key),
	NUMBER(struct ao_info_option, rnext), NUMBER(struct ao_info_option, pkt_good),
	NUMBER(struct ao_info_option, pkt_bad), NUMBER(struct ao_info_option, pkt_key_not_found),
	NUMBER(struct ao_info_option, pkt_ao_required), NUMBER(struct ao_info_option, pkt_dropped_icmp), { 0 },
};

#define WHICH(name, bit) { name, MEMBER_BIT, offsetof(struct ao_get_option, which), bit, 0, 0 }
enum { GET_ALL_BIT = 2 };
static const struct member ao_get_members[] = {
	ADDRESS(struct ao_get_option, addr), TEXT(struct ao_get_option, alg_name),
	COUNTED(struct ao_get_option, key, keylen), NUMBER(struct ao_get_option, keylen),
	NUMBER(struct ao_get_option, nkeys),
	WHICH("is_current", 0), WHICH("is_rnext", 1), WHICH("get_all", GET_ALL_BIT),
	NUMBER(struct ao_get_option, sndid), NUMBER(struct ao_get_option, rcvid), NUMBER(struct ao_get_option, prefix),
	NUMBER(struct ao_get_option, maclen), NUMBER(struct ao_get_option, keyflags),
	NUMBER(struct ao_get_option, ifindex), NUMBER(struct ao_get_option, pkt_good),
	NUMBER(struct ao_get_option, pkt_bad), { 0 },
};

static const struct member ao_repair_members[] = {
	NUMBER(struct ao_repair_option, snt_isn), NUMBER(struct ao_repair_option, rcv_isn),
	NUMBER(struct ao_repair_option, snd_sne), NUMBER(struct ao_repair_option, rcv_sne), { 0 },
};

/* Structures that several options use: memberships, and what control messages say of a packet. Their members tell them
 * apart. An IPv4 address is a number, inet_addr(). */
static const struct member mreq_members[] = {
	NUMBER(struct ip_mreq, imr_multiaddr), NUMBER(struct ip_mreq, imr_interface), { 0 },
};
static const struct member mreq_source_members[] = {
	NUMBER(struct ip_mreq_source, imr_multiaddr), NUMBER(struct ip_mreq_source, imr_interface),
	NUMBER(struct ip_mreq_source, imr_sourceaddr), { 0 },
};
static const struct member group_members[] = {
	NUMBER(struct group_req, gr_interface), ADDRESS(struct group_req, gr_group), { 0 },
};
static const struct member group_source_members[] = {
	NUMBER(struct group_source_req, gsr_interface), ADDRESS(struct group_source_req, gsr_group),
	ADDRESS(struct group_source_req, gsr_source), { 0 },
};
static const struct member mreqn_members[] = {
	NUMBER(struct ip_mreqn, imr_multiaddr), NUMBER(struct ip_mreqn, imr_address),
	NUMBER(struct ip_mreqn, imr_ifindex), { 0 },
};
static const struct member mreq6_members[] = {
	IN6(struct ipv6_mreq, ipv6mr_multiaddr), NUMBER(struct ipv6_mreq, ipv6mr_interface), { 0 },
};
static const struct member pktinfo_members[] = {
	NUMBER(struct in_pktinfo, ipi_ifindex), NUMBER(struct in_pktinfo, ipi_spec_dst),
	NUMBER(struct in_pktinfo, ipi_addr), { 0 },
};
static const struct member pktinfo6_members[] = {
	IN6(struct in6_pktinfo, ipi6_addr), NUMBER(struct in6_pktinfo, ipi6_ifindex), { 0 },
};

static const struct structure {
	int name;
	const struct member *members;
	size_t length;
} structures[] = {
	{ TCP_MD5SIG, md5_members, sizeof(struct tcp_md5sig) },
	{ TCP_MD5SIG_EXT, md5_members, sizeof(struct tcp_md5sig) },
	{ OPTION_TCP_AO_ADD_KEY, ao_add_members, sizeof(struct ao_add_option) },
	{ OPTION_TCP_AO_DEL_KEY, ao_delete_members, sizeof(struct ao_delete_option) },
	{ OPTION_TCP_AO_INFO, ao_info_members, sizeof(struct ao_info_option) },
	{ OPTION_TCP_AO_GET_KEYS, ao_get_members, sizeof(struct ao_get_option) },
	{ OPTION_TCP_AO_REPAIR, ao_repair_members, sizeof(struct ao_repair_option) },
};

static const struct structure by_members[] = {
	{ 0, mreq_members, sizeof(struct ip_mreq) }, { 0, mreq_source_members, sizeof(struct ip_mreq_source) },
	{ 0, group_members, sizeof(struct group_req) }, { 0, group_source_members, sizeof(struct group_source_req) },
	{ 0, mreqn_members, sizeof(struct ip_mreqn) },
	{ 0, mreq6_members, sizeof(struct ipv6_mreq) }, { 0, pktinfo_members, sizeof(struct in_pktinfo) },
	{ 0, pktinfo6_members, sizeof(struct in6_pktinfo) },
};

static const struct member *find_member(const struct structure *s, const char *name)
{
	const struct member *member = s->members;

	while (member->name && strcmp(member->name, name) != 0)
		member++;
	return member->name ? member : NULL;
}

/* The first structure that has all members of @e; NULL: none. */
static const struct structure *find_structure(const struct expr *e)
{
	for (size_t n = 0; n < ARRAY_LEN(by_members); n++) {
		const struct expr *i = e->list.first;
		while (i && i->kind == EXPR_ASSIGN && find_member(&by_members[n], i->assign.name))
			i = i->next;
		if (!i)
			return &by_members[n];
	}
	return NULL;
}

/* The structure of which the author misspelt a member: it has another member of @e, or a name close to the first. NULL:
 * none. */
static const struct structure *misspelt_structure(const struct expr *e)
{
	struct guess nearest = { .wanted = e->list.first->assign.name };
	const struct structure *meant = NULL;

	for (size_t n = 0; n < ARRAY_LEN(by_members); n++) {
		const char *before = nearest.nearest;
		for (const struct expr *i = e->list.first; i && i->kind == EXPR_ASSIGN; i = i->next)
			if (find_member(&by_members[n], i->assign.name))
				return &by_members[n];
		for (const struct member *member = by_members[n].members; member->name; member++)
			guess_offer(&nearest, member->name);
		meant = nearest.nearest != before ? &by_members[n] : meant;
	}
	return meant;
}

bool is_option_structure(const struct expr *e)
{
	return e->kind == EXPR_LIST && e->list.braces && e->list.first && e->list.first->kind == EXPR_ASSIGN;
}

/* The structure that is being made. */
struct making {
	const struct option_peer *peer;
	struct arena *arena;
	uint8_t *bytes, *written;
	struct evaluation_error *error;
};

static bool refuse(const struct making *m, const struct expr *e, const char *text)
{
	m->error->loc = e->loc;
	snprintf(m->error->text, sizeof(m->error->text), "%s", text);
	return false;
}

/* The low octets of a number, in this machine's byte order. */
static void put_number(const struct making *m, size_t offset, size_t width, uint64_t value)
{
	const uint16_t probe = 1;
	bool little = *(const uint8_t *)&probe == 1;

	for (size_t i = 0; i < width; i++)
		m->bytes[offset + i] = (uint8_t)(value >> 8 * (little ? i : width - 1 - i));
	memset(m->written + offset, 0xff, width);
}

static bool make_number(const struct making *m, const struct member *member, const struct expr *value)
{
	size_t width = member->kind == MEMBER_BIT ? 0 : member->width;
	int64_t number, most = width == 0 ? 1 : width >= 4 ? INT64_MAX : (INT64_C(1) << 8 * width) - 1;

	if (!expr_int64(value, &number, m->error))
		return false;
	if (number > most || (number < 0 && width < 4))
		return refuse(m, value, arena_printf(m->arena, "%s out of range: %" PRId64 " is written, 0 to %" PRId64
		                                     " is allowed", member->name, number, most));
	if (width) {
		put_number(m, member->offset, width, (uint64_t)number);
		return true;
	}
	uint32_t word, bit = UINT32_C(1) << member->width, mask;
	memcpy(&word, m->bytes + member->offset, sizeof(word));
	memcpy(&mask, m->written + member->offset, sizeof(mask));
	word = number ? word | bit : word & ~bit;
	mask |= bit;
	memcpy(m->bytes + member->offset, &word, sizeof(word));
	memcpy(m->written + member->offset, &mask, sizeof(mask));
	return true;
}

static void put_address(const struct ip_address *ip, bool mapped, struct sockaddr_storage *out)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	*out = (struct sockaddr_storage){ 0 };
	if (ip->version == 4 && !mapped) {
		memcpy(&in.sin_addr, ip->bytes, 4);
		memcpy(out, &in, sizeof(in));
		return;
	}
	if (ip->version == 4) {
		in6.sin6_addr.s6_addr[10] = in6.sin6_addr.s6_addr[11] = 0xff;
		memcpy(in6.sin6_addr.s6_addr + 12, ip->bytes, 4);
	} else {
		memcpy(&in6.sin6_addr, ip->bytes, 16);
	}
	memcpy(out, &in6, sizeof(in6));
}

static bool make_address(const struct making *m, const struct member *member, const struct expr *value)
{
	struct sockaddr_storage address = m->peer->address;
	struct ip_address ip;
	uint8_t *text;
	size_t length;

	if (value->kind != EXPR_ELLIPSIS) {
		if (value->kind != EXPR_STRING)
			return expr_bad_type(value, "string", m->error);
		if (!expr_string(value, m->arena, &text, &length, m->error))
			return false;
		if (!ip_address_parse((const char *)text, &ip))
			return refuse(m, value, arena_printf(m->arena, "%s is no address: write \"192.0.2.1\", or ... "
			                                     "for the peer's", member->name));
		put_address(&ip, m->peer->mapped, &address);
	}
	memcpy(m->bytes + member->offset, &address, sizeof(address));
	memset(m->written + member->offset, 0xff, sizeof(address));
	return true;
}

static bool make_text(const struct making *m, const struct member *member, const struct expr *value)
{
	uint8_t *text;
	size_t length;

	if (value->kind != EXPR_STRING)
		return expr_bad_type(value, "string", m->error);
	if (!expr_string(value, m->arena, &text, &length, m->error))
		return false;
	if (length > member->width)
		return refuse(m, value,
		              arena_printf(m->arena, "%s is too long: %zu bytes are written, %zu at most are allowed",
		                           member->name, length, member->width));
	memcpy(m->bytes + member->offset, text, length);
	memset(m->written + member->offset, 0xff, member->width);
	if (member->count_width)
		put_number(m, member->count_at, member->count_width, length);
	return true;
}

static bool make_in6(const struct making *m, const struct member *member, const struct expr *value)
{
	if (value->kind != EXPR_IN6_ADDR)
		return expr_bad_type(value, "in6_addr", m->error);
	memcpy(m->bytes + member->offset, value->in6_addr.bytes, sizeof(struct in6_addr));
	memset(m->written + member->offset, 0xff, sizeof(struct in6_addr));
	return true;
}

static bool (*const makers[])(const struct making *, const struct member *, const struct expr *) = {
	[MEMBER_NUMBER] = make_number, [MEMBER_BIT] = make_number, [MEMBER_ADDRESS] = make_address,
	[MEMBER_TEXT] = make_text, [MEMBER_IN6] = make_in6,
};

static bool unknown_member(const struct making *m, const struct structure *s, const struct expr *e)
{
	struct guess g = { .wanted = e->assign.name };

	for (const struct member *member = s->members; member->name; member++)
		guess_offer(&g, member->name);
	const char *name = e->assign.name;
	if (g.nearest)
		return refuse(m, e, arena_printf(m->arena, "unknown member '%s': did you mean '%s'?", name, g.nearest));
	return refuse(m, e, arena_printf(m->arena, "unknown member '%s' of this option's structure", name));
}

/* An ellipsis leaves a number open; for an address it means the peer's. */
static bool make_member(const struct making *m, const struct member *member, const struct expr *value)
{
	if (value->kind == EXPR_ELLIPSIS && (member->kind == MEMBER_NUMBER || member->kind == MEMBER_IN6))
		return true;
	return makers[member->kind](m, member, value);
}

static bool make_structure(const struct expr *e, const struct structure *s, struct making m,
                           struct option_value *value)
{
	struct arena *arena = m.arena;

	m.bytes = arena_new_array(arena, uint8_t, s->length);
	m.written = arena_new_array(arena, uint8_t, s->length);
	*value = (struct option_value){ .bytes = m.bytes, .written = m.written, .length = s->length };
	for (const struct expr *i = e->list.first; i; i = i->next) {
		if (i->kind != EXPR_ASSIGN)
			return expr_bad_type(i, "assignment", m.error);
		const struct member *member = find_member(s, i->assign.name);
		if (!member)
			return unknown_member(&m, s, i);
		if (!make_member(&m, member, i->assign.value))
			return false;
	}
	return true;
}

static bool has_near_member(const struct structure *s, const char *name)
{
	struct guess g = { .wanted = name };

	for (const struct member *member = s->members; member->name; member++)
		guess_offer(&g, member->name);
	return g.nearest;
}

/* The structure of option @name, or, since options of other levels have the same numbers, the one with such members. */
static const struct structure *structure_of(const struct expr *e, int name)
{
	const char *first = e->list.first->assign.name;
	const struct structure *s = NULL, *other;

	for (size_t i = 0; i < ARRAY_LEN(structures) && !s; i++)
		s = structures[i].name == name ? &structures[i] : NULL;
	if (s && find_member(s, first))
		return s;
	other = find_structure(e);
	if (!other && !(s && has_near_member(s, first)))
		other = misspelt_structure(e);
	return other ? other : s;
}

bool option_structure(const struct expr *e, int name, const struct option_peer *peer, struct arena *arena,
                      struct option_value *value, struct evaluation_error *error)
{
	const struct making m = { .peer = peer, .arena = arena, .error = error };
	const struct structure *s = structure_of(e, name);

	if (!s)
		return refuse(&m, e, "no structure is known for this option");
	if (!make_structure(e, s, m, value))
		return false;
	value->asks = s->members == ao_get_members;
	return true;
}

/* The question is about one key, named by its address and ids where the script writes those; else about all keys
 * (get_all) or those in use (is_current, is_rnext). Whatever else a script writes is only compared with the answer.
 * There is room for one key. */
void option_question(struct option_value *value, uint8_t *memory)
{
	struct ao_get_option said, question = { .nkeys = 1 };

	if (!value->asks)
		return;
	memcpy(&said, value->bytes, sizeof(said));
	bool by_key = said.addr.ss_family || said.prefix || said.sndid || said.rcvid;
	question.addr = said.addr;
	question.prefix = said.prefix;
	question.sndid = said.sndid;
	question.rcvid = said.rcvid;
	question.ifindex = said.ifindex;
	question.keyflags = said.keyflags & AO_KEY_IFINDEX;
	question.which = by_key ? said.which & 1 << GET_ALL_BIT : said.which;
	if (memory)
		memcpy(memory, &question, sizeof(question));
	memcpy(&said, value->written, sizeof(said));
	said.which &= (uint16_t)~(1u << GET_ALL_BIT);
	memcpy(value->written, &said, sizeof(said));
}

static const struct structure *packet_info_structure(const struct expr *e)
{
	const struct structure *s = find_structure(e);

	return s ? s : misspelt_structure(e);
}

bool is_packet_info(const struct expr *e)
{
	const struct structure *s = is_option_structure(e) ? packet_info_structure(e) : NULL;

	return s && (s->members == pktinfo_members || s->members == pktinfo6_members);
}

bool packet_info(const struct expr *e, struct arena *arena, struct option_value *value, struct evaluation_error *error)
{
	const struct making m = { .arena = arena, .error = error };

	return make_structure(e, packet_info_structure(e), m, value);
}
