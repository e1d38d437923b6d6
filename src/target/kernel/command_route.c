/* SPDX-License-Identifier: MIT
 *
 * command_route.c - ip route and ip address without their process
 *
 *	ip [-4|-6] route add|replace|change|append|del PREFIX [via ADDRESS] [dev DEVICE] [src ADDRESS]
 *	                                               [METRIC [lock] VALUE]...
 *	ip [-4|-6] address add|del ADDRESS[/LENGTH] dev DEVICE
 *
 * Numbers are plain decimal, times are "30ms" or "1s". Other words, and commands that show something, are left to the
 * tool.
 */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "target/kernel/commands.h"
#include "util/common.h"

struct network_address {
	int family;                                          /* AF_UNSPEC: none is given */
	unsigned length;                                     /* of the prefix, in bits */
	uint8_t bytes[16];
};

enum metric_form { NUMBER, FLAG, TIME, FEATURE, NAME };
/* Is the value to stay, whatever is learnt? The word "lock" before it says so, where that is allowed. */
enum metric_lock { NO_LOCK, LOCK, LOCKED };

static const struct metric {
	const char *name;
	uint16_t kind;                                       /* RTAX_* */
	enum metric_form form;
	enum metric_lock lock;
	unsigned parts;                                      /* in which a time is given, of a millisecond */
} metrics[] = {
	{ "mtu", RTAX_MTU, NUMBER, LOCK, 0 }, { "advmss", RTAX_ADVMSS, NUMBER, LOCK, 0 },
	{ "window", RTAX_WINDOW, NUMBER, LOCK, 0 }, { "initcwnd", RTAX_INITCWND, NUMBER, LOCK, 0 },
	{ "initrwnd", RTAX_INITRWND, NUMBER, LOCK, 0 }, { "ssthresh", RTAX_SSTHRESH, NUMBER, LOCK, 0 },
	{ "cwnd", RTAX_CWND, NUMBER, LOCK, 0 }, { "reordering", RTAX_REORDERING, NUMBER, LOCK, 0 },
	{ "hoplimit", RTAX_HOPLIMIT, NUMBER, LOCK, 0 }, { "quickack", RTAX_QUICKACK, FLAG, NO_LOCK, 0 },
	{ "fastopen_no_cookie", RTAX_FASTOPEN_NO_COOKIE, FLAG, NO_LOCK, 0 },
	{ "rto_min", RTAX_RTO_MIN, TIME, LOCKED, 1 }, { "rtt", RTAX_RTT, TIME, LOCK, 8 },
	{ "rttvar", RTAX_RTTVAR, TIME, LOCK, 4 }, { "features", RTAX_FEATURES, FEATURE, NO_LOCK, 0 },
	{ "congctl", RTAX_CC_ALGO, NAME, LOCK, 0 },
};

static const struct verb {
	const char *name;
	uint16_t type, flags;
} route_verbs[] = {
	{ "add", RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL }, { "replace", RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE },
	{ "change", RTM_NEWROUTE, NLM_F_REPLACE }, { "append", RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND },
	{ "del", RTM_DELROUTE, 0 }, { "delete", RTM_DELROUTE, 0 }, { NULL, 0, 0 },
}, address_verbs[] = {
	{ "add", RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL }, { "del", RTM_DELADDR, 0 }, { "delete", RTM_DELADDR, 0 },
	{ NULL, 0, 0 },
};

struct route {
	const struct verb *verb;
	struct network_address to, via, source;
	unsigned device;                                     /* 0: none is given */
	const char *values[ARRAY_LEN(metrics)];              /* NULL: not given */
	uint32_t locks;                                      /* bits 1 << RTAX_* */
};

/* ---- words ---- */

/* At most @most, in digits only. */
static bool plain_number(const char *text, unsigned long most)
{
	return *text >= '0' && *text <= '9' && strspn(text, "0123456789") == strlen(text) && strlen(text) < 10 &&
	       (*text != '0' || !text[1]) && strtoul(text, NULL, 10) <= most;
}

static unsigned bits_of(int family)
{
	return family == AF_INET ? 32 : 128;
}

/* ADDRESS[/LENGTH] */
static bool take_address(const char *text, struct network_address *out)
{
	char plain[INET6_ADDRSTRLEN];
	const size_t length = strcspn(text, "/");

	if (length >= sizeof(plain))
		return false;
	memcpy(plain, text, length);
	plain[length] = '\0';
	out->family = strchr(plain, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(out->family, plain, out->bytes) != 1 ||
	    (text[length] && !plain_number(text + length + 1, bits_of(out->family))))
		return false;
	out->length = text[length] ? (unsigned)strtoul(text + length + 1, NULL, 10) : bits_of(out->family);
	return true;
}

static bool take_host(const char *text, struct network_address *out)
{
	return !strchr(text, '/') && take_address(text, out);
}

/* Milliseconds, or 0. */
static uint32_t duration(const char *text)
{
	const size_t digits = strspn(text, "0123456789");
	const bool seconds = !strcmp(text + digits, "s");

	if (!digits || digits > 5 || (!seconds && strcmp(text + digits, "ms") != 0))
		return 0;
	return (uint32_t)strtoul(text, NULL, 10) * (seconds ? 1000 : 1);
}

static bool is_value(enum metric_form form, const char *text)
{
	switch (form) {
	case NUMBER:
		return plain_number(text, 999999999);
	case FLAG:
		return plain_number(text, 1);
	case TIME:
		return duration(text) != 0;
	case FEATURE:
		return !strcmp(text, "ecn");
	case NAME:
		return strcmp(text, "lock") != 0 && strlen(text) < 16;
	}
	return false;
}

/* How many of @words make up the metric; 0: it is none. */
static size_t take_metric(struct route *r, char **words)
{
	for (size_t i = 0; i < ARRAY_LEN(metrics); i++) {
		if (strcmp(metrics[i].name, words[0]))
			continue;
		const size_t at = metrics[i].lock == LOCK && !strcmp(words[1], "lock") ? 2 : 1;
		if (r->values[i] || !words[at] || !is_value(metrics[i].form, words[at]))
			return 0;
		r->values[i] = words[at];
		r->locks |= metrics[i].lock == LOCKED || at == 2 ? 1u << metrics[i].kind : 0;
		return at + 1;
	}
	return 0;
}

static const struct verb *take_verb(const struct verb *verbs, const char *word)
{
	while (verbs->name && word && strcmp(verbs->name, word))
		verbs++;
	return verbs->name && word ? verbs : NULL;
}

/* The words behind "ip": returns the family that an option gives; *object: the words that follow. */
static int take_family(char ***words)
{
	int family = AF_UNSPEC;

	for (; **words && (!strcmp(**words, "-4") || !strcmp(**words, "-6")); ++*words)
		family = (**words)[1] == '4' ? AF_INET : AF_INET6;
	return family;
}

static bool is_word(const char *word, const char *one, const char *other)
{
	return word && (!strcmp(word, one) || !strcmp(word, other));
}

/* All addresses have one family: that of an option, or else that of the first address. */
static bool families_agree(const struct route *r, int family)
{
	const int all[] = { family, r->to.family, r->via.family, r->source.family };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (all[i] != AF_UNSPEC && family != AF_UNSPEC && all[i] != family)
			return false;
		family = family == AF_UNSPEC ? all[i] : family;
	}
	return true;
}

static bool read_route(char **args, struct route *r)
{
	char **words = args + 1;
	const int family = take_family(&words);

	*r = (struct route){ 0 };
	if (!is_word(words[0], "route", "ro") || !(r->verb = take_verb(route_verbs, words[1])) || !words[2])
		return false;
	if (!strcmp(words[2], "default"))
		r->to.family = family;
	else if (!take_address(words[2], &r->to))
		return false;
	for (words += 3; words[0];) {
		size_t taken = 2;
		if (!words[1])
			return false;
		if (!strcmp(words[0], "via") ? !take_host(words[1], &r->via) :
		    !strcmp(words[0], "src") ? !take_host(words[1], &r->source) :
		    !strcmp(words[0], "dev") ? !(r->device = if_nametoindex(words[1])) :
		                               !(taken = take_metric(r, words)))
			return false;
		words += taken;
	}
	if (!families_agree(r, family))
		return false;
	r->to.family = r->to.family ? r->to.family : r->via.family ? r->via.family : AF_INET;
	return r->via.family || r->device || r->verb->type == RTM_DELROUTE;
}

static bool read_address(char **args, const struct verb **verb, struct network_address *address, unsigned *device)
{
	char **words = args + 1;
	const int family = take_family(&words);

	if (!is_word(words[0], "address", "addr") || !(*verb = take_verb(address_verbs, words[1])) || !words[2] ||
	    !take_address(words[2], address) || !words[3] || strcmp(words[3], "dev") || !words[4] || words[5])
		return false;
	*device = if_nametoindex(words[4]);
	/* Deleting an address without its length gives a warning. */
	return *device && ((*verb)->type == RTM_NEWADDR || strchr(words[2], '/')) &&
	       (family == AF_UNSPEC || family == address->family);
}

/* ---- requests ---- */

static void put_address(struct nlmsghdr *h, uint16_t attribute, const struct network_address *address)
{
	if (address->family != AF_UNSPEC)
		mnl_attr_put(h, attribute, bits_of(address->family) / 8, address->bytes);
}

static void put_metrics(struct nlmsghdr *h, const struct route *r)
{
	struct nlattr *all = NULL;

	for (size_t i = 0; i < ARRAY_LEN(metrics); i++) {
		const struct metric *m = &metrics[i];
		if (!r->values[i])
			continue;
		all = all ? all : mnl_attr_nest_start(h, RTA_METRICS);
		if (m->form == NAME)
			mnl_attr_put_strz(h, m->kind, r->values[i]);
		else if (m->form == FEATURE)
			mnl_attr_put_u32(h, m->kind, RTAX_FEATURE_ECN);
		else if (m->form == TIME)
			mnl_attr_put_u32(h, m->kind, m->parts * duration(r->values[i]));
		else
			mnl_attr_put_u32(h, m->kind, (uint32_t)strtoul(r->values[i], NULL, 10));
	}
	if (r->locks)
		mnl_attr_put_u32(h, RTAX_LOCK, r->locks);
	if (all)
		mnl_attr_nest_end(h, all);
}

static void put_route(struct nlmsghdr *h, const struct route *r)
{
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	const bool removes = r->verb->type == RTM_DELROUTE;

	h->nlmsg_type = r->verb->type;
	h->nlmsg_flags = r->verb->flags;
	m->rtm_family = (unsigned char)r->to.family;
	m->rtm_dst_len = (unsigned char)r->to.length;
	m->rtm_table = RT_TABLE_MAIN;
	m->rtm_scope = r->to.family == AF_INET6 ? RT_SCOPE_UNIVERSE : removes ? RT_SCOPE_NOWHERE :
	               r->via.family ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	m->rtm_protocol = removes ? RTPROT_UNSPEC : RTPROT_BOOT;
	m->rtm_type = removes ? RTN_UNSPEC : RTN_UNICAST;
	if (r->to.length)
		put_address(h, RTA_DST, &r->to);
	put_address(h, RTA_GATEWAY, &r->via);
	put_address(h, RTA_PREFSRC, &r->source);
	if (r->device)
		mnl_attr_put_u32(h, RTA_OIF, r->device);
	put_metrics(h, r);
}

bool kernel_ip_route_certain(char **args)
{
	const struct verb *verb;
	struct network_address address;
	struct route route;
	unsigned device;

	return read_route(args, &route) || read_address(args, &verb, &address, &device);
}

bool kernel_ip_route_request(char **args, struct nlmsghdr *h)
{
	const struct verb *verb;
	struct network_address address;
	struct route route;
	unsigned device;

	if (read_route(args, &route)) {
		put_route(h, &route);
		return true;
	}
	if (!read_address(args, &verb, &address, &device))
		return false;
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	h->nlmsg_type = verb->type;
	h->nlmsg_flags = verb->flags;
	m->ifa_family = (unsigned char)address.family;
	m->ifa_prefixlen = (unsigned char)address.length;
	m->ifa_index = device;
	m->ifa_scope = address.family == AF_INET && address.bytes[0] == 127 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
	put_address(h, IFA_LOCAL, &address);
	put_address(h, IFA_ADDRESS, &address);
	return true;
}
