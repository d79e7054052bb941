#!/bin/sh
# What a policy changes of the rules for replies; see rules.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/rules.py"
