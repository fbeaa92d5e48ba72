#!/bin/sh
# Skips everything.
echo "1..0 # SKIP not here"
