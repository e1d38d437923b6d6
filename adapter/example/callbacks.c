/* SPDX-License-Identifier: MIT
 *
 * callbacks.c - a whole adapter for a stack that calls back: the TCP of lwIP, by its raw API
 *
 * protodrill-callbacks.h keeps what the callbacks say. What is left to write is how a program asks such a stack.
 * (adapter/lwip has the same stack, by its sockets.)
 */
#define PROTODRILL_ADAPTER_MAIN
#include "../protodrill-adapter.h"
#include "../protodrill-callbacks.h"

#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>

static struct netif device;

u32_t sys_now(void) { return protodrill_milliseconds(); }

static void packet(const void *bytes, size_t length)
{
	struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_RAM);

	pbuf_take(p, bytes, (u16_t)length);
	ip_input(p, &device);
}

static err_t send_packet(struct netif *n, struct pbuf *p, const ip4_addr_t *to)
{
	uint8_t bytes[2048];

	(void)n, (void)to;
	protodrill_output(bytes, pbuf_copy_partial(p, bytes, sizeof(bytes), 0));
	return ERR_OK;
}

static err_t start_device(struct netif *n)
{
	n->output = send_packet;
	n->mtu = 1500;
	return ERR_OK;
}

static int start(const struct protodrill_start *how)
{
	const ip4_addr_t address = { protodrill_ip4(&how->local) }, mask = { protodrill_mask4(how->local_prefix) };

	if (how->local.family != 4)
		return PROTODRILL_UNKNOWN;
	srand((unsigned)how->seed);
	lwip_init();
	netif_add(&device, &address, &mask, &address, NULL, start_device, ip_input);
	netif_set_default(&device);
	netif_set_link_up(&device);
	netif_set_up(&device);
	return 0;
}

/* ---- the callbacks ---- */

static err_t on_receive(void *socket, struct tcp_pcb *pcb, struct pbuf *text, err_t error)
{
	(void)pcb;
	for (struct pbuf *p = text; p; p = p->next)
		protodrill_on_receive(socket, NULL, p->payload, p->len);
	if (text)
		pbuf_free(text);
	else
		protodrill_on_end(socket);
	return error;
}

static void on_error(void *socket, err_t error)
{
	protodrill_on_error(socket, error == ERR_ABRT ? ETIMEDOUT : error == ERR_CLSD ? 0 : err_to_errno(error));
}

static err_t on_connect(void *socket, struct tcp_pcb *pcb, err_t error)
{
	(void)pcb;
	protodrill_on_connect(socket);
	return error;
}

static struct tcp_pcb *attach(struct tcp_pcb *pcb, struct protodrill_socket *socket)
{
	tcp_arg(pcb, socket);
	tcp_recv(pcb, on_receive);
	tcp_err(pcb, on_error);
	return pcb;
}

static err_t on_accept(void *listener, struct tcp_pcb *pcb, err_t error)
{
	attach(pcb, protodrill_on_accept(listener, pcb, protodrill_from_ip4(ip_2_ip4(&pcb->remote_ip)->addr,
	                                                                    pcb->remote_port)));
	return error;
}

/* ---- what a program asks ---- */

static void *do_open(struct protodrill_socket *socket, int family, int protocol)
{
	return family == 4 && protocol == IPPROTO_TCP ? attach(tcp_new(), socket) : NULL;
}

static int do_bind(void *pcb, const struct protodrill_address *to)
{
	return -err_to_errno(tcp_bind(pcb, &(ip_addr_t)IPADDR4_INIT(protodrill_ip4(to)), to->port));
}

static void *do_listen(void *pcb, int backlog)
{
	struct tcp_pcb *listener = tcp_listen_with_backlog(pcb, (u8_t)LWIP_MIN(backlog, 255));

	tcp_accept(listener, on_accept);                     /* which knows of NULL */
	return listener;
}

static int do_connect(void *pcb, const struct protodrill_address *to)
{
	return -err_to_errno(tcp_connect(pcb, &(ip_addr_t)IPADDR4_INIT(protodrill_ip4(to)), to->port, on_connect));
}

static int64_t do_send(void *pcb, const void *bytes, size_t length)
{
	if (tcp_write(pcb, bytes, (u16_t)length, TCP_WRITE_FLAG_COPY) != ERR_OK)
		return 0;
	tcp_output(pcb);
	return (int64_t)length;
}

static size_t room(void *pcb) { return tcp_sndbuf((struct tcp_pcb *)pcb); }
static void taken(void *pcb, size_t length) { tcp_recved(pcb, (u16_t)length); }
static int do_close(void *pcb) { return -err_to_errno(tcp_close(pcb)); }

const struct protodrill_connections protodrill_connections = {
	.open = do_open, .bind = do_bind, .listen = do_listen, .connect = do_connect, .room = room, .send = do_send,
	.taken = taken, .close = do_close, .sleep = sys_timeouts_sleeptime, .timers = sys_check_timeouts,
};

static const char *const meets[] = { "tcp", NULL };
static const char *const without[] = { "tcp_timestamps", "tcp_sack", "tcp_ecn", "tcp_early_retrans", NULL };

const struct protodrill_stack_v1 protodrill_stack_v1 = {
	.name = "lwip-raw", .start = start, .packet = packet, .meets = meets, .without = without,
	PROTODRILL_TIMERS, PROTODRILL_CALLBACKS
};
