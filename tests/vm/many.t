#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# However many policies have events, and however many cgroups match a glob: none is left out in silence.
# vm: timeout=600
# host: mkdir -p build/vm && echo 'notify "there is memory" when system.mem_available > 1MiB' >build/vm/there.mmp
# host: build/mmpc compile -o build/vm/there.bpf.o build/vm/there.mmp
# host: build/mmpc compile -o build/vm/pods.bpf.o tests/vm/policies/pods.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 6

i=0
while [ $i -lt 70 ] && mmpctl load --name "p$i" "$PROJECT/build/vm/there.bpf.o" >out 2>&1; do
	i=$((i + 1))
done
is $i 70 "70 policies with a notify rule load"
have_acted() { [ "$(mmpctl stats --format=json | grep -c '"acted": 1')" = 70 ]; }
ok "each has an event" wait_until 240 have_acted
is "$(mmpctl events --format=json | sed -n 's/.*"policy": *"\([^"]*\)".*/\1/p' | sort -u | wc -l)" 70 "events shows those of all"
is "$(mmpctl unload --all | grep -c '^unloaded p')" 70 "all are unloaded"

cgroup_create pods
seq 4100 | sed "s|^|$CGROUPS/pods/|" | xargs mkdir
mmpctl record --for 1s "$PROJECT/build/vm/pods.bpf.o" >out 2>&1
is $? 8 "more matches than record has room for"
like "$(cat out)" "4100 cgroups match 'pods', more than the 4096 that can be recorded" "are no shorter recording"
