#!/bin/sh
# Bundles of evidence and what their own instruction finds; see evidence.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/evidence.py" "$DUNLIN" \
    "$top_srcdir" "$@"
