"""A reader of a mailbox over IMAP is killed (SIGKILL): when the server has
its command and before it answers, when it has answered (list, fetch), and at
every commit of what was fetched and of how far it was read; also while a
second one reads the same mailbox.  Afterwards every mail was read once and
nothing was done twice."""
import os
import shutil
import signal
import tempfile

from imapserver import Server
from killlib import SHIM, effects, ended, replies, start, unharmed
from sendlib import Workspace, check, finish

MOST = 100

parent = tempfile.mkdtemp()
server = Server()
base = Workspace(parent, accounts=3)
base.send()
base.setting("    intake:\n      url: imap://localhost:%d\n      user: ar\n"
             "      password_file: s\n      tls: none\n" % server.port)
with open(os.path.join(base.dir, "s"), "w") as f:
    f.write("open sesame\n")
os.chmod(os.path.join(base.dir, "s"), 0o600)
for i, mail in enumerate(replies(base)):
    server.mails[i + 1] = mail.replace("\n", "\r\n").encode()


def outcome(w):
    return (*effects(w), w.sql("SELECT uidvalidity, uid FROM intake"))


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
    ended(what, w, outcome, want)
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
    ended(what, w, outcome, want)
    return first.returncode == -9


want = unharmed(base, parent, outcome)
check("clean", want[-1] == [(7, 3)], want[-1])
for after in False, True:
    n = 1
    while n < MOST and command(n, after):
        n += 1
    check("commands", n > 7, "only %d" % n)
n = 1
while n < MOST and act(n, False, 0):
    n += 1
check("acts", n > 6, "only %d" % n)
# Where another leaves it less to do, one that survives is not the last.
for after, others, step in (True, 0, 2), (False, 1, 4):
    died = [act(i, after, others) for i in range(1, n, step)]
    check("acts", sum(died) > (0 if others else 2), died)
server.stop()
shutil.rmtree(parent)
finish()
