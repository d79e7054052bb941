#!/bin/bash
# Import ROWS (1,000,000) rows, beside sqlite3 .import of the same file into a
# table with the same indexes.
set -eu
rows=${ROWS:-1000000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export DUNLIN_NOW=2026-11-21T09:00:00Z LC_ALL=C.UTF-8
dunlin() { "$DUNLIN" -C "$dir/w" "$@"; }
"$DUNLIN" init "$dir/w" >"$dir/log"
dunlin tasks >>"$dir/log"
awk -v n="$rows" 'BEGIN {
	print "account,name,email,item,issued,due,amount,balance,currency"
	for (i = 0; i < n; i++) {
		a = int(i / 10)
		printf "C%07d,Firm %d,ap%d@debtor.test,I%08d,2026-10-%02d," \
		    "2026-11-%02d,%d.%02d,%d.%02d,USD\n", a, a, a, i,
		    i % 28 + 1, i % 28 + 1, i % 9000 + 1, i % 100,
		    i % 9000 + 1, i % 100
	}
}' >"$dir/ledger.csv"
seconds() {	# command... -> wall seconds, CPU seconds, peak MiB
	/usr/bin/python3 -c '
import resource, subprocess, sys, time
t = time.monotonic()
p = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
r = resource.getrusage(resource.RUSAGE_CHILDREN)
print("%.2f %.2f %d" % (time.monotonic() - t, r.ru_utime + r.ru_stime,
    r.ru_maxrss // 1024))
sys.exit(p.returncode)' "$@"
}
times() { echo "$1 $2" | awk '{ printf "%.1f", $1 / $2 }'; }
# The table of the reference has the indexes of ours: the identity of an item,
# and what planning reads of the open ones.
read -r ref cpu _ <<<"$(seconds sqlite3 "$dir/ref.db" \
    "CREATE TABLE item (account TEXT, name TEXT, email TEXT, item TEXT,
	issued TEXT, due TEXT, amount TEXT, balance TEXT, currency TEXT,
	UNIQUE (item))" \
    "CREATE INDEX item_account ON item (account, due, item, balance,
	currency) WHERE balance <> '0'" \
    ".import --csv --skip 1 $dir/ledger.csv item")"
read -r first mine peak <<<"$(seconds "$DUNLIN" -C "$dir/w" import \
    "$dir/ledger.csv" --mode full)"
read -r again _ _ <<<"$(seconds "$DUNLIN" -C "$dir/w" import \
    "$dir/ledger.csv" --mode full)"
# The next day: one row in ten has changed, all are dated.
awk -F, -v OFS=, 'NR > 1 && NR % 10 == 0 { $8 = $8 / 2 } 1' \
    "$dir/ledger.csv" >"$dir/next.csv"
read -r next _ peak2 <<<"$(DUNLIN_NOW=2026-11-22T09:00:00Z seconds \
    "$DUNLIN" -C "$dir/w" import "$dir/next.csv" --mode full --confirm)"
echo "rows $rows: sqlite3 .import $ref s (CPU $cpu s); dunlin import" \
    "$first s (CPU $mine s): $(times "$first" "$ref") times (CPU" \
    "$(times "$mine" "$cpu")), peak $peak MiB; the same again $again s;" \
    "next day's list $next s, peak $peak2 MiB"
