"""Senders and planners are killed (SIGKILL) before and after every commit and
network act in turn.  Afterwards nothing is lost, nothing was sent twice, and
what nobody can know is told to a person and settled by the rules."""
import collections
import os
import shutil
import subprocess
import sys
import tempfile

from sendlib import DUNLIN, EARLY, NOW, Server, Workspace, check, finish

SHIM = os.environ["KILL_SHIM"]
LATER = "2026-11-20T09:25:00Z"
MOST = 400

parent = tempfile.mkdtemp()


def shim(at, after):
    env = {"LD_PRELOAD": SHIM, "KILL_AT": str(at)}
    if after:
        env["KILL_AFTER"] = "1"
    return env


def start(w, role, env, now=NOW):
    return subprocess.Popen(w.command("run", role, "--once", now=now),
                            env=dict(os.environ, **env),
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)


def killed(processes):
    """Wait for all; how many were killed."""
    n = 0
    for p in processes:
        text = p.communicate(timeout=60)[1]
        if p.returncode == -9:
            n += 1
        elif p.returncode != 0:
            check("exit", False, "%d: %s" % (p.returncode, text))
    return n


def every(runs, stop, step=1):
    """at, after for every act, then every step-th one."""
    for after in (False, True):
        for at in list(range(1, runs)) + list(range(runs, MOST, step)):
            if stop(at, after):
                break


def state_of(w):
    return dict(w.sql("SELECT a.value, o.state FROM outbox o JOIN address a"
                      " ON a.id = o.address_id WHERE o.state <>"
                      " 'cancelled'"))


def whole(w, what):
    r = w.run("verify")
    check(what, r.returncode == 0, "verify: " + r.stderr)
    check(what, w.sql("PRAGMA integrity_check") == [("ok",)], "integrity")


def in_maildir(w):
    new = os.path.join(w.dir, "outgoing", "new")
    got = collections.Counter()
    for name in os.listdir(new) if os.path.isdir(new) else []:
        with open(os.path.join(new, name), "rb") as f:
            for line in f:
                if line.startswith(b"To:"):
                    got[line.decode().split("<")[-1].strip("> \n")
                        .replace("To: ", "")] += 1
                    break
    return got


def maildir(base, senders, at, after):
    what = "maildir %d sender(s) act %d%s" % (senders, at,
                                              " after" if after else "")
    w = base.copy(parent)
    n = killed([start(w, "sender", shim(at + 2 * i, after))
                for i in range(senders)])
    for now in (NOW, LATER):
        r = w.send(now=now)
        check(what, r.returncode == 0, r.stderr)
    states = state_of(w)
    got = in_maildir(w)
    check(what, set(states.values()) == {"accepted"}, states)
    check(what, got == collections.Counter(list(states)), got)
    left = os.listdir(os.path.join(w.dir, "outgoing", "tmp"))
    check(what, left == [], "left in tmp/: %s" % left)
    whole(w, what)
    shutil.rmtree(w.dir)
    return n == 0


def told(w, what, states):
    lost = [a for a, s in states.items() if s == "uncertain"]
    tasks = w.sql("SELECT count(*) FROM task WHERE reason ="
                  " 'uncertain-delivery' AND state <> 'closed'")[0][0]
    check(what, tasks == len(lost), "%d tasks for %s" % (tasks, lost))
    check(what, "sending" not in states.values() and
          "claimed" not in states.values(), states)


def smtp(base, senders, at, after):
    what = "smtp %d sender(s) act %d%s" % (senders, at,
                                           " after" if after else "")
    w = base.copy(parent)
    with Server(chunking=at % 2 == 0) as s:
        w.smtp(s.port)
        n = killed([start(w, "sender", shim(at + 2 * i, after))
                    for i in range(senders)])
        for now in (NOW, LATER):
            r = w.send(now=now)
            check(what, r.returncode == 0, r.stderr)
        states = state_of(w)
        got = collections.Counter(to for to, _ in s.seen)
        check(what, not got or max(got.values()) == 1, "twice: %s" % got)
        for a, state in states.items():
            check(what, state == "uncertain" or
                  (state == "accepted" and got[a] == 1),
                  "%s is %s, seen %d" % (a, state, got[a]))
        told(w, what, states)
        for row, a in w.sql("SELECT o.id, a.value FROM outbox o JOIN address"
                            " a ON a.id = o.address_id WHERE o.state ="
                            " 'uncertain'"):
            r = w.run("settle", str(row), "--as",
                      "sent" if got[a] else "unsent", now=LATER)
            check(what, r.returncode == 0, r.stderr)
        w.send(now=LATER)
        got = collections.Counter(to for to, _ in s.seen)
        states = state_of(w)
        check(what, got == collections.Counter(list(states)) and
              set(states.values()) == {"accepted"}, "%s %s" % (got, states))
    whole(w, what)
    shutil.rmtree(w.dir)
    return n == 0


def plan_of(w):
    return sorted(w.sql("SELECT account_id, cause, due_at, template, value"
                        " FROM communication c JOIN outbox o ON"
                        " o.communication_id = c.id JOIN address a ON"
                        " a.id = o.address_id"
                        .replace("account_id", "o.account_id") +
                        " WHERE o.state <> 'cancelled'"))


def planner(base, want, at, after):
    what = "planner act %d%s" % (at, " after" if after else "")
    w = base.copy(parent)
    n = killed([start(w, "planner", shim(at, after), EARLY)])
    w.must("run", "planner", "--once", now=EARLY)
    check(what, plan_of(w) == want, "another plan")
    whole(w, what)
    shutil.rmtree(w.dir)
    return n == 0


unplanned = Workspace(parent, accounts=3, plan=False)
clean = unplanned.copy(parent)
clean.must("run", "planner", "--once", now=EARLY)
want = plan_of(clean)
check("plan", len(want) == 3, want)
every(12, lambda at, after: planner(unplanned, want, at, after), 3)

planned = Workspace(parent, accounts=3)
every(30, lambda at, after: maildir(planned, 1, at, after), 5)
every(45, lambda at, after: smtp(planned, 1, at, after), 5)

many = Workspace(parent, accounts=9)
every(3, lambda at, after: maildir(many, 3, at, after), 7)
every(3, lambda at, after: smtp(many, 3, at, after), 7)

shutil.rmtree(parent)
finish()
