"""No process of a student passes for another's server, and none outlives her own server.

The attack is run as a student would run it: before, while and after a server starts.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import people
import pytest
import real_hub
from classroom import Wrong
from nbformat.v4 import new_code_cell, new_notebook, new_output
from real_hub import connects, until
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from nncourse.reopened import VIEW

ATTACK = Path(__file__).with_name("attack.py").read_text()


@pytest.fixture(scope="module")
def teacher(hub):
    """A program with the rights of the teacher."""
    hub.enrol(people.ROSTER)
    return real_hub.Visitor(hub, "marie", hub.teachers_password)


@pytest.fixture
def server(hub, teacher):
    """server(name): start a new server of this student; all are stopped at the end."""
    started = set()

    def start(name):
        started.add(name)
        stop(teacher, name)
        teacher.ask("POST", f"/hub/api/users/{name}/server")
        assert until(lambda: running(teacher, name), 120)

    yield start
    for name in started:
        stop(teacher, name)


def running(teacher, name):
    return teacher.ask("GET", f"/hub/api/users/{name}")["servers"].get("", {}).get("ready")


def stop(teacher, name):
    with contextlib.suppress(urllib.error.HTTPError):  # it is not running
        teacher.ask("DELETE", f"/hub/api/users/{name}/server")
    assert until(lambda: not teacher.ask("GET", f"/hub/api/users/{name}")["servers"])


@contextlib.contextmanager
def attacking(hub, victim):
    """Ada's attack on the server of `victim`, until the end of the with block; its process."""
    numbers = hub.classroom.numbers()
    ports = [*numbers.values(), hub.port + 1, hub.port + 2]
    process = subprocess.Popen(
        [hub.classroom.env / "bin/python", "-c", ATTACK, hub.folder, str(numbers[victim]),
         *map(str, ports)],
        user=numbers["ada"], group=numbers["ada"], extra_groups=[], cwd="/",
    )  # fmt: skip
    try:
        # The attack has started when Ada has the socket to which she makes links.
        assert until((hub.classroom.run / str(numbers["ada"]) / "evil.sock").is_socket)
        yield process
    finally:
        process.kill()
        process.wait()


def who_answers(teacher, name):
    """The answer at the address of this student's server: its version, an error code, or EVIL."""
    try:
        return teacher.ask("GET", f"/user/{name}/api")
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("victim", ["blaise", "marie"])
def test_a_listener_from_before_a_server_starts_does_not_pass_for_it(hub, teacher, server, victim):
    with attacking(hub, victim):
        server(victim)
        assert "version" in who_answers(teacher, victim)


@pytest.mark.parametrize("victim", ["blaise", "marie"])
def test_a_listener_while_a_server_restarts_does_not_pass_for_it(hub, teacher, server, victim):
    server(victim)
    answers, over = [], threading.Event()

    def watch():
        while not over.is_set():
            answers.append(who_answers(teacher, victim))

    watcher = threading.Thread(target=watch)
    with attacking(hub, victim):
        assert "version" in who_answers(teacher, victim)  # the attack on a running server fails
        watcher.start()
        try:
            for _ in range(2):
                stop(teacher, victim)
                server(victim)
            # A server that is killed gives up its place without notice.
            pids = hub.processes(victim)
            subprocess.run(["kill", "-KILL", *map(str, pids)], check=True)
            assert until(lambda: not teacher.ask("GET", f"/hub/api/users/{victim}")["servers"])
            server(victim)
        finally:
            over.set()
            watcher.join()
    assert len(answers) > 20
    assert not [answer for answer in answers if answer == b"EVIL"]
    assert "version" in answers[-1]


def test_the_attack_would_be_noticed(hub, teacher):
    """With a route to a port, where anybody can listen, the attack would succeed."""
    with attacking(hub, "blaise") as attack:
        port = hub.classroom.numbers()["blaise"]
        assert until(lambda: connects(port)), attack.poll()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/user/blaise/api") as answer:
            assert answer.read() == b"EVIL"


def test_a_link_in_the_place_of_a_socket_is_not_followed(hub, teacher, server):
    """The hub opens the door as root, which could follow a link to another student's socket."""
    server("blaise")
    numbers, room = hub.classroom.numbers(), hub.classroom
    other = room.seat("blaise").socket
    swap = f"""import os
while True:
    for target in [{str(other)!r}, {str(room.socket)!r}]:
        try:
            os.symlink(target, "link")
            os.replace("link", "server.sock")
        except OSError:
            pass
"""
    ada = room.seat("ada")
    process = subprocess.Popen(
        [room.env / "bin/python", "-c", swap], user=numbers["ada"], group=numbers["ada"],
        extra_groups=[], cwd=ada.run,
    )  # fmt: skip
    with pytest.raises(Wrong):
        until(lambda: ada.socket.is_symlink())
        for _ in range(200):
            with contextlib.suppress(FileNotFoundError):  # replaced at that very moment
                ada.open_door()
            ada.shut_door()
    assert not ada.door.exists()
    server("ada")  # kills her processes first, and starts with an empty folder
    assert process.wait(30) != 0
    assert ada.door.lstat().st_uid == numbers["ada"]
    assert teacher.ask("GET", "/user/ada/api")["version"]


def test_no_connection_is_refused_when_many_come_at_once(hub, teacher, server):
    """A socket with a full queue refuses connections, and the browser shows an error."""
    server("blaise")
    (pid,) = [pid for pid, what in hub.processes("blaise").items() if "-singleuser" in what]
    for busy, place in [(pid, hub.classroom.seat("blaise").door),
                        (hub.process.pid, hub.classroom.socket)]:  # fmt: skip
        os.kill(busy, signal.SIGSTOP)
        with contextlib.ExitStack() as all_of_them:
            all_of_them.callback(os.kill, busy, signal.SIGCONT)
            for _ in range(360):  # sixty browsers, six connections each
                visitor = all_of_them.enter_context(socket.socket(socket.AF_UNIX))
                visitor.setblocking(False)
                visitor.connect(str(place))


# Processes


def kernel_runs(teacher, name, code):
    """Start a kernel of this student and let it run the code, without waiting for the end."""
    made = teacher.ask("POST", f"/user/{name}/api/kernels", {"name": "python3"})
    path = f"{teacher.hub.url.replace('http', 'ws')}/user/{name}/api/kernels/{made['id']}/channels"
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    header = {"msg_id": "x", "msg_type": "execute_request", "username": name, "session": name}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}

    async def send():
        headers = {"Authorization": f"token {teacher.token}"}
        place = await websocket_connect(HTTPRequest(path, headers=headers, request_timeout=60))
        await place.write_message(json.dumps(message | {"channel": "shell", "buffers": []}))
        while (answer := json.loads(await place.read_message()))["msg_type"] != "execute_input":
            assert answer["msg_type"] != "error"
        place.close()

    with ThreadPoolExecutor(1) as pool:  # this thread already has an event loop, the browser's
        pool.submit(asyncio.run, send()).result()


STAYS = """
import os, re, signal, subprocess
for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(sign, signal.SIG_IGN)
subprocess.Popen(["sleep", "900"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    while True:      # forks as fast as it can
        if os.fork() == 0:
            os._exit(0)
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            pass
re.fullmatch("(a|a)*b", "a" * 60)  # runs in C, where no signal handler of Python is called
"""


def test_stopping_a_server_ends_every_process_of_hers_and_clears_her_folder(hub, teacher, server):
    server("ada")
    seat = hub.classroom.seat("ada")
    kernel_runs(teacher, "ada", STAYS)
    assert until(lambda: any("sleep 900" in words for words in hub.processes("ada").values()))
    teacher.ask("DELETE", "/hub/api/users/ada/server")
    assert until(lambda: not hub.processes("ada"), 30)
    assert until(lambda: not teacher.ask("GET", "/hub/api/users/ada")["servers"])
    assert list(seat.run.iterdir()) == [] and not seat.door.exists()
    assert seat.run.stat().st_uid == seat.number


def test_a_server_that_ends_by_itself_leaves_nothing_behind(hub, teacher, server):
    server("ada")
    kernel_runs(teacher, "ada", STAYS)
    (pid,) = [
        pid for pid, words in hub.processes("ada").items() if "jupyterhub-singleuser" in words
    ]
    subprocess.run(["kill", "-KILL", str(pid)], check=True)
    assert until(lambda: not hub.processes("ada"), 60)
    assert until(lambda: not teacher.ask("GET", "/hub/api/users/ada")["servers"])
    assert list(hub.classroom.seat("ada").run.iterdir()) == []


def test_a_link_to_a_folder_that_is_not_hers_is_forbidden(hub, teacher, server):
    room = hub.classroom
    seat, number = room.seat("ada"), room.numbers()["ada"]
    subprocess.run(["ln", "-sfn", room.homes / "blaise", seat.home / "look"],
                   check=True, user=number, group=number, extra_groups=[])  # fmt: skip
    server("ada")
    for path in ("look", "look/notebooks", "look/notebooks/05_xor.ipynb"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            teacher.ask("GET", f"/user/ada/api/contents/{path}")
    listed = teacher.ask("GET", "/user/ada/api/contents")["content"]
    assert "notebooks" in [one["name"] for one in listed]  # her own files are still listed


def test_a_notebook_is_read_without_views_whose_kernel_has_ended(teacher, server):
    server("ada")
    path = "/user/ada/api/contents/notebooks/yesterday.ipynb"
    data = {VIEW: {"model_id": "ended"}, "image/png": "iVBORw0K"}
    book = new_notebook(cells=[new_code_cell("w", outputs=[new_output("display_data", data)])])
    teacher.ask("PUT", path, {"type": "notebook", "content": book})
    (cell,) = teacher.ask("GET", path)["content"]["cells"]
    assert cell["outputs"][0]["data"] == {"image/png": "iVBORw0K"}
    teacher.ask("DELETE", path)


# Passwords


def test_guessing_passwords_is_slowed_down_and_logged(hub, teacher):
    def tries(name, password):
        try:
            real_hub.Visitor(hub, name, password)
        except urllib.error.HTTPError as error:
            return error.code  # 403: wrong password, or no right to a token; 429: too many tries
        return 200

    assert [tries("blaise", "wrong password") for _ in range(8)] == [403] * 8
    found = []
    guesses = [
        threading.Thread(target=lambda: found.append(tries("blaise", "guessed"))) for _ in range(12)
    ]
    began = time.monotonic()
    for guess in guesses:
        guess.start()
    # Ada does not have to wait: she is logged in, and only a token is refused to her.
    with pytest.raises(urllib.error.HTTPError) as refused:
        real_hub.Visitor(hub, "ada", hub.students_password)
    assert refused.value.url.endswith("/hub/api/users/ada/tokens")
    for guess in guesses:
        guess.join()
    # After eight wrong ones, three at a time wait 4 s, and whoever comes after them 8 s and more.
    assert found.count(403) <= 3 * (1 + (time.monotonic() - began) // 12)
    assert set(found) == {403, 429} and len(found) == 12
    assert "Wrong passwords in the last minute: 5 for 'blaise'" in hub.file("hub.log").read_text()


# The start


def test_a_hub_whose_solutions_can_be_read_does_not_start(hub):
    hub.tree.chmod(0o755)
    try:
        done = hub.run("prepare")
    finally:
        hub.tree.chmod(0o700)
    assert done.returncode == 1
    assert f"chmod go-rwx '{hub.tree}'" in done.stderr and "exercises/source" in done.stderr


def test_a_second_hub_of_the_class_does_not_start_and_leaves_the_first_one_alone(hub, teacher):
    before = hub.classroom.material.stat()
    done = hub.run("prepare")
    assert done.returncode == 1 and "A hub of this class is running" in done.stderr
    assert hub.classroom.material.stat() == before
    assert teacher.ask("GET", "/hub/api/users/ada")["name"] == "ada"


def test_a_mistake_in_the_roster_or_in_the_settings_stops_nobody(hub, teacher, server):
    """Until the next start: the roster before the mistake counts, and the settings of the start."""
    files = {name: hub.file(name).read_bytes() for name in ("roster.txt", "class.toml")}
    try:
        hub.file("roster.txt").write_bytes(b"# M\xfcller\nmarie teacher\nada\nDora\n")
        hub.file("class.toml").write_bytes(files["class.toml"] + b"\nidle_minutes = 20\n")
        server("ada")
        with pytest.raises(urllib.error.HTTPError) as refused:
            real_hub.Visitor(hub, "blaise", hub.students_password)
        # He is logged in, and only a token is refused to him.
        assert refused.value.url.endswith("/hub/api/users/blaise/tokens")
        assert "Until it is put right" in hub.file("hub.log").read_text()
    finally:
        for name, content in files.items():
            hub.file(name).write_bytes(content)


def test_the_culler_reaches_the_hub_at_its_socket(hub):
    log = hub.file("hub.log")
    assert until(lambda: " 200 GET /hub/api/users?state=[secret] (culler" in log.read_text())
