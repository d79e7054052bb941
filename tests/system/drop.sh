#!/bin/bash
# The drop folder: what is read, when, where it goes, and what people hear.
exec /usr/bin/python3 - <<'PY'
import os, shutil, sqlite3, subprocess, tempfile, time, signal

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

work = os.path.join(top, 'w')
env = dict(os.environ, DUNLIN_NOW='2026-11-21T09:00:00Z', LC_ALL='C.UTF-8')

def run(*args):
    p = subprocess.run([DUNLIN, '-C', work] + list(args),
        capture_output=True, env=env)
    return p.returncode, p.stdout.decode(), p.stderr.decode()

def sql(text):
    db = sqlite3.connect(os.path.join(work, 'dunlin.db'))
    rows = db.execute(text).fetchall()
    db.close()
    return rows

H = 'account,item,due,amount,currency\n'

def put(name, text):
    path = os.path.join(work, 'drop', 'book', name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, 'w').write(text)
    return path

def there(folder=''):
    return sorted(n for n in os.listdir(os.path.join(work, 'drop', 'book',
        folder)) if n not in ('done', 'failed'))

def report(path):
    return open(os.path.join(work, 'drop', 'book', path)).read()

try:
    subprocess.run([DUNLIN, 'init', work], capture_output=True, check=True)
    with open(os.path.join(work, 'dunlin.yaml'), 'a') as f:
        f.write('import: {dir: drop, settle: 0}\n'
            'sources:\n  book:\n    mode: full\n')
    rows = ''.join('A,%d,2026-11-01,10.00,USD\n' % i for i in range(10))
    put('ledger-2026-11-19.csv', H + rows)
    put('b-2026-11-20.csv', H + 'A,1,2026-11-01,ten,USD\n')
    put('.hidden.csv', 'x')
    put('half.csv.part', H)
    os.symlink('/etc/passwd', os.path.join(work, 'drop', 'book', 'link'))
    same('run', run('run', 'importer', '--once')[0], 0)
    same('left alone', there(), ['.hidden.csv', 'half.csv.part', 'link'])
    same('done', there('done'), ['ledger-2026-11-19.csv',
        'ledger-2026-11-19.csv.txt'])
    same('failed', there('failed'), ['b-2026-11-20.csv',
        'b-2026-11-20.csv.txt'])
    same('items', sql('SELECT count(*), min(balance_as_of) FROM item'),
        [(10, 20776)])
    check('report', 'Owed: USD 100.00, items: 10' in report('done/'
        'ledger-2026-11-19.csv.txt'), report('done/ledger-2026-11-19.csv.txt'))
    check('report of a failure', "b-2026-11-20.csv:2: amount: 'ten' is not "
        'an amount' in report('failed/b-2026-11-20.csv.txt'))
    same('task', sql("SELECT count(*) FROM task WHERE reason = "
        "'import-failed' AND state <> 'closed'"), [(1,)])
    # the same again changes nothing; an older one and a shrunk one fail
    put('ledger-2026-11-19.csv', H + rows)
    run('run', 'importer', '--once')
    same('again', there('done'), ['ledger-2026-11-19.csv',
        'ledger-2026-11-19.csv-2', 'ledger-2026-11-19.csv-2.txt',
        'ledger-2026-11-19.csv.txt'])
    check('again: unchanged', 'unchanged' in report('done/'
        'ledger-2026-11-19.csv-2.txt'))
    put('old-20261110.csv', H + rows)
    put('shrunk-2026-11-20.csv', H + 'A,1,2026-11-01,10.00,USD\n')
    put('later-2026-12-31.csv', H + rows)
    run('run', 'importer', '--once')
    check('older', 'older than what was imported' in
        report('failed/old-20261110.csv.txt'))
    check('shrunk', 'nothing was changed' in
        report('failed/shrunk-2026-11-20.csv.txt'))
    check('future', 'lies in the future' in
        report('failed/later-2026-12-31.csv.txt'))
    same('nothing of them', sql("SELECT count(*) FROM item WHERE state = "
        "'open'"), [(10,)])
    # serve watches it; a file that still grows is not read
    path = os.path.join(work, 'dunlin.yaml')
    text = open(path).read().replace('settle: 0', 'settle: 2')
    open(path, 'w').write(text)
    clock = os.path.join(top, 'clock')
    start = time.monotonic()
    def tick():
        n = int(time.monotonic() - start)
        with open(clock + '.new', 'w') as f:
            f.write('2026-11-21T10:%02d:%02dZ\n' % divmod(n, 60))
        os.rename(clock + '.new', clock)
    tick()
    del env['DUNLIN_NOW']
    p = subprocess.Popen([DUNLIN, '-C', work, 'serve'], env=dict(env,
        DUNLIN_CLOCK_FILE=clock), stderr=subprocess.DEVNULL)
    grow = put('grow-2026-11-21.csv', H)
    for i in range(12):
        with open(grow, 'a') as f:
            f.write('A,%d,2026-11-01,10.00,USD\n' % i)
        time.sleep(0.25)
        tick()
        check('it grows', os.path.exists(grow))
    while os.path.exists(grow) and time.monotonic() < start + 40:
        time.sleep(0.2)
        tick()
    p.send_signal(signal.SIGTERM)
    p.wait(20)
    same('serve', sql("SELECT count(*) FROM item WHERE state = 'open'"),
        [(12,)])
finally:
    shutil.rmtree(top)
print('%d passed, %d failed' % (passed, failed))
raise SystemExit(failed > 0)
PY
