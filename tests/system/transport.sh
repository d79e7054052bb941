#!/bin/sh
# A transport that refuses everybody is paused, and comes back.
/usr/bin/python3 "$top_srcdir/tests/system/transport.py"
