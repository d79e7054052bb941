#!/bin/sh
# From a real Postfix, over a real Dovecot and through a pipe (root; packages
# postfix, dovecot-imapd).
exec /usr/bin/python3 "$top_srcdir/tests/system/intake.py"
