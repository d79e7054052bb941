#!/bin/sh
# Every reason for which people are asked comes about: see reasons.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/reasons.py" "$@"
