#!/bin/sh
# What is erased is gone, from the file of the database and its log as well:
# the customer's words, by every way that they can come in, and every column
# of text of the schema, which is erased or named here with why it stays.
exec /usr/bin/python3 - <<'PY'
import email, email.policy, glob, json, os, pwd, re, shutil, sqlite3
import subprocess, sys, tempfile

sys.path.insert(0, os.environ["top_srcdir"] + "/tests/system")
from checklib import check, finish

dunlin = os.path.abspath(os.environ["DUNLIN"])
ME = pwd.getpwuid(os.getuid()).pw_name
tmp = tempfile.TemporaryDirectory()
W = tmp.name + "/w"
PATH = W + "/dunlin.db"
CONFIG = f"""test: yes
companies:
  main:
    name: {{en: Example Trading Ltd}}
    country: CN
    zone: Asia/Shanghai
    currency: CNY
    languages: [en]
    reply_to: ar@seller.example.com
    intake: {{url: "maildir:replies"}}
    transport: {{url: "maildir:outgoing"}}
    senders:
      - {{name: Accounts Receivable, email: ar@seller.example.com}}
users:
  {ME}: {{name: Lead, mail: lea@seller.example.com, roles: lead}}
"""
HEAD = ("account,name,email,language,country,zone,item,issued,due,amount,"
        "balance,currency,block\n")
OTHER = ("C-3,Steady Mills,c3@other.example,en,CN,Asia/Shanghai,INV-3,"
         "2026-10-06,2026-11-05,70.00,70.00,CNY,\n")
# Each word that is theirs, and nobody else's.
WORDS = ["Marmaduke", "Quillfeather", "quibble", "ztarget", "Gwendolyn",
         "xylofone", "NUMINOUS", "barleycorn", "pettifog", "wintergreen",
         "DRAFT-4711", "Oxbow", "hobbledehoy", "lamplighter", "turnstile",
         "knickknack", "galoshes", "periwinkle", "13911223344", "mumbletypeg",
         "skedaddle", "flibberti", "thingamajig", "gobsmack",
         "whatnot"]


def run(now, *args, ok=True, stdin=None):
    p = subprocess.run([dunlin, "-C", W, "--now", now, *args],
                       capture_output=True, text=True, input=stdin)
    if ok:
        check(p.returncode == 0, args, p.stdout, p.stderr)
    return p.stdout


def roles(now):
    for role in "reader", "planner", "sender":
        run(now, "run", role, "--once")


def sql(text, *args):
    db = sqlite3.connect(PATH, timeout=20)
    rows = db.execute(text, args).fetchall()
    db.commit()
    db.close()
    return rows


def ledger(now, rows, as_of, *more):
    with open(tmp.name + "/l.csv", "w", encoding="utf-8") as f:
        f.write(HEAD + "".join(rows))
    run(now, "import", tmp.name + "/l.csv", "--mode", "full", "--as-of",
        as_of, *more, ok=not more)


def theirs(name, *documents):
    return [f"C-2,{name},quibble@ztarget.example,en,CN,Asia/Shanghai,{d},"
            "2026-10-06,2026-11-05,500.00,500.00,CNY,thingamajig\n" if
            d == "INV-9" else
            f"C-2,{name},quibble@ztarget.example,en,CN,Asia/Shanghai,{d},"
            "2026-10-06,2026-11-05,500.00,500.00,CNY,\n" for d in documents]


def reply(n, text, of=None):
    sent = []
    for path in glob.glob(W + "/outgoing/*/*"):
        with open(path, "rb") as f:
            m = email.message_from_binary_file(f,
                                               policy=email.policy.default)
        if m["To"].addresses[0].addr_spec == "quibble@ztarget.example":
            sent.append(m)
    check(sent, "something went to them")
    with open(f"{W}/replies/new/{n}", "w", encoding="utf-8") as f:
        f.write(f"From: Gwendolyn <quibble@ztarget.example>\n"
                f"To: {sent[0]['Reply-To'].addresses[0].addr_spec}\n"
                f"Subject: periwinkle {n}\nMessage-ID: <{n}@ztarget.example>\n"
                f"In-Reply-To: {sent[0]['Message-ID']}\n"
                "Date: Fri, 20 Nov 2026 10:30:00 +0800\nMIME-Version: 1.0\n"
                "Content-Type: text/plain; charset=utf-8\n"
                f"Content-Transfer-Encoding: 8bit\n\n{text}\n")


def fill():
    for d in "new", "cur", "tmp":
        os.makedirs(W + "/replies/" + d)
    with open(W + "/dunlin.yaml", "w", encoding="utf-8") as f:
        f.write(CONFIG)
    docs = ["INV-2", "INV-4", "INV-5", "INV-6", "INV-9"]
    ledger("2026-11-20T00:01:00Z", theirs("Marmaduke Works", *docs) +
           [OTHER], "2026-11-19")
    n = json.loads(run("2026-11-20T00:20:00Z", "arm", "--json"))
    run("2026-11-20T00:30:00Z", "arm", "--confirm", str(n["confirm"]))
    t = "2026-11-20T00:40:00Z"
    run(t, "promise", "add", "C-2", "--by", "2026-11-28", "--item", "INV-4",
        "--note", "barleycorn again")
    run(t, "bill", "add", "C-2", "--matures", "2026-12-20", "--amount",
        "90.00", "--currency", "CNY", "--number", "DRAFT-4711", "--drawee",
        "Oxbow Bank", "--item", "INV-6", "--note", "hobbledehoy brought it")
    for minute in range(0, 20, 5):
        roles(f"2026-11-20T01:{minute:02d}:00Z")
    reply(1, "We have paid INV-2 last week, reference NUMINOUS-77. My "
             "xylofone is out of tune.\n\nRegards, Gwendolyn")
    reply(2, "We will pay INV-4 on 27 November 2026. barleycorn")
    roles("2026-11-20T03:00:00Z")
    t = "2026-11-20T04:00:00Z"
    run(t, "contact", "add", "C-2", "lamplighter@ztarget.example", "--name",
        "Gwendolyn", "--role", "owner")
    run(t, "contact", "add", "C-2", "+8613911223344")
    run(t, "contact", "consent", "C-2", "+8613911223344", "--how",
        "flibberti told us")
    run(t, "note", "C-2", "their pettifog is ill")
    run(t, "pay", "C-2", "100.00", "CNY", "--ref", "NUMINOUS-77")
    run(t, "dispute", "add", "C-2", "--item", "INV-5", "--reason", "quality",
        "--note", "wintergreen has no taste")
    run(t, "hold", "C-2", "--note", "turnstile broken")
    run(t, "hold", "--address", "quibble@ztarget.example", "--note",
        "skedaddle for now", ok=False)
    run(t, "hold", "C-2", "--item", "INV-4", "--note", "skedaddle")
    run(t, "interrupted", "C-2", "--by", "demand", "--on", "2026-11-10",
        "--note", "knickknack posted")
    run(t, "guarantor", "add", "C-2", "gobsmack & Co", "--kind", "joint",
        "--note", "whatnot signed")
    run(t, "contacted", "C-2", "--by", "phone", "--result", "no-answer",
        "--note", "galoshes")
    run(t, "task", "add", "C-2", "visit the mumbletypeg", "--note",
        "knickknack in hand")
    run(t, "calendar")
    run("2026-11-20T06:00:00Z", "run", "planner", "--once")
    run("2026-11-20T06:10:00Z", "digest", ME)
    roles("2026-11-20T23:00:00Z")
    ledger("2026-11-20T23:30:00Z", theirs("Quillfeather & Sons", *docs) +
           [OTHER], "2026-11-20")
    run("2026-11-21T01:00:00Z", "run", "planner", "--once")
    run("2026-11-21T01:10:00Z", "run", "sender", "--once")
    reply(3, "This is wrong. INV-5 is galoshes. Stop writing to us, our "
             "lawyer Gwendolyn will answer.")
    roles("2026-11-21T03:00:00Z")
    for claim in json.loads(run("2026-11-21T04:00:00Z", "claims", "--json")):
        run("2026-11-21T04:00:00Z", "claims", "refuse", str(claim["claim"])
            if "claim" in claim else "1", ok=False)
    t = "2026-11-21T05:00:00Z"
    run(t, "privacy", "request", "C-2", "--restrict", "--note", "galoshes")
    run(t, "privacy", "withdraw", "C-2", "--note", "skedaddle said so")
    run(t, "privacy", "request", "C-2", "--erase", "--keep-until",
        "2026-12-31", "--note", "by letter of Gwendolyn")
    # Paid, all of it.
    for _ in range(2):
        ledger("2026-12-05T02:00:00Z", [OTHER], "2026-12-05", "--confirm")
    run("2026-12-06T02:00:00Z", "status", "--accept-clock", ok=False)
    roles("2026-12-06T02:10:00Z")


def files():
    out = b""
    for path in glob.glob(PATH + "*"):
        with open(path, "rb") as f:
            out += f.read()
    return out


def found(words):
    """Where words still are, for who mends it."""
    db = sqlite3.connect(PATH)
    where = set()
    for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = "
                               "'table'").fetchall():
        for row in db.execute(f"SELECT * FROM {table}").fetchall():
            for name, v in zip([c[1] for c in db.execute(
                    f"PRAGMA table_info({table})")], row):
                v = v.decode("utf-8", "replace") if isinstance(v, bytes) \
                    else str(v)
                where |= {(table, name, w, v[:200]) for w in words if w in v}
    db.close()
    return sorted(where)


# --- every column of text ---

# Which rows of a table are of a party; "": none of anybody's.
OF = "(SELECT id FROM account WHERE party_id = :p)"
TABLES = {"meta": "", "company": "", "users": "", "source": "", "import": "",
    "root": "", "stream": "", "digest": "", "intake": "", "sms_heard": "",
    "sms_early": "",
    "calendar": "", "feed": "", "staff_picture": "", "communication_item": "",
    "party": "id = :p", "account": "party_id = :p",
    "address": f"id IN (SELECT address_id FROM contact WHERE account_id IN "
        f"{OF})",
    "event": f"stream_id IN (SELECT id FROM stream WHERE account_id IN {OF})",
    "event_payload": "event_id IN (SELECT e.id FROM event e JOIN stream s ON "
        f"s.id = e.stream_id WHERE s.account_id IN {OF} AND e.kind <> "
        "'restricted')",
    "erasure": "party_id = :p",
    "attempt": f"outbox_id IN (SELECT id FROM outbox WHERE account_id IN {OF}"
        ")",
    "attempt_content": "attempt_id IN (SELECT t.id FROM attempt t JOIN outbox"
        f" o ON o.id = t.outbox_id WHERE o.account_id IN {OF})",
    "staff_mail": "subject LIKE '%Quillfeather%' OR text LIKE "
        "'%Quillfeather%'",
    "entry_copy": f"entry_id IN (SELECT id FROM entry WHERE account_id IN "
        f"{OF})",
}
for child, parent in (("promise_item", "promise"), ("claim_item", "claim"),
        ("claim_receipt", "claim"), ("claim_refused", "claim"),
        ("bill_item", "bill"), ("offer_item", "offer")):
    TABLES[child] = (f"{parent}_id IN (SELECT id FROM {parent} WHERE "
        f"account_id IN {OF})")
# What stays, and why.  Columns with a list of words in the schema stay too.
WORD = "a word of ours, or a name of the configuration"
BOOKS = "the books: what the ledger calls it"
LOGIN = "one of our people, or a role"
RANDOM = "random, or a hash"
STAYS = {
    "party.country": BOOKS, "account.code": BOOKS, "account_alias.code": BOOKS,
    "item.document": BOOKS, "entry.document": BOOKS, "entry.account": BOOKS,
    "account.policy": WORD, "account.workdays": WORD,
    "account.plan_verdict": WORD, "account.plan_why": WORD,
    "contact.language": WORD, "contact.closed_by": LOGIN,
    "item.closed_why": WORD, "event.kind": WORD, "event.actor": LOGIN,
    "event.payload_hash": RANDOM, "event.prev": RANDOM, "event.hash": RANDOM,
    "erasure.asked_by": LOGIN, "hold.kind": WORD, "hold.channel": WORD,
    "hold.owner": LOGIN, "hold.placed_by": LOGIN, "hold.released_by": LOGIN,
    "communication.cause": WORD, "communication.policy": WORD,
    "communication.step": WORD, "communication.result": WORD,
    "outbox.route": WORD, "outbox.template": WORD, "outbox.language": WORD,
    "outbox.approved_hash": RANDOM, "outbox.approved_by": LOGIN,
    "outbox.claim_token": RANDOM, "outbox.claimed_by": LOGIN,
    "attempt.token": RANDOM, "attempt.message_id": RANDOM,
    "attempt.envid": RANDOM, "attempt.hash": RANDOM,
    "attempt.remote_id": RANDOM, "staff_mail.login": LOGIN,
    "staff_mail.name": LOGIN, "staff_mail.mail": LOGIN, "inbox.intake": WORD,
    "inbox.position": "the number or file of a mailbox of ours",
    "inbox.hash": RANDOM, "payplan.made_by": LOGIN, "promise.made_by": LOGIN,
    "promise.why": WORD, "dispute.reason": WORD, "dispute.owner": LOGIN,
    "dispute.opened_by": LOGIN, "dispute.closed_by": LOGIN,
    "dispute.outcome": WORD, "claim.made_by": LOGIN, "bill.made_by": LOGIN,
    "interruption.event": WORD, "interruption.made_by": LOGIN,
    "offer.ground": WORD,
    "task.reason": WORD, "task.owner": LOGIN, "task.closed_by": LOGIN,
    "entry.uid": RANDOM, "entry.owner": LOGIN, "entry.state": WORD,
    "entry_copy.calendar": WORD, "entry_copy.href": RANDOM,
    "entry_copy.etag": "the server's, to delete it by",
    "guarantor.made_by": LOGIN, "entry_copy.form": WORD, "event_payload.salt": RANDOM,
}
for t in ("payment", "promise", "claim", "bill", "offer", "item", "entry",
          "wrong_reminder"):
    STAYS[t + ".currency"] = BOOKS


def words_of(db, table):
    """Columns with a list of words."""
    (text,) = db.execute("SELECT sql FROM sqlite_schema WHERE name = ?",
                         (table,)).fetchone()
    return set(re.findall(r"\(\(?(\w+) (?:IN|=|IS NULL OR)", text)) | set(
        re.findall(r"(?m)^\t(\w+) TEXT[^,]*CHECK", text))


def walk():
    """Puts a mark into every column that may hold what they said."""
    db = sqlite3.connect(PATH)
    db.execute("PRAGMA ignore_check_constraints = ON")
    (party,) = db.execute("SELECT party_id FROM account WHERE code = 'C-2'"
                          ).fetchone()
    db.execute("INSERT INTO entry_copy (entry_id, company_id, calendar, href,"
        " etag, sequence, form, declined) SELECT id, company_id, 'c', uid, "
        "'\"1\"', 0, '', -1 FROM entry WHERE account_id IN " + OF,
        {"p": party})
    db.execute("INSERT OR IGNORE INTO claim_receipt SELECT min(id), 'x' FROM "
        "claim WHERE account_id IN " + OF, {"p": party})
    db.execute("INSERT OR IGNORE INTO claim_refused SELECT min(id), 'x', 0 "
        "FROM claim WHERE account_id IN " + OF, {"p": party})
    db.execute("INSERT INTO payplan (company_id, account_id, state, made_at, "
        "made_by) SELECT company_id, id, 'done', 0, 'x' FROM account WHERE "
        "party_id = :p", {"p": party})
    db.execute("INSERT INTO account_alias SELECT company_id, 'C-2b', id FROM "
        "account WHERE party_id = :p", {"p": party})
    known, marks, seen = set(STAYS), [], set()
    for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = "
            "'table' AND name NOT LIKE 'sqlite%'").fetchall():
        columns = db.execute(f"PRAGMA table_info({table})").fetchall()
        where = TABLES.get(table)
        if where is None and "account_id" in [c[1] for c in columns]:
            where = "account_id IN " + OF
        if not check(where is not None, "whose are the rows of", table):
            continue
        lists = words_of(db, table)
        for c in columns:
            name = f"{table}.{c[1]}"
            if where == "" or c[2] not in ("TEXT", "BLOB") or (c[1] in lists):
                continue
            seen.add(name)
            # By the name, staff mail is found: WORDS has it.
            if name in STAYS or name == "party.name":
                continue
            mark = f"zq{len(marks):03}q"
            n = db.execute(f"UPDATE {table} SET {c[1]} = CAST(CAST(coalesce("
                f"{c[1]}, '') AS TEXT) || :m || rowid || '.' AS {c[2]}) "
                f"WHERE {where}", {"m": mark, "p": party}).rowcount
            if check(n > 0, "no row to look at:", name):
                marks.append((mark, name))
    check(seen >= known, "columns that are no more", known - seen)
    db.commit()
    db.close()
    return marks


fill()
shutil.copytree(W, W + "2")
before = files()
for w in WORDS:
    check(w.encode() in before, "it was there:", w)
# Others have the database open, so that its log stays.
other = sqlite3.connect(PATH)
other.execute("SELECT count(*) FROM event").fetchall()
roots = run("2027-01-01T02:20:00Z", "verify", "--json", ok=False)
run("2027-01-01T03:00:00Z", "privacy", "erase", "C-2", "--confirm")
after = files()
check(os.path.exists(PATH + "-wal"), "the log is there")
left = [w for w in WORDS if w.encode() in after]
check(not left, "left in the files:", left, found(left))
low = after.lower()
check(not [w for w in WORDS if w.lower().encode() in low], "nor in another "
      "case")
check(b"Steady Mills" in after and b"c3@other.example" in after,
      "others are kept")
other.close()
done = run("2027-01-01T04:00:00Z", "verify")
check("problems: 0" in done, done)
rows = json.loads(sql("SELECT p.payload FROM event e JOIN event_payload p ON "
    "p.event_id = e.id JOIN stream s ON s.id = e.stream_id JOIN account a ON "
    "a.id = s.account_id WHERE a.code = 'C-2' AND e.kind = 'erased' ORDER BY "
    "e.seq DESC LIMIT 1")[0][0])
check(rows["seqs"] and "no ground" in rows["why"], rows)
check(sql("SELECT count(*) FROM event e JOIN stream s ON s.id = e.stream_id "
    "JOIN account a ON a.id = s.account_id LEFT JOIN event_payload p ON "
    "p.event_id = e.id WHERE a.code = 'C-2' AND p.event_id IS NULL")[0][0] >
    20, "hashes stay")
# The books: amounts, days and numbers.
check(sql("SELECT count(*), sum(amount) FROM item i JOIN account a ON a.id = "
    "i.account_id WHERE a.code = 'C-2'") == [(5, 250000)], "items stay")
check(sql("SELECT count(*) FROM payment WHERE amount = 10000") == [(1,)],
      "payments stay")
run("2027-01-01T05:00:00Z", "evidence", "C-2", "-o", tmp.name + "/e")
p = subprocess.run(["/usr/bin/python3", "check.py"], cwd=tmp.name + "/e",
                   capture_output=True, text=True)
check(p.returncode == 0, "its bundle", p.stdout, p.stderr)
bundle = b"".join(open(f, "rb").read() for f in glob.glob(tmp.name +
    "/e/**", recursive=True) if os.path.isfile(f))
check(not [w for w in WORDS if w.encode() in bundle], "nor in the bundle")
# The books go on after it, and the numbers of receipts do not collide.
for k in range(2):
    ledger(f"2027-01-0{2 + k}T02:00:00Z", theirs("Quillfeather & Sons",
           "INV-2") + [OTHER], f"2027-01-0{2 + k}", "--confirm")
run("2027-01-03T03:00:00Z", "status")
check(b"Quillfeather" not in files(), "an import brings nothing back")

W, PATH = W + "2", W + "2/dunlin.db"
marks = walk()
before = files()
check(len(marks) > 40, "columns", len(marks))
check(all(m.encode() in before for m, _ in marks), "they are there")
# What a person may ask for has all of it, but for these.
ELSEWHERE = {"event_payload": "in the log; here it is no JSON any more",
    "staff_mail": "names others as well", "entry_copy": "calendar.ics has it",
    "address.norm": "contacts have the address as given",
    "entry": "calendar.ics; of what it stands for"}
run("2027-01-01T02:30:00Z", "privacy", "export", "C-2", "-o", tmp.name +
    "/x")
exported = b"".join(open(f, "rb").read() for f in glob.glob(tmp.name +
    "/x/**", recursive=True) if os.path.isfile(f))
for mark, name in marks:
    if name not in ELSEWHERE and name.split(".")[0] not in ELSEWHERE:
        check(mark.encode() in exported, "not in what a person gets:", name)
run("2027-01-01T03:00:00Z", "privacy", "erase", "C-2", "--confirm")
after = files()
for mark, name in marks:
    check(mark.encode() not in after, "it stays and nobody says why:", name)
finish()
PY
