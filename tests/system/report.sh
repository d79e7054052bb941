#!/bin/sh
# Reports against an independent computation; see report.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/report.py" "$DUNLIN" "$@"
