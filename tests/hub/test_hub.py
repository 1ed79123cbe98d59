"""A class on one machine: three students and a teacher, in a real browser, on a real hub.

The tests are one lesson and are read in their order.
"""

import json
import os
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
from playwright.sync_api import expect, sync_playwright

expect.set_options(timeout=30_000)
pytestmark = pytest.mark.skipif(not real_hub.possible(), reason=real_hub.NEEDED)

ROSTER = "marie teacher\nada\nblaise\nchen\n"
# Ports of its own, so that a class may go on beside the test; the tests find the notebook by a name
# that JupyterLab gives away when asked to.
SETTINGS = """
port = 18000
first_number = 28000
arguments = ["--LabApp.expose_app_in_browser=True"]
"""
STUDENTS = ["ada", "blaise", "chen"]
NOISE = [
    (kind, text, address.replace(r"\d+/", r"\d+/user/\w+/").replace("localhost", "127.0.0.1"))
    for kind, text, address in [
        *real_lab.LAB_NOISE,
        # On a machine that is busy with several servers at once.
        ("warning", r"Plugin \S+ (\(.*\) took \S+|is taking too long) to activate\.", real_lab.LAB),
        ("warning", "Disabling terminals plugin because they are not available on the server",
         real_lab.LAB),
    ]
]  # fmt: skip


@pytest.fixture(scope="module")
def hub():
    """The hub, with its environments, which takes most of the time."""
    with real_hub.serving(ROSTER, SETTINGS) as hub:
        yield hub


@pytest.fixture(scope="module")
def browser():
    """Chromium."""
    with sync_playwright() as playwright, real_lab.launched(playwright) as browser:
        yield browser


class Person:
    """Somebody before a browser of her own."""

    def __init__(self, hub, browser, name):
        self.hub, self.name = hub, name
        self.page, self.console = real_lab.new_page(browser, noise=NOISE)

    def knocks(self, password):
        """Fill in the form and send it."""
        self.page.goto(self.hub.url)
        self.page.get_by_label("Username").fill(self.name)
        self.page.get_by_label("Password:").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def logs_in(self):
        teaches = self.hub.classroom.roster()[self.name]
        self.knocks(self.hub.teachers_password if teaches else self.hub.students_password)
        return self

    def is_in(self):
        """Wait for JupyterLab."""
        # JupyterLab gives itself other addresses below this one, by what was open the last time.
        self.page.wait_for_url(re.compile(f"/user/{self.name}/lab"), timeout=120_000)
        return self

    def opens(self, notebook):
        return real_lab.Notebook(self, self.page, self.console, f"notebooks/{notebook}").open()

    def address(self, view, name):
        return f"{self.hub.url}/user/{self.name}/{view}/{name}?reset"

    def leaves(self):
        """Close the browser, whose console has to be clean."""
        self.page.evaluate("0")
        self.page.context.close()
        real_lab.judge([self.console])


@pytest.fixture(scope="module")
def person(hub, browser):
    """person(name): somebody, with a browser that has seen nothing yet."""
    return lambda name: Person(hub, browser, name)


@pytest.fixture(scope="module")
def books(person):
    """Notebook 06, open before each student and the teacher, who all come at once."""
    people = [person(name).logs_in() for name in [*STUDENTS, "marie"]]
    return {one.name: one.is_in().opens("06_xor.ipynb") for one in people}


def shoot(page, name):
    """A picture for a person, if NNLIB_SCREENSHOTS names a folder."""
    if folder := os.environ.get("NNLIB_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


# At the door


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
def test_the_wrong_one_stays_outside(hub, person, name, password):
    real = {"the students'": hub.students_password, "the teachers'": hub.teachers_password}
    someone = person(name)
    someone.knocks(real.get(password, password))
    expect(someone.page.locator(".login_error, .error")).to_contain_text(re.compile("Invalid|not"))
    someone.page.goto(f"{hub.url}/user/{name}/lab")
    expect(someone.page.get_by_label("Username")).to_be_visible()
    someone.page.context.close()


def test_the_door_says_which_name_and_which_password(hub, browser):
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
        playground = next(i for i, text in enumerate(cells) if "Playground(" in text)
        book.execute("from nnlib import widgets")
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


def test_a_student_has_exercises_that_answer_and_not_their_source(hub, books):
    handed_out = hub.classroom.homes / "ada" / "notebooks" / "exercises"
    assert (handed_out / "01_activations.ipynb").exists()
    assert not list(hub.folder.rglob("exercises/source"))
    books["ada"].execute("from nnlib.exercises import check")
    for answer, verdict in [("1 - a**2", "✓ Right"), ("(1 - a)**2", "✗ Not yet")]:
        checked = books["ada"].value(f"str(check('01.tanh_slope', lambda a: {answer}))")
        assert checked.startswith(verdict)


def test_everybody_is_somebody_else_and_nobody_is_root(hub, books):
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

import os, signal
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
                *[other.home / "notebooks" / "06_xor.ipynb", connection, other.log],
                *[room.seat("ada").log, room.seat("marie").home / "notebooks" / "06_xor.ipynb"],
                *map(hub.file, ["jupyterhub.sqlite", "cookie_secret", "passwords.toml"]),
                *map(hub.file, ["roster.txt", "hub.log", "env/bin/jupyterhub"]),
            ]
        },
        **{f"lists({str(path)!r})": path.is_dir() for path in
           [room.homes, room.hub, room.logs, room.run, other.home, other.run]},
        **{f"writes({str(path)!r})": path.exists() for path in
           [library, *room.material.rglob("06_xor.ipynb")]},
        **{f"writes({str(path)!r})": True for path in
           [room.homes / "x", room.material / "x", library.with_name("x"), room.folder / "x"]},
        **{f"reads('/proc/{pid}/{what}')": True for pid in pids for what in ("environ", "mem")},
        **{f"lists('/proc/{pid}/fd')": True for pid in pids},
        **{f"tried(lambda: os.kill({pid}, signal.SIGTERM))": True for pid in pids},
        "tried(lambda: os.setuid(0))": True,
        f"tried(lambda: os.symlink('/etc/passwd', {str(room.homes / 'link')!r}))": True,
    }  # fmt: skip
    missing = [what for what, there in closed.items() if not there]
    assert not missing, f"nothing would be proved by {missing}"
    wrong = {what: ada.value(what) for what in closed}
    wrong = {what: answer for what, answer in wrong.items() if answer != "PermissionError"}
    assert not wrong
    # What is hers she reads: the attempts fail for the reason that we think.
    assert ada.value(f"reads({str(room.homes / 'ada' / 'notebooks' / '06_xor.ipynb')!r})") == (
        "it worked"
    )
    assert ada.value("reads('/proc/self/environ')") == "it worked"


def test_a_students_token_opens_her_own_server_and_no_other_door(hub, books):
    token = books["ada"].value("__import__('os').environ['JUPYTERHUB_API_TOKEN']")

    def answer(method, path, port=hub.port, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", body, {"Authorization": f"token {token}"},
            method=method,
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    assert answer("GET", "/user/ada/api/contents") == 200
    assert answer("GET", "/user/ada/api/terminals") == 404  # not even to herself
    blaise = hub.classroom.numbers()["blaise"]
    assert answer("GET", "/user/blaise/api/contents") == 403
    assert answer("GET", "/user/blaise/api/contents", blaise) == 403
    assert answer("GET", "/hub/api/users") == 403
    assert answer("GET", "/hub/api/users/blaise") == 404  # as if there were nobody of that name
    assert answer("POST", "/hub/api/users/ada/tokens", body=b"{}") == 403
    assert answer("POST", "/hub/api/users/eve", body=b"") == 403
    assert answer("POST", "/hub/api/users/ada/servers/second", body=b"") in (400, 403)
    assert answer("GET", "/api/routes", hub.port + 2) == 403  # the proxy


def test_who_is_logged_in_makes_no_token_unless_she_teaches(hub, books):
    assert real_hub.Visitor(hub, "marie", hub.teachers_password).token
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        real_hub.Visitor(hub, "ada", hub.students_password)
    assert refused.value.url.endswith("/hub/api/users/ada/tokens")
    page = books["ada"].page.context.new_page()
    assert page.goto(f"{hub.url}/hub/admin").status == 403
    page.close()


def test_a_kernel_takes_no_orders_at_a_port(hub, books):
    """Where every other student on the machine could knock.

    The one port that ipykernel opens all the same is for what its child processes print.
    """
    numbers = hub.classroom.numbers()
    sockets = [line.split() for name in ("tcp", "tcp6")
               for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]  # fmt: skip
    for name in books:
        listening = {int(row[1].split(":")[1], 16) for row in sockets
                     if row[3] == "0A" and int(row[7]) == numbers[name]}  # fmt: skip
        kernels = [what for what in hub.processes(name).values() if "ipykernel" in what]
        assert numbers[name] in listening and len(listening) <= 1 + len(kernels) == 2


def test_an_endless_list_is_the_trouble_of_its_owner_alone(books):
    books["ada"].execute(TRY)
    assert books["ada"].value("tried(lambda: bytearray(3 * 2**30))") == "MemoryError"
    assert books["blaise"].value("1 + 1") == 2


# The next morning


def test_after_a_restart_the_work_is_there_and_new_weeks_come(hub, books, person):
    room, book = hub.classroom, books["ada"]
    ada, blaise, dora = (room.homes / name / "notebooks" for name in ("ada", "blaise", "dora"))
    book.panel.evaluate(
        "panel => { panel.content.widgets[0].model.sharedModel.setSource('# Ada was here'); }"
    )
    book.save()
    for one in books.values():
        one.lab.leaves()
    planted = f"""import os
os.remove({str(ada / "02_forward_pass.ipynb")!r})
os.symlink({str(blaise / "planted.ipynb")!r}, {str(ada / "97_week.ipynb")!r})
os.rename({str(ada / "exercises")!r}, {str(ada / "mine")!r})
os.symlink({str(blaise)!r}, {str(ada / "exercises")!r})
"""
    number = room.numbers()["ada"]
    subprocess.run(
        [room.env / "bin/python", "-c", planted], check=True, cwd="/", user=number, group=number,
        extra_groups=[],
    )  # fmt: skip
    before = room.numbers()

    hub.stop()
    assert not [pid for name in books for pid in hub.processes(name)]
    # What a teacher does on the weekend: another week, a new exercise, one with answers in it.
    notebooks = hub.tree / "notebooks"
    (notebooks / "exercises").mkdir(exist_ok=True)
    answers = nbformat.v4.new_code_cell("### BEGIN SOLUTION\n1 + 1\n### END SOLUTION")
    for name, cells in [
        ("97_week.ipynb", []), ("exercises/98_new.ipynb", []), ("exercises/99_key.ipynb", [answers])
    ]:  # fmt: skip
        nbformat.write(nbformat.v4.new_notebook(cells=cells), notebooks / name)
    hub.enrol("# chen has left\ndora\n" + ROSTER.replace("chen\n", ""))
    hub.start()

    after = room.numbers()
    assert after == before | {"dora": max(before.values()) + 1}
    people = [person(name).logs_in() for name in ("ada", "blaise", "dora")]
    again = people[0].is_in().opens("06_xor.ipynb")
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

    # The planted links led nowhere: it was Ada who copied.
    assert (ada / "97_week.ipynb").is_symlink() and (ada / "exercises").is_symlink()
    assert not (blaise / "planted.ipynb").exists() and not (blaise / "98_new.ipynb").exists()
    assert (blaise / "exercises" / "98_new.ipynb").stat().st_uid == after["blaise"]
    assert "Not all notebooks went to ada" in hub.file("hub.log").read_text()


def test_a_name_taken_off_the_roster_is_out_and_her_home_stays(hub, person):
    chen = person("chen")
    chen.knocks(hub.students_password)
    expect(chen.page.locator(".login_error, .error")).to_contain_text(re.compile("Invalid|not"))
    chen.page.context.close()
    assert (hub.classroom.homes / "chen" / "notebooks" / "06_xor.ipynb").exists()


def test_a_name_written_on_the_roster_can_come_in_at_once(hub, person):
    hub.enrol(hub.file("roster.txt").read_text() + "emil\n")
    emil = person("emil").logs_in().is_in()
    assert emil.opens("01_activations.ipynb").value("1 + 1") == 2
    emil.leaves()


def test_a_hub_that_was_killed_finds_its_servers_again(hub, person):
    """Killed outright, it could not stop them: they run on, and the next hub takes them over."""
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
    (package,) = hub.classroom.env.glob("lib/python3.*/site-packages/nnlib")
    assert (package / "widgets" / "frontend" / "index.js").exists()
    assert not [path for path in package.rglob("*") if "solution" in path.name.lower()]
    kernels = list(hub.classroom.env.glob("share/jupyter/kernels/*/kernel.json"))
    assert [json.loads(path.read_text())["metadata"]["debugger"] for path in kernels] == [False]
