/* SPDX-License-Identifier: MIT
 *
 * without_netlink.c - the kernel target in a program that has no libmnl
 *
 * Debian has no archive of libmnl that a static program could be linked with. What needs it is left out of such a
 * program, and this stands in its place: -t kernel says why it cannot be had, and all else works.
 */
#include "target/kernel/commands.h"
#include "target/kernel/internal.h"
#include "util/common.h"

bool kernel_network_configure(const struct kernel_options *o MAYBE_UNUSED, struct buf *problem)
{
	buf_puts(problem, "this program was linked statically, without netlink (make static), and so can set up no "
	                  "network; one that 'make' builds can");
	return false;
}

/* Without a network no command is played. */
bool kernel_ip_certain(struct shell_run *run MAYBE_UNUSED, char **args MAYBE_UNUSED)
{
	return false;
}

int kernel_ip(struct shell_run *run MAYBE_UNUSED, char **args MAYBE_UNUSED)
{
	return -1;
}

bool kernel_tc_certain(struct shell_run *run MAYBE_UNUSED, char **args MAYBE_UNUSED)
{
	return false;
}

int kernel_tc(struct shell_run *run MAYBE_UNUSED, char **args MAYBE_UNUSED)
{
	return -1;
}

int kernel_command_write(struct shell_run *run MAYBE_UNUSED, int fd MAYBE_UNUSED, const struct buf *text MAYBE_UNUSED)
{
	return -1;
}

int kernel_command_request(struct shell_run *run MAYBE_UNUSED, int protocol MAYBE_UNUSED,
                           struct nlmsghdr *request MAYBE_UNUSED)
{
	return -1;
}

uint16_t kernel_command_family(const char *name MAYBE_UNUSED)
{
	return 0;
}
