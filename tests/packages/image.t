#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The container image runs, and the Kubernetes manifests are valid: by the schemas, and by our own programs.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
top=$(cd "$MMP_BUILD/.." && pwd)
tar=$MMP_BUILD/image/mmp.tar
# Of their own: what this machine's podman has stays as it is.
podman() {
	command podman --root "$dir/storage" --runroot "$dir/run" --storage-driver vfs --runtime /usr/sbin/runc "$@"
}
in_image() { # program, words...
	program=$1
	shift
	podman run --rm --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --network=none -v "$dir/policies:/policies:ro" \
		--entrypoint "/bin/$program" mmp:0 "$@" >out 2>&1
}
mkdir policies
check 'the image loads' podman load -q -i "$tar"
check '... and is under 4 MB' test "$(stat -c %s "$tar")" -lt 4000000
in_image mmpctl doctor
check 'doctor runs in it' contains out 'kernel ' 'memory-controller hooks'
echo 'protect high when pgfault_rate > 100 hold 2s' >policies/web.mmp
check 'mmpc checks in it' in_image mmpc --check /policies/web.mmp
check '... makes a plan without clang' in_image mmpc --emit=plan /policies/web.mmp
check '... of the policy' contains out 'policy web' 'protect'
in_image mmpctl apply --dry-run /policies
check 'apply runs in it' contains out 'no policy is in the folder'

render() { NODE_PATH=$MMP_BUILD/packages/node_modules node "$top/tests/packages/npm/render.js" "$@"; }
resources() { # python expression on the resources r
	python3 -c 'import json, sys
r = json.loads(sys.stdin.read())
value = eval(sys.argv[1], {"r": r, "pod": [x for x in r if x["kind"] == "DaemonSet"][0]["spec"]["template"]["spec"]})
print(value if isinstance(value, str) else " ".join(map(str, value)))' "$1"
}
for name in base checked hooks; do
	check "$name is valid by the schemas of Kubernetes" render "$top/packaging/kubernetes/$name"
	render "$top/packaging/kubernetes/$name" >"$name.json"
done
cp -r "$top/packaging/kubernetes" planted
for change in 's/readOnlyRootFilesystem: true/readOnlyRootFilesystem: often/' 's/name: cgroup, mountPath/name: cgruop, mountPath/' \
	's/^  selector:/  selektor:/'; do
	sed -i.good "$change" planted/base/daemonset.yaml
	check "a planted mistake is found: $change" sh -c "! NODE_PATH='$MMP_BUILD/packages/node_modules' \
		node '$top/tests/packages/npm/render.js' planted/base"
	mv planted/base/daemonset.yaml.good planted/base/daemonset.yaml
done
resources '[x for x in r if x["kind"] == "ConfigMap"][0]["data"]["policy.mmp"]' <base.json >policies/policy.mmp
check "the ConfigMap's policy has no mistake" in_image mmpc --check --fail-level=warning /policies/policy.mmp
check 'the init container checks the policy that the pod runs' sh -c "grep -q -- '\"--check\",\"--fail-level=warning\",\"/etc/mmp/policy.mmp\"' checked.json"
command_of() { resources "pod['containers'][0]['command']" <"$1.json"; }
# What the containers run is what the programs take.
in_image "$(command_of base | sed 's|/bin/\([a-z]*\) .*|\1|')" run --help
check 'the base runs a policy' test "$(command_of base)" = '/bin/mmpc run --root /host/cgroup /etc/mmp/policy.mmp'
check '... with an option that there is' contains out --root
in_image mmpctl apply --help
check 'hooks follows the folder' test "$(command_of hooks)" = '/bin/mmpctl apply --follow /etc/mmp'
check '... with an option that there is' contains out --follow
check 'all capabilities but the needed are dropped' test "$(resources "pod['containers'][0]['securityContext']['capabilities']['drop']" <hooks.json)" = ALL
check '... those of the unit remain' test "$(resources "pod['containers'][0]['securityContext']['capabilities']['add']" <hooks.json | tr ' ' '\n' | sed 's/^/CAP_/' | paste -sd' ')" = \
	"$(sed -n 's/^CapabilityBoundingSet=//p' "$top/runtime/systemd/mmp-apply.service")"
check 'readiness is what doctor says' test "$(resources "pod['containers'][0]['readinessProbe']['exec']['command']" <hooks.json)" = '/bin/mmpctl doctor'
echo "1..$n"
