"""An IMAP server for tests that breaks off, changes UIDVALIDITY, or tells of
each command that it gets."""
import re
import socketserver

from sendlib import listen


class Server:
    """Speaks as much of IMAP4rev1 as it takes."""

    def __init__(self, tls=None, starttls=None):
        self.uidvalidity, self.mails = 7, {}
        self.commands, self.break_at, self.refuse = [], None, False
        self.starttls, self.sessions = starttls, 0
        self.moved = False		# UIDVALIDITY is not told
        self.before = self.after = None	# called with each command
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                outer.sessions += 1
                try:
                    Session(outer, self.request, tls).run()
                except (OSError, EOFError, ValueError):
                    pass

        self.server = listen(Handler)
        self.port = self.server.server_address[1]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Session:
    def __init__(self, server, sock, tls):
        self.s = server
        self.open(tls.wrap_socket(sock, server_side=True) if tls else sock)
        self.secure = tls is not None

    def open(self, sock):
        self.sock, self.file = sock, sock.makefile("rb")

    def say(self, text):
        self.sock.sendall(text.encode() + b"\r\n")

    def break_off(self):
        self.sock.close()
        raise EOFError

    def fetch(self, tag, uid):
        data = self.s.mails[uid]
        if self.s.break_at == uid:
            self.s.break_at = None
            self.sock.sendall(b"* 1 FETCH (UID %d BODY[] {%d}\r\n"
                              % (uid, len(data)) + data[:len(data) // 2])
            self.break_off()
        self.sock.sendall(b"* 1 FETCH (UID %d BODY[] {%d}\r\n"
                          % (uid, len(data)) + data + b")\r\n")
        self.say(tag + " OK done")

    def one(self, tag, words, line):
        verb = words[0].upper()
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1%s" % (
                " STARTTLS" if self.s.starttls and not self.secure else ""))
            self.say(tag + " OK done")
        elif verb == "STARTTLS" and self.s.starttls:
            self.say(tag + " OK go on")
            self.open(self.s.starttls.wrap_socket(self.sock,
                                                  server_side=True))
            self.secure = True
        elif verb == "LOGIN":
            self.say(tag + (" NO wrong" if self.s.refuse else " OK done"))
        elif verb in ("SELECT", "EXAMINE"):
            self.say("* %d EXISTS" % len(self.s.mails))
            if not self.s.moved:
                self.say("* OK [UIDVALIDITY %d] valid" % self.s.uidvalidity)
            self.say(tag + " OK done")
        elif verb == "UID" and words[1].upper() == "SEARCH":
            low = int(re.search(r"(\d+):\*", line).group(1))
            # A server gives the last one for a range behind the end.
            got = [u for u in sorted(self.s.mails) if u >= low] or \
                sorted(self.s.mails)[-1:]
            self.say("* SEARCH " + " ".join(map(str, got)))
            self.say(tag + " OK done")
        elif verb == "UID":
            self.fetch(tag, int(words[2]))
        elif verb == "LOGOUT":
            self.say("* BYE")
            self.say(tag + " OK done")
            self.break_off()
        else:
            self.say(tag + " BAD what?")

    def run(self):
        self.say("* OK ready")
        while True:
            line = self.file.readline().decode("utf-8", "replace")
            if not line:
                return
            self.s.commands.append((self.secure, line.strip()))
            if self.s.before:
                self.s.before(line)
            words = line.split()
            self.one(words[0], words[1:], line)
            if self.s.after:
                self.s.after(line)
