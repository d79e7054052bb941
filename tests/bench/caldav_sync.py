#!/usr/bin/python3
"""The role calendar: the first sync of N entries and one per cent of changes
against Radicale: requests, time and memory of the role.

usage: caldav_sync.py [N]   (default 10,000; DUNLIN and top_srcdir as in tests)"""
import datetime, os, shutil, sqlite3, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from callib import Proxy, Radicale, World

N = int(sys.argv[1]) if len(sys.argv) > 1 else 10000

def step(w, what, n):
    """One run of the role; its processor time and memory."""
    env = dict(os.environ, DUNLIN_NOW=w.at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    before, t = len(proxy.seen), time.monotonic()
    p = subprocess.Popen([w.dunlin, "-C", w.w, "run", "calendar", "--once"],
                         env=env, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(p.pid, 0)
    t = time.monotonic() - t
    made = len(proxy.seen) - before
    print("%-28s %6d requests  %5.2f for each  %7.1f s  %6.0f us of "
          "processor for each  %5.1f MiB%s" % (
              what, made, made / n, t, (used.ru_utime + used.ru_stime) *
              1e6 / n, used.ru_maxrss / 1024, "" if status == 0 else
              "  FAILED %d" % status))
    return made

folder = tempfile.mkdtemp()
radicale = Radicale(folder)
proxy = Proxy(radicale.port)
try:
    w = World(os.path.abspath(os.environ["DUNLIN"]), proxy.port)
    w.ledger()
    w.run("calendar")
    db = sqlite3.connect(w.w + "/dunlin.db")
    now = int(w.at.timestamp())
    db.executemany(
        "INSERT INTO task (company_id, account_id, reason, state, severity,"
        " title, opened_at, due_at) VALUES (1, ?, 'todo', 'open', 1, ?, ?,"
        " ?)", [(i % 5 + 1, "Call number %d" % i, now, now + 3600 * (i % 900))
                for i in range(N)])
    db.commit()
    print("%d entries, Radicale behind a counting proxy, one machine" % N)

    w.at += datetime.timedelta(seconds=60)
    step(w, "first sync", N)
    w.at += datetime.timedelta(seconds=60)
    made = step(w, "nothing changed", 1)
    db.execute("UPDATE task SET due_at = due_at + 60 WHERE id % 100 = 0")
    db.commit()
    w.at += datetime.timedelta(seconds=60)
    step(w, "1 % changed here", N // 100)
    w.close()
finally:
    radicale.stop()
    shutil.rmtree(folder)
