"""The debtors of quarter.py: each has a character, a generator that waits for
what comes ("reminder", "mail", a number of days) and then writes or pays."""
import datetime

from quarterlib import days, reply

TEXTS = {
    "promise": ("We will pay the full amount on {date}.", "这笔款我们{date}付清。"),
    "moved": ("Sorry, we can only pay on {date}.",
              "抱歉，我们要到{date}才能付款。"),
    "far": ("We will pay on {date}.", "这笔款我们{date}付。"),
    "vague": ("Yes, we know. We will pay you as soon as possible.",
              "知道了，会尽快付款的。"),
    "plan": ("We would like to pay in two instalments: {half} on {date} and "
             "{rest} on {later}.",
             "我们申请分两期付款：{date}付{half}，{later}付{rest}。"),
    "long-plan": ("We can only pay in three instalments: {half} on {date}, "
                  "{half} on {later} and {rest} on {last}.",
                  "我们只能分三期付款：{date}付{half}，{later}付{half}，"
                  "{last}付{rest}。"),
    "dispute": ("We dispute {doc}: half of the goods arrived damaged.",
                "对发票{doc}有异议，一半的货物到货时已损坏。"),
    "dispute-all": ("The goods of {doc} were never delivered.",
                    "{doc}的货一直没收到。"),
    "paid": ("We have already paid this.", "我们已经付过了。"),
    "paid-ref": ("{doc} was paid on {date}, {amount}, bank reference {ref}.",
                 "{doc}已于{date}付款{amount}，流水号 {ref}，请查收。"),
    "hardship": ("Business is very slow and we cannot pay at the moment, our "
                 "cash flow does not allow it.",
                 "最近生意很难做，资金周转困难，暂时付不出来。"),
    "extension": ("Could you give us more time to pay, please?",
                  "能不能宽限一段时间？"),
    "angry": ("For heaven's sake, stop pestering me! This is a disgrace!",
              "烦死了！天天催催催，有完没完！你们太过分了！"),
    "legal": ("Any further message goes to our solicitor. You will hear from "
              "our lawyers.", "再发邮件就找我们律师谈，我们会起诉你们。"),
    "abusive": ("Go to hell, you stupid idiots. Fuck off.",
                "滚，你他妈的傻逼。"),
    "vulnerable": ("I lost my job and my husband died in May. I want to end "
                   "my life.", "我失业了，家里老人刚去世，我真的活不下去了，"
                   "不想活了。"),
    "stop": ("Please remove me from your mailing list, do not e-mail me "
             "again.", "请不要再给我发邮件了，退订。"),
    "wrong": ("You have the wrong person, I have nothing to do with "
              "invoices.", "你发错人了，我不负责付款这块，也不认识这家公司。"),
    "left": ("Our bookkeeper has left the company and this mailbox is no "
             "longer read.", "我已经离职了，以后请不要再发到这个邮箱。"),
    "away": ("I am out of the office until {date} with no access to e-mail.",
             "您好，我正在休假，{date}返回公司，期间无法查收邮件。"),
    "third": ("Our parent company, Example Holdings, will pay these "
              "invoices.", "这笔款由我们总公司（示例集团）支付。"),
    "conditional": ("We will pay once you have sent the replacement parts.",
                    "你们补发缺货以后我们就付款。"),
    "refusal": ("We are not going to pay.", "我们不会付的。"),
    "invoice": ("Could you please resend the invoice {doc}?",
                "麻烦把{doc}的发票再发一份给我。"),
    "statement": ("Please send me a statement of our account.",
                  "请发一份对账单给我们。"),
    "question": ("Who ordered this, and which purchase order does {doc} "
                 "belong to?", "请问{doc}是谁订的货，对应哪个采购订单？"),
    "unclear": ("Blue ladder seventeen, the usual.", "蓝色梯子十七，老样子。"),
    "several": ("{doc}: the goods were faulty, we dispute it. {doc2} was paid "
                "last week.", "{doc}的货有质量问题，我们有异议；{doc2}上周已经付了。"),
    "bank": ("Please note that your bank details have changed. Kindly confirm "
             "that we should now pay to the new account.",
             "贵司通知收款账户变更了，是否以后都打到新账户？请确认。"),
    "bill": ("We will pay {doc} by bank acceptance bill, maturing on {later}. "
             "You will have it on {date}.",
             "{doc}我们付承兑，银行承兑汇票，{later}到期，{date}给您。"),
    "thanks": ("Thanks, noted.", "收到，谢谢。"),
}


class Debtor:
    def __init__(self, world, rng, number, character, zh):
        self.world, self.rng, self.n = world, rng, number
        self.code, self.zh = "A%04d" % number, zh
        self.character = character
        self.cur = "CNY" if zh else "GBP"
        self.zone = "Asia/Shanghai" if zh else "Europe/London"
        self.country = "CN" if zh else "GB"
        self.mail = "d%04d@%s" % (number, "gone.example.com" if character ==
                                  "gone" else "nowhere.example.com" if
                                  character == "refused-address" else
                                  "customer.example.com")
        self.items = {}			# document: [due, amount, open]
        self.credits = {}		# document: [kind, amount]
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

    def say(self, key, date=0, later=0, last=0, frm=None, headers=(), **more):
        total = sum(i[2] for i in self.items.values())
        parts = 3 if last else 2
        half = total // parts
        body = TEXTS[key][self.zh].format(
            date=self.text(self.day(date)), later=self.text(self.day(later)),
            last=self.text(self.day(last)), doc=self.first(),
            doc2=self.first(1), half=self.amount(half), rest=self.amount(
                total - half * (parts - 1)), amount=self.amount(
                self.items[self.first()][2]), ref="TRF%04d" % self.n, **more)
        self.said.append((self.today, key))
        self.named = self.day(date)
        self.world.post(reply(self.last, body, frm or self.mail, headers))

    def pay(self, n=0, share=100, docs=None):
        """In the ledger n days from now; some per cent of it."""
        def do():
            for d in docs or self.open():
                left = self.items[d][2]
                self.items[d][2] = left - left * share // 100
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

    def receipt(self, n, amount):
        """Money that is not allocated."""
        def do():
            self.credits["R%04d" % self.n] = ["unapplied", amount]
        self.tomorrow.append((self.day(n), do))

    def allocate(self, n=0):
        def do():
            for c in list(self.credits.values()):
                left = c[1]
                for d in self.open():
                    part = min(left, self.items[d][2])
                    self.items[d][2] -= part
                    left -= part
            self.credits.clear()
        self.tomorrow.append((self.day(n), do))


# --- characters: (weight, generator) ---

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
    yield "reminder"
    a.receipt(3, a.items[a.first()][2])
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
    a.credits["CN%04d" % a.n] = ["credit", a.items[a.first()][2]]
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


CHARACTERS = {
    "on-time": (60, on_time), "after-one": (60, after(1)),
    "after-two": (40, after(2)), "keeps": (30, keeps),
    "breaks": (24, breaks), "moves": (14, moves), "vague": (10, vague),
    "dispute-right": (12, disputes("dispute-all", 40)),
    "dispute-wrong": (14, disputes("dispute", 4)),
    "dispute-part": (6, disputes("dispute", 6)),
    "claim-true": (8, claims_truly), "claim-receipt": (6, claims_receipt),
    "claim-false": (8, claims_falsely), "hardship": (12, says("hardship",
                                                              60)),
    "extension": (4, says("extension", 40)), "plan": (8, plans),
    "long-plan": (4, says("long-plan", 60, date=20, later=80, last=140)),
    "far": (4, says("far", 60, date=75)), "silent": (36, silent),
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
