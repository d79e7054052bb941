"""What tests of mails to our own people share: a workspace with users, whose
roles do all that is due."""
import os

from sendlib import Workspace, check


class Staffed(Workspace):
    USERS = ""

    def config(self, more="", users=None):
        """USERS (or others) and more settings of the company."""
        path = os.path.join(self.dir, "dunlin.yaml")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.split("users:")[0].replace(
                "    reply_to: ar", more + "    reply_to: ar") +
                (self.USERS if users is None else users))

    def roles(self, now, *names):
        for role in names or ("reader", "planner", "sender"):
            r = self.run("run", role, "--once", now=now)
            check(role, r.returncode == 0, r.stderr)
