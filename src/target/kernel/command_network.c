/* SPDX-License-Identifier: MIT
 *
 * command_network.c - ip and tc without their processes
 *
 * Set-up scripts use them to forget what was learnt about peers, and to set the MTU or the queue of a device, routes
 * and addresses (command_route.c). Each is known in its usual form only; every other form is left to the tool, and so
 * are commands that show something, unless there is nothing to show about peers.
 */
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tcp_metrics.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "target/kernel/commands.h"
#include "util/common.h"

enum { REQUEST_BYTES = 512, LONGEST = 10 };

/* Do the words of @args match those of @form, where "*" stands for any word? */
static bool fits(char **args, const char *const form[LONGEST])
{
	size_t i = 0;

	for (; args[i] && form[i]; i++)
		if (strcmp(form[i], "*") && strcmp(form[i], args[i]))
			return false;
	return !args[i] && !form[i];
}

/* ---- ip ---- */

/* The index of the device in "ip link set [dev] DEVICE mtu NUMBER", or 0. */
static int link_device(char **args)
{
	if (fits(args, (const char *const[LONGEST]){ "ip", "link", "set", "dev", "*", "mtu", "*" }))
		return 4;
	return fits(args, (const char *const[LONGEST]){ "ip", "link", "set", "*", "mtu", "*" }) ? 3 : 0;
}

static bool is_flush(char **args)
{
	return fits(args, (const char *const[LONGEST]){ "ip", "tcp_metrics", "flush" }) ||
	       fits(args, (const char *const[LONGEST]){ "ip", "tcp_metrics", "flush", "all" });
}

static bool is_show(char **args)
{
	return fits(args, (const char *const[LONGEST]){ "ip", "tcp_metrics" }) ||
	       fits(args, (const char *const[LONGEST]){ "ip", "tcp_metrics", "show" });
}

bool kernel_ip_certain(struct shell_run *run, char **args)
{
	const int device = link_device(args);

	(void)run;
	if (is_flush(args))
		return kernel_command_family(TCP_METRICS_GENL_NAME) != 0;
	if (kernel_ip_route_certain(args))
		return true;
	if (!device || !if_nametoindex(args[device]))
		return false;
	const char *mtu = args[device + 2];
	return *mtu >= '1' && *mtu <= '9' && strspn(mtu, "0123456789") == strlen(mtu) && strlen(mtu) < 9;
}

bool kernel_ip_permits(struct shell_run *run, char **args)
{
	return is_show(args) ? kernel_command_family(TCP_METRICS_GENL_NAME) != 0 : kernel_ip_certain(run, args);
}

static void ask_for_metrics(struct nlmsghdr *h, uint8_t command)
{
	struct genlmsghdr *g = mnl_nlmsg_put_extra_header(h, sizeof(*g));

	h->nlmsg_type = kernel_command_family(TCP_METRICS_GENL_NAME);
	g->cmd = command;
	g->version = TCP_METRICS_GENL_VERSION;
}

int kernel_ip(struct shell_run *run, char **args)
{
	char bytes[REQUEST_BYTES] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *h = mnl_nlmsg_put_header(bytes);

	if (is_show(args)) {
		ask_for_metrics(h, TCP_METRICS_CMD_GET);
		return kernel_command_is_empty(NETLINK_GENERIC, h)
		       ? 0 : shell_unknown(run, "how 'ip' shows what was learnt needs a shell");
	}
	if (is_flush(args)) {
		ask_for_metrics(h, TCP_METRICS_CMD_DEL);
		return kernel_command_request(run, NETLINK_GENERIC, h);
	}
	if (kernel_ip_route_request(args, h))
		return kernel_command_request(run, NETLINK_ROUTE, h);
	const int device = link_device(args);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(h, sizeof(*link));
	h->nlmsg_type = RTM_NEWLINK;
	link->ifi_index = (int)if_nametoindex(args[device]);
	mnl_attr_put_u32(h, IFLA_MTU, (uint32_t)atoi(args[device + 2]));
	return kernel_command_request(run, NETLINK_ROUTE, h);
}

/* ---- tc ---- */

static const struct {
	const char *form[LONGEST];
	uint16_t type, flags;
} queue_forms[] = {
	{ { "tc", "qdisc", "add", "dev", "*", "root", "*" }, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL },
	{ { "tc", "qdisc", "replace", "dev", "*", "root", "*" }, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE },
	{ { "tc", "qdisc", "del", "dev", "*", "root" }, RTM_DELQDISC, 0 },
};
enum { QUEUE_DEVICE = 4, QUEUE_KIND = 6 };               /* indices of words in these */

/* The row of queue_forms, or -1. */
static int queue_form(char **args)
{
	for (size_t i = 0; i < ARRAY_LEN(queue_forms); i++)
		if (fits(args, queue_forms[i].form))
			return (int)i;
	return -1;
}

bool kernel_tc_certain(struct shell_run *run, char **args)
{
	const int form = queue_form(args);

	(void)run;
	if (form < 0 || !if_nametoindex(args[QUEUE_DEVICE]))
		return false;
	return queue_forms[form].type == RTM_DELQDISC || !strcmp(args[QUEUE_KIND], "pfifo") ||
	       !strcmp(args[QUEUE_KIND], "fq");
}

int kernel_tc(struct shell_run *run, char **args)
{
	const int form = queue_form(args);
	char bytes[REQUEST_BYTES] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *h = mnl_nlmsg_put_header(bytes);
	struct tcmsg *queue = mnl_nlmsg_put_extra_header(h, sizeof(*queue));

	h->nlmsg_type = queue_forms[form].type;
	h->nlmsg_flags = queue_forms[form].flags;
	queue->tcm_ifindex = (int)if_nametoindex(args[QUEUE_DEVICE]);
	queue->tcm_parent = TC_H_ROOT;
	if (h->nlmsg_type == RTM_NEWQDISC)
		mnl_attr_put_strz(h, TCA_KIND, args[QUEUE_KIND]);
	if (h->nlmsg_type == RTM_NEWQDISC && !strcmp(args[QUEUE_KIND], "fq"))
		mnl_attr_put(h, TCA_OPTIONS, 0, NULL);
	return kernel_command_request(run, NETLINK_ROUTE, h);
}
