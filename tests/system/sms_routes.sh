#!/bin/sh
# SMS: approval, pauses, paces and costs of routes, channels, early receipts.
exec /usr/bin/python3 "$top_srcdir/tests/system/sms_routes.py"
