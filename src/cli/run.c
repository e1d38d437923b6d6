/* SPDX-License-Identifier: MIT
 *
 * run.c - protodrill run: play scripts and say what differs
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/builtin_setup.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "util/replace_file.h"
#include "cli/target_kinds.h"
#include "report/capture.h"
#include "report/github.h"
#include "report/text.h"
#include "suite/attempt.h"
#include "suite/discover.h"
#include "script/case_header.h"
#include "suite/jobs.h"
#include "suite/player.h"

enum { RETRIES = 2, TIMEOUT_S = 180, MOST_RETRIES = 1000, LONGEST_TIMEOUT_S = 1000000 };
enum { MOST_JOBS = 256, VIRTUAL_BATCH = 16 };

struct request {
	const struct target_kind *target;
	struct text_style style;
	const char *pcap;                                    /* NULL: none */
	bool colour_errors;
	int retries, timeout_s;
	int jobs;                                            /* 0: as many as suit the target */
	bool github;                                         /* annotations on standard output, after the text */
	bool python, help;
	struct builtin_setup builtin;
	struct settings settings;
};

static const struct command_option options[] = {
	{ "target", 't', "NAME", "what to test: builtin (the default) or kernel" },
	BUILTIN_SETUP_OPTIONS
	{ "jobs", 'j', "N", "play N scripts at a time (builtin: one a processor; kernel: 1)" },
	{ "trace", 0, NULL, "-v, and builtin: what happens inside: states, timers, variables" },
	{ "verbose", 'v', NULL, "show every event, not only those around a failure" },
	{ "pcap", 0, "FILE", "write the packets that were on the wire" },
	{ "report", 0, "KIND", "github: annotations on standard output, too" },
	{ "retries", 0, "N", "play again, at most N times, what the machine disturbed (2)" },
	{ "timeout", 0, "SECONDS", "end a script that takes longer; 0: never (180)" },
	{ "python", 0, NULL, "run all code blocks with python3, also those the native evaluator knows" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill run [OPTION]... FILE|DIR...\n"
	     "Play scripts and say where the target did something else.\n"
	     "Directories are searched for *.pkt.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nTargets:");
	for (const struct target_kind *t = target_kinds; t->name; t++)
		printf("  %-8s %s\n", t->name, t->help);
	puts("\nOptions of scripts, over those written in them:");
	options_print_script_options(stdout, options);
	puts("\nVerdicts, and the exit status, which is that of the worst one:\n"
	     "  PASS          0  every expectation met, in time\n"
	     "  SKIP          0  something that the script needs is not there\n"
	     "  INCONCLUSIVE  3  the machine was too late or too busy to tell, also when repeated\n"
	     "  FAIL          1  the target did something else\n"
	     "  ERROR         2  the script or the command line is wrong, or it could not be played\n\n"
	     "Examples:\n"
	     "  protodrill run testcases\n"
	     "  protodrill run --profile linux --trace one.pkt\n"
	     "  protodrill run -t kernel -v --pcap one.pcap one.pkt\n"
	     "  protodrill run -t kernel --ip_version=ipv6 --tolerance_usecs=10000 one.pkt");
}

/* ---- the command line ---- */

static bool set_target(struct request *request, const char *name)
{
	request->target = target_kind_find(name);
	return request->target;
}

static bool set_number(const char *option, const char *text, int least, int most, int *value)
{
	if (!options_number(text, least, most, value)) {
		fprintf(stderr, "protodrill: bad --%s: %s: want a number from %d to %d\n", option, text, least, most);
		return false;
	}
	return true;
}

static bool set_report(struct request *request, const char *kind)
{
	request->github |= !strcmp(kind, "github");
	if (strcmp(kind, "github"))
		fprintf(stderr, "protodrill: unknown report '%s'; there is: github\n", kind);
	return !strcmp(kind, "github");
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;
	bool good;

	if (!strcmp(option->name, "trace"))
		request->builtin.trace = BUILTIN_TRACE_ALL;
	else if (!strcmp(option->name, "verbose") && !request->builtin.trace)
		request->builtin.trace = BUILTIN_TRACE_STATES;

	if (!strcmp(option->name, "target"))
		return set_target(request, value);
	if (builtin_setup_set(&request->builtin, option->name, value, &good))
		return good;
	if (!strcmp(option->name, "retries"))
		return set_number(option->name, value, 0, MOST_RETRIES, &request->retries);
	if (!strcmp(option->name, "timeout"))
		return set_number(option->name, value, 0, LONGEST_TIMEOUT_S, &request->timeout_s);
	if (!strcmp(option->name, "jobs"))
		return set_number(option->name, value, 1, MOST_JOBS, &request->jobs);
	if (!strcmp(option->name, "report"))
		return set_report(request, value);
	if (!strcmp(option->name, "pcap"))
		request->pcap = value;
	else if (!strcmp(option->name, "verbose") || !strcmp(option->name, "trace"))
		request->style.verbose = true;
	else if (!strcmp(option->name, "python"))
		request->python = true;
	else
		request->help = true;
	return true;
}

/* ---- one script ---- */

static void render(const struct record *record, const void *user, struct attempt_output *out)
{
	const struct request *request = user;

	text_report(&out->out, record, &request->style);
	if (request->github)
		github_report(&out->out, record);
	if (request->pcap)
		capture_pack(&out->capture, record);
}

/* Commands of a script name their helpers as seen from where the script is: test drivers go there first. */
static const char *directory_of(const struct script *script)
{
	const char *slash = strrchr(script->source.name, '/');

	if (!slash)
		return NULL;
	return arena_strndup(script->arena, script->source.name, slash == script->source.name ? 1 :
	                     (size_t)(slash - script->source.name));
}

static void play(struct request *request, const struct script *script, struct attempt *attempt)
{
	const struct attempt_plan plan = {
		.script = script,
		.target_name = request->target->name,
		.directory = directory_of(script),
		.open = request->target->open,
		.target_options = &request->builtin,
		.render = render,
		.user = request,
		.own_namespace = true,
		.virtual_time = request->target->virtual_time,
		.obey_headers = true,
		.force_python = request->python,
		.allow_python = request->python || !request->target->virtual_time,
		.retries = request->retries,
		.timeout_s = request->timeout_s,
	};

	if (plan.virtual_time)
		player_play(&plan, attempt);
	else
		attempt_settle(&plan, attempt);
}

/* A case that names its targets, and this one is not among them. */
static void skip(const struct request *request, const struct script *script, struct attempt *attempt)
{
	struct record *record = record_new(script, request->target->name, request->target->virtual_time);

	record->verdict = attempt->verdict = VERDICT_SKIP;
	record->verdict_reason =
		arena_printf(record->arena, "the case is not for the target %s", request->target->name);
	render(record, request, &attempt->output);
	record_free(record);
}

static void add_diags(struct buf *out, const struct diags *diags, bool colour)
{
	char *text = NULL;
	size_t length = 0;
	FILE *file = diags->count ? open_memstream(&text, &length) : NULL;

	if (!file)
		return;
	diags_print(diags, file, colour);
	fclose(file);
	buf_add(out, text, length);
	free(text);
}

/* What is wrong with a script that cannot be played: an annotation an error. */
static void annotate_errors(const struct request *request, const char *path, const struct diags *diags, struct buf *out)
{
	const struct script script = { .source.name = path };

	for (const struct diag *d = diags->first; d; d = d->next) {
		if (d->kind == DIAG_WARNING)
			continue;
		struct record *record = record_new(&script, request->target->name, false);
		record->verdict = VERDICT_ERROR;
		record->verdict_reason = arena_printf(record->arena, "%s%s%s", d->headline, d->detail ? ": " : "",
		                                      d->detail ? d->detail : "");
		record->failure = record_append(record, ENTRY_CODE, NULL);
		record->failure->line = d->loc.line;
		github_report(out, record);
		record_free(record);
	}
}

/* An ERROR with its diagnostics when the script cannot be played. */
static void run_one(struct request *request, const char *path, struct attempt *attempt)
{
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_load(path, settings_apply, &request->settings, &diags);
	if (script)
		script_check(script, &diags);
	add_diags(&attempt->output.err, &diags, request->colour_errors);
	attempt->verdict = VERDICT_ERROR;
	if (script && !diags.errors && script->config.dry_run) {
		attempt->verdict = VERDICT_PASS;
		buf_printf(&attempt->output.out, "PASS  %s  (not played: --dry_run)\n", path);
	} else if (script && !diags.errors && !header_allows(&script->source, "targets", request->target->name)) {
		skip(request, script, attempt);
	} else if (script && !diags.errors) {
		play(request, script, attempt);
	} else {
		buf_printf(&attempt->output.out, "ERROR  %s  %d error%s\n", path, diags.errors,
		           diags.errors == 1 ? "" : "s");
		if (request->github)
			annotate_errors(request, path, &diags, &attempt->output.out);
	}
	script_free(script);
	diags_free(&diags);
}

/* ---- all of them ---- */

struct session {
	struct request *request;
	const struct script_paths *paths;
	int counts[VERDICTS];
	int signal;
	struct pcap_writer *pcap;                            /* NULL: none */
};

static void play_job(const struct jobs_plan *plan, size_t number, struct attempt *out)
{
	struct session *session = plan->user;

	run_one(session->request, session->paths->path[number], out);
}

static void lose_job(const struct jobs_plan *plan, size_t number, const char *reason, struct attempt *out)
{
	const struct session *session = plan->user;
	const struct script script = { .source.name = session->paths->path[number] };
	struct record *record = record_new(&script, session->request->target->name, false);

	record->verdict = out->verdict = VERDICT_ERROR;
	record->verdict_reason = reason;
	render(record, session->request, &out->output);
	record_free(record);
}

static void print_job(const struct jobs_plan *plan, size_t number, const struct attempt *answer)
{
	struct session *session = plan->user;

	(void)number;
	session->counts[answer->verdict]++;
	fwrite(answer->output.err.data, 1, answer->output.err.length, stderr);
	fwrite(answer->output.out.data, 1, answer->output.out.length, stdout);
	fflush(stdout);
	if (session->pcap)
		capture_write(session->pcap, &answer->output.capture);
}

static int suitable_jobs(const struct request *request)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (request->jobs)
		return request->jobs;
	if (!request->target->virtual_time || online < 1)
		return 1;
	return online < MOST_JOBS ? (int)online : MOST_JOBS;
}

/* In virtual time a worker plays in its own process. Else it guards an attempt at a time, keeps the time limit and
 * cleans up. */
static void run_paths(struct session *session)
{
	const struct request *request = session->request;
	bool virtual_time = request->target->virtual_time;
	const struct jobs_plan plan = {
		.count = session->paths->count,
		.workers = suitable_jobs(request),
		.batch = virtual_time ? VIRTUAL_BATCH : 1,
		.timeout_s = virtual_time ? request->timeout_s : 0,
		.stop_signal = virtual_time ? SIGKILL : SIGTERM,
		.play = play_job,
		.lose = lose_job,
		.done = print_job,
		.user = session,
	};

	session->signal = jobs_run(&plan);
	if (session->paths->count > 1) {
		struct buf summary = BUF_INIT;
		text_summary(&summary, session->counts, &request->style);
		fputs(summary.data, stdout);
		buf_free(&summary);
	}
	fflush(stdout);
}

int run_exit_status(const int counts[VERDICTS])
{
	static const enum verdict worst_first[] = { VERDICT_ERROR, VERDICT_FAIL, VERDICT_INCONCLUSIVE };

	for (size_t i = 0; i < ARRAY_LEN(worst_first); i++)
		if (counts[worst_first[i]])
			return verdict_exit_status(worst_first[i]);
	return EXIT_STATUS_OK;
}

static int exit_status(const struct session *session)
{
	if (!session->signal)
		return run_exit_status(session->counts);
	fprintf(stderr, "protodrill: interrupted: %s\n", strsignal(session->signal));
	return EXIT_STATUS_SIGNAL + session->signal;
}

static bool cannot_write(const char *path)
{
	fprintf(stderr, "protodrill: cannot write %s: %s\n", path, strerror(errno));
	return false;
}

/* With a capture file, which appears under its name only when it is complete. */
static int run_captured(struct request *request, const struct script_paths *paths)
{
	struct session session = { .request = request, .paths = paths };
	struct replace_file file = { 0 };
	sigset_t signals, before;
	bool ok = true;
	int status;

	/* Outside of jobs_run() a signal waits for the end: no temporary file stays behind. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, &before);
	if (request->pcap) {
		ok = replace_file_begin(&file, request->pcap);
		session.pcap = ok ? pcap_writer_open(file.temporary) : NULL;
		ok = session.pcap || cannot_write(request->pcap);
	}
	if (ok)
		run_paths(&session);
	if (session.pcap)
		ok = (pcap_writer_close(session.pcap) && replace_file_commit(&file)) || cannot_write(request->pcap);
	replace_file_end(&file);
	if (ferror(stdout))
		ok = cannot_write("standard output");
	status = ok ? exit_status(&session) : EXIT_STATUS_ERROR;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}

static int run_all(struct request *request, char **argv)
{
	struct script_paths paths = { 0 };
	struct diags diags;
	int status = EXIT_STATUS_ERROR;

	diags_init(&diags);
	for (; *argv; argv++)
		discover(&paths, *argv, &diags);
	diags_print(&diags, stderr, options_want_colour(stderr));
	if (!diags.errors)
		status = run_captured(request, &paths);
	diags_free(&diags);
	discover_free(&paths);
	return status;
}

int run_main(int argc, char **argv)
{
	struct request request = {
		.target = target_kinds,
		.retries = RETRIES,
		.timeout_s = TIMEOUT_S,
		.style.colour = options_want_colour(stdout),
		.colour_errors = options_want_colour(stderr),
	};
	const struct command_line line = { .options = options, .script_options = true, .set = set, .user = &request };
	int first, status = EXIT_STATUS_ERROR;

	if (!options_parse(&line, argc, argv, &request.settings, &first)) {
		status = EXIT_STATUS_ERROR;
	} else if (request.help) {
		usage();
		status = EXIT_STATUS_OK;
	} else if (first == argc) {
		fputs("protodrill: no case selected: name scripts or directories\n", stderr);
	} else if (builtin_setup_finish(&request.builtin)) {
		status = run_all(&request, argv + first);
	}
	settings_free(&request.settings);
	return status;
}
