/* SPDX-License-Identifier: MIT
 *
 * mould.c - a process that has loaded a shared object once, and of which each case gets a copy
 *
 * Its standard input is a socket of messages: who asks sends an order with two descriptors, and the answer is the
 * number of the process that is the copy. Whatever goes wrong is no answer.
 */
#include "target/process/mould.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/process/outfit.h"
#include "util/checked.h"

enum { PATIENCE_MS = 500, STACK_BYTES = 8 << 20, ENDS = 2, MAP_LINE = 512 };

/* The dynamic linker looks for it in the environment, and then binds all functions of a program when it starts. */
#define BOUND "LD_BIND_NOW"

struct cast {
	pid_t parent;
	int processor;
};

union ends {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(ENDS * sizeof(int))];
};

/* ---- who asks ---- */

static void end_mould(struct mould *m)
{
	if (!m->pid)
		return;
	kill(m->pid, SIGKILL);
	while (waitpid(m->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(m->socket);
	m->pid = 0;
}

void mould_free(struct mould *m)
{
	end_mould(m);
	free(m->command);
	*m = (struct mould){ 0 };
}

/* Nobody reads what it writes to standard error: it ends by SIGPIPE, and the object is then loaded where that is
 * heard. */
static bool start(struct mould *m, const struct mould_order *order)
{
	const struct timeval patience = { .tv_usec = PATIENCE_MS * 1000 };
	const pid_t parent = getpid();
	int sockets[2], errors[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return false;
	if (pipe2(errors, O_CLOEXEC) < 0) {
		close(sockets[0]);
		close(sockets[1]);
		return false;
	}
	m->pid = fork();
	if (m->pid == 0) {
		outfit_program(parent, sockets[1], errors[1]);
		setenv(BOUND, "1", 1);                   /* at once, and not in each copy */
		if (!order->home || chdir(order->home) == 0)
			execv(order->words[0], order->words);
		_exit(1);
	}
	close(sockets[1]);
	close(errors[0]);
	close(errors[1]);
	m->socket = sockets[0];
	if (m->pid > 0) {
		setsockopt(m->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		return true;
	}
	close(m->socket);
	m->pid = 0;
	return false;
}

static bool send_order(int to, const struct cast *cast, const int ends[ENDS])
{
	union ends room = { .bytes = { 0 } };
	struct iovec part = { .iov_base = &(struct cast){ cast->parent, cast->processor },
	                      .iov_len = sizeof(*cast) };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes,
	                    .msg_controllen = sizeof(room.bytes) };

	room.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(ENDS * sizeof(int)), .cmsg_level = SOL_SOCKET,
	                              .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&room.head), ends, ENDS * sizeof(int));
	return sendmsg(to, &m, MSG_NOSIGNAL) == sizeof(*cast);
}

/* The number of the copy; 0: none has come in time. */
static pid_t answer(int from)
{
	pid_t pid = 0;
	ssize_t n;

	do
		n = recv(from, &pid, sizeof(pid), 0);
	while (n < 0 && errno == EINTR);
	return n == sizeof(pid) && pid > 0 ? pid : 0;
}

pid_t mould_cast(struct mould *m, const struct mould_order *order, int socket, int errors, int processor)
{
	const struct cast cast = { getpid(), processor };
	pid_t pid = 0;

	if (!m->command || strcmp(m->command, order->command) != 0) {
		mould_free(m);
		m->command = checked_memory(strdup(order->command));
	}
	if (m->asked++ == 0 || m->cannot)
		return 0;
	if (m->pid || start(m, order))
		pid = send_order(m->socket, &cast, (int[]){ socket, errors }) ? answer(m->socket) : 0;
	if (!pid) {
		m->cannot = true;
		end_mould(m);
	}
	return pid;
}

/* ---- the mould ---- */

/* Is there memory that a copy would share? */
static bool shares_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[MAP_LINE];
	bool whole = true, shares = !maps;

	while (maps && fgets(line, sizeof(line), maps)) {
		char readable, writable, executable, kind;

		if (whole && sscanf(line, "%*x-%*x %c%c%c%c", &readable, &writable, &executable, &kind) == 4)
			shares |= kind == 's' && writable == 'w';
		whole = strchr(line, '\n') != NULL;
	}
	if (maps)
		fclose(maps);
	return shares;
}

/* The directory of threads has a link from each, beside its own two. */
static bool has_threads(void)
{
	struct stat s;

	return stat("/proc/self/task", &s) < 0 || s.st_nlink != 3;
}

static int lowest_descriptor(void)
{
	const int fd = dup(0);

	close(fd);
	return fd;
}

struct job {
	struct cast cast;
	int ends[ENDS];
	int (*serve)(const char *path);
	const char *path;
};

/* The copy. */
static int begin(void *of)
{
	const struct job *job = of;

	outfit_copy(job->cast.parent, job->ends[0], job->ends[1]);
	exit(job->serve(job->path));
}

/* The C library keeps the number of a thread where the kernel is to clear it at its end: there it learns that of the
 * copy, too, as after fork(). */
static pid_t copy(struct job *job, char *stack)
{
	int flags = CLONE_PARENT | SIGCHLD, *number = NULL;

#ifdef PR_GET_TID_ADDRESS
	if (prctl(PR_GET_TID_ADDRESS, &number) == 0 && number)
		flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
#endif
	return clone(begin, stack + STACK_BYTES, flags, job, NULL, NULL, number);
}

/* The next order. False: nobody asks any more. */
static bool receive_order(int from, struct job *job)
{
	union ends room;
	struct iovec part = { .iov_base = &job->cast, .iov_len = sizeof(job->cast) };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes,
	                    .msg_controllen = sizeof(room.bytes) };
	const ssize_t n = recvmsg(from, &m, MSG_CMSG_CLOEXEC);
	const struct cmsghdr *head = n == sizeof(job->cast) ? CMSG_FIRSTHDR(&m) : NULL;

	if (!head || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(job->ends)))
		return false;
	memcpy(job->ends, CMSG_DATA(head), sizeof(job->ends));
	return true;
}

static void move_to(int processor)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(processor, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* A copy has a stack that nothing has been on yet, below which there is no memory. */
static char *new_stack(void)
{
	char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (stack == MAP_FAILED)
		return NULL;
	mprotect(stack, (size_t)sysconf(_SC_PAGESIZE), PROT_NONE);
	return stack;
}

/* Standard input and output are those of copies; the object shall find nothing there while it is loaded. */
static int put_aside(void)
{
	const int socket = fcntl(0, F_DUPFD_CLOEXEC, 3), nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0)
		return -1;
	close(nothing);
	return socket;
}

int mould_be(bool (*load)(const char *path), int (*serve)(const char *path), const char *path)
{
	struct job job = { .serve = serve, .path = path };
	const int socket = put_aside(), lowest = lowest_descriptor();
	char *stack = new_stack();
	int processor = -1;

	unsetenv(BOUND);
	outfit_end_early();
	if (socket < 0 || !stack || !load(path))
		return 1;
	if (has_threads() || shares_memory() || lowest_descriptor() != lowest)
		return 1;
	while (receive_order(socket, &job)) {
		if (job.cast.processor != processor)
			move_to(job.cast.processor);
		processor = job.cast.processor;
		const pid_t pid = copy(&job, stack);
		for (int i = 0; i < ENDS; i++)
			close(job.ends[i]);
		if (pid < 0 || send(socket, &pid, sizeof(pid), MSG_NOSIGNAL) != sizeof(pid))
			return 1;
	}
	return 0;
}
