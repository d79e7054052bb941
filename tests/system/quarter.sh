#!/bin/sh
# A simulated quarter, small: see quarter.py; make quarter runs all of it.
exec /usr/bin/python3 -B "$top_srcdir/tests/system/quarter.py"
