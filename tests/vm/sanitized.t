#!/bin/sh
# mmpctl with AddressSanitizer and the others: every command, also where it fails.
# vm: timeout=300
# host: make -s BUILD=build/asan CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined' build/asan/mmpctl
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/two.bpf.o tests/vm/policies/two.mmp
# host: build/mmpc compile -o build/vm/steered.bpf.o tests/vm/policies/steered.mmp
# host: build/mmpc compile -o build/vm/actions.bpf.o tests/vm/policies/actions.mmp
# host: build/mmpc compile -o build/vm/pods.bpf.o tests/vm/policies/pods.mmp
# host: build/mmpc compile -o build/vm/huge.bpf.o tests/vm/policies/huge.mmp
# host: build/mmpc compile -o build/vm/processes.bpf.o tests/vm/policies/processes.mmp
. "$PROJECT/tests/vm/lib.sh"
plan 28

objects=$PROJECT/build/vm

# run STATUS ARGUMENT...: the exit status, and no word from a sanitizer (which exits with 1)
run() {
	want=$1
	shift
	"$PROJECT/build/asan/mmpctl" "$@" >out 2>&1
	is "$?$(grep -c 'Sanitizer\|runtime error' out)" "${want}0" "mmpctl $*"
	[ "$(grep -c 'Sanitizer\|runtime error' out)" = 0 ] || diag "$(head -n 40 out)"
}

cgroup_create app busy high low pods pods/a pods/b
run 0 load "$objects/steered.bpf.o"
run 6 load "$objects/steered.bpf.o"
run 0 list
run 0 set steered enter=20/s mode=monitor
run 2 set steered enter=1MiB
run 0 status
run 0 status --explain keep --format=json
run 0 stats --format=openmetrics
run 0 load --replace --mode enforce "$objects/steered.bpf.o"
run 0 load --replace --name steered "$objects/two.bpf.o"
run 6 load --name other "$objects/two.bpf.o"
run 6 load --name other --cgroup high=app "$objects/actions.bpf.o"
rmdir $CGROUPS/busy
run 5 doctor
run 0 list --format=json
run 8 load --replace --name steered "$objects/two.bpf.o"
run 0 unload steered
run 0 load "$objects/actions.bpf.o" "$objects/pods.bpf.o"
start_in low workload hold 1000 8 >holding
wait_until 20 has_lines holding 1
run 0 events
run 0 stats
run 0 status --explain r
run 0 unload --all
run 8 load "$objects/processes.bpf.o"
echo $$ >web.pid
run 0 load "$objects/processes.bpf.o"
run 6 load "$objects/processes.bpf.o" --name again
run 0 unload --all
run 0 load "$objects/huge.bpf.o"
run 0 load "$objects/huge.bpf.o" --replace
run 0 unload huge
