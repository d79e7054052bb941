#!/bin/sh
# The gateways of contrib against stubs of their vendors.
exec /usr/bin/python3 "$top_srcdir/tests/system/sms_vendors.py"
