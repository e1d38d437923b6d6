/* SPDX-License-Identifier: MIT
 *
 * check_option.c - setsockopt() and getsockopt(): levels, values and structures
 */
#include "script/check_value.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "script/foreign.h"
#include "script/option_structure.h"
#include "util/buf.h"
#include "util/newer_names.h"

/* ---- values ---- */

/* How values are written that are no number. */
static const struct option_form {
	int level, option;
	const char *text;
} forms[] = {
	{ SOL_SOCKET, SO_LINGER, "{onoff=1, linger=5}" },
	{ SOL_SOCKET, SO_RCVTIMEO, "{tv_sec=1, tv_usec=0}" },
	{ SOL_SOCKET, SO_SNDTIMEO, "{tv_sec=1, tv_usec=0}" },
	{ IPPROTO_TCP, TCP_CONGESTION, "a name: \"reno\"" },
	{ IPPROTO_TCP, TCP_MD5SIG, "{tcpm_addr=..., tcpm_key=\"secret\"}" },
	{ IPPROTO_IP, IP_ADD_MEMBERSHIP, "{imr_multiaddr=inet_addr(\"224.0.0.251\"), imr_interface=INADDR_ANY}" },
	{ IPPROTO_IP, IP_DROP_MEMBERSHIP, "{imr_multiaddr=inet_addr(\"224.0.0.251\"), imr_interface=INADDR_ANY}" },
	{ IPPROTO_IPV6, IPV6_JOIN_GROUP, "{ipv6mr_multiaddr=inet6_addr(\"ff02::fb\"), ipv6mr_interface=0}" },
	{ IPPROTO_IPV6, IPV6_LEAVE_GROUP, "{ipv6mr_multiaddr=inet6_addr(\"ff02::fb\"), ipv6mr_interface=0}" },
};

/* That of the option of @call; NULL: it is a number, or nothing is known. */
static const struct option_form *form_of(const struct call_spec *call)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it has the arguments of its signature */
	const struct expr *level = call->arguments->next, *option = level->next;
	struct evaluation_error error;
	int64_t numbers[2];

	if (!expr_int64(level, &numbers[0], &error) || !expr_int64(option, &numbers[1], &error))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (forms[i].level == numbers[0] && forms[i].option == numbers[1])
			return &forms[i];
	return NULL;
}

/* "SO_LINGER takes {onoff=1, linger=5}", with the words of the script for the option. */
static const char *takes(struct call_checker *c, const struct call_spec *call, const struct option_form *form)
{
	const struct expr *option = call->arguments->next->next;

	return arena_printf(c->script->arena, "%s takes %s", option->kind == EXPR_WORD ? option->word : "this option",
	                    form->text);
}

static bool check_linger(struct call_checker *c, const struct expr *e, bool get)
{
	const struct expr *const members[] = { e->linger.onoff, e->linger.linger };
	static const char *const names[] = { "onoff", "linger" };
	bool ok = true;
	int32_t value;

	for (int i = 0; i < 2; i++)
		if (members[i]->kind != EXPR_ELLIPSIS)
			ok &= want_int(c, members[i], &value);
		else if (!get)
			ok = diag_error(c->diags, DIAG_SEMANTIC, e->loc, "an ellipsis has no value",
			                "%s=... can only be used in getsockopt()", names[i]);
	return ok;
}

/* A text where a number would be: [] are around numbers alone. */
static bool text_in_brackets(struct call_checker *c, const struct expr *e)
{
	const struct expr *text = e->list.first;
	struct buf written = BUF_INIT;

	expr_print(&written, text);
	diag_error(c->diags, DIAG_SEMANTIC, text->loc, "a text in brackets", "a number stands in brackets, [1], and a "
	           "text without them: %s", written.data);
	buf_free(&written);
	return false;
}

static bool check_value(struct call_checker *c, const struct call_spec *call, const struct expr *e, bool get)
{
	const struct option_form *form = form_of(call);
	struct evaluation_error error = { .loc = e->loc };
	int64_t value;

	switch (e->kind) {
	case EXPR_LIST:                                      /* a structure needs the option's name:
	                                                        check_structure() */
		if (e->list.count == 1 && e->list.first->kind == EXPR_STRING)
			return text_in_brackets(c, e);
		return is_option_structure(e) || (get ? want_open_int_list(c, e) : want_int_list(c, e));
	case EXPR_STRING:
		return want_string(c, e);
	case EXPR_IN6_ADDR:
	case EXPR_GRE:
		return true;
	case EXPR_TIMEVAL:
		return want_int64(c, e->timeval.sec, &value) && want_int64(c, e->timeval.usec, &value);
	case EXPR_LINGER:
		return check_linger(c, e, get);
	case EXPR_WORD:
		if (!get && !check_symbols(c, e))
			return false;
		if (!get && expr_int64(e, &value, &error) && !value)
			return true;                             /* NULL */
		break;
	case EXPR_MPLS_STACK:
		if (!get)
			return true;
		break;
	default:
		break;
	}
	snprintf(error.text, sizeof(error.text), "unsupported %s value type: %s", get ? "getsockopt" : "setsockopt",
	         expr_kind_name[e->kind]);
	if (form && (e->kind == EXPR_INTEGER || e->kind == EXPR_WORD))
		return diag_error(c->diags, DIAG_SEMANTIC, e->loc, error.text, "%s", takes(c, call, form));
	if (e->kind == EXPR_INTEGER)
		return diag_error(c->diags, DIAG_SEMANTIC, e->loc, error.text,
				  "a number stands in brackets: [%" PRId64 "]",
		                  e->integer.value);
	if (e->kind == EXPR_ELLIPSIS && get)
		return diag_error(c->diags, DIAG_SEMANTIC, e->loc, error.text,
		                  "a value that may be any is written [...]; what TCP_INFO tells is asserted in a code "
		                  "block, as in %%{ assert tcpi_snd_cwnd == 10 }%%");
	if (e->kind == EXPR_TIMESPEC)
		return diag_error(c->diags, DIAG_SEMANTIC, e->loc, error.text,
				  "an option counts microseconds: {tv_sec=n, tv_usec=n}");
	if (e->kind == EXPR_WORD)
		return diag_error(c->diags, DIAG_SEMANTIC, e->loc, error.text,
				  "a symbol stands in brackets: [%s]", e->word);
	return diag_error(c->diags, DIAG_SEMANTIC, e->loc, error.text,
			  "write a number in brackets, [1], or a string, or a structure");
}

/* ---- structures ---- */

static bool report_foreign_members(struct call_checker *c, const struct expr *value)
{
	struct buf where = BUF_INIT;
	bool foreign = false;

	for (const struct expr *i = value->list.first; i && !foreign; i = i->next) {
		foreign = i->kind == EXPR_ASSIGN && foreign_member(i->assign.name, &where);
		if (foreign)
			check_foreign(c, i->loc, i->assign.name, &where);
	}
	buf_free(&where);
	return foreign;
}

/* setsockopt() or getsockopt() with a structure. The address of the peer is not needed to judge it. */
static bool check_structure(struct call_checker *c, const struct call_spec *call)
{
	const struct expr *name = call->arguments;
	struct option_peer peer = { .mapped = false };
	struct evaluation_error error;
	struct option_value bytes;
	int32_t option;

	for (int i = 0; name && i < 2; i++)
		name = name->next;
	const struct expr *value = name ? name->next : NULL;
	if (!value || !is_option_structure(value))
		return true;
	if (report_foreign_members(c, value))
		return false;
	if (!want_int(c, name, &option))
		return false;
	struct arena *arena = arena_new();
	const struct option_form *form = form_of(call);
	bool ok = option_structure(value, option, &peer, arena, &bytes, &error);
	if (!ok && form)
		diag_error(c->diags, DIAG_SEMANTIC, error.loc, error.text, "%s", takes(c, call, form));
	else if (!ok)
		check_report(c, &error);
	arena_free(arena);
	return ok;
}

/* ---- addresses and levels ---- */

/* How options that are about addresses take them: what stands before one, and behind it. */
static const struct {
	int level, option;
	const char *before, *after;
} address_options[] = {
	{ IPPROTO_IP, IP_ADD_MEMBERSHIP, "{imr_multiaddr=inet_addr(\"", "\"), imr_interface=INADDR_ANY}" },
	{ IPPROTO_IP, IP_DROP_MEMBERSHIP, "{imr_multiaddr=inet_addr(\"", "\"), imr_interface=INADDR_ANY}" },
	{ IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, "{imr_multiaddr=inet_addr(\"",
	  "\"), imr_interface=..., imr_sourceaddr=...}" },
	{ IPPROTO_IP, IP_DROP_SOURCE_MEMBERSHIP, "{imr_multiaddr=inet_addr(\"",
	  "\"), imr_interface=..., imr_sourceaddr=...}" },
	{ IPPROTO_IP, IP_MULTICAST_IF, "[inet_addr(\"", "\")]" },
	{ IPPROTO_IP, MCAST_JOIN_GROUP, "{gr_interface=0, gr_group=\"", "\"}" },
	{ IPPROTO_IP, MCAST_LEAVE_GROUP, "{gr_interface=0, gr_group=\"", "\"}" },
	{ IPPROTO_IPV6, MCAST_JOIN_GROUP, "{gr_interface=0, gr_group=\"", "\"}" },
	{ IPPROTO_IPV6, MCAST_LEAVE_GROUP, "{gr_interface=0, gr_group=\"", "\"}" },
	{ IPPROTO_IPV6, IPV6_JOIN_GROUP, "{ipv6mr_multiaddr=inet6_addr(\"", "\"), ipv6mr_interface=0}" },
	{ IPPROTO_IPV6, IPV6_LEAVE_GROUP, "{ipv6mr_multiaddr=inet6_addr(\"", "\"), ipv6mr_interface=0}" },
};

/* An option that is about an address does not take its letters. Where the call is to fail, that may be the question. */
static bool check_address_text(struct call_checker *c, const struct call_spec *call)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it has the arguments of its signature */
	const struct expr *level = call->arguments->next, *option = level->next, *value = option->next;
	struct evaluation_error error;
	struct ip_address address;
	int32_t numbers[2];
	int64_t result;

	if (value->kind != EXPR_STRING || !ip_address_parse(value->string.text, &address) ||
	    !expr_literal(call->result, &result, &error) || result < 0 ||
	    !want_int(c, level, &numbers[0]) || !want_int(c, option, &numbers[1]))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(address_options); i++) {
		if (address_options[i].level != numbers[0] || address_options[i].option != numbers[1])
			continue;
		diag_error(c->diags, DIAG_SEMANTIC, value->loc, "letters in the place of an address", "write %s%s%s",
		           address_options[i].before, value->string.text, address_options[i].after);
		return false;
	}
	return true;
}

/* Whose options begin with which word. Those of multicast that begin otherwise are of IPv4 and IPv6 alike. */
static const struct option_level {
	const char *prefix;
	int32_t level, other_level;
	const char *name;
} option_levels[] = {
	{ "SO_", SOL_SOCKET, SOL_SOCKET, "SOL_SOCKET" },     { "TCP_", IPPROTO_TCP, IPPROTO_TCP, "IPPROTO_TCP" },
	{ "IP_", IPPROTO_IP, IPPROTO_IP, "IPPROTO_IP" },     { "IPV6_", IPPROTO_IPV6, IPPROTO_IPV6, "IPPROTO_IPV6" },
	{ "UDP_", IPPROTO_UDP, IPPROTO_UDPLITE, "IPPROTO_UDP" },
	{ "UDPLITE_", IPPROTO_UDPLITE, IPPROTO_UDP, "IPPROTO_UDPLITE" },
};

/* The number of an option means another one at another level, so the call may well succeed there, without an effect.
 * Where a script wants it to fail that is what it tests. */
static void warn_of_level(struct call_checker *c, const struct call_spec *call)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it has the arguments of its signature */
	const struct expr *level = call->arguments->next, *option = level->next;
	struct evaluation_error error;
	int64_t number, result;

	if (option->kind != EXPR_WORD || !expr_int64(level, &number, &error) ||
	    !expr_literal(call->result, &result, &error) || result < 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(option_levels); i++) {
		const struct option_level *l = &option_levels[i];
		if (strncmp(option->word, l->prefix, strlen(l->prefix)) != 0)
			continue;
		if (number != l->level && number != l->other_level)
			diag_warning(c->diags, level->loc, "an option of another level",
			             "%s is one of %s; here its number stands for something else", option->word,
			             l->name);
	}
}

/* Does the script ask for TCP within UDP? */
static void note_option(struct call_checker *c, const struct call_spec *call)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it has the arguments of its signature */
	const struct expr *level = call->arguments->next, *option = level->next;
	struct evaluation_error error;
	int64_t numbers[2];

	if (expr_int64(level, &numbers[0], &error) && expr_int64(option, &numbers[1], &error) &&
	    numbers[0] == IPPROTO_TCP && numbers[1] == TCP_REMOTE_UDP_ENCAPS_PORT &&
	    !c->script->config.udp_encapsulation)
		c->script->config.udp_encapsulation = "tcp";
}

/* A number where the option takes something else is refused by most systems: EINVAL, which does not say why. */
static void warn_of_number(struct call_checker *c, const struct call_spec *call)
{
	const struct expr *value = call->arguments->next->next->next;
	const struct option_form *form = form_of(call);
	struct evaluation_error error;
	int64_t result;

	if (form && value->kind == EXPR_LIST && !value->list.braces && expr_literal(call->result, &result, &error) &&
	    result >= 0)
		diag_warning(c->diags, value->loc, "a number for an option that takes none", "%s",
		             takes(c, call, form));
}

bool check_option_value(struct call_checker *c, const struct call_spec *call, const struct expr *value)
{
	return check_value(c, call, value, call->signature->id == CALL_GETSOCKOPT);
}

bool check_option_call(struct call_checker *c, const struct call_spec *call)
{
	warn_of_level(c, call);
	note_option(c, call);
	if (call->signature->id == CALL_SETSOCKOPT)
		warn_of_number(c, call);
	return check_structure(c, call) && check_address_text(c, call);
}
