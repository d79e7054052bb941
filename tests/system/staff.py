"""People: tasks find their owner, grave ones are told by mail at once, what
is ignored is raised; commands in answer to these mails, real, forged, stale
and foreign."""
import datetime
import os
import tempfile

from sendlib import check, finish
from stafflib import Staffed

THEN = "2026-11-20T10:00:00Z"		# a Friday, in London
parent = tempfile.mkdtemp()
USERS = """users:
  lin: {name: Collector A, mail: lin@seller.example.com, languages: [en]}
  mei: {name: 催收员乙, mail: mei@seller.example.com, languages: [zh-CN, en],
        zone: Asia/Shanghai, workdays: CN}
  lea: {name: Lead, mail: lea@seller.example.com, roles: lead}
  max: {name: Manager, mail: max@seller.example.com, roles: manager}
  jo: {name: Counsel, mail: jo@seller.example.com, roles: legal}
"""


class World(Staffed):
    USERS = USERS

    def roles(self, now=THEN, reader=True):
        super().roles(now, *("reader",) * reader, "planner", "sender")

    def ingest(self, data, now=THEN):
        super().ingest(data, now)

    def tasks(self, more=""):
        return self.sql("SELECT id, reason, owner, state, level, due_at,"
                        " outcome FROM task " + more + " ORDER BY id")

    def events(self, kind):
        return self.sql("SELECT p.payload, e.actor FROM event e JOIN"
                        " event_payload p ON p.event_id = e.id WHERE"
                        " e.kind = ? ORDER BY e.id", kind)


def mail(frm, to, body, extra="", subject="Re: your mail"):
    return ("From: %s\nTo: %s\nSubject: %s\nMessage-ID: <%s@c.example>\n"
            "Date: Fri, 20 Nov 2026 09:30:00 +0000\n"
            "Content-Type: text/plain; charset=utf-8\n%s\n%s\n"
            % (frm, to, subject, os.urandom(6).hex(), extra, body)).encode()


def at(text):
    return int(datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).timestamp())


base = World(parent, accounts=4)
base.config()
base.send()
sent = {to: token for to, token in base.sql(
    "SELECT recipient, token FROM attempt")}


def debtor(n, body):
    to = "c%d@customer.example.com" % n
    return mail(to, "ar+r.%s@seller.example.com" % sent[to], body)


def text(m):
    return m.get_body(("plain",)).get_content()


# A grave one: to who is of legal, at once, with their words.
w = base
w.ingest(debtor(0, "We have instructed our solicitors. Write to them."))
w.ingest(debtor(1, "去死吧，再发邮件我就找人收拾你们"))
w.roles()
got = w.tasks()
check("owners", [t[2] for t in got if t[1] == "legal"] == ["jo"], got)
got = w.mails("jo@seller.example.com")
check("told at once", len(got) == 1, (w.sql("SELECT id, account_id, state, template, due_at, not_after, detail FROM outbox"), os.listdir(w.dir + "/outgoing/new"), [m["To"] for m in w.mails("@")]))
m = got[0]
check("says who", "Customer 0" in m["Subject"], m["Subject"])
check("their words", "“We have instructed our solicitors." in text(m),
      text(m))
check("open", "GBP 100.50" in text(m), text(m))
check("what happens", "nothing goes out" in text(m), text(m))
check("due", "20 November 2026 15:00" in text(m), text(m))
check("commands", "assign NAME" in text(m) and "dunlin approve" not in
      text(m), text(m))
check("auto", m["Auto-Submitted"] == "auto-generated", m["Auto-Submitted"])
check("html", "<blockquote" in m.get_body(("html",)).get_content())
check("token", m["Reply-To"].startswith("ar+r."), m["Reply-To"])
w.roles()
check("once only", len(w.mails("jo@seller.example.com")) == 1)



def answer(m, frm, body, extra=""):
    """In answer to a mail, as its reader's program does."""
    return mail(frm, m["Reply-To"], body, "In-Reply-To: %s\n%s" % (
        m["Message-ID"], extra), "Re: " + m["Subject"].replace("\n", ""))


LIN, MEI, JO, LEA = ("%s@seller.example.com" % n
                     for n in ("lin", "mei", "jo", "lea"))


def last(w, to):
    return w.mails(to)[-1]


def task(w, reason):
    return [t for t in w.tasks() if t[1] == reason][-1]


legal = m
n = task(w, "legal")[0]

# What they answer is done, and told, once.
c = w.copy(parent)
c.ingest(answer(legal, "Counsel <%s>" % JO,
                "note spoke to their counsel\nack\n\nBest\nJo\n"))
c.roles()
check("acked", task(c, "legal")[3] == "acked", c.tasks())
check("noted", [p for p, a in c.events("note") if "spoke to" in p and
                a == "user:jo"] != [], c.events("note"))
got = c.mails(JO)
check("one confirmation", len(got) == 2, len(got))
told = text(got[1])
check("what was done", "noted" in told and "seen" in told,
      told)
check("no loop", got[1]["Auto-Submitted"] == "auto-replied",
      got[1]["Auto-Submitted"])
c.roles()
check("and no more", len(c.mails(JO)) == 2)

# Forged: another address, somebody else of ours, a mail without the token.
for who, body in ((LEA, "done"), ("x@bad.example", "done"),
                  ("c0@customer.example.com", "done legal")):
    c = w.copy(parent)
    c.ingest(answer(legal, who, body))
    c.roles()
    check("forged by " + who, task(c, "legal")[3] == "open", c.tasks())
    check("it is seen", task(c, "staff-command")[2] == "lea", c.tasks())
    check("nobody is answered", len(c.mails(JO)) == 1 and
          not c.mails(who) or who == LEA or
          who.startswith("c0"), c.mails(who))
    check("no event", c.events("task-command") == [])
c = w.copy(parent)
c.ingest(mail(JO, "ar@seller.example.com", "done %d" % n))
c.roles()
check("without token", task(c, "legal")[3] == "open" and
      any(t[1] in ("unmatched-mail", "forged-sender") for t in c.tasks()),
      c.tasks())

# Where authentication is configured it is wanted.
c = w.copy(parent)
c.config("    authserv_id: mx.seller.example.com\n")
c.ingest(answer(legal, JO, "ack"))
c.roles()
check("not authenticated", task(c, "legal")[3] == "open", c.tasks())
c.ingest(answer(legal, JO, "ack", "Authentication-Results: "
                "mx.seller.example.com; dmarc=pass header.from="
                "seller.example.com\n"))
c.roles()
check("authenticated", task(c, "legal")[3] == "acked", c.tasks())

# Unknown words, firm steps, a task that is closed: nothing is done, with help.
for body, says in (
        ("please settle", "no command"),
        ("ack\nand something else", "another line"),
        ("ack\ndone 9999", "no task 9999"),
        ("approve", "never by mail"), ("release 1", "never by mail"),
        ("hold until 2020-01-01", "not understood, past"),
        ("assign nobody", "nobody of this company"),
        ("done upheld", "no open dispute"),
        ("done accept", "no offer waits"), ("", "no command")):
    c = w.copy(parent)
    before = c.tasks(), c.sql("SELECT id, released_at FROM hold")
    c.ingest(answer(legal, JO, body))
    c.roles()
    check("refused: " + body, (c.tasks(), c.sql(
        "SELECT id, released_at FROM hold")) == before, c.tasks())
    told = text(last(c, JO))
    check("why: " + body, says in " ".join(told.split()) and
          "hold until 12-05" in told, told)
    check("nothing kept: " + body, c.events("task-command") == [])

# Too old, or closed meanwhile.
c = w.copy(parent)
c.must("status", "--accept-clock", now="2026-12-25T10:00:00Z")
c.ingest(answer(legal, JO, "ack"), now="2026-12-25T10:00:00Z")
c.roles(now="2026-12-25T10:00:00Z")
check("stale", task(c, "legal")[3] == "open" and "too old" in
      " ".join(text(last(c, JO)).split()), text(last(c, JO)))
c = w.copy(parent)
c.must("tasks", "resolve", str(n), "settled", now=THEN)
c.ingest(answer(legal, JO, "done paid"))
c.roles()
check("closed", "it is closed already" in " ".join(text(last(c, JO)).split()),
      text(last(c, JO)))
check("no claim", c.sql("SELECT count(*) FROM claim") == [(0,)])

# A holiday note of ours and a bounce are no commands.
c = w.copy(parent)
c.ingest(answer(legal, JO, "done", "Auto-Submitted: auto-replied\n"))
c.roles()
check("machine", task(c, "legal")[3] == "open" and len(c.mails(JO)) == 1)

# In Chinese, and each outcome does what it says.
c = w.copy(parent)
c.ingest(debtor(3, "货物有质量问题，我们不同意付款。"))
c.ingest(debtor(2, "We dispute this invoice, the goods were broken."))
c.roles()
c.must("tasks", "assign", str(task(c, "abusive")[0]), "mei", now=THEN)
c.roles()
m = last(c, MEI)
check("Chinese", "请于2026年11月" in text(m) and "暂停到12月5日" in text(m),
      text(m))
d = {a: t for t, a in c.sql("SELECT t.id, a.code FROM task t JOIN account a"
                            " ON a.id = t.account_id WHERE t.reason ="
                            " 'dispute'")}
check("two disputes", sorted(d) == ["C0002", "C0003"], c.tasks())
c.ingest(answer(m, MEI, "备注：电话打过了\n收到\n已处理 %d 异议成立\n"
                "已处理 %d 异议不成立\n\n谢谢\n" % (d["C0002"], d["C0003"])))
c.roles()
got = c.sql("SELECT a.code, d.state FROM dispute d JOIN account a ON a.id ="
            " d.account_id ORDER BY 1")
check("disputes", got == [("C0002", "accepted"), ("C0003", "rejected")],
      (got, text(last(c, MEI))))
told = text(last(c, MEI))
check("told in Chinese", "已备注" in told and "撤销" in told, told)
check("closed by mei", c.sql("SELECT count(*) FROM task WHERE closed_by ="
                             " 'user:mei'") == [(2,)], c.tasks())

c = w.copy(parent)
c.must("tasks", "assign", str(task(c, "abusive")[0]), "lin", now=THEN)
c.roles()
m = last(c, LIN)
c.ingest(answer(m, LIN, "hold until 12-05"))
c.roles()
got = c.sql("SELECT kind, ends_at FROM hold WHERE kind = 'human'")
check("hold", got == [("human", at("2026-12-05T00:00:00Z"))], got)
check("waits", task(c, "abusive")[5] == at("2026-12-05T09:00:00Z"),
      c.tasks())
c.ingest(answer(m, LIN, "done promise 12-05"))
c.roles()
got = c.sql("SELECT state, day, made_by FROM promise")
check("promise", got == [("open", 20792, "user:lin")], got)
check("closed with it", task(c, "abusive")[3:4] + task(c, "abusive")[6:] ==
      ("closed", "promise"), c.tasks())
told = text(last(c, LIN))
undo = told.split("to undo: undo ")[1].split()[0]
c.ingest(answer(m, MEI, "undo " + undo))
c.roles()
check("not by others", task(c, "abusive")[3] == "closed", c.tasks())
c.ingest(answer(m, LIN, "undo " + undo))
c.roles()
check("undone", task(c, "abusive")[3] == "open" and c.sql(
    "SELECT state FROM promise") == [("withdrawn",)], (c.tasks(),
    text(last(c, LIN))))
check("the firm hold stays", c.sql(
    "SELECT released_at FROM hold WHERE kind = 'legal' ORDER BY id") ==
    [(None,), (None,)])

# Instalments that are beyond the policy are accepted as they were offered; a
# note in answer to a digest names its task by number.
c = w.copy(parent)
c.ingest(debtor(2, "We can only pay in three instalments: GBP 34.00 on 30 "
                "December 2026, GBP 34.00 on 30 March 2027 and GBP 34.50 on "
                "30 June 2027."))
c.roles()
t = task(c, "plan-beyond-limit")
c.ingest(answer(last(c, JO), JO, "assign %d to jo" % t[0]))
c.roles()
c.must("status", "--accept-clock", now="2026-11-23T08:30:00Z")
c.roles(now="2026-11-23T08:30:00Z")
m = last(c, JO)
check("who is of legal has a digest of it", "[%d]" % t[0] in text(m),
      text(m))
c.ingest(answer(m, JO, "note %d they were called\ndone %d accept" % (
    t[0], t[0])), now="2026-11-23T08:30:00Z")
c.roles(now="2026-11-23T08:30:00Z")
check("plan accepted", task(c, "plan-beyond-limit")[6] == "accept" and
      [r[0] for r in c.sql("SELECT state FROM promise")] == ["open"] * 3,
      (c.sql("SELECT state FROM promise"), text(last(c, JO))))
check("note", c.sql("SELECT count(*) FROM event_payload WHERE payload LIKE"
                    " '%\"text\":\"they were called\"%'") == [(1,)], text(last(
                        c, JO)))

# Who is away from the next day on has nothing that waits.
c = w.copy(parent)
c.roles(now="2026-11-20T10:30:00Z", reader=False)
path = os.path.join(c.dir, "dunlin.yaml")
with open(path) as f:
    was = f.read()
with open(path, "w") as f:
    f.write(was.replace("mail: jo@seller.example.com,",
                        "mail: jo@seller.example.com, away: [2026-11-20],"))
c.roles(now="2026-11-20T10:40:00Z", reader=False)
t = task(c, "legal")
check("given to who is here", t[2] not in ("jo", None) and t[4] == 0 and
      t[5] == at("2026-11-20T15:00:00Z"), t)

# Ignored: lead, then manager; acknowledged: as long again.
c = w.copy(parent)
hours = [("2026-11-20T16:00:00Z", "lea", 1), ("2026-11-23T13:00:00Z", "max",
                                              2)]
for now, who, level in hours:
    c.roles(now=now, reader=False)
    t = task(c, "legal")
    check("raised to " + who, (t[2], t[4]) == (who, level), t)
    m = last(c, who + "@seller.example.com")
    check("says from whom", "was not acted on in time" in
          " ".join(text(m).split()), text(m))
c.roles(now="2026-11-25T13:00:00Z", reader=False)
check("nobody is above", task(c, "legal")[2] == "max", c.tasks())
c = w.copy(parent)
c.must("tasks", "ack", str(n), now=THEN)
c.roles(now="2026-11-20T16:00:00Z", reader=False)
check("acked waits", task(c, "legal")[2] == "jo", c.tasks())
c.roles(now="2026-11-23T13:00:00Z", reader=False)
check("but not for ever", task(c, "legal")[2] == "lea", c.tasks())

# Every open account has a next step, a reviewed hold or a task.
for x in (w, c):
    got = x.sql("SELECT a.code, a.plan_verdict FROM account a WHERE"
                " NOT (a.plan_verdict IN ('send', 'wait') OR EXISTS (SELECT 1"
                " FROM hold h WHERE h.account_id = a.id AND h.released_at IS"
                " NULL AND h.review_at > 0) OR EXISTS (SELECT 1 FROM task t"
                " WHERE t.account_id = a.id AND t.state <> 'closed'))")
    check("nothing forgotten", got == [], got)

# A company that stands still writes to nobody but its own people.
fresh = World(parent, accounts=3)
fresh.config()
for state, change in (("observing", "state = 'observing'"),
                      ("stopped", "stopped = 1")):
    w = fresh.copy(parent)
    w.sql("UPDATE company SET " + change)
    w.sql("UPDATE outbox SET due_at = 0")
    w.ingest(mail("c1@customer.example.com", "ar@seller.example.com",
                  "We have instructed our solicitors: INV-0001-0."))
    w.roles()
    check(state + ": our own people", len(w.mails(JO)) == 1,
          w.sql("SELECT template, state, detail FROM outbox"))
    check(state + ": no customer", w.mails("@customer") == [] and w.sql(
        "SELECT count(*) FROM outbox WHERE account_id IS NOT NULL AND state"
        " = 'queued'") == [(2,)], w.sql("SELECT account_id, state, detail"
                                        " FROM outbox"))

# Nor does a customer's mail that is held keep back those behind it.
w = fresh.copy(parent)
w.config("    intake: {url: \"maildir:replies\"}\n")
w.sql("UPDATE outbox SET due_at = 0, priority = 1000000")
w.must("task", "add", "C0001", "Call them", "--owner", "lin", now=THEN)
w.sql("UPDATE task SET severity = 3, reason = 'legal', look_at = 0")
w.must("run", "planner", "--once", now=THEN)
w.sql("UPDATE outbox SET due_at = 0, priority = account_id IS NOT NULL")
w.send(now=THEN)
check("held mail: our own people", len(w.mails(LIN)) == 1, w.sql(
    "SELECT account_id, template, state, detail FROM outbox"))
check("held mail: no customer", w.mails("@customer") == [] and w.sql(
    "SELECT count(*) FROM outbox WHERE account_id IS NOT NULL AND state ="
    " 'queued'") == [(3,)])

# What is due before the next digest is told of is told at once.
for now, told in (("2026-11-20T08:30:00Z", 1), ("2026-11-20T10:00:00Z", 0),
                  ("2026-11-20T07:00:00Z", 0)):
    w = fresh.copy(parent)
    w.sql("UPDATE outbox SET state = 'cancelled'")
    w.must("run", "planner", "--once", now=now)		# the day's digest
    w.ingest(mail("x@nobody.example", "ar@seller.example.com", "Pumps?"), now)
    for role in ("reader", "planner"):
        w.must("run", role, "--once", now=now)
    check("unmatched at " + now, len(w.tasks("WHERE reason ="
          " 'unmatched-mail'")) == 1, w.tasks())
    check("told at once: " + now, w.sql(
        "SELECT count(*) FROM communication WHERE cause LIKE 'task/%'") ==
        [(told,)], w.sql("SELECT cause FROM communication"))

# A template of ours that cannot be used stops nothing: people are told with
# the built-in one, and one of them that it is broken.
def broken(name, source):
    w = World(parent, accounts=3)
    w.config()
    path = os.path.join(w.dir, "dunlin.yaml")
    with open(path, encoding="utf-8") as f:
        settings = f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write("templates: own\n" + settings)
    os.makedirs(w.dir + "/own/en")
    with open(w.dir + "/own/en/%s.staff" % name, "w") as f:
        f.write(source)
    return w


def wrong(w):
    return w.sql("SELECT t.detail, t.times FROM task t WHERE t.reason ="
                 " 'template-error' AND t.state <> 'closed'")


for name, source in (
        ("staff-task", "Subject: {{title}}\n--- text\n{{#words}}\n"),
        ("staff-task", "Subject: {{nonsense}}\n--- text\nX\n--- html\nX\n"),
        ("_layout", "--- text\n{{>body}}{{\n--- html\n{{>body}}\n"),
        ("_layout", "")):
    w = broken(name, source)
    for n in 0, 1:
        w.ingest(mail("c%d@customer.example.com" % n,
                      "ar@seller.example.com", "We have instructed our "
                      "solicitors: INV-000%d-0." % n))
    w.roles()
    w.roles()
    got = w.mails(JO)
    check("broken template: each is told", len(got) == 2 and all(
        "instructed our solicitors" in text(m) for m in got), got)
    check("broken template: a task, once", [(t[1], name + ".staff:" in
          t[0]) for t in wrong(w)] == [(1, True)], wrong(w))
    w.ingest(answer(got[0], JO, "ack"))
    w.roles()
    check("broken template: others are used", len(w.mails(JO)) == 3)
w = broken("staff-confirm", "Subject: {{#done}}\n--- text\nX\n")
w.ingest(mail("c1@customer.example.com", "ar@seller.example.com",
              "We have instructed our solicitors: INV-0001-0."))
w.roles()
w.ingest(answer(last(w, JO), JO, "ack"))
w.roles()
check("broken confirmation: done and told", task(w, "legal")[3] == "acked"
      and len(w.mails(JO)) == 2, (w.tasks(), w.mails(JO)))
check("broken confirmation: a task", len(wrong(w)) == 1, wrong(w))

finish()
