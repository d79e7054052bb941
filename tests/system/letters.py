#!/usr/bin/python3
"""Demand letters: drafted, read, approved by two different users for exactly
those bytes, attached to the mail, and held back when facts change.

usage: letters.py (with DUNLIN set); as root it is two Unix users, else the
policy asks for one and the unit tests alone have the second."""
import email
import email.policy
import glob
import hashlib
import json
import os
import pwd
import re
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import zlib

from checklib import check, finish

DUNLIN = os.environ["DUNLIN"]
ROOT = os.geteuid() == 0
ME = pwd.getpwuid(os.geteuid()).pw_name
OTHER = pwd.getpwnam("daemon")
LEDGER = """account,name,email,phone,language,country,zone,item,issued,due,\
amount,balance,currency
C1,白鹳机械制造有限公司,ap@stork.example.com,,zh-CN,CN,Asia/Shanghai,\
INV-1,2026-06-01,2026-07-01,16409.02,16409.02,CNY
C2,Harbour Ltd,pay@harbour.example.com,,en,GB,Europe/London,\
INV-2,2026-06-01,2026-07-01,2500.00,2500.00,GBP
"""


class World:
    def __init__(self, folder):
        self.dir = os.path.join(folder, "w")
        self.ledger = os.path.join(folder, "l.csv")
        # The other user may not look into the folder of the build.
        self.program = os.path.join(folder, "dunlin")
        shutil.copy(DUNLIN, self.program)
        self.now = "2026-11-23T08:00:00Z"
        with open(self.ledger, "w") as f:
            f.write(LEDGER)
        self.d("init", self.dir, where=False)
        path = os.path.join(self.dir, "dunlin.yaml")
        text = open(path).read()
        text = re.sub(r"(?s)\nusers:.*?(\n\S|\Z)", r"\n\1", text)
        text += ("\nusers:\n  %s: {name: First, mail: a@example.com, "
                 "roles: [admin]}\n  %s: {name: Second, mail: "
                 "b@example.com, roles: [manager]}\n" % (ME, OTHER.pw_name))
        if not ROOT:
            text += ("\npolicies:\n  one: {extends: default, steps: "
                     "{m4-letter: {approve: 1}}}\n")
            text = text.replace("policy: default", "policy: one")
        with open(path, "w") as f:
            f.write(text)

    def d(self, *args, where=True, other=False, ok=True):
        def become():
            if other:
                os.setgroups([])
                os.setgid(OTHER.pw_gid)
                os.setuid(OTHER.pw_uid)
        r = subprocess.run(
            [self.program, *(["-C", self.dir] if where else []), *args],
            env=dict(os.environ, DUNLIN_NOW=self.now, LC_ALL="C.UTF-8"),
            preexec_fn=become, capture_output=True, text=True)
        if ok and r.returncode != 0:
            check(False, "%s: %s%s" % (args, r.stdout, r.stderr))
        return r

    def json(self, *args):
        return json.loads(self.d(*args, "--json").stdout)

    def sql(self, text, *args):
        with sqlite3.connect(self.dir + "/dunlin.db") as db:
            return db.execute(text, args).fetchall()

    def share(self):
        subprocess.run(["chmod", "-R", "a+rwX", os.path.dirname(self.dir)],
                       check=True)

    def fresh(self):
        """What was imported is of today, so that it may go out."""
        self.d("import", "--as-of", self.now[:10], self.ledger)
        self.d("run", "planner", "--once")

    def draft(self, account):
        rows = [r for r in self.json("approve") if r["account"] == account]
        return rows[0] if rows else None

    def mails(self, to):
        found = []
        for name in glob.glob(self.dir + "/outgoing/new/*"):
            m = email.message_from_binary_file(
                open(name, "rb"), policy=email.policy.default)
            if to in str(m["To"]):
                found.append(m)
        return found


def sha(data):
    return hashlib.sha256(data).hexdigest()


def content_hash(m):
    """What people approve, computed from the mail that went out."""
    h = hashlib.sha256()
    fields = [re.search(r"[^\s<]+@[^\s>]+", str(m["To"])).group(0).encode(),
              str(m["Subject"]).encode()]
    for part in m.walk():
        if part.get_content_type() in ("text/plain", "text/html"):
            fields.append(part.get_content().replace("\r\n", "\n")
                          .encode())
        elif part.get_content_type() == "application/pdf":
            fields.append(part.get_content())
    for f in fields:
        h.update(len(f).to_bytes(8, "big") + f)
    return h.hexdigest()


def approve_all(w, message, code):
    """By the first user, and by the second where there is one."""
    r = w.d("approve", message, "--code", code)
    if not ROOT:
        return
    check("1 more" in r.stdout, "the first is not enough: " + r.stdout)
    r = w.d("approve", message, "--code", code, ok=False)
    check(r.returncode == 65 and "somebody else" in r.stderr,
          "one user twice: %s" % r.stderr)
    check(w.sql("SELECT state FROM outbox WHERE id = ?", int(message)) ==
          [("draft",)], "one user twice approves nothing")
    w.share()
    r = w.d("approve", message, "--code", code, other=True)
    check("as shown" in r.stdout, "two users approve: " + r.stdout)
    w.share()


def attached(w, account, to, folder):
    """From the draft to the mail."""
    row = w.draft(account)
    check(row is not None and row["needed"] == (2 if ROOT else 1),
          "%s: the draft %s" % (account, row))
    message = str(row["message"])
    pdf = os.path.join(folder, account + ".pdf")
    shown = json.loads(w.d("approve", message, "--letter", pdf,
                           "--json").stdout)
    data = open(pdf, "rb").read()
    check(data.startswith(b"%PDF-") and sha(data) == shown["letter_sha256"],
          account + ": the letter's hash")
    text = w.d("approve", message).stdout
    check(shown["letter_sha256"] in text and "--letter" in text,
          account + ": people are shown that there is a letter")
    w.now = row["slot"]
    w.fresh()
    w.d("run", "sender", "--once")
    check(not w.mails(to), account + ": nothing goes out before")
    message = str(w.draft(account)["message"])
    code = w.json("approve", message)["code"]
    approve_all(w, message, code)
    w.d("run", "planner", "--once")
    w.d("run", "sender", "--once")
    mails = w.mails(to)
    check(len(mails) == 1, "%s: %d mails" % (account, len(mails)))
    m = mails[0]
    files = [p for p in m.walk() if p.get_filename()]
    check(len(files) == 1 and files[0].get_content_type() ==
          "application/pdf" and files[0].get_content_disposition() ==
          "attachment" and files[0]["Content-Transfer-Encoding"] ==
          "base64", account + ": the part")
    check(re.fullmatch(r"letter-%s-2026-1\d-\d\d\.pdf" % account,
                       files[0].get_filename()), account + ": its name")
    events = [json.loads(p) for p, in w.sql(
        "SELECT p.payload FROM event e JOIN event_payload p ON "
        "p.event_id = e.id WHERE e.kind = 'approved' ORDER BY e.id")]
    check(events and sha(files[0].get_content()) == events[-1]["letter"],
          account + ": the bytes that went out were approved")
    check(content_hash(m) == events[-1]["content"] and
          events[-1]["content"].startswith(code),
          account + ": the content that went out was approved")
    body = m.get_body(("plain",)).get_content()
    check(("letter attached" in body) if account == "C2" else
          ("随函附上" in body), account + ": the mail tells of its letter")
    w.d("run", "sender", "--once")
    check(len(w.mails(to)) == 1, account + ": once")


def png(w, h, cut=0):
    """A red picture; cut: so many bytes are missing."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data))
    rows = (b"\0" + b"\xd0\x14\x1e" * min(w, 400)) * min(h, 400)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
        ">IIBBBBB", w, h, 8, 2, 0, 0, 0)) + chunk(
            b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return data[:len(data) - cut]


def sealed(w, folder):
    """The seal is a part of what is approved; a bad picture is told of."""
    path, pdf = os.path.join(w.dir, "seal.png"), os.path.join(folder, "s.pdf")
    config = os.path.join(w.dir, "dunlin.yaml")
    before = w.json("approve", str(w.draft("C2")["message"]))
    with open(config) as f:
        text = f.read()
    with open(config, "w") as f:
        f.write(text.replace("    zone:", "    seal: seal.png\n    zone:", 1))

    def put(data):
        with open(path, "wb") as f:
            f.write(data)

    for what, data, words in (
            ("no PNG", b"\xff\xd8\xff\xe0 JFIF" * 9, "no PNG"),
            ("empty", b"", "no PNG"), ("too large", png(3000, 100), "3000"),
            ("too small", png(4, 4), "4 x 4"),
            ("cut off", png(100, 100, cut=60), "damaged"),
            ("a bit wrong", png(100, 100)[:60] + b"xx" +
             png(100, 100)[62:], "damaged"),
            ("too many bytes", png(100, 100) + b"\0" * 600000, "seal.png")):
        put(data)
        r = w.d("check", ok=False)
        check(r.returncode == 78 and words in r.stdout and
              "seal" in r.stdout, "check: %s: %s" % (what, r.stdout))
        r = w.d("preview", "C2", "--step", "m4-letter", "--letter", pdf,
                ok=False)
        check(r.returncode != 0 and words in r.stderr and "seal.png" in
              r.stderr and not os.path.exists(pdf),
              "no letter with it: %s: %s" % (what, r.stderr))
    os.unlink(path)
    r = w.d("check", ok=False)
    check(r.returncode == 78 and "seal.png" in r.stdout, "none: " + r.stdout)
    put(png(300, 300))
    w.d("check")
    message = str(w.draft("C2")["message"])
    shown = w.json("approve", message)
    check(shown["letter_sha256"] != before["letter_sha256"] and
          shown["code"] != before["code"], "the seal is approved with it")
    w.d("preview", "C2", "--step", "m4-letter", "--letter", pdf)
    with open(pdf, "rb") as f:
        check(b"/Subtype /Image" in f.read(), "it is on the letter")
    w.share()
    approve_all(w, message, shown["code"])
    put(png(300, 301))
    w.d("run", "planner", "--once")
    w.d("run", "sender", "--once")
    check(not w.mails("pay@harbour.example.com"),
          "approved with another seal: it does not go out")
    w.d("run", "planner", "--once")
    row = w.draft("C2")
    check(row is not None and not row.get("by"), "nobody approved this one")
    check(w.json("approve", str(row["message"]))["code"] != shown["code"],
          "and it has a code of its own")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        w = World(folder)
        w.d("import", "--as-of", "2026-11-22", w.ledger)
        confirm = w.json("arm")["confirm"]
        w.d("arm", "--confirm", str(confirm))
        for account in ("C1", "C2"):
            w.d("override", account, "--stage-cap", "none")
        pdf = os.path.join(folder, "p.pdf")
        w.d("preview", "C1", "--step", "m4-letter", "--letter", pdf)
        check(open(pdf, "rb").read(5) == b"%PDF-", "a preview")
        r = w.d("preview", "C1", "--step", "m1-first", "--letter", pdf,
                ok=False)
        check(r.returncode == 65 and "no letter" in r.stderr,
              "a mail without a letter: " + r.stderr)
        w.now = "2026-11-25T08:00:00Z"
        w.fresh()
        both = w.draft("C1"), w.draft("C2")
        check(all(both), "two drafts: %s" % (both,))
        attached(w, "C1", "ap@stork.example.com", folder)
        # Approved by both, then facts change: nothing goes out, and what
        # is asked for is another letter.
        row = w.draft("C2")
        w.now = max(w.now, row["slot"])
        w.fresh()
        row = w.draft("C2")
        if row["slot"] > w.now:
            w.now = row["slot"]
            w.fresh()
            row = w.draft("C2")
        message = str(row["message"])
        before = w.json("approve", message)
        approve_all(w, message, before["code"])
        w.d("pay", "C2", "100", "GBP", "--item", "INV-2", "--on",
            w.now[:10])
        w.d("run", "sender", "--once")
        check(not w.mails("pay@harbour.example.com"),
              "what changed does not go out")
        for _ in range(3):
            w.d("run", "planner", "--once")
            w.d("run", "sender", "--once")
        check(not w.mails("pay@harbour.example.com"), "nor later")
        row = w.draft("C2")
        check(row is not None, "it is asked for anew")
        after = w.json("approve", str(row["message"]))
        check(after["letter_sha256"] != before["letter_sha256"] and
              "2,400.00" in after["letter"] and "2,400.00" not in
              before["letter"], "another letter")
        check(not after.get("by"), "nobody has approved that one")
        r = w.d("approve", str(row["message"]), "--code", before["code"],
                ok=False)
        check(r.returncode == 65, "the old code is none")
        sealed(w, folder)
    finish()


main()
