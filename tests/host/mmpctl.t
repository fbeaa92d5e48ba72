#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpctl where no hook is needed: what streams are made of, how they end, traces, help and man page.
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"

# Each line of a file is a JSON document for which a Python expression on `d` holds.
each_line() { # file, lines at least, expression
	python3 - "$@" <<'END'
import json, sys
lines = open(sys.argv[1]).read().splitlines()
if len(lines) < int(sys.argv[2]):
    sys.exit(f"{len(lines)} lines")
for line in lines:
    d = json.loads(line)
    if not eval(sys.argv[3]):
        sys.exit(line)
END
}

for words in 'stats --watch' 'events --follow' 'stats' 'events' 'status' 'unload'; do
	# shellcheck disable=SC2086
	check "$words --format=json of no policy" ctl 2 $words --format=json none
	check '... ends with a line of JSON' each_line out 1 \
		'd["error"]["status"] == 2 and "none" in d["error"]["message"] and len(lines) == 1'
	check '... and a sentence' contains err "mmpctl: error: no policy 'none' is loaded"
done

echo 'throttle web 20ms when system.mem_available < 10% and system.psi > 10 and usage > 5M' >web.mmp
"$mmpc" -o web.bpf.o web.mmp
check 'record writes a trace' ctl 0 record --for 250ms --cgroup web=/ web.bpf.o
cp out trace.csv
check '... that replay reads' run 0 replay web.mmp trace.csv
check 'record writes documents' ctl 0 record --format=json --for 250ms --cgroup web=/ web.bpf.o
cp out trace.json
keys='["time"] + list(d["signals"]) == open("trace.csv").readline().strip().split(",")'
check '... a line each, with the columns of the text' each_line trace.json 1 "$keys"
check '... numbers, or null for what is not known' each_line trace.json 1 \
	'all(v is None or v >= 0 for v in d["signals"].values()) and d["signals"]["system.mem_available%"] > 0'
check '... of two decimals' each_line trace.json 1 \
	'all(round(v or 0, 2) == (v or 0) for v in d["signals"].values())'
check '... and grow in time' each_line trace.json 1 \
	'line == lines[0] or d["time"] > json.loads(lines[0])["time"]'
"$mmpc" compile --emit=manifest -o web.plan.json web.mmp
check 'a plan will do, as clang makes none' ctl 0 record --for 1ms --cgroup web=/ web.plan.json
check '... with the same columns' test "$(head -n 1 out)" = "$(head -n 1 trace.csv)"
check 'or the policy itself' run 0 record --for 1ms --cgroup web=/ --output direct.csv web.mmp
check '... again with the same' test "$(head -n 1 direct.csv)" = "$(head -n 1 trace.csv)"
cp web.mmp kept.mmp
check 'which is not overwritten' run 2 record --for 1ms --cgroup web=/ web.mmp --output=./web.mmp
check '... and that is said' contains err "'./web.mmp' is the policy: it would be overwritten"
check '... and true' cmp web.mmp kept.mmp
check '--output takes them, too' ctl 0 record --format=json --for 0.1s --output rows --cgroup web=/ web.bpf.o
check '... and nothing else does' test ! -s out
check '... line by line' each_line rows 1 "$keys"
check 'a cgroup that is not there ends it with a line' ctl 8 record --format=json --cgroup web=none/at/all web.bpf.o
check '... of JSON' each_line out 1 'd["error"]["place"] == "web.mmp:1" and len(lines) == 1'
check 'there is no other format for it' ctl 2 record --format=openmetrics web.bpf.o

check 'a format that there is not' ctl 2 list --format=xml
check '... is told with those that there are' contains err "there is no format 'xml': text or json, for stats also openmetrics and prometheus"
check 'a mode that there is not' ctl 2 load --mode=watch none.bpf.o
check '... is told likewise' contains err "there is no mode 'watch': enforce or monitor"
check 'flags are taken in any place' ctl 2 load none.bpf.o --verbose --replace --mode monitor --name x
check '... before the file is missed' contains err "cannot open 'none.bpf.o'"

# What help says of a command, the man page says: by its synopsis and the paragraphs on it; and no more.
sed 's/\\f[BIR]//g; s/\\//g' "$top/docs/mmpctl.8" >man
in_man() { # command
	awk -v start="mmpctl $1" 'index($0, start) == 1 { on = 1; print; next }
		/^mmpctl/ || /^.fi/ { on = 0 } on' man
	sed -n "/^.B $1\$/,/^.B [a-z]*\$/p; /^Every command/,/^.SH/p" man
}
commands=$("$mmpctl" --help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p')
for command in $commands; do
	check "$command --help" ctl 0 "$command" --help
	sed -n 's/^  \(--[a-z]*\).*/\1/p' out | tee -a all >options
	in_man "$command" >page
	# shellcheck disable=SC2046
	check '... and the man page has its options' contains page $(cat options)
	check '... of which one is for JSON' grep -qx -e --format options
done
check 'all commands have help' test "$(echo "$commands" | wc -w)" = 12
grep -o -e '--[a-z]*' man | sort -u | grep -vxF -f all >untrue
check '... and the man page no other options' test ! -s untrue
echo "1..$n"
