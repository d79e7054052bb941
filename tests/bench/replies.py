#!/usr/bin/python3
"""How fast replies are read: from a Maildir to committed state and a queued
confirmation, on one core with all that the reader starts.

	replies.py [ACCOUNTS [ROUNDS]]	default 2000 3

Every account has had its reminder and answers once: mostly promises, in both
languages, with disputes, claims, questions, thanks and absences among them.
A run counts only when each mail was read once and each proven promise has its
confirmation in the outbox.  The rate is that of one process' life, durable
(synchronous=FULL); the peak is that of the larger of reader and child."""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
sys.dont_write_bytecode = True
from sendlib import Due  # noqa: E402

THEN = "2026-11-20T10:00:00Z"
MANY = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
FLOOR, GOAL = 200, 1000
BODIES = (
    "Hello,\n\nwe will pay the full amount on Friday, 27 November.\n\n"
    "Kind regards\nAnn",
    "你好，这笔款我们11月27日付清，请放心。\n\n谢谢！",
    "Thanks for the note. Payment goes out on 30 November 2026.\n\nBest,\nBo",
    "您好，款项12月1日安排支付。",
    "We will transfer it on 26 November.\n",
    "We dispute this invoice, the goods arrived damaged.\n",
    "你好，这笔款我们昨天已经付了，请查收。",
    "Could you send us a statement of the account please?\n",
    "Thank you, received.\n",
    "Will pay on 4 December, the boss signs then.\n",
)
PROMISES = (0, 1, 2, 3, 4, 9)

QUOTED = "\n\nOn Fri, 20 Nov 2026 at 09:05, Accounts Receivable wrote:\n> " \
    + "\n> ".join(["This is a friendly reminder that the amount below is "
                   "still open."] * 12) + "\n"


def fill(base):
    """One reply of each account."""
    for d in ("new", "cur", "tmp"):
        os.makedirs(os.path.join(base.dir, "incoming", d))
    rows = base.sql("SELECT recipient, token, message_id FROM attempt"
                    " ORDER BY id")
    if len(rows) != MANY:
        raise SystemExit("%d of %d were sent" % (len(rows), MANY))
    for i, (to, token, mid) in enumerate(rows):
        text = ("Received: from mx.customer.example.com by mx.example.net;"
                " Fri, 20 Nov 2026 09:30:00 +0000\n"
                "From: Customer <%s>\nTo: ar+r.%s@seller.example.com\n"
                "Subject: Re: your invoice\nMessage-ID: <m%d@c.example>\n"
                "In-Reply-To: %s\nReferences: %s\n"
                "Date: Fri, 20 Nov 2026 09:30:00 +0000\nMIME-Version: 1.0\n"
                "Content-Type: text/plain; charset=utf-8\n"
                "Content-Transfer-Encoding: 8bit\n\n%s%s"
                % (to, token, i, mid, mid, BODIES[i % len(BODIES)], QUOTED))
        with open(os.path.join(base.dir, "incoming/new/m%06d" % i),
                  "wb") as f:
            f.write(text.encode())
    path = os.path.join(base.dir, "dunlin.yaml")
    with open(path) as f:
        text = f.read()
    with open(path, "w") as f:
        f.write(text.replace("    transport:", "    intake: maildir:incoming"
                             "\n    transport:", 1))


def run(w, core):
    """Seconds, CPU seconds, peak KiB."""
    begun = time.monotonic()
    child = subprocess.Popen(w.command("run", "reader", "--once", now=THEN),
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL,
                             preexec_fn=lambda: os.sched_setaffinity(
                                 0, {core}))
    _, status, use = os.wait4(child.pid, 0)
    child.returncode = status
    if status != 0:
        raise SystemExit("the reader ended with %d" % status)
    return (time.monotonic() - begun, use.ru_utime + use.ru_stime,
            use.ru_maxrss)


def verify(w):
    got = w.sql("SELECT state, count(*) FROM inbox GROUP BY state")
    if got != [("read", MANY)]:
        raise SystemExit("read: %s" % got)
    want = sum(1 for i in range(MANY) if i % len(BODIES) in PROMISES)
    got = w.sql("SELECT count(*) FROM promise WHERE state = 'open'")[0][0]
    answers = w.sql("SELECT count(*) FROM outbox WHERE template ="
                    " 'answer-promise' AND state = 'queued'")[0][0]
    if (got, answers) != (want, want):
        raise SystemExit("%d promises and %d confirmations of %d"
                         % (got, answers, want))


parent = tempfile.mkdtemp(prefix="bench-replies")
try:
    base = Due(parent, MANY)
    base.must("run", "sender", "--once")
    fill(base)
    core = min(os.sched_getaffinity(0))
    got = []
    for _ in range(ROUNDS):
        w = base.copy(parent)
        got.append(run(w, core))
        verify(w)
        shutil.rmtree(w.dir)
    rates = [MANY / s for s, _, _ in got]
    print("replies, one core: %.0f/s (%.0f-%.0f; floor %d, goal %d), CPU %.0f"
          " us/reply, peak %.1f MiB"
          % (statistics.median(rates), min(rates), max(rates), FLOOR, GOAL,
             statistics.median(c for _, c, _ in got) / MANY * 1e6,
             max(p for _, _, p in got) / 1024), flush=True)
    if statistics.median(rates) < FLOOR:
        raise SystemExit("below the floor")
finally:
    shutil.rmtree(parent)
