"""A company with a ledger, day by day, through the roles into a Maildir: for
tests of what follows from how customers pay."""
import csv, datetime, email, email.policy, glob, json, os, re
import sqlite3, subprocess, tempfile

from checklib import check


def same(what, got, want):
    check(got == want, "%s: got %r, expected %r" % (what, got, want))


def arrived(w, seen):
    """The mails that went out and are not yet in seen, which grows."""
    for path in sorted(glob.glob(w + "/outgoing/*/*")):
        if path not in seen:
            seen.add(path)
            with open(path, "rb") as f:
                yield email.message_from_binary_file(
                    f, policy=email.policy.default)


class World:
    """Items are rows of the ledger; accounts that begin with Z read Chinese."""
    dunlin = None

    def __init__(self, start, country="GB", currency="GBP", policy=None,
                 **settings):
        self.dir = tempfile.mkdtemp()
        self.w = os.path.join(self.dir, "w")
        self.at = datetime.datetime.combine(start, datetime.time(9, 1))
        if country == "CN":
            self.at = datetime.datetime.combine(start, datetime.time(1, 5))
        self.currency, self.country = currency, country
        self.items, self.seen, self.mails = {}, set(), []
        self.run("init", self.w, "--name", "Acme Ltd", "--country", country,
                 "--currency", currency, "--test", plain=True)
        if policy:
            self.policy(policy)

    def policy(self, text):
        path = os.path.join(self.w, "dunlin.yaml")
        old = open(path).read()
        old = re.sub(r"(?m)^(    policy:).*$", r"\1 ours", old)
        with open(path, "w") as f:
            f.write(old.split("\npolicies:")[0] + "\npolicies:\n  ours:\n"
                    "    extends: default\n" + "".join(
                        "    %s\n" % line for line in text.splitlines()))

    def run(self, *args, plain=False, ok=True, json_=False, language="en"):
        env = dict(os.environ, DUNLIN_NOW=self.at.strftime(
            "%Y-%m-%dT%H:%M:%SZ"), LC_ALL="C.UTF-8", LANG="C.UTF-8",
            LANGUAGE="zh_CN" if language == "zh" else "en")
        if language == "zh":
            env["LC_ALL"] = env["LANG"] = "zh_CN.UTF-8"
        where = [] if plain else ["-C", self.w]
        more = ["--json"] if json_ else []
        p = subprocess.run([self.dunlin, *where, *args, *more],
                           capture_output=True, text=True, env=env)
        if ok and p.returncode != 0:
            check(False, "%s: %s" % (args, p.stderr))
        return json.loads(p.stdout) if json_ else p

    def owe(self, account, document, amount, due, **more):
        self.items[document] = dict(account=account, due=due, amount=amount,
                                    balance=amount, paid="", **more)

    def pay(self, document, on, left=0):
        self.items[document].update(balance=left, paid=on if left == 0 else "")

    def ledger(self, as_of=None, mode="full", only=None):
        as_of = as_of or self.at.date()
        path = os.path.join(self.dir, "ledger.csv")
        with open(path, "w", encoding="utf-8", newline="") as f:
            w = csv.writer(f)
            w.writerow("account item type due amount balance paid currency "
                       "name email language country disputed".split())
            for document, i in self.items.items():
                a = i["account"]
                if only is None or document in only:
                    w.writerow([a, document, i.get("type", "invoice"),
                                i["due"], "%.2f" % i["amount"],
                                "%.2f" % i["balance"], i["paid"],
                                i.get("currency", self.currency),
                                "Customer " + a, a.lower() + "@example.test",
                                "zh-CN" if a.startswith("Z") else "en",
                                self.country, i.get("disputed", "")])
        self.run("import", path, "--mode", mode, "--as-of", str(as_of),
                 *(["--confirm"] if mode == "full" else []))

    def arm(self):
        number = self.run("arm", json_=True)["confirm"]
        self.run("arm", "--confirm", str(number))

    def roles(self):
        self.run("run", "planner", "--once")
        self.run("run", "sender", "--once")
        self.run("run", "planner", "--once")
        for m in arrived(self.w, self.seen):
            m.day = self.at.date()
            m.plain = " ".join(m.get_body(("plain",)).get_content().split())
            self.mails.append(m)

    def day(self, ledger=True):
        self.at += datetime.timedelta(1)
        if ledger:
            self.ledger()
        self.roles()

    def jump(self, days):
        """The clock goes on without anybody looking."""
        self.at += datetime.timedelta(days)
        self.run("status", "--accept-clock")

    def until(self, day, ledger=True):
        while self.at.date() < day:
            self.day(ledger)

    def to(self, account):
        mail = account.lower() + "@example.test"
        return [m for m in self.mails
                if m["To"].addresses[0].addr_spec == mail]

    def sql(self, text, *args):
        db = sqlite3.connect(os.path.join(self.w, "dunlin.db"))
        rows = db.execute(text, args).fetchall()
        db.commit()
        db.close()
        return rows

    def events(self, account, kind):
        return [e["payload"] for e in self.run(
            "account", account, json_=True)["events"] if e["kind"] == kind]

    def tasks(self, reason):
        return self.sql("SELECT a.code, t.detail FROM task t JOIN account a "
                        "ON a.id = t.account_id WHERE t.reason = ? AND "
                        "t.state <> 'closed' ORDER BY a.code, t.id", reason)
