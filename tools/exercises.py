"""Make the students' copies of the exercises, and the teacher's, from the one source.

    python tools/exercises.py student                write notebooks/exercises/NN_*.ipynb
    python tools/exercises.py teacher                write build/teacher/NN_*.ipynb
    python tools/exercises.py student SOME/FOLDER    write them there

The source, notebooks/exercises/source/NN_*.ipynb, is solved and has no outputs. Its cells carry
the metadata of nbgrader, and `nbgrader generate_assignment` can take it as it is:

    an answer       solution: what stands between ### BEGIN SOLUTION and ### END SOLUTION goes out
                    of a student's copy, and STUB comes in; grade_id is the task, 04-delta_hidden
    a test          grade, points, locked: shows the verdict, and between ### BEGIN HIDDEN TESTS and
                    ### END HIDDEN TESTS asserts that it is right, which a student's copy does not
    an open answer  markdown, grade and solution: graded by hand

A student's copy that somebody has worked in, with outputs in it, is never written over.
"""

import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "notebooks" / "exercises" / "source"
HOMES = {"student": SOURCE.parent, "teacher": ROOT / "build" / "teacher"}

# Both run: the function gives None, and the check says "not attempted". nbgrader is told the same.
STUB = {"code": "pass  # your lines here", "markdown": "*Your answer here.*"}
REGION = r"^([ \t]*)### BEGIN {0}\n(.*?)^[ \t]*### END {0}(?:\n|\Z)"
SOLUTION, HIDDEN = REGION.format("SOLUTION"), REGION.format("HIDDEN TESTS")
FLAGS = re.MULTILINE | re.DOTALL


def copy_for(whom: str, source):
    """The student's or the teacher's copy of a source notebook; the source stays as it is."""
    notebook = nbformat.from_dict(source)
    notebook.metadata["nnlib"] = {"copy": whom}
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
    """The notebook as it stands in its file."""
    return nbformat.writes(notebook) + "\n"


def main(arguments: list[str]) -> int:
    """Write the copies; 1 where one was worked in, or the arguments are none of those above."""
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
