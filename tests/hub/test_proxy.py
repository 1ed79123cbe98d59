"""The proxy, in front of the socket of a server that answers and closes at once."""

import http.client
import socket
import socketserver
import subprocess
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
import real_hub

PORT = 18010


class Quick(socketserver.StreamRequestHandler):
    """Answers as soon as it has the body; closes the connection if the request asks for it."""

    def handle(self):
        while line := self.rfile.readline():
            length, close = 0, False
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = line.decode().lower().partition(": ")
                length = int(value) if name == "content-length" else length
                close = close or (name, value.strip()) == ("connection", "close")
            self.rfile.read(length)
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            if close:
                return


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 1024


@pytest.fixture
def behind_the_proxy(hub, tmp_path):
    """A server of that kind behind a second proxy, started with the command of the hub's."""
    place = tmp_path / "s"
    own = f"/proc/{hub.file('proxy.pid').read_text()}/cmdline"
    with open(own, "rb") as file:
        words = file.read().decode().split("\0")
    command = words[: words.index(next(w for w in words if w.endswith("-http-proxy"))) + 1]
    with Server(str(place), Quick) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        target = f"http+unix://{quote(str(place), safe='')}"
        process = subprocess.Popen(
            [*command, "--ip", "127.0.0.1", "--port", str(PORT), "--api-port", str(PORT + 1),
             "--default-target", target, "--log-level", "error"],
        )  # fmt: skip
        try:
            assert real_hub.until(lambda: real_hub.connects(PORT))
            yield
        finally:
            process.terminate()
            process.wait()
            server.shutdown()


def test_no_answer_to_a_request_with_a_body_is_lost(behind_the_proxy):
    """Without sockets.cjs one request in five gets 503, although the server has answered."""

    def sends(_):
        connection = http.client.HTTPConnection("127.0.0.1", PORT)
        statuses = Counter()
        for _ in range(100):
            connection.request("POST", "/", b"x" * 200)
            answer = connection.getresponse()
            answer.read()
            statuses[answer.status] += 1
        connection.close()
        return statuses

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(sends, range(10)), Counter()) == {200: 1000}


def test_the_server_of_this_test_closes_when_asked(tmp_path):
    """If it did not, the test above could not fail."""
    with Server(str(tmp_path / "s"), Quick) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with socket.socket(socket.AF_UNIX) as visitor:
            visitor.settimeout(20)
            visitor.connect(str(tmp_path / "s"))
            visitor.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := visitor.recv(1000):
                answer += piece
        server.shutdown()
    assert answer.endswith(b"ok")
