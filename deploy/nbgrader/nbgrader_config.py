"""nbgrader's settings for the exercises of nnlib. The README beside it says what each is for.

`grade make` copies this file into the folder of a course, where every nbgrader command reads it.
"""

from pathlib import Path

c = get_config()  # noqa: F821 - whoever reads this file puts it there

course = Path(__file__).resolve().parent
c.CourseDirectory.root = str(course)
c.CourseDirectory.course_id = "nnlib"
# Two graders at a time write to the gradebook: the one waits for the other.
c.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}?timeout=60"

# A student's copy is the same whether nbgrader makes it or tools/exercises.py does.
c.ClearSolutions.code_stub = {"python": "pass  # your lines here"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# The grade command makes these of what is in submitted: answers and tests are found there, and what
# is missing is put back. So this is what is graded.
c.CourseDirectory.submitted_directory = "prepared"


def patience(cell):
    """Seconds for a cell. A check ends by itself after a few, so a test is interrupted only where
    the machine has no time; another cell may be a loop, and the cells after it are run.
    """
    return 90 if cell.metadata.get("nbgrader", {}).get("grade") else 15


c.ExecutePreprocessor.timeout_func = patience
# What a kernel has printed is waited for as long as that, also on a busy machine.
c.ExecutePreprocessor.iopub_timeout = 20
c.ExecutePreprocessor.startup_timeout = 120

# What one student prints does not fill the disk.
c.LimitOutput.max_lines = 200
