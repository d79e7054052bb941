#!/bin/sh
# Guarantors: until when each must be asked or sued, item by item, against a
# computation of its own; a task before the end and when it has passed; no
# message ever goes to them.
exec /usr/bin/python3 - <<'PY'
import calendar, csv, datetime, io, json, os, pwd, sqlite3, subprocess, sys
import tempfile

sys.path.insert(0, os.environ["top_srcdir"] + "/tests/system")
from checklib import check, finish

dunlin = os.path.abspath(os.environ["DUNLIN"])
ME = pwd.getpwuid(os.getuid()).pw_name
tmp = tempfile.TemporaryDirectory()
D = datetime.date.fromisoformat
CONFIG = """test: yes
companies:
  main:
    name: {en: Example Trading Ltd, zh-CN: 示例贸易有限公司}
    country: %s
    zone: Asia/Shanghai
    currency: CNY
    languages: [%s]
    reply_to: ar@seller.example.com
    transport: {url: "maildir:outgoing"}
    senders:
      - {name: Accounts Receivable, email: ar@seller.example.com}
users:
  """ + ME + """: {name: Lead, mail: lea@seller.example.com, roles: [lead, legal]}
"""
LEDGER = """account,name,email,language,country,zone,item,line,issued,due,amount,balance,currency
C-1,Mills,c1@customer.example,en,CN,Asia/Shanghai,INV-1,0,2026-07-01,2026-08-31,1000.00,1000.00,CNY
C-1,Mills,c1@customer.example,en,CN,Asia/Shanghai,INV-2,0,2026-09-01,2026-10-31,500.00,500.00,CNY
C-1,Mills,c1@customer.example,en,CN,Asia/Shanghai,INV-3,1,2026-09-01,2026-10-01,300.00,300.00,CNY
C-1,Mills,c1@customer.example,en,CN,Asia/Shanghai,INV-3,2,2026-09-01,2027-01-15,300.00,300.00,CNY
C-2,Works,c2@customer.example,en,CN,Asia/Shanghai,INV-9,0,2026-07-01,2026-08-31,70.00,70.00,CNY
"""


def world(name, country="CN", language="en"):
    w = tmp.name + "/" + name
    os.mkdir(w)
    with open(w + "/dunlin.yaml", "w", encoding="utf-8") as f:
        f.write(CONFIG % (country, language))
    with open(w + "/l.csv", "w", encoding="utf-8") as f:
        f.write(LEDGER)

    def run(now, *args, ok=True):
        p = subprocess.run([dunlin, "-C", w, "--now", now + "T02:00:00Z",
            *args], capture_output=True, text=True, env=dict(os.environ,
            LC_ALL="", LANG=language.replace("-", "_") + ".UTF-8"))
        if ok:
            check(p.returncode == 0, args, p.stdout, p.stderr)
        return p.stdout if ok else p
    run("2026-11-20", "import", w + "/l.csv", "--mode", "full", "--as-of",
        "2026-11-20")
    return w, run


def months(d, n):
    y, m = divmod(d.year * 12 + d.month - 1 + n, 12)
    return datetime.date(y, m + 1, min(d.day, calendar.monthrange(y, m + 1)[
        1]))


w, run = world("cn")
T = "2026-11-20"
one = json.loads(run(T, "guarantor", "add", "C-1", "Harbour Holdings",
    "--kind", "joint", "--note", "letter of 1 July", "--json"))["guarantor"]
two = json.loads(run(T, "guarantor", "add", "C-1", "Gold & Sons", "--kind",
    "ordinary", "--item", "INV-2", "--until", "2027-12-31",
    "--json"))["guarantor"]
# Agreed before the debt is due: as if nothing were agreed.
three = json.loads(run(T, "guarantor", "add", "C-1", "=Early Ltd", "--kind",
    "joint", "--item", "INV-2", "--until", "2026-10-31",
    "--json"))["guarantor"]


def report(now, *args):
    rows = json.loads(run(now, "report", "limitation", *args,
                          "--json"))["rows"]
    return {(r["account"], r["item"], str(r["base"])): r for r in rows}


rows = report(T)
due = {"INV-1": D("2026-08-31"), "INV-2": D("2026-10-31"),
       "INV-3": D("2027-01-15")}		# instalments: from the last
for r in rows.values():
    if r["account"] == "C-2":
        check(r["guarantors"] is None and r["guarantee"] == "2027-02-28",
              "none is recorded", r)
        continue
    last = months(due[r["item"]], 6)
    text = f"Harbour Holdings: joint, to be asked by {last}"
    if r["item"] == "INV-2":
        text += ("; Gold & Sons: ordinary, customer to be sued by 2027-12-31; "
                 f"=Early Ltd: joint, to be asked by {last}")
    check(r["guarantors"] == text, r, text)
    check(r["guarantee"] == str(last), "the first of them", r)
table = list(csv.reader(io.StringIO(run(T, "report", "limitation", "--csv"))))
check(all(not c.startswith("=") for row in table for c in row), "formulas")

listed = json.loads(run(T, "guarantor", "list", "--json"))
check([g["name"] for g in listed] == ["Harbour Holdings", "Gold & Sons",
    "=Early Ltd"] and listed[1]["item"] == "INV-2" and
    listed[1]["until"] == "2027-12-31" and listed[0]["kind"] == "joint",
    listed)
check("Harbour Holdings" in run(T, "guarantor"), "table")


def tasks(now):
    return [t for t in json.loads(run(now, "tasks", "--all", "--json"))
            if t["reason"] == "guarantee"]


def day(now):
    run(now, "status", "--accept-clock", ok=False)
    run(now, "run", "planner", "--once")
    return tasks(now)


# INV-1: 2027-02-28; 90 days before it is 2026-11-30, 30 before 2027-01-29.
check(day("2026-11-20") == [], "too early", tasks(T))
check(day("2026-11-29") == [], "a day too early", tasks(T))
got = day("2026-12-01")			# nobody was there on the very day
check(len(got) == 1 and "Harbour Holdings" in got[0]["detail"] and
      "INV-1" in got[0]["detail"] and "2027-02-28" in got[0]["detail"] and
      "INV-2" not in got[0]["detail"], "90 days", got)
check([t["detail"] for t in day("2026-12-02")] == [t["detail"] for t in got],
      "told once")
run("2026-12-02", "tasks", "resolve", str(got[0]["id"]), "asked")
cal = run("2026-12-02", "calendar", "--details")
got = day("2027-01-29")
check(len(got) == 2 and any(t["severity"] == "at once" for t in
      got), "30 days", got)
check("BEGIN:VTODO" in run("2027-01-29", "calendar"), "in the calendar")

# Asked in time: it is over for what was due then, and only for that.
run("2027-01-30", "guarantor", "asked", str(one), "--on", "2026-12-20",
    "--note", "registered letter")
rows = report("2027-01-30")
check(rows[("C-1", "INV-1", "2026-08-31")]["guarantors"] ==
      "Harbour Holdings: joint, asked on 2026-12-20", rows)
check("Harbour Holdings: joint, to be asked by 2027-07-15" in
      rows[("C-1", "INV-3", "2027-01-15")]["guarantors"],
      "not yet due then", rows)
got = day("2027-03-05")
check("INV-1: Harbour Holdings (joint) is free since" not in str(got),
      "nothing more of INV-1", got)
# Nobody asked the third: it is free.  (INV-2: 2027-04-30.)
got = day("2027-05-02")
rows = report("2027-05-02")
check("=Early Ltd: joint, free since 2027-05-01" in
      rows[("C-1", "INV-2", "2026-10-31")]["guarantors"], rows)
check(rows[("C-1", "INV-2", "2026-10-31")]["guarantee"] == "2027-12-31",
      "the next", rows)
check(any("=Early Ltd" in t["detail"] and "INV-2" in t["detail"] for t in
      got), "people are told that it is over", got)
# Too late is too late, also where it is noted later.
run("2027-05-02", "guarantor", "asked", str(three), "--on", "2027-05-01")
check("=Early Ltd: joint, free since 2027-05-01" in report("2027-05-02")[(
      "C-1", "INV-2", "2026-10-31")]["guarantors"], "asked too late")
run("2027-05-02", "guarantor", "end", str(two), "--note", "released them")
check("Gold" not in str(report("2027-05-02")), "ended")
check(len(json.loads(run("2027-05-02", "guarantor", "list", "--json"))) == 2
      and len(json.loads(run("2027-05-02", "guarantor", "list", "--all",
                             "--json"))) == 3, "list --all")
check("Harbour" not in "".join(str(r) for r in sqlite3.connect(
      w + "/dunlin.db").execute("SELECT * FROM outbox")), "nothing to them")
shown = run("2027-05-02", "account", "C-1")
check("guarantor-noted" in shown and "item INV-2" in shown and "Harbour Holdings" in shown, "timeline",
      shown)
run("2027-05-02", "merge", "C-1", "C-2")
check(any("Harbour" in (r["guarantors"] or "") for r in report(
      "2027-05-02", "--account", "C-2").values()), "merged")
run("2027-05-02", "evidence", "C-2", "-o", tmp.name + "/e")
data = json.load(open(tmp.name + "/e/data/guarantors.json",
                      encoding="utf-8"))
check([g["name"] for g in data][:1] == ["Harbour Holdings"] and
      data[0]["asked_on"] == "2026-12-20", data)

# Chinese; and a country whose law names no period.
w, run = world("zh", language="zh-CN")
run(T, "guarantor", "add", "C-1", "海港控股", "--kind", "joint")
run(T, "guarantor", "add", "C-1", "黄金商行", "--kind", "ordinary", "--item",
    "INV-1")
text = report(T)[("C-1", "INV-1", "2026-08-31")]["guarantors"]
check(text == "海港控股：连带责任保证，须在2027-02-28前请求；"
      "黄金商行：一般保证，须在2027-02-28前对债务人起诉或申请仲裁", text)
w, run = world("gb", country="GB")
p = run(T, "guarantor", "add", "C-1", "X Ltd", "--kind", "joint", ok=False)
check(p.returncode == 64 and "--until" in p.stderr, p.stderr)
run(T, "guarantor", "add", "C-1", "X Ltd", "--kind", "joint", "--until",
    "2027-03-01")
check(report(T)[("C-1", "INV-1", "2026-08-31")]["guarantors"] ==
      "X Ltd: joint, to be asked by 2027-03-01", "as agreed")
# Noted after the day's look, and less than 90 days before: told on the next.
run(T, "run", "planner", "--once")
check(tasks(T) == [], "far", tasks(T))
run(T, "guarantor", "add", "C-1", "Late Ltd", "--kind", "joint", "--until",
    "2027-01-20")
got = day("2026-11-21")
check(len(got) == 1 and "Late Ltd" in got[0]["detail"], "told", got)
check([t["detail"] for t in day("2026-11-22")] == [got[0]["detail"]], "once")
for bad in (("add", "C-1"), ("add", "C-9", "X", "--kind", "joint"),
            ("add", "C-1", "X"), ("add", "C-1", "X", "--kind", "some"),
            ("add", "C-1", "", "--kind", "joint", "--until", "2027-01-01"),
            ("add", "C-1", "X\nY", "--kind", "joint", "--until",
             "2027-01-01"), ("add", "C-1", "X" * 5000, "--kind", "joint",
             "--until", "2027-01-01"),
            ("add", "C-1", "X", "--kind", "joint", "--item", "NONE",
             "--until", "2027-01-01"), ("asked", "1"), ("asked", "99",
             "--on", "2027-01-01"), ("asked", "x", "--on", "2027-01-01"),
            ("asked", "1", "--on", "2027-09-01"), ("end", "77"),
            ("nonsense",)):
    p = run(T, "guarantor", *bad, ok=False)
    check(p.returncode not in (0, 70) and p.returncode > 0 and
          len(p.stderr) > 20, "refused", bad, p.returncode, p.stderr)
finish()
PY
