// SPDX-License-Identifier: MIT

package protodrill

import (
	"math"
	"sync"
	"syscall"
)

// Operations that may wait.
const (
	opAccept  = 4
	opConnect = 5
	opSend    = 6
	opReceive = 7
	opSendMsg = 16
	opRecvMsg = 17
)

// pending is the value of a call whose end ADVANCE will report.
const pending = math.MinInt64

// The bits of poll(), as on Linux.
const (
	pollIn    = 1
	pollOut   = 4
	pollEnded = 8 | 16 // an error, or a connection that has hung up
)

const (
	dontWait   = 0x40         // MSG_DONTWAIT
	neverWaits = 0x1 | 0x2000 // MSG_OOB, MSG_ERRQUEUE: receiving with these does not depend on what Poll reports
)

// waiting is a call in a goroutine of its own.
type waiting struct {
	mu    sync.Mutex
	tag   uint16
	ended bool
	known bool
	out   answer
}

// ready returns the bits of poll() that show that a call need not wait; 0: it never waits.
func ready(op uint32) int {
	switch op {
	case opAccept, opReceive, opRecvMsg:
		return pollIn | pollEnded
	case opConnect, opSend, opSendMsg:
		return pollOut | pollEnded
	}
	return 0
}

// willing says whether the caller waits.
func (q *asked) willing(op uint32) bool {
	if op == opAccept || op == opConnect {
		return q.a[1] == 0
	}
	return q.a[1]&dontWait == 0
}

// run makes a call that may wait, and answers that it is pending if it does.
func (w *waiting) run(op uint32, q *asked, a *answer, f func(*asked, *answer) bool) bool {
	willing := q.willing(op)
	receives := op == opReceive || op == opRecvMsg
	if !willing && op != opConnect && !(receives && q.a[1]&neverWaits != 0) {
		if bits, _ := adapter.stack.Poll(q.a[0], ready(op)); bits&ready(op) == 0 {
			a.value(-int64(syscall.EAGAIN))
			return true
		}
	}
	go func() {
		var out answer
		known := f(q, &out)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.out, w.known, w.ended = out, known, true
	}()
	adapter.clock.settle()
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.ended:
		*a = w.out
		return w.known
	case willing:
		adapter.waiting = append(adapter.waiting, w)
		a.value(pending)
	case op == opConnect: // Poll and SO_ERROR, or ConnectResult, tell when it is done
		a.value(-int64(syscall.EINPROGRESS))
	default:
		fail("op %d waits, and need not: Poll says so, or its flags 0x%x", op, q.a[1])
	}
	return true
}

// value is an answer to CALL without an address and bytes.
func (a *answer) value(v int64) {
	a.i64(v)
	a.address(&Address{})
}

// nextEnded takes the first call that has ended, as ADVANCE reports it.
func nextEnded() (bytes []byte, there bool) {
	for i, w := range adapter.waiting {
		w.mu.Lock()
		ended, known, out := w.ended, w.known, w.out
		w.mu.Unlock()
		if !ended {
			continue
		}
		if !known {
			fail("a call waited, and is not known then")
		}
		adapter.waiting = append(adapter.waiting[:i:i], adapter.waiting[i+1:]...)
		return append([]byte{byte(w.tag), byte(w.tag >> 8)}, out...), true
	}
	return nil, false
}
