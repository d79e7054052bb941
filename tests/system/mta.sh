#!/bin/sh
# The snippets of contrib/mta in real servers (root; packages postfix,
# dovecot-imapd, dovecot-lmtpd, dovecot-sieve; Exim's is taken apart, as it
# cannot be installed beside Postfix).
exec /usr/bin/python3 "$top_srcdir/tests/system/mta.py"
