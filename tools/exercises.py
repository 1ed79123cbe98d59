"""Make the students' and the teacher's copies of the exercises from their source.

    python tools/exercises.py student                write notebooks/exercises/NN_*.ipynb
    python tools/exercises.py teacher                write build/teacher/NN_*.ipynb
    python tools/exercises.py student SOME/FOLDER    write them there

The source, notebooks/exercises/source/NN_*.ipynb, is solved and has no outputs. Its cells have the
metadata of nbgrader, and `nbgrader generate_assignment` accepts it as it is:

    answer        `solution`; the lines from ### BEGIN SOLUTION to ### END SOLUTION are replaced by
                  STUB in a student's copy; grade_id is the task, 04-delta_hidden
    test          `grade`, `points`, `locked`; shows the verdict; the lines from ### BEGIN HIDDEN
                  TESTS to ### END HIDDEN TESTS assert that it is right, and are in no copy
    open answer   markdown with `grade` and `solution`; graded by hand

A copy that somebody has worked in, so that it has outputs, is never overwritten.
"""

import re
import sys
from pathlib import Path

import nbformat
from hand_out import METADATA

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "notebooks" / "exercises" / "source"
HOMES = {"student": SOURCE.parent, "teacher": ROOT / "build" / "teacher"}

# A stub of code returns None, and its check says "not attempted". nbgrader_config.py has the same.
STUB = {
    "code": "pass  # write your lines here, in place of this one",
    "markdown": "*Your answer here.*",
}
REGION = r"^([ \t]*)### BEGIN {0}\n(.*?)^[ \t]*### END {0}(?:\n|\Z)"
SOLUTION, HIDDEN = REGION.format("SOLUTION"), REGION.format("HIDDEN TESTS")
FLAGS = re.MULTILINE | re.DOTALL


def copy_for(whom: str, source):
    """The copy of a source notebook for a "student" or a "teacher"; the source is not changed."""
    notebook = nbformat.from_dict(source)
    notebook.metadata.update(nbformat.from_dict(METADATA), nnlib={"copy": whom})
    for cell in notebook.cells:
        cell.source = re.sub(HIDDEN, "", cell.source, flags=FLAGS).rstrip("\n")
        if whom == "student":
            stub = rf"\g<1>{STUB.get(cell.cell_type, '')}\n"
            cell.source = re.sub(SOLUTION, stub, cell.source, flags=FLAGS).rstrip("\n")
        else:
            cell.source = re.sub(SOLUTION, r"\g<2>", cell.source, flags=FLAGS).rstrip("\n")
        if cell.metadata.get("nbgrader", {}).get("locked"):
            cell.metadata.update(editable=False, deletable=False)
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    return notebook


def solutions(source) -> dict[str, str]:
    """The lines of each solution of a source notebook, by the grade_id of its cell.

    >>> cell = nbformat.v4.new_code_cell("### BEGIN SOLUTION\\nx = 1\\n### END SOLUTION")
    >>> cell.metadata["nbgrader"] = {"grade_id": "01-x"}
    >>> solutions(nbformat.v4.new_notebook(cells=[cell]))
    {'01-x': 'x = 1\\n'}
    """
    found = {}
    for cell in source.cells:
        for match in re.finditer(SOLUTION, cell.source, flags=FLAGS):
            name = cell.metadata["nbgrader"]["grade_id"]
            found[name] = found.get(name, "") + match[2]
    return found


def worked_in(path: Path) -> bool:
    """Whether somebody has run cells of the notebook in this file."""
    if not path.exists():
        return False
    cells = nbformat.read(path, as_version=4).cells
    return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def written(notebook) -> str:
    """The text of the notebook's file."""
    return nbformat.writes(notebook) + "\n"


def main(arguments: list[str]) -> int:
    """Write the copies; 1 if somebody has worked in one, or if the arguments are wrong."""
    if not arguments or arguments[0] not in HOMES or len(arguments) > 2:
        print(__doc__, file=sys.stderr)
        return 1
    whom, folder = arguments[0], Path(*arguments[1:] or [HOMES[arguments[0]]])
    folder.mkdir(parents=True, exist_ok=True)
    kept = False
    for path in sorted(SOURCE.glob("[0-9]*.ipynb")):
        home = folder / path.name
        if worked_in(home):
            print(f"{home} was left as it is: somebody has worked in it", file=sys.stderr)
            kept = True
            continue
        copy = copy_for(whom, nbformat.read(path, as_version=4))
        home.write_text(written(copy), encoding="utf-8", newline="\n")
        print(home)
    return int(kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
