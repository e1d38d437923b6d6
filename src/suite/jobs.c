/* SPDX-License-Identifier: MIT
 *
 * jobs.c - the pool of workers, and the order of their answers
 *
 * What it is for: a few processes at a time play many scripts, any of which may crash its process, hang it or exhaust
 * its memory. The answers come out in the order of the plan, each exactly once, whatever happens.
 *
 * Between the parent and a worker there is one socket. Ranges of job numbers go down; answers come up, each with its
 * length in front. The parent knows which job a worker is at by counting its answers, so nothing has to be settled when
 * a worker dies: the job that it was at is lost, and the parent answers for it; the rest of its range goes to the
 * worker that takes its place.
 *
 * The rules:
 * - The parent never waits for one worker, and never trusts one. It reads what is there, and a malformed answer ends
 *   the worker that sent it.
 * - Memory does not grow with the number of jobs. Answers that come too early wait in a window of fixed size; nothing
 *   beyond the window is handed out, and nothing at all while the answers that wait are large.
 * - Signals are blocked and fetched in one place, where the parent waits anyway; no handler runs. This works even if
 *   no descriptor is left for the signalfd, or poll() fails.
 * - If the system refuses something, that is no reason to give up, nor to retry without a pause. If no new process
 *   can be started, the workers that are there play its jobs one after the other; jobs are lost only if there is no
 *   worker at all.
 * - Workers end with their parent. They are sent a signal when it dies, and see its socket close.
 *
 * What it leaves out: what a job is, how it is repeated (attempt.c), and how many should play at a time (backoff.c).
 */
#include "suite/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "suite/memory_limit.h"
#include "suite/player.h"
#include "suite/stats.h"
#include "util/checked.h"
#include "util/monotonic.h"
#include "util/strays.h"

enum { HELD_BYTES = 256 << 20 };                             /* of waiting answers, above which nothing is handed out */
enum { ANSWER_BYTES = 65536, KEPT_BYTES = 1 << 20, WORKER_GRACE_S = 15 };
enum { WINDOW_LEAST = 512, WINDOW_OF_LONG = 8192 };
enum { HEAP_KEPT_BYTES = 16 << 20, HEAP_STEP_BYTES = 256 << 10 };
enum { SPARE_DESCRIPTORS = 16 };                     /* descriptors for reports and captures opened while workers run */
enum { PAUSE_MS = 10 };                                      /* pause before trying again what the system refused */

struct range {
	size_t first, end;                                   /* one past the last */
};

struct worker {
	pid_t pid;                                           /* 0: none */
	int socket;
	bool busy, timed_out;
	struct range todo;                                   /* busy: .first is the one that it plays */
	struct buf received;
	vtime_t deadline;                                    /* the time limit of that one, CLOCK_MONOTONIC */
	uint64_t begun;                                      /* for backoff_end() */
};

struct slot {
	bool ready;
	struct attempt answer;
};

struct pool {
	const struct jobs_plan *plan;
	struct worker *workers;
	struct pollfd *fds;                                  /* one a worker, then the signals */
	size_t handed_out, done;                             /* jobs below these numbers are */
	struct slot *window;                                 /* of job N: at N modulo size */
	size_t window_size;
	size_t held;                                         /* bytes of the answers in the window */
	sigset_t watched;                                    /* the signals that stop us */
	int signals;                                         /* signalfd, which only wakes us; -1: none */
	int signal;                                          /* that stopped us; 0: none */
	bool enough;                                         /* as the caller said */
	struct jobs_state state;                             /* except .running, which is counted */
};

static bool send_all(int socket, const void *data, size_t length)
{
	for (const char *at = data; length;) {
		ssize_t n = send(socket, at, length, MSG_NOSIGNAL);
		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* ---- the worker ---- */

static bool send_answer(int socket, const struct attempt *answer, struct buf *bytes)
{
	uint64_t length = 0;

	buf_clear(bytes);
	buf_add(bytes, &length, sizeof(length));
	attempt_pack(bytes, answer);
	length = bytes->length - sizeof(length);
	memcpy(bytes->data, &length, sizeof(length));
	bool sent = send_all(socket, bytes->data, bytes->length);
	if (bytes->room > KEPT_BYTES)
		buf_free(bytes);
	return sent;
}

/* False: this worker is to end. */
static bool play_range(const struct jobs_plan *plan, int socket, struct range todo, struct buf *bytes)
{
	bool go_on = true;

	if (plan->begin)
		plan->begin(plan, todo.first, todo.end);
	for (; go_on && todo.first < todo.end; todo.first++) {
		struct attempt answer = ATTEMPT_INIT;
		plan->play(plan, todo.first, &answer);
		go_on = !answer.signal && send_answer(socket, &answer, bytes);
		attempt_free(&answer);
	}
	return go_on;
}

/* Keep the heap from one case to the next. Otherwise it shrinks and grows with each of them, and the kernel has to hand
 * out and zero every page anew, which costs more than playing a short case. */
static void keep_heap(void)
{
	mallopt(M_TRIM_THRESHOLD, HEAP_KEPT_BYTES);
	mallopt(M_TOP_PAD, HEAP_STEP_BYTES);
}

static noreturn void work(const struct jobs_plan *plan, int socket, pid_t parent)
{
	struct buf bytes = BUF_INIT;
	struct range todo;

	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, plan->stop_signal);
	if (getppid() != parent)
		_exit(1);
	/* Commands of a script run in processes of their own, with a limit that they cannot lift. */
	memory_limit_set(plan->memory_mb, false);
	keep_heap();
	while (recv(socket, &todo, sizeof(todo), MSG_WAITALL) == (ssize_t)sizeof(todo))
		if (!play_range(plan, socket, todo, &bytes))
			break;
	buf_free(&bytes);
	stats_guard();
	_exit(0);
}

/* ---- answers, in order ---- */

static size_t size_of(const struct attempt *answer)
{
	const struct attempt_output *o = &answer->output;

	return answer->reason.length + o->out.length + o->err.length + o->capture.length + o->result.length +
	       o->lines.length;
}

static void hand_over(struct pool *pool, size_t number)
{
	struct slot *slot = &pool->window[number % pool->window_size];

	if (slot->ready && !pool->enough)
		pool->plan->done(pool->plan, number, &slot->answer);
	pool->held -= size_of(&slot->answer);
	attempt_free(&slot->answer);
	slot->ready = false;
}

/* The answer to the job that @w is at. Takes what @answer holds. */
static void take_answer(struct pool *pool, struct worker *w, struct attempt *answer)
{
	struct slot *slot = &pool->window[w->todo.first % pool->window_size];

	*slot = (struct slot){ true, *answer };
	pool->held += size_of(answer);
	pool->state.answered++;
	pool->state.verdicts[answer->verdict]++;
	w->todo.first++;
	w->busy = w->todo.first < w->todo.end;
	w->timed_out = false;
	while (!pool->enough && pool->done < pool->handed_out && pool->window[pool->done % pool->window_size].ready) {
		hand_over(pool, pool->done++);
		pool->enough = pool->plan->enough && pool->plan->enough(pool->plan);
	}
}

static void judge_pace(const struct pool *pool, const struct worker *w, const struct attempt *answer)
{
	const struct jobs_plan *plan = pool->plan;
	int before = plan->backoff ? plan->backoff->allowed : 0;

	if (before && backoff_end(plan->backoff, w->begun, backoff_is_late(answer)) && plan->slower)
		plan->slower(plan, answer, before);
}

static void lose(struct pool *pool, struct worker *w, const char *reason)
{
	struct attempt answer = ATTEMPT_INIT;

	pool->plan->lose(pool->plan, w->todo.first, reason, &answer);
	take_answer(pool, w, &answer);
}

/* ---- workers come and go ---- */

static bool spawn(struct pool *pool, struct worker *w)
{
	pid_t parent = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return false;
	w->pid = fork();
	if (w->pid == 0) {
		/* A worker sees that we are gone when nobody holds our end of its socket. */
		for (int i = 0; i < pool->plan->workers; i++)
			if (pool->workers[i].pid > 0)
				close(pool->workers[i].socket);
		close(ends[0]);
		work(pool->plan, ends[1], parent);
	}
	close(ends[1]);
	if (w->pid < 0) {
		w->pid = 0;
		close(ends[0]);
		return false;
	}
	w->socket = ends[0];
	return true;
}

/* @w has ended, or is to end now; returns its wait status. */
static int bury(struct worker *w)
{
	int status = 0;

	kill(w->pid, SIGKILL);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(w->socket);
	buf_free(&w->received);
	w->pid = 0;
	return status;
}

/* The job that it was at is lost, but a new worker goes on with those that were to follow. */
static void replace(struct pool *pool, struct worker *w)
{
	struct buf reason = BUF_INIT;
	bool timed_out = w->timed_out, busy = w->busy;
	int status = bury(w);

	if (timed_out)
		buf_printf(&reason, "no verdict within %d s", pool->plan->timeout_s);
	else
		player_describe_end(status, pool->plan->memory_mb, &reason);
	if (busy)
		lose(pool, w, reason.data);
	w->busy = false;
	buf_free(&reason);
}

static void start_clock(const struct pool *pool, struct worker *w)
{
	w->deadline = pool->plan->timeout_s > 0 ? vtime_add(monotonic_now(), vtime_s(pool->plan->timeout_s)) :
	                                          VTIME_NEVER;
}

/* Pieces get smaller towards the end, so that all workers finish at about the same time, unless it matters which jobs
 * are played together. */
static struct range next_range(struct pool *pool)
{
	const struct jobs_plan *plan = pool->plan;
	size_t limit = pool->done + pool->window_size;
	size_t size = (plan->count - pool->handed_out) / (2 * (size_t)plan->workers);
	struct range range = { pool->handed_out, pool->handed_out };

	limit = limit < plan->count ? limit : plan->count;
	limit = pool->held < HELD_BYTES ? limit : pool->handed_out;
	size = size < plan->batch && !plan->fixed_batches ? size : plan->batch;
	range.end += size ? size : 1;
	if (range.end > limit)
		range.end = plan->fixed_batches && limit < plan->count ? range.first : limit;
	pool->handed_out = range.end;
	return range;
}

static void pause_briefly(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE_MS * 1000000L }, NULL);
}

static bool hand_out(const struct pool *pool, struct worker *w)
{
	w->busy = send_all(w->socket, &w->todo, sizeof(w->todo));
	if (w->busy && pool->plan->backoff)
		w->begun = backoff_begin(pool->plan->backoff);
	if (w->busy)
		start_clock(pool, w);
	else
		bury(w);
	return w->busy;
}

static int count_busy(const struct pool *pool)
{
	int busy = 0;

	for (int i = 0; i < pool->plan->workers; i++)
		busy += pool->workers[i].busy;
	return busy;
}

/* @w has jobs but no process, and none can be started: another worker plays them, now or when it is free. They are lost
 * only if there is no worker. */
static void pass_on(struct pool *pool, struct worker *w)
{
	struct buf reason = BUF_INIT;

	buf_printf(&reason, "no process to play it: %s", strerror(errno));
	for (int i = 0; i < pool->plan->workers && w->todo.first < w->todo.end; i++) {
		struct worker *other = &pool->workers[i];
		if (!other->pid || other->busy || other->todo.first < other->todo.end)
			continue;
		other->todo = w->todo;
		w->todo = (struct range){ 0, 0 };
		hand_out(pool, other);
	}
	while (!count_busy(pool) && w->todo.first < w->todo.end)
		lose(pool, w, reason.data);
	w->busy = false;
	buf_free(&reason);
}

/* Give an idle worker something to do. If it has died while idle, no job is lost. */
static void feed(struct pool *pool, struct worker *w)
{
	if (w->todo.first == w->todo.end)
		w->todo = next_range(pool);
	if (w->todo.first == w->todo.end || (w->pid && hand_out(pool, w)))
		return;
	if (!spawn(pool, w) || !hand_out(pool, w))
		pass_on(pool, w);
}

/* False: no worker has anything to do. */
static bool feed_all(struct pool *pool)
{
	int allowed = pool->plan->backoff ? pool->plan->backoff->allowed : pool->plan->workers, busy = count_busy(pool);

	for (int i = 0; i < pool->plan->workers && busy < allowed; i++) {
		if (pool->workers[i].busy)
			continue;
		feed(pool, &pool->workers[i]);
		busy += pool->workers[i].busy;
	}
	return busy;
}

/* ---- waiting ---- */

/* Take all complete answers that were received; false if one is malformed. */
static bool take_answers(struct pool *pool, struct worker *w)
{
	size_t at = 0;
	uint64_t length;

	while (w->received.length - at >= sizeof(length)) {
		struct attempt answer = ATTEMPT_INIT;
		memcpy(&length, w->received.data + at, sizeof(length));
		if (w->received.length - at - sizeof(length) < length)
			break;
		const struct buf bytes = { .data = w->received.data + at + sizeof(length), .length = length };
		if (!w->busy || !attempt_unpack(&bytes, &answer))
			return false;
		at += sizeof(length) + length;
		judge_pace(pool, w, &answer);
		take_answer(pool, w, &answer);
		start_clock(pool, w);
	}
	w->received.length -= at;
	memmove(w->received.data, w->received.data + at, w->received.length);
	if (!w->received.length && w->received.room > KEPT_BYTES)
		buf_free(&w->received);
	return true;
}

/* False at the end of @w. */
static bool receive(struct worker *w)
{
	ssize_t n = recv(w->socket, buf_room(&w->received, ANSWER_BYTES), ANSWER_BYTES, MSG_DONTWAIT);

	if (n > 0)
		buf_filled(&w->received, (size_t)n);
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* Deal with what has happened to @w. */
static void attend(struct pool *pool, struct worker *w, bool readable)
{
	if (readable && !(receive(w) && take_answers(pool, w))) {
		replace(pool, w);
	} else if (w->busy && !vtime_before(monotonic_now(), w->deadline)) {
		w->timed_out = true;
		replace(pool, w);
	}
}

/* The signals are blocked, so they wait for us whether there is a signalfd or not. */
static void take_signal(struct pool *pool)
{
	int number;

	do {
		number = sigtimedwait(&pool->watched, NULL, &(struct timespec){ 0 });
		if (number > 0 && !pool->signal)
			pool->signal = number;
	} while (number > 0 || errno == EINTR);
}

static void wait_for_something(struct pool *pool)
{
	int count = pool->plan->workers;
	bool wakes = pool->plan->tick || pool->signals < 0;
	vtime_t soonest = wakes ? vtime_add(monotonic_now(), vtime_ms(JOBS_TICK_MS)) : VTIME_NEVER;

	for (int i = 0; i < count; i++) {
		const struct worker *w = &pool->workers[i];
		pool->fds[i] = (struct pollfd){ .fd = w->pid ? w->socket : -1, .events = POLLIN };
		if (w->busy && vtime_before(w->deadline, soonest))
			soonest = w->deadline;
	}
	pool->fds[count] = (struct pollfd){ .fd = pool->signals, .events = POLLIN };
	vtime_t left = vtime_max(vtime_sub(soonest, monotonic_now()), vtime_ns(0));
	struct timespec timeout = { left.ns / 1000000000, left.ns % 1000000000 };
	bool polled = ppoll(pool->fds, (nfds_t)count + 1, vtime_is_never(soonest) ? NULL : &timeout, NULL) >= 0;
	if (!polled && errno != EINTR)
		pause_briefly();

	/* If the system could not tell, look everywhere: nothing here waits. */
	take_signal(pool);
	for (int i = 0; i < count && !pool->signal; i++)
		if (pool->workers[i].pid)
			attend(pool, &pool->workers[i], !polled || pool->fds[i].revents);
}

/* ---- the end ---- */

/* Wait until @w has closed its socket, and at most until @deadline; what it still sends is of no interest. */
static void see_off(struct worker *w, vtime_t deadline)
{
	for (bool open = true; open;) {
		struct pollfd fd = { .fd = w->socket, .events = POLLIN };
		vtime_t left = vtime_sub(deadline, monotonic_now());
		int ready = left.ns > 0 ? poll(&fd, 1, (int)(left.ns / 1000000) + 1) : 0;
		if (ready < 0 && errno != EINTR)
			pause_briefly();
		open = ready != 0 && receive(w);
		buf_clear(&w->received);
	}
	bury(w);
}

static void end_workers(struct pool *pool)
{
	vtime_t deadline = vtime_add(monotonic_now(), vtime_s(WORKER_GRACE_S));

	for (int i = 0; i < pool->plan->workers; i++) {
		struct worker *w = &pool->workers[i];
		if (w->pid && (pool->signal || pool->enough))
			kill(w->pid, pool->plan->stop_signal);
		if (w->pid)
			shutdown(w->socket, SHUT_WR);
	}
	for (int i = 0; i < pool->plan->workers; i++)
		if (pool->workers[i].pid)
			see_off(&pool->workers[i], deadline);
}

/* Signals that the caller ignores stay ignored. */
static void watch_signals(struct pool *pool, sigset_t *before)
{
	static const int stopping[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action;
	sigset_t blocked;

	sigemptyset(&pool->watched);
	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_LEN(stopping); i++) {
		sigaddset(&blocked, stopping[i]);
		if (sigaction(stopping[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&pool->watched, stopping[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, before);
	pool->signals = signalfd(-1, &pool->watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void tell_state(struct pool *pool)
{
	if (!pool->plan->tick)
		return;
	pool->state.running = count_busy(pool);
	pool->plan->tick(pool->plan, &pool->state);
}

int jobs_workers_possible(int wanted)
{
	rlim_t needed = (rlim_t)wanted + SPARE_DESCRIPTORS, unused = 0;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return wanted;
	for (rlim_t fd = 0; fd < limit.rlim_cur && unused < needed; fd++)
		unused += fcntl((int)fd, F_GETFD) < 0;
	if (unused >= needed)
		return wanted;
	return unused > SPARE_DESCRIPTORS ? (int)(unused - SPARE_DESCRIPTORS) : 1;
}

int jobs_run(const struct jobs_plan *plan)
{
	/* A job that sleeps for a minute must not keep all others waiting that end meanwhile. */
	const size_t least = plan->batch > 1 ? WINDOW_LEAST : WINDOW_OF_LONG;
	const size_t window = least + 2 * plan->batch * (size_t)plan->workers;
	struct pool pool = { .plan = plan, .window_size = plan->count && plan->count < window ? plan->count : window };
	sigset_t before;

	pool.workers = checked_memory(calloc((size_t)plan->workers, sizeof(*pool.workers)));
	pool.fds = checked_memory(calloc((size_t)plan->workers + 1, sizeof(*pool.fds)));
	pool.window = checked_memory(calloc(pool.window_size, sizeof(*pool.window)));
	for (int i = 0; i < plan->workers; i++)
		pool.workers[i].received = (struct buf)BUF_INIT;
	for (size_t i = 0; i < pool.window_size; i++)
		pool.window[i].answer = (struct attempt)ATTEMPT_INIT;
	watch_signals(&pool, &before);
	bool adopts = strays_adopt();
	while (pool.done < plan->count && !pool.signal && !pool.enough) {
		if (feed_all(&pool))
			wait_for_something(&pool);
		tell_state(&pool);
	}
	end_workers(&pool);
	strays_end(0);
	if (adopts)
		strays_adopt_no_more();
	if (pool.signal)
		take_signal(&pool);                          /* an impatient user sends it twice */
	for (; pool.done < pool.handed_out; pool.done++)
		hand_over(&pool, pool.done);
	if (pool.signals >= 0)
		close(pool.signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(pool.window);
	free(pool.fds);
	free(pool.workers);
	return pool.signal;
}
