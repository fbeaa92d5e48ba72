#!/bin/sh
# Ends before its plan is done, in the middle of a line.
echo 1..2
printf 'ok 1 - first'
