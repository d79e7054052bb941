#!/usr/bin/python3
"""The role calendar against Radicale: the first sync of N entries and one per
cent of changes.  Requests a change, time beside a plain loop of PUTs of
libcurl that writes the same objects to the same server, processor time and
peak memory of the role.

usage: caldav_sync.py [N]   (default 10,000, or CALDAV_BENCH; DUNLIN,
top_srcdir and top_builddir as in tests)"""
import datetime, os, re, shutil, sqlite3, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from callib import Client, Proxy, Radicale, World

N = int(sys.argv[1] if len(sys.argv) > 1 else
        os.environ.get("CALDAV_BENCH", "10000"))
LOOP = os.path.join(os.environ["top_builddir"], "tests/bench/bench_put")


def measured(args, **more):
    """Seconds, processor seconds and MiB of a process."""
    t = time.monotonic()
    p = subprocess.Popen(args, **more)
    _, status, used = os.wait4(p.pid, 0)
    if status != 0:
        raise SystemExit("%s: %d" % (args, status))
    return (time.monotonic() - t, used.ru_utime + used.ru_stime,
            used.ru_maxrss / 1024)


def loop(radicale, client, n, name):
    """The plain loop; seconds."""
    client.request("MKCALENDAR", "/team/%s/" % name)
    files = client.files()
    raw = client.get(files[0])[1].decode()
    raw = re.sub(r"UID:.*\r\n", "UID:plain-%s-%%08d\r\n" % name, raw)
    with tempfile.TemporaryFile() as f:
        f.write(raw.encode())
        f.seek(0)
        return measured([LOOP, "http://127.0.0.1:%d/team/%s/" % (
            radicale.port, name), "team", "secret-team", str(n)], stdin=f)


def role(w, what, n):
    """One run of the role."""
    w.at += datetime.timedelta(seconds=60)
    env = dict(os.environ, DUNLIN_NOW=w.at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    before = len(w.proxy.seen)
    seconds, cpu, peak = measured(
        [w.dunlin, "-C", w.w, "run", "calendar", "--once"], env=env,
        stderr=subprocess.DEVNULL)
    made = len(w.proxy.seen) - before
    print("  %-24s %7.2f s, processor %6.0f us for each, peak %5.1f MiB%s"
          % (what, seconds, cpu * 1e6 / n, peak, "" if made == 0 else
             ", %d requests, %.2f for each" % (made, made / n)), flush=True)
    return seconds, made


def tasks(w, n):
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
    return db


def change(db, every):
    """What tasks_move writes."""
    db.execute("UPDATE task SET entered = 0, due_at = due_at + 60"
               " WHERE id %% %d = 0" % every)
    db.commit()


def requests(radicale, n):
    """Counted by a proxy in between, which takes most of the time."""
    w = World(os.path.abspath(os.environ["DUNLIN"]), 0)
    w.proxy = Proxy(radicale.port)
    w.calendars(w.proxy.port)
    db = tasks(w, n)
    print("%d entries behind a proxy that counts" % n)
    _, made = role(w, "first sync", n)
    good = made / n < 1.1
    _, made = role(w, "nothing changed", 1)
    good &= made <= 2			# one look a calendar
    change(db, 20)
    _, made = role(w, "5 % changed", n // 20)
    good &= (made - 2) / (n // 20) <= 1.0
    w.close()
    print("  one request a change: %s" % ("yes" if good else "NO"))
    return good


def times(radicale):
    w = World(os.path.abspath(os.environ["DUNLIN"]), radicale.port,
              "      team: {url: 'http://127.0.0.1:%d/team/wide/', user: team,"
              " password_file: team.secret, language: en, every: 5, all: yes}"
              "\n" % radicale.port)
    w.proxy = Proxy(radicale.port)	# not used
    client = Client(radicale.port, "team", "wide")
    client.request("MKCALENDAR", "/team/wide/")
    db = tasks(w, N)
    print("%d entries" % N)
    whole, _ = role(w, "first sync", N)
    plain = loop(radicale, client, N, "plain")
    print("  %-24s %7.2f s: the role takes %.2f of it" % (
        "libcurl's loop", plain[0], whole / plain[0]), flush=True)
    role(w, "nothing changed", 1)
    change(db, 100)
    few, _ = role(w, "1 % changed", max(1, N // 100))
    plain = loop(radicale, client, max(1, N // 100), "few")
    print("  %-24s %7.2f s: the role takes %.2f of it" % (
        "libcurl's loop", plain[0], few / plain[0]), flush=True)
    w.close()


folder = tempfile.mkdtemp()
radicale = Radicale(folder)
try:
    print("Radicale, one machine")
    good = requests(radicale, min(N, 400))
    times(radicale)
finally:
    radicale.stop()
    shutil.rmtree(folder)
sys.exit(not good)
