"""A server that refuses everybody for what we are: rows are not failed one by
one, addresses are not harmed, a person is asked, and nothing more is tried
for an hour, by this sender or another, unless a person says so, the settings
change or the server takes a message."""
import shutil
import tempfile

from sendlib import Server, Workspace, check, finish

SOON = "2026-11-20T09:25:00Z"
HOUR = "2026-11-20T10:06:00Z"
TWO = "2026-11-20T11:07:00Z"

D, Q, F, A = "deferred", "queued", "failed", "accepted"
parent = tempfile.mkdtemp()
base = Workspace(parent, accounts=6)


def open_tasks(w):
    return [r[0] for r in w.sql("SELECT reason FROM task WHERE"
                                " state <> 'closed' ORDER BY reason")]


def holds(w):
    return w.sql("SELECT id FROM hold WHERE kind = 'transport' AND"
                 " released_at IS NULL")


def same(what, got, wanted):
    check(what, got == wanted, "%s, wanted %s" % (got, wanted))


def denied(w, s, answer, states, failed):
    """After the first run: what became of rows, addresses and people."""
    w.smtp(s.port)
    r = w.send()
    what = answer
    same(what, sorted(w.states()), sorted(states))
    same(what, w.sql("SELECT DISTINCT state FROM address"), [("working",)])
    same(what, open_tasks(w), ["delivery-failed"] * failed +
         ["transport-refused"])
    same(what, w.sql("SELECT account_id FROM task WHERE reason ="
                     " 'transport-refused'"), [(None,)])
    same(what + ": holds", len(holds(w)), 1)
    check(what, "3600 s" in r.stderr, r.stderr)
    check(what, "transport" in w.must("hold"), "not in dunlin hold")
    same(what + ": content", s.content, 0)


CASES = [
    ("554 5.7.1 <c@customer.example.com>: Relay access denied",
     [D, Q, Q, Q, Q, Q], 0),
    ("550 relaying denied", [D, Q, Q, Q, Q, Q], 0),
    ("454 4.7.1 Relay access denied", [D, Q, Q, Q, Q, Q], 0),
    ("550 5.7.26 not authenticated", [F, F, D, Q, Q, Q], 2),
]

for answer, states, failed in CASES:
    w = base.copy(parent)
    with Server({"RCPT": answer}) as s:
        denied(w, s, answer, states, failed)
        # Another run heeds the pause.
        n = s.sessions
        r = w.send(now=SOON)
        same(answer + ": sessions", s.sessions, n)
        check(answer, "dunlin release" in r.stderr, r.stderr)
        # After an hour it is tried again.  The answer may be about the
        # recipient, so that the row that was put off does not put off all of
        # them twice: the next one decides, and all wait again.
        n = len([c for c in s.commands if c.startswith("RCPT")])
        w.send(now=HOUR)
        same(answer + ": tried", len([c for c in s.commands
             if c.startswith("RCPT")]) - n, 2)
        same(answer + ": holds", len(holds(w)), 1)
        same(answer + ": failed", w.states().count(F), failed + 1 if failed
             else 0)
        n = s.sessions
        w.send(now="2026-11-20T10:20:00Z")
        same(answer + ": sessions", s.sessions, n)
        # Then the server takes it: the rest follows, nothing is left open.
        del s.script["RCPT"]
        w.send(now=TWO)
        left = w.states().count(F)
        same(answer + ": at last", w.states().count(A), 6 - left)
        same(answer + ": holds", holds(w), [])
        same(answer + ": tasks", open_tasks(w), ["delivery-failed"] * left)
    shutil.rmtree(w.dir)

# One recipient to whom we may not relay keeps nobody else back for longer than
# that hour, nor again and again.
w = base.copy(parent)


def one_only(session):
    if session.to == "c0@customer.example.com":
        return "554 5.7.1 <%s>: Relay access denied" % session.to
    return "250 2.1.5 ok"


with Server({"RCPT": one_only}) as s:
    w.sql("UPDATE outbox SET priority = id = 1")
    w.smtp(s.port)
    w.send()
    same("one is refused", w.states(), [D] + [Q] * 5)
    w.send(now=HOUR)
    same("one is refused: the others", sorted(w.states()),
         [A] * 5 + [w.states()[0]])
    same("one is refused: holds", holds(w), [])
    w.sql("UPDATE outbox SET due_at = 0 WHERE id = 1")
    w.send(now=TWO)
    same("one is refused: holds again", holds(w), [])
shutil.rmtree(w.dir)

# What was refused for good waits for a person, and is tried once more when
# they have dealt with it: no account is left without a next step.
w = base.copy(parent)
with Server({"RCPT": lambda session: "550 5.7.1 blocked" if session.to ==
             "c0@customer.example.com" else "250 2.1.5 ok"}) as s:
    w.smtp(s.port)
    w.send()
    same("refused", sorted(w.states()), [A] * 5 + [F])
    w.run("run", "planner", "--once", now=SOON)
    w.send(now=SOON)
    same("refused: waits for a person", sorted(w.states()), [A] * 5 + [F])
    number = w.sql("SELECT id FROM task WHERE reason = 'delivery-failed'")
    del s.script["RCPT"]
    w.must("tasks", "done", str(number[0][0]), now=HOUR)
    w.run("run", "planner", "--once", now=HOUR)
    same("refused: planned once more", sorted(w.states()),
         [A] * 5 + [F, Q])
shutil.rmtree(w.dir)

# A person ends it.
w = base.copy(parent)
with Server({"RCPT": CASES[0][0]}) as s:
    denied(w, s, CASES[0][0], CASES[0][1], 0)
    del s.script["RCPT"]
    w.must("release", str(holds(w)[0][0]), now=SOON)
    w.send(now=SOON)
    same("released", w.states(), [A] * 6)
    same("released", open_tasks(w), [])
shutil.rmtree(w.dir)

# So do other settings.
w = base.copy(parent)
with Server({"RCPT": CASES[0][0]}) as s:
    denied(w, s, CASES[0][0], CASES[0][1], 0)
with Server() as s:
    w.smtp(s.port)
    w.send(now=SOON)
    same("another server", w.states(), [A] * 6)
    same("another server", open_tasks(w), [])
shutil.rmtree(w.dir)

# MAIL refused for good: the pause is kept as well.
w = base.copy(parent)
with Server({"MAIL": "550 5.7.1 no"}) as s:
    w.smtp(s.port)
    w.send()
    same("MAIL", sorted(w.states()), sorted([F] + [Q] * 5))
    n = s.sessions
    w.send(now=SOON)
    same("MAIL: sessions", s.sessions, n)
    same("MAIL", w.states().count(F), 1)
shutil.rmtree(w.dir)


def by_recipient(session):
    return "550 5.7.1 not from you" if "c0@" in session.to else \
        "250 2.1.5 ok"


# One recipient who wants none of it is that recipient's affair.
w = base.copy(parent)
with Server({"RCPT": by_recipient}) as s:
    w.smtp(s.port)
    w.send()
    same("one", sorted(w.states()), sorted([F] + [A] * 5))
    same("one", holds(w), [])
    same("one", open_tasks(w), ["delivery-failed"])
shutil.rmtree(w.dir)

shutil.rmtree(parent)
finish()
