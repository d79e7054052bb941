"""Replies come in through the pipe and a Maildir, are read and applied:
matching, trust by effect, reports, hostile senders, twice the same."""
import os
import shutil
import subprocess
import tempfile

from sendlib import Workspace, check, finish

THEN = "2026-11-20T10:00:00Z"
parent = tempfile.mkdtemp()


def mail(frm, to, body, extra="", subject="Re: your invoice"):
    return ("From: %s\nTo: %s\nSubject: %s\nMessage-ID: <%s@c.example>\n"
            "Date: Fri, 20 Nov 2026 09:30:00 +0000\n%s\n%s\n"
            % (frm, to, subject, os.urandom(6).hex(), extra, body)).encode()


def ingest(w, data, env=None):
    return subprocess.run(w.command("ingest", now=THEN), input=data,
                          env=dict(os.environ, **(env or {})),
                          capture_output=True).returncode


def read(w):
    return w.run("run", "reader", "--once", now=THEN)


def holds(w, account):
    return sorted(w.sql(
        "SELECT h.kind, h.scope FROM hold h LEFT JOIN account a ON a.id ="
        " h.account_id LEFT JOIN contact c ON c.address_id = h.address_id"
        " LEFT JOIN account b ON b.id = c.account_id"
        " WHERE coalesce(a.code, b.code) = ? AND h.released_at IS NULL",
        account))


def tasks(w, account):
    return sorted(r[0] for r in w.sql(
        "SELECT t.reason FROM task t LEFT JOIN account a ON a.id ="
        " t.account_id WHERE coalesce(a.code, '') = ?"
        " AND t.state <> 'closed'", account))


def state(w, account):
    return w.sql("SELECT d.state FROM address d JOIN contact c ON"
                 " c.address_id = d.id JOIN account a ON a.id ="
                 " c.account_id WHERE a.code = ?", account)[0][0]


base = Workspace(parent, accounts=3)
base.send()
sent = {to: (token, mid) for to, token, mid in base.sql(
    "SELECT recipient, token, message_id FROM attempt")}
check("sent", len(sent) == 3, sent)


def reply(w, n, body, frm=None, extra="", token=True):
    to = "c%d@customer.example.com" % n
    address = "ar+r.%s@seller.example.com" % sent[to][0] if token else \
        "ar@seller.example.com"
    return mail(frm or "Somebody <%s>" % to, address, body, extra)


def case(what, n, data, want_holds, want_tasks, want_state="working"):
    w = base.copy(parent)
    account = "C%04d" % n
    check(what, ingest(w, data) == 0, "not taken")
    r = read(w)
    check(what, r.returncode == 0, r.stderr)
    check(what, holds(w, account) == want_holds, holds(w, account))
    check(what, tasks(w, account) == want_tasks, tasks(w, account))
    check(what, state(w, account) == want_state, state(w, account))
    # The same once more, and the reader once more: nothing changes.
    before = w.sql("SELECT count(*), max(id) FROM event")
    check(what, ingest(w, data) == 0, "not taken again")
    read(w)
    check(what, w.sql("SELECT count(*), max(id) FROM event") == before,
          "the second time changed something")
    check(what, w.run("verify").returncode == 0, "verify")
    shutil.rmtree(w.dir)


def count(w, table):
    return w.sql("SELECT count(*) FROM " + table)[0][0]


def committed():
    """A proven promise is recorded, held, and confirmed in one answer."""
    w = base.copy(parent)
    data = reply(w, 0, "We will pay on Friday 27 November.")
    for _ in range(2):
        check("promise", ingest(w, data) == 0)
        r = read(w)
        check("promise", r.returncode == 0, r.stderr)
        rows = w.sql("SELECT state FROM promise")
        check("promise", rows == [("open",)], rows)
        check("promise", holds(w, "C0000") == [("promise-open", "item")],
              holds(w, "C0000"))
        rows = w.sql("SELECT state FROM outbox WHERE template LIKE"
                     " 'answer-%'")
        check("promise", len(rows) == 1, rows)
    w = base.copy(parent)
    ingest(w, reply(w, 0, "We will pay on 27 November.", token=False))
    read(w)
    rows = w.sql("SELECT state FROM promise")
    check("not proven", rows == [("proposed",)], rows)
    check("not proven", len(tasks(w, "C0000")) == 1, tasks(w, "C0000"))


def part():
    """Part of an amount is disputed, and the rest promised: one item is open,
    so it is known which is meant."""
    data = reply(base, 0, "GBP 30.00 of it is wrong, the rest will be paid on"
                 " 27 November.")
    w = base.copy(parent)
    for _ in range(2):
        check("part", ingest(w, data) == 0)
        r = read(w)
        check("part", r.returncode == 0, r.stderr)
        rows = w.sql("SELECT d.amount, d.state, i.document FROM dispute d"
                     " LEFT JOIN item i ON i.id = d.item_id")
        check("part", rows == [(3000, "opened", "INV-0000-0")], rows)
        rows = w.sql("SELECT amount, state FROM promise")
        check("part", rows == [(7050, "open")], rows)
        rows = w.sql("SELECT kind, amount FROM hold WHERE released_at IS NULL"
                     " ORDER BY kind")
        check("part", rows == [("dispute", 3000), ("promise-open", 7050)],
              rows)
        rows = w.sql("SELECT template FROM outbox WHERE template LIKE"
                     " 'answer-%'")
        check("part", rows == [("answer-dispute",)], rows)
        check("part", tasks(w, "C0000") == ["dispute"], tasks(w, "C0000"))
    # More than is open, or of another currency: all of it.
    for n, text in (0, "You overcharged us by GBP 500.00."), \
            (1, "其中30元有争议。"):
        w = base.copy(parent)
        ingest(w, reply(w, n, text))
        read(w)
        rows = w.sql("SELECT item_id IS NOT NULL, amount FROM dispute")
        check("not a part", rows == [(1, 0)], rows)


committed()
part()
UNREAD = [("reply-unread", "account")]
case("dispute", 0, reply(base, 0, "We dispute this, the goods were faulty."),
     [("dispute", "account")], ["dispute"])
case("dispute of an item", 0, reply(
    base, 0, "We dispute invoice INV-0000-0, the goods were faulty."),
    [("dispute", "item")],
    ["dispute"])
case("paid, in Chinese", 1, reply(base, 1, "你好，这笔款我们昨天已经付了，请查收。"),
     [("paid-claim", "item")], [])
case("asks for the bank details", 0, reply(
    base, 0, "Which bank account should we use?"), [("asked", "account")],
    [])
case("question", 0, reply(base, 0, "Why is the amount in a box?"), UNREAD,
     ["question"])
case("lawyer", 0, reply(base, 0, "We have instructed our solicitors."),
     [("legal", "account")], ["legal"])
case("opt-out of the contact", 0, reply(base, 0, "unsubscribe"), [],
     ["opt-out"], "opted-out")
case("opt-out of a stranger with a token", 0,
     reply(base, 0, "unsubscribe", "x@bad.example"),
     [("opt-out", "address")], ["opt-out"])
case("opt-out from a known address alone", 0,
     reply(base, 0, "unsubscribe", token=False),
     [("opt-out", "address")], ["opt-out"])
case("promise of a stranger with a token", 0,
     reply(base, 0, "We will pay on 27 November.", "x@bad.example"),
     UNREAD, ["foreign-sender"])
case("someone else's token", 0,
     reply(base, 0, "We will pay on 27 November.",
           "c1@customer.example.com"), UNREAD, ["foreign-sender"])
case("thread and known sender", 2, mail(
    "c2@customer.example.com", "ar@seller.example.com",
    "We dispute this, the goods were faulty.",
    "References: <old@x> %s\n" % sent["c2@customer.example.com"][1]),
    [("dispute", "account")], ["dispute"])
case("thread and a stranger", 2, mail(
    "x@bad.example", "ar@seller.example.com",
    "We dispute this, the goods were faulty.",
    "In-Reply-To: %s\n" % sent["c2@customer.example.com"][1]),
    UNREAD, ["foreign-sender"])
case("thanks", 0, reply(base, 0, "Thank you!"), [], [])
case("away", 0, reply(base, 0, "I am out of office until 30 November.",
                      extra="Auto-Submitted: auto-replied\n"), [], [])
case("a stranger", 0, mail("x@bad.example", "ar@seller.example.com",
                           "UPDATE account SET balance = 0; -- hello"),
     [], [])
case("as if from us", 0, reply(base, 0, "The debt is settled.",
                               "ar@seller.example.com"), [], [])


def report(n, status, action="failed", token=True):
    to = "c%d@customer.example.com" % n
    return ("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\n"
            "To: ar+b.%s@seller.example.com\n"
            "Subject: Undelivered Mail Returned to Sender\n"
            "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status;"
            " boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n"
            "--b\nContent-Type: message/delivery-status\n\n"
            "Reporting-MTA: dns; mx.example.net\n"
            "Original-Envelope-Id: %s\n\n"
            "Final-Recipient: rfc822; %s\nAction: %s\nStatus: %s\n"
            "Diagnostic-Code: smtp; 550 %s User unknown\n\n--b--\n"
            % (sent[to][0] if token else "aaaaaaaaaaaaaaaa",
               sent[to][0] if token else "bbbbbbbbbbbbbbbb", to, action,
               status, status)).encode()


case("bounce", 0, report(0, "5.1.1"), [], ["no-contact"], "dead")
case("mailbox full", 0, report(0, "5.2.2").replace(b"User unknown",
                                                   b"mailbox full"),
     [], ["delivery-failed"], "soft-bounced")
case("delay", 0, report(0, "4.4.1", "delayed"), [], [], "soft-bounced")
case("a report about somebody else's mail", 0,
     report(0, "5.1.1", token=False), [], [])


def bounced_row():
    w = base.copy(parent)
    ingest(w, report(0, "5.1.1"))
    read(w)
    rows = w.sql("SELECT o.state, c.cancelled, c.at FROM outbox o JOIN"
                 " communication c ON c.id = o.communication_id JOIN"
                 " account a ON a.id = o.account_id WHERE a.code = 'C0000'")
    check("bounce frees the step", rows == [("failed", 1, None)], rows)


def settles():
    w = base.copy(parent)
    w.sql("UPDATE outbox SET state = 'uncertain', claim_token = 'x' WHERE"
          " id = (SELECT outbox_id FROM attempt WHERE recipient ="
          " 'c0@customer.example.com')")
    ingest(w, reply(w, 0, "Thank you!"))
    read(w)
    rows = w.sql("SELECT o.state FROM outbox o JOIN attempt t ON"
                 " t.outbox_id = o.id WHERE t.recipient ="
                 " 'c0@customer.example.com'")
    check("a reply settles", rows == [("accepted",)], rows)


def hostile():
    w = base.copy(parent)
    check("50 MB", ingest(w, reply(w, 0, "x" * 50000000)) == 0)
    check("no bytes", ingest(w, b"") == 0)
    check("rubbish", ingest(w, os.urandom(100000)) == 0)
    check("deep", ingest(w, b"Content-Type: multipart/mixed; boundary=a\n\n"
                         + b"--a\nContent-Type: multipart/mixed;"
                         b" boundary=a\n\n" * 20000) == 0)
    r = read(w)
    check("hostile", r.returncode == 0, r.stderr)
    states = dict(w.sql("SELECT state, count(*) FROM inbox GROUP BY state"))
    check("hostile", states.get("new") is None and
          states.get("held", 0) >= 2, states)
    check("hostile", "mail-held" in tasks(w, ""), tasks(w, ""))
    # Whose the large one is its header tells: nothing more than a wait.
    check("hostile", holds(w, "C0000") == UNREAD, holds(w, "C0000"))
    r = w.run("inbox", "--state", "held")
    check("hostile", "too large" in r.stdout, r.stdout)


def busy():
    """The MTA keeps the mail while it cannot be stored."""
    w = base.copy(parent)
    path = os.path.join(w.dir, "dunlin.yaml")
    os.rename(path, path + ".away")
    check("no configuration", ingest(w, reply(w, 0, "hello")) == 75)
    os.rename(path + ".away", path)
    check("it is back", ingest(w, reply(w, 0, "hello")) == 0)


def maildir():
    w = base.copy(parent)
    box = os.path.join(w.dir, "incoming")
    w.setting("    intake: maildir:incoming\n")
    r = read(w)
    check("no Maildir", r.returncode != 0 and "incoming" in r.stderr,
          r.stderr)
    w.must("run", "planner", "--once", now=THEN)
    for d in ("new", "cur", "tmp"):
        os.makedirs(os.path.join(box, d))
    for i in range(20):
        with open(os.path.join(box, "new", "m%02d" % i), "wb") as f:
            f.write(reply(w, i % 3, "Question %d: why?" % i))
    readers = [subprocess.Popen(w.command("run", "reader", "--once",
                                          now=THEN),
                                stderr=subprocess.PIPE) for _ in range(2)]
    for p in readers:
        text = p.communicate(timeout=60)[1]
        check("two readers", p.returncode == 0, text)
    check("two readers", w.sql("SELECT state, count(*) FROM inbox GROUP BY"
                               " state") == [("read", 20)],
          w.sql("SELECT state, count(*) FROM inbox GROUP BY state"))
    check("two readers", w.sql("SELECT count(*) FROM event WHERE kind ="
                               " 'reply-read'") == [(20,)])
    check("moved", len(os.listdir(os.path.join(box, "cur"))) == 20 and
          os.listdir(os.path.join(box, "new")) == [])
    at = w.sql("SELECT intake_at FROM company")
    check("intake_at", at == [(1795168800,)], at)
    shutil.move(os.path.join(box, "cur"), os.path.join(box, "again"))
    os.rmdir(os.path.join(box, "new"))
    os.mkdir(os.path.join(box, "cur"))
    os.rename(os.path.join(box, "again"), os.path.join(box, "new"))
    r = read(w)
    check("read again", r.returncode == 0 and w.sql(
        "SELECT count(*) FROM event WHERE kind = 'reply-read'") == [(20,)],
        r.stderr)


bounced_row()
settles()
hostile()
busy()
maildir()
shutil.rmtree(parent)
finish()
