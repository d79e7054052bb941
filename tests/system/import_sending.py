"""A sender goes on while a long full list of the same company is imported,
and no message says what the ledger did not say at that moment.

What was known when a message was decided is noted by a trigger, inside the
transaction that stores the attempt; what the message says is read from its
bytes."""
import collections
import email
import email.policy
import os
import re
import shutil
import subprocess
import tempfile
import time

from sendlib import DUNLIN, NOW, Due, check, finish

ACCOUNTS = int(os.environ.get("ACCOUNTS", "1200"))
NEW = int(os.environ.get("ROWS", "24000"))	# rows of new customers

NOTE = """
CREATE TABLE noted (attempt_id INTEGER, running INTEGER, done INTEGER,
document TEXT, balance INTEGER, open INTEGER);
CREATE TRIGGER note AFTER INSERT ON attempt BEGIN
INSERT INTO noted SELECT NEW.id,
(SELECT count(*) FROM import WHERE state = 'running'),
(SELECT count(*) FROM event e JOIN stream s ON s.id = e.stream_id
WHERE s.account_id = i.account_id AND e.actor = 'import') > 2,
i.document, i.balance, i.state = 'open' AND i.disputed = 0
FROM item i WHERE i.account_id = (SELECT account_id FROM outbox
WHERE id = NEW.outbox_id);
END"""


def next_list(path):
    """The list that arrives: one account in six is as before."""
    with open(path, "w") as f:
        f.write("account,name,email,language,country,zone,item,issued,due,"
                "amount,balance,currency,disputed\n")
        # The accounts that owe are spread over the file.
        step = max(1, NEW // ACCOUNTS)
        for a in range(ACCOUNTS):
            for i in range(3):
                amount = balance = "%d.50" % (100 + a)
                disputed = "no"
                if a % 6 == 0 or (a % 6 == 1 and i == 0):
                    continue
                if a % 6 == 2 and i == 1:
                    balance = "%d.25" % (a // 2 + 10)
                if a % 6 == 3 and i == 2:
                    disputed = "yes"
                if a % 6 == 5 and i == 0:
                    amount = balance = "%d.75" % (7000 + a)
                f.write("C%04d,Customer %d,c%d@customer.example.com,%s,GB,"
                        "Europe/London,INV-%04d-%d,2026-10-16,2026-11-15,"
                        "%s,%s,GBP,%s\n" % (a, a, a,
                        "en" if a % 2 == 0 else "zh-CN", a, i, amount,
                        balance, disputed))
            for k in range(a * step, (a + 1) * step):
                f.write("N%06d,New %d,,en,GB,Europe/London,NEW-%06d,"
                        "2026-11-10,2026-12-10,%d.00,%d.00,GBP,no\n" %
                        (k, k, k, k + 1, k + 1))


def text_of(raw):
    m = email.message_from_bytes(raw, policy=email.policy.default)
    return m.get_body(("plain",)).get_content()


def amounts(minor):
    return "%s.%02d" % (format(minor // 100, ","), minor % 100)


top = tempfile.mkdtemp()
try:
    w = Due(top, ACCOUNTS)
    db = os.path.join(w.dir, "dunlin.db")
    for statement in (NOTE[:NOTE.index("CREATE TRIGGER")],
                      NOTE[NOTE.index("CREATE TRIGGER"):]):
        w.sql(statement)
    path = os.path.join(top, "next.csv")
    next_list(path)
    p = subprocess.Popen(w.command("import", path, "--mode", "full",
                         "--as-of", "2026-11-20", "--confirm"),
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while p.poll() is None and time.monotonic() < end and not w.sql(
            "SELECT 1 FROM import WHERE state = 'running'"):
        time.sleep(0.002)
    sender = subprocess.Popen(w.command("run", "sender", "--once"),
                              stderr=subprocess.DEVNULL)
    while p.poll() is None:
        w.must("run", "planner", "--once")
        if sender.poll() is not None:
            sender = subprocess.Popen(w.command("run", "sender", "--once"),
                                      stderr=subprocess.DEVNULL)
    check("the import ends well", p.wait() == 0,
          p.stderr.read().decode()[-500:])
    check("the sender ends well", sender.wait() == 0)
    for _ in range(3):
        w.must("run", "planner", "--once")
        w.send()

    noted = collections.defaultdict(dict)
    when = {}
    for a, running, done, document, balance, is_open in w.sql(
            "SELECT * FROM noted"):
        when[a] = (running, done)
        if is_open:
            noted[a][document] = balance
    wrong = []
    texts = w.sql("SELECT a.id, b.bytes FROM attempt a JOIN attempt_content b "
                  "ON b.attempt_id = a.id WHERE a.outcome = 'accepted'")
    for a, raw in texts:
        text = text_of(bytes(raw))
        named = set(re.findall(r"INV-\d+-\d+", text))
        if named != set(noted[a]) or any(amounts(b) not in text
                                         for b in noted[a].values()):
            wrong.append((a, when[a], sorted(named), noted[a]))
    check("every message says what the ledger said", not wrong,
          "%d of %d: %r" % (len(wrong), len(texts), wrong[:2]))
    meanwhile = [a for a, _ in texts if when[a][0] > 0]
    late = [a for a in meanwhile if when[a][1]]
    check("messages went out meanwhile", len(meanwhile) >= 50,
          "only %d of %d" % (len(meanwhile), len(texts)))
    check("some to accounts that were written already", len(late) >= 5,
          "only %d of %d" % (len(late), len(meanwhile)))
    per = w.sql("SELECT max(n) FROM (SELECT count(*) n FROM communication "
                "WHERE at IS NOT NULL AND step <> 'm0-notice' "
                "GROUP BY account_id)")
    check("no account twice", per == [(1,)], per)
    left = w.sql("SELECT count(*) FROM account c WHERE c.code LIKE 'C%' AND "
                 "EXISTS (SELECT 1 FROM item i WHERE i.account_id = c.id AND "
                 "i.state = 'open' AND i.disputed = 0) AND NOT EXISTS "
                 "(SELECT 1 FROM communication m WHERE m.account_id = c.id "
                 "AND m.at IS NOT NULL AND m.step <> 'm0-notice')")
    check("who owes was reached at last", left == [(0,)], left)
    if os.environ.get("VERBOSE"):
        print("%d messages, %d during the import, %d of these after their "
              "account was written" % (len(texts), len(meanwhile), len(late)))
finally:
    shutil.rmtree(top)
finish()
