#!/usr/bin/python3
"""The role calendar: the first sync of N entries and one per cent of changes:
requests for each, processor time and peak memory, and the time beside a plain
loop of PUTs of libcurl with the same objects to the same server.  The server
of N entries keeps them in memory (davsink.py), as Radicale looks through the
whole collection at each PUT; some go to Radicale as well.

usage: caldav_sync.py [N]   (default 10,000, or CALDAV_BENCH; DUNLIN,
top_srcdir and top_builddir as in tests).  Fails where the role needs more than
one request a change."""
import datetime, http.client, json, os, shutil, sqlite3, subprocess, sys
import tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from callib import Client, Radicale, World

N = int(sys.argv[1] if len(sys.argv) > 1 else
        os.environ.get("CALDAV_BENCH", "10000"))
LOOP = os.path.join(os.environ["top_builddir"], "tests/bench/bench_put")
OBJECT = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n"
          "BEGIN:VTODO\r\nUID:plain-%08d\r\nSEQUENCE:0\r\n"
          "DTSTAMP:20261123T010000Z\r\nSUMMARY:To do #C-100\r\n"
          "DESCRIPTION:When it is done: dunlin task done 1\\nMore: dunlin "
          "account C-10\r\n 0\r\nSTATUS:NEEDS-ACTION\r\n"
          "DUE:20261124T063000Z\r\nPRIORITY:9\r\nPERCENT-COMPLETE:0\r\n"
          "CATEGORIES:Dunlin\r\nEND:VTODO\r\nEND:VCALENDAR\r\n")


def measured(args, **more):
    """Seconds, processor seconds and MiB of a process and its children."""
    t = time.monotonic()
    p = subprocess.Popen(args, **more)
    _, status, used = os.wait4(p.pid, 0)
    p.returncode = status
    if status != 0:
        raise SystemExit("%s: %d" % (args, status))
    return (time.monotonic() - t, used.ru_utime + used.ru_stime,
            used.ru_maxrss / 1024)


class Sink:
    """davsink.py; what it was asked."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", HERE + "/davsink.py"],
            stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        self.url = "http://127.0.0.1:%d/c/" % self.port

    def counts(self):
        c = http.client.HTTPConnection("127.0.0.1", self.port)
        c.request("GET", "/counts")
        return json.loads(c.getresponse().read())

    def stop(self):
        self.process.terminate()
        self.process.wait()


def plain(url, n):
    """The plain loop; seconds."""
    with tempfile.TemporaryFile() as f:
        f.write(OBJECT.encode())
        f.seek(0)
        return measured([LOOP, url, "team", "secret-team", str(n)],
                        stdin=f)[0]


def role(w, what, n, beside):
    """One run of the role; beside: seconds of the loop."""
    w.at += datetime.timedelta(seconds=60)
    env = dict(os.environ, DUNLIN_NOW=w.at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    seconds, cpu, peak = measured(
        [w.dunlin, "-C", w.w, "run", "calendar", "--once"], env=env,
        stderr=subprocess.DEVNULL)
    print("  %-16s %7.2f s, %.0f us of processor for each, peak %.1f MiB"
          % (what, seconds, cpu * 1e6 / n, peak), end="")
    if beside is not None:
        print("; libcurl's loop %.2f s, ratio %.2f" % (
            beside, seconds / beside), end="")
    print(flush=True)


def world(url, n):
    w = World(os.path.abspath(os.environ["DUNLIN"]), 0,
              "      team: {url: '%s', user: team, password_file: team.secret,"
              " language: en, every: 5}\n" % url)
    w.ledger()
    w.run("calendar")
    db = sqlite3.connect(w.w + "/dunlin.db")
    now = int(w.at.timestamp())
    db.executemany(
        "INSERT INTO task (company_id, account_id, reason, state, severity,"
        " title, opened_at, came_at, due_at) VALUES (1, ?, 'todo', 'open', 1,"
        " ?, ?, ?, ?)", [(i % 5 + 1, "Call number %d" % i, now, now, now +
                          3600 * (i % 900)) for i in range(n)])
    db.commit()
    return w, db


def change(db, every):
    """What tasks_move writes."""
    db.execute("UPDATE task SET entered = 0, due_at = due_at + 60"
               " WHERE id %% %d = 0" % every)
    db.commit()


def in_memory(n):
    sink, other = Sink(), Sink()
    w, db = world(sink.url, n)
    print("%d entries, a server that keeps them in memory" % n)
    few = n // 100
    role(w, "first sync", n, plain(other.url, n))
    first = sink.counts()
    role(w, "its own seen", n, None)
    sink.counts()
    role(w, "nothing changed", 1, None)
    none = sink.counts()
    change(db, 100)
    role(w, "1 % changed", few, None)
    some = sink.counts()
    looks = sum(none.values())
    print("  requests: %.3f for each entry at first (%s), %d when nothing "
          "changed, %.3f for each change and that one look (%s)" % (
              sum(first.values()) / n, first, looks,
              (sum(some.values()) - looks) / few, some))
    sink.stop()
    other.stop()
    db.close()
    w.close()
    return (first.get("PUT") == n and sum(first.values()) <= n + 10 and
            looks == 1 and some == {"PUT": few, "REPORT": 1})


def on_radicale(n):
    folder = tempfile.mkdtemp()
    radicale = Radicale(folder)
    try:
        url = "http://127.0.0.1:%d/team/" % radicale.port
        client = Client(radicale.port, "team")
        for name in "wide", "plain":
            client.request("MKCALENDAR", "/team/%s/" % name)
        w, db = world(url + "wide/", n)
        print("%d entries, Radicale" % n)
        role(w, "first sync", n, plain(url + "plain/", n))
        change(db, 10)
        role(w, "10 % changed", n // 10, None)
        db.close()
        w.close()
    finally:
        radicale.stop()
        shutil.rmtree(folder)


good = in_memory(N)
on_radicale(min(N, 400))
if not good:
    print("  MORE THAN ONE REQUEST A CHANGE")
sys.exit(not good)
