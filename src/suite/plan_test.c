/* SPDX-License-Identifier: MIT
 *
 * plan_test.c - what plans mean, case by case, and what is wrong with those that are wrong
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite/plan_spec.h"

static char folder[] = "/tmp/plan_test.XXXXXX";
static int questions;

/* A kernel that would be booted is known by its name only. */
static const void *name_kernel(const char *name, struct arena *arena)
{
	(void)arena;
	return strstr(name, "absent") ? NULL : name;
}

static bool named_has(const void *kernel, const struct need *need, struct buf *why)
{
	bool met = need->kind != NEED_HZ || strstr(kernel, "fast");

	buf_puts(why, met ? "" : "it is slow");
	return met;
}

static bool has_no_tun(const struct need *need, struct buf *why)
{
	questions++;
	if (need->kind == NEED_TUN)
		buf_puts(why, "no device");
	return need->kind != NEED_TUN;
}

static const struct plan_target targets[] = {
	{ .name = "builtin", .virtual_time = true, .has = has_no_tun }, { .name = "kernel", .has = has_no_tun },
	{ .name = "linux", .has = has_no_tun, .takes_text = true,
	  .kernel_of = name_kernel, .kernel_has = named_has }, { 0 },
};
static const char *const profiles[] = { "rfc", "linux", NULL };
static const char *const defects[] = { "no-ack", "no-fin", NULL };
static const struct plan_surroundings around = { targets, profiles, defects, "6.5.3-test" };

static int make_tree(void **state)
{
	char command[256];

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(command, sizeof(command),
	         "cd %s && mkdir a b empty && touch a/1.pkt a/2.pkt b/3.pkt b/notes.txt z.pkt ./-", folder);
	return system(command) || chdir(folder);
}

static int remove_tree(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "cd / && rm -r %s", folder);
	return system(command);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void add_case(struct buf *out, const struct suite_case *c)
{
	buf_printf(out, "%s", c->id);
	for (size_t i = 0; i < c->setting_count; i++)
		if (strcmp(c->settings[i].name, "netmask_ip") && !strstr(c->settings[i].name, "_ip"))
			buf_printf(out, " %s%s%s", c->settings[i].name, c->settings[i].value ? "=" : "",
			           c->settings[i].value ? c->settings[i].value : "");
	if (c->defect)
		buf_printf(out, " defect:%s", c->defect);
	if (c->expectation)
		buf_printf(out, " %s:%s", verdict_name[c->expectation->verdict], c->expectation->reason);
	if (c->lacking)
		buf_printf(out, " [%s]", c->lacking);
	if (c->traits)
		buf_printf(out, " traits:%s", c->traits);
	if (c->retries >= 0)
		buf_printf(out, " retries:%d", c->retries);
	if (c->timeout_s >= 0)
		buf_printf(out, " timeout:%d", c->timeout_s);
	buf_puts(out, "\n");
}

struct asked {
	const char *plans[3], *paths[3], *targets[3], *profiles[3], *definitions[4], *traits[4];
};

/* All cases, one per line; after an error: its place and text. */
static void play_plan(const struct asked *asked, struct buf *out)
{
	const struct plan_request request = {
		.plans = asked->plans,
		.paths = asked->paths,
		.targets = asked->targets[0] ? asked->targets : NULL,
		.profiles = asked->profiles[0] ? asked->profiles : NULL,
		.definitions = asked->definitions,
		.traits = asked->traits,
	};
	struct suite_plan plan;
	struct diags diags;

	diags_init(&diags);
	bool good = suite_plan_make(&request, &around, &plan, &diags);
	assert_int_equal(good, !diags.errors);
	for (size_t i = 0; good && i < plan.count; i++) {
		assert_int_equal(plan.cases[i].number, i + 1);
		add_case(out, &plan.cases[i]);
	}
	for (const struct diag *d = diags.first; d; d = d->next)
		buf_printf(out, "%d:%d: %s: %s\n", d->loc.line, d->loc.column, d->headline, d->detail);
	suite_plan_free(&plan);
	diags_free(&diags);
}

static void expect_cases(const char *text, const struct asked *asked, const char *want)
{
	struct asked with_plan = asked ? *asked : (struct asked){ 0 };
	struct buf got = BUF_INIT;

	with_plan.plans[0] = "p.yaml";
	write_file("p.yaml", text);
	play_plan(&with_plan, &got);
	if (strcmp(got.data, want))
		fail_msg("the plan\n%smeans\n%sexpected was\n%s", text, got.data, want);
	buf_free(&got);
}

static void scripts(void **state)
{
	static const struct {
		const char *plan, *cases;
	} rows[] = {
		{ "paths: .\n", "a/1.pkt\na/2.pkt\nb/3.pkt\nz.pkt\n" },
		{ "paths: ./\n", "a/1.pkt\na/2.pkt\nb/3.pkt\nz.pkt\n" },
		{ "paths: [z.pkt, a, a/1.pkt, ./z.pkt]\n", "z.pkt\na/1.pkt\na/2.pkt\n" },
		{ "paths: 'a/[2-9].pkt'\n", "a/2.pkt\n" },
		{ "paths: '[ab]'\n", "a/1.pkt\na/2.pkt\nb/3.pkt\n" },
		{ "paths: .\nexclude: a\n", "b/3.pkt\nz.pkt\n" },
		{ "paths: .\nexclude: ['*/1.pkt', b/]\n", "a/2.pkt\nz.pkt\n" },
		{ "paths: .\nexclude: '*.pkt'\n", "a/1.pkt\na/2.pkt\nb/3.pkt\n" },
		{ "paths: '-'\n", "./-\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_cases(rows[i].plan, NULL, rows[i].cases);
}

static void matrix(void **state)
{
	static const struct {
		const char *plan, *cases;
	} rows[] = {
		{ "paths: z.pkt\nmatrix: {target: builtin}\n", "z.pkt\n" },
		{ "paths: z.pkt\nmatrix: {target: [kernel, builtin]}\n", "z.pkt@kernel\nz.pkt@builtin\n" },
		{ "paths: a\nmatrix: {target: [builtin, kernel]}\n",
		  "a/1.pkt@builtin\na/2.pkt@builtin\na/1.pkt@kernel\na/2.pkt@kernel\n" },
		{ "paths: z.pkt\nmatrix:\n  profile: [rfc, linux]\n  target: [builtin, kernel]\n",
		  "z.pkt@builtin/rfc\nz.pkt@builtin/linux\nz.pkt@kernel\n" },
		{ "paths: z.pkt\nmatrix:\n  profile: linux\n  target: [builtin, kernel]\n",
		  "z.pkt@builtin\nz.pkt@kernel\n" },
		{ "paths: z.pkt\nmatrix: {defect: [none, no-fin]}\n", "z.pkt@none\nz.pkt@no-fin defect:no-fin\n" },
		{ "paths: z.pkt\nmatrix:\n  define: {B: [1, 2 3], A: x}\n",
		  "z.pkt@B=1 define=B=1 define=A=x\nz.pkt@B=2_3 define=B=2 3 define=A=x\n" },
		{ "paths: z.pkt\nmatrix:\n  option: {tolerance_usecs: 9000, strict_segments: [true, false]}\n",
		  "z.pkt@strict_segments=true tolerance_usecs=9000 strict_segments\n"
		  "z.pkt@strict_segments=false tolerance_usecs=9000\n" },
		{ "paths: z.pkt\nmatrix: {address: [ipv4, ipv4-mapped-ipv6, ipv6]}\n",
		  "z.pkt@ipv4 ip_version=ipv4 define=TFO_COOKIE=3021b9d889017eeb "
		  "define=TFO_COOKIE_ZERO=b7c12350a90dc8f5 define=CODE=host_unreachable "
		  "define=CMSG_LEVEL_IP=SOL_IP define=CMSG_TYPE_RECVERR=IP_RECVERR\n"
		  "z.pkt@ipv4-mapped-ipv6 ip_version=ipv4-mapped-ipv6 define=TFO_COOKIE=3021b9d889017eeb "
		  "define=TFO_COOKIE_ZERO=b7c12350a90dc8f5 define=CODE=host_unreachable "
		  "define=CMSG_LEVEL_IP=SOL_IPV6 define=CMSG_TYPE_RECVERR=IPV6_RECVERR\n"
		  "z.pkt@ipv6 ip_version=ipv6 mtu=1520 define=TFO_COOKIE=c1d1e9742a47a9bc "
		  "define=TFO_COOKIE_ZERO=82af1a8f9a205c34 "
		  "define=CODE=address_unreachable define=CMSG_LEVEL_IP=SOL_IPV6 "
		  "define=CMSG_TYPE_RECVERR=IPV6_RECVERR\n" },
		{ "paths: z.pkt\nmatrix: {address: ipv6, option: {mtu: 1400}}\n",
		  "z.pkt ip_version=ipv6 define=TFO_COOKIE=c1d1e9742a47a9bc define=TFO_COOKIE_ZERO=82af1a8f9a205c34 "
		  "define=CODE=address_unreachable define=CMSG_LEVEL_IP=SOL_IPV6 "
		  "define=CMSG_TYPE_RECVERR=IPV6_RECVERR mtu=1400\n" },
		{ "paths: z.pkt\nmatrix:\n  target: [builtin, kernel]\n  define: {A: [1, 2]}\n  exclude: "
		  "{target: kernel, define: {A: 1}}\n",
		  "z.pkt@builtin/A=1 define=A=1\nz.pkt@builtin/A=2 define=A=2\nz.pkt@kernel/A=2 define=A=2\n" },
		{ "paths: .\nmatrix:\n  target: [builtin, kernel]\n  exclude:\n  - {target: kernel, paths: [a, b/*]}\n"
		  "  - paths: a/1.pkt\n", "a/2.pkt@builtin\nb/3.pkt@builtin\nz.pkt@builtin\nz.pkt@kernel\n" },
		{ "paths: z.pkt\nretries: 0\ntimeout: 5\n", "z.pkt retries:0 timeout:5\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_cases(rows[i].plan, NULL, rows[i].cases);
}

static void expectations(void **state)
{
	static const struct {
		const char *plan, *cases;
	} rows[] = {
		{ "paths: .\nexpect:\n- {paths: a/2.pkt, verdict: FAIL, reason: r, expires: 2027-01-01}\n",
		  "a/1.pkt\na/2.pkt FAIL:r\nb/3.pkt\nz.pkt\n" },
		{ "paths: a\nexpect:\n- {paths: a/2.pkt, verdict: ERROR, reason: r, expires: 2027-01-01}\n"
		  "- {verdict: FAIL, line: 3, kind: too late, reason: s, expires: 2027-01-01}\n",
		  "a/1.pkt FAIL:s\na/2.pkt ERROR:r\n" },
		{ "paths: z.pkt\nmatrix: {target: [builtin, kernel]}\nexpect:\n"
		  "- {kernel: '>=6.1 <6.5', verdict: FAIL, reason: old, expires: 2027-01-01}\n"
		  "- {kernel: '>=6.5', verdict: FAIL, reason: new, expires: 2027-01-01}\n",
		  "z.pkt@builtin\nz.pkt@kernel FAIL:new\n" },
		{ "paths: z.pkt\nmatrix: {profile: [rfc, linux]}\nexpect:\n"
		  "- {profile: linux, verdict: FAIL, reason: r, expires: 2027-01-01}\n",
		  "z.pkt@rfc\nz.pkt@linux FAIL:r\n" },
		{ "paths: z.pkt\nmatrix: {target: [builtin, kernel]}\nneeds: {need: tun, target: kernel}\n",
		  "z.pkt@builtin\nz.pkt@kernel [it needs tun: no device]\n" },
		{ "paths: a\nneeds: [tcp, root, {need: tun, paths: a/1.pkt}]\n",
		  "a/1.pkt [it needs tun: no device]\na/2.pkt\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_cases(rows[i].plan, NULL, rows[i].cases);
	questions = 0;
	expect_cases("paths: .\nneeds: tcp\n", NULL, "a/1.pkt\na/2.pkt\nb/3.pkt\nz.pkt\n");
	assert_int_equal(questions, 1);
}

/* What the command line adds to a plan, and takes away from it. */
static void command_line(void **state)
{
	static const char both[] = "paths: .\nmatrix: {target: [builtin, kernel]}\n";
	const struct asked in_b = { .paths = { "b" } }, kernel = { .targets = { "kernel" } };
	const struct asked lists = { .targets = { "builtin", "kernel" }, .profiles = { "rfc", "linux" } };
	const struct asked linux_only = { .profiles = { "linux" } };

	(void)state;
	expect_cases("paths: .\n", &in_b, "b/3.pkt\n");
	expect_cases(both, &in_b, "b/3.pkt@builtin\nb/3.pkt@kernel\n");
	expect_cases("paths: z.pkt\n", &kernel, "z.pkt\n");
	expect_cases(both, &kernel, "a/1.pkt@kernel\na/2.pkt@kernel\nb/3.pkt@kernel\nz.pkt@kernel\n");
	expect_cases("paths: z.pkt\n", &lists, "z.pkt@builtin/rfc\nz.pkt@builtin/linux\nz.pkt@kernel\n");
	expect_cases("paths: z.pkt\nmatrix: {profile: [rfc, linux]}\n", &linux_only, "z.pkt@linux\n");
	expect_cases("paths: z.pkt\nneeds: {need: tun, target: kernel}\nexpect:\n"
	             "- {kernel: '>1', verdict: FAIL, reason: k, expires: 2027-01-01}\n"
	             "- {profile: linux, verdict: FAIL, reason: l, expires: 2027-01-01}\n",
	             &lists,
	             "z.pkt@builtin/rfc\nz.pkt@builtin/linux FAIL:l\nz.pkt@kernel FAIL:k [it needs tun: no device]\n");
	expect_cases("paths: z.pkt\nneeds: {need: tun, target: kernel}\nexpect:\n"
	             "- {kernel: '>1', verdict: FAIL, reason: k, expires: 2027-01-01}\n", NULL, "z.pkt\n");
	expect_cases("paths: z.pkt\nmatrix: {target: ['linux:slow', 'linux:fast']}\nneeds: [hz >=250]\n", NULL,
	             "z.pkt@linux:slow [it needs hz >=250: it is slow]\nz.pkt@linux:fast\n");
	expect_cases("paths: z.pkt\nmatrix: {target: ['linux:absent', 'linux:fast']}\nneeds: [built]\n", NULL,
	             "z.pkt@linux:absent [it needs built: there is no such kernel (scripts/build-linux, make linux)]\n"
	             "z.pkt@linux:fast\n");
	expect_cases("paths: z.pkt\nmatrix: {target: ['linux:slow', 'linux:fast']}\nexpect:\n"
	             "- {needs: [tcp, hz >=250], verdict: FAIL, reason: f, expires: 2027-01-01}\n", NULL,
	             "z.pkt@linux:slow\nz.pkt@linux:fast FAIL:f\n");
	expect_cases("paths: a\n", &in_b, "0:0: no case selected: nothing of the plan is left\n");
	expect_cases("paths: a\nmatrix: {target: builtin}\n", &kernel,
	             "0:0: no case selected: nothing of the plan is left\n");
	expect_cases("paths: a\n", &(struct asked){ .paths = { "nosuch" } },
	             "0:0: nosuch: No such file or directory\n");
}

static void without_a_plan(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	play_plan(&(struct asked){ .paths = { "b", "z.pkt" } }, &got);
	play_plan(&(struct asked){ .paths = { "z.pkt", "z.pkt" } }, &got);
	play_plan(&(struct asked){ .paths = { "./z.pkt" }, .targets = { "builtin", "kernel" } }, &got);
	play_plan(&(struct asked){ .paths = { "empty" } }, &got);
	play_plan(&(struct asked){ 0 }, &got);
	assert_string_equal(got.data, "b/3.pkt\nz.pkt\n"
	                              "z.pkt\nz.pkt#2\n"
	                              "./z.pkt@builtin\n./z.pkt@kernel\n"
	                              "0:0: empty: no scripts (*.pkt) in this directory\n"
	                              "0:0: no case selected: name scripts or folders\n");
	buf_free(&got);
}

static void what_is_defined_is_in_names(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	write_file("given.yaml", "paths: z.pkt\nmatrix: {target: [builtin, kernel]}\n");
	play_plan(&(struct asked){ .paths = { "z.pkt" }, .definitions = { "MSS=1400", "A=x y", "MSS=9" } }, &got);
	play_plan(&(struct asked){ .plans = { "given.yaml" }, .definitions = { "MSS=1" } }, &got);
	assert_string_equal(got.data, "z.pkt@A=x_y/MSS=9\nz.pkt@builtin/MSS=1\nz.pkt@kernel/MSS=1\n");
	buf_free(&got);
}

/* Options that a plan only sets are part of names only if nothing else tells variants apart. */
static void options_that_go_along(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	write_file("four.yaml", "paths: z.pkt\nmatrix: {profile: rfc, option: {mtu: 1500}, define: {A: 1}}\n");
	write_file("six.yaml",
	           "paths: z.pkt\nmatrix: {profile: linux, option: {mtu: 1520}, define: {A: 2, B: [1, 2]}}\n");
	write_file("same.yaml", "paths: z.pkt\nmatrix: {profile: rfc, option: {mtu: 1520}, define: {A: 1}}\n");
	write_file("both.yaml", "include: [four.yaml, six.yaml]\n");
	play_plan(&(struct asked){ .plans = { "both.yaml" } }, &got);
	play_plan(&(struct asked){ .plans = { "four.yaml", "same.yaml" } }, &got);
	assert_string_equal(got.data, "z.pkt@rfc mtu=1500 define=A=1\n"
	                              "z.pkt@linux/B=1 mtu=1520 define=A=2 define=B=1\n"
	                              "z.pkt@linux/B=2 mtu=1520 define=A=2 define=B=2\n"
	                              "z.pkt@mtu=1500 mtu=1500 define=A=1\nz.pkt@mtu=1520 mtu=1520 define=A=1\n");
	buf_free(&got);
}

static void several_plans(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	write_file("a/p.yaml", "name: first\npaths: .\nmatrix: {target: kernel}\n");
	write_file("q.yaml", "include: a/p.yaml\npaths: [a/1.pkt]\nmatrix: {profile: [rfc, linux]}\n");
	play_plan(&(struct asked){ .plans = { "q.yaml" } }, &got);
	play_plan(&(struct asked){ .plans = { "a/p.yaml", "a/p.yaml" } }, &got);
	assert_string_equal(got.data, "a/1.pkt@kernel\na/2.pkt@kernel\na/1.pkt@builtin/rfc\na/1.pkt@builtin/linux\n"
	                              "a/1.pkt\na/2.pkt\na/1.pkt#2\na/2.pkt#2\n");
	buf_free(&got);
}

static uint64_t digest(const char *text)
{
	const struct plan_request request = { .plans = (const char *const[]){ "p.yaml", NULL },
	                                      .paths = (const char *const[]){ NULL } };
	struct suite_plan plan;
	struct diags diags;

	write_file("p.yaml", text);
	diags_init(&diags);
	assert_true(suite_plan_make(&request, &around, &plan, &diags));
	const uint64_t value = plan.digest;
	suite_plan_free(&plan);
	return value;
}

/* Plans that mean the same have the same digest, and all others a different one. */
static void digests(void **state)
{
	static const char *const different[] = {
		"paths: .\n",
		"paths: a\n",
		"paths: .\nmatrix: {target: kernel}\n",
		"paths: .\nmatrix: {profile: linux}\n",
		"paths: .\nmatrix: {defect: no-fin}\n",
		"paths: .\nmatrix: {define: {A: 1}}\n",
		"paths: .\nmatrix: {define: {A: 2}}\n",
		"paths: .\nexpect: {verdict: FAIL, reason: r, expires: 2027-01-01}\n",
		"paths: .\nexpect: {verdict: FAIL, reason: r, expires: 2027-01-02}\n",
		"paths: .\nexpect: {verdict: FAIL, line: 2, reason: r, expires: 2027-01-01}\n",
		"paths: .\nexpect: {verdict: ERROR, reason: r, expires: 2027-01-01}\n",
	};
	uint64_t values[ARRAY_LEN(different)];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(different); i++) {
		values[i] = digest(different[i]);
		for (size_t j = 0; j < i; j++)
			if (values[i] == values[j])
				fail_msg("%s and %s have the same digest", different[i], different[j]);
	}
	assert_true(digest("name: other\npaths: [a, b, z.pkt]\nneeds: tun\n") == values[0]);
}

/* ---- mistakes ---- */

static const struct {
	const char *plan, *errors;
} bad_plans[] = {
	{ "", "1:1: bad plan: it is empty\n" },
	{ "name: x\n", "1:1: missing key: 'paths' or 'include'\n" },
	{ "name: x", "1:1: missing key: 'paths' or 'include'\n" },          /* it ends in a line that is not there */
	{ "path: .\n", "1:1: unknown key: 'path'; did you mean 'paths'? There are "
	               "name, include, paths, exclude, matrix, traits, needs, timeout, retries and expect\n" },
	{ "paths: nosuch.pkt\n", "1:8: nosuch.pkt: No such file or directory\n" },
	{ "paths: empty\n", "1:8: empty: no scripts (*.pkt) in this directory\n" },
	{ "paths: ['x*.pkt']\n", "1:9: no such scripts: 'x*.pkt' fits no file or folder\n" },
	{ "{\"kind\":\"run\",\"format\":1}\n{}\n",
	  "1:1: bad plan: these are results: 'protodrill report FILE' shows them\n" },
	{ "paths: []\n", "1:8: bad plan: the list is empty\n" },
	{ "paths: {a: b}\n", "1:8: bad plan: want a path or pattern here, not a map\n" },
	{ "paths: .\nexclude: [c]\n", "2:11: nothing to exclude: 'c' fits none of the plan's scripts\n" },
	{ "paths: .\nexclude: [a, b, z.pkt]\n", "0:0: no case selected: nothing of the plan is left\n" },
	{ "paths: .\nname:\n", "2:6: bad plan: want a name here, not nothing\n" },
	{ "paths: .\ntimeout: soon\n", "2:10: bad plan: want a number from 0 to 1000000 here, not 'soon'\n" },
	{ "paths: .\nretries: 1001\n", "2:10: bad plan: want a number from 0 to 1000 here, not '1001'\n" },
	{ "paths: .\nmatrix: {traget: builtin}\n", "2:10: unknown key: 'traget'; did you mean 'target'? "
	                                           "There are target, "
	  "profile, address, defect, option, define and exclude\n" },
	{ "paths: .\nmatrix: {target: kernle}\n",
	  "2:18: unknown target: 'kernle'; did you mean 'kernel'? There are builtin, kernel, linux\n" },
	{ "paths: .\nmatrix: {target: [kernel, kernel]}\n", "2:27: repeated value: 'kernel'\n" },
	{ "paths: .\nmatrix: {profile: windows}\n", "2:19: unknown profile: 'windows': there are rfc, linux\n" },
	{ "paths: .\nmatrix: {profile: my.yaml}\n",
	  "2:19: cannot read the profile: my.yaml: No such file or directory\n" },
	{ "paths: .\nmatrix: {address: ipv5}\n",
	  "2:19: unknown address variant: 'ipv5'; did you mean 'ipv4'? There are ipv4, ipv4-mapped-ipv6, ipv6\n" },
	{ "paths: .\nmatrix: {defect: no-fim}\n", "2:18: unknown defect: 'no-fim'; did you mean 'no-fin'? "
	                                          "There are none and "
	  "what 'protodrill list --defects' names\n" },
	{ "paths: .\nmatrix:\n  option: {tolerance_usec: 1}\n",
	  "3:28: option 'tolerance_usec' unknown: did you mean '--tolerance_usecs'?\n" },
	{ "paths: .\nmatrix:\n  option: {tolerance_usecs: 0}\n",
	  "3:29: bad --tolerance_usecs: 0: allowed: 1 to 2147483647\n" },
	{ "paths: .\nmatrix:\n  option: {strict_segments: yes}\n",
	  "3:29: bad plan: 'yes' for the flag strict_segments: want true or false\n" },
	{ "paths: .\nmatrix:\n  define: {'A=B': 1}\n", "3:12: bad plan: 'A=B': a symbol has no '='\n" },
	{ "paths: .\nmatrix:\n  define: [A]\n",
	  "3:11: bad plan: want a map of keys and values here, as in 'key: value'\n" },
	{ "paths: .\nmatrix:\n  target: builtin\n  exclude: {target: kernel}\n",
	  "4:12: nothing to exclude: no case of the plan fits all that is named here\n" },
	{ "paths: .\nneeds: [bpf]\n", "2:9: unknown need: 'bpf': there are tcp, udp, icmp, udplite, tcp-in-udp, root, "
	                              "namespace, tun, python3, "
	  "kernel RANGE, built, hz RANGE, config NAME, congestion-control NAME, command NAME and trait NAME\n" },
	{ "paths: .\nneeds: [kernel 6.1]\n",
	  "2:9: unknown need: 'kernel 6.1': want >=, <=, >, < or = before each version\n" },
	{ "paths: .\nneeds: [{target: kernel}]\n", "2:9: missing key: 'need'\n" },
	{ "matrix: {target: builtin}\nneeds: [{need: tun, target: kernel}]\npaths: .\n",
	  "2:9: a need of no case: no case of the plan fits all that is named here\n" },
	{ "paths: .\nexpect: [{paths: a}]\n", "2:10: missing key: 'verdict'\n2:10: missing key: 'reason'\n"
	  "2:10: missing key: 'expires'\n" },
	{ "paths: .\nexpect: {verdict: PASS, reason: r, expires: 2027-01-01}\n",
	  "2:19: bad verdict: 'PASS': there are FAIL, ERROR\n" },
	{ "paths: .\nexpect: {verdict: FAIL, reason: r, expires: 2027-02-29}\n",
	  "2:45: bad day: '2027-02-29': want YYYY-MM-DD\n" },
	{ "paths: .\nexpect: {verdict: FAIL, reason: r, expires: never}\n",
	  "2:45: bad day: 'never': want YYYY-MM-DD\n" },
	{ "paths: .\nexpect: {verdict: FAIL, reason: '', expires: 2027-01-01}\n",
	  "2:33: bad plan: want why it is expected here, not an empty text\n" },
	{ "paths: .\nexpect: {verdict: FAIL, reason: \"a\\nb\", expires: 2027-01-01}\n",
	  "2:33: bad plan: want one line here\n" },
	{ "paths: .\nexpect: {verdict: FAIL, line: 0, reason: r, expires: 2027-01-01}\n",
	  "2:31: bad plan: want a number from 1 to 1000000000 here, not '0'\n" },
	{ "paths: .\nexpect: {verdict: FAIL, kind: late, reason: r, expires: 2027-01-01}\n",
	  "2:31: unknown kind: 'late': there are fields differ, missing packet, extra packet, duplicate packet, "
	  "re-segmented data, too early, too late, other result, other output, assertion failed, command failed, "
	  "blocked call, no basis, cannot be played\n" },
	{ "paths: .\nexpect: {verdict: FAIL, kernel: 6.1, reason: r, expires: 2027-01-01}\n",
	  "2:33: bad range of versions: "
	  "'6.1': want >=, <=, >, < or = before each version; for example \">=6.1 <6.12\"\n" },
	{ "matrix: {target: builtin}\nexpect: {kernel: '>1', verdict: FAIL, reason: r, expires: 2027-01-01}\n"
	  "paths: .\n",
	  "2:9: an expectation of no case: no case of the plan fits all that is named here\n" },
	{ "paths: .\nexpect: {paths: c, verdict: FAIL, reason: r, expires: 2027-01-01}\n",
	  "2:9: an expectation of no case: no case of the plan fits all that is named here\n" },
	{ "paths: .\ntraits: {kernel: none.yaml, builtni: p.yaml}\n",
	  "2:18: cannot read the traits: none.yaml: No such file or directory\n"
	  "2:29: unknown target: 'builtni'; did you mean 'builtin'? There are builtin, kernel, linux\n" },
	{ "matrix: {target: builtin}\ntraits: {kernel: p.yaml}\npaths: .\n",
	  "2:10: traits of no target: no case of the plan is for the target 'kernel'\n" },
	{ "paths: .\nneeds: [trait sack]\n",
	  "2:9: bad plan: 'trait sack': which traits it needs is for a case to say, in its header\n" },
	{ "include: p.yaml\n", "1:10: bad plan: 'p.yaml' includes itself\n" },
	{ "include: nosuch.yaml\n", "1:10: cannot read the plan: nosuch.yaml: No such file or directory\n" },
	{ "paths: .\nretries: x\nmatrix: {target: x}\nmore: 1\n",
	  "2:10: bad plan: want a number from 0 to 1000 here, not 'x'\n3:18: unknown target: 'x': there are builtin, "
	  "kernel, linux\n"
	  "4:1: unknown key: 'more': there are name, include, paths, exclude, matrix, traits, needs, timeout, "
	  "retries and expect\n" },
};

static void mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_plans); i++)
		expect_cases(bad_plans[i].plan, NULL, bad_plans[i].errors);
}

/* Whatever a file holds, it is either a plan or an error. */
static void try_bytes(const char *text, size_t length)
{
	struct arena *arena = arena_new();
	struct diags diags;

	diags_init(&diags);
	bool good = plan_read_text("p.yaml", text, length, &around, arena, &diags);
	assert_int_equal(good, !diags.errors);
	diags_free(&diags);
	arena_free(arena);
}

static void hostile_bytes(void **state)
{
	static const char text[] =
		"name: x\ninclude: [q]\npaths: &p [a, '*.pkt']\nexclude: *p\nmatrix:\n  target: [kernel]\n  "
		"option: {mtu: [100, 200]}\n"
		"  define: {\"A\\u0041\": 1}\n  exclude: [{paths: b, option: {mtu: 100}}]\nneeds: [tcp, "
		"{need: kernel >=6.1}]\n"
		"expect:\n- {kernel: '>=6', verdict: FAIL, line: 3, kind: too late, reason: r, expires: 2027-01-01}\n";
	static const char odd[] = "\0\n\t:{}[]-&*!|>'\"%@`#,?\\\xff\xc3\x80";

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++)
		try_bytes(text, length);
	for (size_t at = 0; at + 1 < sizeof(text); at++) {
		for (size_t o = 0; o + 1 < sizeof(odd); o++) {
			char changed[sizeof(text)];
			memcpy(changed, text, sizeof(text));
			changed[at] = odd[o];
			try_bytes(changed, sizeof(text) - 1);
		}
	}
}

/* Which file of traits holds for which target. */
static void files_of_traits(void **state)
{
	static const char text[] = "paths: z.pkt\nmatrix: {target: [builtin, kernel, 'linux:x']}\n"
	                           "traits: {kernel: k.yaml, builtin: ./b.yaml}\n";
	static const char exact[] = "paths: z.pkt\nmatrix: {target: ['linux:x', 'linux:y']}\n"
	                            "traits: {'linux:x': b.yaml, linux: k.yaml}\n";
	const struct asked all = { .traits = { "c.yaml" } }, one = { .traits = { "kernel=c.yaml", "builtin=d.yaml" } };
	const struct asked two = { .traits = { "c.yaml", "linux=d.yaml" } }, odd = { .traits = { "a=c.yaml" } };
	const struct asked kernel = { .targets = { "kernel" } };

	(void)state;
	write_file("k.yaml", "stack: k\n");
	write_file("b.yaml", "stack: b\n");
	expect_cases(text, NULL, "z.pkt@builtin traits:b.yaml\nz.pkt@kernel traits:k.yaml\n"
	                         "z.pkt@linux:x\n");
	expect_cases(exact, NULL, "z.pkt@linux:x traits:b.yaml\nz.pkt@linux:y traits:k.yaml\n");
	expect_cases(text, &all, "z.pkt@builtin traits:c.yaml\nz.pkt@kernel traits:c.yaml\n"
	                         "z.pkt@linux:x traits:c.yaml\n");
	expect_cases(text, &one, "z.pkt@builtin traits:d.yaml\nz.pkt@kernel traits:c.yaml\n"
	                         "z.pkt@linux:x\n");
	expect_cases(text, &two, "z.pkt@builtin traits:c.yaml\nz.pkt@kernel traits:c.yaml\n"
	                         "z.pkt@linux:x traits:d.yaml\n");
	expect_cases(text, &kernel, "z.pkt@kernel traits:k.yaml\n");
	expect_cases("paths: z.pkt\n", &odd, "z.pkt traits:a=c.yaml\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts),
		cmocka_unit_test(matrix),
		cmocka_unit_test(expectations),
		cmocka_unit_test(command_line),
		cmocka_unit_test(without_a_plan),
		cmocka_unit_test(what_is_defined_is_in_names), cmocka_unit_test(options_that_go_along),
		cmocka_unit_test(several_plans),
		cmocka_unit_test(files_of_traits),
		cmocka_unit_test(digests),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(hostile_bytes),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
