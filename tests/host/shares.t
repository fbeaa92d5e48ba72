#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Shares of the effective limit, in policy tests and in replay: the cgroup's own limit, one above it, the
# machine's memory.
. "$(dirname "$0")/../tap.sh"
mmpc=$MMP_BUILD/mmpc
work=$(mktemp -d) && cd "$work" || exit 1
trap 'rm -rf "$work"' EXIT

cat >p.mmp <<'END'
cgroup app = "web.slice/app"
cgroup web = "web.slice"
rule drop: reclaim app when usage > 85% until usage < 70%
rule ramp: throttle app 20ms to 150ms as usage from 80% to 95%
rule slice: notify "x" when web.usage > 1TiB
END
cat >p.mmpt <<'END'
use "p.mmp"
test "its own limit" tick 1s {
	series app.usage = 10MiB 81MiB 90MiB
	series app.max = 100MiBx3
	series web.max = 1GiBx3
	expect throttle(ramp) == 0ms at 0s
	expect throttle(ramp) >= 20ms at 1s
	expect active(drop) == true at 2s
}
test "the limit of the slice" tick 1s {
	series app.usage = 100MiB 850MiB 900MiB
	series web.max = 1000MiBx3
	series system.mem_total = 4GiBx3
	expect throttle(ramp) == 0ms at 0s
	expect throttle(ramp) >= 20ms at 1s
	expect active(drop) == true at 2s
}
test "no limit but the machine's memory" tick 1s {
	series app.usage = 1GiBx1 30GiBx2
	series system.mem_total = 32GiBx4
	expect throttle(ramp) == 0ms at 1s
	expect active(drop) == true at 2s
}
test "as it was recorded" tick 1s {
	series app.usage = 1GiBx1 30GiBx2
	series app.limit = 32GiBx4
	expect throttle(ramp) == 0ms at 1s
	expect active(drop) == true at 2s
}
test "nothing is known" tick 1s {
	series app.usage = 30GiBx4
	expect throttle(ramp) == 0ms at 1s
	expect active(drop) == false at 2s
}
test "a share of nothing is 0" tick 1s {
	series app.usage = 30GiBx4
	series app.limit = 0x4
	expect active(drop) == false at 2s
}
END
ok 'policy tests' "$mmpc" test p.mmpt

cat >trace.csv <<'END'
time,app.usage,app.limit
0,1073741824,34359738368
1,32212254720,34359738368
2,32212254720,34359738368
3,1073741824,34359738368
END
cat >of.mmp <<'END'
rule near: notify "x" when web.usage > 95% of web.high
rule half: notify "x" when web.usage > 50% of system.mem_total and web.usage in 10% of 4GiB .. 150% of web.low
END
cat >of.mmpt <<'END'
use "of.mmp"
test "a percentage of a size" tick 1s {
	series web.usage = 90MiB 96MiB 96MiB 300MiB
	series web.high = 100MiB 100MiB 1GiB 1GiB
	series web.low = 3GiBx3
	series system.mem_total = 100MiBx2 4GiBx1
	expect active(near) == false at 0s
	expect active(near) == true at 1s
	expect active(near) == false at 2s
	expect active(half) == false at 1s
}
test "half of the machine" tick 1s {
	series web.usage = 500MiB 3GiB 5GiB
	series web.low = 3GiBx3
	series system.mem_total = 4GiBx3
	expect active(half) == false at 0s
	expect active(half) == true at 1s
	expect active(half) == false at 2s
}
END
ok 'percentages of sizes' "$mmpc" test of.mmpt
echo 'notify "x" when web.usage > 0.95 * web.high' >fraction.mmp
like "$("$mmpc" --check fraction.mmp 2>&1)" "write '95% of web.high'" 'a fraction leads there'

cat >up.mmp <<'END'
cgroup app = "web.slice/app"
cgroup web = "web.slice"
param part = 50% in 10% .. 100%
protect app up to 80% of limit
protect web at min up to $part of high
END
cat >up.mmpt <<'END'
use "up.mmp"
test "a share of the limit above" tick 1s {
	series app.usage = 80MiB 81MiB 81MiB 90MiB
	series web.max = 100MiB 100MiB 200MiB 200MiB
	series app.max = 1GiB 1GiB 100MiB 200MiB
	expect protect(app) == true at 0s
	expect protect(app) == false at 2s
	expect protect(app) == true at 3s
}
test "of the machine, where there is no limit" tick 1s {
	series app.usage = 79MiB 81MiB
	series system.mem_total = 100MiBx2
	expect protect(app) == true at 0s
	expect protect(app) == false at 1s
}
test "a whole that is not known protects nothing" tick 1s {
	series app.usage = 4KiBx2
	expect protect(app) == false at 1s
}
test "a part that is a param" tick 1s {
	series web.usage = 50MiB 51MiB 51MiB
	series web.high = 100MiB 100MiB 1GiB
	expect protect(web) == true at 0s
	expect protect(web) == false at 1s
	expect protect(web) == true at 2s
}
END
ok 'up to a share' "$mmpc" test up.mmpt
like "$("$mmpc" describe up.mmp)" 'while it uses at most 80% of app.limit' '... in words'
is "$(printf 'protect app up   to 80%%   of limit' | "$mmpc" fmt -)" 'protect app up to 80% of limit' '... laid out'

cat >between.mmp <<'END'
cgroup app = "web.slice/app"
cgroup web = "web.slice"
rule limit: throttle app 20ms to 120ms as usage from 80% of limit to 90% of limit
rule high: throttle web 20ms to 120ms as usage from 80% of high to 90% of high
END
cat >between.mmpt <<'END'
use "between.mmp"
test "a limit above" tick 1s {
	series app.usage = 79MiB 85MiB 85MiB 200MiB
	series web.max = 100MiB 100MiB 1GiB 100MiB
	expect throttle(limit) == 0ms at 0s
	expect throttle(limit) == 70ms at 1s
	expect throttle(limit) == 0ms at 2s
	expect throttle(limit) == 120ms at 3s
}
test "no limit anywhere: of the machine" tick 1s {
	series app.usage = 79MiB 85MiB
	series system.mem_total = 100MiBx2
	expect throttle(limit) == 0ms at 0s
	expect throttle(limit) == 70ms at 1s
}
test "where the size is not known it does not begin" tick 1s {
	series web.usage = 1TiBx2
	series web.high = 1TiB
	expect throttle(high) == 120ms at 0s
	expect throttle(high) == 0ms at 1s
}
END
ok 'a ramp between shares' "$mmpc" test between.mmpt

cat >pace.mmp <<'END'
cgroup app = "web.slice/app"
cgroup db = "db.slice/db"
cgroup web = "web.slice"
rule percent: reclaim app when usage > 80%
rule share: reclaim db when usage > 80% of high
notify "x" when web.usage > 1TiB
END
cat >pace.mmpt <<'END'
use "pace.mmp"
test "pace counts from the trigger to the limit above" tick 1s {
	series app.usage = 90MiB 95MiB 95MiB
	series web.max = 100MiB 100MiB 1GiB
	expect throttle(app) == 0ms at 0s
	expect throttle(app) == 200ms at 1s
	expect throttle(app) == 0ms at 2s
}
test "... and from a share of another size" tick 1s {
	series db.usage = 70MiB 95MiB 95MiB
	series db.high = 50MiB 50MiB
	series db.max = 100MiBx2
	expect throttle(db) == 0ms at 0s
	expect throttle(db) == 200ms at 1s
	expect throttle(db) == 0ms at 2s
}
END
ok 'pace from a share' "$mmpc" test pace.mmpt

cat >limits.mmp <<'END'
cgroup app = "web.slice/app"
cgroup pods = "pods/*"
rule a: throttle app 20ms to 150ms as usage from 80% to 95% when limit > 1GiB
rule b: protect app up to 80% of high when parent.usage > 50% and pods.usage > 90%
rule c: reclaim app when psi > 10% hold 1s
rule d: reclaim app when psi > 20% hold 1s no pace
END
"$mmpc" describe limits.mmp >limits.words
is "$(sed -n 's/^      the limit of \(.*\) is the smallest memory.max of it and its ancestors, at most .*/\1/p' limits.words |
	tr '\n' ';')" 'app;the parent of app;each match of pods;app;' 'describe says which limits are asked'

replay() {
	"$mmpc" replay --format=json p.mmp trace.csv 2>/dev/null |
		python3 -c 'import json, sys; print(json.load(sys.stdin)["rules"][0]["active_ns"])'
}
is "$(replay)" 2000000000 'replay of a trace'

# One row of four is above 85 % and on the ramp: 93.75 % of the limit above, or of the machine's memory.
active_and_delays() { # the column that holds the limit
	printf 'time,app.usage,%s\n0,1073741824,34359738368\n1,27000000000,34359738368\n' "$1" >above.csv
	printf '2,32212254720,34359738368\n3,1073741824,34359738368\n' >>above.csv
	"$mmpc" replay --format=json p.mmp above.csv 2>/dev/null | python3 -c 'import json, sys
drop, ramp = json.load(sys.stdin)["rules"][:2]
print(drop["active_ns"], ramp["delay_most_ns"], round(ramp["delay_most_ns"] / ramp["delay_mean_ns"], 3))'
}
is "$(active_and_delays web.max)" '1000000000 139166666 4.0' 'replay below a limit: no delay before the ramp'
is "$(active_and_delays system.mem_total)" '1000000000 139166666 4.0' '... and where only the machine limits'
done_testing
