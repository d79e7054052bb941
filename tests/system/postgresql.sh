#!/bin/bash
# The schema and every statement of the store on a real PostgreSQL: a server
# of our own in a temporary folder, on a Unix socket only.
set -u
dir=$(mktemp -d /tmp/dunlin-pg-XXXXXX)
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
PATH=${bin:+$bin:}$PATH
export LC_ALL=C

give_up() {
	echo "$1"
	echo "0 passed, 1 failed"
	exit 1
}

# The server refuses to run as root: then as the user of its package.
as_server() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && exec setpriv --reuid=postgres --regid=postgres \
		    --clear-groups env HOME="$dir" PATH="$PATH" LC_ALL=C "$@")
	else
		"$@"
	fi
}

finish() {
	[ ! -f "$dir/data/postmaster.pid" ] ||
	    as_server pg_ctl -D "$dir/data" -m immediate -w stop >/dev/null
	rm -rf "$dir"
}
trap finish EXIT

command -v initdb >/dev/null || give_up "no PostgreSQL: install postgresql-15"
[ "$(id -u)" != 0 ] || chown postgres "$dir"
as_server initdb -D "$dir/data" -U dunlin -A trust --no-locale -E UTF8 \
    --no-sync >"$dir/initdb.log" 2>&1 || give_up "$(cat "$dir/initdb.log")"
as_server pg_ctl -D "$dir/data" -w -t 60 -l "$dir/data/log" \
    -o "-k $dir -c listen_addresses= -c fsync=off" start >/dev/null ||
    give_up "$(cat "$dir/data/log")"

"$top_builddir/tests/system/stmts" postgresql >"$dir/script.sql" ||
    give_up "stmts failed"
result=$(psql -X -q -A -t -h "$dir" -U dunlin -d postgres \
    -f "$dir/script.sql" 2>"$dir/errors")
want=$(grep -c '^PREPARE ' "$dir/script.sql")
failed=$(grep -c 'ERROR:' "$dir/errors")
if [ "$failed" != 0 ] || [ "$result" != "$want" ]; then
	cat "$dir/errors"
	# The statement of each line that psql complains about.
	sed -n 's/^psql:[^:]*:\([0-9]*\): ERROR.*/\1/p' "$dir/errors" |
	    while read -r line; do sed -n "${line}p" "$dir/script.sql"; done
	echo "${result:-0} passed, $((want - ${result:-0})) failed"
	exit 1
fi
echo "$want passed, 0 failed"
