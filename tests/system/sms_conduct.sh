#!/bin/sh
# SMS: quiet hours at send time, one confirmation, single letters.
exec /usr/bin/python3 "$top_srcdir/tests/system/sms_conduct.py"
