#!/bin/sh
# Digests: see digest.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/digest.py"
