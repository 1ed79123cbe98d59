"""nbgrader's settings for the exercises of nnlib; the README beside this file explains them.

`grade make` copies this file into the folder of a course, where every nbgrader command reads it.
"""

from pathlib import Path

c = get_config()  # noqa: F821 - defined by the program that reads this file

course = Path(__file__).resolve().parent
c.CourseDirectory.root = str(course)
c.CourseDirectory.course_id = "nnlib"
# Two workers write to the gradebook: one waits up to 60 s for the other.
c.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}?timeout=60"

# So a student's copy is the same, whether nbgrader or tools/exercises.py makes it.
c.ClearSolutions.code_stub = {"python": "pass  # write your lines here, in place of this one"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# The grade command does not grade what is in submitted, but a copy in which answers and tests have
# been found and what was missing has been put back.
c.CourseDirectory.submitted_directory = "prepared"


def patience(cell):
    """The seconds that a cell may run.

    A test ends its own loops after a few seconds and takes longer only on a busy machine. Another
    cell may loop for ever: it is interrupted soon, and the cells after it run.
    """
    return 90 if cell.metadata.get("nbgrader", {}).get("grade") else 15


c.ExecutePreprocessor.timeout_func = patience
# Seconds to wait for outputs of a kernel, and for its start; enough for a busy machine.
c.ExecutePreprocessor.iopub_timeout = 20
c.ExecutePreprocessor.startup_timeout = 120

# A student's prints must not fill the disk.
c.LimitOutput.max_lines = 200
