/* SPDX-License-Identifier: MIT
 *
 * parser.y - the grammar of the script language
 *
 * It is written in parts, which are joined before bison reads them: this file with all declarations and what a script
 * consists of, packet.y, and call.y.
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
/* So deep most lines of scripts go; what is deeper finds its place on the heap. */
#define YYINITDEPTH 12

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
	REPEAT "repeat" FOR "for" IF "if" ELSE "else" PEER "peer" EITHER "either"
%token STREAM "stream" FRAGMENT "fragment"
%token <lexeme>
	OPTION_WORD "an option without value" OPTION_NUMBER "an option with a number"
	OPTION_DIGITS "an option with digits" OPTION_COOKIE "an option with a cookie"
	OPTION_SIGNED "an option with a signature"
%token <lexeme> CONTENTS "contents"
%token <lexeme>
	OPTION_GENERIC "an option by its kind" OPTION_EXPERIMENT "an experimental option" OPTION_ACK_RATE "exp-tarr"
	OPTION_OLD_ACCECN "exp-AccECN" OPTION_ACCECN "AccECN" OPTION_BYTES "options in hexadecimal"
	EXTENSION "an extension header by its number"
%token <lexeme>
	ACK "ack" CE "ce" CEB "ceb" CHECKSUM "checksum" CLASS "class" CMSG_LEN "cmsg_len" CMSG_DATA "cmsg_data"
	CMSG_LEVEL "cmsg_level"
	CMSG_TYPE "cmsg_type" DSCP "dscp" E0B "e0b" E1B "e1b" ECN "ECN" ECN_ITEM "ecn"
	ECR "ecr" ECT0 "ect0" ECT01 "ect01" ECT1 "ect1"
	EE_CODE "ee_code" EE_DATA "ee_data" EE_ERRNO "ee_errno" EE_INFO "ee_info" EE_ORIGIN "ee_origin"
	EE_TYPE "ee_type" ENCAP "encap" EVENTS "events" FD "fd" FLAGS "flags" FLOWLABEL "flowlabel"
	GRE "gre" HLIM "hlim" HTONL "htonl" HTONS "htons" IOV_BASE "iov_base" IOV_LEN "iov_len" SIN_LEN "sin_len"
	ICMP "icmp" ID "id" IGMP "igmp" INET6_ADDR "inet6_addr"
	INET_ADDR "inet_addr" IPV4 "ipv4" IPV6 "ipv6" KEY "key" LABEL "label" LINGER "linger" MLD "mld" MPLS "mpls"
	MSG_CONTROL "msg_control" MSG_FLAGS "msg_flags" MSG_HDR "msg_hdr" MSG_IOV "msg_iov" MSG_LEN "msg_len"
	MSG_NAME "msg_name" MTU "mtu"
	NOECN "noecn" NONE "none" NOTHING "nothing" OFF "off" ONOFF "onoff" PRESENT "present" PSP "psp" PTR "ptr"
	RAW "raw"
	REVENTS "revents" SA_FAMILY "sa_family" SACK "sack" SCM_NSEC "scm_nsec" SCM_SEC "scm_sec"
	SEQ "seq" SEQUENCE "sequence#" SIN_ADDR "sin_addr" SIN_PORT "sin_port" SPI "spi" SUM "sum" TC "tc" TOS "tos"
	TS "TS" TTL "ttl" TV_NSEC "tv_nsec" TV_SEC "tv_sec"
	TV_USEC "tv_usec" U32 "u32" U64 "u64" UDP "udp" UDPLITE "udplite" UNORDERED "unordered" URG "urg" VAL "val"
	WIN "win"

%type <lexeme> keyword option_definition blob note_word sockaddr_family
%type <integer> integer gre_flags gre_flag_list gre_flag
%type <instant> seconds
%type <time> time
%type <expr> expression list structure sockaddr_address message_head message_name message_control counted text
%type <expr> linger_member
%type <number> sockaddr_port
%type <list> expressions optional_expressions strings
%type <member> epoll_member
%type <ip_item> ip_item
%type <ip_info> ip_info optional_ip_info ip_items
%type <mpls> mpls_entries mpls_entry
%type <gre> gre_fields
%type <option> tcp_option dialect_option sack_blocks accecn
%type <number> number plain ip_number outer_number
%type <lexeme> field_word
%type <list> numbers
%type <lexeme> flags_before option_name parameter_name address
%type <expr> peer_address
%type <expr> connection value bound constant condition conjunction comparison sum product factor
%type <integer> comparison_sign
%type <list> parameters parameter_list arguments argument_list
%type <expr> parameter argument
%type <statement> block else_part choice
%type <macro> macro_name

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
	| WORD '=' FLOAT                      { $$ = build_definition(p, $1, 0, $3); }
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
	| MACRO macro_name '(' parameters ')' { build_macro(p, $2, $4); }
	  block                               { build_macro_end(p, @$, $2, $7); }
	| MACRO_NAME '(' arguments ')'        { build_use(p, @$, $1, $3); }
	| REPEAT bound block                  { build_repeat(p, @$, $2, $3); }
	| FOR VARIABLE WORD bound RANGE bound block
	                                      { build_for(p, @$, @3, (struct lexeme[]){ $2, $3 },
	                                                  (struct expr *[]){ $4, $6 }, $7); }
	| choice                              { build_statement(p, $1); }
	| UNORDERED block                     { build_group(p, @$, false, $2); }
	| EITHER block                        { build_group(p, @$, true, $2); }
	| PEER connection peer_address        { build_peer(p, @$, $2, $3, NULL); }
	| PEER connection peer_address WORD bound
	                                      { build_peer_port(p, @4, $4); build_peer(p, @$, $2, $3, $5); }
	;

peer_address
	: %empty                              { $$ = NULL; }
	| IPV4_ADDRESS                        { $$ = build_string_piece(p, @1, $1); }
	| IPV6_ADDRESS                        { $$ = build_string_piece(p, @1, $1); }
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
	: WORD                                { $$ = build_macro_name(p, @1, $1); }
	| MACRO_NAME                          { $$ = build_macro_name(p, @1, $1); }
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
	| HEX                                 { $$ = build_literal(p, @$, &$1, true); }
	| FLOAT                               { $$ = build_word(p, @$, $1); }
	| WORD                                { $$ = build_word(p, @$, $1); }
	| WORD '[' bound ']'                  { $$ = build_element(p, @$, $1, $3); }
	| STRING                              { $$ = build_string_piece(p, @$, $1); }
	;

bound
	: INTEGER                             { $$ = build_literal(p, @$, &$1, false); }
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
	: INTEGER                             { $$ = build_literal(p, @$, &$1, false); }
	| HEX                                 { $$ = build_literal(p, @$, &$1, true); }
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
	| WORD VARIABLE '=' bound             { build_let_event(p, @2, $1, $2, $4); }
	;
