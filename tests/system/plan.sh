#!/bin/bash
# dunlin plan, why, arm, stop: what people see and decide before anything
# goes out.
set -u
passed=0 failed=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
DUNLIN_NOW=2026-11-23T08:00:00Z
export DUNLIN_NOW LC_ALL=C.UTF-8
w=$dir/w

ok() {	# WHAT CONDITION...
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$what"
	fi
}

d() {
	"$DUNLIN" -C "$w" "$@"
}

has() {	# TEXT FILE
	grep -qF -- "$1" "$2"
}

says() {	# EXIT-CODE TEXT COMMAND...
	local code=$1 text=$2
	shift 2
	"$@" >"$dir/out" 2>&1 </dev/null
	[ $? -eq "$code" ] && has "$text" "$dir/out"
}

json() {	# PYTHON-EXPRESSION of j, the output of the last command
	/usr/bin/python3 -c "import json, sys
j = json.load(open('$dir/json'))
sys.exit(0 if ($1) else 1)"
}

dump() {
	/usr/bin/python3 -c "import hashlib, sqlite3
print(hashlib.sha256('\n'.join(sqlite3.connect('$w/dunlin.db').iterdump())
      .encode()).hexdigest())"
}

ask() {	# SQL: one number
	/usr/bin/python3 -c "import sqlite3, sys
print(sqlite3.connect('$w/dunlin.db').execute(sys.argv[1]).fetchone()[0])" "$1"
}

"$DUNLIN" init "$w" >/dev/null || exit 1
# One user is enough here; letters.sh has two.
cat >>"$w/dunlin.yaml" <<'END'
policies:
  one: {extends: default, steps: {m4-letter: {approve: 1}}}
END
sed -i 's/policy: default/policy: one/' "$w/dunlin.yaml"
cat >"$dir/l.csv" <<'END'
account,name,email,language,country,zone,item,issued,due,amount,balance,currency
C1,蓝港贸易,ap@blue.example.com,zh-CN,CN,Asia/Shanghai,INV-1,2026-10-20,2026-11-20,1000.00,900.00,CNY
C1,蓝港贸易,ap@blue.example.com,zh-CN,CN,Asia/Shanghai,INV-2,2026-10-25,2026-11-25,500.00,500.00,CNY
C2,Harbour Ltd,pay@harbour.example.com,en,US,America/New_York,INV-3,2026-06-01,2026-07-01,2500.00,2500.00,USD
C3,No Mail Ltd,,en,GB,Europe/London,INV-4,2026-10-01,2026-11-01,250.00,250.00,GBP
C4,Soon Ltd,x@soon.example.com,en,GB,Europe/London,INV-5,2026-11-01,2026-12-01,250.00,250.00,GBP
C5,Later Ltd,x@later.example.com,en,GB,Europe/London,INV-6,2026-11-01,2026-12-31,250.00,250.00,GBP
END
d import "$dir/l.csv" --as-of 2026-11-22 >/dev/null || exit 1

# --- plan ---
ok "plan names the observing state" says 0 "observing" d plan
d plan --json >"$dir/json"
ok "state in JSON" json "j['state'] == 'observing' and not j['stopped']"
ok "who gets a message" json \
    "sorted(m['account'] for m in j['messages']) == ['C1', 'C4']"
# Friday at nine, Shanghai's nine for the one and London's for the other.
ok "slots in the debtors' zones" json \
    "[(m['slot'], m['local']) for m in j['messages']] ==
     [('2026-11-24T09:00:00Z', '2026-11-24 09:00'),
      ('2026-11-27T01:00:00Z', '2026-11-27 09:00')]"
ok "amount, step and recipient" json \
    "[(m['amounts'], m['step'], m['to'], m['language'])
      for m in j['messages'] if m['account'] == 'C1'] ==
     [({'CNY': '1400.00'}, 'm1-first', 'ap@blue.example.com', 'zh-CN')]"
ok "held with a reason and a date" json \
    "[(h['account'], h['hold'], h['review']) for h in j['held']
      if h['account'] == 'C3'] ==
     [('C3', 'no-contact', '2026-11-28T00:00:00Z')]"
ok "totals per stage" json \
    "j['totals']['M1'] == {'messages': 1, 'amounts': {'CNY': '1400.00'}}"
ok "all accounts are told of" json \
    "len(j['messages']) + len(j['held']) + len(j['tasks']) + j['waiting']
     == 5"
d plan --json --account C4 >"$dir/json"
ok "one account" json "[m['account'] for m in j['messages']] == ['C4']"
d plan --json --on 2026-12-24 >"$dir/json"
ok "on another day C5 is near due" json \
    "'C5' in [m['account'] for m in j['messages']]"
ok "on another day C1 is in M2" json \
    "[m['stage'] for m in j['messages'] if m['account'] == 'C1'] == ['M2']"
ok "no such account" says 65 "no account" d plan --account NOBODY
ok "an impossible day" says 64 "2026-02-30" d plan --on 2026-02-30

# --- why ---
ok "why names the carrying item" says 0 "INV-1, CNY 900.00" d why C1
ok "why names the window" says 0 "2026-11-23 to 2026-11-29" d why C1
ok "why speaks Chinese" says 0 "暂停" env LC_ALL=zh_CN.UTF-8 "$DUNLIN" \
    -C "$w" why C3
d why C2 --json --on 2026-11-26 >"$dir/json"
ok "why in JSON" json "j['stage'] == 'M4' and
    'carrying' in [r['rule'] for r in j['rules']]"

# --- arm ---
ok "arm wants the number" says 64 "--confirm 2" d arm
ok "a wrong number arms nothing" says 65 "not armed" d arm --confirm 3
ok "still observing" [ "$(ask "SELECT state FROM company")" = observing ]
d arm --json >"$dir/json"
ok "JSON gives the number" json "j['confirm'] == 2 and
    j['stages']['M1']['messages'] == 1 and j['state'] == 'observing'"
d run planner --once
ok "nothing is written while observing" \
    [ "$(ask "SELECT count(*) FROM outbox")" = 0 ]
ok "the right number arms" says 0 "armed" d arm --confirm 2
ok "it is armed" [ "$(ask "SELECT state FROM company")" = armed ]
ok "armed already" says 0 "already" d arm
d run planner --once
ok "the messages are written" [ "$(ask "SELECT count(*) FROM outbox
    WHERE state = 'queued'")" = 2 ]
before=$(dump)
d run planner --once
ok "a second run writes nothing" [ "$(dump)" = "$before" ]

# --- old debt that was just imported waits for a person ---
d why C2 --json --on 2026-11-25 >"$dir/json"
ok "above M2 only by a person" json "j['hold'] == 'stage-cap' and
    j['task'] == 'stage-cap'"
ok "the cap is lifted" says 0 "C2" d override C2 --stage-cap none
d why C2 --json --on 2026-11-25 >"$dir/json"
ok "a letter needs approval" json "j['verdict'] == 'task' and
    j['task'] == 'approval' and j['step'] == 'm4-letter'"
ok "nothing to release" says 64 "too few operands" d release

# --- a formal step goes out as a named user approved it, or not at all ---
at() {
	DUNLIN_NOW=$1
}
drafts() {
	d approve --json >"$dir/json"
	/usr/bin/python3 -c "import json
print(' '.join(str(r['message']) for r in json.load(open('$dir/json'))))"
}
code() {
	d approve "$1" --json >"$dir/json"
	/usr/bin/python3 -c "import json
print(json.load(open('$dir/json'))['code'])"
}
letters() {
	grep -l 'formal request' "$w"/outgoing/new/* 2>/dev/null | wc -l
}
at 2026-11-25T08:00:00Z
d run planner --once
id=$(drafts)
ok "one draft waits" [ -n "$id" ]
ok "its task is open" says 0 approval d tasks
ok "the draft can be read" says 0 "formal request" d approve "$id"
ok "a wrong code approves nothing" says 65 "read it again" \
    d approve "$id" --code 0123456789ab
ok "a short code approves nothing" says 65 "read it again" \
    d approve "$id" --code 0
ok "no such message" says 65 "does not wait" d approve 9999
code=$(code "$id")
cp "$w/dunlin.yaml" "$dir/yaml"
sed -i 's/roles: .*/roles: [collector]/' "$w/dunlin.yaml"
ok "a collector may not approve" says 65 "may not approve" \
    d approve "$id" --code "$code"
cp "$dir/yaml" "$w/dunlin.yaml"
ok "the right code approves" says 0 "as shown" d approve "$id" --code "$code"
ok "the task is closed" [ "$(ask "SELECT count(*) FROM task WHERE
    reason = 'approval' AND state <> 'closed'")" = 0 ]
ok "not twice" says 65 "does not wait" d approve "$id" --code "$code"
d run planner --once
ok "it is queued" [ "$(ask "SELECT count(*) FROM outbox WHERE id = $id AND
    state = 'queued'")" = 1 ]
# What is owed changes: the approval ends, and is asked for anew.
d pay C2 100 USD --item INV-3 --on 2026-11-24 >/dev/null
d run planner --once
slot=$(ask "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', due_at, 'unixepoch')
    FROM outbox WHERE id = $id")
at "$slot"
d import --as-of 2026-11-26 "$dir/l.csv" >/dev/null
d pay C2 100 USD --item INV-3 --on 2026-11-26 >/dev/null
d run planner --once
d run sender --once 2>/dev/null
ok "what changed does not go out" [ "$(letters)" = 0 ]
d run planner --once
d run planner --once
id=$(drafts)
ok "a new draft waits" [ -n "$id" ]
ok "it says what is owed now" says 0 "2,400.00" d approve "$id"
ok "approved anew" says 0 "as shown" d approve "$id" --code "$(code "$id")"
at "$(ask "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', due_at + 60, 'unixepoch')
    FROM outbox WHERE id = $id")"
d import --as-of "${DUNLIN_NOW%T*}" "$dir/l.csv" >/dev/null
d pay C2 100 USD --item INV-3 --on "${DUNLIN_NOW%T*}" >/dev/null
d run planner --once
d run sender --once 2>/dev/null
ok "as approved it goes out, once" [ "$(letters)" = 1 ]
ok "and says what was approved" grep -q "2,400.00" \
    "$(grep -l "formal request" "$w"/outgoing/new/*)"
d run planner --once
d run sender --once 2>/dev/null
ok "and not again" [ "$(letters)" = 1 ]

# --- stop ---
ok "stop" says 0 "stopped" d stop
ok "stop twice" says 0 "already" d stop
ok "plan says so" says 0 "Stopped" d plan
ok "it survives" [ "$(ask "SELECT stopped FROM company")" = 1 ]
ok "the rows are still there" [ "$(ask "SELECT count(*) FROM outbox
    WHERE state = 'queued'")" = 2 ]
ok "arm starts it again" says 0 "armed" d arm --confirm 2
ok "and it runs" [ "$(ask "SELECT stopped FROM company")" = 0 ]
ok "an unknown company" says 64 "nowhere" d stop nowhere

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
