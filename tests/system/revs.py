"""What planner and sender know of an account (core/facts.h) is compared around
every command that writes: where it differs, the account's rev must, or its
plan would stay as it was and a message made from the old facts would go."""
import os
import shutil
import tempfile

from sendlib import EARLY, NOW, Server, Workspace, check, finish

parent = tempfile.mkdtemp()
w = Workspace(parent, accounts=6, items=2)

PARTS = {
    "account": "SELECT party_id, owner_id, merged_into, stage_cap, policy"
               " FROM account WHERE id = :a",
    "party": "SELECT p.name, p.kind, p.tier, p.attitude, p.language,"
             " p.country, p.zone, p.restricted, p.cash_in_day FROM party p"
             " JOIN account a ON a.party_id = p.id WHERE a.id = :a",
    "items": "SELECT id, document, kind, issued, due, amount, balance,"
             " currency, balance_as_of FROM item WHERE account_id = :a AND"
             " state = 'open' ORDER BY id",
    "payments": "SELECT id, item_id, amount, currency, value_date,"
                " provisional FROM payment WHERE account_id = :a AND state ="
                " 'received' ORDER BY id",
    "contacts": "SELECT c.id, c.role, c.name, c.language, c.rank, d.value,"
                " d.state FROM contact c JOIN address d ON d.id ="
                " c.address_id WHERE c.account_id = :a AND c.closed_at IS"
                " NULL ORDER BY c.id",
    # A transport that is paused changes no plan.
    "holds": "SELECT h.id, h.kind, h.amount, h.review_at, h.ends_at,"
             " h.owner FROM hold h JOIN account a ON a.id = :a WHERE"
             " h.released_at IS NULL AND h.kind <> 'transport' AND"
             " (h.account_id = a.id OR (h.account_id IS NULL AND"
             " (h.party_id = a.party_id OR h.address_id IN (SELECT address_id"
             " FROM contact WHERE account_id = a.id AND closed_at IS NULL) OR"
             " (h.company_id = a.company_id AND h.scope IN ('company',"
             " 'channel'))))) ORDER BY h.id",
    "touches": "SELECT id, at FROM communication WHERE account_id = :a AND"
               " at IS NOT NULL AND cancelled = 0 ORDER BY id",
}
seen = set()


def facts():
    db = {}
    for a, rev in w.sql("SELECT id, rev FROM account ORDER BY id"):
        db[a] = (rev, {k: w.sql(q.replace(":a", str(a)))
                       for k, q in PARTS.items()})
    return db


def step(*args, now=NOW, run=None, changes=None):
    """changes: a part that the step must change in some account, so that
    the test cannot pass because nothing happened."""
    what = " ".join(str(a) for a in args[:3])
    before = facts()
    if run is None:
        r = w.run(*args, now=now)
        check(what, r.returncode == 0, r.stderr)
    else:
        run()
    changed = set()
    for a, (rev, parts) in facts().items():
        old_rev, old = before.get(a, (0, {}))
        differ = {k for k in parts if parts[k] != old.get(k)}
        changed |= differ
        check("%s: account %d: %s changed" % (what, a, sorted(differ)),
              not differ or rev != old_rev)
    check("%s changes %s" % (what, changes), changes is None or
          changes in changed, "only %s" % sorted(changed))
    seen.update(changed)


def hold(kind):
    return str(w.sql("SELECT max(id) FROM hold WHERE kind = ? AND"
                     " released_at IS NULL", kind)[0][0])


def file(text):
    path = os.path.join(w.dir, "more.csv")
    with open(path, "w") as f:
        f.write(text)
    return path


def last(table):
    return str(w.sql("SELECT max(id) FROM %s" % table)[0][0])


HEAD = "account,name,email,phone,language,country,zone,item,issued,due," \
       "amount,balance,currency\n"
ROW = "C0000,%s,%s,,en,GB,%s,%s,2026-10-16,2026-11-15,100.50,%s,GBP\n"
MAIL = "c0@customer.example.com"


def delta(day, *row):
    return ("import", file(HEAD + ROW % row), "--as-of", day, "--mode",
            "delta")


step("pay", "C0000", "10", "GBP", "--ref", "P1", changes="payments")
step("pay", "C0000", "10", "GBP", "--item", "INV-0000-0", "--ref", "P2",
     changes="payments")
step("pay", "C0000", "--reverse", "P1", changes="payments")
step("hold", "C0001", changes="holds")
step("release", hold("human"), changes="holds")
step("hold", "C0001", "--kind", "dispute", "--item", "INV-0001-0",
     changes="holds")
step("undo", str(w.sql("SELECT max(id) FROM event WHERE kind ="
                       " 'hold-placed'")[0][0]), changes="holds")
step("hold", "C0002", "--address", "c2@customer.example.com", "--kind", "opt-out",
     changes="holds")
step("release", hold("opt-out"), changes="holds")
step("hold", "--all", changes="holds")
step("release", hold("human"), changes="holds")
step("hold", "--all", "--channel", "mail", changes="holds")
step("release", hold("human"), changes="holds")
step("contact", "add", "C0001", "new@customer.example.com",
     changes="contacts")
step("contact", "primary", "C0001", "new@customer.example.com",
     changes="contacts")
step("contact", "close", "C0001", "new@customer.example.com",
     changes="contacts")
step("override", "C0001", "--tier", "prime", changes="party")
step("override", "C0001", "--stage-cap", "none", changes="account")
step("override", "C0001", "--owner", "none")
step("contacted", "C0002", "--by", "phone", "--result", "no-answer",
     changes="touches")
step("promise", "add", "C0003", "--by", "2026-11-27", changes="holds")
step("promise", "withdraw", last("promise"), changes="holds")
step("dispute", "add", "C0003", "--item", "INV-0003-0", "--reason",
     "quality", changes="holds")
step("dispute", "close", last("dispute"), "--outcome", "rejected",
     changes="holds")
step("note", "C0003", "asked for a copy")
step(*delta("2026-11-20", "Customer 0", MAIL, "Europe/London", "INV-0000-0",
            "50.00"), changes="items")
step(*delta("2026-11-20", "Renamed", MAIL, "Europe/Paris", "INV-0000-0",
            "50.00"), changes="party")
step(*delta("2026-11-20", "Renamed", "z@customer.example.com",
            "Europe/Paris", "INV-0000-0", "50.00"), changes="contacts")
step(*delta("2026-11-20", "Renamed", MAIL, "Europe/Paris", "INV-0000-0",
            "0.00"), changes="items")
step("merge", "C0002", "C0003", changes="account")

# What is handed over counts at once; what was not, no longer.
with Server({"RCPT": "450 4.2.0 later"}) as s:
    w.smtp(s.port)
    step("run sender deferred", run=w.send)
with Server({"RCPT": "550 5.1.1 gone"}) as s:
    w.smtp(s.port)
    step("run sender refused", run=lambda: w.send(
        now="2026-11-20T09:25:00Z"), changes="contacts")
w.must("run", "planner", "--once", now="2026-11-20T09:26:00Z")
w.sql("UPDATE outbox SET due_at = 0 WHERE state = 'queued'")
w.sql("UPDATE address SET state = 'soft-bounced' WHERE state = 'working'")
with Server() as s:
    w.smtp(s.port)
    step("run sender", run=lambda: w.send(now="2026-11-20T09:27:00Z"))
check("every part changed", seen == set(PARTS), sorted(set(PARTS) - seen))

shutil.rmtree(parent)
finish()
