"""Bounces, delays, complaints, receipts and replies of SMTP servers, as raw
mail: they drive the states of addresses and settle what was uncertain; the
next contact takes over; without a working address a person does; nothing
stays queued for ever unseen."""
import json
import os
import shutil
import subprocess
import tempfile
import time

from sendlib import Server, Workspace, check, finish

THEN = "2026-11-20T10:00:00Z"
DAYS = ["2026-11-%dT09:05:00Z" % d for d in (20, 21, 22, 23, 24)]
WORDS = {"routine": 1, "soon": 2, "at once": 3}
C0 = "c0@customer.example.com"
parent = tempfile.mkdtemp()
base = Workspace(parent, accounts=3)
base.send()
sent = {to: (token, mid) for to, token, mid in base.sql(
    "SELECT recipient, token, message_id FROM attempt")}


def report(to, parts, kind="delivery-status", frm="MAILER-DAEMON@mx.test",
           rcpt=None, machine=True):
    text = ("Return-Path: <>\nFrom: %s\nTo: %s\nSubject: Report\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report;"
            " report-type=%s; boundary=b\n%s\n--b\nContent-Type:"
            " text/plain\n\nSee below.\n"
            % (frm, rcpt or "ar+b.%s@seller.example.com" % sent[to][0], kind,
               "Auto-Submitted: auto-generated\n" if machine else ""))
    for type, body in parts:
        text += "--b\nContent-Type: %s\n\n%s\n" % (type, body)
    return (text + "--b--\n").encode()


def dsn(to, action, status, code="", rcpt=None, envid=True, original=False):
    parts = [("message/delivery-status",
              "Reporting-MTA: dns; mx.test\n%s\nFinal-Recipient: rfc822; %s\n"
              "Action: %s\nStatus: %s\n%s"
              % ("Original-Envelope-Id: %s\n" % sent[to][0] if envid else "",
                 to, action, status,
                 "Diagnostic-Code: smtp; %s\n" % code if code else ""))]
    if original:
        parts.append(("text/rfc822-headers",
                      "From: ar@seller.example.com\nTo: %s\nMessage-ID: %s\n"
                      % (to, sent[to][1])))
    return report(to, parts, rcpt=rcpt)


def arf(to):
    return report(to, [
        ("message/feedback-report", "Feedback-Type: abuse\nUser-Agent: x/1\n"
         "Version: 1\nOriginal-Rcpt-To: %s\n" % to),
        ("message/rfc822", "From: ar@seller.example.com\nTo: %s\nReply-To:"
         " ar+r.%s@seller.example.com\nSubject: your invoice\nMessage-ID:"
         " %s\n\nPlease pay.\n" % (to, sent[to][0], sent[to][1]))],
        "feedback-report", "fbl@big.test", "ar@seller.example.com")


def mdn(to):
    return report(to, [("message/disposition-notification",
                        "Final-Recipient: rfc822; %s\nOriginal-Message-ID:"
                        " %s\nDisposition: manual-action/MDN-sent-manually;"
                        " displayed\n" % (to, sent[to][1]))],
                  "disposition-notification", C0,
                  "ar+r.%s@seller.example.com" % sent[to][0])


def take(w, data, now=THEN):
    for _ in range(2):		# the second time changes nothing
        r = subprocess.run(w.command("ingest", now=now), input=data,
                           capture_output=True)
        check("taken", r.returncode == 0, r.stderr)
        r = w.run("run", "reader", "--once", now=now)
        check("read", r.returncode == 0, r.stderr)


def address(w, to=C0):
    return w.sql("SELECT state FROM address WHERE norm = ?", to)[0][0]


def row(w, to=C0):
    return w.sql("SELECT o.state FROM outbox o JOIN attempt t ON t.outbox_id"
                 " = o.id WHERE t.recipient = ?", to)[0][0]


def tasks(w, account="C0000"):
    return sorted((t["reason"], WORDS[t["severity"]]) for t in json.loads(w.run(
        "tasks", "--account", account, "--json", now=THEN).stdout))


def uncertain(w, to=C0):
    w.sql("UPDATE outbox SET state = 'uncertain', claim_token = 'x' WHERE"
          " id = (SELECT outbox_id FROM attempt WHERE recipient = ?)", to)
    w.sql("UPDATE attempt SET outcome = 'uncertain' WHERE recipient = ?", to)


def case(what, data, want_address, want_row, want_tasks, before="accepted"):
    w = base.copy(parent)
    if before == "uncertain":
        uncertain(w)
    take(w, data)
    check(what, address(w) == want_address, address(w))
    check(what, row(w) == want_row, row(w))
    check(what, tasks(w) == want_tasks, tasks(w))
    check(what, w.run("verify").returncode == 0, "verify")
    shutil.rmtree(w.dir)


UNKNOWN = dsn(C0, "failed", "5.1.1", "550 5.1.1 User unknown")
FULL = dsn(C0, "failed", "5.2.2", "552 5.2.2 mailbox full")
DELAY = dsn(C0, "delayed", "4.4.1", "451 4.4.1 no answer")
SUCCESS = dsn(C0, "delivered", "2.0.0", "250 2.0.0 ok")
RELAYED = dsn(C0, "relayed", "2.0.0")
ALONE = [("no-contact", 2)]
case("unknown user", UNKNOWN, "dead", "failed", ALONE)
case("by Message-ID alone", dsn(
    C0, "failed", "5.1.1", "550 5.1.1 User unknown",
    "ar@seller.example.com", False, True), "dead", "failed", ALONE)
case("by envelope id alone", dsn(
    C0, "failed", "5.1.1", "550 5.1.1 User unknown",
    "ar@seller.example.com"), "dead", "failed", ALONE)
case("mailbox full", FULL, "soft-bounced", "failed",
     [("delivery-failed", 2)])
case("delay", DELAY, "soft-bounced", "accepted", [])
case("success", SUCCESS, "working", "accepted", [])
case("complaint", arf(C0), "opted-out", "accepted", [("complaint", 3)])
case("read", mdn(C0), "working", "accepted", [])
for what, data, want in (("unknown user", UNKNOWN, "failed"),
                         ("delay", DELAY, "accepted"),
                         ("success", SUCCESS, "accepted"),
                         ("relayed", RELAYED, "accepted"),
                         ("complaint", arf(C0), "accepted"),
                         ("read", mdn(C0), "accepted")):
    w = base.copy(parent)
    uncertain(w)
    take(w, data)
    check("uncertain, then " + what, row(w) == want, row(w))
    check("uncertain, then " + what, "uncertain-delivery" not in
          [t for t, _ in tasks(w)], tasks(w))
    shutil.rmtree(w.dir)


def recovers():
    """What was delayed has arrived: the address works again."""
    for what, data in (("success", SUCCESS), ("read", mdn(C0)),
                       ("reply", ("From: %s\nTo: ar+r.%s@seller.example.com"
                                  "\nSubject: Re\n\nThank you!\n"
                                  % (C0, sent[C0][0])).encode())):
        w = base.copy(parent)
        take(w, DELAY)
        take(w, data)
        check("delay, then " + what, address(w) == "working", address(w))
        # A late delay does not undo what is known better.
        shutil.rmtree(w.dir)
    w = base.copy(parent)
    take(w, UNKNOWN)
    take(w, SUCCESS)
    check("a dead one stays dead", address(w) == "dead", address(w))


def next_contact():
    w = base.copy(parent)
    w.must("contact", "add", "C0000", "second@customer.example.com",
           "--role", "payables", now=THEN)
    take(w, UNKNOWN)
    check("next: a person is told", tasks(w) == [("bounced", 2)], tasks(w))
    for now in DAYS:
        w.must("run", "planner", "--once", now=now)
        w.run("run", "sender", "--once", now=now)
    got = [r for r, in w.sql("SELECT recipient FROM attempt WHERE outcome ="
                             " 'accepted'")]
    check("next: it is written to", "second@customer.example.com" in got,
          got)
    check("next: the same step", w.sql(
        "SELECT count(*) FROM communication c JOIN account a ON a.id ="
        " c.account_id WHERE a.code = 'C0000' AND c.step = 'm1-first' AND"
        " c.cancelled = 0") == [(1,)])
    check("next: not the dead one", got.count(C0) == 1, got)
    # The second one dies too: nobody is left, a person at once.
    sent["second@customer.example.com"] = w.sql(
        "SELECT token, message_id FROM attempt WHERE recipient ="
        " 'second@customer.example.com'")[0]
    take(w, dsn("second@customer.example.com", "failed", "5.1.1",
                "550 5.1.1 User unknown"), DAYS[-1])
    check("none left", ("no-contact", 2) in tasks(w), tasks(w))
    w.must("run", "planner", "--once", now=DAYS[-1])
    verdict = w.sql("SELECT plan_verdict FROM account WHERE code = 'C0000'")
    check("none left: a person's turn", verdict[0][0] in ("task", "held"),
          verdict)
    check("none left: nothing is queued", w.sql(
        "SELECT count(*) FROM outbox o JOIN account a ON a.id ="
        " o.account_id WHERE a.code = 'C0000' AND o.state IN ('queued',"
        " 'deferred', 'draft')") == [(0,)])


def refused(reply, want_address, want_tasks, until, what):
    """By the server itself, in the session."""
    w = Workspace(parent, accounts=1)
    with Server({"RCPT": reply}) as s:
        w.smtp(s.port)
        for now in until:
            w.must("run", "planner", "--once", now=now)
            w.run("run", "sender", "--once", now=now)
    w.must("run", "planner", "--once", now=until[-1])
    check(what, address(w) == want_address, address(w))
    got = [t for t, _ in tasks(w)]
    check(what, want_tasks in got, "%s %s" % (got, w.states()))
    check(what + ": nothing stays queued", not set(w.states()) &
          {"queued", "deferred", "claimed", "sending"}, w.states())
    shutil.rmtree(w.dir)


recovers()
next_contact()
refused("550 5.1.1 User unknown", "dead", "bounced",
        ["2026-11-20T09:05:00Z"], "refused: unknown")
refused("554 5.7.1 policy", "working", "delivery-failed",
        ["2026-11-20T09:05:00Z"], "refused: policy")


def held_up():
    """A server that never takes it: what is past its time does not wait on,
    and a person sees it."""
    w = Workspace(parent, accounts=1)
    with Server({"RCPT": "451 4.7.1 try again later"}) as s:
        w.smtp(s.port)
        p = subprocess.Popen(w.command("run", "sender", "--once"),
                             stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while w.states() != ["deferred"] and time.monotonic() < until:
            time.sleep(0.1)
        p.terminate()		# it would wait for the server
        p.wait()
    check("held up", w.states() == ["deferred"], w.states())
    now = None
    for day in (22, 24, 26, 28, 30):
        now = "2026-11-%dT09:05:00Z" % day
        w.must("run", "planner", "--once", now=now)
    late = w.sql("SELECT id, state FROM outbox WHERE state IN ('queued',"
                 " 'deferred', 'claimed', 'sending') AND not_after <"
                 " CAST(strftime('%s', '2026-11-30') AS INTEGER)")
    status = json.loads(w.run("status", "--json", now=now).stdout)
    check("held up: nothing waits past its time unseen", late == [] or any(
        "not sent in their time" in n for n in status["needs"]),
        "%s %s" % (late, status))
    verdict = w.sql("SELECT plan_verdict FROM account")
    check("held up: it is planned anew, or a person's", verdict[0][0] in
          ("send", "task", "held"), "%s %s" % (verdict, status))
    shutil.rmtree(w.dir)


held_up()
shutil.rmtree(parent)
finish()
