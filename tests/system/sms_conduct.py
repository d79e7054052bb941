"""How SMS behave towards people: hours of the debtor's own zone also at the
moment of sending, one confirmation at most, and single letters only where the
route tells of them."""
import os
import shutil
import sys
import tempfile
import urllib.parse

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from portlib import free_port
from sendlib import NOW, check, finish
from smslib import PHONES, Gateway, Phones, route
from weblib import Web

top = tempfile.mkdtemp()
SECRET = "abcdefgh23456789"
TAKEN = (202, "0: Accepted for delivery")
SYDNEY = ("S1", "Customer S", "", "0491 570 156", "en", "AU",
          "Australia/Sydney")
PROMISE = "We will pay GBP 100.50 on 27 November 2026"


def open_web(w, port):
    return Web(w.dir, port, now=NOW)


def workspace(g, customers, gateway="kannel", **settings):
    port = free_port()
    w = Phones(top, route(gateway, g.url, hook_file="hook", **settings),
               customers, more="web:\n  listen: 127.0.0.1:%d\n  public_url: "
               "http://127.0.0.1:%d\n" % (port, port))
    return w, port


def says(w, port, number, *texts, now=NOW):
    """They write to us, and it is read."""
    with open_web(w, port) as web:
        for text in texts:
            says.n += 1
            r = web.ask("GET", "/hook/main/main/message/%s?%s" % (
                SECRET, urllib.parse.urlencode({
                    "from": number, "to": "1", "text": text, "id": says.n,
                    "charset": "UTF-8"})))
            check("taken", r[0] == 200, r)
    w.run("run", "reader", "--once", now=now)


says.n = 0


def force_due(w):
    w.sql("UPDATE outbox SET due_at = CAST(strftime('%s', ?) AS INTEGER) - 60,"
          " not_after = not_after + 864000", NOW)


def test_quiet_hours():
    morning = "2026-11-23T22:05:00Z"	# Tuesday 09:05 in Sydney
    with Gateway(lambda r: TAKEN) as g:
        w, port = workspace(g, [SYDNEY, PHONES[0]])
        rows = w.sql("SELECT datetime(o.due_at, 'unixepoch') FROM outbox o"
                     " JOIN account a ON a.id = o.account_id WHERE a.code ="
                     " 'S1'")
        check("planned for their morning", rows ==
              [("2026-11-23 22:00:00",)], rows)
        # Should a row be due at another hour, it is the sender who knows.
        for now in (NOW, "2026-11-20T12:00:00Z", "2026-11-20T20:30:00Z"):
            force_due(w)
            w.send(now=now)
            to = [q["query"]["to"] for q in g.requests]
            check("London has its day at %s, Sydney its night" % now,
                  to == ["+447400123000"], to)
            w.must("run", "planner", "--once", now=now)
        w.must("status", "--accept-clock", now=morning)
        w.must("run", "planner", "--once", now=morning)
        w.send(now=morning)
        to = [q["query"]["to"] for q in g.requests]
        check("in the morning there", to == ["+447400123000",
                                             "+61491570156"], to)
        # An answer waits as well, though they have just written.
        night = "2026-11-24T11:00:00Z"
        says(w, port, "+61491570156", PROMISE, now=night)
        rows = w.sql("SELECT state FROM outbox WHERE template ="
                     " 'answer-promise'")
        check("an answer is owed", rows == [("queued",)], rows)
        w.send(now="2026-11-24T11:01:00Z")
        w.send(now="2026-11-24T19:00:00Z")
        check("not at night", len(g.requests) == 2, len(g.requests))
        w.send(now="2026-11-24T22:05:00Z")
        check("but in the morning", len(g.requests) == 3, w.sql(
            "SELECT state, detail, datetime(due_at, 'unixepoch') FROM"
            " outbox"))


def test_mainland_night():
    """From 22 to 8 o'clock in China nothing goes there, nor on its days off,
    wherever we are and whenever a row is due; a policy cannot even name other
    hours."""
    customer = ("N1", "\u5ba2\u6237\u7532", "", "13800138000", "zh-CN", "CN",
                "Asia/Shanghai")
    always = "policies:\n  ours:\n    extends: default\n    hours:\n" \
        "      - {from: \"08:00\", to: \"22:00\", score: 50}\n"
    with Gateway(lambda r: TAKEN) as g:
        def workspace():
            return Phones(top, route("kannel", g.url, countries="[CN]",
                                     own_texts="yes",
                                     sign="\u793a\u4f8b\u516c\u53f8"),
                          [customer], more=always,
                          company="    policy: ours\n")

        w = workspace()
        path = os.path.join(w.dir, "dunlin.yaml")
        with open(path) as f:
            text = f.read()
        with open(path, "w") as f:
            f.write(text.replace("22:00", "22:30"))
        r = w.run("check")
        check("no policy of the night", r.returncode != 0 and
              "08:00 to 22:00" in r.stdout + r.stderr, r.stdout + r.stderr)
        with open(path, "w") as f:
            f.write(text)
        for now, what in (("2026-11-20T14:05:00Z", "22:05 on Friday"),
                          ("2026-11-20T23:30:00Z", "7:30 on Saturday"),
                          ("2026-11-21T02:00:00Z", "10:00 on Saturday"),
                          ("2026-11-22T16:30:00Z", "0:30 on Monday"),
                          ("2026-11-22T23:55:00Z", "7:55 on Monday")):
            force_due(w)
            w.send(now=now)
            check("not at %s" % what, not g.requests, w.sql(
                "SELECT state, detail FROM outbox"))
            w.must("run", "planner", "--once", now=now)
        rows = w.sql("SELECT datetime(due_at, 'unixepoch') FROM outbox WHERE"
                     " state = 'queued'")
        check("planned for eight o'clock of a better day", rows ==
              [("2026-11-24 00:00:00",)], rows)
        w.send(now="2026-11-24T00:05:00Z")
        check("at 8:05 on Tuesday", [q["query"]["to"] for q in g.requests] ==
              ["+8613800138000"], w.sql("SELECT state, detail FROM outbox"))
        # The evening is law's last hour: this policy uses it.
        w = workspace()
        force_due(w)
        w.send(now="2026-11-20T13:55:00Z")
        check("at 21:55 on Friday", len(g.requests) == 2, w.sql(
            "SELECT state, detail FROM outbox"))


def test_reopened():
    """Who stops and starts again is believed as before: we have written to
    the number.  A number to which nothing went is not."""
    with Gateway(lambda r: TAKEN) as g:
        w, port = workspace(g, PHONES[:1])
        w.send()
        says(w, port, "+447400123000", "STOP", "START", PROMISE)
        check("a promise like any other", w.sql(
            "SELECT state FROM promise") == [("open",)], w.sql(
            "SELECT state, detail FROM inbox"))
        w.send(now="2026-11-20T09:06:00Z")
        check("confirmed by SMS", len(g.requests) == 2 and "27 November 2026"
              in g.requests[-1]["query"]["text"], len(g.requests))
        w, port = workspace(g, PHONES[:1])
        says(w, port, "+447400123000", "STOP", "START", PROMISE)
        check("without a conversation it waits for a person", w.sql(
            "SELECT p.state, t.reason FROM promise p JOIN task t ON"
            " t.account_id = p.account_id AND t.reason LIKE '%promise%'") ==
            [("proposed", "unverified-promise")], w.sql(
            "SELECT reason FROM task"))


def test_one_confirmation():
    with Gateway(lambda r: TAKEN) as g:
        w, port = workspace(g, PHONES[:1])
        w.send()
        says(w, port, "+447400123000", PROMISE)
        w.send(now="2026-11-20T09:06:00Z")
        says(w, port, "+447400123000", PROMISE, PROMISE + "!")
        w.send(now="2026-11-20T09:08:00Z")
        w.send(now="2026-11-20T11:08:00Z")
        check("the same promise is confirmed once", len(g.requests) == 2 and
              w.sql("SELECT count(*) FROM outbox WHERE template ="
                    " 'answer-promise'") == [(1,)], w.states())
        says(w, port, "+447400123000", "STOP", "stop", "Stop all",
             "UNSUBSCRIBE")
        w.send(now="2026-11-20T11:10:00Z")
        w.send(now="2026-11-20T14:10:00Z")
        check("who stops hears once more at most", len(g.requests) <= 3,
              len(g.requests))
        check("and is stopped", w.sql("SELECT state FROM address") ==
              [("opted-out",)])
        n = len(g.requests)
        says(w, port, "+447400123000", "STOP")
        w.send(now="2026-11-20T15:10:00Z")
        check("not again for another STOP", len(g.requests) == n)
        says(w, port, "+447400123000", "START", "start")
        w.send(now="2026-11-20T15:20:00Z")
        check("START reopens", w.sql("SELECT state FROM address") ==
              [("working",)])
        check("and is confirmed once at most", len(g.requests) <= n + 1)


def test_letters():
    for letters, text, stops in ((None, "R", False), (None, "T", False),
                                 ("R", "R", True), ("R", "r.", True),
                                 ("R", "T", False), ("R T", "T", True),
                                 ("R", "\uff32", True),
                                 ("R", "R then?", False),
                                 (None, "TD", True)):
        with Gateway(lambda r: TAKEN) as g:
            settings = {} if letters is None else {"letters": letters}
            w, port = workspace(g, PHONES[:1], **settings)
            w.send()
            says(w, port, "+447400123000", text)
            state = w.sql("SELECT state FROM address")[0][0]
            check("letters %s, text %s" % (letters, text),
                  (state == "opted-out") == stops, state)
            if len(text) == 1 and not stops:
                check("a letter that means nothing is for a person", w.sql(
                    "SELECT count(*) FROM inbox WHERE state = 'held'") ==
                    [(1,)])


try:
    test_quiet_hours()
    test_mainland_night()
    test_reopened()
    test_one_confirmation()
    test_letters()
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
