"""callib.py - a workspace with calendars, Radicale on loopback, a client that
is not ours, and a proxy that misbehaves."""
import base64, datetime, http.client, http.server, json, os, re, shutil
import socket, subprocess, sys, tempfile, threading, time

import icalendar

from checklib import check, finish
from portlib import free_port


class Radicale:
    """Users anna, ben, team and reader; the last may read all, write none."""
    USERS = ("anna", "ben", "team", "reader")

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        os.makedirs(folder + "/col")
        with open(folder + "/users", "w") as f:
            for user in self.USERS:
                f.write("%s:secret-%s\n" % (user, user))
        with open(folder + "/rights", "w") as f:
            f.write("[own]\nuser: .+\ncollection: {user}(/.*)?\n"
                    "permissions: RWrw\n[reader]\nuser: reader\n"
                    "collection: .*\npermissions: Rr\n"
                    "[root]\nuser: .+\ncollection:\npermissions: R\n")
        with open(folder + "/config", "w") as f:
            f.write("[server]\nhosts = 127.0.0.1:%d\n[auth]\n"
                    "type = htpasswd\nhtpasswd_filename = %s/users\n"
                    "htpasswd_encryption = plain\ndelay = 0\n[rights]\n"
                    "type = from_file\nfile = %s/rights\n[storage]\n"
                    "filesystem_folder = %s/col\n[logging]\n"
                    "level = warning\n" % (self.port, folder, folder,
                                           folder))
        self.process = None
        self.start()

    def start(self):
        self.log = open(self.folder + "/log", "ab")
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-I", "/usr/bin/radicale", "--config",
             self.folder + "/config"], stdout=self.log, stderr=self.log)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("radicale does not start: " +
                         open(self.folder + "/log").read())

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
        self.process = None


class Client:
    """Somebody else's calendar program."""

    def __init__(self, port, user, collection="dunlin"):
        self.port, self.user = port, user
        self.base = "/%s/%s/" % (user, collection)

    def request(self, method, path, body=None, **headers):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        head = {k.replace("_", "-"): v for k, v in headers.items()}
        head["Authorization"] = "Basic " + base64.b64encode(
            ("%s:secret-%s" % (self.user, self.user)).encode()).decode()
        if body is not None:
            head.setdefault("Content-Type", "text/calendar; charset=utf-8")
        c.request(method, path, body, head)
        r = c.getresponse()
        data = r.read()
        c.close()
        return r.status, dict(r.getheaders()), data

    def files(self):
        status, _, data = self.request("PROPFIND", self.base, Depth="1")
        if status == 404:
            return []
        return sorted(set(re.findall(
            r"<(?:\w+:)?href>[^<]*/([^/<]+\.ics)</", data.decode())))

    def get(self, name):
        """(ETag, raw) of a file."""
        status, head, data = self.request("GET", self.base + name)
        assert status == 200, (status, data)
        return head["ETag"], data

    def all(self):
        """Every object, parsed by the independent parser: file -> object."""
        found = {}
        for name in self.files():
            cal = icalendar.Calendar.from_ical(self.get(name)[1])
            mine = [c for c in cal.subcomponents if c.name in
                    ("VEVENT", "VTODO")]
            check(len(mine) == 1, "one object in", name)
            check("METHOD" not in cal, "no METHOD in", name)
            check("ATTENDEE" not in mine[0], "no ATTENDEE in", name)
            found[name] = mine[0]
        return found

    def edit(self, name, change, etag=None):
        """change(text) -> text, put as a person's program would."""
        now, data = self.get(name)
        status, _, _ = self.request("PUT", self.base + name, change(
            data.decode()).encode(), If_Match=etag or now)
        return status

    def put(self, name, text):
        return self.request("PUT", self.base + name, text.encode())[0]

    def delete(self, name):
        return self.request("DELETE", self.base + name)[0]


def tick(text):
    """Completed, as most programs write it."""
    text = re.sub(r"STATUS:.*\r\n", "STATUS:COMPLETED\r\n", text)
    text = re.sub(r"PERCENT-COMPLETE:.*\r\n", "PERCENT-COMPLETE:100\r\n"
                  "COMPLETED:20261123T120000Z\r\n", text)
    return text


class Proxy:
    """In front of the server: rules(method, path, n) says what to do with the
    n-th request: None, "lost" (forwarded, the answer never comes), "twice"
    (forwarded two times), 2.5 (the answer comes after so many seconds), (2.5,)
    (the request gets there only then), "refuse" (closed unread), 503 (that
    status), "html", "huge", "poison", or bytes to answer a GET with."""

    def __init__(self, port):
        self.target = port
        self.rules = lambda method, path, n: None
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def forward(self, body):
                c = http.client.HTTPConnection("127.0.0.1", outer.target)
                c.request(self.command, self.path, body,
                          {k: v for k, v in self.headers.items()})
                r = c.getresponse()
                data = r.read()
                c.close()
                return r, data

            def say(self, status, kind, data, **more):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                for k, v in more.items():
                    self.send_header(k, v)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def handle_one(self):
                n = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(n)
                outer.seen.append((self.command, self.path))
                rule = outer.rules(self.command, self.path,
                                   len(outer.seen))
                if rule == "refuse":
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                if rule == "html":
                    return self.say(207 if self.command in (
                        "PROPFIND", "REPORT") else 200, "text/html",
                        b"<!DOCTYPE html><html><body>Welcome</body></html>",
                        ETag='"html"')
                if rule == "poison":
                    return self.say(207, "application/xml",
                                    b"<a>X-POISON</a>")
                if rule == "huge":
                    return self.say(200, "text/calendar", b"BEGIN:VCALENDAR"
                                    b"\r\n" + b"X-A:b\r\n" * 1500000,
                                    ETag='"huge"')
                if isinstance(rule, bytes):
                    return self.say(200, "text/calendar", rule,
                                    ETag='"odd"')
                if isinstance(rule, int):
                    return self.say(rule, "text/plain", b"no\n")
                if isinstance(rule, tuple):	# the request does
                    time.sleep(rule[0])
                r, data = self.forward(body)
                if rule == "twice":
                    r, data = self.forward(body)
                if isinstance(rule, float):	# the answer takes so long
                    time.sleep(rule)
                if rule == "lost":
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(r.status)
                for k, v in r.getheaders():
                    if k.lower() not in ("content-length", "date", "server",
                                         "connection", "transfer-encoding"):
                        self.send_header(k, v)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

        for method in ("GET", "PUT", "DELETE", "PROPFIND", "REPORT",
                       "MKCALENDAR", "OPTIONS"):
            setattr(Handler, "do_" + method, Handler.handle_one)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *args: None	# clients that go
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def writes(self):
        return [s for s in self.seen if s[0] in ("PUT", "DELETE")]


class World:
    """A workspace whose team and collector anna have calendars."""

    def __init__(self, dunlin, port, calendars=None, company=""):
        self.dunlin = dunlin
        self.dir = tempfile.mkdtemp()
        self.w = self.dir + "/w"
        self.at = datetime.datetime(2026, 11, 23, 1, 0)
        self.run("init", self.w, "--name", "Acme Ltd", "--country", "CN",
                 "--test", plain=True)
        for user in Radicale.USERS:
            path = "%s/%s.secret" % (self.w, user)
            with open(path, "w") as f:
                f.write("secret-%s\n" % user)
            os.chmod(path, 0o600)
        self.config = open(self.w + "/dunlin.yaml").read().replace(
            "    transport: maildir:outgoing\n",
            "    transport: maildir:outgoing\n" + company, 1)
        self.calendars(port, calendars)
        self.items = []

    def calendars(self, port, more=None):
        url = "http://127.0.0.1:%d/" % port
        if more is None:
            more = "".join("      %s: {url: '%s%s', user: %s, "
                           "password_file: %s.secret, language: en, "
                           "every: 5%s}\n" % (
                               n, url, "", n, n, ", owner: " + n
                               if n == "anna" else "") for n in
                           ("anna", "team"))
        text = self.config.replace("    transport: maildir:outgoing\n",
                                   "    transport: maildir:outgoing\n"
                                   "    calendars:\n" + more, 1)
        text = re.sub(r"(?m)^users:\n(  .*\n|\n)*", "", text)
        text += "\nusers:\n  anna: {name: Anna}\n  ben: {name: Ben}\n"
        with open(self.w + "/dunlin.yaml", "w") as f:
            f.write(text)

    def run(self, *args, plain=False, ok=True, json_=False, env=None):
        e = dict(os.environ, DUNLIN_NOW=self.at.strftime(
            "%Y-%m-%dT%H:%M:%SZ"), LANG="C.UTF-8", **(env or {}))
        where = [] if plain else ["-C", self.w]
        done = subprocess.run([self.dunlin, *where, *args,
                               *(["--json"] if json_ else [])],
                              capture_output=True, text=True, env=e,
                              timeout=60)
        if ok and done.returncode != 0:
            check(False, "%s: %d %s" % (args, done.returncode, done.stderr))
        return json.loads(done.stdout) if json_ else done

    def ledger(self, more=(), without=()):
        """Five customers, and rows of more; without the items named."""
        path = self.dir + "/ledger.csv"
        with open(path, "w", encoding="utf-8") as f:
            f.write("account,item,due,amount,balance,currency,name,email,"
                    "language,country\n")
            for row in more:
                f.write(row + "\n")
            for i in range(1, 6):
                if "INV-%d" % i in without:
                    continue
                f.write("C-%d00,INV-%d,2026-10-2%d,100.00,100.00,CNY,"
                        "Customer %d,c%d@example.test,en,CN\n" %
                        (i, i, i, i, i))
        self.run("import", path, "--mode", "full", "--as-of", str(
            self.at.date()), "--confirm")

    def day(self, date):
        """Nine in the morning of that day in Shanghai."""
        self.at = datetime.datetime.combine(datetime.date.fromisoformat(
            date), datetime.time(1, 0))
        self.run("status", "--accept-clock", ok=False)

    def clean(self, *clients):
        for c in clients:
            for name in c.files():
                c.delete(name)
        self.close()

    def sync(self, ok=True, seconds=60, env=None):
        """One minute later the role runs until it has nothing to do."""
        self.at += datetime.timedelta(seconds=seconds)
        return self.run("run", "calendar", "--once", ok=ok, env=env)

    def tasks(self, all_=False):
        return self.run("tasks", *(["--all"] if all_ else []), json_=True)

    def close(self):
        shutil.rmtree(self.dir)


def play(*scenes):
    """Each, or those named on the command line, with a server and a proxy
    that begins well-behaved."""
    folder = tempfile.mkdtemp()
    radicale = Radicale(folder)
    proxy = Proxy(radicale.port)
    try:
        for scene in scenes:
            if len(sys.argv) > 2 and scene.__name__ not in sys.argv[2:]:
                continue
            proxy.rules = lambda *a: None
            proxy.seen.clear()
            scene(radicale, proxy)
    finally:
        radicale.stop()
        shutil.rmtree(folder)
    finish()
