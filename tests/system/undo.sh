#!/bin/sh
# Taking back what replies led to; see undo.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/undo.py"
