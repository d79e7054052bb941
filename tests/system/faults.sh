#!/bin/bash
# The disk gets full, or breaks, at every write of a command in turn: the
# command ends with a clear error and a code of sysexits.h, the database stays
# whole, nothing is half done, and the command works once there is room.  And
# a database that somebody else keeps busy.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
export LC_ALL=C.UTF-8
now=2026-11-20T10:00:00Z
shim=$top_builddir/tests/system/fault.so

fail() {
	echo "$1"
	[ ! -s "$dir/err" ] || sed 's/^/    /' "$dir/err"
	failed=$((failed + 1))
}

dunlin() {
	"$DUNLIN" -C "$dir/work" --now $now "$@"
}

sql() {
	/usr/bin/python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' \
	    "$dir/work/dunlin.db" "$1"
}

# What a command that failed must not change, and one that worked must have.
state() {
	sql "SELECT (SELECT count(*) FROM account) || ' ' ||
	    (SELECT count(*) FROM item) || ' ' ||
	    (SELECT coalesce(sum(balance), 0) FROM item) || ' ' ||
	    (SELECT count(*) FROM hold) || ' ' ||
	    (SELECT count(*) FROM import) || ' ' ||
	    (SELECT count(*) FROM account WHERE planned_rev = rev) || ' ' ||
	    (SELECT count(*) FROM outbox) || ' ' ||
	    (SELECT count(*) FROM event)"
}

ledger() {	# FROM TO
	echo "account,name,email,item,due,amount,currency"
	for i in $(seq "$1" "$2"); do
		echo "C-$i,Customer $i,c$i@example.com,I-$i,2026-11-01,$i.50,GBP"
	done
}

# A backup that does not fit leaves nothing that looks like one.
check_backup() {
	local at
	fresh
	for at in 1 2 5 20; do
		env LD_PRELOAD="$shim" DUNLIN_FAULT_PATH="$dir/copy" \
		    DUNLIN_FAULT_AT=$at DUNLIN_FAULT_ERROR=28 \
		    "$DUNLIN" -C "$dir/work" --now $now backup "$dir/copy" \
		    >"$dir/out" 2>"$dir/err"
		code=$?
		if [ $code -ge 64 ] && [ $code -le 78 ] &&
		    grep -q "^dunlin: $dir/copy" "$dir/err" &&
		    ! ls "$dir" | grep -q '^copy'; then
			passed=$((passed + 1))
		else
			fail "backup, disk full: write $at: exit code $code"
		fi
	done
}

# COMMAND...: AT ERROR [once] from the environment; result in $code.
under_fault() {
	env LD_PRELOAD="$shim" DUNLIN_FAULT_PATH="$dir/work/dunlin.db" \
	    DUNLIN_FAULT_AT="$1" DUNLIN_FAULT_ERROR="$2" \
	    DUNLIN_FAULT_COUNT="$dir/count" ${3:+DUNLIN_FAULT_ONCE=1} \
	    "$DUNLIN" -C "$dir/work" --now $now "${@:4}" \
	    >"$dir/out" 2>"$dir/err"
	code=$?
}

fresh() {
	rm -rf "$dir/work"
	cp -r "$dir/start" "$dir/work"
}

# NAME AT ERROR ONCE COMMAND...
check_one() {
	local name=$1 at=$2 error=$3 once=$4 after
	shift 4
	fresh
	under_fault "$at" "$error" "$once" "$@"
	after=$(state)
	if [ $code = 0 ]; then
		[ "$after" = "$done_state" ] ||
		    { fail "$name: write $at: says that it worked"; return; }
	elif [ $code -lt 64 ] || [ $code -gt 78 ]; then
		fail "$name: write $at: exit code $code"
		return
	elif ! grep -Eq '^dunlin: .*(disk|full|write|read)' "$dir/err" ||
	    [ "$(grep -c '^dunlin: ' "$dir/err")" != 1 ]; then
		fail "$name: write $at: no clear error"
		return
	elif [ "$after" != "$start_state" ] && [ "$1" != run ]; then
		# (A role commits step by step: it may have done some.)
		fail "$name: write $at: half done: $after"
		return
	fi
	: >"$dir/err"
	if ! dunlin verify >"$dir/err" 2>&1; then
		fail "$name: write $at: the database is damaged"
	elif [ $code != 0 ] && ! dunlin "$@" >"$dir/err" 2>&1; then
		fail "$name: write $at: does not work afterwards"
	elif [ "$(state)" != "$done_state" ]; then
		fail "$name: write $at: not the same afterwards"
	else
		passed=$((passed + 1))
	fi
}

# COMMAND...: fails at each of its writes in turn, of very many at some.
check() {
	local n at step
	fresh
	start_state=$(state)
	under_fault 0 0 "" "$@"
	done_state=$(state)
	n=$(cat "$dir/count" 2>/dev/null)
	n=${n:-0}
	if [ $code != 0 ] || [ "$n" -lt 3 ] ||
	    [ "$start_state" = "$done_state" ]; then
		fail "$1: without a fault: code $code, $n writes"
		return
	fi
	step=$((1 + n / 40))
	for at in $(seq 1 $step "$n"); do
		check_one "$1, disk full" "$at" 28 "" "$@"
		check_one "$1, one error" "$at" 5 once "$@"
	done
}

check_busy() {
	fresh
	start_state=$(state)
	/usr/bin/python3 -c 'import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))' "$dir/work/dunlin.db" "$1" >"$dir/lock" &
	locker=$!
	while [ ! -s "$dir/lock" ]; do sleep 0.05; done
	dunlin note C-1 "during the lock" >"$dir/out" 2>"$dir/err"
	code=$?
	: >"$dir/lock"
}

# --- set-up ---

"$DUNLIN" init "$dir/work" >/dev/null || fail "init"
dunlin tasks >/dev/null || fail "no database"
cp -r "$dir/work" "$dir/start"
ledger 1 40 >"$dir/ledger.csv"
ledger 41 2000 >"$dir/ledger2.csv"
check import "$dir/ledger.csv" --as-of 2026-11-20
fresh
dunlin import "$dir/ledger.csv" --as-of 2026-11-20 >/dev/null ||
    fail "import"
rm -rf "$dir/start"
cp -r "$dir/work" "$dir/start"
check hold C-1 --note "being looked into"
check note C-2 "called twice"
check run planner --once

check_backup

# The real thing once: a limit on the size of files.
fresh
start_state=$(state)
(ulimit -f 340 && dunlin import "$dir/ledger2.csv" --as-of 2026-11-20 \
    >"$dir/out" 2>"$dir/err")
code=$?
if [ $code = 75 ] && [ "$(state)" = "$start_state" ] && dunlin verify >"$dir/out"
then
	passed=$((passed + 1))
else
	fail "ulimit -f: exit code $code"
fi

# --- busy ---

check_busy 2
wait $locker
if [ $code = 0 ]; then
	passed=$((passed + 1))
else
	fail "busy for two seconds: exit code $code"
fi
check_busy 300
kill $locker 2>/dev/null
wait $locker 2>/dev/null
if [ $code = 75 ] && grep -q 'busy' "$dir/err" &&
    [ "$(state)" = "$start_state" ]; then
	passed=$((passed + 1))
else
	fail "busy for good: exit code $code"
fi
: >"$dir/err"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
