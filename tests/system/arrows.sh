#!/bin/bash
# The include arrows of ARCHITECTURE.md: a room includes only what stands
# below it, a foreign library is used in its named files only, SQL stands in
# src/store only.
set -u
cd "$top_srcdir" || exit 1
passed=0 failed=0

fail() {
	echo "$1"
	failed=$((failed + 1))
}

# Room: the rooms that it may include.  A step is the meeting place of a pure
# room and the store; it has a line of its own.
rooms='
base: base
core: base core
policy: base core policy
track: base core track
understand: base core policy understand
config: base core policy config
import: base core config policy import
plan: base core policy plan
render: base core policy plan config render
followup: base core policy plan config render followup escalate
sms: base core policy plan config render sms
send: base core policy plan config render followup track sms send
store: base core policy plan config escalate track import store
receive: base core policy plan config render escalate track store sms understand receive
web: base core policy plan config followup store sms web
daemon: base core config import store plan render followup send receive web daemon
escalate: base core policy plan config render escalate
escalate/step: base core policy plan config render track store escalate
escalate/mail: base core policy plan config render track store escalate
escalate/act: base core policy plan config render track store escalate
escalate/digest: base core policy plan config render report track store escalate
escalate/digest_view: base core policy plan config render report track store escalate
report: base core policy plan config render report
report/activity: base core config store report
report/ageing: base core config store report
report/money: base core config store report
report/reports: base core config store report
report/worked: base core config store report
report/evidence: base core config store followup understand report
rehearse: base core policy plan understand report rehearse
cmd: base core policy plan config render report followup track understand import store sms send receive web rehearse daemon escalate cmd
main: cmd
followup/calendar_role: base core policy plan config render store followup escalate
followup/calendar_int: base core policy plan config render store followup escalate
followup/calendar_push: base core policy plan config render store followup escalate
followup/calendar_pull: base core policy plan config render store followup escalate
followup/calendar_absorb: base core policy plan config render store followup escalate
followup/publish: base core policy plan config render store followup escalate
track/limit: base core policy plan config store track
track/act: base core policy plan config store track
track/act_bill: base core policy plan config store track
track/act_ask: base core policy plan config store track
track/act_int: base core policy plan config store track
track/act_stop: base core policy plan config store track
track/answer: base core policy plan config store track
track/follow: base core policy plan config store track
track/follow_claim: base core policy plan config store track
track/follow_int: base core policy plan config store track
track/undo: base core policy plan config store track
track/undo_acts: base core policy plan config store track
track/undo_int: base core policy plan config store track
plan/planner_step: base core policy plan config escalate track store
plan/planner_write: base core policy plan config escalate track store
rehearse/load: base core policy plan config store rehearse
rehearse/rehearse: base core policy plan config store rehearse
send/sender: base core policy plan config render followup track store sms send
send/sender_step: base core policy plan config render followup track store sms send
send/sender_lane: base core policy plan config render followup track store sms send
send/sender_pause: base core policy plan config render followup track store sms send
send/sender_feed: base core policy plan config render followup track store sms send
send/sender_ask: base core policy plan config render followup track store sms send
send/sender_claim: base core policy plan config render followup track store sms send
send/sender_commit: base core policy plan config render followup track store sms send
send/sender_guard: base core policy plan config render followup track store sms send
send/sender_make: base core policy plan config render followup track store sms send
send/sender_reap: base core policy plan config render followup track store sms send
'

# Header: the files (a pattern) that may include it.
foreign='
talloc\.h: base/mem\.h
sqlite3\.h: store/db_(sqlite\.c|driver\.h)
openssl/: (base/(hash|id)\.c|send/smtp_tls\.[ch])
jansson\.h: (track/undo(_int)?\.[ch]|escalate/act\.c|(store|cmd|understand|receive|sms|report)/[a-z_]*\.[ch])
yaml\.h: config/yaml\.c
gmime/: (render/mail_compose\.c|understand/mime\.c)
unicode/: (base/text|core/zone|core/country|render/capital|render/locale|render/fold|understand/normalise|understand/holidays|import/decode)\.c
libesmtp\.h: send/smtp[a-z_]*\.[ch]
expat\.h: followup/dav_xml\.c
curl/: (send/http[a-z_]*|receive/imap|followup/dav)\.c
libical/: followup/ical[a-z_]*\.[ch]
microhttpd\.h: web/[a-z_]*\.c
pcre2\.h: (understand/[a-z_]*|render/lint)\.c
(cairo|pango/): render/canvas\.c
zip\.h: report/zip\.c
libpq-fe\.h: none
'

allowed_for() {	# FILE (in src) -> rooms
	local room=${1%%/*} key
	key=${1%.*}
	if [ "$room" = "$1" ]; then
		room=main
	fi
	sed -n "s|^$key: ||p" <<<"$rooms" | grep . ||
	    sed -n "s|^$room: ||p" <<<"$rooms"
}

for file in $(cd src && find . -name '*.[ch]' | sed 's|^\./||' | sort); do
	allowed=$(allowed_for "$file")
	if [ -z "$allowed" ]; then
		fail "src/$file: its room has no line in arrows.sh"
		continue
	fi
	before=$failed
	while read -r target; do
		room=${target%%/*}
		case " $allowed " in
		*" $room "*) ;;
		*)	[ "$room" = "$target" ] ||
			    fail "src/$file: must not include $target" ;;
		esac
	done < <(sed -n 's/^#include "\(.*\)"$/\1/p' "src/$file")
	while IFS=: read -r header files; do
		[ -n "$header" ] || continue
		if grep -Eq "^#include <$header" "src/$file" &&
		    ! grep -Eqx "${files# }" <<<"$file"; then
			fail "src/$file: must not use <$header>"
		fi
	done <<<"$foreign"
	case $file in
	store/*) ;;
	*)	sql='"(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE (TABLE|INDEX)) '
		if grep -nE "$sql" "src/$file" | grep -E "\"(SELECT .* FROM|INSERT INTO|DELETE FROM|CREATE|UPDATE [a-z_]+ SET)"; then
			fail "src/$file: SQL outside src/store"
		fi ;;
	esac
	[ "$failed" -gt "$before" ] || passed=$((passed + 1))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
