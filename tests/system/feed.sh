#!/bin/sh
# The calendar feed of the web role: see feed.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/feed.py"
