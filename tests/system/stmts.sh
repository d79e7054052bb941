#!/bin/sh
# Every statement of the store can be prepared on SQLite, and the source has
# no statement that the registry does not know.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

out=$("$top_builddir/tests/system/stmts" sqlite "$dir/dunlin.db")
status=$?
if grep -n 'static struct db_stmt [a-z]' "$top_srcdir"/src/store/*.c; then
	echo "declare statements with DB_STMT"
	status=1
fi
# As many in the program as in the source: none was left out of the link.
source=$(cat "$top_srcdir"/src/store/*.c "$top_srcdir"/src/store/*.def |
    grep -cE '^(DB_STMT|EXPORT|QUESTION)\(')
known=$(echo "$out" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1/p')
if [ "$status" = 0 ] && [ "$source" != "$known" ]; then
	echo "$source statements in src/store, $known in the registry"
	status=1
fi
echo "$out" | sed '$d'
[ "$status" = 0 ] || { echo "0 passed, 1 failed"; exit 1; }
echo "$known passed, 0 failed"
