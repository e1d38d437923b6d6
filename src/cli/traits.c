/* SPDX-License-Identifier: MIT
 *
 * traits.c - protodrill traits: what a stack has and how it chose, asked from the outside
 *
 * The probes of trait_probe.h are written to a folder of their own, played by `run` as any scripts are, and judged by
 * the results that `run` reports. So every target that can be tested can be asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "cli/target_kinds.h"
#include "cli/trait_probe.h"
#include "report/result_file.h"
#include "suite/trait_file.h"

enum { MOST_PLAYS = 16, OPEN_FOLDERS = 4 };

/* What 'run' is told besides, of how the stack is reached. */
static const char *const passed_on[] = { "host", "via", "interface" };

struct request {
	const char *target, *profile, *name, *output;        /* NULL: not given */
	const char *passed[ARRAY_LEN(passed_on)];            /* the values of these, or NULL */
	const struct settings *settings;                     /* of the scripts: addresses and the like */
	bool list;
};

static const struct command_option options[] = {
	{ "list", 0, NULL, "name all traits, their values where no file says another, and what they are about" },
	{ "target", 't', "NAME,...", "the stacks that are asked, as 'protodrill run' takes them" },
	{ "profile", 0, "NAME", "builtin: rfc, linux ..." },
	{ "host", 0, "[USER@]HOST[:PROGRAM]", "remote: the machine under test; ssh starts PROGRAM there (./posix)" },
	{ "via", 0, "COMMAND", "remote: in place of --host, what starts adapter/posix on the machine under test" },
	{ "interface", 0, "NAME", "remote: the network card that leads there, where -t does not name it" },
	{ "name", 0, "TEXT", "what the file calls the stack (the name of the target)" },
	{ "output", 'o', "FILE", "write to FILE, not to standard output; of several targets, to files in that folder" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill traits -t TARGET[,TARGET...] [OPTION]...\n"
	     "       protodrill traits --list\n"
	     "Traits are what the standards leave open: what a stack has, and how it chose. Cases are written in\n"
	     "their names (man protodrill-traits), and a file says them of one stack. -t asks a stack by short\n"
	     "scripts and writes such a file; what they cannot tell it leaves out.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nScript options, such as --local_ip=ADDRESS, are those of 'protodrill run'.\n\nExamples:\n"
	     "  protodrill traits -t process:./mine -o mine.yaml\n"
	     "  protodrill traits -t builtin,kernel,lwip,gvisor -o testcases/stacks\n"
	     "  protodrill traits -t remote:eth1 --host root@dut --local_ip=10.0.0.2 --remote_ip=10.0.0.1 -o dut.yaml\n"
	     "  protodrill run -t process:./mine --traits mine.yaml testcases");
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	for (size_t i = 0; i < ARRAY_LEN(passed_on); i++) {
		if (strcmp(option->name, passed_on[i]) != 0)
			continue;
		request->passed[i] = value;
		return true;
	}
	if (!strcmp(option->name, "target"))
		return console_option_list(option->name, value, &request->target);
	if (!strcmp(option->name, "list"))
		request->list = true;
	else if (!strcmp(option->name, "profile"))
		request->profile = value;
	else if (!strcmp(option->name, "name"))
		request->name = value;
	else
		request->output = value;
	return true;
}

static int list(void)
{
	for (size_t i = 0; i < trait_count; i++) {
		const struct trait *t = &traits_known[i];
		const char *otherwise = t->kind != TRAIT_HAS ? t->otherwise : *t->otherwise == '1' ? "true" : "false";
		printf("%-20s %-8s %s\n", t->name, otherwise, t->help);
	}
	return EXIT_STATUS_OK;
}

/* ---- playing ---- */

static bool write_text(const char *path, const struct buf *text)
{
	FILE *file = fopen(path, "we");
	bool good = file && fwrite(text->data, 1, text->length, file) == text->length;

	if (file && fclose(file) != 0)
		good = false;
	return good || console_error("%s: %s", path, strerror(errno));
}

/* Play P of probe N is N-P.pkt. */
static bool write_probes(const char *folder, struct arena *arena)
{
	struct buf text = BUF_INIT;
	bool good = true;

	for (size_t i = 0; i < trait_probe_count && good; i++) {
		for (int play = 0; play == 0 || play < trait_probes[i].plays; play++) {
			buf_clear(&text);
			trait_probe_script(&trait_probes[i], play, &text);
			good &= write_text(arena_printf(arena, "%s/%zu-%02d.pkt", folder, i, play), &text);
		}
	}
	buf_free(&text);
	return good;
}

static int play(const struct request *request, const char *folder, struct arena *arena)
{
	enum { MOST_OWN = 5 + ARRAY_LEN(passed_on) };
	const struct settings *settings = request->settings;
	char **argv = arena_new_array(arena, char *, MOST_OWN + settings->count + 2);
	int count = 0;

	argv[count++] = arena_strdup(arena, "run");
	argv[count++] = arena_strdup(arena, "--quiet");
	argv[count++] = arena_printf(arena, "--target=%s", request->target);
	argv[count++] = arena_printf(arena, "--report=json=%s/results", folder);
	if (request->profile)
		argv[count++] = arena_printf(arena, "--profile=%s", request->profile);
	for (size_t i = 0; i < ARRAY_LEN(passed_on); i++)
		if (request->passed[i])
			argv[count++] = arena_printf(arena, "--%s=%s", passed_on[i], request->passed[i]);
	for (size_t i = 0; i < settings->count; i++)
		argv[count++] = arena_printf(arena, "--%s%s%s", settings->list[i].name,
		                             settings->list[i].value ? "=" : "",
		                             settings->list[i].value ? settings->list[i].value : "");
	argv[count++] = arena_strdup(arena, folder);
	return run_main(count, argv);
}

/* ---- results ---- */

/* What the plays of each probe yielded. */
struct outcomes {
	struct trait_reading (*readings)[MOST_PLAYS];
	size_t *counts;
	const char **reasons;                                /* why the first play of a probe has no verdict; or NULL */
	size_t played, errors;
	const char *first_error;                             /* of .reasons, the one that came first */
};

static void take_result(struct outcomes *outcomes, const struct result *r, struct arena *arena)
{
	const char *slash = strrchr(r->path, '/');
	char *dash;
	const size_t i = strtoul(slash ? slash + 1 : r->path, &dash, 10);
	const int play = atoi(dash + (*dash == '-'));

	if (i >= trait_probe_count)
		return;
	outcomes->played++;
	if (r->verdict == VERDICT_ERROR && !outcomes->reasons[i])
		outcomes->reasons[i] = arena_strdup(arena, r->reason ? r->reason : "");
	if (r->verdict == VERDICT_ERROR && !outcomes->errors++)
		outcomes->first_error = outcomes->reasons[i];
	if (outcomes->counts[i] < MOST_PLAYS &&
	    trait_probe_read(&trait_probes[i], play, r, &outcomes->readings[i][outcomes->counts[i]]))
		outcomes->counts[i]++;
}

static bool read_results(const char *path, struct outcomes *outcomes, struct arena *kept)
{
	struct buf problem = BUF_INIT;
	struct arena *arena = arena_new();
	struct result_file file;
	struct result result;
	bool good = result_file_open(&file, path, &problem);

	while (good && result_file_next(&file, arena, &result, &problem))
		take_result(outcomes, &result, kept);
	result_file_close(&file);
	arena_free(arena);
	return console_complain(&problem) && good;
}

static void add_unknown(struct buf *out, const struct outcomes *outcomes)
{
	for (size_t i = 0; i < trait_probe_count; i++)
		if (!outcomes->counts[i])
			buf_printf(out, "# %s: the probe said nothing%s%s.\n", trait_probes[i].trait,
			           outcomes->reasons[i] ? ": " : "", outcomes->reasons[i] ? outcomes->reasons[i] : "");
}

static int conclude(const struct request *request, const char *folder, struct arena *arena)
{
	struct outcomes outcomes = {
		.readings = (struct trait_reading (*)[MOST_PLAYS])arena_new_array(arena, struct trait_reading,
		                                                      trait_probe_count * MOST_PLAYS),
		.counts = arena_new_array(arena, size_t, trait_probe_count),
		.reasons = arena_new_array(arena, const char *, trait_probe_count),
	};
	struct traits *traits = traits_new(arena);
	struct buf text = BUF_INIT;

	if (!read_results(arena_printf(arena, "%s/results", folder), &outcomes, arena))
		return EXIT_STATUS_ERROR;
	if (outcomes.errors == outcomes.played) {
		console_error("nothing can be measured: %s",
		              outcomes.first_error ? outcomes.first_error : "nothing was played");
		return EXIT_STATUS_ERROR;
	}
	traits->stack = request->name ? request->name : request->target;
	for (size_t i = 0; i < trait_probe_count; i++)
		trait_probe_conclude(&trait_probes[i], outcomes.readings[i], outcomes.counts[i], traits, arena);
	buf_printf(&text, "# What 'protodrill traits -t %s' found.\n", request->target);
	trait_file_print(&text, traits);
	add_unknown(&text, &outcomes);
	bool good = true;
	if (request->output)
		good = console_write_file(request->output, &text, REPLACE_LINKS);
	else
		fwrite(text.data, 1, text.length, stdout);
	buf_free(&text);
	return good ? EXIT_STATUS_OK : EXIT_STATUS_ERROR;
}

static int remove_file(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)info;
	(void)kind;
	(void)place;
	return remove(path);
}

static int measure(const struct request *request)
{
	const char *parent = getenv("TMPDIR");
	struct arena *arena = arena_new();
	char *folder = arena_printf(arena, "%s/protodrill-traits.XXXXXX", parent && *parent ? parent : "/tmp");
	int status = EXIT_STATUS_ERROR;

	if (!mkdtemp(folder)) {
		console_error("%s: %s", folder, strerror(errno));
	} else {
		if (write_probes(folder, arena))
			status = play(request, folder, arena);
		if (status < EXIT_STATUS_SIGNAL && access(arena_printf(arena, "%s/results", folder), R_OK) == 0)
			status = conclude(request, folder, arena);
		nftw(folder, remove_file, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
	}
	arena_free(arena);
	return status;
}

/* One of several targets: its file, in the folder that --output names, is called like it, as far as file names
 * allow. */
static int measure_one_of(const struct request *all, char *target)
{
	struct request one = *all;
	struct buf path = BUF_INIT;

	one.target = target;
	if (all->output) {
		buf_printf(&path, "%s/", all->output);
		for (const char *c = target; *c; c++)
			buf_add_byte(&path, strchr(":/ ", *c) ? '-' : *c);
		buf_puts(&path, ".yaml");
		one.output = path.data;
	}
	int status = measure(&one);
	buf_free(&path);
	return status;
}

/* All targets, which are separated by commas. Returns the worst status. */
static int measure_all(const struct request *request)
{
	struct arena *arena = arena_new();
	char *rest = arena_strdup(arena, request->target), *target;
	struct buf problem = BUF_INIT;
	const bool several = strchr(rest, ',');
	int status = EXIT_STATUS_OK;

	while (status == EXIT_STATUS_OK && (target = strsep(&rest, ","))) {
		const bool is_wire = !strcmp(target, "wire") || !strncmp(target, "wire:", 5);
		if (target_kind_find(target) && !is_wire)
			continue;
		if (is_wire)
			buf_puts(&problem, "-t wire plays packets alone, and the scripts that ask a stack make calls: "
			         "-t remote measures another machine");
		else
			target_kind_unknown(target, &problem);
		console_complain(&problem);
		status = EXIT_STATUS_ERROR;
	}
	rest = arena_strdup(arena, request->target);
	while (status < EXIT_STATUS_ERROR && (target = strsep(&rest, ","))) {
		const int one = several ? measure_one_of(request, target) : measure(request);
		status = one > status ? one : status;
	}
	arena_free(arena);
	return status;
}

/* Said once, and not of each probe. */
static bool are_good(struct settings *settings)
{
	struct arena *arena = arena_new();
	struct config config;
	struct diags diags;

	diags_init(&diags);
	config_init(&config, arena);
	const bool good = settings_apply(&config, settings, &diags) &&
	                  config_derive(&config, 0, "Command Line", &diags);
	console_diags(&diags);
	diags_free(&diags);
	arena_free(arena);
	return good;
}

static int act(void *user, char **paths, struct settings *settings)
{
	struct request *request = user;

	request->settings = settings;
	if (*paths) {
		console_error("%s: the scripts that ask a stack are those of the program; paths are for 'run'", *paths);
		return EXIT_STATUS_ERROR;
	}
	if (request->list)
		return list();
	if (!request->target) {
		console_error("want a target (-t), or --list");
		return EXIT_STATUS_ERROR;
	}
	return are_good(settings) ? measure_all(request) : EXIT_STATUS_ERROR;
}

int traits_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options, .script_options = true, .usage = usage, .set = set, .act = act,
	};
	struct request request = { 0 };

	return command_frame_main(&frame, &request, argc, argv);
}
