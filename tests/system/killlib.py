"""What the tests that kill readers share: the mails that they read, and that
afterwards all is as if nothing had happened."""
import os
import shutil
import subprocess

from sendlib import check

SHIM = os.environ["KILL_SHIM"]
THEN = "2026-11-20T10:00:00Z"
BODIES = ("We dispute this, the goods were faulty.",
          "We will pay on Friday 27 November.", "unsubscribe")


def replies(w):
    """One to each mail that went out."""
    return ["From: %s\nTo: ar+r.%s@seller.example.com\nSubject: Re\n"
            "Date: Fri, 20 Nov 2026 09:30:00 +0000\n\n%s\n"
            % (to, token, body) for (to, token), body in zip(w.sql(
                "SELECT recipient, token FROM attempt ORDER BY recipient"),
                BODIES, strict=True)]


def effects(w):
    return (w.sql("SELECT state, account_id, detail, position FROM inbox"
                  " ORDER BY position"),
            w.sql("SELECT kind, count(*) FROM event GROUP BY kind"),
            w.sql("SELECT kind, scope, account_id FROM hold ORDER BY kind"),
            w.sql("SELECT reason, account_id FROM task ORDER BY reason"),
            w.sql("SELECT template, state FROM outbox ORDER BY template"))


def start(w, **env):
    return subprocess.Popen(w.command("run", "reader", "--once", now=THEN),
                            env=dict(os.environ, **env),
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)


def ended(what, w, outcome, want):
    """Once more, to its end: the outcome is as if nothing had happened."""
    r = w.run("run", "reader", "--once", now=THEN)
    check(what, r.returncode == 0, r.stderr)
    got = outcome(w)
    check(what, got == want, "%s\nnot %s" % (got, want))
    check(what, w.run("verify").returncode == 0, "verify")
    shutil.rmtree(w.dir)


def unharmed(base, parent, outcome):
    """What a reader does that nobody kills."""
    w = base.copy(parent)
    w.must("run", "reader", "--once", now=THEN)
    want = outcome(w)
    check("clean", [r[0] for r in want[0]] == ["read"] * 3, want)
    return want
