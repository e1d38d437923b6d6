/* SPDX-License-Identifier: MIT
 *
 * group_report.c - telling routers about groups: the host's part of IGMP (RFC 2236, RFC 3376) and MLD (RFC 2710, 3810)
 *
 * Both protocols are handled by the same code: they differ in numbers, addresses and the length of a record. There are
 * two reasons to speak. Either something changed (a state-change report): that is told at once and repeated after a
 * random time of up to a second, so twice in all unless a query asks for another robustness. Or a router asks (a
 * current-state report): the answer comes after a random time up to the one that the query allows, so that not all
 * hosts answer at once.
 *
 * What is kept of a change is not a report but what remains to be told: the mode of the group, or sources. A report
 * says how things stand when it leaves (RFC 3376, 5.1; RFC 3810, 6.1). So changes that follow each other merge by
 * themselves.
 *
 * To an old router the host speaks the old version, for as long as its queries come (RFC 3376, 7.2.1; RFC 3810, 8.2.1).
 * The old versions know nothing of sources. There a host that hears another one report a group need not report it as
 * well, and whoever reported a group last sends a message when leaving it; the first version of IGMP has no such
 * message.
 *
 * Groups within one node and the group of all hosts are not reported (RFC 3376, 5; RFC 3810, 6). What does not fit into
 * one report goes into several; nothing else of the rules for hosts with many groups is implemented.
 */
#include "stack/group_report.h"

#include <string.h>

#include "stack/host.h"
#include "stack/icmp_send.h"
#include "stack/ip_address.h"
#include "stack/ip_output.h"
#include "wire/checksum.h"
#include "wire/codec.h"
#include "wire/membership.h"

enum {
	ROBUSTNESS = 2, ALERT_BYTES = 8, RECORD_HEAD = 4, REPORT_HEAD = 8, MESSAGE_ROOM = 1400,
	TOS_OF_IGMP = 0xc0,                                  /* RFC 3376, 4 */
};

static const vtime_t OLD_REPORT_INTERVAL = { 10000000000 };     /* RFC 2236, 8.10; RFC 2710, 7.10 */
static const vtime_t REPORT_INTERVAL = { 1000000000 };          /* RFC 3376, 8.11; RFC 3810, 9.11 */
static const vtime_t FIRST_RESPONSE = { 10000000000 };          /* of the first version: RFC 3376, 7.2.1 */

/* ---- versions ---- */

static struct group_router *router_of(struct stack *st, uint8_t ip_version)
{
	return &st->routers[ip_version == 6];
}

/* The version spoken: 3, 2 or 1 for IGMP. MLD counts one less, so for MLD it is the corresponding version of IGMP. */
static int version_spoken(struct stack *st, uint8_t ip_version)
{
	const struct group_router *r = router_of(st, ip_version);

	if (vtime_before(st->now, r->first_until))
		return 1;
	return vtime_before(st->now, r->second_until) ? 2 : 3;
}

static bool is_reported(const struct ip_address *group)
{
	static const struct ip_address all_hosts = { 4, { 224, 0, 0, 1 } }, all_nodes = { 6, { 0xff, 2, [15] = 1 } };
	bool node = group->version == 6 && (group->bytes[1] & 15) <= 1;

	return !node && !ip_address_equal(group, &all_hosts) && !ip_address_equal(group, &all_nodes);
}

/* ---- messages ---- */

static size_t address_size(const struct ip_address *a)
{
	return a->version == 4 ? 4 : 16;
}

/* Over IPv6 the source is the link-local address, or the unspecified address if there is none (RFC 3810, 5.2.13). */
static struct ip_address source_of(const struct stack *st, uint8_t ip_version)
{
	struct ip_address none = { .version = ip_version == 6 ? 6 : 0 };

	for (size_t i = 0; i < st->address_count; i++) {
		const struct ip_address *a = &st->addresses[i].ip;
		if (ip_version == 6 && a->version == 6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80)
			return *a;
	}
	return none;
}

/* Send the @length bytes behind the place of the hop-by-hop options in st->segment to @destination. */
static void send(struct stack *st, const struct ip_address *destination, size_t length, bool alert)
{
	static const uint8_t alert4[] = { 148, 4, 0, 0 };                        /* RFC 2113 */
	static const uint8_t alert6[] = { PROTOCOL_ICMPV6, 0, 5, 2, 0, 0, 1, 0 };       /* RFC 2711 */
	bool v4 = destination->version == 4;
	uint8_t *message = st->segment + ALERT_BYTES;
	struct ip_send s = {
		.source = source_of(st, destination->version), .destination = *destination, .ttl = 1,
		.protocol = v4 ? PROTOCOL_IGMP : PROTOCOL_HOPOPTS, .tos = v4 ? TOS_OF_IGMP : 0,
		.payload = v4 ? message : st->segment, .length = v4 ? length : length + ALERT_BYTES,
		.option_length = v4 && alert ? sizeof(alert4) : 0, .options = alert4,
		.fragmentation = IP_FRAGMENT_AS_NEEDED,
	};

	memcpy(st->segment, alert6, sizeof(alert6));
	put16(message + 2, 0);
	uint32_t sum = v4 ? 0 : checksum_pseudo(&s.source, destination, PROTOCOL_ICMPV6, length);
	put16(message + 2, checksum_finish(checksum_add(sum, message, length)));
	if (!v4)
		icmp_count(st, 6, message[0], true);
	ip_output(st, &s);
}

static struct ip_address address_of(uint8_t ip_version, const char *four, const char *six)
{
	struct ip_address a = { 0 };

	ip_address_parse(ip_version == 4 ? four : six, &a);
	return a;
}

/* A message of the old versions, which is about one group. */
static void send_old(struct stack *st, struct ip_group *g, uint8_t type, const struct ip_address *to, bool alert)
{
	bool v4 = g->address.version == 4;
	uint8_t *message = st->segment + ALERT_BYTES;

	memset(message, 0, 24);
	message[0] = type;
	memcpy(message + (v4 ? 4 : 8), g->address.bytes, address_size(&g->address));
	send(st, to, v4 ? 8 : 24, alert);
}

/* A report that is being written. */
struct report {
	struct stack *st;
	uint8_t ip_version;
	uint16_t records;
	size_t length;
};

static void report_begin(struct stack *st, struct report *r, uint8_t ip_version)
{
	*r = (struct report){ .st = st, .ip_version = ip_version, .length = REPORT_HEAD };
	memset(st->segment + ALERT_BYTES, 0, REPORT_HEAD);
	st->segment[ALERT_BYTES] = ip_version == 4 ? IGMP_V3_REPORT : MLD_V2_REPORT;
}

static void report_send(struct report *r)
{
	struct ip_address to = address_of(r->ip_version, "224.0.0.22", "ff02::16");

	if (!r->records)
		return;
	put16(r->st->segment + ALERT_BYTES + 6, r->records);
	send(r->st, &to, r->length, true);
}

/* One record. A record about sources is left out if its list is empty; one about the mode is not. */
static void report_add(struct report *r, const struct ip_group *g, enum membership_change type,
                       const struct ip_filter *sources)
{
	size_t size = address_size(&g->address), length = RECORD_HEAD + size * (1u + sources->count);
	bool needs_sources = type == MODE_IS_INCLUDE || type == ALLOW_SOURCES || type == BLOCK_SOURCES;

	if (needs_sources && !sources->count)
		return;
	if (r->length + length > MESSAGE_ROOM) {
		report_send(r);
		report_begin(r->st, r, r->ip_version);
	}
	uint8_t *record = r->st->segment + ALERT_BYTES + r->length;
	record[0] = (uint8_t)type;
	record[1] = 0;
	put16(record + 2, sources->count);
	memcpy(record + RECORD_HEAD, g->address.bytes, size);
	for (size_t i = 0; i < sources->count; i++)
		memcpy(record + RECORD_HEAD + size * (i + 1), sources->sources[i].bytes, size);
	r->length += length;
	r->records++;
}

/* ---- something changed ---- */

static void tell_again(struct stack *st, struct timer *timer);

/* A report of an old version says that the group has a member here. It is repeated as often as a change. */
static void report_old(struct stack *st, struct ip_group *g)
{
	bool v4 = g->address.version == 4;
	int version = version_spoken(st, g->address.version);

	send_old(st, g, v4 ? (version == 1 ? IGMP_V1_REPORT : IGMP_V2_REPORT) : MLD_V1_REPORT, &g->address,
	         !v4 || version == 2);
	g->last_reporter = true;
}

/* How the sources that remain to be told stand now. RFC 3376, 5.1: a source that is wanted is allowed, any other
 * blocked. */
static void report_changes(struct report *r, struct ip_group *g)
{
	struct ip_filter allowed = { 0 }, blocked = { 0 };
	uint8_t kept = 0;

	for (size_t i = 0; i < g->change_count; i++) {
		struct group_change *c = &g->changes[i];
		ip_filter_add(ip_filter_takes(&g->filter, &c->source) ? &allowed : &blocked, &c->source);
		if (--c->left)
			g->changes[kept++] = *c;
	}
	g->change_count = kept;
	report_add(r, g, ALLOW_SOURCES, &allowed);
	report_add(r, g, BLOCK_SOURCES, &blocked);
}

/* The state-change report that is due now. */
static void tell(struct stack *st, struct ip_group *g)
{
	bool current = version_spoken(st, g->address.version) == 3;
	struct report r;

	if (!current) {
		if (g->members)
			report_old(st, g);
		g->mode_left = g->mode_left && g->members ? g->mode_left - 1 : 0;
		g->change_count = 0;
	} else {
		report_begin(st, &r, g->address.version);
		if (g->mode_left) {
			g->mode_left--;
			report_add(&r, g, g->filter.exclude ? CHANGE_TO_EXCLUDE : CHANGE_TO_INCLUDE, &g->filter);
		} else {
			report_changes(&r, g);
		}
		report_send(&r);
	}
	if (!g->mode_left && !g->change_count)
		return;
	vtime_t within = current ? REPORT_INTERVAL : OLD_REPORT_INTERVAL;
	vtime_t wait = { (int64_t)random_below(&st->random, (uint64_t)within.ns) };
	timer_set(st, &g->report, vtime_add(st->now, wait), tell_again);
}

/* What remains to be told may be all that a group without members was kept for. */
static void tell_again(struct stack *st, struct timer *timer)
{
	struct ip_group *g = OWNER_OF(timer, struct ip_group, report);

	tell(st, g);
	ip_group_release(st, g);
}

/* One more source that is to be told @times times, or again from the start if it is on the list already. */
static void note_source(struct ip_group *g, const struct ip_address *source, uint8_t times)
{
	for (size_t i = 0; i < g->change_count; i++)
		if (ip_address_equal(&g->changes[i].source, source)) {
			g->changes[i].left = times;
			return;
		}
	if (g->change_count < FILTER_SOURCES)
		g->changes[g->change_count++] = (struct group_change){ *source, times };
}

/* The sources that are in @of and not in @other. */
static void note_sources(struct ip_group *g, const struct ip_filter *of, const struct ip_filter *other, uint8_t times)
{
	for (size_t i = 0; i < of->count; i++)
		if (!ip_filter_has(other, &of->sources[i]))
			note_source(g, &of->sources[i], times);
}

/* RFC 2236, 3; RFC 2710, 4: the host that reported the group last says that it leaves. */
static void leave_old(struct stack *st, struct ip_group *g, int version)
{
	struct ip_address to = address_of(g->address.version, "224.0.0.2", "ff02::2");

	g->mode_left = g->change_count = 0;
	if (g->last_reporter && version == 2)
		send_old(st, g, g->address.version == 4 ? IGMP_LEAVE : MLD_DONE, &to, true);
}

/* A change of the mode is told with all sources, so what was left to be told of single ones is void. */
void group_report_change(struct stack *st, struct ip_group *g, const struct ip_filter *before)
{
	uint8_t robustness = router_of(st, g->address.version)->robustness;
	uint8_t times = robustness ? robustness : ROBUSTNESS;
	int version = version_spoken(st, g->address.version);
	bool mode = before->exclude != g->filter.exclude;
	bool began = !before->exclude && !before->count;

	if (is_reported(&g->address) && !defect(st, DEFECT_GROUP_UNREPORTED)) {
		if (version < 3 && !g->members) {
			leave_old(st, g, version);
		} else if (version < 3) {
			g->mode_left = began ? times : g->mode_left;
		} else if (mode) {
			g->mode_left = times;
			g->change_count = 0;
		} else {
			note_sources(g, before, &g->filter, times);
			note_sources(g, &g->filter, before, times);
		}
		if (g->mode_left || g->change_count)
			tell(st, g);
		if (defect(st, DEFECT_GROUP_REPORTED_ONCE))
			g->mode_left = g->change_count = 0;
	}
	ip_group_release(st, g);
}

/* ---- somebody asks ---- */

/* A query of either protocol. */
struct query {
	uint8_t ip_version;
	int version;                                         /* 1 to 3, as returned by version_spoken() */
	vtime_t within;
	struct ip_address group;                             /* unspecified: all */
	const uint8_t *sources;
	uint16_t source_count;
};

/* What the query asks about the group: everything, or only these sources. */
static void answer_group(struct report *r, struct ip_group *g)
{
	struct ip_filter wanted = { 0 };

	if (!g->asked.count) {
		report_add(r, g, g->filter.exclude ? MODE_IS_EXCLUDE : MODE_IS_INCLUDE, &g->filter);
		return;
	}
	for (size_t i = 0; i < g->asked.count; i++)
		if (ip_filter_takes(&g->filter, &g->asked.sources[i]))
			ip_filter_add(&wanted, &g->asked.sources[i]);
	report_add(r, g, MODE_IS_INCLUDE, &wanted);
}

/* A query about one group is answered by itself, one about all groups in as few messages as possible. */
static void answer_one(struct stack *st, struct timer *timer)
{
	struct ip_group *g = OWNER_OF(timer, struct ip_group, answer);
	struct report r;

	if (version_spoken(st, g->address.version) < 3) {
		report_old(st, g);
		return;
	}
	report_begin(st, &r, g->address.version);
	answer_group(&r, g);
	report_send(&r);
	g->asked.count = 0;
}

static void answer_all(struct stack *st, uint8_t ip_version)
{
	struct report r;

	report_begin(st, &r, ip_version);
	for (struct ip_group *g = st->groups; g; g = g->next) {
		if (g->address.version != ip_version || !g->members || !is_reported(&g->address))
			continue;
		g->asked.count = 0;
		answer_group(&r, g);
	}
	report_send(&r);
}

static void answer_all4(struct stack *st, struct timer *timer)
{
	(void)timer;
	answer_all(st, 4);
}

static void answer_all6(struct stack *st, struct timer *timer)
{
	(void)timer;
	answer_all(st, 6);
}

/* Arm @timer for a random time within the limit of the query, unless it fires sooner anyway. */
static void answer_within(struct stack *st, struct timer *timer, vtime_t within, timer_function *answer)
{
	vtime_t wait = { (int64_t)random_below(&st->random, (uint64_t)within.ns + 1) };
	vtime_t at = vtime_add(st->now, wait);

	if (!timer->armed || vtime_before(at, timer->at))
		timer_set(st, timer, at, answer);
}

/* RFC 3376, 5.2, rules 3 to 5. */
static void asked_of_group(struct stack *st, struct ip_group *g, const struct query *q)
{
	bool all_pending = g->answer.armed && !g->asked.count;

	if (!q->source_count || all_pending)
		g->asked.count = 0;
	for (size_t i = 0; i < q->source_count && !all_pending; i++) {
		struct ip_address source = { .version = q->ip_version };
		memcpy(source.bytes, q->sources + i * address_size(&source), address_size(&source));
		if (!ip_filter_add(&g->asked, &source)) {
			g->asked.count = 0;                  /* too many: the answer covers all sources */
			break;
		}
	}
	answer_within(st, &g->answer, q->within, answer_one);
}

static void forget_pending(struct stack *st, uint8_t ip_version)
{
	timer_clear(st, &router_of(st, ip_version)->answer);
	for (struct ip_group *g = st->groups; g; g = g->next)
		if (g->address.version == ip_version) {
			timer_clear(st, &g->answer);
			timer_clear(st, &g->report);
			g->mode_left = g->change_count = 0;
		}
}

/* RFC 3376, 7.2.1; RFC 3810, 8.2.1, 9.12: an old querier is taken to be present for as long as its next query may take.
 * When the version changes, everything that is pending is forgotten. */
static void heed_version(struct stack *st, const struct query *q)
{
	struct group_router *r = router_of(st, q->ip_version);
	int before = version_spoken(st, q->ip_version);
	vtime_t until = vtime_add(vtime_add(st->now, q->within), vtime_s(ROBUSTNESS * 125));

	if (q->version == 1)
		r->first_until = until;
	else if (q->version == 2)
		r->second_until = until;
	if (version_spoken(st, q->ip_version) != before)
		forget_pending(st, q->ip_version);
}

static void take_query(struct stack *st, const struct query *q)
{
	struct group_router *r = router_of(st, q->ip_version);
	bool general = ip_is_unspecified(&q->group);

	heed_version(st, q);
	if (general && version_spoken(st, q->ip_version) == 3) {
		answer_within(st, &r->answer, q->within, q->ip_version == 4 ? answer_all4 : answer_all6);
		return;
	}
	/* Rule 1: an answer about all groups that is due sooner answers this query as well. */
	if (r->answer.armed && vtime_before(r->answer.at, vtime_add(st->now, q->within)))
		return;
	for (struct ip_group *g = st->groups; g; g = g->next)
		if (g->address.version == q->ip_version && g->members && is_reported(&g->address) &&
		    (general || ip_address_equal(&g->address, &q->group)))
			asked_of_group(st, g, q);
}

/* ---- messages that arrive ---- */

/* RFC 3376, 4.1.1; RFC 3810, 5.1.3: large times have a mantissa and an exponent. */
static int64_t response_units(uint32_t code, unsigned mantissa_bits)
{
	uint32_t first = UINT32_C(1) << (mantissa_bits + 3), mantissa = code & ((UINT32_C(1) << mantissa_bits) - 1);

	if (code < first)
		return code;
	return (int64_t)(mantissa | UINT32_C(1) << mantissa_bits) << ((code >> mantissa_bits & 7) + 3);
}

static struct query read_query(struct stack *st, uint8_t ip_version, const uint8_t *message,
                               const struct membership_kind *k)
{
	const int64_t tenth = 100000000, millisecond = 1000000;
	bool v4 = ip_version == 4, latest = membership_asks_for_sources(k);
	struct query q = {
		.ip_version = ip_version, .version = k->version[1] - '0' + !v4, .group.version = ip_version,
	};

	q.within.ns = v4 ? response_units(message[1], 4) * tenth : response_units(get16(message + 4), 12) * millisecond;
	if (v4 && !latest)
		q.within.ns = message[1] * tenth;
	if (q.version == 1)
		q.within = FIRST_RESPONSE;
	memcpy(q.group.bytes, message + (v4 ? 4 : 8), address_size(&q.group));
	if (latest) {
		q.sources = message + k->head;
		q.source_count = get16(message + k->head - 2);
		/* RFC 3376, 4.1.6, 8.1; RFC 3810, 5.1.8: the querier says how often reports are to be repeated. */
		router_of(st, ip_version)->robustness = message[k->head - 4] & 7;
	}
	return q;
}

/* Reports by other hosts, in the old versions: ours about that group becomes needless. */
static void hear_report(struct stack *st, uint8_t ip_version, const uint8_t *message)
{
	struct ip_address group = { .version = ip_version };

	memcpy(group.bytes, message + (ip_version == 4 ? 4 : 8), address_size(&group));
	struct ip_group *g = ip_group_find(st, &group);
	if (!g || version_spoken(st, ip_version) == 3 || defect(st, DEFECT_GROUP_REPORT_NOT_SUPPRESSED))
		return;
	timer_clear(st, &g->answer);
	timer_clear(st, &g->report);
	g->mode_left = g->change_count = 0;
	g->last_reporter = false;
}

static void take_message(struct stack *st, const struct ip_packet *p)
{
	const uint8_t version = p->source.version;
	const char *why;
	const struct membership_kind *k = membership_kind(version, p->payload, p->length, &why);

	if (!k) {
		stack_drop(st, p, version == 4 ? "malformed IGMP message" : "malformed MLD message");
		return;
	}
	if (k->type == IGMP_QUERY || k->type == MLD_QUERY) {
		struct query q = read_query(st, version, p->payload, k);
		if (!defect(st, DEFECT_GROUP_QUERY_IGNORED))
			take_query(st, &q);
	} else if (k->type == IGMP_V1_REPORT || k->type == IGMP_V2_REPORT || k->type == MLD_V1_REPORT) {
		hear_report(st, version, p->payload);
	}
}

static void igmp_input(struct stack *st, const struct ip_packet *p)
{
	if (checksum_finish(checksum_add(0, p->payload, p->length)) != 0)
		stack_drop(st, p, "wrong IGMP checksum");
	else
		take_message(st, p);
}

/* RFC 3810, 5.1.14, 6.2: a message of MLD is ignored if its source is not a link-local address, if it comes from
 * farther away, or if it lacks the router alert option. */
void group_report_input6(struct stack *st, const struct ip_packet *p)
{
	bool link = p->source.bytes[0] == 0xfe && (p->source.bytes[1] & 0xc0) == 0x80;
	bool near = link && p->ttl == 1 && membership_alerts_routers(p->whole, p->whole_length);

	if (near || defect(st, DEFECT_MLD_FROM_AFAR_TAKEN))
		take_message(st, p);
	else
		stack_drop(st, p, "MLD message that is not of this link");
}

const struct protocol igmp_protocol = { .number = PROTOCOL_IGMP, .version = 4, .input = igmp_input };
