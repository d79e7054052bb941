#!/bin/sh
# Whole lives in a calendar, seen by another client: see caldav_life.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/caldav_life.py" "$DUNLIN" "$@"
