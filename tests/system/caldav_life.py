#!/usr/bin/python3
"""Whole lives in calendars: a promise, the instalments of a plan, the deadline
of a dispute, a limitation date and a task, from the customer's mail to the
end, as vdirsyncer sees them; and all that people do there.

usage: caldav_life.py DUNLIN"""
import glob, os, re, shutil, subprocess, sys, tempfile

import icalendar

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from callib import Client, World, check, play, tick

DUNLIN = os.path.abspath(sys.argv[1])
PLAN = """From: Accounts Payable <c1@example.test>
To: ar@seller.example.com
Subject: INV-1
Date: Mon, 23 Nov 2026 08:30:00 +0800
Message-ID: <plan@example.test>
Content-Type: text/plain; charset=utf-8

Dear team,

about INV-1: we would like to pay in three instalments: CNY 40.00 on
27 November, CNY 30.00 on 11 December and CNY 30.00 on 18 December.

Best regards
"""


class Vdirsyncer:
    """Somebody's program that keeps a folder in step with a calendar."""

    def __init__(self, port, user):
        self.dir = tempfile.mkdtemp()
        self.folder = self.dir + "/local/dunlin"
        os.makedirs(self.folder)
        with open(self.dir + "/config", "w") as f:
            f.write('[general]\nstatus_path = "%s/status"\n[pair p]\n'
                    'a = "remote"\nb = "local"\ncollections = ["dunlin"]\n'
                    '[storage remote]\ntype = "caldav"\n'
                    'url = "http://127.0.0.1:%d/%s/"\nusername = "%s"\n'
                    'password = "secret-%s"\n[storage local]\n'
                    'type = "filesystem"\npath = "%s/local"\n'
                    'fileext = ".ics"\n' % (self.dir, port, user, user, user,
                                            self.dir))
        self.run("discover")

    def run(self, what):
        done = subprocess.run(["vdirsyncer", "-c", self.dir + "/config",
                               what], capture_output=True, text=True,
                              input="y\ny\n", timeout=60,
                              env=dict(os.environ, HOME=self.dir))
        check(done.returncode == 0, "vdirsyncer " + what, done.stdout,
              done.stderr)

    def all(self):
        """file -> (calendar, its one event or to-do), after a sync."""
        self.run("sync")
        found = {}
        for path in sorted(glob.glob(self.folder + "/*.ics")):
            with open(path, "rb") as f:
                cal = icalendar.Calendar.from_ical(f.read())
            mine = [c for c in cal.subcomponents if c.name in
                    ("VEVENT", "VTODO")]
            check(len(mine) == 1, "one object in", path)
            found[path] = mine[0]
        return found

    def days(self):
        return sorted("%s %s" % (o["DTSTART"].dt, o["SUMMARY"].split("#")[1])
                      for o in self.all().values() if o.name == "VEVENT")

    def change(self, path, change):
        with open(path, "rb") as f:
            text = f.read().decode()
        with open(path + ".tmp", "wb") as f:
            f.write(change(text.replace("\r\n", "\n").replace(
                "\n", "\r\n")).encode())
        os.rename(path + ".tmp", path)
        self.run("sync")

    def close(self):
        shutil.rmtree(self.dir)


def deliver(w, text):
    with open(w.w + "/replies/new/1", "w") as f:
        f.write(text)
    w.run("run", "reader", "--once")


def whole(radicale, proxy):
    old = "C-600,OLD-1,2023-12-20,500.00,500.00,CNY,Customer 6," \
          "c6@example.test,en,CN"
    w = World(DUNLIN, radicale.port, company="    intake: {url: "
              "'maildir:replies'}\n")
    for d in "new", "cur", "tmp":
        os.makedirs(w.w + "/replies/" + d)
    w.ledger([old])
    w.run("run", "planner", "--once")
    w.sync()
    deliver(w, PLAN)
    proposed = [p for p in w.run("promise", "list", "--account", "C-100",
                                 json_=True)]
    check([p["day"] for p in proposed] == ["2026-11-27", "2026-12-11",
                                           "2026-12-18"], "a plan", proposed)
    if any(p["state"] == "proposed" for p in proposed):
        w.run("promise", "accept", "plan/1", "--silent")
    w.run("dispute", "add", "C-200", "--item", "INV-2", "--reason",
          "quality")
    by = w.run("dispute", "list", json_=True)[0]["by"]
    w.run("promise", "add", "C-300", "--by", "2026-11-25")
    ends = w.run("report", "limitation", "--account", "C-600",
                 json_=True)["rows"][0]["ends"]
    w.sync()
    see = Vdirsyncer(radicale.port, "team")
    plan = ["2026-11-27 C-100", "2026-12-11 C-100", "2026-12-18 C-100"]
    barred, answer = "%s C-600" % ends, "%s C-200" % by
    check(see.days() == sorted(plan + [barred, answer, "2026-11-25 C-300"]),
          "all that has a day", see.days())
    check(not any(b"Customer" in open(p, "rb").read() for p in
                  glob.glob(see.folder + "/*.ics")), "neutral")

    # The customer keeps the first; the promise of another is broken; the
    # dispute is closed; the old item is paid.
    w.day("2026-11-26")
    w.ledger([old])
    w.run("run", "planner", "--once")
    w.run("dispute", "close", str(w.run("dispute", "list", json_=True)[0]
                                  ["id"]), "--outcome", "rejected", "--silent")
    w.sync()
    check(see.days() == sorted(plan + [barred, "2026-11-25 C-300"]),
          "the dispute is closed", see.days())
    w.day("2026-12-03")
    w.ledger([old])
    w.run("run", "planner", "--once")
    w.sync()
    state = {p["day"]: p["state"] for p in w.run(
        "promise", "list", "--account", "C-300", "--all", json_=True)}
    check(state == {"2026-11-25": "broken"}, "broken", state)
    check("2026-11-25 C-300" not in see.days(), "and gone", see.days())
    check([d for d in see.days() if "C-100" in d] == [], "an instalment that "
          "was not paid ends the plan", see.days())
    w.day("2026-12-04")
    w.ledger()
    w.run("run", "planner", "--once")
    w.sync()
    check(see.days() == [], "the old item is paid", see.days())
    see.close()
    w.clean(Client(radicale.port, "team"), Client(radicale.port, "anna"))


def kept(radicale, proxy):
    """A promise that is kept, and its extension."""
    w = World(DUNLIN, radicale.port)
    w.ledger()
    w.run("run", "planner", "--once")
    w.run("promise", "add", "C-300", "--by", "2026-11-25")
    w.run("promise", "add", "C-400", "--by", "2026-11-25")
    w.sync()
    see = Vdirsyncer(radicale.port, "team")
    check(see.days() == ["2026-11-25 C-300", "2026-11-25 C-400"], "two",
          see.days())
    w.day("2026-11-27")
    w.ledger(without=["INV-3"])
    w.run("run", "planner", "--once")
    w.day("2026-12-03")
    w.ledger(without=["INV-3", "INV-4"])
    w.run("run", "planner", "--once")
    w.sync()
    check(see.days() == [], "none is left", see.days())
    state = {p["account"]: p["state"] for p in w.run(
        "promise", "list", "--all", json_=True)}
    check(state["C-300"] == "kept", "kept", state)
    see.close()
    w.clean(Client(radicale.port, "team"), Client(radicale.port, "anna"))


def with_vdirsyncer(radicale, proxy):
    """A person works in a folder that vdirsyncer keeps in step."""
    w = World(DUNLIN, radicale.port)
    w.ledger()
    for i in range(1, 4):
        w.run("task", "add", "C-%d00" % i, "Call", "--due",
              "2026-11-24 1%d:30" % i, "--owner", "anna")
    w.sync()
    see = Vdirsyncer(radicale.port, "anna")
    by = {int(re.search(r"done (\d+)", str(o["DESCRIPTION"]))[1]): p
          for p, o in see.all().items()}
    see.change(by[1], tick)
    see.change(by[2], lambda t: re.sub(r"DUE;TZID=[^\r]*",
                                       "DUE:20261130T070000Z", t))
    os.unlink(by[3])
    see.run("sync")
    w.sync()
    t = {t["id"]: t for t in w.tasks(True)}
    check(t[1]["state"] == "closed", "ticked", t[1])
    check(t[2]["due"] == "2026-11-30T07:00:00Z", "moved", t[2])
    check(t[3]["state"] == "open" and [x["detail"] for x in t.values() if
          x["reason"] == "calendar-gone"] == ["task 3"], "deleted: asked", t)
    w.run("task", "move", "2", "2026-12-01 10:00")
    w.run("task", "done", "3")
    w.sync()
    left = {re.search(r"done (\d+)", str(o["DESCRIPTION"]))[1]: o for o in
            see.all().values()}
    check(left["2"]["DUE"].dt.strftime("%d %H:%M") == "01 10:00" and
          str(left["1"]["STATUS"]) == "COMPLETED" and "3" not in left,
          "and what is new here comes there", left)
    see.close()
    w.clean(Client(radicale.port, "anna"), Client(radicale.port, "team"))


def reasons(w):
    return sorted((t["reason"], t["detail"]) for t in w.tasks()
                  if t["reason"].startswith("calendar-"))


def people(radicale, proxy):
    """Each thing that a person may do, and what becomes of it."""
    w = World(DUNLIN, radicale.port, "      team: {url: 'http://127.0.0.1:%d/"
              "', user: team, password_file: team.secret, language: en, "
              "read_user: team, read_password_file: team.secret, every: 5}\n"
              % radicale.port)
    team = Client(radicale.port, "team")
    w.ledger()
    for c in "C-100", "C-200":
        w.run("task", "add", c, "Call", "--due", "2026-11-24 14:30")
    w.run("promise", "add", "C-300", "--by", "2026-11-27")
    w.run("promise", "add", "C-400", "--by", "2026-11-27")
    w.run("dispute", "add", "C-500", "--item", "INV-5", "--reason", "quality")
    w.sync()
    name = {(o.name, str(o["SUMMARY"]).split("#")[1]): n
            for n, o in team.all().items()}

    def status(word):
        return lambda t: re.sub(r"STATUS:.*\r\n", "STATUS:%s\r\n" % word, t)

    # A to-do cancelled; one done and opened again.
    team.edit(name["VTODO", "C-100"], status("CANCELLED"))
    w.sync()
    check(reasons(w) == [("calendar-gone", "task 1")], "cancelled: asked",
          reasons(w))
    team.edit(name["VTODO", "C-200"], tick)
    w.sync()
    team.edit(name["VTODO", "C-200"], lambda t: re.sub(
        r"COMPLETED:.*\r\n", "", status("NEEDS-ACTION")(t)).replace(
            "PERCENT-COMPLETE:100", "PERCENT-COMPLETE:0"))
    w.sync()
    check(("calendar-reopened", "task 2") in reasons(w), "reopened: asked",
          reasons(w))
    check({t["id"]: t for t in w.tasks(True)}[2]["state"] == "closed",
          "and still done")

    # Days: cancelled, deleted, moved, made a series.
    team.edit(name["VEVENT", "C-300"], status("CANCELLED"))
    team.delete(name["VEVENT", "C-400"])
    day = str(team.all()[name["VEVENT", "C-500"]]["DTSTART"].dt)
    team.edit(name["VEVENT", "C-500"], lambda t: t.replace(
        "SUMMARY", "RRULE:FREQ=DAILY\r\nSUMMARY").replace(
            "DATE:" + day.replace("-", ""), "DATE:20261231"))
    w.sync()
    w.sync()
    check(sorted(r for r, d in reasons(w) if "the day of promise" in d) ==
          ["calendar-gone", "calendar-gone"], "days of promises", reasons(w))
    check([d for r, d in reasons(w) if r == "calendar-moved" and
           "the deadline of dispute" in d and "to 2026-12-31" in d] != [],
          "a deadline that was moved", reasons(w))
    check([p["day"] for p in w.run("promise", "list", json_=True)] ==
          ["2026-11-27"] * 2, "promises are as they were")
    there = team.all()
    check(name["VEVENT", "C-400"] not in there, "deleted stays deleted")
    check(str(there[name["VEVENT", "C-500"]]["DTSTART"].dt) == day and
          "RRULE" not in there[name["VEVENT", "C-500"]], "put right", there)

    # The question itself is ticked off there.
    todo = {str(o["DESCRIPTION"]): n for n, o in there.items() if
            o.name == "VTODO"}
    ask = [t for t in w.tasks() if t["reason"] == "calendar-moved"][0]
    mine = [n for d, n in todo.items() if "done %d\n" % ask["id"] in d + "\n"]
    team.edit(mine[0], tick)
    w.sync()
    check("calendar-moved" not in [r for r, d in reasons(w)],
          "a question is closed there", reasons(w))

    # Many at once vanish: that was no person; they come back.
    for i in range(25):
        w.run("task", "add", "C-100", "Call %d" % i, "--due", "2026-11-26")
    w.sync()
    before = {n for n, o in team.all().items() if str(o["STATUS"]) !=
              "COMPLETED" and n != name["VTODO", "C-200"]}	# it is done
    for n in team.files():
        team.delete(n)
    w.sync()
    w.sync()
    check(len(before) > 25 and before <= set(team.files()) and any(
        r == "calendar-vanished" for r, d in reasons(w)),
        "vanished at once: put again", before - set(team.files()))
    w.clean(team)


def decide(radicale, proxy):
    """What wants a decision is not decided by a tick."""
    w = World(DUNLIN, radicale.port, company="    intake: {url: "
              "'maildir:replies'}\n")
    for d in "new", "cur", "tmp":
        os.makedirs(w.w + "/replies/" + d)
    team = Client(radicale.port, "team")
    w.ledger()
    w.run("run", "planner", "--once")
    deliver(w, PLAN)
    wait = [t for t in w.tasks() if t["reason"] == "unverified-promise"]
    if not check(len(wait) == 1, "a promise to accept", w.tasks()):
        return
    w.sync()
    todo = [n for n, o in team.all().items() if o.name == "VTODO" and
            "done %d\n" % wait[0]["id"] in str(o["DESCRIPTION"]) + "\n"]
    team.edit(todo[0], tick)
    w.sync()
    w.sync()
    check(any(r == "calendar-ticked" for r, d in reasons(w)), "asked",
          reasons(w))
    check(any(t["id"] == wait[0]["id"] for t in w.tasks()), "still open")
    check(str(team.all()[todo[0]]["STATUS"]) == "NEEDS-ACTION", "and shown so")
    w.clean(team)


play(whole, kept, with_vdirsyncer, people, decide)
