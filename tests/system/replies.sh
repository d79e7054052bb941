#!/bin/sh
# Every row of what comes back, in both languages; see replies.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/replies.py" "$DUNLIN" \
    "$top_srcdir" "$@"
