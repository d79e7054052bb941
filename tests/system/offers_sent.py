"""An offer is recorded as its message fares: open when it arrived or may have,
not there when it certainly did not; the same for all recipients; never other
than what was read, whatever changes meanwhile."""
import os
import re
import shutil
import tempfile

from sendlib import NOW, Server, Workspace, check, finish

LATER = "2026-11-20T09:45:00Z"
parent = tempfile.mkdtemp()


class Offering(Workspace):
    """An invoice of GBP 100.50 that is 34 days late on 20 November."""

    def __init__(self, copy=None, plan=True):
        super().__init__(parent, plan=False)
        path = os.path.join(self.dir, "ledger.csv")
        with open(path) as f:
            text = f.read().replace("2026-11-15", "2026-10-17")
        with open(path, "w") as f:
            f.write(text)
        self.must("import", path, "--as-of", "2026-11-20", "--confirm")
        if copy:
            self.must("contact", "add", "C0000", copy, "--role", "copy")
        if plan:
            self.must("run", "planner", "--once")

    def transport(self, url, **settings):
        super().transport(url, **settings)
        self.setting("    policy: ours\n")
        with open(os.path.join(self.dir, "dunlin.yaml"), "a") as f:
            f.write("""policies:
  ours:
    extends: default
    steps: {m2-first: {offer: yes}}
    offers:
      percent: 2
      least: {GBP: 50}
      advice: Example Counsel, 2 March 2026
""")

    def offers(self):
        return [s for s, in self.sql("SELECT state FROM offer ORDER BY id")]

    def holds(self):
        return [k for k, in self.sql("SELECT kind FROM hold WHERE released_at "
                                     "IS NULL AND kind LIKE 'offer%'")]

    def last(self, server):
        """What the last mail says: the sum and the day."""
        text = server.messages[-1][1].decode("ascii", "replace")
        text = re.sub(r"=\r\n", "", text)
        text = " ".join(text.split())
        found = re.search(r"If (GBP [\d.]+) reaches our account by (\d+ \w+ "
                          r"\d+)", text)
        return found.groups() if found else None


def same(what, got, want):
    check(what, got == want, "got %r, wanted %r" % (got, want))


FIRST = ("GBP 98.49", "27 November 2026")
base = Offering()


def case(script, now=NOW):
    w = base.copy(parent)
    server = Server(script)
    w.smtp(server.port)
    w.send(now=now)
    return w, server


# Taken; not known; certainly not.
w, s = case({})
same("taken", (w.offers(), w.holds(), w.last(s)),
     (["open"], ["offer-open"], FIRST))
w, s = case({"dot": Server.DROP})
same("may have arrived", (w.states(), w.offers(), w.holds()),
     (["uncertain"], ["open"], ["offer-open"]))
number = str(w.sql("SELECT id FROM outbox")[0][0])
sent = w.copy(parent)
sent.must("settle", number, "--as", "sent")
same("it had", sent.offers(), ["open"])
w.must("settle", number, "--as", "unsent")
same("it had not", (w.offers(), w.holds()), (["unsent"], []))
same("and that is told", w.sql(
    "SELECT count(*) FROM event WHERE kind LIKE 'offer-%'"), [(2,)])
w, s = case({"RCPT": "550 5.1.1 nobody"})
same("refused", (w.offers(), w.holds()), (["unsent"], []))
same("of which nothing is told", w.sql(
    "SELECT count(*) FROM event WHERE kind LIKE 'offer-%'"), [(0,)])

# Put off: the next try offers anew, by its own day.
w, s = case({"RCPT": "451 4.3.0 later"})
same("put off", (w.states(), w.offers()), (["deferred"], ["unsent"]))
with Server() as s:
    w.smtp(s.port)
    w.send(now=LATER)
    same("then taken", (w.offers(), w.last(s)), (["unsent", "open"], FIRST))

# Two recipients: one communication, one offer, the same words.
two = Offering(copy="boss@customer.example.com")
w = two.copy(parent)
with Server() as s:
    w.smtp(s.port)
    w.send()
    same("both are told the same", (len(s.messages), w.offers(), w.last(s)),
         (2, ["open"], FIRST))
    s.messages.pop()
    same("the first as well", w.last(s), FIRST)
w = two.copy(parent)


def second_later(session):
    return "451 4.3.0 later" if "boss" in session.to else "250 2.1.5 ok"


with Server({"RCPT": second_later}) as s:
    w.smtp(s.port)
    w.send()
    same("one has it", (sorted(w.states()), w.offers()),
         (["accepted", "deferred"], ["open"]))
gone = w.copy(parent)
with Server() as s:
    w.smtp(s.port)
    w.send(now=LATER)
    same("the other gets what the first got", (w.offers(), len(s.messages),
         w.last(s) if s.messages else None), (["open"], 1, FIRST))
gone.must("pay", "C0000", "40", "--item", "INV-0000-0", "--on", "2026-11-20",
          now=LATER)
with Server() as s:
    gone.smtp(s.port)
    gone.send(now=LATER)
    same("or nothing, when it is no longer so", (gone.offers(),
         len(s.messages)), (["open"], 0))

# What changes before it leaves is never offered as it was.
w = base.copy(parent)
w.must("pay", "C0000", "0.50", "--item", "INV-0000-0", "--on", "2026-11-20")
with Server() as s:
    w.smtp(s.port)
    w.must("run", "planner", "--once")
    w.send()
    same("the sum as it is", w.last(s), ("GBP 98.00", "27 November 2026"))
w = base.copy(parent)
w.must("dispute", "add", "C0000", "--item", "INV-0000-0", "--reason",
       "quality")
with Server() as s:
    w.smtp(s.port)
    w.send()
    same("nothing of what is disputed", (len(s.messages), w.offers()),
         (0, []))

# A template that does not say it makes none.
w = base.copy(parent)
os.makedirs(os.path.join(w.dir, "templates", "en"))
with open(os.path.join(w.dir, "templates", "en", "m2-first.mail"), "w") as f:
    f.write("Subject: {{company.name}}\n--- text\n{{>items}}\n")
with Server() as s:
    w.smtp(s.port)
    path = os.path.join(w.dir, "dunlin.yaml")
    with open(path) as f:
        text = f.read()
    with open(path, "w") as f:
        f.write("templates: templates\n" + text)
    w.send()
    same("what is not said is not offered", (len(s.messages), w.last(s),
         w.offers()), (1, None, []))
shutil.rmtree(parent)
finish()
