#!/bin/sh
# A message that ends its sender again and again goes to a person.
/usr/bin/python3 "$top_srcdir/tests/system/parked.py"
