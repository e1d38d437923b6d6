/* SPDX-License-Identifier: MIT
 *
 * builtin.c - the reference stack as a driver of the target that plays against libraries
 *
 * Most functions only pass calls on to the stack; absent.h lists what it lacks altogether.
 */
#include "target/builtin/builtin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "target/builtin/absent.h"
#include "target/builtin/internal.h"
#include "util/checked.h"
#include "wire/packet.h"

enum { LEAST_MTU6 = 1280 };                              /* RFC 8200, 5 */

static struct builtin *self(struct stack_driver *d)
{
	return (struct builtin *)d;
}

static struct stack *stack_of(struct stack_driver *d)
{
	return self(d)->stack;
}

/* ---- packets and time ---- */

static void output_hook(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	library_output(((struct builtin *)context)->lib, bytes, length, now);
}

static void event_hook(void *context, const struct stack_event *event)
{
	struct builtin *b = context;

	trace_add(&b->trace, event);
}

static int input_op(struct stack_driver *d, const void *bytes, size_t length, uint16_t segment, vtime_t now)
{
	stack_input_merged(stack_of(d), bytes, length, segment, now);
	return 0;
}

static vtime_t advance_op(struct stack_driver *d, vtime_t until, bool step)
{
	vtime_t next = vtime_min(stack_deadline(stack_of(d)), until);

	(void)step;
	if (!vtime_is_never(next))
		stack_tick(stack_of(d), vtime_max(next, stack_now(stack_of(d))));
	return next;
}

/* ---- calls ---- */

/* An errno that only says that this stack lacks something is no result. */
static int unless_absent(struct stack_driver *d, int error, const char *what)
{
	self(d)->cannot = what;
	return what ? DRIVER_CANNOT : error;
}

static const char *cannot_op(struct stack_driver *d)
{
	return self(d)->cannot ? self(d)->cannot : stack_cannot(stack_of(d));
}

static int socket_op(struct stack_driver *d, int domain, int type, int protocol)
{
	int fd = stack_socket(stack_of(d), domain, type, protocol);

	return fd < 0 ? unless_absent(d, fd, absent_socket(domain, type, protocol)) : fd;
}

static int bind_op(struct stack_driver *d, int fd, const struct sockaddr *address, socklen_t length)
{
	return stack_bind(stack_of(d), fd, address, length);
}

static int listen_op(struct stack_driver *d, int fd, int backlog)
{
	return stack_listen(stack_of(d), fd, backlog);
}

static int accept4_op(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length, int flags)
{
	return stack_accept4(stack_of(d), fd, address, length, flags);
}

static int connect_op(struct stack_driver *d, int fd, const struct sockaddr *address, socklen_t length)
{
	return stack_connect(stack_of(d), fd, address, length);
}

static int connect_result_op(struct stack_driver *d, int fd)
{
	return stack_connect_result(stack_of(d), fd);
}

static bool is_opening_op(struct stack_driver *d, int fd)
{
	return stack_is_opening(stack_of(d), fd);
}

static int shutdown_op(struct stack_driver *d, int fd, int how)
{
	return stack_shutdown(stack_of(d), fd, how);
}

static int close_op(struct stack_driver *d, int fd)
{
	return stack_close(stack_of(d), fd);
}

static bool lingering_op(struct stack_driver *d, int ticket)
{
	return stack_lingering(stack_of(d), ticket);
}

static int getsockname_op(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length)
{
	return stack_getsockname(stack_of(d), fd, address, length);
}

static int getpeername_op(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length)
{
	return stack_getpeername(stack_of(d), fd, address, length);
}

static int64_t sendmsg_op(struct stack_driver *d, int fd, const struct msghdr *message, int flags)
{
	return stack_sendmsg(stack_of(d), fd, message, flags);
}

static int64_t recvmsg_op(struct stack_driver *d, int fd, struct msghdr *message, int flags)
{
	return stack_recvmsg(stack_of(d), fd, message, flags);
}

static int take_error_op(struct stack_driver *d, int fd)
{
	return stack_take_error(stack_of(d), fd);
}

static void return_error_op(struct stack_driver *d, int fd, int error)
{
	stack_return_error(stack_of(d), fd, error);
}

static short poll_op(struct stack_driver *d, int fd, short events)
{
	return stack_poll(stack_of(d), fd, events);
}

static int setsockopt_op(struct stack_driver *d, int fd, int level, int name, const void *value, socklen_t length)
{
	int result = stack_setsockopt(stack_of(d), fd, level, name, value, length);

	return result == -ENOPROTOOPT ? unless_absent(d, result, absent_option(level, name)) : result;
}

static int getsockopt_op(struct stack_driver *d, int fd, int level, int name, void *value, socklen_t *length)
{
	int result = stack_getsockopt(stack_of(d), fd, level, name, value, length);

	return result == -ENOPROTOOPT ? unless_absent(d, result, absent_option(level, name)) : result;
}

static int ioctl_op(struct stack_driver *d, int fd, unsigned long request, void *value)
{
	return stack_ioctl(stack_of(d), fd, request, value);
}

static int fcntl_op(struct stack_driver *d, int fd, int command, int64_t argument)
{
	return stack_fcntl(stack_of(d), fd, command, argument);
}

static int epoll_create_op(struct stack_driver *d, int flags)
{
	return stack_epoll_create(stack_of(d), flags);
}

static int epoll_ctl_op(struct stack_driver *d, int epfd, int operation, int fd, const struct epoll_event *event)
{
	return stack_epoll_ctl(stack_of(d), epfd, operation, fd, event);
}

static int epoll_wait_op(struct stack_driver *d, int epfd, struct epoll_event *events, int count)
{
	return stack_epoll_wait(stack_of(d), epfd, events, count);
}

static bool is_blocking_op(struct stack_driver *d, int fd)
{
	return stack_is_blocking(stack_of(d), fd);
}

static vtime_t receive_timeout_op(struct stack_driver *d, int fd)
{
	return stack_receive_timeout(stack_of(d), fd);
}

static vtime_t send_timeout_op(struct stack_driver *d, int fd)
{
	return stack_send_timeout(stack_of(d), fd);
}

static vtime_t wait_end_op(struct stack_driver *d, vtime_t at)
{
	return stack_wait_end(stack_of(d), at);
}

static const char *info_op(struct stack_driver *d, int fd, struct tcp_state_info *out)
{
	return builtin_info(self(d), fd, out);
}

static int command_op(struct stack_driver *d, const char *shell_text, struct buf *why)
{
	return commands_read(&self(d)->commands.base, shell_text, why);
}

static void command_output_op(struct stack_driver *d, struct buf *out)
{
	const struct buf *written = &self(d)->commands.base.written;

	buf_add(out, written->data, written->length);
}

static bool trace_op(struct stack_driver *d, vtime_t *at, const char **text)
{
	return trace_take(&self(d)->trace, at, text);
}

_Static_assert((int)STACK_CANNOT == (int)DRIVER_CANNOT, "results of calls are handed on as they are");

static void free_op(struct stack_driver *d)
{
	struct builtin *b = self(d);

	stack_free(b->stack);
	commands_close(&b->commands.base);
	trace_free(&b->trace);
	free(b);
}

static const struct stack_driver_ops ops = {
	.input = input_op,
	.advance = advance_op,
	.socket = socket_op,
	.bind = bind_op,
	.listen = listen_op,
	.accept4 = accept4_op,
	.connect = connect_op,
	.connect_result = connect_result_op,
	.is_opening = is_opening_op,
	.shutdown = shutdown_op,
	.close = close_op,
	.lingering = lingering_op,
	.getsockname = getsockname_op,
	.getpeername = getpeername_op,
	.sendmsg = sendmsg_op,
	.recvmsg = recvmsg_op,
	.take_error = take_error_op,
	.return_error = return_error_op,
	.poll = poll_op,
	.setsockopt = setsockopt_op,
	.getsockopt = getsockopt_op,
	.ioctl = ioctl_op,
	.fcntl = fcntl_op,
	.epoll_create = epoll_create_op,
	.epoll_ctl = epoll_ctl_op,
	.epoll_wait = epoll_wait_op,
	.is_blocking = is_blocking_op,
	.receive_timeout = receive_timeout_op,
	.wait_end = wait_end_op,
	.send_timeout = send_timeout_op,
	.info = info_op,
	.command = command_op,
	.command_output = command_output_op,
	.cannot = cannot_op,
	.trace = trace_op,
	.free = free_op,
};

/* ---- opening ---- */

/* If memory runs out, that is this process's lack and not the stack's: the stack's reaction must not become a
 * verdict. */
static void *allocate_hook(void *context, size_t size)
{
	(void)context;
	return checked_memory(malloc(size));
}

static void release_hook(void *context, void *memory)
{
	(void)context;
	free(memory);
}

/* Take over the MTU that was asked for, within the limits of a device. */
static bool mtu_fits(struct stack_config *config, const struct builtin_options *o, struct buf *problem)
{
	const struct stack_parameter *p = stack_parameter_find("mtu");
	int64_t least = o->local_ip.version == 6 ? LEAST_MTU6 : p->field.minimum;

	if (o->mtu >= least && stack_parameter_set(config, p, o->mtu))
		return true;
	buf_printf(problem, "an MTU of %d cannot be: IPv%d needs %" PRId64 " to %" PRId64 " bytes", o->mtu,
	           o->local_ip.version, least, p->field.maximum);
	return false;
}

static bool open_parts(struct builtin *b, const struct builtin_options *o, struct library *lib,
                       struct buf *problem)
{
	const struct stack_hooks hooks = {
		.context = b,
		.output = output_hook,
		.event = o->trace ? event_hook : NULL,
		.allocate = allocate_hook,
		.release = release_hook,
	};
	struct stack_config config = *o->config;
	int error = 0;

	if (o->mtu && !mtu_fits(&config, o, problem))
		return false;
	b->stack = stack_new(&config, &hooks);
	if (b->stack) {
		stack_tick(b->stack, library_now(lib));
		error = stack_add_address(b->stack, &o->local_ip, o->local_prefix);
	}
	if (b->stack && !error) {
		builtin_commands_open(&b->commands, b->stack, library_files(lib), library_sleep, lib);
		b->commands.base.folder = o->folder;
		b->commands.nets[0] = (struct stack_route){ .prefix = o->local_ip, .prefix_length = o->local_prefix };
		b->commands.nets[1] = (struct stack_route){ .prefix = o->remote_ip, .prefix_length = o->remote_prefix };
		return true;
	}
	buf_printf(problem, "cannot set up the reference stack: %s", strerror(error ? -error : ENOMEM));
	return false;
}

struct target *builtin_target_open(const struct builtin_options *options, struct buf *problem)
{
	struct builtin *b = checked_memory(calloc(1, sizeof(*b)));
	struct library *lib = library_new((uint64_t)options->config->seed);

	b->base.ops = &ops;
	b->lib = lib;
	b->trace.level = options->trace;
	library_set_driver(lib, &b->base);
	if (open_parts(b, options, lib, problem))
		return library_target(lib);
	library_target(lib)->ops->close(library_target(lib));
	return NULL;
}
