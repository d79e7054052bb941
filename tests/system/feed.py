"""The calendar feed: a secret URL, conditional requests, revoking."""
import http.client
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from portlib import free_port
from sendlib import Workspace, finish
from sendlib import check as check_one
from weblib import Web

top = tempfile.mkdtemp()


def check(what, good, *more):
    check_one(what, good, " ".join(map(str, more)))


def get(port, path, **headers):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        c.request("GET", path, None, {k.replace("_", "-"): v
                                      for k, v in headers.items()})
        r = c.getresponse()
        return r.status, {k.lower(): v for k, v in r.getheaders()}, \
            r.read().decode()
    finally:
        c.close()


try:
    work = Workspace(top, accounts=3)
    r = work.run("calendar", "feed")
    check("a feed needs the web role", r.returncode != 0 and "web.listen" in
          r.stderr, r.stderr)
    port = free_port()
    with open(os.path.join(work.dir, "dunlin.yaml")) as f:
        text = f.read()
    with open(os.path.join(work.dir, "dunlin.yaml"), "w") as f:
        f.write(text + "web:\n  listen: 127.0.0.1:%d\n"
                "  public_url: https://calendar.example.test/d\n" % port)
    account = work.sql("SELECT code FROM account ORDER BY id")[0][0]
    work.run("task", "add", account, "Call", "--due", "2026-11-24")
    team = json.loads(work.run("calendar", "feed", "--language", "en",
                               "--json").stdout)
    full = json.loads(work.run("calendar", "feed", "--details", "--language",
                               "zh-CN", "--json").stdout)
    check("the address that others see", team["url"].startswith(
        "https://calendar.example.test/d/feed/") and
        team["url"].endswith(".ics"), team)
    path = team["url"].split("/d", 1)[1]
    secret = path.split("/")[-1][:-4]
    check("a long secret", len(secret) == 32, secret)
    check("only its hash is kept", work.sql(
        "SELECT count(*) FROM feed WHERE secret LIKE '%" + secret +
        "%'")[0][0] == 0)
    with Web(work.dir, port) as web:
        status, head, body = get(port, path)
        check("the calendar", status == 200 and head["content-type"] ==
              "text/calendar; charset=utf-8" and
              "SUMMARY:To do #" + account in body, status, body)
        check("for programs that subscribe", "METHOD:PUBLISH" in body and
              "REFRESH-INTERVAL" in body and "X-PUBLISHED-TTL" in body)
        check("no details", "Call" not in body, body)
        check("in no index and no shared cache", head.get("x-robots-tag") ==
              "noindex" and "private" in head.get("cache-control", ""), head)
        etag = head["etag"]
        status, head, again = get(port, path, If_None_Match=etag)
        check("304 while nothing changes", status == 304 and again == "" and
              head["etag"] == etag, status)
        work.run("task", "move", "1", "2026-11-25")
        status, head, again = get(port, path, If_None_Match=etag)
        check("200 after a change", status == 200 and head["etag"] != etag,
              status)
        _, _, zh = get(port, full["url"].split("/d", 1)[1])
        check("details, in Chinese", "Call" in zh and "待办" in zh, zh)
        for wrong in ("/feed/" + "a" * 32 + ".ics", "/feed/" + secret,
                      "/feed/.ics", "/feed", "/feed/" + "a" * 500 + ".ics",
                      path + "/x", "/feed/%00.ics"):
            check("nothing at " + wrong[:40], get(port, wrong)[0] == 404)
        check("revoked", work.run("calendar", "revoke", str(
            team["feed"])).returncode == 0)
        check("and dead", get(port, path)[0] == 404)
        check("revoked once", work.run("calendar", "revoke", str(
            team["feed"])).returncode != 0)
        check("the other one lives", get(port, full["url"].split(
            "/d", 1)[1])[0] == 200)
    feeds = json.loads(work.run("calendar", "feeds", "--json").stdout)
    check("they are listed, without secrets", [f["revoked"] for f in feeds]
          == [True, False] and secret not in json.dumps(feeds), feeds)
    kinds = [k for k, in work.sql("SELECT kind FROM event WHERE kind LIKE "
                                  "'feed-%' ORDER BY id")]
    check("and in the events", kinds == ["feed-added", "feed-added",
                                         "feed-revoked"], kinds)
finally:
    shutil.rmtree(top)
finish()
