#!/bin/bash
# dunlin-templates(5) lists exactly the names of names.def.
set -u
cd "$top_srcdir" || exit 1
a=$(grep -o '^NAME("[^"]*"' src/render/names.def | cut -d'"' -f2 | sort)
b=$(sed -n '/^\.Sh NAMES/,$p' man/dunlin-templates.5 |
    sed -n 's/^\.It Ic \([^ ]*\).*/\1/p' | sort)
if [ -n "$a" ] && [ "$a" = "$b" ]; then
	echo "1 passed, 0 failed"
else
	diff <(echo "$a") <(echo "$b")
	echo "0 passed, 1 failed"
	exit 1
fi
