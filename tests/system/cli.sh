#!/bin/bash
# The command line: options before and after the verb, mistakes in use, exit
# codes, and the commands for people on a small workspace.
set -u
passed=0 failed=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
unset DUNLIN_WORKSPACE DUNLIN_NOW DUNLIN_CLOCK_FILE LC_ALL LC_MESSAGES
export LANG=C.UTF-8 TZ=UTC
me=user:$(id -un)

ok() {
	passed=$((passed + 1))
}

bad() {
	printf '%s\n' "$@"
	failed=$((failed + 1))
}

# run CODE PATTERN ARGUMENTS...: exit code, and an extended expression that a
# line of what is printed (both streams) must match.
run() {
	local want=$1 pattern=$2 out code
	shift 2
	out=$("$DUNLIN" "$@" 2>&1 </dev/null)
	code=$?
	if [ "$code" != "$want" ]; then
		bad "dunlin $*: exit $code, not $want" "$out"
	elif ! grep -Eq -e "$pattern" <<<"$out"; then
		bad "dunlin $*: no line matches '$pattern'" "$out"
	else
		ok
	fi
}

# same NAME: standard input is what the file NAME must be.
same() {
	if diff -u - "$1"; then
		ok
	else
		bad "$1 differs"
	fi
}

# --- options and mistakes in use

run 0 '^Usage: dunlin ' --help
run 0 '^Usage: dunlin ' -h
run 0 '^  hold +Stop ' --help
run 0 '^dunlin [0-9]+\.[0-9]+' --version
run 0 '^dunlin [0-9]' status --version
run 0 '^Usage: dunlin hold ' hold --help
run 0 '^Usage: dunlin hold ' --help hold
run 0 '^Usage: dunlin status' -C /nowhere status --help
run 64 '^dunlin: no command given$'
run 64 "^Try 'dunlin --help'\.$"
run 64 "^dunlin: unknown command 'frobnicate'$" frobnicate
run 64 "^dunlin: unknown option '--frob'$" --frob status
run 64 "^dunlin: -C needs a value$" status -C
run 64 "^dunlin: --company needs a value$" --company
run 64 "^dunlin: --now needs a value$" status --now
run 78 '^dunlin: .*dunlin\.yaml: .*' status
run 78 '^dunlin: nowhere/dunlin\.yaml: ' -C nowhere status
run 78 '^dunlin: nowhere/dunlin\.yaml: ' -Cnowhere status
run 78 '^dunlin: nowhere/dunlin\.yaml: ' status -C nowhere
DUNLIN_WORKSPACE=elsewhere run 78 'elsewhere/dunlin\.yaml: ' status
DUNLIN_WORKSPACE=elsewhere run 78 '^dunlin: nowhere/' -C nowhere status
if [ "$("$DUNLIN" --help 2>/dev/null | wc -l)" -gt 10 ] &&
    [ -z "$("$DUNLIN" --help 2>&1 >/dev/null)" ]; then
	ok
else
	bad "--help belongs on standard output"
fi
if "$DUNLIN" --help >/dev/full 2>/dev/null; then
	bad "--help into a full disk must fail"
else
	ok
fi

# --- a workspace of two companies

mkdir ws
cat >ws/dunlin.yaml <<'EOF'
test: yes
companies:
  ACME:
    name: Acme Kites Ltd
    country: GB
    zone: Europe/London
    currency: GBP
    reply_to: ar@acme.example.com
    transport: maildir:outgoing
    senders: [{name: Accounts, email: ar@acme.example.com}]
  ZHI:
    name: {zh-CN: 纸鸢有限公司, en: Paper Kite Ltd}
    country: CN
    zone: Asia/Shanghai
    currency: CNY
    reply_to: ar@zhi.example.com
    transport: maildir:outgoing
    senders: [{name: Accounts, email: ar@zhi.example.com}]
EOF
cat >ledger.csv <<'EOF'
account,name,email,language,country,zone,item,due,amount,currency
K1,Paper Boat Works,ap@boat.example.com,en,GB,Europe/London,INV-1,2026-11-10,1200.00,GBP
K1,Paper Boat Works,ap@boat.example.com,en,GB,Europe/London,INV-2,2026-12-10,50.50,GBP
K2,纸船厂,cw@zhichuan.example.com,zh-CN,CN,Asia/Shanghai,INV-3,2026-09-01,9000.00,CNY
EOF
now=2026-11-20T09:00:00Z
d() {
	"$DUNLIN" -C ws --now "$now" --company ACME "$@"
}

run 78 'no database yet' -C ws status
run 64 'name one with --company' -C ws --now "$now" import ledger.csv
d import --as-of 2026-11-20 ledger.csv >out 2>&1 || bad "import" "$(cat out)"
run 64 '^dunlin: tasks: there are 2 companies' -C ws tasks
run 64 'no such company' -C ws --company NOPE tasks
run 64 "^dunlin: status: --now: 'noon' is not a time" -C ws status --now noon

# Every command that changes something says what is wrong with its words.
run 64 '^dunlin: status: unexpected operand' -C ws status now
run 64 "^dunlin: run: no role 'cook'$" -C ws run cook
run 64 '^dunlin: run: too few operands$' -C ws run
run 64 '^dunlin: serve: --senders: from 1 to' -C ws serve --senders 0
run 64 '^dunlin: serve: --senders: from 1 to' -C ws serve --senders 99
run 64 'is not a whole number' -C ws serve --senders two
run 64 '^dunlin: hold: --kind: one of .*dispute' -C ws --company ACME hold K1 \
    --kind anger
run 64 'follows from the facts' -C ws --company ACME hold K1 --kind gap
run 64 'never lapses by itself' -C ws --company ACME hold K1 --kind dispute \
    --until 2026-12-24
run 64 'the date has passed' -C ws --now "$now" --company ACME hold K1 \
    --until 2026-11-01
run 64 'amount needs --item' -C ws --company ACME hold K1 --amount 5
run 64 'not both' -C ws --company ACME hold K1 --all
run 65 'no open item' -C ws --company ACME hold K1 --item INV-9
run 65 'not more than the item' -C ws --company ACME hold K1 --item INV-1 \
    --amount 1200.01
run 65 'no account' -C ws --company ACME hold K9
run 65 'no account' -C ws --company ZHI account K1
run 64 'is not the number of a hold' -C ws --company ACME release x
run 65 'no hold 7' -C ws --company ACME release 7
run 64 '^dunlin: contacted: --by: how' -C ws contacted K1 --result called
run 64 '^dunlin: contacted: --result: what' -C ws contacted K1 --by phone
run 64 'a short code' -C ws contacted K1 --by phone --result 'No Answer'
run 64 'has not come yet' -C ws --now "$now" contacted K1 --by phone \
    --result no-answer --at 2026-11-20T09:00:01Z
run 64 'say what to override' -C ws --company ACME override K1
run 64 '--stage-cap M9: one of M0, M1' -C ws --company ACME override K1 \
    --stage-cap M9
run 64 '--tier gold: one of standard' -C ws --company ACME override K1 \
    --tier gold
run 65 "no user 'nobody-here'" -C ws --company ACME override K1 \
    --owner nobody-here
run 64 'none of list, add, ack, assign, done, hold, move, note, resolve' -C ws --company ACME tasks eat 1
run 64 'is not a task number' -C ws --company ACME tasks ack x
run 64 'wants a task number and TEXT' -C ws --company ACME tasks resolve 1
run 65 'no task 99' -C ws --company ACME tasks ack 99
run 64 'the note is empty' -C ws --company ACME note K1 ' '
run 64 'control character' -C ws --company ACME note K1 $'a\033[2Jb'
run 64 'not UTF-8' -C ws --company ACME note K1 $'\xff'
run 64 'longer than' -C ws --company ACME note K1 "$(printf '%05000d' 0)"

# --- what people do, and how it is told

run 0 '^Hold 1 placed: the debt is disputed\.$' -C ws --now "$now" \
    --company ACME hold K1 --kind dispute --item INV-1 --amount 200 \
    --note 'two kites torn'
run 0 '^Hold 2 placed: a person has put it on hold\.$' -C ws --now "$now" --company ACME hold K2 \
    --until 2026-11-30
LANG=zh_CN.UTF-8 run 0 '^已设置暂停 3：人工暂停。$' -C ws --now "$now" --company ACME \
    hold --all
run 0 '^[{]"ok": true[}]$' -C ws --now "$now" --company ACME --json \
    override K2 --tier standard
run 0 '^Noted on K1\.$' -C ws --now "$now" --company ACME note K1 called, \
    -- --no answer
run 0 '^Recorded: K1 was contacted' -C ws --now "$now" --company ACME \
    contacted K1 --by phone --result no-answer --at 2026-11-20T08:30:00Z
run 0 '^Noted for K2; it is planned anew\.$' -C ws --now "$now" --company ACME \
    override K2 --stage-cap none --tier risk
run 0 '^[a-z]+, risk, language zh-CN' -C ws --now "$now" --company ACME account K2
d hold >holds
same holds <<EOF
HOLD  KIND     SCOPE    ACCOUNT  ON     PLACED      BY         REVIEW      ENDS        NOTE
   1  dispute  item     K1       INV-1  2026-11-20  $me  2026-11-25  -           two kites torn
   2  human    account  K2       -      2026-11-20  $me  2026-11-27  2026-12-01  -
   3  human    company  -        -      2026-11-20  $me  2026-11-27  -           -
EOF
run 0 '^Hold 2 released\.$' -C ws --now "$now" --company ACME release 2 3
run 65 'released already' -C ws --now "$now" --company ACME release 1 2
# All or none: 1 is still there.
run 0 '^ +1  dispute' -C ws --company ACME hold

d account K1 | sed -n '/^HOLD/q; p' >account
same account <<'EOF'
K1  Paper Boat Works
organisation, standard, language en, country GB, zone Europe/London
Tier standard: too little is known yet: 0 invoices paid in 365 days, and 5 are needed; so it stays as it is
Stage M1

CONTACT   ADDRESS              NAME  STATE
payables  ap@boat.example.com  -     working

ITEM   KIND     DUE         DAYS PAST DUE   AMOUNT     OPEN  CURRENCY
INV-1  invoice  2026-11-10             10  1200.00  1200.00  GBP
INV-2  invoice  2026-12-10            -20    50.50    50.50  GBP

EOF
run 0 '^Next: held: the company is observing' -C ws --now "$now" \
    --company ACME account K1
run 0 "^Fri 2026-11-20 09:00  $me  note +text called, --no answer$" -C ws \
    --company ACME account K1
run 0 "^Fri .* hold-placed .*amount 200.00, currency GBP, hold 1, item INV-1," -C ws \
    --company ACME account K1
run 0 "^Fri 2026-11-20 09:00  $me  contacted .*at Fri 2026-11-20 08:30.*by phone.*result no-answer" \
    -C ws --company ACME account K1
d --json account K1 >account.json
/usr/bin/python3 - <<'EOF' || bad "account --json"
import json
a = json.load(open("account.json"))
assert a["account"] == "K1" and a["stage"] == "M1", a
assert [(i["item"], i["open"], i["days_past_due"]) for i in a["items"]] == \
    [("INV-1", "1200.00", 10), ("INV-2", "50.50", -20)], a["items"]
assert [h["kind"] for h in a["holds"]] == ["dispute"], a["holds"]
assert a["next"]["verdict"] == "held", a["next"]
seqs = [e["seq"] for e in a["events"]]
assert seqs == list(range(1, len(seqs) + 1)), seqs
assert {"note", "contacted", "hold-placed"} <= {e["kind"] for e in a["events"]}
EOF
ok

d status >status
grep -v '^COMPANY\|^ACME' status >rest
same rest <<EOF

Messages: none
Tasks: 0 open. Holds: 1.
Clock: 2026-11-20T09:00:00Z (test clock). Next message: none.
Nothing needs you.
EOF
run 0 '^ACME +observing +2026-11-20 +0 +2 ' -C ws --now "$now" \
    --company ACME status
run 0 '^ZHI +observing +- +- ' -C ws --now "$now" status
run 69 '^  ZHI: no ledger yet' -C ws --now "$now" status --check
run 0 '^Nothing needs you' -C ws --now "$now" --company ACME status --check
run 69 'the ledger is 5 days old, more than 4' -C ws \
    --now 2026-11-25T12:00:00Z --company ACME status --check
"$DUNLIN" -C ws --now "$now" --json status >status.json
/usr/bin/python3 - <<'EOF' || bad "status --json"
import json
s = json.load(open("status.json"))
assert s["clock_ok"] and s["clock_test"] and s["attempts_ok"], s
a, z = s["companies"]
assert (a["company"], a["ledger_as_of"], a["holds"]) == \
    ("ACME", "2026-11-20", 1), a
assert sum(a["accounts"].values()) == 2 and z["ledger_as_of"] is None
assert set(a["outbox"]) >= {"queued", "accepted", "uncertain"}, a["outbox"]
assert len(s["needs"]) == 1 and "ZHI" in s["needs"][0], s["needs"]
EOF
ok

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
