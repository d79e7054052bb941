#!/bin/sh
# Demand letters, from the draft to the mail that went out; see letters.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/letters.py"
