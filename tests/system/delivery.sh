#!/bin/sh
# What reports of mail servers do: see delivery.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/delivery.py"
