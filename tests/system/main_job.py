#!/usr/bin/env python3
"""The main job on a real ledger: import, plan, arm, the roles, a mail server.

usage: main_job.py DUNLIN [LEDGER.csv]

A history of invoices with the day each was paid is made up; then, where it is
there, LEDGER.csv is taken the same way.  It is imported as of one day;
contacts in both languages are added.  What should have gone out is computed
here from the same file, with nothing of Dunlin's, and compared with every
message that the server delivered.
"""
import collections, csv, datetime, email, email.policy, html.parser
import json, os, random, re, subprocess, sys, tempfile

from postfixlib import Postfix

AS_OF = datetime.date(2012, 6, 15)
DAYS = 12		# days the roles are run after that
passed = failed = 0


def check(ok, what):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("FAILED:", what)
    return ok


def day(text):
    return datetime.datetime.strptime(text, "%m/%d/%Y").date()


def cents(text):
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def money(minor, language):
    text = f"{minor // 100:,}.{minor % 100:02d}"
    return f"USD {text}" if language == "en" else f"{text}美元"


def make_up(path):
    """Invoices of 90 customers over a year; most are paid, some late."""
    r = random.Random(20120615)
    us = lambda d: f"{d.month}/{d.day}/{d.year}"
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f)
        w.writerow(["customerID", "invoiceNumber", "InvoiceDate", "DueDate",
            "InvoiceAmount", "Disputed", "SettledDate"])
        for i in range(1500):
            issued = datetime.date(2012, 1, 1) + \
                datetime.timedelta(days=r.randrange(250))
            paid = issued + datetime.timedelta(days=r.randrange(5, 75))
            amount = r.choice([r.randrange(1000, 20000),
                r.randrange(20000, 5000000)])
            w.writerow([f"C{r.randrange(90):03d}", f"{7000000000 + i * 37}",
                us(issued), us(issued + datetime.timedelta(days=30)),
                f"{amount / 100:.2f}", "Yes" if r.random() < .2 else "No",
                us(paid)])


class Ledger:
    """What is owed as of AS_OF, by account."""

    def __init__(self, path):
        with open(path, newline="", encoding="utf-8") as f:
            self.rows = list(csv.DictReader(f))
            self.columns = list(self.rows[0])
        self.owed = collections.defaultdict(dict)
        self.never = set()	# documents that nobody may name
        self.disputed = set()
        for r in self.rows:
            if day(r["InvoiceDate"]) > AS_OF or day(r["SettledDate"]) <= AS_OF:
                self.never.add(r["invoiceNumber"])
            elif r["Disputed"] == "Yes":
                self.disputed.add(r["invoiceNumber"])
            else:
                self.owed[r["customerID"]][r["invoiceNumber"]] = (
                    cents(r["InvoiceAmount"]), day(r["DueDate"]))
        self.accounts = sorted({r["customerID"] for r in self.rows})

    def language(self, account):
        return "zh-CN" if self.accounts.index(account) % 2 else "en"

    def address(self, account):
        return f"payables-{self.accounts.index(account)}@customer.example.com"

    def with_contacts(self, path):
        with open(path, "w", newline="", encoding="utf-8") as f:
            w = csv.writer(f)
            w.writerow(self.columns + ["name", "email", "language"])
            for r in self.rows:
                a = r["customerID"]
                zh = self.language(a) == "zh-CN"
                name = f"客户{self.accounts.index(a)}号公司" if zh else \
                    f"Customer {self.accounts.index(a)} Inc."
                w.writerow(list(r.values()) +
                    [name, self.address(a), self.language(a)])


class Rows(html.parser.HTMLParser):
    """The cells of every table row."""

    def __init__(self):
        super().__init__()
        self.rows, self.cell = [], None

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.cell = []

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell is not None:
            self.rows[-1].append("".join(self.cell).strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def run(*argv, **kw):
    p = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8", **kw)
    if p.returncode != 0:
        print("FAILED:", " ".join(argv), p.returncode, p.stderr[-2000:])
        print("0 passed, 1 failed")
        sys.exit(1)
    return p.stdout


def delivered(server, least=0):
    return [email.message_from_bytes(m, policy=email.policy.default)
        for m in server.mails(least)]


def check_message(ledger, m):
    to = m["To"].addresses[0].addr_spec
    number = int(re.match(r"payables-(\d+)@", to).group(1))
    account = ledger.accounts[number]
    language = ledger.language(account)
    owed = ledger.owed.get(account, {})
    text = m.get_body(("plain",)).get_content()
    page = m.get_body(("html",)).get_content()
    what = f"message to {account} ({m['Subject']})"
    check(m["Content-Language"] == language, f"{what}: language")
    check(m["Auto-Submitted"] == "auto-generated", f"{what}: Auto-Submitted")
    parser = Rows()
    parser.feed(page)
    named = {}
    for row in parser.rows:
        for document in re.findall(r"\d{10}", row[0] if row else ""):
            named[document] = row
    check(set(named) == set(owed), f"{what}: names {sorted(named)}, "
        f"owed are {sorted(owed)}")
    for document, row in named.items():
        if document not in owed:
            continue
        want = money(owed[document][0], language)
        check(row[-1] == want, f"{what}: {document} {row} is not {want}")
        check(document in text, f"{what}: {document} is not in the text part")
    total = money(sum(v[0] for v in owed.values()), language)
    check(total in text and total in page, f"{what}: total {total}")
    for document in ledger.never | ledger.disputed:
        if document in text or document in page:
            check(False, f"{what}: names {document}")
    return account


def run_with(dunlin, path):
    with tempfile.TemporaryDirectory() as top:
        if path is None:
            path = os.path.join(top, "history.csv")
            make_up(path)
        os.environ["DUNLIN_CLOCK_FILE"] = os.path.join(top, "clock")
        server = Postfix(login=False)
        try:
            job(dunlin, Ledger(path), top, server)
        finally:
            server.stop()


def main():
    dunlin = sys.argv[1]
    run_with(dunlin, None)
    if len(sys.argv) > 2 and os.path.exists(sys.argv[2]):
        run_with(dunlin, sys.argv[2])
    else:
        print("skipped: the real ledger is not here")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


def set_clock(clock, when):
    with open(clock + ".tmp", "w") as f:
        f.write(when.strftime("%Y-%m-%dT%H:%M:%SZ\n"))
    os.rename(clock + ".tmp", clock)


def roles(dunlin, ws):
    for role in ("planner", "sender", "planner"):
        run(dunlin, "-C", ws, "run", role, "--once")


def job(dunlin, ledger, top, server):
    ws = os.path.join(top, "ws")
    clock = os.environ["DUNLIN_CLOCK_FILE"]
    full = os.path.join(top, "ledger.csv")
    ledger.with_contacts(full)
    start = datetime.datetime(2012, 6, 15, 12, 0)
    set_clock(clock, start)
    run(dunlin, "init", ws, "--test")
    with open(os.path.join(ws, "dunlin.yaml"), "w") as f:
        f.write(CONFIG.format(port=server.ports["plain"]))
    run(dunlin, "-C", ws, "check")
    run(dunlin, "-C", ws, "import", full, "--dates", "mdy", "--currency",
        "USD", "--zone", "America/New_York", "--country", "US", "--as-of",
        AS_OF.isoformat())
    arm = json.loads(run(dunlin, "-C", ws, "--json", "arm"))
    run(dunlin, "-C", ws, "arm", "--confirm", str(arm["confirm"]))
    for hour in range(0, DAYS * 24, 2):
        set_clock(clock, start + datetime.timedelta(hours=hour))
        roles(dunlin, ws)
    messages = delivered(server, sent(dunlin, ws))
    seen = collections.Counter()
    for m in messages:
        seen[check_message(ledger, m)] += 1
    # Everything undisputed that is overdue or due within the week before it
    # went stale was written about.
    last = AS_OF + datetime.timedelta(days=DAYS - 5)
    for account, owed in ledger.owed.items():
        due = min(d for _, d in owed.values())
        if due - datetime.timedelta(days=4) <= last and \
                due + datetime.timedelta(days=3) <= last:
            check(seen[account] > 0, f"{account}: nothing was sent, "
                f"oldest due {due}")
        elif due - datetime.timedelta(days=7) > \
                AS_OF + datetime.timedelta(days=DAYS):
            check(seen[account] == 0, f"{account}: sent too early")
    check(len(messages) > 20, f"only {len(messages)} messages")
    languages = collections.Counter(m["Content-Language"] for m in messages)
    check(languages["en"] > 5 and languages["zh-CN"] > 5, str(languages))
    tokens = {m["Reply-To"] for m in messages}
    check(len(tokens) == len(messages), "reply tokens repeat")
    check(len({m["Message-ID"] for m in messages}) == len(messages),
        "Message-IDs repeat")
    for _ in range(2):
        roles(dunlin, ws)
    again = sent(dunlin, ws), len(delivered(server))
    check(again == (len(messages), len(messages)), "running the roles again "
        f"sent something: {len(messages)} messages, then {again}")
    run(dunlin, "-C", ws, "verify")


def sent(dunlin, ws):
    """How many the server took, as Dunlin says; nothing is left half done."""
    def in_state(state):
        return len(json.loads(run(dunlin, "-C", ws, "--json", "queue",
            "--state", state)))
    for state in ("uncertain", "sending", "claimed", "failed"):
        check(in_state(state) == 0, f"messages are {state}")
    return in_state("accepted")


CONFIG = """\
test: yes
companies:
  main:
    name: {{en: "Example Trading Inc.", zh-CN: "示例贸易有限公司"}}
    country: US
    zone: America/New_York
    languages: [en, zh-CN]
    currency: USD
    reply_to: ar@example.com
    senders:
      - {{role: account-manager, name: "Accounts Receivable", email: ar@example.com}}
      - {{role: collections, name: "Collections Team", email: ar@example.com}}
      - {{role: manager, name: "Credit Manager", email: ar@example.com}}
      - {{name: "Finance Department", email: ar@example.com}}
    banks:
      - {{currency: USD, holder: "Example Trading Inc.", bank: "Example Bank", account: "000-111-222"}}
    policy: patient
    transport: {{url: "smtp://127.0.0.1:{port}", tls: none}}
policies:
  patient:
    extends: default
    ledger_max_age: 30
    max_new_per_day: 1000
"""

sys.exit(main())
