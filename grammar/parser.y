/* SPDX-License-Identifier: MIT
 *
 * parser.y - the grammar of the script language
 *
 * One builder call an action; ranges of numbers are judged later (check.c). Lists are left-recursive, so
 * that only nesting needs stack. After an error the scanner skips to what looks like the start of an
 * option line or event and sends RESYNC (see grammar_lex()). Please repair conflicts instead of raising
 * %expect. Names in quotes appear in messages; those that begin with an article are printed bare.
 */
%define api.pure full
%define api.prefix {grammar_}
%define api.token.prefix {TOKEN_}
%define api.value.type {union value}
%define api.location.type {struct loc}
%define parse.error custom
%define parse.lac full
%expect 0
%locations
%param { struct parse *p }

%code requires {
#include "script/parse.h"
}

%code {
/* An empty rule stands at the end of what comes before it. */
#define YYLLOC_DEFAULT(current, rhs, n) \
	do { \
		(current) = YYRHSLOC(rhs, (n) ? 1 : 0); \
		if (!(n)) { \
			(current).line = (current).end_line; \
			(current).column = (current).end_column; \
		} \
		(current).end_line = YYRHSLOC(rhs, n).end_line; \
		(current).end_column = YYRHSLOC(rhs, n).end_column; \
	} while (0)
}

%token END 0 "the end of the script"
%token RESYNC "the next event"
%token OPEN_COMMENT "a comment without end" OPEN_STRING "a string without end"
%token OPEN_COMMAND "a command without end" OPEN_CODE "a code block without end"
%token <lexeme>
	FLOAT "a decimal fraction" INTEGER "a number" HEX "a hexadecimal number" WORD "a word" STRING "a string"
	COMMAND "a command" CODE "a code block" OPTION "an option line" IPV4_ADDRESS "an IPv4 address"
	IPV6_ADDRESS "an IPv6 address"
%token ELLIPSIS "..." RANGE ".." VALUE_OPEN "$("
%token EQUAL "==" NOT_EQUAL "!=" AT_MOST "<=" AT_LEAST ">=" AND "&&" OR "||"
%token <lexeme>
	VARIABLE "a name with $" VERSION "a version" INCLUDE "include" MACRO "macro" MACRO_NAME "a macro"
	REPEAT "repeat" FOR "for" IF "if" ELSE "else"
%token <lexeme>
	OPTION_WORD "an option without value" OPTION_NUMBER "an option with a number"
	OPTION_DIGITS "an option with digits" OPTION_COOKIE "an option with a cookie"
	OPTION_SIGNED "an option with a signature"
%token <lexeme>
	OPTION_GENERIC "an option by its kind" OPTION_EXPERIMENT "an experimental option" OPTION_ACK_RATE "exp-tarr"
	OPTION_OLD_ACCECN "exp-AccECN" OPTION_ACCECN "AccECN" OPTION_BYTES "options in hexadecimal"
%token <lexeme>
	ACK "ack" CE "ce" CEB "ceb" CHECKSUM "checksum" CLASS "class" CMSG_LEN "cmsg_len" CMSG_DATA "cmsg_data"
	CMSG_LEVEL "cmsg_level"
	CMSG_TYPE "cmsg_type" DSCP "dscp" E0B "e0b" E1B "e1b" ECN "ECN" ECN_ITEM "ecn"
	ECR "ecr" ECT0 "ect0" ECT01 "ect01" ECT1 "ect1"
	EE_CODE "ee_code" EE_DATA "ee_data" EE_ERRNO "ee_errno" EE_INFO "ee_info" EE_ORIGIN "ee_origin"
	EE_TYPE "ee_type" ENCAP "encap" EVENTS "events" FD "fd" FLAGS "flags" FLOWLABEL "flowlabel"
	GRE "gre" HLIM "hlim" HTONL "htonl" HTONS "htons" IOV_BASE "iov_base" IOV_LEN "iov_len" SIN_LEN "sin_len"
	ICMP "icmp" ID "id" INET6_ADDR "inet6_addr"
	INET_ADDR "inet_addr" IPV4 "ipv4" IPV6 "ipv6" KEY "key" LABEL "label" LINGER "linger" MPLS "mpls"
	MSG_CONTROL "msg_control" MSG_FLAGS "msg_flags" MSG_HDR "msg_hdr" MSG_IOV "msg_iov" MSG_LEN "msg_len"
	MSG_NAME "msg_name" MTU "mtu"
	NOECN "noecn" NONE "none" NOTHING "nothing" OFF "off" ONOFF "onoff" PRESENT "present" PSP "psp" PTR "ptr"
	RAW "raw"
	REVENTS "revents" SA_FAMILY "sa_family" SACK "sack" SCM_NSEC "scm_nsec" SCM_SEC "scm_sec"
	SEQ "seq" SEQUENCE "sequence#" SIN_ADDR "sin_addr" SIN_PORT "sin_port" SPI "spi" SUM "sum" TC "tc" TOS "tos"
	TS "TS" TTL "ttl" TV_NSEC "tv_nsec" TV_SEC "tv_sec"
	TV_USEC "tv_usec" U32 "u32" U64 "u64" UDP "udp" UNORDERED "unordered" URG "urg" VAL "val" WIN "win"

%type <lexeme> keyword option_definition blob note_word sockaddr_family
%type <integer> integer gre_flags gre_flag_list gre_flag
%type <instant> seconds
%type <time> time
%type <expr> expression list structure sockaddr_address message_head message_name message_control counted
%type <integer> linger_member sockaddr_port
%type <list> expressions optional_expressions strings
%type <member> epoll_member
%type <ip_item> ip_item
%type <ip_info> ip_info optional_ip_info ip_items
%type <mpls> mpls_entries mpls_entry
%type <gre> gre_fields
%type <option> tcp_option dialect_option sack_blocks accecn
%type <number> number
%type <list> numbers
%type <lexeme> flags_before option_name parameter_name
%type <expr> value bound constant condition conjunction comparison sum product factor
%type <integer> comparison_sign
%type <list> parameters parameter_list arguments argument_list
%type <expr> parameter argument
%type <statement> block else_part choice

%precedence '='
%left '|'

%%

script
	: options options_end optional_init statements
	| options options_end optional_init statements cleanup
	;

/* ---- option lines ---- */

options
	: %empty
	| options option
	| options error RESYNC                { yyerrok; }
	;

option
	: OPTION                              { build_option(p, @$, $1, NULL, NULL); }
	| OPTION '=' option_word              { build_option_end(p, @$); }
	;

option_word
	: INTEGER                             { build_option(p, @-1, $<lexeme>-1, &$1, $1.text); }
	| HEX                                 { build_option(p, @-1, $<lexeme>-1, &$1, $1.text); }
	| FLOAT                               { build_option(p, @-1, $<lexeme>-1, &$1, $1.text); }
	| WORD                                { build_option(p, @-1, $<lexeme>-1, &$1, $1.text); }
	| IPV4                                { build_option(p, @-1, $<lexeme>-1, &$1, $1.text); }
	| IPV6                                { build_option(p, @-1, $<lexeme>-1, &$1, $1.text); }
	| IPV4_ADDRESS                        { build_option(p, @-1, $<lexeme>-1, &$1, $1.text); }
	| IPV6_ADDRESS                        { build_option(p, @-1, $<lexeme>-1, &$1, $1.text); }
	| STRING                              { build_option(p, @-1, $<lexeme>-1, &$1, build_quoted(p, $1)); }
	| option_definition                   { build_option(p, @-1, $<lexeme>-1, &$1, $1.text); }
	;

option_definition
	: WORD '=' WORD                       { $$ = build_definition(p, $1, 0, $3); }
	| WORD '=' INTEGER                    { $$ = build_definition(p, $1, 0, $3); }
	| WORD '=' HEX                        { $$ = build_definition(p, $1, 0, $3); }
	| WORD '=' keyword                    { $$ = build_definition(p, $1, 0, $3); }
	| WORD '=' STRING                     { $$ = build_definition(p, $1, '"', $3); }
	| WORD '=' COMMAND                    { $$ = build_definition(p, $1, '`', $3); }
	;

options_end
	: %empty                              { build_options_end(p); }
	;

optional_init
	: %empty
	| COMMAND                             { build_init(p, @1, $1); }
	;

cleanup
	: COMMAND                             { build_cleanup(p, @1, $1); }
	;

/* ---- statements: what is repeated, chosen, and used again ---- */

statements
	: statement
	| statements statement
	| statements error RESYNC             { yyerrok; }
	| statements cleanup error RESYNC     { yyerrok; }
	;

statement
	: event
	| INCLUDE STRING                      { build_include(p, @$, @2, $2); }
	| MACRO macro_name '(' parameters ')' { build_macro(p, $4); }
	  block                               { build_macro_end(p, @$, $7); }
	| MACRO_NAME '(' arguments ')'        { build_use(p, @$, $1, $3); }
	| REPEAT bound block                  { build_repeat(p, @$, $2, $3); }
	| FOR VARIABLE WORD bound RANGE bound block
	                                      { build_for(p, @$, @3, (struct lexeme[]){ $2, $3 },
	                                                  (struct expr *[]){ $4, $6 }, $7); }
	| choice                              { build_statement(p, $1); }
	;

block
	: block_begin block_statements '}'    { $$ = build_block_end(p, @3); }
	;

block_begin
	: '{'                                 { build_block(p, @$); }
	;

block_statements
	: %empty
	| block_statements statement
	| block_statements error RESYNC       { yyerrok; }
	;

choice
	: IF condition block else_part        { $$ = build_if(p, @$, $2, $3, $4); }
	;

else_part
	: %empty                              { $$ = NULL; }
	| ELSE block                          { $$ = $2; }
	| ELSE choice                         { $$ = $2; }
	;

macro_name
	: WORD                                { build_macro_name(p, @1, $1); }
	| MACRO_NAME                          { build_macro_name(p, @1, $1); }
	;

parameters
	: %empty                              { $$ = (struct expr_list){ 0 }; }
	| parameter_list
	;

parameter_list
	: parameter                           { $$ = build_list_start($1); }
	| parameter_list ',' parameter        { $$ = build_list_add($1, $3); }
	;

parameter
	: parameter_name                      { $$ = build_assign(p, @$, $1, build_ellipsis(p, @1)); }
	| parameter_name '=' constant         { $$ = build_assign(p, @$, $1, $3); }
	;

parameter_name
	: WORD
	| keyword
	;

arguments
	: %empty                              { $$ = (struct expr_list){ 0 }; }
	| argument_list
	;

argument_list
	: argument                            { $$ = build_list_start($1); }
	| argument_list ',' argument          { $$ = build_list_add($1, $3); }
	;

argument
	: parameter_name '=' constant         { $$ = build_assign(p, @$, $1, $3); }
	;

/* What a name can stand for. */
constant
	: bound
	| HEX                                 { $$ = build_integer(p, @$, $1.value, true); }
	| FLOAT                               { $$ = build_word(p, @$, $1); }
	| WORD                                { $$ = build_word(p, @$, $1); }
	| STRING                              { $$ = build_string_piece(p, @$, $1); }
	;

bound
	: INTEGER                             { $$ = build_integer(p, @$, $1.value, false); }
	| value
	;

/* ---- names and arithmetic; the scanner knows operators between $( and ), and behind `if` ---- */

value
	: VARIABLE                            { $$ = build_name(p, @$, $1, true); }
	| VALUE_OPEN condition ')'            { $$ = build_arithmetic_end(p, @$, $2); }
	;

condition
	: conjunction
	| condition OR conjunction            { $$ = build_arithmetic(p, @$, ARITHMETIC_OR, $1, $3); }
	;

conjunction
	: comparison
	| conjunction AND comparison          { $$ = build_arithmetic(p, @$, ARITHMETIC_AND, $1, $3); }
	;

comparison
	: sum
	| sum comparison_sign sum             { $$ = build_arithmetic(p, @$, (enum arithmetic)$2, $1, $3); }
	;

comparison_sign
	: EQUAL                               { $$ = ARITHMETIC_EQUAL; }
	| NOT_EQUAL                           { $$ = ARITHMETIC_NOT_EQUAL; }
	| '<'                                 { $$ = ARITHMETIC_LESS; }
	| AT_MOST                             { $$ = ARITHMETIC_AT_MOST; }
	| '>'                                 { $$ = ARITHMETIC_MORE; }
	| AT_LEAST                            { $$ = ARITHMETIC_AT_LEAST; }
	;

sum
	: product
	| sum '+' product                     { $$ = build_arithmetic(p, @$, ARITHMETIC_ADD, $1, $3); }
	| sum '-' product                     { $$ = build_arithmetic(p, @$, ARITHMETIC_SUBTRACT, $1, $3); }
	;

product
	: factor
	| product '*' factor                  { $$ = build_arithmetic(p, @$, ARITHMETIC_MULTIPLY, $1, $3); }
	| product '/' factor                  { $$ = build_arithmetic(p, @$, ARITHMETIC_DIVIDE, $1, $3); }
	| product '%' factor                  { $$ = build_arithmetic(p, @$, ARITHMETIC_REMAINDER, $1, $3); }
	;

factor
	: INTEGER                             { $$ = build_integer(p, @$, $1.value, false); }
	| HEX                                 { $$ = build_integer(p, @$, $1.value, true); }
	| VERSION                             { $$ = build_word(p, @$, $1); }
	| WORD                                { $$ = build_name(p, @$, $1, false); }
	| VARIABLE                            { $$ = build_name(p, @$, $1, true); }
	| '-' factor                          { $$ = build_arithmetic(p, @$, ARITHMETIC_NEGATE, $2, NULL); }
	| '!' factor                          { $$ = build_arithmetic(p, @$, ARITHMETIC_NOT, $2, NULL); }
	| '(' condition ')'                   { $$ = $2; }
	;

/* ---- events ---- */

event
	: event_time action                   { build_event_end(p, @$); }
	;

event_time
	: time                                { build_event_time(p, $1); }
	;

time
	: seconds                             { $$ = build_time(p, @$, TIME_ABSOLUTE, $1, $1); }
	| '+' seconds                         { $$ = build_time(p, @$, TIME_RELATIVE, $2, $2); }
	| '*'                                 { $$ = build_time(p, @$, TIME_ANY, (struct instant){ 0 },
	                                                        (struct instant){ 0 }); }
	| seconds '~' seconds                 { $$ = build_time(p, @$, TIME_ABSOLUTE_RANGE, $1, $3); }
	| '+' seconds '~' '+' seconds         { $$ = build_time(p, @$, TIME_RELATIVE_RANGE, $2, $5); }
	;

seconds
	: FLOAT                               { $$ = build_seconds(p, @1, $1); }
	| INTEGER                             { $$ = build_seconds(p, @1, $1); }
	| value                               { $$ = (struct instant){ VTIME_ZERO, $1 }; }
	;

action
	: packet                              { build_packet_event(p); }
	| call                                { build_call_event(p); }
	| COMMAND                             { build_command_event(p, @1, $1); }
	| CODE                                { build_code_event(p, @1, $1); }
	;

/* ---- packets ---- */

packet
	: direction encaps transport
	| direction encaps packet_info transport
	| direction NOTHING                   { build_nothing(p, @2); }
	| direction RAW strings               { build_raw(p, @2, $3, false); }
	| direction RAW strings ELLIPSIS      { build_raw(p, @2, $3, true); }
	;

direction
	: '<'                                 { build_packet(p, @1, DIRECTION_INBOUND); }
	| '>'                                 { build_packet(p, @1, DIRECTION_OUTBOUND); }
	| '>' '?'                             { build_packet(p, @$, DIRECTION_OUTBOUND); build_optional(p); }
	;

encaps
	: %empty
	| encaps encap
	;

encap
	: IPV4 optional_ip_info IPV4_ADDRESS '>' IPV4_ADDRESS ':'
	                                      { build_encap_ip(p, @$, $2, $3.text, $5.text); }
	| IPV6 optional_ip_info IPV6_ADDRESS '>' IPV6_ADDRESS ':'
	                                      { build_encap_ip(p, @$, $2, $3.text, $5.text); }
	| GRE ':'                             { build_encap_gre(p, @$, NULL); }
	| GRE optional_comma gre_fields ':'   { build_encap_gre(p, @$, $3); }
	| MPLS ':'                            { build_encap_mpls(p, @$, NULL); }
	| MPLS mpls_entries ':'               { build_encap_mpls(p, @$, $2); }
	;

gre_fields
	: FLAGS gre_flags optional_comma SUM integer optional_comma OFF integer optional_comma KEY optional_equals
	  integer optional_comma SEQ integer
	                                      { $$ = build_gre(p, @$, (int64_t[]){ $2, $5, $8, $12, $15 }); }
	;

gre_flags
	: integer
	| '[' gre_flag_list ']'               { $$ = $2; }
	;

gre_flag_list
	: gre_flag
	| gre_flag_list ',' gre_flag          { $$ = $1 | $3; }
	;

gre_flag
	: NONE                                { $$ = 0; }
	| CHECKSUM PRESENT                    { $$ = GRE_CHECKSUM; }
	| KEY PRESENT                         { $$ = GRE_KEY; }
	| SEQUENCE PRESENT                    { $$ = GRE_SEQUENCE; }
	;

mpls_entries
	: mpls_entry                          { $$ = build_mpls(p, NULL, $1, @1); }
	| mpls_entries mpls_entry             { $$ = build_mpls(p, $1, $2, @2); }
	;

mpls_entry
	: '(' LABEL INTEGER ',' TC INTEGER ',' TTL INTEGER ')'
	                                      { $$ = build_mpls_entry(p, @$, $3.value, $6.value, $9.value); }
	| '(' LABEL INTEGER ',' TC INTEGER ',' '[' WORD ']' ',' TTL INTEGER ')'
	                                      { $$ = build_mpls_entry(p, @$, $3.value, $6.value, $13.value);
	                                        build_mpls_bottom(p, @9, $9); $$->stack[0].bottom = true; }
	;

optional_comma
	: %empty
	| ','
	;

optional_equals
	: %empty
	| '='
	;

packet_info
	: ip_info                             { build_packet_info(p, $1); }
	;

optional_ip_info
	: %empty                              { $$ = NULL; }
	| ip_info
	;

ip_info
	: '(' ip_items ')'                    { $$ = $2; }
	| '[' ip_items ']'                    { $$ = $2; }
	;

ip_items
	: ip_item                             { $$ = build_ip_info(p, NULL, @1, $1); }
	| ip_items ',' ip_item                { $$ = build_ip_info(p, $1, @3, $3); }
	;

ip_item
	: NOECN                               { $$ = (struct ip_item){ IP_ITEM_ECN, 0 }; }
	| ECT1                                { $$ = (struct ip_item){ IP_ITEM_ECN, 1 }; }
	| ECT0                                { $$ = (struct ip_item){ IP_ITEM_ECN, 2 }; }
	| CE                                  { $$ = (struct ip_item){ IP_ITEM_ECN, 3 }; }
	| ECT01                               { $$ = (struct ip_item){ IP_ITEM_ECT01, 0 }; }
	| TOS integer                         { $$ = (struct ip_item){ IP_ITEM_TOS, $2 }; }
	| FLOWLABEL integer                   { $$ = (struct ip_item){ IP_ITEM_FLOW_LABEL, $2 }; }
	| ECN_ITEM NOECN                      { $$ = (struct ip_item){ IP_ITEM_ECN, 0 }; }
	| ECN_ITEM ECT1                       { $$ = (struct ip_item){ IP_ITEM_ECN, 1 }; }
	| ECN_ITEM ECT0                       { $$ = (struct ip_item){ IP_ITEM_ECN, 2 }; }
	| ECN_ITEM CE                         { $$ = (struct ip_item){ IP_ITEM_ECN, 3 }; }
	| ECN_ITEM ECT01                      { $$ = (struct ip_item){ IP_ITEM_ECT01, 0 }; }
	| DSCP integer                        { $$ = build_dscp(p, @2, $2); }
	| DSCP WORD                           { $$ = build_dscp_name(p, @2, $2.text, ""); }
	| DSCP WORD '-' WORD                  { $$ = build_dscp_name(p, @2, $2.text, $4.text); }
	| CLASS integer                       { $$ = (struct ip_item){ IP_ITEM_TOS, $2 }; }
	| TTL INTEGER                         { $$ = (struct ip_item){ IP_ITEM_TTL, $2.value }; }
	| HLIM INTEGER                        { $$ = (struct ip_item){ IP_ITEM_TTL, $2.value }; }
	;

transport
	: tcp
	| udp
	| icmp
	;

tcp
	: optional_ports flags sequence ack window urgent tcp_options tcp_extras
	                                      { build_transport(p, @2, HEADER_TCP); }
	;

/* Forms of other dialects behind a segment. */
tcp_extras
	: %empty
	| reset_cause
	| udp_tunnel
	| reset_cause udp_tunnel
	;

reset_cause
	: '[' WORD INTEGER ',' WORD INTEGER ']'  { build_reset_cause(p, @$, $2, $3.value, $5, $6.value); }
	;

udp_tunnel
	: '/' UDP '(' INTEGER '>' INTEGER ')'  { build_udp_tunnel(p, @$, $4.value, $6.value); }
	;

optional_ports
	: %empty
	| INTEGER '>' INTEGER                 { build_ports(p, $1.value, $3.value); }
	;

flags
	: WORD                                { build_flags(p, @$, $1.text, "", ""); }
	| WORD '.'                            { build_flags(p, @$, $1.text, ".", ""); }
	| WORD '.' WORD                       { build_flags(p, @$, $1.text, ".", $3.text); }
	| WORD FLOAT                          { build_flags(p, @$, $1.text, $2.text, ""); }
	| FLOAT                               { build_flags(p, @$, "", $1.text, ""); }
	| '.'                                 { build_flags(p, @$, "", ".", ""); }
	| '.' WORD                            { build_flags(p, @$, "", ".", $2.text); }
	| '-'                                 { build_flags(p, @$, "", "-", ""); }
	| flags_before                        { build_flags(p, @$, $1.text, "", ""); }
	| flags_before '.'                    { build_flags(p, @$, $1.text, ".", ""); }
	| flags_before '.' WORD               { build_flags(p, @$, $1.text, ".", $3.text); }
	| flags_before FLOAT                  { build_flags(p, @$, $1.text, $2.text, ""); }
	| flags_before WORD                   { build_flags(p, @$, $1.text, $2.text, ""); }
	| flags_before WORD '.'               { build_flags(p, @$, $1.text, $2.text, "."); }
	;

flags_before
	: WORD '?'                            { $$ = build_joined(p, $1, "?"); }
	;

sequence
	: number ':' number '(' number ')'    { build_sequence(p, @$, (struct number[]){ $1, $3, $5 }); }
	| number ':' number '(' number ')' '!'  { build_absolute_sequence(p, @$, (struct number[]){ $1, $3, $5 }); }
	| ELLIPSIS '(' number ')'             { build_any_sequence(p, @$, $3); }
	;

number
	: INTEGER                             { $$ = build_number($1.value); }
	| '*'                                 { $$ = build_any_number(p, @$); }
	| INTEGER '~' INTEGER                 { $$ = build_span(p, @$, $1.value, $3.value); }
	| '{' numbers '}'                     { $$ = build_set(p, @$, $2); }
	| value                               { $$ = build_value(p, @$, $1); }
	;

numbers
	: INTEGER                             { $$ = build_list_start(build_integer(p, @1, $1.value, false)); }
	| numbers ',' INTEGER                 { $$ = build_list_add($1, build_integer(p, @3, $3.value, false)); }
	;

ack
	: %empty
	| ACK number                          { build_ack(p, $2); }
	;

window
	: %empty
	| WIN number                          { build_window(p, @$, $2); }
	;

urgent
	: %empty
	| URG number                          { build_urgent(p, $2); }
	;

tcp_options
	: %empty
	| '<' ELLIPSIS '>'                    { build_any_options(p); }
	| '<' tcp_option_list '>'
	| '<' tcp_option_list ',' ELLIPSIS '>'  { build_option_order(p, OPTIONS_OPEN); }
	| '<' ELLIPSIS ',' tcp_option_list '>'  { build_option_order(p, OPTIONS_AMONG); }
	| '<' UNORDERED tcp_option_list '>'   { build_option_order(p, OPTIONS_UNORDERED); }
	| OPTION_BYTES                        { build_option_bytes(p, @1, $1); }
	;

tcp_option_list
	: tcp_option                          { build_tcp_option(p, $1); }
	| tcp_option_list ',' tcp_option      { build_tcp_option(p, $3); }
	;

tcp_option
	: OPTION_WORD                         { $$ = build_option_spec(p, @$, (uint8_t)$1.value, 0, NULL); }
	| OPTION_NUMBER number                { $$ = build_option_spec(p, @$, (uint8_t)$1.value, 1, &$2); }
	| OPTION_DIGITS blob                  { $$ = build_hex_option(p, @$, (uint8_t)$1.value, &$2); }
	| OPTION_COOKIE                       { $$ = build_hex_option(p, @$, (uint8_t)$1.value, NULL); }
	| OPTION_COOKIE blob                  { $$ = build_hex_option(p, @$, (uint8_t)$1.value, &$2); }
	| OPTION_SIGNED INTEGER ':' INTEGER blob  { $$ = build_hex_option(p, @$, (uint8_t)$1.value, &$5);
	                                            build_option_value(p, $$, @2, build_number($2.value));
	                                            build_option_value(p, $$, @5, build_number($4.value)); }
	| SACK sack_blocks                    { $$ = $2; }
	| TS VAL number ECR number            { $$ = build_option_spec(p, @$, TCP_OPTION_TS, 2,
	                                                               (struct number[]){ $3, $5 }); }
	| ECN accecn                          { $$ = $2; }
	| dialect_option
	| '!' option_name                     { $$ = build_absent_option(p, @$, (uint8_t)$2.value); }
	;

/* As other dialects write options, and options that have no word. */
dialect_option
	: TS VAL ELLIPSIS ECR number          { $$ = build_option_spec(p, @$, TCP_OPTION_TS, 2,
	                                            (struct number[]){ build_any_number(p, @3), $5 }); }
	| TS VAL number ECR INTEGER '!'       { $$ = build_literal_echo(p, @$, $3, $5.value); }
	| OPTION_ACCECN                       { $$ = build_option_spec(p, @$, (uint8_t)$1.value, 0, NULL); }
	| OPTION_ACCECN accecn                { $$ = build_accecn(p, @1, $1, $2); }
	| OPTION_OLD_ACCECN                   { $$ = build_old_accecn(p, @$, $1, NULL); }
	| OPTION_OLD_ACCECN accecn            { $$ = build_old_accecn(p, @$, $1, $2); }
	| OPTION_GENERIC                      { $$ = build_generic_option(p, @$, $1, ""); }
	| OPTION_GENERIC blob                 { $$ = build_generic_option(p, @$, $1, $2.text); }
	| OPTION_EXPERIMENT                   { $$ = build_experiment(p, @$, $1, ""); }
	| OPTION_EXPERIMENT blob              { $$ = build_experiment(p, @$, $1, $2.text); }
	| OPTION_ACK_RATE                     { $$ = build_ack_rate(p, @$, NULL); }
	| OPTION_ACK_RATE INTEGER             { $$ = build_ack_rate(p, @$, &$2); }
	;

option_name
	: OPTION_WORD | OPTION_NUMBER | OPTION_DIGITS | OPTION_COOKIE | OPTION_SIGNED
	| SACK                                { $$ = $1; $$.value = TCP_OPTION_SACK; }
	| TS                                  { $$ = $1; $$.value = TCP_OPTION_TS; }
	;

sack_blocks
	: number ':' number                   { $$ = build_option_spec(p, @$, TCP_OPTION_SACK, 2,
	                                                               (struct number[]){ $1, $3 }); }
	| sack_blocks number ':' number       { build_option_value(p, $1, @2, $2);
	                                        build_option_value(p, $1, @4, $4); $$ = $1; }
	;

accecn
	: E0B number                          { $$ = build_option_spec(p, @$, TCP_OPTION_ACCECN0, 1, &$2); }
	| E0B number CEB number               { $$ = build_option_spec(p, @$, TCP_OPTION_ACCECN0, 2,
	                                                               (struct number[]){ $2, $4 }); }
	| E0B number CEB number E1B number    { $$ = build_option_spec(p, @$, TCP_OPTION_ACCECN0, 3,
	                                                               (struct number[]){ $2, $4, $6 }); }
	| E1B number                          { $$ = build_option_spec(p, @$, TCP_OPTION_ACCECN1, 1, &$2); }
	| E1B number CEB number               { $$ = build_option_spec(p, @$, TCP_OPTION_ACCECN1, 2,
	                                                               (struct number[]){ $2, $4 }); }
	| E1B number CEB number E0B number    { $$ = build_option_spec(p, @$, TCP_OPTION_ACCECN1, 3,
	                                                               (struct number[]){ $2, $4, $6 }); }
	;

blob
	: WORD
	| INTEGER
	| keyword
	;

udp
	: UDP optional_ports '(' number ')'  { build_transport(p, @1, HEADER_UDP); build_udp_length(p, $4); }
	;

icmp
	: ICMP icmp_type mtu echo_id          { build_transport(p, @1, HEADER_ICMPV4); }
	| ICMP icmp_type mtu echo_id echoed   { build_transport(p, @1, HEADER_ICMPV4); }
	| echoed ICMP icmp_type mtu echo_id   { build_transport(p, @2, HEADER_ICMPV4); }
	;

icmp_type
	: WORD                                { build_icmp(p, @1, $1); }
	| WORD WORD                           { build_icmp(p, @1, $1); build_icmp_code(p, @2, $2); }
	;

mtu
	: %empty
	| MTU INTEGER                         { build_mtu(p, $2.value); }
	;

echo_id
	: %empty
	| ID INTEGER                          { build_echo_id(p, $2.value); }
	;

echoed
	: '[' INTEGER ':' INTEGER '(' INTEGER ')' ']'  { build_echo_sequence(p, $2.value, $4.value, $6.value); }
	| '[' UDP '(' INTEGER ')' ']'         { build_echo(p, ECHO_UDP, $4.value); }
	| '[' RAW '(' INTEGER ')' ']'         { build_echo(p, ECHO_RAW, $4.value); }
	;

/* ---- system calls ---- */

call
	: call_name '(' optional_expressions ')' '=' expression  { build_call_result(p, $3, $6); } call_outcome
	;

call_name
	: WORD                                { build_call(p, @1, $1, NULL); }
	| ELLIPSIS seconds WORD               { build_call(p, @3, $3, &$2); }
	;

call_outcome
	: %empty
	| note
	| WORD note                           { build_errno(p, @1, $1); }
	| WORD note note                      { build_errno(p, @1, $1); }
	;

note
	: '(' note_words ')'
	;

note_words
	: note_word                           { build_note_word(p, $1); }
	| note_words note_word                { build_note_word(p, $2); }
	;

note_word
	: WORD
	| keyword
	;

optional_expressions
	: %empty                              { $$ = (struct expr_list){ 0 }; }
	| expressions
	;

expressions
	: expression                          { $$ = build_list_start($1); }
	| expressions ',' expression          { $$ = build_list_add($1, $3); }
	;

integer
	: INTEGER                             { $$ = $1.value; }
	| HEX                                 { $$ = $1.value; }
	;

expression
	: ELLIPSIS                            { $$ = build_ellipsis(p, @$); }
	| INTEGER                             { $$ = build_integer(p, @$, $1.value, false); }
	| HEX                                 { $$ = build_integer(p, @$, $1.value, true); }
	| WORD                                { $$ = build_word(p, @$, $1); }
	| strings                             { $$ = build_string(p, @$, $1); }
	| strings ELLIPSIS                    { $$ = build_string(p, @1, $1); }
	| expression '|' expression           { $$ = build_or(p, @$, $1, $3); }
	| WORD '=' expression                 { $$ = build_assign(p, @$, $1, $3); }
	| KEY '=' expression                  { $$ = build_assign(p, @$, $1, $3); }
	| INET_ADDR '(' STRING ')'            { $$ = build_inet_addr(p, @3, $3); }
	| INET6_ADDR '(' STRING ')'           { $$ = build_inet6_addr(p, @3, $3); }
	| HTONS '(' integer ')'               { $$ = build_network_order(p, @$, $3, 2); }
	| HTONL '(' integer ')'               { $$ = build_network_order(p, @$, $3, 4); }
	| list
	| value
	| '{' expressions '}'                 { $$ = build_braces(p, @$, $2); }
	| '{' structure '}'                   { $$ = $2; $$->loc = @$; }
	;

strings
	: STRING                              { $$ = build_list_start(build_string_piece(p, @1, $1)); }
	| strings STRING                      { $$ = build_list_add($1, build_string_piece(p, @2, $2)); }
	;

list
	: '[' optional_expressions ']'        { $$ = build_list(p, @$, $2); }
	;

structure
	: sockaddr_family sockaddr_port ',' sockaddr_address  { $$ = build_sockaddr(p, @$, $1, $2, $4); }
	| message_head ',' MSG_FLAGS '=' expression  { $$ = build_msghdr(p, @$, $1, $5, NULL); }
	| message_head ',' MSG_FLAGS '=' expression ',' message_control
	                                      { $$ = build_msghdr(p, @$, $1, $5, $7); }
	| message_head ',' message_control ',' MSG_FLAGS '=' expression
	                                      { $$ = build_msghdr(p, @$, $1, $7, $3); }
	| MSG_HDR '=' expression              { $$ = build_mmsghdr(p, @$, $3, NULL); }
	| MSG_HDR '=' expression ',' MSG_LEN '=' expression  { $$ = build_mmsghdr(p, @$, $3, $7); }
	| TV_SEC '=' expression ',' TV_NSEC '=' expression  { $$ = build_timespec(p, @$, $3, $7); }
	| TV_SEC '=' expression ',' TV_USEC '=' expression  { $$ = build_timeval(p, @$, $3, $7); }
	| CMSG_LEVEL '=' expression ',' CMSG_TYPE '=' expression ',' CMSG_DATA '=' expression
	                                      { $$ = build_cmsg(p, @$, NULL, (struct expr *[]){ $3, $7, $11 }); }
	| CMSG_LEN '=' expression ',' CMSG_LEVEL '=' expression ',' CMSG_TYPE '=' expression ',' CMSG_DATA '='
	  expression                          { $$ = build_cmsg(p, @$, $3, (struct expr *[]){ $7, $11, $15 }); }
	| IOV_BASE '=' ELLIPSIS ',' IOV_LEN '=' INTEGER  { $$ = build_iovec(p, @$, $7.value); }
	| counted ',' counted                 { $$ = build_counted(p, @$, $1, $3); }
	| SCM_SEC '=' INTEGER ',' SCM_NSEC '=' INTEGER  { $$ = build_scm(p, @$, $3.value, $7.value); }
	| EE_ERRNO '=' expression ',' EE_ORIGIN '=' expression ',' EE_TYPE '=' expression ',' EE_CODE '=' expression
	  ',' EE_INFO '=' expression ',' EE_DATA '=' expression
	                                      { $$ = build_extended_err(p, @$, (struct expr *[]){ $3, $7, $11, $15,
	                                                                                          $19, $23 }); }
	| FD '=' expression ',' EVENTS '=' expression  { $$ = build_pollfd(p, @$, $3, $7, NULL); }
	| FD '=' expression ',' EVENTS '=' expression ',' REVENTS '=' expression
	                                      { $$ = build_pollfd(p, @$, $3, $7, $11); }
	| EVENTS '=' expression ',' epoll_member '=' expression  { $$ = build_epoll_event(p, @$, $3, $5, $7); }
	| ONOFF '=' linger_member ',' LINGER '=' linger_member  { $$ = build_linger(p, @$, $3, $7); }
	| mpls_entries                        { $$ = build_mpls_stack(p, @$, $1); }
	| gre_fields                          { $$ = build_gre_expr(p, @$, $1); }
	;

linger_member
	: INTEGER                             { $$ = $1.value; }
	| ELLIPSIS                            { $$ = LINGER_ANY; }
	;

/* A length that some systems have in front is theirs alone. */
sockaddr_family
	: SA_FAMILY '=' WORD ','              { $$ = $3; }
	| SA_FAMILY '=' WORD ',' SIN_LEN '=' INTEGER ','  { $$ = $3; }
	| SIN_LEN '=' INTEGER ',' SA_FAMILY '=' WORD ','  { $$ = $7; }
	;

sockaddr_port
	: SIN_PORT '=' HTONS '(' INTEGER ')'  { $$ = $5.value; }
	| SIN_PORT '=' ELLIPSIS               { $$ = PORT_ANY; }
	;

sockaddr_address
	: SIN_ADDR '=' INET_ADDR '(' STRING ')'  { $$ = build_string_piece(p, @5, $5); }
	| SIN_ADDR '=' INET6_ADDR '(' STRING ')'  { $$ = build_string_piece(p, @5, $5); }
	| SIN_ADDR '=' WORD                   { $$ = build_word(p, @3, $3); }
	| SIN_ADDR '=' ELLIPSIS               { $$ = build_ellipsis(p, @3); }
	;

message_head
	: MSG_NAME '(' message_length ')' '=' message_name ',' MSG_IOV '(' INTEGER ')' '=' list
	                                      { $$ = build_message_head(p, @$, $6, $10.value, $13); }
	;

message_name
	: ELLIPSIS                            { $$ = NULL; }
	| '{' structure '}'                   { $$ = $2; $$->loc = @$; }
	;

message_length
	: ELLIPSIS
	| INTEGER
	;

message_control
	: MSG_CONTROL '=' list                { $$ = $3; }
	| MSG_CONTROL '(' message_length ')' '=' list  { $$ = $6; }
	| MSG_CONTROL '(' message_length ')' '=' ELLIPSIS  { $$ = build_ellipsis(p, @6); }
	;

/* Headers and trailers of FreeBSD's sendfile(). */
counted
	: WORD '(' INTEGER ')' '=' expression  { $$ = build_counted_member(p, @$, $1, $3.value, $6); }
	;

epoll_member
	: FD                                  { $$ = EPOLL_MEMBER_FD; }
	| PTR                                 { $$ = EPOLL_MEMBER_PTR; }
	| U32                                 { $$ = EPOLL_MEMBER_U32; }
	| U64                                 { $$ = EPOLL_MEMBER_U64; }
	;

/* Reserved words where they can mean nothing but a word. */
keyword
	: ACK | CE | CEB | CHECKSUM | CLASS | CMSG_DATA | CMSG_LEVEL | CMSG_TYPE | DSCP | E0B | E1B | ECN
	| ECN_ITEM | ECR | ECT0 | ECT01 | ECT1 | EE_CODE | EE_DATA | EE_ERRNO | EE_INFO | EE_ORIGIN | EE_TYPE
	| ENCAP | EVENTS | CMSG_LEN | HTONL | IOV_BASE | IOV_LEN | SIN_LEN | FD | FLAGS | FLOWLABEL | GRE | HLIM
	| HTONS | ICMP | ID | INET6_ADDR | INET_ADDR
	| IPV4 | IPV6 | KEY | LABEL | LINGER | MPLS | MSG_CONTROL | MSG_FLAGS | MSG_HDR | MSG_IOV | MSG_LEN
	| MSG_NAME | MTU | NOECN | NONE | NOTHING | OFF | ONOFF | PRESENT | PSP | PTR | RAW | REVENTS | SA_FAMILY | SACK
	| SCM_NSEC | SCM_SEC | SEQ | SEQUENCE | SIN_ADDR | SIN_PORT | SPI | SUM | TC | TOS | TS | TTL | TV_NSEC
	| TV_SEC | TV_USEC | U32 | U64 | UDP | UNORDERED | URG | VAL | WIN
	| OPTION_WORD | OPTION_NUMBER | OPTION_DIGITS | OPTION_COOKIE | OPTION_SIGNED | OPTION_ACCECN
	;

%%

static int yyreport_syntax_error(const yypcontext_t *context, struct parse *p)
{
	yysymbol_kind_t expected[YYNTOKENS];
	const char *names[YYNTOKENS];
	int count = yypcontext_expected_tokens(context, expected, YYNTOKENS);

	for (int i = 0; i < count; i++)
		names[i] = yysymbol_name(expected[i]);
	parse_syntax_error(p, *yypcontext_location(context), names, count);
	return 0;
}
