/* SPDX-License-Identifier: MIT
 *
 * options.c - reading a command line with getopt_long()
 *
 * A long option's code is its index in the table of long options plus LONG_CODE, so one table serves all.
 */
#include "cli/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/console.h"
#include "util/checked.h"
#include "util/table.h"

enum { LONG_CODE = 256 };

bool settings_apply(struct config *c, void *user, struct diags *diags)
{
	const struct settings *settings = user;
	bool ok = true;

	for (size_t i = 0; i < settings->count; i++)
		ok &= config_set(c, settings->list[i].name, settings->list[i].value, "Command Line",
		                 (struct loc){ 0 }, diags);
	return ok;
}

void settings_free(struct settings *settings)
{
	free(settings->list);
	*settings = (struct settings){ 0 };
}

static void settings_add(struct settings *settings, const char *name, const char *value)
{
	settings->list = checked_memory(realloc(settings->list, (settings->count + 1) * sizeof(*settings->list)));
	settings->list[settings->count++] = (struct setting){ name, value };
}

/* ---- the tables that getopt_long() wants ---- */

struct tables {
	struct option *longs;
	size_t count, own;                                   /* the first @own ones are the command's own */
	char letters[64];
};

static void add_long(struct tables *t, const char *name, bool takes_value)
{
	t->longs[t->count] = (struct option){
		.name = name,
		.has_arg = takes_value ? required_argument : no_argument,
		.val = LONG_CODE + (int)t->count,
	};
	t->count++;
}

static bool has_long(const struct tables *t, const char *name)
{
	for (size_t i = 0; i < t->own; i++)
		if (!strcmp(t->longs[i].name, name))
			return true;
	return false;
}

static void add_letter(struct tables *t, char letter, bool takes_value)
{
	size_t n = strlen(t->letters);

	t->letters[n] = letter;
	t->letters[n + 1] = takes_value ? ':' : '\0';
	t->letters[n + 2] = '\0';
}

static bool is_written(char **argv, const char *name)
{
	const size_t length = strlen(name);

	for (; *argv; argv++)
		if (!strncmp(*argv, "--", 2) && !strncmp(*argv + 2, name, length) &&
		    ((*argv)[2 + length] == '=' || !(*argv)[2 + length]))
			return true;
	return false;
}

/* The original's abbreviations keep their meaning: what the original does not have must be written in full, and
 * otherwise is in the table only to keep its place. */
static const char *long_name(const struct command_line *line, const struct command_option *o, char **argv)
{
	return line->old_messages && !is_written(argv, o->name) ? "\n" : o->name;
}

static void make_tables(struct tables *t, const struct command_line *line, char **argv)
{
	size_t count = 1;

	*t = (struct tables){ .letters = ":" };
	if (line->old_messages)
		t->letters[0] = '\0';
	for (const struct command_option *o = line->options; o->name; o++)
		count++;
	for (const struct config_option *o = config_options; o->name; o++)
		count++;
	t->longs = checked_memory(calloc(count, sizeof(*t->longs)));
	for (const struct command_option *o = line->options; o->name; o++) {
		add_long(t, long_name(line, o, argv), o->argument);
		if (o->letter)
			add_letter(t, o->letter, o->argument);
	}
	t->own = t->count;
	if (!line->script_options)
		return;
	add_letter(t, 'D', true);
	if (!strchr(t->letters, 'v'))
		add_letter(t, 'v', false);
	for (const struct config_option *o = config_options; o->name; o++)
		if (!has_long(t, o->name))
			add_long(t, o->name, o->argument);
}

/* ---- errors ---- */

static bool refuse_unknown(const struct tables *t, const char *command, const char *word)
{
	char name[64], way_out[64];
	struct guess guess = { .wanted = name };
	size_t fitting = 0;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + strspn(word, "-"), "="), word + strspn(word, "-"));
	for (size_t i = 0; i < t->count; i++) {
		guess_offer(&guess, t->longs[i].name);
		fitting += !strncmp(t->longs[i].name, name, strlen(name));
	}
	snprintf(way_out, sizeof(way_out), "Try 'protodrill %s --help'.", command);
	if (fitting > 1)
		return console_error("ambiguous option '%s'. %s", word, way_out);
	if (word[0] != '-' || word[1] != '-')
		return console_error("unknown option '%s'. %s", word, way_out);
	return console_unknown("option", &guess, "--", way_out);
}

/* What getopt_long() rejected. An ambiguous abbreviation, an unknown name, and a value for a flag all come as '?'; a
 * known flag comes with its code in optopt. */
static bool refuse(const struct tables *t, int code, char **argv)
{
	const char *word = argv[optind - 1];
	char letter[3] = { '-', (char)optopt, '\0' };

	if (optopt > 0 && optopt < LONG_CODE)
		word = letter;
	if (code == ':')
		console_error("option '%s' needs a value", word);
	else if (optopt >= LONG_CODE)
		console_error("option '--%s' takes no value", t->longs[optopt - LONG_CODE].name);
	else
		return refuse_unknown(t, argv[0], word);
	return false;
}

/* ---- values that were forgotten ---- */

/* Values of these kinds may be anything, so the name of a script as well. */
static const char *const free_values[] = { "WORD", "TEXT", "COMMAND", "SYMBOL=VALUE", "PATH" };

static bool is_script(const char *kind, const char *value)
{
	const size_t length = strlen(value);

	for (size_t i = 0; i < ARRAY_LEN(free_values); i++)
		if (!strcmp(kind, free_values[i]))
			return false;
	return length > 4 && !strcmp(value + length - 4, ".pkt");
}

static bool is_option(const struct tables *t, const char *word)
{
	const size_t length = strcspn(word, "=");

	if (word[0] != '-' || !word[1] || word[1] == ':')
		return false;
	if (word[1] != '-')
		return !word[2] && strchr(t->letters, word[1]);
	for (size_t i = 0; i < t->count; i++)
		if (strlen(t->longs[i].name) == length - 2 && !strncmp(t->longs[i].name, word + 2, length - 2))
			return true;
	return false;
}

static const char *value_kind(const struct command_line *line, const struct tables *t, int code)
{
	for (size_t i = 0; i < t->own; i++)
		if (code == LONG_CODE + (int)i || code == line->options[i].letter)
			return line->options[i].argument;
	return config_option_find(code == 'D' ? "define" : t->longs[code - LONG_CODE].name)->argument;
}

/* Is optarg, the value of the option that was just read, meant for one? */
static bool check_value(const struct command_line *line, const struct tables *t, int code, char **argv)
{
	const char *kind = value_kind(line, t, code);
	const bool apart = optarg == argv[optind - 1];
	const char *option = apart ? argv[optind - 2] : argv[optind - 1];
	const int length = apart ? (int)strlen(option) : (int)(optarg - option);
	const bool equals = !apart && option[length - 1] == '=';

	if (apart && is_option(t, optarg))
		return console_error("option '%s' needs a value (%s), and '%s' is an option; '%s%s%s' takes it for one",
		                     option, kind, optarg, option, option[1] == '-' ? "=" : "", optarg);
	if (is_script(kind, optarg))
		return console_error("option '%.*s' needs a value (%s), and '%s' is a script%s", length - equals,
		                     option, kind, optarg, apart ? ": scripts come after the value" : "");
	return true;
}

bool options_no_path(const struct settings *settings, const char *problem, const char *way_out)
{
	if (!settings->taken)
		return console_error("%s%s", problem, way_out);
	return console_error("%s; '%s' is the value of option '%s'%s", problem, settings->taken, settings->taken_by,
	                     way_out);
}

static bool take(const struct command_line *line, const struct tables *t, int code, struct settings *settings)
{
	for (size_t i = 0; i < t->own; i++)
		if (code == LONG_CODE + (int)i || code == line->options[i].letter)
			return line->set(line->user, &line->options[i], optarg);
	if (code == 'D')
		settings_add(settings, "define", optarg);
	else if (code == 'v')
		settings_add(settings, "verbose", NULL);
	else
		settings_add(settings, t->longs[code - LONG_CODE].name, optarg);
	return true;
}

bool options_parse(const struct command_line *line, int argc, char **argv, struct settings *settings,
                   int *first_path)
{
	struct tables t;
	bool ok = true;
	int code;

	make_tables(&t, line, argv);
	optind = 0;                                          /* start anew, and permute */
	opterr = line->old_messages;
	while (ok && (code = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1) {
		if (code == '?' || code == ':')
			ok = line->old_messages ? false : refuse(&t, code, argv);
		else
			ok = (!optarg || line->old_messages || check_value(line, &t, code, argv)) &&
			     take(line, &t, code, settings);
		if (ok && optarg && optind == argc && optarg == argv[argc - 1]) {
			settings->taken = optarg;
			settings->taken_by = argv[argc - 2];
		}
	}
	if (optind < argc)
		settings->taken = NULL;
	*first_path = optind;
	free(t.longs);
	return ok;
}

/* ---- help ---- */

static void print_option(FILE *out, char letter, const char *name, const char *argument, const char *help)
{
	char text[64];

	snprintf(text, sizeof(text), "--%s%s%s", name, argument ? " " : "", argument ? argument : "");
	if (letter)
		fprintf(out, "  -%c, %-28s %s\n", letter, text, help);
	else
		fprintf(out, "      %-28s %s\n", text, help);
}

void options_print(FILE *out, const struct command_option *options)
{
	for (const struct command_option *o = options; o->name; o++)
		print_option(out, o->letter, o->name, o->argument, o->help);
}

static bool is_own(const struct command_option *own, const char *name)
{
	while (own->name && strcmp(own->name, name))
		own++;
	return own->name;
}

void options_print_script_options(FILE *out, const struct command_option *own)
{
	for (const struct config_option *o = config_options; o->name; o++) {
		char letter = !strcmp(o->name, "define") ? 'D' : !strcmp(o->name, "verbose") ? 'v' : 0;
		if (o->set && !is_own(own, o->name))
			print_option(out, letter, o->name, o->argument, o->help);
	}
	/* What to use instead takes a sentence for each; the error message has it. */
	fputs("  Not supported, with the reason when one is used:\n    any of", out);
	for (const struct config_option *o = config_options; o->name; o++)
		if (!o->set)
			fprintf(out, " --%s", o->name);
	fputc('\n', out);
}
