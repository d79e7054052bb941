#!/bin/bash
# dunlin-templates(5) lists exactly the names of names.def, and those of
# staff_names.def under a heading of their own.
set -u
cd "$top_srcdir" || exit 1
passed=0 failed=0

same() {	# FILE HEADING
	local a b
	a=$(tr '\n' ' ' <"$1" | grep -o 'NAME("[^"]*"' | cut -d'"' -f2 | sort)
	b=$(sed -n "/^\.Sh $2\$/,/^\.El/p" man/dunlin-templates.5 |
	    sed -n 's/^\.It Ic \([^ ]*\).*/\1/p' | sort)
	if [ -n "$a" ] && [ "$a" = "$b" ]; then
		passed=$((passed + 1))
	else
		diff <(echo "$a") <(echo "$b")
		failed=$((failed + 1))
	fi
}

same src/render/names.def NAMES
same src/render/staff_names.def "NAMES FOR PEOPLE OF OURS"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
