/* SPDX-License-Identifier: MIT
 *
 * translate.c - the numbers of a flow: script space <-> live space
 *
 * Numbers of packets with SYN are absolute in the script; those of other packets are relative to
 * the initial sequence number of their direction. All arithmetic is modulo 2^32.
 *
 * Sequence numbers move by an offset for each direction: the remote side's initial number is what the script wrote,
 * since we send it ourselves; the local side's is whatever the stack chose. Acknowledgements and SACK blocks speak of
 * the other direction and move by its offset. A script could not rely on arithmetic of time-stamps, so their values are
 * labels: each label that was seen stands for the live value that came with it, and an echo must name one of them.
 */
#include "drill/flow.h"

#include <stdlib.h>
#include <string.h>

#include "wire/checksum.h"
#include "wire/codec.h"
#include "wire/tcp_option.h"

enum { TS_VAL = 0, TS_ECR = 4, SACK_EDGE_BYTES = 4 };

/* The data of the first well-formed option of @kind, writable; NULL if there is none. */
static uint8_t *find_option(struct tcp_header *tcp, uint8_t kind, size_t *length)
{
	struct tcp_option option;
	const char *why;
	size_t offset = 0;

	while (tcp_option_next(tcp->options, tcp->option_length, &offset, &option, &why) > 0) {
		if (option.kind == kind && tcp_option_length_ok(&option, &(size_t){ 0 })) {
			*length = option.length - 2u;
			return tcp->options + option.at + 2;
		}
	}
	return NULL;
}

/* Edges are acknowledgement numbers. In a truncated option the edges that are there are shifted. */
static void shift_sack(struct tcp_header *tcp, uint32_t offset)
{
	size_t length;
	uint8_t *edges = find_option(tcp, TCP_OPTION_SACK, &length);

	for (size_t at = 0; edges && at + SACK_EDGE_BYTES <= length; at += SACK_EDGE_BYTES)
		put32(edges + at, get32(edges + at) + offset);
}

/* The acknowledgement field of a packet without ACK means nothing, and is left as it is. */
static void shift_numbers(struct tcp_header *tcp, uint32_t seq_offset, uint32_t ack_offset)
{
	tcp->seq += seq_offset;
	if (tcp->flags & TCP_ACK)
		tcp->ack += ack_offset;
	shift_sack(tcp, ack_offset);
}

void flow_keep_literal(const struct scripted_packet *scripted, const struct packet *original, struct packet *packet)
{
	const struct header *from = packet_transport(original);
	struct header *to = packet_transport(packet);

	if (from->type != HEADER_TCP || to->type != HEADER_TCP)
		return;
	if (scripted->absolute)
		to->tcp.seq = from->tcp.seq;
	if (scripted->literal_options)
		memcpy(to->tcp.options, from->tcp.options, sizeof(to->tcp.options));
}

void flow_to_script(const struct flow *flow, struct packet *packet)
{
	struct header *transport = packet_transport(packet);

	if (transport->type != HEADER_TCP)
		return;
	bool syn = transport->tcp.flags & TCP_SYN;
	uint32_t seq_offset = syn ? flow->live_local_isn - flow->script_local_isn : flow->live_local_isn;
	uint32_t ack_offset = syn ? 0 : flow->live_remote_isn;

	shift_numbers(&transport->tcp, 0u - seq_offset, 0u - ack_offset);
}

void flow_reset_to_script(const struct flow *flow, struct packet *reset)
{
	shift_numbers(&packet_transport(reset)->tcp, 0u - flow->live_remote_isn, 0u - flow->live_local_isn);
}

/* ---- time-stamps ---- */

/* Where a label is, or would have to be inserted. */
static size_t stamp_position(const struct stamp_map *map, uint32_t script)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (map->pairs[middle].script < script)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The latest value of a label counts: a script that writes the same one again means what was sent
 * last. */
static void stamp_learn(struct arena *arena, struct stamp_map *map, uint32_t script, uint32_t live)
{
	size_t at = stamp_position(map, script);

	if (at < map->count && map->pairs[at].script == script) {
		map->pairs[at].live = live;
		return;
	}
	map->pairs = arena_grow(arena, map->pairs, map->count, &map->room, sizeof(*map->pairs));
	memmove(map->pairs + at + 1, map->pairs + at, (map->count - at) * sizeof(*map->pairs));
	map->pairs[at] = (struct stamp_pair){ script, live };
	map->count++;
}

/* The first time-stamp of a connection is the base line. Every later one is moved by the same
 * distance, so that a script can say how much a clock has advanced without knowing where it started. */
bool flow_map_stamp(struct flows *flows, struct flow *flow, const struct packet *expected, struct packet *observed,
                    int64_t *difference)
{
	struct header *want = packet_transport(expected), *got = packet_transport(observed);
	size_t length;

	if (want->type != HEADER_TCP || got->type != HEADER_TCP)
		return false;
	const uint8_t *script = find_option(&want->tcp, TCP_OPTION_TS, &length);
	uint8_t *live = find_option(&got->tcp, TCP_OPTION_TS, &length);
	if (!script || !live)
		return false;

	uint32_t script_val = get32(script + TS_VAL), live_val = get32(live + TS_VAL);
	stamp_learn(flows->arena, &flow->stamps, script_val, live_val);
	if (!flow->has_baseline) {
		flow->has_baseline = true;
		flow->script_baseline = script_val;
		flow->live_baseline = live_val;
	}
	uint32_t rewritten = flow->script_baseline + (live_val - flow->live_baseline);
	put32(live + TS_VAL, rewritten);
	*difference = (int32_t)(rewritten - script_val);
	return true;
}

/* The live echo for the script's, or the sentence why there is none. */
static bool echo_stamp(struct flows *flows, const struct flow *flow, uint8_t *stamp, const char **why)
{
	uint32_t ecr = get32(stamp + TS_ECR);
	size_t at = stamp_position(&flow->stamps, ecr);

	if (at < flow->stamps.count && flow->stamps.pairs[at].script == ecr) {
		put32(stamp + TS_ECR, flow->stamps.pairs[at].live);
	} else if (flows->config->tcp_ts_ecr_scaled && flow->has_baseline) {
		put32(stamp + TS_ECR, ecr - flow->script_baseline + flow->live_baseline);
	} else {
		*why = arena_printf(
		        flows->arena,
		        "unable to infer live TS ecr for script TS ecr %u;  no matching or preceding outbound TS val",
		        ecr);
		flows->advice = "An injected ecr is the val of a packet that was expected before, and its line has to "
		                "write that val, as in TS val 100 ecr 1; 'ecr *' is what came last, 'ecr 100!' is "
		                "sent as it is, and --tcp_ts_ecr_scaled infers the values in between.";
		return false;
	}
	return true;
}

void flow_learn_stamp(struct flow *flow, const struct packet *live)
{
	struct packet copy = *live;
	struct header *transport = packet_transport(&copy);
	size_t length;

	if (transport->type != HEADER_TCP)
		return;
	const uint8_t *stamp = find_option(&transport->tcp, TCP_OPTION_TS, &length);
	if (!stamp)
		return;
	flow->has_latest_stamp = true;
	flow->latest_stamp = get32(stamp + TS_VAL);
}

static bool echo_latest(const struct flow *flow, uint8_t *stamp, const char **why)
{
	*why = "no time-stamp came that TS ecr * could echo";
	put32(stamp + TS_ECR, flow->latest_stamp);
	return flow->has_latest_stamp;
}

/* ---- script to live ---- */

/* Where an inbound packet without a connection comes from and goes to. */
static void default_ends(const struct flows *flows, struct flow *flow)
{
	const struct config *config = flows->config;

	if (!flow->live_remote.address.version)
		flow->live_remote = (struct flow_end){ config->remote_ip, config->connect_port };
	if (!flow->live_local.address.version)
		flow->live_local = flow_own_end(flows, flow);
}

/* Ports that a line gives are kept: so a script makes a packet of another connection. */
static void set_ends(const struct flow *flow, struct packet *packet)
{
	struct tuple written;

	packet_tuple(packet, &written);
	packet_set_tuple(packet, &(struct tuple){
					 .source = flow->live_remote.address,
					 .destination = flow->live_local.address,
					 .source_port = written.source_port ? written.source_port
									    : flow->live_remote.port,
					 .destination_port = written.destination_port ? written.destination_port
										     : flow->live_local.port,
				 });
}

/* The header that an ICMP error quotes: as the stack sent it, local -> remote. */
static void quote(const struct flow *flow, const struct scripted_packet *scripted, uint8_t *payload)
{
	uint8_t *ip = payload + scripted->echo_header_at, *ports;

	if (flow->live_local.address.version == 4) {
		memcpy(ip + 12, flow->live_local.address.bytes, 4);
		memcpy(ip + 16, flow->live_remote.address.bytes, 4);
		ip[10] = ip[11] = 0;
		uint16_t sum = checksum_finish(checksum_add(0, ip, IPV4_HEADER_BYTES));
		ip[10] = (uint8_t)(sum >> 8);
		ip[11] = (uint8_t)sum;
	} else {
		memcpy(ip + 8, flow->live_local.address.bytes, 16);
		memcpy(ip + 24, flow->live_remote.address.bytes, 16);
	}
	ports = ip + scripted->echo_ports_at;
	put32(ports, (uint32_t)flow->live_local.port << 16 | flow->live_remote.port);
	if (scripted->echo != ECHO_UDP && scripted->echo != ECHO_UDPLITE)
		put32(ports + 4, scripted->echo_seq + flow->live_local_isn);
}

/* The ends come first, since a quoted header contains them. Time-stamps come last: only they can fail. */
bool flow_to_live(struct flows *flows, struct flow *flow, const struct scripted_packet *scripted, struct packet *packet,
                  uint8_t *quoted, const char **why)
{
	struct header *transport = packet_transport(packet);

	default_ends(flows, flow);
	if (scripted->own_addresses)
		return true;
	set_ends(flow, packet);
	if (transport->type != HEADER_TCP) {
		if (quoted)
			quote(flow, scripted, quoted);
		return true;
	}
	struct tcp_header *tcp = &transport->tcp;
	bool syn = tcp->flags & TCP_SYN;
	uint32_t ack_offset = syn ? flow->live_local_isn - flow->script_local_isn : flow->live_local_isn;

	const struct packet written = *packet;
	shift_numbers(tcp, syn ? 0 : flow->live_remote_isn, ack_offset);
	flow_keep_literal(scripted, &written, packet);
	if (scripted->literal_options || scripted->echo_literal)
		return true;
	size_t length;
	uint8_t *stamp = find_option(tcp, TCP_OPTION_TS, &length);
	if (stamp && scripted->echo_latest)
		return echo_latest(flow, stamp, why);
	return !stamp || !(tcp->flags & TCP_ACK) || echo_stamp(flows, flow, stamp, why);
}
