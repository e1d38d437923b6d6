#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# udp.py - a whole adapter with nothing but docs/adapter-protocol.md: a UDP over IPv4 of a page, behind the protocol
#
# It is what udp.c is in C, for those whose language has no helper: frames, a clock without timers, seven calls.
import os, socket, struct, sys

stream = os.dup(0)
os.dup2(2, 1)

def read(n):
    data = b''
    while len(data) < n:
        part = os.read(stream, n - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data

def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff

NOTHING = struct.pack('<HHI16s', 0, 0, 0, b'')
EAGAIN, EBADF, EDESTADDRREQ = 11, 9, 89
sockets, waiting, local, now, port, ident = {}, [], b'', 0, 49152, 0

def datagram(source, to, data):
    global ident
    ident += 1
    ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 28 + len(data), ident & 0xffff, 0, 64, 17, 0, local, to[0])
    ip = ip[:10] + struct.pack('>H', checksum(ip)) + ip[12:]
    udp = struct.pack('>HHHH', source, to[1], 8 + len(data), 0) + data
    total = checksum(ip[12:20] + struct.pack('>BBH', 0, 17, len(udp)) + udp) or 0xffff
    return ip + udp[:6] + struct.pack('>H', total) + udp[8:]

def own_port(s, wanted=0):
    global port
    if not s['port']:
        port += not wanted
        s['port'] = wanted or port
    return s['port']

def packet(p):
    if len(p) < 28 or p[0] != 0x45 or p[9] != 17 or p[16:20] != local:
        return
    source, to, length = struct.unpack('>HHH', p[20:26])
    if not 8 <= length <= len(p) - 20:
        return
    peer = (p[12:16], source)
    for s in sockets.values():
        if s['port'] == to and s['remote'] in (None, peer):
            s['queue'].append((peer, p[28:20 + length]))
            return

def call(op, a, address, data):
    """The value, the address and the bytes of the answer; None: not known."""
    if op not in (1, 2, 5, 6, 7, 8, 14):
        return None
    if op == 1:
        if a[0] != socket.AF_INET or a[1] != socket.SOCK_DGRAM or a[2] not in (0, 17):
            return None
        fd = next(n for n in range(3, 1024) if n not in sockets)
        sockets[fd] = {'port': 0, 'remote': None, 'queue': []}
        return fd, NOTHING, b''
    s = sockets.get(a[0])
    if s is None:
        return (32 if op == 14 else -EBADF), NOTHING, b''
    family, number, _, ip = struct.unpack('<HHI16s', address)
    given = (ip[:4], number) if family == 4 else None
    if op == 2:
        own_port(s, number)
    elif op == 5:
        s['remote'] = given
        own_port(s)
    elif op == 6:
        to = given or s['remote']
        if a[1] & ~0x40 or len(data) > 1472:
            return None
        if not to:
            return -EDESTADDRREQ, NOTHING, b''
        waiting.append(datagram(own_port(s), to, data))
        return len(data), NOTHING, b''
    elif op == 7:
        if a[1]:
            return None
        if not s['queue']:
            return -EAGAIN, NOTHING, b''
        peer, data = s['queue'].pop(0)
        return len(data), struct.pack('<HHI16s', 4, peer[1], 0, peer[0]), data[:a[2]]
    elif op == 8:
        del sockets[a[0]]
    else:
        return a[1] & (4 | (1 if s['queue'] else 0)), NOTHING, b''
    return 0, NOTHING, b''

def answer(kind, body):
    global now, local
    if kind == 1:
        # Of several addresses the first is the one of scripts.
        lines = dict(l.split('=', 1) for l in reversed(body[4:].decode().split('\n')) if '=' in l)
        if ':' in lines['local']:
            return 0, b'udp has no IPv6'
        local = socket.inet_aton(lines['local'].split('/')[0])
        now = int(lines['now'])
        return kind, struct.pack('<IIqq', 1, 1 | 2, now, 0) + b'name=udp\nneed=udp'
    if kind == 2:
        packet(body)
        return kind, b''
    if kind == 3:
        until, want = struct.unpack('<qI', body)
        if want & 1 and waiting:
            return kind, struct.pack('<qI', now, 1) + waiting.pop(0)
        if until == 2 ** 63 - 1:
            return kind, struct.pack('<qI', now, 3)
        now = max(now, until)
        return kind, struct.pack('<qI', now, 0)
    if kind == 4:
        op, *a = struct.unpack('<Iiiii', body[:20])
        result = call(op, a, body[20:44], body[44:])
        return (0, b'') if result is None else (kind, struct.pack('<q', result[0]) + result[1] + result[2])
    if kind == 7:
        return kind, b''
    return 0, b''

while True:
    length, kind, tag = struct.unpack('<IHH', read(8))
    back, body = answer(kind, read(length))
    os.write(stream, struct.pack('<IHH', len(body), back, tag) + body)
    if kind == 7:
        sys.exit(0)
