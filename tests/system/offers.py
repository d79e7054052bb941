#!/usr/bin/python3
"""Offers for paying by a day: made in a reminder, kept with a credit note,
needless, or expired without a word; from import to Maildir.

usage: offers.py DUNLIN"""
import datetime, os, random, re, subprocess, sys
from checklib import check, finish
from worldlib import World, same

World.dunlin = os.path.abspath(sys.argv[1])
FRIDAY = datetime.date(2026, 11, 20)
LAST = datetime.date(2026, 11, 27)	# seven days later, a Friday
POLICY = """steps:
  m2-first: {offer: yes}
offers:
  percent: 2
  least: {GBP: 100}
  days: 7"""
ADVICE = "  advice: Example Counsel, 2 March 2026"


def ago(n):
    return FRIDAY - datetime.timedelta(n)


def start(accounts, policy=POLICY + "\n" + ADVICE):
    """Everybody has two invoices overdue, of 1000.33 and 500.00, and one that
    is not due."""
    w = World(FRIDAY, policy=policy)
    for a in accounts:
        w.owe(a, a + "-1", 1000.33, ago(34))
        w.owe(a, a + "-2", 500, ago(20))
        w.owe(a, a + "-3", 700, ago(-20))
    w.ledger()
    w.arm()
    w.roles()
    return w


def offers(w, a):
    return w.sql("SELECT o.state FROM offer o JOIN account a ON a.id = "
                 "o.account_id WHERE a.code = ? ORDER BY o.id", a)


def state(w, a):
    return [s for s, in offers(w, a)]


def joined(m):
    """A Chinese text, whatever lines it was broken into."""
    return re.sub(r"\s+", "", m.plain)


def offered(m):
    return "1,470.32" in m.plain


def holds(w, a):
    return sorted({h["kind"] for h in w.run("account", a,
                                            json_=True)["holds"]})


def pay(w, a, item, amount, on):
    w.run("pay", a, str(amount), *(["--item", a + "-" + item] if item else []),
          "--on", str(on), "--ref", "R-%s-%s-%s" % (a, item, on))


def left(w, a, item, balance):
    """The next ledger says so."""
    w.items["%s-%s" % (a, item)].update(balance=balance)


# --- made ---

ALL = ["KEPT", "ZKEPT", "LATE", "PART", "FULL", "LESS", "MORE", "VOID",
       "DISP", "BACK", "LOOSE", "SAID", "LAG", "NONE", "TWICE"]
w = start(ALL)
for a in ALL:
    same("one mail to " + a, [offered(m) for m in w.to(a)], [True])
    same("recorded", state(w, a), ["open"])
text = w.to("KEPT")[0].plain
check("If GBP 1,470.32 reaches our account by 27 November 2026, invoices "
      "KEPT-1 and KEPT-2 are settled in full: that is GBP 30.01 less than the "
      "GBP 1,500.33 due." in text, "sum, day, items: " + text)
check("27 November 2026 included. After that day GBP 1,500.33 is due as before"
      in text, "what is due after it")
check("KEPT-3" not in text[text.index("If GBP"):text.index("Please pay")],
      "what is not overdue is no part of it")
check(text.index("According to our records") < text.index("If GBP") and
      "1,470" not in w.to("KEPT")[0]["Subject"], "not the first thing said")
text = joined(w.to("ZKEPT")[0])
check("如1,470.32英镑在2026年11月27日当日或之前到账，即视为发票ZKEPT-1和"
      "ZKEPT-2已全部付清，比应付的1,500.33英镑少付30.01英镑" in text, text)
check("此后仍按1,500.33英镑支付" in text, "in Chinese, what is due after it")
event = w.events("KEPT", "offer-made")[0]
same("the event", {k: event[k] for k in (
    "pay", "discount", "amount", "currency", "until", "documents", "ground")},
     {"pay": "1470.32", "discount": "30.01", "amount": 150033,
      "currency": "GBP", "until": "2026-11-27", "documents": "KEPT-1 KEPT-2",
      "ground": "Example Counsel, 2 March 2026"})
same("what it covers waits", holds(w, "KEPT"), ["offer-open"])
check("GBP 1470.32 by 2026-11-27 for 2 items, GBP 30.01 less" in
      w.run("why", "KEPT").stdout, "why tells it")
check("Offer of 2026-11-20: GBP 1470.32 of 1500.33 by 2026-11-27: open" in
      w.run("account", "KEPT").stdout, "account tells it")
same("and as JSON", w.run("account", "KEPT", json_=True)["offer"]["pay"],
     "1470.32")
check("2026-11-20 的付款优惠" in w.run("account", "ZKEPT",
                                       language="zh").stdout, "in Chinese")

# --- what they do ---

# "We take the two per cent": a promise like any other, of all or of the sum.
w.run("promise", "add", "SAID", "--by", "2026-11-26", "--confirm")
w.run("promise", "add", "KEPT", "--by", "2026-11-26", "--amount", "1470.32",
      "--currency", "GBP", "--confirm")
# The same by mail, to what they were sent: "2 %" is no part of the debt.
for a, text in (("TWICE", "We take the 2 % and will pay on Thursday."),
                ("ZKEPT", "我们接受2%的优惠，周四付款。")):
    mail = w.to(a)[0]
    reply = ("From: %s\nTo: %s\nSubject: Re: x\nMessage-ID: <%s@example.test>"
             "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
             "\n%s\n" % (mail["To"], mail["Reply-To"], a, text))
    subprocess.run([World.dunlin, "-C", w.w, "--now", w.at.strftime(
        "%Y-%m-%dT%H:%M:%SZ"), "ingest"], input=reply.encode(), check=True)
w.run("run", "reader", "--once")
for a in "TWICE", "ZKEPT":
    same("taken by mail", [(p["state"], p["amount"], p["day"]) for p in w.run(
        "promise", "list", "--account", a, json_=True)],
         [("open", "1470.32", "2026-11-26")])
w.roles()
for a in "SAID", "KEPT":
    check("Our offer still holds: GBP 1,470.32 in all, on our account by 27 "
          "November 2026, settles invoices %s-1 and %s-2 in full" % (a, a) in
          w.to(a)[-1].plain,
          "the answer names it: " + w.to(a)[-1].plain)
w.run("dispute", "add", "DISP", "--item", "DISP-2", "--reason", "quality")
w.items["LESS-2"].update(amount=400, balance=400)	# a credit note
w.items["MORE-2"].update(amount=600, balance=600)	# corrected upwards
del w.items["VOID-2"]
w.until(datetime.date(2026, 11, 24))
for a in "KEPT", "ZKEPT", "BACK", "SAID", "TWICE":
    pay(w, a, "1", 1000.33, "2026-11-24")
    left(w, a, "1", 0)
w.until(datetime.date(2026, 11, 26))
for a in "KEPT", "ZKEPT", "BACK", "SAID", "TWICE":
    same("half of it changes nothing", state(w, a), ["open"])
    pay(w, a, "2", 469.99, "2026-11-26")
    left(w, a, "2", 30.01)
for a in "FULL",:
    pay(w, a, "1", 1000.33, "2026-11-26")
    pay(w, a, "2", 500, "2026-11-26")
    left(w, a, "1", 0), left(w, a, "2", 0)
pay(w, "PART", "1", 1000.33, "2026-11-26")
left(w, "PART", "1", 0)
pay(w, "LESS", "1", 1000.33, "2026-11-26")	# 1400.33 less 28.01
pay(w, "LESS", "2", 371.99, "2026-11-26")
left(w, "LESS", "1", 0), left(w, "LESS", "2", 28.01)
pay(w, "MORE", "1", 1000.33, "2026-11-26")	# as it was offered
pay(w, "MORE", "2", 469.99, "2026-11-26")
left(w, "MORE", "1", 0), left(w, "MORE", "2", 130.01)
pay(w, "DISP", "1", 980.32, "2026-11-26")	# without what they dispute
left(w, "DISP", "1", 20.01)
pay(w, "LOOSE", None, 1470.32, "2026-11-26")	# against nothing yet
w.owe("LOOSE", "LOOSE-R", -1470.32, "2026-11-26", type="receipt")
w.run("run", "planner", "--once")
for a in "KEPT", "ZKEPT", "SAID", "LESS", "MORE", "LOOSE", "BACK", "TWICE":
    same("kept by " + a, state(w, a), ["kept"])
    check("credit-awaited" in holds(w, a), "the rest of %s waits" % a)
same("needless", state(w, "FULL"), ["lapsed"])
for a in "PART", "DISP", "LATE", "NONE", "LAG":
    same("not yet decided: " + a, state(w, a), ["open"])
asked = dict(w.tasks("offer-credit"))
same("who is to be credited", sorted(asked), sorted(
    ["KEPT", "ZKEPT", "SAID", "LESS", "MORE", "LOOSE", "BACK", "TWICE"]))
check("GBP 1470.32 was paid by its day, 2026-11-27 (KEPT-1, KEPT-2): book a "
      "credit note of GBP 30.01" in asked["KEPT"], asked["KEPT"])
check("credit note of GBP 28.01" in asked["LESS"], asked["LESS"])
check("credit note of GBP 30.01" in asked["MORE"], asked["MORE"])
same("what is to be credited", [e["credit"] for e in w.events(
    "KEPT", "offer-changed")], ["30.01"])
for a in "SAID", "KEPT":
    same("it keeps the promise too", [p["state"] for p in w.run(
        "promise", "list", "--account", a, "--all", json_=True)], ["kept"])

# The payment of BACK is taken back the next day; that of LATE comes on a
# Saturday, that of LAG on the Monday after.
w.run("pay", "BACK", "--reverse", "R-BACK-2-2026-11-26")
left(w, "BACK", "2", 500)
w.day()
same("taken back", state(w, "BACK"), ["open"])
check("taken back" in dict(w.tasks("offer-back"))["BACK"] and
      "BACK" not in dict(w.tasks("offer-credit")), "people are told")
w.at += datetime.timedelta(1)		# Saturday: no ledger
pay(w, "LATE", "1", 1000.33, "2026-11-28")
pay(w, "LATE", "2", 469.99, "2026-11-28")
left(w, "LATE", "1", 0), left(w, "LATE", "2", 30.01)
near = [m for m in w.to("ZKEPT") if m.day == datetime.date(2026, 11, 25)]
check(near and "当日或之前累计到账1,470.32英镑，即视为发票ZKEPT-1和ZKEPT-2已"
      "全部付清" in joined(near[0]), "the day before, half of it paid: %s" %
      [joined(m) for m in near])
# Somebody whom nobody knows paid exactly what VOID has left to pay.
w.sql("INSERT INTO payment (company_id, reference, amount, currency, "
      "value_date, state, created_at) VALUES (1, 'R-?', 97032, 'GBP', 20783, "
      "'received', 0)")
w.until(datetime.date(2026, 12, 1))
for a in "PART", "LATE", "NONE", "BACK", "LAG":
    same("expired: " + a, state(w, a), ["expired"])
same("until it is known who that was", state(w, "VOID"), ["open"])
w.sql("DELETE FROM payment WHERE reference = 'R-?'")
same("without what they dispute", state(w, "DISP"), ["kept"])
check("credit note of GBP 20.01" in dict(w.tasks("offer-credit"))["DISP"],
      "its share: %s" % w.tasks("offer-credit"))

# Their dispute fails: what was paid by the day was paid by it.
w.run("dispute", "close", str(w.run("dispute", "list", "--account", "DISP",
      json_=True)[0]["id"]), "--outcome", "rejected")
w.run("run", "planner", "--once")
same("the next ledger decides", state(w, "VOID"), ["open"])
same("a dispute that fails takes nothing back", (state(w, "DISP"),
     dict(w.tasks("offer-back")).get("DISP")), (["kept"], None))
# The credit notes are booked.
for a in "KEPT", "ZKEPT":
    left(w, a, "2", 0)
w.day()
same("it was somebody else", state(w, "VOID"), ["expired"])
for a in "KEPT", "ZKEPT":
    same("booked", state(w, a), ["settled"])
    same("nothing waits", holds(w, a), [])
    check(a not in dict(w.tasks("offer-credit")), "its task is done")

# --- and what follows ---

w.until(datetime.date(2026, 12, 18))
kept = ["KEPT", "ZKEPT", "SAID", "LESS", "MORE", "LOOSE", "TWICE"]
for a in kept:
    for m in w.to(a)[1:]:
        check(not re.search(r"(30\.01|28\.01|130\.01)", m.plain) or
              "Our offer" in m.plain or "优惠仍然有效" in m.plain,
              "%s is not asked for the rest: %s" % (a, m.plain))
        check(m.day <= LAST or a + "-2" not in m.plain,
              "%s is not reminded of it: %s" % (a, m.plain))
for a in "PART", "LATE", "NONE":
    later = [m for m in w.to(a) if m.day > FRIDAY]
    check(later and all(m.day > LAST for m in later),
          "%s hears no more until the day is over" % a)
    check(not any("offer" in m.plain or offered(m) for m in later),
          "nothing is said of it, and nothing is offered again: " + a)
check(any("GBP 30.01" in m.plain for m in w.to("LATE")[1:]),
      "who was late owes the rest")
check(any("500.00" in m.plain for m in w.to("PART")[1:]), "who paid part, too")
check(any("hold-review" == r for r, in w.sql(
    "SELECT t.reason FROM task t JOIN account a ON a.id = t.account_id "
    "WHERE a.code = 'SAID'")), "somebody asks after the credit note")
for a in ALL:
    same("one offer to " + a, len(offers(w, a)), 1)
rows = {r["state"]: (r["promises"], r["promised"], r["paid"]) for r in w.run(
    "report", "promises", "--from", "2026-11-01", "--to", "2026-12-31",
    json_=True)["rows"] if r["state"].startswith("offer")}
same("reported", {k: v[0] for k, v in rows.items()},
     {"offer kept": 6, "offer settled": 2, "offer lapsed": 1,
      "offer expired": 6})
same("what they asked for, and got", rows["offer settled"][1:],
     (2940.64, 2940.64))
check("offer expired" in w.run("report", "promises", "--from", "2026-11-01",
                               "--to", "2026-12-31").stdout, "as a table")
text = w.run("report", "promises", "--from", "2026-11-01", "--to",
             "2026-12-31", language="zh").stdout
check("优惠：已过期" in text and "offer" not in text, "in Chinese: " + text)

# --- known late, and taken back late ---

# What came in before the offer, unknown when it was made, counts: nobody pays
# twice because a statement was slow.
w = start(["EARLY", "ZEARLY", "HALF"])
w.until(datetime.date(2026, 11, 24))
for a in "EARLY", "ZEARLY":
    pay(w, a, "1", 1000.33, "2026-11-18")
    pay(w, a, "2", 469.99, "2026-11-19")
    left(w, a, "1", 0), left(w, a, "2", 30.01)
pay(w, "HALF", "1", 500.33, "2026-11-18")
left(w, "HALF", "1", 500)
w.run("run", "planner", "--once")
for a in "EARLY", "ZEARLY":
    same("paid before it was offered: " + a, state(w, a), ["kept"])
    check("30.01" in dict(w.tasks("offer-credit"))[a], "to be credited")
same("a part of it only", state(w, "HALF"), ["open"])
w.until(datetime.date(2026, 11, 26))
pay(w, "HALF", "1", 500, "2026-11-26")
pay(w, "HALF", "2", 469.99, "2026-11-26")
left(w, "HALF", "1", 0), left(w, "HALF", "2", 30.01)
w.until(datetime.date(2026, 12, 8))
for a in "EARLY", "ZEARLY", "HALF":
    same("it stays so: " + a, state(w, a), ["kept"])
    check(not any(a + "-2" in m.plain for m in w.to(a) if m.day > LAST),
          a + " is reminded of no rest")

# Booked or needless, and then a payment is taken back: before the day it may
# be paid again, after it the whole is due, and a person hears of the credit.
BOOKED = ["BOOKED", "ZBOOKED", "NOTE", "SOON", "AGAIN"]
w = start(BOOKED + ["FULL"])
w.until(datetime.date(2026, 11, 24))
for a in BOOKED + ["FULL"]:
    pay(w, a, "1", 1000.33, "2026-11-24")
    pay(w, a, "2", 500 if a == "FULL" else 469.99, "2026-11-24")
    left(w, a, "1", 0), left(w, a, "2", 0)
w.day()
w.run("run", "planner", "--once")
for a in BOOKED:
    same("booked at once: " + a, state(w, a), ["settled"])
same("needless", state(w, "FULL"), ["lapsed"])
for a in "SOON", "AGAIN", "FULL":
    left(w, a, "2", 500)
w.day()
for a in "SOON", "AGAIN", "FULL":
    same("taken back by its day: " + a, state(w, a), ["open"])
    same("what it covers waits again: " + a, holds(w, a), ["offer-open"])
same("a person is told, where something was credited",
     sorted(dict(w.tasks("offer-back"))), ["AGAIN", "SOON"])
for a in "AGAIN", "FULL":
    pay(w, a, "2", 469.99, "2026-11-26")
    left(w, a, "2", 30.01)
w.until(datetime.date(2026, 11, 27))
w.run("run", "planner", "--once")
for a in "AGAIN", "FULL":
    same("paid again by its day: " + a, state(w, a), ["kept"])
    check("credit note of GBP 30.01" in dict(w.tasks("offer-credit"))[a],
          "to be credited again: " + a)
check("AGAIN" not in dict(w.tasks("offer-back")), "nothing is to be undone")
left(w, "AGAIN", "2", 0)
w.until(datetime.date(2026, 12, 1))
same("booked again", (state(w, "AGAIN"), holds(w, "AGAIN")), (["settled"], []))
same("nobody paid again", state(w, "SOON"), ["expired"])
for a in "BOOKED", "ZBOOKED":
    left(w, a, "2", 500)
left(w, "NOTE", "2", 469.99)	# its credit note stands
BACK = datetime.date(2026, 12, 2)
w.until(BACK)
for a in "BOOKED", "ZBOOKED", "NOTE":
    same("taken back after its day: " + a, (state(w, a), holds(w, a)),
         (["expired"], []))
    same("told: " + a, [e["state"] for e in w.events(a, "offer-changed")],
         ["kept", "settled", "open", "expired"])
    check("30.01" in dict(w.tasks("offer-back"))[a], "a person is told: " + a)
check("do not credit GBP 30.01, or take the credit back" in
      dict(w.tasks("offer-back"))["NOTE"], "what to do")
w.until(datetime.date(2026, 12, 18))
for a, sum_ in (("BOOKED", "500.00"), ("ZBOOKED", "500.00"), ("SOON", "500.00"),
                ("NOTE", "469.99")):
    later = [m for m in w.to(a) if a + "-2" in m.plain and m.day > LAST]
    check(later and all(sum_ in joined(m) for m in later),
          "%s is reminded of %s: %s" % (a, sum_, [m.plain for m in later]))
    check(not any("offer" in m.plain or "优惠" in m.plain or offered(m) or
                  "30.01" in m.plain for m in later),
          "nothing is offered again: " + a)
for a in "AGAIN", "FULL":
    check(not any(a + "-2" in m.plain for m in w.to(a) if m.day > LAST),
          a + " is not reminded of what is forgiven")
for a in BOOKED + ["FULL"]:
    same("one offer: " + a, len(offers(w, a)), 1)

# --- any payments at all ---

dice = random.Random(20261120)
CROWD = ["R%02d" % n for n in range(10)]
w = World(FRIDAY, policy=POLICY + "\n" + ADVICE)
for a in CROWD:
    w.owe(a, a + "-1", 1000, ago(34))
w.ledger()
w.arm()
w.roles()
paid = {a: {} for a in CROWD}		# reference -> (value date, amount)
while w.at.date() < datetime.date(2026, 12, 4):
    w.at += datetime.timedelta(1)
    for a in CROWD:
        now = w.at.date()
        left_now = 1000 - sum(p[1] for p in paid[a].values())
        # Who has paid enough says no more: the credit note is for others.
        if left_now <= 20 or dice.random() < .5:
            continue
        if paid[a] and dice.random() < .2:
            ref = dice.choice(sorted(paid[a]))
            w.run("pay", a, "--reverse", ref)
            del paid[a][ref]
            continue
        sum_ = dice.choice([left_now, left_now - 20, left_now - 21,
                            left_now // 2, 100, 300])
        sum_ = max(1, min(sum_, left_now))
        on = now - datetime.timedelta(dice.randrange(3))
        ref = "P%d" % dice.randrange(10 ** 9)
        paid[a][ref] = (on, sum_)
        w.run("pay", a, str(sum_), "--item", a + "-1", "--on", str(on),
              "--ref", ref)
    w.run("run", "planner", "--once")
for n in range(4):			# the ledger has had its say
    w.at += datetime.timedelta(1)
    for a in CROWD:
        left(w, a, "1", 1000 - sum(p[1] for p in paid[a].values()))
    w.ledger()
    w.roles()
words = set()
for a in CROWD:
    told = [e["state"] for e in w.events(a, "offer-changed")]
    by_day = sum(p[1] for p in paid[a].values() if p[0] <= LAST)
    want = "expired" if by_day < 980 else "kept" if by_day < 1000 else "lapsed"
    words.add(want)
    same("%s paid %s" % (a, sorted(paid[a].values())), state(w, a), [want])
    check(told.count("kept") <= 1 + told.count("open"),
          "%s: kept twice: %s" % (a, told))
    same("a credit note is asked for", a in dict(w.tasks("offer-credit")),
         want == "kept")
    check(want == "expired" or not any(m.day > FRIDAY for m in w.to(a)),
          "%s is reminded of nothing" % a)
same("all of it came about", words, {"kept", "expired", "lapsed"})

# --- rehearsed ---

w = start(["ONE", "TWO"])
out = w.run("rehearse", "--from", "2026-11-20", "--to", "2026-12-31",
            json_=True)
same("rehearsed", (out["messages"]["offers"], out["violations"]
                   ["offered-again"]), (0, 0))
w = World(FRIDAY, policy=POLICY + "\n" + ADVICE)
for a in "ONE", "TWO":
    w.owe(a, a + "-1", 1500.33, ago(34))
w.ledger()
out = w.run("rehearse", "--from", "2026-11-20", "--to", "2026-12-31",
            json_=True)
same("rehearsed before", (out["messages"]["offers"], sum(
    out["violations"].values())), (2, 0))
check("offers for paying by a day" in w.run("rehearse", "--from", "2026-11-20",
      "--to", "2026-12-31").stdout, "as a table")

# --- by consent ---

w = World(FRIDAY, policy=POLICY)
for a in "YES", "NO":
    w.owe(a, a + "-1", 1500.33, ago(34))
w.ledger()
w.run("contact", "offers", "YES", "yes@example.test", "--how", "form of May")
w.arm()
check("offer        none: a recipient has not agreed to offers" in
      w.run("why", "NO").stdout, "why tells so")
w.roles()
check(offered(w.to("YES")[0]) and not offered(w.to("NO")[0]), "by consent")
same("only that is recorded", (state(w, "YES"), state(w, "NO")),
     (["open"], []))
same("on what ground", w.events("YES", "offer-made")[0]["ground"], "consent")
same("the consent is told", w.events("YES", "offer-consent")[0]["how"],
     "form of May")

# --- credited on the next order ---

w = start(["ALL", "ZALL"], policy=POLICY.replace(
    "  percent: 2", "  amounts: {GBP: 25}\n  on: next-order") + "\n" + ADVICE)
check("If the GBP 1,500.33 due for invoices ALL-1 and ALL-2 reaches our "
      "account by 27 November 2026, we will credit GBP 25.00 on your next "
      "order" in w.to("ALL")[0].plain, w.to("ALL")[0].plain)
text = joined(w.to("ZALL")[0])
check("如发票ZALL-1和ZALL-2应付的1,500.33英镑在2026年11月27日当日或之前全额"
      "到账，我们将在下一笔订单中为贵司抵减25.00英镑" in text, text)
for a in "ALL", "ZALL":
    for item in "1", "2":
        w.pay("%s-%s" % (a, item), "2026-11-26")
w.until(datetime.date(2026, 11, 26))
same("kept", (state(w, "ALL"), state(w, "ZALL")), (["settled"], ["settled"]))
check("credit GBP 25.00 on their next order" in
      dict(w.tasks("offer-credit"))["ALL"], "somebody is asked")
w.until(datetime.date(2026, 12, 1))
for a in "ALL", "ZALL":
    w.items[a + "-2"].update(balance=500, paid="")
w.until(datetime.date(2026, 12, 2))
same("taken back", (state(w, "ALL"), state(w, "ZALL")),
     (["expired"], ["expired"]))
check("do not credit GBP 25.00" in dict(w.tasks("offer-back"))["ALL"] and
      not w.tasks("offer-credit"), "nothing is to be credited")

# --- what check says ---

for text, wanted in (
        ("steps:\n  m4-letter: {offer: yes}\noffers: {percent: 2, least: "
         "{GBP: 100}}", "step m4-letter cannot carry an offer"),
        ("steps:\n  m0-due: {offer: yes}\noffers: {percent: 2, least: {GBP: "
         "100}}", "step m0-due cannot carry an offer"),
        ("steps:\n  m2-first: {offer: yes}", "has no percent and no amounts"),
        ("offers: {percent: 2, least: {GBP: 100}}", "no step carries the"),
        ("steps:\n  m2-first: {offer: yes}\noffers: {percent: 2}",
         'offers have no "least"'),
        ("steps:\n  m2-first: {offer: yes}\noffers: {percent: 11, least: "
         "{GBP: 100}}", "more than 10 per cent"),
        ("steps:\n  m2-first: {offer: yes}\noffers: {percent: 2, amounts: "
         "{GBP: 5}, least: {GBP: 100}}", "keep one of the two"),
        ("steps:\n  m2-first: {offer: yes}\noffers: {amounts: {GBP: 60}, "
         "least: {GBP: 100}}", "more than half of the smallest sum"),
        ("steps:\n  m2-first: {offer: yes}\noffers: {amounts: {GBP: 5}, "
         "least: {USD: 100}}", 'offers in GBP have no "least"'),
        ("steps:\n  m2-first: {offer: yes}\noffers: {percent: 2, least: {GBP: "
         "100}, advice: fine}", '"advice" says too little'),
        ("steps:\n  m2-first: {offer: yes}\noffers: {percent: 2, on: cash, "
         "least: {GBP: 100}}", "write payment or next-order"),
        ("steps:\n  m2-first: {offer: yes}\noffers: {percent: 2, least: {XYZ: "
         "100}}", "is no currency")):
    w.policy(text)
    done = w.run("check", ok=False)
    check(done.returncode != 0 and re.search(r"dunlin\.yaml:\d+: ", done.stdout
          + done.stderr) and wanted in done.stdout + done.stderr,
          "check: %r in %s%s" % (wanted, done.stdout, done.stderr))
for language in "en", "zh-CN":
    os.makedirs(os.path.join(w.w, "templates", language), exist_ok=True)
with open(os.path.join(w.w, "templates", "en", "ours.mail"), "w") as f:
    f.write("Subject: {{company.name}}\n--- text\n{{>items}}\n")
with open(os.path.join(w.w, "templates", "zh-CN", "ours.mail"), "w") as f:
    f.write("Subject: {{company.name}}\n--- text\n{{>items}}\n\n{{>pay}}\n")
w.policy(POLICY.replace("offer: yes", "offer: yes, template: ours"))
path = os.path.join(w.w, "dunlin.yaml")
text = open(path).read()
if "\ntemplates:" not in text:
    text = "templates: templates\n" + text
with open(path, "w") as f:
    f.write(text)
done = w.run("check", ok=False)
check("its template ours in en does not say it" in done.stdout + done.stderr
      and "zh-CN does not" not in done.stdout + done.stderr,
      done.stdout + done.stderr)
finish()
