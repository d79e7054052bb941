#!/bin/sh
# Thanks after payment and apologies for wrong reminders; see courteous.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/courteous.py" "$DUNLIN"
