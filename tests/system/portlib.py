"""portlib.py - a port for a server of a test.  Standard library only."""
import os
import socket

tried = 0


def free_port():
    """A port that nobody listens on, and that nobody gets by chance before we
    do: the system hands out higher ones (32768 to 60999) to whoever asks for
    any, or connects somewhere; other tests have other process ids."""
    global tried
    while True:
        port = 10000 + (os.getpid() * 61 + tried) % 20000
        tried += 1
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
