# SPDX-License-Identifier: MIT
"""Every state against every segment: what RFC 9293 says happens, as data.

RFC 9293, 3.10.7, describes what a TCP does with a segment as a walk through checks: the sequence number, RST, SYN,
the ACK field, text, FIN. Each check either ends the walk (the segment is dropped, perhaps with an answer) or lets it
go on, perhaps in another state. REACTIONS is that walk, a row for each sentence: at which check, in which states, for
which segments, with which answer, into which state, and whether the walk ends; and where the sentence stands. The
first row of a check that fits is the one that counts. Where other documents changed the walk (RFC 5961, RFC 7323, RFC
6191, RFC 1337) their row stands in front.

Nothing here is taken from an implementation. Where the documents leave a choice, or say nothing, the answer is
"either": then only the state afterwards is checked.

Words of conditions, all of which must hold; "!" is not:

	syn ack fin rst text	the segment has this
	acceptable		some of it lies in the window (3.4: the four cases), judged with its whole length
	at-left			its first number is RCV.NXT
	in-order		its first number is RCV.NXT or below, so that nothing is missing in front of it
	ack-ancient		SEG.ACK < SND.UNA - MAX.SND.WND
	ack-old			SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.UNA
	ack-new			SND.UNA < SEG.ACK =< SND.NXT
	ack-unsent		SND.NXT < SEG.ACK
	stamp-old		its time-stamp is older than TS.Recent
	stamp-missing		it has none though they were agreed on
	newer			a SYN whose number is beyond all that the peer has sent

Answers: nothing; ACK (<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>); RST (<SEQ=SEG.ACK><CTL=RST>); RST-ACK
(<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>); SYN-ACK; late-ACK (within the half second that MUST-40 leaves); either.
"""

# ---- states, and how to get there ----
#
# The peer's numbers and ours begin at 0. Before the FINs 2000 bytes of ours were acknowledged, so that there is an
# acknowledgement that is too old (MAX.SND.WND is 1000), and 100 of the peer's were read, too few to move the right edge
# of the window. Where we may send, 500 bytes are on their way.

class State:
    def __init__(self, name, steps, una, nxt, rcv, fd, info):
        self.name, self.steps, self.una, self.nxt, self.rcv, self.fd, self.info = name, steps, una, nxt, rcv, fd, info


LISTENER = '''\
 0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0    setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
+0    setsockopt(3, SOL_SOCKET, SO_RCVBUF, [20000], 4) = 0
+0    bind(3, ..., ...) = 0
+0    listen(3, 5) = 0
'''
CONNECTING = '''\
 0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
+0    setsockopt(4, SOL_SOCKET, SO_RCVBUF, [20000], 4) = 0
+0    fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
+0    connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
+0    > S 0:0(0) <...>
'''
SYN = '+0.01 < S 0:0(0) win 1000 <mss {mss}{stamp 100 0}>\n+0    > S. 0:0(0) ack 1 <{answer}>\n'
OPEN = LISTENER + SYN + '''\
+0.01 < . 1:1(0) ack 1 win 1000{stamps 101}
+0    accept(3, ..., ...) = 4
+0    write(4, ..., 1000) = 1000
+0    > P. 1:1001(1000) ack 1 <...>
+0.01 < P. 1:101(100) ack 1001 win 1000{stamps 102}
+0~+0.55 > . 1001:1001(0) ack 101 <...>
+0    recv(4, ..., 1000, 0) = 100
+0    write(4, ..., 1000) = 1000
+0    > P. 1001:2001(1000) ack 101 <...>
+0.01 < . 101:101(0) ack 2001 win 1000{stamps 103}
'''
SENDING = '+0    write(4, ..., 500) = 500\n+0    > P. 2001:2501(500) ack {rcv} <...>\n'
OUR_FIN = '+0    shutdown(4, SHUT_WR) = 0\n+0    > F. 2001:2001(0) ack {rcv} <...>\n'
THEIR_FIN = '+0.01 < F. 101:101(0) ack {una} win 1000{stamps 105}\n+0~+0.55 > . {nxt}:{nxt}(0) ack 102 <...>\n'
ACK_OF_FIN = '+0.01 < . {rcv}:{rcv}(0) ack 2002 win 1000{stamps 104}\n'

STATES = [
    State('CLOSED', [' 0    `true`\n'], 0, 0, 0, None, None),
    State('LISTEN', [LISTENER], 0, 0, 0, 3, 'TCP_LISTEN'),
    State('SYN-SENT', [CONNECTING], 0, 1, 0, 4, 'TCP_SYN_SENT'),
    State('SYN-RECEIVED', [LISTENER, SYN], 0, 1, 1, None, None),
    State('SYN-RECEIVED-active', [CONNECTING, SYN], 0, 1, 1, 4, 'TCP_SYN_RECV'),
    State('ESTABLISHED', [OPEN, SENDING], 2001, 2501, 101, 4, 'TCP_ESTABLISHED'),
    State('FIN-WAIT-1', [OPEN, OUR_FIN], 2001, 2002, 101, 4, 'TCP_FIN_WAIT1'),
    State('FIN-WAIT-2', [OPEN, OUR_FIN, ACK_OF_FIN], 2002, 2002, 101, 4, 'TCP_FIN_WAIT2'),
    State('CLOSE-WAIT', [OPEN, THEIR_FIN, SENDING], 2001, 2501, 102, 4, 'TCP_CLOSE_WAIT'),
    State('CLOSING', [OPEN, OUR_FIN, THEIR_FIN], 2001, 2002, 102, 4, 'TCP_CLOSING'),
    State('LAST-ACK', [OPEN, THEIR_FIN, OUR_FIN], 2001, 2002, 102, 4, 'TCP_LAST_ACK'),
    State('TIME-WAIT', [OPEN, OUR_FIN, ACK_OF_FIN, THEIR_FIN], 2002, 2002, 102, 4, None),
]

SYNCHRONIZED = 'ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK TIME-WAIT'
RECEIVED = 'SYN-RECEIVED SYN-RECEIVED-active'
READING = 'ESTABLISHED FIN-WAIT-1 FIN-WAIT-2'
AFTER_FIN = 'CLOSE-WAIT CLOSING LAST-ACK TIME-WAIT'

# ---- segments ----

# Name, flags as scripts write them, octets of text.
SEGMENTS = [
    ('syn', 'S', 0), ('syn-text', 'S', 10), ('syn-ack', 'S.', 0), ('syn-ack-text', 'S.', 10), ('ack', '.', 0),
    ('text', 'P.', 10), ('text-urgent', 'PU.', 10), ('fin', 'F.', 0), ('fin-text', 'FP.', 10), ('rst', 'R', 0),
    ('rst-ack', 'R.', 0), ('rst-text', 'R.', 10), ('none', '-', 0), ('text-no-ack', 'P', 10), ('fin-no-ack', 'F', 0),
    ('syn-fin', 'SF', 0), ('syn-fin-ack', 'SF.', 0), ('syn-rst', 'SR', 0), ('fin-rst', 'FR.', 0),
    ('everything', 'SFRPU.', 0),
]

# Where the segment begins, from RCV.NXT; W is the window.
SEQUENCES = [
    ('below', lambda length, window: -50 - length),
    ('straddling', lambda length, window: -5),
    ('left', lambda length, window: 0),
    ('middle', lambda length, window: 5000),
    ('right', lambda length, window: window - 1),
    ('beyond', lambda length, window: window),
]

# What it acknowledges.
ACKNOWLEDGEMENTS = [
    ('ancient', lambda s: s.una - 1001),
    ('old', lambda s: s.una - 500),
    ('una', lambda s: s.una),
    ('nxt', lambda s: s.nxt),
    ('unsent', lambda s: s.nxt + 1),
]

# What its time-stamp is: 110 is newer than all before, 50 older.
STAMPS = [('stamp-old', 50), ('stamp-missing', None), ('stamp-good', 110)]


# ---- reactions ----

class Row:
    def __init__(self, check, states, when, answer, then, ends, clause):
        self.check, self.states, self.when = check, states.split(), when.split()
        self.answer, self.then, self.ends, self.clause = answer, then, ends, clause


STOP, GO_ON = True, False
SAME = None

CLOSED = [
    Row('all', 'CLOSED', 'rst', 'nothing', SAME, STOP, 'RFC9293:3.10.7.1-RST'),
    Row('all', 'CLOSED', 'ack', 'RST', SAME, STOP, 'RFC9293:3.10.7.1-ACK'),
    Row('all', 'CLOSED', '', 'RST-ACK', SAME, STOP, 'RFC9293:3.10.7.1-NOACK'),
]

LISTEN = [
    Row('all', 'LISTEN', 'rst', 'nothing', SAME, STOP, 'RFC9293:3.10.7.2-RST'),
    Row('all', 'LISTEN', 'ack', 'RST', SAME, STOP, 'RFC9293:3.10.7.2-ACK'),
    # Whether text and FIN of a SYN are kept or have to come again is left open.
    Row('all', 'LISTEN', 'syn', 'SYN-ACK', 'SYN-RECEIVED', STOP, 'RFC9293:3.10.7.2-SYN'),
    Row('all', 'LISTEN', '', 'nothing', SAME, STOP, 'RFC9293:3.10.7.2-OTHER'),
]

SYN_SENT = [
    Row('ack', 'SYN-SENT', 'ack !ack-new rst', 'nothing', SAME, STOP, 'RFC9293:3.10.7.3-BADACKRST'),
    Row('ack', 'SYN-SENT', 'ack !ack-new', 'RST', SAME, STOP, 'RFC9293:3.10.7.3-BADACK'),
    Row('rst', 'SYN-SENT', 'rst ack', 'nothing', 'CLOSED', STOP, 'RFC9293:3.10.7.3-RSTACK'),
    Row('rst', 'SYN-SENT', 'rst', 'nothing', SAME, STOP, 'RFC9293:3.10.7.3-RSTNOACK'),
    # The FIN is processed at the eighth step, to which the RFC sends what has more than a SYN.
    Row('syn', 'SYN-SENT', 'syn ack fin', 'ACK', 'CLOSE-WAIT', STOP, 'RFC9293:3.10.7.3-SYNACKDATA'),
    Row('syn', 'SYN-SENT', 'syn ack text', 'late-ACK', 'ESTABLISHED', STOP, 'RFC9293:3.10.7.3-SYNACKDATA'),
    Row('syn', 'SYN-SENT', 'syn ack', 'ACK', 'ESTABLISHED', STOP, 'RFC9293:3.10.7.3-SYNACK'),
    # Text and FIN of a SYN without ACK wait for ESTABLISHED, or for another time.
    Row('syn', 'SYN-SENT', 'syn', 'SYN-ACK', 'SYN-RECEIVED-active', STOP, 'RFC9293:3.10.7.3-SYN'),
    Row('syn', 'SYN-SENT', '', 'nothing', SAME, STOP, 'RFC9293:3.10.7.3-NOSYN'),
]

ALL = RECEIVED + ' ' + SYNCHRONIZED
OPENED = [
    # -- RFC 7323: before anything else, but not for a RST --
    # That a SYN is answered is a MUST (RFC 9293), that it is dropped for want of a time-stamp a SHOULD.
    Row('stamp', ALL, 'stamp-missing !rst !syn', 'nothing', SAME, STOP, 'RFC7323:3.2-MISSING'),
    # A SYN in TIME-WAIT is a matter of RFC 6191, below.
    Row('stamp', 'TIME-WAIT', 'syn', 'nothing', SAME, GO_ON, 'RFC6191:2-TSNEWER'),
    Row('stamp', ALL, 'stamp-old !rst', 'ACK', SAME, STOP, 'RFC7323:5.3-R1'),

    # -- first, the sequence number --
    # A new connection may begin in TIME-WAIT. What else a SYN brings along is left open, as in LISTEN.
    Row('sequence', 'TIME-WAIT', 'syn !ack !rst !fin !text newer !stamp-old', 'SYN-ACK', 'SYN-RECEIVED', STOP,
        'RFC9293:3.10.7.4-SYNTW'),
    # RFC 6191 drops an old SYN without a word, RFC 9293 answers a SYN in any synchronized state.
    Row('sequence', 'TIME-WAIT', 'syn !rst', 'either', 'either', STOP, 'RFC9293:3.10.7.4-SYNTW'),
    Row('sequence', ALL, '!acceptable rst', 'nothing', SAME, STOP, 'RFC9293:3.10.7.4-RSTOUT'),
    Row('sequence', ALL, '!acceptable', 'ACK', SAME, STOP, 'RFC9293:3.10.7.4-UNACCACK'),

    # -- second, RST --
    # RFC 1337 lets TIME-WAIT ignore it.
    Row('rst', 'TIME-WAIT', 'rst', 'either', 'either', STOP, 'RFC1337:4-F1'),
    # RFC 5961, 3.2: only the number that is expected next resets; it counts though text hangs on the RST.
    Row('rst', 'SYN-RECEIVED', 'rst at-left', 'nothing', 'LISTEN', STOP, 'RFC9293:3.10.7.4-RSTSYNRCVDP'),
    Row('rst', 'SYN-RECEIVED-active', 'rst at-left', 'nothing', 'CLOSED', STOP, 'RFC9293:3.10.7.4-RSTSYNRCVDA'),
    Row('rst', 'ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT', 'rst at-left', 'nothing', 'CLOSED', STOP,
        'RFC9293:3.10.7.4-RSTEST'),
    Row('rst', 'CLOSING LAST-ACK', 'rst at-left', 'nothing', 'CLOSED', STOP, 'RFC9293:3.10.7.4-RSTCLOSING'),
    Row('rst', ALL, 'rst', 'ACK', SAME, STOP, 'RFC9293:3.10.7.4-RSTCHALLENGE'),

    # -- fourth, SYN --
    Row('syn', 'SYN-RECEIVED', 'syn', 'nothing', 'LISTEN', STOP, 'RFC9293:3.10.7.4-SYNSYNRCVD'),
    Row('syn', ALL, 'syn', 'ACK', SAME, STOP, 'RFC9293:3.10.7.4-SYNSYNC'),

    # -- fifth, the ACK field --
    Row('ack', ALL, '!ack', 'nothing', SAME, STOP, 'RFC9293:3.10.7.4-NOACK'),
    Row('ack', RECEIVED, '!ack-new', 'RST', SAME, STOP, 'RFC9293:3.10.7.4-SYNRCVDBAD'),
    Row('ack', RECEIVED, '', 'nothing', 'ESTABLISHED', GO_ON, 'RFC9293:3.10.7.4-SYNRCVDACK'),
    # Of TIME-WAIT the RFC says only what a repeated FIN does, which is not acceptable here and was answered above.
    Row('ack', 'TIME-WAIT', '', 'either', 'either', STOP, 'RFC9293:3.10.7.4-TWFIN'),
    Row('ack', SYNCHRONIZED, 'ack-ancient', 'ACK', SAME, STOP, 'RFC5961:5.2-ACKRANGE'),
    Row('ack', SYNCHRONIZED, 'ack-unsent', 'ACK', SAME, STOP, 'RFC9293:3.10.7.4-ACKFUTURE'),
    Row('ack', 'FIN-WAIT-1', 'ack-new', 'nothing', 'FIN-WAIT-2', GO_ON, 'RFC9293:3.10.7.4-FW1'),
    Row('ack', 'CLOSING', 'ack-new text', 'either', 'either', STOP, 'RFC9293:3.10.7.4-CLOSING'),
    Row('ack', 'CLOSING', 'ack-new', 'nothing', 'TIME-WAIT', STOP, 'RFC9293:3.10.7.4-CLOSING'),
    # "Otherwise, ignore the segment"; text that came twice or lies beyond the window was answered for before.
    Row('ack', 'CLOSING', 'text', 'either', SAME, STOP, 'RFC9293:3.10.7.4-CLOSING'),
    Row('ack', 'CLOSING', '', 'nothing', SAME, STOP, 'RFC9293:3.10.7.4-CLOSING'),
    Row('ack', 'LAST-ACK', 'ack-new', 'nothing', 'CLOSED', STOP, 'RFC9293:3.10.7.4-LASTACK'),
    Row('ack', SYNCHRONIZED, 'ack-new', 'nothing', SAME, GO_ON, 'RFC9293:3.10.7.4-ACKADV'),
    Row('ack', SYNCHRONIZED, '', 'nothing', SAME, GO_ON, 'RFC9293:3.10.7.4-ACKDUP'),

    # -- seventh, text --
    Row('text', READING, 'text in-order', 'late-ACK', SAME, GO_ON, 'RFC9293:3.10.7.4-TEXT'),
    Row('text', READING, 'text', 'ACK', SAME, STOP, 'RFC5681:3.2-DUPACK'),
    # It is ignored; whether with a word is not said.
    Row('text', AFTER_FIN, 'text', 'either', SAME, STOP, 'RFC9293:3.10.7.4-TEXTIGN'),

    # -- eighth, FIN --
    Row('fin', READING, 'fin !in-order', 'either', SAME, STOP, 'RFC9293:3.10.7.4-FINOOO'),
    # MUST-40 lets the acknowledgement of a FIN wait, too.
    Row('fin', 'ESTABLISHED', 'fin', 'late-ACK', 'CLOSE-WAIT', STOP, 'RFC9293:3.10.7.4-FINACK'),
    Row('fin', 'FIN-WAIT-1', 'fin', 'late-ACK', 'CLOSING', STOP, 'RFC9293:3.10.7.4-FINFW1'),
    Row('fin', 'FIN-WAIT-2', 'fin', 'late-ACK', 'TIME-WAIT', STOP, 'RFC9293:3.10.7.4-FINFW2'),
    # One beyond the FIN that came before: the state stays, and no more is said.
    Row('fin', AFTER_FIN, 'fin', 'either', SAME, STOP, 'RFC9293:3.10.7.4-FINDUP'),
]

REACTIONS = CLOSED + LISTEN + SYN_SENT + OPENED

# ---- calls ----
#
# State, call, what it returns, what is sent, what a probe then finds (as for segments), and the clause. The names of
# errors are the socket interface's; the RFC says which error it is.

SEND = 'setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n+0    send(4, ..., 100, MSG_DONTWAIT|MSG_NOSIGNAL)'
RECV = 'recv(4, ..., 100, MSG_DONTWAIT)'
AGAIN = '-1 EAGAIN (Resource temporarily unavailable)'
PIPE = '-1 EPIPE (Broken pipe)'
FIN_AT = '> F. {nxt}:{nxt}(0) ack {rcv} <...>'
LINGER = 'setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n+0    close(4)'

CALLS = [
    ('SYN-SENT', 'receive', RECV, AGAIN, 'nothing', SAME, 'RFC9293:3.9.1-RECEIVE'),
    ('SYN-SENT', 'close', 'close(4)', '0', 'nothing', 'gone', 'RFC9293:3.10.4-SYNSENT'),
    ('SYN-SENT', 'abort', LINGER, '0', 'nothing', 'gone', 'RFC9293:3.10.5-ABORTQUIET'),
    ('SYN-RECEIVED-active', 'receive', RECV, AGAIN, 'nothing', SAME, 'RFC9293:3.9.1-RECEIVE'),
    ('SYN-RECEIVED-active', 'close', 'shutdown(4, SHUT_WR)', '0', FIN_AT, 'FIN-WAIT-1', 'RFC9293:3.10.4-SYNRCVD'),
    ('SYN-RECEIVED-active', 'abort', LINGER, '0', '> R. 1:1(0) ack 1 <...>', 'gone', 'RFC9293:3.10.5-ABORT'),
    ('ESTABLISHED', 'send', SEND, '100', '> P. 2501:2601(100) ack {rcv} <...>', SAME, 'RFC9293:MUST-49'),
    ('ESTABLISHED', 'receive', RECV, AGAIN, 'nothing', SAME, 'RFC9293:3.9.1-RECEIVE'),
    ('ESTABLISHED', 'close', 'shutdown(4, SHUT_WR)', '0', FIN_AT, 'FIN-WAIT-1', 'RFC9293:3.10.4-ONEFIN'),
    ('ESTABLISHED', 'abort', LINGER, '0', '> R. {nxt}:{nxt}(0) ack {rcv} <...>', 'gone', 'RFC9293:3.10.5-ABORT'),
    ('FIN-WAIT-1', 'send', SEND, PIPE, 'nothing', SAME, 'RFC9293:3.10.2-CLOSING'),
    ('FIN-WAIT-1', 'receive', RECV, AGAIN, 'nothing', SAME, 'RFC9293:3.9.1-RECEIVE'),
    ('FIN-WAIT-1', 'close', 'shutdown(4, SHUT_WR)', '0', 'nothing', SAME, 'RFC9293:3.10.4-ONEFIN'),
    ('FIN-WAIT-1', 'abort', LINGER, '0', '> R. {nxt}:{nxt}(0) ack {rcv} <...>', 'gone', 'RFC9293:3.10.5-ABORT'),
    ('FIN-WAIT-2', 'send', SEND, PIPE, 'nothing', SAME, 'RFC9293:3.10.2-CLOSING'),
    ('FIN-WAIT-2', 'receive', RECV, AGAIN, 'nothing', SAME, 'RFC9293:3.9.1-RECEIVE'),
    ('FIN-WAIT-2', 'close', 'shutdown(4, SHUT_WR)', '0', 'nothing', SAME, 'RFC9293:3.10.4-ONEFIN'),
    ('FIN-WAIT-2', 'abort', LINGER, '0', '> R. {nxt}:{nxt}(0) ack {rcv} <...>', 'gone', 'RFC9293:3.10.5-ABORT'),
    ('CLOSE-WAIT', 'send', SEND, '100', '> P. 2501:2601(100) ack {rcv} <...>', SAME, 'RFC9293:3.10.2-CLOSEWAIT'),
    ('CLOSE-WAIT', 'receive', RECV, '0', 'nothing', SAME, 'RFC9293:3.10.3-CWREAD'),
    ('CLOSE-WAIT', 'close', 'shutdown(4, SHUT_WR)', '0', FIN_AT, 'LAST-ACK', 'RFC9293:3.10.4-LASTACK'),
    ('CLOSE-WAIT', 'abort', LINGER, '0', '> R. {nxt}:{nxt}(0) ack {rcv} <...>', 'gone', 'RFC9293:3.10.5-ABORT'),
    ('CLOSING', 'send', SEND, PIPE, 'nothing', SAME, 'RFC9293:3.10.2-CLOSING'),
    ('CLOSING', 'receive', RECV, '0', 'nothing', SAME, 'RFC9293:3.10.3-CWREAD'),
    ('CLOSING', 'close', 'shutdown(4, SHUT_WR)', '0', 'nothing', SAME, 'RFC9293:3.10.4-ONEFIN'),
    ('CLOSING', 'abort', LINGER, '0', 'nothing', 'gone', 'RFC9293:3.10.5-ABORTQUIET'),
    ('LAST-ACK', 'send', SEND, PIPE, 'nothing', SAME, 'RFC9293:3.10.2-CLOSING'),
    ('LAST-ACK', 'receive', RECV, '0', 'nothing', SAME, 'RFC9293:3.10.3-CWREAD'),
    ('LAST-ACK', 'close', 'shutdown(4, SHUT_WR)', '0', 'nothing', SAME, 'RFC9293:3.10.4-ONEFIN'),
    ('LAST-ACK', 'abort', LINGER, '0', 'nothing', 'gone', 'RFC9293:3.10.5-ABORTQUIET'),
    ('TIME-WAIT', 'send', SEND, PIPE, 'nothing', SAME, 'RFC9293:3.10.2-CLOSING'),
    ('TIME-WAIT', 'receive', RECV, '0', 'nothing', SAME, 'RFC9293:3.10.3-CWREAD'),
    ('TIME-WAIT', 'abort', LINGER, '0', 'nothing', 'gone', 'RFC9293:3.10.5-ABORTQUIET'),
]
