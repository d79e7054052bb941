import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from portlib import free_port
from sendlib import EARLY, NOW, check, finish
from smslib import PHONES, Gateway, Phones, route
from weblib import Web

top = tempfile.mkdtemp()
SECRET = "abcdefgh23456789"
TAKEN = (202, "0: Accepted for delivery")
BOTH = [("B1", "Both", "b1@customer.example.com", "07400 123456", "en", "GB",
         "Europe/London")]


def named(name, text):
    return text.replace("main:", name + ":", 1)


def policy(steps):
    return "policies:\n  ours:\n    extends: default\n    steps:\n" + "".join(
        "      %s\n" % s for s in steps)


def people():
    me = pwd.getpwuid(os.getuid()).pw_name
    return "users:\n  %s: {name: Legal, mail: legal@seller.example.com, " \
        "roles: [legal]}\n" % me


def test_approval():
    with Gateway(lambda r: TAKEN) as g:
        w = Phones(top, route("kannel", g.url), PHONES[:1],
                   more=people() + policy(["m1-first: {approve: 1}"]),
                   company="    policy: ours\n")
        check("a draft waits", w.states() == ["draft"], w.states())
        w.send()
        check("nothing goes unapproved", not g.requests)
        n = json.loads(w.must("approve", "--json", now=EARLY))[0]["message"]
        shown = w.must("approve", str(n), now=EARLY)
        check("a person reads the SMS", "+447400123000" in shown and
              "INV-C0000" in shown and "Subject" not in shown, shown)
        code = json.loads(w.must("approve", str(n), "--json",
                                 now=EARLY))["code"]
        w.must("approve", str(n), "--code", code, now=EARLY)
        w.must("run", "planner", "--once", now=EARLY)
        r = w.send()
        check("what was approved goes out", len(g.requests) == 1 and
              w.states() == ["accepted"], str(w.states()) + r.stderr)
        check("word for word", g.requests and g.requests[0]["query"]["text"]
              in shown, g.requests)


def test_approval_changed():
    with Gateway(lambda r: TAKEN) as g:
        w = Phones(top, route("kannel", g.url), PHONES[:1],
                   more=people() + policy(["m1-first: {approve: 1}"]),
                   company="    policy: ours\n")
        n = json.loads(w.must("approve", "--json", now=EARLY))[0]["message"]
        code = json.loads(w.must("approve", str(n), "--json",
                                 now=EARLY))["code"]
        w.must("approve", str(n), "--code", code, now=EARLY)
        w.must("pay", "C0000", "50", "GBP", "--item", "INV-C0000", "--on",
               "2026-11-20", now=EARLY)
        w.send()
        check("another amount is another message", not g.requests and
              "accepted" not in w.states(), w.states())


def test_pauses():
    two = [("G1", "One", "", "07400 123456", "en", "GB", "Europe/London"),
           ("U1", "Two", "", "+1 202 555 0143", "en", "GB",
            "Europe/London")]
    says = {"gb": (403, "Authorization failed"),
            "us": (403, "Authorization failed")}
    with Gateway(lambda r: says["gb" if r["query"]["to"][:3] == "+44"
                                else "us"]) as g:
        w = Phones(top, named("gb", route("kannel", g.url, countries="[GB]"))
                   + named("us", route("kannel", g.url, countries="[US]")),
                   two)
        w.send()

        def paused():
            return sorted(n[0].split(",")[0] for n in w.sql(
                "SELECT note FROM hold WHERE kind = 'transport' AND"
                " released_at IS NULL"))

        def asked():
            return w.sql("SELECT count(*) FROM task WHERE reason ="
                         " 'sms-route-refused' AND state <> 'closed'")[0][0]
        check("both asked once", len(g.requests) == 2, len(g.requests))
        check("each has its pause", paused() == ["route gb", "route us"],
              paused())
        for now in ("2026-11-20T09:08:00Z", "2026-11-20T09:20:00Z"):
            w.send(now=now)
        check("nobody is asked meanwhile", len(g.requests) == 2,
              len(g.requests))
        says["gb"] = TAKEN
        w.send(now="2026-11-20T10:20:00Z")
        check("the one that is mended goes on", paused() == ["route us"],
              paused())
        check("the other one still asks for a person", asked() == 1, asked())
        says["us"] = TAKEN
        w.send(now="2026-11-20T11:28:00Z")
        check("both are mended", paused() == [] and asked() == 0 and
              w.states() == ["accepted"] * 2, (paused(), asked(),
                                               w.states()))


def test_pace():
    """At most 3 in a minute of the clock."""
    with Gateway(lambda r: TAKEN) as g:
        w = Phones(top, route("kannel", g.url, per_minute=3))
        clock = os.path.join(w.dir, "clock")

        def at(text):
            with open(clock + ".new", "w") as f:
                f.write(text)
            os.rename(clock + ".new", clock)
        at("2026-11-20T09:05:00Z")
        p = subprocess.Popen(
            [os.environ["DUNLIN"], "-C", w.dir, "run", "sender", "--once"],
            env=dict(os.environ, DUNLIN_CLOCK_FILE=clock),
            stderr=subprocess.DEVNULL)
        for text, most in (("2026-11-20T09:05:00Z", 3),
                           ("2026-11-20T09:06:10Z", 6),
                           ("2026-11-20T09:07:20Z", 8)):
            at(text)
            end = time.monotonic() + 10
            while len(g.requests) < most and time.monotonic() < end:
                time.sleep(0.1)
            if most < 8:
                time.sleep(1.5)
            check("%s: %d" % (text, most), len(g.requests) == most,
                  len(g.requests))
        check("then it ends", p.wait(20) == 0)
        check("all of them", w.states() == ["accepted"] * 8, w.states())


def test_per_number():
    """Answers too wait where a number has had enough for a day."""
    for most, want in ((1, 1), (2, 2)):
        port = free_port()
        with Gateway(lambda r: TAKEN) as g:
            w = Phones(top, route("kannel", g.url, per_number=most,
                                  hook_file="hook"), PHONES[:1],
                       more="web:\n  listen: 127.0.0.1:%d\n  public_url: "
                       "http://127.0.0.1:%d\n" % (port, port))
            w.send()
            with Web(w.dir, port, now=NOW) as web:
                web.ask("GET", "/hook/main/main/message/%s?from=%%2B4474001"
                        "23000&to=1&text=We+will+pay+GBP+100.50+on+27+"
                        "November+2026" % SECRET)
            w.run("run", "reader", "--once", now=NOW)
            check("an answer is owed", len(w.states()) == 2, w.states())
            w.send(now="2026-11-20T09:06:00Z")
            w.send(now="2026-11-20T14:06:00Z")
            check("%d a day to a number" % most, len(g.requests) == want,
                  len(g.requests))
            w.must("status", "--accept-clock", now="2026-11-23T09:06:00Z")
            w.send(now="2026-11-23T09:06:00Z")
            check("the rest on another day", len(g.requests) == 2,
                  str(w.states()) + str(w.sql("SELECT detail FROM outbox")))


def channels(steps, sms_cost, mail_cost):
    w = Phones(top, route("kannel", "http://127.0.0.1:9/", cost=sms_cost),
               BOTH, plan=False, more=policy(steps),
               company="    policy: ours\n")
    w.transport("maildir:outgoing", cost=mail_cost)
    r = w.run("check")
    check("check: %s" % steps, r.returncode == 0, r.stdout + r.stderr)
    w.must("run", "planner", "--once", now=EARLY)
    return w


def test_cost():
    for sms, mail, want in ((5, 1, "mail"), (1, 5, "sms"), (2, 2, "sms")):
        w = channels(["m1-first: {channels: sms mail cheapest}"], sms, mail)
        rows = w.sql("SELECT channel FROM outbox")
        check("cost %d and %d" % (sms, mail), rows == [(want,)], rows)
    w = channels(["m1-first: {channels: mail sms}"], 0, 9)
    rows = w.sql("SELECT channel FROM outbox")
    check("only where the policy says so", rows == [("mail",)], rows)
    # of two routes the cheaper one that may say it
    w = Phones(top, named("dear", route("kannel", "http://127.0.0.1:9/",
                                        cost=9)) +
               named("cheap", route("kannel", "http://127.0.0.1:9/",
                                    cost=2)), PHONES[:1])
    rows = w.sql("SELECT route FROM outbox")
    check("the cheaper route", rows == [("cheap",)], rows)


def test_preview():
    w = Phones(top, route("kannel", "http://127.0.0.1:9/", cost=4),
               PHONES[:2])
    out = w.run("preview", "C0000").stdout
    check("preview tells the number and the route", "+447400123000" in out
          and "main" in out and "INV-C0000" in out, out)
    text = out.split("\n\n", 1)[1].strip()
    check("and the parts", len(text) > 160 and "2 of at most 3 parts, %d "
          "units of GSM 03.38" % len(text) in out and "cost 4" in out, out)
    j = json.loads(w.run("preview", "C0001", "--json").stdout)
    units = len(j["text"].encode("utf-16-be")) // 2
    parts = 1 if units <= 70 else -(-units // 67)
    check("Chinese in UCS-2", j["coding"] == "UCS-2" and j["units"] == units
          and j["parts"] == parts and j["cost"] == 4 and
          j["route"] == "main", j)
    check("nothing is sent by that", w.sql("SELECT count(*) FROM attempt") ==
          [(0,)])
    r = w.run("preview", "C0000", "--html", os.path.join(w.dir, "x.html"))
    check("it has no HTML", r.returncode != 0 and "SMS" in r.stderr,
          r.stderr)


def test_each():
    with Gateway(lambda r: TAKEN) as g:
        w = channels(["m1-first: {channels: mail sms each}"], 0, 0)
        w.routes = route("kannel", g.url)
        w.transport("maildir:outgoing")
        rows = w.sql("SELECT channel, route FROM outbox ORDER BY id")
        check("both where the policy says so", rows ==
              [("mail", ""), ("sms", "main")], rows)
        w.send()
        mails = os.listdir(os.path.join(w.dir, "outgoing", "new"))
        check("each once", len(g.requests) == 1 and len(mails) == 1,
              (len(g.requests), mails))
        check("as one contact", w.sql("SELECT count(*) FROM communication"
                                      " WHERE at IS NOT NULL") == [(1,)])


def test_caps():
    """A call, a mail and an SMS count alike."""
    for word in ("phone", "mail"):
        w = Phones(top, route("kannel", "http://127.0.0.1:9/"), BOTH,
                   plan=False, more=policy(["m1-first: {channels: sms}"]),
                   company="    policy: ours\n")
        if word == "phone":
            w.must("contacted", "B1", "--by", "phone", "--result",
                   "no-answer", now=EARLY)
        else:
            w.sql("INSERT INTO communication (company_id, account_id, class,"
                  " cause, channel, policy, step, stage, level, episode,"
                  " nth, created_at, at) SELECT company_id, id, 'courtesy',"
                  " 'x', 'mail', 'p', NULL, NULL, NULL, 0, 0,"
                  " CAST(strftime('%s', ?) AS INTEGER),"
                  " CAST(strftime('%s', ?) AS INTEGER) FROM account",
                  EARLY, EARLY)
        w.must("run", "planner", "--once", now=EARLY)
        rows = w.sql("SELECT channel, date(due_at, 'unixepoch') FROM outbox")
        check("a %s counts against an SMS" % word,
              all(d > "2026-11-20" for _, d in rows), rows)


def test_copies():
    w = Phones(top, route("kannel", "http://127.0.0.1:9/"), PHONES[:1],
               plan=False)
    for a in ("boss@customer.example.com", "07400 123999"):
        w.must("contact", "add", "C0000", a, "--role", "copy", now=EARLY)
    w.must("run", "planner", "--once", now=EARLY)
    rows = w.sql("SELECT a.value FROM outbox o JOIN address a ON a.id ="
                 " o.address_id")
    check("an SMS has no copies", rows == [("+447400123000",)] or
          rows == [("07400 123000",)], rows)
    w = Phones(top, route("kannel", "http://127.0.0.1:9/"), BOTH, plan=False)
    for a in ("boss@customer.example.com", "07400 123999"):
        w.must("contact", "add", "B1", a, "--role", "copy", now=EARLY)
    w.must("run", "planner", "--once", now=EARLY)
    rows = w.sql("SELECT a.value FROM outbox o JOIN address a ON a.id ="
                 " o.address_id ORDER BY 1")
    check("copies of a mail go by mail", rows ==
          [("b1@customer.example.com",), ("boss@customer.example.com",)],
          rows)


def early(state, then, want, delivery, address):
    """A receipt is read while the request still waits for its answer."""
    port = free_port()
    box = {}

    def script(r):
        w, token = box["w"], r["query"]["dlr-url"].split("token=")[1][:16]
        box["web"].ask("GET", "/hook/main/main/report/%s?token=%s&state=%s"
                       "&id=x" % (SECRET, token, state))
        w.run("run", "reader", "--once", now=NOW)
        box["then"] = w.states()
        return then

    what = "receipt %s, then %s" % (state, then)
    with Gateway(script) as g:
        w = Phones(top, route("kannel", g.url, hook_file="hook").replace(
            "timeout: 1", "timeout: 20"), PHONES[:1],
            more="web:\n  listen: 127.0.0.1:%d\n  public_url: "
            "http://127.0.0.1:%d\n" % (port, port))
        box["w"] = w
        with Web(w.dir, port, now=NOW) as web:
            box["web"] = web
            r = w.send()
        check(what + ": it was on its way", box["then"] == ["sending"],
              box["then"])
        check(what, w.states() == [want], str(w.states()) + r.stderr)
        check(what + ": delivery", w.deliveries() == [delivery],
              w.deliveries())
        check(what + ": address", w.sql("SELECT state FROM address") ==
              [(address,)], w.sql("SELECT state FROM address"))
        counted = w.sql("SELECT count(*) FROM communication WHERE at IS NOT"
                        " NULL")[0][0]
        check(what + ": counted", counted == (want == "accepted"), counted)
        tasks = w.sql("SELECT count(*) FROM task WHERE reason ="
                      " 'uncertain-delivery' AND state <> 'closed'")
        check(what + ": nobody has to look", tasks == [(0,)], tasks)
        n = len(g.requests)
        w.send(now="2026-11-20T09:12:00Z")
        check(what + ": not again", len(g.requests) == n)


def test_early():
    early("2", TAKEN, "failed", "failed-final", "soft-bounced")
    early("1", TAKEN, "accepted", "delivered", "working")
    early("8", None, "accepted", "submitted", "working")
    early("2", None, "failed", "failed-final", "soft-bounced")
    early("1", (503, "Temporal failure"), "accepted", "delivered", "working")


try:
    test_approval()
    test_approval_changed()
    test_pauses()
    test_pace()
    test_per_number()
    test_cost()
    test_preview()
    test_each()
    test_caps()
    test_copies()
    test_early()
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
