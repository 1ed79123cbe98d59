"""nbgrader's settings for the exercises of nnlib. The README beside it says what each is for.

`grade make` copies this file into the folder of a course, where every nbgrader command reads it.
"""

import copy
from pathlib import Path

import nbformat
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearOutput,
    GetGrades,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
)

c = get_config()  # noqa: F821 - whoever reads this file puts it there

course = Path(__file__).resolve().parent
c.CourseDirectory.root = str(course)
c.CourseDirectory.course_id = "nnlib"
# Two graders at a time write to the gradebook: the one waits for the other.
c.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}?timeout=60"

# A student's copy is the same whether nbgrader makes it or tools/exercises.py does.
c.ClearSolutions.code_stub = {"python": "pass  # your lines here"}
c.ClearSolutions.text_stub = "*Your answer here.*"


class PutBack(NbGraderPreprocessor):
    """Tests, and the marks by which nbgrader knows a cell, become again as they were handed out.

    A deleted test comes back; without this its points would vanish silently. Of cells that were
    copied or split, and so are two of one name, the last one keeps it. nbgrader's own way to do
    this, OverwriteCells.add_missing_cells, gives up on a notebook with a copied cell in it, and on
    one where a test and the answer before it are gone.
    """

    def preprocess(self, nb, resources):
        name = resources["nbgrader"]["notebook"]
        path = course / "release" / resources["nbgrader"]["assignment"] / f"{name}.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        marked = {c.metadata.nbgrader.grade_id: c for c in cells if "nbgrader" in c.metadata}
        found = {}
        for cell in reversed(nb.cells):
            name = cell.metadata.pop("nbgrader", {}).get("grade_id")
            if name in marked and name not in found:
                found[name] = cell
                cell.metadata.nbgrader = copy.deepcopy(marked[name].metadata.nbgrader)
        place = 0  # after the last of those before it that are there
        for name, cell in marked.items():
            if name in found:
                place = next(i for i, c in enumerate(nb.cells) if c is found[name]) + 1
            elif cell.metadata.nbgrader.grade:
                nb.cells.insert(place, copy.deepcopy(cell))
                place += 1
        return nb, resources


c.Autograde.sanitize_preprocessors = [
    *(ClearOutput, PutBack, OverwriteKernelspec, OverwriteCells, CheckCellMetadata)
]

# A check ends by itself after a few seconds. This is for loops outside of one: the cell is
# interrupted, its points are lost, and the cells after it are run.
c.ExecutePreprocessor.timeout = 15
# What a kernel has printed is waited for as long as that, also on a busy machine.
c.ExecutePreprocessor.iopub_timeout = 8
c.ExecutePreprocessor.startup_timeout = 120

# What one student prints does not fill the disk.
c.LimitOutput.max_lines = 200


class ShortErrors(NbGraderPreprocessor):
    """Of an error in a cell with a hidden test only its first line: a traceback quotes the test."""

    def preprocess_cell(self, cell, resources, index):
        if "BEGIN HIDDEN TESTS" in cell.source:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    said = output.evalue.split("\n")[0]
                    output.traceback = [f"{output.ename}: {said}"]
        return cell, resources


# The page that a student gets back does not quote the hidden tests. What a check found is in its
# verdict, which is shown above the error.
c.GenerateFeedback.preprocessors = [
    *(GetGrades, ShortErrors, ClearHiddenTests, CSSHTMLHeaderPreprocessor)
]
