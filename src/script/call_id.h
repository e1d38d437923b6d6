/* SPDX-License-Identifier: MIT
 *
 * call_id.h - which system call: the one list of them
 *
 * A header of constants alone, so that targets know calls without knowing scripts.
 */
#ifndef SCRIPT_CALL_ID_H
#define SCRIPT_CALL_ID_H

#define CALL_IDS(X) \
	X(SOCKET, "socket") X(BIND, "bind") X(LISTEN, "listen") X(ACCEPT, "accept") X(ACCEPT4, "accept4") \
	X(CONNECT, "connect") X(READ, "read") X(READV, "readv") X(RECV, "recv") X(RECVFROM, "recvfrom") \
	X(RECVMSG, "recvmsg") X(WRITE, "write") X(WRITEV, "writev") X(SEND, "send") X(SENDTO, "sendto") \
	X(SENDMSG, "sendmsg") X(FCNTL, "fcntl") X(IOCTL, "ioctl") X(CLOSE, "close") X(SHUTDOWN, "shutdown") \
	X(GETSOCKOPT, "getsockopt") X(SETSOCKOPT, "setsockopt") X(POLL, "poll") X(OPEN, "open") \
	X(SENDFILE, "sendfile") X(EPOLL_CREATE, "epoll_create") X(EPOLL_CTL, "epoll_ctl") \
	X(EPOLL_WAIT, "epoll_wait") X(PIPE, "pipe") X(SPLICE, "splice") X(CAP_SET, "cap_set") \
	X(GETSOCKNAME, "getsockname") X(GETPEERNAME, "getpeername") X(RECVMMSG, "recvmmsg") X(SENDMMSG, "sendmmsg") \
	X(PPOLL, "ppoll") X(SELECT, "select") X(DUP, "dup") X(DUP2, "dup2") \
	X(EPOLL_CREATE1, "epoll_create1") X(SOCKATMARK, "sockatmark") X(PREAD, "pread") X(PWRITE, "pwrite") \
	X(DUP3, "dup3") X(PSELECT, "pselect") X(PIPE2, "pipe2") X(EPOLL_PWAIT, "epoll_pwait") \
	X(SOCKETPAIR, "socketpair")

enum call_id {
#define X(id, name) CALL_##id,
	CALL_IDS(X)
#undef X
	CALL_IDS_END
};

#endif
