/* SPDX-License-Identifier: MIT
 *
 * code_names.c - constants of TCP_INFO, its fields, congestion control details, socket memory
 *
 * The layouts of what TCP_CC_INFO returns are those of the Linux user interface, in host byte order.
 */
#include "code/code_names.h"

#include <assert.h>
#include <string.h>

#include "util/common.h"
#include "util/table.h"

static const struct name_value constants[] = {
	{ "TCP_ESTABLISHED", 1 }, { "TCP_SYN_SENT", 2 }, { "TCP_SYN_RECV", 3 }, { "TCP_FIN_WAIT1", 4 },
	{ "TCP_FIN_WAIT2", 5 }, { "TCP_TIME_WAIT", 6 }, { "TCP_CLOSE", 7 }, { "TCP_CLOSE_WAIT", 8 },
	{ "TCP_LAST_ACK", 9 }, { "TCP_LISTEN", 10 }, { "TCP_CLOSING", 11 },
	/* As other dialects call them, with the spellings of BSD beside those of Linux. */
	{ "TCPI_ESTABLISHED", 1 }, { "TCPI_SYN_SENT", 2 }, { "TCPI_SYN_RECV", 3 }, { "TCPI_SYN_RECEIVED", 3 },
	{ "TCPI_FIN_WAIT1", 4 }, { "TCPI_FIN_WAIT_1", 4 }, { "TCPI_FIN_WAIT2", 5 }, { "TCPI_FIN_WAIT_2", 5 },
	{ "TCPI_TIME_WAIT", 6 }, { "TCPI_CLOSE", 7 }, { "TCPI_CLOSED", 7 }, { "TCPI_CLOSE_WAIT", 8 },
	{ "TCPI_LAST_ACK", 9 }, { "TCPI_LISTEN", 10 }, { "TCPI_CLOSING", 11 },
	{ "TCP_CA_Open", 0 }, { "TCP_CA_Disorder", 1 }, { "TCP_CA_CWR", 2 }, { "TCP_CA_Recovery", 3 },
	{ "TCP_CA_Loss", 4 },
	{ "TCPI_OPT_TIMESTAMPS", 1 }, { "TCPI_OPT_SACK", 2 }, { "TCPI_OPT_WSCALE", 4 }, { "TCPI_OPT_ECN", 8 },
	{ "TCPI_OPT_ECN_SEEN", 16 }, { "TCPI_OPT_SYN_DATA", 32 }, { "TCPI_OPT_USEC_TS", 64 },
	{ "TCPI_OPT_TFO_CHILD", 128 },
};

static const char *const info_names[] = {
#define X(name, offset, bits, shift) [TCPI_##name] = "tcpi_" #name,
	TCP_INFO_FIELDS(X)
#undef X
};
static_assert(ARRAY_LEN(info_names) == TCPI_FIELDS, "a field of TCP_INFO has no name");

static const char *const meminfo_names[] = {
	"SK_MEMINFO_RMEM_ALLOC", "SK_MEMINFO_RCVBUF", "SK_MEMINFO_WMEM_ALLOC", "SK_MEMINFO_SNDBUF",
	"SK_MEMINFO_FWD_ALLOC", "SK_MEMINFO_WMEM_QUEUED", "SK_MEMINFO_OPTMEM", "SK_MEMINFO_BACKLOG",
	"SK_MEMINFO_DROPS",
};
static_assert(ARRAY_LEN(meminfo_names) == MEMINFO_VALUES, "a value of SO_MEMINFO has no name");

/* The same bytes read in up to three ways; a reading counts if at least @needs bytes were returned. */
static const struct cc_field {
	const char *name;
	size_t needs, offset, width;                         /* bytes */
} cc_fields[] = {
	{ "bbr_bw_lo", 20, 0, 4 }, { "bbr_bw_hi", 20, 4, 4 }, { "bbr_min_rtt", 20, 8, 4 },
	{ "bbr_pacing_gain", 20, 12, 4 }, { "bbr_cwnd_gain", 20, 16, 4 },
	{ "dctcp_enabled", 16, 0, 2 }, { "dctcp_ce_state", 16, 2, 2 }, { "dctcp_alpha", 16, 4, 4 },
	{ "dctcp_ab_ecn", 16, 8, 4 }, { "dctcp_ab_tot", 16, 12, 4 },
	{ "tcpv_enabled", 16, 0, 4 }, { "tcpv_rttcnt", 16, 4, 4 }, { "tcp_rtt", 16, 8, 4 }, { "tcp_minrtt", 16, 12, 4 },
};

enum { BBR_BYTES = 20 };

static uint64_t load(const uint8_t *bytes, size_t width)
{
	uint16_t narrow;
	uint32_t wide;

	if (width == sizeof(narrow)) {
		memcpy(&narrow, bytes, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, bytes, sizeof(wide));
	return wide;
}

static void visit_cc_info(const struct tcp_state_info *info, code_name_visitor *visit, void *context)
{
	for (size_t i = 0; i < ARRAY_LEN(cc_fields); i++) {
		const struct cc_field *f = &cc_fields[i];

		if (info->cc_info_length >= f->needs)
			visit(context, f->name, load(info->cc_info + f->offset, f->width));
	}
	if (info->cc_info_length >= BBR_BYTES)
		visit(context, "bbr_bw", load(info->cc_info + 4, 4) << 32 | load(info->cc_info, 4));
}

void code_names_visit(const struct tcp_state_info *info, code_name_visitor *visit, void *context)
{
	for (size_t i = 0; i < ARRAY_LEN(constants); i++)
		visit(context, constants[i].name, (uint64_t)constants[i].value);
	for (size_t i = 0; i < TCPI_FIELDS; i++)
		visit(context, info_names[i], info->tcpi[i]);
	visit_cc_info(info, visit, context);
	for (size_t i = 0; i < MEMINFO_VALUES; i++)
		visit(context, meminfo_names[i], info->meminfo[i]);
}
