// SPDX-License-Identifier: MIT

// Package protodrill is the adapter's half of the protocol that docs/adapter-protocol.md describes, for stacks that can
// be driven from Go. It is what adapter/protodrill-adapter.h is in C: it reads the questions, keeps the clock and the
// queue of packets, and calls the functions of a table, which is all that an author writes:
//
//	func main() {
//		protodrill.Main(&protodrill.Stack{Name: "mine", Start: start, Packet: packet, Socket: socket, ...})
//	}
//
// The rules for the functions:
//   - None blocks. What would block returns syscall.EAGAIN, Connect syscall.EINPROGRESS, and protodrill builds blocking
//     calls on that. (With Stack.Waits they may block.)
//   - An error is a syscall.Errno. Its number, like those of domains, options and flags, is Linux's; option values are
//     laid out as on little-endian machines.
//   - For what the stack lacks a function returns ErrUnknown; a nil in the table means that the whole function is
//     lacking. The case is SKIP then: that is no failure, and nothing is guessed.
//   - Now is the time. It moves only when timers run. Timers are those of AfterFunc, or the stack's own, which Deadline
//     and Run serve.
//   - A packet of the stack goes to Output.
//
// Goroutines are allowed, which is what sets this helper apart from the one in C. They share one processor, and no
// answer is given before each of them waits for another. Nothing in the stack may look at the real time or use timers
// of package time, and random numbers must come from Start.Seed, or two runs will differ.
package protodrill

import (
	"errors"
	"math"
)

// Never is the deadline of a stack without timers.
const Never int64 = math.MaxInt64

// ErrUnknown is what a function returns for a call, an option or a flag that the stack has not got.
var ErrUnknown = errors.New("this stack has not got that")

// Families of addresses.
const (
	NoAddress   = 0
	Unspecified = 1 // AF_UNSPEC, which dissolves an association
	IPv4        = 4
	IPv6        = 6
)

// Address is the address of a socket. An IPv4 address is in the first four bytes, in network order.
type Address struct {
	Family uint16
	Port   uint16
	Scope  uint32
	IP     [16]byte
}

// Bytes returns the four or sixteen bytes of the address.
func (a *Address) Bytes() []byte {
	switch a.Family {
	case IPv4:
		return a.IP[:4]
	case IPv6:
		return a.IP[:]
	}
	return nil
}

// Start says how a case begins.
type Start struct {
	Local, Remote Address // ports are 0; of several local addresses, the first
	LocalPrefix   int
	MTU           int   // 0: the stack's own
	Now           int64 // nanoseconds since 1970, as are all times
	Seed          uint64
	Option        string // --so_flags=TEXT
	Text          string // all that protodrill said, in lines KEY=VALUE
}

// Message is a message with control data. RecvMsg returns at most Room bytes and ControlRoom bytes of control data.
type Message struct {
	Address           Address
	Flags             uint32
	Bytes, Control    []byte
	Room, ControlRoom int
}

// Status is what Set reports about a key.
type Status int

const (
	Done          Status = iota
	NoSuchKey            // the case is SKIP
	BadValue             // a real system would refuse it, too
	NoSuchFeature        // it would switch on what the stack lacks; the case is SKIP
)

// Stack is the table of functions. Start, Socket, Close and Poll must be there.
type Stack struct {
	Name, Release string

	// Meets lists the needs of cases that it meets: "tcp", "udp", "kernel 6.12.9" ... Then it meets no other of the
	// kind.
	Meets []string

	// Start makes a fresh stack. ErrUnknown: it lacks that version of IP. With CanReset it may be called
	// again, after Stop.
	Start    func(how *Start) error
	Stop     func()
	CanReset bool
	// Packet takes a packet that arrives. nil: packets go through a network card.
	Packet func(bytes []byte)
	// Merged takes a packet of several segments of that size, as a device with receive offload makes it.
	Merged func(segment int, bytes []byte) error
	// Deadline tells when Run must be called next, for a stack with timers of its own; Run does what is due.
	Deadline func() int64
	Run      func(now int64)
	// Tells: what there is to do at once after a call or a packet has a Deadline, which may be the present. Then
	// protodrill need not ask for it after each of them. Timers of AfterFunc do without this.
	Tells bool

	// Clock and Wait are for a stack in real time. The first tells what time it is. The second sleeps until that
	// time or until a packet has left, which OutputAt may report; with step also until something may have changed
	// for a call that waits. It may return early. Timers of AfterFunc run after it; Deadline and Run are for a
	// clock that is not real.
	Clock func() int64
	Wait  func(until int64, step bool)

	// Waits: Accept, Connect, Send, Receive, SendMsg and RecvMsg wait where their caller does, in goroutines of
	// their own. If the caller does not wait, all but Connect are called once Poll reports that they need not.
	Waits bool

	Socket func(domain, kind, protocol int) (fd int, err error)
	Bind   func(fd int, address *Address) error
	Listen func(fd, backlog int) error
	Accept func(fd int) (child int, peer Address, err error)
	// Connect is told whether the caller waits until it is done, as on a blocking descriptor.
	Connect func(fd int, address *Address, waits bool) error
	// Send has a nil address where the caller gave none. It may keep the bytes.
	Send func(fd, flags int, to *Address, bytes []byte) (taken int, err error)
	// Receive returns a datagram as a whole, even if there is no room for it: it is cut, and its caller is told.
	Receive func(fd, flags, room int) (bytes []byte, from Address, err error)
	// Close returns a ticket for Lingering while SO_LINGER waits, and 0 otherwise.
	Close     func(fd int) (ticket int, err error)
	Lingering func(ticket int) bool
	Shutdown  func(fd, how int) error
	// Getsockopt is given what the caller's buffer held, which a few options read.
	Getsockopt  func(fd, level, name, room int, given []byte) (value []byte, err error)
	Setsockopt  func(fd, level, name int, value []byte) error
	Getsockname func(fd int) (Address, error)
	Getpeername func(fd int) (Address, error)
	// Poll returns those bits of events that are ready and those that are always reported. The generation, if the
	// stack has such a thing, grows whenever readiness may have changed; else it is 0.
	Poll    func(fd, events int) (ready int, generation uint64)
	Ioctl   func(fd int, request uint32, value []byte) error
	SendMsg func(fd, flags int, message *Message) (taken int, err error)
	RecvMsg func(fd, flags int, message *Message) (received int, err error)
	// ConnectResult: nil, syscall.EINPROGRESS, or the error that ended it, which is taken away. Without it Poll and
	// SO_ERROR tell.
	ConnectResult func(fd int) error

	// Info returns a prefix of Linux's struct tcp_info, of any length.
	Info func(fd int) []byte
	// Set takes a sysctl by its name (net.ipv4.tcp_sack), or a key of the stack's own.
	Set func(key, value string) (status Status, why string)
	Get func(key string) (value string, known bool)
	// Command is one simple command (ip route ..., nstat ...): its status, 0 or 1, and what it prints. ErrUnknown:
	// it is not known, and printed says why.
	Command func(text string) (status int, printed string, err error)
}
