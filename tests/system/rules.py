#!/usr/bin/python3
"""What a policy changes of the rules for replies: told by check, done by the
reader.  (With DUNLIN and top_srcdir set.)"""
import json
import os
import subprocess
import sys

from checklib import check, finish

TOP, DUNLIN = os.environ["top_srcdir"], os.environ["DUNLIN"]
sys.argv = ["replies.py", DUNLIN, TOP]
import replies  # noqa: E402 - it reads its arguments
NAMES = ["promise-amount", "paid", "hardship", "dispute-quality", "refusal",
         "vague", "lawyer", "thanks", "away", "unclear"]
RULES = """  ours:
    extends: default
    max_new_per_day: 500
    answers_per_week: 1
    ask_days: 5
    replies:
      plan: {by: person, within: 3}
      promise: {by: person, within: 3}
      paid: {answer: no}
      hardship: {template: answer-ours, severity: at-once}
      dispute: {by: person}
      refusal: {template: answer-hardship}
      legal: {by: person}
      question: {hold: human, trust: proven}
      auto_reply: {hold: human}
      unclear: {hold: vulnerable}
"""
replies.CONFIG = replies.CONFIG.replace(
    "  ours: {extends: default, max_new_per_day: 500}\n", RULES).replace(
    "test: yes\n", "test: yes\ntemplates: templates\n")
w = replies.World(NAMES)


def dunlin(*args):
    return subprocess.run([DUNLIN, "-C", w.dir, "--now", replies.instant(
        replies.MONDAY, 9, 0), *args], capture_output=True, text=True)


os.mkdir(w.dir + "/templates")
# A template that is not there is told, with where it is named.
got = dunlin("check")
check(got.returncode == 78 and got.stdout.count("answer-ours") == 2,
      "a missing template in each language: " + got.stdout)
for language in "en", "zh-CN":
    os.makedirs("%s/templates/%s" % (w.dir, language))
    with open("%s/templates/%s/answer-ours.mail" % (w.dir, language),
              "w") as f:
        f.write("Subject: Ours\n--- text\nOur own words, up to {{#parts}}"
                "{{parts}}{{/parts}} parts.\n")
check(dunlin("check").returncode == 0, "now it is: " + dunlin("check").stdout)
table = {r["intent"]: r for r in
         json.loads(dunlin("check", "--replies", "--json").stdout)}
check(len(table) == 22, "every kind of reply: %d" % len(table))
check(table["plan"]["by"] == "person" and table["plan"]["within"] == 3 and
      "answer" not in table["plan"], "plan: %s" % table["plan"])
check("answer" not in table["paid"] and table["paid"]["by"] == "dunlin",
      "paid: %s" % table["paid"])
check(table["hardship"]["answer"] == "answer-ours" and
      table["hardship"]["severity"] == "at once",
      "hardship: %s" % table["hardship"])
check(table["refusal"]["answer"] == "answer-hardship", "refusal")
check(table["question"]["hold"] == "human" and
      table["question"]["trust"] == "commit", "question: %s"
      % table["question"])
check(table["auto_reply"]["hold"] == "human", "away: %s"
      % table["auto_reply"])
check(table["third_party"]["answer"] == "answer-third-party" and
      table["third_party"]["severity"] == "soon", "the rest is as it was")

w.ledger(replies.FRIDAY)
w.write("UPDATE company SET state = 'armed', armed_at = 0")
for hour, minute in (0, 50), (9, 10):
    w.roles(replies.instant(replies.FRIDAY, hour, minute), reader=True)
w.ledger(replies.MONDAY)
w.roles(replies.instant(replies.MONDAY, 1, 5), reader=True)
for name in NAMES:
    w.reply("en", name)
w.roles(replies.instant(replies.MONDAY, 9, 20), reader=True)


def state(name):
    return "\n".join(replies.state(w, "en", name))


def answers(name):
    return [m["Subject"] for _, m in w.mails[w.account("en", name).lower() +
            "@customer.example"][1:]]


got = state("promise-amount")
check(not any(l.startswith(("promise", "instalment"))
              for l in got.splitlines()) and "reply-unread" in got,
      "by a person: nothing is recorded: " + got)
check("2026-11-26" in got and answers("promise-amount") == [],
      "within three days, not answered: " + got)
got = state("paid")
check("claim     checking" in got and answers("paid") == [],
      "recorded, not answered: " + got)
check(answers("hardship") == ["Ours"] and "at once" in state("hardship"),
      "our words: %s" % answers("hardship"))
got = state("dispute-quality")
check("dispute   opened" not in got and "hold      dispute on" in got and
      answers("dispute-quality") == [],
      "by a person, but what stops still stops: " + got)
check(len(answers("refusal")) == 1 and "thank you for telling us" in
      answers("refusal")[0], "another template: %s" % answers("refusal"))
check("until 2026-12-01" in state("vague"), "five days: " + state("vague"))
check("hold      legal" in state("lawyer") and answers("lawyer") == [],
      "legal stays legal: " + state("lawyer"))
check("hold" not in state("thanks"), "thanks: " + state("thanks"))
check("hold      human on the account" in state("away"),
      "a hold of the policy's own: " + state("away"))
got = state("unclear")
check("hold      vulnerable" in got and "reply-unread" not in got,
      "another hold: " + got)

# What stops can never be made to stop less: told with its line.
path = w.dir + "/dunlin.yaml"
with open(path, encoding="utf-8") as f:
    good = f.read()
line = good[:good.index("      plan: {by")].count("\n") + 1
for rule, says in (
        ("legal: {hold: human}", "would let messages out"),
        ("opt_out: {hold: reply-unread}", "would let messages out"),
        ("vulnerable: {hold: bill}", "would let messages out"),
        ("dispute: {hold: asked}", "would let messages out"),
        ("paid: {hold: promise-open}", "would let messages out"),
        ("wrong_person: {hold: transport}", "would let messages out"),
        ("question: {hold: uncertain-delivery}", "would let messages out"),
        ("question: {hold: gap}", "would let messages out"),
        ("question: {hold: nonsense}", "no hold is called"),
        ("legal: {trust: proven}", "stops messages at once"),
        ("abusive: {trust: proven}", "stops messages at once"),
        ("opt_out: {trust: proven}", "stops messages at once"),
        ("angry: {trust: proven}", "stops messages at once"),
        ("dispute: {trust: proven}", "stops messages at once"),
        ("promise: {trust: anybody}", "cannot be believed"),
        ("promise: {trust: no}", "cannot be believed")):
    with open(path, "w", encoding="utf-8") as f:
        f.write(good.replace("      plan: {by: person, within: 3}",
                             "      " + rule).replace(
            "      " + rule.split(":")[0] + ": {answer: no}\n", "").replace(
            "      " + rule.split(":")[0] + ": {by: person}\n", "").replace(
            "      promise: {by: person, within: 3}\n", "" if
            rule.startswith("promise") else
            "      promise: {by: person, within: 3}\n").replace(
            "      question: {hold: human, trust: proven}\n", ""))
    got = dunlin("check")
    check(got.returncode == 78 and "dunlin.yaml:%d: " % line in got.stdout
          and says in got.stdout, rule + ": " + got.stdout)
for rule in ("legal: {hold: vulnerable}", "dispute: {hold: legal}",
             "paid: {hold: human}", "angry: {hold: legal, trust: known}"):
    with open(path, "w", encoding="utf-8") as f:
        f.write(good.replace("      plan: {by: person, within: 3}",
                             "      " + rule).replace(
            "      " + rule.split(":")[0] + ": {answer: no}\n", "").replace(
            "      " + rule.split(":")[0] + ": {by: person}\n", ""))
    got = dunlin("check")
    check(got.returncode == 0, "stricter is allowed: %s: %s" % (rule,
          got.stdout))
finish()
