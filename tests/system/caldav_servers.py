#!/usr/bin/python3
"""Calendar servers that are late, full, or know no sync-token; databases that
were restored; and what keeps the role from writing.

usage: caldav_servers.py DUNLIN"""
import os, re, shutil, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from callib import Client, World, check, play, tick

DUNLIN = os.path.abspath(sys.argv[1])


def team_only(port, more=""):
    return ("      team: {url: 'http://127.0.0.1:%d/', user: team, "
            "password_file: team.secret, language: en, every: 5%s}\n"
            % (port, more))


def dues(client):
    """Of to-dos about customers."""
    return sorted(o["DUE"].dt.strftime("%d %H:%M") for o in
                  client.all().values() if "#" in o["SUMMARY"])


def questions(w):
    return [(t["reason"], t["detail"]) for t in w.tasks()
            if t["reason"] != "todo"]


def late(radicale, proxy):
    """An answer, or a request, that takes longer than anybody waits: what
    became of it is not known, is asked for, and is not done twice."""
    team = Client(radicale.port, "team")
    for method in "PUT", "DELETE":
        # The answer is late; the request itself gets there late, after the
        # server was asked what it has.
        for rule in 1.6, (1.6,):
            w = World(DUNLIN, proxy.port, team_only(proxy.port,
                                                    ", timeout: 1"))
            w.ledger()
            w.run("task", "add", "C-100", "One", "--due", "2026-11-24 14:30")
            w.run("promise", "add", "C-200", "--by", "2026-11-27")
            if method == "DELETE":
                w.sync()
                for p in w.run("promise", "list", json_=True):
                    w.run("promise", "withdraw", str(p["id"]))
            hit = []

            def rules(m, path, n):
                if m == method and not hit:
                    hit.append(path)
                    return rule
                return None
            proxy.rules = rules
            proxy.seen.clear()
            done = w.sync(ok=False)
            check("Timeout was reached" in done.stderr or "timed out" in
                  done.stderr, "%s %s: told" % (method, rule), done.stderr)
            w.sync(ok=False, seconds=100)
            time.sleep(1)
            w.sync(ok=False, seconds=200)
            w.sync(ok=False, seconds=400)
            kinds = sorted(o.name for o in team.all().values())
            check(kinds == (["VEVENT", "VTODO"] if method == "PUT" else
                            ["VTODO"]),
                  "%s %s: each once" % (method, rule), kinds)
            again = [s for s in proxy.writes() if s[1] == hit[0]]
            check(len(again) <= (1 if rule == 1.6 else 3),
                  "%s %s: not done twice" % (method, rule), again)
            check(questions(w) == [], "%s %s: nobody is asked" % (method,
                  rule), questions(w))
            proxy.rules = lambda *a: None
            w.run("task", "move", "1", "2026-11-25 10:00")
            w.sync(seconds=400)
            check(any(o.name == "VTODO" and o["DUE"].dt.day == 25
                      for o in team.all().values()), "and goes on")
            w.clean(team)


def full(radicale, proxy):
    """507: told at once; nothing is lost, and all is there once there is
    room."""
    team = Client(radicale.port, "team")
    w = World(DUNLIN, proxy.port, team_only(proxy.port))
    w.ledger()
    w.run("task", "add", "C-100", "One", "--due", "2026-11-24 14:30")
    w.sync()
    w.run("task", "move", "1", "2026-11-25 10:00")
    w.run("task", "add", "C-200", "Two", "--due", "2026-11-24 14:30")
    proxy.rules = lambda m, p, n: 507 if m == "PUT" else None
    done = w.sync(ok=False)
    check("no room left (507)" in done.stderr, "said", done.stderr)
    told = [d for r, d in questions(w) if r == "calendar-down"]
    check(len(told) == 1 and "make room there" in told[0], "told", told)
    w.sync(ok=False, seconds=200)
    proxy.seen.clear()
    w.sync(ok=False, seconds=10)
    check(proxy.seen == [], "not asked again and again", proxy.seen)
    proxy.rules = lambda *a: None
    w.sync(seconds=4000)
    w.sync()
    check(dues(team) == ["24 14:30", "25 10:00"], "all is there", dues(team))
    check(questions(w) == [], "and the task is closed", questions(w))
    w.clean(team)


def no_token(radicale, proxy):
    """A server without sync-collection: ctag and ETags."""
    team = Client(radicale.port, "team")
    for answer in 403, 501:
        w = World(DUNLIN, proxy.port, team_only(proxy.port))
        w.ledger()
        for i in range(1, 5):
            w.run("task", "add", "C-%d00" % i, "Call", "--due",
                  "2026-11-24 1%d:00" % i)
        proxy.rules = lambda m, p, n: answer if m == "REPORT" else None
        w.sync()
        by = {int(re.search(r"done (\d+)", str(o["DESCRIPTION"]))[1]): n
              for n, o in team.all().items()}
        check(len(by) == 4, "%d: all are there" % answer, by)
        w.sync()
        proxy.seen.clear()
        w.sync()
        check([m for m, p in proxy.seen] == ["PROPFIND"],
              "%d: one look when nothing changed" % answer, proxy.seen)
        team.edit(by[1], tick)
        team.delete(by[2])
        w.run("task", "move", "3", "2026-11-26 09:00")
        w.sync()
        t = {t["id"]: t for t in w.tasks(True)}
        check(t[1]["state"] == "closed", "%d: ticked" % answer, t[1])
        check(questions(w) == [("calendar-gone", "task 2")],
              "%d: deleted" % answer, questions(w))
        check("26 09:00" in dues(team) and by[2] not in team.files(),
              "%d: ours" % answer, dues(team))
        proxy.rules = lambda *a: None
        w.clean(team)


def restored(radicale, proxy):
    """A backup of before the first entries: they are found by their UIDs and
    taken on, also under names that others gave them."""
    team = Client(radicale.port, "team")
    w = World(DUNLIN, proxy.port, team_only(proxy.port))
    w.ledger()
    w.run("calendar")			# the secret of the UIDs is made
    w.run("task", "add", "C-100", "One", "--due", "2026-11-24 14:30")
    w.run("task", "add", "C-200", "Two", "--due", "2026-11-24 15:30")
    w.run("backup", w.dir + "/copy.db")
    w.sync()
    names = team.files()
    check(len(names) == 2, "two", names)
    # Somebody's program has given one of them another name, and marked it.
    _, raw = team.get(names[0])
    team.delete(names[0])
    check(team.put("other-name.ics", raw.decode().replace(
        "SUMMARY", "COMMENT:mine\r\nSUMMARY", 1)) == 201, "renamed")
    for end in "", "-wal", "-shm":
        if os.path.exists(w.w + "/dunlin.db" + end):
            os.unlink(w.w + "/dunlin.db" + end)
    shutil.copy(w.dir + "/copy.db", w.w + "/dunlin.db")
    w.run("recover", "--confirm", ok=False)
    w.sync()
    w.sync()
    check(team.files() == sorted(["other-name.ics", names[1]]),
          "adopted, none twice", team.files())
    check(questions(w) == [], "nothing is asked", questions(w))
    w.run("task", "move", "1", "2026-11-25 10:00")
    w.run("task", "move", "2", "2026-11-25 11:00")
    w.sync()
    check(dues(team) == ["25 10:00", "25 11:00"] and len(team.files()) == 2,
          "and kept true", dues(team))
    check(b"COMMENT:mine" in team.get("other-name.ics")[1], "with what is "
          "theirs")
    w.clean(team)


def guards(radicale, proxy):
    """Stopped; the clock jumped; the database is behind the record outside
    it: nothing is written."""
    team = Client(radicale.port, "team")
    w = World(DUNLIN, proxy.port, team_only(proxy.port))
    w.ledger()
    w.run("task", "add", "C-100", "One", "--due", "2026-11-24 14:30")
    w.run("stop")
    proxy.seen.clear()
    w.sync()
    check(proxy.seen == [], "stopped", proxy.seen)
    w.run("arm", "--confirm", re.search(r"--confirm (\d+)", w.run(
        "arm", ok=False).stderr)[1])
    w.sync()
    check(len(team.files()) == 1, "and started again", team.files())
    w.run("task", "move", "1", "2026-11-25 10:00")
    proxy.seen.clear()
    done = w.sync(ok=False, seconds=10 * 86400)
    check(proxy.seen == [] and done.returncode != 0 and "calendars wait" in
          done.stderr and "accept-clock" in done.stderr, "the clock jumped",
          proxy.seen, done.stderr)
    w.run("status", "--accept-clock")
    w.sync()
    check(dues(team) == ["25 10:00"], "accepted", dues(team))
    done = w.sync(ok=False, seconds=-3600)
    check(done.returncode != 0 and "calendars wait" in done.stderr,
          "the clock went back", done.stderr)
    w.at = w.at.replace(hour=(w.at.hour + 1) % 24)

    # A mail goes out; then an older database is put in place.
    w.run("backup", w.dir + "/copy.db")
    w.run("promise", "add", "C-100", "--by", "2026-12-11", "--confirm")
    w.run("run", "sender", "--once")
    for end in "", "-wal", "-shm":
        if os.path.exists(w.w + "/dunlin.db" + end):
            os.unlink(w.w + "/dunlin.db" + end)
    shutil.copy(w.dir + "/copy.db", w.w + "/dunlin.db")
    proxy.seen.clear()
    done = w.sync(ok=False)
    check(proxy.seen == [] and done.returncode != 0 and "recover" in
          done.stderr, "behind the record", proxy.seen, done.stderr)
    w.run("recover", "--confirm")
    w.sync()
    check(proxy.seen != [], "recovered")
    w.clean(team)


play(late, full, no_token, restored, guards)
