import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/system"))
from portlib import free_port
from sendlib import Workspace, check, finish
from weblib import DUNLIN, Web

top = tempfile.mkdtemp()


def serving(work, port):
    with open(os.path.join(work.dir, "dunlin.yaml"), "a") as f:
        f.write("web:\n  listen: 127.0.0.1:%d\n" % port)


def raw(port, data, wait=3):
    with socket.create_connection(("127.0.0.1", port), wait) as s:
        s.settimeout(wait)
        s.sendall(data)
        got = b""
        try:
            while b"\r\n\r\n" not in got:
                more = s.recv(65536)
                if not more:
                    break
                got += more
        except (OSError, TimeoutError):
            pass
        return got


try:
    work = Workspace(top, plan=False)
    r = work.run("run", "web", "--once")
    check("no web section is said", r.returncode != 0 and "listen" in
          r.stderr, r.stderr)
    port = free_port()
    serving(work, port)
    with Web(work.dir, port) as web:
        check("health", web.ask("GET", "/health") == (200, b"ok\n"))
        check("no such page", web.ask("GET", "/nothing")[0] == 404)
        check("nor the root", web.ask("GET", "/")[0] == 404)
        check("nor its prefix", web.ask("GET", "/healthy")[0] == 404)
        check("other methods", web.ask("POST", "/health", b"")[0] == 405)
        check("a body where none belongs",
              web.ask("GET", "/health", b"x" * 10)[0] == 413)
        check("too many parts",
              web.ask("GET", "/health" + "/a" * 20)[0] == 404)
        check("a long path",
              web.ask("GET", "/health/" + "a" * 3000)[0] == 404)
        check("no HTTP at all", b" 400 " in raw(port, b"\x00\xff\r\n\r\n")
              or raw(port, b"\x00\xff\r\n\r\n") == b"")
        check("headers without end are cut off",
              b" 200 " not in raw(port, b"GET /health HTTP/1.1\r\n" +
                                  b"X: y\r\n" * 20000 + b"\r\n"))
        idle = [socket.create_connection(("127.0.0.1", port))
                for _ in range(50)]
        check("idle connections do not block it",
              web.ask("GET", "/health")[0] == 200)
        for s in idle:
            s.close()
        start = time.monotonic()
        web.p.send_signal(signal.SIGTERM)
        check("it ends in good order", web.p.wait(10) == 0 and
              time.monotonic() - start < 5)
    # serve starts it where it is configured
    p = subprocess.Popen([DUNLIN, "-C", work.dir, "serve"],
                         stderr=subprocess.DEVNULL)
    with_web = False
    for _ in range(100):
        try:
            with_web = b" 200 " in raw(port, b"GET /health HTTP/1.1\r\n"
                                       b"Host: x\r\n\r\n")
            break
        except OSError:
            time.sleep(0.1)
    check("serve starts it", with_web)
    p.terminate()
    check("and ends it", p.wait(20) == 0)
finally:
    shutil.rmtree(top, ignore_errors=True)
finish()
