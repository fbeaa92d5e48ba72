#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpc suggest: on recordings with a known best threshold it is found, and each figure is that of a replay.
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/command.sh
. "$root/tests/command.sh"

# part PLACE: what is said of the threshold at LINE:COLUMN
part() { awk -v at=":$1:" '/^[^ ]/ { on = index($0, at) > 0 } on' out; }

# number PATTERN: of stdin, the number in the line of that reason
number() { sed -n "s/.*[=<>] *\([0-9.]*\)[^0-9]*(.*$1.*/\1/p"; }

cat >web.mmp <<'END'
param enter = 500/s in 1/s .. 10000/s
rule keep: protect web when pgfault_rate > $enter until pgfault_rate < 100/s
rule slow: throttle batch 20ms when usage > 85% and
	web.psi > 20   # a comment
rule odd: notify "odd" when web.pgfault_rate > web.pgmajfault_rate or web.psi == 3
END
# Ten hours of noise up to 150/s, with bursts above 600/s for 5 % of the time: each threshold between is right.
perl -e '
	use integer; my $r = 7;
	sub any { $r = ($r * 1103515245 + 12345) % 2147483648; return ($r >> 8) % $_[0] }
	print "time,web.pgfault_rate,batch.usage,batch.max,web.psi\n";
	for my $i (0 .. 36000) {
		printf "%d,%d,%d,1048576000,%d.%02d\n", $i, $i % 600 < 30 ? 601 + any(300) : 20 + any(131),
			1048576 * (800 + $i % 200), any(40), any(100);
	}' >trace.csv

check 'a suggestion works' run 0 suggest web.mmp trace.csv
check '... and says what it does not do' contains out 'What the policy would have done to the signals is not simulated.'
check '... for each threshold, at its place' contains out "web.mmp:2:29: 'pgfault_rate > \$enter' of keep" \
	"web.mmp:2:57: 'pgfault_rate < 100/s' of keep" "web.mmp:3:37: 'usage > 85%' of slow" "web.mmp:4:2: 'web.psi > 20' of slow"
check '... and names what it leaves out' contains out "web.mmp:5:29: 'web.pgfault_rate > web.pgmajfault_rate'" \
	"web.mmp:5:71: 'web.psi == 3'"
check 'the quantiles are there' sh -c 'echo "$1" | grep -Eq "seen: least 20/s, 1 % 2[0-9]/s, 50 % [89][0-9]/s, 90 % 1[34][0-9]/s, .* most 900/s"' - "$(part 2:29)"
check 'the gap between noise and bursts is found' sh -c 'echo "$1" | grep -q "nothing was seen between 150/s and 601/s"' - "$(part 2:29)"
gap=$(part 2:29 | number 'nothing was seen')
check '... and a number of its middle is suggested' [ "${gap:-0}" -gt 200 ] && check '... far from both ends' [ "$gap" -lt 550 ]
five=$(part 2:29 | number 'about 5 %')
check 'so is a number for 5 %, which is above the noise' [ "${five:-0}" -ge 150 ]
check 'the share that was asked for is the share that comes' sh -c 'echo "$1" | perl -ne "
	push @s, \$1 if /^ +([\d.]+) .*\(about/; END { exit !(@s == 3 && \$s[0] > 0.02 && \$s[0] < 0.2 &&
	\$s[1] > 0.8 && \$s[1] < 1.2 && \$s[2] > 4.5 && \$s[2] < 5.5) }"' - "$(part 2:29)"
check 'a condition beside it bounds what can be reached' sh -c 'echo "$1" | grep -q "no number gives about .* %: with those tried it is"' - "$(part 2:57)"
check 'text to paste stands for the whole comparison' sh -c 'echo "$1" | grep -Eq "  web.psi > [0-9.]+%  \(about 1 %\)"' - "$(part 4:2)"

# Every number printed: a replay with it says the same.
cp out all
replays() { # share and changes of the keep rule with each number of enter
	part 2:29 | sed -n 's/^ *\([0-9.]*\) *\([0-9.]*\) .*enter=\([^ ]*\) .*/\1 \2 \3/p' | while read -r share changes value; do
		"$mmpc" replay -D "enter=$value" web.mmp trace.csv 2>err |
			awk -v s="$share" -v c="$changes" '$1 == "keep" && NF > 6 { d = $5 - s; print (d * d < 0.011 && $7 == c) }'
	done
}
check 'each figure is that of a replay' [ "$(replays | sort | uniq -c | tr -s ' ')" = ' 5 1' ]

check 'JSON says the same' sh -c '
	"$0" suggest --format=json web.mmp trace.csv | perl -MJSON::PP -0777 -e "
	my \$d = decode_json(<STDIN>);
	my (\$k) = grep { \$_->{line} == 2 && \$_->{column} == 29 } @{ \$d->{thresholds} };
	my (\$g) = grep { \$_->{why} eq \"gap\" } @{ \$k->{values} };
	exit !(!\$d->{effect_simulated} && @{ \$d->{thresholds} } == 4 && @{ \$d->{left_out} } == 2 &&
	       \$k->{param} eq \"enter\" && \$k->{seen}{most} == 900 && \$k->{gap}[1] == 601 &&
	       \$g->{value} > 200 && \$g->{value} < 550 && \$g->{text} eq \"enter=\$g->{value}/s\")"' "$mmpc"

cut -d, -f1,3 trace.csv >few.csv
check 'a signal that the trace lacks' run 0 suggest web.mmp few.csv
check '... is said' contains out 'no sample: unknown throughout'
printf 'time,web.pgfault_rate\n0,5\n1,5\n' >flat.csv
printf 'protect web when pgfault_rate > 3\n' >one.mmp
check 'a signal that never changes' run 0 suggest one.mmp flat.csv
check '... has its figures as written' sh -c 'grep -q "100.00 .*pgfault_rate > 3/s  (as written)" out'
check 'several traces' run 0 suggest web.mmp trace.csv flat.csv
check '... count as one' contains out '36003 samples over 10h0m in 2 traces'

cat >pods.mmp <<'END'
cgroup pods = "pods/*"
protect pods when pgfault_rate > 10
throttle batch 20ms when pods.pgfault_rate > 10
END
perl -e 'print "time,pods[0].pgfault_rate,pods[1].pgfault_rate\n";
	printf "%d,%d,%d\n", $_, $_ % 100 < 10 ? 700 : 20, 30 for 0 .. 1000' >pods.csv
check 'matches of a glob' run 0 suggest pods.mmp pods.csv
check '... count together' sh -c 'echo "$1" | grep -q "50 % 30/s, 90 % 30/s, 99 % 700/s"' - "$(part 2:19)"
check '... and where any is asked, the greatest decides' sh -c 'echo "$1" | grep -q "least 30/s, 1 % 30/s"' - "$(part 3:26)"

check 'a policy without a threshold' sh -c 'echo "protect web" >all.mmp; "$0" suggest all.mmp trace.csv 2>err; [ $? = 2 ]' "$mmpc"
check '... is told so' contains err 'compares no signal with a number'
check 'no trace' run 2 suggest web.mmp
check '... is asked for' contains err 'give a policy and a trace'
check 'a wrong trace' sh -c 'echo x >x.csv; "$0" suggest web.mmp x.csv 2>err; [ $? = 2 ]' "$mmpc"
check '... at its place' contains err 'x.csv:1:1: '
check 'a wrong policy' sh -c 'echo "protct web" >bad.mmp; "$0" suggest bad.mmp trace.csv 2>err; [ $? = 1 ]' "$mmpc"
check 'help' run 0 suggest --help

# The day that ships: any threshold from 150/s to 600/s tells work from rest.
perl "$root/examples/day-trace" >day.csv
printf 'param busy = 400/s in 1/s .. 100000/s\nprotect service when pgfault_rate > $busy\n' >day.mmp
check 'the day that ships' run 0 suggest day.mmp day.csv
check '... has a gap between work and rest' contains out 'nothing was seen between 150/s and 618/s'
gap=$(number 'nothing was seen' <out)
check '... and a number from it' [ "${gap:-0}" -gt 200 ] && check '... far from both ends' [ "$gap" -lt 550 ]
done_testing
