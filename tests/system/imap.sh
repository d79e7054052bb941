#!/bin/sh
# Reading a mailbox of a server that misbehaves: see imap.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/imap.py"
