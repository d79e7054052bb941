#!/bin/sh
# The main job into a real Postfix, on a made-up ledger and, where it is
# there, on the real one of 2,466 invoices.
here=$top_srcdir/tests/system
run() {
	/usr/bin/python3 "$here/main_job.py" "$DUNLIN" "$here/postfix.sh" "$@"
}
real=$top_srcdir/../shared/data/ar-ledger-2012-2013.csv
if [ -r "$real" ]; then
	set -- "$(run)" "$(run "$real")"
else
	echo "skipped: the real ledger is not here"
	set -- "$(run)"
fi
for out in "$@"; do
	echo "$out" | grep -v ' passed, '
done
echo "$@" | tr ' ' '\n' | awk '
	/^passed,/ { passed += last } /^failed/ { failed += last }
	{ last = $0 } END { print passed + 0 " passed, " failed + 0 " failed" }'
