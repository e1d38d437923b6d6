/* SPDX-License-Identifier: MIT
 *
 * config_derive.c - addresses, prefixes and family from what the options say
 *
 * An address may be given several times, since one command line is for cases of both versions of IP, and a machine may
 * have several addresses: a case that relies on the one that it names itself gets it, if it is among them.
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "script/config.h"
#include "util/buf.h"

enum { IPV6_LOCAL_PREFIX = 48, HOST_NAME_BYTES = 256 };

struct derivation {
	struct config *config;
	const char *where;
	struct diags *diags;
};

/* From @place on, the newest one of @option; NULL: none. */
static const struct option_place *place_of(const struct option_place *place, const char *option)
{
	while (place && strcmp(place->option, option))
		place = place->next;
	return place;
}

static bool bad_value(const struct derivation *d, const char *option, const char *text, const char *wanted)
{
	const struct option_place *place = place_of(d->config->places, option);
	struct buf headline = BUF_INIT;

	while (place && strcmp(place->value, text))
		place = place_of(place->next, option);
	buf_printf(&headline, "bad --%s: %s", option, text);
	if (place && place->loc.source)
		diag_error(d->diags, DIAG_OPTION, place->loc, headline.data, "want %s", wanted);
	else
		diag_error(d->diags, DIAG_OPTION, (struct loc){ 0 }, headline.data, "want %s (%s)", wanted,
		           place ? place->where : d->where);
	buf_free(&headline);
	return false;
}

static enum ip_version family_of_host(void)
{
	char name[HOST_NAME_BYTES] = "";
	struct addrinfo *list = NULL;
	enum ip_version version = IP_VERSION_4;

	if (gethostname(name, sizeof(name) - 1) || getaddrinfo(name, NULL, NULL, &list))
		return version;
	if (list && list->ai_family == AF_INET6)
		version = IP_VERSION_6;
	freeaddrinfo(list);
	return version;
}

static int wire_version(const struct config *c)
{
	return c->ip_version == IP_VERSION_6 ? 6 : 4;
}

/* The address in @text, without the length of a prefix; its version is 0 if there is none. */
static struct ip_address address_in(const char *text)
{
	char address[IP_ADDRESS_TEXT];
	const size_t length = strcspn(text, "/");
	struct ip_address a;

	if (length >= sizeof(address))
		return (struct ip_address){ 0 };
	memcpy(address, text, length);
	address[length] = 0;
	return ip_address_parse(address, &a) ? a : (struct ip_address){ 0 };
}

/* Which of the values of @option counts; NULL: it was never given. What is no address is returned first, and one of the
 * wrong version if there is no other. */
static const char *choose_address(const struct derivation *d, const char *option)
{
	const struct option_place *newest = place_of(d->config->places, option), *last = NULL, *p = newest;
	const int version = wire_version(d->config);
	struct ip_address a;

	if (!newest)
		return NULL;
	for (; p && !strcmp(p->where, newest->where); p = place_of(p->next, option)) {
		a = address_in(p->value);
		if (!a.version)
			return p->value;
		if (!last && a.version == version)
			last = p;
	}
	if (!last || !p)
		return last ? last->value : newest->value;
	const struct ip_address overridden = address_in(p->value);
	for (const struct option_place *q = newest; q != p; q = place_of(q->next, option)) {
		a = address_in(q->value);
		if (a.version == version && ip_address_equal(&a, &overridden))
			return q->value;
	}
	return last->value;
}

static bool derive_address(const struct derivation *d, const char *option, const char *text, struct ip_address *out)
{
	const int version = wire_version(d->config);
	const struct option_place *newest = place_of(d->config->places, option);
	struct arena *arena = d->config->arena;

	if (ip_address_parse(text, out) && out->version == version)
		return true;
	const char *wanted = arena_printf(arena, "an IPv%d address", version);
	if (ip_address_parse(text, out) && newest && !newest->loc.source)
		wanted = arena_printf(arena, "%s as well: --%s may be given once for each version of IP",
		                      wanted, option);
	return bad_value(d, option, text, wanted);
}

/* ADDRESS or ADDRESS/LENGTH; without a length the route is one to a host. */
static bool derive_remote(const struct derivation *d, const char *text)
{
	struct config *c = d->config;
	int bits = wire_version(c) == 6 ? 128 : 32;
	const char *slash = strchr(text, '/');
	char *end = NULL;

	c->remote_prefix = bits;
	if (!slash)
		return derive_address(d, "remote_ip", text, &c->remote_ip);
	long length = strtol(slash + 1, &end, 10);
	if (end == slash + 1 || *end || length < 0 || length > bits)
		return bad_value(d, "remote_ip", text,
		                   bits == 128 ? "a prefix length of 0 to 128" : "a prefix length of 0 to 32");
	c->remote_prefix = (int)length;
	return derive_address(d, "remote_ip", arena_strndup(c->arena, text, (size_t)(slash - text)), &c->remote_ip);
}

/* The peer is played by us, so its address is none that a stack sends packets of its own to. */
static bool is_elsewhere(const struct derivation *d, const char *text)
{
	static const uint8_t loopback[16] = { [15] = 1 }, unspecified[16] = { 0 };
	const struct ip_address *a = &d->config->remote_ip;
	const size_t size = a->version == 6 ? 16 : 4;
	const bool loops = size == 4 ? a->bytes[0] == 127 : !memcmp(a->bytes, loopback, size);

	if (ip_address_equal(a, &d->config->local_ip))
		return bad_value(d, "remote_ip", text, "another address than that of the machine, --local_ip");
	return (!loops && memcmp(a->bytes, unspecified, size)) ||
	       bad_value(d, "remote_ip", text, "an address of another machine");
}

static uint32_t ipv4_number(const struct ip_address *a)
{
	return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 | (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

static void put_number(uint8_t *bytes, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

static bool derive_prefix(const struct derivation *d)
{
	struct config *c = d->config;
	const char *text = c->netmask_ip_text ? c->netmask_ip_text : "255.255.0.0";
	struct ip_address mask;

	c->local_prefix = IPV6_LOCAL_PREFIX;
	if (wire_version(c) == 6)
		return true;
	c->local_prefix = 0;
	if (!ip_address_parse(text, &mask) || mask.version != 4)
		return bad_value(d, "netmask_ip", text, "an IPv4 mask, such as 255.255.0.0");
	uint32_t number = ipv4_number(&mask);
	if (~number & (~number + 1))
		return bad_value(d, "netmask_ip", text, "a mask of ones followed by zeros");
	for (; number; number <<= 1)
		c->local_prefix++;
	return true;
}

/* A number of 0 to @most that depends on @seed alone (splitmix64). */
static uint32_t pick(uint64_t seed, uint32_t most)
{
	uint64_t z = seed + 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return (uint32_t)(z % ((uint64_t)most + 1));
}

/* Somewhere in 192.168.0.0 or fd3d:fa7b:d17d::, never the lowest or the highest host. */
static void invent_local(struct config *c, uint64_t seed)
{
	if (wire_version(c) == 6) {
		ip_address_parse("fd3d:fa7b:d17d::", &c->local_ip);
		put_number(c->local_ip.bytes + 12, 1 + pick(seed, UINT32_MAX - 2));
		return;
	}
	uint32_t hosts = (uint32_t)((UINT64_C(1) << (32 - c->local_prefix)) - 1);
	uint32_t host = hosts > 2 ? 2 + pick(seed, hosts - 3) : hosts;
	ip_address_parse("192.168.0.0", &c->local_ip);
	put_number(c->local_ip.bytes, (ipv4_number(&c->local_ip) & ~hosts) | host);
}

static bool derive_linklocal(const struct derivation *d, const char *option, const char *text, const char *otherwise,
                             struct ip_address *out)
{
	if (!text)
		text = otherwise;
	return (ip_address_parse(text, out) && out->version == 6) || bad_value(d, option, text, "an IPv6 address");
}

/* On any other target, something other than what the script asks for would be tested. */
static bool suits_target(const struct derivation *d)
{
	const struct config *c = d->config;

	if (!c->plug_in || !c->target || c->takes_plug_in)
		return true;
	return bad_value(d, "so_filename", c->plug_in, "another target: packetdrill, or protodrill run -t plug-in");
}

bool config_derive(struct config *c, uint64_t seed, const char *where, struct diags *diags)
{
	const struct derivation d = { c, where, diags };

	if (!c->ip_version_set)
		c->ip_version = c->family_of_host ? family_of_host() : IP_VERSION_4;
	bool six = c->ip_version == IP_VERSION_6;
	const char *local = choose_address(&d, "local_ip"), *remote = choose_address(&d, "remote_ip"),
	           *gateway = choose_address(&d, "gateway_ip");

	if (!remote)
		remote = six ? "2001:db8::1/32" : "192.0.2.1/24";
	if (!gateway)
		gateway = six ? "fd3d:fa7b:d17d:8888::" : "192.168.0.1";

	bool good = suits_target(&d) & derive_prefix(&d);
	if (local)
		good &= derive_address(&d, "local_ip", local, &c->local_ip);
	else
		invent_local(c, seed);
	good &= derive_remote(&d, remote) && (c->takes_plug_in || is_elsewhere(&d, remote));
	good &= derive_linklocal(&d, "local_linklocal_ip", c->local_linklocal_ip_text, "fe80::1",
	                         &c->local_linklocal_ip);
	good &= derive_linklocal(&d, "gateway_linklocal_ip", c->gateway_linklocal_ip_text, "fe80::2",
	                         &c->gateway_linklocal_ip);
	good &= derive_address(&d, "gateway_ip", gateway, &c->gateway_ip);
	return good;
}
