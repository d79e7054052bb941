"""A reply by an ordinary mail library goes through a real Postfix, and is read
over IMAP from a real Dovecot and through the pipe of Postfix.  Needs root."""
import email
import glob
import os
import shutil
import smtplib
import subprocess
import tempfile
import time

from dovecotlib import Dovecot, NOBODY, answer
from postfixlib import Postfix
from sendlib import DUNLIN, Workspace, check, finish

THEN = "2026-11-20T10:00:00Z"


def deliver(postfix, m):
    with smtplib.SMTP("127.0.0.1", postfix.ports["plain"]) as s:
        s.send_message(m)


def read(w):
    return w.run("run", "reader", "--once", now=THEN)


def states(w):
    return w.sql("SELECT i.state, a.code, i.detail FROM inbox i LEFT JOIN"
                 " account a ON a.id = i.account_id ORDER BY i.id")


def over_imap(base, mails):
    w = base.copy(parent)
    postfix = Postfix(login=False, domain="seller.example.com")
    box = postfix.path("mail/box")
    dovecot = Dovecot(box, postfix.path("etc"))
    secret = os.path.join(w.dir, "imap.secret")
    with open(secret, "w") as f:
        f.write("open sesame\n")
    os.chmod(secret, 0o600)
    w.setting("    intake:\n      url: imaps://localhost:%d\n"
              "      user: ar\n      password_file: imap.secret\n"
              "      tls_ca: %s\n" % (dovecot.imaps,
                                      postfix.path("etc/cert.pem")))
    try:
        deliver(postfix, answer(mails[0], "We dispute this: the goods were"
                                " faulty."))
        deliver(postfix, answer(mails[1], "你好，这笔款我们已经付了，请查收。"))
        check("delivered", len(postfix.mails(2)) == 2)
        r = read(w)
        check("imaps", r.returncode == 0, r.stderr)
        got = states(w)
        check("imaps", sorted(g[1:] for g in got) ==
              [("C0000", "token"), ("C0001", "token")], got)
        kinds = sorted(k for k, in w.sql("SELECT kind FROM hold"))
        check("imaps", kinds == ["dispute", "paid-claim"], kinds)
        before = w.sql("SELECT count(*) FROM event")
        read(w)
        check("imaps again", w.sql("SELECT count(*) FROM event") == before)
        # A new UIDVALIDITY: all is read again and nothing changes.
        dovecot.halt()
        for f in glob.glob(box + "/dovecot*"):
            os.unlink(f)
        r = read(w)
        check("server gone", r.returncode != 0 and r.stderr.count("intake"),
              r.stderr)
        dovecot.start()
        w.sql("UPDATE intake SET uidvalidity = 1")
        r = read(w)
        check("uidvalidity", r.returncode == 0, r.stderr)
        check("uidvalidity", w.sql("SELECT count(*) FROM event") == before,
              states(w))
        # A mail that is too large is held and the next one is read.
        big = answer(mails[2], "x" * 70 + "\n" + ("y" * 70 + "\n") * 60000)
        w.setting("")
        path = os.path.join(w.dir, "dunlin.yaml")
        with open(path) as f:
            text = f.read()
        with open(path, "w") as f:
            f.write(text.replace("      user: ar\n",
                                 "      user: ar\n      max_size: 1\n"))
        deliver(postfix, big)
        deliver(postfix, answer(mails[2], "unsubscribe"))
        check("delivered", len(postfix.mails(2)) >= 0)
        until = time.monotonic() + 20
        while len(states(w)) < 4 and time.monotonic() < until:
            r = read(w)
            time.sleep(0.2)
        check("large", r.returncode == 0, r.stderr)
        check("large", sorted(s[0] for s in states(w)) ==
              ["held", "read", "read", "read"], states(w))
        with open(secret, "w") as f:
            f.write("wrong\n")
        r = read(w)
        check("password", r.returncode != 0 and "wrong" not in r.stderr,
              r.stderr)
    finally:
        dovecot.stop()
        postfix.stop()


def through_pipe(base, mails):
    w = base.copy(parent)
    script = os.path.join(parent, "ingest")
    with open(script, "w") as f:
        f.write("#!/bin/sh\nexec %s -C %s --now %s ingest\n"
                % (program, w.dir, THEN))
    os.chmod(script, 0o755)
    for top, dirs, files in os.walk(w.dir):
        for name in dirs + files:
            os.chown(os.path.join(top, name), NOBODY.pw_uid, NOBODY.pw_gid)
    os.chown(w.dir, NOBODY.pw_uid, NOBODY.pw_gid)
    os.rename(os.path.join(w.dir, "dunlin.yaml"),
              os.path.join(w.dir, "away"))
    postfix = Postfix(login=False, domain="seller.example.com",
                      transport="dunlin", pipe=script)
    try:
        deliver(postfix, answer(mails[0], "Which account shall we pay to?"))
        time.sleep(2)
        check("kept by the MTA", states(w) == [], states(w))
        os.rename(os.path.join(w.dir, "away"),
                  os.path.join(w.dir, "dunlin.yaml"))
        subprocess.run(["postqueue", "-c", postfix.path("etc"), "-f"],
                       capture_output=True)
        until = time.monotonic() + 20
        while states(w) == [] and time.monotonic() < until:
            time.sleep(0.2)
        read(w)
        with open(postfix.path("maillog")) as f:
            log = f.read()
        check("pipe", states(w) == [("read", "C0000", "token")],
              "%s %s" % (states(w), log[-1500:]))
    finally:
        postfix.stop()


parent = tempfile.mkdtemp()
os.chmod(parent, 0o755)
program = os.path.join(parent, "dunlin")
shutil.copy(DUNLIN, program)
base = Workspace(parent, accounts=3)
base.send()
mails = {}
for name in glob.glob(os.path.join(base.dir, "outgoing/new/*")):
    with open(name, "rb") as f:
        raw = f.read()
    to = email.message_from_bytes(raw)["To"]
    for i in range(3):
        if "c%d@" % i in to:
            mails[i] = raw
check("sent", len(mails) == 3)
over_imap(base, mails)
through_pipe(base, mails)
shutil.rmtree(parent)
finish()
