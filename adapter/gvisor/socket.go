// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"syscall"

	"golang.org/x/sys/unix"
	"gvisor.dev/gvisor/pkg/syserr"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
	"protodrill"
)

// socket is an endpoint with a descriptor.
type socket struct {
	endpoint  tcpip.Endpoint
	queue     *waiter.Queue
	network   tcpip.NetworkProtocolNumber
	transport tcpip.TransportProtocolNumber
	changes   uint64 // grows whenever readiness may have changed
}

const (
	firstDescriptor = 3
	leastBacklog    = 8
)

var sockets map[int]*socket

// errno is the number of an error of netstack's.
func errno(err tcpip.Error) error {
	if err == nil {
		return nil
	}
	if number := syserr.TranslateNetstackError(err).ToLinux(); number != 0 {
		return syscall.Errno(number)
	}
	return nil
}

// add gives an endpoint the lowest free descriptor.
func add(s *socket) int {
	entry := waiter.NewFunctionEntry(^waiter.EventMask(0), func(waiter.EventMask) { s.changes++ })
	s.queue.EventRegister(&entry)
	s.changes = 1
	fd := firstDescriptor
	for sockets[fd] != nil {
		fd++
	}
	sockets[fd] = s
	return fd
}

func doSocket(domain, kind, protocol int) (int, error) {
	s := &socket{queue: &waiter.Queue{}}
	switch domain {
	case unix.AF_INET:
		s.network = header.IPv4ProtocolNumber
	case unix.AF_INET6:
		s.network = header.IPv6ProtocolNumber
	default:
		return 0, protodrill.ErrUnknown
	}
	switch {
	case kind == unix.SOCK_STREAM && (protocol == 0 || protocol == unix.IPPROTO_TCP):
		s.transport = header.TCPProtocolNumber
	case kind == unix.SOCK_DGRAM && (protocol == 0 || protocol == unix.IPPROTO_UDP):
		s.transport = header.UDPProtocolNumber
	default:
		return 0, protodrill.ErrUnknown
	}
	endpoint, err := netstack.NewEndpoint(s.transport, s.network, s.queue)
	if err != nil {
		return 0, errno(err)
	}
	s.endpoint = endpoint
	return add(s), nil
}

func find(fd int) (*socket, error) {
	if s := sockets[fd]; s != nil {
		return s, nil
	}
	return nil, syscall.EBADF
}

// ---- addresses ----

func (s *socket) full(a *protodrill.Address) (tcpip.FullAddress, error) {
	full := tcpip.FullAddress{Addr: tcpip.Address(a.Bytes()), Port: a.Port}
	if a.Family == protodrill.IPv4 && s.network == header.IPv6ProtocolNumber ||
		a.Family != protodrill.IPv4 && a.Family != protodrill.IPv6 {
		return full, syscall.EAFNOSUPPORT
	}
	if a.Family == protodrill.IPv6 && s.network == header.IPv4ProtocolNumber {
		return full, syscall.EAFNOSUPPORT
	}
	if full.Addr.Unspecified() {
		full.Addr = ""
	}
	return full, nil
}

// address returns what a system call would: an IPv6 socket has IPv4 addresses mapped into IPv6.
func (s *socket) address(full tcpip.FullAddress) protodrill.Address {
	a := protodrill.Address{Family: protodrill.IPv4, Port: full.Port}
	if s.network == header.IPv4ProtocolNumber {
		copy(a.IP[:], full.Addr)
		return a
	}
	a.Family = protodrill.IPv6
	if len(full.Addr) == header.IPv4AddressSize {
		a.IP[10], a.IP[11] = 0xff, 0xff
		copy(a.IP[12:], full.Addr)
		return a
	}
	copy(a.IP[:], full.Addr)
	return a
}

func getsockname(fd int) (a protodrill.Address, err error) {
	s, err := find(fd)
	if err != nil {
		return a, err
	}
	full, e := s.endpoint.GetLocalAddress()
	if e != nil {
		return a, errno(e)
	}
	return s.address(full), nil
}

func getpeername(fd int) (a protodrill.Address, err error) {
	s, err := find(fd)
	if err != nil {
		return a, err
	}
	full, e := s.endpoint.GetRemoteAddress()
	if e != nil {
		return a, errno(e)
	}
	return s.address(full), nil
}

// ---- connections ----

func bind(fd int, to *protodrill.Address) error {
	s, err := find(fd)
	if err != nil {
		return err
	}
	full, err := s.full(to)
	if err != nil {
		return err
	}
	return errno(s.endpoint.Bind(full))
}

func listen(fd, backlog int) error {
	s, err := find(fd)
	if err != nil {
		return err
	}
	// As gVisor's listen() does. With fewer places netstack answers a SYN with a cookie at once, which knows
	// four values of the MSS and no other option.
	if backlog < leastBacklog {
		backlog = leastBacklog
	}
	return errno(s.endpoint.Listen(backlog))
}

func accept(fd int) (child int, peer protodrill.Address, err error) {
	s, err := find(fd)
	if err != nil {
		return 0, peer, err
	}
	var from tcpip.FullAddress
	endpoint, queue, e := s.endpoint.Accept(&from)
	if e != nil {
		return 0, peer, errno(e)
	}
	return add(&socket{endpoint: endpoint, queue: queue, network: s.network, transport: s.transport}),
		s.address(from), nil
}

// A SYN of netstack's always offers time-stamps and window scaling.
func connect(fd int, to *protodrill.Address, _ bool) error {
	s, err := find(fd)
	if err != nil {
		return err
	}
	if to.Family == protodrill.Unspecified {
		if s.transport == header.TCPProtocolNumber {
			return protodrill.ErrUnknown
		}
		return errno(s.endpoint.Disconnect())
	}
	if s.transport == header.TCPProtocolNumber && features != defaultFeatures {
		protodrill.Refuse("a SYN without time-stamps or without window scaling")
		return protodrill.ErrUnknown
	}
	full, err := s.full(to)
	if err != nil {
		return err
	}
	return errno(s.endpoint.Connect(full))
}

// Close waits, as SO_LINGER wants it, until the FIN is acknowledged or its time is over.
type linger struct {
	endpoint tcpip.Endpoint
	timer    *protodrill.Timer
	over     bool
}

var lingers []*linger

func doClose(fd int) (int, error) {
	s, err := find(fd)
	if err != nil {
		return 0, err
	}
	delete(sockets, fd)
	option := s.endpoint.SocketOptions().GetLinger()
	s.endpoint.Close()
	if s.transport != header.TCPProtocolNumber || !option.Enabled || option.Timeout == 0 {
		return 0, nil
	}
	l := &linger{endpoint: s.endpoint}
	l.timer = protodrill.AfterFunc(int64(option.Timeout), func() { l.over = true })
	lingers = append(lingers, l)
	return len(lingers), nil
}

func lingering(ticket int) bool {
	l := lingers[ticket-1]
	if !l.over && finished(l.endpoint) {
		l.timer.Stop()
		l.over = true
	}
	return !l.over
}

// finished tells whether the FIN has been acknowledged, or never will be.
func finished(e tcpip.Endpoint) bool {
	switch tcp.EndpointState(e.State()) {
	case tcp.StateEstablished, tcp.StateCloseWait, tcp.StateFinWait1, tcp.StateClosing, tcp.StateLastAck:
		return false
	}
	return true
}

func shutdown(fd, how int) error {
	s, err := find(fd)
	if err != nil {
		return err
	}
	flags, known := map[int]tcpip.ShutdownFlags{
		unix.SHUT_RD:   tcpip.ShutdownRead,
		unix.SHUT_WR:   tcpip.ShutdownWrite,
		unix.SHUT_RDWR: tcpip.ShutdownRead | tcpip.ShutdownWrite,
	}[how]
	if !known {
		return syscall.EINVAL
	}
	return errno(s.endpoint.Shutdown(flags))
}

// ---- data ----

// MSG_MORE and MSG_EOR are not among them: netstack's endpoints take no notice of either.
const sendFlags = unix.MSG_DONTWAIT | unix.MSG_NOSIGNAL

func send(fd, flags int, to *protodrill.Address, data []byte) (int, error) {
	s, err := find(fd)
	if err != nil {
		return 0, err
	}
	if flags&^sendFlags != 0 {
		return 0, protodrill.ErrUnknown
	}
	options := tcpip.WriteOptions{Atomic: s.transport != header.TCPProtocolNumber}
	if to != nil {
		full, err := s.full(to)
		if err != nil {
			return 0, err
		}
		options.To = &full
	}
	taken, e := s.endpoint.Write(bytes.NewReader(data), options)
	if e != nil {
		return 0, errno(e)
	}
	return int(taken), nil
}

func receive(fd, flags, room int) ([]byte, protodrill.Address, error) {
	m := &protodrill.Message{Room: room}
	_, err := recvMsg(fd, flags, m)
	return m.Bytes, m.Address, err
}

// recvMsg has no control data to give: the options that ask for some are unknown here.
func recvMsg(fd, flags int, m *protodrill.Message) (int, error) {
	s, err := find(fd)
	if err != nil {
		return 0, err
	}
	if flags&^(unix.MSG_DONTWAIT|unix.MSG_PEEK) != 0 {
		return 0, protodrill.ErrUnknown
	}
	var buffer bytes.Buffer
	stream := s.transport == header.TCPProtocolNumber
	if stream && m.Room == 0 {
		return 0, nil
	}
	options := tcpip.ReadOptions{Peek: flags&unix.MSG_PEEK != 0, NeedRemoteAddr: !stream}
	result, e := s.endpoint.Read(&tcpip.LimitedWriter{W: &buffer, N: int64(m.Room)}, options)
	switch e.(type) {
	case nil:
	case *tcpip.ErrClosedForReceive:
		return 0, nil
	case *tcpip.ErrBadBuffer: // there was no room at all; a datagram is lost then
	default:
		return 0, errno(e)
	}
	m.Bytes = buffer.Bytes()
	if stream && !options.Peek {
		s.endpoint.ModerateRecvBuf(result.Count)
	}
	if !stream {
		m.Address = s.address(result.RemoteAddr)
		if result.Total > len(m.Bytes) {
			m.Flags = unix.MSG_TRUNC
		}
	}
	return len(m.Bytes), nil
}

// The bits are those of poll().
func poll(fd, events int) (int, uint64) {
	s := sockets[fd]
	if s == nil {
		return unix.POLLNVAL, 0
	}
	mask := waiter.EventMask(events) | waiter.EventErr | waiter.EventHUp
	return int(s.endpoint.Readiness(mask) & mask), s.changes
}

func ioctl(fd int, request uint32, value []byte) error {
	s, err := find(fd)
	if err != nil {
		return err
	}
	option, known := map[uint32]tcpip.SockOptInt{
		unix.TIOCINQ: tcpip.ReceiveQueueSizeOption, unix.TIOCOUTQ: tcpip.SendQueueSizeOption,
	}[request]
	if !known || len(value) < 4 {
		return protodrill.ErrUnknown
	}
	size, e := s.endpoint.GetSockOptInt(option)
	if e != nil {
		if _, none := e.(*tcpip.ErrUnknownProtocolOption); none {
			return protodrill.ErrUnknown
		}
		return errno(e)
	}
	native.PutUint32(value, uint32(size))
	return nil
}

func listens(s *socket) bool {
	return s.transport == header.TCPProtocolNumber && tcp.EndpointState(s.endpoint.State()) == tcp.StateListen
}
