#!/bin/sh
# Every write that changes an account's facts changes its rev.
/usr/bin/python3 "$top_srcdir/tests/system/revs.py"
