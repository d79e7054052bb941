#!/bin/sh
# Hostile senders: see hostile.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/hostile.py"
