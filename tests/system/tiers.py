#!/usr/bin/python3
"""Tiers that follow from what customers do: their reasons, a person's choice
that stays, what is taken back, and who is told when payments get later.

usage: tiers.py DUNLIN"""
import datetime, os, sys
from checklib import check, finish
from worldlib import World, same

World.dunlin = os.path.abspath(sys.argv[1])
TODAY = datetime.date(2026, 11, 17)	# a Tuesday


def ago(n):
    return TODAY - datetime.timedelta(n)


def history(w, account, late, every=10):
    """Paid invoices, the last a day ago, with so many days late each."""
    for i, days in enumerate(reversed(late)):
        number = "%s-%d" % (account, i)
        paid = ago(1 + i * every)
        w.owe(account, number, 1000, paid - datetime.timedelta(days))
        w.pay(number, paid)


def tier(w, account):
    a = w.run("account", account, json_=True)
    return a["tier"], a["tier_why"]["reason"]


w = World(TODAY)
history(w, "GOOD", [0, 1, 0, 2, 0, 0, 90, 0, 1, 0])
history(w, "LATE", [40, 35, 31, 50, 33])
history(w, "ZLATE", [40, 35, 31, 50, 33])
history(w, "FEW", [60, 60, 60, 60])
history(w, "USUAL", [5, 9, 12, 3, 7, 7])
history(w, "WORSE", [1, 2, 1, 0, 2, 1, 14, 15, 13, 16, 14])
for account in "GOOD", "LATE", "ZLATE", "FEW", "USUAL", "WORSE":
    w.owe(account, account + "-open", 500, ago(5))
w.ledger()
w.arm()
w.roles()

same("prime", tier(w, "GOOD"), ("prime", "reliable"))
same("risk", tier(w, "LATE"), ("risk", "late"))
same("too little is known", tier(w, "FEW"), ("standard", "little"))
same("standard", tier(w, "USUAL"), ("standard", "usual"))
same("worse, but not yet risk", tier(w, "WORSE"), ("standard", "usual"))

same("the event of a change", w.events("LATE", "tier-changed"), [{
    "was": "standard", "is": "risk", "reason": "late",
    "why": "invoices are paid 35 days late as a rule (5 in 365 days; 30 and "
           "more is risk)",
    "zh": "通常逾期35天付款（近365天5张发票，达到30天即为高风险）"}])
same("what stays has none", w.events("FEW", "tier-changed"), [])
text = w.run("account", "FEW").stdout
check("Tier standard: too little is known yet: 4 invoices paid in 365 days, "
      "and 5 are needed; so it stays as it is" in text, text[:300])
text = w.run("account", "LATE", language="zh").stdout
check("等级 高风险：通常逾期35天付款" in text, text[:300])
check("tier" in [r["rule"] for r in w.run("why", "LATE", json_=True)["rules"]],
      "why tells of it")
check("35 days late as a rule" in w.run("why", "LATE").stdout, "and why")

# What a tier does: risk hears sooner (its days are shifted by 2), prime later.
when = {a: w.run("why", a, json_=True)["slot"] for a in ("LATE", "USUAL",
                                                         "GOOD")}
check(when["LATE"] <= when["USUAL"] <= when["GOOD"] and
      when["LATE"] < when["GOOD"], "slots by tier: %s" % when)

# Early warning: one task, in words, with what might be agreed; never again
# while it is the same.
same("who gets worse", w.tasks("worsening"), [(
    "WORSE", "The last 5 invoices were paid 14 days late as a rule, those "
    "before 1. Consider shorter terms for new orders.")])
w.day()
same("once", w.sql("SELECT count(*) FROM task WHERE reason = 'worsening'"),
     [(1,)])
check(all("terms" not in m.plain and "deposit" not in m.plain
          for m in w.mails), "never to the customer")
check("Consider shorter terms" in w.run("account", "WORSE",
                                        "--call-sheet").stdout, "call sheet")
check("缩短账期" in w.run("account", "WORSE", "--call-sheet",
                      language="zh").stdout, "call sheet in Chinese")

w.sql("UPDATE party SET credit_limit = 10000, credit_currency = 'GBP' WHERE "
      "name = 'Customer USUAL'")
w.sql("UPDATE account SET rev = rev + 1")
w.day()
same("over the credit limit", w.tasks("credit-limit"), [(
    "USUAL", "GBP 500.00 / 100.00. Agree how to come back below the credit "
    "limit, or have it looked at anew.")])
check("below the credit limit" in w.run("account", "USUAL",
                                        "--call-sheet").stdout, "call sheet")

# A person's choice stays, whatever comes.
w.run("override", "LATE", "--tier", "prime")
w.owe("LATE", "LATE-x", 1000, ago(60))
w.pay("LATE-x", TODAY)
w.day()
same("a person's choice", tier(w, "LATE"), ("prime", "person"))
check("a person chose it" in w.run("account", "LATE").stdout, "told so")
w.run("override", "LATE", "--tier", "auto")
w.day()
same("and given back", tier(w, "LATE"), ("risk", "late"))
same("its events", [(e["was"], e["is"]) for e in
                    w.events("LATE", "override")],
     [("risk", "prime"), ("prime", "auto")])

# Taken back: Dunlin's change is a person's choice then, a person's own goes
# back to what was before.
event = w.sql("SELECT e.id FROM event e JOIN stream s ON s.id = e.stream_id "
              "JOIN account a ON a.id = s.account_id WHERE a.code = 'ZLATE' "
              "AND e.kind = 'tier-changed'")[0][0]
w.run("undo", str(event))
w.day()
same("Dunlin's change undone", tier(w, "ZLATE"), ("standard", "person"))
w.run("override", "USUAL", "--tier", "risk")
event = w.sql("SELECT max(id) FROM event WHERE kind = 'override'")[0][0]
w.run("undo", str(event))
w.day()
same("a person's own undone", tier(w, "USUAL"), ("standard", "usual"))
check(w.run("override", "USUAL", "--tier", "gold", ok=False).returncode == 64,
      "no such tier")

# What ends is forgotten: a year later nothing is known.
w.jump(370)
w.ledger()
w.run("run", "planner", "--once")
same("nothing is known any more, and it stays", tier(w, "GOOD"),
     ("prime", "little"))

# A policy that leaves tiers to people.
v = World(TODAY, policy="behaviour: {tiers: no, worse_days: 0}")
history(v, "LATE", [40] * 12)
v.owe("LATE", "LATE-open", 500, ago(5))
v.ledger()
v.roles()
same("off", tier(v, "LATE"), ("standard", "off"))
same("nobody is told", v.tasks("worsening"), [])
finish()
