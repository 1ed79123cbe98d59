"""What learners are handed out, by `make lab` and the hub: fresh copies; nothing of theirs is lost.

tests/browser/test_fresh_copies.py opens such copies in JupyterLab.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import hand_out
import lab
import nbformat
import pytest
from hand_out import course, give

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "tools" / "hand_out.py"
FILES = course(ROOT / "notebooks")


def notebook(*sources, **metadata):
    """The file of a notebook with these code cells, as it is handed out."""
    cells = [
        {
            "cell_type": "code",
            "source": [text],
            "metadata": {},
            "outputs": [1],
            "execution_count": 7,
        }
        for text in sources
    ]
    return hand_out.written(hand_out.fresh({"cells": cells, "metadata": metadata}))


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# Fresh copies


def test_every_notebook_of_the_course_is_handed_out_and_no_source_of_an_exercise():
    committed = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("notebooks/exercises/*.ipynb")]
    assert {ROOT / "notebooks" / path for path in FILES if path.suffix == ".ipynb"} == {*committed}
    assert not [path for path in FILES if "source" in path.parts]
    assert not [path for path, content in FILES.items() if b"BEGIN SOLUTION" in content]


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".ipynb"], ids=str)
def test_a_fresh_copy_has_the_cells_of_the_course_and_nothing_that_was_run(path):
    copy = nbformat.reads(FILES[path].decode(), as_version=4)
    whole = nbformat.read(ROOT / "notebooks" / path, as_version=4)
    nbformat.validate(copy)
    assert f"{nbformat.writes(copy)}\n".encode() == FILES[path]  # as Jupyter would write it
    for cell, other in zip(copy.cells, whole.cells, strict=True):
        assert (cell.cell_type, cell.metadata) == (other.cell_type, other.metadata)
        assert cell.source in (other.source, hand_out.folded(other.source))
    assert all(cell.get("outputs", []) == [] for cell in copy.cells)
    assert all(cell.get("execution_count") is None for cell in copy.cells)


def test_the_text_below_a_question_is_folded_away():
    texts = ["Guess.", "## Two\n\nIt is two.\n\n## Next\n\nNow three.", "It goes on."]
    codes = ["widgets.predict()", "1 + 1", "2 + 2"]
    question, computed, more = map(nbformat.v4.new_code_cell, codes)
    first, told, on = map(nbformat.v4.new_markdown_cell, texts)
    whole = nbformat.v4.new_notebook(cells=[first, question, computed, told, more, on])
    copy = hand_out.fresh(json.loads(nbformat.writes(whole)))
    sources = ["".join(cell["source"]) for cell in copy["cells"] if cell["cell_type"] == "markdown"]
    assert sources == [
        "Guess.",
        f"## Two\n\n{hand_out.FOLD}\n\nIt is two.\n\n</details>\n\n## Next\n\nNow three.",
        "It goes on.",
    ]


def test_every_link_of_a_copy_leads_to_something_that_is_handed_out(tmp_path):
    give(FILES, tmp_path)
    broken = []
    for path in FILES:
        text = (tmp_path / path).read_text("utf-8")
        for link in re.findall(r"\]\(([^)#:\s]+)[)#]", text):
            if not ((tmp_path / path).parent / link).resolve().exists():
                broken.append((path.as_posix(), link))
    assert not broken


def test_the_glossary_comes_with_them_and_a_mended_one_is_known(tmp_path):
    glossary = Path("glossary.md")
    assert FILES[glossary].startswith((ROOT / "notebooks" / glossary).read_bytes())
    give(FILES, tmp_path)
    (tmp_path / "mended").mkdir()
    (tmp_path / "mended" / glossary).write_text("# Words")
    assert give(course(tmp_path / "mended"), tmp_path).mended == [Path("glossary-v2.md")]


def test_an_exercise_with_its_solution_in_it_is_not_handed_out(tmp_path, capsys):
    for name, text in [("98_new", "1 + 1"), ("99_key", "### BEGIN SOLUTION\n2\n### END SOLUTION")]:
        cells = [nbformat.v4.new_code_cell(text)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    assert [*course(tmp_path)] == [Path("98_new.ipynb")]
    assert "there are answers in it" in capsys.readouterr().out


# Giving them to a home


def test_what_a_home_does_not_have_is_given_once_and_told(tmp_path):
    files = {Path("01.ipynb"): notebook("1"), Path("exercises/01.ipynb"): notebook("2")}
    assert give(files, tmp_path).sentence == "New: 01.ipynb, exercises/01.ipynb."
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == {
        path.as_posix(): content for path, content in files.items()
    }
    assert give(files, tmp_path).sentence == ""
    many = {Path(f"{k}.ipynb"): notebook(str(k)) for k in range(9)}
    assert give(many, tmp_path).sentence == "New: 9 files."


def test_what_she_has_is_never_replaced_and_what_is_mended_comes_beside_it(tmp_path):
    path = Path("exercises/04.ipynb")
    give({path: notebook("first", nnlib={"copy": "student"})}, tmp_path)
    book = json.loads((tmp_path / path).read_text("utf-8"))
    book["cells"][0] |= {"source": ["my work"], "outputs": [], "execution_count": 3}
    hers = hand_out.written(book)
    (tmp_path / path).write_bytes(hers)
    assert give({path: notebook("first", nnlib={"copy": "student"})}, tmp_path).sentence == ""
    given = give({path: notebook("second")}, tmp_path)
    assert given.sentence == "Mended, beside yours: exercises/04-v2.ipynb."
    assert give({path: notebook("second")}, tmp_path).sentence == ""
    assert give({path: notebook("third")}, tmp_path).mended == [Path("exercises/04-v3.ipynb")]
    assert (tmp_path / path).read_bytes() == hers
    assert (tmp_path / "exercises/04-v2.ipynb").read_bytes() == notebook("second")
    (tmp_path / "exercises/04-v3.ipynb").replace(tmp_path / path)  # she takes the new one
    assert give({path: notebook("third")}, tmp_path).sentence == ""


def test_new_outputs_of_the_committed_notebook_are_nothing_new(tmp_path):
    one, other = notebook("1"), json.loads(notebook("1"))
    other["cells"][0] |= {"outputs": [2], "execution_count": 8}
    assert hand_out.written(hand_out.fresh(other)) == one


def test_a_copy_from_before_there_were_versions_is_known_as_older(tmp_path):
    (tmp_path / "01.ipynb").write_text('{"cells": [], "metadata": {}}')
    assert give({Path("01.ipynb"): notebook("1")}, tmp_path).mended == [Path("01-v2.ipynb")]


def test_what_is_in_the_way_of_a_file_is_left_alone(tmp_path):
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "folder.ipynb").mkdir()
    if hasattr(os, "mkfifo"):  # reading it would never end
        os.mkfifo(tmp_path / "pipe.ipynb")
        os.mkfifo(tmp_path / ".new.ipynb.part")
    before = {path.name for path in tmp_path.iterdir()}
    files = {Path(name): notebook(name) for name in ("link.ipynb", "folder.ipynb", "pipe.ipynb")}
    files[Path("new.ipynb")] = notebook("new")
    assert give(files, tmp_path).new == [Path("new.ipynb")]
    after = {path.name for path in tmp_path.iterdir()}
    assert after == before - {".new.ipynb.part"} | {"new.ipynb"}
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_that_cannot_be_given_does_not_stop_the_others(tmp_path):
    (tmp_path / "more").write_text("a file, where a folder would go")
    given = give({Path("more/1.ipynb"): notebook("1"), Path("2.ipynb"): notebook("2")}, tmp_path)
    assert given.new == [Path("2.ipynb")] and len(given.failed) == 1


def test_an_interrupted_copy_leaves_nothing_half(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    files = {Path("01.ipynb"): notebook("1")}
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(hand_out.os, "link", interrupt)
        give(files, tmp_path)
    assert names(tmp_path) == set()
    (tmp_path / ".01.ipynb.part").write_text('{"cells": [')  # it was killed
    give(files, tmp_path)
    assert names(tmp_path) == {"01.ipynb"}
    assert (tmp_path / "01.ipynb").read_bytes() == notebook("1")


def test_a_file_system_without_links_will_do(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError("no links here")

    monkeypatch.setattr(hand_out.os, "link", refuse)
    assert give({Path("01.ipynb"): notebook("1")}, tmp_path).new == [Path("01.ipynb")]
    assert names(tmp_path) == {"01.ipynb"}


def test_a_layout_that_she_has_is_hers(tmp_path):
    assert give(hand_out.layout(), tmp_path).sentence == ""
    (tmp_path / hand_out.WORKSPACE).write_text("hers")
    give(hand_out.layout(), tmp_path)
    assert (tmp_path / hand_out.WORKSPACE).read_text() == "hers"


# As commands


def run(*arguments):
    command = [sys.executable, "-I", SCRIPT, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_hub_makes_the_material_once_and_gives_it_to_each_home(tmp_path):
    material, home = tmp_path / "material", tmp_path / "home"
    assert run("fresh", ROOT / "notebooks", material).returncode == 0
    assert names(material) == {hand_out.WORKSPACE, *(f"notebooks/{p.as_posix()}" for p in FILES)}
    done = run("give", material, home)
    assert done.stdout == f"New: {len(FILES)} files.\n" and done.returncode == 0
    assert names(home) == names(material)
    (home / "notebooks" / "01_activations.ipynb").write_bytes(notebook("hers, of another version"))
    (home / "notebooks" / "exercises" / "01_activations.ipynb").unlink()
    assert run("give", material, home).stdout == (
        "New: notebooks/exercises/01_activations.ipynb."
        " Mended, beside yours: notebooks/01_activations-v2.ipynb.\n"
    )


def test_the_command_says_what_could_not_be_given(tmp_path):
    (tmp_path / "material" / "more").mkdir(parents=True)
    (tmp_path / "material" / "more" / "a").write_text("a")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "more").write_text("a file, where a folder would go")
    done = run("give", tmp_path / "material", tmp_path / "home")
    assert done.returncode == 1 and "more" in done.stderr


def test_handing_out_needs_no_package():
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    used = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
            for alias in node.names}  # fmt: skip
    used |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert used <= {*sys.stdlib_module_names}


# make lab


@pytest.fixture
def opens(tmp_path, monkeypatch):
    """opens(name): what tools/lab.py returns and the options of the JupyterLab that it starts."""
    started = []
    monkeypatch.setattr(lab, "LEARN", tmp_path / "learn")
    monkeypatch.setattr(lab.LabApp, "launch_instance", started.append)
    monkeypatch.chdir(tmp_path)

    def run(*name):
        return lab.main(*name), started.pop() if started else None

    return run


def test_make_lab_opens_her_copy_of_the_first_notebook_and_shows_her_folder_only(opens, capsys):
    done, options = opens()
    learn = lab.LEARN
    assert done == 0 and (learn / lab.FIRST).read_bytes() == FILES[Path(lab.FIRST)]
    assert f"--ServerApp.root_dir={learn}" in options
    assert f"--LabApp.default_url=/lab/tree/{lab.FIRST}" in options
    assert f"--LabApp.workspaces_dir={(learn / hand_out.WORKSPACE).parent}" in options
    assert f"Your notebooks are in learn/. New: {len(FILES)} files.\n" in capsys.readouterr().out


@pytest.mark.parametrize("folder", ["", "notebooks/", "learn/"])
def test_make_lab_opens_the_notebook_that_it_is_told(folder, opens):
    name = "exercises/01_activations.ipynb"
    assert f"--LabApp.default_url=/lab/tree/{name}" in opens(folder + name)[1]


def test_make_lab_says_that_there_is_no_such_notebook(opens, capsys):
    assert opens("99_none.ipynb") == (1, None)
    assert "no notebook 99_none.ipynb in learn/" in capsys.readouterr().err


def test_git_ignores_her_folder():
    assert "learn/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


@pytest.mark.skipif(shutil.which("make") is None, reason="Windows and conda users may lack make")
def test_make_clean_leaves_her_folder(tmp_path):
    for name in ("learn", "tools"):
        (tmp_path / name / "__pycache__").mkdir(parents=True)
    subprocess.run(["make", "-f", ROOT / "Makefile", "clean"], cwd=tmp_path, check=True)
    assert sorted(path.as_posix() for path in tmp_path.glob("*/*")) == [
        f"{tmp_path.as_posix()}/learn/__pycache__"
    ]
