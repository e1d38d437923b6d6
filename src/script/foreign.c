/* SPDX-License-Identifier: MIT
 *
 * foreign.c - what other systems call their options, errors, flags and calls
 *
 * Scripts are carried from system to system. A name that another system documents is no slip of the author, so it must
 * not be an ERROR; and as nothing here can do what it asks for, it must not be played either. Such a case is SKIP. The
 * names are those of the systems' manual pages (tcp, ip, ip6, getsockopt, recv, fcntl, errno and the calls), as far as
 * they concern TCP, UDP, IP and ICMP. Left out: names that Linux has as well, whatever it does with them.
 */
#include "script/foreign.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "util/common.h"
#include "util/newer_names.h"

enum { F = 1, M = 2, O = 4, N = 8, S = 16 };
enum { SENDFILE_ARGUMENTS = 7 };

static const char *const systems[] = { "FreeBSD", "macOS", "OpenBSD", "NetBSD", "Solaris" };

struct foreign_name {
	const char *name;
	unsigned systems;                                    /* F, M, O, N and S: a bit each, in that order */
};

static const struct foreign_name symbols[] = {
	{ "AF_LINK", F | M | O | N | S }, { "EAUTH", M | O | N }, { "EBADARCH", M }, { "EBADEXEC", M },
	{ "EBADMACHO", M }, { "EBADRPC", F | M },
	{ "ECAPMODE", F }, { "EDEVERR", M }, { "EDOOFUS", F }, { "EFTYPE", F | M | O | N }, { "EINTEGRITY", F },
	{ "EIPSEC", O }, { "ELOCKUNMAPPED", S }, { "ENEEDAUTH", F | M | O | N }, { "ENOATTR", F | M | O | N },
	{ "ENOPOLICY", M }, { "ENOTACTIVE", S }, { "ENOTCAPABLE", F }, { "EPROCLIM", F | M },
	{ "EPROCUNAVAIL", F | M }, { "EPROGMISMATCH", F | M }, { "EPROGUNAVAIL", F | M }, { "EPWROFF", M },
	{ "EQFULL", M }, { "ERPCMISMATCH", F | M }, { "ESHLIBVERS", M }, { "FIODTYPE", F | M }, { "FIONSPACE", F | N },
	{ "FIONWRITE", F | N }, { "F_CLOSEM", N }, { "F_DUP2FD", F | S }, { "F_DUP2FD_CLOEXEC", F | S },
	{ "F_FULLFSYNC", M }, { "F_GETNOSIGPIPE", M | N }, { "F_MAXFD", N }, { "F_NOCACHE", M }, { "F_RDAHEAD", M },
	{ "F_READAHEAD", F }, { "F_SETNOSIGPIPE", M | N }, { "INFTIM", F | O | N | S }, { "IPV6_BINDANY", F },
	{ "IPV6_BINDV6ONLY", F | M },
	{ "IPV6_BINDMULTI", F }, { "IPV6_BOUND_IF", M | S }, { "IPV6_DONTFAILOVER_IF", S }, { "IPV6_FLOWID", F },
	{ "IPV6_FLOWTYPE", F }, { "IPV6_ORIGDSTADDR", F }, { "IPV6_PREFER_TEMPADDR", F | M },
	{ "IPV6_PORTRANGE", F | M | O | N },
	{ "IPV6_RECVDSTPORT", O }, { "IPV6_RECVFLOWID", F }, { "IPV6_RECVRSSBUCKETID", F },
	{ "IPV6_RSSBUCKETID", F }, { "IPV6_RSS_LISTEN_BUCKET", F }, { "IPV6_USE_MIN_MTU", F | M | O | N | S },
	{ "IPV6_VLAN_PCP", F }, { "IP_BINDANY", F }, { "IP_BINDMULTI", F }, { "IP_BOUND_IF", M | S },
	{ "IP_DONTFRAG", F | M | S }, { "IP_FLOWID", F }, { "IP_FLOWTYPE", F }, { "IPPROTO_CARP", F | O | N },
	{ "IPPROTO_DIVERT", F | M | O },
	{ "IP_IPDEFTTL", O }, { "IP_MULTICAST_VIF", F | M },
	{ "IP_NEXTHOP", S }, { "IP_ONESBCAST", F }, { "IP_PORTRANGE", F | M | O | N },
	{ "IP_PORTRANGE_DEFAULT", F | M | O | N }, { "IP_PORTRANGE_HIGH", F | M | O | N },
	{ "IP_PORTRANGE_LOW", F | M | O | N }, { "IP_RECVDSTADDR", F | M | O | N | S }, { "IP_RECVDSTPORT", O },
	{ "IP_RECVFLOWID", F }, { "IP_RECVIF", F | M | O | N | S }, { "IP_RECVRSSBUCKETID", F },
	{ "IP_RECVRTABLE", O }, { "IP_RECVSLLA", S }, { "IP_RSSBUCKETID", F }, { "IP_RSS_LISTEN_BUCKET", F },
	{ "IP_SENDSRCADDR", F | O | N }, { "IP_STRIPHDR", M }, { "IP_VLAN_PCP", F }, { "MSG_BCAST", O | N },
	{ "MSG_CMSG_CLOFORK", F }, { "MSG_COMPAT", F }, { "MSG_EOF", F | M }, { "MSG_FLUSH", M }, { "MSG_HAVEMORE", M },
	{ "MSG_HOLD", M },
	{ "MSG_MCAST", O | N }, { "MSG_NBIO", F | N }, { "MSG_NEEDSA", M }, { "MSG_NOTIFICATION", F },
	{ "MSG_RCVMORE", M }, { "MSG_SEND", M }, { "MSG_SOCALLBCK", F }, { "MSG_TLSAPPDATA", F },
	{ "MSG_WAITSTREAM", M }, { "O_EXLOCK", F | M | O | N }, { "O_SHLOCK", F | M | O | N }, { "POLLINIGNEOF", F },
	{ "POLLSTANDARD", F }, { "SCM_BINTIME", F },
	{ "SCM_CREDS", F | M | N }, { "SCM_CREDS2", F }, { "SCM_MONOTONIC", F }, { "SCM_REALTIME", F },
	{ "SCM_TIMESTAMP_MONOTONIC", M }, { "SOCK_CLOFORK", F }, { "SO_ACCEPTFILTER", F | N }, { "SO_ALLZONES", S },
	{ "SO_ANON_MLP", S },
	{ "SO_BINDANY", O }, { "SO_BINTIME", F }, { "SO_DGRAM_ERRIND", S }, { "SO_DONTTRUNC", M },
	{ "SO_EXCLBIND", S }, { "SO_LABEL", F | M }, { "SO_LINGER_SEC", M }, { "SO_LISTENINCQLEN", F },
	{ "SO_LISTENQLEN", F }, { "SO_LISTENQLIMIT", F }, { "SO_MAC_EXEMPT", S }, { "SO_MAC_IMPLICIT", S },
	{ "SO_NETPROC", O }, { "SO_NETSVC_MARKING_LEVEL", M }, { "SO_NET_SERVICE_TYPE", M }, { "SO_NKE", M },
	{ "SO_NOADDRERR", M },
	{ "SO_NOHEADER", N }, { "SO_NOSIGPIPE", F | M | N }, { "SO_NOTIFYCONFLICT", M }, { "SO_NO_DDP", F },
	{ "SO_NO_OFFLOAD", F }, { "SO_NP_EXTENSIONS", M }, { "SO_NREAD", M }, { "SO_NUMRCVPKT", M },
	{ "SO_NWRITE", M }, { "SO_OVERFLOWED", N }, { "SO_PEERLABEL", F | M }, { "SO_PROTOTYPE", F | S },
	{ "SO_RANDOMPORT", M }, { "SO_RECVUCRED", S }, { "SO_RERROR", F | N }, { "SO_RESTRICTIONS", M },
	{ "SO_REUSEPORT_LB", F }, { "SO_REUSESHAREUID", M }, { "SO_RTABLE", O }, { "SO_SETFIB", F },
	{ "SO_SPLICE", F | O }, { "SO_TIMESTAMP_MONOTONIC", M }, { "SO_TS_BINTIME", F }, { "SO_TS_CLOCK", F },
	{ "SO_TS_MONOTONIC", F }, { "SO_TS_REALTIME", F }, { "SO_TS_REALTIME_MICRO", F },
	{ "SO_UPCALLCLOSEWAIT", M }, { "SO_USELOOPBACK", F | M | O | N | S }, { "SO_USER_COOKIE", F },
	{ "SO_VRRP", S }, { "SO_WANTMORE", M }, { "SO_WANTOOBFLAG", M }, { "SO_ZEROIZE", O },
	{ "TCP_ABORT_THRESHOLD", S }, { "TCP_ANONPRIVBIND", S }, { "TCP_CCALGOOPT", F }, { "TCP_CONGCTL", N },
	{ "TCP_CONNECTIONTIMEOUT", M }, { "TCP_CONNECTION_INFO", M }, { "TCP_CONN_ABORT_THRESHOLD", S },
	{ "TCP_CONN_NOTIFY_THRESHOLD", S }, { "TCP_DATA_AFTER_CLOSE", F }, { "TCP_DEFER_OPTIONS", F },
	{ "TCP_DELACK", F }, { "TCP_ENABLE_ECN", M },
	{ "TCP_EXCLBIND", S }, { "TCP_FAST_RSM_HACK", F }, { "TCP_FIN_IS_RST", F }, { "TCP_FUNCTION_ALIAS", F },
	{ "TCP_FUNCTION_BLK", F }, { "TCP_IDENTIFY", F }, { "TCP_IDLE_REDUCE", F }, { "TCP_INIT_CWND", S },
	{ "TCP_IWND_NB", F },
	{ "TCP_IWND_NSEG", F }, { "TCP_KEEPALIVE", M | S }, { "TCP_KEEPALIVE_ABORT_THRESHOLD", S },
	{ "TCP_KEEPALIVE_THRESHOLD", S }, { "TCP_KEEPINIT", F | N }, { "TCP_LOG", F }, { "TCP_LOGBUF", F },
	{ "TCP_LOGDUMP", F }, { "TCP_LOGDUMPID", F }, { "TCP_LOGID", F }, { "TCP_LOGID_CNT", F },
	{ "TCP_LOG_LIMIT", F }, { "TCP_LOG_TAG", F }, { "TCP_MAXPEAKRATE", F }, { "TCP_MAXUNACKTIME", F },
	{ "TCP_NOOPT", F | M }, { "TCP_NOPUSH", F | M | O }, { "TCP_NOTIFY_THRESHOLD", S }, { "TCP_PCAP_IN", F },
	{ "TCP_PCAP_OUT", F }, { "TCP_PERF_INFO", F }, { "TCP_PROC_ACCOUNTING", F }, { "TCP_RECVDSTADDR", S },
	{ "TCP_REUSPORT_LB_NUMA", F }, { "TCP_REUSPORT_LB_NUMA_CURDOM", F },
	{ "TCP_REUSPORT_LB_NUMA_NODOM", F }, { "TCP_RST_REASON", F },
	{ "TCP_RTO_INITIAL", S },
	{ "TCP_RTO_MAX", S }, { "TCP_RTO_MIN", S }, { "TCP_RXTLS_ENABLE", F }, { "TCP_RXTLS_MODE", F },
	{ "TCP_RXT_CONNDROPTIME", M }, { "TCP_RXT_FINDROP", M }, { "TCP_SACK_ENABLE", O }, { "TCP_SENDMOREACKS", M },
	{ "TCP_STATS", F }, { "TCP_TXTLS_ENABLE", F }, { "TCP_TXTLS_MODE", F }, { "TCP_USE_CMP_ACKS", F },
	{ "UDP_RCVHDR", S },
};

/* Prefixes of names that only these systems have: options of their stacks, and of their event queues. */
static const struct foreign_name prefixes[] = {
	{ "EVFILT_", F | M | O | N }, { "IP_DUMMYNET", F }, { "IP_FW_", F }, { "NOTE_", F | M | O | N },
	{ "SF_", F }, { "TCP_BBR_", F }, { "TCP_HDWR_", F },
	{ "TCP_HYBRID_", F }, { "TCP_LRD", F }, { "TCP_PACING_", F }, { "TCP_RACK_", F }, { "TCP_SHARED_CWND_", F },
	{ "TCP_TIMELY_", F },
};

/* Structure members that an option does not have on this system. */
static const struct foreign_name members[] = {
	{ "af_arg", F | N }, { "af_name", F | N }, { "enable", F }, { "function_set_name", F }, { "pcbcnt", F },
	{ "psk", F }, { "trr_code", F }, { "trr_flags", F }, { "trr_pen", F },
};

/* Members of struct tcp_info, and of struct tcp_connection_info on macOS, that Linux lacks, and their bits. */
static const struct foreign_name tcp_info_members[] = {
	{ "TCPI_FLAG_LOSSRECOVERY", M }, { "TCPI_FLAG_STREAMING_ON", M }, { "TCPI_OPT_ACE", F }, { "TCPI_OPT_TFO", F },
	{ "TCPI_OPT_TOE", F | N },
	{ "tcpi_dupacks", F }, { "tcpi_flags", M }, { "tcpi_maxseg", M },
	{ "tcpi_rcv_adv", F }, { "tcpi_rcv_nxt", F | O | N }, { "tcpi_rcv_numsacks", F },
	{ "tcpi_rcv_ooopack", F | O | N },
	{ "tcpi_rttbest", M }, { "tcpi_rttcur", M }, { "tcpi_rttmin", F }, { "tcpi_rxbytes", M },
	{ "tcpi_rxduplicatebytes", M }, { "tcpi_rxoutoforderbytes", M }, { "tcpi_rxpackets", M },
	{ "tcpi_snd_bwnd", F | N }, { "tcpi_snd_max", F }, { "tcpi_snd_nxt", F | O | N },
	{ "tcpi_snd_rexmitpack", F | O | N }, { "tcpi_snd_sbbytes", M }, { "tcpi_snd_una", F | O },
	{ "tcpi_snd_zerowin", F | O | N }, { "tcpi_srtt", M }, { "tcpi_toe_tid", F | N }, { "tcpi_total_tlp", F },
	{ "tcpi_total_tlp_bytes", F }, { "tcpi_txbytes", M }, { "tcpi_txpackets", M },
	{ "tcpi_txretransmitbytes", M }, { "tcpi_txretransmitpackets", M },
};

/* Options that this system knows by name, but refuses to set to a number. */
static const struct refused_option {
	int level, name, error;
	struct foreign_name known;
} refused[] = {
	{ SOL_SOCKET, SO_SNDLOWAT, ENOPROTOOPT, { "setting SO_SNDLOWAT", F | M | O | N } },
	{ IPPROTO_TCP, TCP_REMOTE_UDP_ENCAPS_PORT, ENOPROTOOPT, { "TCP_REMOTE_UDP_ENCAPS_PORT", F } },
	{ IPPROTO_TCP, TCP_MD5SIG, EINVAL, { "TCP_MD5SIG as a switch", F | O | N } },
};

/* Only those whose arguments a script can write at all. */
static const struct foreign_name calls[] = {
	{ "bindat", F }, { "closefrom", F | O | N | S }, { "connectat", F }, { "connectx", M }, { "disconnectx", M },
	{ "kevent", F | M | O | N },
	{ "kqueue", F | M | O | N }, { "paccept", N }, { "peeloff", M }, { "port_associate", S }, { "port_create", S },
	{ "port_get", S }, { "setfib", F },
};

/* What commands set, and with what: the beginnings of sysctl names, and tools. */
static const struct foreign_name settings[] = {
	{ "kern.", F | M | O | N }, { "net.inet.", F | M | O | N }, { "net.inet6.", F | M | O | N },
};
static const struct foreign_name tools[] = {
	{ "ipadm", S }, { "kldload", F }, { "kldunload", F }, { "ndd", S }, { "networksetup", M }, { "scutil", M },
};

static bool print_systems(unsigned which, struct buf *where)
{
	const char *separator = "";

	for (size_t i = 0; i < ARRAY_LEN(systems); i++)
		if (which & 1U << i) {
			buf_printf(where, "%s%s", separator, systems[i]);
			separator = ", ";
		}
	return true;
}

static bool find(const struct foreign_name *table, size_t count, const char *name, struct buf *where)
{
	size_t at = 0;

	while (at < count && strcmp(table[at].name, name))
		at++;
	return at < count && print_systems(table[at].systems, where);
}

bool foreign_symbol(const char *name, struct buf *where)
{
	if (find(symbols, ARRAY_LEN(symbols), name, where))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (!strncmp(name, prefixes[i].name, strlen(prefixes[i].name)))
			return print_systems(prefixes[i].systems, where);
	return false;
}

bool foreign_in_command(const char *word, struct buf *where)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		if (!strncmp(word, settings[i].name, strlen(settings[i].name)))
			return print_systems(settings[i].systems, where);
	return find(tools, ARRAY_LEN(tools), word, where);
}

bool foreign_member(const char *name, struct buf *where)
{
	return find(members, ARRAY_LEN(members), name, where);
}

/* Members that are only there for the layout have two underscores before the name that Linux gives them. */
bool foreign_tcp_info(const char *name, struct buf *where)
{
	if (!strncmp(name, "__tcpi_", strlen("__tcpi_")))
		return print_systems(F | N, where);
	return find(tcp_info_members, ARRAY_LEN(tcp_info_members), name, where);
}

bool foreign_form(const char *call, int arguments, struct buf *where)
{
	return !strcmp(call, "sendfile") && arguments == SENDFILE_ARGUMENTS && print_systems(F, where);
}

bool foreign_option(int level, int name, int error, struct buf *where)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const struct refused_option *r = &refused[i];

		if (r->level != level || r->name != name || r->error != error)
			continue;
		buf_printf(where, "%s is not on this system (but on ", r->known.name);
		print_systems(r->known.systems, where);
		buf_puts(where, ")");
		return true;
	}
	return false;
}

bool foreign_call(const char *name, struct buf *where)
{
	return find(calls, ARRAY_LEN(calls), name, where);
}
