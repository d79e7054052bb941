#!/usr/bin/python3
"""check_letters.py NEW AGAIN GOLDEN [--update]

Reads the letters of the folder NEW with poppler's tools: their text as a
person sees it is that of GOLDEN, it says all that the linter read, every font
is embedded, title and language are told; those of AGAIN are the same bytes."""
import os
import re
import subprocess
import sys

PAGES = {"en-letter-sealed": 2, "zh-CN-letter-sealed": 1,
         "en-letter-one": 1, "zh-CN-letter-one": 1, "en-letter-long": 2,
         "zh-CN-letter-long": 1, "en-letter-two": 2, "zh-CN-letter-two": 2,
         "en-letter-traditional": 1, "zh-CN-letter-traditional": 1,
         "en-letter-forty": 3, "zh-CN-letter-forty": 3}
ROWS = {"one": 1, "forty": 40, "long": 1, "two": 3, "traditional": 1,
        "sealed": 1}
passed = failed = 0


def check(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(what)


def run(*args):
    return subprocess.run(args, capture_output=True, check=True).stdout.decode()


def squeeze(s):
    """Without white space: lines are broken anywhere on a page."""
    return re.sub(r"\s+", "", s)


def four(n):
    """Below ten thousand, in capital figures."""
    s, gap = "", False
    for unit, value in ("仟", 1000), ("佰", 100), ("拾", 10), ("", 1):
        d = n // value % 10
        s += ("零" if gap and s and d else "") + (
            "零壹贰叁肆伍陆柒捌玖"[d] + unit if d else "")
        gap = d == 0
    return s


def capital(cents):
    """As people write it on bills, by code of its own: to 亿."""
    yuan, cents = divmod(cents, 100)
    high, low = divmod(yuan, 10000)
    s = (four(high) + "万" if high else "") + (
        "零" if high and 0 < low < 1000 else "") + four(low)
    s += "元" if yuan else ""
    if cents == 0:
        return "人民币" + s + "整"
    tens, ones = divmod(cents, 10)
    d = "零壹贰叁肆伍陆柒捌玖"
    s += d[tens] + "角" if tens else "零" if yuan else ""
    return "人民币" + s + (d[ones] + "分" if ones else "")


def fields(text):
    return dict((k.strip(), v.strip()) for k, _, v in
                (line.partition(":") for line in text.splitlines()))


def letter(path, name):
    pdf = path + ".pdf"
    raw = open(pdf, "rb").read()
    language = "zh-CN" if name.startswith("zh-CN") else "en"
    text = run("pdftotext", "-layout", pdf, "-")
    info = fields(run("pdfinfo", pdf))
    pages = int(info["Pages"])
    check(pages == (PAGES[name]),
          "%s: %d pages" % (name, pages))
    for n in range(1, pages + 1):
        word = ("Page %d of %d" if language == "en" else "第%d页，共%d页")
        check(squeeze(word % (n, pages)) in squeeze(text.split("\f")[n - 1]),
              "%s: page %d has no number" % (name, n))
    check(info["Page size"].endswith("(A4)"), name + ": not A4")
    check(info["Title"].startswith("Demand" if language == "en" else
                                   "催款函"), name + ": " + info["Title"])
    check("2026" in info["CreationDate"] and "Nov 20 00:00:00" in
          info["CreationDate"], name + ": " + info["CreationDate"])
    check(raw.rindex(b"/Lang (%s)" % language.encode()) >
          raw.index(b"%%EOF"), name + ": no language")
    check(re.search(rb"/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]", raw),
          name + ": no identifier")
    at = int(raw.rstrip().split(b"\n")[-2])
    check(raw[at:at + 4] == b"xref", name + ": startxref")
    fonts = [line.split() for line in
             run("pdffonts", pdf).splitlines()[2:]]
    check(len(fonts) >= 2 and all(f[-5] == "yes" and f[-4] == "yes" and
                                  f[-3] == "yes" for f in fonts),
          "%s: fonts %s" % (name, fonts))
    check(len(raw) < 100000, "%s: %d bytes" % (name, len(raw)))
    flat = squeeze(text)
    both = re.findall("合计：人民币([0-9,.]+)元（大写：([^）]+)）", flat)
    check(len(both) == (language == "zh-CN"), "%s: capital figures %s" % (
        name, both))
    for figures, words in both:
        check(capital(int(re.sub("[,.]", "", figures))) == words,
              "%s: %s is not %s" % (name, words, figures))
    for line in open(path + ".said"):
        for cell in re.split(r"  |\. |，|。|；", line.strip()):
            # a table's cell of several lines stands beside others
            if len(cell) < 16:
                check(squeeze(cell) in flat, "%s: not on a page: %s" %
                      (name, cell))
    rows = len(re.findall(r"\d{1,2} \w+ 2026 +\d+ +[A-Z]{3} |"
                          r"月\d+日 +\d+ +人?", text))
    late = ROWS[name.rsplit("-", 1)[1]] - name.endswith("two")
    check(rows == late, "%s: %d rows" % (name, rows))
    pictures = [line.split() for line in
                run("pdfimages", "-list", pdf).splitlines()[2:]]
    kinds = [p[2] for p in pictures]
    check(kinds == (["image", "smask"] if name.endswith("sealed") else []),
          "%s: pictures %s" % (name, pictures))
    for box in "\ufffd□":
        check(box not in text, name + ": a character is missing")
    return text


def main():
    new, again, golden = sys.argv[1:4]
    names = sorted(n[:-4] for n in os.listdir(new) if n.endswith(".pdf"))
    check(len(names) == 12, "12 letters, not %d" % len(names))
    for name in names:
        text = letter(os.path.join(new, name), name)
        check(open(os.path.join(new, name + ".pdf"), "rb").read() ==
              open(os.path.join(again, name + ".pdf"), "rb").read(),
              name + ": other bytes the second time")
        path = os.path.join(golden, name + ".txt")
        if "--update" in sys.argv:
            with open(path, "w") as f:
                f.write(text.replace("\f", "\n--- page\n"))
        try:
            want = open(path).read()
        except FileNotFoundError:
            want = ""
        check(want.split() == text.replace("\f", "\n--- page\n").split(),
              name + ": the text is not that of " + path)
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


sys.exit(main())
