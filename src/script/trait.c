/* SPDX-License-Identifier: MIT
 *
 * trait.c - the table of traits
 *
 * A new trait is a row here, and an entry of docs/protodrill-traits.5 (trait_test compares them): files, needs, scripts
 * and `protodrill traits` go by the rows.
 */
#include "script/trait.h"

#include <stdlib.h>
#include <string.h>

#include "util/table.h"

#define HAS(name, help) { name, TRAIT_HAS, "1", 0, 1, help }
#define SECONDS(name, value, help) { name, TRAIT_SECONDS, value, 0, 100000, help }
#define WORD(name, value, help) { name, TRAIT_WORD, value, 0, 0, help }
#define NUMBER(name, value, high, help) { name, TRAIT_NUMBER, value, 0, high, help }

const struct trait traits_known[] = {
	/* ---- options and algorithms of TCP ---- */
	HAS("sack", "selective acknowledgements (RFC 2018), in both directions"),
	HAS("timestamps", "the time-stamp option (RFC 7323)"),
	HAS("window_scaling", "the window scale option (RFC 7323)"),
	HAS("ecn", "explicit congestion notification (RFC 3168)"),
	HAS("limited_transmit", "new text for the first two duplicate ACKs (RFC 3042)"),
	HAS("time_wait_reopen", "a new SYN may open a connection out of TIME-WAIT (RFC 9293, MAY-2; RFC 6191)"),
	HAS("time_wait_ahead", "in TIME-WAIT an ACK ahead of what was received is answered"),
	HAS("old_ack_challenge", "an ACK far below the window is challenged (RFC 5961, 5.2; RFC 9293, MAY-12)"),
	HAS("path_mtu_discovery", "packets shrink to the MTU that ICMP reports (RFC 1191, RFC 8201); IPv4 sets DF"),
	HAS("overlap_dropped", "overlapping fragments of IPv4 are not reassembled"),
	/* ---- sockets, about which no RFC decides ---- */
	HAS("posix_errors", "errors and flags as POSIX has them: EPIPE, ECONNREFUSED, EMSGSIZE, MSG_TRUNC ..."),
	HAS("linux_sockets", "what only Linux tells about sockets: POLLRDHUP, SIOCOUTQ, MSG_TRUNC of recv() ..."),
	HAS("linux_settings", "what only Linux can set: sysctls such as tcp_rfc1337, options such as TCP_QUICKACK"),
	HAS("receive_buffer", "SO_RCVBUF counts as on Linux: twice what is asked for, and it bounds the window"),
	HAS("inherited_options", "a connection that is accepted has the options of its listener"),
	HAS("tcp_info", "TCP_INFO tells the variables of a connection, which code blocks ask for"),
	HAS("proc_net", "/proc/net and nstat show sockets and counters"),
	/* ---- times ---- */
	SECONDS("initial_rto", "1", "how long a SYN waits for its answer before it is sent again (RFC 6298, 2.1)"),
	SECONDS("first_rto", "1", "how long the first text waits after a handshake of 20 ms (RFC 6298, 2.4)"),
	SECONDS("timer_tick", "0", "the tick of long timers, by which they may be early or late (RFC 6298, 2.3)"),
	SECONDS("delayed_ack", "0.495", "the longest time that an ACK is delayed (RFC 9293, SHLD-18, MUST-58)"),
	SECONDS("time_wait", "240", "how long TIME-WAIT lasts: twice the MSL (RFC 9293, 3.4.2, MUST-13)"),
	/* ---- numbers ---- */
	NUMBER("initial_window", "4", 100, "segments of 1000 octets that go out at once at the start (RFC 5681)"),
	NUMBER("ack_every", "2", 255, "full segments after which an ACK is delayed no longer (RFC 9293, SHLD-19)"),
	WORD("syn_options", "mss_nop_wscale_sackOK_TS", "the options of a SYN, in order, joined by _"),
	NUMBER("default_mss", "1460", 65535, "the MSS that a SYN offers where the MTU is 1500 (RFC 9293, 3.7.1)"),
	NUMBER("syn_retries", "7", 255, "how often a SYN is sent again before connect() fails (RFC 1122, 4.2.3.5)"),
	NUMBER("data_retries", "15", 255, "how often text is sent again before it is given up (RFC 1122, 4.2.3.5)"),
	NUMBER("default_ttl", "64", 255, "the TTL and the hop limit of what is sent (RFC 1122, 3.2.1.7)"),
	NUMBER("icmp_quote", "528", 65535, "octets after the IP header that ICMPv4 errors quote (RFC 1122, 3.2.2)"),
	NUMBER("reset_window", "0", 65535, "the window of a reset for a segment that belongs to no connection"),
};
const size_t trait_count = ARRAY_LEN(traits_known);

struct traits *traits_new(struct arena *arena)
{
	struct traits *traits = arena_new_object(arena, struct traits);

	traits->values = arena_new_array(arena, const char *, trait_count);
	return traits;
}

const struct trait *trait_find(const char *name)
{
	for (size_t i = 0; i < trait_count; i++)
		if (!strcmp(traits_known[i].name, name))
			return &traits_known[i];
	return NULL;
}

void trait_unknown(const char *name, struct buf *problem)
{
	struct guess guess = { .wanted = name };

	for (size_t i = 0; i < trait_count; i++)
		guess_offer(&guess, traits_known[i].name);
	buf_printf(problem, "'%s'", name);
	if (guess.nearest)
		buf_printf(problem, "; did you mean '%s'? 'protodrill traits --list' names them all", guess.nearest);
	else
		buf_puts(problem, ": 'protodrill traits --list' names those that there are");
}

const char *trait_value(const struct traits *traits, const char *name)
{
	const struct trait *trait = trait_find(name);
	const char *said = trait && traits ? traits->values[trait - traits_known] : NULL;

	return said ? said : trait ? trait->otherwise : NULL;
}

bool trait_there(const struct traits *traits, const char *name)
{
	const char *value = trait_value(traits, name);

	return value && strcmp(value, "0") != 0;
}

static bool is_number(const struct trait *trait, const char *value)
{
	char *end;
	const double number = strtod(value, &end);
	const bool plain = value[strspn(value, trait->kind == TRAIT_NUMBER ? "0123456789" : "0123456789.")] == '\0';

	return *value && plain && !*end && number >= trait->low && number <= trait->high;
}

/* A value that a script can write: it begins with a letter. */
static bool is_word(const char *value)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", more[] = "_0123456789";
	size_t length = strspn(value, letters);

	for (size_t part = length; part; length += part)
		part = strspn(value + length, letters) + strspn(value + length, more);
	return length && !value[length];
}

bool trait_set(struct traits *traits, const struct trait *trait, const char *value, struct arena *arena,
               struct buf *problem)
{
	const char **place = &traits->values[trait - traits_known];

	if (trait->kind == TRAIT_HAS) {
		const bool yes = !strcmp(value, "true") || !strcmp(value, "1");
		*place = yes ? "1" : "0";
		if (yes || !strcmp(value, "false") || !strcmp(value, "0"))
			return true;
		buf_printf(problem, "'%s' for %s: want true or false", value, trait->name);
		return false;
	}
	if (trait->kind == TRAIT_WORD && !is_word(value)) {
		buf_printf(problem, "'%s' for %s: want a word of letters, digits and _", value, trait->name);
		return false;
	}
	if (trait->kind != TRAIT_WORD && !is_number(trait, value)) {
		buf_printf(problem, "'%s' for %s: want %s from %g to %g", value, trait->name,
		           trait->kind == TRAIT_SECONDS ? "seconds" : "a whole number", trait->low, trait->high);
		return false;
	}
	*place = arena_strdup(arena, value);
	return true;
}
