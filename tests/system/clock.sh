#!/bin/bash
# Only base/clock.c reads the system's clock, only base/id.c makes randomness:
# everything else can be run again and gives the same.
set -u
cd "$top_srcdir" || exit 1
passed=0 failed=0

# Calls, the file that may make them.
while read -r allowed calls; do
	for file in $(find src -name '*.c' | sort); do
		[ "$file" = "$allowed" ] && continue
		# Comments may speak of them.
		found=$(sed 's|/\*.*\*/||; /^ \*/d; /^\/\*/d' "$file" |
		    grep -nE "(^|[^a-zA-Z0-9_.>])($calls) *\(")
		if [ -n "$found" ]; then
			echo "$file: only $allowed may call this: $found"
			failed=$((failed + 1))
		else
			passed=$((passed + 1))
		fi
	done
done <<'LIST'
src/base/clock.c time|gettimeofday|clock_gettime|localtime|localtime_r|gmtime|gmtime_r|mktime|ftime|nanosleep|usleep|g_get_real_time|g_date_time_new_now_[a-z]+|ucal_getNow
src/base/id.c rand|srand|random|srandom|drand48|getrandom|getentropy|arc4random[a-z_]*|RAND_bytes|RAND_priv_bytes|g_random_[a-z_]+
LIST

# SQL has clocks and dice of its own.
found=$(grep -rniE "current_(timestamp|date|time)|datetime\('now|strftime\(|(^|[^a-z_])now\(\)|randomblob|[^a-z_]random\(\)" \
    src --include='*.c' --include='*.sql' --include='*.def' | grep -v '^src/base/clock.c:')
if [ -n "$found" ]; then
	echo "SQL with a clock or dice: $found"
	failed=$((failed + 1))
else
	passed=$((passed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
