#!/bin/bash
# serve as a whole: planner and two senders over a Maildir workspace. Messages
# go out once each; a killed role comes back; a bad configuration is refused
# while it runs; SIGTERM ends all in good order; no role outlives a killed
# supervisor; systemd is told.
set -u
passed=0 failed=0
dir=$(mktemp -d) || exit 1
serve=0
finish() {
	[ "$serve" = 0 ] || kill -9 "$serve" 2>/dev/null
	[ -z "${listener:-}" ] || kill "$listener" 2>/dev/null
	rm -rf "$dir"
}
trap finish EXIT
unset DUNLIN_WORKSPACE DUNLIN_NOW
export LANG=C.UTF-8 DUNLIN_CLOCK_FILE=$dir/clock

check() {	# WHAT COMMAND...
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		echo "$what"
		sed 's/^/    /' "$dir/log" 2>/dev/null | tail -n 20
		failed=$((failed + 1))
	fi
}

await() {	# SECONDS COMMAND...
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

clock() {
	echo "$1" >"$dir/clock.new" && mv "$dir/clock.new" "$dir/clock"
}

mails() {
	find "$dir/ws/outgoing/new" -type f 2>/dev/null | wc -l
}

some_mails() {
	[ "$(mails)" -ge "$1" ]
}

# Addresses and subjects that occur twice: the same reminder sent twice.
doubles() {
	grep -hE '^(To|X-Dunlin-Cause|Subject): ' "$dir"/ws/outgoing/new/* |
	    grep '^To:' | sort | uniq -d
}

start() {
	"$DUNLIN" -C ws serve --senders 2 2>>"$dir/log" &
	serve=$!
}

pid_of() {	# NAME: of the role started last
	sed -nE "s/.* started $1 pid=([0-9]+).*/\1/p" "$dir/log" | tail -n 1
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

started() {	# NAME TIMES
	[ "$(grep -c "started $1 " "$dir/log")" -ge "$2" ]
}

# A workspace by a relative name, as people give it.
cd "$dir" || exit 1
mkdir ws
# Without the intake: its reader keeps to the real pace of its looks.
sed "/^    intake:/d" "$top_srcdir/contrib/sample/dunlin.yaml" \
    >"$dir/ws/dunlin.yaml"
"$top_srcdir/contrib/sample/make-ledger" 2026-11-20 >"$dir/ledger.csv"
clock 2026-11-20T00:30:00Z
d() {
	"$DUNLIN" -C ws "$@"
}
check "import" d import --as-of 2026-11-20 "$dir/ledger.csv" >"$dir/out"
n=$(d arm --json | sed -nE 's/.*"confirm": *([0-9]+).*/\1/p')
check "arm" d arm --confirm "$n" >"$dir/out"

# What serve tells systemd.
/usr/bin/python3 - "$dir/notify" >"$dir/told" <<'E2' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(4096).decode(), flush=True)
E2
listener=$!
await 5 test -S "$dir/notify"
export NOTIFY_SOCKET=$dir/notify WATCHDOG_USEC=2000000
start
check "READY=1 is told" await 10 grep -q '^READY=1' "$dir/told"
check "a planner and two senders start" await 10 started sender-2 1

# Half past eight in Shanghai; in Los Angeles it is yesterday afternoon.
sleep 1
check "only one customer is at work yet" test "$(mails)" -le 1
clock 2026-11-20T01:02:00Z
kill -USR1 $serve
check "messages go out" await 30 some_mails 10
check "signs of life" await 5 grep -q '^WATCHDOG=1' "$dir/told"

# A role that is killed comes back after two seconds.
kill -9 "$(pid_of sender-1)"
check "a killed sender comes back" await 10 started sender-1 2
check "and that was said" grep -q 'sender-1 was killed by signal 9' "$dir/log"

# A bad configuration while running: told, and the old one goes on.
cp "$dir/ws/dunlin.yaml" "$dir/good.yaml"
echo 'nonsense: [' >>"$dir/ws/dunlin.yaml"
kill -HUP $serve
check "a bad configuration is told" await 5 \
    grep -q 'kept the old configuration' "$dir/log"
cp "$dir/good.yaml" "$dir/ws/dunlin.yaml"
kill -HUP $serve
check "a good one is read" await 10 \
    grep -q 'planner: reload: configuration read anew' "$dir/log"
check "all still run" kill -0 "$(pid_of planner)" "$(pid_of sender-1)" \
    "$(pid_of sender-2)" $serve

# Later in the day: the next zone's morning.
before=$(mails)
clock 2026-11-20T09:02:00Z
kill -USR1 $serve
check "more go out at nine in London" await 30 some_mails $((before + 4))

planner=$(pid_of planner) one=$(pid_of sender-1) two=$(pid_of sender-2)
kill -TERM $serve
wait $serve
code=$?
serve=0
check "SIGTERM ends with 0, not $code" test $code = 0
check "STOPPING=1 is told" grep -q '^STOPPING=1' "$dir/told"
for pid in $planner $one $two; do
	check "role $pid has ended" gone "$pid"
done
check "nobody got two: $(doubles)" test -z "$(doubles)"
sent=$(mails)
d run planner --once 2>>"$dir/log"
d run sender --once 2>>"$dir/log"
check "running the roles again sends nothing" test "$(mails)" = "$sent"
check "none is uncertain" test "$(d --json status |
    sed -nE 's/.*"uncertain": ([0-9]+).*/\1/p')" = 0

# A supervisor that is killed leaves no orphans.
start
check "it starts again" await 10 started planner 2
await 10 started sender-2 2
sleep 0.5
planner=$(pid_of planner) two=$(pid_of sender-2)
{ kill -9 $serve; wait $serve; } 2>/dev/null
serve=0
check "the planner ends by itself" await 10 gone "$planner"
check "the sender ends by itself" await 10 gone "$two"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
