"""A class on one machine: three students and a teacher, in a real browser, on a real hub.

The tests are one lesson and are read in their order.
"""

import json
import os
import re
import signal
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
import real_hub
import real_lab
from hands import Hands
from playwright.sync_api import expect, sync_playwright

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

    def comes_in(self):
        """Log in, and wait for JupyterLab."""
        teaches = self.hub.classroom.roster()[self.name]
        self.knocks(self.hub.teachers_password if teaches else self.hub.students_password)
        self.page.wait_for_url(f"**/user/{self.name}/lab/**", timeout=90_000)
        return self

    def opens(self, notebook):
        return real_lab.Notebook(self, self.page, self.console, f"notebooks/{notebook}").open()

    def address(self, view, name):
        return f"{self.hub.url}/user/{self.name}/{view}/{name}?reset"

    @property
    def home(self):
        return self.hub.classroom.homes / self.name


@pytest.fixture(scope="module")
def person(hub, browser):
    """person(name): somebody with a browser, the same one in every test."""
    people = {}

    def come(name, new=False):
        if new or name not in people:
            people[name] = Person(hub, browser, name)
        return people[name]

    yield come
    real_lab.judge(person.console for person in people.values())


@pytest.fixture(scope="module")
def books(person):
    """Notebook 06, open before each student and the teacher."""
    return {name: person(name).comes_in().opens("06_xor.ipynb") for name in [*STUDENTS, "marie"]}


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
def test_the_wrong_one_stays_outside(hub, browser, name, password):
    real = {"the students'": hub.students_password, "the teachers'": hub.teachers_password}
    someone = Person(hub, browser, name)
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
        book.run(playground)
        hands = Hands(book.output(playground))
        hands.says("step 300 ")
        slider = hands.slider("learning rate")
        before = hands.number("learning rate").input_value()
        hands.key(slider, "ArrowRight")
        expect(hands.number("learning rate")).not_to_have_value(before)
        after = float(hands.number("learning rate").input_value())
        assert after > float(before)
        hands.key(hands.button("Step"), "Enter")
        hands.says("step 301 ")
        assert book.value("_.lab.settings['learning_rate']") == pytest.approx(after), name
    shoot(books["ada"].page, "hub-notebook")


def test_everybody_is_somebody_else_and_nobody_is_root(hub, books):
    identity = "(os.getuid(), os.getgid(), os.getgroups(), os.umask(0o077))"
    found = {name: book.value(f"(__import__('os'), {identity})[1]") for name, book in books.items()}
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
    blaise = hub.classroom.numbers()["blaise"]
    assert answer("GET", "/user/blaise/api/contents") == 403
    assert answer("GET", "/user/blaise/api/contents", blaise) == 403
    assert answer("GET", "/hub/api/users") == 403
    assert answer("GET", "/hub/api/users/blaise") == 404  # as if there were nobody of that name
    assert answer("POST", "/hub/api/users/ada/tokens", body=b"{}") == 403
    assert answer("POST", "/hub/api/users/eve", body=b"") == 403
    assert answer("POST", "/hub/api/users/ada/servers/second", body=b"") in (400, 403)
    assert answer("GET", "/api/routes", hub.port + 2) == 403  # the proxy


def test_a_logged_in_student_makes_no_token_and_sees_no_list_of_people(books):
    page = books["ada"].page.context.new_page()
    page.goto(f"{books['ada'].lab.hub.url}/hub/token")
    status = page.evaluate(
        """async () => (await fetch("/hub/api/users/ada/tokens", {
            method: "POST", body: "{}",
            headers: {"X-XSRFToken": window.jhdata?.xsrf_token ?? ""}})).status"""
    )
    assert status == 403
    assert page.goto(f"{books['ada'].lab.hub.url}/hub/admin").status == 403
    page.close()


def test_kernels_listen_on_no_port(hub, books):
    """A port could be knocked at by every other student on the machine."""
    numbers = hub.classroom.numbers()
    sockets = [line.split() for name in ("tcp", "tcp6")
               for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]  # fmt: skip
    for name in books:
        listening = {int(row[1].split(":")[1], 16) for row in sockets
                     if row[3] == "0A" and int(row[7]) == numbers[name]}  # fmt: skip
        assert listening == {numbers[name]}


def test_an_endless_list_is_the_trouble_of_its_owner_alone(books):
    books["ada"].execute(TRY)
    assert books["ada"].value("tried(lambda: bytearray(3 * 2**30))") == "MemoryError"
    assert books["blaise"].value("1 + 1") == 2


def test_there_is_no_terminal_and_no_debugger(hub, books):
    book = books["ada"]
    assert book.page.evaluate(
        "fetch('/user/ada/api/terminals').then(answer => answer.status)"
    ) in (403, 404)
    specs = book.page.evaluate(
        "fetch('/user/ada/api/kernelspecs').then(answer => answer.json())"
    )["kernelspecs"]  # fmt: skip
    assert [spec["spec"]["metadata"]["debugger"] for spec in specs.values()] == [False]


# The next morning


def test_after_a_restart_the_work_is_there_and_new_weeks_come(hub, books, person):
    ada, blaise = person("ada"), person("blaise")
    book = books["ada"]
    book.panel.evaluate(
        "panel => { panel.content.widgets[0].model.sharedModel.setSource('# Ada was here'); }"
    )
    book.save()
    folder = ada.home / "notebooks"
    theirs = blaise.home / "notebooks"
    book.execute(
        "import os, shutil\n"
        f"os.remove({str(folder / '02_forward_pass.ipynb')!r})\n"
        f"os.symlink({str(theirs / 'planted.ipynb')!r}, {str(folder / '08_next_week.ipynb')!r})\n"
        f"os.symlink({str(theirs)!r}, {str(folder / 'exercises')!r})\n"
    )
    before = hub.classroom.numbers()

    hub.stop()
    assert not [pid for name in books for pid in hub.processes(name)]
    # What a teacher does on the weekend: another week, a new exercise, one with answers in it.
    week = hub.tree / "notebooks" / "08_next_week.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), week)
    exercises = hub.tree / "notebooks" / "exercises"
    exercises.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(), exercises / "98_new.ipynb")
    answers = nbformat.v4.new_code_cell("### BEGIN SOLUTION\n1 + 1\n### END SOLUTION")
    nbformat.write(nbformat.v4.new_notebook(cells=[answers]), exercises / "99_answers.ipynb")
    hub.enrol("# chen has left\ndora\n" + ROSTER.replace("chen\n", ""))
    hub.start()

    after = hub.classroom.numbers()
    assert after == before | {"dora": max(before.values()) + 1}
    for name in ("ada", "blaise", "dora"):
        person(name, new=True).comes_in()
    again = person("ada").opens("06_xor.ipynb")
    assert again.panel.evaluate("panel => panel.content.widgets[0].model.sharedModel.source") == (
        "# Ada was here"
    )
    material = hub.classroom.material / "notebooks"
    assert (folder / "02_forward_pass.ipynb").read_bytes() == (
        (material / "02_forward_pass.ipynb").read_bytes()
    )
    dora = hub.classroom.homes / "dora" / "notebooks"
    assert (dora / "08_next_week.ipynb").exists() and (dora / "exercises/98_new.ipynb").exists()
    assert not list(hub.folder.rglob("99_answers.ipynb"))
    assert {(path.stat().st_uid, path.stat().st_mode & 0o777) for path in dora.rglob("*.ipynb")} == {
        (after["dora"], 0o600)
    }

    # The planted links led nowhere: it was Ada who copied.
    assert not (theirs / "planted.ipynb").exists()
    assert (folder / "08_next_week.ipynb").is_symlink() and (folder / "exercises").is_symlink()
    assert (theirs / "exercises/98_new.ipynb").stat().st_uid == after["blaise"]
    assert not (theirs / "98_new.ipynb").exists()
    assert "Not all notebooks went to ada" in hub.file("hub.log").read_text()

    chen = person("chen", new=True)
    chen.knocks(hub.students_password)
    expect(chen.page.locator(".login_error, .error")).to_contain_text(re.compile("Invalid|not"))
    chen.console.lines.clear()


def test_a_name_written_on_the_roster_can_come_in_at_once(hub, person):
    hub.enrol(hub.file("roster.txt").read_text() + "emil\n")
    assert person("emil").comes_in().opens("01_activations.ipynb").value("1 + 1") == 2


def test_a_hub_that_was_killed_finds_its_servers_again(hub, person):
    """Killed outright, it could not stop them: they run on, and the next hub takes them over."""
    book = person("emil").opens("01_activations.ipynb")
    book.execute("kept = 'by the kernel'")
    book.save()
    pids = set(hub.processes("emil"))
    book.page.goto("about:blank")
    hub.stop(signal.SIGKILL)
    hub.start()
    assert person("emil").comes_in().opens("01_activations.ipynb").value("kept") == "by the kernel"
    assert set(hub.processes("emil")) == pids
    person("emil").console.lines.clear()


def test_the_installed_nnlib_has_no_answers_in_it(hub):
    (package,) = hub.classroom.env.glob("lib/python3.*/site-packages/nnlib")
    assert (package / "widgets" / "stage.js").exists()
    answers = [path for path in package.rglob("*") if "solution" in path.name.lower()]
    assert not answers
    kernels = json.loads(
        (hub.classroom.env / "share/jupyter/kernels/python3/kernel.json").read_text()
    )
    assert kernels["argv"][0].endswith("python")
