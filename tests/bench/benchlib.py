"""What the benches of sending share.  Standard library only."""
import os
import statistics
import subprocess
import tempfile
import time


class Run:
    """Some processes at once: seconds until the last has ended, CPU seconds
    of all, the largest peak memory in KiB."""

    def __init__(self, *commands, core=None):
        errors = [tempfile.TemporaryFile() for _ in commands]
        begun = time.monotonic()
        children = [subprocess.Popen(
            args, stdout=subprocess.DEVNULL, stderr=e,
            preexec_fn=None if core is None else
            lambda: os.sched_setaffinity(0, {core}))
            for args, e in zip(commands, errors)]
        self.cpu = self.peak = 0
        for child, args, e in zip(children, commands, errors):
            _, status, use = os.wait4(child.pid, 0)
            child.returncode = status
            self.cpu += use.ru_utime + use.ru_stime
            self.peak = max(self.peak, use.ru_maxrss)
            if status != 0:
                e.seek(0)
                raise SystemExit("%s: %s" % (args, e.read()[-2000:]))
        self.seconds = time.monotonic() - begun


class Sink:
    def __init__(self, program, core=None):
        self.child = subprocess.Popen(
            [program, "sink"], stdout=subprocess.PIPE, text=True,
            preexec_fn=None if core is None else
            lambda: os.sched_setaffinity(0, {core}))
        self.port = int(self.child.stdout.readline())

    def stop(self):
        """What it took."""
        self.child.terminate()
        return int(self.child.stdout.read())


def tell(what, runs, i, many):
    """Rate and CPU of the i-th of each round; its ratio to the first."""
    rate = [many / r[i].seconds for r in runs]
    print("  %s: %.0f msg/s (%.0f-%.0f), CPU %.0f us/msg"
          % (what, statistics.median(rate), min(rate), max(rate),
             statistics.median(r[i].cpu for r in runs) / many * 1e6), end="")
    if i > 0:
        ratio = [r[i].seconds / r[0].seconds for r in runs]
        print("; ratio %.2f (%.2f-%.2f)"
              % (statistics.median(ratio), min(ratio), max(ratio)), end="")
    print(flush=True)
