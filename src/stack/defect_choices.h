/* SPDX-License-Identifier: MIT
 *
 * defect_choices.h - defects of what a host may choose: how profile linux sends, keeps text, acknowledges and closes
 *
 * A part of the list in defect.h, which says what an entry is.
 */
#ifndef STACK_DEFECT_CHOICES_H
#define STACK_DEFECT_CHOICES_H

#define STACK_DEFECTS_OF_CHOICES(X) \
	X(TCP_ACK_PACE_KEPT, "tcp-ack-pace-kept", "RFC9293:MUST-59", \
	  "delays the first ACK that waits by the pace of the text that was acknowledged at once") \
	X(TCP_TIME_WAIT_FIN_ONLY, "tcp-time-wait-fin-only", "RFC9293:MUST-13", \
	  "begins 2 MSL anew when the FIN comes again, but not with other ACKs, where a host does that, too") \
	X(TCP_QUICK_AT_ONCE_ONLY, "tcp-quick-at-once-only", "RFC9293:MUST-59", \
	  "does not count an ACK that waited for an answer among those that open the peer's window") \
	X(TCP_ACK_BEYOND_RTO, "tcp-ack-beyond-rto", "RFC9293:MUST-40", \
	  "lets an ACK wait for as long as a time-out of the peer may be at least") \
	X(TCP_ACK_DUE_STAYS, "tcp-ack-due-stays", "RFC9293:MUST-59", \
	  "lets an ACK wait for its timer when more text shows that a shorter wait would do") \
	X(TCP_BACKOFF_BEFORE_TICKS, "tcp-backoff-before-ticks", "RFC6298:5.5", \
	  "doubles a time-out before it is rounded up to ticks of the clock") \
	X(TIMER_EXACT, "timer-exact", "RFC6298:4-G", \
	  "lets timers fire between the ticks of its clock, just when they are due") \
	X(TIMER_FINE_IN_SLOTS, "timer-fine-in-slots", "RFC6298:4-G", \
	  "lets segments that are paced wait for a tick of the clock") \
	X(TIMER_SLOTS_NARROW, "timer-slots-narrow", "RFC6298:4-G", \
	  "files a timer that is far ahead as exactly as one that is due soon") \
	X(TCP_HYSTART_ALWAYS, "tcp-hystart-always", "RFC9406:4.3-INITONLY", \
	  "looks for longer round trips in each slow start, not in the first one alone") \
	X(TCP_HYSTART_PAST_LIMIT, "tcp-hystart-past-limit", "RFC9406:4.2-CSS", \
	  "opens the window in conservative slow start by a quarter of all that an ACK acknowledges") \
	X(TCP_CUBIC_COUNTS_LITTLE, "tcp-cubic-counts-little", "RFC9438:4.2-APPLIM", \
	  "counts time in which its user sent too little for the curve, if something was in flight") \
	X(TCP_CUBIC_BEHIND_RENO, "tcp-cubic-behind-reno", "RFC9438:4.3-RENO", \
	  "lets the window come near to Reno's instead of being that") \
	X(TCP_CUBIC_RENO_SLOW, "tcp-cubic-reno-slow", "RFC9438:4.3-ALPHA1", \
	  "adds 0.53 segments a round trip though Reno has come to where the loss was") \
	X(TCP_CUBIC_OLD_STAGE, "tcp-cubic-old-stage", "RFC9438:4.2-FUNC", \
	  "goes on with the curve and W_est of before when slow start has led back to ssthresh") \
	X(TCP_ANY_ERROR_REVERTS, "tcp-any-error-reverts", "RFC6069:4.2-REVERT", \
	  "takes a back-off back for an error that does not say that the path is broken") \
	X(TCP_UNDO_BURSTS, "tcp-undo-bursts", "RFC4015:3.4-REVERSE", \
	  "restores the whole window at once when nothing was lost, though little is in flight") \
	X(TCP_ECN_HURRIES_AT_ONE, "tcp-ecn-hurries-at-one", "RFC3168:6.1.2-CWND1", \
	  "sends the next segment at once though a mark met a window of one") \
	X(TCP_CUBIC_MARKS_LEAVE_TWO, "tcp-cubic-marks-leave-two", "RFC9438:4.6-ECNMIN", \
	  "stops lowering the window for marks at two segments") \
	X(TCP_OVERRIDE_UNPACED, "tcp-override-unpaced", "RFC9293:3.8.6.2.1-OVERRIDE", \
	  "takes what waits for its turn for what is too small for the window") \
	X(TCP_PART_OPENS_WINDOW, "tcp-part-opens-window", "RFC5681:3.1-SSINC", \
	  "opens a window of segments by what is selected beside an ACK of a part of a segment") \
	X(TCP_PEAK_IN_OLD_SEGMENTS, "tcp-peak-in-old-segments", "RFC7661:4.4-NVGROW", \
	  "takes the window for used when the path takes smaller segments than those that were in flight") \
	X(TCP_TOO_BIG_REWINDS, "tcp-too-big-rewinds", "RFC1191:6.4-RTX", \
	  "sends everything again from the oldest octet on when a segment was too big, and marks nothing as lost") \
	X(FAST_OPEN_EMPTY_UNCOUNTED, "fast-open-empty-uncounted", "RFC7413:4.2.2-CLISYN", \
	  "counts no segment for the text of a SYN that could have had some, where others count an empty one") \
	X(TCP_ANSWER_TEXT_JUDGED, "tcp-answer-text-judged", "RFC7413:4.2.2-CLISYN", \
	  "opens the window, and learns the size of segments, from the text of a SYN,ACK") \
	X(TCP_REPAIR_TELLS_OLD, "tcp-repair-tells-old", "RFC2883:4-FIRST", \
	  "reports text that came again with what the ACK beside it lets go, and sends no ACK of its own") \
	X(TCP_OLD_TEXT_DUPLICATE, "tcp-old-text-duplicate", "RFC5681:2-DUPDEF", \
	  "takes text or a FIN that came before for a duplicate ACK") \
	X(TCP_CLOSING_REST_HEARD, "tcp-closing-rest-heard", "RFC9293:3.10.7.4-FINACK", \
	  "acknowledges a FIN that comes again with the ACK that leads from CLOSING to TIME-WAIT") \
	X(TCP_SIGNED_PREDICTED, "tcp-signed-predicted", "RFC2385:4.3-MSS", \
	  "takes a signed segment for just what was expected next, as if it had no options") \
	X(INFO_LOSSES_FORGOTTEN, "info-losses-forgotten", "RFC9293:MUST-20", \
	  "tells users of no losses once a connection was given up because of them") \
	X(INFO_BACKOFF_LEFT, "info-backoff-left", "RFC6298:5.5", \
	  "tells users of a time-out that is backed off after the connection has ended") \
	X(TCP_PART_NO_NEWS, "tcp-part-no-news", "RFC6298:5.3", \
	  "measures no round trip, and leaves the timer alone, when an ACK ends inside a burst") \
	X(TCP_PROOF_ACKS_TEXT, "tcp-proof-acks-text", "RFC5682:2.1-2B", \
	  "takes the text of a segment before it sends the new text by which F-RTO decides") \
	X(TCP_AGAIN_NOT_FILLED, "tcp-again-not-filled", "RFC9293:SHLD-27", \
	  "cuts what it sends again as at first, though options took room then") \
	X(TCP_SELECTED_NOT_TRIMMED, "tcp-selected-not-trimmed", "RFC2018:8-RENEGE", \
	  "begins below SND.UNA when it sends again what was selected, thrown away and acknowledged in part") \
	X(TCP_SELECTED_ALL_JOIN, "tcp-selected-all-join", "RFC9293:SHLD-27", \
	  "joins selected segments of different sizes, so that they are cut anew if they have to go again") \
	X(TCP_EARLY_FIN_UNCOUNTED, "tcp-early-fin-uncounted", "RFC5681:4.2-OOO", \
	  "does not count a FIN that comes out of order") \
	X(INFO_FIN_AS_TEXT, "info-fin-as-text", "RFC9293:MUST-20", \
	  "takes the rate at which a FIN was delivered for one that the user did not limit") \
	X(INFO_DUPLICATES_FLY, "info-duplicates-fly", "RFC9293:MUST-20", \
	  "counts what duplicate ACKs stand for as in flight when it asks whether the user limits the rate") \
	X(TCP_PROBE_PART_COUNTS, "tcp-probe-part-counts", "RFC8985:7.3-LASTSEG", \
	  "counts a probe of the tail as a retransmission if a window that shrank had cut its segment") \
	X(TCP_COOKIE_TIMELESS, "tcp-cookie-timeless", "RFC6298:5.7", \
	  "begins with the first RTO once a cookie has returned, whatever its time-stamp says") \
	X(TCP_PROBED_IN_ORDER, "tcp-probed-in-order", "RFC9293:MUST-20", \
	  "forgets that the oldest segment was probed with when it tells users of disorder") \
	X(INFO_TEXT_ANSWERS, "info-text-answers", "RFC9293:MUST-37", \
	  "takes expected text whose ACK says nothing new for the answer to a window probe") \
	X(INFO_BOTH_OPEN_ASK, "info-both-open-ask", "RFC9293:MUST-20", \
	  "tells users of no options after a SYN that crossed ours") \
	X(INFO_SYN_TEXT_IDLE, "info-syn-text-idle", "RFC9293:MUST-20", \
	  "counts no time in which text of a SYN waits as busy") \
	X(INFO_RATE_ALONE, "info-rate-alone", "RFC9293:MUST-20", \
	  "measures a rate before any round trip, though the ACK may be of an earlier copy") \
	X(TCP_PACED_NO_MORE, "tcp-paced-no-more", "RFC5681:3.1-SSINC", \
	  "sends in bursts again once another algorithm has been chosen, or the user's limit is gone") \
	X(TCP_STAYS_SHUT, "tcp-stays-shut", "RFC9293:3.10.4-SYNSENT", \
	  "remembers a direction that was shut before a listener or a request was shut down") \
	X(SOCK_STAMP_NOT_SET, "sock-stamp-not-set", "RFC9293:MUST-20", \
	  "takes TCP_TIMESTAMP for an option that cannot be set at all") \
	X(TCP_CROSSED_SCALED, "tcp-crossed-scaled", "RFC7323:2.2-SYNWND", \
	  "scales the window of a SYN,ACK that comes after a SYN that crossed ours") \
	X(INFO_CROSSING_ONCE, "info-crossing-once", "RFC9293:MUST-20", \
	  "counts our SYN and SYN,ACK as one delivery if both went out") \
	X(TCP_UNDO_IN_OCTETS, "tcp-undo-in-octets", "RFC4015:3.4-REVERSE", \
	  "restores fewer segments if they have become larger since the window fell") \
	X(TCP_THRESHOLD_IN_OCTETS, "tcp-threshold-in-octets", "RFC5681:3.1-RTOSSTHRESH", \
	  "ends slow start earlier once segments have become larger") \
	X(TCP_UNASKED_GIVEN_UP, "tcp-unasked-given-up", "RFC9293:SHLD-17", \
	  "gives up over a shut window that it has not even probed") \
	X(TCP_FRTO_SILENT, "tcp-frto-silent", "RFC5682:2.1-NONEW", "waits for a proof that it cannot ask for") \
	X(TCP_CUBIC_TICKLESS, "tcp-cubic-tickless", "RFC9438:4.2-FUNC", "follows its curve within a tick") \
	X(TCP_ACCECN_CHALLENGE_COUNTS, "tcp-accecn-challenge-counts", "RFC9768:3.2.2.1-HSENC", \
	  "answers a SYN in the window with a count of marks where it shows the mark of the SYN by choice") \
	X(TCP_ACCECN_OLD_UNHEARD, "tcp-accecn-old-unheard", "RFC9293:3.10.7.4-SEQLW", \
	  "with Accurate ECN ignores the ACK of old text by which the peer could not know that it is old") \
	X(TCP_WINDOW_OF_TRIMMED, "tcp-window-of-trimmed", "RFC5681:2-DUPDEF", \
	  "takes the next ACK after text that came again for a duplicate, though its number is higher") \
	X(TCP_DCTCP_WITHOUT_ECN, "tcp-dctcp-without-ecn", "RFC8257:3.5-LOSS", \
	  "waits for marks though ECN was not agreed to") \
	X(TCP_DCTCP_UNMARKED_HEARD, "tcp-dctcp-unmarked-heard", "RFC8257:3.2-CE", \
	  "takes a segment that no queue can mark for one that met no queue") \
	X(TCP_URGENT_CORKED, "tcp-urgent-corked", "RFC9293:MUST-32", \
	  "lets what is urgent wait for text that was said to come") \
	X(TCP_ROUTE_CONTROL_UNLOCKED, "tcp-route-control-unlocked", "RFC5681:3.1-USE", \
	  "lets a socket choose another congestion control than the one that a route has locked") \
	X(STAMPS_WITHOUT_NUMBERS, "stamps-without-numbers", "RFC9293:3.9.1.8-ASYNC", \
	  "tells when text was sent, but not the state of the connection at that moment") \
	X(TCP_ACCECN_BEACON_WAITS, "tcp-accecn-beacon-waits", "RFC9768:3.2.3.3-EVERYACK", \
	  "sends an option so many times in a round trip only after something else asked for the first one") \
	X(TCP_OLD_SYN_UNCOUNTED, "tcp-old-syn-uncounted", "RFC9293:3.10.7.4-SYNSYNC", \
	  "takes a SYN outside the window for any segment outside it") \
	X(TCP_ECN_BEHIND_FIN, "tcp-ecn-behind-fin", "RFC9293:3.10.7.4-TEXTIGN", \
	  "heeds marks of text behind the peer's FIN, which it ignores") \
	X(INFO_SIZE_FORGOTTEN, "info-size-forgotten", "RFC9293:SHLD-5", \
	  "tells the default segment size once a connection has ended") \
	X(TCP_SIZE_SURVIVES, "tcp-size-survives", "RFC9293:SHLD-5", \
	  "keeps the limit of segments of a connection that connect() has dissolved") \
	X(GROUP_ANYWHERE, "group-anywhere", "RFC3376:5.1-CHANGE", \
	  "joins groups to which no route leads, on some interface") \
	X(TCP_RATE_FORGOTTEN, "tcp-rate-forgotten", "RFC5681:3.1-USE", \
	  "paces by no rate at all after its user has chosen another congestion control") \
	X(INFO_SPREAD_UNKNOWN, "info-spread-unknown", "RFC6298:5.7", \
	  "tells users a spread of 0 while no round trip was measured") \
	X(TCP_COPY_TIES, "tcp-copy-ties", "RFC8985:6.2-SPURIOUS", \
	  "believes an ACK of a copy after the least round trip, though much happened in that and nothing in this") \
	X(TCP_PART_IN_ORDER, "tcp-part-in-order", "RFC8985:6.2-REORDSEEN", \
	  "takes the rest of a segment that was acknowledged in part for text in order") \
	X(TCP_RACK_ALWAYS_LOOKS, "tcp-rack-always-looks", "RFC8985:7.2-PTOARM", \
	  "looks for losses also when an ACK of news shows nothing unusual, and keeps the reordering timer") \
	X(TCP_UNDO_BEYOND_PROBE, "tcp-undo-beyond-probe", "RFC8985:7.4.2-LOSSCC", \
	  "restores, when an old loss turns out to be none, the window from before a probe of the tail repaired one") \
	X(TCP_TAIL_PROBE_DOUBTED, "tcp-tail-probe-doubted", "RFC8985:7.4.2-DSACK", \
	  "takes a probe of the tail for a repair though a D-SACK tells of it, if another one was in vain before") \
	X(TCP_CHUNK_HALVES_ANYTHING, "buf-chunk-halves-anything", "RFC9293:3.8.6.2.1-SENDRULES", \
	  "takes half of a small window for a chunk, and one segment if the window was never open") \
	X(TCP_GATHERS_OPTIONS, "buf-gathers-options", "RFC9293:MAY-16", \
	  "gathers a chunk of more than its segments hold beside their options") \
	X(TCP_CHUNK_REST_WAITS, "buf-chunk-rest-waits", "RFC9293:SHLD-7", \
	  "keeps the small rest of a chunk for the next one though the window is wide") \
	X(TCP_MTU_TOLD_ALONE, "tcp-mtu-told-alone", "RFC4821:7.2-LOW", \
	  "keeps segments as large as a lowered path MTU allows though probing is on") \
	X(TCP_ACCECN_CROWDS_SACK, "tcp-accecn-crowds-sack", "RFC9768:3.2.3.3-SACKFIRST", \
	  "leaves out a third block of SACK for counters that have not changed") \
	X(TCP_ACCECN_REPEAT_IN_VAIN, "tcp-accecn-repeat-in-vain", "RFC9768:3.2.3.2.2-FALLBACK", \
	  "sends the AccECN option on though text comes again of which a D-SACK beside it told") \
	X(TCP_ACCECN_FIN_FORGETS, "tcp-accecn-fin-forgets", "RFC9768:3.2.2-ACE", \
	  "acknowledges a FIN that acknowledges its own without ACE, as what is left of a connection does") \
	X(FAST_OPEN_TOO_BIG_ONCE, "fast-open-too-big-once", "RFC7413:4.1.3.1-NEG", \
	  "does not heed that the text of a SYN was too much for the path after a SYN without") \
	X(FAST_OPEN_LATE_FIN_MISSED, "fast-open-late-fin-missed", "RFC7413:4.1.3.1-NEG", \
	  "sees no sign of a black hole in a FIN beyond RCV.NXT after CLOSE") \
	X(FAST_OPEN_ANY_END_GOOD, "fast-open-any-end-good", "RFC7413:4.1.3.1-DISABLE", \
	  "forgets a black hole at the end of a connection that was opened before it was found") \
	X(TCP_RTT_FORGOTTEN, "tcp-rtt-forgotten", "RFC6298:2.1", \
	  "begins with the RTO of a host that knows nothing of the peer") \
	X(TCP_RTT_OF_LAST, "tcp-rtt-of-last", "RFC6298:2.1", \
	  "keeps the round trip of the last connection alone") \
	X(FAST_OPEN_TEXT_UNPUSHED, "fast-open-text-unpushed", "RFC9293:MUST-60", \
	  "sends text of a SYN again without PSH once more was written") \
	X(TCP_ACCECN_ACK_BEFORE_TEXT, "tcp-accecn-ack-before-text", "RFC7413:4.2.2-CLIRETX", \
	  "reflects the mark of a SYN,ACK before it sends text of the SYN again") \
	X(TCP_ACCECN_ROOM_IN_VAIN, "tcp-accecn-room-in-vain", "RFC9293:MAY-16", \
	  "keeps room for an AccECN option that does not fit beside blocks of SACK") \
	X(TCP_COOKIE_ACE_UNRECORDED, "tcp-cookie-ace-unrecorded", "RFC9768:3.1.1-SYNACK", \
	  "does not record in the time-stamp of a SYN cookie that AccECN was agreed on") \
	X(TCP_SEND_BUFFER_BY_ANY_ACK, "buf-send-buffer-by-any-ack", "RFC9293:MAY-16", \
	  "grows a send buffer though the congestion window is full") \
	X(TCP_SEND_BUFFER_IN_ORDER, "buf-send-buffer-in-order", "RFC9293:MAY-16", \
	  "grows a send buffer to congestion windows alone, though more segments may be overtaken") \
	X(TCP_SIGNED_BY_THEN, "tcp-signed-by-then", "RFC9293:MUST-61", \
	  "sends bursts or single segments by the key of the moment, and not of the opening") \
	X(TCP_ACCECN_UNPREDICTED, "tcp-accecn-unpredicted", "RFC9768:3.2.2-ACE", \
	  "takes an ACE field that says nothing new for a reason to send") \
	X(TCP_UNDO_OVER_MARKS, "tcp-undo-over-marks", "RFC3168:6.1.2-ECECUT", \
	  "restores the window after a spurious time-out though congestion was marked since") \
	X(TCP_URGENT_WAITS_NOT, "tcp-urgent-waits-not", "RFC9293:3.8.5-URGADD", \
	  "fills the window with single segments while something is urgent, where bursts would wait") \
	X(FAST_OPEN_SYN_MEASURED, "fast-open-syn-measured", "RFC6298:5.7", \
	  "begins with an RTO of one second though the SYN that opened the connection came again") \
	X(TCP_PROBES_SHARE_BACKOFF, "tcp-probes-share-backoff", "RFC9293:SHLD-30", \
	  "probes a window as soon as text would go again") \
	X(FAST_OPEN_HOLE_WITHOUT_COOKIE, "fast-open-hole-without-cookie", "RFC7413:4.1.3.1-NEG", \
	  "takes an early RST for the sign of a black hole though its SYN had no option") \
	X(TCP_CHUNK_WHOLE_AGAIN, "buf-chunk-whole-again", "RFC9293:MAY-16", \
	  "charges a chunk of which a part goes again as before") \
	X(TCP_GATHERS_NOTHING_URGENT, "tcp-gathers-nothing-urgent", "RFC9293:MUST-61", \
	  "ends chunks where they were written while something is urgent") \
	X(TCP_TIMERS_HASTY, "tcp-timers-hasty", "RFC9293:MUST-58", \
	  "acknowledges late text before it looks at what has just come") \
	X(TCP_CHUNK_WITHOUT_OPTIONS, "buf-chunk-without-options", "RFC9293:MAY-16", \
	  "measures chunks of a send buffer in segments without options") \
	X(TCP_REST_KEEPS_BORDERS, "tcp-rest-keeps-borders", "RFC9293:3.10.7.4-ACKADV", \
	  "cuts what an ACK leaves of a burst where the burst was cut at first") \
	X(TCP_FITTING_AGAIN, "tcp-fitting-again", "RFC1191:6.4-RTX", \
	  "sends everything again when ICMP tells of a path MTU that all of it fits") \
	X(TCP_CHUNK_ROOM_FILLED, "tcp-chunk-room-filled", "RFC9293:3.8.6.2.1-SENDRULES", \
	  "makes segments of one SEND larger once the AccECN option is no longer due") \
	X(TCP_ECN_CWR_WITHOUT_REDUCTION, "tcp-ecn-cwr-without-reduction", "RFC3168:6.1.2-CWR", \
	  "says that it has reduced its window, which is restored by then") \
	X(TCP_ECN_CWR_UNASKED, "tcp-ecn-cwr-unasked", "RFC9768:3.1.5-NOCWR", \
	  "sets CWR because a SYN that asked for AccECN was lost") \
	X(FAST_OPEN_FIN_BEHIND_TEXT, "fast-open-fin-behind-text", "RFC9293:3.10.4-SYNRCVD", \
	  "lets a FIN that waited for the handshake wait for the text of its last segment") \
	X(FAST_OPEN_SYN_PUTS_OFF, "fast-open-syn-puts-off", "RFC7413:4.2.2-SRVRTO", \
	  "starts the timer of its SYN,ACK anew whenever the SYN comes again") \
	X(FAST_OPEN_SIZES_UNSCALED, "fast-open-sizes-unscaled", "RFC9293:3.8.6.2.1-SENDRULES", \
	  "cuts the first text to half of the window of a SYN that says more when it is scaled") \
	X(FAST_OPEN_TEXT_UNASKED, "fast-open-text-unasked", "RFC7413:4.2.2-CLISYN", \
	  "delivers text of a SYN,ACK though its own SYN had neither text nor the option") \
	X(TCP_BURST_AGAIN_OUTSIDE, "tcp-burst-again-outside", "RFC5681:2-SNDLIMIT", \
	  "sends the other segments of a burst again, though the first reached the edge of the window") \
	X(TCP_UNMEASURED_WITHOUT_RATE, "tcp-unmeasured-without-rate", "RFC5681:3-NOTMORE", \
	  "sends the smallest bursts as long as no round trip was measured") \
	X(TCP_EARLY_NOT_QUICK, "tcp-early-not-quick", "RFC5681:4.2-OOO", \
	  "merges ACKs of early text while the peer's congestion window still needs each of them") \
	X(TCP_EARLY_NOT_COLLAPSED, "buf-early-not-collapsed", "RFC9293:3.10.7.4-TEXT", \
	  "never copies early packets together") \
	X(TCP_COVERED_CHARGED, "buf-covered-charged", "RFC9293:3.10.7.4-TEXT", \
	  "goes on charging early packets that a later one has covered") \
	X(TCP_BUFFER_NOT_FOR_EARLY, "buf-not-for-early", "RFC9293:3.8.6.2.2-WNDUPD", \
	  "lets a receive buffer grow only for a user who reads") \
	X(TCP_TIME_WAIT_YIELDS_UNSTAMPED, "tcp-time-wait-yields-unstamped", "RFC9293:MAY-2", \
	  "connects from a port in TIME-WAIT though nothing tells old segments from new ones") \
	X(TCP_REOPENED_ANYWHERE, "tcp-reopened-anywhere", "RFC9293:MAY-2", \
	  "begins a connection out of TIME-WAIT where the old one ended") \
	X(TCP_HALF_OPEN_STAMP_FIRST, "tcp-half-open-stamp-first", "RFC9293:3.10.7.4-SYNRCVDBAD", \
	  "looks in SYN-RECEIVED at the time-stamp before it looks at the ACK") \
	X(TCP_SYN_ECHO_HEEDED, "tcp-syn-echo-heeded", "RFC7323:3.2-IGNTSECR", \
	  "takes a SYN that comes again for another one, because of what it echoes") \
	X(TCP_ANSWER_TRIES_OF_HOST, "tcp-answer-tries-of-host", "RFC9293:MUST-23", \
	  "repeats a SYN,ACK as often as the host says, whatever its socket says") \
	X(TCP_ALIVE_BY_OLD_ACK, "tcp-alive-by-old-ack", "RFC9293:MUST-26", \
	  "puts keep-alive off because of an ACK that was overtaken") \
	X(TCP_TIME_WAIT_COUNTED, "tcp-time-wait-counted", "RFC9293:3.10.7.4-TWFIN", \
	  "goes on counting segments for its user in TIME-WAIT") \
	X(TCP_FIN_ACKED_LAST, "tcp-fin-acked-last", "RFC9293:3.10.7.4-FINFW2", \
	  "forgets, in the ACK of a FIN, text that came early or twice") \
	X(INFO_AO_LEFT_OUT, "info-ao-left-out", "RFC2385:4.3-MSS", \
	  "leaves TCP-AO out of the segment size that a server is told") \
	X(TCP_REMNANT_SIGNED_FIRST, "tcp-remnant-signed-first", "RFC9293:3.10.7.4-TWFIN", \
	  "has the options of TIME-WAIT in the order of other states") \
	X(TCP_REUSED_FORGETS_STAMP, "tcp-reused-forgets-stamp", "RFC9293:MAY-2", \
	  "forgets the last time-stamp of a connection whose port is used again") \
	X(TCP_NEWS_ALONE_OPENS, "tcp-news-alone-opens", "RFC9293:3.8.6.2.2-WNDUPD", \
	  "opens the window by what is new in a segment, not by all of it") \
	X(TCP_OPENS_WITHOUT_SACK, "tcp-opens-without-sack", "RFC5681:2-DUPDEF", \
	  "opens the window beside ACKs of early text that no SACK explains") \
	X(TCP_REMNANT_SIGNS_RESET, "tcp-remnant-signs-reset", "RFC2385:3.0-FORMAT", \
	  "resets what comes signed with MD5 for a connection whose user has left") \
	X(INFO_BACKOFF_ANEW, "info-backoff-anew", "RFC6298:5.7", \
	  "tells a client whose SYN was repeated that nothing is backed off") \
	X(TCP_REMNANT_VERIFIES, "tcp-remnant-verifies", "RFC9293:SHLD-3", \
	  "wants segments signed in FIN-WAIT-2 though their user has left") \
	X(TCP_FIN_LEADS_BLOCKS, "tcp-fin-leads-blocks", "RFC2018:4-FIRST", \
	  "reports an early FIN before text that came later") \
	X(TCP_FULL_WITH_STAMPS, "tcp-full-with-stamps", "RFC9293:3.8.6.2.2-WNDUPD", \
	  "takes a segment for full that time-stamps have made too large") \
	X(TCP_RESERVE_ALWAYS, "tcp-reserve-always", "RFC9293:3.8.6.2.2-WNDUPD", \
	  "keeps a segment in reserve though the user has limited the window far below the buffer") \
	X(TCP_SMALL_EARLY_IDLE, "tcp-small-early-idle", "RFC9293:3.8.6.2.2-WNDUPD", \
	  "does not open the window for small segments that come early") \
	X(TCP_SHRINKING_DOWN, "tcp-shrinking-down", "RFC9293:SHLD-14", \
	  "rounds a window that may shrink down, whatever limits it") \
	X(TCP_FIRST_ACK_NEVER_WAITS, "tcp-first-ack-never-waits", "RFC9293:MUST-58", \
	  "acknowledges a SYN,ACK at once though the user is about to send") \
	X(TCP_GAP_NO_DUPLICATE, "tcp-gap-no-duplicate", "RFC2018:4-DUPACK", \
	  "does not count the ACK of text that fills part of a gap among those that go at once") \
	X(TCP_COMPRESS_UNMEASURED, "tcp-compress-unmeasured", "RFC2018:4-DUPACK", \
	  "merges ACKs of early text by the sender's round trip, though the receiver has measured none") \
	X(TCP_TIME_WAIT_SYN_SKIPPED, "tcp-time-wait-syn-skipped", "RFC9293:MAY-2", \
	  "answers SYNs that nobody listens for as seldom as other segments in TIME-WAIT") \
	X(TCP_NEW_ACK_OLD_WINDOW, "tcp-new-ack-old-window", "RFC9293:3.10.7.4-WNDUPDATE", \
	  "ignores the window beside an ACK of news because text with a higher number came before it") \
	X(TCP_SAME_WINDOW_DUPLICATE, "tcp-same-window-duplicate", "RFC5681:2-DUPDEF", \
	  "takes ACKs for duplicates that have a later number or a window of 0, as the RFC says") \
	X(TCP_RACK_JUDGES_AGAIN, "tcp-rack-judges-again", "RFC8985:6.2-DETECT", \
	  "takes for lost at once what an undo has just forgiven") \
	X(TCP_COPIES_AFTER_ORIGINAL, "tcp-copies-after-original", "RFC3522:3.2-STEP5", \
	  "goes on sending again after an ACK that proves that an original arrived") \
	X(TCP_RACK_ECHO_UNREAD, "tcp-rack-echo-unread", "RFC8985:6.2-SPURIOUS", \
	  "takes the ACK of an original for one of its copy though it echoes an earlier time") \
	X(TCP_OVERTAKEN_BY_SACK_ONLY, "tcp-overtaken-by-sack-only", "RFC8985:6.2-REORDSEEN", \
	  "without SACK does not learn of reordering from an original that arrives after its copy was sent") \
	X(TCP_JOINED_DUPLICATES_KEPT, "tcp-joined-duplicates-kept", "RFC5681:3.2-FRTX", \
	  "without SACK counts duplicate ACKs for small segments that went again as one") \
	X(TCP_TIMEOUT_CUTS_BURST, "tcp-timeout-cuts-burst", "RFC6298:5.4", \
	  "at a time-out takes only the first segment of the oldest burst for lost") \
	X(TCP_PART_LATE_WITHOUT_SACK, "tcp-part-late-without-sack", "RFC8985:6.2-REORDSEEN", \
	  "without SACK takes the rest of a segment that was acknowledged in part for reordered") \
	X(TCP_SELECTED_UNTIMED, "tcp-selected-untimed", "RFC6298:3-KARN", \
	  "measures no round trip by an ACK of what was selected before") \
	X(TCP_RATE_WHILE_RENEGED, "tcp-rate-while-reneged", "RFC2018:8-RENEGE", \
	  "measures the delivery rate while it sends again what the receiver threw away") \
	X(TCP_DUPLICATES_NO_DELIVERY, "tcp-duplicates-no-delivery", "RFC5681:3.2-FRTX", \
	  "without SACK measures the delivery rate as if duplicate ACKs delivered nothing") \
	X(TCP_COPIES_UNPACED, "tcp-copies-unpaced", "RFC9937:6.4-PACE", \
	  "sends again what is lost without waiting for its turn, though sending is paced") \
	X(TCP_NEW_TEXT_AT_EACH_TURN, "tcp-new-text-at-each-turn", "RFC5682:2.1-2B", \
	  "after a time-out sends more new text when its paced turn comes, and nothing again") \
	X(TCP_FIN_TELLS_DUPLICATE, "tcp-fin-tells-duplicate", "RFC2883:4-FIRST", \
	  "tells with the ACK of a FIN what came twice") \
	X(TCP_GHOSTS_WITHOUT_FIN, "tcp-ghosts-without-fin", "RFC5961:5.2-ACKRANGE", \
	  "takes an ACK that is older than our FIN, or SYN, for one of another connection") \
	X(TCP_OVERRIDE_PROBED, "tcp-override-probed", "RFC8985:7.2-PTOARM", \
	  "sends a part into a small window, and a probe of the tail behind it") \
	X(TCP_OVERRIDE_NOT_PUT_OFF, "tcp-override-not-put-off", "RFC9293:MUST-38", \
	  "fills a small window though an ACK has just said that it is small") \
	X(TCP_PROBE_ANSWERS_UNHEARD, "tcp-probe-answers-unheard", "RFC9293:MUST-37", \
	  "counts probes of a shut window as unanswered though the peer acknowledges them") \
	X(TCP_NO_PROTOCOL_UNHEARD, "tcp-no-protocol-unheard", "RFC9293:SHLD-26", \
	  "ignores that the peer's host has no TCP") \
	X(TCP_DEFERRED_REPEATS, "tcp-deferred-repeats", "RFC9293:3.10.7.4-SYNRCVDACK", \
	  "repeats the SYN,ACK of a connection that is not offered before its first text, though it was acknowledged") \
	X(TCP_REMNANT_STAMPS_ALL, "tcp-remnant-stamps-all", "RFC7323:5.3-R3", \
	  "in TIME-WAIT the time-stamps of a FIN or text at the left edge are remembered, too") \
	X(TCP_REMNANT_RST_SILENT, "tcp-remnant-rst-silent", "RFC5961:3.2-RSTOUT", \
	  "ignores an RST outside the window of a connection in FIN-WAIT-2 without a user") \
	X(TCP_AO_SACK_AND_STAMPS, "tcp-ao-sack-and-stamps", "RFC2018:4-MANY", \
	  "agrees to both SACK and time-stamps where TCP-AO leaves no room for SACK blocks") \
	X(TCP_WINDOW_WITHOUT_STAMPS, "tcp-window-without-stamps", "RFC2385:4.3-MSS", \
	  "offers a window for segments without time-stamps when these give way to SACK blocks") \
	X(TCP_AO_RESET_IN_VAIN, "tcp-ao-reset-in-vain", "RFC5925:7.4-LASTOUT", \
	  "answers segments with TCP-AO for no connection by a reset that is not signed") \
	X(INFO_SIZE_OF_SIGNED, "info-size-of-signed", "RFC2385:4.3-MSS", \
	  "tells users a segment size that leaves out the signature") \
	X(TCP_SYN_TRIES_COUNTED, "tcp-syn-tries-counted", "RFC9293:MUST-23", \
	  "counts tries of a SYN, though more fit into the time that these take if backed off") \
	X(TCP_SYN_TEXT_PUSHES, "tcp-syn-text-pushes", "RFC9293:MAY-16", \
	  "counts text of the SYN when it looks whether half of a window waits to be pushed") \
	X(TCP_SYN_ACK_LOST_ALONE, "tcp-syn-ack-lost-alone", "RFC7413:4.2.2-SRVRTO", \
	  "keeps sending by a full window while its SYN,ACK of Fast Open gets lost again and again") \
	X(TCP_MTU_DOUBT_IS_FAILURE, "tcp-mtu-doubt-is-failure", "RFC4821:7.6.4-INCONC", \
	  "takes the size of a probe for too large if it was lost beside others") \
	X(TCP_TOO_BIG_OF_OTHERS, "tcp-too-big-of-others", "RFC1191:6.4-RTX", \
	  "sends nothing again when ICMP tells of a path MTU that another socket has been told of before") \
	X(TCP_GROWN_COLLAPSES, "tcp-grown-collapses", "RFC9293:3.10.7.4-TEXT", \
	  "copies text together though the receive buffer has just grown enough") \
	X(TCP_TIMEOUT_LOSES_ALL, "tcp-timeout-loses-all", "RFC8985:6.3-RTO", \
	  "takes at a time-out even that for lost which has just left") \
	X(TCP_FAST_OPEN_IMPATIENT, "tcp-fast-open-impatient", "RFC7413:4.2.2-SRVRTO", \
	  "gives up a connection of Fast Open as soon as one that is half open") \
	X(TCP_OLD_RESET_SILENT, "tcp-old-reset-silent", "RFC9293:3.10.7.4-RSTCHALLENGE", \
	  "drops without a word a RST whose number lies between the last ACK and RCV.NXT, where a host challenges it") \
	X(TCP_EIFEL_LOST_ACKS, "tcp-eifel-lost-acks", "RFC3522:3.2-LOSTACKS", \
	  "takes it for a mistake to have timed out when all ACKs were lost") \
	X(TCP_RTO_UNADAPTED, "tcp-rto-unadapted", "RFC4015:3.6-ADAPT", \
	  "keeps what a delay has done to its estimates of the round trip, though nothing was lost") \
	X(TCP_OWN_SIZE_UNEXPECTED, "tcp-own-size-unexpected", "RFC9293:MUST-15", \
	  "sends 536 octets after a SYN,ACK without MSS where a host takes the size that it was told to offer") \
	X(TCP_BBR_PAIRS_WHEN_SLOW, "tcp-bbr-pairs-when-slow", "draft-ietf-ccwg-bbr:5.6.3-QUANTUM", \
	  "sends two segments at once at any rate, however slow it is") \
	X(TCP_UNVALIDATED_GOES, "tcp-unvalidated-goes", "RFC7661:4.4-PRESERVE", \
	  "takes a window away behind a pause that should be kept for minutes") \
	X(TCP_UNVALIDATED_FOR_EVER, "tcp-unvalidated-for-ever", "RFC7661:4.4.3-NVP", \
	  "keeps a window for ever that nobody has used for minutes") \
	X(TCP_UNVALIDATED_LOSS, "tcp-unvalidated-loss", "RFC7661:4.4.1-LOSS", \
	  "counts little that was in flight at a loss as all that the path carried") \
	X(TCP_UNVALIDATED_REPAIRS_FREE, "tcp-unvalidated-repairs-free", "RFC7661:4.4.1-END", \
	  "does not take what went again off a window that was not validated") \
	X(TCP_UNVALIDATED_BURSTS, "tcp-unvalidated-bursts", "RFC7661:4.4.2-BURST", \
	  "fills a window that was not validated at once") \
	X(TCP_UNVALIDATED_BY_LATEST, "tcp-unvalidated-by-latest", "RFC7661:4.2-PIPEACK", \
	  "takes the latest round trip alone for what the path carries") \
	X(TCP_UNVALIDATED_REMEMBERS, "tcp-unvalidated-remembers", "RFC7661:4.4.1-UNDEFINED", \
	  "still goes by what the path carried before a loss when that is repaired") \
	X(UDP_FULL_TOLD, "udp-full-told", "RFC4443:3.1-CONGEST", \
	  "answers a datagram for which the receive buffer has no room as if nobody received there") \
	X(INFO_UNSENT_FORGOTTEN, "info-unsent-forgotten", "RFC9293:MUST-20", \
	  "does not tell how much had not gone out when a connection was given up") \
	X(TCP_PACE_ABOVE_ROOM, "tcp-pace-above-room", "RFC9293:SHLD-14", \
	  "counts on a pace of the user for which the buffer has no room any more") \
	X(TCP_ECHO_KEPT_FOR_TEXT, "tcp-echo-kept-for-text", "RFC7323:4.1-RTTM", \
	  "measures by an echo that an earlier segment without text brought") \
	X(TCP_RTT_NO_TICK, "tcp-rtt-no-tick", "RFC7323:4.1-CLOCK", \
	  "takes an echo of the same tick for no time at all") \
	X(TCP_LATE_COUNTED_ONCE, "tcp-late-counted-once", "RFC8985:6.2-REORDSEEN", \
	  "counts text that was overtaken once where an ACK acknowledges some and selects some") \
	X(TCP_ECN_TIMEOUT_UNTOLD, "tcp-ecn-timeout-untold", "RFC3168:6.1.2-CWR", \
	  "does not tell of the reduction where a time-out ends recovery") \
	X(TCP_TOLD_FORGOTTEN, "tcp-told-forgotten", "RFC9293:3.10.1-EXISTS", \
	  "takes a socket whose connection has ended for a new one, though its user was told that it is open") \
	X(TCP_PORT_KEPT_BY_ENDED, "tcp-port-kept-by-ended", "RFC9293:MUST-43", \
	  "does not let a user bind a socket whose connection has ended, and whose port nobody chose")

#endif
