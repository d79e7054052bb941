import base64
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.parse

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from portlib import free_port
from sendlib import NOW, check, finish
from smslib import PHONES, Gateway, Phones, route, twilio_signature
from weblib import Web

top = tempfile.mkdtemp()
SECRET = "abcdefgh23456789"
PUBLIC = "https://ar.example.com/dunlin"


def webbed(port):
    return "web:\n  listen: 127.0.0.1:%d\n  public_url: %s\n" % (port, PUBLIC)


def sent(gateway, customers, script, **settings):
    """A workspace whose messages have gone out, and its web role."""
    g = Gateway(script)
    port = free_port()
    w = Phones(top, route(gateway, g.url, **settings), customers,
               more=webbed(port))
    w.send()
    return w, g, port


def token_of(w, n=1):
    return w.sql("SELECT token FROM attempt WHERE id = %d" % n)[0][0]


def read(w, now=NOW):
    return w.run("run", "reader", "--once", now=now)


def test_kannel():
    w, g, port = sent("kannel", PHONES[:2],
                      lambda r: (202, "0: Accepted for delivery"),
                      hook_file="hook", letters="R")
    q = g.requests[0]["query"]
    check("receipts are asked for", q.get("dlr-mask") == "31" and
          q.get("dlr-url", "").startswith(
              PUBLIC + "/hook/main/main/report/" + SECRET + "?token=") and
          "state=%d" in q["dlr-url"], q)
    base = "/hook/main/main/%s/" + SECRET
    with Web(w.dir, port, now=NOW) as web:
        def report(state, n=1, token=None):
            r = web.ask("GET", base % "report" + "?token=%s&state=%s&id=%s"
                        % (token or token_of(w, n), state, state))
            check("a receipt is taken", r[0] == 200, r)

        def message(number, text, at=0):
            r = web.ask("GET", base % "message" + "?" +
                        urllib.parse.urlencode({"from": number, "to": "123",
                                                "text": text, "at": at,
                                                "charset": "GSM"}))
            check("a message is taken", r[0] == 200, r)

        for path, status in (
                ("/hook/main/main/report", 403),
                ("/hook/main/main/report/wrongwrongwrong1", 403),
                ("/hook/main/other/report/" + SECRET, 404),
                ("/hook/nobody/main/report/" + SECRET, 404),
                ("/hook/main/main/nothing/" + SECRET, 404),
                ("/hook/main", 404), ("/hook", 404)):
            r = web.ask("GET", path + "?token=x&state=1")
            check("%s is %d" % (path, status), r[0] == status, r)
        check("nothing of it is kept", w.sql(
            "SELECT count(*) FROM inbox") == [(0,)])
        # states only go forward
        report(8)
        read(w)
        check("at the SMSC", w.deliveries() == ["submitted", "queued"],
              w.deliveries())
        report(1)
        report(8)
        report(2)
        read(w)
        report(1)
        report(4)
        read(w)
        check("delivered, for good", w.deliveries() ==
              ["delivered", "queued"], w.deliveries())
        check("the address works", w.sql(
            "SELECT DISTINCT state FROM address") == [("working",)])
        report(2, n=2)
        report(1, token="zzzzzzzzzzzzzzzz")
        read(w)
        check("failed", w.deliveries() == ["delivered", "failed-final"],
              w.deliveries())
        check("an address that failed once", w.sql(
            "SELECT state FROM address ORDER BY id") ==
            [("working",), ("soft-bounced",)])
        check("its message bounced", w.states() == ["accepted", "failed"],
              w.states())
        rows = w.sql("SELECT raw FROM inbox WHERE intake LIKE 'hook/%'")
        check("the path's secret is not kept", all(
            SECRET.encode() not in r[0] for r in rows))
        # an answer: a promise, confirmed by SMS
        message("+447400123000", "We will pay GBP 100.50 on 27 November 2026")
        r = read(w)
        rows = w.sql("SELECT state, day FROM promise")
        check("a promise", [s for s, _ in rows] == ["open"], str(rows) +
              r.stderr + str(w.sql("SELECT intake, state, detail, meaning"
                                   " FROM inbox")))
        rows = w.sql("SELECT channel, template, state FROM outbox WHERE"
                     " template LIKE 'answer%'")
        check("its confirmation goes by SMS",
              rows == [("sms", "answer-promise", "queued")], rows)
        n = len(g.requests)
        w.send(now="2026-11-20T09:06:00Z")
        check("and arrives there", len(g.requests) == n + 1 and
              "27 November 2026" in g.requests[-1]["query"]["text"] and
              g.requests[-1]["query"]["to"] == "+447400123000",
              [x["query"].get("text") for x in g.requests[n:]])
        # words
        message("+447400123000", "R")
        read(w)
        check("an advertised letter stops", w.sql(
            "SELECT state FROM address ORDER BY id")[0] == ("opted-out",))
        message("+447400123000", "START")
        read(w)
        check("START reopens", w.sql(
            "SELECT state FROM address ORDER BY id")[0] == ("working",))
        message("+447400123001", "退订")
        read(w)
        check("退订 closes", w.sql(
            "SELECT state FROM address ORDER BY id")[1] == ("opted-out",))
        tasks = [t[0] for t in w.sql("SELECT reason FROM task")]
        check("a person is told", "no-contact" in tasks, tasks)
        message("+447400123000", "please stop texting me", at=1)
        read(w)
        check("sentences are understood", w.sql(
            "SELECT state FROM address ORDER BY id")[0] == ("opted-out",),
            w.sql("SELECT detail, meaning FROM inbox ORDER BY id DESC"
                  " LIMIT 1"))
        # strangers, and what cannot be
        before = w.sql("SELECT count(*) FROM promise")
        message("+447999999999", "We will pay tomorrow")
        message("12", "We will pay tomorrow")
        read(w)
        check("strangers promise nothing", w.sql(
            "SELECT count(*) FROM promise") == before)
        check("all is read", w.sql("SELECT count(*) FROM inbox WHERE state ="
                                   " 'new'") == [(0,)])
    g.__exit__()


def test_callers():
    """The secret alone is not enough where a route names who may call; behind
    a proxy it is the address that the proxy saw, whatever the caller wrote
    before it: into the same header, or into one of its own."""
    path = "/hook/main/main/report/%s?token=x&state=1&id=" % SECRET

    def calls(callers, forwarded, *headers):
        with web_of(callers, forwarded) as web:
            c = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
            c.putrequest("GET", path)
            for h in headers:
                c.putheader("X-Forwarded-For", h)
            c.endheaders()
            status = c.getresponse().status
            c.close()
            return status

    def web_of(callers, forwarded):
        port = free_port()
        w = Phones(top, route("kannel", "http://127.0.0.1:9/", hook_file=
                              "hook", callers='"%s"' % callers), PHONES[:1],
                   plan=False, more=webbed(port) + (
                       "  forwarded: yes\n" if forwarded else ""))
        return Web(w.dir, port, now=NOW)

    for callers, forwarded, headers, status in (
            ("127.0.0.1", False, (), 200),
            ("192.0.2.7 127.0.0.1", False, (), 200),
            ("192.0.2.7", False, (), 403),
            ("127.0.0.11 27.0.0.1 127.0.0", False, (), 403),
            ("192.0.2.7", False, ("192.0.2.7",), 403),
            ("192.0.2.7", True, ("192.0.2.7",), 200),
            ("192.0.2.7", True, ("203.0.113.9, 192.0.2.7",), 200),
            ("192.0.2.7", True, ("192.0.2.7, 203.0.113.9",), 403),
            ("192.0.2.7", True, ("192.0.2.7", "203.0.113.9"), 403),
            ("192.0.2.7", True, ("203.0.113.9", "192.0.2.7"), 200),
            ("192.0.2.7", True, ("",), 403)):
        got = calls(callers, forwarded, *headers)
        check("%s may call, %s calls: %d" % (callers, headers, status),
              got == status, got)


def test_evidence():
    """A bundle has the SMS as it went out, what the gateway said of it, and
    the answer; its own instruction holds."""
    w, g, port = sent("kannel", PHONES[:1],
                      lambda r: (202, "0: Accepted for delivery"),
                      hook_file="hook", letters="R")
    base = "/hook/main/main/%s/" + SECRET
    with Web(w.dir, port, now=NOW) as web:
        web.ask("GET", base % "report" + "?token=%s&state=1&id=1"
                % token_of(w))
        web.ask("GET", base % "message" + "?" + urllib.parse.urlencode(
            {"from": "+447400123000", "to": "123", "text":
             "We will pay GBP 100.50 on 27 November 2026", "at": 0,
             "charset": "GSM"}))
        read(w)
    code = w.sql("SELECT code FROM account WHERE merged_into IS NULL")[0][0]
    to = os.path.join(top, "bundle")
    r = w.run("evidence", code, "-o", to)
    check("a bundle", r.returncode == 0, r.stderr)
    rows = json.load(open(to + "/data/sent.json"))
    check("the receipt is in it", [(x["channel"], x["delivery"]) for x in
                                   rows][:1] == [("sms", "delivered")], rows)
    kinds = [x["kind"] for x in json.load(open(to + "/log.json"))]
    check("and in its log", {"sms-receipt", "reply-read", "promise-made"} <=
          set(kinds), kinds)
    check("the message as it went out", any(n.endswith(".txt") for n in
                                            os.listdir(to + "/sent")) and
          len(os.listdir(to + "/received")) >= 1, os.listdir(to))
    r = subprocess.run(["python3", "check.py"], cwd=to, capture_output=True,
                       text=True)
    check("its instruction holds", r.returncode == 0, r.stdout + r.stderr)
    g.__exit__()


def test_uncertain():
    """A receipt settles what nobody knew."""
    w, g, port = sent("kannel", PHONES[:1], lambda r: None,
                      hook_file="hook")
    check("uncertain first", w.states() == ["uncertain"], w.states())
    with Web(w.dir, port, now=NOW) as web:
        got = web.ask("GET", "/hook/main/main/report/%s?token=%s&state=8&id="
                      % (SECRET, token_of(w)))
        check("the receipt is taken", got[0] == 200, got)
        r = read(w)
    check("settled by its receipt", w.states() == ["accepted"],
          (w.states(), r.stdout, r.stderr))
    check("and its task closed", w.sql(
        "SELECT count(*) FROM task WHERE reason = 'uncertain-delivery' AND"
        " state <> 'closed'") == [(0,)])
    g.__exit__()


def test_twilio():
    w, g, port = sent("twilio", PHONES[:1],
                      lambda r: (201, '{"sid": "SM1", "status": "queued"}'))
    callback = g.requests[0]["form"]["StatusCallback"]
    check("their reference", w.sql("SELECT remote_id FROM attempt") ==
          [("SM1",)])
    path = callback[len(PUBLIC):]
    check("the callback's address", callback.startswith(PUBLIC + "/hook/"),
          callback)

    def post(web, url, form, signature=None, path=None):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        headers["X-Twilio-Signature"] = signature if signature is not None \
            else twilio_signature("s3cret", url, form)
        return web.ask("POST", path or url[len(PUBLIC):],
                       urllib.parse.urlencode(form), headers)[0]

    form = {"MessageSid": "SM1", "MessageStatus": "delivered",
            "To": "+447400123000", "From": "+15005550006"}
    with Web(w.dir, port, now=NOW) as web:
        check("forged", post(web, callback, form, "AAAA") == 403)
        check("no signature", web.ask("POST", path, "MessageSid=SM1")[0] ==
              403)
        check("signed for another address", post(
            web, callback, form, path=path + "&x=1") == 403)
        check("signed with another token", post(
            web, callback, form,
            twilio_signature("other", callback, form)) == 403)
        check("valid", post(web, callback, form) == 200)
        check("repeated", post(web, callback, form) == 200)
        rows = w.sql("SELECT count(*) FROM inbox")
        check("kept once", rows == [(1,)], rows)
        read(w)
        check("delivered", w.deliveries() == ["delivered"], w.deliveries())
        url = PUBLIC + "/hook/main/main/message"
        form = {"MessageSid": "SM2", "From": "+447400123000",
                "To": "+15005550006", "Body": "STOP"}
        check("a message", post(web, url, form) == 200)
        read(w)
        check("STOP", w.sql("SELECT state FROM address") ==
              [("opted-out",)])
    g.__exit__()


def test_poll():
    """What a webhook did not bring is asked for, and nothing is read twice,
    whichever way it came first."""
    def said(sid, text, direction="inbound"):
        return {"sid": sid, "direction": direction, "body": text,
                "from": "+447400123000", "to": "+15005550006"}

    listed = [said("SM8", "hello", "outbound-api")]
    asked = []

    def stub(r):
        if r["method"] == "POST":
            return 201, '{"sid": "SM1", "status": "queued"}'
        asked.append((r["query"], r["headers"].get("Authorization")))
        return 200, json.dumps({"messages": listed})

    w, g, port = sent("twilio", PHONES[:1], stub, poll="yes", **{
        "from": '"+15005550006"'})
    check("asked as Twilio says, with its credentials", asked and
          asked[0][0] == {"To": "+15005550006", "DateSent>": "2026-11-19",
                          "PageSize": "100"} and asked[0][1] == "Basic " +
          base64.b64encode(b"me:s3cret").decode(), asked)
    check("what we sent is no answer", w.sql(
        "SELECT count(*) FROM sms_heard") == [(0,)])
    read(w)
    # First by the webhook, then in the list: STOP, then START.
    url = PUBLIC + "/hook/main/main/message"

    def hook(web, sid, text):
        form = {"MessageSid": sid, "From": "+447400123000",
                "To": "+15005550006", "Body": text}
        return web.ask("POST", url[len(PUBLIC):], urllib.parse.urlencode(
            form), {"Content-Type": "application/x-www-form-urlencoded",
                    "X-Twilio-Signature": twilio_signature("s3cret", url,
                                                           form)})[0]

    with Web(w.dir, port, now=NOW) as web:
        check("a webhook", hook(web, "SM2", "STOP") == 200)
        read(w)
        check("it stops", w.sql("SELECT state FROM address") ==
              [("opted-out",)])
        check("and START", hook(web, "SM3", "START") == 200)
        read(w)
        listed += [said("SM2", "STOP"), said("SM3", "START"),
                   said("SM4", "We will pay GBP 100.50 on 27 November 2026")]
        w.send(now="2026-11-20T09:10:00Z")
        read(w)
        check("the list stops nobody again", w.sql(
            "SELECT state FROM address") == [("working",)])
        rows = w.sql("SELECT count(*) FROM promise")
        check("what came by the list alone is read", rows == [(1,)], rows)
        # The webhook of it comes late, and the list once more, longer.
        check("late", hook(web, "SM4", listed[3]["body"]) == 200)
        listed.append(said("SM5", ""))
        w.send(now="2026-11-20T09:12:00Z")
        read(w)
    rows = w.sql("SELECT count(*) FROM promise")
    check("one promise", rows == [(1,)], rows)
    check("a picture alone is kept for a person", w.sql(
        "SELECT count(*) FROM sms_heard") == [(4,)], w.sql(
        "SELECT count(*) FROM sms_heard"))
    check("nothing is broken", w.sql("SELECT count(*) FROM inbox WHERE state"
                                     " = 'held'") == [(0,)])
    g.__exit__()


def test_bad_input():
    w, g, port = sent("aliyun", PHONES[:1],
                      lambda r: (200, '{"Code":"OK"}'), hook_file="hook",
                      sign="示例公司", templates="""
          - {name: m1-first, language: en, id: S1, text: "Statement {{total}}."}
""")
    path = "/hook/main/main/report/" + SECRET
    good = json.dumps([{"out_id": token_of(w), "biz_id": "1",
                        "success": True, "err_code": "DELIVERED"}])
    with Web(w.dir, port, now=NOW) as web:
        try:
            status = web.ask("POST", path, b"x" * 10_000_000)[0]
        except OSError:
            status = 413		# cut off while it was sent
        check("10 MB", status == 413, status)
        for bad in (b"[{", b"\xff\xfe\x00", b"", b"[" * 5000,
                    b'[{"a":"\xc3\x28"}]', b'{"a":1}', b"[1,2,3]"):
            r = web.ask("POST", path, bad,
                        {"Content-Type": "application/json"})
            check("%r is kept and answered" % bad[:20], r[0] == 200 and
                  json.loads(r[1])["code"] == 0, r)
        check("a good one", web.ask("POST", path, good)[0] == 200)
        read(w)
    held = w.sql("SELECT count(*) FROM inbox WHERE state = 'held'")[0][0]
    check("what is broken is for a person", held == 7, held)
    check("one task tells so", w.sql("SELECT count(*) FROM task WHERE"
                                     " reason = 'mail-held'") == [(1,)])
    check("the good one counted", w.deliveries() == ["delivered"],
          w.deliveries())
    g.__exit__()


def flood(port, threads, each, ok, stop=None):
    def run(k):
        try:
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            for i in range(each):
                c.request("GET", "/hook/main/main/report/%s?token=t%d-%d&"
                          "state=1" % (SECRET, k, i))
                r = c.getresponse()
                r.read()
                if r.status == 200:
                    ok.append("t%d-%d" % (k, i))
                if stop and len(ok) > stop[0]:
                    stop[1]()
        except (OSError, http.client.HTTPException):
            pass

    all_threads = [threading.Thread(target=run, args=(k,))
                   for k in range(threads)]
    for t in all_threads:
        t.start()
    for t in all_threads:
        t.join()


def kept(w):
    return {r[0].split(b"token=")[1].split(b"&")[0].decode()
            for r in w.sql("SELECT raw FROM inbox")}


def test_flood():
    w, g, port = sent("kannel", PHONES[:1],
                      lambda r: (202, "0: Accepted for delivery"),
                      hook_file="hook")
    ok = []
    with Web(w.dir, port, now=NOW) as web:
        flood(port, 8, 100, ok)
        check("all of a flood is answered", len(ok) == 800, len(ok))
        check("and kept", kept(w) == set(ok))
        read(w)
        check("and read", w.sql("SELECT count(*) FROM inbox WHERE state ="
                                " 'new'") == [(0,)])
    w.sql("DELETE FROM inbox")
    for n in (1, 40, 120, 300):
        ok = []
        with Web(w.dir, port, now=NOW) as web:
            flood(port, 8, 100, ok,
                  (n, lambda: web.p.send_signal(signal.SIGKILL)))
            web.p.wait(10)
        lost = set(ok) - kept(w)
        check("killed after %d: nothing that was answered is lost" % n,
              not lost, lost)
        check("it was killed in the middle", n < len(ok) < 800, len(ok))
        w.sql("DELETE FROM inbox")
    g.__exit__()


try:
    test_kannel()
    test_callers()
    test_evidence()
    test_uncertain()
    test_twilio()
    test_poll()
    test_bad_input()
    test_flood()
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
