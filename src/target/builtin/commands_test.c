/* SPDX-License-Identifier: MIT
 *
 * commands_test.c - what commands of scripts do to a stack, what fails, and what is left alone
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell/internal.h"
#include "target/builtin/commands_bench.h"
#include "target/builtin/builtin_commands.h"
#include "util/common.h"

/* One text: what comes of it, a part of the reason, and a parameter with its value afterwards. */
struct command_case {
	const char *text;
	int result;
	const char *why;
	const char *parameter;
	int64_t value;
};

static void play(const struct command_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct command_case *c = &cases[i];
		struct commands_bench b;

		bench_start(&b);
		int result = commands_read(&b.commands.base, c->text, &b.why);
		if (result != c->result || (c->why && !strstr(b.why.data, c->why)))
			fail_msg("`%s` -> %d (%s)", c->text, result, b.why.data);
		if (c->parameter)
			assert_int_equal(stack_parameter_get(stack_settings(b.stack),
				stack_parameter_find(c->parameter)),
			                 c->value);
		bench_end(&b);
	}
}

static void grammar(void **state)
{
	static const struct command_case cases[] = {
		{ "", 0, NULL, NULL, 0 },
		{ " \n\n # nothing\n", 0, NULL, NULL, 0 },
		{ "true;", 0, NULL, NULL, 0 },
		{ "ip route show; ip tcp_metrics show", 0, NULL, NULL, 0 },
		{ "ip route show | cat", -1, "what the command 'ip route' shows", NULL, 0 },
		{ "true && \n false", 1, "non-zero status 1", NULL, 0 },
		{ "false || true", 0, NULL, NULL, 0 },
		{ "false && unknown-thing; true", 0, NULL, NULL, 0 },
		{ "exit 3; false", 1, "non-zero status 3", NULL, 0 },
		{ "set -e\nfalse\ntrue", 1, "status 1", NULL, 0 },
		{ "set -e; false || true; set +e; false; :", 0, NULL, NULL, 0 },
		{ "true &&", 1, "status 2", NULL, 0 },
		{ "; true", 1, "status 2", NULL, 0 },
		{ "sysctl 'net.ipv4.tcp_sack=0", 1, "status 2", NULL, 0 },
		{ "sys\\\nctl -q net.ipv4.tcp_sack=0 >/dev/null 2>&1 # off", 0, NULL, "tcp_sack", 0 },
		{ "s'ys'\"ctl\" \\\n\t-q net.ipv4.\"tcp_sack\"=0", 0, NULL, "tcp_sack", 0 },
		{ "sysctl net.ipv4.tcp_retries2=$((2 * (3 + 0x4) - 7 % 4 << 1))", 0, NULL, "tcp_retries2", 22 },
		{ "sysctl net.ipv4.tcp_retries2=$((1 / 0))", 1, "status 2", NULL, 0 },
		{ "rm -f /tmp/x_${PPID}_$PACKETDRILL_PID$", 0, NULL, NULL, 0 },
		{ "rm -f \"a$((PPID - $PPID))\"", 0, NULL, NULL, 0 },
	};

	(void)state;
	play(cases, ARRAY_LEN(cases));
}

static void what_is_not_known_is_skipped(void **state)
{
	static const struct command_case cases[] = {
		{ "ss -t", -1, "'ss'", NULL, 0 },
		{ "ss -t | grep x", -1, "'ss'", NULL, 0 },
		{ "if ss; then false; fi", -1, "'ss'", NULL, 0 },
		{ "true & false", -1, "'&'", NULL, 0 },
		{ "echo $(reboot)", -1, "'reboot'", NULL, 0 },
		{ "echo \"`reboot`\"", -1, "'reboot'", NULL, 0 },
		{ "x=(1 2)", -1, "array", NULL, 0 },
		{ "cat <(true)", -1, "process substitution", NULL, 0 },
		{ "echo {a,b}", -1, "{...}", NULL, 0 },
		{ "echo $HOME", -1, "$HOME", NULL, 0 },
		{ "echo ${PPID/1/2}", -1, "PPID", NULL, 0 },
		{ "rm -f /tmp/*", -1, "pattern", NULL, 0 },
		{ "cat /etc/passwd", -1, "'/etc/passwd' is not read here", NULL, 0 },
		{ "grep -P x /proc/net/snmp", -1, "'grep -P'", NULL, 0 },
		{ "echo aa | grep '\\(a\\)\\1'", -1, "pattern", NULL, 0 },
		{ "[ -e /etc/passwd ]", -1, "'/etc/passwd'", NULL, 0 },
		{ "x=$(sysctl -n net.ipv4.tcp_mem)", -1, "tcp_mem' is not known here", NULL, 0 },
		{ "nstat -d 3", -1, "'nstat -d'", NULL, 0 },
		{ "ip tcp_metrics show | grep -q 192", -1, "what the command 'ip tcp_metrics' shows", NULL, 0 },
		{ "which perl", -1, "'perl'", NULL, 0 },
		{ "while true; do :; done", -1, "more than 10000 commands", NULL, 0 },
		{ "f() { f; }; f", -1, "without end", NULL, 0 },
		{ "x=a; while :; do x=$x$x; done", -1, "bytes of words", NULL, 0 },
		{ "sysctl -p", -1, "'sysctl -p'", NULL, 0 },
		{ "echo 3 > /sys/module/x", -1, "/sys/module/x", NULL, 0 },
		{ "echo 3 > /sys/kernel/x", -1, "/sys/kernel/x", NULL, 0 },
		{ "./no-such-script.sh", -1, "./no-such-script.sh", NULL, 0 },
		{ "/dev/zero", -1, "/dev/zero", NULL, 0 },
		{ "/bin/ls", -1, "'ls'", NULL, 0 },
		{ "sleep 1000000000", -1, "too long", NULL, 0 },
		{ "tc qdisc add dev tun0 root netem delay 10ms", -1, "netem", NULL, 0 },
		{ "ip link set tun0 down", -1, "down", NULL, 0 },
		{ "ip", -1, "'ip'", NULL, 0 },
	};

	(void)state;
	play(cases, ARRAY_LEN(cases));
}

static void settings(void **state)
{
	static const struct command_case cases[] = {
		{ "sysctl -q net.ipv4.tcp_timestamps=0 net.ipv4.tcp_sack=0", 0, NULL, "tcp_sack", 0 },
		{ "/sbin/sysctl -w net/ipv4/tcp_syn_retries=3", 0, NULL, "tcp_syn_retries", 3 },
		{ "sysctl -q net.ipv4.tcp_wmem='4096 50000 4194304'", 0, NULL, "tcp_send_buffer", 50000 },
		{ "sysctl net.ipv4.tcp_congestion_control=vegas", -1, "the stack lacks such", NULL, 0 },
		{ "sysctl net.ipv4.tcp_ecn=4", 0, NULL, "tcp_ecn", 4 },
		{ "sysctl net.ipv4.tcp_ecn=0 net.ipv4.tcp_sack=0", 0, NULL, "tcp_sack", 0 },
		{ "sysctl net.ipv4.tcp_nonsense=1", -1, "'net.ipv4.tcp_nonsense'", NULL, 0 },
		{ "sysctl -q -e net.ipv4.tcp_nonsense=1 net.ipv4.tcp_sack=0", 0, NULL, "tcp_sack", 0 },
		{ "sysctl -n net.ipv4.tcp_sack", 0, NULL, NULL, 0 },
		{ "sysctl net.ipv4.tcp_sack=yes", 1, "status 1", "tcp_sack", 1 },
		{ "sysctl net.ipv4.tcp_retries1=9999", -1, "cannot be '9999'", NULL, 0 },
		{ "echo 0 > /proc/sys/net/ipv4/tcp_sack", 0, NULL, "tcp_sack", 0 },
		{ "echo -n '4096 70000 80000' >/proc/sys/net/ipv4/tcp_rmem", 0, NULL, "tcp_receive_buffer", 70000 },
		{ "../x/set_sysctls.py /proc/sys/net/ipv4/tcp_sack=0 /proc/sys/net/ipv4/tcp_retries1=4", 0, NULL,
		  "tcp_sack", 0 },
		{ "./set_sysctls.py /proc/sys/net/ipv4/tcp_sack=0; /tmp/sysctl_restore_${PPID}.sh", 0, NULL,
		  "tcp_sack", 1 },
		{ "./set_sysctls.py '/proc/sys/net/ipv4/tcp_wmem=4096 50000 60000'; /tmp/sysctl_restore_1.sh", 0, NULL,
		  "tcp_send_buffer", 131072 },
		{ "ip link set dev tun0 mtu 1400 up", 0, NULL, "mtu", 1400 },
		{ "ip link set tun0 mtu 3", 1, NULL, "mtu", 1500 },
	};

	(void)state;
	play(cases, ARRAY_LEN(cases));
}

static void tools_that_change_nothing(void **state)
{
	static const struct command_case cases[] = {
		{ "ip tcp_metrics flush all >/dev/null 2>&1", 0, NULL, NULL, 0 },
		{ "ip tcp_metrics flush; ip tcp_metrics flush 192.0.2.0/24", 0, NULL, NULL, 0 },
		{ "ip tcp_metrics flush 192.0.2.1", 1, "status 2", NULL, 0 },
		{ "ip tcp_metrics delete address 192.0.2.1", 1, "status 2", NULL, 0 },
		{ "tc qdisc add dev tun0 root pfifo 2>/dev/null", 0, NULL, NULL, 0 },
		{ "tc qdisc replace dev tun0 root fq", 0, NULL, NULL, 0 },
		{ "ethtool -K tun0 tso off gso off", 0, NULL, NULL, 0 },
		{ "ip -6 route add default dev tun0 via fd00::1 mtu lock 1400 advmss 1000 initcwnd 3", 0, NULL, NULL,
		  0 },
		{ "ip route add 192.0.2.0/24 dev tun1", 1, NULL, NULL, 0 },
		{ "ip link set dev eth0 up", 1, NULL, NULL, 0 },
		{ "ip link set dev lo up", 0, NULL, NULL, 0 },
		{ "tc qdisc add dev tun1 root fq", 1, NULL, NULL, 0 },
		{ "ip route replace 192.0.2.0/24 dev tun0 initrwnd 20 onlink", 0, NULL, NULL, 0 },
		{ "ip route add 192.0.2.0/33 dev tun0", -1, "192.0.2.0/33", NULL, 0 },
		{ "ip route add 192.0.2.0/24 mtu", -1, "'mtu'", NULL, 0 },
		{ "ip route add 192.0.2.0/24 dev tun0 mtu many", 1, "status 255", NULL, 0 },
		{ "ip route add local 192.0.2.1 dev lo", -1, "'local'", NULL, 0 },
		{ "ip route add 192.0.2.1 dev tun0 src 10.9.9.9", 1, "status 2", NULL, 0 },
		{ "ip route add 192.0.2.0/24 nexthop", -1, "'nexthop'", NULL, 0 },
		{ "rm /tmp/none", 1, "status 1", NULL, 0 },
		{ "touch /tmp/a && rm /tmp/a", 0, NULL, NULL, 0 },
		{ "truncate -s 4K /tmp/a; rm /tmp/a", 0, NULL, NULL, 0 },
	};

	(void)state;
	play(cases, ARRAY_LEN(cases));
}

static void counters_are_shown(void **state)
{
	static const char segment[] = "no segment";
	struct commands_bench b;
	struct buf out = BUF_INIT;

	(void)state;
	bench_start(&b);
	b.commands.base.shell.output = &out;
	assert_int_equal(commands_read(&b.commands.base, "nstat -n", &b.why), 0);
	assert_string_equal(out.data, "");
	stack_input(b.stack, (const uint8_t *)"\x45" "garbage", 8, VTIME_ZERO);
	stack_input(b.stack, (const uint8_t *)segment, sizeof(segment), VTIME_ZERO);
	assert_int_equal(commands_read(&b.commands.base,
	                               "nstat -s 'IpIn*s'; nstat -j IpInHdrErrors; nstat IpInHdrErrors", &b.why),
	                 0);
	assert_string_equal(out.data, "#kernel\n"
	                    "IpInReceives                    1                  0.0\n"
	                    "IpInHdrErrors                   1                  0.0\n"
	                    "{\"kernel\":{\"IpInHdrErrors\":1}}\n#kernel\n");
	buf_clear(&out);
	assert_int_equal(commands_read(&b.commands.base,
		"nstat -a | grep -q 'IpInHdrErrors .*1' && cut -d' ' -f5 /proc/net/snmp | head -n 2; "
	                                    "cat /proc/net/tcp | wc -l", &b.why), 0);
	assert_string_equal(out.data, "InHdrErrors\n1\n1\n");
	buf_free(&out);
	bench_end(&b);
}

static void time_passes(void **state)
{
	struct commands_bench b;

	(void)state;
	bench_start(&b);
	assert_int_equal(commands_read(&b.commands.base, "sleep 1.5; sleep 1m .25", &b.why), 0);
	assert_int_equal(b.slept.ns, 61750000000);
	assert_int_equal(commands_read(&b.commands.base, "sleep -1", &b.why), 1);
	assert_int_equal(commands_read(&b.commands.base, "sleep nan", &b.why), 1);
	bench_end(&b);
}

static void dd_makes_a_file_in_memory(void **state)
{
	struct commands_bench b;

	(void)state;
	bench_start(&b);
	assert_int_equal(commands_read(&b.commands.base, "/bin/dd bs=1k count=5 if=/dev/zero of=/tmp/f status=none",
	                                    &b.why),
	                 0);
	assert_int_equal(files_size(b.files, "/tmp/f"), 5120);
	assert_int_equal(commands_read(&b.commands.base, "dd if=/etc/passwd of=/tmp/f", &b.why), -1);
	bench_end(&b);
}

/* ---- scripts ---- */

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void scripts_are_read(void **state)
{
	static const struct command_case cases[] = {
		{ "./good.sh", 0, NULL, "tcp_sack", 0 },
		{ "sh good.sh; . good.sh", 0, NULL, "tcp_sack", 0 },
		{ "./good.sh && sysctl net.ipv4.tcp_sack=1", 0, NULL, "tcp_sack", 1 },
		{ "./fails.sh", 1, "status 4", "tcp_sack", 0 },
		{ "./python.sh", -1, "./python.sh", NULL, 0 },
		{ "sysclt -q net.ipv4.tcp_sack=0", -1, "'sysclt' is not known here; did you mean 'sysctl'?", NULL, 0 },
		{ "ip route chnage default dev lo", -1, "'chnage' is not known here; did you mean 'change'?", NULL, 0 },
		{ "ip link set dev tun0 mtuu 1200", -1, "'mtuu' is not known here; did you mean 'mtu'?", NULL, 0 },
		{ "tc qdisc repalce dev tun0 root fq", -1, "'repalce' is not known here; did you mean 'replace'?", NULL,
		  0 },
		{ "ip ruote add 10.0.0.0/8 via 192.168.0.1", -1, "'ruote' is not known here; did you mean 'route'?",
		  NULL, 0 },
		{ "./unknown.sh", -1, "line 2 of the script './unknown.sh': the command '...' is not known here", NULL,
		  0 },
		{ "./endless.sh", -1, "without end", NULL, 0 },
		{ "./good.sh 1", 0, NULL, "tcp_sack", 0 },
		/* However many digits a number has. */
		{ "test ${00} = sh && test x${99999999999999999999}${4294967295} = x && ./good.sh", 0, NULL, "tcp_sack",
		  0 },
	};
	char folder[] = "/tmp/protodrill_shell_XXXXXX", *back = getcwd(NULL, 0);
	static const char *const names[] = { "good.sh", "fails.sh", "python.sh", "unknown.sh", "endless.sh" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	write_file("good.sh", "#!/bin/sh -e\nsysctl -q net.ipv4.tcp_ecn=2 net.ipv4.tcp_sack=0\nexit 0\nss\n");
	write_file("fails.sh", "./good.sh\nexit 4\n");
	write_file("python.sh", "#!/usr/bin/env python3\ntrue\n");
	write_file("unknown.sh", "true\nss\n");
	write_file("endless.sh", "./endless.sh\n./endless.sh\n");
	play(cases, ARRAY_LEN(cases));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(names[i]);
	assert_int_equal(chdir(back), 0);
	rmdir(folder);
	free(back);
}

/* A collection in a folder that is outside of every suite: what a script of @folder may read. */
static void only_the_suite_is_read(void **state)
{
	static const struct {
		const char *folder, *text;
		int result;
		const char *why;
	} cases[] = {
		{ "suite/part/topic", "../../common/good.sh", 0, NULL },
		{ "suite/part/topic", ". ../../common/link.sh", 0, NULL },
		{ "suite/part/topic", "../../../outside.sh", -1, "suite', and no other file is read" },
		{ "suite/part/topic", "../../../no-such.sh", -1, "suite', and no other file is read" },
		{ "suite/part/topic", "sh ./away.sh", -1, "suite', and no other file is read" },
		{ "suite/part/topic", ". ./folder/outside.sh", -1, "suite', and no other file is read" },
		{ "suite/part/topic", ". /etc/passwd", -1, "suite', and no other file is read" },
		{ "suite/part/topic", ". /etc/no-such-file", -1, "suite', and no other file is read" },
		{ "suite/part/topic", "./fifo", -1, "cannot be read: Invalid argument" },
		{ "suite/part/topic", ". ../../common/secret.sh", -1,
		  "line 2 of the script '../../common/secret.sh': the command '...'" },
		{ "suite/part/topic", "../../common/calls.sh", -1,
		  "line 1 of the script '../../common/calls.sh': the sysctl '...'" },
		{ "alone", "../outside.sh", -1, "alone', and no other file is read" },
		{ "alone", "../suite/common/good.sh", -1, "alone', and no other file is read" },
	};
	char folder[] = "/tmp/protodrill_suite_XXXXXX", *back = getcwd(NULL, 0), command[100];

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(system("mkdir -p suite/common suite/part/topic alone && ln -s ../../../outside.sh "
	                        "suite/part/topic/away.sh && "
	                        "ln -s ../../.. suite/part/topic/folder && ln -s good.sh suite/common/link.sh && "
	                        "mkfifo suite/part/topic/fifo"),
	                 0);
	write_file("outside.sh", "true\n");
	write_file("suite/common/good.sh", "true\n");
	write_file("suite/common/secret.sh", "true\nss-topsecret 'hidden' # word\n");
	write_file("suite/common/calls.sh", "../../common/deep.sh\n");
	write_file("suite/common/deep.sh", "sysctl topsecret=1\n");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct commands_bench b;

		assert_int_equal(chdir(cases[i].folder), 0);
		bench_start(&b);
		int result = commands_read(&b.commands.base, cases[i].text, &b.why);
		if (result != cases[i].result || (cases[i].why && !strstr(b.why.data, cases[i].why)) ||
		    strstr(b.why.data, "topsecret"))
			fail_msg("`%s` -> %d (%s)", cases[i].text, result, b.why.data);
		bench_end(&b);
		assert_int_equal(chdir(folder), 0);
	}
	assert_int_equal(chdir(back), 0);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
	free(back);
}

/* What Linux refuses depends on what was there before. */
static void what_is_there_already(void **state)
{
	static const struct command_case cases[] = {
		{ "tc qdisc del dev tun0 root", 1, "status 2", NULL, 0 },
		{ "tc qdisc add dev tun0 root fq; tc qdisc add dev tun0 root fq", 1, "status 2", NULL, 0 },
		{ "tc qdisc add dev tun0 root fq; tc qdisc add dev tun0 root pfifo", 0, NULL, "tcp_link_paces", 0 },
		{ "tc qdisc change dev tun0 root fq", 1, "status 2", "tcp_link_paces", 0 },
		{ "tc qdisc replace dev tun0 root fq; tc qdisc change dev tun0 root limit 100", 0, NULL,
		  "tcp_link_paces", 1 },
		{ "tc qdisc replace dev tun0 root fq; tc qdisc del dev tun0 root pfifo", 1, "status 2",
		  "tcp_link_paces", 1 },
		{ "tc qdisc replace dev tun0 root fq; tc qdisc del dev tun0 root", 0, NULL, "tcp_link_paces", 0 },
		{ "ip route add 198.51.100.0/24 dev tun0; ip route add 198.51.100.0/24 dev tun0", 1, "status 2",
		  NULL, 0 },
		{ "ip route add 198.51.100.0/24 dev tun0; ip route del 198.51.100.0/24; "
		  "ip route add 198.51.100.0/24 dev tun0", 0, NULL, NULL, 0 },
		{ "ip route change default dev tun0 initcwnd 20", 1, "status 2", NULL, 0 },
		{ "ip route del default", 1, "status 2", NULL, 0 },
		{ "ip route add default dev tun0; ip route del default", 0, NULL, NULL, 0 },
		{ "ip route del 198.51.100.0/24", 1, "status 2", NULL, 0 },
		{ "ip route change 198.51.100.0/24 dev tun0 mtu 1000", 1, "status 2", NULL, 0 },
		{ "ip route replace 198.51.100.0/24 dev tun0; ip route change 198.51.100.0/24 dev tun0", 0, NULL,
		  NULL, 0 },
		{ "ethtool -K tun1 tso off", 1, "status 1", NULL, 0 },
		{ "ip link add dummy0 type dummy", -1, "with 'add' is not known here", NULL, 0 },
	};

	(void)state;
	play(cases, ARRAY_LEN(cases));
}

/* Assignments, and what C leaves out. */
static void arithmetic_with_variables(void **state)
{
	static const struct command_case cases[] = {
		{ "x=1; x=$((x += 2)); test $x = 3", 0, NULL, NULL, 0 },
		{ "x=5; : $((x <<= 2)); test $x = 20", 0, NULL, NULL, 0 },
		{ "test $((a = b = 4)) = 4 && test $a$b = 44", 0, NULL, NULL, 0 },
		{ "x=-3; test $((5 - x)) = 8", 0, NULL, NULL, 0 },
		{ "test $((none + 1)) = 1", 0, NULL, NULL, 0 },
		{ "test $((2 > 1 ? 5 : 6)) = 5 && test $((0 ? 1 : 0 ? 2 : 3)) = 3", 0, NULL, NULL, 0 },
		{ "x=1; : $((0 && (x = 2))) $((1 || (x = 3))) $((1 ? 0 : (x = 4))); test $x = 1", 0, NULL, NULL, 0 },
		{ "test $((1 ? 7 : 1 / 0)) = 7", 0, NULL, NULL, 0 },
		{ "test $((1 == 1)) = 1 && x=2 && test $((x == 2)) = 1", 0, NULL, NULL, 0 },
		{ "x=x; echo $((x))", 1, "status 2", NULL, 0 },
		{ "echo $((1 ? 2))", 1, "status 2", NULL, 0 },
	};

	(void)state;
	play(cases, ARRAY_LEN(cases));
}

static void arithmetic(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t value;
	} cases[] = {
		{ "1+2*3", true, 7 }, { "(1+2)*3", true, 9 }, { "-3 - -3", true, 0 }, { "7/2", true, 3 }, { "-7%4",
		  true, -3 },
		{ "1<<3>>1", true, 4 }, { "1 < 2 && 2 >= 2", true, 1 }, { "5&3|8^1", true, 9 }, { "!0 == 1 || 0",
		  true, 1 },
		{ "~0", true, -1 }, { "0x10 + 010", true, 24 }, { "9223372036854775807 + 1", true, INT64_MIN },
		{ "(0-9223372036854775807-1) / -1", true, INT64_MIN }, { "5 % 0", false, 0 }, { "", false, 0 },
		  { "1 +", false, 0 },
		{ "(1", false, 0 }, { "1)", false, 0 }, { "x", false, 0 },
	};
	char deep[400];
	int64_t value;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (shell_arithmetic(NULL, cases[i].text,
			&value) != cases[i].good || (cases[i].good && value != cases[i].value))
			fail_msg("%s -> %lld", cases[i].text, (long long)value);
	}
	memset(deep, '(', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	assert_false(shell_arithmetic(NULL, deep, &value));
}

/* Pieces of scripts in any order: whatever comes out, it ends. */
static void nonsense_ends(void **state)
{
	static const char *const pieces[] = {
		"sysctl ", "$((", "))", "'", "\"", "\\", "\n", ";", "&&", "||", ">", "2>&1", "<", "$", "{", "}",
		  "PPID", "=",
		"net.ipv4.tcp_rmem=1", "echo ", "/proc/sys/net", "#", "1", "-", "\xff", "ip route add ", "default",
		  "mtu lock",
		"exit", "set -e", "(", "`", "*", "dd of=x bs=9999999999G count=9999999999", "${", "sleep 1e300",
	};
	uint32_t random = 1;

	(void)state;
	for (int n = 0; n < 2000; n++) {
		struct buf text = BUF_INIT;
		struct commands_bench b;

		for (int i = 0; i < 12; i++) {
			random = random * 1664525 + 1013904223;
			buf_puts(&text, pieces[(random >> 16) % ARRAY_LEN(pieces)]);
		}
		bench_start(&b);
		int result = commands_read(&b.commands.base, text.data, &b.why);
		assert_in_range(result + 1, 0, 2);
		assert_true(result == 0 || b.why.length);
		bench_end(&b);
		buf_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grammar),
		cmocka_unit_test(what_is_not_known_is_skipped),
		cmocka_unit_test(settings),
		cmocka_unit_test(tools_that_change_nothing),
		cmocka_unit_test(counters_are_shown),
		cmocka_unit_test(time_passes),
		cmocka_unit_test(dd_makes_a_file_in_memory),
		cmocka_unit_test(scripts_are_read),
		cmocka_unit_test(only_the_suite_is_read),
		cmocka_unit_test(arithmetic),
		cmocka_unit_test(arithmetic_with_variables),
		cmocka_unit_test(what_is_there_already),
		cmocka_unit_test(nonsense_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
