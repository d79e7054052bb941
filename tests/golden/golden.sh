#!/bin/bash
# Golden mails: every language and template against tests/golden/*.txt and
# against the facts.  golden.sh --update writes them anew.
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$top_builddir/tests/golden/write_mails" "$dir" || exit 1
/usr/bin/python3 "$top_srcdir/tests/golden/check_mails.py" "$dir" \
    "$top_srcdir/tests/golden" "$@"
