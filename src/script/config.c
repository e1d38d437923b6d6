/* SPDX-License-Identifier: MIT
 *
 * config.c - the table of options and how each is set
 *
 * Numbers are read as atoi() does: what follows the digits is ignored, no digits are 0.
 */
#include "script/config.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/table.h"

void config_init(struct config *c, struct arena *arena)
{
	*c = (struct config){
		.arena = arena,
		.bind_port = 8080,
		.connect_port = 8080,
		.mtu = 1500,
		.tolerance = vtime_us(4000),
		.tolerance_percent = 12.5,
		/* More than the longest retransmission time-out of TCP (120 s), less than an attempt may take
		 * (180 s). */
		.wildcard_limit = vtime_s(150),
		.code_command = "python3",
		.code_format = "python",
		.code_sockopt = "",
	};
}

/* ---- values ---- */

static bool in_range(const char *value, long least, long most, long *out)
{
	*out = strtol(value, NULL, 10);
	return *out >= least && *out <= most;
}

static bool set_port(const char *value, uint16_t *port)
{
	long n;
	bool good = in_range(value, 1, 65535, &n);

	if (good)
		*port = (uint16_t)n;
	return good;
}

static bool set_int(const char *value, long least, long most, int *out)
{
	long n;
	bool good = in_range(value, least, most, &n);

	if (good)
		*out = (int)n;
	return good;
}

static bool set_text(struct config *c, const char *value, const char **out)
{
	*out = arena_strdup(c->arena, value);
	return true;
}

static bool set_ip_version(struct config *c, const char *value)
{
	static const struct name_value versions[] = {
		{ "ipv4", IP_VERSION_4 }, { "ipv4-mapped-ipv6", IP_VERSION_4_MAPPED }, { "ipv6", IP_VERSION_6 },
	};
	int64_t version;

	if (!table_value(versions, ARRAY_LEN(versions), value, &version))
		return false;
	c->ip_version = (enum ip_version)version;
	c->ip_version_set = true;
	return true;
}

static bool set_bind_port(struct config *c, const char *value) { return set_port(value, &c->bind_port); }
static bool set_connect_port(struct config *c, const char *value) { return set_port(value, &c->connect_port); }
static bool set_local_ip(struct config *c, const char *value) { return set_text(c, value, &c->local_ip_text); }
static bool set_remote_ip(struct config *c, const char *value) { return set_text(c, value, &c->remote_ip_text); }
static bool set_gateway_ip(struct config *c, const char *value) { return set_text(c, value, &c->gateway_ip_text); }
static bool set_netmask_ip(struct config *c, const char *value) { return set_text(c, value, &c->netmask_ip_text); }
static bool set_init_scripts(struct config *c, const char *value) { return set_text(c, value, &c->init_scripts); }
static bool set_code_command(struct config *c, const char *value) { return set_text(c, value, &c->code_command); }

/* Less than 68 no link of IPv4 has (RFC 791, 3.2), and no device more than 65535. */
static bool set_mtu(struct config *c, const char *value)
{
	return set_int(value, 68, 65535, &c->mtu) || set_int(value, 0, 0, &c->mtu);
}

static bool set_speed(struct config *c, const char *value)
{
	char *end;

	errno = 0;
	unsigned long speed = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || speed > UINT32_MAX)
		return false;
	c->speed = (uint32_t)speed;
	return true;
}

static bool set_mss(struct config *c, const char *value)
{
	long n;
	bool good = in_range(value, 0, 65535, &n);

	if (good)
		c->mss = (uint16_t)n;
	return good;
}

static bool set_tolerance_usecs(struct config *c, const char *value)
{
	long n;
	bool good = in_range(value, 1, INT_MAX, &n);

	if (good)
		c->tolerance = vtime_us(n);
	return good;
}

static bool set_tolerance_percent(struct config *c, const char *value)
{
	char *end;
	double percent = strtod(value, &end);

	if (end == value || !isfinite(percent) || percent < 0 || percent > 100)
		return false;
	c->tolerance_percent = percent;
	return true;
}

static bool set_wildcard_limit(struct config *c, const char *value)
{
	long n;
	bool good = in_range(value, 0, INT_MAX, &n);

	if (good)
		c->wildcard_limit = vtime_s(n);
	return good;
}

static bool set_ts_tick(struct config *c, const char *value)
{
	return set_int(value, 0, 1000000, &c->tcp_ts_tick_usecs);
}

/* Words that are not known are ignored. */
static bool set_non_fatal(struct config *c, const char *value)
{
	static const char separators[] = ", ";

	for (size_t n; value += strspn(value, separators), (n = strcspn(value, separators)) > 0; value += n) {
		c->non_fatal_packet |= n == strlen("packet") && !strncmp(value, "packet", n);
		c->non_fatal_syscall |= n == strlen("syscall") && !strncmp(value, "syscall", n);
	}
	return true;
}

static bool set_code_format(struct config *c, const char *value)
{
	return !strcmp(value, "python") && set_text(c, value, &c->code_format);
}

static bool set_code_sockopt(struct config *c, const char *value)
{
	bool known = !*value || !strcmp(value, "TCP_INFO") || !strcmp(value, "TCP_CC_INFO") ||
	             !strcmp(value, "SO_MEMINFO");

	return known && set_text(c, value, &c->code_sockopt);
}

static bool set_define(struct config *c, const char *value)
{
	const char *equals = strchr(value, '=');

	if (!equals || equals == value)
		return false;
	struct definition *d = arena_new_object(c->arena, struct definition);
	d->symbol = arena_strndup(c->arena, value, (size_t)(equals - value));
	d->value = arena_strdup(c->arena, equals + 1);
	d->next = c->definitions;
	c->definitions = d;
	return true;
}

#define SET_FLAG(field) static bool set_##field(struct config *c, const char *value) \
	{ (void)value; c->field = true; return true; }

SET_FLAG(tcp_ts_ecr_scaled)
SET_FLAG(strict_segments)
SET_FLAG(dry_run)
SET_FLAG(is_anyip)
SET_FLAG(send_omit_free)
SET_FLAG(verbose)
SET_FLAG(debug)

/* ---- the table ---- */

#define PORT "a port: 1 to 65535"
#define ADDRESS "an address of the family that --ip_version says"
#define REMOTE_MODE "not supported: tests with two machines (remote mode)"
#define PLUG_IN "not supported: stacks as plug-ins"

const struct config_option config_options[] = {
	{ "ip_version", true, "VERSION", "family of addresses and packets", "ipv4, ipv4-mapped-ipv6 or ipv6",
	  set_ip_version },
	{ "bind_port", true, "PORT", "local port of bind() (8080)", PORT, set_bind_port },
	{ "connect_port", true, "PORT", "remote port of connect() (8080)", PORT, set_connect_port },
	{ "local_ip", true, "ADDRESS", "address of what is tested", ADDRESS, set_local_ip },
	{ "remote_ip", true, "ADDRESS[/LENGTH]", "address of the peer and the prefix routed to it", ADDRESS,
	  set_remote_ip },
	{ "gateway_ip", true, "ADDRESS", "next hop to the peer", ADDRESS, set_gateway_ip },
	{ "netmask_ip", true, "MASK", "mask of the local IPv4 address (255.255.0.0)",
	  "an IPv4 mask, such as 255.255.0.0", set_netmask_ip },
	{ "speed", true, "MBITS", "speed of the test link; 0: leave it", "0 to 4294967295, digits alone", set_speed },
	{ "mss", true, "BYTES", "segment size of injected packets larger than it; 0: off", "0 to 65535", set_mss },
	{ "mtu", true, "BYTES", "MTU of the test link (1500)", "68 to 65535; 0 for 1500", set_mtu },
	{ "init_scripts", true, "COMMANDS", "shell commands before the script, separated by commas", "commands",
	  set_init_scripts },
	{ "tolerance_usecs", true, "USECS", "tolerated deviation of times (4000)", "1 or more", set_tolerance_usecs },
	{ "tolerance_percent", true, "PERCENT", "tolerated deviation relative to the time since the last event (12.5)",
	  "0 to 100", set_tolerance_percent },
	{ "wildcard_limit_secs", true, "SECONDS", "how long a packet of a `*` line is awaited (150); 0: for ever",
	  "0 or more", set_wildcard_limit },
	{ "tcp_ts_tick_usecs", true, "USECS", "length of a TCP time-stamp tick; 0: their values are not checked",
	  "0 to 1000000", set_ts_tick },
	{ "tcp_ts_ecr_scaled", false, NULL, "accept TS ecr values that were never sent", NULL, set_tcp_ts_ecr_scaled },
	{ "strict_segments", false, NULL, "an expected segment is exactly one packet", NULL, set_strict_segments },
	{ "non_fatal", true, "KINDS", "go on after mismatches of: packet, syscall", "packet, syscall", set_non_fatal },
	{ "dry_run", false, NULL, "parse only", NULL, set_dry_run },
	{ "is_anyip", false, NULL, "the local address is not configured on the machine", NULL, set_is_anyip },
	{ "send_omit_free", false, NULL, "keep the buffers given to send calls (zero copy)", NULL, set_send_omit_free },
	{ "code_command", true, "COMMAND", "interpreter of code blocks (python3)", "a command", set_code_command },
	{ "code_format", true, "FORMAT", "language of code blocks (python)", "python", set_code_format },
	{ "code_sockopt", true, "OPTION", "no effect: all socket options are read",
	  "TCP_INFO, TCP_CC_INFO or SO_MEMINFO", set_code_sockopt },
	{ "define", true, "SYMBOL=VALUE", "replace a word of the script", "SYMBOL=VALUE", set_define },
	{ "verbose", false, NULL, "show packets and calls", NULL, set_verbose },
	{ "debug", false, NULL, "trace what the tool does", NULL, set_debug },
	{ "wire_client", false, NULL, REMOTE_MODE, NULL, NULL },
	{ "wire_server", false, NULL, REMOTE_MODE, NULL, NULL },
	{ "wire_server_ip", true, "HOST", REMOTE_MODE, NULL, NULL },
	{ "wire_server_at", true, "HOST", REMOTE_MODE, NULL, NULL },
	{ "wire_server_port", true, "PORT", REMOTE_MODE, NULL, NULL },
	{ "wire_client_dev", true, "DEVICE", REMOTE_MODE, NULL, NULL },
	{ "wire_server_dev", true, "DEVICE", REMOTE_MODE, NULL, NULL },
	{ "so_filename", true, "FILE", PLUG_IN, NULL, NULL },
	{ "so_flags", true, "TEXT", PLUG_IN, NULL, NULL },
	{ "psp_udp_port", true, "PORT", "not supported: PSP, which exists in remote mode only", NULL, NULL },
	{ 0 },
};

/* Options that only another dialect has. */
static const char *const nplab_options[] = {
	"local_linklocal_ip", "gateway_linklocal_ip", "tcp_md5_secret", "udp_encapsulation", "tun_dev",
	"persistent_tun_dev", "no_cleanup", "use_expect",
};

/* ---- setting ---- */

const struct config_option *config_option_find(const char *name)
{
	for (const struct config_option *o = config_options; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

static void remember_place(struct config *c, const char *option, const char *where, struct loc loc)
{
	struct option_place *p = arena_new_object(c->arena, struct option_place);

	*p = (struct option_place){ config_option_find(option)->name, arena_strdup(c->arena, where), loc, c->places };
	c->places = p;
}

/* Where an option stands that has no place in a text. */
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
	} else if (!o->takes_value && value) {
		buf_printf(headline, "option '%s' forbids an argument", name);
		buf_puts(detail, "it is a flag");
	} else if (o->takes_value && !value) {
		buf_printf(headline, "option '%s' requires an argument", name);
		buf_printf(detail, "write '--%s=%s'", name, o->argument);
	} else if (!o->set) {
		buf_printf(headline, "option '%s' is not supported", name);
		buf_puts(detail, strchr(o->help, ':') + 2);
	} else if (!o->set(c, value)) {
		bad_value_headline(name, value, headline);
		buf_printf(detail, "allowed: %s", o->allowed);
	} else {
		return true;
	}
	return false;
}

bool config_set(struct config *c, const char *name, const char *value, const char *where, struct loc loc,
                struct diags *diags)
{
	struct buf headline = BUF_INIT, detail = BUF_INIT, suffix = BUF_INIT;
	bool good = try_set(c, name, value, &headline, &detail);

	if (good)
		remember_place(c, name, where, loc);
	else
		diag_error(diags, DIAG_OPTION, loc, headline.data, "%s%s", detail.data, place(&loc, where, &suffix));
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
