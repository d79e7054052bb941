"""Conversations over simulated weeks: reminders go out through a real Postfix,
debtors answer with an ordinary mail library through it, half of the answers
are read over IMAP from a real Dovecot and half come through the pipe, and
what Dunlin says then reaches the debtor in the same thread.  Needs root."""
import datetime
import email
import email.policy
import json
import os
import shutil
import smtplib
import subprocess
import tempfile
import time

from dovecotlib import Dovecot, NOBODY, answer
from postfixlib import Postfix
from sendlib import DUNLIN, check, finish, rows

START = datetime.date(2026, 11, 2)	# a Monday
BOXES = "inline:{ @customer.example.com=customer/, @seller.example.com=seller/ }"
CONFIG = """test: yes
companies:
  main:
    name: Example Ltd
    country: CN
    zone: Asia/Shanghai
    currency: CNY
    languages: [en, zh-CN]
    reply_to: ar@seller.example.com
    intake:
      url: imaps://localhost:%(imaps)d
      user: ar
      password_file: imap.secret
      tls_ca: %(ca)s
    transport:
      url: "smtp://127.0.0.1:%(smtp)d"
      tls: none
    banks:
      - {currency: CNY, holder: Example Ltd, bank: Example Bank,
         account: "0001"}
    senders:
      - {name: Accounts Receivable, email: ar@seller.example.com}
"""


class Mail:
    """One that the customers' side got from us."""

    def __init__(self, raw, day):
        self.raw, self.day = raw, day
        m = email.message_from_bytes(raw, policy=email.policy.default)
        self.m = m
        self.to = m["To"].addresses[0].addr_spec
        self.subject = m["Subject"]
        self.id = m["Message-ID"]
        self.refs = (m["References"] or "").split()
        self.text = m.get_body(("plain",)).get_content()


class World:
    def __init__(self):
        self.dir = tempfile.mkdtemp()
        os.chmod(self.dir, 0o755)
        self.w = os.path.join(self.dir, "w")
        self.at = datetime.datetime.combine(START, datetime.time(1, 5))
        self.items, self.mails, self.seen = {}, [], set()
        self.sent = self.answered = 0
        self.program = os.path.join(self.dir, "dunlin")
        shutil.copy(DUNLIN, self.program)
        os.mkdir(self.w)
        script = os.path.join(self.dir, "ingest")
        with open(script, "w") as f:
            f.write("#!/bin/sh\nDUNLIN_CLOCK_FILE=%s/clock exec %s -C %s"
                    " ingest\n" % (self.dir, self.program, self.w))
        os.chmod(script, 0o755)
        self.postfix = Postfix(
            login=False, domain="customer.example.com seller.example.com",
            boxes=BOXES, pipe=script)
        self.dovecot = Dovecot(self.postfix.path("mail/seller"),
                               self.postfix.path("etc"))
        with open(os.path.join(self.w, "dunlin.yaml"), "w") as f:
            f.write(CONFIG % {"imaps": self.dovecot.imaps, "ca":
                              self.postfix.path("etc/cert.pem"), "smtp":
                              self.postfix.ports["plain"]})
        secret = os.path.join(self.w, "imap.secret")
        with open(secret, "w") as f:
            f.write("open sesame\n")
        os.chmod(secret, 0o600)
        for path in (self.w, secret):
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)

    def stop(self):
        self.dovecot.stop()
        self.postfix.stop()
        shutil.rmtree(self.dir)

    def run(self, *args, ok=True, json_=False):
        with open(os.path.join(self.dir, "clock.new"), "w") as f:
            f.write(self.at.strftime("%Y-%m-%dT%H:%M:%SZ\n"))
        os.rename(os.path.join(self.dir, "clock.new"),
                  os.path.join(self.dir, "clock"))
        env = dict(os.environ, DUNLIN_CLOCK_FILE=self.dir + "/clock",
                   HOME="/nonexistent")
        r = subprocess.run([self.program, "-C", self.w, *args] +
                           (["--json"] if json_ else []), env=env,
                           capture_output=True, text=True,
                           user=NOBODY.pw_uid, group=NOBODY.pw_gid,
                           extra_groups=[])
        if ok and r.returncode != 0:
            check("%s at %s" % (args, self.at), False, r.stderr)
        return json.loads(r.stdout) if json_ else r

    # --- the ledger ---

    def owe(self, account, document, amount, due):
        self.items[document] = [account, due, amount, amount]

    def ledger(self):
        path = os.path.join(self.dir, "ledger.csv")
        with open(path, "w") as f:
            f.write("account,item,due,amount,balance,currency,name,email,"
                    "language,country\n")
            for document, (a, due, amount, left) in self.items.items():
                f.write("%s,%s,%s,%d.00,%d.00,CNY,Customer %s,"
                        "%s@customer.example.com,%s,CN\n"
                        % (a, document, due, amount, left, a, a.lower(),
                           "zh-CN" if a.startswith("Z") else "en"))
        self.run("import", path, "--mode", "full", "--as-of",
                 str(self.at.date()), "--confirm")

    # --- mail ---

    def collect(self):
        """Waits until all that was accepted has reached the customers."""
        want = self.accepted()
        box = "customer"
        self.postfix.mails(want, box=box)
        new = self.postfix.path("mail/customer/new")
        for name in sorted(os.listdir(new) if os.path.isdir(new) else []):
            if name not in self.seen:
                self.seen.add(name)
                with open(os.path.join(new, name), "rb") as f:
                    self.mails.append(Mail(f.read(), self.at.date()))
        check("all arrived at %s" % self.at, len(self.seen) == want,
              "%d of %d" % (len(self.seen), want))

    def sql(self, text, *args):
        return rows(self.w, text, *args)

    def accepted(self):
        return self.sql("SELECT count(*) FROM attempt WHERE outcome ="
                        " 'accepted'")[0][0]

    def to(self, account, since=START):
        mail = account.lower() + "@customer.example.com"
        return [m for m in self.mails if m.to == mail and m.day >= since]

    def roles(self, reader=True):
        if reader:
            self.run("run", "reader", "--once")
        for role in "planner", "sender", "planner":
            self.run("run", role, "--once")
        self.collect()

    def deliver(self, m, way="plain"):
        with smtplib.SMTP("127.0.0.1", self.postfix.ports[way]) as s:
            s.send_message(m)

    def say(self, account, body, headers=(), way=None, read=True):
        """The customer answers our last mail; waits until it has come to the
        seller's side; the reader reads it and its answer goes out."""
        last = self.to(account)[-1]
        m = answer(last.raw, body)
        for name, value in headers:
            m[name] = value
        way = way or ("pipes" if self.answered % 2 else "plain")
        self.answered += 1
        inbox = self.sql("SELECT count(*) FROM inbox")[0][0]
        new = self.postfix.path("mail/seller/new")
        cur = self.postfix.path("mail/seller/cur")

        def here():
            if way == "pipes":
                return self.sql("SELECT count(*) FROM inbox")[0][0] > inbox
            return sum(len(os.listdir(d)) for d in (new, cur)
                       if os.path.isdir(d)) > self.sent
        self.deliver(m, way)
        until = time.monotonic() + 20
        while not here() and time.monotonic() < until:
            time.sleep(0.05)
        check("%s's reply arrived" % account, here())
        self.sent += way != "pipes"
        if read:
            self.roles()
        return last, m

    # --- time ---

    def day(self, ledger=True, reader=True):
        self.at = datetime.datetime.combine(self.at.date(), datetime.time(
            1, 5)) + datetime.timedelta(1)
        if ledger:
            self.ledger()
        self.roles(reader)

    def until(self, day, **how):
        while self.at.date() < day:
            self.day(**how)

    def later(self, minutes):
        self.at += datetime.timedelta(minutes=minutes)

    def states(self, account):
        return [p["state"] for p in self.run(
            "promise", "list", "--account", account, "--all", json_=True)]


def nov(number):
    return datetime.date(2026, 11, number)


def talk(w):
    """Reminder, reply, confirmation in the thread, for each promise."""
    for name in NAMES:
        got = w.to(name)
        check("%s: a reminder" % name, len(got) == 1 and
              got[0].day == nov(6), got)
    for name in ("KEPT", "PART", "BROKE", "NEW", "BACK", "WAIT"):
        said(w, name, "Hello,\n\nwe will pay the full amount on Friday, 13"
             " November.\n\nRegards", "13 November 2026")
    said(w, "ZKEPT", "您好，这笔款我们11月13日付清。", "2026年11月13日")
    said(w, "PLAN", "We can pay CNY 400 on 13 November, CNY 300 on 20 "
         "November and CNY 300 on 27 November.", "27 November 2026")


def said(w, name, body, words):
    last, mine = w.say(name, body)
    got = w.to(name)
    check("%s: one confirmation" % name, len(got) == 2, len(got))
    if len(got) != 2:
        return
    c = got[1]
    check("%s: In-Reply-To" % name, c.m["In-Reply-To"] == mine["Message-ID"],
          c.m["In-Reply-To"])
    check("%s: References" % name, c.refs[-1:] == [mine["Message-ID"]] and
          last.id in c.refs, c.refs)
    check("%s: subject of the thread or its own" % name, bool(c.subject))
    check("%s: what is noted" % name, words in " ".join(c.text.split()),
          c.text)
    check("%s: an automatic answer" % name,
          (c.m["Auto-Submitted"] or "").startswith("auto-"),
          c.m["Auto-Submitted"])


def loops(w):
    """Machines that answer machines: it ends at once."""
    before = len(w.to("OOO"))
    w.say("OOO", "I am out of office until 16 November.", [
        ("Auto-Submitted", "auto-replied"), ("Precedence", "bulk")])
    check("out of office: silence", len(w.to("OOO")) == before)
    # A bot of bad manners: the same words to every mail of ours.
    n = 0
    while n < 6:
        before = len(w.to("BOT"))
        w.later(70)
        w.say("BOT", "We will pay on 13 November.")
        n += 1
        if len(w.to("BOT")) == before:
            break
    check("the same words: one answer", n == 2, n)
    # Another Dunlin: our own words come back, marked as a machine's.
    before = len(w.to("TWIN"))
    w.say("TWIN", "We will pay on 13 November.", [
        ("Auto-Submitted", "auto-replied")])
    check("another Dunlin: silence", len(w.to("TWIN")) == before)
    # New words each time: one answer an hour, three in seven days.
    before = len(w.to("CHAT"))
    for i in range(6):
        w.later(70)
        w.say("CHAT", "We will pay on %d November." % (16 + i))
    check("new words each time: at most three", len(w.to("CHAT")) - before
          <= 3, len(w.to("CHAT")) - before)
    tasks = [t["reason"] for t in w.run("tasks", "--account", "CHAT",
                                        json_=True)]
    check("then a person", "answer-owed" in tasks, tasks)


def dispute(w):
    """The item they name is held; a person finds that it is a part of it."""
    w.say("DISP", "We dispute invoice DISP-1: the goods were damaged.")
    got = w.to("DISP")
    check("dispute: told", len(got) == 2 and "objection" in got[1].subject,
          [m.subject for m in got])
    rows = w.sql("SELECT i.document, d.amount FROM dispute d JOIN item i ON"
                 " i.id = d.item_id")
    check("dispute: only that item", rows == [("DISP-1", 0)], rows)
    number = w.run("disputes", json_=True)[0]["id"]
    w.run("dispute", "close", str(number), "--outcome", "withdrawn")
    w.run("dispute", "add", "DISP", "--item", "DISP-1", "--amount", "400",
          "--reason", "quality")


def monday(w):
    """Replies cannot be read from Friday evening on: on Monday nothing is
    sent, as one of them may say that it is paid."""
    w.dovecot.halt()
    w.at = w.at.replace(hour=10)
    w.owe("LATE", "LATE-1", 1000, nov(7))	# Monday is its last day
    for _ in range(3):
        w.at = datetime.datetime.combine(w.at.date(), datetime.time(
            1, 5)) + datetime.timedelta(1)
        w.ledger()
        r = w.run("run", "reader", "--once", ok=False)
        check("the reader tells", r.returncode != 0 and "intake" in r.stderr,
              r.stderr)
        w.roles(reader=False)
    check("it is Monday", w.at.date() == nov(16))
    check("nothing goes out", [m for m in w.mails if m.day > nov(13)] == [],
          [(m.to, m.day, m.subject) for m in w.mails if m.day > nov(13)])
    r = w.run("why", "LATE")
    check("and it says why", "inbox-behind" in r.stdout, r.stdout)
    status = w.run("status").stdout
    check("status tells", "replies were last read" in status, status)
    # A customer wrote on Sunday; the server is back.
    last = w.to("PART")[-1]
    w.deliver(answer(last.raw, "Thank you!"))
    w.sent += 1
    w.dovecot.start()
    w.later(30)
    w.run("run", "reader", "--once")
    w.roles(reader=False)
    check("the reminder goes when all is read", len(w.to("LATE")) == 1,
          w.run("why", "LATE").stdout)


def moved(w):
    """NEW asks for another day, BACK takes it back, through a person."""
    said_again = w.say("NEW", "Sorry, we can only pay on Friday, 20 November.")
    check("renegotiated", sorted(w.states("NEW")) == ["open",
          "renegotiated"], w.states("NEW"))
    got = w.to("NEW")[-1]
    check("renegotiated: confirmed", "20 November 2026" in got.subject and
          got.m["In-Reply-To"] == said_again[1]["Message-ID"], got.subject)
    w.say("BACK", "We cannot pay on 13 November after all, we have no money.")
    tasks = w.run("tasks", "--account", "BACK", json_=True)
    check("taken back: a person", tasks != [], tasks)
    for p in w.run("promise", "list", "--account", "BACK", json_=True):
        w.run("promise", "withdraw", str(p["id"]))
    check("withdrawn", w.states("BACK") == ["withdrawn"], w.states("BACK"))


def courtesy(w):
    for name in "KEPT", "PART", "BROKE", "WAIT", "ZKEPT", "PLAN":
        got = w.to(name, nov(7))
        check("%s: one courtesy, the day before" % name, len(got) == 1 and
              got[0].day == nov(12), [(m.day, m.subject) for m in got])
    for name in "OOO", "BOT", "TWIN":
        got = [m.subject for m in w.to(name, nov(7))]
        check("%s: no more answers" % name, all("noted" not in s
              for s in got), got)


def goes_on(w):
    got = w.to("DISP", nov(7))
    check("what is not disputed goes on", any(
        "DISP-2" in m.text and "600.00" in m.text for m in got),
        [(m.day, m.text) for m in got])


def state(w, name, want):
    check("%s: %s" % (name, want), w.states(name) == want, w.states(name))


def ends(w):
    state(w, "KEPT", ["kept"])
    state(w, "ZKEPT", ["kept"])
    w.until(nov(17))
    for name in "BROKE", "WAIT":
        state(w, name, ["due-soon"])
    check("silence within grace", w.to("BROKE", nov(13)) == [])
    w.until(nov(20), ledger=False)		# that of the 17th is the last
    for name in "BROKE", "WAIT", "PART":
        state(w, name, ["awaiting-ledger"])
    check("silence while the ledger is awaited", w.to("BROKE", nov(13)) ==
          [])
    del w.items["WAIT-1"], w.items["NEW-1"]
    w.items["PLAN-1"][3] = 300
    w.until(nov(21))
    state(w, "WAIT", ["kept"])
    state(w, "NEW", ["renegotiated", "kept"])
    state(w, "BROKE", ["broken"])
    state(w, "PART", ["partly-kept"])
    w.until(nov(24))
    check("the track goes on", w.to("BROKE", nov(21)) != [],
          w.run("why", "BROKE").stdout)
    check("with what is left", any("400.00" in m.text for m in
                                   w.to("PART", nov(21))),
          [m.text for m in w.to("PART", nov(21))])


def again(w):
    """The second one broken in 90 days: a person."""
    w.say("BROKE", "We will pay on Wednesday, 25 November.")
    check("again: confirmed", "25 November 2026" in w.to("BROKE")[-1].subject,
          w.to("BROKE")[-1].subject)
    w.run("dispute", "close", str(w.run("disputes", json_=True)[0]["id"]),
          "--outcome", "rejected")
    w.until(nov(27))
    del w.items["PLAN-1"]
    w.until(datetime.date(2026, 12, 1))
    state(w, "BROKE", ["broken", "broken"])
    tasks = [t["reason"] for t in w.run("tasks", "--account", "BROKE",
                                        json_=True)]
    check("a person speaks to them", "broken-promises" in tasks, tasks)
    check("the plan is kept", set(w.states("PLAN")) == {"kept"},
          w.states("PLAN"))
    check("the dispute's end is told", any(
        "outcome of your objection" in m.subject for m in
        w.to("DISP", nov(24))), [m.subject for m in w.to("DISP", nov(24))])
    silent = len(w.to("BROKE"))
    w.until(datetime.date(2026, 12, 7))
    check("no more automatic messages", len(w.to("BROKE")) == silent)
    check("all of it is asked for again", any(
        "1,000.00" in m.text and "DISP-1" in m.text and "outcome" not in
        m.subject for m in w.to("DISP", nov(24))),
        [(m.day, m.subject) for m in w.to("DISP", nov(24))])


NAMES = ("KEPT", "PART", "BROKE", "NEW", "BACK", "WAIT", "ZKEPT", "PLAN",
         "OOO", "BOT", "TWIN", "CHAT", "DISP")


def weeks(w):
    for name in NAMES:
        w.owe(name, name + "-1", 1000, nov(2) - datetime.timedelta(3))
    w.owe("DISP", "DISP-2", 300, nov(2) - datetime.timedelta(3))
    w.ledger()
    number = w.run("arm", json_=True)["confirm"]
    w.run("arm", "--confirm", str(number))
    w.until(nov(6))
    talk(w)
    dispute(w)
    loops(w)
    w.until(nov(10))
    moved(w)
    w.until(nov(12))
    courtesy(w)
    del w.items["KEPT-1"], w.items["ZKEPT-1"]
    w.items["PART-1"][3] = 400
    w.items["PLAN-1"][3] = 600
    w.until(nov(13))
    goes_on(w)
    monday(w)
    ends(w)
    again(w)
    check("the ledger of events", w.run("verify").returncode == 0)


w = World()
try:
    weeks(w)
finally:
    w.stop()
finish()
