#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A huge-page policy gives way to another without a moment of the kernel's default: a process that
# faults all the time, and that both deny huge pages, never gets one.
# vm: timeout=240
# host: mkdir -p build/vm
# host: for p in before after; do build/mmpc compile -o build/vm/thp-$p.bpf.o tests/vm/policies/thp-$p.mmp; done
# host: for p in before after; do sed '/^process/d; s/thp p/thp/' tests/vm/policies/thp-$p.mmp >build/vm/thp-$p-all.mmp; build/mmpc compile -o build/vm/thp-$p-all.bpf.o build/vm/thp-$p-all.mmp; done
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/thp.sh"
plan 18

objects=$PROJECT/build/vm
thp_mode always

# A policy's share of the calls, by all of its rules
acted_by_all() {
	mmpctl stats p --format=openmetrics | sed -n 's/^mmp_rule_acted_total.* //p' |
		awk '{ n += $1 } END { print n + 0 }'
}

# replace_while_faulting OBJECT...: until the faulting process has ended
replace_while_faulting() {
	replacements=0
	while kill -0 "$faulting" 2>/dev/null; do
		for object; do
			mmpctl load --replace --name p "$objects/$object.bpf.o" >out 2>&1 || return
			replacements=$((replacements + 1))
		done
	done
	[ $replacements -ge 4 ]
}

# checks WHOM NAME BEFORE AFTER
checks() {
	whom=$1 name=$2
	shift 2
	obedient "$name"
	tell "$name" name thp-p >/dev/null
	ok "a policy for $whom" mmpctl load --name p "$objects/$1.bpf.o"
	rule_is_active() { mmpctl status p | grep -q ': active'; }
	ok "its rule is active" wait_until 20 rule_is_active
	tell "$name" first-touch 8192 15 >first-touch.out &
	faulting=$!
	ok "another takes over, again and again" replace_while_faulting "$2" "$1"
	diag "$replacements times; $(cat out)"
	like "$(cat out)" "replaced p: .* no gap: its links were moved" "by moving the links"
	is "$(counter huge "$(cat first-touch.out)")" 0 "no fault brought a huge page meanwhile"
	cmp_ok "$(counter base "$(cat first-touch.out)")" gt 1000 "of many: $(counter base "$(cat first-touch.out)")"
	tell "$name" huge 8192 >/dev/null
	cmp_ok "$(acted_by_all)" gt 0 "the last one acts"
	ok "it is unloaded" mmpctl unload p
	is "$(huge_of "$name")" 8192 "then the default is back"
}

checks "one process" one thp-before thp-after
checks "every process" all thp-before-all thp-after-all
