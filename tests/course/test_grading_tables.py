"""The roster, the files handed in, and the tables; nbgrader is not needed for these tests."""

import csv
import doctest
import importlib
import io
import os
import sys

import pytest
import tables
from handed_in import give_back, handed_in
from roster import Class, Wrong, clean, folder_name, read_roster

if sys.platform == "win32":
    pytest.skip("grading takes users with numbers", allow_module_level=True)

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,04_backprop (77)
    Points Possible,,,,,14
"Lovelace, Ada",101,s-7,ada,Physics,
"Şahin, Özge",102,s-8,oezge,Physics,
"""
MOODLE = """\ufeffFirst name,Last name,ID number,Email address
Ada,Lovelace,s-7,ada@school.example
Li,Lei,s-8,lei@school.example
"""


@pytest.mark.parametrize("module", ["cells", "written", "roster", "tables", "handed_in"])
def test_the_examples_in_docstrings_are_true(module):
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted > 0 and found.failed == 0


# The roster


def test_a_roster_is_the_hubs_or_a_plain_list():
    people = read_roster("# term 2\nmarie teacher\nada\n\nAnna Schmidt  # group 2\n李雷\n")
    assert [(p["name"], p["teacher"]) for p in people] == [
        ("marie", True),
        ("ada", False),
        ("Anna Schmidt", False),
        ("李雷", False),
    ]
    assert Class(people).students() == ["ada", "Anna Schmidt", "李雷"]
    assert [p["name"] for p in read_roster("teacher\nLovelace, Ada\n")] == [
        "teacher", "Lovelace, Ada",
    ]  # fmt: skip


def test_a_roster_is_what_moodle_or_canvas_has_exported():
    canvas, moodle = read_roster(CANVAS), read_roster(MOODLE)
    assert [p["name"] for p in canvas] == ["ada", "oezge"]
    assert canvas[1]["columns"]["SIS User ID"] == "s-8"
    assert [p["name"] for p in moodle] == ["ada@school.example", "lei@school.example"]


@pytest.mark.parametrize("called", ["ada lovelace", "ADA@school.example", "s-7"])
def test_a_person_is_found_by_any_of_her_names(called):
    assert Class(read_roster(MOODLE)).find(called)["name"] == "ada@school.example"


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("ada\nAda\n", "has Ada twice"),
        ("Ju\u0308rgen\nJ\u00fcrgen\n", "has Jürgen twice"),
        ("# nobody\n", "is empty"),
        ("First name,Last name\nAda,Lovelace\n,\n", None),
        ("Username,Email address,Group\n,,7\n", "a line without a name"),
    ],
)
def test_a_wrong_roster_is_refused(text, sentence):
    if sentence is None:
        assert [p["name"] for p in read_roster(text)] == ["Ada Lovelace"]
        return
    with pytest.raises(Wrong, match=sentence):
        read_roster(text)


def test_each_name_has_a_folder_of_its_own():
    names = [
        "ada",
        "Jürgen",
        "Jurgen",
        "李雷",
        "韩梅梅",
        "Anna Schmidt",
        "o'brien",
        "-rf",
        "..",
        "ß",
    ]
    folders = [folder_name(name) for name in names]
    assert len(set(folders)) == len(names)
    assert all(folder_name(folder) == folder for folder in folders)
    assert folders[0] == "ada" and folders[1].startswith("Jurgen-")
    assert clean("Ju\u0308rgen") == clean("Jürgen")
    assert clean(os.fsdecode(b"J\xfcrgen")).encode("utf-8")  # a file name in an old encoding


# What was handed in


def test_a_pattern_finds_all_kinds_of_names_and_follows_no_link(tmp_path):
    for name in ("ada", "李雷", "Anna Schmidt", ".hidden"):
        (tmp_path / f"{name}_71_file_").mkdir()
        (tmp_path / f"{name}_71_file_" / "04.ipynb").write_text(name)
    (tmp_path / "otto_72_file_").symlink_to(tmp_path / "ada_71_file_")
    (tmp_path / "empty_73_file_").mkdir()
    found = list(handed_in(f"{tmp_path}/{{student}}_*_file_/04.ipynb"))
    assert [(name, text) for name, text, _, reason in found if not reason] == [
        ("Anna Schmidt", "Anna Schmidt"),
        ("ada", "ada"),
        ("李雷", "李雷"),
    ]
    left = [(name, reason) for name, _, _, reason in found if reason]
    assert left == [("otto", "what was handed in is a link, or in a linked folder")]


def test_a_page_is_put_into_the_students_folder_and_replaces_a_link(tmp_path):
    (tmp_path / "homes" / "ada").mkdir(parents=True)
    (tmp_path / "homes" / "ada" / "04.html").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("mine")
    pattern = f"{tmp_path}/homes/{{student}}/04.html"
    given, left = give_back(pattern, {"ada": b"her page", "blaise": b"his"})
    assert (given, left) == (["ada"], ["blaise"])
    page = tmp_path / "homes" / "ada" / "04.html"
    assert page.read_bytes() == b"her page" and not page.is_symlink()
    assert (tmp_path / "secret").read_text() == "mine"
    assert os.listdir(page.parent) == ["04.html"]


# The tables


def row(student, state="graded", points=5, columns=None, **tasks):
    tasks = {f"04.{name}": value for name, value in tasks.items()}
    values = dict.fromkeys(tables.COLUMNS, "") | {"student": student, "state": state}
    return values | {"points": points, "maximum": 7, "tasks": tasks, "columns": columns or {}}


ROWS = [
    row("ada", slopes=2.0, open=1.5, columns={"Student": "Lovelace, Ada", "ID": "101"}),
    row("李雷", state="to read", points=2, slopes=2.0, open="to read"),
    row("zoe", state="not handed in", points="", slopes="", open=""),
]


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_of_a_course_has_a_line_for_each_student_and_a_column_for_each_task():
    other = [row(r["student"], state="not handed in", points="") for r in ROWS]
    lines = read(tables.of_course({"04_backprop": ROWS, "07_is_it_right": other}))
    assert [line["student"] for line in lines] == ["ada", "李雷", "zoe"]
    assert [line["04.open"] for line in lines] == ["1.5", "to read", ""]
    assert [line["04_backprop"] for line in lines] == ["5", "2", ""]
    assert {line["07_is_it_right: state"] for line in lines} == {"not handed in"}
    assert list(read(tables.of_exercise(ROWS))[0])[:3] == ["student", "04.slopes", "04.open"]


def test_tables_for_import_have_only_final_points():
    lines = read(tables.for_canvas({"04_backprop": ROWS}))
    assert list(lines[0])[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert lines[0]["Student"].strip() == "Points Possible" and lines[0]["04_backprop"] == "7"
    assert [(x["Student"], x["ID"], x["SIS Login ID"], x["04_backprop"]) for x in lines[1:]] == [
        ("Lovelace, Ada", "101", "", "5"),
        ("李雷", "", "李雷", ""),
        ("zoe", "", "zoe", ""),
    ]
    people = read_roster(MOODLE)
    rows = [row(p["name"], columns=p["columns"]) for p in people]
    lines = read(tables.for_moodle({"04_backprop": rows}))
    assert [(x["ID number"], x["Email address"], x["04_backprop"]) for x in lines] == [
        ("s-7", "ada@school.example", "5"),
        ("s-8", "lei@school.example", "5"),
    ]


def test_on_the_screen_columns_are_aligned_with_wide_characters_too():
    lines = tables.on_screen(ROWS).splitlines()
    assert [
        tables.width(line[: line.index(state)])
        for line, state in zip(lines[1:], ["graded", "to read", "not handed in"])
    ] == [tables.width(lines[0]) - 5] * 3
