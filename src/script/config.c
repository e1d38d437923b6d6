/* SPDX-License-Identifier: MIT
 *
 * config.c - the table of options and how each is set
 *
 * Numbers are read as atoi() does: what follows the digits is ignored, no digits are 0.
 */
#include "script/config.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/table.h"
#include "wire/tcp_signature.h"

void config_init(struct config *c, struct arena *arena)
{
	*c = (struct config){
		.arena = arena,
		.bind_port = 8080,
		.connect_port = 8080,
		.mtu = 1500,
		.tolerance = vtime_us(4000),
		.tolerance_percent = 12.5,
		/* More than the longest retransmission time-out of TCP (120 s), and less than an attempt may take
		 * (180 s). */
		.wildcard_limit = vtime_s(150),
		.code_command = "python3",
		.code_format = "python",
		.code_sockopt = "",
	};
}

/* ---- values ---- */

/* Most options are members of struct config; their rows name the member. */

static bool set_number(struct config *c, const struct config_option *o, const char *value)
{
	char *end;
	const int64_t number = strtol(value, &end, 10);

	return end != value && number >= INT_MIN && number <= INT_MAX &&
	       field_set(c, &o->member, number * (o->unit ? o->unit : 1));
}

static bool set_text(struct config *c, const struct config_option *o, const char *value)
{
	*(const char **)((char *)c + o->member.offset) = arena_strdup(c->arena, value);
	return true;
}

static bool set_flag(struct config *c, const struct config_option *o, const char *value)
{
	(void)value;
	return field_set(c, &o->member, true);
}

static bool set_ip_version(struct config *c, const struct config_option *o, const char *value)
{
	static const struct name_value versions[] = {
		{ "ipv4", IP_VERSION_4 }, { "ipv4-mapped-ipv6", IP_VERSION_4_MAPPED },
		{ "ipv4_mapped_ipv6", IP_VERSION_4_MAPPED }, { "ipv6", IP_VERSION_6 },
	};
	int64_t version;

	(void)o;
	if (!table_value(versions, ARRAY_LEN(versions), value, &version))
		return false;
	c->ip_version = (enum ip_version)version;
	c->ip_version_set = true;
	return true;
}

/* 0 stands for the default. */
static bool set_mtu(struct config *c, const struct config_option *o, const char *value)
{
	if (*value != '0' || strtol(value, NULL, 10) != 0)
		return set_number(c, o, value);
	c->mtu = 0;
	return true;
}

/* The old tool takes digits alone, too. */
static bool set_speed(struct config *c, const struct config_option *o, const char *value)
{
	char *end;

	errno = 0;
	unsigned long speed = strtoul(value, &end, 10);
	return *value >= '0' && *value <= '9' && !*end && !errno && field_set(c, &o->member, (int64_t)speed);
}

static bool set_tolerance_percent(struct config *c, const struct config_option *o, const char *value)
{
	char *end;
	double percent = strtod(value, &end);

	(void)o;
	if (end == value || !isfinite(percent) || percent < 0 || percent > 100)
		return false;
	c->tolerance_percent = percent;
	return true;
}

/* Words that are not known are ignored. */
static bool set_non_fatal(struct config *c, const struct config_option *o, const char *value)
{
	static const char separators[] = ", ";

	(void)o;
	for (size_t n; value += strspn(value, separators), (n = strcspn(value, separators)) > 0; value += n) {
		c->non_fatal_packet |= n == strlen("packet") && !strncmp(value, "packet", n);
		c->non_fatal_syscall |= n == strlen("syscall") && !strncmp(value, "syscall", n);
	}
	return true;
}

static bool set_code_format(struct config *c, const struct config_option *o, const char *value)
{
	return !strcmp(value, "python") && set_text(c, o, value);
}

static bool set_code_sockopt(struct config *c, const struct config_option *o, const char *value)
{
	bool known = !*value || !strcmp(value, "TCP_INFO") || !strcmp(value, "TCP_CC_INFO") ||
	             !strcmp(value, "SO_MEMINFO");

	return known && set_text(c, o, value);
}

static bool set_define(struct config *c, const struct config_option *o, const char *value)
{
	const char *equals = strchr(value, '=');

	(void)o;
	if (!equals || equals == value)
		return false;
	struct definition *d = arena_new_object(c->arena, struct definition);
	d->symbol = arena_strndup(c->arena, value, (size_t)(equals - value));
	d->value = arena_strdup(c->arena, equals + 1);
	d->next = c->definitions;
	c->definitions = d;
	return true;
}

static bool set_md5_secret(struct config *c, const struct config_option *o, const char *value)
{
	return *value && strlen(value) <= TCP_KEY_BYTES && set_text(c, o, value);
}

static bool set_udp_encapsulation(struct config *c, const struct config_option *o, const char *value)
{
	bool known = !strcmp(value, "sctp") || !strcmp(value, "tcp");

	return known && set_text(c, o, value);
}

/* A script of another system names its device; here the device always has the name that the tool gives it. Which of
 * the addresses counts that were given, config_derive() finds by their places. */
static bool set_nothing(struct config *c, const struct config_option *o, const char *value)
{
	(void)c;
	(void)o;
	(void)value;
	return true;
}

/* ---- the table ---- */

#define PORT "a port: 1 to 65535"
#define ADDRESS "an address of the family that --ip_version says"
#define ADDRESS_OPTION(option) .name = (option), .set = set_nothing
#define LINK_LOCAL "an IPv6 address"
#define REMOTE_MODE "not supported: two machines are played with 'protodrill run -t remote:INTERFACE --host USER@HOST'"
#define REMOTE_PART(part) REMOTE_MODE ", " part

#define MEMBER(option, setter, at, low, high) .name = (option), .set = (setter), \
	.member = FIELD_NAMED(option, struct config, at, low, high)
#define NUMBER(option, at, low, high) MEMBER(option, set_number, at, low, high)
/* A time whose unit is this many nanoseconds. */
#define TIME(option, at, unit_ns, low, high) .unit = (unit_ns), \
	NUMBER(option, at, (low) * (int64_t)(unit_ns), (high) * (int64_t)(unit_ns))
#define WORDS(option, setter, at) .name = (option), .set = (setter), .member = { .offset = offsetof(struct config, at) }
#define TEXT(option, at) WORDS(option, set_text, at)
#define FLAG(option) MEMBER(#option, set_flag, option, 0, 1)

const struct config_option config_options[] = {
	{ .name = "ip_version", .set = set_ip_version, .argument = "VERSION",
	  .help = "family of addresses and packets", .allowed = "ipv4, ipv4-mapped-ipv6 or ipv6" },
	{ NUMBER("bind_port", bind_port, 1, 65535), .argument = "PORT",
	  .help = "local port of bind() (8080)", .allowed = PORT },
	{ NUMBER("connect_port", connect_port, 1, 65535), .argument = "PORT",
	  .help = "remote port of connect() (8080)", .allowed = PORT },
	{ ADDRESS_OPTION("local_ip"), .argument = "ADDRESS",
	  .help = "address of what is tested; also once for each version of IP", .allowed = ADDRESS },
	{ ADDRESS_OPTION("remote_ip"), .argument = "ADDRESS[/LENGTH]",
	  .help = "address of the peer and the prefix routed to it", .allowed = ADDRESS },
	{ ADDRESS_OPTION("gateway_ip"), .argument = "ADDRESS",
	  .help = "next hop to the peer", .allowed = ADDRESS },
	{ TEXT("netmask_ip", netmask_ip_text), .argument = "MASK",
	  .help = "mask of the local IPv4 address (255.255.0.0)", .allowed = "an IPv4 mask, such as 255.255.0.0" },
	{ MEMBER("speed", set_speed, speed, 0, UINT32_MAX), .argument = "MBITS",
	  .help = "speed of the test link; 0: leave it", .allowed = "0 to 4294967295, digits alone" },
	{ NUMBER("mss", mss, 0, 65535), .argument = "BYTES",
	  .help = "segment size of injected packets larger than it; 0: off", .allowed = "0 to 65535" },
	/* No IPv4 link has less than 68 (RFC 791, 3.2), and no device more than 65535. */
	{ MEMBER("mtu", set_mtu, mtu, 68, 65535), .argument = "BYTES",
	  .help = "MTU of the test link (1500)", .allowed = "68 to 65535; 0 for 1500" },
	{ TEXT("init_scripts", init_scripts), .argument = "COMMANDS",
	  .help = "shell commands before the script, separated by commas", .allowed = "commands" },
	{ TIME("tolerance_usecs", tolerance.ns, 1000, 1, INT_MAX), .argument = "USECS",
	  .help = "tolerated deviation of times (4000)", .allowed = "1 to 2147483647" },
	{ .name = "tolerance_percent", .set = set_tolerance_percent, .argument = "PERCENT",
	  .help = "tolerated deviation relative to the time since the last event (12.5)", .allowed = "0 to 100" },
	{ TIME("wildcard_limit_secs", wildcard_limit.ns, 1000000000, 0, INT_MAX), .argument = "SECONDS",
	  .help = "how long a packet of a `*` line is awaited (150); 0: for ever", .allowed = "0 to 2147483647" },
	{ NUMBER("tcp_ts_tick_usecs", tcp_ts_tick_usecs, 0, 1000000), .argument = "USECS",
	  .help = "length of a TCP time-stamp tick; 0: their values are not checked", .allowed = "0 to 1000000" },
	{ FLAG(tcp_ts_ecr_scaled), .help = "accept TS ecr values that were never sent" },
	{ FLAG(strict_segments), .help = "an expected segment is exactly one packet" },
	{ .name = "non_fatal", .set = set_non_fatal, .argument = "KINDS",
	  .help = "go on after mismatches of: packet, syscall", .allowed = "packet, syscall" },
	{ FLAG(dry_run), .help = "parse only" },
	{ FLAG(is_anyip), .help = "the local address is not configured on the machine" },
	{ FLAG(send_omit_free), .help = "keep the buffers given to send calls (zero copy)" },
	{ TEXT("code_command", code_command), .argument = "COMMAND",
	  .help = "interpreter of code blocks (python3)", .allowed = "a command" },
	{ WORDS("code_format", set_code_format, code_format), .argument = "FORMAT",
	  .help = "language of code blocks (python)", .allowed = "python" },
	{ WORDS("code_sockopt", set_code_sockopt, code_sockopt), .argument = "OPTION",
	  .help = "no effect: all socket options are read", .allowed = "TCP_INFO, TCP_CC_INFO or SO_MEMINFO" },
	{ .name = "define", .set = set_define, .argument = "SYMBOL=VALUE",
	  .help = "replace a word of the script", .allowed = "SYMBOL=VALUE" },
	{ TEXT("local_linklocal_ip", local_linklocal_ip_text), .argument = "ADDRESS",
	  .help = "where router advertisements go to (fe80::1)", .allowed = LINK_LOCAL },
	{ TEXT("gateway_linklocal_ip", gateway_linklocal_ip_text), .argument = "ADDRESS",
	  .help = "where they come from (fe80::2)", .allowed = LINK_LOCAL },
	{ FLAG(no_cleanup), .help = "no resets after the last event" },
	{ WORDS("tcp_md5_secret", set_md5_secret, tcp_md5_secret), .argument = "TEXT",
	  .help = "key of MD5 signatures that no call of the script gives", .allowed = "1 to 80 characters" },
	{ WORDS("udp_encapsulation", set_udp_encapsulation, udp_encapsulation), .argument = "PROTOCOL",
	  .help = "tcp: segments within UDP, where the target has that; sctp: SKIP", .allowed = "tcp or sctp" },
	{ .name = "tun_dev", .set = set_nothing, .argument = "DEVICE",
	  .help = "no effect: the device has a name of our own", .allowed = "a name" },
	{ .name = "persistent_tun_dev", .set = set_nothing, .help = "no effect: the device goes with the run" },
	{ FLAG(verbose), .help = "show packets and calls" },
	{ FLAG(debug), .help = "trace what the tool does" },
	{ .name = "wire_client", .help = REMOTE_MODE },
	{ .name = "wire_server", .help = REMOTE_PART("which starts what it needs on the other machine by itself") },
	{ .name = "wire_server_ip", .argument = "HOST", .help = REMOTE_PART("where HOST stands for this option") },
	{ .name = "wire_server_at", .argument = "HOST", .help = REMOTE_PART("where HOST stands for this option") },
	{ .name = "wire_server_port", .argument = "PORT",
	  .help = REMOTE_PART("by ssh, whose port is in ~/.ssh/config") },
	{ .name = "wire_client_dev", .argument = "DEVICE",
	  .help = REMOTE_PART("where INTERFACE stands for this option") },
	{ .name = "wire_server_dev", .argument = "DEVICE",
	  .help = REMOTE_PART("which finds the other machine by its address, --local_ip") },
	{ TEXT("so_filename", plug_in), .argument = "FILE",
	  .help = "the stack is a plug-in of the original tool, in real time", .allowed = "a file" },
	{ TEXT("so_flags", plug_in_flags), .argument = "TEXT",
	  .help = "what a plug-in, or an adapter (option=), is given", .allowed = "any text" },
	{ .name = "psp_udp_port", .argument = "PORT",
	  .help = "not supported: PSP, which no target has" },
	{ 0 },
};

/* Options that only another dialect has. */
static const char *const nplab_options[] = {
	"use_expect",
};

/* ---- setting ---- */

const struct config_option *config_option_find(const char *name)
{
	for (const struct config_option *o = config_options; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

static void remember_place(struct config *c, const char *option, const char *value, const char *where, struct loc loc)
{
	struct option_place *p = arena_new_object(c->arena, struct option_place);

	*p = (struct option_place){
		.option = config_option_find(option)->name, .value = value ? arena_strdup(c->arena, value) : NULL,
		.where = arena_strdup(c->arena, where), .loc = loc, .next = c->places,
	};
	c->places = p;
}

/* Where an option was set, if that is not a place in a text. */
static const char *place(const struct loc *loc, const char *where, struct buf *out)
{
	if (!loc->source)
		buf_printf(out, " (%s)", where);
	return out->data;
}

static void unknown_detail(const char *name, struct buf *detail)
{
	struct guess g = { .wanted = name };

	for (size_t i = 0; i < ARRAY_LEN(nplab_options); i++) {
		if (!strcmp(nplab_options[i], name)) {
			buf_puts(detail, "it belongs to the nplab dialect, which protodrill does not play");
			return;
		}
	}
	for (const struct config_option *o = config_options; o->name; o++)
		guess_offer(&g, o->name);
	if (g.nearest)
		buf_printf(detail, "did you mean '--%s'?", g.nearest);
	else
		buf_puts(detail, "'--help' lists the options");
}

static void bad_value_headline(const char *name, const char *value, struct buf *out)
{
	if (!strcmp(name, "define"))
		buf_printf(out, "bad definition: %s", value);
	else if (!strncmp(name, "code_", 5))
		buf_printf(out, "unsupported --%s '%s'", name, value);
	else
		buf_printf(out, "bad --%s: %s", name, value);
}

/* Fills headline and detail when the option cannot be set. */
static bool try_set(struct config *c, const char *name, const char *value, struct buf *headline, struct buf *detail)
{
	const struct config_option *o = config_option_find(name);

	if (!o) {
		buf_printf(headline, "option '%s' unknown", name);
		unknown_detail(name, detail);
	} else if (!o->argument && value) {
		buf_printf(headline, "option '%s' forbids an argument", name);
		buf_puts(detail, "it is a flag");
	} else if (o->argument && !value) {
		buf_printf(headline, "option '%s' requires an argument", name);
		buf_printf(detail, "write '--%s=%s'", name, o->argument);
	} else if (!o->set) {
		buf_printf(headline, "option '%s' is not supported", name);
		buf_puts(detail, strchr(o->help, ':') + 2);
	} else if (!o->set(c, o, value)) {
		bad_value_headline(name, value, headline);
		buf_printf(detail, "allowed: %s", o->allowed);
	} else {
		return true;
	}
	return false;
}

/* Whatever follows the digits of a number is ignored, because old scripts may rely on it. New ones should not. */
static void warn_of_rest(const char *name, const char *value, struct loc loc, struct diags *diags)
{
	const struct config_option *o = config_option_find(name);
	int64_t number;
	char *end;

	if (o->set == set_tolerance_percent) {
		const double percent = strtod(value, &end);
		if (*end)
			diag_warning(diags, loc, "only digits count", "--%s=%s is %g; a percentage has no unit", name,
			             value, percent);
		return;
	}
	if (o->set != set_number && o->set != set_mtu)
		return;
	number = strtol(value, &end, 10);
	if (*end)
		diag_warning(diags, loc, "only digits count",
		             "--%s=%s is %" PRId64 "; a number has neither unit nor fraction", name, value, number);
}

bool config_set(struct config *c, const char *name, const char *value, const char *where, struct loc loc,
                struct diags *diags)
{
	struct buf headline = BUF_INIT, detail = BUF_INIT, suffix = BUF_INIT;
	bool good = try_set(c, name, value, &headline, &detail);

	if (good) {
		warn_of_rest(name, value, loc, diags);
		remember_place(c, name, value, where, loc);
	} else {
		diag_error(diags, DIAG_OPTION, loc, headline.data, "%s%s", detail.data, place(&loc, where, &suffix));
	}
	buf_free(&headline);
	buf_free(&detail);
	buf_free(&suffix);
	return good;
}

const char *config_definition(const struct config *c, const char *symbol)
{
	for (const struct definition *d = c->definitions; d; d = d->next)
		if (!strcmp(d->symbol, symbol))
			return d->value;
	return NULL;
}
