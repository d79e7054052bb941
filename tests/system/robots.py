"""Robots of chat groups: what they say and what not, how they are signed, what
their answers mean, that nothing is said twice, and mistakes of configuration.

UPDATE=1 writes tests/golden/robot/*.txt anew."""
import calendar
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from robotlib import SECRETS, Groups, Robots, said
from sendlib import EARLY, check, finish

GOLDEN = os.path.join(os.environ["top_srcdir"], "tests/golden/robot")
UPDATE = os.environ.get("UPDATE") == "1"
SENT = "2026-11-20T09:05:00Z"
FRIDAY = "2026-11-20T10:01:00Z"
MONDAY = "2026-11-23T08:30:00Z"
WORDS = "Our lawyer will answer. Yours, Jane Debtor, 07400 123456."
ALL = {"wecom": {"language": "zh-CN"}, "dingtalk": {}, "slack": {}}
# Nothing of a customer: name, number, address, item, what they wrote.
PRIVATE = ("Customer 0", "Customer 1", "C0000", "C0001", "@customer", "INV-",
           "lawyer will", "Jane", "07400", "Call Jane", "GBP 100.50", "100.50英")
top = tempfile.mkdtemp()


def ms(now):
    return calendar.timegm(time.strptime(now, "%Y-%m-%dT%H:%M:%SZ")) * 1000


def golden(name, text):
    """Slack's are DingTalk's."""
    path = os.path.join(GOLDEN, name.replace("dingtalk", "slack"))
    if UPDATE:
        os.makedirs(GOLDEN, exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    with open(path, encoding="utf-8") as f:
        check("golden " + name, f.read() == text, "is now:\n" + text)


def grave(g, robots, accounts=2, more=""):
    """A workspace in which a customer has just written of a lawyer."""
    w = Groups(top, g, robots, accounts=accounts, more=more)
    g.now = ms(SENT)
    w.roles(SENT)
    g.clear()
    w.write(0, WORDS, FRIDAY)
    for role in "reader", "planner":
        r = w.run("run", role, "--once", now=FRIDAY)
        check(role, r.returncode == 0, r.stderr)
    g.now = ms(FRIDAY)
    return w


def keeps_secrets(w, log):
    """No part of an address is in what the workspace keeps or tells."""
    data = log.encode()
    for name in "dunlin.db", "dunlin.db-wal", "dunlin.state":
        path = os.path.join(w.dir, name)
        if os.path.exists(path):
            with open(path, "rb") as f:
                data += f.read()
    for args in ("tasks", "--json"), ("queue", "--all"), ("hold", "--json"), \
            ("status",), ("check",):
        r = w.run(*args, now=FRIDAY)
        data += (r.stdout + r.stderr).encode()
    check("secrets are nowhere", not any(s.encode() in data
                                         for s in SECRETS))


def test_says():
    with Robots() as g:
        w = grave(g, ALL)
        w.must("task", "add", "C0001", "Call Jane Debtor", "--due",
               "2026-11-23 09:00", "--owner", "lea", now=FRIDAY)
        log = w.roles(FRIDAY)
        for kind, texts in g.texts.items():
            check(kind + " hears of it at once", len(texts) == 1, texts)
            golden(kind + "-severe.txt", "".join(texts))
        g.clear()
        g.now = ms(MONDAY)
        log += w.roles(MONDAY) + w.roles(MONDAY)
        for kind, texts in g.texts.items():
            check(kind + ": day and week, once", len(texts) == 2, texts)
            golden(kind + "-daily.txt", texts[0])
            golden(kind + "-weekly.txt", texts[1].split("Evidence root")[0]
                   .split("存证根哈希")[0])
            check(kind + ": evidence root", len(texts[1].split()[-1]) >= 64,
                  texts)
            for word in PRIVATE:
                check("%s says nothing of %s" % (kind, word),
                      not any(word in t for t in texts), texts)
        check("requests are well formed", not g.wrong, g.wrong)
        check("all were taken", {r[0] for r in w.messages("state")} ==
              {"accepted"}, w.messages("state", "detail"))
        keeps_secrets(w, log)
        for args in ("digest", "--robot", "wecom"), \
                ("digest", "--robot", "slack", "--weekly"):
            shown = w.must(*args, now=MONDAY)
            check("a preview", "Example Ltd" in shown, shown)
        r = w.run("digest", "--robot", "none", now=MONDAY)
        check("no such robot", r.returncode != 0 and '"none"' in r.stderr,
              r.stderr)
        g.clear()
        w.roles("2026-11-21T08:30:00Z")
        check("nothing on a Saturday", not g.requests)


def test_what():
    """Each robot tells of what it is asked to."""
    with Robots() as g:
        w = grave(g, {"wecom": {"tells": "[daily]", "accounts": "yes"},
                      "slack": {"tells": "severe", "accounts": "yes"},
                      "dingtalk": {"tells": "weekly"}})
        w.roles(FRIDAY)
        check("severe only there", [len(g.texts[k]) for k in
              ("wecom", "slack", "dingtalk")] == [0, 1, 0], g.texts)
        check("whose and how much, where it may", "C0000" in
              g.texts["slack"][0] and "GBP 100.50" in g.texts["slack"][0] and
              "Customer 0" not in g.texts["slack"][0], g.texts)
        g.now = ms(MONDAY)
        w.roles(MONDAY)
        check("day and week", [len(g.texts[k]) for k in
              ("wecom", "slack", "dingtalk")] == [1, 1, 1], g.texts)
        check("the day says whose", "C0000" in g.texts["wecom"][0], g.texts)
        g.clear()
        w.must("stop", now=MONDAY)
        w.roles("2026-11-24T08:30:00Z")
        check("people are told while customers are left alone",
              len(g.texts["wecom"]) == 1, g.texts)


def test_template():
    """One that would tell of customers is not used, and stops nothing else."""
    with Robots() as g:
        w = grave(g, {"slack": {}}, more="templates: own\n")
        os.makedirs(w.dir + "/own/en")
        for kind, text in (("task", "{{customer}}"), ("daily", "{{#words}}"
                           "{{line}}{{/words}}"), ("weekly", "{{#ends}}"
                           "{{customer}}{{/ends}}")):
            with open(w.dir + "/own/en/robot-%s.staff" % kind, "w") as f:
                f.write("Subject: {{company}}\n--- text\n%s\n" % text)
        r = w.run("check", now=FRIDAY)
        check("check names them", r.returncode == 78 and all(
            "robot-%s.staff" % k in r.stdout for k in
            ("task", "daily", "weekly")), r.stdout)
        w.write(1, "Our lawyer will answer, too.", FRIDAY)
        w.roles(FRIDAY)
        g.now = ms(MONDAY)
        w.roles(MONDAY)
        check("it says nothing", len(g.texts["slack"]) == 1 and "Legal" in
              g.texts["slack"][0], g.texts)
        check("a person is told", w.sql(
            "SELECT count(*) FROM task WHERE reason = 'template-error' AND"
            " state <> 'closed' AND detail LIKE '%robot-%'") == [(1,)])
        check("the mails went out", len(w.sql(
            "SELECT login FROM staff_mail WHERE login = 'lea'")) >= 3)


# kind, answer, state of the message, reason of the task, words
ANSWERS = (
    ("wecom", said(45009, "api freq out of limit"), "deferred", None),
    ("wecom", said(-1, "system busy"), "deferred", None),
    ("wecom", said(93000, "invalid webhook url"), "deferred",
     "robot-refused"),
    ("wecom", said(93004, "robot is disabled"), "deferred", "robot-refused"),
    ("wecom", said(93008, "not in group"), "deferred", "robot-refused"),
    ("wecom", said(40058, "invalid Request Parameter"), "failed",
     "robot-message"),
    ("wecom", (200, "<html>Sign in to this network</html>"), "uncertain",
     "robot-message"),
    ("wecom", (502, "Bad Gateway"), "uncertain", "robot-message"),
    ("dingtalk", said(130101, "send too fast, exceed 20 times per minute"),
     "deferred", None),
    ("dingtalk", said(310000, "keywords not in content, more in [https://"
                      "ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"),
     "deferred", "robot-refused"),
    ("dingtalk", said(310000, "ip 192.0.2.1 not in whitelist"), "deferred",
     "robot-refused"),
    ("dingtalk", said(300005, "token is not exist"), "deferred",
     "robot-refused"),
    ("dingtalk", said(400102, "机器人已停用"), "deferred", "robot-refused"),
    ("dingtalk", said(430102, "含有不合适的文本"), "failed", "robot-message"),
    ("slack", (429, "rate_limited"), "deferred", None),
    ("slack", (400, "invalid_payload"), "failed", "robot-message"),
    ("slack", (400, "no_text"), "failed", "robot-message"),
    ("slack", (403, "invalid_token"), "deferred", "robot-refused"),
    ("slack", (403, "action_prohibited"), "deferred", "robot-refused"),
    ("slack", (404, "no_service"), "deferred", "robot-refused"),
    ("slack", (404, "channel_not_found"), "deferred", "robot-refused"),
    ("slack", (410, "channel_is_archived"), "deferred", "robot-refused"),
    ("slack", (500, "rollup_error"), "uncertain", "robot-message"),
    ("slack", None, "uncertain", "robot-message"),	# it hung up
    ("slack", lambda text: 5.5, "uncertain", "robot-message"),	# too late
)


def test_answers():
    with Robots() as g:
        base = grave(g, {k: {"tells": "severe"} for k in ALL})
        for kind, answer, state, reason in ANSWERS:
            what = "%s %s" % (kind, answer)
            w = base.copy(top)
            g.clear()
            g.fail = {kind: answer if callable(answer) else
                      (lambda text: answer)}
            log = w.send(now=FRIDAY).stderr
            rows = dict(w.messages("o.route", "o.state"))
            check(what, rows["robot/" + kind] == state, rows)
            check(what + ": the others go on", sorted(rows.values()) ==
                  sorted(["accepted", "accepted", state]), rows)
            told = [r[0] for r in w.sql(
                "SELECT reason FROM task WHERE state <> 'closed' AND reason"
                " LIKE 'robot-%'")]
            check(what + ": a person is told", told ==
                  ([reason] if reason else []), told)
            g.fail = {}
            w.send(now="2026-11-20T10:03:00Z")
            again = len(g.texts[kind]) - 1
            check(what + ": not at once again", again == 0, again)
            g.now = ms("2026-11-20T12:30:00Z")
            w.send(now="2026-11-20T12:30:00Z")
            g.now = ms(FRIDAY)
            again = len(g.texts[kind]) - 1
            check(what + ": again where it was not taken, not else",
                  again == (state == "deferred"), again)
            keeps_secrets(w, log)
            shutil.rmtree(w.dir)


def test_pause():
    """A bad key pauses its robot; mail and the others go on; another address
    ends it at once."""
    with Robots() as g:
        w = grave(g, ALL)
        g.fail = {"slack": (403, "invalid_token")}
        w.send(now=FRIDAY)
        check("tried once", len(g.texts["slack"]) == 1, g.texts)
        w.planner = w.run("run", "planner", "--once", now=FRIDAY)
        check("it does not tell the groups that it is broken", all(
            len(t) == 1 for t in g.texts.values()), g.texts)
        mails = w.sql("SELECT s.login FROM staff_mail s JOIN communication c"
                      " ON c.id = s.communication_id WHERE c.cause LIKE"
                      " 'task/%robot-refused/'")
        check("a person is, by mail", mails == [("adm",)], mails)
        w.send(now="2026-11-20T10:20:00Z")
        check("paused", len(g.texts["slack"]) == 1, g.texts)
        g.fail = {}
        w.secret("slack.url", "http://127.0.0.1:%d/services/T1/B2/other" %
                 g.port)
        w.send(now="2026-11-20T10:25:00Z")
        w.secret("slack.url", "http://127.0.0.1:%d/services/T00000000/"
                 "B00000000/XXXXXXXXXXXXXXXXXXXXXXXX" % g.port)
        w.send(now="2026-11-20T10:40:00Z")
        check("another address is tried", len(g.texts["slack"]) == 2, g.texts)
        w.send(now="2026-11-20T11:00:00Z")
        check("the task is closed", not w.sql(
            "SELECT id FROM task WHERE reason = 'robot-refused' AND state <>"
            " 'closed'"))


def test_pace():
    """At most so many in a minute, and in an hour."""
    with Robots() as g:
        w = grave(g, {"wecom": {"tells": "severe", "per_minute": "2"}},
                  accounts=24)
        for n in range(1, 24):
            w.write(n, WORDS, FRIDAY)
        for role in "reader", "planner":
            w.must("run", role, "--once", now=FRIDAY)
        check("twenty in an hour", len(w.messages("state")) == 20,
              len(w.messages("state")))
        w.sql("UPDATE outbox SET state = 'cancelled' WHERE channel = 'mail'"
              " AND state = 'queued'")
        clock = os.path.join(w.dir, "clock")

        def at(text):
            with open(clock + ".new", "w") as f:
                f.write(text)
            os.rename(clock + ".new", clock)

        at(FRIDAY)
        p = subprocess.Popen([os.environ["DUNLIN"], "-C", w.dir, "run",
                              "sender"], stderr=subprocess.DEVNULL,
                             env=dict(os.environ, DUNLIN_CLOCK_FILE=clock))
        for text, most in (FRIDAY, 2), ("2026-11-20T10:02:10Z", 4):
            at(text)
            end = time.monotonic() + 15
            while len(g.requests) < most and time.monotonic() < end:
                time.sleep(0.1)
            time.sleep(1.5)
            check("%s: %d" % (text, most), len(g.requests) == most,
                  len(g.requests))
        p.terminate()
        p.wait(20)


def test_echo():
    """A server that shows our address in its answer."""
    with Robots() as g:
        w = grave(g, {"slack": {"tells": "severe"}})
        g.fail = {"slack": (404, "/services/T00000000/B00000000/" +
                            SECRETS[3] + " was not found on this server")}
        log = w.send(now=FRIDAY).stderr
        check("what it says is not kept", w.messages("t.reply") ==
              [("HTTP 404",)], w.messages("t.reply"))
        keeps_secrets(w, log)


def test_limits():
    with Robots() as g:
        w = Groups(top, g, {k: {"tells": "daily"} for k in ALL}, accounts=40)
        g.now = ms(MONDAY)
        for n in range(40):
            w.must("task", "add", "C%04d" % n, "Own words", "--due",
                   "2026-11-23 09:00", "--owner", "lea", now=FRIDAY)
        w.must("status", "--accept-clock", now=MONDAY)
        w.roles(MONDAY)
        check("too long for WeCom is cut at a line's end", not g.wrong and
              len(g.texts["wecom"][0].encode()) <= 2048, g.wrong)
        full, cut = g.texts["slack"][0], g.texts["wecom"][0]
        check("DingTalk and Slack have it all", full ==
              g.texts["dingtalk"][0], g.texts)
        check("some tasks, and how many more", "…and 25 more: dunlin tasks" in
              full, full)
        lines, end = cut.split("\n")[:-1], cut.split("\n")[-1]
        check("whole lines", full.split("\n")[:len(lines)] == lines, cut)
        left = [l for l in full.split("\n")[len(lines):] if l]
        check("and how many more", end == "…and %d more line%s" % (
            len(left), "s" if len(left) != 1 else "") if left else
            full == cut, (end, left))


def test_entities():
    with Robots() as g:
        w = Groups(top, g, {"slack": {"tells": "daily"}})
        path = os.path.join(w.dir, "dunlin.yaml")
        with open(path) as f:
            text = f.read()
        with open(path, "w") as f:
            f.write(text.replace("name: Example Ltd",
                                 'name: "A & B <!channel> Ltd"'))
        g.now = ms(MONDAY)
        w.must("task", "add", "C0001", "x", "--due", "2026-11-23 09:00",
               "--owner", "lea", now=FRIDAY)
        w.must("status", "--accept-clock", now=MONDAY)
        w.roles(MONDAY)
        check("nobody is called out", not g.wrong and
              "A & B <!channel> Ltd" in g.texts["slack"][0] and
              b"&lt;!channel&gt;" in g.requests[0]["body"], g.requests)


def test_keyword():
    with Robots() as g:
        w = grave(g, {"dingtalk": {"tells": "severe",
                                   "values": "{keyword: 应收}"}})
        w.send(now=FRIDAY)
        check("the keyword is in it", g.texts["dingtalk"][0].startswith(
            "应收 "), g.texts)


def test_restored():
    """A backup from before does not say it again."""
    with Robots() as g:
        w = grave(g, {"wecom": {}})
        shutil.copy(os.path.join(w.dir, "dunlin.db"), top + "/copy.db")
        w.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(os.path.join(w.dir, "dunlin.db"), top + "/copy.db")
        w.send(now=FRIDAY)
        check("told", len(g.texts["wecom"]) == 1, g.texts)
        for end in "-wal", "-shm":
            if os.path.exists(w.dir + "/dunlin.db" + end):
                os.unlink(w.dir + "/dunlin.db" + end)
        shutil.copy(top + "/copy.db", os.path.join(w.dir, "dunlin.db"))
        w.roles(FRIDAY)
        check("nothing leaves", len(g.texts["wecom"]) == 1, g.texts)
        w.must("recover", "--confirm", now=FRIDAY)
        w.roles("2026-11-20T10:30:00Z")
        check("nor after recover", len(g.texts["wecom"]) == 1, g.texts)


def test_removed():
    with Robots() as g:
        w = grave(g, {"wecom": {}, "slack": {}})
        w.robots = {"slack": {}}
        w.transport("maildir:outgoing")
        w.send(now=FRIDAY)
        check("what was for a robot that is no more is cancelled",
              dict(w.messages("route", "state")) ==
              {"robot/wecom": "cancelled", "robot/slack": "accepted"},
              w.messages("route", "state"))


def mistakes(w, robots, url=None, mode=0o600):
    """What dunlin check says of the robots."""
    with open(os.path.join(w.dir, "x.url"), "w") as f:
        f.write(url or "https://hooks.slack.com/services/T0/B0/secretsecret\n")
    os.chmod(os.path.join(w.dir, "x.url"), mode)
    w.robots = {}
    Groups.transport(w, "maildir:outgoing")
    w.setting("    robots:\n" + robots)
    r = w.run("check", now=EARLY)
    check("the address is not shown", "secretsecret" not in r.stdout,
          r.stdout)
    return r.returncode, r.stdout


def test_check():
    good = "      a: {format: slack, url_file: x.url}\n"
    with Robots() as g:
        w = Groups(top, g, {})
        code, out = mistakes(w, good)
        check("a good one", code == 0, out)
        for what, robots, url, mode, words in (
                ("http", good, "http://example.com/secretsecret\n", 0o600,
                 "write https://HOST/PATH"),
                ("no address", good, "secretsecret\n", 0o600,
                 "write https://HOST/PATH"),
                ("a blank in it", good, "https://a.example/ secretsecret\n",
                 0o600, "write https://HOST/PATH"),
                ("readable by all", good, None, 0o644, "chmod 600"),
                ("no file", good.replace("x.url", "y.url"), None, 0o600,
                 "No such file"),
                ("no format", good.replace("slack", "teams"), None, 0o600,
                 "wecom, dingtalk or slack"),
                ("a gateway for SMS", good.replace("slack", "kannel"), None,
                 0o600, "no robot"),
                ("tells", good.replace("}", ", tells: hourly}"), None, 0o600,
                 "severe, daily, weekly"),
                ("a value", good.replace("}", ", values: {key: x}}"), None,
                 0o600, 'no value "key"'),
                ("the address in the file", good.replace(
                    "}", ', url: "https://x.example/y"}'), None, 0o600,
                 "url"),
                ("twice", good + good.replace(" a:", " b:"), None, 0o600,
                 "everything twice")):
            code, out = mistakes(w, robots, url, mode)
            check("check: " + what, code == 78 and words in out, out)
        Groups.transport(w, "maildir:outgoing")
        w.setting("    sms:\n      a: {gateway: slack}\n")
        r = w.run("check", now=EARLY)
        check("check: a robot is no route of SMS", r.returncode == 78 and
              '"robots"' in r.stdout, r.stdout)


try:
    for name, test in sorted(globals().items()):
        if name.startswith("test_") and (len(sys.argv) < 2 or
                                         name in sys.argv[1:]):
            test()
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
