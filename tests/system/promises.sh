#!/bin/sh
# Promises and disputes to every end; see promises.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/promises.py" "$DUNLIN"
