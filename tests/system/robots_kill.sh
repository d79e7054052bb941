#!/bin/sh
# Kills the sender at every commit and network act of messages to group robots.
KILL_SHIM=$(mktemp -d)/kill_shim.so
export KILL_SHIM
trap 'rm -rf "$(dirname "$KILL_SHIM")"' EXIT
${CC:-cc} -shared -fPIC -O1 -o "$KILL_SHIM" \
    "$top_srcdir/tests/system/kill_shim.c" -ldl || exit 1
/usr/bin/python3 "$top_srcdir/tests/system/robots_kill.py"
