/* SPDX-License-Identifier: MIT
 *
 * packet.y - rules of packet lines
 *
 * A part of the grammar: see parser.y.
 */

/* ---- packets ---- */

packet
	: direction encaps transport
	| direction encaps packet_info transport
	| direction encaps stream transport
	| direction encaps stream packet_info transport
	| direction encaps NOTHING            { build_nothing(p, @3); }
	| direction encaps RAW strings        { build_raw(p, @3, $4, false); }
	| direction encaps RAW strings ELLIPSIS  { build_raw(p, @3, $4, true); }
	;

direction
	: '<'                                 { build_packet(p, @1, DIRECTION_INBOUND); }
	| '>'                                 { build_packet(p, @1, DIRECTION_OUTBOUND); }
	| '>' '?'                             { build_packet(p, @$, DIRECTION_OUTBOUND); build_optional(p); }
	;

identification
	: %empty
	| ID plain                            { build_fragment_id(p, @2, $2); }
	;

/* So many bytes in whatever segments, of these lengths; or one packet in pieces, all or those that are listed. */
stream
	: STREAM number                       { build_stream(p, @$, $2); }
	| FRAGMENT number identification      { build_fragment(p, @$, $2, (struct expr_list){ 0 }); }
	| FRAGMENT number '{' numbers '}' identification
	                                      { build_fragment(p, @$, $2, $4); }
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
	| connection ':'                      { build_connection(p, @1, $1); }
	;

/* One of several connections by its name, which a macro or a loop may make. */
connection
	: WORD                                { $$ = build_word(p, @$, $1); }
	| WORD '[' bound ']'                  { $$ = build_element(p, @$, $1, $3); }
	| VARIABLE                            { $$ = build_name(p, @$, $1, true); }
	;

gre_fields
	: FLAGS gre_flags optional_comma SUM outer_number optional_comma OFF outer_number optional_comma KEY
	  optional_equals outer_number optional_comma SEQ outer_number
	                                      { $$ = build_gre(p, @$, $2, (struct number[]){ $5, $8, $12, $15 }); }
	;

outer_number
	: plain
	| HEX                                 { $$ = build_number($1.value); }
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
	: '(' LABEL plain ',' TC plain ',' TTL plain ')'
	                                      { $$ = build_mpls_entry(p, @$, (struct number[]){ $3, $6, $9 }); }
	| '(' LABEL plain ',' TC plain ',' '[' WORD ']' ',' TTL plain ')'
	                                      { $$ = build_mpls_entry(p, @$, (struct number[]){ $3, $6, $13 });
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
	: NOECN                               { $$ = (struct ip_item){ .kind = IP_ITEM_ECN }; }
	| ECT1                                { $$ = (struct ip_item){ .kind = IP_ITEM_ECN, .value = 1 }; }
	| ECT0                                { $$ = (struct ip_item){ .kind = IP_ITEM_ECN, .value = 2 }; }
	| CE                                  { $$ = (struct ip_item){ .kind = IP_ITEM_ECN, .value = 3 }; }
	| ECT01                               { $$ = (struct ip_item){ .kind = IP_ITEM_ECT01 }; }
	| TOS ip_number                       { $$ = build_ip_number(p, @2, IP_ITEM_TOS, $2); }
	| FLOWLABEL ip_number                 { $$ = build_ip_number(p, @2, IP_ITEM_FLOW_LABEL, $2); }
	| ECN_ITEM NOECN                      { $$ = (struct ip_item){ .kind = IP_ITEM_ECN }; }
	| ECN_ITEM ECT1                       { $$ = (struct ip_item){ .kind = IP_ITEM_ECN, .value = 1 }; }
	| ECN_ITEM ECT0                       { $$ = (struct ip_item){ .kind = IP_ITEM_ECN, .value = 2 }; }
	| ECN_ITEM CE                         { $$ = (struct ip_item){ .kind = IP_ITEM_ECN, .value = 3 }; }
	| ECN_ITEM ECT01                      { $$ = (struct ip_item){ .kind = IP_ITEM_ECT01 }; }
	| DSCP ip_number                      { $$ = build_dscp(p, @2, $2); }
	| DSCP WORD                           { $$ = build_dscp_name(p, @2, $2.text, ""); }
	| DSCP WORD '-' WORD                  { $$ = build_dscp_name(p, @2, $2.text, $4.text); }
	| CLASS ip_number                     { $$ = build_ip_number(p, @2, IP_ITEM_TOS, $2); $$.of_ipv6 = true; }
	| TTL number                          { $$ = build_ttl($2, false); }
	| TTL HEX                             { $$ = build_ttl((struct number){ .value = $2.value }, false); }
	| HLIM HEX                            { $$ = build_ttl((struct number){ .value = $2.value }, true); }
	| HLIM number                         { $$ = build_ttl($2, true); }
	| OPTION_GENERIC                      { $$ = build_ip_part(p, @$, $1, "", false); }
	| OPTION_GENERIC blob                 { $$ = build_ip_part(p, @$, $1, $2.text, false); }
	| EXTENSION blob                      { $$ = build_ip_part(p, @$, $1, $2.text, true); }
	| field                               { $$ = (struct ip_item){ .kind = IP_ITEM_FIELD }; }
	;

ip_number
	: number
	| HEX                                 { $$ = build_number($1.value); }
	;

/* Any field of a header by its name: of IP in the brackets, of TCP, UDP and ICMP in braces behind the rest. */
fields
	: %empty
	| '{' field_list '}'
	;

field_list
	: field
	| field_list ',' field
	;

field
	: field_word                          { build_field(p, @1, $1, build_number(1)); }
	| field_word number                   { build_field(p, @1, $1, $2); }
	| field_word HEX                      { build_field(p, @1, $1, build_number($2.value)); }
	| field_word WORD                     { build_field_word(p, @1, $1, $2); }
	| field_word IPV4_ADDRESS             { build_field_address(p, @$, $1, $2); }
	| field_word IPV6_ADDRESS             { build_field_address(p, @$, $1, $2); }
	;

field_word
	: WORD | ID | SUM | OFF | SEQ | MTU
	;

transport
	: tcp fields                          { build_transport_fields(p); }
	| udp fields                          { build_transport_fields(p); }
	| icmp fields                         { build_transport_fields(p); }
	| membership fields                   { build_transport_fields(p); }
	;

tcp
	: segment_head sequence ack window urgent tcp_options contents tcp_extras
	                                      { build_transport(p, p->packet->flags_loc, HEADER_TCP); }
	;

segment_head
	: flags
	| ports flags
	;

/* What the data are, where they are not zeros. */
contents
	: %empty
	| text                                { build_payload(p, $1); }
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
	| ports
	;

ports
	: plain '>' plain                     { build_ports(p, @$, $1, $3); }
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
	: plain
	| '*'                                 { $$ = build_any_number(p, @$); }
	| plain '~' plain                     { $$ = build_span(p, @$, $1, $3); }
	| '{' numbers '}'                     { $$ = build_set(p, @$, $2); }
	;

/* One number, which may be written as a name. */
plain
	: INTEGER                             { $$ = build_number($1.value); }
	| value                               { $$ = build_value(p, @$, $1); }
	;

numbers
	: INTEGER                             { $$ = build_list_start(build_literal(p, @1, &$1, false)); }
	| value                               { $$ = build_list_start($1); }
	| numbers ',' INTEGER                 { $$ = build_list_add($1, build_literal(p, @3, &$3, false)); }
	| numbers ',' value                   { $$ = build_list_add($1, $3); }
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
	: UDP optional_ports '(' number ')' contents  { build_transport(p, @1, HEADER_UDP); build_udp_length(p, $4); }
	| UDPLITE optional_ports '(' number ',' number ')' contents  { build_udplite(p, @1, $4, $6); }
	;

/* Messages about groups: of a router, or of a host. */
membership
	: membership_head
	| membership_head groups
	;

membership_head
	: IGMP WORD                           { build_membership(p, @1, 4, NULL, &$2); }
	| IGMP WORD WORD                      { build_membership(p, @1, 4, &$2, &$3); }
	| MLD WORD                            { build_membership(p, @1, 6, NULL, &$2); }
	| MLD WORD WORD                       { build_membership(p, @1, 6, &$2, &$3); }
	;

groups
	: group
	| groups ',' group
	;

group
	: group_address
	| group_address group_sources
	| group_change
	| group_change group_sources
	;

group_change
	: group_address WORD                  { build_membership_change(p, @2, $2); }
	;

group_address
	: address                             { build_membership_group(p, @1, $1); }
	;

group_sources
	: '(' ')'
	| '(' group_source_list ')'
	;

group_source_list
	: address                             { build_membership_source(p, @1, $1); }
	| group_source_list ',' address       { build_membership_source(p, @3, $3); }
	;

address
	: IPV4_ADDRESS | IPV6_ADDRESS
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
	| MTU plain                           { build_mtu(p, $2); }
	;

echo_id
	: %empty
	| ID plain                            { build_echo_id(p, $2); }
	;

echoed
	: '[' INTEGER ':' INTEGER '(' INTEGER ')' ']'  { build_echo_sequence(p, $2.value, $4.value, $6.value); }
	| '[' UDP '(' plain ')' ']'           { build_echo(p, ECHO_UDP, $4); }
	| '[' RAW '(' plain ')' ']'           { build_echo(p, ECHO_RAW, $4); }
	| '[' UDPLITE '(' INTEGER ',' INTEGER ')' ']'  { build_echo_udplite(p, $4.value, $6.value); }
	| '[' INTEGER ':' INTEGER '(' INTEGER ')' udp_tunnel ']'
	                                      { build_echo_sequence(p, $2.value, $4.value, $6.value); }
	;
