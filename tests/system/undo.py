#!/usr/bin/python3
"""Taking back what replies led to, and the readings that were corrected.

usage: undo.py (with DUNLIN and top_srcdir set)"""
import json
import os
import subprocess
import sys

from checklib import check, finish

TOP, DUNLIN = os.environ["top_srcdir"], os.environ["DUNLIN"]
sys.argv = ["replies.py", DUNLIN, TOP]
import replies  # noqa: E402 - it reads its arguments
NAMES = ["promise", "dispute-quality", "paid-reference", "stop",
         "wrong-person", "hardship", "angry", "vague", "ask-invoice"]
w = replies.World(NAMES)
NOW = replies.instant(replies.MONDAY, 9, 30)
w.ledger(replies.FRIDAY)
w.write("UPDATE company SET state = 'armed', armed_at = 0")
for hour, minute in (0, 50), (1, 10), (9, 10):
    w.roles(replies.instant(replies.FRIDAY, hour, minute), reader=True)
w.ledger(replies.MONDAY)
for name in NAMES:
    w.reply("en", name)
w.run(replies.instant(replies.MONDAY, 9, 20), "run", "reader", "--once")


def dunlin(*args, ok=True):
    done = subprocess.run([DUNLIN, "-C", w.dir, "--now", NOW, *args],
                          capture_output=True, text=True)
    if ok and done.returncode != 0:
        check(False, "%s: %s" % (args, done.stderr))
    return done


def events(name):
    out = dunlin("undo", "list", w.account("en", name), "--json").stdout
    return {e["kind"]: e["event"] for e in json.loads(out)}


def standing(name):
    """What of a reply still stands."""
    (aid,), = w.sql("SELECT id FROM account WHERE code = ?",
                    w.account("en", name))
    return [r[0] for table, what, where in (
        ("hold", "kind", "released_at IS NULL AND (account_id = ?1 OR"
         " address_id IN (SELECT address_id FROM contact WHERE"
         " account_id = ?1))"),
        ("promise", "state", "closed_at IS NULL AND account_id = ?1"),
        ("dispute", "state", "closed_at IS NULL AND account_id = ?1"),
        ("claim", "state", "closed_at IS NULL AND account_id = ?1"),
        ("task", "reason", "state <> 'closed' AND account_id = ?1"),
        ("address", "state", "state <> 'working' AND id IN (SELECT"
         " address_id FROM contact WHERE account_id = ?1)"),
        ("outbox", "template", "state IN ('queued', 'deferred') AND"
         " template LIKE 'answer%' AND account_id = ?1"))
        for r in w.sql("SELECT %s FROM %s WHERE %s" % (what, table, where),
                       aid)]


# The whole reply: nothing of it is left, whatever it was.
for name in NAMES:
    before = standing(name)
    check(before, name + ": it led to something")
    dunlin("undo", str(events(name)["reply-read"]), "--as", "unclear")
    check(standing(name) == [], "%s: %s were left of %s"
          % (name, standing(name), before))
    check("reply-read" not in events(name), name + ": no longer offered")
    again = dunlin("undo", str(w.sql(
        "SELECT max(e.id) FROM event e JOIN stream s ON s.id = e.stream_id"
        " JOIN account a ON a.id = s.account_id WHERE a.code = ? AND"
        " e.kind = 'reply-read'", w.account("en", name))[0][0]), ok=False)
    check(again.returncode != 0, name + ": undone once")

# One act of several, and by the task that asks for it.
for name in "promise", "dispute-quality", "hardship":
    w.reply("zh", name)
w.run(replies.instant(replies.MONDAY, 9, 25), "run", "reader", "--once")


def of(lang, name, kind):
    return str(w.sql("SELECT max(e.id) FROM event e JOIN stream s ON s.id ="
                     " e.stream_id JOIN account a ON a.id = s.account_id"
                     " WHERE a.code = ? AND e.kind = ?",
                     w.account(lang, name), kind)[0][0])


dunlin("undo", of("zh", "dispute-quality", "dispute-opened"), "--as", "paid")
check(w.sql("SELECT state FROM dispute ORDER BY id DESC LIMIT 1") ==
      [("withdrawn",)], "the dispute alone")
check(dunlin("undo", of("zh", "dispute-quality", "dispute-opened"),
             ok=False).returncode != 0, "once")
task = str(w.sql("SELECT t.id FROM task t JOIN account a ON a.id ="
                 " t.account_id WHERE a.code = ? AND t.state <> 'closed'",
                 w.account("zh", "hardship"))[0][0])
check(dunlin("tasks", "resolve", task, "spoke", "--as", "nonsense",
             ok=False).returncode == 64, "a word that replies do not say")
dunlin("tasks", "resolve", task, "spoke to them", "--as", "refusal")
check(dunlin("undo", "999999", ok=False).returncode != 0, "no such event")

# A stranger answers: a person's word is wanted, and one word is enough.
with open(w.dir + "/replies/new/stranger", "wb") as f:
    f.write(("From: someone@elsewhere.example\nTo: ar@seller.example.com\n"
             "Subject: %s\nMessage-ID: <s1@elsewhere.example>\n"
             "Date: Mon, 23 Nov 2026 09:26:00 +0000\n\n"
             "We will pay %s on 27 November.\n" % (w.item("zh", "paid-"
             "reference", 1), w.item("zh", "paid-reference", 1))).encode())
w.run(replies.instant(replies.MONDAY, 9, 27), "run", "reader", "--once")
mail = json.loads(dunlin("inbox", "--json").stdout)[0]["id"]
before = w.sql("SELECT count(*) FROM promise")[0][0]
got = dunlin("inbox", "accept", str(mail), "--account",
             w.account("zh", "paid-reference"))
check(w.sql("SELECT count(*) FROM promise WHERE state = 'open'")[0][0] >= 1
      and w.sql("SELECT count(*) FROM promise")[0][0] == before + 1,
      "accepted: the promise is open " + got.stderr)
check(w.sql("SELECT count(*) FROM task WHERE inbox_id = ? AND state <>"
            " 'closed'", mail) == [(0,)], "its tasks are closed")
check(dunlin("inbox", "accept", "999", ok=False).returncode != 0,
      "no such mail")

lines = [json.loads(l) for l in
         dunlin("examples", "export").stdout.splitlines()]
check(len(lines) == len(NAMES) + 2, "each correction once: %d" % len(lines))
by = {l["not"]: l for l in lines if l["lang"] == "zh"}
check(by["dispute"]["intent"] == "paid" and
      by["hardship"]["intent"] == "refusal", "labels: %s" % by)
check(all(l["intent"] == "unclear" for l in lines if l["lang"] == "en"),
      "labels of replies")
text = json.dumps(lines)
check("Kind regards" not in text and "customer.example" not in text,
      "signatures and addresses are gone")
raw = dunlin("examples", "export", "--raw").stdout
check("Kind regards" in raw, "--raw: as it was written")
# They are what understand takes.
done = subprocess.run([DUNLIN, "understand", "--jsonl"], text=True,
                      input=raw, capture_output=True)
got = {json.loads(l)["id"]: json.loads(l)["lead"]
       for l in done.stdout.splitlines()}
check(got == {l["id"]: l["not"] for l in lines}, "read again: %s" % got)
check(dunlin("verify").returncode == 0, "the ledger of events is whole")
finish()
