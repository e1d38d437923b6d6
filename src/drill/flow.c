/* SPDX-License-Identifier: MIT
 *
 * flow.c - which socket a packet belongs to, and the states of sockets
 *
 * Translation of numbers is in translate.c. The states here are not those of TCP: they say how far
 * the script has come with opening a connection, because that decides which packet teaches what.
 * An active opener learns its own end from the first SYN that leaves for the remote end; a passive
 * child is made by the packet that comes in, with ends that the drill itself chose, and learns the
 * stack's initial number from the SYN-ACK. After that the state has no more influence.
 */
#include "drill/flow.h"

#include <netinet/in.h>
#include <string.h>

#include "script/connections.h"

/* The newest is the one under test, and the one that is found first. */
static struct flow *add_flow(struct flows *flows, enum flow_state state, int protocol)
{
	struct flow *flow = arena_new_object(flows->arena, struct flow);

	flow->state = state;
	flow->protocol = protocol;
	flow->script_fd = flow->live_fd = -1;
	flow->next = flows->newest;
	flows->newest = flow;
	flows->under_test = flow;
	return flow;
}

struct flow *flow_open(struct flows *flows, int protocol, int script_fd, int live_fd)
{
	struct flow *flow = add_flow(flows, FLOW_NEW, protocol);

	flow->script_fd = script_fd;
	flow->live_fd = live_fd;
	return flow;
}

/* What was learned from a connection does not hold for the next one of the same socket. */
static void forget_connection(struct flow *flow)
{
	flow->live_local = (struct flow_end){ 0 };
	flow->has_live_isn = flow->has_baseline = flow->has_latest_stamp = false;
	flow->stamps.count = 0;
	flow->script_label = flow->live_label = 0;
}

void flow_connect(struct flows *flows, struct flow *flow, const struct flow_end *remote)
{
	if (flow->state != FLOW_NEW)
		return;
	forget_connection(flow);
	flow->state = FLOW_CONNECTING;
	flow->live_remote = remote ? *remote
	                           : (struct flow_end){ flows->config->remote_ip, flows->config->connect_port };
}

/* A socket that is bound to no particular address has all of them, including that of the configuration. */
struct flow_end flow_own_end(const struct flows *flows, const struct flow *flow)
{
	static const struct ip_address any4 = { .version = 4 }, any6 = { .version = 6 };
	const struct config *config = flows->config;

	if (!flow || !flow->bound.address.version)
		return (struct flow_end){ config->local_ip, config->bind_port };
	if (ip_address_equal(&flow->bound.address, &any4) || ip_address_equal(&flow->bound.address, &any6))
		return (struct flow_end){ config->local_ip, flow->bound.port };
	return flow->bound;
}

/* Nothing is forgotten yet: the reset that the call sends still belongs to the old ends (flow.h). */
void flow_disconnect(struct flow *flow)
{
	flow->state = FLOW_NEW;
}

static bool has_fd(const struct flow *flow, int script_fd)
{
	for (const struct fd_name *f = flow->more_fds; f; f = f->next)
		if (f->script_fd == script_fd)
			return true;
	return flow->script_fd == script_fd;
}

struct flow *flow_of_fd(struct flows *flows, int script_fd)
{
	for (struct flow *f = flows->newest; f; f = f->next)
		if (!f->closed && script_fd >= 0 && has_fd(f, script_fd))
			return f;
	return NULL;
}

void flow_add_fd(struct flows *flows, struct flow *flow, int script_fd, int live_fd)
{
	const struct fd_name name = { flow->more_fds, script_fd, live_fd };

	flow->more_fds = arena_copy(flows->arena, &name, sizeof(name));
}

/* If the first descriptor is closed, another one takes its place. */
void flow_close_fd(struct flow *flow, int script_fd)
{
	struct fd_name **f = &flow->more_fds;

	if (flow->script_fd == script_fd) {
		flow->closed = !*f;
		if (*f) {
			flow->script_fd = (*f)->script_fd;
			flow->live_fd = (*f)->live_fd;
			*f = (*f)->next;
		}
		return;
	}
	while (*f && (*f)->script_fd != script_fd)
		f = &(*f)->next;
	if (*f)
		*f = (*f)->next;
}

/* Ports first: they differ more often. */
static bool endpoint_equal(const struct flow_end *a, const struct flow_end *b)
{
	return a->port == b->port && ip_address_equal(&a->address, &b->address);
}

/* A child waits for its accept() once the SYN-ACK has been seen; with Fast Open accept() may return that early. Its
 * peer distinguishes it from other children, because a queue may hand them out in any order. */
struct flow *flow_accepted(struct flows *flows, const struct flow_end *peer)
{
	for (struct flow *f = flows->newest; f; f = f->next)
		if ((f->state == FLOW_SYNACK_SENT || f->state == FLOW_SYNACK_ACKED) && f->live_fd < 0 &&
		    endpoint_equal(&f->live_remote, peer))
			return f;
	return NULL;
}

/* Loopback, the address of the configuration, or one that a socket of the script was bound to. */
static bool is_own_address(const struct flows *flows, const struct ip_address *address)
{
	static const uint8_t loopback6[16] = { [15] = 1 };

	if (address->version == 4 ? address->bytes[0] == 127 : !memcmp(address->bytes, loopback6, sizeof(loopback6)))
		return true;
	for (const struct flow *f = flows->newest; f; f = f->next)
		if (f->bound.address.version && ip_address_equal(&f->bound.address, address))
			return true;
	return ip_address_equal(&flows->config->local_ip, address);
}

struct flow *flow_accepted_from_oneself(struct flows *flows, const struct flow_end *peer)
{
	struct flow *const under_test = flows->under_test;

	if (!is_own_address(flows, &peer->address))
		return NULL;
	struct flow *flow = add_flow(flows, FLOW_SYNACK_ACKED, IPPROTO_TCP);
	flow->live_remote = *peer;
	flows->under_test = under_test;
	return flow;
}

static bool is_icmp(enum header_type type)
{
	return type == HEADER_ICMPV4 || type == HEADER_ICMPV6;
}

/* ICMP is about a socket of any protocol: errors quote its packets. */
static bool protocol_fits(int protocol, enum header_type type)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return type == HEADER_TCP || is_icmp(type);
	case IPPROTO_UDP:
		return type == HEADER_UDP || is_icmp(type);
	case IPPROTO_UDPLITE:
		return type == HEADER_UDPLITE || is_icmp(type);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return is_icmp(type);
	default:
		return false;
	}
}

/* An address and port that no flow has yet. */
static struct flow_end new_end(struct flows *flows)
{
	return (struct flow_end){ flows->config->remote_ip, flows->remote_port(flows->user) };
}

/* The child of a listening socket. Its peer is our own invention, so both ends are known before the stack has sent
 * anything; only its initial number has to be learned. */
static struct flow *add_child(struct flows *flows, const struct scripted_packet *scripted, struct flow_end remote,
                              struct flow_end own)
{
	struct flow *child = add_flow(flows, FLOW_PACKET_RECEIVED, IPPROTO_TCP);
	uint32_t isn = packet_transport(&scripted->packet)->tcp.seq;

	child->live_remote_isn = isn;
	child->live_remote = remote;
	child->live_local = own;
	return child;
}

/* ---- connections with names ---- */

/* Can a packet to @port (0: any) begin a connection to the socket of @flow? */
static bool is_open_to(const struct flows *flows, const struct flow *flow, enum header_type type, uint16_t port)
{
	const struct flow_end own = flow_own_end(flows, flow);

	if (flow->closed || flow->script_fd < 0 || !protocol_fits(flow->protocol, type))
		return false;
	return (type != HEADER_TCP || flow->state == FLOW_LISTENING) && (!port || own.port == port);
}

/* The socket to which a line that begins a connection goes: the latest that fits. NULL: there is none. */
static struct flow *socket_for(const struct flows *flows, enum header_type type, uint16_t port)
{
	for (struct flow *f = flows->newest; f; f = f->next)
		if (is_open_to(flows, f, type, port))
			return f;
	return NULL;
}

/* A flow beside that of the same socket. */
static struct flow *add_beside(struct flows *flows, const struct flow *flow, const char *name)
{
	struct flow *beside = add_flow(flows, FLOW_NEW, flow->protocol);

	beside->bound = flow->bound;
	beside->name = name;
	return beside;
}

struct flow *flow_of_call(struct flows *flows, struct flow *flow, const char *name)
{
	struct flow *known = flow_named(flows, name);

	if (flow->name && !strcmp(flow->name, name))
		return flow;
	if (flow->protocol == IPPROTO_TCP || !flow->name) {
		flow->name = name;
		flow->live_remote = (struct flow_end){ 0 };  /* of the connection that it had before */
		return flow;
	}
	return known && known->protocol == flow->protocol ? known : add_beside(flows, flow, name);
}

static int protocol_of(enum header_type type)
{
	return type == HEADER_UDP ? IPPROTO_UDP : type == HEADER_UDPLITE ? IPPROTO_UDPLITE :
	       type == HEADER_ICMPV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
}

/* The connection that the injected line @scripted begins. Ports that it writes are those of the connection. */
static struct flow *begin_named(struct flows *flows, const struct scripted_packet *scripted)
{
	const enum header_type type = packet_transport(&scripted->packet)->type;
	const char *name = scripted->connection;
	struct tuple ports;

	packet_tuple(&scripted->packet, &ports);
	struct flow *socket = socket_for(flows, type, ports.destination_port);
	struct flow_end own = flow_own_end(flows, socket);
	struct flow_end remote = strcmp(name, CONNECTION_NEW) ? flow_peer_end(flows, name) : new_end(flows);
	own.port = ports.destination_port ? ports.destination_port : own.port;
	remote.port = ports.source_port ? ports.source_port : remote.port;

	struct flow *flow = socket;
	if (type == HEADER_TCP)
		flow = add_child(flows, scripted, remote, own);
	else if (!socket)
		flow = add_flow(flows, FLOW_NEW, protocol_of(type));
	else if (socket->name || socket->state != FLOW_NEW)
		flow = add_beside(flows, socket, name);
	flow->name = name;
	flow->live_local = own;
	flow->live_remote = remote;
	flows->under_test = flow;
	return flow;
}

/* Does the line begin a connection? @flow is the one that has its name already, or NULL. */
static bool begins(const struct flow *flow, const struct scripted_packet *scripted)
{
	const struct header *transport = packet_transport(&scripted->packet);

	if (scripted->direction != DIRECTION_INBOUND)
		return false;
	return !flow || (!strcmp(scripted->connection, CONNECTION_NEW) && transport->type == HEADER_TCP &&
	                 (transport->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN);
}

/* This follows from the line itself, not from what the stack does: the script decides which role a socket has. An ACK
 * in an inbound line makes a child ready to be accepted, even if it is one that the stack will refuse. */
static void enter_state(struct flow *flow, const struct scripted_packet *scripted, const struct tcp_header *tcp)
{
	bool syn = tcp->flags & TCP_SYN, ack = tcp->flags & TCP_ACK;

	flow->reset |= scripted->direction == DIRECTION_INBOUND && tcp->flags & TCP_RST;
	if (scripted->direction == DIRECTION_OUTBOUND) {
		if (flow->state == FLOW_CONNECTING && syn && !ack) {
			flow->state = FLOW_SYN_SENT;
			flow->script_local_isn = tcp->seq;
		}
	} else if (flow->state == FLOW_SYN_SENT && syn && ack) {
		flow->state = FLOW_SYN_ACKED;
		flow->live_remote_isn = tcp->seq;
	} else if (flow->state == FLOW_SYNACK_SENT && ack) {
		flow->state = FLOW_SYNACK_ACKED;
	} else if ((flow->state == FLOW_SYNACK_SENT || flow->state == FLOW_SYNACK_ACKED) && syn && !ack) {
		flow->counts_on = flow->state == FLOW_SYNACK_SENT || tcp->seq == flow->live_remote_isn;
		flow->reopening = flow->reset || tcp->seq != flow->live_remote_isn;
		flow->reopening_isn = tcp->seq;
	}
}

/* The rules of 13.3 in their order. Explicit ports make a line fit a socket of another protocol: such a packet is meant
 * for nobody. */
struct flow *flow_for_line(struct flows *flows, const struct scripted_packet *scripted)
{
	const struct header *transport = packet_transport(&scripted->packet);
	struct flow *flow = flows->under_test;
	bool tcp = transport->type == HEADER_TCP;

	if (scripted->connection) {
		flow = flow_named(flows, scripted->connection);
		if (begins(flow, scripted))
			return begin_named(flows, scripted);
		flows->under_test = flow ? flow : flows->under_test;
	} else if (tcp && scripted->direction == DIRECTION_INBOUND && (!flow || flow->state == FLOW_LISTENING)) {
		return add_child(flows, scripted, new_end(flows), flow_own_end(flows, flow));
	}
	if (!flow)
		return NULL;
	if (!protocol_fits(flow->protocol, transport->type)) {
		struct tuple ports;

		packet_tuple(&scripted->packet, &ports);
		if (!ports.source_port && !ports.destination_port)
			return NULL;
	}
	if (tcp)
		enter_state(flow, scripted, &transport->tcp);
	return flow;
}

/* Is a packet with this header and @tuple the first one that the stack sends for @flow? The script does not know which
 * port the stack will choose, so this is recognised by the peer, the protocol, and a SYN that can only be the first. */
static bool is_first_packet(const struct flow *flow, const struct header *transport, const struct tuple *tuple)
{
	bool tcp = transport->type == HEADER_TCP;

	/* Of a connection with a name it may come before the line that expects it. */
	bool sends = flow->state == FLOW_SYN_SENT || (flow->name && flow->state == FLOW_CONNECTING);

	if (tcp && (!sends || (transport->tcp.flags & (TCP_SYN | TCP_ACK)) != TCP_SYN))
		return false;
	if (!tcp && flow->state != FLOW_CONNECTING)
		return false;
	if (!is_icmp(transport->type) && flow->bound.port && flow->bound.port != tuple->source_port)
		return false;
	if (!protocol_fits(flow->protocol, transport->type) ||
	    (is_icmp(transport->type) && flow->protocol == IPPROTO_TCP))
		return false;
	return ip_address_equal(&tuple->destination, &flow->live_remote.address) &&
	       (is_icmp(transport->type) || tuple->destination_port == flow->live_remote.port);
}

/* Without a local end nothing was learned yet, and no packet is this flow's. */
bool flow_has_tuple(const struct flow *flow, const struct tuple *live)
{
	return flow->live_local.address.version && flow->live_local.port == live->source_port &&
	       flow->live_remote.port == live->destination_port &&
	       ip_address_equal(&flow->live_local.address, &live->source) &&
	       ip_address_equal(&flow->live_remote.address, &live->destination);
}

/* Two connections from one port to one peer can exist after another in a script; the end that was
 * learned tells them apart. */
static bool is_of_another(const struct flows *flows, const struct flow *flow, const struct tuple *live)
{
	for (const struct flow *f = flows->newest; f; f = f->next)
		if (f != flow && flow_has_tuple(f, live))
			return true;
	return false;
}

bool flow_takes(const struct flows *flows, struct flow *flow, const struct scripted_packet *scripted,
                const struct packet *live)
{
	const struct header *transport = packet_transport(live);
	struct tuple tuple;
	bool by_address = transport && is_icmp(transport->type);

	if (!transport)
		return false;
	/* An ICMP message carries no ports: it fits where the script waits for one. */
	if (by_address && !is_icmp(packet_transport(&scripted->packet)->type))
		return false;
	packet_tuple(live, &tuple);
	if (by_address) {
		tuple.source_port = flow->live_local.port;
		tuple.destination_port = flow->live_remote.port;
	}
	if (flow_has_tuple(flow, &tuple))
		return true;
	if (!is_first_packet(flow, transport, &tuple) || is_of_another(flows, flow, &tuple))
		return false;
	flow->live_local = (struct flow_end){ tuple.source, tuple.source_port };
	return true;
}

/* A line that asks for nothing in particular: any packet of the flow fits. */
struct flow *flow_owner(const struct flows *flows, const struct packet *live)
{
	const struct scripted_packet like = { .packet = *live };

	for (struct flow *f = flows->newest; f; f = f->next)
		if (f->name && flow_takes(flows, f, &like, live))
			return f;
	return NULL;
}

/* The stack took a SYN in TIME-WAIT, or after a reset, for a new connection between the same ends: all numbers count
 * anew, and accept() will name it. Before, when only the SYN was there, it might as well have been challenged with the
 * old numbers. A descriptor of the connection before that is still open stays, so that the script can close it. */
static void reopen(struct flow *flow)
{
	flow->reopening = flow->reset = false;
	flow->state = FLOW_PACKET_RECEIVED;
	flow->live_remote_isn = flow->reopening_isn;
	flow->has_baseline = false;
	flow->stamps.count = 0;
	if (!flow->closed && flow->script_fd >= 0) {
		flow->former = (struct fd_name){ flow->more_fds, flow->script_fd, flow->live_fd };
		flow->more_fds = &flow->former;
	}
	flow->closed = false;
	flow->script_fd = flow->live_fd = -1;
}

/* Numbers are learned once. A repeated SYN must have the same number; if not, that is a fault and must show as one. */
void flow_learn(struct flow *flow, const struct scripted_packet *scripted, const struct packet *live)
{
	const struct header *expected = packet_transport(&scripted->packet), *got = packet_transport(live);
	const uint16_t syn_ack = TCP_SYN | TCP_ACK;

	if (expected->type != HEADER_TCP || got->type != HEADER_TCP)
		return;
	if (flow->state == FLOW_SYN_SENT && !flow->has_live_isn && (got->tcp.flags & syn_ack) == TCP_SYN) {
		flow->live_local_isn = got->tcp.seq;
		flow->has_live_isn = true;
	}
	const bool anew = !flow->counts_on || expected->tcp.seq == flow->script_local_isn;
	if (flow->reopening && anew && (got->tcp.flags & syn_ack) == syn_ack &&
	    got->tcp.ack == flow->reopening_isn + 1)
		reopen(flow);
	if (flow->state == FLOW_PACKET_RECEIVED && (expected->tcp.flags & syn_ack) == syn_ack) {
		flow->state = FLOW_SYNACK_SENT;
		flow->script_local_isn = expected->tcp.seq;
		flow->live_local_isn = got->tcp.seq;
		flow->has_live_isn = true;
	}
}

/* What went each way last is kept for the reset at the end of the run, which must have the right number. */
void flow_injected(struct flow *flow, const struct packet *live)
{
	const struct header *transport = packet_transport(live);

	if (transport->type != HEADER_TCP)
		return;
	flow->was_injected = true;
	flow->last_injected = transport->tcp;
	flow->last_injected_payload = live->payload_length;
}

void flow_captured(struct flow *flow, const struct packet *live)
{
	const struct header *transport = packet_transport(live);

	if (transport->type != HEADER_TCP)
		return;
	flow->was_captured = true;
	flow->last_captured = transport->tcp;
	flow->reset |= (transport->tcp.flags & TCP_RST) != 0;
}

/* A reset is taken when it stands exactly where the receiver expects the next octet (RFC 9293,
 * 3.10.7.4). What was injected last says where that is; without it what was captured last does, read
 * from the other side. */
static void reset_numbers(const struct flow *flow, struct tcp_header *reset)
{
	const struct tcp_header *in = &flow->last_injected, *out = &flow->last_captured;

	if (flow->was_injected && in->flags & TCP_ACK) {
		reset->seq = in->seq + !!(in->flags & TCP_SYN) + !!(in->flags & TCP_FIN) +
			     (uint32_t)flow->last_injected_payload;
		reset->ack = in->ack;
		reset->window = in->window;
	} else if (flow->was_captured && out->flags & TCP_ACK) {
		reset->seq = out->ack;
		reset->ack = out->seq;
	} else {
		reset->ack = flow->was_captured ? out->seq + 1 : 0;
	}
}

/* Only a connection that has both ends can be reset. For one that is closed already the packet does no
 * harm. */
bool flow_reset_packet(const struct flow *flow, struct packet *out)
{
	if (flow->protocol != IPPROTO_TCP || !flow->live_local.port || !flow->live_remote.port)
		return false;
	bool v6 = flow->live_remote.address.version == 6;
	*out = (struct packet){ .header_count = 2 };
	out->headers[0].type = v6 ? HEADER_IPV6 : HEADER_IPV4;
	if (v6)
		out->headers[0].ipv6.hop_limit = 255;
	else
		out->headers[0].ipv4.ttl = 255;
	out->headers[1].type = HEADER_TCP;
	out->headers[1].tcp.flags = TCP_RST | TCP_ACK;
	reset_numbers(flow, &out->headers[1].tcp);
	packet_set_tuple(out, &(struct tuple){ flow->live_remote.address, flow->live_local.address,
					       flow->live_remote.port, flow->live_local.port });
	return packet_fill_lengths(out);
}

/* Flow labels are names like other numbers, and both ways are checked: the same label in the script must be the same on
 * the wire, and another one must be another. What is wrong, or NULL. */
const char *flow_check_label(struct flows *flows, struct flow *flow, uint32_t script_label, uint32_t live_label)
{
	if (!script_label)
		return NULL;
	if (!live_label)
		return "flowlabel unmarked in the live packet";
	if (flow->script_label == script_label && flow->live_label != live_label)
		return arena_printf(flows->arena,
				    "inconsistent flowlabels for this packet: expected: 0x%x vs actual: 0x%x",
				    flow->live_label, live_label);
	if (flow->script_label && flow->script_label != script_label && flow->live_label == live_label)
		return "expected a different flowlabel but got the same";
	flow->script_label = script_label;
	flow->live_label = live_label;
	return NULL;
}
