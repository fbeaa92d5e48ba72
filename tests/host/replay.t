#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpc replay: figures, documents, and what a wrong trace is told.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"

wrong() { # a trace, the sentence
	printf "$1" >wrong.csv
	run 2 replay web.mmp wrong.csv && contains err "$2" && [ ! -s out ]
}

cat >web.mmp <<'END'
param enter = 500/s in 1/s .. 10000/s
rule keep: protect web when pgfault_rate > $enter for 2s until pgfault_rate < 100/s
rule slow: throttle batch 20ms to 120ms as usage from 80% to 90% when web.psi > 10 cooldown 2s
rule tell: notify "busy" when web.psi > 50
END
# Ten minutes: bursts of 10 s every 30 s, usage up and down between 80 % and 90 % of 1000 MiB.
perl -e '
	print "time,web.pgfault_rate,batch.usage,batch.max,web.psi,other.usage\n";
	for my $i (0 .. 600) {
		my $rate = $i % 30 < 10 ? 900 : 10;
		my $usage = 1048576 * (800 + ($i % 2) * 100);
		printf "%d,%s,%d,1048576000,%.2f,5\n", 1700000000 + $i, $i == 1 ? "" : $rate, $usage,
			$i < 300 ? 20 : 5;
	}' >trace.csv

check 'a replay works' run 0 replay --svg out.svg web.mmp trace.csv
check '... over the whole trace' contains out '601 samples over 10m0s'
check '... with a line a rule' grep -Eq '^keep +protect web +2m38s +26\.3 +20 +240\.00 +6s$' out
check '... and the delays' grep -Eq '^slow +throttle batch +5m0s +50\.0 +1 .* delay 70\.0 ms on average, 120\.0 ms at most$' out
check '... and a rule that never acted' grep -Eq '^tell +notify +0s +0\.0 +0 +0\.00 +-$' out
check '... and names what it skipped' contains err "column 'other.usage' is of no cgroup of the policy"
check 'the drawing is XML with a lane each' perl -0777 -ne '
	exit !(m{^<svg .*</svg>\n\z}s && m{>web\.pgfault_rate</text>} && m{>keep</text>} && m{>slow</text>})' out.svg
check '... thresholds as dashed lines, but those far from what was seen' perl -0777 -ne '
	exit !((() = m{<line [^>]*stroke-dasharray="5 3"/>\n<text [^>]*>(500/s|100/s|10%|50%)</text>}g) == 4)' out.svg
check '... round times' perl -0777 -ne '
	@t = m{text-anchor="middle"[^>]*>(\w+)</text>}g; exit !("@t" eq "0s 2m 4m 6m 8m 10m")' out.svg
check '... states that can be told apart without colour: four fills, two of them patterns' perl -0777 -ne '
	%f = map { $_ => 1 } m{height="12" fill="([^"]+)"}g; exit !(keys %f == 4 && $f{"url(#pending)"} && $f{"url(#cooling)"} &&
		m{<pattern id="pending"} && m{<pattern id="cooling"})' out.svg
check 'the text has round times and the thresholds, too' contains out \
	'0s               2m               4m               6m' '10/s to 900/s; thresholds 500/s, 100/s'
check 'JSON is one document that says the same' sh -c '
	"$0" replay --format=json web.mmp trace.csv 2>/dev/null | perl -MJSON::PP -0777 -e "
	my \$d = decode_json(<STDIN>);
	my (\$k) = grep { \$_->{name} eq \"keep\" } @{ \$d->{rules} };
	exit !(\$d->{samples} == 601 && \$k->{entered} == 20 && \$k->{active_ns} == 158e9 &&
	       \$k->{unknown} == 1 && !@{ \$d->{missing} })"' "$mmpc"
check 'a param can be tried' run 0 replay -D enter=1000/s web.mmp trace.csv
check '... and changes what is done' grep -Eq '^keep +protect web +0s +0\.0 +0 ' out

cut -d, -f1,2,3 trace.csv >few.csv
check 'missing signals are said' run 0 replay web.mmp few.csv
check '... by name' contains err "'web.psi.some.avg10' is not in the trace" "'batch.usage' is not in the trace"

check 'no header' wrong '1,2\n' "wrong.csv:1:1: a trace begins with the column 'time', not with '1'"
check 'an empty file' wrong '' 'wrong.csv:1:1: the trace has no rows'
check 'no rows' wrong 'time,web.psi\n' 'wrong.csv:1:1: the trace has no rows'
check 'a misspelt signal' wrong 'time,web.pgfalt_rate\n0,1\n' \
	"wrong.csv:1:6: 'web.pgfalt_rate' names no signal; did you mean 'pgfault_rate'?"
check 'a column twice' wrong 'time,web.psi,web.psi\n0,1,1\n' "wrong.csv:1:14: 'web.psi' is twice"
check 'a row too short' wrong 'time,web.psi,batch.usage\n0,1\n' 'wrong.csv:2:4: this row has 2 fields, the header 3'
check 'a row too long' wrong 'time,web.psi\n0,1,2\n' 'wrong.csv:2:5: this row has more fields than the header'
check 'no number' wrong 'time,web.psi\n0,1\n1,abc\n' "wrong.csv:3:3: 'abc' is not a number"
check 'an exponent' wrong 'time,web.psi\n0,1e3\n' "wrong.csv:2:3: '1e3' is not a number"
check 'a space' wrong 'time,web.psi\n0, 1\n' "wrong.csv:2:3: ' 1' is not a number"
check 'a number too large' wrong 'time,web.psi\n0,99999999999999999999\n' 'is not a number'
check 'time that stands' wrong 'time,web.psi\n1,1\n1,1\n' "wrong.csv:3:1: the time '1' is not after the row before"
check 'no time' wrong 'time,web.psi\nnow,1\n' "wrong.csv:2:1: 'now' is not a time in seconds"
check 'a NUL byte' wrong 'time,web.psi\n0,\0001\n' 'wrong.csv:2:1: the text contains a NUL byte'
check 'a match of what is no glob' wrong 'time,web[3].psi\n0,1\n' "'web' is not a glob: it has one match"
check 'a wrong window' wrong 'time,web.pgfault_rate[5y]\n0,1\n' 'has a wrong window'
check 'no such trace' run 2 replay web.mmp none.csv
check '... is said' contains err "cannot read 'none.csv': there is no such file"
check 'a drawing that cannot be written' run 2 replay --svg none/out.svg web.mmp trace.csv
printf 'time,web.psi\n0,12.345\n1,\n\n2,-3\r\n' >odd.csv
cat >short.mmp <<'END'
rule short: notify "short" when system.mem_available < 10% or batch.usage > 95%
END
printf 'time,system.mem_available%%,batch.usage%%\n0,12.5,50\n1,9.99,50\n2,50,95.01\n3,50,1\n' >share.csv
check 'shares are read as such' run 0 replay short.mmp share.csv
check '... and decide' grep -Eq '^short +notify +2s +66\.6 +1 ' out
check 'a share of nothing' wrong 'time,web.psi%%\n0,1\n' "'web.psi%' cannot be a percentage"
check 'decimals, gaps, signs and CR are read' run 0 replay web.mmp odd.csv
check 'a trace from a pipe' sh -c '"$0" replay web.mmp - <trace.csv >out 2>err && grep -q "601 samples" out' "$mmpc"
printf 'protct web\n' >bad.mmp
check 'a wrong policy' run 1 replay bad.mmp trace.csv
check 'help' run 0 replay --help
check 'one argument' run 2 replay web.mmp
echo "1..$n"
