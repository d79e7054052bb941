#!/bin/bash
# contrib/quickstart in a copy of the sources: builds, and shows the main job
# in a folder of its own; and with the program built here on days that are
# awkward for a demonstration.
set -u
passed=0 failed=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
unset DUNLIN_WORKSPACE DUNLIN_NOW DUNLIN_CLOCK_FILE TODAY
export LANG=C.UTF-8

check() {	# WHAT COMMAND...
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		echo "$what"
		failed=$((failed + 1))
	fi
}

mails() {
	find "$1/outgoing/new" -type f 2>/dev/null | wc -l
}

for today in '' 2026-11-28 2026-12-28 2027-01-02 2027-10-04 2028-02-29; do
	ws=$dir/${today:-today}
	quickstart=$top_srcdir/contrib/quickstart
	if ! TODAY=$today DUNLIN=$DUNLIN "$quickstart" "$ws" >"$dir/out" 2>&1
	then
		echo "quickstart failed on '$today':"
		tail -n 20 "$dir/out"
		failed=$((failed + 1))
		continue
	fi
	passed=$((passed + 1))
	check "on '$today' $(mails "$ws") messages went out, not ten" \
	    test "$(mails "$ws")" -ge 10
	# Of the account's two invoices one is disputed.
	check "'$today': the disputed invoice" /usr/bin/python3 - "$ws" <<'PY'
import email, email.policy, pathlib, sys
texts = [email.message_from_bytes(f.read_bytes(), policy=email.policy.default)
    .get_body(("plain",)).get_content()
    for f in pathlib.Path(sys.argv[1], "outgoing/new").iterdir()]
assert any("INV-10423" in t for t in texts)
assert not any("INV-10422" in t for t in texts)
PY
	check "'$today': no word of reminders and answers" \
	    grep -Eq '^[1-9][0-9]+ reminders and [1-9][0-9]* answers are in' \
	    "$dir/out"
	check "'$today': the plan has no messages" \
	    grep -Eq '^Messages \([1-9][0-9]+\)' "$dir/out"
	check "'$today': the intake is behind" \
	    bash -c '! grep -q inbox-behind "$1"' - "$dir/out"
	check "'$today': what became of the replies" \
	    grep -q 'read  .* token  *dispute:' "$dir/out"
	check "'$today': the replies were not all read" \
	    test "$("$DUNLIN" -C "$ws" inbox --json | grep -c '"state": "read"')" \
	    = "$(sed -n 's/ replies have come into .*//p' "$dir/out")"
	check "'$today': status cannot be asked" \
	    "$DUNLIN" -C "$ws" status >/dev/null
done

check "a workspace that is there is left alone" \
    bash -c '! DUNLIN=$1 "$2" "$3" 2>"$3.err" && grep -q "there already" \
    "$3.err"' - "$DUNLIN" "$top_srcdir/contrib/quickstart" "$dir/today"

# The whole of it, from the sources.
mkdir "$dir/copy"
tar -C "$top_srcdir" -cf - --exclude=./.git --exclude='./build*' --exclude=./demo \
    --exclude=./autom4te.cache . | tar -C "$dir/copy" -xf -
if [ ! -d "$dir/copy/build-aux" ]; then
	mkdir "$dir/copy/build-aux"
	cp "$top_srcdir"/build-aux/* "$dir/copy/build-aux/"
fi
(unset DUNLIN MAKEFLAGS MFLAGS MAKELEVEL
cd "$dir/copy" && chmod -R u+w . && contrib/quickstart) >"$dir/out" 2>&1
check "quickstart from the sources: $(tail -n 5 "$dir/out")" \
    grep -q ' answers are in demo/outgoing/new' "$dir/out"
check "no messages in ./demo" test "$(mails "$dir/copy/demo")" -ge 10
check "no program ./build/dunlin" test -x "$dir/copy/build/dunlin"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
