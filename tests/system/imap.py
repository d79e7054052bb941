"""A mailbox over IMAP from a server that breaks off, changes UIDVALIDITY,
hides STARTTLS or has a certificate of somebody else: no mail is lost, none
is read twice, and no password goes out in clear."""
import os
import re
import shutil
import ssl
import subprocess
import tempfile

from imapserver import Server
from sendlib import Workspace, check, finish

THEN = "2026-11-20T10:00:00Z"
parent = tempfile.mkdtemp()


def mail(i, size=0):
    return ("From: x%d@customer.example.com\r\nTo: ar@seller.example.com\r\n"
            "Subject: number %d\r\n\r\nHello %d?\r\n%s" % (
                i, i, i, ("y" * 70 + "\r\n") * (size // 72))).encode()


def certificate(name, san):
    cert, key = (os.path.join(parent, name + e) for e in (".pem", ".key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048",
                    "-nodes", "-days", "30", "-subj", "/CN=test", "-addext",
                    "subjectAltName=" + san, "-keyout", key, "-out", cert],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


def workspace(server, scheme="imap", tls="none", more=""):
    w = base.copy(parent)
    with open(os.path.join(w.dir, "s"), "w") as f:
        f.write("open sesame\n")
    os.chmod(os.path.join(w.dir, "s"), 0o600)
    w.setting("    intake:\n      url: %s://localhost:%d\n      user: ar\n"
              "      password_file: s\n%s%s" % (scheme, server.port,
              "      tls: %s\n" % tls if tls else "", more))
    return w


def read(w, ok=True):
    r = w.run("run", "reader", "--once", now=THEN)
    check("the reader", (r.returncode == 0) == ok, r.stderr)
    return r


def subjects(w):
    return sorted(re.search(rb"number (\d+)", r[0]).group(1).decode()
                  for r in w.sql("SELECT raw FROM inbox"))


def events(w):
    return w.sql("SELECT count(*) FROM event")


def vanishes():
    s = Server()
    s.mails = {i: mail(i, 100000) for i in (3, 5, 9)}
    w = workspace(s)
    s.break_at = 5
    r = read(w, ok=False)
    check("vanished", "intake of main" in r.stderr, r.stderr)
    check("vanished: what came before is there", subjects(w) == ["3"],
          subjects(w))
    check("vanished: half a mail is none", w.sql(
        "SELECT count(*) FROM inbox WHERE state = 'held'") == [(0,)])
    check("vanished: not up to date", w.sql(
        "SELECT intake_at FROM company") == [(None,)])
    r = w.run("status", now=THEN)
    check("vanished: told", "replies were never read" in r.stdout, r.stdout)
    read(w)
    check("it is back", subjects(w) == ["3", "5", "9"], subjects(w))
    check("up to date", w.sql("SELECT intake_at FROM company") !=
          [(None,)])
    before = events(w)
    fetched = sum("FETCH" in c for _, c in s.commands)
    read(w)
    check("nothing new is fetched", fetched == sum(
        "FETCH" in c for _, c in s.commands))
    # The server was rebuilt: other numbers for the same mail, and one more.
    s.uidvalidity = 8
    s.mails = {1: s.mails[3], 2: s.mails[5], 3: s.mails[9], 4: mail(4)}
    read(w)
    check("UIDVALIDITY", subjects(w) == ["3", "4", "5", "9"], subjects(w))
    check("UIDVALIDITY: the known ones change nothing", w.sql(
        "SELECT count(*) FROM inbox WHERE position LIKE '8/%'") == [(1,)])
    check("UIDVALIDITY: progress", w.sql(
        "SELECT uidvalidity, uid FROM intake") == [(8, 4)])
    check("events", events(w) >= before)
    s.moved = True
    r = read(w, ok=False)
    check("no UIDVALIDITY", "UIDVALIDITY" in r.stderr, r.stderr)
    s.moved = False
    s.refuse = True
    r = read(w, ok=False)
    check("refused", "open sesame" not in r.stderr, r.stderr)
    s.stop()
    r = read(w, ok=False)
    check("gone", "intake of main" in r.stderr, r.stderr)
    # What had come stays, and what came by other ways is still read.
    check("gone", len(subjects(w)) == 4)


def two():
    """Two readers of one mailbox: each mail is read once."""
    s = Server()
    s.mails = {i: mail(i) for i in range(1, 31)}
    w = workspace(s)
    readers = [subprocess.Popen(w.command("run", "reader", "--once",
                                          now=THEN),
                                stderr=subprocess.PIPE) for _ in range(2)]
    for p in readers:
        text = p.communicate(timeout=60)[1]
        check("two readers", p.returncode == 0, text)
    check("two readers", len(subjects(w)) == 30)
    before = events(w)
    read(w)
    check("two readers", events(w) == before)
    s.stop()


def tls():
    good, ours = certificate("good", "DNS:localhost,IP:127.0.0.1")
    _, other = certificate("other", "DNS:localhost")
    wrong, name = certificate("wrong", "DNS:other.example.com")
    ca = "      tls_ca: %s\n" % good

    def case(what, server, w, ok):
        server.mails = {1: mail(1)}
        read(w, ok)
        check(what, subjects(w) == (["1"] if ok else []), subjects(w))
        clear = [c for secure, c in server.commands if not secure and
                 ("sesame" in c or "LOGIN" in c or "AUTH" in c)]
        check(what + ": no password in clear", clear == [], clear)
        server.stop()

    s = Server(tls=ours)
    case("imaps", s, workspace(s, "imaps", None, ca), True)
    s = Server(tls=other)
    case("imaps, unknown authority", s, workspace(s, "imaps", None, ca),
         False)
    s = Server(tls=name)
    case("imaps, another's name", s, workspace(
        s, "imaps", None, "      tls_ca: %s\n" % wrong), False)
    s = Server(starttls=ours)
    case("starttls", s, workspace(s, tls="starttls", more=ca), True)
    s = Server(starttls=other)
    case("starttls, unknown authority", s, workspace(
        s, tls="starttls", more=ca), False)
    s = Server(starttls=None)
    case("starttls is hidden", s, workspace(s, tls="starttls", more=ca),
         False)
    s = Server(tls=ours)
    w = workspace(s, "imaps", None, ca)
    r = w.run("check", now=THEN)
    check("check: alone", "must be Dunlin's alone" in r.stdout + r.stderr,
          r.stdout + r.stderr)
    s.stop()


base = Workspace(parent, accounts=1)
vanishes()
two()
tls()
shutil.rmtree(parent)
finish()
