#!/bin/sh
# The include arrows of ARCHITECTURE.md, by arrows.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/arrows.py"
