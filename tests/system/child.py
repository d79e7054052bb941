"""The child of the reader: confined before the first byte, and reading the
same as the program does without a sandbox.  Standard library only."""
import email.message
import email.policy
import json
import os
import platform
import subprocess
import sys
import tempfile

DUNLIN = os.environ["DUNLIN"]
WHEN = "2026-11-20T10:00:00Z"
passed = failed = 0


def check(what, ok, more=""):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("%s %s" % (what, more))


ZH = "你好，这笔款我们11月27日付清，请放心。发票号 INV-7。"
JA = "今週の金曜日に支払います。"
KO = "11월 27일에 지불하겠습니다."
RU = "Оплатим в пятницу."
FR = "Nous payerons vendredi, c'est décidé – promis."
CHARSETS = [("gb2312", ZH), ("gbk", ZH), ("gb18030", ZH), ("big5", "你好，這筆款我們下週五付清。"),
            ("utf-8", ZH), ("utf-16", ZH), ("utf-16-le", ZH), ("hz", ZH),
            ("utf-7", ZH), ("shift_jis", JA), ("iso-2022-jp", JA),
            ("euc-jp", JA), ("euc-kr", KO), ("koi8-r", RU),
            ("windows-1251", RU), ("windows-1252", FR), ("iso-8859-15",
            "Je paye 100 € vendredi."), ("no-such-charset", FR)]


def plain(charset, text):
    name = "cp1252" if charset == "no-such-charset" else charset
    return ("From: a@x.test\r\nSubject: =?%s?Q?=41?=\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=%s\r\n\r\n"
            % (charset, charset)).encode() + text.encode(name, "replace")


def rich():
    m = email.message.EmailMessage(policy=email.policy.SMTP)
    m["From"] = "Ann Müller <a@x.test>"
    m["Subject"] = "回复：发票"
    m.set_content("We will pay on Friday.\n\n> quoted\n")
    m.add_alternative("<p>We will <b>pay</b> on Friday.</p>", subtype="html")
    m.add_attachment(b"%PDF-1.4 rubbish", maintype="application",
                     subtype="pdf", filename="发票.pdf")
    return m.as_bytes()


MAILS = [plain(c, t) for c, t in CHARSETS] + [
    rich(), b"", b"\0" * 1000, os.urandom(20000),
    b"From: MAILER-DAEMON@x.test\r\nContent-Type: multipart/report;"
    b" report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nno\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Reporting-MTA: dns; x.test\r\n\r\nFinal-Recipient: rfc822; a@y.test"
    b"\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550"
    b" User unknown\r\n\r\n--b--\r\n",
]
child = subprocess.Popen([DUNLIN, "understand", "--mail", "--frames"],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         env={"LC_ALL": "C.UTF-8", "TZ": "UTC"})


def ask(data):
    head = {"size": len(data), "received": WHEN, "tz": "Asia/Shanghai",
            "country": "CN"}
    child.stdin.write(json.dumps(head).encode() + b"\n" + data)
    child.stdin.flush()
    return json.loads(child.stdout.readline())


def unconfined(data):
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        out = subprocess.run([DUNLIN, "understand", "--mail", "--received",
                              WHEN, "--tz", "Asia/Shanghai", "--country",
                              "CN", f.name], capture_output=True, check=True)
    return json.loads(out.stdout)


first = ask(MAILS[0])
why = first.get("unconfined")
sanitized = why is not None and "sanitizer" in why
if platform.system() == "Linux" and platform.machine() in ("x86_64",
                                                           "aarch64"):
    check("confined", why is None or sanitized, why)


def confined(what, pid):
    with open("/proc/%d/status" % pid) as f:
        status = dict(l.split(":", 1) for l in f)
    check(what + ": seccomp", status["Seccomp"].strip() == "2",
          status["Seccomp"])
    check(what + ": no new rights", status["NoNewPrivs"].strip() == "1")


calendar = subprocess.Popen([DUNLIN, "understand", "--frames", "--calendar"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            env={"LC_ALL": "C.UTF-8", "TZ": "UTC"})
calendar.stdin.write(b'{"ask": "object", "size": 6}\n<html>')
calendar.stdin.flush()
told = json.loads(calendar.stdout.readline())
check("calendar", "iCalendar" in told["broken"] and told.get("unconfined") ==
      why, told)
if why is None:
    confined("mail", child.pid)
    confined("calendar", calendar.pid)
calendar.stdin.close()
check("end of calendar", calendar.wait(20) == 0, calendar.returncode)
for i, data in enumerate(MAILS):
    name = CHARSETS[i][0] if i < len(CHARSETS) else "mail %d" % i
    got, want = ask(data)["meaning"], unconfined(data)
    want.pop("id", None)
    got.pop("id", None)
    check(name, got == want, "%s\nnot %s" % (got, want))


def call(gateway, kind, raw):
    with open(os.path.join(os.environ["top_srcdir"], "contrib/gateways",
                           gateway + ".yaml")) as f:
        head = {"size": len(raw), "hook": kind, "file": gateway,
                "gateway": f.read()}
    child.stdin.write(json.dumps(head).encode() + b"\n" + raw)
    child.stdin.flush()
    return json.loads(child.stdout.readline())


for _ in range(2):
    got = call("kannel", "report", b"GET /hook?token=t&state=1&id=5\n\n")
    check("a call of Kannel", [(e["token"], e["id"]) for e in got["events"]]
          == [("t", "5")] and got.get("unconfined") == why, got)
    got = call("twilio", "message", "POST /hook\nContent-Type: application/"
               "x-www-form-urlencoded\n\nFrom=%2B447400123456&To=1&Body="
               "\u4f60\u597d".encode())
    check("a call of Twilio", [(e["number"], e["text"]) for e in
                               got["events"]] == [("+447400123456",
                                                   "\u4f60\u597d")], got)
    got = call("aliyun", "report", b"POST /hook\nContent-Type: application/"
               b"json\n\n[{")
    check("a broken call", "JSON" in got.get("broken", ""), got)
child.stdin.close()
check("end", child.wait(20) == 0, child.returncode)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
