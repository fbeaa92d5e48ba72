# Holding a policy in force by `mmpctl run`; sourced, after lib.sh.
# shellcheck shell=sh

# hold FILE OPTION...: in the background, once it is in force; the process is in $held
hold() {
	rm -f run.out
	mmpctl run "$@" >run.out 2>run.err &
	held=$!
	wait_until 60 grep -q '^running' run.out
}
