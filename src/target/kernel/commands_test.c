/* SPDX-License-Identifier: MIT
 *
 * commands_test.c - the same text has the same effect, output and exit status without a process and in the shell
 *
 * Each text is played twice in a namespace of its own, from the same settings: by kernel_command_read() and by the
 * shell of this machine. Some must be done here, or there would be nothing to compare.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/kernel/internal.h"
#include "util/common.h"

#define SACK "net.ipv4.tcp_sack"
#define FILE_OF_SACK "/proc/sys/net/ipv4/tcp_sack"

enum { LEFT = false, READ = true, EITHER };

static const struct {
	const char *text;
	int here;                                            /* READ: it must be done without a process */
} texts[] = {
	{ "sysctl -q " SACK "=0", READ }, { "sysctl " SACK "=0", READ }, { "sysctl -w " SACK "=0", READ },
	{ "sysctl -n " SACK "=0", READ }, { "sysctl -qw " SACK "=0", READ }, { "sysctl " SACK "=0 -q", READ },
	{ "sysctl --quiet --write " SACK "=0", READ }, { "sysctl " SACK, READ }, { "sysctl -n " SACK, READ },
	{ "sysctl -q " SACK, READ }, { "sysctl --values " SACK, READ }, { "sysctl net/ipv4/tcp_sack=0", READ },
	{ "sysctl net/ipv4/tcp_sack", READ },
	{ "sysctl -q " SACK "=0 net.ipv4.tcp_dsack=0 \\\n net.ipv4.tcp_fin_timeout=7", READ },
	{ "sysctl -q net.ipv4.tcp_rmem='4096 5000 6000'", READ },
	{ "sysctl net.ipv4.tcp_rmem=\"4096 5000 6000\"", READ },
	{ "sysctl net.ipv4.tcp_rmem", READ }, { "sysctl -q net.ipv4.tcp_rmem=\"4096 5000 $((3*2000))\"", READ },
	{ "sysctl -q net.ipv4.tcp_rmem='4096 5000 6000' # a comment", READ },
	{ "sysctl net.ipv4.tcp_rmem=5000", READ },
	{ "sysctl -q net.ipv4.conf.all.rp_filter=1", READ }, { "sysctl -e net.ipv4.none=1", READ },
	{ "sysctl -q -e net.ipv4.none=1 " SACK "=0", READ },
	{ "sysctl -q " SACK "=0 2>/dev/null || true", READ },
	{ "sysctl -q " SACK "=0 && sysctl " SACK, READ },
	{ "sysctl -q " SACK "=0; sysctl " SACK "=abc; sysctl " SACK, READ },
	{ "sysctl " SACK "=0 " SACK "=abc net.ipv4.tcp_dsack=0", READ },
	{ "sysctl " SACK "=0 " SACK "=abc " SACK "=300", READ },
	{ "sysctl -q " SACK "=0; sysctl -q " SACK "=x || exit 3", READ },
	{ "sysctl -q " SACK "=0; sysctl -q " SACK "=x 2>/dev/null; false", READ },
	{ "sysctl " SACK "=0; sysctl " SACK "=x 2>&1", READ }, { "sysctl " SACK "=0 >/dev/null 2>&1", READ },
	{ "sysctl -q " SACK "=$((2*(1-1)))", READ },
	{ "sysctl -q " SACK "=$((1-1)) net.ipv4.tcp_fin_timeout=\"$((7)) \"", LEFT },
	{ "if sysctl -q " SACK "=0; then echo yes; else echo no; fi", READ },
	{ "! sysctl -q " SACK "=0", READ },
	{ "{ sysctl " SACK "=0; }; (exit 4)", READ }, { "sysctl net.ipv4.tcp_$DEFINED=0", READ },
	{ "sysctl net.ipv4.tcp_${DEFINED}=0", READ }, { "sysctl -q \"net.ipv4.tcp_$DEFINED=0\"", READ },
	{ "sysctl -q $DEFINED", LEFT }, { "sysctl -q " SACK "=$TWO", READ },
	{ "sysctl $UNDEFINED " SACK, READ },
	{ "echo 0 > " FILE_OF_SACK, READ }, { "echo -n 0 > " FILE_OF_SACK, READ },
	{ "echo 4096 5000 6000 >/proc/sys/net/ipv4/tcp_rmem", READ },
	{ "echo 0 > " FILE_OF_SACK "; echo 5 > /proc/sys/net/ipv4/tcp_fin_timeout", READ },
	{ "echo a  b", READ },
	{ "echo 0 > " FILE_OF_SACK "; echo x > " FILE_OF_SACK "; echo $?", READ },
	{ "echo 0 > " FILE_OF_SACK "; echo x > " FILE_OF_SACK " || echo bad", READ },
	{ "echo 0 > " FILE_OF_SACK "\n\necho x > " FILE_OF_SACK, READ },
	{ "echo 0 > " FILE_OF_SACK "; echo x 2>/dev/null > " FILE_OF_SACK, READ },
	{ "true", READ }, { "false", READ }, { ":", READ }, { "exit 7", READ },
	{ "true && false", READ }, { "false || echo b", READ },
	{ "./plain.sh", READ }, { "./plain.sh; sysctl " SACK, READ }, { "./strict.sh", LEFT },
	{ "./none.sh", LEFT },
	{ "./mode.sh", LEFT }, { "./bash.sh", READ }, { "./python.py", LEFT },
	{ "./nested.sh || echo failed", READ },
	{ "sh ./plain.sh", LEFT }, { ". ./plain.sh", LEFT }, { "./plain.sh a", READ },
	/* what is left to the shell or the tool */
	{ "sysctl -q " SACK "=abc", LEFT }, { "sysctl " SACK "=300 net.ipv4.tcp_dsack=0", LEFT },
	{ "sysctl " SACK "=", LEFT },
	{ "sysctl net.ipv4.none=1", LEFT },
	{ "sysctl -q " SACK "=0 net.ipv4.none=1 " SACK "=1", LEFT }, { "sysctl net.ipv4.none", LEFT },
	{ "sysctl net.ipv4.none=1 2>/dev/null || true", LEFT }, { "sysctl -w " SACK, LEFT },
	{ "sysctl", LEFT }, { "sysctl -x", LEFT },
	{ "sysctl '" SACK " = 0'", LEFT }, { "sysctl " SACK " = 0", LEFT },
	{ "sysctl -- " SACK "=0", LEFT }, { "sysctl -N " SACK, LEFT },
	{ "sysctl -b " SACK, LEFT }, { "sysctl " SACK "=1=2", LEFT }, { "sysctl -q =1", LEFT },
	{ "sysctl ''", LEFT },
	{ "sysctl net..ipv4.tcp_sack=0", LEFT }, { "sysctl " FILE_OF_SACK, LEFT },
	{ "sysctl net.ipv4=1", LEFT },
	{ "sysctl net.ipv4.tcp_available_congestion_control=reno", LEFT }, { "sysctl kernel.ostype=x", LEFT },
	{ "sysctl net.ipv4.route.flush", LEFT }, { "sysctl -q net.ipv4.route.flush=1", READ },
	{ "sysctl net.ipv4.tcp_congestion_control=nosuch", LEFT },
	{ "sysctl net.core.rmem_max=300000", LEFT }, { "echo x > " FILE_OF_SACK, LEFT },
	{ "echo 1 > /proc/sys/net/ipv4/none", LEFT },
	{ "echo 1 > /proc/sys/kernel/ostype", LEFT }, { "echo 0 >> " FILE_OF_SACK, LEFT },
	{ "echo 'a\\tb'", LEFT }, { "echo -e a", LEFT },
	{ "cat " FILE_OF_SACK, READ }, { "x=0; sysctl -q " SACK "=$x", READ },
	{ "sysctl -q " SACK "=$(echo 0)", READ },
	{ "for i in 0; do sysctl -q " SACK "=$i; done", READ }, { "sysctl " SACK " | cat", READ },
	{ "sysctl 'net.ipv4.tcp_s*'", LEFT },
	{ "PATH=. sysctl -q " SACK "=0", LEFT }, { "sysctl -q " SACK "=0 &", LEFT },
	{ "echo 'a", LEFT }, { "nosuch", LEFT },
	{ "set -e; sysctl -q " SACK "=0", READ }, { "sysctl -q " SACK "=0; exit 300", READ }, { "", READ },
	/* rehearsed: what looks, loops, functions */
	{ "nstat -as", READ }, { "nstat -asz", READ }, { "nstat -asj", READ }, { "nstat -a -s -z 'Tcp*Opens'", READ },
	{ "nstat -asz IpInReceives TcpRtoMin", READ }, { "nstat -asz nosuch", READ }, { "nstat -asz | wc -l", READ },
	{ "nstat -asz | grep -q 'TcpActiveOpens  *0 '", READ }, { "nstat -as | grep -q TcpActiveOpens", READ },
	{ "! nstat -asz | grep -q TcpMaxConn && echo so", READ }, { "nstat -asz | grep Ip6 | head -n 3", READ },
	{ "nstat -asz TcpOutRsts | cut -d ' ' -f 1 | tail -n 1; echo $?", READ },
	{ "nstat", LEFT }, { "nstat -a", LEFT }, { "nstat -s", LEFT }, { "nstat -as -t 1", LEFT },
	{ "nstat -nr", LEFT },
	{ "nstat -asz TcpOutRsts | awk '/Rsts/ {print $2}'", READ },
	{ "nstat -asz | awk '/Tcp/ { print $1, $NF }'", READ },
	{ "awk -F : '{print $1}' /proc/net/snmp", READ }, { "awk '/^Tcp: [0-9]/ {print $3}' /proc/net/snmp", LEFT },
	{ "test $(nstat -asz TcpOutRsts | awk '/Out/ {print $1}') = TcpOutRsts", READ },
	{ "awk '/Udp:/' /proc/net/snmp", READ }, { "awk '{print $4,$300,$2}' /proc/net/snmp | tail -n 2", READ },
	{ "awk 'BEGIN {print 1}'", LEFT }, { "awk -F 't' '{print $1}' /proc/net/snmp", LEFT },
	{ "awk '{print $1 $2}' /proc/net/snmp", LEFT }, { "awk '{print $1}' a=1 /proc/net/snmp", LEFT },
	{ "grep -c : /proc/net/snmp", READ }, { "cat /proc/net/tcp", READ },
	{ "grep -h Tcp: /proc/net/snmp | wc -l", READ },
	{ "grep local /proc/net/tcp /proc/net/tcp6", READ }, { "cat /etc/passwd", LEFT },
	{ "cat /proc/net/none", LEFT },
	{ "cat /proc/net/../version", LEFT }, { "test 1 -eq 1 && echo yes", READ }, { "[ -e " FILE_OF_SACK " ]", READ },
	{ "[ -e /proc/sys/none ] || echo none", READ }, { "[ -d /proc -a ! -f /proc ]; echo $?", READ },
	{ "[ \"$(cat " FILE_OF_SACK ")\" = 1 ] && echo 0 >" FILE_OF_SACK, READ },
	{ "sysctl -q " SACK "=0; [ $(sysctl -n " SACK ") -eq 0 ] && sysctl net.ipv4.tcp_dsack=0", READ },
	{ "sysctl -q net.ipv4.tcp_rmem='4096 5000 6000'; sysctl -n net.ipv4.tcp_rmem | grep -q 5000", LEFT },
	{ "[ 1 == 1 ]", LEFT }, { "[ a -eq 1 ]", LEFT }, { "[ 1", LEFT }, { "[[ 1 = 1 ]]", LEFT }, { "((1))", LEFT },
	{ "off() { sysctl -q net.ipv4.tcp_$1=0; }; off sack; off dsack; return 2>/dev/null", EITHER },
	{ "off() { echo 0 >/proc/sys/net/ipv4/tcp_$1; }\noff sack; off dsack", READ },
	{ "function off() { echo 0; }; off", LEFT }, { "f() { return 3; }; f; echo $?", READ },
	{ "for n in sack dsack; do sysctl net.ipv4.tcp_$n=0; done", READ }, { "for n in *; do echo $n; done", LEFT },
	{ "for n in 1 2 3; do [ $n = 2 ] && break; echo $n; done", READ }, { "echo [a-z]", LEFT }, { "echo ~", LEFT },
	{ "i=2; while [ $i -gt 0 ]; do i=$((i - 1)); done; sysctl -q " SACK "=$i", READ },
	{ "while read -r n v; do sysctl -q net.ipv4.tcp_$n=$v; done <<E\nsack 0\ndsack 0\nE", READ },
	{ "IFS=:; read -r a b <<E\n1:2\nE\necho $b", LEFT }, { "read a <<E\nx\\y\nE\necho $a", LEFT },
	{ "case $DEFINED in s*) sysctl -q " SACK "=0 ;; *) false ;; esac", READ },
	{ "(x=0; sysctl -q " SACK "=$x); sysctl net.ipv4.tcp_dsack=${x:-1}", READ },
	{ "set -e; false; echo not", READ }, { "set -e; false || true; echo yes", READ }, { "set -x; true", LEFT },
	{ "set -u; echo $UNDEFINED", LEFT }, { "echo $$", LEFT }, { "echo $0", LEFT }, { "echo ${UNDEFINED?}", LEFT },
	{ "PATH=.; sysctl -q " SACK "=0", LEFT }, { "DEFINED=x; echo $DEFINED", LEFT }, { "x=1 true", LEFT },
	{ "printf '%s %d\\n' a 1", READ }, { "printf '%b' a", LEFT }, { "printf %d x", LEFT }, { "cat <<<a", LEFT },
	{ "echo a |& cat", LEFT }, { "echo a &> /dev/null", LEFT }, { "local x=1", LEFT },
	{ "x=1; f() { local x=2; echo $x; }; f; echo $x", READ }, { "seq 3 | sort -r", EITHER },
	{ "echo 'b a' | tr ' ' '\\n' | sort", EITHER }, { "echo abc | sed s/b/x/", READ }, { "uname -r", READ },
	{ "grep -q a", EITHER }, { "grep -q '[' /proc/net/snmp", LEFT }, { "sleep 0", LEFT }, { "if; then", LEFT },
	{ "uname", READ }, { "uname -s", READ }, { "uname -n", READ }, { "uname -m", READ }, { "uname -v", READ },
	{ "uname -a", LEFT }, { "uname -sr", LEFT }, { "uname -r -s", LEFT }, { "uname -", LEFT },
	{ "uname --machine", LEFT }, { "uname x", LEFT },
	{ "[ \"$(uname -r | cut -d. -f1)\" -ge 3 ] && echo so", READ },
	/* A change that is refused where the rehearsal went another way: the shell does it all. */
	{ "sysctl -q " SACK "=0; x=1; sysctl -q net.ipv4.tcp_dsack=$((x+300)) 2>/dev/null || id", LEFT },
	{ "x=0; sysctl -q " SACK "=$x; sysctl -q net.ipv4.tcp_dsack=${x}bad || echo bad", READ },
	{ "x=bad; sysctl -q " SACK "=$x", LEFT },
	{ "for q in pfifo; do tc qdisc add dev lo root $q; done", READ },
	{ "for q in pfifo pfifo; do tc qdisc add dev lo root $q; done", LEFT },
	/* the network */
	{ "tc qdisc add dev lo root pfifo", READ }, { "tc qdisc replace dev lo root pfifo", READ },
	{ "tc qdisc add dev lo root pfifo; tc qdisc add dev lo root pfifo", READ },
	{ "tc qdisc add dev lo root pfifo 2>/dev/null && tc qdisc del dev lo root", READ },
	{ "tc qdisc replace dev lo root pfifo; tc qdisc del dev lo root; tc qdisc del dev lo root; echo end", READ },
	{ "tc qdisc add dev lo root fq", EITHER }, { "sysctl -q " SACK "=0; tc qdisc add dev lo root fq", READ },
	{ "tc qdisc del dev lo root", LEFT }, { "tc qdisc add dev lo root nosuch", LEFT },
	{ "tc qdisc add dev none root pfifo", LEFT }, { "tc qdisc add dev lo root pfifo limit 10", LEFT },
	{ "tc qdisc show dev lo", LEFT }, { "ip link set dev lo mtu 1400", READ }, { "ip link set lo mtu 1400", READ },
	{ "ip link set lo mtu 01400", LEFT }, { "ip link set lo mtu x", LEFT }, { "ip link set none mtu 1400", LEFT },
	{ "ip link set lo mtu 1400 down", LEFT }, { "ip link show none", LEFT }, { "ip", LEFT },
	{ "ip tcp_metrics flush all", EITHER },
	{ "ip tcp_metrics flush all > /dev/null 2>&1; sysctl " SACK "=0", EITHER },
	{ "sysctl " SACK "=0; ip tcp_metrics flush; sysctl net.ipv4.tcp_dsack=0", READ },
	{ "ip tcp_metrics show", READ }, { "ip tcp_metrics | wc -l", READ }, { "ip tcp_metrics show x", LEFT },
	{ "ip tcp_metrics show >/dev/null && ip tcp_metrics flush >/dev/null", READ },
	{ "ip -s tcp_metrics show", LEFT },
	{ "ip route add 10.1.0.0/16 dev lo", READ }, { "ip route add 10.1.0.0/16 via 10.9.0.2", READ },
	{ "ip ro replace 10.1.2.3 via 10.9.0.2 dev lo mtu 600", READ }, { "ip -4 route add default dev lo", READ },
	{ "ip route add 10.1.2.3/32 dev lo src 10.9.0.1 advmss 500 initcwnd 3 initrwnd 4 hoplimit 9", READ },
	{ "ip route add 10.1.2.3 dev lo quickack 1 fastopen_no_cookie 1 rto_min 30ms features ecn congctl reno", READ },
	{ "ip route add 10.1.2.3 dev lo rto_min 2s ssthresh 5 cwnd 6 reordering 7 window 8", READ },
	{ "ip route add fd00:1::/48 dev lo mtu 1300", READ }, { "ip -6 route add default via fd00:8::2", EITHER },
	{ "ip -6 route replace fd00:1::5 via fd00:8::2 dev over hoplimit 3", EITHER },
	{ "ip route add 10.1.0.0/16 dev lo; ip route del 10.1.0.0/16", READ },
	{ "ip route add 10.1.0.0/16 dev lo; ip route add 10.1.0.0/16 dev lo", READ },
	{ "ip route add 10.1.0.0/16 dev lo; ip route append 10.1.0.0/16 via 10.9.0.2", READ },
	{ "ip route add 10.1.0.0/16 dev lo; ip route change 10.1.0.0/16 dev lo mtu 900", READ },
	{ "ip route add 10.1.0.0/16 dev lo; ip route add 10.2.0.0/16 via 10.200.0.1 || echo bad", READ },
	{ "ip route add fd00:1::/48 dev lo; ip -6 route del fd00:1::/48 dev lo; ip route del fd00:1::/48", READ },
	{ "for n in 1; do ip route add 10.$n.0.0/16 dev lo; done", READ },
	{ "for n in 1 1; do ip route add 10.$n.0.0/16 dev lo; done", LEFT },
	{ "sysctl -q " SACK "=0; ip route replace 10.1.0.0/16 via 10.9.0.2 dev lo congctl reno", READ },
	{ "ip address add 10.5.0.1/16 dev lo", READ },
	{ "ip addr add 10.5.0.1 dev lo; ip addr del 10.5.0.1/32 dev lo", READ },
	{ "ip addr del 10.9.0.1 dev lo", LEFT },
	{ "ip address add 127.0.0.5/8 dev lo", READ }, { "ip -6 address add fd00:5::1/64 dev lo", READ },
	{ "ip address add 10.5.0.1/16 dev lo; ip address add 10.5.0.1/16 dev lo || echo bad", READ },
	{ "ip address add 10.5.0.1/16 dev lo; ip address add 10.5.0.1/16 dev lo; echo $?", LEFT },
	{ "ip route add 10.1.0.0/16 dev none", LEFT }, { "ip route add 10.1.0.0/33 dev lo", LEFT },
	{ "ip route add 10.1.2.3 dev lo mtu lock 600", READ },
	{ "ip route add 10.1.2.3 dev lo window lock 9 advmss lock 500 initcwnd lock 3 initrwnd lock 4", READ },
	{ "ip route add 10.1.2.3 dev lo ssthresh lock 5 cwnd lock 6 reordering lock 7 hoplimit lock 8", READ },
	{ "ip route add 10.1.2.3 dev lo rtt 100ms rttvar 2s congctl lock reno; ip route del 10.1.2.3", READ },
	{ "ip route add 10.1.2.3 dev lo rtt lock 70ms rttvar lock 30ms rto_min 40ms", READ },
	{ "ip route add 10.1.2.3 dev lo rtt 4s rttvar 500ms", READ },
	{ "ip route add 10.1.2.3 dev lo rtt 30", LEFT }, { "ip route add 10.1.2.3 dev lo quickack lock 1", LEFT },
	{ "ip route add 10.1.2.3 dev lo rto_min lock 30ms", LEFT }, { "ip route add 10.1.2.3 dev lo mtu lock", LEFT },
	{ "ip route add 10.1.2.3 dev lo mtu lock lock 600", LEFT },
	{ "ip route add 10.1.2.3 dev lo features lock ecn", LEFT },
	{ "ip route add 10.1.2.3 dev lo rto_min 30", LEFT },
	{ "ip route add 10.1.2.3 dev lo congctl nosuch", LEFT }, { "ip route add 10.1 dev lo", LEFT },
	{ "ip route add 10.1.2.3 dev lo mtu 0x10", LEFT }, { "ip route add 10.1.2.3 via fd00:9::2", LEFT },
	{ "ip -4 route add fd00:1::/48 dev lo", LEFT }, { "ip route add 10.1.2.3", LEFT }, { "ip route", LEFT },
	{ "ip route add 10.1.2.3/16 dev lo", LEFT }, { "ip route del 10.77.0.0/16", LEFT }, { "ip route show", LEFT },
	{ "ip route add 10.1.2.3 via 10.200.0.1", LEFT }, { "ip route add 10.1.2.3 dev lo metric 5", LEFT },
	{ "ip address add 10.5.0.1/16", LEFT }, { "ip address add 10.5.0.1/16 brd + dev lo", LEFT },
};

static const struct {
	const char *name, *text;
	int mode;
} scripts[] = {
	{ "plain.sh", "#!/bin/sh\n# settings\nsysctl -q " SACK "=0 \\\n\tnet.ipv4.tcp_dsack=0\n\nexit 0\n", 0755 },
	{ "bash.sh", "#!/bin/bash\nsysctl -q " SACK "=0\n"
	             "sysctl -q net.ipv4.tcp_wmem=\"4096 $((16*1024)) 65536\"\n", 0755 },
	{ "strict.sh", "#!/bin/sh -e\nsysctl -q " SACK "=0\nfalse\ntrue\n", 0755 },
	{ "mode.sh", "#!/bin/sh\nsysctl -q " SACK "=0\n", 0644 },
	{ "python.py", "#!/usr/bin/python3\nprint(1)\n", 0755 },
	{ "nested.sh", "#!/bin/sh\n./plain.sh\nsysctl net.ipv4.tcp_dsack\nexit 5\n", 0755 },
};

static const char *const settings[] = {
	"tcp_sack", "tcp_dsack", "tcp_fin_timeout", "tcp_rmem", "tcp_wmem", "conf/all/rp_filter",
};
static const char *const values[] = {
	"1\n", "1\n", "60\n", "4096 131072 6291456\n", "4096 16384 4194304\n", "0\n",
};

static bool is_of_network(const char *text)
{
	return strstr(text, "tc ") || strstr(text, "ip ");
}

static void reset(const char *text)
{
	if (is_of_network(text))
		assert_int_equal(system("tc qdisc del dev lo root 2>/dev/null; ip link set lo mtu 65536 up;"
		                        "ip tuntap del dev over mode tun 2>/dev/null;"
		                        "ip tuntap add dev over mode tun &&"
		                        "ip link set over up && ip address add fd00:8::1/64 dev over nodad;"
		                        "ip address flush dev lo; ip route flush table main;"
		                        "ip -6 route flush table main; ip address add 127.0.0.1/8 dev lo &&"
		                        "ip address add 10.9.0.1/24 dev lo &&"
		                        "ip address add fd00:9::1/64 dev lo nodad"), 0);
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		char path[100];
		snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", settings[i]);
		const int fd = open(path, O_WRONLY);
		assert_true(fd >= 0 && write(fd, values[i], strlen(values[i])) > 0);
		close(fd);
	}
}

static void add_settings(const char *text, struct buf *out)
{
	static const char show[] = "tc qdisc show dev lo | cut -d ' ' -f 2; ip address show lo | sed 's, tentative,,';"
	                           "ip -4 -d route show table all; ip -6 -d route show table main";
	FILE *network = is_of_network(text) ? popen(show, "r") : NULL;

	assert_true(!network || buf_read_fd(out, fileno(network)));
	if (network)
		pclose(network);
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		char path[100];
		snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", settings[i]);
		const int fd = open(path, O_RDONLY);
		assert_true(buf_read_fd(out, fd));
		close(fd);
	}
}

/* Play the text in one of the two ways: returns how it ended, what it wrote, and the settings. False: it is not done
 * here. */
static bool play(const char *text, bool here, struct buf *out)
{
	const struct process_state before = { 0 };
	struct command_groups groups = { .output = -1 };
	struct buf why = BUF_INIT;
	struct shortage shortage = { 0 };
	bool failed = false, done = true;
	int error;

	reset(text);
	assert_true(kernel_commands_keep_output(&groups));
	if (here)
		done = kernel_command_read(&groups, text, &why, &failed, &shortage);
	else
		failed = kernel_command_run(&groups, &before, text, &why, &error) != COMMAND_DONE;
	buf_printf(out, "%d %s\n", failed, why.data);
	kernel_commands_output(&groups, out);
	add_settings(text, out);
	kernel_commands_close(&groups);
	buf_free(&why);
	return done;
}

static int compare(void)
{
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct buf here = BUF_INIT, there = BUF_INIT;
		const bool done = play(texts[i].text, true, &here);

		play(texts[i].text, false, &there);
		if ((texts[i].here != EITHER && done != texts[i].here) || (done && strcmp(here.data, there.data))) {
			printf("`%s`: %s\nhere: %s\nshell: %s\n", texts[i].text, done ? "read" : "left to the shell",
			       here.data, there.data);
			wrong++;
		}
		buf_free(&here);
		buf_free(&there);
	}
	return wrong;
}

static void same_as_in_the_shell(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		const int fd = open(scripts[i].name, O_WRONLY | O_CREAT, 0755);
		assert_true(fd >= 0 && write(fd, scripts[i].text, strlen(scripts[i].text)) > 0);
		fchmod(fd, (mode_t)scripts[i].mode);
		close(fd);
	}
	setenv("DEFINED", "sack", 1);
	setenv("TWO", "0 net.ipv4.tcp_dsack=0", 1);
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	assert_int_equal(compare(), 0);
}

/* A tool of the same name that comes first is used, and a variable that changes how shells work is heeded. */
static void somebodys_own_tool_is_used(void **state)
{
	struct buf why = BUF_INIT;
	struct command_groups groups = { .output = -1 };
	struct shortage shortage = { 0 };
	bool failed;
	char path[300], here[200];

	(void)state;
	assert_true(kernel_commands_keep_output(&groups));
	assert_true(kernel_command_read(&groups, "sysctl -q " SACK "=1", &why, &failed, &shortage));
	assert_int_equal(symlink("/bin/true", "sysctl"), 0);
	snprintf(path, sizeof(path), "%s:/usr/sbin", getcwd(here, sizeof(here)));
	setenv("PATH", path, 1);
	assert_false(kernel_command_read(&groups, "sysctl -q " SACK "=1", &why, &failed, &shortage));
	unlink("sysctl");
	assert_true(kernel_command_read(&groups, "sysctl -q " SACK "=1", &why, &failed, &shortage));
	setenv("BASH_ENV", "x", 1);
	assert_false(kernel_command_read(&groups, "sysctl -q " SACK "=1", &why, &failed, &shortage));
	unsetenv("BASH_ENV");
	kernel_commands_close(&groups);
	buf_free(&why);
}

static int enter(void **state)
{
	static char folder[] = "/tmp/protodrill_commands_XXXXXX";
	static struct net_namespace home = { .previous = -1 };
	struct buf problem = BUF_INIT;

	*state = folder;
	if (!kernel_namespace_enter(&home, &problem) || access("/usr/sbin/sysctl", X_OK) != 0) {
		printf("SKIPPED: %s\n", problem.data);
		exit(0);
	}
	buf_free(&problem);
	return !mkdtemp(folder) || chdir(folder);
}

static int leave(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
		unlink(scripts[i].name);
	return chdir("/") || rmdir(*state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_in_the_shell),
		cmocka_unit_test(somebodys_own_tool_is_used),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
