#!/bin/sh
# Servers that are late, full, old or restored: see caldav_servers.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/caldav_servers.py" "$DUNLIN" "$@"
