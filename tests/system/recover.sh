#!/bin/bash
# A restored backup, a lost record and a jumping clock: nothing is sent before
# a person has looked, and nothing is ever sent twice.  A root shows what was
# cut off.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
export LC_ALL=C.UTF-8
work=$dir/work
morning=2026-11-20T08:00:00Z
ten=2026-11-20T10:00:00Z

check() {	# WHAT CONDITION...
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		echo "$what"
		sed 's/^/    /' "$dir/out" "$dir/err"
		failed=$((failed + 1))
	fi
}

dunlin() {	# TIME COMMAND...; result in $code
	"$DUNLIN" -C "$work" --now "$@" >"$dir/out" 2>"$dir/err"
	code=$?
}

code_is() { [ "$code" = "$1" ]; }
sent_is() {
	[ "$(find "$work/outgoing" -path '*/new/*' -type f 2>/dev/null |
	    wc -l)" = "$1" ]
}
says() { grep -q "$1" "$dir/out" "$dir/err"; }

# EXPRESSION about the JSON printed, as "it".
json_is() {
	/usr/bin/python3 -c 'import json, sys
it = json.load(open(sys.argv[1]))
sys.exit(not eval("(" + sys.argv[2] + ")"))' "$dir/out" "$1"
}

sql() {
	/usr/bin/python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.executescript(sys.argv[2])' "$work/dunlin.db" "$1"
}

begin() {
	rm -rf "$work" "$dir/copy" "$dir/copy.root"
	dunlin $morning init "$work"
	cat >"$dir/ledger.csv" <<'END'
account,name,email,item,due,amount,currency
C-1,Blue Harbour,a@example.com,I-1,2026-11-14,100.00,GBP
C-2,Red Lake,b@example.com,I-2,2026-11-10,75.00,GBP
END
	dunlin $morning import "$dir/ledger.csv" --as-of 2026-11-20
	dunlin $morning arm --confirm 2
	check "set-up" code_is 0
}

roles() {	# TIME
	dunlin "$1" run planner --once
	dunlin "$1" run sender --once
}

backup() {
	dunlin $morning backup "$dir/copy" --json
	check "backup" code_is 0
	check "backup as JSON" json_is 'it["file"].endswith("/copy") and
	    it["events"] > 0 and len(it["root"]) == 64'
}

restore() {
	rm -f "$work/dunlin.db-wal" "$work/dunlin.db-shm"
	cp "$dir/copy" "$work/dunlin.db"
}

# Nothing leaves, whatever is run, until it is confirmed.
refused() {	# WHAT
	roles $ten
	check "$1: the sender goes on" code_is 78
	check "$1: does not name the cure" says 'dunlin recover'
	dunlin $ten recover
	check "$1: recover explains" code_is 0
	roles $ten
	check "$1: explaining is not confirming" code_is 78
}

# --- a backup made before the messages went out ---

begin
dunlin $morning run planner --once
backup
roles $ten
check "two messages" sent_is 2
restore
dunlin $morning verify --root "$dir/copy.root"
check "the backup's own root" code_is 0
refused "restored"
check "restored: nothing more is sent" sent_is 2
dunlin $ten recover --confirm --json
check "recover --confirm" code_is 0
check "recover: two were lost" json_is 'it["done"] and it["lost"] == 2 and
    it["record"] == "database-behind" and not it["gap"]'
for time in $ten 2026-11-20T11:00:00Z 2026-11-21T10:00:00Z \
    2026-11-23T10:00:00Z; do
	roles $time
	check "after recover at $time" code_is 0
	check "after recover at $time: sent again" sent_is 2
done
dunlin 2026-11-23T10:00:00Z recover
check "nothing left to recover" says 'Nothing to recover'
dunlin $ten verify
check "the ledger is whole" code_is 0

# --- a backup that did not even know that they were planned ---

begin
backup
roles $ten
check "two messages" sent_is 2
restore
refused "restored before planning"
dunlin $ten recover --confirm
roles $ten
check "planned after the backup" code_is 0
check "planned after the backup: sent again" sent_is 2

# --- the record is gone ---

begin
roles $ten
rm "$work/dunlin.state"
refused "lost record"
dunlin $ten recover --confirm --nothing-lost
roles $ten
check "lost record, settled" code_is 0
check "lost record, settled: sent again" sent_is 2

# --- the clock ---

begin
roles $morning
check "too early" sent_is 0
later=2026-11-27T10:00:00Z
roles $later
check "a week ahead: the sender goes on" code_is 78
check "a week ahead: does not name the cure" says 'accept-clock'
check "a week ahead" sent_is 0
roles 2026-11-20T07:00:00Z
check "an hour back" code_is 78
dunlin $later status --accept-clock
check "accepting the clock" code_is 0
roles $later
check "the accepted clock" code_is 0
roles $morning
check "back from the accepted clock" code_is 78

# --- what a root shows ---

begin
roles $ten
# The end that is cut tells of no message: that would be missed by itself.
dunlin $ten note C-1 "The end of its stream"
dunlin $ten verify --write-root "$dir/root"
check "write a root" code_is 0
sql "DELETE FROM event_payload WHERE event_id = (SELECT max(id) FROM event);
    UPDATE stream SET seq = seq - 1, head = (SELECT prev FROM event
	WHERE id = (SELECT max(id) FROM event)) WHERE id = (SELECT stream_id
	FROM event ORDER BY id DESC LIMIT 1);
    DELETE FROM event WHERE id = (SELECT max(id) FROM event);
    DELETE FROM root"
dunlin $ten verify
check "a cut end without a root" code_is 0
check "does not say what it cannot show" says 'Not shown without a root'
dunlin $ten verify --root "$dir/root"
check "a cut end with a root" code_is 70
dunlin $ten verify --root "$dir/root" --json
check "a cut end as JSON" json_is 'not it["ok"] and
    it["problem_count"] == 1 and "counts" in it["problems"][0]'
begin
dunlin $ten verify --root "$dir/root"
check "the root of another database" code_is 65
echo "dunlin-root 1" >"$dir/root"
dunlin $ten verify --root "$dir/root"
check "a root cut short" code_is 65
head -c 100 "$work/dunlin.db" >"$dir/half"
cp "$dir/half" "$work/dunlin.db"
rm -f "$work"/dunlin.db-*
dunlin $ten verify
check "a damaged file" [ "$code" -ge 64 ]
check "a damaged file: is named" says 'dunlin.db'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
