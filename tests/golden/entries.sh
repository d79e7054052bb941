#!/bin/bash
# Calendar entries: the goldens of tests/golden/ical (entries.sh --update
# writes them anew), and 300 random ones against the rules of the format.
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
write="$top_builddir/tests/golden/write_entries"
golden="$top_srcdir/tests/golden/ical"
"$write" golden "$dir" || exit 1
if [ "${1:-}" = --update ]; then
	mkdir -p "$golden" && cp "$dir"/*.ics "$golden"
	exit
fi
passed=0 failed=0
for file in "$dir"/*.ics; do
	if cmp -s "$file" "$golden/${file##*/}"; then
		passed=$((passed + 1))
	else
		diff -u "$golden/${file##*/}" "$file"
		failed=$((failed + 1))
	fi
done
"$write" random 20261121 300 > "$dir/random" || failed=$((failed + 1))
/usr/bin/python3 "$top_srcdir/tests/golden/check_entries.py" \
    "$passed" "$failed" "$dir/random" "$dir"/*.ics
