#!/bin/sh
# Robots of chat groups: see robots.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/robots.py" "$@"
