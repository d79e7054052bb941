#!/bin/bash
# dunlin rehearse as a user sees it: a ledger of one's own making, policies by
# name and file, nothing changed; and a real ledger of two years where there
# is one (DUNLIN_TEST_LEDGER, or shared/data beside the sources).
exec /usr/bin/python3 - <<'PY'
import datetime, json, os, sqlite3, subprocess, tempfile

DUNLIN = os.environ['DUNLIN']
SOURCE = os.environ['top_srcdir']
passed = failed = 0
top = tempfile.mkdtemp()
env = dict(os.environ, DUNLIN_NOW='2026-11-21T09:00:00Z', LC_ALL='C.UTF-8')

def check(name, ok, detail=''):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(('%s: %s' % (name, detail))[:800])

def run(dir, *args, input=None):
    p = subprocess.run([DUNLIN, '-C', dir] + list(args), env=env, cwd=top,
        capture_output=True, input=input)
    return p.returncode, p.stdout.decode(), p.stderr.decode()

def workspace(name, *args):
    dir = os.path.join(top, name)
    subprocess.run([DUNLIN, 'init', dir] + list(args), env=env, check=True,
        capture_output=True)
    return dir

def rehearse(dir, *args):
    code, out, err = run(dir, 'rehearse', '--json', *args)
    check('rehearse', code == 0, err)
    return json.loads(out)

def clean(name, r):
    check(name + ' has violations', len(r['violations']) >= 8)
    for kind, n in r['violations'].items():
        check('%s: %s' % (name, kind), n == 0, r['violation_examples'])

# One customer who pays 20 days late, one who disputes, one who never pays.
def day(n):
    return (datetime.date(2026, 1, 5) + datetime.timedelta(n)).isoformat()

rows = ['account,name,email,item,issued,due,amount,currency,paid,disputed']
for i in range(6):
    rows.append('L,Late Ltd,ap@late.example.com,L%d,%s,%s,100.00,GBP,%s,no' %
        (i, day(i * 30), day(i * 30 + 30), day(i * 30 + 50)))
    rows.append('D,Dispute Ltd,ap@d.example.com,D%d,%s,%s,100.00,GBP,%s,yes' %
        (i, day(i * 30), day(i * 30 + 30), day(i * 30 + 70)))
rows.append('N,Never Ltd,,N1,%s,%s,70.00,EUR,,no' % (day(0), day(30)))
with open(top + '/ledger.csv', 'w') as f:
    f.write('\n'.join(rows) + '\n')
w = workspace('w', '--country', 'GB', '--zone', 'Europe/London')
code, out, err = run(w, 'import', top + '/ledger.csv')
check('import', code == 0, err)
before = run(w, 'verify', '--json')[1]
days = ['--from', day(0), '--to', day(300)]
r = rehearse(w, *days)
clean('own ledger', r)
check('late ones are named', r['late_named_in_m1'] ==
    {'items': 6, 'named': 6}, r['late_named_in_m1'])
check('open ones are named before due', r['open_before_due_named_in_m0']
    ['named'] >= 6, r['open_before_due_named_in_m0'])
check('one contact is assumed', r['accounts_with_assumed_contact'] == 1)
a = {x['account']: x for x in r['accounts']}
check('accounts', sorted(a) == ['D', 'L', 'N'], a)
check('disputes keep it quiet', a['D']['messages'] < a['L']['messages'], a)
check('to the end of the schedule', r['messages']['stage']['M2'] > 0,
    r['messages'])
check('never paid', r['debt']['EUR']['overdue'] == '70.00' and
    r['debt']['GBP']['open'] == '0.00', r['debt'].keys())
check('somebody is asked', sum(r['tasks'].values()) > 0, r['tasks'])

# As it is: nobody to write to, and a person is told.
r = rehearse(w, *days, '--real-contacts')
a = {x['account']: x for x in r['accounts']}
check('no contact', a['N']['messages'] == 0 and
    r['tasks'].get('no-contact', 0) > 0, r['tasks'])
check('its debt is in no message',
    r['debt']['EUR']['contact_free'] == '70.00', r['debt']['EUR'])
check('silence has a reason', a['N']['silent_because'] == 'no-contact', a)

# Disputes from another day on.
r0 = rehearse(w, *days, '--dispute-after', '0')
r60 = rehearse(w, *days, '--dispute-after', '60')
d0 = [x for x in r0['accounts'] if x['account'] == 'D'][0]
d60 = [x for x in r60['accounts'] if x['account'] == 'D'][0]
check('dispute day', d0['messages'] == 0 < d60['messages'], (d0, d60))

# Policies: a file, two side by side.
with open(top + '/soft.yaml', 'w') as f:
    f.write('extends: default\ngap_days: 6\n')
r = rehearse(w, *days, '--policy', top + '/soft.yaml')
clean('softer', r)
check('policy of a file', r['policy'] == 'soft')
r = rehearse(w, *days, '--compare', 'default', top + '/soft.yaml')
check('compare', [x['policy'] for x in r['compare']] == ['default', 'soft'])
check('softer writes less', r['compare'][0]['messages']['all'] >
    r['compare'][1]['messages']['all'])
code, out, err = run(w, 'rehearse', *days, '--compare', 'default',
    top + '/soft.yaml')
check('compare as text', code == 0 and 'soft' in out, err)
code, out, err = run(w, 'rehearse', *days, '--policy', 'none')
check('unknown policy', code == 78 and 'neither a policy' in err, err)
with open(top + '/bad.yaml', 'w') as f:
    f.write('extends: default\ngap_dyas: 6\n')
code, out, err = run(w, 'rehearse', *days, '--policy', top + '/bad.yaml')
check('bad policy', code == 78 and 'bad.yaml:2' in err, err)
code, out, err = run(w, 'rehearse', '--from', day(9), '--to', day(8))
check('days', code == 64, err)
code, out, err = run(w, 'rehearse', *days, '--html', top + '/r.html')
page = open(top + '/r.html').read()
check('html', code == 0 and '<svg' in page and 'http' not in
    page.replace('http://www.w3.org', ''), err)

# Two full lists: what the second lacks was cleared by its date.
head = 'account,email,item,issued,due,amount,currency\n'
one = 'F,ap@f.example.com,F1,%s,%s,10.00,GBP\n' % (day(0), day(20))
two = 'F,ap@f.example.com,F2,%s,%s,50.00,GBP\n' % (day(0), day(20))
f = workspace('f', '--country', 'GB', '--zone', 'Europe/London')
for text, when in ((head + one + two, day(10)), (head + one, day(40))):
    with open(top + '/full.csv', 'w') as out:
        out.write(text)
    code, out, err = run(f, 'import', top + '/full.csv', '--mode', 'full',
        '--as-of', when, '--confirm')
    check('full list of ' + when, code == 0, err)
r = rehearse(f, '--from', day(0), '--to', day(60))
clean('full lists', r)
open_on = {x['day']: x['open'] for x in r['debt']['GBP']['weeks']}
check('open until the list that lacks it', (open_on[day(35)],
    open_on[day(42)]) == ('60.00', '10.00'), open_on)

# A generated ledger as it came, list by list, with every trouble: each of
# these is really in it, and nothing goes wrong.
def generated(company, country, zone, seed):
    subprocess.run([SOURCE + '/tests/generate_ledger', top, '--seed', seed,
        '--rows', '500', '--days', '160', '--from', day(0), '--daily',
        '--paid'],
        check=True)
    g = workspace('g' + company, '--country', country, '--zone', zone)
    for n in list(range(20, 160, 6)):
        code, out, err = run(g, 'import', '%s/%s-%s.csv' % (top, company,
            day(n)), '--mode', 'full', '--as-of', day(n), '--confirm')
        check('list of ' + day(n), code == 0, err)
    code, out, err = run(g, 'import', '%s/%s.csv' % (top, company),
        '--as-of', day(160))
    check('the whole ledger', code == 0, err)
    db = sqlite3.connect(g + '/dunlin.db')
    one = lambda text: db.execute(text).fetchone()[0]
    a, b = [x[0] for x in db.execute('SELECT a.code FROM account a JOIN item '
        "i ON i.account_id = a.id WHERE i.kind = 'invoice' GROUP BY a.code "
        'ORDER BY count(*) DESC LIMIT 2')]
    moved = one("SELECT count(*) FROM item i JOIN account a ON a.id = "
        "i.account_id WHERE a.code = '%s'" % a)
    code, out, err = run(g, 'merge', a, b)
    check('merge', code == 0, err)
    r = rehearse(g, '--from', day(0), '--to', day(420), '--approve')
    name = 'generated ' + company
    clean(name, r)
    check(name + ': letters', r['messages']['stage']['M4'] >= 3,
        r['messages'])
    check(name + ': every stage', min(r['messages']['stage'].values()) > 0,
        r['messages'])
    check(name + ': people approved', r['tasks'].get('approval', 0) >=
        r['messages']['stage']['M4'], r['tasks'])
    check(name + ': two currencies', len(r['debt']) == 2 and all(
        float(d['overdue']) > 0 for d in r['debt'].values()), r['debt'].keys())
    check(name + ': unapplied cash', r['holds'].get('unapplied-cash', 0) > 0,
        r['holds'])
    check(name + ': disputes', one("SELECT count(*) FROM hold WHERE kind = "
        "'dispute' AND released_at IS NOT NULL") > 0)
    # an item that was paid, is open again, and is asked for after that
    check(name + ': reversals', one("SELECT count(*) FROM payment p JOIN "
        "item i ON i.id = p.item_id WHERE p.state = 'reversed' AND "
        "p.reversed_on > p.value_date AND i.state = 'open' AND p.amount = "
        'i.amount') > 0)
    codes = [x['account'] for x in r['accounts']]
    check(name + ': merged', moved > 3 and a not in codes and b in codes and
        r['items'] == one("SELECT count(*) FROM item WHERE state <> "
        "'cancelled'"), (moved, a, b, len(codes)))
    # without people it ends at M2, which is told
    r = rehearse(g, '--from', day(0), '--to', day(420))
    clean(name + ', nobody approves', r)
    check(name + ': capped', r['messages']['stage']['M3'] == 0 and
        r['tasks'].get('stage-cap', 0) > 0, r['tasks'])
    db.close()

seed = os.environ.get('SEED', '12')
generated('uk', 'GB', 'Europe/London', seed)
generated('cn', 'CN', 'Asia/Shanghai', seed)

# Simulated debtors: all six, the same every time, read by the real reader.
rows = ['account,language,item,issued,due,amount,currency']
for i in range(120):
    for k in range(5):
        rows.append('S%d,%s,S%d-%d,%s,%s,%d.00,GBP' % (i, ['en', 'zh-CN']
            [i % 2], 5000 + i, k, day(k * 40), day(k * 40 + 30), 100 + i))
with open(top + '/many.csv', 'w') as f:
    f.write('\n'.join(rows) + '\n')
m = workspace('m', '--country', 'GB', '--zone', 'Europe/London')
code, out, err = run(m, 'import', top + '/many.csv')
check('import of many', code == 0, err)
r = rehearse(m, *days, '--debtors')
clean('debtors', r)
check('the same again', rehearse(m, *days, '--debtors') == r)
check('another seed', rehearse(m, *days, '--debtors', '--seed', '2') != r)
check('they answer', r['replies']['sent'] > 50, r['replies'])
check('and are understood', r['replies']['read_as_meant'] * 10 >=
    r['replies']['sent'] * 9, r['replies'])
for hold in ('promise-open', 'dispute', 'opt-out'):
    check('hold ' + hold, r['holds'].get(hold, 0) > 0, r['holds'])
check('up to M2', r['messages']['stage']['M2'] > 0, r['messages'])

# A person is the debtor.
def play(account, text):
    code, out, err = run(w, 'rehearse', *days, '--play', account,
        input=text.encode())
    check('play', code == 0, err)
    return out
said = play('L', '')
check('messages are shown', 'm0-notice' in said and 'Invoice L0' in said)
shown = said.count('===')
said = play('L', 'pay\n' * 40)
check('who pays is not chased', 'm1-first  ap@' not in said, said[:300])
check('a payment is known', 'The ledger knows of it on' in said)
said = play('L', 'Please stop sending these e-mails, unsubscribe me.\n')
check('who opts out is left alone', said.count('===') == 1 and
    'opt_out' in said, said)
check('a person hears of it', 'no-contact' in said, said)
said = play('L', '\nWe will pay on 20 February.\nquit\n')
check('a promise is read', 'Read as promise (20 February 2026)' in said,
    said)
said = play('L', 'dispute nothing\ndispute L0\nquit\n')
check('disputes', "'nothing' is not in this message" in said and
    'L0 is left out' in said, said)
said = play('L', 'promise 2026-02-30\npromise 2026-02-20\nquit\n')
check('promises', '? promise' in said and 'Quiet until 20 February 2026' in
    said, said)
code, out, err = run(w, 'rehearse', *days, '--play', 'nobody')
check('no such account', code == 65 or code == 64, (code, err))

# Nothing of it is left behind.
check('nothing was written', run(w, 'verify', '--json')[1] == before)
check('no copy is left', [n for n in os.listdir(w) if 'rehearse' in n] == [])

# The real ledger: the policy is neither wrong nor idle.
ledger = os.environ.get('DUNLIN_TEST_LEDGER',
    SOURCE + '/../shared/data/ar-ledger-2012-2013.csv')
if os.path.exists(ledger):
    w = workspace('real', '--country', 'US', '--zone', 'America/New_York')
    code, out, err = run(w, 'import', ledger, '--dates', 'mdy',
        '--currency', 'USD')
    check('import of the real ledger', code == 0, err)
    r = rehearse(w, '--from', '2012-01-03', '--to', '2014-02-28')
    clean('real ledger', r)
    check('143 late ones', r['late_named_in_m1'] ==
        {'items': 143, 'named': 143}, r['late_named_in_m1'])
    e = r['open_before_due_named_in_m0']
    check('939 early ones', e['items'] == 939, e)
    check('90 per cent of them', e['named'] * 10 >= 9 * 939, e)
    check('items', r['items'] == 2466, r['items'])
else:
    print('skipped: no real ledger here (DUNLIN_TEST_LEDGER names one)')
print('%d passed, %d failed' % (passed, failed))
raise SystemExit(failed > 0)
PY
