#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# `make install` puts in place what belongs together, wherever that is; `make static` gives programs
# that need nothing.
# shellcheck source=tests/command.sh
. "$(dirname "$0")/../command.sh"
top=$MMP_BUILD/..
version=$(sed -n 's/^VERSION := //p' "$top/Makefile")

install_to() { # prefix
	make -s -C "$top" BUILD="$MMP_BUILD" DESTDIR="$dir/root" prefix="$1" install
}
verify() { # unit
	systemd-analyze verify --man=no "$1" >said 2>&1
	! grep -iF "$(basename "$1")" said
}
check 'make install' install_to /opt/mmp
units=$dir/root/opt/mmp/lib/systemd/system
check '... with units' test -s "$units/mmp@.service"
check '... that start the programs beside them' grep -q '^ExecStart=/opt/mmp/bin/mmpctl ' "$units/mmp@.service"
# As they will be: in place, with their programs.
install_here() { make -s -C "$top" BUILD="$MMP_BUILD" prefix="$dir/here" install; }
check 'make install without DESTDIR' install_here
for unit in here/lib/systemd/system/*; do
	name=$(basename "$unit")
	check "systemd finds nothing wrong with $name" verify "$unit"
	case $unit in
	*.service) check '... and little that it could do' systemd-analyze security --no-pager --offline=yes --threshold=30 "$unit" ;;
	esac
done
check '... and nothing elsewhere' sh -c '! grep -r /usr/local root'
# As text: 0.1.0 is not 0.170.
no_other_version() { ! grep -rnw --exclude-dir=.git -F "$version" "$top/docs" "$top/packaging" "$top/runtime/systemd"; }
check 'one place says the version' no_other_version
check '... by which man pages go' grep -q "^\\.TH MMPCTL 8 .*\"mmpc $version\"" root/opt/mmp/share/man/man8/mmpctl.8
check '... and programs' sh -c "root/opt/mmp/bin/mmpctl --version | grep -qx 'mmpctl $version'"

for program in mmpc mmpctl; do
	static=$MMP_BUILD/static/$program
	check "$program alone" sh -c "file '$static' | grep 'statically linked, .*stripped'"
	check '... runs where nothing else is' sh -c "mkdir -p bare && cp '$static' bare && chroot bare /$program --version"
done
echo 'protect high when pgfault_rate > 100 hold 2s' >bare/web.mmp
check '... and checks a policy' chroot bare /mmpc --check web.mmp
check '... and makes its plan' chroot bare /mmpc --emit=plan web.mmp
chroot bare /mmpctl doctor >out 2>&1
check '... and looks at the machine' contains out 'kernel' 'Linux'
check 'both are under 4 MB' test "$(cat bare/mmpc bare/mmpctl | wc -c)" -lt 4000000
echo "1..$n"
