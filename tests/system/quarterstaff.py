"""The people of quarter.py: they read digests and the mails of grave tasks,
and answer them with commands; what mail may not do they do with the program.
Some are away, some ignore what they get until somebody else has it."""
import re

from quarterlib import days, reply

USERS = """  ada: {name: Collector A, mail: ada@staff.example.com, languages: [en]}
  ben: {name: Collector B, mail: ben@staff.example.com, languages: [en],
        away: [2026-09-14..2026-09-25]}
  chen: {name: 催收员丙, mail: chen@staff.example.com,
         languages: [zh-CN, en], zone: Asia/Shanghai, workdays: CN}
  ding: {name: 催收员丁, mail: ding@staff.example.com, languages: [zh-CN],
         zone: Asia/Shanghai, workdays: CN, away: [2026-10-12..2026-10-16]}
  lea: {name: Lead, mail: lea@staff.example.com, roles: lead,
        languages: [en, zh-CN]}
  adm: {name: Administrator, mail: adm@staff.example.com, roles: admin,
        languages: [en]}
  nobody: {name: Counsel, mail: jo@staff.example.com, roles: legal,
           languages: [en, zh-CN]}
  root: {name: Manager, mail: max@staff.example.com, roles: manager,
         languages: [en]}
"""
PEOPLE = {"ada": 0, "ben": 0, "chen": 1, "ding": 1, "lea": 0, "adm": 0,
          "jo": 0, "max": 0}		# mail name: writes Chinese
WORDS = {"done": ("done %d", "已处理 %d"), "upheld": ("done %d upheld",
         "已处理 %d 异议成立"), "rejected": ("done %d rejected",
         "已处理 %d 异议不成立"), "accept": ("done %d accept", "已处理 %d 接受"),
         "contact": ("done %d contact", "已处理 %d 联系人已更新"),
         "promise": ("done %d promise {day}", "已处理 %d 承诺 {day}"),
         "plan": ("done %d plan {day} {half} + {later} {rest}",
                  "已处理 %d 分期 {day} {half} + {later} {rest}"),
         "legal": ("done %d legal", "已处理 %d 移交法务"),
         "paid": ("done %d paid", "已处理 %d 已付款"),
         "hold": ("hold %d until {day}", "暂停 %d 到{day}"),
         "ack": ("ack %d", "收到 %d"),
         "note": ("note %d called them", "备注 %d 已电话联系"),
         "lead": ("assign %d to lea", "转给 %d lea")}
# Commands that may be refused stand alone: one that is refused stops all of
# its mail.
ALONE = {"upheld", "rejected", "accept", "contact", "promise", "plan",
         "paid", "hold", "legal", "lead"}
TASK = re.compile(r"^\[(\d+)\] ", re.M)


class Staff:
    def __init__(self, world, rng, debtors, told_of):
        self.told_of = told_of		# (reason, company): put it right
        self.w, self.rng = world, rng
        self.debtors = {d.code: d for d in debtors}
        self.told = {}		# task: (when, who) it was first told
        self.seen = {}		# (task, person): round it is answered in
        self.answered = {}	# task: times
        self.refused, self.commands = [], 0
        self.companys = set()	# tasks that are about no customer
        self.digests = self.grave = self.weekly = 0
        self.reviews = {}

    def got(self, mail, today):
        who = mail.to.split("@")[0]
        if who not in PEOPLE:
            self.w.failures.append("%s a staff mail to %s" % (mail.at,
                                                              mail.to))
            return
        subject = str(mail.m["Subject"])
        text = mail.text.replace("\r\n", "\n")
        if re.match(r"\[\d+\]", subject):
            self.grave += 1
            ids = [int(subject[1:].split("]")[0])]
        elif subject.startswith(("Today:", "今日待办")):
            self.digests += 1
            ids = [int(n) for n in TASK.findall(text)]
        elif subject.startswith(("Your commands", "您的指令", "指令")):
            if "not done" in subject or "未执行" in subject:
                self.refused.append((mail.at, who, text))
            return
        else:
            self.weekly += 1
            return
        for n in ids:
            self.told.setdefault(n, (mail.at, who))
        self.answer(mail, who, ids, today)

    def answer(self, mail, who, ids, today):
        """A few are slow, and some do nothing until it is raised."""
        lines, alone = [], []
        for n in ids:
            key = (n, who)
            if key not in self.seen:
                lazy = who not in ("lea", "max", "jo", "adm")
                x = self.rng.random()
                self.seen[key] = today + days(
                    90 if lazy and x < 0.05 else 1 if x < 0.15 else 0)
            if self.seen[key] > today:
                continue
            self.seen[key] = today + days(5)	# if it comes again
            word, more = self.decide(n, who, today)
            if word is None:
                continue
            line = WORDS[word][PEOPLE[who]] % n
            (alone if word in ALONE or n in self.companys else
             lines).append(line.format(**more))
        for body in (["\n".join(lines)] if lines else []) + alone:
            self.commands += body.count("\n") + 1
            self.w.post(reply(mail, body))

    def day(self, who, d):
        return "%d月%d日" % (d.month, d.day) if PEOPLE[who] else str(d)

    def decide(self, n, who, today):
        row = self.w.sql("SELECT t.reason, a.code, h.kind, t.state, c.code"
                         " FROM task t JOIN company c ON c.id = t.company_id"
                         " LEFT JOIN account a ON a.id = t.account_id LEFT"
                         " JOIN hold h ON h.id = t.hold_id WHERE t.id = ?",
                         n)[0]
        reason, code, hold, state, company = row
        if state == "closed":
            return None, {}
        self.told_of(reason, company)
        self.answered[n] = self.answered.get(n, 0) + 1
        d = self.debtors.get(code)
        if d is None:
            self.companys.add(n)
        if self.answered[n] > 1 and reason != "hold-review":
            # What was tried did not close it.
            return "done", {}
        act = getattr(self, reason.replace("-", "_").rstrip("?"), None)
        if act is None or d is None:
            return "done", {}
        return act(d, who, today, hold)

    # --- by reason ---

    def dispute(self, d, who, today, hold):
        if d.character == "dispute-right":
            def do(doc=sorted(d.disputed)):
                for x in doc:
                    d.credited += d.items[x][2]
                    d.items[x][2] = 0
                d.disputed.clear()
            d.tomorrow.append((today + days(1), do))
            return "upheld", {}
        if d.character == "dispute-part" and not d.part:
            number = [x["id"] for x in self.w.json(
                "disputes", "--account", d.code, of=d.company)]
            doc = sorted(d.disputed)[0]
            part = d.items[doc][2] // 4 // 100 * 100
            for x in number:
                self.w.run("dispute", "close", str(x), "--outcome",
                           "withdrawn", "--silent", of=d.company)
            self.w.run("dispute", "add", d.code, "--item", doc, "--amount",
                       "%d.%02d" % divmod(part, 100), "--reason", "quality",
                       of=d.company)
            d.disputed = set()
            d.part = {doc: part}
            return None, {}
        d.freed = today
        return "rejected", {}

    def promised(self, d, who, today):
        day = d.day(10)
        d.pay(10)
        return "promise", {"day": self.day(who, day)}

    def extension(self, d, who, today, hold):
        return self.promised(d, who, today)

    def broken_promises(self, d, who, today, hold):
        return self.promised(d, who, today)

    def hardship(self, d, who, today, hold):
        total = sum(i[2] for i in d.items.values())
        half = total // 2
        a, b = d.day(8), d.day(20)
        d.instalment(8, half)
        d.instalment(20, total - half)
        return "plan", {"day": self.day(who, a), "later": self.day(who, b),
                        "half": "%d.%02d" % divmod(half, 100),
                        "rest": "%d.%02d" % divmod(total - half, 100)}

    def offer(self, d, who, today, hold):
        return "accept", {}

    unverified_promise = promise_beyond_limit = plan_beyond_limit = offer

    def promise(self, d, who, today, hold):
        """The policy leaves it to people: noted as they said it."""
        return "promise", {"day": self.day(who, d.named)}

    def instalments(self, d, who, today, hold):
        return self.hardship(d, who, today, hold)

    def reach(self, d, who, today, hold):
        """A contact that works."""
        d.mail = "n%04d@customer.example.com" % d.n
        d.stopped = None
        self.w.run("contact", "add", d.code, d.mail, of=d.company)
        return "contact", {}

    wrong_contact = bounced = reach

    def no_contact(self, d, who, today, hold):
        """Some find a contact before they answer, which ends the task."""
        if d.n % 2:
            return self.reach(d, who, today, hold)
        return self.next_day(d, today, lambda: self.reach(d, who, today,
                                                          hold))

    def delivery_failed(self, d, who, today, hold):
        """The old address may work again, but the new one is for now."""
        done = self.reach(d, who, today, hold)
        self.w.run("contact", "primary", d.code, d.mail, of=d.company)
        return done

    def opt_out(self, d, who, today, hold):
        return "note" if d.n % 2 else "done", {}

    def stage_cap(self, d, who, today, hold):
        self.w.run("override", d.code, "--stage-cap", "none", of=d.company)
        return "done", {}

    def approval(self, d, who, today, hold):
        for row in self.w.json("approve", of=d.company):
            if row["account"] != d.code:
                continue
            number = str(row["message"])
            code = self.w.json("approve", number, of=d.company)["code"]
            self.w.run("approve", number, "--code", code, of=d.company)
            self.w.run("approve", number, "--code", code, root=True,
                       of=d.company)
        return None, {}

    def end_of_schedule(self, d, who, today, hold):
        return "legal", {}

    def release(self, d, hold):
        for h in self.w.json("hold", of=d.company):
            if h.get("account") == d.code and h["kind"] == hold:
                self.w.run("release", str(h["id"]), of=d.company)

    def hold_review(self, d, who, today, hold):
        n = self.reviews[d.code] = self.reviews.get(d.code, 0) + 1
        if n > 1 and hold in ("human", "reply-unread", "paid-claim"):
            self.release(d, hold)
            return "done", {}
        return "hold", {"day": self.day(who, today + days(14 + n))}

    def paid_not_found(self, d, who, today, hold):
        return "note" if d.n % 2 else "done", {}

    def refusal(self, d, who, today, hold):
        return "legal" if d.n % 3 == 0 else "done", {}

    def angry(self, d, who, today, hold):
        return "hold", {"day": self.day(who, today + days(8))}

    def third_party(self, d, who, today, hold):
        return "lead" if who != "lea" else "done", {}

    def next_day(self, d, today, act):
        """Answered now, done with the program on the morrow."""
        d.tomorrow.append((today + days(1), act))
        return "done", {}

    def bill_matured(self, d, who, today, hold):
        def do():
            word = "honoured" if d.n % 2 else "dishonoured"
            for b in self.w.json("bill", "list", of=d.company):
                if b["account"] == d.code and b["state"] == "presented":
                    self.w.run("bill", word, str(b["id"]), of=d.company)
            if d.n % 2:
                d.pay(0)
        return self.next_day(d, today, do)

    def sender_crash(self, d, who, today, hold):
        return self.next_day(d, today, lambda: self.release(
            d, "sender-crash"))

    def away(self, d, who, today, hold):
        return "ack", {}

    def uncertain_delivery(self, d, who, today, hold):
        def do():
            for n, in self.w.sql(
                    "SELECT o.id FROM outbox o JOIN account a ON a.id ="
                    " o.account_id WHERE o.state = 'uncertain' AND a.code ="
                    " ?", d.code):
                self.w.run("settle", str(n), "--as", "unsent", of=d.company)
        return self.next_day(d, today, do)
