/* SPDX-License-Identifier: MIT
 *
 * tcp_accecn.c - Accurate ECN feedback (RFC 9768)
 *
 * Classic ECN tells the sender once in a round trip that there was congestion. Accurate ECN tells how much: both ends
 * count, and the receiver repeats its counters in everything it sends, so no news is lost with an ACK.
 *
 * Receiver. Four counters (3.2): packets marked CE (r.cep), and octets of text that came as ECT(0), ECT(1) and CE. They
 * do not begin at 0 (3.2.1), so that a zero shows that something on the path clears fields that it does not know. The
 * low three bits of r.cep are the ACE field, in the place of AE, CWR and ECE. The octets are in an option, in one of
 * two orders (3.2.3): on the SYN,ACK, the first ACK and the first text, to see whether it gets through; then on every
 * segment with room for it, or (tcp_ecn_option 1) as seldom as 3.2.3.3 allows, but at least tcp_ecn_option_beacon times
 * in a round trip. Where there is no room, counters at its end that have not changed are left out; two SACK blocks take
 * precedence.
 *
 * The handshake reflects the marks that its own packets had on arrival: the SYN,ACK reflects that of the SYN, the first
 * pure ACK that of the SYN,ACK (3.1.1, 3.2.2.1). We send both as Not-ECT, so anything else shows that the path changes
 * marks. Then nothing of ours is ECT any more (.silent), while feedback is still given and heeded (3.2.2.3). An ACE
 * field of zero where the counter begins shows that the path erases it: the sender falls silent as well, and the field
 * is no longer believed (.deaf; 3.2.2.1, 3.2.2.4). The parameters tcp_ecn_*_tested say what a host tests, and where.
 *
 * The sender keeps the same counters, as far as it has been told. ACE has three bits: what an ACK says is the smallest
 * step that fits, or, if the ACK covers so many segments that the field may have gone round, the largest that is likely
 * (A.2.1), unless the octets in the option show that this would be too much (A.2.2). An ACK that acknowledges nothing
 * new may be an old one, and says nothing.
 *
 * Falling back (3.2.3.2): a SYN,ACK that is sent again has no option, and the next one no flags either; no more options
 * are sent if the first text that had one was lost, or if text comes again and again although ACKs with the option have
 * been sent for it.
 *
 * Only this file writes struct tcp_accurate_ecn. Left out: testing again later whether the option gets through.
 */
#include "stack/tcp_accecn.h"

#include "stack/ip_packet.h"
#include "stack/tcp_ack.h"
#include "stack/tcp_mss.h"
#include "stack/tcp_state.h"

enum {
	ACE_VALUES = 8, FIRST_CEP = 5,                       /* RFC 9768, 3.2.1 */
	OPTION_MODULUS = 1 << 24, OPTION_OVERDUE = 1 << 22,  /* 3.2.3.3 */
	CE_WITH_TEXT_OWED = 2, CE_WITHOUT = 3,               /* n of 3.2.2.5.1 */
	LOST_ACKS = 2,                                       /* 3.2.3.2.2: acknowledged text came again so
	                                                        many times */
	TESTED_BY_DSACK = 2,                                 /* of tcp_ecn_option_acks_tested */
	FIELDS = 3, FIELD_BYTES = 3, HEAD_BYTES = 2,
};
/* Values of tcp_ecn_option. */
enum { OPTION_NEVER, OPTION_LEAST, OPTION_WHERE_IT_FITS, OPTION_DESPITE_LOSS };
enum { ORDER_SHORTER = 2 };                              /* of tcp_ecn_option_order */
enum { TESTED_IF_MARKED = 2 };                           /* of tcp_ecn_answer_tested */
enum { TESTED_IN_HANDSHAKE = 2 };                        /* of ..._zero_tested */
enum { TESTED_BEHIND_HANDSHAKE = 2 };                    /* of tcp_ecn_option_zero_tested, where a server tests */
/* Codepoints, which count the octets as well. */
enum { ECT1 = 1, ECT0 = 2, CE = 3 };

/* The octets of the two options, in their order. */
static const uint8_t orders[2][FIELDS] = { { ECT0, CE, ECT1 }, { ECT1, CE, ECT0 } };

/* The codes that reflect the IP header of a SYN or SYN,ACK: RFC 9768, tables 2 and 3. */
static const uint8_t reflections[] = { 2, 3, 4, 6 };
enum { UNCHANGED = 5 };                                  /* 3.1.3 */

void tcp_accecn_start(struct tcp *t)
{
	t->accurate = (struct tcp_accurate_ecn){
		.cep = FIRST_CEP, .octets = { [ECT0] = 1, [ECT1] = 1 }, .told = { [ECT0] = 1, [ECT1] = 1 },
		.peer_cep = FIRST_CEP, .peer_octets = { [ECT0] = 1, [ECT1] = 1 }, .option_at = vtime_ns(INT64_MIN / 2),
	};
	if (defect(tcp_stack(t), DEFECT_TCP_ACCECN_BEGINS_WITH_ZERO))
		t->accurate.cep = 0;
}

static void be_silent(struct tcp *t, enum accecn_failure failure, const char *why)
{
	if (!t->accurate.silent)
		tcp_note(t, why);
	t->accurate.silent = true;
	t->accurate.failure |= failure;
}

static void be_deaf(struct tcp *t)
{
	if (defect(tcp_stack(t), DEFECT_TCP_ACCECN_ZERO_BELIEVED))
		return;
	be_silent(t, ACCECN_RECEIVING_FAILED, "ACE is zero: no ECT from now on (RFC 9768, 3.2.2.4)");
	if (tcp_stack(t)->config.tcp_ecn_zero_tested == TESTED_IN_HANDSHAKE)
		t->accurate.failure |= ACCECN_OPTION_ERASED;
	else
		t->accurate.deaf = true;
}

bool tcp_accecn_silent(const struct tcp *t)
{
	return t->accurate.silent;
}

bool tcp_accecn_forgotten(const struct tcp *t)
{
	bool news = seq_before(t->ack.sent, t->rcv.nxt);     /* the FIN was not acknowledged before */
	bool left = t->accurate.left || defect(tcp_stack(t), DEFECT_TCP_ACCECN_FIN_FORGETS);

	return t->ecn.mode == TCP_ECN_ACCURATE && t->state == TCPS_TIME_WAIT &&
	       !tcp_stack(t)->config.tcp_ecn_time_wait && (left || !news);
}

void tcp_accecn_forget(struct tcp *t)
{
	t->accurate.left = true;
}

static uint8_t codepoint_of(const struct tcp_segment *seg)
{
	return seg->packet->tos & 3;
}

static uint16_t ace_flags(unsigned ace)
{
	return (uint16_t)((ace % ACE_VALUES) * TCP_ECE);
}

/* ---- the option of the peer ---- */

/* RFC 9768, 3.2.3.2.3 and 3.2.3.2.4: is the option there at the beginning, and not erased? An erased one is not read if
 * this segment @tests it. */
static void test_option(struct tcp *t, const struct tcp_segment *seg, bool tests)
{
	struct tcp_accurate_ecn *a = &t->accurate;

	bool picky = defect(tcp_stack(t), DEFECT_TCP_ACCECN_STARTS_TESTED);

	if (seg->accecn_fields < 0) {
		a->option = ACCECN_OPTION_ABSENT;
		return;
	}
	a->option = seg->accecn_fields ? ACCECN_OPTION_SEEN : ACCECN_OPTION_EMPTY;
	for (int i = 0; i < seg->accecn_fields; i++)
		if (orders[seg->accecn_order][i] != CE && (!seg->accecn[i] || (picky && seg->accecn[i] != 1)))
			a->option = ACCECN_OPTION_IGNORED;
	if (a->option == ACCECN_OPTION_IGNORED && (tests || picky))
		a->failure |= ACCECN_OPTION_ERASED;
}

/* Octets of CE that the option of @seg reports for the first time. */
static uint32_t read_option(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_accurate_ecn *a = &t->accurate;
	uint32_t ce = 0;
	uint8_t moved_before = a->moving;
	int others = 0;

	bool short_option = seg->accecn_fields < FIELDS && defect(tcp_stack(t), DEFECT_TCP_ACCECN_WHOLE_OPTIONS_ONLY);
	if (seg->accecn_fields < 0 || a->failure & ACCECN_OPTION_ERASED || short_option)
		return 0;
	if (a->option == ACCECN_OPTION_ABSENT)               /* this option is read, whatever it says */
		test_option(t, seg, tcp_stack(t)->config.tcp_ecn_option_zero_tested == TESTED_BEHIND_HANDSHAKE);
	if (seg->accecn_fields && a->option == ACCECN_OPTION_EMPTY)
		a->option = ACCECN_OPTION_SEEN;
	for (int i = 0; i < seg->accecn_fields; i++) {
		uint8_t which = orders[seg->accecn_order][i];
		uint32_t step = (seg->accecn[i] - a->peer_octets[which]) % OPTION_MODULUS;           /* A.1 */
		bool back = step >= OPTION_MODULUS / 2 && tcp_stack(t)->config.tcp_ecn_octets_go_back;
		a->peer_octets[which] += back ? step - OPTION_MODULUS : step;
		if (back)
			others = FIELDS;
		else if (step && which != moved_before)
			a->moving = ++others == 1 ? which : 0;
		ce += which == CE && !back ? step : 0;
	}
	if (others > 1)
		a->moving = 0;
	return ce;
}

/* ---- the handshake ---- */

/* Some hosts treat it like any other change of marks: the option goes out now, and once more with the next packet. */
static void handshake_changes(struct tcp *t)
{
	if (tcp_stack(t)->config.tcp_ecn_option_any_change)
		t->accurate.option_changes = 2;
}

void tcp_accecn_take_syn(struct tcp *t, const struct tcp_segment *seg)
{
	t->accurate.syn = codepoint_of(seg);
	if (!t->ecn.syn_again)
		handshake_changes(t);
	if (t->accurate.syn == CE && defect(tcp_stack(t), DEFECT_TCP_ACCECN_SYN_COUNTED))
		t->accurate.cep++;
	/* RFC 9768, 3.1.5: the client may have ended up without ECN, and only the client knows. */
	if (!tcp_accecn_ace(seg) && !defect(tcp_stack(t), DEFECT_TCP_ACCECN_ECT_AFTER_PLAIN_SYN))
		be_silent(t, ACCECN_RECEIVING_FAILED, "SYN without ECN: no ECT from now on (RFC 9768, 3.1.5)");
}

/* Is the code of the SYN,ACK @seg checked against how the SYN was sent? */
static bool answer_tested(const struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack_config *c = &tcp_stack(t)->config;

	if (c->tcp_ecn_answer_tested == TESTED_IF_MARKED)
		return c->tcp_ecn_fallback && codepoint_of(seg) == CE;
	return c->tcp_ecn_answer_tested && t->ecn.asked == TCP_ECN_ACCURATE;
}

void tcp_accecn_take_answer(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_accurate_ecn *a = &t->accurate;
	unsigned code = tcp_accecn_ace(seg);

	a->client = true;
	test_option(t, seg, tcp_stack(t)->config.tcp_ecn_option_zero_tested);
	(void)read_option(t, seg);
	if (a->option != ACCECN_OPTION_ABSENT)
		handshake_changes(t);
	a->handshake_marked = code == reflections[CE];
	/* RFC 9768, 3.2.2.3: our SYN was Not-ECT; 3.1.3: 1,0,1 means that it arrived so. */
	if (code != reflections[0] && code != UNCHANGED && answer_tested(t, seg) &&
	    !defect(tcp_stack(t), DEFECT_TCP_ACCECN_MANGLING_IGNORED))
		be_silent(t, ACCECN_RECEIVING_FAILED,
		          "the mark of the SYN was changed: no ECT from now on (RFC 9768, 3.2.2.3)");
	tcp_accecn_answer_again(t, seg);
}

void tcp_accecn_answer_again(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_accurate_ecn *a = &t->accurate;

	bool again = a->answered, counts = !again || tcp_stack(t)->config.tcp_ecn_answer_again_counts;

	if (t->ecn.mode != TCP_ECN_ACCURATE || !a->client || (counts && !tcp_accecn_ace(seg)) ||
	    (again && tcp_stack(t)->config.tcp_ecn_challenge_reflects))
		return;
	a->answered = true;
	a->answer = codepoint_of(seg);
	a->reflect = true;
	/* RFC 9768, 3.2.2.2: a marked SYN,ACK is counted once, however many come. */
	bool first = a->cep == FIRST_CEP || defect(tcp_stack(t), DEFECT_TCP_ACCECN_ANSWER_COUNTED_AGAIN);
	if (a->answer == CE && first && counts && !defect(tcp_stack(t), DEFECT_TCP_ACCECN_ANSWER_NOT_COUNTED) &&
	    !(a->silent && tcp_stack(t)->config.tcp_ecn_answer_tested == TESTED_IF_MARKED))
		a->cep++;
}

void tcp_accecn_reflect(struct tcp *t, const struct tcp_segment *syn)
{
	const struct stack *st = tcp_stack(t);
	bool reflects = st->config.tcp_ecn_challenge_reflects && t->ecn.mode == TCP_ECN_ACCURATE &&
	                !defect(st, DEFECT_TCP_ACCECN_CHALLENGE_COUNTS);

	t->accurate.challenge = syn && reflects ? reflections[codepoint_of(syn)] : 0;
}

/* A pure ACK says that the SYN,ACK did not arrive as it was sent. */
static void answer_was_changed(struct tcp *t, unsigned ace)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	bool tests = c->tcp_ecn_answer_tested != TESTED_IF_MARKED || c->tcp_ecn_fallback;

	if (tests && !defect(tcp_stack(t), DEFECT_TCP_ACCECN_MANGLING_IGNORED))
		be_silent(t, ACCECN_RECEIVING_FAILED,
		          "the mark of the SYN,ACK was changed: no ECT from now on (RFC 9768, 3.2.2.3)");
	/* A host that tests only marked packets does not count marks that it does not believe. */
	if (ace == reflections[CE] && !(t->accurate.silent && c->tcp_ecn_answer_tested == TESTED_IF_MARKED))
		t->accurate.peer_cep++;
}

/* The server's view of the segment that ends the handshake (RFC 9768, 3.2.2.1, table 4). Only a pure ACK reflects.
 * Returns how many of our packets it reports as marked: the SYN,ACK, and with Fast Open the text behind it. */
uint32_t tcp_accecn_end_handshake(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_accurate_ecn *a = &t->accurate;
	const struct stack_config *c = &tcp_stack(t)->config;
	unsigned ace = tcp_accecn_ace(seg);
	bool pure = t->place.passive && !tcp_segment_length(seg) && !seg->sack_count;     /* else it is a SYN,ACK */
	uint32_t before = a->peer_cep;

	if (t->state != TCPS_SYN_RECEIVED && (t->state != TCPS_FAST_OPENED || t->snd.syn_acked))
		return 0;
	test_option(t, seg, c->tcp_ecn_option_zero_tested && c->tcp_ecn_option_zero_tested != TESTED_BEHIND_HANDSHAKE);
	if (c->tcp_ecn_option_zero_tested != TESTED_BEHIND_HANDSHAKE)
		(void)read_option(t, seg);
	if (ace == 0) {
		be_deaf(t);
		a->tested = true;
	} else if (!pure) {
		if (c->tcp_ecn_handshake_text_read)
			a->peer_cep += (ace - a->peer_cep) % ACE_VALUES;
		a->tested = true;
	} else if (ace == reflections[ECT1] || ace == reflections[ECT0] || ace == reflections[CE]) {
		answer_was_changed(t, ace);
	}
	a->handshake_marked = !a->deaf && a->peer_cep != before;
	return a->deaf ? 0 : a->peer_cep - before;
}

uint16_t tcp_accecn_synack_flags(struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	bool third = st->config.tcp_ecn_fallback && t->rtx.retries > 1;

	/* RFC 9768, 3.2.3.2.2: the second time without option, the third time without flags. */
	if (third || (t->ecn.answers > 2 && st->config.tcp_ecn_third_answer_plain))
		be_silent(t, ACCECN_SENDING_FAILED, "two SYN,ACKs seem lost: no ECT from now on (RFC 9768, 3.1.5)");
	if (third || t->ecn.answer_plain)
		return 0;
	return ace_flags(defect(st, DEFECT_TCP_ACCECN_SYN_NOT_REFLECTED) ? reflections[0]
	                                                                 : reflections[t->accurate.syn]);
}

/* ---- receiving ---- */

/* Do marks count that arrive in this state? */
static bool counts(const struct tcp *t)
{
	return tcp_stack(t)->config.tcp_ecn_counts_always || t->state == TCPS_ESTABLISHED ||
	       (t->ecn.mode == TCP_ECN_ACCURATE && !tcp_in(t, TCPM_SYNCHRONIZED));
}

void tcp_accecn_count(struct tcp *t, const struct tcp_segment *seg)
{
	struct tcp_accurate_ecn *a = &t->accurate;
	uint8_t mark = codepoint_of(seg);

	if (!counts(t))
		return;
	if (mark && !(mark == CE && defect(tcp_stack(t), DEFECT_TCP_ACCECN_BYTES_NOT_COUNTED)))
		a->octets[mark] += seg->carried;
	a->cep += mark == CE && (seg->carried || !defect(tcp_stack(t), DEFECT_TCP_ACCECN_MARKS_NOT_COUNTED));
	a->seen |= mark != 0;
}

/* What a changed mark asks for. */
static void note_mark(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	struct tcp_accurate_ecn *a = &t->accurate;
	uint8_t mark = codepoint_of(seg), before = a->last;
	bool changes = seg->carried && mark && mark != a->last_counted, any = mark != before || mark == CE;

	a->last = mark;
	any &= seg->carried || !defect(st, DEFECT_TCP_ACCECN_PURE_CHANGE_IGNORED);
	if (st->config.tcp_ecn_option_any_change ? any : changes)
		a->option_changes = 2;               /* RFC 9768, 3.2.3.3: with this ACK, and once more with the next */
	if (seg->carried && mark)
		a->last_counted = mark;
	a->change_untold |= mark != before && st->config.tcp_ecn_any_change_acked;
}

void tcp_accecn_came_again(struct tcp *t, const struct tcp_segment *seg, bool heard)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	struct tcp_accurate_ecn *a = &t->accurate;
	seq_t end = seq_add(seg->seq, seg->text_length);

	if (!heard && c->tcp_ecn_repeated_counts && seq_equal(end, t->ack.sent)) {
		tcp_accecn_count(t, seg);
		note_mark(t, seg);
	}
	if (t->ecn.mode != TCP_ECN_ACCURATE || !a->option_sent || seq_after(end, a->option_acked) ||
	    !c->tcp_ecn_option_acks_tested)
		return;
	if (c->tcp_ecn_option_acks_tested == TESTED_BY_DSACK) {
		a->option_lost |= a->repeat_told && seq_equal(seg->seq, a->repeat_from) &&
		                  !defect(tcp_stack(t), DEFECT_TCP_ACCECN_REPEAT_IN_VAIN);
		return;
	}
	if (!seq_equal(end, a->again_to))
		a->again = 0;
	a->again_to = end;
	if (++a->again >= LOST_ACKS && !defect(tcp_stack(t), DEFECT_TCP_ACCECN_LOST_ACKS_IGNORED))
		a->option_lost = true;
}

void tcp_accecn_receive(struct tcp *t, const struct tcp_segment *seg)
{
	const struct stack *st = tcp_stack(t);
	struct tcp_accurate_ecn *a = &t->accurate;
	uint8_t mark = codepoint_of(seg), before = a->last;
	bool owed = t->ack.bytes || seg->carried;

	if (seg->flags & TCP_SYN || !counts(t))
		return;
	tcp_accecn_count(t, seg);
	note_mark(t, seg);
	if ((seg->carried || seg->flags & TCP_FIN) && a->change_untold)
		tcp_ack_now(t);
	if (mark != CE)
		return;
	a->untold++;
	/* RFC 9768, 3.2.2.5.1: the first of a run of marks, and every second or third of them, is acknowledged at
	 * once. */
	bool edge = seg->carried && before != CE && !defect(st, DEFECT_TCP_ACCECN_EDGE_DELAYED);
	if (!owed && !st->config.tcp_ecn_marked_acks_answered)
		return;
	if (edge ||
	    (a->untold >= (owed ? CE_WITH_TEXT_OWED : CE_WITHOUT) && !defect(st, DEFECT_TCP_ACCECN_MARKS_DELAYED)))
		tcp_ack_now(t);
}

/* How many segments an ACK is for, on average: where that is more than half of what ACE can tell apart, an ACK of many
 * is no sign of lost ones (tcp_ecn_wrap_average). */
static bool acks_are_seldom(struct tcp *t, uint32_t count)
{
	struct tcp_accurate_ecn *a = &t->accurate;
	uint32_t before = a->average ? a->average : a->client ? 64 : count * 64;          /* its SYN was the first */
	uint32_t average = (before * 63 + count * 64) / 64;

	if (!tcp_stack(t)->config.tcp_ecn_wrap_average || !count)
		return false;
	a->average = (uint16_t)(average < UINT16_MAX ? average : UINT16_MAX);
	return a->average > ACE_VALUES / 2 * 64 && !defect(tcp_stack(t), DEFECT_TCP_ACCECN_SELDOM_UNKNOWN);
}

/* Do octets of the option say more than ACE? Not before the first time that they moved, for who waits for that. */
static bool octets_known(const struct tcp *t, uint8_t moving)
{
	const struct stack *st = tcp_stack(t);
	bool waits = st->config.tcp_ecn_octets_estimated && !defect(st, DEFECT_TCP_ACCECN_FIRST_KNOWN);

	return t->accurate.option == ACCECN_OPTION_SEEN && (moving || !waits);
}

/* RFC 9768, A.2: how many of the @count acknowledged segments were marked. @ce: octets of CE by the option, if it is
 * @known; @seldom: the peer acknowledges as seldom as that. */
static uint32_t safe_step(const struct tcp *t, uint32_t step, uint32_t count, uint32_t ce, bool known, bool seldom)
{
	uint32_t mss = tcp_send_mss(t) - tcp_accecn_room(t), safer;        /* text of a segment with the option */

	if (step >= count || defect(tcp_stack(t), DEFECT_TCP_ACCECN_WRAP_MISSED))
		return step;
	safer = count - (count - step) % ACE_VALUES;
	if (!known && seldom)
		return step;
	if (known && count >= 2 * ACE_VALUES &&
	    tcp_stack(t)->config.tcp_ecn_option_counts_rounds) {
		uint32_t told = step + (ce + mss - 1) / mss / ACE_VALUES * ACE_VALUES;

		return told < safer ? told : safer;
	}
	if (known && safer > step && ce <= mss * step && ce / safer < mss / 2)
		return step;
	return safer;
}

uint32_t tcp_accecn_read_ack(struct tcp *t, const struct tcp_segment *seg, const struct tcp_ack *ack)
{
	struct tcp_accurate_ecn *a = &t->accurate;
	unsigned ace = tcp_accecn_ace(seg);
	bool later = seg->has_stamp && (int32_t)(seg->ts_value - a->stamp) > 0;

	if (!a->tested && ace == 0 && tcp_stack(t)->config.tcp_ecn_zero_tested &&
	    tcp_stack(t)->config.tcp_ecn_zero_tested != TESTED_IN_HANDSHAKE)
		be_deaf(t);
	a->tested = true;
	/* RFC 9768, A.1: an ACK of nothing new may be an old one, unless its time-stamp is later. */
	if (!ack->acked && !ack->delivered && !later && !defect(tcp_stack(t), DEFECT_TCP_ACCECN_OLD_ACKS_READ))
		return 0;
	a->stamp = seg->has_stamp ? seg->ts_value : 0;
	if (seg->accecn_fields < 0 && a->moving && !(a->failure & ACCECN_OPTION_ERASED) &&
	    tcp_stack(t)->config.tcp_ecn_octets_estimated)
		a->peer_octets[a->moving] += ack->delivered;         /* the next option will put it right */
	uint8_t moving = a->moving;
	uint32_t ce = read_option(t, seg), step = (ace - a->peer_cep) % ACE_VALUES;
	/* RFC 9768, 3.2.3.2.5: octets were reported as marked, but no packet. */
	if (ce && !step && ack->segments < ACE_VALUES && tcp_stack(t)->config.tcp_ecn_disagreement_silences &&
	    !defect(tcp_stack(t), DEFECT_TCP_ACCECN_DISAGREES))
		be_silent(t, ACCECN_RECEIVING_FAILED,
		          "option and ACE disagree: no ECT from now on (RFC 9768, 3.2.3.2.5)");
	bool seldom = acks_are_seldom(t, ack->segments);
	step = safe_step(t, step, ack->segments, ce, octets_known(t, moving), seldom);
	if (seg->accecn_fields <= 0 || !defect(tcp_stack(t), DEFECT_TCP_ACCECN_ACE_LEFT))
		a->peer_cep += step;
	return a->deaf ? 0 : step;
}

/* ---- sending ---- */

uint16_t tcp_accecn_flags(struct tcp *t, uint16_t flags, uint32_t length, bool fresh)
{
	struct tcp_accurate_ecn *a = &t->accurate;
	bool sack = rxq_bytes(t->rcv.early) || !seq_equal(t->ack.duplicate.start, t->ack.duplicate.end);

	a->writing = length ? (fresh ? ACCECN_NEW_TEXT : ACCECN_OLD_TEXT) : ACCECN_PURE_ACK;
	a->untold = 0;
	a->change_untold = false;
	if (length && defect(tcp_stack(t), DEFECT_TCP_ACCECN_ACE_ON_ACKS_ONLY))
		return ace_flags(FIRST_CEP);
	if (a->challenge)
		return ace_flags(a->challenge);
	if (!a->reflect || length || flags & TCP_FIN || sack ||
	    defect(tcp_stack(t), DEFECT_TCP_ACCECN_ACK_NOT_REFLECTED))
		return ace_flags(a->cep);
	a->reflect = false;
	a->writing = ACCECN_REFLECTION;
	return ace_flags(reflections[a->answer]);
}

/* The counters that moved since the last option, as a bit for each codepoint. */
static unsigned moved(const struct tcp_accurate_ecn *a)
{
	unsigned which = 0;

	for (unsigned i = ECT1; i <= CE; i++)
		which |= (a->octets[i] != a->told[i]) << i;
	return which;
}

/* The least that RFC 9768, 3.2.3.3 asks for; and at least tcp_ecn_option_beacon times in a round trip. */
static bool due_at_least(const struct tcp *t)
{
	const struct stack_config *c = &tcp_stack(t)->config;
	const struct tcp_accurate_ecn *a = &t->accurate;
	int64_t since = vtime_sub(tcp_stack(t)->now, a->option_at).ns;
	int beacon = c->tcp_ecn_option_beacon;
	bool waits = defect(tcp_stack(t), DEFECT_TCP_ACCECN_BEACON_WAITS);

	for (unsigned i = ECT1; i <= CE; i++)
		if (a->octets[i] - a->told[i] >= OPTION_OVERDUE)
			return true;
	/* Before the first option, ages have passed; a multiple of them is no number. */
	return a->option_changes || a->octets[CE] != a->told[CE] ||
	       (beacon && since >= (t->rtx.srtt.ns + beacon - 1) / beacon && (a->option_sent || !waits));
}

static bool due(const struct tcp *t, enum accecn_writing writing)
{
	const struct stack *st = tcp_stack(t);
	const struct tcp_accurate_ecn *a = &t->accurate;

	if (t->ecn.mode != TCP_ECN_ACCURATE || st->config.tcp_ecn_option == OPTION_NEVER)
		return false;
	if (a->option_lost && st->config.tcp_ecn_option != OPTION_DESPITE_LOSS)
		return false;
	bool answered = st->config.tcp_ecn_option_answered || defect(st, DEFECT_TCP_ACCECN_ANSWERS_ONLY);
	if (answered && a->option == ACCECN_OPTION_ABSENT)
		return false;
	/* RFC 9768, 3.2.3.2.1: tests whether the path lets the option through. */
	bool first_text = writing == ACCECN_NEW_TEXT && !a->text_tested && !st->config.tcp_ecn_option_any_change;
	if (writing == ACCECN_REFLECTION || first_text)
		return true;
	if (defect(st, DEFECT_TCP_ACCECN_OPTION_WHEN_CHANGED))
		return a->option_changes > 1;
	return st->config.tcp_ecn_option > OPTION_LEAST || due_at_least(t);
}

/* The device cuts a burst and repeats the options of its header, so the other segments have what the first one has. */
static bool joins(const struct tcp *t)
{
	return t->accurate.writing == ACCECN_NEW_TEXT && t->accurate.joined;
}

static bool repeats_option(const struct tcp *t)
{
	return joins(t) && t->accurate.had_option && !defect(tcp_stack(t), DEFECT_TCP_ACCECN_BURST_HEAD_ALONE);
}

/* How many fields of @order, from the first on, must be there. */
static size_t least_fields(unsigned which, unsigned order)
{
	size_t count = FIELDS;

	while (count && !(which >> orders[order][count - 1] & 1))
		count--;
	return count;
}

size_t tcp_accecn_least(const struct tcp *t)
{
	unsigned which = moved(&t->accurate), order = tcp_stack(t)->config.tcp_ecn_option_order;
	size_t least = least_fields(which, order == 1), other = least_fields(which, order != 1);

	return HEAD_BYTES + FIELD_BYTES * (order == ORDER_SHORTER && other < least ? other : least);
}

/* Write as many fields as fit, provided that those that moved do. */
static void write_fields(struct tcp *t, struct tcp_header *h, size_t *used, size_t room)
{
	const struct stack *st = tcp_stack(t);
	struct tcp_accurate_ecn *a = &t->accurate;
	unsigned which = moved(a), order = st->config.tcp_ecn_option_order == 1;
	size_t least = least_fields(which, order), other = least_fields(which, !order);
	uint8_t data[FIELDS * FIELD_BYTES];

	if (st->config.tcp_ecn_option_order == ORDER_SHORTER && other < least &&
	    HEAD_BYTES + least * FIELD_BYTES > room) {
		order = !order;
		least = other;
	}
	if (room < HEAD_BYTES + least * FIELD_BYTES)
		return;
	size_t fields = (room - HEAD_BYTES) / FIELD_BYTES;
	fields = fields < FIELDS ? fields : FIELDS;
	for (size_t i = 0; i < fields; i++) {
		uint32_t value = a->octets[orders[order][i]];
		data[3 * i] = (uint8_t)(value >> 16);
		data[3 * i + 1] = (uint8_t)(value >> 8);
		data[3 * i + 2] = (uint8_t)value;
		a->told[orders[order][i]] = value;
	}
	if (defect(st, DEFECT_TCP_ACCECN_OTHER_KIND))
		order = !order;
	tcp_option_add(h->options, used, order ? TCP_OPTION_ACCECN1 : TCP_OPTION_ACCECN0, data, fields * FIELD_BYTES);
	while (h->flags & TCP_SYN && *used % 4)
		tcp_option_add_nop(h->options, used);
	a->option_at = st->now;
	a->option_acked = t->rcv.nxt;
	a->option_sent = true;
	a->option_changes -= a->option_changes > 0 && !repeats_option(t);
	a->text_tested |= a->writing == ACCECN_NEW_TEXT;
}

void tcp_accecn_write(struct tcp *t, struct tcp_header *h, size_t *used, size_t room)
{
	const struct stack *st = tcp_stack(t);
	struct tcp_accurate_ecn *a = &t->accurate;

	if (t->ecn.mode != TCP_ECN_ACCURATE || !(h->flags & TCP_ACK) || tcp_accecn_forgotten(t) ||
	    (h->flags & TCP_RST && !(st->config.tcp_ecn_control_packets && t->snd.syn_acked)))
		return;
	if (h->flags & TCP_SYN) {
		/* RFC 9768, 3.2.3.2.2: a SYN,ACK that is sent again may have been lost because of it. */
		bool again = t->rtx.retries > t->ecn.first_retries && !defect(st, DEFECT_TCP_ACCECN_OPTION_STUBBORN);
		a->option_lost |= again && st->config.tcp_ecn_option_answer_tested;
		if (st->config.tcp_ecn_option && !t->ecn.syn_again && !again &&
		    !defect(st, DEFECT_TCP_ACCECN_NO_ANSWER_OPTION))
			write_fields(t, h, used, room);
		return;
	}
	/* The same for the first text that had it. */
	if (a->writing == ACCECN_OLD_TEXT && a->text_tested && st->config.tcp_ecn_option_text_tested &&
	    seq_equal(seq_from(h->seq), seq_add(t->snd.iss, 1)))
		a->option_lost |= !defect(st, DEFECT_TCP_ACCECN_OPTION_STUBBORN);
	bool has = repeats_option(t) || (!joins(t) && due(t, a->writing));
	size_t before = *used;
	if (has)
		write_fields(t, h, used, room);
	a->repeat_from = t->ack.duplicate.start;
	a->repeat_told = *used > before && st->config.tcp_dsack && t->agreed.sack &&
	                 !seq_equal(a->repeat_from, t->ack.duplicate.end);
	if (a->writing == ACCECN_NEW_TEXT)
		a->had_option = has;
}

void tcp_accecn_join(struct tcp *t, bool joined)
{
	t->accurate.joined = joined;
}

void tcp_accecn_keep_room(struct tcp *t, bool keeps)
{
	t->accurate.keeps_room = keeps && tcp_stack(t)->config.tcp_ecn_room_kept && tcp_accecn_room(t);
}

uint32_t tcp_accecn_room(const struct tcp *t)
{
	return t->accurate.keeps_room || due(t, ACCECN_NEW_TEXT) ? 12 : 0;
}

size_t tcp_accecn_bytes(const struct tcp *t, size_t room)
{
	if (!tcp_accecn_room(t) || tcp_accecn_least(t) > room)
		return 0;
	size_t fields = (room - HEAD_BYTES) / FIELD_BYTES;

	return HEAD_BYTES + FIELD_BYTES * (fields < FIELDS ? fields : FIELDS);
}
