/* SPDX-License-Identifier: MIT
 *
 * membership.c - IGMP and MLD messages as words (RFC 3376, 4 and 7; RFC 3810, 5)
 *
 * Queries of all versions have one type, and length and response time tell them apart (RFC 3376, 7.1; RFC 3810, 8.1).
 * Auxiliary data of a record are passed over, as both RFCs ask (4.2.6, 5.2.6).
 */
#include "wire/membership.h"

#include <string.h>

#include "wire/codec.h"
#include "wire/header.h"

enum { REPORT_HEAD = 8, RECORD_HEAD = 4, MAX_CODE = 1, SOURCE_COUNT = 2, AUXILIARY = 1 };

static const struct membership_kind kinds[] = {
	{ 4, "v1", "query", IGMP_QUERY, false, 8, "224.0.0.1" },
	{ 4, "v2", "query", IGMP_QUERY, false, 8, NULL },
	{ 4, "v3", "query", IGMP_QUERY, false, 12, NULL },
	{ 4, "v1", "report", IGMP_V1_REPORT, false, 8, NULL },
	{ 4, "v2", "report", IGMP_V2_REPORT, false, 8, NULL },
	{ 4, "v3", "report", IGMP_V3_REPORT, true, REPORT_HEAD, "224.0.0.22" },
	{ 4, NULL, "leave", IGMP_LEAVE, false, 8, "224.0.0.2" },
	{ 6, "v1", "query", MLD_QUERY, false, 24, NULL },
	{ 6, "v2", "query", MLD_QUERY, false, 28, NULL },
	{ 6, "v1", "report", MLD_V1_REPORT, false, 24, NULL },
	{ 6, "v2", "report", MLD_V2_REPORT, true, REPORT_HEAD, "ff02::16" },
	{ 6, NULL, "done", MLD_DONE, false, 24, "ff02::2" },
};

const struct membership_kind *membership_kind_at(size_t index)
{
	return index < ARRAY_LEN(kinds) ? &kinds[index] : NULL;
}

static size_t address_size(uint8_t ip_version)
{
	return ip_version == 4 ? 4 : 16;
}

/* The group of all but reports with records stands at the end of the first 8 or 24 bytes. */
static const uint8_t *group_of(uint8_t ip_version, const uint8_t *message)
{
	return message + (ip_version == 4 ? 4 : 8);
}

static bool is_query(const struct membership_kind *k)
{
	return k->type == IGMP_QUERY || k->type == MLD_QUERY;
}

bool membership_asks_for_sources(const struct membership_kind *k)
{
	return is_query(k) && k->head == (k->ip_version == 4 ? 12 : 28);
}

/* Has a query of this length and response time the version of the row? */
static bool is_version(const struct membership_kind *k, const uint8_t *message, size_t length)
{
	if (!is_query(k))
		return true;
	bool first = k->ip_version == 4 && k->version[1] == '1';
	if (membership_asks_for_sources(k))
		return length >= k->head;
	return length == k->head && (k->ip_version == 6 || first == !message[MAX_CODE]);
}

/* The record at @record, of which @left bytes are there; its length, or 0. */
static size_t record_length(uint8_t ip_version, const uint8_t *record, size_t left)
{
	size_t size = address_size(ip_version);
	size_t length = RECORD_HEAD + size;

	if (left < length)
		return 0;
	length += get16(record + SOURCE_COUNT) * size + record[AUXILIARY] * 4u;
	return length <= left ? length : 0;
}

static const char *content_problem(const struct membership_kind *k, const uint8_t *message, size_t length)
{
	size_t at = k->head, size = address_size(k->ip_version);

	if (membership_asks_for_sources(k) && length < k->head + get16(message + k->head - 2) * size)
		return "fewer sources than it says";
	for (unsigned left = k->records ? get16(message + 6) : 0; left; left--) {
		size_t record = record_length(k->ip_version, message + at, length - at);
		if (!record)
			return "fewer records than it says";
		at += record;
	}
	return NULL;
}

const struct membership_kind *membership_kind(uint8_t ip_version, const uint8_t *message, size_t length,
                                              const char **why)
{
	*why = "too short";
	for (const struct membership_kind *k = kinds; length >= 8 && k < kinds + ARRAY_LEN(kinds); k++) {
		if (k->ip_version != ip_version || k->type != message[0] || length < k->head ||
		    !is_version(k, message, length))
			continue;
		*why = content_problem(k, message, length);
		return *why ? NULL : k;
	}
	return NULL;
}

/* ---- words ---- */

static const char *const changes[] = {
	[MODE_IS_INCLUDE] = "is_in", [MODE_IS_EXCLUDE] = "is_ex", [CHANGE_TO_INCLUDE] = "to_in",
	[CHANGE_TO_EXCLUDE] = "to_ex", [ALLOW_SOURCES] = "allow", [BLOCK_SOURCES] = "block",
};

const char *membership_change_word(uint8_t change)
{
	return change < ARRAY_LEN(changes) ? changes[change] : NULL;
}

uint8_t membership_change(const char *word)
{
	for (size_t i = MODE_IS_INCLUDE; i < ARRAY_LEN(changes); i++)
		if (!strcmp(changes[i], word))
			return (uint8_t)i;
	return 0;
}

static const struct header_field fields[] = {
	{ HEADER_IPV4, "max", "igmp_max", 8, 8, false }, { HEADER_IPV4, "s", "igmp_s", 68, 1, false },
	{ HEADER_IPV4, "qrv", "igmp_qrv", 69, 3, false }, { HEADER_IPV4, "qqic", "igmp_qqic", 72, 8, false },
	{ HEADER_IPV4, "sum", "igmp_checksum", 16, 16, true },
	{ HEADER_IPV6, "max", "mld_max", 32, 16, false }, { HEADER_IPV6, "s", "mld_s", 196, 1, false },
	{ HEADER_IPV6, "qrv", "mld_qrv", 197, 3, false }, { HEADER_IPV6, "qqic", "mld_qqic", 200, 8, false },
	{ HEADER_IPV6, "sum", "mld_checksum", 16, 16, true },
};

const struct header_field *membership_field(uint8_t ip_version, const char *word)
{
	enum header_type type = ip_version == 4 ? HEADER_IPV4 : HEADER_IPV6;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i].type == type && !strcmp(fields[i].word, word))
			return &fields[i];
	return NULL;
}

bool membership_field_known(const char *word)
{
	return membership_field(4, word) != NULL;
}

/* ---- packets ---- */

static bool is_mld(uint8_t type)
{
	return (type >= MLD_QUERY && type <= MLD_DONE) || type == MLD_V2_REPORT;
}

bool membership_find(const uint8_t *bytes, size_t length, size_t *at)
{
	size_t hop_by_hop = IPV6_HEADER_BYTES;

	if (length >= IPV4_HEADER_BYTES && bytes[0] >> 4 == 4 && bytes[9] == PROTOCOL_IGMP) {
		*at = 4u * (bytes[0] & 15);
		return *at >= IPV4_HEADER_BYTES && length > *at;
	}
	if (length < IPV6_HEADER_BYTES + 8 || bytes[0] >> 4 != 6)
		return false;
	*at = hop_by_hop;
	uint8_t next = bytes[6];
	if (next == PROTOCOL_HOPOPTS) {
		next = bytes[hop_by_hop];
		*at += (bytes[hop_by_hop + 1] + 1u) * 8;
	}
	return next == PROTOCOL_ICMPV6 && length > *at && is_mld(bytes[*at]);
}

bool membership_alerts_routers(const uint8_t *bytes, size_t length)
{
	static const uint8_t alert4[] = { 148, 4, 0, 0 }, alert6[] = { 5, 2, 0, 0 };
	bool v4 = bytes[0] >> 4 == 4;
	size_t at, first = v4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES + 2;

	if (!membership_find(bytes, length, &at))
		return false;
	for (size_t i = first; i + sizeof(alert4) <= at; i++)
		if (!memcmp(bytes + i, v4 ? alert4 : alert6, sizeof(alert4)))
			return true;
	return false;
}

/* ---- text ---- */

static void print_address(struct buf *out, uint8_t ip_version, const uint8_t *bytes)
{
	struct ip_address address = { .version = ip_version };
	char text[IP_ADDRESS_TEXT];

	memcpy(address.bytes, bytes, address_size(ip_version));
	buf_puts(out, ip_address_print(&address, text));
}

static void print_sources(struct buf *out, uint8_t ip_version, const uint8_t *sources, unsigned count)
{
	size_t size = address_size(ip_version);

	buf_puts(out, " (");
	for (unsigned i = 0; i < count; i++) {
		buf_puts(out, i ? ", " : "");
		print_address(out, ip_version, sources + i * size);
	}
	buf_add_byte(out, ')');
}

static void print_records(struct buf *out, const struct membership_kind *k, const uint8_t *message, size_t length)
{
	size_t at = k->head, size = address_size(k->ip_version);

	for (unsigned i = 0; i < get16(message + 6); i++) {
		const uint8_t *record = message + at;
		const char *word = membership_change_word(record[0]);
		unsigned sources = get16(record + SOURCE_COUNT);
		buf_puts(out, i ? ", " : " ");
		print_address(out, k->ip_version, record + RECORD_HEAD);
		if (word)
			buf_printf(out, " %s", word);
		else
			buf_printf(out, " type_%u", record[0]);
		if (sources)
			print_sources(out, k->ip_version, record + RECORD_HEAD + size, sources);
		at += record_length(k->ip_version, record, length - at);
	}
}

void membership_print(struct buf *out, uint8_t ip_version, const uint8_t *message, size_t length)
{
	static const uint8_t none[16];
	const char *why;
	const struct membership_kind *k = membership_kind(ip_version, message, length, &why);
	size_t size = address_size(ip_version);

	buf_puts(out, ip_version == 4 ? "igmp " : "mld ");
	if (!k) {
		buf_printf(out, "type %u, %zu bytes: %s", length ? message[0] : 0, length, why);
		return;
	}
	if (k->version)
		buf_printf(out, "%s ", k->version);
	buf_puts(out, k->word);
	if (k->records) {
		print_records(out, k, message, length);
		return;
	}
	if (!is_query(k) || memcmp(group_of(ip_version, message), none, size) != 0) {
		buf_add_byte(out, ' ');
		print_address(out, ip_version, group_of(ip_version, message));
	}
	if (membership_asks_for_sources(k) && get16(message + k->head - 2))
		print_sources(out, ip_version, message + k->head, get16(message + k->head - 2));
}

/* ---- groups ---- */

/* The group number @index of a message; NULL: it has not so many. */
static const uint8_t *group_at(uint8_t ip_version, const uint8_t *message, size_t length, unsigned index)
{
	const char *why;
	const struct membership_kind *k = membership_kind(ip_version, message, length, &why);

	if (!k)
		return NULL;
	if (!k->records)
		return index ? NULL : group_of(ip_version, message);
	size_t at = k->head;
	if (index >= get16(message + 6))
		return NULL;
	while (index--)
		at += record_length(ip_version, message + at, length - at);
	return message + at + RECORD_HEAD;
}

bool membership_shares_group(uint8_t ip_version, const uint8_t *message, size_t length, const uint8_t *other,
                             size_t other_length)
{
	const uint8_t *a, *b;

	for (unsigned i = 0; (a = group_at(ip_version, message, length, i)); i++)
		for (unsigned n = 0; (b = group_at(ip_version, other, other_length, n)); n++)
			if (!memcmp(a, b, address_size(ip_version)))
				return true;
	return false;
}
