/* SPDX-License-Identifier: MIT
 *
 * compare.c - protodrill compare: what has become of the cases since, and where two targets differ
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"
#include "report/coverage.h"
#include "report/history.h"
#include "util/checked.h"
#include "util/printable.h"

enum { NOT_GIVEN = -1, MOST_TOLERANCE_US = 1000000000, SLOWER_PERCENT = 10, MOST_PERCENT = 100000 };
enum { SLOWER_MS = 10 };

/* Options that belong to `run`: they only say how the scripts of -t are played. */
static const char *const passed_on[] = { "profile", "plan", "traits", "seed", "jobs" };

struct request {
	const char *targets;                                 /* NULL: files are compared */
	const char *passed[ARRAY_LEN(passed_on)];            /* values of those options; NULL: not given */
	bool brief, requirements;
	bool bad[CHANGES];                                   /* such a change makes the exit status 1 */
	int tolerance_us, slower_percent;
};

struct comparison {
	const struct request *request;
	struct history past;
	size_t counts[CHANGES];
	struct buf *problem;
};

static const struct command_option options[] = {
	{ "target", 't', "NAME,NAME", "play the scripts of PATH... on these targets and compare what they did" },
	{ "profile", 0, "NAME", "with -t, builtin: rfc, linux ..., as 'protodrill run' takes it" },
	{ "plan", 0, "FILE.yaml", "with -t: play the cases of a plan" },
	{ "traits", 0, "[NAME=]FILE", "with -t: what the targets (or only NAME) have and chose" },
	{ "seed", 0, "N", "with -t, builtin: the seed of all its random numbers" },
	{ "jobs", 'j', "N", "with -t: play N scripts at a time" },
	{ "brief", 'b', NULL, "one line a case: not which events differ" },
	{ "requirements", 0, NULL, "of targets: which requirements some meet and others do not, with the cases" },
	{ "fail-on", 0, "CHANGE,...", "what makes the exit status 1 (broke,gone; of targets: differ)" },
	{ "slower", 0, "PERCENT", "what passes is slower when it takes so much longer, and 10 ms (10)" },
	{ "tolerance", 0, "USECS", "times are the same within this (4000; of two booted kernels 10, of stacks 0)" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill compare [OPTION]... OLD... NEW\n"
	     "       protodrill compare [OPTION]... RESULTS\n"
	     "       protodrill compare [OPTION]... -t TARGET,TARGET PATH...\n"
	     "Compare files of results ('protodrill run --report json=FILE'): what broke since the last OLD,\n"
	     "what was repaired, what is flaky, what became slower. More than one OLD,\n"
	     "oldest first, tell what is flaky from what broke.\n"
	     "One file, or scripts and targets: where the targets of one run differ, event by event.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nChanges:\n"
	     "  broke     it did not fail before, and now it does, or cannot be played\n"
	     "  repaired  it did not pass before, and now it passes\n"
	     "  changed   it fails as before, but in another way\n"
	     "  flaky     its verdict does not last\n"
	     "  slower    it passes as before, and takes longer on the clock of its target; or faster: less long\n"
	     "  new       it was not tested before\n"
	     "  gone      it is not tested any more\n"
	     "  differ    two targets did not do the same\n\n"
	     "Exit status: 0; 1 after a change of --fail-on; 2 when something cannot be compared.\n\n"
	     "Examples:\n"
	     "  protodrill compare yesterday.json today.json\n"
	     "  protodrill compare --fail-on broke,gone,flaky,slower mon.json tue.json wed.json\n"
	     "  protodrill compare -t builtin,kernel testcases/first\n"
	     "  protodrill compare -t builtin,kernel --profile linux testcases/first\n"
	     "  protodrill compare --requirements -t builtin,lwip --plan testcases/stacks.yaml");
}

/* ---- the command line ---- */

/* CHANGE_NONE stands for "differ": two targets disagree. */
static bool set_fail_on(struct request *request, const char *list)
{
	char *names = strdup(list), *rest = names, *name;
	bool good = true;

	memset(request->bad, 0, sizeof(request->bad));
	while (good && (name = strsep(&rest, ","))) {
		size_t i = 1;
		while (i < CHANGES && strcmp(change_name[i], name))
			i++;
		bool differ = !strcmp(name, "differ");
		good = i < CHANGES || differ;
		if (good)
			request->bad[differ ? CHANGE_NONE : i] = true;
		else
			console_error("bad --fail-on: '%s': want broke, repaired, changed, flaky, slower, "
			              "faster, new, gone or differ", name);
	}
	free(names);
	return good;
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	for (size_t i = 0; i < ARRAY_LEN(passed_on); i++) {
		if (!strcmp(option->name, passed_on[i])) {
			request->passed[i] = value;
			return true;
		}
	}
	if (!strcmp(option->name, "fail-on"))
		return set_fail_on(request, value);
	if (!strcmp(option->name, "slower"))
		return console_option_number(option->name, value, 0, MOST_PERCENT, &request->slower_percent);
	if (!strcmp(option->name, "tolerance"))
		return console_option_number(option->name, value, 0, MOST_TOLERANCE_US, &request->tolerance_us);
	if (!strcmp(option->name, "target"))
		return console_option_list(option->name, value, &request->targets);
	if (!strcmp(option->name, "requirements"))
		request->requirements = true;
	else
		request->brief = true;
	return true;
}

/* ---- two results ---- */

static void add_verdict(struct buf *out, enum verdict verdict, int line, enum mismatch_kind mismatch)
{
	buf_puts(out, verdict_name[verdict]);
	if (verdict == VERDICT_FAIL && line > 0)
		buf_printf(out, " (line %d: %s)", line, mismatch_kind_name[mismatch]);
}

static vtime_t tolerance_of(const struct comparison *c, const struct result *a, const struct result *b)
{
	int given = c->request->tolerance_us;

	return given == NOT_GIVEN ? compare_tolerance(a, b) : vtime_us(given);
}

static bool show_events(const struct comparison *c, struct buf *out, const struct history_case *old,
                        const struct result *now)
{
	static const char *const names[] = { "old", "new" };
	struct arena *arena = arena_new();
	struct result before;
	bool good = history_read(old, arena, &before, c->problem);

	if (good)
		compare_events(out, &before, now, names, tolerance_of(c, &before, now));
	arena_free(arena);
	return good;
}

static void add_past(struct buf *out, const struct past *past)
{
	if (past->runs > 1)
		buf_printf(out, "  (passed in %d of %d earlier runs)", past->passed, past->runs);
}

/* The name of the case, and how it ended before; @old may be NULL. */
static void add_before(struct buf *out, enum change change, const struct history_case *old, const char *name)
{
	buf_printf(out, "%-9s ", change_name[change]);
	printable_add(out, name, "");
	buf_puts(out, "  ");
	if (old)
		add_verdict(out, old->past.verdict, old->past.line, old->past.mismatch);
}

static void add_change(struct buf *out, enum change change, const struct history_case *old, const struct result *now)
{
	add_before(out, change, old, old ? old->name : now->id);
	buf_puts(out, old ? " -> " : "");
	add_verdict(out, now->verdict, now->line, now->mismatch);
	if (old && (change == CHANGE_SLOWER || change == CHANGE_FASTER))
		buf_printf(out, "  %.3f s -> %.3f s%s", vtime_to_s(old->past.duration), vtime_to_s(now->duration),
		           now->virtual_time ? " of virtual time" : "");
	if (change == CHANGE_FLAKY && now->attempts > 1)
		buf_printf(out, "  (attempt %d)", now->attempts);
	if (now->reason && now->verdict != VERDICT_PASS && now->verdict != VERDICT_FAIL)
		buf_puts(out, "  "), printable_add(out, now->reason, "");
	if (old)
		add_past(out, &old->past);
	buf_puts(out, "\n");
}

/* ---- runs, one after the other ---- */

static const char *name_by_id(struct arena *arena, const struct result *r)
{
	(void)arena;
	return r->id;
}

static bool compare_case(struct comparison *c, const struct result *now)
{
	const struct pace pace = { c->request->slower_percent, vtime_ms(SLOWER_MS) };
	struct history_case *old = history_find(&c->past, now->id);
	enum change change = compare_results(old ? &old->past : NULL, now, &pace);
	struct buf text = BUF_INIT;
	bool good = true;

	if (old)
		old->seen = true;
	c->counts[change]++;
	if (change != CHANGE_NONE)
		add_change(&text, change, old, now);
	if (old && (change == CHANGE_BROKE || change == CHANGE_REPAIRED || change == CHANGE_OTHER) &&
	    !c->request->brief)
		good = show_events(c, &text, old, now);
	fputs(text.data, stdout);
	buf_free(&text);
	return good;
}

static void tell_gone(struct comparison *c)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < c->past.count; i++) {
		const struct history_case *old = &c->past.list[i];
		enum change change = old->seen ? CHANGE_NONE : compare_results(&old->past, NULL, NULL);
		c->counts[change] += !old->seen;
		if (change == CHANGE_NONE)
			continue;
		add_before(&text, change, old, old->name);
		add_past(&text, &old->past);
		buf_puts(&text, "\n");
	}
	fputs(text.data, stdout);
	buf_free(&text);
}

static bool is_complete(const struct result_file *file, struct buf *problem)
{
	if (!file->end.complete)
		buf_printf(problem, "%s: the run was not complete: %lld of %lld cases", file->path,
		           (long long)file->cases, (long long)file->run.cases);
	return file->end.complete;
}

static bool compare_file(struct comparison *c, const char *path)
{
	struct result_file file;
	bool more = result_file_open(&file, path, c->problem);

	while (more) {
		struct arena *arena = arena_new();
		struct result now;
		more = result_file_next(&file, arena, &now, c->problem) && compare_case(c, &now);
		arena_free(arena);
	}
	bool good = !c->problem->length && is_complete(&file, c->problem);
	result_file_close(&file);
	return good;
}

static int tell_counts(const struct comparison *c)
{
	int status = EXIT_STATUS_OK;

	for (enum change i = CHANGE_BROKE; i < CHANGES; i++) {
		printf("%zu %s, ", c->counts[i], change_name[i]);
		if (c->counts[i] && c->request->bad[i])
			status = EXIT_STATUS_FAIL;
	}
	printf("%zu the same\n", c->counts[CHANGE_NONE]);
	return status;
}

static int compare_runs(struct comparison *c, char **paths, int count)
{
	bool good = true;

	for (int i = 0; good && i < count - 1; i++)
		good = history_add_file(&c->past, paths[i], name_by_id, HISTORY_UNIQUE, c->problem);
	if (!good || !compare_file(c, paths[count - 1]))
		return EXIT_STATUS_ERROR;
	tell_gone(c);
	return tell_counts(c);
}

/* ---- targets, side by side ---- */

static const char *variant_of(struct arena *arena, const struct result *r)
{
	return r->profile ? arena_printf(arena, "%s/%s", r->target, r->profile) : r->target;
}

/* The part of a case's name that does not depend on where it was played. */
static const char *play_of(struct arena *arena, const struct result *r)
{
	struct buf name = BUF_INIT;

	buf_printf(&name, "%s %s", r->path, r->address ? r->address : "");
	for (size_t i = 0; i < r->setting_count; i++)
		buf_printf(&name, " %s=%s", r->settings[i].name, r->settings[i].value ? r->settings[i].value : "");
	const char *copy = arena_strdup(arena, name.data);
	buf_free(&name);
	return copy;
}

struct sides {
	struct comparison *c;
	struct history first;                                /* the first result of each play */
	size_t compared, differing, errors;
};

/* Compare @b with the first result of the same script. */
static bool compare_sides(struct sides *s, struct arena *arena, const struct history_case *first,
                          const struct result *b)
{
	struct buf text = BUF_INIT;
	struct result a;

	if (!history_read(first, arena, &a, s->c->problem))
		return false;
	const char *const names[] = { printable(arena, variant_of(arena, &a)), printable(arena, variant_of(arena, b)) };
	size_t events = 0;
	/* A case that one side did not play gives nothing to compare. */
	if (a.verdict == VERDICT_SKIP || b->verdict == VERDICT_SKIP)
		return true;
	/* Nor does one that neither could play, but nobody wanted that. */
	if (a.verdict == VERDICT_ERROR && b->verdict == VERDICT_ERROR) {
		s->errors++;
		printf("error     %s", printable(arena, b->path));
		if (b->line > 0)
			printf(":%d", b->line);
		printf(": %s\n", b->reason ? printable(arena, b->reason) : "");
		return true;
	}
	events = compare_events(&text, &a, b, names, tolerance_of(s->c, &a, b));
	s->compared++;
	if (a.verdict != b->verdict || events) {
		s->differing++;
		printf("differ    %s  %s: ", printable(arena, b->path), names[0]);
		struct buf verdicts = BUF_INIT;
		add_verdict(&verdicts, a.verdict, a.line, a.mismatch);
		buf_printf(&verdicts, ", %s: ", names[1]);
		add_verdict(&verdicts, b->verdict, b->line, b->mismatch);
		printf("%s\n%s", verdicts.data, s->c->request->brief ? "" : text.data);
		buf_free(&verdicts);
	}
	buf_free(&text);
	return true;
}

static bool read_sides(struct sides *s, struct result_file *file)
{
	bool more = true;

	while (more) {
		struct arena *arena = arena_new();
		struct result now;
		long offset = ftell(file->file);
		more = result_file_next(file, arena, &now, s->c->problem);
		if (more) {
			const struct history_case *first = history_find(&s->first, play_of(arena, &now));
			if (first && first->offset != offset)
				more = compare_sides(s, arena, first, &now);
		}
		arena_free(arena);
	}
	return !s->c->problem->length;
}

/* The same for each requirement: what do all cases that cover it, taken together, say about either target? */
static int compare_requirements(struct comparison *c, const char *path)
{
	const struct coverage_view view = { .differ = true };
	struct coverage *coverage = coverage_new();
	struct buf out = BUF_INIT;
	size_t differing = 0;
	bool good = coverage_add_file(coverage, path, c->problem);

	if (good) {
		const struct coverage_table *table = coverage_finish(coverage, PROTODRILL_VERSION);
		for (size_t i = 0; i < table->count; i++)
			differing += coverage_differs(&table->rows[i]);
		coverage_formats->write(&out, table, &view);
		fputs(out.data, stdout);
		printf("%zu requirements differ\n", differing);
	}
	buf_free(&out);
	coverage_free(coverage);
	if (!good)
		return EXIT_STATUS_ERROR;
	return differing && c->request->bad[CHANGE_NONE] ? EXIT_STATUS_FAIL : EXIT_STATUS_OK;
}

static int compare_variants(struct comparison *c, const char *path)
{
	if (c->request->requirements)
		return compare_requirements(c, path);

	struct sides s = { .c = c };
	struct result_file file;
	int status = EXIT_STATUS_ERROR;

	if (history_add_file(&s.first, path, play_of, HISTORY_FIRST, c->problem) &&
	    result_file_open(&file, path, c->problem)) {
		if (read_sides(&s, &file) && is_complete(&file, c->problem)) {
			if (s.compared)
				printf("%zu compared, %zu differ\n", s.compared, s.differing);
			if (s.errors)
				printf("%zu could not be played on either\n", s.errors);
			status = s.differing && c->request->bad[CHANGE_NONE] ? EXIT_STATUS_FAIL : EXIT_STATUS_OK;
			status = s.errors ? EXIT_STATUS_ERROR : status;
		}
		if (status == EXIT_STATUS_OK && !s.compared) {
			buf_puts(c->problem, "no script was played on two targets: name both, as in "
			                     "-t builtin,kernel, or the results of two runs");
			status = EXIT_STATUS_ERROR;
		}
		result_file_close(&file);
	}
	history_free(&s.first);
	return status;
}

/* Play @paths on the targets, with the results in @file; returns the status of `run`. */
static int play(const struct request *request, const char *file, char **paths, int count)
{
	struct arena *arena = arena_new();
	char **argv = checked_memory(calloc((size_t)count + ARRAY_LEN(passed_on) + 6, sizeof(*argv)));
	int n = 0;

	argv[n++] = arena_printf(arena, "run");
	argv[n++] = arena_printf(arena, "--quiet");
	argv[n++] = arena_printf(arena, "--target=%s", request->targets);
	argv[n++] = arena_printf(arena, "--report=json=%s", file);
	for (size_t i = 0; i < ARRAY_LEN(passed_on); i++)
		if (request->passed[i])
			argv[n++] = arena_printf(arena, "--%s=%s", passed_on[i], request->passed[i]);
	argv[n++] = arena_printf(arena, "--");
	memcpy(argv + n, paths, (size_t)count * sizeof(*argv));
	int status = run_main(n + count, argv);
	free(argv);
	arena_free(arena);
	return status;
}

/* The file of results is unlinked before it is read, so that nothing is left whatever happens. */
static int compare_targets(struct comparison *c, char **paths, int count)
{
	const char *folder = getenv("TMPDIR");
	int status = EXIT_STATUS_ERROR;
	char *file = NULL, open_file[64];
	struct stat info;

	if (asprintf(&file, "%s/protodrill-compare.XXXXXX", folder && *folder ? folder : "/tmp") < 0)
		checked_exhausted();
	int fd = mkstemp(file);
	if (fd < 0) {
		buf_printf(c->problem, "%s: %s", file, strerror(errno));
		free(file);
		return status;
	}
	close(fd);
	int played = play(c->request, file, paths, count);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	unlink(file);
	free(file);
	snprintf(open_file, sizeof(open_file), "/proc/self/fd/%d", fd);
	/* A failure is what is to be compared. If nothing was played, run has said why. */
	if (played > EXIT_STATUS_SIGNAL)
		status = played;
	else if (fd >= 0 && fstat(fd, &info) == 0 && info.st_size > 0)
		status = compare_variants(c, open_file);
	if (fd >= 0)
		close(fd);
	return status;
}

static bool is_about_playing(const struct request *request)
{
	for (size_t i = 0; i < ARRAY_LEN(passed_on); i++)
		if (request->passed[i])
			return true;
	return false;
}

static bool is_script(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && !strcmp(dot, ".pkt");
}

static bool is_refused(const struct request *request, char **paths, int count)
{
	const bool playing = is_about_playing(request);

	if (!request->targets && count && is_script(paths[0]))
		console_error("'%s' is a script; to play it on two targets: protodrill compare -t builtin,kernel %s",
		              paths[0], paths[0]);
	else if (!request->targets && playing)
		console_error("--profile, --plan, --seed and --jobs say how scripts are played: "
		              "they want -t TARGET,TARGET");
	else if (!count && !playing)
		console_error("nothing to compare: name files of results, or targets and scripts. "
		              "Try 'protodrill compare --help'.");
	else
		return false;
	return true;
}

static int compare(void *user, char **paths, struct settings *settings)
{
	const struct request *request = user;
	struct buf problem = BUF_INIT;
	struct comparison c = { .request = request, .problem = &problem };
	int status, count = 0;

	(void)settings;
	while (paths[count])
		count++;
	if (is_refused(request, paths, count))
		return EXIT_STATUS_ERROR;
	if (request->targets)
		status = compare_targets(&c, paths, count);
	else if (count == 1)
		status = compare_variants(&c, paths[0]);
	else
		status = compare_runs(&c, paths, count);
	if (!console_complain(&problem))
		status = EXIT_STATUS_ERROR;
	history_free(&c.past);
	return status;
}

int compare_main(int argc, char **argv)
{
	static const struct command_frame frame = { .options = options, .usage = usage, .set = set, .act = compare };
	struct request request = {
		.bad = { [CHANGE_NONE] = true, [CHANGE_BROKE] = true, [CHANGE_GONE] = true },
		.tolerance_us = NOT_GIVEN,
		.slower_percent = SLOWER_PERCENT,
	};

	return command_frame_main(&frame, &request, argc, argv);
}
