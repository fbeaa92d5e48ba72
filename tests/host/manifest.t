#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The plan as a file, and that mmpctl runs the same plan without the compiler in it.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"

cat >one.mmp <<'END'
param busy = 1000/s in 10/s .. 2000/s
protect web when pgfault_rate > $busy and not usage > 1MiB hold 2s
END

without_clang() {
	PATH=/nowhere MMPC_CLANG=/nowhere/clang "$mmpc" compile --emit=manifest sub/../one.mmp 2>err || return 1
	[ -s one.plan.json ] && [ ! -e one.bpf.o ]
}
mkdir sub
check "--emit=manifest writes FILE.plan.json, without clang" without_clang

is_postfix() {
	python3 - <<'END'
import json
plan = json.load(open("one.plan.json"))
rule = plan["rules"][0]
assert plan["abi"] == 4, plan["abi"]
assert rule["code"] == {"when": [["signal", 0], ["param", 0], ">",
                                 ["signal", 1], 1048576, ">", "not", "and"]}, rule["code"]
assert rule["hold"] == 2000000000 and rule["answer"] == {"at": "low"}, rule
END
}
check "conditions are postfix code, quantities numbers or params" is_postfix

nothing_on_errors() {
	echo 'protect web whn' >bad.mmp
	"$mmpc" compile --emit=manifest bad.mmp 2>err
	[ $? = 1 ] && [ ! -e bad.plan.json ]
}
check "a policy with errors leaves no plan" nothing_on_errors

defined() { # programs or objects
	nm --defined-only "$@" | awk 'NF == 3 { print $3 }' | sort -u
}

stands_alone() {
	defined "$mmpctl" >ctl
	for name in evaluation_step evaluate_condition plan_from_json; do
		grep -qx "$name" ctl || { echo "mmpctl lacks $name"; return 1; }
	done
	grep -E '^yy' ctl && return 1
	# Names of static functions may be anybody's.
	nm -g --defined-only "$MMP_BUILD"/grammar/*.o "$MMP_BUILD/compiler/emit/clang.o" |
		awk 'NF == 3 { print $3 }' | sort -u >front
	[ "$(grep -c . front)" -gt 20 ] || { echo "the parser has no symbols"; return 1; }
	! comm -12 front ctl | grep .
}
check "mmpctl has the evaluator, and neither flex, bison nor clang code" stands_alone
echo "1..$n"
