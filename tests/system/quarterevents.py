"""What happens to the company of quarter.py, beside what its debtors do: each
on its day, so that every reason for which people are asked occurs."""
import datetime

from quarterlib import reply

# Reasons that need not occur here: what they are about (calendars, SMS, a
# stopped or observing company, broken transports and imports, erasure) is not
# of this world, or has to do with one day alone.  tests/system/reasons.sh
# raises every reason.
ELSEWHERE = set("""apologised apology? bill-dishonoured bill-matured bounced
calendar-down calendar-gone calendar-moved calendar-reopened calendar-ticked
calendar-unreadable calendar-vanished challenge clock erased-items guarantee
import-failed import-shrunk inbox-behind instalments ledger-old ledger-shrunk
limitation observing paid-claim promise sender-crash sms-route-refused
staff-mail stopped template-error transport-refused uncertain-delivery
unverified-promise worsening""".split())
# What a mail does not close: a firm step, and what another act ends.
NOT_BY_MAIL = {"approval", "stage-cap", "paid-perhaps", "no-date", "todo"}


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


class Events:
    def __init__(self, quarter):
        self.q, self.w = quarter, quarter.w

    def one(self, *characters):
        """Somebody who was written to, and is not yet spoken for."""
        for d in self.q.debtors:
            if d.character in characters and d.last is not None and \
                    d.firm is None:
                return d
        return None

    def morning(self, k):
        act = getattr(self, "day_%d" % k, None)
        if act is not None:
            act()

    def day_3(self):
        self.w.post(plain("stranger@elsewhere.example.com", "Pumps",
                          "Do you sell pumps?"))

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
                              "ar@seller.example.com"))

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

    def day_14(self):
        for d in self.q.debtors:
            if d.character == "bill" and d.open():
                self.w.run("bill", "add", d.code, "--matures", str(
                    self.q.today + datetime.timedelta(20)), "--item",
                    d.first(), "--number", "B%04d" % d.n)
        self.w.run("task", "add", self.q.debtors[0].code, "Call the buyer",
                   "--due", "%s 16:00" % self.q.today, "--owner", "ada")
