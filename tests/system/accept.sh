#!/bin/sh
# Mail that a person has to believe first: see accept.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/accept.py"
