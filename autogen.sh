#!/bin/sh
# Make ./configure from configure.ac.  Needed once after a git checkout.
set -e
cd "$(dirname "$0")"
exec autoreconf --force --install --warnings=all
