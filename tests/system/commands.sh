#!/bin/sh
# Commands in answer to digests: see commands.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/commands.py"
