/* SPDX-License-Identifier: MIT
 *
 * jobs_test.c - order, workers that come to no good end, interruption, and what is left behind
 *
 * What a job does is a word of a list, so that a row of a table is a whole run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite/jobs.h"
#include "suite/memory_limit.h"
#include "util/checked.h"

enum { LARGE_BYTES = 3000000, MEMORY_MB = 100, MOST_PLAYERS = 16 };

struct run {
	const char *words;                                   /* one letter a job, see play() */
	size_t repeat;                                       /* of .words */
	struct buf seen;                                     /* what done() was told, one letter a job */
	struct buf reasons;
	size_t next;
	bool in_order;
	struct backoff *backoff;                             /* NULL: none */
	int players;                                         /* processes that played */
	int pids[MOST_PLAYERS];
};

static int gate[2];                                      /* a pipe: one job waits for another */

static void play(const struct jobs_plan *plan, size_t number, struct attempt *out)
{
	const struct run *run = plan->user;
	char what = run->words[number % strlen(run->words)], octet;

	switch (what) {
	case 'k': raise(SIGKILL); break;
	case 'e': _exit(7);
	case 'A': abort();
	case 'h': pause(); break;                            /* hangs */
	case 'l': usleep(30000); break;                      /* late */
	case 'w': assert_int_equal(read(gate[0], &octet, 1), 1); break;
	case 'o': assert_int_equal(write(gate[1], "", 1), 1); break;        /* opens the gate */
	case 'm': checked_memory(malloc((size_t)2 * MEMORY_MB << 20)); break;
	case 'L': buf_add_repeated(&out->output.capture, 'x', LARGE_BYTES); break;
	case 'p': kill(getppid(), SIGTERM); pause(); break;     /* interrupts the run */
	case 'i': out->signal = SIGTERM; break;
	case 't': out->latest = vtime_ms(1000); break;         /* tardy */
	default: break;
	}
	buf_printf(&out->reason, "%d", (int)getpid());
	out->verdict = VERDICT_FAIL;
	buf_add_byte(&out->output.out, what);
}

static void lose(const struct jobs_plan *plan, size_t number, const char *reason, struct attempt *out)
{
	struct run *run = plan->user;

	(void)number;
	out->verdict = VERDICT_ERROR;
	buf_puts(&out->output.out, "!");
	buf_printf(&run->reasons, "%s\n", reason);
}

static void count_player(struct run *run, int pid)
{
	int i = 0;

	while (i < run->players && run->pids[i] != pid)
		i++;
	if (pid && i == run->players && i < MOST_PLAYERS)
		run->pids[run->players++] = pid;
}

static void done(const struct jobs_plan *plan, size_t number, const struct attempt *answer)
{
	struct run *run = plan->user;
	char what = run->words[number % strlen(run->words)];

	run->in_order &= number >= run->next;
	run->next = number + 1;
	assert_int_equal(answer->verdict, answer->output.out.data[0] == '!' ? VERDICT_ERROR : VERDICT_FAIL);
	count_player(run, atoi(answer->reason.data));
	if (what == 'L')
		assert_int_equal(answer->output.capture.length, LARGE_BYTES);
	buf_puts(&run->seen, answer->output.out.data);
}

static void slower(const struct jobs_plan *plan, const struct attempt *answer, int before)
{
	struct run *run = plan->user;

	assert_int_equal(answer->latest.ns, vtime_ms(1000).ns);
	buf_printf(&run->reasons, "%d to %d\n", before, plan->backoff->allowed);
}

static int run_jobs(struct run *run, int workers, size_t batch, int timeout_s)
{
	const struct jobs_plan plan = {
		.count = strlen(run->words) * run->repeat,
		.workers = workers,
		.batch = batch,
		.timeout_s = timeout_s,
		.memory_mb = MEMORY_MB,
		.stop_signal = SIGKILL,
		.play = play,
		.lose = lose,
		.done = done,
		.slower = slower,
		.backoff = run->backoff,
		.user = run,
	};

	run->seen = run->reasons = (struct buf)BUF_INIT;
	run->in_order = true;
	int signal_number = jobs_run(&plan);
	assert_true(run->in_order);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return signal_number;
}

static void free_run(struct run *run)
{
	buf_free(&run->seen);
	buf_free(&run->reasons);
}

static void answers_come_in_order(void **state)
{
	static const struct {
		const char *words, *seen, *reasons;
	} rows[] = {
		{ "", "", "" },
		{ "a", "a", "" },
		{ "labclde", "labcld!", "the process that played it ended with status 7 and no verdict\n" },
		{ "akbkkc", "a!b!!c", "the process that played it was ended by SIGKILL (Killed)\n" },
		{ "aLbLLLc", "aLbLLLc", "" },
	};
	static const struct {
		int workers;
		size_t batch;
	} sizes[] = { { 1, 1 }, { 1, 16 }, { 2, 1 }, { 2, 3 }, { 8, 16 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(sizes); i++) {
		size_t row = i / ARRAY_LEN(sizes), size = i % ARRAY_LEN(sizes);
		struct run run = { .words = rows[row].words, .repeat = 1 };
		assert_int_equal(run_jobs(&run, sizes[size].workers, sizes[size].batch, 0), 0);
		assert_string_equal(run.seen.data, rows[row].seen);
		if (*rows[row].reasons)
			assert_memory_equal(run.reasons.data, rows[row].reasons, strlen(rows[row].reasons));
		else
			assert_string_equal(run.reasons.data, "");
		free_run(&run);
	}
}

/* ---- which jobs are played together ---- */

struct together {
	size_t first;                                        /* in a worker, as begin() was told */
	struct buf seen;
};

static void note_begin(const struct jobs_plan *plan, size_t first, size_t end)
{
	struct together *t = plan->user;

	t->first = end > first ? first : SIZE_MAX;
}

static void play_place(const struct jobs_plan *plan, size_t number, struct attempt *out)
{
	const struct together *t = plan->user;

	buf_add_byte(&out->output.out, (char)('a' + number - t->first));
}

static void note_place(const struct jobs_plan *plan, size_t number, const struct attempt *answer)
{
	struct together *t = plan->user;

	(void)number;
	buf_puts(&t->seen, answer->output.out.data);
}

static void fixed_batches(void **state)
{
	(void)state;
	for (int workers = 1; workers <= 3; workers++) {
		struct together t = { .seen = BUF_INIT };
		const struct jobs_plan plan = {
			.count = 10, .workers = workers, .batch = 4, .fixed_batches = true, .stop_signal = SIGKILL,
			.begin = note_begin, .play = play_place, .lose = lose, .done = note_place, .user = &t,
		};
		assert_int_equal(jobs_run(&plan), 0);
		assert_string_equal(t.seen.data, "abcdabcdab");
		buf_free(&t.seen);
	}
}

/* More jobs than the window holds, the first of which is late. */
static void many_jobs(void **state)
{
	struct run run = { .words = "labcdfgmn", .repeat = 20 };

	(void)state;
	run_jobs(&run, 3, 4, 0);
	assert_int_equal(run.seen.length, 180);
	free_run(&run);
	run = (struct run){ .words = "ab", .repeat = 5000 };
	run_jobs(&run, 3, 16, 0);
	assert_int_equal(run.seen.length, 10000);
	free_run(&run);
}

/* Of jobs that take long, two thousand end while the first one waits for the last. */
static void a_long_one_keeps_nobody_waiting(void **state)
{
	char words[2001] = { [0] = 'w' };
	struct run run = { .words = words, .repeat = 1 };

	(void)state;
	memset(words + 1, 'a', sizeof(words) - 3);
	words[sizeof(words) - 2] = 'o';
	assert_int_equal(pipe(gate), 0);
	assert_int_equal(run_jobs(&run, 2, 1, 20), 0);
	assert_int_equal(run.seen.length, sizeof(words) - 1);
	assert_int_equal(run.seen.data[0], 'w');
	close(gate[0]);
	close(gate[1]);
	free_run(&run);
}

static void one_that_hangs_is_lost(void **state)
{
	struct run run = { .words = "ahbc", .repeat = 1 };

	(void)state;
	assert_int_equal(run_jobs(&run, 1, 16, 1), 0);
	assert_string_equal(run.seen.data, "a!bc");
	assert_string_equal(run.reasons.data, "no verdict within 1 s\n");
	free_run(&run);
}

static void one_that_eats_memory_is_lost(void **state)
{
	struct run run = { .words = "ambkc", .repeat = 1 };

	(void)state;
	if (!memory_limit_works())
		skip();
	assert_int_equal(run_jobs(&run, 1, 16, 0), 0);
	assert_string_equal(run.seen.data, "a!b!c");
	assert_string_equal(run.reasons.data,
	                    "the process that played it ran out of memory, of which it may have 100 MiB\n"
	                    "the process that played it was ended by SIGKILL (Killed)\n");
	free_run(&run);
}

/* An abort() for another reason is reported as such. */
static void an_abort_is_no_lack_of_memory(void **state)
{
	struct run run = { .words = "aAb", .repeat = 1 };

	(void)state;
	assert_int_equal(run_jobs(&run, 1, 16, 0), 0);
	assert_string_equal(run.seen.data, "a!b");
	assert_string_equal(run.reasons.data, "the process that played it was ended by SIGABRT (Aborted)\n");
	free_run(&run);
}

static void an_interrupt_keeps_what_is_finished(void **state)
{
	struct run run = { .words = "abpcd", .repeat = 1 };

	(void)state;
	assert_int_equal(run_jobs(&run, 1, 1, 0), SIGTERM);
	assert_string_equal(run.seen.data, "ab");
	free_run(&run);
	/* The first one hangs; those after it count all the same. */
	run = (struct run){ .words = "habclllp", .repeat = 1 };
	assert_int_equal(run_jobs(&run, 2, 1, 0), SIGTERM);
	assert_string_equal(run.seen.data, "abclll");
	free_run(&run);
}

/* A worker whose job was interrupted has no answer; that the parent was not interrupted is no reason to wait for
 * one. */
static void an_interrupted_job_is_lost(void **state)
{
	struct run run = { .words = "aib", .repeat = 1 };

	(void)state;
	assert_int_equal(run_jobs(&run, 2, 1, 0), 0);
	assert_string_equal(run.seen.data, "a!b");
	free_run(&run);
}

static void late_answers_make_it_slower(void **state)
{
	static const struct {
		const char *words, *reasons;
		int first, most, players;
	} rows[] = {
		{ "lllll", "", 4, 8, 5 },                    /* the 5th may be a fifth one's */
		{ "ll", "", 1, 8, 2 },
		{ "taaa", "4 to 2\n", 4, 8, 4 },
		{ "ttttttttt", "2 to 1\n", 2, 2, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct backoff backoff = { .allowed = rows[i].first, .most = rows[i].most };
		struct run run = { .words = rows[i].words, .repeat = 1, .backoff = &backoff };
		assert_int_equal(run_jobs(&run, rows[i].most, 1, 0), 0);
		assert_string_equal(run.seen.data, rows[i].words);
		assert_string_equal(run.reasons.data, rows[i].reasons);
		assert_in_range(run.players, 1, rows[i].players);
		free_run(&run);
	}
}

/* With more workers than descriptors, the system refuses new workers, and to poll so many of them. */
static void few_descriptors_are_no_dead_end(void **state)
{
	enum { FEW = 40 };
	struct rlimit before;
	struct run run = { .words = "labcdfgn", .repeat = 20 };

	(void)state;
	getrlimit(RLIMIT_NOFILE, &before);
	assert_int_equal(jobs_workers_possible(4), 4);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ FEW, before.rlim_max });
	assert_in_range(jobs_workers_possible(64), 1, 24);
	alarm(60);                                           /* once it was deaf to everything but SIGKILL */
	assert_int_equal(run_jobs(&run, 64, 1, 0), 0);
	assert_int_equal(run.seen.length, 160);
	assert_string_equal(run.reasons.data, "");
	free_run(&run);
	run = (struct run){ .words = "abhhhhhp", .repeat = 1 };
	assert_int_equal(run_jobs(&run, 64, 1, 0), SIGTERM);
	free_run(&run);
	alarm(0);
	setrlimit(RLIMIT_NOFILE, &before);
}

/* Wait until @parent has @count children, and a little longer for what they do first. */
static void await_children(pid_t parent, int count)
{
	char path[64], line[256];
	int seen = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent, parent);
	for (int patience = 1000; seen < count && patience; patience--) {
		usleep(10000);
		FILE *file = fopen(path, "r");
		seen = 0;
		if (file && fgets(line, sizeof(line), file))
			for (const char *c = line; *c; c++)
				seen += *c == ' ';
		if (file)
			fclose(file);
		else
			break;                                   /* a kernel without these lists */
	}
	usleep(100000);
}

static void nobody_outlives_a_killed_parent(void **state)
{
	enum { WORKERS = 3 };
	struct run run = { .words = "hhh", .repeat = 1 };
	int status, ended = 0;

	(void)state;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t parent = fork();
	if (parent == 0) {
		run_jobs(&run, WORKERS, 1, 0);
		_exit(0);
	}
	await_children(parent, WORKERS);
	kill(parent, SIGKILL);
	alarm(20);                                           /* a worker that lives on would keep us waiting */
	while (waitpid(-1, &status, 0) > 0)
		ended += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	alarm(0);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	assert_int_equal(ended, WORKERS + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_in_order),
		cmocka_unit_test(fixed_batches),
		cmocka_unit_test(many_jobs),
		cmocka_unit_test(a_long_one_keeps_nobody_waiting),
		cmocka_unit_test(one_that_hangs_is_lost),
		cmocka_unit_test(one_that_eats_memory_is_lost),
		cmocka_unit_test(an_abort_is_no_lack_of_memory),
		cmocka_unit_test(an_interrupt_keeps_what_is_finished),
		cmocka_unit_test(an_interrupted_job_is_lost),
		cmocka_unit_test(late_answers_make_it_slower),
		cmocka_unit_test(few_descriptors_are_no_dead_end),
		cmocka_unit_test(nobody_outlives_a_killed_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
