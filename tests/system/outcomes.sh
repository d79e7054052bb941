#!/bin/sh
# What follows from the outcomes of tasks: see outcomes.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/outcomes.py"
