#!/bin/sh
# Replies into a workspace: see receive.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/receive.py"
