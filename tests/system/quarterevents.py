"""What happens to the company of quarter.py, beside what its debtors do: each
on its day, so that every reason for which people are asked occurs."""
import datetime

from quartercalendar import Calendars
from quarterlib import OUR, START, days, epoch, reply
from robotlib import said
from sendlib import Server

# What does not happen here, and where it does: the child that reads calendars
# dies only by a library made for that; no policy here makes offers.
ELSEWHERE = {"calendar-unreadable", "offer-credit",
             "offer-back"}	# caldav.sh, offers.py
# What holds a company, and the days until somebody is asked.
COMPANY_HOLDS = {"observing": 9, "stopped": 3, "ledger-old": 3,
                 "ledger-shrunk": 3, "inbox-behind": 3, "clock": 1}
# What a mail does not close: a firm step; what a person lifts with the
# program; what is over as soon as a message is taken again.
NOT_BY_MAIL = {"approval", "stage-cap", "clock", "transport-refused",
               "robot-refused"}


def report(kind, frm, to, parts):
    text = ("Return-Path: <>\nFrom: %s\nTo: %s\nSubject: Report\n"
            "MIME-Version: 1.0\nAuto-Submitted: auto-generated\n"
            "Content-Type: multipart/report; report-type=%s; boundary=b\n\n"
            % (frm, to, kind))
    for type, body in parts:
        text += "--b\nContent-Type: %s\n\n%s\n" % (type, body)
    return (text + "--b--\n").replace("\n", "\r\n").encode()


def plain(frm, subject, body):
    return ("From: %s\r\nTo: ar@seller.example.com\r\nSubject: %s\r\n"
            "Message-ID: <%s@elsewhere.example.com>\r\n\r\n%s\r\n" % (
                frm, subject, subject.replace(" ", ""), body)).encode()


def lost(session):
    """The first to a customer is taken, and the line is cut."""
    session.server.lost = True
    return Server.DROP


class Events:
    def __init__(self, quarter):
        self.q, self.w = quarter, quarter.w
        self.reader = True
        self.exports = {company: True for company in OUR}
        self.shrinks, self.trouble, self.after = False, None, []
        self.began = {("branch", "observing"): START - days(1)}
        self.calendar = Calendars(quarter)

    # --- the books, and the way out ---

    def exported(self):
        """What is exported in the morning."""
        if self.shrinks:		# half of the customers are missing
            self.shrinks = self.exports["main"] = False
            done = self.q.books.export("main", half=True)
            self.q.check(None, done.returncode != 0 and "nothing was changed"
                         in done.stderr, "a list of half the customers: " +
                         done.stderr)
        for company in OUR:
            if self.exports[company]:
                self.q.books.export(company, "--confirm")

    def before(self, at):
        """Some minutes before a round that would write to somebody."""
        if self.trouble is None or not self.reader or not self.w.sql(
                "SELECT 1 FROM outbox WHERE account_id IS NOT NULL AND"
                " state = 'queued' AND company_id = 1 AND due_at <= ?",
                epoch(self.w.utc(at)) - 180):
            return
        self.w.clock(at - datetime.timedelta(minutes=3))
        self.w.run("run", "reader", "--once")
        act, self.trouble = self.trouble, None
        act()
        self.w.config()

    def cut(self):
        """The line is cut when the message is over: did it arrive?"""
        script = {"dot": lost, "last": lost,
                  "greeting": lambda s: "421 4.3.2 not now" if getattr(
                      s.server, "lost", False) else "220 mx.test",
                  "RCPT": lambda s: "250 2.1.5 ok" if "@customer" in s.to
                  else "451 4.3.0 not now"}
        with Server(script) as s:
            self.w.config(s.port)
            self.w.run("run", "sender", "--once")

    def refuse(self):
        """The server will not write to anybody for us."""
        with Server({"RCPT": "454 4.7.1 Relay access denied"}) as s:
            self.w.config(s.port)
            self.w.run("run", "sender", "--once")

    def crash(self):
        """The sender is killed with a message in its hands, until one to a
        customer has seen it twice: it may be done before it is killed."""
        for _ in range(12):
            with Server({"greeting": Server.STALL}) as s:
                self.w.config(s.port)
                self.w.kill("sender", "SELECT 1 FROM outbox WHERE state ="
                            " 'claimed' AND company_id = 1 AND claimed_by"
                            " LIKE '% ' || ? || ' %'")
            if self.w.sql("SELECT 1 FROM outbox WHERE state = 'claimed' AND"
                          " crashes > 0 AND account_id IS NOT NULL"):
                break

    def is_company_told(self, company, why):
        """Whether it stands still for a reason that somebody knows of, or
        will soon."""
        if why not in COMPANY_HOLDS:
            return False
        began = self.began.get((company, why))
        return (began is not None and self.q.today - began < days(
            COMPANY_HOLDS[why])) or self.w.sql(
            "SELECT 1 FROM task t JOIN company c ON c.id = t.company_id"
            " WHERE c.code = ? AND t.reason = ? AND (t.closed_at IS NULL OR"
            " t.closed_at > ?)", company, why,
            epoch(self.w.at) - 4 * 86400) != []

    # --- what people put right, the morning after they were told ---

    def told(self, reason, company):
        act = getattr(self, "on_" + reason.replace("-", "_"), None)
        if act is not None:
            self.after.append(lambda: act(company))

    def on_stopped(self, company):
        self.q.arm(company)

    on_observing = on_stopped

    def on_ledger_old(self, company):
        self.exports[company] = True

    on_ledger_shrunk = on_ledger_old

    def on_inbox_behind(self, company):
        self.reader = True

    def on_sms_route_refused(self, company):
        self.w.sms = (202, "0: Accepted for delivery")

    def on_robot_refused(self, company):
        self.w.group.fail.clear()

    on_robot_message = on_robot_refused

    def on_template_error(self, company):
        for d in self.q.debtors:
            d.prefix = ""

    def on_calendar_down(self, company):
        self.calendar.start()

    # --- by day ---

    def one(self, *characters):
        """Somebody who was written to, and is not yet spoken for."""
        for d in self.q.debtors:
            if d.character in characters and d.last is not None and \
                    d.firm is None:
                return d
        return None

    def morning(self, k):
        after, self.after = self.after, []
        for act in [*after, getattr(self, "day_%d" % k, None)]:
            if act is not None:
                act()
        self.calendar.day(k)

    def day_1(self):
        with open(self.w.w + "/drop/book/x-2026-09-01.csv", "w") as f:
            f.write("account,item\nA\n")
        self.w.own(self.w.w)
        self.w.run("run", "importer", "--once")

    def day_3(self):
        self.w.post(plain("stranger@elsewhere.example.com", "Pumps",
                          "Do you sell pumps?"))

    def day_5(self):			# somebody answers for one of them
        d = self.one("silent", "old", "far")
        if d is not None:
            self.w.run("guarantor", "add", d.code, "Example Holdings",
                       "--kind", "joint", "--until", str(
                           self.q.today + days(80)))

    def day_8(self):			# larger than may come in
        self.w.post(plain("stranger@elsewhere.example.com", "Pictures",
                          "\r\n".join(["x" * 70] * 16000)))

    def day_9(self):
        d = self.one("silent")
        if d is None:
            return
        self.w.post(report("feedback-report", "fbl@big.example.com",
                           "ar@seller.example.com", [
            ("message/feedback-report", "Feedback-Type: abuse\nUser-Agent: "
             "x/1\nVersion: 1\nOriginal-Rcpt-To: %s\n" % d.mail),
            ("message/rfc822", "From: ar@seller.example.com\nTo: %s\n"
             "Reply-To: %s\nSubject: your invoice\nMessage-ID: %s\n\nPlease"
             " pay.\n" % (d.mail, d.last.m["Reply-To"], d.last.id))]))
        d.stopped = d.mail

    def day_10(self):			# a stranger commands; as if from us
        digests = [m for m in self.w.staff if "Today" in str(m.m["Subject"])]
        self.w.post(reply(digests[-1], "done 1",
                          "thief@elsewhere.example.com"))
        d = self.one("after-two", "after-one", "keeps")
        if d is not None:
            self.w.post(reply(d.last, "Pay to another bank, please.",
                              "ar@seller.example.com",
                              [("X-Unproven", "yes")]))

    def day_11(self):
        d = self.one("away", "keeps")
        if d is not None:
            self.w.post(report("delivery-status",
                               "MAILER-DAEMON@mx.example.com",
                               str(d.last.m["Reply-To"]), [
                ("message/delivery-status", "Reporting-MTA: dns; "
                 "mx.example.com\n\nFinal-Recipient: rfc822; %s\nAction: "
                 "failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 "
                 "mailbox full\n" % d.mail)]))

    def day_2(self):
        self.trouble = self.refuse

    def day_7(self):			# the group does not know us
        self.w.group.fail["wecom"] = lambda text: said(
            93000, "invalid webhook url")

    def day_13(self):			# and hangs up
        self.w.group.fail["wecom"] = lambda text: None

    def day_12(self):			# mail to one of us comes back
        digests = [m for m in self.w.staff if m.to.startswith("ada@")]
        self.w.post(report("delivery-status", "MAILER-DAEMON@mx.example.com",
                           str(digests[-1].m["Reply-To"]), [
            ("message/delivery-status", "Reporting-MTA: dns; mx.example.com\n"
             "\nFinal-Recipient: rfc822; ada@staff.example.com\nAction: "
             "failed\nStatus: 5.2.2\n")]), to=str(digests[-1].m["Reply-To"]))

    def day_15(self):
        self.trouble = self.cut

    def day_16(self):
        self.w.run("stop", "branch")
        self.began["branch", "stopped"] = self.q.today

    def day_17(self):
        self.trouble = self.crash

    def day_20(self):
        self.exports["branch"] = False
        self.began["branch", "ledger-old"] = self.q.today + days(5)

    def day_22(self):
        self.reader = False
        for company in OUR:
            self.began[company, "inbox-behind"] = self.q.today

    def day_26(self):			# the clock jumps, and is put right
        was = self.w.at
        self.w.clock(was + datetime.timedelta(5))
        self.w.run("run", "planner", "--once")
        self.w.clock(was)
        self.began["main", "clock"] = self.q.today

    def day_28(self):
        self.shrinks = True
        self.began["main", "ledger-shrunk"] = self.q.today

    def day_14(self):
        for d in self.q.debtors:
            if d.character == "bill" and d.open():
                self.w.run("bill", "add", d.code, "--matures", str(
                    self.q.today + datetime.timedelta(10)), "--item",
                    d.first(), "--number", "B%04d" % d.n)
        self.w.run("task", "add", self.q.first().code, "Call the buyer",
                   "--due", "%s 16:00" % self.q.today, "--owner", "ada")
