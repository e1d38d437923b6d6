// SPDX-License-Identifier: MIT

//! A whole adapter in Rust: a stack of one page, which knows UDP over IPv4 and nothing else, behind the protocol. A
//! call that receives waits in the stack until something comes.
//!
//! `udp` runs in virtual time and `udp real` on the clock of this machine; `udp card` does, too, and claims that its
//! packets go through a network card, which it does not have.

mod protodrill;

use protodrill::{Address, Error, Host, Result, Stack, Start, Ticket};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const AF_INET: i32 = 2;
const SOCK_DGRAM: i32 = 2;
const UDP: i32 = 17;
const MSG_DONTWAIT: i32 = 0x40;
const POLLIN: i32 = 1;
const POLLOUT: i32 = 4;
const POLLNVAL: i32 = 32;
const EBADF: Error = Error::Errno(9);
const EAGAIN: Error = Error::Errno(11);
const EDESTADDRREQ: Error = Error::Errno(89);

const HEADERS: usize = 28;
const MOST: usize = 1472;

type Endpoint = (Ipv4Addr, u16);

#[derive(Default)]
struct Socket {
    port: u16, // 0: not bound
    remote: Option<Endpoint>,
    queue: VecDeque<(Endpoint, Vec<u8>)>,
    waiting: VecDeque<(Ticket, usize)>, // and how much room each has
}

struct Udp {
    local: Ipv4Addr,
    sockets: BTreeMap<i32, Socket>,
    last_port: u16,
    last_id: u16,
    real: bool,
    card: bool,
}

/// The checksum of RFC 1071 over the parts, one after another; each but the last is of even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|p| p.chunks(2));
    let mut sum: u32 = words.map(|w| u32::from(w[0]) << 8 | w.get(1).map_or(0, |&b| u32::from(b))).sum();
    while sum >> 16 != 0 {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

fn endpoint(a: Address) -> Option<Endpoint> {
    match a {
        Address::Socket { ip: IpAddr::V4(ip), port, .. } => Some((ip, port)),
        _ => None,
    }
}

/// A datagram as receive returns it.
fn taken(((ip, port), bytes): (Endpoint, Vec<u8>)) -> (Vec<u8>, Option<Address>) {
    (bytes, Some(Address::Socket { ip: ip.into(), port, scope: 0 }))
}

impl Udp {
    fn find(&mut self, fd: i32) -> Result<&mut Socket> {
        self.sockets.get_mut(&fd).ok_or(EBADF)
    }

    /// The port of a socket, which gets one if it has none.
    fn port(&mut self, fd: i32, wanted: u16) -> Result<u16> {
        let had = self.find(fd)?.port;
        if had == 0 && wanted == 0 {
            self.last_port += 1;
        }
        let free = if wanted != 0 { wanted } else { self.last_port };
        let s = self.find(fd)?;
        s.port = if had != 0 { had } else { free };
        Ok(s.port)
    }

    fn datagram(&mut self, from: u16, (to, port): Endpoint, payload: &[u8]) -> Vec<u8> {
        let length = (8 + payload.len()) as u16;
        self.last_id = self.last_id.wrapping_add(1);
        let mut ip = vec![0x45, 0];
        ip.extend((20 + length).to_be_bytes());
        ip.extend(self.last_id.to_be_bytes());
        ip.extend([0, 0, 64, UDP as u8, 0, 0]);
        ip.extend(self.local.octets());
        ip.extend(to.octets());
        let sum = checksum(&[&ip]);
        ip[10..12].copy_from_slice(&sum.to_be_bytes());
        let mut udp: Vec<u8> = [from, port, length, 0].iter().flat_map(|n| n.to_be_bytes()).collect();
        udp.extend(payload);
        let pseudo = [[0, UDP as u8], length.to_be_bytes()].concat();
        let sum = checksum(&[&ip[12..20], &pseudo, &udp]);
        udp[6..8].copy_from_slice(&(if sum == 0 { 0xffff } else { sum }).to_be_bytes());
        [ip, udp].concat()
    }
}

impl Stack for Udp {
    fn name(&self) -> &str {
        "udp"
    }

    fn meets(&self) -> &[&str] {
        &["udp"]
    }

    fn start(&mut self, _: &mut Host, how: &Start) -> Result<()> {
        let local = match how.local {
            IpAddr::V4(local) => local,
            IpAddr::V6(_) => return Err(Error::Unknown),
        };
        *self = Udp { local, sockets: BTreeMap::new(), last_port: 49152, last_id: 0, ..*self };
        Ok(())
    }

    fn can_reset(&self) -> bool {
        true
    }

    fn waits(&self) -> bool {
        true
    }

    /// Nothing is put off.
    fn tells(&self) -> bool {
        true
    }

    fn packet(&mut self, host: &mut Host, p: &[u8]) {
        if p.len() < HEADERS || p[0] != 0x45 || i32::from(p[9]) != UDP || p[16..20] != self.local.octets() {
            return;
        }
        let word = |at: usize| u16::from_be_bytes([p[at], p[at + 1]]);
        let (from, length) = ((Ipv4Addr::new(p[12], p[13], p[14], p[15]), word(20)), usize::from(word(24)));
        let fits = |s: &&mut Socket| s.port == word(22) && s.remote.map_or(true, |r| r == from);
        if (8..=p.len() - 20).contains(&length) {
            if let Some(s) = self.sockets.values_mut().find(fits) {
                let datagram = (from, p[HEADERS..20 + length].to_vec());
                if let Some((ticket, room)) = s.waiting.pop_front() {
                    let (mut bytes, address) = taken(datagram);
                    let whole = bytes.len() as i64;
                    bytes.truncate(room);
                    host.returned(ticket, Ok((whole, address, bytes)));
                } else {
                    s.queue.push_back(datagram);
                }
            }
        }
    }

    fn socket(&mut self, _: &mut Host, domain: i32, kind: i32, protocol: i32) -> Result<i32> {
        if domain != AF_INET || kind != SOCK_DGRAM || (protocol != 0 && protocol != UDP) {
            return Err(Error::Unknown);
        }
        let fd = (3..).find(|fd| !self.sockets.contains_key(fd)).ok_or(EBADF)?;
        self.sockets.insert(fd, Socket::default());
        Ok(fd)
    }

    fn close(&mut self, _: &mut Host, fd: i32) -> Result<()> {
        self.sockets.remove(&fd).map(|_| ()).ok_or(EBADF)
    }

    fn clock(&self) -> Option<i64> {
        self.real.then(now)
    }

    /// This stack has nothing to do meanwhile.
    fn wait(&mut self, _: &mut Host, until: i64, step: bool) {
        let left = (until - now()).max(0) as u64;
        sleep(Duration::from_nanos(if step { left.min(1_000_000) } else { left }));
    }

    fn by_card(&self) -> bool {
        self.card
    }

    fn poll(&mut self, fd: i32, events: i32) -> i32 {
        self.find(fd).map_or(POLLNVAL, |s| events & (POLLOUT | if s.queue.is_empty() { 0 } else { POLLIN }))
    }

    fn bind(&mut self, _: &mut Host, fd: i32, to: Address) -> Result<()> {
        self.port(fd, endpoint(to).map_or(0, |e| e.1)).map(|_| ())
    }

    fn connect(&mut self, _: &mut Host, fd: i32, to: Address, _: bool) -> Result<()> {
        self.port(fd, 0)?;
        self.find(fd)?.remote = endpoint(to);
        Ok(())
    }

    fn send(&mut self, host: &mut Host, fd: i32, flags: i32, to: Option<Address>, bytes: &[u8]) -> Result<usize> {
        if flags & !MSG_DONTWAIT != 0 || bytes.len() > MOST {
            return Err(Error::Unknown); // this stack does not do fragments
        }
        let from = self.port(fd, 0)?;
        let to = to.and_then(endpoint).or(self.find(fd)?.remote).ok_or(EDESTADDRREQ)?;
        host.output(&self.datagram(from, to, bytes));
        Ok(bytes.len())
    }

    fn receive(&mut self, host: &mut Host, fd: i32, flags: i32, room: usize) -> Result<(Vec<u8>, Option<Address>)> {
        if flags & !MSG_DONTWAIT != 0 {
            return Err(Error::Unknown);
        }
        let s = self.find(fd)?;
        if let Some(datagram) = s.queue.pop_front() {
            return Ok(taken(datagram));
        }
        let ticket = host.ticket().ok_or(EAGAIN)?;
        s.waiting.push_back((ticket, room));
        Err(Error::Waits)
    }
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |t| t.as_nanos() as i64)
}

fn main() {
    let how = std::env::args().nth(1);
    let (real, card) = (how.is_some(), how.as_deref() == Some("card"));
    let (local, sockets) = (Ipv4Addr::UNSPECIFIED, BTreeMap::new());
    protodrill::main(Udp { local, sockets, last_port: 0, last_id: 0, real, card });
}
