"""People: tasks find their owner, grave ones are told by mail at once, what
is ignored is raised; commands in answer to these mails, real, forged, stale
and foreign."""
import datetime
import email
import email.policy
import os
import subprocess
import tempfile

from sendlib import Workspace, check, finish

THEN = "2026-11-20T10:00:00Z"		# a Friday, in London
parent = tempfile.mkdtemp()
USERS = """users:
  lin: {name: Collector A, mail: lin@seller.example.com, languages: [en]}
  mei: {name: 催收员乙, mail: mei@seller.example.com, languages: [zh-CN, en],
        zone: Asia/Shanghai, country: CN}
  lea: {name: Lead, mail: lea@seller.example.com, roles: lead}
  max: {name: Manager, mail: max@seller.example.com, roles: manager}
  jo: {name: Counsel, mail: jo@seller.example.com, roles: legal}
"""


class World(Workspace):
    def config(self, more=""):
        path = os.path.join(self.dir, "dunlin.yaml")
        with open(path) as f:
            text = f.read()
        with open(path, "w") as f:
            f.write(text.split("users:")[0].replace(
                "    reply_to: ar", more + "    reply_to: ar") + USERS)

    def roles(self, now=THEN, reader=True):
        for role in ("reader",) * reader + ("planner", "sender"):
            r = self.run("run", role, "--once", now=now)
            check(role, r.returncode == 0, r.stderr)

    def ingest(self, data, now=THEN):
        r = subprocess.run(self.command("ingest", now=now), input=data,
                           capture_output=True)
        check("ingest", r.returncode == 0, r.stderr)

    def mails(self, to):
        out = []
        new = os.path.join(self.dir, "outgoing", "new")
        for name in sorted(os.listdir(new)):
            with open(os.path.join(new, name), "rb") as f:
                m = email.message_from_binary_file(
                    f, policy=email.policy.default)
            if to in m["To"]:
                out.append(m)
        return sorted(out, key=lambda m: m["Date"].datetime)

    def tasks(self, more=""):
        return self.sql("SELECT id, reason, owner, state, level, due_at,"
                        " outcome FROM task " + more + " ORDER BY id")

    def events(self, kind):
        return self.sql("SELECT p.payload, e.actor FROM event e JOIN"
                        " event_payload p ON p.event_id = e.id WHERE"
                        " e.kind = ? ORDER BY e.id", kind)


def mail(frm, to, body, extra="", subject="Re: your mail"):
    return ("From: %s\nTo: %s\nSubject: %s\nMessage-ID: <%s@c.example>\n"
            "Date: Fri, 20 Nov 2026 09:30:00 +0000\n"
            "Content-Type: text/plain; charset=utf-8\n%s\n%s\n"
            % (frm, to, subject, os.urandom(6).hex(), extra, body)).encode()


def at(text):
    return int(datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).timestamp())


base = World(parent, accounts=4)
base.config()
base.send()
sent = {to: token for to, token in base.sql(
    "SELECT recipient, token FROM attempt")}


def debtor(n, body):
    to = "c%d@customer.example.com" % n
    return mail(to, "ar+r.%s@seller.example.com" % sent[to], body)


def text(m):
    return m.get_body(("plain",)).get_content()


# A grave one: to who is of legal, at once, with their words.
w = base
w.ingest(debtor(0, "We have instructed our solicitors. Write to them."))
w.ingest(debtor(1, "去死吧，再发邮件我就找人收拾你们"))
w.roles()
got = w.tasks()
check("owners", [t[2] for t in got if t[1] == "legal"] == ["jo"], got)
got = w.mails("jo@seller.example.com")
check("told at once", len(got) == 1, (w.sql("SELECT id, account_id, state, template, due_at, not_after, detail FROM outbox"), os.listdir(w.dir + "/outgoing/new"), [m["To"] for m in w.mails("@")]))
m = got[0]
check("says who", "Customer 0" in m["Subject"], m["Subject"])
check("their words", "> We have instructed our solicitors." in text(m),
      text(m))
check("open", "GBP 100.50" in text(m), text(m))
check("what happens", "nothing goes out" in text(m), text(m))
check("due", "20 November 2026 15:00" in text(m), text(m))
check("commands", "assign NAME" in text(m) and "dunlin approve" not in
      text(m), text(m))
check("auto", m["Auto-Submitted"] == "auto-generated", m["Auto-Submitted"])
check("html", "<blockquote" in m.get_body(("html",)).get_content())
check("token", m["Reply-To"].startswith("ar+r."), m["Reply-To"])
w.roles()
check("once only", len(w.mails("jo@seller.example.com")) == 1)

finish()
