#!/usr/bin/python3
"""Random calendar objects against a parser of its own, written from RFC 5545,
the time zones of Python, and python3-icalendar where that is installed.

usage: ical_random.py PROGRAM [SEED [N]]"""
import datetime, json, re, subprocess, sys, zoneinfo

try:
    import icalendar
except ImportError:
    icalendar = None

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
STATUS = ["CONFIRMED", "NEEDS-ACTION", "IN-PROCESS", "COMPLETED", "CANCELLED"]
passed = failed = 0


def check(good, what, *more):
    global failed
    if not good:
        failed += 1
        if failed < 20:
            print("FAILED:", what, *more)


def lines_of(raw):
    """Unfolded lines; every rule about octets is looked at."""
    check(raw.endswith(b"\r\n"), "ends in a line end")
    check(b"\n" not in raw.replace(b"\r\n", b"") and
          b"\r" not in raw.replace(b"\r\n", b""), "CRLF only", raw)
    lines = []
    for part in raw[:-2].split(b"\r\n"):
        check(len(part) <= 75, "at most 75 octets", len(part), part)
        try:
            text = part.decode("utf-8")
        except UnicodeDecodeError:
            check(False, "folded between characters", part)
            text = part.decode("utf-8", "surrogateescape")
        check(not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text),
              "no control characters", part)
        if part[:1] in (b" ", b"\t"):
            check(lines, "the first line is not folded")
            lines[-1] += text[1:]
        else:
            lines.append(text)
    return lines


def tree(lines):
    """{"name", "props": [(name, params, value)], "parts": [...]}"""
    root = {"name": None, "props": [], "parts": []}
    stack = [root]
    for line in lines:
        m = re.match(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*)'
                     r'(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)\Z', line, re.S)
        if not m:
            check(False, "a content line", repr(line))
            continue
        name, params, value = m.groups()
        params = dict(p.split("=", 1) for p in params.split(";")[1:])
        if name == "BEGIN":
            part = {"name": value, "props": [], "parts": []}
            stack[-1]["parts"].append(part)
            stack.append(part)
        elif name == "END":
            check(stack[-1]["name"] == value, "nested", value)
            stack.pop()
        else:
            stack[-1]["props"].append((name, params, value))
    check(len(stack) == 1, "all is closed")
    return root


def text(value):
    out, i = "", 0
    while i < len(value):
        if value[i] == "\\":
            i += 1
            check(value[i:i + 1] in ("\\", ";", ",", "n", "N"), "an escape",
                  value)
            out += {"n": "\n", "N": "\n"}.get(value[i:i + 1],
                                              value[i:i + 1])
        else:
            check(value[i] not in ";,", "escaped", value)
            out += value[i]
        i += 1
    return out


def values(part, name):
    return [(p, v) for n, p, v in part["props"] if n == name]


def value(part, name):
    found = values(part, name)
    check(len(found) == 1, "one " + name, part["props"])
    return found[0] if found else ({}, "")


def offset(v):
    sign = -1 if v[0] == "-" else 1
    return sign * (int(v[1:3]) * 3600 + int(v[3:5]) * 60 +
                   int(v[5:7] or 0))


def by_vtimezone(cal, tzid, wall):
    """Instant of a wall clock time by the VTIMEZONE in the file: of what
    began before it, the last."""
    zone = [z for z in cal["parts"] if z["name"] == "VTIMEZONE" and
            value(z, "TZID")[1] == tzid]
    check(len(zone) == 1, "a VTIMEZONE for " + tzid)
    best = None
    for o in zone[0]["parts"]:
        check(o["name"] in ("STANDARD", "DAYLIGHT"), o["name"])
        begin = datetime.datetime.strptime(value(o, "DTSTART")[1],
                                           "%Y%m%dT%H%M%S")
        if begin <= wall and (best is None or begin > best[0]):
            best = (begin, offset(value(o, "TZOFFSETTO")[1]))
    check(best is not None, "it covers", wall)
    return int((wall.replace(tzinfo=UTC) - EPOCH).total_seconds()) - (
        best[1] if best else 0)


def clean(s, one_line):
    s = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", s)
    return re.sub(r"[\n\t]", " ", s) if one_line else s


def utc(v):
    check(re.fullmatch(r"\d{8}T\d{6}Z", v), "a UTC time", v)
    return int((datetime.datetime.strptime(v, "%Y%m%dT%H%M%SZ").replace(
        tzinfo=UTC) - EPOCH).total_seconds())


def check_when(cal, c, meant):
    if not meant["todo"]:
        day = datetime.date(1970, 1, 1) + datetime.timedelta(meant["day"])
        for name, add in ("DTSTART", 0), ("DTEND", 1):
            params, v = value(c, name)
            check(params.get("VALUE") == "DATE" and v == (
                day + datetime.timedelta(add)).strftime("%Y%m%d"), name, v)
        check(value(c, "TRANSP")[1] == "TRANSPARENT", "takes no time")
        return
    params, v = value(c, "DUE")
    if "TZID" in params:
        check(re.fullmatch(r"\d{8}T\d{6}", v), "a local time", v)
        wall = datetime.datetime.strptime(v, "%Y%m%dT%H%M%S")
        zone = zoneinfo.ZoneInfo(params["TZID"])
        check(params["TZID"] == meant["zone"], "its zone")
        got = int((wall.replace(tzinfo=zone) - EPOCH).total_seconds())
        check(got == meant["due"], "due by the zones of Python", v, got,
              meant)
        got = by_vtimezone(cal, params["TZID"], wall)
        check(got == meant["due"], "due by its VTIMEZONE", v, got, meant)
    else:
        check(utc(v) == meant["due"], "due in UTC", v, meant)
    check(("COMPLETED" in [n for n, p, v in c["props"]]) ==
          (meant["status"] == 3), "COMPLETED")
    check(value(c, "PERCENT-COMPLETE")[1] == ("100" if meant["status"] == 3
                                              else "0"), "per cent")


def one(meant, raw):
    root = tree(lines_of(raw))
    check(len(root["parts"]) == 1, "one calendar")
    cal = root["parts"][0]
    check(cal["name"] == "VCALENDAR" and value(cal, "VERSION")[1] == "2.0" and
          value(cal, "PRODID")[1] != "", "a calendar")
    check([v for p, v in values(cal, "METHOD")] ==
          ([meant["method"]] if "method" in meant else []), "METHOD")
    mine = [c for c in cal["parts"] if c["name"] != "VTIMEZONE"]
    check([c["name"] for c in mine] == ["VTODO" if meant["todo"] else
                                        "VEVENT"], "one object", mine)
    c = mine[0]
    for name, want in (("UID", meant["uid"]), ("SEQUENCE",
            str(meant["sequence"])), ("STATUS", STATUS[meant["status"]])):
        check(value(c, name)[1] == want, name, value(c, name)[1], want)
    check(utc(value(c, "DTSTAMP")[1]) == utc(value(c, "LAST-MODIFIED")[1]) ==
          meant["modified"], "stamps")
    check(text(value(c, "SUMMARY")[1]) == clean(meant["summary"], True),
          "title", value(c, "SUMMARY"), repr(meant["summary"]))
    about = clean(meant.get("description", ""), False)
    check([text(v) for p, v in values(c, "DESCRIPTION")] ==
          ([about] if meant.get("description") else []), "description",
          values(c, "DESCRIPTION"), repr(about))
    check([text(v) for p, v in values(c, "CATEGORIES")] ==
          (["Dunlin", meant["category"]] if "category" in meant else []),
          "categories")
    check((("CLASS", {}, "CONFIDENTIAL") in c["props"]) ==
          meant["confidential"], "class")
    check([v for p, v in values(c, "X-DUNLIN-REV")] ==
          ([meant["rev"]] if "rev" in meant else []), "rev")
    check(not values(c, "ATTENDEE") + values(c, "ORGANIZER") +
          values(c, "RRULE"), "nobody is invited")
    check_when(cal, c, meant)
    check(len(c["parts"]) == meant["alarms"], "alarms")
    for a in c["parts"]:
        check(a["name"] == "VALARM" and value(a, "ACTION")[1] == "DISPLAY" and
              re.fullmatch(r"-P(\d+W|(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?)|PT0S",
                           value(a, "TRIGGER")[1]), "an alarm", a)
    # It mistakes what follows an escaped backslash.
    if icalendar is not None and "\\" not in meant["summary"]:
        read = [x for x in icalendar.Calendar.from_ical(raw).subcomponents
                if x.name in ("VEVENT", "VTODO")]
        check(len(read) == 1 and str(read[0]["UID"]) == meant["uid"] and
              str(read[0]["SUMMARY"]) == clean(meant["summary"], True),
              "python3-icalendar reads the same", repr(meant["summary"]))


seed = sys.argv[2] if len(sys.argv) > 2 else "20261122"
n = sys.argv[3] if len(sys.argv) > 3 else "500"
out = subprocess.run([sys.argv[1], seed, n], capture_output=True, check=True)
data, at, kinds, count = out.stdout, 0, [0, 0, 0], 0
while at < len(data):
    eol = data.index(b"\n", at)
    meant = json.loads(data[at:eol])
    raw = data[eol + 1:eol + 1 + meant["size"]]
    at = eol + 1 + meant["size"]
    before = failed
    one(meant, raw)
    passed += failed == before
    kinds[0 if not meant["todo"] else 1 if b"DUE;TZID" in raw else 2] += 1
    count += 1
check(count == int(n) and min(kinds) > 0, "all kinds were drawn", kinds)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
