// SPDX-License-Identifier: MIT

package protodrill

import (
	"errors"
	"syscall"
)

// asked is a call with its arguments and what it returns.
type asked struct {
	a       [4]int
	address *Address // nil: none was given
	in      []byte

	peer Address
	out  []byte
}

// calls has a row for each op of the protocol, except those that the stack's table lacks.
func calls(s *Stack) map[uint32]func(*asked) (int, error) {
	table := map[uint32]func(*asked) (int, error){
		1: func(q *asked) (int, error) { return s.Socket(q.a[0], q.a[1], q.a[2]) },
		8: func(q *asked) (int, error) { return s.Close(q.a[0]) },
		14: func(q *asked) (int, error) {
			ready, generation := s.Poll(q.a[0], q.a[1])
			if generation != 0 {
				(*answer)(&q.out).i64(int64(generation))
			}
			return ready, nil
		},
	}
	add := func(op uint32, has bool, f func(q *asked) (int, error)) {
		if has {
			table[op] = f
		}
	}
	add(2, s.Bind != nil, func(q *asked) (int, error) { return 0, s.Bind(q.a[0], q.given()) })
	add(3, s.Listen != nil, func(q *asked) (int, error) { return 0, s.Listen(q.a[0], q.a[1]) })
	add(4, s.Accept != nil, func(q *asked) (child int, err error) {
		child, q.peer, err = s.Accept(q.a[0])
		return child, err
	})
	add(5, s.Connect != nil, func(q *asked) (int, error) { return 0, s.Connect(q.a[0], q.given(), q.a[1] == 0) })
	add(6, s.Send != nil, func(q *asked) (int, error) { return s.Send(q.a[0], q.a[1], q.address, q.in) })
	add(7, s.Receive != nil, func(q *asked) (int, error) {
		room := int(max(int64(q.a[2]), 0))
		bytes, from, err := s.Receive(q.a[0], q.a[1], room)
		q.out, q.peer = bytes, from
		if len(bytes) > room {
			q.out = bytes[:room]
		}
		return len(bytes), err
	})
	add(9, s.Shutdown != nil, func(q *asked) (int, error) { return 0, s.Shutdown(q.a[0], q.a[1]) })
	add(10, s.Getsockopt != nil, func(q *asked) (_ int, err error) {
		q.out, err = s.Getsockopt(q.a[0], q.a[1], q.a[2], q.a[3], q.in)
		return 0, err
	})
	add(11, s.Setsockopt != nil, func(q *asked) (int, error) {
		return 0, s.Setsockopt(q.a[0], q.a[1], q.a[2], q.in)
	})
	add(12, s.Getsockname != nil, func(q *asked) (_ int, err error) {
		q.peer, err = s.Getsockname(q.a[0])
		return 0, err
	})
	add(13, s.Getpeername != nil, func(q *asked) (_ int, err error) {
		q.peer, err = s.Getpeername(q.a[0])
		return 0, err
	})
	add(15, s.Ioctl != nil, func(q *asked) (int, error) {
		q.out = append([]byte(nil), q.in...)
		return 0, s.Ioctl(q.a[0], uint32(q.a[1]), q.out)
	})
	add(16, s.SendMsg != nil, func(q *asked) (int, error) { return sendMsg(s, q) })
	add(17, s.RecvMsg != nil, func(q *asked) (int, error) { return recvMsg(s, q) })
	add(18, s.Lingering != nil, func(q *asked) (int, error) {
		if s.Lingering(q.a[0]) {
			return 1, nil
		}
		return 0, nil
	})
	add(19, s.ConnectResult != nil, func(q *asked) (int, error) { return 0, s.ConnectResult(q.a[0]) })
	return table
}

// given returns the address of a call that must have one.
func (q *asked) given() *Address {
	if q.address == nil {
		return &Address{}
	}
	return q.address
}

func sendMsg(s *Stack, q *asked) (int, error) {
	control := int(max(int64(q.a[2]), 0))
	if control > len(q.in) {
		return 0, syscall.EINVAL
	}
	m := &Message{Control: q.in[:control], Bytes: q.in[control:]}
	if q.address != nil {
		m.Address = *q.address
	}
	return s.SendMsg(q.a[0], q.a[1], m)
}

// recvMsg answers with flags, length of the control data, control data, bytes.
func recvMsg(s *Stack, q *asked) (int, error) {
	m := &Message{Room: int(max(int64(q.a[2]), 0)), ControlRoom: int(max(int64(q.a[3]), 0))}
	value, err := s.RecvMsg(q.a[0], q.a[1], m)
	if err != nil {
		return 0, err
	}
	var out answer
	out.u32(m.Flags)
	out.u32(uint32(len(m.Control)))
	out.bytes(m.Control)
	out.bytes(m.Bytes)
	q.out, q.peer = out, m.Address
	return value, nil
}

// doCall answers CALL: the value, or minus an errno; an address; bytes.
func doCall(question *question, tag uint16, a *answer) bool {
	var q asked
	op := question.u32()
	for i := range q.a {
		q.a[i] = int(int32(question.u32()))
	}
	if address := question.address(); address.Family != NoAddress {
		q.address = &address
	}
	q.in = question.bytes
	f := adapter.calls[op]
	if f == nil || question.short {
		return false
	}
	if adapter.stack.Waits && ready(op) != 0 {
		w := &waiting{tag: tag}
		return w.run(op, &q, a, func(q *asked, out *answer) bool { return finish(f, op, q, out) })
	}
	return finish(f, op, &q, a)
}

// finish makes the call and appends what it returned. False: the call is not known.
func finish(f func(*asked) (int, error), op uint32, q *asked, a *answer) bool {
	value, err := f(q)
	var errno syscall.Errno
	switch {
	case errors.Is(err, ErrUnknown):
		a.text(adapter.refused)
		return false
	case errors.As(err, &errno):
		value, q.out, q.peer = -int(errno), nil, Address{}
	case err != nil:
		fail("op %d of %s ends with %v, which is no syscall.Errno", op, adapter.stack.Name, err)
	}
	a.i64(int64(value))
	a.address(&q.peer)
	a.bytes(q.out)
	return true
}
