# Holding a policy in force by `mmpctl run`; sourced, after lib.sh.
# shellcheck shell=sh

# hold FILE OPTION...: in the background, once it is in force; the process is in $held
hold() {
	rm -f /tmp/run.out
	mmpctl run "$@" >/tmp/run.out 2>/tmp/run.err &
	held=$!
	wait_until 60 grep -q '^running' /tmp/run.out
}
