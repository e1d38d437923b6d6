/* SPDX-License-Identifier: MIT
 *
 * copy.c - a kernel that has booted, and becomes as many as are wanted
 *
 * All kernels of one program, seed and size of memory are the same until pid 1 reads its task. So one boots, stops
 * there (copy_if_ordered), and waits for orders; for each of them it divides, and the copy goes on where it stopped. It
 * cannot tell that it is one: its memory is the same byte for byte.
 *
 * fork() alone does not do that. The memory of a guest is a file that is shared with its processes, so a copy needs a
 * file of its own: a memfd with the same contents, which takes the place of the old one in all mappings and as
 * descriptor. While that goes on nobody may run on that memory, so it is done on a stack of ours. What fork() leaves
 * shared or behind besides, and belongs to one kernel alone: descriptors for the answer, the console and the task,
 * which come with the order, an epoll that has nothing in it yet, a timer, and the process of pid 1 (process.c).
 * A kernel whose processes are of a kind that process.c does not know ends when it is asked to stop there, and another
 * one stops before it has any (LINUX_COPY_AT_ROOT): then each copy has the start of pid 1 still before it.
 *
 * The greater part of the memory that a kernel has touched by then is the table of its pages (mem_map), which no
 * process ever sees and most of which is not touched again. A copy has that part from the original's file, and for
 * itself what it changes (MAP_PRIVATE): that saves 6 ms.
 *
 * The copy is a child of who ordered it (CLONE_PARENT), and not ours: whoever plays waits for it, and ends it.
 */
#include "target/linux/preload/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "target/linux/preload/places.h"

enum { MOST_MAPPINGS = 4096, STACK_BYTES = 1 << 16, LOWEST_FILE = 3, PAGE = 4096 };

/* In no 64-bit kernel is the descriptor of a page smaller. */
enum { LEAST_PAGE_ENTRY = 56 };

static struct {
	ucontext_t kernel, server;
	char stack[STACK_BYTES];
	struct mapping mappings[MOST_MAPPINGS];              /* of the memory of the guest */
	size_t count;
	struct mapping pages;                                /* the part of it that is the table of pages; no length:
	                                                        not known */
	int memory;                                          /* its descriptor */
	unsigned long inode;                                 /* of the memory's file */
	bool has_process;                                    /* pid 1's process exists */
	int epoll;                                           /* 0: none */
	bool watches;                                        /* .epoll watches something */
	bool timed;                                          /* there is a timer, with the following */
	clockid_t clock;
	struct sigevent event;
} state;

/* ---- what a copy must make anew, noted when the kernel makes it ---- */

int epoll_create(int size)
{
	return state.epoll = epoll_create1(size > 0 ? 0 : -1);
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	const int result = (int)syscall(SYS_epoll_ctl, epoll, operation, fd, event);

	state.watches |= result == 0 && operation == EPOLL_CTL_ADD;
	return result;
}

int timer_create(clockid_t clock, struct sigevent *event, timer_t *timer)
{
	int number;

	if (syscall(SYS_timer_create, clock, event, &number) < 0)
		return -1;
	state.timed = event;
	state.clock = clock;
	if (event)
		state.event = *event;
	*timer = (timer_t)(intptr_t)number;
	return 0;
}

/* ---- the memory of the guest ---- */

struct search {
	const char *address;
	unsigned long inode;
};

/* Find the shared file to which the address belongs. */
static void find_inode(const struct mapping *m, void *user)
{
	struct search *search = user;

	if (m->shared && search->address >= m->start && search->address < m->start + m->length)
		search->inode = m->inode;
}

static void note_mapping(const struct mapping *m, void *user)
{
	const struct search *search = user;

	if (state.count < MOST_MAPPINGS && m->shared && m->inode == search->inode)
		state.mappings[state.count++] = *m;
}

/* Note whole pages of the table of pages that lie in one mapping. */
static void note_pages(void)
{
	char *const *table = kernel_variable("mem_map");
	const unsigned long *entries = kernel_variable("max_mapnr");

	if (!table || !entries)
		return;
	char *start = *table + (PAGE - (uintptr_t)*table % PAGE) % PAGE;
	char *end = *table + *entries * LEAST_PAGE_ENTRY;
	end -= (uintptr_t)end % PAGE;
	for (size_t i = 0; i < state.count; i++) {
		const struct mapping *m = &state.mappings[i];
		if (start >= m->start && start < end && end <= m->start + m->length)
			state.pages = (struct mapping){
				.start = start, .length = (size_t)(end - start),
				.offset = m->offset + (start - m->start), .protection = m->protection,
			};
	}
}

/* Find the mappings, and their descriptor, of the file that holds @address. */
static bool note_memory(const char *address)
{
	static const char maps[] = "/proc/self/maps";
	struct search search = { .address = address };
	struct stat s;

	if (!maps_each(maps, find_inode, &search) || !search.inode || !maps_each(maps, note_mapping, &search))
		return false;
	state.inode = search.inode;
	for (state.memory = LOWEST_FILE; state.memory < PLACES; state.memory++)
		if (fstat(state.memory, &s) == 0 && s.st_ino == search.inode)
			break;
	note_pages();
	return state.memory < PLACES && state.count < MOST_MAPPINGS;
}

/* Copy the bytes of the file that exist: most of it was never written. */
static bool copy_part(int from, int to, off_t at, off_t part_end)
{
	while (at < part_end && (at = lseek(from, at, SEEK_DATA)) >= 0 && at < part_end) {
		const off_t hole = lseek(from, at, SEEK_HOLE), end = hole < part_end ? hole : part_end;
		if (hole < 0 || lseek(to, at, SEEK_SET) < 0)
			return false;
		while (at < end)
			if (sendfile(to, from, &at, (size_t)(end - at)) <= 0)
				return false;
	}
	return at >= 0 || errno == ENXIO;
}

static bool map(const struct mapping *m, int file, int kind)
{
	return mmap(m->start, m->length, m->protection, kind | MAP_FIXED, file, m->offset) == m->start;
}

static bool copy_memory(void)
{
	const struct mapping *pages = &state.pages;
	const off_t size = lseek(state.memory, 0, SEEK_END), behind = pages->offset + (off_t)pages->length;
	const int copy = memory_file();

	if (copy < 0 || size < 0 || ftruncate(copy, size) < 0 || !copy_part(state.memory, copy, 0, pages->offset) ||
	    !copy_part(state.memory, copy, behind, size))
		return false;
	for (size_t i = 0; i < state.count; i++)
		if (!map(&state.mappings[i], copy, MAP_SHARED))
			return false;
	if (pages->length && !map(pages, state.memory, MAP_PRIVATE))
		return false;
	return dup3(copy, state.memory, O_CLOEXEC) == state.memory && close(copy) == 0;
}

/* ---- a copy ---- */

/* Put @with in the place of @old, wherever the kernel has it. */
static bool replace(int old, int with)
{
	struct stat s, other;
	int flags = fcntl(old, F_GETFL);

	if (fstat(old, &s) < 0 || flags < 0 || fcntl(with, F_SETFL, flags) < 0)
		return false;
	for (int fd = 1; fd < PLACES_END; fd++) {
		int kept = fcntl(fd, F_GETFD);
		if (fd == with || kept < 0 || fstat(fd, &other) < 0)
			continue;
		if (other.st_dev == s.st_dev && other.st_ino == s.st_ino &&
		    dup3(with, fd, kept & FD_CLOEXEC ? O_CLOEXEC : 0) < 0)
			return false;
	}
	return close(with) == 0;
}

static bool renew_epoll(void)
{
	const int new = state.epoll ? epoll_create1(0) : -1;

	return !state.epoll || (new >= 0 && dup2(new, state.epoll) == state.epoll && close(new) == 0);
}

static bool renew_timer(void)
{
	int number;

	/* Newer kernels want the signal to go to the thread that made the timer, which is another thread now. */
	if (state.event.sigev_notify == SIGEV_THREAD_ID)
		state.event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	return !state.timed || syscall(SYS_timer_create, state.clock, &state.event, &number) == 0;
}

/* Does not return if it fails: nobody has seen this kernel yet. */
static void become_copy(const struct linux_order *order, const int files[ORDER_FILES])
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	note_kernel();
	close(AT_ORDERS);
	if (getppid() != order->parent || setpgid(0, 0) < 0 || dup2(files[0], AT_TASK) < 0 || close(files[0]) < 0 ||
	    !replace(AT_ANSWER, files[1]) || !replace(STDERR_FILENO, files[2]) || !renew_epoll() ||
	    !renew_timer() || !copy_memory() || (state.has_process && !process_renew(state.memory))) {
		dprintf(STDERR_FILENO, "protodrill: no copy of a kernel: %s\n", strerror(errno));
		_exit(1);
	}
}

/* ---- orders ---- */

/* False: nobody wants another copy. */
static bool take_order(struct linux_order *order, int files[ORDER_FILES])
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(ORDER_FILES * sizeof(int))];
	} control;
	struct iovec data = { order, sizeof(*order) };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
	                          .msg_controllen = sizeof(control) };
	ssize_t n;

	while ((n = recvmsg(AT_ORDERS, &message, 0)) < 0 && errno == EINTR)
		;
	const struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	if (n != sizeof(*order) || !head || head->cmsg_type != SCM_RIGHTS ||
	    head->cmsg_len != CMSG_LEN(ORDER_FILES * sizeof(int)))
		return false;
	memcpy(files, CMSG_DATA(head), ORDER_FILES * sizeof(int));
	return true;
}

/* Returns only in copies. */
static void serve(void)
{
	struct linux_order order = { 0 };
	int files[ORDER_FILES];

	while (take_order(&order, files)) {
		const long child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
		if (child == 0) {
			become_copy(&order, files);
			return;
		}
		const struct linux_order_reply reply = { (pid_t)child, errno };
		for (int i = 0; i < ORDER_FILES; i++)
			close(files[i]);
		if (send(AT_ORDERS, &reply, sizeof(reply), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

bool copy_if_ordered(char moment)
{
	char here;
	const char *ordered = getenv(LINUX_ORDERS_VARIABLE);

	if (!ordered || *ordered != moment || state.count)
		return false;
	state.has_process = moment == LINUX_COPY_AT_TASK;
	if (state.watches || !note_memory(&here) || (state.has_process && !process_note(state.inode)) ||
	    getcontext(&state.server) < 0)
		_exit(1);
	state.server.uc_stack.ss_sp = state.stack;
	state.server.uc_stack.ss_size = sizeof(state.stack);
	state.server.uc_link = &state.kernel;
	makecontext(&state.server, serve, 0);
	swapcontext(&state.kernel, &state.server);
	return true;
}
