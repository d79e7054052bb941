import http.server
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from kannellib import Kannel, is_installed
from portlib import free_port
from sendlib import DUNLIN, NOW, check, finish
from smslib import PHONES, Phones, route
from weblib import Web

SECRET = "abcdefgh23456789"

if not is_installed():
    print("Kannel is missing: contrib/install-packages test")
    print("0 passed, 1 failed")
    sys.exit(1)
top = tempfile.mkdtemp()


def work(k, port, customers, **settings):
    settings.setdefault("hook_file", "hook")
    settings.setdefault("from", '"10690000"')
    return Phones(top, route("kannel", k.url, **settings), customers,
                  more="web:\n  listen: 127.0.0.1:%d\n  public_url: %s\n"
                  % (port, "http://127.0.0.1:%d" % port))


def phones(k):
    """{number: text} that arrived, parts put together, and how often a part
    came."""
    parts, again = {}, 0
    for line in k.received():
        m = re.search(r"<(\S+) (\S+) (.*)>", line)
        to, rest = m.group(2), m.group(3).split(" ")
        if rest[0] == "udh":
            udh = rest[1]
            rest = rest[2:]
        else:
            udh = "%05%00%03%00%01%01"
        raw = " ".join(rest[1:]).encode() if rest[0] == "text" else \
            urllib.parse.unquote_to_bytes(rest[1].replace("+", " "))
        nth = int(urllib.parse.unquote_to_bytes(udh)[-1])
        if (to, nth) in parts:
            again += 1
        parts[to, nth] = raw
    texts = {}
    for to, nth in sorted(parts):
        texts[to] = texts.get(to, b"") + parts[to, nth]

    def decode(b):
        return b.decode("utf-16-be") if b.count(b"\0") > len(b) / 8 else \
            b.decode("latin-1")
    return {to: decode(b) for to, b in texts.items()}, again


def until(what, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def wait_reports(w, n):
    until(lambda: w.sql("SELECT count(*) FROM inbox WHERE intake LIKE"
                        " 'hook/%/report'")[0][0] >= n)
    w.run("run", "reader", "--once")


def test_texts_and_answers():
    port = free_port()
    base = "http://127.0.0.1:%d/hook/main/main/message/%s" % (port, SECRET)
    with Kannel(top, base) as k:
        w = work(k, port, PHONES[:4])
        with Web(w.dir, port, now=NOW):
            r = w.send()
            check("Kannel takes them", w.states() == ["accepted"] * 4,
                  r.stderr)
            wait_reports(w, 8)
            check("delivered, whatever came first", w.deliveries() ==
                  ["delivered"] * 4, w.deliveries())
            texts, again = phones(k)
            check("all phones, each once", len(texts) == 4 and again == 0,
                  texts)
            check("a long English text", texts["+447400123000"].startswith(
                "Example Ltd: A friendly reminder: invoice INV-C0000, GBP "
                "100.50") and texts["+447400123000"].endswith(
                "Just reply."), texts)
            check("a long Chinese text", texts["+447400123001"].startswith(
                "Example Ltd：您好，温馨提醒：发票INV-C0001") and
                texts["+447400123001"].endswith("直接回复即可。"), texts)
            # an answer, confirmed
            k.centre("447400123000 10690000 text We will pay GBP 100.50 on "
                     "27 November 2026")
            check("the answer comes", until(lambda: w.sql(
                "SELECT count(*) FROM inbox WHERE intake LIKE"
                " '%/message'")[0][0] == 1))
            w.run("run", "reader", "--once")
            check("a promise", w.sql("SELECT state FROM promise") ==
                  [("open",)], w.sql("SELECT intake, raw, detail FROM inbox"
                                     " ORDER BY id DESC LIMIT 2"))
            k.centre()	# the other one ends when it has sent its own
            r = w.send(now="2026-11-20T09:06:00Z")
            check("is confirmed by SMS", until(lambda: any(
                "447400123000" in l and "on 27 November 2026. Until then"
                in l for l in k.received())), str(w.sql(
                    "SELECT template, state, detail FROM outbox")) +
                r.stderr[-500:])
            # words
            k.centre("447400123001 10690000 ucs2 %90%00%8b%a2")
            until(lambda: w.sql("SELECT count(*) FROM inbox WHERE intake "
                                "LIKE '%/message'")[0][0] == 2)
            k.centre("447400123002 10690000 text STOP")
            until(lambda: w.sql("SELECT count(*) FROM inbox WHERE intake "
                                "LIKE '%/message'")[0][0] == 3)
            w.run("run", "reader", "--once")
            check("退订 and STOP", w.sql(
                "SELECT state FROM address ORDER BY id") ==
                [("working",), ("opted-out",), ("opted-out",),
                 ("working",)], w.sql("SELECT state FROM address"))
            k.centre("447400123003 10690000 ucs2 " + "".join(
                "%%%02x" % b for b in "我们下周五付款".encode("utf-16-be")))
            until(lambda: w.sql("SELECT count(*) FROM inbox WHERE intake "
                                "LIKE '%/message'")[0][0] == 4)
            w.run("run", "reader", "--once")
            check("a promise in Chinese", w.sql(
                "SELECT count(*) FROM promise") == [(2,)],
                w.sql("SELECT raw, meaning, detail FROM inbox ORDER BY id"
                      " DESC LIMIT 1"))


class Held:
    """Takes Kannel's receipts, to hand them on when and in which order the
    test likes."""

    def __init__(self):
        self.calls = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.calls.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *a):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def of(self, state):
        return [c for c in self.calls if "state=%d&" % state in c]


SHORT = """
          - {name: m1-first, language: en, id: "1", text: "Statement {{total}}."}
          - {name: m1-first, language: zh-CN, id: "2", text: "账单{{total}}。"}
"""


def test_short_and_order():
    """Short texts; receipts that come in the wrong order."""
    port, held = free_port(), Held()
    with Kannel(top, "http://127.0.0.1:9/") as k:
        w = Phones(top, route("kannel", k.url, hook_file="hook",
                              templates=SHORT, **{"from": '"10690000"'}),
                   PHONES[:2], more="web:\n  listen: 127.0.0.1:%d\n"
                   "  public_url: %s\n" % (port, held.url))
        r = w.send()
        check("Kannel takes short ones", w.states() == ["accepted"] * 2,
              r.stderr)
        check("both receipts of both", until(
            lambda: len(held.of(8)) == 2 and len(held.of(1)) == 2),
            held.calls)
        texts, again = phones(k)
        check("a short English and a short Chinese text", texts == {
            "+447400123000": "Statement GBP 100.50.",
            "+447400123001": "账单100.50英镑。"} and again == 0, texts)
        with Web(w.dir, port, now=NOW) as web:
            for call in held.of(1) + held.of(8) + held.of(1):
                check("a receipt is taken", web.ask("GET", call)[0] == 200)
                w.run("run", "reader", "--once")
                got = w.deliveries()
                check("it only goes forward", all(
                    d in ("queued", "delivered") for d in got), got)
        check("delivered, though that was told first", w.deliveries() ==
              ["delivered"] * 2, w.deliveries())
    held.server.shutdown()


def test_killed():
    """The gateway dies while it is sent to: nothing is sent twice."""
    port = free_port()
    base = "http://127.0.0.1:%d/hook/main/main/message/%s" % (port, SECRET)
    many = [("K%04d" % i, "Customer %d" % i, "", "07400 12%04d" % i, "en",
             "GB", "Europe/London") for i in range(50)]
    with Kannel(top, base) as k:
        w = work(k, port, many, per_minute=0)
        p = subprocess.Popen(w.command("run", "sender", "--once"),
                             stderr=subprocess.DEVNULL)
        check("it has begun", until(lambda: w.sql(
            "SELECT count(*) FROM attempt")[0][0] >= 10))
        k.boxes[1].send_signal(signal.SIGKILL)
        k.boxes[1].wait(10)
        p.wait(60)
        states = w.states()
        check("killed in the middle", 0 < states.count("accepted") < 50,
              states.count("accepted"))
        check("at most the one in hand is uncertain",
              states.count("uncertain") <= 1, states.count("uncertain"))
        k.boxes[1] = k.start_box("smsbox")
        k.wait(k.ports["send"])
        for minute in (12, 14, 20):
            last = w.send(now="2026-11-20T09:%d:00Z" % minute)
        states = w.states()
        check("the rest follows", states.count("accepted") +
              states.count("uncertain") == 50 and
              states.count("uncertain") <= 1,
              str({s: states.count(s) for s in set(states)}) +
              last.stderr[-1000:])
        until(lambda: len(phones(k)[0]) >= states.count("accepted"))
        texts, again = phones(k)
        check("no phone gets it twice", again == 0, again)
        check("who was accepted has it", len(texts) >=
              states.count("accepted") - 1, len(texts))


try:
    test_texts_and_answers()
    test_short_and_order()
    test_killed()
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
