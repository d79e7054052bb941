"""Every reason of src/escalate/reasons.def is raised by what really happens:
mail, ledgers, servers, calendars, people and the clock.  A reason that is in
the table and that nothing here brings about fails, and so does one that
comes about without being in the table."""
import json
import os
import pwd
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import callib
from sendlib import DUNLIN, EARLY, NOW, Server, Workspace, check, finish
from smslib import PHONES, Gateway, Phones, route

TOP = os.environ["top_srcdir"]
REPLIES = os.path.join(TOP, "tests", "replies")
THEN = "2026-11-20T10:00:00Z"
ME = pwd.getpwuid(os.geteuid()).pw_name
parent = tempfile.mkdtemp()
raised = {}			# reason -> what brought it about
# Brought about by the tests of their own rooms, which ask for them by name.
ELSEWHERE = {"calendar-unreadable": "caldav.py", "erased-items":
             "evidence.py", "guarantee": "guarantor.sh",
             "worsening": "tiers.py", "offer-credit": "offers.py",
             "offer-back": "offers.py",
             "robot-refused": "robots.py", "robot-message": "robots.py"}


def table():
    with open(os.path.join(TOP, "src/escalate/reasons.def"),
              encoding="utf-8") as f:
        return re.findall(r'^REASON\("([^"]+)"', f.read(), re.M)


def collect(w, what):
    for reason, in w.sql("SELECT DISTINCT reason FROM task"):
        raised.setdefault(reason, what)


def want(w, what, *reasons):
    collect(w, what)
    for reason in reasons:
        check("%s: %s" % (what, reason), w.sql(
            "SELECT count(*) FROM task WHERE reason = ?", reason)[0][0] > 0,
            w.sql("SELECT reason, count(*) FROM task GROUP BY reason"))


def lost(session):
    return Server.DROP if "@customer" in session.to else "250 2.0.0 ok"


class World(Workspace):
    """Its own ledger: rows of dicts."""
    AUTH = "mx.seller.example.com"

    def __init__(self, rows=None, accounts=2, policy="", company="",
                 more=""):
        self.rows, self.policy = rows, policy
        self.company, self.more = company, more
        super().__init__(parent, accounts=accounts, items=2, plan=False)

    def transport(self, url, **settings):
        super().transport(url, **settings)
        path = os.path.join(self.dir, "dunlin.yaml")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        text = text.replace("    reply_to:", self.company +
                            "    policy: ours\n    reply_to:")
        text += ("users:\n"
                 "  lin: {name: Collector, mail: lin@seller.example.com}\n"
                 "  %s: {name: Admin, mail: admin@seller.example.com, "
                 "roles: admin}\n"
                 "  lea: {name: Lead, mail: lea@seller.example.com, "
                 "roles: lead}\n"
                 "  max: {name: 经理, mail: max@seller.example.com, "
                 "roles: manager, languages: [zh-CN]}\n"
                 "policies:\n  ours: {extends: default, max_new_per_day: 500"
                 "%s}\n%s" % (ME, self.policy, self.more))
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    def must(self, *args, now=NOW):
        if args[0] == "import" and self.rows is not None:
            self.write(args[1], self.rows)
        return super().must(*args, now=now)

    @staticmethod
    def write(path, rows):
        names = ["account", "name", "email", "language", "country", "zone",
                 "item", "kind", "issued", "due", "amount", "currency",
                 "creditlimit"]
        with open(path, "w", encoding="utf-8") as f:
            f.write(",".join(names) + "\n")
            for r in rows:
                r = dict({"name": r.get("account", ""), "language": "en",
                          "country": "GB", "zone": "Europe/London",
                          "currency": "GBP", "kind": "invoice"}, **r)
                f.write(",".join(str(r.get(n, "")) for n in names) + "\n")

    def load(self, rows, now, *more):
        path = os.path.join(self.dir, "more.csv")
        self.write(path, rows)
        return self.run("import", path, "--as-of", now[:10], *more, now=now)

    def roles(self, now, *roles):
        for role in roles or ("reader", "planner", "sender"):
            r = self.run("run", role, "--once", now=now)
            check(role, r.returncode == 0, r.stderr)

    def day(self, rows, now):
        """The ledger of a day, and what is done on it."""
        self.accept_clock(now)
        r = self.load(rows, now, "--mode", "full")
        check("ledger of " + now, r.returncode == 0, r.stderr)
        self.roles(now, "planner", "sender")

    def accept_clock(self, now):
        self.run("status", "--accept-clock", now=now)

    def ingest(self, data, now=THEN):
        super().ingest(data, now)

    def sent(self):
        return {to: (token, mid) for to, token, mid in self.sql(
            "SELECT recipient, token, message_id FROM attempt")}


def days(*numbers):
    """Mornings, counted from the last of October."""
    return ["2026-%02d-%02dT09:05:00Z" % (11 + (n - 1) // 30, (n - 1) % 30 + 1)
            for n in numbers]


def inv(account, due, amount=100, email=None, item=None, **more):
    return dict(account=account, due=due, amount=amount,
                email="%s@customer.example.com" % account.lower()
                if email is None else email,
                item=item or "INV-" + account, **more)


# --- what they say: each case of tests/replies, in one language or the other

MAILS = """legal=lawyer abusive=abusive vulnerable=vulnerable angry=angry
opt-out=stop wrong-contact=wrong-person dispute=dispute-quality
bank-change=bank-change third-party=third-party conditional=en-boss-away
hardship=hardship extension=extension refusal=refusal document=ask-invoice
unclear=unclear several-meanings=en-mixed promise-beyond-limit=too-far
plan-beyond-limit=plan-long no-date=vague"""


def reply(sent, case, lang, to, n, frm=None, proven=True, body=None):
    token, mid = sent[to]
    with open("%s/%s-%s.eml" % (REPLIES, lang, case), "rb") as f:
        raw = f.read()
    for key, value in (("@FROM@", frm or to), ("@TO@",
            "ar+r.%s@seller.example.com" % token), ("@MESSAGE@", mid),
            ("@ITEM1@", "INV-%04d-0" % n), ("@ITEM2@", "INV-%04d-1" % n)):
        raw = raw.replace(key.encode(), value.encode())
    if body is not None:
        head, _, _ = raw.partition(b"\n\n")
        raw = head + b"\n\n" + body.encode() + b"\n"
    if proven:
        raw = ("Authentication-Results: %s; dmarc=pass header.from="
               "customer.example.com\n" % World.AUTH).encode() + raw
    return raw


def reports(w, sent):
    """Bounces, complaints and challenges, as in delivery.py."""
    to = "c%d@customer.example.com"

    def put(n, kind, parts, frm="MAILER-DAEMON@mx.test"):
        text = ("Return-Path: <>\nFrom: %s\nTo: ar+b.%s@seller.example.com\n"
                "Subject: Report\nMIME-Version: 1.0\nContent-Type: "
                "multipart/report; report-type=%s; boundary=b\n"
                "Auto-Submitted: auto-generated\n\n--b\nContent-Type: "
                "text/plain\n\nSee below.\n" % (frm, sent[to % n][0], kind))
        for type, body in parts:
            text += "--b\nContent-Type: %s\n\n%s\n" % (type, body)
        w.ingest((text + "--b--\n").encode())

    def dsn(n, status, code):
        put(n, "delivery-status", [(
            "message/delivery-status", "Reporting-MTA: dns; mx.test\n"
            "Original-Envelope-Id: %s\n\nFinal-Recipient: rfc822; %s\n"
            "Action: failed\nStatus: %s\nDiagnostic-Code: smtp; %s\n" % (
                sent[to % n][0], to % n, status, code))])

    w.must("contact", "add", "C0030", "second@customer.example.com",
           now=THEN)
    dsn(30, "5.1.1", "550 5.1.1 User unknown")
    dsn(31, "5.1.1", "550 5.1.1 User unknown")
    dsn(32, "5.2.2", "552 5.2.2 mailbox full")
    put(33, "feedback-report", [
        ("message/feedback-report", "Feedback-Type: abuse\nUser-Agent: x/1\n"
         "Version: 1\nOriginal-Rcpt-To: %s\n" % (to % 33)),
        ("message/rfc822", "From: ar@seller.example.com\nTo: %s\nReply-To:"
         " ar+r.%s@seller.example.com\nSubject: x\nMessage-ID: %s\n\nPlease"
         " pay.\n" % (to % 33, *sent[to % 33]))], "fbl@big.test")
    w.ingest(reply(sent, "unclear", "en", to % 34, 34,
                   body="Please prove you are human to deliver your mail.")
             .replace(b"Subject:", b"Subject: Please confirm your message\n"
                      b"X-Old:"))


def mails():
    w = World(accounts=40, company="    authserv_id: %s\n" % World.AUTH)
    w.roles(NOW, "planner", "sender")
    sent = w.sent()
    check("reminded", len([to for to in sent if "@customer" in to]) == 40)
    names = [m.split("=") for m in MAILS.split()]
    for n, (reason, case) in enumerate(names):
        lang = ("en", "zh")[n % 2]
        if case[:3] in ("en-", "zh-"):
            lang, case = case.split("-", 1)
        w.ingest(reply(sent, case, lang, "c%d@customer.example.com" % n, n))
    say = "c%d@customer.example.com"
    w.ingest(reply(sent, "unclear", "en", say % 20, 20,
                   body="Which warehouse do you collect from?"))
    w.ingest(reply(sent, "unclear", "en", say % 21, 21,
                   "stranger@other.example.com", body="See you soon."))
    w.ingest(reply(sent, "promise", "zh", say % 22, 22, proven=False))
    w.ingest(reply(sent, "promise", "en", say % 23, 23,
                   body="We will pay GBP 60 on 12 December and GBP 40 on "
                   "5 December."))
    # Somebody else's word that it is paid stops, but nothing is noted.
    w.ingest(reply(sent, "paid", "en", say % 24, 24,
                   "clerk@customer.example.com"))
    for n in range(6):		# more answers than a week allows
        now = "2026-11-20T1%d:%d0:00Z" % (n + 1, n)
        w.ingest(reply(sent, "promise", "en", say % 25, 25,
                       body="We will pay on %d December." % (n + 1)), now)
        w.roles(now)
    w.ingest(b"From: ar@seller.example.com\nTo: ar@seller.example.com\n"
             b"Subject: x\nMessage-ID: <forged@x.test>\n\nPay elsewhere.\n")
    w.ingest(b"From: a@nobody.example.net\nTo: ar@seller.example.com\n"
             b"Subject: x\nMessage-ID: <loose@x.test>\n\nHello there.\n")
    w.ingest(b"From: a@nobody.example.net\nSubject: x\n\n" +
             b"x" * (36 << 20))
    w.ingest(b"From: " + (say % 26).encode() + b"\nSubject: x\n\n" +
             b"y" * (36 << 20))
    reports(w, sent)
    w.roles("2026-11-20T16:55:00Z")
    want(w, "mail", *[r for r, _ in names], "question", "foreign-sender",
         "unverified-promise", "promise-unclear", "paid-claim",
         "answer-owed", "forged-sender", "unmatched-mail", "mail-held",
         "reply-held",
         "bounced", "no-contact", "delivery-failed", "complaint",
         "challenge")
    staff(w)


def staff(w):
    """What goes wrong with mail to our own people, and what they say."""
    told = w.sql("SELECT t.token, t.recipient FROM attempt t JOIN outbox o"
                 " ON o.id = t.outbox_id WHERE o.template = 'staff'"
                 " AND t.recipient LIKE 'lea@%'")
    check("a lead is told", told != [])
    token = told[0][0]
    w.ingest(("From: x@bad.example\nTo: ar+r.%s@seller.example.com\n"
              "Subject: Re: x\nMessage-ID: <bad@bad.example>\n\ndone\n"
              % token).encode())
    w.ingest(("Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\nTo: "
              "ar+b.%s@seller.example.com\nSubject: Undelivered\n"
              "MIME-Version: 1.0\nAuto-Submitted: auto-generated\n"
              "Content-Type: multipart/report; report-type=delivery-status;"
              " boundary=b\n\n--b\nContent-Type: text/plain\n\nNo.\n--b\n"
              "Content-Type: message/delivery-status\n\nReporting-MTA: dns;"
              " mx.test\nOriginal-Envelope-Id: %s\n\nFinal-Recipient: "
              "rfc822; lea@seller.example.com\nAction: failed\nStatus: "
              "5.1.1\n--b--\n" % (token, token)).encode())
    w.roles("2026-11-20T16:58:00Z")
    w.must("task", "add", "C0036", "Visit them", now=THEN)
    task = w.sql("SELECT id FROM task WHERE reason = 'refusal'")[0][0]
    w.must("tasks", "done", str(task), "legal", now=THEN)
    want(w, "people", "staff-command", "staff-mail", "todo",
         "legal-handling")


def by_policy():
    """A policy may leave promises and plans to people."""
    w = World(accounts=3, policy=", replies: {promise: {by: person},"
              " plan: {by: person}, paid: {by: person}}")
    w.roles(NOW, "planner", "sender")
    sent = w.sent()
    for n, case in enumerate(("promise", "plan", "paid")):
        w.ingest(reply(sent, case, ("zh", "en", "zh")[n],
                       "c%d@customer.example.com" % n, n))
    w.roles(THEN)
    want(w, "policy", "promise", "instalments", "paid-claim")


# --- what the ledger and the clock say

def places():
    """Where accounts stand: by age, amount and what is theirs already."""
    rows = [inv("OLD", "2026-09-15"), inv("END", "2026-08-01"),
            inv("KEY", "2026-10-01"), inv("BIG", "2026-11-10", 90000),
            inv("LIM", "2026-12-20", 700, creditlimit=500),
            inv("LAW", "2021-01-05"), inv("CAS", "2026-11-10"),
            inv("CAS", "2026-11-18", -100, kind="unapplied",
                item="RCPT-1", issued="2026-11-18"),
            inv("CAP", "2026-09-01"), inv("HID", "2026-11-10", email=""),
            inv("SIL", "2026-10-08"), inv("HOL", "2026-11-10"),
            inv("FRA", "2026-11-10", country="FR", zone="Europe/Paris")]
    w = World(rows, policy=", large_amount: 5000, steps: {m4-letter: "
              "{approve: 1}}")
    for a in ("OLD", "END", "KEY", "SIL", "LAW"):
        w.must("override", a, "--stage-cap", "none", now=EARLY)
    w.sql("UPDATE party SET tier = 'prime' WHERE name = 'KEY'")
    w.must("hold", "HOL", "--review", "2026-11-24", now=EARLY)
    w.roles("2026-11-20T09:05:00Z", "planner", "sender")
    for now in days(24, 27, 31, 38, 45, 55):
        w.day(rows, now)
        for m in json.loads(w.must("approve", "--json", now=now)):
            code = json.loads(w.must("approve", str(m["message"]), "--json",
                                     now=now))["code"]
            w.must("approve", str(m["message"]), "--code", code, now=now)
        w.roles(now, "sender")
    want(w, "ledger", "approval", "key-account", "large-amount",
         "credit-limit", "limitation", "unapplied-cash", "stage-cap",
         "no-contact", "hold-review", "silence", "end-of-schedule")
    # Managers hear of it at the beginning of a week.
    for who, lines in ((ME, ("limitation period ends within 90 days: 1",
                             "Holidays of FR are known until: never",
                             "Evidence root")),
                       ("max", ("诉讼时效将在90天内届满：1笔",
                                "FR的节假日数据截止：无数据", "存证根哈希"))):
        text = " ".join(w.must("digest", who, "--weekly",
                               now=now).split())
        for line in lines:
            check("weekly: " + line, line in text, text)


def corrected():
    """A reminder that the ledger takes back; what was said is paid, or not;
    promises that break; a bill."""
    rows = [inv(a, "2026-11-10", 130 if a == "NOT" else 100) for a in (
        "WRONG", "SURE", "PERHAPS", "NOT", "BREAK", "BILL", "DISH")]
    w = World(rows)
    w.roles(NOW, "planner", "sender")
    sent = w.sent()
    for a in ("SURE", "PERHAPS", "NOT"):
        to = a.lower() + "@customer.example.com"
        w.ingest(("From: %s\nTo: ar+r.%s@seller.example.com\nSubject: Re: x\n"
                  "Message-ID: <%s@customer.example.com>\n\nWe have already "
                  "paid GBP %d.00 on 18 November%s.\n" % (
                      to, sent[to][0], a, 130 if a == "NOT" else 100,
                      ", reference TT-77/4491"
                      if a == "SURE" else "")).encode())
    w.must("bill", "add", "BILL", "--matures", "2026-11-24", now=THEN)
    w.must("bill", "add", "DISH", "--matures", "2026-11-24", now=THEN)
    w.roles(THEN)
    late = [r for r in rows if r["account"] != "WRONG"]
    late.append(inv("WRONG", "2026-12-10", item="INV-WRONG"))
    got = [inv("SURE", "2026-11-18", -100, kind="unapplied",
               item="TT-77/4491", issued="2026-11-18"),
           dict(account="", name="", email="", item="R-9", kind="unapplied",
                issued="2026-11-18", due="2026-11-18", amount=-100)]
    for now in days(23, 24, 27, 31, 33, 34, 38, 45, 52):
        if now[5:10] in ("11-23", "12-03"):
            w.must("promise", "add", "BREAK", "--by", "2026-11-24" if
                   now < "2026-12" else "2026-12-04", now=now)
        w.day(late + got, now)
        if now[5:10] == "11-27":
            w.must("bill", "dishonoured", "2", now=now)
    want(w, "corrections", "apology?", "paid-found", "paid-perhaps",
         "paid-not-found", "broken-promises", "bill-matured",
         "bill-dishonoured")


# --- whether messages arrive

def servers():
    w = World(accounts=1)
    w.roles(NOW, "planner")
    with Server({"dot": lost, "last": lost}) as s:
        w.smtp(s.port)
        w.send()
    w.roles(NOW, "planner")
    want(w, "a connection lost", "uncertain-delivery")
    w = World(accounts=1)
    w.roles(NOW, "planner")
    with Server({"RCPT": "454 4.7.1 Relay access denied"}) as s:
        w.smtp(s.port)
        w.send()
    want(w, "a relay that refuses", "transport-refused")
    with Gateway(lambda r: (403, "Authorization failed")) as g:
        p = Phones(parent, route("kannel", g.url), PHONES[:1])
        p.send()
    want(p, "a gateway that refuses", "sms-route-refused")
    w = World([inv("T", "2026-11-10", item="we will report you to the "
                   "police")])
    w.roles(NOW, "planner")
    w.send()
    want(w, "a text that must not go out", "template-error")
    w = World(accounts=1)
    w.roles(NOW, "planner")
    dead = "%s 99999999 1" % os.uname().nodename
    w.sql("UPDATE outbox SET state = 'claimed', claim_token = 'gone',"
          " claimed_by = ?, deadline = 4000000000, crashes = 1", dead)
    w.send()
    want(w, "a sender that was killed twice", "sender-crash")


# --- what Dunlin stands on

def ground():
    rows = [inv("G%d" % i, "2026-11-10") for i in range(10)]
    w = World(rows, company="    intake: {url: \"maildir:replies\"}\n",
              more="import: {dir: drop, settle: 0}\n"
              "sources:\n  book: {mode: full}\n")
    os.makedirs(os.path.join(w.dir, "drop", "book"))
    with open(os.path.join(w.dir, "drop/book/x-2026-11-20.csv"), "w") as f:
        f.write("account,item\nA\n")
    w.roles(NOW, "importer")
    # Nobody reads the mail; then the ledger grows old.
    w.roles(NOW, "planner")
    for day in range(21, 31):
        w.accept_clock("2026-11-%02dT09:05:00Z" % day)
        w.roles("2026-11-%02dT09:05:00Z" % day, "planner")
    want(w, "standing still", "import-failed", "inbox-behind")
    w = World(rows)
    for day in range(20, 31):
        w.roles("2026-11-%02dT09:05:00Z" % day, "planner")
    want(w, "an old ledger", "ledger-old")
    w = World(rows)
    w.load(rows, NOW, "--mode", "full")
    w.load(rows[:2], "2026-11-21T09:05:00Z", "--mode", "full")
    for day in (21, 22, 23):
        w.roles("2026-11-%02dT09:05:00Z" % day, "planner")
    want(w, "a shrunk ledger", "import-shrunk", "ledger-shrunk")
    w = World(rows)
    w.roles(NOW, "planner")
    w.must("stop", now=NOW)
    for day in (20, 21, 22, 23):
        w.roles("2026-11-%02dT09:05:00Z" % day, "planner")
    want(w, "stopped", "stopped")
    w = World(rows)
    w.sql("UPDATE company SET state = 'observing'")
    for day in range(20, 31):
        w.roles("2026-11-%02dT09:05:00Z" % day, "planner")
    want(w, "observing", "observing")
    w = World(rows)
    w.roles(NOW, "planner")
    w.run("run", "planner", "--once", now="2027-03-01T09:05:00Z")
    want(w, "a clock that jumped", "clock")
    w.accept_clock("2027-03-01T09:06:00Z")
    check("and was accepted", w.sql("SELECT count(*) FROM task WHERE reason ="
          " 'clock' AND state <> 'closed'") == [(0,)])


# --- calendars

class Calendar:
    """As the rest sees a workspace."""

    def __init__(self, w):
        self.dir = w.w

    sql = Workspace.sql


def calendars():
    radicale = callib.Radicale(tempfile.mkdtemp(dir=parent))
    try:
        w = callib.World(DUNLIN, radicale.port)
        w.ledger()
        team = callib.Client(radicale.port, "team")
        anna = callib.Client(radicale.port, "anna")
        for i in range(1, 5):
            w.run("promise", "add", "C-%d00" % i, "--by", "2026-11-27")
        w.run("task", "add", "C-500", "Call", "--due", "2026-11-24 14:00",
              "--owner", "anna")
        w.sync()
        done, = anna.files()
        anna.edit(done, callib.tick)
        w.sync()
        anna.edit(done, lambda t: t.replace(
            "STATUS:COMPLETED", "STATUS:NEEDS-ACTION"))
        names = team.files()
        team.edit(names[0], lambda t: t.replace("20261127", "20261218")
                  .replace("20261128", "20261219"))
        team.delete(names[1])
        w.sync()
        # A task that wants a decision is only ticked off.
        w.run("hold", "C-500", "--review", "2026-11-24")
        w.sync(seconds=86400)
        w.run("run", "planner", "--once")
        w.run("tasks", "assign", str([t for t in w.tasks() if t["reason"] ==
              "hold-review"][0]["id"]), "anna")
        w.sync()
        for name in anna.files():
            if name != done:
                anna.edit(name, callib.tick)
        w.sync()
        want(Calendar(w), "calendars", "calendar-reopened",
             "calendar-moved", "calendar-gone", "calendar-ticked")
        for i in range(22):
            w.run("task", "add", "C-100", "Call %d" % i, "--owner", "anna")
        w.sync()
        for name in anna.files():
            anna.delete(name)
        w.sync()
        want(Calendar(w), "a calendar emptied", "calendar-vanished")
    finally:
        radicale.stop()
    for _ in range(30):
        w.sync(seconds=7200, ok=False)
        w.run("status", "--accept-clock", ok=False)
        if Calendar(w).sql("SELECT id FROM task WHERE reason ="
                           " 'calendar-down'"):
            break
    want(Calendar(w), "a calendar away", "calendar-down")


PARTS = [mails, by_policy, places, corrected, servers, ground, calendars]
only = sys.argv[1:]
for part in PARTS:
    if not only or part.__name__ in only:
        part()
if not only:
    for reason, name in ELSEWHERE.items():
        with open(os.path.join(HERE, name), encoding="utf-8") as f:
            if re.search(r"""["']%s["']""" % re.escape(reason), f.read()):
                raised.setdefault(reason, name)
    rows = table()
    check("the table is read", len(rows) > 50, len(rows))
    for reason in rows:
        check("never raised: " + reason, reason in raised)
    for reason in raised:
        check("not in the table: " + reason, reason in rows)
finish()
