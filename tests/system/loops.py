"""Two Dunlins that are each other's debtors, by Maildirs: each reminds the
other, reads what comes and answers it; also where a relay takes the marks of
machines away.  And responders that answer every mail.  All of it ends by
itself, with few mails, and is seen by a person."""
import email
import email.policy
import json
import os
import shutil
import tempfile
import time
import datetime

from sendlib import Workspace, check, finish

FRIDAY = datetime.datetime(2026, 11, 20, 9, 5)
MARKS = ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence",
         "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID",
         "List-Id", "X-Auto-Reply")
parent = tempfile.mkdtemp()


class Bot(Workspace):
    def __init__(self, name, other):
        self.dir = tempfile.mkdtemp(dir=parent)
        self.name = name
        for box in "incoming", "outgoing":
            for d in "new", "cur", "tmp":
                os.makedirs(os.path.join(self.dir, box, d))
        with open(os.path.join(self.dir, "dunlin.yaml"), "w") as f:
            f.write("""test: yes
companies:
  main:
    name: %s Ltd
    country: GB
    zone: Europe/London
    currency: GBP
    languages: [en]
    reply_to: ar@%s.example
    intake: maildir:incoming
    transport: {url: "maildir:outgoing"}
    senders:
      - {name: Accounts Receivable, email: ar@%s.example}
""" % (name, name, name))
        path = os.path.join(self.dir, "ledger.csv")
        with open(path, "w") as f:
            f.write("account,name,email,language,country,zone,item,issued,"
                    "due,amount,balance,currency\nC1,%s,ar@%s.example,en,GB,"
                    "Europe/London,INV-1,2026-10-16,2026-11-15,100.00,"
                    "100.00,GBP\n" % (other, other))
        self.must("import", path, "--as-of", "2026-11-20",
                  now="2026-11-20T07:00:00Z")
        self.sql("UPDATE company SET state = 'armed', armed_at = 0")

    def turn(self, at):
        now = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        for role in "reader", "planner", "sender":
            r = self.run("run", role, "--once", now=now)
            check("%s of %s" % (role, self.name), r.returncode == 0,
                  r.stderr)

    def sent(self):
        """What it has sent since, taken away."""
        out = []
        for d in "new", "cur":
            box = os.path.join(self.dir, "outgoing", d)
            for name in sorted(os.listdir(box)):
                with open(os.path.join(box, name), "rb") as f:
                    out.append(f.read())
                os.unlink(os.path.join(box, name))
        return out

    def take(self, raw):
        with open(os.path.join(self.dir, "incoming/new", "m%d" %
                               time.monotonic_ns()), "wb") as f:
            f.write(raw)

    def seen(self):
        """Reasons of open tasks, and what the account's page tells."""
        tasks = json.loads(self.run("tasks", "--json", now=
                                    "2026-11-24T12:00:00Z").stdout)
        return [t["reason"] for t in tasks], self.run(
            "account", "C1", now="2026-11-24T12:00:00Z").stdout


def times():
    """Eight turns on Friday, 75 minutes apart; four days on."""
    for i in range(8):
        yield FRIDAY + datetime.timedelta(minutes=75 * i)
    for day in 1, 2, 3, 4:
        yield FRIDAY + datetime.timedelta(days=day)


def stripped(raw):
    m = email.message_from_bytes(raw, policy=email.policy.SMTP)
    for mark in MARKS:
        del m[mark]
    return m.as_bytes()


def two(what, strip):
    a, b = Bot("alpha", "beta"), Bot("beta", "alpha")
    counts = []
    for at in times():
        n = 0
        for bot in a, b:
            bot.turn(at)
        for bot, other in (a, b), (b, a):
            for raw in bot.sent():
                n += 1
                other.take(stripped(raw) if strip else raw)
        counts.append(n)
    check(what + ": each reminds the other", counts[0] == 2, counts)
    check(what + ": few", sum(counts) <= (8 if strip else 4), counts)
    check(what + ": at an end that day", sum(counts[5:8]) == 0, counts)
    for bot in a, b:
        answers = bot.sql("SELECT count(*) FROM outbox WHERE template LIKE"
                          " 'answer-%'")[0][0]
        check(what + ": answers", answers <= (3 if strip else 0), answers)
        tasks, page = bot.seen()
        came = bot.sql("SELECT count(*) FROM inbox WHERE state <> 'read'")
        check(what + ": all read", came == [(0,)], came)
        check(what + ": a person sees it", tasks != [] if strip else
              "reply" in page.lower() or "away" in page.lower(),
              (tasks, page))
        check(what + ": verify", bot.run("verify").returncode == 0)


def responder(what, body, marks, most):
    """Answers every mail with the same words, at once."""
    a = Bot("alpha", "gamma")
    counts = []
    for at in times():
        a.turn(at)
        out = a.sent()
        counts.append(len(out))
        for raw in out:
            m = email.message_from_bytes(raw, policy=email.policy.default)
            r = email.message.EmailMessage()
            r["From"] = "ar@gamma.example"
            r["To"] = m["Reply-To"]
            r["Subject"] = "Re: " + m["Subject"]
            r["Message-ID"] = "<%d@gamma.example>" % time.monotonic_ns()
            r["In-Reply-To"] = m["Message-ID"]
            r["Date"] = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
            for key, value in marks:
                r[key] = value
            r.set_content(body)
            a.take(r.as_bytes())
    check(what + ": a reminder", counts[0] == 1, counts)
    check(what + ": few", sum(counts[:8]) <= most, counts)
    check(what + ": at an end that day", sum(counts[5:8]) == 0, counts)
    tasks, page = a.seen()
    check(what + ": seen", tasks != [] or "away" in page.lower() or
          "promise-open" in page, (tasks, page))


two("two Dunlins", False)
two("two Dunlins, marks lost", True)
responder("out of office", "I am out of the office until 30 November.",
          [("Auto-Submitted", "auto-replied")], 1)
responder("out of office, unmarked", "I am out of the office until 30"
          " November.", [], 2)
responder("a promise to every mail", "Thanks, we will pay on 27 November.",
          [], 3)
responder("soon, to every mail", "Thanks, we will pay soon.", [], 3)
responder("收到 to every mail", "收到，我们会尽快付款。", [], 3)
shutil.rmtree(parent)
finish()
