#!/bin/bash
# The manual: every page is clean mdoc, dunlin(1) knows every command and
# option, and so does --help.
set -u
cd "$top_srcdir" || exit 1
passed=0 failed=0
page=man/dunlin.1

check() {	# WHAT COMMAND...
	local what=$1 out
	shift
	if out=$("$@" 2>&1); then
		passed=$((passed + 1))
	else
		printf '%s\n' "$what" "$out"
		failed=$((failed + 1))
	fi
}

if command -v mandoc >/dev/null; then
	for f in man/*.[1-9]; do
		check "$f: mandoc complains" mandoc -T lint -W warning "$f"
	done
elif [ -n "${CI:-}" ]; then
	echo "mandoc is missing"
	failed=$((failed + 1))
fi

commands=$(sed -nE 's/^COMMAND\([a-z_]+, ([a-z-]+),.*/\1/p' \
    src/cmd/commands.def)
check "commands.def: no commands found" test -n "$commands"
for c in $commands; do
	check "$page: no .It Cm $c" grep -Eq "^\.It Cm $c( |$)" "$page"
	check "dunlin --help: no line for $c" \
	    grep -Eq "^  $c  +[A-Z]" <("$DUNLIN" --help)
	help=$("$DUNLIN" "$c" --help)
	check "usage.def: no USAGE($c, ...)" \
	    grep -q "^USAGE($c," src/cmd/usage.def
	for o in $(grep -oE -e ' --[a-z][a-z-]*|\[--[a-z][a-z-]*' \
	    <<<"$help" | tr -d '[ ' | sort -u); do
		case $o in --company | --json | --now) continue ;; esac
		check "$page: nothing about $o of $c" \
		    grep -qE "Fl -${o#--}( |$)" "$page"
	done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
