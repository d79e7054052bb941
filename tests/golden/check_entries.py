"""check_entries.py PASSED FAILED RANDOM FILE...: the rules of iCalendar that
need no parser, over golden files and a stream of write_entries random.  Where
python3-icalendar is installed (check-system asks for it), every object is
also parsed by it and compared with what was meant."""
import re
import sys
from datetime import date, datetime, timedelta, timezone

try:
    import icalendar
except ImportError:
    icalendar = None
from zoneinfo import ZoneInfo

passed, failed = int(sys.argv[1]), int(sys.argv[2])


def check(ok, *what):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("FAILED:", *what)


def rules(name, data):
    """Octets: CRLF, folded at 75, whole characters, no bare control."""
    lines = data.split(b"\r\n")
    problems = []
    if lines[-1] != b"":
        problems.append("does not end in CRLF")
    for line in lines:
        if b"\n" in line or b"\r" in line:
            problems.append("bare CR or LF")
        if len(line) > 75:
            problems.append("%d octets: %r" % (len(line), line))
        try:
            if any(ord(c) < 32 and c != "\t" for c in line.decode()):
                problems.append("control character: %r" % line)
        except UnicodeDecodeError:
            problems.append("cut inside a character: %r" % line)
    text = data.replace(b"\r\n ", b"").decode()
    for word in "VERSION:2.0", "PRODID:":
        if text.count("\r\n" + word) != 1:
            problems.append("not one " + word)
    if "ATTENDEE" in text or "ORGANIZER" in text:
        problems.append("somebody is named")
    if "X-LIC" in text:
        problems.append("left-overs of the library")
    for prop in ("UID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "SUMMARY"):
        n = text.count("\r\nBEGIN:VEVENT") + text.count("\r\nBEGIN:VTODO")
        if text.count("\r\n" + prop + ":") != n:
            problems.append("not each has " + prop)
    check(not problems, name, *problems)
    return text


def offset_of(vtz, wall):
    """The offset that a VTIMEZONE gives a wall clock time: the last
    observance begun by then, by its own local time (RFC 5545 3.6.5)."""
    best = None
    for sub in vtz.subcomponents:
        start = sub["DTSTART"].dt.replace(tzinfo=None)
        if start <= wall and (best is None or start >= best[0]):
            best = (start, sub["TZOFFSETTO"].td)
    return best[1]


def unescaped(data, prop):
    """The first value of a property, by RFC 5545 3.3.11 alone."""
    text = data.replace(b"\r\n ", b"").decode()
    value = re.search("\r\n%s:(.*)\r\n" % prop, text).group(1)
    return re.sub(r"\\(.)", lambda m: "\n" if m.group(1) in "nN" else
                  m.group(1), value)


def meaning(name, data, want):
    cal = icalendar.Calendar.from_ical(data)
    objects = [c for c in cal.subcomponents if c.name != "VTIMEZONE"]
    check(len(objects) == 1 and objects[0].name == want["form"], name,
          "one", want["form"])
    o = objects[0]
    check(cal.get("METHOD", "-") == want["method"], name, "METHOD")
    check(str(o["UID"]) == want["uid"], name, "UID")
    check(int(o["SEQUENCE"]) == int(want["sequence"]), name, "SEQUENCE")
    text = bytes.fromhex
    for prop in "SUMMARY", "DESCRIPTION":
        meant = text(want[prop.lower()]).decode()
        check(unescaped(data, prop) == meant, name, prop, meant)
        # Version 4 of the parser takes an escaped backslash before an n for
        # a line end.
        if "\\" not in meant:
            check(str(o[prop]) == meant, name, prop, "parsed", str(o[prop]))
    alarms = [s for s in o.subcomponents if s.name == "VALARM"]
    check(len(alarms) == int(want["alarms"]), name, "alarms")
    if want["form"] == "VEVENT":
        day = date(1970, 1, 1) + timedelta(int(want["day"]))
        check(o["DTSTART"].dt == day and o["DTSTART"].params["VALUE"] ==
              "DATE" and o["DTEND"].dt == day + timedelta(1), name, "day")
        check(o["TRANSP"] == "TRANSPARENT", name, "TRANSP")
        return
    due = datetime.fromtimestamp(int(want["due"]), timezone.utc)
    if o["DUE"].dt.tzinfo == timezone.utc or "TZID" not in o["DUE"].params:
        check(o["DUE"].dt.astimezone(timezone.utc) == due, name, "DUE (UTC)")
        return
    zones = {str(z["TZID"]): z for z in cal.walk("VTIMEZONE")}
    zone = o["DUE"].params["TZID"]
    check(zone in zones and zone == want["zone"], name, "VTIMEZONE", zone)
    wall = o["DUE"].dt.replace(tzinfo=None)
    said = wall - offset_of(zones[zone], wall)
    here = due.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    check(wall == here, name, "wall clock", wall, here)
    # In a repeated hour the definition alone is ambiguous: first of the two.
    check(said == due.replace(tzinfo=None) or
          wall.replace(tzinfo=ZoneInfo(zone), fold=1).utcoffset() !=
          wall.replace(tzinfo=ZoneInfo(zone)).utcoffset(),
          name, zone, "instant", said, due)


def main():
    for name in sys.argv[4:]:
        with open(name, "rb") as f:
            rules(name.rsplit("/", 1)[-1], f.read())
    with open(sys.argv[3], "rb") as f:
        parts = f.read().split(b"# end\n")[:-1]
    for i, part in enumerate(parts):
        data, tail = part.split(b"\r\n# ", 1)
        data += b"\r\n"
        want = dict((line + " ").split(" ", 1) for line in
                    tail.decode().replace("\n# ", "\n").splitlines())
        want = {k: v.strip() for k, v in want.items()}
        rules("random %d" % i, data)
        if icalendar is not None:
            meaning("random %d" % i, data, want)
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


sys.exit(main())
