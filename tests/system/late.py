"""No sender runs while the hour of a message passes: an answer still goes
out, unless what it says is over; the courtesy of the day before a promise
does not come after that day; what goes on goes on."""
import os
import shutil
import subprocess
import tempfile

from sendlib import Workspace, check, finish

parent = tempfile.mkdtemp()
base = Workspace(parent, accounts=2)
base.send()
sent = dict(base.sql("SELECT recipient, token FROM attempt"))


def at(day, hour=10):
    return "2026-%02d-%02dT%02d:05:00Z" % (11 if day <= 30 else 12,
                                           day if day <= 30 else day - 30,
                                           hour)


def say(w, n, body, day):
    to = "c%d@customer.example.com" % n
    raw = ("From: %s\nTo: ar+r.%s@seller.example.com\nSubject: Re\n"
           "Message-ID: <%s@c.example>\nDate: Fri, 20 Nov 2026 09:30:00"
           " +0000\nContent-Type: text/plain; charset=utf-8\n\n%s\n"
           % (to, sent[to], os.urandom(6).hex(), body)).encode()
    subprocess.run(w.command("ingest", now=at(day)), input=raw, check=True)
    w.must("run", "reader", "--once", now=at(day))


def rows(w):
    return w.sql("SELECT template, state FROM outbox WHERE template IN"
                 " ('answer-promise', 'courtesy', 'answer-claim',"
                 " 'answer-dispute') ORDER BY id")


def ledger(w, day):
    w.must("import", os.path.join(w.dir, "ledger.csv"), "--as-of",
           at(day)[:10], "--confirm", now=at(day, 8))


def answers():
    w = base.copy(parent)
    for n, words in (0, "We will pay on 27 November."), \
            (1, "我们11月27日付款。"):
        say(w, n, words, 20)
    check("queued", rows(w) == [("answer-promise", "queued")] * 2, rows(w))
    number = w.sql("SELECT min(id) FROM promise")[0][0]
    for day in 21, 22, 23:
        w.must("run", "planner", "--once", now=at(day))
    w.must("promise", "withdraw", str(number), now=at(23))
    w.must("run", "sender", "--once", now=at(23, 11))
    got = sorted(s for _, s in rows(w))
    check("three days late: what still holds", got == ["accepted",
          "cancelled"], rows(w))


def courtesy():
    w = base.copy(parent)
    say(w, 0, "We will pay on 27 November.", 20)
    w.must("run", "sender", "--once", now=at(20, 11))
    for day in range(21, 31):
        if day not in (21, 22, 28, 29):
            ledger(w, day)
        w.must("run", "planner", "--once", now=at(day))
    w.must("run", "sender", "--once", now=at(30, 11))
    got = [s for t, s in rows(w) if t == "courtesy"]
    check("no courtesy after its day", got == ["cancelled"], rows(w))
    check("the promise is still followed", w.sql(
        "SELECT state FROM promise") != [("open",)], w.sql(
        "SELECT state FROM promise"))
    # On its day, hours late: it goes.
    w = base.copy(parent)
    say(w, 0, "We will pay on 27 November.", 20)
    w.must("run", "sender", "--once", now=at(20, 11))
    for day in range(21, 27):
        if day not in (21, 22):
            ledger(w, day)
        w.must("run", "planner", "--once", now=at(day, 9))
    w.must("run", "sender", "--once", now=at(26, 15))
    got = [s for t, s in rows(w) if t == "courtesy"]
    check("late on its day", got == ["accepted"], rows(w))


def plan():
    """Instalments: that of the day passed is told of by none, the next is."""
    w = base.copy(parent)
    say(w, 0, "We can pay GBP 50.00 on 27 November and GBP 50.50 on"
        " 4 December.", 20)
    w.must("run", "sender", "--once", now=at(20, 11))
    for day in range(21, 34):
        if day not in (21, 22, 28, 29):
            ledger(w, day)
        w.must("run", "planner", "--once", now=at(day, 9))
        if day == 27:		# nobody was there on the 26th
            w.must("run", "sender", "--once", now=at(day, 15))
            got = [s for t, s in rows(w) if t == "courtesy"]
            check("plan: none on the day itself", got == ["cancelled"],
                  rows(w))


answers()
courtesy()
plan()
shutil.rmtree(parent)
finish()
