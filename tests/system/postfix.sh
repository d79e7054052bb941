#!/bin/sh
# Into a real Postfix on loopback (root; packages postfix, dovecot-core).
exec /usr/bin/python3 "$top_srcdir/tests/system/postfix.py"
