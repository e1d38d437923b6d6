/* SPDX-License-Identifier: MIT
 *
 * tcp_option.c - options of segments: what is offered, agreed on and written
 *
 * RFC 9293, 3.2 and 3.7.1 (MSS); RFC 7323, 2 and 3 (window scale, time-stamps); RFC 2018 and 2883 (SACK, D-SACK);
 * RFC 5482 (user time-out). Nothing else writes struct tcp_agreed.
 *
 * Options of an arriving segment are read once, into struct tcp_segment; whoever needs one looks there. An option of a
 * wrong length is treated as absent (RFC 9293, 3.1, MUST-7), and the rest is read. A handshake agrees on what both
 * sides have offered; each of the three ways into a connection (SYN, SYN,ACK, a cookie that returns) fills in struct
 * tcp_agreed, and from then on only that counts.
 *
 * A header has 40 octets for options. If they do not suffice, the order of precedence is: signatures, without which the
 * segment is worthless; what SYNs must say; time-stamps; two SACK blocks; AccECN; more blocks; the user time-out, which
 * can wait. Fields of four octets begin on a boundary of four, as receivers like to read them, and the end is filled
 * with NOP.
 */
#include "stack/tcp_option.h"

#include <string.h>

#include "stack/ip_packet.h"
#include "stack/tcp_accecn.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_auth.h"
#include "stack/tcp_isn.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_state.h"
#include "stack/tcp_timer.h"
#include "stack/tcp_window.h"

/* ---- reading ---- */

/* RFC 7413, 4.1.1: only with SYN, empty or 4 to 16 octets, an even number; else it is ignored. @skip:
 * what is before. */
static void read_fast_open(const struct stack *st, struct tcp_segment *seg, const struct tcp_option *o, uint8_t skip)
{
	uint8_t length = (uint8_t)(o->length - 2 - skip);

	bool fits = length % 2 == 0 && length <= FAST_OPEN_COOKIE_MOST && (!length || length >= FAST_OPEN_COOKIE_LEAST);

	if (defect(st, DEFECT_FAST_OPEN_ODD_COOKIE))
		fits = length <= FAST_OPEN_COOKIE_MOST;
	if (!(seg->flags & TCP_SYN) || !fits)
		return;
	seg->has_fast_open = true;
	seg->fast_open = (struct fast_open_cookie){ .length = length, .experimental = skip != 0 };
	memcpy(seg->fast_open.bytes, o->data + skip, length);
}

/* RFC 9768, 3.2.3: whole fields count, whatever the length; 3.2.3.2.1: never on a SYN. */
static void read_accecn(struct tcp_segment *seg, const struct tcp_option *o)
{
	int fields = (o->length - 2) / 3;

	if ((seg->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		return;
	seg->accecn_order = o->kind == TCP_OPTION_ACCECN1;
	seg->accecn_fields = fields < 3 ? fields : 3;
	for (int i = 0; i < seg->accecn_fields; i++)
		seg->accecn[i] = tcp_option_u24(o, (size_t)i * 3);
}

/* The contents of @o, where they live as long as the segment, unlike the decoded header. */
static const uint8_t *data_in_packet(const struct tcp_segment *seg, const struct tcp_option *o)
{
	return seg->packet->payload + TCP_HEADER_BYTES + o->at + 2;
}

/* Reads one option, whose length is right. Options for SYNs only are ignored elsewhere, as the RFC of each says. */
static void read_one(const struct stack *st, struct tcp_segment *seg, const struct tcp_option *o)
{
	uint8_t most;

	switch (o->kind) {
	case TCP_OPTION_MSS:
		/* RFC 9293, 3.2: only with SYN; elsewhere it is ignored. */
		seg->has_mss = seg->flags & TCP_SYN;
		seg->mss = tcp_option_u16(o, 0);
		break;
	case TCP_OPTION_WSCALE:
		seg->has_shift = seg->flags & TCP_SYN;           /* RFC 7323, 2.2 */
		/* RFC 7323, 2.3: more than 14 means 14. */
		most = defect(st, DEFECT_TCP_SHIFT_UNLIMITED) ? 30 : 14;
		seg->shift = o->data[0] > most ? most : o->data[0];
		break;
	case TCP_OPTION_SACK_OK:
		seg->has_sack_ok = seg->flags & TCP_SYN;         /* RFC 2018, 2 */
		break;
	case TCP_OPTION_TS:
		seg->has_stamp = true;
		seg->ts_value = tcp_option_u32(o, 0);
		seg->ts_echo = tcp_option_u32(o, 4);
		break;
	case TCP_OPTION_SACK:                                /* RFC 2018, 3 */
		seg->sack_count = (int)tcp_option_sack_count(o);
		for (int i = 0; i < seg->sack_count; i++)
			seg->sack[i] = (struct rxq_range){ seq_from(tcp_option_u32(o, (size_t)i * 8)),
			                                   seq_from(tcp_option_u32(o, (size_t)i * 8 + 4)) };
		break;
	case TCP_OPTION_FO:
		read_fast_open(st, seg, o, 0);
		break;
	case TCP_OPTION_EXP:
		if (o->length >= 4 && tcp_option_u16(o, 0) == TCP_EXP_MAGIC_FO)
			read_fast_open(st, seg, o, 2);
		break;
	case TCP_OPTION_ACCECN0:
	case TCP_OPTION_ACCECN1:
		read_accecn(seg, o);
		break;
	case TCP_OPTION_MD5:                                 /* RFC 2385, 3.0: any other length is no signature */
		seg->md5 = o->length == 2 + TCP_MD5_BYTES ? data_in_packet(seg, o) : seg->md5;
		seg->signatures += o->length == 2 + TCP_MD5_BYTES;
		break;
	case TCP_OPTION_AO:                                  /* RFC 5925, 2.2 */
		seg->ao = data_in_packet(seg, o);
		seg->ao_length = o->length - 2u;
		seg->signatures++;
		break;
	case TCP_OPTION_USER_TIMEOUT:
		seg->user_timeout = tcp_option_u16(o, 0);        /* RFC 5482, 3.3 */
		break;
	}
}

/* False: the segment is to be dropped, which happens only with a defect. */
bool tcp_read_options(struct stack *st, struct tcp_segment *seg, const struct tcp_header *h)
{
	struct tcp_option o;
	size_t offset = 0, want;
	const char *why;
	bool odd = false;
	int more;

	while ((more = tcp_option_next(h->options, h->option_length, &offset, &o, &why)) > 0 &&
	       o.kind != TCP_OPTION_EOL) {
		if (tcp_option_length_ok(&o, &want))
			read_one(st, seg, &o);
		else
			odd = true;
		/* RFC 5925, 2.2: if it is too short there is no signature, so the segment is not acceptable. */
		seg->malformed_ao |= o.kind == TCP_OPTION_AO && o.length < 4;
	}
	/* RFC 9293, 3.1, MUST-7: what cannot be read is ignored. */
	return !(odd || more < 0) || !defect(st, DEFECT_TCP_OPTION_LENGTH);
}

/* ---- user time-out (RFC 5482) ---- */

enum { MINUTES = 0x8000, LONGEST = 0x7fff };

void tcp_take_user_timeout(struct tcp *t, const struct tcp_segment *seg)
{
	uint32_t value = seg->user_timeout & LONGEST;

	/* RFC 5482, 3.1: not unless ENABLED. 3.4: zero is ignored. */
	if (value && tcp_stack(t)->config.tcp_user_timeout_option)
		t->agreed.remote_timeout_s = seg->user_timeout & MINUTES ? value * 60 : value;
}

/* With the next segment, if at all: the option is off unless ENABLED (RFC 5482, 3.1). */
void tcp_tell_user_timeout(struct tcp *t)
{
	t->agreed.user_timeout_due = tcp_stack(t)->config.tcp_user_timeout_option;
}

/* RFC 5482, 3: in SYNs, in the first segment after them, and when it has changed. */
static void write_user_timeout(struct tcp *t, struct tcp_header *h, size_t *used)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	int64_t ms = t->options.user_timeout_ms > 0 ? t->options.user_timeout_ms : c->tcp_user_timeout_ms;
	int64_t s = ms ? (ms + 999) / 1000 : TCP_ADVERTISED_TIMEOUT_S, value = s;

	if (!c->tcp_user_timeout_option || h->flags & TCP_RST || !(h->flags & TCP_SYN || t->agreed.user_timeout_due))
		return;
	if (s > LONGEST)                                     /* RFC 5482, 3.3: G, in minutes */
		value = MINUTES | ((s + 59) / 60 < LONGEST ? (s + 59) / 60 : LONGEST);
	const uint8_t data[] = { (uint8_t)(value >> 8), (uint8_t)value };
	/* If SACK blocks leave no room, the next segment has it. */
	if (tcp_option_add(h->options, used, TCP_OPTION_USER_TIMEOUT, data, sizeof(data)) && !(h->flags & TCP_SYN))
		t->agreed.user_timeout_due = false;
}

/* ---- agreeing ---- */

void tcp_agree_start(struct tcp *t)
{
	t->agreed = (struct tcp_agreed){
		.ts_offset = tcp_stamp_offset(tcp_stack(t), &t->socket->local, &t->socket->remote),
	};
	tcp_tell_user_timeout(t);
}

/* RFC 9293, 3.7.1, MUST-15: no option means 536 or 1220; some hosts expect of whom they ask what they offer. */
static uint16_t unsaid_mss(const struct tcp *t, bool asks)
{
	const struct stack *st = tcp_stack(t);
	const struct stack_config *c = &st->config;

	if (asks && c->tcp_expects_own_size && t->options.max_segment && !defect(st, DEFECT_TCP_OWN_SIZE_UNEXPECTED))
		return (uint16_t)t->options.max_segment;
	return (uint16_t)(t->socket->remote.ip.version == 6 ? c->tcp_default_mss6 : c->tcp_default_mss4);
}

/* What our SYN will offer, or a SYN,ACK may agree to. The peer's MSS is the default until the peer has sent one,
 * because Fast Open sends text before that. */
void tcp_offer_options(struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	t->agreed.scale = c->tcp_window_scaling;
	t->agreed.stamps = c->tcp_timestamps != 0;
	t->agreed.sack = c->tcp_sack;
	t->agreed.rcv_shift = t->agreed.scale ? tcp_choose_shift(t) : 0;
	t->agreed.rcv_mss = tcp_offered_mss(t);
	t->agreed.peer_mss = unsaid_mss(t, true);
}

void tcp_expect_size(struct tcp *t, uint16_t mss)
{
	t->agreed.peer_mss = mss;
}

/* What the peer's SYN did not offer is dropped. Without its shift ours is dropped as well (RFC 7323, 2.2). */
void tcp_agree_options(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	uint16_t unsaid = unsaid_mss(t, t->state == TCPS_SYN_SENT);

	if (defect(st, DEFECT_TCP_DEFAULT_MSS_LARGE))
		unsaid = 1460;
	/* Who says 0 has said nothing. */
	bool said = seg->has_mss && (seg->mss || defect(st, DEFECT_TCP_MSS_ZERO_TAKEN));
	t->agreed.peer_mss = said ? seg->mss : unsaid;
	/* RFC 7323, 2.2: both or none. */
	t->agreed.scale = t->agreed.scale && (seg->has_shift || defect(st, DEFECT_TCP_SCALE_UNASKED));
	bool crossed = t->state == TCPS_SYN_SENT && !(seg->flags & TCP_ACK);
	if (t->agreed.scale)
		t->agreed.snd_shift = seg->shift;
	else if (!crossed || !st->config.tcp_crossing_keeps_shift || defect(st, DEFECT_TCP_CROSSING_SHIFT))
		t->agreed.rcv_shift = 0;
	if (!defect(st, DEFECT_TCP_TS_UNASKED))
		t->agreed.stamps = t->agreed.stamps && seg->has_stamp; /* RFC 7323, 3.2 */
	if (t->agreed.stamps)
		tcp_take_stamp(t, seg);
	/* RFC 2018, 2 */
	t->agreed.sack = t->agreed.sack && (seg->has_sack_ok || defect(st, DEFECT_TCP_SACK_UNASKED));
	if (t->state != TCPS_SYN_SENT)
		tcp_agree_on_room(t, false);
	tcp_take_user_timeout(t, seg);
}

/* Beside a signature a header has no room for both time-stamps and SACK blocks. A SYN with TCP-AO still offers both. */
void tcp_agree_on_room(struct tcp *t, bool asks)
{
	const struct tcp_key *key = tcp_auth_key(t);

	if (!key || !tcp_stack(t)->config.tcp_signed_sack_without_stamps || !t->agreed.stamps)
		return;
	if (asks ? key->ao : !t->agreed.sack)
		return;
	if (!key->ao || !defect(tcp_stack(t), DEFECT_TCP_AO_SACK_AND_STAMPS))
		t->agreed.stamps = false;
	t->agreed.stamps_gave_way = !asks;
}

/* Our SYN,ACK is a cookie and leaves no state, so only what the time-stamp can carry is agreed on; without time-stamps
 * there is neither SACK nor scaling. */
void tcp_agree_with_cookie(struct tcp *t, const struct tcp_segment *seg, uint32_t stamp)
{
	t->agreed.stamps = t->agreed.stamps && seg->has_stamp;
	t->agreed.sack = t->agreed.sack && seg->has_sack_ok && t->agreed.stamps;
	t->agreed.scale = t->agreed.scale && seg->has_shift && t->agreed.stamps;
	t->agreed.ts_recent = seg->ts_value;
	t->agreed.ts_offset += stamp - tcp_stamp_now(t);
}

/* The ACK returns the cookie, from which we read what was agreed on. */
void tcp_agree_by_cookie(struct tcp *t, const struct tcp_cookie *cookie, const struct tcp_segment *seg)
{
	t->agreed.peer_mss = cookie->mss;
	t->agreed.sack = cookie->sack;
	t->agreed.stamps = cookie->stamps;
	t->agreed.scale = cookie->scale;
	t->agreed.snd_shift = cookie->scale ? cookie->shift : 0;
	t->agreed.rcv_shift = cookie->scale ? t->agreed.rcv_shift : 0;
	tcp_take_stamp(t, seg);
}

void tcp_take_stamp(struct tcp *t, const struct tcp_segment *seg)
{
	t->agreed.ts_recent = seg->ts_value;
	t->agreed.ts_recent_at = tcp_stack(t)->now;
}

/* Our SYN takes the place of a connection whose last stamp was @stamp. */
void tcp_keep_stamp(struct tcp *t, uint32_t stamp, vtime_t at)
{
	struct stack *st = tcp_stack(t);

	if (!st->config.tcp_time_wait_stamp_kept || !t->agreed.stamps || defect(st, DEFECT_TCP_REUSED_FORGETS_STAMP))
		return;
	t->agreed.stamp_kept = true;
	t->agreed.ts_recent = stamp;
	t->agreed.ts_recent_at = at;
}

/* ---- writing ---- */

/* RFC 7323 and 2018 let a SYN,ACK have what the peer's SYN offered. If both SYNs crossed, ours has made its offers
 * already, and a system may repeat all of them. */
static struct tcp_offer offer_of(struct tcp *t, const struct tcp_header *h)
{
	const struct tcp_agreed *a = &t->agreed;
	const struct tcp_offer agreed = { true, a->scale, a->stamps, a->sack, a->rcv_shift };

	if (!(h->flags & TCP_ACK))
		t->agreed.syn = agreed;
	return t->agreed.syn.made && tcp_stack(t)->config.tcp_crossed_syn_repeats_offer ? t->agreed.syn : agreed;
}

static void add_sack_ok_and_stamp(struct tcp *t, const struct tcp_offer *offer, struct tcp_header *h, size_t *used)
{
	if (offer->sack != offer->stamps) {                        /* keeps the next option on a word boundary */
		tcp_option_add_nop(h->options, used);
		tcp_option_add_nop(h->options, used);
	}
	if (offer->sack)
		tcp_option_add_sack_ok(h->options, used);
	if (!offer->stamps)
		return;
	t->agreed.last_stamp = tcp_stamp_now(t);
	if (!t->agreed.stamp_told)
		t->agreed.first_stamp = t->agreed.last_stamp;
	t->agreed.stamp_told = true;
	/* RFC 7323, 3.2: what has no ACK has nothing to echo, but perhaps a stamp that is kept. */
	bool echoes = h->flags & TCP_ACK || t->agreed.stamp_kept;
	tcp_option_add_ts(h->options, used, t->agreed.last_stamp, echoes ? t->agreed.ts_recent : 0);
}

static void add_scale(const struct tcp_offer *offer, struct tcp_header *h, size_t *used)
{
	if (!offer->scale)
		return;
	tcp_option_add_nop(h->options, used);
	tcp_option_add_wscale(h->options, used, offer->shift);
}

/* RFC 7413, 4.1.1. If there is no room, the SYN is an ordinary one. */
static void write_fast_open(const struct tcp *t, struct tcp_header *h, size_t *used)
{
	const struct fast_open_cookie *c = &t->fast_open.cookie;
	uint8_t data[2 + FAST_OPEN_COOKIE_MOST] = { TCP_EXP_MAGIC_FO >> 8, TCP_EXP_MAGIC_FO & 0xff };

	if (!t->fast_open.tell)
		return;
	memcpy(data + 2, c->bytes, c->length);
	if (c->experimental)
		tcp_option_add(h->options, used, TCP_OPTION_EXP, data, 2u + c->length);
	else
		tcp_option_add(h->options, used, TCP_OPTION_FO, c->bytes, c->length);
}

/* Systems differ in the order, which scripts can see; AccECN comes before whatever still fits behind it. */
static void write_syn_options(struct tcp *t, struct tcp_header *h, size_t *used)
{
	const struct stack *st = tcp_stack(t);
	/* RFC 9768, 5.2: AccECN can do without, a cookie cannot. */
	size_t cookie = t->fast_open.tell ? 2u + 2u * t->fast_open.cookie.experimental + t->fast_open.cookie.length : 0;
	enum { WORD = 4 };                                   /* of the window scale; of SACK permitted */
	const struct tcp_offer offer = offer_of(t, h);

	if (!defect(st, DEFECT_TCP_NO_MSS))
		tcp_option_add_mss(h->options, used, t->agreed.rcv_mss);          /* RFC 9293, 3.7.1, MUST-14, SHLD-5 */
	if (st->config.tcp_option_order == TCP_ORDER_MSS_WS_SACK_TS) {
		add_scale(&offer, h, used);
		add_sack_ok_and_stamp(t, &offer, h, used);
		tcp_accecn_write(t, h, used, TCP_OPTION_BYTES - *used - cookie);
	} else if (offer.stamps) {
		add_sack_ok_and_stamp(t, &offer, h, used);
		tcp_accecn_write(t, h, used, TCP_OPTION_BYTES - *used - cookie - WORD);
		add_scale(&offer, h, used);
	} else {
		tcp_accecn_write(t, h, used, TCP_OPTION_BYTES - *used - cookie - 2 * WORD);
		add_sack_ok_and_stamp(t, &offer, h, used);
		add_scale(&offer, h, used);
	}
	write_fast_open(t, h, used);
}

/* Blocks that fit beside signature and time-stamps: three with stamps, four without (RFC 2018, 3). */
uint32_t tcp_sack_room(const struct tcp *t)
{
	uint32_t used = tcp_auth_option_bytes(t) + (t->agreed.stamps ? 12 : 0) + 4;
	uint32_t room = used < TCP_OPTION_BYTES ? (TCP_OPTION_BYTES - used) / 8 : 0;

	return room < TCP_SACK_BLOCKS ? room : TCP_SACK_BLOCKS;
}

/* The ranges behind a gap, the latest first. A FIN that waits with them has a number, too, and some hosts report it. */
static size_t early_ranges(const struct tcp *t, struct rxq_range *out, size_t room)
{
	bool fin_waits = t->rcv.fin_known && !t->rcv.fin_received && seq_after(t->rcv.fin_seq, t->rcv.nxt);
	const struct rxq_mark fin = {
		.range = { t->rcv.fin_seq, seq_add(t->rcv.fin_seq, 1) },
		.arrival = defect(tcp_stack(t), DEFECT_TCP_FIN_LEADS_BLOCKS) ? UINT64_MAX : t->rcv.fin_arrival,
	};

	fin_waits = fin_waits && tcp_stack(t)->config.tcp_sack_covers_fin &&
	            !defect(tcp_stack(t), DEFECT_TCP_SACK_WITHOUT_FIN);
	return rxq_ranges(t->rcv.early, fin_waits ? &fin : NULL, out, room);
}

uint32_t tcp_sack_blocks(const struct tcp *t)
{
	struct rxq_range r[TCP_SACK_BLOCKS];
	uint32_t room = tcp_sack_room(t), repeated = !seq_equal(t->ack.duplicate.start, t->ack.duplicate.end);

	if (!t->agreed.sack || !room)
		return 0;
	repeated = (repeated | t->ack.room_kept) & (uint32_t)tcp_stack(t)->config.tcp_dsack;
	return repeated + (uint32_t)early_ranges(t, r, room - repeated);
}

/* The duplicate first (RFC 2883, 4), then the latest ranges. */
static void write_sack(struct tcp *t, struct tcp_header *h, size_t *used)
{
	const struct stack *st = tcp_stack(t);
	struct rxq_range r[TCP_SACK_BLOCKS];
	size_t head = (*used + 2 + 3) / 4 * 4;               /* with what aligns the blocks */
	size_t room = head < TCP_OPTION_BYTES ? (TCP_OPTION_BYTES - head) / 8 : 0, count = 0;
	uint8_t data[8 * TCP_SACK_BLOCKS];

	if (!t->agreed.sack || defect(st, DEFECT_TCP_NO_SACK_BLOCKS))
		return;
	if (!seq_equal(t->ack.duplicate.start, t->ack.duplicate.end) && st->config.tcp_dsack && room)
		r[count++] = t->ack.duplicate;                       /* RFC 2883, 4: the first block */
	count += early_ranges(t, r + count, room - count);                  /* RFC 2018, 4: the latest first */
	if (!count)
		return;
	for (size_t i = 0; i < count; i++) {
		const struct rxq_range *from = &r[defect(st, DEFECT_TCP_SACK_ORDER) ? count - 1 - i : i];
		uint32_t edge[2] = { from->start.value, from->end.value };
		for (int k = 0; k < 8; k++)
			data[8 * i + (size_t)k] = (uint8_t)(edge[k / 4] >> (24 - 8 * (k % 4)));
	}
	while (*used + 2 < head)
		tcp_option_add_nop(h->options, used);
	tcp_option_add(h->options, used, TCP_OPTION_SACK, data, 8 * count);
}

/* What blocks of SACK leave of @room for AccECN: RFC 9768, 3.2.3.3: two of them, if there are so many, go before it.
 * More do if what has changed still fits beside them (tcp_ecn_option_beside_sack). */
static size_t sack_leaves(const struct tcp *t, size_t room)
{
	const struct stack *st = tcp_stack(t);
	bool duplicate = !seq_equal(t->ack.duplicate.start, t->ack.duplicate.end) && st->config.tcp_dsack;
	struct rxq_range r[TCP_SACK_BLOCKS];
	size_t all = tcp_sack_room(t), blocks = early_ranges(t, r, all) + duplicate;

	if (!t->agreed.sack || !blocks || defect(st, DEFECT_TCP_ACCECN_BEFORE_SACK))
		return room;
	blocks = blocks < all ? blocks : all;
	if (st->config.tcp_ecn_option_beside_sack && !defect(st, DEFECT_TCP_ACCECN_CROWDS_SACK))
		while (blocks > 2 && 2 + 8 * blocks + tcp_accecn_least(t) > room)
			blocks--;
	else if (blocks > 2)
		blocks = 2;
	size_t taken = (st->config.tcp_ecn_option_beside_sack ? 2 : 4) + 8 * blocks;
	return taken < room ? room - taken : 0;
}

/* RFC 7323, 3.2: once agreed on, in every segment. */
static void write_stamp(const struct tcp *t, struct tcp_header *h, size_t *used)
{
	uint32_t echo = defect(tcp_stack(t), DEFECT_TCP_TS_NOT_ECHOED) ? 0 : t->agreed.ts_recent;

	if (!t->agreed.stamps)
		return;
	tcp_option_add_nop(h->options, used);
	tcp_option_add_nop(h->options, used);
	tcp_option_add_ts(h->options, used, tcp_stamp_now(t), h->flags & TCP_ACK ? echo : 0);
}

uint32_t tcp_text_options(const struct tcp *t, uint32_t room)
{
	size_t used = tcp_accecn_bytes(t, sack_leaves(t, room)), blocks = tcp_sack_blocks(t);
	size_t head = (used + 2 + 3) / 4 * 4, fit = head < room ? (room - head) / 8 : 0;

	blocks = blocks < fit ? blocks : fit;
	return (uint32_t)(blocks ? head + 8 * blocks : (used + 3) / 4 * 4);
}

void tcp_write_options(struct tcp *t, struct tcp_header *h)
{
	size_t used = 0;
	bool remnant = tcp_is_remnant(t) && !defect(tcp_stack(t), DEFECT_TCP_REMNANT_SIGNED_FIRST);

	if (remnant)                                         /* it answers by rote, in an order of its own */
		write_stamp(t, h, &used);
	tcp_auth_write_option(t, h, &used);
	if (h->flags & TCP_SYN) {
		write_syn_options(t, h, &used);
	} else {
		if (!remnant)
			write_stamp(t, h, &used);
		tcp_accecn_write(t, h, &used, sack_leaves(t, TCP_OPTION_BYTES - used));
		if (h->flags & TCP_ACK && (!(h->flags & TCP_RST) || tcp_stack(t)->config.tcp_reset_whole))
			write_sack(t, h, &used);
		while (used % 4)
			tcp_option_add_nop(h->options, &used);
	}
	write_user_timeout(t, h, &used);
	/* RFC 9293, 3.1, MUST-69: were an End of List here, zeros would have to follow. */
	if (used % 4 == 2 && defect(tcp_stack(t), DEFECT_TCP_PADDING_NOT_ZERO)) {
		h->options[used++] = TCP_OPTION_EOL;
		h->options[used++] = 0xff;
	}
	while (used % 4)
		tcp_option_add_nop(h->options, &used);
	h->option_length = (uint8_t)used;
}
