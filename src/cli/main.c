/* SPDX-License-Identifier: MIT
 *
 * main.c - which face, which command
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "suite/stats.h"
#include "target/linux/linux.h"
#include "util/common.h"
#include "util/table.h"

enum { STACK_LEAST_KIB = 64 };                           /* some 30 are used; FRAME_BYTES of Makefile keeps it there */

static int help_main(int argc, char **argv);

static const struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "run", run_main, "play scripts and say what differs" },
	{ "report", report_main, "make reports of the results of an earlier run" },
	{ "merge", merge_main, "join the results of the shards of a plan" },
	{ "compare", compare_main, "what broke since, or where two targets differ" },
	{ "check", check_main, "parse and check scripts without playing them; every error in one go" },
	{ "fmt", fmt_main, "print scripts in canonical form" },
	{ "expand", expand_main, "print a script in plain lines, for other tools" },
	{ "step", step_main, "play a script, and go through it event by event, forwards and back" },
	{ "mutate", mutate_main, "play scripts with other packets than were written: invariants, or where two differ" },
	{ "watch", watch_main, "play scripts, and again whatever changes" },
	{ "lsp", lsp_main, "serve an editor: errors while typing, completion, meanings of words" },
	{ "record", record_main, "a script from a capture file" },
	{ "list", list_main, "cases of paths and plans; profiles and defects of the reference stack" },
	{ "coverage", coverage_main, "what a target meets, breaks, or nobody tested, requirement by requirement" },
	{ "explain", explain_main, "what a requirement says, and which cases and defects are about it" },
	{ "learn", learn_main, "lessons in TCP: a question, an experiment, why, and a variation" },
	{ "adapter", adapter_main, "does an adapter of a stack keep the rules of its protocol?" },
	{ "traits", traits_main, "what a stack has, and how it chose where the standards leave a choice" },
	{ "help", help_main, "this text, or that of a command" },
};

static void usage(FILE *out)
{
	fputs("Usage: protodrill COMMAND [OPTION]... PATH...\n"
	      "Plays timed packet scripts (.pkt) against a TCP/UDP implementation and says where it differs.\n\n"
	      "Commands:\n",
	      out);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].help);
	fputs("\n'protodrill COMMAND --help' tells more. Under the name packetdrill the program takes that tool's\n"
	      "options and prints its messages.\n\n"
	      "Examples:\n"
	      "  protodrill check testcases              are all scripts well-formed?\n"
	      "  protodrill run testcases                play them against the reference stack, in virtual time\n"
	      "  protodrill run -t kernel -v one.pkt     or one against this machine's kernel, and show every event\n",
	      out);
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* What reads a file whose name ends so; NULL: nothing in particular. */
static const char *command_for(const char *name)
{
	static const struct {
		const char *end, *command;
	} ends[] = {
		{ ".pkt", "to play it: protodrill run" }, { ".yaml", "if it is a plan: protodrill run --plan" },
		{ ".yml", "if it is a plan: protodrill run --plan" },
		{ ".json", "if it holds results: protodrill report" },
		{ ".pcap", "to make a script of it: protodrill record" },
		{ ".pcapng", "to make a script of it: protodrill record" },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot > name && i < ARRAY_LEN(ends); i++)
		if (!strcmp(dot, ends[i].end))
			return ends[i].command;
	return NULL;
}

/* Many forget the command before a file. */
static int unknown_command(const char *name)
{
	struct guess guess = { .wanted = name };

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		guess_offer(&guess, commands[i].name);
	if (*name == '-')
		console_error("unknown option '%s' in front of a command: options stand behind it, as in "
		              "'protodrill run --verbose'. Try 'protodrill help'.", name);
	else if (command_for(name))
		console_error("'%s' is no command; %s %s", name, command_for(name), name);
	else if (access(name, F_OK) == 0)
		console_error("'%s' is no command; to play it: protodrill run %s", name, name);
	else
		console_unknown("command", &guess, "", "Try 'protodrill help'.");
	return EXIT_STATUS_ERROR;
}

static int help_main(int argc, char **argv)
{
	const struct command *command = argc > 1 ? find(argv[1]) : NULL;

	if (argc > 1 && !command && strncmp(argv[1], "--", 2))
		return unknown_command(argv[1]);
	if (command && command->main != help_main)
		return command->main(2, (char *[]){ argv[1], (char[]){ "--help" }, NULL });
	usage(stdout);
	return EXIT_STATUS_OK;
}

static int run_command(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EXIT_STATUS_ERROR;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("protodrill " PROTODRILL_VERSION);
		return EXIT_STATUS_OK;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help_main(1, argv);
	if (!strcmp(argv[1], LINUX_INSIDE_COMMAND))
		return inside_main(argc - 1, argv + 1);
	const struct command *command = find(argv[1]);
	return command ? command->main(argc - 1, argv + 1) : unknown_command(argv[1]);
}

static int run(int argc, char **argv)
{
	const char *slash = argc ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : argc ? argv[0] : "";

	if (!strcmp(name, "packetdrill"))
		return packetdrill_main(argc, argv);
	console_catch_signals();
	return console_end(run_command(argc, argv));
}

/* A stack that is too small would end us in the middle of a case. If only the soft limit is too low, it is raised. */
static bool has_stack(void)
{
	const rlim_t least = STACK_LEAST_KIB * 1024;
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur >= least)
		return true;
	const rlim_t before = limit.rlim_cur;
	limit.rlim_cur = least;
	return setrlimit(RLIMIT_STACK, &limit) == 0 ||
	       console_error("there are %llu KiB of stack here (ulimit -s), and %d are needed",
	                     (unsigned long long)before / 1024, STACK_LEAST_KIB);
}

int main(int argc, char **argv)
{
	int status = EXIT_STATUS_ERROR;

	if (console_hold_descriptors() && has_stack())
		status = run(argc, argv);
	stats_guard();
	return status;
}
