// SPDX-License-Identifier: MIT

package protodrill

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
)

const version = 1

// Types of questions.
const (
	notKnown = iota
	hello
	packet
	advance
	call
	info
	set
	bye
	reset
	get
	merged
	command
)

// Flags of the answer to HELLO.
const (
	flagVirtual = 1
	flagPackets = 2
	flagInfo    = 4
	flagBlocks  = 8
	flagReset   = 16
	flagTells   = 64

	// flagDue, in the type of an answer: a packet or the end of a call waits.
	flagDue = 0x8000
)

// What ADVANCE may wait for, and what ended it.
const (
	wantPacket = 1
	wantStep   = 2
	wantReturn = 4

	reached  = 0
	sent     = 1
	stepped  = 2
	idle     = 3
	returned = 4
)

// memory is how much may be in use before garbage is collected. Few cases get there: collecting would only cost time,
// and make goroutines wait for something other than each other.
const memory = 256 << 20

// adapter is the state of the adapter; a program is exactly one.
var adapter struct {
	stack   *Stack
	calls   map[uint32]func(*asked) (int, error)
	started bool
	tells   bool // each answer tells whether something is due
	waiting []*waiting
	refused string // why a packet cannot be treated as a setting demands
	clock   clock

	mu      sync.Mutex
	packets []departed // sent, and not asked for yet
}

// departed is a packet that has left.
type departed struct {
	time  int64
	bytes []byte
}

// Output says that an IP packet leaves the stack, now. The bytes are copied.
func Output(bytes []byte) {
	OutputAt(bytes, Now())
}

// OutputAt is Output for a stack in real time: the packet left at the given time.
func OutputAt(bytes []byte, time int64) {
	adapter.mu.Lock()
	defer adapter.mu.Unlock()
	adapter.packets = append(adapter.packets, departed{time, append([]byte(nil), bytes...)})
}

// Refuse, called in Packet, says that what a setting demands cannot be done with this packet ("a SYN with time-stamps,
// which were switched off"). The case is SKIP with that text. A call that returns ErrUnknown may give its reason in the
// same way.
func Refuse(why string) {
	adapter.refused = why
}

// isDue says whether the answer is to tell that there is more: a packet, the end of a call, or something to do now.
func isDue() bool {
	if !adapter.tells {
		return false
	}
	adapter.mu.Lock()
	due := len(adapter.packets) > 0
	adapter.mu.Unlock()
	due = due || adapter.clock.next(adapter.stack) <= Now()
	for _, w := range adapter.waiting {
		w.mu.Lock()
		due = due || w.ended
		w.mu.Unlock()
	}
	return due
}

func nextPacket() (departed, bool) {
	adapter.mu.Lock()
	defer adapter.mu.Unlock()
	if len(adapter.packets) == 0 {
		return departed{}, false
	}
	first := adapter.packets[0]
	adapter.packets = adapter.packets[1:]
	return first, true
}

// Main answers questions until there are no more, and ends the program.
func Main(s *Stack) {
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(memory)
	adapter.stack = s
	adapter.calls = calls(s)
	// What the stack prints must not get between the answers.
	fd, err := syscall.Dup(0)
	if err == nil {
		err = syscall.Dup3(2, 1, 0)
	}
	if err != nil {
		fail("no descriptor: %v", err)
	}
	protodrill := stream(fd)
	for {
		kind, tag, body, more := protodrill.question()
		if !more {
			stop()
			os.Exit(0)
		}
		if !adapter.started && kind != hello && kind != bye {
			fail("a question before HELLO")
		}
		q := &question{bytes: body}
		var a answer
		adapter.refused = ""
		known := ask(kind, tag, q, &a) && !q.short
		adapter.clock.settle()
		if !known {
			if kind != hello && adapter.refused == "" {
				a = nil
			}
			kind = notKnown
		}
		if kind != bye && isDue() {
			kind |= flagDue
		}
		protodrill.answer(kind, tag, a)
		if kind == bye {
			os.Exit(0)
		}
	}
}

// ask answers a question of that type, or returns that it is not known here.
func ask(kind, tag uint16, q *question, a *answer) bool {
	s := adapter.stack
	switch kind {
	case hello, reset:
		return start(kind, q, a)
	case packet:
		if s.Packet == nil {
			return false
		}
		s.Packet(q.bytes)
		a.text(adapter.refused)
		return adapter.refused == ""
	case advance:
		until, want := q.i64(), q.u32()
		ended, now, bytes := pass(until, want)
		a.i64(now)
		a.u32(uint32(ended))
		a.bytes(bytes)
	case call:
		return doCall(q, tag, a)
	case info:
		if s.Info == nil {
			return false
		}
		a.bytes(s.Info(int(int32(q.u32()))))
	case set:
		return doSet(string(q.bytes), a)
	case get:
		return doGet(string(q.bytes), a)
	case merged:
		segment := int(q.u16())
		if s.Merged == nil || s.Merged(segment, q.bytes) != nil {
			return false
		}
		a.text(adapter.refused)
		return adapter.refused == ""
	case command:
		return doCommand(string(q.bytes), a)
	case bye:
		stop()
	default:
		return false
	}
	return true
}

func stop() {
	if adapter.started && adapter.stack.Stop != nil {
		adapter.stack.Stop()
		adapter.clock.settle()
	}
	adapter.started = false
	adapter.packets, adapter.waiting = nil, nil
}

func start(kind uint16, q *question, a *answer) bool {
	s := adapter.stack
	if kind == reset && !s.CanReset {
		return false
	}
	if q.u32() < version {
		fail("this adapter speaks version %d of the protocol", version)
	}
	how := parseStart(string(q.bytes))
	stop()
	adapter.clock.start(how.Now)
	switch err := s.Start(how); {
	case errors.Is(err, ErrUnknown):
		a.text(fmt.Sprintf("%s has no IPv%d", s.Name, how.Local.Family))
		return false
	case err != nil:
		fail("%s does not start: %v", s.Name, err)
	}
	adapter.started = true
	// Timers of AfterFunc that are due have run when a question is answered; a stack with timers of its own may
	// rely on being asked.
	hasTimers := s.Run != nil || s.Deadline != nil
	adapter.tells = strings.Contains(how.Text, "\ntells=1\n") && s.Clock == nil && (s.Tells || !hasTimers)
	flags := uint32(0)
	if adapter.tells {
		flags |= flagTells
	}
	if s.Clock == nil {
		flags |= flagVirtual
	}
	if s.Packet != nil {
		flags |= flagPackets
	}
	if s.Info != nil {
		flags |= flagInfo
	}
	if s.CanReset {
		flags |= flagReset
	}
	if s.Waits {
		flags |= flagBlocks
	}
	a.u32(version)
	a.u32(flags)
	a.i64(Now())
	a.i64(0)
	a.text(fmt.Sprintf("name=%s\nversion=%s\n", s.Name, s.Release))
	for _, word := range s.Meets {
		a.text("need=" + word + "\n")
	}
	return true
}

// pass lets time go by, as the page on the protocol says under "Time". It returns what ended it, when, and the
// packet or the call if that was one.
func pass(until int64, want uint32) (int, int64, []byte) {
	for {
		if want&wantPacket != 0 {
			if p, there := nextPacket(); there {
				return sent, p.time, p.bytes
			}
		}
		if want&wantReturn != 0 {
			if bytes, there := nextEnded(); there {
				return returned, Now(), bytes
			}
		}
		step := virtualStep
		if adapter.stack.Clock != nil {
			step = realStep
		}
		if kind, ended := step(until, want); ended {
			return kind, Now(), nil
		}
	}
}

// virtualStep moves the clock to what is due next, or to the end.
func virtualStep(until int64, want uint32) (int, bool) {
	c := &adapter.clock
	next := c.next(adapter.stack)
	switch {
	case next == Never && until == Never:
		return idle, true
	case next > until:
		c.moveTo(until, adapter.stack)
		return reached, true
	}
	c.moveTo(next, adapter.stack)
	return stepped, want&wantStep != 0
}

// realStep lets the stack sleep until something happens. A packet ends the next round.
func realStep(until int64, want uint32) (int, bool) {
	s, c := adapter.stack, &adapter.clock
	if Now() >= until {
		return reached, true
	}
	next := c.next(s)
	if next > until {
		next = until
	}
	s.Wait(next, want&wantStep != 0)
	c.settle()
	adapter.mu.Lock()
	defer adapter.mu.Unlock()
	return stepped, want&wantStep != 0 && len(adapter.packets) == 0
}

func doSet(text string, a *answer) bool {
	if adapter.stack.Set == nil {
		return false
	}
	key, value, _ := strings.Cut(text, "=")
	status, why := adapter.stack.Set(key, value)
	a.u32(uint32(status))
	a.text(why)
	return true
}

func doGet(key string, a *answer) bool {
	if adapter.stack.Get == nil {
		return false
	}
	value, known := adapter.stack.Get(key)
	if !known {
		a.u32(uint32(NoSuchKey))
		return true
	}
	a.u32(uint32(Done))
	a.text(value)
	return true
}

func doCommand(text string, a *answer) bool {
	if adapter.stack.Command == nil {
		return false
	}
	status, printed, err := adapter.stack.Command(text)
	if err != nil {
		status = -1
	}
	a.u32(uint32(int32(status)))
	a.text(printed)
	return true
}
