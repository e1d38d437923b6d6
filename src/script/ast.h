/* SPDX-License-Identifier: MIT
 *
 * ast.h - the tree of a script: what should happen
 *
 * All nodes live in the script's arena; script_free() is the only release. The parser builds nodes that
 * hold what is written, with places; script_check() judges them and fills in what is derived (marked
 * "checked:"). After that the tree is immutable.
 */
#ifndef SCRIPT_AST_H
#define SCRIPT_AST_H

#include "script/config.h"
#include "script/number_range.h"
#include "script/signature.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/vtime.h"
#include "wire/header_field.h"
#include "wire/packet.h"

/* ---- expressions of system calls ---- */

enum expr_kind {
	EXPR_ELLIPSIS, EXPR_INTEGER, EXPR_WORD, EXPR_STRING, EXPR_OR, EXPR_LIST, EXPR_ASSIGN, EXPR_IN6_ADDR,
	EXPR_SOCKADDR, EXPR_MSGHDR, EXPR_MMSGHDR, EXPR_CMSG, EXPR_SCM_TIMESTAMP, EXPR_EXTENDED_ERR, EXPR_IOVEC,
	EXPR_POLLFD,
	EXPR_EPOLL_EVENT, EXPR_LINGER, EXPR_TIMESPEC, EXPR_TIMEVAL, EXPR_MPLS_STACK, EXPR_GRE, EXPR_NAME,
	EXPR_ARITHMETIC, EXPR_ELEMENT, EXPR_KINDS
};

/* By how tightly they bind, the loosest first; operators of one level stand together. */
enum arithmetic {
	ARITHMETIC_OR, ARITHMETIC_AND, ARITHMETIC_EQUAL, ARITHMETIC_NOT_EQUAL, ARITHMETIC_LESS, ARITHMETIC_AT_MOST,
	ARITHMETIC_MORE, ARITHMETIC_AT_LEAST, ARITHMETIC_ADD, ARITHMETIC_SUBTRACT, ARITHMETIC_MULTIPLY,
	ARITHMETIC_DIVIDE, ARITHMETIC_REMAINDER, ARITHMETIC_NEGATE, ARITHMETIC_NOT
};

/* Names as messages print them ("ellipsis", "integer", "word" ... "binary_expression" for OR). */
extern const char *const expr_kind_name[EXPR_KINDS];

enum epoll_member { EPOLL_MEMBER_FD, EPOLL_MEMBER_PTR, EPOLL_MEMBER_U32, EPOLL_MEMBER_U64 };
enum { EXTENDED_ERR_FIELDS = 6 };                       /* errno origin type code info data, in this order */

/* What the text of a string is: itself, bytes in hexadecimal, a text to be repeated, or the name of a file. */
enum contents { CONTENTS_TEXT, CONTENTS_HEX, CONTENTS_PATTERN, CONTENTS_FILE };

enum { PORT_ANY = -1 };

/* How a number was written; the value is what it means. */
enum integer_form { INTEGER_DECIMAL, INTEGER_HEX, INTEGER_HTONS, INTEGER_HTONL, INTEGER_INET_ADDR };

struct expr {
	enum expr_kind kind;
	struct loc loc;
	struct expr *next;                                   /* in a list of expressions */
	int depth;                                           /* levels below; small, so recursion is safe */
	union {
		struct { int64_t value; enum integer_form form; } integer;
		const char *word;
		struct { const char *text; size_t length; enum contents contents; } string;  /* escapes still in it */
		struct { struct expr *left, *right; } pair;      /* OR */
		struct { struct expr *first; int count; bool braces; } list; /* [..] or {..} */
		struct { const char *name; struct expr *value; } assign;     /* NAME = value */
		struct ip_address in6_addr;
		/* .port PORT_ANY, or an .address of version 0: the configuration supplies it, and it is not compared.
		 * .port_value: what the port is computed from; NULL: it is known. */
		struct {
			const char *family;
			int64_t port;
			struct expr *port_value;
			struct ip_address address;
		} sockaddr;
		/* .name NULL: "..."; .control may be NULL, or an ellipsis: any */
		struct { struct expr *name; int64_t iov_count; struct expr *iov, *flags, *control; } msghdr;
		struct { struct expr *header, *length; } mmsghdr;            /* length may be NULL */
		struct { struct expr *sec, *nsec; } timespec;
		struct { struct expr *sec, *usec; } timeval;
		struct { struct expr *length, *level, *type, *data; } cmsg;  /* .length may be NULL */
		struct { int64_t sec, nsec; } scm;
		struct expr *extended_err[EXTENDED_ERR_FIELDS];
		struct { int64_t length; const struct expr *base; } iovec;   /* .base NULL: "..." */
		struct { struct expr *fd, *events, *revents; } pollfd;       /* revents may be NULL */
		struct { struct expr *events; enum epoll_member member; struct expr *data; } epoll;
		struct { struct expr *onoff, *linger; } linger;      /* an ELLIPSIS is not compared */
		struct mpls_header mpls;
		struct gre_header gre;
		struct { const char *text; bool dollar; } name;      /* $text, or text alone in arithmetic */
		/* right NULL: unary */
		struct { enum arithmetic operation; struct expr *left, *right; } arithmetic;
		struct { const char *word; struct expr *index; } element;    /* word[index], a name that a loop makes */
	};
};

/* ---- times ---- */

enum time_kind { TIME_ABSOLUTE, TIME_RELATIVE, TIME_ANY, TIME_ABSOLUTE_RANGE, TIME_RELATIVE_RANGE };

/* Neither a time in a script nor a sum of times is longer than this (31 years), so that whatever is computed from them
 * fits into a vtime_t. */
enum { SCRIPT_SECONDS_MAX = 1000000000 };

struct time_spec {
	enum time_kind kind;
	struct loc loc;
	vtime_t start, end;                                  /* end == start where no range is written */
	const struct expr *start_value, *end_value;          /* what they are computed from until they are resolved;
	                                                        NULL: they are known */
};

/* ---- packets ---- */

enum direction { DIRECTION_INBOUND, DIRECTION_OUTBOUND };

enum { DSCP_MAX = 63 };

enum tos_check { TOS_UNCHECKED, TOS_ECN, TOS_DSCP, TOS_BYTE, TOS_ECT01 };

/* An option of IPv4, or an extension header of IPv6, as written. */
struct ip_part {
	struct ip_part *next;
	struct loc loc;
	bool extension;
	int64_t kind;
	const char *hex;                                     /* what stands behind its kind and its length */
};

struct ip_info {
	struct loc loc;
	enum tos_check tos_check;
	bool says_class, says_hlim;                          /* in the words of IPv6, not tos and ttl */
	int64_t tos;
	const struct number_range *tos_value;                /* what it, or with .tos_is_dscp its upper six bits, is
	                                                        computed from; NULL: it is known */
	bool tos_is_dscp;
	bool has_flow_label;
	int64_t flow_label;
	const struct number_range *flow_label_value;         /* what it is computed from; NULL: it is known */
	int64_t ttl;                                         /* 0: absent */
	const struct number_range *ttl_range;                /* NULL: just the value */
	struct ip_part *parts;
};

/* Numbers of outer headers that a name may stand for. */
enum outer_field { OUTER_SUM, OUTER_OFF, OUTER_KEY, OUTER_SEQ, OUTER_LABEL, OUTER_TC, OUTER_TTL };

struct outer_number {                                   /* one that is written as a name or arithmetic */
	struct outer_number *next;
	struct loc loc;
	enum outer_field field;
	int entry;                                           /* MPLS: which entry of the label stack, from 0 */
	const struct number_range *range;
};

struct encap {                                          /* an outer header as written */
	struct encap *next;
	struct loc loc;
	enum header_type type;                               /* IPV4, IPV6, GRE, MPLS */
	struct ip_info info;
	struct ip_address source, destination;
	struct gre_header gre;
	struct mpls_header mpls;
	struct outer_number *numbers;                        /* those that are written as names or arithmetic; NULL:
	                                                        none */
};

struct tcp_option_spec {                                /* one option of <...> as written */
	struct tcp_option_spec *next;
	struct loc loc;
	uint8_t kind;                                        /* enum tcp_option_kind */
	int64_t values[8];
	const struct number_range *ranges[8];                /* NULL: just the value */
	int value_count;
	bool absent;                                         /* the option must not be there; only the kind counts */
	bool generic;                                        /* any kind; the data are .hex as they stand */
	bool literal_echo;                                   /* TS: ecr is sent as written */
	bool overflow;                                       /* more values are written; an error was reported */
	const char *hex;                                     /* cookie, digest or a word for one, else NULL */
};

/* Which options a list allows besides those that it names, and whether their order counts. */
enum option_order {
	OPTIONS_EXACT,                                       /* <mss 1460,nop>: these, in this order */
	OPTIONS_OPEN,                                        /* <mss 1460,...>: these first, and any after them */
	OPTIONS_AMONG,                                       /* <...,mss 1460>: these among any others */
	OPTIONS_UNORDERED,                                   /* <unordered mss 1460>: these, and padding */
};

/* Numbers of an expected packet that may take several values; NULL: just the one value. */
struct packet_ranges {
	const struct number_range *seq_start, *seq_end, *length, *ack, *window, *urgent, *coverage;
};

/* Numbers of a packet that have one value. */
enum plain_number { PLAIN_SOURCE_PORT, PLAIN_DESTINATION_PORT, PLAIN_MTU, PLAIN_ECHO_ID, PLAIN_ECHO_LENGTH,
	PLAIN_NUMBERS };

/* What stands in a packet line in place of the octets of a signature. */
enum signature_word { SIGNATURE_LITERAL, SIGNATURE_VALID, SIGNATURE_INVALID, SIGNATURE_ANY };

enum field_value { FIELD_NUMBER, FIELD_OK, FIELD_BAD };

/* A field of a header by its name, as written. */
struct field_spec {
	struct field_spec *next;
	struct loc loc;
	bool transport;                                      /* of TCP, UDP or ICMP; else of IP */
	const char *word;
	enum field_value kind;
	struct number number;                                /* FIELD_NUMBER */
};

enum echo_kind { ECHO_DEFAULT, ECHO_TCP, ECHO_UDP, ECHO_UDPLITE, ECHO_RAW };

struct echo_spec {
	enum echo_kind kind;
	int64_t seq_start, seq_end, length;
	int64_t coverage;                                    /* ECHO_UDPLITE */
};

/* The payload of a RST that says why the connection was reset. */
struct reset_cause {
	int64_t code, enterprise;
};

/* One packet, sent in several pieces. */
struct fragment_spec {
	struct loc loc;
	struct number size;                                  /* bytes of each piece but the last */
	const struct number_range *pieces;                   /* a set: only these pieces, in this order; NULL: all */
	int64_t id;                                          /* 0: not written */
};

/* The ports of the datagram that carries a segment. */
struct udp_tunnel {
	int64_t source, destination;
};

/* A message of IGMP or MLD as written: the groups that it names, and sources of each. */
struct group_source {
	struct group_source *next;
	struct ip_address address;
};

struct group_spec {
	struct group_spec *next;
	struct loc loc;
	struct ip_address address;
	const char *change;                                  /* the type of the record as a word; NULL: none */
	struct loc change_loc;
	struct group_source *sources;
};

struct membership_spec {
	struct loc loc;
	const struct membership_kind *kind;                  /* wire/membership.h; NULL: an error was reported */
	uint8_t ip_version;
	struct group_spec *groups;
};

/* A packet as the parser read it; whether its numbers are in range is still to be checked. */
struct packet_spec {
	struct loc loc;                                      /* the direction sign */
	enum direction direction;
	const struct expr *connection;                       /* a WORD once it is resolved; NULL: the connection under
	                                                        test */
	struct encap *encaps;
	struct ip_info info;
	enum header_type transport;                          /* HEADER_TCP, HEADER_UDP, or HEADER_ICMPV4 for any icmp */
	struct loc transport_loc, ports_loc;
	int64_t source_port, destination_port;               /* 0: not written */
	const char *flags;                                   /* letters, dot and digit as written */
	struct loc flags_loc;
	int64_t seq_start, seq_end, payload_length;
	int64_t coverage;                                    /* UDP-Lite */
	struct loc seq_loc;
	struct loc window_loc;
	bool has_ack, has_window, has_options, any_options;
	bool nothing;                                        /* no packet is to leave; only loc and direction count */
	bool optional;                                       /* it need not come */
	const struct fragment_spec *fragment;                /* NULL: in one piece */
	int64_t fragment_id;                                 /* of the one that is being built; 0: not written */
	const struct number_range *stream;                   /* the length of each segment of a stream; NULL: this is no
	                                                        stream */
	bool absolute;                                       /* the sequence number is the one on the wire, not
	                                                        relative */
	const struct reset_cause *reset_cause;               /* NULL: none */
	const struct udp_tunnel *udp_tunnel;                 /* NULL: none */
	const char *option_bytes;                            /* the options in hexadecimal; NULL: they are .options */
	struct packet_ranges ranges;
	const struct expr *plain[PLAIN_NUMBERS];             /* what these numbers are computed from; NULL: they are
	                                                        known */
	enum option_order option_order;
	int64_t ack, window, urgent;
	struct tcp_option_spec *options;
	struct field_spec *fields;
	const struct ip_address *addresses[2];               /* src, dst; NULL: those of the connection */
	const struct expr *payload;                          /* a string; NULL: zeros */
	const char *icmp_type, *icmp_code;                   /* code may be NULL */
	struct loc icmp_type_loc, icmp_code_loc;
	bool has_mtu;
	int64_t mtu, echo_id;
	struct echo_spec echo;
	const struct expr *raw;                              /* literal bytes, a string of hex digits; then only loc and
	                                                        direction count, and the transport is HEADER_NONE */
	bool raw_open;                                       /* further bytes may follow */
	const struct membership_spec *membership;            /* not NULL: a message about groups; the transport is
	                                                        HEADER_NONE */
};

/* Literal bytes of a packet line. */
struct raw_bytes {
	size_t length;
	uint8_t *bytes;
	bool *any;                                           /* outbound: this byte is not compared */
	bool open;                                           /* outbound: further bytes may follow */
};

/* A field that the line sets or compares by name, with its place in the packet. */
struct scripted_field {
	struct scripted_field *next;
	const struct field_spec *spec;
	const struct header_field *field;
	uint8_t header;                                      /* index of the header */
};

/* What the check made of a packet line: complete headers, whose numbers are those of the script, and what is to be
 * compared. */
struct scripted_packet {
	enum direction direction;
	struct loc loc;
	const char *connection;                              /* its name; NULL: the connection under test */
	const struct raw_bytes *raw;                         /* not NULL: literal bytes, and nothing below is set */
	bool membership;                                     /* .raw is a message about groups (drill_membership.c) */
	struct packet packet;                                /* lengths filled; payload NULL (zeros) */
	bool nothing;                                        /* no packet is to leave; and nothing below is set */
	bool optional;
	const struct number_range *stream;                   /* see struct packet_spec */
	const struct fragment_spec *fragment;
	struct packet_ranges ranges;                         /* .packet has the least value of each */
	uint32_t seq_end;                                    /* of TCP, as written */
	bool absolute;                                       /* the sequence number is the one on the wire, not
	                                                        relative */
	bool echo_latest;                                    /* inbound: TS ecr is the latest value that came */
	bool echo_literal;                                   /* inbound: TS ecr is sent as written */
	bool literal_options;                                /* the options are octets that nobody translates */
	bool odd_options;                                    /* some of the options are of kinds that have no word */
	uint16_t optional_flags;                             /* TCP flags that may be there or not */
	const struct tcp_option_spec *option_pattern;        /* NULL: the options are those of .packet, or any */
	enum option_order option_order;
	/* by header index; ttl 0 or 255: unchecked */
	struct ip_check {
		enum tos_check tos_check;
		uint8_t tos, ttl;
		const struct number_range *ttl_range;
		bool says_class, says_hlim;
		const struct ip_address *addresses[2];       /* source, destination; NULL: those of the flow */
	} ip_checks[PACKET_HEADERS];
	const struct scripted_field *fields;
	uint32_t flow_label;                                 /* innermost IPv6; 0: none */
	bool has_window, any_options;
	enum signature_word md5, ao;                         /* of these options; their octets are zeros
	                                                        unless literal */
	uint8_t ace;                                         /* 1 to 7: the digit; 0: letters */
	bool own_addresses;                                  /* .packet has them: they are not those of a connection */
	enum echo_kind echo;                                 /* ICMP: what is quoted */
	uint32_t echo_seq;                                   /* relative TCP sequence number that is quoted */
	size_t echo_header_at;                               /* payload offset of the quoted IP header; the payload of
	                                                        an inbound ICMP line is in the script's arena */
	uint8_t echo_ports_at;                               /* the ports of the quoted packet, counted from its IP
	                                                        header */
};

/* ---- events ---- */

struct call_spec {
	struct loc loc;                                      /* the call's name */
	const char *name;
	bool blocking;
	vtime_t end;                                         /* of a blocking call, as written */
	const struct expr *end_value;                        /* what it is computed from until it is resolved; or
	                                                        NULL */
	struct expr *arguments;
	int argument_count;
	struct expr *result;
	const char *errno_word;                              /* NULL: not compared */
	struct loc errno_loc;
	const char *note;                                    /* words in parentheses, joined by blanks; may be NULL */
	const struct signature *signature;                   /* checked: */
	bool nothing;                                        /* checked: there is nothing to do here (freebsd.h) */
};

struct command_spec {
	struct loc loc;
	const char *text;
	const char *meant;                                   /* checked: what a target is told; NULL: the text */
};

struct code_spec {
	struct loc loc;                                      /* of the text's first line */
	const char *text;
};

/* `let $name = value`: a value gets a name. */
struct let_spec {
	struct loc loc;                                      /* of the name */
	const char *name;
	const struct expr *value;
};

/* The place in an event of a name that has no value yet. */
enum name_place {
	NAME_SEQ_START, NAME_SEQ_END, NAME_LENGTH, NAME_ACK, NAME_WINDOW, NAME_URGENT,
	NAME_OPTION,                                         /* .kind, .index */
	NAME_PLAIN,                                          /* .index: enum plain_number */
	NAME_ARGUMENT,                                       /* .index */
	NAME_RESULT, NAME_OTHER
};

struct open_name {
	struct open_name *next;
	const struct expr *name;                             /* EXPR_NAME */
	const char *nearest;                                 /* the nearest name of a loop or macro around it; NULL:
	                                                        none */
	bool bare;                                           /* nothing else stands there, so it could be given the
	                                                        value that comes */
	enum name_place place;
	uint8_t kind;                                        /* of the option */
	int index;                                           /* of the value in it, or of the argument */
};

/* The most lines that one block may hold which are answered together. */
enum { GROUP_LINES = 64 };

struct event_group {
	struct loc loc;
	bool either;                                         /* one of them comes; else all do, in any order */
};

enum event_kind { EVENT_PACKET, EVENT_CALL, EVENT_COMMAND, EVENT_CODE, EVENT_LET };

struct event {
	struct event *next;
	enum event_kind kind;
	struct loc loc;                                      /* all of it */
	const struct via *via;                               /* the innermost; NULL: it is in no block */
	const struct event_group *group;                     /* NULL: it stands by itself */
	bool named;                                          /* there are names with $ in it, or arithmetic */
	const struct open_name *names;                       /* those whose values are known only when the script is
	                                                        played, in order */
	struct time_spec time;
	int index;                                           /* from 0 */
	union {
		struct packet_spec *packet;
		struct call_spec *call;
		struct command_spec *command;
		struct code_spec *code;
		struct let_spec *let;
	};
	struct scripted_packet *scripted;                    /* checked: EVENT_PACKET only */
};

struct option_line {
	struct option_line *next;
	struct loc loc;
	const char *name, *value;                            /* value NULL: none */
	const char *spelling;                                /* of the value, as script_print() writes it */
};

/* A `peer` line: where a connection has its other end. */
struct peer {
	struct peer *next;
	struct loc loc;
	const char *name;
	struct ip_address address;                           /* .version 0: as configured */
	uint16_t port;                                       /* 0: a port that is given to it alone */
};

struct comment {
	struct comment *next;
	struct loc loc;
	bool own_line;                                       /* nothing but blanks before it on its line */
	const char *text;                                    /* with its marks */
};

struct script {
	struct arena *arena;
	struct source source;                                /* name and text are copies in the arena */
	struct comment *comments;                            /* in order of place; kept for script_print() */
	struct option_line *options;
	struct command_spec *init, *cleanup;                 /* may be NULL */
	const struct statement *statements;                  /* as written */
	struct event *events;                                /* what the statements unfold to */
	struct peer *peers;
	int event_count;
	bool needs_udplite;
	const char *foreign;                                 /* checked: why its calls cannot be made on this system;
	                                                        NULL: they can */
	const char *dialect;                                 /* checked: the dialect it uses that cannot be read here;
	                                                        NULL: none */
	struct config config;                                /* in force: defaults, option lines,
	                                                        command line, derived */
};

/* Applies the command line to a config again; called after the script's own options. May be NULL. */
typedef bool (*config_apply_fn)(struct config *c, void *user, struct diags *diags);

/* Parse @text (@length bytes; copied) and apply options: defaults, option lines, then @apply, then
 * config_derive(). All errors of the text go to @diags. Never NULL: a script with errors holds what could
 * be read and must not be played. */
struct script *script_parse(const char *name, const char *text, size_t length, config_apply_fn apply, void *user,
                            struct diags *diags);
/* The same from a file. NULL when it cannot be read (a DIAG_FILE error says why). "-" is standard input. */
struct script *script_load(const char *path, config_apply_fn apply, void *user, struct diags *diags);
void script_free(struct script *s);                     /* NULL is fine */

/* The line of @loc, a place in @event, in the script itself: if the text is in another file, the line of the statement
 * that leads there. */
int event_line(const struct event *event, const struct loc *loc);
/* How @event is reached, from the inside out: "octets(ack=21) of line 19, $i = 2 of line 18". Nothing if it is in no
 * block. */
void event_way_print(struct buf *out, const struct event *event);

/* Judge everything that can be judged without running: names, argument counts and shapes, ranges, options
 * that do not fit, times that run backwards, packets that cannot be built. Does all that script_prepare() does
 * too. False when there was any error. */
bool script_check(struct script *s, struct diags *diags);

/* The part of script_check() that must hold before anything can be played: ranges, and packets that can be
 * built. Fills in the "checked:" parts. Calls are not judged - a call that makes no sense fails when it is
 * reached - so call->signature stays NULL where the name is unknown. False when there was any error. */
bool script_prepare(struct script *s, struct diags *diags);

/* Canonical text; parsing it again gives the same tree. */
void script_print(struct buf *out, const struct script *s);
void expr_print(struct buf *out, const struct expr *e);
void condition_print(struct buf *out, const struct expr *e);   /* arithmetic without the $( ) around it */
void seconds_print(struct buf *out, vtime_t t);
void time_spec_print(struct buf *out, const struct time_spec *t);
void packet_spec_print(struct buf *out, const struct packet_spec *p);
void call_spec_print(struct buf *out, const struct call_spec *c);

/* ---- symbolic constants (constant.c) ---- */

/* The value of a constant name on this machine. */
bool constant_value(const char *name, int64_t *value);
/* All of them, by name. */
void constants_visit(void (*visit)(void *context, const char *name, int64_t value), void *context);
/* The name of a DSCP, one of @value's six bits, or NULL; and the other way round. */
const char *dscp_name(int64_t value);
bool dscp_value(const char *name, int64_t *value);
/* The name that is nearest to @name, or NULL. */
const char *dscp_guess(const char *name);
/* The nearest known name, or NULL. */
const char *constant_guess(const char *name);
/* The errno name of @number ("EAGAIN"), or NULL. */
const char *constant_errno_name(int number);
/* "POLLIN|POLLOUT" from @value, with names that start with @prefix; the rest in hex; "0" for 0. */
void constant_print_flags(struct buf *out, const char *prefix, uint64_t value);

/* ---- evaluating expressions (evaluate.c) ---- */

/* Why an expression cannot be used, in the wording of the original tool. */
struct evaluation_error {
	struct loc loc;
	char text[160];
};

bool expr_int64(const struct expr *e, int64_t *out, struct evaluation_error *error);    /* INTEGER, WORD (symbol), OR */
/* -2^31 ... 2^32-1, modulo 2^32 */
bool expr_int32(const struct expr *e, int32_t *out, struct evaluation_error *error);
bool expr_uint8(const struct expr *e, uint8_t *out, struct evaluation_error *error);    /* -128 ... 255 */
/* A literal integer as a result must be: no symbols. */
bool expr_literal(const struct expr *e, int64_t *out, struct evaluation_error *error);
/* Bytes of a string with its escapes expanded, in @arena, with a NUL behind them that @length does not count. A file is
 * looked for beside the script. */
bool expr_string(const struct expr *e, struct arena *arena, uint8_t **bytes, size_t *length,
                 struct evaluation_error *error);
/* The same where @length bytes are wanted: a pattern is repeated, everything else must have so many. */
bool expr_contents(const struct expr *e, struct arena *arena, size_t length, uint8_t **bytes,
                   struct evaluation_error *error);
/* "Bad type; actual: X expected: Y". Always false. */
bool expr_bad_type(const struct expr *e, const char *expected, struct evaluation_error *error);

#endif
