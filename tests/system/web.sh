#!/bin/sh
# The web role: what it answers, its limits, and how it ends.
exec /usr/bin/python3 "$top_srcdir/tests/system/web.py"
