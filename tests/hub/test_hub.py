"""A class on one machine: three students and a teacher, in a real browser, on a real hub.

The tests depend on each other and run in this order, like a lesson.
"""

import json
import re
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
import real_hub
import real_lab
from hands import Hands
from people import ROSTER, STUDENTS, shoot
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def books(person):
    """{name: notebook 05, opened by this student or the teacher}; first all of them log in."""
    people = [person(name).logs_in() for name in [*STUDENTS, "marie"]]
    return {one.name: one.is_in().opens("05_xor.ipynb") for one in people}


# Logging in


@pytest.mark.parametrize(
    "name, password",
    [
        ("ada", "wrong password"),
        ("ada", "pässword"),
        ("nobody", "the students'"),
        ("marie", "the students'"),
        ("ada", "the teachers'"),
        ("nobody", "the teachers'"),
    ],
)
def test_a_wrong_name_or_password_is_refused(hub, person, name, password):
    real = {"the students'": hub.students_password, "the teachers'": hub.teachers_password}
    someone = person(name)
    someone.submits(real.get(password, password))
    expect(someone.page.locator(".login_error, .error")).to_contain_text(re.compile("Invalid|not"))
    someone.page.goto(f"{hub.url}/user/{name}/lab")
    expect(someone.page.get_by_label("Username")).to_be_visible()
    someone.page.context.close()


def test_the_login_page_says_which_name_and_which_password(hub, browser):
    page, _ = real_lab.new_page(browser)
    page.goto(hub.url)
    expect(page.get_by_text("the password of the class")).to_be_visible()
    shoot(page, "hub-login")
    page.context.close()


# At work


def test_three_students_and_a_teacher_move_a_slider(books):
    for name, book in books.items():
        cells = book.panel.evaluate(
            "panel => panel.content.widgets.map(cell => cell.model.sharedModel.source)"
        )
        (playground,) = (i for i, text in enumerate(cells) if ".train(300)" in text)
        book.execute("from nncourse import widgets")
        book.run(playground)
        hands = Hands(book.output(playground))
        hands.says("step 300 ")
        slider = hands.slider("learning rate")
        before = hands.number("learning rate").input_value()
        hands.key(slider, "ArrowLeft")
        expect(hands.number("learning rate")).not_to_have_value(before)
        after = float(hands.number("learning rate").input_value())
        assert after < float(before)
        hands.key(hands.button("Step"), "Enter")
        hands.says("step 301 ")
        assert book.value("_.lab.settings['learning_rate']") == pytest.approx(after), name
    shoot(books["ada"].page, "hub-notebook")


def test_a_student_has_exercises_with_working_checks_and_not_their_source(hub, books):
    handed_out = hub.classroom.homes / "ada" / "notebooks" / "exercises"
    assert (handed_out / "01_activations.ipynb").exists()
    assert not list(hub.folder.rglob("exercises/source"))
    books["ada"].execute("from nncourse.exercises import check")
    for answer, verdict in [("1 - a**2", "✓ Right"), ("(1 - a)**2", "✗ Not yet")]:
        checked = books["ada"].value(f"str(check('01.tanh_slope', lambda a: {answer}))")
        assert checked.startswith(verdict)


def test_each_student_has_a_user_id_of_her_own_and_none_is_root(hub, books):
    identity = "(lambda os: (os.getuid(), os.getgid(), os.getgroups(), os.umask(0o077)))"
    found = {name: book.value(f"{identity}(__import__('os'))") for name, book in books.items()}
    numbers = hub.classroom.numbers()
    assert found == {name: (numbers[name], numbers[name], [], 0o077) for name in books}
    assert len(set(numbers.values())) == len(books)


TRY = """
def tried(what):
    try:
        what()
    except BaseException as error:
        return type(error).__name__
    return "it worked"

import os, signal, socket
def connects(path): return tried(lambda: socket.socket(socket.AF_UNIX).connect(path))
def reads(path): return tried(lambda: open(path, "rb").read(1))
def writes(path): return tried(lambda: open(path, "ab"))
def lists(path): return tried(lambda: os.listdir(path))
"""


def test_a_student_reads_and_changes_nothing_that_is_not_hers(hub, books):
    ada, room = books["ada"], hub.classroom
    ada.execute("import os, signal" + TRY)
    other = room.seat("blaise")
    (connection,) = other.run.glob("kernel-*.json")
    (library,) = room.env.glob("lib/python3.*/site-packages/nnlib/__init__.py")
    pids = [hub.process.pid, int(room.hub.joinpath("proxy.pid").read_text())]
    pids += [pid for name in ("blaise", "marie") for pid in hub.processes(name)]
    assert len(pids) >= 6

    closed = {
        **{
            f"reads({str(path)!r})": path.exists()
            for path in [
                *[other.home / "notebooks" / "05_xor.ipynb", connection, other.log],
                *[room.seat("ada").log, room.seat("marie").home / "notebooks" / "05_xor.ipynb"],
                *map(hub.file, ["jupyterhub.sqlite", "cookie_secret", "passwords.toml"]),
                *map(hub.file, ["roster.txt", "hub.log", "env/bin/jupyterhub"]),
            ]
        },
        **{f"connects({str(path)!r})": path.is_socket() for path in
           [other.socket, other.door, room.seat("marie").door, hub.file("proxy.sock")]},
        **{f"lists({str(path)!r})": path.is_dir() for path in
           [room.homes, room.hub, room.logs, room.run, other.home, other.run]},
        **{f"writes({str(path)!r})": path.exists() for path in
           [library, *room.material.rglob("05_xor.ipynb")]},
        **{f"writes({str(path)!r})": True for path in
           [room.homes / "x", room.material / "x", library.with_name("x"), room.folder / "x"]},
        **{f"reads('/proc/{pid}/{what}')": True for pid in pids for what in ("environ", "mem")},
        **{f"lists('/proc/{pid}/fd')": True for pid in pids},
        **{f"tried(lambda: os.kill({pid}, signal.SIGTERM))": True for pid in pids},
        "tried(lambda: os.setuid(0))": True,
        f"tried(lambda: os.symlink('/etc/passwd', {str(room.homes / 'link')!r}))": True,
    }  # fmt: skip
    missing = [what for what, there in closed.items() if not there]
    assert not missing, f"these do not exist, so refusing them proves nothing: {missing}"
    wrong = {what: ada.value(what) for what in closed}
    wrong = {what: answer for what, answer in wrong.items() if answer != "PermissionError"}
    assert not wrong
    # Her own files can be read, so the attempts above fail for lack of permission.
    assert ada.value(f"reads({str(room.homes / 'ada' / 'notebooks' / '05_xor.ipynb')!r})") == (
        "it worked"
    )
    assert ada.value("reads('/proc/self/environ')") == "it worked"


def test_a_students_token_opens_her_own_server_and_no_other_door(hub, books):
    token = books["ada"].value("__import__('os').environ['JUPYTERHUB_API_TOKEN']")

    def answer(method, path, body=None):
        headers = {"Authorization": f"token {token}"}
        request = urllib.request.Request(hub.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    assert answer("GET", "/user/ada/api/contents") == 200
    assert answer("GET", "/user/ada/api/terminals") == 404  # switched off for all
    assert answer("GET", "/user/blaise/api/contents") == 403
    assert answer("GET", "/hub/api/users") == 403
    assert answer("GET", "/hub/api/users/blaise") == 404  # as for a name that does not exist
    assert answer("POST", "/hub/api/users/ada/tokens", body=b"{}") == 403
    assert answer("POST", "/hub/api/users/eve", body=b"") == 403
    assert answer("POST", "/hub/api/users/ada/servers/second", body=b"") in (400, 403)


def test_teachers_can_make_api_tokens_and_students_cannot(hub, books):
    assert real_hub.Visitor(hub, "marie", hub.teachers_password).token
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        real_hub.Visitor(hub, "ada", hub.students_password)
    assert refused.value.url.endswith("/hub/api/users/ada/tokens")
    page = books["ada"].page.context.new_page()
    assert page.goto(f"{hub.url}/hub/admin").status == 403
    page.close()


def test_neither_servers_nor_kernels_take_orders_at_a_port(hub, books):
    """Every other student could connect to a port, or listen there instead.

    ipykernel opens one port even so, for the output of its child processes.
    """
    numbers = hub.classroom.numbers()
    sockets = [line.split() for name in ("tcp", "tcp6")
               for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]  # fmt: skip
    for name in books:
        listening = {int(row[1].split(":")[1], 16) for row in sockets
                     if row[3] == "0A" and int(row[7]) == numbers[name]}  # fmt: skip
        kernels = [what for what in hub.processes(name).values() if "ipykernel" in what]
        # One of 05, and one of the notebook that JupyterLab opened, if it was quick enough.
        assert len(listening) <= len(kernels) <= 2 and kernels


def test_too_much_memory_ends_in_an_error_and_does_not_disturb_others(books):
    books["ada"].execute(TRY)
    assert books["ada"].value("tried(lambda: bytearray(3 * 2**30))") == "MemoryError"
    assert books["blaise"].value("1 + 1") == 2


# The next morning


def plant_links(room):
    """As Ada: remove a notebook, and put links to Blaise's folder in the way of new ones."""
    ada, blaise = (room.homes / name / "notebooks" for name in ("ada", "blaise"))
    code = f"""import os
os.remove({str(ada / "02_forward_pass.ipynb")!r})
os.symlink({str(blaise / "planted.ipynb")!r}, {str(ada / "97_week.ipynb")!r})
os.rename({str(ada / "exercises")!r}, {str(ada / "mine")!r})
os.symlink({str(blaise)!r}, {str(ada / "exercises")!r})
"""
    number = room.numbers()["ada"]
    subprocess.run(
        [room.env / "bin/python", "-c", code], check=True, cwd="/", user=number, group=number,
        extra_groups=[],
    )  # fmt: skip


def add_material(notebooks):
    """As the teacher: add a notebook, an exercise, and an exercise that still has its solution."""
    (notebooks / "exercises").mkdir(exist_ok=True)
    answers = nbformat.v4.new_code_cell("### BEGIN SOLUTION\n1 + 1\n### END SOLUTION")
    for name, cells in [
        ("97_week.ipynb", []), ("exercises/98_new.ipynb", []), ("exercises/99_key.ipynb", [answers])
    ]:  # fmt: skip
        nbformat.write(nbformat.v4.new_notebook(cells=cells), notebooks / name)


def test_after_a_restart_the_work_is_there_and_new_notebooks_are_handed_out(hub, books, person):
    room, book = hub.classroom, books["ada"]
    ada, blaise, dora = (room.homes / name / "notebooks" for name in ("ada", "blaise", "dora"))
    book.panel.evaluate(
        "panel => { panel.content.widgets[0].model.sharedModel.setSource('# Ada was here'); }"
    )
    book.save()
    for one in books.values():
        one.lab.leaves()
    plant_links(room)
    before = room.numbers()

    hub.stop()
    assert not [pid for name in books for pid in hub.processes(name)]
    add_material(hub.tree / "notebooks")
    hub.enrol("# chen has left\ndora\n" + ROSTER.replace("chen\n", ""))
    hub.start()

    after = room.numbers()
    assert after == before | {"dora": max(before.values()) + 1}
    people = [person(name).logs_in() for name in ("ada", "blaise", "dora")]
    again = people[0].is_in().opens("05_xor.ipynb")
    assert again.panel.evaluate("panel => panel.content.widgets[0].model.sharedModel.source") == (
        "# Ada was here"
    )
    for one in people[1:]:
        one.is_in()
    for one in people:
        one.leaves()
    assert (ada / "02_forward_pass.ipynb").read_bytes() == (
        (room.material / "notebooks" / "02_forward_pass.ipynb").read_bytes()
    )
    assert (dora / "97_week.ipynb").exists() and (dora / "exercises" / "98_new.ipynb").exists()
    assert not list(hub.folder.rglob("99_key.ipynb"))
    kinds = {(path.stat().st_uid, path.stat().st_mode & 0o777) for path in dora.rglob("*.ipynb")}
    assert kinds == {(after["dora"], 0o600)}

    # The planted links had no effect, as the copies were made as Ada, who may not write there.
    assert (ada / "97_week.ipynb").is_symlink() and (ada / "exercises").is_symlink()
    assert not (blaise / "planted.ipynb").exists() and not (blaise / "98_new.ipynb").exists()
    assert (blaise / "exercises" / "98_new.ipynb").stat().st_uid == after["blaise"]
    assert "Not all notebooks went to ada" in hub.file("hub.log").read_text()


def test_a_name_taken_off_the_roster_cannot_log_in_and_her_home_stays(hub, person):
    chen = person("chen")
    chen.submits(hub.students_password)
    expect(chen.page.locator(".login_error, .error")).to_contain_text(re.compile("Invalid|not"))
    chen.page.context.close()
    assert (hub.classroom.homes / "chen" / "notebooks" / "05_xor.ipynb").exists()


def test_a_name_added_to_the_roster_can_log_in_at_once(hub, person):
    hub.enrol(hub.file("roster.txt").read_text() + "emil\n")
    emil = person("emil").logs_in().is_in()
    assert emil.opens("01_activations.ipynb").value("1 + 1") == 2
    emil.leaves()


def test_a_hub_that_was_killed_finds_its_servers_again(hub, person):
    """A hub that is killed cannot stop its servers; they go on, and the next hub finds them."""
    ada = person("ada").logs_in().is_in()
    ada.opens("01_activations.ipynb").execute("kept = 'by the kernel'")
    ada.leaves()
    pids = set(hub.processes("ada"))
    hub.stop(signal.SIGKILL)
    hub.start()
    ada = person("ada").logs_in().is_in()
    assert ada.opens("01_activations.ipynb").value("kept") == "by the kernel"
    assert pids and set(hub.processes("ada")) == pids
    ada.leaves()


def test_what_is_installed_has_no_answers_and_no_debugger_in_it(hub):
    (packages,) = hub.classroom.env.glob("lib/python3.*/site-packages")
    assert (packages / "nncourse" / "widgets" / "frontend" / "index.js").exists()
    installed = [path for name in ("nnlib", "nncourse") for path in (packages / name).rglob("*")]
    assert not [path for path in installed if "solution" in path.name.lower()]
    kernels = list(hub.classroom.env.glob("share/jupyter/kernels/*/kernel.json"))
    assert [json.loads(path.read_text())["metadata"]["debugger"] for path in kernels] == [False]
