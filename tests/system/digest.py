"""Digests: who gets one and when, what it says against what the database
says, its form as mail, golden texts in both languages, ageing as reports have
it.

UPDATE=1 writes tests/golden/digest/*.txt anew; DIGEST_PAGES=DIR keeps the
pages there, to be looked at."""
import datetime
import email
import email.policy
import html.parser
import json
import os
import random
import re
import shutil
import struct
import subprocess
import tempfile

from sendlib import check, finish
from stafflib import Staffed

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


class World(Staffed):
    USERS = USERS

    def roles(self, now):
        super().roles(now, "planner", "sender")

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


def squeeze(text):
    """Lines are wrapped."""
    return "".join(text.split())


def tidy(name, page):
    """Another's opinion of a page."""
    done = subprocess.run(["tidy", "-q", "-e", "-utf8", "--show-info", "yes"],
                          input=page.encode(), capture_output=True)
    check("tidy " + name, done.returncode == 0, done.stderr.decode())


def keep(name, m):
    """A page with its pictures, where a browser finds them."""
    folder = os.environ.get("DIGEST_PAGES")
    if folder is None:
        return
    page = m.get_body(("html",)).get_content()
    for part in m.walk():
        if part.get_content_type() == "image/png":
            png = name + "-" + part["Content-ID"][1:-1] + ".png"
            with open(os.path.join(folder, png), "wb") as f:
                f.write(part.get_content())
            page = page.replace("cid:" + part["Content-ID"][1:-1], png)
    with open(os.path.join(folder, name + ".html"), "w",
              encoding="utf-8") as f:
        f.write(page)


def form(name, m, pictures):
    """The parts of a digest, and that its page shows its pictures."""
    page = m.get_body(("html",)).get_content()
    tidy(name, page)
    keep(name, m)
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


w = World(parent, accounts=10, items=2)
w.config()
w.must("tasks")					# the users are there now
for n, who in enumerate("ada ada bei bei ? ? bei ada bei ada".split()):
    if who != "?":
        w.must("override", "C%04d" % n, "--owner", who)
# Of each kind one for ada and one for bei: a promise that comes, one whose day
# has passed, a dispute, a customer at the end of the schedule.
w.must("promise", "add", "C0000", "--by", "2026-11-24", "--amount", "100.50",
       "--currency", "GBP")
w.must("promise", "add", "C0006", "--by", "2026-11-24")
w.must("promise", "add", "C0003", "--by", "2026-12-20")
w.must("promise", "add", "C0007", "--by", "2026-11-21")
w.must("promise", "add", "C0008", "--by", "2026-11-21", "--amount", "88.00",
       "--currency", "GBP")
w.must("dispute", "add", "C0001", "--item", "INV-0001-1", "--reason",
       "quality")
w.must("dispute", "add", "C0002", "--item", "INV-0002-0", "--amount", "60.00",
       "--reason", "amount")
w.must("task", "add", "C0001", "Call about the pallets", "--due",
       "2026-11-23 09:00", "--owner", "ada")
w.must("task", "add", "C0002", "核对托运单", "--due", "2026-11-23 09:00",
       "--owner", "bei")
w.must("task", "add", "C0005", "Nobody has this customer", "--due",
       "2026-11-23 09:00")
w.must("pay", "C0004", "20.00", "GBP", "--ref", "R-1")
w.must("pay", "C0009", "50.00", "GBP", "--item", "INV-0009-1")
for n in (5, 9):
    w.sql("INSERT INTO task (company_id, account_id, reason, state, severity,"
          " came_at, title, opened_at, due_at) SELECT company_id, id,"
          " 'end-of-schedule', 'open', 2, 1795161600, 'Every step has been"
          " sent: decide what happens next', 1795161600, 1795420800 FROM"
          " account WHERE code = ?", "C%04d" % n)


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
# 50.00 of INV-0009-1 are received, though the ledger does not know it yet.
check("ageing is hers", "GBP %d.%02d in all" % divmod(owned[0][0] - 5000, 100)
      in text, (owned, text))
form("ada", ada, 1)
form("bei", bei, 1)
form("max", got["max"][0], 1)
form("lea", got["lea"][0], 1)
check("his language", "核对托运单" in
      bei.get_body(("plain",)).get_content())
check("the lead has the rest", "C0005" in
      got["lea"][0].get_body(("plain",)).get_content() or "C0004" in
      got["lea"][0].get_body(("plain",)).get_content(),
      got["lea"][0].get_body(("plain",)).get_content())
for what, en, zh in (
        ("words quoted", "“Who ordered this, and for which building site?”",
         "“这批货是哪个工地订的？请说明。”"),
        ("best time to call", "Best called: from 23 November 2026 09:00 their "
         "time (09:00–11:30, 14:00–17:30; best 09:00–09:15; Europe/London)",
         "适合致电的时间：对方时间2026年11月23日 09:00起（09:00–11:30，14:00–17:30；"
         "最佳09:00–09:15；Europe/London）"),
        ("why", "Why now: soon; GBP 203.00 past due for 8 days Wanted",
         "优先理由：尽快；逾期205.00英镑，已8天 请于"),
        ("call sheet", "Call sheet: dunlin account C0001 --call-sheet",
         "致电要点：dunlin account C0002 --call-sheet"),
        ("what may end it", "Reply: ack 1 / done 1 upheld / done 1 rejected",
         "可回复：收到 2 / 已处理 2 异议成立 / 已处理 2 异议不成立"),
        ("promise due", "Promised: 24 November 2026 - Customer 0 (C0000), "
         "GBP 100.50, INV-0000-0", "承诺付款日：2026年11月24日 · Customer 6（C0006），"
         "213.00英镑，INV-0006-0"),
        ("promise past", "Promised: 21 November 2026 (past) - Customer 7 ",
         "承诺付款日：2026年11月21日（已过） · Customer 8（C0008），88.00英镑"),
        ("dispute near its deadline", "Dispute to be answered by 25 November "
         "2026 - Customer 1 (C0001), INV-0001-1, GBP 101.50",
         "异议答复期限：2026年11月25日 · Customer 2（C0002），INV-0002-0，60.00英镑"),
        ("what goes out and how to stop it", "Goes out 23 November 2026 09:00"
         " - Customer 0 (C0000), note that a promise falls due; to stop it:"
         " dunlin hold C0000", "将于2026年11月23日 17:00发出 · Customer 6（C0006），"
         "承诺到期提示；如需阻止：dunlin hold C0006"),
        ("uncertain", "Not known whether it arrived: ", "是否送达不明："),
        ("a command each", "Reply: ack ", "可回复：收到 "),
        ("what changed", "Since the last digest - messages from customers: 1; "
         "Customer 1 (C0001) ", "上次日报以来 · 客户来信：1封，Customer 2（C0002） ")):
    for m, words in ((ada, en), (bei, zh)):
        said = m.get_body(("plain",)).get_content()
        check(what, squeeze(words) in squeeze(said), (words, said))
for m in ada, bei:		# each task, each language, both forms
    for body in "plain", "html":
        said = m.get_body((body,)).get_content()
        n = len(re.findall(r"Reply: |可回复：", said))
        check("a line of why each", n >= 3 and len(re.findall(
            r"Why now: |优先理由：", said)) == n, said)
all_open = w.sql("SELECT sum(balance) FROM item WHERE state = 'open'")
check("the manager has all", "GBP %s" % format(all_open[0][0] / 100 - 50, ",.2f")
      in got["max"][0].get_body(("plain",)).get_content(),
      got["max"][0].get_body(("plain",)).get_content())
def number(minor):
    return "%s%s.%02d" % ("-" if minor < 0 else "",
                          format(abs(minor) // 100, ","), abs(minor) % 100)


def masked(text):
    """Salts are random, so the root is another one each time."""
    found = re.findall(r"\b[0-9a-f]{64}\b", text)
    check("the root", len(found) == 1 and w.sql(
        "SELECT count(*) FROM root WHERE hash = ?", found[0]) == [(1,)],
        found)
    return re.sub(r"\b[0-9a-f]{64}\b", "(64 hexadecimal digits)", text)


golden("en-daily.txt", "Subject: %s\n\n%s" % (ada["Subject"], text))
golden("zh-CN-daily.txt", "Subject: %s\n\n%s" % (
    bei["Subject"], bei.get_body(("plain",)).get_content()))
golden("en-weekly.txt", masked(w.must("digest", "max", "--weekly", now=MONDAY)))
golden("zh-CN-weekly.txt", masked(w.must("digest", "bei", "--weekly",
                                         now=MONDAY)))
tidy("weekly in Chinese", w.must("digest", "bei", "--weekly", "--html",
                                 now=MONDAY))
if "DIGEST_PAGES" in os.environ:
    with open(os.environ["DIGEST_PAGES"] + "/bei-weekly.html", "w") as f:
        f.write(w.must("digest", "bei", "--weekly", "--html", now=MONDAY))

# The command that is named stops what it is named for; where it would not, it is
# not named.
x = w.copy(parent)
x.must("hold", "C0000", now=MONDAY)
x.roles("2026-11-23T09:05:00Z")
gone = x.sql("SELECT x.state FROM outbox x JOIN communication c ON c.id ="
             " x.communication_id JOIN account a ON a.id = c.account_id WHERE"
             " c.class = 'courtesy' AND a.code IN ('C0000', 'C0006') ORDER BY"
             " a.code")
check("held is stopped, others go", gone == [("cancelled",), ("accepted",)],
      gone)
x = w.copy(parent)
x.sql("UPDATE communication SET class = 'thanks' WHERE class = 'courtesy'")
for login, en, stop in (("ada", "thanks or an apology", "to stop it"),
                        ("bei", "致谢或致歉", "如需阻止")):
    for form_ in [], ["--html"]:
        said = x.must("digest", login, *form_, now=MONDAY)
        check("no command that does nothing", squeeze(en) in squeeze(said)
              and squeeze(stop) not in squeeze(said), said)

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
one = v.copy(parent)
one.must("task", "add", "C0000", "Call", "--owner", "ada", now=MONDAY)
said = one.must("digest", "ada", now=MONDAY)
check("one task", said.startswith("Today: 1 task - ") and "Your task:" in said,
      said)
# A template that cannot be used is not: the built-in one is.
b = v.copy(parent)
path = os.path.join(b.dir, "dunlin.yaml")
with open(path, encoding="utf-8") as f:
    settings = f.read()
with open(path, "w", encoding="utf-8") as f:
    f.write("templates: own\n" + settings)
os.makedirs(b.dir + "/own/en")
for name in "digest", "weekly":
    with open(b.dir + "/own/en/staff-%s.staff" % name, "w") as f:
        f.write("Subject: {{nonsense}}\n--- text\nX\n--- html\nX\n")
b.must("task", "add", "C0000", "Call", "--owner", "ada", now=MONDAY)
said = b.run("digest", "ada", now=MONDAY)
check("shown with the built-in one", said.returncode == 0 and "Your task:" in
      said.stdout and "staff-digest.staff:" in said.stderr, said)
b.sql("DELETE FROM digest")
b.roles(MONDAY)
check("broken templates", sorted(b.mails()) == ["ada", "lea", "max"] and
      "Your task:" in b.mails()["ada"][0].get_body(("plain",)).get_content(),
      {k: [m["Subject"] for m in x] for k, x in b.mails().items()})
got = b.sql("SELECT detail FROM task WHERE reason = 'template-error' AND state"
            " <> 'closed'")
check("a task says where", len(got) == 1 and "staff-weekly.staff:" in
      got[0][0], got)
check("the lead is told of it", "A template cannot be used" in
      b.mails()["lea"][0].get_body(("plain",)).get_content())
# Of very many tasks those are named that weigh most, and all that are due
# before the next digest could name them: on the next working day at 08:00.
m = v.copy(parent)


def add_tasks(login, n, severity, due):
    when = int(datetime.datetime.fromisoformat(due).timestamp())
    last = m.sql("SELECT coalesce(max(id), 0) FROM task")[0][0]
    for k in range(n):
        m.sql("INSERT INTO task (company_id, account_id, reason, state, owner,"
              " severity, came_at, title, opened_at, due_at) SELECT company_id,"
              " id, 'todo', 'open', ?, ?, 1795161600, 'Call them', 1795161600,"
              " ? FROM account WHERE code = 'C0000'", login, severity, when)
    return {str(i) for i, in m.sql("SELECT id FROM task WHERE id > ?", last)}


for login, until in (("ada", "2026-11-24T08:00:00+00:00"),
                     ("bei", "2026-11-24T08:00:00+08:00")):
    before = datetime.datetime.fromisoformat(until) - datetime.timedelta(
        minutes=1)
    grave = add_tasks(login, 230, 2, "2026-11-27T15:00:00+00:00")
    later = add_tasks(login, 20, 1, until)
    past = add_tasks(login, 20, 1, "2026-11-20T15:00:00+00:00")
    soon = (add_tasks(login, 40, 1, "2026-11-23T09:00:00+00:00") |
            add_tasks(login, 1, 1, before.isoformat()))
    said = m.must("digest", login, now=MONDAY)
    named = re.findall(r"^\[(\d+)\]", said, re.M)
    check("all that are due are named: " + login, soon <= set(named),
          sorted(soon - set(named)))
    check("and the gravest, once each: " + login, len(named) == len(soon) + 25
          and len(set(named[:25]) & grave) == 25 and not set(named) &
          (later | past), named)
    check("the rest is counted: " + login, re.search(
        r"And %d more: |另有%d项" % ((230 - 25 + 20 + 20,) * 2), said),
        said[-3000:])
    check("how they are answered: " + login, all(re.search(
        r"(ack|收到) %s\n" % n, said) for n in soon))
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
# The order is money by urgency: what is grave first, then what weighs most.
order = re.findall(r"^\[(\d+)\]", text, re.M)
weights = {str(i): (-sev, -due) for i, sev, due in w.sql(
    "SELECT t.id, t.severity, (SELECT sum(balance) FROM item WHERE account_id"
    " = t.account_id) FROM task t WHERE owner = 'ada'")}
check("order", order == sorted(order, key=lambda n: weights[n] + (int(n),)),
      (order, weights))

r = u.run("digest", "nobody-known", now=MONDAY)
check("unknown user", r.returncode != 0 and "nobody-known" in r.stderr,
      r.stderr)


# Ageing: what digests say is what reports say, of a ledger of all sorts, and
# both are what is computed here.
AGES = ("not_due", "days_1_30", "days_31_60", "days_61_90", "over_90",
        "credits", "total")


def generate(n):
    """Rows of a ledger as of the 20th, and what is open of them by owner."""
    r, rows, sums = random.Random(8), [], {}
    today = datetime.date(2026, 11, 23)
    for a in range(n):
        owner = r.choice(["ada", "bei", None])
        for k in range(r.randrange(1, 5)):
            cur = r.choice(["GBP", "GBP", "USD"])
            due = today - datetime.timedelta(r.choice(
                [-40, -1, 0, 1, 30, 31, 60, 61, 90, 91, 400]))
            balance, paid = r.randrange(100, 10 ** r.randrange(3, 8)), 0
            if r.random() < .2:
                balance = -balance
            elif r.random() < .2:	# received since, perhaps too much
                paid = r.choice([balance // 2, balance, balance + 500])
            late = (today - due).days
            age = 5 if balance < 0 else sum(late > d for d in (0, 30, 60, 90))
            rows.append((a, k, owner, due, balance, paid, cur))
            for who in {owner, "all"}:
                s = sums.setdefault((who, cur), [0] * 6)
                s[age] += balance - min(paid, max(balance, 0))
    return rows, sums


def said_ages(text):
    """{currency: sums} of a digest in English."""
    out = {}
    for cur, line in re.findall(r"Open amounts by age, ([A-Z]{3})\s(.*?)\.\n\n",
                                text, re.S):
        found = [int(re.sub(r"[,.]", "", n)) for n in re.findall(
            r"-?[\d,]+\.\d\d", " ".join(line.split()))]
        out[cur] = found[1:] + [0] * (7 - len(found)) + found[:1]
    return out


g = World(parent)
g.config()
rows, want = generate(60)
for who in "all", None:		# the one that every world has
    want[who, "GBP"][1] += 10050
path = os.path.join(g.dir, "all.csv")
with open(path, "w") as f:
    f.write("account,name,email,language,country,item,issued,due,amount,balance,"
            "currency,kind\n")
    for a, k, owner, due, balance, paid, cur in rows:
        f.write("G%03d,Customer %d,g%d@customer.example.com,en,GB,D%03d-%d,"
                "2025-01-01,%s,%s,%s,%s,%s\n" % (
                    a, a, a, a, k, due, number(balance).replace(",", ""),
                    number(balance).replace(",", ""), cur,
                    "credit" if balance < 0 else "invoice"))
g.must("import", path, "--as-of", "2026-11-20", "--confirm")
g.must("tasks")
for a, k, owner, due, balance, paid, cur in rows:
    if owner is not None:
        g.sql("UPDATE account SET owner_id = (SELECT id FROM users WHERE"
              " login = ?) WHERE code = ?", owner, "G%03d" % a)
    if paid:
        g.must("pay", "G%03d" % a, number(paid).replace(",", ""), cur,
               "--item", "D%03d-%d" % (a, k))
for who in "ada", "bei", "lea":
    g.must("task", "add", "G000", "Look", "--owner", who)
customer = r"Customer\d+%sG\d{3}%s"
for who, many in (("ada", r"receipts:\d+\(.*?\);" + ",".join(
        [customer % (r"\(", r"\)")] * 3) + "andothers"),
        ("bei", r"到账：\d+笔（.*?），" + "、".join(
            [customer % ("（", "）")] * 2) + "和" + customer % ("（", "）") + "等")):
    said = g.must("digest", who, "--since", "2026-11-19T00:00:00Z",
                  now=MONDAY)
    check("three are named: " + who, re.search(many, squeeze(said)), said)
with open(os.path.join(g.dir, "dunlin.yaml")) as f:
    text = f.read()
with open(os.path.join(g.dir, "dunlin.yaml"), "w") as f:
    f.write(text.replace("languages: [zh-CN], zone: Asia/Shanghai, "
                         "workdays: CN", "languages: [en]"))
check("two kinds of credit", {c for w_, c in want if want[w_, c][5]} ==
      {"GBP", "USD"}, want)
for by, who in (("collector", ("ada", "bei", None)), ("currency", ("all",))):
    reported = {(r["of"], r["currency"]): [
        round(float(r[k]) * 100) for k in AGES]
        for r in json.loads(g.must("report", "ageing", "--by", by, "--json",
                                   now=MONDAY))["rows"]}
    for owner in who:
        login, weekly = {"all": ("max", ["--weekly"]), None: ("lea", [])}.get(
            owner, (owner, []))
        said = said_ages(g.must("digest", login, *weekly, now=MONDAY))
        for cur in "GBP", "USD":
            sums = want[owner, cur] + [sum(want[owner, cur])]
            check("report: %s %s" % (owner, cur), reported.get(
                (None if owner == "all" else owner, cur)) == sums,
                (reported, sums))
            check("digest: %s %s" % (owner, cur), said.get(cur) == sums,
                  (said, sums))

finish()
