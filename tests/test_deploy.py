"""The folder of a class, and the parts of the hub that can be tested without it.

tests/hub tests a running hub. Some tests here need root, as only root can give a home to a user.
"""

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy" / "jupyterhub"
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a home away"
)
if sys.platform == "win32":
    pytest.skip("a hub needs users with numbers", allow_module_level=True)


def loaded(name):
    """A module of deploy/jupyterhub."""
    spec = importlib.util.spec_from_file_location(name, DEPLOY / f"{name}.py")
    sys.modules[name] = module = importlib.util.module_from_spec(spec)  # needed by dataclasses
    spec.loader.exec_module(module)
    return module


classroom, processes, throttling = map(loaded, ["classroom", "processes", "throttle"])


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A class of two students and a teacher; paths of sockets have to be short."""
    monkeypatch.chdir(tmp_path)
    room = classroom.Classroom(Path("class"))
    room.prepare()
    (room.hub / "roster.txt").write_text("# term 2\nmarie teacher\nada\nblaise  # from week 3\n")
    return room


# Dependencies


def listed(name):
    lines = [line.split("#")[0].strip() for line in (DEPLOY / name).read_text("utf-8").splitlines()]
    return [line for line in lines if line]


def test_students_get_what_the_course_needs_and_no_test_tools():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    course = [*project["dependencies"], *project["optional-dependencies"]["course"]]
    *students, hub = listed("requirements-student.txt")
    assert students == course
    assert hub == listed("requirements-hub.txt")[0] and hub.startswith("jupyterhub>=")


# The folder of a class


def test_a_new_folder_is_closed_and_has_two_passwords_that_nobody_else_reads(room):
    assert [oct(folder.stat().st_mode & 0o777) for folder in (room.hub, room.homes)] == [
        "0o700", "0o711",
    ]  # fmt: skip
    modes = {path.name: path.stat().st_mode & 0o777 for path in room.hub.iterdir()}
    assert modes.pop("doors") == 0o700 and set(modes.values()) == {0o600}
    students, teachers = room.passwords()
    assert len(students) == 10 and len(teachers) == 32
    room.prepare()
    assert room.passwords() == (students, teachers)  # a second call changes nothing


def test_the_roster_says_who_is_a_teacher(room):
    assert room.roster() == {"marie": True, "ada": False, "blaise": False}


def test_a_class_without_a_teacher_is_refused(room):
    (room.hub / "roster.txt").write_text((DEPLOY / "roster.example.txt").read_text())
    with pytest.raises(classroom.Wrong, match="nobody teaches. Write the class there"):
        room.check()


@pytest.mark.parametrize(
    "roster, sentence",
    [
        ("ada\nAda\n", "line 2: 'Ada' has to be of lower case letters"),
        ("../root\n", "line 1: '../root' has to be"),
        ("ada\nblaise\nada\n", "line 3: ada is there already"),
        ("ada lovelace\n", "after ada comes nothing or the word teacher, not 'lovelace'"),
    ],
)
def test_a_wrong_roster_is_refused(room, roster, sentence):
    (room.hub / "roster.txt").write_text(roster)
    with pytest.raises(classroom.Wrong, match=re.escape(sentence)):
        room.roster()


def test_while_there_is_a_mistake_in_the_roster_the_one_before_it_counts(room):
    said = []
    room.complain, before = said.append, room.roster()
    path = room.hub / "roster.txt"
    path.write_text("marie teacher\nDora\n")
    assert room.roster() == room.roster() == before
    assert len(said) == 1 and "line 2: 'Dora'" in said[0]
    assert said[0].endswith("Until it is put right, the roster before it counts.")
    path.unlink()
    assert room.roster() == before and len(said) == 2
    path.write_text("dora teacher\n")
    assert room.roster() == {"dora": True}


@needs_root
def test_seats_are_given_while_there_are_mistakes_in_the_roster_and_in_the_settings(room):
    seat, _ = room.seat("ada"), room.roster()
    (room.hub / "roster.txt").write_text("# Müller\nada\n", "latin-1")
    (room.hub / "class.toml").write_text("idle_minutes = 20")
    assert room.seat("ada") == seat and room.seat("blaise").number == seat.number + 1
    assert room.numbers() == {"ada": seat.number, "blaise": seat.number + 1}


@pytest.mark.parametrize("name", ["roster.txt", "class.toml", "passwords.toml"])
def test_a_file_with_another_encoding_is_refused_and_a_mark_before_its_text_is_not(room, name):
    text = (room.hub / name).read_bytes()
    (room.hub / name).write_bytes(b"\xef\xbb\xbf" + text)
    assert room.roster() and room.passwords() and room.settings()
    (room.hub / name).write_bytes(b"# term 2\n# M\xfcller\n" + text)
    with pytest.raises(classroom.Wrong, match=f"{name}, line 2: a letter is not in UTF-8; save it"):
        classroom.Classroom(room.folder).check()


@pytest.mark.parametrize(
    "settings, sentence",
    [
        ("idle_minutes = 10", "idle_minutes has to be 30 or more"),
        ("prot = 80", "prot is unknown; there are address, port"),
        ('port = "80"', "port = '80' has to be of the kind int"),
        ('key = "a.pem"', "certificate and key go together"),
        ("port = ", "class.toml cannot be read"),
        ("port = 0", "port has to be 1 or more, not 0"),
        ("starts_at_a_time = 0", "starts_at_a_time has to be 1 or more, not 0: with none, every"),
        ("memory_gb = 0", "memory_gb has to be 1 or more, not 0"),
        ("processes = 5", "processes has to be"),
        ("opens = /lab", "texts have to be in quotes"),
        ("first_number = 0", "root of this machine has the number 0"),
    ],
)
def test_a_wrong_setting_is_refused(room, settings, sentence):
    (room.hub / "class.toml").write_text(settings)
    with pytest.raises(classroom.Wrong, match=re.escape(sentence)):
        room.check()


@pytest.mark.parametrize(
    "text, sentence",
    [
        ('students = "short"\nteachers = "%s"' % ("t" * 32), "students has to be 8 or more"),
        ('students = "pässword"\nteachers = "%s"' % ("t" * 32), "plain letters"),
        ('students = "{0}"\nteachers = "{0}"'.format("t" * 32), "the two passwords have to differ"),
        ('students = "long enough"', "does not give 'teachers'"),
        ('students = 12345678\nteachers = "%s"' % ("t" * 32), "password of the students in quotes"),
    ],
)
def test_unsafe_passwords_are_refused(room, text, sentence):
    (room.hub / "passwords.toml").write_text(text)
    with pytest.raises(classroom.Wrong, match=sentence):
        room.passwords()


def test_passwords_that_others_can_read_are_refused(room):
    (room.hub / "passwords.toml").chmod(0o644)
    with pytest.raises(classroom.Wrong, match="chmod 600"):
        room.passwords()


def test_a_folder_whose_name_has_capitals_is_refused():
    with pytest.raises(classroom.Wrong, match="has to be in lower case"):
        classroom.Classroom("/srv/Physics").prepare()


def test_a_folder_whose_name_is_too_long_for_sockets_is_refused():
    with pytest.raises(classroom.Wrong, match="44 at most"):
        classroom.Classroom("/srv/" + "long" * 11).prepare()


# Numbers of students


@needs_root
def test_a_student_keeps_her_number_when_the_roster_changes(room):
    seats = {name: room.seat(name) for name in room.roster()}
    assert [seat.number for seat in seats.values()] == [20001, 20002, 20003]
    for seat in seats.values():
        for folder in (seat.home, seat.run):
            status = folder.stat()
            assert (status.st_uid, status.st_gid) == (seat.number, seat.number)
            assert status.st_mode & 0o777 == 0o700
    (room.hub / "roster.txt").write_text("zoe\nblaise\nada teacher\n")
    assert room.seat("blaise") == seats["blaise"]
    assert room.seat("zoe").number == 20004  # not that of marie, who has left
    with pytest.raises(classroom.Wrong, match="marie is not on the roster"):
        room.seat("marie")


@needs_root
def test_a_home_of_root_and_two_homes_of_one_number_are_refused(room):
    for name in room.roster():
        room.seat(name)
    (room.homes / "lost+found").mkdir()  # file systems have it; it is no name of a student
    room.check()
    os.chown(room.homes / "ada", 20003, 20003)
    with pytest.raises(classroom.Wrong, match="belong to the same user 20003"):
        room.check()
    os.chown(room.homes / "ada", 0, 0)
    with pytest.raises(classroom.Wrong, match="belongs to user 0, which is no student's number"):
        room.check()


def beside(room, name, **settings):
    """A class with the same names in a folder beside this one."""
    other = classroom.Classroom(Path(name))
    other.prepare()
    shutil.copy(room.hub / "roster.txt", other.hub)
    lines = [f"{setting} = {value}" for setting, value in settings.items()]
    (other.hub / "class.toml").write_text("\n".join(lines))
    return other


@needs_root
def test_a_class_beside_another_with_the_same_numbers_is_refused_and_told_free_ones(room):
    room.check()
    home = "The home class/homes/marie of another class has the number 20001"
    with pytest.raises(classroom.Wrong, match=f"{home}.*: write first_number = 21000 in next/hub"):
        beside(room, "next").check()
    after = beside(room, "next", first_number=21000)
    after.check()
    assert set(after.numbers().values()) == {21001, 21002, 21003}
    room.check()
    with pytest.raises(classroom.Wrong, match="first_number = 22000"):
        beside(room, "last").check()


# Doors: links to the sockets of servers


def socket_at(path, number):
    """A new socket at this path that belongs to this user id."""
    there = socket.socket(socket.AF_UNIX)
    there.bind(str(path))
    os.chown(path, number, number)
    return there


@needs_root
def test_a_door_is_a_hard_link_to_the_students_own_socket(room):
    ada, blaise = room.seat("ada"), room.seat("blaise")
    with socket_at(ada.socket, ada.number) as listening:
        listening.listen()
        ada.open_door()
        ada.socket.unlink()  # the door is a hard link and stays
        with socket.socket(socket.AF_UNIX) as visitor:
            visitor.connect(str(ada.door))
    with socket_at(blaise.socket, blaise.number):
        ada.socket.symlink_to(blaise.socket)
        with pytest.raises(classroom.Wrong, match="is not a socket of user 20001"):
            ada.open_door()
        assert not ada.door.exists() and not ada.door.is_symlink()


@needs_root
@pytest.mark.parametrize("what", ["a file", "a pipe", "root's"])
def test_a_door_to_anything_but_her_socket_is_refused(room, what):
    ada = room.seat("ada")
    if what == "a file":
        ada.socket.write_text("")
    elif what == "a pipe":
        os.mkfifo(ada.socket)
    else:
        socket_at(ada.socket, 0).close()
    with pytest.raises(classroom.Wrong, match="is not a socket of user"):
        ada.open_door()
    assert not ada.door.exists()


@needs_root
def test_a_student_who_has_left_the_roster_still_has_her_seat(room):
    assert room.seat_taken("ada") is None
    seat = room.seat("ada")
    (room.hub / "roster.txt").write_text("marie teacher\n")
    assert room.seat_taken("ada") == seat


# Processes of students


@needs_root
def test_all_processes_of_one_number_end_and_no_others():
    ended, other, nobody = 29901, 29902, 29900
    stubborn = "trap '' TERM; echo here; while :; do sleep 900; done"
    started = {
        number: subprocess.Popen(["/bin/sh", "-c", stubborn], user=number, group=number,
                                 cwd="/", stdout=subprocess.PIPE)
        for number in (ended, other)
    }  # fmt: skip
    try:
        for process in started.values():
            assert process.stdout.readline() == b"here\n"
        assert started[ended].pid in processes.of(ended)
        command = [sys.executable, "-IS", DEPLOY / "processes.py", "end", str(ended), str(nobody)]
        for _ in range(2):  # the second time there is no process left
            assert subprocess.run(command).returncode == 0
        assert started[ended].wait(30) == -signal.SIGKILL
        assert processes.of(ended) == [] and started[other].pid in processes.of(other)
    finally:
        for number, process in started.items():
            subprocess.run([*command[:4], str(number), str(nobody)])
            process.wait()
            process.stdout.close()


@needs_root
def test_a_process_that_kills_all_it_can_does_not_outlive_those_that_kill_it():
    number, nobody = 29904, 29900
    kills = "echo here; while :; do kill -KILL -1 2>/dev/null; done"
    for _ in range(5):
        process = subprocess.Popen(["/bin/sh", "-c", kills], user=number, group=number,
                                   cwd="/", stdout=subprocess.PIPE)  # fmt: skip
        assert process.stdout.readline() == b"here\n"
        assert processes.clear(number, nobody) == []
        assert process.wait(30) == -signal.SIGKILL
        process.stdout.close()


@needs_root
def test_a_zombie_is_not_counted():
    process = subprocess.Popen(["true"], user=29903, group=29903, cwd="/")
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert Path(f"/proc/{process.pid}").exists() and processes.of(29903) == []
    process.wait()


# Wrong passwords


def test_wrong_passwords_slow_down_their_name_and_are_forgotten_within_a_minute():
    clock = [0.0]
    throttle = throttling.Throttle(now=lambda: clock[0])
    waits = []
    for _ in range(12):
        waits.append(throttle.wait("ada", "10.0.0.7"))
        throttle.failed("ada", "10.0.0.7")
    assert waits[:6] == [0.0] * 6 and waits[6:10] == [1, 2, 4, 8] and max(waits) <= 30
    assert throttle.wait("blaise", "10.0.0.7") == 0  # of the same room
    assert throttle.wait("ada", "10.0.0.8") > 0
    for _ in range(1000):
        throttle.failed("ada", "10.0.0.7")
    assert throttle.wait("ada", "10.0.0.7") == 30
    clock[0] = 60.0
    assert throttle.wait("ada", "10.0.0.7") == 0


def test_an_address_that_tries_many_names_is_slowed_down_as_well():
    throttle = throttling.Throttle(now=lambda: 0.0)
    for k in range(42):
        throttle.failed(f"name{k}", "10.0.0.7")
    assert throttle.wait("ada", "10.0.0.7") == 2 and throttle.wait("ada", "10.0.0.8") == 0


def test_a_name_from_one_address_has_three_waiting_places_and_others_have_their_own():
    throttle = throttling.Throttle(now=lambda: 0.0)
    places = [throttle.enter("ada", "10.0.0.7") for _ in range(4)]
    assert places == [True] * 3 + [False]
    assert throttle.enter("ada", "10.0.0.8") and throttle.enter("blaise", "10.0.0.7")
    throttle.leave("ada", "10.0.0.7")
    assert throttle.enter("ada", "10.0.0.7")


# Kubernetes


def test_the_values_for_a_cluster_fit_the_schema_of_the_chart():
    values = yaml.safe_load((DEPLOY / "z2jh-values.yaml").read_text("utf-8"))
    schema = yaml.safe_load((ROOT / "tests/hub/z2jh-schema.yaml").read_text("utf-8"))
    check = jsonschema.Draft7Validator(schema)
    assert not [error.message for error in check.iter_errors(values)]
    values["singleuser"]["memroy"] = values["singleuser"].pop("memory")
    values["cull"]["timeout"] = "1h"
    assert sorted(error.message for error in check.iter_errors(values)) == [
        "'1h' is not of type 'integer', 'null'",
        "Additional properties are not allowed ('memroy' was unexpected)",
    ]
