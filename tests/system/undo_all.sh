#!/bin/sh
# Every act that Dunlin does by itself, taken back; see undo_all.py.
exec /usr/bin/python3 "$top_srcdir/tests/system/undo_all.py"
