// SPDX-License-Identifier: MIT

package protodrill

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
)

const (
	headLength  = 8
	longestBody = 1 << 20
)

// question is the body of a frame, from which numbers are taken.
type question struct {
	bytes []byte
	short bool // it was shorter than its type requires
}

func (q *question) take(n int) []byte {
	if n < 0 || len(q.bytes) < n {
		q.short = true
		return make([]byte, max(int64(n), 0))
	}
	taken := q.bytes[:n]
	q.bytes = q.bytes[n:]
	return taken
}

func (q *question) u16() uint16 { return binary.LittleEndian.Uint16(q.take(2)) }
func (q *question) u32() uint32 { return binary.LittleEndian.Uint32(q.take(4)) }
func (q *question) i64() int64  { return int64(binary.LittleEndian.Uint64(q.take(8))) }

func (q *question) address() (a Address) {
	a.Family, a.Port, a.Scope = q.u16(), q.u16(), q.u32()
	copy(a.IP[:], q.take(16))
	return a
}

// answer is a body that grows.
type answer []byte

func (a *answer) u32(v uint32)   { *a = binary.LittleEndian.AppendUint32(*a, v) }
func (a *answer) i64(v int64)    { *a = binary.LittleEndian.AppendUint64(*a, uint64(v)) }
func (a *answer) bytes(b []byte) { *a = append(*a, b...) }
func (a *answer) text(t string)  { *a = append(*a, t...) }

func (a *answer) address(v *Address) {
	*a = binary.LittleEndian.AppendUint16(*a, v.Family)
	*a = binary.LittleEndian.AppendUint16(*a, v.Port)
	a.u32(v.Scope)
	a.bytes(v.IP[:])
}

// parseStart reads the lines of HELLO. Unknown ones may come some day.
func parseStart(text string) *Start {
	how := &Start{Text: text}
	for _, line := range strings.Split(text, "\n") {
		key, value, _ := strings.Cut(line, "=")
		switch key {
		case "local":
			if how.Local.Family == NoAddress {
				address, prefix, _ := strings.Cut(value, "/")
				how.Local = parseAddress(address)
				how.LocalPrefix, _ = strconv.Atoi(prefix)
			}
		case "remote":
			how.Remote = parseAddress(value)
		case "mtu":
			how.MTU, _ = strconv.Atoi(value)
		case "now":
			how.Now, _ = strconv.ParseInt(value, 10, 64)
		case "seed":
			how.Seed, _ = strconv.ParseUint(value, 10, 64)
		case "option":
			how.Option = value
		}
	}
	return how
}

func parseAddress(text string) (a Address) {
	parsed, err := netip.ParseAddr(text)
	if err != nil {
		fail("'%s' is no address", text)
	}
	a.Family = IPv6
	if parsed.Is4() {
		a.Family = IPv4
	}
	copy(a.IP[:], parsed.AsSlice())
	return a
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "adapter: "+format+"\n", values...)
	os.Exit(2)
}

// stream is the socket to protodrill.
type stream int

// read fills all of the bytes, or reports that the stream has ended.
func (s stream) read(bytes []byte) bool {
	for len(bytes) > 0 {
		n, err := syscall.Read(int(s), bytes)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return false
		}
		bytes = bytes[n:]
	}
	return true
}

func (s stream) write(bytes []byte) {
	for len(bytes) > 0 {
		n, err := syscall.Write(int(s), bytes)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			os.Exit(0)
		}
		bytes = bytes[n:]
	}
}

// question reads a frame, except for the length: its type, its tag and its body.
func (s stream) question() (kind, tag uint16, body []byte, more bool) {
	var head [headLength]byte
	if !s.read(head[:]) {
		return 0, 0, nil, false
	}
	length := binary.LittleEndian.Uint32(head[:])
	if length > longestBody {
		fail("a question longer than 1 MiB")
	}
	body = make([]byte, length)
	more = s.read(body)
	return binary.LittleEndian.Uint16(head[4:]), binary.LittleEndian.Uint16(head[6:]), body, more
}

func (s stream) answer(kind, tag uint16, body []byte) {
	frame := make([]byte, headLength, headLength+len(body))
	binary.LittleEndian.PutUint32(frame, uint32(len(body)))
	binary.LittleEndian.PutUint16(frame[4:], kind)
	binary.LittleEndian.PutUint16(frame[6:], tag)
	s.write(append(frame, body...))
}
