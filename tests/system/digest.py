"""Digests: who gets one and when, what it says against what the database
says, its form as mail, golden texts in both languages.

UPDATE=1 writes tests/golden/digest/*.txt anew."""
import email
import email.policy
import html.parser
import os
import struct
import subprocess
import tempfile

from sendlib import Workspace, check, finish

GOLDEN = os.path.join(os.environ["top_srcdir"], "tests/golden/digest")
UPDATE = os.environ.get("UPDATE") == "1"
MONDAY = "2026-11-23T08:30:00Z"		# in London; 16:30 in Shanghai
parent = tempfile.mkdtemp()
USERS = """users:
  ada: {name: Collector A, mail: ada@seller.example.com, roles: collector}
  bei: {name: 催收员乙, mail: bei@seller.example.com, roles: collector,
        languages: [zh-CN], zone: Asia/Shanghai, workdays: CN}
  lea: {name: Lead, mail: lea@seller.example.com, roles: lead}
  max: {name: Manager, mail: max@seller.example.com, roles: manager}
  ned: {name: Nobody, mail: ned@seller.example.com, roles: legal}
"""


class World(Workspace):
    def config(self, more=""):
        path = os.path.join(self.dir, "dunlin.yaml")
        with open(path) as f:
            text = f.read()
        with open(path, "w") as f:
            f.write(text.split("users:")[0] + USERS + more)

    def roles(self, now):
        for role in ("planner", "sender"):
            r = self.run("run", role, "--once", now=now)
            check(role, r.returncode == 0, r.stderr)

    def mails(self):
        out = {}
        new = os.path.join(self.dir, "outgoing", "new")
        for name in os.listdir(new):
            with open(os.path.join(new, name), "rb") as f:
                m = email.message_from_binary_file(
                    f, policy=email.policy.default)
            if "dunlin" in m["From"].lower():
                out.setdefault(m["To"].addresses[0].username, []).append(m)
        return out


class Tags(html.parser.HTMLParser):
    VOID = {"meta", "br", "img"}

    def __init__(self):
        super().__init__()
        self.open, self.images, self.bad = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append(tag)


def golden(name, text):
    text = text.replace("\r\n", "\n")
    path = os.path.join(GOLDEN, name)
    if UPDATE:
        os.makedirs(GOLDEN, exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    with open(path, encoding="utf-8") as f:
        check("golden " + name, f.read() == text,
              "is now:\n" + text)


def form(m, pictures):
    """The parts of a digest, and that its page shows its pictures."""
    page = m.get_body(("html",)).get_content()
    tags = Tags()
    tags.feed(page)
    check("page is whole", not tags.bad and not tags.open,
          (tags.bad, tags.open))
    ids = {p["Content-ID"][1:-1]: p.get_content() for p in m.walk()
           if p.get_content_type() == "image/png"}
    check("pictures", len(ids) == pictures, sorted(ids))
    check("all are shown", sorted("cid:" + i for i in ids) ==
          sorted(i["src"] for i in tags.images), tags.images)
    for i in tags.images:
        check("alt", "GBP" in i["alt"] or "英镑" in i["alt"], i)
    for png in ids.values():
        check("PNG", png[:8] == b"\x89PNG\r\n\x1a\n" and
              struct.unpack(">I", png[16:20])[0] == 640)
    check("auto", m["Auto-Submitted"] == "auto-generated")
    check("answers come back", m["Reply-To"].startswith("ar+r."))


w = World(parent, accounts=6, items=2)
w.config()
w.must("tasks")					# the users are there now
for n, who in enumerate(("ada", "ada", "bei", "bei")):
    w.must("override", "C%04d" % n, "--owner", who)
w.must("promise", "add", "C0000", "--by", "2026-11-24", "--amount", "100.50",
       "--currency", "GBP")
w.must("promise", "add", "C0003", "--by", "2026-12-20")
w.must("dispute", "add", "C0001", "--item", "INV-0001-1", "--reason",
       "quality")
w.must("task", "add", "C0001", "Call about the pallets", "--due",
       "2026-11-23 09:00", "--owner", "ada")
w.must("task", "add", "C0002", "核对托运单", "--due", "2026-11-23 09:00",
       "--owner", "bei")
w.must("task", "add", "C0005", "Nobody has this customer", "--due",
       "2026-11-23 09:00")
w.must("pay", "C0004", "20.00", "GBP", "--ref", "R-1")


def write(n, body):
    """A customer answers on Sunday."""
    to = "c%d@customer.example.com" % n
    token = w.sql("SELECT token FROM attempt WHERE recipient = ?", to)[0][0]
    r = subprocess.run(w.command("ingest", now="2026-11-22T12:00:00Z"),
                       input=("From: %s\nTo: ar+r.%s@seller.example.com\n"
                              "Subject: Re: invoice\nMessage-ID: <%d@x>\n"
                              "Content-Type: text/plain; charset=utf-8\n\n%s\n"
                              % (to, token, n, body)).encode(),
                       capture_output=True)
    check("ingest", r.returncode == 0, r.stderr)


def answers():
    write(1, "Who ordered this, and for which building site?")
    write(2, "这批货是哪个工地订的？请说明。")
    r = w.run("run", "reader", "--once", now="2026-11-22T12:00:00Z")
    check("reader", r.returncode == 0, r.stderr)
    w.sql("UPDATE dispute SET by_day = by_day - 2")
    for n in (1, 2):		# the connection broke after the final dot
        w.sql("UPDATE outbox SET state = 'uncertain' WHERE id = (SELECT outbox_id"
              " FROM attempt WHERE recipient = ?)", "c%d@customer.example.com" % n)


# Friday afternoon is no morning; nobody works on Saturday; 08:00 in Shanghai
# is midnight in London.
for now, who in (("2026-11-20T14:00:00Z", []), ("2026-11-21T08:30:00Z", []),
                 ("2026-11-23T00:30:00Z", ["bei"]),
                 ("2026-11-23T07:59:00Z", ["bei"])):
    if who and not w.mails():
        answers()
    w.roles(now)
    check("at " + now, sorted(w.mails()) == who, sorted(w.mails()))

w.roles(MONDAY)
w.roles(MONDAY)
got = w.mails()
check("who got one", sorted(got) == ["ada", "bei", "lea", "max"],
      sorted(got))
check("once", all(len(v) == 1 for v in got.values()),
      {k: len(v) for k, v in got.items()})

ada, bei = got["ada"][0], got["bei"][0]
text = ada.get_body(("plain",)).get_content()
check("task", "Call about the pallets" in text, text)
check("not another's", "核对托运单" not in text and "C0002" not in text and
      "C0005" not in text, text)
check("promise", "Promised: 24 November 2026" in text, text)
late = w.sql("SELECT sum(balance) FROM item WHERE state = 'open' AND"
             " account_id = (SELECT id FROM account WHERE code = 'C0001')")
check("what is overdue", "GBP %d.%02d" % divmod(late[0][0], 100) in text,
      (late, text))
owned = w.sql("SELECT sum(i.balance) FROM item i JOIN account a ON a.id ="
              " i.account_id JOIN users u ON u.id = a.owner_id WHERE"
              " i.state = 'open' AND u.login = 'ada'")
check("ageing is hers", "GBP %d.%02d in all" % divmod(owned[0][0], 100) in
      text, (owned, text))
form(ada, 1)
form(bei, 1)
form(got["max"][0], 1)
check("his language", "核对托运单" in
      bei.get_body(("plain",)).get_content())
check("the lead has the rest", "C0005" in
      got["lea"][0].get_body(("plain",)).get_content() or "C0004" in
      got["lea"][0].get_body(("plain",)).get_content(),
      got["lea"][0].get_body(("plain",)).get_content())
for what, en, zh in (
        ("words quoted", "> Who ordered this, and for which building site?",
         "> 这批货是哪个工地订的？请说明。"),
        ("best time to call", "Best called: from 23 November 2026 09:00, their "
         "time", "适合致电的时间：对方时间2026年11月23日 09:00起"),
        ("uncertain", "Not known whether it arrived: ", "是否送达不明："),
        ("a command each", "Reply: ack ", "可回复：收到 "),
        ("late and how long", "days late", "已8天"),
        ("what changed", "Since the last digest - messages from customers: 1",
         "上次日报以来 · 客户来信：1封")):
    for m, words in ((ada, en), (bei, zh)):
        said = " ".join(m.get_body(("plain",)).get_content().split())
        check(what, words in said, (words, said))
for what, words in (("dispute", "Dispute to be answered by "),
                    ("what goes out and how to stop it", "to stop it: dunlin "
                     "hold C0000"), ("promise", "Promised: 24 November")):
    check(what, words in " ".join(text.split()), text)
all_open = w.sql("SELECT sum(balance) FROM item WHERE state = 'open'")
check("the manager has all", "GBP %s" % format(all_open[0][0] / 100, ",.2f")
      in got["max"][0].get_body(("plain",)).get_content(),
      got["max"][0].get_body(("plain",)).get_content())
golden("en-daily.txt", "Subject: %s\n\n%s" % (ada["Subject"], text))
golden("zh-CN-daily.txt", "Subject: %s\n\n%s" % (
    bei["Subject"], bei.get_body(("plain",)).get_content()))
weekly = w.must("digest", "max", "--weekly", now=MONDAY)
golden("en-weekly.txt", weekly.split("Evidence root")[0])
golden("zh-CN-weekly.txt", w.must("digest", "bei", "--weekly",
                                  now=MONDAY).split("证据根")[0])

# Who has nothing to do gets nothing; neither does who is away.
check("json", '"subject"' in w.must("digest", "ada", "--json", now=MONDAY))
v = World(parent, accounts=2)
v.config()
for code in ("C0000", "C0001"):
    v.must("override", code, "--owner", "ada")
    v.must("pay", code, "%d.50" % (100 + int(code[-1])), "GBP", "--item",
           "INV-%s-0" % code[1:])
v.must("status", "--accept-clock", now=MONDAY)
v.roles(MONDAY)
check("nothing to do, no mail", sorted(v.mails()) == ["max"],
      {k: [m["Subject"] for m in x] for k, x in v.mails().items()})
check("says so", "Nothing to tell" in v.must("digest", "bei", now=MONDAY))
# No tasks, but something else: the subject names it.
t = World(parent, accounts=2)
t.config()
for code, owner in ("C0000", "ada"), ("C0001", "bei"):
    t.must("override", code, "--owner", owner)
    t.must("promise", "add", code, "--by", "2026-11-24")
t.must("status", "--accept-clock", now=MONDAY)
t.roles(MONDAY)
got = {k: [m["Subject"] for m in x] for k, x in t.mails().items()}
check("what there is instead", got.get("ada") ==
      ["Today: promises due and messages about to go out - 23 November 2026"],
      got)
got = t.must("digest", "bei", now=MONDAY)
check("in Chinese", "今日关注：到期的付款承诺和即将发出的信件（2026年11月23日）" in got, got)
u = World(parent, accounts=1)
with open(os.path.join(u.dir, "dunlin.yaml"), "a") as f:
    f.write(USERS.replace("roles: collector}", "roles: collector,"
                          " away: [2026-11-23..2026-11-27]}"))
u.must("override", "C0000", "--owner", "ada")
u.must("task", "add", "C0000", "Call", "--due", "2026-11-23 09:00",
       "--owner", "ada")
u.must("status", "--accept-clock", now=MONDAY)
u.roles(MONDAY)
check("away", "ada" not in u.mails() and "max" in u.mails(),
      list(u.mails()))
r = u.run("digest", "nobody-known", now=MONDAY)
check("unknown user", r.returncode != 0 and "nobody-known" in r.stderr,
      r.stderr)

finish()
