#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpc test: statuses, pictures, documents, coverage, and what wrong tests are told.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"

fails_with() { # status, arguments' file, text...
	run "$1" test "$2" || return 1
	shift 2
	contains err "$@"
}

cat >web.mmp <<'END'
rule keep: protect web when pgfault_rate > 500/s for 3s until pgfault_rate < 100/s
rule slow: throttle batch 20ms to 120ms as usage from 80% to 90% when web.psi > 10 cooldown 2s
END
cat >web.mmpt <<'END'
use "web.mmp"

test "a short burst does not protect, a long one does" tick 1s {
	series web.pgfault_rate = 0x5 600x2 0x3 600x10 0x20
	expect protect(web) == false at 6s
	expect protect(web) == true from 17s to 19s	# 3 s after 13 s
	expect transitions(keep) <= 2
	expect state(keep) == pending at 14s
}

test "a missing sample stops the clock and no more" tick 1s {
	series web.pgfault_rate = 600x1 _x5 600x2 _ 50
	expect state(keep) == pending from 0s to 8s
	expect active(keep) == true from 9s to 10s
	expect state(keep) == idle at 11s
}

test "the delay follows usage" tick 500ms {
	series web.psi = 5% 20x6 0x4 20x3
	series batch.usage = 80% 80% 82.5% 85% 90% 95%
	expect delay(batch) == 0 at 0s
	expect delay(batch) == 20ms at 500ms
	expect delay(batch) == 45ms at 1s
	expect throttle(slow) == 70ms at 1500ms
	expect delay(batch) == 120ms from 2s to 2500ms
	expect state(slow) == cooling from 4s to 5s
	expect entered(slow) == 2
}
END

check 'tests that hold pass' run 0 test web.mmpt
check '... and are counted' contains out 'web.mmpt: 3 of 3 tests passed, 14 of 14 expectations held'
check 'verbose shows each timeline' run 0 test -v web.mmpt
check '... with states' contains out 'keep' '░░░████' 'test "the delay follows usage" passed'

cat >limit.mmp <<'END'
include "limit.mmpi"
protect web when usage > $limit
END
mkdir included
echo 'define limit = 100MiB' >included/limit.mmpi
cat >limit.mmpt <<'END'
use "limit.mmp"
test "protected from the limit on" tick 1s {
	series web.usage = 50MiB 150MiB
	expect protect(web) == true at 1s
}
END
check '-I finds what a policy includes' run 0 test -I included limit.mmpt
check '-D gives a define another value' run 7 test -Iincluded -D limit=200MiB limit.mmpt
check '... of the form NAME=VALUE' run 2 test -D limit limit.mmpt
check '... which replay says in the same words' run 2 replay -D =5 limit.mmp limit.csv
check '... -D takes NAME=VALUE' contains err "mmpc: -D takes NAME=VALUE, not '=5'"

sed 's/from 17s to 19s/from 15s to 19s/' web.mmpt >late.mmpt
check 'a wrong test has status 7' run 7 test late.mmpt web.mmpt
check '... and its place, its tick and the value there' contains out \
	'late.mmpt:6:2: failed: expect protect(web) == true from 15s to 19s, but it is false at 15s' \
	'^ 15s' 'late.mmpt: 2 of 3 tests passed, 13 of 14 expectations held' \
	'web.mmpt: 3 of 3 tests passed'
check '... in a table whose row is marked' grep -q '^=> *15s .*pending.*false.*true$' out

check 'JSON is one document' run 7 test --format=json late.mmpt
check '... that says the same' perl -MJSON::PP -0777 -e '
	my $d = decode_json(<STDIN>);
	my $t = $d->{files}[0]{tests}[0];
	my ($bad) = grep { !$_->{passed} } @{ $t->{expectations} };
	exit !($d->{failed} == 1 && !$t->{passed} && $bad->{line} == 6 && $bad->{tick} == 15 &&
	       $bad->{got} eq "false")' <out

odd='a<b>&"c".mmpt'
cp late.mmpt "$odd"
check 'JUnit is written beside' run 7 test --junit out.xml "$odd"
check '... escaped' contains out.xml 'name="a&lt;b>&amp;&quot;c&quot;.mmpt"' 'tests="3" failures="1" errors="0"' \
	'message="expect protect(web) == true from 15s to 19s, but it is false at 15s"'
check 'an unwritable JUnit file is said' run 2 test --junit none/out.xml web.mmpt

check 'coverage of everything' run 0 test --coverage --min 100 web.mmpt
check '... is 100 %' contains out 'web.mmp: 2 of 2 rules, 3 of 3 operands covered, 100 %'
sed '/^test "the delay/,$d' web.mmpt >half.mmpt
check 'coverage below the minimum has status 7' run 7 test --min 90 half.mmpt
check '... and says what is missing' contains out \
	"web.mmp:2:1: not covered: rule 'slow' never acted" \
	"web.mmp:2:71: not covered: 'web.psi > 10' was neither true nor false"
{ echo 'use "web.mmp"'; sed -n '/^test "the delay/,$p' web.mmpt; } >other.mmpt
check 'two files over one policy add up' run 0 test --min 100 half.mmpt other.mmpt

cat >self.mmp <<'END'
cgroup pods = "kubepods.slice" allow override
protect pods when self.usage > 64MiB and psi > 5
throttle pods 50ms when parent.psi > 10
END
cat >self.mmpt <<'END'
use "self.mmp"
test "the cgroup asked about, and the one above" tick 1s {
	series self.usage = 0 128MiBx3
	series pods.psi = 10x2 0x1
	series parent.psi = 5 20x2
	expect protect(pods) == false at 0s
	expect protect(pods) == true from 1s to 2s
	expect protect(pods) == false at 3s
	expect throttle(pods) == 0 at 0s
	expect throttle(pods) == 50ms from 1s to 2s
}
END
check 'self and parent' run 0 test --min 100 self.mmpt

cat >bad.mmpt <<'END'
use "web.mmp"
test "mistakes" tick 1s {
	seris web.pgfault_rate = 1
	series wbe.pgfault_rate = 1
	series web.pgfalt_rate = 1
	series web.anon = 1MiB
	series web.pgfault_rate = 5+3 6MiB
	expect protet(web) == true
	expect protect(wb) == true
	expect protect(web) == maybe
	expect protect(web) == true at 1500ms
	expect state(keep) == ative
	expect delay(batch) == 5
	expect delay(keep) == 5ms
	expect protect(web[3]) == true
	expect thp() == 9 call com "redis"
	set enter = 5
}
END
check 'mistakes have status 1' run 1 test bad.mmpt
check '... each at its place' contains err \
	"bad.mmpt:3:2: error: 'seris' cannot stand here [syntax]" "did you mean 'series'?" \
	"bad.mmpt:4:9: error: the policy has no cgroup 'wbe' [unknown-name]" "did you mean 'web'?" \
	"bad.mmpt:5:9: error: 'web' has no such signal [unknown-signal]" "did you mean 'pgfault_rate'?" \
	"bad.mmpt:6:9: error: the policy does not read 'web.anon' [unknown-signal]" \
	"bad.mmpt:7:28: error: a step needs a first value and a count [syntax]" \
	"bad.mmpt:7:32: error: this is a size, but a rate is wanted [quantity-mismatch]" \
	"bad.mmpt:8:9: error: nothing can be expected of 'protet' [unknown-name]" \
	"bad.mmpt:9:17: error: the policy has no cgroup or rule 'wb' [unknown-name]" \
	"bad.mmpt:10:25: error: 'maybe' is not an answer of 'protect' [quantity-mismatch]" \
	"bad.mmpt:11:33: error: '1500ms' is not a tick of this test [out-of-range]" \
	"bad.mmpt:12:24: error: 'ative' is not an answer of 'state' [quantity-mismatch]" \
	"bad.mmpt:13:25: error: a duration needs a unit [missing-unit]" \
	"bad.mmpt:14:15: error: rule 'keep' is not a throttle rule [unknown-name]" \
	"bad.mmpt:15:17: error: 'web' has one match [out-of-range]" \
	"bad.mmpt:16:25: error: a call has no argument 'com' [unknown-name]" "did you mean 'comm'?" \
	"bad.mmpt:17:6: error: the policy has no param 'enter' [unknown-name]"
check '... and no more' test "$(grep -c error: err)" = 16

printf 'use "web.mmp"\ntest "x" {\n\texpect protect(web) == true\n' >open.mmpt
check 'a file that ends too early' fails_with 1 open.mmpt \
	'open.mmpt:3:29: error: the file ends too early [syntax]'
printf 'test "x" { }\n' >alone.mmpt
check 'tests of no policy' fails_with 1 alone.mmpt 'these tests name no policy'
printf 'use "none.mmp"\n' >gone.mmpt
check 'a policy that is not there' fails_with 2 gone.mmpt 'none.mmp'
check 'tests that are not there' fails_with 2 none.mmpt "cannot read 'none.mmpt'"
printf 'protct web\n' >wrong.mmp
printf 'use "wrong.mmp"\n' >wrong.mmpt
check 'a wrong policy' fails_with 1 wrong.mmpt 'wrong.mmp:1:1: error:'
printf 'use "web.mmp\ntest \001 \377 + "a\\q" {}' >odd.mmpt
check 'characters that stand nowhere' fails_with 1 odd.mmpt 'the string has no closing quote' \
	'byte 0x01 cannot be in a test' 'byte 0xff cannot be in a test' "'+' cannot be in a test" \
	'a string has no such escape'
sed '1i mode monitor' web.mmp >monitor.mmp
sed 's/web.mmp/monitor.mmp/' web.mmpt >monitor.mmpt
check 'in mode monitor nothing is done' run 7 test monitor.mmpt
check '... but decided' contains out 'failed: expect protect(web) == true from 17s to 19s, but it is false at 17s' \
	'monitor.mmpt: 1 of 3 tests passed, 9 of 14 expectations held'
sed '/^test /a set mode = enforce' monitor.mmpt >enforce.mmpt
check '... unless a test asks what would be done' run 0 test enforce.mmpt
sed '/^test /a set mode = monitor' web.mmpt >held.mmpt
check 'a test may hold a policy back' run 7 test held.mmpt
sed '/^test /a set mode = enfroce' web.mmpt >nomode.mmpt
check 'a mode that is none' fails_with 1 nomode.mmpt \
	"there is no mode 'enfroce'" "did you mean 'enforce'?" "write 'set mode = enforce' or 'set mode = monitor'"
cat >pods.mmp <<'END'
cgroup pods = "pods/*"
param enter = 90% in 50% .. 100%
protect pods when usage > $enter until usage < 50%
rule tell: notify "busy" when web.psi > 50%
END
cat >pods.mmpt <<'END'
use "pods.mmp"
test "matches apart, and an end" tick 1s {
	series pods[0].usage = 95%x3
	series pods[1].usage = 9%x3 _x3
	expect protect(pods[1]) == true at 2s
	expect notify("busy") == true at 6s
}
END
check 'a failure shows the match asked about' run 7 test pods.mmpt
check '... as written' contains out 'protect(pods[1])   ·······' 'notify("busy")     ·······'
check '... one value where there is one' grep -q '^pods\[1\].usage  *████  *9%$' out
check '... and what it was' contains out \
	'failed: expect notify("busy") == true at 6s, but it is false at 6s' \
	'failed: expect protect(pods[1]) == true at 2s, but it is false at 2s'
cat >missing.mmpt <<'END'
use "pods.mmp"
test "missing" {
	series web.psi = 5 _3
}
END
check 'missing samples have their own notation' fails_with 1 missing.mmpt \
	"missing.mmpt:3:21: error: '_3' cannot stand here" 'missing samples are written _, or _x3'
cat >slips.mmpt <<'END'
use "pods.mmp"
test "slips" tick 1s {
	set enter = 40%
	series usage = 95%
	series web.usage = 5MiB
	series web.psi = 5
	series web.psi = 6
	expect state(tell) == running
	expect notify("bsy") == true
	expect thp(redis) == 9
	expect state(pods) == active
	expect active(nothing) == true
}
END
check 'slips are told' run 1 test slips.mmpt
check '... a param out of range, with the range' contains err 'slips.mmpt:3:14: ' 'it goes from 50% to 100%'
check '... a signal of nobody' contains err 'slips.mmpt:4:9: ' 'write CGROUP.usage'
check '... usage that nothing asks about' contains err "slips.mmpt:5:9: error: the policy does not read 'web.usage'"
check '... a second series' contains err "slips.mmpt:7:9: error: 'web.psi' has a series already"
check '... a state that is none' contains err 'slips.mmpt:8:24: ' 'write idle, pending, active or cooling'
check '... a message' contains err "slips.mmpt:9:16: error: the policy has no notify rule 'bsy'" "did you mean 'busy'?"
check '... a process' contains err 'slips.mmpt:10:13: ' 'thp() asks for a process that the policy does not name'
check '... a cgroup in place of its rule' contains err "slips.mmpt:11:15: error: the policy has no rule 'pods'" "did you mean 'protect-pods-1'?"
check '... a rule that is none' contains err 'slips.mmpt:12:16: ' "'mmpc describe' shows the names of the rules"
cat >systemd.mmp <<'END'
cgroup job = "system.slice/a\x2db.slice"
protect job when "c\x2dd".pgfault_rate > 100 hold 1s
protect "e\x2df" when pgfault_rate > 100 hold 1s
END
cat >systemd.mmpt <<'END'
use "systemd.mmp"
test "a name as systemd's tools print it" tick 1s {
	series "c\x2dd".pgfault_rate = 200x4
	series "e\x2df".pgfault_rate = 200x4
	expect protect(job) == true at 2s
	expect protect("e\x2df") == true at 2s
	expect active("protect-e\x2df-1") == true at 2s
}
END
check 'a path keeps its \x2d, in policies and tests' run 0 test systemd.mmpt
check 'no file at all' run 2 test
check 'a wrong flag' run 2 test --min 101 web.mmpt
check 'help' run 0 test --help
echo "1..$n"
