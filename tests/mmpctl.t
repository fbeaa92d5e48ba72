#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpctl where no hook is needed: what streams are made of and how they end.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/command.sh"
mmpctl=$MMP_BUILD/mmpctl

ctl() { # status, then mmpctl's arguments; leaves out and err
	want=$1
	shift
	"$mmpctl" "$@" >out 2>err
	got=$?
	[ "$got" = "$want" ] || { echo "status $got, wanted $want"; return 1; }
}

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

echo "1..$n"
