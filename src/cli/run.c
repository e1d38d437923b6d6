/* SPDX-License-Identifier: MIT
 *
 * run.c - protodrill run: play scripts and say what differs
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/adapter.h"
#include "cli/boot_case.h"
#include "cli/case_lines.h"
#include "cli/case_setup.h"
#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "cli/last_failed.h"
#include "cli/occasion.h"
#include "cli/plan_setup.h"
#include "cli/progress.h"
#include "cli/recap.h"
#include "cli/run_case.h"
#include "report/capture.h"
#include "report/reports.h"
#include "suite/jobs.h"
#include "target/linux/linux.h"
#include "target/process/adapter.h"
#include "target/process/mould.h"
#include "util/monotonic.h"

enum { RETRIES = 2, TIMEOUT_S = 180, MOST_RETRIES = 1000, LONGEST_TIMEOUT_S = 1000000 };
enum { MOST_JOBS = 256, VIRTUAL_BATCH = 16, SHARED_BATCH = 24, MEMORY_MB = 1024, MOST_MEMORY_MB = 1 << 24 };
enum { LIVE_JOBS = 4, MOST_LIVE_JOBS = 16 };                 /* per processor, at first and at most */

struct request {
	struct run_request play;
	struct plan_setup plan;
	bool retries_set, timeout_set;                       /* on the command line, which overrides plans */
	struct reports reports;
	const char *pcap;                                    /* NULL: none */
	int jobs;                                            /* 0: as many as suit the target */
	enum progress_when progress;
	struct buf command;                                  /* the command line, for reports */
	uint64_t reached[DEFECT_WORDS];                      /* each worker's own: defects reached by the case that it
	                                                        plays */
	const char *coverage;                                /* the folder for line coverage; NULL: not wanted */
	bool shared;                                         /* booted kernels, and adapters, play many cases each */
	struct adapter_shelf shelf;                          /* each worker's own; here it stays empty */
	struct mould mould;                                  /* likewise */
	bool quiet;
	bool first_only;                                     /* -x */
};

static const struct command_option options[] = {
	PLAN_SETUP_OPTIONS
	BUILTIN_SETUP_OPTIONS
	{ "jobs", 'j', "N", "play N scripts at a time; kernel: fewer when late (as many as suit the machine)" },
	{ "shared", 0, NULL, "play many cases in a kernel that was booted, or with an adapter that can be reset" },
	{ "host", 0, "[USER@]HOST[:PROGRAM]", "remote: the machine under test; ssh starts PROGRAM there (./posix)" },
	{ "via", 0, "COMMAND", "remote: in place of --host, what starts adapter/posix on the machine under test" },
	{ "interface", 0, "NAME", "remote, wire: the network card that leads there, where -t does not name it" },
	{ "coverage", 0, "DIR", "linux, of a kernel that counts: write to DIR which lines of it each case ran" },
	{ "reached", 0, NULL, "builtin: results name the defects that the case could have noticed" },
	{ "trace", 0, NULL, "like -v; builtin: also the states, timers and variables inside" },
	{ "verbose", 'v', NULL, "show every event, not only those around a failure" },
	{ "pcap", 0, "FILE", "write the packets that were on the wire; -: to standard output, in place of the text" },
	{ "report", 0, "KIND[=PATH],...", "write reports; without PATH to standard output, in place of the text" },
	{ "progress", 0, "WHEN", "show how far the run is: never, always, or on a terminal without -v (auto)" },
	{ "exitfirst", 'x', NULL, "stop at the first case that does not pass" },
	{ "retries", 0, "N", "repeat a script that the machine disturbed, at most N times (2)" },
	{ "timeout", 0, "SECONDS", "end a script that takes longer; 0: never (180)" },
	{ "memory", 0, "MIB", "end a script that wants more memory than this; 0: never (1024)" },
	PLAN_SETUP_TODAY_OPTION
	{ "quiet", 'q', NULL, "print no text: reports and the exit status tell the outcome" },
	{ "python", 0, NULL, "run all code blocks with python3, even where the native evaluator would do" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill run [OPTION]... FILE|DIR...\n"
	     "       protodrill run --plan FILE.yaml [OPTION]... [FILE|DIR]...\n"
	     "Play scripts and say where the target did something else.\n"
	     "Directories are searched for *.pkt.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nTargets:");
	for (const struct target_kind *t = target_kinds; t->name; t++)
		printf("  %-8s %s\n", t->name, t->help);
	puts("\nReports:");
	reports_print_kinds(stdout);
	puts("\nOptions of scripts, which win over those written in them:");
	options_print_script_options(stdout, options);
	puts("\nVerdicts, and the exit status, which is that of the worst one:\n"
	     "  PASS          0  every expectation met, in time; XFAIL: it failed as its plan expects\n"
	     "  SKIP          0  something that the script or its plan says they need is not there\n"
	     "  INCONCLUSIVE  3  the machine was too late or too busy to tell, also when repeated\n"
	     "  FAIL          1  the target did something else\n"
	     "  ERROR         2  the script or the command line is wrong, or it could not be played\n\n"
	     "Examples:\n"
	     "  protodrill run testcases\n"
	     "  protodrill run -t builtin,kernel --plan testcases/all.yaml\n"
	     "  protodrill run --profile linux --trace one.pkt\n"
	     "  protodrill run -t kernel -v --pcap one.pcap one.pkt\n"
	     "  protodrill run -t kernel --ip_version=ipv6 --tolerance_usecs=10000 one.pkt");
}

/* ---- the command line ---- */

static bool set_progress(struct request *request, const char *word)
{
	bool good = progress_when_read(word, &request->progress);

	if (!good)
		console_error("bad --progress: %s: want auto, always or never", word);
	return good;
}

static bool set_report(struct request *request, const char *list)
{
	struct buf problem = BUF_INIT;

	reports_add(&request->reports, list, &problem);
	return console_complain(&problem);
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;
	bool good;

	if (!strcmp(option->name, "trace"))
		request->play.builtin.trace = BUILTIN_TRACE_ALL;
	else if (!strcmp(option->name, "verbose") && !request->play.builtin.trace)
		request->play.builtin.trace = BUILTIN_TRACE_STATES;

	if (plan_setup_set(&request->plan, option->name, value, &good) ||
	    builtin_setup_set(&request->play.builtin, option->name, value, &good))
		return good;
	request->retries_set |= !strcmp(option->name, "retries");
	request->timeout_set |= !strcmp(option->name, "timeout");
	if (!strcmp(option->name, "retries"))
		return console_option_number(option->name, value, 0, MOST_RETRIES, &request->play.retries);
	if (!strcmp(option->name, "timeout"))
		return console_option_number(option->name, value, 0, LONGEST_TIMEOUT_S, &request->play.timeout_s);
	if (!strcmp(option->name, "memory"))
		return console_option_number(option->name, value, 0, MOST_MEMORY_MB, &request->play.memory_mb);
	if (!strcmp(option->name, "jobs"))
		return console_option_number(option->name, value, 1, MOST_JOBS, &request->jobs);
	if (!strcmp(option->name, "progress"))
		return set_progress(request, value);
	if (!strcmp(option->name, "report"))
		return set_report(request, value);
	if (!strcmp(option->name, "pcap"))
		request->pcap = value;
	else if (!strcmp(option->name, "via"))
		request->play.builtin.via = value;
	else if (!strcmp(option->name, "host"))
		request->play.builtin.host = value;
	else if (!strcmp(option->name, "interface"))
		request->play.builtin.interface = value;
	else if (!strcmp(option->name, "reached"))
		request->play.builtin.reached = request->reached;
	else if (!strcmp(option->name, "coverage"))
		request->coverage = value;
	else if (!strcmp(option->name, "verbose") || !strcmp(option->name, "trace"))
		request->play.style.verbose = request->play.style.trace = true;
	else if (!strcmp(option->name, "exitfirst"))
		request->first_only = true;
	else if (!strcmp(option->name, "shared"))
		request->shared = true;
	else if (!strcmp(option->name, "quiet"))
		request->quiet = true;
	else
		request->play.python = true;
	return true;
}

/* ---- all of them ---- */

struct session {
	struct request *request;
	const struct suite_plan *plan;
	struct case_setup *setups;                           /* one for each case */
	size_t first;                                        /* of the cases that are being played */
	int counts[VERDICTS], expected;
	int signal;
	int text_error;                                      /* the first errno of writing text; 0: none */
	struct pcap_writer *pcap;                            /* NULL: none */
	struct line_run lines;                               /* if coverage is wanted */
	struct boot_queue *queue;                            /* in a worker: the cases that share kernels */
	struct linux_stock *stock;                           /* in a worker it fills */
	struct backoff backoff;                              /* for all that is played in real time */
	bool told_fewer;                                     /* it was said that there cannot be as many workers as
	                                                        wanted */
	struct progress progress;
	struct recap recap;
	bool enough;                                         /* the remaining cases are no longer wanted */
	struct progress_state before;                        /* when the case .first was about to be played */
};

static struct run_case case_of(const struct session *session, size_t number)
{
	const size_t index = session->first + number;

	return (struct run_case){
		.request = &session->request->play,
		.what = &session->plan->cases[index],
		.target = session->setups[index].target,
		.image = session->setups[index].image,
		.queue = session->queue,
		.stock = session->stock,
		.traits = session->setups[index].traits,
		.builtin = session->setups[index].builtin,
		.begun = occasion_clock(),
	};
}

/* In a worker: these cases may share a kernel. */
static void queue_jobs(const struct jobs_plan *plan, size_t first, size_t end)
{
	struct session *session = plan->user;

	boot_queue_free(session->queue);
	session->queue = boot_queue_new(session->stock);
	for (size_t i = first; i < end; i++) {
		const struct run_case c = case_of(session, i);
		run_case_queue(&c);
	}
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

/* The text is written case by case, so only here is it known why writing failed. */
static void flush_text(struct session *session)
{
	if (fflush(stdout) != 0 && !session->text_error)
		session->text_error = errno;
}

static void take_answer(const struct jobs_plan *plan, size_t number, const struct attempt *answer)
{
	struct session *session = plan->user;
	const struct attempt_output *output = &answer->output;

	const size_t index = session->first + number;

	recap_add(&session->recap, &session->plan->cases[index], answer, session->setups[index].target->virtual_time);
	session->enough = session->request->first_only && session->recap.count;
	progress_clear(&session->progress);
	session->counts[answer->verdict]++;
	session->expected += answer->expected;
	fwrite(output->err.data, 1, output->err.length, stderr);
	fwrite(output->out.data, 1, output->out.length, stdout);
	flush_text(session);
	if (output->result.length)
		reports_add_case(&session->request->reports, output->result.data, output->result.length);
	if (session->pcap)
		capture_write(session->pcap, &output->capture);
	if (output->lines.length)
		line_run_add(&session->lines, &output->lines);
	/* Nobody reads standard output any more, and nothing else was asked for. */
	if (session->text_error == EPIPE && !session->pcap && !session->request->reports.count)
		session->enough = true;
}

static bool is_enough(const struct jobs_plan *plan)
{
	const struct session *session = plan->user;

	return session->enough;
}

/* How many cases at a time; in real time this is the number to begin with, and as long as nobody is late it grows. */
static struct backoff suitable_jobs(const struct request *request, bool virtual_time)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	int processors = online < 1 ? 1 : online < MOST_JOBS ? (int)online : MOST_JOBS;
	int first = request->jobs ? request->jobs : processors * (virtual_time ? 1 : LIVE_JOBS);
	int most = request->jobs ? request->jobs : processors * (virtual_time ? 1 : MOST_LIVE_JOBS);

	return (struct backoff){
		.allowed = first < MOST_JOBS ? first : MOST_JOBS, .most = most < MOST_JOBS ? most : MOST_JOBS
	};
}

/* For how many of the @wanted workers there are descriptors. */
static int workers_of(struct session *session, int wanted)
{
	int possible = jobs_workers_possible(wanted);

	if (possible < wanted && !session->told_fewer)
		console_error("%d at a time, not %d: more would need more file descriptors (ulimit -n)", possible,
		        wanted);
	session->told_fewer |= possible < wanted;
	return possible;
}

static void tell_slower(const struct jobs_plan *plan, const struct attempt *answer, int before)
{
	struct session *session = plan->user;
	struct buf text = BUF_INIT;

	backoff_describe(&text, answer, before, plan->backoff->allowed);
	progress_clear(&session->progress);
	console_error("%s", text.data);
	buf_free(&text);
}

static void tell_progress(const struct jobs_plan *plan, const struct jobs_state *state)
{
	struct session *session = plan->user;
	struct progress_state now = session->before;

	now.answered += state->answered;
	now.running = state->running;
	for (size_t i = 0; i < VERDICTS; i++)
		now.verdicts[i] += state->verdicts[i];
	progress_show(&session->progress, &now);
}

/* One case at a time, if any of the next @count has a target of which there is only one. */
static int bound_workers(const struct session *session, size_t count, int workers)
{
	for (size_t i = 0; i < count; i++)
		workers = session->setups[session->first + i].target->single ? 1 : workers;
	return workers;
}

/* In virtual time a worker plays in its own process. Else it guards an attempt at a time, keeps the time limit and
 * cleans up. */
static void run_group(struct session *session, size_t count)
{
	const struct request *request = session->request;
	const struct suite_case *first = &session->plan->cases[session->first];
	bool virtual_time = session->setups[session->first].target->virtual_time;
	bool boots = session->setups[session->first].target->boots;     /* whoever boots keeps the time */
	bool shares = boots && request->shared;
	int timeout_s = first->timeout_s < 0 ? request->play.timeout_s : first->timeout_s;
	int workers = workers_of(session, virtual_time ? suitable_jobs(request, true).most : session->backoff.most);
	const int bound = bound_workers(session, count, workers);
	const struct jobs_plan plan = {
		.count = count,
		.workers = bound,
		.backoff = virtual_time || bound < workers ? NULL : &session->backoff, /* not fewer than one */
		.batch = shares ? SHARED_BATCH : virtual_time && !boots ? VIRTUAL_BATCH : 1,
		.timeout_s = virtual_time && !boots ? timeout_s : 0,
		.memory_mb = request->play.memory_mb,
		.stop_signal = virtual_time ? SIGKILL : SIGTERM,
		.fixed_batches = shares,
		.begin = shares ? queue_jobs : NULL,
		.play = play_job,
		.lose = lose_job,
		.done = take_answer,
		.enough = is_enough,
		.slower = tell_slower,
		.tick = session->progress.out ? tell_progress : NULL,
		.user = session,
	};

	if (!virtual_time && session->backoff.most > workers)
		session->backoff.most = workers;
	if (session->backoff.allowed > session->backoff.most)
		session->backoff.allowed = session->backoff.most;
	session->before = (struct progress_state){ .total = session->plan->count, .answered = session->first };
	memcpy(session->before.verdicts, session->counts, sizeof(session->counts));
	session->stock = linux_stock_new();
	session->signal = jobs_run(&plan);
	linux_stock_free(session->stock);
}

/* How many cases, from @first on, workers can play in the same way, one after another. */
static size_t group_size(const struct session *session, size_t first)
{
	const struct suite_plan *plan = session->plan;
	size_t end = first;

	while (end < plan->count &&
	       session->setups[end].target == session->setups[first].target &&
	       plan->cases[end].timeout_s == plan->cases[first].timeout_s)
		end++;
	return end - first;
}

/* What did not pass, how long it took, and the counts. The machine's clock goes to standard error, so that runs with
 * the same verdicts print the same bytes; and when all is well, only people at a terminal want to know it. */
static void print_end(struct session *session, vtime_t wall)
{
	struct buf text = BUF_INIT;

	recap_print(&text, &session->recap);
	fputs(text.data, stdout);
	flush_text(session);
	if (session->enough && session->request->first_only && session->recap.played < session->plan->count)
		console_error("stopped at the first case that did not pass; %zu of %zu were not played",
		              session->plan->count - session->recap.played, session->plan->count);
	if (session->recap.count || isatty(STDERR_FILENO)) {
		buf_clear(&text);
		recap_times(&text, &session->recap, wall);
		console_error("%s", text.data);
	}
	buf_clear(&text);
	text_summary(&text, session->counts, session->expected, &session->request->play.style);
	fputs(text.data, stdout);
	buf_free(&text);
}

static void run_cases(struct session *session)
{
	const struct request *request = session->request;
	const vtime_t began = monotonic_now();
	size_t count;

	session->backoff = suitable_jobs(request, false);
	progress_begin(&session->progress, request->progress, request->play.style.verbose || session->plan->count < 2);
	for (; session->first < session->plan->count && !session->signal && !session->enough; session->first += count) {
		count = group_size(session, session->first);
		run_group(session, count);
	}
	progress_clear(&session->progress);
	if (request->play.text && session->plan->count != 1)
		print_end(session, vtime_sub(monotonic_now(), began));
	flush_text(session);
}

static int exit_status(const struct session *session)
{
	if (!session->signal)
		return console_exit_status(session->counts);
	console_error("interrupted: %s", strsignal(session->signal));
	return EXIT_STATUS_SIGNAL + session->signal;
}

/* ---- other output ---- */

static bool is_standard_output(const char *path)
{
	return path && !strcmp(path, "-");
}

static bool open_capture(struct session *session, struct replace_file *pcap)
{
	const char *path = session->request->pcap;

	if (is_standard_output(path)) {
		if (reports_replace_text(&session->request->reports))
			return console_error("a capture and a report, both to standard output: "
			                     "give one of them a file, as in --report json=FILE");
		if (isatty(STDOUT_FILENO))
			return console_error("a capture is not for a terminal: --pcap - wants a file or a pipe");
		if ((fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY) {      /* standard output was closed:
		                                                                       console.c */
			errno = EBADF;
			return console_cannot_write("standard output");
		}
		path = "/dev/stdout";
	}
	if (replace_file_begin(pcap, path, REPLACE_LINKS))
		session->pcap = pcap_writer_open(pcap->writing);
	return session->pcap || console_cannot_write(path);
}

/* Lines of one kernel mean nothing in another, so there must be only one kernel. */
static bool open_coverage(struct session *session)
{
	const struct linux_image *image = NULL;
	struct buf problem = BUF_INIT;

	for (size_t i = 0; i < session->plan->count; i++) {
		const struct linux_image *other = session->setups[i].image;
		if (other && image && strcmp(image->path, other->path) != 0)
			return console_error("--coverage: the cases are for several kernels, %s and %s: want one",
			                     image->path, other->path);
		image = other ? other : image;
	}
	if (!image)
		return console_error("--coverage: no case is for -t linux");
	session->request->play.lines = true;
	line_run_begin(&session->lines, session->request->coverage, image, &problem);
	return console_complain(&problem);
}

static bool close_coverage(struct session *session)
{
	struct buf table = BUF_INIT, problem = BUF_INIT;

	line_run_end(&session->lines, &table, &problem);
	if (session->request->play.text)
		fwrite(table.data, 1, table.length, stdout);
	buf_free(&table);
	return console_complain(&problem);
}

static bool open_outputs(struct session *session, struct replace_file *pcap)
{
	struct request *request = session->request;
	struct buf problem = BUF_INIT;

	if (request->pcap && !open_capture(session, pcap))
		return false;
	if (request->coverage && !open_coverage(session))
		return false;
	reports_open(&request->reports, &problem);
	return console_complain(&problem);
}

static bool close_outputs(struct session *session, struct replace_file *pcap)
{
	struct request *request = session->request;
	struct buf problem = BUF_INIT;
	bool good = true;

	if (session->pcap)
		good = (pcap_writer_close(session->pcap) && replace_file_commit(pcap)) ||
		       console_cannot_write(is_standard_output(request->pcap) ? "standard output" : request->pcap);
	if (session->lines.out)
		good &= close_coverage(session);
	reports_commit(&request->reports, &problem);
	if (console_lost_reader())
		buf_clear(&problem);                         /* the process will end without a word */
	if (!console_complain(&problem)) {
		good = false;
		if (reports_lost_output(&request->reports))
			clearerr(stdout);                    /* that has been reported */
	}
	/* The reason is known only here. A pipe that nobody reads is left to the end of the process, which reports
	 * it. */
	if (request->play.text && ferror(stdout) && session->text_error != EPIPE) {
		errno = session->text_error ? session->text_error : EIO;
		good = console_cannot_write("standard output");
		clearerr(stdout);
	}
	return good;
}

static bool tests_kernel(const struct session *session)
{
	for (size_t i = 0; i < session->plan->count; i++)
		if (!session->setups[i].target->virtual_time)
			return true;
	return false;
}

/* What tells merge that results belong together: a digest of the plan, and of all options of the command line that
 * change what a case means. How often, for how long, and how many at a time cases are played changes no result. */
static uint64_t digest_of(const struct session *session)
{
	const struct run_request *play = &session->request->play;
	uint64_t digest = session->plan->digest;
	char seed[24];

	snprintf(seed, sizeof(seed), "%lld", play->builtin.seed_set ? (long long)play->builtin.seed : -1);
	digest = hash_text(hash_text(digest, seed), play->builtin.defects);
	for (size_t i = 0; i < play->settings.count; i++) {
		const struct setting *setting = &play->settings.list[i];
		digest = hash_text(hash_text(digest, setting->name), setting->value);
	}
	return digest;
}

/* The kernels that the cases boot, each once; they live as long as the plan. */
static void list_kernels(const struct session *session, struct result_run *run)
{
	struct arena *arena = session->request->plan.arena;
	struct result_kernel *list = NULL;
	const struct linux_image *last = NULL;

	for (size_t i = 0; i < session->plan->count; i++) {
		const struct linux_image *image = session->setups[i].image;
		const char *target = session->plan->cases[i].target;
		bool known = !image || image == last;
		for (size_t k = 0; k < run->kernel_count && !known; k++)
			known = !strcmp(list[k].target, target);
		last = image ? image : last;
		if (known)
			continue;
		struct result_kernel *longer = arena_new_array(arena, struct result_kernel, run->kernel_count + 1);
		if (list)
			memcpy(longer, list, run->kernel_count * sizeof(*list));
		list = longer;
		list[run->kernel_count++] = (struct result_kernel){
			target, image->release, image->hz, image->source, image->config
		};
	}
	run->kernels = list;
}

static void play_reported(struct session *session)
{
	struct reports *reports = &session->request->reports;
	const struct plan_setup *setup = &session->request->plan;
	const int *counts = session->counts;
	struct utsname name;
	char digest[17], system[sizeof(name.sysname) + sizeof(name.release) + sizeof(name.machine)];
	struct result_run run = {
		.format = RESULT_FORMAT,
		.version = PROTODRILL_VERSION,
		.plan = session->plan->name,
		.digest = digest,
		.cases = (int64_t)setup->cases,
		.shard = (int64_t)setup->shard.number,
		.shards = (int64_t)setup->shard.count,
		.shard_cases = setup->shard.count ? (int64_t)session->plan->count : 0,
	};

	snprintf(digest, sizeof(digest), "%016llx", (unsigned long long)digest_of(session));
	if (tests_kernel(session) && uname(&name) == 0) {
		snprintf(system, sizeof(system), "%s %s %s", name.sysname, name.release, name.machine);
		run.system = system;
	}
	list_kernels(session, &run);
	vtime_t begun = occasion_clock();
	if (reports->occasion) {
		run.started = occasion_date();
		run.command = session->request->command.data;
	}
	reports_begin(reports, &run);
	run_cases(session);
	int played = 0;
	for (size_t i = 0; i < VERDICTS; i++)
		played += counts[i];
	reports_end(reports, &(struct result_end){
		.passed = counts[VERDICT_PASS],
		.failed = counts[VERDICT_FAIL],
		.inconclusive = counts[VERDICT_INCONCLUSIVE],
		.skipped = counts[VERDICT_SKIP],
		.errors = counts[VERDICT_ERROR],
		.expected = session->expected,
		.complete = (size_t)played == session->plan->count,
		.interrupted = session->signal ? sigabbrev_np(session->signal) : NULL,
		.wall = reports->occasion ? vtime_sub(occasion_clock(), begun) : VTIME_ZERO,
	});
}

/* Files appear under their names only when they are complete. */
static int run_session(struct request *request, struct case_setup *setups)
{
	struct session session = { .request = request, .plan = &request->plan.plan, .setups = setups };
	struct replace_file pcap = REPLACE_FILE_INIT;
	sigset_t signals, before;
	bool good;

	/* Except in jobs_run(), a signal waits for the end, so that no temporary file stays behind. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, &before);
	request->play.text = !request->quiet && !reports_replace_text(&request->reports) &&
	                     !is_standard_output(request->pcap);
	request->play.results = request->reports.count > 0;
	request->play.observed = request->reports.observed;
	request->play.occasion = request->reports.occasion;
	request->play.capture = request->pcap;
	good = open_outputs(&session, &pcap);
	if (good) {
		play_reported(&session);
		good = close_outputs(&session, &pcap);
	}
	replace_file_end(&pcap);
	if (good)
		last_failed_save(session.plan, session.recap.played, &session.recap);
	recap_free(&session.recap);
	if (good && !request->quiet && !console_lost_reader())
		console_tell_reports(&request->reports);
	int status = good ? exit_status(&session) : EXIT_STATUS_ERROR;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}

/* ---- from the command line to the end ---- */

/* The command line overrides plans. */
static void overrule_plan(const struct request *request, struct suite_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (request->retries_set)
			plan->cases[i].retries = -1;
		if (request->timeout_set)
			plan->cases[i].timeout_s = -1;
	}
}

/* The texts of all -D. */
static const char **definitions_of(const struct settings *settings, struct arena *arena)
{
	const char **list = arena_new_array(arena, const char *, settings->count + 1);
	size_t count = 0;

	for (size_t i = 0; i < settings->count; i++)
		if (!strcmp(settings->list[i].name, "define"))
			list[count++] = settings->list[i].value;
	return list;
}

static int run_all(void *user, char **paths, struct settings *settings)
{
	struct request *request = user;
	struct plan_setup *plan = &request->plan;
	struct case_setup *setups = NULL;
	struct buf problem = BUF_INIT;
	const struct target_options given = { &request->play.builtin, plan->profiles, &request->play.settings };

	if (!*paths && !plan_setup_names_cases(&request->plan)) {
		options_no_path(settings, "no case selected: name scripts or directories, or a plan", "");
		return EXIT_STATUS_ERROR;
	}
	request->play.settings = *settings;                  /* borrowed */
	if (request->shared)
		request->play.builtin.shelf = &request->shelf;
	request->play.builtin.mould = adapter_has_moulds() ? &request->mould : NULL;
	if (request->reports.trace && !request->play.builtin.trace)
		request->play.builtin.trace = BUILTIN_TRACE_ALL;
	plan->arena = plan->arena ? plan->arena : arena_new();
	plan->definitions = definitions_of(&request->play.settings, plan->arena);
	if (!plan->plans || plan->targets)
		target_options_fit(plan->targets, &given, &problem);
	if (!console_complain(&problem))
		return EXIT_STATUS_ERROR;
	const bool made = plan_setup_make(plan, paths);
	if (made && plan->plans && !plan->targets)
		target_options_fit(plan_setup_targets(plan), &given, &problem);
	if (console_complain(&problem) && made)
		setups = case_setups_make(&plan->plan, &request->play.builtin, plan->arena);
	if (!setups)
		return EXIT_STATUS_ERROR;
	overrule_plan(request, &plan->plan);
	request->play.today = plan->today;
	return run_session(request, setups);
}

static bool set_nothing(void *user, const struct command_option *option, const char *value)
{
	(void)user;
	(void)option;
	(void)value;
	return true;
}

int run_sort_options(int argc, char **argv)
{
	const struct command_line line = { .options = options, .script_options = true, .set = set_nothing };
	struct settings settings = { 0 };
	int first;
	bool good = options_parse(&line, argc, argv, &settings, &first);

	settings_free(&settings);
	return good ? first : -1;
}

int run_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options, .script_options = true, .usage = usage, .set = set, .act = run_all,
	};
	struct request request = {
		.play = {
			.retries = RETRIES,
			.timeout_s = TIMEOUT_S,
			.memory_mb = MEMORY_MB,
			.style.colour = console_colour(stdout),
			.colour_errors = console_colour(stderr),
		},
		.command = BUF_INIT,
	};

	occasion_command(&request.command, argc, argv);      /* before options are separated from paths */
	int status = command_frame_main(&frame, &request, argc, argv);
	plan_setup_free(&request.plan);
	reports_free(&request.reports);
	buf_free(&request.command);
	return status;
}
