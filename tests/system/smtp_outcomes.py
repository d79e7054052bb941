"""A scripted server fails in every way that DESIGN 5 names; what the database
then says is compared with what it may say, and a second run with a server
that works must never send again what might have arrived."""
import shutil
import tempfile
import time

from sendlib import DUNLIN, NOW, Server, Workspace, check, finish

LATER = "2026-11-20T09:25:00Z"

parent = tempfile.mkdtemp()
one = Workspace(parent)
big = Workspace(parent, items=1200)
two = Workspace(parent, accounts=2)


def trickle(text, seconds):
    def act(session):
        for c in text + "\r\n":
            session.sock.sendall(c.encode())
            if session.server.over.wait(seconds):
                session.drop()
        return None
    return act


def then_drop(text):
    def act(session):
        session.sock.sendall(text.encode())
        session.drop()
    return act


def by_turn(*answers):
    left = list(answers)
    return lambda session: left.pop(0) if len(left) > 1 else left[0]


def case(name, script, states, outcomes=None, chunking=False, base=one,
         again=None, said="", content=None, after=None, extra=(), **settings):
    """Run, look, and run again with a server that takes everything.
    again: how many messages the second run may hand over."""
    w = base.copy(parent)
    with Server(script, chunking, extra) as s:
        w.smtp(s.port, **settings)
        started = time.monotonic()
        r = w.send()
        took = time.monotonic() - started
        check(name, sorted(w.states()) == sorted(states),
              "states %s, wanted %s: %s" % (w.states(), states, r.stderr))
        if outcomes is not None:
            check(name, sorted(w.outcomes()) == sorted(outcomes),
                  "outcomes %s, wanted %s" % (w.outcomes(), outcomes))
        check(name, said in r.stderr, "nothing about %r in %s" %
              (said, r.stderr))
        if content is not None:
            check(name, s.content == content, "%d bytes of content left" %
                  s.content)
        check(name, took < 60, "took %d s" % took)
        counted = w.sql("SELECT count(*) FROM communication c WHERE"
                        " (c.at IS NOT NULL) <> EXISTS (SELECT 1 FROM outbox"
                        " o WHERE o.communication_id = c.id AND o.state IN"
                        " ('sending', 'accepted', 'uncertain'))")
        check(name, counted == [(0,)], "communication.at is wrong")
        arrived = len(s.seen)
    if after:
        after(w, s)
    with Server() as s:
        w.smtp(s.port)
        w.send(now=LATER)
        if again is not None:
            check(name, len(s.messages) == again,
                  "second run sent %d, wanted %d" % (len(s.messages), again))
        check(name, arrived == 0 or len(s.messages) == 0 or again,
              "sent again")
    shutil.rmtree(w.dir)


def tasks(reason):
    def look(w, s):
        got = [r[0] for r in w.sql("SELECT reason FROM task WHERE"
                                   " state <> 'closed'")]
        check(reason, reason in got, "no task: %s" % got)
    return look


def address(state):
    def look(w, s):
        got = w.sql("SELECT state FROM address")[0][0]
        check("address", got == state, "%s, wanted %s" % (got, state))
    return look


D, Q, F, U, A = "deferred", "queued", "failed", "uncertain", "accepted"

for chunking in (False, True):
    end = "last" if chunking else "dot"
    kind = "BDAT" if chunking else "DATA"
    case(kind, {}, [A], [A], chunking, again=0)
    case(kind + " MAIL 451", {"MAIL": "451 4.3.0 later"}, [D], [D],
         chunking, again=1, content=0)
    case(kind + " MAIL 550", {"MAIL": "550 5.7.1 no"}, [F], [F], chunking,
         again=0, content=0, after=tasks("delivery-failed"))
    case(kind + " MAIL 550 ends the session", {"MAIL": "550 5.7.1 no"},
         [F, Q], [F], chunking, base=two, again=1, content=0,
         after=tasks("transport-refused"), said="3600 s")
    case(kind + " MAIL 421", {"MAIL": "421 4.3.2 closing"}, [D],
         ["not-sent"], chunking, again=1, content=0)
    case(kind + " RCPT 450", {"RCPT": "450 4.2.0 greylisted"}, [D], [D],
         chunking, again=1, content=0)
    case(kind + " RCPT 550 5.1.1", {"RCPT": "550 5.1.1 no such user"}, [F],
         [F], chunking, again=0, content=0, after=address("dead"))
    case(kind + " RCPT 550 5.7.1", {"RCPT": "550 5.7.1 policy"}, [F], [F],
         chunking, again=0, content=0, after=address("working"))
    case(kind + " RCPT of the first refused",
         {"RCPT": by_turn("550 5.1.1 gone", "250 2.1.5 ok")}, [F, A], [F, A],
         chunking, base=two, again=0)
    case(kind + " MAIL stalls", {"MAIL": Server.STALL}, [D], ["not-sent"],
         chunking, again=1, content=0, timeout=1)
    case(kind + " RCPT drops", {"RCPT": Server.DROP}, [D], ["not-sent"],
         chunking, again=1, content=0)
    case(kind + " 452 at the end", {end: "452 4.3.1 full"}, [D], [D],
         chunking, again=1)
    case(kind + " 554 at the end", {end: "554 5.6.0 content"}, [F], [F],
         chunking, again=0, after=address("working"))
    case(kind + " no reply at the end", {end: Server.STALL}, [U], [U],
         chunking, again=0, timeout=1, after=tasks("uncertain-delivery"))
    case(kind + " drop at the end", {end: Server.DROP}, [U], [U], chunking,
         again=0, after=tasks("uncertain-delivery"))
    case(kind + " half a reply", {end: then_drop("250-ok\r\n")}, [U], [U],
         chunking, again=0)
    case(kind + " reply without an end", {end: then_drop("250 o")}, [U], [U],
         chunking, again=0)
    case(kind + " mixed reply", {end: "250-ok\r\n550 no"}, [U], [U],
         chunking, again=0)
    case(kind + " reply of no kind", {end: "hello"}, [U], [U], chunking,
         again=0)
    case(kind + " reply of 9 kB", {end: "\r\n".join(["250-" + "x" * 70] *
         120 + ["250 ok"])}, [U], [U], chunking, again=0)
    case(kind + " trickle in time", {end: trickle("250 ok", 0.2)}, [A], [A],
         chunking, again=0)
    case(kind + " trickle for ever", {end: trickle("250 " + "x" * 500, 0.3)},
         [U], [U], chunking, again=0, timeout=1)
    # The first row ends the session, the second waits for the next one.
    case(kind + " two, drop at the end", {end: Server.DROP}, [U, Q],
         [U], chunking, base=two, again=1)

case("BDAT refused before LAST", {"chunk": "554 5.6.0 no", "last":
     "503 5.5.1 no"}, [F], [F], True, again=0)
case("BDAT drop between chunks, read slowly",
     {"chunk": lambda s: s.drop(reset=True)}, [D], ["not-sent"], True,
     base=big, again=1)
case("BDAT close between chunks",
     {"chunk": Server.DROP}, [D], ["not-sent"], True, base=big, again=1)
case("BDAT stalls between chunks", {"chunk": Server.STALL}, [D],
     ["not-sent"], True, base=big, again=1, timeout=1)
case("BDAT of a large message", {}, [A], [A], True, base=big, again=0)
case("DATA of a large message", {}, [A], [A], False, base=big, again=0)
case("DATA not read", {"DATA": lambda s: (s.say("354 go"),
     s.server.over.wait(20), s.drop())}, [D], ["not-sent"], base=big,
     again=1, timeout=1)
case("DATA 451", {"DATA": "451 4.3.0 later"}, [D], [D], again=1, content=0)
case("DATA 554", {"DATA": "554 5.5.1 no"}, [F], [F], again=0, content=0)
case("DATA 250", {"DATA": "250 what"}, [D], ["not-sent"], again=1,
     content=0)
case("greeting 421", {"greeting": "421 4.3.2 busy"}, [Q], [], again=1,
     said="421 4.3.2 busy")
case("greeting 554", {"greeting": "554 5.3.2 no"}, [Q], [], again=1)
case("greeting stalls", {"greeting": Server.STALL}, [Q], [], again=1,
     timeout=1)
case("greeting drops", {"greeting": Server.DROP}, [Q], [], again=1)
case("EHLO stalls", {"EHLO": Server.STALL}, [Q], [], again=1, timeout=1)
case("no STARTTLS", {}, [Q], [], again=1, tls="starttls",
     said="STARTTLS", content=0)
case("STARTTLS with more behind it", {"STARTTLS":
     lambda s: s.sock.sendall(b"220 go\r\n250 injected\r\n")}, [Q], [],
     again=1, tls="starttls", extra=["STARTTLS"], said="behind it")


def password():
    import os
    path = os.path.join(parent, "password")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write("secret\n")
    return path


case("AUTH not offered", {}, [Q], [], again=1, user="dunlin",
     password_file=password(), said="AUTH", content=0)
case("AUTH refused", {"AUTH": "535 5.7.8 no"}, [Q], [], again=1,
     user="dunlin", password_file=password(), extra=["AUTH PLAIN"],
     said="535 5.7.8 no", content=0)
case("AUTH taken", {"AUTH": "235 2.7.0 welcome"}, [A], [A], again=0,
     user="dunlin", password_file=password(), extra=["AUTH PLAIN"])

# What a person says settles it; unsent goes out once, sent never.
for answer, again in (("sent", 0), ("unsent", 1)):
    w = one.copy(parent)
    with Server({"dot": Server.DROP}) as s:
        w.smtp(s.port)
        w.send()
    check("settle", w.states() == [U], w.states())
    check("settle", w.run("settle", "1", "--as", answer).returncode == 0)
    check("settle", w.sql("SELECT count(*) FROM task WHERE state <> 'closed'"
          " AND reason = 'uncertain-delivery'") == [(0,)], "task open")
    check("settle", w.sql("SELECT count(*) FROM hold WHERE released_at IS"
          " NULL") == [(0,)], "hold in force")
    check("settle", w.run("settle", "1", "--as", "sent").returncode != 0,
          "settled twice")
    with Server() as s:
        w.smtp(s.port)
        w.send(now=LATER)
        check("settle as " + answer, len(s.messages) == again,
              "%d sent" % len(s.messages))

# What the server saw is what the database keeps; DSN was asked for.
w = one.copy(parent)
with Server() as s:
    w.smtp(s.port)
    w.send()
    row = w.sql("SELECT c.bytes, t.envid, t.recipient, t.token FROM attempt"
                " t JOIN attempt_content c ON c.attempt_id = t.id")[0]
    check("bytes", s.messages and s.messages[0][1] == bytes(row[0]))
    mail = [c for c in s.commands if c.startswith("MAIL")][0]
    rcpt = [c for c in s.commands if c.startswith("RCPT")][0]
    check("ENVID", "ENVID=" + row[1] in mail and "RET=HDRS" in mail, mail)
    check("token in the envelope sender", row[3] in mail, mail)
    check("NOTIFY", "NOTIFY=FAILURE,DELAY" in rcpt and
          "ORCPT=rfc822;" + row[2] in rcpt, rcpt)

# A server that defers everybody is left alone after some; the others wait as
# they are, and go out when it takes mail again.
many = Workspace(parent, accounts=30)
for step in ("RCPT", "DATA", "dot"):
    w = many.copy(parent)
    with Server({step: "451 4.3.0 later"}) as s:
        w.smtp(s.port)
        r = w.send()
        tried = len([c for c in s.commands if c.startswith("RCPT")])
        check(step + " defers all", r.returncode == 0 and tried == 20,
              "%d tried: %s" % (tried, r.stderr[-300:]))
        check(step + " defers all", sorted(w.states()) ==
              ["deferred"] * 20 + ["queued"] * 10, w.states())
        check(step + " defers all", "20 messages in a row" in r.stderr,
              r.stderr[-300:])
    with Server() as s:
        w.smtp(s.port)
        w.send(now=LATER)
        check(step + " defers no more", len(s.messages) == 30,
              "%d sent" % len(s.messages))

# It takes no session at all: what it said is told.
with Server({"EHLO": "451 4.3.0 later", "HELO": "451 4.3.0 later"}) as s:
    w = one.copy(parent)
    w.smtp(s.port)
    r = w.send()
    check("EHLO 451", "refused EHLO" in r.stderr, r.stderr)

shutil.rmtree(parent)
finish()
