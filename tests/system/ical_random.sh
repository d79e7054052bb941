#!/bin/sh
# Random calendar objects against an independent parser: see ical_random.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/ical_random.py" \
    "$top_builddir/tests/system/ical_random" "$@"
