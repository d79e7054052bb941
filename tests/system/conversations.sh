#!/bin/sh
# Conversations over simulated weeks through a real Postfix and a real Dovecot
# (root; packages postfix, dovecot-imapd).
exec /usr/bin/python3 "$top_srcdir/tests/system/conversations.py"
