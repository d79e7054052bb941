#!/bin/sh
# SMS out: routes, outcomes, back-off, channels, against a scripted gateway.
exec /usr/bin/python3 "$top_srcdir/tests/system/sms_send.py"
