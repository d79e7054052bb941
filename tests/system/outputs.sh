#!/bin/sh
# See outputs.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/outputs.py"
