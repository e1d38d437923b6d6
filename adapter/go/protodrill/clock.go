// SPDX-License-Identifier: MIT

package protodrill

import (
	"container/heap"
	"runtime"
	"sync"
)

// rounds is how often the other goroutines get the processor before they count as waiting. One round would nearly do:
// a goroutine that yields is resumed when every one that could run has run until it waits, with two exceptions of Go's
// scheduler. Now and then it first takes one that has yielded, and it interrupts one that has run for ten milliseconds;
// in the next round, the others come first. A few more rounds are cheap.
const rounds = 8

// clock is the time and what is to happen in it. Goroutines of the stack use it, too, hence the lock.
type clock struct {
	mu     sync.Mutex
	now    int64
	timers timers
	set    uint64 // how many timers have been set: those of one moment run in the order in which they were set
}

// Timer is a timer that AfterFunc has set.
type Timer struct {
	when  int64
	order uint64
	index int // in the heap, or -1
	f     func()
}

// timers is a heap by time, then by order.
type timers []*Timer

func (t timers) Len() int { return len(t) }

func (t timers) Less(i, j int) bool {
	return t[i].when < t[j].when || t[i].when == t[j].when && t[i].order < t[j].order
}

func (t timers) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].index, t[j].index = i, j
}

func (t *timers) Push(x any) {
	timer := x.(*Timer)
	timer.index = len(*t)
	*t = append(*t, timer)
}

func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	last.index = -1
	return last
}

// Now is the time in nanoseconds since 1970.
func Now() int64 {
	adapter.clock.mu.Lock()
	defer adapter.clock.mu.Unlock()
	return adapter.clock.look()
}

// look is Now for a caller that holds the lock. A real clock may be set back; the time here never is.
func (c *clock) look() int64 {
	if s := adapter.stack; s != nil && s.Clock != nil { // there is none before Main
		c.now = max(c.now, s.Clock())
	}
	return c.now
}

// AfterFunc calls f when so many nanoseconds have passed. Timers run one after another, in the goroutine that answers
// questions.
func AfterFunc(nanoseconds int64, f func()) *Timer {
	t := &Timer{index: -1, f: f}
	t.Reset(nanoseconds)
	return t
}

// Stop stops the timer, and reports whether it was running.
func (t *Timer) Stop() bool {
	c := &adapter.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&c.timers, t.index)
	return true
}

// Reset sets the timer anew, whether it is running or not.
func (t *Timer) Reset(nanoseconds int64) {
	c := &adapter.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.index >= 0 {
		heap.Remove(&c.timers, t.index)
	}
	c.set++
	t.when, t.order = c.look()+max(nanoseconds, 0), c.set
	if t.when < c.now {
		t.when = Never
	}
	heap.Push(&c.timers, t)
}

func max(a, b int64) int64 {
	if a > b {
		return a
	}
	return b
}

// next returns when something is due, or Never.
func (c *clock) next(s *Stack) int64 {
	next := Never
	if s.Deadline != nil {
		next = s.Deadline()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.timers) > 0 && c.timers[0].when < next {
		next = c.timers[0].when
	}
	return next
}

// due takes the first timer that is due.
func (c *clock) due() *Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.timers) == 0 || c.timers[0].when > c.look() {
		return nil
	}
	return heap.Pop(&c.timers).(*Timer)
}

// settle lets the stack come to rest, until no goroutine can go on and no timer is due.
func (c *clock) settle() {
	for {
		for i := 0; i < rounds; i++ {
			runtime.Gosched()
		}
		t := c.due()
		if t == nil {
			return
		}
		t.f()
	}
}

// moveTo moves the clock to that time, unless it is later already, and does what is due.
func (c *clock) moveTo(time int64, s *Stack) {
	c.mu.Lock()
	c.now = max(c.now, time)
	now := c.now
	c.mu.Unlock()
	if s.Run != nil {
		s.Run(now)
	}
	c.settle()
}

func (c *clock) start(now int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.timers {
		t.index = -1
	}
	c.now, c.timers = now, nil
}
