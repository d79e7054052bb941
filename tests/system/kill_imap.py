"""A reader of a mailbox over IMAP is killed (SIGKILL): when the server has
its command and before it answers, when it has answered (list, fetch), and at
every commit of what was fetched and of how far it was read; also while a
second one reads the same mailbox.  Afterwards every mail was read once and
nothing was done twice."""
import os
import shutil
import signal
import subprocess
import tempfile

from imapserver import Server
from sendlib import Workspace, check, finish

SHIM = os.environ["KILL_SHIM"]
THEN = "2026-11-20T10:00:00Z"
BODIES = ("We dispute this, the goods were faulty.",
          "We will pay on Friday 27 November.", "unsubscribe")
MOST = 100

parent = tempfile.mkdtemp()
server = Server()
base = Workspace(parent, accounts=3)
base.send()
path = os.path.join(base.dir, "dunlin.yaml")
with open(path) as f:
    text = f.read()
with open(path, "w") as f:
    f.write(text.replace(
        "    transport:", "    intake:\n      url: imap://localhost:%d\n"
        "      user: ar\n      password_file: s\n      tls: none\n"
        "    transport:" % server.port, 1))
with open(os.path.join(base.dir, "s"), "w") as f:
    f.write("open sesame\n")
os.chmod(os.path.join(base.dir, "s"), 0o600)
for i, (to, token) in enumerate(base.sql(
        "SELECT recipient, token FROM attempt ORDER BY recipient")):
    server.mails[i + 1] = (
        "From: %s\r\nTo: ar+r.%s@seller.example.com\r\nSubject: Re\r\n"
        "Date: Fri, 20 Nov 2026 09:30:00 +0000\r\n\r\n%s\r\n"
        % (to, token, BODIES[i])).encode()


def outcome(w):
    return (w.sql("SELECT state, account_id, detail, position FROM inbox"
                  " ORDER BY position"),
            w.sql("SELECT uidvalidity, uid FROM intake"),
            w.sql("SELECT kind, count(*) FROM event GROUP BY kind"),
            w.sql("SELECT kind, scope, account_id FROM hold ORDER BY kind"),
            w.sql("SELECT reason, account_id FROM task ORDER BY reason"),
            w.sql("SELECT template, state FROM outbox ORDER BY template"))


def start(w, **env):
    return subprocess.Popen(w.command("run", "reader", "--once", now=THEN),
                            env=dict(os.environ, **env),
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)


def whole(what, w):
    """Once more, to its end: the same as if nothing had happened."""
    r = w.run("run", "reader", "--once", now=THEN)
    check(what, r.returncode == 0, r.stderr)
    got = outcome(w)
    check(what, got == want, "%s\nnot %s" % (got, want))
    check(what, w.run("verify").returncode == 0, "verify")
    shutil.rmtree(w.dir)


def command(n, after):
    """At the n-th command that the server gets."""
    what = "command %d%s" % (n, " after" if after else "")
    w = base.copy(parent)
    seen, victim = [], []

    def hook(line):
        seen.append(line)
        if len(seen) == n:
            victim[0].send_signal(signal.SIGKILL)
            victim[0].wait()

    server.before, server.after = (None, hook) if after else (hook, None)
    victim.append(start(w))
    err = victim[0].communicate(timeout=60)[1]
    server.before = server.after = None
    killed = victim[0].returncode == -9
    check(what, victim[0].returncode in (0, -9), err)
    whole(what, w)
    return killed


def act(n, after, others):
    """At the n-th sync, rename or connect; others read on."""
    what = "act %d%s, %d others" % (n, " after" if after else "", others)
    w = base.copy(parent)
    env = {"LD_PRELOAD": SHIM, "KILL_AT": str(n)}
    if after:
        env["KILL_AFTER"] = "1"
    first = start(w, **env)
    for p in [start(w) for _ in range(others)]:
        err = p.communicate(timeout=60)[1]
        check(what, p.returncode == 0, err)
    err = first.communicate(timeout=60)[1]
    check(what, first.returncode in (0, -9), err)
    whole(what, w)
    return first.returncode == -9


clean = base.copy(parent)
clean.must("run", "reader", "--once", now=THEN)
want = outcome(clean)
check("clean", [r[0] for r in want[0]] == ["read"] * 3, want)
check("clean", want[1] == [(7, 3)], want[1])
for after in False, True:
    n = 1
    while n < MOST and command(n, after):
        n += 1
    check("commands", n > 7, "only %d" % n)
for after, others, step in (False, 0, 1), (True, 0, 2), (False, 1, 4):
    n = 1
    while n < MOST and act(n, after, others):
        n += step
    check("acts", n > 6, "only %d" % n)
server.stop()
shutil.rmtree(parent)
finish()
