#!/bin/sh
# Offers for paying by a day, from the mail to the credit note; see offers.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/offers.py" "$DUNLIN"
