#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What broke when strangers used mmpc: each stands for a kind, with its right answer.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"

says() { # policy, text that the check gives
	printf '%s\n' "$1" >one.mmp
	"$mmpc" --check --profile=all one.mmp >out 2>err
	contains out "$2"
}

silent() { # policy, text that the check must not give
	printf '%s\n' "$1" >one.mmp
	"$mmpc" --check --profile=all one.mmp >out 2>err
	! contains out "$2"
}

# A share of a whole that is 0.
echo 'rule short: notify "short" when system.mem_available < 10% and system.swap_free < 10% hold 10s' >swap.mmp
cat >swap.mmpt <<'END'
use "swap.mmp"
test "a machine without swap" tick 1s {
	series system.mem_available = 50%x2 5%x5
	series system.swap_free = 0%x7
	expect active(short) == true at 4s
}
END
check 'without swap the share that is free is 0' run 0 test swap.mmpt
sed -i 's/0%x7/0Bx7/' swap.mmpt
check '... and no bytes are a share of 0 too' run 0 test swap.mmpt
printf 'time,system.mem_available%%,system.swap_free%%\n0.0,92.51,\n0.2,92.51,\n0.4,9.50,\n' >t.csv
check 'replay: a column without a sample' run 0 replay swap.mmp t.csv
check '... is not said to be missing' contains err "the trace has no sample of 'system.swap_free' (all 3 fields are empty)"
printf 'time,system.mem_available%%\n0.0,92.51\n' >t.csv
check '... as one is that is not there' run 0 replay swap.mmp t.csv
check '... which is said' contains err "'system.swap_free' is not in the trace"
printf 'time,system.mem_available%%\n-9000000000,1\n9000000000,2\n' >t.csv
check 'times as far apart as there are' run 0 replay swap.mmp t.csv

# A byte order mark.
printf '\357\273\277rule short: notify "x" when system.psi > 10\r\n' >bom.mmp
printf '\357\273\277use "bom.mmp"\ntest "a" tick 1s { series system.psi = 50%%x3 expect active(short) == true at 2s }\n' >bom.mmpt
printf '\357\273\277time,system.psi\r\n0,12\r\n1,20\r\n' >bom.csv
check 'a byte order mark in a policy' run 0 --check bom.mmp
check '... in tests' run 0 test bom.mmpt
check '... and in a trace' run 0 replay bom.mmp bom.csv

# What can do nothing says so.
check 'a policy without a rule' says '' '[empty-policy]'
check '... that is one comment' says '# protect high when pgfault_rate > 100' '[empty-policy]'
printf '# web policy\rprotect high when psii > 100 hold 3s\r' >one.mmp
"$mmpc" --check one.mmp >out 2>err
check "... because its lines end as an old Mac's" contains out '[empty-policy]' 'a carriage return is inside a line'
check '... which describe says, too' sh -c "'$mmpc' describe --no-config one.mmp | grep -q '^policy one: has no rule and does nothing'"
check '... not one whose rule has an error' silent 'protect high when psii > 100' '[empty-policy]'
echo 'use "swap.mmp"' >none.mmpt
check 'a file without tests' run 1 test none.mmpt
check '... is told' contains err 'there is no test in this file'
cat >nothing.mmpt <<'END'
use "swap.mmp"
test "its expectation is commented out" tick 1s {
	series system.mem_available = 50%x3
	# expect active(short) == true at 2s
}
END
check 'a test that expects nothing' run 1 test nothing.mmpt
check '... is told' contains err 'this test expects nothing'
sed 's/#//; s/at 2s/at 100s/' nothing.mmpt >late.mmpt
check 'an expectation after the last sample' run 1 test late.mmpt
check '... is an error' contains err "late.mmpt:4:35: error: '100s' is after the last sample" \
	'the longest series ends at 3s' 'hint: give a series 97 more values'
sed 's/true at/false at/' late.mmpt >false.mmpt
check '... where it would hold, too' run 1 test false.mmpt
sed 's/50%x3/50%x3 _x97/' false.mmpt >said.mmpt
check '... not where nothing is known on purpose' run 0 test said.mmpt
printf 'rule a: notify "a" when system.psi > 10%%\nrule b: notify "b" when system.swap_free < 10%%\n' >two.mmp
cat >short.mmpt <<'END'
use "two.mmp"
test "the other rule's series is longer" tick 1s {
	series system.psi = 5%x3
	series system.swap_free = 0%x200
	expect active(a) == false at 100s
}
END
check 'an expectation behind the series that its rule reads' run 7 test short.mmpt
check '... is told' contains out 'but at 100s no series that its rule reads has a value any more (it is false)'
sed 's/5%x3/5%x200/' short.mmpt >whole.mmpt
check '... not where that one lasts' run 0 test whole.mmpt
sed 's/#//; s/at 2s/at 100000h/' nothing.mmpt >later.mmpt
check '... and one past any end' run 1 test later.mmpt
check '... with that reason' contains err "past the end that a test may have"
echo 'use "swap.mmp"
test "a" tick 1s { seriez system.psi = 200x3 }' >syn.mmpt
check 'JUnit: tests that cannot be read' run 1 test --junit junit.xml syn.mmpt
check '... have their error and its place' contains junit.xml 'error message="syn.mmpt:2:20: '

# Hints keep the size of what was written.
check 'bytes stay bytes' says 'protect web up to 1073741824 when pgfault_rate > 100 hold 3s' "write '1073741824B'"
check '... a second, too' says 'reclaim web budget 67108864 when usage > 80% until usage < 70%' "write '67108864B/s'"
check 'a day is 24 hours' says 'notify "daily" when system.psi > 10 hold 2d' "write '48h'"
check '... a week 168' says 'notify "weekly" when system.psi > 10 hold 1w' "write '168h'"
check 'a month is no millisecond' silent 'notify "x" when system.psi > 10 hold 1mo' "1ms"
check '... which is said' contains out 'a month has no fixed length; write it in hours'
check 'a plural or a size a second' says 'reclaim web budget 64MiBs when usage > 80% until usage < 70%' "'64MiB' is a size, '64MiB/s' a size a second"
check '... of any size' says 'protect web up to 5GBs when pgfault_rate > 100 hold 3s' "'5G' is a size, '5G/s' a size a second"
check 'a fraction is a percentage' says 'reclaim web when usage > 0.9 until usage < 0.8' "write '90%'"
check "docker's m" says 'reclaim web when usage > 512m until usage < 256m' "'m' is minutes; write '512M'"
check 'a size as an order' says 'thp order 2MiB' "write 'order 9'"

# Names as systemd's are, without their quotes.
check 'a name with a hyphen, before a delay' says 'throttle workload-1 20ms when psi > 60 until psi < 40' 'write it in double quotes: "workload-1"'
check '... with a word between' says 'throttle app-x by 20ms when psi > 60 until psi < 40' 'write it in double quotes: "app-x"'
check '... of a signal' says 'notify "x" when web-1.usage > 1GiB hold 1s' 'write it in double quotes: "web-1"'
check "a rule's name takes no quotes" says 'rule slow-batch: throttle batch 20ms when psi > 10 until psi < 5' "made of letters, digits and '_': slow_batch"
check "a kernel's file" says 'protect web when memory.current > 1GiB hold 1s' "did you mean 'usage'?"

# A flat list is flat.
list() { # count, word between
	seq -f "batch-%g" "$1" | awk -v word="$2" '{ printf "%s\"%s\".psi > 1", (NR > 1 ? " " word " " : "notify \"x\" when "), $0 }
		END { print " hold 1s" }' >one.mmp
	"$mmpc" --check one.mmp >out 2>err
	[ ! -s out ] && [ ! -s err ]
}
check 'a list of 64 conditions' list 64 or
check '... of 500' list 500 and
seq 70 | awk '{ printf "%sc%d.usage", (NR > 1 ? " + " : "notify \"x\" when "), $1 } END { print " > 1GiB hold 1s" }' >one.mmp
"$mmpc" --check one.mmp >out 2>err
check 'a sum that is too deep is one error' [ "$(grep -c ': error:' out)" = 1 ]

# A rule behind another with the same end.
check 'a shadowed rule with an equal until' says 'throttle low 50ms when usage > 80% until usage < 70%
throttle low 50ms when usage > 90% until usage < 70%' '[shadowed-rule]'
check '... not with another until' silent 'throttle low 50ms when usage > 80% until usage < 70%
throttle low 50ms when usage > 90% until usage < 60%' '[shadowed-rule]'
check '... nor where entering and leaving meet' silent 'throttle low 50ms when usage > 60% until usage < 70%
throttle low 50ms when usage > 90% until usage < 70%' '[shadowed-rule]'

check "an until at the very end is quoted as written" says 'throttle low 50ms when psi > 10% until psi < 0.01%' "leave some room between 'psi < 0.01%' and the end"

echo 'protect web whn psi > 10' >bad.mmp
check 'TERM=dumb has no colour' sh -c "! TERM=dumb script -qec '$mmpc --check bad.mmp' /dev/null | grep -q '$(printf '\033')\['"
awk 'BEGIN { print "time,system.psi"; for (i = 0; i < 12000; i++) printf "%.3f,20\n", i * 0.0999996 }' >long.csv
check 'a long trace' run 0 replay swap.mmp long.csv
# Times of the axis stand in a line of their own; 12,000 samples of 99.9996 ms end at 1199.995 s.
grep -E '^ +0s? .*[0-9][smh]$' out >axis
check '... shows an axis' [ -s axis ]
check '... of round times' sh -c "! grep -q '[0-9]\.[0-9]' axis"

check 'a space of another kind, glued to a word' says "$(printf 'protect web when pgfault_rate > 100 hold\302\240 3s')" \
	'a space of another kind than the space bar'
check '... has the caret on it' contains out 'one.mmp:1:41: error'
check '... alone: the rest of the rule is read' [ "$(grep -c ': error:' out)" = 1 ]
printf 'rule a: protect "w" when psi > 5\342\200\213 hold\302\2403s\nnotify \357\273\277"x" when system.psi > 5 hold\343\200\2003s\n' >odd.mmp
check 'invisible characters, by their names' run 1 --check odd.mmp
check '... at each place' contains out 'odd.mmp:1:33: error: this is a space without width (U+200B)' \
	'odd.mmp:1:39: error: this is a space of another kind' 'odd.mmp:2:8: error: this is a byte order mark' 'odd.mmp:2:37: error'
check '... fix takes them away' run 0 fix odd.mmp
check '... and leaves the words apart' contains odd.mmp 'psi > 5 hold 3s' 'notify "x" when system.psi > 5 hold 3s'
printf 'use "odd.mmp"\ntest\302\240"a" tick 1s {\342\200\213 series w.psi = 9%%x3 expect active(a) == true at 2s }\n' >odd.mmpt
check '... in tests, too' run 1 test odd.mmpt
check '... which have no other error' [ "$(cat out err | grep -c ': error:')" = 2 ]
printf '# policy\r\nprotect   high when pgfault_rate > 100 hold 3s\r\n' >crlf.mmp
"$mmpc" fmt crlf.mmp
check 'fmt keeps the line ends' [ "$(od -c <crlf.mmp | grep -c '\\r')" -ge 1 ]
check '... and finds nothing more' run 0 fmt --check crlf.mmp

# What compiles loads.
echo 'notify "x" when system.psi > 50 hold 1s' >web-1.2.mmp
check 'a name that cannot be loaded' run 0 --check web-1.2.mmp
check '... is a finding' contains out '[unloadable-name]' '--name'
"$mmpc" compile web-1.2.mmp 2>err
check '... load says the way out' sh -c "'$MMP_BUILD/mmpctl' load web-1.2.bpf.o >out 2>&1; grep -q 'load it under another with --name' out"
check '... which the name does not stop' sh -c "! '$MMP_BUILD/mmpctl' load --name 'a/b' web-1.2.bpf.o >out 2>&1; grep -q \"'a/b' is not a name\" out"
check '... and record needs none' "$MMP_BUILD/mmpctl" record web-1.2.bpf.o --for 1ms --output t.csv
echo "1..$n"
