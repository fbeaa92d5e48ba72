#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What policies come to: --emit=plan and describe give the text of cases/plan; -D overrides.
# To accept a change: MMP_ACCEPT=1 tests/host/plan.t, then read the difference with git.
. "$(dirname "$0")/../tap.sh"
cd "$(dirname "$0")/../cases" || exit 1
got=$(mktemp) && trap 'rm -f "$got"' EXIT

is_as_accepted() { # what, wanted file; the text is in $got
	[ -z "$MMP_ACCEPT" ] || cp "$got" "$2"
	same "$got" "$2" "$1"
}

says() { is "$3" "$2" "$1"; } # what, wanted, got

for name in everything attach; do
	"$MMP_BUILD/mmpc" --emit=plan "ok/$name.mmp" >"$got" 2>/dev/null
	is_as_accepted "the plan of $name.mmp" "plan/$name.plan"
	"$MMP_BUILD/mmpc" describe "ok/$name.mmp" >"$got" 2>/dev/null
	is_as_accepted "$name.mmp in words" "plan/$name.words"
done

policy='define limit = 64MiB
param enter = 100/s in 10/s .. 1000/s
protect web up to $limit when pgfault_rate > $enter hold 2s'

planned() { echo "$policy" | "$MMP_BUILD/mmpc" --emit=plan "$@" - 2>&1; }
check() { echo "$policy" | "$MMP_BUILD/mmpc" --check "$@" - 2>&1; }

says "a define" "	up to 64MiB" "$(planned | grep 'up to 64')"
says "-D of a define" "	up to 1GiB" "$(planned -D limit=1GiB | grep 'up to 1')"
says "-D of a param is its default" 'param 0 "enter", a rate: 200/s in 10/s .. 1000/s' \
	"$(planned -D enter=200 | grep '^param')"
says "-D outside a param's range" "<command line>:1:7: error: the default of 'enter' is outside its range [param-out-of-range]" \
	"$(check -D enter=5/s | grep error)"
says "-D of another quantity" "<stdin>:3:19: error: 'up to' is a size, but '\$limit' is a percentage [quantity-mismatch]" \
	"$(check -D limit=5% | grep error)"
says "-D of what nobody asks for" "<command line>:1:1: warning: define 'limt' is not used [unused]" \
	"$(check -D limt=1GiB | grep warning)"
says "-D of a cgroup" "<command line>:1:1: error: 'web' is a cgroup, and -D sets a define or a param [unknown-name]" \
	"$(policy='cgroup web = "web.slice" protect web'; check -D web=5 | grep error)"
says "-D of a name that the file asks for" "	hold 3s" \
	"$(policy='protect web when psi > 10 hold $pause'; planned -D pause=3s | grep '^	hold')"
says "describe as JSON is the manifest" "web.pgfault_rate[1s]" "$(echo "$policy" |
	"$MMP_BUILD/mmpc" describe --format=json - | python3 -c 'import json, sys; print(json.load(sys.stdin)["signals"][0]["name"])')"
done_testing
