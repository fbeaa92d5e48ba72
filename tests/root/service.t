#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmp-run@.service as systemd runs it: a systemd of its own, the first process of a namespace, starts it with the
# options of /etc/mmp/web.conf, sees it killed, starts it again, and stops it. The cgroups are made ones.
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
here=$PWD
plan 8

cat >p.mmp <<'EOF'
cgroup web = "web"
protect web when web.usage < 1GiB
EOF
mkdir -p etc units tree/web
"$mmpc" compile --emit=manifest -o etc/web.plan.json p.mmp || exit 1
echo 'MMP_OPTIONS=--root /dev/shm/made --cpu 100%' >etc/web.conf
for file in low=0 min=0 high=max max=max current=4194304; do
	echo "${file#*=}" >"tree/web/memory.${file%=*}"
done

# Only these units exist there: nothing of the host's is started. The programs are copied, since the unit sees
# neither /tmp nor /root.
sed 's|/usr/local/bin/mmpctl|/mnt/mmpctl|; s|/etc/mmp|/mnt/mmp|' "$top/runtime/systemd/mmp-run@.service" \
	>units/mmp-run@.service
mkdir 'units/mmp-run@.service.d'
printf '[Service]\nStandardError=append:%s\n' "$here/unit.err" >'units/mmp-run@.service.d/errors.conf'
for unit in sysinit basic shutdown multi-user rescue umount exit; do
	printf '[Unit]\nDefaultDependencies=no\n' >"units/$unit.target"
done
printf '[Unit]\nDefaultDependencies=no\nWants=mmp-run@web.service probe.service\n' >units/default.target
cat >units/probe.service <<EOF
[Unit]
DefaultDependencies=no
After=mmp-run@web.service
[Service]
Type=oneshot
ExecStart=/bin/sh $here/probe
EOF

# What the second unit sees: a line each, by name.
cat >probe <<EOF
cd $here
show() { systemctl show -P "\$1" mmp-run@web; }
low() { head -n 1 /dev/shm/made/web/memory.low; }
until_low() {
	for i in \$(seq 100); do
		[ "\$(low)" != "\$1" ] || break
		sleep 0.05
	done
	low
}
{
	echo "state=\$(show ActiveState)"
	echo "low=\$(until_low max)"
	echo "listed=\$(/mnt/mmpctl list | grep -c '^web .*enforce')"
	pid=\$(show MainPID)
	[ "\$pid" = 0 ] || kill -9 "\$pid"
	for i in \$(seq 100); do
		[ "\$(show NRestarts)\$(show ActiveState)" != 1active ] || break
		sleep 0.05
	done
	echo "again=\$(show NRestarts) \$(show ActiveState)"
	echo "again_low=\$(until_low max)"
	systemctl stop mmp-run@web
	echo "ended=\$(show ActiveState) \$(show Result)"
	echo "ended_low=\$(low)"
} >said 2>&1
echo end >>said
EOF

# Its cgroups are below one of the test's own.
cat >outside <<EOF
mount --make-rprivate /
mount -t cgroup2 none /mnt
mkdir /mnt/mmp-service-$$
echo 0 >/mnt/mmp-service-$$/cgroup.procs
unshare --mount --pid --fork --uts --ipc --cgroup --mount-proc --kill-child sh inside &
echo \$! >pid
wait
echo 0 >/mnt/cgroup.procs
find /mnt/mmp-service-$$ -depth -type d -exec rmdir {} +
EOF
cat >inside <<EOF
mount -t tmpfs none /run
mount -t tmpfs none /dev/shm
mkdir /dev/shm/made
cp -r $here/tree/web /dev/shm/made
umount /mnt
umount -l /sys/fs/cgroup 2>/dev/null
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs none /mnt
cp -r $here/etc /mnt/mmp
cp $MMP_BUILD/mmpctl /mnt
: >$here/console
mount --bind $here/console /dev/console
exec env container=test SYSTEMD_UNIT_PATH=$here/units /lib/systemd/systemd --system --unit=default.target
EOF
unshare --mount sh outside >outside.out 2>&1 &
outside=$!
trap 'kill -9 "$(cat pid)" 2>/dev/null; wait $outside; rm -rf "$dir"' EXIT
for _ in $(seq 300); do
	! grep -qx end said 2>/dev/null || break
	sleep 0.05
done
kill -9 "$(cat pid)"
wait $outside
trap 'rm -rf "$dir"' EXIT

said() { sed -n "s/^$1=//p" said; }
is "$(said state)" active 'it is started, and reports that it is ready' || diag "$(cat outside.out said console unit.err)"
is "$(said low)" max 'the policy acts, in the sandbox of the unit'
is "$(said listed)" 1 'and is listed'
is "$(said again)" '1 active' 'killed, it is started again'
is "$(said again_low)" max 'and acts again'
is "$(said ended)" 'inactive success' 'it is stopped'
is "$(said ended_low)" 0 'everything is given back'
is "$(tail -n 1 said)" end 'no step was left out'
