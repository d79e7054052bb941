"""Readers are killed (SIGKILL) before and after every commit and rename in
turn.  Afterwards every mail was read once and nothing was done twice."""
import os
import shutil
import subprocess
import tempfile

from sendlib import Workspace, check, finish

SHIM = os.environ["KILL_SHIM"]
THEN = "2026-11-20T10:00:00Z"
BODIES = ("We dispute this, the goods were faulty.",
          "We will pay on Friday 27 November.", "unsubscribe")
MOST = 200

parent = tempfile.mkdtemp()
base = Workspace(parent, accounts=3)
base.send()
path = os.path.join(base.dir, "dunlin.yaml")
with open(path) as f:
    text = f.read()
with open(path, "w") as f:
    f.write(text.replace("    transport:", "    intake: maildir:incoming\n"
                         "    transport:", 1))
for d in ("new", "cur", "tmp"):
    os.makedirs(os.path.join(base.dir, "incoming", d))
for i, (to, token) in enumerate(base.sql(
        "SELECT recipient, token FROM attempt ORDER BY recipient")):
    with open(os.path.join(base.dir, "incoming/new/m%d" % i), "w") as f:
        f.write("From: %s\nTo: ar+r.%s@seller.example.com\nSubject: Re\n"
                "Date: Fri, 20 Nov 2026 09:30:00 +0000\n\n%s\n"
                % (to, token, BODIES[i]))


def outcome(w):
    return (w.sql("SELECT state, account_id, detail FROM inbox ORDER BY"
                  " position"),
            w.sql("SELECT kind, count(*) FROM event GROUP BY kind"),
            w.sql("SELECT kind, scope, account_id FROM hold ORDER BY kind"),
            w.sql("SELECT reason, account_id FROM task ORDER BY reason"),
            w.sql("SELECT template, state FROM outbox ORDER BY template"),
            sorted(os.listdir(os.path.join(w.dir, "incoming/cur"))))


def start(w, env):
    return subprocess.Popen(w.command("run", "reader", "--once", now=THEN),
                            env=dict(os.environ, **env),
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)


def killed(at, after, readers, want):
    what = "%d reader(s), act %d%s" % (readers, at, " after" if after else "")
    w = base.copy(parent)
    n = 0
    env = {"LD_PRELOAD": SHIM}
    if after:
        env["KILL_AFTER"] = "1"
    for p in [start(w, dict(env, KILL_AT=str(at + 2 * i)))
              for i in range(readers)]:
        err = p.communicate(timeout=60)[1]
        n += p.returncode == -9
        check(what, p.returncode in (0, -9), err)
    r = w.run("run", "reader", "--once", now=THEN)
    check(what, r.returncode == 0, r.stderr)
    got = outcome(w)
    check(what, got == want, "%s\nnot %s" % (got, want))
    check(what, w.run("verify").returncode == 0, "verify")
    shutil.rmtree(w.dir)
    return n > 0


clean = base.copy(parent)
clean.must("run", "reader", "--once", now=THEN)
want = outcome(clean)
check("clean", [s for s, _, _ in want[0]] == ["read"] * 3, want)
for readers, step in ((1, 1), (2, 5)):
    for after in (False, True):
        at = 1
        while at < MOST and killed(at, after, readers, want):
            at += step
        check("acts", at > 10, "only %d acts" % at)
shutil.rmtree(parent)
finish()
