#!/bin/sh
# Makes no checks at all.
exit 0
