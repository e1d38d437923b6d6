/* SPDX-License-Identifier: MIT
 *
 * parse.h - the doors between scanner, grammar and builders; private to the parsing of scripts
 *
 * The grammar recognises and calls one builder an action; builders put nodes into the script's arena and
 * report what only they can see. Errors never stop a builder: it returns a usable node.
 */
#ifndef SCRIPT_PARSE_H
#define SCRIPT_PARSE_H

#include "script/ast.h"
#include "script/statement.h"
#include "util/buf.h"
#include "wire/tcp_option.h"

/* Expressions nested deeper than this are refused, so that recursion over a tree is safe. */
enum { EXPRESSION_DEPTH = 200 };

struct lexeme {
	const char *text;                                    /* in the arena */
	size_t length;
	int64_t value;                                       /* integers, saturated */
	bool saturated;                                      /* it is larger than that, or smaller */
};

struct expr_list {
	struct expr *first, *last;
	int count, depth;
};

enum ip_item_kind { IP_ITEM_ECN, IP_ITEM_ECT01, IP_ITEM_TOS, IP_ITEM_DSCP, IP_ITEM_FLOW_LABEL, IP_ITEM_TTL,
                    IP_ITEM_FIELD, IP_ITEM_PART };

struct ip_item {
	enum ip_item_kind kind;
	int64_t value;
	const struct number_range *range;                    /* NULL: just the value */
	struct ip_part *part;                                /* IP_ITEM_PART */
	bool of_ipv6;                                        /* the word is the one that IPv6 uses */
};

/* The time of an event, or what it is computed from. */
struct instant {
	vtime_t at;
	const struct expr *value;                            /* NULL: .at */
};

union value {
	struct lexeme lexeme;
	int64_t integer;
	struct instant instant;
	struct time_spec time;
	struct expr *expr;
	struct expr_list list;
	enum epoll_member member;
	struct ip_item ip_item;
	struct ip_info *ip_info;
	struct mpls_header *mpls;
	struct gre_header *gre;
	struct tcp_option_spec *option;
	struct number number;
	struct statement *statement;
	struct macro *macro;
};

struct token {
	int kind;                                            /* 0: the end of the text */
	union value value;
	struct loc loc;
	size_t at, length;                                   /* bytes of the source */
	bool first_on_line;
};

/* An #ifdef or #ifndef whose #endif is still to come. */
struct condition {
	struct condition *outer;
	struct loc loc;
	bool outer_counts, counts, has_else;                 /* counts: the part being read is part of the script */
	bool unknown;                                        /* it began with a directive that is no directive here */
};

struct parse {
	struct script *script;
	const struct source *source;                         /* being read: the script itself, or a file that it
	                                                        includes */
	int included;                                        /* files included so far */
	struct parse *outer;                                 /* the parser that reads the including text; NULL: there is
	                                                        none */
	/* The statements of the file @path, which is named at @loc in the text of @outer. Errors go to the diagnostics.
	 * (Reading builds, and building an include reads: the way back is here, so that builders need no reader.) */
	const struct statement *(*include)(struct parse *outer, struct loc loc, const char *path);
	struct arena *arena;
	struct diags *diags;
	config_apply_fn apply;
	void *user;

	/* scanner */
	void *scanner;
	int line, column;
	size_t at, token_length;
	bool cut;                                            /* there is more text, and it cannot be read */
	struct token token, before, held;                    /* the token just read, the one before, and one that was
	                                                        pushed back */
	bool has_held, recovering, failed_before;
	int unopened;                                        /* blocks whose first line was wrong: their '}' is no
	                                                        further error */
	size_t failed_at;
	const struct definition **definitions;               /* sorted by symbol; known once the options have ended */
	size_t definition_count;
	bool options_ended;
	struct condition *condition;                         /* the innermost; NULL: none */
	size_t dropped_at;                                   /* where the text began that is dropped */
	struct loc dropped_loc;
	int parentheses;                                     /* open ones, in arithmetic */

	/* builders */
	struct option_line **last_option, *option;
	struct event *event;
	bool named;                                          /* the current event contains a name */
	struct statement *statements;                        /* of the file */
	struct statement **last_statement;                   /* of the innermost block */
	struct open_block *block;                            /* that block; NULL: none */
	const struct macro *macros;                          /* newest first */
	int depth;                                           /* of blocks */
	struct comment **last_comment;
	int comment_line;                                    /* where the last comment ended */
	struct time_spec time;                               /* of the current event */
	struct packet_spec *packet;
	struct encap **last_encap;
	struct tcp_option_spec **last_tcp_option;
	struct outer_number *outer_numbers;                    /* numbers of the header being read that are names */
	struct field_spec **last_field;
	struct membership_spec *membership;                  /* of the packet being built */
	struct group_spec *group;                            /* its latest group */
	struct call_spec *call;
	struct buf note;
};

/* ---- scanner ---- */

int grammar_lex(union value *value, struct loc *loc, struct parse *p);
void parse_advance(struct parse *p, struct loc *loc, const char *text, size_t length);
/* Token codes of what the scanner found; each sets *out. */
int parse_token(struct parse *p, int token, struct lexeme *out, const char *text, size_t length);
int parse_number(struct parse *p, int token, struct lexeme *out, const char *text, size_t length);
/* "gen-77", "exp-0348": the value is the number behind the hyphen. */
int parse_option_kind(struct parse *p, int token, struct lexeme *out, const char *text);
int parse_word(struct parse *p, struct lexeme *out, const char *text, size_t length);
void parse_comment(struct parse *p, const struct loc *loc, const char *text, size_t length);
/* "#ifdef SYMBOL" and its like (conditional.c); the result says whether the text that follows counts. */
bool parse_directive(struct parse *p, const struct loc *loc, const char *text, size_t length);
/* The token code of a reserved word, or 0. For an option of TCP *value becomes its kind; otherwise it is left alone. */
int keyword_token(const char *text, int64_t *value);

/* ---- errors ---- */

void grammar_error(struct loc *loc, struct parse *p, const char *message);
/* At the token just read; @expected are the names of the tokens that would have been right. */
void parse_syntax_error(struct parse *p, struct loc loc, const char **expected, int count);

/* ---- script, events ---- */

void build_option(struct parse *p, struct loc loc, struct lexeme name, const struct lexeme *value,
                  const char *spelling);
void build_option_end(struct parse *p, struct loc loc);      /* with its value */
struct lexeme build_definition(struct parse *p, struct lexeme symbol, char quote, struct lexeme value);
const char *build_quoted(struct parse *p, struct lexeme text);
/* After the last option line: the options take effect. Does nothing the second time. */
void build_options_end(struct parse *p);
void build_init(struct parse *p, struct loc loc, struct lexeme text);
void build_cleanup(struct parse *p, struct loc loc, struct lexeme text);
struct instant build_seconds(struct parse *p, struct loc loc, struct lexeme text);
struct time_spec build_time(struct parse *p, struct loc loc, enum time_kind kind, struct instant start,
                            struct instant end);
void build_event_time(struct parse *p, struct time_spec time);
void build_event_end(struct parse *p, struct loc loc);
void build_packet_event(struct parse *p);
void build_call_event(struct parse *p);
void build_command_event(struct parse *p, struct loc loc, struct lexeme text);
void build_let_event(struct parse *p, struct loc loc, struct lexeme word, struct lexeme name, struct expr *value);
void build_code_event(struct parse *p, struct loc loc, struct lexeme text);

/* ---- statements (build_statement.c) ---- */

/* A block that has begun, and what to resume when it ends. */
struct open_block {
	struct open_block *outer;
	struct statement *block, **last;
};

void build_statement(struct parse *p, struct statement *s);     /* the next of the current block */
void build_include(struct parse *p, struct loc loc, struct loc path_loc, struct lexeme path);
struct macro *build_macro_name(struct parse *p, struct loc loc, struct lexeme name);
void build_macro(struct parse *p, struct macro *m, struct expr_list parameters);
void build_macro_end(struct parse *p, struct loc loc, struct macro *m, struct statement *block);
void build_use(struct parse *p, struct loc loc, struct lexeme name, struct expr_list arguments);
void build_repeat(struct parse *p, struct loc loc, struct expr *count, struct statement *block);
/* @words: the name, and what must be "in". */
void build_for(struct parse *p, struct loc loc, struct loc in, const struct lexeme words[2], struct expr *const ends[2],
               struct statement *block);
struct statement *build_if(struct parse *p, struct loc loc, struct expr *condition, struct statement *block,
                           struct statement *other);
/* Lines that are all answered, in any order, or of which one is. */
void build_group(struct parse *p, struct loc loc, bool either, struct statement *block);
void build_peer(struct parse *p, struct loc loc, struct expr *name, struct expr *address, struct expr *port);
/* @word must be "port". */
void build_peer_port(struct parse *p, struct loc loc, struct lexeme word);
void build_event_statement(struct parse *p);            /* of the current event */
void build_block(struct parse *p, struct loc loc);
struct statement *build_block_end(struct parse *p, struct loc loc);      /* of the closing brace */

struct expr *build_name(struct parse *p, struct loc loc, struct lexeme name, bool dollar);
/* WORD[INDEX] */
struct expr *build_element(struct parse *p, struct loc loc, struct lexeme word, struct expr *index);
struct expr *build_arithmetic(struct parse *p, struct loc loc, enum arithmetic operation, struct expr *left,
                              struct expr *right);
struct expr *build_arithmetic_end(struct parse *p, struct loc loc, struct expr *e);
struct number build_value(struct parse *p, struct loc loc, struct expr *e);

/* NULL: there is none. */
const struct macro *macro_find(const struct macro *macros, const char *name);
/* Turn the statements of the script of @p into the list of events that they stand for. */
void unfold(struct parse *p);

/* ---- packets: these change the current packet ---- */

void build_packet(struct parse *p, struct loc loc, enum direction direction);
void build_optional(struct parse *p);               /* it need not come */
/* The line is about several segments, of @length each. */
void build_stream(struct parse *p, struct loc loc, struct number length);
/* The packet is sent in fragments of @size bytes; @pieces, if any, are those that are sent, counted from 1. */
void build_fragment(struct parse *p, struct loc loc, struct number size, struct expr_list pieces);
void build_fragment_id(struct parse *p, struct loc loc, struct number id);
void build_connection(struct parse *p, struct loc loc, struct expr *name);
void build_encap_ip(struct parse *p, struct loc loc, struct ip_info *info, const char *source,
                    const char *destination);
void build_encap_gre(struct parse *p, struct loc loc, const struct gre_header *gre);
void build_encap_mpls(struct parse *p, struct loc loc, const struct mpls_header *mpls);
struct gre_header *build_gre(struct parse *p, struct loc loc, int64_t flags, const struct number numbers[4]);
struct mpls_header *build_mpls(struct parse *p, struct mpls_header *stack, const struct mpls_header *entry,
                               struct loc loc);
struct mpls_header *build_mpls_entry(struct parse *p, struct loc loc, const struct number numbers[3]);
void build_mpls_bottom(struct parse *p, struct loc loc, struct lexeme word);
/* Code points of RFC 2474, as a number or by name; @second follows a hyphen in it, or is "". */
/* An item with one number, which may be a name; for a dscp it is the upper six bits. */
struct ip_item build_ip_number(struct parse *p, struct loc loc, enum ip_item_kind kind, struct number number);
struct ip_item build_ttl(struct number number, bool of_ipv6);
struct ip_item build_dscp(struct parse *p, struct loc loc, struct number number);
struct ip_item build_dscp_name(struct parse *p, struct loc loc, const char *first, const char *second);
/* An option of IPv4, or an extension header of IPv6, by its kind and its bytes. */
struct ip_item build_ip_part(struct parse *p, struct loc loc, struct lexeme kind, const char *hex, bool extension);
struct ip_info *build_ip_info(struct parse *p, struct ip_info *info, struct loc loc, struct ip_item item);
/* A field of a header by its name; @word instead of a number is "bad" or "ok", of a checksum. */
void build_field(struct parse *p, struct loc loc, struct lexeme name, struct number value);
/* "src 192.0.2.9" and "dst 192.0.2.9". */
void build_field_address(struct parse *p, struct loc loc, struct lexeme name, struct lexeme address);
void build_field_word(struct parse *p, struct loc loc, struct lexeme name, struct lexeme word);
/* Fields read since the transport began belong to its header. */
void build_transport_fields(struct parse *p);
/* Words in parentheses, with no errno in front of them; @loc is where they stand. */
void build_note_alone(struct parse *p, struct loc loc);
void build_packet_info(struct parse *p, const struct ip_info *info);
void build_transport(struct parse *p, struct loc loc, enum header_type type);
void build_raw(struct parse *p, struct loc loc, struct expr_list pieces, bool open);
/* IGMP or MLD; @version may be NULL. Its groups follow, and behind each its change and its sources. */
void build_membership(struct parse *p, struct loc loc, uint8_t ip_version, const struct lexeme *version,
                      const struct lexeme *word);
void build_membership_group(struct parse *p, struct loc loc, struct lexeme address);
void build_membership_change(struct parse *p, struct loc loc, struct lexeme word);
void build_membership_source(struct parse *p, struct loc loc, struct lexeme address);
void build_ports(struct parse *p, struct loc loc, struct number source, struct number destination);
/* @text with @end behind it. */
struct lexeme build_joined(struct parse *p, struct lexeme text, const char *end);
void build_flags(struct parse *p, struct loc loc, const char *before, const char *dot, const char *after);
void build_sequence(struct parse *p, struct loc loc, const struct number numbers[3]);       /* start, end, length */
void build_ack(struct parse *p, struct number ack);
void build_window(struct parse *p, struct loc loc, struct number window);
void build_urgent(struct parse *p, struct number urgent);
/* No packet is to leave. */
void build_nothing(struct parse *p, struct loc loc);
void build_any_options(struct parse *p);
void build_option_order(struct parse *p, enum option_order order);
struct number build_number(int64_t value);
struct number build_any_number(struct parse *p, struct loc loc);
struct number build_span(struct parse *p, struct loc loc, struct number low, struct number high);
struct number build_set(struct parse *p, struct loc loc, struct expr_list values);
/* Forms of other dialects (build_dialect.c). */
void build_absolute_sequence(struct parse *p, struct loc loc, const struct number numbers[3]);
void build_any_sequence(struct parse *p, struct loc loc, struct number length);
void build_option_bytes(struct parse *p, struct loc loc, struct lexeme hex);
/* "[code N, pen M]": what @code and @pen are called is judged here. */
void build_reset_cause(struct parse *p, struct loc loc, struct lexeme code, int64_t code_value, struct lexeme pen,
                       int64_t pen_value);
/* TCP within UDP. */
void build_udp_tunnel(struct parse *p, struct loc loc, int64_t source, int64_t destination);
/* @what exists only on @systems: the case is SKIP. */
void build_foreign(struct parse *p, struct loc loc, const char *what, const char *systems);
struct tcp_option_spec *build_literal_echo(struct parse *p, struct loc loc, struct number value, int64_t echo);
struct tcp_option_spec *build_accecn(struct parse *p, struct loc loc, struct lexeme word, struct tcp_option_spec *o);
struct tcp_option_spec *build_old_accecn(struct parse *p, struct loc loc, struct lexeme word,
                                         const struct tcp_option_spec *counters);
struct tcp_option_spec *build_generic_option(struct parse *p, struct loc loc, struct lexeme kind, const char *hex);
struct tcp_option_spec *build_experiment(struct parse *p, struct loc loc, struct lexeme word, const char *hex);
struct tcp_option_spec *build_ack_rate(struct parse *p, struct loc loc, const struct lexeme *rate);
struct tcp_option_spec *build_option_spec(struct parse *p, struct loc loc, uint8_t kind, int count,
                                          const struct number *values);
struct tcp_option_spec *build_absent_option(struct parse *p, struct loc loc, uint8_t kind);
struct tcp_option_spec *build_hex_option(struct parse *p, struct loc loc, uint8_t kind, const struct lexeme *hex);
void build_option_value(struct parse *p, struct tcp_option_spec *option, struct loc loc, struct number value);
void build_tcp_option(struct parse *p, struct tcp_option_spec *option);
void build_udp_length(struct parse *p, struct number length);
void build_udplite(struct parse *p, struct loc loc, struct number length, struct number coverage);
void build_icmp(struct parse *p, struct loc loc, struct lexeme type);
void build_icmp_code(struct parse *p, struct loc loc, struct lexeme code);
void build_mtu(struct parse *p, struct number mtu);
void build_echo_id(struct parse *p, struct number id);
void build_echo(struct parse *p, enum echo_kind kind, struct number length);
void build_echo_udplite(struct parse *p, int64_t length, int64_t coverage);
void build_echo_sequence(struct parse *p, int64_t start, int64_t end, int64_t length);

/* ---- calls and expressions ---- */

void build_call(struct parse *p, struct loc loc, struct lexeme name, const struct instant *end);
void build_call_result(struct parse *p, struct expr_list arguments, struct expr *result);
void build_errno(struct parse *p, struct loc loc, struct lexeme word);
void build_note_word(struct parse *p, struct lexeme word);

struct expr_list build_list_start(struct expr *first);
struct expr_list build_list_add(struct expr_list list, struct expr *next);
struct expr *build_ellipsis(struct parse *p, struct loc loc);
struct expr *build_integer(struct parse *p, struct loc loc, int64_t value, enum integer_form form);
/* The same as it was written; an error if it needs more than 64 bits. */
struct expr *build_literal(struct parse *p, struct loc loc, const struct lexeme *number, bool hex);
struct expr *build_word(struct parse *p, struct loc loc, struct lexeme word);
struct expr *build_string_piece(struct parse *p, struct loc loc, struct lexeme text);
/* hex("..."), pattern("...") or file("..."). */
struct expr *build_contents(struct parse *p, struct loc loc, struct lexeme word, struct expr_list pieces);
void build_payload(struct parse *p, const struct expr *text);
struct expr *build_string(struct parse *p, struct loc loc, struct expr_list pieces);
struct expr *build_or(struct parse *p, struct loc loc, struct expr *left, struct expr *right);
struct expr *build_assign(struct parse *p, struct loc loc, struct lexeme name, struct expr *value);
struct expr *build_list(struct parse *p, struct loc loc, struct expr_list list);
struct expr *build_braces(struct parse *p, struct loc loc, struct expr_list list);
struct expr *build_inet_addr(struct parse *p, struct loc loc, struct lexeme text);
struct expr *build_inet6_addr(struct parse *p, struct loc loc, struct lexeme text);
/* The value whose bytes in memory are @value in network order, of @size bytes. */
struct expr *build_network_order(struct parse *p, struct loc loc, int64_t value, int size);
/* @address: a string, the name of a constant, or an ellipsis. */
struct expr *build_sockaddr(struct parse *p, struct loc loc, struct lexeme family, struct number port,
                            const struct expr *address);
/* A message without flags and control messages, and then with them. @name, @control NULL: none. */
struct expr *build_message_head(struct parse *p, struct loc loc, struct expr *name, int64_t iov_count,
                                struct expr *iov);
struct expr *build_msghdr(struct parse *p, struct loc loc, struct expr *head, struct expr *flags,
                          struct expr *control);
struct expr *build_iovec(struct parse *p, struct loc loc, int64_t length);
/* {NAME(n)=value, NAME(n)=value}: a list in braces. */
struct expr *build_counted_member(struct parse *p, struct loc loc, struct lexeme name, int64_t count,
                                  struct expr *value);
struct expr *build_counted(struct parse *p, struct loc loc, struct expr *first, struct expr *second);
struct expr *build_mmsghdr(struct parse *p, struct loc loc, struct expr *header, struct expr *length);
struct expr *build_timespec(struct parse *p, struct loc loc, struct expr *sec, struct expr *nsec);
struct expr *build_timeval(struct parse *p, struct loc loc, struct expr *sec, struct expr *usec);
/* @parts: level, type, data. @length may be NULL. */
struct expr *build_cmsg(struct parse *p, struct loc loc, struct expr *length, struct expr *const parts[3]);
struct expr *build_scm(struct parse *p, struct loc loc, int64_t sec, int64_t nsec);
struct expr *build_extended_err(struct parse *p, struct loc loc, struct expr *const fields[EXTENDED_ERR_FIELDS]);
struct expr *build_pollfd(struct parse *p, struct loc loc, struct expr *fd, struct expr *events,
                          struct expr *revents);
struct expr *build_epoll_event(struct parse *p, struct loc loc, struct expr *events, enum epoll_member member,
                               struct expr *data);
struct expr *build_linger(struct parse *p, struct loc loc, struct expr *onoff, struct expr *linger);
struct expr *build_mpls_stack(struct parse *p, struct loc loc, const struct mpls_header *stack);
struct expr *build_gre_expr(struct parse *p, struct loc loc, const struct gre_header *gre);

#endif
