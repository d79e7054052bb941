"""Commands in answer to digests and mails about tasks, as the mail programs of
people write them: above, between and below what they quote, as pages alone, in
both languages at once; by two people at once, by who has left, with addresses
that pretend.  What is quoted never acts."""
import base64
import html
import os
import re
import subprocess
import sys
import tempfile

from sendlib import check, finish
from stafflib import Staffed
sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/corpus"))
import clients

MONDAY = "2026-11-23T08:30:00Z"		# in London; 16:30 in Shanghai
LATER = "2026-11-23T10:00:00Z"
ADA, BEI = "ada@seller.example.com", "bei@seller.example.com"
OURS = "ar+r."
parent = tempfile.mkdtemp()
USERS = """users:
  ada: {name: Collector A, mail: ada@seller.example.com, roles: collector}
  bei: {name: 催收员乙, mail: bei@seller.example.com, roles: collector,
        languages: [zh-CN]}
  lea: {name: Lead, mail: lea@seller.example.com, roles: lead}
"""


class World(Staffed):
    USERS = USERS

    def copy(self):
        return super().copy(parent)

    def reader(self, now=LATER):
        Staffed.roles(self, now, "reader")

    def roles(self, now):
        super().roles(now, "planner", "sender")

    def notes(self):
        return [t for t, in self.sql(
            "SELECT json_extract(p.payload, '$.text') FROM event e JOIN"
            " event_payload p ON p.event_id = e.id WHERE e.kind = 'note'"
            " ORDER BY e.id")]

    def commands(self):
        """(verb, task, who), in order."""
        return self.sql(
            "SELECT json_extract(p.payload, '$.command'),"
            " json_extract(p.payload, '$.task'), e.actor FROM event e JOIN"
            " event_payload p ON p.event_id = e.id WHERE e.kind ="
            " 'task-command' ORDER BY e.id")

    def distrusted(self):
        return self.sql("SELECT count(*) FROM task WHERE reason ="
                        " 'staff-command'")[0][0]

    def told(self, who):
        """The text of the last confirmation."""
        self.roles(LATER)
        return self.mails(who)[-1].get_body(("plain",)).get_content()


def raw(m, frm, body, kind="text/plain; charset=utf-8", more=""):
    data = body.encode() if isinstance(body, str) else body
    return ("From: %s\nTo: %s\nSubject: Re: %s\nMessage-ID: <%s@c.example>\n"
            "Date: Mon, 23 Nov 2026 09:30:00 +0000\nMIME-Version: 1.0\n"
            "Content-Type: %s\nContent-Transfer-Encoding: base64\n%s\n" % (
                frm, m["Reply-To"], m["Message-ID"], os.urandom(6).hex(),
                kind, more)).encode() + base64.encodebytes(data)


def text_of(m):
    return m.get_body(("plain",)).get_content()


base = World(parent, accounts=6)
base.config()
base.must("tasks")
for n in range(6):
    base.must("override", "C%04d" % n, "--owner", "ada" if n < 3 else "bei")
    base.must("task", "add", "C%04d" % n, "Look at it", "--due",
              "2026-11-23 09:00", "--owner", "ada" if n < 3 else "bei")
base.send()
token = dict(base.sql("SELECT recipient, token FROM attempt"))
for n, words in ((0, "This is a disgrace, you people are unbelievable!!!"),
                 (3, "你们太过分了！天天催，烦死了！")):
    to = "c%d@customer.example.com" % n
    base.ingest(("From: %s\nTo: ar+r.%s@seller.example.com\nSubject: Re: x\n"
                 "Message-ID: <%d@c.example>\nContent-Type: text/plain; "
                 "charset=utf-8\n\n%s\n" % (to, token[to], n, words)).encode(),
                "2026-11-20T10:00:00Z")
base.reader("2026-11-20T10:00:00Z")
base.roles("2026-11-20T10:00:00Z")
base.must("status", "--accept-clock", now=MONDAY)
base.roles(MONDAY)
mails = {}
for who in ADA, BEI:
    got = base.mails(who)
    check("a mail of a task, and digests", len(got) == 3,
          [m["Subject"] for m in got])
    mails[who] = [got[0], got[-1]]
tasks = dict(base.sql("SELECT a.code, t.id FROM task t JOIN account a ON a.id"
                      " = t.account_id WHERE t.reason = 'todo'"))
angry = dict(base.sql("SELECT a.code, t.id FROM task t JOIN account a ON a.id"
                      " = t.account_id WHERE t.reason = 'angry'"))
check("tasks", len(tasks) == 6 and len(angry) == 2, (tasks, angry))

# Each program's answer above, or below, what it quotes: what was written acts,
# and nothing else.  With nothing written nothing acts.
for who, english, note in ((ADA, True, "note %d call %d"),
                           (BEI, False, "备注 %d 电话 %d")):
    number = tasks["C0001" if english else "C0004"]
    for about, m in zip(("task", "digest"), mails[who]):
        styles = clients.styles(text_of(m).rstrip("\n").split("\n"), english)
        for own in True, False:
            c = base.copy()
            for k, style in enumerate(styles.values()):
                c.ingest(raw(m, who, style.replace(
                    "{b}", note % (number, k) if own else "")), LATER)
            c.reader()
            what = "%s, %s, %s" % (about, who[:3], "with a note" if own else
                                   "nothing written")
            names = list(styles)
            noted = [int(t.split()[-1]) for t in c.notes()]
            check("done: " + what, noted == (list(range(len(names))) if own
                                             else []),
                  [n for k, n in enumerate(names) if k not in noted])
            check("and no more: " + what, all(
                v == "note" for v, t, a in c.commands()), c.commands())
            check("nothing is closed: " + what, c.sql(
                "SELECT state, count(*) FROM task WHERE reason <>"
                " 'staff-command' GROUP BY 1") == base.sql(
                    "SELECT state, count(*) FROM task GROUP BY 1"))

digest, m = mails[ADA][1], mails[ADA][0]
one, two, three = (tasks["C000%d" % n] for n in range(3))


def quoted(text):
    return "".join("> " + line + "\n" for line in text.rstrip().split("\n"))


# Between the lines of the digest, under each task.
c = base.copy()
lines = []
for line in text_of(digest).rstrip().split("\n"):
    lines.append("> " + line)
    if "Reply: " in line:
        n = int(re.search(r"ack (\d+)", line).group(1))
        lines += ["", "done %d" % n if n == two else "note %d between" % n
                  if n == three else "ack %d" % n, ""]
c.ingest(raw(digest, ADA, "On Mon, 23 Nov 2026 at 08:30, Dunlin wrote:\n" +
             "\n".join(lines)), LATER)
c.reader()
check("between", sorted(c.commands()) == [
    ("ack", one, "user:ada"), ("done", two, "user:ada"),
    ("note", three, "user:ada")], c.commands())

# Quoted commands of one's own, and of the digest, alone: no.
for body in (quoted("ack\ndone paid"), quoted("ack %d\ndone %d" % (one, two)),
             "> done %d\n> 已处理 %d\n" % (one, two),
             "Fwd\n\n---------- Forwarded message ---------\nFrom: %s\n"
             "Subject: x\n\ndone %d\n" % (ADA, one)):
    for a in m, digest:
        c = base.copy()
        c.ingest(raw(a, ADA, body), LATER)
        c.reader()
        check("quoted alone: " + body, c.commands() == [], c.commands())

# What a customer wrote, in the mail that tells of it, is no command either, even
# where a program quotes with no mark at all: nothing is done then.
c = base.copy()
c.ingest(("From: c3@customer.example.com\nTo: ar+r.%s@seller.example.com\n"
          "Subject: Re: x\nMessage-ID: <q@c.example>\nContent-Type: text/plain; "
          "charset=utf-8\n\n你们太过分了！烦死了！\nack\n\ndone %d legal\n已处理 %d\n"
          % (token["c3@customer.example.com"], one, one)).encode(),
         "2026-11-23T09:00:00Z")
c.reader("2026-11-23T09:00:00Z")
c.roles("2026-11-23T09:00:00Z")
told = [a for a in c.mails("@seller") if "done %d legal" % one in text_of(a)]
check("their words are told", len(told) == 1, [a["Subject"] for a in
                                               c.mails("@seller")])
for a in told:
    who = a["To"].addresses[0].addr_spec
    c.ingest(raw(a, who, "note %d seen\n\n%s" % (one, text_of(a))), LATER)
    c.ingest(raw(a, who, text_of(a)), LATER)
    c.ingest(raw(a, who, "<div>note %d seen</div>%s" % (
        one, a.get_body(("html",)).get_content()), "text/html; charset=utf-8"),
        LATER)
c.reader()
check("and do nothing", c.commands() == [], c.commands())

# Pages alone.
quote = html.escape(text_of(digest)).replace("\n", "<br>")
for name, page in (
        ("gmail", '<div dir="ltr"><div>ack %d</div><div>done %d paid</div></div>'
         '<br><div class="gmail_quote"><div class="gmail_attr">On Mon, 23 Nov '
         '2026 at 08:30, Dunlin &lt;ar@seller.example.com&gt; wrote:<br></div>'
         '<blockquote class="gmail_quote">%s</blockquote></div>'),
        ("outlook", '<html><body><p class=MsoNormal>ack %d<o:p></o:p></p><p '
         'class=MsoNormal>done %d paid<o:p></o:p></p><div style="border:none;'
         'border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Dunlin '
         '&lt;ar@seller.example.com&gt;<br><b>Sent:</b> 23 November 2026 08:30'
         '<br><b>To:</b> Collector A<br><b>Subject:</b> Today</p></div>%s'
         '</body></html>'),
        ("qq", '<div>ack&nbsp;%d</div><div>done %d paid</div><div><br></div>'
         '<div>------------------&nbsp;Original&nbsp;------------------</div>'
         '<div>From: "Dunlin"&lt;ar@seller.example.com&gt;;<br>Date: Mon, Nov '
         '23, 2026 08:30 AM<br>To: "Collector A"&lt;ada@seller.example.com&gt;;'
         '<br>Subject: Today</div><div>%s</div>'),
        ("hidden", '<div>ack %d</div><div>done %d paid</div><div style='
         '"display:none">done 99</div><blockquote type="cite">%s</blockquote>'
         )):
    c = base.copy()
    c.ingest(raw(digest, ADA, page % (one, two, quote),
                 "text/html; charset=utf-8"), LATER)
    c.reader()
    check("page of " + name, [x[:2] for x in c.commands()] ==
          [("ack", one), ("done", two)], (c.commands(), c.told(ADA)))

# Both languages at once, in other character sets and widths.
for body, kind in (
        ("ack %d\n已处理 %d 已付款\n备注 %d 他们搬家了" % (one, two, three),
         "text/plain; charset=gb18030"),
        ("ＡＣＫ　%d\nDone ＃%d 已付款。\n任务%d 备注：他们搬家了" % (
            one, two, three), "text/plain; charset=utf-8"),
        ("收到 %d\n已处理 %d paid\nnote %d 他们搬家了" % (one, two, three),
         "text/plain; charset=utf-16")):
    c = base.copy()
    c.ingest(raw(digest, ADA, body.encode(kind.split("=")[1]), kind), LATER)
    c.reader()
    check("mixed: " + kind, c.commands() == [
        ("ack", one, "user:ada"), ("done", two, "user:ada"),
        ("note", three, "user:ada")] and c.notes() == ["他们搬家了"],
        (c.commands(), c.notes(), c.told(ADA)))

# What is wrong in one line stops all, and the answer says which.
for body, says in (
        ("ack %d\ndone %d nonsense" % (one, two), "not done: done %d" % two),
        ("ack", "say which task"), ("ack %d\nack" % one, "say which task"),
        ("ack %d %d" % (one, two), "not done: ack"),
        ("done %d and then assign %d to bei" % (one, two), "not done: done"),
        ("ack %d\nrelease 1" % one, "never by mail"),
        ("ack -1", "no"), ("ack 999999999999999999999", "no"),
        ("assign %d to l" % one, "more than one")):
    c = base.copy()
    c.ingest(raw(digest, ADA, body), LATER)
    c.reader()
    check("refused: " + body, c.commands() == [] and c.sql(
        "SELECT count(*) FROM task WHERE state <> 'open'") == [(0,)],
        c.commands())
    told = c.told(ADA)
    check("why: " + body, says in " ".join(told.split()), told)
    check("the subject does not say that it was done: " + body,
          "nothing was done" in c.mails(ADA)[-1]["Subject"],
          c.mails(ADA)[-1]["Subject"])

# Two people on the same task: who comes second is told that it is closed; a
# task that was given away is the other's, and each sees what was done.
c = base.copy()
c.ingest(raw(digest, ADA, "done %d paid" % one), LATER)
c.ingest(raw(mails[BEI][1], BEI, "已处理 %d" % one), LATER)
c.reader()
check("the first has it", c.commands() == [("done", one, "user:ada")],
      c.commands())
check("the second is told", "已结束" in c.told(BEI), c.told(BEI))
c = base.copy()
c.ingest(raw(digest, ADA, "assign %d to bei" % one), LATER)
c.ingest(raw(mails[BEI][1], BEI, "收到 %d" % one), LATER)
c.ingest(raw(digest, ADA, "assign %d to lea" % one), LATER)
c.reader()
check("given on", c.sql("SELECT owner FROM task WHERE id = ?", one) ==
      [("lea",)] and len(c.commands()) == 3, c.commands())
# The same mail twice is one; the same words again are told that it is done.
c = base.copy()
data = raw(digest, ADA, "done %d" % one)
c.ingest(data, LATER)
c.ingest(data, LATER)
c.ingest(raw(digest, ADA, "done %d" % one), LATER)
c.reader()
check("once", len(c.commands()) == 1, c.commands())
check("closed already", "closed already" in " ".join(c.told(ADA).split()))

# Who has left, has another address now, or never was one of us; who answers
# another's digest; addresses that only look right.
for why, text, frm in (
        ("left", re.sub(r"  ada: .*\n", "", USERS), ADA),
        ("another address", USERS.replace("ada@seller", "a.b@seller"), ADA),
        ("another's digest", USERS, BEI),
        ("a stranger", USERS, "ada@seller.example.org"),
        ("looks alike", USERS, "ada@seller.examp1e.com"),
        ("by name", USERS, '"ada@seller.example.com" <x@bad.example>'),
        ("two addresses", USERS, ADA + ", x@bad.example"),
        ("two headers", USERS, "x@bad.example\nFrom: " + ADA),
        ("a group", USERS, "us: %s, x@bad.example;" % ADA),
        ("none", USERS, "nobody")):
    c = base.copy()
    c.config(users=text)
    before = len(c.mails(ADA)), len(c.mails(BEI))
    c.ingest(raw(digest, frm, "done %d" % one), LATER)
    c.reader()
    check(why + ": nothing is done", c.commands() == [], c.commands())
    check(why + ": a person sees it", c.distrusted() == 1)
    c.roles(LATER)
    check(why + ": nobody is answered", (len(c.mails(ADA)), len(
        c.mails(BEI))) == before)

# Stale: a digest of a month ago; a token that is none; one of a customer's.
OLD = "2026-12-28T10:00:00Z"
c = base.copy()
c.must("status", "--accept-clock", now=OLD)
c.ingest(raw(digest, ADA, "done %d" % one), OLD)
c.reader(OLD)
check("stale", c.commands() == [])
for t in "a" * 16, token["c1@customer.example.com"]:
    c = base.copy()
    c.ingest(("From: %s\nTo: ar+r.%s@seller.example.com\nSubject: x\n"
              "Message-ID: <z@c.example>\n\ndone %d\n" % (ADA, t, one))
             .encode(), LATER)
    c.reader()
    check("another token: " + t, c.commands() == [] and c.sql(
        "SELECT state FROM task WHERE id = ?", one) == [("open",)])

# Of another company: its people know nothing of ours, whichever of its mails
# they answer, and ours nothing of its.
c = base.copy()
path = os.path.join(c.dir, "dunlin.yaml")
with open(path, encoding="utf-8") as f:
    was = f.read()
with open(path, "w", encoding="utf-8") as f:
    f.write(was.replace("users:", """  other:
    name: Other Ltd
    country: GB
    zone: Europe/London
    currency: GBP
    languages: [en]
    reply_to: ar@other.example.com
    transport: {url: "maildir:outgoing"}
    senders:
      - {name: Accounts Receivable, email: ar@other.example.com}
users:
  zed: {name: Zed, mail: zed@other.example.com, companies: [other]}
  both: {name: Both, mail: both@seller.example.com, roles: lead}""").replace(
      "name: Collector A,", "name: Collector A, companies: [main],").replace(
          "name: 催收员乙,", "name: 催收员乙, companies: [main],"))
led = os.path.join(c.dir, "other.csv")
with open(led, "w") as f:
    f.write("account,name,email,language,country,item,issued,due,amount,"
            "balance,currency\nO1,Other customer,o1@customer.example.com,en,GB,"
            "O-1,2026-10-01,2026-11-01,50.00,50.00,GBP\n")
c.must("--company", "other", "import", led, "--as-of", "2026-11-23",
       now="2026-11-23T08:40:00Z")
c.sql("UPDATE company SET state = 'armed', armed_at = 0")
for login in "zed", "both":
    c.must("--company", "other", "task", "add", "O1", "For " + login,
           "--due", "2026-11-23 09:00", "--owner", login,
           now="2026-11-23T08:40:00Z")
c.roles("2026-11-23T08:41:00Z")
theirs = dict(c.sql("SELECT t.owner, t.id FROM task t JOIN company k ON k.id ="
                    " t.company_id WHERE k.code = 'other'"))
ZED, BOTH = "zed@other.example.com", "both@seller.example.com"
his = c.mails(ZED)[-1]
both = [a for a in c.mails(BOTH) if a["Reply-To"].endswith(
    "other.example.com")][-1]
check("a digest of each", his["Reply-To"].endswith("@other.example.com"))


def to_company(code, m, frm, body, address=None):
    data = raw(m, frm, body)
    if address is not None:
        data = data.replace(m["Reply-To"].encode(), address.encode())
    r = subprocess.run(c.command("--company", code, "ingest", now=LATER),
                       input=data, capture_output=True)
    check("ingest for " + code, r.returncode == 0, r.stderr)


to_company("other", his, ZED, "done %d" % one)
to_company("other", both, BOTH, "ack %d" % two)
to_company("main", digest, ADA, "done %d" % theirs["zed"])
# The token of one company, sent to the other.
to_company("main", his, ZED, "done %d" % theirs["zed"],
           his["Reply-To"].replace("other.", "seller."))
to_company("other", digest, ADA, "done %d" % one,
           digest["Reply-To"].replace("seller.", "other."))
c.reader()
check("of another company: nothing is done", c.commands() == [], c.commands())
to_company("other", his, ZED, "ack %d" % theirs["zed"])
to_company("other", both, BOTH, "ack %d" % theirs["both"])
c.reader()
check("of one's own company", c.commands() == [
    ("ack", theirs["zed"], "user:zed"), ("ack", theirs["both"], "user:both")],
    c.commands())

finish()
