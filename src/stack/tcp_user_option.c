/* SPDX-License-Identifier: MIT
 *
 * tcp_user_option.c - setsockopt() and getsockopt() of level IPPROTO_TCP
 *
 * Most options are a row of options[]: a member of struct tcp_options with its bounds, the parameter that counts until
 * the user sets it, and a function to call after a change. The others have a function. What a value means is decided
 * where it is used, not here; so an option may be set in any state, and a listener's children inherit all of them as
 * one structure. Options of Fast Open and of signatures have files of their own, which are tried first.
 *
 * RFC 9293 leaves the interface to the host; names, bounds, and what a wrong length or value returns are those of
 * tcp(7), and were compared with Linux call by call.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include <linux/tcp.h>

#include "stack/congestion.h"
#include "stack/option_value.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_auth_option.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_fastopen_option.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_option.h"
#include "stack/tcp_output.h"
#include "stack/tcp_saved_syn.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_receive_limit.h"
#include "stack/tcp_repair.h"
#include "stack/tcp_rto.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_user.h"
#include "stack/tcp_window.h"
#include "util/common.h"
#include "util/newer_names.h"

enum { CONGESTION_NAME_BYTES = 16, LINGER2_LONGEST_S = 120 };

/* ---- side effects of setting an option ---- */

/* TCP_CORK is lifted: text that it or an earlier MSG_MORE held back may go as it is. */
static void send_now(struct tcp *t)
{
	if (!t->options.cork)
		tcp_snd_more(t, false);
	if (tcp_in(t, TCPM_SENDS))
		tcp_output(t);
}

/* TCP_NODELAY: RFC 9293, 3.7.4, MUST-17: an application can switch the Nagle algorithm off, and what it
 * held back goes. */
static void send_small_too(struct tcp *t)
{
	if (!tcp_in(t, TCPM_SENDS))
		return;
	if (t->options.no_delay)
		tcp_output_small_too(t);
	else
		tcp_output(t);
}

/* The time that is left was counted from the old values. */
static void check_keepalive(struct tcp *t)
{
	tcp_arm_keepalive(t);
}

/* If memory is charged, no window is smaller than half of the smallest buffer, or no text would fit. A negative value
 * means the smallest. */
static void clamp_window(struct tcp *t)
{
	int half = (int)tcp_stack(t)->config.socket_receive_buffer_least / 2, least = half ? half : 1;

	if (t->options.window_clamp && t->options.window_clamp < least)
		t->options.window_clamp = least;
	tcp_receive_limit_clamp(t, tcp_window_last(t));
}

/* A shorter time-out may end before the retransmission timer would fire; the next segment tells the peer the new value
 * (RFC 5482, 3). */
static void check_patience(struct tcp *t)
{
	tcp_tell_user_timeout(t);
	if (t->timers[TCP_TIMER_RETRANSMIT].armed && !tcp_stack(t)->config.tcp_user_timeout_from_retry)
		tcp_arm_retransmit(t);
}

/* ---- options that are one number of struct tcp_options ---- */

static const struct option {
	int name;
	struct field field;
	size_t parameter;                       /* offset in struct stack_config, used while the field is -1; 0: none */
	void (*changed)(struct tcp *t);
} options[] = {
#define RANGE(name, member, low, high, parameter, changed) \
	{ name, FIELD(struct tcp_options, member, low, high), parameter, changed }
#define SWITCH(name, member, changed) { name, FIELD_SWITCH(struct tcp_options, member), 0, changed }
#define OF(parameter) offsetof(struct stack_config, parameter)
	SWITCH(TCP_NODELAY, no_delay, send_small_too),
	SWITCH(TCP_CORK, cork, send_now),
	RANGE(TCP_THIN_LINEAR_TIMEOUTS, thin_linear, 0, 1, 0, NULL),
	RANGE(TCP_INQ, report_queue, 0, 1, 0, NULL),
	RANGE(TCP_SAVE_SYN, save_syn, 0, 2, 0, NULL),
	RANGE(TCP_MAXSEG, max_segment, 88, 32767, 0, NULL),
	RANGE(TCP_KEEPIDLE, keep_idle_s, 1, 32767, OF(tcp_keepalive_time_s), check_keepalive),
	RANGE(TCP_KEEPINTVL, keep_interval_s, 1, 32767, OF(tcp_keepalive_interval_s), check_keepalive),
	RANGE(TCP_KEEPCNT, keep_count, 1, 127, OF(tcp_keepalive_probes), check_keepalive),
	RANGE(TCP_SYNCNT, syn_count, 1, 127, OF(tcp_syn_retries), NULL),
	RANGE(TCP_USER_TIMEOUT, user_timeout_ms, 0, INT32_MAX, OF(tcp_user_timeout_ms), check_patience),
	RANGE(TCP_RTO_MAX_MS, rto_max_ms, 1000, 120000, OF(tcp_rto_max_ms), NULL),
	RANGE(TCP_WINDOW_CLAMP, window_clamp, INT32_MIN, INT32_MAX, 0, clamp_window),
	RANGE(TCP_NOTSENT_LOWAT, notsent_low_water, INT32_MIN, INT32_MAX, 0, NULL),
};

static const struct option *find_option(int name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (options[i].name == name)
			return &options[i];
	return NULL;
}

/* -1 in the connection is "as the host has it", which may change while the connection lives. */
static int64_t read_number(const struct tcp *t, const struct option *o)
{
	int64_t number = field_get(&t->options, &o->field);

	if (number < 0 && o->parameter)
		memcpy(&number, (const char *)&tcp_stack(t)->config + o->parameter, sizeof(number));
	return number;
}

/* ---- times that are kept in ticks ---- */

enum { LEAST_TICKS = 2, LONGEST_US = 200000 };

/* Rounded up to ticks of the host's timers; less than two are refused, since a timer may be late by one. */
static int set_ticks(const struct tcp *t, int64_t *member, int us)
{
	int64_t tick = tcp_stack(t)->config.tcp_rto_rounding_us, rounded = (us + tick - 1) / tick * tick;

	if (us > LONGEST_US || rounded < LEAST_TICKS * tick)
		return -EINVAL;
	*member = rounded;
	return 0;
}

/* ---- the others ---- */

/* Algorithms that a host may well have and this one has not. Any other name is no algorithm at all. */
static bool is_elsewhere(const char *name)
{
	static const char *const names[] = {
		"bic", "cdg", "highspeed", "htcp", "hybla", "illinois", "lp", "nv", "scalable", "vegas", "veno",
		"westwood", "yeah",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* The name need not end in a zero octet. A change on an open connection keeps window and threshold. */
static int set_congestion(struct tcp *t, const void *value, socklen_t length)
{
	char name[CONGESTION_NAME_BYTES] = "";
	const struct congestion_ops *ops;

	if (length < 1)
		return -EINVAL;
	if (!value)
		return -EFAULT;
	memcpy(name, value, length < sizeof(name) ? length : sizeof(name) - 1);
	ops = congestion_find(name);
	if (!ops && is_elsewhere(name))
		return host_cannot(tcp_stack(t), "the stack has no such congestion control");
	if (t->options.congestion_locked && !defect(tcp_stack(t), DEFECT_TCP_ROUTE_CONTROL_UNLOCKED))
		return -EPERM;
	if (!ops)
		return -ENOENT;
	tcp_congestion_choose(t, ops);
	return 0;
}

/* An ACK that is owed goes at once if the user asks for that, so this is no number that is only kept. */
static int set_quick_ack(struct tcp *t, int on)
{
	if (tcp_ack_asked(t, on))
		tcp_send_ack(t);
	return 0;
}

/* How long FIN-WAIT-2 lasts after close(). Zero is the host's time, a negative value is none at all: then close()
 * aborts. More than two minutes are two minutes. */
static int set_linger2(struct tcp *t, int seconds)
{
	t->options.linger2_s = seconds < 0 ? -1 : seconds > LINGER2_LONGEST_S ? LINGER2_LONGEST_S : seconds;
	return 0;
}

enum { MOST_SYN_ACKS = 255 };

/* TCP_DEFER_ACCEPT is kept as a number of SYN,ACKs, so the time is rounded up to the next time of a SYN,ACK. */
static int set_defer_accept(struct tcp *t, int seconds)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t wait = c->tcp_rto_initial_ms, sum = 0;

	for (int sent = 0; sum < (int64_t)seconds * 1000 && sent < MOST_SYN_ACKS; sent++) {
		sum += wait;
		wait = wait * 2 < c->tcp_rto_max_ms ? wait * 2 : c->tcp_rto_max_ms;
	}
	t->options.defer_accept_s = (int)(sum / 1000);
	return 0;
}

/* Linux still accepts it, though it has had no effect for years. */
static int set_thin_dupack(int on)
{
	return on == 0 || on == 1 ? 0 : -EINVAL;
}

/* TCP within UDP (tcp(4) of FreeBSD): the peer's port, which a connection has from its beginning to its end. */
static int set_tunnel(struct tcp *t, int port)
{
	if (!tcp_stack(t)->config.tcp_udp_port)
		return -ENOPROTOOPT;
	if (port < 0 || port > UINT16_MAX || !tcp_in(t, 1 << TCPS_CLOSED))
		return -EINVAL;
	t->socket->tunnel = (uint16_t)port;
	return 0;
}

enum { LONGEST_TRANSMIT_DELAY_US = (1 << 28) - 1 };

/* It asks the link to delay each packet. A link that does not keep to packet times cannot: then only the estimate of
 * the round trip changes. */
static int set_transmit_delay(struct tcp *t, int us)
{
	if (us > 0 && tcp_stack(t)->config.tcp_link_paces)
		return host_cannot(tcp_stack(t), "TCP_TX_DELAY: packets do not wait where 'tc qdisc ... fq' paces");
	if (us < 0 || us > LONGEST_TRANSMIT_DELAY_US)
		return -EINVAL;
	tcp_rto_path_longer(t, us - t->options.transmit_delay_us);
	t->options.transmit_delay_us = us;
	return 0;
}

static const int specials[] = {
	TCP_TX_DELAY, TCP_REMOTE_UDP_ENCAPS_PORT, TCP_QUICKACK, TCP_LINGER2, TCP_RTO_MIN_US, TCP_DELACK_MAX_US,
	TCP_DEFER_ACCEPT, TCP_THIN_DUPACK,
};

static bool is_special(int name)
{
	for (size_t i = 0; i < ARRAY_LEN(specials); i++)
		if (specials[i] == name)
			return true;
	return false;
}

static int set_special(struct tcp *t, int name, int number)
{
	switch (name) {
	case TCP_LINGER2:
		return set_linger2(t, number);
	case TCP_RTO_MIN_US:
		return set_ticks(t, &t->options.rto_min_us, number);
	case TCP_DELACK_MAX_US:
		return set_ticks(t, &t->options.delayed_ack_max_us, number);
	case TCP_TX_DELAY:
		return set_transmit_delay(t, number);
	case TCP_DEFER_ACCEPT:
		return set_defer_accept(t, number);
	case TCP_THIN_DUPACK:
		return set_thin_dupack(number);
	case TCP_REMOTE_UDP_ENCAPS_PORT:
		return set_tunnel(t, number);
	default:
		return set_quick_ack(t, number);
	}
}

/* TIME-WAIT needs no socket, so a socket that the user still has is closed. */
static bool size_is_agreed(const struct tcp *t)
{
	return t->state != TCPS_TIME_WAIT && tcp_in(t, TCPM_SYNCHRONIZED | 1 << TCPS_FAST_OPENED);
}

/* Options with values that are no number come first. TCP_ULP has a name for its value, of a protocol between TCP and
 * the user that this host does not have, whichever it is. */
int tcp_set_option(struct socket *s, int level, int name, const void *value, socklen_t length)
{
	const struct option *o = find_option(name);
	struct tcp *t = s->tcp;
	bool fast_open, keys, repair;
	int number;

	if (level != IPPROTO_TCP)
		return -ENOPROTOOPT;
	if (!value && length >= sizeof(int))
		return name == TCP_FASTOPEN_KEY ? -EINVAL : -EFAULT;
	if (name == TCP_CONGESTION)
		return set_congestion(t, value, length);
	int result = tcp_fast_open_set_option(t, name, value, length, &fast_open);
	if (fast_open)
		return result;
	result = tcp_auth_set_option(t, name, value, length, &keys);
	if (keys)
		return result;
	result = tcp_repair_set_option(t, name, value, length, &repair);
	if (repair)
		return result;
	if (name == TCP_ULP)
		return !length ? -EINVAL : value ? -ENOENT : -EFAULT;
	if (!option_int(value, length, &number))
		return -EINVAL;
	if (!o)
		return is_special(name) ? set_special(t, name, number) : -ENOPROTOOPT;
	/* The MSS is agreed on with the SYN: setting it later has no effect, and is no error. */
	bool agreed = name == TCP_MAXSEG && size_is_agreed(t);
	if (agreed)
		return !number || (number >= o->field.minimum && number <= o->field.maximum) ? 0 : -EINVAL;
	/* A window that has been limited stays so, until the connection is over. */
	if (name == TCP_WINDOW_CLAMP && !number && !tcp_in(t, TCPM_OVER) &&
	    !defect(s->stack, DEFECT_TCP_CLAMP_TAKEN_BACK))
		return -EINVAL;
	if (name == TCP_MAXSEG && number == 0)               /* undoes it */
		t->options.max_segment = 0;
	else if (!field_set(&t->options, &o->field, number))
		return -EINVAL;
	if (o->changed)
		o->changed(t);
	tcp_trace(t);
	return 0;
}

/* TCP_MAXSEG. That of a connection which has ended is still known. */
static int segment_size(const struct tcp *t)
{
	bool ended = tcp_in(t, TCPM_OVER) && t->agreed.peer_mss &&
	             !defect(tcp_stack(t), DEFECT_INFO_SIZE_FORGOTTEN);

	/* What is expected of the peer, less the options that our SYN offers. */
	if (t->state == TCPS_SYN_SENT && tcp_stack(t)->config.tcp_expects_own_size)
		return (int)tcp_send_mss(t);
	if (!size_is_agreed(t) && t->options.max_segment)
		return t->options.max_segment;
	return size_is_agreed(t) || ended ? (int)tcp_send_mss(t) : (int)tcp_stack(t)->config.tcp_default_mss4;
}

/* Empty for an algorithm without. */
static int cc_info(const struct tcp *t, void *value, socklen_t *length)
{
	const struct congestion *c = &t->congestion;
	uint8_t bytes[CONGESTION_INFO_BYTES] = { 0 };
	size_t size = c->ops && c->ops->info ? c->ops->info(c, bytes) : 0;

	return option_return_bytes(bytes, size, value, length);
}

int tcp_get_option(struct socket *s, int level, int name, void *value, socklen_t *length)
{
	const struct option *o = find_option(name);
	struct tcp *t = s->tcp;
	char congestion[CONGESTION_NAME_BYTES] = "";
	bool fast_open, keys, repair;

	if (level != IPPROTO_TCP)
		return -EOPNOTSUPP;
	int result = tcp_fast_open_get_option(t, name, value, length, &fast_open);
	if (fast_open)
		return result;
	result = tcp_auth_get_option(t, name, value, length, &keys);
	if (keys)
		return result;
	result = tcp_repair_get_option(t, name, value, length, &repair);
	if (repair)
		return result;
	switch (name) {
	case TCP_CONGESTION:
		for (size_t i = 0; i + 1 < sizeof(congestion) && t->options.congestion->name[i]; i++)
			congestion[i] = t->options.congestion->name[i];
		return option_return_bytes(congestion, sizeof(congestion), value, length);
	case TCP_CC_INFO:
		return cc_info(t, value, length);
	case TCP_QUICKACK:
		return option_return_int(!t->ack.interactive, value, length);
	case TCP_LINGER2:
		return option_return_int(t->options.linger2_s ? t->options.linger2_s
		                                              : (int)s->stack->config.tcp_fin_wait_2_s,
		                         value, length);
	case TCP_RTO_MIN_US:
		return option_return_int((int)(t->options.rto_min_us > 0 ? t->options.rto_min_us
		                               : s->stack->config.tcp_rto_min_ms * 1000), value, length);
	case TCP_DELACK_MAX_US:
		return option_return_int((int)(t->options.delayed_ack_max_us > 0 ? t->options.delayed_ack_max_us
		                               : s->stack->config.tcp_delayed_ack_ms * 1000), value, length);
	case TCP_WINDOW_CLAMP:
		if (t->limit.clamp)
			return option_return_int((int)t->limit.clamp, value, length);
		break;
	case TCP_TX_DELAY:
		return option_return_int(t->options.transmit_delay_us, value, length);
	case TCP_DEFER_ACCEPT:
		return option_return_int(t->options.defer_accept_s, value, length);
	case TCP_REMOTE_UDP_ENCAPS_PORT:
		if (!s->stack->config.tcp_udp_port)
			return -ENOPROTOOPT;
		return option_return_int(s->tunnel, value, length);
	case TCP_THIN_DUPACK:
	case TCP_IS_MPTCP:
		return option_return_int(0, value, length);
	case TCP_ULP:                                        /* no upper-layer protocol is supported */
		return option_return_bytes("", 0, value, length);
	case TCP_SAVED_SYN:
		return tcp_saved_syn_read(t, value, length);
	case TCP_TIMESTAMP:
		return option_return_int((int)tcp_stamp_now(t), value, length);
	case TCP_INFO:
		return tcp_info_bytes(t, value, length);
	case TCP_MAXSEG:
		return option_return_int(segment_size(t), value, length);
	}
	return o ? option_return_int((int)read_number(t, o), value, length) : -ENOPROTOOPT;
}
