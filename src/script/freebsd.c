/* SPDX-License-Identifier: MIT
 *
 * freebsd.c - the table of FreeBSD's settings, and the commands that set them
 *
 * Names, values and units are those of the manual pages tcp(4), syncache(4), inet(4), icmp(4), udp(4) and cc(4), and of
 * the descriptions that `sysctl -d` prints.
 */
#include "script/freebsd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/ast.h"
#include "util/common.h"

enum { HERE = 2, VALUE_ROOM = 64, SECOND_MS = 1000 };

struct setting {
	const char *name;                                    /* below net.inet., or whole; `.` ends a folder */
	const char *here[HERE];                              /* the settings below net. that mean the same; none:
	                                                        nothing to set */
	int unit;                                            /* how many times larger FreeBSD's unit is; 0: the same */
	const char *values;                                  /* "0=1 1=": FreeBSD's value, and what is set here for it;
	                                                        nothing for 1, and no other value is possible. NULL: the
	                                                        same number */
	const char *anyway;                                  /* values that targets without parameters follow anyway,
	                                                        separated by blanks. NULL: none */
	const char *why;
};

#define LINUX(word, sysctl, ...) { .name = word, .here = { sysctl }, ##__VA_ARGS__ }
#define PARAMETER(word, parameter, ...) { .name = word, .here = { "protodrill." parameter }, ##__VA_ARGS__ }
#define ONLY(word, value, reason) { .name = (word), .values = value "=", .why = (reason) }
#define NOTHING(word) { .name = (word) }
#define ALGORITHMS "newreno=reno cubic=cubic dctcp=dctcp"

static const struct setting settings[] = {
	/* What Linux has, too. */
	{ "tcp.rfc1323", { "ipv4.tcp_window_scaling", "ipv4.tcp_timestamps" }, 0, "0=0 1=1", NULL, NULL },
	LINUX("tcp.sack.enable", "ipv4.tcp_sack", .values = "0=0 1=1"),
	LINUX("tcp.ecn.enable", "ipv4.tcp_ecn", .values = "0=0 1=1 2=2"),
	LINUX("tcp.keepidle", "ipv4.tcp_keepalive_time", .unit = SECOND_MS),
	LINUX("tcp.keepintvl", "ipv4.tcp_keepalive_intvl", .unit = SECOND_MS),
	LINUX("tcp.keepcnt", "ipv4.tcp_keepalive_probes"),
	LINUX("tcp.finwait2_timeout", "ipv4.tcp_fin_timeout", .unit = SECOND_MS),
	LINUX("tcp.fast_finwait2_recycle", "ipv4.tcp_fin_timeout", .values = "0= 1=60"),
	LINUX("tcp.retries", "ipv4.tcp_retries2"),
	LINUX("tcp.minmss", "ipv4.tcp_min_snd_mss"),
	LINUX("tcp.recvbuf_auto", "ipv4.tcp_moderate_rcvbuf", .values = "0=0 1=1"),
	LINUX("tcp.path_mtu_discovery", "ipv4.ip_no_pmtu_disc", .values = "0=1 1=0"),
	LINUX("tcp.pmtud_blackhole_detection", "ipv4.tcp_mtu_probing", .values = "0=0",
	      .why = "the smaller sizes that are tried are others"),
	LINUX("tcp.syncookies", "ipv4.tcp_syncookies", .values = "0=0 1=1"),
	LINUX("tcp.syncookies_only", "ipv4.tcp_syncookies", .values = "0= 1=2"),
	LINUX("tcp.syncache.rexmtlimit", "ipv4.tcp_synack_retries"),
	LINUX("tcp.syncache.rst_on_sock_fail", "ipv4.tcp_abort_on_overflow", .values = "0=0 1=1"),
	LINUX("tcp.fastopen.server_enable", "ipv4.tcp_fastopen", .values = "0=1 1=3"),
	LINUX("tcp.cc.algorithm", "ipv4.tcp_congestion_control", .values = ALGORITHMS),
	LINUX("ip.ttl", "ipv4.ip_default_ttl"),
	LINUX("icmp.bmcastecho", "ipv4.icmp_echo_ignore_broadcasts", .values = "0=1 1=0"),
	LINUX("kern.ipc.soacceptqueue", "core.somaxconn"),
	LINUX("kern.ipc.somaxconn", "core.somaxconn"),

	/* What Linux does in one way only. */
	PARAMETER("tcp.udp_tunneling_port", "tcp_udp_port", .anyway = "0"),
	PARAMETER("tcp.udp_tunneling_overhead", "tcp_udp_overhead", .anyway = "8"),
	PARAMETER("tcp.msl", "tcp_msl_s", .unit = SECOND_MS, .anyway = "30000",
	          .why = "Linux stays in TIME-WAIT for a minute"),
	PARAMETER("tcp.delayed_ack", "tcp_ack_policy", .values = "0=1 1=", .anyway = "1",
	          .why = "Linux acknowledges every second segment"),
	{ "tcp.delacktime", { "protodrill.tcp_delayed_ack_ms", "protodrill.tcp_delayed_ack_min_ms" }, 0, NULL, NULL,
	  "on Linux an ACK waits for 40 to 200 ms, as the text came" },
	PARAMETER("tcp.rexmit_initial", "tcp_rto_initial_ms", .anyway = "1000"),
	PARAMETER("tcp.initcwnd_segments", "tcp_initial_window", .anyway = "10"),
	PARAMETER("tcp.rfc3042", "tcp_limited_transmit", .values = "0=0 1=1", .anyway = "1"),
	PARAMETER("tcp.mssdflt", "tcp_default_mss4", .anyway = "536"),
	PARAMETER("tcp.v6mssdflt", "tcp_default_mss6", .anyway = "1220"),
	PARAMETER("tcp.recvspace", "tcp_receive_buffer", .why = "the buffers of Linux hold more than text"),
	PARAMETER("tcp.sendspace", "tcp_send_buffer", .why = "the buffers of Linux hold more than text"),
	PARAMETER("tcp.sendbuf_auto", "tcp_send_moderation", .values = "0=0 1=1", .anyway = "1"),
	PARAMETER("tcp.reass.maxqueuelen", "tcp_reorder_segments", .why = "Linux counts memory instead"),
	PARAMETER("tcp.tolerate_missing_ts", "tcp_stamps_required", .values = "0=1 1=0", .anyway = "1"),
	PARAMETER("tcp.drop_synfin", "tcp_listen_syn_fin_dropped", .values = "0=0 1=1", .anyway = "1",
	          .why = "a listener of Linux drops such a segment"),
	PARAMETER("icmp.icmplim", "icmp_rate", .why = "Linux has a limit of its own for each peer"),
	PARAMETER("net.inet6.ip6.hlim", "ip6_hop_limit", .anyway = "64"),

	/* What every target does in one way only. */
	ONLY("tcp.functions_default", "freebsd", "there is one implementation of TCP here"),
	ONLY("tcp.rfc3390", "1", "it is part of RFC 5681, 3.1"),
	ONLY("tcp.rfc6675_pipe", "1", "what is in flight is counted as RFC 6675 says"),
	ONLY("tcp.sack.revised", "1", "what is in flight is counted as RFC 6675 says"),
	ONLY("tcp.insecure_rst", "0", "resets are judged as RFC 5961 says"),
	ONLY("tcp.insecure_syn", "0", "a SYN is judged as RFC 5961 says"),
	ONLY("tcp.insecure_ack", "0", "an ACK is judged as RFC 5961 says"),
	ONLY("tcp.always_keepalive", "0", "keep-alives are off until they are asked for (RFC 9293, MUST-25)"),
	ONLY("tcp.blackhole", "0", "a port without a socket answers (RFC 9293, 3.10.7.1)"),
	ONLY("udp.blackhole", "0", "a port without a socket answers (RFC 1122, 4.1.3.1)"),
	ONLY("udp.checksum", "1", "checksums are sent (RFC 1122, 4.1.3.4)"),
	ONLY("tcp.icmp_may_rst", "1", "a hard error ends an attempt to connect"),
	ONLY("tcp.rexmit_drop_options", "0", "a SYN that is sent again keeps its options"),
	ONLY("tcp.fastopen.client_enable", "1", "a client may use Fast Open"),
	ONLY("tcp.cc.abe", "0", "a mark reduces the window as a loss does"),

	/* A host that has just been made remembers no other host. */
	NOTHING("tcp.hostcache."), NOTHING("tcp.nolocaltimewait"),
	/* Timers are as precise as they can be. */
	NOTHING("kern.timecounter."), NOTHING("kern.eventtimer."), NOTHING("tcp.per_cpu_timers"),
	/* Numbers are translated before they are compared, so where they begin is not seen. */
	NOTHING("tcp.isn_reseed_interval"), NOTHING("tcp.ts_offset_per_conn"), NOTHING("ip.random_id"),
	/* What is logged and counted: nobody looks at it. */
	NOTHING("tcp.log_in_vain"), NOTHING("tcp.log_debug"), NOTHING("tcp.bb."), NOTHING("udp.log_in_vain"),
	NOTHING("icmp.icmplim_output"), NOTHING("icmp.log_redirect"),
	/* How memory is managed, sockets are found, and segments pass through a card. */
	NOTHING("tcp.maxtcptw"), NOTHING("tcp.do_tcpdrain"), NOTHING("tcp.sack.maxholes"),
	NOTHING("tcp.sack.globalmaxholes"), NOTHING("tcp.reass.maxsegments"), NOTHING("tcp.soreceive_stream"),
	NOTHING("tcp.syncache.see_other"), NOTHING("tcp.tso"), NOTHING("tcp.lro."), NOTHING("kern.ipc.nmbclusters"),
	NOTHING("kern.ipc.maxsockets"), NOTHING("tcp.functions_inherit_listen_socket_stack"),
};

/* Modules without which a socket option or a setting is not known; loading one changes nothing else. */
static const char *const modules[] = {
	"tcp_rack", "tcp_bbr", "cc_newreno", "cc_cubic", "cc_dctcp", "cc_htcp", "cc_vegas", "cc_chd", "cc_hd", "cc_cdg",
	"tcpmd5",
};

const char *freebsd_meaning(size_t i)
{
	return i < ARRAY_LEN(settings) * HERE ? settings[i / HERE].here[i % HERE] ? settings[i / HERE].here[i % HERE]
	                                                                         : "" : NULL;
}

/* ---- one setting ---- */

static bool is_setting(const char *word)
{
	static const char *const trees[] = { "net.inet.", "net.inet6.", "kern." };

	for (size_t i = 0; i < ARRAY_LEN(trees); i++)
		if (!strncmp(word, trees[i], strlen(trees[i])))
			return true;
	return false;
}

static const struct setting *find(const char *name, size_t length)
{
	static const char tree[] = "net.inet.";
	const size_t prefix = !strncmp(name, tree, strlen(tree)) ? strlen(tree) : 0;

	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		const char *known = settings[i].name;
		const size_t n = strlen(known);
		const bool whole = is_setting(known), below = known[n - 1] == '.';
		const size_t skip = whole ? 0 : prefix;

		if ((whole || prefix) && (below ? length - skip > n : length - skip == n) &&
		    !strncmp(name + skip, known, n))
			return &settings[i];
	}
	return NULL;
}

/* Is @word in @list, whose words are separated by blanks? */
static bool is_in(const char *list, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = list; at && *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == length && !strncmp(at, word, length))
			return true;
	return false;
}

/* What is set here for @value; "" for nothing. False: there is nothing that means the same. */
static bool value_here(const struct setting *s, const char *value, char out[VALUE_ROOM])
{
	const size_t length = strlen(value);
	char *end;

	for (const char *at = s->values; at && *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, "=") == length && !strncmp(at, value, length)) {
			snprintf(out, VALUE_ROOM, "%.*s", (int)strcspn(at + length + 1, " "), at + length + 1);
			return true;
		}
	const long long number = strtoll(value, &end, 10);
	if (s->values || !length || *end || (s->unit && number % s->unit))
		return false;
	snprintf(out, VALUE_ROOM, "%lld", s->unit ? number / s->unit : number);
	return true;
}

/* Why no value can be set, or only other ones. */
static void add_reason(const struct setting *s, bool none, struct buf *why)
{
	if (s->why || none) {
		buf_puts(why, s->why ? s->why : "this target has no such setting");
		return;
	}
	buf_puts(why, s->values ? "known are" : s->unit ? "only whole seconds can be set" : "it is no number");
	for (const char *at = s->values; at && *at; at += strcspn(at, " "), at += *at == ' ')
		buf_printf(why, " %.*s", (int)strcspn(at, "="), at);
}

/* Add to @out what sets @value here. False: @why has the reason. */
static bool translate(const struct setting *s, const char *value, bool parameters, struct buf *out, struct buf *why)
{
	const bool own = s->here[0] && !strncmp(s->here[0], "protodrill.", strlen("protodrill."));
	const bool nothing = !s->here[0] && !s->values;
	char here[VALUE_ROOM] = "";

	if (nothing || (own && !parameters && is_in(s->anyway, value)))
		return true;
	if ((own && !parameters) || !value_here(s, value, here)) {
		add_reason(s, own && !parameters, why);
		return false;
	}
	for (size_t i = 0; *here && i < HERE && s->here[i]; i++)
		buf_printf(out, " net.%s=%s", s->here[i], here);
	return true;
}

/* ---- commands ---- */

struct reading {
	bool parameters, any;
	struct buf *out, *why;
};

/* One word of `sysctl`; *left counts the settings that remain. */
static bool read_word(struct reading *r, const char *word, int *left)
{
	const char *name = word + strspn(word, "\"'"), *equals = strchr(word, '=');
	char value[VALUE_ROOM];

	if (!is_setting(name)) {
		buf_printf(r->out, " %s", word);
		*left += *word != '-' && *word != '>' && *word != '2';
		return true;
	}
	r->any = true;
	const struct setting *s = equals ? find(name, (size_t)(equals - name)) : NULL;
	snprintf(value, sizeof(value), "%.*s", equals ? (int)strcspn(equals + 1, "\"'") : 0, equals ? equals + 1 : "");
	const size_t before = r->out->length;
	struct buf reason = BUF_INIT;
	const bool done = s && translate(s, value, r->parameters, r->out, &reason);
	if (!done && s)
		buf_printf(r->why, "%.*s cannot be followed here%s%s", (int)strcspn(name, "\"'"), name,
		           reason.length ? ": " : "", reason.data);
	*left += r->out->length > before;
	buf_free(&reason);
	return done;
}

/* Loading modules is ignored if each of them is known. */
static bool read_kldload(struct reading *r, char **words)
{
	for (char **w = words + 1; *w; w++) {
		bool known = **w == '-';

		for (size_t i = 0; i < ARRAY_LEN(modules); i++)
			known |= !strcmp(*w, modules[i]);
		if (!known)
			return false;
	}
	r->any = true;
	buf_puts(r->out, ":");
	return true;
}

/* One command, split into words. */
static bool read_simple(struct reading *r, char **words)
{
	const char *slash = *words ? strrchr(*words, '/') : NULL, *tool = slash ? slash + 1 : *words;
	const size_t before = r->out->length;
	int left = 0;

	if (tool && !strcmp(tool, "kldload"))
		return read_kldload(r, words);
	buf_puts(r->out, tool ? *words : "");
	for (char **w = words + 1; tool && *w; w++) {
		if (strcmp(tool, "sysctl")) {
			buf_printf(r->out, " %s", *w);
		} else if (!read_word(r, *w, &left)) {
			return false;
		}
	}
	if (tool && !strcmp(tool, "sysctl") && !left && r->any) {
		r->out->length = before;
		buf_puts(r->out, ":");
	}
	return true;
}

/* Split @text, which is changed, at the ends of commands. */
static bool read_text(struct reading *r, struct arena *arena, char *text)
{
	char **words = arena_new_array(arena, char *, strlen(text) + 2);

	while (*text) {
		const size_t length = strcspn(text, ";\n&");
		const size_t end = strspn(text + length, ";\n&");
		const char *separator = arena_strndup(arena, text + length, end);
		int n = 0;

		text[length] = '\0';
		for (char *save, *w = strtok_r(text, " \t", &save); w; w = strtok_r(NULL, " \t", &save))
			words[n++] = w;
		words[n] = NULL;
		if (!read_simple(r, words))
			return false;
		buf_printf(r->out, *separator == '&' ? " %s " : "%s", separator);
		text += length + end;
	}
	return true;
}

enum freebsd_reading freebsd_command(const char *text, bool parameters, struct arena *arena, const char **meant,
                                     struct buf *why)
{
	struct buf out = BUF_INIT;
	struct reading r = { .parameters = parameters, .out = &out, .why = why };
	enum freebsd_reading reading = FREEBSD_NOTHING;

	if (strstr(text, "||") || strstr(text, "if ") || strpbrk(text, "|$`(){}\\"))
		return FREEBSD_NOTHING;
	if (!read_text(&r, arena, arena_strdup(arena, text))) {
		reading = FREEBSD_CANNOT;
	} else if (r.any) {
		reading = FREEBSD_MEANT;
		*meant = arena_strdup(arena, out.data);
	}
	buf_free(&out);
	return reading;
}

/* ---- calls ---- */

/* The @number-th argument of @call, from 0; NULL: there are fewer. */
static const struct expr *argument(const struct call_spec *call, int number)
{
	const struct expr *e = call->arguments;

	while (e && number--)
		e = e->next;
	return e;
}

static bool is_to_succeed(const struct call_spec *call)
{
	struct evaluation_error error;
	int64_t result;

	return call->result && expr_literal(call->result, &result, &error) && result == 0;
}

bool freebsd_call_is_nothing(const struct call_spec *call)
{
	const struct expr *option = argument(call, 2), *value = argument(call, 3);

	if (strcmp(call->name, "setsockopt") != 0 || !option || option->kind != EXPR_WORD ||
	    strcmp(option->word, "TCP_FUNCTION_BLK") != 0 || !value || value->kind != EXPR_LIST)
		return false;
	if (!is_to_succeed(call))
		return false;
	for (const struct expr *i = value->list.first; i; i = i->next)
		if (i->kind == EXPR_ASSIGN && !strcmp(i->assign.name, "function_set_name"))
			return i->assign.value->kind == EXPR_STRING &&
			       !strcmp(i->assign.value->string.text, "freebsd");
	return false;
}

void freebsd_value(const struct call_spec *call, uint8_t *text, size_t length)
{
	static const struct setting algorithm = { .values = ALGORITHMS };
	const struct expr *option = argument(call, 2);
	char value[VALUE_ROOM] = "", here[VALUE_ROOM];

	if (!option || option->kind != EXPR_WORD || strcmp(option->word, "TCP_CONGESTION") != 0 ||
	    length >= sizeof(value) || !is_to_succeed(call))
		return;
	memcpy(value, text, length);
	if (!value_here(&algorithm, value, here) || strlen(here) > length)
		return;
	memset(text, 0, length);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): as long as it was, filled with zeros */
	memcpy(text, here, strlen(here));
}
