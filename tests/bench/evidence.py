#!/usr/bin/python3
"""How fast the ledger of events is verified, a bundle written and ageing
computed, with the most memory each took.

	evidence.py [EVENTS [ITEMS [OF_ONE]]]	default 1000000 1000000 10000

The database is filled here, with nothing of Dunlin's: EVENTS events in chains
of 100, and one chain of OF_ONE for the bundle; ITEMS items, on which nothing
else depends.  References: for verify the same hashes by sha256 of Python's
hashlib over as many records, without a database; for ageing one SQL aggregate
over the same rows by sqlite3, without payments.  Ratios are medians of three
rounds, in turn."""
import hashlib
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

DUNLIN = os.path.abspath(os.environ.get("DUNLIN", "./dunlin"))
EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
ITEMS = int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
OF_ONE = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
ROUNDS = 3
NOW = "2026-11-20T04:00:00Z"
AT, TODAY = 1795000000, 20777
CONFIG = """test: yes
companies:
  main:
    name: Example Trading Ltd
    country: CN
    zone: Asia/Shanghai
    currency: CNY
    languages: [en]
    reply_to: ar@seller.example.com
    transport: {url: "maildir:outgoing"}
    senders:
      - {name: Accounts Receivable, email: ar@seller.example.com}
"""
work = tempfile.mkdtemp()
PATH = work + "/dunlin.db"


def fields(*values):
    out = []
    for v in values:
        b = v.to_bytes(8, "big", signed=True) if isinstance(v, int) else \
            v.encode()
        out.append(len(b).to_bytes(8, "big") + b)
    return hashlib.sha256(b"".join(out)).hexdigest()


def chain(db, stream, account, first, n):
    prev, events, payloads = "", [], []
    salt = "00112233445566778899aabbccddeeff"
    for seq in range(1, n + 1):
        payload = '{"text":"Called them, they will look into it: %d"}' % seq
        ph = fields(salt, payload)
        h = fields("dunlin-event-1", "main", account, seq, AT, "note",
            "user:bench", ph, prev)
        events.append((first, stream, seq, AT, "note", "user:bench", ph,
            prev, h))
        payloads.append((first, salt, payload))
        prev, first = h, first + 1
    db.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?)", events)
    db.executemany("INSERT INTO event_payload VALUES (?,?,?)", payloads)
    db.execute("INSERT INTO stream VALUES (?,1,?,?,?)", (stream, stream, n,
        prev))
    return first


def fill():
    with open(work + "/dunlin.yaml", "w", encoding="utf-8") as f:
        f.write(CONFIG)
    with open(work + "/l.csv", "w", encoding="utf-8") as f:
        f.write("account,name,item,due,amount,balance,currency\n"
            "A,A,I,2026-11-01,1.00,1.00,CNY\n")
    subprocess.run([DUNLIN, "-C", work, "--now", NOW, "import", work +
        "/l.csv", "--mode", "delta", "--as-of", "2026-11-20"], check=True,
        stdout=subprocess.DEVNULL)
    db = sqlite3.connect(PATH)
    db.execute("PRAGMA synchronous=OFF")
    first = db.execute("SELECT max(id) FROM event").fetchone()[0] + 1
    accounts = max(EVENTS // 100, 1) + 1
    for i in range(1000, 1000 + accounts):
        db.execute("INSERT INTO party (id, company_id, name, kind, tier) "
            "VALUES (?,1,'P','organisation','standard')", (i,))
        db.execute("INSERT INTO account (id, company_id, party_id, code, "
            "created_at) VALUES (?,1,?,?,0)", (i, i, f"C{i}"))
        first = chain(db, i, f"C{i}", first, OF_ONE if i == 1000 else 100)
    db.executemany("INSERT INTO item (company_id, account_id, source_id, "
        "document, kind, state, due, amount, balance, currency, "
        "balance_as_of, created_at) VALUES (1,?,1,?,'invoice','open',?,?,?,"
        "?,?,0)", ((1000 + k % accounts, f"D{k}", TODAY - k * 7 % 150,
        k % 90000 + 1, k % 90000 + 1, "CNY GBP EUR".split()[k % 3], TODAY)
        for k in range(ITEMS)))
    db.commit()
    db.execute("ANALYZE")
    db.close()


def run(*args):
    """Seconds and the most memory in MiB."""
    start = time.monotonic()
    p = subprocess.Popen([DUNLIN, "-C", work, "--now", NOW, *args],
        stdout=subprocess.DEVNULL)
    _, status, use = os.wait4(p.pid, 0)
    took = time.monotonic() - start
    if status != 0:
        sys.exit(f"{args}: exit {status}")
    return took, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024


def hashes():
    start = time.process_time()
    for i in range(EVENTS // 20):
        fields("salt", "payload %d" % i)
        fields("dunlin-event-1", "main", "C1", i, AT, "note", "user:bench",
            "0" * 64, "0" * 64)
    return (time.process_time() - start) * 20


def aggregate():
    db = sqlite3.connect(PATH)
    start = time.process_time()
    db.execute("SELECT currency, CASE WHEN due >= ? THEN 0 WHEN ? - due <= "
        "30 THEN 1 WHEN ? - due <= 60 THEN 2 WHEN ? - due <= 90 THEN 3 ELSE "
        "4 END, count(*), sum(balance) FROM item WHERE company_id = 1 AND "
        "state = 'open' GROUP BY 1, 2", (TODAY,) * 4).fetchall()
    took = time.process_time() - start
    db.close()
    return took


def say(what, n, unit, runs, against, reference):
    cpu = statistics.median(r[1] for r in runs)
    ratio = statistics.median(r[1] / a for r, a in zip(runs, against))
    print(f"{what}: {n / statistics.median(r[0] for r in runs):,.0f} {unit}/s"
        f", {cpu:.2f} s CPU, {ratio:.2f} x {reference}, most memory "
        f"{max(r[2] for r in runs):.0f} MiB")


try:
    fill()
    runs, refs = [], []
    for i in range(ROUNDS):
        refs.append(hashes())
        runs.append(run("verify"))
    say(f"verify {EVENTS:,} events", EVENTS, "events", runs, refs,
        "the hashes alone in Python")
    runs, refs = [], []
    for i in range(ROUNDS):
        refs.append(aggregate())
        runs.append(run("report", "ageing"))
    say(f"ageing of {ITEMS:,} items", ITEMS, "items", runs, refs,
        "one SQL aggregate")
    runs = [run("evidence", "C1000", "-o", f"{work}/b{i}.zip")
        for i in range(ROUNDS)]
    took = statistics.median(r[0] for r in runs)
    print(f"bundle of {OF_ONE:,} events: {took:.2f} s, "
        f"{OF_ONE / took:,.0f} events/s, "
        f"{os.path.getsize(work + '/b0.zip') / 1e6:.1f} MB, most memory "
        f"{max(r[2] for r in runs):.0f} MiB")
finally:
    shutil.rmtree(work, ignore_errors=True)
