/* SPDX-License-Identifier: MIT
 *
 * command_condition.c - test, [ and [[: conditions
 */
#include <errno.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "shell/internal.h"
#include "util/common.h"

/* A condition being read: words up to .end. */
struct condition {
	struct shell_run *run;
	char **at, **end;
	bool extended;                                       /* [[: the right side of == is a pattern */
	int status, depth;                                   /* not 0: why it cannot be judged */
};

enum { CONDITION_DEPTH = 20 };

static bool either(struct condition *c);

static bool integer(struct condition *c, const char *text, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	if (end != text && !end[strspn(end, " \t")] && !errno)
		return true;
	c->status = STATUS_USAGE;
	return false;
}

static bool compare_numbers(struct condition *c, const char *left, const char *operator, const char *right)
{
	static const char *const names[] = { "-eq", "-ne", "-lt", "-le", "-gt", "-ge" };
	int64_t l, r;
	size_t i = 0;

	if (!integer(c, left, &l) || !integer(c, right, &r))
		return false;
	while (strcmp(names[i], operator))
		i++;
	const bool results[] = { l == r, l != r, l < r, l <= r, l > r, l >= r };
	return results[i];
}

/* The library compiles regular expressions, and with some of them it would take for ever. */
static bool matches_regex(struct condition *c, const char *text, const char *pattern)
{
	regex_t regex;

	if (!shell_regex(c->run, &regex, pattern, REG_EXTENDED | REG_NOSUB)) {
		c->status = STATUS_UNKNOWN;
		return false;
	}
	bool fits = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return fits;
}

static bool is_number_operator(const char *word)
{
	return word[0] == '-' && strlen(word) == 3 && strstr("-eq-ne-lt-le-gt-ge", word);
}

static bool is_binary(const struct condition *c, const char *word)
{
	static const char *const words[] = { "=", "==", "!=", "<", ">" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(words[i], word))
			return true;
	return is_number_operator(word) || (c->extended && !strcmp(word, "=~"));
}

static bool binary(struct condition *c, const char *left, const char *operator, const char *right)
{
	if (is_number_operator(operator))
		return compare_numbers(c, left, operator, right);
	if (!strcmp(operator, "=~"))
		return matches_regex(c, left, right);
	if (*operator == '<' || *operator == '>')
		return *operator == '<' ? strcmp(left, right) < 0 : strcmp(left, right) > 0;
	bool equal = c->extended ? fnmatch(right, left, 0) == 0 : !strcmp(left, right);
	return equal == (*operator != '!');
}

static bool unary(struct condition *c, char operator, const char *word)
{
	if (operator == 'n' || operator == 'z')
		return (*word != '\0') == (operator == 'n');
	if (operator == 't')
		return false;                                /* nobody is at a terminal */
	if (operator == 'v')
		return shell_variable(c->run, word) != NULL;
	int answer = c->run->shell->host->judge(c->run, operator, word);
	c->status = answer < 0 ? answer : c->status;
	return answer > 0;
}

static bool one(struct condition *c)
{
	const ptrdiff_t left = c->end - c->at;
	bool value;

	if (left <= 0 || ++c->depth > CONDITION_DEPTH) {
		c->status = STATUS_USAGE;
		return false;
	}
	if (left >= 3 && is_binary(c, c->at[1])) {
		value = binary(c, c->at[0], c->at[1], c->at[2]);
		c->at += 3;
	} else if (!strcmp(*c->at, "!") && left > 1) {
		c->at++;
		value = !one(c);
	} else if (!strcmp(*c->at, "(") && left > 1) {
		c->at++;
		value = either(c);
		if (c->at == c->end || strcmp(*c->at, ")"))
			c->status = c->status ? c->status : STATUS_USAGE;
		else
			c->at++;
	} else if (left >= 2 && c->at[0][0] == '-' && strlen(*c->at) == 2 && strchr("nztvefrwxsd", c->at[0][1])) {
		value = unary(c, c->at[0][1], c->at[1]);
		c->at += 2;
	} else {
		value = **c->at != '\0';
		c->at++;
	}
	c->depth--;
	return value;
}

static bool is_here(const struct condition *c, const char *word)
{
	return !c->status && c->at < c->end && !strcmp(*c->at, word);
}

/* What [[ does not get to is read all the same, but not judged. */
static bool passed_over(struct condition *c, bool (*read)(struct condition *c))
{
	const size_t told = c->run->why->length;

	read(c);
	c->status = c->status == STATUS_UNKNOWN ? 0 : c->status;
	c->run->why->length = told;
	return false;
}

static bool both(struct condition *c)
{
	bool value = one(c);

	while (is_here(c, c->extended ? "&&" : "-a")) {
		c->at++;
		bool next = c->extended && !value ? passed_over(c, one) : one(c);
		value = value && next;
	}
	return value;
}

static bool either(struct condition *c)
{
	bool value = both(c);

	while (is_here(c, c->extended ? "||" : "-o")) {
		c->at++;
		bool next = c->extended && value ? passed_over(c, both) : both(c);
		value = value || next;
	}
	return value;
}

int shell_test(struct shell_run *run, char **args)
{
	struct condition c = { .run = run, .at = args + 1, .end = args + 1, .extended = !strcmp(args[0], "[[") };
	const char *close = c.extended ? "]]" : strchr(args[0], '[') ? "]" : NULL;

	while (*c.end)
		c.end++;
	if (close && (c.end == c.at || strcmp(*--c.end, close)))
		return STATUS_USAGE;
	if (c.at == c.end)
		return STATUS_FAILED;
	bool value = either(&c);
	if (!c.status && c.at != c.end)
		c.status = STATUS_USAGE;
	return c.status ? c.status : !value;
}
