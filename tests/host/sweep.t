#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpc replay --sweep: on recordings with a known best threshold it is found, and figures are those of single replays.
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/command.sh
. "$root/tests/command.sh"

wrong() { # what is asked to be swept, the sentence
	run 2 replay --sweep "$1" web.mmp trace.csv && contains err "$2" && [ ! -s out ]
}

# line VALUE: the figures at a value, as printed: active share, changes an hour, shortest
line() { sed -n "s/^ *$1 //p" out | tr -d '█▏▎▍▌▋▊▉' | tr -s ' '; }

cat >web.mmp <<'END'
param enter = 500/s in 1/s .. 10000/s
param wait = 0s in 0s .. 60s
param most = 100ms in 1ms .. 1s
rule keep: protect web when pgfault_rate > $enter hold $wait
rule slow: throttle batch 20ms to $most as usage from 80% to 90% when web.pgfault_rate > $enter cooldown 2s
rule give: reclaim batch when web.pgfault_rate > $enter step 1MiB budget 2MiB/s
rule tell: notify "busy" when web.psi > 50
END
# Two hours of noise up to 150/s with a burst of 30 s above 600/s every ten minutes: each threshold from 150/s to
# 600/s is right. Equal numbers each time.
perl -e '
	use integer; my $r = 7;
	sub any { $r = ($r * 1103515245 + 12345) % 2147483648; return ($r >> 8) % $_[0] }
	print "time,web.pgfault_rate,batch.usage,batch.max\n";
	for my $i (0 .. 7200) {
		printf "%d,%d,%d,1048576000\n", $i, $i % 600 < 30 ? 601 + any(300) : 20 + any(131),
			1048576 * (850 + $i % 100);
	}' >trace.csv

check 'a sweep works' run 0 replay --sweep enter=10/s..1000/s:40 --svg out.svg web.mmp trace.csv
check '... and says what it does not do' contains out 'What the policy would have done to the signals is not simulated.'
check '... over all samples' contains out '7201 samples over 2h0m'
check '... a table for each rule that reads the param' sh -c '[ "$(grep -c "^rule" out)" = 3 ] && ! grep -q "rule tell" out'
check 'the knee is where the noise ends' perl -ne '
	if (/^knee at (\d+)\/s/) { $n++; $bad++ if $1 < 140 || $1 > 200 } END { exit !($n == 3 && !$bad) }' out
check 'the calm stretch is between noise and bursts, its middle far from both' perl -ne '
	if (m{^calm from (\d+)/s to (\d+)/s: .* middle: (\d+)/s}) {
		$n++; $bad++ if $1 < 150 || $1 > 200 || $2 < 500 || $2 > 640 || $3 < 250 || $3 > 500 }
	END { exit !($n == 3 && !$bad) }' out
check 'the drawing has a panel a rule, two curves told apart without colour, and the knee' perl -0777 -ne '
	exit !(m{^<svg .*</svg>\n\z}s && m{>keep</text>} && m{>give</text>} && (() = /<path /g) == 6 &&
	       (() = m{<path fill="none" [^>]*stroke-dasharray}g) == 3 && m{>knee</text>})' out.svg
check 'the picture in the text has a bar a value' sh -c 'grep -q "/s .*█.* <- knee$" out'

# Each figure is that of a replay with that value.
check 'a sweep over two values' run 0 replay --sweep enter=100/s..400/s:2 web.mmp trace.csv
swept=$(grep -E '^ +(100|400)/s' out | sed 's/[█▏▎▍▌▋▊▉]//g' | tr -s ' ' | sed 's/<- knee//')
check 'a single one' run 0 replay -D enter=400/s web.mmp trace.csv
single=$(awk '$1 == "keep" && NF > 6 { print $5, $7, $8 }' out)
swept_keep=$(echo "$swept" | awk '$1 == "400/s" { printf "%.1f %s %s\n", $2, $3, $4; exit }')
check '... says the same' [ "$single" = "$swept_keep" ]
check 'delays are those of a replay' sh -c 'echo "$1" | grep -q "$2" ' - \
	"$(grep '^slow' out)" "delay $(echo "$swept" | awk 'NF == 6 && $1 == "400/s" { print $5 " ms on average, " $6 " ms at most"; exit }')"
# 12 bursts of 30 s at 2 MiB/s at most, although a step a tick of 100 ms would be 10.
check 'reclaim keeps to its budget' sh -c 'echo "$1" | grep -q "^ 400/s .* 7[0-9][0-9].*MiB"' - "$swept"

check 'JSON says the same' sh -c '
	"$0" replay --sweep enter=10/s..1000/s:40 --format=json web.mmp trace.csv | perl -MJSON::PP -0777 -e "
	my \$d = decode_json(<STDIN>);
	my (\$k) = grep { \$_->{name} eq \"give\" } @{ \$d->{rules} };
	my \$c = \$k->{curves}[0];
	exit !(\$d->{samples} == 7201 && !\$d->{effect_simulated} && @{ \$d->{rules} } == 3 &&
	       @{ \$k->{points} } == @{ \$d->{sweep}[0]{values} } && \$c->{knee} >= 140 && \$c->{knee} <= 200 &&
	       \$c->{middle} > 200 && \$c->{middle} < 550 && \$k->{points}[0]{active_share} > 0.9)"' "$mmpc"

check 'two params' run 0 replay --sweep enter=100/s..400/s:3 --sweep wait=0s..60s:3 --svg two.svg web.mmp trace.csv
check '... a table for each figure' grep -c 'changes an hour' out
check '... each value of one with each of the other' grep -Eq '^ +1m +[0-9.]+ +[0-9.]+ +[0-9.]+$' out
check '... a longer hold, a longer activity' perl -ne '
	@a = $_ =~ /^ +(?:0ns|1m) +([\d.]+) +[\d.]+ +([\d.]+)$/ and push @rows, $a[1];
	END { exit !($rows[1] > $rows[0]) }' out
check '... drawn as a field' perl -0777 -ne 'exit !((() = /<rect x=/g) == 27 && !/<path/)' two.svg
check 'a param that only an action reads' run 0 replay --sweep most=10ms..200ms:5 web.mmp trace.csv
check '... changes nothing of the activity' contains out 'no knee: active for the same time at every value'
check '... and the delay' perl -ne 'push @d, $1 if /(\d+\.\d)$/; END { exit !(@d == 5 && $d[4] > $d[0]) }' out

head -3602 trace.csv >first.csv
check 'several traces count as one' run 0 replay --sweep enter=100/s..400/s:2 web.mmp trace.csv first.csv
check '... with all their samples' contains out '10802 samples over 3h0m in 2 traces'
check 'without a sweep one trace is shown' run 2 replay web.mmp trace.csv first.csv
check '... and the other named' contains err "several traces are for --sweep; here one is too many: 'first.csv'"
check 'a trace given twice' run 2 replay --sweep enter=1/s..9/s web.mmp trace.csv trace.csv

check 'no range' wrong enter "--sweep 'enter': write PARAM=LOW..HIGH"
check 'no end' wrong enter=5/s "write PARAM=LOW..HIGH"
check 'a misspelt param' wrong entr=1/s..5/s "the policy has no param 'entr'; did you mean 'enter'?"
check 'outside its range' wrong enter=1/s..20000/s \
	"'20000/s' is outside the range of the param, 1/s .. 10000/s (web.mmp:1)"
check 'the wrong way round' wrong enter=5/s..1/s "'5/s' is not below '1/s'"
check 'of another quantity' wrong enter=1ms..2/s "'1ms' is not a rate; write it as in '100/s'"
check 'too fine' wrong enter=0.5..2 "'0.5' is not a whole number"
check 'one step' wrong enter=1/s..5/s:1 "'1' is not a number of steps from 2 to 1000"
check 'a third sweep' run 2 replay --sweep enter=1..2 --sweep wait=0..1s --sweep most=1ms..2ms web.mmp trace.csv
check 'the same param twice' run 2 replay --sweep enter=1..2 --sweep enter=3..4 web.mmp trace.csv
check 'too many together' run 2 replay --sweep enter=1..9999:1000 --sweep wait=0..60s:60 web.mmp trace.csv
printf 'protect web when pgfault_rate > 100\n' >fixed.mmp
check 'a policy without a param' run 2 replay --sweep x=1..2 fixed.mmp trace.csv
check '... is told how to declare one' contains err 'the policy has no param; declare the number'
printf 'param p = 1 in 0 .. 5\nthp order 9 when comm == "x" priority $p\n' >thp.mmp
check 'a param of calls alone' run 2 replay --sweep p=1..2 thp.mmp trace.csv
check 'a drawing onto the trace' run 2 replay --sweep enter=1..2 --svg trace.csv web.mmp trace.csv

# The day that ships: its comment says that any threshold from 150/s to 600/s is right.
perl "$root/examples/day-trace" >day.csv
check 'the made day has a row a second' [ "$(wc -l <day.csv)" = 86401 ]
printf 'param busy = 400/s in 1/s .. 100000/s\nprotect service when pgfault_rate > $busy\n' >day.mmp
check '... and can be swept' run 0 replay --sweep busy=10/s..5000/s:50 day.mmp day.csv
check '... to what its comment says' perl -ne '
	$k = $1 if m{^knee at (\d+)/s}; $m = $1 if m{in its middle: (\d+)/s};
	END { exit !($k >= 150 && $k < 600 && $m >= 150 && $m < 600) }' out
done_testing
