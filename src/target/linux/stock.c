/* SPDX-License-Identifier: MIT
 *
 * stock.c - kernels that have booted, for copies
 *
 * Who boots the same kernel again and again keeps one that stopped when it was about to read its task
 * (preload/copy.c): a copy of it costs a tenth of a boot, and is the same in every byte. That pays from the second time
 * on, so the first boot of a kernel is only noted. Where an original cannot be had there, it is one that stopped
 * earlier; and where that says no, too, its kernel is booted each time: whatever is wrong with it shows there.
 */
#include "target/linux/stock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/checked.h"

enum { LONGEST_BOOT_MS = 20000 };

struct original {
	char *kernel;
	int64_t seed;
	int memory_mb;
	pid_t child;                                         /* 0: none yet */
	int orders, answer, console;                         /* our ends of its socket and pipes */
	bool useless;
};

struct linux_stock {
	struct original *originals;
	size_t count;
};

struct linux_stock *linux_stock_new(void)
{
	return checked_memory(calloc(1, sizeof(struct linux_stock)));
}

static void end(struct original *original)
{
	if (!original->child)
		return;
	kill(-original->child, SIGKILL);
	while (waitpid(original->child, NULL, 0) < 0 && errno == EINTR)
		;
	while (waitpid(-original->child, NULL, __WALL) > 0 || errno == EINTR)
		;
	close(original->orders);
	close(original->answer);
	close(original->console);
	original->child = 0;
}

void linux_stock_free(struct linux_stock *stock)
{
	if (!stock)
		return;
	for (size_t i = 0; i < stock->count; i++) {
		end(&stock->originals[i]);
		free(stock->originals[i].kernel);
	}
	free(stock->originals);
	free(stock);
}

/* NULL when such a kernel is asked for for the first time. */
static struct original *find(struct linux_stock *stock, const struct linux_boot *boot)
{
	for (size_t i = 0; i < stock->count; i++) {
		struct original *o = &stock->originals[i];
		if (!strcmp(o->kernel, boot->kernel) && o->seed == boot->seed && o->memory_mb == boot->memory_mb)
			return o;
	}
	stock->originals = checked_memory(realloc(stock->originals, (stock->count + 1) * sizeof(*stock->originals)));
	stock->originals[stock->count++] = (struct original){
		.kernel = checked_memory(strdup(boot->kernel)), .seed = boot->seed, .memory_mb = boot->memory_mb,
	};
	return NULL;
}

/* Nobody reads its console and its answers, since it writes none before it is copied. They are pipes so that it can
 * tell them apart. */
static bool start(struct original *original, const struct linux_boot *boot, char moment)
{
	int orders[2] = { -1, -1 }, answer[2] = { -1, -1 }, console[2] = { -1, -1 };
	struct buf problem = BUF_INIT;
	pid_t child = -1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, orders) == 0 && pipe2(answer, O_CLOEXEC) == 0 &&
	    pipe2(console, O_CLOEXEC) == 0)
		child = linux_start(&(struct linux_start){
			.boot = boot, .answer = answer[1], .console = console[1], .task = -1, .orders = orders[1],
			.moment = moment,
		}, &problem);
	buf_free(&problem);
	const int theirs[] = { orders[1], answer[1], console[1] }, ours[] = { orders[0], answer[0], console[0] };
	for (size_t i = 0; i < ARRAY_LEN(theirs); i++) {
		if (theirs[i] >= 0)
			close(theirs[i]);
		if (child < 0 && ours[i] >= 0)
			close(ours[i]);
	}
	original->child = child < 0 ? 0 : child;
	original->orders = orders[0];
	original->answer = answer[0];
	original->console = console[0];
	return child > 0;
}

static bool send_order(const struct original *original, const struct linux_start *start)
{
	const int files[ORDER_FILES] = { start->task, start->answer, start->console };
	struct linux_order order = { .parent = getpid() };
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(files))];
	} control = { .head = { .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
	                        .cmsg_len = CMSG_LEN(sizeof(files)) } };
	struct iovec data = { &order, sizeof(order) };
	const struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
	                                .msg_controllen = sizeof(control.bytes) };
	ssize_t n;

	memcpy(CMSG_DATA(&control.head), files, sizeof(files));
	while ((n = sendmsg(original->orders, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	return n == sizeof(order);
}

/* Before the first reply it has to boot. */
static pid_t take_reply(const struct original *original)
{
	struct pollfd fd = { .fd = original->orders, .events = POLLIN };
	struct linux_order_reply reply;
	int ready;

	while ((ready = poll(&fd, 1, LONGEST_BOOT_MS)) < 0 && errno == EINTR)
		;
	if (ready <= 0 || recv(original->orders, &reply, sizeof(reply), 0) != sizeof(reply))
		return -1;
	return reply.child;
}

static pid_t copy(const struct original *original, const struct linux_start *wanted)
{
	return send_order(original, wanted) ? take_reply(original) : -1;
}

pid_t linux_stock_copy(const struct linux_start *wanted)
{
	static const char moments[] = { LINUX_COPY_AT_TASK, LINUX_COPY_AT_ROOT };
	struct original *original = wanted->boot->stock ? find(wanted->boot->stock, wanted->boot) : NULL;
	pid_t child = -1;

	if (!original || original->useless)
		return 0;
	if (original->child)
		child = copy(original, wanted);
	for (size_t i = 0; child < 0 && i < ARRAY_LEN(moments); i++) {
		end(original);
		if (start(original, wanted->boot, moments[i]))
			child = copy(original, wanted);
	}
	if (child > 0) {
		setpgid(child, child);
		return child;
	}
	end(original);
	original->useless = true;
	return 0;
}
