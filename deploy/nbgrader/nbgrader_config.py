"""nbgrader's settings for the exercises of nnlib. The README beside it says what each is for.

`grade make` copies this file into the folder of a course, where every nbgrader command reads it.
"""

from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor

c = get_config()  # noqa: F821 - whoever reads this file puts it there

course = Path(__file__).resolve().parent
c.CourseDirectory.root = str(course)
c.CourseDirectory.course_id = "nnlib"
# Two graders at a time write to the gradebook: the one waits for the other.
c.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}?timeout=60"

# A student's copy is the same whether nbgrader makes it or tools/exercises.py does.
c.ClearSolutions.code_stub = {"python": "pass  # your lines here"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# A test that somebody has deleted comes back; without this its points would vanish silently.
c.OverwriteCells.add_missing_cells = True

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
