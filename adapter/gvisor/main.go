// SPDX-License-Identifier: MIT

// The program gvisor puts gVisor's netstack, as Debian's golang-gvisor-gvisor-dev brings it, behind the protocol of
// adapters. The stack is used as it is: it can be given a clock and random numbers, and gets protodrill's.
//
// netstack has endpoints and no descriptors. What Linux' system calls add to that, gVisor has in its kernel, which
// cannot be had without the rest of that kernel; so the little that is needed is in socket.go and option.go here. A
// case about error numbers or options thus says something about this adapter as well.
package main

import (
	"encoding/binary"
	"math/rand"
	"time"

	"gvisor.dev/gvisor/pkg/bufferv2"
	cryptographic "gvisor.dev/gvisor/pkg/rand"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/loopback"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
	"protodrill"
)

const (
	device     = tcpip.NICID(1)
	itself     = tcpip.NICID(2) // the loopback device
	defaultMTU = 1500
)

// netstack is the stack under test, fresh with each start.
var netstack *stack.Stack

// clock is protodrill's, as netstack wants to see one.
type clock struct{ origin int64 }

func (c *clock) Now() time.Time { return time.Unix(0, protodrill.Now()) }

func (c *clock) NowMonotonic() tcpip.MonotonicTime {
	return tcpip.MonotonicTime{}.Add(time.Duration(protodrill.Now() - c.origin))
}

func (c *clock) AfterFunc(d time.Duration, f func()) tcpip.Timer {
	return timer{protodrill.AfterFunc(int64(d), f)}
}

type timer struct{ *protodrill.Timer }

func (t timer) Reset(d time.Duration) { t.Timer.Reset(int64(d)) }

// link is the device: what netstack writes goes to protodrill, at once.
type link struct {
	mtu        uint32
	dispatcher stack.NetworkDispatcher
}

func (l *link) MTU() uint32                                  { return l.mtu }
func (l *link) MaxHeaderLength() uint16                      { return 0 }
func (l *link) LinkAddress() tcpip.LinkAddress               { return "" }
func (l *link) Capabilities() stack.LinkEndpointCapabilities { return stack.CapabilityNone }
func (l *link) Attach(d stack.NetworkDispatcher)             { l.dispatcher = d }
func (l *link) IsAttached() bool                             { return l.dispatcher != nil }
func (l *link) Wait()                                        {}
func (l *link) ARPHardwareType() header.ARPHardwareType      { return header.ARPHardwareNone }
func (l *link) AddHeader(stack.PacketBufferPtr)              {}

func (l *link) WritePackets(packets stack.PacketBufferList) (int, tcpip.Error) {
	for _, p := range packets.AsSlice() {
		view := p.ToView()
		protodrill.Output(view.AsSlice())
		view.Release()
	}
	return packets.Len(), nil
}

var nic *link

func start(how *protodrill.Start) error {
	random := rand.New(rand.NewSource(int64(how.Seed)))
	cryptographic.Reader = random
	netstack = stack.New(stack.Options{
		NetworkProtocols: []stack.NetworkProtocolFactory{ipv4.NewProtocol, ipv6.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{
			tcp.NewProtocol, udp.NewProtocol, icmp.NewProtocol4, icmp.NewProtocol6,
		},
		Clock:       &clock{origin: how.Now},
		RandSource:  rand.NewSource(int64(how.Seed)),
		SecureRNG:   random,
		HandleLocal: true,
	})
	// What the library leaves to its user: sockets begin with Nagle's algorithm, and SACK is offered.
	nagle, sack := tcpip.TCPDelayEnabled(true), tcpip.TCPSACKEnabled(true)
	netstack.SetTransportProtocolOption(tcp.ProtocolNumber, &nagle)
	netstack.SetTransportProtocolOption(tcp.ProtocolNumber, &sack)
	nic = &link{mtu: defaultMTU}
	if how.MTU != 0 {
		nic.mtu = uint32(how.MTU)
	}
	if err := netstack.CreateNIC(device, nic); err != nil {
		return errno(err)
	}
	local := tcpip.ProtocolAddress{
		Protocol: networkOf(how.Local.Family),
		AddressWithPrefix: tcpip.AddressWithPrefix{
			Address: tcpip.Address(how.Local.Bytes()), PrefixLen: how.LocalPrefix,
		},
	}
	if err := netstack.AddProtocolAddress(device, local, stack.AddressProperties{}); err != nil {
		return errno(err)
	}
	if err := addLoopback(); err != nil {
		return err
	}
	netstack.SetRouteTable([]tcpip.Route{
		{Destination: header.IPv4LoopbackSubnet, NIC: itself},
		{Destination: header.IPv6Loopback.WithPrefix().Subnet(), NIC: itself},
		{Destination: header.IPv4EmptySubnet, NIC: device}, {Destination: header.IPv6EmptySubnet, NIC: device},
	})
	sockets = map[int]*socket{}
	features = defaultFeatures
	lingers = nil
	return nil
}

// addLoopback gives the host 127.0.0.1 and ::1, which never leave it.
func addLoopback() error {
	if err := netstack.CreateNIC(itself, loopback.New()); err != nil {
		return errno(err)
	}
	four := tcpip.AddressWithPrefix{Address: "\x7f\x00\x00\x01", PrefixLen: 8}
	for _, its := range []tcpip.ProtocolAddress{
		{Protocol: header.IPv4ProtocolNumber, AddressWithPrefix: four},
		{Protocol: header.IPv6ProtocolNumber, AddressWithPrefix: header.IPv6Loopback.WithPrefix()},
	} {
		if err := netstack.AddProtocolAddress(itself, its, stack.AddressProperties{}); err != nil {
			return errno(err)
		}
	}
	return nil
}

// stop ends the goroutines of the stack, by the Wait() in it.
func stop() {
	netstack.Destroy()
}

func packet(bytes []byte) {
	if why := unwanted(bytes); why != "" {
		protodrill.Refuse(why)
		return
	}
	network := header.IPv4ProtocolNumber
	if len(bytes) > 0 && bytes[0]>>4 == 6 {
		network = header.IPv6ProtocolNumber
	}
	p := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: bufferv2.MakeWithData(bytes)})
	defer p.DecRef()
	nic.dispatcher.DeliverNetworkPacket(network, p)
}

// unwanted says what a SYN to a listener offers although it was switched off: netstack accepts whatever is offered.
func unwanted(bytes []byte) string {
	if features == defaultFeatures || len(bytes) < header.IPv4MinimumSize {
		return ""
	}
	before := header.IPv6MinimumSize
	if bytes[0]>>4 == 4 {
		before = int(header.IPv4(bytes).HeaderLength())
	}
	if len(bytes) < before+header.TCPMinimumSize {
		return ""
	}
	segment := bytes[before:]
	if len(segment) < int(header.TCP(segment).DataOffset()) {
		return ""
	}
	syn := header.TCP(segment)
	whole := int(syn.DataOffset()) >= header.TCPMinimumSize
	if !whole || syn.Flags() != header.TCPFlagSyn || !heard(syn.DestinationPort()) {
		return ""
	}
	offers := header.ParseSynOptions(syn.Options(), false)
	switch {
	case offers.TS && !features.timestamps:
		return "a SYN with time-stamps, which were switched off"
	case offers.WS >= 0 && !features.scaling:
		return "a SYN with window scaling, which was switched off"
	}
	return ""
}

// heard tells whether somebody listens on that port.
func heard(port uint16) bool {
	for _, s := range sockets {
		if !listens(s) {
			continue
		}
		if local, err := s.endpoint.GetLocalAddress(); err == nil && local.Port == port {
			return true
		}
	}
	return false
}

func networkOf(family uint16) tcpip.NetworkProtocolNumber {
	if family == protodrill.IPv6 {
		return header.IPv6ProtocolNumber
	}
	return header.IPv4ProtocolNumber
}

var native = binary.LittleEndian

func main() {
	protodrill.Main(&protodrill.Stack{
		Name: "gvisor", Release: release, Start: start, Stop: stop, CanReset: true, Packet: packet,
		Socket: doSocket, Bind: bind, Listen: listen, Accept: accept, Connect: connect, Send: send,
		Receive: receive, Close: doClose, Lingering: lingering, Shutdown: shutdown, Getsockopt: getsockopt,
		Setsockopt: setsockopt, Getsockname: getsockname, Getpeername: getpeername, Poll: poll, Ioctl: ioctl,
		RecvMsg: recvMsg, Set: set, Get: get, Meets: []string{"tcp", "udp", "icmp"},
	})
}

// release is what the linker was told (-X): the version of Debian's package.
var release string
