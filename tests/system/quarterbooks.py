"""The books of quarter.py: what is exported, and the ledger of totals, which
proves at the end of each week that no document and no account is forgotten."""
import collections
import datetime

from quarterlib import UTC, days, epoch

SMALL = 3000			# minor units: too little to remind of
ACCOUNTS = """
SELECT a.code, a.plan_verdict, a.plan_why,
 (SELECT count(*) FROM dispute x WHERE x.account_id = a.id AND x.closed_at
  IS NULL) AS disputes,
 (SELECT count(*) FROM promise x WHERE x.account_id = a.id AND x.closed_at
  IS NULL) AS promises,
 (SELECT count(*) FROM task x WHERE x.account_id = a.id AND x.state <>
  'closed' AND x.owner IS NOT NULL) AS tasks,
 (SELECT min(x.review_at) FROM hold x WHERE x.released_at IS NULL AND
  (x.account_id = a.id OR x.party_id = a.party_id OR x.address_id IN (SELECT
  address_id FROM contact c WHERE c.account_id = a.id))) AS review,
 (SELECT min(x.due_at) FROM outbox x WHERE x.account_id = a.id AND x.state IN
  ('queued', 'deferred', 'draft')) AS planned, a.plan_at,
 (SELECT max(x.closed_at) FROM task x WHERE x.account_id = a.id AND
  x.closed_by LIKE 'user:%') AS dealt
 FROM account a"""
Account = collections.namedtuple("Account", "verdict why disputes promises "
                                 "tasks review planned at dealt")


def text(minor):
    return "{:,.2f}".format(minor / 100)


class Books:
    def __init__(self, quarter):
        self.q, self.w = quarter, quarter.w
        self.rows = {}		# document: [debtor, amount, open] as exported

    def left(self, doc):
        return self.rows[doc][2] if doc in self.rows else 0

    # --- what Dunlin is told ---

    def export(self, company, *more, half=False):
        """half: every other customer is missing, and nothing is taken."""
        path = "%s/%s.csv" % (self.w.dir, company)
        mine = [d for d in self.q.debtors if d.company == company]
        with open(path, "w", encoding="utf-8") as f:
            f.write("account,name,email,phone,language,country,zone,currency,"
                    "creditlimit,item,kind,due,amount,balance,paid\n")
            for d in mine[::2] if half else mine:
                self.write(d, f)
        if not half:
            for d in mine:
                self.take(d)
        return self.w.run("import", path, "--mode", "full", "--as-of",
                          str(self.q.today), *more, of=company, ok=not half)

    def write(self, d, f):
        head = ",".join((d.code, d.name, d.listed, d.phone, "zh-CN" if d.zh
                         else "en", d.country, d.zone, d.cur, "9000" if
                         d.character == "large" else ""))
        for doc, (due, amount, left) in d.items.items():
            if left > 0:
                f.write("%s,%s,invoice,%s,%.2f,%.2f,\n" % (
                    head, d.prefix + doc, due, amount / 100, left / 100))
        for doc, due, amount, paid in d.history:
            f.write("%s,%s,invoice,%s,%.2f,0.00,%s\n" % (
                head, doc, due, amount / 100, paid))
        for doc, (kind, amount, day) in d.credits.items():
            who = head
            if kind == "unknown":	# whose it is
                who, kind = ",,,,,,,%s," % d.cur, "unapplied"
            f.write("%s,%s,%s,%s,%.2f,%.2f,\n" % (
                who, doc, kind, day, -amount / 100, -amount / 100))

    def take(self, d):
        for row in self.rows.values():
            if row[0] is d:
                row[2] = 0
        for doc, (due, amount, left) in d.items.items():
            if left > 0:
                self.rows[d.prefix + doc] = [d, amount, left]
        for doc, due, amount, paid in d.history:
            self.rows[doc] = [d, amount, 0]

    # --- at the end of a week ---

    def week(self):
        """A line of what was found."""
        self.documents()
        sums = self.hands_of_all()
        self.raised()
        return "; ".join(self.totals(sums, cur) for cur in ("GBP", "CNY"))

    def documents(self):
        """Each one here and there, with the same sums."""
        theirs = {doc: (code, cur, amount, left) for doc, code, cur, amount,
                  left in self.w.sql(
            "SELECT i.document, a.code, i.currency, i.amount, CASE i.state"
            " WHEN 'open' THEN i.balance ELSE 0 END FROM item i JOIN account"
            " a ON a.id = i.account_id WHERE i.kind = 'invoice'")}
        ours = {doc: (d.code, d.cur, amount, left) for doc, (d, amount, left)
                in self.rows.items()}
        self.q.check(None, theirs == ours, "the books differ: %s" % sorted(
            set(theirs.items()) ^ set(ours.items()))[:6])

    def totals(self, sums, cur):
        """Billed is open, credited or paid; open is in somebody's hands."""
        there = {state: (a, b) for state, a, b in self.w.sql(
            "SELECT state, sum(amount), sum(balance) FROM item WHERE kind ="
            " 'invoice' AND currency = ? GROUP BY 1", cur)}
        billed = sum(a for a, b in there.values())
        left = there.get("open", (0, 0))[1]
        mine = [r for r in self.rows.values() if r[0].cur == cur]
        credited = sum({r[0].n: r[0].credited for r in mine}.values())
        paid = sum(r[1] - r[2] for r in mine) - credited
        self.q.check(None, billed == left + credited + paid,
                     "%s: billed %d, open %d, credited %d, paid %d" % (
                         cur, billed, left, credited, paid))
        words = {w: n for (w, c), n in sums.items() if c == cur}
        self.q.check(None, sum(words.values()) == left, "%s %d is open, in "
                     "good hands are %s" % (cur, left, words))
        return "%s %s billed = %s open + %s credited + %s paid; open: %s" % (
            cur, text(billed), text(left), text(credited), text(paid),
            ", ".join("%s %s" % (w, text(n)) for w, n in sorted(
                words.items())))

    def hands_of_all(self):
        """(in whose hands, currency): what is open, as Dunlin has it."""
        there = {r[0]: Account(*r[1:]) for r in self.w.sql(ACCOUNTS)}
        left = dict(self.w.sql(
            "SELECT a.code, sum(i.balance) FROM item i JOIN account a ON a.id"
            " = i.account_id WHERE i.state = 'open' AND i.kind = 'invoice'"
            " GROUP BY 1"))
        sums = collections.Counter()
        for d in self.q.debtors:
            late = [i[0] for doc, i in d.items.items() if i[0] < self.q.today
                    and self.left(d.prefix + doc) > SMALL]
            word = "not due"
            if late:
                word = self.hands(d, there[d.code], min(late))
                self.q.check(d, word is not None, "nobody looks after it: %s"
                             % (there[d.code],))
            if word is not None:
                sums[word, d.cur] += left.get(d.code, 0)
        return sums

    def hands(self, d, a, oldest):
        now = epoch(self.w.at)
        if a.disputes:
            return "disputed"
        if a.promises:
            return "promised"
        if a.tasks:
            return "asked of a person"
        if a.review is not None and a.review > now:
            return "on hold"
        last = [t for t, m, k in self.q.sent[d.n] if k[0] == "reminder"]
        if last and self.w.at - last[-1] < days(24):
            return "reminded"
        if self.q.today - oldest < days(14) and a.planned:
            return "reminded"
        # Who has just dealt with it is asked again soon if it still stands.
        if a.dealt is not None and a.dealt > now - 4 * 86400 and \
                a.at is not None and a.at < now + 4 * 86400:
            return "just dealt with"
        if a.why == "restricted" and a.at is not None and \
                a.at < now + 31 * 86400:
            return "restricted"
        if a.verdict == "held" and self.q.events.is_company_told(
                d.company, a.why):
            return "the company stands still"
        # Holidays are in the way: the next step comes soon.
        if a.verdict in ("wait", "task") and a.at is not None and \
                a.at < now + 10 * 86400:
            return "next step"
        since = self.w.at - last[-1] if last else self.q.today - oldest
        if a.planned and a.planned < now + 8 * 86400 and since < days(40):
            return "next step"
        return None

    def raised(self):
        """What is ignored goes on to others; what is one's own does not."""
        for reason, owner, n, due in self.w.sql(
                "SELECT reason, owner, id, due_at FROM task WHERE state <>"
                " 'closed' AND level = 0 AND due_at < ? AND reason <> 'todo'",
                epoch(self.w.at) - 6 * 86400):
            self.q.check(None, False, "task %d (%s) of %s is past since %s "
                         "and nobody raised it" % (
                             n, reason, owner,
                             datetime.datetime.fromtimestamp(due, UTC)))
