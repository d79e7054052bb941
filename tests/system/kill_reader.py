"""Readers are killed (SIGKILL) before and after every commit and rename in
turn.  Afterwards every mail was read once and nothing was done twice."""
import os
import shutil
import tempfile

from killlib import SHIM, effects, ended, replies, start, unharmed
from sendlib import Workspace, check, finish

MOST = 200

parent = tempfile.mkdtemp()
base = Workspace(parent, accounts=3)
base.send()
base.setting("    intake: maildir:incoming\n")
for d in ("new", "cur", "tmp"):
    os.makedirs(os.path.join(base.dir, "incoming", d))
for i, mail in enumerate(replies(base)):
    with open(os.path.join(base.dir, "incoming/new/m%d" % i), "w") as f:
        f.write(mail)


def outcome(w):
    return (*effects(w),
            sorted(os.listdir(os.path.join(w.dir, "incoming/cur"))))


def killed(at, after, readers, want):
    what = "%d reader(s), act %d%s" % (readers, at, " after" if after else "")
    w = base.copy(parent)
    n = 0
    env = {"LD_PRELOAD": SHIM}
    if after:
        env["KILL_AFTER"] = "1"
    for p in [start(w, **env, KILL_AT=str(at + 2 * i))
              for i in range(readers)]:
        err = p.communicate(timeout=60)[1]
        n += p.returncode == -9
        check(what, p.returncode in (0, -9), err)
    ended(what, w, outcome, want)
    return n > 0


want = unharmed(base, parent, outcome)
for readers, step in ((1, 1), (2, 5)):
    for after in (False, True):
        at = 1
        while at < MOST and killed(at, after, readers, want):
            at += step
        check("acts", at > 10, "only %d acts" % at)
shutil.rmtree(parent)
finish()
