#!/bin/bash
# The units of contrib/systemd: known to systemd, and closed as they say.
set -u
passed=0 failed=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

if ! command -v systemd-analyze >/dev/null; then
	echo "skipped: there is no systemd-analyze (package systemd)"
	echo "0 passed, 0 failed"
	exit 77
fi

check() {
	if [ "$2" = yes ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1"
		cat "$dir/out"
	fi
}

# How exposed a service is, from 0.0 to 10.0.
exposure() {
	sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p' \
	    "$dir/out"
}

at_most() {
	awk -v a="$1" -v b="$2" 'BEGIN {
		print (a != "" && a + 0 <= b + 0) ? "yes" : "no" }'
}

bin=$(cd "$(dirname "$DUNLIN")" && pwd)
for unit in dunlin.service dunlin@.service; do
	sed "s|@bindir@|$bin|g" "$top_srcdir/contrib/systemd/$unit" \
	    >"$dir/$unit"
done
# An instance is verified, not the template.
cp "$dir/dunlin@.service" "$dir/dunlin@planner.service"
for unit in dunlin.service dunlin@planner.service; do
	ok=no
	systemd-analyze verify --man=no "$dir/$unit" >"$dir/out" 2>&1 &&
	    ! grep -q "dunlin.*\.service:" "$dir/out" && ok=yes
	check "systemd does not know all of $unit:" "$ok"
	systemd-analyze security --offline=true --no-pager "$dir/$unit" \
	    >"$dir/out" 2>&1
	check "$unit is more exposed than 2.5:" "$(at_most "$(exposure)" 2.5)"
done
# A line that systemd does not know is seen.
sed 's/^NoNewPrivileges=/NoNewPriviliges=/' "$dir/dunlin.service" \
    >"$dir/wrong.service"
ok=no
systemd-analyze verify --man=no "$dir/wrong.service" >"$dir/out" 2>&1
grep -q NoNewPriviliges "$dir/out" && ok=yes
check "a wrong line is not seen:" "$ok"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
