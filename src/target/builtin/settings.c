/* SPDX-License-Identifier: MIT
 *
 * settings.c - the table of sysctls
 */
#include "target/builtin/settings.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/common.h"
#include "util/table.h"

enum kind {
	NUMBERS,                                             /* one value for each parameter */
	THOUSANDTHS,                                         /* the parameter has a unit a thousand times larger */
	OPPOSITE,                                            /* a switch, the reverse: parameter = 1 - value */
	WORD,                                                /* a named choice */
	NAMED,                                               /* the same, or its number */
	KEYS,                                                /* of Fast Open cookies */
	CHOICES,                                             /* the names of all choices; some of them may be written,
	                                                        but for a .value */
	IGNORED,                                             /* no meaning for this stack */
	ONLY,                                                /* the stack does what .value says, nothing else */
	ENOUGH,                                              /* the same of what is less than .value */
	OFF,                                                 /* the same, and .feature is what other values need */
};

enum { PARAMETERS = 3, NAME_ROOM = 128 };

/* Parameters that are no sysctl of Linux can be set, too, under a folder of their own: a case needs them where it
 * states what is allowed or optional, and no profile does it. */
static const char OWN[] = "protodrill.";

struct rule {
	const char *name;                                    /* without "net."; `*` stands for one word: an interface */
	enum kind kind;
	const char *parameters[PARAMETERS];
	const char *value, *feature;
};

#define SAME(name, ...) { name, NUMBERS, { __VA_ARGS__ }, NULL, NULL }
#define NONE(name) { name, IGNORED, { NULL }, NULL, NULL }
#define FIXED(name, value) { name, ONLY, { NULL }, value, NULL }
#define LEAST(name, value, feature) { name, ENOUGH, { NULL }, value, feature }
#define ABSENT(name, value, feature) { name, OFF, { NULL }, value, feature }

/* What means more than one parameter of the same sense: one that says itself which sysctl it is needs no rule. */
static const struct rule rules[] = {
	SAME("ipv4.tcp_rmem", "tcp_receive_buffer_min", "tcp_receive_buffer", "tcp_receive_buffer_max"),
	SAME("ipv4.tcp_wmem", "tcp_send_buffer_min", "tcp_send_buffer", "tcp_send_buffer_max"),
	SAME("ipv4.ip_local_port_range", "port_first", "port_last"),
	/* The interface is there already: what new ones get means nothing to it, nor what stands beside its own. */
	NONE("ipv6.conf.all.hop_limit"), NONE("ipv6.conf.default.hop_limit"),
	SAME("ipv6.conf.*.hop_limit", "ip6_hop_limit"),
	SAME("ipv6.ip6frag_time", "ip_reassembly_timeout_s"),
	SAME("ipv6.ip6frag_high_thresh", "ip_reassembly_memory"),
	/* Where all and the interface have to agree, the interface does from the start. */
	NONE("ipv4.conf.default.accept_source_route"), NONE("ipv4.conf.default.accept_local"),
	SAME("ipv4.conf.all.accept_source_route", "ip_accept_source_route"),
	FIXED("ipv4.conf.*.accept_source_route", "1"),
	SAME("ipv4.conf.*.accept_local", "ip_accept_own_source"),
	{ "ipv4.tcp_congestion_control", WORD, { "tcp_congestion" }, NULL, "such congestion control" },
	{ "ipv4.tcp_available_congestion_control", CHOICES, { "tcp_congestion" }, "all", NULL },
	/* Whose names may be left out: scripts run as root, who may use every one. */
	{ "ipv4.tcp_allowed_congestion_control", CHOICES, { "tcp_congestion" }, NULL, NULL },
	{ "ipv4.tcp_rto_min_us", THOUSANDTHS, { "tcp_rto_min_ms" }, NULL, NULL },
	{ "ipv4.tcp_fastopen_key", KEYS, { NULL }, NULL, NULL },
	{ "ipv4.ip_no_pmtu_disc", OPPOSITE, { "ip_pmtu_discovery" }, NULL, NULL },
};

/* What no parameter stands for. */
static const struct rule others[] = {
	/* What the stack does not have yet. */
	ABSENT("ipv4.tcp_plb_enabled", "0", "protective load balancing"),
	ABSENT("ipv4.tcp_app_win", "31", "a share of the window for the user's own delays"),
	ABSENT("ipv4.icmp_echo_enable_probe", "0", "PROBE (RFC 8335)"),
	ABSENT("ipv4.tcp_max_orphans", "8192", "a limit of connections without a user"),
	ABSENT("ipv4.ip_autobind_reuse", "0", "ports that are shared when they are chosen"),
	ABSENT("ipv4.ip_local_reserved_ports", "", "ports that are never chosen"),
	ABSENT("ipv4.tcp_no_ssthresh_metrics_save", "1", "what one connection learns for the next"),
	ABSENT("ipv4.tcp_migrate_req", "0", "requests that move to another listener"),
	ABSENT("ipv4.conf.*.route_localnet", "0", "127.0.0.0/8 on the link"),
	NONE("ipv4.tcp_plb_cong_thresh"), NONE("ipv4.tcp_plb_idle_rehash_rounds"), NONE("ipv4.tcp_plb_rehash_rounds"),
	NONE("ipv4.tcp_plb_suspend_rto_sec"),

	/* What the stack does in one way. */
	FIXED("ipv4.ip_forward", "0"), FIXED("ipv4.conf.*.forwarding", "0"), FIXED("ipv6.conf.*.forwarding", "0"),
	FIXED("ipv6.conf.*.disable_ipv6", "0"),
	FIXED("ipv4.tcp_workaround_signed_windows", "0"),

	/* Details of loss recovery and pacing that this stack does not have, or that it needs no setting for. */
	NONE("ipv4.tcp_fack"),
	NONE("ipv4.tcp_max_ssthresh"),
	NONE("ipv4.tcp_limit_output_bytes"),
	NONE("ipv4.tcp_backlog_ack_defer"),
	NONE("ipv4.tcp_rcvbuf_low_rtt"),

	/* How a kernel keeps its memory and finds its sockets. */
	LEAST("ipv4.tcp_mem", "4096", "a limit of memory for all connections"),
	LEAST("ipv4.udp_mem", "4096", "a limit of memory for all datagrams"),
	NONE("ipv4.udp_rmem_min"), NONE("ipv4.udp_wmem_min"),
	NONE("ipv4.tcp_low_latency"), NONE("ipv4.tcp_early_demux"),
	NONE("ipv4.udp_early_demux"), NONE("ipv4.ip_early_demux"), NONE("ipv4.tcp_child_ehash_entries"),
	NONE("ipv4.tcp_l3mdev_accept"), NONE("ipv4.tcp_fwmark_accept"),
	NONE("ipv4.ping_group_range"), NONE("ipv4.udp_l3mdev_accept"), NONE("ipv4.raw_l3mdev_accept"),
	NONE("ipv4.ip_unprivileged_port_start"), NONE("ipv4.ip_dynaddr"), NONE("ipv4.udp_child_hash_entries"),
	NONE("ipv4.icmp_ignore_bogus_error_responses"), NONE("ipv4.icmp_errors_use_inbound_ifaddr"),
	NONE("ipv6.icmp.echo_ignore_anycast"), NONE("ipv6.icmp.error_anycast_as_unicast"),
	NONE("core.tstamp_allow_data"), NONE("core.rps_default_mask"),
	NONE("ipv4.fwmark_reflect"), NONE("ipv6.fwmark_reflect"),
	NONE("ipv4.ipfrag_low_thresh"), NONE("ipv6.ip6frag_low_thresh"), NONE("core.netdev_max_backlog"),
	NONE("ipv4.tcp_autocorking"),                        /* the link takes at once what it is given */
	LEAST("core.optmem_max", "20480", "a limit of memory for options and control messages"),
	NONE("core.default_qdisc"), NONE("core.busy_poll"), NONE("core.busy_read"),
	NONE("core.high_order_alloc_disable"), NONE("core.gro_normal_batch"), NONE("core.bpf_jit_enable"),

	/* Other protocols, and what the system as a whole does. */
	NONE("mptcp.*"),

	/* Links and neighbours: there is one link, and nobody to ask for an address. */
	ABSENT("ipv4.conf.*.rp_filter", "0", "a filter of sources to which no route leads"),
	NONE("ipv4.conf.*.arp_ignore"), NONE("ipv4.conf.*.arp_announce"), NONE("ipv4.conf.*.arp_filter"),
	NONE("ipv4.conf.*.log_martians"), NONE("ipv4.conf.*.accept_redirects"), NONE("ipv4.conf.*.send_redirects"),
	NONE("ipv4.conf.*.secure_redirects"), NONE("ipv4.conf.*.disable_policy"), NONE("ipv6.conf.*.accept_dad"),
	NONE("ipv6.conf.*.dad_transmits"), NONE("ipv6.conf.*.accept_ra"), NONE("ipv6.conf.*.autoconf"),
	NONE("ipv6.conf.*.addr_gen_mode"), NONE("ipv6.conf.*.use_tempaddr"), NONE("ipv6.conf.*.accept_redirects"),
	NONE("ipv6.conf.*.router_solicitations"), NONE("ipv6.conf.*.optimistic_dad"),
};

/* ---- names ---- */

/* With dots and without "net."; false: too long to be one. A name with slashes keeps its dots, as those may
 * be part of an interface's name. */
static bool normalise(const char *name, char out[NAME_ROOM])
{
	static const char *const prefixes[] = { "/proc/sys/", "/sys/module/", "net.", "net/" };
	size_t length;

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			name += strlen(prefixes[i]);
	length = strlen(name);
	if (!length || length >= NAME_ROOM)
		return false;
	bool slashes = strchr(name, '/');
	for (size_t i = 0; i <= length; i++)
		out[i] = slashes && name[i] == '/' ? '.' : slashes && name[i] == '.' ? '/' : name[i];
	return true;
}

/* Is @name written as the system's own tools want it, without a short form, or is it one of ours? */
static bool is_whole(const char *name)
{
	static const char root[] = "/proc/sys/", modules[] = "/sys/module/";

	if (!strncmp(name, modules, strlen(modules)) || !strncmp(name, OWN, strlen(OWN)))
		return true;
	if (!strncmp(name, root, strlen(root)))
		name += strlen(root);
	return !strncmp(name, "net", 3) && (name[3] == '.' || name[3] == '/');
}

static bool matches(const char *pattern, const char *name)
{
	for (; *pattern; pattern++) {
		if (*pattern == '*') {
			size_t word = strcspn(name, ".");
			if (!word)
				return false;
			name += word;
		} else if (*name++ != *pattern) {
			return false;
		}
	}
	return !*name;
}

static const struct rule *find_in(const struct rule *table, size_t count, const char *plain)
{
	for (size_t i = 0; i < count; i++)
		if (matches(table[i].name, plain))
			return &table[i];
	return NULL;
}

/* The rule for @name; *same is room for that of a parameter which says itself which sysctl it is. */
static const struct rule *find(const char *name, struct rule *same)
{
	char plain[NAME_ROOM];
	const struct rule *rule;

	if (!is_whole(name) || !normalise(name, plain))
		return NULL;
	rule = find_in(rules, ARRAY_LEN(rules), plain);
	if (rule)
		return rule;
	const bool own = !strncmp(plain, OWN, strlen(OWN));
	const char *wanted = plain + (own ? strlen(OWN) : 0);
	for (size_t i = 0; i < stack_parameter_count; i++) {
		const struct stack_parameter *p = &stack_parameters[i];
		const char *named = own ? p->field.name : p->sysctl;

		if (!named || strcmp(named, wanted))
			continue;
		*same = (struct rule)SAME(named, p->field.name);
		if (own && stack_choice_name(p->field.name, 0))
			same->kind = NAMED;
		return same;
	}
	return find_in(others, ARRAY_LEN(others), plain);
}

bool settings_know(const char *name)
{
	struct rule same;

	return find(name, &same);
}

enum { NAMES_OF_RULES = ARRAY_LEN(rules) + ARRAY_LEN(others) };

/* The @i-th of all names; NULL: that parameter is no sysctl. */
static const char *name_at(size_t i)
{
	if (i < ARRAY_LEN(rules))
		return rules[i].name;
	if (i < NAMES_OF_RULES)
		return others[i - ARRAY_LEN(rules)].name;
	return stack_parameters[i - NAMES_OF_RULES].sysctl;
}

static bool is_below(const char *name, const char *folder)
{
	size_t length = strlen(folder);

	return name && !strncmp(name, folder, length) && name[length] == '.';
}

bool settings_know_below(const char *path)
{
	char plain[NAME_ROOM];

	if (!normalise(path, plain))
		return false;
	for (size_t i = strlen(plain); i && plain[i - 1] == '.'; i--)
		plain[i - 1] = '\0';
	for (size_t i = 0; i < NAMES_OF_RULES + stack_parameter_count; i++)
		if (is_below(name_at(i), plain))
			return true;
	return false;
}

void settings_visit(void (*visit)(void *context, const char *name), void *context)
{
	for (size_t i = 0; i < NAMES_OF_RULES + stack_parameter_count; i++)
		if (name_at(i) && !strchr(name_at(i), '*'))
			visit(context, name_at(i));
}

static void offer(void *guess, const char *name)
{
	guess_offer(guess, name);
}

const char *settings_guess(const char *name)
{
	char plain[NAME_ROOM];
	struct guess guess = { .wanted = plain };

	if (!normalise(name, plain))
		return NULL;
	settings_visit(offer, &guess);
	return guess.nearest && guess.distance <= 2 ? guess.nearest : NULL;
}

/* ---- values ---- */

/* A number as the kernel reads it: decimal, 0x or 0. *text moves behind it. */
static bool take_number(const char **text, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(*text, &end, 0);
	if (end == *text || errno || (*end && !isspace((unsigned char)*end)))
		return false;
	*text = end + strspn(end, " \t\n");
	return true;
}

static int64_t parameter_value(enum kind kind, int64_t number)
{
	return kind == THOUSANDTHS ? number / 1000 : kind == OPPOSITE ? 1 - number : number;
}

/* Is it the one value that the rule allows? Numbers may be written in any way. */
static bool is_only_value(const struct rule *rule, const char *value)
{
	const char *rest = value, *want = rule->value;
	int64_t number, wanted;

	if (take_number(&rest, &number) && !*rest && take_number(&want, &wanted) && !*want)
		return number == wanted;
	return !strcmp(rule->value, value);
}

/* The first number decides where there are more. */
static bool is_enough(const struct rule *rule, const char *value)
{
	const char *want = rule->value;
	int64_t number, wanted;

	return take_number(&value, &number) && take_number(&want, &wanted) && number >= wanted;
}

/* All or nothing. */
static enum setting_result assign_numbers(struct stack_config *c, const struct rule *rule, const char *value)
{
	struct stack_config changed = *c;

	for (size_t i = 0; i < PARAMETERS && rule->parameters[i]; i++) {
		const struct stack_parameter *p = stack_parameter_find(rule->parameters[i]);
		int64_t number;

		if (!*value && i)
			break;
		if (!take_number(&value, &number))
			return SETTING_INVALID;
		if (!p || !stack_parameter_set(&changed, p, parameter_value(rule->kind, number)))
			return SETTING_UNSUPPORTED;
	}
	if (*value)
		return SETTING_INVALID;
	*c = changed;
	return SETTING_OK;
}

/* One key: four words of 32 bits in hexadecimal digits with dashes between. *text moves behind it. */
static bool take_key(const char **text, uint64_t key[2])
{
	for (int i = 0; i < 4; i++) {
		char *end;
		unsigned long word = isxdigit((unsigned char)**text) ? strtoul(*text, &end, 16) : UINT32_MAX + 1UL;

		if (word > UINT32_MAX || (i < 3 && *end != '-'))
			return false;
		key[i / 2] |= (uint64_t)word << 32 * (i % 2);
		*text = end + (i < 3);
	}
	return true;
}

/* The key that makes cookies and, after a comma, one that is only believed. */
static enum setting_result assign_keys(struct stack_config *c, const char *value)
{
	struct fast_open_keys keys = { 0 };

	do {
		value += keys.count > 0;
		if (!take_key(&value, keys.key[keys.count++]))
			return SETTING_INVALID;
	} while (*value == ',' && keys.count < FAST_OPEN_KEYS);
	if (value[strspn(value, " \t\n")])
		return SETTING_INVALID;
	c->tcp_fastopen_keys = keys;
	return SETTING_OK;
}

static void show_keys(const struct stack_config *c, struct buf *out)
{
	const struct fast_open_keys *keys = &c->tcp_fastopen_keys;

	for (int i = 0; i < (keys->count ? keys->count : 1); i++) {
		const uint64_t *k = keys->key[i];
		buf_printf(out, "%s%08x-%08x-%08x-%08x", i ? "," : "", (unsigned)k[0], (unsigned)(k[0] >> 32),
		           (unsigned)k[1], (unsigned)(k[1] >> 32));
	}
}

/* Names with blanks between them, each one of the choices of @parameter. */
static enum setting_result check_names(const char *parameter, const char *value)
{
	enum { WORD_ROOM = 32 };
	char word[WORD_ROOM];
	int64_t number;

	for (; *value; value += strspn(value, " \t\n")) {
		size_t length = strcspn(value, " \t\n");

		if (length >= WORD_ROOM)
			return SETTING_INVALID;
		memcpy(word, value, length);
		word[length] = '\0';
		if (!stack_choice_value(parameter, word, &number))
			return SETTING_INVALID;
		value += length;
	}
	return SETTING_OK;
}

static void show_names(const char *parameter, struct buf *out)
{
	const char *name;

	for (int64_t i = 0; (name = stack_choice_name(parameter, i)) && *name; i++)
		buf_printf(out, "%s%s", i ? " " : "", name);
}

enum setting_result settings_assign(struct stack_config *c, const char *name, const char *value)
{
	struct rule same;
	const struct rule *rule = find(name, &same);
	int64_t number;

	if (!rule)
		return SETTING_UNKNOWN;
	value += strspn(value, " \t\n");
	switch (rule->kind) {
	case IGNORED:
		return SETTING_OK;
	case ONLY:
		return is_only_value(rule, value) ? SETTING_OK : SETTING_UNSUPPORTED;
	case ENOUGH:
		return is_enough(rule, value) ? SETTING_OK : SETTING_ABSENT;
	case OFF:
		return is_only_value(rule, value) ? SETTING_OK : SETTING_ABSENT;
	case KEYS:
		return assign_keys(c, value);
	case CHOICES:
		return rule->value ? SETTING_INVALID : check_names(rule->parameters[0], value);
	case NAMED:
		if (!stack_choice_value(rule->parameters[0], value, &number))
			return assign_numbers(c, rule, value);
		stack_parameter_set(c, stack_parameter_find(rule->parameters[0]), number);
		return SETTING_OK;
	case WORD:
		if (!stack_choice_value(rule->parameters[0], value, &number))
			return SETTING_ABSENT;
		stack_parameter_set(c, stack_parameter_find(rule->parameters[0]), number);
		return SETTING_OK;
	default:
		return assign_numbers(c, rule, value);
	}
}

static void show_parameter(const struct stack_config *c, const struct rule *rule, const char *name, struct buf *out)
{
	int64_t number = stack_parameter_get(c, stack_parameter_find(name));

	if (rule->kind == WORD || rule->kind == NAMED)
		buf_puts(out, stack_choice_name(name, number));
	else if (rule->kind == THOUSANDTHS)
		buf_printf(out, "%" PRId64, number * 1000);
	else
		buf_printf(out, "%" PRId64, rule->kind == OPPOSITE ? 1 - number : number);
}

enum setting_result settings_read(const struct stack_config *c, const char *name, struct buf *value)
{
	struct rule same;
	const struct rule *rule = find(name, &same);

	if (!rule)
		return SETTING_UNKNOWN;
	if (rule->kind == ONLY || rule->kind == OFF)
		buf_puts(value, rule->value);
	if (rule->kind == KEYS)
		show_keys(c, value);
	if (rule->kind == CHOICES) {
		show_names(rule->parameters[0], value);
		return SETTING_OK;
	}
	for (size_t i = 0; i < PARAMETERS && rule->parameters[i]; i++) {
		if (i)
			buf_puts(value, " ");
		show_parameter(c, rule, rule->parameters[i], value);
	}
	return SETTING_OK;
}

void settings_choices(const char *name, struct buf *names)
{
	struct rule same;
	const struct rule *rule = find(name, &same);

	if (rule && rule->kind == NAMED)
		show_names(rule->parameters[0], names);
}

const char *settings_absent(const char *name)
{
	struct rule same;
	const struct rule *rule = find(name, &same);

	return rule && rule->feature ? rule->feature : "";
}
