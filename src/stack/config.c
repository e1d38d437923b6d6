/* SPDX-License-Identifier: MIT
 *
 * config.c - parameters by name, and the words for named choices
 */
#include "stack/config.h"

#include <string.h>

#include "util/common.h"
#include "util/table.h"

const struct stack_parameter stack_parameters[] = {
#define X(name, value, low, high, sysctl) \
	{ FIELD(struct stack_config, name, low, high), sysctl, sizeof(#name) - 1, sizeof(sysctl) - 1, value },
	STACK_PARAMETERS(X)
#undef X
};
const size_t stack_parameter_count = ARRAY_LEN(stack_parameters);

static const struct name_value ack_policies[] = {
	{ "every-second", TCP_ACK_EVERY_SECOND }, { "every", TCP_ACK_EVERY }, { "quick-start", TCP_ACK_QUICK_START },
};
static const struct name_value option_orders[] = {
	{ "mss-ws-sack-ts", TCP_ORDER_MSS_WS_SACK_TS }, { "mss-sack-ts-nop-ws", TCP_ORDER_MSS_SACK_TS_NOP_WS },
};
static const struct name_value congestions[] = {
#define X(word) { #word, TCP_CONGESTION_##word },
	TCP_CONGESTION_CONTROLS(X)
#undef X
};
static const struct name_value recoveries[] = {
	{ "newreno", TCP_RECOVERY_NEWRENO }, { "sack", TCP_RECOVERY_SACK }, { "rack", TCP_RECOVERY_RACK },
};
static const struct name_value reductions[] = {
	{ "own", TCP_REDUCTION_OWN }, { "newreno", TCP_REDUCTION_NEWRENO }, { "halve", TCP_REDUCTION_HALVE },
	{ "prr", TCP_REDUCTION_PRR },
};
static const struct name_value prr_bounds[] = {
	{ "safe-ack", TCP_PRR_BY_SAFE_ACK }, { "crb", TCP_PRR_CRB }, { "ssrb", TCP_PRR_SSRB },
};
static const struct name_value cookies[] = {
	{ "off", TCP_COOKIES_OFF }, { "on-overflow", TCP_COOKIES_ON_OVERFLOW }, { "always", TCP_COOKIES_ALWAYS },
};
static const struct name_value acks_inside_window[] = {
	{ "next", TCP_ACK_AT_NEXT }, { "edge", TCP_ACK_AT_EDGE }, { "edge-by-unit", TCP_ACK_AT_EDGE_BY_UNIT },
};
static const struct name_value rack_echoes[] = {
	{ "never", TCP_RACK_ECHO_NEVER }, { "acked", TCP_RACK_ECHO_OF_ACKED }, { "always", TCP_RACK_ECHO_ALWAYS },
};
static const struct name_value isn_policies[] = {
	{ "rfc6528", TCP_ISN_RFC6528 }, { "zero", TCP_ISN_ZERO },
};
static const struct name_value pmtu_discoveries[] = {
	{ "off", IP_PMTU_OFF }, { "want", IP_PMTU_WANT }, { "do", IP_PMTU_DO }, { "probe", IP_PMTU_PROBE },
};

static const struct {
	const char *parameter;
	const struct name_value *words;
	size_t count;
} choices[] = {
	{ "tcp_ack_policy", ack_policies, ARRAY_LEN(ack_policies) },
	{ "tcp_ack_inside_window", acks_inside_window, ARRAY_LEN(acks_inside_window) },
	{ "tcp_rack_echo_checked", rack_echoes, ARRAY_LEN(rack_echoes) },
	{ "tcp_option_order", option_orders, ARRAY_LEN(option_orders) },
	{ "tcp_congestion", congestions, ARRAY_LEN(congestions) },
	{ "tcp_recovery", recoveries, ARRAY_LEN(recoveries) },
	{ "tcp_reduction", reductions, ARRAY_LEN(reductions) },
	{ "tcp_prr_bound", prr_bounds, ARRAY_LEN(prr_bounds) },
	{ "tcp_cookies", cookies, ARRAY_LEN(cookies) },
	{ "tcp_isn_policy", isn_policies, ARRAY_LEN(isn_policies) },
	{ "ip_pmtu_discovery", pmtu_discoveries, ARRAY_LEN(pmtu_discoveries) },
};

void stack_config_init(struct stack_config *c)
{
	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < stack_parameter_count; i++)
		stack_parameter_set(c, &stack_parameters[i], stack_parameters[i].initial);
}

/* sysctl names may be written with dots or with slashes. */
static bool same_sysctl(const char *sysctl, const char *name)
{
	for (; *sysctl && *name; sysctl++, name++)
		if (*sysctl != (*name == '/' ? '.' : *name))
			return false;
	return *sysctl == *name;
}

const struct stack_parameter *stack_parameter_find(const char *name)
{
	const size_t length = strlen(name);
	const size_t prefix = strncmp(name, "net.", 4) && strncmp(name, "net/", 4) ? 0 : strlen("net.");

	for (size_t i = 0; i < stack_parameter_count; i++) {
		const struct stack_parameter *p = &stack_parameters[i];
		if (p->name_length == length && !memcmp(p->field.name, name, length))
			return p;
		if (p->sysctl && p->sysctl_length == length - prefix && same_sysctl(p->sysctl, name + prefix))
			return p;
	}
	return NULL;
}

/* All parameters have the same type, so a row needs only an offset. */
int64_t stack_parameter_get(const struct stack_config *c, const struct stack_parameter *p)
{
	return field_get(c, &p->field);
}

bool stack_parameter_set(struct stack_config *c, const struct stack_parameter *p, int64_t value)
{
	return field_set(c, &p->field, value);
}

bool stack_choice_value(const char *parameter, const char *word, int64_t *value)
{
	for (size_t i = 0; i < ARRAY_LEN(choices); i++)
		if (strcmp(choices[i].parameter, parameter) == 0)
			return table_value(choices[i].words, choices[i].count, word, value);
	return false;
}

const char *stack_choice_name(const char *parameter, int64_t value)
{
	for (size_t i = 0; i < ARRAY_LEN(choices); i++)
		if (strcmp(choices[i].parameter, parameter) == 0)
			return table_name(choices[i].words, choices[i].count, value);
	return NULL;
}
