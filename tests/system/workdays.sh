#!/bin/sh
# Working days per company, account and collector: slots, tasks and deadlines
# keep to them, and where they end people are told.
exec /usr/bin/python3 - <<'PY'
import json, os, subprocess, sys, tempfile

sys.path.insert(0, os.environ["top_srcdir"] + "/tests/system")
from checklib import check, finish

dunlin = os.path.abspath(os.environ["DUNLIN"])
w = tempfile.mkdtemp() + "/w"


def run(*args, now="2026-11-20T00:30:00Z", ok=True, js=False, plain=False):
    env = dict(os.environ, DUNLIN_NOW=now, LANG="C.UTF-8")
    p = subprocess.run([dunlin, *([] if plain else ["-C", w]), *args,
                        *(["--json"] if js else [])], capture_output=True,
                       text=True, env=env)
    if ok and p.returncode != 0:
        check(False, args, p.returncode, p.stdout, p.stderr)
    return json.loads(p.stdout) if js else p.stdout + p.stderr


def config(text):
    global start
    with open(w + "/dunlin.yaml", "w") as f:
        f.write(start.replace("    transport:", text[0] + "    transport:", 1)
                + text[1])


run("init", w, "--name", "Acme Ltd", "--country", "CN", "--test", plain=True)
start = open(w + "/dunlin.yaml").read().split("\nusers:")[0] + "\n"
# The plant in China is shut from Friday 20 to Tuesday 24 November.
with open(w + "/plant.csv", "w") as f:
    f.write("# calendar 2026..2026, works council\ndate,kind,name\n" +
            "".join("2026-11-%d,off,stocktaking\n" % d
                    for d in (20, 23, 24)))
# Anna does not work on Monday; as a calendar program exports it.
with open(w + "/anna.ics", "w") as f:
    f.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n"
            "DTSTART;VALUE=DATE:20261123\r\nSUMMARY:Holiday\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n")
own = """
workdays:
  plant: {country: CN, files: [plant.csv]}
  anna: {country: CN, files: [anna.ics]}
users:
  anna: {name: Anna, workdays: anna}
  ben: {name: Ben}
"""
config(("", own))
run("check", ok=False)
ledger = os.path.dirname(w) + "/l.csv"
with open(ledger, "w") as f:
    f.write("account,item,due,amount,balance,currency,name,email,language,"
            "country,zone\n")
    for a, country, zone in (("C-1", "CN", ""), ("C-2", "CN", ""),
                             ("C-3", "FR", "Europe/Paris"), ("C-4", "", "")):
        f.write("%s,INV-%s,2026-11-17,100,100,CNY,Name %s,%s@example.test,"
                "en,%s,%s\n" % (a, a, a, a.lower(), country, zone))
run("import", ledger, "--mode", "full", "--as-of", "2026-11-20")


def slot(account, **more):
    j = run("plan", "--account", account, js=True, **more)
    return (j["messages"] or [{"local": None}])[0]["local"], j


# Friday is best, and nothing speaks against it.
check("2026-11-20" in str(slot("C-1")[0]), "by country: Friday",
      slot("C-1")[0])
# The company's calendar: for customers in its country, and of unknown one.
config(("    workdays: plant\n", own))
check("2026-11-26" in str(slot("C-1")[0]), "company: the best day after the "
      "shutdown is Thursday", slot("C-1")[0])
check(not any(d in str(slot("C-4")[0]) for d in ("11-20", "11-23", "11-24")),
      "country unknown: the company's", slot("C-4")[0])
check("2026-11-20" in str(slot("C-3")[0]), "another country: its own",
      slot("C-3")[0])
# The account's goes before both.
run("override", "C-1", "--workdays", "CN")
check("2026-11-20" in str(slot("C-1")[0]), "account: Friday again",
      slot("C-1")[0])
check("2026-11-26" in str(slot("C-2")[0]), "the other one as before")
run("override", "C-3", "--workdays", "plant")
check("2026-11-20" not in str(slot("C-3")[0]), "account, another country")
run("override", "C-3", "--workdays", "none")
check("2026-11-20" in str(slot("C-3")[0]), "taken back")
out = run("override", "C-1", "--workdays", "moon", ok=False)
check("--workdays moon" in out and "a country such as CN" in out,
      "no such calendar", out)

# Tasks: on Friday 20 November a day later is Saturday.  China: Monday; the
# company's plant: Wednesday; Anna does not work on Monday: Tuesday.
def due(title, *args):
    run("task", "add", "C-1", title, *args)
    return [t["due"] for t in run("tasks", js=True)
            if t["title"] == title][0][:10]


config(("", own))
check(due("a") == "2026-11-23", "task: the country's Monday", due("a2"))
check(due("b", "--owner", "anna") == "2026-11-24", "task: Anna's Tuesday")
config(("    workdays: plant\n", own))
check(due("c", "--owner", "ben") == "2026-11-25", "task: the plant's "
      "Wednesday", due("c2"))
check(due("d", "--due", "2026-11-21 10:00") == "2026-11-21",
      "what a person says holds")
# Mistakes and warnings.
config(("    workdays: moon\n", own))
out = run("check", ok=False)
check('there is no calendar "moon"' in out, "unknown calendar", out)
config(("", own.replace("name: Ben", "name: Ben, workdays: sun")))
check('there is no calendar "sun"' in run("check", ok=False), "of a user")
config(("", own.replace("plant: {", "FR: {")))
check("a country has this name" in run("check", ok=False), "name of a "
      "country")
config(("", own.replace("plant.csv", "gone.csv")))
check("gone.csv" in run("check", ok=False), "a file that is not there")
config(("    workdays: plant\n", own))
out = run("check", now="2026-11-20T00:00:00Z", ok=False)
check("the holidays of plant end on 2026-12-31, in 41 days" in out,
      "60 days before", out)
check("the holidays of anna (user anna) end on 2026-12-31" in out,
      "a user's", out)
out = run("status", now="2026-11-20T00:00:00Z")
check("no holidays are known for FR" in out and "for plant" not in out,
      "status: what is not known", out)
out = run("status", now="2027-01-05T00:00:00Z")
check("no holidays are known for plant, only weekends" in out, "status: it "
      "is over", out)
out = run("why", "C-3")
check("no holidays are known for FR on 2026-11-20" in out, "why", out)
j = slot("C-3")[1]
check(j["warnings"]["holidays-unknown"] == 1 and
      j["messages"][0]["warning"] == "holidays-unknown", "plan --json", j)
check("days of which no holidays are known" in run("plan"), "plan")
check("no holidays" not in run("why", "C-1"), "nothing where they are known")
# Promise grace: two working days of the customer after Friday 20 November are
# Monday and Tuesday in China.  At the plant a promise for that day counts from
# Wednesday, and its grace ends on Friday; both have a day for the bank.
for account in ("C-1", "C-2"):
    run("promise", "add", account, "--by", "2026-11-20")
states = {}
for day in ("2026-11-23", "2026-11-26", "2026-11-28", "2026-12-01"):
    at = day + "T02:00:00Z"
    run("import", ledger, "--mode", "full", "--as-of", day, now=at)
    run("run", "planner", "--once", now=at)
    states[day] = {a: [p["state"] for p in run("promises", "--all", js=True,
                                               now=at)
                       if p["account"] == a] for a in ("C-1", "C-2")}
check(states["2026-11-26"]["C-1"] == ["broken"], "grace by country is over",
      states)
check(states["2026-11-26"]["C-2"] != ["broken"], "grace of the plant is not",
      states)
check(states["2026-12-01"]["C-2"] == ["broken"], "later it is", states)

finish()
PY
