"""The calendars of quarter.py: one of a collector and one of the team on a
real server.  People tick, move and delete what is in them."""
import datetime
import re
import tempfile

import callib

SECTION = """    calendars:
      ada: {url: "http://127.0.0.1:%(port)d/", user: anna, owner: ada,
            password_file: anna.secret, language: en, every: 5}
      team: {url: "http://127.0.0.1:%(port)d/", user: team,
             password_file: team.secret, language: en, every: 5}
"""


class Calendars:
    def __init__(self, quarter):
        self.q, self.w = quarter, quarter.w
        self.server = callib.Radicale(tempfile.mkdtemp(dir=self.w.dir))
        port = self.server.port
        self.team = callib.Client(port, "team")
        self.ada = callib.Client(port, "anna")
        for user in ("anna", "team"):
            self.w.secret(user + ".secret", "secret-" + user)
        self.w.own(self.w.w)
        self.w.calendars = SECTION % {"port": port}
        self.w.config()
        self.up, self.moved = True, False

    def start(self):
        if not self.up:
            self.server.start()
            self.up = True

    def stop(self):
        self.server.stop()
        self.up = False

    def sync(self):
        self.w.run("run", "calendar", "--once", ok=self.up)

    def files(self, client, word):
        """Entries in whose text that word is."""
        return [n for n in client.files() if re.search(
            word, client.get(n)[1].decode())] if self.up else []

    def promises(self):
        """Entries of the team that are about one promise."""
        codes = [code for code, in self.w.sql(
            "SELECT a.code FROM promise p JOIN account a ON a.id ="
            " p.account_id WHERE p.closed_at IS NULL AND a.company_id = 1"
            " AND NOT EXISTS (SELECT 1 FROM dispute d WHERE d.account_id ="
            " a.id AND d.closed_at IS NULL) GROUP BY a.id HAVING count(*)"
            " = 1")]
        return self.files(self.team, r"BEGIN:VEVENT(.|\n)*#(%s)\b" %
                          "|".join(codes)) if codes else []

    # --- by day, before anybody is at work ---

    def day(self, k):
        act = getattr(self, "day_%d" % k, None)
        if act is not None:
            act()
            self.sync()
        if 4 <= k < 24 and not self.moved:
            self.promised()
            self.sync()
        if 10 <= k < 24 and not self.w.sql(
                "SELECT 1 FROM task WHERE reason = 'calendar-ticked'"):
            self.tick_all()

    def tick_all(self):
        """Ticked off, whatever it is: some want a decision."""
        for name in self.files(self.ada, "BEGIN:VTODO(.|\n)*NEEDS-ACTION"):
            self.ada.edit(name, callib.tick)
        self.sync()

    def todo(self, text):
        self.w.run("task", "add", self.q.first().code, text, "--due",
                   "%s 16:00" % (self.q.today + datetime.timedelta(1)),
                   "--owner", "ada")

    def day_8(self):
        self.todo("Write to them")

    def day_9(self):			# ticked off: it is done
        self.mine = self.files(self.ada, "BEGIN:VTODO")[:8]
        for name in self.mine:
            self.ada.edit(name, callib.tick)

    def day_10(self):			# after all it is not
        for name in set(self.mine) & set(self.ada.files()):
            self.ada.edit(name, lambda t: t.replace(
                "STATUS:COMPLETED", "STATUS:NEEDS-ACTION"))

    def promised(self):
        """One promise has another day, one is taken away."""
        names = self.promises()
        if len(names) < 2:
            return
        self.moved = True
        later = (self.q.today + datetime.timedelta(20)).strftime("%Y%m%d")
        end = (self.q.today + datetime.timedelta(21)).strftime("%Y%m%d")
        self.team.edit(names[0], lambda t: re.sub(
            "(DTSTART;VALUE=DATE:)[0-9]+", r"\g<1>" + later, re.sub(
                "(DTEND;VALUE=DATE:)[0-9]+", r"\g<1>" + end, t)))
        self.team.delete(names[1])

    def day_17(self):
        for n in range(22):
            self.todo("Call %d" % n)

    def day_18(self):			# somebody empties it
        for name in self.ada.files():
            self.ada.delete(name)

    def day_24(self):
        self.stop()
