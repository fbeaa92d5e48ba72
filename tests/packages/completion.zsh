# SPDX-License-Identifier: GPL-2.0
# completion.zsh FILE LINE...: what zsh offers for each line, at its Tab key in a terminal; a line of words for each.
emulate zsh
zmodload zsh/zpty
completion=$1
shift
offered=$(mktemp)
cat >$offered.rc <<'END'
PS1=
autoload -Uz compinit
compinit -u -D
source $COMPLETION
# All that is offered passes here; what is only asked for does not.
compadd() {
	if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)* ]]; then
		local -a hits
		builtin compadd -A hits "$@"
		print -rl -- $hits >>$OFFERED
	fi
	builtin compadd "$@"
}
bindkey '^I' complete-word
offer_done() { print -r -- @end >>$OFFERED }
zle -N offer_done
bindkey '^X' offer_done
print -r -- @ready >>$OFFERED
END
wait_for() {
	local i
	for i in {1..400}; do
		grep -qx -- $1 $offered && return
		zpty -rt z _ 2>/dev/null
		sleep 0.05
	done
	print -u2 "zsh did not come to $1"
}
for line; do
	: >$offered
	COMPLETION=$completion OFFERED=$offered zpty -b z "zsh -f -i -c 'exec zsh -f -i' 2>/dev/null"
	zpty -w z "unset HISTFILE; COMPLETION=$completion OFFERED=$offered; source $offered.rc"
	wait_for @ready
	: >$offered
	zpty -w -n z "$line"$'\t\x18'
	wait_for @end
	grep -vx -e @end -e '' $offered | sort -u | paste -sd' '
	zpty -d z
done
rm -f $offered $offered.rc
