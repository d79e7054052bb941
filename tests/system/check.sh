#!/bin/bash
# dunlin init and dunlin check: all mistakes at once, in order, with their
# lines; warnings; exit codes; JSON.
passed=0 failed=0
w=$(mktemp -d) || exit 1
trap 'rm -rf "$w"' EXIT
unset LC_ALL LC_MESSAGES LANG DUNLIN_WORKSPACE
export DUNLIN_NOW=2026-06-01T09:00:00Z

ok()	# ok WHAT CONDITION...
{
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $what"
	fi
}

same()	# same WHAT WANTED GOT
{
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $1"
		diff <(echo "$2") <(echo "$3") | head -40
	fi
}

run()	# sets out, code
{
	out=$("$DUNLIN" "$@" 2>&1)
	code=$?
}

# Ten mistakes.
mkdir "$w/ten"
cp "$top_srcdir/tests/golden/check.yaml" "$w/ten/dunlin.yaml"
run -C "$w/ten" check
same "ten mistakes" "$(cat "$top_srcdir/tests/golden/check.out")" \
    "${out//$w\/ten/W}"
same "exit code on mistakes" 78 $code
run -C "$w/ten" check --json
ok "JSON of ten mistakes" jq -e '.ok == false and (.mistakes | length) == 10
    and (.warnings | length) == 1' <<< "$out" > "$w/null"
run -C "$w/ten" plan
ok "another command fails with the mistakes too" [ $code -eq 78 ]

# A workspace that init made is in order.
run init "$w/new" --name 'Quote " and \ Ltd' --country HK
same "init" 0 $code
same "mode of the folder" 700 "$(stat -c %a "$w/new")"
same "mode of the file" 600 "$(stat -c %a "$w/new/dunlin.yaml")"
run -C "$w/new" check
same "check of a new workspace" "warning: $w/new/dunlin.yaml:7: companies.main: no banks: messages cannot say where to pay
0 mistakes, 1 warning" "$out"
same "exit code with a warning" 0 $code
run -C "$w/new" check --json
ok "JSON of a new workspace" jq -e '.ok' <<< "$out" > "$w/null"
before=$(cat "$w/new/dunlin.yaml")
run init "$w/new"
same "init refuses a folder in use" 78 $code
same "and leaves it alone" "$before" "$(cat "$w/new/dunlin.yaml")"
mkdir "$w/empty"
run init "$w/empty" --test --company hq --country CN
same "init of an empty folder" 0 $code
ok "marked as a test" grep -q '^test: yes' "$w/empty/dunlin.yaml"
ok "company code" grep -q '^  hq:' "$w/empty/dunlin.yaml"
run init "$w/usa" --country US
same "init asks for a zone where there are several" 64 $code
ok "and makes nothing" [ ! -e "$w/usa" ]
run init "$w/usa" --country US --zone America/New_York
same "init with a zone" 0 $code
run init "$w/bad" --country Wonderland
same "init with a country that is none" 64 $code
run init
same "init without a folder" 64 $code
run check extra
same "check with an operand" 64 $code

# Holiday data that ends soon or has ended, and none.
DUNLIN_NOW=2026-11-21T09:00:00Z run -C "$w/empty" check
ok "coverage ends soon" grep -q ':7: companies.hq: the holidays of CN end on 2026-12-31, in 40 days: ' <<< "$out"
same "is a warning" 0 $code
DUNLIN_NOW=2026-10-31T09:00:00Z run -C "$w/empty" check
ok "61 days are enough" [ -z "$(grep holidays <<< "$out")" ]
DUNLIN_NOW=2026-11-01T09:00:00Z run -C "$w/empty" check
ok "60 days are told" grep -q 'end on 2026-12-31, in 60 days: ' <<< "$out"
DUNLIN_NOW=2027-02-01T09:00:00Z run -C "$w/empty" check
ok "coverage has ended" grep -q 'the holidays of CN ended on 2026-12-31' <<< "$out"
run init "$w/fr" --country FR
run -C "$w/fr" check
ok "no holidays are known" grep -q 'no holidays are known for FR, only weekends' <<< "$out"
printf '# country FR, 2026..2027, test\n2026-07-14,off,x\n' > "$w/fr/fr.csv"
sed -i '1i holidays: [fr.csv]' "$w/fr/dunlin.yaml"
run -C "$w/fr" check
ok "a file of one's own" [ -z "$(grep holidays <<< "$out")" ]
printf '# country FR, 2026..2027, test\n2026-07-14;off;x\n' > "$w/fr/fr.csv"
run -C "$w/fr" check
ok "a broken holiday file" grep -q "fr.csv:2: write \"YYYY-MM-DD,off,name\"" <<< "$out"
same "is a mistake" 78 $code

# Secrets, templates, files.
run init "$w/mail" --country GB
sed -i 's|^    transport: .*|    transport: {url: "smtp://mail.acme.test", user: x, password_file: pw}|' "$w/mail/dunlin.yaml"
run -C "$w/mail" check
ok "no secret" grep -q 'companies.main.transport: .*pw: No such file' <<< "$out"
ok "placeholders" grep -q 'ar@example.com is an example' <<< "$out"
echo hidden > "$w/mail/pw"
chmod 644 "$w/mail/pw"
run -C "$w/mail" check
ok "a secret that others read" grep -q 'companies.main.transport: .*pw: ' <<< "$out"
same "is a mistake" 78 $code
ok "which does not show it" [ -z "$(grep hidden <<< "$out")" ]
chmod 600 "$w/mail/pw"
run -C "$w/mail" check
same "a secret that is one" 0 $code
sed -i '1i templates: none' "$w/mail/dunlin.yaml"
run -C "$w/mail" check
ok "no template folder" grep -q 'templates: there is no folder ' <<< "$out"
cat >> "$w/new/dunlin.yaml" <<'EOF'
policies:
  ours: {extends: default, steps: {m1-first: {template: no-such}}}
EOF
sed -i 's/policy: default/policy: ours/' "$w/new/dunlin.yaml"
run -C "$w/new" check
ok "a step without template" grep -q 'companies.main: step m1-first of policy ours needs a template no-such in en, and there is none' <<< "$out"

# What the customers are like.
cat > "$w/ledger.csv" <<'EOF'
account,name,country,zone,item,due,amount,currency
C1,One Ltd,GB,Europe/London,I1,2026-05-01,100.00,GBP
C2,Two SA,FR,Europe/Paris,I2,2026-05-01,100.00,GBP
C3,Three,,,I3,2026-05-01,100.00,GBP
EOF
run -C "$w/mail" import "$w/ledger.csv" --as-of 2026-05-31 --mode full
sed -i '/^templates: none/d' "$w/mail/dunlin.yaml"
run -C "$w/mail" check
ok "customers without holidays" grep -q 'companies.main: no holidays are known for FR (customers there: 1), only weekends' <<< "$out"
ok "customers without country" grep -q 'companies.main: customers without country: 1;' <<< "$out"
ok "customers without zone" grep -q 'companies.main: customers without time zone: 1;' <<< "$out"
same "are warnings" 0 $code

# Files of policies, and what cannot be read.
mkdir "$w/empty/policies"
echo 'extends: b' > "$w/empty/policies/a.yaml"
echo 'extends: a' > "$w/empty/policies/b.yaml"
run -C "$w/empty" check
ok "policies in a circle" grep -q 'policies/b.yaml:1: policy "a" extends itself' <<< "$out"
run -C "$w/nowhere" check
same "no workspace" "$w/nowhere/dunlin.yaml: not there: \"dunlin init DIR\" makes a workspace, -C DIR names one
1 mistake, 0 warnings" "$out"
same "exit code without a workspace" 78 $code

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
