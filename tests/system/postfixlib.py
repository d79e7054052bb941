"""A real Postfix of its own on loopback: several listeners, one Maildir.
Its configuration and queue live in a temporary folder; needs root."""
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from portlib import free_port

MAIN = """compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {dir}/maillog
maillog_file_prefixes = {dir}
myhostname = mx.customer.example.com
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
alias_maps =
virtual_mailbox_domains = {domain}
recipient_delimiter = +
dunlin_destination_recipient_limit = 1
virtual_mailbox_maps = {boxes}
virtual_mailbox_base = {dir}/mail
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_transport = {transport}
default_transport = error:nothing leaves
disable_dns_lookups = yes
smtp_host_lookup = native
notify_classes =
smtpd_tls_cert_file = {dir}/etc/cert.pem
smtpd_tls_key_file = {dir}/etc/key.pem
smtpd_tls_security_level = may
smtpd_tls_received_header = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dir}/dovecot/auth
"""

MASTER = """{plain} inet n - n - - smtpd
{tls12} inet n - n - - smtpd
  -o smtpd_tls_protocols=TLSv1.2
{tls13} inet n - n - - smtpd
  -o smtpd_tls_protocols=TLSv1.3
{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
{login} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_tls_auth_only=yes
{grey} inet n - n - - smtpd
  -o smtpd_recipient_restrictions=check_policy_service,inet:127.0.0.1:{policy}
{other} inet n - n - - smtpd
  -o smtpd_tls_cert_file={dir}/etc/other.pem
  -o smtpd_tls_key_file={dir}/etc/other-key.pem
{pipes} inet n - n - - smtpd
  -o content_filter=dunlin:
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
{pipe}
"""

PIPE = "dunlin unix - n n - 4 pipe flags=DORhu user=nobody argv={pipe}"

DOVECOT = """base_dir = {dir}/dovecot
state_dir = {dir}/dovecot/lib
log_path = {dir}/dovecot/log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {dir}/etc/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home=/nonexistent
}}
service auth {{
  unix_listener {dir}/dovecot/auth {{
    mode = 0666
  }}
}}
service stats {{
  chroot =
}}
"""


def certificate(path, key, san):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048",
                    "-nodes", "-days", "30", "-subj", "/CN=test",
                    "-addext", "subjectAltName=" + san, "-keyout", key,
                    "-out", path], check=True, capture_output=True)


class Postfix:
    NAMES = ("plain", "tls12", "tls13", "smtps", "login", "grey", "other",
             "pipes")	# the last: all of it into the pipe

    def __init__(self, transport="virtual", login=True, policy=0,
                 domain="customer.example.com", pipe="/bin/true",
                 boxes="static:box/", more="", service=PIPE):
        self.dir = tempfile.mkdtemp(prefix="postfix")
        nobody = pwd.getpwnam("nobody")
        for d in ("etc", "queue", "data", "mail", "dovecot/lib"):
            os.makedirs(os.path.join(self.dir, d))
        os.chmod(self.dir, 0o755)
        shutil.chown(self.path("data"), "postfix")
        os.chown(self.path("mail"), nobody.pw_uid, nobody.pw_gid)
        self.ports = {n: free_port() for n in self.NAMES}
        fill = dict(self.ports, dir=self.dir, uid=nobody.pw_uid,
                    gid=nobody.pw_gid, transport=transport, policy=policy,
                    domain=domain, boxes=boxes,
                    pipe=pipe)
        for n in self.NAMES:
            fill[n] = "127.0.0.1:%d" % self.ports[n]
        fill["pipe"] = service.format(pipe=pipe)
        self.write("etc/main.cf", MAIN.format(**fill) + more)
        self.write("etc/master.cf", MASTER.format(**fill))
        certificate(self.path("etc/cert.pem"), self.path("etc/key.pem"),
                    "DNS:localhost,IP:127.0.0.1")
        certificate(self.path("etc/other.pem"), self.path("etc/other-key.pem"),
                    "DNS:other.example.com")
        self.login = login
        if login:
            self.write("etc/users", "dunlin:{PLAIN}open sesame::::::\n")
            self.write("etc/dovecot.conf", DOVECOT.format(**fill))
            subprocess.run(["dovecot", "-c",
                            self.path("etc/dovecot.conf")], check=True,
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        # A pipe for its output would be held by the daemons.
        subprocess.run(["postfix", "-c", self.path("etc"), "start"],
                       check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        self.wait()

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        with open(self.path(name), "w") as f:
            f.write(text)

    def wait(self):
        for _ in range(100):
            try:
                with socket.create_connection(("127.0.0.1",
                                               self.ports["plain"]), 2) as s:
                    if s.recv(100).startswith(b"220"):
                        return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("Postfix does not start: see %s/maillog" % self.dir)

    def mails(self, n, seconds=20, box="box"):
        """The n messages that were delivered (or fewer after a while)."""
        new = self.path("mail/%s/new" % box)
        until = time.monotonic() + seconds
        names = []
        while time.monotonic() < until:
            names = os.listdir(new) if os.path.isdir(new) else []
            if len(names) >= n:
                break
            time.sleep(0.1)
        got = []
        for name in names:
            with open(os.path.join(new, name), "rb") as f:
                got.append(f.read())
        return got

    def clear(self):
        shutil.rmtree(self.path("mail/box"), ignore_errors=True)

    def stop(self):
        subprocess.run(["postfix", "-c", self.path("etc"), "stop"],
                       capture_output=True)
        if self.login:
            with open(self.path("dovecot/master.pid")) as f:
                os.kill(int(f.read()), signal.SIGTERM)
        shutil.rmtree(self.dir, ignore_errors=True)
