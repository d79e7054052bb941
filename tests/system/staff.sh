#!/bin/sh
# Tasks, their owners and mail to people: see staff.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/staff.py"
