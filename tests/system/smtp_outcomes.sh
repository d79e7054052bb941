#!/bin/sh
# Every way in which a mail server can fail, against a scripted one.
exec /usr/bin/python3 "$top_srcdir/tests/system/smtp_outcomes.py"
