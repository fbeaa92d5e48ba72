#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The generated C: what it looks like (tests/cases/emit/*.c, without sizes and manifest), and that
# clang has nothing to say about it or about the templates as they stand.
# To accept a change: tests/host/emit.t --accept
. "$(dirname "$0")/../tap.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)
mmpc=${MMP_BUILD:-$top/build}/mmpc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What the policy makes of the templates, from the first condition on.
shape() {
	"$mmpc" --emit=c "$1" 2>"$work/findings" | sed -n '/^\/\* The rules. conditions/,$p'
}

bpf_clang() {
	clang -target bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Werror -Wno-unused-function \
		-I"$top/bpf-templates" -I"$top/grammar" -c "$1" -o "$work/object"
}

looks_as_accepted() { shape "$1" >"$work/c" && diff -u "${1%.mmp}.c" "$work/c"; }

compiles() {
	"$mmpc" --emit=c "$1" >"$work/all.c" 2>"$work/findings" || {
		cat "$work/findings"
		return 1
	}
	bpf_clang "$work/all.c"
}

# A duration that is a param: status must know which, to say its present value.
names_its_params() {
	cat >"$work/param.mmp" <<-'END'
		param wait = 20s in 1s .. 1m
		param keep = 3s in 1s .. 1m
		notify "x" when psi > 10% for $wait hold $keep cooldown 1s
	END
	"$mmpc" --emit=manifest -o "$work/plan.json" "$work/param.mmp" || return 1
	python3 - "$work/plan.json" <<-'END'
		import json, sys
		rule = json.load(open(sys.argv[1]))["rules"][0]
		assert rule["for"] == {"param": 0} and rule["hold"] == {"param": 1}, rule
		assert rule["cooldown"] == 1000000000 and "until_for" not in rule, rule
	END
}

# The machine's memory is a symbol that libbpf finds by going through all of /proc/kallsyms.
asks_for_memory() { # WHETHER RULE
	printf 'cgroup web = "web.slice"\n%s\n' "$2" >"$work/memory.mmp"
	"$mmpc" -o "$work/memory.bpf.o" "$work/memory.mmp" 2>"$work/findings" &&
		readelf --wide --symbols "$work/memory.bpf.o" >"$work/symbols" &&
		[ "$(grep -c ' _totalram_pages$' "$work/symbols")" = "$1" ]
}

cd "$top" || exit 1
if [ "${1:-}" = --accept ]; then
	for policy in tests/cases/emit/*.mmp; do
		shape "$policy" >"${policy%.mmp}.c"
	done
	exit
fi
for policy in tests/cases/emit/*.mmp; do
	ok "$policy looks as accepted" looks_as_accepted "$policy"
done
for policy in tests/cases/emit/*.mmp tests/cases/ok/*.mmp examples/*.mmp; do
	ok "$policy compiles without a word" compiles "$policy"
done
for template in bpf-templates/*.bpf.c; do
	ok "$template compiles as it stands" bpf_clang "$template"
done
ok "a share of the limit asks for the machine's memory" \
	asks_for_memory 1 'protect web when usage > 80%'
ok "... pace does" asks_for_memory 1 'reclaim web when usage > 1GiB until usage < 900MiB'
ok "a policy that reads no limit does not" asks_for_memory 0 'protect web when pgfault_rate > 100'
ok "the manifest says which durations are params" names_its_params
done_testing
