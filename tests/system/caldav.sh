#!/bin/sh
# Calendars on a real server (Radicale): see caldav.py.
KILL_SHIM=$(mktemp -d)/kill_shim.so
POISON_SHIM=$(dirname "$KILL_SHIM")/poison_shim.so
export KILL_SHIM POISON_SHIM
trap 'rm -rf "$(dirname "$KILL_SHIM")"' EXIT
for shim in kill poison; do
	${CC:-cc} -shared -fPIC -O1 -o "$(dirname "$KILL_SHIM")/${shim}_shim.so" \
	    "$top_srcdir/tests/system/${shim}_shim.c" -ldl || exit 1
done
/usr/bin/python3 "$top_srcdir/tests/system/caldav.py" "$DUNLIN" "$@"
