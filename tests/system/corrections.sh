#!/bin/bash
# A ledger that changes its mind after a reminder went out, and accounts that
# are merged: what people are told, and what follows whom.
exec /usr/bin/python3 - <<'PY'
import csv, json, os, shutil, sqlite3, subprocess, tempfile

DUNLIN = os.path.abspath(os.environ['DUNLIN'])
top = tempfile.mkdtemp()
passed = failed = 0

def check(name, ok, detail=''):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(('%s: %s' % (name, detail))[:600])

def same(name, got, want):
    check(name, got == want, 'got %r, expected %r' % (got, want))

class Work:
    n = 0
    def __init__(self, now):
        Work.n += 1
        self.dir = os.path.join(top, 'w%d' % Work.n)
        self.env = dict(os.environ, DUNLIN_NOW=now, LC_ALL='C.UTF-8')
        self.run('init', self.dir, at=False)
    def at(self, now):
        self.env['DUNLIN_NOW'] = now
        return self
    def run(self, *args, at=True):
        p = subprocess.run([DUNLIN] + (['-C', self.dir] if at else []) +
            list(args), capture_output=True, env=self.env)
        self.code, self.out = p.returncode, p.stdout.decode()
        self.err = p.stderr.decode()
        return self
    def must(self, *args):
        self.run(*args)
        check(' '.join(args), self.code == 0, self.err)
        return self
    def load(self, rows, *args):
        path = os.path.join(top, 'in.csv')
        with open(path, 'w', newline='') as f:
            w = csv.writer(f)
            w.writerow('account name email item issued due amount balance '
                'currency paid'.split())
            for r in rows:
                w.writerow(r)
        return self.must('import', path, *args)
    def sql(self, text, *args):
        db = sqlite3.connect(os.path.join(self.dir, 'dunlin.db'))
        rows = db.execute(text, args).fetchall()
        db.close()
        return rows
    def send(self):
        self.run('arm', '--json')
        n = json.loads(self.out).get('confirm') if self.out else None
        if n is None:
            n = json.loads(self.out)['messages']
        self.must('arm', '--confirm', str(n))
        self.must('run', 'planner', '--once')
        self.must('run', 'sender', '--once')
    def tasks(self):
        return self.sql("SELECT a.code, t.detail FROM task t JOIN account a "
            "ON a.id = t.account_id WHERE t.reason = 'apology?' AND "
            "t.state <> 'closed' ORDER BY a.code")
    def wrong(self):
        return [json.loads(r[0])['why'] for r in self.sql('SELECT p.payload '
            "FROM event e JOIN event_payload p ON p.event_id = e.id WHERE "
            "e.kind = 'reminder-wrong' ORDER BY e.id")]

def item(account, number, due='2026-11-14', amount='100.00', balance=None,
    paid='', issued='2026-10-14', cur='GBP'):
    return [account, 'Firm ' + account, account.lower() + '@debtor.test',
        number, issued, due, amount, amount if balance is None else balance,
        cur, paid]

DAY = '2026-11-20T09:01:00Z'	# a Friday, in the first fifteen minutes

def sent(*numbers):
    w = Work(DAY)
    w.load([item('A', n) for n in numbers] + [item('B', 'b1')])
    w.send()
    same('a reminder went out', w.sql("SELECT count(*) FROM communication "
        "WHERE at IS NOT NULL AND class = 'reminder'"), [(2,)])
    return w.at('2026-11-23T09:01:00Z')

def apologies():
    w = sent('1', '2')
    # paid before the reminder; the day after it; on its day
    w.load([item('A', '1', balance='0', paid='2026-11-19'),
        item('A', '2', balance='0', paid='2026-11-21')])
    same('paid before: task', w.tasks(), [('A', 'The reminder of 2026-11-20 '
        'named 1, but it was paid on 2026-11-19 already')])
    same('paid before: event', w.wrong(), ['it was paid on 2026-11-19 '
        'already'])
    w = sent('1')
    w.load([item('A', '1', balance='0', paid='2026-11-20')])
    same('paid on the day: nothing', w.tasks(), [])
    w = sent('1')
    w.load([item('A', '1', amount='80.00')])
    same('amount', w.wrong(), ['it named GBP 100.00, the invoice is of '
        'GBP 80.00'])
    w = sent('1')
    w.load([item('A', '1', amount='120.00')])
    same('a larger amount: nothing', w.tasks(), [])
    w = sent('1')
    w.load([item('A', '1', balance='30.00')])
    same('a part paid since: nothing', w.tasks(), [])
    w = sent('1')
    w.load([item('A', '1', due='2026-12-14')])
    same('due later', w.wrong(), ['it is due on 2026-12-14 only'])
    same('due later: corrected', [json.loads(r[0]) for r in w.sql(
        'SELECT p.payload FROM event e JOIN event_payload p ON p.event_id = '
        "e.id WHERE e.kind = 'corrected'")], [{'field': 'due', 'item': '1',
        'new': '2026-12-14', 'old': '2026-11-14'}])
    w = sent('1')
    w.load([item('B', '1')])
    same('moved', w.tasks(), [('A', 'The reminder of 2026-11-20 named 1, '
        'but it belongs to another account')])
    w = sent('1')
    w.load([item('A', '1', cur='EUR')])
    same('currency', w.wrong(), ['it is in EUR, not GBP'])
    # cleared without a day of payment: only an older list tells something
    w = sent('1')
    w.load([item('A', '1', balance='0')])
    same('cleared since: nothing', w.tasks(), [])
    # gone and back: reopened, and nothing to apologise for
    w = sent('1', '2', '3', '4', '5', '6')
    rest = [item('A', n) for n in '23456'] + [item('B', 'b1')]
    w.load(rest, '--mode', 'full')
    w.load(rest + [item('A', '1')], '--mode', 'full')
    same('reopened', w.sql("SELECT count(*) FROM event WHERE kind = "
        "'reopened'"), [(1,)])
    same('reopened: state', w.sql("SELECT state, balance FROM item WHERE "
        "document = '1'"), [('open', 10000)])
    same('reopened: nothing', w.tasks(), [])
    # what people report
    w = sent('1', '2')
    w.must('pay', 'A', '100', '--item', '1', '--on', '2026-11-20')
    same('reported for the day: nothing', w.tasks(), [])
    w.must('pay', 'A', '60', '--item', '2', '--on', '2026-11-18')
    same('reported before', w.tasks(), [('A', 'The reminder of 2026-11-20 '
        'named 2, but GBP 60.00 had come in for it on 2026-11-18')])
    w.must('pay', 'A', '10', '--item', '2', '--on', '2026-11-19')
    same('one reminder, one apology', len(w.wrong()), 1)
    w.load([item('A', '2', balance='0', paid='2026-11-18')])
    same('the ledger says it as well', len(w.wrong()), 1)
    w = sent('1')
    w.must('pay', 'A', '99', '--on', '2026-11-18')
    same('on account, too little: nothing', w.tasks(), [])
    w.must('pay', 'A', '100', '--on', '2026-11-18')
    same('on account', w.wrong(), ['GBP 100.00 had come in on account on '
        '2026-11-18'])
    # a list as of a day before the reminder, which came after it
    for full in (False, True):
        w = Work('2026-11-19T09:01:00Z')
        first = [item('A', str(n)) for n in range(6)] + [item('B', 'b1')]
        w.load(first, '--as-of', '2026-11-18')
        w.at(DAY)
        w.send()
        w.at('2026-11-23T09:01:00Z')
        w.load(first[1:] if full else [item('A', '0', balance='0')],
            '--as-of', '2026-11-19', *(['--mode', 'full'] if full else []))
        same('gone' if full else 'cleared', w.wrong(), ['as of 2026-11-19 '
            'it was no longer open'])
    w.load(first[2:], '--mode', 'full')
    same('gone since: nothing', len(w.wrong()), 1)
    # a cancelled payment: open again with what it was
    w = sent('1')
    w.load([item('A', '1', balance='0', paid='2026-11-21')])
    w.load([item('A', '1')])
    same('cancelled payment', w.sql('SELECT i.state, i.balance, p.state FROM '
        'item i JOIN payment p ON p.item_id = i.id'), [('open', 10000,
        'reversed')])
    w.must('verify')

def merges():
    w = sent('1')
    w.must('hold', 'A', '--note', 'call first')
    w.must('note', 'A', 'pays late')
    token = w.sql('SELECT t.token FROM attempt t JOIN outbox o ON o.id = '
        't.outbox_id JOIN account a ON a.id = o.account_id WHERE a.code = '
        "'A'")
    w.must('merge', 'A', 'B')
    same('merge: items', w.sql('SELECT i.document, a.code FROM item i JOIN '
        'account a ON a.id = i.account_id ORDER BY 1'), [('1', 'B'),
        ('b1', 'B')])
    same('merge: holds', w.sql("SELECT a.code, h.kind FROM hold h JOIN "
        "account a ON a.id = h.account_id WHERE h.released_at IS NULL"),
        [('B', 'human')])
    same('merge: tokens', w.sql('SELECT a.code FROM attempt t JOIN outbox o '
        'ON o.id = t.outbox_id JOIN account a ON a.id = o.account_id WHERE '
        't.token = ?', *token[0]), [('B',)])
    same('merge: contacts count for caps', w.sql('SELECT count(*) FROM '
        'communication c JOIN account a ON a.id = c.account_id WHERE '
        "a.code = 'B' AND c.at IS NOT NULL AND c.episode IS NOT NULL"),
        [(2,)])
    w.must('release', '1')
    w.run('why', 'B')
    check('merge: the gap is kept', w.code == 0, w.err)
    w.run('account', 'A', '--json')
    same('merge: the old number finds it', json.loads(w.out)['account'],
        'B')
    # a later file still has the old number
    w.load([item('A', '9'), item('B', 'b1'), item('A', '1')], '--mode',
        'full')
    same('merge: import', w.sql('SELECT i.document, a.code, i.state FROM '
        'item i JOIN account a ON a.id = i.account_id ORDER BY 1'),
        [('1', 'B', 'open'), ('9', 'B', 'open'), ('b1', 'B', 'open')])
    same('merge: one account is planned', w.sql('SELECT count(*) FROM '
        'account WHERE merged_into IS NULL'), [(1,)])
    w.run('merge', 'A', 'B')
    same('merge again', (w.code, w.err), (65, 'dunlin: both are account B: '
        'there is nothing to merge\n'))
    w.must('run', 'planner', '--once')
    w.must('run', 'sender', '--once')
    w.must('verify')

def freshness():
    """What makes a company's ledger too old."""
    w = Work('2026-11-02T10:00:00Z')
    w.load([item('OLD', 'o1')], '--source', 'opening')
    w.at('2026-11-20T10:00:00Z').load([item('A', '1')], '--source', 'book')
    w.run('status', '--json')
    held = lambda: 'ledger-old' in w.run('plan', '--json').out
    check('a source that came once', not held(), w.out)
    w = Work('2026-11-02T10:00:00Z')
    w.load([item('OLD', 'o1')], '--source', 'shop', '--mode', 'full')
    w.at('2026-11-20T10:00:00Z').load([item('A', '1')], '--source', 'book')
    check('a source that lists all', held(), w.out)

try:
    freshness()
    apologies()
    merges()
finally:
    shutil.rmtree(top)
print('%d passed, %d failed' % (passed, failed))
raise SystemExit(failed > 0)
PY
