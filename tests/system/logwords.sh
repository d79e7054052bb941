#!/bin/sh
# Each sentence that the program itself puts into an event has words for a
# Chinese reader: in report/log_words.def.
exec /usr/bin/python3 - <<'PY'
import glob, os, re, sys

top = os.environ["top_srcdir"]
sys.path.insert(0, top + "/tests/system")
from checklib import check, finish

STRING = r'"(?:[^"\\]|\\.)*"'
# Whose last texts become "why", "note" or "outcome" of an event.
CALLS = ("holds_release holds_end tasks_close tasks_close_reason "
         "delivery_address delivery_works delivery_reopen delivery_settle "
         "promises_move bills_move contacts_close").split()
# Of these the text is no event's.
NOT_SAID = {"%s: %s", "-", ""}


def joined(text):
    """C strings that stand together are one."""
    out, at = [], 0
    for m in re.finditer(STRING + r"(?:\s*" + STRING + ")*", text):
        out.append("".join(s[1:-1] for s in re.findall(STRING, m.group())))
    return out


with open(top + "/src/report/log_words.def", encoding="utf-8") as f:
    table = set()
    for m in re.finditer(r"^LOG_WORD\((\w+), (.*?)\)$", f.read(), re.M | re.S):
        strings = re.match(r"((?:%s\s*)+)," % STRING, m.group(2))
        table.add("".join(s[1:-1] for s in re.findall(STRING,
                                                      strings.group(1))))
check(len(table) > 200, len(table))

found = 0
for path in sorted(glob.glob(top + "/src/*/*.c")):
    room = path.split("/")[-2]
    if room in ("report", "rehearse"):
        continue
    with open(path, encoding="utf-8") as f:
        source = f.read()
    for call in CALLS:
        for m in re.finditer(r"\b%s\(" % call, source):
            depth, end = 1, m.end()
            while depth and end < len(source):
                depth += {"(": 1, ")": -1}.get(source[end], 0)
                end += 1
            for text in joined(source[m.end():end]):
                if text in NOT_SAID or re.fullmatch(r"[a-z?-]+", text):
                    continue	# a word: the reason of a task, a state
                found += 1
                check(text in table, os.path.basename(path), call,
                      "no words for:", text)
    for m in re.finditer(r"\.note =\s*((?:%s\s*)+)[,;}]" % STRING, source):
        text = joined(m.group(1))[0]
        found += 1
        check(text in table, os.path.basename(path), "note:", text)
check(found > 25, "found", found)
finish()
PY
