#!/bin/sh
# SMS through a real Kannel and its fake SMS centre.
exec /usr/bin/python3 "$top_srcdir/tests/system/sms_kannel.py"
