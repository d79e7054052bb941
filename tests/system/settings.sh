#!/bin/sh
# Every setting of settings.def is in its manual, with its default and whether
# it is required, and nothing else is; the manuals' examples are right, and
# mandoc finds nothing to complain about.
exec /usr/bin/python3 - <<'PY'
import os, re, shutil, subprocess, sys, tempfile

top, dunlin = os.environ["top_srcdir"], os.environ["DUNLIN"]
passed = failed = 0
PAGES = {"dunlin.yaml.5": "workspace company transport intake calendar sender bank import web sms sms_template robot "
                          "source user workdays limitation interest",
         "dunlin-policy.5": "policy reply stage step hours cap tier behaviour offers"}


def check(ok, text):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(text)


def settings():
    text = open(os.path.join(top, "src/config/settings.def")).read()
    pattern = (r'^SETTING\((\w+),\s*"(\w+)",\s*\w+,\s*\w+,\s*(NEED|MAY),'
               r'\s*(NULL|"[^"]*")')
    rows = re.findall(pattern, text, re.M)
    check(len(rows) == len(re.findall(r"^SETTING", text, re.M)) > 70,
          "settings.def: not every row was understood")
    return rows


def manual(page):
    """{(section, key): text} of a page's marked lists."""
    found, section, key = {}, None, None
    for line in open(os.path.join(top, "man", page)):
        line = line.rstrip("\n")
        mark = re.match(r'\.\\" section: (\w+)', line)
        if mark:
            section, key = mark.group(1), None
        elif line[:3] in (".Sh", ".Ss") and key:
            section = key = None
        elif section and line.startswith(".It Ic "):
            key = line[7:]
            found[section, key] = ""
        elif section and key:
            found[section, key] += line + "\n"
    return found


def compare(rows):
    for page, sections in PAGES.items():
        there = manual(page)
        for section, key, need, default in rows:
            if section not in sections.split():
                continue
            text = there.pop((section, key), None)
            where = "%s: %s of %s" % (page, key, section)
            check(text is not None, where + " is missing")
            text = text or ""
            check((need == "NEED") == ("Required." in text),
                  where + ": required or not?")
            value = re.search(r"^Default\n\.Li (.*?)(?: \.)?$", text, re.M)
            if default == "NULL":
                check(value is None, where + " has no default")
            else:
                check(value is not None and
                      value.group(1) == default.strip('"'),
                      where + ": the default is " + default)
        check(not there, "%s: no settings: %s" % (page, list(there)))


def example(page):
    text = open(os.path.join(top, "man", page)).read()
    return re.search(r'example: a test.*?\n\.Bd -literal\n(.*?)\.Ed', text,
                     re.S).group(1)


def dunlin_check(folder):
    p = subprocess.run([dunlin, "-C", folder, "check"], text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       env=dict(os.environ, DUNLIN_NOW="2026-06-01T09:00:00Z"))
    check(p.returncode == 0, "the manuals' example:\n" + p.stdout)


def examples():
    folder = tempfile.mkdtemp()
    try:
        os.mkdir(os.path.join(folder, "policies"))
        with open(os.path.join(folder, "dunlin.yaml"), "w") as f:
            f.write(example("dunlin.yaml.5"))
        with open(os.path.join(folder, "policies/own.yaml"), "w") as f:
            f.write(example("dunlin-policy.5"))
        dunlin_check(folder)
    finally:
        shutil.rmtree(folder)


def lint():
    if not shutil.which("mandoc"):
        return
    for page in PAGES:
        p = subprocess.run(["mandoc", "-T", "lint", page], text=True,
                           cwd=os.path.join(top, "man"),
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        bad = [l for l in p.stdout.splitlines()
               if "referenced manual not found" not in l]
        check(not bad, "\n".join(bad))


compare(settings())
examples()
lint()
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
PY
