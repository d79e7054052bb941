#!/bin/sh
# The tables of rates that come along: in order, each with its source; what
# they give, day by day in Python; nothing where they do not reach.
exec /usr/bin/python3 - <<'PY'
import datetime, glob, json, os, subprocess, sys, tempfile
from fractions import Fraction

sys.path.insert(0, os.environ["top_srcdir"] + "/tests/system")
from checklib import check, finish

dunlin = os.path.abspath(os.environ["DUNLIN"])
top = os.path.abspath(os.environ["top_srcdir"])
D, DAY = datetime.date.fromisoformat, datetime.timedelta(days=1)
work = tempfile.TemporaryDirectory()

tables, until = {}, {}
for path in glob.glob(top + "/contrib/rates/*.csv"):
    name, rows, end = os.path.basename(path)[:-4], [], None
    for line in open(path, encoding="utf-8").read().splitlines():
        if line.startswith("#"):
            continue
        check(end is None, name, "until is the last line")
        cells = line.split(",", 2)
        if cells[0] == "until":
            end = D(cells[1])
        else:
            rows.append((D(cells[0]), Fraction(cells[1]), cells[2]))
    check(rows == sorted(rows) and len({r[0] for r in rows}) == len(rows),
          name, "ascends")
    check(end is not None and rows[-1][0] <= end, name, "until")
    check(all(0 <= r[1] < 10 and len(r[2]) > 20 and ("check before use" in
          r[2] or "Official Journal" in r[2]) for r in rows), name, "sources")
    tables[name], until[name] = rows, end
check(sorted(tables) == ["boe", "bundesbank", "ecb", "lpr-1y"], sorted(tables))


def rate(name, day):
    if day > until[name]:
        return None
    known = [r for d, r, _ in tables[name] if d <= day]
    return known[-1] if known else None


def half(day, before=0):
    return datetime.date(day.year, 1 if day.month < 7 else 7, 1) - before * DAY


# Percent a year of a day, for a debt of a due day; None: not known.
def plus(r, more):
    return None if r is None else r + more


LAW = {
    "gb": ("boe", lambda d, due: plus(rate("boe", half(due, 1)), 8)),
    "eu": ("ecb", lambda d, due: plus(rate("ecb", half(d)), 8)),
    "eu-fixed": ("ecb", lambda d, due: plus(rate("ecb", half(due)), 8)),
    "de": ("bundesbank", lambda d, due: plus(rate("bundesbank", half(d)),
                                             9)),
}
for pack, times in (("cn-lpr", "1.3"), ("cn-lpr-50", "1.5")):
    LAW[pack] = ("lpr-1y", lambda d, due, t=times: None if rate("lpr-1y",
        due + DAY) is None else rate("lpr-1y", due + DAY) * Fraction(t))
LAW["cn-loan-cap"] = ("lpr-1y", lambda d, due: rate("lpr-1y", AGREED) * 4)
AGREED = D("2025-06-30")

# The base rate of Germany moves as the rate of the ECB does: two tables that
# were written apart agree.
for d, r, _ in tables["bundesbank"]:
    check(r == rate("ecb", d) - Fraction("0.88"), "bundesbank", d)
# The rates that RULES gives: A24d, A26.
check(rate("boe", D("2025-12-31")) == Fraction("3.75"), "A24d")
check(rate("ecb", D("2026-04-01")) == Fraction("2.15"), "A26")


def run(*args, now="2026-11-20T04:00:00Z"):
    p = subprocess.run([dunlin, "-C", work.name, "--now", now, *args],
                       capture_output=True, text=True)
    check(p.returncode == 0, args, p.stderr)
    return p.stdout


CONFIG = """test: yes
companies:
  main:
    name: {en: Example Trading Ltd}
    country: GB
    zone: Europe/London
    currency: GBP
    languages: [en]
    reply_to: ar@seller.example.com
    transport: {url: "maildir:outgoing"}
    senders:
      - {name: Accounts Receivable, email: ar@seller.example.com}
"""


def configure(interest):
    with open(work.name + "/dunlin.yaml", "w", encoding="utf-8") as f:
        f.write(CONFIG + interest)


configure("")
edges = {D("2009-03-04"), D("2019-08-18"), D("2019-08-19"), D("2026-01-10"),
         D("2022-12-20"), D("2024-02-29"), D("2020-03-15"), D("2026-11-01")}
for end in until.values():
    edges |= {end - DAY, end, end + DAY, end - 40 * DAY, half(end + 190 * DAY),
              half(end + 190 * DAY) - DAY}
edges = {e for e in edges if e < D("2026-11-19")}
with open(work.name + "/ledger.csv", "w", encoding="utf-8") as f:
    f.write("customer,name,document,due,amount,currency,email\n")
    for k, e in enumerate(sorted(edges)):
        f.write(f"C1,Example Mills,INV-{e},{e},{10000 + k}.0{k % 10},GBP,"
                "ap@buyer.example.com\n")
run("import", work.name + "/ledger.csv", "--mode", "full", "--as-of",
    "2026-11-19")

known = omitted = 0
for pack, (table, percent) in LAW.items():
    for on in (D("2026-01-15"), D("2026-06-30"), D("2026-11-20")):
        args = ("interest", "C1", "--pack", pack, "--rates",
                f"{top}/contrib/rates/{table}.csv", "--on", str(on),
                "--agreed", str(AGREED))
        rows = json.loads(run(*args, "--json"))["rows"]
        want = {}
        for k, e in enumerate(sorted(edges)):
            if e >= on:
                continue
            principal = (10000 + k) * 100 + k % 10
            rates = [percent(e + n * DAY, e) for n in range(1, (on - e).days
                                                            + 1)]
            cents = None if None in rates else sum(rates) * principal / 36500
            want[f"INV-{e}"] = None if cents is None else int(cents +
                Fraction(1, 2))
        check({r["item"] for r in rows} == set(want), pack, on, rows)
        for r in rows:
            w = want[r["item"]]
            got = r["interest"] and Fraction(str(r["interest"])) * 100
            check(got == w, pack, on, r, w)
            check((w is None) == ("is not known" in r["formula"]), pack, r)
            known, omitted = known + (w is not None), omitted + (w is None)
        text = run(*args)
        flat = " ".join(text.split())
        check(("WARNING" in text) == (None in want.values()), pack, on, text)
        if any(want.values()):
            check("check before use" in flat, pack, "tells the source", text)
check(known > 100 and omitted > 10, known, omitted)

# RULES A24d with the table that comes along: 60 days, 193.15 and 100.
row = [r for r in json.loads(run("interest", "C1", "--pack", "gb", "--rates",
    top + "/contrib/rates/boe.csv", "--on", "2026-03-11", "--json"))["rows"]
    if r["item"] == "INV-2026-01-10"][0]
check(abs(Fraction(str(row["interest"])) - Fraction("193.15")) <
      Fraction("0.5") and "11.75 % x 60 / 365" in row["formula"] and
      float(row["fixed_sum"]) == 100, row)

# check tells of a table that has ended, and only of that.
for pack, (table, percent) in LAW.items():
    configure(f"    interest: {{pack: {pack}, rates: "
              f"{top}/contrib/rates/{table}.csv}}\n")
    for now, on in (("2026-11-20T04:00:00Z", D("2026-11-20")),
                    ("2026-01-10T04:00:00Z", D("2026-01-10")),
                    ("2025-10-10T04:00:00Z", D("2025-10-10"))):
        p = subprocess.run([dunlin, "-C", work.name, "--now", now, "check"],
                           capture_output=True, text=True)
        # of a claim that falls due on that day
        day = on - DAY if pack.startswith("cn-l") else on
        stale = percent(on, day) is None if pack != "cn-loan-cap" else (
            rate("lpr-1y", on) is None)
        check(("amounts are left out" in " ".join((p.stdout +
              p.stderr).split())) == stale, pack, on, p.stdout, p.stderr)
finish()
PY
