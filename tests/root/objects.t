#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The running kernel's verifier takes the sampler and the evaluation of every policy, kernel functions
# that it lacks or not; both run. The hooks need the kernel of tests/vm.
. "$(dirname "$0")/../tap.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${MMP_BUILD:-$top/build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
LOADER_PLAIN=1 # programs of the tracing type are refused on some machines
export LOADER_PLAIN

verdict() { # STATUS NAME
	result "$1" "$2" "$(tail -n 25 "$work/out" | cut -c1-160)"
}

# Each rule that has no glob's rows was evaluated once, and the timer ticked.
runs() { # POLICY
	"$build/mmpc" -o "$work/policy.bpf.o" "$1" >"$work/out" 2>&1 &&
		"$build/vm/loader" "$work/policy.bpf.o" tick start >"$work/out" 2>&1 &&
		grep -q '^rule 0 state [0-3] evaluated' "$work/out" &&
		grep -q '^started 1 ticks [1-9]' "$work/out"
}

cd "$top" || exit 1
for policy in tests/cases/emit/*.mmp tests/cases/ok/*.mmp examples/*.mmp; do
	runs "$policy"
	verdict $? "$policy loads, ticks and evaluates"
done

# A rule without `when` is active after one evaluation.
printf 'protect high up to 1GiB\nthrottle low 20ms when pgfault_rate > 5\n' >"$work/always.mmp"
"$build/mmpc" -o "$work/policy.bpf.o" "$work/always.mmp" >"$work/out" 2>&1 &&
	"$build/vm/loader" "$work/policy.bpf.o" tick >"$work/out" 2>&1
[ "$(cat "$work/out")" = "rule 0 state 2 evaluated 1
rule 1 state 0 evaluated 1" ]
verdict $? "one evaluation does what it should"

# When the verifier refuses what a rule became, its log shows the rule.
cd "$work" || exit 1
printf '# a comment\n\nprotect high when\n  pgfault_rate > 100 and usage > 5M\n' >broken.mmp
cp broken.mmp policy-0.mmp # where clang finds it, to quote its lines
"$build/mmpc" --emit=c broken.mmp |
	sed 's/mmp_gt(mmp_signal(0), mmp_known(100))/*(volatile int *)(long)i/' >broken.c
clang -target bpf -mcpu=v3 -O2 -g -I"$top/bpf-templates" -I"$top/grammar" -c broken.c \
	-o broken.bpf.o 2>"$work/out"
verdict $? "a broken rule compiles"
! "$build/vm/loader" broken.bpf.o tick >"$work/out" 2>&1
verdict $? "the verifier refuses it"
grep -q '^; *pgfault_rate > 100 and usage > 5M @ policy-0.mmp:4' "$work/out"
verdict $? "its log quotes the policy's line"

# mmpctl shows that line and the verifier's sentence; registers only where they are asked for.
sed -n '/BEGIN PROG LOAD LOG/,/END PROG LOAD LOG/p' out | sed '1d;$d' >log
"$build/vm/quote_log" broken.bpf.o <log >out 2>&1 && sed '/^$/q' out >shown && sed '1,/^$/d' out >verbose
[ "$(sed -n 1,2p shown)" = "broken.mmp:4
broken.mmp:4: pgfault_rate > 100 and usage > 5M" ]
verdict $? "mmpctl names it first"
grep -q "R[0-9]* invalid mem access 'scalar'" shown
verdict $? "... then tells what the verifier says"
! grep -q 'R[0-9][_a-z]*=' shown && [ "$(wc -l <shown)" -le 5 ]
verdict $? "... and no more than that"
grep -q 'R[0-9][_a-z]*=' verbose && grep -q "invalid mem access 'scalar'" verbose
verdict $? "--verbose adds the registers"
done_testing
