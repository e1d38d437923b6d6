/* SPDX-License-Identifier: MIT
 *
 * command_ip.c - ip, tc, ethtool: the network around the stack
 *
 * There is one link, without addresses of its own, and everything is on it. Settings that only affect how packets find
 * their way are accepted; those that change packets or their timing (netem) are not.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/stack.h"
#include "target/builtin/builtin_commands.h"
#include "util/common.h"
#include "util/table.h"

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; word && i < count; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

#define ONE_OF(word, list) is_one_of((word), (list), ARRAY_LEN(list))

static int unknown_word(struct shell_run *run, const char *command, const char *word)
{
	static const char *const words[] = {
		"add", "delete", "change", "replace", "append", "flush", "show", "list", "set", "dev", "via",
		"src", "mtu", "up", "down", "qdisc", "root", "parent", "handle", "limit", "txqueuelen",
		"default", "table", "advmss", "initcwnd", "initrwnd", "window", "features", "congctl",
		"quickack", "blackhole", "unreachable",
	};
	struct guess guess = { .wanted = word ? word : "" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		guess_offer(&guess, words[i]);
	/* The word itself is known, but not there. */
	if (guess.nearest && !strcmp(guess.nearest, guess.wanted))
		guess.nearest = NULL;
	return shell_unknown(run, "the command '%s' with '%s' is not known here%s%s%s", command,
	                     word ? word : "nothing more", guess.nearest ? "; did you mean '" : "",
	                     guess.nearest ? guess.nearest : "", guess.nearest ? "'?" : "");
}

/* The output of these tools is not produced here, which matters only if a command reads it. */
static int show(struct shell_run *run, const char *command)
{
	const bool read = run->out && run->out != run->shell->output;

	return read ? shell_unknown(run, "what the command '%s' shows is not known here", command) : 0;
}

/* As the tools of Linux end where a device is not there. */
static bool is_device(struct shell_run *run, const char *name)
{
	if (!strcmp(name, STACK_INTERFACE_NAME) || !strcmp(name, "lo"))
		return true;
	shell_print(run, "Cannot find device \"%s\"\n", name);
	return false;
}

/* ---- addresses ---- */

/* ADDRESS[/LENGTH], or "default" (of IP version @version). */
static bool parse_prefix(const char *text, int version, struct ip_address *address, int *length)
{
	char plain[IP_ADDRESS_TEXT];
	const char *slash = text ? strchr(text, '/') : NULL;
	size_t n = !text ? 0 : slash ? (size_t)(slash - text) : strlen(text);

	*address = (struct ip_address){ 0 };
	if (text && (!strcmp(text, "default") || !strcmp(text, "all"))) {
		address->version = (uint8_t)version;
		*length = 0;
		return true;
	}
	if (!n || n >= sizeof(plain))
		return false;
	memcpy(plain, text, n);
	plain[n] = '\0';
	if (!ip_address_parse(plain, address))
		return false;
	int most = address->version == 4 ? 32 : 128;
	*length = slash ? atoi(slash + 1) : most;
	return *length >= 0 && *length <= most;
}

/* ---- routes ---- */

/* Words with a value that says where packets go: of no importance here. */
static const char *const route_places[] = {
	"dev", "via", "src", "proto", "protocol", "scope", "table", "pref",
};
static const char *const route_flags[] = { "onlink", "pervasive", "inet", "inet6" };

/* The metric of what is left once a route was taken away: whatever no route covers is out of reach from then on. */
#define LAST_RESORT UINT32_MAX
/* What `ip -6` means where a command names no metric, or 0. */
enum { METRIC6 = 1024 };

static const struct field route_numbers[] = {
	FIELD(struct stack_route, mtu, 0, UINT32_MAX),
	FIELD(struct stack_route, metric, 0, LAST_RESORT - 1),
	FIELD_NAMED("preference", struct stack_route, metric, 0, LAST_RESORT - 1),
	FIELD_NAMED("advmss", struct stack_route, advertised_mss, 0, UINT32_MAX),
	FIELD_NAMED("initcwnd", struct stack_route, initial_window, 0, UINT32_MAX),
	FIELD_NAMED("hoplimit", struct stack_route, hop_limit, 0, 255),
	FIELD_NAMED("initrwnd", struct stack_route, initial_receive_window, 0, UINT32_MAX),
	FIELD_NAMED("window", struct stack_route, window, 0, UINT32_MAX),
};

/* A decimal number that is all of @text; false: it is not one, or not one of 64 bits. */
static bool decimal(const char *text, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	return end != text && !*end && !errno;
}

/* "30ms", "1s", "30": milliseconds. */
static bool duration_ms(const char *text, uint32_t *ms)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);
	unsigned long factor = !strcmp(end, "s") ? 1000 : !*end || !strcmp(end, "ms") ? 1 : 0;

	if (end == text || !factor || number > UINT32_MAX / factor)
		return false;
	*ms = (uint32_t)(number * factor);
	return true;
}

/* The number after a word of route_numbers; false: it is none of them, or there is no number. */
static bool route_number(struct stack_route *route, char **words)
{
	int64_t number;

	for (size_t i = 0; i < ARRAY_LEN(route_numbers); i++)
		if (!strcmp(route_numbers[i].name, words[0]))
			return words[1] && decimal(words[1], &number) && field_set(route, &route_numbers[i], number);
	return false;
}

/* Values that a kernel uses as a first guess about a path and then updates: they change no connection by themselves. */
static const char *const route_guesses[] = { "ssthresh", "cwnd", "reordering", "rtt", "rttvar" };

/* A word of a property and its value. */
static bool route_property(struct stack_route *route, char **words)
{
	int64_t number;

	if (ONE_OF(words[0], route_guesses))
		return isdigit((unsigned char)words[1][0]);
	if (!strcmp(words[0], "rto_min"))
		return duration_ms(words[1], &route->rto_min_ms);
	if (!strcmp(words[0], "congctl")) {
		if (!stack_choice_value("tcp_congestion", words[1], &number))
			return false;
		route->congestion_set = (int)number + 1;
		return true;
	}
	bool *flag = !strcmp(words[0], "quickack") ? &route->quick_acks :
	             !strcmp(words[0], "fastopen_no_cookie") ? &route->no_cookie : NULL;
	if (!flag)
		return route_number(route, words);
	if (!decimal(words[1], &number) || number < 0 || number > 1)
		return false;
	*flag = number;
	return true;
}

static bool wants_number(const char *word)
{
	bool number = false;

	for (size_t i = 0; i < ARRAY_LEN(route_numbers); i++)
		number |= !strcmp(route_numbers[i].name, word);
	return number;
}

/* `mtu lock 1400`, `rto_min lock 30ms`, `congctl lock reno`: the word moves over the one for the lock. For numbers
 * other than the MTU the lock keeps a kernel from replacing them by learnt ones, which never happens here. */
static void take_lock(struct stack_route *route, char **words)
{
	route->mtu_locked |= !strcmp(words[0], "mtu");
	route->congestion_locked |= !strcmp(words[0], "congctl");
	words[1] = words[0];
}

static bool is_locked(char **words)
{
	static const char *const lockable[] = { "rto_min", "congctl", "quickack" };
	bool number = ONE_OF(words[0], route_guesses) || wants_number(words[0]);

	return words[1] && !strcmp(words[1], "lock") && (number || ONE_OF(words[0], lockable));
}

/* How `ip` ends where the kernel refuses, and where it cannot read its own words. */
enum { STATUS_NETLINK = 2, STATUS_BAD_WORD = 255 };

static int bad_number(struct shell_run *run, char **words)
{
	shell_print(run, "Error: argument \"%s\" is wrong: \"%s\" value is invalid\n", words[1], words[0]);
	return STATUS_BAD_WORD;
}

/* 0, or another status. */
static int route_words(struct shell_run *run, char **words, struct stack_route *route)
{
	while (*words) {
		if (is_locked(words))
			take_lock(route, words++);
		if (!strcmp(words[0], "dev") && words[1] && !is_device(run, words[1]))
			return STATUS_FAILED;
		const bool any_tos = !strcmp(words[0], "tos") && words[1] && !strtol(words[1], NULL, 0);
		if (ONE_OF(words[0], route_flags))
			words++;
		else if (!strcmp(words[0], "features") && words[1] && !strcmp(words[1], "ecn"))
			route->ecn = true, words += 2;
		else if (any_tos || (words[1] && (ONE_OF(words[0], route_places) || route_property(route, words))))
			words += 2;
		else
			return words[1] && wants_number(words[0]) ? bad_number(run, words)
			                                          : unknown_word(run, "ip route", words[0]);
	}
	return 0;
}

/* A route without a place to go to, as the tools of Linux end there. */
static bool leads_somewhere(char **words)
{
	static const char *const ways[] = { "dev", "via", "nexthop", "nhid" };

	while (*words && !ONE_OF(*words, ways))
		words++;
	return *words;
}

static int netlink_refuses(struct shell_run *run, const char *why)
{
	shell_print(run, "RTNETLINK answers: %s\n", why);
	return STATUS_NETLINK;
}

/* The routes from before any command: to the host's own net, and to the peer's. A command may replace them, or take
 * them away; a route to a larger net, or with a larger metric, does not count beside them. */
static void know_nets(struct builtin_commands *c)
{
	for (size_t i = 0; i < ARRAY_LEN(c->nets) && !c->nets_known; i++) {
		struct stack_route net = c->nets[i];
		net.metric = net.prefix.version == 6 ? METRIC6 : 0;
		if (net.prefix.version && !stack_has_route(c->stack, &net))
			(void)stack_set_route(c->stack, &net);
	}
	c->nets_known = true;
}

static int check_route(struct shell_run *run, const char *verb, const struct stack_route *route)
{
	const bool there = stack_has_route(builtin_commands_of(run)->stack, route);

	if (*verb == 'a' && verb[1] != 'p' && there)
		return netlink_refuses(run, "File exists");
	if (*verb == 'c' && !there)
		return netlink_refuses(run, "No such file or directory");
	return 0;
}

/* Are the first @bits of both the same? */
static bool is_prefix_of(const struct ip_address *a, const struct ip_address *b, int bits)
{
	const int rest = bits % 8;

	if (a->version != b->version || memcmp(a->bytes, b->bytes, (size_t)bits / 8) != 0)
		return false;
	return !rest || (a->bytes[bits / 8] ^ b->bytes[bits / 8]) >> (8 - rest) == 0;
}

/* What follows @name, or NULL. */
static const char *value_of(char **words, const char *name)
{
	while (*words && strcmp(*words, name) != 0)
		words++;
	return *words ? words[1] : NULL;
}

/* A table other than that in which addresses are looked up. */
static bool is_elsewhere(char **words)
{
	const char *table = value_of(words, "table");

	return table && strcmp(table, "main") != 0 && strcmp(table, "254") != 0;
}

static int delete_route(struct shell_run *run, char **words, int version)
{
	struct builtin_commands *c = builtin_commands_of(run);
	struct stack_route route = { 0 };

	if (!parse_prefix(*words, version, &route.prefix, &route.prefix_length))
		return unknown_word(run, "ip route", *words);
	int status = route_words(run, words + 1, &route);
	if (status || is_elsewhere(words + 1))
		return status;
	know_nets(c);
	if (!value_of(words + 1, "metric") && !value_of(words + 1, "preference")) {
		const struct stack_route *best = stack_route_to(c->stack, &route.prefix);
		bool same = best && best->prefix_length == route.prefix_length;
		route.metric = same ? best->metric : LAST_RESORT;
	}
	if (route.metric == LAST_RESORT || stack_remove_route(c->stack, &route) < 0)
		return netlink_refuses(run, "No such process");
	route = (struct stack_route){
		.prefix = { .version = route.prefix.version }, .metric = LAST_RESORT, .error = ENETUNREACH,
	};
	return stack_set_route(c->stack, &route) == 0 ? 0 : STATUS_FAILED;
}

/* Whether a gateway is on the link and the source is the host's. Another source than the host's first is not chosen
 * here. */
static int check_places(struct shell_run *run, char **words, int version)
{
	const struct builtin_commands *c = builtin_commands_of(run);
	const char *via = value_of(words, "via"), *src = value_of(words, "src"), *dev = value_of(words, "dev");
	const struct stack_route *own = &c->nets[0];
	struct ip_address address;
	bool onlink = false;
	int length;

	for (char **word = words; *word; word++)
		onlink |= !strcmp(*word, "onlink");
	if (via && !onlink && own->prefix.version && parse_prefix(via, version, &address, &length) &&
	    address.version == own->prefix.version &&
	    ((dev && !strcmp(dev, "lo")) || !is_prefix_of(&own->prefix, &address, own->prefix_length)))
		return netlink_refuses(run, "Nexthop has invalid gateway");
	if (!src || !parse_prefix(src, version, &address, &length) || ip_address_equal(&address, &own->prefix))
		return 0;
	return stack_has_address(c->stack, &address) ? unknown_word(run, "ip route", "src")
	                                             : netlink_refuses(run, "Invalid argument");
}

static int change_route(struct shell_run *run, const char *verb, char **words, int version)
{
	static const struct { const char *word; int error; } dead[] = {
		{ "unreachable", EHOSTUNREACH }, { "prohibit", EACCES }, { "blackhole", EINVAL },
	};
	struct stack_route route = { 0 };
	int status;

	for (size_t i = 0; *words && i < ARRAY_LEN(dead); i++)
		if (!strcmp(*words, dead[i].word))
			route.error = dead[i].error;
	if (route.error || (*words && !strcmp(*words, "unicast")))
		words++;
	if (!parse_prefix(*words, version, &route.prefix, &route.prefix_length))
		return unknown_word(run, "ip route", *words);
	status = route_words(run, words + 1, &route);
	if (status)
		return status;
	if (!route.error && !leads_somewhere(words + 1))
		return netlink_refuses(run, "No such device");
	status = check_places(run, words + 1, version);
	if (status || is_elsewhere(words + 1))
		return status;
	if (route.prefix.version == 6 && !route.metric)
		route.metric = METRIC6;
	know_nets(builtin_commands_of(run));
	status = check_route(run, verb, &route);
	if (status)
		return status;
	const bool second = !strcmp(verb, "append") && stack_has_route(builtin_commands_of(run)->stack, &route);
	if (second)                                          /* the first one counts */
		return 0;
	return stack_set_route(builtin_commands_of(run)->stack, &route) < 0 ? STATUS_FAILED : 0;
}

static int do_route(struct shell_run *run, char **words, int version)
{
	static const char *const change[] = {
		"add", "a", "ad", "replace", "r", "re", "rep", "repl", "change", "c", "ch", "cha", "chg", "append",
		"prepend",
	};
	static const char *const delete[] = { "del", "delete", "d", "de" };
	static const char *const shows[] = { "show", "s", "sh", "list", "l", "ls", "lst", "get", "g" };

	if (ONE_OF(*words, change))
		return change_route(run, *words, words + 1, version);
	if (!*words || ONE_OF(*words, shows))
		return show(run, "ip route");
	if (!strcmp(*words, "flush") && words[1] && !strcmp(words[1], "cache")) {
		stack_forget_paths(builtin_commands_of(run)->stack);
		return 0;
	}
	if (ONE_OF(*words, delete))
		return delete_route(run, words + 1, version);
	const bool flush = !strcmp(*words, "flush");
	return unknown_word(run, flush ? "ip route flush" : "ip route", words[flush]);
}

/* ---- links and addresses ---- */

static int do_link(struct shell_run *run, char **words, int version)
{
	static const char *const harmless[] = { "txqueuelen", "qlen", "group", "gso_max_size", "gso_max_segs" };
	struct stack_config *config = stack_settings(builtin_commands_of(run)->stack);

	(void)version;
	if (!*words || !strcmp(*words, "show"))
		return show(run, "ip link");
	if (strcmp(*words++, "set"))
		return unknown_word(run, "ip link", words[-1]);
	words += *words && !strcmp(*words, "dev");
	if (*words && !is_device(run, *words))
		return STATUS_FAILED;
	for (words += *words != NULL; *words; words++) {
		if (!strcmp(*words, "up"))
			continue;
		if (!strcmp(*words, "mtu") && words[1]) {
			int64_t mtu;
			if (!decimal(*++words, &mtu) || !stack_parameter_set(config, stack_parameter_find("mtu"), mtu))
				return STATUS_USAGE;
		} else if (ONE_OF(*words, harmless) && words[1]) {
			words++;
		} else {
			return unknown_word(run, "ip link set", *words);
		}
	}
	return 0;
}

static int do_address(struct shell_run *run, char **words, int version)
{
	static const char *const add[] = { "add", "a", "replace" };
	static const char *const shows[] = { "show", "list", "ls" };
	struct ip_address address;
	int length, error;

	if (!*words || ONE_OF(*words, shows))
		return show(run, "ip address");
	if (!ONE_OF(*words, add) || !parse_prefix(words[1], version, &address, &length))
		return unknown_word(run, "ip address", *words);
	error = stack_add_address(builtin_commands_of(run)->stack, &address, length);
	return error < 0 ? STATUS_USAGE : 0;
}

/* Learnt values belong to pairs of addresses, so a whole network, or one of our addresses, is not a valid question. */
static int do_metrics(struct shell_run *run, char **words, int version)
{
	static const char *const forget[] = { "flush", "f", "delete", "del", "d" };
	static const char *const shows[] = { "show", "list", "ls" };
	struct ip_address address;
	int length;

	if (!*words || ONE_OF(*words, shows))
		return show(run, "ip tcp_metrics");
	if (!ONE_OF(*words, forget))
		return unknown_word(run, "ip tcp_metrics", *words);
	words += 1 + (words[1] && !strcmp(words[1], "address"));
	if (*words && !parse_prefix(*words, version, &address, &length))
		return unknown_word(run, "ip tcp_metrics", *words);
	bool one = *words && length == (address.version == 4 ? 32 : 128);
	bool known = stack_forget_peers(builtin_commands_of(run)->stack, *words && length ? &address : NULL);
	return one && !known ? netlink_refuses(run, "No such process") : 0;
}

static int do_neighbour(struct shell_run *run, char **words, int version)
{
	(void)run;
	(void)words;
	(void)version;
	return 0;
}

static int do_ip(struct shell_run *run, char **args)
{
	static const struct {
		const char *name;
		int (*run)(struct shell_run *run, char **words, int version);
	} objects[] = {
		{ "route", do_route }, { "r", do_route }, { "ro", do_route }, { "link", do_link }, { "l", do_link },
		{ "address", do_address }, { "addr", do_address }, { "a", do_address }, { "li", do_link },
		{ "tcp_metrics", do_metrics }, { "tcp_m", do_metrics }, { "tcp_metric", do_metrics },
		{ "tcpmetrics", do_metrics }, { "neigh", do_neighbour }, { "neighbour", do_neighbour },
	};
	static const char *const flags[] = { "-4", "-6", "-force", "-f", "-o", "-s", "-d", "-br" };
	int version = 4;

	for (args++; *args && ONE_OF(*args, flags); args++)
		version = !strcmp(*args, "-6") ? 6 : version;
	struct guess guess = { .wanted = *args ? *args : "" };
	for (size_t i = 0; *args && i < ARRAY_LEN(objects); i++) {
		if (!strcmp(objects[i].name, *args))
			return objects[i].run(run, args + 1, version);
		guess_offer(&guess, objects[i].name);
	}
	if (guess.nearest)
		return shell_unknown(run, "the command 'ip' with '%s' is not known here; did you mean '%s'?", *args,
		                     guess.nearest);
	return unknown_word(run, "ip", *args);
}

/* ---- tc, ethtool ---- */

/* The kinds of queue, and names by which they are kept. */
static const char *const queues[] = { "pfifo", "bfifo", "pfifo_fast", "fq", "fq_codel", "mq", "noqueue" };

struct queue_request {
	const char *verb, *kind;                             /* kind: of queues[], or NULL */
	bool no_pacing;
};

/* As Linux was seen to have it: what is to be added must not be there in the same kind, and what is to be changed or
 * taken away must be. */
static int change_queue(struct shell_run *run, const struct queue_request *q)
{
	struct builtin_commands *c = builtin_commands_of(run);
	const bool same = c->queue && q->kind && !strcmp(c->queue, q->kind), delete = !strncmp(q->verb, "del", 3);
	const char *why = NULL;

	if (!strcmp(q->verb, "add") && same)
		why = "Exclusivity flag on, cannot modify.";
	else if (!strcmp(q->verb, "change") && !c->queue)
		why = "Qdisc not found. To create specify NLM_F_CREATE flag.";
	else if (delete && !c->queue)
		why = "Cannot delete qdisc with handle of zero.";
	else if (delete && q->kind && !same)
		why = "Invalid qdisc name: must match existing qdisc.";
	if (why) {
		shell_print(run, "Error: %s\n", why);
		return STATUS_NETLINK;
	}
	if (delete || q->kind)
		c->queue = delete ? NULL : q->kind;
	stack_settings(c->stack)->tcp_link_paces = c->queue && !strcmp(c->queue, "fq") && !q->no_pacing;
	return 0;
}

static const char *queue_named(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(queues); i++)
		if (!strcmp(queues[i], word))
			return queues[i];
	return NULL;
}

/* Queues send packets at once, except those that are made to delay or to lose packets, and `fq`, which keeps to the
 * rate that a connection has. */
static int do_tc(struct shell_run *run, char **args)
{
	static const char *const verbs[] = { "add", "replace", "change", "del", "delete" };
	static const char *const valued[] = { "limit", "handle", "parent" };
	static const char *const bare[] = { "root", "pacing" };
	struct queue_request q = { 0 };

	if (!args[1] || strcmp(args[1], "qdisc"))
		return unknown_word(run, "tc", args[1]);
	if (args[2] && !strcmp(args[2], "show"))
		return show(run, "tc qdisc");
	for (char **a = args + 2; *a; a++) {
		const bool device = !strcmp(*a, "dev");
		if (device && a[1] && !is_device(run, a[1]))
			return STATUS_FAILED;
		if (device || ONE_OF(*a, valued))
			a += a[1] != NULL;
		else if (!q.verb && ONE_OF(*a, verbs))
			q.verb = *a;
		else if (!strcmp(*a, "nopacing"))
			q.no_pacing = true;
		else if (queue_named(*a))
			q.kind = queue_named(*a);
		else if (!ONE_OF(*a, bare))
			return unknown_word(run, "tc qdisc", *a);
	}
	return q.verb ? change_queue(run, &q) : unknown_word(run, "tc qdisc", args[2]);
}

/* Offloads are work that a device does for a stack; this one has no device. */
static int do_ethtool(struct shell_run *run, char **args)
{
	static const char *const options[] = { "-K", "-k", "--offload", "--features", "--show-offload" };

	if (args[1] && strstr("-k --show-offload", args[1]))
		return show(run, "ethtool -k");
	if (!ONE_OF(args[1], options))
		return unknown_word(run, "ethtool", args[1]);
	return args[2] && !is_device(run, args[2]) ? STATUS_FAILED : 0;
}

const struct shell_tool network_tools[] = {
	{ "ip", do_ip, false }, { "tc", do_tc, false }, { "ethtool", do_ethtool, false }, { NULL, NULL, false },
};
