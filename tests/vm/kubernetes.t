#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# examples/kubernetes.mmp on a tree such as kubelet and containerd make with systemd's cgroup driver: three classes
# of service, 40 pods of each, two containers and a pause container in each pod. By hooks and by files.
# vm: timeout=300
# host: mkdir -p build/vm && build/mmpc compile -o build/vm/kubernetes.bpf.o examples/kubernetes.mmp
. "$PROJECT/tests/vm/lib.sh"
. "$PROJECT/tests/stock/hold.sh"
plan 15

# pod CLASS NR: its slice, into $pod
pod() {
	uid=$(printf 'pod%08x_1c2d_4e3f_8a9b_0123456789ab' "$2")
	case $1 in
	guaranteed) pod=kubepods.slice/kubepods-$uid.slice ;;
	*) pod=kubepods.slice/kubepods-$1.slice/kubepods-$1-$uid.slice ;;
	esac
}
# container CLASS NR K: one of the pod's scopes, into $container; the third is the pause container.
container() {
	pod "$1" "$2"
	container=$pod/$(printf 'cri-containerd-%060x%02x%02x.scope' "$2" "${#1}" "$3")
}
make_pod() {
	pod "$1" "$2"
	mkdir "$CGROUPS/$pod"
	echo +memory >"$CGROUPS/$pod/cgroup.subtree_control"
	for k in 1 2 3; do
		container "$1" "$2" $k
		mkdir "$CGROUPS/$container"
	done
}

cgroup_create kubepods.slice kubepods.slice/kubepods-besteffort.slice kubepods.slice/kubepods-burstable.slice noisy
echo +memory >"$CGROUPS/kubepods.slice/kubepods-besteffort.slice/cgroup.subtree_control"
echo +memory >"$CGROUPS/kubepods.slice/kubepods-burstable.slice/cgroup.subtree_control"
nr=0
while [ $nr -lt 40 ]; do
	nr=$((nr + 1))
	for class in guaranteed burstable besteffort; do
		make_pod $class $nr
	done
done

# field RULE CONTAINER FIELD: of the rule's row for that container; nothing where it has none
field() {
	mmpctl stats kubernetes --format=json | awk -v rule="\"$1\"," -v at="\"/$2\"," -v field="\"$3\":" '
		$1 == "\"rule\":" { is = $2 == rule }
		$1 == "\"cgroup\":" { here = is && $2 == at }
		here && $1 == field { sub(/,/, "", $2); print $2; exit }'
}
has_pages() { [ "$(field first "$1" pages)" -gt 0 ]; }
# A container with 24 MB of page cache, which it goes on reading.
file_load() { start_in "$1" workload file 1000 "/mnt/disk/$2" 24 >/dev/null; }

container besteffort 7 1 && best=$container
container besteffort 7 3 && pause=$container
container burstable 7 1 && burst=$container
file_load "$best" best
file_load "$burst" burst
start_in "$pause" sleep 1000 >/dev/null
cgroup_set noisy memory.max 4M
start_in noisy workload file 1000 /mnt/disk/noisy 32 >/dev/null

by() { # WAY
	ok "$1: a best-effort container gives memory back while the node is short" wait_until 60 has_pages "$best"
	is "$(field second "$burst" entered)" 0 "$1: a small burstable one does not"
	is "$(field first "$pause" entered)" 0 "$1: nor a pause container"
	make_pod besteffort 41
	container besteffort 41 2 && later=$container
	# A file of its own: pages that are there already stay charged to who read them first.
	file_load "$later" "later-$1"
	ok "$1: one of a pod that came later does" wait_until 60 has_pages "$later"
	cgroup_kill "$pod"
	rmdir "$CGROUPS/$pod"/*.scope "$CGROUPS/$pod"
	gone() { [ -z "$(field first "$later" state)" ]; }
	ok "$1: a pod that goes is forgotten" wait_until 30 gone
	isnt "$(field first "$best" state)" '' "$1: and others are not"
}

like "$(mmpctl load "$PROJECT/build/vm/kubernetes.bpf.o" 2>&1)" '3 rules, .* 240 cgroups matched' 'all containers of two classes match'
by hooks
ok 'it is unloaded' mmpctl unload kubernetes
ok 'it runs by files' hold "$PROJECT/build/vm/kubernetes.bpf.o" --eyes=files
by files
