#!/bin/bash
# One export of each system that an import knows, in its language, encoding
# and way of writing dates and amounts: the facts that come out of it.
exec /usr/bin/python3 - <<'PY'
import datetime, json, os, shutil, sqlite3, subprocess, tempfile

DUNLIN = os.path.abspath(os.environ['DUNLIN'])
GOLDEN = os.path.join(os.path.abspath(os.environ['top_srcdir']),
    'tests/golden/import')
top = tempfile.mkdtemp()
passed = failed = 0

def same(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print('%s: got %r, expected %r' % (name, got, want))

class Work:
    n = 0
    def __init__(self, extra=''):
        Work.n += 1
        self.dir = os.path.join(top, 'w%d' % Work.n)
        self.env = dict(os.environ, DUNLIN_NOW='2026-11-21T09:00:00Z',
            LC_ALL='C.UTF-8')
        self.run('init', self.dir, at=False)
        with open(os.path.join(self.dir, 'dunlin.yaml'), 'a') as f:
            f.write(extra)
    def run(self, *args, at=True):
        p = subprocess.run([DUNLIN] + (['-C', self.dir] if at else []) +
            list(args), capture_output=True, env=self.env)
        self.code, self.out = p.returncode, p.stdout.decode()
        self.err = p.stderr.decode()
        return self
    def load(self, name, *args):
        self.run('import', '--json', os.path.join(GOLDEN, name), *args)
        same(name + ': exit', (self.code, self.err), (0, ''))
        return json.loads(self.out) if self.code == 0 else {}
    def sql(self, text, *args):
        db = sqlite3.connect(os.path.join(self.dir, 'dunlin.db'))
        rows = db.execute(text, args).fetchall()
        db.close()
        return rows
    def items(self):
        day = lambda n: None if n is None else str(
            datetime.date(1970, 1, 1) + datetime.timedelta(n))
        return [(a, d, y, l, k, day(i), day(u), c, m, b, s, x) for a, d, y,
            l, k, i, u, c, m, b, s, x in self.sql('SELECT a.code, '
            'i.document, i.year, i.line, i.kind, i.issued, i.due, '
            'i.currency, i.amount, i.balance, i.disputed, i.blocked FROM '
            'item i JOIN account a ON a.id = i.account_id ORDER BY '
            'a.code, i.document')]
    def holds(self):
        return self.sql('SELECT h.kind, i.document, h.note FROM hold h '
            'JOIN item i ON i.id = h.item_id WHERE h.released_at IS NULL '
            'ORDER BY i.document')

def row(account, document, kind, issued, due, cur, amount, balance,
    disputed=0, blocked='', year=0, line=0):
    return (account, document, year, line, kind, issued, due, cur, amount,
        balance, disputed, blocked)

def form(r):
    return (r.get('encoding'), r.get('delimiter'), r.get('decimal'),
        r.get('rows'), r.get('totals'), r.get('unidentified'))

def quickbooks():
    w = Work()
    r = w.load('quickbooks-en.csv', '--dates', 'mdy', '--currency', 'USD')
    same('QuickBooks: form', form(r), ('utf-8', ',', '.', 5, 1, 0))
    b, h = 'Brightwater Cafe', 'Hollins & Reed'
    same('QuickBooks', w.items(), [
        row(b, '10231', 'invoice', '2026-10-05', '2026-11-04', 'USD',
            125000, 125000),
        row(b, '10240', 'invoice', '2026-10-12', '2026-11-11', 'USD',
            248050, 98050),
        row(b, 'CM-77', 'credit', '2026-11-02', '2026-11-02', 'USD',
            -12000, -12000),
        row(h, '10266', 'invoice', '2026-11-02', '2026-12-02', 'USD',
            399999, 399999),
        row(h, 'unapplied 2026-11-13 -500.00', 'unapplied', '2026-11-13',
            '2026-11-13', 'USD', -50000, -50000)])

def xero():
    w = Work()
    r = w.load('xero-en.csv', '--currency', 'GBP')
    same('Xero: form', form(r), ('utf-8', ',', '.', 4, 1, 0))
    a = 'Ashdown Interiors'
    want = [row(a, 'CN-0031', 'credit', '2026-10-20', '2026-10-20', 'GBP',
            -7500, -7500),
        row(a, 'INV-0401', 'invoice', '2026-09-12', '2026-10-12', 'GBP',
            120000, 120000),
        row(a, 'INV-0466', 'invoice', '2026-11-03', '2026-12-03', 'GBP',
            64000, 64000),
        row('Marlow Printers', 'INV-0288', 'invoice', '2026-05-01',
            '2026-05-31', 'GBP', 231040, 231040)]
    same('Xero', w.items(), want)
    # a part payment: what was owed at first stays known
    text = open(os.path.join(GOLDEN, 'xero-en.csv')).read()
    part = os.path.join(top, 'part.csv')
    open(part, 'w').write(text.replace('0.00,0.00,1200.00,0.00,0.00,0.00,'
        '1200.00', '0.00,0.00,900.00,0.00,0.00,0.00,900.00'))
    w.run('import', part, '--currency', 'GBP')
    same('Xero: part payment', w.sql("SELECT amount, balance FROM item WHERE "
        "document = 'INV-0401'"), [(120000, 90000)])
    wrong = os.path.join(top, 'wrong.csv')
    open(wrong, 'w').write(text.replace('0.00,0.00,1200.00,',
        '0.00,0.00,1100.00,'))
    w.run('import', wrong, '--currency', 'GBP')
    same('Xero: columns that do not add up', w.err.splitlines()[0],
        'dunlin: %s:5: balance: the ageing columns add up to 1100.00, but '
        'the balance says 1200.00' % wrong)

def sage():
    w = Work()
    w.load('sage-en.csv', '--dates', 'dmy', '--currency', 'GBP')
    same('Sage', w.items(), [
        row('ABB001', '2207', 'invoice', '2026-10-05', '2026-11-04', 'GBP',
            100000, 40000),
        row('ABB001', 'C118', 'credit', '2026-10-06', '2026-10-06', 'GBP',
            -5000, -5000),
        row('KIN002', '2101', 'invoice', '2026-07-13', '2026-08-12', 'GBP',
            86010, 86010, blocked='Yes'),
        row('KIN002', 'unapplied 2026-11-01 -200.00', 'unapplied',
            '2026-11-01', '2026-11-01', 'GBP', -20000, -20000)])
    same('Sage: holds', w.holds(), [('human', '2101',
        'blocked in the ledger: Yes')])

SAP = '''sources:
  fbl5n:
    mode: full
    dates: dmy
    decimal: comma
    encoding: %s
    company_code: "1000"
'''

def sap():
    k, b = '0000104711', '0000104712'
    want = [
        row(k, '1600000007', 'credit', '2026-10-20', '2026-10-20', 'EUR',
            -34567, -34567, year=2026, line=1),
        row(k, '1800000123', 'invoice', '2026-10-01', '2026-10-31', 'EUR',
            1234567, 1234567, year=2026, line=1),
        row(k, '1800000124', 'invoice', '2026-10-05', '2026-11-04', 'EUR',
            50000, 50000, blocked='A', year=2026, line=1),
        row(b, '1400000050', 'unapplied', '2026-11-12', '2026-11-12', 'EUR',
            -100000, -100000, year=2026, line=1),
        row(b, '1800000099', 'invoice', '2026-08-01', '2026-08-31', 'EUR',
            7700, 0, year=2026, line=1),
        row(b, '1800000130', 'invoice', '2026-11-02', '2026-12-02', 'USD',
            250000, 250000, blocked='special G/L W', year=2026, line=1)]
    for name, encoding, sign in (('sap-fbl5n-de.csv', 'windows-1252', ';'),
        ('sap-fbl5n-de-utf16.txt', 'utf-16le', '\t')):
        w = Work(SAP % encoding)
        r = w.load(name, '--source', 'fbl5n')
        same('SAP: form', (r.get('encoding'), r.get('delimiter'),
            r.get('mode'), r.get('others')), (encoding, sign, 'full', 1))
        same('SAP ' + name, w.items(), want)
        same('SAP: holds', w.holds(), [('human', '1800000124',
            'blocked in the ledger: A'), ('human', '1800000130',
            'blocked in the ledger: special G/L W')])
        same('SAP: names', w.sql('SELECT name FROM party ORDER BY id'),
            [('Kessler Maschinenbau GmbH',), ('Brück & Söhne KG',)])

def chinese():
    w = Work()
    r = w.load('kingdee-zh.csv')
    same('Kingdee: form', form(r), ('gb18030', ',', '.', 5, 1, 1))
    want = [
        row('C0001', 'AR20261001', 'invoice', '2026-09-12', '2026-10-12',
            'CNY', 12500000, 10000000),
        row('C0001', 'AR20261015', 'invoice', '2026-10-20', '2026-11-19',
            'CNY', 880050, 880050, disputed=1),
        row('C0002', 'AR20261022', 'invoice', '2026-10-22', '2026-12-21',
            'USD', 4560000, 4560000),
        row('C0002', 'SK20261103', 'unapplied', '2026-11-03', '2026-11-03',
            'USD', -500000, -500000)]
    same('Kingdee', w.items(), want)
    same('Kingdee: a receipt of nobody known', w.sql('SELECT account_id, '
        'reference, amount, currency, state FROM payment'),
        [(None, 'SK20261118', 300000, 'CNY', 'received')])
    same('Kingdee: what happened, in order', w.sql('SELECT e.kind FROM event '
        'e JOIN stream s ON s.id = e.stream_id JOIN account a ON a.id = '
        "s.account_id WHERE a.code = 'C0001' ORDER BY e.seq"), [
        ('account-opened',), ('item-opened',), ('hold-placed',)])
    same('Kingdee: names', w.sql("SELECT name FROM party WHERE id = 1"),
        [('苏州启明电子有限公司',)])
    r = w.load('kingdee-zh.csv', '--mode', 'full')
    same('Kingdee again', (r.get('state'), w.items()), ('unchanged', want))
    w = Work()
    w.load('yonyou-zh.csv')
    same('Yonyou', w.items(), [
        row('KH-08', 'XS0000231', 'invoice', '2026-08-03', '2026-09-02',
            'CNY', 650000, 650000),
        row('KH-08', 'XS0000290', 'invoice', '2026-10-30', '2026-11-29',
            'CNY', 129990, 129990),
        row('KH-09', 'XS0000270', 'credit', '2026-10-08', '2026-10-08',
            'CNY', -40000, -40000),
        row('KH-09', 'XS0000277', 'invoice', '2026-09-01', '2026-10-01',
            'HKD', 2000000, 2000000, blocked='是')])
    w = Work()
    r = w.load('traditional-zh.csv', '--decimal', 'point')
    same('Big5: form', r.get('encoding'), 'big5')
    same('Big5', w.items(), [row('T-31', 'AB-12345678', 'invoice',
        '2026-10-01', '2026-10-31', 'TWD', 1260000, 1260000)])

# The layouts as people see them on the screen, in the languages in which the
# systems are used: name, options, form, items, holds.
def inv(a, n, issued, due, cur, amount, balance=None, **more):
    return row(a, n, 'invoice', issued, due, cur, amount,
        amount if balance is None else balance, **more)

def minus(kind, a, n, day, cur, amount):
    return row(a, n, kind, day, day, cur, -amount, -amount)

LAYOUTS = [
    ('sap-alv-en.txt', ['--dates', 'mdy'], ('utf-16le', '\t', '.', 5, 0, 0), [
        minus('credit', '100201', '1600000033', '2026-10-02', 'USD', 34560),
        inv('100201', '1800000410', '2026-09-14', '2026-10-14', 'USD',
            1234560),
        minus('unapplied', '100202', '1400000071', '2026-11-09', 'USD',
            50000),
        inv('100202', '1800000415', '2026-10-20', '2026-11-19', 'USD', 98000,
            blocked='B'),
        inv('100203', '1800000377', '2026-08-03', '2026-10-02', 'EUR',
            700000, blocked='special G/L A')],
        [('human', '1800000377', 'blocked in the ledger: special G/L A'),
        ('human', '1800000415', 'blocked in the ledger: B')]),
    ('sap-alv-de.csv', ['--dates', 'dmy', '--encoding', 'windows-1252'],
        ('windows-1252', ';', ',', 4, 0, 0), [
        minus('credit', '104711', '1600000007', '2026-10-20', 'EUR', 34567),
        inv('104711', '1800000123', '2026-10-01', '2026-10-31', 'EUR',
            1234567),
        minus('unapplied', '104712', '1400000050', '2026-11-12', 'EUR',
            100000),
        inv('104712', '1800000124', '2026-10-05', '2026-11-04', 'EUR', 50000,
            blocked='A')],
        [('human', '1800000124', 'blocked in the ledger: A')]),
    ('sap-alv-zh.txt', [], ('gb18030', '\t', '.', 4, 0, 0), [
        minus('credit', '200118', '1600000102', '2026-09-30', 'CNY', 140000),
        inv('200118', '1800000901', '2026-09-10', '2026-10-10', 'CNY',
            8640000),
        minus('unapplied', '200119', '1400000208', '2026-11-12', 'CNY',
            25050),
        inv('200119', '1800000917', '2026-10-28', '2026-11-27', 'CNY',
            525050, blocked='A')],
        [('human', '1800000917', 'blocked in the ledger: A')]),
    ('sage-zh.csv', [], ('gb18030', ',', '.', 4, 1, 0), [
        minus('credit', 'HF-0021', 'CN0000000044', '2026-10-08', 'CNY',
            80000),
        inv('HF-0021', 'IN0000001201', '2026-09-18', '2026-10-18', 'CNY',
            3200000, 1200000),
        inv('HF-0034', 'IN0000001260', '2026-10-25', '2026-11-24', 'CNY',
            915025, blocked='是'),
        minus('unapplied', 'HF-0034', 'PP0000000012', '2026-11-02', 'CNY',
            50000)],
        [('human', 'IN0000001260', 'blocked in the ledger: 是')]),
    ('kingdee-en.csv', ['--dates', 'mdy'], ('utf-8', ',', '.', 3, 0, 0), [
        inv('C0001', 'AR20261001', '2026-09-12', '2026-10-12', 'CNY',
            12500000, 10000000),
        inv('C0002', 'AR20261022', '2026-10-22', '2026-12-21', 'USD',
            4560000),
        minus('unapplied', 'C0002', 'SK20261103', '2026-11-03', 'USD',
            500000)], []),
    ('yonyou-zh-hant.csv', [], ('big5', ',', '.', 3, 0, 0), [
        inv('HK-01', 'XS0000501', '2026-09-03', '2026-10-03', 'HKD',
            1850000),
        minus('credit', 'HK-01', 'XS0000509', '2026-09-20', 'HKD', 50000),
        inv('HK-02', 'XS0000517', '2026-10-21', '2026-11-20', 'HKD', 220075,
            blocked='是')],
        [('human', 'XS0000517', 'blocked in the ledger: 是')]),
]

def layouts():
    for name, options, is_form, items, holds in LAYOUTS:
        w = Work()
        r = w.load(name, *options)
        same(name + ': form', form(r), is_form)
        same(name, w.items(), items)
        same(name + ': holds', w.holds(), holds)
        same(name + ': no name is a number', w.sql('SELECT count(*) FROM '
            "party p JOIN account a ON a.party_id = p.id WHERE p.name = "
            'a.code'), [(0,)])

def own_names():
    w = Work('''sources:
  own:
    columns:
      Kunde: account
      Beleg: item
      Fällig am: due
      Betrag: amount
    dates: dmy
    currency: EUR
''')
    path = os.path.join(top, 'own.csv')
    open(path, 'w').write('Kunde;Beleg;Fällig am;Betrag;Amount\n'
        'A;7;1.2.2026;1.234,50;9\n')
    w.run('import', path, '--source', 'own')
    same('own names', (w.code, w.err), (0, ''))
    same('own names: facts', w.items(), [row('A', '7', 'invoice', None,
        '2026-02-01', 'EUR', 123450, 123450)])

try:
    quickbooks()
    xero()
    sage()
    sap()
    chinese()
    layouts()
    own_names()
finally:
    shutil.rmtree(top)
print('%d passed, %d failed' % (passed, failed))
raise SystemExit(failed > 0)
PY
