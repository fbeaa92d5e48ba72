#!/bin/sh
# Never ends: what would stop it after two seconds is stopped itself.
# vm: timeout=2
echo 1..1
# shellcheck disable=SC2046 # process ids
kill -STOP $(pidof timeout)
sleep 1000
