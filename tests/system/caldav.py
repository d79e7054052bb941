#!/usr/bin/python3
"""Calendars on a real server: the lives of a promise and a task as another
client sees them, what people do there, two at once, and a server that is
down, late, or answers twice.

usage: caldav.py DUNLIN"""
import datetime, glob, os, re, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from callib import Client, World, check, play, tick

DUNLIN = os.path.abspath(sys.argv[1])
DAY = 86400


def only(objects, kind):
    found = {n: o for n, o in objects.items() if o.name == kind}
    check(len(found) == 1, "one", kind, list(found))
    return next(iter(found.items())) if found else (None, None)


def lives(radicale, proxy):
    """Made, moved, done: one object each, never two."""
    w = World(DUNLIN, proxy.port)
    w.ledger()
    anna, team = Client(radicale.port, "anna"), Client(radicale.port, "team")
    team.request("MKCALENDAR", "/team/other/")
    team.put("../other/x.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
             "PRODID:x\r\nEND:VCALENDAR\r\n")
    w.run("promise", "add", "C-100", "--by", "2026-11-27")
    w.run("task", "add", "C-200", "Call about the crates", "--due",
          "2026-11-24 14:30", "--owner", "anna")
    w.sync()
    name, event = only(team.all(), "VEVENT")
    check(str(event["DTSTART"].dt) == "2026-11-27", "the day promised")
    check(event["TRANSP"] == "TRANSPARENT", "takes no time")
    check(str(event["SUMMARY"]) == "Follow-up #C-100", "neutral title")
    check(b"Customer" not in team.get(name)[1] and
          b"100.00" not in team.get(name)[1], "no details")
    todo_name, todo = only(anna.all(), "VTODO")
    check(todo["DUE"].dt.strftime("%Y-%m-%d %H:%M") == "2026-11-24 14:30",
          "due in the zone")
    check(todo["DUE"].params["TZID"] == "Asia/Shanghai", "TZID")
    check(str(todo["STATUS"]) == "NEEDS-ACTION", "open")
    check(len(todo.subcomponents) == 1, "one alarm")

    # Nothing new: one look a calendar, nothing written.
    proxy.seen.clear()
    w.sync()
    check(proxy.writes() == [], "nothing to write", proxy.seen)
    check(len(proxy.seen) == 2, "one request a look", proxy.seen)

    # Another day is agreed: the old event goes, a new one comes.
    proxy.seen.clear()
    w.run("promise", "add", "C-100", "--by", "2026-12-01")
    w.sync()
    _, event = only(team.all(), "VEVENT")
    check(str(event["DTSTART"].dt) == "2026-12-01", "the new day")

    # The task is moved and finished here.
    proxy.seen.clear()
    w.run("task", "move", "1", "2026-11-25 10:00")
    w.sync()
    check(len(proxy.writes()) == 1, "one request a change", proxy.writes())
    _, todo = only(anna.all(), "VTODO")
    check(todo["DUE"].dt.strftime("%d %H:%M") == "25 10:00", "moved")
    check(int(todo["SEQUENCE"]) == 1, "SEQUENCE", todo["SEQUENCE"])
    w.run("task", "done", "1")
    w.sync()
    _, todo = only(anna.all(), "VTODO")
    check(str(todo["STATUS"]) == "COMPLETED" and int(
        todo["PERCENT-COMPLETE"]) == 100 and "COMPLETED" in todo, "done")

    # Kept: the money came; the day leaves the calendar.
    for p in w.run("promise", "list", json_=True):
        w.run("promise", "withdraw", str(p["id"]))
    w.sync()
    check(team.files() == [], "the day is gone", team.files())
    # After a month the task that was done leaves it too.
    w.sync(seconds=31 * DAY, ok=False)
    w.run("status", "--accept-clock", ok=False)
    w.sync()
    check(anna.files() == [], "tidied up after a month", anna.files())
    w.close()


def people(radicale, proxy):
    """What people do in their calendars."""
    w = World(DUNLIN, proxy.port)
    w.ledger()
    anna, team = Client(radicale.port, "anna"), Client(radicale.port, "team")
    for i, c in enumerate(("C-100", "C-200", "C-300", "C-400")):
        w.run("task", "add", c, "Call %d" % i, "--due",
              "2026-11-24 1%d:00" % i, "--owner", "anna")
    w.run("promise", "add", "C-500", "--by", "2026-11-27")
    foreign = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\n"
               "UID:mine\r\nDTSTAMP:20261123T000000Z\r\nSUMMARY:Dentist\r\n"
               "END:VTODO\r\nEND:VCALENDAR\r\n")
    w.sync()
    anna.put("mine.ics", foreign)
    w.sync()
    todos = {str(o["DESCRIPTION"]): n for n, o in anna.all().items()
             if o["UID"] != "mine"}
    by = {t["id"]: t for t in w.tasks()}
    name_of = {i: n for i in by for d, n in todos.items()
               if "done %d\n" % i in d + "\n"}
    check(len(name_of) == 4, "four to-dos", todos)

    # Completed, moved, and notes of one's own.
    check(anna.edit(name_of[1], tick) in (200, 201, 204), "tick")
    anna.edit(name_of[2], lambda t: re.sub(
        r"DUE;TZID=[^\r]*", "DUE:20261130T070000Z", t))
    anna.edit(name_of[3], lambda t: t.replace(
        "STATUS:NEEDS-ACTION", "STATUS:IN-PROCESS\r\nX-COLOUR:red\r\n"
        "CATEGORIES:Mine"))
    proxy.seen.clear()
    w.sync()
    by = {t["id"]: t for t in w.tasks(True)}
    check(by[1]["state"] == "closed" and by[1]["outcome"] ==
          "done in the calendar", "ticked off", by[1])
    check(by[2]["due"] == "2026-11-30T07:00:00Z", "moved", by[2])
    check(by[3]["state"] == "acked", "begun", by[3])
    check("mine.ics" in anna.files() and anna.get("mine.ics")[1].decode() ==
          foreign or b"Dentist" in anna.get("mine.ics")[1],
          "others' entries stay")
    check(not any("mine.ics" in p for m, p in proxy.seen),
          "others' entries are not touched")
    raw = anna.get(name_of[3])[1].decode()
    check("X-COLOUR:red" in raw and "CATEGORIES:Mine" in raw,
          "what people added stays", raw)
    w.run("task", "move", "3", "2026-12-02 09:00")
    w.sync()
    raw = anna.get(name_of[3])[1].decode()
    check("X-COLOUR:red" in raw and "20261202T090000" in raw,
          "and stays when ours changes", raw)

    # Deleted: asked, once, and not put there again.
    check(anna.delete(name_of[4]) in (200, 204), "delete")
    w.sync()
    w.sync()
    check(name_of[4] not in anna.files(), "not against people's will")
    asks = [t for t in w.tasks() if t["reason"].startswith("calendar-")]
    check(len(asks) == 1 and asks[0]["detail"] == "task 4", "asked",
          asks)
    check({t["id"]: t for t in w.tasks()}[4]["state"] == "open",
          "the task is still open")
    # News about it brings it back.
    w.run("task", "move", "4", "2026-12-03 09:00")
    w.sync()
    check(name_of[4] in anna.files(), "news bring it back")

    # A promised day is not moved in a calendar: it asks, and is put right.
    name, _ = only(team.all(), "VEVENT")
    team.edit(name, lambda t: t.replace("20261127", "20261218").replace(
        "20261128", "20261219"))
    w.sync()
    _, event = only(team.all(), "VEVENT")
    check(str(event["DTSTART"].dt) == "2026-11-27", "put right")
    asks = [t for t in w.tasks() if t["reason"].startswith("calendar-") and
            t["account"] == "C-500"]
    check(len(asks) == 1 and "to 2026-12-18" in asks[0]["detail"], "asked", asks)
    check(w.run("promise", "list", json_=True)[0]["day"] == "2026-11-27",
          "the promise is as it was")
    for name in anna.files() + team.files():
        anna.delete(name)
        team.delete(name)
    w.close()


def at_once(radicale, proxy):
    """Two people, and Dunlin, change the same thing between two looks."""
    w = World(DUNLIN, proxy.port)
    w.ledger()
    anna = Client(radicale.port, "anna")
    w.run("task", "add", "C-100", "Call", "--due", "2026-11-24 14:30",
          "--owner", "anna")
    w.sync()
    name = anna.files()[0]
    etag, _ = anna.get(name)
    # Both saw the same version: one of them is told.
    one = anna.edit(name, lambda t: t.replace("PRIORITY:9", "PRIORITY:1\r\n"
                                              "COMMENT:from the first"))
    two = anna.edit(name, tick, etag=etag)
    check(one in (200, 201, 204) and two == 412, "one of two wins", one, two)
    # Ours is changed before it has looked again: 412, fetched, merged.
    w.run("task", "move", "1", "2026-11-25 10:00")

    def race(method, path, n):
        if method == "PUT" and not race.done:
            race.done = True
            anna.edit(name, tick)
        return None
    race.done = False
    proxy.rules = race
    w.sync()
    proxy.rules = lambda *a: None
    w.sync()
    raw = anna.get(name)[1].decode()
    check(race.done, "the race was run")
    check("COMMENT:from the first" in raw, "the first one's note", raw)
    check("STATUS:COMPLETED" in raw, "the second one's tick", raw)
    t = w.tasks(True)[0]
    check(t["state"] == "closed", "the task is done", t)
    check(len(anna.files()) == 1, "one object")
    anna.delete(name)
    w.close()


def faults(radicale, proxy):
    """Every request of a life goes wrong once, in every way: the end is the
    same."""
    anna = Client(radicale.port, "anna")
    for fault in ("refuse", "lost", "twice", 503, 429):
        # Statuses need no more than one of each kind of request.
        for nth in range(1, 12, 1 if isinstance(fault, str) else 4):
            w = World(DUNLIN, proxy.port)
            w.ledger()
            proxy.seen.clear()
            hit = []

            def rules(method, path, n):
                if not hit and n == nth:
                    hit.append((method, path))
                    return fault
                return None
            w.run("task", "add", "C-100", "Call", "--due",
                  "2026-11-24 14:30", "--owner", "anna")
            proxy.rules = rules
            w.sync(ok=False)
            w.sync(ok=False, seconds=200)
            w.run("task", "move", "1", "2026-11-25 10:00")
            w.sync(ok=False, seconds=200)
            w.run("task", "add", "C-200", "Call", "--due",
                  "2026-11-24 14:30", "--owner", "anna")
            w.sync(ok=False, seconds=200)
            proxy.rules = lambda *a: None
            w.sync(seconds=200)
            dues = sorted(o["DUE"].dt.strftime("%d %H:%M")
                          for o in anna.all().values())
            check(dues == ["24 14:30", "25 10:00"],
                  "%s at request %d (%s)" % (fault, nth, hit), dues)
            check([t["reason"] for t in w.tasks()] == ["todo", "todo"],
                  "%s at %d: nothing is asked" % (fault, nth),
                  [t["title"] for t in w.tasks()])
            for name in anna.files():
                anna.delete(name)
            w.close()
            if not hit:
                break


def kills(radicale, proxy):
    """The role is killed (SIGKILL) before and after every sync and every
    send in turn: afterwards everything is there once."""
    anna = Client(radicale.port, "anna")
    shim = os.environ["KILL_SHIM"]
    for after in (False, True):
        for at in range(1, 80):
            w = World(DUNLIN, proxy.port)
            w.ledger()
            for c in "C-100", "C-200":
                w.run("task", "add", c, "Call", "--due", "2026-11-24 14:30",
                      "--owner", "anna")
            w.sync()
            # One is moved, one done, one new; one was moved by a person.
            w.run("task", "move", "1", "2026-11-25 10:00")
            w.run("task", "done", "2")
            w.run("task", "add", "C-300", "Call", "--due",
                  "2026-11-26 08:00", "--owner", "anna")
            env = {"LD_PRELOAD": shim, "KILL_AT": str(at),
                   "KILL_SENDS": "1"}
            if after:
                env["KILL_AFTER"] = "1"
            done = w.sync(ok=False, env=env)
            w.sync()
            got = sorted((o["DUE"].dt.strftime("%d %H:%M"), str(o["STATUS"]))
                         for o in anna.all().values())
            check(got == [("24 14:30", "COMPLETED"),
                          ("25 10:00", "NEEDS-ACTION"),
                          ("26 08:00", "NEEDS-ACTION")],
                  "killed at %d %s" % (at, after), got)
            check([t["reason"] for t in w.tasks()] == ["todo", "todo"],
                  "killed at %d: nothing is asked" % at, w.tasks())
            for name in anna.files():
                anna.delete(name)
            w.close()
            if done.returncode == 0:
                check(at > 8, "it was killed often enough", at)
                break
            check(done.returncode == -9, "killed", done.returncode,
                  done.stderr)


def down(radicale, proxy):
    """A day without the server: nothing is lost, and people are told."""
    w = World(DUNLIN, proxy.port)
    w.ledger()
    anna = Client(radicale.port, "anna")
    w.run("task", "add", "C-100", "One", "--due", "2026-11-24 14:30",
          "--owner", "anna")
    w.sync()
    radicale.stop()
    w.run("task", "move", "1", "2026-11-26 08:00")
    w.run("task", "add", "C-200", "Two", "--due", "2026-11-26 09:00",
          "--owner", "anna")
    for _ in range(26):
        w.sync(ok=False, seconds=3600)
    told = [t for t in w.tasks() if t["reason"] == "calendar-down"]
    check(len(told) == 1, "people are told after a day", told)
    radicale.start()
    w.sync(seconds=3700)
    dues = sorted(o["DUE"].dt.strftime("%H:%M")
                  for o in anna.all().values())
    check(dues == ["08:00", "09:00"], "all is there", dues)
    check([t for t in w.tasks() if t["reason"] == "calendar-down"] == [],
          "and the task is closed")
    for name in anna.files():
        anna.delete(name)
    w.close()


def words_in(w, *words):
    """Which of them are in the files of the database."""
    data = b"".join(open(p, "rb").read() for p in glob.glob(w.w +
                                                            "/dunlin.db*"))
    return [x for x in words if x.encode() in data]


def erased(radicale, proxy):
    """What a customer said is erased while the server is away: no copy of
    ours keeps it until then, and afterwards the server has it no more."""
    w = World(DUNLIN, proxy.port)
    w.calendars(proxy.port, "".join(
        "      %s: {url: 'http://127.0.0.1:%d/', user: %s, password_file: "
        "%s.secret, language: en, every: 5, details: yes%s}\n" % (
            n, proxy.port, n, n, ", owner: anna" if n == "anna" else "")
        for n in ("anna", "team")))
    w.ledger()
    anna, team = Client(radicale.port, "anna"), Client(radicale.port, "team")
    words = ("Customer 1", "pettifog", "quibble", "flibberti")
    w.run("task", "add", "C-100", "see the pettifog", "--owner", "anna",
          "--due", "2026-11-24 14:30")
    w.run("task", "add", "C-100", "ask for the pettifog", "--owner", "anna",
          "--due", "2026-11-24 15:30")
    w.run("promise", "add", "C-100", "--by", "2026-11-27", "--note",
          "quibble")
    w.sync()
    held = sorted(anna.all().items(), key=lambda o: str(o[1]["DUE"].dt))
    # Somebody writes what they said into one of them.
    check(anna.edit(held[0][0], lambda t: t.replace("END:VTODO",
          "COMMENT:flibberti\r\nEND:VTODO")) in (200, 201, 204), "edited")
    w.sync()
    check(words_in(w, *words) == list(words), "it was there",
          words_in(w, *words))
    w.run("task", "done", "2", "seen")
    w.run("privacy", "request", "C-100", "--erase", "--keep-until",
          "2026-11-23")
    w.at += datetime.timedelta(hours=1)
    w.ledger(without=("INV-1",))
    w.run("run", "planner", "--once")
    radicale.stop()
    w.sync(ok=False)
    w.day("2026-11-25")
    w.run("privacy", "erase", "C-100", "--confirm")
    w.sync(ok=False)
    check(words_in(w, *words) == [], "no copy is kept", words_in(w, *words))
    radicale.start()
    # And it is changed there once more, before we can reach it.
    anna.edit(held[0][0], lambda t: t.replace("flibberti", "flibberti it is"))
    w.sync(seconds=3700)
    w.sync(seconds=60)
    left = b"".join(c.get(n)[1] for c in (anna, team) for n in c.files())
    check([x for x in words if x.encode() in left] == [], "nor on the server",
          left)
    check(words_in(w, *words) == [], "nor here", words_in(w, *words))
    check("VEVENT" not in [o.name for o in team.all().values()],
          "the day of the promise is gone", left)
    w.clean(anna, team)


def bad_servers(radicale, proxy):
    """HTML, objects of ten megabytes, endless rules: clear errors."""
    w = World(DUNLIN, proxy.port)
    w.ledger()
    anna = Client(radicale.port, "anna")
    w.run("task", "add", "C-100", "One", "--due", "2026-11-24 14:30",
          "--owner", "anna")
    proxy.rules = lambda m, p, n: "html"
    done = w.sync(ok=False)
    check("no answer of a calendar server" in done.stderr, "HTML",
          done.stderr)
    proxy.rules = lambda m, p, n: None
    w.sync(seconds=4000)
    name = anna.files()[0]
    anna.edit(name, lambda t: t.replace("PRIORITY:9", "PRIORITY:2"))
    proxy.rules = lambda m, p, n: "huge" if m == "GET" else None
    done = w.sync(ok=False, seconds=4000)
    check("too large" in done.stderr, "10 MB", done.stderr)
    proxy.rules = lambda m, p, n: "html" if m == "GET" else None
    w.sync(ok=False, seconds=4000)
    proxy.rules = lambda m, p, n: None
    w.sync(seconds=4000)
    anna.edit(name, lambda t: t.replace(
        "PRIORITY", "RRULE:FREQ=SECONDLY;INTERVAL=1\r\nPRIORITY", 1))
    w.sync(seconds=4000)
    check(b"SECONDLY" not in anna.get(name)[1], "an endless rule is dropped")
    check(len(anna.files()) == 1, "one object")
    t = w.tasks()
    check([x["reason"] for x in t] == ["todo"], "the task is as it was", t)
    for name in anna.files():
        anna.delete(name)
    w.close()


def poison(radicale, proxy):
    """What kills the reading child: the role lives, the objects stay as they
    are, and a person is told."""
    env = {"LD_PRELOAD": os.environ["POISON_SHIM"]}
    w = World(DUNLIN, proxy.port)
    w.ledger()
    anna = Client(radicale.port, "anna")
    for c in "C-100", "C-200":
        w.run("task", "add", c, "Call", "--due", "2026-11-24 14:30",
              "--owner", "anna")
    w.sync(env=env)
    by = {int(re.search(r"done (\d+)", str(o["DESCRIPTION"]))[1]): n
          for n, o in anna.all().items()}
    anna.edit(by[1], lambda t: t.replace("PRIORITY:9",
                                         "PRIORITY:2\r\nX-POISON:yes"))
    anna.edit(by[2], tick)
    there = anna.get(by[1])
    done = w.sync(env=env)
    check("signal 11: left as it is" in done.stderr, "said", done.stderr)
    t = {t["id"]: t for t in w.tasks(True)}
    check(t[2]["state"] == "closed", "the others are read", t[2])
    check(t[1]["state"] == "open" and t[1]["due"] == "2026-11-24T06:30:00Z",
          "the task is as it was", t[1])
    told = [x for x in t.values() if x["reason"] == "calendar-unreadable"]
    check(len(told) == 1 and by[1] in told[0]["detail"] and "task 1" in
          told[0]["detail"], "a person is told", told)
    w.run("task", "move", "1", "2026-11-25 10:00")
    proxy.seen.clear()
    w.sync(env=env)
    w.sync(env=env)
    check(anna.get(by[1]) == there, "the object is untouched")
    check(not any(by[1] in p for m, p in proxy.seen), "nor asked for again",
          proxy.seen)
    check(len([x for x in w.tasks() if x["reason"] ==
               "calendar-unreadable"]) == 1, "told once")
    # Corrected there: read again, and what is new here goes there.
    anna.edit(by[1], lambda t: t.replace("X-POISON:yes", "COMMENT:mine"))
    w.sync(env=env)
    raw = anna.get(by[1])[1].decode()
    check("COMMENT:mine" in raw and "20261125T100000" in raw, "and goes on",
          raw)

    # A list that kills it: this calendar waits, and an administrator is told.
    proxy.rules = lambda m, p, n: "poison" if m == "REPORT" else None
    files = {n: anna.get(n) for n in anna.files()}
    done = w.sync(ok=False, env=env)
    check("signal 11" in done.stderr and done.returncode > 0, "a list",
          done.stderr, done.returncode)
    told = [x for x in w.tasks() if x["reason"] == "calendar-down"]
    check(len(told) == 1 and "signal 11" in told[0]["detail"], "told at once",
          told)
    check({n: anna.get(n) for n in anna.files()} == files,
          "nothing is touched")
    proxy.rules = lambda m, p, n: None
    w.sync(seconds=4000, env=env)
    check([x for x in w.tasks() if x["reason"] == "calendar-down"] == [],
          "well again")
    for name in anna.files():
        anna.delete(name)
    w.close()


def reading(radicale, proxy):
    """Changes are looked for with a credential that cannot write; details
    and Chinese where the configuration says so."""
    w = World(DUNLIN, proxy.port, "      team: {url: 'http://127.0.0.1:%d/"
              "team/wide/', user: team, password_file: team.secret, "
              "read_user: reader, read_password_file: reader.secret, "
              "details: yes, every: 5}\n" % proxy.port)
    w.ledger()
    team = Client(radicale.port, "team", "wide")
    team.request("MKCALENDAR", "/team/wide/")
    w.run("task", "add", "C-100", "Call them", "--due", "2026-11-24 14:30")
    w.sync()
    name, todo = only(team.all(), "VTODO")
    check(str(todo["SUMMARY"]) == "待办 #C-100", "Chinese", todo["SUMMARY"])
    check("Customer 1" in str(todo["DESCRIPTION"]), "details")
    check(str(todo["CLASS"]) == "CONFIDENTIAL", "marked as such")
    team.edit(name, tick)
    w.sync()
    check(w.tasks() == [], "seen with the other credential")
    w.close()


play(lives, people, at_once, reading, bad_servers, poison, down, erased,
     kills, faults)
