"""The debtors of quarter.py: each has a character, a generator that waits for
what comes ("reminder", "mail", a number of days) and then writes or pays."""
import datetime

from quarterlib import days, reply
from quartertexts import TEXTS

class Debtor:
    def __init__(self, world, rng, number, character, zh):
        self.world, self.rng, self.n = world, rng, number
        self.code = "A%04d" % number
        self.zh = zh = zh and character != "phone"
        self.character = character
        self.company = "branch" if character in BRANCH else "main"
        self.cur = "CNY" if zh else "GBP"
        self.zone = "Asia/Shanghai" if zh else "Europe/London"
        self.country = "CN" if zh else "GB"
        self.listed = {				# as the ledger has it
            "gone": "d%04d@gone.example.com",
            "two-contacts": "d%04d@gone.example.com",
            "refused-address": "d%04d@nowhere.example.com",
            "phone": ""}.get(character, "d%04d@customer.example.com")
        self.listed = self.listed % number if self.listed else ""
        self.mail = self.listed
        self.phone = "07400 12%04d" % number if character == "phone" else ""
        self.name = "%s %d" % ("客户" if zh else "Customer", number)
        self.prefix = "we will report you to the police " if \
            character == "unlucky" else ""
        self.items = {}			# document: [due, amount, open]
        self.credited = 0		# what we took back
        self.history = []		# rows that are paid
        self.credits = {}		# document: [kind, amount, day]
        self.tomorrow = []		# (day, function) of what will be
        self.last = None		# last mail to us
        self.said, self.reminders = [], 0
        self.play = CHARACTERS[character][1](self)
        self.waits = next(self.play)
        self.since = None

    # --- what happens to them ---

    def bill(self, due, amount):
        doc = "Q%04d-%d" % (self.n, len(self.items) + 1)
        self.items[doc] = [due, amount, amount]
        return doc

    def open(self):
        return [d for d, i in self.items.items() if i[2] > 0]

    def first(self, n=0):
        docs = self.open() or list(self.items)
        return docs[min(n, len(docs) - 1)]

    def morning(self, today):
        """Before the ledger is exported."""
        for item in [t for t in self.tomorrow if t[0] <= today]:
            self.tomorrow.remove(item)
            item[1]()
        self.today = today
        if isinstance(self.waits, int) and self.since is not None and \
                today >= self.since + days(self.waits):
            self.go(None)
        if isinstance(self.waits, int) and self.since is None:
            self.since = today

    def got(self, mail, is_reminder, overdue, today):
        self.last, self.today = mail, today
        self.reminders += is_reminder
        if self.waits == "mail" or (self.waits == "reminder" and
                                    is_reminder and overdue):
            self.go(mail)

    def go(self, mail):
        try:
            self.since = self.today
            self.waits = self.play.send(mail)
        except StopIteration:
            self.waits = None

    # --- what they do ---

    def day(self, n):
        """A working day of theirs so far ahead."""
        d = self.today + days(n)
        while d.weekday() > 4 or (self.zh and datetime.date(2026, 9, 25) <= d
                                  <= datetime.date(2026, 10, 8)):
            d += days(1)
        return d

    def text(self, d):
        return "%d月%d日" % (d.month, d.day) if self.zh else "%d %s" % (
            d.day, d.strftime("%B"))

    def amount(self, minor):
        return "%d.%02d元" % divmod(minor, 100) if self.zh else \
            "GBP %d.%02d" % divmod(minor, 100)

    def say(self, key, date=0, later=0, last=0, frm=None, headers=(),
            subject=None, more="", ref=None):
        total = sum(i[2] for i in self.items.values())
        parts = 3 if last else 2
        half = total // parts
        body = TEXTS[key][self.zh].format(
            date=self.text(self.day(date)), later=self.text(self.day(later)),
            last=self.text(self.day(last)), doc=self.first(),
            doc2=self.first(1), half=self.amount(half), rest=self.amount(
                total - half * (parts - 1)), amount=self.amount(
                self.items[self.first()][2]),
            ref=ref or "TRF%04d" % self.n) + more
        self.said.append((self.today, key))
        self.named = self.day(date)
        m = reply(self.last, body, frm or self.mail, headers)
        if subject is not None:
            m.replace_header("Subject", subject)
        self.world.post(m)

    def pay(self, n=0, share=100, docs=None):
        """In the ledger n days from now; some per cent of it."""
        def do():
            for d in docs or self.open():
                left = self.items[d][2]
                self.items[d][2] = left - left * share // 100
        self.later(n, do)

    def later(self, n, do):
        self.tomorrow.append((self.day(n), do))

    def instalment(self, n, amount):
        """A sum, which the ledger sets against the oldest items."""
        def do():
            left = amount
            for d in sorted(self.open(), key=lambda d: self.items[d][0]):
                part = min(left, self.items[d][2])
                self.items[d][2] -= part
                left -= part
        self.tomorrow.append((self.day(n), do))

    def receipt(self, n, amount, name=None, kind="unapplied"):
        """Money of today that the books know later, not allocated."""
        def do(day=self.today):
            self.credits[name or "R%04d" % self.n] = [kind, amount, day]
        self.tomorrow.append((self.day(n), do))

    def allocate(self, n=0, docs=None):
        def do():
            for c in list(self.credits.values()):
                left = c[1]
                for d in docs or self.open():
                    part = min(left, self.items[d][2])
                    self.items[d][2] -= part
                    left -= part
            self.credits.clear()
        self.tomorrow.append((self.day(n), do))


# --- characters: (weight, generator) ---

def other_item(a):
    """The newest first, whatever is older."""
    while True:
        yield "reminder"
        docs = sorted(a.open(), key=lambda x: a.items[x][0])
        a.pay(2, docs=docs[-1:])


def two_together(a):
    """Two items in one receipt, which is only allocated days later."""
    while True:
        yield "reminder"
        docs = sorted(a.open(), key=lambda x: a.items[x][0])[:2]
        a.receipt(1, sum(a.items[x][2] for x in docs))
        a.allocate(5, docs)


def overpays(a):
    """The rest lies on account until it is paid back."""
    yield "reminder"
    extra = a.rng.randint(100, 5000)

    def do():
        for x in a.open():
            a.items[x][2] = 0
        a.credits["R%04d" % a.n] = ["unapplied", extra, a.today]
    a.later(2, do)
    a.later(20, a.credits.clear)
    yield "never"


def part_of_one(a):
    """A round sum on one item, the rest a week later."""
    while True:
        yield "reminder"
        doc = a.rng.choice(a.open())
        sum_ = a.items[doc][2] // 200 * 100

        def do(doc=doc, sum_=sum_):
            a.items[doc][2] -= min(sum_, a.items[doc][2])
        a.later(1, do)
        a.pay(8, docs=[doc])


def on_time(a):
    yield 0
    while True:
        for i in a.items.values():
            if i[2] > 0 and a.today + days(1) >= i[0]:
                i[2] = 0
        yield 1


def after(n):
    def play(a):
        for _ in range(n):
            yield "reminder"
        a.pay(a.rng.randint(1, 4))
        while True:
            yield "reminder"
            a.pay(a.rng.randint(1, 4))
    return play


def keeps(a):
    while True:
        yield "reminder"
        a.say("promise", date=6)
        a.pay(6)


def breaks(a):
    for _ in range(2):
        yield "reminder"
        a.say("promise", date=5)
        yield "mail"			# it is noted
    yield 30
    a.pay(14)
    yield "never"


def moves(a):
    yield "reminder"
    a.say("promise", date=5)
    yield "mail"
    yield 2
    a.say("moved", date=12)
    a.pay(12)
    yield "never"


def vague(a):
    yield "reminder"
    a.say("vague")
    yield "mail"
    if a.n % 2:
        a.say("promise", date=7)
        a.pay(7)
    else:
        a.pay(20)
    yield "never"


def disputes(key, then):
    def play(a):
        yield "reminder"
        a.say(key)
        yield "mail"			# told who looks at it
        yield "mail"			# told how it ended
        a.pay(then)
        yield "never"
    return play


def claims_truly(a):
    yield "reminder"
    a.pay(3)
    a.say("paid-ref", date=0)
    yield "never"


def claims_receipt(a):
    """What is there may be it: nobody knows who sent it."""
    yield "reminder"
    a.receipt(3, a.items[a.first()][2], kind="unknown")
    a.say("paid-ref", date=0)
    a.allocate(12)
    yield "reminder"
    a.pay(5)
    yield "never"


def claims_falsely(a):
    yield "reminder"
    a.say("paid")
    yield 25
    a.pay()
    yield "never"


def says(key, until_paid=30, **how):
    def play(a):
        yield "reminder"
        a.say(key, **how)
        yield until_paid
        a.pay(0)
        yield "never"
    return play


def plans(a):
    yield "reminder"
    total = sum(i[2] for i in a.items.values())
    a.say("plan", date=7, later=21)
    a.instalment(7, total // 2)
    a.instalment(21, total - total // 2)
    yield "never"


def silent(a):
    yield "never"


def away(a):
    yield "reminder"
    a.say("away", date=7, headers=[("Auto-Submitted", "auto-replied")])
    yield "reminder"
    a.pay(2)
    yield "never"


def foreign(a):
    yield "reminder"
    a.say("promise", date=6, frm="other%d@elsewhere.example.com" % a.n)
    yield 40
    a.pay()
    yield "never"


def stranger_asks(a):
    yield "reminder"
    a.say("refusal", frm="other%d@elsewhere.example.com" % a.n)
    yield 40
    a.pay()
    yield "never"


def too_little(a):
    while True:
        yield "reminder"
        a.pay(2, 60)


def credit(a):
    yield 0
    yield 6
    a.credits["CN%04d" % a.n] = ["credit", a.items[a.first()][2],
                                    a.today]
    a.allocate(12)
    yield "reminder"
    a.pay(3)
    yield "never"


def twice(a):
    """The same words again and again."""
    for _ in range(4):
        yield "mail"
        a.say("statement")
    yield 20
    a.pay()
    yield "never"


def corrected(a):
    """The ledger was wrong: what they were reminded of is due later."""
    yield "reminder"

    def do():
        for i in a.items.values():
            i[0] = a.today + days(12)
    a.later(2, do)
    yield 14
    a.pay(0)
    yield "never"


def two_contacts(a):
    yield "reminder"
    a.pay(4)
    yield "never"


def robot(a):
    yield "reminder"
    a.say("robot", headers=[("Auto-Submitted", "auto-replied")],
          subject="Please confirm your message")
    a.pay(9)
    yield "never"


def claims_found(a):
    """Their word names what the ledger then shows."""
    yield "reminder"
    a.receipt(2, a.items[a.first()][2], "TT-77/%04d" % a.n)
    a.say("paid-ref", ref="TT-77/%04d" % a.n)
    a.allocate(12)
    a.pay(14)
    yield "never"


def big_mail(a):
    """More than may come in."""
    yield "reminder"
    a.say("thanks", more="\r\n".join(["x" * 70] * 16000))
    a.pay(9)
    yield "never"


def unlucky(a):
    """Its documents have a name with which no text may go out, until
    somebody corrects it."""
    yield 21
    a.pay(0)
    yield "never"


def erased(a):
    """Pays, wants to be forgotten, and buys again."""
    yield 0
    for i in a.items.values():
        i[2] = 0
    yield 8
    a.world.run("privacy", "request", a.code, "--erase", "--keep-until",
                str(a.today - days(1)))
    a.firm = "erased"
    yield 3
    a.bill(a.today + days(2), 12300)
    yield 12
    a.pay(0)
    yield "never"


def phones(a):
    yield 26
    a.pay(0)
    yield "never"


def unproven(a):
    yield "reminder"
    a.say("promise", date=6, headers=[("X-Unproven", "yes")])
    a.pay(6)
    yield "never"


def says_paid(a):
    yield "reminder"
    a.say("paid")
    a.pay(5)
    yield "never"


# Who is the branch's: its policy leaves more to people.
BRANCH = ("offers", "offers-plan", "says-paid", "takes-back", "phone", "slow")
CHARACTERS = {
    "offers": (3, keeps), "offers-plan": (3, says("long-plan", 15, date=5,
                                                later=12, last=19)),
    "says-paid": (3, says_paid), "takes-back": (3, corrected),
    "unproven": (3, unproven), "phone": (3, phones),
    "slow": (4, after(2)), "other-item": (6, other_item),
    "two-together": (6, two_together), "overpays": (4, overpays),
    "part-of-one": (6, part_of_one), "corrected": (3, corrected),
    "worse": (3, after(1)), "two-contacts": (3, two_contacts),
    "robot": (3, robot), "claim-found": (4, claims_found),
    "big-mail": (3, big_mail), "unlucky": (2, unlucky),
    "erased": (3, erased), "split": (3, says("split", 20, date=4, later=9)),
    "on-time": (40, on_time), "after-one": (40, after(1)),
    "after-two": (30, after(2)), "keeps": (24, keeps),
    "breaks": (24, breaks), "moves": (14, moves), "vague": (10, vague),
    "dispute-right": (12, disputes("dispute-all", 40)),
    "dispute-wrong": (14, disputes("dispute", 4)),
    "dispute-part": (6, disputes("dispute", 6)),
    "claim-true": (8, claims_truly), "claim-receipt": (6, claims_receipt),
    "claim-false": (8, claims_falsely), "hardship": (12, says("hardship",
                                                              60)),
    "extension": (4, says("extension", 40)), "plan": (8, plans),
    "long-plan": (4, says("long-plan", 60, date=20, later=80, last=140)),
    "far": (4, says("far", 60, date=75)), "silent": (30, silent),
    "old": (12, silent), "ancient": (3, silent), "prime": (4, silent),
    "large": (4, after(3)), "angry": (6, says("angry", 45)),
    "legal": (5, says("legal", 70)), "abusive": (3, says("abusive", 70)),
    "vulnerable": (4, says("vulnerable", 70)), "stop": (6, says("stop", 50)),
    "wrong": (5, says("wrong", 50)), "left": (3, says("left", 50)),
    "away": (8, away), "third": (4, says("third", 30)),
    "conditional": (3, says("conditional", 30)),
    "refusal": (5, says("refusal", 50)), "invoice": (4, says("invoice", 20)),
    "question": (4, says("question", 25)), "unclear": (5, says("unclear",
                                                               30)),
    "several": (4, says("several", 30)), "bank": (3, says("bank", 30)),
    "bill": (4, says("bill", 75, date=4, later=30)), "foreign": (3, foreign),
    "stranger": (3, stranger_asks), "too-little": (10, too_little),
    "credit": (6, credit), "twice": (4, twice), "gone": (6, silent),
    "refused-address": (2, silent), "thanks": (4, says("thanks", 20)),
}
