#!/usr/bin/env python3
"""Checks a bundle of evidence that "dunlin evidence" wrote.

usage: check.py [FOLDER] [--root FILE]

FOLDER is where the bundle was unpacked (default: where this file lies).
--root FILE is a root of the same database that was kept somewhere else (a
file root-YYYY-MM-DD).  Needs Python 3.6 and nothing besides.  Exit status:
0 all is as it was written, 1 something is not, 2 it could not be checked.
"""
import csv, hashlib, json, os, re, sys

problems = []


def problem(text):
    problems.append(text)
    print("WRONG:", text)


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
        problem(f"{name}: the file is gone")
    for name in sorted(there - set(named)):
        problem(f"{name}: the file is not in SHA256SUMS")
    for name in sorted(there & set(named)):
        if sha256(name) != named[name]:
            problem(f"{name}: the file was changed")
    return named


def read_events():
    with open("events.jsonl", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def check_chain(events):
    """Each event's hash, its place, its content.  Returns the heads."""
    heads, last, missing, parts = {}, {}, {}, []
    for e in events:
        key = e["account"]
        where = f"account {key}, event {e['seq']}"
        seq, prev = last.get(key, (0, ""))
        if e["seq"] != seq + 1:
            problem(f"{where}: events before it are gone")
        elif e["prev"] != prev:
            problem(f"{where}: it does not follow the event before it")
        if e["hash"] != fields("dunlin-event-1", e["company"], key, e["seq"],
                e["at"], e["kind"], e["actor"], e["payload_hash"], e["prev"]):
            problem(f"{where}: it was changed")
        if e["payload"] is None:
            missing[key, e["seq"]] = where
        elif e["payload_hash"] != fields(e["salt"], e["payload"]):
            problem(f"{where}: its content was changed")
        elif e["kind"] == "erased":
            p = json.loads(e["payload"])
            gone = [missing.pop((key, n), None)
                    for n in p.get("seqs", [p.get("seq")])]
            if None in gone:
                problem(f"{where}: it says that content was erased which is "
                        "still there or never was")
        if e["kind"] == "merged" and e["payload"] is not None and \
                "from" in json.loads(e["payload"]):
            parts.append((key, json.loads(e["payload"])["from"]))
        last[key] = (e["seq"], e["hash"])
        heads[key, e["seq"]] = e
    for key, part in parts:
        if part not in last:
            problem(f"account {key}: the events of account {part}, which "
                    "became part of it, are gone")
    for where in missing.values():
        problem(f"{where}: its content is gone and no event says that it was "
                "erased")
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
        where = f"account {e['account']}, event {e['seq']}"
        told.add(name)
        if not os.path.exists(name):
            problem(f"{where}: the message that it tells of is gone: {name}")
        elif sha256(name) != content:
            problem(f"{where}: the message that it tells of was changed: "
                    f"{name}")
    flying = set()
    for row in json.load(open("data/sent.json", encoding="utf-8")):
        if row["outcome"] is None:
            flying.add(f"sent/{row['message']}-{row['attempt']}")
    for name in sorted(files):
        if name.startswith(("sent/", "received/")) and name not in told \
                and name.rsplit(".", 1)[0] not in flying:
            problem(f"{name}: no event tells of this message")
    return told


def check_log(events):
    """What people read says the same as the chain."""
    names = [(e["account"], str(e["seq"]), e["kind"], e["actor"], e["hash"])
             for e in events]
    rows = json.load(open("log.json", encoding="utf-8"))
    if names != [(r["account"], str(r["seq"]), r["kind"], r["actor"],
            r["hash"]) for r in rows]:
        problem("log.json: it does not say what the events say")
    for e, r in zip(events, rows):
        if e["payload"] is not None and r["content"] != \
                json.loads(e["payload"]):
            problem(f"log.json: event {e['seq']}: its content is another")
    with open("log.csv", encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    plain = lambda s: s[1:] if s.startswith("'") else s
    if names != [(plain(r["account"]), r["seq"], plain(r["kind"]),
            plain(r["actor"]), plain(r["hash"])) for r in rows]:
        problem("log.csv: it does not say what the events say")


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
        where = f"root of {p['root']['at']}"
        e = heads.get((p["account"], p["seq"]))
        if e is None or e["hash"] != p["head"]:
            problem(f"{where}: account {p['account']} event {p['seq']} is "
                    "not the one that it covers")
            continue
        leaf = fields("dunlin-leaf-1", p["company"], p["account"], p["seq"],
            p["head"])
        if root_of(p, leaf) != p["root"]["hash"]:
            problem(f"{where}: the events do not lead to it")
            continue
        proven.append(p)
        print(f"account {p['account']}: events 1 to {p['seq']} of "
              f"{last[p['account']][0]} are covered by the root of "
              f"{p['root']['at']}, {p['root']['hash']}")
    covered = {}
    for p in proven:
        covered[p["account"]] = max(p["seq"], covered.get(p["account"], 0))
    for account, (seq, _) in last.items():
        if account not in covered:
            problem(f"account {account}: no root covers it")
        elif seq > covered[account]:
            problem(f"account {account}: events after {covered[account]} are "
                    "in no root, not even in that of when this was made")
    return check_outside(proven, outside)


def check_outside(proven, outside):
    if outside is None:
        return None
    same = [p for p in proven if p["root"]["hash"] == outside["hash"] and
            p["root"]["database"] == outside["database"]]
    if not same:
        problem(f"the root of {outside['at']} that was kept outside is none "
                "of those that these events lead to")
        return None
    return same[0]["root"]["at"]


def read_root(path):
    root = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            name, _, value = line.rstrip("\n").partition(" ")
            root[name] = value
    if root.get("dunlin-root") != "1" or \
            not re.fullmatch("[0-9a-f]{64}", root.get("hash", "")):
        sys.exit(f"check.py: {path} is no root of Dunlin")
    return root


def main():
    args, outside = sys.argv[1:], None
    if "--root" in args:
        i = args.index("--root")
        if i + 1 >= len(args):
            sys.exit(__doc__)
        outside = read_root(args[i + 1])
        del args[i:i + 2]
    if len(args) > 1 or (args and args[0].startswith("-")):
        sys.exit(__doc__)
    os.chdir(args[0] if args else os.path.dirname(os.path.abspath(__file__)))
    files = check_files()
    events = read_events()
    heads, last = check_chain(events)
    told = check_messages(events, files)
    check_log(events)
    at = check_roots(heads, last, outside)
    print(f"{len(files)} files, {len(events)} events, {len(told)} messages, "
          f"{len(problems)} problems")
    if at is not None:
        print(f"With the root kept outside: nothing written before {at} was "
              "changed, removed, put in or written anew.")
    else:
        print("Not shown without a root that was kept outside the database "
              "(--root FILE): that the last events were cut off, or that all "
              "of it was written anew.")
    sys.exit(1 if problems else 0)


try:
    main()
except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
    print(f"check.py: the bundle cannot be read: {e!r}", file=sys.stderr)
    sys.exit(2)
