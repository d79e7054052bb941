#!/usr/bin/python3
"""How fast the sender hands messages over.

	send.py [ACCOUNTS [ROUNDS]]	default 2000 3

Each round sends the due reminders of a fresh copy of one workspace with
`dunlin run sender --once`, then the same bytes with the loop of bench_send.c
(libESMTP alone), in two forms that REFERENCES describes.  Goals are about
"rows": that loop does what a sender cannot leave out, but no rendering, no
guard, no event; "same" writes the rows of the event as well.  Into a plain sink on the same core, and, as root, into a
Postfix of its own with CHUNKING on, without and with TLS 1.3, one session at a
time.  Rates are messages in a second over the life of the process, medians of
the rounds; ratios are medians of the ratio in a round, so that a busy machine
shows in both."""
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
sys.dont_write_bytecode = True
from benchlib import Run, Sink, tell  # noqa: E402
from sendlib import Due, NOW  # noqa: E402

REFERENCES = (
    ("same", "one FULL commit a message of all that the sending contract wants"
     " in it, in the same schema"),
    ("rows", "one FULL commit a message of its row, attempt, bytes and the"
     " last outcome, in the same schema"),
    ("bare", "one FULL commit a message of its bytes into a table of their"
     " own"))

BENCH = os.path.join(os.environ["top_builddir"], "tests/bench/bench_send")
SESSION = 500
MANY = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
parent = tempfile.mkdtemp(prefix="bench-send")


def one_round(base, port, core, tls):
    """The sender and the loops, in turn: (mine, same, rows, bare)."""
    w = base.copy(parent)
    w.smtp(port, timeout=30, per_session=SESSION, **tls)
    mine = Run(w.command("run", "sender", "--once"), core=core)
    sent = w.sql("SELECT count(*) FROM attempt WHERE outcome = 'accepted'")
    if sent != [(MANY,)]:
        raise SystemExit("sent %s of %d" % (sent, MANY))
    all_of_it, fresh = base.copy(parent), base.copy(parent)
    loops = [Run([BENCH, "loop", str(port), os.path.join(w.dir, "dunlin.db"),
                  to, str(SESSION),
                  "tls" if tls["tls"] == "starttls" else "plain", how],
                 core=core)
             for how, to in (
                 ("same", os.path.join(all_of_it.dir, "dunlin.db")),
                 ("rows", os.path.join(fresh.dir, "dunlin.db")),
                 ("bare", os.path.join(w.dir, "reference.db")))]
    for d in all_of_it, fresh:
        kept = d.sql("SELECT count(*) FROM attempt a JOIN attempt_content c"
                     " ON c.attempt_id = a.id WHERE length(c.bytes) > 0")
        if kept != [(MANY,)]:
            raise SystemExit("the loop kept %s of %d" % (kept, MANY))
        shutil.rmtree(d.dir)
    shutil.rmtree(w.dir)
    return (mine, *loops)


def part(name, base, port, core, tls, goal):
    runs = [one_round(base, port, core, tls) for _ in range(ROUNDS)]
    print("%s (%s)" % (name, goal))
    for i, what in enumerate(("sender", "loop, same", "loop, rows",
                              "loop, bare")):
        tell(what, runs, i, MANY)
    print("  peak %.1f MiB" % (max(r[0].peak for r in runs) / 1024))


def into_sink(base):
    core = min(os.sched_getaffinity(0))
    sink = Sink(BENCH, core)
    part("sink, one core", base, sink.port, core, {"tls": "none"},
         "goal 0.9 of rows, floor 0.6")
    got = sink.stop()
    if got != 4 * ROUNDS * MANY:
        raise SystemExit("the sink took %d" % got)


def into_postfix(base):
    if os.geteuid() != 0 or not os.path.exists("/usr/sbin/postfix"):
        print("no Postfix: needs root and the package postfix")
        return
    from postfixlib import Postfix
    p = Postfix(transport="discard", login=False)
    try:
        ca = p.path("etc/cert.pem")
        part("Postfix, plain", base, p.ports["plain"], None, {"tls": "none"},
             "goal 300 msg/s")
        part("Postfix, TLS 1.3", base, p.ports["tls13"], None,
             {"tls": "starttls", "tls_ca": ca, "tls_min": "1.3"},
             "goal 300 msg/s")
    finally:
        p.stop()


print("%d messages, %d rounds; the references send the same bytes:"
      % (MANY, ROUNDS))
for name, what in REFERENCES:
    print("  loop, %s: libESMTP, %s" % (name, what))
try:
    base = Due(parent, MANY)
    due = base.sql("SELECT count(*) FROM outbox WHERE state = 'queued' AND "
                   "due_at <= CAST(strftime('%s', ?) AS INTEGER)", NOW)
    if due != [(MANY,)]:
        raise SystemExit("%s of %d are due" % (due, MANY))
    which = os.environ.get("PARTS", "sink postfix").split()
    if "sink" in which:
        into_sink(base)
    if "postfix" in which:
        into_postfix(base)
finally:
    shutil.rmtree(parent)
