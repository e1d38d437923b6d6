/* SPDX-License-Identifier: MIT
 *
 * commands_agree_test.c - the same text has the same output and the same exit status here and in a real shell
 *
 * Each text is given to the reader and to the shells of this machine: "sh" for what POSIX has, "bash" for the rest. A
 * shell that is not installed is left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/builtin/commands_bench.h"
#include "target/builtin/builtin_commands.h"
#include "util/common.h"

static const char *const posix[] = {
	/* words */
	"echo a  b 'c  d' \"e  f\" g\\ h", "x=3; echo $x ${x}y \"$x\" '$x' \\$x", "x='a  b'; echo $x; echo \"$x\"",
	"x=; echo ${x:-none} ${x-none} ${y-none} ${y:=set} $y", "echo ${x:+there}${x+there}; x=1; echo ${x:+there}",
	"x=/a/b.c.d; echo ${x#*/} ${x##*/} ${x%.*} ${x%%.*} ${#x}",
	"echo $((1 + 2 * 3)) $((7 % 4)); x=5; echo $((x * $x))",
	"echo $(echo a; echo b) `echo c`", "x=$(printf 'a\\n\\n'); echo \"[$x]\"", "echo \"$(echo \"a  b\")\"",
	"echo \"\\$x \\\\ \\\"\"",
	"set -- a 'b c' d; echo $# $1 \"$2\"; for i in \"$@\"; do echo $i; done; shift; echo $*", "echo *none*",
	"x=a,b; IFS=,; echo $x",
	"x='$(false)'; echo $x", "echo ${x-\"a  b\"}", "echo \"${x-a  b}\"", "echo a#b # c", "echo a\\\nb", "echo ''",
	"x=\"\"; echo [$x] [\"$x\"]",
	/* status */
	"true", "false", ":", "exit 3", "(exit 4)", "! true", "! false", "true && false", "false || true; echo $?",
	"false; echo $?",
	"x=$(false)", "x=$(exit 5); echo $?", "true; false; true", "false | true", "true | false", "! false | true",
	"exit 256",
	"test", "[ ]", "[ a ]", "[ -z '' ]", "[ -n '' ]", "[ a = a ]", "[ a != a ]", "[ 1 -lt 2 -a 2 -gt 1 ]",
	"[ ! a = b ]",
	"[ 3 -eq 03 ]", "[ x -eq 1 ] 2>/dev/null", "[ a = b -o c = c ]", "[ \\( a = a \\) ]", "[ -n \"$none\" ]",
	"[ a = ", "test 2 -ge 2",
	"[ -e /proc/sys/net/ipv4/tcp_sack ]", "[ -f /proc/sys/net/ipv4/tcp_none ]", "[ -d /proc/sys/net/ipv4 ]",
	"[ -r /proc/net/snmp ]",
	"set -e; false; echo no", "set -e; false || true; echo yes", "set -e; if false; then :; fi; echo yes",
	"set -e; ! true; echo yes",
	"set -e; false && true; echo yes", "set -e; (false); echo no", "set -e; x=$(false); echo no", "true &&",
	"if true; then", "fi",
	"for", "echo )", "echo 'a", "case a in", "; true",
	/* compound commands */
	"if false; then echo a; elif true; then echo b; else echo c; fi", "if false; then echo a; fi; echo $?",
	"for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done",
	"for i in 1 2 3; do [ $i = 2 ] && break; echo $i; done",
	"for i in; do echo $i; done; echo $?", "i=0; while [ $i -lt 3 ]; do i=$((i + 1)); echo $i; done",
	"i=3; until [ $i = 0 ]; do i=$((i - 1)); done; echo $i",
	"for i in a b; do for j in 1 2; do [ $j = 2 ] && continue 2; echo $i$j; done; done",
	"case abc in a*) echo one;; *) echo two;; esac", "case x in a|x) echo yes;; esac",
	"case z in a) ;; esac; echo $?",
	"x='*'; case abc in \"$x\") echo quoted;; $x) echo pattern;; esac", "{ echo a; echo b; } | wc -l",
	"(x=2; echo $x); echo [$x]",
	"f() { echo $1 $#; return 4; }; f a b; echo $?", "f() { x=$1; }; f 7; echo $x",
	"f() { if [ $1 -gt 0 ]; then echo $1; f $(($1 - 1)); fi; }; f 3",
	"if true\nthen\n\techo a\nfi\n\nfor i in 1 2\ndo\n\techo $i # two\ndone", "true &&\n\techo a ||\n\techo b",
	"while read a b; do echo \"$b-$a\"; done <<E\n1 2 3\n4 5\nE", "x=3; cat <<E\na $x $((x + 1))\nE",
	"cat <<'E'\na $x\nE", "cat <<-E\n\ta\n\tE",
	"echo a | while read x; do echo [$x]; done", "x=1 true; echo [$x]", "eval 'echo a; x=2'; echo $x",
	"x=y; eval \"$x=5\"; echo $y",
	/* tools */
	"printf '%s-%d\\n' a 1 b 2", "printf '%5s|%-5s|%05d\\n' a b 3", "printf 'a\\tb\\n'",
	"printf '\\101\\1012\\7x\\n'",
	"printf '%b' 'a\\0101\\n'", "printf '%x %%\\n' 255",
	"echo -n a; echo b",
	"printf 'a\\nb\\nab\\n' | grep a", "printf 'a\\nb\\n' | grep -q c", "printf 'a\\nb\\n' | grep -v a",
	"printf 'a\\nb\\nab\\n' | grep -c b",
	"printf 'ab\\nb\\n' | grep -w b", "printf 'a.b\\nacb\\n' | grep -F a.b", "printf 'ab12\\n' | grep -o '[0-9]*'",
	"printf 'a\\nb\\n' | grep -E 'x|b'",
	"printf 'A\\n' | grep -i a", "printf 'ab\\n' | grep -x a", "echo 'x 1 y' | grep -q 'x *1'",
	"echo a | grep -e b -e a", "printf 'a\\na\\n' | grep -m 1 a",
	"printf '1\\n2\\n3\\n' | head -n 2", "printf '1\\n2\\n3\\n' | tail -n 1", "printf '1\\n2\\n3\\n' | head -1",
	"printf 'a b\\nc\\n' | wc -w",
	"echo 'a:b:c' | cut -d : -f 2", "echo 'a:b:c' | cut -d: -f3", "echo abc | tr b x", "echo a1b2 | tr -d 0-9",
	"echo aab | tr -s a",
	"printf '3\\n10\\n2\\n' | sort -n", "printf 'b\\na\\nb\\n' | sort -u", "printf 'a\\na\\nb\\n' | uniq",
	"printf 'b\\na\\n' | sort -r",
	"echo 'a  b c' | awk '{print $2}'", "echo 'a b c' | awk '{print $3, $1}'",
	"printf 'x 1\\ny 2\\n' | awk '/y/ {print $2}'",
	"printf 'x 1\\ny 20\\n' | awk '$1 == \"y\" {print $2}'", "printf 'x 1\\ny 20\\n' | awk '$2>3'",
	"printf 'x 1\\ny 20\\n' | awk 'NR == 2 { print $NF; }'",
	"printf 'a\\nb\\nc\\n' | awk 'NR>1 && NR <= 2'",
	"printf 'x 1\\ny 20\\n' | awk '$1 ~ /^[xz]$/ {print}'",
	"printf 'x 1\\ny z\\n' | awk '$2 !~ /1/ && NF == 2'",
	"printf 'x 10\\ny 9\\nz q\\n' | awk '$2 < 10 {print $1}'",
	"printf 'a:b\\nc::d\\n' | awk -F : 'NF != 2 {print $3}'",
	"echo a:b:c:d | cut -d: -f1-2", "echo a:b:c:d | cut -d: -f3-", "echo a:b:c:d | cut -d : -f -2,4",
	"echo a:b:c | cut -d: -f 4", "echo abcdef | cut -c 2-3", "printf 'abcdef\n\nxy\n' | cut -c1,4-",
	"echo abc | cut -b 9",
	"printf 'abc\\na:b\\n' | cut -d: -f2", "echo a:: | cut -d: -f2-3", "echo a:b | awk -F: '{print $2}'",
	"echo aXbX | sed 's/X/-/'", "echo aXbX | sed 's/X/-/g'", "seq 3", "seq 2 4", "expr 3 + 4",
	"basename /a/b.sh .sh", "dirname /a/b", "echo a | tee /dev/null",
	"echo a > agree; echo b >> agree; cat agree; [ -s agree ]; echo $?; rm agree; rm agree 2>/dev/null",
	"cat < /dev/null", "echo a >&2", "grep x /proc/net/none 2>/dev/null",
	"{ echo a; echo b >&2; } 2>/dev/null", "echo a 2>&1 | cat", "echo a > /dev/null", "command -v grep > /dev/null",
	"readonly a=1; echo $a", "export b=2; echo $b; unset b; echo [$b]",
	"uname -s", "true > agree; [ -e agree ] && rm agree", "exec true; echo no", "sh -c 'exit 6'", "env true",
	"x=$(uname -r | cut -d. -f1); [ $x -ge 4 ]",
	"grep -q '^Tcp:' /proc/net/snmp", "grep -c '^TcpExt' /proc/net/netstat",
	"head -n 1 /proc/net/snmp | cut -d' ' -f1", "[ $(cat /proc/sys/net/ipv4/tcp_sack) -eq 1 ]",
	"nstat -z TcpActiveOpens | grep -q '^#kernel'",
	"nstat -asz TcpExtTCPChallengeACK | awk '/TCPChallengeACK/ {print $1}'",
};

static const char *const bash[] = {
	"[[ a == a ]]", "[[ abc == a* ]]", "[[ abc == \"a*\" ]]", "[[ a < b && b > a ]]", "[[ -n $none || a != a ]]",
	"[[ ! -n $none ]]", "[[ abc =~ ^a.c$ ]]",
	"x='a b'; [[ $x == 'a b' ]]", "[[ 3 -gt 2 && ( 1 -eq 1 || 2 -eq 3 ) ]]", "if [[ 1 -eq 1 ]]; then echo yes; fi",
	"((3 > 2))", "((3 < 2))", "x=3; ((x == 3)) && echo yes",
	"function f { echo $1; }; f a", "f() { local x=2; echo $x; }; x=1; f; echo $x", "cat <<< a",
	"echo a &> /dev/null", "set -o pipefail; false | true", "set -u; echo ${x:-a}",
	"source /dev/null; echo a", "f() { return 3; }; f || echo $?", "echo -e 'a\\tb'", "declare -r x=3; echo $x",
	"f() { local x; x=3; g; echo $x; }; g() { x=4; }; f; echo [$x]",
};

/* Its status in the reader, as a shell would have it; -1: it is not known here. */
static int read_here(const char *text, struct buf *output)
{
	struct commands_bench b;

	bench_start(&b);
	b.commands.base.shell.output = output;
	int status = commands_read(&b.commands.base, text, &b.why);
	if (status > 0)
		status = atoi(b.why.data + strcspn(b.why.data, "0123456789"));
	else if (status < 0)
		print_message("not known: %s (%s)\n", text, b.why.data);
	bench_end(&b);
	return status;
}

/* Its status in a shell of this machine; 127 and 126 where that shell is not there. */
static int run_there(const char *shell, const char *text, struct buf *output)
{
	int ends[2], status;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		if (!freopen("/dev/null", "r", stdin) || !freopen("/dev/null", "w", stderr))
			_exit(126);
		execlp(shell, shell, "-c", text, (char *)NULL);
		_exit(126);
	}
	close(ends[1]);
	assert_true(buf_read_fd(output, ends[0]));
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static int compare(const char *shell, const char *const *texts, size_t count)
{
	int different = 0;

	for (size_t i = 0; i < count; i++) {
		struct buf here = BUF_INIT, there = BUF_INIT;
		int status = read_here(texts[i], &here), want = run_there(shell, texts[i], &there);
		/* An error of syntax is 1 in some shells, 2 in others. */
		bool same = status == want || (status == 2 && want == 1);

		if (!same || strcmp(here.data, there.data)) {
			print_error("%s: `%s` -> %d [%s], here %d [%s]\n", shell, texts[i], want, there.data, status,
			            here.data);
			different++;
		}
		buf_free(&here);
		buf_free(&there);
	}
	return different;
}

static bool is_there(const char *shell)
{
	struct buf nothing = BUF_INIT;
	bool there = run_there(shell, "exit 7", &nothing) == 7;

	buf_free(&nothing);
	return there;
}

static void as_sh(void **state)
{
	(void)state;
	if (!is_there("sh"))
		skip();
	assert_int_equal(compare("sh", posix, ARRAY_LEN(posix)), 0);
}

static void as_bash(void **state)
{
	(void)state;
	if (!is_there("bash"))
		skip();
	assert_int_equal(compare("bash", bash, ARRAY_LEN(bash)), 0);
}

static int to_folder(void **state)
{
	static char folder[] = "/tmp/protodrill_agree_XXXXXX";

	*state = folder;
	return !mkdtemp(folder) || chdir(folder);
}

static int from_folder(void **state)
{
	return chdir("/") || rmdir(*state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_sh),
		cmocka_unit_test(as_bash),
	};

	return cmocka_run_group_tests(tests, to_folder, from_folder);
}
