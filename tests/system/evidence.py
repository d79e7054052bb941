#!/usr/bin/python3
"""A bundle of evidence, checked by its own instruction: good, and after every
kind of tampering; what cannot be found without an outside root; erasure.  The
pages for people are compared with tests/golden/evidence (--update writes them
anew): all that is made by chance there comes from a seed.

usage: evidence.py DUNLIN TOP [--update]
"""
import csv, datetime, difflib, email, email.policy, glob, hashlib, io, json, os
import html.parser, pwd, re, shlex, shutil, sqlite3, subprocess, sys
import tempfile, zipfile

from sendlib import check, finish

DUNLIN, TOP = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ME = pwd.getpwuid(os.getuid()).pw_name
GOLDEN = TOP + "/tests/golden/evidence"
CONFIG = """test: yes
companies:
  main:
    name: {en: Example Trading Ltd, zh-CN: 示例贸易有限公司}
    country: CN
    zone: Asia/Shanghai
    currency: CNY
    policy: one
    languages: [zh-CN, en]
    reply_to: ar@seller.example.com
    intake: {url: "maildir:replies"}
    transport: {url: "maildir:outgoing"}
    senders:
      - {language: zh-CN, name: 应收账款组, email: ar@seller.example.com}
      - {name: Accounts Receivable, email: ar@seller.example.com}
policies:
  one: {extends: default, steps: {m4-letter: {approve: 1}}}
users:
  ada: {name: Collector, mail: ada@seller.example.com, roles: collector}
  %s: {name: Lead, mail: lea@seller.example.com, roles: lead}
""" % ME
LEDGER = """account,name,email,language,country,zone,item,issued,due,amount,balance,currency
C-1,示例客户有限公司,c1@customer.example,zh-CN,CN,Asia/Shanghai,INV-1,2026-10-06,2026-11-05,1000.00,1000.00,CNY
C-2,=Blue Harbour,c2@customer.example,en,CN,Asia/Shanghai,INV-2,2026-10-06,2026-11-05,500.00,500.00,CNY
C-3,Third,c3@customer.example,en,CN,Asia/Shanghai,INV-3,2026-10-06,2026-11-05,70.00,70.00,CNY
C-4,旧账有限公司,c4@customer.example,zh-CN,CN,Asia/Shanghai,INV-4,2026-05-06,2026-06-05,9000.00,9000.00,CNY
"""
work = tempfile.mkdtemp()
runs = 0


def dunlin(now, *args, ok=True, input=None):
    global runs
    runs += 1
    done = subprocess.run([DUNLIN, "-C", work + "/w", "--now", now, *args],
        capture_output=True, text=True, input=input, env=dict(os.environ,
        DUNLIN_ID_SEED=f"evidence/{runs}", LC_ALL="C.UTF-8"))
    if ok and done.returncode != 0:
        sys.exit(f"{args}: {done.stderr}")
    return done


def sql(text, *args, path=None):
    db = sqlite3.connect(path or work + "/w/dunlin.db", timeout=20)
    rows = db.execute(text, args).fetchall()
    db.commit()
    db.close()
    return rows


def roles(now):
    for role in "reader", "planner", "sender":
        dunlin(now, "run", role, "--once")


def approve(now):
    """The letter of C-4, by its content."""
    rows = json.loads(dunlin(now, "approve", "--json").stdout)
    rows = [r for r in rows if r["account"] == "C-4"]
    if not check("a letter waits for approval", len(rows) == 1, rows):
        return
    n = str(rows[0]["message"])
    code = json.loads(dunlin(now, "approve", n, "--json").stdout)["code"]
    dunlin(now, "approve", n, "--code", code)


def report(m):
    """The other side's mail system says that it was delivered."""
    token = m["Reply-To"].addresses[0].username.split(".")[-1]
    with open(work + "/w/replies/new/2", "w", encoding="utf-8") as f:
        f.write(f"""Return-Path: <>
From: MAILER-DAEMON@mx.customer.example
To: ar+b.{token}@seller.example.com
Subject: Delivered
Auto-Submitted: auto-generated
Date: Fri, 20 Nov 2026 09:06:00 +0800
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example
Original-Envelope-Id: {token}

Final-Recipient: rfc822; c1@customer.example
Action: delivered
Status: 2.0.0

--b--
""")


def set_up():
    os.makedirs(work + "/w/replies/new")
    for d in "cur", "tmp":
        os.mkdir(work + "/w/replies/" + d)
    with open(work + "/w/dunlin.yaml", "w", encoding="utf-8") as f:
        f.write(CONFIG)
    with open(work + "/ledger.csv", "w", encoding="utf-8") as f:
        f.write(LEDGER)
    dunlin("2026-11-20T00:10:00Z", "import", work + "/ledger.csv", "--mode",
        "full", "--as-of", "2026-11-20")
    n = json.loads(dunlin("2026-11-20T00:20:00Z", "arm", "--json").stdout)
    dunlin("2026-11-20T00:30:00Z", "arm", "--confirm",
        str(n.get("confirm", n.get("accounts", 3))))
    dunlin("2026-11-20T00:40:00Z", "override", "C-4", "--stage-cap", "none")
    for minute in range(0, 60, 5):
        roles(f"2026-11-20T01:{minute:02d}:00Z")
        if minute == 10:
            approve(f"2026-11-20T01:{minute + 1:02d}:00Z")
    for path in glob.glob(work + "/w/outgoing/*/*"):
        with open(path, "rb") as f:
            m = email.message_from_binary_file(f, policy=email.policy.default)
        to = m["To"].addresses[0].addr_spec
        if to != "c1@customer.example":
            continue
        with open(work + "/w/replies/new/1", "w", encoding="utf-8") as f:
            f.write(f"""From: c1@customer.example
To: {m['Reply-To'].addresses[0].addr_spec}
Subject: Re: INV-1
Message-ID: <r1@customer.example>
In-Reply-To: {m['Message-ID']}
Date: Fri, 20 Nov 2026 10:30:00 +0800
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

我们下周五（11月27日）付清 INV-1。
""")
        report(m)
    roles("2026-11-20T03:00:00Z")
    dunlin("2026-11-20T03:30:00Z", "dispute", "add", "C-1", "--reason",
        "quality", "--item", "INV-1", "--note", "two of ten were broken")
    dunlin("2026-11-20T03:40:00Z", "dispute", "close", "1", "--outcome",
        "rejected")
    dunlin("2026-11-20T04:00:00Z", "note", "C-1", "=HYPERLINK(\"x\") 已致电")
    dunlin("2026-11-21T01:00:00Z", "run", "planner", "--once")
    dunlin("2026-11-21T02:00:00Z", "pay", "C-1", "400.00", "CNY", "--on",
        "2026-11-21", "--ref", "T-9", "--item", "INV-1")


def bundle(name, *more, now="2026-11-21T05:00:00Z", account="C-1"):
    to = work + "/" + name
    done = dunlin(now, "evidence", account, "-o", to, *more)
    return to, done


def ask(now, *args, ok=True):
    return dunlin(now, "privacy", *args, ok=ok)


def privacy(root):
    """Asked to erase: restricted at once, erased when the ground ends."""
    now = "2026-11-21T07:00:00Z"
    ask(now, "request", "C-2", "--erase", "--keep-until", "2026-12-31",
        "--note", "by letter")
    dunlin("2026-12-04T00:30:00Z", "status", "--accept-clock")
    dunlin("2026-12-04T00:40:00Z", "import", work + "/ledger.csv", "--mode",
        "full", "--as-of", "2026-12-03")
    for minute in range(0, 60, 5):
        roles(f"2026-12-04T01:{minute:02d}:00Z")
    check("nothing goes to them", sql("SELECT count(*) FROM attempt t JOIN "
        "outbox o ON o.id = t.outbox_id JOIN account a ON a.id = o.account_id"
        " WHERE a.code = 'C-2' AND t.started_at > 1795244400") == [(0,)])
    check("to others it goes", sql("SELECT count(*) FROM attempt t JOIN "
        "outbox o ON o.id = t.outbox_id JOIN account a ON a.id = o.account_id"
        " WHERE a.code = 'C-3' AND t.started_at > 1795244400")[0][0] > 0)
    done = ask("2027-01-05T01:00:00Z", "erase", "C-2", "--confirm", ok=False)
    check("open items are a ground", done.returncode != 0 and "are open" in
        done.stderr, done.stderr)
    to = work + "/export.zip"
    ask("2026-12-05T01:00:00Z", "export", "C-2", "-o", to)
    with zipfile.ZipFile(to) as z:
        names = z.namelist()
        check("export", {"log.json", "log.csv", "data/contacts.json",
            "data/contacts.csv", "SHA256SUMS"} <= set(names) and
            "events.jsonl" not in names, names)
        account = json.loads(z.read("data/account.json"))[0]
        check("export is theirs", account["name"] == "=Blue Harbour" and
            account["restricted"] is True)
        rows = list(csv.reader(io.StringIO(
            z.read("data/account.csv").decode("utf-8-sig"))))
        check("no formula in the export", rows[1][1] == "'=Blue Harbour")
    # Paid: the next list has it no more.
    with open(work + "/ledger.csv", "w", encoding="utf-8") as f:
        f.write("".join(l for l in LEDGER.splitlines(True)
            if "INV-2" not in l))
    dunlin("2026-12-05T02:00:00Z", "import", work + "/ledger.csv", "--mode",
        "full", "--as-of", "2026-12-05", ok=False)
    dunlin("2026-12-05T02:10:00Z", "import", work + "/ledger.csv", "--mode",
        "full", "--as-of", "2026-12-05", "--confirm", ok=False)
    dunlin("2026-12-05T03:00:00Z", "status", "--accept-clock", ok=False)
    check("cleared", sql("SELECT state FROM item WHERE document = 'INV-2'")
        == [("cleared",)])
    check("kept until the day", sql("SELECT count(*) FROM erasure WHERE "
        "done_at IS NOT NULL") == [(0,)])
    dunlin("2027-01-01T02:00:00Z", "status", "--accept-clock", ok=False)
    dunlin("2027-01-01T03:00:00Z", "recover", ok=False)
    dunlin("2027-01-01T04:00:00Z", "run", "planner", "--once")
    check("erased by itself", sql("SELECT count(*) FROM erasure WHERE "
        "done_at IS NOT NULL") == [(1,)])
    text = dump()
    check("nothing of them is left", "Blue Harbour" not in text and
        "c2@customer.example" not in text)
    check("others are", "c3@customer.example" in text)
    check("what our people were told is gone too", sql("SELECT count(*) "
        "FROM staff_mail WHERE text = ''")[0][0] > 0 and sql("SELECT "
        "count(*) FROM staff_mail WHERE text <> ''")[0][0] > 0)
    done = dunlin("2027-01-01T05:00:00Z", "verify", "--root", root)
    check("the chain verifies", "problems: 0" in done.stdout and
        "payloads erased: 0" not in done.stdout, done.stdout)
    folder, _ = bundle("e", "--root", root, now="2027-01-01T06:00:00Z", account="C-2")
    done = run_check(folder, "--root", root)
    check("so does its bundle", done.returncode == 0, done.stdout)
    chinese("its bundle", run_check(folder, "--root", root, "--zh"), 0)
    rows = json.load(open(folder + "/log.json", encoding="utf-8"))
    said = [r["content"] for r in rows if r["kind"] == "erased"]
    gone = {r["seq"] for r in rows if r["content"] is None}
    check("it says what was erased", gone and set(said[-1]["seqs"]) == gone
        and "no ground" in said[-1]["why"], said)
    done = ask("2027-01-01T06:00:00Z", "list", "--json")
    check("list", json.loads(done.stdout)[0]["done"].startswith("2027-01-01"),
        done.stdout)
    sealed(root)
    # Restricted while it is disputed, then released.
    ask("2027-01-01T06:00:00Z", "request", "C-3", "--restrict")
    check("restricted", sql("SELECT restricted FROM party p JOIN account a "
        "ON a.party_id = p.id WHERE a.code = 'C-3'") == [(1,)])
    ask("2027-01-01T06:00:00Z", "withdraw", "C-3")
    check("released", sql("SELECT restricted FROM party p JOIN account a "
        "ON a.party_id = p.id WHERE a.code = 'C-3'") == [(0,)])
    for args in (("request", "C-3"), ("erase", "C-3"), ("withdraw", "C-3"),
            ("erase", "C-3", "--confirm"), ("request", "C-9", "--erase"),
            ("export", "C-3"), ("nonsense",), ("request", "C-3", "--erase",
            "--keep-until", "never")):
        done = ask("2027-01-01T06:00:00Z", *args, ok=False)
        check(f"refused: {args}", done.returncode != 0 and
            len(done.stderr) > 20, done.stderr)


def dump():
    return "".join(sqlite3.connect(work + "/w/dunlin.db").iterdump())


def sealed(root):
    """The ledger still names them: nothing of it comes back without a new
    ground, and a person is asked about new items."""
    with open(work + "/ledger.csv", "w", encoding="utf-8") as f:
        f.write(LEDGER.replace("INV-2", "INV-22").replace("2026-11-05",
            "2027-02-05"))
    def imported(now, as_of):
        dunlin(now, "import", work + "/ledger.csv", "--mode", "delta",
            "--as-of", as_of)
        dunlin(now, "status", "--accept-clock", ok=False)
        for role in "planner", "sender":
            dunlin(now, "run", role, "--once")
    done = dunlin("2027-01-02T01:00:00Z", "import", work + "/ledger.csv",
        "--mode", "delta", "--as-of", "2027-01-02", "--dry-run")
    check("a dry run does not name them", "Blue" not in done.stdout,
        done.stdout)
    imported("2027-01-02T02:00:00Z", "2027-01-02")
    text = dump()
    check("an import does not bring the name back", "Blue Harbour" not in
        text and "c2@customer.example" not in text)
    check("the books go on", sql("SELECT i.state FROM item i JOIN account a "
        "ON a.id = i.account_id WHERE a.code = 'C-2' AND i.document = "
        "'INV-22'") == [("open",)])
    tasks = json.loads(dunlin("2027-01-02T03:00:00Z", "tasks",
        "--json").stdout)
    check("a person is asked", [t for t in tasks if t["account"] == "C-2" and
        t["reason"] == "erased-items"], tasks)
    check("nothing is planned", sql("SELECT count(*) FROM outbox o JOIN "
        "account a ON a.id = o.account_id WHERE a.code = 'C-2' AND o.state "
        "NOT IN ('cancelled', 'accepted')") == [(0,)])
    done = ask("2027-01-02T04:00:00Z", "withdraw", "C-2", ok=False)
    check("a new ground has a name", done.returncode != 0 and "--note" in
        done.stderr, done.stderr)
    ask("2027-01-02T04:00:00Z", "withdraw", "C-2", "--note", "new contract")
    imported("2027-01-03T02:00:00Z", "2027-01-03")
    check("with one it comes back", "Blue Harbour" in dump())
    done = dunlin("2027-01-03T05:00:00Z", "verify", "--root", root)
    check("the chain verifies still", "problems: 0" in done.stdout,
        done.stdout)


def run_check(folder, *args):
    return subprocess.run(["/usr/bin/python3", folder + "/check.py", *args],
        capture_output=True, text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))


def chinese(what, done, status):
    """The same for a Chinese reader: no English but names of files."""
    said = re.sub(r"[\w./-]+\.(json|csv|eml|txt|html|py|ics)\b|[0-9a-f]{64}|"
        r"Dunlin|SHA256SUMS|--root|check\.py", "", done.stdout + done.stderr)
    check(what + " (in Chinese)", done.returncode == status and re.search(
        "[\u4e00-\u9fff]", said) and not re.search("[a-z]{3,}", said),
        done.stdout + done.stderr)


def instruction():
    """The commands of README.txt, as they stand there."""
    with open(TOP + "/contrib/evidence/README.txt", encoding="utf-8") as f:
        en = re.findall(r"^ {7}(\S.*)$", f.read(), re.M)
    with open(TOP + "/contrib/evidence/README.zh-CN.txt",
            encoding="utf-8") as f:
        zh = re.findall(r"^ {7}(\S.*)$", f.read(), re.M)
    check("both instructions say the same", en == zh and len(en) == 3, en)
    return en


def follow(folder, root=None):
    """By the letter; root: as if somebody else had kept it."""
    at = os.path.dirname(folder) + "/root-2026-11-21"
    if root is not None:
        shutil.copy(root, at)
    done = [subprocess.run(["sh", "-c", c], cwd=folder, text=True,
        capture_output=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
        for c in COMMANDS[:2 if root is None else 3]]
    if root is not None:
        os.remove(at)
    return done


def sums(folder):
    return subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"],
        cwd=folder, capture_output=True, text=True).returncode == 0


def calls_of(text, name):
    """The arguments of each call of a function in C."""
    for m in re.finditer(r"\b" + name + r"\(", text):
        depth, quoted, args, i = 1, False, [""], m.end()
        while depth > 0:
            c = text[i]
            if c == '"' and text[i - 1] != "\\":
                quoted = not quoted
            elif not quoted:
                depth += (c in "([{") - (c in ")]}")
            if c == "," and depth == 1 and not quoted:
                args.append("")
            else:
                args[-1] += c
            i += 1
        yield args


def kinds():
    """Whatever the sources write into the ledger has words."""
    with open(TOP + "/src/core/events.def", encoding="utf-8") as f:
        known = set(re.findall(r'^EVENT\("([^"]+)"', f.read(), re.M))
    place = {"events_append": 4, "tell": 3, "record": 3, "writer_event": 1,
        "company_event": 2, "keep": 1, "say": 2, "contact_event": 2}
    used = set()
    for path in glob.glob(TOP + "/src/*/*.c"):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if "event" not in text:
            continue
        for name, at in place.items():
            for args in calls_of(text, name):
                if len(args) > max(at, 2):
                    used |= set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"',
                        args[at].split("json_pack")[0]))
    kinds_in = {k for k in used if k in known}
    check("kinds of the sources have words", len(kinds_in) > 45 and
        not {k for k in used - known if "-" in k}, sorted(used - known))


def good(folder, root):
    check("sha256sum", sums(folder))
    check("the instruction by the letter", [d.returncode for d in
        follow(folder, root)] == [0, 0, 0])
    done = run_check(folder)
    check("check.py", done.returncode == 0, done.stdout + done.stderr)
    check("it says what it cannot show", "Not shown without a root" in
        done.stdout)
    done = run_check(folder, "--root", root)
    check("check.py --root", done.returncode == 0 and "With the root kept "
        "outside: nothing written before" in done.stdout,
        done.stdout + done.stderr)
    rows = json.load(open(folder + "/log.json", encoding="utf-8"))
    kinds = [r["kind"] for r in rows]
    for kind in ("account-opened", "item-opened", "message-accepted",
            "reply-read", "promise-made", "hold-placed", "note",
            "payment-received"):
        check("log has " + kind, kind in kinds, kinds)
    check("every kind has a name", all(r["en"] != r["kind"] and
        r["zh-CN"] != r["kind"] for r in rows), [r["kind"] for r in rows
        if r["en"] == r["kind"]])
    check("in order", [r["seq"] for r in rows] == list(range(1,
        len(rows) + 1)))
    sent = sql("SELECT c.bytes FROM attempt_content c JOIN attempt t ON t.id "
        "= c.attempt_id JOIN outbox o ON o.id = t.outbox_id JOIN account a ON "
        "a.id = o.account_id WHERE a.code = 'C-1' ORDER BY t.id")
    names = sorted(glob.glob(folder + "/sent/*.eml"))
    check("as sent", len(sent) >= 2 and sorted(s[0] for s in sent) ==
        sorted(open(n, "rb").read() for n in names), (len(sent), names))
    names = glob.glob(folder + "/received/*.eml")
    check("as received", len(names) == 2 and sorted(open(n, "rb").read()
        for n in names) == sorted(open(n, "rb").read() for n in
        glob.glob(work + "/w/replies/*/[12]*")), names)
    tables = {}
    for name, least in (("promises", 1), ("payments", 1), ("items", 1),
            ("sent", 2), ("received", 2), ("contacts", 1), ("holds", 1),
            ("disputes", 1), ("limitation", 1), ("interruptions", 3)):
        rows = tables[name] = json.load(open(f"{folder}/data/{name}.json"))
        check("data/" + name, len(rows) >= least, rows)
        with open(f"{folder}/data/{name}.csv", encoding="utf-8-sig",
                newline="") as f:
            check(f"data/{name}.csv", len(list(csv.reader(f))) ==
                len(rows) + 1)
    says(tables)
    calendar = open(folder + "/calendar.ics", encoding="utf-8").read()
    check("calendar", calendar.startswith("BEGIN:VCALENDAR") and
        calendar.rstrip().endswith("END:VCALENDAR") and
        "20261127" in calendar and "UID:" in calendar, calendar)
    for page in "log.html", "log.zh-CN.html":
        text = open(f"{folder}/{page}", encoding="utf-8").read()
        check(page, "我们下周五" in text and "INV-1" in text and
            "&quot;x&quot;" in text and 'HYPERLINK("' not in text)
    check("pages differ", "收到回复" in text and "Reply received" not in text)
    with open(folder + "/log.csv", encoding="utf-8-sig", newline="") as f:
        cells = [c for row in csv.reader(f) for c in row]
    check("no formula", not any(re.match(r"\s*[=+@]|\s*-\D", c)
        for c in cells), [c for c in cells if c[:1] in "=+-@"])


def says(tables):
    """What counsel looks for is there."""
    sent = tables["sent"]
    check("delivery answers", [r["delivery"] for r in sent].count(
        "delivered") == 1 and sent[0]["delivery"] == "delivered" and
        sent[0]["delivery_at"].startswith("2026-11-20T") and
        all(r["outcome"] == "accepted" and r["reply"] is not None or
        r["code"] is None for r in sent), sent)
    pay = tables["payments"][0]
    check("payments", (pay["amount"], pay["currency"], pay["value_date"],
        pay["reference"]) == ("400.00", "CNY", "2026-11-21", "T-9"), pay)
    check("promises", tables["promises"][0]["day"] == "2026-11-27",
        tables["promises"])
    # Due on 5 November 2026; asked, promised, then paid in part on the 21st.
    row = tables["limitation"][0]
    check("limitation", (row["pack"], row["base"], row["last"], row["on"],
        row["ends"]) == ("cn", "2026-11-05", "part-payment", "2026-11-21",
        "2029-11-21"), row)
    facts = tables["interruptions"]
    check("what interrupted it", {"demand", "acknowledgement",
        "part-payment"} <= {f["what"] for f in facts} and all(f["effect"] ==
        "interrupted" and f["event"] > 0 for f in facts) and
        [f["proof"] for f in facts if f["what"] == "demand"][0] ==
        "replied", facts)


def approved():
    """A letter that a person let go, with who and what exactly."""
    folder, _ = bundle("c4", account="C-4")
    check("letter: check.py", run_check(folder).returncode == 0)
    row = [r for r in json.load(open(folder + "/data/sent.json"))
        if r["template"] == "m4-letter"]
    log = [r for r in json.load(open(folder + "/log.json")) if
        r["kind"] == "approved"]
    if check("letter: it is there", len(row) == 1 and len(log) == 1, row):
        check("letter: by whom", row[0]["approved_by"] == ME and
            log[0]["actor"] == "user:" + ME, (row, log))
        check("letter: what", len(row[0]["approved_sha256"]) == 64 and
            row[0]["approved_sha256"] in json.dumps(log), (row, log))
        m = email.message_from_binary_file(open(
            f"{folder}/sent/{row[0]['message']}-1.eml", "rb"),
            policy=email.policy.default)
        check("letter: the PDF", [p for p in m.walk() if p.get_content_type()
            == "application/pdf" and p.get_content()[:5] == b"%PDF-"])


class Page(html.parser.HTMLParser):
    """Words and links of a page; every element is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.bad = [], [], [], []
        self.rows = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.rows += tag == "tr"
        self.links += [v for k, v in attrs if k == "href"]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append(tag)


def pages(folder, events):
    for name in "log.html", "log.zh-CN.html":
        page = Page(open(f"{folder}/{name}", encoding="utf-8").read())
        check(name + ": whole", not page.bad and not page.open, page.bad)
        check(name + ": a row each", page.rows == events + 1, page.rows)
        check(name + ": links lead to files", page.links and all(
            os.path.exists(f"{folder}/{x}") for x in page.links), page.links)
        if shutil.which("tidy"):
            done = subprocess.run(["tidy", "-q", "-e", "-utf8", f"{folder}/"
                + name], capture_output=True, text=True)
            check(name + ": tidy", done.returncode == 0, done.stderr)


def golden(folder):
    """What people read, letter by letter but for hashes and who ran it."""
    def plain(text):
        text = re.sub(r"\b[0-9a-f]{16,64}\b", "HASH", text)
        text = re.sub(r"<pre>.*?</pre>", "<pre>...</pre>", text, flags=re.S)
        for around in ">%s<", " by %s.", " 由 %s 制作":
            text = text.replace(around % ME, around % "me")
        return text
    names = sorted(os.path.relpath(os.path.join(d, n), folder)
        for d, _, ns in os.walk(folder) for n in ns)
    found = {"names.txt": "".join(n + "\n" for n in names)}
    for name in "log.html", "log.zh-CN.html":
        found[name] = plain(open(f"{folder}/{name}",
            encoding="utf-8").read())
    found["heads.txt"] = "".join(n + ": " + open(f"{folder}/{n}",
        encoding="utf-8-sig", newline="").readline().strip() + "\n"
        for n in names if n.endswith(".csv"))
    for name, text in found.items():
        path = f"{GOLDEN}/{name}"
        if "--update" in sys.argv:
            os.makedirs(GOLDEN, exist_ok=True)
            open(path, "w", encoding="utf-8").write(text)
        want = open(path, encoding="utf-8").read()
        check("golden " + name, text == want, "\n" + "\n".join(
            difflib.unified_diff(want.splitlines(), text.splitlines(),
            lineterm="", n=0))[:3000])


def tampered(folder, what, change, expect, *args, sign=True):
    """change(folder); then the hashes of files are made right again, as who
    tampers with a bundle would do."""
    copy = work + "/t"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    change(copy)
    if not sign:
        check(what + " (sha256sum)", not sums(copy))
    else:
        names = [os.path.relpath(os.path.join(d, n), copy) for d, _, ns in
            os.walk(copy) for n in ns if n != "SHA256SUMS"]
        with open(copy + "/SHA256SUMS", "w") as f:
            for n in names:
                f.write(hashlib.sha256(open(f"{copy}/{n}", "rb").read())
                    .hexdigest() + f"  {n}\n")
        check(what + " (signed anew)", sums(copy))
    done = follow(copy, args[1] if args else None)
    check(what + " (sha256sum finds)", (done[0].returncode == 0) == sign)
    done = done[-1]
    check(what, done.returncode == 1 and expect in done.stdout,
        done.stdout + done.stderr)
    chinese(what, run_check(copy, "--zh", *args[:2]), 1)


def lines_of(folder):
    with open(folder + "/events.jsonl", encoding="utf-8") as f:
        return f.read().splitlines()


def put_lines(folder, lines):
    with open(folder + "/events.jsonl", "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


def edit(fn):
    def change(folder):
        lines = lines_of(folder)
        fn(lines)
        put_lines(folder, lines)
    return change


def fields(*values):
    h = hashlib.sha256()
    for v in values:
        b = v.to_bytes(8, "big", signed=True) if isinstance(v, int) else \
            v.encode()
        h.update(len(b).to_bytes(8, "big") + b)
    return h.hexdigest()


def chain(folder, events):
    """Hashes and log as they would be of these events."""
    prev = ""
    for e in events:
        e["payload_hash"] = fields(e["salt"], e["payload"])
        e["prev"] = prev
        e["hash"] = prev = fields("dunlin-event-1", e["company"],
            e["account"], e["seq"], e["at"], e["kind"], e["actor"],
            e["payload_hash"], e["prev"])
    put_lines(folder, [json.dumps(e, ensure_ascii=False) for e in events])
    write_log(folder, events)


def write_log(folder, events):
    """log.json and log.csv, as of these events."""
    with open(folder + "/log.json", "w", encoding="utf-8") as f:
        json.dump([{"account": e["account"], "seq": e["seq"], "kind":
            e["kind"], "actor": e["actor"], "hash": e["hash"], "content":
            e["payload"] and json.loads(e["payload"])} for e in events], f)
    with open(folder + "/log.csv", encoding="utf-8-sig", newline="") as f:
        heads = next(csv.reader(f))
    with open(folder + "/log.csv", "w", encoding="utf-8-sig",
            newline="") as f:
        w = csv.DictWriter(f, heads, restval="")
        w.writeheader()
        w.writerows({k: e[k] for k in ("account", "seq", "kind", "actor",
            "hash")} for e in events)


def invented(folder):
    events = [json.loads(l) for l in lines_of(folder)]
    return events, dict(events[2], kind="note", actor="user:forger",
        payload='{"text":"They agreed"}')


def append_event(folder):
    events, e = invented(folder)
    chain(folder, events + [dict(e, seq=len(events) + 1)])


def put_in(folder):
    events, e = invented(folder)
    events.insert(5, e)
    for i, x in enumerate(events):
        x["seq"] = i + 1
    chain(folder, events)


def rewrite(folder):
    """All of it anew: payloads, hashes, log, roots, files."""
    events = [json.loads(l) for l in lines_of(folder)]
    for e in events:
        if e["kind"] == "note":
            e["payload"] = '{"text":"They agreed to pay double"}'
    chain(folder, events)
    roots = json.load(open(folder + "/roots.json"))
    for p in roots["proofs"]:
        p["head"] = events[p["seq"] - 1]["hash"]
        p["path"] = []
        r = p["root"]
        r["hash"] = fields("dunlin-root-1", r["database"], r["day_number"],
            r["at_seconds"], r["streams"], r["events"], r["last_event"],
            fields("dunlin-leaf-1", p["company"], p["account"], p["seq"],
            p["head"]))
    json.dump(roots, open(folder + "/roots.json", "w"))


def tamper_all(folder, root):
    sent = [os.path.relpath(n, folder) for n in
        sorted(glob.glob(folder + "/sent/*.eml"))]
    mail = os.path.relpath(glob.glob(folder + "/received/*")[0], folder)
    n = len(lines_of(folder))

    def append(name, data=b"x"):
        def change(f):
            with open(f + "/" + name, "ab") as out:
                out.write(data)
        return change

    def swap(f):
        os.rename(f + "/" + sent[0], f + "/x")
        os.rename(f + "/" + sent[1], f + "/" + sent[0])
        os.rename(f + "/x", f + "/" + sent[1])

    def cut(f):
        put_lines(f, lines_of(f)[:-1])
        rows = json.load(open(f + "/log.json", encoding="utf-8"))
        json.dump(rows[:-1], open(f + "/log.json", "w"))
        t = open(f + "/log.csv", encoding="utf-8", newline="").read()
        open(f + "/log.csv", "w", encoding="utf-8", newline="").write(
            "\r\n".join(t.split("\r\n")[:-2]) + "\r\n")

    def first_json(f, key, value):
        lines = lines_of(f)
        e = json.loads(lines[2])
        e[key] = value
        lines[2] = json.dumps(e)
        put_lines(f, lines)

    tampered(folder, "changed file", append(sent[0]), "the file was changed",
        sign=False)
    tampered(folder, "changed message", append(sent[0]), "the message that "
        "it tells of was changed")
    tampered(folder, "removed message", lambda f: os.remove(f + "/" +
        sent[1]), "the message that it tells of is gone")
    tampered(folder, "exchanged messages", swap, "the message that it tells "
        "of was changed")
    tampered(folder, "message put in", append("sent/99-1.eml"), "no event "
        "tells of this message")
    tampered(folder, "changed reply", append(mail), "the message that it "
        "tells of was changed")
    tampered(folder, "reply put in", append("received/99.eml"), "no event "
        "tells of this message")
    tampered(folder, "changed content", lambda f: first_json(f, "payload",
        "{}"), "its content was changed")
    tampered(folder, "changed kind", lambda f: first_json(f, "kind", "paid"),
        "event 3: it was changed")
    tampered(folder, "changed time", lambda f: first_json(f, "at", 1),
        "event 3: it was changed")
    tampered(folder, "content taken away", lambda f: first_json(f, "payload",
        None), "no event says that it was erased")
    tampered(folder, "removed event", edit(lambda l: l.pop(2)),
        "events before it are gone")
    tampered(folder, "event put in", edit(lambda l: l.insert(3, l[2])),
        "events before it are gone")
    tampered(folder, "exchanged events", edit(lambda l: l.insert(2,
        l.pop(3))), "events before it are gone")
    tampered(folder, "removed account", lambda f: open(f +
        "/events.jsonl", "w").close(), "is not the one that it covers")
    tampered(folder, "cut end", cut, f"event {n} is not the one that it "
        "covers")
    tampered(folder, "changed log", lambda f: open(f + "/log.json", "w")
        .write(open(folder + "/log.json").read().replace("user:", "user:x")),
        "log.json: it does not say")
    tampered(folder, "changed log.csv", lambda f: open(f + "/log.csv", "w")
        .write(open(folder + "/log.csv").read().replace("user:", "user:x")),
        "log.csv: it does not say")
    tampered(folder, "event put in at the end", append_event, "are in no "
        "root")
    tampered(folder, "event put in, all after it made to fit", put_in,
        "is not the one that it covers")
    tampered(folder, "proof taken away", lambda f: open(f + "/roots.json",
        "w").write('{"stored": [], "proofs": []}'), "no root covers it")
    copy = work + "/r"
    shutil.copytree(folder, copy)
    rewrite(copy)
    done = run_check(copy)
    check("a full rewrite shows in the sums only", all("the file was "
        "changed" in l for l in done.stdout.splitlines() if
        l.startswith("WRONG")), done.stdout)
    tampered(folder, "full rewrite", rewrite, "none of those that these "
        "events lead to", "--root", root)


def merged():
    """Two accounts that became one: neither may be left out."""
    dunlin("2027-01-04T01:00:00Z", "status", "--accept-clock", ok=False)
    dunlin("2027-01-04T02:00:00Z", "merge", "C-4", "C-3")
    folder, _ = bundle("m", now="2027-01-04T03:00:00Z", account="C-3")
    done = follow(folder)
    check("merged: whole", [d.returncode for d in done] == [0, 0],
        done[-1].stdout)

    def leave_out(f):
        events = [e for e in map(json.loads, lines_of(f)) if
            e["account"] != "C-4"]
        put_lines(f, [json.dumps(e) for e in events])
        write_log(f, events)
        roots = json.load(open(f + "/roots.json"))
        roots["proofs"] = [p for p in roots["proofs"] if p["account"] !=
            "C-4"]
        json.dump(roots, open(f + "/roots.json", "w"))
        shutil.rmtree(f + "/sent")
        for e in events:
            p = json.loads(e["payload"])
            name = f"sent/{p.get('outbox')}-{p.get('attempt')}.eml"
            if e["kind"].startswith("message-") and "content" in p:
                os.makedirs(f + "/sent", exist_ok=True)
                shutil.copy(f"{folder}/{name}", f"{f}/{name}")
    tampered(folder, "removed account of two", leave_out, "the events of "
        "account C-4, which became part of it, are gone")


def zips(folder):
    a, _ = bundle("a.zip")
    b, _ = bundle("b.zip")
    check("the same bytes", open(a, "rb").read() == open(b, "rb").read())
    check("only its owner reads it", os.stat(a).st_mode & 0o77 == 0)
    check("nothing is left", not os.path.exists(a + ".part"))
    upper = work + "/upper.ZIP"
    dunlin("2026-11-21T05:00:00Z", "evidence", "C-1", "-o", upper)
    check("a name in capitals is a zip too", zipfile.is_zipfile(upper))
    for name in "b.tar", "b.tar.gz", "b.7z", "":
        done = dunlin("2026-11-21T05:00:00Z", "evidence", "C-1", "-o", name
            and work + "/" + name, ok=False)
        check("no other archive: " + name, done.returncode == 65 and
            "FILE.zip" in done.stderr and not os.path.exists(work + "/" +
            (name or "nothing")), done.stderr)
    done = subprocess.run(["unzip", "-q", "-t", a], capture_output=True)
    check("unzip -t", done.returncode == 0, done.stdout)
    with zipfile.ZipFile(a) as z:
        check("zipfile", z.testzip() is None)
        z.extractall(work + "/z")
    check("unpacked", sums(work + "/z") and
        run_check(work + "/z").returncode == 0)
    names = lambda d: sorted(os.path.relpath(os.path.join(x, n), d)
        for x, _, ns in os.walk(d) for n in ns)
    check("the same files", names(work + "/z") == names(folder))
    done = dunlin("2026-11-21T05:00:00Z", "evidence", "C-1", "-o", a,
        ok=False)
    check("never over another", done.returncode != 0 and "name another "
        "file" in done.stderr, done.stderr)
    done = dunlin("2026-11-21T05:00:00Z", "evidence", "C-1", "-o", folder,
        ok=False)
    check("never into another", done.returncode != 0 and "not empty" in
        done.stderr, done.stderr)


def verify(root):
    done = dunlin("2026-11-21T06:00:00Z", "verify", "--root", root)
    check("verify --root", "problems: 0" in done.stdout, done.stdout)
    good_db = open(work + "/w/dunlin.db", "rb").read()
    for what, text, expect in (
            ("removed account", "DELETE FROM event_payload WHERE event_id IN "
             "(SELECT e.id FROM event e JOIN stream s ON s.id = e.stream_id "
             "JOIN account a ON a.id = s.account_id WHERE a.code = 'C-3');"
             "DELETE FROM event WHERE stream_id = (SELECT s.id FROM stream s "
             "JOIN account a ON a.id = s.account_id WHERE a.code = 'C-3');"
             "DELETE FROM stream WHERE account_id = (SELECT id FROM account "
             "WHERE code = 'C-3')", "of these the database has"),
            ("changed message", "UPDATE attempt_content SET bytes = x'00'",
             "its bytes were changed"),
            ("removed mail", "UPDATE inbox SET raw = x''",
             "what was received is gone")):
        db = sqlite3.connect(work + "/w/dunlin.db")
        db.executescript(text)
        db.close()
        done = dunlin("2026-11-21T06:00:00Z", "verify", "--root", root,
            ok=False)
        check("verify: " + what, done.returncode != 0 and expect in
            done.stdout, done.stdout)
        for end in "", "-wal", "-shm":
            if os.path.exists(work + "/w/dunlin.db" + end):
                os.remove(work + "/w/dunlin.db" + end)
        open(work + "/w/dunlin.db", "wb").write(good_db)
    done = dunlin("2026-11-21T06:00:00Z", "verify")
    check("verify says what it cannot show", "written anew" in
        done.stdout.replace("\n", " ") or "重写" in done.stdout, done.stdout)


COMMANDS = instruction()
try:
    kinds()
    set_up()
    root = work + "/w/roots/root-2026-11-21"
    check("a root of the day", os.path.exists(root), os.listdir(work + "/w"))
    folder, done = bundle("b", "--root", root)
    good(folder, root)
    golden(folder)
    approved()
    pages(folder, len(lines_of(folder)))
    tamper_all(folder, root)
    shutil.rmtree(work + "/b")
    folder, done = bundle("b")
    zips(folder)
    verify(root)
    privacy(root)
    merged()
finally:
    shutil.rmtree(work, ignore_errors=True)
finish()
