/* SPDX-License-Identifier: MIT
 *
 * command_nstat.c - the counters of the host: nstat and the files of /proc/net
 */
#include <inttypes.h>
#include <string.h>

#include "shell/nstat.h"
#include "stack/socket.h"
#include "target/builtin/builtin_commands.h"
#include "util/common.h"

/* ---- values ---- */

static int64_t value_of(struct shell_run *run, int which)
{
	const struct stack_config *c = stack_settings(builtin_commands_of(run)->stack);

	if (which >= COUNTER_COUNT)
		return (int64_t)stack_icmp_messages(builtin_commands_of(run)->stack, which - COUNTER_COUNT);

	switch (which) {
	case IpForwarding:
		return 2;                                    /* RFC 4293: not forwarding */
	case IpDefaultTTL:
		return c->ip_ttl;
	case TcpRtoAlgorithm:
		return 1;                                    /* RFC 4022: other */
	case TcpRtoMin:
		return c->tcp_rto_min_ms;
	case TcpRtoMax:
		return c->tcp_rto_max_ms;
	case TcpMaxConn:
		return -1;                                   /* RFC 4022: it is dynamic */
	default:
		return (int64_t)stack_counter(builtin_commands_of(run)->stack, (enum counter)which);
	}
}

/* What nstat goes through: the counters by their numbers, and behind COUNTER_COUNT those of counter_icmp(), which the
 * files of /proc/net have only once they have counted something. */
enum { ALL_COUNTERS = COUNTER_COUNT + ICMP_MESSAGES };

static const char *name_of(struct shell_run *run, int which)
{
	if (which < COUNTER_COUNT)
		return arena_printf(run->arena, "%s%s", counter_names[which].group, counter_names[which].name);
	const int message = which - COUNTER_COUNT, six = counter_icmp(6, false, 0), out = counter_icmp(4, true, 0);

	return arena_printf(run->arena, "%s%sType%d", message < six ? "IcmpMsg" : "Icmp6",
	                    message % six < out ? "In" : "Out", message % out);
}

/* ---- nstat ---- */

/* What changed since nstat was last called, unless options say otherwise. */
static int do_nstat(struct shell_run *run, char **args)
{
	struct shell_nstat n;
	struct builtin_commands *c = builtin_commands_of(run);
	int status = shell_nstat_begin(run, args, &n);

	if (status)
		return status;
	if (n.reset)
		memset(c->counted, 0, sizeof(c->counted));
	for (int i = 0; i < ALL_COUNTERS; i++) {
		int64_t now = value_of(run, i), shown = now - (n.absolute ? 0 : (int64_t)c->counted[i]);

		if (!n.keep)
			c->counted[i] = (uint64_t)now;
		/* For each type of ICMP message a kernel has a row only once there was one. */
		if (i < COUNTER_COUNT || now)
			shell_nstat_show(run, &n, name_of(run, i), shown);
	}
	shell_nstat_end(run, &n);
	return 0;
}

const struct shell_tool nstat_tools[] = { { "nstat", do_nstat, false }, { NULL, NULL, false } };

/* ---- /proc/net ---- */

/* "Tcp: NAME NAME ...", "Tcp: 1 2 ...". */
static void show_group(struct shell_run *run, const char *group, struct buf *out)
{
	for (int values = 0; values < 2; values++) {
		buf_printf(out, "%s:", group);
		for (int i = 0; i < COUNTER_COUNT; i++) {
			if (strcmp(counter_names[i].group, group))
				continue;
			if (values)
				buf_printf(out, " %" PRId64, value_of(run, i));
			else
				buf_printf(out, " %s", counter_names[i].name);
		}
		buf_puts(out, "\n");
	}
}

/* "IcmpMsg: InType3 ...", of the types that came or went. */
static void show_messages4(struct shell_run *run, struct buf *out)
{
	struct buf names = BUF_INIT, values = BUF_INIT;

	for (int i = COUNTER_COUNT; i < COUNTER_COUNT + counter_icmp(6, false, 0); i++) {
		if (!value_of(run, i))
			continue;
		buf_printf(&names, " %s", name_of(run, i) + strlen("IcmpMsg"));
		buf_printf(&values, " %" PRId64, value_of(run, i));
	}
	if (names.length)
		buf_printf(out, "IcmpMsg:%s\nIcmpMsg:%s\n", names.data, values.data);
	buf_free(&names);
	buf_free(&values);
}

static void show_groups(struct shell_run *run, const char *const *groups, struct buf *out)
{
	for (; *groups; groups++) {
		show_group(run, *groups, out);
		if (!strcmp(*groups, "Icmp"))
			show_messages4(run, out);
	}
}

static void show_lines6(struct shell_run *run, struct buf *out)
{
	for (int i = 0; i < COUNTER_COUNT; i++)
		if (strchr(counter_names[i].group, '6'))
			buf_printf(out, "%s%-*s\t%" PRId64 "\n", counter_names[i].group,
			           32 - (int)strlen(counter_names[i].group),
			           counter_names[i].name, value_of(run, i));
	for (int i = COUNTER_COUNT + counter_icmp(6, false, 0); i < ALL_COUNTERS; i++)
		if (value_of(run, i))
			buf_printf(out, "%-32s\t%" PRId64 "\n", name_of(run, i), value_of(run, i));
}

/* An address as words of 32 bits in this machine's order, and the port; IPv4 on an IPv6 socket is mapped. */
static void show_end(const struct ip_address *ip, uint16_t port, int version, struct buf *out)
{
	uint8_t bytes[16] = { 0 };
	const bool mapped = ip->version == 4 && version == 6;

	memcpy(bytes + (mapped ? 12 : 0), ip->bytes, ip->version == 4 ? 4 : ip->version == 6 ? 16 : 0);
	if (mapped)
		bytes[10] = bytes[11] = 0xff;
	for (int i = 0; i < (version == 4 ? 4 : 16); i += 4)
		for (int byte = 3; byte >= 0; byte--)
			buf_printf(out, "%02X", bytes[i + byte]);
	buf_printf(out, ":%04X", port);
}

static void show_sockets(struct shell_run *run, int type, int version, struct buf *out)
{
	struct stack_socket s;
	int n = 0;

	/* The columns of addresses are as wide as these. */
	const int width = version == 4 ? 13 : 37;
	buf_printf(out, "  sl  %-*s %-*s st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n", width,
	           "local_address", width, version == 4 ? "rem_address" : "remote_address");
	for (size_t i = 0; stack_socket_at(builtin_commands_of(run)->stack, i, &s); i++) {
		if (s.type != type || s.version != version || !s.local_port)
			continue;
		buf_printf(out, "%4d: ", n++);
		show_end(&s.local, s.local_port, version, out);
		buf_puts(out, " ");
		show_end(&s.remote, s.remote_port, version, out);
		buf_printf(out, " %02X %08X:%08X 00:00000000 00000000     0        0 %d 1\n", s.state, s.to_send,
		           s.to_read,
		           1000 + n);
	}
}

bool proc_net_show(struct shell_run *run, const char *name, struct buf *out)
{
	static const char *const snmp[] = { "Ip", "Icmp", "Tcp", "Udp", "UdpLite", NULL };
	static const char *const netstat[] = { "TcpExt", "IpExt", NULL };
	static const struct {
		const char *name;
		int type, version;
	} lists[] = {
		{ "tcp", SOCK_STREAM, 4 }, { "tcp6", SOCK_STREAM, 6 },
		{ "udp", SOCK_DGRAM, 4 }, { "udp6", SOCK_DGRAM, 6 },
	};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (strcmp(lists[i].name, name))
			continue;
		show_sockets(run, lists[i].type, lists[i].version, out);
		return true;
	}
	if (!strcmp(name, "snmp"))
		show_groups(run, snmp, out);
	else if (!strcmp(name, "netstat"))
		show_groups(run, netstat, out);
	else if (!strcmp(name, "snmp6"))
		show_lines6(run, out);
	else
		return false;
	return true;
}
