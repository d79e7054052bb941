#!/usr/bin/python3
"""Every act of the reader and the planner is taken back, and the account is as
it was before: each reply of tests/replies, and three weeks of promises, plans,
claims and bills that end in all their ways.

usage: undo_all.py (with DUNLIN and top_srcdir set)"""
import datetime
import os
import shutil
import subprocess
import sys

from checklib import check, finish

TOP, DUNLIN = os.environ["top_srcdir"], os.environ["DUNLIN"]
sys.argv = ["replies.py", DUNLIN, TOP]
import replies  # noqa: E402 - it reads its arguments
instant, MONDAY, FRIDAY = replies.instant, replies.MONDAY, replies.FRIDAY
# What tells of something that is no decision: stages and episodes are
# computed, a return date changes nothing, reports are other people's word.
TELLS = {"episode-opened", "episode-closed", "away", "message-bounced",
         "received"}
undone = {}		# (kind, state) -> how often


def undo(w, now, event, *more):
    done = subprocess.run([DUNLIN, "-C", w.dir, "--now", now, "undo",
                           str(event), *more], capture_output=True, text=True)
    return done.returncode == 0, done.stderr


STANDING = "CASE WHEN %s.state IN ('open', 'due-soon', 'awaiting-ledger')" \
    " THEN 'open' ELSE %s.state END"
QUESTIONS = (
    # Two promises in a row may each hold an item: what is held counts.
    "SELECT DISTINCT 'hold', h.kind, h.scope, h.item_id, h.amount FROM hold h"
    " WHERE h.released_at IS NULL AND (h.account_id = ?1 OR h.address_id IN"
    " (SELECT address_id FROM contact WHERE account_id = ?1))",
    "SELECT 'promise', p.id, " + STANDING % ("p", "p") + ", day, amount FROM"
    " promise p WHERE p.account_id = ?1 AND p.closed_at IS NULL",
    "SELECT 'plan', id, state FROM payplan WHERE account_id = ?1 AND"
    " closed_at IS NULL",
    "SELECT 'dispute', id, state FROM dispute WHERE account_id = ?1 AND"
    " closed_at IS NULL",
    # In each of its states it holds the same; whether it is found is looked
    # for every day.
    "SELECT 'claim', id FROM claim WHERE account_id = ?1 AND"
    " closed_at IS NULL",
    "SELECT 'bill', id FROM bill WHERE account_id = ?1 AND"
    " closed_at IS NULL",
    "SELECT 'task', reason FROM task WHERE account_id = ?1 AND"
    " state <> 'closed'",
    "SELECT 'address', d.id, d.state, c.closed_at IS NULL FROM address d"
    " JOIN contact c ON c.address_id = d.id WHERE c.account_id = ?1",
    "SELECT 'answer', o.template, o.due_at FROM outbox o JOIN communication"
    " c ON c.id = o.communication_id WHERE o.account_id = ?1 AND c.class IN"
    " ('answer', 'outcome') AND o.state IN ('draft', 'queued', 'deferred')")


def state(w, aid):
    return sorted(str(r) for q in QUESTIONS for r in w.sql(q, aid))


def acts(w, aid, after):
    """(id, kind, actor, state) of what was done since, newest first."""
    return w.sql("SELECT e.id, e.kind, e.actor, coalesce(json_extract("
                 "p.payload, '$.state'), '') FROM event e JOIN event_payload"
                 " p ON p.event_id = e.id JOIN stream s ON s.id ="
                 " e.stream_id WHERE s.account_id = ? AND e.id > ? AND"
                 " e.actor IN ('reader', 'planner') ORDER BY e.id DESC",
                 aid, after)


def last(w):
    return w.sql("SELECT coalesce(max(id), 0) FROM event")[0][0]


def differs(before, after):
    return "".join("\n  - " + l for l in before if l not in after) + \
        "".join("\n  + " + l for l in after if l not in before)


def accounts(w):
    return w.sql("SELECT id, code FROM account ORDER BY id")


# --- each reply ---

def each_reply(names):
    """Every row of the table twice over: on a fresh account, and on one that
    has promised before."""
    w = replies.World(names)
    w.ledger(FRIDAY)
    w.write("UPDATE company SET state = 'armed', armed_at = 0")
    for hour, minute in (0, 50), (1, 10), (9, 10):
        w.roles(instant(FRIDAY, hour, minute), reader=True)
    w.ledger(MONDAY)
    for lang in "en", "zh":
        for n, name in enumerate(names):
            if n % 3 == 0:
                w.run(instant(MONDAY, 1, 5), "promise", "add",
                      w.account(lang, name), "--by", "2026-12-02")
            elif n % 3 == 1:
                w.run(instant(MONDAY, 1, 5), "promise", "add",
                      w.account(lang, name), "--by", "2026-12-02",
                      "--item", w.item(lang, name, 1))
            w.reply(lang, name)
    before = {aid: state(w, aid) for aid, _ in accounts(w)}
    first = last(w)
    w.run(instant(MONDAY, 9, 20), "run", "reader", "--once")
    for lang in "en", "zh":
        for name in names:
            (aid,), = w.sql("SELECT id FROM account WHERE code = ?",
                            w.account(lang, name))
            did = acts(w, aid, first)
            events = [e for e, kind, _, _ in did if kind == "reply-read"]
            check(len(events) == 1, "%s-%s: read once" % (lang, name))
            changed = state(w, aid) != before[aid]
            ok, why = undo(w, instant(MONDAY, 9, 30), events[0])
            check(ok == changed, "%s-%s: undo %s" % (lang, name, why))
            now = state(w, aid)
            check(now == before[aid], "%s-%s: as before:%s" % (
                lang, name, differs(before[aid], now)))
            for _, kind, _, word in did:
                if changed:
                    undone.setdefault((kind, word), 0)
                    undone[kind, word] += 1
                else:
                    check(kind in TELLS or kind == "reply-read",
                          "%s-%s: %s did nothing" % (lang, name, kind))
    w.run(instant(MONDAY, 9, 40), "verify")
    shutil.rmtree(w.dir)


# --- three weeks ---

class Weeks(replies.World):
    """Items leave the list on the day that `paid` says; the first ones are
    lowered by `parts`."""
    paid, parts = {}, {}

    def open_of(self, item, amount, as_of):
        never = datetime.date.max
        if as_of >= self.paid.get(item, never):
            return 0
        day, less = self.parts.get(item, (never, 0))
        return amount - less if as_of >= day else amount


def take_back(w, day, aid, code, before, after_event):
    """On a copy: all that was done about the account that day."""
    did = acts(w, aid, after_event)
    if not did:
        return
    copy = replies.World.__new__(replies.World)
    copy.dir = w.dir + ".copy"
    shutil.copytree(w.dir, copy.dir)
    # A plan as a whole, before its parts.
    for event, kind, actor, word in sorted(did, key=lambda a: a[1] !=
                                           "plan-changed"):
        ok, why = undo(copy, instant(day, 12), event)
        if ok:
            undone.setdefault((kind, word), 0)
            undone[kind, word] += 1
    now = state(copy, aid)
    check(now == before, "%s %s: as before:%s\n  did %s" % (
        day, code, differs(before, now), did))
    # Dunlin does not do it again by itself.
    copy.run(instant(day, 12, 5), "run", "planner", "--once")
    again = [a for a in acts(copy, aid, last(w)) if a[1] not in TELLS and
             a[1] != "task-opened" and a[3] not in ("due-soon",
                                                   "awaiting-ledger")]
    check(again == [], "%s %s: done again: %s" % (day, code, again))
    shutil.rmtree(copy.dir)


def receipt(w, lang, name, amount, own):
    """One that is not allocated, of the account or of nobody known; the next
    full list knows nothing of the latter."""
    code = w.account(lang, name)
    w.write("INSERT INTO payment (company_id, source_id, account_id,"
            " reference, amount, currency, value_date, state, created_at)"
            " SELECT 1, 1, CASE WHEN ? THEN a.id END, 'IN ' || coalesce("
            "c.reference, 'R'), ?, 'CNY', 20780, 'received', 0 FROM claim c"
            " JOIN account a ON a.id = c.account_id WHERE a.code = ?", own,
            amount, code)
    w.write("UPDATE account SET rev = rev + 1 WHERE code = ?", code)


def weeks():
    names = ["promise", "promise-amount", "plan", "paid", "paid-reference",
             "vague", "bill", "stop"]
    w = Weeks(names)
    w.ledger(FRIDAY)
    w.write("UPDATE company SET state = 'armed', armed_at = 0")
    for hour, minute in (0, 50), (1, 10), (9, 10):
        w.roles(instant(FRIDAY, hour, minute), reader=True)
    w.ledger(MONDAY)
    w.roles(instant(MONDAY, 1, 5), reader=True)
    for lang in "en", "zh":
        for name in names[:5]:
            w.reply(lang, name)
    # Paid in part: when that is found, the rest is still open.
    path = w.dir + "/replies/new/en-paid-reference"
    with open(path, "rb") as f:
        raw = f.read()
    with open(path, "wb") as f:
        f.write(raw.replace(b"1,000.00", b"400.00"))
    w.roles(instant(MONDAY, 9, 20), reader=True)
    day_of = lambda n: MONDAY + datetime.timedelta(n)
    item = w.item
    Weeks.paid = {item("en", "promise", 1): day_of(4),
                  item("en", "promise", 2): day_of(4),
                  item("en", "plan", 1): day_of(2),
                  item("en", "plan", 2): day_of(2),
                  item("en", "bill", 1): day_of(13),
                  item("en", "bill", 2): day_of(13)}
    Weeks.parts = {item("en", "paid-reference", 1): (day_of(3), 400),
                   item("zh", "promise-amount", 1): (day_of(2), 100)}
    # Two that break, and a bill that is honoured.
    for by in "2026-11-24", "2026-11-25":
        w.run(instant(MONDAY, 9, 25), "promise", "add",
              w.account("en", "vague"), "--by", by, "--item",
              item("en", "vague", 1 if by[-1] == "4" else 2))
    for lang in "en", "zh":
        w.run(instant(MONDAY, 9, 25), "bill", "add", w.account(lang, "bill"),
              "--matures", "2026-12-01")
    for n in range(1, 22):
        day = day_of(n)
        w.ledger(day)
        if n == 2:
            receipt(w, "zh", "paid-reference", 100000, False)
        if n == 15:
            receipt(w, "zh", "paid", 150000, True)
        if n >= 13:
            w.write("UPDATE item SET paid = balance_as_of WHERE document IN"
                    " (?, ?)", item("en", "bill", 1), item("en", "bill", 2))
        before = {aid: state(w, aid) for aid, _ in accounts(w)}
        first = last(w)
        w.roles(instant(day, 9, 20), reader=True)
        for aid, code in accounts(w):
            take_back(w, day, aid, code, before[aid], first)
    seen = w.sql("SELECT DISTINCT kind FROM event WHERE actor IN ('reader',"
                 " 'planner')")
    for kind, in seen:
        check(kind in TELLS or any(k == kind for k, _ in undone),
              kind + ": never taken back")
    shutil.rmtree(w.dir)


with open(replies.HERE + "/cases", encoding="utf-8") as f:
    all_names = [l.split(":")[0] for l in f if l[0] not in "#\n"]
each_reply(all_names)
weeks()
for want in (("promise-changed", "kept"), ("promise-changed", "broken"),
             ("promise-changed", "renegotiated"), ("plan-changed", "broken"),
             ("plan-changed", "kept"), ("claim-changed", "found"),
             ("claim-changed", "matched"), ("claim-changed", "not-found"),
             ("bill-changed", "honoured"), ("bill-changed", "presented"),
             ("hold-released", ""), ("hold-placed", ""), ("task-opened", ""),
             ("task-closed", ""), ("address-state", "opted-out"),
             ("address-state", "wrong-person"), ("reply-read", ""),
             ("dispute-opened", "opened"), ("claim-made", "checking")):
    check(undone.get(want, 0) > 0, "%s %s: never taken back" % want)
finish()
