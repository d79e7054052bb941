"""A real Dovecot of its own on loopback, and what a mail program makes of
"reply".  Needs root."""
import email
import email.message
import email.policy
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from portlib import free_port

NOBODY = pwd.getpwnam("nobody")

DOVECOT = """base_dir = {dir}/run
state_dir = {dir}/lib
log_path = {dir}/log
protocols = {protocols}
listen = 127.0.0.1
ssl = yes
ssl_cert = <{tls}/cert.pem
ssl_key = <{tls}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{mail}
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {dir}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/home
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    def __init__(self, mail, tls, protocols="imap", more=""):
        self.dir = tempfile.mkdtemp(prefix="dovecot")
        os.chmod(self.dir, 0o755)
        self.imap, self.imaps = free_port(), free_port()
        for d in ("run", "lib", "home"):
            os.mkdir(os.path.join(self.dir, d))
        os.chown(os.path.join(self.dir, "home"), NOBODY.pw_uid,
                 NOBODY.pw_gid)
        with open(os.path.join(self.dir, "users"), "w") as f:
            f.write("ar:{PLAIN}open sesame::::::\n")
        self.conf = os.path.join(self.dir, "dovecot.conf")
        with open(self.conf, "w") as f:
            f.write(DOVECOT.format(dir=self.dir, tls=tls, mail=mail,
                                   uid=NOBODY.pw_uid, gid=NOBODY.pw_gid,
                                   imap=self.imap, imaps=self.imaps,
                                   protocols=protocols) + more)
        self.start()

    def start(self):
        subprocess.run(["dovecot", "-c", self.conf], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)

    def halt(self):
        with open(os.path.join(self.dir, "run/master.pid")) as f:
            os.kill(int(f.read()), signal.SIGTERM)
        time.sleep(0.5)

    def stop(self):
        self.halt()
        shutil.rmtree(self.dir, ignore_errors=True)


def answer(raw, body):
    """What a mail program makes of "reply"."""
    was = email.message_from_bytes(raw, policy=email.policy.default)
    m = email.message.EmailMessage()
    m["From"] = was["To"]
    m["To"] = was["Reply-To"]
    m["Subject"] = "Re: " + was["Subject"]
    m["Message-ID"] = "<%s@customer.example.com>" % os.urandom(8).hex()
    m["In-Reply-To"] = was["Message-ID"]
    m["References"] = was["Message-ID"]
    m.set_content(body + "\n\n> " + "\n> ".join(
        was.get_body(("plain",)).get_content().splitlines()))
    return m
