/* SPDX-License-Identifier: MIT
 *
 * lwip.c - lwIP, as Debian's liblwip-dev brings it, behind the protocol of adapters
 *
 * The library is used as it is, with its own sockets. It is built for threads, but has none here: its port to the
 * system (sys_*, see sys.c) is replaced by ours, since a program's functions take precedence over those of a library.
 * Its time is protodrill's, its semaphores and mailboxes never wait, and the core is never locked. Calls on sockets run
 * in the caller, as they do in the library if the core can be locked. Sockets are non-blocking from the start, so
 * nothing ever has to wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/ip6.h"
#include "lwip/netif.h"
#include "lwip/sockets.h"
#include "lwip/tcpip.h"
#include "lwip/timeouts.h"

#define PROTODRILL_ADAPTER_IMPLEMENTATION
#include "adapter/protodrill-adapter.h"
#include "adapter/lwip/sys.h"

enum { MTU = 1500, NOT_SCALED = 1 };

static struct netif device;
static bool no_scaling;                                  /* a setting asked for connections without */

/* ---- the device ---- */

static err_t send_packet(struct pbuf *p)
{
	static uint8_t bytes[65536];

	protodrill_output(bytes, pbuf_copy_partial(p, bytes, p->tot_len, 0));
	return ERR_OK;
}

static err_t send_ip4(struct netif *n, struct pbuf *p, const ip4_addr_t *to)
{
	(void)n;
	(void)to;
	return send_packet(p);
}

static err_t send_ip6(struct netif *n, struct pbuf *p, const ip6_addr_t *to)
{
	(void)n;
	(void)to;
	return send_packet(p);
}

static err_t start_device(struct netif *n)
{
	n->name[0] = 'p';
	n->name[1] = 'd';
	n->output = send_ip4;
	n->output_ip6 = send_ip6;
	n->flags |= NETIF_FLAG_BROADCAST | NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
	return ERR_OK;
}

/* Nobody on the other side advertises routers, or could have the same address. */
static void set_ip6(const struct protodrill_address *local)
{
	ip6_addr_t address = { .zone = 0 };
	s8_t index = 0;

	memcpy(address.addr, local->bytes, sizeof(address.addr));
	device.rs_count = 0;
	netif_add_ip6_address(&device, &address, &index);
	netif_ip6_addr_set(&device, index, &address);
	netif_ip6_addr_set_state(&device, index, IP6_ADDR_PREFERRED);
}

static int start(const struct protodrill_start *how)
{
	ip4_addr_t address = { 0 }, mask = { 0 }, none = { 0 };

	lwip_sys_start(how->now, how->seed);
	tcpip_init(NULL, NULL);
	if (how->local.family == 4) {
		memcpy(&address.addr, how->local.bytes, 4);
		mask.addr = how->local_prefix ? lwip_htonl(~0U << (32 - how->local_prefix)) : 0;
	}
	if (!netif_add(&device, &address, &mask, &none, NULL, start_device, ip_input))
		return -ENOMEM;
	device.mtu = device.mtu6 = (u16_t)(how->mtu ? how->mtu : MTU);
	netif_set_default(&device);
	netif_set_link_up(&device);
	netif_set_up(&device);
	if (how->local.family == 6)
		set_ip6(&how->local);
	return 0;
}

/* ---- packets and time ---- */

static void packet(const void *bytes, size_t length)
{
	struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_RAM);

	if (!p)
		return;
	pbuf_take(p, bytes, (u16_t)length);
	if (device.input(p, &device) != ERR_OK)
		pbuf_free(p);
}

static int64_t deadline(void)
{
	u32_t sleep = sys_timeouts_sleeptime();

	return sleep == SYS_TIMEOUTS_SLEEPTIME_INFINITE ? PROTODRILL_NEVER : lwip_sys_after(sleep);
}

static void run(int64_t now)
{
	(void)now;
	sys_check_timeouts();
}

/* ---- addresses ---- */

static socklen_t to_sockaddr(const struct protodrill_address *from, struct sockaddr_storage *to)
{
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof(*to));
	if (from->family != 6) {
		four->sin_family = from->family == 4 ? AF_INET : AF_UNSPEC;
		four->sin_port = lwip_htons(from->port);
		memcpy(&four->sin_addr, from->bytes, 4);
		return sizeof(*four);
	}
	six->sin6_family = AF_INET6;
	six->sin6_port = lwip_htons(from->port);
	memcpy(&six->sin6_addr, from->bytes, 16);
	return sizeof(*six);
}

static void from_sockaddr(const struct sockaddr_storage *from, struct protodrill_address *to)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;

	if (from->ss_family == AF_INET) {
		to->family = 4;
		to->port = lwip_ntohs(four->sin_port);
		memcpy(to->bytes, &four->sin_addr, 4);
	} else if (from->ss_family == AF_INET6) {
		to->family = 6;
		to->port = lwip_ntohs(six->sin6_port);
		memcpy(to->bytes, &six->sin6_addr, 16);
	}
}

/* ---- calls ---- */

static int result(long value)
{
	return value < 0 ? -errno : (int)value;
}

static int never_waits(int fd)
{
	if (fd >= 0)
		lwip_fcntl(fd, F_SETFL, O_NONBLOCK);
	return result(fd);
}

static int do_socket(int domain, int type, int protocol)
{
	if ((domain != AF_INET && domain != AF_INET6) || (type != SOCK_STREAM && type != SOCK_DGRAM))
		return PROTODRILL_UNKNOWN;
	return never_waits(lwip_socket(domain, type, protocol));
}

static int do_bind(int fd, const struct protodrill_address *address)
{
	struct sockaddr_storage a;
	socklen_t length = to_sockaddr(address, &a);

	return result(lwip_bind(fd, (struct sockaddr *)&a, length));
}

static int do_listen(int fd, int backlog)
{
	return result(lwip_listen(fd, backlog));
}

static int do_accept(int fd, struct protodrill_address *peer)
{
	struct sockaddr_storage a = { 0 };
	socklen_t length = sizeof(a);
	int child = never_waits(lwip_accept(fd, (struct sockaddr *)&a, &length));

	if (child >= 0)
		from_sockaddr(&a, peer);
	return child;
}

static bool is_stream(int fd)
{
	int type = 0;
	socklen_t length = sizeof(type);

	return lwip_getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
}

/* A SYN of lwIP always offers window scaling. */
static int do_connect(int fd, const struct protodrill_address *address, int waits)
{
	struct sockaddr_storage a;
	socklen_t length = to_sockaddr(address, &a);

	(void)waits;
	if (no_scaling && is_stream(fd))
		return PROTODRILL_UNKNOWN;
	return result(lwip_connect(fd, (struct sockaddr *)&a, length));
}

static int64_t do_send(int fd, int flags, const struct protodrill_address *to, const void *bytes, size_t length)
{
	struct sockaddr_storage a;
	socklen_t size = to ? to_sockaddr(to, &a) : 0;

	if (flags & ~(MSG_DONTWAIT | MSG_MORE))
		return PROTODRILL_UNKNOWN;
	return result(lwip_sendto(fd, bytes, length, flags, to ? (struct sockaddr *)&a : NULL, size));
}

static int64_t do_receive(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	struct sockaddr_storage a = { 0 };
	struct iovec part = { bytes, room };
	struct msghdr m = { .msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &part, .msg_iovlen = 1 };
	long got;

	if (flags & ~(MSG_DONTWAIT | MSG_PEEK))
		return PROTODRILL_UNKNOWN;
	/* Unlike lwip_recvfrom() it says how long a datagram was that is cut. */
	got = lwip_recvmsg(fd, &m, flags);
	if (got >= 0)
		from_sockaddr(&a, from);
	return result(got);
}

static int do_close(int fd)
{
	return result(lwip_close(fd));
}

static int do_shutdown(int fd, int how)
{
	return result(lwip_shutdown(fd, how));
}

/* The library says "no such option" for those that it was built without. */
static int option_result(int value)
{
	return value < 0 && (errno == ENOPROTOOPT || errno == ENOSYS) ? PROTODRILL_UNKNOWN : result(value);
}

/* Some values are one octet, whatever the length; the library leaves the other octets as they are. */
static int do_getsockopt(int fd, int level, int name, void *value, uint32_t *length)
{
	socklen_t size = *length;

	memset(value, 0, size);
	int status = option_result(lwip_getsockopt(fd, level, name, value, &size));

	*length = size;
	return status;
}

/* With SO_LINGER a close() would have to wait, for which it needs a thread. */
static int do_setsockopt(int fd, int level, int name, const void *value, uint32_t length)
{
	struct linger linger;

	if (level == SOL_SOCKET && name == SO_LINGER && length >= sizeof(linger)) {
		memcpy(&linger, value, sizeof(linger));
		if (linger.l_onoff && linger.l_linger)
			return PROTODRILL_UNKNOWN;
	}
	/* lwIP names interfaces with two letters and a number, but scripts use the names of Linux. */
	if (level == SOL_SOCKET && name == SO_BINDTODEVICE)
		return PROTODRILL_UNKNOWN;
	return option_result(lwip_setsockopt(fd, level, name, value, length));
}

static int do_getsockname(int fd, struct protodrill_address *address)
{
	struct sockaddr_storage a = { 0 };
	socklen_t length = sizeof(a);
	int status = result(lwip_getsockname(fd, (struct sockaddr *)&a, &length));

	from_sockaddr(&a, address);
	return status;
}

static int do_getpeername(int fd, struct protodrill_address *address)
{
	struct sockaddr_storage a = { 0 };
	socklen_t length = sizeof(a);
	int status = result(lwip_getpeername(fd, (struct sockaddr *)&a, &length));

	from_sockaddr(&a, address);
	return status;
}

static int do_poll(int fd, int events, uint64_t *generation)
{
	struct pollfd p = { .fd = fd, .events = (short)events };

	(void)generation;
	return lwip_poll(&p, 1, 0) < 0 ? -errno : (uint16_t)p.revents;
}

static int do_ioctl(int fd, uint32_t request, void *value, size_t length)
{
	if (length < sizeof(int) || request != FIONREAD)
		return PROTODRILL_UNKNOWN;
	return result(lwip_ioctl(fd, (long)request, value));
}

/* ---- settings ---- */

/* Settings that are fixed when the library is built: their value, and what any other would take. */
static const struct {
	const char *key, *value, *lacking;
} built[] = {
	{ "net.ipv4.tcp_timestamps", "0", "time-stamps" },
	{ "net.ipv4.tcp_sack", "0", "selective acknowledgements" },
	{ "net.ipv4.tcp_dsack", "0", "selective acknowledgements" },
	{ "net.ipv4.tcp_ecn", "0", "ECN (RFC 3168)" },
	{ "net.ipv4.tcp_congestion_control", "reno", "other congestion control" },
	{ "net.ipv4.tcp_early_retrans", "0", "tail loss probes (RFC 8985)" },
	{ "net.ipv4.tcp_frto", "0", "F-RTO (RFC 5682)" },
	{ "net.ipv4.tcp_fastopen", "0", "Fast Open (RFC 7413)" },
	{ "net.ipv4.tcp_syncookies", "0", "SYN cookies" },
	{ "net.ipv4.tcp_mtu_probing", "0", "packetization-layer path MTU discovery" },
};

static int do_set(const char *key, const char *value, char *why, size_t room)
{
	if (!strcmp(key, "net.ipv4.tcp_window_scaling")) {
		no_scaling = !strcmp(value, "0");
		return PROTODRILL_DONE;
	}
	for (size_t i = 0; i < sizeof(built) / sizeof(*built); i++) {
		if (strcmp(key, built[i].key))
			continue;
		snprintf(why, room, "%s", built[i].lacking);
		return strcmp(value, built[i].value) ? PROTODRILL_NO_SUCH_FEATURE : PROTODRILL_DONE;
	}
	return PROTODRILL_NO_SUCH_KEY;
}

static int64_t do_get(const char *key, char *value, size_t room)
{
	for (size_t i = 0; i < sizeof(built) / sizeof(*built); i++)
		if (!strcmp(key, built[i].key))
			return snprintf(value, room, "%s", built[i].value);
	return PROTODRILL_UNKNOWN;
}

static const char *const meets[] = { "tcp", "udp", "icmp", NULL };

const struct protodrill_stack_v1 protodrill_stack_v1 = {
	.size = sizeof(protodrill_stack_v1), .version = PROTODRILL_PROTOCOL, .name = "lwip",
	.release = LWIP_VERSION_STRING,
	.start = start, .packet = packet, .deadline = deadline, .run = run, .tells = 1,
	.socket = do_socket, .bind = do_bind, .listen = do_listen, .accept = do_accept, .connect = do_connect,
	.send = do_send, .receive = do_receive, .close = do_close, .shutdown = do_shutdown,
	.getsockopt = do_getsockopt, .setsockopt = do_setsockopt, .getsockname = do_getsockname,
	.getpeername = do_getpeername, .poll = do_poll, .ioctl = do_ioctl, .set = do_set, .get = do_get,
	.meets = meets,
};

int main(void)
{
	return protodrill_adapter_main(&protodrill_stack_v1);
}
