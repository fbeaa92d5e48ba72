#!/bin/sh
# The systemd unit is sound, and gives away no more than it must.
. "$(dirname "$0")/../tap.sh"
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${MMP_BUILD:-build}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
echo 1..7

is_silent() { "$@" >"$tmp/said" 2>&1 && ! grep -i 'mmp@\|mmp-run@' "$tmp/said"; }

# As it would be installed, with the programs of this build.
sed "s|/usr/local/bin/mmpctl|$build/mmpctl|" 'runtime/systemd/mmp@.service' >"$tmp/mmp@web.service"
ok "systemd finds nothing wrong with it" is_silent systemd-analyze verify --man=no "$tmp/mmp@web.service"
ok "its exposure is low" systemd-analyze security --no-pager --offline=yes --threshold=30 \
	"$tmp/mmp@web.service"
ok "it has three capabilities" grep -qx 'CapabilityBoundingSet=CAP_BPF CAP_PERFMON CAP_SYS_ADMIN' \
	"$tmp/mmp@web.service"
# What ExecStart and the others run is what mmpctl takes: an unknown option would be said first.
takes() {
	sed -n 's/^Exec[A-Za-z]*=//p' "$tmp/mmp@web.service" | sed "s|%i|web|g; s|/etc/mmp|$tmp|" |
		while read -r command; do
			$command 2>&1 | grep -q 'cannot open\|no policy .web. is loaded' || exit 1
		done
}
ok "its commands are mmpctl's" takes

# The one for kernels without the hooks.
sed "s|/usr/local/bin/mmpctl|$build/mmpctl|" 'runtime/systemd/mmp-run@.service' >"$tmp/mmp-run@web.service"
ok "systemd finds nothing wrong with mmp-run@" is_silent systemd-analyze verify --man=no \
	"$tmp/mmp-run@web.service"
ok "its exposure is low" systemd-analyze security --no-pager --offline=yes --threshold=40 \
	"$tmp/mmp-run@web.service"
runs() {
	sed -n 's/^ExecStart=//p' "$tmp/mmp-run@web.service" | sed "s|%i|web|g; s|/etc/mmp|$tmp|; s|[$]MMP_OPTIONS||" |
		while read -r command; do
			$command 2>&1 | grep -q "cannot read '$tmp/web.plan.json'" || exit 1
		done
}
ok "its command is mmpctl's" runs
