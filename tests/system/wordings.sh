#!/bin/sh
# Two wordings of a step, and variants by attitude; see wordings.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/wordings.py" "$DUNLIN"
