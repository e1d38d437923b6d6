/* SPDX-License-Identifier: MIT
 *
 * run.c - protodrill run: play scripts and say what differs
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/run_case.h"
#include "report/capture.h"
#include "report/sink.h"
#include "suite/discover.h"
#include "suite/jobs.h"

enum { RETRIES = 2, TIMEOUT_S = 180, MOST_RETRIES = 1000, LONGEST_TIMEOUT_S = 1000000 };
enum { MOST_JOBS = 256, VIRTUAL_BATCH = 16, MEMORY_MB = 1024, MOST_MEMORY_MB = 1 << 24 };
enum { LIVE_JOBS = 4, MOST_LIVE_JOBS = 16 };                 /* for one processor, to begin with and at most */

struct request {
	struct run_request play;
	struct reports reports;
	const char *pcap;                                    /* NULL: none */
	int jobs;                                            /* 0: as many as suit the target */
	bool quiet, help;
};

static const struct command_option options[] = {
	{ "target", 't', "NAME", "what to test: builtin (the default) or kernel" },
	BUILTIN_SETUP_OPTIONS
	{ "jobs", 'j', "N", "play N scripts at a time; kernel: at most, less when late (as many as suit the machine)" },
	{ "trace", 0, NULL, "-v, and builtin: what happens inside: states, timers, variables" },
	{ "verbose", 'v', NULL, "show every event, not only those around a failure" },
	{ "pcap", 0, "FILE", "write the packets that were on the wire" },
	{ "report", 0, "KIND[=PATH],...", "write reports; without PATH to standard output, in place of the text" },
	{ "retries", 0, "N", "play again, at most N times, what the machine disturbed (2)" },
	{ "timeout", 0, "SECONDS", "end a script that takes longer; 0: never (180)" },
	{ "memory", 0, "MIB", "end a script that wants more memory than this; 0: never (1024)" },
	{ "quiet", 'q', NULL, "no text on standard output: reports and the exit status tell" },
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
	puts("\nReports:");
	reports_print_kinds(stdout);
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
	request->play.target = target_kind_find(name);
	return request->play.target;
}

static bool set_number(const char *option, const char *text, int least, int most, int *value)
{
	if (!options_number(text, least, most, value)) {
		fprintf(stderr, "protodrill: bad --%s: %s: want a number from %d to %d\n", option, text, least, most);
		return false;
	}
	return true;
}

static bool set_report(struct request *request, const char *list)
{
	struct buf problem = BUF_INIT;
	bool good = reports_add(&request->reports, list, &problem);

	if (!good)
		fprintf(stderr, "protodrill: %s\n", problem.data);
	buf_free(&problem);
	return good;
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;
	bool good;

	if (!strcmp(option->name, "trace"))
		request->play.builtin.trace = BUILTIN_TRACE_ALL;
	else if (!strcmp(option->name, "verbose") && !request->play.builtin.trace)
		request->play.builtin.trace = BUILTIN_TRACE_STATES;

	if (!strcmp(option->name, "target"))
		return set_target(request, value);
	if (builtin_setup_set(&request->play.builtin, option->name, value, &good))
		return good;
	if (!strcmp(option->name, "retries"))
		return set_number(option->name, value, 0, MOST_RETRIES, &request->play.retries);
	if (!strcmp(option->name, "timeout"))
		return set_number(option->name, value, 0, LONGEST_TIMEOUT_S, &request->play.timeout_s);
	if (!strcmp(option->name, "memory"))
		return set_number(option->name, value, 0, MOST_MEMORY_MB, &request->play.memory_mb);
	if (!strcmp(option->name, "jobs"))
		return set_number(option->name, value, 1, MOST_JOBS, &request->jobs);
	if (!strcmp(option->name, "report"))
		return set_report(request, value);
	if (!strcmp(option->name, "pcap"))
		request->pcap = value;
	else if (!strcmp(option->name, "verbose") || !strcmp(option->name, "trace"))
		request->play.style.verbose = true;
	else if (!strcmp(option->name, "quiet"))
		request->quiet = true;
	else if (!strcmp(option->name, "python"))
		request->play.python = true;
	else
		request->help = true;
	return true;
}

/* ---- all of them ---- */

struct session {
	struct request *request;
	const struct script_paths *paths;
	int counts[VERDICTS];
	int signal;
	struct pcap_writer *pcap;                            /* NULL: none */
};

static struct run_case case_of(const struct session *session, size_t number)
{
	return (struct run_case){ &session->request->play, number + 1, session->paths->path[number] };
}

static void play_job(const struct jobs_plan *plan, size_t number, struct attempt *out)
{
	const struct run_case c = case_of(plan->user, number);

	run_case_play(&c, out);
}

static void lose_job(const struct jobs_plan *plan, size_t number, const char *reason, struct attempt *out)
{
	const struct run_case c = case_of(plan->user, number);

	run_case_lose(&c, reason, out);
}

static void take_answer(const struct jobs_plan *plan, size_t number, const struct attempt *answer)
{
	struct session *session = plan->user;
	const struct attempt_output *output = &answer->output;

	(void)number;
	session->counts[answer->verdict]++;
	fwrite(output->err.data, 1, output->err.length, stderr);
	fwrite(output->out.data, 1, output->out.length, stdout);
	if (output->result.length)
		reports_add_case(&session->request->reports, output->result.data, output->result.length);
	fflush(stdout);
	if (session->pcap)
		capture_write(session->pcap, &output->capture);
}

/* How many at a time; in real time to begin with, and as long as nobody is late up to most. */
static struct backoff suitable_jobs(const struct request *request)
{
	bool virtual_time = request->play.target->virtual_time;
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	int processors = online < 1 ? 1 : online < MOST_JOBS ? (int)online : MOST_JOBS;
	int first = request->jobs ? request->jobs : processors * (virtual_time ? 1 : LIVE_JOBS);
	int most = request->jobs ? request->jobs : processors * (virtual_time ? 1 : MOST_LIVE_JOBS);

	return (struct backoff){
		.allowed = first < MOST_JOBS ? first : MOST_JOBS, .most = most < MOST_JOBS ? most : MOST_JOBS
	};
}

static void tell_slower(const struct jobs_plan *plan, const struct attempt *answer, int before)
{
	fprintf(stderr, "protodrill: late by %.1f ms with %d scripts at a time: now %d\n", vtime_to_s(answer->latest) * 1e3,
	        before, plan->backoff->allowed);
}

/* In virtual time a worker plays in its own process. Else it guards an attempt at a time, keeps the time limit and
 * cleans up. */
static void run_paths(struct session *session)
{
	const struct request *request = session->request;
	bool virtual_time = request->play.target->virtual_time;
	struct backoff backoff = suitable_jobs(request);
	const struct jobs_plan plan = {
		.count = session->paths->count,
		.workers = backoff.most,
		.backoff = virtual_time ? NULL : &backoff,
		.batch = virtual_time ? VIRTUAL_BATCH : 1,
		.timeout_s = virtual_time ? request->play.timeout_s : 0,
		.memory_mb = request->play.memory_mb,
		.stop_signal = virtual_time ? SIGKILL : SIGTERM,
		.play = play_job,
		.lose = lose_job,
		.done = take_answer,
		.slower = tell_slower,
		.user = session,
	};

	session->signal = jobs_run(&plan);
	if (request->play.text && session->paths->count > 1) {
		struct buf summary = BUF_INIT;
		text_summary(&summary, session->counts, &request->play.style);
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

/* ---- what is written besides ---- */

static bool say(struct buf *problem)
{
	bool good = !problem->length;

	for (char *line = problem->data; *line; line += strcspn(line, "\n"), line += *line == '\n')
		fprintf(stderr, "protodrill: %.*s\n", (int)strcspn(line, "\n"), line);
	buf_free(problem);
	return good;
}

static bool open_outputs(struct session *session, struct replace_file *pcap)
{
	struct request *request = session->request;
	struct buf problem = BUF_INIT;

	if (request->pcap && !replace_file_begin(pcap, request->pcap))
		return cannot_write(request->pcap);
	session->pcap = request->pcap ? pcap_writer_open(pcap->writing) : NULL;
	if (request->pcap && !session->pcap)
		return cannot_write(request->pcap);
	reports_open(&request->reports, &problem);
	return say(&problem);
}

static bool close_outputs(struct session *session, struct replace_file *pcap)
{
	struct request *request = session->request;
	struct buf problem = BUF_INIT;
	bool good = true;

	if (session->pcap)
		good = (pcap_writer_close(session->pcap) && replace_file_commit(pcap)) || cannot_write(request->pcap);
	reports_commit(&request->reports, &problem);
	good &= say(&problem);
	if (ferror(stdout))
		good = cannot_write("standard output");
	return good;
}

/* What the cases belong to: their names, in their order. */
static const char *digest_of(const struct script_paths *paths, char digest[17])
{
	uint64_t hash = 0xcbf29ce484222325;                  /* FNV-1a */

	for (size_t i = 0; i < paths->count; i++)
		for (const char *c = paths->path[i]; c == paths->path[i] || c[-1]; c++)
			hash = (hash ^ (unsigned char)*c) * 0x100000001b3;
	snprintf(digest, 17, "%016llx", (unsigned long long)hash);
	return digest;
}

static void play_reported(struct session *session)
{
	struct reports *reports = &session->request->reports;
	const int *counts = session->counts;
	struct utsname name;
	char digest[17], system[sizeof(name.sysname) + sizeof(name.release) + sizeof(name.machine)];
	struct result_run run = {
		.format = RESULT_FORMAT,
		.version = PROTODRILL_VERSION,
		.plan = "command line",
		.digest = digest_of(session->paths, digest),
		.cases = (int64_t)session->paths->count,
	};

	if (!session->request->play.target->virtual_time && uname(&name) == 0) {
		snprintf(system, sizeof(system), "%s %s %s", name.sysname, name.release, name.machine);
		run.system = system;
	}
	reports_begin(reports, &run);
	run_paths(session);
	int played = 0;
	for (size_t i = 0; i < VERDICTS; i++)
		played += counts[i];
	reports_end(reports, &(struct result_end){
		.passed = counts[VERDICT_PASS],
		.failed = counts[VERDICT_FAIL],
		.inconclusive = counts[VERDICT_INCONCLUSIVE],
		.skipped = counts[VERDICT_SKIP],
		.errors = counts[VERDICT_ERROR],
		.complete = (size_t)played == session->paths->count,
		.interrupted = session->signal ? sigabbrev_np(session->signal) : NULL,
	});
}

/* Files appear under their names only when they are complete. */
static int run_session(struct request *request, const struct script_paths *paths)
{
	struct session session = { .request = request, .paths = paths };
	struct replace_file pcap = { 0 };
	sigset_t signals, before;
	bool good;

	/* Outside of jobs_run() a signal waits for the end: no temporary file stays behind. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, &before);
	request->play.text = !request->quiet && !reports_replace_text(&request->reports);
	request->play.results = request->reports.count > 0;
	request->play.capture = request->pcap;
	good = open_outputs(&session, &pcap);
	if (good) {
		play_reported(&session);
		good = close_outputs(&session, &pcap);
	}
	replace_file_end(&pcap);
	int status = good ? exit_status(&session) : EXIT_STATUS_ERROR;
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
		status = run_session(request, &paths);
	diags_free(&diags);
	discover_free(&paths);
	return status;
}

int run_main(int argc, char **argv)
{
	struct request request = {
		.play = {
			.target = target_kinds,
			.retries = RETRIES,
			.timeout_s = TIMEOUT_S,
			.memory_mb = MEMORY_MB,
			.style.colour = options_want_colour(stdout),
			.colour_errors = options_want_colour(stderr),
		},
	};
	const struct command_line line = { .options = options, .script_options = true, .set = set, .user = &request };
	int first, status = EXIT_STATUS_ERROR;

	if (!options_parse(&line, argc, argv, &request.play.settings, &first)) {
		status = EXIT_STATUS_ERROR;
	} else if (request.help) {
		usage();
		status = EXIT_STATUS_OK;
	} else if (first == argc) {
		fputs("protodrill: no case selected: name scripts or directories\n", stderr);
	} else if (builtin_setup_finish(&request.play.builtin)) {
		status = run_all(&request, argv + first);
	}
	settings_free(&request.play.settings);
	reports_free(&request.reports);
	return status;
}
