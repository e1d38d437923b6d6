/* SPDX-License-Identifier: MIT
 *
 * needs.c - whether this machine has what a case needs
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/kernel/internal.h"
#include "util/version.h"

enum { NS_A_SECOND = 1000000000 };

static bool is_root(struct buf *why)
{
	if (geteuid() == 0)
		return true;
	buf_printf(why, "this is user %u", (unsigned)geteuid());
	return false;
}

/* Done in a child, because an ordinary user cannot leave the namespace again. What it says about a problem comes
 * through @pipe. */
static bool try_namespace(int pipe, struct buf *why)
{
	const pid_t child = fork();
	int status;

	if (child == 0) {
		struct net_namespace n = { .previous = -1 };
		struct buf problem = BUF_INIT;
		bool entered = kernel_namespace_enter(&n, &problem);
		_exit(entered || write(pipe, problem.data, problem.length) < 0 ? !entered : 1);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (child < 0)
		buf_printf(why, "no process to try it: %s", strerror(errno));
	return false;
}

static bool has_namespace(struct buf *why)
{
	int ends[2];
	bool there;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		buf_puts(why, strerror(errno));
		return false;
	}
	there = try_namespace(ends[1], why);
	close(ends[1]);
	if (!there)
		buf_read_fd(why, ends[0]);
	close(ends[0]);
	return there;
}

static bool has_version(const char *range, struct buf *why)
{
	struct utsname name;

	uname(&name);
	if (version_in_range(name.release, range))
		return true;
	buf_printf(why, "this kernel is %s", name.release);
	return false;
}

/* Where systems keep the configuration of the running kernel; the first may be compressed. */
static bool read_config(struct buf *out)
{
	static const char command[] =
		"{ zcat /proc/config.gz || cat \"/boot/config-$(uname -r)\" \"/lib/modules/$(uname -r)/config\"; } "
		"2>/dev/null";
	FILE *file = popen(command, "re");
	bool good = file && buf_read_fd(out, fileno(file));

	if (file)
		pclose(file);
	return good && out->length;
}

static bool has_option(const char *argument, struct buf *why)
{
	struct buf config = BUF_INIT;
	bool known = read_config(&config), met = known && need_config_met(config.data, argument, why);

	if (!known)
		buf_puts(why, "how this kernel was built cannot be read, neither in /proc/config.gz nor in /boot");
	buf_free(&config);
	return met;
}

static bool has_hz(const char *range, struct buf *why)
{
	return need_hz_met(NS_A_SECOND / kernel_tick_length().ns, range, why);
}

/* Asking for it on a socket loads the module, as a script that uses it does. */
static bool has_congestion_control(const char *name, struct buf *why)
{
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	bool absent = fd < 0 || (setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name)) < 0 &&
	                         errno == ENOENT);

	if (absent)
		buf_puts(why, fd < 0 ? strerror(errno) : "this kernel has no such congestion control");
	if (fd >= 0)
		close(fd);
	return !absent;
}

static bool has_command(const char *name, struct buf *why)
{
	if (need_finds_command(name))
		return true;
	buf_puts(why, "there is no such command");
	return false;
}

static bool has_udplite(struct buf *why)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDPLITE);
	const bool there = fd >= 0 || errno != EPROTONOSUPPORT;

	if (!there)
		buf_puts(why, "this kernel has no UDP-Lite");
	if (fd >= 0)
		close(fd);
	return there;
}

static bool lacks_tcp_in_udp(struct buf *why)
{
	buf_puts(why, "Linux has no TCP within UDP");
	return false;
}

bool kernel_target_has(const struct need *need, struct buf *why)
{
	switch (need->kind) {
	case NEED_UDPLITE: return has_udplite(why);
	case NEED_TCP_IN_UDP: return lacks_tcp_in_udp(why);
	case NEED_ROOT: return is_root(why);
	case NEED_NAMESPACE: return has_namespace(why);
	case NEED_TUN: return kernel_device_permitted(why);
	case NEED_PYTHON3: return has_command("python3", why);
	case NEED_KERNEL: return has_version(need->argument, why);
	case NEED_HZ: return has_hz(need->argument, why);
	case NEED_CONFIG: return has_option(need->argument, why);
	case NEED_CONGESTION_CONTROL: return has_congestion_control(need->argument, why);
	case NEED_COMMAND: return has_command(need->argument, why);
	default: return true;                                /* every kernel has these protocols */
	}
}
