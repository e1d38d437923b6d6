/* SPDX-License-Identifier: MIT
 *
 * keyword.c - the reserved words of the script language
 *
 * Words of TCP options come from their table (wire/tcp_option.h), but for those that begin a rule of their own.
 */
#include <stdlib.h>
#include <string.h>

#include "script/parse.h"

#include "grammar/parser.h"

struct keyword {
	const char *text;
	int token;
};

/* In the order of strcmp(). "sequence#" is no word; the scanner knows it. */
static const struct keyword keywords[] = {
	{ "AccECN0", TOKEN_OPTION_ACCECN }, { "AccECN1", TOKEN_OPTION_ACCECN }, { "ECN", TOKEN_ECN },
	{ "Flags", TOKEN_FLAGS }, { "GREv0", TOKEN_GRE }, { "TS", TOKEN_TS }, { "ack", TOKEN_ACK },
	{ "ce", TOKEN_CE }, { "ceb", TOKEN_CEB }, { "checksum", TOKEN_CHECKSUM }, { "class", TOKEN_CLASS },
	{ "cmsg_data", TOKEN_CMSG_DATA }, { "cmsg_len", TOKEN_CMSG_LEN }, { "cmsg_level", TOKEN_CMSG_LEVEL },
	{ "cmsg_type", TOKEN_CMSG_TYPE }, { "dscp", TOKEN_DSCP }, { "e0b", TOKEN_E0B }, { "e1b", TOKEN_E1B },
	{ "eceb", TOKEN_CEB }, { "ecn", TOKEN_ECN_ITEM }, { "ecr", TOKEN_ECR }, { "ect0", TOKEN_ECT0 },
	{ "ect01", TOKEN_ECT01 }, { "ect1", TOKEN_ECT1 }, { "ee0b", TOKEN_E0B }, { "ee1b", TOKEN_E1B },
	{ "ee_code", TOKEN_EE_CODE }, { "ee_data", TOKEN_EE_DATA }, { "ee_errno", TOKEN_EE_ERRNO },
	{ "ee_info", TOKEN_EE_INFO }, { "ee_origin", TOKEN_EE_ORIGIN }, { "ee_type", TOKEN_EE_TYPE },
	{ "encap", TOKEN_ENCAP }, { "events", TOKEN_EVENTS }, { "fd", TOKEN_FD }, { "flags", TOKEN_FLAGS },
	{ "flowlabel", TOKEN_FLOWLABEL }, { "gre", TOKEN_GRE }, { "hlim", TOKEN_HLIM },
	{ "htonl", TOKEN_HTONL }, { "htons", TOKEN_HTONS }, { "icmp", TOKEN_ICMP }, { "id", TOKEN_ID },
	{ "igmp", TOKEN_IGMP },
	{ "inet6_addr", TOKEN_INET6_ADDR }, { "inet_addr", TOKEN_INET_ADDR }, { "iov_base", TOKEN_IOV_BASE },
	{ "iov_len", TOKEN_IOV_LEN }, { "ipv4", TOKEN_IPV4 }, { "ipv6", TOKEN_IPV6 }, { "key", TOKEN_KEY },
	{ "label", TOKEN_LABEL }, { "linger", TOKEN_LINGER }, { "mld", TOKEN_MLD }, { "mpls", TOKEN_MPLS },
	{ "msg_control", TOKEN_MSG_CONTROL }, { "msg_flags", TOKEN_MSG_FLAGS }, { "msg_hdr", TOKEN_MSG_HDR },
	{ "msg_iov", TOKEN_MSG_IOV }, { "msg_len", TOKEN_MSG_LEN }, { "msg_name", TOKEN_MSG_NAME },
	{ "mtu", TOKEN_MTU }, { "noecn", TOKEN_NOECN }, { "none", TOKEN_NONE }, { "nothing", TOKEN_NOTHING },
	{ "off", TOKEN_OFF }, { "onoff", TOKEN_ONOFF }, { "present", TOKEN_PRESENT }, { "psp", TOKEN_PSP },
	{ "ptr", TOKEN_PTR }, { "raw", TOKEN_RAW }, { "revents", TOKEN_REVENTS },
	{ "sa_family", TOKEN_SA_FAMILY }, { "sa_len", TOKEN_SIN_LEN }, { "sack", TOKEN_SACK },
	{ "scm_nsec", TOKEN_SCM_NSEC }, { "scm_sec", TOKEN_SCM_SEC }, { "seq", TOKEN_SEQ },
	{ "sin6_addr", TOKEN_SIN_ADDR }, { "sin6_family", TOKEN_SA_FAMILY }, { "sin6_len", TOKEN_SIN_LEN },
	{ "sin6_port", TOKEN_SIN_PORT }, { "sin_addr", TOKEN_SIN_ADDR }, { "sin_family", TOKEN_SA_FAMILY },
	{ "sin_len", TOKEN_SIN_LEN }, { "sin_port", TOKEN_SIN_PORT }, { "spi", TOKEN_SPI },
	{ "sum", TOKEN_SUM }, { "tc", TOKEN_TC }, { "tos", TOKEN_TOS }, { "ttl", TOKEN_TTL },
	{ "tv_nsec", TOKEN_TV_NSEC }, { "tv_sec", TOKEN_TV_SEC }, { "tv_usec", TOKEN_TV_USEC },
	{ "u32", TOKEN_U32 }, { "u64", TOKEN_U64 }, { "udp", TOKEN_UDP }, { "udplite", TOKEN_UDPLITE },
	{ "unordered", TOKEN_UNORDERED }, { "urg", TOKEN_URG }, { "val", TOKEN_VAL }, { "win", TOKEN_WIN },
};

/* The first letter tells nearly all of them apart, which matters because every word of a script is looked up. */
static int by_text(const void *wanted, const void *entry)
{
	const char *a = wanted, *b = ((const struct keyword *)entry)->text;

	return *a != *b ? (unsigned char)*a - (unsigned char)*b : strcmp(a, b);
}

static int option_token(enum tcp_option_form form)
{
	static const int tokens[] = {
		[TCP_FORM_WORD] = TOKEN_OPTION_WORD, [TCP_FORM_NUMBER] = TOKEN_OPTION_NUMBER,
		[TCP_FORM_DIGITS] = TOKEN_OPTION_DIGITS, [TCP_FORM_COOKIE] = TOKEN_OPTION_COOKIE,
		[TCP_FORM_SIGNED] = TOKEN_OPTION_SIGNED,
		[TCP_FORM_RANGES] = 0,
	};

	return tokens[form];
}

int keyword_token(const char *text, int64_t *value)
{
	const struct keyword *k = bsearch(text, keywords, ARRAY_LEN(keywords), sizeof(*keywords), by_text);
	const struct tcp_option_row *row;

	if (k && k->token == TOKEN_OPTION_ACCECN)
		*value = text[strlen(text) - 1] == '0' ? TCP_OPTION_ACCECN0 : TCP_OPTION_ACCECN1;
	if (k)
		return k->token;
	for (size_t i = 0; (row = tcp_option_row_at(i)); i++) {
		if (!row->word || *row->word != *text || strcmp(row->word, text))
			continue;
		*value = row->kind;
		return option_token(row->form);
	}
	return 0;
}
