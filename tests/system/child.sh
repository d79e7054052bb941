#!/bin/sh
# The child that reads hostile bytes: what it holds, and that it reads the
# same as without its sandbox.
exec /usr/bin/python3 "$top_srcdir/tests/system/child.py"
