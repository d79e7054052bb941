#!/usr/bin/python3
"""check_mails.py NEW GOLDEN [--update]

Reads every mail of the folder NEW with Python's own parser, compares what it
says with the facts beside it, computed here anew, and compares a form that a
person can read with the file of that name in GOLDEN."""
import csv
import datetime
import email
import email.policy
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import sys

ZH_NAMES = {"USD": "美元", "EUR": "欧元"}
# Mails that list no items.
NO_ITEMS = ("thanks", "apology", "apology-wrongs", "answer-dispute", "answer-trade",
            "answer-statement", "answer-reason", "answer-calm",
            "answer-wrong-person", "outcome-dispute", "outcome-claim")
STATEMENT = ("answer-trade", "answer-statement", "answer-invoice")
MONTHS = ("January February March April May June July August September "
          "October November December").split()
passed = failed = 0


def check(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(what)


def money(minor, currency, language):
    number = "{:,}.{:02}".format(abs(minor) // 100, abs(minor) % 100)
    if language == "en":
        return currency + " " + number
    if currency == "CNY":
        return "人民币" + number + "元"
    return number + ZH_NAMES[currency]


def date(day, language):
    d = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
    if language == "en":
        return "%d %s %d" % (d.day, MONTHS[d.month - 1], d.year)
    return "%d年%d月%d日" % (d.year, d.month, d.day)


class Reader(html.parser.HTMLParser):
    """Text, table rows, and what has no place in a mail."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.rows, self.bad, self.lang = "", [], [], None
        self.stack = []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in ("br", "meta"):
            self.stack.append(tag)
        if tag == "html":
            self.lang = attrs.get("lang")
        if tag == "tr":
            self.rows.append([])
        if tag == "th" and attrs.get("scope") not in ("col", "row"):
            self.bad.append("th without scope")
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag in ("img", "script", "link", "form", "iframe", "a"):
            self.bad.append(tag)
        if any(k in attrs for k in ("src", "href", "onclick")):
            self.bad.append(tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.bad.append("</%s> out of place" % tag)

    def handle_data(self, data):
        self.text += data
        if {"td", "th"} & set(self.stack):
            self.rows[-1][-1] += " " + data.strip()


def amounts_in(text, language):
    if language == "en":
        found = re.findall(r"\b[A-Z]{3}\s[\d,]+\.\d\d", text)
        return {re.sub(r"\s", " ", f) for f in found}
    return set(re.findall(r"人民币[\d,]+\.\d\d元|[\d,]+\.\d\d[美欧]元",
                          text.replace("\n", "")))


def expected_amounts(facts):
    """Every amount that the facts give, and the totals."""
    language, today = facts["language"], facts["today"]
    must, may, totals = set(), set(), {}
    for item in facts["items"]:
        if item["open"] < 0:
            must.add(money(item["open"], item["currency"], language))
            continue
        must.add(money(item["open"], item["currency"], language))
        if item["open"] != item["amount"]:
            must.add(money(item["amount"], item["currency"], language))
        total = totals.setdefault(item["currency"], [0, 0])
        total[0] += item["open"]
        if item["due"] < today:
            total[1] += item["open"]
    for currency, (every, late) in totals.items():
        must.add(money(every, currency, language))
        if late:
            must.add(money(late, currency, language))
        elif every:
            may.add(money(every, currency, language))
    return must, may


def check_items(name, facts, text, reader):
    language = facts["language"]
    rows = [" ".join(" ".join(r).split()) for r in reader.rows]
    flat = " ".join(text.split())
    for item in facts["items"]:
        if item["document"] is None:
            continue
        row = [r for r in rows if item["document"] in r]
        check(len(row) == 1, "%s: %s is in %d rows of the table"
              % (name, item["document"], len(row)))
        need = [money(item["open"], item["currency"], language)]
        if item["open"] > 0:
            need.append(date(item["due"], language))
            if item["issued"]:
                need.append(date(item["issued"], language))
            late = facts["today"] - item["due"]
            if late > 0:
                need.append("%d day" % late if language == "en"
                            else "%d天" % late)
        for word in need:
            check(row and word in row[0], "%s: %s is not in the row of %s"
                  % (name, word, item["document"]))
            check(word in flat, "%s: %s is not in the text" % (name, word))
    must, may = expected_amounts(facts)
    for where, body in (("text", text), ("HTML", reader.text)):
        got = amounts_in(body, language)
        if facts["template"] == "courtesy":
            may = may | {money(999900, "USD" if language == "en" else "CNY",
                               language)}
        if facts["template"] == "answer-promise":
            cur = "USD" if language == "en" else "CNY"
            parts = [500000, 734567] if name.endswith("-plan") else [500000]
            must = must | {money(p, cur, language) for p in parts}
        must = must | {money(sum_, "USD" if language == "en" else "CNY",
                             language) for sum_ in facts.get("offer", [])}
        check(must <= got, "%s: %s lacks %s" % (name, where, must - got))
        check(got <= must | may, "%s: %s has %s from nowhere"
              % (name, where, got - must - may))


def readable(m, text, markup):
    lines = []
    for key in ("Date", "From", "Reply-To", "To", "Subject", "Message-ID",
                "In-Reply-To", "References", "Auto-Submitted",
                "Content-Language"):
        if m[key] is not None:
            lines.append("%s: %s" % (key, m[key]))
    return "\n".join(lines) + "\n\n" + text + "\n======== HTML ========\n" \
        + markup


def check_form(name, raw, m, text, markup, reader, facts):
    check(b"\n" not in raw.replace(b"\r\n", b""), name + ": a bare LF")
    check(b"\r" not in raw.replace(b"\r\n", b""), name + ": a bare CR")
    check(max(len(l) for l in raw.split(b"\r\n")) <= 78 or
          all(len(l) <= 998 for l in raw.split(b"\r\n")),
          name + ": a line over 998")
    body = raw.split(b"\r\n\r\n", 1)[1]
    check(max(len(l) for l in body.split(b"\r\n")) <= 78,
          name + ": a line of the body over 78")
    check(all(b < 128 for b in raw), name + ": a byte over 127")
    check(not m.defects and not any(p.defects for p in m.walk()),
          name + ": the parser complains")
    parts = [p.get_content_type() for p in m.walk()]
    texts = ["multipart/alternative", "text/plain", "text/html"]
    if facts["template"] in STATEMENT:
        texts = ["multipart/mixed", *texts, "text/csv", "text/html"]
    if facts["template"] == "m4-letter":
        texts = ["multipart/mixed", *texts, "application/pdf"]
    check(parts == texts, "%s: parts are %s" % (name, parts))
    check(all(len(l) <= 78 for l in text.split("\n")),
          name + ": a long line of text")
    check(not reader.bad, "%s: HTML has %s" % (name, reader.bad))
    check(not reader.stack, "%s: open tags %s" % (name, reader.stack))
    check(reader.lang == facts["language"] == m["Content-Language"],
          name + ": language")
    for header in ("Date", "From", "To", "Reply-To", "Subject", "Message-ID",
                   "Auto-Submitted", "MIME-Version"):
        check(len(m.get_all(header, [])) == 1,
              "%s: %s is not there once" % (name, header))


def check_files(name, facts, files):
    """The statement: every open item, computed here anew."""
    if facts["template"] == "m4-letter":
        check(files[0].get_content().startswith(b"%PDF-") and
              files[0]["Content-Transfer-Encoding"] == "base64" and
              files[0].get_content_disposition() == "attachment" and
              re.fullmatch(r"letter-C-[12]001-2026-11-20\.pdf",
                           files[0].get_filename()),
              name + ": the letter's part")
    if facts["template"] not in STATEMENT:
        return
    rows = list(csv.reader(io.StringIO(
        files[0].get_content().replace("\ufeff", "", 1))))
    check(len(rows) == len(facts["items"]) + 1, "%s: %d lines of CSV"
          % (name, len(rows)))
    for item, row in zip(facts["items"], rows[1:]):
        due = datetime.date(1970, 1, 1) + datetime.timedelta(item["due"])
        check(row[0] == item["document"] and row[2] == str(due) and
              row[4] == item["currency"] and
              row[6] == "%.2f" % (item["open"] / 100),
              "%s: the CSV says %s" % (name, row))
    markup = files[1].get_content()
    reader = Reader()
    reader.feed(markup)
    check(not reader.bad and not reader.stack, name + ": the statement's HTML")
    check_tidy(name + " (statement)", markup)
    check_items(name + " (statement)", dict(facts, template=""), reader.text,
                reader)


def check_tidy(name, markup):
    if not shutil.which("tidy"):
        return
    done = subprocess.run(["tidy", "-q", "-e", "--show-info", "yes"],
                          input=markup, capture_output=True, text=True,
                          encoding="utf-8")
    check(done.returncode == 0, "%s: %s" % (name, done.stderr))


def main():
    new, golden = sys.argv[1:3]
    update = "--update" in sys.argv
    names = sorted(f[:-4] for f in os.listdir(new) if f.endswith(".eml"))
    for name in names:
        raw = open(os.path.join(new, name + ".eml"), "rb").read()
        facts = json.load(open(os.path.join(new, name + ".json")))
        m = email.message_from_bytes(raw, policy=email.policy.default)
        text = m.get_body(("plain",)).get_content()
        text = text.replace("\r\n", "\n")
        markup = m.get_body(("html",)).get_content()
        markup = markup.replace("\r\n", "\n")
        reader = Reader()
        reader.feed(markup)
        check_tidy(name, markup)
        check_form(name, raw, m, text, markup, reader, facts)
        files = list(m.iter_attachments())
        check_files(name, facts, files)
        if facts["template"] not in NO_ITEMS or (
                facts["template"] == "outcome-dispute" and
                not name.endswith("-accepted")):
            check_items(name, facts, text, reader)
        path = os.path.join(golden, name + ".txt")
        form = readable(m, text, markup)
        if update:
            open(path, "w", newline="").write(form)
            continue
        old = open(path, newline="").read() if os.path.exists(path) else ""
        check(old == form, "%s differs from %s: look, then make "
              "update-golden" % (name, path))
    known = sorted(f[:-4] for f in os.listdir(golden) if f.endswith(".txt"))
    check(known == names, "golden files without a mail: %s"
          % sorted(set(known) - set(names)))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())
