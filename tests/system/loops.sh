#!/bin/sh
# See loops.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/loops.py"
