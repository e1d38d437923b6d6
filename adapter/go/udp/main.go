// SPDX-License-Identifier: MIT

// The program udp is an example in Go: a stack that knows UDP over IPv4 and nothing else, whose Receive really waits,
// as calls of a stack with goroutines may. Nothing else tells it that something has come.
//
//	udp        in virtual time
//	udp real   on the clock of this machine
//	udp card   likewise, and claims that its packets go through a network card, which it does not have
package main

import (
	"encoding/binary"
	"os"
	"syscall"
	"time"

	"protodrill"
)

const (
	headers   = 28
	udp       = 17
	firstPort = 49152
	queued    = 8
	dontWait  = 0x40
)

var big = binary.BigEndian

type endpoint struct {
	ip   [4]byte
	port uint16
}

type datagram struct {
	from  endpoint
	bytes []byte
}

type socket struct {
	port    uint16
	remote  endpoint // port 0: not connected
	arrived chan datagram
}

var (
	own      [4]byte
	sockets  map[int]*socket
	lastPort uint16
	lastID   uint16
)

func start(how *protodrill.Start) error {
	if how.Local.Family != protodrill.IPv4 {
		return protodrill.ErrUnknown
	}
	copy(own[:], how.Local.Bytes())
	sockets, lastPort, lastID = map[int]*socket{}, firstPort, 0
	return nil
}

// checksum is that of RFC 1071; sum is what has been added up before.
func checksum(bytes []byte, sum uint32) uint16 {
	for i, b := range bytes {
		sum += uint32(b) << (8 * (1 - i%2))
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}

func packet(p []byte) {
	if len(p) < headers || p[0] != 0x45 || p[9] != udp || string(p[16:20]) != string(own[:]) {
		return
	}
	length := int(big.Uint16(p[24:]))
	from := endpoint{port: big.Uint16(p[20:])}
	copy(from.ip[:], p[12:])
	if length < 8 || 20+length > len(p) {
		return
	}
	for _, s := range sockets {
		if s.port != big.Uint16(p[22:]) || s.remote.port != 0 && s.remote != from || len(s.arrived) == queued {
			continue
		}
		s.arrived <- datagram{from, append([]byte(nil), p[headers:20+length]...)}
		return
	}
}

func doSocket(domain, kind, protocol int) (int, error) {
	if domain != syscall.AF_INET || kind != syscall.SOCK_DGRAM || protocol != 0 && protocol != udp {
		return 0, protodrill.ErrUnknown
	}
	fd := 3
	for sockets[fd] != nil {
		fd++
	}
	sockets[fd] = &socket{arrived: make(chan datagram, queued)}
	return fd, nil
}

// open returns the socket of a descriptor, which gets a port if it has none.
func open(fd int, port uint16) (*socket, error) {
	s := sockets[fd]
	if s == nil {
		return nil, syscall.EBADF
	}
	if s.port == 0 && port == 0 {
		lastPort++
		port = lastPort
	}
	if s.port == 0 {
		s.port = port
	}
	return s, nil
}

func endpointOf(a *protodrill.Address) (e endpoint) {
	copy(e.ip[:], a.IP[:])
	e.port = a.Port
	return e
}

func addressOf(e endpoint) (a protodrill.Address) {
	a.Family, a.Port = protodrill.IPv4, e.port
	copy(a.IP[:], e.ip[:])
	return a
}

func bind(fd int, a *protodrill.Address) error {
	_, err := open(fd, a.Port)
	return err
}

func connect(fd int, a *protodrill.Address, _ bool) error {
	s, err := open(fd, 0)
	if err == nil {
		s.remote = endpointOf(a)
	}
	return err
}

func send(fd, flags int, to *protodrill.Address, bytes []byte) (int, error) {
	s, err := open(fd, 0)
	if err != nil {
		return 0, err
	}
	peer := s.remote
	if to != nil {
		peer = endpointOf(to)
	}
	if flags&^dontWait != 0 || len(bytes) > 1472 {
		return 0, protodrill.ErrUnknown
	}
	if peer.port == 0 {
		return 0, syscall.EDESTADDRREQ
	}
	lastID++
	p := make([]byte, headers, headers+len(bytes))
	p[0], p[8], p[9] = 0x45, 64, udp
	big.PutUint16(p[2:], uint16(headers+len(bytes)))
	big.PutUint16(p[4:], lastID)
	copy(p[12:], own[:])
	copy(p[16:], peer.ip[:])
	big.PutUint16(p[10:], checksum(p[:20], 0))
	big.PutUint16(p[20:], s.port)
	big.PutUint16(p[22:], peer.port)
	big.PutUint16(p[24:], uint16(8+len(bytes)))
	p = append(p, bytes...)
	// The pseudo-header counts, too: addresses, protocol and length (RFC 768). 0 would mean that there is none.
	sum := checksum(p[12:], udp+8+uint32(len(bytes)))
	if sum == 0 {
		sum = 0xffff
	}
	big.PutUint16(p[26:], sum)
	protodrill.Output(p)
	return len(bytes), nil
}

// receive waits; where poll() has reported something it returns at once.
func receive(fd, flags, _ int) ([]byte, protodrill.Address, error) {
	s, err := open(fd, 0)
	if err != nil || flags&^dontWait != 0 {
		if err == nil {
			err = protodrill.ErrUnknown
		}
		return nil, protodrill.Address{}, err
	}
	d, there := <-s.arrived
	if !there {
		return nil, protodrill.Address{}, syscall.EBADF
	}
	return d.bytes, addressOf(d.from), nil
}

func doClose(fd int) (int, error) {
	s := sockets[fd]
	if s == nil {
		return 0, syscall.EBADF
	}
	close(s.arrived)
	delete(sockets, fd)
	return 0, nil
}

func poll(fd, events int) (int, uint64) {
	const in, out, invalid = 1, 4, 32
	s := sockets[fd]
	if s == nil {
		return invalid, 0
	}
	ready := out
	if len(s.arrived) > 0 {
		ready |= in
	}
	return ready & events, 0
}

// wait sleeps: this stack has nothing to do meanwhile, though other goroutines may have something for a call that
// waits.
func wait(until int64, step bool) {
	left := time.Until(time.Unix(0, until))
	if step && left > time.Millisecond {
		left = time.Millisecond
	}
	time.Sleep(left)
}

func main() {
	stack := &protodrill.Stack{
		Name: "udp", Release: "example", Start: start, Packet: packet, Waits: true, Socket: doSocket,
		Bind: bind, Connect: connect, Send: send, Receive: receive, Close: doClose, Poll: poll,
		Meets: []string{"udp"},
	}
	if len(os.Args) > 1 {
		stack.Clock, stack.Wait = func() int64 { return time.Now().UnixNano() }, wait
	}
	if len(os.Args) > 1 && os.Args[1] == "card" {
		stack.Packet = nil
	}
	protodrill.Main(stack)
}
