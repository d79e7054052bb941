#!/bin/bash
# The corpora of the fuzz targets, read once more.
set -u
passed=0 failed=0
for folder in "$top_srcdir"/tests/fuzz/corpus/*/; do
	kind=$(basename "$folder")
	for file in "$folder"*; do
		if "$top_builddir/tests/fuzz/replay_$kind" "$file"; then
			passed=$((passed + 1))
		else
			echo "replay_$kind $file failed"
			failed=$((failed + 1))
		fi
	done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
