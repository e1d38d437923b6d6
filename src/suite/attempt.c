/* SPDX-License-Identifier: MIT
 *
 * attempt.c - the guard: it forks the child that plays, waits for it, cleans up after it, and plays again if needed
 *
 * A script against a real kernel runs foreign programs, changes settings and may block for ever. So the process that
 * plays it (player.c) is expendable, and the one that started it, the guard, does as little as possible: it collects
 * what the child sends through a pipe and enforces its time limit. However the child ends, there is an answer, none of
 * its processes is left, and the clean-up command of the script has run.
 *
 * How an attempt ends:
 *  - by itself: the answer is whole, and what is left of the child's process group is killed;
 *  - by a signal to us, or by the time limit: the group is asked with SIGTERM, the child runs its clean-up and
 *    answers; after GRACE_S it is killed;
 *  - by a crash: there is no whole answer. We run the clean-up command in its place (cleanup.c) and answer with an
 *    ERROR.
 * While it waits the guard is a subreaper, so that daemons whose parents have ended become its children and are
 * found (util/strays.h).
 *
 * The signals that we handle are blocked except while we wait in ppoll(), so none is lost between a look and a wait.
 * Signals that our caller ignores stay ignored.
 *
 * Repeating: see doubt.h. Each attempt is told whether it is the last, because reports are rendered in the child, and
 * only the last one may say that it gives up.
 */
#include "suite/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "suite/cleanup.h"
#include "suite/doubt.h"
#include "suite/expectation.h"
#include "suite/player.h"
#include "util/child_end.h"
#include "util/monotonic.h"
#include "util/strays.h"

enum { GRACE_S = 10, AGAIN_MS = 10, READ_BYTES = 16384 };

static volatile sig_atomic_t caught_signal;

static const int handled_signals[] = { SIGINT, SIGTERM, SIGHUP };

static void on_parent_signal(int number)
{
	caught_signal = number;
}

/* ---- waiting for a child ---- */

enum ending { RUNNING, ASKED_TO_END, KILLED };

struct watch {
	pid_t child;
	int pipe, pidfd;
	struct buf received;
	enum ending ending;
	vtime_t deadline;                                    /* of the present stage, CLOCK_MONOTONIC */
	bool timed_out;
	sigset_t unblocked;                                  /* the signal mask while waiting */
};

/* Ask the child and the commands that it runs to end; when their time is over, kill them. */
static void press(struct watch *w)
{
	kill(-w->child, w->ending == RUNNING ? SIGTERM : SIGKILL);
	w->deadline = w->ending == RUNNING ? vtime_add(monotonic_now(), vtime_s(GRACE_S)) : VTIME_NEVER;
	w->ending = w->ending == RUNNING ? ASKED_TO_END : KILLED;
}

static void press_if_due(struct watch *w)
{
	if (caught_signal && w->ending == RUNNING) {
		press(w);
	} else if (!vtime_before(monotonic_now(), w->deadline)) {
		w->timed_out |= w->ending == RUNNING;
		press(w);
	}
}

/* False at the end of the pipe. */
static bool receive(struct watch *w)
{
	ssize_t n = read(w->pipe, buf_room(&w->received, READ_BYTES), READ_BYTES);

	if (n > 0)
		buf_filled(&w->received, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

/* Collect what the child sends until it has ended. A process that a command left behind may hold the pipe open, so the
 * end of the child is checked separately. */
static void watch_child(struct watch *w)
{
	struct pollfd fds[] = { { .fd = w->pipe, .events = POLLIN }, { .fd = w->pidfd, .events = POLLIN } };
	bool open = true;

	while (open) {
		vtime_t left = vtime_is_never(w->deadline) ? VTIME_NEVER : vtime_sub(w->deadline, monotonic_now());
		left = child_end_wait(w->pidfd, left);
		struct timespec timeout = { left.ns / 1000000000, left.ns % 1000000000 };
		if (left.ns < 0)
			timeout = (struct timespec){ 0 };
		int ready = ppoll(fds, ARRAY_LEN(fds), vtime_is_never(left) ? NULL : &timeout, &w->unblocked);
		if (ready > 0 && fds[0].revents)
			open = receive(w);
		else if (w->pidfd < 0 ? ready == 0 && child_has_ended(w->child) : ready > 0 && fds[1].revents)
			open = false;
		else if (ready < 0 && errno != EINTR)
			nanosleep(&(struct timespec){ .tv_nsec = AGAIN_MS * 1000000L }, NULL);
		press_if_due(w);
	}
}

/* Reap the child; returns its wait status. Its process group is ended while its number is still taken. */
static int reap(const struct watch *w, bool keep_background)
{
	siginfo_t info;
	int status = 0;

	while (waitid(P_PID, (id_t)w->child, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	if (!keep_background || info.si_code != CLD_EXITED)
		kill(-w->child, SIGKILL);
	while (waitpid(w->child, &status, 0) < 0 && errno == EINTR)
		;
	if (!keep_background || !WIFEXITED(status))
		strays_end(0);
	return status;
}

/* ---- one attempt ---- */

/* An answer made by the parent, in the words of @reason. */
static void error_attempt(const struct attempt_plan *plan, const char *reason, struct attempt *out)
{
	struct record *record = record_new(plan->script, plan->target_name, false);

	record->verdict = VERDICT_ERROR;
	record->verdict_reason = arena_strdup(record->arena, reason);
	record->attempts = out->number;
	record->id = plan->id;
	expectation_settle(record, plan->expectation, plan->today);
	out->verdict = record->verdict;
	out->expected = record->expected;
	buf_clear(&out->reason);
	buf_puts(&out->reason, record->verdict_reason);
	plan->render(record, plan->user, &out->output);
	record_free(record);
}

static void describe_end(const struct attempt_plan *plan, const struct watch *w, int status, struct buf *reason)
{
	if (w->timed_out)
		buf_printf(reason, "no verdict within %d s", plan->timeout_s);
	else
		player_describe_end(status, plan->memory_mb, reason);
}

static void conclude(const struct attempt_plan *plan, struct watch *w, struct attempt *out)
{
	int status = reap(w, plan->keep_background);
	bool complete = attempt_unpack(&w->received, out);

	if (!complete && !plan->virtual_time)
		cleanup_after(plan->script, w->child, plan->directory, plan->own_namespace);
	if (!plan->virtual_time)
		cleanup_remove_restorer(w->child);
	if (!complete || w->timed_out) {
		struct buf reason = BUF_INIT;
		attempt_output_clear(&out->output);
		describe_end(plan, w, status, &reason);
		error_attempt(plan, reason.data, out);
		buf_free(&reason);
	}
}

/* Called with the handled signals blocked. @player has the number of the attempt, and the signal mask for playing and
 * waiting. */
static void attempt_once(const struct attempt_plan *plan, struct player *player, struct attempt *out)
{
	struct watch w = { .received = BUF_INIT, .deadline = VTIME_NEVER, .unblocked = *player->unblocked };
	int ends[2];

	player->parent = getpid();
	if (pipe2(ends, O_CLOEXEC) < 0) {
		error_attempt(plan, strerror(errno), out);
		return;
	}
	w.child = fork();
	if (w.child == 0) {
		close(ends[0]);
		player->pipe = ends[1];
		player_run(plan, player);
	}
	close(ends[1]);
	w.pipe = ends[0];
	if (w.child > 0) {
		setpgid(w.child, w.child);
		w.pidfd = child_end_open(w.child);
		if (plan->timeout_s > 0)
			w.deadline = vtime_add(monotonic_now(), vtime_s(plan->timeout_s));
		watch_child(&w);
		conclude(plan, &w, out);
		if (w.pidfd >= 0)
			close(w.pidfd);
	} else {
		error_attempt(plan, strerror(errno), out);
	}
	close(w.pipe);
	buf_free(&w.received);
}

/* ---- repeating ---- */

/* A signal that came together with the end of the child has not been seen by ppoll(). */
static void take_pending_signals(const sigset_t *unblocked)
{
	sigset_t before;

	sigprocmask(SIG_SETMASK, unblocked, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void settle(const struct attempt_plan *plan, const sigset_t *unblocked, struct attempt *out)
{
	vtime_t latest = VTIME_ZERO;
	bool disturbed = false, again = true;
	int near_misses = 0;

	for (int left = plan->retries, number = 1; again; left--, number++) {
		struct player player = {
			.number = number, .last = left == 0, .near_misses = near_misses, .unblocked = unblocked
		};

		attempt_free(out);
		out->number = number;
		attempt_once(plan, &player, out);
		latest = vtime_max(latest, vtime_max(out->worst_lateness, out->disturbance.worst_wake));
		disturbed |= out->verdict == VERDICT_INCONCLUSIVE;
		take_pending_signals(unblocked);
		out->signal = caught_signal;
		near_misses = number == 1 || near_misses == out->near_miss ? out->near_miss : 0;
		again = !out->signal && doubt_repeats(out->verdict, doubt_of_attempt(out), left);
	}
	out->latest = latest;
	out->disturbed = disturbed;
}

void attempt_settle(const struct attempt_plan *plan, struct attempt *out)
{
	struct sigaction before[ARRAY_LEN(handled_signals)], handler = { .sa_handler = on_parent_signal };
	sigset_t handled, old_mask, unblocked;

	sigemptyset(&handled);
	for (size_t i = 0; i < ARRAY_LEN(handled_signals); i++)
		sigaddset(&handled, handled_signals[i]);
	sigprocmask(SIG_BLOCK, &handled, &old_mask);
	unblocked = old_mask;
	caught_signal = 0;
	bool adopts = strays_adopt();
	for (size_t i = 0; i < ARRAY_LEN(handled_signals); i++) {
		sigaction(handled_signals[i], NULL, &before[i]);
		if (before[i].sa_handler == SIG_IGN)
			continue;
		sigdelset(&unblocked, handled_signals[i]);
		sigaction(handled_signals[i], &handler, NULL);
	}
	settle(plan, &unblocked, out);
	for (size_t i = 0; i < ARRAY_LEN(handled_signals); i++)
		sigaction(handled_signals[i], &before[i], NULL);
	if (adopts)
		strays_adopt_no_more();
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
}
