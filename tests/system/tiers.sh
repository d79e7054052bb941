#!/bin/sh
# Tiers that follow from what customers do; see tiers.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/tiers.py" "$DUNLIN"
