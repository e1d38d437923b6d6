/* SPDX-License-Identifier: MIT
 *
 * forget.c - netlink messages that end connections and drop what is known about paths
 */
#include "forget.h"

#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp_metrics.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_BYTES = 32768, QUESTION_BYTES = 256, ANSWER_MS = 500 };

struct question {
	struct nlmsghdr head;
	char body[QUESTION_BYTES];
};

static int open_netlink(int protocol)
{
	const struct timeval patience = { .tv_usec = ANSWER_MS * 1000 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static int ask(int fd, struct question *q, int type, int flags, size_t body)
{
	q->head.nlmsg_len = (unsigned)NLMSG_LENGTH(body);
	q->head.nlmsg_type = (unsigned short)type;
	q->head.nlmsg_flags = (unsigned short)(NLM_F_REQUEST | flags);
	return send(fd, q, q->head.nlmsg_len, 0) >= 0;
}

/* Behind the fixed part of @body bytes. Returns how many bytes the body has then. */
static size_t add_attribute(struct question *q, size_t body, int type, const void *value, size_t length)
{
	struct nlattr *a = (struct nlattr *)(void *)(q->body + body);

	a->nla_type = (unsigned short)type;
	a->nla_len = (unsigned short)(NLA_HDRLEN + length);
	memcpy((char *)a + NLA_HDRLEN, value, length);
	return body + NLA_ALIGN(a->nla_len);
}

/* ---- connections ---- */

/* An address of IPv4 may be that of a socket of IPv6 (::ffff:192.0.2.1). */
static int is_address(const void *bytes, int family, const struct protodrill_address *a)
{
	static const unsigned char mapped[12] = { [10] = 255, [11] = 255 };
	const unsigned char *at = bytes;

	if (a->family == 6)
		return family == AF_INET6 && !memcmp(at, a->bytes, 16);
	if (family == AF_INET6 && memcmp(at, mapped, sizeof(mapped)) != 0)
		return 0;
	return !memcmp(at + (family == AF_INET6 ? sizeof(mapped) : 0), a->bytes, 4);
}

static void end_connection(const struct inet_diag_msg *found)
{
	struct inet_diag_req_v2 which = {
		.sdiag_family = found->idiag_family, .sdiag_protocol = IPPROTO_TCP, .id = found->id,
	};
	struct question q = { .head = { 0 } };
	int fd = open_netlink(NETLINK_SOCK_DIAG);

	memcpy(q.body, &which, sizeof(which));
	if (fd >= 0 && ask(fd, &q, SOCK_DESTROY, NLM_F_ACK, sizeof(which)))
		recv(fd, &q, sizeof(q), 0);
	if (fd >= 0)
		close(fd);
}

/* All connections of @family are listed, and those between the two are ended. */
static void end_connections(int family, const struct protodrill_address *local, const struct protodrill_address *remote)
{
	struct inet_diag_req_v2 all = {
		.sdiag_family = (unsigned char)family, .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0U,
	};
	struct question q = { .head = { 0 } };
	static _Alignas(struct nlmsghdr) char answer[ANSWER_BYTES];
	int fd = open_netlink(NETLINK_SOCK_DIAG), done = fd < 0;
	ssize_t length;

	memcpy(q.body, &all, sizeof(all));
	done = done || !ask(fd, &q, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sizeof(all));
	while (!done && (length = recv(fd, answer, sizeof(answer), 0)) > 0) {
		unsigned left = (unsigned)length;
		for (struct nlmsghdr *m = (void *)answer; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
			const struct inet_diag_msg *found = NLMSG_DATA(m);
			done |= m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR;
			if (m->nlmsg_type == SOCK_DIAG_BY_FAMILY && is_address(found->id.idiag_src, family, local) &&
			    is_address(found->id.idiag_dst, family, remote))
				end_connection(found);
		}
	}
	if (fd >= 0)
		close(fd);
}

/* ---- metrics ---- */

/* The number of the generic family @name; 0: there is none. */
static int find_family(int fd, const char *name)
{
	struct genlmsghdr get = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	struct question q = { .head = { 0 } };
	static _Alignas(struct nlmsghdr) char answer[ANSWER_BYTES];
	const struct nlmsghdr *m = (void *)answer;

	memcpy(q.body, &get, sizeof(get));
	size_t body = add_attribute(&q, sizeof(get), CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	if (!ask(fd, &q, GENL_ID_CTRL, 0, body) || recv(fd, answer, sizeof(answer), 0) < 0 ||
	    m->nlmsg_type != GENL_ID_CTRL)
		return 0;
	for (size_t at = NLMSG_LENGTH(sizeof(get)); at + NLA_HDRLEN <= m->nlmsg_len;) {
		const struct nlattr *a = (void *)(answer + at);
		unsigned short id;
		if (a->nla_type == CTRL_ATTR_FAMILY_ID) {
			memcpy(&id, (const char *)a + NLA_HDRLEN, sizeof(id));
			return id;
		}
		at += a->nla_len >= NLA_HDRLEN ? NLA_ALIGN(a->nla_len) : m->nlmsg_len;
	}
	return 0;
}

static void drop_metrics(const struct protodrill_address *remote)
{
	struct genlmsghdr drop = { .cmd = TCP_METRICS_CMD_DEL, .version = TCP_METRICS_GENL_VERSION };
	struct question q = { .head = { 0 } };
	int fd = open_netlink(NETLINK_GENERIC), family = fd < 0 ? 0 : find_family(fd, TCP_METRICS_GENL_NAME);

	memcpy(q.body, &drop, sizeof(drop));
	size_t body = remote->family == 6 ?
		add_attribute(&q, sizeof(drop), TCP_METRICS_ATTR_ADDR_IPV6, remote->bytes, 16) :
		add_attribute(&q, sizeof(drop), TCP_METRICS_ATTR_ADDR_IPV4, remote->bytes, 4);
	if (family && ask(fd, &q, family, NLM_F_ACK, body))
		recv(fd, &q, sizeof(q), 0);
	if (fd >= 0)
		close(fd);
}

/* Writing to the file "flush" forgets what is known about paths of IPv4, but not of IPv6. There each is a cloned route,
 * which is listed on request and has to be deleted. @length: of the answer. */
static int delete_paths(int fd, char *answer, size_t length, const struct protodrill_address *remote)
{
	unsigned left = (unsigned)length;

	for (struct nlmsghdr *m = (void *)answer; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
		struct rtmsg *route = NLMSG_DATA(m);
		unsigned rest = (unsigned)RTM_PAYLOAD(m);
		int ours = 0;

		if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR)
			return 0;
		for (struct rtattr *a = RTM_RTA(route); RTA_OK(a, rest); a = RTA_NEXT(a, rest))
			ours |= a->rta_type == RTA_DST && RTA_PAYLOAD(a) == 16 &&
			        !memcmp(RTA_DATA(a), remote->bytes, 16);
		if (m->nlmsg_type != RTM_NEWROUTE || !(route->rtm_flags & RTM_F_CLONED) || !ours)
			continue;
		m->nlmsg_type = RTM_DELROUTE;
		m->nlmsg_flags = NLM_F_REQUEST;
		send(fd, m, m->nlmsg_len, 0);
	}
	return 1;
}

static void forget_paths(const struct protodrill_address *remote)
{
	const struct rtmsg all = { .rtm_family = AF_INET6, .rtm_flags = RTM_F_CLONED };
	static _Alignas(struct nlmsghdr) char answer[ANSWER_BYTES];
	struct question q = { .head = { 0 } };
	int fd = open_netlink(NETLINK_ROUTE), to_delete = open_netlink(NETLINK_ROUTE);
	ssize_t length;

	memcpy(q.body, &all, sizeof(all));
	if (fd >= 0 && to_delete >= 0 && ask(fd, &q, RTM_GETROUTE, NLM_F_DUMP, sizeof(all)))
		while ((length = recv(fd, answer, sizeof(answer), 0)) > 0 &&
		       delete_paths(to_delete, answer, (size_t)length, remote))
			;
	if (fd >= 0)
		close(fd);
	if (to_delete >= 0)
		close(to_delete);
}

static void flush_routes(int version)
{
	int fd = open(version == 6 ? "/proc/sys/net/ipv6/route/flush" : "/proc/sys/net/ipv4/route/flush",
	              O_WRONLY | O_CLOEXEC);

	/* Without the privilege the MTUs stay, and there is nothing else to try. */
	ssize_t written = fd < 0 ? 0 : write(fd, "1\n", 2);
	(void)written;
	if (fd >= 0)
		close(fd);
}

void forget_other_side(const struct protodrill_address *local, const struct protodrill_address *remote)
{
	if (local->family == 4)
		end_connections(AF_INET, local, remote);
	end_connections(AF_INET6, local, remote);
	flush_routes(local->family);
	if (local->family == 6)
		forget_paths(remote);
	drop_metrics(remote);
}
