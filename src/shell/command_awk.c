/* SPDX-License-Identifier: MIT
 *
 * command_awk.c - the part of awk that scripts use: conditions on lines, and printing fields
 *
 * One rule is known: [CONDITION [&& CONDITION]...] [{print [$N, ...]}]. A condition is /PATTERN/, or $N, NF or NR
 * compared (== != < <= > >=) with a number or a text in quotes, or $N ~ /PATTERN/, $N !~ /PATTERN/. A field that looks
 * like a number is compared with a number as one; else both are texts. Variables, sums, END, several rules and
 * everything else make a case SKIP, because a rule that is half understood would be worse than none.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shell/tool.h"
#include "util/common.h"

enum { FIELDS = 16, TESTS = 4, LAST_FIELD = -1, LINE_NUMBER = -2, FIELD_COUNT = -3 };

enum relation { EQUAL, UNEQUAL, AT_MOST, AT_LEAST, LESS, MORE, MATCHES, DIFFERS };

/* Longer words before those that they begin with. */
static const struct {
	const char *word;
	enum relation relation;
} relations[] = {
	{ "==", EQUAL }, { "!=", UNEQUAL }, { "<=", AT_MOST }, { ">=", AT_LEAST }, { "!~", DIFFERS }, { "~", MATCHES },
	{ "<", LESS }, { ">", MORE },
};

struct test {
	int field;                                           /* 0: all of the line */
	enum relation relation;
	const char *value;
	bool text;                                           /* .value stood in quotes */
	regex_t regex;                                       /* of MATCHES and DIFFERS */
};

struct awk {
	char separator;                                      /* 0: blanks */
	struct test tests[TESTS];
	int test_count, compiled;
	int fields[FIELDS], field_count;
};

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

static bool word_at(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0)
		return false;
	*text = skip_blanks(*text + length);
	return true;
}

/* "$3", "$NF", and, if @numbers may be, "NR" and "NF". */
static bool read_field(const char **text, bool numbers, int *field)
{
	char *end;

	if (numbers && word_at(text, "NR")) {
		*field = LINE_NUMBER;
		return true;
	}
	if (numbers && word_at(text, "NF")) {
		*field = FIELD_COUNT;
		return true;
	}
	if (!word_at(text, "$"))
		return false;
	if (word_at(text, "NF")) {
		*field = LAST_FIELD;
		return true;
	}
	*field = (int)strtol(*text, &end, 10);
	if (end == *text || *field < 0)
		return false;
	*text = skip_blanks(end);
	return true;
}

/* What stands between two of @quote, which has no backslash. */
static const char *read_quoted(struct shell_run *run, const char **text, char quote)
{
	const char *end = **text == quote ? strchr(*text + 1, quote) : NULL;
	const char *value = end ? arena_strndup(run->arena, *text + 1, (size_t)(end - *text - 1)) : NULL;

	if (!value || (quote == '"' && strchr(value, '\\')))
		return NULL;
	*text = skip_blanks(end + 1);
	return value;
}

static bool read_number(struct shell_run *run, const char **text, const char **value)
{
	size_t length = strspn(*text, "-0123456789");

	*value = arena_strndup(run->arena, *text, length);
	*text = skip_blanks(*text + length);
	return length > 0;
}

static bool read_test(struct shell_run *run, const char **text, struct test *test)
{
	size_t i = 0;

	*test = (struct test){ .relation = MATCHES };
	if (**text == '/')
		return (test->value = read_quoted(run, text, '/')) != NULL;
	if (!read_field(text, true, &test->field))
		return false;
	while (i < ARRAY_LEN(relations) && !word_at(text, relations[i].word))
		i++;
	if (i == ARRAY_LEN(relations))
		return false;
	test->relation = relations[i].relation;
	if (test->relation == MATCHES || test->relation == DIFFERS)
		return (test->value = read_quoted(run, text, '/')) != NULL;
	test->text = **text == '"';
	if (test->text)
		return (test->value = read_quoted(run, text, '"')) != NULL;
	return read_number(run, text, &test->value);
}

/* "{ print $1, $2; }" */
static bool read_print(const char **text, struct awk *a)
{
	if (!word_at(text, "{") || !word_at(text, "print"))
		return false;
	while (**text == '$' && a->field_count < FIELDS) {
		if (!read_field(text, false, &a->fields[a->field_count++]))
			return false;
		if (**text == ',')
			*text = skip_blanks(*text + 1);
		else if (**text == '$')
			return false;
	}
	word_at(text, ";");
	return word_at(text, "}");
}

static bool read_rule(struct shell_run *run, const char *text, struct awk *a)
{
	text = skip_blanks(text);
	while (*text && *text != '{') {
		if (a->test_count == TESTS || !read_test(run, &text, &a->tests[a->test_count++]))
			return false;
		if (!word_at(&text, "&&"))
			break;
	}
	return (a->test_count || *text) && (!*text || read_print(&text, a)) && !*text;
}

/* Field @number of @line; 0: all of it. *count: of how many, if it comes to the end. */
static const char *field_of(struct shell_run *run, const struct awk *a, const char *line, int number, int *count)
{
	const char *blanks = a->separator ? (char[]){ a->separator, '\0' } : " \t", *last = "";
	int n = 0;

	if (!number)
		return line;
	for (;;) {
		line += a->separator ? 0 : strspn(line, blanks);
		size_t length = strcspn(line, blanks);
		if (length || (a->separator && (line[length] || n))) {
			n++;
			last = arena_strndup(run->arena, line, length);
		}
		if (n == number && number > 0)
			return last;
		if (!line[length])
			break;
		line += length + (a->separator != 0);
	}
	*count = n;
	return number < 0 ? last : "";
}

static int compare(const char *left, const char *right, bool texts)
{
	char *end;
	double x = strtod(left, &end), y = strtod(right, NULL);
	bool number = end != left && !end[strspn(end, " \t")];

	if (texts || !number)
		return strcmp(left, right);
	return (x > y) - (x < y);
}

static bool holds(struct shell_run *run, const struct awk *a, const struct test *t, const char *line, int number)
{
	int count = 0;
	const char *left = t->field == LINE_NUMBER ? arena_printf(run->arena, "%d", number)
	                                           : field_of(run, a, line, t->field, &count);

	if (t->field == FIELD_COUNT)
		left = arena_printf(run->arena, "%d", count);
	if (t->relation == MATCHES || t->relation == DIFFERS)
		return (regexec(&t->regex, left, 0, NULL, 0) == 0) == (t->relation == MATCHES);
	int order = compare(left, t->value, t->text);
	switch (t->relation) {
	case EQUAL: return order == 0;
	case UNEQUAL: return order != 0;
	case AT_MOST: return order <= 0;
	case AT_LEAST: return order >= 0;
	case LESS: return order < 0;
	default: return order > 0;
	}
}

static void print_fields(struct shell_run *run, const struct awk *a, const char *line)
{
	int count;

	for (int i = 0; i < a->field_count; i++)
		shell_print(run, "%s%s", i ? " " : "", field_of(run, a, line, a->fields[i], &count));
	shell_print(run, "%s\n", a->field_count ? "" : line);
}

static int run_rule(struct shell_run *run, const struct awk *a, char **files)
{
	struct shell_input in;
	char *line;
	int status = shell_gather(run, files, &in);

	for (int number = 1; status >= 0 && (line = shell_line(run, &in)); number++) {
		bool all = true;
		for (int i = 0; i < a->test_count; i++)
			all &= holds(run, a, &a->tests[i], line, number);
		if (all)
			print_fields(run, a, line);
	}
	return status;
}

static bool compile(struct shell_run *run, struct awk *a)
{
	for (; a->compiled < a->test_count; a->compiled++) {
		struct test *t = &a->tests[a->compiled];
		bool pattern = t->relation == MATCHES || t->relation == DIFFERS;
		if (!shell_regex(run, &t->regex, pattern ? t->value : "", REG_EXTENDED | REG_NOSUB))
			return false;
	}
	return true;
}

int shell_awk(struct shell_run *run, char **args)
{
	struct awk a = { 0 };
	char **words = args + 1;
	int status;

	if (*words && !strncmp(*words, "-F", 2)) {
		const char *value = (*words)[2] ? *words + 2 : words[1] ? words[1] : "";
		words += (*words)[2] ? 1 : words[1] ? 2 : 1;
		a.separator = strlen(value) == 1 && *value != ' ' ? *value : 0;
		if (!a.separator)
			return shell_unknown(run, "the command 'awk -F' is known here with one character, -F:");
	}
	if (!*words || !read_rule(run, *words, &a))
		return shell_unknown(run, "the command 'awk' is known here as: awk 'CONDITION {print $N}'");
	status = compile(run, &a) ? run_rule(run, &a, words + 1) : STATUS_UNKNOWN;
	while (a.compiled > 0)
		regfree(&a.tests[--a.compiled].regex);
	return status;
}
