/* SPDX-License-Identifier: MIT
 *
 * worker.c - the thread that runs the one call that may block
 *
 * A script may say of a call that it lasts until some later time, and goes on with other events meanwhile. Such a
 * call runs in a second thread; there is one, because the language allows one such call at a time.
 *
 * The script may go on when the call has returned or sleeps in the kernel, and not before, or the next event could
 * overtake the call. So the owner looks at the thread's state in the proc file system every POLL_NS; S means asleep.
 * For this the thread must never sleep for another reason while it has a call: it takes the call from a condition, but
 * answers through an atomic state and an eventfd, which need no lock. Where the state cannot be read, a call that lasts
 * for some looks counts as asleep.
 *
 * How long the thread was ready to run and did not is asked there, too (schedstat): a call that returns late for
 * that reason says nothing about the stack.
 *
 * At the end a call may still be pending. A signal that exists for that makes it return with EINTR; should it not,
 * the thread and its memory are left to the end of the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "target/kernel/internal.h"

enum {
	STACK_BYTES = 128 * 1024,
	POLL_NS = 50000,                                     /* between two looks at the thread's state */
	BLIND_LOOKS = 40,                               /* how often to look, without a state to look at, before a call
	                                                   counts as asleep */
	KICKS = 100,                                         /* tries to get a call to return at the end */
	KICK_NS = 1000000,
};

enum worker_state { WORKER_IDLE, WORKER_ASKED, WORKER_IN_CALL, WORKER_DONE };

struct worker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t asked;
	_Atomic enum worker_state state;
	bool stop;
	int done_fd;                                         /* eventfd */
	int stat_fd;                                         /* /proc/self/task/TID/stat */
	int delay_fd;                                        /* .../schedstat; -1: not opened yet, or not there */
	int64_t delay;                                       /* ns, when the call was asked for */
	struct stalls *stalls;
	_Atomic pid_t tid;
	struct sigaction on_kick;                            /* before us */
	struct call call;
	struct call_result result;
	struct capability_sets capabilities;
	uint32_t applied;                                    /* .changes of the capabilities this thread has */
};

static int kick_signal(void)
{
	return SIGRTMAX - 1;
}

/* Exists to make a system call return with EINTR. */
static void kicked(int number)
{
	(void)number;
}

static void pause_ns(long ns)
{
	const struct timespec t = { .tv_nsec = ns };

	nanosleep(&t, NULL);
}

/* While it lasts, time passes for which the script has not planned: if it ends late, that is a stall like any other. */
static void pause_noted(struct worker *w)
{
	vtime_t due = vtime_add(kernel_now(), vtime_ns(POLL_NS));

	pause_ns(POLL_NS);
	stalls_note_wake(w->stalls, due, kernel_now());
}

static bool next_call(struct worker *w)
{
	bool stop;

	pthread_mutex_lock(&w->lock);
	while (!w->stop && atomic_load(&w->state) != WORKER_ASKED)
		pthread_cond_wait(&w->asked, &w->lock);
	stop = w->stop;
	pthread_mutex_unlock(&w->lock);
	return !stop;
}

static void *work(void *argument)
{
	struct worker *w = argument;
	const uint64_t one = 1;

	punctual_thread();
	atomic_store(&w->tid, gettid());
	while (next_call(w)) {
		if (w->applied != w->capabilities.changes) {
			kernel_capabilities_apply(&w->capabilities);
			w->applied = w->capabilities.changes;
		}
		atomic_store(&w->state, WORKER_IN_CALL);
		kernel_call_run(&w->call, &w->result);
		atomic_store(&w->state, WORKER_DONE);
		if (write(w->done_fd, &one, sizeof(one)) < 0)
			break;                              /* an eventfd that is read after each call cannot be full */
	}
	return NULL;
}

/* Signals are the main thread's business: here they would end a call with EINTR. */
static int start_thread(struct worker *w)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int error;

	sigfillset(&all);
	sigdelset(&all, kick_signal());
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&w->thread, &attributes, work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return error;
}

struct worker *kernel_worker_open(struct stalls *stalls, struct buf *problem)
{
	const struct sigaction kick = { .sa_handler = kicked };
	struct worker *w = calloc(1, sizeof(*w));
	int error = ENOMEM;

	if (w) {
		pthread_mutex_init(&w->lock, NULL);
		pthread_cond_init(&w->asked, NULL);
		w->stalls = stalls;
		w->stat_fd = w->delay_fd = -1;
		w->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		sigaction(kick_signal(), &kick, &w->on_kick);
		error = w->done_fd < 0 ? errno : start_thread(w);
		if (error == 0)
			return w;
		if (w->done_fd >= 0)
			close(w->done_fd);
		sigaction(kick_signal(), &w->on_kick, NULL);
		free(w);
	}
	buf_printf(problem, "cannot start a thread: %s", strerror(error));
	return NULL;
}

/* File @name of the thread in the proc file system, which is kept open in @fd. */
static bool read_proc(const struct worker *w, const char *name, int *fd, char *text, size_t size)
{
	ssize_t got;

	if (*fd < 0) {
		snprintf(text, size, "/proc/self/task/%d/%s", (int)atomic_load(&w->tid), name);
		*fd = open(text, O_RDONLY | O_CLOEXEC);
	}
	got = pread(*fd, text, size - 1, 0);
	text[got > 0 ? got : 0] = '\0';
	return got > 0;
}

/* For how long the thread was ready to run and did not, so far, in ns: the second figure of schedstat. 0 if nobody
 * counts. */
static int64_t waited_ns(struct worker *w)
{
	char text[128];

	if (!atomic_load(&w->tid) || !read_proc(w, "schedstat", &w->delay_fd, text, sizeof(text)))
		return 0;
	return strtoll(text + strcspn(text, " "), NULL, 10);
}

/* If the state cannot be read (no proc file system, no descriptor left), a call that takes long counts as asleep. That
 * may come too early for one that is only slow, which then returns as a call that slept does. */
static bool asleep(struct worker *w, int looks)
{
	char text[128];
	const char *state;

	if (!read_proc(w, "stat", &w->stat_fd, text, sizeof(text)))
		return looks >= BLIND_LOOKS;
	state = strrchr(text, ')');                          /* the name in front of it may hold anything */
	return state && state[1] == ' ' && state[2] == 'S';
}

bool kernel_worker_take(struct worker *w, struct call_result *out)
{
	uint64_t count;

	if (atomic_load(&w->state) != WORKER_DONE)
		return false;
	/* The state changes before the event is written: wait for it, or it would belong to the next call. */
	while (read(w->done_fd, &count, sizeof(count)) < 0 && (errno == EAGAIN || errno == EINTR))
		pause_ns(POLL_NS);
	*out = w->result;
	stalls_note_wake(w->stalls, vtime_ns(w->delay), vtime_ns(waited_ns(w)));
	atomic_store(&w->state, WORKER_IDLE);
	return true;
}

void kernel_worker_call(struct worker *w, const struct call *call, const struct capability_sets *capabilities,
                        struct call_result *out)
{
	if (atomic_load(&w->state) != WORKER_IDLE) {
		*out = (struct call_result){ .value = -1, .error = EBUSY, .returned = kernel_now() };
		return;
	}
	w->delay = waited_ns(w);
	pthread_mutex_lock(&w->lock);
	w->call = *call;
	w->capabilities = *capabilities;
	atomic_store(&w->state, WORKER_ASKED);
	pthread_cond_signal(&w->asked);
	pthread_mutex_unlock(&w->lock);

	for (int looks = 0; atomic_load(&w->state) != WORKER_IN_CALL || !asleep(w, looks); looks++) {
		pause_noted(w);
		if (kernel_worker_take(w, out))
			return;
	}
	*out = (struct call_result){ .pending = true };
}

int kernel_worker_fd(const struct worker *w)
{
	return w->done_fd;
}

/* A signal that comes just before the system call does not end it, so it is repeated. */
static bool end_call(struct worker *w)
{
	for (int kicks = 0; kicks < KICKS; kicks++) {
		const enum worker_state state = atomic_load(&w->state);

		if (state == WORKER_IDLE || state == WORKER_DONE)
			return true;
		pthread_kill(w->thread, kick_signal());
		pause_ns(KICK_NS);
	}
	return false;
}

void kernel_worker_close(struct worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->asked);
	pthread_mutex_unlock(&w->lock);
	if (!end_call(w)) {
		/* It still uses @w, so both are left to the end of the process. */
		pthread_detach(w->thread);
		return;
	}
	pthread_join(w->thread, NULL);
	sigaction(kick_signal(), &w->on_kick, NULL);
	if (w->stat_fd >= 0)
		close(w->stat_fd);
	if (w->delay_fd >= 0)
		close(w->delay_fd);
	close(w->done_fd);
	pthread_cond_destroy(&w->asked);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
