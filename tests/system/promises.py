#!/usr/bin/python3
"""Promises, plans and disputes to every end, over simulated weeks through the
roles into a Maildir.

usage: promises.py DUNLIN"""
import datetime, json, os, subprocess, sys, tempfile

from checklib import check, finish
from worldlib import arrived

DUNLIN = os.path.abspath(sys.argv[1])
START = datetime.date(2026, 11, 2)	# a Monday


class World:
    """One workspace; every day the ledger comes in, then the roles run."""

    def __init__(self, country="CN"):
        self.dir = tempfile.mkdtemp()
        self.w = os.path.join(self.dir, "w")
        self.at = datetime.datetime.combine(START, datetime.time(1, 5))
        self.items = {}		# document -> [account, due, amount, open]
        self.seen = set()
        self.mails = []		# (day, account mail, subject, text)
        self.run("init", self.w, "--name", "Acme Ltd", "--country", country,
                 "--test", plain=True)

    def run(self, *args, plain=False, ok=True, json_=False):
        env = dict(os.environ, DUNLIN_NOW=self.at.strftime(
            "%Y-%m-%dT%H:%M:%SZ"))
        where = [] if plain else ["-C", self.w]
        more = ["--json"] if json_ else []
        done = subprocess.run([DUNLIN, *where, *args, *more],
                              capture_output=True, text=True, env=env)
        if ok and done.returncode != 0:
            check(False, "%s: %s" % (args, done.stderr))
        return json.loads(done.stdout) if json_ else done

    def owe(self, account, document, amount, late):
        self.items[document] = [account, START - datetime.timedelta(late),
                                amount, amount]

    def ledger(self, as_of):
        path = os.path.join(self.dir, "ledger.csv")
        with open(path, "w", encoding="utf-8") as f:
            f.write("account,item,due,amount,balance,currency,name,email,"
                    "language,country\n")
            for document, (account, due, amount, left) in \
                    self.items.items():
                lang = "zh-CN" if account.startswith("Z") else "en"
                f.write("%s,%s,%s,%d.00,%d.00,CNY,Customer %s,"
                        "%s@example.test,%s,CN\n" % (account, document, due,
                        amount, left, account, account.lower(), lang))
        # --confirm: one item of few is more than a fifth of the list.
        self.run("import", path, "--mode", "full", "--as-of", str(as_of),
                 "--confirm")

    def roles(self):
        self.run("run", "planner", "--once")
        self.run("run", "sender", "--once")
        self.run("run", "planner", "--once")
        for m in arrived(self.w, self.seen):
            self.mails.append((self.at.date(), m["To"].addresses[0].addr_spec,
                               m["Subject"],
                               m.get_body(("plain",)).get_content()))

    def day(self, ledger=True):
        self.at += datetime.timedelta(1)
        if ledger:
            self.ledger(self.at.date())
        self.roles()

    def until(self, day, ledger=True):
        while self.at.date() < day:
            self.day(ledger)

    def state(self, account):
        return [p["state"] for p in self.run("promise", "list", "--account",
                account, "--all", json_=True)]

    def to(self, account, since=START):
        mail = account.lower() + "@example.test"
        return [m for m in self.mails if m[1] == mail and m[0] >= since]


def day(month, number):
    return datetime.date(2026, month, number)


def reminders(mails):
    return [m for m in mails if "reminder" in m[2] or "提醒" in m[2] and
            "温馨" not in m[2]]


w = World()
for name in "KEPT", "PART", "BROKE", "NEW", "BACK", "OLD", "ZKEPT":
    w.owe(name, name + "-1", 1000, 10)
w.owe("PLAN", "PLAN-1", 1000, 10)
w.owe("ITEM", "ITEM-1", 1000, 10)
w.owe("ITEM", "ITEM-2", 700, 9)
# A plan for three; a fourth is not due yet and lies outside.
for number, late in (1, 12), (2, 11), (3, 10), (4, -3):
    w.owe("PARTS", "PARTS-%d" % number, 1000, late)
w.owe("DISP", "DISP-1", 1000, 10)
w.owe("DISP", "DISP-2", 300, 8)
w.ledger(START)
number = w.run("arm", json_=True)["confirm"]
w.run("arm", "--confirm", str(number))

# On Monday they promise Friday 6 November; all but one in writing.
for name in "KEPT", "PART", "BROKE", "NEW", "BACK", "OLD", "ZKEPT":
    w.run("promise", "add", name, "--by", "2026-11-06", "--confirm")
w.run("promise", "add", "ITEM", "--by", "2026-11-06", "--item", "ITEM-1")
w.run("dispute", "add", "DISP", "--item", "DISP-1", "--amount", "400",
      "--reason", "quality", "--confirm")
w.run("tasks", "add", "PARTS", "Call them")
number = w.run("tasks", "--account", "PARTS", json_=True)[0]["id"]
w.run("tasks", "done", str(number),
      "plan 11-06 1000 + 11-13 1000 + 11-20 1000")
w.roles()
check(w.run("promise", "add", "KEPT", "--by", "2026-11-06", "--confirm",
      json_=True)["result"] == "same", "said again: nothing changes")
for name in "KEPT", "ZKEPT":
    got = w.to(name)
    check(len(got) == 1, "%s: one confirmation, got %s" % (name, got))
text = w.to("KEPT")[0][3]
check("6 November 2026" in text and "rights of both sides stay" in
      " ".join(text.split()), "what is noted, and that rights stay")
check("2026年11月6日" in w.to("ZKEPT")[0][2] and "均保持不变" in
      w.to("ZKEPT")[0][3].replace("\n", ""), "in the debtor's language")
check(len(w.to("ITEM")) == 1 and "ITEM-2" in w.to("ITEM")[0][3] and
      "ITEM-1" not in w.to("ITEM")[0][3],
      "what lies outside a promise stays on track")
got = w.to("DISP")
check(any("objection" in m[2] and "by 9 November 2026" in
      " ".join(m[3].split()) for m in got), "told who looks at it, by when")

# Until then silence; NEW moves the day, BACK takes it back.
w.until(day(11, 4))
w.run("promise", "add", "NEW", "--by", "2026-11-20")
check(sorted(w.state("NEW")) == ["open", "renegotiated"],
      "renegotiated: %s" % w.state("NEW"))
number = w.run("promise", "list", "--account", "BACK", json_=True)[0]["id"]
w.run("promise", "withdraw", str(number))
check(w.state("BACK") == ["withdrawn"], "withdrawn")
w.until(day(11, 5))
for name in "KEPT", "PART", "BROKE", "OLD", "ZKEPT":
    got = w.to(name, day(11, 3))
    check(len(got) == 1 and got[0][0] == day(11, 5),
          "%s: one courtesy on the day before: %s" % (name, got))
check(w.state("KEPT") == ["due-soon"], "due soon: %s" % w.state("KEPT"))
check(any("DISP-2" in m[3] and "600.00" in m[3] for m in w.to("DISP")),
      "the undisputed part and item go on")
check(reminders(w.to("NEW", day(11, 3))) == [], "no reminder before the day")

# Friday: KEPT pays all (it is gone from the ledger), PART a part.
w.until(day(11, 6))
del w.items["KEPT-1"], w.items["ZKEPT-1"]
w.items["PART-1"][3] = 400
# PARTS pays to the letter; the ledger sets it against the newest first.
w.items["PARTS-3"][3] = 0
w.until(day(11, 7))
check(w.state("KEPT") == ["kept"], "kept: %s" % w.state("KEPT"))
check(w.state("ZKEPT") == ["kept"], "kept: %s" % w.state("ZKEPT"))
check(w.state("PART") == ["due-soon"], "grace goes on")
w.until(day(11, 10))
check(w.state("BROKE") == ["due-soon"], "the last day of grace")
check(reminders(w.to("BROKE", day(11, 3))) == [], "silence within grace")

check(w.state("PARTS") == ["kept", "open", "open"], "an instalment is kept, "
      "whatever it was set against: %s" % w.state("PARTS"))

# From here on the ledger is of 10 November: nobody is called broken.
w.until(day(11, 13), ledger=False)
check(w.state("BROKE") == ["awaiting-ledger"], "awaiting: %s" %
      w.state("BROKE"))
check(reminders(w.to("BROKE", day(11, 3))) == [], "silence while awaiting")
w.items["PARTS-2"][3] = 0
w.day()
check(w.state("BROKE") == ["broken"], "broken: %s" % w.state("BROKE"))
check(w.state("PART") == ["partly-kept"], "partly: %s" % w.state("PART"))
check(w.state("NEW")[-1] in ("open", "renegotiated") and "open" in
      w.state("NEW"), "the new day counts: %s" % w.state("NEW"))
w.until(day(11, 17))
check(reminders(w.to("BROKE", day(11, 14))) != [] or
      w.to("BROKE", day(11, 14)) != [], "the track goes on")
check("400.00" in "".join(m[3] for m in w.to("PART", day(11, 14))),
      "with what is left")

# A second broken promise: a person.
w.run("promise", "add", "BROKE", "--by", "2026-11-18")
w.until(day(11, 20))
w.items["PARTS-1"][3] = 0
w.until(day(11, 25))
check(w.state("PARTS") == ["kept"] * 3, "the plan is kept: %s" %
      w.state("PARTS"))
got = [m for m in w.to("PARTS") if "planned for" not in m[2]]
check(not any("PARTS-%d" % n in m[3] for m in got for n in (1, 2, 3)),
      "nothing of a plan that is kept is reminded: %s" % got)
check(any("PARTS-4" in m[3] for m in got), "what lies outside it is")
check(w.state("BROKE") == ["broken", "broken"], "twice: %s" %
      w.state("BROKE"))
tasks = w.run("tasks", "--account", "BROKE", json_=True)
check(any(t["reason"] == "broken-promises" for t in tasks),
      "a person speaks to them: %s" % tasks)
before = len(w.to("BROKE"))
w.until(day(12, 2))
check(len(w.to("BROKE")) == before, "no more automatic messages")

# The dispute ends: rejected, told, reminded again.
number = w.run("disputes", json_=True)[0]["id"]
w.run("dispute", "close", str(number), "--outcome", "rejected")
check(w.run("dispute", "close", str(number), "--outcome", "accepted",
      ok=False).returncode != 0, "closed once only")
w.until(day(12, 8))
got = w.to("DISP", day(12, 2))
check(any("outcome of your objection" in m[2] for m in got), "told: %s" % got)
w.until(day(12, 14))
check(any("1,000.00" in m[3] and "DISP-1" in m[3] and "outcome" not in m[2]
      for m in w.to("DISP", day(12, 3))), "all of it is asked for again")
# By hand: contacts, and taking back.
w.run("contact", "add", "OLD", "second@example.test", "--role", "payables")
w.run("contact", "primary", "OLD", "second@example.test")
w.run("contact", "close", "OLD", "old@example.test")
check(w.run("contact", "close", "OLD", "old@example.test",
      ok=False).returncode != 0, "closed once only")
w.run("promise", "add", "OLD", "--by", "2026-12-18", "--confirm")
w.roles()
check(any(m[1] == "second@example.test" for m in w.mails),
      "the new contact is written to")
events = w.run("account", "OLD", json_=True)["events"]
number = [e["id"] for e in events if e["kind"] == "promise-made"][-1]
w.run("undo", str(number))
check(w.state("OLD")[-1] == "withdrawn", "undone: %s" % w.state("OLD"))
check(w.run("undo", str(number), ok=False).returncode != 0, "undone once")
check(w.run("verify").returncode == 0, "the ledger of events is whole")

# Bills of exchange: no cash, but nothing reminds before their day.
w.owe("BILL", "BILL-1", 1000, -(w.at.date() - START).days + 10)
w.owe("BILL", "BILL-2", 500, -(w.at.date() - START).days + 9)
w.owe("CASH", "CASH-1", 1000, -(w.at.date() - START).days + 10)
w.ledger(w.at.date())
check(w.run("bill", "add", "CASH", ok=False).returncode != 0,
      "a bill needs its day")
matures = w.at.date() + datetime.timedelta(20)
for name in "BILL", "CASH":
    w.run("bill", "add", name, "--matures", str(matures), "--number",
          "B-" + name, "--item", name + "-1")
number = {b["account"]: str(b["id"]) for b in w.run("bill", "list",
                                                    json_=True)}
before = w.at.date()
w.until(matures)
got = w.to("BILL", before)
check(got and not any("BILL-1" in m[3] for m in got),
      "what the bill covers is not named, the rest is: %s" % got)
check(w.to("CASH", before) == [], "covered by the bill: silence")
w.until(matures + datetime.timedelta(5))
state = {b["account"]: b["state"] for b in w.run("bill", "list",
                                                 json_=True)}
check(state == {"BILL": "presented", "CASH": "presented"},
      "presented: %s" % state)
tasks = w.run("tasks", "--account", "BILL", json_=True)
check(any(t["reason"] == "bill-matured" for t in tasks), "a person is asked")
w.run("bill", "honoured", number["CASH"])
w.run("bill", "dishonoured", number["BILL"], "--note", "no funds")
check(w.run("bill", "honoured", number["BILL"], ok=False).returncode != 0,
      "ended once only")
tasks = w.run("tasks", "--account", "BILL", json_=True)
check([t["severity"] for t in tasks if t["reason"] == "bill-dishonoured"] ==
      ["at once"], "a person, at once: %s" % tasks)
before = len(w.to("BILL"))
w.until(matures + datetime.timedelta(12))
check(len(w.to("BILL")) == before, "nothing before a person has acted")
holds = [h["kind"] for h in w.run("hold", json_=True)
         if h["account"] == "BILL"]
check("bill" not in holds and "human" in holds, "open again: %s" % holds)
check(w.run("verify").returncode == 0, "the ledger of events is whole")
finish()
