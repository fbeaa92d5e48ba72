#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What policies come to: --emit=plan and describe give the text of cases/plan; -D overrides.
# To accept a change: MMP_ACCEPT=1 tests/host/plan.t, then read the difference with git.
cd "$(dirname "$0")/../cases" || exit 1
n=0
got=$(mktemp) && trap 'rm -f "$got"' EXIT

same() { # what, wanted file; the text is in $got
	n=$((n + 1))
	[ -z "$MMP_ACCEPT" ] || cp "$got" "$2"
	if cmp -s "$got" "$2"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		diff -u "$2" "$got" | sed 's/^/# /'
	fi
}

is() { # what, wanted, got
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf 'wanted: %s\ngot: %s\n' "$2" "$3" | sed 's/^/# /'
	fi
}

for name in everything attach; do
	"$MMP_BUILD/mmpc" --emit=plan "ok/$name.mmp" >"$got" 2>/dev/null
	same "the plan of $name.mmp" "plan/$name.plan"
	"$MMP_BUILD/mmpc" describe "ok/$name.mmp" >"$got" 2>/dev/null
	same "$name.mmp in words" "plan/$name.words"
done

policy='define limit = 64MiB
param enter = 100/s in 10/s .. 1000/s
protect web up to $limit when pgfault_rate > $enter hold 2s'

plan() { echo "$policy" | "$MMP_BUILD/mmpc" --emit=plan "$@" - 2>&1; }
check() { echo "$policy" | "$MMP_BUILD/mmpc" --check "$@" - 2>&1; }

is "a define" "	up to 64MiB" "$(plan | grep 'up to 64')"
is "-D of a define" "	up to 1GiB" "$(plan -D limit=1GiB | grep 'up to 1')"
is "-D of a param is its default" 'param 0 "enter", a rate: 200/s in 10/s .. 1000/s' \
	"$(plan -D enter=200 | grep '^param')"
is "-D outside a param's range" "-D:1:7: error: the default of 'enter' is outside its range [param-out-of-range]" \
	"$(check -D enter=5/s | grep error)"
is "-D of another quantity" "<stdin>:3:19: error: 'up to' is a size, but '\$limit' is a percentage [quantity-mismatch]" \
	"$(check -D limit=5% | grep error)"
is "-D of what nobody asks for" "-D:1:1: warning: define 'limt' is not used [unused]" \
	"$(check -D limt=1GiB | grep warning)"
is "-D of a cgroup" "-D:1:1: error: 'web' is a cgroup, and -D sets a define or a param [unknown-name]" \
	"$(policy='cgroup web = "web.slice" protect web'; check -D web=5 | grep error)"
is "-D of a name that the file asks for" "	hold 3s" \
	"$(policy='protect web when psi > 10 hold $pause'; plan -D pause=3s | grep '^	hold')"
is "describe as JSON is the manifest" "web.pgfault_rate[1s]" "$(echo "$policy" |
	"$MMP_BUILD/mmpc" describe --format=json - | python3 -c 'import json, sys; print(json.load(sys.stdin)["signals"][0]["name"])')"
echo "1..$n"
