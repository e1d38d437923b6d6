/* SPDX-License-Identifier: MIT
 *
 * tcp_user_option.c - setsockopt() and getsockopt() of level IPPROTO_TCP
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include <linux/tcp.h>

#include "stack/congestion.h"
#include "stack/option_value.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_congestion.h"
#include "stack/tcp_listen.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_option.h"
#include "stack/tcp_output.h"
#include "stack/tcp_send.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_user.h"
#include "util/common.h"

enum { CONGESTION_NAME_BYTES = 16, LINGER2_LONGEST_S = 120 };

/* ---- what setting one does besides ---- */

static void send_now(struct tcp *t)
{
	if (!t->options.cork)
		tcp_snd_more(t, false);
	if (tcp_in(t, TCPM_SENDS))
		tcp_output(t);
}

static void send_small_too(struct tcp *t)
{
	if (!tcp_in(t, TCPM_SENDS))
		return;
	if (t->options.no_delay)
		tcp_output_small_too(t);
	else
		tcp_output(t);
}

static void check_keepalive(struct tcp *t)
{
	tcp_arm_keepalive(t);
}

static void check_patience(struct tcp *t)
{
	tcp_tell_user_timeout(t);
	if (t->timers[TCP_TIMER_RETRANSMIT].armed)
		tcp_arm_retransmit(t);
}

/* ---- options that are one number of struct tcp_options ---- */

enum kind { KIND_BOOL, KIND_U16, KIND_INT, KIND_I64 };

static const struct field {
	int name;
	size_t offset;
	enum kind kind;
	int minimum, maximum;
	size_t parameter;                               /* of struct stack_config: read when the field is -1; 0: none */
	void (*changed)(struct tcp *t);
} fields[] = {
#define FIELD(name, member, kind, low, high, parameter, changed) \
	{ name, offsetof(struct tcp_options, member), kind, low, high, parameter, changed }
#define OF(parameter) offsetof(struct stack_config, parameter)
	FIELD(TCP_NODELAY, no_delay, KIND_BOOL, INT32_MIN, INT32_MAX, 0, send_small_too),
	FIELD(TCP_CORK, cork, KIND_BOOL, INT32_MIN, INT32_MAX, 0, send_now),
	FIELD(TCP_INQ, report_queue, KIND_BOOL, 0, 1, 0, NULL),
	FIELD(TCP_MAXSEG, max_segment, KIND_U16, 88, 32767, 0, NULL),
	FIELD(TCP_KEEPIDLE, keep_idle_s, KIND_INT, 1, 32767, OF(tcp_keepalive_time_s), check_keepalive),
	FIELD(TCP_KEEPINTVL, keep_interval_s, KIND_INT, 1, 32767, OF(tcp_keepalive_interval_s), check_keepalive),
	FIELD(TCP_KEEPCNT, keep_count, KIND_INT, 1, 127, OF(tcp_keepalive_probes), check_keepalive),
	FIELD(TCP_SYNCNT, syn_count, KIND_INT, 1, 127, OF(tcp_syn_retries), NULL),
	FIELD(TCP_DEFER_ACCEPT, defer_accept_s, KIND_INT, 0, INT32_MAX, 0, NULL),
	FIELD(TCP_USER_TIMEOUT, user_timeout_ms, KIND_I64, 0, INT32_MAX, OF(tcp_user_timeout_ms), check_patience),
	FIELD(TCP_WINDOW_CLAMP, window_clamp, KIND_INT, 0, INT32_MAX, 0, NULL),
	FIELD(TCP_NOTSENT_LOWAT, notsent_low_water, KIND_INT, INT32_MIN, INT32_MAX, 0, NULL),
};

static const struct field *find_field(int name)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i].name == name)
			return &fields[i];
	return NULL;
}

static void field_write(struct tcp_options *o, const struct field *f, int number)
{
	char *at = (char *)o + f->offset;
	bool on = number != 0;
	uint16_t u16 = (uint16_t)number;
	int64_t i64 = number;

	switch (f->kind) {
	case KIND_BOOL: memcpy(at, &on, sizeof(on)); break;
	case KIND_U16: memcpy(at, &u16, sizeof(u16)); break;
	case KIND_INT: memcpy(at, &number, sizeof(number)); break;
	case KIND_I64: memcpy(at, &i64, sizeof(i64)); break;
	}
}

static int64_t field_read(const struct tcp *t, const struct field *f)
{
	const char *at = (const char *)&t->options + f->offset;
	int64_t i64 = 0;
	uint16_t u16;
	bool on;
	int number;

	switch (f->kind) {
	case KIND_BOOL: memcpy(&on, at, sizeof(on)); return on;
	case KIND_U16: memcpy(&u16, at, sizeof(u16)); return u16;
	case KIND_INT: memcpy(&number, at, sizeof(number)); i64 = number; break;
	case KIND_I64: memcpy(&i64, at, sizeof(i64)); break;
	}
	if (i64 < 0 && f->parameter)
		memcpy(&i64, (const char *)&tcp_stack(t)->config + f->parameter, sizeof(i64));
	return i64;
}

/* ---- the others ---- */

static int set_congestion(struct tcp *t, const void *value, socklen_t length)
{
	char name[CONGESTION_NAME_BYTES] = "";
	const struct congestion_ops *ops;

	if (length < 1)
		return -EINVAL;
	memcpy(name, value, length < sizeof(name) ? length : sizeof(name) - 1);
	ops = congestion_find(name);
	if (!ops)
		return -ENOENT;
	tcp_congestion_choose(t, ops);
	return 0;
}

static int set_quick_ack(struct tcp *t, int on)
{
	tcp_ack_quick(t, on ? UINT16_MAX : 0);
	if (on && t->timers[TCP_TIMER_DELAYED_ACK].armed)
		tcp_send_ack(t);
	return 0;
}

static int set_linger2(struct tcp *t, int seconds)
{
	t->options.linger2_s = seconds < 0 ? -1 : seconds > LINGER2_LONGEST_S ? LINGER2_LONGEST_S : seconds;
	return 0;
}

int tcp_set_option(struct socket *s, int level, int name, const void *value, socklen_t length)
{
	const struct field *f = find_field(name);
	struct tcp *t = s->tcp;
	int number;

	if (level != IPPROTO_TCP)
		return -ENOPROTOOPT;
	if (name == TCP_CONGESTION)
		return set_congestion(t, value, length);
	if (!f && name != TCP_QUICKACK && name != TCP_LINGER2)
		return -ENOPROTOOPT;
	if (!option_int(value, length, &number))
		return -EINVAL;
	if (!f)
		return name == TCP_LINGER2 ? set_linger2(t, number) : set_quick_ack(t, number);
	/* TCP_MAXSEG 0 takes it back. */
	if ((number < f->minimum || number > f->maximum) && !(name == TCP_MAXSEG && number == 0))
		return -EINVAL;
	field_write(&t->options, f, number);
	if (f->changed)
		f->changed(t);
	tcp_trace(t);
	return 0;
}

int tcp_get_option(struct socket *s, int level, int name, void *value, socklen_t *length)
{
	const struct field *f = find_field(name);
	struct tcp *t = s->tcp;
	char congestion[CONGESTION_NAME_BYTES] = "";

	if (level != IPPROTO_TCP)
		return -ENOPROTOOPT;
	switch (name) {
	case TCP_CONGESTION:
		for (size_t i = 0; i + 1 < sizeof(congestion) && t->options.congestion->name[i]; i++)
			congestion[i] = t->options.congestion->name[i];
		return option_return_bytes(congestion, sizeof(congestion), value, length);
	case TCP_QUICKACK:
		return option_return_int(t->ack.quick > 0, value, length);
	case TCP_LINGER2:
		return option_return_int(t->options.linger2_s ? t->options.linger2_s : (int)s->stack->config.tcp_fin_wait_2_s,
		                         value, length);
	case TCP_INFO:
		return tcp_info_bytes(t, value, length);
	case TCP_MAXSEG:
		if (!t->options.max_segment || tcp_in(t, TCPM_SYNCHRONIZED))
			return option_return_int((int)(tcp_in(t, TCPM_SYNCHRONIZED)
			                               ? tcp_send_mss(t) : (uint32_t)s->stack->config.tcp_default_mss4), value, length);
		break;
	}
	return f ? option_return_int((int)field_read(t, f), value, length) : -ENOPROTOOPT;
}
