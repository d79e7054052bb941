"""Into a real Postfix with CHUNKING on: plain, STARTTLS 1.2 and 1.3, implicit
TLS, AUTH, greylisting, wrong certificates.  What arrived is parsed by
Python's email package and compared with what the database keeps."""
import email
import email.policy
import os
import shutil
import socketserver
import tempfile
import threading

from postfixlib import Postfix
from sendlib import Workspace, check, finish

parent = tempfile.mkdtemp()
base = Workspace(parent, accounts=6, items=3)
LATER = "2026-11-20T09:25:00Z"


class Greylist:
    """A policy service that defers each recipient once."""

    def __init__(self):
        seen = set()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                ask = {}
                for line in self.rfile:
                    key, _, value = line.decode().strip().partition("=")
                    if key:
                        ask[key] = value
                        continue
                    to = ask.get("recipient")
                    word = "DUNNO" if to in seen else \
                        "DEFER_IF_PERMIT greylisted"
                    seen.add(to)
                    self.wfile.write(b"action=%s\n\n" % word.encode())
                    ask = {}

        class Threads(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self.server = Threads(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        self.port = self.server.server_address[1]


def compare(what, w, mails):
    """Each stored attempt is in one received file, byte for byte."""
    stored = {r[0]: r for r in w.sql(
        "SELECT t.message_id, c.bytes, t.recipient, t.envid FROM attempt t"
        " JOIN attempt_content c ON c.attempt_id = t.id"
        " JOIN outbox o ON o.id = t.outbox_id WHERE t.outcome = 'accepted'")}
    check(what, len(stored) == 6, "%d stored" % len(stored))
    for raw in mails:
        m = email.message_from_bytes(raw, policy=email.policy.default)
        row = stored.pop(m["Message-ID"], None)
        check(what, row is not None, "unknown %s" % m["Message-ID"])
        if row is None:
            continue
        sent = bytes(row[1])
        check(what, raw.endswith(sent.replace(b"\r\n", b"\n")),
              "bytes differ")
        ours = email.message_from_bytes(sent, policy=email.policy.default)
        for h in ("From", "To", "Subject", "Reply-To", "Date",
                  "Auto-Submitted", "Content-Language"):
            check(what, m[h] is not None and m[h] == ours[h],
                  "%s: %s" % (h, m[h]))
        got, want = (x.get_body(("plain",)).get_content().splitlines()
                     for x in (m, ours))
        check(what, got == want, "text differs")
        check(what, m["X-Original-To"] == row[2], m["X-Original-To"])
        check(what, not m.defects, m.defects)
    check(what, not stored, "did not arrive: %s" % list(stored))


def case(p, what, port, said="", received="", arrive=6, after=None,
         scheme="smtp", **settings):
    w = base.copy(parent)
    p.clear()
    w.transport("%s://127.0.0.1:%d" % (scheme, p.ports[port]),
                timeout=10, **settings)
    r = w.send()
    if after:
        after(w, r)
        r = w.send(now=LATER)
    check(what, said in r.stderr, r.stderr)
    mails = p.mails(arrive, 20 if arrive else 1)
    if arrive:
        check(what, r.stderr.count("accepted account=") == arrive, r.stderr)
        compare(what, w, mails)
        check(what, all(received in m.decode("utf-8", "replace")
                        for m in mails), "not received with %s" % received)
        w.send(now=LATER)
        check(what, len(p.mails(arrive + 1, 1)) == arrive, "sent again")
    else:
        check(what, mails == [], "%d arrived" % len(mails))
        check(what, set(w.states()) == {"queued"}, w.states())
        check(what, w.outcomes() == [], w.outcomes())
    shutil.rmtree(w.dir)


def deferred(w, r):
    check("greylist", set(w.states()) == {"deferred"}, w.states())


grey = Greylist()
p = Postfix(policy=grey.port)
try:
    ca = p.path("etc/cert.pem")
    secret = os.path.join(parent, "secret")
    wrong = os.path.join(parent, "wrong")
    for path, text in ((secret, "open sesame"), (wrong, "open barley")):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(text + "\n")
    case(p, "plain", "plain", tls="none")
    case(p, "STARTTLS", "plain", tls="starttls", tls_ca=ca,
         received="using TLSv1.3")
    case(p, "STARTTLS 1.2", "tls12", tls="starttls", tls_ca=ca,
         received="using TLSv1.2")
    case(p, "STARTTLS 1.3", "tls13", tls="starttls", tls_ca=ca,
         tls_min="1.3", received="using TLSv1.3")
    case(p, "one message in a session, TLS 1.3", "tls13", tls="starttls",
         tls_ca=ca, per_session=1, received="using TLSv1.3")
    case(p, "TLS 1.2 is too old", "tls12", tls="starttls", tls_ca=ca,
         tls_min="1.3", arrive=0)
    case(p, "implicit TLS", "smtps", scheme="smtps", tls_ca=ca,
         received="using TLSv1.3")
    case(p, "AUTH over STARTTLS", "login", tls="starttls", tls_ca=ca,
         user="dunlin", password_file=secret, received="ESMTPSA")
    case(p, "AUTH with a wrong password", "login", tls="starttls",
         tls_ca=ca, user="dunlin", password_file=wrong, arrive=0, said="535")
    case(p, "greylisting", "grey", tls="none", after=deferred)
    case(p, "unknown authority", "plain", tls="starttls", arrive=0,
         said="certificate refused")
    case(p, "unknown authority, implicit", "smtps", scheme="smtps", arrive=0,
         said="certificate refused")
    case(p, "another host's certificate", "other", tls="starttls",
         tls_ca=p.path("etc/other.pem"), arrive=0,
         said="certificate refused")
    case(p, "checks turned off", "other", tls="starttls", tls_verify="no",
         received="using TLSv1.3")
finally:
    p.stop()
    shutil.rmtree(parent)
finish()
