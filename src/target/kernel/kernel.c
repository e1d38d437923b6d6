/* SPDX-License-Identifier: MIT
 *
 * kernel.c - the host kernel behind the operations of target.h
 *
 * The stack under test is that of the machine we run on. It gets a network of its own: a namespace with one TUN device,
 * of which we are the other end. What we write to the device's descriptor has arrived from the remote host; what the
 * stack sends comes out of it. Nothing between the stack and the script is emulated.
 *
 * The parts, each a file with an open and a close: namespace, device, netlink (addresses and routes), capture (what
 * was sent and when), worker (the thread for calls that block), commands (those that need no process), command
 * (shells), clock (time, and how late we
 * were), process (priority and memory), shortage (what the machine could not give us).
 *
 * The rules:
 *  - Nothing happens behind the drill's back. Packets wait in two queues of the kernel (capture ring, TUN
 *    descriptor) until the drill asks for one; calls run in this thread, or in the worker if they may block.
 *  - Nothing spins. Waits end at absolute times; a long one is cut into slices, so that a stall is seen when it
 *    happens.
 *  - Every delay of ours is noted: a sleep that ended late, a call that came back late because its thread did not
 *    run, and time for which this thread was ready and had no processor. The drill decides what follows.
 *  - An injected packet is stamped by whoever injects it, on the clock of the captured ones and before it is
 *    written.
 *  - Opening asks for whatever makes us punctual (real-time priority, locked memory), but does not insist on it.
 *
 * What it leaves out: a second network interface, and stacks on other machines.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "target/kernel/internal.h"
#include "util/strays.h"

enum { SLICE_NS = 20000000 };                            /* of a long wait: how often stalls are looked for */

struct kernel_target {
	struct target base;
	uint8_t ip_version;
	int device;
	struct net_namespace home;
	struct process_state process;
	struct stalls stalls;
	struct capture capture;
	struct worker *worker;
	struct call_limit limit;
	struct capability_sets capabilities;
	struct command_groups commands;
	struct strays_watch strays;
	struct shortage shortage;                            /* of the last operation */
	int *listeners;                                      /* sockets that reserve remote ports */
	size_t listener_count;
};

static struct kernel_target *self(struct target *t)
{
	return (struct kernel_target *)t;
}

static vtime_t now_op(struct target *t)
{
	(void)t;
	return kernel_now();
}

static vtime_t start_time_op(struct target *t)
{
	(void)t;
	return kernel_start_time();
}

enum slice_end { SLICE_READY, SLICE_TIME, SLICE_INTERRUPTED, SLICE_BROKEN };

/* Sleep until @due or until something of @interest may be there. */
static enum slice_end sleep_slice(struct kernel_target *k, vtime_t now, vtime_t due, unsigned interest)
{
	struct pollfd fds[2];
	nfds_t count = 0;
	const int64_t left = due.ns - now.ns;
	const struct timespec timeout = { .tv_sec = left / 1000000000, .tv_nsec = left % 1000000000 };
	int ready;

	if (interest & TARGET_WANT_PACKET)
		fds[count++] = (struct pollfd){ .fd = k->capture.fd, .events = POLLIN };
	if (interest & TARGET_WANT_RETURN)
		fds[count++] = (struct pollfd){ .fd = kernel_worker_fd(k->worker), .events = POLLIN };
	ready = ppoll(fds, count, &timeout, NULL);
	if (ready > 0)
		return SLICE_READY;
	if (ready < 0)
		return errno == EINTR ? SLICE_INTERRUPTED : SLICE_BROKEN;
	stalls_note_wake(&k->stalls, due, kernel_now());
	return SLICE_TIME;
}

/* TARGET_TIME: there is nothing. */
static enum target_event take(struct kernel_target *k, unsigned interest, struct observation *out)
{
	if (interest & TARGET_WANT_PACKET) {
		const int got = kernel_capture_take(&k->capture, out);

		if (got != 0)
			return got > 0 ? TARGET_PACKET : TARGET_FAILED;
	}
	if ((interest & TARGET_WANT_RETURN) && kernel_worker_take(k->worker, &out->result)) {
		out->at = out->result.returned;
		kernel_shortage_of_call(&k->shortage, &out->result);
		return TARGET_RETURN;
	}
	return TARGET_TIME;
}

static enum target_event wait_op(struct target *t, vtime_t until, unsigned interest, struct observation *out)
{
	struct kernel_target *k = self(t);
	enum target_event event = TARGET_TIME;
	enum slice_end end = SLICE_READY;

	if (interest == TARGET_WANT_NOTHING && !vtime_is_never(until)) {
		if (vtime_before(kernel_now(), until))
			kernel_sleep_until(&k->stalls, until);
		out->seen = out->at = kernel_now();
		stalls_note_delay(&k->stalls);
		return TARGET_TIME;
	}
	for (;;) {
		const vtime_t now = kernel_now();
		/* In virtual time there are none to look for, and a script that waits for minutes would wake up
		 * thousands of times. */
		const vtime_t slice = t->ops->virtual_time ? VTIME_NEVER : vtime_add(now, vtime_ns(SLICE_NS));

		event = take(k, interest, out);
		if (event != TARGET_TIME || end == SLICE_INTERRUPTED || !vtime_before(now, until))
			break;
		end = sleep_slice(k, now, vtime_min(until, slice), interest);
		if (end == SLICE_BROKEN) {
			out->problem = strerror(errno);
			event = TARGET_FAILED;
			break;
		}
	}
	out->seen = kernel_now();
	stalls_note_delay(&k->stalls);
	if (event == TARGET_TIME || event == TARGET_FAILED)
		out->at = out->seen;
	return event;
}

static int inject_op(struct target *t, const struct injection *injection)
{
	struct kernel_target *k = self(t);
	const int error = kernel_device_inject(k->device, injection);

	kernel_shortage_clear(&k->shortage);
	kernel_shortage_of_tester(&k->shortage, error);
	return error;
}

static void call_op(struct target *t, const struct call *call, struct call_result *out)
{
	struct kernel_target *k = self(t);

	kernel_shortage_clear(&k->shortage);
	if (call->blocking)
		kernel_worker_call(k->worker, call, &k->capabilities, out);
	else
		kernel_limit_call(&k->limit, call, out);
	kernel_shortage_of_call(&k->shortage, out);
	if (call->blocking)
		return;
	kernel_shortage_of_option(&k->shortage, call, out);
	if (call->id == CALL_CAP_SET && out->value == 0 && kernel_capabilities_get(&k->capabilities))
		k->capabilities.changes++;
}

static const char *info_op(struct target *t, int fd, struct tcp_state_info *out)
{
	(void)t;
	return kernel_info(fd, out);
}

static int command_op(struct target *t, const char *shell_text, struct buf *why)
{
	struct kernel_target *k = self(t);
	bool failed;
	int error = 0;

	kernel_shortage_clear(&k->shortage);
	if (!k->capabilities.changes && kernel_command_read(&k->commands, shell_text, why, &failed, &k->shortage)) {
		if (failed)
			kernel_shortage_of_command(&k->shortage, shell_text);
		return failed;
	}
	if (!t->ops->virtual_time)                           /* a booted kernel ends with everything in it */
		strays_watch_open(&k->strays, "PACKETDRILL_PID");
	const enum command_end end = kernel_command_run(&k->commands, &k->process, shell_text, why, &error);

	if (end == COMMAND_NOT_STARTED)
		kernel_shortage_of_tester(&k->shortage, error);
	else if (end == COMMAND_FAILED)
		kernel_shortage_of_command(&k->shortage, shell_text);
	return end != COMMAND_DONE;
}

static void command_output_op(struct target *t, struct buf *out)
{
	kernel_commands_output(&self(t)->commands, out);
}

static const char *lacking_op(struct target *t)
{
	const struct kernel_target *k = self(t);

	return k->shortage.text[0] && !k->shortage.of_stack ? k->shortage.text : NULL;
}

static const char *absent_op(struct target *t)
{
	const struct kernel_target *k = self(t);

	return k->shortage.text[0] && k->shortage.of_stack ? k->shortage.text : NULL;
}

static bool keep_listener(struct kernel_target *k, int fd)
{
	int *more = realloc(k->listeners, (k->listener_count + 1) * sizeof(*more));

	if (!more)
		return false;
	k->listeners = more;
	more[k->listener_count++] = fd;
	return true;
}

/* A listening socket reserves the port, which the kernel chooses. 0 if there is none. */
static uint16_t remote_port_op(struct target *t)
{
	struct kernel_target *k = self(t);
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address = { .v6.sin6_family = k->ip_version == 6 ? AF_INET6 : AF_INET };
	socklen_t length = sizeof(address);
	const int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);

	kernel_shortage_clear(&k->shortage);
	if (fd < 0) {
		kernel_shortage_of_tester(&k->shortage, errno);
		return 0;
	}
	if (bind(fd, &address.any, k->ip_version == 6 ? sizeof(address.v6) : sizeof(address.v4)) != 0 ||
	    listen(fd, 1) != 0 || getsockname(fd, &address.any, &length) != 0 || !keep_listener(k, fd)) {
		close(fd);
		return 0;
	}
	return ntohs(k->ip_version == 6 ? address.v6.sin6_port : address.v4.sin_port);
}

static vtime_t timer_resolution_op(struct target *t)
{
	(void)t;
	return kernel_tick_length();
}

static void disturbance_op(struct target *t, struct disturbance *out)
{
	struct kernel_target *k = self(t);

	stalls_report(&k->stalls, out);
	out->lost_packets = kernel_capture_lost(&k->capture);
}

static void close_op(struct target *t)
{
	struct kernel_target *k = self(t);

	kernel_limit_close(&k->limit);
	kernel_worker_close(k->worker);
	kernel_commands_close(&k->commands);
	strays_end(k->strays.watcher);
	strays_watch_close(&k->strays);
	for (size_t i = 0; i < k->listener_count; i++)
		close(k->listeners[i]);
	free(k->listeners);
	kernel_capture_close(&k->capture);
	stalls_close(&k->stalls);
	if (k->device >= 0)
		close(k->device);
	kernel_namespace_leave(&k->home);
	kernel_process_restore(&k->process);
	free(k);
}

#define OPERATIONS \
	.now = now_op, \
	.start_time = start_time_op, \
	.wait = wait_op, \
	.inject = inject_op, \
	.call = call_op, \
	.info = info_op, \
	.command = command_op, \
	.command_output = command_output_op, \
	.timer_resolution = timer_resolution_op, \
	.remote_port = remote_port_op, \
	.disturbance = disturbance_op, \
	.lacking = lacking_op, \
	.absent = absent_op, \
	.close = close_op,

static const struct target_ops ops = { .name = "kernel", .virtual_time = false, OPERATIONS };
static const struct target_ops virtual_ops = { .name = "linux", .virtual_time = true, OPERATIONS };

/* The thread comes last: only a process with a single thread can enter a user namespace. */
static bool open_parts(struct kernel_target *k, const struct kernel_options *o, struct buf *problem)
{
	if (!kernel_device_permitted(problem))
		return false;
	if (o->own_namespace && !kernel_namespace_enter(&k->home, problem))
		return false;
	k->device = kernel_device_open(o->own_namespace, problem);
	if (k->device < 0 || !kernel_network_configure(o, problem) ||
	    !kernel_capture_open(&k->capture, k->device, problem))
		return false;
	if (o->own_namespace && !kernel_commands_keep_output(&k->commands)) {
		buf_printf(problem, "no memory for what commands write: %s", strerror(errno));
		return false;
	}
	kernel_process_prepare(&k->process);
	stalls_open(&k->stalls);
	kernel_limit_open(&k->limit);
	k->worker = kernel_worker_open(&k->stalls, problem);
	return k->worker != NULL && kernel_descriptors_suffice(problem);
}

struct target *kernel_target_open(const struct kernel_options *options, struct buf *problem)
{
	struct kernel_target *k = calloc(1, sizeof(*k));

	if (!k) {
		buf_puts(problem, strerror(ENOMEM));
		return NULL;
	}
	k->base.ops = options->virtual_time ? &virtual_ops : &ops;
	k->ip_version = options->local_ip.version;
	k->commands.output = -1;
	k->device = k->strays.leash = k->home.previous = k->stalls.stat_fd = k->stalls.delay_fd = k->capture.fd = -1;
	if (open_parts(k, options, problem))
		return &k->base;
	close_op(&k->base);
	return NULL;
}
