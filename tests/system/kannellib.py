"""A private Kannel on loopback: bearerbox, smsbox and its fake SMS centre.
Standard library only."""
import os
import shutil
import signal
import subprocess
import time
import urllib.request

from portlib import free_port

FAKE = "/usr/lib/kannel/test/fakesmsc"

CONF = """group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = bench
status-password = bench
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
log-file = "{dir}/bearerbox.log"
log-level = 1
store-type = file
store-location = "{dir}/kannel.store"
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
sendsms-interface = 127.0.0.1
log-file = "{dir}/smsbox.log"
log-level = 1
http-request-retry = 2
http-queue-delay = 1

group = sendsms-user
username = me
password = s3cret
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
get-url = "{mo}?from=%p&to=%P&text=%b&charset=%C&id=%I&at=%T"
max-messages = 0
omit-empty = true
"""


class Kannel:
    def __init__(self, folder, mo):
        self.dir = os.path.join(folder, "kannel%d" % time.monotonic_ns())
        os.makedirs(self.dir)
        self.ports = {k: free_port() for k in ("admin", "box", "smsc",
                                               "send")}
        with open(os.path.join(self.dir, "kannel.conf"), "w") as f:
            f.write(CONF.format(dir=self.dir, mo=mo, **self.ports))
        self.boxes, self.fake = [], None

    @property
    def url(self):
        return "http://127.0.0.1:%d/cgi-bin/sendsms" % self.ports["send"]

    def start_box(self, name):
        log = open(os.path.join(self.dir, name + ".out"), "ab")
        return subprocess.Popen([name, "-v", "4", "kannel.conf"],
                                cwd=self.dir, stdout=log, stderr=log)

    def wait(self, port):
        import socket
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("Kannel does not listen on %d" % port)

    def status(self):
        with urllib.request.urlopen(
                "http://127.0.0.1:%d/status.txt?password=bench"
                % self.ports["admin"], timeout=5) as r:
            return r.read().decode()

    def start(self):
        self.boxes.append(self.start_box("bearerbox"))
        self.wait(self.ports["box"])
        self.boxes.append(self.start_box("smsbox"))
        self.wait(self.ports["send"])
        self.centre()
        return self

    def centre(self, *messages):
        """The fake SMS centre, anew; it sends these from phones."""
        if self.fake:
            self.fake.terminate()
            self.fake.wait(10)
        self.out = open(os.path.join(self.dir, "fake.out"), "ab")
        self.fake = subprocess.Popen(
            [FAKE, "-H", "127.0.0.1", "-r", str(self.ports["smsc"]), "-i",
             "0.05", "-v", "0", "-m", str(len(messages))] +
            (list(messages) or ["1 2 text x"]),
            cwd=self.dir, stdin=subprocess.PIPE, stdout=self.out,
            stderr=self.out)
        for _ in range(200):
            if "fake" in self.status() and "online" in \
                    self.status().split("SMSC connections:")[-1]:
                return
            time.sleep(0.05)
        raise SystemExit("the fake SMS centre is not online")

    def received(self):
        """What phones got: the lines of the fake SMS centre."""
        with open(os.path.join(self.dir, "fake.out"), "rb") as f:
            text = f.read().decode("utf-8", "replace")
        return [l.split("Got message", 1)[1] for l in text.splitlines()
                if "Got message" in l]

    def stop(self, sig=signal.SIGTERM):
        for p in [self.fake] + self.boxes[::-1]:
            if p and p.poll() is None:
                p.send_signal(sig)
        for p in [self.fake] + self.boxes[::-1]:
            if p:
                try:
                    p.wait(10)
                except subprocess.TimeoutExpired:
                    p.kill()
                    p.wait(10)
        self.boxes, self.fake = [], None

    def __enter__(self):
        return self.start()

    def __exit__(self, *a):
        self.stop()


def is_installed():
    return shutil.which("bearerbox") and os.path.exists(FAKE)
