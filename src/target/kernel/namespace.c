/* SPDX-License-Identifier: MIT
 *
 * namespace.c - a network namespace of our own, also for ordinary users
 *
 * The namespace lives as long as a process or a socket in it, and need not be removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "target/kernel/internal.h"

static bool write_text(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const size_t length = strlen(text);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, length) == (ssize_t)length;
	close(fd);
	return done;
}

/* user_namespaces(7): an ordinary user may map one identity, and group lists must be frozen first. */
static bool map_to_root(uid_t uid, gid_t gid)
{
	char uid_map[32], gid_map[32];

	snprintf(uid_map, sizeof(uid_map), "0 %u 1", (unsigned)uid);
	snprintf(gid_map, sizeof(gid_map), "0 %u 1", (unsigned)gid);
	return write_text("/proc/self/setgroups", "deny") && write_text("/proc/self/uid_map", uid_map) &&
	       write_text("/proc/self/gid_map", gid_map);
}

static bool enter_as_user(struct buf *problem)
{
	const uid_t uid = geteuid();
	const gid_t gid = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
		buf_printf(problem,
		           "cannot make a user namespace: %s; as root no user namespace is needed, for ordinary users "
		           "the kernel must allow them (sysctl user.max_user_namespaces and user.max_net_namespaces "
		           "above 0; where they exist kernel.unprivileged_userns_clone=1, "
		           "kernel.apparmor_restrict_unprivileged_userns=0)",
		           strerror(errno));
		return false;
	}
	if (!map_to_root(uid, gid)) {
		buf_printf(problem, "cannot map user %u to root in a user namespace: %s; run as root instead",
		           (unsigned)uid, strerror(errno));
		return false;
	}
	return true;
}

bool kernel_namespace_enter(struct net_namespace *n, struct buf *problem)
{
	const int before = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (unshare(CLONE_NEWNET) == 0) {
		n->previous = before;
		return true;
	}
	if (before >= 0)
		close(before);                               /* from a user namespace there is no way back */
	if (errno == EPERM)
		return enter_as_user(problem);
	buf_printf(problem, "cannot make a network namespace: %s; the kernel needs CONFIG_NET_NS and "
	           "sysctl user.max_net_namespaces above 0", strerror(errno));
	return false;
}

void kernel_namespace_leave(struct net_namespace *n)
{
	if (n->previous < 0)
		return;
	setns(n->previous, CLONE_NEWNET);
	close(n->previous);
	n->previous = -1;
}
