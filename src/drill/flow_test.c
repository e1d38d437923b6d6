/* SPDX-License-Identifier: MIT
 *
 * flow_test.c - sockets, states, and the translation of numbers
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <string.h>

#include "drill/flow.h"
#include "wire/tcp_option.h"

enum { SCRIPT_ISN = 5000, LIVE_ISN = 700 };

static struct config config;
static struct flows flows;

static uint16_t fixed_port(void *user)
{
	(void)user;
	return 40000;
}

static int set_up(void **state)
{
	(void)state;
	config = (struct config){ .bind_port = 8080, .connect_port = 9090 };
	ip_address_parse("192.168.0.1", &config.local_ip);
	ip_address_parse("192.0.2.1", &config.remote_ip);
	flows = (struct flows){ .arena = arena_new(), .config = &config, .remote_port = fixed_port };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(flows.arena);
	return 0;
}

static struct scripted_packet scripted_of(enum direction direction, uint16_t flags, uint32_t seq, uint32_t ack)
{
	struct scripted_packet scripted = { .direction = direction, .packet.header_count = 2 };

	scripted.packet.headers[0].type = HEADER_IPV4;
	scripted.packet.headers[1].type = HEADER_TCP;
	scripted.packet.headers[1].tcp = (struct tcp_header){ .flags = flags, .seq = seq, .ack = ack };
	return scripted;
}

/* The packet on the wire that the stack sends for a flow to 192.0.2.1. */
static struct packet live_of(uint16_t source_port, uint16_t destination_port, uint16_t flags, uint32_t seq,
                             uint32_t ack)
{
	struct packet p = scripted_of(DIRECTION_OUTBOUND, flags, seq, ack).packet;

	packet_set_tuple(&p, &(struct tuple){ config.local_ip, config.remote_ip, source_port, destination_port });
	return p;
}

static struct flow *run_scripted(const struct scripted_packet *scripted)
{
	return flow_for_line(&flows, scripted);
}

/* A listening socket that received SYN 5000 and answered with sequence number 700, which scripts write as 0. */
static struct flow *passive_flow(void)
{
	struct scripted_packet syn = scripted_of(DIRECTION_INBOUND, TCP_SYN, SCRIPT_ISN, 0);
	struct scripted_packet syn_ack = scripted_of(DIRECTION_OUTBOUND, TCP_SYN | TCP_ACK, 0, SCRIPT_ISN + 1);
	struct packet live = live_of(8080, 40000, TCP_SYN | TCP_ACK, LIVE_ISN, SCRIPT_ISN + 1);

	flow_open(&flows, IPPROTO_TCP, 3, 30)->state = FLOW_LISTENING;
	struct flow *flow = run_scripted(&syn);
	assert_ptr_equal(run_scripted(&syn_ack), flow);
	assert_true(flow_takes(&flows, flow, &syn_ack, &live));
	flow_learn(flow, &syn_ack, &live);
	return flow;
}

static void a_listener_gets_a_child(void **state)
{
	struct flow *flow = passive_flow();
	struct scripted_packet ack = scripted_of(DIRECTION_INBOUND, TCP_ACK, 1, 1);
	const struct flow_end peer = { config.remote_ip, 40000 };

	(void)state;
	assert_ptr_equal(flows.under_test, flow);
	assert_int_equal(flow->state, FLOW_SYNACK_SENT);
	run_scripted(&ack);
	assert_int_equal(flow->state, FLOW_SYNACK_ACKED);
	assert_ptr_equal(flow_accepted(&flows, &peer), flow);
}

static void a_connection_to_oneself_has_no_packets(void **state)
{
	const struct flow_end own = { config.local_ip, 50000 }, loopback = { { 4, { 127, 1, 2, 3 } }, 50000 };
	const struct flow_end other = { config.remote_ip, 50000 };
	struct flow *flow = passive_flow(), *child;

	(void)state;
	assert_null(flow_accepted_from_oneself(&flows, &other));
	assert_non_null(flow_accepted_from_oneself(&flows, &loopback));
	child = flow_accepted_from_oneself(&flows, &own);
	assert_non_null(child);
	assert_int_equal(child->live_remote.port, 50000);
	assert_ptr_equal(flows.under_test, flow);
}

static void after_a_reset_the_same_number_may_open_anew(void **state)
{
	struct flow *flow = passive_flow();
	struct scripted_packet reset = scripted_of(DIRECTION_INBOUND, TCP_RST, 1, 0);
	struct scripted_packet syn = scripted_of(DIRECTION_INBOUND, TCP_SYN, SCRIPT_ISN, 0);
	struct scripted_packet syn_ack = scripted_of(DIRECTION_OUTBOUND, TCP_SYN | TCP_ACK, 0, SCRIPT_ISN + 1);
	struct packet answer = live_of(8080, 40000, TCP_SYN | TCP_ACK, 90000, SCRIPT_ISN + 1);

	(void)state;
	run_scripted(&syn);
	flow_learn(flow, &syn_ack, &answer);
	assert_int_equal(flow->live_local_isn, LIVE_ISN);    /* a repetition must have the same number */
	flow->script_fd = 4;
	flow->live_fd = 40;
	run_scripted(&reset);
	run_scripted(&syn);
	flow_learn(flow, &syn_ack, &answer);
	assert_int_equal(flow->live_local_isn, 90000);
	assert_int_equal(flow->live_fd, -1);
	assert_ptr_equal(flow_of_fd(&flows, 4), flow);       /* what is open can be closed */
	assert_ptr_equal(flow_accepted(&flows, &flow->live_remote), flow);
}

static void a_syn_with_another_number_may_open_anew(void **state)
{
	struct flow *flow = passive_flow();
	struct scripted_packet ack = scripted_of(DIRECTION_INBOUND, TCP_ACK, 1, 1);
	struct scripted_packet syn = scripted_of(DIRECTION_INBOUND, TCP_SYN, SCRIPT_ISN + 50, 0);
	struct scripted_packet syn_ack = scripted_of(DIRECTION_OUTBOUND, TCP_SYN | TCP_ACK, 0, SCRIPT_ISN + 51);
	struct packet challenge = live_of(8080, 40000, TCP_ACK, LIVE_ISN + 1, SCRIPT_ISN + 1);
	struct packet answer = live_of(8080, 40000, TCP_SYN | TCP_ACK, 90000, SCRIPT_ISN + 51);
	struct packet in = ack.packet;
	const char *why;

	(void)state;
	run_scripted(&ack);
	flow->script_fd = 4;
	flow->live_fd = 40;
	flow->closed = true;
	run_scripted(&syn);
	flow_learn(flow, &syn_ack, &challenge);
	assert_int_equal(flow->live_local_isn, LIVE_ISN);    /* still the old connection */
	flow_learn(flow, &syn_ack, &answer);
	assert_int_equal(flow->state, FLOW_SYNACK_SENT);
	assert_int_equal(flow->live_local_isn, 90000);
	assert_false(flow->closed);
	assert_true(flow_to_live(&flows, flow, &ack, &in, NULL, &why));
	assert_int_equal(in.headers[1].tcp.seq, SCRIPT_ISN + 51);
	assert_int_equal(in.headers[1].tcp.ack, 90001);
}

static void passive_numbers_translate_both_ways(void **state)
{
	struct flow *flow = passive_flow();
	struct scripted_packet ack = scripted_of(DIRECTION_INBOUND, TCP_ACK, 1, 1001);
	struct packet in = ack.packet, out = live_of(8080, 40000, TCP_ACK, LIVE_ISN + 1, SCRIPT_ISN + 11);
	const char *why;

	(void)state;
	assert_true(flow_to_live(&flows, flow, &ack, &in, NULL, &why));
	assert_int_equal(in.headers[1].tcp.seq, SCRIPT_ISN + 1);
	assert_int_equal(in.headers[1].tcp.ack, LIVE_ISN + 1001);
	assert_int_equal(in.headers[1].tcp.source_port, 40000);
	flow_to_script(flow, &out);
	assert_int_equal(out.headers[1].tcp.seq, 1);
	assert_int_equal(out.headers[1].tcp.ack, 11);
}

static void an_active_open_learns_its_own_end(void **state)
{
	struct scripted_packet syn = scripted_of(DIRECTION_OUTBOUND, TCP_SYN, 0, 0);
	struct scripted_packet syn_ack = scripted_of(DIRECTION_INBOUND, TCP_SYN | TCP_ACK, 100, 1);
	struct packet live = live_of(45678, 9090, TCP_SYN, LIVE_ISN, 0), other = live_of(45678, 9091, TCP_SYN, 1, 0);
	struct flow *flow = flow_open(&flows, IPPROTO_TCP, 3, 30);
	const char *why;

	(void)state;
	flow_connect(&flows, flow, NULL);
	run_scripted(&syn);
	assert_int_equal(flow->state, FLOW_SYN_SENT);
	assert_false(flow_takes(&flows, flow, &syn, &other));
	assert_true(flow_takes(&flows, flow, &syn, &live));
	flow_learn(flow, &syn, &live);
	assert_int_equal(flow->live_local.port, 45678);
	run_scripted(&syn_ack);
	struct packet in = syn_ack.packet;
	assert_true(flow_to_live(&flows, flow, &syn_ack, &in, NULL, &why));
	assert_int_equal(in.headers[1].tcp.seq, 100);
	assert_int_equal(in.headers[1].tcp.ack, LIVE_ISN + 1);
}

static void an_older_connection_is_not_taken_for_a_new_one(void **state)
{
	struct scripted_packet syn = scripted_of(DIRECTION_OUTBOUND, TCP_SYN, 0, 0);
	struct packet again = live_of(45678, 9090, TCP_SYN, LIVE_ISN, 0), first = live_of(45679, 9090, TCP_SYN, 1, 0);
	struct flow *older = flow_open(&flows, IPPROTO_TCP, 3, 30);

	(void)state;
	flow_connect(&flows, older, NULL);
	run_scripted(&syn);
	assert_true(flow_takes(&flows, older, &syn, &again));
	struct flow *newer = flow_open(&flows, IPPROTO_TCP, 4, 31);
	flow_connect(&flows, newer, NULL);
	run_scripted(&syn);
	assert_false(flow_takes(&flows, newer, &syn, &again));
	assert_true(flow_takes(&flows, newer, &syn, &first));
}

static struct scripted_packet named(const char *connection, struct scripted_packet scripted)
{
	scripted.connection = connection;
	return scripted;
}

/* Two children of one listener, each with its own peer; a line without a name goes on with the one named last. */
static void names_tell_connections_apart(void **state)
{
	struct scripted_packet a = named("a", scripted_of(DIRECTION_INBOUND, TCP_SYN, SCRIPT_ISN, 0));
	struct scripted_packet b = named("b", scripted_of(DIRECTION_INBOUND, TCP_SYN, SCRIPT_ISN, 0));
	struct peer peer = { .name = "b", .port = 777 };
	struct packet to_a = live_of(8080, 40000, TCP_SYN | TCP_ACK, 1, 1), to_b = live_of(8080, 777, TCP_ACK, 1, 1);
	struct packet to_nobody = live_of(8080, 778, TCP_ACK, 1, 1);

	(void)state;
	flows.peers = &peer;
	flow_open(&flows, IPPROTO_TCP, 3, 30)->state = FLOW_LISTENING;
	struct flow *first = run_scripted(&a), *second = run_scripted(&b);
	assert_ptr_not_equal(first, second);
	assert_int_equal(first->live_remote.port, 40000);
	assert_int_equal(second->live_remote.port, 777);
	assert_ptr_equal(flow_owner(&flows, &to_a), first);
	assert_ptr_equal(flow_owner(&flows, &to_b), second);
	assert_null(flow_owner(&flows, &to_nobody));
	assert_ptr_equal(run_scripted(&a), first);
	assert_ptr_equal(flows.under_test, first);
	assert_string_equal(flow_name_of_end(&flows, &second->live_remote), "b");
}

/* `new` stands for another peer at each SYN, and for the same one in all lines without SYN. */
static void new_peers_come_with_each_syn(void **state)
{
	struct scripted_packet syn = named("new", scripted_of(DIRECTION_INBOUND, TCP_SYN, SCRIPT_ISN, 0));
	struct scripted_packet ack = named("new", scripted_of(DIRECTION_INBOUND, TCP_ACK, 1, 1));

	(void)state;
	flow_open(&flows, IPPROTO_TCP, 3, 30)->state = FLOW_LISTENING;
	struct flow *first = run_scripted(&syn), *second = run_scripted(&syn);
	assert_ptr_not_equal(first, second);
	assert_ptr_equal(run_scripted(&ack), second);
}

static void a_socket_of_udp_has_a_flow_for_each_peer(void **state)
{
	struct flow *socket = flow_open(&flows, IPPROTO_UDP, 3, 30);

	(void)state;
	assert_ptr_equal(flow_of_call(&flows, socket, "a"), socket);
	struct flow *other = flow_of_call(&flows, socket, "b");
	assert_ptr_not_equal(other, socket);
	assert_ptr_equal(flow_of_call(&flows, socket, "b"), other);
	assert_ptr_equal(flow_of_call(&flows, socket, "a"), socket);
	struct flow *tcp = flow_open(&flows, IPPROTO_TCP, 4, 31);
	assert_ptr_equal(flow_of_call(&flows, tcp, "c"), tcp);
	assert_ptr_equal(flow_of_call(&flows, tcp, "d"), tcp);
}

static void add_stamp(struct packet *p, uint32_t val, uint32_t ecr)
{
	size_t used = 0;

	tcp_option_add_ts(p->headers[1].tcp.options, &used, val, ecr);
	p->headers[1].tcp.option_length = (uint8_t)used;
}

static void time_stamps_are_labels(void **state)
{
	struct flow *flow = passive_flow();
	struct scripted_packet out = scripted_of(DIRECTION_OUTBOUND, TCP_ACK, 1, 1);
	struct scripted_packet in = scripted_of(DIRECTION_INBOUND, TCP_ACK, 1, 1);
	struct packet live = live_of(8080, 40000, TCP_ACK, 1, 1), sent;
	struct tcp_option option;
	int64_t difference;
	size_t offset = 0;
	const char *why;

	(void)state;
	add_stamp(&out.packet, 100, 0);
	add_stamp(&live, 123456, 0);
	assert_true(flow_map_stamp(&flows, flow, &out.packet, &live, &difference));
	assert_int_equal(difference, 0);

	add_stamp(&in.packet, 7, 100);
	sent = in.packet;
	assert_true(flow_to_live(&flows, flow, &in, &sent, NULL, &why));
	assert_int_equal(tcp_option_next(sent.headers[1].tcp.options, 10, &offset, &option, &why), 1);
	assert_int_equal(tcp_option_u32(&option, 0), 7);
	assert_int_equal(tcp_option_u32(&option, 4), 123456);

	add_stamp(&in.packet, 8, 999);
	sent = in.packet;
	assert_false(flow_to_live(&flows, flow, &in, &sent, NULL, &why));
	assert_non_null(strstr(why, "unable to infer live TS ecr for script TS ecr 999;  no matching"));
}

static void flow_labels_are_names(void **state)
{
	struct flow *flow = flow_open(&flows, IPPROTO_TCP, 3, 30);

	(void)state;
	assert_null(flow_check_label(&flows, flow, 0, 77));
	assert_non_null(flow_check_label(&flows, flow, 1, 0));
	assert_null(flow_check_label(&flows, flow, 1, 77));
	assert_null(flow_check_label(&flows, flow, 1, 77));
	assert_string_equal(flow_check_label(&flows, flow, 1, 78),
			    "inconsistent flowlabels for this packet: expected: 0x4d vs actual: 0x4e");
	assert_string_equal(flow_check_label(&flows, flow, 2, 77), "expected a different flowlabel but got the same");
	assert_null(flow_check_label(&flows, flow, 2, 78));
}

static void the_last_reset_continues_what_was_injected(void **state)
{
	struct flow *flow = passive_flow();
	struct packet in = scripted_of(DIRECTION_INBOUND, TCP_ACK | TCP_FIN, 10, 20).packet, reset;

	(void)state;
	in.payload_length = 5;
	in.headers[1].tcp.window = 99;
	flow_injected(flow, &in);
	assert_true(flow_reset_packet(flow, &reset));
	assert_int_equal(reset.headers[1].tcp.flags, TCP_RST | TCP_ACK);
	assert_int_equal(reset.headers[1].tcp.seq, 16);
	assert_int_equal(reset.headers[1].tcp.ack, 20);
	assert_int_equal(reset.headers[1].tcp.window, 99);
	assert_int_equal(reset.headers[1].tcp.source_port, 40000);
	flow->live_remote_isn = 6;
	flow->live_local_isn = 17;
	flow_reset_to_script(flow, &reset);
	assert_int_equal(reset.headers[1].tcp.seq, 10);
	assert_int_equal(reset.headers[1].tcp.ack, 3);
}

static void packets_need_a_socket_that_fits(void **state)
{
	struct scripted_packet udp = { .direction = DIRECTION_OUTBOUND, .packet.header_count = 2 };

	(void)state;
	udp.packet.headers[0].type = HEADER_IPV4;
	udp.packet.headers[1].type = HEADER_UDP;
	assert_null(run_scripted(&udp));
	flow_open(&flows, IPPROTO_TCP, 3, 30);
	assert_null(run_scripted(&udp));
	udp.packet.headers[1].udp.source_port = 53;
	assert_non_null(run_scripted(&udp));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_listener_gets_a_child),
		TEST(a_connection_to_oneself_has_no_packets),
		TEST(after_a_reset_the_same_number_may_open_anew),
		TEST(a_syn_with_another_number_may_open_anew),
		TEST(passive_numbers_translate_both_ways),
		TEST(an_active_open_learns_its_own_end),
		TEST(an_older_connection_is_not_taken_for_a_new_one),
		TEST(names_tell_connections_apart),
		TEST(new_peers_come_with_each_syn),
		TEST(a_socket_of_udp_has_a_flow_for_each_peer),
		TEST(time_stamps_are_labels),
		TEST(flow_labels_are_names),
		TEST(the_last_reset_continues_what_was_injected),
		TEST(packets_need_a_socket_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
