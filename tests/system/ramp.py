"""More first messages were planned for today than may go: the policy was
tightened after the plan.  What goes out is counted at the hand-over; the rest
is planned for other days, none of which gets more than its share."""
import collections
import os
import shutil
import tempfile

from sendlib import NOW, Workspace, check, finish

parent = tempfile.mkdtemp()
w = Workspace(parent, accounts=5)


def same(what, got, wanted):
    check(what, got == wanted, "%s, wanted %s" % (got, wanted))


def rows(columns, where="1 = 1"):
    return w.sql("SELECT %s FROM outbox WHERE %s ORDER BY id"
                 % (columns, where))


same("planned for today", len(rows("id", "state = 'queued' AND due_at <="
     " CAST(strftime('%s', '" + NOW + "') AS INTEGER)")), 5)
path = os.path.join(w.dir, "dunlin.yaml")
with open(path) as f:
    text = f.read()
with open(path, "w") as f:
    f.write(text.replace("    zone:", "    policy: slow\n    zone:", 1) +
            "policies:\n  slow:\n    extends: default\n"
            "    max_new_per_day: 2\n")
w.must("check")
same("sender", w.send().returncode, 0)
same("handed over", len(rows("id", "state = 'accepted'")), 2)
same("held", rows("DISTINCT detail", "state = 'cancelled'"),
     [("held: ramp",)])
same("left", len(rows("id", "state = 'cancelled'")), 3)
same("again", w.send().returncode, 0)
same("handed over", len(rows("id", "state = 'accepted'")), 2)
w.must("run", "planner", "--once")
days = collections.Counter(due // 86400 for (due,) in rows(
    "due_at", "state = 'queued'"))
same("planned anew", sum(days.values()), 3)
check("days", max(days.values(), default=9) <= 2, days)
same("sender", w.send().returncode, 0)
same("handed over", len(rows("id", "state = 'accepted'")), 2)

shutil.rmtree(parent)
finish()
