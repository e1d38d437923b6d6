/* SPDX-License-Identifier: MIT
 *
 * declared.c - the lines need= in an adapter's answer to HELLO
 */
#include "target/process/declared.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util/checked.h"
#include "util/version.h"

enum { LISTED = 200 };                                   /* octets of what there is, in a reason */

/* A line need=, as it was written: "udp", "kernel 6.12.9". */
struct declared {
	char *text;
	enum need_kind kind;
	const char *argument;                                /* in .text; "" if there is none */
};

/* @has is one line of a kernel's configuration. */
static bool has_option(const char *has, const char *wanted)
{
	struct buf ignored = BUF_INIT;
	const bool met = need_config_met(has, wanted, &ignored);

	buf_free(&ignored);
	return met;
}

/* What only a stack can say; the rest is about the machine on which protodrill runs, or what it does itself. */
static const struct {
	enum need_kind kind;
	enum need_kind group;                                /* the first of those that are one kind here */
	bool (*meets)(const char *has, const char *wanted);  /* NULL: to be named is enough */
	const char *argument;                                /* an example of what may be behind it; NULL: nothing */
} kinds[] = {
	{ NEED_TCP, NEED_TCP, NULL, NULL },
	{ NEED_UDP, NEED_TCP, NULL, NULL },
	{ NEED_ICMP, NEED_TCP, NULL, NULL },
	{ NEED_UDPLITE, NEED_TCP, NULL, NULL },
	{ NEED_TCP_IN_UDP, NEED_TCP, NULL, NULL },
	{ NEED_KERNEL, NEED_KERNEL, version_in_range, "6.12.9" },
	{ NEED_HZ, NEED_HZ, version_in_range, "250" },
	{ NEED_CONFIG, NEED_CONFIG, has_option, "CONFIG_TCP_AO=y" },
	{ NEED_CONGESTION_CONTROL, NEED_CONGESTION_CONTROL, NULL, "cubic" },
};

/* The index in kinds[], or their number. */
static size_t find(enum need_kind kind)
{
	size_t i = 0;

	while (i < ARRAY_LEN(kinds) && kinds[i].kind != kind)
		i++;
	return i;
}

/* The next need= line before @end, which the caller frees. False: there is none. */
static bool next(const char **at, const char *end, struct declared *out)
{
	static const char key[] = "need=";
	const size_t length = strlen(key);

	while (*at < end) {
		const char *line = *at, *stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		*at = stop + 1;
		if ((size_t)(stop - line) < length || memcmp(line, key, length) != 0)
			continue;
		out->text = checked_memory(strndup(line + length, (size_t)(stop - line) - length));
		const size_t word = strcspn(out->text, " ");
		out->kind = need_kind_named(out->text, word);
		out->argument = out->text + word + strspn(out->text + word, " ");
		return true;
	}
	return false;
}

static bool is_good(const struct declared *d, struct buf *problem)
{
	const size_t i = find(d->kind);
	const char *const argument = d->argument;

	if (i == ARRAY_LEN(kinds)) {
		buf_printf(problem, "need=%s: there are tcp, udp, icmp, udplite, tcp-in-udp, kernel VERSION, hz "
		           "NUMBER, config CONFIG_X=VALUE and congestion-control NAME", d->text);
		return false;
	}
	if (kinds[i].meets == version_in_range && !isdigit((unsigned char)*argument))
		buf_printf(problem, "need=%s: want a number behind it, such as %s", d->text, kinds[i].argument);
	else if (!kinds[i].argument && *argument)
		buf_printf(problem, "need=%s: nothing may follow a protocol; each has a line of its own", d->text);
	else if (d->kind == NEED_CONFIG && (strncmp(argument, "CONFIG_", 7) != 0 || !strchr(argument, '=')))
		buf_printf(problem, "need=%s: want an option with its value behind it, such as %s", d->text,
		           kinds[i].argument);
	else if (d->kind == NEED_CONGESTION_CONTROL && (!*argument || strchr(argument, ' ')))
		buf_printf(problem, "need=%s: want one name behind it, such as %s; each has a line of its own",
		           d->text, kinds[i].argument);
	else
		return true;
	return false;
}

bool declared_check(const char *text, size_t length, struct buf *problem)
{
	const char *at = text;
	struct declared d;
	bool good = true;

	while (good && next(&at, text + length, &d)) {
		good = is_good(&d, problem);
		free(d.text);
	}
	return good;
}

bool declared_meets(const char *text, size_t length, const struct need *need, const char *name, struct buf *why)
{
	const size_t wanted = find(need->kind);
	const char *at = text;
	struct buf has = BUF_INIT;
	struct declared d;
	bool met = wanted == ARRAY_LEN(kinds);

	while (!met && next(&at, text + length, &d)) {
		if (kinds[find(d.kind)].group == kinds[wanted].group && has.length < LISTED)
			buf_printf(&has, "%s%s", has.length ? ", " : "", d.text);
		met = d.kind == need->kind && (kinds[wanted].meets ? kinds[wanted].meets(d.argument, need->argument)
		                                                   : !strcmp(d.argument, need->argument));
		free(d.text);
	}
	if (!met && has.length)
		buf_printf(why, "%s has %s%s", name, has.data, has.length < LISTED ? "" : " ...");
	met |= !has.length;
	buf_free(&has);
	return met;
}
