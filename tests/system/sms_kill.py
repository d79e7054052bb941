"""The sender of SMS is killed (SIGKILL) before and after every commit and
network act in turn, with one connection and with three.  Afterwards nothing
is lost, nothing was sent twice, and what nobody can know is uncertain and told
to a person: no more messages than there were connections."""
import collections
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from sendlib import check, finish
from smslib import PHONES, Gateway, Phones, route

SHIM = os.environ["KILL_SHIM"]
MOST = 300
top = tempfile.mkdtemp()


def one(base, g, at, after, connections):
    """True: the process ended before that act."""
    what = "%d at once, act %d%s" % (connections, at,
                                     " after" if after else "")
    del g.requests[:]
    w = base.copy(top)
    env = {"LD_PRELOAD": SHIM, "KILL_AT": str(at), "KILL_SENDS": "1"}
    if after:
        env["KILL_AFTER"] = "1"
    r = w.send(env=env)
    if r.returncode != -9:
        shutil.rmtree(w.dir)
        return True
    asked = collections.Counter(q["query"]["to"] for q in g.requests)
    for now in ("2026-11-20T09:08:00Z", "2026-11-20T09:14:00Z",
                "2026-11-20T10:15:00Z"):
        w.send(now=now)
    got = collections.Counter(q["query"]["to"] for q in g.requests)
    check(what + ": nobody twice", all(n == 1 for n in got.values()), got)
    rows = dict(w.sql("SELECT a.value, o.state FROM outbox o JOIN address a"
                      " ON a.id = o.address_id"))
    states = collections.Counter(rows.values())
    check(what + ": nothing lost", states["accepted"] +
          states["uncertain"] == 4 and states["uncertain"] <= connections,
          states)
    check(what + ": who is accepted has it", len(got) >=
          states["accepted"], got)
    check(what + ": asked before it was killed is not asked again",
          all(got[n] == 1 for n in asked), got)
    if states["uncertain"]:
        check(what + ": a person is told", w.sql(
            "SELECT count(*) FROM task WHERE reason = 'uncertain-delivery'"
            " AND state <> 'closed'")[0][0] == states["uncertain"])
    if at % 8 == 0:
        v = w.run("verify")
        check(what + ": verify", v.returncode == 0, v.stderr)
    shutil.rmtree(w.dir)
    return False


try:
    with Gateway(lambda r: (202, "0: Accepted for delivery")) as g:
        for connections in 1, 3:
            base = Phones(top, route("kannel", g.url,
                                     connections=connections), PHONES[:4])
            for after in (False, True) if connections == 1 else (True,):
                for at in range(1, MOST):
                    if one(base, g, at, after, connections):
                        check("it was killed often enough", at > 8, at)
                        break
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
