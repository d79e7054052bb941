"""A letter is drafted, approved and sent while each of these is killed before
and after its acts on disk: there is one draft, one approval and one mail, and
the bytes that went out are those that were approved."""
import email
import email.policy
import hashlib
import json
import os
import pwd
import shutil
import subprocess
import tempfile

from sendlib import Workspace, check, finish

SHIM = os.environ["KILL_SHIM"]
DRAFTED, SLOT = "2026-11-25T08:00:00Z", "2026-11-27T09:05:00Z"
LEDGER = """account,name,email,language,country,zone,item,issued,due,amount,\
balance,currency
C1,白鹳机械制造有限公司,ap@stork.example.com,zh-CN,GB,Europe/London,\
INV-1,2026-06-01,2026-07-01,16409.02,16409.02,CNY
"""
parent = tempfile.mkdtemp()


class World(Workspace):
    def transport(self, url, **settings):
        super().transport(url, **settings)
        path = os.path.join(self.dir, "dunlin.yaml")
        with open(path) as f:
            text = f.read().replace("    reply_to", "    policy: one\n"
                                    "    reply_to", 1)
        with open(path, "w") as f:
            f.write(text + "users:\n  %s: {name: First, roles: [admin]}\n"
                    "policies:\n  one: {extends: default, steps: {m4-letter:"
                    " {approve: 1}}}\n" % pwd.getpwuid(os.geteuid()).pw_name)

    def must(self, *args, now=None):
        if args[0] == "import":
            with open(args[1], "w") as f:
                f.write(LEDGER)
        return super().must(*args, now=now or DRAFTED)

    def ledger(self, now):
        self.run("status", "--accept-clock", now=now)
        self.must("import", os.path.join(self.dir, "ledger.csv"), "--as-of",
                  now[:10], now=now)

    def copy(self):
        return super().copy(parent)

    def killed(self, args, now, at, after):
        """1: it was killed at that act, 0: it ended before."""
        env = {"LD_PRELOAD": SHIM, "KILL_AT": str(at)}
        if after:
            env["KILL_AFTER"] = "1"
        r = self.run(*args, now=now, env=env)
        if r.returncode not in (0, -9):
            check("exit of %s" % (args,), False, r.stderr)
        return r.returncode == -9

    def drafts(self):
        return self.sql("SELECT id, state FROM outbox WHERE state <>"
                        " 'cancelled' AND template = 'm4-letter'")

    def approved(self):
        return [json.loads(p) for p, in self.sql(
            "SELECT p.payload FROM event e JOIN event_payload p ON"
            " p.event_id = e.id WHERE e.kind = 'approved'")]

    def mails(self):
        new = os.path.join(self.dir, "outgoing", "new")
        out = []
        for name in os.listdir(new) if os.path.isdir(new) else []:
            with open(os.path.join(new, name), "rb") as f:
                m = email.message_from_binary_file(
                    f, policy=email.policy.default)
            if "stork" in str(m["To"]):
                out.append(m)
        return out


def each(base, args, now, then):
    n = 0
    for after in (False, True):
        for at in range(1, 60, 3):
            w = base.copy()
            if not w.killed(args, now, at, after):
                shutil.rmtree(w.dir)
                break
            n += 1
            then(w, "%s, act %d%s" % (args[:2], at, " after" * after))
            shutil.rmtree(w.dir)
    check("%s was killed" % (args[:2],), n > 2, n)


def one_draft(w, what):
    w.run("run", "planner", "--once", now=SLOT)
    got = w.drafts()
    check("one draft: " + what, [s for _, s in got] == ["draft"], got)
    got = w.sql("SELECT count(*) FROM task WHERE reason = 'approval' AND"
                " state <> 'closed'")
    check("one task: " + what, got == [(1,)], got)


def one_approval(w, what):
    if w.drafts()[0][1] == "draft":
        r = w.run("approve", str(message), "--code", code, now=SLOT)
        check("approved then: " + what, r.returncode == 0, r.stderr)
    got = w.drafts()
    check("it may go: " + what, [s for _, s in got] == ["queued"], got)
    got = [a["letter"] for a in w.approved()]
    check("approved once: " + what, got == [letter], got)
    check("the chain holds: " + what, w.run(
        "verify", now=SLOT).returncode == 0)


def one_mail(w, what):
    for _ in range(2):
        r = w.run("run", "sender", "--once", now=SLOT)
        check("sender: " + what, r.returncode == 0, r.stderr)
    got = w.mails()
    check("one mail: " + what, len(got) == 1, (len(got), w.drafts()))
    for m in got:
        pdf = [p.get_content() for p in m.walk()
               if p.get_content_type() == "application/pdf"]
        check("the bytes approved: " + what, len(pdf) == 1 and
              hashlib.sha256(pdf[0]).hexdigest() == letter)


base = World(parent, plan=False)
base.must("override", "C1", "--stage-cap", "none")
base.ledger(SLOT)
each(base, ("run", "planner", "--once"), SLOT, one_draft)
base.must("run", "planner", "--once", now=SLOT)
message = base.drafts()[0][0]
shown = json.loads(base.must("approve", str(message), "--json", now=SLOT))
code, letter = shown["code"], shown["letter_sha256"]
each(base, ("approve", str(message), "--code", code), SLOT, one_approval)
base.must("approve", str(message), "--code", code, now=SLOT)
base.must("run", "planner", "--once", now=SLOT)
each(base, ("run", "sender", "--once"), SLOT, one_mail)

finish()
