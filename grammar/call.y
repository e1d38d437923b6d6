/* SPDX-License-Identifier: MIT
 *
 * call.y - rules of system calls, expressions and structures; the end of the grammar
 *
 * A part of the grammar: see parser.y.
 */

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
	| note                                { build_note_alone(p, @1); }
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
	| INTEGER                             { $$ = build_literal(p, @$, &$1, false); }
	| HEX                                 { $$ = build_literal(p, @$, &$1, true); }
	| WORD                                { $$ = build_word(p, @$, $1); }
	| WORD '[' bound ']'                  { $$ = build_element(p, @$, $1, $3); }
	| text
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

/* Bytes: as a string, in hexadecimal, repeated, or those of a file. */
text
	: strings                             { $$ = build_string(p, @$, $1); }
	| CONTENTS strings ')'                { $$ = build_contents(p, @$, $1, $2); }
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
	: INTEGER                             { $$ = build_literal(p, @$, &$1, false); }
	| ELLIPSIS                            { $$ = build_ellipsis(p, @$); }
	| value
	;

/* A length that some systems have in front is theirs alone. */
sockaddr_family
	: SA_FAMILY '=' WORD ','              { $$ = $3; }
	| SA_FAMILY '=' WORD ',' SIN_LEN '=' INTEGER ','  { $$ = $3; }
	| SIN_LEN '=' INTEGER ',' SA_FAMILY '=' WORD ','  { $$ = $7; }
	;

sockaddr_port
	: SIN_PORT '=' HTONS '(' plain ')'    { $$ = $5; }
	| SIN_PORT '=' ELLIPSIS               { $$ = build_number(PORT_ANY); }
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
	| connection
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
	| HTONS | ICMP | ID | IGMP | INET6_ADDR | INET_ADDR
	| IPV4 | IPV6 | KEY | LABEL | LINGER | MLD | MPLS | MSG_CONTROL | MSG_FLAGS | MSG_HDR | MSG_IOV | MSG_LEN
	| MSG_NAME | MTU | NOECN | NONE | NOTHING | OFF | ONOFF | PRESENT | PSP | PTR | RAW | REVENTS | SA_FAMILY | SACK
	| SCM_NSEC | SCM_SEC | SEQ | SEQUENCE | SIN_ADDR | SIN_PORT | SPI | SUM | TC | TOS | TS | TTL | TV_NSEC
	| TV_SEC | TV_USEC | U32 | U64 | UDP | UDPLITE | UNORDERED | URG | VAL | WIN
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
