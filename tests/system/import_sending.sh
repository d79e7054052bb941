#!/bin/sh
# A sender goes on while a long list of the same company is imported.
PYTHONPATH="$top_srcdir/tests/system" exec /usr/bin/python3 \
    "$top_srcdir/tests/system/import_sending.py"
