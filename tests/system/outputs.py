"""What dunlin claims tells, as a table and as JSON; contact changes and a bill
of exchange that was received are taken back."""
import json
import os
import shutil
import subprocess
import tempfile

from sendlib import Workspace, check, finish

THEN = "2026-11-20T10:00:00Z"
parent = tempfile.mkdtemp()
w = Workspace(parent, accounts=2)
w.send()
sent = dict(w.sql("SELECT recipient, token FROM attempt"))
for n, body in (0, "We paid GBP 100.50 on 18 November, reference TRX-88213."),\
        (1, "这笔款我们昨天已经付了。"):
    to = "c%d@customer.example.com" % n
    raw = ("From: %s\nTo: ar+r.%s@seller.example.com\nSubject: Re\n"
           "Message-ID: <%d@c.example>\nDate: Fri, 20 Nov 2026 09:30:00"
           " +0000\nContent-Type: text/plain; charset=utf-8\n\n%s\n"
           % (to, sent[to], n, body)).encode()
    subprocess.run(w.command("ingest", now=THEN), input=raw, check=True)
w.must("run", "reader", "--once", now=THEN)
TABLE = """\
CLAIM  ACCOUNT  STATE     ITEMS       AMOUNT  PAID ON     REFERENCE  UNTIL\
       RECEIPT  NAME
    1  C0000    checking  INV-0000-0  100.50  2026-11-18  TRX-88213  2026-11-27\
  -        Customer 0
    2  C0001    checking  INV-0001-0  -       2026-11-19  -          2026-11-27\
  -        Customer 1
"""
LINES = [
    {"id": 1, "account": "C0000", "state": "checking", "first_item":
     "INV-0000-0", "items": 1, "currency": "GBP", "amount": "100.50",
     "paid_on": "2026-11-18", "reference": "TRX-88213", "until":
     "2026-11-27", "made_by": "reader"},
    {"id": 2, "account": "C0001", "state": "checking", "first_item":
     "INV-0001-0", "items": 1, "currency": "GBP", "paid_on": "2026-11-19",
     "until": "2026-11-27", "made_by": "reader"}]


def claims():
    got = w.must("claims", now=THEN)
    check("claims", got == TABLE, got)
    got = json.loads(w.must("claims", "--json", now=THEN))
    check("claims --json", got == LINES, got)
    got = json.loads(w.must("claims", "--json", "--account", "C0001",
                            now=THEN))
    check("claims of one", got == LINES[1:], got)
    w.must("claims", "withdraw", "1", now=THEN)
    got = json.loads(w.must("claims", "--json", now=THEN))
    check("without what has ended", got == LINES[1:], got)


def several():
    """Paid in two: the two receipts that make the sum, and not one less."""
    def receipt(name, amount):
        w.sql("INSERT INTO payment (company_id, source_id, account_id,"
              " reference, amount, currency, value_date, state, created_at)"
              " SELECT 1, 1, id, ?, ?, 'GBP', 20777, 'received', 0 FROM"
              " account WHERE code = 'C0001'", name, amount)
        w.sql("UPDATE account SET rev = rev + 1 WHERE code = 'C0001'")
        w.must("run", "planner", "--once", now=THEN)
        return json.loads(w.must("claims", "--json", now=THEN))[0]
    (whole,), = w.sql("SELECT open FROM claim_item WHERE claim_id = 2")
    got = receipt("BANK-1", whole - 4000)
    check("a part of it", got == LINES[1], got)
    found = {"receipt": "BANK-1 + BANK-2", "amount": "%d.%02d"
             % divmod(whole, 100), "day": "2026-11-20", "sure": True}
    got = receipt("BANK-2", 4000)
    check("the parts make it", got == dict(LINES[1], state="found",
                                           found=found), got)
    w.must("claims", "refuse", "2", now=THEN)
    w.must("run", "planner", "--once", now=THEN)
    got = json.loads(w.must("claims", "--json", now=THEN))[0]
    check("refused", got == dict(LINES[1], refused=dict(found, sure=False)),
          got)


def last(kind):
    return str(w.sql("SELECT max(id) FROM event WHERE kind = ?", kind)[0][0])


def undo(what, kind, state):
    """As it was before, and only once."""
    now = state()
    r = w.run("undo", last(kind), now=THEN)
    check(what, r.returncode == 0, r.stderr)
    check(what + ": changed", state() != now, state())
    r = w.run("undo", last(kind), now=THEN)
    check(what + ": once", r.returncode != 0, r.stdout)


def contacts():
    def state():
        return w.sql("SELECT d.norm, c.role, c.closed_at IS"
                     " NULL FROM contact c JOIN address d ON d.id ="
                     " c.address_id JOIN account a ON a.id = c.account_id"
                     " WHERE a.code = 'C0000' ORDER BY c.id")
    before = state()
    w.must("contact", "add", "C0000", "ap2@customer.example.com", now=THEN)
    check("added", len(state()) == 2, state())
    undo("contact added", "contact-added", state)
    check("as before", [r for r in state() if r[2]] == before, state())
    w.must("contact", "add", "C0000", "ap3@customer.example.com", now=THEN)
    two = state()
    w.must("contact", "close", "C0000", "c0@customer.example.com", now=THEN)
    check("closed", state() != two, state())
    undo("contact closed", "contact-closed", state)
    check("open again", state() == two, state())

    def first():
        return w.sql("SELECT d.norm FROM contact c JOIN address d ON d.id ="
                     " c.address_id JOIN account a ON a.id = c.account_id"
                     " WHERE a.code = 'C0000' AND c.closed_at IS NULL"
                     " ORDER BY c.rank, c.id")
    two = first()
    w.must("contact", "primary", "C0000", "ap3@customer.example.com",
           now=THEN)
    check("primary", first() == two[::-1], first())
    undo("contact primary", "contact-primary", first)
    check("second again", first() == two, first())
    r = w.run("contact", "primary", "C0000", "nobody@customer.example.com",
              now=THEN)
    check("no contact", r.returncode != 0 and "is no open contact" in
          r.stderr, r.stderr)


def bill():
    def state():
        return (w.sql("SELECT state FROM bill ORDER BY id"), w.sql(
            "SELECT count(*) FROM hold WHERE kind = 'bill' AND released_at"
            " IS NULL"))
    w.must("bill", "add", "C0000", "--matures", "2027-02-20", "--number",
           "B-1", now=THEN)
    check("received", state() == ([("received",)], [(1,)]), state())
    undo("bill", "bill-received", state)
    check("given back", state() == ([("returned",)], [(0,)]), state())
    w.must("bill", "add", "C0000", "--matures", "2027-02-20", now=THEN)
    w.must("bill", "dishonoured", "2", now=THEN)
    check("dishonoured", state()[1] == [(0,)], state())
    undo("dishonoured", "bill-changed", state)
    check("held again", state() == ([("returned",), ("received",)],
                                    [(1,)]), state())


claims()
several()
contacts()
bill()
check("verify", w.run("verify").returncode == 0)
shutil.rmtree(parent)
finish()
