"""A simulated quarter: debtors of mixed character in both languages, people
who answer their mails with commands, through the real planner, sender, reader,
escalation and digests, a real Postfix and Maildirs, with a clock of its own.

What must never happen is looked for in the mails themselves, against a ledger
of which this program knows all; at the end of each week every account that
owes something overdue must be in good hands.

QUARTER="debtors=0 weeks=5 seed=1" chooses the size (0: one of each that matters
most), only=keeps,breaks whom; needs root."""
import collections
import datetime
import email.utils
import os
import random
import re
import sys
import time
import zoneinfo

from quarterbooks import Books
from quarterdebtors import CHARACTERS, Debtor
from quarterevents import ELSEWHERE, Events, NOT_BY_MAIL
from quarterlib import (DOC, LONDON, OUR, START, UTC, World, claims, days,
                        epoch)
from quarterstaff import Staff, USERS

SIZE = dict(debtors=0, weeks=5, seed=1, verbose=0)
SIZE.update((k, int(v) if v.isdigit() else v) for k, v in (
    w.split("=") for w in os.environ.get("QUARTER", "").split()))
TOP = os.environ["top_srcdir"]
# Large or long enough for every reason to occur, and to be closed.
WHOLE = "only" not in SIZE and SIZE["debtors"] in (0, *range(300, 9999)) and \
    SIZE["weeks"] >= 5
# One of each that matters most, for the small run.
SMALL = """on-time after-one after-one after-two keeps keeps breaks breaks moves
vague dispute-right dispute-wrong dispute-part claim-true claim-receipt
claim-found claim-false hardship extension plan far silent silent old old angry
legal vulnerable stop wrong away third refusal invoice question unclear several
foreign too-little credit gone large prime other-item two-together overpays
part-of-one corrected worse two-contacts robot big-mail unlucky erased bill
bill refused-address split ancient offers offers-plan says-paid takes-back
unproven phone slow abusive bank conditional long-plan""".split()


def holidays(country):
    off, work = set(), set()
    with open("%s/contrib/holidays/%s.csv" % (TOP, country)) as f:
        for line in f:
            if line[0].isdigit():
                day, what = line.split(",")[:2]
                (off if what == "off" else work).add(
                    datetime.date.fromisoformat(day))
    return off, work


CALENDARS = {c: holidays(c) for c in ("GB", "CN")}


def is_workday(country, day):
    off, work = CALENDARS[country]
    return day in work or (day.weekday() < 5 and day not in off)


class Quarter:
    def __init__(self):
        self.rng = random.Random(SIZE["seed"])
        self.w = World(USERS)
        self.debtors = self.people()
        self.by_n = {d.n: d for d in self.debtors}
        self.events = Events(self)
        self.staff = Staff(self.w, self.rng, self.debtors, self.events.told)
        self.sent = {d.n: [] for d in self.debtors}	# (when, mail, class)
        self.n, self.failed = 0, []
        self.first_due, self.seen_ids = {}, set()
        self.books, self.reasons = Books(self), {}

    # --- who there is ---

    def people(self):
        if "only" in SIZE:
            names = (SIZE["only"].split(",") * SIZE["debtors"])[
                :SIZE["debtors"]]
        elif SIZE["debtors"] == 0:
            names = list(SMALL)
        else:
            total = sum(c[0] for c in CHARACTERS.values())
            names = [n for n, c in CHARACTERS.items() for _ in range(max(
                1, round(c[0] * SIZE["debtors"] / total)))]
        out = []
        for n, name in enumerate(names, 1):
            d = Debtor(self.w, self.rng, n, name, bool((n + n // 2) % 2))
            d.disputed, d.part, d.stopped, d.firm = set(), {}, None, None
            d.freed, d.promised = None, None
            self.owe(d)
            out.append(d)
        return out

    def first(self):
        return next(d for d in self.debtors if d.company == "main")

    def owe(self, d):
        rng, n = self.rng, self.rng.randint(1, 3)
        late = {"old": (50, 80), "prime": (52, 58)}.get(d.character,
                                                        (-25, 22))
        if d.character == "silent" and d.n % 3 == 0:
            late = (25, 30)
        if SIZE["weeks"] < 10 and late == (-25, 22):
            late = (-8, 10)
        for _ in range(max(n, 2 if d.character == "several" else 1)):
            amount = rng.randint(5000, 250000)
            if d.character == "large":
                amount += 1000000
            d.bill(START - days(rng.randint(*late)), amount)
        if d.character == "ancient":
            d.items[d.first()][0] = START - days(
                (3 if d.zh else 6) * 365 - 80)
        if d.character in ("other-item", "two-together", "part-of-one"):
            d.bill(START + days(rng.randint(1, 12)), rng.randint(5000, 90000))
        if d.character == "worse":	# as it was before
            for k, late in enumerate([14, 16, 13, 15, 14] + [1, 0, 2] * 2):
                paid = START - days(2 + 9 * k)
                d.history.append(("Q%04d-9%d" % (d.n, k), paid - days(late),
                                  100000, paid))
        if d.character in ("on-time", "after-one", "too-little", "silent"):
            for k in range(1, 3):
                d.bill(START + days(30 * k + rng.randint(0, 9)),
                       rng.randint(5000, 150000))

    # --- what is checked ---

    def check(self, d, ok, what):
        self.n += 1
        if ok:
            return
        code = d.code if d is not None else "-"
        self.failed.append("%s %s (%s): %s" % (
            self.w.at, code, d.character if d else "", what))
        print("FAILED: seed %d, account %s (%s), %s: %s" % (
            SIZE["seed"], code, d.character if d else "", self.w.at, what))
        if d is not None and len(self.failed) <= 5:
            print(self.w.run("why", d.code, ok=False).stdout)

    def kinds(self):
        """Message-ID: what it was planned as."""
        return {r[0]: r[1:] for r in self.w.sql(
            "SELECT t.message_id, c.class, c.stage, c.id, o.id, a.code,"
            " c.step FROM attempt t JOIN outbox o ON o.id = t.outbox_id JOIN"
            " communication c ON c.id = o.communication_id LEFT JOIN account"
            " a ON a.id = c.account_id WHERE t.started_at >= ?",
            epoch(self.w.at) - 7200)}

    def look(self, mail, kind):
        """One mail to a customer, by itself."""
        docs = set(DOC.findall(mail.text + str(mail.m["Subject"])))
        n = int(mail.to[1:5])
        d = self.by_n[n]
        self.check(d, mail.to in (d.mail, d.listed), "to %s" % mail.to)
        self.check(d, str(mail.m["Reply-To"]).endswith("@%s.example.com" %
                                                       OUR[d.company]),
                   "answers go to %s" % mail.m["Reply-To"])
        self.check(d, docs <= {"%04d" % n}, "names %s" % docs)
        self.check(d, d.code in mail.text or kind[0] != "reminder",
                   "no customer number")
        self.check(d, mail.id not in self.seen_ids, "the same mail twice")
        self.seen_ids.add(mail.id)
        self.check(d, (kind[2], mail.to) not in self.seen_ids,
                   "one occurrence twice: %s" % (kind,))
        self.seen_ids.add((kind[2], mail.to))
        self.check(d, d.firm is None, "written to after %s" % d.firm)
        self.check(d, d.stopped != mail.to, "written to after stop")
        self.amounts(d, mail, kind)
        if kind[0] == "reminder":
            self.reminder(d, mail, kind)
        self.sent[n].append((self.w.at, mail, kind))
        overdue = any(i[0] < self.w.at.date() and self.books.left(doc)
                      for doc, i in d.items.items())
        d.got(mail, kind[0] == "reminder", overdue, self.today)
        self.remember(d)

    def amounts(self, d, mail, kind):
        items, totals = claims(mail.text)
        # Of what is promised for later only the rest is asked for.
        promised = sum(n for n, in self.w.sql(
            "SELECT amount FROM promise p JOIN account a ON a.id ="
            " p.account_id WHERE p.closed_at IS NULL AND a.code = ?",
            d.code)) if kind[0] == "reminder" else 0
        for doc, (cur, minor) in items.items():
            want = self.books.left(doc) - d.part.get(doc, 0)
            self.check(d, (cur, minor) == (d.cur, want) or (
                promised > 0 and cur == d.cur and minor == want - promised),
                "%s is %s %d, not %d, in %s" % (doc, cur, minor, want,
                                                mail.text))
        sums = collections.Counter()
        for cur, minor in items.values():
            sums[cur] += minor
        if items and totals:
            self.check(d, dict(sums) == totals, "totals %s of %s" % (
                totals, items))

    def reminder(self, d, mail, kind):
        items, _ = claims(mail.text)
        local = email.utils.parsedate_to_datetime(mail.m["Date"]).astimezone(
            zoneinfo.ZoneInfo(d.zone))
        minute = local.hour * 60 + local.minute
        self.check(d, items != {}, "a reminder of nothing: " + mail.text)
        self.check(d, is_workday(d.country, local.date()),
                   "on %s" % local)
        self.check(d, 540 <= minute <= 690 or 840 <= minute <= 1050,
                   "at %s" % local)
        self.check(d, abs((local.astimezone(UTC).replace(tzinfo=None) -
                           self.w.at).total_seconds()) < 60, "dated %s" %
                   local)
        self.check(d, not set(items) & d.disputed, "claims the disputed %s"
                   % (set(items) & d.disputed))
        self.check(d, d.promised is None or local.date() > d.promised[0] or
                   not set(items) & d.promised[1], "reminded before the day "
                   "promised: %s" % (d.promised,))
        past = [t for t, m, k in self.sent[d.n] if k[0] in ("reminder",
                                                            "courtesy")]
        for n, span in ((1, 1), (3, 7)):
            self.check(d, sum(t > self.w.at - days(span) for t in past) < n,
                       "more than %d in %d days" % (n, span))
        past = [t for t, m, k in self.sent[d.n] if k[0] == "reminder"]
        self.check(d, not past or (self.w.at - past[-1]).total_seconds() >
                   3.5 * 86400, "too soon after %s" % past[-1:])
        text = re.sub(r"\s", "", mail.text)
        self.check(d, kind[1] == 0 or all(
            re.sub(r"\s", "", m.text) != text for _, m, k in
            self.sent[d.n][-1:]), "the same words again")

    def remember(self, d):
        """What a debtor has said binds from the next round on."""
        while len(d.said) > getattr(d, "heard", 0):
            day, key = d.said[getattr(d, "heard", 0)]
            d.heard = getattr(d, "heard", 0) + 1
            if key in ("legal", "abusive", "vulnerable"):
                d.firm = key
            elif key == "stop":
                d.stopped = d.mail
            elif key in ("dispute", "dispute-all", "several"):
                d.disputed = {d.first()}
            elif key in ("promise", "moved") and d.character != "foreign":
                d.promised = (d.named, {x for x, i in d.items.items() if
                                        i[0] < day and i[2] > 0})

    # --- time ---

    def round(self, at):
        self.events.before(at)
        self.w.clock(at)
        fresh = self.w.roles(self.events.reader)
        for d in self.debtors:
            if d.freed is not None:
                d.disputed, d.part, d.freed = set(), {}, None
        acts = self.w.acts
        self.mails(fresh)
        # What people did, and what they are told at once, goes on at once.
        if self.w.acts > acts or self.w.sql(
                "SELECT 1 FROM outbox WHERE account_id IS NULL AND state ="
                " 'queued'"):
            self.w.clock(at + datetime.timedelta(minutes=10))
            self.w.run("run", "planner", "--once")
            self.w.run("run", "sender", "--once")
            self.mails(self.w.collect())
        self.tasks()

    def mails(self, fresh):
        self.phones()
        kinds = self.kinds() if fresh else {}
        for mail in fresh:
            if mail.to.endswith("@staff.example.com"):
                self.staff.got(mail, self.today)
            elif mail.id in kinds:
                self.look(mail, kinds[mail.id])
            else:
                self.check(None, False, "a mail that nobody planned: %s" %
                           mail.text)

    def phones(self):
        for at, number in self.w.texts:
            d = self.by_n[int(number[-4:])]
            self.check(d, d.phone != "" and d.open(), "a text of nothing")
            self.sent[d.n].append((at, None, ("reminder",)))
        self.w.texts.clear()

    def tasks(self):
        """Whoever has a task is told of it before it is due."""
        for n, reason, owner, opened, due in self.w.sql(
                "SELECT id, reason, owner, opened_at, due_at FROM task"):
            if n not in self.first_due:
                self.first_due[n] = due
                self.reasons.setdefault(reason, []).append(n)
            # While the clock is in doubt nobody works.
            if owner is None and reason != "clock" and \
                    opened < epoch(self.w.at):
                self.check(None, False, "task %d, %s, has no owner" % (
                    n, reason))
        for n, reason, code in self.w.sql(
                "SELECT t.id, t.reason, a.code FROM task t JOIN account a ON"
                " a.id = t.account_id JOIN task x ON x.account_id = a.id AND"
                " x.reason = t.reason AND x.id < t.id WHERE t.opened_at > ?"
                " AND t.inbox_id IS NULL AND x.closed_by LIKE 'user:%' AND"
                " x.closed_at > t.opened_at - 3 * 86400 AND t.reason NOT IN"
                " ('dispute', 'todo')", epoch(self.w.at) - 3600):
            if ("again", n) not in self.seen_ids:
                self.seen_ids.add(("again", n))
                self.check(self.by_n[int(code[1:])], False, "task %d asks %s"
                           " again, which a person has just dealt with" % (
                               n, reason))

    def early(self, at):
        """Before the working day begins: digests alone."""
        self.w.clock(at)
        self.w.run("run", "planner", "--once")
        self.w.run("run", "sender", "--once")

    def day(self, today):
        self.today = today
        self.events.morning((today - START).days)
        for d in self.debtors:
            d.morning(today)
            self.remember(d)
        at = datetime.datetime.combine(today, datetime.time(1, 5))
        if today.weekday() < 5 or is_workday("CN", today):
            self.early(at - datetime.timedelta(minutes=59))
            self.w.clock(at - datetime.timedelta(minutes=20))
            self.events.exported()
            self.round(at)
        if today.weekday() < 5:
            self.early(datetime.datetime.combine(today, datetime.time(8, 5),
                                                 LONDON))
        self.round(datetime.datetime.combine(today, datetime.time(9, 5),
                                             LONDON))
        if today.weekday() < 5:
            self.round(datetime.datetime.combine(today, datetime.time(14, 30),
                                                 UTC))
            if (today - START).days < 35 or today.weekday() == 1:
                self.events.calendar.sync()

    def begin(self):
        self.today = START - days(1)
        self.w.clock(datetime.datetime.combine(self.today,
                                               datetime.time(10)))
        for company in OUR:
            self.books.export(company, "--confirm")
        self.arm("main")		# the branch is still observing
        for k, d in enumerate(self.debtors):
            if d.character == "prime":
                self.w.run("override", d.code, "--tier", "prime",
                           "--stage-cap", "none")
            elif d.character == "two-contacts":
                d.mail = "n%04d@customer.example.com" % d.n
                self.w.run("contact", "add", d.code, d.mail)
            elif k % 5 == 0:
                self.w.run("override", d.code, "--owner",
                           ("chen", "ding") [k // 5 % 2] if d.zh else
                           ("ada", "ben")[k // 5 % 2], of=d.company)

    def arm(self, company):
        number = self.w.json("arm", company)["confirm"]
        self.w.run("arm", company, "--confirm", str(number))

    # --- at the end ---

    def end(self):
        closed = dict(self.w.sql(
            "SELECT id, closed_by FROM task WHERE state = 'closed'"))
        by_mail = {r[0] for r in self.w.sql(
            "SELECT t.id FROM task t JOIN event e ON e.kind = 'task-command'"
            " JOIN event_payload p ON p.event_id = e.id WHERE"
            " json_extract(p.payload, '$.task') = t.id AND json_extract("
            "p.payload, '$.inbox') > 0")}
        late = []
        for reason, ids in sorted(self.reasons.items()):
            told = [n for n in ids if n in self.staff.told]
            for n in ids:
                if epoch(self.told(n)) > self.first_due[n]:
                    late.append((n, reason, self.w.sql(
                        "SELECT datetime(opened_at, 'unixepoch'), datetime("
                        "?, 'unixepoch'), owner, level, closed_by FROM task"
                        " WHERE id = ?", self.first_due[n], n), [
                            str(x) for x in self.staff.told.get(n, ())]))
            if SIZE["verbose"]:
                print("%-22s %4d, told %4d, by mail %4d, closed %4d" % (
                    reason, len(ids), len(told), len(by_mail & set(ids)),
                    sum(n in closed for n in ids)), file=sys.stderr)
        with open(TOP + "/src/escalate/reasons.def") as f:
            every = re.findall(r'^REASON\("([^"]+)"', f.read(), re.M)
        never = sorted(set(every) - set(self.reasons) - ELSEWHERE)
        if WHOLE:
            self.check(None, never == [], "never asked: %s" % never)
        elif SIZE["verbose"]:
            print("never asked: %s" % never, file=sys.stderr)
        for reason, ids in self.reasons.items():
            self.check(None, not WHOLE or reason in NOT_BY_MAIL or set(ids) &
                       by_mail & set(closed), "no %s was closed by mail" %
                       reason)
        self.check(None, not late, "told too late: %s" % late)
        self.check(None, self.w.run("verify").returncode == 0, "verify")
        if os.environ.get("KEEP"):
            os.system("rm -rf %s; cp -r %s %s" % (os.environ["KEEP"],
                      self.w.w, os.environ["KEEP"]))
        self.check(None, not self.w.failures, "\n".join(
            self.w.failures[:20]))
        return by_mail, closed

    def told(self, n):
        """When somebody was told of a task, or it was over, or now."""
        if n in self.staff.told:
            return self.staff.told[n][0]
        over, = self.w.sql("SELECT closed_at FROM task WHERE id = ?", n)[0]
        return self.w.at if over is None else datetime.datetime.fromtimestamp(
            over, UTC).replace(tzinfo=None)

    def play(self):
        self.begin()
        for n in range(SIZE["weeks"]):
            for k in range(7):
                self.day(START + days(7 * n + k))
            line = self.books.week()
            if SIZE["verbose"]:
                print("week %d: %s" % (n + 1, line), file=sys.stderr)
        return self.end()


def main():
    began = time.monotonic()
    q = Quarter()
    try:
        q.play()
        if SIZE["verbose"]:
            print("mails %d, to us %d, digests %d, grave %d, weekly %d, "
                  "commands %d, refused %d; %.0f s; %s" % (
                      len(q.w.mails), q.w.here(), q.staff.digests,
                      q.staff.grave, q.staff.weekly, q.staff.commands,
                      len(q.staff.refused), time.monotonic() - began, {
                          k: (n, round(q.w.slow[k])) for k, n in
                          q.w.runs.items()}), file=sys.stderr)
            for x in q.staff.refused[:8]:
                print(x[0], x[1], x[2][:300], file=sys.stderr)
    finally:
        q.w.stop()
    print("%d passed, %d failed" % (q.n - len(q.failed), len(q.failed)))
    sys.exit(1 if q.failed else 0)


main()
