#!/bin/sh
# The limitation clock: 400 random items against a computation of its own in
# Python; tasks, the hold and the calendar entry of what ends.
exec /usr/bin/python3 - <<'PY'
import calendar, csv, datetime, io, json, os, random, re, sqlite3
import subprocess, sys, tempfile

sys.path.insert(0, os.environ["top_srcdir"] + "/tests/system")
from checklib import check, finish

dunlin, top = os.path.abspath(os.environ["DUNLIN"]), os.environ["top_srcdir"]
DAY = datetime.timedelta(days=1)
D = datetime.date.fromisoformat
EPOCH = datetime.date(1970, 1, 1)
rng = random.Random(20261121)


def run(w, *args, now="2026-11-20T02:00:00Z", ok=True, js=False, raw=False):
    env = dict(os.environ, DUNLIN_NOW=now, LANG="C.UTF-8")
    p = subprocess.run([dunlin, *(["-C", w] if w else []), *args,
                        *(["--json"] if js else [])], capture_output=True,
                       text=not raw, env=env)
    if ok and p.returncode != 0:
        check(False, args, p.returncode, p.stdout, p.stderr)
    return json.loads(p.stdout) if js else p.stdout if raw else (
        p.stdout + p.stderr)


# --- the independent clock ---
off, work = set(), set()
for line in open(os.path.join(top, "contrib/holidays/CN.csv"),
                 encoding="utf-8"):
    m = re.match(r"(\d{4}-\d\d-\d\d),(off|work),", line)
    if m:
        (off if m.group(2) == "off" else work).add(D(m.group(1)))


def is_workday(d):
    return d in work or (d not in off and d.weekday() < 5)


def term(d, years, roll):
    y = d.year + years
    end = datetime.date(y, d.month, min(d.day, calendar.monthrange(
        y, d.month)[1]))
    while roll and not is_workday(end):
        end += DAY
    return end


COUNTS = {"cn": {"demand", "agreement", "acknowledgement", "part-payment",
                 "suit", "other"},
          "gb": {"acknowledgement", "part-payment"}}


def clock(pack, base, facts):
    """facts: (day, kind, proven); (ends, interruptions, too late)."""
    years, roll = (3, True) if pack == "cn" else (6, False)
    end, n, late = term(base, years, roll), 0, 0
    for day, kind, proven in sorted(facts, key=lambda f: f[0]):
        if day <= base:
            continue
        if kind != "revival":
            if kind not in COUNTS[pack] or (kind == "demand" and not proven):
                continue
            if day > end:
                late += 1
                continue
        end = term(day, years, roll)
        if pack == "cn" and kind != "revival":
            end = min(end, term(base, 20, True))
        n += 1
    return end, n, late


def days(d):
    return (d - EPOCH).days


def noon(d):
    return days(d) * 86400 + 4 * 3600


def world(country, n):
    """A workspace with n items and random facts put beside them."""
    w = tempfile.mkdtemp() + "/w"
    run(None, "init", w, "--name", "Acme Ltd", "--country", country,
        "--test")
    path = os.path.dirname(w) + "/l.csv"
    rows, expect = [], {}
    for i in range(n):
        due = D("2026-11-01") - rng.randint(0, 3300) * DAY
        rows.append(("C-%d" % i, "INV-%d" % i, due))
    with open(path, "w") as f:
        f.write("account,item,due,amount,balance,currency,name,email,"
                "country\n")
        for a, doc, due in rows:
            f.write("%s,%s,%s,100,100,CNY,N %s,x%s@example.test,%s\n" %
                    (a, doc, due, a, a[2:], country))
    run(w, "import", path, "--mode", "full", "--as-of", "2026-11-20")
    db = sqlite3.connect(w + "/dunlin.db")
    db.execute("PRAGMA foreign_keys = OFF")
    items = {doc: (i, a) for i, a, doc in db.execute(
        "SELECT id, account_id, document FROM item")}
    comm = 0
    for a, doc, due in rows:
        item, account = items[doc]
        facts = []
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5))):
            day = min(due + rng.randint(-40, 1500) * DAY, D("2026-11-19"))
            kind = rng.choice(("demand", "demand", "promise", "written",
                               "payment", "bill", "suit", "revival"))
            if kind == "demand":
                state = rng.choice(("accepted", "uncertain", "failed"))
                comm += 1
                db.execute(
                    "INSERT INTO communication (id, company_id, account_id,"
                    " class, cause, channel, policy, created_at, at) VALUES"
                    " (?, 1, ?, 'reminder', ?, 'mail', 'default', 0, ?)",
                    (comm + 10000, account, "t/%d" % comm, noon(day)))
                db.execute("INSERT INTO communication_item VALUES (?, ?, 1)",
                           (comm + 10000, item))
                db.execute(
                    "INSERT INTO outbox (company_id, account_id,"
                    " communication_id, address_id, channel, state, template,"
                    " language, due_at, not_after, priority, created_at,"
                    " changed_at) VALUES (1, ?, ?, 1, 'mail', ?, 'm1-first',"
                    " 'en', 0, 0, 0, 0, 0)", (account, comm + 10000, state))
                facts.append((day, "demand", state == "accepted"))
            elif kind in ("promise", "written"):
                state = rng.choice(("kept", "broken", "proposed",
                                    "withdrawn"))
                p = db.execute(
                    "INSERT INTO promise (company_id, account_id, state,"
                    " made_at, made_on, day, amount, currency, made_by,"
                    " inbox_id, look_at, tell, closed_at) VALUES (1, ?, ?,"
                    " ?, ?, ?, 0, 'CNY', 'x', ?, 0, 0, 1)", (
                        account, state, noon(day), days(day), days(day) + 9,
                        7 if kind == "written" else None)).lastrowid
                db.execute("INSERT INTO promise_item (promise_id, item_id,"
                           " open) VALUES (?, ?, 1)", (p, item))
                if state in ("kept", "broken"):
                    facts.append((day, "acknowledgement" if kind == "written"
                                  else "agreement", True))
            elif kind == "payment":
                state = rng.choice(("received", "received", "reversed"))
                db.execute(
                    "INSERT INTO payment (company_id, account_id, item_id,"
                    " source_id, reference, amount, currency, value_date,"
                    " state, created_at) VALUES (1, ?, ?, 1, ?, 5, 'CNY', ?,"
                    " ?, 0)", (account, item, "R%d" % rng.getrandbits(60),
                               days(day), state))
                if state == "received":
                    facts.append((day, "part-payment", True))
            elif kind == "bill":
                b = db.execute(
                    "INSERT INTO bill (company_id, account_id, state,"
                    " received_on, matures, amount, currency, made_at,"
                    " made_by, look_at, closed_at) VALUES (1, ?,"
                    " 'dishonoured', ?, ?, 5, 'CNY', ?, 'x', 0, 1)", (
                        account, days(day), days(day), noon(day))).lastrowid
                db.execute("INSERT INTO bill_item (bill_id, item_id, open)"
                           " VALUES (?, ?, 1)", (b, item))
                facts.append((day, "agreement", True))
            else:
                db.execute(
                    "INSERT INTO interruption (company_id, account_id,"
                    " item_id, event, day, seq, made_at, made_by) VALUES (1,"
                    " ?, ?, ?, ?, 1, 0, 'x')", (account, rng.choice(
                        (item, None)), kind, days(day)))
                facts.append((day, kind, True))
        expect[doc] = (due, facts)
    db.commit()
    return w, expect


for country, pack in (("CN", "cn"), ("GB", "gb")):
    w, expect = world(country, 200)
    got = run(w, "report", "limitation", js=True)["rows"]
    check(len(got) == 200, country, "every item", len(got))
    wrong = []
    for row in got:
        due, facts = expect[row["item"]]
        end, n, late = clock(pack, due, facts)
        if (row["ends"], row["interruptions"], row["late"], row["base"]) != \
                (str(end), n, late, str(due)):
            wrong.append((row, str(end), n, late, facts))
    def half_a_year(d):
        y, m = d.year + (d.month > 6), (d.month + 5) % 12 + 1
        return str(datetime.date(y, m, min(d.day, calendar.monthrange(
            y, m)[1])))
    check(all(r["guarantee"] == (half_a_year(expect[r["item"]][0]) if
                                 pack == "cn" else None) for r in got),
          country, "guarantor: six months, whatever interrupts")
    check(not wrong, country, "as computed independently", len(wrong),
          wrong[:1])
    check(sum(r["interruptions"] > 0 for r in got) > 30 and
          sum(r["late"] > 0 for r in got) > (5 if pack == "cn" else -1),
          country, "the cases are rich")
    table = list(csv.DictReader(io.StringIO(run(
        w, "report", "limitation", "--csv", raw=True).decode("utf-8-sig"),
        newline="")))
    check([r["ends"] for r in table] == [r["ends"] for r in got],
          "CSV says the same")

# --- what it leads to, in a small company ---
w = tempfile.mkdtemp() + "/w"
run(None, "init", w, "--name", "Acme Ltd", "--country", "CN", "--test")
path = os.path.dirname(w) + "/l.csv"
ITEMS = (("C-1", "OLD", "2023-11-17"),     # ended on 2026-11-17
         ("C-1", "NEW", "2026-10-20"),
         ("C-2", "SOON", "2023-12-10"),    # 2026-12-10: in 20 days
         ("C-3", "LATER", "2024-02-05"),   # 2027-02-05: in 77 days
         ("C-4", "=HYPER", "2024-11-01"))
with open(path, "w") as f:
    f.write("account,item,due,amount,balance,currency,name,email,country\n")
    for a, doc, due in ITEMS:
        f.write("%s,%s,%s,100,100,CNY,N %s,x@example.test,CN\n" %
                (a, doc, due, a))
run(w, "import", path, "--mode", "full", "--as-of", "2026-11-20")
run(w, "run", "planner", "--once")
tasks = {t["account"]: t for t in run(w, "tasks", js=True)
         if t["reason"] == "limitation"}
check("OLD: the limitation period ended on 2026-11-17" in
      tasks["C-1"]["detail"], "passed: a task", tasks)
check("ends on 2026-12-10, in 20 days" in tasks["C-2"]["detail"],
      "30 days before", tasks)
check("ends on 2027-02-05, in 77 days" in tasks["C-3"]["detail"],
      "90 days before", tasks)
check("C-4" not in tasks, "no task a year before")
check("limitation" in run(w, "hold"), "what has passed is held",
      run(w, "hold"))
why = run(w, "why", "C-1")
check(re.search(r"OLD .*held: not named", why) and
      re.search(r"NEW .*  named", why), "it is in no message", why)
out = run(w, "calendar")
check(re.findall(r"DTSTART;VALUE=DATE:(\d+)", out).count("20261210") == 1 and
      "20270205" in out and "20261117" not in out, "calendar entries of what "
      "has not passed", out)
csv_ = run(w, "report", "limitation", "--csv", raw=True)
check(b"'=HYPER" in csv_ and csv_.endswith(b"\r\n"), "no formula", csv_)
# Once told, not told again; 30 days before once more.
n = len(run(w, "tasks", "--all", js=True))
run(w, "run", "planner", "--once", now="2026-11-21T02:00:00Z")
check(len(run(w, "tasks", "--all", js=True)) == n, "told once")
run(w, "task", "done", str(tasks["C-2"]["id"]))
run(w, "run", "planner", "--once", now="2026-11-22T02:00:00Z")
check(not [t for t in run(w, "tasks", js=True) if t["account"] == "C-2" and
           t["reason"] == "limitation"], "closed: not asked again")
# What a person knows: a suit begins it anew, for one item or for all.
run(w, "interrupted", "C-2", "--by", "suit", "--on", "2026-11-20", "--note",
    "court", now="2026-11-22T03:00:00Z")
row = run(w, "report", "limitation", "--account", "C-2",
          js=True)["rows"][0]
check(row["ends"] == "2029-11-20" and row["last"] == "suit" and
      row["event"] > 0 and row["reference"] == "court", "suit", row)
# A new agreement about what had passed lifts its hold the next day.
run(w, "interrupted", "C-1", "--by", "revival", "--on", "2026-11-20",
    "--item", "OLD", now="2026-11-22T03:00:00Z")
check("limitation" in run(w, "hold"), "held until it is looked at")
run(w, "run", "planner", "--once", now="2026-11-23T02:00:00Z")
check("limitation" not in run(w, "hold", now="2026-11-23T02:00:00Z"),
      "revived", run(w, "hold"))
check("20261210" not in run(w, "calendar", now="2026-11-23T02:01:00Z"),
      "its entry has gone")
for bad, said in ((("interrupted", "C-1", "--by", "prayer", "--on",
                    "2026-11-20"), "one of demand"),
                  (("interrupted", "C-1", "--by", "suit"), "--on DATE"),
                  (("interrupted", "C-1", "--by", "suit", "--on",
                    "2026-11-20", "--item", "X"), "no open item"),
                  (("report", "limitation", "--account",
                    "C-99"), "C-99")):
    out = run(w, *bad, ok=False)
    check(said in out, bad, out)
# Others: by configuration.
text = open(w + "/dunlin.yaml").read()
for setting, ends in (("{years: 4}", "2028-11-01"),
                      ("{pack: gb}", "2030-11-01"),
                      ("{pack: gb-scotland}", "2029-11-01")):
    with open(w + "/dunlin.yaml", "w") as f:
        f.write(text.replace("    transport:", "    limitation: %s\n"
                             "    transport:" % setting, 1))
    row = run(w, "report", "limitation", "--account", "C-4",
              js=True)["rows"][0]
    check(row["ends"] == ends, setting, row)
with open(w + "/dunlin.yaml", "w") as f:
    f.write(text.replace("    transport:", "    limitation: {pack: mars}\n"
                         "    transport:", 1))
check('"mars" is none of cn, gb' in run(w, "check", ok=False), "no such pack")
finish()
PY
