"""The sender is killed (SIGKILL) before and after every commit and network act
of messages to group robots.  Afterwards nothing is lost, nothing was said
twice, and what nobody can know is uncertain and told to a person."""
import calendar
import collections
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from robotlib import Groups, Robots
from sendlib import check, finish

SHIM = os.environ["KILL_SHIM"]
MOST = 200
FRIDAY = "2026-11-20T10:01:00Z"
top = tempfile.mkdtemp()


def one(base, g, at, after):
    """True: the process ended before that act."""
    what = "act %d%s" % (at, " after" if after else "")
    g.clear()
    w = base.copy(top)
    env = {"LD_PRELOAD": SHIM, "KILL_AT": str(at), "KILL_SENDS": "1"}
    if after:
        env["KILL_AFTER"] = "1"
    r = w.send(now=FRIDAY, env=env)
    if r.returncode != -9:
        shutil.rmtree(w.dir)
        return True
    asked = {k: len(v) for k, v in g.texts.items()}
    for now in ("2026-11-20T10:05:00Z", "2026-11-20T10:20:00Z",
                "2026-11-20T10:55:00Z"):
        w.send(now=now)
    got = {k: len(v) for k, v in g.texts.items() if k in base.robots}
    check(what + ": nobody twice", max(got.values()) <= 1, got)
    check(what + ": asked before it was killed is not asked again",
          all(got[k] == 1 for k in got if asked[k]), (asked, got))
    rows = dict(w.messages("o.route", "o.state"))
    states = collections.Counter(rows.values())
    check(what + ": nothing lost", states["accepted"] +
          states["uncertain"] == 2 and states["uncertain"] <= 1, rows)
    check(what + ": who is accepted has it", all(
        got[k] == 1 for k in got if rows["robot/" + k] == "accepted"), got)
    told = w.sql("SELECT count(*) FROM task WHERE reason = 'robot-message'"
                 " AND state <> 'closed'")[0][0]
    check(what + ": a person is told", told == states["uncertain"], told)
    shutil.rmtree(w.dir)
    return False


try:
    with Robots() as g:
        base = Groups(top, g, {k: {"tells": "severe"}
                               for k in ("wecom", "dingtalk")})
        base.roles("2026-11-20T09:05:00Z")
        base.write(0, "Our lawyer will answer.", FRIDAY)
        for role in "reader", "planner":
            base.must("run", role, "--once", now=FRIDAY)
        g.now = calendar.timegm(time.strptime(FRIDAY,
                                              "%Y-%m-%dT%H:%M:%SZ")) * 1000
        for after in False, True:
            for at in range(1, MOST):
                if one(base, g, at, after):
                    check("it was killed often enough", at > 8, at)
                    break
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
