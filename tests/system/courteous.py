#!/usr/bin/python3
"""What is said when the ledger catches up: thanks when all is paid, an apology
for a reminder that was wrong; each once, to whoever was reminded, from import
to Maildir.

usage: courteous.py DUNLIN"""
import datetime, os, sys
from checklib import check, finish
from worldlib import World, same

World.dunlin = os.path.abspath(sys.argv[1])
FRIDAY = datetime.date(2026, 11, 20)


def ago(n):
    return FRIDAY - datetime.timedelta(n)


def start(accounts, policy=None, per=1):
    """Everybody is reminded on Friday, of per invoices."""
    w = World(FRIDAY, policy=policy)
    for a in accounts:
        for n in range(per):
            w.owe(a, "%s-%d" % (a, n + 1), 100, ago(6))
    w.ledger()
    w.arm()
    w.roles()
    same("reminded", sorted(m["To"].addresses[0].addr_spec for m in w.mails),
         sorted(a.lower() + "@example.test" for a in accounts))
    return w


def thanks(w, a):
    return [m for m in w.to(a) if "thank you for your payment" in m["Subject"]
            or "感谢您的付款" in m["Subject"]]


def apologies(w, a):
    return [m for m in w.to(a) if "was a mistake" in m["Subject"]
            or "致歉" in m["Subject"]]


# --- thanks ---

w = start(["ALL", "ZALL", "PART", "HELD", "GONE", "REV", "LATE"],
          "thanks: yes", 2)
for a in "ALL", "ZALL", "HELD", "GONE", "REV", "LATE":
    for n in 1, 2:
        w.pay("%s-%d" % (a, n), "2026-11-23")
w.pay("PART-1", "2026-11-23")
w.pay("PART-2", "2026-11-23", left=40)
del w.items["GONE-2"]		# gone from the list, nobody knows why
w.run("hold", "HELD", "--until", "2026-12-20", "--note", "call first")
w.jump(3)
w.at += datetime.timedelta(1)
w.ledger()
w.run("run", "planner", "--once")


def planned(a):
    return [s for s, in w.sql(
        "SELECT o.state FROM outbox o JOIN communication c ON c.id = "
        "o.communication_id JOIN account a ON a.id = o.account_id WHERE "
        "a.code = ? AND c.class = 'thanks' ORDER BY o.id", a)]


# The payment of REV comes back before the thanks leave, that of LATE after.
same("thanks are planned", planned("REV"), ["queued"])
w.items["REV-2"].update(balance=100, paid="")
w.ledger()
w.roles()
same("no thanks for money that came back", (thanks(w, "REV"), planned("REV")),
     ([], ["cancelled"]))
same("thanked", len(thanks(w, "LATE")), 1)
w.items["LATE-2"].update(balance=100, paid="")
w.day()
same("no apology is owed for either", apologies(w, "REV") + apologies(w,
     "LATE"), [])
same("thanks when all is paid", len(thanks(w, "ALL")), 1)
text = thanks(w, "ALL")[0].plain
check("payment of GBP 200.00, which reached us on 23 November 2026" in text,
      text)
check("200.00英镑" in thanks(w, "ZALL")[0].plain and
      "2026年11月23日" in thanks(w, "ZALL")[0].plain, "in Chinese")
same("not while something is left", thanks(w, "PART"), [])
same("not where a hold stands", thanks(w, "HELD"), [])
same("not where an item is gone without a payment", thanks(w, "GONE"), [])
for word in "offer", "discount", "order", "product", "优惠", "新品":
    check(word not in text and word not in thanks(w, "ZALL")[0].plain,
          "it sells nothing: " + word)
same("it counts as a contact", w.sql(
    "SELECT count(*) FROM communication c JOIN account a ON a.id = "
    "c.account_id WHERE a.code = 'ALL' AND c.class = 'thanks' AND c.at IS "
    "NOT NULL"), [(1,)])
w.pay("PART-2", "2026-11-25")
w.until(datetime.date(2026, 11, 27))
same("once", len(thanks(w, "ALL")), 1)
same("when the rest has come", len(thanks(w, "PART")), 1)
check("which has reached us" in thanks(w, "PART")[0].plain,
      "of several payments no amount is named")
same("never by the hold's end", thanks(w, "HELD"), [])
w.pay("REV-2", "2026-11-30")
w.pay("LATE-2", "2026-11-30")
w.until(datetime.date(2026, 12, 2))
same("when it has come for good", len(thanks(w, "REV")), 1)
same("reminded again, and thanked again", len(thanks(w, "LATE")), 2)
same("still no apology", apologies(w, "REV") + apologies(w, "LATE"), [])

# Turned on later: what is long past is left alone; off: nothing.
v = start(["OFF"])
v.pay("OFF-1", "2026-11-23")
v.jump(3)
v.day()
same("off", thanks(v, "OFF"), [])
v.policy("thanks: yes")
v.jump(20)
v.day()
same("nothing long past", thanks(v, "OFF"), [])

# --- apologies ---

w = start(["PAID", "ZPAID", "DISP", "LESS", "DUE", "LATER", "STOP", "TWO"])
w.owe("TWO", "TWO-2", 50, ago(4))
w.pay("PAID-1", "2026-11-18")
w.pay("ZPAID-1", "2026-11-18")
w.items["LESS-1"].update(amount=80, balance=80)
w.items["DUE-1"].update(due=datetime.date(2026, 12, 20))
w.pay("LATER-1", "2026-11-21")
w.pay("STOP-1", "2026-11-18")
w.pay("TWO-1", "2026-11-18")
w.run("hold", "STOP", "--kind", "legal", "--note", "lawyer")
w.jump(2)
w.day()
for a, words in (("PAID", "Invoice PAID-1 had already been paid on 18 "
                  "November 2026."),
                 ("ZPAID", "发票ZPAID-1的款项已于2026年11月18日付清"),
                 ("LESS", "For invoice LESS-1 we named too high an amount; "
                  "GBP 80.00 is right."),
                 ("DUE", "Invoice DUE-1 is not due until 20 December 2026."),
                 ("TWO", "Invoice TWO-1 had already been paid")):
    got = apologies(w, a)
    same(a + ": one apology", len(got), 1)
    check(got and words in got[0].plain, "%s: %s" % (a, got and got[0].plain))
first = w.to("PAID")[0]
same("in the same thread", apologies(w, "PAID")[0]["In-Reply-To"],
     first["Message-ID"])
check(first["Message-ID"] in apologies(w, "PAID")[0]["References"],
      "and its references")
check("20 November 2026" in apologies(w, "PAID")[0].plain, "names the day")
same("paid afterwards is not wrong", apologies(w, "LATER"), [])
same("nothing where people alone write", apologies(w, "STOP"), [])
same("there a person is asked", [a for a, _ in w.tasks("apology?")], ["STOP"])
same("everywhere else one is told", [a for a, _ in w.tasks("apologised")],
     ["DUE", "LESS", "PAID", "TWO", "ZPAID"])
check(any("PAID-1, but it was paid on 2026-11-18" in d
          for _, d in w.tasks("apologised")), "of what was wrong")
w.until(datetime.date(2026, 12, 4))
same("once", [len(apologies(w, a)) for a in ("PAID", "LESS", "TWO", "DUE")],
     [1, 1, 1, 1])
same("it counts in the caps: no second message on its day", [
    a for a in ("PAID", "ZPAID", "LESS", "DUE", "TWO")
    if len([m for m in w.to(a) if m.day == apologies(w, a)[0].day]) != 1], [])

# The ledger knows only now that it was disputed before.
v = World(FRIDAY)
v.owe("DISP", "DISP-1", 100, ago(6))
v.ledger(ago(2))
v.arm()
v.roles()
same("reminded by an older list", len(v.to("DISP")), 1)
v.items["DISP-1"].update(disputed="yes")
v.ledger(ago(1))
v.jump(3)
v.roles()
got = apologies(v, "DISP")
same("disputed: one apology", len(got), 1)
check(got and "still looking into your objection to invoice DISP-1" in
      got[0].plain, got and got[0].plain)

# dunlin pay: money that had come in.
w = start(["CASH"])
w.jump(3)
w.run("pay", "CASH", "100", "--item", "CASH-1", "--on", "2026-11-17")
w.roles()
got = apologies(w, "CASH")
same("cash: one apology", len(got), 1)
check(got and "Your payment of GBP 100.00, received on 17 November 2026, "
      "covers invoice CASH-1." in got[0].plain, got and got[0].plain)

# A policy that leaves them to people; and a reminder that nobody remembers.
w = start(["ASK"], "apologies: no")
w.pay("ASK-1", "2026-11-18")
w.jump(2)
w.day()
same("left to people", (apologies(w, "ASK"), [a for a, _ in
                                              w.tasks("apology?")]),
     ([], ["ASK"]))
w = start(["OLD"])
w.pay("OLD-1", "2026-11-18")
w.jump(40)
w.day()
same("too long ago", (apologies(w, "OLD"), len(w.tasks("apology?"))), ([], 1))
finish()
