#!/bin/bash
# dunlin understand: replies with their expected meaning (tests/corpus), and
# the frame of rows: one row out per row in, whatever it holds.
set -u
py=/usr/bin/python3
mails=$($py "$top_srcdir/tests/corpus/clients.py" "$DUNLIN")
out=$($py "$top_srcdir/tests/corpus/run.py" "$DUNLIN" \
    "$top_srcdir/tests/corpus")
echo "$out" | sed '$d'
passed=$(echo "$out" | sed -n 's/^\([0-9]*\) passed.*/\1/p')
failed=$(echo "$out" | sed -n 's/.* \([0-9]*\) failed$/\1/p')
passed=${passed:-0} failed=${failed:-1}
echo "$mails" | sed '$d'
more=$(echo "$mails" | sed -n 's/^\([0-9]*\) passed.*/\1/p')
wrong=$(echo "$mails" | sed -n 's/.* \([0-9]*\) failed$/\1/p')
passed=$((passed + ${more:-0})) failed=$((failed + ${wrong:-1}))
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

is() {	# WHAT GOT WANTED
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		echo "$1: got '$2', wanted '$3'"
		failed=$((failed + 1))
	fi
}

rows() {
	"$DUNLIN" understand --jsonl
}

pick() {	# NAME: the members of that name in the rows on standard input
	$py -c 'import json, sys
for line in sys.stdin:
    print(json.loads(line).get(sys.argv[1]))' "$1" | tr '\n' ' '
}

printf '%s\n' '{"id":"a","text":"ok","ref":"2026-03-11T10:00:00"}' \
    'not json' '{"id":"b"}' '[1]' '{"id":7,"text":"\u0000\ud83d","ref":"x"}' \
    '{"id":"c","text":"","ref":"2026-03-11T10:00:00"}' \
    '{"id":"d","text":"pay Friday","ref":"2026-03-11T23:30:00Z","tz":"Asia/Shanghai"}' \
    >"$dir/in"
is 'a row for each row' "$(rows <"$dir/in" | wc -l)" 7
is 'ids of good and bad rows' "$(rows <"$dir/in" | pick id)" \
    'a None b None None c d '
is 'kinds' "$(rows <"$dir/in" | pick kind)" \
    'human None None None None empty human '
is 'the day is that of the zone' "$(tail -1 "$dir/in" | rows | $py -c '
import json, sys
print(json.load(sys.stdin)["promises"][0]["to"])')" 2026-03-13
is 'a bad row says why' "$(sed -n 3p "$dir/in" | rows | pick error)" \
    'the row has no "text" '
is 'a text on standard input' "$(echo 'Will pay tomorrow' |
    "$DUNLIN" understand --ref 2026-03-11T10:00:00 | pick lead)" 'promise '

printf '%s\n' 'From: mailer-daemon@mx.example.net' \
    'Subject: Undelivered Mail Returned to Sender' '' \
    '<ap@acme.example>: host mx.acme.example said: 550 5.1.1 User unknown' \
    >"$dir/bounce"
is 'a bounce' "$("$DUNLIN" understand --mail "$dir/bounce" | pick kind)" \
    'bounce '
printf '{"id":"m","path":"%s"}\n{"id":"n","path":"%s/none"}\n' \
    "$dir/bounce" "$dir" >"$dir/in"
is 'mail rows' "$("$DUNLIN" understand --mail --jsonl <"$dir/in" |
    pick kind)" 'bounce None '
printf '%s\n' 'From: ap@acme.example' 'Auto-Submitted: auto-replied' '' \
    'I will pay on Friday. I am back on 20 March.' >"$dir/auto"
is 'machine mail promises nothing' \
    "$("$DUNLIN" understand --mail "$dir/auto" | pick promises)" '[] '
printf 'Content-Type: text/plain; charset=us-ascii\n\n' >"$dir/gb"
printf '周五付款，谢谢' | iconv -f utf-8 -t gb18030 >>"$dir/gb"
is 'a mislabelled charset is mended' \
    "$("$DUNLIN" understand --mail "$dir/gb" | pick text)" \
    '周五付款，谢谢 '
"$DUNLIN" understand file >/dev/null 2>"$dir/err"
is 'a file without --mail is a usage error' "$?" 64

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
