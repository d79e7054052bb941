#!/bin/sh
# Offers and what becomes of their messages; see offers_sent.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/offers_sent.py"
