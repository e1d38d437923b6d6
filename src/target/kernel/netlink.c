/* SPDX-License-Identifier: MIT
 *
 * netlink.c - loopback and device up, MTU, speed, address and route, without starting a process
 *
 * All changes go to the kernel in one message batch, each with an acknowledgement of its own, so that a
 * refusal can be explained.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "target/kernel/internal.h"
#include "util/checked.h"

enum { LOOPBACK_INDEX = 1, DEFAULT_MTU = 1500, LINK_MODE_WORDS = 127 };
enum { BATCH_REQUESTS = 12, BATCH_BYTES = 4096, ANSWER_BYTES = 16384 };

/* Requests under construction. Their sequence numbers are their indices plus one. */
struct batch {
	union {
		char bytes[BATCH_BYTES];
		struct nlmsghdr align;
	};
	size_t used;
	unsigned count;
	const char *what[BATCH_REQUESTS];                    /* for the problem text */
	int tolerated[BATCH_REQUESTS];                       /* for each, an errno that is as good as success, or 0 */
};

struct network {
	struct mnl_socket *socket;
	const struct kernel_options *options;
	int index;                                           /* the device's */
	bool remote_is_local, local_is_local;
	struct batch batch;
	union {                                              /* the answer that is being read, or a single question */
		char bytes[ANSWER_BYTES];
		struct nlmsghdr align;
	} answer;
};

static size_t address_bytes(const struct ip_address *a)
{
	return a->version == 6 ? 16 : 4;
}

static uint8_t family_of(const struct ip_address *a)
{
	return a->version == 6 ? AF_INET6 : AF_INET;
}

static struct nlmsghdr *begin(struct batch *b, uint16_t type, uint16_t flags, const char *what, int tolerated)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(b->bytes + b->used);

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	h->nlmsg_seq = b->count + 1;
	b->what[b->count] = what;
	b->tolerated[b->count++] = tolerated;
	return h;
}

static void end(struct batch *b, const struct nlmsghdr *h)
{
	b->used += MNL_ALIGN(h->nlmsg_len);
}

static int take_ack(const struct nlmsghdr *h, struct batch *b, struct buf *problem)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
	const unsigned at = h->nlmsg_seq - 1;

	if (h->nlmsg_type != NLMSG_ERROR || at >= b->count)
		return 0;
	if (e->error != 0 && -e->error != b->tolerated[at] && problem->length == 0)
		buf_printf(problem, "cannot %s: %s", b->what[at], strerror(-e->error));
	return 1;
}

static bool commit(struct network *n, struct buf *problem)
{
	struct batch *b = &n->batch;
	unsigned acks = 0;

	if (mnl_socket_sendto(n->socket, b->bytes, b->used) < 0) {
		buf_printf(problem, "netlink: %s", strerror(errno));
		return false;
	}
	while (acks < b->count) {
		const ssize_t got = mnl_socket_recvfrom(n->socket, n->answer.bytes, ANSWER_BYTES);
		const struct nlmsghdr *h = &n->answer.align;
		int left = (int)got;

		if (got <= 0) {
			buf_printf(problem, "netlink: %s", strerror(errno));
			return false;
		}
		for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left))
			acks += (unsigned)take_ack(h, b, problem);
	}
	b->used = 0;
	b->count = 0;
	return problem->length == 0;
}

static void add_link_up(struct batch *b, int index, const char *what)
{
	struct nlmsghdr *h = begin(b, RTM_NEWLINK, 0, what, 0);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(h, sizeof(*link));

	link->ifi_index = index;
	link->ifi_flags = link->ifi_change = IFF_UP;
	end(b, h);
}

static void add_mtu(struct batch *b, const struct network *n)
{
	struct nlmsghdr *h = begin(b, RTM_NEWLINK, 0, "set the MTU of " TUN_DEVICE, 0);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(h, sizeof(*link));

	link->ifi_index = n->index;
	mnl_attr_put_u32(h, IFLA_MTU, (uint32_t)n->options->mtu);
	end(b, h);
}

/* Without automatic addresses the device sends no router solicitations and listener reports of its own. */
static void add_quiet_ipv6(struct batch *b, const struct network *n)
{
	struct nlmsghdr *h = begin(b, RTM_NEWLINK, 0, "turn off automatic IPv6 addresses", EAFNOSUPPORT);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(h, sizeof(*link));
	struct nlattr *families, *ipv6;

	link->ifi_index = n->index;
	families = mnl_attr_nest_start(h, IFLA_AF_SPEC);
	ipv6 = mnl_attr_nest_start(h, AF_INET6);
	mnl_attr_put_u8(h, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(h, ipv6);
	mnl_attr_nest_end(h, families);
	end(b, h);
}

static void add_address(struct batch *b, int index, const struct ip_address *a, int prefix, bool add)
{
	struct nlmsghdr *h = begin(b, add ? RTM_NEWADDR : RTM_DELADDR, add ? NLM_F_CREATE | NLM_F_EXCL : 0,
	                           add ? "add the local address" : "take the local address from another device",
	                           add ? EEXIST : EADDRNOTAVAIL);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	m->ifa_family = family_of(a);
	m->ifa_prefixlen = (uint8_t)prefix;
	m->ifa_flags = a->version == 6 ? IFA_F_NODAD : 0;    /* usable at once */
	m->ifa_index = (uint32_t)index;
	mnl_attr_put(h, IFA_LOCAL, address_bytes(a), a->bytes);
	mnl_attr_put(h, IFA_ADDRESS, address_bytes(a), a->bytes);
	end(b, h);
}

static bool same_prefix(const struct ip_address *a, const struct ip_address *b, int prefix)
{
	const size_t whole = (size_t)prefix / 8;
	const int rest = prefix % 8;

	if (a->version != b->version || memcmp(a->bytes, b->bytes, whole) != 0)
		return false;
	return rest == 0 || (a->bytes[whole] ^ b->bytes[whole]) >> (8 - rest) == 0;
}

static struct ip_address masked(const struct ip_address *a, int prefix)
{
	struct ip_address out = *a;

	for (int bit = prefix; bit < (int)address_bytes(a) * 8; bit++)
		out.bytes[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
	return out;
}

static void add_route(struct batch *b, const struct network *n, bool add)
{
	const struct kernel_options *o = n->options;
	const struct ip_address destination = masked(&o->remote_ip, o->remote_prefix);
	struct nlmsghdr *h = begin(b, add ? RTM_NEWROUTE : RTM_DELROUTE, add ? NLM_F_CREATE | NLM_F_EXCL : 0,
	                           add ? "add the route to the remote side" : "remove an old route to the remote side",
	                           add ? 0 : ESRCH);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	m->rtm_family = family_of(&destination);
	m->rtm_dst_len = (uint8_t)o->remote_prefix;
	m->rtm_table = RT_TABLE_MAIN;
	m->rtm_scope = !add                                      ? RT_SCOPE_NOWHERE
	               : o->is_anyip && m->rtm_family == AF_INET ? RT_SCOPE_LINK
	                                                         : RT_SCOPE_UNIVERSE;
	m->rtm_protocol = add ? RTPROT_BOOT : RTPROT_UNSPEC;
	m->rtm_type = add ? RTN_UNICAST : RTN_UNSPEC;
	mnl_attr_put(h, RTA_DST, address_bytes(&destination), destination.bytes);
	if (add) {
		mnl_attr_put_u32(h, RTA_OIF, (uint32_t)n->index);
		if (!o->is_anyip) {
			mnl_attr_put(h, RTA_GATEWAY, address_bytes(&o->gateway_ip), o->gateway_ip.bytes);
			if (!same_prefix(&o->gateway_ip, &o->local_ip, o->local_prefix))
				m->rtm_flags |= RTNH_F_ONLINK;
		}
	}
	end(b, h);
}

static int take_address(const struct nlmsghdr *h, void *data)
{
	struct network *n = data;
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *attribute;
	struct ip_address a = { .version = m->ifa_family == AF_INET6 ? 6 : 4 };
	bool has_local = false;

	mnl_attr_for_each(attribute, h, sizeof(*m)) {
		const uint16_t type = mnl_attr_get_type(attribute);

		/* On point-to-point links IFA_ADDRESS is the peer's. */
		if (type != IFA_LOCAL && (type != IFA_ADDRESS || has_local))
			continue;
		if (mnl_attr_get_payload_len(attribute) >= address_bytes(&a))
			memcpy(a.bytes, mnl_attr_get_payload(attribute), address_bytes(&a));
		has_local = type == IFA_LOCAL;
	}
	if (ip_address_equal(&a, &n->options->remote_ip))
		n->remote_is_local = true;
	if (ip_address_equal(&a, &n->options->local_ip)) {
		n->local_is_local = true;
		if (!n->options->is_anyip && n->batch.count < BATCH_REQUESTS / 2)
			add_address(&n->batch, (int)m->ifa_index, &a, m->ifa_prefixlen, false);
	}
	return MNL_CB_OK;
}

/* What is configured already, on any device. */
static bool look_at_addresses(struct network *n, struct buf *problem)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(n->answer.bytes);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	char text[IP_ADDRESS_TEXT];
	int more = MNL_CB_OK;

	h->nlmsg_type = RTM_GETADDR;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	m->ifa_family = AF_UNSPEC;
	if (mnl_socket_sendto(n->socket, h, h->nlmsg_len) < 0)
		more = MNL_CB_ERROR;
	while (more > MNL_CB_STOP) {
		const ssize_t got = mnl_socket_recvfrom(n->socket, n->answer.bytes, ANSWER_BYTES);

		more = got < 0 ? MNL_CB_ERROR : mnl_cb_run(n->answer.bytes, (size_t)got, 0, 0, take_address, n);
	}
	if (more == MNL_CB_ERROR)
		buf_printf(problem, "cannot list the addresses of this machine: %s", strerror(errno));
	else if (n->remote_is_local)
		buf_printf(problem, "live_remote_ip %s is not remote", ip_address_print(&n->options->remote_ip, text));
	else if (n->options->is_anyip && n->local_is_local)
		buf_printf(problem, "live_local_ip %s is not remote for anyip",
		           ip_address_print(&n->options->local_ip, text));
	return problem->length == 0;
}

/* The first question tells how many words each of the three link mode maps has, as a negative number. */
static bool set_speed(struct network *n, struct buf *problem)
{
	union {
		struct ethtool_link_settings settings;
		uint32_t room[sizeof(struct ethtool_link_settings) / sizeof(uint32_t) + 3 * LINK_MODE_WORDS];
	} s = { .settings.cmd = ETHTOOL_GLINKSETTINGS };
	struct ifreq request = { .ifr_data = (char *)&s };
	const int fd = mnl_socket_get_fd(n->socket);

	strcpy(request.ifr_name, TUN_DEVICE);
	if (ioctl(fd, SIOCETHTOOL, &request) == 0) {
		s.settings.link_mode_masks_nwords = (int8_t)-s.settings.link_mode_masks_nwords;
		s.settings.cmd = ETHTOOL_GLINKSETTINGS;
		if (ioctl(fd, SIOCETHTOOL, &request) == 0) {
			s.settings.cmd = ETHTOOL_SLINKSETTINGS;
			s.settings.speed = n->options->speed;
			s.settings.autoneg = AUTONEG_DISABLE;
			if (ioctl(fd, SIOCETHTOOL, &request) == 0)
				return true;
		}
	}
	buf_printf(problem, "cannot set the speed of " TUN_DEVICE ": %s", strerror(errno));
	return false;
}

static bool find_device(struct network *n, struct buf *problem)
{
	struct ifreq request = { 0 };

	strcpy(request.ifr_name, TUN_DEVICE);
	if (ioctl(mnl_socket_get_fd(n->socket), SIOCGIFINDEX, &request) != 0) {
		buf_printf(problem, "cannot find " TUN_DEVICE ": %s", strerror(errno));
		return false;
	}
	n->index = request.ifr_ifindex;
	return true;
}

/* Does a packet to @a reach this machine? RTN_LOCAL, or another kind of route; -1: none. */
static int route_type(struct network *n, const struct ip_address *a)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(n->answer.bytes);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	h->nlmsg_type = RTM_GETROUTE;
	h->nlmsg_flags = NLM_F_REQUEST;
	m->rtm_family = family_of(a);
	m->rtm_dst_len = (uint8_t)(8 * address_bytes(a));
	mnl_attr_put(h, RTA_DST, address_bytes(a), a->bytes);
	if (mnl_socket_sendto(n->socket, h, h->nlmsg_len) < 0 ||
	    mnl_socket_recvfrom(n->socket, n->answer.bytes, ANSWER_BYTES) < 0)
		return -1;
	h = &n->answer.align;
	m = mnl_nlmsg_get_payload(h);
	return h->nlmsg_type == RTM_NEWROUTE ? m->rtm_type : -1;
}

/* The kernel makes the route to a local IPv6 address in a work queue, after it has answered our request: on a busy
 * machine, what is injected at once would not be for us. */
static bool await_local_route(struct network *n, struct buf *problem)
{
	enum { TRIES = 1000 };
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (int i = 0; i < TRIES; i++) {
		if (route_type(n, &n->options->local_ip) == RTN_LOCAL)
			return true;
		nanosleep(&pause, NULL);
	}
	buf_puts(problem, "the local address did not become usable within a second");
	return false;
}

static bool configure(struct network *n, struct buf *problem)
{
	const struct kernel_options *o = n->options;
	struct batch *b = &n->batch;

	if (!find_device(n, problem) || (o->speed > 0 && !set_speed(n, problem)))
		return false;
	if (o->own_namespace) {
		add_link_up(b, LOOPBACK_INDEX, "bring up the loopback device");
		if (!commit(n, problem))
			return false;
	}
	if (!look_at_addresses(n, problem))
		return false;
	if (o->mtu > 0 && o->mtu != DEFAULT_MTU)
		add_mtu(b, n);
	add_quiet_ipv6(b, n);
	add_link_up(b, n->index, "bring up " TUN_DEVICE);
	if (!o->is_anyip)
		add_address(b, n->index, &o->local_ip, o->local_prefix, true);
	if (!o->own_namespace)
		add_route(b, n, false);
	add_route(b, n, true);
	return commit(n, problem) && (o->is_anyip || await_local_route(n, problem));
}

bool kernel_network_configure(const struct kernel_options *o, struct buf *problem)
{
	struct network *n = checked_memory(calloc(1, sizeof(*n)));
	bool done = false;

	n->options = o;
	n->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (n->socket && mnl_socket_bind(n->socket, 0, MNL_SOCKET_AUTOPID) == 0)
		done = configure(n, problem);
	else
		buf_printf(problem, "cannot open a netlink socket: %s", strerror(errno));
	if (n->socket)
		mnl_socket_close(n->socket);
	free(n);
	return done;
}
