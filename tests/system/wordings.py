#!/usr/bin/python3
"""Two wordings of a step, given by a stable draw and compared by what-worked;
variants of templates by the customer's attitude.

usage: wordings.py DUNLIN"""
import datetime, os, random, subprocess, sys
from checklib import check, finish
from worldlib import World, same

World.dunlin = os.path.abspath(sys.argv[1])
FRIDAY = datetime.date(2026, 11, 20)
ACCOUNTS = ["A%02d" % n for n in range(16)] + ["Z%02d" % n for n in range(8)]
SECOND = """Subject: {{company.name}}: SECOND {{first.document}}
--- text
Another wording.

{{>items}}

{{>pay}}
"""


def ago(n):
    return FRIDAY - datetime.timedelta(n)


def templates(w, name, text):
    for language in "en", "zh-CN":
        d = os.path.join(w.w, "templates", language)
        os.makedirs(d, exist_ok=True)
        with open(os.path.join(d, name + ".mail"), "w") as f:
            f.write(text)
    path = os.path.join(w.w, "dunlin.yaml")
    text = open(path).read()
    if "\ntemplates:" not in text:
        open(path, "w").write("templates: templates\n" + text)


POLICY = "steps:\n  m1-first: {second: m1-b, share: %d}"
w = World(FRIDAY, policy=POLICY % 50)
p = w.run("check", ok=False)
check(p.returncode != 0 and "step m1-first of policy ours needs a template "
      "m1-b in en" in p.stdout + p.stderr, "both wordings must be there: " +
      p.stdout + p.stderr)
templates(w, "m1-b", SECOND)
w.run("check")
for a in ACCOUNTS:
    w.owe(a, a + "-1", 100, ago(6))
w.ledger()
w.arm()
w.run("run", "planner", "--once")


def given(w):
    return dict(w.sql("SELECT a.code, o.template FROM outbox o JOIN account a "
                      "ON a.id = o.account_id WHERE o.state <> 'cancelled' "
                      "AND o.template LIKE 'm1-%'"))


was = given(w)
same("everybody has one", sorted(was), ACCOUNTS)
n = sum(t == "m1-b" for t in was.values())
check(4 <= n <= 20, "%d of 24 have the second" % n)
same("recorded", w.sql("SELECT count(*) FROM communication c JOIN outbox o ON "
                       "o.communication_id = c.id WHERE c.wording = CASE "
                       "o.template WHEN 'm1-b' THEN 2 ELSE 1 END"), [(24,)])
second = [a for a in ACCOUNTS if was[a] == "m1-b"][0]
first = [a for a in ACCOUNTS if was[a] != "m1-b"][0]
rules = {r["rule"]: r["text"] for r in
         w.run("why", second, json_=True)["rules"]}
same("why", rules.get("wording"), "m1-b: the second of two; 50 % of the "
     "accounts get the second")
same("preview", [w.run("preview", a, json_=True)["template"]
                 for a in (first, second)], ["m1-first", "m1-b"])

for a, has in (first, False), (second, True):
    out = subprocess.run([World.dunlin, "-C", w.w, "--now",
                          "2026-11-20T09:00:00Z", "rehearse", "--from",
                          str(ago(3)), "--to", str(ago(-10)), "--play", a],
                         input="", capture_output=True, text=True).stdout
    check("m1-first" in out and ("SECOND" in out) == has,
          "a rehearsal has the one that %s gets: %s" % (a, out[:400]))

# Another split: who has one keeps it in this episode, planned and sent.
w.policy(POLICY % 100)
w.run("run", "planner", "--once")
same("a new split changes nothing in an episode", given(w), was)
w.roles()
same("and is sent so", {a: "m1-b" if any("SECOND" in m["Subject"]
                                         for m in w.to(a)) else "m1-first"
                        for a in ACCOUNTS}, was)
w.owe("NEW", "NEW-1", 100, FRIDAY - datetime.timedelta(5))
w.day()
w.until(datetime.date(2026, 11, 24))
check(all("SECOND" in m["Subject"] for m in w.to("NEW")) and w.to("NEW"),
      "a new account is drawn by the new split")

# Who got the second pays at once; the two are compared with each other only.
for a in ACCOUNTS:
    w.pay(a + "-1", "2026-11-24") if was[a] == "m1-b" else None
w.day()
rows = w.run("report", "what-worked", json_=True)
rows = rows if isinstance(rows, list) else rows["rows"]
pair = {r["which"]: r for r in rows if r["by"] == "two wordings"}
same("the pair", sorted(pair), ["m1-b", "m1-first"])
same("what was paid", [pair["m1-b"]["paid"] >= n, pair["m1-first"]["paid"]],
     [True, 0])
check("cannot tell" in pair["m1-first"]["verdict"],
      "and too few to tell: %s" % pair)



# --- a difference that is there, and one that is not ---

def compared(late):
    """The verdicts; late: days after the reminder on which who got the first,
    and who got the second, pays."""
    w = World(FRIDAY, policy=POLICY % 50 + "\nmax_new_per_day: 1000")
    templates(w, "m1-b", SECOND)
    accounts = ["B%03d" % n for n in range(90)]
    for a in accounts:
        w.owe(a, a + "-1", 100, ago(6))
    w.ledger()
    w.arm()
    w.roles()
    dice = random.Random(7)
    for a in accounts:
        has = "SECOND" in w.to(a)[0]["Subject"]
        w.pay(a + "-1", FRIDAY + datetime.timedelta(
            late[has] + dice.randrange(6)))
    w.jump(40)
    w.ledger()
    rows = w.run("report", "what-worked", json_=True)
    rows = rows if isinstance(rows, list) else rows["rows"]
    return {r["which"]: r["verdict"] for r in rows
            if r["by"] == "two wordings"}


verdicts = compared({False: 12, True: 2})
check(not any("cannot tell" in v for v in verdicts.values()),
      "ten days sooner: it is seen: %s" % verdicts)
check("sooner" in verdicts["m1-b"] or "better" in verdicts["m1-b"] or
      "faster" in verdicts["m1-b"], "and which: %s" % verdicts)
verdicts = compared({False: 5, True: 5})
check("cannot tell" in " ".join(verdicts.values()),
      "the same: it cannot tell: %s" % verdicts)

# Approval is asked for whichever wording goes.
v = World(FRIDAY, policy="steps:\n  m1-first: {second: m1-b, share: 50, "
          "approve: 1}")
templates(v, "m1-b", SECOND)
for a in ACCOUNTS:
    v.owe(a, a + "-1", 100, ago(6))
v.ledger()
v.arm()
v.roles()
same("both wait for approval", (v.mails, sorted(set(v.sql(
    "SELECT state, template FROM outbox WHERE state <> 'cancelled'")))),
    ([], [("draft", "m1-b"), ("draft", "m1-first")]))
p = World(FRIDAY, policy="steps:\n  m1-first: {second: m1-first}")
out = p.run("check", ok=False)
check("same template twice" in out.stdout + out.stderr, "twice the same")

# --- attitude ---

w = World(FRIDAY, policy="tiers: {risk: {attitude: passive}}")
words = {"SALES": "keep supplying you", "PAY": "a direct question",
         "STRAT": "The figures above", "PLAIN": "we would like to settle with "
         "you how to go on. Please answer", "RISK": "step by step",
         "ZSALES": "顺畅供货", "ZPAY": "恕我们直接请教",
         "ZSTRAT": "双方都能据此做好资金安排", "ZRISK": "逐步商定"}
for a in words:
    w.owe(a, a + "-1", 1000, ago(35))
w.ledger()
for a, attitude in (("SALES", "sales-led"), ("PAY", "payment-led"),
                    ("STRAT", "strategic")):
    w.run("override", a, "--attitude", attitude)
    w.run("override", "Z" + a, "--attitude", attitude)
for a in "RISK", "ZRISK":
    w.run("override", a, "--tier", "risk")
w.arm()
w.roles()
w.until(datetime.date(2026, 11, 27))
for a, text in words.items():
    got = [m for m in w.to(a) if text in m.plain.replace(" ", "") or
           text in m.plain]
    check(len(got) >= 1, "%s: %s" % (a, [m.plain[:300] for m in w.to(a)]))
# Each has a wording of its own in every step that varies.
for step in "m2-first", "m2-second", "m3-first":
    for language in "en", "zh-CN":
        top = os.path.join(os.environ["top_srcdir"], "templates", language)
        texts = [open(os.path.join(top, step + v + ".mail"),
                      encoding="utf-8").read() for v in (
            "", ".passive", ".sales-led", ".payment-led", ".strategic")]
        same("five wordings of %s in %s" % (step, language), len(set(texts)),
             5)
same("the event", w.events("SALES", "override"),
     [{"what": "attitude", "was": None, "is": "sales-led"}])
event = w.sql("SELECT max(e.id) FROM event e JOIN stream s ON s.id = "
              "e.stream_id JOIN account a ON a.id = s.account_id WHERE "
              "a.code = 'SALES' AND e.kind = 'override'")[0][0]
w.run("undo", str(event))
same("taken back", w.sql("SELECT attitude FROM party WHERE name = "
                         "'Customer SALES'"), [(None,)])
check(w.run("override", "PLAIN", "--attitude", "stern",
            ok=False).returncode == 64, "no such attitude")
templates(w, "m2-first.stern", SECOND)
out = w.run("check", ok=False)
check("\"stern\" is no attitude" in out.stdout + out.stderr, "lint: attitude")
os.remove(w.w + "/templates/en/m2-first.stern.mail")
os.remove(w.w + "/templates/zh-CN/m2-first.stern.mail")
templates(w, "m9-none.passive", SECOND)
out = w.run("check", ok=False)
check("there is no m9-none.mail of which" in out.stdout + out.stderr,
      "lint: of what")
finish()
