#!/usr/bin/env python3
"""Checks a bundle of evidence that "dunlin evidence" wrote.

usage: check.py [FOLDER] [--root FILE] [--zh]

FOLDER is where the bundle was unpacked (default: where this file lies).
--root FILE is a root of the same database that was kept somewhere else (a
file root-YYYY-MM-DD).  --zh: 用中文显示结果 (also where the system's language
is Chinese).  Needs Python 3.6 and nothing besides.  Exit status: 0 all is as
it was written, 1 something is not, 2 it could not be checked.
"""
import csv, hashlib, json, os, re, sys

problems = []
ZH = {
    "WRONG:": "不符：",
    "{}: the file is gone": "{}：文件缺失",
    "{}: the file is not in SHA256SUMS": "{}：文件不在 SHA256SUMS 中",
    "{}: the file was changed": "{}：文件已被改动",
    "account {}, event {}": "客户 {} 事件 {}",
    "{}: events before it are gone": "{}：之前的事件缺失",
    "{}: it does not follow the event before it": "{}：与前一事件不衔接",
    "{}: it was changed": "{}：已被改动",
    "{}: its content was changed": "{}：内容已被改动",
    "{}: it says that content was erased which is still there or never was":
        "{}：称已删除的内容仍在，或从未有过",
    "account {}: the events of account {}, which became part of it, are gone":
        "客户 {}：并入其中的客户 {} 的事件缺失",
    "{}: its content is gone and no event says that it was erased":
        "{}：内容缺失，且没有事件说明已删除",
    "{}: the message that it tells of is gone: {}":
        "{}：所记消息缺失：{}",
    "{}: the message that it tells of was changed: {}":
        "{}：所记消息已被改动：{}",
    "{}: no event tells of this message": "{}：没有事件记载此消息",
    "{}: it does not say what the events say": "{}：与事件不一致",
    "{}: event {}: its content is another": "{}：事件 {} 的内容不同",
    "root of {}": "{} 的根哈希",
    "{}: account {} event {} is not the one that it covers":
        "{}：客户 {} 的事件 {} 不是其所覆盖的",
    "{}: the events do not lead to it": "{}：由事件算不出该值",
    "account {}: events 1 to {} of {} are covered by the root of {}, {}":
        "客户 {}：事件 1 至 {}（共 {} 条）由 {} 的根哈希 {} 覆盖",
    "account {}: no root covers it": "客户 {}：没有根哈希覆盖",
    "account {}: events after {} are in no root, not even in that of when "
    "this was made":
        "客户 {}：事件 {} 之后的内容不在任何根哈希中，包括制作时的根哈希",
    "the root of {} that was kept outside is none of those that these events "
    "lead to": "由他人保存的 {} 根哈希与这些事件算出的均不符",
    "{} is no root of Dunlin": "{} 不是 Dunlin 的根哈希文件",
    "{} files, {} events, {} messages, {} problems":
        "文件 {} 个，事件 {} 条，消息 {} 封，不符 {} 处",
    "With the root kept outside: nothing written before {} was changed, "
    "removed, put in or written anew.":
        "凭由他人保存的根哈希：{} 之前写下的内容未被改动、删除、插入或重写。",
    "Not shown without a root that was kept outside the database (--root "
    "FILE): that the last events were cut off, or that all of it was written "
    "anew.":
        "没有在数据库之外保存的根哈希（--root 文件），无法证明：末尾事件未被截去，"
        "全部内容未被重写。",
    "check.py: the bundle cannot be read: {}": "check.py：无法读取本包：{}",
}
language = [os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG")
            if os.environ.get(k)]
chinese = "--zh" in sys.argv or (language and language[0].startswith("zh"))


def say(text, *values):
    return (ZH[text] if chinese else text).format(*values)


def problem(text, *values):
    problems.append(text)
    print(say("WRONG:"), say(text, *values))


def fields(*values):
    """SHA-256 over fields, each with its length before it (8 bytes)."""
    h = hashlib.sha256()
    for v in values:
        data = v.to_bytes(8, "big", signed=True) if isinstance(v, int) \
            else v.encode()
        h.update(len(data).to_bytes(8, "big") + data)
    return h.hexdigest()


def sha256(path):
    h = hashlib.sha256()
    with open(path, "rb") as f:
        for block in iter(lambda: f.read(1 << 20), b""):
            h.update(block)
    return h.hexdigest()


def check_files():
    """Every file is as SHA256SUMS says, and there is no other."""
    named = {}
    with open("SHA256SUMS", encoding="utf-8") as f:
        for line in f:
            digest, name = line.rstrip("\n").split("  ", 1)
            named[name] = digest
    there = set()
    for folder, _, names in os.walk("."):
        for name in names:
            there.add(os.path.relpath(os.path.join(folder, name), ".")
                      .replace(os.sep, "/"))
    there.discard("SHA256SUMS")
    for name in sorted(set(named) - there):
        problem("{}: the file is gone", name)
    for name in sorted(there - set(named)):
        problem("{}: the file is not in SHA256SUMS", name)
    for name in sorted(there & set(named)):
        if sha256(name) != named[name]:
            problem("{}: the file was changed", name)
    return named


def read_events():
    with open("events.jsonl", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def check_chain(events):
    """Each event's hash, its place, its content.  Returns the heads."""
    heads, last, missing, parts = {}, {}, {}, []
    for e in events:
        key = e["account"]
        where = say("account {}, event {}", key, e["seq"])
        seq, prev = last.get(key, (0, ""))
        if e["seq"] != seq + 1:
            problem("{}: events before it are gone", where)
        elif e["prev"] != prev:
            problem("{}: it does not follow the event before it", where)
        if e["hash"] != fields("dunlin-event-1", e["company"], key, e["seq"],
                e["at"], e["kind"], e["actor"], e["payload_hash"], e["prev"]):
            problem("{}: it was changed", where)
        if e["payload"] is None:
            missing[key, e["seq"]] = where
        elif e["payload_hash"] != fields(e["salt"], e["payload"]):
            problem("{}: its content was changed", where)
        elif e["kind"] == "erased":
            p = json.loads(e["payload"])
            gone = [missing.pop((key, n), None)
                    for n in p.get("seqs", [p.get("seq")])]
            if None in gone:
                problem("{}: it says that content was erased which is still "
                        "there or never was", where)
        if e["kind"] == "merged" and e["payload"] is not None and \
                "from" in json.loads(e["payload"]):
            parts.append((key, json.loads(e["payload"])["from"]))
        last[key] = (e["seq"], e["hash"])
        heads[key, e["seq"]] = e
    for key, part in parts:
        if part not in last:
            problem("account {}: the events of account {}, which became part "
                    "of it, are gone", key, part)
    for where in missing.values():
        problem("{}: its content is gone and no event says that it was "
                "erased", where)
    return heads, last


def check_messages(events, files):
    """The bytes sent and received are those that the events name."""
    told = set()
    for e in events:
        if e["payload"] is None or '"content":' not in e["payload"]:
            continue
        p = json.loads(e["payload"])
        content = p.get("content")
        if e["kind"].startswith("message-"):
            name = f"sent/{p.get('outbox')}-{p.get('attempt')}"
        elif "inbox" in p:
            name = f"received/{p['inbox']}"
        else:
            continue
        name += ".eml" if name + ".eml" in files else ".txt"
        where = say("account {}, event {}", e["account"], e["seq"])
        told.add(name)
        if not os.path.exists(name):
            problem("{}: the message that it tells of is gone: {}", where,
                    name)
        elif sha256(name) != content:
            problem("{}: the message that it tells of was changed: {}", where,
                    name)
    flying = set()
    for row in json.load(open("data/sent.json", encoding="utf-8")):
        if row["outcome"] is None:
            flying.add(f"sent/{row['message']}-{row['attempt']}")
    for name in sorted(files):
        if name.startswith(("sent/", "received/")) and name not in told \
                and name.rsplit(".", 1)[0] not in flying:
            problem("{}: no event tells of this message", name)
    return told


def check_log(events):
    """What people read says the same as the chain."""
    names = [(e["account"], str(e["seq"]), e["kind"], e["actor"], e["hash"])
             for e in events]
    rows = json.load(open("log.json", encoding="utf-8"))
    if names != [(r["account"], str(r["seq"]), r["kind"], r["actor"],
            r["hash"]) for r in rows]:
        problem("{}: it does not say what the events say", "log.json")
    for e, r in zip(events, rows):
        if e["payload"] is not None and r["content"] != \
                json.loads(e["payload"]):
            problem("{}: event {}: its content is another", "log.json",
                    e["seq"])
    with open("log.csv", encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    plain = lambda s: s[1:] if s.startswith("'") else s
    if names != [(plain(r["account"]), r["seq"], plain(r["kind"]),
            plain(r["actor"]), plain(r["hash"])) for r in rows]:
        problem("{}: it does not say what the events say", "log.csv")


def root_of(proof, leaf):
    r = proof["root"]
    top = leaf
    for side, other in proof["path"]:
        top = fields("dunlin-node-1", *((other, top) if side == "left" else
            (top, other)))
    return fields("dunlin-root-1", r["database"], r["day_number"],
        r["at_seconds"], r["streams"], r["events"], r["last_event"], top)


def check_roots(heads, last, outside):
    """The chain leads to the roots that are named."""
    roots = json.load(open("roots.json", encoding="utf-8"))
    proven = []
    for p in roots["proofs"]:
        where = say("root of {}", p["root"]["at"])
        e = heads.get((p["account"], p["seq"]))
        if e is None or e["hash"] != p["head"]:
            problem("{}: account {} event {} is not the one that it covers",
                    where, p["account"], p["seq"])
            continue
        leaf = fields("dunlin-leaf-1", p["company"], p["account"], p["seq"],
            p["head"])
        if root_of(p, leaf) != p["root"]["hash"]:
            problem("{}: the events do not lead to it", where)
            continue
        proven.append(p)
        print(say("account {}: events 1 to {} of {} are covered by the root "
                  "of {}, {}", p["account"], p["seq"], last[p["account"]][0],
                  p["root"]["at"], p["root"]["hash"]))
    covered = {}
    for p in proven:
        covered[p["account"]] = max(p["seq"], covered.get(p["account"], 0))
    for account, (seq, _) in last.items():
        if account not in covered:
            problem("account {}: no root covers it", account)
        elif seq > covered[account]:
            problem("account {}: events after {} are in no root, not even in "
                    "that of when this was made", account, covered[account])
    return check_outside(proven, outside)


def check_outside(proven, outside):
    if outside is None:
        return None
    same = [p for p in proven if p["root"]["hash"] == outside["hash"] and
            p["root"]["database"] == outside["database"]]
    if not same:
        problem("the root of {} that was kept outside is none of those that "
                "these events lead to", outside["at"])
        return None
    return same[0]["root"]["at"]


def unread(text):
    print(text, file=sys.stderr)
    sys.exit(2)


def read_root(path):
    root = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            name, _, value = line.rstrip("\n").partition(" ")
            root[name] = value
    if root.get("dunlin-root") != "1" or \
            not re.fullmatch("[0-9a-f]{64}", root.get("hash", "")):
        unread(say("{} is no root of Dunlin", path))
    return root


def main():
    args, outside = [a for a in sys.argv[1:] if a != "--zh"], None
    if "--root" in args:
        i = args.index("--root")
        if i + 1 >= len(args):
            unread(__doc__)
        outside = read_root(args[i + 1])
        del args[i:i + 2]
    if len(args) > 1 or (args and args[0].startswith("-")):
        unread(__doc__)
    os.chdir(args[0] if args else os.path.dirname(os.path.abspath(__file__)))
    files = check_files()
    events = read_events()
    heads, last = check_chain(events)
    told = check_messages(events, files)
    check_log(events)
    at = check_roots(heads, last, outside)
    print(say("{} files, {} events, {} messages, {} problems", len(files),
              len(events), len(told), len(problems)))
    if at is not None:
        print(say("With the root kept outside: nothing written before {} was "
                  "changed, removed, put in or written anew.", at))
    else:
        print(say("Not shown without a root that was kept outside the "
                  "database (--root FILE): that the last events were cut off, "
                  "or that all of it was written anew."))
    sys.exit(1 if problems else 0)


try:
    main()
except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
    unread(say("check.py: the bundle cannot be read: {}", repr(e)))
