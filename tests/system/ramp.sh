#!/bin/sh
# First contacts of a day are counted when they are handed over.
/usr/bin/python3 "$top_srcdir/tests/system/ramp.py"
