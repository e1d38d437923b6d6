/* SPDX-License-Identifier: MIT
 *
 * build_dialect.c - packet lines as other dialects write them, and options that have no word
 *
 * Where another dialect has a spelling of its own for what is there already, the node is the one of our spelling, and
 * script_print() gives that: AccECN0 is ECN, an ellipsis in the place of a number is *. What cannot be said otherwise
 * has a member of the node: numbers that are not translated, and options as kind and bytes.
 */
#include <inttypes.h>
#include <string.h>

#include "script/parse.h"

enum { TARR_RATE_MOST = 127, ACK_RATE_ID = 0x00ac, OLD_ACCECN0_ID = 0xacc0, OLD_ACCECN1_ID = 0xacc1 };

/* ---- sequence numbers ---- */

void build_absolute_sequence(struct parse *p, struct loc loc, const struct number numbers[3])
{
	build_sequence(p, loc, numbers);
	p->packet->absolute = true;
}

void build_any_sequence(struct parse *p, struct loc loc, struct number length)
{
	const struct number any = build_any_number(p, loc);

	build_sequence(p, loc, (struct number[]){ any, any, length });
}

/* ---- options ---- */

struct tcp_option_spec *build_literal_echo(struct parse *p, struct loc loc, struct number value, int64_t echo)
{
	struct tcp_option_spec *o = build_option_spec(p, loc, TCP_OPTION_TS, 2,
	                                              (struct number[]){ value, build_number(echo) });

	o->literal_echo = true;
	return o;
}

/* The first counter tells the order of the others, and so the kind: the word must not contradict it. */
struct tcp_option_spec *build_accecn(struct parse *p, struct loc loc, struct lexeme word, struct tcp_option_spec *o)
{
	if (o->kind != word.value)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "counters in the wrong order",
		           "%s begins with %s", word.text, word.value == TCP_OPTION_ACCECN0 ? "ee0b" : "ee1b");
	o->loc = loc;
	return o;
}

struct tcp_option_spec *build_generic_option(struct parse *p, struct loc loc, struct lexeme kind, const char *hex)
{
	int64_t number = kind.value;

	if (number < 0 || number > UINT8_MAX) {
		diag_error(p->diags, DIAG_SEMANTIC, loc, "TCP option kind out of range",
		           "%" PRId64 " is written, 0 to %d is allowed", number, UINT8_MAX);
		number = 0;
	}
	struct tcp_option_spec *o = build_option_spec(p, loc, (uint8_t)number, 0, NULL);
	o->generic = true;
	o->hex = hex;
	return o;
}

/* RFC 6994: the data begin with the number of the experiment. */
static struct tcp_option_spec *experiment(struct parse *p, struct loc loc, int64_t id, const char *hex)
{
	const struct lexeme kind = { .value = TCP_OPTION_EXP };

	return build_generic_option(p, loc, kind, arena_printf(p->arena, "%04" PRIx64 "%s", (uint64_t)id, hex));
}

struct tcp_option_spec *build_experiment(struct parse *p, struct loc loc, struct lexeme word, const char *hex)
{
	return experiment(p, loc, word.value, hex);
}

/* The 24-bit counters that AccECN used before it had option kinds of its own. */
struct tcp_option_spec *build_old_accecn(struct parse *p, struct loc loc, struct lexeme word,
                                         const struct tcp_option_spec *counters)
{
	bool zero = word.text[word.length - 1] == '0';
	const char *hex = "";

	if (counters && counters->kind != (zero ? TCP_OPTION_ACCECN0 : TCP_OPTION_ACCECN1))
		diag_error(p->diags, DIAG_SEMANTIC, loc, "counters in the wrong order", "%s begins with %s", word.text,
		           zero ? "ee0b" : "ee1b");
	for (int i = 0; counters && i < counters->value_count; i++)
		hex = arena_printf(p->arena, "%s%06" PRIx64, hex, (uint64_t)counters->values[i] & 0xffffff);
	return experiment(p, loc, zero ? OLD_ACCECN0_ID : OLD_ACCECN1_ID, hex);
}

/* A request for a rate of acknowledgments; the rate is the high bits of its octet. */
struct tcp_option_spec *build_ack_rate(struct parse *p, struct loc loc, const struct lexeme *rate)
{
	if (!rate)
		return experiment(p, loc, ACK_RATE_ID, "");
	if (rate->value < 0 || rate->value > TARR_RATE_MOST)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "rate of acknowledgments out of range",
		           "%" PRId64 " is written, 0 to %d is allowed", rate->value, TARR_RATE_MOST);
	return experiment(p, loc, ACK_RATE_ID, arena_printf(p->arena, "%02x", (unsigned)rate->value << 1 & UINT8_MAX));
}

void build_option_bytes(struct parse *p, struct loc loc, struct lexeme hex)
{
	if (hex.length / 2 > TCP_OPTION_BYTES)
		diag_error(p->diags, DIAG_SEMANTIC, loc, "TCP option list too long",
		           "%zu bytes are written, %d at most are allowed", hex.length / 2, TCP_OPTION_BYTES);
	else
		p->packet->option_bytes = hex.text;
	p->packet->has_options = true;
}

/* ---- what may follow a segment ---- */

void build_reset_cause(struct parse *p, struct loc loc, struct lexeme code, int64_t code_value, struct lexeme pen,
                       int64_t pen_value)
{
	if (strcmp(code.text, "code") || strcmp(pen.text, "pen"))
		diag_error(p->diags, DIAG_SEMANTIC, loc, "unknown words behind a segment",
		           "the cause of a reset is written [code N, pen N]");
	const struct reset_cause cause = { code_value, pen_value };
	p->packet->reset_cause = arena_copy(p->arena, &cause, sizeof(cause));
}

void build_foreign(struct parse *p, struct loc loc, const char *what, const char *systems)
{
	struct script *s = p->script;

	if (s->foreign)
		return;
	diag_warning(p->diags, loc, "not on this system", "%s is known on %s; the case will be SKIP", what, systems);
	s->foreign = arena_printf(s->arena, "line %d: %s is not on this system (but on %s)", loc.line, what, systems);
}

void build_udp_tunnel(struct parse *p, struct loc loc, int64_t source, int64_t destination)
{
	const struct udp_tunnel tunnel = { source, destination };

	p->packet->udp_tunnel = arena_copy(p->arena, &tunnel, sizeof(tunnel));
	(void)loc;
	if (!p->script->config.udp_encapsulation)
		p->script->config.udp_encapsulation = "tcp";
}

/* ---- UDP-Lite ---- */

void build_udplite(struct parse *p, struct loc loc, struct number length, struct number coverage)
{
	build_transport(p, loc, HEADER_UDPLITE);
	build_udp_length(p, length);
	p->packet->coverage = coverage.value;
	p->packet->ranges.coverage = coverage.range;
	p->script->needs_udplite = true;
}
