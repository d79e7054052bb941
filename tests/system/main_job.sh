#!/bin/sh
# The main job into a real Postfix, on a made-up ledger and, where it is
# there, on the real one of 2,466 invoices.
exec /usr/bin/python3 "$top_srcdir/tests/system/main_job.py" "$DUNLIN" \
    "$top_srcdir/../shared/data/ar-ledger-2012-2013.csv"
