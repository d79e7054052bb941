"""Every outcome of a task does what it says, the same on the command line and
in answer to a mail, in both languages, and can be taken back; so do the other
verbs.  At most so many commands of a mail and of a day are obeyed.  UPDATE=1
writes the golden mails of tests/golden/staff anew."""
import datetime
import json
import os
import re
import shutil
import tempfile

from sendlib import NOW, Workspace, check, finish

THEN = "2026-11-20T10:00:00Z"
LATER = "2026-11-20T11:00:00Z"
LIN, MEI = "lin@seller.example.com", "mei@seller.example.com"
USERS = """    policy: ours
users:
  lin: {name: Collector A, mail: lin@seller.example.com, languages: [en]}
  mei: {name: 催收员乙, mail: mei@seller.example.com, languages: [zh-CN, en]}
  lea: {name: Lead, mail: lea@seller.example.com, roles: lead}
  max: {name: 经理, mail: max@seller.example.com, roles: manager,
        languages: [zh-CN]}
policies:
  ours: {extends: default, max_new_per_day: 500}
"""
parent = tempfile.mkdtemp()


class World(Workspace):
    def copy(self):
        return super().copy(parent)

    def transport(self, url, **settings):
        super().transport(url, **settings)
        with open(os.path.join(self.dir, "dunlin.yaml"), "a",
                  encoding="utf-8") as f:
            f.write(USERS)

    def roles(self, now):
        for role in "reader", "planner", "sender":
            r = self.run("run", role, "--once", now=now)
            check(role, r.returncode == 0, r.stderr)

    def ingest(self, frm, to, body, extra="", now=THEN):
        data = ("From: %s\nTo: %s\nSubject: Re: x\nMessage-ID: <%s@c.example>"
                "\nContent-Type: text/plain; charset=utf-8\n%s\n%s\n" % (
                    frm, to, os.urandom(6).hex(), extra, body)).encode()
        super().ingest(data, now)

    def task(self, n):
        return self.sql("SELECT t.id FROM task t JOIN account a ON a.id ="
                        " t.account_id WHERE a.code = 'C%04d' AND t.state <>"
                        " 'closed' AND t.reason <> 'legal-handling' ORDER BY"
                        " t.severity DESC, t.id LIMIT 1" % n)[0][0]


def text(m):
    return m.get_body(("plain",)).get_content()


# What customers say; an account each, English and Chinese by turns.
SAY = [("paid", "We refuse to pay this.", "我们拒绝付款。"),
       ("promise", "We refuse to pay this.", "我们拒绝付款。"),
       ("plan", "We refuse to pay this.", "我们拒绝付款。"),
       ("upheld", "We dispute this invoice, the goods were broken.",
        "货物有质量问题，我们不同意付款。"),
       ("rejected", "We dispute this invoice, the goods were broken.",
        "货物有质量问题，我们不同意付款。"),
       ("accept", "We will pay on 30 March 2027.", "我们2027年3月30日付款。"),
       ("contact", "I am the wrong person, I have nothing to do with it.",
        "你们找错人了，这不归我管。"),
       ("write-off", "We refuse to pay this.", "我们拒绝付款。"),
       ("legal", "We refuse to pay this.", "我们拒绝付款。"),
       ("done", "We refuse to pay this.", "我们拒绝付款。")]
EN = {"paid": "paid", "promise": "promise 12-05",
      "plan": "plan 12-05 60.00 + 12-19 40.50", "upheld": "upheld",
      "rejected": "rejected", "accept": "accept", "contact":
      "contact fixed", "write-off": "write off", "legal": "legal",
      "done": ""}
ZH = {"paid": "已付款", "promise": "承诺 12月5日",
      "plan": "分期 12月5日 60.00 + 12月19日 40.50", "upheld": "异议成立",
      "rejected": "异议不成立", "accept": "接受", "contact": "联系人已更新",
      "write-off": "核销", "legal": "移交法务", "done": ""}


def begin():
    w = World(parent, accounts=len(SAY) + 2)
    w.send()
    sent = dict(w.sql("SELECT recipient, token FROM attempt"))
    for n, (_, en, zh) in enumerate(SAY):
        to = "c%d@customer.example.com" % n
        w.ingest(to, "ar+r.%s@seller.example.com" % sent[to],
                 en if n % 2 == 0 else zh)
    # Grave ones, of which both of us are told at once.
    for n, who in ((len(SAY), "lin"), (len(SAY) + 1, "mei")):
        to = "c%d@customer.example.com" % n
        w.must("override", "C%04d" % n, "--owner", who, now=THEN)
        w.ingest(to, "ar+r.%s@seller.example.com" % sent[to],
                 "This is a disgrace, you people are unbelievable!!!"
                 if who == "lin" else "你们太过分了！天天催，烦死了！")
    w.roles(THEN)
    # Nobody can be written to before somebody is named.
    w.must("contact", "add", "C0006", "right@customer.example.com", now=THEN)
    return w


def of(c, n, query):
    return c.sql(query.replace("?", "(SELECT id FROM account WHERE code ="
                               " 'C%04d')" % n))


def outcome(c, n, word, what):
    """What has followed."""
    day = (datetime.date(2026, 12, 5) - datetime.date(1970, 1, 1)).days
    got = {
        "paid": ("SELECT state FROM claim WHERE account_id = ?", ["looking"]),
        "promise": ("SELECT state || day FROM promise WHERE account_id = ?",
                    ["open%d" % day]),
        "plan": ("SELECT state || day || '/' || amount FROM promise WHERE"
                 " account_id = ? ORDER BY day",
                 ["open%d/6000" % day, "open%d/4050" % (day + 14)]),
        "upheld": ("SELECT state FROM dispute WHERE account_id = ?",
                   ["accepted"]),
        "rejected": ("SELECT state FROM dispute WHERE account_id = ?",
                     ["rejected"]),
        "accept": ("SELECT state FROM promise WHERE account_id = ?",
                   ["open"]),
        "write-off": ("SELECT kind FROM hold WHERE account_id = ? AND"
                      " released_at IS NULL AND note LIKE '%written off%'",
                      ["human"]),
        "legal": ("SELECT h.kind || t.reason FROM hold h JOIN task t ON"
                  " t.account_id = h.account_id WHERE h.account_id = ? AND"
                  " h.kind = 'legal' AND h.released_at IS NULL AND t.state"
                  " <> 'closed' AND t.reason = 'legal-handling'",
                  ["legallegal-handling"])}.get(word)
    if got is None:
        return
    rows = [r[0] for r in of(c, n, got[0])]
    if word == "paid":
        check("%s: %s" % (what, word), len(rows) == 1, rows)
    else:
        check("%s: %s" % (what, word), rows == got[1], rows)


def verify(c, tasks, actor, what):
    for n, (word, _, _) in enumerate(SAY):
        row = c.sql("SELECT state, outcome, closed_by FROM task WHERE id = ?",
                    tasks[n])[0]
        check("%s: %s closes" % (what, word), row[0] == "closed" and
              (row[1] == word or word in ("accept", "upheld", "rejected"))
              and row[2] == actor, row)
        outcome(c, n, word, what)
        held = of(c, n, "SELECT kind FROM hold WHERE account_id = ? AND kind"
                  " = 'reply-unread' AND released_at IS NULL")
        check("%s: %s frees what waited to be read" % (what, word),
              held == [], held)
    check(what + ": verify", c.run("verify", now=LATER).returncode == 0)


base = begin()
tasks = [base.task(n) for n in range(len(SAY))]
me = "user:" + base.sql("SELECT actor FROM event WHERE actor LIKE 'user:%'"
                        " ORDER BY id LIMIT 1")[0][0].split(":")[1]

# On the command line.
for words, env, said in ((EN, {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
                          "To undo: dunlin undo "),
                         (ZH, {"LANG": "zh_CN.UTF-8",
                               "LC_ALL": "zh_CN.UTF-8",
                               "LANGUAGE": "zh_CN"}, "撤销：dunlin undo ")):
    c = base.copy()
    undo = {}
    what = "CLI, " + ("en" if words is EN else "zh")
    for n, (word, _, _) in enumerate(SAY):
        r = c.run(("task", "tasks")[n % 2], "done", str(tasks[n]),
                  *words[word].split(), now=THEN, env=env)
        check("%s: done %s" % (what, words[word]), r.returncode == 0 and
              said in r.stdout, r.stdout + r.stderr)
        undo[word] = r.stdout.split(said)[1].strip()
    verify(c, tasks, me, what)
    # And back again.
    for n, (word, _, _) in enumerate(SAY):
        r = c.run("undo", undo[word], now=LATER, env=env)
        check("%s: undo %s" % (what, word), r.returncode == 0, r.stderr)
        row = c.sql("SELECT state FROM task WHERE id = ?", tasks[n])
        check("%s: %s is open again" % (what, word), row == [("open",)], row)
    left = c.sql("SELECT (SELECT count(*) FROM promise WHERE state = 'open'"
                 " AND made_by LIKE 'user:%'), (SELECT count(*) FROM dispute"
                 " WHERE closed_at IS NOT NULL), (SELECT count(*) FROM claim"
                 " WHERE closed_at IS NULL), (SELECT count(*) FROM hold WHERE"
                 " released_at IS NULL AND note LIKE '%written off%')")
    check(what + ": nothing is left of it", left == [(0, 0, 0, 0)], left)
    check(what + ": verify", c.run("verify", now=LATER).returncode == 0)

# By mail: all of them in one answer.
for who, words, verb in ((LIN, EN, "done"), (MEI, ZH, "已处理")):
    c = base.copy()
    m = c.mails(who)[-1]
    c.ingest(who, m["Reply-To"], "\n".join(
        "%s %d %s" % (verb, tasks[n], words[word])
        for n, (word, _, _) in enumerate(SAY)) + "\n\nBest\n",
        "In-Reply-To: %s\n" % m["Message-ID"])
    c.roles(LATER)
    verify(c, tasks, "user:" + who.split("@")[0], "mail, " + verb)
    told = text(c.mails(who)[-1])
    numbers = re.findall(r"(?:undo|撤销) (\d+)", told)
    check("mail, %s: each can be taken back" % verb, len(set(numbers)) >=
          len(SAY), told)
    check("mail, %s: one confirmation" % verb, len(c.mails(who)) == len(
        base.mails(who)) + 1, [x["Subject"] for x in c.mails(who)])
    # What cannot be done stops all of the mail.
    c = base.copy()
    before = [c.sql("SELECT state FROM task WHERE id = ?", tasks[k])
              for k in (0, 1)]
    c.ingest(who, m["Reply-To"], "%s %d %s\n%s %d %s\n" % (
        verb, tasks[0], words["paid"], verb, tasks[1], words["upheld"]),
        "In-Reply-To: %s\n" % m["Message-ID"])
    c.roles(LATER)
    after = [c.sql("SELECT state FROM task WHERE id = ?", tasks[k])
             for k in (0, 1)]
    check("all or nothing", after == before, after)
    check("and nothing is noted", c.sql("SELECT count(*) FROM claim") ==
          [(0,)])

# The mails as people read them.
GOLDEN = os.path.join(os.environ["top_srcdir"], "tests/golden/staff")


def golden(name, m):
    said = re.sub(r"(undo|撤销) \d+", r"\1 NUMBER", "Subject: %s\n\n%s" % (
        m["Subject"], text(m).replace("\r\n", "\n")))
    path = os.path.join(GOLDEN, name + ".txt")
    if os.environ.get("UPDATE"):
        os.makedirs(GOLDEN, exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(said)
    with open(path, encoding="utf-8") as f:
        check("golden " + name, f.read() == said, said)
    html = m.get_body(("html",)).get_content()
    plain = "".join(re.sub(r"<[^>]+>", "", html).split())
    first = [l for l in text(m).splitlines() if l and l[0] not in "->  "][:3]
    for line in first:
        check("html of %s: %s" % (name, line), "".join(line.split()) in
              plain, plain)
    if os.environ.get("SHOW"):
        with open(os.path.join(os.environ["SHOW"], name + ".html"), "w",
                  encoding="utf-8") as f:
            f.write(html)


for who, lang, verb, words in ((LIN, "en", "done", EN),
                               (MEI, "zh-CN", "已处理", ZH)):
    m = base.mails(who)[-1]
    golden(lang + "-task", m)
    for name, lines in (("confirm", [("paid", 0), ("plan", 2),
                                     ("legal", 8)]), ("one", [("paid", 0)]),
                        ("refused", [("paid", 0), ("upheld", 1)])):
        c = base.copy()
        c.ingest(who, m["Reply-To"], "\n".join("%s %d %s" % (
            verb, tasks[k], words[w]) for w, k in lines))
        c.roles(LATER)
        golden("%s-%s" % (lang, name), c.mails(who)[-1])
c = base.copy()
for now, who, lang, says in (
        ("2026-11-20T16:30:00Z", "lea", "en", "was not acted on in time"),
        ("2026-11-23T13:30:00Z", "max", "zh-CN", "逾期未处理")):
    c.roles(now)
    found = [m for m in c.mails(who + "@") if says in text(m)]
    check("raised to " + who, found != [], [(m["Subject"], text(m)[:80])
                                            for m in c.mails(who + "@")])
    if found:
        golden(lang + "-raised", found[0])

# Contact fixed: not before there is one.
c = base.copy()
c.must("contact", "close", "C0006", "right@customer.example.com", now=THEN)
r = c.run("tasks", "done", str(tasks[6]), "contact", now=THEN)
check("nobody can be written to yet", r.returncode == 65 and
      "dunlin contact add" in r.stderr, r.stderr)

# The other verbs, and the list.
c = base.copy()
n = str(tasks[0])


def listed(*args):
    return json.loads(c.must("tasks", *args, "--json", now=LATER))


c.must("tasks", "ack", n, now=THEN)
check("acked", [t["state"] for t in listed() if str(t["id"]) == n] ==
      ["acked"])
c.must("tasks", "note", n, "12", "boxes", "were", "broken", now=THEN)
check("a note keeps its numbers", c.sql(
    "SELECT count(*) FROM event_payload WHERE payload LIKE"
    " '%\"12 boxes were broken\"%'") == [(1,)], c.sql(
    "SELECT payload FROM event_payload ORDER BY event_id DESC LIMIT 2"))
c.must("tasks", "assign", n, "催收员乙", now=THEN)
check("assigned by name", [str(t["id"]) for t in listed(
    "--owner", "mei") if str(t["id"]) == n] == [n], listed())
check("and to nobody else", [t for t in listed("--owner", "lin")
                             if str(t["id"]) == n] == [])
c.must("tasks", "hold", n, "2026-12-05", now=THEN)
check("held", c.sql("SELECT count(*) FROM hold WHERE kind = 'human' AND"
                    " ends_at = strftime('%s', '2026-12-05')") == [(1,)])
c.must("task", "move", n, "2026-12-08 14:30", now=THEN)
check("moved", [t["due"] for t in listed() if str(t["id"]) == n] ==
      ["2026-12-08T14:30:00Z"])
for args, code, says in (
        (("ack",), 64, "wants a task number"),
        (("done", n, "payed"), 64, "missing or not understood"),
        (("done", n, "promise"), 64, "not understood"),
        (("hold", n, "2020-01-01"), 64, "past"),
        (("assign", n, "nobody"), 65, "nobody of this company"),
        (("note", n), 64, "missing"), (("ack", "999"), 65, "no task 999"),
        (("ack", n, "--owner", "lin"), 64, "go with list"),
        (("ack", n, "--as", "paid"), 64, "goes with resolve"),
        (("done", "1x"), 64, "not a task number"),
        (("fly", n), 64, "none of list, add")):
    r = c.run("tasks", *args, now=THEN)
    check("refused: " + " ".join(args), r.returncode == code and
          says in " ".join(r.stderr.split()), (r.returncode, r.stderr))

# Grave ones first, then the larger and older debt, and why.
c.must("task", "add", "C0009", "Call them", now=THEN)
own = listed()[-1]
check("own last", own["reason"] == "todo" or own["severity"] == "routine",
      own)
order = [(t["severity"], t["account"]) for t in listed()]
grave = [a for s, a in order if s == "at once"]
check("grave first", order[:len(grave)] == [("at once", a) for a in grave]
      and len(grave) >= 2, order)
soon = [a for s, a in order if s == "soon" and a is not None]
check("then the larger debt", soon == sorted(soon, reverse=True), soon)
check("and why", listed()[0]["why"].startswith("GBP 1") and
      "past due for 5 days" in listed()[0]["why"], listed()[0])
out = c.run("tasks", now=LATER, env={"LANG": "zh_CN.UTF-8", "LC_ALL":
            "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}).stdout
check("why, in Chinese", "逾期111.50英镑，已5天" in out, out)
c.must("task", "done", str(own["id"]), "they pay", now=THEN)
check("own words end one's own task", c.sql(
    "SELECT outcome FROM task WHERE id = ?", own["id"]) == [("they pay",)])

# Forged, foreign, stale and wrong commands in Chinese change nothing, and say
# why to whoever is one of us (in English: staff.py).
angry = base.task(len(SAY) + 1)
m = base.mails(MEI)[-1]
STALE = "2026-12-25T10:00:00Z"


def unchanged(what, c):
    check(what + ": nothing is done", c.sql(
        "SELECT state FROM task WHERE id = ?", angry) == [("open",)])
    check(what + ": no event", c.sql(
        "SELECT id FROM event WHERE kind = 'task-command'") == [])


for who, body in ((LIN, "已处理"), ("x@bad.example", "已处理 已付款"),
                  ("c11@customer.example.com", "已处理 移交法务")):
    c = base.copy()
    c.ingest(who, m["Reply-To"], body)
    c.run("run", "reader", "--once", now=LATER)
    unchanged("forged by " + who, c)
    check("forged by %s: a person sees it" % who, c.sql(
        "SELECT count(*) FROM task WHERE reason = 'staff-command'") ==
        [(1,)])
for body, says, now in (
        ("请处理一下", "无法识别的指令", LATER),
        ("收到\n还有一句", "因另有一行无法识别", LATER),
        ("已处理 9999", "任务 9999 已结束或不存在", LATER),
        ("批准", "不能通过邮件批准", LATER),
        ("解除 1", "不能通过邮件解除", LATER),
        ("暂停到2020年1月1日", "日期无法识别、已过", LATER),
        ("转给某某", "没有", LATER),
        ("已处理 异议成立", "没有未关闭的异议", LATER),
        ("已处理 接受", "没有待确认的提议", LATER),
        ("撤销 1", "该编号不是您的指令", LATER),
        ("收到", "所回复的邮件已过期", STALE)):
    c = base.copy()
    if now == STALE:
        c.run("status", "--accept-clock", now=now)
    c.ingest(MEI, m["Reply-To"], body, now=now)
    c.roles(now)
    unchanged("refused: " + body, c)
    told = "".join(text(c.mails(MEI)[-1]).split())
    check("why: " + body, says.replace(" ", "") in told, told)

# A restored backup tells nobody a second time of what they were told, but it
# does tell of what happens then.
c = World(parent, accounts=2)
c.send()
token = dict(c.sql("SELECT recipient, token FROM attempt"))
c.must("override", "C0001", "--owner", "mei", now=THEN)
c.ingest("c1@customer.example.com", "ar+r.%s@seller.example.com" %
         token["c1@customer.example.com"], "你们太过分了！天天催，烦死了！")
c.must("backup", os.path.join(c.dir, "copy"), now=THEN)
c.roles(THEN)
told = len(c.mails("@seller"))
check("told of it", len(c.mails(MEI)) >= 1, told)
for name in os.listdir(c.dir):
    if name.startswith("dunlin.db"):
        os.remove(os.path.join(c.dir, name))
shutil.copy(os.path.join(c.dir, "copy"), os.path.join(c.dir, "dunlin.db"))
r = c.run("run", "sender", "--once", now=LATER)
check("nothing is sent", len(c.mails("@seller")) == told, r.stderr)
r = c.run("recover", "--confirm", now=LATER)
check("recovered", r.returncode == 0, r.stdout + r.stderr)
for now in LATER, "2026-11-20T11:30:00Z":
    c.roles(now)
check("nobody is told twice", len(c.mails("@seller")) == told,
      [m["Subject"] for m in c.mails("@seller")])
check("though the task is there", c.sql(
    "SELECT owner FROM task WHERE reason = 'angry'") == [("mei",)])
n = c.sql("SELECT id FROM task WHERE reason = 'angry'")[0][0]
c.must("tasks", "done", str(n), now=LATER)
c.ingest("c1@customer.example.com", "ar+r.%s@seller.example.com" %
         token["c1@customer.example.com"], "太过分了，又来！你们烦不烦！")
c.roles("2026-11-20T12:00:00Z")
check("told of what is new", len(c.mails(MEI)) >= 2 and "C0001" in text(
    c.mails(MEI)[-1]), [m["Subject"] for m in c.mails(MEI)])

# So many commands of a mail, and command mails of a day.
c = base.copy()
m = c.mails(LIN)[-1]
before = c.sql("SELECT count(*) FROM event WHERE kind = 'task-command'")
c.ingest(LIN, m["Reply-To"], "ack\n" * 41)
c.roles(LATER)
check("too many lines", c.sql("SELECT count(*) FROM event WHERE kind ="
                              " 'task-command'") == before)
for k in range(102):
    c.ingest(LIN, m["Reply-To"], "note call number %d" % k)
r = c.run("run", "reader", "--once", now=LATER)
done = c.sql("SELECT count(*) FROM event WHERE kind = 'note' AND actor ="
             " 'user:lin'")[0][0]
check("a hundred mails a day", done == 99, done)
check("then a person sees it", c.sql(
    "SELECT count(*) FROM task WHERE reason = 'staff-command'") == [(1,)])
c.ingest(LIN, m["Reply-To"], "note the next day", now="2026-11-21T12:00:00Z")
c.run("run", "reader", "--once", now="2026-11-21T12:00:00Z")
check("the next day again", c.sql(
    "SELECT count(*) FROM event WHERE kind = 'note' AND actor ="
    " 'user:lin'")[0][0] == 100)

finish()
