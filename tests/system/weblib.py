"""A workspace's web role, and requests to it.  Standard library only."""
import http.client
import os
import socket
import subprocess
import time

DUNLIN = os.environ["DUNLIN"]


class Web:
    """dunlin run web in the folder, until the end of the with."""

    def __init__(self, folder, port, now=None, env=None):
        self.port = port
        args = [DUNLIN, "-C", folder]
        if now:
            args += ["--now", now]
        self.log = open(os.path.join(folder, "web.log"), "ab")
        self.p = subprocess.Popen(args + ["run", "web"], stderr=self.log,
                                  env=dict(os.environ, **(env or {})))

    def __enter__(self):
        for _ in range(200):
            if self.p.poll() is not None:
                raise SystemExit("dunlin run web ended early")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise SystemExit("dunlin run web does not listen")

    def __exit__(self, *a):
        if self.p.poll() is None:
            self.p.terminate()
            self.p.wait(20)
        self.log.close()

    def ask(self, method, path, body=None, headers=None, timeout=20):
        c = http.client.HTTPConnection("127.0.0.1", self.port,
                                       timeout=timeout)
        try:
            c.request(method, path, body, headers or {})
            r = c.getresponse()
            return r.status, r.read()
        finally:
            c.close()
