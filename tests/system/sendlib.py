"""What the tests of sending share: a workspace with due reminders, and an
SMTP server that does what a script says.  Standard library only."""
import email
import email.policy
import os
import shutil
import socket
import socketserver
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

DUNLIN = os.environ["DUNLIN"]
EARLY = "2026-11-20T08:00:00Z"		# a Friday, in London
NOW = "2026-11-20T09:05:00Z"

passed = failed = 0


def check(what, ok, more=""):
    global passed, failed
    if not isinstance(what, (str, tuple)):	# swapped it would never fail
        raise TypeError("check(what, ok): %r says nothing" % (what,))
    if ok:
        passed += 1
    else:
        failed += 1
        print("%s %s" % (what, more))
    return ok


def finish():
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(1 if failed else 0)


def ledger(accounts, items):
    lines = ["account,name,email,language,country,zone,item,issued,due,"
             "amount,balance,currency"]
    for a in range(accounts):
        for i in range(items):
            lines.append("C%04d,Customer %d,c%d@customer.example.com,%s,GB,"
                         "Europe/London,INV-%04d-%d,2026-10-16,2026-11-15,"
                         "%d.50,%d.50,GBP"
                         % (a, a, a, "en" if a % 2 == 0 else "zh-CN", a, i,
                            100 + a, 100 + a))
    return "\n".join(lines) + "\n"


def rows(folder, text, *args):
    """What a workspace holds, read only."""
    db = sqlite3.connect("file:%s/dunlin.db?mode=ro" % folder, uri=True,
                         timeout=20)
    try:
        return db.execute(text, args).fetchall()
    finally:
        db.close()


class Workspace:
    def __init__(self, parent, accounts=1, items=1, plan=True):
        self.dir = tempfile.mkdtemp(dir=parent)
        self.transport("maildir:outgoing")
        path = os.path.join(self.dir, "ledger.csv")
        with open(path, "w") as f:
            f.write(ledger(accounts, items))
        self.must("import", path, "--as-of", "2026-11-20", now=EARLY)
        self.sql("UPDATE company SET state = 'armed', armed_at = 0")
        if plan:
            self.must("run", "planner", "--once", now=EARLY)

    def copy(self, parent):
        """The same workspace once more."""
        other = object.__new__(type(self))
        other.dir = os.path.join(parent, "w%d" % time.monotonic_ns())
        shutil.copytree(self.dir, other.dir)
        return other

    def transport(self, url, **settings):
        text = "\n".join("      %s: %s" % kv for kv in settings.items())
        with open(os.path.join(self.dir, "dunlin.yaml"), "w") as f:
            f.write("""test: yes
companies:
  main:
    name: Example Ltd
    country: GB
    zone: Europe/London
    currency: GBP
    languages: [en, zh-CN]
    reply_to: ar@seller.example.com
    transport:
      url: "%s"
%s
    senders:
      - {name: Accounts Receivable, email: ar@seller.example.com}
""" % (url, text))

    def smtp(self, port, **settings):
        settings.setdefault("tls", "none")
        settings.setdefault("timeout", 2)
        self.transport("smtp://127.0.0.1:%d" % port, **settings)

    def setting(self, text):
        """Lines among those of the company."""
        path = os.path.join(self.dir, "dunlin.yaml")
        with open(path) as f:
            old = f.read()
        with open(path, "w") as f:
            f.write(old.replace("    transport:", text + "    transport:", 1))

    def command(self, *args, now=NOW):
        return [DUNLIN, "-C", self.dir, "--now", now] + list(args)

    def run(self, *args, now=NOW, env=None, timeout=120):
        e = dict(os.environ, **(env or {}))
        return subprocess.run(self.command(*args, now=now), env=e,
                              capture_output=True, text=True,
                              timeout=timeout)

    def must(self, *args, now=NOW):
        r = self.run(*args, now=now)
        if r.returncode != 0:
            raise SystemExit("%s: %s" % (" ".join(args), r.stderr))
        return r.stdout

    def send(self, now=NOW, env=None):
        return self.run("run", "sender", "--once", now=now, env=env)

    def ingest(self, data, now=NOW):
        """A mail to us, as the MTA hands it over."""
        r = subprocess.run(self.command("ingest", now=now), input=data,
                           capture_output=True)
        check("ingest", r.returncode == 0, r.stderr)

    def mails(self, to):
        """What went to them into the Maildir, the oldest first: two of one
        tick of the clock in the order of their attempts."""
        out = []
        new = os.path.join(self.dir, "outgoing", "new")
        nth = dict(self.sql("SELECT token, id FROM attempt"))
        for name in sorted(os.listdir(new), key=lambda f: (os.stat(
                os.path.join(new, f)).st_mtime_ns, nth.get(
                f.split(".")[0], 0))):
            with open(os.path.join(new, name), "rb") as f:
                m = email.message_from_binary_file(
                    f, policy=email.policy.default)
            if to in m["To"]:
                out.append(m)
        return out

    def sql(self, text, *args):
        db = sqlite3.connect(os.path.join(self.dir, "dunlin.db"), timeout=20)
        try:
            rows = db.execute(text, args).fetchall()
            db.commit()
            return rows
        finally:
            db.close()

    def states(self):
        return [r[0] for r in self.sql(
            "SELECT state FROM outbox ORDER BY id")]

    def outcomes(self):
        return [r[0] for r in self.sql(
            "SELECT outcome FROM attempt ORDER BY id")]


OLD = """INSERT INTO communication (company_id, account_id, class, cause,
channel, policy, step, stage, level, episode, nth, created_at, at)
SELECT company_id, id, 'reminder', '0/m0-notice/0', 'mail', 'p', 'm0-notice',
0, 0, 0, 0, CAST(strftime('%s', '2026-11-06') AS INTEGER),
CAST(strftime('%s', '2026-11-06') AS INTEGER) FROM account"""


class Due(Workspace):
    """Accounts that were reminded a fortnight ago and are due again now."""

    def __init__(self, parent, accounts):
        super().__init__(parent, accounts=accounts, items=3, plan=False)
        self.sql(OLD)
        self.must("run", "planner", "--once", now=EARLY)


class Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


def listen(handler):
    """A server on loopback that answers from now on."""
    server = Threads(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,),
                     daemon=True).start()
    return server


class Server:
    """Answers a session of SMTP.  script maps a step to what happens there:
    a text to answer, or one of DROP, STALL, or a function of the session.
    Steps: greeting EHLO STARTTLS AUTH MAIL RCPT DATA chunk last dot."""
    DROP, STALL = object(), object()

    def __init__(self, script=None, chunking=False, extra=(), hold=30):
        self.script = script or {}
        self.chunking, self.extra, self.hold = chunking, extra, hold
        self.messages = []		# (to, bytes) that were answered 2xx
        self.seen = []			# (to, bytes) that were complete
        self.content = 0		# bytes of content read
        self.commands = []
        self.sessions = 0
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                outer.sessions += 1
                try:
                    Session(outer, self.request).run()
                except (OSError, EOFError):
                    pass

        self.over = threading.Event()
        self.server = listen(Handler)
        self.port = self.server.server_address[1]

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


class Session:
    def __init__(self, server, sock):
        self.server, self.sock = server, sock
        self.file = sock.makefile("rb")
        self.to, self.body, self.n = None, b"", 0
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def say(self, text):
        self.sock.sendall(text.encode() + b"\r\n")

    def drop(self, reset=False):
        if reset:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                 struct.pack("ii", 1, 0))
        self.file.close()
        self.sock.shutdown(socket.SHUT_RDWR) if not reset else None
        self.sock.close()
        raise EOFError

    def act(self, step, default):
        """True: the default was said."""
        what = self.server.script.get(step, default)
        if callable(what):
            what = what(self)
            if what is None:
                return False
        if what is Server.DROP:
            self.drop()
        elif what is Server.STALL:
            self.server.over.wait(self.server.hold)
            self.drop()
        else:
            self.say(what)
        return what == default or what[:1] == default[:1]

    def accept(self, step):
        self.server.seen.append((self.to, self.body))
        if self.act(step, "250 2.0.0 queued"):
            self.server.messages.append((self.to, self.body))
        self.body = b""

    def data(self):
        if not self.act("DATA", "354 go on"):
            if self.server.script.get("DATA") is not None:
                return
        while True:
            line = self.file.readline()
            if not line:
                raise EOFError
            self.server.content += len(line)
            if line == b".\r\n":
                return self.accept("dot")
            self.body += line[1:] if line[:1] == b"." else line

    def bdat(self, line):
        words = line.split()
        size, last = int(words[1]), len(words) > 2
        got = self.file.read(size)
        if len(got) < size:
            raise EOFError
        self.server.content += size
        self.body += got
        self.n += 1
        if last:
            self.n = 0
            return self.accept("last")
        self.act("chunk", "250 2.0.0 %d octets" % size)

    def ehlo(self):
        lines = ["script.example.com"] + list(self.server.extra)
        if self.server.chunking:
            lines.append("CHUNKING")
        lines += ["PIPELINING", "DSN", "8BITMIME", "ENHANCEDSTATUSCODES"]
        for l in lines[:-1]:
            self.sock.sendall(b"250-" + l.encode() + b"\r\n")
        self.say("250 " + lines[-1])

    def run(self):
        if not self.act("greeting", "220 script.example.com ESMTP"):
            return
        while True:
            line = self.file.readline().decode("utf-8", "replace")
            if not line:
                return
            line = line.rstrip("\r\n")
            self.server.commands.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                if "EHLO" in self.server.script:
                    self.act("EHLO", "")
                else:
                    self.ehlo()
            elif verb == "MAIL":
                self.act("MAIL", "250 2.1.0 ok")
                self.body, self.n = b"", 0
            elif verb == "RCPT":
                self.to = line.split("<", 1)[1].split(">", 1)[0]
                self.act("RCPT", "250 2.1.5 ok")
            elif verb == "DATA":
                self.data()
            elif verb == "BDAT":
                self.bdat(line)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            elif verb == "RSET":
                self.say("250 2.0.0 ok")
            elif verb in ("STARTTLS", "AUTH"):
                self.act(verb, "502 5.5.1 not here")
            else:
                self.say("500 5.5.2 what?")
