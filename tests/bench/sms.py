#!/usr/bin/python3
"""How fast the sender hands SMS over.

	sms.py [ACCOUNTS [ROUNDS]]	default 2000 3

Each round sends the due reminders of a fresh copy of one workspace by one
`dunlin run sender --once`, on one connection or on ten ("connections"), then
the same messages with bench_sms.c: libcurl alone on as many kept connections,
with a FULL commit before they go out for each message, or for each ten.  What
the loop commits (bench_rows.h, shared with the bench of mail): "same" is all
that the sending contract wants in those commits, the rows that the sender
writes with their indexes; "rows" less: row, attempt, bytes and last outcome;
"bare" only the bytes in a table of their own.  None of them renders, guards or
hashes.  "ten" is ten processes of "same" with one connection and commits of
their own.  Goals are about "same", a plain loop with the same commits.  Into a
bare HTTP sink (alone on one core with it for one connection: rates are CPU
there), and into a real Kannel with its fake SMS centre.  Rates are messages in
a second over the life of the processes, medians of the rounds; ratios are
medians of the ratio in a round, so that a busy machine shows in both."""
import os
import shutil
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
sys.dont_write_bytecode = True
from benchlib import Run, Sink, tell  # noqa: E402
from kannellib import Kannel, is_installed  # noqa: E402
from sendlib import EARLY, NOW, OLD  # noqa: E402
from smslib import Phones, route  # noqa: E402

BENCH = os.path.join(os.environ["top_builddir"], "tests/bench/bench_sms")
MANY = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
parent = tempfile.mkdtemp(prefix="bench-sms")


class Due(Phones):
    """Customers with phones that were reminded a fortnight ago."""

    def __init__(self):
        super().__init__(parent, route("kannel", "http://127.0.0.1:9/"), [
            ("C%05d" % i, "Customer %d" % i, "", "074%08d" % i,
             "en" if i % 2 == 0 else "zh-CN", "GB", "Europe/London")
            for i in range(MANY)], plan=False)
        self.sql(OLD)
        self.must("run", "planner", "--once", now=EARLY)

    def fresh(self, url, connections=1):
        w = self.copy(parent)
        w.__class__ = Phones
        w.more, w.company = self.more, self.company
        w.routes = route("kannel", url, per_minute=0,
                         connections=connections, **{
                             "from": '"10690000"', "timeout": 30})
        w.routes = w.routes.replace("        timeout: 1\n", "", 1)
        w.transport("maildir:outgoing", per_session=500)
        return w


def legs(n):
    """(name, what it commits, processes, messages of a commit)"""
    wave = [(how, how, 1, n) for how in ("same", "rows", "bare")]
    return wave + ([("ten", "same", n, 1)] if n > 1 else [])


def loop(w, base, url, leg, core):
    """One leg; its database has all messages afterwards."""
    _, how, processes, wave = leg
    to = os.path.join(w.dir, "reference.db")
    fresh = None
    if how == "bare":
        with sqlite3.connect(to) as db:
            db.execute("PRAGMA journal_mode = WAL")
        db.close()
    else:
        fresh = base.fresh(url)
        to = os.path.join(fresh.dir, "dunlin.db")
    run = Run(*[[BENCH, "loop", url, os.path.join(w.dir, "dunlin.db"), to,
                 how, str(k), str(processes), str(wave)]
                for k in range(processes)], core=core)
    if fresh is not None:
        kept = fresh.sql(
            "SELECT count(*) FROM attempt a JOIN attempt_content c"
            " ON c.attempt_id = a.id WHERE length(c.bytes) > 0")
        if kept != [(MANY,)]:
            raise SystemExit("the loop kept %s of %d" % (kept, MANY))
        shutil.rmtree(fresh.dir)
    return run


def one_round(base, url, n, core):
    """The sender and the loops, in turn."""
    w = base.fresh(url, n)
    mine = Run(w.command("run", "sender", "--once"), core=core)
    sent = w.sql("SELECT count(*) FROM attempt WHERE outcome = 'accepted'")
    if sent != [(MANY,)]:
        raise SystemExit("sent %s of %d" % (sent, MANY))
    loops = [loop(w, base, url, leg, core) for leg in legs(n)]
    shutil.rmtree(w.dir)
    return (mine, *loops)


def part(name, base, url, n, core=None):
    runs = [one_round(base, url, n, core) for _ in range(ROUNDS)]
    print("%s, %d connection%s (goal 0.9 of same, floor 0.6)"
          % (name, n, "" if n == 1 else "s"))
    for i, what in enumerate(["sender"] +
                             ["loop, " + leg[0] for leg in legs(n)]):
        tell(what, runs, i, MANY)
    print("  peak %.1f MiB" % (max(r[0].peak for r in runs) / 1024))
    return len(runs[0])


def into_sink(base, n, core):
    sink = Sink(BENCH, core)
    runs = part("sink" + ("" if core is None else ", one core"), base,
                "http://127.0.0.1:%d/send" % sink.port, n, core)
    got = sink.stop()
    if got != runs * ROUNDS * MANY:
        raise SystemExit("the sink took %d" % got)


def into_kannel(base, n):
    if not is_installed():
        print("no Kannel: contrib/install-packages test")
        return
    with Kannel(parent, "http://127.0.0.1:9/") as k:
        part("Kannel", base, k.url, n)


try:
    base = Due()
    due = base.sql("SELECT count(*) FROM outbox WHERE state = 'queued' AND "
                   "channel = 'sms' AND "
                   "due_at <= CAST(strftime('%s', ?) AS INTEGER)", NOW)
    if due != [(MANY,)]:
        raise SystemExit("%s of %d are due" % (due, MANY))
    which = os.environ.get("PARTS", "sink kannel").split()
    for n in 1, 10:
        if "sink" in which:
            into_sink(base, n, min(os.sched_getaffinity(0)) if n == 1
                      else None)
        if "kannel" in which:
            into_kannel(base, n)
finally:
    shutil.rmtree(parent)
