#!/bin/bash
# Golden letters: what poppler reads on their pages, against
# tests/golden/letters/*.txt.  letters.sh --update writes them anew.
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/new" "$dir/again"
if ! command -v pdftotext >/dev/null; then
	echo "pdftotext is missing: install poppler-utils"
	echo "0 passed, 1 failed"
	exit 1
fi
/usr/bin/python3 "$top_srcdir/tests/golden/make_seal.py" "$dir/seal.png" || exit 1
"$top_builddir/tests/golden/write_letters" "$dir/new" "$dir/seal.png" || exit 1
"$top_builddir/tests/golden/write_letters" "$dir/again" "$dir/seal.png" ||
    exit 1
/usr/bin/python3 "$top_srcdir/tests/golden/check_letters.py" "$dir/new" \
    "$dir/again" "$top_srcdir/tests/golden/letters" "$@"
