/* SPDX-License-Identifier: MIT
 *
 * config_test.c - options, their ranges, and what is derived from them
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "script/config.h"

struct bench {
	struct config config;
	struct diags diags;
};

static void begin(struct bench *b)
{
	config_init(&b->config, arena_new());
	diags_init(&b->diags);
}

static void end(struct bench *b)
{
	arena_free(b->config.arena);
	diags_free(&b->diags);
}

static bool set(struct bench *b, const char *name, const char *value)
{
	return config_set(&b->config, name, value, "Command Line", (struct loc){ 0 }, &b->diags);
}

struct row {
	const char *name, *value, *headline;                 /* NULL: good */
};

static const struct row rows[] = {
	{ "bind_port", "1", NULL },
	{ "bind_port", "65535x", NULL },
	{ "bind_port", "0", "bad --bind_port: 0" },
	{ "connect_port", "65536", "bad --connect_port: 65536" },
	{ "ip_version", "ipv4-mapped-ipv6", NULL },
	{ "ip_version", "ipv5", "bad --ip_version: ipv5" },
	{ "speed", "4294967295", NULL },
	{ "speed", "4294967296", "bad --speed: 4294967296" },
	{ "speed", "1x", "bad --speed: 1x" },
	{ "mtu", "-1", "bad --mtu: -1" },
	{ "mtu", "big", "bad --mtu: big" },
	{ "tolerance_usecs", "", "bad --tolerance_usecs: " },
	{ "mtu", "67", "bad --mtu: 67" },
	{ "mtu", "65536", "bad --mtu: 65536" },
	{ "tolerance_usecs", "0", "bad --tolerance_usecs: 0" },
	{ "tolerance_percent", "100.5", "bad --tolerance_percent: 100.5" },
	{ "tolerance_percent", "nan", "bad --tolerance_percent: nan" },
	{ "tcp_ts_tick_usecs", "1000001", "bad --tcp_ts_tick_usecs: 1000001" },
	{ "code_format", "perl", "unsupported --code_format 'perl'" },
	{ "code_sockopt", "X", "unsupported --code_sockopt 'X'" },
	{ "define", "=1", "bad definition: =1" },
	{ "define", "A", "bad definition: A" },
	{ "define", "A=", NULL },
	{ "dry_run", "1", "option 'dry_run' forbids an argument" },
	{ "mtu", NULL, "option 'mtu' requires an argument" },
	{ "nothing", NULL, "option 'nothing' unknown" },
	{ "wire_client", NULL, "option 'wire_client' is not supported" },
	{ "so_filename", "x.so", NULL },
	{ "so_flags", NULL, "option 'so_flags' requires an argument" },
};

static void options_are_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;

		begin(&b);
		assert_int_equal(set(&b, rows[i].name, rows[i].value), rows[i].headline == NULL);
		if (rows[i].headline)
			assert_string_equal(b.diags.first->headline, rows[i].headline);
		end(&b);
	}
}

/* A unit behind a number is ignored, and whoever writes one does not expect that. */
static void the_rest_of_a_number_is_told(void **state)
{
	static const struct {
		const char *name, *value, *detail;
	} numbers[] = {
		{ "tolerance_usecs", "4ms", "--tolerance_usecs=4ms is 4;" }, { "bind_port", "80.5", "is 80;" },
		{ "mss", "1460", NULL }, { "local_ip", "1.2.3.4x", NULL }, { "tolerance_percent", "12.5", NULL },
		{ "tolerance_percent", "1_0", "is 1; a percentage has no unit" },
		{ "tolerance_percent", "5%", "is 5;" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		struct bench b;

		begin(&b);
		set(&b, numbers[i].name, numbers[i].value);
		const struct diag *d = b.diags.first;
		const char *told = "nothing";
		if (d)
			told = d->detail ? d->detail : "an error";
		if (!strstr(told, numbers[i].detail ? numbers[i].detail : "nothing"))
			fail_msg("%s: %s", numbers[i].value, told);
		assert_int_equal(b.diags.errors, 0);
		end(&b);
	}
}

static void the_newest_definition_counts(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	set(&b, "define", "A=1");
	set(&b, "define", "A=b=c");
	assert_string_equal(config_definition(&b.config, "A"), "b=c");
	assert_null(config_definition(&b.config, "B"));
	end(&b);
}

static void words_of_non_fatal(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	set(&b, "non_fatal", "packets, ,syscall");
	assert_false(b.config.non_fatal_packet);
	assert_true(b.config.non_fatal_syscall);
	end(&b);
}

static void assert_address(const struct ip_address *a, const char *want)
{
	char text[IP_ADDRESS_TEXT];

	assert_string_equal(ip_address_print(a, text), want);
}

static void defaults_are_those_of_the_language(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	assert_true(config_derive(&b.config, 7, "t.pkt", &b.diags));
	assert_address(&b.config.remote_ip, "192.0.2.1");
	assert_address(&b.config.gateway_ip, "192.168.0.1");
	assert_int_equal(b.config.remote_prefix, 24);
	assert_int_equal(b.config.local_prefix, 16);
	assert_int_equal(b.config.local_ip.bytes[0] << 8 | b.config.local_ip.bytes[1], 192 << 8 | 168);
	end(&b);
}

static void ipv6_has_its_own_defaults(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	set(&b, "ip_version", "ipv6");
	assert_true(config_derive(&b.config, 7, "t.pkt", &b.diags));
	assert_address(&b.config.remote_ip, "2001:db8::1");
	assert_int_equal(b.config.remote_prefix, 32);
	assert_int_equal(b.config.local_prefix, 48);
	assert_int_equal(b.config.local_ip.version, 6);
	end(&b);
}

static void invented_hosts_are_in_range(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct bench b;

		begin(&b);
		set(&b, "netmask_ip", "255.255.255.248");
		assert_true(config_derive(&b.config, seed, "t.pkt", &b.diags));
		assert_in_range(b.config.local_ip.bytes[3], 2, 6);
		end(&b);
	}
}

static const struct row addresses[] = {
	{ "local_ip", "1.2.3", "bad --local_ip: 1.2.3" },
	{ "local_ip", "::1", "bad --local_ip: ::1" },
	{ "gateway_ip", "x", "bad --gateway_ip: x" },
	{ "remote_ip", "1.2.3.4", NULL },
	{ "remote_ip", "127.0.0.9", "bad --remote_ip: 127.0.0.9" },
	{ "remote_ip", "0.0.0.0/0", "bad --remote_ip: 0.0.0.0/0" },
	{ "remote_ip", "1.2.3.4/33", "bad --remote_ip: 1.2.3.4/33" },
	{ "remote_ip", "1.2.3.4/", "bad --remote_ip: 1.2.3.4/" },
	{ "netmask_ip", "255.0.255.0", "bad --netmask_ip: 255.0.255.0" },
};

static void addresses_are_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
		struct bench b;

		begin(&b);
		assert_true(set(&b, addresses[i].name, addresses[i].value));
		assert_int_equal(config_derive(&b.config, 1, "t.pkt", &b.diags), addresses[i].headline == NULL);
		if (addresses[i].headline)
			assert_string_equal(b.diags.first->headline, addresses[i].headline);
		else
			assert_int_equal(b.config.remote_prefix, 32);
		end(&b);
	}
}

/* One command line is for cases of both versions, and for those that rely on an address that they name. */
static void of_several_addresses_one_counts(void **state)
{
	enum { MOST = 4 };
	static const struct {
		const char *version, *option, *script[MOST], *line[MOST];
		const char *want;                            /* "!...": an error that says so */
	} cases[] = {
		{ "ipv4", "local_ip", { NULL }, { "10.0.0.2", "fd00::2" }, "10.0.0.2" },
		{ "ipv6", "local_ip", { NULL }, { "10.0.0.2", "fd00::2" }, "fd00::2" },
		{ "ipv6", "local_ip", { "fd00::5" }, { "fd00::2", "10.0.0.2" }, "fd00::2" },
		{ "ipv4-mapped-ipv6", "local_ip", { NULL }, { "10.0.0.2", "fd00::2" }, "10.0.0.2" },
		{ "ipv4", "local_ip", { NULL }, { "10.0.0.2", "10.0.0.3" }, "10.0.0.3" },
		{ "ipv4", "local_ip", { "10.0.0.2" }, { "10.0.0.2", "fd00::2", "10.0.0.3" }, "10.0.0.2" },
		{ "ipv4", "local_ip", { "10.0.0.4" }, { "10.0.0.2", "fd00::2", "10.0.0.3" }, "10.0.0.3" },
		{ "ipv6", "local_ip", { "fd00:0::5" }, { "fd00::5", "fd00::6" }, "fd00::5" },
		{ "ipv4", "local_ip", { "10.0.0.4", "10.0.0.5" }, { NULL }, "10.0.0.5" },
		{ "ipv6", "local_ip", { "fd00::5" }, { "10.0.0.2" }, "!an IPv6 address as well: --local_ip may be "
		  "given once for each version of IP (Command Line)" },
		{ "ipv4", "local_ip", { NULL }, { "10.0.0.2/16" }, "!an IPv4 address (Command Line)" },
		{ "ipv4", "local_ip", { NULL }, { "10.0.0.2", "fd00::z" }, "!an IPv4 address (Command Line)" },
		{ "ipv6", "remote_ip", { "2001:db8::1" }, { "192.0.2.1/24", "2001:db8::9/64" }, "2001:db8::9" },
		{ "ipv4", "remote_ip", { "192.0.2.7/24" }, { "192.0.2.7/24", "192.0.2.8" }, "192.0.2.7" },
		{ "ipv4", "gateway_ip", { NULL }, { "192.168.0.7", "fd00::7" }, "192.168.0.7" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *option = cases[i].option, *want = cases[i].want;
		struct bench b;
		char text[IP_ADDRESS_TEXT];

		begin(&b);
		config_set(&b.config, "ip_version", cases[i].version, "t.pkt", (struct loc){ 0 }, &b.diags);
		for (size_t k = 0; k < MOST && cases[i].script[k]; k++)
			config_set(&b.config, option, cases[i].script[k], "t.pkt", (struct loc){ 0 }, &b.diags);
		for (size_t k = 0; k < MOST && cases[i].line[k]; k++)
			set(&b, option, cases[i].line[k]);
		const bool good = config_derive(&b.config, 1, "t.pkt", &b.diags);
		const struct ip_address *a =
			!strcmp(option, "local_ip") ? &b.config.local_ip :
			!strcmp(option, "remote_ip") ? &b.config.remote_ip : &b.config.gateway_ip;
		const char *got = good ? ip_address_print(a, text) : b.diags.first->detail;
		if (good != (*want != '!') || (good ? strcmp(got, want) != 0 : !strstr(got, want + 1)))
			fail_msg("case %zu: %s instead of %s", i, got, want);
		end(&b);
	}
}

/* An address is checked when all options are known, and is still reported at the line that set it. */
static void a_bad_address_has_its_place(void **state)
{
	static const struct source source = { "t.pkt", "", 0 };
	struct bench b;

	(void)state;
	begin(&b);
	assert_true(config_set(&b.config, "local_ip", "1.2.3", "t.pkt", (struct loc){ &source, 3, 1, 3, 9 }, &b.diags));
	assert_true(config_set(&b.config, "mtu", "1500", "t.pkt", (struct loc){ &source, 4, 1, 4, 9 }, &b.diags));
	assert_false(config_derive(&b.config, 1, "t.pkt", &b.diags));
	assert_int_equal(b.diags.first->loc.line, 3);
	assert_string_equal(b.diags.first->detail, "want an IPv4 address");
	end(&b);

	begin(&b);
	assert_true(config_set(&b.config, "local_ip", "1.2.3", "Command Line", (struct loc){ 0 }, &b.diags));
	assert_false(config_derive(&b.config, 1, "t.pkt", &b.diags));
	assert_string_equal(b.diags.first->detail, "want an IPv4 address (Command Line)");
	end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_checked),
		cmocka_unit_test(the_rest_of_a_number_is_told),
		cmocka_unit_test(the_newest_definition_counts),
		cmocka_unit_test(words_of_non_fatal),
		cmocka_unit_test(defaults_are_those_of_the_language),
		cmocka_unit_test(ipv6_has_its_own_defaults),
		cmocka_unit_test(invented_hosts_are_in_range),
		cmocka_unit_test(addresses_are_checked),
		cmocka_unit_test(of_several_addresses_one_counts),
		cmocka_unit_test(a_bad_address_has_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
