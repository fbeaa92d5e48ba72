#!/bin/sh
# Passes.
. "$PROJECT/tests/vm/lib.sh"
plan 2
ok "true" true
not_ok "false" false
