// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"protodrill"
)

// ---- options of sockets ----

type optionName struct{ level, name int }

// option is a socket option whose value is an int. Without set it cannot be set, without get it cannot be read.
type option struct {
	get func(*socket) (int, tcpip.Error)
	set func(*socket, int) tcpip.Error
}

func flag(get func(*tcpip.SocketOptions) bool, set func(*tcpip.SocketOptions, bool)) option {
	return option{
		get: func(s *socket) (int, tcpip.Error) {
			if get(s.endpoint.SocketOptions()) {
				return 1, nil
			}
			return 0, nil
		},
		set: func(s *socket, v int) tcpip.Error {
			set(s.endpoint.SocketOptions(), v != 0)
			return nil
		},
	}
}

// ranged is a number whose range gVisor's setsockopt() checks; -1 stands for the default, for which netstack has a
// number of its own.
func ranged(name tcpip.SockOptInt, least, most, usual int) option {
	o := number(name)
	set := o.set
	o.set = func(s *socket, v int) tcpip.Error {
		if v == -1 {
			return set(s, usual)
		}
		if v < least || v > most {
			return &tcpip.ErrInvalidOptionValue{}
		}
		return set(s, v)
	}
	return o
}

func number(name tcpip.SockOptInt) option {
	return option{
		get: func(s *socket) (int, tcpip.Error) { return s.endpoint.GetSockOptInt(name) },
		set: func(s *socket, v int) tcpip.Error { return s.endpoint.SetSockOptInt(name, v) },
	}
}

// timed is an option that is a time, in the unit of Linux's option.
func timed[T ~int64, P interface {
	*T
	tcpip.GettableSocketOption
	tcpip.SettableSocketOption
}](unit time.Duration) option {
	return option{
		get: func(s *socket) (int, tcpip.Error) {
			var v T
			err := s.endpoint.GetSockOpt(P(&v))
			return int(time.Duration(v) / unit), err
		},
		set: func(s *socket, v int) tcpip.Error {
			t := T(time.Duration(v) * unit)
			return s.endpoint.SetSockOpt(P(&t))
		},
	}
}

var options = map[optionName]option{
	{unix.SOL_SOCKET, unix.SO_REUSEADDR}: flag((*tcpip.SocketOptions).GetReuseAddress,
		(*tcpip.SocketOptions).SetReuseAddress),
	{unix.SOL_SOCKET, unix.SO_REUSEPORT}: flag((*tcpip.SocketOptions).GetReusePort,
		(*tcpip.SocketOptions).SetReusePort),
	{unix.SOL_SOCKET, unix.SO_KEEPALIVE}: flag((*tcpip.SocketOptions).GetKeepAlive,
		(*tcpip.SocketOptions).SetKeepAlive),
	{unix.SOL_SOCKET, unix.SO_BROADCAST}: flag((*tcpip.SocketOptions).GetBroadcast,
		(*tcpip.SocketOptions).SetBroadcast),
	{unix.SOL_SOCKET, unix.SO_NO_CHECK}: flag((*tcpip.SocketOptions).GetNoChecksum,
		(*tcpip.SocketOptions).SetNoChecksum),
	{unix.SOL_SOCKET, unix.SO_SNDBUF}: {
		get: func(s *socket) (int, tcpip.Error) {
			return int(s.endpoint.SocketOptions().GetSendBufferSize()), nil
		},
		set: func(s *socket, v int) tcpip.Error {
			s.endpoint.SocketOptions().SetSendBufferSize(int64(v), true)
			return nil
		},
	},
	{unix.SOL_SOCKET, unix.SO_RCVBUF}: {
		get: func(s *socket) (int, tcpip.Error) {
			return int(s.endpoint.SocketOptions().GetReceiveBufferSize()), nil
		},
		set: func(s *socket, v int) tcpip.Error {
			s.endpoint.SocketOptions().SetReceiveBufferSize(int64(v), true)
			return nil
		},
	},
	{unix.SOL_SOCKET, unix.SO_ACCEPTCONN}: {
		get: func(s *socket) (int, tcpip.Error) {
			if listens(s) {
				return 1, nil
			}
			return 0, nil
		},
	},
	{unix.SOL_SOCKET, unix.SO_PROTOCOL}: {
		get: func(s *socket) (int, tcpip.Error) { return int(s.transport), nil },
	},

	{unix.IPPROTO_TCP, unix.TCP_NODELAY}: flag(
		func(o *tcpip.SocketOptions) bool { return !o.GetDelayOption() },
		func(o *tcpip.SocketOptions, v bool) { o.SetDelayOption(!v) }),
	{unix.IPPROTO_TCP, unix.TCP_CORK}: flag((*tcpip.SocketOptions).GetCorkOption,
		(*tcpip.SocketOptions).SetCorkOption),
	{unix.IPPROTO_TCP, unix.TCP_QUICKACK}: flag((*tcpip.SocketOptions).GetQuickAck,
		(*tcpip.SocketOptions).SetQuickAck),
	{unix.IPPROTO_TCP, unix.TCP_KEEPCNT}:      number(tcpip.KeepaliveCountOption),
	{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE}:     timed[tcpip.KeepaliveIdleOption](time.Second),
	{unix.IPPROTO_TCP, unix.TCP_KEEPINTVL}:    timed[tcpip.KeepaliveIntervalOption](time.Second),
	{unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT}: timed[tcpip.TCPUserTimeoutOption](time.Millisecond),
	{unix.IPPROTO_TCP, unix.TCP_LINGER2}:      timed[tcpip.TCPLingerTimeoutOption](time.Second),
	{unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT}: timed[tcpip.TCPDeferAcceptOption](time.Second),
	// netstack always returns 536 here.
	{unix.IPPROTO_TCP, unix.TCP_MAXSEG}: {set: number(tcpip.MaxSegOption).set},

	{unix.IPPROTO_IP, unix.IP_TTL}: ranged(tcpip.IPv4TTLOption, 1, 255, tcpip.UseDefaultIPv4TTL),
	{unix.IPPROTO_IP, unix.IP_TOS}: number(tcpip.IPv4TOSOption),
	{unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS}: ranged(tcpip.IPv6HopLimitOption, 0, 255,
		tcpip.UseDefaultIPv6HopLimit),
	{unix.IPPROTO_IPV6, unix.IPV6_TCLASS}: ranged(tcpip.IPv6TrafficClassOption, 0, 255, 0),
	{unix.IPPROTO_IPV6, unix.IPV6_V6ONLY}: flag((*tcpip.SocketOptions).GetV6Only,
		(*tcpip.SocketOptions).SetV6Only),
}

// suits tells whether a socket of that kind has options of that level.
func (s *socket) suits(level int) bool {
	switch level {
	case unix.IPPROTO_TCP:
		return s.transport == header.TCPProtocolNumber
	case unix.IPPROTO_IPV6:
		return s.network == header.IPv6ProtocolNumber
	}
	return true
}

// cut returns the value as far as there is room for it.
func cut(value []byte, room int) []byte {
	if room < len(value) {
		value = value[:room]
	}
	return value
}

func int32Value(v int) []byte { return native.AppendUint32(nil, uint32(v)) }

func getsockopt(fd, level, name, room int, _ []byte) ([]byte, error) {
	s, err := find(fd)
	if err != nil {
		return nil, err
	}
	if room < 0 {
		return nil, syscall.EINVAL
	}
	switch (optionName{level, name}) {
	case optionName{unix.SOL_SOCKET, unix.SO_ERROR}:
		number := 0
		if e, is := errno(s.endpoint.LastError()).(syscall.Errno); is {
			number = int(e)
		}
		return cut(int32Value(number), room), nil
	case optionName{unix.SOL_SOCKET, unix.SO_LINGER}:
		l := s.endpoint.SocketOptions().GetLinger()
		on := 0
		if l.Enabled {
			on = 1
		}
		return cut(append(int32Value(on), int32Value(int(l.Timeout/time.Second))...), room), nil
	case optionName{unix.IPPROTO_TCP, unix.TCP_CONGESTION}:
		var v tcpip.CongestionControlOption
		if e := s.endpoint.GetSockOpt(&v); e != nil {
			return nil, errno(e)
		}
		const longest = 16
		return cut(append([]byte(v), make([]byte, longest-len(v))...), room), nil
	}
	option, known := options[optionName{level, name}]
	if !known || option.get == nil || !s.suits(level) {
		return nil, protodrill.ErrUnknown
	}
	value, e := option.get(s)
	if e != nil {
		return nil, errno(e)
	}
	return cut(int32Value(value), room), nil
}

func setsockopt(fd, level, name int, value []byte) error {
	s, err := find(fd)
	if err != nil {
		return err
	}
	switch (optionName{level, name}) {
	case optionName{unix.SOL_SOCKET, unix.SO_LINGER}:
		if len(value) < 8 {
			return syscall.EINVAL
		}
		s.endpoint.SocketOptions().SetLinger(tcpip.LingerOption{
			Enabled: native.Uint32(value) != 0,
			Timeout: time.Second * time.Duration(native.Uint32(value[4:])),
		})
		return nil
	case optionName{unix.IPPROTO_TCP, unix.TCP_CONGESTION}:
		v := tcpip.CongestionControlOption(strings.TrimRight(string(value), "\x00"))
		if !has(string(v)) {
			return protodrill.ErrUnknown
		}
		return errno(s.endpoint.SetSockOpt(&v))
	}
	option, known := options[optionName{level, name}]
	if !known || option.set == nil || !s.suits(level) {
		return protodrill.ErrUnknown
	}
	if len(value) < 4 {
		return syscall.EINVAL
	}
	return errno(option.set(s, int(int32(native.Uint32(value)))))
}

// has tells whether that congestion control exists.
func has(algorithm string) bool {
	var all tcpip.TCPAvailableCongestionControlOption
	netstack.TransportProtocolOption(tcp.ProtocolNumber, &all)
	for _, one := range strings.Fields(string(all)) {
		if one == algorithm {
			return true
		}
	}
	return false
}

// ---- sysctls ----

// features are settings that netstack lacks: it uses both in every connection that it opens.
var features struct{ timestamps, scaling bool }

var defaultFeatures = struct{ timestamps, scaling bool }{true, true}

// fixed are the sysctls that nobody can change: the value that netstack follows, and what other values would need.
var fixed = map[string]struct{ value, lacking string }{
	"net.ipv4.tcp_dsack":                {"0", "duplicate SACKs of its own (RFC 2883)"},
	"net.ipv4.tcp_ecn":                  {"0", "ECN (RFC 3168)"},
	"net.ipv4.tcp_fastopen":             {"0", "Fast Open (RFC 7413)"},
	"net.ipv4.tcp_frto":                 {"0", "F-RTO (RFC 5682)"},
	"net.ipv4.tcp_mtu_probing":          {"0", "packetization-layer path MTU discovery"},
	"net.ipv4.tcp_comp_sack_nr":         {"0", "compressed SACKs"},
	"net.ipv4.tcp_syn_linear_timeouts":  {"0", "linear time-outs of SYNs"},
	"net.ipv4.tcp_thin_linear_timeouts": {"0", "linear time-outs of thin streams"},
	"net.ipv4.tcp_shrink_window":        {"0", "windows that shrink"},
}

// transport are the sysctls that are an option of netstack's TCP. The function returns the option, or nil for a bad
// value.
var transport = map[string]func(value string) tcpip.SettableTransportProtocolOption{
	"net.ipv4.tcp_sack": func(value string) tcpip.SettableTransportProtocolOption {
		v := tcpip.TCPSACKEnabled(value != "0")
		return &v
	},
	"net.ipv4.tcp_moderate_rcvbuf": func(value string) tcpip.SettableTransportProtocolOption {
		v := tcpip.TCPModerateReceiveBufferOption(value != "0")
		return &v
	},
	"net.ipv4.tcp_recovery": func(value string) tcpip.SettableTransportProtocolOption {
		n, err := strconv.Atoi(value)
		v := tcpip.TCPRecovery(n)
		return pointer(&v, err)
	},
	"net.ipv4.tcp_syn_retries": func(value string) tcpip.SettableTransportProtocolOption {
		n, err := strconv.ParseUint(value, 10, 8)
		v := tcpip.TCPSynRetriesOption(n)
		return pointer(&v, err)
	},
	"net.ipv4.tcp_retries2": func(value string) tcpip.SettableTransportProtocolOption {
		n, err := strconv.ParseUint(value, 10, 32)
		v := tcpip.TCPMaxRetriesOption(n)
		return pointer(&v, err)
	},
	"net.ipv4.tcp_fin_timeout": func(value string) tcpip.SettableTransportProtocolOption {
		n, err := strconv.Atoi(value)
		v := tcpip.TCPLingerTimeoutOption(time.Duration(n) * time.Second)
		return pointer(&v, err)
	},
	"net.ipv4.tcp_rmem": func(value string) tcpip.SettableTransportProtocolOption {
		least, usual, most, err := three(value)
		return pointer(&tcpip.TCPReceiveBufferSizeRangeOption{Min: least, Default: usual, Max: most}, err)
	},
	"net.ipv4.tcp_wmem": func(value string) tcpip.SettableTransportProtocolOption {
		least, usual, most, err := three(value)
		return pointer(&tcpip.TCPSendBufferSizeRangeOption{Min: least, Default: usual, Max: most}, err)
	},
}

func pointer(v tcpip.SettableTransportProtocolOption, err error) tcpip.SettableTransportProtocolOption {
	if err != nil {
		return nil
	}
	return v
}

func three(value string) (a, b, c int, err error) {
	fields := strings.Fields(value)
	if len(fields) != 3 {
		return 0, 0, 0, syscall.EINVAL
	}
	numbers := [3]int{}
	for i, field := range fields {
		if numbers[i], err = strconv.Atoi(field); err != nil {
			return 0, 0, 0, err
		}
	}
	return numbers[0], numbers[1], numbers[2], nil
}

func set(key, value string) (protodrill.Status, string) {
	if f, known := fixed[key]; known {
		if f.value == value {
			return protodrill.Done, ""
		}
		return protodrill.NoSuchFeature, f.lacking
	}
	if option, known := transport[key]; known {
		v := option(value)
		if v == nil || netstack.SetTransportProtocolOption(tcp.ProtocolNumber, v) != nil {
			return protodrill.BadValue, ""
		}
		return protodrill.Done, ""
	}
	switch key {
	case "net.ipv4.tcp_timestamps":
		features.timestamps = value != "0"
	case "net.ipv4.tcp_window_scaling":
		features.scaling = value != "0"
	case "net.ipv4.tcp_congestion_control":
		v := tcpip.CongestionControlOption(value)
		if netstack.SetTransportProtocolOption(tcp.ProtocolNumber, &v) != nil {
			return protodrill.NoSuchFeature, "that congestion control"
		}
	case "net.ipv4.tcp_early_retrans":
		return earlyRetransmit(value)
	case "net.ipv4.tcp_syncookies":
		v := tcpip.TCPAlwaysUseSynCookies(value == "2")
		if value == "0" {
			return protodrill.NoSuchFeature, "a listener that never answers with cookies"
		}
		netstack.SetTransportProtocolOption(tcp.ProtocolNumber, &v)
	case "net.ipv4.ip_default_ttl":
		return setTTL(value)
	default:
		return protodrill.NoSuchKey, ""
	}
	return protodrill.Done, ""
}

// earlyRetransmit: a tail loss probe is part of RACK here, and RACK of SACK.
func earlyRetransmit(value string) (protodrill.Status, string) {
	var sack tcpip.TCPSACKEnabled
	var recovery tcpip.TCPRecovery
	netstack.TransportProtocolOption(tcp.ProtocolNumber, &sack)
	netstack.TransportProtocolOption(tcp.ProtocolNumber, &recovery)
	probes := bool(sack) && recovery&tcpip.TCPRACKLossDetection != 0
	if probes == (value != "0") {
		return protodrill.Done, ""
	}
	if probes {
		return protodrill.NoSuchFeature, "RACK without tail loss probes"
	}
	return protodrill.NoSuchFeature, "tail loss probes without SACK and RACK"
}

func setTTL(value string) (protodrill.Status, string) {
	n, err := strconv.ParseUint(value, 10, 8)
	if err != nil || n == 0 {
		return protodrill.BadValue, ""
	}
	ttl := tcpip.DefaultTTLOption(n)
	netstack.SetNetworkProtocolOption(ipv4.ProtocolNumber, &ttl)
	netstack.SetNetworkProtocolOption(ipv6.ProtocolNumber, &ttl)
	return protodrill.Done, ""
}

// tells are the sysctls that can be read and are not fixed.
var tells = map[string]func() string{
	"net.ipv4.tcp_timestamps":     func() string { return digit(features.timestamps) },
	"net.ipv4.tcp_window_scaling": func() string { return digit(features.scaling) },
	"net.ipv4.tcp_sack": func() string {
		var v tcpip.TCPSACKEnabled
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return digit(bool(v))
	},
	"net.ipv4.tcp_moderate_rcvbuf": func() string {
		var v tcpip.TCPModerateReceiveBufferOption
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return digit(bool(v))
	},
	"net.ipv4.tcp_recovery": func() string {
		var v tcpip.TCPRecovery
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return strconv.Itoa(int(v))
	},
	"net.ipv4.tcp_syn_retries": func() string {
		var v tcpip.TCPSynRetriesOption
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return strconv.Itoa(int(v))
	},
	"net.ipv4.tcp_retries2": func() string {
		var v tcpip.TCPMaxRetriesOption
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return strconv.FormatUint(uint64(v), 10)
	},
	"net.ipv4.tcp_fin_timeout": func() string {
		var v tcpip.TCPLingerTimeoutOption
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return strconv.Itoa(int(time.Duration(v) / time.Second))
	},
	"net.ipv4.tcp_rmem": func() string {
		var v tcpip.TCPReceiveBufferSizeRangeOption
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return fmt.Sprintf("%d\t%d\t%d", v.Min, v.Default, v.Max)
	},
	"net.ipv4.tcp_wmem": func() string {
		var v tcpip.TCPSendBufferSizeRangeOption
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return fmt.Sprintf("%d\t%d\t%d", v.Min, v.Default, v.Max)
	},
	"net.ipv4.tcp_congestion_control": func() string {
		var v tcpip.CongestionControlOption
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return string(v)
	},
	"net.ipv4.tcp_available_congestion_control": func() string {
		var v tcpip.TCPAvailableCongestionControlOption
		netstack.TransportProtocolOption(tcp.ProtocolNumber, &v)
		return string(v)
	},
	"net.ipv4.ip_default_ttl": func() string {
		var v tcpip.DefaultTTLOption
		netstack.NetworkProtocolOption(ipv4.ProtocolNumber, &v)
		return strconv.Itoa(int(v))
	},
}

func digit(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func get(key string) (string, bool) {
	if f, known := fixed[key]; known {
		return f.value, true
	}
	if tell, known := tells[key]; known {
		return tell(), true
	}
	return "", false
}
