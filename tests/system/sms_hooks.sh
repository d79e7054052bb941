#!/bin/sh
# SMS in: receipts, answers, words that stop, forged calls, a flood, kills.
exec /usr/bin/python3 "$top_srcdir/tests/system/sms_hooks.py"
