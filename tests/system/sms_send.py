import base64
import json
import os
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from sendlib import EARLY, NOW, check, finish
from smslib import PHONES, Gateway, Phones, route

top = tempfile.mkdtemp()


def kannel(status=202, body="0: Accepted for delivery"):
    return lambda r: (status, body)


def test_accepted():
    with Gateway(kannel()) as g:
        w = Phones(top, route("kannel", g.url, **{"from": "Acme"}))
        r = w.run("check")
        check("check likes it", r.returncode == 0, r.stdout + r.stderr)
        r = w.send()
        check("all accepted", w.states() == ["accepted"] * 8,
              str(w.states()) + r.stderr)
        check("each once", len(g.requests) == 8, len(g.requests))
        check("one connection for all", g.connections == 1, g.connections)
        q = g.requests[0]["query"]
        check("the fields of Kannel", q["username"] == "me" and
              q["password"] == "s3cret" and q["to"].startswith("+447400123")
              and q["from"] == "Acme" and q["charset"] == "UTF-8", q)
        coding = {x["query"]["to"]: x["query"]["coding"] for x in g.requests}
        check("GSM for English, UCS-2 for Chinese",
              coding["+447400123000"] == "0" and
              coding["+447400123001"] == "2", coding)
        texts = [x["query"]["text"] for x in g.requests]
        check("the text", any("invoice INV-C0000, GBP 100.50" in t
                              for t in texts), texts)
        check("no webhooks: no receipts asked for", "dlr-url" not in q)
        check("queued at the gateway", w.deliveries() == ["queued"] * 8)
        check("nothing by mail", not os.path.exists(
            os.path.join(w.dir, "outgoing", "new")) or not os.listdir(
            os.path.join(w.dir, "outgoing", "new")))
        rows = w.sql("SELECT bytes FROM attempt_content")
        check("attempts keep the text, not the secret", all(
            b"s3cret" not in r[0] and b"INV-" in r[0] for r in rows))
        w.send()
        check("not again", len(g.requests) == 8)
        w.must("run", "planner", "--once", now="2026-11-20T09:30:00Z")
        w.send(now="2026-11-20T09:40:00Z")
        check("nor later that day", len(g.requests) == 8)


class Busy:
    """A gateway's script that sees how many it is asked at once, and answers
    each number as told."""

    def __init__(self, answers=None):
        self.lock, self.now, self.most = threading.Lock(), 0, 0
        self.answers = answers or {}

    def __call__(self, r):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.15)
        with self.lock:
            self.now -= 1
        return self.answers.get(r["query"]["to"],
                                (202, "0: Accepted for delivery"))


def test_waves():
    script = Busy()
    with Gateway(script) as g:
        w = Phones(top, route("kannel", g.url, connections=4))
        r = w.send()
        check("waves: all accepted", w.states() == ["accepted"] * 8,
              str(w.states()) + r.stderr)
        check("waves: each once", len(g.requests) == 8 and
              len({q["query"]["to"] for q in g.requests}) == 8)
        check("waves: four at once, no more", script.most == 4, script.most)
        check("waves: on four connections", g.connections == 4,
              g.connections)
        check("waves: every attempt is noted outside", len([
            line for line in open(os.path.join(w.dir, "dunlin.state"))
            if "sent\":" in line and "token" in line]) == 8)
        check("waves: verify", w.run("verify").returncode == 0)
    # Two customers with one phone: what is sent to it counts for both, also
    # where both are due in one wave.
    same = [PHONES[0], ("C9", "Customer 9", "") + PHONES[0][3:], PHONES[2]]
    script = Busy()
    with Gateway(script) as g:
        w = Phones(top, route("kannel", g.url, connections=4), same)
        w.send()
        w.send(now="2026-11-20T09:14:00Z")
        to = sorted(q["query"]["to"] for q in g.requests)
        check("waves: a shared phone hears once", to ==
              ["+447400123000", "+447400123002"], to)
    # Each of a wave has its own outcome.
    script = Busy({"+447400123000": (503, "Temporal failure"),
                   "+447400123001": None,
                   "+447400123002": (400, "receiver number is bad")})
    with Gateway(script) as g:
        w = Phones(top, route("kannel", g.url, connections=4), PHONES[:4])
        w.send()
        by = dict(w.sql("SELECT a.value, o.state FROM outbox o JOIN address"
                        " a ON a.id = o.address_id"))
        check("waves: each its outcome", [by[k] for k in sorted(by)] ==
              ["deferred", "uncertain", "failed", "accepted"], by)
        check("waves: asked once each", len(g.requests) == 4)
    # Bad credentials pause the route, whatever the others were answered.
    script = Busy({"+447400123000": (503, "Temporal failure"),
                   "+447400123003": (403, "Authorization failed")})
    with Gateway(script) as g:
        w = Phones(top, route("kannel", g.url, connections=4))
        w.send()
        check("waves: a paused route", w.sql(
            "SELECT count(*) FROM hold WHERE kind = 'transport' AND"
            " released_at IS NULL") == [(1,)] and len(g.requests) == 4,
            len(g.requests))
    # Fewer than there are connections.
    script = Busy()
    with Gateway(script) as g:
        w = Phones(top, route("kannel", g.url, connections=4,
                              per_number=1), PHONES[:2])
        w.send()
        check("waves: a wave of two", script.most == 2 and
              w.states() == ["accepted"] * 2, script.most)


def outcome(what, script, state, outcome_word, address="working",
            requests=None, again=None, gateway="kannel", rest="", **settings):
    customers = PHONES[:1]
    with Gateway(script) as g:
        w = Phones(top, route(gateway, g.url, **settings), customers)
        r = w.send()
        check(what + ": row", w.states() == [state],
              str(w.states()) + r.stderr)
        check(what + ": attempt", w.outcomes() == [outcome_word],
              w.outcomes())
        states = [x[0] for x in w.sql("SELECT state FROM address")]
        check(what + ": address", states == [address], states)
        if requests is not None:
            check(what + ": requests", len(g.requests) == requests,
                  len(g.requests))
        for now in ("2026-11-20T09:14:00Z", "2026-11-20T10:30:00Z"):
            w.send(now=now)
        if again is not None:
            check(what + ": later", len(g.requests) == again,
                  len(g.requests))
        return [x[0] for x in w.sql(
            "SELECT reason FROM task WHERE state <> 'closed'")]


def test_outcomes():
    outcome("throttled", kannel(503, "Temporal failure, try again later."),
            "deferred", "deferred", again=3)
    tasks = outcome("bad number", kannel(400, "Missing receiver number, "
                    "rejected"), "failed", "failed", address="dead", again=1)
    check("a task for the number", "bounced" in tasks, tasks)
    tasks = outcome("credentials", kannel(403, "Authorization failed"),
                    "deferred", "not-sent", requests=1)
    check("a task for the route", "sms-route-refused" in tasks, tasks)
    tasks = outcome("no answer", lambda r: 5, "uncertain", "uncertain",
                    requests=1, again=1)
    check("a task to settle", "uncertain-delivery" in tasks, tasks)
    outcome("hung up", lambda r: None, "uncertain", "uncertain", requests=1,
            again=1)
    outcome("500", kannel(500, ""), "uncertain", "uncertain", again=1)
    outcome("endless", kannel(202, "x" * 100000), "uncertain", "uncertain",
            again=1)
    outcome("opted out", lambda r: (400, json.dumps(
        {"code": 21610, "message": "unsubscribed"})), "failed", "failed",
        address="opted-out", gateway="twilio", again=1)
    outcome("not for agencies", lambda r: (400, json.dumps(
        {"code": 30863, "message": "no"})), "failed", "failed",
        gateway="twilio", again=1)


def test_dead_connection():
    """The gateway ends a kept connection as the next request comes: that one
    may have arrived, and is not sent again."""
    n = [0]

    def script(r):
        n[0] += 1
        return (202, "0: Accepted for delivery") if n[0] == 1 else None

    with Gateway(script) as g:
        w = Phones(top, route("kannel", g.url), PHONES[:2])
        w.send()
        check("kept connection", sorted(w.states()) ==
              ["accepted", "uncertain"], w.states())
        check("no second try of libcurl", len(g.requests) == 2,
              len(g.requests))


def test_unreachable():
    w = Phones(top, route("kannel", "http://127.0.0.1:9/"), PHONES[:1])
    w.send()
    check("nobody there: deferred", w.states() == ["deferred"] and
          w.outcomes() == ["not-sent"], w.states())


def test_channels():
    both = [("B1", "Both", "b1@customer.example.com", "07400 123456", "en",
             "GB", "Europe/London"),
            ("B2", "Phone", "", "07400 123457", "en", "GB", "Europe/London"),
            ("B3", "Fixed", "", "020 7946 0018", "en", "GB",
             "Europe/London"),
            ("B4", "China", "", "13800138000", "zh-CN", "CN",
             "Asia/Shanghai")]
    with Gateway(kannel()) as g:
        w = Phones(top, route("kannel", g.url), both)
        rows = dict(w.sql("SELECT a.code, o.channel FROM outbox o"
                          " JOIN account a ON a.id = o.account_id"))
        check("mail first, SMS where there is none",
              rows == {"B1": "mail", "B2": "sms"}, rows)
        tasks = w.sql("SELECT a.code FROM task t JOIN account a ON a.id ="
                      " t.account_id WHERE t.reason = 'no-contact' ORDER BY 1")
        check("fixed lines and China without a route: a person's",
              tasks == [("B3",), ("B4",)], tasks)
        # the mail address dies: SMS takes its place
        w.sql("UPDATE address SET state = 'dead' WHERE kind = 'email'")
        w.sql("UPDATE account SET rev = rev + 1")
        w.must("run", "planner", "--once", now=EARLY)
        rows = dict(w.sql("SELECT a.code, o.channel FROM outbox o JOIN"
                          " account a ON a.id = o.account_id WHERE o.state"
                          " = 'queued'"))
        check("from mail to SMS", rows == {"B1": "sms", "B2": "sms"}, rows)
        w.sql("UPDATE address SET state = CASE kind WHEN 'email' THEN"
              " 'working' ELSE 'opted-out' END")
        w.sql("UPDATE account SET rev = rev + 1")
        w.must("run", "planner", "--once", now=EARLY)
        rows = dict(w.sql("SELECT a.code, o.channel FROM outbox o JOIN"
                          " account a ON a.id = o.account_id WHERE o.state"
                          " = 'queued'"))
        check("and back", rows == {"B1": "mail"}, rows)
        # a person prefers the phone
        w.sql("UPDATE address SET state = 'working'")
        r = w.run("contact", "primary", "B1", "07400 123456")
        check("contact primary", r.returncode == 0, r.stderr)
        w.must("run", "planner", "--once", now=EARLY)
        rows = dict(w.sql("SELECT a.code, o.channel FROM outbox o JOIN"
                          " account a ON a.id = o.account_id WHERE o.state"
                          " = 'queued'"))
        check("the preferred one", rows.get("B1") == "sms", rows)
        # the route goes away: planned anew
        w.routes = route("kannel", g.url).replace("main:", "other:")
        w.transport("maildir:outgoing")
        w.send()
        check("rows of a route that is gone", set(w.sql(
            "SELECT state FROM outbox WHERE route = 'main'")) ==
            {("cancelled",)}, w.sql("SELECT state, route FROM outbox"))
        w.must("run", "planner", "--once")
        rows = w.sql("SELECT DISTINCT route FROM outbox WHERE state ="
                     " 'queued' AND channel = 'sms'")
        check("planned for another one", rows == [("other",)], rows)


def test_clouds():
    templates = """
          - name: m1-first
            language: zh-CN
            id: SMS_100
            text: 您好，客户编号{{customer.number}}的账单金额为{{total}}，详情请见邮件。
            params: {number: "{{customer.number}}", total: "{{total}}"}
"""
    china = [("D1", "甲公司", "", "13800138000", "zh-CN", "CN",
              "Asia/Shanghai")]
    with Gateway(lambda r: (200, '{"Code":"OK","BizId":"77"}')) as g:
        w = Phones(top, route("aliyun", g.url + "/", sign="示例公司",
                              countries="[CN]", templates=templates), china)
        r = w.run("check")
        check("an approved route", r.returncode == 0, r.stdout)
        due = w.sql("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', due_at,"
                    " 'unixepoch') FROM outbox")[0][0]
        w.must("status", "--accept-clock", now=due)
        w.sql("UPDATE source SET as_of = as_of + 4")
        r = w.send(now=due)
        check("sent by the cloud", w.states() == ["accepted"],
              str(w.states()) + r.stderr)
        q = g.requests[0]["query"] if g.requests else {}
        check("template code and parameters", q.get("TemplateCode") ==
              "SMS_100" and json.loads(q.get("TemplateParam", "{}")) ==
              {"number": "D1", "total": "100.50英镑"} and
              q.get("PhoneNumbers") == "13800138000" and
              q.get("SignName") == "示例公司", q)
        check("their reference is kept", w.sql(
            "SELECT remote_id FROM attempt") == [("77",)])
    w.routes = route("aliyun", g.url, sign="示例公司", countries="[CN]")
    w.transport("maildir:outgoing")
    r = w.run("check")
    check("no approved messages: check says so", r.returncode != 0 and
          "approved" in r.stdout + r.stderr, r.stdout)


def test_agency():
    with Gateway(lambda r: (201, '{"sid":"SM1"}')) as g:
        w = Phones(top, route("twilio", g.url, **{"from": '"+15005550006"'}),
                   PHONES[:1], company="    agency: yes\n")
        w.send()
        check("Twilio refuses agencies", len(g.requests) == 0 and
              w.states() == ["queued"], w.states())


def test_consent():
    person = [("P1", "Jo Field", "", "07400 123456", "en", "GB",
               "Europe/London")]
    w = Phones(top, route("kannel", "http://127.0.0.1:9/"), person,
               plan=False)
    w.sql("UPDATE party SET kind = 'person'")
    w.must("run", "planner", "--once", now=EARLY)
    check("persons have to agree", w.states() == [], w.states())
    r = w.run("contact", "consent", "P1", "07400 123456", now=EARLY)
    check("consent needs to be told how", r.returncode != 0)
    r = w.run("contact", "consent", "P1", "07400 123456", "--how",
              "contract of 3 May 2026", now=EARLY)
    check("consent", r.returncode == 0, r.stderr)
    w.must("run", "planner", "--once", now=EARLY)
    check("one who did", w.states() == ["queued"], w.states())


def test_per_number():
    with Gateway(kannel()) as g:
        w = Phones(top, route("kannel", g.url, per_number=1),
                   [("N1", "One", "", "07400 123456", "en", "GB",
                     "Europe/London"),
                    ("N2", "Two", "", "07400 123456", "en", "GB",
                     "Europe/London")])
        w.send()
        check("one a day to a number", len(g.requests) == 1 and sorted(
            w.states()) in (["accepted", "deferred"],
                            ["accepted", "cancelled"]),
            str(w.states()) + str(len(g.requests)))


try:
    test_per_number()
    test_accepted()
    test_waves()
    test_outcomes()
    test_dead_connection()
    test_unreachable()
    test_channels()
    test_clouds()
    test_agency()
    test_consent()
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
