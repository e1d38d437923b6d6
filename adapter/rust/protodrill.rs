// SPDX-License-Identifier: MIT

//! The adapter's half of the protocol that docs/adapter-protocol.md describes, in Rust and without any crate. It is
//! what adapter/protodrill-adapter.h is in C: it reads the questions, keeps the clock and the queue of packets, and
//! calls the methods of a trait, which are all that an author writes.
//!
//! - No method blocks. What would block is `Err(Errno(EAGAIN))`, connect `Err(Errno(EINPROGRESS))`, and protodrill
//!   builds blocking calls on that. A stack whose calls wait by themselves sets `waits`, takes a `Host::ticket` for a
//!   call, answers `Err(Waits)`, and reports the end by `Host::returned`, at any later time.
//! - Numbers of errors, domains, options and flags are Linux's; option values are laid out as on little-endian
//!   machines.
//! - What the stack lacks is `Err(Unknown)`, which is also what every method returns that is not written. The case is
//!   SKIP then: that is no failure, and nothing is guessed.
//! - Time is `Host::now`, and moves only before `run` is called. A packet of the stack goes to `Host::output`.
//! - Two processes that are asked the same answer the same: take random numbers from `Start::seed`.

#![allow(dead_code)] // no stack needs all of it

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Write};
use std::net::IpAddr;
use std::os::unix::io::FromRawFd;

/// The deadline of a stack without timers.
pub const NEVER: i64 = i64::MAX;

const LONGEST_BODY: usize = 1 << 20;
const VERSION: u32 = 1;

pub enum Error {
    Errno(i32),
    Unknown,
    /// Only with a ticket: `Host::returned` will report the end.
    Waits,
}

pub type Result<T> = std::result::Result<T, Error>;

/// The address of a socket, or that of AF_UNSPEC, which dissolves an association.
#[derive(Clone, Copy, PartialEq)]
pub enum Address {
    Unspecified,
    Socket { ip: IpAddr, port: u16, scope: u32 },
}

/// How a case begins. Times are nanoseconds since 1970; an MTU of 0 is the stack's own.
pub struct Start {
    pub local: IpAddr,
    pub local_prefix: u32,
    pub remote: IpAddr,
    pub mtu: usize,
    pub now: i64,
    pub seed: u64,
    /// What `--so_flags=TEXT` says, or nothing.
    pub option: String,
    /// All that protodrill said, in lines KEY=VALUE.
    pub text: String,
}

/// A message with control data. What `recvmsg` returns must fit into the room that it is given.
#[derive(Default)]
pub struct Message {
    pub address: Option<Address>,
    pub flags: u32,
    pub control: Vec<u8>,
    pub bytes: Vec<u8>,
}

/// A call that waits in the stack. It is never taken back, but forgotten with the descriptor that it is about.
#[derive(Clone, Copy, PartialEq)]
pub struct Ticket(u16);

/// The result of a call that has waited: its value (of a datagram its whole length), the address that accept or receive
/// returns, the bytes received (no more than there is room for).
pub type Returned = (i64, Option<Address>, Vec<u8>);

/// What the stack has of the world: the time, and a device.
#[derive(Default)]
pub struct Host {
    now: i64,
    packets: VecDeque<(i64, Vec<u8>)>,
    ended: VecDeque<Vec<u8>>, // calls, as ADVANCE reports them
    ticket: Option<Ticket>,   // of the call that is being made
    refused: Vec<u8>,         // why the question cannot be answered; nothing: it can
}

impl Host {
    pub fn now(&self) -> i64 {
        self.now
    }

    /// An IP packet leaves the stack, now.
    pub fn output(&mut self, packet: &[u8]) {
        self.output_at(packet, self.now);
    }

    /// `output` for a stack in real time: the packet left at that time.
    pub fn output_at(&mut self, packet: &[u8], time: i64) {
        self.packets.push_back((time, packet.to_vec()));
    }

    /// A real clock may be set back; the time here never is.
    fn look(&mut self, clock: Option<i64>) {
        self.now = self.now.max(clock.unwrap_or(self.now));
    }

    /// A setting demands what cannot be done with this packet, or a call is `Unknown` for a reason: the case is SKIP
    /// with that text.
    pub fn refuse(&mut self, why: &str) {
        self.refused = why.into();
    }

    /// A ticket for the call that is being made. None: its caller does not want to wait.
    pub fn ticket(&self) -> Option<Ticket> {
        self.ticket
    }

    /// The call with that ticket has ended.
    pub fn returned(&mut self, ticket: Ticket, result: std::result::Result<Returned, i32>) {
        let (value, address, bytes) = result.unwrap_or_else(|errno| (-i64::from(errno), None, vec![]));
        let mut answer = ticket.0.to_le_bytes().to_vec();
        put_result(&mut answer, value, address, &bytes);
        self.ended.push_back(answer);
    }
}

/// What `set` reports about a sysctl.
pub enum Setting {
    Done,
    NoSuchKey,
    BadValue,
    /// It would switch on what the stack lacks.
    NoSuchFeature(&'static str),
}

#[allow(unused_variables)]
pub trait Stack {
    fn name(&self) -> &str;
    fn release(&self) -> &str {
        ""
    }
    /// Those needs of cases that it meets: "tcp", "udp", "kernel 6.12.9" ... Then it meets no other of the kind.
    fn meets(&self) -> &[&str] {
        &[]
    }

    /// Make a fresh stack. `Err(Unknown)`: it lacks that version of IP. With `can_reset` it may be called again.
    fn start(&mut self, host: &mut Host, how: &Start) -> Result<()>;
    fn can_reset(&self) -> bool {
        false
    }
    /// Calls may wait in the stack; then receive, too, has MSG_DONTWAIT in its flags where it must not.
    fn waits(&self) -> bool {
        false
    }
    fn packet(&mut self, host: &mut Host, bytes: &[u8]);
    /// A packet of several segments of that size, as a device with receive offload makes it.
    fn merged(&mut self, host: &mut Host, segment: usize, bytes: &[u8]) -> Result<()> {
        Err(Error::Unknown)
    }
    /// When `run` must be called next.
    fn deadline(&self) -> i64 {
        NEVER
    }
    /// Do what is due at `host.now()`.
    fn run(&mut self, host: &mut Host) {}
    /// What there is to do at once after a call or a packet has a `deadline`, which may be the present. Then protodrill
    /// need not ask for it after each of them. Not for a clock that is real.
    fn tells(&self) -> bool {
        false
    }
    /// The time, for a stack in real time, which has this and `wait` in place of `deadline` and `run`.
    fn clock(&self) -> Option<i64> {
        None
    }
    /// Sleep until that time or until a packet has left, which `Host::output_at` may report; with `step` also until
    /// something may have changed for a call that waits. It may return early.
    fn wait(&mut self, host: &mut Host, until: i64, step: bool) {}
    /// Packets go through a network card: `packet` is never called, and `Host::output` is of no use.
    fn by_card(&self) -> bool {
        false
    }

    fn socket(&mut self, host: &mut Host, domain: i32, kind: i32, protocol: i32) -> Result<i32>;
    fn close(&mut self, host: &mut Host, fd: i32) -> Result<()>;
    /// After `close`: the ticket, above 0, of one that waits because of SO_LINGER, and whether it still does.
    fn close_ticket(&self) -> i32 {
        0
    }
    fn lingering(&mut self, ticket: i32) -> bool {
        false
    }
    /// Of the events, those that are ready, and those that are always reported.
    fn poll(&mut self, fd: i32, events: i32) -> i32;
    /// A number that grows whenever readiness may have changed, if the stack has such a thing.
    fn generation(&self, fd: i32) -> u64 {
        0
    }

    fn bind(&mut self, host: &mut Host, fd: i32, to: Address) -> Result<()> {
        Err(Error::Unknown)
    }
    fn listen(&mut self, host: &mut Host, fd: i32, backlog: i32) -> Result<()> {
        Err(Error::Unknown)
    }
    fn accept(&mut self, host: &mut Host, fd: i32) -> Result<(i32, Address)> {
        Err(Error::Unknown)
    }
    /// `blocking`: the caller will wait until it is done. A stack that `waits` is told so by `host.ticket()`, too.
    fn connect(&mut self, host: &mut Host, fd: i32, to: Address, blocking: bool) -> Result<()> {
        Err(Error::Unknown)
    }
    /// After EINPROGRESS: how it ended, which is told once, or EINPROGRESS. Unknown: `poll` and SO_ERROR tell.
    fn connect_result(&mut self, fd: i32) -> Result<()> {
        Err(Error::Unknown)
    }
    /// How many bytes were taken.
    fn send(&mut self, host: &mut Host, fd: i32, flags: i32, to: Option<Address>, bytes: &[u8]) -> Result<usize> {
        Err(Error::Unknown)
    }
    /// At most `room` bytes, or a datagram as a whole: it is cut, and its caller is told. And who sent them, where that
    /// is of interest.
    fn receive(&mut self, host: &mut Host, fd: i32, flags: i32, room: usize) -> Result<(Vec<u8>, Option<Address>)> {
        Err(Error::Unknown)
    }
    /// With control data; how many bytes were taken.
    fn sendmsg(&mut self, host: &mut Host, fd: i32, flags: i32, message: &Message) -> Result<usize> {
        Err(Error::Unknown)
    }
    fn recvmsg(&mut self, host: &mut Host, fd: i32, flags: i32, room: usize, control: usize) -> Result<Message> {
        Err(Error::Unknown)
    }
    fn shutdown(&mut self, host: &mut Host, fd: i32, how: i32) -> Result<()> {
        Err(Error::Unknown)
    }
    /// `given` is what the caller's buffer held, which a few options read.
    fn getsockopt(&mut self, fd: i32, level: i32, name: i32, room: usize, given: &[u8]) -> Result<Vec<u8>> {
        Err(Error::Unknown)
    }
    fn setsockopt(&mut self, host: &mut Host, fd: i32, level: i32, name: i32, value: &[u8]) -> Result<()> {
        Err(Error::Unknown)
    }
    fn getsockname(&mut self, fd: i32) -> Result<Address> {
        Err(Error::Unknown)
    }
    fn getpeername(&mut self, fd: i32) -> Result<Address> {
        Err(Error::Unknown)
    }
    fn ioctl(&mut self, fd: i32, request: u32, value: &mut [u8]) -> Result<()> {
        Err(Error::Unknown)
    }
    /// A sysctl by its name (net.ipv4.tcp_sack), or a key of the stack's own.
    fn set(&mut self, key: &str, value: &str) -> Setting {
        Setting::NoSuchKey
    }
    fn get(&mut self, key: &str) -> Option<String> {
        None
    }
    /// A prefix of Linux's struct tcp_info, of any length; nothing: there is none for that descriptor.
    fn info(&mut self, fd: i32) -> Vec<u8> {
        vec![]
    }
    fn has_info(&self) -> bool {
        false
    }
    /// One simple command (ip route ..., nstat ...): its status, 0 or 1, and what it prints; or why it is not known.
    fn command(&mut self, host: &mut Host, text: &str) -> std::result::Result<(i32, String), String> {
        Err(String::new())
    }
    fn has_commands(&self) -> bool {
        false
    }
}

// ---- bodies ----

/// The body of a question, from which numbers are taken; it may be shorter than its type asks for.
struct Question<'a> {
    bytes: &'a [u8],
    short: bool,
}

impl<'a> Question<'a> {
    fn take(&mut self, length: usize) -> u64 {
        if self.bytes.len() < length {
            self.short = true;
            return 0;
        }
        let (taken, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        taken.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
    }

    fn int(&mut self) -> i32 {
        self.take(4) as i32
    }

    fn address(&mut self) -> Option<Address> {
        let (family, port, scope) = (self.take(2), self.take(2) as u16, self.take(4) as u32);
        let mut bytes = [0; 16];
        for byte in &mut bytes {
            *byte = self.take(1) as u8;
        }
        let ip = match family {
            1 => return Some(Address::Unspecified),
            4 => IpAddr::from([bytes[0], bytes[1], bytes[2], bytes[3]]),
            6 => IpAddr::from(bytes),
            _ => return None,
        };
        Some(Address::Socket { ip, port, scope })
    }
}

fn put_address(answer: &mut Vec<u8>, address: Option<Address>) {
    let (family, port, scope, ip) = match address {
        None => (0u16, 0, 0, vec![]),
        Some(Address::Unspecified) => (1, 0, 0, vec![]),
        Some(Address::Socket { ip: IpAddr::V4(ip), port, scope }) => (4, port, scope, ip.octets().to_vec()),
        Some(Address::Socket { ip: IpAddr::V6(ip), port, scope }) => (6, port, scope, ip.octets().to_vec()),
    };
    answer.extend(family.to_le_bytes());
    answer.extend(port.to_le_bytes());
    answer.extend(scope.to_le_bytes());
    answer.extend(&ip);
    answer.extend(vec![0; 16 - ip.len()]);
}

/// What the answer to CALL consists of, and what is told of a call that has ended.
fn put_result(answer: &mut Vec<u8>, value: i64, address: Option<Address>, bytes: &[u8]) {
    answer.extend(value.to_le_bytes());
    put_address(answer, address);
    answer.extend(bytes);
}

fn fail(what: &str) -> ! {
    eprintln!("adapter: {what}");
    std::process::exit(2)
}

// ---- questions ----

struct Adapter<S: Stack> {
    stack: S,
    host: Host,
    started: bool,
    tells: bool, // each answer says whether something is due
}

/// An answer, or none: the question is not known. For HELLO the answer then says why.
type Answer = std::result::Result<Vec<u8>, Vec<u8>>;

impl<S: Stack> Adapter<S> {
    fn start(&mut self, q: &mut Question) -> Answer {
        if q.take(4) < u64::from(VERSION) {
            fail("this adapter speaks version 1 of the protocol");
        }
        let text = String::from_utf8_lossy(q.bytes);
        let value = |key: &str| {
            let line = text.lines().find_map(|l| l.strip_prefix(key).and_then(|l| l.strip_prefix('=')));
            line.unwrap_or("").to_string()
        };
        let number = |key: &str| value(key).parse().unwrap_or(0i64);
        let address = |text: &str| text.parse().unwrap_or_else(|_| fail("HELLO has no address"));
        let local = value("local");
        let (ip, prefix) = local.split_once('/').unwrap_or((&local, "0"));
        let how = Start {
            local: address(ip),
            local_prefix: prefix.parse().unwrap_or(0),
            remote: address(&value("remote")),
            mtu: number("mtu") as usize,
            now: number("now"),
            seed: number("seed") as u64,
            option: value("option"),
            text: text.to_string(),
        };
        self.started = false;
        self.tells = value("tells") == "1" && self.stack.tells() && self.stack.clock().is_none();
        self.host = Host { now: how.now, ..Host::default() };
        self.host.look(self.stack.clock());
        match self.stack.start(&mut self.host, &how) {
            Err(Error::Unknown) => {
                return Err(
                    format!("{} has no IPv{}", self.stack.name(), if how.local.is_ipv4() { 4 } else { 6 }).into()
                )
            }
            Err(Error::Errno(number)) => fail(&format!("the stack does not start: errno {number}")),
            Err(Error::Waits) => fail("only a call waits"),
            Ok(()) => self.started = true,
        }
        let flag = |bit: u32, there: bool| if there { bit } else { 0 };
        let can = (self.stack.has_info(), self.stack.waits(), self.stack.can_reset());
        let flags = flag(1, self.stack.clock().is_none())
            | flag(2, !self.stack.by_card())
            | flag(4, can.0)
            | flag(8, can.1)
            | flag(16, can.2)
            | flag(64, self.tells);
        let mut answer = VERSION.to_le_bytes().to_vec();
        answer.extend(flags.to_le_bytes());
        answer.extend(self.host.now.to_le_bytes());
        answer.extend(0i64.to_le_bytes());
        answer.extend(format!("name={}\nversion={}\n", self.stack.name(), self.stack.release()).bytes());
        for word in self.stack.meets() {
            answer.extend(format!("need={word}\n").bytes());
        }
        Ok(answer)
    }

    /// Lets time go by, as the page on the protocol says under "Time". What ended it, when, and the packet if that
    /// was one.
    fn pass(&mut self, until: i64, want: u64) -> (u32, i64, Vec<u8>) {
        loop {
            self.host.look(self.stack.clock());
            if want & 1 != 0 {
                if let Some((time, packet)) = self.host.packets.pop_front() {
                    return (1, time, packet);
                }
            }
            if want & 4 != 0 {
                if let Some(ended) = self.host.ended.pop_front() {
                    return (4, self.host.now, ended);
                }
            }
            let step = if self.stack.clock().is_some() { Self::real_step } else { Self::virtual_step };
            if let Some(kind) = step(self, until, want & 2 != 0) {
                return (kind, self.host.now, vec![]);
            }
        }
    }

    /// Moves the clock to what is due next, or to the end.
    fn virtual_step(&mut self, until: i64, step: bool) -> Option<u32> {
        let next = self.stack.deadline();
        if next == NEVER && until == NEVER {
            return Some(3);
        }
        self.host.now = self.host.now.max(next.min(until));
        self.stack.run(&mut self.host);
        if next > until {
            return Some(0);
        }
        step.then_some(2)
    }

    /// Lets the stack sleep until something happens. A packet ends the next round.
    fn real_step(&mut self, until: i64, step: bool) -> Option<u32> {
        if self.host.now >= until {
            return Some(0);
        }
        self.stack.wait(&mut self.host, until, step);
        self.host.look(self.stack.clock());
        (step && self.host.packets.is_empty()).then_some(2)
    }

    fn advance(&mut self, q: &mut Question) -> Answer {
        let (until, want) = (q.take(8) as i64, q.take(4));
        let (kind, now, packet) = self.pass(until, want);
        let mut answer = now.to_le_bytes().to_vec();
        answer.extend(kind.to_le_bytes());
        answer.extend(packet);
        Ok(answer)
    }

    fn call(&mut self, q: &mut Question, tag: u16) -> Answer {
        const MSG_DONTWAIT: i32 = 0x40;
        let (op, fd, a, b, c) = (q.take(4), q.int(), q.int(), q.int(), q.int());
        self.host.refused.clear();
        let may_wait = match op {
            4 | 5 => a == 0,
            6 | 7 | 16 | 17 => a & MSG_DONTWAIT == 0,
            _ => false,
        };
        self.host.ticket = if may_wait && self.stack.waits() { Some(Ticket(tag)) } else { None };
        let address = q.address();
        let given = address.unwrap_or(Address::Unspecified);
        let room = |length: i32| length.max(0) as usize;
        let (stack, host, bytes) = (&mut self.stack, &mut self.host, q.bytes);
        let done = |result: Result<()>| result.map(|()| (0, None, vec![]));
        let result: Result<(i64, Option<Address>, Vec<u8>)> = match op {
            1 => stack.socket(host, fd, a, b).map(|fd| (i64::from(fd), None, vec![])),
            2 => done(stack.bind(host, fd, given)),
            3 => done(stack.listen(host, fd, a)),
            4 => stack.accept(host, fd).map(|(fd, peer)| (i64::from(fd), Some(peer), vec![])),
            5 => done(stack.connect(host, fd, given, a == 0)),
            6 => stack.send(host, fd, a, address, bytes).map(|taken| (taken as i64, None, vec![])),
            7 => stack.receive(host, fd, a, room(b)).map(|(mut bytes, from)| {
                let whole = bytes.len() as i64;
                bytes.truncate(room(b));
                (whole, from, bytes)
            }),
            8 => stack.close(host, fd).map(|()| (i64::from(stack.close_ticket()), None, vec![])),
            9 => done(stack.shutdown(host, fd, a)),
            10 => stack.getsockopt(fd, a, b, room(c), bytes).map(|value| (0, None, value)),
            11 => done(stack.setsockopt(host, fd, a, b, bytes)),
            12 => stack.getsockname(fd).map(|name| (0, Some(name), vec![])),
            13 => stack.getpeername(fd).map(|name| (0, Some(name), vec![])),
            14 => {
                let (ready, generation) = (stack.poll(fd, a), stack.generation(fd));
                let bytes = if generation == 0 { vec![] } else { generation.to_le_bytes().to_vec() };
                Ok((i64::from(ready), None, bytes))
            }
            15 => {
                let mut value = bytes.to_vec();
                stack.ioctl(fd, a as u32, &mut value).map(|()| (0, None, value))
            }
            16 => {
                let (control, bytes) = bytes.split_at(room(b).min(bytes.len()));
                let message = Message { address, flags: 0, control: control.to_vec(), bytes: bytes.to_vec() };
                stack.sendmsg(host, fd, a, &message).map(|taken| (taken as i64, None, vec![]))
            }
            17 => stack.recvmsg(host, fd, a, room(b), room(c)).map(|m| {
                let mut out = m.flags.to_le_bytes().to_vec();
                out.extend((m.control.len() as u32).to_le_bytes());
                out.extend(&m.control);
                out.extend(&m.bytes);
                (m.bytes.len() as i64, m.address, out)
            }),
            18 => Ok((i64::from(stack.lingering(fd)), None, vec![])),
            19 => done(stack.connect_result(fd)),
            _ => Err(Error::Unknown),
        };
        let (value, address, bytes) = match result {
            Ok(all) => all,
            Err(Error::Errno(number)) => (-i64::from(number), None, vec![]),
            Err(Error::Waits) if self.host.ticket.is_some() => (i64::MIN, None, vec![]),
            Err(Error::Waits) => fail("a call waits that is not to"),
            Err(Error::Unknown) => return Err(std::mem::take(&mut self.host.refused)),
        };
        let mut answer = vec![];
        put_result(&mut answer, value, address, &bytes);
        Ok(answer)
    }

    fn set(&mut self, q: &Question) -> Answer {
        let text = String::from_utf8_lossy(q.bytes);
        let (key, value) = text.split_once('=').unwrap_or((&text, ""));
        let (status, why) = match self.stack.set(key, value) {
            Setting::Done => (0u32, ""),
            Setting::NoSuchKey => (1, ""),
            Setting::BadValue => (2, ""),
            Setting::NoSuchFeature(why) => (3, why),
        };
        let mut answer = status.to_le_bytes().to_vec();
        answer.extend(why.bytes());
        Ok(answer)
    }

    fn get(&mut self, q: &Question) -> Answer {
        let value = self.stack.get(&String::from_utf8_lossy(q.bytes));
        let mut answer = u32::from(value.is_none()).to_le_bytes().to_vec();
        answer.extend(value.unwrap_or_default().bytes());
        Ok(answer)
    }

    fn command(&mut self, q: &Question) -> Answer {
        let text = String::from_utf8_lossy(q.bytes);
        let (status, printed) = self.stack.command(&mut self.host, &text).unwrap_or_else(|why| (-1, why));
        let mut answer = status.to_le_bytes().to_vec();
        answer.extend(printed.bytes());
        Ok(answer)
    }

    /// The stack takes the packet, or says why it cannot.
    fn packet(&mut self, segment: usize, bytes: &[u8]) -> Answer {
        let taken = if segment == 0 {
            self.stack.packet(&mut self.host, bytes);
            true
        } else {
            self.stack.merged(&mut self.host, segment, bytes).is_ok()
        };
        let why = std::mem::take(&mut self.host.refused);
        if taken && why.is_empty() {
            Ok(vec![])
        } else {
            Err(why)
        }
    }

    /// Does a packet or the end of a call wait, or is something to be done now?
    fn is_due(&self) -> bool {
        let (host, next) = (&self.host, self.stack.deadline());
        self.started && (!host.packets.is_empty() || !host.ended.is_empty() || next <= host.now)
    }

    fn ask(&mut self, kind: u16, tag: u16, q: &mut Question) -> Answer {
        self.host.look(self.stack.clock());
        match kind {
            1 => self.start(q),
            8 if self.stack.can_reset() => self.start(q),
            7 => Ok(vec![]),
            _ if !self.started => fail("a question before HELLO"),
            2 if !self.stack.by_card() => self.packet(0, q.bytes),
            3 => self.advance(q),
            4 => self.call(q, tag),
            5 if self.stack.has_info() => Ok(self.stack.info(q.int())),
            6 => self.set(q),
            9 => self.get(q),
            10 => {
                let segment = q.take(2) as usize;
                self.packet(segment, q.bytes)
            }
            11 if self.stack.has_commands() => self.command(q),
            _ => Err(vec![]),
        }
    }
}

// ---- frames ----

extern "C" {
    fn dup(fd: i32) -> i32;
    fn dup2(from: i32, to: i32) -> i32;
}

/// Answer questions until there are no more.
pub fn main<S: Stack>(stack: S) {
    // What the stack prints must not get between the answers.
    let mut stream = unsafe {
        let fd = dup(0);
        if fd < 0 || dup2(2, 1) < 0 {
            fail("no descriptor");
        }
        File::from_raw_fd(fd)
    };
    let mut adapter = Adapter { stack, host: Host::default(), started: false, tells: false };
    let mut head = [0; 8];
    while stream.read_exact(&mut head).is_ok() {
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let (kind, tag) = (u16::from_le_bytes([head[4], head[5]]), u16::from_le_bytes([head[6], head[7]]));
        if length > LONGEST_BODY {
            fail("a question longer than 1 MiB");
        }
        let mut body = vec![0; length];
        if stream.read_exact(&mut body).is_err() {
            return;
        }
        let mut q = Question { bytes: &body, short: false };
        let answer = match adapter.ask(kind, tag, &mut q) {
            Ok(answer) if !q.short => Ok(answer),
            Ok(_) => Err(vec![]),
            Err(why) => Err(why),
        };
        let due = if adapter.tells && kind != 7 && adapter.is_due() { 0x8000 } else { 0 };
        let (kind_back, body) = match answer {
            Ok(body) => (kind | due, body),
            Err(why) => (due, why),
        };
        let mut frame = (body.len() as u32).to_le_bytes().to_vec();
        frame.extend(kind_back.to_le_bytes());
        frame.extend(&head[6..]);
        frame.extend(body);
        if stream.write_all(&frame).is_err() || kind == 7 {
            return;
        }
    }
}
