#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Orders below that of a huge page, where several sizes are enabled, one, or none: the hook is asked
# before the kernel looks at its settings, and an answer that they forbid comes to base pages.
# vm: timeout=240
# host: mkdir -p build/vm
# host: build/mmpc compile -Wno-thp-exact-order -o build/vm/thp-sizes.bpf.o tests/vm/policies/thp-sizes.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/vm/thp.sh"
plan 22

# pages_of KB NAME COMMAND...: how many pages of that size a command brings
pages_of() {
	size=$1
	shift
	pages_before=$(mthp_stat "$size" anon_fault_alloc)
	tell "$@" >answer
	echo $(($(mthp_stat "$size" anon_fault_alloc) - pages_before))
}

# between GOT LEAST MOST NAME: other processes fault, too
between() {
	cmp_ok "$1" ge "$2" "$4"
	[ "$1" -le "$3" ] || diag "more than expected: $1"
}


thp_mode madvise
for name in small exact usual idle; do
	obedient $name
	tell $name name thp-$name >/dev/null
done
mthp_mode 64 madvise
usual_before=$(pages_of 64 usual huge 8192)
is "$usual_before" 0 "without a policy, huge pages go first"
is "$(cat answer)" "huge=8192" "all of them"

ok "the policy loads" mmpctl load "$PROJECT/build/vm/thp-sizes.bpf.o"
ticked thp-sizes 2
between "$(pages_of 64 small huge 8192)" 128 140 "'order 4 or smaller' brings pages of 64 kB"
is "$(cat answer)" "huge=0" "and no huge ones"
between "$(pages_of 64 exact huge 8192)" 128 140 "'order 4' too"
is "$(pages_of 64 usual huge 8192)" 0 "'default' none"
is "$(cat answer)" "huge=8192" "but huge pages"
is "$(pages_of 64 idle huge 8192)" 0 "nor does a rule that is not active"
is "$(cat answer)" "huge=8192" "the answer is the highest order"

mthp_mode 64 never
mthp_mode 16 madvise
ticked thp-sizes 2
between "$(pages_of 16 small huge 8192)" 512 530 "with 64 kB off, 'or smaller' takes 16 kB"
is "$(pages_of 16 exact huge 8192)" 0 "the exact order does not"
is "$(cat answer)" "huge=0" "it brings base pages"

mthp_mode 2048 never
ticked thp-sizes 2
between "$(pages_of 16 usual huge 8192)" 512 530 "with huge pages off, 'default' takes what is on"
between "$(pages_of 16 idle huge 8192)" 512 530 "as does a rule that is not active"

mthp_mode 64 madvise
ticked thp-sizes 2
between "$(pages_of 64 usual huge 8192)" 128 140 "the highest of two"
cmp_ok "$(pages_of 16 usual huge 32)" ge 2 "but one that fits into the mapping"
cmp_ok "$(pages_of 16 small huge 32)" ge 2 "'or smaller' as well"
is "$(pages_of 64 usual huge 8192 none)" 0 "and one that the mapping's advice allows"
mthp_mode 16 always
ticked thp-sizes 2
between "$(pages_of 16 usual huge 8192 none)" 512 530 "which may be a smaller one"

# The same without a policy
ok "it is unloaded" mmpctl unload thp-sizes
between "$(pages_of 64 usual huge 8192)" 128 140 "the kernel's own choice is the same"
