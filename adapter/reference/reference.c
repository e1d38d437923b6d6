/* SPDX-License-Identifier: MIT
 *
 * reference.c - the reference stack behind the protocol of adapters
 *
 * It exists to test the protocol: any script played with `-t process:build/adapter/reference/reference` has the same
 * verdict and the same packets as with `-t builtin`, which scripts/check-adapters verifies. It answers all questions,
 * including those that an adapter need not answer, and so shows what each is for.
 *
 *	reference [--profile NAME|FILE] [--defect NAME]
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROTODRILL_ADAPTER_IMPLEMENTATION
#include "adapter/protodrill-adapter.h"

#include "adapter/sockaddr.h"
#include "stack/socket.h"
#include "stack/stack.h"
#include "target/builtin/builtin_commands.h"
#include "target/builtin/profile.h"
#include "target/builtin/settings.h"
#include "util/checked.h"

static struct {
	const char *profile, *defect;
	struct stack_config config;
	struct stack *stack;
	struct files *files;
	struct builtin_commands commands;
	struct buf why;
} reference;

/* ---- addresses ---- */

static struct ip_address to_ip(const struct protodrill_address *from)
{
	struct ip_address ip = { .version = from->family };

	memcpy(ip.bytes, from->bytes, from->family == 4 ? 4 : 16);
	return ip;
}

/* ---- packets and time ---- */

static void output(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	(void)context;
	(void)now;
	protodrill_output(bytes, length);
}

/* Only single commands come here, and none of them waits. */
static void no_sleep(void *context, vtime_t duration)
{
	(void)context;
	(void)duration;
}

static int start(const struct protodrill_start *how)
{
	const struct stack_hooks hooks = { .output = output };
	struct stack_config config = reference.config;
	struct ip_address local = to_ip(&how->local), remote = to_ip(&how->remote);

	config.seed = (int64_t)how->seed;
	if (how->mtu && !stack_parameter_set(&config, stack_parameter_find("mtu"), how->mtu))
		return -EINVAL;
	reference.stack = checked_memory(stack_new(&config, &hooks));
	stack_tick(reference.stack, vtime_ns(how->now));
	reference.files = files_new();
	reference.why = (struct buf)BUF_INIT;
	builtin_commands_open(&reference.commands, reference.stack, reference.files, no_sleep, NULL);
	reference.commands.nets[0] = (struct stack_route){ .prefix = local, .prefix_length = how->local_prefix };
	reference.commands.nets[1] = (struct stack_route){ .prefix = remote, .prefix_length = how->remote_prefix };
	return stack_add_address(reference.stack, &local, how->local_prefix);
}

static void stop(void)
{
	commands_close(&reference.commands.base);
	files_free(reference.files);
	buf_free(&reference.why);
	stack_free(reference.stack);
}

static void packet(const void *bytes, size_t length)
{
	stack_input(reference.stack, bytes, length, vtime_ns(protodrill_now()));
}

static int merged(const void *bytes, size_t length, unsigned segment)
{
	stack_input_merged(reference.stack, bytes, length, (uint16_t)segment, vtime_ns(protodrill_now()));
	return 0;
}

static int64_t deadline(void)
{
	return stack_deadline(reference.stack).ns;
}

static void run(int64_t now)
{
	stack_tick(reference.stack, vtime_ns(now));
}

/* ---- calls ---- */

static int do_socket(int domain, int type, int protocol)
{
	return stack_socket(reference.stack, domain, type, protocol);
}

static int do_bind(int fd, const struct protodrill_address *address)
{
	struct sockaddr_storage a;
	socklen_t length = to_sockaddr(address, &a);

	return stack_bind(reference.stack, fd, (struct sockaddr *)&a, length);
}

static int do_listen(int fd, int backlog)
{
	return stack_listen(reference.stack, fd, backlog);
}

static int do_accept(int fd, struct protodrill_address *peer)
{
	struct sockaddr_storage a = { 0 };
	socklen_t length = sizeof(a);
	int child = stack_accept4(reference.stack, fd, (struct sockaddr *)&a, &length, 0);

	if (child >= 0)
		from_sockaddr(&a, length, peer);
	return child;
}

static int do_connect(int fd, const struct protodrill_address *address, int waits)
{
	struct sockaddr_storage a;
	socklen_t length = to_sockaddr(address, &a);

	stack_fcntl(reference.stack, fd, F_SETFL, waits ? 0 : O_NONBLOCK);
	return stack_connect(reference.stack, fd, (struct sockaddr *)&a, length);
}

static int do_connect_result(int fd)
{
	return stack_connect_result(reference.stack, fd);
}

static int64_t do_sendmsg(int fd, int flags, const struct protodrill_message *message)
{
	struct sockaddr_storage a;
	socklen_t length = message->address.family ? to_sockaddr(&message->address, &a) : 0;
	/* The stack looks at its own descriptor to see whether the writer waits. */
	int waits = flags & MSG_DONTWAIT ? O_NONBLOCK : 0;
	struct iovec v = { message->bytes, message->length };
	const struct msghdr m = {
		.msg_name = length ? &a : NULL, .msg_namelen = length, .msg_iov = &v, .msg_iovlen = 1,
		.msg_control = message->control_length ? message->control : NULL,
		.msg_controllen = message->control_length,
	};

	stack_fcntl(reference.stack, fd, F_SETFL, waits);
	return stack_sendmsg(reference.stack, fd, &m, flags);
}

static int64_t do_send(int fd, int flags, const struct protodrill_address *to, const void *bytes, size_t length)
{
	struct protodrill_message m = { .bytes = (void *)bytes, .length = length };

	if (to)
		m.address = *to;
	return do_sendmsg(fd, flags, &m);
}

static int64_t do_recvmsg(int fd, int flags, struct protodrill_message *message)
{
	struct sockaddr_storage a = { 0 };
	struct iovec v = { message->bytes, message->length };
	struct msghdr m = {
		.msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &v, .msg_iovlen = 1,
		.msg_control = message->control_length ? message->control : NULL,
		.msg_controllen = message->control_length,
	};
	int64_t value = stack_recvmsg(reference.stack, fd, &m, flags);

	if (value < 0)
		return value;
	from_sockaddr(&a, m.msg_namelen, &message->address);
	message->flags = (uint32_t)m.msg_flags;
	message->control_length = m.msg_controllen;
	message->length = (size_t)value < message->length ? (size_t)value : message->length;
	return value;
}

static int64_t do_receive(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	struct protodrill_message m = { .bytes = bytes, .length = room };
	int64_t value = do_recvmsg(fd, flags, &m);

	*from = m.address;
	return value;
}

static int do_close(int fd)
{
	return stack_close(reference.stack, fd);
}

static int do_lingering(int ticket)
{
	return stack_lingering(reference.stack, ticket);
}

static int do_shutdown(int fd, int how)
{
	return stack_shutdown(reference.stack, fd, how);
}

static int do_getsockopt(int fd, int level, int name, void *value, uint32_t *length)
{
	socklen_t room = *length;
	int result = stack_getsockopt(reference.stack, fd, level, name, value, &room);

	*length = room;
	return result;
}

static int do_setsockopt(int fd, int level, int name, const void *value, uint32_t length)
{
	return stack_setsockopt(reference.stack, fd, level, name, value, length);
}

static int name_of(int (*call)(struct stack *, int, struct sockaddr *, socklen_t *), int fd,
                   struct protodrill_address *address)
{
	struct sockaddr_storage a = { 0 };
	socklen_t length = sizeof(a);
	int result = call(reference.stack, fd, (struct sockaddr *)&a, &length);

	if (result >= 0)
		from_sockaddr(&a, length, address);
	return result;
}

static int do_getsockname(int fd, struct protodrill_address *address)
{
	return name_of(stack_getsockname, fd, address);
}

static int do_getpeername(int fd, struct protodrill_address *address)
{
	return name_of(stack_getpeername, fd, address);
}

static int do_poll(int fd, int events, uint64_t *generation)
{
	*generation = stack_generation(reference.stack, fd);
	return (uint16_t)stack_poll(reference.stack, fd, (short)events);
}

static int do_ioctl(int fd, uint32_t request, void *value, size_t length)
{
	return length < sizeof(int) ? -EFAULT : stack_ioctl(reference.stack, fd, request, value);
}

static int64_t do_info(int fd, void *bytes, size_t room)
{
	struct stack_tcp_info info = { 0 };
	uint8_t layout[TCP_INFO_BYTES] = { 0 };

	if (stack_tcp_info(reference.stack, fd, &info) != 0)
		return 0;
#define X(name, offset, bits, shift) \
	for (unsigned i = 0; i < (bits + shift + 7) / 8; i++) \
		layout[offset + i] |= (uint8_t)((info.name & (~0ULL >> (64 - bits))) << shift >> 8 * i);
	TCP_INFO_FIELDS(X)
#undef X
	memcpy(bytes, layout, room < sizeof(layout) ? room : sizeof(layout));
	return room < sizeof(layout) ? (int64_t)room : (int64_t)sizeof(layout);
}

/* ---- settings and commands ---- */

static int do_set(const char *key, const char *value, char *why, size_t room)
{
	switch (settings_assign(stack_settings(reference.stack), key, value)) {
	case SETTING_OK:
		return PROTODRILL_DONE;
	case SETTING_INVALID:
		return PROTODRILL_BAD_VALUE;
	case SETTING_UNKNOWN:
		return PROTODRILL_NO_SUCH_KEY;
	default:
		snprintf(why, room, "%s", settings_absent(key));
		return PROTODRILL_NO_SUCH_FEATURE;
	}
}

static int do_command(const char *text, char *output, size_t room)
{
	struct buf printed = BUF_INIT;
	int status;

	reference.commands.base.shell.output = &printed;
	buf_clear(&reference.why);
	status = commands_read(&reference.commands.base, text, &reference.why);
	snprintf(output, room, "%s", status < 0 ? reference.why.data : printed.data);
	buf_free(&printed);
	return status < 0 ? PROTODRILL_UNKNOWN : status;
}

static int64_t do_get(const char *key, char *value, size_t room)
{
	struct buf text = BUF_INIT;
	int64_t length = PROTODRILL_UNKNOWN;

	if (!strncmp(key, "/proc/net/", 10)) {
		snprintf(value, room, "cat %s", key);
		return do_command(value, value, room) == 0 ? (int64_t)strlen(value) : PROTODRILL_UNKNOWN;
	}
	if (settings_read(stack_settings(reference.stack), key, &text) == SETTING_OK) {
		snprintf(value, room, "%s", text.data);
		length = (int64_t)strlen(value);
	}
	buf_free(&text);
	return length;
}

#define CONGESTION_CONTROL(name) "congestion-control " #name,
static const char *const meets[] = {
	"tcp", "udp", "icmp", "udplite", TCP_CONGESTION_CONTROLS(CONGESTION_CONTROL) NULL,
};

const struct protodrill_stack_v1 protodrill_stack_v1 = {
	.size = sizeof(protodrill_stack_v1), .version = PROTODRILL_PROTOCOL, .name = "reference",
	.start = start, .stop = stop, .can_reset = 1, .packet = packet, .merged = merged, .deadline = deadline,
	.run = run,
	.socket = do_socket, .bind = do_bind, .listen = do_listen, .accept = do_accept, .connect = do_connect,
	.send = do_send, .receive = do_receive, .close = do_close, .shutdown = do_shutdown,
	.getsockopt = do_getsockopt, .setsockopt = do_setsockopt, .getsockname = do_getsockname,
	.getpeername = do_getpeername, .poll = do_poll, .ioctl = do_ioctl, .sendmsg = do_sendmsg,
	.recvmsg = do_recvmsg, .lingering = do_lingering, .connect_result = do_connect_result,
	.info = do_info, .set = do_set, .get = do_get, .command = do_command, .meets = meets,
	.null_values = 1, .tells = 1,
};

/* ---- the command line ---- */

static int usage(void)
{
	fputs("usage: reference [--profile NAME|FILE] [--defect NAME]\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct diags diags;

	diags_init(&diags);
	reference.profile = "rfc";
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc || (strcmp(argv[i], "--profile") && strcmp(argv[i], "--defect")))
			return usage();
		*(strcmp(argv[i], "--profile") ? &reference.defect : &reference.profile) = argv[i + 1];
	}
	if (!profile_load(reference.profile, &reference.config, NULL, arena, &diags)) {
		diags_print(&diags, stderr, false);
		return 2;
	}
	if (reference.defect && !stack_defect_enable(&reference.config, reference.defect)) {
		fprintf(stderr, "reference: unknown defect '%s'; 'protodrill list --defects' names them\n",
		        reference.defect);
		return 2;
	}
	diags_free(&diags);
	arena_free(arena);
	return protodrill_adapter_main(&protodrill_stack_v1);
}
