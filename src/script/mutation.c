/* SPDX-License-Identifier: MIT
 *
 * mutation.c - the table of changes, and scripts with one of them
 */
#include "script/mutation.h"

#include <string.h>

#include "script/additions.h"
#include "wire/tcp_option.h"

enum { FAR = 70000, STAMP_STEP = 1000000, SPARE_OPTION = 253 };
static const int64_t QUARTER = INT64_C(1) << 30, SEQUENCES = INT64_C(1) << 32, OUTSIDE = 3000000000;

/* ---- single changes: each false where it does not apply ---- */

static bool is_tcp(const struct packet_spec *p)
{
	return p->transport == HEADER_TCP;
}

static bool toggle_flag(struct packet_spec *p, int64_t letter, struct arena *arena)
{
	char flags[32], *end = flags;
	bool was = false;

	if (!is_tcp(p) || strlen(p->flags) + 2 > sizeof(flags) || strpbrk(p->flags, "?0123456789"))
		return false;
	for (const char *f = p->flags; *f; f++) {
		if (*f == letter)
			was = true;
		else if (*f != '-')
			*end++ = *f;
	}
	if (!was) {                                          /* the dot of an ACK stands last */
		memmove(flags + 1, flags, (size_t)(end - flags));
		*flags = (char)letter;
		end++;
	}
	*end = '\0';
	p->flags = arena_strdup(arena, *flags ? flags : "-");
	return true;
}

static bool drop_ack(struct packet_spec *p, int64_t value, struct arena *arena)
{
	(void)value;
	if (!is_tcp(p) || !p->has_ack || !strchr(p->flags, '.') || !toggle_flag(p, '.', arena))
		return false;
	p->has_ack = false;
	return true;
}

static bool move_sequence(struct packet_spec *p, int64_t by, struct arena *arena)
{
	(void)arena;
	if (!is_tcp(p) || p->ranges.seq_start || p->ranges.seq_end || p->absolute)
		return false;
	p->seq_start = (p->seq_start + by + SEQUENCES) % SEQUENCES;
	p->seq_end = (p->seq_start + p->payload_length) % SEQUENCES;
	return true;
}

static bool move_ack(struct packet_spec *p, int64_t by, struct arena *arena)
{
	(void)arena;
	if (!is_tcp(p) || !p->has_ack || p->ranges.ack)
		return false;
	p->ack = (p->ack + by + SEQUENCES) % SEQUENCES;
	return true;
}

static bool set_window(struct packet_spec *p, int64_t window, struct arena *arena)
{
	(void)arena;
	if (!is_tcp(p) || !p->has_window || p->ranges.window || p->window == window)
		return false;
	p->window = window;
	return true;
}

static bool set_length(struct packet_spec *p, int64_t length, struct arena *arena)
{
	(void)arena;
	if (!is_tcp(p) || p->payload || p->ranges.length || p->ranges.seq_start || p->payload_length == length)
		return false;
	p->payload_length = length;
	p->seq_end = (p->seq_start + length) % SEQUENCES;
	return true;
}

static bool one_octet_more(struct packet_spec *p, int64_t value, struct arena *arena)
{
	return set_length(p, p->payload_length + value, arena);
}

static bool set_urgent(struct packet_spec *p, int64_t pointer, struct arena *arena)
{
	if (!is_tcp(p) || p->ranges.urgent || (!strchr(p->flags, 'U') && !toggle_flag(p, 'U', arena)))
		return false;
	p->urgent = pointer;
	return true;
}

/* ---- options ---- */

static bool drop_options(struct packet_spec *p, int64_t value, struct arena *arena)
{
	(void)value, (void)arena;
	if (!is_tcp(p) || !p->options || p->option_bytes)
		return false;
	p->options = NULL;
	return true;
}

static struct tcp_option_spec *append_option(struct packet_spec *p, uint8_t kind, struct arena *arena)
{
	struct tcp_option_spec **at = &p->options, *o = arena_new_object(arena, struct tcp_option_spec);

	while (*at)
		at = &(*at)->next;
	*at = o;
	o->kind = kind;
	return o;
}

/* The options of @p as a list of its own. */
static void copy_options(struct packet_spec *p, struct arena *arena)
{
	for (struct tcp_option_spec **at = &p->options; *at; at = &(*at)->next)
		*at = arena_copy(arena, *at, sizeof(**at));
}

static bool add_unknown_option(struct packet_spec *p, int64_t value, struct arena *arena)
{
	(void)value;
	if (!is_tcp(p) || p->option_bytes || p->any_options || p->option_order != OPTIONS_EXACT)
		return false;
	copy_options(p, arena);
	struct tcp_option_spec *o = append_option(p, SPARE_OPTION, arena);
	o->generic = true;
	o->hex = "0102";
	return true;
}

/* A SACK block of text that lies a megabyte ahead of what was acknowledged, or as far behind. */
static bool add_selective_ack(struct packet_spec *p, int64_t by, struct arena *arena)
{
	if (!is_tcp(p) || !p->has_ack || p->options || p->option_bytes || p->any_options)
		return false;
	append_option(p, TCP_OPTION_NOP, arena);
	append_option(p, TCP_OPTION_NOP, arena);
	struct tcp_option_spec *o = append_option(p, TCP_OPTION_SACK, arena);
	o->values[0] = (p->ack + by + SEQUENCES) % SEQUENCES;
	o->values[1] = (o->values[0] + 1000) % SEQUENCES;
	o->value_count = 2;
	return true;
}

static bool move_stamp(struct packet_spec *p, int index, int64_t by, struct arena *arena)
{
	if (!is_tcp(p))
		return false;
	copy_options(p, arena);
	for (struct tcp_option_spec *o = p->options; o; o = o->next) {
		if (o->kind != TCP_OPTION_TS || o->generic || o->value_count < 2 || o->ranges[index])
			continue;
		o->values[index] = (o->values[index] + by + SEQUENCES) % SEQUENCES;
		return true;
	}
	return false;
}

static bool move_stamp_value(struct packet_spec *p, int64_t by, struct arena *arena)
{
	return move_stamp(p, 0, by, arena);
}

static bool move_stamp_echo(struct packet_spec *p, int64_t by, struct arena *arena)
{
	return move_stamp(p, 1, by, arena);
}

static bool set_largest_segment(struct packet_spec *p, int64_t size, struct arena *arena)
{
	if (!is_tcp(p))
		return false;
	copy_options(p, arena);
	for (struct tcp_option_spec *o = p->options; o; o = o->next) {
		if (o->kind == TCP_OPTION_MSS && !o->generic && !o->ranges[0]) {
			o->values[0] = size;
			return true;
		}
	}
	return false;
}

/* ---- fields by name ---- */

static bool add_field(struct packet_spec *p, const char *word, bool transport, int64_t value, struct arena *arena)
{
	struct field_spec *f = arena_new_object(arena, struct field_spec);

	for (const struct field_spec *other = p->fields; other; other = other->next)
		if (other->transport == transport && !strcmp(other->word, word))
			return false;
	*f = (struct field_spec){ .next = p->fields, .loc = p->loc, .transport = transport, .word = word,
	                          .kind = value < 0 ? FIELD_BAD : FIELD_NUMBER, .number = { .value = value } };
	p->fields = f;
	return true;
}

static bool spoil_checksum(struct packet_spec *p, int64_t value, struct arena *arena)
{
	(void)value;
	return (is_tcp(p) || p->transport == HEADER_UDP) && add_field(p, "sum", true, -1, arena);
}

static bool spoil_ip_checksum(struct packet_spec *p, int64_t value, struct arena *arena)
{
	(void)value;
	return add_field(p, "sum", false, -1, arena);
}

static bool set_data_offset(struct packet_spec *p, int64_t value, struct arena *arena)
{
	return is_tcp(p) && p->payload_length < 8 && !p->options && add_field(p, "doff", true, value, arena);
}

static bool set_reserved(struct packet_spec *p, int64_t value, struct arena *arena)
{
	return is_tcp(p) && add_field(p, "res", true, value, arena);
}

static bool set_header_length(struct packet_spec *p, int64_t value, struct arena *arena)
{
	return add_field(p, "ihl", false, value, arena);
}

static bool set_total_length(struct packet_spec *p, int64_t value, struct arena *arena)
{
	return is_tcp(p) && add_field(p, "len", false, value, arena);
}

static bool set_identification(struct packet_spec *p, int64_t value, struct arena *arena)
{
	return add_field(p, "id", false, value, arena);
}

static bool set_dont_fragment(struct packet_spec *p, int64_t value, struct arena *arena)
{
	return add_field(p, "df", false, value, arena);
}

static bool set_protocol(struct packet_spec *p, int64_t value, struct arena *arena)
{
	return add_field(p, "proto", false, value, arena);
}

static bool set_ttl(struct packet_spec *p, int64_t value, struct arena *arena)
{
	(void)arena;
	if (p->info.ttl || p->info.ttl_range)
		return false;
	p->info.ttl = value;
	return true;
}

static bool mark_congestion(struct packet_spec *p, int64_t value, struct arena *arena)
{
	(void)arena;
	if (!is_tcp(p) || (p->info.tos_check != TOS_UNCHECKED && p->info.tos_check != TOS_ECN))
		return false;
	p->info.tos_check = TOS_ECN;
	p->info.tos = value;
	return true;
}

/* ---- whole packets ---- */

static bool make_far_reset(struct packet_spec *p, int64_t value, struct arena *arena)
{
	(void)arena;
	if (!is_tcp(p))
		return false;
	*p = (struct packet_spec){
		.loc = p->loc, .direction = p->direction, .connection = p->connection, .transport = HEADER_TCP,
		.source_port = p->source_port, .destination_port = p->destination_port, .flags = "R",
		.seq_start = value, .seq_end = value, .has_window = true,
	};
	return true;
}

static bool keep(struct packet_spec *p, int64_t value, struct arena *arena)
{
	(void)p, (void)value, (void)arena;
	return true;
}

/* ---- the table ---- */

enum deed { CHANGE, COPY_BEFORE, COPY_BEHIND, DROP };

static const struct change {
	const char *what, *detail;
	enum mutation_effect effect;
	enum deed deed;
	bool ipv4;                                           /* only there */
	bool (*apply)(struct packet_spec *p, int64_t value, struct arena *arena);
	int64_t value;
} changes[] = {
	{ "flags", "S changes", MUTATION_FREE, CHANGE, false, toggle_flag, 'S' },
	{ "flags", "F changes", MUTATION_FREE, CHANGE, false, toggle_flag, 'F' },
	{ "flags", "R changes", MUTATION_FREE, CHANGE, false, toggle_flag, 'R' },
	{ "flags", "P changes", MUTATION_FREE, CHANGE, false, toggle_flag, 'P' },
	{ "flags", "E changes", MUTATION_FREE, CHANGE, false, toggle_flag, 'E' },
	{ "flags", "W changes", MUTATION_FREE, CHANGE, false, toggle_flag, 'W' },
	{ "flags", "no ACK", MUTATION_FREE, CHANGE, false, drop_ack, 0 },
	{ "sequence number", "one less", MUTATION_FREE, CHANGE, false, move_sequence, -1 },
	{ "sequence number", "one more", MUTATION_FREE, CHANGE, false, move_sequence, 1 },
	{ "sequence number", "1000 more", MUTATION_FREE, CHANGE, false, move_sequence, 1000 },
	{ "sequence number", "70000 more", MUTATION_FREE, CHANGE, false, move_sequence, FAR },
	{ "sequence number", "a quarter of all more", MUTATION_FREE, CHANGE, false, move_sequence, QUARTER },
	{ "sequence number", "a quarter of all less", MUTATION_FREE, CHANGE, false, move_sequence, -QUARTER },
	{ "acknowledgement", "one less", MUTATION_FREE, CHANGE, false, move_ack, -1 },
	{ "acknowledgement", "one more", MUTATION_FREE, CHANGE, false, move_ack, 1 },
	{ "acknowledgement", "1000 more", MUTATION_FREE, CHANGE, false, move_ack, 1000 },
	{ "acknowledgement", "70000 less", MUTATION_FREE, CHANGE, false, move_ack, -FAR },
	{ "acknowledgement", "a quarter of all more", MUTATION_FREE, CHANGE, false, move_ack, QUARTER },
	{ "acknowledgement", "a quarter of all less", MUTATION_FREE, CHANGE, false, move_ack, -QUARTER },
	{ "window", "0", MUTATION_FREE, CHANGE, false, set_window, 0 },
	{ "window", "1", MUTATION_FREE, CHANGE, false, set_window, 1 },
	{ "window", "65535", MUTATION_FREE, CHANGE, false, set_window, 65535 },
	{ "length", "no text", MUTATION_FREE, CHANGE, false, set_length, 0 },
	{ "length", "1 octet of text", MUTATION_FREE, CHANGE, false, set_length, 1 },
	{ "length", "one octet more", MUTATION_FREE, CHANGE, false, one_octet_more, 1 },
	{ "length", "1400 octets of text", MUTATION_FREE, CHANGE, false, set_length, 1400 },
	{ "urgent pointer", "0", MUTATION_FREE, CHANGE, false, set_urgent, 0 },
	{ "urgent pointer", "1", MUTATION_FREE, CHANGE, false, set_urgent, 1 },
	{ "urgent pointer", "65535", MUTATION_FREE, CHANGE, false, set_urgent, 65535 },
	{ "options", "none", MUTATION_FREE, CHANGE, false, drop_options, 0 },
	{ "options", "an MSS of 0", MUTATION_FREE, CHANGE, false, set_largest_segment, 0 },
	{ "options", "an MSS of 88", MUTATION_FREE, CHANGE, false, set_largest_segment, 88 },
	{ "options", "an MSS of 65535", MUTATION_FREE, CHANGE, false, set_largest_segment, 65535 },
	{ "options", "a SACK block far ahead", MUTATION_FREE, CHANGE, false, add_selective_ack, STAMP_STEP },
	{ "options", "a SACK block far behind", MUTATION_FREE, CHANGE, false, add_selective_ack, -STAMP_STEP },
	{ "options", "an old time-stamp", MUTATION_FREE, CHANGE, false, move_stamp_value, -STAMP_STEP },
	{ "options", "a time-stamp far ahead", MUTATION_FREE, CHANGE, false, move_stamp_value, STAMP_STEP },
	{ "options", "an echo of what was not sent", MUTATION_FREE, CHANGE, false, move_stamp_echo, STAMP_STEP },
	{ "checksum", "wrong", MUTATION_FREE, CHANGE, false, spoil_checksum, 0 },
	{ "data offset", "15", MUTATION_FREE, CHANGE, false, set_data_offset, 15 },
	{ "IP: length", "30", MUTATION_FREE, CHANGE, true, set_total_length, 30 },
	{ "IP: protocol", "200", MUTATION_FREE, CHANGE, false, set_protocol, 200 },
	{ "IP: ECN", "CE", MUTATION_FREE, CHANGE, false, mark_congestion, 3 },
	{ "IP: ECN", "ECT(0)", MUTATION_FREE, CHANGE, false, mark_congestion, 2 },
	{ "duplication", "twice", MUTATION_FREE, COPY_BEHIND, false, keep, 0 },
	{ "loss", "lost", MUTATION_FREE, DROP, false, keep, 0 },
	{ "reserved bits", "5", MUTATION_NEUTRAL, CHANGE, false, set_reserved, 5 },
	{ "options", "one that nobody knows", MUTATION_NEUTRAL, CHANGE, false, add_unknown_option, 0 },
	{ "IP: TTL", "1", MUTATION_NEUTRAL, CHANGE, false, set_ttl, 1 },
	{ "IP: identification", "4660", MUTATION_NEUTRAL, CHANGE, true, set_identification, 4660 },
	{ "IP: DF", "1", MUTATION_NEUTRAL, CHANGE, true, set_dont_fragment, 1 },
	{ "checksum", "a copy with a wrong one", MUTATION_HARMLESS, COPY_BEFORE, false, spoil_checksum, 0 },
	{ "IP: checksum", "a copy with a wrong one", MUTATION_HARMLESS, COPY_BEFORE, true, spoil_ip_checksum, 0 },
	{ "data offset", "a copy with 4", MUTATION_HARMLESS, COPY_BEFORE, false, set_data_offset, 4 },
	{ "data offset", "a copy with 15", MUTATION_HARMLESS, COPY_BEFORE, false, set_data_offset, 15 },
	{ "IP: header length", "a copy with 4", MUTATION_HARMLESS, COPY_BEFORE, true, set_header_length, 4 },
	{ "reset", "before it, outside the window", MUTATION_HARMLESS, COPY_BEFORE, false, make_far_reset, OUTSIDE },
	{ "reset", "behind it, outside the window", MUTATION_HARMLESS, COPY_BEHIND, false, make_far_reset, OUTSIDE },
};

/* Rows that change a field without a promise about the outcome come first, up to here: two of them may be joined. */
static bool is_field_change(int row)
{
	return changes[row].effect == MUTATION_FREE && changes[row].deed == CHANGE;
}

/* ---- the list ---- */

static bool is_changeable(const struct event *e)
{
	const struct packet_spec *p = e->kind == EVENT_PACKET ? e->packet : NULL;

	return p && p->direction == DIRECTION_INBOUND && !p->raw && !p->fragment && !p->encaps && !p->udp_tunnel &&
	       !p->reset_cause && (p->transport == HEADER_TCP || p->transport == HEADER_UDP);
}

static bool is_signed(const struct packet_spec *p)
{
	for (const struct tcp_option_spec *o = p->options; o; o = o->next)
		if (o->kind == TCP_OPTION_MD5 || o->kind == TCP_OPTION_AO)
			return true;
	return false;
}

/* A dropped packet is counted all the same, and commands may ask for counters. A signature is made before fields are
 * set by name, and keys have counters of their own. So in such scripts a mutation makes no promise about what stays the
 * same. */
static bool is_counting(const struct script *s)
{
	for (const struct event *e = s->events; e; e = e->next)
		if (e->kind == EVENT_COMMAND || (e->kind == EVENT_PACKET && is_signed(e->packet)))
			return true;
	return false;
}

static bool fits(const struct script *s, const struct event *e, int row, struct arena *scratch)
{
	struct packet_spec copy = *e->packet;

	return !(changes[row].ipv4 && s->config.ip_version == IP_VERSION_6) &&
	       !(changes[row].effect != MUTATION_FREE && is_counting(s)) &&
	       changes[row].apply(&copy, changes[row].value, scratch);
}

uint64_t mutation_random(uint64_t *state)
{
	/* A multiplier and increment of Knuth's for 64 bits (MMIX); the upper half is the better one. */
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 33;
}

struct list {
	struct mutation *all;
	size_t count;
};

static void add(struct list *l, const struct event *e, int first, int second)
{
	l->all[l->count++] = (struct mutation){
		.effect = changes[first].effect, .what = changes[first].what, .at = e, .first = first, .second = second,
	};
}

static void add_pairs(struct list *l, const struct event *e, const int *rows, int count, int pairs, uint64_t *state)
{
	for (int i = 0; i < pairs && count > 1; i++) {
		int a = rows[mutation_random(state) % (uint64_t)count];
		int b = rows[mutation_random(state) % (uint64_t)count];

		if (strcmp(changes[a].what, changes[b].what) != 0)
			add(l, e, a < b ? a : b, a < b ? b : a);
	}
}

/* Before the first packet of a connection no sequence number can be "far": that packet sets the numbers. */
static bool begins_numbers(const struct event *e, int row)
{
	return changes[row].apply == make_far_reset && changes[row].deed == COPY_BEFORE && e->packet->flags &&
	       !strchr(e->packet->flags, '.');
}

static void add_all(struct list *l, const struct script *s, const struct event *e, int pairs, uint64_t *state,
                    struct arena *scratch)
{
	int rows[ARRAY_LEN(changes)], count = 0;

	for (int row = 0; row < (int)ARRAY_LEN(changes); row++) {
		if (!fits(s, e, row, scratch) || begins_numbers(e, row))
			continue;
		add(l, e, row, -1);
		if (is_field_change(row))
			rows[count++] = row;
	}
	add_pairs(l, e, rows, count, pairs, state);
}

size_t script_mutations(const struct script *script, int pairs, uint64_t seed, struct arena *arena,
                        struct mutation **out)
{
	const size_t most = ((size_t)script->event_count + 1) * (ARRAY_LEN(changes) + (size_t)pairs + 1);
	struct list l = { arena_new_array(arena, struct mutation, most), 0 };
	struct arena *scratch = arena_new();
	const struct event *before = NULL;

	for (const struct event *e = script->events; e; e = e->next) {
		if (!is_changeable(e))
			continue;
		add_all(&l, script, e, pairs, &seed, scratch);
		if (before)
			l.all[l.count++] = (struct mutation){ .what = "order", .at = before, .first = -1, .second = -1,
			                                      .other = e };
		before = e;
	}
	arena_free(scratch);
	*out = l.all;
	return l.count;
}

/* ---- a script with one change ---- */

static const struct number_range any_number = { .kind = NUMBER_ANY };

/* The line that allows an ACK in answer to what @e puts in. */
static struct event *answer_event(struct arena *arena, const struct event *e)
{
	const struct packet_spec *p = e->packet;
	struct event *answer = arena_copy(arena, e, sizeof(*e));

	answer->time = (struct time_spec){ .kind = TIME_RELATIVE, .loc = e->time.loc };
	answer->packet = arena_copy(arena, &(struct packet_spec){
		.loc = p->loc, .direction = DIRECTION_OUTBOUND, .connection = p->connection, .transport = HEADER_TCP,
		.source_port = p->destination_port, .destination_port = p->source_port, .flags = ".",
		.optional = true, .has_ack = true, .has_options = true, .any_options = true,
		.ranges = { .seq_start = &any_number, .seq_end = &any_number, .ack = &any_number },
	}, sizeof(*p));
	return answer;
}

static struct event *copy_event(struct arena *arena, const struct event *e, const struct packet_spec *packet)
{
	struct event *copy = arena_copy(arena, e, sizeof(*e));

	if (packet)
		copy->packet = arena_copy(arena, packet, sizeof(*packet));
	return copy;
}

static void put_answer(struct event ***link, const struct mutation *m, struct arena *arena)
{
	**link = answer_event(arena, m->at);
	*link = &(**link)->next;
}

/* Append to the list at *link what stands for the packet that is changed. False: a change does not apply. */
static bool put_changed(struct event ***link, const struct mutation *m, struct arena *arena)
{
	struct event *changed = copy_event(arena, m->at, m->at->packet), *plain = copy_event(arena, m->at, NULL);
	const struct change *first = &changes[m->first], *second = m->second < 0 ? NULL : &changes[m->second];

	if (!first->apply(changed->packet, first->value, arena) ||
	    (second && !second->apply(changed->packet, second->value, arena)))
		return false;
	struct event *before = first->deed == COPY_BEHIND ? plain : changed;
	struct event *behind = first->deed == COPY_BEHIND ? changed : first->deed == COPY_BEFORE ? plain : NULL;
	if (first->deed == DROP)
		return true;
	**link = before;
	*link = &before->next;
	if (m->answered && before == changed)
		put_answer(link, m, arena);
	if (behind) {
		behind->time = (struct time_spec){ .kind = TIME_RELATIVE, .loc = behind->time.loc };
		**link = behind;
		*link = &behind->next;
	}
	if (m->answered && behind == changed)
		put_answer(link, m, arena);
	return true;
}

bool mutation_is_far_reset(const struct mutation *m)
{
	return m->first >= 0 && changes[m->first].apply == make_far_reset;
}

bool mutation_print(struct buf *out, const struct script *script, const struct mutation *m)
{
	struct arena *arena = arena_new();
	struct script copy = *script;
	struct event **link = &copy.events;
	bool good = true;

	for (const struct event *e = script->events; e && good; e = e->next) {
		if (e == m->at && !m->other) {
			good = put_changed(&link, m, arena);
			continue;
		}
		const struct event *from = e == m->at ? m->other : e == m->other ? m->at : NULL;
		*link = copy_event(arena, e, from ? from->packet : NULL);
		link = &(*link)->next;
	}
	*link = NULL;
	if (good)
		additions_expand(out, &copy);
	arena_free(arena);
	return good;
}

void mutation_describe(struct buf *out, const struct mutation *m)
{
	buf_printf(out, "line %d: ", event_line(m->at, &m->at->loc));
	if (m->other) {
		buf_printf(out, "changes places with line %d", event_line(m->other, &m->other->loc));
		return;
	}
	buf_printf(out, "%s: %s", changes[m->first].what, changes[m->first].detail);
	if (m->second >= 0)
		buf_printf(out, "; %s: %s", changes[m->second].what, changes[m->second].detail);
}
