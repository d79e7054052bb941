"""What kills again and again goes to a person, never away: the row is parked, its
account held, a task tells it; the planner neither plans the same message
anew nor forgets it; released, it goes out once."""
import os
import shutil
import socket
import tempfile

from sendlib import NOW, Workspace, check, finish

NEXT = "2026-11-23T09:05:00Z"
LAST = "2026-11-24T09:05:00Z"		# the best day left for it

parent = tempfile.mkdtemp()
w = Workspace(parent, accounts=2)
GONE = socket.gethostname() + " 99999999 %d"


def same(what, got, wanted):
    check(what, got == wanted, "%s, wanted %s" % (got, wanted))


def crash(row, crashes, sender=1, state="claimed"):
    """As a sender left it that was killed with the row in its hands."""
    w.sql("UPDATE outbox SET state = ?, claim_token = 'gone',"
          " claimed_by = ?, deadline = 4000000000, crashes = ?"
          " WHERE id = ?", state, GONE % sender, crashes, row)


def of(account, table="outbox", state="state"):
    return [r[0] for r in w.sql(
        "SELECT o.%s FROM %s o JOIN account a ON a.id = o.account_id WHERE"
        " a.code = ? ORDER BY o.id" % (state, table), account)]


def open_tasks():
    return w.sql("SELECT a.code, t.reason FROM task t JOIN account a ON"
                 " a.id = t.account_id WHERE t.state <> 'closed'")


def arrived():
    new = os.path.join(w.dir, "outgoing", "new")
    return len(os.listdir(new)) if os.path.isdir(new) else 0


# Once it is tried again; the second time it is parked.
crash(1, 0, 1)
crash(2, 1, 2)
same("exit", w.send().returncode, 0)
same("tried again", of("C0000"), ["accepted"])
same("parked", of("C0001"), ["draft"])
same("tasks", open_tasks(), [("C0001", "sender-crash")])
same("sent", arrived(), 1)
check("hold", "sender-crash" in w.must("hold"), w.must("hold"))
check("why", "ended its sender" in w.must("why", "C0001"),
      w.must("why", "C0001"))

# Nobody plans it anew, however often one looks, and it is not forgotten.
for now in (NOW, NOW, NEXT, NEXT):
    w.must("run", "planner", "--once", now=now)
    same("sender", w.send(now=now).returncode, 0)
same("planned", of("C0001"), ["cancelled"])
same("sent", arrived(), 1)
same("verdict", of("C0001", "(SELECT id, id AS account_id, plan_verdict"
     " FROM account)", "plan_verdict"), ["held"])
check("tasks", ("C0001", "sender-crash") in open_tasks(), open_tasks())

# A person releases it: it goes out once.
hold = w.sql("SELECT id FROM hold WHERE kind = 'sender-crash' AND"
             " released_at IS NULL")
same("holds", len(hold), 1)
w.must("release", str(hold[0][0]), "--note", "memory was full", now=NEXT)
check("tasks", ("C0001", "sender-crash") not in open_tasks(), open_tasks())
for now in (NEXT, LAST, LAST):
    w.must("run", "planner", "--once", now=now)
    same("sender", w.send(now=now).returncode, 0)
same("released", of("C0001").count("accepted"), 1)
same("sent", arrived(), 2)

# What nobody plans anew is queued again by the release.
w.sql("UPDATE outbox SET state = 'draft', crashes = 2 WHERE id = 2")
w.sql("INSERT INTO hold (company_id, kind, scope, account_id, placed_at,"
      " placed_by, review_at) SELECT company_id, 'sender-crash', 'account',"
      " account_id, 0, 'sender', 0 FROM outbox WHERE id = 2")
w.must("release", str(w.sql("SELECT max(id) FROM hold")[0][0]), now=LAST)
same("queued again", w.sql("SELECT state, crashes FROM outbox WHERE id = 2"),
     [("queued", 0)])

# Of what a sender had claimed, only the row in its hands counts: the first in
# the order of sending; none where another one was being handed over.
w = Workspace(parent, accounts=8)
order = [r[0] for r in w.sql("SELECT id FROM outbox ORDER BY priority DESC,"
                             " due_at, id")]
w.sql("UPDATE outbox SET due_at = 4000000000 WHERE id IN (?, ?)",
      order[6], order[7])
for row in order[:4]:
    crash(row, 0, 1)
crash(order[4], 0, 2, "sending")
crash(order[5], 1, 2)
w.transport("smtp://127.0.0.1:1")
w.send()
same("counted", [w.sql("SELECT crashes FROM outbox WHERE id = ?", row)[0][0]
                 for row in order[:4]], [1, 0, 0, 0])
same("another was handed over", w.sql("SELECT state, crashes FROM outbox"
                                      " WHERE id = ?", order[5]),
     [("queued", 1)])

shutil.rmtree(parent)
finish()
