#!/bin/bash
# What holds for every ledger: how rows are ordered and cut into files does
# not matter, and a full list every day comes to what the last one says.
# DAYS is the length of the ledger that is imported every day: a year for one
# company, a tenth of it for the other.
exec /usr/bin/python3 - <<'PY'
import csv, datetime, os, random, shutil, sqlite3, subprocess, tempfile, time

DUNLIN = os.path.abspath(os.environ['DUNLIN'])
SOURCE = os.path.abspath(os.environ['top_srcdir'])
DAYS = int(os.environ.get('DAYS', '365'))
START = datetime.date(2025, 11, 21)
top = tempfile.mkdtemp()
passed = failed = 0

def same(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        diff = [x for x in got if x not in want][:3], \
            [x for x in want if x not in got][:3]
        print(('%s: %d and %d rows, only here %r, only there %r' % (name,
            len(got), len(want), diff[0], diff[1]))[:900])


class Work:
    n = 0
    def __init__(self):
        Work.n += 1
        self.dir = os.path.join(top, 'w%d' % Work.n)
        self.env = dict(os.environ, LC_ALL='C.UTF-8')
        self.run('init', self.dir, at=False)
    def run(self, *args, at=True, day=START + datetime.timedelta(DAYS)):
        self.env['DUNLIN_NOW'] = str(day) + 'T12:00:00Z'
        p = subprocess.run([DUNLIN] + (['-C', self.dir] if at else []) +
            list(args), capture_output=True, env=self.env)
        if p.returncode != 0:
            same(' '.join(args) + ': ' + p.stderr.decode()[:300],
                [p.returncode], [0])
    def sql(self, text):
        db = sqlite3.connect(os.path.join(self.dir, 'dunlin.db'), 5)
        rows = db.execute(text).fetchall()
        db.close()
        return rows
    def facts(self, only_open=False):
        db = sqlite3.connect(os.path.join(self.dir, 'dunlin.db'))
        rows = db.execute('SELECT a.code, i.document, i.year, i.line, '
            'i.kind, i.state, i.issued, i.due, i.amount, i.balance, '
            'i.currency, i.paid, i.disputed, i.blocked, (SELECT '
            'group_concat(h.kind) FROM (SELECT kind FROM hold WHERE item_id '
            '= i.id AND released_at IS NULL ORDER BY kind) h) FROM item i '
            'JOIN account a ON a.id = i.account_id %s ORDER BY a.code, '
            'i.document, i.line' % ("WHERE i.state = 'open'" if only_open
            else '')).fetchall()
        if not only_open:
            rows += db.execute('SELECT a.code, p.name, p.language, '
                'p.country, p.zone, (SELECT group_concat(d.norm) FROM '
                'contact c JOIN address d ON d.id = c.address_id WHERE '
                'c.account_id = a.id AND c.closed_at IS NULL) FROM account '
                'a JOIN party p ON p.id = a.party_id ORDER BY a.code'
                ).fetchall()
        rows += db.execute('SELECT reference, amount, currency, value_date '
            'FROM payment WHERE account_id IS NULL AND state = '
            "'received' ORDER BY reference").fetchall()
        db.close()
        return rows

def make(*args):
    subprocess.run([os.path.join(SOURCE, 'tests/generate_ledger'), top,
        '--days', str(DAYS), '--from', str(START)] + list(args), check=True)

def cut(path, r, parts):
    """The rows of a file in another order, in several files."""
    rows = list(csv.reader(open(path, newline='')))
    head, body = rows[0], rows[1:]
    r.shuffle(body)
    names = []
    for i in range(parts):
        name = os.path.join(top, 'part%d.csv' % i)
        with open(name, 'w', newline='') as f:
            csv.writer(f).writerows([head] + (body[i::parts] or body[:1]))
        names.append(name)
    return names

def order():
    for seed in (1, 2):
        make('--seed', str(seed), '--rows', '400')
        for company in ('uk', 'cn'):
            path = os.path.join(top, company + '.csv')
            want = Work()
            want.run('import', path)
            facts = want.facts()
            same('%s has rows' % company, [len(facts) > 100], [True])
            r = random.Random(seed)
            w = Work()
            w.run('import', '--mode', 'full', *cut(path, r, 5))
            same('%s %d: five files at once' % (company, seed), w.facts(),
                facts)
            w = Work()
            for name in cut(path, r, 4):
                w.run('import', name)
            same('%s %d: one after the other' % (company, seed), w.facts(),
                facts)

def daily():
    make('--seed', '7', '--rows', '120', '--daily')
    for company, days in (('uk', DAYS), ('cn', DAYS // 10)):
        w = Work()
        for d in range(DAYS - days, DAYS + 1):
            day = START + datetime.timedelta(d)
            path = os.path.join(top, '%s-%s.csv' % (company, day))
            if len(open(path).readlines()) > 1:
                w.run('import', '--mode', 'full', '--confirm', path,
                    day=day)
        w.run('verify')
        end = Work()
        end.run('import', '--mode', 'full', path)
        same('%s: %d days' % (company, days), w.facts(True),
            end.facts(True))
        same('%s: something is open' % company,
            [len(end.facts(True)) > 3], [True])

def held(w):
    db = sqlite3.connect(os.path.join(w.dir, 'dunlin.db'), 5)
    db.execute("UPDATE company SET state = 'armed', armed_at = 0")
    db.commit()
    # One with something to send: no hold shows where nothing is due.
    code = db.execute("SELECT a.code FROM account a JOIN item i ON "
        "i.account_id = a.id WHERE i.state = 'open' AND i.kind = 'invoice' "
        "ORDER BY i.due LIMIT 1").fetchone()[0]
    db.close()
    for minutes, want in ((1, False), (9, True)):
        w.env['DUNLIN_NOW'] = '%sT12:%02d:00Z' % (
            START + datetime.timedelta(DAYS), minutes)
        p = subprocess.run([DUNLIN, '-C', w.dir, 'why', code],
            capture_output=True, env=w.env)
        same('held %d minutes after' % minutes, ['ledger-shrunk' in
            p.stdout.decode()], [want])

def killed():
    """A long import that dies: the same again makes it whole, and until then
    its company is held once it has shown no sign of life for a while."""
    make('--seed', '3', '--rows', '16000')
    path = os.path.join(top, 'uk.csv')
    want = Work()
    want.run('import', '--mode', 'full', path)
    facts = want.facts()
    w = Work()
    w.run('tasks')
    seen = set()
    for n in range(12):
        p = subprocess.Popen([DUNLIN, '-C', w.dir, 'import', '--mode',
            'full', path], env=w.env, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        # Killed once something is written: later each time.
        end = time.monotonic() + 20
        while time.monotonic() < end and p.poll() is None and not (
            w.sql("SELECT 1 FROM import WHERE state = 'running'") and
            w.sql('SELECT 1 FROM item LIMIT 1')):
            time.sleep(0.001)
        time.sleep(0.02 * n)
        p.kill()
        p.wait()
        state = w.sql('SELECT state FROM import ORDER BY id DESC LIMIT 1')
        count = w.sql('SELECT count(*) FROM item')[0][0]
        if state == [('running',)] and 0 < count < 7000:
            if not seen:
                held(w)
            seen.add('half')
        if state == [('applied',)] and seen:
            break
        if state == [('applied',)]:
            # This machine was busy and the kill came too late: once more.
            w = Work()
            w.run('tasks')
    same('killed in the middle', sorted(seen), ['half'])
    w.run('import', '--mode', 'full', path)
    same('killed: whole at last', w.facts(), facts)
    same('killed: nothing runs', w.sql("SELECT count(*) FROM import WHERE "
        "state = 'running'"), [(0,)])
    w.run('verify')

try:
    killed()
    order()
    daily()
finally:
    shutil.rmtree(top)
print('%d passed, %d failed' % (passed, failed))
raise SystemExit(failed > 0)
PY
