#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mmpc hands mmpctl's commands over to it; load compiles policies first. mmpctl is one that tells what
# it was given.
. "$(dirname "$0")/../tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp "$MMP_BUILD/mmpc" "$dir"
cat >"$dir/mmpctl" <<'END'
#!/bin/sh
for word; do
	case $word in
	*.bpf.o) echo "$word" >"${0%/*}/where"; [ -s "$word" ] && echo "object ${word##*/}" || echo "no object" ;;
	*) echo "word $word" ;;
	esac
done
exit 6
END
chmod +x "$dir/mmpctl"
cd "$dir" || exit 1
mkdir tmp
export TMPDIR="$dir/tmp"

expect() { # name, status, output, command...
	name=$1 status=$2 want=$3
	shift 3
	got=$("$@" 2>/dev/null)
	got_status=$?
	if [ "$got_status" = "$status" ] && [ "$got" = "$want" ] && [ -z "$(ls -A tmp)" ]; then
		pass "$name"
	else
		fail "$name"
		printf '%s\n' "exit $got_status" "$got" "left: $(ls -A tmp)" | sed 's/^/# /'
	fi
}

echo 'protect high when pgfault_rate > 100 hold 2s' >a.mmp
echo 'protect high whn pgfault_rate > 100' >bad.mmp
expect "words and status pass through" 6 "word status
word web
word --explain
word drain rule" ./mmpc status web --explain "drain rule"
expect "load compiles a policy first" 6 "word load
word --replace
object 0-a.bpf.o
word b.o" ./mmpc load --replace a.mmp b.o
# However long its name is, TMPDIR is where the object lies meanwhile, and nowhere else.
long=$dir/$(printf '%0200d' 0)
mkdir "$long"
expect "load with a long TMPDIR" 6 "word load
object 0-a.bpf.o" env TMPDIR="$long" ./mmpc load a.mmp
case $(cat where) in
"$long"/*) pass "the object was in there" ;;
*) fail "the object was in there" || sed 's/^/# /' where ;;
esac
expect "a TMPDIR that is not there: 2" 2 "" env TMPDIR="$long/none" ./mmpc load a.mmp
expect "mistakes: 1, and nothing is loaded" 1 "" ./mmpc load a.mmp bad.mmp
expect "no such policy: 2" 2 "" ./mmpc load none.mmp

# Signals wait until the folder is removed.
# killed SIGNAL COMMAND...: sent while mmpctl runs; the status, and how many folders there are then and after.
# Whoever started the tests may ignore signals (nohup does).
killed() {
	signal=$1
	shift
	printf '%s\n' '#!/bin/sh' "ls -A $dir/tmp >$dir/seen" "kill -$signal \$PPID" 'exit 3' >mmpctl
	env --default-signal=HUP,INT,PIPE,TERM "$@" >out 2>&1
	echo "$? $(grep -c mmpc- seen) $(ls -A tmp | wc -l)"
}
for signal in HUP:129 INT:130 PIPE:141 TERM:143; do
	expect "load is ended by ${signal%:*} when its folder is removed" 0 \
		"${signal#*:} 1 0" killed "${signal%:*}" ./mmpc load a.mmp
done
mkdir policies
cp a.mmp policies
expect "so is apply" 0 "143 1 0" killed TERM ./mmpc apply policies
expect "apply does not follow a folder of its own" 2 "" ./mmpc apply --follow policies
rm mmpctl
expect "mmpctl is not installed: 2" 2 "" env PATH=/nonexistent ./mmpc list
done_testing
