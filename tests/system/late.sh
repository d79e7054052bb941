#!/bin/sh
# See late.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/late.py"
