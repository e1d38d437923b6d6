/* SPDX-License-Identifier: MIT
 *
 * config.h - the parameters of the stack: choices that the RFCs leave open, and values that hosts change
 *
 * Implementations differ in what the RFCs allow them to choose, and a script is written for one of them. So every
 * choice is a parameter with a name, and no line of the stack asks which system it imitates: profiles
 * (src/target/builtin/profiles/) are lists of such names with values, and so are the sysctls of a script. The defaults
 * are what the RFCs say, where they say anything (profile `rfc`).
 *
 * One list gives name, default, range and, where Linux has one, the sysctl of the same meaning (without "net.";
 * "ipv4." sysctls of TCP rule both versions of IP). All are int64_t, so that they can be set by name. Durations end
 * in _us, _ms or _s and are in that unit; a switch is 0 or 1.
 *
 * A new parameter is a row here and the code that reads it: scripts/stack-rules fails for one that nothing reads. Its
 * range is what the stack implements; a sysctl that it does not implement yet is a row of ABSENT() in
 * target/builtin/settings.c. A parameter that changes how a packet looks or when it goes should cite the place that
 * leaves the choice open.
 */
#ifndef STACK_CONFIG_H
#define STACK_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/defect.h"
#include "util/field.h"

/* Named choices: the values of the parameters of that name. Quick start: every segment is acknowledged at first, then
 * every second one. */
enum tcp_ack_policy { TCP_ACK_EVERY_SECOND, TCP_ACK_EVERY, TCP_ACK_QUICK_START };
enum tcp_option_order { TCP_ORDER_MSS_WS_SACK_TS, TCP_ORDER_MSS_SACK_TS_NOP_WS };
/* The congestion controls, by the word that chooses each; what the word does is congestion_WORD (congestion.h). */
#define TCP_CONGESTION_CONTROLS(X) X(reno) X(cubic) X(dctcp) X(bbr)
#define TCP_CONGESTION_CHOICE(word) TCP_CONGESTION_##word,
enum tcp_congestion { TCP_CONGESTION_CONTROLS(TCP_CONGESTION_CHOICE) TCP_CONGESTIONS_END };
#undef TCP_CONGESTION_CHOICE
enum tcp_recovery { TCP_RECOVERY_NEWRENO, TCP_RECOVERY_SACK, TCP_RECOVERY_RACK };
enum tcp_reduction { TCP_REDUCTION_OWN, TCP_REDUCTION_NEWRENO, TCP_REDUCTION_HALVE, TCP_REDUCTION_PRR };
/* What may go out while less than ssthresh is in flight: RFC 9937 decides for each ACK between the two of RFC 6937. */
enum tcp_prr_bound { TCP_PRR_BY_SAFE_ACK, TCP_PRR_CRB, TCP_PRR_SSRB };
enum tcp_isn_policy { TCP_ISN_RFC6528, TCP_ISN_ZERO };
enum tcp_cookies { TCP_COOKIES_OFF, TCP_COOKIES_ON_OVERFLOW, TCP_COOKIES_ALWAYS };
/* The sequence number of a segment without text, SYN and FIN after the peer has shrunk its window: SND.NXT all the
 * same, the edge of the window, or the edge only if SND.NXT is beyond it by at least the unit of our own window. */
enum tcp_ack_inside_window { TCP_ACK_AT_NEXT, TCP_ACK_AT_EDGE, TCP_ACK_AT_EDGE_BY_UNIT };
/* RFC 8985, 6.2, step 2: does TSecr say which copy came? That of what the ACK field acknowledges, or of any segment. */
enum tcp_rack_echo { TCP_RACK_ECHO_NEVER, TCP_RACK_ECHO_OF_ACKED, TCP_RACK_ECHO_ALWAYS };
/* IP_PMTUDISC_*. The last two can be chosen by sockets only: the learnt path MTU is not believed, and DF is not set. */
enum ip_pmtu_discovery {
	IP_PMTU_OFF, IP_PMTU_WANT, IP_PMTU_DO, IP_PMTU_PROBE, IP_PMTU_INTERFACE, IP_PMTU_OMIT
};

/* X(name, default, minimum, maximum, sysctl or NULL) */
#define STACK_PARAMETERS(X) \
	/* the host */ \
	X(seed, 1, INT64_MIN, INT64_MAX, NULL) \
	X(memory_limit, 64 << 20, 0, INT64_MAX, NULL) \
	X(descriptor_limit, 1024, 4, 65536, NULL) \
	X(socket_limit, 16384, 1, 1 << 20, NULL) \
	X(timer_tick_us, 0, 0, 100000, NULL)  /* timers fire at ticks of this, in slots: timer_slot.c; 0: exactly */ \
	X(timer_tick_first, 0, 0, INT32_MAX, NULL)            /* the number of the tick at time 0 */ \
	X(mtu, 1500, 68, 65535, NULL) \
	X(port_first, 49152, 1, 65535, NULL)                  /* RFC 6335, 6: the dynamic ports */ \
	X(port_last, 65535, 1, 65535, NULL) \
	/* IP */ \
	X(ip_ttl, 64, 1, 255, "ipv4.ip_default_ttl") \
	X(ip6_hop_limit, 64, 1, 255, "ipv6.conf.tun0.hop_limit") \
	X(ip_pmtu_discovery, IP_PMTU_WANT, IP_PMTU_OFF, IP_PMTU_PROBE, NULL) \
	X(ip_pmtu_minimum, 68, 68, 1280, "ipv4.route.min_pmtu") \
	X(ip_pmtu_expires_s, 600, 1, 86400, "ipv4.route.mtu_expires") \
	X(ip_pmtu_entries, 64, 1, 4096, NULL) \
	X(ip_nonlocal_bind, 0, 0, 1, "ipv4.ip_nonlocal_bind")  /* sockets may bind to foreign addresses */ \
	X(ip6_nonlocal_bind, 0, 0, 1, "ipv6.ip_nonlocal_bind") \
	X(ip_reassembly_timeout_s, 60, 1, 120, "ipv4.ipfrag_time") \
	X(ip_reassembly_memory, 4 << 20, 0, INT32_MAX, "ipv4.ipfrag_high_thresh") \
	X(ip_reassembly_datagrams, 64, 0, 4096, NULL) \
	X(ip_reassembly_fragments, 64, 1, 8192, NULL)         /* of one datagram */ \
	X(ip_accept_own_source, 1, 0, 1, "ipv4.conf.all.accept_local")  /* our own IPv4 address on the link */ \
	X(ip_accept_source_route, 1, 0, 1, "ipv4.conf.all.accept_source_route")  /* that ends here */ \
	X(ip6_flow_labels, 1, 0, 1, "ipv6.auto_flowlabels")   /* RFC 6437, 3: a label of its own for each flow */ \
	X(ip_identification_zero, 0, 0, 1, NULL)            /* RFC 6864, 4.1: any value will do in atomic datagrams */ \
	/* ICMP */ \
	X(icmp_rate, 1000, 0, 1000000, "ipv4.icmp_msgs_per_sec")   /* errors a second, to all destinations together */ \
	X(icmp_burst, 50, 1, 10000, "ipv4.icmp_msgs_burst") \
	X(icmp_echo_ignore_all, 0, 0, 1, "ipv4.icmp_echo_ignore_all") \
	X(icmp_echo_ignore_broadcasts, 1, 0, 1, "ipv4.icmp_echo_ignore_broadcasts") \
	X(icmp6_echo_ignore_all, 0, 0, 1, "ipv6.icmp.echo_ignore_all") \
	X(icmp6_echo_ignore_multicast, 0, 0, 1, "ipv6.icmp.echo_ignore_multicast") \
	X(icmp_quote_bytes, 548, 8, 548, NULL)                /* RFC 1812, 4.3.2.3 allows 576 bytes in all */ \
	X(icmp_error_tos, 0, 0, 255, NULL) \
	/* sockets */ \
	X(socket_receive_buffer, 212992, 256, INT32_MAX, "core.rmem_default") \
	X(socket_receive_buffer_max, 4 << 20, 256, INT32_MAX, "core.rmem_max") \
	X(socket_send_buffer, 212992, 256, INT32_MAX, "core.wmem_default") \
	X(socket_send_buffer_max, 4 << 20, 256, INT32_MAX, "core.wmem_max") \
	X(socket_buffer_doubled, 1, 0, 1, NULL)               /* SO_RCVBUF n reserves 2 n, as on Linux */ \
	X(socket_memory_charged, 0, 0, 1, NULL)               /* receive buffers count memory, not text: charge.c */ \
	X(socket_receive_buffer_least, 0, 0, INT32_MAX, NULL)  /* of SO_RCVBUF; 0: tcp_receive_buffer_min */ \
	X(socket_send_buffer_least, 0, 0, INT32_MAX, NULL)     /* of SO_SNDBUF; 0: tcp_send_buffer_min */ \
	X(somaxconn, 4096, 0, 65535, "core.somaxconn") \
	X(ip6_v6only, 0, 0, 1, "ipv6.bindv6only") \
	X(ip_groups_routed, 0, 0, 1, NULL)  /* who names no interface for a group of IPv4 needs a route to it */ \
	X(udp_any_group, 0, 0, 1, NULL)                       /* IP_MULTICAST_ALL of a new socket */ \
	X(udp_shut_seen_by_waiting, 0, 0, 1, NULL)  /* after SHUT_RD a call that does not wait is EAGAIN */ \
	X(udp_oob_ignored, 0, 0, 1, NULL)                     /* MSG_OOB of a call that reads */ \
	X(udp_accept_zero_checksum, 1, 0, 1, NULL)            /* RFC 1122, 4.1.3.4: over IPv4 only */ \
	X(error_queue_limit, 64, 0, 4096, NULL) \
	/* TCP: buffers and windows */ \
	X(tcp_receive_buffer_min, 4096, 256, INT32_MAX, NULL)                 /* ipv4.tcp_rmem has all three */ \
	X(tcp_receive_buffer, 131072, 256, INT32_MAX, NULL) \
	X(tcp_receive_buffer_max, 6 << 20, 256, INT32_MAX, NULL) \
	X(tcp_send_buffer_min, 4096, 256, INT32_MAX, NULL) \
	X(tcp_send_buffer, 131072, 256, INT32_MAX, NULL) \
	X(tcp_send_buffer_max, 4 << 20, 256, INT32_MAX, NULL) \
	X(tcp_send_moderation, 0, 0, 1, NULL)                 /* SO_SNDBUF grows with the congestion window */ \
	X(tcp_send_chunk_overhead, 0, 0, 65536, NULL)         /* overhead of a chunk in octets; 0: none */ \
	X(tcp_send_chunk_pieces, 0, 0, 1024, NULL)            /* of a SEND that is not copied; 0: any number */ \
	X(tcp_notsent_low_water, UINT32_MAX, 1, UINT32_MAX, "ipv4.tcp_notsent_lowat")  /* see TCP_NOTSENT_LOWAT */ \
	X(tcp_window_share, 0, -31, 31, "ipv4.tcp_adv_win_scale")             /* 0: the whole buffer is window */ \
	X(tcp_receive_moderation, 0, 0, 1, "ipv4.tcp_moderate_rcvbuf") \
	X(tcp_window_update_doubles, 0, 0, 1, NULL)          /* a read sends an update only when the window doubles */ \
	X(tcp_initial_receive_window, 0, 0, INT32_MAX, NULL)  /* bytes; 0: as the buffer allows */ \
	X(tcp_window_whole_segments, 0, 0, 1, NULL)  /* the window of a SYN is a multiple of the text of a segment */ \
	X(tcp_expects_own_size, 0, 0, 1, NULL)  /* a SYN,ACK without MSS means what TCP_MAXSEG has limited ours to */ \
	X(tcp_crossing_keeps_shift, 0, 0, 1, NULL)        /* after crossing SYNs our windows are scaled in any case */ \
	X(tcp_segments_measured, 0, 0, 1, NULL)               /* a peer's segments may become smaller: tcp_rcv.c */ \
	X(tcp_window_honoured, 1, 0, 1, NULL)      /* what an earlier window allowed is taken (RFC 7323, 2.4) */ \
	X(tcp_segments_cut, 1, 0, 1, NULL)  /* text is taken up to the edge of the window; 0: all or nothing */ \
	X(tcp_window_edge_acceptable, 0, 0, 1, NULL)  /* a segment without text just behind the window is inside */ \
	X(tcp_without_ack_unheard, 0, 0, 1, NULL)  /* no ACK, RST or SYN: dropped whatever its number (3.10.7.4) */ \
	X(tcp_half_open_ack_first, 0, 0, 1, NULL)  /* SYN-RECEIVED: a RST's stamp and the ACK are judged first */ \
	X(tcp_simultaneous_ack_unchecked, 0, 0, 1, NULL)  /* both opened: an ACK of nothing new opens as well */ \
	X(tcp_half_open_echo_checked, 0, 0, 1, NULL)  /* SYN-RECEIVED: an echo of no SYN,ACK of ours is refused */ \
	X(tcp_overtaken_ack_unanswered, 0, 0, 1, NULL)  /* RFC 7323, 5.3, R1: bare ACKs with old stamps */ \
	X(tcp_shrink_window, 0, 0, 1, "ipv4.tcp_shrink_window")  /* with a shift: against RFC 9293, SHLD-14 */ \
	X(tcp_reorder_segments, 1024, 0, 65536, NULL)         /* held out of order for one connection */ \
	/* TCP: options */ \
	X(tcp_timestamps, 1, 0, 2, "ipv4.tcp_timestamps") \
	X(tcp_stamp_after_ack, 0, 0, 1, NULL)                 /* only segments with an acceptable ACK set TS.Recent */ \
	X(tcp_stamps_required, 1, 0, 1, NULL)  /* RFC 7323, 3.2: drop segments without, once agreed on */ \
	X(tcp_stamp_slack, 0, 0, 1000, NULL)   /* RFC 7323, 5.3, R1: a stamp so many units older is not old yet */ \
	X(tcp_syn_echo_checked, 0, 0, 1, NULL)  /* a SYN,ACK that echoes what we never sent gets a RST */ \
	X(tcp_timestamp_tick_us, 1000, 1, 1000000, NULL)      /* RFC 7323, 5.4: 1 ms to 1 s */ \
	X(tcp_timestamp_offset, 1, 0, 1, NULL)                /* RFC 7323, 7.1: a random offset for each connection */ \
	X(tcp_window_scaling, 1, 0, 1, "ipv4.tcp_window_scaling") \
	X(tcp_window_shift, -1, -1, 14, NULL)                 /* -1: from the buffer */ \
	X(tcp_sack, 1, 0, 1, "ipv4.tcp_sack") \
	X(tcp_dsack, 1, 0, 1, "ipv4.tcp_dsack") \
	X(tcp_old_segment_heard, 0, 0, 1, NULL)  /* old text up to what was acknowledged last: its ACK counts */ \
	X(tcp_closing_ends_with_ack, 0, 0, 1, NULL)  /* CLOSING: nothing else counts of what acknowledges our FIN */ \
	X(tcp_predicted_text_first, 0, 0, 1, NULL)  /* expected text is taken before its ACK lets anything go again */ \
	X(tcp_part_again_acked_at_once, 1, 0, 1, NULL)        /* text of which only the end is new */ \
	X(tcp_text_across_fin_resets, 0, 0, 1, NULL)  /* text from before the peer's FIN that goes beyond it */ \
	X(tcp_sack_covers_fin, 0, 0, 1, NULL)                 /* a block reaches behind a FIN that is early */ \
	X(tcp_dsack_covers_syn, 0, 0, 1, NULL)                /* RFC 2883: its SYN,ACK, where both open */ \
	X(tcp_dsack_covers_fin, 0, 0, 1, NULL)                /* RFC 2883 speaks of data only */ \
	X(tcp_option_order, TCP_ORDER_MSS_WS_SACK_TS, TCP_ORDER_MSS_WS_SACK_TS, TCP_ORDER_MSS_SACK_TS_NOP_WS, NULL) \
	X(tcp_default_mss4, 536, 1, 65495, NULL)              /* RFC 9293, 3.7.1, MUST-15 */ \
	X(tcp_default_mss6, 1220, 1, 65495, NULL) \
	X(tcp_offered_mss_by_path, 0, 0, 1, NULL)             /* RFC 9293, MUST-67 asks for the link's */ \
	X(tcp_minimum_mss, 48, 1, 1460, "ipv4.tcp_min_snd_mss") \
	/* TCP: sending */ \
	X(tcp_initial_window, 0, 0, 1000, NULL)               /* segments; 0: RFC 5681, 3.1 */ \
	X(tcp_restart_window, 1, 0, 1, "ipv4.tcp_slow_start_after_idle")      /* RFC 5681, 4.1 */ \
	X(tcp_restart_halves, 0, 0, 1, NULL)  /* RFC 2861: for each time-out, by a SEND or a window */ \
	X(tcp_congestion, TCP_CONGESTION_reno, 0, TCP_CONGESTIONS_END - 1, NULL) \
	X(tcp_cubic_beta, 717, 1, 1023, "tcp_cubic.parameters.beta")          /* RFC 9438, 4.6: 0.7, in 1024ths */ \
	X(tcp_cubic_scale, 41, 1, 1024, "tcp_cubic.parameters.bic_scale")     /* RFC 9438, 5.1: 0.4, in 102.4ths */ \
	X(tcp_cubic_fast_convergence, 1, 0, 1, "tcp_cubic.parameters.fast_convergence")       /* RFC 9438, 4.7 */ \
	X(tcp_cubic_reno_friendly, 1, 0, 1, "tcp_cubic.parameters.tcp_friendliness")          /* RFC 9438, 4.3 */ \
	X(tcp_cubic_interval_us, 0, 0, 1000000, NULL)     /* time between looks at the curve while the window stays */ \
	X(tcp_cubic_tick_us, 0, 0, 1000000, NULL)         /* the time of the curve is a multiple of this; 0: exact */ \
	X(tcp_cubic_first_threshold, 0, 0, 65535, "tcp_cubic.parameters.initial_ssthresh")    /* segments; 0: none */ \
	X(tcp_hystart, 1, 0, 1, "tcp_cubic.parameters.hystart") \
	X(tcp_hystart_plus_plus, 1, 0, 1, NULL)  /* RFC 9406; 0: slow start ends where delays or ACK trains tell */ \
	X(tcp_hystart_detect, 3, 0, 3, "tcp_cubic.parameters.hystart_detect")  /* bits: by ACK trains, by delay */ \
	X(tcp_hystart_low_window, 16, 0, INT32_MAX, "tcp_cubic.parameters.hystart_low_window") /* segments */ \
	X(tcp_hystart_ack_delta_us, 2000, 0, INT32_MAX, "tcp_cubic.parameters.hystart_ack_delta_us") \
	X(tcp_hystart_bursts_us, 0, 0, 1000000, NULL)         /* most that bursts add to a train of ACKs */ \
	X(tcp_pacing_ss_ratio, 200, 0, 1000, "ipv4.tcp_pacing_ss_ratio")  /* % of cwnd / SRTT far below ssthresh */ \
	X(tcp_pacing_ca_ratio, 120, 0, 1000, "ipv4.tcp_pacing_ca_ratio")      /* % of cwnd / SRTT elsewhere */ \
	X(tcp_link_paces, 0, 0, 1, NULL)               /* the link keeps to the pacing rate, as the queue `fq` does */ \
	X(tcp_unpaced_segments, 0, 0, 1000, NULL)             /* the first of a connection go at once */ \
	X(tcp_crossed_window_scaled, 0, 0, 1, NULL)  /* that of a SYN,ACK after a SYN that crossed ours */ \
	X(tcp_pacing_stays, 0, 0, 1, NULL)  /* who was paced once stays so, by another algorithm or without a limit */ \
	X(tcp_pacing_credit, 0, 0, 1, NULL)  /* unused time shortens the next pause, by half at most */ \
	X(tcp_recovery, TCP_RECOVERY_SACK, TCP_RECOVERY_NEWRENO, TCP_RECOVERY_RACK, NULL) \
	X(tcp_reduction, TCP_REDUCTION_OWN, TCP_REDUCTION_OWN, TCP_REDUCTION_PRR, NULL)  /* own: as the way of
	                                                                                    recovery has it */ \
	X(tcp_prr_bound, TCP_PRR_BY_SAFE_ACK, TCP_PRR_BY_SAFE_ACK, TCP_PRR_SSRB, NULL) \
	X(tcp_rack_choices, 1, 0, 7, "ipv4.tcp_recovery")     /* RFC 8985, 6.2: 2 static window, 4 no DupThresh */ \
	X(tcp_part_is_overtaken, 0, 0, 1, NULL)  /* the rest of a segment that was acknowledged in part came late */ \
	X(tcp_rack_doubtful_only, 0, 0, 1, NULL) /* losses are not looked for when an ACK shows nothing unusual */ \
	X(tcp_eifel_any_ack, 0, 0, 1, NULL)      /* an ACK of all that is out, too: RFC 3522, 3.2, step 5 */ \
	X(tcp_undo_in_full, 0, 0, 1, NULL)       /* cwnd is what it was, not FlightSize and a burst: RFC 4015, 3.4 */ \
	X(tcp_rack_judges_once, 0, 0, 1, NULL)   /* what was forgiven goes again before it is lost by time */ \
	X(tcp_timeout_loses_burst, 0, 0, 1, NULL)   /* all of the oldest piece, not only its first segment */ \
	X(tcp_rack_echo_checked, TCP_RACK_ECHO_ALWAYS, TCP_RACK_ECHO_NEVER, TCP_RACK_ECHO_ALWAYS, NULL) \
	X(tcp_tail_loss_probe, 3, 0, 4, "ipv4.tcp_early_retrans")             /* RFC 8985, 7: 3 or 4, else off */ \
	X(tcp_probe_slack_us, 0, 0, 1000000, NULL)            /* added to the probe time-out of several segments */ \
	X(tcp_probe_ack_delay_ms, 200, 0, 1000, NULL)         /* TLP.max_ack_delay of RFC 8985, 7.2 */ \
	X(tcp_frto, 2, 0, 2, "ipv4.tcp_frto")                 /* RFC 5682; 0: off */ \
	X(tcp_reordering_limit, 300, 1, 65535, "ipv4.tcp_max_reordering") \
	X(tcp_mss_half_window, 0, 0, 1, NULL)     /* two segments fit into the largest window */ \
	X(tcp_window_in_segments, 0, 0, 1, NULL)  /* cwnd counts segments of any size, not octets */ \
	X(tcp_reduction_from_window, 0, 0, 1, NULL)  /* cwnd for FlightSize in RFC 5681, 3.1; RFC 9937, 6.1 */ \
	X(tcp_increase_by_most_flight, 0, 0, 1, NULL)  /* draft-ietf-ccwg-ratelimited-increase, not RFC 7661 */ \
	X(tcp_new_cwv, 0, 0, 1, NULL)            /* RFC 7661: a pause leaves the window; tcp_validation.c */ \
	X(tcp_nonvalidated_s, 300, 1, 300, NULL) /* ... for so long: its NVP, of five minutes at most */ \
	X(tcp_slow_start_segments, 1, 1, 65535, NULL)         /* RFC 3465, 2.3: L, most growth for one ACK */ \
	X(tcp_retransmit_collapse, 0, 0, 1, "ipv4.tcp_retrans_collapse")      /* RFC 9293, SHLD-27 */ \
	X(tcp_limited_transmit, 1, 0, 1, NULL)                /* RFC 3042 */ \
	X(tcp_duplicate_ack_threshold, 3, 1, 300, "ipv4.tcp_reordering") \
	X(tcp_push_every_write, 1, 0, 1, NULL)  /* RFC 9293, 3.9.1.2: PSH ends each SEND; 0: last in queue */ \
	X(tcp_more_until_ack, 0, 0, 1, NULL)  /* MSG_MORE holds back until the next ACK; 0: until the next SEND */ \
	X(tcp_burst_segments, 65535, 1, 65535, "ipv4.tcp_min_tso_segs")  /* most segments of a burst, unless the next
	                                                                    two allow more: */ \
	X(tcp_burst_rate_shift, 0, 0, 62, NULL)  /* what the pacing rate brings in 2^-n s; 0: nothing. tcp_burst.c */ \
	X(tcp_burst_rtt_log, 0, 0, 31, "ipv4.tcp_tso_rtt_log")  /* and 64 KiB, halved each 2^n us of the round trip */ \
	X(tcp_burst_single_below, 0, 0, INT32_MAX, NULL)  /* octets/s; below, BBR sends segments one by one */ \
	X(tcp_burst_wait_us, 0, 0, 1000000, NULL)  /* a short burst waits for an ACK due in that time; 0: never */ \
	X(tcp_burst_fills_window, 0, 0, 1, NULL)  /* its last segment may be a part, and a FIN needs no room */ \
	X(tcp_burst_window_divisor, 3, 1, 65535, "ipv4.tcp_tso_win_divisor")  /* ... if less than this part of the
	                                                                         window is free */ \
	X(tcp_push_half_window, 0, 0, 1, NULL)  /* PSH after more than half of the largest window without one */ \
	X(tcp_syn_window_counts, 1, 0, 1, NULL)  /* a client's largest window may be that of its SYN */ \
	X(tcp_push_bursts, 0, 0, 1, NULL)  /* PSH ends what leaves at once, if that is several segments */ \
	X(tcp_override_ms, 200, 100, 1000, NULL)              /* RFC 9293, 3.8.6.2.1: 0.1 to 1 s */ \
	X(tcp_override_by_probe, 0, 0, 1, NULL)               /* ... or when the window is probed (3.8.6.2.1) */ \
	X(tcp_probe_without_text, 0, 0, 1, NULL)              /* probe windows with SND.UNA-1 and no octet */ \
	X(tcp_ack_inside_window, TCP_ACK_AT_NEXT, TCP_ACK_AT_NEXT, TCP_ACK_AT_EDGE_BY_UNIT, NULL) \
	X(tcp_window_kept_by_duplicates, 0, 0, 1, NULL)       /* an ACK without news shrinks it only to 0 */ \
	X(tcp_window_by_new_ack, 0, 0, 1, NULL)  /* what acknowledges news sets it, whatever its number */ \
	X(tcp_window_repeated_updates, 0, 0, 1, NULL)  /* a later number, or 0: no duplicate ACK (RFC 5681, 2) */ \
	X(tcp_retransmit_into_shut, 0, 0, 1, NULL)  /* when the window shuts over text: retransmit, do not probe */ \
	X(tcp_rtt_every_ack, 0, 0, 1, NULL)  /* each ACK measures; 0: one segment at a time (RFC 6298, 3) */ \
	X(tcp_rtt_whole_ticks, 0, 0, 1, NULL)  /* by an echo of the same tick: one tick (RFC 7323, 4.1) */ \
	X(tcp_nagle_minshall, 0, 0, 1, NULL)                  /* only another small segment holds a small one back */ \
	/* TCP: acknowledging */ \
	X(tcp_ack_policy, TCP_ACK_EVERY_SECOND, TCP_ACK_EVERY_SECOND, TCP_ACK_QUICK_START, NULL) \
	X(tcp_quick_acks, 16, 0, 1000, NULL)                  /* at the start, with TCP_ACK_QUICK_START */ \
	X(tcp_sack_compression_ns, 0, 0, INT32_MAX, "ipv4.tcp_comp_sack_delay_ns")  /* ACKs of early text wait */ \
	X(tcp_sack_compression_slack_ns, 0, 0, INT32_MAX, "ipv4.tcp_comp_sack_slack_ns")  /* ... as much longer */ \
	X(tcp_sack_compression_most, 0, 0, 255, "ipv4.tcp_comp_sack_nr")     /* most ACKs that wait so */ \
	X(tcp_crossed_syn_repeats_offer, 0, 0, 1, NULL)  /* a SYN,ACK after our SYN repeats its options; 0: those
	                                                    agreed on */ \
	X(tcp_fin_drops_dsack, 0, 0, 1, NULL)  /* the ACK of a FIN reports nothing that came twice */ \
	X(tcp_fin_ack_delayed, 0, 0, 1, NULL)  /* the ACK of a FIN waits like that of text; 0: at once */ \
	X(tcp_delayed_ack_ms, 200, 0, 499, NULL)              /* RFC 9293, MUST-40: under 0.5 s; the longest */ \
	X(tcp_delayed_ack_min_ms, 200, 0, 499, NULL)          /* adaptive when under the longest */ \
	X(tcp_challenge_ack_limit, 1000, 0, INT32_MAX, "ipv4.tcp_challenge_ack_limit") /* a second; RFC 5961, 7 */ \
	X(tcp_invalid_ack_interval_ms, 0, 0, INT32_MAX, "ipv4.tcp_invalid_ratelimit")  /* for each connection */ \
	X(tcp_ghost_acks_refused, 0, 0, 1, NULL)  /* RFC 5961, 5.2, but no ACK from before our ISS is acceptable */ \
	/* TCP: timers */ \
	X(tcp_rto_initial_ms, 1000, 1, 120000, NULL)          /* RFC 6298, (2.1) */ \
	X(tcp_min_rtt_window_s, 86400, 0, 86400, "ipv4.tcp_min_rtt_wlen")  /* least_rtt.h */ \
	X(tcp_rto_min_ms, 1000, 1, 120000, "ipv4.tcp_rto_min_us")             /* (2.4) */ \
	X(tcp_rto_max_ms, 60000, 1000, 3600000, "ipv4.tcp_rto_max_ms")        /* (2.5): at least 60 s */ \
	X(tcp_rto_granularity_us, 1000, 1, 1000000, NULL)     /* G of (2.3) */ \
	X(tcp_rto_syn_lost_ms, 3000, 1, 120000, NULL)         /* (5.7) */ \
	X(tcp_rto_synack_lost_ms, 3000, 1, 120000, NULL)      /* the same for a passive open */ \
	X(tcp_thin_linear_timeouts, 0, 0, 1, "ipv4.tcp_thin_linear_timeouts") \
	X(tcp_syn_ack_lost_with_text, 0, 0, 1, NULL)  /* after a SYN,ACK lost too often its text counts as lost */ \
	X(tcp_fast_open_more_retries, 0, 0, 255, NULL)  /* further SYN,ACKs once the user has the connection */ \
	X(tcp_syn_losses_forgiven, 0, 0, 255, NULL)      /* lost SYNs that leave the initial window (RFC 5681, 3.1) */ \
	X(tcp_icmp_reverts_backoff, 0, 0, 1, NULL)            /* RFC 6069 */ \
	X(tcp_probes_back_off_apart, 0, 0, 1, NULL)  /* doublings of their own, of the RTO as it is */ \
	X(tcp_timers_yield, 0, 0, 1, NULL)           /* what comes in the instant of a timer comes first */ \
	X(tcp_rto_rounding_us, 1, 1, 1000000, NULL)           /* timers fire at multiples of this: a kernel's tick */ \
	X(tcp_rto_linux_variance, 0, 0, 1, NULL)  /* tcp_rto_min bounds what is added to SRTT, not the sum */ \
	X(tcp_syn_retries, 7, 0, 127, "ipv4.tcp_syn_retries") /* RFC 9293, MUST-23: R2 of a SYN at least 3 min */ \
	X(tcp_syn_linear_timeouts, 0, 0, 127, "ipv4.tcp_syn_linear_timeouts")    /* retries before back-off */ \
	X(tcp_bad_ack_resends_syn_us, 0, 0, 1000000, NULL)    /* in SYN-SENT, after such an ACK; 0: as the RTO says */ \
	X(tcp_reflect_tos, 0, 0, 1, "ipv4.tcp_reflect_tos")   /* a child sends with the TOS of the SYN */ \
	X(tcp_ao_keyless_taken, 1, 0, 1, NULL)                /* RFC 5925, 7.3: without a key the option is ignored */ \
	X(tcp_rehash, 1, 0, 1, "core.txrehash")               /* SO_TXREHASH of a new socket */ \
	X(tcp_turns_to_talk, 1, 1, 255, "ipv4.tcp_pingpong_thresh")  /* answers after which it is a conversation:
	                                                                tcp_ack.c */ \
	X(tcp_timeout_changes_flow_label, 0, 0, 1, NULL)      /* a time-out: perhaps another path (RFC 6438) */ \
	X(tcp_duplicate_changes_flow_label, 0, 0, 1, NULL)    /* so does text that comes again with another label */ \
	X(tcp_synack_retries, 5, 0, 255, "ipv4.tcp_synack_retries") \
	X(tcp_retries1, 3, 0, 255, "ipv4.tcp_retries1")       /* R1: RFC 9293, 3.8.3, MUST-20 */ \
	X(tcp_retries2, 15, 0, 255, "ipv4.tcp_retries2")      /* R2: at least 100 s */ \
	X(tcp_retries_unit_ms, 0, 0, 60000, NULL)  /* R1, R2 are times: of time-outs that double from this */ \
	X(tcp_orphan_retries, 8, 0, 255, "ipv4.tcp_orphan_retries") \
	X(tcp_user_timeout_ms, 0, 0, INT32_MAX, NULL)         /* RFC 9293, 3.9.1.1; 0: R2 decides */ \
	X(tcp_user_timeout_shut_window, 0, 0, 1, NULL)  /* also where probes are answered (3.8.6.1) */ \
	X(tcp_ecn_wrap_average, 0, 0, 1, NULL)  /* AccECN: ACKs of many segments on average are no sign of a wrap */ \
	X(tcp_probe_put_off, 0, 0, 1, NULL)  /* an ACK with a shut window puts off the next probe */ \
	X(tcp_user_timeout_from_retry, 0, 0, 1, NULL) /* counts from the first retransmission; one is always tried */ \
	X(tcp_user_timeout_option, 0, 0, 1, NULL)  /* ENABLED of RFC 5482, 3.1: send it, and heed the peer's */ \
	X(tcp_user_timeout_low_s, 100, 100, 1966020, NULL)    /* L_LIMIT, RFC 5482, 3.1: at least 100 s */ \
	X(tcp_user_timeout_high_s, 86400, 100, 1966020, NULL) /* U_LIMIT, RFC 5482, 3.1 */ \
	X(tcp_udp_port, 0, 0, 65535, NULL)  /* UDP port for TCP within UDP (tcp(4) of FreeBSD); 0: none */ \
	X(tcp_udp_overhead, 8, 8, 1024, NULL)  /* octets by which segments within UDP are shorter */ \
	X(tcp_msl_s, 120, 1, 120, NULL)                       /* RFC 9293, 3.4.2 */ \
	X(tcp_orphans_in_time_wait, 0, 0, 1, NULL)            /* FIN-WAIT-2 without a user counts as TIME-WAIT */ \
	X(tcp_fin_wait_2_s, 0, 0, 86400, "ipv4.tcp_fin_timeout")              /* 0: no limit */ \
	X(tcp_time_wait_most, 262144, 0, INT32_MAX, "ipv4.tcp_max_tw_buckets")  /* at a time */ \
	X(tcp_time_wait_reuse, 1, 0, 2, "ipv4.tcp_tw_reuse")  /* RFC 6191 */ \
	X(tcp_time_wait_reuse_ms, 1000, 1, 60000, "ipv4.tcp_tw_reuse_delay")  /* for ports that connect() chooses */ \
	X(tcp_time_wait_isn_step, 0, 0, INT32_MAX, NULL)  /* an answer to a new SYN: beyond SND.NXT; 0: by clock */ \
	X(tcp_time_wait_stamp_kept, 0, 0, 1, NULL)       /* connect() echoes the last stamp of what it replaces */ \
	X(tcp_time_wait_yields_to_bound, 0, 0, 1, NULL)  /* to a port from bind(), if it had time-stamps */ \
	X(tcp_time_wait_ack_restarts, 0, 0, 1, NULL)  /* 2 MSL begin anew with any segment that has an ACK */ \
	X(tcp_time_wait_beyond_next, 0, 0, 1, NULL)  /* RFC 6191, 2: a SYN behind the FIN; 1: behind RCV.NXT */ \
	X(tcp_remnants, 0, 0, 1, NULL)  /* from FIN-WAIT-2 on, once the user has closed, only numbers are kept */ \
	X(tcp_remnants_keyless, 0, 0, 1, NULL)  /* a remnant resets nothing that is signed with MD5 */ \
	X(tcp_syn_backoff_told, 0, 0, 1, NULL)  /* tcpi_backoff goes on from that of the SYN, until a measurement */ \
	X(tcp_fin_acked_first, 0, 0, 1, NULL)          /* in FIN-WAIT, before text behind the FIN is dropped */ \
	X(tcp_listen_syn_fin_dropped, 0, 0, 1, NULL)          /* RFC 9293, 3.10.7.2 takes a FIN along with the SYN */ \
	X(tcp_time_wait_verifies, 1, 0, 1, NULL)             /* signatures count in TIME-WAIT, too */ \
	X(tcp_reset_unsigned, 1, 0, 1, NULL)  /* RFC 2385, 4.1: a signed segment for which there is no key */ \
	X(tcp_signed_sack_without_stamps, 0, 0, 1, NULL)     /* with a signature, SACK excludes time-stamps */ \
	X(tcp_rfc1337, 1, 0, 1, "ipv4.tcp_rfc1337")           /* RST does not end TIME-WAIT */ \
	X(tcp_keepalive_time_s, 7200, 1, 32767, "ipv4.tcp_keepalive_time")    /* RFC 9293, MUST-28 */ \
	X(tcp_keepalive_interval_s, 75, 1, 32767, "ipv4.tcp_keepalive_intvl") \
	X(tcp_alive_by_news, 0, 0, 1, NULL)  /* idle until an ACK that is not old, or text in order, comes */ \
	X(tcp_keepalive_probes, 9, 1, 127, "ipv4.tcp_keepalive_probes") \
	/* TCP: ECN (RFC 3168, RFC 9768) */ \
	X(tcp_ecn, 0, 0, 5, "ipv4.tcp_ecn")                   /* what is asked for and agreed to: tcp_ecn.c */ \
	X(tcp_ecn_fallback, 1, 0, 1, "ipv4.tcp_ecn_fallback") /* a SYN that is sent again goes without */ \
	X(tcp_ecn_marked_syn_refused, 0, 0, 1, NULL)          /* a SYN that is ECT asks for nothing */ \
	X(tcp_dctcp_falls_back, 0, 0, 1, NULL)                /* without ECN DCTCP is Reno, as dctcp-reno */ \
	X(tcp_dctcp_counts_to_end, 0, 0, 1, NULL)  /* RFC 8257, 3.3: a window ends when more is acknowledged */ \
	X(tcp_dctcp_not_ect_unheard, 0, 0, 1, NULL)  /* RFC 8257, 3.2: ECE ends with any segment without CE */ \
	X(tcp_ecn_quick_acks, 0, 0, 1000, NULL)               /* after a mark: segments acknowledged at once */ \
	X(tcp_ecn_cwr_acked_at_once, 0, 0, 1, NULL)  /* ACK text with CWR at once: its sender may have a window of
	                                                one */ \
	X(tcp_ecn_option, 2, 0, 3, "ipv4.tcp_ecn_option") /* sent: never, seldom, when it fits, even if it was lost */ \
	X(tcp_ecn_option_beacon, 3, 0, 63, "ipv4.tcp_ecn_option_beacon")      /* times in a round trip at least */ \
	X(tcp_ecn_option_order, 2, 0, 2, NULL)  /* RFC 9768, 3.2.3: ECT(0) first, ECT(1) first, or the shorter */ \
	X(tcp_ecn_option_answered, 0, 0, 1, NULL)             /* sent only if the handshake brought the peer's */ \
	X(tcp_ecn_option_text_tested, 1, 0, 1, NULL)          /* RFC 9768, 3.2.3.2.2: none after a lost first text */ \
	X(tcp_ecn_option_answer_tested, 1, 0, 1, NULL)        /* the same: none after a lost SYN,ACK */ \
	X(tcp_ecn_option_zero_tested, 1, 0, 2, NULL)  /* 3.2.3.2.4; 2: a server tests the first that follows */ \
	X(tcp_ecn_control_packets, 0, 0, 1, NULL)  /* RFC 8311, 4.3: AccECN marks ACKs, probes, repeated text */ \
	X(tcp_ecn_answer_upgrades, 0, 0, 1, NULL)            /* for a classic SYN; an AccECN SYN counts as one, too */ \
	X(tcp_ecn_answer_ect, 0, 0, 1, NULL)  /* RFC 5562: a SYN,ACK of classic ECN is ECT, the first time */ \
	X(tcp_ecn_handshake_reduces, 1, 0, 1, NULL)           /* RFC 5562, 3.2: a marked SYN or SYN,ACK, too */ \
	X(tcp_ecn_zero_tested, 1, 0, 2, NULL)  /* RFC 9768, 3.2.2.4; 2: where a handshake ends; ACE is believed */ \
	X(tcp_ecn_handshake_text_read, 1, 0, 1, NULL)         /* ACE of text that ends the handshake is a counter */ \
	X(tcp_syn_text_undoes, 0, 0, 1, NULL)                 /* the ACK of its text shows that a SYN was not lost */ \
	X(tcp_syn_again_restarts, 0, 0, 1, NULL)  /* a SYN that comes again restarts the timer of its SYN,ACK */ \
	X(tcp_ecn_third_answer_plain, 0, 0, 1, NULL)  /* also with classic ECN, or without tcp_ecn_fallback */ \
	X(tcp_ecn_mixed_syns_refused, 1, 0, 1, NULL)          /* RFC 9768, 3.1.5: two variants are asked for */ \
	X(tcp_ecn_cookie_by_stamp, 0, 0, 1, NULL)             /* ACE behind a cookie counts if its stamp does */ \
	X(tcp_ecn_crossing_as_asked, 0, 0, 1, NULL)           /* a SYN that crosses ours gets what ours asked for */ \
	X(tcp_ecn_answer_again_counts, 1, 0, 1, NULL)         /* RFC 9768, 3.2.2.2: if the first was not CE */ \
	X(tcp_ecn_challenge_reflects, 0, 0, 1, NULL)  /* the answer to an acceptable SYN has its mark, no count */ \
	X(tcp_ecn_octets_estimated, 0, 0, 1, NULL) /* ACKs without the option: marks are extrapolated from the last */ \
	X(tcp_ecn_octets_go_back, 0, 0, 1, NULL)  /* an octet counter that falls has not gone round */ \
	X(tcp_ecn_syn_text_counts, 0, 0, 1, NULL)        /* count the mark of a SYN that opens with text (RFC 7413) */ \
	X(tcp_ecn_refused_counts, 0, 0, 1, NULL)          /* count marks also of segments whose ACK is unacceptable */ \
	X(tcp_ecn_repeated_counts, 0, 0, 1, NULL)  /* count marks also of old text that ends at the last ACK */ \
	X(tcp_ecn_option_acks_tested, 1, 0, 2, NULL)   /* RFC 9768, 3.2.3.2.2: text sent again? 2: after D-SACK */ \
	X(tcp_ecn_answer_tested, 1, 0, 2, NULL)  /* RFC 9768, 3.2.2.3; 2: with tcp_ecn_fallback, if it came as CE */ \
	X(tcp_ecn_marked_acks_answered, 1, 0, 1, NULL)        /* RFC 9768, 3.2.2.5.1: ACKs of ACKs */ \
	X(tcp_ecn_any_change_acked, 0, 0, 1, NULL)            /* AccECN: at once, not only where CE begins */ \
	X(tcp_ecn_option_any_change, 0, 0, 1, NULL)  /* CE, marks without text and the handshake ask for it, too */ \
	X(tcp_ecn_disagreement_silences, 1, 0, 1, NULL)       /* octets of CE, no ACE */ \
	X(tcp_ecn_room_kept, 0, 0, 1, NULL)                /* with an option due, all segments of a burst keep room */ \
	X(tcp_ecn_counts_always, 1, 0, 1, NULL)               /* count marks not only while both ends may send */ \
	X(tcp_ecn_option_beside_sack, 0, 0, 1, NULL)  /* as short as what has changed, if more SACK blocks fit then */ \
	X(tcp_ecn_option_counts_rounds, 0, 0, 1, NULL)        /* of ACE, where it may have gone round twice */ \
	X(tcp_ecn_time_wait, 1, 0, 1, NULL)                   /* AccECN: ACE and the option in TIME-WAIT */ \
	/* TCP: Fast Open (RFC 7413) */ \
	X(tcp_fastopen, 3, 0, INT32_MAX, "ipv4.tcp_fastopen") /* bits: tcp_fastopen.h */ \
	X(tcp_fastopen_again_acks, 0, 0, 1, NULL)         /* a SYN's text that goes again is the only ACK */ \
	X(tcp_fastopen_sizes_scaled, 0, 0, 1, NULL)           /* tcp_mss_half_window takes a SYN's as scaled */ \
	X(tcp_fastopen_blackhole_timeout_s, 0, 0, INT32_MAX, "ipv4.tcp_fastopen_blackhole_timeout_sec") /* 0: never */ \
	X(tcp_no_metrics_save, 1, 0, 1, "ipv4.tcp_no_metrics_save") /* forget a connection's round trips with it */ \
	X(tcp_metrics_entries, 1024, 1, 1 << 20, NULL)        /* peers of which something is remembered */ \
	/* TCP: probing of the path MTU (RFC 4821) */ \
	X(tcp_mtu_probing, 0, 0, 2, "ipv4.tcp_mtu_probing")  /* never, after a black hole was found, always */ \
	X(tcp_base_mss, 1024, 48, 65495, "ipv4.tcp_base_mss") /* RFC 4821, 7.2: eff_pmtu at first, less headers */ \
	X(tcp_mtu_probe_floor, 48, 48, 65495, "ipv4.tcp_mtu_probe_floor") \
	X(tcp_mtu_probe_threshold, 8, 1, 65495, "ipv4.tcp_probe_threshold")  /* a difference not worth a probe */ \
	X(tcp_mtu_probe_interval_s, 600, 0, INT32_MAX, "ipv4.tcp_probe_interval")  /* a size that failed is tried
	                                                                              again after this */ \
	X(tcp_mtu_probe_since_failure, 1, 0, 1, NULL)         /* 0: since the search began */ \
	/* TCP: listening */ \
	X(tcp_syn_backlog, 1024, 1, 65536, "ipv4.tcp_max_syn_backlog") \
	X(tcp_cookies, TCP_COOKIES_OFF, TCP_COOKIES_OFF, TCP_COOKIES_ALWAYS, "ipv4.tcp_syncookies") \
	X(tcp_syn_data, 1, 0, 1, NULL)                        /* keep text of a SYN (RFC 9293, 3.10.7.2, 3.10.7.3) */ \
	X(tcp_syn_in_window_resets, 0, 0, 1, NULL)  /* in SYN-RECEIVED; RFC 9293, 3.10.7.4: back to LISTEN */ \
	X(tcp_abort_on_overflow, 0, 0, 1, "ipv4.tcp_abort_on_overflow") \
	/* TCP: identity */ \
	X(tcp_isn_policy, TCP_ISN_RFC6528, TCP_ISN_RFC6528, TCP_ISN_ZERO, NULL) \
	X(tcp_urgent_points_after, 1, 0, 1, NULL)             /* RFC 6093, 4; 0: at the last octet (RFC 1122) */ \
	X(tcp_urgent_hurries, 0, 0, 1, NULL)         /* urgent text: no Nagle, no bursts, and probes of its own */ \
	X(tcp_urgent_zero_first, 0, 0, 1, NULL)               /* 0 points to the first octet, not before it */ \
	X(tcp_urgent_rfc, 0, 0, 1, "ipv4.tcp_stdurg") \
	X(tcp_urgent_polled_early, 1, 0, 1, NULL)  /* RFC 9293, MUST-32: POLLPRI at once; 0: with the octet */ \
	X(tcp_hard_errors_abort, 0, 0, 1, NULL)  /* RFC 9293, SHLD-26; 0: soft, once open (RFC 5927, 5.2) */ \
	X(tcp_icmp_at_next, 0, 0, 1, NULL)  /* ICMP errors may be about SND.NXT as well (RFC 5927, 4.1: not) */ \
	X(tcp_requests_apart, 0, 0, 1, NULL)  /* ICMP errors end a listener's half-open connection by other rules */ \
	X(tcp_soft_errors_abort_open, 0, 0, 1, NULL)  /* RFC 5461, 4.1: any error ends an attempt to connect */ \
	X(tcp_open_reset_told, 0, 0, 1, NULL)          /* RST in SYN-RECEIVED is ECONNRESET, not ECONNREFUSED */ \
	X(tcp_close_wait_reset_pipe, 0, 0, 1, NULL)           /* RST in CLOSE-WAIT is EPIPE, not ECONNRESET */ \
	X(tcp_connect_told_twice, 0, 0, 1, NULL)  /* the next connect() tells the success once more; 0: EISCONN */ \
	X(tcp_told_lasts, 0, 0, 1, NULL)  /* with what was open no connect() nor listen() until it is dissolved */ \
	X(tcp_shutdown_before_open, 0, 0, 1, NULL)            /* shutdown() in CLOSED: an error, but it has effect */ \
	X(tcp_shutdown_undoes_connect, 0, 0, 1, NULL)  /* shutdown() in SYN-SENT: the next connect() does not tell of
	                                                  it */ \
	X(tcp_unopened_send_pipe, 0, 0, 1, NULL)  /* SEND without a connection is EPIPE, not ENOTCONN */ \
	X(tcp_shutdown_waits_open, 0, 0, 1, NULL)  /* no FIN of shutdown() before the ACK of our SYN */ \
	X(tcp_reset_whole, 0, 0, 1, NULL)                     /* ABORT sends window and SACK blocks, too */ \
	X(tcp_reset_at_fin, 0, 0, 1, NULL)  /* RFC 5961, 3.2, but a RST at the number of the FIN counts, too */ \
	X(tcp_reset_behind_sack, 0, 0, 1, NULL)  /* ... and the one behind the last text that came early */ \
	X(tcp_reset_told_when_closing, 0, 0, 1, NULL)  /* in CLOSING, LAST-ACK; RFC 9293, 3.10.7.4: not */ \
	X(tcp_listen_close_silent, 0, 0, 1, NULL)  /* connections in SYN-RECEIVED end without RST */ \
	X(tcp_close_unread_resets, 1, 0, 1, NULL)             /* RFC 9293, 3.6.1, SHLD-3 ... */ \
	X(tcp_close_early_resets, 1, 0, 1, NULL)              /* ... also when all that is unread came out of order */

/* Keys of Fast Open cookies, the newest first; none: the host makes one. Each is 128 bits, low half first. */
enum { FAST_OPEN_KEYS = 2 };
struct fast_open_keys {
	int count;
	uint64_t key[FAST_OPEN_KEYS][2];
};

enum { DEFECT_WORDS = 12 };                               /* 64 bits each, see defect.h */

struct stack_config {
#define X(name, value, low, high, sysctl) int64_t name;
	STACK_PARAMETERS(X)
#undef X
	struct fast_open_keys tcp_fastopen_keys;             /* RFC 7413, 4.1.2 */
	uint64_t defects[DEFECT_WORDS];                      /* bit i: enum defect i is on */
	uint64_t *reached;                             /* DEFECT_WORDS of them, bit i: it was asked for; or NULL */
};

struct stack_parameter {
	struct field field;                                  /* of struct stack_config */
	const char *sysctl;                                  /* NULL: none */
	size_t name_length, sysctl_length;                   /* compares fast: most names differ here already */
	int64_t initial;
};

extern const struct stack_parameter stack_parameters[];
extern const size_t stack_parameter_count;

/* Also notes in .reached, if there is one, that somebody asked. What is played the same twice (no real time, the same
 * seed) goes as it did without a defect until then, and so one that nobody asks for changes nothing. */
static inline bool stack_defect_is_on(const struct stack_config *c, enum defect d)
{
	if (c->reached)
		c->reached[d / 64] |= UINT64_C(1) << (d % 64);
	return c->defects[d / 64] >> (d % 64) & 1;
}

/* Profile `rfc`, no defects. */
void stack_config_init(struct stack_config *c);
/* By parameter name, or by sysctl name without "net." (dots or slashes). NULL: no such. */
const struct stack_parameter *stack_parameter_find(const char *name);
int64_t stack_parameter_get(const struct stack_config *c, const struct stack_parameter *p);
/* False if the value is out of range; then nothing changes. */
bool stack_parameter_set(struct stack_config *c, const struct stack_parameter *p, int64_t value);
/* The word for a value of a named choice, as written in profiles ("rfc6528", "on-overflow"), both ways. */
bool stack_choice_value(const char *parameter, const char *word, int64_t *value);
const char *stack_choice_name(const char *parameter, int64_t value);

#endif
