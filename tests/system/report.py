#!/usr/bin/python3
"""Reports against what is computed here from the same ledger, with nothing of
Dunlin's: ageing, days sales outstanding, forecast; all reports in every form;
interest as information.

usage: report.py DUNLIN [ACCOUNTS]
"""
import collections, csv, datetime, io, json, os, random, re, shutil, sqlite3
import subprocess, sys, tempfile
from fractions import Fraction
from xml.dom import minidom

from sendlib import check, finish

DUNLIN = os.path.abspath(sys.argv[1])
TOP = os.environ["top_srcdir"]
ACCOUNTS = int(sys.argv[2]) if len(sys.argv) > 2 else 300
TODAY = datetime.date(2026, 11, 20)
NOW = "2026-11-20T04:00:00Z"
DIGITS = {"CNY": 2, "GBP": 2, "JPY": 0, "KWD": 3}
CONFIG = """test: yes
companies:
  main:
    name: {en: Example Trading Ltd, zh-CN: 示例贸易有限公司}
    country: CN
    zone: Asia/Shanghai
    currency: CNY
    languages: [en, zh-CN]
    reply_to: ar@seller.example.com
    transport: {url: "maildir:outgoing"}
    senders:
      - {name: Accounts Receivable, email: ar@seller.example.com}
"""
work = tempfile.mkdtemp()


def dunlin(*args, ok=True, now=NOW):
    done = subprocess.run([DUNLIN, "-C", work, "--now", now, *args],
        capture_output=True, text=True)
    if ok and done.returncode != 0:
        sys.exit(f"{args}: {done.stderr}")
    return done


def report(*args):
    return json.loads(dunlin("report", *args, "--json").stdout)["rows"]


def days(n):
    return datetime.timedelta(n)


def text(minor, cur):
    d = DIGITS[cur]
    s = str(abs(minor)).rjust(d + 1, "0")
    return ("-" if minor < 0 else "") + (s[:-d] + "." + s[-d:] if d else s)


def half_up(value, digits):
    """Half away from zero, as text."""
    v = abs(value) * 10 ** digits
    n = (2 * v.numerator + v.denominator) // (2 * v.denominator)
    s = str(n).rjust(digits + 1, "0")
    return float(("-" if value < 0 and n else "") + s[:-digits] + "." +
        s[-digits:])


def make_ledger():
    """Items of a year: open ones, credits, and paid ones with their day."""
    r, items = random.Random(7), []
    for a in range(ACCOUNTS):
        habit = r.randrange(-3, 40)
        cur = r.choice(["CNY", "CNY", "CNY", "GBP", "JPY", "KWD"])
        for k in range(r.randrange(1, 6)):
            issued = TODAY - days(r.randrange(1, 200))
            due = issued + days(30)
            amount = r.randrange(1, 10 ** r.randrange(3, 9))
            kind, paid = "invoice", None
            if r.random() < .1:
                kind, amount = "credit", -amount
            elif due + days(habit) < TODAY - days(5) and r.random() < .7:
                paid = due + days(habit + r.randrange(-2, 3))
                if paid <= issued:
                    paid = issued + days(1)
            items.append((f"C{a:06d}", f"D{a:06d}-{k}", issued, due, amount,
                cur, kind, paid))
    with open(work + "/ledger.csv", "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f)
        w.writerow(["account", "name", "item", "issued", "due", "amount",
            "balance", "currency", "kind", "paid"])
        for a, d, issued, due, amount, cur, kind, paid in items:
            w.writerow([a, "=Name " + a, d, issued, due, text(amount, cur),
                text(0 if paid else amount, cur), cur, kind, paid or ""])
    return items


def ages(items, key):
    sums = collections.defaultdict(lambda: [0] * 8)
    for a, d, issued, due, amount, cur, kind, paid in items:
        if paid:
            continue
        late = (TODAY - due).days
        i = 5 if kind == "credit" else 0 if late <= 0 else 1 if late <= 30 \
            else 2 if late <= 60 else 3 if late <= 90 else 4
        line = sums[key(a, cur)]
        line[i] += amount
        line[6] += amount
        line[7] += 1
    return sums


NAMES = ["not_due", "days_1_30", "days_31_60", "days_61_90", "over_90",
    "credits", "total"]


def ageing(items):
    want = ages(items, lambda a, cur: (cur, None))
    rows = report("ageing")
    check("ageing: currencies", [r["currency"] for r in rows] ==
        sorted(c for c, _ in want))
    for r in rows:
        line = want[r["currency"], None]
        for i, name in enumerate(NAMES):
            check(f"ageing: {r['currency']} {name}", Fraction(str(r[name]))
                == Fraction(text(line[i], r["currency"])), (r, line))
        check("ageing: items", r["items"] == line[7], (r, line))
    want = ages(items, lambda a, cur: (cur, a))
    rows = list(csv.DictReader(io.StringIO(dunlin("report", "ageing", "--by",
        "account", "--csv").stdout.lstrip("\ufeff"))))
    got = {(r["currency"], r["of"]): [r[n] for n in NAMES] for r in rows}
    check("ageing by account", got == {k: [text(v[i], k[0]) for i in
        range(7)] for k, v in want.items()})
    # What the ledger itself says it sums up to.
    status = sqlite3.connect(work + "/dunlin.db").execute("SELECT currency, "
        "sum(balance) FROM item WHERE state = 'open' GROUP BY 1 ORDER BY 1")
    check("ageing: as the database", [(r["currency"], Fraction(str(
        r["total"]))) for r in report("ageing")] == [(c, Fraction(text(s,
        c))) for c, s in status])


def dso(items):
    since = TODAY - days(89)
    rows = report("dso")
    for cur in sorted({i[5] for i in items}):
        mine = [i for i in items if i[5] == cur]
        left = sum(i[4] for i in mine if not i[7])
        late = sum(i[4] for i in mine if not i[7] and i[3] < TODAY and
            i[4] > 0)
        billed = sum(i[4] for i in mine if i[2] >= since and
            i[6] == "invoice")
        paid = [i for i in mine if i[7] and since <= i[7] <= TODAY]
        row = [r for r in rows if r["currency"] == cur]
        if not check("dso: " + cur, len(row) == 1, rows):
            continue
        row = row[0]
        for name, value in (("receivable", left), ("overdue", late),
                ("billed", billed)):
            check(f"dso: {cur} {name}", Fraction(str(row[name])) ==
                Fraction(text(value, cur)), (row, value))
        for name, num, den in (("dso", left * 90, billed), ("best_dso",
                (left - late) * 90, billed), ("days_late", sum(i[4] *
                (i[7] - i[3]).days for i in paid), sum(i[4] for i in paid))):
            check(f"dso: {cur} {name}", row[name] == (half_up(Fraction(num,
                den), 1) if den else None), (row, num, den))


def forecast(items, promised):
    late = collections.defaultdict(list)
    for i in items:
        if i[7]:
            late[i[0]].append((i[7] - i[3]).days)
    every = sorted(x for v in late.values() for x in v)
    middle = lambda v: sorted(v)[(len(v) - 1) // 2]
    monday = TODAY - days(TODAY.weekday())
    usual = middle(every) if every else 0
    want = collections.defaultdict(int)
    for a, d, issued, due, amount, cur, kind, paid in items:
        if paid or amount <= 0:
            continue
        if d in promised:
            day, which = promised[d], "promised"
        else:
            day = due + days(middle(late[a]) if len(late[a]) >= 3 else
                usual)
            which = "by_habit"
        week = min(13, (max(day, TODAY) - monday).days // 7)
        want[cur, week, which] += amount
    rows = report("forecast")
    currencies = sorted({i[5] for i in items if not i[7]})
    check("forecast: rows", len(rows) == 14 * len(currencies), len(rows))
    for n, r in enumerate(rows):
        cur, week = currencies[n // 14], n % 14
        name = "later" if week == 13 else str(monday + days(7 * week))
        check(f"forecast: {cur} {name}", r["currency"] == cur and
            r["week"] == name and all(Fraction(str(r[w])) ==
            Fraction(text(want[cur, week, w], cur)) for w in ("promised",
            "by_habit")) and Fraction(str(r["all"])) == Fraction(text(
            want[cur, week, "promised"] + want[cur, week, "by_habit"],
            cur)), r)


def promises(items):
    """On some open items; the forecast takes their day."""
    made = {}
    for i in [i for i in items if not i[7] and i[4] > 0 and
            i[3] < TODAY][:5]:
        day = TODAY + days(4 + 5 * len(made))
        dunlin("promise", "add", i[0], "--by", str(day), "--item", i[1])
        made[i[1]] = day
    rows = report("promises", "--to", "2027-01-31")
    check("promises", sum(r["promises"] for r in rows if r["state"] ==
        "open") == len(made), rows)
    return made


WORDS = {"reason": ["quality", "amount", "delivery"],
    "outcome": ["accepted", "rejected", "withdrawn"],
    "sent": ["accepted", "deferred", "failed", "uncertain"]}
EAST = 8 * 3600			# Asia/Shanghai


def number(day):
    return (day - datetime.date(1970, 1, 1)).days


def day_of(at):
    return TODAY + days((at + EAST) // 86400 - number(TODAY))


def instant(r, day):
    """Any time of that day in Shanghai, also before eight."""
    return number(day) * 86400 - EAST + r.randrange(86400)


def between(day, back):
    return TODAY - days(back - 1) <= day <= TODAY


def history(items):
    """What happened, made up here and put into the database; then counted
    here from the same lists."""
    r = random.Random(11)
    db = sqlite3.connect(work + "/dunlin.db")
    db.execute("PRAGMA foreign_keys = OFF")
    ids = {d: (i, a) for i, a, d in db.execute(
        "SELECT id, account_id, document FROM item")}
    codes = dict(db.execute("SELECT id, code FROM account"))
    owners, logins = {}, {7: "ada", 8: "=bei", None: None}
    for n in 7, 8:
        db.execute("INSERT INTO users (id, login, name, roles, companies) "
            "VALUES (?, ?, 'N', 'collector', '*')", (n, logins[n]))
    for a in codes:
        owners[a] = r.choice((7, 8, None))
        db.execute("UPDATE account SET owner_id = ? WHERE id = ?",
            (owners[a], a))
    named, attempts = [], []
    for n in range(600):
        i = r.choice(items)
        item, account = ids[i[1]]
        day = TODAY - days(r.randrange(140))
        if i[7] and r.random() < .7:	# mostly before it was paid
            day = i[7] - days(r.randrange(0, 50))
        at, stage = instant(r, day), r.randrange(1, 4)
        c = 5000 + n
        db.execute("INSERT INTO communication (id, company_id, account_id, "
            "class, cause, channel, policy, stage, created_at, at, cancelled)"
            " VALUES (?, 1, ?, 'reminder', ?, 'mail', 'p', ?, 0, ?, 0)",
            (c, account, f"h/{n}", stage, at))
        amount = abs(i[4])
        db.execute("INSERT INTO communication_item VALUES (?, ?, ?)", (c,
            item, amount))
        named.append((i, stage, day, amount))
        db.execute("INSERT INTO outbox (id, company_id, account_id, "
            "communication_id, address_id, channel, state, template, "
            "language, due_at, not_after, priority, created_at, changed_at) "
            "VALUES (?, 1, ?, ?, 1, 'mail', 'accepted', 't', 'en', 0, 0, 0, "
            "0, 0)", (c, account, c))
        outcome = r.choice(WORDS["sent"])
        db.execute("INSERT INTO attempt (outbox_id, n, token, message_id, "
            "envid, recipient, hash, started_at, outcome) VALUES (?, 1, ?, "
            "'m', 'e', 'r', 'h', ?, ?)", (c, f"t{n}", at, outcome))
        attempts.append(("mail", "reminder", outcome, day))
    paid = {}
    for n in range(120):		# parts, on items that are open
        i = r.choice([i for i in items if not i[7] and i[4] > 10])
        day = TODAY - days(r.randrange(120))
        amount = max(i[4] // 7, 1)
        db.execute("INSERT INTO payment (company_id, account_id, item_id, "
            "source_id, reference, amount, currency, value_date, state, "
            "created_at) VALUES (1, ?, ?, 1, ?, ?, ?, ?, 'received', 0)",
            (ids[i[1]][1], ids[i[1]][0], f"h{n}", amount, i[5],
            number(day)))
        paid.setdefault(i[1], []).append((day, amount))
    disputes, tasks, kept = [], [], []
    for n in range(150):
        a = r.choice(sorted(codes))
        reason, opened = r.choice(WORDS["reason"]), instant(r, TODAY -
            days(r.randrange(130)))
        outcome = r.choice(WORDS["outcome"] + [None])
        closed = opened + r.randrange(20 * 86400) if outcome else None
        by = day_of(opened) + days(r.randrange(40))
        db.execute("INSERT INTO dispute (company_id, account_id, state, "
            "reason, by_day, opened_at, opened_by, closed_at, outcome) "
            "VALUES (1, ?, ?, ?, ?, ?, 'x', ?, ?)", (a, outcome or "opened",
            reason, number(by), opened, closed, outcome))
        disputes.append((reason, outcome or "open", opened, closed, by))
        state = r.choice(("open", "open", "closed"))
        due = instant(r, TODAY + days(r.randrange(-9, 9)))
        ended = instant(r, TODAY - days(r.randrange(60)))
        db.execute("INSERT INTO task (company_id, account_id, reason, state, "
            "severity, came_at, title, opened_at, due_at, closed_at) VALUES "
            "(1, ?, ?, ?, 1, 0, 't', 0, ?, ?)", (a, f"own-{n}", state, due,
            ended if state == "closed" else None))
        tasks.append((owners[a], state, day_of(due), day_of(ended)))
        result, day = r.choice(("kept", "broken")), TODAY - days(
            r.randrange(60))
        db.execute("INSERT INTO promise (company_id, account_id, state, "
            "made_at, made_on, day, amount, currency, made_by, look_at, tell,"
            " closed_at) VALUES (1, ?, ?, 0, 0, ?, 100, 'CNY', 'x', 0, 0, 1)",
            (a, result, number(day)))
        kept.append((owners[a], result, day))
    db.commit()
    db.close()
    recovery(named, paid)
    disputed(disputes)
    contacted(attempts)
    collected(collections.Counter(owners.values()), logins, tasks, kept)


def recovery(named, paid):
    """Each item once in each stage, from the first reminder there."""
    first = {}
    for i, stage, day, amount in named:
        was = first.get((i[5], stage, i[1]), (day, i, 0))
        first[i[5], stage, i[1]] = (min(day, was[0]), i, amount)
    want = collections.defaultdict(lambda: [0, 0, 0, 0, 0, []])
    for (cur, stage, d), (day, i, amount) in first.items():
        if not between(day, 90):
            continue
        line = want[cur, f"M{stage}"]
        if day + days(30) > TODAY:
            line[4] += 1
            continue
        line[0] += 1
        line[1] += amount
        cleared = i[7] if i[7] and i[7] >= day else None
        if cleared:
            line[5].append((cleared - day).days)
        if cleared and (cleared - day).days <= 30:
            line[3] += 1
            line[2] += amount
        else:
            part = sum(a for p, a in paid.get(d, []) if 0 <= (p - day).days
                <= 30)
            if i[7] and 0 <= (i[7] - day).days <= 30:
                part += amount
            line[2] += min(part, amount)
    rows = report("recovery")
    check("recovery: rows", [(r["currency"], r["stage"]) for r in rows] ==
        sorted(want), (rows, sorted(want)))
    for r in rows:
        n, total, got, quick, early, wait = want[r["currency"], r["stage"]]
        wait.sort()
        check("recovery: " + r["currency"] + " " + r["stage"], (r["items"],
            Fraction(str(r["named"])), Fraction(str(r["recovered"])),
            r["percent"], r["percent_items"], r["median_days"],
            r["too_early"]) == (n, Fraction(text(total, r["currency"])),
            Fraction(text(got, r["currency"])), half_up(Fraction(100 * got,
            total), 1) if total else None, half_up(Fraction(100 * quick, n),
            1) if n else None, wait[(n - 1) // 2] if 2 * len(wait) > n else
            None, early), (r, want[r["currency"], r["stage"]]))


def disputed(disputes):
    want = collections.defaultdict(lambda: [0, 0, 0])
    for reason, outcome, opened, closed, by in disputes:
        if between(day_of(opened), 90):
            line = want[reason, outcome]
            line[0] += 1
            line[1] += closed - opened if closed else 0
            line[2] += closed is None and by < TODAY
    rows = report("disputes")
    check("disputes", [[r[k] for k in ("reason", "outcome", "disputes",
        "mean_days", "late")] for r in rows] == [[*k, n, half_up(Fraction(s,
        n * 86400), 1) if k[1] != "open" else None, late] for k, (n, s, late)
        in sorted(want.items())], (rows, sorted(want.items())))


def contacted(attempts):
    want = collections.Counter(a[:3] for a in attempts if between(a[3], 30))
    rows = {(r["channel"], r["class"], r["outcome"]): r["count"] for r in
        report("contacts")}
    check("contacts", rows == dict(want), (rows, want))


def collected(accounts, logins, tasks, kept):
    rows = report("collectors")
    check("collectors: all", sorted(r["collector"] or "" for r in rows) ==
        ["", "=bei", "ada"], rows)
    for r in rows:
        who = [k for k, v in logins.items() if v == r["collector"]][0]
        mine = [t for t in tasks if t[0] == who]
        good = sum(k[0] == who and k[1] == "kept" and between(k[2], 30) for k
            in kept)
        bad = sum(k[0] == who and k[1] == "broken" and between(k[2], 30) for
            k in kept)
        want = [accounts[who], sum(t[1] != "closed" for t in mine), sum(t[1]
            != "closed" and t[2] < TODAY for t in mine), sum(t[1] == "closed"
            and between(t[3], 30) for t in mine), good, bad,
            half_up(Fraction(100 * good, good + bad), 1)]
        check(f"collectors: {r['collector']}", [r[k] for k in ("accounts",
            "tasks_open", "tasks_late", "tasks_closed", "kept", "broken",
            "kept_percent")] == want, (r, want))


def forms():
    """Each report in each form and language; bad input."""
    for name in ("ageing", "promises", "recovery", "disputes", "contacts",
            "collectors", "dso", "forecast", "what-worked", "limitation"):
        chart = f"{work}/{name}.svg"
        done = dunlin("report", name, "--chart", chart)
        check(name + ": table", len(done.stdout) > 10)
        check(name + ": chart", minidom.parse(chart).documentElement.tagName
            == "svg")
        chart = f"{work}/{name}.png"
        dunlin("report", name, "--chart", chart)
        check(name + ": PNG", open(chart, "rb").read(8) ==
            b"\x89PNG\r\n\x1a\n" and os.path.getsize(chart) > 2000)
        rows = json.loads(dunlin("report", name, "--json").stdout)
        check(name + ": JSON", rows["report"] == name)
        text = dunlin("report", name, "--csv").stdout
        table = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
        check(name + ": CSV", text[0] == "\ufeff" and
            len(table) == len(rows["rows"]) + 1)
        check(name + ": no formula", not any(c[:1] in "=+@" for row in table
            for c in row if c))
        to = f"{work}/{name}.csv"
        dunlin("report", name, "--csv", "-o", to)
        check(name + ": file", open(to, newline="").read() ==
            subprocess.run([DUNLIN, "-C", work, "--now", NOW, "report", name,
            "--csv"], capture_output=True).stdout.decode())
    for args in ((), ("nonsense",), ("ageing", "--by", "weather"),
            ("dso", "--by", "account"), ("dso", "--from", "2026-13-01"),
            ("dso", "--from", "2026-02-01", "--to", "2026-01-01"),
            ("ageing", "-o", work + "/x"), ("ageing", "more")):
        done = dunlin("report", *args, ok=False)
        check(f"refused: {args}", done.returncode != 0 and
            len(done.stderr) > 15, done.stderr)


def interest(items):
    """Information: nothing changes, and stale rates give no amount."""
    late = [i for i in items if not i[7] and i[4] > 0 and i[3] < TODAY]
    one = late[0][0]
    mine = sorted([i for i in late if i[0] == one], key=lambda i: i[3])
    before = sqlite3.connect(work + "/dunlin.db").execute(
        "SELECT count(*) FROM event").fetchone()
    done = json.loads(dunlin("interest", one, "--pack", "cn-sme",
        "--json").stdout)
    for row, i in zip(done["rows"], mine):
        sum_ = Fraction(i[4] * (TODAY - i[3]).days * 5, 10000)
        sum_ = (2 * sum_.numerator + sum_.denominator) // \
            (2 * sum_.denominator)
        check("interest", Fraction(str(row["interest"])) == Fraction(text(
            sum_, i[5])) and "x 0.05 %" in row["formula"], (row, i))
    check("interest: all", len(done["rows"]) == len(mine))
    with open(work + "/rates.csv", "w") as f:
        f.write("2026-01-01,2.15,made up\nuntil,2026-06-30\n")
    done = dunlin("interest", one, "--pack", "eu", "--rates",
        work + "/rates.csv")
    check("stale: no amount, a warning", "is not known" in done.stdout and
        "WARNING" in done.stdout, done.stdout)
    check("nothing is written", before == sqlite3.connect(work +
        "/dunlin.db").execute("SELECT count(*) FROM event").fetchone())
    check("packs", "cn-lpr" in dunlin("interest").stdout)
    for args in ((one,), (one, "--pack", "fr"), (one, "--pack", "gb"),
            (one, "--pack", "cn-loan-cap", "--rates", work + "/rates.csv"),
            (one, "--pack", "gb", "--rates", work + "/none")):
        done = dunlin("interest", *args, ok=False)
        check(f"refused: {args}", done.returncode != 0 and
            len(done.stderr) > 15, done.stderr)


RATES = [("2025-06-11", "2.15"), ("2025-12-18", "3.755"),
    ("2026-05-08", "4.25"), ("2026-08-01", "3"), ("2026-10-20", "3.1")]
UNTIL = datetime.date(2026, 12, 31)


def reference(day):
    known = [Fraction(p) for d, p in RATES if
        datetime.date.fromisoformat(d) <= day]
    return known[-1] if known else None


def half_year(day, before):
    d = datetime.date(day.year, 1 if day.month < 7 else 7, 1)
    return d - days(1) if before else d


# Percent a year on a day, of a debt due on another: by the laws of RULES.
PACKS = {
    "gb": lambda d, due: reference(half_year(due, True)) + 8,
    "eu": lambda d, due: reference(half_year(d, False)) + 8,
    "de": lambda d, due: reference(half_year(d, False)) + 9,
    "eu-fixed": lambda d, due: reference(half_year(due, False)) + 8,
    "cn-lpr": lambda d, due: reference(due + days(1)) * Fraction(13, 10),
    "cn-lpr-50": lambda d, due: reference(due + days(1)) * Fraction(3, 2),
    "cn-loan-cap": lambda d, due: reference(datetime.date(2026, 1, 5)) * 4,
    "agreed": lambda d, due: Fraction("18.25"),
}


def weight(count, day):
    """What one day counts, in years."""
    if count != "30/360":
        return Fraction(1, int(count[-3:]))
    def place(d):
        return 360 * d.year + 30 * d.month + min(d.day, 30)
    return Fraction(place(day) - place(day - days(1)), 360)


def rounded(v, how):
    n, rest = v.numerator // v.denominator, v - v.numerator // v.denominator
    half = Fraction(1, 2)
    return n + (rest > half or rest == half and (how == "half-up" or
        n % 2 == 1))


def accrued(pack, count, how, principal, due, parts):
    """Day by day; what comes in on a day still bears interest for it."""
    total, day = Fraction(0), due + days(1)
    while day <= TODAY:
        left = max(principal - sum(a for d, a in parts if d < day), 0)
        total += left * PACKS[pack](day, due) / 100 * weight(count, day)
        day += days(1)
    return rounded(total, how)


def interest_by_law(items):
    """Every pack, count of days and rounding, with part payments."""
    with open(work + "/reference.csv", "w") as f:
        for day, percent in RATES:
            f.write(f"{day},{percent},made up\n")
        f.write(f"until,{UNTIL}\n")
    late = [i for i in items if not i[7] and i[4] > 1000 and i[3] < TODAY -
        days(9)]
    chosen, parts = [], {}
    for i in late:
        if i[0] not in [c[0] for c in chosen]:
            chosen.append(i)
    for k, i in enumerate(chosen[:4]):
        parts[i[1]] = [(i[3] + days(3 + k), i[4] // 3), (i[3] + days(7),
            i[4] // 5)]
        for n, (day, amount) in enumerate(parts[i[1]]):
            dunlin("pay", i[0], text(amount, i[5]), i[5], "--item", i[1],
                "--on", str(day), "--ref", f"{i[1]}/{n}")
    cases = split = 0
    for k, one in enumerate(chosen[:6]):
        mine = {i[1]: i for i in late if i[0] == one[0]}
        for pack in PACKS:
            for count, how in (("actual/365", "half-up"), ("actual/360",
                    "half-even"), ("30/360", "half-up" if k % 2 else
                    "half-even")):
                done = json.loads(dunlin("interest", one[0], "--pack", pack,
                    "--rates", work + "/reference.csv", "--agreed",
                    "2026-01-05", "--rate", "18.25", "--count", count,
                    "--rounding", how, "--json").stdout)
                for row in done["rows"]:
                    if row["item"] not in mine:
                        continue
                    i = mine[row["item"]]
                    want = accrued(pack, count, how, i[4], i[3],
                        parts.get(i[1], []))
                    cases += 1
                    split += row["formula"].count("+") > 0
                    check(f"interest {pack} {count} {how}",
                        row["interest"] is not None and
                        Fraction(str(row["interest"])) == Fraction(text(want,
                        i[5])) and ("30E/360" in row["formula"]) ==
                        (count == "30/360"), (row, want))
    check("enough cases", cases > 100 and split > 20, (cases, split))


def native():
    """The words of every cell, for a Chinese reader; CSV and JSON have ours."""
    env = dict(os.environ, LC_ALL="", LANG="zh_CN.UTF-8")
    codes = re.compile(r"INV-|[CKGJ][NBPW][YPD]|Kaplan-Meier|report ageing|"
        r"--by|collector|DSO|dunlin guarantor add|m[0-4]-[a-z-]+|gb-scotland"
        r"|M[0-4]|\bcn\b|[A-Z]+-?\d+")
    for name in ("promises recovery disputes contacts limitation collectors "
            "dso forecast what-worked ageing").split():
        done = subprocess.run([DUNLIN, "-C", work, "--now", NOW, "report",
            name], capture_output=True, text=True, env=env)
        said = done.stdout.replace("delivery", "")	# somebody's own word
        for row in report(name):
            for key in "name", "collector", "account":
                if row.get(key):
                    said = said.replace(str(row[key]), "")
        said = codes.sub("", said)
        check(name + ": native", done.returncode == 0 and not re.search(
            "[a-z]{3,}", said), re.findall("[a-z]{3,}", said)[:10])
    for bad in "/x.gif", "/x", "/.png":
        done = dunlin("report", "ageing", "--chart", work + bad, ok=False)
        check("no chart: " + bad, done.returncode == 64 and
            not os.path.exists(work + bad) or bad == "/.png", done.stderr)


def interest_settings(one):
    """By dunlin.yaml; what check says of it; the tables that come along."""
    def configured(text, ok=True):
        with open(work + "/dunlin.yaml", "w", encoding="utf-8") as f:
            f.write(CONFIG.replace("    transport:", "    interest: " + text +
                "\n    transport:"))
        done = dunlin("check", ok=ok)
        return done.stdout + done.stderr
    said = configured("{pack: agreed, rate: 24, rates: reference.csv, "
        "rounding: half-even, count: 30/360}", ok=False)
    check("A34a: a warning", "130 % of the loss" in said, said)
    rows = json.loads(dunlin("interest", one, "--json").stdout)["rows"]
    check("as configured", rows and all("24 %" in r["formula"] and "30E/360"
        in r["formula"] for r in rows), rows)
    said = configured("{pack: agreed, rate: 5, rates: reference.csv}",
        ok=False)
    check("A34a: none", "130 %" not in said, said)
    with open(work + "/old.csv", "w") as f:
        f.write("2026-01-01,3,made up\nuntil,2026-06-30\n")
    said = configured("{pack: cn-lpr, rates: old.csv}", ok=False)
    check("stale: check warns", "end on 2026-06-30" in said, said)
    said = configured("{pack: cn-lpr}", ok=False)
    check("rates are needed", "takes a table" in said.replace("\n", " "),
        said)
    for bad in ("{pack: fr}", "{count: 1/1}", "{rounding: up}",
            "{rate: ten}"):
        said = configured(bad, ok=False)
        check("refused: " + bad, "is no" in said, said)
    with open(work + "/dunlin.yaml", "w", encoding="utf-8") as f:
        f.write(CONFIG)
    done = dunlin("interest", one, "--pack", "cn-sme")
    check("A36a: the way to complain", "10 working days" in done.stdout,
        done.stdout)


try:
    with open(work + "/dunlin.yaml", "w", encoding="utf-8") as f:
        f.write(CONFIG)
    items = make_ledger()
    dunlin("import", work + "/ledger.csv", "--mode", "full", "--as-of",
        str(TODAY))
    ageing(items)
    dso(items)
    forecast(items, promises(items))
    interest(items)
    interest_by_law(items)
    interest_settings([i for i in items if not i[7] and i[4] > 0 and
        i[3] < TODAY][0][0])
    history(items)
    forms()
    native()
finally:
    shutil.rmtree(work, ignore_errors=True)
finish()
