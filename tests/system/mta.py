"""contrib/mta as it is, but for names and paths: a reply to the sub-address
of a message, which no header of the customer's names, is found by its token.
Needs root."""
import glob
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time

from dovecotlib import Dovecot, NOBODY
from postfixlib import Postfix, certificate
from portlib import free_port
from sendlib import DUNLIN, Workspace, check, finish

THEN = "2026-11-20T10:00:00Z"
MTA = os.path.join(os.environ["top_srcdir"], "contrib/mta")
COMMAND = "/usr/local/bin/dunlin -C /var/lib/dunlin --company main ingest"
TEXT = ("From: C <c0@customer.example.com>\r\nTo: ar@seller.example.com\r\n"
        "Subject: Re: your invoice\r\nMessage-ID: <%s@c.example>\r\n"
        "Date: Fri, 20 Nov 2026 09:30:00 +0000\r\n\r\nThank you!\r\n")

parent = tempfile.mkdtemp()
os.chmod(parent, 0o755)
program = os.path.join(parent, "dunlin")
shutil.copy(DUNLIN, program)
base = Workspace(parent, accounts=1)
base.send()
TOKEN = base.sql("SELECT token FROM attempt")[0][0]
TO = "ar+r.%s@seller.example.com" % TOKEN
FROM = "c0@customer.example.com"


def workspace():
    """Owned by nobody, as the mail server runs the pipe."""
    w = base.copy(parent)
    for top, dirs, files in os.walk(w.dir):
        for name in dirs + files + ["."]:
            os.chown(os.path.join(top, name), NOBODY.pw_uid, NOBODY.pw_gid)
    w.script = os.path.join(w.dir, "dunlin-ingest")
    with open(w.script, "w") as f:
        f.write("#!/bin/sh\nexec %s -C %s --now %s --company main ingest\n"
                % (program, w.dir, THEN))
    os.chmod(w.script, 0o755)
    return w


def snippet(name, w):
    with open(os.path.join(MTA, name)) as f:
        text = f.read()
    if COMMAND in text:
        text = text.replace(COMMAND, w.script)
    return text.replace("example.com", "seller.example.com").replace(
        "user=dunlin", "user=nobody").replace("user = dunlin",
                                              "user = nobody")


def found(what, w, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until and w.sql(
            "SELECT count(*) FROM inbox") == [(0,)]:
        time.sleep(0.2)
    r = w.run("run", "reader", "--once", now=THEN)
    check(what, r.returncode == 0, r.stderr)
    rows = w.sql("SELECT i.state, a.code, i.detail FROM inbox i LEFT JOIN"
                 " account a ON a.id = i.account_id")
    check(what, rows == [("read", "C0000", "token")], rows)


def smtp(port, lmtp=False):
    with (smtplib.LMTP if lmtp else smtplib.SMTP)("127.0.0.1", port) as s:
        s.sendmail(FROM, [TO], TEXT % os.urandom(6).hex())


def by_postfix():
    w = workspace()
    p = Postfix(login=False, domain="seller.example.com",
                more=snippet("postfix-main.cf", w),
                service=snippet("postfix-master.cf", w).replace("{", "{{")
                .replace("}", "}}"))
    try:
        smtp(p.ports["plain"])
        found("Postfix", w)
        with open(p.path("maillog")) as f:
            check("Postfix: no warning of the snippet", "unused parameter"
                  not in f.read())
    finally:
        p.stop()


def lmtp(port):
    return """
auth_username_format = %%Ln
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = %d
  }
}
""" % port


def by_dovecot(sieve):
    w = workspace()
    tls = tempfile.mkdtemp(dir=parent)
    certificate(tls + "/cert.pem", tls + "/key.pem", "DNS:localhost")
    box, port = os.path.join(w.dir, "box"), free_port()
    os.mkdir(box)
    os.chown(box, NOBODY.pw_uid, NOBODY.pw_gid)
    more = lmtp(port) + snippet("dovecot-lmtp.conf", w)
    if sieve:
        script = os.path.join(w.dir, "ingest.sieve")
        with open(script, "w") as f:
            f.write(snippet("dovecot.sieve", w))
        more += ("protocol lmtp {\n  mail_plugins = $mail_plugins sieve\n}\n"
                 "plugin {\n  sieve_plugins = sieve_extprograms\n"
                 "  sieve_global_extensions = +vnd.dovecot.pipe\n"
                 "  sieve_pipe_bin_dir = %s\n  sieve_before = %s\n}\n"
                 % (w.dir, script))
    d = Dovecot(box, tls, "imap lmtp", more)
    try:
        smtp(port, True)
        if not sieve:
            with open(os.path.join(w.dir, "s"), "w") as f:
                f.write("open sesame\n")
            os.chmod(os.path.join(w.dir, "s"), 0o600)
            path = os.path.join(w.dir, "dunlin.yaml")
            with open(path) as f:
                text = f.read()
            with open(path, "w") as f:
                f.write(text.replace(
                    "    transport:", "    intake:\n      url: imaps://"
                    "localhost:%d\n      user: ar\n      password_file: s\n"
                    "      tls_ca: %s/cert.pem\n    transport:"
                    % (d.imaps, tls), 1))
        found("Dovecot, " + ("sieve" if sieve else "LMTP and IMAP"), w,
              20 if sieve else 0)
        if sieve:
            with open(os.path.join(d.dir, "log")) as f:
                log = f.read()
            check("sieve: a copy stays", glob.glob(box + "/new/*") != [],
                  log[-500:])
    finally:
        d.stop()


def exim_of():
    """Exim's program out of its package: it cannot be installed beside
    Postfix."""
    given = os.environ.get("EXIM") or shutil.which("exim4")
    if given:
        return given
    dir = tempfile.mkdtemp(dir=parent)
    os.chmod(dir, 0o755)
    subprocess.run(["apt-get", "download", "exim4-daemon-light"], cwd=dir,
                   capture_output=True)
    for deb in glob.glob(dir + "/*.deb"):
        subprocess.run(["dpkg", "-x", deb, dir + "/x"], check=True)
    got = glob.glob(dir + "/x/usr/sbin/exim4")
    return got[0] if got else None


EXIM = """exim_path = {exim}
keep_environment =
primary_hostname = mx.seller.example.com
exim_user = nobody
exim_group = nogroup
spool_directory = {dir}/spool
log_file_path = {dir}/spool/%slog
acl_smtp_rcpt = accept
begin routers
{routers}
begin transports
{transports}
"""


def by_exim():
    exim = exim_of()
    if exim is None:
        print("Exim: its package could not be had: not tested",
              file=sys.stderr)
        return
    w = workspace()
    routers, transports = snippet("exim.conf", w).split("# Transports", 1)
    dir = tempfile.mkdtemp(dir=parent)
    os.chmod(dir, 0o755)
    os.mkdir(dir + "/spool")
    os.chown(dir + "/spool", NOBODY.pw_uid, NOBODY.pw_gid)
    with open(dir + "/conf", "w") as f:
        f.write(EXIM.format(exim=exim, dir=dir, routers=routers,
                            transports="# Transports" + transports))
    # The program wants its user to exist: only for itself.
    for name, line in (("passwd", "Debian-exim:x:65533:65533::/:/bin/false"),
                       ("group", "Debian-exim:x:65533:")):
        with open("/etc/" + name) as f, open(dir + "/" + name, "w") as g:
            g.write(f.read() + line + "\n")
    script = ("mount --bind {d}/passwd /etc/passwd && mount --bind {d}/group"
              " /etc/group && {e} -C {d}/conf -bV >/dev/null && {e} -C"
              " {d}/conf -bt {to} && exec {e} -C {d}/conf -odi -f {frm} {to}"
              .format(d=dir, e=exim, to=TO, frm=FROM))
    r = subprocess.run(["unshare", "-m", "sh", "-c", script],
                       input=TEXT.replace("\r\n", "\n") % "exim",
                       capture_output=True, text=True, timeout=60)
    check("Exim: configuration and route", r.returncode == 0 and
          "transport = dunlin" in r.stdout, r.stdout + r.stderr)
    found("Exim", w)


by_postfix()
by_dovecot(False)
by_dovecot(True)
by_exim()
shutil.rmtree(parent)
finish()
