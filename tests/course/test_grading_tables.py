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
        ("Username,Email address,Group\n,,7\n", "a line without a name"),
    ],
)
def test_a_wrong_roster_is_refused(text, sentence):
    with pytest.raises(Wrong, match=sentence):
        read_roster(text)


def test_an_empty_line_of_a_roster_is_nobody():
    people = read_roster("First name,Last name\nAda,Lovelace\n,\n")
    assert [p["name"] for p in people] == ["Ada Lovelace"]


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
    reasons = give_back(pattern, {"ada": b"her page", "blaise": b"his"}, Class([]).find)
    assert reasons == {"ada": "", "blaise": "they have no folder there"}
    page = tmp_path / "homes" / "ada" / "04.html"
    assert page.read_bytes() == b"her page" and not page.is_symlink()
    assert (tmp_path / "secret").read_text() == "mine"
    assert os.listdir(page.parent) == ["04.html"]


def test_a_page_goes_into_a_folder_with_any_name_by_which_a_notebook_is_collected(tmp_path):
    pattern = f"{tmp_path}/{{student}}_*_file_/04.html"
    for called in ("ADA Lovelace_12", "s-8_13"):
        (tmp_path / f"{called}_file_").mkdir()
    pages = {"ada@school.example": b"her page", "lei@school.example": b"his"}
    reasons = give_back(pattern, pages, Class(read_roster(MOODLE)).find)
    assert reasons == dict.fromkeys(pages, "")
    assert (tmp_path / "ADA Lovelace_12_file_" / "04.html").read_bytes() == b"her page"
    assert (tmp_path / "s-8_13_file_" / "04.html").read_bytes() == b"his"


def test_of_two_folders_for_one_name_neither_gets_the_page(tmp_path):
    """One may be that of somebody else with the same first and last name."""
    for called in ("Ada Lovelace_12", "Ada Lovelace_13"):
        (tmp_path / called).mkdir()
    ada, find = "ada@school.example", Class(read_roster(MOODLE)).find
    reasons = give_back(f"{tmp_path}/{{student}}_*/04.html", {ada: b"her page"}, find)
    assert reasons == {ada: "which folder is theirs, Ada Lovelace_12 or Ada Lovelace_13?"}
    assert not list(tmp_path.glob("*/*"))


def test_why_a_page_could_not_be_put_into_a_folder_is_said_and_no_part_of_it_stays(tmp_path):
    (tmp_path / "ada").symlink_to(tmp_path)
    (tmp_path / "blaise" / "04.html").mkdir(parents=True)
    (tmp_path / "chen").mkdir()
    pages = dict.fromkeys(["ada", "blaise", "chen"], b"page")
    reasons = give_back(f"{tmp_path}/{{student}}/04.html", pages, Class([]).find)
    assert reasons["ada"] == "ada/04.html: a link, or in a linked folder"
    assert "blaise/04.html: [Errno" in reasons["blaise"] and "directory" in reasons["blaise"]
    assert reasons["chen"] == ""
    assert os.listdir(tmp_path / "blaise") == ["04.html"]


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


def test_who_is_known_in_one_exercise_only_has_empty_cells_for_the_others():
    """Without a roster, the name of somebody whose file was not taken is in the notes only."""
    found = {"04_backprop": [*ROWS, row("bob", state="could not be graded: a link", points="")]}
    found["05_xor"] = [row("ada", slopes=2.0)]
    lines = {line["student"]: line for line in read(tables.of_course(found))}
    assert lines["bob"]["04_backprop: state"] == "could not be graded: a link"
    assert lines["bob"]["05_xor: state"] == "not handed in"
    assert lines["bob"]["05_xor"] == lines["bob"]["05_xor: to read"] == ""
    assert [len(line) for line in csv.reader(io.StringIO(tables.for_moodle(found)))] == [7] * 5


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
