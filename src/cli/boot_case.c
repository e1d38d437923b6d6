/* SPDX-License-Identifier: MIT
 *
 * boot_case.c - cases that go into a kernel, and their answers that come out
 */
#include "cli/boot_case.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite/player.h"
#include "target/linux/linux.h"
#include "util/checked.h"
#include "util/own_folder.h"

/* A task and the kernel that it needs, which it can share with others that need the same. */
struct order {
	size_t number;
	const char *kernel;
	int64_t seed;
	int memory_mb;
	struct buf bytes;
	bool played;
	struct buf answer;                                   /* empty: there is none */
	struct buf reason;                                   /* why there is none, or why none will come */
};

struct boot_queue {
	struct linux_stock *stock;
	struct order *orders;
	size_t count;
};

static void write_order(struct order *order, const char *kernel, const struct task *task)
{
	struct task whole = *task;

	*order = (struct order){
		.number = task->what.number,
		.kernel = kernel,
		.seed = task->setup.seed_set ? task->setup.seed : LINUX_SEED,
		.memory_mb = task->request.memory_mb,
		.bytes = BUF_INIT,
		.answer = BUF_INIT,
		.reason = BUF_INIT,
	};
	char *directory = getcwd(NULL, 0), *program = own_folder();
	whole.directory = directory;
	whole.program_folder = program;
	if (directory && program)
		task_write(&whole, &order->bytes);
	else
		buf_puts(&order->reason, "the current directory, or that of this program, cannot be found");
	free(directory);
	free(program);
}

static bool can_share(const struct order *a, const struct order *b)
{
	return !strcmp(a->kernel, b->kernel) && a->seed == b->seed && a->memory_mb == b->memory_mb &&
	       !b->reason.length && !b->played;
}

/* Take the answers to the orders from @at to the one before @end. Somebody must always be reading: with a full pipe the
 * kernel would have to wait, and its cases would notice. */
static void take_answers(struct boot_queue *q, size_t at, size_t end, struct linux_guest *guest)
{
	for (bool answered = true; answered && at < end; at++) {
		struct order *order = &q->orders[at];
		order->played = true;
		answered = linux_guest_answer(guest, &order->answer);
		if (!answered)
			linux_describe_end(guest, &order->reason);
	}
}

/* Carry out the order @at, and those after it that can share its kernel. */
static void boot(struct boot_queue *q, size_t at, int timeout_s)
{
	struct order *first = &q->orders[at];
	struct linux_guest guest = LINUX_GUEST_INIT;
	struct buf tasks = BUF_INIT;
	const struct linux_boot boot = {
		.kernel = first->kernel,
		.task = &tasks,
		.seed = first->seed,
		.memory_mb = first->memory_mb,
		.timeout_s = timeout_s,
		.stock = q->stock,
	};
	size_t end = at;

	while (end < q->count && can_share(first, &q->orders[end]))
		linux_frame_add(&tasks, &q->orders[end++].bytes);
	if (linux_guest_boot(&guest, &boot, &first->reason))
		take_answers(q, at, end, &guest);
	linux_guest_end(&guest);
	buf_free(&tasks);
}

static bool play(struct boot_queue *q, size_t at, int timeout_s, struct attempt *out, struct buf *reason)
{
	struct order *order = &q->orders[at];

	if (!order->played && !order->reason.length)
		boot(q, at, timeout_s);
	order->played = true;
	bool answered = !order->reason.length && attempt_unpack(&order->answer, out);
	if (!answered)
		buf_puts(reason, order->reason.length ? order->reason.data : "the kernel's answer is not whole");
	buf_free(&order->answer);
	return answered;
}

struct boot_queue *boot_queue_new(struct linux_stock *stock)
{
	struct boot_queue *q = checked_memory(calloc(1, sizeof(*q)));

	q->stock = stock;
	return q;
}

void boot_queue_add(struct boot_queue *q, const char *kernel, const struct task *task)
{
	q->orders = checked_memory(realloc(q->orders, (q->count + 1) * sizeof(*q->orders)));
	write_order(&q->orders[q->count++], kernel, task);
}

bool boot_queue_play(struct boot_queue *q, size_t number, int timeout_s, struct attempt *out, struct buf *reason)
{
	for (size_t i = 0; i < q->count; i++)
		if (q->orders[i].number == number)
			return play(q, i, timeout_s, out, reason);
	buf_printf(reason, "case %zu is not in the queue", number);
	return false;
}

void boot_queue_free(struct boot_queue *q)
{
	if (!q)
		return;
	for (size_t i = 0; i < q->count; i++) {
		buf_free(&q->orders[i].bytes);
		buf_free(&q->orders[i].answer);
		buf_free(&q->orders[i].reason);
	}
	free(q->orders);
	free(q);
}

bool boot_case(const char *kernel, struct linux_stock *stock, const struct task *task, int timeout_s,
               struct attempt *out, struct buf *reason)
{
	struct boot_queue *q = boot_queue_new(stock);

	boot_queue_add(q, kernel, task);
	bool answered = play(q, 0, timeout_s, out, reason);
	boot_queue_free(q);
	return answered;
}
