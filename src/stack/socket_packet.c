/* SPDX-License-Identifier: MIT
 *
 * socket_packet.c - what the options of a socket mean for its packets
 *
 * The user sets TTL, TOS, fragmentation and so on for a socket, once for IPv4 and once for IPv6, and again separately
 * for multicast; IP wants one value for the packet at hand. UDP and TCP get that value here, so that both choose it in
 * the same way (RFC 1122, 4.1.4 and 4.2.4.2).
 */
#include "stack/socket_packet.h"

#include <string.h>

#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/ip_option.h"
#include "stack/ip_output.h"
#include "stack/ip_packet.h"
#include "stack/path.h"
#include "stack/sock.h"
#include "stack/socket_device.h"

enum ip_fragmentation socket_fragmentation(int discovery)
{
	static const enum ip_fragmentation meaning[] = {
		[IP_PMTU_OFF] = IP_FRAGMENT_ALLOWED, [IP_PMTU_WANT] = IP_FRAGMENT_AS_NEEDED,
		[IP_PMTU_DO] = IP_FRAGMENT_NEVER, [IP_PMTU_PROBE] = IP_FRAGMENT_PROBE,
		[IP_PMTU_INTERFACE] = IP_FRAGMENT_LINK_NEVER, [IP_PMTU_OMIT] = IP_FRAGMENT_LINK_ALLOWED,
	};

	return meaning[discovery];
}

/* RFC 1122, 4.1.4 (RFC1122-4.1.4-TTLTOS): TTL, TOS and options are the user's to set. */
void socket_fill_send(const struct socket *s, struct ip_send *send)
{
	const struct socket_options *o = &s->options;
	bool v4 = s->remote.ip.version == 4 || send->destination.version == 4;

	device_fill_send(s, send);
	if (!send->destination.version)
		send->destination = s->remote.ip;
	/* RFC 9293, 3.9.1.1, MUST-45: the address of the connection. */
	if (defect(s->stack, DEFECT_TCP_SOURCE_CHOSEN) && s->type == SOCK_STREAM)
		(void)ip_source_for(s->stack, &send->destination, &send->source);
	else if (!send->source.version)
		send->source = s->local.ip;
	bool group = ip_is_multicast(&send->destination);
	/* Below zero means that the user has set nothing: for one host IP takes its default, which is written as 0. */
	int ttl = v4 ? (group ? o->multicast_ttl : o->ttl) : group ? o->multicast_hops : o->hop_limit;
	/* RFC 1112, 6.1; RFC 3493, 5.2: 1 unless asked otherwise. */
	if (group && ttl < 0)
		ttl = 1;
	if (s->type == SOCK_DGRAM && !group && defect(s->stack, DEFECT_UDP_TTL_IGNORED))
		ttl = -1;
	if (group && ttl == 1 && defect(s->stack, DEFECT_UDP_GROUP_FAR))
		ttl = -1;
	send->ttl = ttl < 0 ? 0 : (uint8_t)ttl;
	send->host_only = group && ttl == 0;
	send->zero_ttl = !v4 && ttl == 0;                    /* RFC 8200, 3, has nothing against it */
	send->tunnel = s->tunnel;
	send->tos = v4 ? o->tos : o->traffic_class;
	if (s->type == SOCK_DGRAM && defect(s->stack, DEFECT_UDP_TOS_IGNORED))
		send->tos = 0;
	send->fragmentation = socket_fragmentation(v4 ? o->pmtu_discovery : o->pmtu_discovery6);
	if (!v4 && o->dont_fragment && send->protocol != PROTOCOL_TCP)
		send->fragmentation = IP_FRAGMENT_NEVER;
	send->largest = v4 ? 0 : o->largest_fragment6;
	send->option_length = v4 ? o->option_length : 0;
	if (s->type == SOCK_DGRAM && defect(s->stack, DEFECT_UDP_OPTIONS_IGNORED))
		send->option_length = 0;
	if (s->type == SOCK_STREAM && defect(s->stack, DEFECT_TCP_IP_OPTIONS_LOST))
		send->option_length = 0;
	send->options = o->options;
	send->loop_group = o->multicast_loop;
	send->flow_label = o->flow_label;
	if (!v4 && !o->flow_label && socket_labels_flows(s)) {
		/* RFC 6437, 3: the same for all packets of a flow, and hard to guess. */
		uint8_t flow[21] = { [20] = s->flow_turn, [16] = (uint8_t)(s->local.port >> 8), (uint8_t)s->local.port,
		                     (uint8_t)(s->remote.port >> 8), (uint8_t)s->remote.port };
		memcpy(flow, send->destination.bytes, 16);
		send->flow_label = (uint32_t)(keyed_hash(s->stack->secret, flow, sizeof(flow)) & 0xfffff);
	}
}

void socket_follow_route(struct socket *s, const struct ip_packet *p)
{
	struct socket_options *o = &s->options;
	uint8_t way[IP_OPTION_ROOM];
	size_t length = p->option_length ? ip_way_back(p, way) : 0;

	s->tunnel = p->tunnel;
	/* RFC 9293, 3.9.2.1: answers go back along the route by which the SYN came (MUST-53), or along that of a later
	 * segment (SHLD-24); but a route that the user gave stays (MUST-52). */
	if (!length || defect(s->stack, DEFECT_TCP_ROUTE_IGNORED))
		return;
	if (o->option_length && !o->options_received && !defect(s->stack, DEFECT_TCP_ROUTE_OVERRIDES))
		return;
	if (o->options_received && defect(s->stack, DEFECT_TCP_ROUTE_KEPT))
		return;
	memcpy(o->options, way, length);
	o->option_length = (uint8_t)length;
	o->options_received = true;
}

void socket_follow_opening(struct socket *s, const struct ip_packet *p)
{
	struct socket_options *o = &s->options;

	/* Linux leaves here what it knows of the last packet of the handshake, where getsockopt() finds it:
	 * IP_MULTICAST_TTL of a stream is the TTL that the peer's packet had. */
	o->machine.incoming_cpu = 0;
	if (p->source.version == 4) {
		o->multicast_ttl = p->ttl;
		return;
	}
	o->multicast_hops = p->ttl;
	o->multicast_interface = STACK_INTERFACE;
}

bool socket_near_enough(const struct socket *s, const struct ip_packet *p)
{
	return p->ttl >= (p->source.version == 4 ? s->options.minimum_ttl : s->options.minimum_hops);
}
