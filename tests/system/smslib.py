"""What the tests of SMS share: a gateway that does what a script says, and a
workspace whose customers have phones.  Standard library only."""
import base64
import hashlib
import hmac
import http.server
import os
import threading
import time
import urllib.parse

from sendlib import EARLY, NOW, Workspace, check


class Gateway:
    """Keeps what it was asked; answers with what script(request) gives:
    (status, body), None to hang up, or a number of seconds to wait first."""

    def __init__(self, script):
        self.script, self.requests = script, []
        self.connections = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                outer.connections += 1

            def handle_any(self):
                n = int(self.headers.get("Content-Length") or 0)
                url = urllib.parse.urlsplit(self.path)
                r = {"method": self.command, "path": url.path,
                     "target": self.path,
                     "query": dict(urllib.parse.parse_qsl(url.query)),
                     "headers": dict(self.headers),
                     "body": self.rfile.read(n)}
                r["form"] = dict(urllib.parse.parse_qsl(
                    r["body"].decode("utf-8", "replace")))
                outer.requests.append(r)
                a = outer.script(r)
                if isinstance(a, (int, float)):
                    time.sleep(a)
                    a = None
                if a is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                body = a[1].encode()
                self.send_response(a[0])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = handle_any

            def log_message(self, *a):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *a):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = "http://127.0.0.1:%d/send" % self.port
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.server.shutdown()
        self.server.server_close()


def ledger(customers):
    """customers: (account, name, email, phone, language, country, zone,
    party kind)"""
    lines = ["account,name,email,phone,language,country,zone,item,issued,due,"
             "amount,balance,currency"]
    for c in customers:
        lines.append("%s,%s,%s,%s,%s,%s,%s,INV-%s,2026-10-16,2026-11-15,"
                     "100.50,100.50,GBP" % (c + (c[0],)))
    return "\n".join(lines) + "\n"


PHONES = [("C%04d" % i, "Customer %d" % i, "", "07400 123%03d" % i,
           "en" if i % 2 == 0 else "zh-CN", "GB", "Europe/London")
          for i in range(8)]


class Phones(Workspace):
    """A workspace of customers who have phones."""

    def __init__(self, parent, routes, customers=PHONES, plan=True,
                 more="", company=""):
        self.routes, self.more, self.company = routes, more, company
        self.customers = customers
        os.makedirs(parent, exist_ok=True)
        super().__init__(parent, plan=False)
        if plan:
            self.must("run", "planner", "--once", now=EARLY)

    def transport(self, url, **settings):
        path = os.path.join(self.dir, "ledger.csv")
        super().transport(url, **settings)
        with open(os.path.join(self.dir, "secret"), "w") as f:
            f.write("s3cret\n")
        os.chmod(f.name, 0o600)
        with open(os.path.join(self.dir, "hook"), "w") as f:
            f.write("abcdefgh23456789\n")
        os.chmod(f.name, 0o600)
        with open(os.path.join(self.dir, "dunlin.yaml")) as f:
            text = f.read()
        text = text.replace("    senders:", "    phone: \"+44 20 7946 0000\""
                            "\n%s    sms:\n%s    senders:"
                            % (self.company, self.routes))
        with open(os.path.join(self.dir, "dunlin.yaml"), "w") as f:
            f.write(text + self.more)

    def must(self, *args, now=NOW):
        if args[0] == "import":
            with open(args[1], "w") as f:
                f.write(ledger(self.customers))
        return super().must(*args, now=now)

    def deliveries(self):
        return [r[0] for r in self.sql(
            "SELECT delivery FROM attempt ORDER BY id")]


def route(gateway, url, **settings):
    s = "      main:\n        gateway: %s\n        url: \"%s\"\n" \
        "        user: me\n        secret_file: secret\n" \
        "        timeout: 1\n" % (gateway, url)
    for k, v in settings.items():
        s += "        %s: %s\n" % (k, v)
    return s


def twilio_signature(secret, url, form):
    """As Twilio's documents say, independent of ours."""
    text = url + "".join(k + form[k] for k in sorted(form))
    return base64.b64encode(hmac.new(secret.encode(), text.encode(),
                                     hashlib.sha1).digest()).decode()
