"""Mail that nobody may believe unseen: as if from us, by a stranger, by an
address that several accounts have, without proof, too large to be read.  In
both languages: nothing is committed, a person sees it with its words quoted and
how it is accepted, and that one command is enough."""
import json
import os
import shutil
import subprocess
import tempfile

from sendlib import Workspace, check, finish

THEN = "2026-11-20T10:00:00Z"
SAYS = ("We will pay on Friday 27 November.", "我们11月27日付清。")
STOPS = ("We dispute this, the goods were faulty.", "货物有质量问题，我们有异议。")
parent = tempfile.mkdtemp()
base = Workspace(parent, accounts=4)
base.send()
sent = dict(base.sql("SELECT recipient, token FROM attempt"))
check("sent", len(sent) == 4, sent)


def mail(n, body, frm=None, token=True):
    to = "c%d@customer.example.com" % n
    return ("From: %s\nTo: %s\nSubject: Re: invoice\nMessage-ID:"
            " <%s@c.example>\nDate: Fri, 20 Nov 2026 09:30:00 +0000\n"
            "Content-Type: text/plain; charset=utf-8\n\n%s\n" % (
                frm or to, "ar+r.%s@seller.example.com" % sent[to] if token
                else "ar@seller.example.com", os.urandom(6).hex(),
                body)).encode()


def come(data, w=None):
    """A workspace into which it has come, and its number."""
    w = w or base.copy(parent)
    done = subprocess.run(w.command("ingest", now=THEN), input=data)
    check("taken", done.returncode == 0)
    r = w.run("run", "reader", "--once", now=THEN)
    check("read", r.returncode == 0, r.stderr)
    return w, str(w.sql("SELECT max(id) FROM inbox")[0][0])


def tasks(w):
    return {t["reason"]: t for t in json.loads(w.run(
        "tasks", "--json", now=THEN).stdout)}


def holds(w):
    return sorted(w.sql("SELECT a.code, h.kind FROM hold h JOIN account a ON"
                        " a.id = h.account_id WHERE h.released_at IS NULL"
                        # that lapses by itself
                        " AND h.kind <> 'asked'"))


def promises(w):
    return sorted(w.sql("SELECT a.code, p.state FROM promise p JOIN account a"
                        " ON a.id = p.account_id"))


def asked(what, w, reason, words, number):
    """A person sees it, what it says, and how it is accepted."""
    t = tasks(w).get(reason)
    check(what, t is not None, list(tasks(w)))
    if t is None:
        return
    check(what + ": quoted", words in t["detail"], t["detail"])
    check(what + ": how", "dunlin inbox accept " + number in t["detail"],
          t["detail"])


def accept(what, w, number, *more):
    r = w.run("inbox", "accept", number, *more, now=THEN)
    check(what + ": accepted", r.returncode == 0, r.stderr)
    left = w.sql("SELECT reason FROM task WHERE inbox_id = ? AND state <>"
                 " 'closed' AND reason <> 'dispute'", number)
    check(what + ": nothing left to do", left == [], left)
    r = w.run("inbox", "--json", "--unmatched", now=THEN)
    check(what + ": of an account now", json.loads(r.stdout) == [], r.stdout)
    check(what + ": verify", w.run("verify").returncode == 0)


def promised(what, w, code):
    check(what, promises(w) == [(code, "open")], promises(w))
    check(what, holds(w) == [(code, "promise-open")], holds(w))
    rows = w.sql("SELECT a.code FROM outbox o JOIN account a ON a.id ="
                 " o.account_id WHERE o.template = 'answer-promise'")
    check(what + ": one answer", rows == [(code,)], rows)


def forged(n):
    what, code = "forged %d" % n, "C%04d" % n
    w, number = come(mail(n, SAYS[n], "ar@seller.example.com"))
    check(what, promises(w) == [] and holds(w) == [], holds(w))
    asked(what, w, "forged-sender", SAYS[n], number)
    r = w.run("inbox", "accept", number, now=THEN)
    check(what + ": which account is asked", r.returncode != 0 and
          "--account" in r.stderr, r.stderr)
    accept(what, w, number, "--account", code)
    promised(what, w, code)


def foreign(n):
    what, code = "foreign %d" % n, "C%04d" % n
    w, number = come(mail(n, SAYS[n], "x@stranger.example"))
    check(what, promises(w) == [] and holds(w) == [(code, "reply-unread")],
          holds(w))
    asked(what, w, "foreign-sender", SAYS[n], number)
    accept(what, w, number)
    promised(what, w, code)
    # Of nobody known at all.
    w, number = come(mail(n, SAYS[n], "x@stranger.example", token=False))
    check(what, promises(w) == [] and holds(w) == [], holds(w))
    asked("unmatched %d" % n, w, "unmatched-mail", SAYS[n], number)
    accept(what, w, number, "--account", code)
    promised(what, w, code)


def unproven(n):
    """From a known address, but not in our conversation."""
    what, code = "unproven %d" % n, "C%04d" % n
    w, number = come(mail(n, SAYS[n], token=False))
    check(what, promises(w) == [(code, "proposed")], promises(w))
    check(what, "unverified-promise" in tasks(w), tasks(w))
    accept(what, w, number)
    promised(what, w, code)


def ambiguous(n):
    """The accounts n and n + 2 have one address."""
    what, code, other = "ambiguous %d" % n, "C%04d" % n, "C%04d" % (n + 2)
    w = base.copy(parent)
    w.sql("UPDATE contact SET address_id = (SELECT address_id FROM contact c"
          " JOIN account a ON a.id = c.account_id WHERE a.code = ?) WHERE"
          " account_id = (SELECT id FROM account WHERE code = ?)", code,
          other)
    two = w.copy(parent)
    w, number = come(mail(n, SAYS[n], token=False), w)
    check(what, promises(w) == [(code, "proposed"), (other, "proposed")],
          promises(w))
    accept(what, w, number, "--account", code)
    check(what, promises(w) == [(code, "open"), (other, "withdrawn")],
          promises(w))
    check(what, holds(w) == [(code, "promise-open")], holds(w))
    # What stops is heeded in both, until a person knows.
    w, number = come(mail(n, STOPS[n], token=False), two)
    check(what, holds(w) == [(code, "dispute"), (other, "dispute")],
          holds(w))
    r = w.run("inbox", "accept", number, now=THEN)
    check(what + ": which account is asked", r.returncode != 0 and
          "--account" in r.stderr, r.stderr)
    accept(what, w, number, "--account", code)
    check(what, holds(w) == [(code, "dispute")], holds(w))
    rows = w.sql("SELECT DISTINCT a.code FROM task t JOIN account a ON a.id ="
                 " t.account_id WHERE t.state <> 'closed'")
    check(what, rows == [(code,)], rows)


def held(n):
    """Too large to be read: whose it is its header tells."""
    what, code = "held %d" % n, "C%04d" % n
    big = SAYS[n] + "\n" + "x" * 26 * 1024 * 1024
    for token in True, False:
        w, number = come(mail(n, big, token=token))
        check(what, w.sql("SELECT state FROM inbox") == [("held",)])
        check(what, promises(w) == [] and holds(w) == [
            (code, "reply-unread")], holds(w))
        t = tasks(w).get("reply-held")
        check(what, t is not None and "too large" in t["detail"] and
              "dunlin inbox show " + number in t["detail"], tasks(w))
        check(what, "mail-held" in tasks(w), tasks(w))
        before = w.sql("SELECT count(*) FROM event")
        w.run("run", "reader", "--once", now=THEN)
        check(what + ": once", w.sql("SELECT count(*) FROM event") == before)
        r = w.run("inbox", "accept", number, now=THEN)
        check(what + ": says nothing to accept", r.returncode != 0 and
              "use the command" in r.stderr, r.stderr)
        check(what + ": verify", w.run("verify").returncode == 0)
    # A stranger's stops nobody; and no reminder before it was looked at.
    data = mail(n, big, "x@stranger.example", token=False)
    w = base.copy(parent)
    subprocess.run(w.command("ingest", now=THEN), input=data)
    r = w.run("why", code, now=THEN)
    check(what + ": waits for the look", "inbox-behind" in r.stdout, r.stdout)
    w, number = come(data, w)
    check(what, holds(w) == [], holds(w))
    r = w.run("why", code, now=THEN)
    check(what + ": goes on", "inbox-behind" not in r.stdout, r.stdout)


for lang in 0, 1:
    forged(lang)
    foreign(lang)
    unproven(lang)
    ambiguous(lang)
    held(lang)
shutil.rmtree(parent)
finish()
