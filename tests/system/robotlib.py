"""Group robots as their vendors document them: stubs that check what they are
sent with code of their own, and a workspace that has some."""
import base64
import hashlib
import hmac
import json
import os
import urllib.parse

from sendlib import Workspace
from smslib import Gateway

KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
TOKEN = "566cc69da782ec34d9cbe3d5a4a5d4d7c0d1b5f3a7e9c1b2d4f6a8b0c2e4f601"
SECRET = "SECa1b2c3d4e5f60718293a4b5c6d7e8f901a2b3c4d5e6f708192a3b4c5d6e7f809"
HOOK = "B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
SECRETS = KEY, TOKEN, SECRET, HOOK.split("/")[1]
PATHS = {"wecom": "/cgi-bin/webhook/send?key=" + KEY,
         "dingtalk": "/robot/send?access_token=" + TOKEN,
         "slack": "/services/T00000000/" + HOOK}
USERS = """users:
  ada: {name: Collector A, mail: ada@seller.example.com, roles: collector}
  lea: {name: Lead, mail: lea@seller.example.com, roles: lead}
  adm: {name: Admin, mail: adm@seller.example.com, roles: admin}
"""


def dingtalk_signature(secret, stamp):
    """As DingTalk's document has it in Python."""
    text = "{}\n{}".format(stamp, secret)
    return base64.b64encode(hmac.new(secret.encode("utf-8"),
                                     text.encode("utf-8"),
                                     digestmod=hashlib.sha256).digest())


def said(code, text):
    return 200, json.dumps({"errcode": code, "errmsg": text})


class Robots(Gateway):
    """All three behind one port.  fail: answers instead of a well-formed
    message's; now: milliseconds that DingTalk compares with."""

    def __init__(self, now=0):
        self.texts = {k: [] for k in PATHS}
        self.fail, self.wrong, self.now = {}, [], now
        super().__init__(self.answer)

    def take(self, kind, text):
        self.texts[kind].append(text)
        fail = self.fail.get(kind)
        if callable(fail):
            return fail(text)
        return fail or (said(0, "ok") if kind != "slack" else (200, "ok"))

    def answer(self, r):
        body = json.loads(r["body"])
        if r["method"] != "POST" or not r["headers"].get(
                "Content-Type", "").startswith("application/json"):
            self.wrong.append(r)
        if r["path"].startswith("/cgi-bin/webhook/send"):
            if r["query"] != {"key": KEY}:
                return said(93000, "invalid webhook url")
            if body.get("msgtype") != "text" or \
                    len(body["text"]["content"].encode()) > 2048:
                self.wrong.append(r)
                return said(40058, "invalid Request Parameter")
            return self.take("wecom", body["text"]["content"])
        if r["path"] == "/robot/send":
            q = r["query"]
            if q.get("access_token") != TOKEN:
                return said(300005, "token is not exist")
            if not q.get("timestamp", "").isdigit() or abs(
                    int(q["timestamp"]) - self.now) > 3600000:
                return said(310000, "invalid timestamp, more in [https://"
                            "ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]")
            if q.get("sign") != dingtalk_signature(
                    SECRET, q["timestamp"]).decode() or \
                    "sign=" + urllib.parse.quote_plus(q["sign"]) not in \
                    r["target"]:
                return said(310000, "sign not match, more in [https://"
                            "ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]")
            return self.take("dingtalk", body["text"]["content"])
        if r["path"] == PATHS["slack"]:
            text = body["text"]
            for sign, name in ("<", "&lt;"), (">", "&gt;"):
                if sign in text:
                    self.wrong.append(r)
                text = text.replace(name, sign)
            return self.take("slack", text.replace("&amp;", "&"))
        return 404, "no_service"

    def clear(self):
        del self.requests[:]
        for texts in self.texts.values():
            del texts[:]


class Groups(Workspace):
    """robots: {name: settings}; format is the name's where it is none."""

    def __init__(self, parent, g, robots, accounts=2, more=""):
        self.g, self.robots, self.more = g, robots, more
        os.makedirs(parent, exist_ok=True)
        super().__init__(parent, accounts=accounts)

    def secret(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w") as f:
            f.write(text + "\n")
        os.chmod(path, 0o600)

    def transport(self, url, **settings):
        super().transport(url, **settings)
        text = "    robots:\n"
        for name, own in self.robots.items():
            own = dict(own)
            kind = own.pop("format", name)
            self.secret(name + ".url", "http://127.0.0.1:%d%s" % (
                self.g.port, PATHS[kind]))
            text += "      %s:\n        format: %s\n        url_file: " \
                "%s.url\n        timeout: 2\n" % (name, kind, name)
            if kind == "dingtalk":
                self.secret(name + ".secret", SECRET)
                text += "        secret_file: %s.secret\n" % name
            for k, v in own.items():
                text += "        %s: %s\n" % (k, v)
        self.setting(text if self.robots else "")
        with open(os.path.join(self.dir, "dunlin.yaml"), "a") as f:
            f.write(USERS + self.more)

    def roles(self, now):
        out = ""
        for role in "reader", "planner", "sender":
            r = self.run("run", role, "--once", now=now)
            out += r.stderr
        return out

    def write(self, n, body, now):
        """A customer answers."""
        to = "c%d@customer.example.com" % n
        token = self.sql("SELECT token FROM attempt WHERE recipient = ?",
                         to)[0][0]
        self.ingest(("From: %s\nTo: ar+r.%s@seller.example.com\nSubject: Re: "
                     "invoice\nMessage-ID: <%d.%s@x>\nContent-Type: text/plain;"
                     " charset=utf-8\n\n%s\n" % (to, token, n, now,
                                                 body)).encode(), now=now)

    def messages(self, *columns):
        return self.sql("SELECT %s FROM outbox o LEFT JOIN attempt t ON"
                        " t.outbox_id = o.id WHERE o.channel = 'robot'"
                        " ORDER BY o.id, t.n" % ", ".join(columns))
