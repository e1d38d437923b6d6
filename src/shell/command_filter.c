/* SPDX-License-Identifier: MIT
 *
 * command_filter.c - grep, cut, tr, sort, uniq, and the part of sed that scripts use
 *
 * The only command of sed is s/PATTERN/TEXT/[g]. Patterns are the C library's. Some (back-references, large repetition
 * counts) could take for ever or use up all memory, and are refused.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shell/tool.h"
#include "util/common.h"

/* ---- grep ---- */

struct grep {
	int flags;                                           /* of regcomp() */
	bool quiet, count, invert, fixed, word, line, only, no_names, list;
	long most;
	const char *patterns[8];
	int pattern_count;
	regex_t regex[8];
};

/* One word of options. False: one that is not known. */
static bool grep_option(struct grep *g, char ***args)
{
	for (const char *c = **args + 1; *c; c++) {
		switch (*c) {
		case 'q': g->quiet = true; break;
		case 'c': g->count = true; break;
		case 'v': g->invert = true; break;
		case 'F': g->fixed = true; break;
		case 'E': g->flags |= REG_EXTENDED; break;
		case 'i': g->flags |= REG_ICASE; break;
		case 'w': g->word = true; break;
		case 'x': g->line = true; break;
		case 'o': g->only = true; break;
		case 'h': g->no_names = true; break;
		case 's': case 'a': break;
		case 'e':
		case 'm': {
			const char *value = c[1] ? c + 1 : *++*args;
			if (!value || g->pattern_count == ARRAY_LEN(g->patterns))
				return false;
			if (*c == 'e')
				g->patterns[g->pattern_count++] = value;
			else
				g->most = atol(value);
			return true;
		}
		default:
			return false;
		}
	}
	return true;
}

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Where in @line one pattern fits, from @from on; false: nowhere. */
static bool grep_find(const struct grep *g, int i, const char *line, size_t from, regmatch_t *at)
{
	while (from <= strlen(line)) {
		if (g->fixed) {
			const char *found = strstr(line + from, g->patterns[i]);
			if (!found)
				return false;
			at->rm_so = (regoff_t)(found - line);
			at->rm_eo = at->rm_so + (regoff_t)strlen(g->patterns[i]);
		} else {
			if (regexec(&g->regex[i], line + from, 1, at, from ? REG_NOTBOL : 0))
				return false;
			at->rm_so += (regoff_t)from;
			at->rm_eo += (regoff_t)from;
		}
		bool word = !(at->rm_so && is_word_byte(line[at->rm_so - 1])) && !is_word_byte(line[at->rm_eo]);
		bool whole = !at->rm_so && !line[at->rm_eo];
		if ((!g->word || word) && (!g->line || whole))
			return true;
		from = (size_t)at->rm_so + 1;
	}
	return false;
}

static void grep_print_parts(struct shell_run *run, const struct grep *g, const char *line)
{
	regmatch_t at;

	for (int i = 0; i < g->pattern_count; i++)
		for (size_t from = 0; grep_find(g, i, line, from, &at);
		     from = (size_t)at.rm_eo + (at.rm_eo == at.rm_so))
			if (at.rm_eo > at.rm_so)
				shell_print(run, "%.*s\n", (int)(at.rm_eo - at.rm_so), line + at.rm_so);
}

/* The lines of one input; @name: goes in front of each, or NULL. How many fit. */
static long grep_lines(struct shell_run *run, const struct grep *g, struct shell_input in, const char *name)
{
	long found = 0;
	char *line;
	regmatch_t at;

	while ((g->most < 0 || found < g->most) && (line = shell_line(run, &in))) {
		bool fits = false;
		for (int i = 0; i < g->pattern_count && !fits; i++)
			fits = grep_find(g, i, line, 0, &at);
		if (fits == g->invert)
			continue;
		found++;
		if (g->quiet || g->count)
			continue;
		if (g->only && !g->invert)
			grep_print_parts(run, g, line);
		else
			shell_print(run, "%s%s%s\n", name ? name : "", name ? ":" : "", line);
	}
	if (g->count)
		shell_print(run, "%s%s%ld\n", name ? name : "", name ? ":" : "", found);
	return found;
}

static int grep_files(struct shell_run *run, const struct grep *g, char **files)
{
	char *none[] = { (char[]){ "-" }, NULL };
	int status = 1, problem = 0;

	for (char **f = *files ? files : none; *f; f++) {
		struct shell_input in;
		char *only[] = { *f, NULL };
		int gathered = shell_gather(run, only, &in);
		if (gathered < 0)
			return gathered;
		problem = gathered ? STATUS_USAGE : problem;
		if (!gathered && grep_lines(run, g, in, files[0] && files[1] && !g->no_names ? *f : NULL))
			status = 0;
	}
	return problem && !(g->quiet && !status) ? problem : status;
}

static int do_grep(struct shell_run *run, char **args)
{
	struct grep g = {
		.most = -1, .fixed = !strcmp(args[0], "fgrep"), .flags = strcmp(args[0], "egrep") ? 0 : REG_EXTENDED,
	};
	int compiled = 0, status;

	for (args++; *args && **args == '-' && (*args)[1]; args++) {
		const char *option = *args;
		if (!strcmp(option, "--")) {
			args++;
			break;
		}
		if (!strcmp(option, "--quiet") || !strcmp(option, "--silent"))
			g.quiet = true;
		else if (!grep_option(&g, &args))
			return shell_unknown(run, "the command 'grep %s' is not known here", option);
	}
	if (!g.pattern_count) {
		if (!*args)
			return STATUS_USAGE;
		g.patterns[g.pattern_count++] = *args++;
	}
	while (!g.fixed && compiled < g.pattern_count) {
		if (!shell_regex(run, &g.regex[compiled], g.patterns[compiled], g.flags | REG_NEWLINE))
			break;
		compiled++;
	}
	status = g.fixed || compiled == g.pattern_count ? grep_files(run, &g, args) : STATUS_UNKNOWN;
	while (compiled > 0)
		regfree(&g.regex[--compiled]);
	return status;
}

/* ---- cut, tr, sort, uniq ---- */

enum { CUT_FIELDS = 1024 };

/* "1,3-5,7-": which fields, [n] being the n-th; false: something else. */
static bool cut_list(const char *list, bool wanted[CUT_FIELDS + 1])
{
	while (*list) {
		char *end = (char *)list;
		long first = *list == '-' ? 1 : strtol(list, &end, 10), last = first;
		if (*end == '-') {
			list = end + 1;
			last = isdigit((unsigned char)*list) ? strtol(list, &end, 10) : CUT_FIELDS;
			end = last == CUT_FIELDS && end < list ? (char *)list : end;
		} else if (end == list) {
			return false;
		}
		if (first < 1 || last < first || last > CUT_FIELDS || (*end && *end != ','))
			return false;
		for (long n = first; n <= last; n++)
			wanted[n] = true;
		list = end + (*end == ',');
	}
	return true;
}

/* A line without the delimiter is one that has nothing to cut. */
static void cut_line(struct shell_run *run, const char *line, char delimiter, const bool wanted[CUT_FIELDS + 1])
{
	const char stops[] = { delimiter, '\0' };
	bool any = false;

	if (!strchr(line, delimiter)) {
		shell_print(run, "%s\n", line);
		return;
	}
	for (int n = 1; line; n++) {
		size_t length = strcspn(line, stops);
		if (wanted[n < CUT_FIELDS ? n : CUT_FIELDS]) {
			shell_print(run, "%s%.*s", any ? stops : "", (int)length, line);
			any = true;
		}
		line = line[length] ? line + length + 1 : NULL;
	}
	shell_print(run, "\n");
}

static void cut_octets(struct shell_run *run, const char *line, const bool wanted[CUT_FIELDS + 1])
{
	for (int n = 1; *line; n++, line++)
		if (wanted[n < CUT_FIELDS ? n : CUT_FIELDS])
			shell_print(run, "%c", *line);
	shell_print(run, "\n");
}

static int do_cut(struct shell_run *run, char **args)
{
	char delimiter = '\t', *line;
	bool wanted[CUT_FIELDS + 1] = { false }, listed = false, known = true, octets = false;
	struct shell_input in;

	for (args++; *args && **args == '-' && known; args++) {
		const char kind = (*args)[1], *value = kind && (*args)[2] ? *args + 2 : args[1] ? *++args : "";
		if (kind == 'd' && strlen(value) == 1)
			delimiter = *value;
		else
			known = listed = strchr("fcb", kind) && kind && *value && cut_list(value, wanted);
		octets |= kind == 'c' || kind == 'b';
	}
	if (!known)
		return shell_unknown(run, "the command 'cut' is known here as: cut -d C -f LIST, or cut -c LIST");
	int status = listed ? shell_gather(run, args, &in) : STATUS_FAILED;
	while (!status && (line = shell_line(run, &in))) {
		if (octets)
			cut_octets(run, line, wanted);
		else
			cut_line(run, line, delimiter, wanted);
	}
	return status;
}

/* A set of tr: bytes with ranges, and a few of its backslashes. Length, or -1. */
static int tr_set(const char *text, char set[256])
{
	int n = 0;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text, last;
		if (*text == '[' && text[1] == ':')
			return -1;
		if (*text == '\\' && text[1])
			c = *++text == 'n' ? '\n' : *text == 't' ? '\t' : (unsigned char)*text;
		last = c;
		if (text[1] == '-' && text[2]) {
			last = (unsigned char)text[2];
			text += 2;
		}
		for (int i = c; i <= last; i++) {
			if (n == 256)
				return -1;
			set[n++] = (char)i;
		}
	}
	return n;
}

static int do_tr(struct shell_run *run, char **args)
{
	const bool drops = args[1] && !strcmp(args[1], "-d"), squeezes = args[1] && !strcmp(args[1], "-s");
	char **sets = args + 1 + (drops || squeezes), from[256], to[256];
	int n = *sets ? tr_set(*sets, from) : -1, m = n >= 0 && sets[1] ? tr_set(sets[1], to) : 0;
	char last = '\0';

	if (n < 0 || m < 0 || (drops || squeezes ? sets[1] != NULL : !m))
		return shell_unknown(run, "the command 'tr' is known here as: tr [-d|-s] SET, tr SET SET");
	for (size_t i = 0; i < run->in->length; i++) {
		const char c = run->in->at[i], *at = n ? memchr(from, c, (size_t)n) : NULL;
		bool again = squeezes && at && c == last && i;
		last = c;
		if ((drops && at) || again)
			continue;
		shell_print(run, "%c", at && m ? to[at - from < m ? at - from : m - 1] : c);
	}
	return 0;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int compare_numbers(const void *a, const void *b)
{
	long long left = atoll(*(char *const *)a), right = atoll(*(char *const *)b);

	return left < right ? -1 : left > right ? 1 : compare_lines(a, b);
}

static int do_sort(struct shell_run *run, char **args)
{
	enum { LINES = 4096 };
	bool numbers = false, backwards = false, once = false;
	struct shell_input in;
	char **lines = arena_alloc(run->arena, LINES * sizeof(*lines)), *line;
	size_t n = 0;

	for (args++; *args && **args == '-' && (*args)[1]; args++) {
		if (strspn(*args + 1, "nru") != strlen(*args + 1))
			return shell_unknown(run, "the command 'sort %s' is not known here", *args);
		numbers |= strchr(*args, 'n') != NULL;
		backwards |= strchr(*args, 'r') != NULL;
		once |= strchr(*args, 'u') != NULL;
	}
	int status = shell_gather(run, args, &in);
	if (status)
		return status;
	while (n < LINES && (line = shell_line(run, &in)))
		lines[n++] = line;
	if (in.length)
		return shell_unknown(run, "sort of more than %d lines is not known here", LINES);
	qsort(lines, n, sizeof(*lines), numbers ? compare_numbers : compare_lines);
	for (size_t i = 0; i < n; i++) {
		size_t at = backwards ? n - 1 - i : i;
		if (!once || !i || strcmp(lines[at], lines[backwards ? at + 1 : at - 1]))
			shell_print(run, "%s\n", lines[at]);
	}
	return 0;
}

static int do_uniq(struct shell_run *run, char **args)
{
	struct shell_input in;
	char *line, *before = NULL;
	int status = shell_gather(run, args + 1, &in);

	while (!status && (line = shell_line(run, &in))) {
		if (!before || strcmp(line, before))
			shell_print(run, "%s\n", line);
		before = line;
	}
	return status;
}

/* ---- sed ---- */

static void sed_line(struct shell_run *run, const regex_t *regex, const char *line, const char *text, bool all)
{
	regmatch_t at;
	bool first = true;

	while ((first || all) && regexec(regex, line, 1, &at, first ? 0 : REG_NOTBOL) == 0) {
		shell_print(run, "%.*s%s", (int)at.rm_so, line, text);
		if (at.rm_eo == at.rm_so && line[at.rm_eo])
			shell_print(run, "%c", line[at.rm_eo++]);
		else if (at.rm_eo == at.rm_so)
			all = false;
		line += at.rm_eo;
		first = false;
	}
	shell_print(run, "%s\n", line);
}

static int do_sed(struct shell_run *run, char **args)
{
	int flags = args[1] && (!strcmp(args[1], "-E") || !strcmp(args[1], "-r")) ? REG_EXTENDED : 0;
	char **a = args + 1 + (flags != 0), *line;
	const char *program = *a ? *a : "";
	struct shell_input in;
	regex_t regex;

	const bool substitutes = strlen(program) > 2 && *program == 's';
	const char *middle = substitutes ? strchr(program + 2, program[1]) : NULL;
	const char *end = middle ? strchr(middle + 1, *middle) : NULL;
	if (!end || (end[1] && strcmp(end + 1, "g")) || strpbrk(program, "\\&"))
		return shell_unknown(run, "the command 'sed' is known here as: sed 's/PATTERN/TEXT/g'");
	const char *pattern = arena_strndup(run->arena, program + 2, (size_t)(middle - program - 2));
	const char *text = arena_strndup(run->arena, middle + 1, (size_t)(end - middle - 1));
	int status = shell_gather(run, a + 1, &in);
	if (status < 0 || !shell_regex(run, &regex, pattern, flags))
		return STATUS_UNKNOWN;
	while ((line = shell_line(run, &in)))
		sed_line(run, &regex, line, text, end[1]);
	regfree(&regex);
	return status;
}

const struct shell_tool shell_filter_tools[] = {
	{ "grep", do_grep, false }, { "egrep", do_grep, false }, { "fgrep", do_grep, false }, { "cut", do_cut, false },
	{ "tr", do_tr, false }, { "sort", do_sort, false }, { "uniq", do_uniq, false }, { "awk", shell_awk, false },
	{ "gawk", shell_awk, false }, { "mawk", shell_awk, false },
	{ "sed", do_sed, false },
	{ NULL, NULL, false },
};
