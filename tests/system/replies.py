#!/usr/bin/python3
"""What comes back and what becomes of it: every row of tests/replies/cases in
both languages, from raw mail through the Maildir to the state of the database
and the answer, compared with tests/replies/LANGUAGE.out.

usage: replies.py DUNLIN TOP [--write]     --write: write the expected files

One workspace in which every case has an account of its own with two items,
1,000.00 and 500.00, reminded on a Friday.  All mails arrive on the Monday
after; the two weeks that follow are played day by day.  "later" shows what
was sent in them and how things stood at their end."""
import datetime
import difflib
import email
import email.policy
import glob
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

DUNLIN, TOP = os.path.abspath(sys.argv[1]), sys.argv[2]
HERE = os.path.join(TOP, "tests", "replies")
FRIDAY = datetime.date(2026, 11, 20)
MONDAY = datetime.date(2026, 11, 23)
LAST = datetime.date(2026, 12, 4)
ZONE = {"en": datetime.timezone.utc,
        "zh": datetime.timezone(datetime.timedelta(hours=8))}
CONFIG = """test: yes
companies:
  main:
    name: {en: Example Trading Ltd, zh-CN: 示例贸易有限公司}
    country: CN
    zone: Asia/Shanghai
    currency: CNY
    languages: [en, zh-CN]
    reply_to: ar@seller.example.com
    policy: ours
    intake: {url: "maildir:replies"}
    transport: {url: "maildir:outgoing"}
    senders:
      - {language: zh-CN, name: 应收账款组, email: ar@seller.example.com}
      - {name: Accounts Receivable, email: ar@seller.example.com}
    banks:
      - {holder: Example Trading Ltd, bank: Example Bank,
         account: "0000 0001", swift: EXAMGB00}
policies:
  ours: {extends: default, max_new_per_day: 500}
"""


def instant(day, hour, minute=0):
    return "%sT%02d:%02d:00Z" % (day, hour, minute)


class World:
    def __init__(self, names):
        self.dir = tempfile.mkdtemp()
        self.names = names
        os.makedirs(self.dir + "/replies/new")
        for d in "cur", "tmp":
            os.mkdir(self.dir + "/replies/" + d)
        with open(self.dir + "/dunlin.yaml", "w", encoding="utf-8") as f:
            f.write(CONFIG)
        self.seen = set()
        self.mails = {}		# address -> [(day, message)]

    def run(self, now, *args):
        done = subprocess.run([DUNLIN, "-C", self.dir, "--now", now, *args],
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit("%s: %s" % (args, done.stderr))

    def sql(self, text, *args):
        db = sqlite3.connect(self.dir + "/dunlin.db", timeout=20)
        try:
            return db.execute(text, args).fetchall()
        finally:
            db.close()

    def write(self, text, *args):
        db = sqlite3.connect(self.dir + "/dunlin.db", timeout=20)
        db.execute(text, args)
        db.commit()
        db.close()

    def account(self, lang, name):
        return "%s-%02d" % (lang.upper(), self.names.index(name) + 1)

    def item(self, lang, name, n):
        return "INV-%s%02d%d" % ("7" if lang == "en" else "8",
                                 self.names.index(name) + 1, n)

    def ledger(self, as_of):
        path = self.dir + "/ledger.csv"
        with open(path, "w") as f:
            f.write("account,name,email,language,country,zone,item,issued,"
                    "due,amount,balance,currency\n")
            for lang in "en", "zh":
                for name in self.names:
                    a = self.account(lang, name)
                    for n, amount, due in (1, 1000, "2026-11-05"), \
                            (2, 500, "2026-11-12"):
                        item = self.item(lang, name, n)
                        left = self.open_of(item, amount, as_of)
                        if left == 0:
                            continue
                        f.write("%s,Customer %s,%s@customer.example,%s,%s,"
                                "%s,%s,2026-10-06,%s,%d.00,%d.00,%s\n"
                                % (a, a, a.lower(), *(("en", "GB",
                                "Europe/London") if lang == "en" else
                                ("zh-CN", "CN", "Asia/Shanghai")),
                                item, due, amount, left,
                                "GBP" if lang == "en" else "CNY"))
        self.run(instant(as_of, 0, 30), "import", path, "--mode", "full",
                 "--as-of", str(as_of), "--confirm")

    def open_of(self, item, amount, as_of):
        """What the ledger says is open that day."""
        return amount

    def roles(self, now, reader=False):
        if reader:
            self.run(now, "run", "reader", "--once")
        self.run(now, "run", "planner", "--once")
        self.run(now, "run", "sender", "--once")
        for path in sorted(glob.glob(self.dir + "/outgoing/*/*")):
            if path not in self.seen:
                self.seen.add(path)
                with open(path, "rb") as f:
                    m = email.message_from_binary_file(
                        f, policy=email.policy.default)
                self.mails.setdefault(m["To"].addresses[0].addr_spec,
                                      []).append((now, m))

    def reply(self, lang, name):
        to = self.account(lang, name).lower() + "@customer.example"
        sent = self.mails.get(to)
        if sent is None:
            sys.exit("no reminder to " + to)
        with open("%s/%s-%s.eml" % (HERE, lang, name), "rb") as f:
            raw = f.read()
        for key, value in (("@FROM@", to), ("@TO@", sent[0][1]
                ["Reply-To"].addresses[0].addr_spec), ("@MESSAGE@",
                sent[0][1]["Message-ID"]), ("@ITEM1@", self.item(lang, name,
                1)), ("@ITEM2@", self.item(lang, name, 2))):
            raw = raw.replace(key.encode(), value.encode())
        with open("%s/replies/new/%s-%s" % (self.dir, lang, name),
                  "wb") as f:
            f.write(raw)


def said(path):
    with open(path, "rb") as f:
        m = email.message_from_binary_file(f, policy=email.policy.default)
    part = m.get_body(("plain", "html"))
    text = part.get_content().replace("<br>", "\n").replace("<p>", "\n")
    lines = [l for l in text.split("\n") if l.strip() != "" and
             "<" not in l[:1]]
    out = []
    for l in lines:
        if l.startswith((">", "On Fri, 20 Nov", "在2026年")):
            break
        out.append("| " + l.replace("</p>", "").rstrip())
    return out


def money(minor, cur):
    return "%s %d.%02d" % (cur, minor // 100, minor % 100)


def days(n):
    return str(datetime.date(1970, 1, 1) + datetime.timedelta(n))


def at(seconds, zone):
    return datetime.datetime.fromtimestamp(seconds, zone).strftime(
        "%Y-%m-%d %H:%M")


def state(w, lang, name):
    """What a person would want to know about the account, line by line."""
    zone = ZONE[lang]
    code = w.account(lang, name)
    (aid, verdict, why), = w.sql("SELECT id, plan_verdict, plan_why FROM"
                                 " account WHERE code = ?", code)
    out = []
    for row, in w.sql("SELECT p.payload FROM event e JOIN event_payload p ON"
                      " p.event_id = e.id JOIN stream s ON s.id ="
                      " e.stream_id WHERE s.account_id = ? AND e.kind ="
                      " 'away'", aid):
        out.append("away      until " + str(json.loads(row).get("return")))
    for s, why_ in w.sql("SELECT d.state, d.state_why FROM address d JOIN"
                         " contact c ON c.address_id = d.id WHERE"
                         " c.account_id = ? AND (d.state <> 'working' OR"
                         " c.closed_at IS NOT NULL)", aid):
        out.append("address   %s: %s" % (s, why_))
    for kind, scope, doc, amount, ends in w.sql(
            "SELECT h.kind, h.scope, i.document, h.amount, h.ends_at FROM"
            " hold h LEFT JOIN item i ON i.id = h.item_id WHERE"
            " (h.account_id = ? OR h.address_id IN (SELECT address_id FROM"
            " contact WHERE account_id = ?)) AND h.released_at IS NULL"
            " ORDER BY h.id", aid, aid):
        out.append("hold      %s on %s%s%s" % (kind, doc or "the " + scope,
                   ", %d.%02d of it" % divmod(amount, 100) if amount else "",
                   ", until " + at(ends, zone) if ends else ""))
    for plan, s, day, amount, cur, bill, matures, docs in w.sql(
            "SELECT p.payplan_id, p.state, p.day, p.amount, p.currency,"
            " p.by_bill, p.matures,"
            " (SELECT group_concat(i.document, ' ') FROM promise_item x"
            " JOIN item i ON i.id = x.item_id WHERE x.promise_id = p.id)"
            " FROM promise p WHERE p.account_id = ? ORDER BY p.id", aid):
        out.append("%s%s: %s by %s for %s" % ("instalment " if plan else
                   "promise   ", s, money(amount, cur) if amount else "all",
                   days(day), docs) + (" by a bill that matures %s"
                   % days(matures) if matures else ""))
    for s, doc, reason, owner, by in w.sql(
            "SELECT d.state, i.document, d.reason, d.owner, d.by_day FROM"
            " dispute d LEFT JOIN item i ON i.id = d.item_id WHERE"
            " d.account_id = ? ORDER BY d.id", aid):
        out.append("dispute   %s: %s (%s), answered by %s" % (s, doc or
                   "all", reason, days(by)))
    for s, until, on, amount, cur, ref, docs in w.sql(
            "SELECT c.state, c.until_day, c.paid_on, c.amount, c.currency,"
            " c.reference, (SELECT group_concat(i.document, ' ') FROM"
            " claim_item x JOIN item i ON i.id = x.item_id WHERE"
            " x.claim_id = c.id) FROM claim c WHERE c.account_id = ?"
            " ORDER BY c.id", aid):
        out.append("claim     %s until %s: %s%s%s%s" % (s, days(until), docs,
                   ", " + money(amount, cur) if amount else "",
                   ", paid on " + days(on) if on is not None else "",
                   ", reference " + ref if ref else ""))
    if w.sql("SELECT 1 FROM sqlite_master WHERE name = 'bill'"):
        for s, day, amount, cur, docs in w.sql(
                "SELECT b.state, b.matures, b.amount, b.currency, (SELECT"
                " group_concat(i.document, ' ') FROM bill_item x JOIN item i"
                " ON i.id = x.item_id WHERE x.bill_id = b.id) FROM bill b"
                " WHERE b.account_id = ? ORDER BY b.id", aid):
            out.append("bill      %s: %s, matures %s, for %s" % (s,
                       money(amount, cur), days(day), docs))
    for reason, severity, due, title, s in w.sql(
            "SELECT reason, severity, due_at, title, state FROM task WHERE"
            " account_id = ? ORDER BY id", aid):
        out.append("task      %s (%s, due %s%s): %s" % (reason, ["",
                   "routine", "soon", "at once"][severity], at(due, zone),
                   ", closed" if s == "closed" else "", title))
    out.append("planner   %s%s" % (verdict, ": " + why if why else ""))
    return out


def reading(w, lang, name):
    code = w.account(lang, name)
    rows = w.sql("SELECT p.payload FROM event e JOIN event_payload p ON"
                 " p.event_id = e.id JOIN stream s ON s.id = e.stream_id JOIN"
                 " account a ON a.id = s.account_id WHERE a.code = ? AND"
                 " e.kind = 'reply-read' ORDER BY e.id", code)
    out = []
    for row, in rows:
        p = json.loads(row)
        more = [x for x in p.get("also", []) if x != p["lead"]]
        out.append("read as   %s%s, trust %s by %s%s" % (p["lead"],
                   " and " + ", ".join(more) if more else "", p["trust"],
                   p["by"], "; reason " + p["reason"] if p.get("reason") else
                   ""))
    return out or ["read as   nothing of an account"]


def mail_text(m, zone):
    out = ["Subject: " + m["Subject"],
           "Auto-Submitted: " + m["Auto-Submitted"]]
    body = m.get_body(("plain",)).get_content()
    out += body.replace("\r", "").rstrip("\n").split("\n")
    for part in m.iter_attachments():
        out += ["", "[%s, %s]" % (part.get_filename(),
                                  part.get_content_type())]
        if part.get_content_type() == "text/csv":
            out += part.get_content().replace("\r", "").replace(
                "\ufeff", "").rstrip("\n").split("\n")
    return [("| " + l).rstrip() for l in out]


def titles():
    """Every title of a task can be read in Chinese as well."""
    with open(TOP + "/src/escalate/reasons.def", encoding="utf-8") as f:
        rows = re.findall(r'REASON\([^\n]*,((?:\s*"[^"]*")+),\s*"([^"]+)"\)',
                          f.read())
    return {"".join(re.findall(r'"([^"]*)"', en)): zh for en, zh in rows}


def missing(names):
    """Rows without a case, cases without a row, mails that are not there, and
    intents of effects.def that lead nowhere."""
    out, shown = [], set()
    with open(HERE + "/rows", encoding="utf-8") as f:
        for line in f:
            if line[0] in "#\n":
                continue
            row, cases = line.rstrip("\n").split(":")
            shown.update(cases.split())
            if not [c for c in cases.split() if c in names]:
                out.append("no case for: " + row)
    out += ["no row for case " + n for n in names if n not in shown]
    out += ["no case " + n for n in shown if n not in names]
    for name in names:
        for lang in "en", "zh":
            if not os.path.exists("%s/%s-%s.eml" % (HERE, lang, name)):
                out.append("no mail %s-%s" % (lang, name))
    return out


def intents_missing(w):
    with open(TOP + "/src/receive/effects.def", encoding="utf-8") as f:
        wanted = set(re.findall(r"^EFFECT\((\w+),", f.read(), re.M))
    out = []
    for prefix in "EN-", "ZH-":
        leads = set()
        for row, in w.sql("SELECT p.payload FROM event e JOIN event_payload p"
                          " ON p.event_id = e.id JOIN stream s ON s.id ="
                          " e.stream_id JOIN account a ON a.id ="
                          " s.account_id WHERE a.code LIKE ? AND e.kind ="
                          " 'reply-read'", prefix + "%"):
            leads.add(json.loads(row)["lead"].upper())
        out += ["%s no case is led by %s" % (prefix, i)
                for i in sorted(wanted - leads)]
    return out


def main():
    cases = []
    with open(HERE + "/cases", encoding="utf-8") as f:
        for line in f:
            if line[0] not in "#\n":
                cases.append(tuple(line.rstrip("\n").split(": ", 1)))
    names = [c[0] for c in cases]
    gaps = missing(names)
    if gaps:
        sys.exit("\n".join(gaps))
    w = World(names)
    w.ledger(FRIDAY)
    w.write("UPDATE company SET state = 'armed', armed_at = 0")
    w.roles(instant(FRIDAY, 0, 50), reader=True)
    for hour, minute in (1, 10), (9, 10):
        w.roles(instant(FRIDAY, hour, minute), reader=True)
    w.ledger(MONDAY)
    w.roles(instant(MONDAY, 1, 5), reader=True)
    before = {to: len(mails) for to, mails in w.mails.items()}
    for lang in "en", "zh":
        for name in names:
            w.reply(lang, name)
    w.roles(instant(MONDAY, 9, 20), reader=True)
    reports = {}
    for lang in "en", "zh":
        for name, row in cases:
            to = w.account(lang, name).lower() + "@customer.example"
            lines = said("%s/%s-%s.eml" % (HERE, lang, name))
            lines += reading(w, lang, name) + state(w, lang, name)
            for now, m in w.mails[to][before[to]:]:
                lines += ["answer    " + now] + mail_text(m, ZONE[lang])
            reports[lang, name] = lines
    answered = {to: len(mails) for to, mails in w.mails.items()}
    day = MONDAY
    while day < LAST:
        day += datetime.timedelta(1)
        w.ledger(day)
        w.roles(instant(day, 9, 20), reader=True)
    failed = 0
    for gap in intents_missing(w):
        failed += 1
        print("FAILED:", gap)
    for lang in "en", "zh":
        out = []
        for name, row in cases:
            to = w.account(lang, name).lower() + "@customer.example"
            out += ["=== %s-%s: %s" % (lang, name, row)]
            out += reports[lang, name] + ["later"]
            for now, m in w.mails[to][answered[to]:]:
                out.append("  sent    %s %s" % (now[:10], m["Subject"]))
                if name.startswith("dispute-part"):
                    out += ["  | " + l.strip() for l in m.get_body((
                        "plain",)).get_content().split("\n")
                        if re.match("- |  Total|  未付", l)]
            out += ["  " + l for l in state(w, lang, name)] + [""]
        path = "%s/%s.out" % (HERE, lang)
        if "--write" in sys.argv:
            with open(path, "w", encoding="utf-8") as f:
                f.write("\n".join(out))
        failed += compare(path, "\n".join(out))
    known = titles()
    for title, in w.sql("SELECT DISTINCT title FROM task"):
        if title not in known:
            failed += 1
            print("FAILED: no Chinese title for", title)
    print("%d passed, %d failed" % (2 * len(cases) - failed, failed))
    sys.exit(1 if failed else 0)


def split(text):
    return {b.split("\n", 1)[0]: b for b in text.split("\n=== ")}


def compare(path, got):
    try:
        with open(path, encoding="utf-8") as f:
            want = split(f.read())
    except FileNotFoundError:
        want = {}
    got = split(got)
    failed = 0
    for key in list(got) + [k for k in want if k not in got]:
        if got.get(key) != want.get(key):
            failed += 1
            print("FAILED:", key)
            for l in difflib.unified_diff(want.get(key, "").split("\n"),
                    got.get(key, "").split("\n"), "wanted", "got",
                    lineterm="", n=1):
                print("  " + l)
    return failed


if __name__ == "__main__":
    main()
