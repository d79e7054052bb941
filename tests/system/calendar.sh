#!/bin/sh
# dunlin task and calendar, and the calendar file that goes with the
# confirmation of a promise.
exec /usr/bin/python3 - <<'PY'
import datetime, email, email.policy, glob, json, os, re, subprocess, sys
import tempfile

sys.path.insert(0, os.environ["top_srcdir"] + "/tests/system")
from checklib import check, finish

DUNLIN = os.environ["DUNLIN"]
now = "2026-11-23T01:05:00Z"	# a Monday, 09:05 in Shanghai
dir = tempfile.mkdtemp()
w = dir + "/w"


def run(*args, code=0):
    done = subprocess.run([DUNLIN, *args], capture_output=True, text=True,
                          env=dict(os.environ, DUNLIN_NOW=now,
                                   LANG="C.UTF-8"))
    check(done.returncode == code, args, done.returncode, done.stderr)
    return done.stdout


def unfold(text):
    return text.replace("\r\n", "\n").replace("\n ", "").split("\n")


run("init", w, "--name", "Acme Ltd", "--country", "CN", "--test")
path = dir + "/l.csv"
with open(path, "w") as f:
    f.write("account,item,due,amount,balance,currency,name,email,language,"
            "country\nC-100,INV-1,2026-10-20,100.00,100.00,CNY,Blue Harbour,"
            "a@example.test,en,CN\nC-200,INV-2,2026-11-01,250.00,250.00,CNY,"
            "Red River,b@example.test,zh-CN,CN\n")
with open(w + "/dunlin.yaml", "a") as f:
    f.write("\n")
C = ("-C", w)
run(*C, "import", path, "--mode", "full", "--as-of", "2026-11-23",
    "--confirm")
for m in range(0, 4):
    if subprocess.run([DUNLIN, *C, "arm", "--confirm", str(m)],
                      capture_output=True, env=dict(
                          os.environ, DUNLIN_NOW=now)).returncode == 0:
        break

# --- task
run(*C, "task", "add", "C-100", "Call", "--due", "2026-11-24 14:30")
run(*C, "task", "add", "C-100", "Call again", "--due", "2026-11-25")
own = [t for t in json.loads(run(*C, "tasks", "--json"))
       if t["reason"] == "todo"]
check([t["due"] for t in own] == ["2026-11-24T06:30:00Z",
                                  "2026-11-25T01:00:00Z"],
      "two of one account, due in the company's zone", own)
a, b = str(own[0]["id"]), str(own[1]["id"])
run(*C, "task", "move", a, "2026-11-26T00:00:00+08:00")
run(*C, "task", "done", b, "they pay on Friday")
run(*C, "task", "done", b, code=65)
run(*C, "task", "move", b, "2026-11-26", code=65)
run(*C, "task", "move", a, "2026-02-30", code=64)
run(*C, "task", "move", a, "2026-11-26 25:00", code=64)
run(*C, "task", "add", "C-999", "x", code=65)
run(*C, "task", "add", "C-100", "", code=64)
run(*C, "task", "add", "C-100", "x", "--owner", "nobody-here", code=65)
run(*C, "task", "fly", code=64)
own = [t for t in json.loads(run(*C, "tasks", "--all", "--json"))
       if t["reason"] == "todo"]
by = {str(t["id"]): t for t in own}
check(by[a]["due"] == "2026-11-25T16:00:00Z", "moved", by[a])
check(by[b]["outcome"] == "they pay on Friday", "done", by[b])

# --- calendar
run(*C, "promise", "add", "C-100", "--by", "2026-11-27", "--confirm")
run(*C, "promise", "add", "C-200", "--by", "2026-11-30", "--amount",
    "120", "--currency", "CNY", "--confirm")
lines = unfold(run(*C, "calendar"))
check(lines.count("BEGIN:VEVENT") == 2, "two days", lines)
check("SUMMARY:Follow-up #C-100" in lines, "neutral", lines)
text = "\n".join(lines)
check("Blue Harbour" not in text and "CNY" not in text and "120.00" not in text,
      "no details", text)
again = unfold(run(*C, "calendar"))
check(again == lines, "the same bytes")
text = "\n".join(unfold(run(*C, "calendar", "--details", "--language",
                            "zh-CN")))
check("SUMMARY:跟进 #C-200" in text and "Red River" in text and
      "人民币120.00元" in text, "details, in Chinese", text)
check("BEGIN:VEVENT" not in run(*C, "calendar", "--owner",
                                subprocess.run(["id", "-un"], text=True,
                                               capture_output=True)
                                .stdout.strip()), "of one person")
run(*C, "calendar", "--language", "fr", code=64)

# --- the debtor's file
run(*C, "run", "sender", "--once")
mails = [email.message_from_binary_file(open(p, "rb"),
                                        policy=email.policy.default)
         for p in glob.glob(w + "/outgoing/*/*")]
check(len(mails) == 2, "two confirmations", len(mails))
for m in mails:
    to = m["To"].addresses[0].addr_spec
    files = list(m.iter_attachments())
    check(len(files) == 1 and files[0].get_content_type() ==
          "text/calendar" and files[0].get_filename() == "payment.ics",
          "one calendar file", to)
    part = files[0]
    check(part.get_param("method") == "PUBLISH", "its method")
    # A Maildir has the line ends of this system.
    raw = part.get_payload(decode=True).decode().replace("\r\n", "\n")
    check(raw.startswith("BEGIN:VCALENDAR\n") and
          all(len(l.encode()) <= 75 for l in raw.split("\n")), "folded")
    text = "\n".join(unfold(raw))
    check("METHOD:PUBLISH" in text and "ATTENDEE" not in text and
          "ORGANIZER" not in text, "nobody is invited", text)
    check("TRANSP:TRANSPARENT" in text, "takes no time")
    if to == "a@example.test":
        check("DTSTART;VALUE=DATE:20261127" in text and
              "SUMMARY:Payment to Acme Ltd (INV-1)" in text and
              "Day of payment: 27 November 2026" in text, "English", text)
    else:
        check("DTSTART;VALUE=DATE:20261130" in text and
              "SUMMARY:向Acme Ltd付款（INV-2）" in text and
              "人民币120.00元" in text, "Chinese", text)
    check("overdue" not in text and "逾期" not in text, "neutral", text)
finish()
PY
