"""The world of quarter.py: a workspace whose mail goes through a real Postfix
and back, a clock of its own, a ledger of which all is known.  Needs root."""
import collections
import datetime
import email
import email.policy
import email.utils
import json
import os
import re
import shutil
import smtplib
import subprocess
import tempfile
import time
import zoneinfo

from dovecotlib import NOBODY, answer
from postfixlib import Postfix
from robotlib import PATHS, Robots
from sendlib import DUNLIN, rows
from smslib import Gateway

START = datetime.date(2026, 8, 31)	# a Monday
LONDON = zoneinfo.ZoneInfo("Europe/London")
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
UTC = datetime.timezone.utc
IN = ("customer", "staff")		# where what we send arrives
OUR = {"main": "seller", "branch": "branch"}	# companies and their boxes
DOMAINS = "gone.example.com " + " ".join(
    n + ".example.com" for n in (*IN, *OUR.values()))
BOXES = "inline:{ %s }" % ", ".join("@%s.example.com=%s/" % (n, n) for n in (
    "gone", *IN, *OUR.values()))
PROVEN = "mx.seller.example.com"	# who proves senders to main
CONFIG = """test: yes
companies:
  main:
    name: {en: Example Ltd, zh-CN: 示例有限公司}
    policy: ours
    reply_to: ar@seller.example.com
    authserv_id: %(proven)s
    intake: {url: "maildir:%(seller)s", max_size: 1}
    senders:
      - {name: Accounts Receivable, email: ar@seller.example.com}
%(shared)s%(calendars)s
  branch:
    name: {en: Example Branch Ltd, zh-CN: 示例分公司}
    policy: careful
    reply_to: ar@branch.example.com
    intake: {url: "maildir:%(branch)s"}
    senders:
      - {name: Branch Accounts, email: ar@branch.example.com}
    phone: "+44 20 7946 0000"
    sms:
      main: {gateway: kannel, url: "http://127.0.0.1:%(gateway)d/send",
             user: me, secret_file: secret, timeout: 2}
    robots:
      group: {format: wecom, url_file: wecom.url, timeout: 2}
%(shared)spolicies:
  ours: {extends: default, large_amount: 9000, max_new_per_day: 400,
         claim_days: 4}
  careful: {extends: ours, apologies: no, replies: {promise: {by: person},
            plan: {by: person}, paid: {by: person}}}
import: {dir: %(drop)s, settle: 0}
sources:
  book: {mode: delta, company: main}
users:
"""
SHARED = """    country: GB
    zone: Europe/London
    currency: GBP
    languages: [en, zh-CN]
    transport: {url: "smtp://127.0.0.1:%(smtp)d", tls: none,
                timeout: %(timeout)d}
    banks:
      - {currency: CNY, holder: Example Ltd, bank: Example Bank,
         account: "0001"}
      - {currency: GBP, holder: Example Ltd, bank: Example Bank,
         account: "0002"}
"""
Mail = collections.namedtuple("Mail", "raw m to at id text")


def days(n):
    return datetime.timedelta(n)


def epoch(at):
    return int(at.replace(tzinfo=UTC).timestamp())


class World:
    def __init__(self, users):
        self.dir = tempfile.mkdtemp(prefix="quarter")
        os.chmod(self.dir, 0o755)
        self.w = os.path.join(self.dir, "w")
        self.program = os.path.join(self.dir, "dunlin")
        shutil.copy(DUNLIN, self.program)
        os.mkdir(self.w)
        exit67 = os.path.join(self.dir, "nobody-here")
        with open(exit67, "w") as f:
            f.write("#!/bin/sh\ncat >/dev/null; exit 67\n")
        os.chmod(exit67, 0o755)
        self.postfix = Postfix(
            login=False, domain=DOMAINS, boxes=BOXES, pipe=exit67,
            more="transport_maps = inline:{ gone.example.com=dunlin: }\n")
        self.box = {n: self.postfix.path("mail/" + n) for n in
                    (*IN, *OUR.values())}
        for path in self.box.values():
            for sub in ("", "/new", "/cur", "/tmp"):
                os.makedirs(path + sub, exist_ok=True)
                os.chown(path + sub, NOBODY.pw_uid, NOBODY.pw_gid)
        self.users = users
        self.smtp = self.postfix.ports["plain"]
        self.gateway = Gateway(self.phone)
        self.sms, self.texts = (403, "Authorization failed"), []
        os.makedirs(self.w + "/drop/book")
        self.group = Robots()
        self.secret("secret", "s3cret")
        self.secret("wecom.url", "http://127.0.0.1:%d%s" % (
            self.group.port, PATHS["wecom"]))
        self.calendars = ""
        self.own(self.w)
        self.config()
        self.at = None
        self.inbound, self.expected = [], 0
        self.taken, self.mails, self.fresh, self.staff = set(), [], [], []
        self.failures, self.runs = [], collections.Counter()
        self.slow = collections.Counter()
        self.acts = 0			# commands of people

    def config(self, port=None):
        """Until it is written again, by way of that port."""
        with open(os.path.join(self.w, "dunlin.yaml"), "w") as f:
            f.write(CONFIG % dict(self.box, shared=SHARED % {
                "smtp": port or self.smtp, "timeout": 3 if port else 60},
                proven=PROVEN, drop="drop",
                calendars=self.calendars, gateway=self.gateway.port) +
                self.users)

    def secret(self, name, text):
        with open(os.path.join(self.w, name), "w") as f:
            f.write(text + "\n")
        os.chmod(f.name, 0o600)

    @staticmethod
    def own(path):
        """It is who runs the program who works there."""
        for top, folders, files in os.walk(path):
            for name in (".", *folders, *files):
                os.chown(os.path.join(top, name), NOBODY.pw_uid,
                         NOBODY.pw_gid)

    def phone(self, request):
        """What the gateway says; who gets it is remembered."""
        if self.sms[0] == 202:
            self.texts.append((self.at, request["query"]["to"]))
        return self.sms

    def stop(self):
        self.gateway.__exit__()
        self.group.__exit__()
        self.postfix.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    # --- the program ---

    @staticmethod
    def utc(at):
        return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at

    def clock(self, at):
        self.at = self.utc(at)
        with open(self.dir + "/clock.new", "w") as f:
            f.write(self.at.strftime("%Y-%m-%dT%H:%M:%SZ\n"))
        os.rename(self.dir + "/clock.new", self.dir + "/clock")

    def run(self, *args, ok=True, root=False, of="main"):
        """of: the company, where the command works on one."""
        if args[0] not in ("run", "verify", "arm", "stop"):
            args = (*args, "--company", of)
        who = {} if root else {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid,
                               "extra_groups": []}
        began = time.monotonic()
        r = subprocess.run([self.program, "-C", self.w, *args],
                           env=self.env(), capture_output=True, text=True,
                           **who)
        word = " ".join(args[:2]) if args[0] == "run" else args[0]
        self.slow[word] += time.monotonic() - began
        self.runs[word] += 1
        self.acts += args[0] not in ("run", "import", "verify")
        if ok and r.returncode != 0:
            self.failures.append("%s %s: %d, %s" % (
                self.at, args, r.returncode, r.stderr[-300:]))
        return r

    def env(self):
        return dict(os.environ, DUNLIN_CLOCK_FILE=self.dir + "/clock",
                    HOME="/nonexistent", LC_ALL="C.UTF-8")

    def kill(self, role, when):
        """A role is killed as soon as that question about its process number
        has an answer."""
        p = subprocess.Popen([self.program, "-C", self.w, "run", role,
                              "--once"], env=self.env(), user=NOBODY.pw_uid,
                             group=NOBODY.pw_gid, extra_groups=[],
                             stderr=subprocess.DEVNULL)
        self.wait("the moment to kill a " + role,
                  lambda: self.sql(when, p.pid) or p.poll() is not None)
        p.kill()
        p.wait()

    def json(self, *args, of="main"):
        return json.loads(self.run(*args, "--json", of=of).stdout)

    def sql(self, text, *args):
        return rows(self.w, text, *args)

    # --- mail to us ---

    def post(self, m, sender="someone@customer.example.com",
             to="ar@seller.example.com"):
        """Queued until the next round; EmailMessage or bytes.  What comes to
        main is proven, unless it says that it is not."""
        if not isinstance(m, bytes):
            sender = email.utils.parseaddr(m["From"])[1]
            to = email.utils.parseaddr(m["To"])[1]
            m = m.as_bytes(policy=email.policy.SMTP)
        if to.endswith("seller.example.com") and b"X-Unproven" not in m:
            m = ("Authentication-Results: %s; dmarc=pass header.from=%s\r\n"
                 % (PROVEN, sender.split("@")[1])).encode() + m
        self.inbound.append((sender, to, m))

    def deliver(self):
        if not self.inbound:
            return
        with smtplib.SMTP("127.0.0.1", self.postfix.ports["plain"]) as s:
            for sender, to, raw in self.inbound:
                s.sendmail(sender, [to], raw)
        self.expected += len(self.inbound)
        self.inbound = []
        self.wait("mail to us", lambda: self.here() >= self.expected)

    def here(self):
        return sum(len(os.listdir(self.box[box] + d)) for d in ("/new",
                   "/cur") for box in OUR.values())

    def wait(self, what, done):
        until = time.monotonic() + 60
        while not done():
            if time.monotonic() > until:
                self.failures.append("%s %s: did not arrive" % (self.at,
                                                                what))
                return
            time.sleep(0.02)

    # --- mail from us ---

    def collect(self):
        """All that was accepted has arrived, or came back."""
        rows = dict(self.sql(
            "SELECT substr(recipient, instr(recipient, '@') + 1), count(*)"
            " FROM attempt WHERE outcome = 'accepted' GROUP BY 1"))
        gone = rows.pop("gone.example.com", 0)
        want = {n: rows.get(n + ".example.com", 0) for n in IN}
        for box, n in want.items():
            self.wait("mail to " + box, lambda: len(os.listdir(
                self.box[box] + "/new")) >= n)
        self.expected += gone - getattr(self, "gone", 0)
        self.gone = gone
        self.wait("bounces", lambda: self.here() >= self.expected)
        self.fresh = []
        for box in want:
            new = self.box[box] + "/new"
            for name in sorted(set(os.listdir(new)) - self.taken):
                self.taken.add(name)
                with open(os.path.join(new, name), "rb") as f:
                    self.fresh.append(read(f.read(), self.at))
            if len(os.listdir(new)) != want[box]:
                self.failures.append("%s %s: %d arrived, %d were sent" % (
                    self.at, box, len(os.listdir(new)), want[box]))
        for mail in self.fresh:
            (self.staff if mail.to.endswith("@staff.example.com") else
             self.mails).append(mail)
        return self.fresh

    def roles(self, reader=True):
        self.deliver()
        if reader:
            self.run("run", "reader", "--once")
        self.run("run", "planner", "--once")
        if self.send():			# what failed may ask for people
            self.run("run", "planner", "--once")
        return self.collect()

    def send(self):
        """Whether the sender did something that is told of."""
        last = "SELECT max(id) FROM event"
        before = self.sql(last)
        self.run("run", "sender", "--once")
        return self.sql(last) != before


def read(raw, at):
    m = email.message_from_bytes(raw, policy=email.policy.default)
    return Mail(raw, m, m["X-Original-To"], at, m["Message-ID"],
                m.get_body(("plain",)).get_content())


def reply(mail, body, frm=None, headers=()):
    m = answer(mail.raw, body)
    if frm is not None:
        del m["From"]
        m["From"] = frm
    for name, value in headers:
        m[name] = value
    return m


# --- what a mail of ours claims ---

MONEY = (r"(?:(GBP|CNY) ([\d,]+\.\d\d)|(人民币)([\d,]+\.\d\d)元|"
         r"([\d,]+\.\d\d)(英镑))")
ITEM = re.compile(r"- (?:Invoice|发票)\s*(Q\d{4}-\d+)[^:：]*?[:：]\s*(?:未付\s*)?"
                  + MONEY)
TOTAL = re.compile(r"(?:Total open: |未付合计：)" + MONEY)
DOC = re.compile(r"Q(\d{4})(?:-\d+)?")


def money(groups):
    cur = groups[0] or ("CNY" if groups[2] else "GBP")
    text = groups[1] or groups[3] or groups[4]
    return cur, int(text.replace(",", "").replace(".", ""))


def claims(text):
    """{document: (currency, minor)}, {currency: total}."""
    flat = text.replace("\r\n", "\n")
    items = {m.group(1): money(m.groups()[1:]) for m in ITEM.finditer(flat)}
    totals = dict(money(m.groups()) for m in TOTAL.finditer(flat))
    return items, totals
